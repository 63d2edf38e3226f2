/* place: see place.h. A place is a session on a store; going to another one makes a new session. */
#include "repl/shell/place.h"

#include "repl/shell/carry.h"
#include "repl/shell/opening.h"
#include "repl/tool/subcommand.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A place further from what was asked for than this is no suggestion. */
#define SUGGEST_DISTANCE_MAX 2

/* -- names ------------------------------------------------------------------------------------- */

/* What a file is called: "shop" for ./shop.fawn, "fawn" for a database in memory. */
static Str name_of_path(const char *path)
{
    const char *slash = path != NULL ? strrchr(path, '/') : NULL;
    Str name = path == NULL ? STR("fawn") : str_from_c(slash != NULL ? slash + 1 : path);
    if (name.len > 5 && str_ends_with(name, STR(".fawn"))) {
        name.len -= 5;
    }
    return name;
}

/* The file of this name; -1: there is none. */
static int64_t find_file(const Shell *shell, Str name)
{
    for (int64_t i = 0; i < shell->files.len; i++) {
        if (str_eq(shell->files.at[i].name, name)) {
            return i;
        }
    }
    return -1;
}

Str place_name(const Shell *shell)
{
    return buf_str(&shell->place);
}

static void put_place(Buf *out, Str file, Str database)
{
    out->len = 0;
    buf_put(out, file);
    buf_puts(out, database.len > 0 ? "/" : "");
    buf_put(out, database);
}

/* The database part of the present place: "test/inner". */
static Str present_database(const Shell *shell)
{
    Str place = place_name(shell);
    int64_t start = shell->files.at[shell->here].name.len + 1;
    return str_slice(place, start < place.len ? start : place.len, place.len);
}

/* -- opening and closing ----------------------------------------------------------------------- */

/* Whether a file is open already, which is told: its lock is held by this process. */
static bool refuse_open_twice(Shell *shell, const char *path)
{
    char *wanted = path != NULL ? realpath(path, NULL) : NULL;
    bool is_open = false;
    for (int64_t i = 0; wanted != NULL && i < shell->files.len && !is_open; i++) {
        const OpenFile *file = &shell->files.at[i];
        char *other = store_path(file->store) ? realpath(store_path(file->store), NULL) : NULL;
        is_open = other != NULL && strcmp(wanted, other) == 0;
        if (is_open) {
            shell_complain(shell, "`%s` is open already (.use %.*s goes to it)", path,
                           STR_ARG(file->name));
            (void)shell_fail(shell, EXIT_QUERY);
        }
        free(other);
    }
    free(wanted);
    return is_open;
}

/* False: a message was given. */
static bool open_file(Shell *shell, const char *path, bool readonly, bool create, OpenFile *file)
{
    StoreOptions options = {
        .path = path,
        .read_only = readonly,
        .salvage = shell->options->salvage,
        .must_exist =
            path != NULL && !create && (readonly || !str_ends_with(str_from_c(path), STR(".fawn"))),
        .sync = shell->options->sync,
    };
    *file = (OpenFile){.readonly = readonly, .opened = {.offset = -1}};
    if (path != NULL && !options.must_exist && !opening_may_make(shell, path)) {
        return shell_fail(shell, EXIT_DATABASE);
    }
    StoreStatus status = store_open(&options, &file->store, &file->opened);
    if (status != STORE_OK) {
        opening_complain(shell, path ? path : "in-memory", status, &file->opened);
        return shell_fail(shell, EXIT_DATABASE);
    }
    if (file->opened.text[0] != '\0') {
        shell_tell(shell, str_format(&shell->arena, "warning: %s", file->opened.text));
    }
    if (isatty(STDERR_FILENO) && !shell->options->quiet) {
        store_watch_builds(file->store, progress_show, &shell->progress);
    }
    return true;
}

static void close_file(Shell *shell, const OpenFile *file)
{
    if (store_close(file->store) != STORE_OK) {
        shell_complain(shell, "the last transactions may not be on disk: closing failed");
        shell_fail(shell, EXIT_DATABASE);
    }
}

static void close_session(Shell *shell)
{
    if (shell->session == NULL) {
        return;
    }
    if (session_transaction(shell->session) != TRANSACTION_NONE) {
        shell_complain(shell, "the transaction of .begin was not committed: all of it is undone");
        shell_fail(shell, EXIT_QUERY);
    }
    session_close(shell->session);
    shell->session = NULL;
}

void place_close_all(Shell *shell)
{
    close_session(shell);
    for (int64_t i = 0; i < shell->files.len; i++) {
        close_file(shell, &shell->files.at[i]);
    }
    shell->files.len = 0;
    shell->store = NULL;
    buf_free(&shell->place);
}

/* -- going to a place -------------------------------------------------------------------------- */

/* Takes up the session as the present one, on file `index`. */
static void settle(Shell *shell, Session *session, int64_t index, Str database)
{
    const OpenFile *file = &shell->files.at[index];
    shell->session = session;
    shell->store = file->store;
    shell->opened = file->opened;
    shell->here = index;
    shell->after.len = 0;
    put_place(&shell->place, file->name, database);
}

/* The path without the region that Fauna's paths begin with: us/shop. */
static bool drop_region(Str *path)
{
    static const char *const regions[] = {"us", "eu", "global"};
    for (int64_t i = 0; i < countof(regions); i++) {
        Str region = str_from_c(regions[i]);
        bool is_all = str_eq(*path, region);
        if (is_all || (str_starts_with(*path, region) && path->s[region.len] == '/')) {
            *path = str_slice(*path, region.len + !is_all, path->len);
            return true;
        }
    }
    return false;
}

/* A session on a database of a file. A database that is called as a region comes before the region.
 * NULL: there is none, as `*error` says, which lives as long as the shell. */
static Session *enter(Shell *shell, Store *store, Str *database, Str *error)
{
    Session *session = session_open(store);
    Str rest = *database;
    session_typecheck_root(session, shell->options->typecheck);
    session_advise(session, true);
    if (session_enter(session, *database, error)) {
        return session;
    }
    if (drop_region(&rest) && session_enter(session, rest, error)) {
        *database = rest;
        return session;
    }
    *error = str_copy(&shell->arena, *error);
    session_close(session);
    return NULL;
}

bool shell_open(Shell *shell, const char *path, bool readonly, bool create)
{
    bool is_first = shell->files.len == 0;
    Str database = is_first && shell->options->database != NULL
                       ? str_from_c(shell->options->database)
                       : (Str){0};
    Str name = name_of_path(path), error;
    OpenFile file;
    if (refuse_open_twice(shell, path)) {
        return false;
    }
    if (!is_first && !str_eq(name, shell->files.at[shell->here].name) &&
        find_file(shell, name) >= 0) {
        shell_complain(shell, "a file called `%.*s` is attached (.detach %.*s closes it)",
                       STR_ARG(name), STR_ARG(name));
        return shell_fail(shell, EXIT_QUERY);
    }
    if (!open_file(shell, path, readonly, create, &file)) {
        return false;
    }
    file.name = str_copy(&shell->arena, name);
    Session *session = enter(shell, file.store, &database, &error);
    if (session == NULL) {
        if (path != NULL) {
            shell_complain(shell, "%.*s in %s (fawn database list %s tells those there are)",
                           STR_ARG(error), path, path);
        } else {
            shell_complain(shell,
                           "%.*s in memory; no file is named: DB.fawn, or FAWN_DB=DB.fawn in "
                           "the environment",
                           STR_ARG(error));
        }
        close_file(shell, &file);
        return shell_fail(shell, EXIT_DATABASE);
    }
    close_session(shell);
    if (is_first) {
        vec_push(&shell->files, &shell->arena, file);
    } else {
        close_file(shell, &shell->files.at[shell->here]);
        shell->files.at[shell->here] = file;
    }
    shell->has_last = false;
    settle(shell, session, shell->here, database);
    return true;
}

/* -- more than one file ------------------------------------------------------------------------ */

bool place_attach(Shell *shell, const char *path, Str name, bool readonly, bool create)
{
    OpenFile file;
    name = str_copy(&shell->arena, name.len > 0 ? name : name_of_path(path));
    if (refuse_open_twice(shell, path)) {
        return false;
    }
    if (str_find(name, STR("/"), 0) >= 0 || str_eq(name, STR(".."))) {
        shell_complain(shell, "`%.*s` is no name for a file: it may not have a slash in it",
                       STR_ARG(name));
        return shell_fail(shell, EXIT_QUERY);
    }
    if (find_file(shell, name) >= 0) {
        shell_complain(shell, "a file called `%.*s` is open already; .attach %s as another name",
                       STR_ARG(name), path);
        return shell_fail(shell, EXIT_QUERY);
    }
    if (!open_file(shell, path, readonly, create, &file)) {
        return false;
    }
    file.name = name;
    vec_push(&shell->files, &shell->arena, file);
    return true;
}

bool place_detach(Shell *shell, Str name)
{
    int64_t index = find_file(shell, name);
    if (index < 0) {
        shell_complain(shell, "no file is called `%.*s` (.databases lists them)", STR_ARG(name));
        return shell_fail(shell, EXIT_QUERY);
    }
    if (index == shell->here) {
        shell_complain(shell, "`%.*s` is in use; .use another file first", STR_ARG(name));
        return shell_fail(shell, EXIT_QUERY);
    }
    close_file(shell, &shell->files.at[index]);
    shell->files.len--;
    for (int64_t i = index; i < shell->files.len; i++) {
        shell->files.at[i] = shell->files.at[i + 1];
    }
    shell->here -= shell->here > index;
    return true;
}

/* The file and the database in it that the words of place_use name. */
static int64_t read_place(const Shell *shell, Str place, Str *database)
{
    int64_t slash = str_find(place, STR("/"), 0);
    int64_t file = find_file(shell, slash < 0 ? place : str_slice(place, 0, slash));
    while (place.len > 1 && place.s[place.len - 1] == '/') {
        place.len--;
    }
    if (str_eq(place, STR("/"))) {
        *database = (Str){0};
    } else if (str_eq(place, STR(".."))) {
        Str present = present_database(shell);
        int64_t last = present.len;
        while (last > 0 && present.s[last - 1] != '/') {
            last--;
        }
        *database = str_slice(present, 0, last > 0 ? last - 1 : 0);
    } else if (file < 0) {
        *database = place.s[0] == '/' ? str_slice(place, 1, place.len) : place;
    } else {
        *database = slash < 0 ? (Str){0} : str_slice(place, slash + 1, place.len);
        return file;
    }
    return shell->here;
}

/* The place that is most like one that is not there. */
typedef struct NearPlace {
    Arena *arena;
    Str wanted, found;
    int best;
} NearPlace;

static void offer_place(void *context, Str place, const OpenFile *file, bool is_file)
{
    NearPlace *nearest = context;
    Str inner = is_file ? place : str_slice(place, file->name.len + 1, place.len);
    bool is_within = inner.len > nearest->wanted.len && str_ends_with(inner, nearest->wanted) &&
                     inner.s[inner.len - nearest->wanted.len - 1] == '/';
    bool goes_on = inner.len > nearest->wanted.len && str_starts_with(inner, nearest->wanted);
    int distance = is_within ? 0 : goes_on ? 1 : str_distance(inner, nearest->wanted);
    int whole = str_distance(place, nearest->wanted);
    distance = whole < distance ? whole : distance;
    if (distance < nearest->best) {
        nearest->best = distance;
        nearest->found = str_copy(nearest->arena, place);
    }
}

static bool fail_place(Shell *shell, Str place, Str error)
{
    NearPlace nearest = {.arena = &shell->arena, .wanted = place, .best = SUGGEST_DISTANCE_MAX + 1};
    place_each(shell, offer_place, &nearest);
    if (nearest.found.len > 0) {
        shell_complain(shell, "%.*s; did you mean %.*s?", STR_ARG(error), STR_ARG(nearest.found));
    } else {
        shell_complain(shell, "%.*s (.databases lists those there are; .open opens a file)",
                       STR_ARG(error));
    }
    return shell_fail(shell, EXIT_QUERY);
}

bool place_use(Shell *shell, Str place)
{
    Str database, error;
    int64_t file = read_place(shell, place, &database);
    database = str_copy(&shell->arena, database);
    Session *session = enter(shell, shell->files.at[file].store, &database, &error);
    if (session == NULL) {
        return fail_place(shell, place, error);
    }
    carry_variables(shell, session);
    shell->as_of_us = file == shell->here ? shell->as_of_us : 0;
    close_session(shell);
    settle(shell, session, file, database);
    return true;
}

/* -- all places -------------------------------------------------------------------------------- */

typedef struct Names {
    Arena *arena;
    VEC(Str) at;
} Names;

static Value take_name(void *context, Rt *rt, Value v)
{
    Names *names = context;
    (void)rt;
    for (uint32_t i = 0; v.type == T_ARRAY && i < v.len; i++) {
        Str name = str_copy(names->arena, val_as_str(v.as.items[i]));
        vec_push(&names->at, names->arena, name);
    }
    return val_null(NULL);
}

/* The names of the databases right within one of a file. */
static void read_names(const OpenFile *file, Str database, Names *names)
{
    Session *session = session_open(file->store);
    Str error;
    int64_t bad;
    if (session_enter(session, database, &error)) {
        const Source *source = session_source(
            session, STR("*databases*"), STR("Database.all().map(.name).toArray().order()"), &bad);
        RunOptions options = {.read_only = true, .sink = take_name, .sink_context = names};
        (void)session_run(session, source, &options);
    }
    session_close(session);
}

static void visit_within(const OpenFile *file, Str database, PlaceVisit *visit, void *context)
{
    Arena scratch;
    arena_init(&scratch);
    Names names = {.arena = &scratch};
    read_names(file, database, &names);
    for (int64_t i = 0; i < names.at.len; i++) {
        Str inner = str_format(&scratch, "%.*s%s%.*s", STR_ARG(database), database.len ? "/" : "",
                               STR_ARG(names.at.at[i]));
        visit(context, str_format(&scratch, "%.*s/%.*s", STR_ARG(file->name), STR_ARG(inner)), file,
              false);
        visit_within(file, inner, visit, context);
    }
    arena_free(&scratch);
}

void place_each(Shell *shell, PlaceVisit *visit, void *context)
{
    for (int64_t i = 0; i < shell->files.len; i++) {
        const OpenFile *file = &shell->files.at[i];
        visit(context, file->name, file, true);
        visit_within(file, (Str){0}, visit, context);
    }
}

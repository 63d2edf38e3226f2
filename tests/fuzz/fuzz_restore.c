/* fuzz_restore: any bytes as a dump that is restored. It is refused with a word, and leaves nothing;
 * or the database is sound, can be read and written to, and dumps to a text that restores to one which
 * dumps to the same.
 *
 * Headings are long: `%o NAME` stands for `%% documents NAME`, and so on (`shorts`).
 */
#include "interp/session/session.h"

#include "runtime/base/utf8.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct Database {
    Store *store;
    Session *session;
} Database;

static Database open_database(void)
{
    Database made;
    StoreNotice notice;
    always(store_open(&(StoreOptions){0}, &made.store, &notice) == STORE_OK);
    made.session = session_open(made.store);
    return made;
}

static void close_database(Database *database)
{
    session_close(database->session);
    always(store_close(database->store) == STORE_OK);
}

static bool next_line(void *context, Str *line)
{
    return str_take_line(context, line);
}

static bool keep(void *context, Str text)
{
    buf_put(context, text);
    return true;
}

static bool restore(Database *database, Str text)
{
    Outcome outcome = session_restore(database->session, next_line, &text);
    always(outcome.kind == OUTCOME_OK || (outcome.code.len > 0 && outcome.summary.len > 0));
    return outcome.kind == OUTCOME_OK;
}

/* Whether it could be dumped: references to collections that are gone cannot. */
static bool dump(Database *database, Buf *text)
{
    DumpOptions options = {.write = keep, .context = text};
    return session_dump(database->session, &options).kind == OUTCOME_OK;
}

/* Each document of the system and of the schema is read, printed and put again. */
static void use(Database *database)
{
    static const char text[] =
        "[Collection, Function, Role, AccessProvider, Key, Token, Credential, Database]\n"
        "  .forEach(c => c.all().forEach(d => log(d)))\n"
        "Collection.all().forEach(c => Collection(c.name).all().forEach(d => { log(d)\n d.update({}) }))\n"
        "Database.all().forEach(d => d.update({ data: { x: 1 } }))\n"
        "Credential.all().forEach(c => c.verify(\"x\"))";
    int64_t bad;
    StoreNotice notice;
    const Source *source = session_source(database->session, STR("use"), str_from_c(text), &bad);
    RunOptions options = {.timeout_ms = 1000, .each = true};
    Outcome outcome = session_run(database->session, source, &options);
    always(outcome.kind == OUTCOME_OK || outcome.code.len > 0);
    always(store_verify(database->store, &notice) == STORE_OK);
}

static void check_restored(Database *first)
{
    Buf text = {0}, again = {0};
    StoreNotice notice;
    always(store_verify(first->store, &notice) == STORE_OK);
    if (dump(first, &text)) {
        Database second = open_database();
        always(restore(&second, buf_str(&text)));
        always(dump(&second, &again) && str_eq(buf_str(&text), buf_str(&again)));
        close_database(&second);
    }
    buf_free(&text);
    buf_free(&again);
    use(first);
}

/* What stands for the beginnings of headings. */
static const struct {
    Str text;
    const char *stands_for;
} shorts[] = {{{"%s", 2}, "%% schema"},
              {{"%d", 2}, "%% definitions"},
              {{"%o", 2}, "%% documents"},
              {{"%a", 2}, "%% database"},
              {{"%e", 2}, "%% end"}};

static void put_line(Buf *out, Str line)
{
    for (int64_t i = 0; i < countof(shorts); i++) {
        if (str_starts_with(line, shorts[i].text)) {
            buf_puts(out, shorts[i].stands_for);
            line = str_slice(line, shorts[i].text.len, line.len);
            break;
        }
    }
    buf_put(out, line);
    buf_byte(out, '\n');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static Database database; /* opening one takes longer than to refuse most inputs */
    Str rest = {(const char *)data, (int64_t)size}, line;
    Buf text = {0};
    buf_puts(&text, "%% fawn dump 1\n");
    while (str_take_line(&rest, &line)) {
        put_line(&text, line);
    }
    if (!database.store) {
        database = open_database();
    }
    if (restore(&database, buf_str(&text))) {
        check_restored(&database);
        close_database(&database);
        database = (Database){0};
    } else {
        StoreStats stats = store_stats(database.store);
        always(stats.documents == 0 && stats.collections == 0);
    }
    buf_free(&text);
    return 0;
}

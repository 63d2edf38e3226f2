/* environment: see environment.h. Types are made when they are first asked for (env.c), so each is asked
 * for by the names that there may be: String, StringModule, KeyCollection, Key, NullKey …
 */
#include "interp/typer/environment.h"

#include "runtime/builtins/types.h"
#include "runtime/print/print.h"
#include "runtime/schema/catalog.h"

#include <stdlib.h>
#include <string.h>

typedef VEC(Str) Names;

typedef struct Putting {
    Buf *out;
    TyEnv *env;
    bool is_first; /* of the members of an object */
} Putting;

/* -- text ----------------------------------------------------------------------------------------- */

static int compare_names(const void *a, const void *b)
{
    return str_compare(*(const Str *)a, *(const Str *)b);
}

static void sort_names(Names *names)
{
    if (names->len > 1) {
        qsort(names->at, (size_t)names->len, sizeof *names->at, compare_names);
    }
}

static void begin_object(Putting *p)
{
    buf_byte(p->out, '{');
    p->is_first = true;
}

static void end_object(Putting *p)
{
    buf_byte(p->out, '}');
    p->is_first = false;
}

static void put_key(Putting *p, Str name)
{
    if (!p->is_first) {
        buf_byte(p->out, ',');
    }
    p->is_first = false;
    print_json_string(p->out, name);
    buf_byte(p->out, ':');
}

static void put_text(Putting *p, const char *name, Str text)
{
    put_key(p, str_from_c(name));
    print_json_string(p->out, text);
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c >= '0' && c <= '9');
}

/* Whether the letter stands for a type in it, as A does in `(A) => B`. */
static bool has_parameter(Str text, char letter)
{
    for (int64_t i = 0; i < text.len; i++) {
        bool alone = (i == 0 || !is_letter(text.s[i - 1])) &&
                     (i + 1 == text.len || !is_letter(text.s[i + 1]));
        if (text.s[i] == letter && alone) {
            return true;
        }
    }
    return false;
}

/* How a type is written, with its parameters before it: <A, B> (A) => B. */
static Str text_of(Putting *p, const Ty *type)
{
    Str text = typer_text(&p->env->maker, p->env->arena, type);
    Buf named = {0};
    for (char letter = 'A'; type->has_param && letter <= 'C'; letter++) {
        if (has_parameter(text, letter)) {
            buf_puts(&named, named.len == 0 ? "<" : ", ");
            buf_byte(&named, letter);
        }
    }
    if (named.len > 0) {
        buf_puts(&named, "> ");
        buf_put(&named, text);
        text = str_copy(p->env->arena, buf_str(&named));
    }
    buf_free(&named);
    return text;
}

/* -- shapes ---------------------------------------------------------------------------------------- */

static void add_keys(Putting *p, Names *names, const Map *map)
{
    for (int64_t i = 0; i < map->cap; i++) {
        if (map->slots[i].value != NULL) {
            vec_push(names, p->env->arena, map->slots[i].key);
        }
    }
}

static void add_rows(Putting *p, Names *names, const Builtin *const *rows)
{
    for (int64_t i = 0; rows != NULL && rows[i] != NULL; i++) {
        vec_push(names, p->env->arena, str_from_c(rows[i]->name));
    }
}

static void add_globals(Putting *p, Names *names)
{
#define BUILTIN_TYPE(ident, name) vec_push(names, p->env->arena, STR(name));
#include "runtime/builtins/types.def"
    vec_push(names, p->env->arena, STR("Credentials"));
    add_rows(p, names, builtin_globals);
}

/* In order, each once. */
static void put_fields(Putting *p, TyShape *shape)
{
    Names names = {0};
    Str before = {0};
    add_keys(p, &names, &shape->fields);
    add_rows(p, &names, shape->rows);
    if (shape->module == &fql_type) {
        add_globals(p, &names);
    }
    sort_names(&names);
    bool has_any = false;
    for (int64_t i = 0; i < names.len; i++) {
        const Ty *type = ty_shape_field(&p->env->maker, shape, names.at[i]);
        if (type == NULL || str_eq(names.at[i], before)) {
            continue;
        }
        if (!has_any) {
            put_key(p, STR("fields"));
            begin_object(p);
            has_any = true;
        }
        before = names.at[i];
        put_key(p, before);
        print_json_string(p->out, text_of(p, type));
    }
    if (has_any) {
        end_object(p);
    }
}

/* Operators are no methods to us: those of Fauna's types, for editors. */
static void put_operators(Putting *p, Str name)
{
    static const struct {
        const char *type, *json;
    } rows[] = {
        {"Boolean", "{\"!\":\"() => Boolean\",\"&&\":\"(other: Boolean) => Boolean\","
                    "\"||\":\"(other: Boolean) => Boolean\"}"},
        {"Number", "{\"%\":\"(other: Number) => Number\",\"&\":\"(other: Number) => Number\","
                   "\"*\":\"(other: Number) => Number\",\"**\":\"(exponent: Number) => Number\","
                   "\"-\":\"((other: Number) => Number) & (() => Number)\","
                   "\"/\":\"(other: Number) => Number\",\"^\":\"(other: Number) => Number\","
                   "\"|\":\"(other: Number) => Number\",\"~\":\"() => Number\"}"},
    };
    for (int64_t i = 0; i < countof(rows); i++) {
        if (str_eq(name, str_from_c(rows[i].type))) {
            put_key(p, STR("ops"));
            buf_puts(p->out, rows[i].json);
        }
    }
}

static const char *hint_of(const Putting *p, const TyShape *shape)
{
    if (shape->module != NULL) {
        return "module";
    }
    if (!str_ends_with(shape->name, STR("Collection"))) {
        return NULL;
    }
    Str own = str_slice(shape->name, 0, shape->name.len - STR("Collection").len);
    return map_find(&p->env->collections, own) != NULL ? "user_collection" : "server_collection";
}

static void put_shape(Putting *p, TyShape *shape)
{
    const char *hint = hint_of(p, shape);
    Buf self = {0};
    begin_object(p);
    if (shape->param_count > 0) {
        buf_puts(&self, "<A> ");
    }
    buf_put(&self, shape->name);
    buf_puts(&self, shape->param_count > 0 ? "<A>" : "");
    put_text(p, "self", buf_str(&self));
    buf_free(&self);
    put_fields(p, shape);
    put_operators(p, shape->name);
    if (shape->apply != NULL) {
        put_text(p, "apply", text_of(p, shape->apply));
    }
    if (shape->access != NULL) {
        put_text(p, "access", text_of(p, shape->access));
    }
    if (shape->alias != NULL) {
        put_text(p, "alias", text_of(p, shape->alias));
    }
    if (hint != NULL) {
        put_text(p, "type_hint", str_from_c(hint));
    }
    end_object(p);
}

/* -- all of it --------------------------------------------------------------------------------------- */

/* Names of types that may come with a module or a collection; the module of the system's is the
 * collection itself. */
static void add_type_names(Putting *p, Names *names, Str name)
{
    const Module *module = builtin_module(name);
    bool is_system = module != NULL && module->collection != NULL;
    static const struct {
        const char *before, *behind;
    } forms[] = {{"", ""}, {"", "Module"}, {"", "Collection"}, {"", "Def"}, {"Null", ""}, {"Null", "Def"}};
    for (int64_t i = 0; i < countof(forms); i++) {
        if (is_system && strcmp(forms[i].behind, "Module") == 0) {
            continue;
        }
        vec_push(names, p->env->arena, str_format(p->env->arena, "%s%.*s%s", forms[i].before, STR_ARG(name),
                                              forms[i].behind));
    }
}

static void put_types(Putting *p)
{
    static const char *const others[] = {"EmptyNamedRef", "EmptyRef", "FQL.SchemaModule", "FQLModule",
                                         "NamedRef", "Ref", "UserFunction"};
    Names sources = {0}, names = {0};
    Str before = {0};
#define BUILTIN_TYPE(ident, name) vec_push(&sources, p->env->arena, STR(name));
#include "runtime/builtins/types.def"
    add_keys(p, &sources, &p->env->collections);
    for (int64_t i = 0; i < sources.len; i++) {
        add_type_names(p, &names, sources.at[i]);
    }
    for (int64_t i = 0; i < countof(others); i++) {
        vec_push(&names, p->env->arena, str_from_c(others[i]));
    }
    sort_names(&names);
    put_key(p, STR("types"));
    begin_object(p);
    for (int64_t i = 0; i < names.len; i++) {
        TyShape *shape = ty_shape(&p->env->maker, names.at[i]);
        if (shape != NULL && str_eq(shape->name, names.at[i]) && !str_eq(names.at[i], before)) {
            before = names.at[i];
            put_key(p, before);
            put_shape(p, shape);
        }
    }
    end_object(p);
}

static void put_globals(Putting *p)
{
    Names names = {0};
    Str before = {0};
    add_globals(p, &names);
    vec_push(&names, p->env->arena, STR("FQL"));
    add_keys(p, &names, &p->env->collections);
    add_keys(p, &names, &p->env->functions);
    sort_names(&names);
    put_key(p, STR("globals"));
    begin_object(p);
    for (int64_t i = 0; i < names.len; i++) {
        TyScheme scheme;
        if (!str_eq(names.at[i], before) && ty_global(&p->env->maker, names.at[i], &scheme)) {
            before = names.at[i];
            put_key(p, before);
            print_json_string(p->out, text_of(p, scheme.type));
        }
    }
    end_object(p);
}

void environment_put(Buf *out, TyEnv *env)
{
    Putting p = {.out = out, .env = env};
    begin_object(&p);
    put_globals(&p);
    put_types(&p);
    end_object(&p);
}

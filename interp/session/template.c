/* template: flattens the tree of nodes into texts with values between them. Texts inside of an
 * array or object get parentheses, so that each stays an expression of its own.
 */
#include "interp/session/template.h"

#include "interp/session/request.h"
#include "runtime/base/map.h"
#include "runtime/base/vec.h"
#include "runtime/print/print.h"

/* Nodes within nodes. */
#define TEMPLATE_DEPTH_MAX 100

typedef struct Joiner {
    Arena *arena;
    Buf text; /* since the last value */
    VEC(Str) texts, values;
    int depth;
    Str error;
} Joiner;

static bool put_node(Joiner *joiner, const Member *node);

static bool fail(Joiner *joiner, Str error)
{
    joiner->error = error;
    return false;
}

static void end_text(Joiner *joiner)
{
    vec_push(&joiner->texts, joiner->arena, str_copy(joiner->arena, buf_str(&joiner->text)));
    joiner->text.len = 0;
}

static bool put_fql(Joiner *joiner, const Members *parts)
{
    for (int64_t i = 0; i < parts->count; i++) {
        if (!put_node(joiner, &parts->at[i])) {
            return false;
        }
    }
    return true;
}

/* Text inside of an array or object is an expression of its own: `node` is a string or an
 * {"fql": …}. */
static bool is_text(Joiner *joiner, const Member *node)
{
    Members keys;
    Str error;
    return node->kind == MEMBER_STRING ||
           (node->kind == MEMBER_OBJECT && request_read(joiner->arena, node->text, &keys, &error) &&
            keys.count == 1 && str_eq(keys.at[0].name, STR("fql")));
}

static bool put_element(Joiner *joiner, const Member *node)
{
    bool text = is_text(joiner, node);
    buf_puts(&joiner->text, text ? "(" : "");
    bool done = put_node(joiner, node);
    buf_puts(&joiner->text, text ? ")" : "");
    return done;
}

static bool put_array(Joiner *joiner, const Members *parts)
{
    buf_byte(&joiner->text, '[');
    for (int64_t i = 0; i < parts->count; i++) {
        buf_puts(&joiner->text, i > 0 ? ", " : "");
        if (!put_element(joiner, &parts->at[i])) {
            return false;
        }
    }
    buf_byte(&joiner->text, ']');
    return true;
}

static bool put_object(Joiner *joiner, const Members *parts)
{
    Map seen;
    map_init(&seen, joiner->arena);
    buf_puts(&joiner->text, "{ ");
    for (int64_t i = 0; i < parts->count; i++) {
        Str name = parts->at[i].name;
        if (map_find(&seen, name) != NULL) {
            return fail(joiner, str_format(joiner->arena, "Duplicate object field `%.*s`",
                                           STR_ARG(name)));
        }
        map_put(&seen, name, &parts->at[i]);
        buf_puts(&joiner->text, i > 0 ? ", " : "");
        print_fql_string(&joiner->text, parts->at[i].name);
        buf_puts(&joiner->text, ": ");
        if (!put_element(joiner, &parts->at[i])) {
            return false;
        }
    }
    buf_puts(&joiner->text, " }");
    return true;
}

static bool put_value(Joiner *joiner, Str json)
{
    end_text(joiner);
    vec_push(&joiner->values, joiner->arena, json);
    return true;
}

/* An object with the one key that says what the node is. */
static bool put_keyed(Joiner *joiner, const Member *key)
{
    static const struct {
        const char *name;
        MemberKind kind;
        bool (*put)(Joiner *joiner, const Members *parts);
    } kinds[] = {
        {"fql", MEMBER_ARRAY, put_fql},
        {"array", MEMBER_ARRAY, put_array},
        {"object", MEMBER_OBJECT, put_object},
    };
    if (str_eq(key->name, STR("value"))) {
        return put_value(joiner, key->text);
    }
    for (int64_t i = 0; i < countof(kinds); i++) {
        if (str_eq(key->name, str_from_c(kinds[i].name)) && key->kind == kinds[i].kind) {
            Members parts;
            return request_read(joiner->arena, key->text, &parts, &joiner->error) &&
                   kinds[i].put(joiner, &parts);
        }
    }
    return fail(joiner, STR("expected an object with the key 'fql', 'value', 'array' or 'object'"));
}

static bool put_node(Joiner *joiner, const Member *node)
{
    Members keys;
    if (node->kind == MEMBER_STRING) {
        buf_put(&joiner->text, node->string);
        return true;
    }
    if (joiner->depth >= TEMPLATE_DEPTH_MAX) {
        return fail(joiner, STR("the template is nested too deeply"));
    }
    if (node->kind != MEMBER_OBJECT ||
        !request_read(joiner->arena, node->text, &keys, &joiner->error) || keys.count != 1) {
        return fail(joiner, STR("expected a string, or an object with a single key"));
    }
    joiner->depth++;
    bool done = put_keyed(joiner, &keys.at[0]);
    joiner->depth--;
    return done;
}

bool template_read(Arena *arena, Str json, Template *result, Str *error)
{
    Joiner joiner = {.arena = arena};
    Member root = {.kind = MEMBER_OBJECT, .text = json};
    bool done = put_node(&joiner, &root);
    end_text(&joiner);
    buf_free(&joiner.text);
    *result = (Template){.texts = joiner.texts.at,
                         .text_count = joiner.texts.len,
                         .values = joiner.values.at,
                         .value_count = joiner.values.len};
    *error = joiner.error;
    return done;
}

/* sought: of what type a piece of a query is that is being typed, for completion. The place is
 * marked by the selection of a field that nothing has, which the typer takes to be right:
 *
 *   Movie.all().map(m => m.▮      Movie.all().map(m => m.SOUGHT)      Movie
 *
 * What is wrong elsewhere in the query does not matter. Nothing of it runs.
 */
#include "interp/session/session_int.h"

#include "interp/typer/typer.h"
#include "runtime/schema/catalog.h"

typedef struct Sought {
    Session *session;
    Typer typer;
    Arena work, kept;
    DiagList diags;
} Sought;

/* Of variables all is known: they are what they are. */
static const Value *find_value(void *context, Str name, bool *is_given)
{
    *is_given = true;
    return variable_find(context, name);
}

/* What the marked field is selected of; NULL: the text is no query, or it says nothing. */
static const Ty *find_sought(Sought *sought, Str text)
{
    Source *source = arena_new(&sought->work, Source);
    *source = (Source){STR("*query*"), text};
    ParseResult parsed = parse_script(&sought->work, source);
    if (parsed.status != PARSE_OK) {
        return NULL;
    }
    typer_begin(&sought->typer, &(TyperSetup){.rt = session_rt(sought->session),
                                              .arena = &sought->work,
                                              .lasting = &sought->kept,
                                              .env = typing_env(sought->session),
                                              .diags = &sought->diags,
                                              .variable = find_value,
                                              .context = sought->session,
                                              .unknown_names = true,
                                              .sought = STR(SESSION_SOUGHT)});
    const Node *block = parsed.node;
    for (int64_t i = 0; i < block->u.block.count && sought->typer.sought_of == NULL; i++) {
        (void)typer_statement(&sought->typer, &block->u.block.statements[i]);
    }
    return sought->typer.sought_of;
}

/* -- types as signatures write them ------------------------------------------------------------- */

static void put_simple(Buf *out, const TypeNode *node);

static const char *literal_type(LiteralKind kind)
{
    switch (kind) {
    case LITERAL_NULL:
        return "Null";
    case LITERAL_TRUE:
    case LITERAL_FALSE:
        return "Boolean";
    case LITERAL_INT:
        return "Int";
    case LITERAL_BIGINT:
    case LITERAL_FLOAT:
        return "Double";
    case LITERAL_STRING:
        return "String";
    }
    UNREACHABLE();
}

/* MovieCollection and MathModule are the collection and the module. */
static void put_name(Buf *out, Str name)
{
    static const char *const ends[] = {"Collection", "Module"};
    for (int64_t i = 0; i < countof(ends); i++) {
        Str end = str_from_c(ends[i]);
        if (name.len > end.len && str_ends_with(name, end)) {
            buf_byte(out, '@');
            name = str_slice(name, 0, name.len - end.len);
            break;
        }
    }
    buf_put(out, name);
}

/* Members that are of one type are there once. */
static void put_union(Buf *out, TypeNode *const *members, int64_t count)
{
    Buf all = {0}, one = {0};
    for (int64_t i = 0; i < count; i++) {
        one.len = 0;
        buf_puts(&one, " | ");
        put_simple(&one, members[i]);
        bool is_known = false;
        for (int64_t at = 0; (at = str_find(buf_str(&all), buf_str(&one), at)) >= 0 && !is_known;
             at++) {
            int64_t end = at + one.len;
            is_known = end == all.len || all.data[end] == ' ';
        }
        if (!is_known) {
            buf_put(&all, buf_str(&one));
        }
    }
    buf_put(out, str_slice(buf_str(&all), all.len > 0 ? 3 : 0, all.len));
    buf_free(&all);
    buf_free(&one);
}

static void put_object(Buf *out, const TypeNode *node)
{
    buf_puts(out, "{");
    for (int64_t i = 0; i < node->u.object.count; i++) {
        const TypeField *field = &node->u.object.fields[i];
        if (is_identifier(field->name.text)) {
            buf_puts(out, out->data[out->len - 1] == '{' ? " " : ", ");
            buf_put(out, field->name.text);
            buf_puts(out, ": ");
            put_simple(out, field->type);
        }
    }
    buf_puts(out, " }");
}

/* With the types of literals for these, and arrays for tuples: what they have is the same. */
static void put_simple(Buf *out, const TypeNode *node)
{
    switch (node->kind) {
    case TYPE_SINGLETON:
        buf_puts(out, literal_type(node->u.singleton.kind));
        return;
    case TYPE_NAME:
        put_name(out, node->u.group.name.text);
        return;
    case TYPE_CONS:
        buf_put(out, node->u.group.name.text);
        buf_byte(out, '<');
        put_union(out, node->u.group.args, node->u.group.count);
        buf_byte(out, '>');
        return;
    case TYPE_TUPLE:
        buf_puts(out, "Array<");
        put_union(out, node->u.group.args, node->u.group.count);
        buf_puts(out, node->u.group.count == 0 ? "Any>" : ">");
        return;
    case TYPE_UNION:
        put_union(out, node->u.group.args, node->u.group.count);
        return;
    case TYPE_OBJECT:
        put_object(out, node);
        return;
    case TYPE_DIFFERENCE:
        put_simple(out, node->u.group.args[0]);
        return;
    case TYPE_HOLE:
    case TYPE_ANY:
    case TYPE_NEVER:
    case TYPE_FUNCTION:
    case TYPE_INTERSECT:
    case TYPE_RECURSIVE:
    case TYPE_NULLABLE:
        buf_puts(out, "Any");
        return;
    }
    UNREACHABLE();
}

static void put_sought(Sought *sought, Buf *out, Str text)
{
    const Ty *type = find_sought(sought, text);
    if (type != NULL) {
        put_simple(out, ty_express(&sought->typer, &sought->work, type, true));
    }
}

Str session_sought_type(Session *session, Str text)
{
    static const RunOptions options = {0};
    Rt *rt = session_rt(session);
    Sought sought = {.session = session};
    Buf type = {0};
    arena_init(&sought.work);
    arena_init(&sought.kept);
    diag_list_init(&sought.diags, &sought.work);
    session->options = &options;
    session_begin_reading(session, &session->heap);
    rt->deadline_us = 0; /* of the last run; the typer's own bounds are enough */
    if (catalog_load(rt)) {
        put_sought(&sought, &type, text);
    }
    session_end_reading(session);
    Str found = str_eq(buf_str(&type), STR("Any")) ? (Str){0} : buf_str(&type);
    found = str_copy(&session->query, found);
    buf_free(&type);
    arena_free(&sought.work);
    arena_free(&sought.kept);
    return found;
}

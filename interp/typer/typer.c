/* typer: one check from the outside, and the types of values that are there already. */
#include "interp/typer/infer.h"

#include "runtime/schema/catalog.h"

enum { KEPT_SLACK_BYTES = 256 * 1024 };

void typer_begin(Typer *typer, const TyperSetup *setup)
{
    *typer = (Typer){.rt = setup->rt,
                     .arena = setup->arena,
                     .lasting = setup->lasting,
                     .env = setup->env,
                     .diags = setup->diags,
                     .variable = setup->variable,
                     .context = setup->context,
                     .values = setup->values,
                     .value_count = setup->value_count,
                     .unknown_names = setup->unknown_names,
                     .sought = setup->sought};
    if (setup->lasting != NULL) {
        map_init(&typer->kept, setup->lasting);
    }
}

const Ty *typer_type(Typer *typer, const Node *node)
{
    Infer in = {.typer = typer};
    int64_t errors = typer->diags->errors;
    const Ty *type = infer(&in, node);
    return in.failed || typer->diags->errors > errors ? NULL : type;
}

/* Names that were bound again and again leave types behind: now and then those that are still meant
 * are copied, and the others go. */
static void tidy_kept(Typer *typer)
{
    if (!typer->kept_stale ||
        arena_bytes(typer->lasting) < 2 * typer->kept_bytes + KEPT_SLACK_BYTES) {
        return;
    }
    Arena fresh;
    Map kept;
    arena_init(&fresh);
    map_init(&kept, &fresh);
    for (int64_t i = 0; i < typer->kept.cap; i++) {
        const MapSlot *slot = &typer->kept.slots[i];
        if (slot->value != NULL) {
            TyScheme *scheme = arena_copy(&fresh, slot->value, (int64_t)sizeof *scheme);
            scheme->type = ty_keep(typer, &fresh, scheme->type);
            map_put(&kept, str_copy(&fresh, slot->key), scheme);
        }
    }
    arena_free(typer->lasting);
    *typer->lasting = fresh;
    kept.arena = typer->lasting;
    typer->kept = kept;
    typer->kept_bytes = arena_bytes(typer->lasting);
    typer->kept_stale = false;
}

/* Moves the name that a statement bound to those that stay. */
static void keep_local(Typer *typer)
{
    const TyLocal *local = typer->locals;
    TyScheme *scheme = map_find(&typer->kept, local->name);
    typer->kept_stale |= scheme != NULL;
    if (scheme == NULL) {
        scheme = arena_new(typer->lasting, TyScheme);
        map_put(&typer->kept, str_copy(typer->lasting, local->name), scheme);
    }
    *scheme = local->scheme;
    scheme->type = ty_keep(typer, typer->lasting, local->scheme.type);
    typer->locals = NULL;
    tidy_kept(typer);
}

const Ty *typer_statement(Typer *typer, const Statement *statement)
{
    Infer in = {.typer = typer};
    const Ty *type = infer_statement(&in, statement);
    if (statement->is_let) {
        keep_local(typer);
    }
    return in.failed ? NULL : type;
}

void typer_forget(Typer *typer)
{
    arena_reset(typer->arena);
    memset(&typer->trail, 0, sizeof typer->trail);
    memset(&typer->failures, 0, sizeof typer->failures);
    memset(&typer->seen, 0, sizeof typer->seen);
    typer->seen_places = NULL;
    typer->seen_room = typer->steps = typer->vars = 0;
}

bool typer_is(Typer *typer, const Node *node, const Ty *type)
{
    Infer in = {.typer = typer};
    const Ty *found = infer(&in, node);
    infer_check(&in, found, type, node->span);
    return !in.failed;
}

const Ty *typer_of_given(Typer *typer, const Node *lambda, const Ty *given)
{
    Infer in = {.typer = typer};
    return infer_of_given(&in, lambda, given);
}

Str typer_text(Typer *typer, Arena *arena, const Ty *type)
{
    return ty_display(typer, arena, type, true);
}

/* -- values ------------------------------------------------------------------------------------ */

typedef struct ValueReader {
    Typer *typer;
    int64_t left; /* parts that are still looked at: further ones are Any */
    bool loose;
} ValueReader;

static const Ty *of_value(ValueReader *r, Value value);

static const Ty *literal(ValueReader *r, Literal literal)
{
    Literal *kept = arena_copy(r->typer->arena, &literal, (int64_t)sizeof literal);
    const Ty *type = ty_literal(r->typer, kept, (Span){0});
    return r->typer->widens && type->kind == TY_LITERAL ? ty_of_literal(r->typer, type) : type;
}

static const Ty *named(ValueReader *r, const char *name)
{
    return ty_named(r->typer, str_from_c(name), NULL, 0, (Span){0});
}

static const Ty *of_array(ValueReader *r, Value value)
{
    const Ty **members = arena_array(r->typer->arena, const Ty *, value.len);
    for (int64_t i = 0; i < value.len; i++) {
        members[i] = of_value(r, value.as.items[i]);
    }
    return ty_group(r->typer, TY_TUPLE, members, value.len, (Span){0});
}

static const Ty *of_object(ValueReader *r, const Object *object)
{
    int64_t count = object->shape->count;
    TyField *fields = arena_array(r->typer->arena, TyField, count);
    for (int64_t i = 0; i < count; i++) {
        fields[i] = (TyField){object->shape->names[i], of_value(r, object->slots[i])};
    }
    return ty_record(r->typer, fields, count, NULL, (Span){0});
}

static const Ty *of_document(ValueReader *r, Value value)
{
    const Collection *collection = catalog_collection_by_number(r->typer->rt->catalog, value.len);
    if (value.len == COLLECTION_COLLECTION || value.len == COLLECTION_FUNCTION) {
        return named(r, value.len == COLLECTION_FUNCTION ? "FunctionDef" : "CollectionDef");
    }
    return collection == NULL ? &ty_any : ty_named(r->typer, collection->name, NULL, 0, (Span){0});
}

static const Ty *of_module(ValueReader *r, const Module *module)
{
    bool is_collection = module->collection != NULL;
    if (module->parent != NULL) {
        return &ty_any;
    }
    return ty_named(r->typer,
                    str_format(r->typer->arena, "%.*s%s", STR_ARG(module->name),
                               is_collection ? "Collection" : "Module"),
                    NULL, 0, (Span){0});
}

static const Ty *of_value(ValueReader *r, Value value)
{
    if (r->left-- <= 0) {
        return &ty_any;
    }
    switch ((Type)value.type) {
    case T_NULL:
        return &ty_null;
    case T_BOOLEAN:
        return &ty_boolean;
    case T_INT:
    case T_LONG:
        return literal(r, (Literal){.kind = LITERAL_INT, .integer = value.as.integer});
    case T_DOUBLE:
        return named(r, "Double");
    case T_STRING:
        return literal(r, (Literal){.kind = LITERAL_STRING, .text = val_as_str(value)});
    case T_ID:
        return named(r, "ID");
    case T_TIME:
        return named(r, "Time");
    case T_TRANSACTION_TIME:
        return named(r, "TransactionTime");
    case T_DATE:
        return named(r, "Date");
    case T_BYTES:
        return named(r, "Bytes");
    case T_UUID:
        return named(r, "UUID");
    case T_CURSOR:
        return named(r, "SetCursor");
    case T_ARRAY:
        return of_array(r, value);
    case T_OBJECT:
        return r->loose ? &ty_any : of_object(r, value.as.object);
    case T_SET:
        return ty_named1(r->typer, STR("Set"), &ty_any, (Span){0});
    case T_EVENT_SOURCE:
        return ty_named1(r->typer, STR("EventSource"), &ty_any, (Span){0});
    case T_DOC:
        return of_document(r, value);
    case T_MODULE:
        return of_module(r, value.as.module);
    case T_FUNCTION:
    case T_FAULT:
    case TYPE_COUNT:
        return &ty_any;
    }
    UNREACHABLE();
}

const Ty *typer_of_value(Typer *typer, Value value, bool loose)
{
    ValueReader r = {typer, TYPER_VALUE_PARTS_MAX, loose};
    return of_value(&r, value);
}

const Ty *typer_value(Typer *typer, int64_t index, Span span)
{
    return index < typer->value_count
               ? ty_at(typer, typer_of_value(typer, typer->values[index], false), span)
               : ty_at(typer, &ty_any, span);
}

/* signature: the text of a builtin's signature made into checks, and the checks.
 *
 *   "(pattern: String, start: Int) => Int | Null"
 *        params: pattern  STRING  as_is {T_STRING}
 *                start    INT     as_is {T_INT}; a Long or Double that fits is converted
 *
 * Almost every argument is of a type in `as_is`, and then nothing else is looked at.
 * Reference: NativeFunction.scala (which fault), TypeTag.scala (conversions).
 */
#include "interp/signature.h"

#include "grammar/parse.h"
#include "runtime/base/vec.h"
#include "runtime/number.h"
#include "runtime/set/set.h"

#include <math.h>

/* -- from text --------------------------------------------------------------------------------- */

#define BIT(type) (1u << (type))
#define ALL_TYPES (BIT(T_FAULT) - 1)

_Static_assert(TYPE_COUNT <= 32, "a bit per type");

/* The names that signatures may use. `expected` is how faults spell the type. */
static const struct {
    const char *name;
    ParamKind kind;
    uint32_t as_is;
    const char *expected;
} known[] = {
    {"Any", PARAM_ANY, ALL_TYPES, "Any"},
    {"Array", PARAM_ARRAY, BIT(T_ARRAY), "Array<Any>"},
    {"Boolean", PARAM_BOOLEAN, BIT(T_BOOLEAN), "Boolean"},
    {"Bytes", PARAM_BYTES, BIT(T_BYTES), "Bytes"},
    {"Date", PARAM_DATE, BIT(T_DATE), "Date"},
    {"Doc", PARAM_DOCUMENT, BIT(T_DOC), "Doc"},
    {"Document", PARAM_DOCUMENT, BIT(T_DOC), "Doc"},
    {"Double", PARAM_DOUBLE, BIT(T_DOUBLE), "Double"},
    {"EventSource", PARAM_ANY, BIT(T_EVENT_SOURCE), "EventSource<Any>"},
    {"Function", PARAM_FUNCTION, BIT(T_FUNCTION), "Function"},
    {"ID", PARAM_ID, BIT(T_ID), "ID"},
    {"Int", PARAM_INT, BIT(T_INT), "Int"},
    {"Long", PARAM_LONG, BIT(T_LONG), "Long"},
    {"Module", PARAM_MODULE, BIT(T_MODULE), "Module"},
    {"Null", PARAM_ANY, BIT(T_NULL), "Null"},
    {"Number", PARAM_NUMBER, BIT(T_INT) | BIT(T_LONG) | BIT(T_DOUBLE), "Number"},
    {"Object", PARAM_OBJECT, BIT(T_OBJECT) | BIT(T_DOC), "{ *: Any }"},
    {"Set", PARAM_SET, BIT(T_SET), "Set<Any>"},
    {"SetCursor", PARAM_CURSOR, BIT(T_CURSOR), "SetCursor"},
    {"String", PARAM_STRING, BIT(T_STRING), "String"},
    {"Struct", PARAM_STRUCT, BIT(T_OBJECT), "{ *: Any }"},
    {"Time", PARAM_TIME, BIT(T_TIME), "Time"},
    {"TransactionTime", PARAM_ANY, BIT(T_TRANSACTION_TIME), "TransactionTime"},
    {"UUID", PARAM_UUID, BIT(T_UUID), "UUID"},
};

/* A name that is not known is a type variable: it takes anything. */
static Param param_of_name(Str name)
{
    for (int64_t i = 0; i < countof(known); i++) {
        if (str_eq(str_from_c(known[i].name), name)) {
            return (Param){.kind = known[i].kind,
                           .as_is = known[i].as_is,
                           .arity = -1,
                           .expected = str_from_c(known[i].expected)};
        }
    }
    return (Param){.kind = PARAM_ANY, .as_is = ALL_TYPES, .arity = -1, .expected = STR("Any")};
}

static Param param_of_type(Arena *arena, const TypeNode *type);

/* `T | Null` is T that may be null; otherwise every member's types are taken as they are. */
static Param param_of_union(Arena *arena, const TypeNode *type)
{
    Param result = {.kind = PARAM_ANY, .arity = -1};
    int64_t members = 0;
    bool nullable = false;
    for (int64_t i = 0; i < type->u.group.count; i++) {
        Param member = param_of_type(arena, type->u.group.args[i]);
        if (member.as_is == BIT(T_NULL)) {
            nullable = true;
            continue;
        }
        if (members++ == 0) {
            result = member;
            continue;
        }
        result.as_is |= member.as_is;
        result.kind = PARAM_ANY;
        result.expected =
            str_format(arena, "%.*s | %.*s", STR_ARG(result.expected), STR_ARG(member.expected));
    }
    result.nullable = nullable;
    result.as_is |= nullable ? BIT(T_NULL) : 0;
    return result;
}

static Param param_of_type(Arena *arena, const TypeNode *type)
{
    switch (type->kind) {
    case TYPE_NAME:
    case TYPE_CONS:
        return param_of_name(type->u.group.name.text);
    case TYPE_UNION:
        return param_of_union(arena, type);
    case TYPE_NULLABLE: {
        Param inner = param_of_type(arena, type->u.group.args[0]);
        inner.nullable = true;
        inner.as_is |= BIT(T_NULL);
        return inner;
    }
    case TYPE_FUNCTION: {
        Param function = param_of_name(STR("Function"));
        if (!type->u.function.variadic) {
            function.arity = (int8_t)type->u.function.count;
            function.as_is = 0; /* the arity is to be looked at */
        }
        return function;
    }
    case TYPE_OBJECT:
        return param_of_name(STR("Struct"));
    case TYPE_TUPLE:
        return param_of_name(STR("Array"));
    case TYPE_SINGLETON:
        return type->u.singleton.kind == LITERAL_STRING ? param_of_name(STR("String"))
                                                        : param_of_name(STR("Any"));
    case TYPE_HOLE:
    case TYPE_ANY:
    case TYPE_NEVER:
    case TYPE_INTERSECT:
    case TYPE_DIFFERENCE:
    case TYPE_RECURSIVE:
        return param_of_name(STR("Any"));
    }
    UNREACHABLE();
}

static Overload read_overload(Arena *arena, const TypeNode *type)
{
    int64_t count = type->u.function.count;
    Param *params = arena_array(arena, Param, count);
    for (int64_t i = 0; i < count; i++) {
        const TypeParam *written = &type->u.function.params[i];
        params[i] = param_of_type(arena, written->type);
        params[i].name = str_copy(arena, written->name.text);
    }
    return (Overload){
        .params = params, .count = (int32_t)count, .variadic = type->u.function.variadic};
}

static void note_arity(Signature *signature, const Overload *overload)
{
    int32_t least = overload->variadic ? overload->count - 1 : overload->count;
    if (signature->count == 1 || least < signature->argc_min) {
        signature->argc_min = least;
    }
    if (overload->variadic) {
        signature->argc_max = -1;
    } else if (signature->argc_max >= 0 && overload->count > signature->argc_max) {
        signature->argc_max = overload->count;
    }
}

static Signature *parse_signature(Arena *lasting, const Builtin *row)
{
    Str text = str_from_c(row->signature);
    Signature *signature = arena_new(lasting, Signature);
    Arena scratch;
    VEC(Overload) overloads = {0};
    arena_init(&scratch);
    for (int64_t start = 0; start < text.len;) {
        int64_t end = str_find(text, STR("\n"), start);
        end = end < 0 ? text.len : end;
        Source source = {.name = STR("signature"), .text = str_slice(text, start, end)};
        ParseResult parsed = parse_type(&scratch, &source);
        always(parsed.status == PARSE_OK);
        start = end + 1;
        if (parsed.type->kind != TYPE_FUNCTION) {
            signature->is_field = true;
            continue;
        }
        Overload overload = read_overload(lasting, parsed.type);
        vec_push(&overloads, lasting, overload);
        signature->count++;
        note_arity(signature, &overload);
    }
    signature->overloads = overloads.at;
    arena_free(&scratch);
    return signature;
}

typedef struct SignatureEntry {
    const Builtin *row;
    Signature *signature;
} SignatureEntry;

const Signature *signature_of(Rt *rt, const Builtin *row)
{
    Machine *machine = machine_of(rt);
    Str key = {(const char *)&row, sizeof row};
    SignatureEntry *entry = map_find(&machine->signatures, key);
    if (entry == NULL) {
        entry = arena_new(machine->lasting, SignatureEntry);
        entry->row = row;
        entry->signature = parse_signature(machine->lasting, row);
        map_put(&machine->signatures, (Str){(const char *)&entry->row, sizeof row}, entry);
    }
    return entry->signature;
}

/* -- checking and converting ------------------------------------------------------------------- */

static bool convert_to_int(Value *v)
{
    if (v->type == T_LONG && v->as.integer == (int32_t)v->as.integer) {
        *v = val_int(v->as.integer);
        return true;
    }
    if (v->type == T_DOUBLE && v->as.number >= INT32_MIN && v->as.number <= INT32_MAX &&
        v->as.number == floor(v->as.number)) {
        *v = val_int((int64_t)v->as.number);
        return true;
    }
    return false;
}

static bool convert_to_long(Value *v)
{
    if (v->type == T_INT) {
        *v = val_long(v->as.integer);
        return true;
    }
    if (v->type != T_DOUBLE || v->as.number != floor(v->as.number) || isinf(v->as.number)) {
        return false;
    }
    double d = v->as.number;
    *v = val_long(d >= 0x1p63 ? INT64_MAX : d < -0x1p63 ? INT64_MIN : (int64_t)d);
    return true;
}

static bool convert_to_id(Value *v)
{
    int64_t id;
    if (val_is_integer(*v)) {
        *v = val_id(v->as.integer);
        return true;
    }
    if (v->type == T_STRING && number_parse_long(val_as_str(*v), &id)) {
        *v = val_id(id);
        return true;
    }
    return false;
}

static bool convert_to_cursor(Rt *rt, Value *v)
{
    if (v->type != T_STRING) {
        return false;
    }
    Cursor *cursor = arena_new(rt->heap, Cursor);
    cursor->text = val_as_str(*v);
    *v = (Value){.type = T_CURSOR, .as.cursor = cursor};
    return true;
}

/* Makes `*v` what `param` takes, if it can be. */
static bool convert(Rt *rt, const Param *param, Value *v)
{
    if (param->as_is & BIT(v->type)) {
        return true;
    }
    switch (param->kind) {
    case PARAM_INT:
        return convert_to_int(v);
    case PARAM_LONG:
        return convert_to_long(v);
    case PARAM_DOUBLE:
        if (!val_is_integer(*v)) {
            return false;
        }
        *v = val_double((double)v->as.integer);
        return true;
    case PARAM_ID:
        return convert_to_id(v);
    case PARAM_CURSOR:
        return convert_to_cursor(rt, v);
    case PARAM_FUNCTION:
        return v->type == T_FUNCTION;
    case PARAM_ANY:
    case PARAM_NUMBER:
    case PARAM_STRING:
    case PARAM_BOOLEAN:
    case PARAM_TIME:
    case PARAM_DATE:
    case PARAM_BYTES:
    case PARAM_UUID:
    case PARAM_ARRAY:
    case PARAM_SET:
    case PARAM_OBJECT:
    case PARAM_STRUCT:
    case PARAM_DOCUMENT:
    case PARAM_MODULE:
        return false;
    }
    UNREACHABLE();
}

static bool takes_count(const Overload *overload, int64_t argc)
{
    return overload->variadic ? argc >= overload->count - 1 : argc == overload->count;
}

static const Param *param_at(const Overload *overload, int64_t i)
{
    return &overload->params[i < overload->count ? i : overload->count - 1];
}

static Value fault_argument(Rt *rt, const Overload *overload, int64_t i, Value got)
{
    const Param *param = param_at(overload, i);
    Str name = param->name;
    if (overload->variadic && i >= overload->count - 1) {
        name =
            str_format(rt->query, "%.*s%lld", STR_ARG(name), (long long)(i - overload->count + 1));
    }
    return rt_fault_argument_type(rt, name, param->expected, got);
}

/* "(String, Int) | (String, String)": the overloads that take so many arguments. */
static Value fault_arguments(Rt *rt, const Builtin *row, const Signature *signature,
                             const Value *args, int64_t argc)
{
    Buf text = {0};
    for (int32_t i = 0; i < signature->count; i++) {
        const Overload *overload = &signature->overloads[i];
        if (!takes_count(overload, argc)) {
            continue;
        }
        buf_puts(&text, text.len > 0 ? " | (" : "(");
        for (int32_t j = 0; j < overload->count; j++) {
            buf_puts(&text, j > 0 ? ", " : "");
            buf_put(&text, overload->params[j].expected);
        }
        buf_byte(&text, ')');
    }
    buf_puts(&text, ", received (");
    for (int64_t i = 0; i < argc; i++) {
        buf_puts(&text, i > 0 ? ", " : "");
        buf_put(&text, rt_type_name(rt, args[i]));
    }
    Str described = buf_str(&text);
    rt_fault(rt, FAULT_invalid_argument, "expected arguments to `%s` of type %.*s)", row->name,
             STR_ARG(described));
    buf_free(&text);
    return val_fault();
}

/* "exactly 1 parameter", as a function's arity is told to who passes it. */
static Value fault_function_arity(Rt *rt, const Param *param, const Function *fn)
{
    Str requires = fn->params == 0 && !fn->variadic ? STR("no parameters")
                   : fn->params == 0                ? STR("any number of parameters")
                                                    : str_format(rt->query, "%s %d parameter%s",
                                                  fn->variadic ? "at least" : "exactly", fn->params,
                                                  fn->params == 1 ? "" : "s");
    return rt_fault(rt, FAULT_invalid_argument,
                    "`%.*s` should accept %d parameter%s, provided function requires %.*s.",
                    STR_ARG(param->name), param->arity, param->arity == 1 ? "" : "s",
                    STR_ARG(requires));
}

static bool check_functions(Rt *rt, const Overload *overload, const Value *args, int64_t argc)
{
    for (int64_t i = 0; i < argc; i++) {
        const Param *param = param_at(overload, i);
        if (param->kind == PARAM_FUNCTION && param->arity >= 0 && args[i].type == T_FUNCTION &&
            !function_accepts(args[i].as.function, param->arity)) {
            fault_function_arity(rt, param, args[i].as.function);
            return false;
        }
    }
    return true;
}

/* Converts the arguments for one overload. -1: done; else the first that does not fit. */
static int64_t convert_all(Rt *rt, const Overload *overload, Value *args, int64_t argc)
{
    for (int64_t i = 0; i < argc; i++) {
        if (!convert(rt, param_at(overload, i), &args[i])) {
            return i;
        }
    }
    return -1;
}

static bool fits(Rt *rt, const Overload *overload, const Value *args, int64_t argc)
{
    for (int64_t i = 0; i < argc; i++) {
        Value v = args[i];
        if (!convert(rt, param_at(overload, i), &v)) {
            return false;
        }
    }
    return true;
}

bool signature_convert(Rt *rt, const Builtin *row, const Signature *signature, Value *args,
                       int64_t argc)
{
    const Overload *overload = &signature->overloads[0];
    if (signature->count > 1) {
        int32_t i = 0;
        while (i < signature->count && !(takes_count(&signature->overloads[i], argc) &&
                                         fits(rt, &signature->overloads[i], args, argc))) {
            i++;
        }
        if (i == signature->count) {
            fault_arguments(rt, row, signature, args, argc);
            return false;
        }
        overload = &signature->overloads[i];
    }
    int64_t wrong = convert_all(rt, overload, args, argc);
    if (wrong >= 0) {
        fault_argument(rt, overload, wrong, args[wrong]);
        return false;
    }
    return check_functions(rt, overload, args, argc);
}

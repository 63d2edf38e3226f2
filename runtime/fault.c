/* fault: making faults and wording the frequent ones, as the reference words them
 * (QueryFailure.scala). A fault lives in the query's arena; T_FAULT is only the sign of it.
 */
#include "runtime/function.h"
#include "runtime/print/print.h"

#include "runtime/base/limits.h"
#include "runtime/base/vec.h"

static const struct {
    Str text, meaning;
} codes[FAULT_COUNT] = {
#define FAULT(code, meaning_)                                      \
    [FAULT_##code] = {.text = {#code, (int64_t)sizeof(#code) - 1}, \
                      .meaning = {meaning_, (int64_t)sizeof(meaning_) - 1}},
#include "runtime/fault.def"
#undef FAULT
};

Str fault_code_text(FaultCode code)
{
    assert(code < FAULT_COUNT);
    return codes[code].text;
}

Str fault_code_meaning(FaultCode code)
{
    assert(code < FAULT_COUNT);
    return codes[code].meaning;
}

bool fault_ends_query(FaultCode code)
{
    return code == FAULT_interrupted || code == FAULT_time_out || code == FAULT_memory_limit ||
           code == FAULT_stack_overflow || code == FAULT_storage_failure ||
           code == FAULT_internal_failure;
}

bool rt_fault_take(Rt *rt)
{
    if (fault_ends_query(rt->fault->code)) {
        return false;
    }
    rt->fault = NULL;
    return true;
}

static Value set_fault(Rt *rt, FaultCode code, Str message)
{
    assert(!rt->fault && "one failure at a time");
    Fault *fault = arena_new(rt->query, Fault);
    fault->code = code;
    fault->message = message;
    diag_list_init(&fault->check, rt->query);
    rt->fault = fault;
    return val_fault();
}

Value rt_fault(Rt *rt, FaultCode code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    Str message = str_vformat(rt->query, format, args);
    va_end(args);
    return set_fault(rt, code, message);
}

Value rt_abort(Rt *rt, Value v)
{
    if (!memory_has(arena_bytes(rt->heap))) {
        return rt_fault_memory(rt);
    }
    Value fault = rt_fault(rt, FAULT_abort, "Query aborted.");
    rt->fault->has_abort = true;
    rt->fault->abort_value = val_copy(rt->query, v, NULL);
    return fault;
}

Value rt_trace(Rt *rt, Span span)
{
    Fault *fault = rt->fault;
    assert(fault);
    if (fault->trace_len == fault->trace_cap) {
        fault->trace =
            vec_grow(rt->query, fault->trace, &fault->trace_cap, (int64_t)sizeof *fault->trace);
    }
    fault->trace[fault->trace_len++] = span;
    return val_fault();
}

void rt_refuse(Rt *rt, Effect effect, const char *action)
{
    static const char *const names[] = {[PURE] = "nothing",
                                        [OBSERVES] = "an observation",
                                        [READS] = "a read",
                                        [WRITES] = "a write"};
    rt_fault(rt, FAULT_invalid_effect, "%s performs %s, which is not allowed in %s.", action,
             names[effect], rt->effects.place);
}

void rt_fault_hint(Rt *rt, Span span, Str message)
{
    assert(rt->fault);
    Diag *hint = arena_new(rt->query, Diag);
    *hint = (Diag){.kind = DIAG_HINT, .span = span, .message = str_copy(rt->query, message)};
    Diag **end = &rt->fault->hints;
    while (*end) {
        end = &(*end)->next;
    }
    *end = hint;
}

/* -- frequent faults ---------------------------------------------------------------------- */

Value rt_fault_argument_type(Rt *rt, Str param, Str expected, Value got)
{
    Str type = rt_type_name(rt, got);
    return rt_fault(rt, FAULT_invalid_argument,
                    "expected value for `%.*s` of type %.*s, received %.*s", STR_ARG(param),
                    STR_ARG(expected), STR_ARG(type));
}

Value rt_fault_argument(Rt *rt, Str param, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    Str reason = str_vformat(rt->query, format, args);
    va_end(args);
    return rt_fault(rt, FAULT_invalid_argument, "invalid argument `%.*s`: %.*s", STR_ARG(param),
                    STR_ARG(reason));
}

Value rt_fault_bounds(Rt *rt, Str param, Str predicate, Value got)
{
    Buf text = {0};
    Value printed = print_debug(rt, &text, got);
    if (!val_is_fault(printed)) {
        rt_fault(rt, FAULT_invalid_bounds, "expected `%.*s` to be %.*s, received %.*s",
                 STR_ARG(param), STR_ARG(predicate), STR_ARG(buf_str(&text)));
    }
    buf_free(&text);
    return val_fault();
}

Value rt_fault_type(Rt *rt, Str expected, Value got)
{
    Str type = rt_type_name(rt, got);
    return rt_fault(rt, FAULT_type_mismatch, "expected type: %.*s, received %.*s",
                    STR_ARG(expected), STR_ARG(type));
}

static void raise_no_document(Rt *rt, Str collection, Value doc)
{
    if (doc.type == T_DOC && doc.flags == DOC_NAMED) {
        Str name = doc.as.doc_name->name;
        rt_fault(rt, FAULT_document_not_found, "%.*s `%.*s` not found.", STR_ARG(collection),
                 STR_ARG(name));
        return;
    }
    long long id = doc.type == T_DOC ? (long long)val_doc_key(doc) : 0;
    rt_fault(rt, FAULT_document_not_found,
             "Collection `%.*s` does not contain document with id %lld.", STR_ARG(collection), id);
}

static void raise_null(Rt *rt, const NullCause *cause)
{
    switch (cause->kind) {
    case NULL_LITERAL:
        rt_fault(rt, FAULT_null_value, "Null literal value");
        return;
    case NULL_MISSING_FIELD:
        rt_fault(rt, FAULT_null_value, "Null value, due to missing field `%.*s`",
                 STR_ARG(cause->name));
        return;
    case NULL_DOC_NOT_FOUND:
    case NULL_DOC_DELETED:
        raise_no_document(rt, cause->name, cause->of);
        return;
    case NULL_COLLECTION_DELETED: {
        long long id = cause->of.type == T_DOC && cause->of.flags != DOC_NAMED
                           ? (long long)val_doc_key(cause->of)
                           : 0;
        rt_fault(rt, FAULT_document_not_found,
                 "Document with id %lld does not exist because the collection was deleted.", id);
        return;
    }
    case NULL_NO_ELEMENT:
        rt_fault(rt, FAULT_null_value, "Null value, due to %.*s", STR_ARG(cause->name));
        return;
    case NULL_NOT_A_NUMBER:
        rt_fault(rt, FAULT_null_value, "Null value, due to invalid number");
        return;
    case NULL_NOT_PERMITTED:
        rt_fault(rt, FAULT_null_value, "Null value, due to permission denied");
        return;
    }
    UNREACHABLE();
}

Value rt_fault_null(Rt *rt, Value null, Span use)
{
    assert(val_is_null(null));
    const NullCause *cause = null.as.cause;
    if (!cause) {
        return rt_fault(rt, FAULT_null_value, "Null literal value");
    }
    raise_null(rt, cause);
    if (cause->span.source && !span_overlaps(cause->span, use)) {
        rt_fault_hint(rt, cause->span, STR("Null value created here"));
    }
    return val_fault();
}

Value rt_fault_memory(Rt *rt)
{
    return rt_fault(rt, FAULT_memory_limit,
                    "The query needs more memory than there is. Nothing of it was kept.");
}

Value rt_store_fault(Rt *rt, StoreStatus status)
{
    switch (status) {
    case STORE_OK:
        break;
    case STORE_EXISTS:
        return rt_fault(rt, FAULT_document_id_exists, "A document with this id exists already.");
    case STORE_NOT_FOUND:
        return rt_fault(rt, FAULT_document_not_found, "The document does not exist.");
    case STORE_NOT_UNIQUE:
        return rt_fault(rt, FAULT_constraint_failure, "Failed unique constraint.");
    case STORE_KEY_TOO_LONG:
        return rt_fault(rt, FAULT_value_too_large,
                        "Value too large: an index entry exceeds the limit of %d bytes.",
                        KEY_BYTES_MAX);
    case STORE_READ_ONLY:
        return rt_fault(rt, FAULT_read_only, "The database is open for reading only.");
    case STORE_FULL:
        return rt_fault(
            rt, FAULT_invalid_write,
            "There are too many databases, or a database has had too many collections.");
    case STORE_STOPPED: /* interrupted or late, which a look tells */
        return rt_look(rt) ? rt_fault(rt, FAULT_interrupted, "The query was interrupted.")
                           : val_fault();
    case STORE_NO_MEMORY:
        return rt_fault_memory(rt);
    case STORE_CHANGED:
    case STORE_LOCKED:
    case STORE_IO:
    case STORE_NO_SPACE:
    case STORE_NOT_A_DATABASE:
    case STORE_CORRUPT:
    case STORE_VERSION:
    case STORE_NO_FILE:
        return rt_fault(rt, FAULT_storage_failure, "%s", store_error(rt->store)->text);
    }
    UNREACHABLE();
}

/* -- names of types ------------------------------------------------------------------------ */

Str rt_type_name(Rt *rt, Value v)
{
    (void)rt;
    switch ((Type)v.type) {
    case T_ARRAY:
        return STR("Array<Any>");
    case T_OBJECT:
        return STR("{ *: Any }");
    case T_DOC:
        return STR("Doc");
    case T_MODULE:
        return v.as.module->name;
    case T_SET:
        return STR("Set<Any>");
    case T_FUNCTION:
        return v.as.function->kind == FUNCTION_LAMBDA ? STR("Lambda") : STR("Function");
    case T_EVENT_SOURCE:
        return STR("EventSource<Any>");
    case T_NULL:
    case T_BOOLEAN:
    case T_INT:
    case T_LONG:
    case T_DOUBLE:
    case T_STRING:
    case T_ID:
    case T_TIME:
    case T_TRANSACTION_TIME:
    case T_DATE:
    case T_BYTES:
    case T_UUID:
    case T_CURSOR:
        return type_name((Type)v.type);
    case T_FAULT:
    case TYPE_COUNT:
        break;
    }
    UNREACHABLE();
}

/* access: the links of a chain that are no calls: .name [x] ! and projection.
 *
 * A chain's links nest: a?.b.c! is bang(select c(select? b(a))). When `?.` meets null, its
 * null carries NULL_SHORT, the links around it hand it on, and the end of the chain takes the
 * mark off again; `!` alone is not skipped.
 */
#include "interp/signature.h"

#include "runtime/document/codec.h"
#include "runtime/document/document.h"
#include "runtime/hint.h"
#include "runtime/schema/computed.h"
#include "runtime/set/accumulator.h"
#include "store/doc.h"

/* -- .name ------------------------------------------------------------------------------------- */

static bool is_no_document(const NullCause *cause)
{
    return cause != NULL &&
           (cause->kind == NULL_DOC_NOT_FOUND || cause->kind == NULL_NOT_PERMITTED);
}

/* The null behind a document, made anew for the place where it was used. */
static Value move_null(Rt *rt, Value null, Span span)
{
    NullCause *cause = arena_copy(rt->heap, null.as.cause, (int64_t)sizeof *cause);
    cause->span = span;
    return val_null(cause);
}

Value null_access(Rt *rt, Value self, const Name *name, Value null, bool optional, Span callee_span)
{
    const NullCause *cause = null.as.cause;
    bool document = self.type == T_DOC && is_no_document(cause);
    if (optional) {
        Value result = document ? move_null(rt, null, callee_span) : null;
        result.flags = NULL_SHORT;
        return result;
    }
    if (document) {
        rt_fault_null(rt, move_null(rt, null, callee_span), callee_span);
        return rt_trace(rt, callee_span);
    }
    rt_fault(rt, FAULT_invalid_null_access, "Cannot access `%.*s` on null.", STR_ARG(name->text));
    if (cause != NULL) {
        rt_fault_hint(rt, cause->span, STR("Null value created here"));
    }
    return rt_trace(rt, name->span);
}

Value select_value(Rt *rt, Value self, const Name *name, bool optional, Span callee_span)
{
    if (val_is_fault(self) || (val_is_null(self) && self.flags == NULL_SHORT)) {
        return self;
    }
    Member member = receiver_member(rt, self, name);
    if (member.kind == MEMBER_FAULT) {
        return val_fault();
    }
    if (member.kind == MEMBER_NULL) {
        return null_access(rt, self, name, member.value, optional, callee_span);
    }
    return member.value;
}

/* Reads a field of an object and remembers where it was. */
static NOINLINE Value select_from_object(Rt *rt, const SelectCode *code, Value self)
{
    const Object *object = self.as.object;
    int64_t slot = shape_slot(object->shape, code->name.text);
    if (slot < 0) {
        return val_null_because(rt->heap, NULL_MISSING_FIELD, code->name.span, code->name.text,
                                accumulator_blank(rt, self));
    }
    if (object->shape->shared) {
        code->cache->shape = object->shape;
        code->cache->slot = (int32_t)slot;
    }
    return object->slots[slot];
}

/* Reads a field of a document. The user's own fields are slots of its block; which one is
 * remembered under the block's shape. */
static NOINLINE Value select_from_document(Rt *rt, const SelectCode *code, Value self, Value *frame)
{
    if (!rt_may(rt, READS, "Reading a field")) {
        return rt_trace(rt, code->name.span);
    }
    const Version *version = doc_version(rt, self);
    if (UNLIKELY(rt->performance_hints)) {
        hint_field_read(rt, self, code->name.text, code->name.span);
    }
    if (LIKELY(version != NULL && code->plain) && !collection_is_system(self.len) &&
        self.flags != DOC_PAST && computed_find(rt, self.len, code->name.text) == NULL) {
        uint32_t shape_id = doc_shape_id(version->doc);
        if (LIKELY(code->cache->shape_id == shape_id)) {
            return codec_slot(rt, version->doc, code->cache->slot);
        }
        const Shape *shape = shape_by_id(rt->shapes, shape_id);
        int64_t slot = shape != NULL ? shape_slot(shape, code->name.text) : -1;
        if (slot >= 0) {
            code->cache->shape_id = shape_id;
            code->cache->slot = (int32_t)slot;
            return codec_slot(rt, version->doc, slot);
        }
    }
    rt->sp = frame + code->height;
    return select_value(rt, self, &code->name, code->optional, code->callee_span);
}

static ALWAYS_INLINE Value select_from(Rt *rt, const SelectCode *code, Value self, Value *frame)
{
    if (LIKELY(self.type == T_OBJECT)) {
        const SelectCache *cache = code->cache;
        if (LIKELY(self.as.object->shape == cache->shape)) {
            return self.as.object->slots[cache->slot];
        }
        return select_from_object(rt, code, self);
    }
    if (LIKELY(self.type == T_DOC)) {
        Value number;
        return LIKELY(select_number(rt, code->cache, &self, &number))
                   ? number
                   : select_from_document(rt, code, self, frame);
    }
    return select_value(rt, self, &code->name, code->optional, code->callee_span);
}

Value run_select(Rt *rt, const Code *head, Value *frame)
{
    const SelectCode *code = (const SelectCode *)head;
    return select_from(rt, code, code_run(rt, code->self, frame), frame);
}

Value run_select_slot(Rt *rt, const Code *head, Value *frame)
{
    const SelectCode *code = (const SelectCode *)head;
    return select_from(rt, code, frame[code->self_slot], frame);
}

/* -- [x] --------------------------------------------------------------------------------------- */

/* `value[key]` on objects and documents, `value[index]` on arrays and strings. */
static Value access_key(Rt *rt, const AccessCode *code, Value self, Value key)
{
    if (key.type != T_STRING) {
        rt_fault_argument_type(rt, STR("key"), STR("String"), key);
        return rt_trace(rt, code->head.span);
    }
    Name name = {.text = val_as_str(key), .span = code->head.span};
    Member member = receiver_member(rt, self, &name);
    rt->site = &code->head.span; /* `name` does not outlive this */
    if (member.kind == MEMBER_NULL) {
        Name brackets = {.text = STR("[]"), .span = code->head.span};
        return null_access(rt, self, &brackets, member.value, code->optional, code->callee_span);
    }
    return member.kind == MEMBER_FAULT ? val_fault() : member.value;
}

static Value access_index(Rt *rt, const AccessCode *code, Value self, Value *args)
{
    const Builtin *at = builtin_find(builtin_type_of((Type)self.type)->methods, STR("at"));
    assert(at != NULL);
    Value result =
        builtin_apply(rt, at, signature_of(rt, at), self, args, code->args.count, &code->head.span);
    return val_is_fault(result) ? rt_trace(rt, code->head.span) : result;
}

static NOINLINE Value access_other(Rt *rt, const AccessCode *code, Value self, Value *frame)
{
    Value *args = frame + code->args.base;
    bool indexed = self.type == T_ARRAY || self.type == T_STRING;
    bool keyed = self.type == T_OBJECT || self.type == T_DOC || self.type == T_NULL;
    if (!indexed && !keyed) {
        Str type = rt_type_name(rt, self);
        rt_fault(rt, FAULT_invalid_function_invocation,
                 "The function `[]` does not exist on `%.*s`", STR_ARG(type));
        return rt_trace(rt, code->head.span);
    }
    if (!arguments_run(rt, &code->args, frame)) {
        return val_fault();
    }
    if (indexed) {
        return access_index(rt, code, self, args);
    }
    rt->sp = args + code->args.count;
    if (code->args.count != 1) {
        rt_fault(rt, FAULT_invalid_function_invocation,
                 "callee function expects exactly 1 argument, but %d %s provided.",
                 code->args.count, code->args.count == 1 ? "was" : "were");
        return rt_trace(rt, code->head.span);
    }
    if (self.type == T_NULL) {
        Name brackets = {.text = STR("[]"), .span = code->head.span};
        return null_access(rt, self, &brackets, self, code->optional, code->callee_span);
    }
    return access_key(rt, code, self, args[0]);
}

/* `object[key]`: an object is a map as often as a record. */
static Value access_object(Rt *rt, const AccessCode *code, Value self, Value *frame)
{
    TRY_RUN(key, code->args.at[0]);
    const Value *field = key.type == T_STRING ? object_get(self.as.object, val_as_str(key)) : NULL;
    return field != NULL ? *field : access_key(rt, code, accumulator_blank(rt, self), key);
}

Value run_access(Rt *rt, const Code *head, Value *frame)
{
    const AccessCode *code = (const AccessCode *)head;
    Value self = code_run(rt, code->self, frame);
    if (LIKELY(self.type == T_ARRAY && code->args.count == 1)) {
        TRY_RUN(index, code->args.at[0]);
        if (LIKELY(index.type == T_INT && (uint64_t)index.as.integer < self.len)) {
            return self.as.items[index.as.integer];
        }
        frame[code->args.base] = index;
        return access_index(rt, code, self, frame + code->args.base);
    }
    if (self.type == T_OBJECT && code->args.count == 1) {
        return access_object(rt, code, self, frame);
    }
    if (val_is_fault(self) || (val_is_null(self) && self.flags == NULL_SHORT)) {
        return self;
    }
    return access_other(rt, code, self, frame);
}

/* -- ! and the end of a chain ------------------------------------------------------------------ */

/* A document known by its id, known by its version from here on: fields are read without looking
 * for it again. */
static Value found_document(Value doc, const Version *version)
{
    Value found = val_doc(doc.len, version);
    found.aux = doc.aux;
    return found;
}

Value run_bang(Rt *rt, const Code *head, Value *frame)
{
    const LinkCode *code = (const LinkCode *)head;
    TRY_RUN(self, code->self);
    if (LIKELY(self.type != T_NULL && self.type != T_DOC)) {
        return self;
    }
    if (self.type == T_DOC) {
        if (!rt_may(rt, READS, "`!`")) {
            return rt_trace(rt, code->head.span);
        }
        const Version *version = doc_version(rt, self);
        if (LIKELY(version != NULL)) {
            bool is_found = self.flags == DOC_ID && rt->valid_time_us == 0;
            return is_found ? found_document(self, version) : self;
        }
        self = doc_null(rt, self, code->head.span);
    }
    Span span = self.flags == NULL_SHORT ? code->skipped_span : code->head.span;
    rt_fault_null(rt, self, span);
    return rt_trace(rt, span);
}

Value run_chain_end(Rt *rt, const Code *head, Value *frame)
{
    TRY_RUN(v, ((const LinkCode *)head)->self);
    if (v.type == T_NULL) {
        v.flags = 0;
    }
    return v;
}

/* -- projection -------------------------------------------------------------------------------- */

static bool is_iterable(Value v)
{
    return v.type == T_ARRAY || v.type == T_SET || v.type == T_EVENT_SOURCE;
}

/* `set { a, b }` is set.map(element => element { a, b }). */
static Value project_each(Rt *rt, const ProjectCode *code, Value self, Value fn, Value *frame)
{
    const Builtin *map = builtin_find(builtin_type_of((Type)self.type)->methods, STR("map"));
    assert(map != NULL);
    frame[code->base] = fn;
    return builtin_apply(rt, map, signature_of(rt, map), self, frame + code->base, 1,
                         &code->head.span);
}

static Value project(Rt *rt, const ProjectCode *code, Value self, Value *frame)
{
    Value fn = code_run(rt, code->lambda, frame);
    if (is_iterable(self)) {
        return project_each(rt, code, self, fn, frame);
    }
    frame[code->base] = fn;
    frame[code->base + 1] = self;
    return function_enter(rt, fn.as.function, frame + code->base + 1, 1);
}

Value run_project(Rt *rt, const Code *head, Value *frame)
{
    const ProjectCode *code = (const ProjectCode *)head;
    TRY_RUN(self, code->self);
    if (self.type == T_DOC && !rt_may(rt, READS, "Projection")) {
        return rt_trace(rt, code->head.span);
    }
    if (self.type == T_DOC && doc_version(rt, self) == NULL) {
        return doc_null(rt, self, code->head.span);
    }
    if (!is_iterable(self) && self.type != T_OBJECT && self.type != T_DOC) {
        return self;
    }
    Value result = project(rt, code, self, frame);
    return UNLIKELY(val_is_fault(result)) ? rt_trace(rt, code->head.span) : result;
}

/* -- paths ------------------------------------------------------------------------------------- */

/* The name or index that a link selects by, what it selects from into `*self`. False: it is
 * another kind of link. */
static bool link_step(const Code *link, Value *step, const Code **self)
{
    if (link->run == run_select || link->run == run_select_slot) {
        const SelectCode *select = (const SelectCode *)link;
        *step = val_str(select->name.text);
        *self = select->self;
        return !select->optional;
    }
    const AccessCode *access = (const AccessCode *)link;
    if (link->run != run_access || access->optional || access->args.count != 1 ||
        access->args.at[0]->run != run_literal) {
        return false;
    }
    *step = ((const LiteralCode *)access->args.at[0])->value;
    *self = access->self;
    return step->type == T_STRING || val_is_integer(*step);
}

static bool is_short_lambda(const Function *fn)
{
    return fn->kind == FUNCTION_LAMBDA && fn->params == 1 &&
           str_starts_with(str_slice(fn->span.source->text, fn->span.start, fn->span.end),
                           STR("."));
}

bool lambda_path(Rt *rt, const Function *fn, Value *path)
{
    if (!is_short_lambda(fn)) {
        return false;
    }
    int64_t count = 0;
    const Code *body = ((const FunctionCode *)fn->code)->body;
    const Code *link = body;
    for (Value step; link->run != run_slot; count++) {
        if (!link_step(link, &step, &link)) {
            return false;
        }
    }
    Value *steps = arena_array(rt->heap, Value, count);
    link = body;
    for (int64_t i = count; i-- > 0;) {
        (void)link_step(link, &steps[i], &link);
    }
    *path = val_array(steps, count);
    return true;
}

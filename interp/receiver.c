/* receiver: what a value has under a name.
 *
 *   value                 methods                      fields
 *   object                (none); eventSource when it  its own
 *                         is a group of an aggregate
 *   document              Doc's, while it exists       its own, then Doc's methods bound
 *   Movie                 collection_rows, indexes     the same, bound
 *   Math, String          the module's functions       the same, bound; FQL has modules
 *   null                  Null's                       the same; else the access is refused
 *   all others            their type's                 the same, bound
 *
 * Reference: FieldTable.scala.
 */
#include "interp/nearest.h"
#include "interp/signature.h"

#include "runtime/builtins/types.h"
#include "runtime/document/separate.h"
#include "runtime/event/event_source.h"
#include "runtime/function.h"

#include <string.h>

/* -- indexes as methods ------------------------------------------------------------------------ */

/* `Movie.byGenre` as a builtin: its receiver is [Movie, "byGenre"]. */
static Value call_index(Rt *rt, const Call *call)
{
    const Value *receiver = call->self.as.items;
    const Collection *collection = receiver[0].as.module->collection;
    const Index *index = collection_index_now(rt, collection, val_as_str(receiver[1]));
    if (index == NULL) {
        return val_fault();
    }
    return collection_index_set(rt, collection, index, call->args, call->argc);
}

static const Builtin index_row = {
    .name = "index",
    .effect = READS,
    .signature = "(...terms: Any) => Set<Any>",
    .doc = "The documents that an index holds under the given terms.",
    .fn = call_index,
    .is_of_member = true,
};

static Member find_index(Rt *rt, Value self, Str name)
{
    /* The module may be older than the last change of its collection. */
    uint32_t number = self.as.module->collection->number;
    const Collection *collection = catalog_collection_by_number(rt->catalog, number);
    const Index *index = collection != NULL ? collection_index(collection, name) : NULL;
    if (index == NULL) {
        return (Member){.kind = MEMBER_NONE};
    }
    Value *receiver = arena_alloc(rt->heap, 2 * (int64_t)sizeof *receiver);
    receiver[0] = self;
    receiver[1] = val_str(index->name);
    return (Member){
        .kind = MEMBER_METHOD, .row = &index_row, .self = val_array(receiver, 2), .index = index};
}

/* -- aggregates as methods --------------------------------------------------------------------- */

/* `Review.rating` as a builtin: its receiver is [Review, "rating"]. */
static Value call_aggregate(Rt *rt, const Call *call)
{
    const Value *receiver = call->self.as.items;
    const Collection *collection = receiver[0].as.module->collection;
    const Aggregate *aggregate = collection_aggregate_now(rt, collection, val_as_str(receiver[1]));
    return aggregate ? aggregate_call(rt, collection, aggregate, call->args, call->argc)
                     : val_fault();
}

static const Builtin aggregate_row = {
    .name = "aggregate",
    .effect = READS,
    .signature = "(...terms: Any) => Any",
    .doc = "The totals of the group with the given terms; without terms, the set of all groups.",
    .fn = call_aggregate,
    .is_of_member = true,
};

static Member find_aggregate(Rt *rt, Value self, Str name)
{
    uint32_t number = self.as.module->collection->number;
    const Collection *collection = catalog_collection_by_number(rt->catalog, number);
    const Aggregate *aggregate = collection ? collection_aggregate(collection, name) : NULL;
    if (!aggregate) {
        return (Member){.kind = MEMBER_NONE};
    }
    Value *receiver = arena_alloc(rt->heap, 2 * (int64_t)sizeof *receiver);
    receiver[0] = self;
    receiver[1] = val_str(aggregate->name);
    return (Member){
        .kind = MEMBER_METHOD, .row = &aggregate_row, .self = val_array(receiver, 2), .once = true};
}

/* Review.rating(movie).eventSource(): the one method that an object has, when it is a group. */
static Value watch_group(Rt *rt, const Call *call)
{
    return event_source_all(rt, aggregate_group_set(call->self), "eventSource");
}

static const Builtin watch_group_row = {
    .name = "eventSource",
    .effect = PURE,
    .signature = "() => EventSource<Any>",
    .doc = "The changes of the group, as events.",
    .fn = watch_group,
};

/* -- rows -------------------------------------------------------------------------------------- */

static bool is_user_collection(Value v)
{
    return v.type == T_MODULE && v.as.module->type == NULL;
}

static const Builtin *const *rows_of(Value self)
{
    if (self.type == T_MODULE) {
        const Module *module = self.as.module;
        return module->type != NULL ? module->type->statics : collection_rows;
    }
    if (self.type == T_DOC && self.len == COLLECTION_CREDENTIAL) {
        return credential_type.methods;
    }
    const BuiltinType *type = builtin_type_of((Type)self.type);
    return type != NULL ? type->methods : NULL;
}

static bool is_method(const Builtin *row)
{
    return row->signature[0] == '(';
}

/* The row called `name`, whatever the state of the receiver. */
static Member find_row(Rt *rt, Value self, Str name)
{
    if (self.type == T_OBJECT && self.flags & OBJECT_GROUP && str_eq(name, STR("eventSource"))) {
        return (Member){
            .kind = MEMBER_METHOD, .row = &watch_group_row, .self = self, .once = true};
    }
    const Builtin *row = builtin_find(rows_of(self), name);
    if (row != NULL) {
        return (Member){
            .kind = is_method(row) ? MEMBER_METHOD : MEMBER_FIELD, .row = row, .self = self};
    }
    if (!is_user_collection(self)) {
        return (Member){.kind = MEMBER_NONE};
    }
    Member index = find_index(rt, self, name);
    return index.kind != MEMBER_NONE ? index : find_aggregate(rt, self, name);
}

void receiver_offer_names(Value self, Nearest *nearest)
{
    if (self.type == T_OBJECT) {
        const Shape *shape = self.as.object->shape;
        for (uint32_t i = 0; i < shape->count; i++) {
            nearest_offer(nearest, shape->names[i]);
        }
        return;
    }
    nearest_offer_rows(nearest, rows_of(self));
    if (is_user_collection(self)) {
        const Collection *collection = self.as.module->collection;
        for (int64_t i = 0; i < collection->index_count; i++) {
            nearest_offer(nearest, collection->indexes[i].name);
        }
        for (int64_t i = 0; i < collection->aggregates.count; i++) {
            nearest_offer(nearest, collection->aggregates.at[i].name);
        }
    }
}

bool receiver_all_has(Value self, Str name)
{
    const BuiltinType *set = builtin_type_of(T_SET);
    return self.type == T_MODULE && builtin_find(rows_of(self), STR("all")) != NULL &&
           builtin_find(set->methods, name) != NULL;
}

/* A document that does not exist has nothing but `exists`. Nor has one that must not be read:
 * then a fault is set. */
static bool is_missing_document(Rt *rt, Value self, const Name *name)
{
    if (self.type != T_DOC || str_eq(name->text, STR("exists"))) {
        return false;
    }
    if (!rt_may(rt, READS, "Reading a field")) {
        rt_trace(rt, name->span);
        return true;
    }
    return doc_version(rt, self) == NULL;
}

static Member member_of_missing_document(Rt *rt, Value self, const Name *name)
{
    if (rt->fault != NULL) {
        return (Member){.kind = MEMBER_FAULT};
    }
    return (Member){.kind = MEMBER_NULL, .value = doc_null(rt, self, name->span)};
}

Member receiver_method(Rt *rt, Value self, const Name *name)
{
    if (is_missing_document(rt, self, name)) {
        return member_of_missing_document(rt, self, name);
    }
    Member member = find_row(rt, self, name->text);
    if (member.kind == MEMBER_METHOD) {
        return member;
    }
    return self.type == T_NULL ? (Member){.kind = MEMBER_NULL, .value = self}
                               : (Member){.kind = MEMBER_NONE};
}

bool receiver_cacheable(Value self)
{
    return self.type != T_DOC && self.type != T_NULL;
}

const Builtin *receiver_apply(Value self)
{
    if (self.type != T_MODULE) {
        return NULL;
    }
    const BuiltinType *type = self.as.module->type;
    return type != NULL ? type->constructor : &collection_apply_row;
}

/* -- values ------------------------------------------------------------------------------------ */

static Value bind_method(Rt *rt, const Member *method)
{
    const Signature *signature = signature_of(rt, method->row);
    Function *fn = arena_new(rt->heap, Function);
    fn->kind = FUNCTION_BOUND;
    fn->params = signature->argc_min;
    fn->variadic = signature->argc_max < 0;
    fn->arities = function_arities(signature);
    fn->name = str_from_c(method->row->name);
    fn->builtin = method->row;
    fn->self = method->self;
    return val_function(fn);
}

static Value read_builtin_field(Rt *rt, const Member *field, const Name *name)
{
    rt->site = &name->span;
    Call call = {.self = field->self, .span = name->span, .row = field->row};
    Value v = field->row->fn(rt, &call);
    return UNLIKELY(val_is_fault(v)) ? rt_trace(rt, name->span) : v;
}

static Member value_of_row(Rt *rt, const Member *found, const Name *name)
{
    Value v =
        found->kind == MEMBER_METHOD ? bind_method(rt, found) : read_builtin_field(rt, found, name);
    return (Member){.kind = val_is_fault(v) ? MEMBER_FAULT : MEMBER_VALUE, .value = v};
}

static Member missing_field(Rt *rt, Value self, const Name *name)
{
    Value null = val_null_because(rt->heap, NULL_MISSING_FIELD, name->span, name->text, self);
    return (Member){.kind = MEMBER_VALUE, .value = null};
}

/* Whether a document's field is null because there is no document. */
static bool tells_of_missing_document(Value v)
{
    const NullCause *cause = v.type == T_NULL ? v.as.cause : NULL;
    return cause != NULL &&
           (cause->kind == NULL_DOC_NOT_FOUND || cause->kind == NULL_DOC_DELETED ||
            cause->kind == NULL_COLLECTION_DELETED || cause->kind == NULL_NOT_PERMITTED);
}

static Member member_of_document(Rt *rt, Value self, const Name *name)
{
    rt->site = &name->span;
    Value v = doc_field(rt, self, name->text);
    if (val_is_fault(v)) {
        rt_trace(rt, name->span);
        return (Member){.kind = MEMBER_FAULT};
    }
    if (v.type == T_SET) {
        v = val_set(set_after_call(rt, v.as.set, name->span));
    }
    return (Member){.kind = tells_of_missing_document(v) ? MEMBER_NULL : MEMBER_VALUE, .value = v};
}

Member receiver_member(Rt *rt, Value self, const Name *name)
{
    if (self.type == T_OBJECT) {
        const Value *field = object_get(self.as.object, name->text);
        return field != NULL ? (Member){.kind = MEMBER_VALUE, .value = *field}
                             : missing_field(rt, self, name);
    }
    Member found = find_row(rt, self, name->text);
    if (found.kind == MEMBER_NONE) {
        return self.type == T_DOC    ? member_of_document(rt, self, name)
               : self.type == T_NULL ? (Member){.kind = MEMBER_NULL, .value = self}
                                     : missing_field(rt, self, name);
    }
    if (is_missing_document(rt, self, name)) {
        return member_of_missing_document(rt, self, name);
    }
    return value_of_row(rt, &found, name);
}

Value global_user(Rt *rt, Str name)
{
    const Collection *collection = separate_collection(rt, name);
    if (collection != NULL) {
        return val_module(&collection->module);
    }
    Value function = separate_function(rt, name);
    return val_is_null(function) && builtin_module_yields(name) ? val_module(builtin_module(name))
                                                                : function;
}

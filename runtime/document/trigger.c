/* trigger: reading triggers of definitions, and running them.
 *
 *   write ─► event ─► when (event) ─► do (event) ─► write ─► …
 *              │                                      │
 *              └ TriggerRun, on the C stack ◄─────────┘ outer
 *
 * The runs under way are a list from the innermost out: it tells how deep triggers are within
 * each other, and whether one would run for a document that it runs for already.
 *
 * What a definition of one must look like is checked in definition_trigger.c.
 */
#include "runtime/document/trigger.h"

#include "runtime/access/permission.h"
#include "runtime/document/codec.h"
#include "runtime/document/document.h"
#include "runtime/document/fields.h"
#include "runtime/set/plan.h"

/* A trigger that is running. */
struct TriggerRun {
    const Trigger *trigger;
    uint32_t collection;
    int64_t id;    /* the document; of a trigger on an aggregate, 0 */
    Str terms;     /* of the group */
    int64_t depth; /* 1: it runs in no other trigger */
    const struct TriggerRun *outer;
};

/* -- definitions ------------------------------------------------------------------------------ */

static const Str action_texts[TRIGGER_ACTION_COUNT] = {
    [TRIGGER_CREATE] = {"create", 6},
    [TRIGGER_UPDATE] = {"update", 6},
    [TRIGGER_DELETE] = {"delete", 6},
};

Str trigger_action_text(TriggerAction action)
{
    assert(action < TRIGGER_ACTION_COUNT);
    return action_texts[action];
}

bool trigger_action_find(Str text, TriggerAction *action)
{
    for (int i = 0; i < TRIGGER_ACTION_COUNT; i++) {
        if (str_eq(text, action_texts[i])) {
            *action = (TriggerAction)i;
            return true;
        }
    }
    return false;
}

static uint32_t read_actions(Value on)
{
    uint32_t actions = 0;
    for (int64_t i = 0; on.type == T_ARRAY && i < on.len; i++) {
        TriggerAction action;
        if (trigger_action_find(val_as_str(on.as.items[i]), &action)) {
            actions |= 1u << action;
        }
    }
    return actions;
}

/* The function whose text is field `name`; an empty text: there is none. */
static DocFunction read_function(Arena *arena, const Trigger *trigger, const Object *definition,
                                 Str name)
{
    Value text = field_or_null(definition, name);
    DocFunction function = {.name = trigger->name, .fn = val_null(NULL)};
    if (!val_is_null(text)) {
        function.source = (Source){
            .name = str_format(arena, "*trigger:%.*s*", STR_ARG(trigger->label)),
            .text = str_copy(arena, val_as_str(text)),
        };
    }
    return function;
}

static Trigger read_trigger(Arena *arena, Str collection, Str name, const Object *definition)
{
    Value on = field_or_null(definition, STR("on"));
    Trigger trigger = {.name = str_copy(arena, name), .actions = read_actions(on)};
    trigger.label = str_format(arena, "%.*s.%.*s", STR_ARG(collection), STR_ARG(name));
    if (on.type == T_STRING) {
        trigger.aggregate = str_copy(arena, val_as_str(on));
    }
    trigger.when = read_function(arena, &trigger, definition, STR("when"));
    trigger.body = read_function(arena, &trigger, definition, STR("do"));
    return trigger;
}

Triggers triggers_from_definition(Arena *arena, Str collection, Value triggers)
{
    Triggers list = {0};
    if (triggers.type != T_OBJECT) {
        return list;
    }
    const Object *object = triggers.as.object;
    list.at = arena_array(arena, Trigger, object->shape->count);
    for (int64_t i = 0; i < object->shape->count; i++) {
        Trigger trigger =
            read_trigger(arena, collection, object->shape->names[i], object->slots[i].as.object);
        list.at[list.count++] = trigger;
        list.actions |= trigger.actions;
        list.on_aggregates |= trigger.actions == 0;
    }
    return list;
}

/* -- events ----------------------------------------------------------------------------------- */

static bool is_on(const TriggerEvent *event, const Trigger *trigger)
{
    return trigger->actions >> event->action & 1;
}

/* Notes the groups of `version` in each aggregate that some trigger is on. */
static void note_groups(TriggerEvent *event, const Version *version)
{
    const Collection *collection = event->collection;
    for (int64_t i = 0; i < collection->triggers.count; i++) {
        const Trigger *trigger = &collection->triggers.at[i];
        if (trigger->actions == 0) {
            const Aggregate *aggregate = collection_aggregate(collection, trigger->aggregate);
            group_changes_note(event->rt, &event->groups, aggregate, version);
        }
    }
}

void trigger_event_begin(TriggerEvent *event, Rt *rt, const Collection *collection,
                         TriggerAction action, Value doc)
{
    *event = (TriggerEvent){
        .rt = rt, .collection = collection, .action = action, .before = val_null(NULL)};
    if (!val_is_null(doc) && collection->triggers.actions >> action & 1) {
        Value before = doc;
        before.flags = DOC_GIVEN; /* who writes it need not be one who may read it */
        event->before = doc_stored_object(rt, before);
    }
    if (!val_is_null(doc) && collection->triggers.on_aggregates) {
        note_groups(event, doc.as.version);
        trigger_event_read(event);
    }
}

void trigger_event_expect(TriggerEvent *event, const Version *version)
{
    note_groups(event, version);
}

void trigger_event_read(TriggerEvent *event)
{
    group_changes_read_before(event->rt, &event->groups);
}

/* What all events have. */
static Fields make_fields(const TriggerEvent *event, Str action)
{
    Rt *rt = event->rt;
    Fields fields = {0};
    fields_add(rt, &fields, STR("action"), val_str(action));
    fields_add(rt, &fields, STR("collection"), val_module(&event->collection->module));
    fields_add(rt, &fields, STR("id"), val_id(event->id));
    fields_add(rt, &fields, STR("ts"), (Value){.type = T_TRANSACTION_TIME});
    return fields;
}

/* The value that triggers on actions get. */
static Value document_event(const TriggerEvent *event, Value doc)
{
    Fields fields = make_fields(event, trigger_action_text(event->action));
    fields_add(event->rt, &fields, STR("before"), event->before);
    fields_add(event->rt, &fields, STR("after"), doc);
    return fields_object(event->rt, &fields);
}

/* The value that triggers on aggregates get. */
static Value group_event(const TriggerEvent *event, const GroupChange *change)
{
    Rt *rt = event->rt;
    int64_t count = change->aggregate->spec.term_count;
    Fields fields = make_fields(event, STR("change"));
    Value *terms = arena_array(rt->heap, Value, count);
    codec_read_key(rt, change->terms, count, terms);
    fields_add(rt, &fields, STR("aggregate"), val_str(change->aggregate->name));
    fields_add(rt, &fields, STR("key"), rt_object(rt, change->aggregate->names, terms, count));
    fields_add(rt, &fields, STR("before"), change->before);
    fields_add(rt, &fields, STR("after"), change->after);
    return fields_object(rt, &fields);
}

/* -- running ---------------------------------------------------------------------------------- */

/* "Review.refresh -> Movie.touch -> ", the outermost first. */
static void put_chain(Buf *out, const struct TriggerRun *run)
{
    if (run) {
        put_chain(out, run->outer);
        buf_printf(out, "%.*s -> ", STR_ARG(run->trigger->label));
    }
}

/* "`problem`: Review.refresh -> Movie.touch. `advice`" */
static bool fail_chain(Rt *rt, const struct TriggerRun *run, const char *problem,
                       const char *advice)
{
    Buf chain = {0};
    put_chain(&chain, run->outer);
    (void)rt_fault(rt, FAULT_invalid_write, "%s: %.*s%.*s. %s", problem, STR_ARG(buf_str(&chain)),
                   STR_ARG(run->trigger->label), advice);
    buf_free(&chain);
    return false;
}

/* Whether `run` may begin: not in a circle, nor too deep. */
static bool may_run(Rt *rt, const struct TriggerRun *run)
{
    for (const struct TriggerRun *outer = run->outer; outer; outer = outer->outer) {
        if (outer->collection == run->collection && outer->id == run->id &&
            str_eq(outer->terms, run->terms) &&
            str_eq(outer->trigger->label, run->trigger->label)) {
            return fail_chain(rt, run, "Triggers run in a circle",
                              "The last one is running for the same already: let its `when` "
                              "be false once there is nothing left to do.");
        }
    }
    if (run->depth > TRIGGER_DEPTH_MAX) {
        _Static_assert(TRIGGER_DEPTH_MAX == 16, "the message says so");
        return fail_chain(rt, run, "Triggers set each other off too often",
                          "At most 16 may run within each other.");
    }
    return true;
}

/* 1: the trigger wants to run; 0: not; -1: a fault. */
static int is_wanted(Rt *rt, Trigger *trigger, Value event)
{
    if (trigger->when.source.text.len == 0) {
        return 1;
    }
    Value answer = doc_function_call(rt, &trigger->when, event, "conditions of triggers");
    int truth = rt_truth(rt, answer);
    if (truth < 0 && !val_is_fault(answer)) {
        const Source *source = &trigger->when.source;
        (void)rt_trace(rt, (Span){source, 0, (uint32_t)source->text.len});
    }
    return truth;
}

/* `terms`: of the group that changed; empty: it is about the document. */
static bool run_trigger(const TriggerEvent *event, Trigger *trigger, Str terms, Value value)
{
    Rt *rt = event->rt;
    int wanted = is_wanted(rt, trigger, value);
    if (wanted <= 0) {
        return wanted == 0;
    }
    const struct TriggerRun *outer = rt->trigger_run;
    struct TriggerRun run = {.trigger = trigger,
                             .collection = event->collection->number,
                             .id = trigger->actions != 0 ? event->id : 0,
                             .terms = terms,
                             .depth = outer ? outer->depth + 1 : 1,
                             .outer = outer};
    if (!may_run(rt, &run)) {
        return false;
    }
    rt->trigger_run = &run;
    plan_trigger(rt, trigger->label);
    Value result = doc_function_call(rt, &trigger->body, value, NULL);
    rt->trigger_run = outer;
    return !val_is_fault(result);
}

static bool run_for_groups(const TriggerEvent *event, Trigger *trigger)
{
    for (const GroupChange *change = event->groups.first; change; change = change->next) {
        if (str_eq(change->aggregate->name, trigger->aggregate) &&
            !val_equal(change->before, change->after) &&
            !run_trigger(event, trigger, change->terms, group_event(event, change))) {
            return false;
        }
    }
    return true;
}

static bool fire(TriggerEvent *event, int64_t id, Value doc)
{
    const Triggers *triggers = &event->collection->triggers;
    event->id = id;
    group_changes_read_after(event->rt, &event->groups);
    Value value = triggers->actions >> event->action & 1 ? document_event(event, doc) : doc;
    for (int64_t i = 0; i < triggers->count; i++) {
        Trigger *trigger = &triggers->at[i];
        bool ok = trigger->actions == 0   ? run_for_groups(event, trigger)
                  : is_on(event, trigger) ? run_trigger(event, trigger, (Str){0}, value)
                                          : true;
        if (!ok) {
            return false;
        }
    }
    return true;
}

/* Triggers are the schema's, not of who sets them off: they may do with data what a server may. */
bool trigger_event_fire(TriggerEvent *event, int64_t id, Value doc)
{
    Rt *rt = event->rt;
    Permission before = rt->permission;
    if (before.role != ROLE_ADMIN) {
        rt->permission = (Permission){.role = ROLE_SERVER};
    }
    bool ok = fire(event, id, doc);
    permission_restore(rt, before);
    return ok;
}

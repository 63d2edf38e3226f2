/* trigger: functions of a collection's definition that run when its documents are written, or when
 * a write changes a group of one of its aggregates.
 *
 *   triggers: { refresh: { on: ["create", "update"], when: "event => …", do: "event => …" },
 *               celebrate: { on: "rating", do: "event => …" } }
 *
 * They run inside the transaction, behind the write and its checks, before the write returns,
 * in the order of the definition. What they write may run further triggers.
 */
#ifndef FAWN_RUNTIME_DOCUMENT_TRIGGER_H
#define FAWN_RUNTIME_DOCUMENT_TRIGGER_H

#include "runtime/builtin.h"
#include "runtime/document/doc_function.h"
#include "runtime/event/group_change.h"

typedef enum TriggerAction {
    TRIGGER_CREATE,
    TRIGGER_UPDATE,
    TRIGGER_DELETE,
    TRIGGER_ACTION_COUNT,
} TriggerAction;

/* "create" … */
Str trigger_action_text(TriggerAction action);

/* The action that `text` names; false: none. */
bool trigger_action_find(Str text, TriggerAction *action);

typedef struct Trigger {
    Str name;
    Str label;        /* Review.refresh */
    uint32_t actions; /* a bit for each action; 0: it is on an aggregate */
    Str aggregate;    /* empty: it is on actions */
    DocFunction when; /* its text is empty: always */
    DocFunction body;
} Trigger;

/* Those of one version of a definition. */
typedef struct Triggers {
    Trigger *at; /* in the definition's order */
    int64_t count;
    uint32_t actions;   /* of all of them */
    bool on_aggregates; /* some are */
} Triggers;

/* The triggers in a definition's `triggers` (null: none), in `arena`. */
Triggers triggers_from_definition(Arena *arena, Str collection, Value triggers);

/* A write of a document whose collection has triggers. */
typedef struct TriggerEvent {
    Rt *rt;
    const Collection *collection;
    TriggerAction action;
    int64_t id;
    Value before;        /* the document as an object; null: it is new, or no trigger asks */
    GroupChanges groups; /* of the aggregates that triggers are on */
} TriggerEvent;

/* Notes what the write is about to change: `doc` is the document of before, null when there is
 * none. */
void trigger_event_begin(TriggerEvent *event, Rt *rt, const Collection *collection,
                         TriggerAction action, Value doc);

/* Where `triggers.on_aggregates`: notes the groups that the write is about to change, beside those
 * of the document of before. `version` is the document of after, written on trial;
 * `trigger_event_read` reads them once that is undone. */
void trigger_event_expect(TriggerEvent *event, const Version *version);
void trigger_event_read(TriggerEvent *event);

/* Runs the triggers of the write, which was made: `doc` is the document of after, null when it
 * was deleted. False: a fault. */
NODISCARD bool trigger_event_fire(TriggerEvent *event, int64_t id, Value doc);

#endif

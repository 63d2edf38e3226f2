/* definition_trigger: what the triggers of a collection's definition must look like.
 *
 *   triggers: { refresh: { on: ["create"], when: "event => …", do: "event => …" } }
 */
#include "runtime/schema/definition.h"

#include "runtime/document/fields.h"

#define ACTIONS "Array<\"create\" | \"update\" | \"delete\"> | String"

static void check_action(const Place *place, Value value, uint32_t *seen)
{
    TriggerAction action;
    if (value.type != T_STRING || !trigger_action_find(val_as_str(value), &action)) {
        place_fail(place, STR("Expected \"create\", \"update\" or \"delete\""));
    } else if (*seen >> action & 1) {
        place_fail(place, str_format(place->failures->rt->query, "Duplicate action \"%.*s\"",
                                     STR_ARG(trigger_action_text(action))));
    } else {
        *seen |= 1u << action;
    }
}

static void check_on(const Place *place, const Object *trigger)
{
    Value on = field_or_null(trigger, STR("on"));
    Place field = place_in(place, STR("on"));
    if (val_is_null(on)) {
        place_fail(&field, STR("Missing required field of type " ACTIONS));
        return;
    }
    if (on.type == T_STRING) {
        return; /* the name of an aggregate */
    }
    if (on.type != T_ARRAY) {
        place_mismatch(&field, ACTIONS, on);
        return;
    }
    if (on.len == 0) {
        place_fail(&field, STR("A trigger must be on one action at least"));
    }
    uint32_t seen = 0;
    for (int64_t i = 0; i < on.len; i++) {
        Place item = place_at(&field, i);
        check_action(&item, on.as.items[i], &seen);
    }
}

static void check_trigger(const Place *place, Value trigger)
{
    static const char *const known[] = {"on", "when", "do"};
    if (trigger.type != T_OBJECT) {
        place_mismatch(place, "{ on: " ACTIONS ", when: String | Null, do: String }", trigger);
        return;
    }
    place_check_known(place, trigger.as.object, known, countof(known));
    check_on(place, trigger.as.object);
    definition_check_lambda(place, trigger.as.object, STR("when"), true);
    definition_check_lambda(place, trigger.as.object, STR("do"), false);
}

void definition_check_triggers(const Place *place, Value triggers)
{
    if (triggers.type != T_OBJECT) {
        place_mismatch(place, "{ *: { on: " ACTIONS ", when: String | Null, do: String } } | Null",
                       triggers);
        return;
    }
    const Object *object = triggers.as.object;
    for (int64_t i = 0; i < object->shape->count; i++) {
        Place at = place_in(place, object->shape->names[i]);
        if (val_is_null(object->slots[i])) {
            continue;
        }
        if (!definition_is_identifier(object->shape->names[i])) {
            place_fail(&at, STR("Invalid identifier."));
        }
        check_trigger(&at, object->slots[i]);
    }
}

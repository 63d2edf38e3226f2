/* role: see role.h. */
#include "runtime/access/role.h"

#include "runtime/base/vec.h"
#include "runtime/document/codec.h"
#include "runtime/document/fields.h"
#include "runtime/document/reference.h"
#include "runtime/schema/catalog_int.h"

static const Str action_names[ACTION_COUNT] = {
    [ACTION_READ] = {"read", 4},
    [ACTION_WRITE] = {"write", 5},
    [ACTION_CREATE] = {"create", 6},
    [ACTION_CREATE_WITH_ID] = {"create_with_id", 14},
    [ACTION_DELETE] = {"delete", 6},
    [ACTION_HISTORY_READ] = {"history_read", 12},
    [ACTION_HISTORY_WRITE] = {"history_write", 13},
    [ACTION_CALL] = {"call", 4},
};

/* -- predicates -------------------------------------------------------------------------------- */

Predicate predicate_make(Arena *arena, Str name, Value text)
{
    Predicate predicate = {.fn = val_null(NULL)};
    if (text.type == T_STRING) {
        predicate.source.name = str_format(arena, "*predicate:%.*s*", STR_ARG(name));
        predicate.source.text = str_copy(arena, val_as_str(text));
    }
    return predicate;
}

Value predicate_function(Rt *rt, Predicate *predicate)
{
    if (!val_is_null(predicate->fn) || predicate->source.text.len == 0 || predicate->is_broken) {
        return predicate->fn;
    }
    Value compiled = rt->up->compile_lambda(rt, &rt->catalog->kept, &predicate->source);
    if (val_is_fault(compiled)) {
        rt->fault = NULL;
        predicate->is_broken = true;
    } else {
        predicate->fn = compiled;
    }
    return predicate->fn;
}

/* -- reading documents ------------------------------------------------------------------------- */

typedef VEC(Grant) Grants;

/* The i-th of a value that is an object, or an array of these; NULL: there are no more. */
static const Object *item_at(Value value, int64_t i)
{
    if (value.type == T_OBJECT) {
        return i == 0 ? value.as.object : NULL;
    }
    bool is_there = value.type == T_ARRAY && i < value.len;
    return is_there && value.as.items[i].type == T_OBJECT ? value.as.items[i].as.object : NULL;
}

static Str text_in(Arena *kept, const Object *object, Str name)
{
    Value value = field_or_null(object, name);
    return value.type == T_STRING ? str_copy(kept, val_as_str(value)) : (Str){0};
}

static void add_grants(Arena *kept, const Role *role, const Object *privilege, Grants *grants)
{
    Str resource = text_in(kept, privilege, STR("resource"));
    Value actions = field_or_null(privilege, STR("actions"));
    for (int i = 0; actions.type == T_OBJECT && i < ACTION_COUNT; i++) {
        Value granted = field_or_null(actions.as.object, action_names[i]);
        bool is_always = granted.type == T_BOOLEAN && granted.as.boolean;
        if (is_always || granted.type == T_STRING) {
            Str name = str_format(kept, "%.*s:%.*s", STR_ARG(role->name),
                                  STR_ARG(action_names[i]));
            Grant grant = {.resource = resource,
                           .action = (Action)i,
                           .predicate = predicate_make(kept, name, granted)};
            vec_push(grants, kept, grant);
        }
    }
}

static Role *make_role(Rt *rt, const Version *version)
{
    Arena *kept = &rt->catalog->kept;
    const Object *object = codec_decode(rt, version->doc).as.object;
    Role *role = arena_new(kept, Role);
    role->name = text_in(kept, object, STR("name"));
    role->id = version->id;
    role->defined_us = version->time_us;
    Grants grants = {0};
    Value privileges = field_or_null(object, STR("privileges"));
    const Object *item;
    for (int64_t i = 0; (item = item_at(privileges, i)) != NULL; i++) {
        add_grants(kept, role, item, &grants);
    }
    role->grants = grants.at;
    role->grant_count = grants.len;
    VEC(RoleMember) members = {0};
    Value membership = field_or_null(object, STR("membership"));
    for (int64_t i = 0; (item = item_at(membership, i)) != NULL; i++) {
        RoleMember member = {
            .resource = text_in(kept, item, STR("resource")),
            .predicate = predicate_make(kept, role->name, field_or_null(item, STR("predicate")))};
        vec_push(&members, kept, member);
    }
    role->members = members.at;
    role->member_count = members.len;
    return role;
}

const Role *role_of_version(Rt *rt, const Version *version)
{
    Role **at = &rt->catalog->roles;
    while (*at && (*at)->id != version->id) {
        at = &(*at)->next;
    }
    if (*at && version->time_us != 0 && (*at)->defined_us == version->time_us) {
        return *at;
    }
    Role *made = make_role(rt, version);
    made->next = *at ? (*at)->next : NULL;
    *at = made;
    return made;
}

const Role *role_find(Rt *rt, Str name)
{
    int64_t id;
    return system_find(rt, COLLECTION_ROLE, STR("name"), val_str(name), &id)
               ? role_of_version(rt, txn_get(rt->txn, COLLECTION_ROLE, id))
               : NULL;
}

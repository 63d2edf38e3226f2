/* schema_member: what an item of a schema has, piece by piece, so that two items can be compared.
 *
 *   collection Film {             field `.title`          "String"
 *     title: String               index `byYear`          terms   "[.year]"
 *     index byYear {
 *       terms [.year]
 *     }
 *     history_days 3              history_days            "3"
 *   }
 */
#ifndef FAWN_INTERP_SCHEMA_SCHEMA_MEMBER_H
#define FAWN_INTERP_SCHEMA_SCHEMA_MEMBER_H

#include "grammar/schema.h"

/* What changes of a collection are told under. */
typedef enum MemberGroup {
    GROUP_FIELDS,
    GROUP_COMPUTED,
    GROUP_INDEXES,
    GROUP_CONSTRAINTS,
    GROUP_AGGREGATES,
    GROUP_TRIGGERS,
    GROUP_CONFIGURATION,
} MemberGroup;

/* How a member is told. */
typedef enum MemberForm {
    MEMBER_PLAIN,      /* by its title alone */
    MEMBER_SCALAR,     /* history_days set to 3; history_days from 3 to 4 */
    MEMBER_ANNOTATION, /* alias set to Film, also when it changes */
    MEMBER_BODY,       /* its body changes */
    MEMBER_PREDICATE,  /* `value` is a predicate, or empty */
    MEMBER_BLOCK,      /* what changes is within it */
    MEMBER_FIELD,      /* of the schema, `value` its type */
} MemberForm;

typedef struct SchemaMember SchemaMember;
typedef VEC(SchemaMember) SchemaMembers;

struct SchemaMember {
    MemberGroup group;
    MemberForm form;
    int part;       /* members are compared part by part: annotations, fields, all others */
    bool is_needed; /* no item of the kind is without it */
    Str id;         /* with the part: the same member in another item */
    Str title;      /* index `byYear` */
    Str value;      /* canonical; the same text: the same value */
    Str fallback;   /* of a field; empty: none */
    SchemaMembers inner;
};

/* All members of an item, in the order of the kind. Texts are in `arena`, or the item's own. */
SchemaMembers schema_members(Arena *arena, const SchemaItem *item);

#endif

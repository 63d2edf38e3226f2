/* rule: what documents of a system collection may look like, as tables, and the check of a
 * document against them.
 *
 *   static const Rule membership_rules[] = {
 *       {.name = "resource", .types = TYPE_BIT(T_STRING), .expected = "String"},
 *       …, {0}};
 *
 * The wordings and paths of failures are the reference's (SchemaType.scala).
 */
#ifndef FAWN_RUNTIME_SCHEMA_RULE_H
#define FAWN_RUNTIME_SCHEMA_RULE_H

#include "runtime/schema/place.h"

#define TYPE_BIT(type) (1u << (type))

typedef struct Rule Rule;

/* Further demands on a value whose type is right. */
typedef void RuleCheck(const Place *place, const Rule *rule, Value value);

struct Rule {
    const char *name;     /* NULL: the end of the table */
    const char *expected; /* the type of the field, as messages name it, `| Null` included */
    const char *element;  /* the same for elements of an array; NULL: no array is taken */
    uint32_t types;       /* TYPE_BITs of the values taken, by themselves or as elements */
    bool required;
    bool read_only;     /* Fawn writes it */
    const Rule *fields; /* those of an object; NULL: any */
    uint32_t arities;   /* rule_check_lambda: see place_check_lambda */
    RuleCheck *check;   /* NULL: none */
};

/* For strings that are lambdas. */
void rule_check_lambda(const Place *place, const Rule *rule, Value value);

/* Adds a failure for each rule in `rules` that `object` breaks; `before` (NULL: none) is what
 * it replaces. */
void rules_check(Failures *failures, const Rule *rules, const Object *object, const Object *before);

/* The rules of a system collection whose documents system_document.c keeps. */
const Rule *system_rules(uint32_t collection);

#endif

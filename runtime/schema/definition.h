/* definition: reading the parts of a collection's definition, an object like
 *
 *   { name: "Movie",
 *     indexes: { byGenre: { terms: [{ field: ".genre", mva: true }], values: [{ field: ".stars",
 *                           order: "desc" }], queryable: true, status: "complete" } },
 *     constraints: [{ unique: ["title"], status: "active" },
 *                   { check: { name: "hasTitle", body: "doc => doc.title != null" } }],
 *     computed_fields: { long: { body: "doc => doc.minutes > 120", signature: "Boolean" } },
 *     aggregates: { rating: { terms: [{ field: ".movie" }], values: { n: { count: true } } } },
 *     triggers: { note: { on: ["create"], when: "event => …", do: "event => …" } },
 *     internal_indexes: { byGenre: 7 }, internal_uniques: [8] }      the store's numbers
 */
#ifndef FAWN_RUNTIME_SCHEMA_DEFINITION_H
#define FAWN_RUNTIME_SCHEMA_DEFINITION_H

#include "runtime/schema/place.h"

/* One term or value of an index: "a.b" or { field: "a.b", mva, order }. False: no path. A path
 * that begins with one of the `computed` fields (NULL: none) is of the derived block. */
bool definition_part(Arena *arena, Value item, const Object *computed, IndexTerm *part);

/* The terms or values in an Array (null: none); returns their number. */
int64_t definition_parts(Arena *arena, Value list, const Object *computed, const IndexTerm **parts);

/* Whether `name` may be used without quotes. */
bool definition_is_identifier(Str name);

/* Adds a failure unless `value`, a String, is free to be a name or alias, or is what it was
 * `before` (empty: it is new). Values of other types are left to others. */
void definition_check_name(Failures *failures, Str field, Value value, Str before);

/* Adds a failure for each rule that `definition` breaks; `before` (NULL: it is new) is the
 * collection that it changes. */
void definition_check(Failures *failures, const Object *definition, const Collection *before);

/* Adds a failure for each `status` in `given` that is not as in `before` (NULL: it is new). */
void definition_check_read_only(Failures *failures, const Object *given, const Object *before);

/* Adds a failure unless `signature` is the text of a type. */
void definition_check_signature(const Place *place, Str signature);

/* Adds a failure unless a field may have this name; `place` is what holds the field. */
void definition_check_field_name(const Place *place, Str name);

/* Adds a failure for each rule that a definition's `fields` or `wildcard` break. */
void definition_check_fields(const Place *place, Value fields);
void definition_check_wildcard(const Place *place, Value wildcard);

/* Adds a failure for each rule that a definition's `migrations` break. */
void definition_check_migrations(const Place *place, Value migrations);

/* Adds a failure unless `text` is an expression. */
void definition_check_expression(const Place *place, Str text);

/* Adds a failure for each default without a value, and for each name that a computed field has
 * as well. The definition obeys all other rules. */
void definition_check_field_values(Failures *failures, const Object *definition);

/* Adds a failure for each rule that a definition's `computed_fields` break; that the `check` of
 * a constraint breaks; for each name that several checks have, all of which obey the rules. */
void definition_check_computed(const Place *place, Value fields);
void definition_check_check(const Place *place, Value check);
void definition_check_check_names(const Place *place, Value constraints);

/* Adds a failure for each rule that a definition's `aggregates` break. */
void definition_check_aggregates(const Place *place, Value aggregates);

/* The same for rules between the parts of a definition, each of which obeys its own: names of
 * aggregates and indexes, what triggers are on. */
void definition_check_names_of_parts(const Place *top, const Object *definition);

/* Adds a failure for each rule that the `terms` of `object` break; unless `name` may be that of
 * an index or an aggregate. */
void definition_check_terms(const Place *place, const Object *object);
void definition_check_member_name(const Place *place, Str name);

/* Adds a failure for each rule that a definition's `triggers` break. */
void definition_check_triggers(const Place *place, Value triggers);

/* The String `name` of `object`; an empty Str when there is none, which is a failure unless it
 * is `optional`. */
Str definition_text(const Place *place, const Object *object, Str name, bool optional);

/* Adds a failure unless the String `name` of `object` is a lambda of one argument; there must be
 * one unless it is `optional`. */
void definition_check_lambda(const Place *place, const Object *object, Str name, bool optional);

/* Whether all of `given` could be kept in a document: else a fault. */
NODISCARD bool definition_is_persistable(Rt *rt, const Object *given);

/* A system collection that may not have been made yet. False: a fault. */
NODISCARD bool definition_ensure_collection(Rt *rt, uint32_t number);

/* The definition as users see it, without what it is not for them to write. */
const Object *definition_visible(Rt *rt, const Version *version);

#endif

/* schema_diff: see schema_diff.h. An item's members (schema_member.h) are compared part by part; in
 * each part come what is added, what is removed, what is changed:
 *
 *   before  index a  index b  index c        + add index `d`
 *   after   index b' index d  index a   ─►   - remove index `c`
 *                                            ~ change index `b`
 *
 * A new item is compared with the least that an item of its kind can be, and one that is removed
 * likewise. Wordings are the reference's (DiffRender.scala).
 */
#include "interp/schema/schema_diff.h"

#include "interp/schema/schema_diff_int.h"
#include "interp/schema/schema_member.h"

enum { PART_COUNT = 3 };

/* One line about a member. */
typedef struct Edit {
    char mark; /* '+', '-', '~' */
    MemberGroup group;
    int depth; /* how deep in blocks it is */
    bool is_hidden; /* Fauna does not tell it */
    Str title; /* of the member */
    Str text;
} Edit;

typedef struct Edits {
    Arena *arena;
    VEC(Edit) list;
} Edits;

/* -- comparing members -------------------------------------------------------------------------- */

static void edit(Edits *edits, const SchemaMember *member, char mark, int depth, Str text)
{
    Edit made = {.mark = mark,
                 .group = member->group,
                 .depth = depth,
                 .is_hidden = member->form == MEMBER_FIELD,
                 .title = member->title,
                 .text = text};
    vec_push(&edits->list, edits->arena, made);
}

static void edit_whole(Edits *edits, const SchemaMember *member, bool is_added, int depth)
{
    bool has_value = member->form == MEMBER_SCALAR || member->form == MEMBER_ANNOTATION;
    edit(edits, member, is_added ? '+' : '-', depth,
         str_format(edits->arena, "%s %.*s%s%.*s", is_added ? "add" : "remove",
                    STR_ARG(member->title), has_value ? " set to " : "",
                    STR_ARG(has_value ? member->value : (Str){0})));
}

/* "Int = 3" */
static Str field_text(const Edits *edits, const SchemaMember *field)
{
    return str_format(edits->arena, "%.*s%s%.*s", STR_ARG(field->value),
                      field->fallback.len > 0 ? " = " : "", STR_ARG(field->fallback));
}

static void edit_field(Edits *edits, const SchemaMember *before, const SchemaMember *after)
{
    bool same_type = str_eq(before->value, after->value);
    bool loses_default = before->fallback.len > 0 && after->fallback.len == 0;
    if (loses_default) {
        edit(edits, before, '-', 0,
             str_format(edits->arena, "remove default value from %.*s", STR_ARG(before->title)));
        Edit *last = &edits->list.at[edits->list.len - 1];
        last->group = GROUP_CONFIGURATION;
        last->is_hidden = false;
    }
    if (!same_type || (!loses_default && !str_eq(before->fallback, after->fallback))) {
        edit(edits, before, '~', 0,
             str_format(edits->arena, "change %.*s from `%.*s` to `%.*s`", STR_ARG(before->title),
                        STR_ARG(field_text(edits, before)), STR_ARG(field_text(edits, after))));
    }
}

static const char *predicate_change(const SchemaMember *before, const SchemaMember *after)
{
    return before->value.len == 0  ? " by adding a predicate"
           : after->value.len == 0 ? " by removing a predicate"
                                   : " by modifying its predicate";
}

static void compare_members(Edits *edits, const SchemaMembers *before, const SchemaMembers *after,
                            int depth);

static void compare_member(Edits *edits, const SchemaMember *before, const SchemaMember *after,
                           int depth)
{
    Arena *arena = edits->arena;
    int64_t first = edits->list.len;
    Str change = str_format(arena, "change %.*s", STR_ARG(before->title));
    if (before->form == MEMBER_FIELD) {
        edit_field(edits, before, after);
    } else if (before->form == MEMBER_BLOCK) {
        edit(edits, before, '~', depth, change);
        compare_members(edits, &before->inner, &after->inner, depth + 1);
        edits->list.len -= edits->list.len == first + 1; /* nothing in it differs */
    } else if (!str_eq(before->value, after->value)) {
        Str how = {0};
        if (before->form == MEMBER_BODY) {
            how = STR(" body");
        } else if (before->form == MEMBER_PREDICATE) {
            how = str_from_c(predicate_change(before, after));
        } else if (before->form == MEMBER_SCALAR) {
            how = str_format(arena, " from %.*s to %.*s", STR_ARG(before->value),
                             STR_ARG(after->value));
        } else if (before->form == MEMBER_ANNOTATION) {
            how = str_format(arena, " set to %.*s", STR_ARG(after->value));
        }
        edit(edits, before, '~', depth,
             str_format(arena, "%.*s%.*s", STR_ARG(change), STR_ARG(how)));
    }
}

/* How many members are the same as this one. */
static int64_t count_same(const SchemaMembers *members, const SchemaMember *member)
{
    int64_t count = 0;
    for (int64_t i = 0; i < members->len; i++) {
        count += members->at[i].part == member->part && str_eq(members->at[i].id, member->id);
    }
    return count;
}

/* The one that stands to `members` as the one at `index` to those before it: the first of its id,
 * the second … */
static const SchemaMember *counterpart(const SchemaMembers *members, const SchemaMembers *others,
                                       int64_t index)
{
    const SchemaMember *member = &members->at[index];
    SchemaMembers ahead = {.at = members->at, .len = index};
    int64_t skipped = count_same(&ahead, member);
    for (int64_t i = 0; i < others->len; i++) {
        const SchemaMember *other = &others->at[i];
        if (other->part == member->part && str_eq(other->id, member->id) && skipped-- == 0) {
            return other;
        }
    }
    UNREACHABLE();
}

static void edit_lacking(Edits *edits, const SchemaMembers *members, const SchemaMembers *others,
                         int part, bool is_added, int depth)
{
    for (int64_t i = 0; i < members->len; i++) {
        const SchemaMember *member = &members->at[i];
        if (member->part == part && count_same(members, member) != count_same(others, member)) {
            edit_whole(edits, member, is_added, depth);
        }
    }
}

static void compare_members(Edits *edits, const SchemaMembers *before, const SchemaMembers *after,
                            int depth)
{
    for (int part = 0; part < PART_COUNT; part++) {
        edit_lacking(edits, after, before, part, true, depth);
        edit_lacking(edits, before, after, part, false, depth);
        for (int64_t i = 0; i < before->len; i++) {
            const SchemaMember *member = &before->at[i];
            if (member->part == part && count_same(before, member) == count_same(after, member)) {
                compare_member(edits, member, counterpart(before, after, i), depth);
            }
        }
    }
}

/* The members that no item of the kind is without. */
static SchemaMembers needed_members(Arena *arena, const SchemaMembers *members)
{
    SchemaMembers needed = {0};
    for (int64_t i = 0; i < members->len; i++) {
        if (members->at[i].is_needed) {
            vec_push(&needed, arena, members->at[i]);
        }
    }
    return needed;
}

static void compare_items(Edits *edits, const SchemaChange *change)
{
    SchemaMembers before = {0}, after = {0};
    if (change->before) {
        before = schema_members(edits->arena, change->before);
    }
    if (change->after) {
        after = schema_members(edits->arena, change->after);
    }
    if (!change->before) {
        before = needed_members(edits->arena, &after);
    }
    if (!change->after) {
        after = needed_members(edits->arena, &before);
    }
    compare_members(edits, &before, &after, 0);
}

/* -- writing ---------------------------------------------------------------------------------- */

void diff_line(Buf *out, bool color, const char *paint, int indent, Str text)
{
    buf_puts(out, color ? paint : "");
    buf_printf(out, "%*s%.*s", indent, "", STR_ARG(text));
    buf_puts(out, color && *paint != '\0' ? DIFF_PLAIN "\n" : "\n");
}

static const char *mark_paint(char mark)
{
    return mark == '+' ? DIFF_GREEN : mark == '-' ? DIFF_RED : DIFF_YELLOW;
}

static void put_place(Buf *out, const SchemaItem *item)
{
    LineColumn at = source_position(item->span.source, item->span.start);
    buf_printf(out, "%.*s:%lld:%lld", STR_ARG(item->span.source->name), (long long)at.line,
               (long long)at.column);
}

static void put_heading(Buf *out, const SchemaChange *change, SchemaDiffStyle style, bool colon)
{
    static const struct {
        const char *verb, *place;
    } words[] = {[SCHEMA_ADDED] = {"Adding", "to"},
                 [SCHEMA_CHANGED] = {"Modifying", "at"},
                 [SCHEMA_REMOVED] = {"Removing", "from"}};
    const SchemaItem *item = change->after ? change->after : change->before;
    Str kind = fsl_keyword_text(item->kind);
    buf_printf(out, "%s* %s %.*s `%.*s`%s %s ", style.color ? DIFF_BOLD_BLUE : "",
               words[change->kind].verb, STR_ARG(kind), STR_ARG(item->name.text),
               style.color ? DIFF_PLAIN : "", words[change->kind].place);
    put_place(out, item);
    if (change->kind == SCHEMA_CHANGED &&
        !str_eq(change->before->span.source->name, change->after->span.source->name)) {
        buf_puts(out, " (previously defined at ");
        put_place(out, change->before);
        buf_byte(out, ')');
    }
    if (style.full && change->documents > 0) {
        buf_printf(out, " and its %lld document%s", (long long)change->documents,
                   change->documents == 1 ? "" : "s");
    }
    buf_puts(out, colon ? ":\n" : "\n");
}

/* Whether an edit is told, in its group. */
static bool is_told(const Edit *edit, const SchemaChange *change, SchemaDiffStyle style)
{
    return !edit->is_hidden ||
           (style.full && !diff_steps_tell(change->steps, edit->title));
}

/* Writes what is told of a group, under `heading`; false: nothing is. */
static bool put_group(Buf *out, const Edits *edits, const SchemaChange *change,
                      SchemaDiffStyle style, const char *heading, MemberGroup group)
{
    bool any = group == GROUP_FIELDS && change->steps && change->steps->len > 0;
    if (any) {
        diff_line(out, false, "", 2, str_from_c(heading));
        diff_put_steps(out, change->steps, style.color);
    }
    for (int64_t i = 0; i < edits->list.len; i++) {
        const Edit *edit = &edits->list.at[i];
        if (edit->group != group || !is_told(edit, change, style)) {
            continue;
        }
        if (!any) {
            diff_line(out, false, "", 2, str_from_c(heading));
            any = true;
        }
        diff_line(out, style.color, mark_paint(edit->mark), 2 + 2 * edit->depth,
                  str_format(edits->arena, "%c %.*s", edit->mark, STR_ARG(edit->text)));
    }
    buf_puts(out, any ? "\n" : "");
    return any;
}

static bool put_groups(Buf *out, const Edits *edits, const SchemaChange *change,
                       SchemaDiffStyle style)
{
    static const char *const headings[] = {
        [GROUP_FIELDS] = "* Defined fields:",       [GROUP_COMPUTED] = "* Computed fields:",
        [GROUP_INDEXES] = "* Indexes:",             [GROUP_CONSTRAINTS] = "* Constraints:",
        [GROUP_AGGREGATES] = "* Aggregates:",       [GROUP_TRIGGERS] = "* Triggers:",
        [GROUP_CONFIGURATION] = "* Configuration:",
    };
    bool any = false;
    for (int group = 0; group < countof(headings); group++) {
        any |= put_group(out, edits, change, style, headings[group], (MemberGroup)group);
    }
    return any;
}

/* Of what is no collection everything is configuration. */
static bool put_edits(Buf *out, const Edits *edits, SchemaDiffStyle style)
{
    for (int64_t i = 0; i < edits->list.len; i++) {
        const Edit *edit = &edits->list.at[i];
        diff_line(out, style.color, mark_paint(edit->mark), 2 + 2 * edit->depth,
                  str_format(edits->arena, "%c %.*s", edit->mark, STR_ARG(edit->text)));
    }
    buf_puts(out, edits->list.len > 0 ? "\n" : "");
    return edits->list.len > 0;
}

static void put_change(Buf *out, const SchemaChange *change, SchemaDiffStyle style)
{
    Arena arena;
    arena_init(&arena);
    Edits edits = {.arena = &arena};
    compare_items(&edits, change);
    const SchemaItem *item = change->after ? change->after : change->before;
    bool has_body = change->kind == SCHEMA_CHANGED || edits.list.len > 0;
    put_heading(out, change, style, has_body);
    if (!has_body) {
        buf_puts(out, "\n");
    } else if (!(item->kind == FSL_COLLECTION ? put_groups(out, &edits, change, style)
                                              : put_edits(out, &edits, style))) {
        buf_puts(out, "  No semantic changes.\n\n");
    }
    arena_free(&arena);
}

void schema_diff_put(Buf *out, const SchemaPush *push, SchemaDiffStyle style)
{
    if (style.format == DIFF_TEXTUAL) {
        diff_put_texts(out, push, style.color);
        return;
    }
    for (int64_t i = 0; i < push->change_count; i++) {
        if (style.format == DIFF_SUMMARY) {
            put_heading(out, &push->changes[i], style, false);
        } else {
            put_change(out, &push->changes[i], style);
        }
    }
}

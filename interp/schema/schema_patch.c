/* schema_patch: see schema_patch.h. The parts of an item are its annotations and the members of its
 * block; of a function, its signature and its body. A part of the file is that of the canonical text
 * before which has its kind, name and place among those; that in turn is the present one of its kind and
 * name. Where all three are blocks, such as an index, their parts are looked at likewise.
 *
 * What comes out is read again: unless it means what is in force, the canonical text takes its place.
 */
#include "interp/schema/schema_patch.h"

#include "interp/schema/schema_definition.h"
#include "interp/schema/schema_text.h"
#include "runtime/base/vec.h"

typedef struct Part {
    FslKind kind; /* FSL_OTHER: an annotation */
    Str name;     /* empty: it has none */
    Span span;
    const FslNode *node; /* of a member */
    bool is_used;        /* some part of the file is this one */
} Part;

typedef struct Parts {
    Part *at;
    int64_t count;
    Span name; /* of the item */
} Parts;

/* `text` in place of what stands from `start` to `end`. */
typedef struct Edit {
    int64_t start, end;
    Str text;
} Edit;

typedef VEC(Edit) Edits;

/* An item, or a block within one. */
typedef struct Patch {
    Rt *rt;
    Str file; /* its whole text */
    const FslNode *item;
    Parts written, before, now;
    bool *is_cut; /* of each part that is written */
    Edits *edits;
} Patch;

static Str text_of(Span span)
{
    return str_slice(span.source->text, span.start, span.end);
}

/* What stands between a function's name and its body. */
static Span signature_span(const FslValue *value)
{
    Span span = value->span;
    span.end = value->u.signature.result ? value->u.signature.result->span.end
                                         : value->u.signature.parens.end;
    return span;
}

static Parts parts_of(Arena *arena, const FslNode *item)
{
    const FslValue *value = &item->value;
    int64_t members = value->kind == FSL_BLOCK ? value->u.block.count : 2;
    Parts parts = {.at = arena_array(arena, Part, item->annotation_count + members),
                   .name = item->name.span};
    for (int64_t i = 0; i < item->annotation_count; i++) {
        const FslAnnotation *annotation = &item->annotations[i];
        parts.at[parts.count++] =
            (Part){FSL_OTHER, annotation->keyword.text, annotation->span, NULL, false};
    }
    if (value->kind == FSL_SIGNATURE) {
        parts.at[parts.count++] =
            (Part){FSL_FUNCTION, STR("signature"), signature_span(value), NULL, false};
        parts.at[parts.count++] =
            (Part){FSL_FUNCTION, STR("body"), value->u.signature.body->span, NULL, false};
        return parts;
    }
    for (int64_t i = 0; i < members; i++) {
        const FslNode *member = value->u.block.at[i];
        parts.at[parts.count++] =
            (Part){member->kind, member->name.text, member->span, member, false};
    }
    return parts;
}

/* -- which part is which ---------------------------------------------------------------------- */

static bool is_called_alike(const Part *a, const Part *b)
{
    return a->kind == b->kind && str_eq(a->name, b->name);
}

/* The part before that the i-th of the file is; NULL: it says what goes without saying. */
static const Part *part_before(const Patch *patch, int64_t i)
{
    const Part *wanted = &patch->written.at[i];
    int64_t place = 0;
    for (int64_t k = 0; k < i; k++) {
        place += is_called_alike(&patch->written.at[k], wanted);
    }
    for (int64_t k = 0; k < patch->before.count; k++) {
        if (is_called_alike(&patch->before.at[k], wanted) && place-- == 0) {
            return &patch->before.at[k];
        }
    }
    return NULL;
}

/* The present part that `written` and `before` are; of unique constraints, which have no names, only an
 * equal one. NULL: none. */
static Part *part_now(const Patch *patch, const Part *written, const Part *before)
{
    for (int64_t i = 0; i < patch->now.count; i++) {
        Part *part = &patch->now.at[i];
        bool same = is_called_alike(part, written) && !part->is_used;
        if (same && (part->kind != FSL_UNIQUE ||
                     (before && str_eq(text_of(part->span), text_of(before->span))))) {
            return part;
        }
    }
    return NULL;
}

/* -- edits ------------------------------------------------------------------------------------ */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* Where the line that holds `at` starts. */
static int64_t line_start(Str text, int64_t at)
{
    while (at > 0 && text.s[at - 1] != '\n') {
        at--;
    }
    return at;
}

/* Where it ends, before its newline. */
static int64_t line_end(Str text, int64_t at)
{
    while (at < text.len && text.s[at] != '\n') {
        at++;
    }
    return at;
}

static int64_t skip_blanks(Str text, int64_t at)
{
    while (at < text.len && is_blank(text.s[at])) {
        at++;
    }
    return at;
}

static bool is_comment_at(Str text, int64_t at)
{
    return str_starts_with(str_slice(text, at, text.len), STR("//"));
}

/* Whether nothing but a comment stands behind `at` on its line. */
static bool ends_line(Str text, int64_t at)
{
    int64_t behind = skip_blanks(text, at);
    return behind == line_end(text, at) || is_comment_at(text, behind);
}

int64_t schema_patch_before(Str file, int64_t start)
{
    int64_t at = line_start(file, start);
    if (skip_blanks(file, at) != start) {
        return start;
    }
    while (at > 0) {
        int64_t above = line_start(file, at - 1);
        if (!is_comment_at(file, skip_blanks(file, above))) {
            break;
        }
        at = above;
    }
    return at;
}

int64_t schema_patch_behind(Str file, int64_t end)
{
    if (!ends_line(file, end)) {
        return end;
    }
    int64_t at = line_end(file, end);
    while (at < file.len) {
        int64_t next = skip_blanks(file, at + 1);
        if (next < file.len && file.s[next] != '\n') {
            return at + 1;
        }
        at = next;
    }
    return file.len;
}

static void add_edit(Patch *patch, int64_t start, int64_t end, Str text)
{
    Edit edit = {start, end, text};
    vec_push(patch->edits, patch->rt->query, edit);
}

/* Cuts a part out, with its lines when nothing else than a comment is on them. */
static void cut(Patch *patch, Span span)
{
    Str text = patch->file;
    int64_t semicolon = skip_blanks(text, span.end);
    int64_t behind = semicolon < text.len && text.s[semicolon] == ';' ? semicolon + 1 : span.end;
    int64_t start = line_start(text, span.start), end = line_end(text, behind);
    bool is_alone = skip_blanks(text, start) == span.start && ends_line(text, behind);
    if (is_alone && end < text.len) { /* the item itself may start with it */
        bool is_first = start < patch->item->span.start;
        add_edit(patch, is_first ? span.start : start, end + 1, (Str){0});
    } else {
        add_edit(patch, span.start, skip_blanks(text, behind), (Str){0});
    }
}

/* The part of the file behind which a new one goes: the last that stays of its kind, else of all. */
static const Part *find_anchor(const Patch *patch, const Part *part)
{
    const Part *anchor = NULL;
    bool is_same_kind = false;
    for (int64_t i = 0; i < patch->written.count; i++) {
        const Part *written = &patch->written.at[i];
        bool same = written->kind == part->kind;
        if (written->kind != FSL_OTHER && !patch->is_cut[i] && (same || !is_same_kind)) {
            anchor = written;
            is_same_kind = same;
        }
    }
    return anchor;
}

/* Puts a new part in; false: there is no line for it. */
static bool insert(Patch *patch, const Part *part)
{
    Rt *rt = patch->rt;
    Str text = text_of(part->span);
    if (part->kind == FSL_OTHER) {
        int64_t at = patch->item->span.start;
        add_edit(patch, at, at, str_format(rt->query, "%.*s\n", STR_ARG(text)));
        return true;
    }
    const Part *anchor = find_anchor(patch, part);
    Span block = patch->item->value.span;
    int64_t at = line_end(patch->file, anchor ? anchor->span.end : block.start);
    int64_t start = line_start(patch->file, (anchor ? anchor->span : patch->item->span).start);
    Str indent = str_slice(patch->file, start, skip_blanks(patch->file, start));
    if (at >= block.end) {
        return false;
    }
    add_edit(patch, at, at,
             str_format(rt->query, "\n%.*s%s%.*s", STR_ARG(indent), anchor ? "" : "  ",
                        STR_ARG(text)));
    return true;
}

static bool is_block(const Part *part)
{
    return part->node && part->node->value.kind == FSL_BLOCK && part->kind != FSL_MIGRATIONS;
}

static bool find_edits(Patch *patch);

/* Changes a part that means something else now: in parts where it has some, or as a whole. */
static void change(Patch *patch, const Part *written, const Part *before, const Part *now)
{
    int64_t kept = patch->edits->len;
    if (before && is_block(written) && is_block(before) && is_block(now)) {
        Arena *arena = patch->rt->query;
        Patch inner = {.rt = patch->rt,
                       .file = patch->file,
                       .item = written->node,
                       .written = parts_of(arena, written->node),
                       .before = parts_of(arena, before->node),
                       .now = parts_of(arena, now->node),
                       .edits = patch->edits};
        inner.is_cut = arena_array(arena, bool, inner.written.count);
        if (find_edits(&inner)) {
            return;
        }
    }
    patch->edits->len = kept;
    add_edit(patch, written->span.start, written->span.end, text_of(now->span));
}

static bool find_edits(Patch *patch)
{
    if (!str_eq(text_of(patch->before.name), text_of(patch->now.name))) {
        Span name = patch->written.name;
        add_edit(patch, name.start, name.end, text_of(patch->now.name));
    }
    for (int64_t i = 0; i < patch->written.count; i++) {
        const Part *written = &patch->written.at[i], *before = part_before(patch, i);
        Part *now = part_now(patch, written, before);
        if (now) {
            now->is_used = true;
        }
        if (now && !(before && str_eq(text_of(before->span), text_of(now->span)))) {
            change(patch, written, before, now);
        } else if (!now && before) {
            cut(patch, written->span);
            patch->is_cut[i] = true;
        }
    }
    bool ok = true;
    for (int64_t i = 0; i < patch->now.count && ok; i++) {
        ok = patch->now.at[i].is_used || insert(patch, &patch->now.at[i]);
    }
    return ok;
}

/* -- the new text ----------------------------------------------------------------------------- */

/* Those at the same place in the order in which they were made. */
static void sort_edits(Patch *patch)
{
    Edit *edits = patch->edits->at;
    for (int64_t i = 1; i < patch->edits->len; i++) {
        Edit edit = edits[i];
        int64_t k = i;
        for (; k > 0 && edits[k - 1].start > edit.start; k--) {
            edits[k] = edits[k - 1];
        }
        edits[k] = edit;
    }
}

/* Empty where edits run into each other, as those of parts that share a line may. */
static Str apply(Patch *patch)
{
    Buf text = {0};
    int64_t copied = patch->item->span.start;
    sort_edits(patch);
    for (int64_t i = 0; i < patch->edits->len; i++) {
        Edit edit = patch->edits->at[i];
        if (edit.start < copied || edit.end > patch->item->span.end) {
            buf_free(&text);
            return (Str){0};
        }
        buf_put(&text, str_slice(patch->file, copied, edit.start));
        buf_put(&text, edit.text);
        copied = edit.end;
    }
    buf_put(&text, str_slice(patch->file, copied, patch->item->span.end));
    Str made = str_copy(patch->rt->query, buf_str(&text));
    buf_free(&text);
    return made;
}

/* Whether a text is that of one item, which means what is in force. */
static bool means(Rt *rt, Str text, Str now)
{
    const Source source = {STR("item"), text};
    const Source *sources[] = {&source};
    SchemaResult parsed = parse_schema(rt->query, sources, 1);
    return parsed.ok && parsed.items.len == 1 &&
           str_eq(schema_item_text(rt, parsed.items.at[0]), now);
}

/* The parts of a canonical text. */
static Parts parts_of_text(Rt *rt, Str text)
{
    Source *source = arena_new(rt->query, Source);
    *source = (Source){STR("item"), text};
    FslResult parsed = parse_fsl(rt->query, source);
    assert(parsed.ok && parsed.count == 1);
    return parts_of(rt->query, parsed.items[0]);
}

bool schema_patch_is_renamed(Rt *rt, Str before, Str now)
{
    Parts a = parts_of_text(rt, before), b = parts_of_text(rt, now);
    bool same = a.count == b.count;
    for (int64_t i = 0; i < a.count && same; i++) {
        same = str_eq(text_of(a.at[i].span), text_of(b.at[i].span));
    }
    return same;
}

Str schema_patch(Rt *rt, const FslNode *item, Str before, Str now)
{
    Edits edits = {0};
    Patch patch = {.rt = rt,
                   .edits = &edits,
                   .file = item->span.source->text,
                   .item = item,
                   .written = parts_of(rt->query, item),
                   .before = parts_of_text(rt, before),
                   .now = parts_of_text(rt, now)};
    patch.is_cut = arena_array(rt->query, bool, patch.written.count);
    Str canonical = str_slice(now, 0, now.len - 1);
    if (!find_edits(&patch)) {
        return canonical;
    }
    Str made = apply(&patch);
    return means(rt, made, now) ? made : canonical;
}

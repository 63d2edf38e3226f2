/* schema_diff_steps: what the new migrations of a collection do to its documents, in the reference's
 * words. A field that is added without a value for the documents that are there changes none of
 * them, so nothing is said of it.
 */
#include "interp/schema/schema_diff_int.h"

static void put_path(Buf *out, const SchemaPath *path)
{
    buf_byte(out, '`');
    schema_display_path(out, path);
    buf_byte(out, '`');
}

/* The default as it is written. */
static Str value_text(const DefaultValue *value)
{
    return value->span.source
               ? str_slice(value->span.source->text, value->span.start, value->span.end)
               : value->source.text;
}

static bool same_path(const SchemaPath *a, const SchemaPath *b)
{
    bool same = a->count == b->count;
    for (int64_t i = 0; same && i < a->count; i++) {
        same = a->steps[i].index == b->steps[i].index && str_eq(a->steps[i].name, b->steps[i].name);
    }
    return same;
}

static void end_line(Buf *out, Buf *line, bool color, const char *paint, int indent)
{
    diff_line(out, color, paint, indent, buf_str(line));
    line->len = 0;
}

/* Which values stay and which move, then what the fields of all others get. */
static void put_split(Buf *out, Buf *line, const MigrationStep *step, bool color)
{
    buf_puts(line, "~ split field ");
    put_path(line, step->path);
    buf_puts(line, " into fields ");
    for (int64_t i = 0; i < step->count; i++) {
        buf_puts(line, i > 0 ? "," : "");
        put_path(line, step->targets[i].path);
    }
    end_line(out, line, color, DIFF_YELLOW, 2);
    for (int64_t i = 0; i < step->count; i++) {
        const StepTarget *target = &step->targets[i];
        buf_puts(line, i > 0 ? "- else if the value matches type `"
                             : "- if the value matches type `");
        schema_type_put(line, target->type);
        buf_puts(line, same_path(step->path, target->path) ? "`, the value stays in field "
                                                           : "`, the value moves to field ");
        put_path(line, target->path);
        end_line(out, line, color, "", 4);
    }
    for (int64_t i = 0; i < step->count; i++) {
        const StepTarget *target = &step->targets[i];
        if (target->value) {
            buf_puts(line, "+ backfill field ");
            put_path(line, target->path);
            buf_printf(line, " with value `%.*s`", STR_ARG(value_text(target->value)));
            end_line(out, line, color, DIFF_YELLOW, 2);
        }
    }
}

/* The step's line, for all but splits; returns its color, NULL: nothing is to be said. */
static const char *put_step(Buf *line, const MigrationStep *step)
{
    if (step->verb == FSL_ADD) {
        buf_puts(line, "+ add field ");
        put_path(line, step->targets[0].path);
        if (step->targets[0].value) {
            buf_printf(line, " with backfill `%.*s`", STR_ARG(value_text(step->targets[0].value)));
        }
        return step->targets[0].value ? DIFF_GREEN : NULL;
    }
    if (step->verb == FSL_DROP) {
        buf_puts(line, "- drop field ");
        put_path(line, step->path);
        return DIFF_RED;
    }
    if (step->verb == FSL_MOVE) {
        buf_puts(line, "~ move field ");
        put_path(line, step->path);
        buf_puts(line, " to field ");
        put_path(line, step->targets[0].path);
        return DIFF_YELLOW;
    }
    if (step->verb == FSL_MOVE_CONFLICTS) {
        buf_puts(line, "~ move values with type conflicts into ");
        put_path(line, step->path);
        return DIFF_YELLOW;
    }
    buf_puts(line, "~ move all fields into the field ");
    put_path(line, step->path);
    buf_puts(line, " except fields in the list `[");
    for (int64_t i = 0; i < step->kept_count; i++) {
        buf_printf(line, "%s.%.*s", i > 0 ? ", " : "", STR_ARG(step->kept[i]));
    }
    buf_puts(line, "]`");
    return DIFF_YELLOW;
}

void diff_put_steps(Buf *out, const MigrationSteps *steps, bool color)
{
    Buf line = {0};
    for (int64_t i = steps ? steps->len - 1 : -1; i >= 0; i--) {
        const MigrationStep *step = &steps->at[i];
        line.len = 0;
        if (step->verb == FSL_SPLIT) {
            put_split(out, &line, step, color);
            continue;
        }
        const char *paint = put_step(&line, step);
        if (paint) {
            end_line(out, &line, color, paint, 2);
        }
    }
    buf_free(&line);
}

static bool is_about(const SchemaPath *path, Str title)
{
    Buf text = {0};
    buf_puts(&text, "field ");
    put_path(&text, path);
    bool same = str_eq(buf_str(&text), title);
    buf_free(&text);
    return same;
}

bool diff_steps_tell(const MigrationSteps *steps, Str title)
{
    for (int64_t i = 0; steps && i < steps->len; i++) {
        const MigrationStep *step = &steps->at[i];
        bool says_nothing = step->verb == FSL_ADD && !step->targets[0].value;
        if (!says_nothing && step->path && is_about(step->path, title)) {
            return true;
        }
        for (int64_t k = 0; !says_nothing && k < step->count; k++) {
            if (is_about(step->targets[k].path, title)) {
                return true;
            }
        }
    }
    return false;
}

/* schema_file: see schema_file.h. Positions are those of Fauna, which also began such a file with
 * two lines of comment, as long as all was made by queries.
 */
#include "interp/schema/schema_file.h"

#include "interp/schema/schema_names.h"
#include "interp/schema/schema_text.h"
#include "interp/typer/typer.h"
#include "runtime/document/reference.h"
#include "runtime/schema/definitions.h"

#include "runtime/base/vec.h"

typedef VEC(SessionItem) ItemList;

/* A definition and its document. */
typedef struct Place {
    Str name;
    int64_t id;
} Place;

static int compare_places(const void *a, const void *b)
{
    const Place *left = a, *right = b;
    return (left->id > right->id) - (left->id < right->id);
}

/* The names of all definitions of a kind, oldest first; their number. */
static int64_t read_places(Rt *rt, const Definitions *definitions, Place **found)
{
    VEC(Place) places = {0};
    for (int64_t i = 0; i < definitions->ids.cap; i++) {
        const MapSlot *slot = &definitions->ids.slots[i];
        if (slot->value != NULL) {
            Place place = {slot->key, *(const int64_t *)slot->value};
            vec_push(&places, rt->query, place);
        }
    }
    if (places.len > 0) {
        qsort(places.at, (size_t)places.len, sizeof *places.at, compare_places);
    }
    *found = places.at;
    return places.len;
}

static void add_items(Rt *rt, FslKind kind, uint32_t system, ItemList *items)
{
    Definitions definitions = definitions_read(rt, system);
    Place *places;
    int64_t count = read_places(rt, &definitions, &places);
    Buf text = {0};
    for (int64_t i = 0; i < count; i++) {
        text.len = 0;
        schema_text(rt, &text, kind, definitions_object(&definitions, places[i].name));
        SessionItem item = {.kind = fsl_keyword_text(kind),
                            .name = places[i].name,
                            .text = str_copy(rt->query, buf_str(&text))};
        vec_push(items, rt->query, item);
    }
    buf_free(&text);
}

int64_t schema_file_items(Rt *rt, const SessionItem **found)
{
    static const struct {
        FslKind kind;
        uint32_t system;
    } kinds[] = {{FSL_COLLECTION, COLLECTION_COLLECTION},
                 {FSL_FUNCTION, COLLECTION_FUNCTION},
                 {FSL_ROLE, COLLECTION_ROLE},
                 {FSL_ACCESS_PROVIDER, COLLECTION_ACCESS_PROVIDER}};
    ItemList items = {0};
    for (int64_t i = 0; i < countof(kinds); i++) {
        add_items(rt, kinds[i].kind, kinds[i].system, &items);
    }
    *found = items.at;
    return items.len;
}

Str schema_file_text(Rt *rt, const SessionItem *items, int64_t count)
{
    Buf text = {0};
    buf_puts(&text, count > 0 ? SCHEMA_FILE_PREAMBLE : "");
    for (int64_t i = 0; i < count; i++) {
        buf_byte(&text, '\n');
        buf_put(&text, items[i].text);
    }
    Str kept = str_copy(rt->query, buf_str(&text));
    buf_free(&text);
    return kept;
}

static SchemaResult parse_file(Rt *rt, Str text)
{
    Source *file = arena_new(rt->query, Source);
    *file = (Source){STR("main.fsl"), text};
    const Source **files = arena_new(rt->query, const Source *);
    files[0] = file;
    return parse_schema(rt->query, files, 1);
}

/* The file as Fauna's errors show it: bodies and predicates are written anew as well. */
static Str text_written_anew(Rt *rt, const SchemaItems *parsed)
{
    Buf text = {0};
    buf_puts(&text, SCHEMA_FILE_PREAMBLE);
    for (int64_t i = 0; i < parsed->len; i++) {
        buf_byte(&text, '\n');
        schema_display(&text, parsed->at[i]);
    }
    Str kept = str_copy(rt->query, buf_str(&text));
    buf_free(&text);
    return kept;
}

/* Whether `check` finds nothing wrong with the schema in force; else the errors are in `*errors`. */
static bool look_at_file(Rt *rt, void (*check)(Rt *rt, const SchemaItems *items, DiagList *diags),
                         DiagList *errors)
{
    const SessionItem *items;
    int64_t count = schema_file_items(rt, &items);
    SchemaResult parsed = parse_file(rt, schema_file_text(rt, items, count));
    if (parsed.ok) {
        check(rt, &parsed.items, &parsed.diags);
    }
    *errors = parsed.diags;
    if (parsed.ok && errors->errors > 0) {
        SchemaResult anew = parse_file(rt, text_written_anew(rt, &parsed.items));
        if (anew.ok) { /* it may have become too deep: `{ a }` is `{ a: .a }` */
            check(rt, &anew.items, &anew.diags);
        }
        *errors = anew.ok && anew.diags.errors > 0 ? anew.diags : *errors;
    }
    return errors->errors == 0;
}

static void check_names(Rt *rt, const SchemaItems *items, DiagList *diags)
{
    schema_types_check(rt, items, diags);
    schema_references_check(rt, items, diags);
}

Value schema_file_fault(Rt *rt)
{
    DiagList errors;
    bool fits = look_at_file(rt, check_names, &errors);
    always(!fits); /* what the runtime misses is missing here, too */
    return fault_schema_diags(rt, &errors);
}

bool schema_file_types_fit(Rt *rt)
{
    DiagList errors;
    if (look_at_file(rt, typer_check_schema, &errors)) {
        return true;
    }
    (void)fault_schema_diags(rt, &errors);
    return false;
}

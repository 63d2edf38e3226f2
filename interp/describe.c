/* describe: what is in the database, for people: collections and their definitions as FSL.
 *
 *   collection Movie {
 *     index byGenre {
 *       terms [.genre]
 *       values [desc(.stars)]
 *     }
 *     unique [.title]
 *     check hasTitle (movie => movie.title != "")
 *   }
 */
#include "interp/session_int.h"

#include "grammar/parse.h"

static bool is_digits(Str step)
{
    for (int64_t i = 0; i < step.len; i++) {
        if (step.s[i] < '0' || step.s[i] > '9') {
            return false;
        }
    }
    return step.len > 0;
}

/* .address.city, .tags[0], ["odd name"] */
static void put_path(Buf *out, const Str *steps, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        if (is_identifier(steps[i])) {
            buf_byte(out, '.');
            buf_put(out, steps[i]);
        } else {
            buf_puts(out, i == 0 ? ".[" : "[");
            if (is_digits(steps[i])) {
                buf_put(out, steps[i]);
            } else {
                print_fql_string(out, steps[i]);
            }
            buf_byte(out, ']');
        }
    }
}

static void put_part(Buf *out, const IndexTerm *part)
{
    buf_puts(out, part->descending ? "desc(" : "");
    buf_puts(out, part->mva ? "mva(" : "");
    if (part->source == KEY_FROM_PATH) {
        put_path(out, part->path, part->path_len);
    } else {
        buf_puts(out, part->source == KEY_FROM_ID ? ".id" : ".ttl");
    }
    buf_puts(out, part->mva ? ")" : "");
    buf_puts(out, part->descending ? ")" : "");
}

static void put_parts(Buf *out, const char *head, const IndexTerm *parts, int64_t count)
{
    buf_puts(out, head);
    buf_puts(out, " [");
    for (int64_t i = 0; i < count; i++) {
        buf_puts(out, i > 0 ? ", " : "");
        put_part(out, &parts[i]);
    }
    buf_puts(out, "]\n");
}

static void put_index(Buf *out, const Index *index)
{
    if (index->unique) {
        put_parts(out, "  unique", index->terms, index->term_count);
        return;
    }
    buf_puts(out, "  index ");
    buf_put(out, index->name);
    buf_puts(out, " {\n");
    if (index->term_count > 0) {
        put_parts(out, "    terms", index->terms, index->term_count);
    }
    if (index->value_count > 0) {
        put_parts(out, "    values", index->values, index->value_count);
    }
    buf_puts(out, "  }\n");
}

static void put_computed(Buf *out, const DocFunction *field)
{
    buf_printf(out, "  compute %.*s", STR_ARG(field->name));
    if (field->signature.len > 0) {
        buf_printf(out, ": %.*s", STR_ARG(field->signature));
    }
    buf_printf(out, " = %.*s\n", STR_ARG(field->source.text));
}

/* Short lambdas have their parentheses. */
static void put_check(Buf *out, const DocFunction *check)
{
    bool is_short = str_starts_with(check->source.text, STR("(."));
    buf_printf(out, is_short ? "  check %.*s %.*s\n" : "  check %.*s (%.*s)\n",
               STR_ARG(check->name), STR_ARG(check->source.text));
}

static void put_collection(Buf *out, const Collection *collection)
{
    if (collection->alias.len > 0) {
        buf_puts(out, "@alias(");
        buf_put(out, collection->alias);
        buf_puts(out, ")\n");
    }
    buf_puts(out, "collection ");
    buf_put(out, collection->name);
    buf_puts(out, " {\n");
    for (int64_t i = 0; i < collection->computed.count; i++) {
        put_computed(out, &collection->computed.at[i]);
    }
    for (int64_t i = 0; i < collection->index_count; i++) {
        put_index(out, &collection->indexes[i]);
    }
    for (int64_t i = 0; i < collection->checks.count; i++) {
        put_check(out, &collection->checks.at[i]);
    }
    if (collection->ttl_days > 0) {
        buf_printf(out, "  ttl_days %lld\n", (long long)collection->ttl_days);
    }
    if (collection->no_ttls) {
        buf_puts(out, "  document_ttls false\n");
    }
    buf_byte(out, '}');
}

int64_t session_collections(Session *session, const SessionCollection **collections)
{
    Rt *rt = session_rt(session);
    Buf text = {0};
    rt_begin(rt, &session->heap, &session->query, txn_begin(session->store, TXN_READ));
    int64_t count = catalog_load(rt) ? catalog_count(rt->catalog) : 0;
    SessionCollection *found = arena_array(&session->query, SessionCollection, count);
    for (int64_t i = 0; i < count; i++) {
        const Collection *collection = catalog_at(rt->catalog, i);
        text.len = 0;
        put_collection(&text, collection);
        found[i] = (SessionCollection){.name = str_copy(&session->query, collection->name),
                                       .documents = txn_count(rt->txn, collection->number),
                                       .definition = str_copy(&session->query, buf_str(&text))};
    }
    txn_rollback(rt->txn);
    buf_free(&text);
    *collections = found;
    return count;
}

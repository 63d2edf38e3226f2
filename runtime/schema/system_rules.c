/* system_rules: what roles, access providers, databases, keys, tokens and credentials must look
 * like. Reference: NativeCollection.scala, Validators.scala.
 *
 * Not here: rules that look at other documents (system_document.c, reference.c).
 */
#include "runtime/schema/definition.h"
#include "runtime/schema/rule.h"

#include "runtime/access/secret.h"
#include "runtime/document/fields.h"
#include "runtime/document/reference.h"

#define TEXT TYPE_BIT(T_STRING)
#define OBJECT TYPE_BIT(T_OBJECT)
#define TIME TYPE_BIT(T_TIME)
#define DATA                                                             \
    {                                                                    \
        .name = "data", .types = OBJECT, .expected = "{ *: Any } | Null" \
    }

/* -- checks ----------------------------------------------------------------------------------- */

static void check_identifier(const Place *place, const Rule *rule, Value value)
{
    (void)rule;
    Str name = val_as_str(value);
    if (!definition_is_identifier(name) || str_eq(name, STR("_"))) {
        place_fail(place, STR("Invalid identifier."));
    }
}

static void check_role_name(const Place *place, const Rule *rule, Value value)
{
    Str name = val_as_str(value);
    if (str_eq(name, STR("admin")) || str_eq(name, STR("server"))) {
        place_fail(place, str_format(place->failures->rt->query,
                                     "The identifier `%.*s` is reserved.", STR_ARG(name)));
    } else {
        check_identifier(place, rule, value);
    }
}

/* Whether `text` begins with a scheme, in whichever case, and goes on. */
static bool has_scheme(Str text, Str scheme)
{
    bool ok = text.len > scheme.len;
    for (int64_t i = 0; i < scheme.len && ok; i++) {
        char c = text.s[i];
        ok = (c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c) == scheme.s[i];
    }
    return ok;
}

/* Where keys are: an address, or themselves as `data:application/json,…`. */
static void check_keys_uri(const Place *place, const Rule *rule, Value value)
{
    (void)rule;
    Str text = val_as_str(value);
    if (!has_scheme(text, STR("https:")) && !str_starts_with(text, STR("data:"))) {
        place_fail(place, str_format(place->failures->rt->query,
                                     "`%.*s` must be a valid https URI.", STR_ARG(text)));
    }
}

/* The role that an entry of `roles` names: itself, or { role, predicate }. */
static Str role_of(Value entry)
{
    Value role = entry.type == T_OBJECT ? field_or_null(entry.as.object, STR("role")) : entry;
    return val_as_str(role);
}

/* How many of the first `count` entries name `role`. */
static int64_t count_role(Value roles, int64_t count, Str role)
{
    int64_t found = 0;
    for (int64_t i = 0; i < count; i++) {
        found += str_eq(role_of(roles.as.items[i]), role);
    }
    return found;
}

static void check_roles(const Place *place, const Rule *rule, Value roles)
{
    (void)rule;
    Arena *arena = place->failures->rt->query;
    for (int64_t i = 0; roles.type == T_ARRAY && i < roles.len; i++) {
        Str role = role_of(roles.as.items[i]);
        if (count_role(roles, i, role) == 1) {
            place_fail(place, str_format(arena,
                                         "The role `%.*s` is present more than once, there can "
                                         "only be one entry per role.",
                                         STR_ARG(role)));
        }
        if (role_is_builtin(role)) {
            place_fail(place, str_format(arena, "Builtin role `%.*s` not allowed.", STR_ARG(role)));
        }
    }
}

static void check_user_document(const Place *place, const Rule *rule, Value value)
{
    (void)rule;
    if (collection_is_system(value.len)) {
        place_fail(place, STR("Expected document from a user-defined collection."));
    }
}

static void check_password(const Place *place, const Rule *rule, Value value)
{
    (void)rule;
    Str password = val_as_str(value);
    if (password.len > PASSWORD_BYTES_MAX || secret_has_zero(password)) {
        place_fail(place, str_format(place->failures->rt->query,
                                     "A password has at most %d bytes, and none of them is zero.",
                                     PASSWORD_BYTES_MAX));
    }
}

/* -- tables ----------------------------------------------------------------------------------- */

#define ACTION(name_, arities_)                                                                  \
    {                                                                                            \
        .name = (name_), .types = TEXT | TYPE_BIT(T_BOOLEAN),                                    \
        .expected = "Boolean | String | Null", .arities = (arities_), .check = rule_check_lambda \
    }

/* Arguments of the predicates; 0: as many as the function takes. */
static const Rule action_rules[] = {
    ACTION("read", 1u << 1),
    ACTION("write", 1u << 2 | 1u << 3),
    ACTION("create", 1u << 1),
    ACTION("create_with_id", 1u << 1 | 1u << 2),
    ACTION("delete", 1u << 1),
    ACTION("history_write", 1u << 4),
    ACTION("history_read", 1u << 1),
    ACTION("unrestricted_read", 1u << 1),
    ACTION("call", 0),
    {0},
};

static const Rule privilege_rules[] = {
    {.name = "resource", .types = TEXT, .expected = "String", .required = true},
    {.name = "actions", .types = OBJECT, .expected = "{ *: Any } | Null", .fields = action_rules},
    {0},
};

static const Rule membership_rules[] = {
    {.name = "resource", .types = TEXT, .expected = "String", .required = true},
    {.name = "predicate",
     .types = TEXT,
     .expected = "String | Null",
     .arities = 1u << 1,
     .check = rule_check_lambda},
    {0},
};

#define PRIVILEGE_TYPE "{ resource: String, actions: { *: Any } | Null }"
#define MEMBERSHIP_TYPE "{ resource: String, predicate: String | Null }"
#define PROVIDER_ROLE_TYPE "String | { role: String, predicate: String }"

static const Rule role_rules[] = {
    {.name = "name",
     .types = TEXT,
     .expected = "String",
     .required = true,
     .check = check_role_name},
    {.name = "membership",
     .types = OBJECT,
     .expected = MEMBERSHIP_TYPE " | Array<" MEMBERSHIP_TYPE "> | Null",
     .element = MEMBERSHIP_TYPE,
     .fields = membership_rules},
    {.name = "privileges",
     .types = OBJECT,
     .expected = PRIVILEGE_TYPE " | Array<" PRIVILEGE_TYPE "> | Null",
     .element = PRIVILEGE_TYPE,
     .fields = privilege_rules},
    DATA,
    {0},
};

static const Rule provider_role_rules[] = {
    {.name = "role", .types = TEXT, .expected = "String", .required = true},
    {.name = "predicate",
     .types = TEXT,
     .expected = "String",
     .required = true,
     .arities = 1u << 1,
     .check = rule_check_lambda},
    {0},
};

static const Rule access_provider_rules[] = {
    {.name = "name",
     .types = TEXT,
     .expected = "String",
     .required = true,
     .check = check_identifier},
    {.name = "issuer", .types = TEXT, .expected = "String", .required = true},
    {.name = "jwks_uri",
     .types = TEXT,
     .expected = "String",
     .required = true,
     .check = check_keys_uri},
    {.name = "roles",
     .types = TEXT | OBJECT,
     .expected = PROVIDER_ROLE_TYPE " | Array<" PROVIDER_ROLE_TYPE "> | Null",
     .element = PROVIDER_ROLE_TYPE,
     .fields = provider_role_rules,
     .check = check_roles},
    {.name = "audience", .types = TEXT, .expected = "String | Null", .read_only = true},
    DATA,
    {0},
};

#define FLAG(name_)                                                                 \
    {                                                                               \
        .name = (name_), .types = TYPE_BIT(T_BOOLEAN), .expected = "Boolean | Null" \
    }

static const Rule database_rules[] = {
    {.name = "name",
     .types = TEXT,
     .expected = "String",
     .required = true,
     .check = check_identifier},
    {.name = "priority", .types = TYPE_BIT(T_INT) | TYPE_BIT(T_LONG), .expected = "Long | Null"},
    FLAG("typechecked"),
    FLAG("protected"),
    {.name = "global_id", .types = TEXT, .expected = "String | Null", .read_only = true},
    DATA,
    {0},
};

#define SECRET                                                                          \
    {                                                                                   \
        .name = "secret", .types = TEXT, .expected = "String | Null", .read_only = true \
    }
#define TTL                                                     \
    {                                                           \
        .name = "ttl", .types = TIME, .expected = "Time | Null" \
    }

static const Rule key_rules[] = {
    {.name = "role", .types = TEXT, .expected = "String", .required = true},
    {.name = "database", .types = TEXT, .expected = "String | Database | Null"},
    TTL,
    SECRET,
    DATA,
    {0},
};

#define DOCUMENT                                                                              \
    {                                                                                         \
        .name = "document", .types = TYPE_BIT(T_DOC), .expected = "AnyDoc", .required = true, \
        .check = check_user_document                                                          \
    }

static const Rule token_rules[] = {DOCUMENT, TTL, SECRET, DATA, {0}};

static const Rule credential_rules[] = {
    DOCUMENT,
    {.name = "password", .types = TEXT, .expected = "String | Null", .check = check_password},
    DATA,
    {0},
};

const Rule *system_rules(uint32_t collection)
{
    static const Rule *const tables[] = {
        [COLLECTION_ROLE] = role_rules,
        [COLLECTION_ACCESS_PROVIDER] = access_provider_rules,
        [COLLECTION_DATABASE] = database_rules,
        [COLLECTION_KEY] = key_rules,
        [COLLECTION_TOKEN] = token_rules,
        [COLLECTION_CREDENTIAL] = credential_rules,
    };
    assert(collection < countof(tables) && tables[collection]);
    return tables[collection];
}

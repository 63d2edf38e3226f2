/* guess_member: types as texts, and what values of them have: the rows of the builtins, the schema
 * and a sample of the documents say it.
 */
#include "repl/edit/guess_int.h"

#include "grammar/parse.h"
#include "repl/edit/signature_text.h"
#include "repl/io/text.h"
#include "runtime/base/vec.h"

/* -- types as texts --------------------------------------------------------------------------- */

Str guess_present(Str type)
{
    static const char *const endings[] = {" | Null", "?"};
    for (int64_t i = 0; i < countof(endings); i++) {
        Str ending = str_from_c(endings[i]);
        if (str_ends_with(type, ending)) {
            return str_slice(type, 0, type.len - ending.len);
        }
    }
    return type;
}

static Str inside(Str type, Str head)
{
    bool fits = str_starts_with(type, head) && type.s[type.len - 1] == '>';
    return fits ? str_slice(type, head.len, type.len - 1) : (Str){0};
}

Str guess_element(Str type)
{
    static const char *const heads[] = {"Set<", "Array<", "EventSource<", "Ref<"};
    type = guess_present(type);
    for (int64_t i = 0; i < countof(heads); i++) {
        Str element = inside(type, str_from_c(heads[i]));
        if (element.len > 0) {
            return str_eq(element, STR("Any")) ? (Str){0} : element;
        }
    }
    return (Str){0};
}

/* -- members ---------------------------------------------------------------------------------- */

typedef struct MemberList {
    Guess *guess;
    Str element; /* what `A` means; empty: nothing known */
    VEC(GuessMember) at;
} MemberList;

static void add_member(MemberList *list, Str name, Str signature)
{
    Arena *arena = list->guess->arena;
    Str line = signature;
    str_take_line(&signature, &line);
    GuessMember member = {
        .name = name,
        .signature = list->element.len > 0 ? signature_fill(arena, line, 'A', list->element) : line,
        .is_method = line.len > 0 && line.s[0] == '(',
    };
    vec_push(&list->at, arena, member);
}

static void add_rows(MemberList *list, const Builtin *const *rows)
{
    for (; rows != NULL && *rows != NULL; rows++) {
        if (is_identifier(str_from_c((*rows)->name))) {
            add_member(list, str_from_c((*rows)->name), str_from_c((*rows)->signature));
        }
    }
}

const BuiltinType *guess_find_type(Str name)
{
    for (const BuiltinType *const *type = builtin_types; *type != NULL; type++) {
        if (str_eq(str_from_c((*type)->name), name)) {
            return *type;
        }
    }
    return NULL;
}

/* The fields and methods of documents of a collection. */
static void add_document(MemberList *list, const KnownCollection *collection)
{
    for (int64_t i = 0; i < collection->count; i++) {
        const SessionMember *member = &collection->members[i];
        if (member->is_field) {
            add_member(list, member->name, member->type);
        }
    }
    const BuiltinType *document = guess_find_type(STR("Doc"));
    add_rows(list, document != NULL ? document->methods : NULL);
}

static void add_collection(MemberList *list, const KnownCollection *collection)
{
    for (int64_t i = 0; i < collection->count; i++) {
        const SessionMember *member = &collection->members[i];
        if (!member->is_field) {
            add_member(list, member->name, member->type);
        }
    }
    list->element = collection->name;
    add_rows(list, known_collection_rows());
}

static void add_module(MemberList *list, Str name)
{
    const KnownCollection *collection = known_collection(list->guess->known, name);
    const BuiltinType *type = guess_find_type(name);
    if (collection != NULL) {
        add_collection(list, collection);
    } else if (type != NULL) {
        add_rows(list, type->statics);
    }
}

/* "{ a: Int, b: String }" */
static void add_fields(MemberList *list, Str type)
{
    Str rest = text_trim(str_slice(type, 1, type.len - 1)), part;
    while (signature_take_part(&rest, &part)) {
        int64_t colon = str_find(part, STR(":"), 0);
        Str name = colon > 0 ? text_trim(str_slice(part, 0, colon)) : (Str){0};
        if (name.len > 2 && name.s[0] == '"' && name.s[name.len - 1] == '"') {
            name = str_slice(name, 1, name.len - 1);
        }
        if (name.len > 0 && name.s[0] != '*') {
            add_member(list, name, text_trim(str_slice(part, colon + 1, part.len)));
        }
    }
}

static void add_builtin_type(MemberList *list, Str type)
{
    int64_t bracket = str_find(type, STR("<"), 0);
    const BuiltinType *found = guess_find_type(bracket < 0 ? type : str_slice(type, 0, bracket));
    list->element = guess_element(type);
    if (found != NULL) {
        add_rows(list, found->methods);
    }
}

static void add_members(MemberList *list, Str type)
{
    Str referred = inside(type, STR("Ref<"));
    referred = referred.len > 0 ? referred : inside(type, STR("NamedRef<"));
    type = referred.len > 0 ? referred : type;
    const KnownCollection *collection = known_collection(list->guess->known, type);
    list->element = (Str){0};
    if (type.len > 0 && type.s[0] == '@') {
        add_module(list, str_slice(type, 1, type.len));
    } else if (type.len > 0 && type.s[0] == '{') {
        add_fields(list, type);
    } else if (collection != NULL) {
        add_document(list, collection);
    } else if (str_eq(type, STR("Document"))) {
        add_builtin_type(list, STR("Doc"));
    } else if (type.len > 0) {
        add_builtin_type(list, type);
    }
}

/* Of a union all that its members have. */
int64_t guess_members(Guess *guess, Str type, const GuessMember **members)
{
    MemberList list = {.guess = guess};
    Str rest = guess_present(type), member;
    while (signature_take_member(&rest, &member)) {
        add_members(&list, member);
    }
    *members = list.at.at;
    return list.at.len;
}

bool guess_find_member(Guess *guess, Str type, Str name, GuessMember *found)
{
    const GuessMember *members;
    int64_t count = guess_members(guess, type, &members);
    for (int64_t i = 0; i < count; i++) {
        if (str_eq(members[i].name, name)) {
            *found = members[i];
            return true;
        }
    }
    return false;
}

/* token: the module Token. What is done is in runtime/document/system_document.c. */
#include "runtime/builtins/collection.h"
#include "runtime/builtins/types.h"
#include "runtime/document/system_document.h"
#include "runtime/function.h"
#include "runtime/set/set_node.h"

BUILTIN(token_create, "create", WRITES, "(data: { id: ID | Null, document: { *: Any } | Null, ttl: Time | Null, "
        "data: { *: Any } | Null }) => Document",
        "Creates a token from `data`, a secret that stands for a document. The field `secret` of "
        "what is "
        "returned is "
        "the only place where the secret is ever shown.",
        "Collection.create({ name: \"User\" })\n"
        "let ann = User.create({ name: \"Ann\" })\n"
        "Token.create({ document: ann }).document!.name",
        "\"Ann\"")
{
    return system_create(rt, COLLECTION_TOKEN, call->args[0].as.object);
}

/* The predicate of tokens that stand for a document: a lambda, as users would write it, so that
 * cursors can tell it. */
static Value predicate_of(Rt *rt, Value document)
{
    static const Source source = {
        .name = {"*token*", 7},
        .text = {"document => token => token.document == document", 47},
    };
    TRY(make, rt->up->compile_lambda(rt, rt->code, &source));
    return rt->up->call(rt, make, &document, 1);
}

BUILTIN(token_by_document, "byDocument", READS, "(document: Any) => Set<Document>",
        "The tokens that stand for `document`. Reads every token.",
        "Collection.create({ name: \"User\" })\n"
        "let ann = User.create({ name: \"Ann\" })\n"
        "Token.create({ document: ann })\n"
        "Token.byDocument(ann).count()",
        "1")
{
    Value document = call->args[0];
    if (document.type != T_DOC) {
        return rt_fault_argument_type(rt, STR("document"), STR("Doc"), document);
    }
    if (!call_may(rt, call)) {
        return val_fault();
    }
    TRY(predicate, predicate_of(rt, document));
    TRY(all, collection_all_set(rt, COLLECTION_TOKEN, NULL));
    return val_set(set_with_function(rt, &set_where_ops, all.as.set, predicate, call->span));
}

BUILTIN_ROWS(token_statics, &collection_all_row, &token_by_document_row, &collection_by_id_row,
             &token_create_row, &collection_first_where_row, &collection_to_string_row,
             &collection_where_row);

static bool is_token(Rt *rt, Value v)
{
    (void)rt;
    return v.type == T_DOC && v.len == COLLECTION_TOKEN;
}

const BuiltinType token_type = {
    .name = "Token",
    .doc = "A secret that stands for a document, a user say: what requests to the server come with.",
    .statics = token_statics,
    .constructor = &collection_apply_row,
    .contains = is_token,
};

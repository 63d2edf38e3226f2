/* credential: the module Credential. What is done is in runtime/document/system_document.c. */
#include "runtime/builtins/collection.h"
#include "runtime/builtins/document.h"
#include "runtime/builtins/types.h"
#include "runtime/document/reference.h"
#include "runtime/document/system_document.h"

BUILTIN(credential_create, "create", WRITES, "(data: { id: ID | Null, document: Ref<{ *: Any }>, password: String | "
        "Null, data: { *: Any } | Null }) => Document",
        "Creates a credential from `data`: a password for a document, which is kept as a hash.",
        "Collection.create({ name: \"User\" })\n"
        "let ann = User.create({ name: \"Ann\" })\n"
        "Credential.create({ document: ann, password: \"sesame\" }).document!.name",
        "\"Ann\"")
{
    return system_create(rt, COLLECTION_CREDENTIAL, call->args[0].as.object);
}

BUILTIN(credential_by_document, "byDocument", READS, "(document: Any) => Ref<Document>",
        "The credential of `document`, whether it exists or not.",
        "Collection.create({ name: \"User\" })\n"
        "let ann = User.create({ name: \"Ann\" })\n"
        "Credential.byDocument(ann).exists()",
        "false")
{
    Value document = call->args[0];
    if (document.type != T_DOC) {
        return rt_fault_argument_type(rt, STR("document"), STR("Doc"), document);
    }
    int64_t id = -1; /* there is no such document */
    (void)system_find(rt, COLLECTION_CREDENTIAL, STR("document"), document, &id);
    return val_doc_id(COLLECTION_CREDENTIAL, id);
}

/* -- of one credential ------------------------------------------------------------------------- */

BUILTIN(credential_verify, "verify", READS, "(secret: String) => Boolean",
        "Whether `secret` is the password.",
        "Collection.create({ name: \"User\" })\n"
        "let ann = User.create({ name: \"Ann\" })\n"
        "let login = Credential.create({ document: ann, password: \"sesame\" })\n"
        "[login.verify(\"sesame\"), login.verify(\"Sesame\")]",
        "[\n  true,\n  false\n]")
{
    return system_secret_matches(rt, call->self, val_as_str(call->args[0]));
}

BUILTIN(credential_login, "login", WRITES,
        "(secret: String) => Token\n"
        "(secret: String, ttl: Time) => Token",
        "Creates a token for the document when `secret` is the password; the token ends at `ttl`.",
        "Collection.create({ name: \"User\" })\n"
        "let ann = User.create({ name: \"Ann\" })\n"
        "let login = Credential.create({ document: ann, password: \"sesame\" })\n"
        "login.login(\"sesame\").document!.name",
        "\"Ann\"")
{
    TRY(matches, system_secret_matches(rt, call->self, val_as_str(call->args[0])));
    if (!matches.as.boolean) {
        return rt_fault(rt, FAULT_invalid_secret, "Provided secret did not match.");
    }
    Str names[2] = {STR("document"), STR("ttl")};
    Value values[2] = {doc_field(rt, call->self, names[0])};
    if (call->argc > 1) {
        values[1] = call->args[1];
    }
    Value token = rt_object(rt, names, values, call->argc > 1 ? 2 : 1);
    return system_create(rt, COLLECTION_TOKEN, token.as.object);
}

static const Builtin *const credential_rows[] = {
    &document_delete_row,      &document_exists_row,       &credential_login_row,
    &document_replace_row,     &document_replace_data_row, &document_update_row,
    &document_update_data_row, &credential_verify_row,     NULL};

/* -- the module -------------------------------------------------------------------------------- */

BUILTIN_ROWS(credential_statics, &collection_all_row, &credential_by_document_row,
             &collection_by_id_row, &credential_create_row, &collection_first_where_row,
             &collection_to_string_row, &collection_where_row);

static bool is_credential(Rt *rt, Value v)
{
    (void)rt;
    return v.type == T_DOC && v.len == COLLECTION_CREDENTIAL;
}

const BuiltinType credential_type = {
    .name = "Credential",
    .doc = "A password that a document, a user say, logs in with.",
    .methods = credential_rows,
    .statics = credential_statics,
    .constructor = &collection_apply_row,
    .contains = is_credential,
};

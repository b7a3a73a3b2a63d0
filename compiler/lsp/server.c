#include <string.h>

#include "compiler/lsp/lsp.h"

/* Milliseconds without input after which changed documents are checked. */
enum { PAUSE = 100 };

/* Error codes of JSON-RPC and of the protocol. */
enum {
    PARSE_ERROR = -32700,
    INVALID_REQUEST = -32600,
    METHOD_NOT_FOUND = -32601,
    INVALID_PARAMS = -32602,
    INTERNAL_ERROR = -32603,
    NOT_INITIALIZED = -32002,
};

static void send(zc_lsp *lsp, json_t *message)
{
    if (message != NULL && !zc_rpc_send(&lsp->rpc, message))
        lsp->send_failed = true;
}

void zc_lsp_notify(zc_lsp *lsp, const char *method, json_t *params)
{
    send(lsp, json_pack("{s:s, s:s, s:o}", "jsonrpc", "2.0", "method", method, "params", params));
}

void zc_lsp_log(zc_lsp *lsp, const char *text)
{
    zc_lsp_notify(lsp, "window/logMessage", json_pack("{s:i, s:s}", "type", 2, "message", text));
}

static void refuse(zc_lsp *lsp, json_t *id, int code, const char *text)
{
    json_t *error = json_pack("{s:i, s:s}", "code", code, "message", text);
    json_t *known = id != NULL ? json_incref(id) : json_null();
    send(lsp, json_pack("{s:s, s:o, s:o}", "jsonrpc", "2.0", "id", known, "error", error));
}

static void reply(zc_lsp *lsp, json_t *id, json_t *result)
{
    json_t *message = json_pack("{s:s, s:O, s:o}", "jsonrpc", "2.0", "id", id, "result", result);
    if (message != NULL)
        send(lsp, message);
    else
        refuse(lsp, id, INTERNAL_ERROR, "out of memory");
}

static json_t *capabilities(void)
{
    return json_pack("{s:{s:{s:b, s:i}, s:b, s:b, s:b, s:b, s:{s:[s]}}, s:{s:s, s:s}}",
                     "capabilities", "textDocumentSync", "openClose", 1, "change", 1,
                     "hoverProvider", 1, "definitionProvider", 1, "documentFormattingProvider", 1,
                     "documentSymbolProvider", 1, "codeActionProvider", "codeActionKinds",
                     "quickfix", "serverInfo", "name", "zkmlc", "version", zkml_version());
}

static void publish_all(zc_lsp *lsp)
{
    for (size_t i = 0; i < lsp->count; i++)
        if (lsp->documents[i].dirty)
            zc_lsp_publish(lsp, &lsp->documents[i]);
}

/* ---- notifications ---- */

static const char *uri_in(const json_t *params)
{
    return json_string_value(json_object_get(json_object_get(params, "textDocument"), "uri"));
}

static void set_text(zc_lsp *lsp, const json_t *params, const json_t *text)
{
    json_t *version = json_object_get(json_object_get(params, "textDocument"), "version");
    if (!zc_lsp_set_document(lsp, uri_in(params), text, version))
        zc_lsp_log(lsp, "a document was not taken: too large, or too many");
}

static void did_open(zc_lsp *lsp, const json_t *params)
{
    const json_t *text = json_object_get(json_object_get(params, "textDocument"), "text");
    if (uri_in(params) != NULL && json_is_string(text))
        set_text(lsp, params, text);
}

static void did_change(zc_lsp *lsp, const json_t *params)
{
    const json_t *changes = json_object_get(params, "contentChanges");
    const json_t *last = json_array_get(changes, json_array_size(changes) - 1);
    const json_t *text = json_object_get(last, "text");
    if (uri_in(params) == NULL || zc_lsp_document(lsp, uri_in(params)) == NULL)
        return;
    if (!json_is_string(text) || json_object_get(last, "range") != NULL)
        zc_lsp_log(lsp, "a change was ignored: the server takes whole documents only");
    else
        set_text(lsp, params, text);
}

static void did_close(zc_lsp *lsp, const json_t *params)
{
    const char *uri = uri_in(params);
    if (uri == NULL || zc_lsp_document(lsp, uri) == NULL)
        return;
    zc_lsp_close_document(lsp, uri);
    zc_lsp_notify(lsp, "textDocument/publishDiagnostics",
                  json_pack("{s:s, s:[]}", "uri", uri, "diagnostics"));
}

static void notified(zc_lsp *lsp, const char *method, const json_t *params)
{
    if (strcmp(method, "exit") == 0) {
        lsp->clean_exit = lsp->phase == ZC_LSP_SHUT;
        lsp->phase = ZC_LSP_EXITED;
    }
    if (lsp->phase != ZC_LSP_RUNNING)
        return;
    if (strcmp(method, "textDocument/didOpen") == 0)
        did_open(lsp, params);
    else if (strcmp(method, "textDocument/didChange") == 0)
        did_change(lsp, params);
    else if (strcmp(method, "textDocument/didClose") == 0)
        did_close(lsp, params);
}

/* ---- requests ---- */

static json_t *hover(zc_lsp *lsp, zc_document *document, const json_t *params)
{
    return zc_lsp_hover(lsp, document, json_object_get(params, "position"));
}

static json_t *definition(zc_lsp *lsp, zc_document *document, const json_t *params)
{
    return zc_lsp_definition(lsp, document, json_object_get(params, "position"));
}

static json_t *formatting(zc_lsp *lsp, zc_document *document, const json_t *params)
{
    (void)lsp;
    (void)params;
    return zc_lsp_formatting(document);
}

static json_t *symbols(zc_lsp *lsp, zc_document *document, const json_t *params)
{
    (void)lsp;
    (void)params;
    return zc_lsp_symbols(document);
}

static json_t *actions(zc_lsp *lsp, zc_document *document, const json_t *params)
{
    return zc_lsp_actions(lsp, document, json_object_get(params, "range"));
}

static const struct {
    const char *method;
    json_t *(*answer)(zc_lsp *lsp, zc_document *document, const json_t *params);
} questions[] = {
    {"textDocument/hover", hover},           {"textDocument/definition", definition},
    {"textDocument/formatting", formatting}, {"textDocument/documentSymbol", symbols},
    {"textDocument/codeAction", actions},
};

static void ask(zc_lsp *lsp, const char *method, const json_t *params, json_t *id)
{
    for (size_t i = 0; i < sizeof questions / sizeof questions[0]; i++) {
        if (strcmp(method, questions[i].method) != 0)
            continue;
        const char *uri = uri_in(params);
        zc_document *document = uri != NULL ? zc_lsp_document(lsp, uri) : NULL;
        if (document == NULL)
            refuse(lsp, id, INVALID_PARAMS, "this document is not open");
        else
            reply(lsp, id, questions[i].answer(lsp, document, params));
        return;
    }
    refuse(lsp, id, METHOD_NOT_FOUND, "unknown method");
}

static void requested(zc_lsp *lsp, const char *method, const json_t *params, json_t *id)
{
    bool initialize = strcmp(method, "initialize") == 0;
    if (lsp->phase == ZC_LSP_NEW && !initialize) {
        refuse(lsp, id, NOT_INITIALIZED, "the first request is \"initialize\"");
    } else if (lsp->phase == ZC_LSP_SHUT || (lsp->phase == ZC_LSP_RUNNING && initialize)) {
        refuse(lsp, id, INVALID_REQUEST, "not at this time");
    } else if (initialize) {
        lsp->phase = ZC_LSP_RUNNING;
        reply(lsp, id, capabilities());
    } else if (strcmp(method, "shutdown") == 0) {
        publish_all(lsp);
        lsp->phase = ZC_LSP_SHUT;
        reply(lsp, id, json_null());
    } else {
        ask(lsp, method, params, id);
    }
}

/* ---- the loop ---- */

static void handle(zc_lsp *lsp, const json_t *message)
{
    const char *method = json_string_value(json_object_get(message, "method"));
    json_t *id = json_object_get(message, "id");
    const json_t *params = json_object_get(message, "params");
    bool answer =
        json_object_get(message, "result") != NULL || json_object_get(message, "error") != NULL;
    bool valid_id = id == NULL || json_is_integer(id) || json_is_string(id);
    if (method == NULL && answer && json_is_object(message))
        return; /* nothing was asked of the client */
    if (method == NULL || !valid_id)
        refuse(lsp, valid_id ? id : NULL, INVALID_REQUEST, "neither request nor notification");
    else if (id == NULL)
        notified(lsp, method, params);
    else
        requested(lsp, method, params, id);
}

static bool any_dirty(const zc_lsp *lsp)
{
    for (size_t i = 0; i < lsp->count; i++)
        if (lsp->documents[i].dirty)
            return true;
    return false;
}

static zkml_status serve(zc_lsp *lsp, zkml_error *err)
{
    while (lsp->phase != ZC_LSP_EXITED) {
        json_t *message;
        switch (zc_rpc_next(&lsp->rpc, any_dirty(lsp) ? PAUSE : -1, &message, err)) {
        case ZC_RPC_MESSAGE:
            handle(lsp, message);
            json_decref(message);
            break;
        case ZC_RPC_NO_JSON:
            refuse(lsp, NULL, PARSE_ERROR, "a message is not valid JSON");
            break;
        case ZC_RPC_IDLE:
            publish_all(lsp);
            break;
        case ZC_RPC_END:
            return zk_fail(err, ZKML_INVALID, "the input ended without \"exit\"");
        case ZC_RPC_FAILED:
            return err->status;
        }
        if (lsp->send_failed)
            return zk_fail(err, ZKML_IO, "standard output: cannot write");
    }
    return lsp->clean_exit ? ZKML_OK
                           : zk_fail(err, ZKML_INVALID, "\"exit\" came without \"shutdown\"");
}

zkml_status zc_lsp_serve(int in, FILE *out, zkml_error *err)
{
    zc_lsp lsp = {.phase = ZC_LSP_NEW};
    zc_rpc_init(&lsp.rpc, in, out);
    zkml_status status = serve(&lsp, err);
    zc_lsp_free_documents(&lsp);
    zc_rpc_free(&lsp.rpc);
    return status;
}

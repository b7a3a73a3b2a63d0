#include <stdlib.h>
#include <string.h>

#include "compiler/lsp/lsp.h"
#include "compiler/lsp/place.h"
#include "runtime/base/arena.h"

static void free_document(zc_document *document)
{
    free(document->uri);
    free(document->path);
    free(document->text);
    json_decref(document->version);
    json_decref(document->actions);
    free(document->costs);
}

zc_document *zc_lsp_document(zc_lsp *lsp, const char *uri)
{
    for (size_t i = 0; i < lsp->count; i++)
        if (strcmp(lsp->documents[i].uri, uri) == 0)
            return &lsp->documents[i];
    return NULL;
}

static zc_document *new_document(zc_lsp *lsp, const char *uri)
{
    if (lsp->count == ZC_LSP_MAX_DOCUMENTS ||
        !ZK_GROW(lsp->documents, lsp->capacity, lsp->count + 1))
        return NULL;
    zc_document document = {.uri = strdup(uri), .path = zc_uri_path(uri)};
    if (document.uri == NULL) {
        free_document(&document);
        return NULL;
    }
    lsp->documents[lsp->count] = document;
    return &lsp->documents[lsp->count++];
}

bool zc_lsp_set_document(zc_lsp *lsp, const char *uri, const json_t *text, json_t *version)
{
    size_t length = json_string_length(text);
    char *copy = malloc(length + 1);
    if (copy == NULL || length > ZC_SOURCE_MAX_BYTES) {
        free(copy);
        return false;
    }
    memcpy(copy, json_string_value(text), length + 1);
    zc_document *document = zc_lsp_document(lsp, uri);
    if (document == NULL)
        document = new_document(lsp, uri);
    if (document == NULL) {
        free(copy);
        return false;
    }
    free(document->text);
    document->text = copy;
    document->length = length;
    json_decref(document->version);
    document->version = json_incref(version);
    for (size_t i = 0; i < lsp->count; i++)
        lsp->documents[i].dirty = true;
    return true;
}

void zc_lsp_close_document(zc_lsp *lsp, const char *uri)
{
    zc_document *document = zc_lsp_document(lsp, uri);
    if (document == NULL)
        return;
    free_document(document);
    *document = lsp->documents[--lsp->count];
    for (size_t i = 0; i < lsp->count; i++)
        lsp->documents[i].dirty = true;
}

void zc_lsp_free_documents(zc_lsp *lsp)
{
    for (size_t i = 0; i < lsp->count; i++)
        free_document(&lsp->documents[i]);
    free(lsp->documents);
    lsp->documents = NULL;
    lsp->count = 0;
}

bool zc_lsp_overlay(void *context, const char *path, zk_buf *text)
{
    zc_lsp *lsp = context;
    char *canonical = realpath(path, NULL);
    const char *wanted = canonical != NULL ? canonical : path;
    bool found = false;
    for (size_t i = 0; i < lsp->count && !found; i++) {
        const zc_document *document = &lsp->documents[i];
        found = document->path != NULL && strcmp(document->path, wanted) == 0;
        if (found)
            zk_buf_bytes(text, document->text, document->length);
    }
    free(canonical);
    return found;
}

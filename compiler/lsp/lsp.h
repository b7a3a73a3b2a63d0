/* lsp.h - the language server: open documents, and what is asked about them.
 *
 * Documents are kept as the editor has them (full synchronisation) and stand for the files of
 * their paths wherever a program imports those. A document is checked when no input is waiting;
 * each question is answered by checking its document anew with a focus (check/focus.h), so there
 * is no state but the texts.
 */
#ifndef ZC_LSP_LSP_H
#define ZC_LSP_LSP_H

#include <jansson.h>

#include "compiler/front/front.h"
#include "compiler/lsp/rpc.h"
#include "compiler/session.h"

enum { ZC_LSP_MAX_DOCUMENTS = 1000 };
#define ZC_LSP_ARENA_BYTES ((size_t)2 << 30) /* for checking one document */

/* What an expression of a document costs in its circuits. */
typedef struct zc_cost {
    uint32_t start, end;
    uint64_t rows, slots;
} zc_cost;

typedef struct zc_document {
    char *uri;
    char *path; /* NULL: no file */
    char *text;
    size_t length;
    json_t *version;
    bool dirty;      /* changed since it was checked */
    json_t *actions; /* code actions of the last check, each with its diagnostic */
    zc_cost *costs;  /* of the last check, if there were no errors */
    size_t cost_count, cost_capacity;
} zc_document;

typedef enum zc_lsp_phase { ZC_LSP_NEW, ZC_LSP_RUNNING, ZC_LSP_SHUT, ZC_LSP_EXITED } zc_lsp_phase;

typedef struct zc_lsp {
    zc_rpc rpc;
    zc_lsp_phase phase;
    bool clean_exit;  /* "exit" after "shutdown" */
    bool send_failed; /* the output is gone */
    zc_document *documents;
    size_t count, capacity;
} zc_lsp;

/* Serves until the client says "exit" or the input ends. ZKML_INVALID: it ended without
 * "shutdown"; ZKML_MALFORMED, ZKML_IO, ZKML_LIMIT. */
zkml_status zc_lsp_serve(int in, FILE *out, zkml_error *err) ZKML_NODISCARD;

/* Sends a notification; takes params. */
void zc_lsp_notify(zc_lsp *lsp, const char *method, json_t *params);
/* A message in the editor's log. */
void zc_lsp_log(zc_lsp *lsp, const char *text);

/* document.c: all return NULL or false when there is no such document, or no memory. */
zc_document *zc_lsp_document(zc_lsp *lsp, const char *uri);
/* Adds the document or replaces its text; marks all as dirty, since one may import the other. */
bool zc_lsp_set_document(zc_lsp *lsp, const char *uri, const json_t *text, json_t *version);
void zc_lsp_close_document(zc_lsp *lsp, const char *uri);
void zc_lsp_free_documents(zc_lsp *lsp);
/* The overlay of zc_sources: `context` is the zc_lsp. */
bool zc_lsp_overlay(void *context, const char *path, zk_buf *text);

/* publish.c: checks the document, sends its diagnostics, keeps its code actions. */
void zc_lsp_publish(zc_lsp *lsp, zc_document *document);

/* answer.c: the results of requests, JSON null when there is nothing to say. */
json_t *zc_lsp_hover(zc_lsp *lsp, zc_document *document, const json_t *position);
json_t *zc_lsp_definition(zc_lsp *lsp, zc_document *document, const json_t *position);
json_t *zc_lsp_formatting(zc_document *document);
json_t *zc_lsp_symbols(zc_document *document);
json_t *zc_lsp_actions(zc_lsp *lsp, zc_document *document, const json_t *range);

/* check.c: loads the document with everything it imports, checks names and elaborates every
 * circuit as far as there are no mistakes. The session is initialised, with a focus or not; errors
 * go to its diagnostics, and the status tells about memory. *program is NULL when it could not be
 * loaded; the document is its root and source number 1. Without a focus, circuits that are not too
 * large are made, too, and document->costs says what they cost. */
zkml_status zc_lsp_check(zc_lsp *lsp, zc_document *document, zc_session *session,
                         zc_program **program, zkml_error *err) ZKML_NODISCARD;

#endif

#include <stdlib.h>
#include <string.h>

#include "compiler/front/front.h"
#include "compiler/lsp/lsp.h"
#include "compiler/lsp/place.h"

/* What a check of a document found, on the way to JSON. */
typedef struct publisher {
    const zc_document *document; /* it is source number 1 */
    const zc_program *program;   /* may be NULL */
    const zc_sources *sources;
    zc_lines *lines; /* of each source; made when they are needed */
    zk_arena arena;
    json_t *diagnostics;
    json_t *actions;
} publisher;

static const zc_lines *lines_of(publisher *p, uint32_t source)
{
    zc_lines *lines = &p->lines[source - 1];
    const zc_source_file *file = zc_source_get(p->sources, source);
    if (lines->count == 0 &&
        !zc_lines_init(lines, (const char *)file->text.data, file->text.length))
        return NULL;
    return lines;
}

static json_t *range_of(publisher *p, zc_span span)
{
    const zc_lines *lines = lines_of(p, span.file);
    return lines == NULL ? NULL : zc_lines_range(lines, span.start, span.end);
}

/* NULL for the standard library. */
static json_t *uri_of(const publisher *p, uint32_t source)
{
    if (source == 1)
        return json_string(p->document->uri);
    const char *path = zc_source_path(p->sources, source);
    return path[0] == '<' ? NULL : zc_path_uri(path);
}

static json_t *clean(publisher *p, const char *text)
{
    const char *valid = zc_diag_clean_text(&p->arena, text, true);
    return valid == NULL ? NULL : json_string(valid);
}

/* The message with its notes and help lines; where it is when that is another file. */
static json_t *message_of(publisher *p, const zc_diag *diag)
{
    zk_buf text = {0};
    if (diag->span.file > 1) {
        zc_position at = zc_source_position(p->sources, diag->span.file, diag->span.start);
        zk_buf_printf(&text, "%s:%u:%u: ", zc_source_path(p->sources, diag->span.file), at.line,
                      at.column);
    }
    zk_buf_text(&text, diag->message);
    if (diag->primary_label != NULL)
        zk_buf_printf(&text, "\n%s", diag->primary_label);
    for (const zc_diag_part *part = diag->notes; part != NULL; part = part->next)
        zk_buf_printf(&text, "\nnote: %s", part->text);
    for (const zc_diag_part *part = diag->helps; part != NULL; part = part->next)
        zk_buf_printf(&text, "\nhelp: %s", part->text);
    zk_buf_u8(&text, 0);
    json_t *message = text.failed ? NULL : clean(p, (const char *)text.data);
    zk_buf_free(&text);
    return message;
}

static json_t *related(publisher *p, const zc_diag *diag)
{
    json_t *list = json_array();
    for (const zc_diag_part *part = diag->labels; part != NULL; part = part->next) {
        json_t *uri = part->span.file == 0 ? NULL : uri_of(p, part->span.file);
        if (uri != NULL)
            json_array_append_new(list, json_pack("{s:{s:o, s:o}, s:o}", "location", "uri", uri,
                                                  "range", range_of(p, part->span), "message",
                                                  clean(p, part->text)));
    }
    return list;
}

static const zc_file *used_file(const zc_decl *decl)
{
    return decl->kind == ZC_DECL_USE ? decl->u.use.target : NULL;
}

/* The import of the document by which a source gets into the program. */
static zc_span import_of(const publisher *p, uint32_t source)
{
    zc_span span = {1, 0, 0};
    bool *leads = calloc(p->sources->count + 1, sizeof *leads);
    for (size_t f = 0; leads != NULL && p->program != NULL && f < p->program->count; f++) {
        const zc_file *file = p->program->files[f];
        leads[file->source] = file->source == source;
        for (size_t i = 0; i < file->count; i++) {
            const zc_file *used = used_file(file->decls[i]);
            if (used == NULL || !leads[used->source])
                continue;
            leads[file->source] = true;
            if (file == p->program->root)
                span = file->decls[i]->span;
        }
    }
    free(leads);
    return span;
}

/* A mistake in another file is shown where this one leads to it. */
static zc_span shown_span(const publisher *p, const zc_diag *diag)
{
    if (diag->span.file == 1)
        return diag->span;
    for (const zc_diag_part *part = diag->labels; part != NULL; part = part->next)
        if (part->span.file == 1)
            return part->span;
    return import_of(p, diag->span.file);
}

/* The edits of a help line by document; NULL: one is in no file that can be edited. */
static json_t *changes_of(publisher *p, const zc_diag_part *part)
{
    json_t *changes = json_object();
    for (const zc_edit *edit = part->edits; edit != NULL; edit = edit->next) {
        json_t *uri = uri_of(p, edit->span.file);
        const char *name = json_string_value(uri);
        json_t *list = name == NULL ? NULL : json_object_get(changes, name);
        if (name != NULL && list == NULL && json_object_set_new(changes, name, json_array()) == 0)
            list = json_object_get(changes, name);
        bool added =
            list != NULL &&
            json_array_append_new(list, json_pack("{s:o, s:o}", "range", range_of(p, edit->span),
                                                  "newText", clean(p, edit->text))) == 0;
        json_decref(uri);
        if (!added) {
            json_decref(changes);
            return NULL;
        }
    }
    return changes;
}

static void add_actions(publisher *p, const zc_diag *diag, json_t *diagnostic)
{
    for (const zc_diag_part *part = diag->helps; part != NULL; part = part->next) {
        json_t *changes = part->edits == NULL ? NULL : changes_of(p, part);
        if (changes != NULL)
            json_array_append_new(p->actions, json_pack("{s:o, s:s, s:b, s:[O], s:{s:o}}", "title",
                                                        clean(p, part->text), "kind", "quickfix",
                                                        "isPreferred", !part->guess, "diagnostics",
                                                        diagnostic, "edit", "changes", changes));
    }
}

static void add_diagnostic(publisher *p, const zc_diag *diag)
{
    char code[8];
    bool error = zc_code_lookup(diag->code)->letter == 'E';
    json_t *object =
        json_pack("{s:o, s:i, s:s, s:s, s:o, s:o}", "range", range_of(p, shown_span(p, diag)),
                  "severity", error ? 1 : 2, "code", zc_code_name(diag->code, code), "source",
                  "zkmlc", "message", message_of(p, diag), "relatedInformation", related(p, diag));
    if (diag->code == ZC_W_UNUSED)
        json_object_set_new(object, "tags", json_pack("[i]", 1));
    if (object == NULL)
        return;
    add_actions(p, diag, object);
    json_array_append_new(p->diagnostics, object);
}

static void add_all(publisher *p, const zc_diags *diags)
{
    zc_diag **sorted = zc_diags_sorted(diags);
    for (size_t i = 0; sorted != NULL && i < diags->count; i++)
        add_diagnostic(p, sorted[i]);
    free(sorted);
}

void zc_lsp_publish(zc_lsp *lsp, zc_document *document)
{
    zc_session session;
    zc_program *program;
    zkml_error err = {0};
    zc_session_init(&session, ZC_LSP_ARENA_BYTES);
    document->dirty = false;
    document->cost_count = 0;
    if (zc_lsp_check(lsp, document, &session, &program, &err) != ZKML_OK)
        zc_lsp_log(lsp, err.text);
    publisher p = {.document = document, .program = program, .sources = &session.sources};
    p.lines = calloc(session.sources.count + 1, sizeof *p.lines);
    p.diagnostics = json_array();
    p.actions = json_array();
    zk_arena_init(&p.arena, 0);
    if (p.lines != NULL)
        add_all(&p, &session.diags);
    json_t *params = json_pack("{s:s, s:o}", "uri", document->uri, "diagnostics", p.diagnostics);
    if (document->version != NULL)
        json_object_set(params, "version", document->version);
    zc_lsp_notify(lsp, "textDocument/publishDiagnostics", params);
    json_decref(document->actions);
    document->actions = p.actions;
    for (size_t i = 0; p.lines != NULL && i < session.sources.count; i++)
        zc_lines_free(&p.lines[i]);
    free(p.lines);
    zk_arena_free(&p.arena);
    zc_session_free(&session);
}

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/check/focus.h"
#include "compiler/front/front.h"
#include "compiler/lsp/lsp.h"
#include "compiler/lsp/place.h"

/* A declaration of more bytes is shown up to its value or block. */
enum { WHOLE_DECLARATION = 300 };

/* Checks the document with a focus at the position; false: no position, or no memory. */
static bool look(zc_lsp *lsp, zc_document *document, const json_t *position, zc_session *session,
                 zc_focus *focus)
{
    zc_lines lines;
    zc_program *program;
    zkml_error err = {0};
    *focus = (zc_focus){.source = 1};
    zc_session_init(session, ZC_LSP_ARENA_BYTES);
    session->focus = focus;
    if (!zc_lines_init(&lines, document->text, document->length))
        return false;
    bool placed = zc_lines_offset(&lines, position, &focus->offset);
    zc_lines_free(&lines);
    return placed && zc_lsp_check(lsp, document, session, &program, &err) == ZKML_OK;
}

static const char *source_text(const zc_session *session, uint32_t source)
{
    return (const char *)zc_source_get(&session->sources, source)->text.data;
}

/* Where the part of a long declaration ends that says what it is. */
static uint32_t head_end(const zc_decl *decl)
{
    switch (decl->kind) {
    case ZC_DECL_FN:
        return decl->u.fn.body != NULL ? decl->u.fn.body->span.start : decl->u.fn.value->span.start;
    case ZC_DECL_CIRCUIT:
        return decl->u.circuit.body->span.start;
    case ZC_DECL_CONST:
        return decl->u.constant.value->span.start;
    case ZC_DECL_TABLE:
        return decl->u.table.value->span.start;
    default:
        return decl->span.end;
    }
}

static void put_declaration(zk_buf *out, const zc_session *session, const zc_decl *decl)
{
    const char *text = source_text(session, decl->span.file);
    bool has_block =
        (decl->kind == ZC_DECL_FN && decl->u.fn.body != NULL) || decl->kind == ZC_DECL_CIRCUIT;
    uint32_t end = decl->span.end;
    if (has_block || end - decl->span.start > WHOLE_DECLARATION)
        end = head_end(decl);
    while (end > decl->span.start && strchr(" \t\r\n", text[end - 1]) != NULL)
        end--;
    zk_buf_text(out, "```zt\n");
    zk_buf_bytes(out, text + decl->span.start, end - decl->span.start);
    zk_buf_text(out, "\n```\n");
    const char *doc = decl->doc;
    if (decl->kind == ZC_DECL_USE && decl->u.use.target != NULL)
        doc = decl->u.use.target->doc;
    if (doc != NULL)
        zk_buf_printf(out, "\n%s\n", doc);
}

static void put_values(zk_buf *out, const zc_session *session, const zc_focus *focus)
{
    const char *text = source_text(session, focus->expr.file) + focus->expr.start;
    size_t length = focus->expr.end - focus->expr.start;
    bool quoted =
        length <= 60 && memchr(text, '\n', length) == NULL && memchr(text, '`', length) == NULL;
    if (out->length > 0)
        zk_buf_text(out, "\n");
    for (size_t i = 0; i < focus->value_count; i++) {
        if (quoted)
            zk_buf_printf(out, "`%.*s`: ", (int)length, text);
        zk_buf_printf(out, "%s\n\n", focus->values[i]);
    }
    if (focus->more_values)
        zk_buf_text(out, "and others, in other calls or rounds\n");
}

/* Costs of a verb are charged to the expression without its type: `clamp x` of `clamp x to T`. */
static bool is_cost_of(const zc_document *document, const zc_cost *cost, zc_span expr)
{
    if (cost->start != expr.start || cost->end > expr.end || expr.end > document->length)
        return false;
    const char *behind = document->text + cost->end;
    behind += strspn(behind, " \t\r\n");
    return cost->end == expr.end ||
           (strncmp(behind, "to", 2) == 0 && strchr(" \t\r\n", behind[2]) != NULL);
}

/* Checking a parameter's range is charged to the whole of "private x: T". */
static bool is_parameter(const zc_document *document, const zc_cost *cost, zc_span name)
{
    static const char *const words[] = {"public", "private", "committed"};
    if (cost->start >= name.start || cost->end < name.end || cost->end > document->length)
        return false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strncmp(document->text + cost->start, words[i], strlen(words[i])) == 0)
            return true;
    return false;
}

/* Of the expression, if it has rows of its own. */
static void put_cost(zk_buf *out, const zc_document *document, const zc_focus *focus)
{
    uint64_t rows = 0, slots = 0;
    bool declared =
        focus->name.file == focus->definition.file && focus->name.start == focus->definition.start;
    for (size_t i = 0; i < document->cost_count; i++) {
        const zc_cost *cost = &document->costs[i];
        if (is_cost_of(document, cost, focus->expr) ||
            (declared && is_parameter(document, cost, focus->name))) {
            rows += cost->rows;
            slots += cost->slots;
        }
    }
    if (rows > 0 || slots > 0)
        zk_buf_printf(out, "%" PRIu64 " row%s, %" PRIu64 " look-up%s\n", rows, rows == 1 ? "" : "s",
                      slots, slots == 1 ? "" : "s");
}

static json_t *hover_result(const zc_document *document, const zc_session *session,
                            const zc_focus *focus)
{
    zk_buf text = {0};
    zc_lines lines;
    if (focus->name.file != 0 && focus->decl != NULL)
        put_declaration(&text, session, focus->decl);
    if (focus->expr.file != 0) {
        put_values(&text, session, focus);
        put_cost(&text, document, focus);
    }
    json_t *result = json_null();
    bool any = text.length > 0 && !text.failed;
    if (any && zc_lines_init(&lines, document->text, document->length)) {
        zc_span span = focus->name.file != 0 ? focus->name : focus->expr;
        json_t *value = json_stringn((const char *)text.data, text.length);
        if (value != NULL)
            result = json_pack("{s:{s:s, s:o}, s:o}", "contents", "kind", "markdown", "value",
                               value, "range", zc_lines_range(&lines, span.start, span.end));
        zc_lines_free(&lines);
    }
    zk_buf_free(&text);
    return result;
}

json_t *zc_lsp_hover(zc_lsp *lsp, zc_document *document, const json_t *position)
{
    zc_session session;
    zc_focus focus;
    json_t *result = json_null();
    if (document->dirty)
        zc_lsp_publish(lsp, document); /* for what expressions cost */
    if (look(lsp, document, position, &session, &focus))
        result = hover_result(document, &session, &focus);
    zc_session_free(&session);
    return result;
}

/* The place of a span; null for the standard library, which is no file. */
static json_t *location(const zc_document *document, const zc_session *session, zc_span span)
{
    const char *path = zc_source_path(&session->sources, span.file);
    const zc_source_file *file = zc_source_get(&session->sources, span.file);
    zc_lines lines;
    if (file == NULL || (path[0] == '<' && span.file != 1) ||
        !zc_lines_init(&lines, (const char *)file->text.data, file->text.length))
        return json_null();
    json_t *uri = span.file == 1 ? json_string(document->uri) : zc_path_uri(path);
    json_t *result =
        json_pack("{s:o, s:o}", "uri", uri, "range", zc_lines_range(&lines, span.start, span.end));
    zc_lines_free(&lines);
    return result != NULL ? result : json_null();
}

static zc_span definition_span(const zc_focus *focus)
{
    const zc_decl *decl = focus->decl;
    if (decl == NULL || decl->kind != ZC_DECL_USE || decl->u.use.target == NULL)
        return focus->definition;
    return (zc_span){decl->u.use.target->source, 0, 0};
}

json_t *zc_lsp_definition(zc_lsp *lsp, zc_document *document, const json_t *position)
{
    zc_session session;
    zc_focus focus;
    json_t *result = json_null();
    if (look(lsp, document, position, &session, &focus))
        result = location(document, &session, definition_span(&focus));
    zc_session_free(&session);
    return result;
}

/* One edit for everything between the first and the last line that differ. */
static json_t *difference(const zc_document *document, const zk_buf *text)
{
    const char *old = document->text, *new = (const char *)text->data;
    size_t old_end = document->length, new_end = text->length, start = 0, line = 0;
    zc_lines lines;
    while (start < old_end && start < new_end && old[start] == new[start])
        if (old[start++] == '\n')
            line = start;
    if (start == old_end && start == new_end)
        return json_array();
    while (old_end > line && new_end > line && old[old_end - 1] == new[new_end - 1]) {
        old_end--;
        new_end--;
    }
    while (old_end < document->length && old_end > line && old[old_end - 1] != '\n') {
        old_end++;
        new_end++;
    }
    json_t *added = json_stringn(new + line, new_end - line);
    if (added == NULL || !zc_lines_init(&lines, old, document->length)) {
        json_decref(added);
        return json_null();
    }
    json_t *edits =
        json_pack("[{s:o, s:o}]", "range",
                  zc_lines_range(&lines, (uint32_t)line, (uint32_t)old_end), "newText", added);
    zc_lines_free(&lines);
    return edits;
}

json_t *zc_lsp_formatting(zc_document *document)
{
    zc_session session;
    zk_buf text = {0};
    zkml_error err = {0};
    uint32_t source;
    zc_session_init(&session, ZC_LSP_ARENA_BYTES);
    zkml_status status = zc_source_add(&session.sources, document->uri, document->text,
                                       document->length, &source, &err);
    if (status == ZKML_OK)
        status = zc_format(&session, source, &text, &err);
    json_t *result = json_null();
    if (status == ZKML_OK && session.diags.error_count == 0)
        result = difference(document, &text);
    zk_buf_free(&text);
    zc_session_free(&session);
    return result;
}

/* ---- the outline ---- */

/* Kinds of symbols in the protocol. */
enum {
    SYMBOL_MODULE = 2,
    SYMBOL_CLASS = 5,
    SYMBOL_FUNCTION = 12,
    SYMBOL_CONSTANT = 14,
    SYMBOL_STRUCT = 23,
    SYMBOL_EVENT = 24
};

static json_t *symbol(const zc_lines *lines, const zc_decl *decl)
{
    static const struct {
        const char *detail;
        int kind;
    } kinds[] = {
        [ZC_DECL_USE] = {"use", SYMBOL_MODULE},       [ZC_DECL_TYPE] = {"type", SYMBOL_STRUCT},
        [ZC_DECL_CONST] = {"const", SYMBOL_CONSTANT}, [ZC_DECL_TABLE] = {"table", SYMBOL_FUNCTION},
        [ZC_DECL_FN] = {"fn", SYMBOL_FUNCTION},       [ZC_DECL_CIRCUIT] = {"circuit", SYMBOL_CLASS},
        [ZC_DECL_TEST] = {"test", SYMBOL_EVENT},
    };
    bool test = decl->kind == ZC_DECL_TEST;
    const char *name = test ? decl->u.test.title : decl->name.name;
    zc_span at = test ? decl->u.test.title_span : decl->name.span;
    if (name == NULL || name[0] == '\0')
        return NULL;
    return json_pack("{s:s, s:s, s:i, s:o, s:o}", "name", name, "detail", kinds[decl->kind].detail,
                     "kind", kinds[decl->kind].kind, "range",
                     zc_lines_range(lines, decl->span.start, decl->span.end), "selectionRange",
                     zc_lines_range(lines, at.start, at.end));
}

json_t *zc_lsp_symbols(zc_document *document)
{
    zc_session session;
    zc_file *file = NULL;
    zc_lines lines;
    zkml_error err = {0};
    uint32_t source;
    json_t *result = json_array();
    zc_session_init(&session, ZC_LSP_ARENA_BYTES);
    zkml_status status = zc_source_add(&session.sources, document->uri, document->text,
                                       document->length, &source, &err);
    if (status == ZKML_OK)
        status = zc_parse_file(&session, source, &file, &err);
    if (status == ZKML_OK && zc_lines_init(&lines, document->text, document->length)) {
        for (size_t i = 0; i < file->count; i++)
            (void)json_array_append_new(result, symbol(&lines, file->decls[i]));
        zc_lines_free(&lines);
    }
    zc_session_free(&session);
    return result;
}

/* ---- quick fixes ---- */

static bool before(const json_t *a, const json_t *b)
{
    json_int_t a_line = json_integer_value(json_object_get(a, "line"));
    json_int_t b_line = json_integer_value(json_object_get(b, "line"));
    if (a_line != b_line)
        return a_line < b_line;
    return json_integer_value(json_object_get(a, "character")) <
           json_integer_value(json_object_get(b, "character"));
}

static bool touches(const json_t *a, const json_t *b)
{
    return !before(json_object_get(a, "end"), json_object_get(b, "start")) &&
           !before(json_object_get(b, "end"), json_object_get(a, "start"));
}

json_t *zc_lsp_actions(zc_lsp *lsp, zc_document *document, const json_t *range)
{
    json_t *result = json_array();
    size_t i;
    json_t *action;
    if (document->dirty)
        zc_lsp_publish(lsp, document);
    json_array_foreach(document->actions, i, action)
    {
        const json_t *diagnostic = json_array_get(json_object_get(action, "diagnostics"), 0);
        if (touches(range, json_object_get(diagnostic, "range")))
            json_array_append(result, action);
    }
    return result;
}

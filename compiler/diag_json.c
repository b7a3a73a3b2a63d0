#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/diag.h"

/* A JSON string; bytes that are not UTF-8 (in a path) are replaced. */
static json_t *string(zk_arena *arena, const char *text)
{
    json_t *plain = json_string(text);
    if (plain != NULL)
        return plain;
    const char *clean = zc_diag_clean_text(arena, text, true);
    return clean == NULL ? NULL : json_string(clean);
}

static json_t *span_object(const zc_sources *sources, zc_span span)
{
    zc_position position = zc_source_position(sources, span.file, span.start);
    return json_pack("{s:I, s:I, s:I, s:I}", "start", (json_int_t)span.start, "end",
                     (json_int_t)span.end, "line", (json_int_t)position.line, "col",
                     (json_int_t)position.column);
}

static json_t *label_object(const zc_sources *sources, zk_arena *arena, zc_span span,
                            const char *text, bool primary)
{
    return json_pack("{s:o, s:o, s:o, s:b}", "file",
                     string(arena, zc_source_path(sources, span.file)), "span",
                     span_object(sources, span), "message", string(arena, text), "primary",
                     primary);
}

static json_t *label_array(const zc_diag *diag, const zc_sources *sources, zk_arena *arena)
{
    json_t *labels = json_array();
    if (diag->primary_label != NULL)
        json_array_append_new(
            labels, label_object(sources, arena, diag->span, diag->primary_label, true));
    for (const zc_diag_part *part = diag->labels; part != NULL; part = part->next)
        json_array_append_new(labels, label_object(sources, arena, part->span, part->text, false));
    return labels;
}

static json_t *fix_array(const zc_diag *diag, const zc_sources *sources, zk_arena *arena)
{
    json_t *fixes = json_array();
    for (const zc_diag_part *part = diag->helps; part != NULL; part = part->next) {
        json_t *edits = json_array();
        for (const zc_edit *edit = part->edits; edit != NULL; edit = edit->next)
            json_array_append_new(
                edits, json_pack("{s:o, s:o, s:o}", "file",
                                 string(arena, zc_source_path(sources, edit->span.file)), "span",
                                 span_object(sources, edit->span), "text",
                                 string(arena, edit->text)));
        bool automatic = part->edits != NULL && !part->guess;
        json_array_append_new(fixes, json_pack("{s:o, s:b, s:o}", "title",
                                               string(arena, part->text), "automatic", automatic,
                                               "edits", edits));
    }
    return fixes;
}

static json_t *diag_object(const zc_diag *diag, const zc_sources *sources, zk_arena *arena)
{
    const zc_code_info *info = zc_code_lookup(diag->code);
    char code[8];
    json_t *notes = json_array();
    for (const zc_diag_part *part = diag->notes; part != NULL; part = part->next)
        json_array_append_new(notes, string(arena, part->text));
    return json_pack("{s:i, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "v", 1, "code",
                     zc_code_name(diag->code, code), "slug", info->slug, "severity",
                     info->letter == 'E' ? "error" : "warning", "message",
                     string(arena, diag->message), "file",
                     string(arena, zc_source_path(sources, diag->span.file)), "span",
                     span_object(sources, diag->span), "labels",
                     label_array(diag, sources, arena), "notes", notes, "fixes",
                     fix_array(diag, sources, arena));
}

bool zc_diags_print_json(const zc_diags *diags, FILE *out)
{
    zc_diag **sorted = zc_diags_sorted(diags);
    if (sorted == NULL)
        return diags->count == 0;
    zk_arena arena;
    zk_arena_init(&arena, 0);
    bool ok = true;
    for (size_t i = 0; i < diags->count && ok; i++) {
        json_t *object = diag_object(sorted[i], diags->sources, &arena);
        char *line = object == NULL ? NULL : json_dumps(object, JSON_COMPACT);
        ok = line != NULL && fputs(line, out) >= 0 && fputc('\n', out) != EOF;
        free(line);
        json_decref(object);
    }
    zk_arena_free(&arena);
    free(sorted);
    return ok;
}

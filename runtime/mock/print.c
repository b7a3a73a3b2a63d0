#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/mock/describe.h"
#include "runtime/mock/text.h"

static const char *const kind_names[] = {
    [ZK_MOCK_ASSERTION] = "assertion", [ZK_MOCK_GATE] = "gate", [ZK_MOCK_POISONED] = "poisoned",
    [ZK_MOCK_LOOKUP] = "lookup",       [ZK_MOCK_COPY] = "copy", [ZK_MOCK_RANGE] = "range",
    [ZK_MOCK_EQUATION] = "equation",
};

/* ---- choice ---- */

/* A constraint of a statement that is reported already. */
static bool is_consequence(const zk_mock_report *report, size_t i, const zk_circuit *circuit)
{
    const zk_mock_failure *f = &report->failures[i];
    if (f->kind == ZK_MOCK_ASSERTION || f->region == NULL || f->region->span == UINT32_MAX)
        return false;
    for (size_t j = 0; j < i && report->failures[j].kind == ZK_MOCK_ASSERTION; j++)
        if (circuit->program.instrs[report->failures[j].index].span == f->region->span)
            return true;
    return false;
}

/* ---- text ---- */

static int gutter_of(const zk_circuit *circuit, uint32_t span)
{
    char number[16];
    return span == UINT32_MAX ? 1
                              : snprintf(number, sizeof number, "%u", circuit->spans[span].line);
}

static void put_failure(zk_buf *out, const zk_mock_text *text, const zk_circuit *circuit)
{
    int gutter = gutter_of(circuit, text->span);
    zk_buf_printf(out, "mock: %.*s\n", (int)text->title.length, (const char *)text->title.data);
    zk_text_window(out, circuit, text->span);
    const uint8_t *line = text->notes.data, *end = line + text->notes.length;
    while (line < end) {
        const uint8_t *next = memchr(line, '\n', (size_t)(end - line));
        zk_buf_printf(out, "%*s = %.*s\n", gutter, "", (int)(next - line), (const char *)line);
        line = next + 1;
    }
    zk_buf_u8(out, '\n');
}

void zk_mock_print(zk_buf *out, const zk_mock_report *report, const zk_witness *witness)
{
    zk_mock_view view;
    zkml_error err;
    if (zk_mock_view_init(&view, witness, &err) != ZKML_OK)
        out->failed = true;
    unsigned shown = 0;
    uint64_t left = report->total;
    for (size_t i = 0; i < report->failure_count && !out->failed; i++) {
        if (is_consequence(report, i, witness->circuit)) {
            left--;
            continue;
        }
        if (shown == ZK_MOCK_PRINTED)
            continue;
        zk_mock_text text;
        zk_mock_describe(&text, &view, &report->failures[i]);
        out->failed = out->failed || text.title.failed || text.notes.failed;
        if (!out->failed)
            put_failure(out, &text, witness->circuit);
        zk_mock_text_free(&text);
        shown++;
    }
    left -= shown;
    if (left > 0)
        zk_buf_printf(out, "and %" PRIu64 " more\n", left);
    zk_mock_view_free(&view);
}

/* ---- JSON ---- */

static json_t *span_json(const zk_circuit *circuit, uint32_t span)
{
    if (span == UINT32_MAX)
        return json_null();
    const zk_source_span *s = &circuit->spans[span];
    return json_pack("{s:s, s:I, s:I, s:I}", "file", circuit->files[s->file], "line",
                     (json_int_t)s->line, "column", (json_int_t)s->column, "width",
                     (json_int_t)s->width);
}

static json_t *notes_json(const zk_buf *notes)
{
    json_t *list = json_array();
    const uint8_t *line = notes->data, *end = line + notes->length;
    while (line < end) {
        const uint8_t *next = memchr(line, '\n', (size_t)(end - line));
        (void)json_array_append_new(list, json_stringn((const char *)line, (size_t)(next - line)));
        line = next + 1;
    }
    return list;
}

static json_t *failure_json(const zk_mock_text *text, const zk_mock_failure *failure,
                            const zk_circuit *circuit)
{
    json_t *object =
        json_pack("{s:i, s:s, s:o, s:o, s:o}", "v", 1, "kind", kind_names[failure->kind], "message",
                  json_stringn((const char *)text->title.data, text->title.length), "span",
                  span_json(circuit, text->span), "notes", notes_json(&text->notes));
    if (object != NULL && text->region != NULL) {
        (void)json_object_set_new(object, "gadget", json_string(text->region->gadget));
        if (!text->region->is_lookup)
            (void)json_object_set_new(
                object, text->counts_equations ? "equations" : "rows",
                json_pack("[I, I]", (json_int_t)text->first, (json_int_t)text->last));
    }
    return object;
}

static void put_json(zk_buf *out, json_t *object)
{
    char *line = object != NULL ? json_dumps(object, JSON_COMPACT | JSON_PRESERVE_ORDER) : NULL;
    if (line == NULL)
        out->failed = true;
    else
        zk_buf_printf(out, "%s\n", line);
    free(line);
    json_decref(object);
}

static json_t *summary_json(const zk_mock_report *report)
{
    return json_pack("{s:i, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "v", 1, "kind", "summary",
                     "failures", (json_int_t)report->total, "equations",
                     (json_int_t)report->equations_checked, "gates",
                     (json_int_t)report->gates_checked, "lookups",
                     (json_int_t)report->lookups_checked, "copies",
                     (json_int_t)report->copies_checked, "public_values",
                     (json_int_t)report->ranges_checked, "statements",
                     (json_int_t)report->statements_checked);
}

zkml_status zk_mock_print_json(zk_buf *out, const zk_mock_report *report, const zk_witness *witness,
                               zkml_error *err)
{
    zk_mock_view view;
    zkml_status status = zk_mock_view_init(&view, witness, err);
    for (size_t i = 0; status == ZKML_OK && i < report->failure_count; i++) {
        zk_mock_text text;
        zk_mock_describe(&text, &view, &report->failures[i]);
        if (text.title.failed || text.notes.failed)
            out->failed = true;
        else
            put_json(out, failure_json(&text, &report->failures[i], witness->circuit));
        zk_mock_text_free(&text);
    }
    zk_mock_view_free(&view);
    if (status == ZKML_OK)
        put_json(out, summary_json(report));
    if (status == ZKML_OK && out->failed)
        status = zk_fail(err, ZKML_LIMIT, "out of memory for the report");
    return status;
}

/* ---- counts ---- */

static void put_count(zk_buf *out, uint64_t count, const char *what, const char *after)
{
    zk_buf_printf(out, "%" PRIu64 " %s%s%s", count, what, count == 1 ? "" : "s", after);
}

void zk_mock_print_counts(zk_buf *out, const zk_mock_report *report)
{
    if (report->equations_checked > 0)
        put_count(out, report->equations_checked, "folded equation", ", ");
    put_count(out, report->gates_checked, "gate equation", ", ");
    put_count(out, report->lookups_checked, "look-up", ", ");
    put_count(out, report->copies_checked, "copied cell", ", ");
    put_count(out, report->ranges_checked, "public value", ", ");
    put_count(out, report->statements_checked, "statement", " of the program\n");
}

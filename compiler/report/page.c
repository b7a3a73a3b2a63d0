#include "compiler/report/page.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/circuit/dump.h"
#include "compiler/report/page_source.h"
#include "compiler/tir/print.h"
#include "runtime/inspect/layout.h"
#include "runtime/inspect/words.h"

enum { MAX_ITEMS = 1500, MAX_SPAN_LINES = 12, MAX_CALLS = 16, MAX_PICTURE = 700000 };

typedef struct page {
    zk_buf *out;
    zc_session *session;
    const zc_tir *tir;
    const zk_circuit *circuit;
    zk_arena arena;
    zk_buf gates, lookups; /* made while the plan is at hand */
    zc_line_cost **costs;  /* by source file, then by line; NULL: nothing comes from the file */
} page;

void zc_html_put(zk_buf *out, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        switch (text[i]) {
        case '&':
            zk_buf_text(out, "&amp;");
            break;
        case '<':
            zk_buf_text(out, "&lt;");
            break;
        case '>':
            zk_buf_text(out, "&gt;");
            break;
        case '"':
            zk_buf_text(out, "&quot;");
            break;
        case '\'':
            zk_buf_text(out, "&#39;");
            break;
        default:
            zk_buf_bytes(out, text + i, 1);
        }
    }
}

/* Cleaned and escaped. */
static void put_text(page *p, zk_buf *out, const char *text)
{
    const char *clean = zc_diag_clean_text(&p->arena, text, true);
    if (clean == NULL)
        out->failed = true;
    else
        zc_html_put(out, clean, strlen(clean));
}

static void put_bytes(page *p, zk_buf *out, const zk_buf *bytes)
{
    char *copy = zk_arena_strndup(&p->arena, (const char *)bytes->data, bytes->length);
    if (copy == NULL || bytes->failed)
        out->failed = true;
    else
        put_text(p, out, copy);
}

/* ---- places ---- */

/* Files are numbered as in the circuit, so that the picture has the same numbers; the others by
 * their number in the session, after those. */
static uint32_t number_of_file(page *p, uint32_t file)
{
    const char *path = zc_diag_clean_text(&p->arena, zc_source_path(&p->session->sources, file),
                                          false);
    for (size_t i = 0; path != NULL && i < p->circuit->file_count; i++)
        if (strcmp(p->circuit->files[i], path) == 0)
            return (uint32_t)i;
    return (uint32_t)p->circuit->file_count + file;
}

static void put_place(page *p, zk_buf *out, zc_span span, uint32_t most, bool *first)
{
    const zc_sources *sources = &p->session->sources;
    if (span.file == 0)
        return;
    uint32_t number = number_of_file(p, span.file);
    uint32_t line = zc_source_position(sources, span.file, span.start).line;
    uint32_t end = span.end > span.start ? span.end - 1 : span.start;
    uint32_t last = zc_source_position(sources, span.file, end).line;
    for (uint32_t i = 0; line <= last && i < most; line++, i++) {
        zk_buf_printf(out, "%s%u.%u", *first ? "" : " ", number, line);
        *first = false;
    }
}

/* data-l and data-c of something with this span, reached by this call. */
static void put_places(page *p, zk_buf *out, zc_span span, uint32_t call)
{
    bool first = true;
    zk_buf_text(out, " data-l=\"");
    put_place(p, out, span, MAX_SPAN_LINES, &first);
    zk_buf_text(out, "\"");
    first = true;
    for (uint32_t i = 0; call != ZC_NO_ID && i < MAX_CALLS; i++) {
        zk_buf_text(out, first ? " data-c=\"" : "");
        put_place(p, out, p->tir->calls[call].span, 1, &first);
        call = p->tir->calls[call].caller;
    }
    zk_buf_text(out, first ? "" : "\"");
}

/* ---- costs by line ---- */

static zc_line_cost *lines_of(page *p, uint32_t file)
{
    if (p->costs[file] == NULL)
        p->costs[file] =
            ZK_ARENA_NEW(&p->arena, zc_line_cost,
                         zc_source_get(&p->session->sources, file)->line_count);
    return p->costs[file];
}

static bool mark_used(page *p, zc_span span)
{
    if (span.file == 0)
        return true;
    zc_line_cost *lines = lines_of(p, span.file);
    if (lines == NULL)
        return false;
    lines[zc_source_position(&p->session->sources, span.file, span.start).line - 1].used = true;
    return true;
}

static bool find_costs(page *p, const zk_cost *cost)
{
    const zc_sources *sources = &p->session->sources;
    p->costs = ZK_ARENA_NEW(&p->arena, zc_line_cost *, sources->count + 1);
    if (p->costs == NULL)
        return false;
    for (size_t n = 0; n < p->tir->node_count; n++)
        if (!mark_used(p, p->tir->nodes[n]->span))
            return false;
    for (size_t c = 0; c < p->tir->call_count; c++)
        if (!mark_used(p, p->tir->calls[c].span))
            return false;
    for (uint32_t file = 1; file <= sources->count; file++) {
        uint32_t number = number_of_file(p, file);
        for (size_t i = 0; p->costs[file] != NULL && i < cost->line_count; i++) {
            const zk_cost_item *item = &cost->lines[i];
            if (item->span == NULL || item->span->file != number ||
                item->span->line > zc_source_get(sources, file)->line_count)
                continue;
            zc_line_cost *line = &p->costs[file][item->span->line - 1];
            line->used = true;
            line->rows = item->rows;
            line->slots = item->slots;
        }
    }
    return true;
}

/* ---- the parts on the right ---- */

static void put_heading(zk_buf *out, const char *id, const char *title)
{
    zk_buf_printf(out, "<h2 id=\"%s\">%s</h2>\n", id, title);
}

static void put_rest(zk_buf *out, size_t count, const char *what)
{
    if (count > MAX_ITEMS)
        zk_buf_printf(out, "<p class=\"note\">and %zu more %s</p>\n", count - MAX_ITEMS, what);
}

static void put_tir(page *p)
{
    put_heading(p->out, "program", "Tensor program: what is computed, on integers");
    size_t count = p->tir->node_count;
    for (zc_node_id n = 0; n < count && n < MAX_ITEMS; n++) {
        const zc_node *node = p->tir->nodes[n];
        zk_buf line = {0};
        zc_tir_print_node(&line, p->tir, n, NULL);
        zk_buf_text(p->out, "<div class=\"it\" tabindex=\"0\"");
        put_places(p, p->out, node->span, node->call);
        zk_buf_text(p->out, ">");
        put_bytes(p, p->out, &line);
        zk_buf_text(p->out, "</div>\n");
        zk_buf_free(&line);
    }
    put_rest(p->out, count, "operations");
}

/* The text's lines without their common indentation of two. */
static void put_indented(page *p, zk_buf *out, const zk_buf *text)
{
    zk_buf lines = {0};
    size_t length = text->length;
    while (length > 0 && text->data[length - 1] == '\n')
        length--;
    for (size_t i = 0, column = 0; i < length; i++, column++) {
        if (column >= 2 || text->data[i] != ' ')
            zk_buf_u8(&lines, text->data[i]);
        if (text->data[i] == '\n')
            column = SIZE_MAX;
    }
    put_bytes(p, out, &lines);
    zk_buf_free(&lines);
}

/* Called with the plan: constraints with their places. */
static void see_plan(void *context, const zc_build *b, const zc_layout *layout,
                     const zk_circuit *circuit)
{
    page *p = context;
    p->circuit = circuit;
    size_t shown[2] = {0};
    for (size_t g = 0; g < b->plan.group_count; g++) {
        const zc_group *group = &b->plan.groups[g];
        zk_buf *out = group->is_lookup ? &p->lookups : &p->gates, text = {0};
        if (group->count == 0 || shown[group->is_lookup]++ >= MAX_ITEMS)
            continue;
        zc_dump_group(&text, b, layout, circuit, group);
        uint32_t n = group->assertion != UINT32_MAX ? group->assertion : group->node;
        zk_buf_text(out, "<div class=\"it gr\" tabindex=\"0\"");
        if (n != UINT32_MAX)
            put_places(p, out, b->tir->nodes[n]->span, b->tir->nodes[n]->call);
        zk_buf_text(out, ">");
        put_indented(p, out, &text);
        zk_buf_text(out, "</div>\n");
        zk_buf_free(&text);
    }
    put_rest(&p->gates, shown[0], "gadgets");
    put_rest(&p->lookups, shown[1], "gadgets");
}

static void put_constraints(page *p, const zk_buf *part, const char *id, const char *title)
{
    if (part->length == 0)
        return;
    put_heading(p->out, id, title);
    zk_buf_bytes(p->out, part->data, part->length);
    p->out->failed = p->out->failed || part->failed;
}

static void put_table(page *p, const zk_cost *cost)
{
    if (cost->tag_count == 0)
        return;
    put_heading(p->out, "table", "Look-up table");
    for (size_t i = 0; i < cost->tag_count && i < MAX_ITEMS; i++) {
        const zk_cost_tag *tag = &cost->tags[i];
        zk_buf_printf(p->out, "<div class=\"it\">tag %" PRId64 ": ", tag->tag);
        put_text(p, p->out, *tag->name != '\0' ? tag->name : "function");
        zk_buf_printf(p->out,
                      " on %" PRId64 "..%" PRId64 ", %u rows, %" PRIu64 " look-ups</div>\n",
                      tag->lo, tag->hi, tag->rows, tag->slots);
    }
    put_rest(p->out, cost->tag_count, "functions");
}

static zkml_status put_picture(page *p, const zk_subject *subject, zkml_error *err)
{
    zk_buf svg = {0};
    put_heading(p->out, "layout", "Layout: columns from left to right, rows downwards");
    zkml_status status = zk_layout_svg(&svg, subject, err);
    if (status == ZKML_OK && svg.length <= MAX_PICTURE) {
        zk_buf_text(p->out, "<div class=\"pic\">");
        zk_buf_bytes(p->out, svg.data, svg.length);
        zk_buf_text(p->out, "</div>\n");
    } else if (status == ZKML_OK) {
        zk_buf_text(p->out, "<p class=\"note\">The picture is too large for this page: zkml inspect "
                            "--layout=svg CIRCUIT.bin</p>\n");
    }
    zk_buf_free(&svg);
    return status;
}

/* ---- the page ---- */

static void put_summary(page *p, const zk_subject *s)
{
    const zk_cost *cost = &s->cost;
    zk_buf_text(p->out, "<header><nav><a href=\"#program\">program</a>"
                        "<a href=\"#gates\">gates</a>"
                        "<a href=\"#lookups\">look-ups</a><a href=\"#table\">table</a>"
                        "<a href=\"#layout\">layout</a></nav><h1>");
    put_text(p, p->out, p->tir->name);
    zk_buf_printf(p->out, "</h1><p>2^%u rows: gates fill %u, look-ups %u, the table %u. %u advice "
                          "and %u fixed columns, ",
                  s->k, cost->gate_rows, cost->lookup_rows, cost->table_rows, s->cs->n_advice,
                  s->cs->n_fixed);
    zk_count_put(p->out, cost->slots);
    zk_buf_text(p->out, " look-ups, ");
    zk_count_put(p->out, s->circuit->copy_count);
    zk_buf_text(p->out, " copies; a proof has ");
    zk_count_put(p->out, s->size.envelope);
    zk_buf_text(p->out, " bytes. Point at a line; click keeps it, Escape lets go.</p>"
                        "</header>\n");
}

/* The policy that lets this script run, and nothing else be loaded. */
static void put_head(page *p, const char *script, size_t length)
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    char base64[sodium_base64_ENCODED_LEN(sizeof hash, sodium_base64_VARIANT_ORIGINAL)];
    size_t style_length;
    const char *style = zc_page_part_text("pagestyle", &style_length);
    crypto_hash_sha256(hash, (const unsigned char *)script, length);
    sodium_bin2base64(base64, sizeof base64, hash, sizeof hash, sodium_base64_VARIANT_ORIGINAL);
    zk_buf_text(p->out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    zk_buf_printf(p->out, "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "
                          "'none'; style-src 'unsafe-inline'; script-src 'sha256-%s'\">\n",
                  base64);
    zk_buf_text(p->out, "<meta name=\"viewport\" content=\"width=device-width, "
                        "initial-scale=1\">\n<title>");
    put_text(p, p->out, p->tir->name);
    zk_buf_text(p->out, "</title>\n<style>\n");
    zk_buf_bytes(p->out, style, style_length);
    zk_buf_text(p->out, "</style>\n</head>\n<body>\n");
}

static zkml_status put_sources(page *p, uint32_t source, zkml_error *err)
{
    const zc_sources *sources = &p->session->sources;
    zk_buf_text(p->out, "<main>\n<div>\n");
    for (size_t i = 0; i <= sources->count; i++) {
        uint32_t file = i == 0 ? source : (uint32_t)i;
        if ((i > 0 && file == source) || lines_of(p, source) == NULL || p->costs[file] == NULL)
            continue;
        zk_buf_text(p->out, "<div class=\"file\">");
        put_text(p, p->out, zc_source_path(sources, file));
        zk_buf_text(p->out, "</div>\n");
        ZK_TRY(zc_page_source_put(p->out, p->session, file, number_of_file(p, file),
                                  p->costs[file], i == 0, err));
    }
    zk_buf_text(p->out, "</div>\n");
    return ZKML_OK;
}

static zkml_status put_page(page *p, uint32_t source, const zk_subject *subject, zkml_error *err)
{
    size_t length;
    const char *script = zc_page_part_text("pagescript", &length);
    if (!find_costs(p, &subject->cost))
        return zk_fail(err, ZKML_LIMIT, "out of memory");
    put_head(p, script, length);
    put_summary(p, subject);
    ZK_TRY(put_sources(p, source, err));
    zk_buf_text(p->out, "<div>\n");
    put_tir(p);
    put_constraints(p, &p->gates, "gates",
                    "Gates: equations, of the first element where they are alike");
    put_constraints(p, &p->lookups, "lookups", "Look-ups");
    put_table(p, &subject->cost);
    ZK_TRY(put_picture(p, subject, err));
    zk_buf_text(p->out, "</div>\n</main>\n<script>");
    zk_buf_bytes(p->out, script, length);
    zk_buf_text(p->out, "</script>\n</body>\n</html>\n");
    return p->out->failed ? zk_fail(err, ZKML_LIMIT, "out of memory") : ZKML_OK;
}

zkml_status zc_page_write(zk_buf *out, zc_session *session, uint32_t source, const zc_tir *tir,
                          const zc_lower_options *base, zkml_error *err)
{
    page p = {.out = out, .session = session, .tir = tir};
    zk_arena_init(&p.arena, 0);
    zk_circuit circuit;
    zk_subject subject = {0};
    zc_lower_options options = *base;
    options.view = see_plan;
    options.context = &p;
    zkml_status status =
        zc_lower(tir, &session->sources, &session->diags, &options, &circuit, err);
    if (status == ZKML_OK) {
        p.circuit = &circuit;
        status = zk_subject_of_circuit(&subject, &circuit, "", 0, err);
        if (status == ZKML_OK)
            status = put_page(&p, source, &subject, err);
        zk_subject_free(&subject);
        zk_circuit_free(&circuit);
    }
    zk_buf_free(&p.gates);
    zk_buf_free(&p.lookups);
    zk_arena_free(&p.arena);
    return status;
}

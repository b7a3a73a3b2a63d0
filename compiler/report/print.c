#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/check/range.h"
#include "compiler/check/real.h"
#include "compiler/report/expressions.h"
#include "runtime/inspect/words.h"

enum { TEXT_COLUMNS = 60 };

/* ---- texts ---- */

/* What an expression looks like: the first line of its source, shortened. */
static const char *source_text(zk_arena *arena, const zc_expressions *all, zc_span span)
{
    const zc_source_file *file = zc_source_get(all->sources, span.file);
    if (file == NULL || span.end > file->text.length)
        return "";
    const char *text = (const char *)file->text.data + span.start;
    size_t length = span.end - span.start;
    const char *end = memchr(text, '\n', length);
    bool cut = end != NULL;
    length = cut ? (size_t)(end - text) : length;
    while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\r'))
        length--;
    if (length > TEXT_COLUMNS) {
        cut = true;
        length = TEXT_COLUMNS - 4;
        while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80)
            length--;
    }
    char *copy = zk_arena_strndup(arena, text, length);
    const char *clean = copy == NULL ? NULL : zc_diag_clean_text(arena, copy, false);
    if (clean == NULL || !cut)
        return clean == NULL ? "" : clean;
    size_t size = strlen(clean);
    char *marked = ZK_ARENA_NEW(arena, char, size + 5);
    if (marked == NULL)
        return "";
    memcpy(marked, clean, size);
    memcpy(marked + size, " ...", 5);
    return marked;
}

static const char *number(zk_arena *arena, const mpz_t code, const mpq_t scale)
{
    mpq_t value;
    mpq_init(value);
    mpq_set_z(value, code);
    mpq_mul(value, value, scale);
    const char *text = zc_rational_text(arena, value);
    mpq_clear(value);
    return text == NULL ? "" : text;
}

static const char *code_text(zk_arena *arena, const mpz_t code)
{
    mpq_t one;
    mpq_init(one);
    mpq_set_ui(one, 1, 1);
    const char *text = number(arena, code, one);
    mpq_clear(one);
    return text;
}

static void put_place(zk_buf *out, const zc_expressions *all, zc_span span)
{
    const char *path = zc_source_path(all->sources, span.file);
    const char *slash = strrchr(path, '/');
    zc_position at = zc_source_position(all->sources, span.file, span.start);
    zk_buf_printf(out, "%s:%u:%u", slash != NULL ? slash + 1 : path, at.line, at.column);
}

/* "sum[i](x[i])", and the calls that lead to it. */
static void put_head(zk_buf *out, zk_arena *arena, const zc_expressions *all,
                     const zc_expression *e)
{
    put_place(out, all, e->span);
    zk_buf_printf(out, "  %s", source_text(arena, all, e->span));
    for (uint32_t call = e->call; call != ZC_NO_ID; call = all->tir->calls[call].caller) {
        zk_buf_text(out, call == e->call ? "  (called at " : ", ");
        put_place(out, all, all->tir->calls[call].span);
    }
    zk_buf_text(out, e->call != ZC_NO_ID ? ")\n" : "\n");
}

static const zc_node *node_of(const zc_expressions *all, const zc_expression *e)
{
    return all->tir->nodes[e->node];
}

/* ---- traces ---- */

static void put_interval(zk_buf *out, zk_arena *arena, const char *head, const mpz_t lo,
                         const mpz_t hi, const mpq_t scale)
{
    zk_buf_printf(out, "    %-9s %s .. %s", head, number(arena, lo, scale),
                  number(arena, hi, scale));
    if (mpq_cmp_ui(scale, 1, 1) != 0)
        zk_buf_printf(out, ", codes %s .. %s", code_text(arena, lo), code_text(arena, hi));
    size_t bits = zc_code_bits(lo, hi);
    zk_buf_printf(out, ", %zu bit%s", bits, bits == 1 ? "" : "s");
}

/* Bits of the declared range that the values did not use. */
static size_t unused_bits(const zc_expression *e)
{
    size_t declared = zc_code_bits(e->lo, e->hi), used = zc_code_bits(e->seen_lo, e->seen_hi);
    bool sign_unused = mpz_sgn(e->lo) < 0 && mpz_sgn(e->seen_lo) >= 0;
    used += sign_unused; /* the same format, with a sign */
    return used < declared ? declared - used : 0;
}

static void put_trace(zk_buf *out, zk_arena *arena, const zc_expressions *all,
                      const zc_expression *e)
{
    const zc_node *node = node_of(all, e);
    put_head(out, arena, all, e);
    put_interval(out, arena, "declared", e->lo, e->hi, node->step);
    const char *step = zc_scale_text(arena, node->step);
    if (mpq_cmp_ui(node->step, 1, 1) != 0 && step != NULL)
        zk_buf_printf(out, ", step %s", step);
    zk_buf_text(out, "\n");
    if (!e->seen) {
        zk_buf_text(out, "    not reached\n");
        return;
    }
    put_interval(out, arena, "seen", e->seen_lo, e->seen_hi, node->step);
    size_t unused = unused_bits(e);
    if (unused > 0)
        zk_buf_printf(out, ", %zu unused", unused);
    zk_buf_text(out, "\n");
}

void zc_trace_text(zk_buf *out, const zc_expressions *all)
{
    zk_arena arena;
    zk_arena_init(&arena, 0);
    for (size_t i = 0; i < all->count; i++)
        if (node_of(all, &all->list[i])->op != ZC_OP_ASSERT)
            put_trace(out, &arena, all, &all->list[i]);
    zk_arena_free(&arena);
}

/* ---- JSON ---- */

static json_t *place_json(const zc_expressions *all, zc_span span)
{
    zc_position at = zc_source_position(all->sources, span.file, span.start);
    return json_pack("{s:s, s:I, s:I, s:I, s:I}", "file", zc_source_path(all->sources, span.file),
                     "line", (json_int_t)at.line, "col", (json_int_t)at.column, "start",
                     (json_int_t)span.start, "end", (json_int_t)span.end);
}

/* Codes are texts: they may have more digits than readers of JSON keep. */
static json_t *interval_json(zk_arena *arena, const mpz_t lo, const mpz_t hi, const mpq_t scale)
{
    return json_pack("{s:s, s:s, s:[s, s], s:I}", "lo", number(arena, lo, scale), "hi",
                     number(arena, hi, scale), "codes", code_text(arena, lo), code_text(arena, hi),
                     "bits", (json_int_t)zc_code_bits(lo, hi));
}

static json_t *expression_json(zk_arena *arena, const zc_expressions *all, const zc_expression *e,
                               const char *kind)
{
    const zc_node *node = node_of(all, e);
    const char *step = zc_scale_text(arena, node->step);
    json_t *calls = json_array();
    for (uint32_t call = e->call; call != ZC_NO_ID; call = all->tir->calls[call].caller)
        json_array_append_new(calls, place_json(all, all->tir->calls[call].span));
    return json_pack("{s:i, s:s, s:o, s:s, s:o, s:s, s:o, s:I}", "v", 1, "kind", kind, "span",
                     place_json(all, e->span), "text", source_text(arena, all, e->span), "calls",
                     calls, "step", step == NULL ? "" : step, "declared",
                     interval_json(arena, e->lo, e->hi, node->step), "elements",
                     (json_int_t)e->elements);
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

void zc_trace_json(zk_buf *out, const zc_expressions *all)
{
    zk_arena arena;
    zk_arena_init(&arena, 0);
    for (size_t i = 0; i < all->count; i++) {
        const zc_expression *e = &all->list[i];
        const zc_node *node = node_of(all, e);
        if (node->op == ZC_OP_ASSERT)
            continue;
        json_t *object = expression_json(&arena, all, e, "trace");
        json_t *seen =
            e->seen ? interval_json(&arena, e->seen_lo, e->seen_hi, node->step) : json_null();
        if (json_object_set_new(object, "seen", seen) != 0 ||
            (e->seen && json_object_set_new(object, "unused_bits",
                                            json_integer((json_int_t)unused_bits(e))) != 0)) {
            json_decref(object);
            object = NULL;
        }
        put_json(out, object);
    }
    zk_arena_free(&arena);
}

/* ---- costs ---- */

static void column(zk_buf *out, uint64_t value, int width)
{
    zk_buf text = {0};
    zk_count_put(&text, value);
    zk_buf_printf(out, "%*.*s", width, (int)text.length, (const char *)text.data);
    zk_buf_free(&text);
}

static void put_line(zk_buf *out, zk_arena *arena, const zc_expressions *all,
                     const zc_expression *e)
{
    const zc_node *node = node_of(all, e);
    const char *step = zc_scale_text(arena, node->step);
    column(out, e->rows, 10);
    column(out, e->slots, 10);
    if (node->op == ZC_OP_ASSERT) {
        zk_buf_printf(out, "%6s  %-8s %-26s", "", "", "");
    } else {
        char codes[64];
        if (e->mixed)
            step = "several";
        (void)snprintf(codes, sizeof codes, "%s .. %s", code_text(arena, e->lo),
                       code_text(arena, e->hi));
        zk_buf_printf(out, "%6zu  %-8s %-26s", zc_code_bits(e->lo, e->hi), step == NULL ? "" : step,
                      codes);
    }
    zk_buf_text(out, " ");
    put_place(out, all, e->span);
    zk_buf_printf(out, "  %s\n", source_text(arena, all, e->span));
}

void zc_cost_text(zk_buf *out, const zc_expressions *all)
{
    zk_arena arena;
    zk_arena_init(&arena, 0);
    zk_buf_printf(out, "%10s%10s%6s  %-8s %-26s %s\n", "rows", "look-ups", "bits", "step", "codes",
                  "expression");
    for (size_t i = 0; i < all->count; i++)
        put_line(out, &arena, all, &all->list[i]);
    if (all->other_rows > 0 || all->other_slots > 0) {
        column(out, all->other_rows, 10);
        column(out, all->other_slots, 10);
        zk_buf_printf(out, "%44s everything else\n", "");
    }
    zk_arena_free(&arena);
}

void zc_cost_json(zk_buf *out, const zc_expressions *all)
{
    zk_arena arena;
    zk_arena_init(&arena, 0);
    for (size_t i = 0; i < all->count; i++) {
        const zc_expression *e = &all->list[i];
        json_t *object = expression_json(&arena, all, e, "cost");
        if (json_object_set_new(object, "rows", json_integer((json_int_t)e->rows)) != 0 ||
            json_object_set_new(object, "lookups", json_integer((json_int_t)e->slots)) != 0) {
            json_decref(object);
            object = NULL;
        }
        put_json(out, object);
    }
    put_json(out, json_pack("{s:i, s:s, s:I, s:I}", "v", 1, "kind", "other", "rows",
                            (json_int_t)all->other_rows, "lookups", (json_int_t)all->other_slots));
    zk_arena_free(&arena);
}

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "runtime/inspect/equation.h"
#include "runtime/inspect/report.h"
#include "runtime/inspect/words.h"
#include "runtime/proof/memory.h"

enum { WIDTH = 100, EQUATION_BYTES = 4000, MAX_SHOWN = 50, MAX_VALUES = 10 };

/* ---- pieces ---- */

static void title(zk_buf *out, const char *text)
{
    zk_buf_printf(out, "\n%s\n", text);
}

/* "  label          "; the caller ends the line. */
static void label(zk_buf *out, const char *name)
{
    zk_buf_printf(out, "  %-15s", name);
}

__attribute__((format(printf, 3, 4))) static void line(zk_buf *out, const char *name,
                                                       const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    label(out, name);
    zk_buf_printf(out, "%s\n", text);
}

static void count_line(zk_buf *out, const char *name, uint64_t value, const char *unit)
{
    label(out, name);
    zk_count_put(out, value);
    zk_buf_printf(out, " %s\n", unit);
}

static void digest_line(zk_buf *out, const char *name, const uint8_t digest[32])
{
    label(out, name);
    for (int i = 0; i < 32; i++)
        zk_buf_printf(out, "%02x", digest[i]);
    zk_buf_text(out, "\n");
}

/* A number right-aligned in `width` columns. */
static void count_column(zk_buf *out, uint64_t value, size_t width)
{
    zk_buf digits = {0};
    zk_count_put(&digits, value);
    if (digits.length < width)
        zk_buf_printf(out, "%*s", (int)(width - digits.length), "");
    zk_buf_bytes(out, digits.data, digits.length);
    out->failed = out->failed || digits.failed;
    zk_buf_free(&digits);
}

static void share_column(zk_buf *out, uint64_t part, uint64_t whole)
{
    if (whole == 0)
        zk_buf_text(out, "     ");
    else
        zk_buf_printf(out, " %3.0f%%", 100.0 * (double)part / (double)whole);
}

/* At most `columns` characters of UTF-8 text. */
static void cut_text(zk_buf *out, const char *text, size_t columns)
{
    size_t length = 0;
    while (text[length] != '\0' && columns > 0) {
        length++;
        while (((unsigned char)text[length] & 0xc0) == 0x80)
            length++;
        columns--;
    }
    while (length > 0 && text[length - 1] == ' ')
        length--;
    zk_buf_bytes(out, text, length);
}

/* ---- sections ---- */

static void put_committed_columns(zk_buf *out, const zk_field_schema *field, uint32_t k)
{
    uint64_t columns = zk_committed_columns(field->count, k);
    zk_buf_printf(out, ", in A%u", field->first_column);
    if (columns > 1)
        zk_buf_printf(out, "..A%" PRIu64, field->first_column + columns - 1);
}

static void put_fields(zk_buf *out, const char *role, const zk_field_schema *fields, size_t count,
                       uint32_t k)
{
    static const char *const visibilities[] = {"public", "private", "committed"};
    for (size_t i = 0; i < count && i < MAX_SHOWN; i++) {
        const zk_field_schema *f = &fields[i];
        zk_buf_printf(out, "  %-9s %s %s: ", visibilities[f->visibility], role, f->name);
        zk_type_put(out, f);
        zk_buf_printf(out, ", codes %" PRId64 "..%" PRId64, f->lo, f->hi);
        if (f->visibility == ZK_PUBLIC && f->count == 1)
            zk_buf_printf(out, ", in I%u row %u", f->instance_column, f->first_row);
        else if (f->visibility == ZK_PUBLIC)
            zk_buf_printf(out, ", in I%u rows %u..%" PRIu64, f->instance_column, f->first_row,
                          f->first_row + f->count - 1);
        else if (f->visibility == ZK_COMMITTED)
            put_committed_columns(out, f, k);
        zk_buf_text(out, "\n");
    }
    if (count > MAX_SHOWN)
        zk_buf_printf(out, "  and %zu more\n", count - MAX_SHOWN);
}

static void put_copies(zk_buf *out, const zk_subject *s)
{
    zk_buf columns = {0};
    for (size_t i = 0; i < s->cs->n_permutation; i++) {
        zk_buf_text(&columns, i > 0 ? " " : "");
        zk_column_put(&columns, s->cs->permutation[i]);
    }
    label(out, "copies");
    if (s->circuit != NULL) {
        zk_count_put(out, s->circuit->copy_count);
        zk_buf_text(out, " among ");
    }
    zk_buf_printf(out, "%zu columns, %u products", s->cs->n_permutation,
                  zk_cs_permutation_products(s->cs));
    if (columns.length > 0 && columns.length <= WIDTH / 2)
        zk_buf_printf(out, ": %.*s", (int)columns.length, (const char *)columns.data);
    zk_buf_text(out, "\n");
    zk_buf_free(&columns);
}

static void put_rows(zk_buf *out, const zk_cost *cost)
{
    label(out, "rows used");
    zk_count_put(out, cost->used_rows);
    zk_buf_text(out, ": gates ");
    zk_count_put(out, cost->gate_rows);
    zk_buf_text(out, ", look-ups ");
    zk_count_put(out, cost->lookup_rows);
    zk_buf_text(out, ", table ");
    zk_count_put(out, cost->table_rows);
    zk_buf_text(out, ", public values ");
    zk_count_put(out, cost->instance_rows);
    zk_buf_text(out, "\n");
}

static void put_system(zk_buf *out, const zk_subject *s)
{
    const zk_constraint_system *cs = s->cs;
    uint32_t degree = zk_cs_degree(cs);
    title(out, "constraint system");
    label(out, "rows");
    zk_count_put(out, (uint64_t)1 << s->k);
    zk_buf_printf(out, " (k = %u), usable ", s->k);
    zk_count_put(out, zk_cs_usable_rows(cs, s->k));
    zk_buf_text(out, "\n");
    if (s->circuit != NULL)
        put_rows(out, &s->cost);
    line(out, "columns", "%u advice, %u fixed, %u instance", cs->n_advice, cs->n_fixed,
         cs->n_instance);
    line(out, "queries", "%zu advice, %zu fixed, %zu instance", cs->n_advice_queries,
         cs->n_fixed_queries, cs->n_instance_queries);
    line(out, "degree", "%u: the quotient has %u pieces", degree, degree - 1);
    put_copies(out, s);
}

/* EXPR = 0, indented and wrapped. */
static void put_polynomial(zk_buf *out, const zk_constraint_system *cs, zk_expr_id expr)
{
    zk_buf text = {0};
    zk_equation_put(&text, cs, expr, EQUATION_BYTES);
    zk_buf_text(&text, " = 0");
    zk_wrapped_put(out, (const char *)text.data, text.length, 4, WIDTH);
    out->failed = out->failed || text.failed;
    zk_buf_free(&text);
}

static void put_gates(zk_buf *out, const zk_constraint_system *cs)
{
    title(out, "gates, on every row");
    for (size_t i = 0; i < cs->n_gates && i < MAX_SHOWN; i++) {
        const zk_gate *gate = &cs->gates[i];
        zk_buf_printf(out, "  %s\n", gate->name);
        for (uint32_t j = 0; j < gate->count && j < MAX_SHOWN; j++)
            put_polynomial(out, cs, cs->polys[gate->first + j]);
        if (gate->count > MAX_SHOWN)
            zk_buf_printf(out, "    and %u more polynomials\n", gate->count - MAX_SHOWN);
    }
    if (cs->n_gates > MAX_SHOWN)
        zk_buf_printf(out, "  and %zu more gates\n", cs->n_gates - MAX_SHOWN);
}

static void put_lookup(zk_buf *out, const zk_constraint_system *cs, const zk_lookup *lookup)
{
    zk_buf text = {0};
    zk_buf_text(&text, "(");
    for (uint32_t i = 0; i < lookup->count; i++) {
        zk_buf_text(&text, i > 0 ? ", " : "");
        zk_equation_put(&text, cs, cs->lookup_inputs[lookup->first + i], EQUATION_BYTES);
    }
    zk_buf_text(&text, ") in (");
    for (uint32_t i = 0; i < lookup->count; i++)
        zk_buf_printf(&text, "%sF%u", i > 0 ? ", " : "",
                      cs->exprs[cs->lookup_tables[lookup->first + i]].a);
    zk_buf_text(&text, ")");
    zk_buf_printf(out, "  %s\n", lookup->name);
    zk_wrapped_put(out, (const char *)text.data, text.length, 4, WIDTH);
    out->failed = out->failed || text.failed;
    zk_buf_free(&text);
}

static void put_lookups(zk_buf *out, const zk_constraint_system *cs)
{
    if (cs->n_lookups == 0)
        return;
    title(out, "look-ups, on every row");
    for (size_t i = 0; i < cs->n_lookups && i < MAX_SHOWN; i++)
        put_lookup(out, cs, &cs->lookups[i]);
    if (cs->n_lookups > MAX_SHOWN)
        zk_buf_printf(out, "  and %zu more look-ups\n", cs->n_lookups - MAX_SHOWN);
}

static void put_table(zk_buf *out, const zk_subject *s)
{
    const zk_cost *cost = &s->cost;
    if (cost->tag_count == 0)
        return;
    title(out, "look-up table");
    zk_buf_text(out, "        rows    look-ups   tag  function\n");
    for (size_t i = 0; i < cost->tag_count && i < MAX_SHOWN; i++) {
        const zk_cost_tag *tag = &cost->tags[i];
        count_column(out, tag->rows, 12);
        count_column(out, tag->slots, 12);
        zk_buf_printf(out, "%6" PRId64 "  %s on %" PRId64 "..%" PRId64, tag->tag,
                      *tag->name != '\0' ? tag->name : "function", tag->lo, tag->hi);
        if (tag->user != NULL && tag->user->span != UINT32_MAX) {
            zk_buf_text(out, ", first for ");
            zk_place_put(out, s->circuit, &s->circuit->spans[tag->user->span]);
        }
        zk_buf_text(out, "\n");
    }
    if (cost->tag_count > MAX_SHOWN)
        zk_buf_printf(out, "  and %zu more functions\n", cost->tag_count - MAX_SHOWN);
}

static void put_proof_size(zk_buf *out, const zk_subject *s)
{
    title(out, "proof");
    for (int i = 0; i < ZK_PROOF_PARTS; i++) {
        const zk_proof_part *part = &s->size.parts[i];
        if (part->items == 0)
            continue;
        zk_buf_printf(out, "  %-26s", part->name);
        count_column(out, part->items, 6);
        zk_buf_text(out, " x 32 =");
        count_column(out, 32 * part->items, 9);
        zk_buf_text(out, "\n");
    }
    zk_buf_printf(out, "  %-40s", "Halo2 proof");
    count_column(out, s->size.proof, 8);
    zk_buf_text(out, " bytes\n");
    zk_buf_printf(out, "  %-40s", "proof.bin, with the public values");
    count_column(out, s->size.envelope, 8);
    zk_buf_text(out, " bytes\n");
}

static void put_memory(zk_buf *out, const char *what, size_t bytes)
{
    zk_buf_printf(out, "  %-15sabout %.0f MB\n", what, (double)bytes / 1e6);
}

static void put_memories(zk_buf *out, const zk_subject *s)
{
    title(out, "memory");
    if (s->circuit != NULL) {
        put_memory(out, "setup", zk_memory_setup(s->cs, s->k));
        put_memory(out, "prove", zk_memory_prove(s->cs, s->circuit->layer, s->k));
    }
    put_memory(out, "verify", zk_memory_verify(s->cs, s->k));
}

static void put_cost(zk_buf *out, const zk_cost *cost, const zk_cost_item *item)
{
    count_column(out, item->rows, 9);
    share_column(out, item->rows, cost->rows);
    count_column(out, item->slots, 11);
    share_column(out, item->slots, cost->slots);
}

static void cost_heads(zk_buf *out, const zk_circuit *circuit, const char *last)
{
    zk_buf_printf(out, "%9s%5s%11s%5s  %s\n", zk_region_unit(circuit), "", "look-ups", "", last);
}

static void put_cost_line(zk_buf *out, const zk_subject *s, const zk_cost_item *item,
                          const char *without)
{
    zk_buf place = {0};
    put_cost(out, &s->cost, item);
    if (item->span != NULL)
        zk_place_put(&place, s->circuit, item->span);
    else
        zk_buf_text(&place, without);
    zk_buf_printf(out, "  %.*s", (int)place.length, (const char *)place.data);
    size_t used = 32 + place.length + 2;
    if (item->span != NULL && used < WIDTH) {
        zk_buf_text(out, "  ");
        cut_text(out, zk_span_text(item->span), WIDTH - used);
    }
    zk_buf_text(out, "\n");
    zk_buf_free(&place);
}

static void put_cost_by_line(zk_buf *out, const zk_subject *s)
{
    const zk_cost *cost = &s->cost;
    title(out, "cost by source line");
    cost_heads(out, s->circuit, "line");
    for (size_t i = 0; i < cost->line_count && i < MAX_SHOWN; i++) {
        const zk_cost_item *item = &cost->lines[i];
        put_cost_line(out, s, item, "-");
        for (size_t j = 0; item->cells > 1 && j < item->cells; j++) {
            const zk_cost_item *cell = &cost->cells[item->first_cell + j];
            put_cost(out, cost, cell);
            zk_buf_printf(out, "      %s\n", cell->gadget);
        }
    }
    if (cost->line_count > MAX_SHOWN)
        zk_buf_printf(out, "  and %zu more lines\n", cost->line_count - MAX_SHOWN);
}

/* Layers are calls in the circuit's body. */
static void put_cost_by_call(zk_buf *out, const zk_subject *s)
{
    const zk_cost *cost = &s->cost;
    bool calls = false;
    for (size_t i = 0; i < cost->layer_count; i++)
        calls = calls || cost->layers[i].span != NULL;
    if (!calls)
        return;
    title(out, "cost by call in the circuit's body");
    cost_heads(out, s->circuit, "line of the call");
    for (size_t i = 0; i < cost->layer_count && i < MAX_SHOWN; i++)
        put_cost_line(out, s, &cost->layers[i], "outside of calls");
    if (cost->layer_count > MAX_SHOWN)
        zk_buf_printf(out, "  and %zu more calls\n", cost->layer_count - MAX_SHOWN);
}

static void put_cost_by_gadget(zk_buf *out, const zk_subject *s)
{
    const zk_cost *cost = &s->cost;
    title(out, "cost by gadget");
    cost_heads(out, s->circuit, "gadget");
    for (size_t i = 0; i < cost->gadget_count && i < MAX_SHOWN; i++) {
        put_cost(out, cost, &cost->gadgets[i]);
        zk_buf_printf(out, "  %s\n", cost->gadgets[i].gadget);
    }
    if (cost->gadget_count > MAX_SHOWN)
        zk_buf_printf(out, "  and %zu more gadgets\n", cost->gadget_count - MAX_SHOWN);
}

/* ---- reports ---- */

void zk_report_text(zk_buf *out, const zk_subject *s)
{
    zk_buf_printf(out, "%s %s\n", s->circuit != NULL ? "circuit" : "verifying key of circuit",
                  s->name);
    line(out, "file", "%s", s->path);
    count_line(out, "size", s->bytes, "bytes");
    digest_line(out, s->circuit != NULL ? "digest" : "circuit digest", s->digest);
    if (s->key != NULL) {
        uint8_t hash[32];
        zk_fp_to_bytes(hash, &s->key->vk.transcript_repr);
        digest_line(out, "key digest", s->key->digest);
        digest_line(out, "Halo2 key hash", hash);
    }
    for (size_t i = 0; s->circuit != NULL && i < s->circuit->file_count && i < MAX_SHOWN; i++)
        line(out, i == 0 ? "sources" : "", "%s", s->circuit->files[i]);
    title(out, s->circuit != NULL ? "inputs and outputs" : "public inputs and outputs");
    put_fields(out, "input", s->params, s->param_count, s->k);
    put_fields(out, "output", s->results, s->result_count, s->k);
    put_system(out, s);
    put_gates(out, s->cs);
    put_lookups(out, s->cs);
    if (s->circuit != NULL) {
        put_table(out, s);
        put_cost_by_line(out, s);
        put_cost_by_call(out, s);
        put_cost_by_gadget(out, s);
    }
    put_proof_size(out, s);
    put_memories(out, s);
}

static void put_instance_column(zk_buf *out, uint32_t column, const zk_instance_values *values)
{
    zk_buf_printf(out, "  I%-14u", column);
    zk_count_put(out, values->count);
    zk_buf_text(out, values->count == 1 ? " value:" : " values:");
    for (size_t i = 0; i < values->count && i < MAX_VALUES; i++) {
        int64_t code;
        char hex[67];
        if (zk_fp_to_i64(&code, &values->values[i])) {
            zk_buf_printf(out, " %" PRId64, code);
            continue;
        }
        zk_fp_to_hex(hex, &values->values[i]);
        zk_buf_printf(out, " %s", hex);
    }
    zk_buf_text(out, values->count > MAX_VALUES ? " ...\n" : "\n");
}

void zk_report_proof_text(zk_buf *out, const zk_envelope *envelope, const char *path, size_t bytes)
{
    uint8_t hash[32];
    zk_fp_to_bytes(hash, &envelope->transcript_repr);
    zk_buf_text(out, "proof\n");
    line(out, "file", "%s", path);
    count_line(out, "size", bytes, "bytes");
    count_line(out, "Halo2 proof", envelope->proof_length, "bytes");
    digest_line(out, "circuit digest", envelope->circuit_digest);
    digest_line(out, "Halo2 key hash", hash);
    for (uint32_t i = 0; i < envelope->file_count && i < MAX_SHOWN; i++)
        digest_line(out, "about file", envelope->file_digests + 32 * (size_t)i);
    title(out, "public values that it claims, as codes");
    for (uint32_t i = 0; i < envelope->instance_columns && i < MAX_SHOWN; i++)
        put_instance_column(out, i, &envelope->instances[i]);
    zk_buf_text(out, "\nNothing of this has been checked: `zkml verify -k KEY PROOF` does that.\n");
}

#include "compiler/report/optimise.h"

#include <inttypes.h>
#include <string.h>

#include "runtime/inspect/cost.h"
#include "runtime/inspect/words.h"

enum { MAX_LINES = 60, TEXT = 52 };

/* One more kind at a time. */
static const struct {
    const char *name;
    bool unoptimised;
    uint32_t without;
} steps[] = {
    {"-O0", true, 0},
    {"fused", false, ZC_WITHOUT_TRIMMING | ZC_WITHOUT_FOLDING | ZC_WITHOUT_FOLLOWING},
    {"trimmed", false, ZC_WITHOUT_FOLDING | ZC_WITHOUT_FOLLOWING},
    {"folded", false, ZC_WITHOUT_FOLLOWING},
    {"followed", false, 0},
};
enum { STEPS = sizeof steps / sizeof *steps };

typedef struct measured {
    zk_circuit circuit;
    zk_cost cost;
    zk_proof_size size;
    bool made;
} measured;

static zkml_status measure(measured *m, zkml_error *err)
{
    m->made = true;
    ZK_TRY(zk_cost_measure(&m->cost, &m->circuit, err));
    return zk_proof_size_of(&m->size, &m->circuit.cs, m->circuit.k, m->circuit.instance_counts,
                            err);
}

/* ---- the table of sizes ---- */

enum {
    K,
    GATE_ROWS,
    LOOKUPS,
    TABLE_ROWS,
    CELLS,
    COLUMNS,
    COPIES,
    PROOF,
    KINDS
};

static const char *const kind_names[KINDS] = {
    "k (2^k rows)",     "gate rows used", "look-ups", "table rows",
    "cells with values", "columns",        "copies",   "bytes of a proof",
};

static uint64_t value_of(const measured *m, unsigned kind)
{
    const zk_constraint_system *cs = &m->circuit.cs;
    switch (kind) {
    case K:
        return m->circuit.k;
    case GATE_ROWS:
        return m->cost.gate_rows;
    case LOOKUPS:
        return m->cost.slots;
    case TABLE_ROWS:
        return m->cost.table_rows;
    case CELLS:
        return m->cost.assigned;
    case COLUMNS:
        return (uint64_t)cs->n_advice + cs->n_fixed + cs->n_instance;
    case COPIES:
        return m->circuit.copy_count;
    case PROOF:
        return m->size.envelope;
    default:
        return 0;
    }
}

static void put_number(zk_buf *out, uint64_t value, unsigned width)
{
    zk_buf text = {0};
    zk_count_put(&text, value);
    zk_buf_printf(out, "%*.*s", (int)width, (int)text.length, (const char *)text.data);
    out->failed = out->failed || text.failed;
    zk_buf_free(&text);
}

static void put_sizes(zk_buf *out, const measured *m)
{
    zk_buf_printf(out, "\n%-20s", "size");
    for (size_t i = 0; i < STEPS; i++)
        zk_buf_printf(out, "%12s", steps[i].name);
    zk_buf_printf(out, "%10s\n", "ratio");
    for (unsigned kind = 0; kind < KINDS; kind++) {
        uint64_t first = value_of(&m[0], kind), last = value_of(&m[STEPS - 1], kind);
        zk_buf_printf(out, "  %-18s", kind_names[kind]);
        for (size_t i = 0; i < STEPS; i++)
            put_number(out, value_of(&m[i], kind), 12);
        if (kind == K)
            zk_buf_printf(out, "%10.2f\n", (double)(UINT64_C(1) << last) /
                                               (double)(UINT64_C(1) << first));
        else if (first > 0)
            zk_buf_printf(out, "%10.2f\n", (double)last / (double)first);
        else
            zk_buf_text(out, "\n");
    }
    zk_buf_text(out,
                "\n"
                "  fused     rounding, clamp and table in one look-up; comparisons beyond a clamp\n"
                "  trimmed   and comparisons for the constant ends of tables\n"
                "  folded    and one half of symmetric tables\n"
                "  followed  and what comes after a table is tabulated: this is -O2\n");
}

/* ---- before and after, by line and by call ---- */

static const zk_cost_item *same_place(const zk_circuit *a, const zk_cost_item *item,
                                      const zk_circuit *b, const zk_cost_item *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const zk_source_span *x = item->span, *y = list[i].span;
        if (x == NULL || y == NULL) {
            if (x == NULL && y == NULL)
                return &list[i];
            continue;
        }
        if (x->line == y->line && strcmp(a->files[x->file], b->files[y->file]) == 0)
            return &list[i];
    }
    return NULL;
}

static void put_place(zk_buf *out, const zk_circuit *circuit, const zk_cost_item *item,
                      const char *without)
{
    if (item->span == NULL) {
        zk_buf_printf(out, "  %s\n", without);
        return;
    }
    zk_buf_text(out, "  ");
    zk_place_put(out, circuit, item->span);
    const char *text = zk_span_text(item->span);
    size_t length = 0;
    for (size_t columns = 0; text[length] != '\0' && columns < TEXT; columns++)
        do
            length++;
        while (((unsigned char)text[length] & 0xc0) == 0x80);
    while (length > 0 && text[length - 1] == ' ')
        length--;
    zk_buf_printf(out, "  %.*s\n", (int)length, text);
}

static void put_change(zk_buf *out, const zk_cost_item *before, const zk_cost_item *after)
{
    put_number(out, before != NULL ? before->rows : 0, 10);
    put_number(out, after != NULL ? after->rows : 0, 9);
    put_number(out, before != NULL ? before->slots : 0, 14);
    put_number(out, after != NULL ? after->slots : 0, 9);
}

/* The places of `before`, then those that only `after` has. */
static void put_changes(zk_buf *out, const char *title, const char *without, const measured *before,
                        const measured *after, const zk_cost_item *old, size_t old_count,
                        const zk_cost_item *new, size_t new_count)
{
    const zk_circuit *b = &before->circuit, *a = &after->circuit;
    zk_buf_printf(out, "\n%s\n%10s%9s%14s%9s\n", title, "rows -O0", "-O2", "look-ups -O0", "-O2");
    size_t shown = 0;
    for (size_t i = 0; i < old_count && shown < MAX_LINES; i++, shown++) {
        put_change(out, &old[i], same_place(b, &old[i], a, new, new_count));
        put_place(out, b, &old[i], without);
    }
    for (size_t i = 0; i < new_count && shown < MAX_LINES; i++) {
        if (same_place(a, &new[i], b, old, old_count) != NULL)
            continue;
        put_change(out, NULL, &new[i]);
        put_place(out, a, &new[i], without);
        shown++;
    }
    if (old_count > MAX_LINES)
        zk_buf_printf(out, "  and %zu more\n", old_count - MAX_LINES);
}

static void put_report(zk_buf *out, const zc_tir *tir, size_t nodes, const measured *m,
                       const zk_buf *fused)
{
    const measured *before = &m[0], *after = &m[STEPS - 1];
    zk_buf_printf(out, "circuit %s\n", tir->name);
    zk_buf_printf(out,
                  "  %zu operations, %zu after equal ones were merged and unused ones removed\n",
                  nodes, tir->node_count);
    put_sizes(out, m);
    if (fused->length > 0) {
        zk_buf_text(out, "\nfused\n");
        zk_buf_bytes(out, fused->data, fused->length);
    }
    put_changes(out, "by source line", "without a line", before, after, before->cost.lines,
                before->cost.line_count, after->cost.lines, after->cost.line_count);
    if (before->cost.layer_count == 1 && before->cost.layers[0].span == NULL)
        return;
    put_changes(out, "by call in the circuit's body", "outside of calls", before, after,
                before->cost.layers, before->cost.layer_count, after->cost.layers,
                after->cost.layer_count);
}

zkml_status zc_report_optimisations(zk_buf *out, const zc_tir *tir, size_t nodes,
                                    const zc_sources *sources, zc_diags *diags,
                                    const zc_lower_options *base, zkml_error *err)
{
    measured m[STEPS] = {0};
    zk_buf fused = {0};
    zkml_status status = ZKML_OK;
    for (size_t i = 0; i < STEPS && status == ZKML_OK; i++) {
        zc_lower_options options = *base;
        options.unoptimised = steps[i].unoptimised;
        options.without = steps[i].without;
        options.fused = i + 1 == STEPS ? &fused : NULL;
        status = zc_lower(tir, sources, diags, &options, &m[i].circuit, err);
        if (status == ZKML_OK)
            status = measure(&m[i], err);
    }
    if (status == ZKML_OK)
        put_report(out, tir, nodes, m, &fused);
    if (status == ZKML_OK && (out->failed || fused.failed))
        status = zk_fail(err, ZKML_LIMIT, "out of memory");
    for (size_t i = 0; i < STEPS; i++) {
        if (!m[i].made)
            continue;
        zk_cost_free(&m[i].cost);
        zk_circuit_free(&m[i].circuit);
    }
    zk_buf_free(&fused);
    return status;
}

/* Every advice cell of a satisfied circuit, changed by 1: the mock prover reports it exactly when a
 * gate, a look-up or a copy refers to it, agrees with reference.c, and names the source line. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compiler/circuit/lower.h"
#include "runtime/mock/describe.h"
#include "runtime/mock/locate.h"
#include "tests/exhaustive/programs.h"
#include "tests/soundness/compile.h"
#include "tests/soundness/reference.h"

enum { MAX_INPUTS = 16 };

static zkml_error err;

typedef struct cell_count {
    unsigned long used, unused;
} cell_count;

static bool fixed_is_zero(const reference_run *run, uint32_t column, uint64_t row)
{
    return zk_fp_is_zero(&run->fixed[column * run->n + row]);
}

static bool gate_refers(const reference_run *run, uint32_t column, uint64_t row)
{
    for (uint32_t i = 0; i < run->circuit->program.chain_count; i++) {
        const zk_wchain *h = &run->circuit->program.chains[i];
        uint32_t t = column - h->lane;
        if (t < h->lanes && (!fixed_is_zero(run, h->linear + t, row) ||
                             (t / 2 < h->products && !fixed_is_zero(run, h->product + t / 2, row))))
            return true;
        if (column == h->acc && (!fixed_is_zero(run, h->cont, row) ||
                                 (row > 0 && !fixed_is_zero(run, h->out, row - 1))))
            return true;
    }
    return false;
}

/* In the sum of all equations, or tied to a public value: fixed column 3 says where
 * (emit_batch.c). */
static bool equation_refers(const reference_run *run, uint32_t column, uint64_t row)
{
    const zk_layer *layer = run->circuit->layer;
    if (layer == NULL)
        return false;
    if (column == 0 && !fixed_is_zero(run, 3, row))
        return true;
    for (uint32_t f = 0; f < layer->fold_count; f++) {
        const zk_layer_fold *fold = &layer->folds[f];
        bool reads = false;
        for (uint32_t i = 0; i < fold->operand_count; i++)
            reads = reads || fold->operands[i] == column;
        for (uint32_t j = 0; reads && j < fold->matrices->shape.inputs; j++)
            if (fold->matrices->shape.runs[j].first == row)
                return true;
    }
    return false;
}

static bool copy_refers(const zk_circuit *c, uint32_t column, uint64_t row)
{
    for (size_t i = 0; i < c->copy_count; i++) {
        const zk_cell *a = &c->copies[i].a, *b = &c->copies[i].b;
        if ((a->kind == ZK_ADVICE && a->column == column && a->row == row) ||
            (b->kind == ZK_ADVICE && b->column == column && b->row == row))
            return true;
    }
    return false;
}

/* Every failure has words; one names a source line if the changed cell belongs to one. */
static void check_words(const char *name, const zk_mock_report *report, const zk_witness *witness,
                        const zk_cell *changed)
{
    zk_mock_view view;
    uint64_t at;
    const zk_region *home = zk_region_of_cell(witness->circuit, changed, &at);
    bool placed = home == NULL || home->span == UINT32_MAX;
    cr_assert(zk_mock_view_init(&view, witness, &err) == ZKML_OK);
    for (size_t i = 0; i < report->failure_count; i++) {
        zk_mock_text text;
        zk_mock_describe(&text, &view, &report->failures[i]);
        cr_expect(text.title.length > 0 && text.notes.length > 0 && !text.title.failed &&
                      !text.notes.failed,
                  "%s: a failure without words", name);
        placed = placed || text.span != UINT32_MAX;
        zk_mock_text_free(&text);
    }
    cr_expect(placed, "%s: no failure of a%u:%u names a source line", name, changed->column,
              changed->row);
    zk_mock_view_free(&view);
}

static void change_cell(const char *name, reference_run *run, const zk_cell *changed,
                        cell_count *count)
{
    uint32_t column = changed->column, row = changed->row;
    zk_fp *cell = &run->advice[column * run->n + row], honest = *cell;
    zk_witness witness;
    zk_mock_report report;
    char why[64];
    zk_fp_add(cell, cell, &zk_fp_one);
    reference_witness(&witness, run);
    cr_assert(zk_mock_check(&report, &witness, &err) == ZKML_OK, "%s", err.text);
    bool found = report.total > 0;
    bool used = gate_refers(run, column, row) || equation_refers(run, column, row) ||
                copy_refers(run->circuit, column, row) ||
                zk_lookup_of_column(run->circuit, column) != ZK_NONE;
    cr_expect(found != reference_check(run, why, sizeof why), "%s: a%u:%u: the mock prover is %s",
              name, column, row, found ? "alone" : "silent");
    cr_expect(found == used, "%s: a%u:%u is %s", name, column, row,
              found ? "reported" : "not reported");
    count->used += used;
    count->unused += !used;
    if (found)
        check_words(name, &report, &witness, changed);
    zk_mock_report_free(&report);
    zk_arena_free(&witness.arena);
    *cell = honest;
}

static void expect_nothing(const char *name, const reference_run *run)
{
    zk_witness witness;
    zk_mock_report report;
    reference_witness(&witness, run);
    cr_assert(zk_mock_check(&report, &witness, &err) == ZKML_OK, "%s", err.text);
    cr_expect(report.total == 0 && report.failure_count == 0, "%s: an honest witness is refused",
              name);
    cr_expect(report.gates_checked == run->circuit->cs.n_polys * run->n);
    cr_expect(report.copies_checked == run->circuit->copy_count);
    zk_mock_report_free(&report);
    zk_arena_free(&witness.arena);
}

/* All usable cells, or every `step`-th of them. */
static void change_cells(const char *name, const zk_circuit *circuit, const int64_t *inputs,
                         uint64_t step, cell_count *count)
{
    reference_run run;
    size_t usable = zk_cs_usable_rows(&circuit->cs, circuit->k);
    reference_run_program(&run, circuit, inputs, NULL);
    cr_assert(!run.stopped, "%s: the inputs are refused", name);
    expect_nothing(name, &run);
    uint32_t columns = circuit->layer != NULL ? circuit->layer->phase0 : circuit->cs.n_advice;
    for (uint64_t i = 0; i < columns * usable; i += step) {
        zk_cell cell = {ZK_ADVICE, (uint32_t)(i / usable), (uint32_t)(i % usable)};
        change_cell(name, &run, &cell, count);
    }
    reference_free(&run);
}

/* ---- programs made by hand ---- */

/* Inputs that the program allows: the first sample that no assertion refuses. */
static void find_inputs(const program *p, const zk_circuit *circuit, int64_t *inputs)
{
    for (uint32_t seed = 1; seed < 1000; seed++) {
        uint32_t state = seed;
        size_t n = 0;
        for (size_t i = 0; i < p->tir->param_count; i++) {
            const zc_node *node = p->tir->nodes[p->tir->params[i].node];
            int64_t lo = mpz_get_si(node->lo), hi = mpz_get_si(node->hi);
            for (uint64_t e = 0; e < node->count; e++) {
                state = state * 1664525u + 1013904223u;
                inputs[n++] = lo + (int64_t)(state >> 8) % (hi - lo + 1);
            }
        }
        cr_assert(n <= MAX_INPUTS);
        reference_run run;
        reference_run_program(&run, circuit, inputs, NULL);
        bool good = !run.stopped;
        reference_free(&run);
        if (good)
            return;
    }
    cr_assert_fail("no inputs are allowed");
}

static void change_cells_of_cases(zc_goal goal, cell_count *count)
{
    for (size_t c = 0; c < program_case_count; c++) {
        program p;
        zk_circuit circuit;
        zc_sources sources;
        zc_diags diags;
        zc_lower_options options = {.goal = goal};
        int64_t inputs[MAX_INPUTS];
        zc_sources_init(&sources);
        zc_diags_init(&diags, &sources);
        program_open(&p, &program_cases[c]);
        cr_assert(zc_lower(p.tir, &sources, &diags, &options, &circuit, &err) == ZKML_OK);
        find_inputs(&p, &circuit, inputs);
        change_cells(program_cases[c].name, &circuit, inputs, 1, count);
        zk_circuit_free(&circuit);
        program_close(&p);
        zc_diags_free(&diags);
        zc_sources_free(&sources);
    }
}

Test(cells, of_every_operation_in_rows)
{
    cell_count count = {0};
    change_cells_of_cases(ZC_GOAL_DEFAULT, &count);
    cr_log_info("%lu cells are used, %lu are not", count.used, count.unused);
    cr_expect(count.used > 2000 && count.unused > 0);
}

Test(cells, of_every_operation_in_equations)
{
    cell_count count = {0};
    change_cells_of_cases(ZC_GOAL_BATCHED, &count);
    cr_log_info("%lu cells are used, %lu are not", count.used, count.unused);
    cr_expect(count.used > 1000 && count.unused > 0);
}

/* ---- source files ---- */

Test(cells, of_source_files_name_their_line)
{
    static const int64_t credit[] = {700, 512, -512, 256}, layer[] = {16, -8, 24, 0};
    char path[1024];
    const char *top = getenv("top_srcdir");
    cell_count count = {0};
    zk_circuit circuit;
    (void)snprintf(path, sizeof path, "%s/tests/golden/mock", top != NULL ? top : ".");
    cr_assert(chdir(path) == 0);
    static const zc_lower_options ways[] = {{.unoptimised = true},
                                            {.goal = ZC_GOAL_DEFAULT},
                                            {.goal = ZC_GOAL_BATCHED}};
    for (size_t way = 0; way < sizeof ways / sizeof ways[0]; way++) {
        compile_file(&circuit, "credit.zt", &ways[way]);
        change_cells("credit", &circuit, credit, 3, &count);
        zk_circuit_free(&circuit);
        compile_file(&circuit, "layer.zt", &ways[way]);
        change_cells("layer", &circuit, layer, 1, &count);
        zk_circuit_free(&circuit);
    }
    cr_expect(count.used > 400);
}

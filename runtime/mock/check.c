#include "runtime/mock/mock.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/mock/equations.h"
#include "runtime/mock/locate.h"
#include "runtime/mock/rows.h"
#include "runtime/mock/table.h"

/* ---- collecting failures ---- */

/* The first ones of each kind in the order of `precedes`, whatever order they come in. */
typedef struct collector {
    zk_mock_failure kept[ZK_MOCK_KINDS][ZK_MOCK_KEPT];
    size_t count[ZK_MOCK_KINDS];
    uint64_t total;
} collector;

static bool precedes(const zk_mock_failure *a, const zk_mock_failure *b)
{
    if (a->row != b->row)
        return a->row < b->row;
    if (a->index != b->index)
        return a->index < b->index;
    return a->poly != b->poly ? a->poly < b->poly : a->element < b->element;
}

static void collect(collector *c, zk_mock_failure failure)
{
    zk_mock_failure *kept = c->kept[failure.kind];
    size_t *count = &c->count[failure.kind], at = *count;
    c->total++;
    while (at > 0 && precedes(&failure, &kept[at - 1]))
        at--;
    if (at == ZK_MOCK_KEPT)
        return;
    *count += *count < ZK_MOCK_KEPT;
    memmove(&kept[at + 1], &kept[at], (*count - 1 - at) * sizeof *kept);
    kept[at] = failure;
}

/* ---- statements of the program ---- */

static bool is_statement(const zk_winstr *in)
{
    return in->op == ZK_W_ASSERT || in->op == ZK_W_RANGE || in->op == ZK_W_TABLE;
}

static void check_statements(zk_mock_report *report, collector *c, const zk_witness *witness)
{
    const zk_witness_program *program = &witness->circuit->program;
    for (uint32_t i = 0; i < program->instr_count; i++)
        if (is_statement(&program->instrs[i]))
            report->statements_checked += program->instrs[i].count;
    uint32_t count = witness->failure_count;
    uint32_t kept = count < ZK_WITNESS_MAX_FAILURES ? count : ZK_WITNESS_MAX_FAILURES;
    for (uint32_t i = 0; i < kept; i++)
        collect(c, (zk_mock_failure){.kind = ZK_MOCK_ASSERTION,
                                     .index = witness->failures[i].instr,
                                     .element = witness->failures[i].element});
    c->total += count - kept;
}

/* ---- gates and look-ups ---- */

/* An equation of no gadget ties two cells of one value together: where one of them is used. */
static void locate_copy(zk_mock_failure *failure, const zk_circuit *circuit,
                        const zk_equations *equations)
{
    uint32_t e = failure->row;
    uint64_t place;
    for (uint64_t i = equations->starts[e]; i < equations->starts[e + 1]; i++) {
        const zk_equation_entry *entry = &equations->entries[i];
        const zk_cell cell = {ZK_ADVICE, entry->fold->operands[0], entry->row};
        const zk_region *region = zk_region_of_cell(circuit, &cell, &place);
        if (region == NULL || failure->region != NULL)
            continue;
        failure->region = region;
        failure->element = zk_region_element(region, place);
    }
}

static void check_equations(zk_mock_report *report, collector *c, const zk_grid *grid,
                            const zk_equations *equations)
{
    for (uint32_t e = 0; e < equations->count; e++) {
        zk_fp value = zk_equation_value(equations, grid, e);
        if (zk_fp_is_zero(&value))
            continue;
        zk_mock_failure failure = {.kind = ZK_MOCK_EQUATION, .row = e};
        failure.region = zk_region_find(grid->circuit, false, e);
        failure.element = zk_region_element(failure.region, e);
        if (failure.region == NULL)
            locate_copy(&failure, grid->circuit, equations);
        collect(c, failure);
    }
    report->equations_checked = equations->count;
}

typedef struct row_check {
    const zk_grid *grid;
    zk_tuple_sets tables;
    uint32_t *gate_of_poly;
    bool *skipped; /* polynomials that say again what a failed equation says */
    collector *collector;
} row_check;

/* Polynomials that read columns filled after the challenges. */
static void mark_late(bool *late, const zk_circuit *circuit)
{
    const zk_constraint_system *cs = &circuit->cs;
    bool *reads = calloc(cs->n_exprs + 1, sizeof *reads);
    if (reads == NULL)
        return;
    for (size_t i = 0; i < cs->n_exprs; i++) {
        const zk_expr *x = &cs->exprs[i];
        bool two = x->kind == ZK_EXPR_SUM || x->kind == ZK_EXPR_PRODUCT;
        bool one = two || x->kind == ZK_EXPR_NEGATED || x->kind == ZK_EXPR_SCALED;
        reads[i] = (x->kind == ZK_EXPR_ADVICE && x->a >= circuit->layer->phase0) ||
                   (one && reads[x->a]) || (two && reads[x->b]);
    }
    for (size_t p = 0; p < cs->n_polys; p++)
        late[p] = reads[cs->polys[p]];
    free(reads);
}

static void report_row(const row_check *check, zk_mock_failure failure, bool is_lookup)
{
    const zk_circuit *circuit = check->grid->circuit;
    uint64_t at = failure.row;
    if (is_lookup)
        at = at * circuit->cs.n_lookups + failure.index;
    if (is_lookup || !zk_layer_has_equations(circuit->layer))
        failure.region = zk_region_find(circuit, is_lookup, at);
    failure.element = zk_region_element(failure.region, at);
#pragma omp critical(zk_mock_collect)
    collect(check->collector, failure);
}

static void check_polys(const row_check *check, const zk_strip *strip, size_t row, size_t count)
{
    const zk_constraint_system *cs = &check->grid->circuit->cs;
    for (size_t p = 0; p < cs->n_polys; p++) {
        if (check->skipped[p])
            continue;
        const zk_fp *values = zk_strip_value(strip, check->grid, cs->polys[p], 0);
        for (size_t r = 0; r < count; r++) {
            bool poisoned = zk_strip_poisoned(strip, check->grid, cs->polys[p], r);
            if (zk_fp_is_zero(&values[r]) && !poisoned)
                continue;
            zk_mock_failure failure = {.kind = poisoned ? ZK_MOCK_POISONED : ZK_MOCK_GATE,
                                       .index = check->gate_of_poly[p],
                                       .poly = (uint32_t)p,
                                       .row = (uint32_t)(row + r)};
            report_row(check, failure, false);
        }
    }
}

/* The inputs of look-up l on row i of the strip are in its table. */
static bool has_inputs(const row_check *check, const zk_strip *strip, size_t l, size_t i,
                       zk_fp *tuple)
{
    const zk_constraint_system *cs = &check->grid->circuit->cs;
    const zk_lookup *lookup = &cs->lookups[l];
    for (uint32_t j = 0; j < lookup->count; j++) {
        zk_expr_id input = cs->lookup_inputs[lookup->first + j];
        if (zk_strip_poisoned(strip, check->grid, input, i))
            return false;
        tuple[j] = *zk_strip_value(strip, check->grid, input, i);
    }
    return zk_tuple_set_has(check->tables.of_lookup[l], tuple);
}

static void check_lookups(const row_check *check, const zk_strip *strip, size_t row, size_t count)
{
    zk_fp tuple[ZK_TUPLE_MAX];
    for (size_t l = 0; l < check->grid->circuit->cs.n_lookups; l++)
        for (size_t r = 0; r < count && row + r < check->grid->usable; r++)
            if (!has_inputs(check, strip, l, r, tuple))
                report_row(check,
                           (zk_mock_failure){.kind = ZK_MOCK_LOOKUP,
                                             .index = (uint32_t)l,
                                             .row = (uint32_t)(row + r)},
                           true);
    sodium_memzero(tuple, sizeof tuple);
}

static zkml_status run_rows(const row_check *check, zkml_error *err)
{
    const zk_grid *grid = check->grid;
    size_t step = zk_strip_rows(grid);
    zkml_status status = ZKML_OK;
#pragma omp parallel
    {
        zk_strip strip;
        zkml_error local = {ZKML_OK, ""};
        zkml_status mine = zk_strip_init(&strip, grid, step, &local);
        if (mine != ZKML_OK) {
#pragma omp critical(zk_mock_status)
            status = zk_fail(err, mine, "%s", local.text);
        }
#pragma omp barrier
        if (status == ZKML_OK) {
#pragma omp for schedule(dynamic, 16)
            for (size_t row = 0; row < grid->n; row += step) {
                size_t count = grid->n - row < step ? grid->n - row : step;
                zk_strip_run(&strip, grid, row, count);
                check_polys(check, &strip, row, count);
                check_lookups(check, &strip, row, count);
            }
        }
        zk_strip_free(&strip);
    }
    return status;
}

static zkml_status check_rows(zk_mock_report *report, collector *c, const zk_grid *grid,
                              zkml_error *err)
{
    const zk_constraint_system *cs = &grid->circuit->cs;
    row_check check = {.grid = grid, .collector = c};
    check.gate_of_poly = calloc(cs->n_polys + 1, sizeof *check.gate_of_poly);
    check.skipped = calloc(cs->n_polys + 1, sizeof *check.skipped);
    zkml_status status = ZKML_OK;
    if (check.skipped != NULL && c->count[ZK_MOCK_EQUATION] > 0)
        mark_late(check.skipped, grid->circuit);
    if (check.gate_of_poly == NULL || check.skipped == NULL)
        status = zk_fail(err, ZKML_LIMIT, "out of memory for checking the gates");
    for (size_t g = 0; status == ZKML_OK && g < cs->n_gates; g++)
        for (uint32_t p = 0; p < cs->gates[g].count; p++)
            check.gate_of_poly[cs->gates[g].first + p] = (uint32_t)g;
    if (status == ZKML_OK)
        status = zk_tuple_sets_init(&check.tables, grid, err);
    if (status == ZKML_OK)
        status = run_rows(&check, err);
    zk_tuple_sets_free(&check.tables);
    free(check.gate_of_poly);
    free(check.skipped);
    report->gates_checked = (uint64_t)cs->n_polys * grid->n;
    report->lookups_checked = (uint64_t)cs->n_lookups * grid->usable;
    return status;
}

/* ---- copies and public values ---- */

static void check_copies(zk_mock_report *report, collector *c, const zk_grid *grid)
{
    const zk_circuit *circuit = grid->circuit;
    for (size_t i = 0; i < circuit->copy_count; i++) {
        const zk_cell_copy *copy = &circuit->copies[i];
        zk_fp a = zk_grid_value(grid, &copy->a), b = zk_grid_value(grid, &copy->b);
        if (zk_fp_equal(&a, &b))
            continue;
        zk_mock_failure failure = {.kind = ZK_MOCK_COPY, .index = (uint32_t)i};
        uint64_t at;
        failure.region = zk_region_of_cell(circuit, &copy->b, &at);
        if (failure.region == NULL)
            failure.region = zk_region_of_cell(circuit, &copy->a, &at);
        failure.element = zk_region_element(failure.region, at);
        collect(c, failure);
    }
    report->copies_checked = circuit->copy_count;
}

static void check_ranges(zk_mock_report *report, collector *c, const zk_grid *grid)
{
    const zk_circuit *circuit = grid->circuit;
    size_t count = circuit->param_count + circuit->result_count;
    for (uint32_t i = 0; i < count; i++) {
        const zk_field_schema *f = zk_value_field(circuit, i);
        for (uint64_t e = 0; f->visibility == ZK_PUBLIC && e < f->count; e++) {
            zk_cell cell = {ZK_INSTANCE, f->instance_column, f->first_row + (uint32_t)e};
            zk_fp value = zk_grid_value(grid, &cell);
            int64_t code;
            report->ranges_checked++;
            if (!zk_fp_to_i64(&code, &value) || code < f->lo || code > f->hi)
                collect(c, (zk_mock_failure){.kind = ZK_MOCK_RANGE, .index = i, .element = e});
        }
    }
}

/* ---- all of it ---- */

static zkml_status hand_over(zk_mock_report *report, const collector *c, zkml_error *err)
{
    size_t count = 0;
    for (int kind = 0; kind < ZK_MOCK_KINDS; kind++)
        count += c->count[kind];
    report->failures = calloc(count + 1, sizeof *report->failures);
    if (report->failures == NULL)
        return zk_fail(err, ZKML_LIMIT, "out of memory for the report");
    for (int kind = 0; kind < ZK_MOCK_KINDS; kind++) {
        memcpy(report->failures + report->failure_count, c->kept[kind],
               c->count[kind] * sizeof *report->failures);
        report->failure_count += c->count[kind];
    }
    report->total = c->total;
    return ZKML_OK;
}

zkml_status zk_mock_check(zk_mock_report *report, const zk_witness *witness, zkml_error *err)
{
    memset(report, 0, sizeof *report);
    collector *c = calloc(1, sizeof *c);
    if (c == NULL)
        return zk_fail(err, ZKML_LIMIT, "out of memory for the report");
    zk_grid grid;
    zk_equations equations = {0};
    zkml_status status = zk_grid_init(&grid, witness, err);
    if (status == ZKML_OK)
        status = zk_equations_init(&equations, witness->circuit, err);
    if (status == ZKML_OK) {
        check_statements(report, c, witness);
        check_equations(report, c, &grid, &equations);
        status = check_rows(report, c, &grid, err);
    }
    if (status == ZKML_OK) {
        check_copies(report, c, &grid);
        check_ranges(report, c, &grid);
        status = hand_over(report, c, err);
    }
    zk_equations_free(&equations);
    zk_grid_free(&grid);
    free(c);
    return status;
}

void zk_mock_report_free(zk_mock_report *report)
{
    free(report->failures);
    memset(report, 0, sizeof *report);
}

#include "runtime/mock/equations.h"

#include <stdlib.h>
#include <string.h>

/* Calls `visit` for every entry; `context` is the caller's. */
typedef void (*visitor)(void *context, uint32_t e, zk_equation_entry entry);

static void visit_sparse(const zk_layer_fold *fold, const zk_layer_matrix *matrix, visitor visit,
                         void *context)
{
    const zk_sparse_weights *sparse = matrix->sparse;
    for (uint32_t i = 0; i < matrix->shape.outputs; i++)
        for (uint64_t at = sparse->starts[i]; at < sparse->starts[i + 1]; at++) {
            const zk_run *run = &matrix->shape.runs[sparse->inputs[at]];
            for (uint32_t r = 0; r < run->count; r++)
                visit(context, matrix->exponents[i],
                      (zk_equation_entry){fold, run->first + r * run->step, sparse->weights[at]});
        }
}

static void visit_dense(const zk_layer_fold *fold, const zk_layer_matrix *matrix, visitor visit,
                        void *context)
{
    for (uint32_t i = 0; i < matrix->shape.outputs; i++)
        for (uint32_t j = 0; j < matrix->shape.inputs; j++) {
            const zk_run *run = &matrix->shape.runs[j];
            int64_t weight = matrix->weights[(size_t)i * matrix->shape.inputs + j];
            for (uint32_t r = 0; weight != 0 && r < run->count; r++)
                visit(context, matrix->exponents[i],
                      (zk_equation_entry){fold, run->first + r * run->step, weight});
        }
}

static void visit_all(const zk_layer *layer, visitor visit, void *context)
{
    for (uint32_t f = 0; f < layer->fold_count; f++)
        for (uint32_t m = 0; m < layer->folds[f].matrix_count; m++) {
            const zk_layer_matrix *matrix = &layer->folds[f].matrices[m];
            (matrix->sparse != NULL ? visit_sparse : visit_dense)(&layer->folds[f], matrix, visit,
                                                                  context);
        }
}

static void count_entry(void *context, uint32_t e, zk_equation_entry entry)
{
    zk_equations *equations = context;
    (void)entry;
    equations->starts[e + 1]++;
}

/* starts[e] is where the next entry of e goes, and ends up as the start of e + 1. */
static void put_entry(void *context, uint32_t e, zk_equation_entry entry)
{
    zk_equations *equations = context;
    equations->entries[equations->starts[e]++] = entry;
}

zkml_status zk_equations_init(zk_equations *equations, const zk_circuit *circuit, zkml_error *err)
{
    *equations = (zk_equations){0};
    if (!zk_layer_has_equations(circuit->layer))
        return ZKML_OK;
    equations->count = zk_layer_equations(circuit->layer);
    equations->starts = calloc((size_t)equations->count + 2, sizeof *equations->starts);
    if (equations->starts == NULL)
        return zk_fail(err, ZKML_LIMIT, "out of memory for the equations");
    visit_all(circuit->layer, count_entry, equations);
    for (uint32_t e = 0; e < equations->count; e++)
        equations->starts[e + 1] += equations->starts[e];
    equations->entries =
        calloc((size_t)equations->starts[equations->count] + 1, sizeof *equations->entries);
    if (equations->entries == NULL)
        return zk_fail(err, ZKML_LIMIT, "out of memory for the equations");
    visit_all(circuit->layer, put_entry, equations);
    memmove(equations->starts + 1, equations->starts,
            equations->count * sizeof *equations->starts);
    equations->starts[0] = 0;
    return ZKML_OK;
}

void zk_equations_free(zk_equations *equations)
{
    free(equations->starts);
    free(equations->entries);
    *equations = (zk_equations){0};
}

static zk_cell operand_cell(const zk_equation_entry *entry, uint32_t operand)
{
    return (zk_cell){ZK_ADVICE, entry->fold->operands[operand], entry->row};
}

zk_fp zk_equation_value(const zk_equations *equations, const zk_grid *grid, uint32_t e)
{
    zk_fp sum = zk_fp_zero, term, factor;
    for (uint64_t at = equations->starts[e]; at < equations->starts[e + 1]; at++) {
        const zk_equation_entry *entry = &equations->entries[at];
        zk_fp_from_i64(&term, entry->weight);
        for (uint32_t i = 0; i < entry->fold->operand_count; i++) {
            const zk_cell cell = operand_cell(entry, i);
            factor = zk_grid_value(grid, &cell);
            zk_fp_mul(&term, &term, &factor);
        }
        zk_fp_add(&sum, &sum, &term);
    }
    return sum;
}

/* The cell's number in the formula; ZK_NONE when there are too many. */
static uint32_t cell_number(zk_formula *f, const zk_cell *cell)
{
    for (uint32_t i = 0; i < f->cell_count; i++)
        if (f->cells[i].column == cell->column && f->cells[i].row == cell->row)
            return i;
    if (f->cell_count == ZK_FORMULA_CELLS)
        return ZK_NONE;
    f->cells[f->cell_count] = *cell;
    return f->cell_count++;
}

static bool add_term(zk_formula *f, const zk_equation_entry *entry)
{
    zk_formula_term term = {.count = entry->fold->operand_count};
    if (f->term_count == ZK_FORMULA_TERMS)
        return false;
    zk_fp_from_i64(&term.factor, entry->weight);
    for (uint32_t i = 0; i < term.count; i++) {
        const zk_cell cell = operand_cell(entry, i);
        term.cells[i] = cell_number(f, &cell);
        if (term.cells[i] == ZK_NONE)
            return false;
    }
    f->terms[f->term_count++] = term;
    return true;
}

void zk_equation_formula(zk_formula *formula, const zk_equations *equations, uint32_t e,
                         zk_equation_first first, const void *context)
{
    *formula = (zk_formula){.constant = zk_fp_zero};
    for (int pass = 0; pass < 2; pass++)
        for (uint64_t at = equations->starts[e]; at < equations->starts[e + 1]; at++) {
            const zk_equation_entry *entry = &equations->entries[at];
            bool early = false;
            for (uint32_t i = 0; i < entry->fold->operand_count; i++) {
                const zk_cell cell = operand_cell(entry, i);
                early = early || first(context, &cell);
            }
            if (early == (pass == 0))
                formula->more += !add_term(formula, entry);
        }
}

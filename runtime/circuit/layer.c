#include "runtime/circuit/layer.h"

#include <stdlib.h>
#include <string.h>

#include "runtime/circuit/codec.h"

bool zk_fold_masked(const zk_layer_fold *fold)
{
    for (uint32_t m = 0; m < fold->matrix_count; m++)
        if (fold->matrices[m].file != ZK_NONE)
            return true;
    return false;
}

bool zk_layer_has_equations(const zk_layer *layer)
{
    if (layer == NULL || layer->base_challenges != 1 || layer->file_count > 0)
        return false;
    for (uint32_t f = 0; f < layer->fold_count; f++)
        if (layer->folds[f].operand_count == 0)
            return false;
    return layer->fold_count > 0;
}

uint32_t zk_layer_equations(const zk_layer *layer)
{
    uint32_t count = 0;
    for (uint32_t f = 0; f < layer->fold_count; f++)
        for (uint32_t m = 0; m < layer->folds[f].matrix_count; m++) {
            const zk_layer_matrix *matrix = &layer->folds[f].matrices[m];
            for (uint32_t i = 0; i < matrix->shape.outputs; i++)
                count = matrix->exponents[i] >= count ? matrix->exponents[i] + 1 : count;
        }
    return count;
}

/* Coefficients -------------------------------------------------------------------------------- */

/* A coefficient's exponents; `count` of them. */
typedef struct coefficient {
    const uint32_t *exponents;
    uint32_t count;
} coefficient;

static int compare_coefficients(const void *left, const void *right)
{
    const coefficient *a = left, *b = right;
    for (uint32_t i = 0; i < a->count; i++)
        if (a->exponents[i] != b->exponents[i])
            return a->exponents[i] < b->exponents[i] ? -1 : 1;
    return 0;
}

static zkml_status check_exponents(const uint32_t *exponents, size_t count, zkml_error *err)
{
    for (size_t i = 0; i < count; i++)
        if (exponents[i] > ZK_LAYER_MAX_EXPONENT)
            return zk_fail(err, ZKML_MALFORMED, "the power of a challenge is too large");
    return ZKML_OK;
}

/* Outputs of one column have different coefficients, or their errors could cancel. */
static zkml_status check_coefficients(const zk_layer *layer, const zk_layer_fold *fold,
                                      zkml_error *err)
{
    size_t total = 0, at = 0;
    for (uint32_t m = 0; m < fold->matrix_count; m++)
        total += fold->matrices[m].shape.outputs;
    coefficient *all = calloc(total + 1, sizeof *all);
    if (all == NULL)
        return zk_fail(err, ZKML_LIMIT, "out of memory for the coefficients");
    for (uint32_t m = 0; m < fold->matrix_count; m++)
        for (uint32_t i = 0; i < fold->matrices[m].shape.outputs; i++)
            all[at++] = (coefficient){
                fold->matrices[m].exponents + (size_t)i * layer->base_challenges,
                layer->base_challenges};
    qsort(all, total, sizeof *all, compare_coefficients);
    zkml_status status = ZKML_OK;
    for (size_t i = 1; i < total && status == ZKML_OK; i++)
        if (compare_coefficients(&all[i - 1], &all[i]) == 0)
            status = zk_fail(err, ZKML_MALFORMED, "two coefficients of column %u are the same",
                             fold->column);
    free(all);
    return status;
}

/* Folded columns ------------------------------------------------------------------------------ */

/* The matrices of a column as one block, so that no two share a row. */
static zkml_status check_rows(const zk_layer_fold *fold, zk_row_set *rows, zkml_error *err)
{
    size_t total = 0, at = 0;
    for (uint32_t m = 0; m < fold->matrix_count; m++)
        total += fold->matrices[m].shape.inputs;
    if (total > zk_committed_rows(rows->k))
        return zk_fail(err, ZKML_MALFORMED, "column %u has more inputs than rows", fold->column);
    zk_run *runs = calloc(total + 1, sizeof *runs);
    if (runs == NULL)
        return zk_fail(err, ZKML_LIMIT, "out of memory for the folded columns");
    for (uint32_t m = 0; m < fold->matrix_count; at += fold->matrices[m++].shape.inputs)
        memcpy(runs + at, fold->matrices[m].shape.runs,
               fold->matrices[m].shape.inputs * sizeof *runs);
    const zk_block all = {
        .kind = ZK_BLOCK_RUNS, .outputs = 1, .inputs = (uint32_t)total, .runs = runs};
    const char *reason = zk_block_check(&all, rows);
    free(runs);
    return reason == NULL ? ZKML_OK
                          : zk_fail(err, ZKML_MALFORMED, "column %u: %s", fold->column, reason);
}

static zkml_status check_matrix(const zk_layer *layer, const zk_layer_matrix *matrix,
                                zk_row_set *rows, bool *file_used, bool circuit, zkml_error *err)
{
    const zk_block *shape = &matrix->shape;
    const char *reason = shape->kind == ZK_BLOCK_VECTOR ? "a vector is no matrix"
                                                        : zk_block_check(shape, rows);
    if (reason != NULL)
        return zk_fail(err, ZKML_MALFORMED, "%s", reason);
    for (uint32_t j = 0; shape->kind == ZK_BLOCK_MATRIX && j < shape->inputs; j++)
        if (shape->runs[j].count != 1)
            return zk_fail(err, ZKML_MALFORMED, "an input of a matrix has several rows");
    if (matrix->file != ZK_NONE) {
        if (matrix->file >= layer->file_count)
            return zk_fail(err, ZKML_MALFORMED, "a matrix belongs to no file");
        file_used[matrix->file] = true;
    } else if (circuit ? (matrix->weights == NULL) == (matrix->sparse == NULL)
                       : matrix->points == NULL) {
        return zk_fail(err, ZKML_MALFORMED, "a matrix has no weights");
    }
    return check_exponents(matrix->exponents, (size_t)shape->outputs * layer->base_challenges,
                           err);
}

static zkml_status check_folds(const zk_layer *layer, zk_row_set *rows, bool *file_used,
                               bool circuit, zkml_error *err)
{
    uint32_t next = layer->phase0 + layer->challenges, end = next + layer->phase1;
    for (uint32_t f = 0; f < layer->fold_count; f++) {
        const zk_layer_fold *fold = &layer->folds[f];
        if (fold->column < next || fold->column >= end || fold->matrix_count == 0)
            return zk_fail(err, ZKML_MALFORMED, "a folded column is none of part C");
        for (uint32_t i = 0; i < fold->operand_count; i++)
            if (fold->operands[i] >= layer->phase0)
                return zk_fail(err, ZKML_MALFORMED, "the operand of a folded column is none of "
                                                    "part A");
        next = fold->column + 1;
        for (uint32_t m = 0; m < fold->matrix_count; m++)
            ZK_TRY(check_matrix(layer, &fold->matrices[m], rows, file_used, circuit, err));
        ZK_TRY(check_rows(fold, rows, err));
        ZK_TRY(check_coefficients(layer, fold, err));
    }
    for (uint32_t i = 0; i < layer->file_count; i++)
        if (!file_used[i])
            return zk_fail(err, ZKML_MALFORMED, "a commitment file is not used");
    return ZKML_OK;
}

/* Fills --------------------------------------------------------------------------------------- */

static bool good_counts(const zk_fill *fill)
{
    uint64_t tables = (uint64_t)fill->column_count * fill->width;
    return fill->width > 0 && fill->width <= ZK_LAYER_MAX_WIDTH && fill->column_count > 0 &&
           fill->expr_count >= tables && (fill->expr_count - tables) % (fill->width + 1) == 0;
}

static bool good_numbers(const zk_fill *fill)
{
    switch (fill->kind) {
    case ZK_FILL_COUNTS:
        return good_counts(fill);
    case ZK_FILL_QUOTIENTS:
        return fill->width == 0 && fill->column_count == 1 && fill->expr_count > 0 &&
               fill->expr_count % 2 == 0;
    case ZK_FILL_STEPS:
        return fill->width == 0 && fill->column_count == 1 && fill->expr_count == 2;
    }
    return false;
}

static zkml_status check_fills(const zk_layer *layer, const zk_constraint_system *cs, bool *filled,
                               zkml_error *err)
{
    uint32_t part_c = layer->phase0 + layer->challenges;
    for (uint32_t f = 0; f < layer->fold_count; f++)
        filled[layer->folds[f].column] = true;
    for (uint32_t i = 0; i < layer->fill_count; i++) {
        const zk_fill *fill = &layer->fills[i];
        if (!good_numbers(fill))
            return zk_fail(err, ZKML_MALFORMED, "a filled column has wrong expressions");
        for (uint32_t e = 0; e < fill->expr_count; e++)
            if (fill->exprs[e] >= cs->n_exprs)
                return zk_fail(err, ZKML_MALFORMED, "there is no such expression");
        for (uint32_t c = 0; c < fill->column_count; c++) {
            uint32_t column = fill->columns[c];
            bool counts = fill->kind == ZK_FILL_COUNTS;
            if (column >= cs->n_advice || (counts ? column >= layer->phase0 : column < part_c))
                return zk_fail(err, ZKML_MALFORMED, "a filled column is in the wrong part");
            if (filled[column])
                return zk_fail(err, ZKML_MALFORMED, "column %u is filled twice", column);
            filled[column] = true;
        }
    }
    for (uint32_t c = part_c; c < cs->n_advice; c++)
        if (!filled[c])
            return zk_fail(err, ZKML_MALFORMED, "column %u is not filled", c);
    return ZKML_OK;
}

static zkml_status check_committed(const zk_layer *layer, const zk_schema *schema, uint32_t k,
                                   zkml_error *err)
{
    for (size_t i = 0; i < schema->param_count + schema->result_count; i++) {
        const zk_field_schema *field = zk_schema_field(schema, i);
        if (field->visibility == ZK_COMMITTED &&
            field->first_column + zk_committed_columns(field->count, k) > layer->phase0)
            return zk_fail(err, ZKML_MALFORMED, "%s: committed values are not in part A",
                           field->name);
    }
    return ZKML_OK;
}

zkml_status zk_layer_verify(const zk_layer *layer, const zk_schema *schema,
                            const zk_constraint_system *cs, uint32_t k, bool circuit,
                            zkml_error *err)
{
    uint64_t columns = (uint64_t)layer->phase0 + layer->challenges + layer->phase1;
    if (columns != cs->n_advice || layer->base_challenges > ZK_LAYER_MAX_CHALLENGES)
        return zk_fail(err, ZKML_MALFORMED, "the parts of the advice columns do not fit");
    if ((UINT64_C(1) << k) - zk_cs_usable_rows(cs, k) > ZK_COMMITTED_RESERVE)
        return zk_fail(err, ZKML_MALFORMED, "a circuit with challenges has at most %d blind rows",
                       ZK_COMMITTED_RESERVE);
    ZK_TRY(check_exponents(layer->exponents, (size_t)layer->challenges * layer->base_challenges,
                           err));
    ZK_TRY(check_committed(layer, schema, k, err));
    zk_row_set rows;
    bool *filled = calloc((size_t)cs->n_advice + 1, sizeof *filled);
    bool *file_used = calloc((size_t)layer->file_count + 1, sizeof *file_used);
    bool good = zk_row_set_init(&rows, k) && filled != NULL && file_used != NULL;
    zkml_status status = good ? check_folds(layer, &rows, file_used, circuit, err)
                              : zk_fail(err, ZKML_LIMIT, "out of memory for the circuit");
    if (status == ZKML_OK && circuit)
        status = check_fills(layer, cs, filled, err);
    zk_row_set_free(&rows);
    free(filled);
    free(file_used);
    return status;
}

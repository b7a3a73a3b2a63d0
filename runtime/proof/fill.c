#include "runtime/proof/fill.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/field/bulk.h"
#include "runtime/halo2/constraints.h"

static zk_fp *advice(const zk_columns *c, uint32_t column)
{
    return c->advice + column * c->n;
}

static zkml_status out_of_memory(zkml_error *err)
{
    return zk_fail(err, ZKML_LIMIT, "out of memory for the columns that follow from challenges");
}

/* `count` arrays of n elements on the heap. */
static zk_fp *new_arrays(const zk_columns *c, size_t count)
{
    size_t elements;
    return zk_size_mul(count, c->n, &elements) ? calloc(elements + 1, sizeof(zk_fp)) : NULL;
}

static void wipe_arrays(const zk_columns *c, zk_fp *arrays, size_t count)
{
    if (arrays != NULL)
        sodium_memzero(arrays, count * c->n * sizeof *arrays);
    free(arrays);
}

/* Folds --------------------------------------------------------------------------------------- */

enum { STRIP = 128 };

/* sum_i c_i w[i][j] for j in [from, from + count) */
static void fold_strip(zk_fp *sums, const zk_block *shape, const int64_t *weights,
                       const zk_fp *coefficients, size_t from, size_t count)
{
    const zk_bulk_ops *ops = zk_bulk();
    zk_fp values[STRIP];
    memset(sums, 0, count * sizeof *sums);
    for (uint32_t i = 0; i < shape->outputs; i++) {
        ops->from_i64(values, weights + (size_t)i * shape->inputs + from, count);
        ops->scale_add(sums, values, &coefficients[i], count);
    }
    sodium_memzero(values, sizeof values);
}

static void fill_dense(const zk_columns *columns, uint32_t column, const zk_block *shape,
                       const int64_t *weights, const zk_fp *coefficients)
{
    zk_fp *to = advice(columns, column);
#pragma omp parallel for schedule(dynamic)
    for (size_t from = 0; from < shape->inputs; from += STRIP) {
        size_t count = shape->inputs - from < STRIP ? shape->inputs - from : STRIP;
        zk_fp sums[STRIP];
        fold_strip(sums, shape, weights, coefficients, from, count);
        for (size_t j = 0; j < count; j++) {
            const zk_run *run = &shape->runs[from + j];
            for (uint32_t r = 0; r < run->count; r++)
                to[run->first + (size_t)r * run->step] = sums[j];
        }
        sodium_memzero(sums, sizeof sums);
    }
}

static void fill_sparse(const zk_columns *columns, uint32_t column, const zk_block *shape,
                        const zk_sparse_weights *sparse, const zk_fp *coefficients)
{
    zk_fp *to = advice(columns, column), term;
    for (uint32_t j = 0; j < shape->inputs; j++)
        for (uint32_t r = 0; r < shape->runs[j].count; r++)
            to[shape->runs[j].first + (size_t)r * shape->runs[j].step] = zk_fp_zero;
    for (uint32_t i = 0; i < shape->outputs; i++)
        for (uint64_t e = sparse->starts[i]; e < sparse->starts[i + 1]; e++) {
            const zk_run *run = &shape->runs[sparse->inputs[e]];
            zk_fp_from_i64(&term, sparse->weights[e]);
            zk_fp_mul(&term, &term, &coefficients[i]);
            for (uint32_t r = 0; r < run->count; r++) {
                zk_fp *cell = &to[run->first + (size_t)r * run->step];
                zk_fp_add(cell, cell, &term);
            }
        }
}

void zk_fill_fold(const zk_columns *columns, uint32_t column, const zk_layer_matrix *matrix,
                  const int64_t *committed, const zk_fp *coefficients)
{
    if (matrix->sparse != NULL)
        fill_sparse(columns, column, &matrix->shape, matrix->sparse, coefficients);
    else
        fill_dense(columns, column, &matrix->shape,
                   committed != NULL ? committed : matrix->weights, coefficients);
}

/* Expressions --------------------------------------------------------------------------------- */

static const zk_fp *leaf_values(const zk_columns *c, const zk_leaf *leaf)
{
    switch (leaf->kind) {
    case ZK_LEAF_ADVICE:
        return advice(c, leaf->index);
    case ZK_LEAF_FIXED:
        return c->fixed + leaf->index * c->n;
    case ZK_LEAF_INSTANCE:
        return c->instance + leaf->index * c->n;
    default:
        ZK_UNREACHABLE("expressions read columns");
    }
}

/* The values of `count` <= ZK_PROGRAM_OUTPUTS expressions, an array of n each. */
static zkml_status evaluate_some(const zk_columns *c, const zk_expr_id *exprs, size_t count,
                                 zk_fp *values, zkml_error *err)
{
    zk_program program;
    zk_fp *outputs[ZK_PROGRAM_OUTPUTS];
    zkml_status status = zk_expressions_program(&program, c->cs, exprs, count, c->constants, err);
    const zk_fp **leaves = calloc(program.n_leaves + 1, sizeof *leaves);
    if (status == ZKML_OK && leaves == NULL)
        status = out_of_memory(err);
    if (status == ZKML_OK) {
        for (size_t i = 0; i < program.n_leaves; i++)
            leaves[i] = leaf_values(c, &program.leaves[i]);
        for (size_t i = 0; i < count; i++)
            outputs[i] = values + i * c->n;
        status = zk_program_run_all(&program, leaves, c->n, outputs, err);
    }
    free(leaves);
    zk_program_free(&program);
    return status;
}

/* Any number of them. */
static zkml_status evaluate(const zk_columns *c, const zk_expr_id *exprs, size_t count,
                            zk_fp *values, zkml_error *err)
{
    for (size_t at = 0; at < count; at += ZK_PROGRAM_OUTPUTS) {
        size_t here = count - at < ZK_PROGRAM_OUTPUTS ? count - at : ZK_PROGRAM_OUTPUTS;
        ZK_TRY(evaluate_some(c, exprs + at, here, values + at * c->n, err));
    }
    return ZKML_OK;
}

/* Quotients ----------------------------------------------------------------------------------- */

enum { PART = 1024 };

/* sum_r += numerator_r / denominator_r; false when a denominator is 0 and its numerator is not. */
static bool add_quotients(zk_fp *sum, const zk_fp *numerator, zk_fp *denominator, size_t count)
{
    bool good = true;
    zk_fp scratch[PART];
    for (size_t r = 0; r < count; r++)
        good = good && (!zk_fp_is_zero(&denominator[r]) || zk_fp_is_zero(&numerator[r]));
    zk_fp_batch_inv(denominator, count, scratch);
    zk_bulk()->mul_add(sum, numerator, denominator, count);
    sodium_memzero(scratch, sizeof scratch);
    return good;
}

static zkml_status fill_quotients(const zk_columns *c, const zk_fill *fill, zkml_error *err)
{
    zk_fp *sum = advice(c, fill->columns[0]), *values = new_arrays(c, 2);
    zkml_status status = values == NULL ? out_of_memory(err) : ZKML_OK;
    memset(sum, 0, c->usable * sizeof *sum);
    for (uint32_t e = 0; e < fill->expr_count && status == ZKML_OK; e += 2) {
        bool good = true;
        status = evaluate(c, fill->exprs + e, 2, values, err);
        if (status != ZKML_OK)
            break;
#pragma omp parallel for schedule(dynamic) reduction(&& : good)
        for (size_t row = 0; row < c->usable; row += PART) {
            size_t count = c->usable - row < PART ? c->usable - row : PART;
            good = add_quotients(sum + row, values + row, values + c->n + row, count) && good;
        }
        if (!good)
            status = zk_fail(err, ZKML_INVALID, "a challenge meets a value that is looked up");
    }
    wipe_arrays(c, values, 2);
    return status;
}

/* Steps --------------------------------------------------------------------------------------- */

static zkml_status fill_steps(const zk_columns *c, const zk_fill *fill, zkml_error *err)
{
    zk_fp *to = advice(c, fill->columns[0]), *values = new_arrays(c, 2);
    zkml_status status =
        values == NULL ? out_of_memory(err) : evaluate(c, fill->exprs, 2, values, err);
    to[0] = zk_fp_zero;
    for (size_t row = 0; row + 1 < c->usable && status == ZKML_OK; row++) {
        zk_fp_mul(&to[row + 1], &to[row], &values[row]);
        zk_fp_add(&to[row + 1], &to[row + 1], &values[c->n + row]);
    }
    wipe_arrays(c, values, 2);
    return status;
}

/* Counts -------------------------------------------------------------------------------------- */

/* A hash table of the rows of a table: 1 + strip * usable + row, 0 where empty. Keys are drawn from
 * the table, which the circuit fixes, so that no input makes long chains. */
typedef struct row_index {
    const zk_columns *c;
    const zk_fp *tuples; /* strips * width arrays */
    uint32_t width;
    uint32_t *slots;
    uint64_t *counts; /* strips * usable */
    size_t mask;
} row_index;

static uint64_t mix(uint64_t hash, const zk_fp *value)
{
    for (int i = 0; i < 4; i++) {
        hash = (hash ^ value->l[i]) * UINT64_C(0x9e3779b97f4a7c15);
        hash ^= hash >> 29;
    }
    return hash;
}

/* The slot that has the tuple at `tuple`, whose elements are `stride` apart, or an empty one. */
static uint32_t *find(const row_index *t, const zk_fp *tuple, size_t stride)
{
    uint64_t hash = 0;
    for (uint32_t e = 0; e < t->width; e++)
        hash = mix(hash, tuple + e * stride);
    for (size_t at = (size_t)hash & t->mask;; at = (at + 1) & t->mask) {
        uint32_t id = t->slots[at];
        bool same = true;
        if (id == 0)
            return &t->slots[at];
        size_t strip = (id - 1) / t->c->usable, row = (id - 1) % t->c->usable;
        const zk_fp *there = t->tuples + strip * t->width * t->c->n + row;
        for (uint32_t e = 0; e < t->width && same; e++)
            same = zk_fp_equal(there + e * t->c->n, tuple + e * stride);
        if (same)
            return &t->slots[at];
    }
}

static void index_rows(row_index *t, uint32_t strips)
{
    size_t n = t->c->n, usable = t->c->usable;
    for (size_t strip = 0; strip < strips; strip++)
        for (size_t row = 0; row < usable; row++) {
            uint32_t *slot = find(t, t->tuples + strip * t->width * n + row, n);
            if (*slot == 0)
                *slot = (uint32_t)(1 + strip * usable + row);
        }
}

static zkml_status count_slot(const row_index *t, const zk_fp *values, zkml_error *err)
{
    for (size_t row = 0; row < t->c->usable; row++) {
        if (zk_fp_is_zero(&values[row]))
            continue;
        uint32_t *slot = find(t, values + t->c->n + row, t->c->n);
        if (*slot == 0)
            return zk_fail(err, ZKML_INVALID, "a value that is looked up is not in its table");
        t->counts[*slot - 1]++;
    }
    return ZKML_OK;
}

static zkml_status count_all(row_index *t, const zk_fill *fill, zk_fp *values, zkml_error *err)
{
    uint32_t strips = fill->column_count, tables = strips * fill->width, slot = fill->width + 1;
    const zk_columns *c = t->c;
    index_rows(t, strips);
    for (uint32_t e = tables; e < fill->expr_count; e += slot) {
        ZK_TRY(evaluate(c, fill->exprs + e, slot, values, err));
        ZK_TRY(count_slot(t, values, err));
    }
    for (uint32_t s = 0; s < strips; s++)
        for (size_t row = 0; row < c->usable; row++)
            zk_fp_from_u64(&advice(c, fill->columns[s])[row], t->counts[s * c->usable + row]);
    return ZKML_OK;
}

static zkml_status fill_counts(const zk_columns *c, const zk_fill *fill, zkml_error *err)
{
    uint32_t tables = fill->column_count * fill->width;
    size_t rows = fill->column_count * c->usable, size = 2;
    if (rows >= UINT32_MAX / 2)
        return zk_fail(err, ZKML_LIMIT, "a look-up table has too many rows");
    while (size < 2 * rows)
        size *= 2;
    zk_fp *tuples = new_arrays(c, tables), *values = new_arrays(c, fill->width + 1);
    row_index t = {.c = c, .tuples = tuples, .width = fill->width, .mask = size - 1};
    t.slots = calloc(size, sizeof *t.slots);
    t.counts = calloc(rows + 1, sizeof *t.counts);
    bool good = tuples != NULL && values != NULL && t.slots != NULL && t.counts != NULL;
    zkml_status status =
        good ? evaluate(c, fill->exprs, tables, tuples, err) : out_of_memory(err);
    if (status == ZKML_OK)
        status = count_all(&t, fill, values, err);
    if (t.counts != NULL)
        sodium_memzero(t.counts, rows * sizeof *t.counts);
    free(t.counts);
    free(t.slots);
    wipe_arrays(c, values, fill->width + 1);
    wipe_arrays(c, tuples, tables);
    return status;
}

zkml_status zk_fill_run(const zk_columns *columns, const zk_fill *fill, zkml_error *err)
{
    switch (fill->kind) {
    case ZK_FILL_COUNTS:
        return fill_counts(columns, fill, err);
    case ZK_FILL_QUOTIENTS:
        return fill_quotients(columns, fill, err);
    case ZK_FILL_STEPS:
        return fill_steps(columns, fill, err);
    }
    return ZKML_OK;
}

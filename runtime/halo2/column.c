#include "runtime/halo2/column.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/poly/msm.h"

void zk_column_expand(const zk_column *column, zk_fp *values, size_t n)
{
    size_t length = column->length;
    switch (column->type) {
    case ZK_COLUMN_CONSTANT:
        for (size_t i = 0; i < n; i++)
            values[i] = column->u.constant;
        return;
    case ZK_COLUMN_I64:
        for (size_t i = 0; i < length; i++)
            zk_fp_from_i64(&values[i], column->u.i64[i]);
        break;
    case ZK_COLUMN_FP:
        if (length > 0)
            memcpy(values, column->u.fp, length * sizeof *values);
        break;
    }
    memset(values + length, 0, (n - length) * sizeof *values);
}

/* The values as integers below 2^32, or NULL when they are not all so small (or memory is short,
 * which only costs speed). */
static int64_t *as_integers(const zk_fp *values, size_t n)
{
    int64_t *small = malloc((n + 1) * sizeof *small);
    if (small == NULL)
        return NULL;
    for (size_t i = 0; i < n; i++)
        if (!zk_fp_to_i64(&small[i], &values[i]) || small[i] > INT64_C(1) << 32 ||
            small[i] < -(INT64_C(1) << 32)) {
            sodium_memzero(small, i * sizeof *small);
            free(small);
            return NULL;
        }
    return small;
}

static zkml_status body(zk_vesta *r, const zk_vesta_affine *bases, const zk_column *column,
                        zkml_error *err)
{
    if (column->type == ZK_COLUMN_I64)
        return zk_msm_i64(r, bases, column->u.i64, column->length, err);
    int64_t *small = as_integers(column->u.fp, column->length);
    if (small == NULL)
        return zk_msm(r, bases, column->u.fp, column->length, err);
    zkml_status status = zk_msm_i64(r, bases, small, column->length, err);
    sodium_memzero(small, column->length * sizeof *small);
    free(small);
    return status;
}

static zkml_status commit_one(zk_vesta *r, const zk_params *params, const zk_commit_item *item,
                              zkml_error *err)
{
    ZK_CHECK(item->column.type != ZK_COLUMN_CONSTANT);
    ZK_CHECK(item->column.length <= params->n && item->n_tail <= params->n);
    const zk_vesta_affine *bases = item->lagrange ? params->g_lagrange : params->g;
    ZK_TRY(body(r, bases, &item->column, err));
    size_t n = item->n_tail + 1;
    zk_vesta_affine *points = malloc(n * sizeof *points);
    zk_fp *scalars = malloc(n * sizeof *scalars);
    zkml_status status = ZKML_LIMIT;
    zk_vesta rest;
    if (points != NULL && scalars != NULL) {
        if (item->n_tail > 0) {
            memcpy(points, bases + (params->n - item->n_tail), item->n_tail * sizeof *points);
            memcpy(scalars, item->tail, item->n_tail * sizeof *scalars);
        }
        points[n - 1] = params->w;
        scalars[n - 1] = item->blind;
        status = zk_msm(&rest, points, scalars, n, err);
        sodium_memzero(scalars, n * sizeof *scalars);
    } else {
        (void)zk_fail(err, status, "out of memory for a commitment");
    }
    free(points);
    free(scalars);
    if (status == ZKML_OK)
        zk_vesta_add(r, r, &rest);
    return status;
}

zkml_status zk_commit_batch(zk_vesta_affine *points, const zk_params *params,
                            const zk_commit_item *items, size_t count, zkml_error *err)
{
    if (count == 0)
        return ZKML_OK;
    zk_vesta *sums = calloc(count, sizeof *sums);
    if (sums == NULL)
        return zk_fail(err, ZKML_LIMIT, "out of memory for %zu commitments", count);
    zkml_status status = ZKML_OK;
#pragma omp parallel for schedule(dynamic) if (count > 1)
    for (size_t i = 0; i < count; i++) {
        zkml_error local = {ZKML_OK, ""};
        zkml_status one = commit_one(&sums[i], params, &items[i], &local);
        if (one != ZKML_OK) {
#pragma omp critical
            {
                status = one;
                if (err != NULL)
                    *err = local;
            }
        }
    }
    if (status == ZKML_OK)
        zk_vesta_batch_to_affine(points, sums, count);
    free(sums);
    return status;
}

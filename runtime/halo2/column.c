#include "runtime/halo2/column.h"

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

static zkml_status commit_one(zk_vesta *r, const zk_params *params, const zk_commit_item *item,
                              zkml_error *err)
{
    const zk_column *column = &item->column;
    ZK_CHECK(column->type != ZK_COLUMN_CONSTANT);
    ZK_CHECK(column->length <= params->n && item->n_tail <= params->n);
    const zk_vesta_affine *bases = item->lagrange ? params->g_lagrange : params->g;
    const zk_msm_terms parts[] = {
        {.points = bases,
         .scalars = column->type == ZK_COLUMN_FP ? column->u.fp : NULL,
         .integers = column->type == ZK_COLUMN_I64 ? column->u.i64 : NULL,
         .n = column->length},
        {.points = bases + (params->n - item->n_tail), .scalars = item->tail, .n = item->n_tail},
        {.points = &params->w, .scalars = &item->blind, .n = 1},
    };
    return zk_msm_parts(r, parts, sizeof parts / sizeof parts[0], err);
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

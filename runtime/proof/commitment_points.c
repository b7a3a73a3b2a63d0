#include "runtime/proof/commitment_points.h"

#include <stdlib.h>

#include "runtime/poly/msm.h"

void zk_support_start(zk_link *start, const uint8_t *bytes, size_t length)
{
    zk_link_start(start, "zkmlc-span-delta", "zkmlc-span-chall");
    zk_link_hash(start, bytes, length);
}

zk_link zk_support_link(const zk_link *start, uint32_t number, const zk_block *shape,
                        const zk_vesta_affine *generators, const zk_vesta_affine *points)
{
    zk_link link = *start;
    zk_hash_u32(&link.delta, number);
    zk_hash_u32(&link.challenge, number);
    link.generators = generators;
    link.generator_count = shape->inputs;
    link.points = points;
    link.point_count = shape->outputs;
    return link;
}

/* M_j = sum of L_row over run j */
static void sum_runs(zk_vesta *sums, const zk_block *shape, const zk_params *params)
{
#pragma omp parallel for schedule(dynamic)
    for (uint32_t j = 0; j < shape->inputs; j++) {
        const zk_run *run = &shape->runs[j];
        zk_vesta_from_affine(&sums[j], &params->g_lagrange[run->first]);
        for (uint32_t i = 1; i < run->count; i++)
            zk_vesta_add_affine(&sums[j], &sums[j],
                                &params->g_lagrange[run->first + (size_t)i * run->step]);
    }
}

zkml_status zk_block_generators(zk_vesta_affine **generators, const zk_block *shape,
                                const zk_params *params, zkml_error *err)
{
    size_t count = shape->inputs;
    bool runs = shape->kind == ZK_BLOCK_RUNS;
    zk_vesta *sums = runs ? calloc(count, sizeof *sums) : NULL;
    *generators = calloc(count, sizeof **generators);
    if (*generators == NULL || (runs && sums == NULL)) {
        free(sums);
        return zk_fail(err, ZKML_LIMIT, "out of memory for the commitments");
    }
    if (runs) {
        sum_runs(sums, shape, params);
        zk_vesta_batch_to_affine(*generators, sums, count);
    } else {
        for (size_t j = 0; j < count; j++)
            (*generators)[j] = params->g_lagrange[shape->runs[j].first];
    }
    free(sums);
    return ZKML_OK;
}

static zkml_status commit_row(zk_vesta *sum, const zk_vesta_affine *generators,
                              const int64_t *values, size_t count, const zk_fp *blind,
                              const zk_params *params, zkml_error *err)
{
    const zk_msm_terms parts[] = {
        {.points = generators, .integers = values, .n = count},
        {.points = &params->w, .scalars = blind, .n = blind != NULL ? 1 : 0},
    };
    return zk_msm_parts(sum, parts, sizeof parts / sizeof parts[0], err);
}

static zkml_status commit_all(zk_vesta *sums, const zk_vesta_affine *generators,
                              const zk_block *shape, const int64_t *values, const zk_fp *blinds,
                              const zk_params *params, zkml_error *err)
{
    zkml_status status = ZKML_OK;
#pragma omp parallel for schedule(dynamic)
    for (uint32_t i = 0; i < shape->outputs; i++) {
        zkml_error local = {ZKML_OK, ""};
        zkml_status one = commit_row(&sums[i], generators, values + (size_t)i * shape->inputs,
                                     shape->inputs, blinds != NULL ? &blinds[i] : NULL, params,
                                     &local);
        if (one != ZKML_OK) {
#pragma omp critical
            status = zk_fail(err, one, "%s", local.text);
        }
    }
    return status;
}

zkml_status zk_commit_rows(zk_vesta_affine *points, const zk_block *shape, const int64_t *values,
                           const zk_fp *blinds, const zk_params *params, zkml_error *err)
{
    zk_vesta_affine *generators;
    ZK_TRY(zk_block_generators(&generators, shape, params, err));
    zk_vesta *sums = calloc(shape->outputs, sizeof *sums);
    zkml_status status =
        sums == NULL ? zk_fail(err, ZKML_LIMIT, "out of memory for the commitments")
                     : commit_all(sums, generators, shape, values, blinds, params, err);
    if (status == ZKML_OK)
        zk_vesta_batch_to_affine(points, sums, shape->outputs);
    free(sums);
    free(generators);
    return status;
}

/* The row of output i, whose generators are gathered. */
static zkml_status commit_sparse_row(zk_vesta *sum, const zk_vesta_affine *generators,
                                     const zk_sparse_weights *sparse, uint32_t i,
                                     const zk_params *params, zkml_error *err)
{
    uint64_t first = sparse->starts[i], count = sparse->starts[i + 1] - first;
    zk_vesta_affine *own = malloc(((size_t)count + 1) * sizeof *own);
    if (own == NULL)
        return zk_fail(err, ZKML_LIMIT, "out of memory for the commitments");
    for (uint64_t e = 0; e < count; e++)
        own[e] = generators[sparse->inputs[first + e]];
    zkml_status status =
        commit_row(sum, own, sparse->weights + first, (size_t)count, NULL, params, err);
    free(own);
    return status;
}

static zkml_status commit_sparse(zk_vesta *sums, const zk_vesta_affine *generators,
                                 const zk_layer_matrix *matrix, const zk_params *params,
                                 zkml_error *err)
{
    zkml_status status = ZKML_OK;
#pragma omp parallel for schedule(dynamic)
    for (uint32_t i = 0; i < matrix->shape.outputs; i++) {
        zkml_error local = {ZKML_OK, ""};
        zkml_status one =
            commit_sparse_row(&sums[i], generators, matrix->sparse, i, params, &local);
        if (one != ZKML_OK) {
#pragma omp critical
            status = zk_fail(err, one, "%s", local.text);
        }
    }
    return status;
}

zkml_status zk_commit_matrix(zk_vesta_affine *points, const zk_layer_matrix *matrix,
                             const zk_params *params, zkml_error *err)
{
    const zk_block *shape = &matrix->shape;
    zk_vesta_affine *generators;
    if (matrix->sparse == NULL)
        return zk_commit_rows(points, shape, matrix->weights, NULL, params, err);
    ZK_TRY(zk_block_generators(&generators, shape, params, err));
    zk_vesta *sums = calloc((size_t)shape->outputs + 1, sizeof *sums);
    zkml_status status =
        sums == NULL ? zk_fail(err, ZKML_LIMIT, "out of memory for the commitments")
                     : commit_sparse(sums, generators, matrix, params, err);
    if (status == ZKML_OK)
        zk_vesta_batch_to_affine(points, sums, shape->outputs);
    free(sums);
    free(generators);
    return status;
}

zkml_status zk_commit_vector(zk_vesta_affine *points, const zk_owned_block *owned,
                             const zk_params *params, zkml_error *err)
{
    size_t rows = (size_t)zk_committed_rows(params->k), left = (size_t)owned->shape.elements;
    size_t count = (size_t)zk_block_points(&owned->shape, params->k);
    zk_commit_item *items = calloc(count, sizeof *items);
    if (items == NULL)
        return zk_fail(err, ZKML_LIMIT, "out of memory for the commitments");
    for (size_t c = 0; c < count; c++, left -= rows)
        items[c] = (zk_commit_item){.lagrange = true,
                                    .column = {.type = ZK_COLUMN_I64,
                                               .length = left < rows ? left : rows,
                                               .u.i64 = owned->values + c * rows},
                                    .blind = owned->blinds[c]};
    zkml_status status = zk_commit_batch(points, params, items, count, err);
    sodium_memzero(items, count * sizeof *items);
    free(items);
    return status;
}

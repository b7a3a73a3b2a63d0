#include "runtime/poly/point_sum.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/base/arena.h"
#include "runtime/field/bulk.h"
#include "runtime/poly/msm.h"

void zk_point_sum_init(zk_point_sum *sum, const zk_params *params)
{
    *sum = (zk_point_sum){.params = params, .weight = zk_fp_one};
}

void zk_point_sum_free(zk_point_sum *sum)
{
    free(sum->g_factors);
    free(sum->points);
    free(sum->factors);
    memset(sum, 0, sizeof *sum);
}

void zk_point_sum_weigh(zk_point_sum *sum)
{
    uint8_t bytes[64];
    randombytes_buf(bytes, sizeof bytes);
    zk_fp_from_uniform_bytes(&sum->weight, bytes);
}

void zk_point_sum_add(zk_point_sum *sum, const zk_vesta_affine *point, const zk_fp *factor)
{
    if (!ZK_GROW(sum->points, sum->cap_points, sum->count + 1) ||
        !ZK_GROW(sum->factors, sum->cap_factors, sum->count + 1)) {
        sum->failed = true;
        return;
    }
    sum->points[sum->count] = *point;
    zk_fp_mul(&sum->factors[sum->count++], factor, &sum->weight);
}

void zk_point_sum_add_g(zk_point_sum *sum, const zk_fp *factors)
{
    size_t n = sum->params->n;
    if (sum->g_factors == NULL)
        sum->g_factors = calloc(n, sizeof *sum->g_factors);
    if (sum->g_factors == NULL)
        sum->failed = true;
    else
        zk_bulk()->scale_add(sum->g_factors, factors, &sum->weight, n);
}

zkml_status zk_point_sum_check(const zk_point_sum *sum, const char *message, zkml_error *err)
{
    const zk_msm_terms parts[] = {
        {.points = sum->params->g,
         .scalars = sum->g_factors,
         .n = sum->g_factors != NULL ? sum->params->n : 0},
        {.points = sum->points, .scalars = sum->factors, .n = sum->count},
    };
    zk_vesta total;
    if (sum->failed)
        return zk_fail(err, ZKML_LIMIT, "out of memory for a verification");
    ZK_TRY(zk_msm_parts(&total, parts, sizeof parts / sizeof parts[0], err));
    return zk_vesta_is_identity(&total) ? ZKML_OK : zk_fail(err, ZKML_INVALID, "%s", message);
}

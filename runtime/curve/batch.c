#include "runtime/curve/batch.h"

#include <string.h>

#include "runtime/base/error.h"
#include "runtime/curve/glv.h"
#include "runtime/field/bulk.h"

const zk_vesta_ops *zk_vesta_batch(void)
{
#if ZK_VESTA_HAS_IFMA
    if (zk_bulk() == &zk_bulk_ifma)
        return &zk_vesta_ops_ifma;
#endif
    return &zk_vesta_ops_portable;
}

void zk_combination_plan(zk_combination *c, const zk_fp *scalars, size_t terms)
{
    int8_t digits[2 * ZK_COMBINE_TERMS][ZK_WNAF_LENGTH];
    int length = 0;
    ZK_CHECK(terms <= ZK_COMBINE_TERMS);
    memset(digits, 0, sizeof digits);
    for (size_t t = 0; t < terms; t++) {
        zk_glv_half k[2];
        zk_fp_glv_split(&k[0], &k[1], &scalars[t]);
        for (size_t half = 0; half < 2; half++) {
            int used = zk_wnaf(digits[2 * t + half], &k[half]);
            length = used > length ? used : length;
        }
    }
    c->terms = terms;
    c->step_count = 0;
    for (int bit = length - 1; bit >= 0; bit--) {
        if (bit < length - 1)
            c->steps[c->step_count++] = (zk_point_step){.doubling = true};
        for (size_t i = 0; i < 2 * terms; i++) {
            int digit = digits[i][bit];
            if (digit != 0)
                c->steps[c->step_count++] = (zk_point_step){
                    .negated = digit < 0,
                    .image = i % 2 == 1,
                    .term = (uint8_t)(i / 2),
                    .entry = (uint8_t)((digit < 0 ? -digit : digit) / 2),
                };
        }
    }
}

/* One result after the other. */
static void combine_slowly(zk_vesta_affine *r, const zk_vesta_affine *points, size_t stride,
                           const zk_fp *scalars, size_t terms, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        zk_vesta_affine p[ZK_COMBINE_TERMS];
        zk_vesta sum;
        for (size_t t = 0; t < terms; t++)
            p[t] = points[t * stride + i];
        zk_vesta_mul_sum(&sum, p, scalars, terms);
        zk_vesta_to_affine(&r[i], &sum);
    }
}

static bool has_identity(const zk_vesta_affine *points, size_t stride, size_t terms, size_t n)
{
    for (size_t t = 0; t < terms; t++)
        for (size_t i = 0; i < n; i++)
            if (zk_vesta_affine_is_identity(&points[t * stride + i]))
                return true;
    return false;
}

void zk_vesta_combine(zk_vesta_affine *r, const zk_vesta_affine *points, size_t stride,
                      const zk_fp *scalars, size_t terms, size_t n)
{
    const zk_vesta_ops *ops = zk_vesta_batch();
    zk_combination c;
    zk_combination_plan(&c, scalars, terms);
    size_t blocks = (n + ZK_COMBINE_BLOCK - 1) / ZK_COMBINE_BLOCK;
#pragma omp parallel for schedule(dynamic) if (blocks > 1)
    for (size_t b = 0; b < blocks; b++) {
        size_t from = n / blocks * b + (b < n % blocks ? b : n % blocks);
        size_t count = n / blocks + (b < n % blocks);
        if (c.step_count == 0 || has_identity(points + from, stride, terms, count) ||
            !ops->combine(r + from, points + from, stride, &c, count))
            combine_slowly(r + from, points + from, stride, scalars, terms, count);
    }
}

/* The vector arithmetic of ifma.h against the field functions, at the ends of its intervals. */
#include <criterion/criterion.h>
#include <string.h>

#include "runtime/field/bulk.h"
#include "tests/unit/vectors.h"

#if ZK_BULK_HAS_IFMA

#include "runtime/field/ifma.h"

enum { EDGES = 12 };

/* 0, 1, p - 1, limbs that carry everywhere, the neighbours of 2^254 - 1 and random elements. */
#define DEFINE_EDGES(F)                                                                            \
    static void F##_edges(zk_##F e[EDGES], uint64_t *state)                                        \
    {                                                                                              \
        memset(e, 0, EDGES * sizeof *e);                                                           \
        e[1].l[0] = 1;                                                                             \
        memcpy(e[2].l, zk_##F##_modulus, sizeof e[2].l);                                           \
        e[2].l[0]--;                                                                               \
        for (int i = 0; i < 4; i++)                                                                \
            e[3].l[i] = i < 3 ? UINT64_MAX : UINT64_MAX >> 2;                                      \
        e[4].l[3] = (uint64_t)1 << 62;                                                             \
        e[5] = e[4];                                                                               \
        e[5].l[0] = 1;                                                                             \
        e[6] = zk_##F##_one;                                                                       \
        for (int i = 7; i < EDGES; i++)                                                            \
            for (int j = 0; j < 4; j++)                                                            \
                e[i].l[j] = test_random(state) >> (j == 3 ? 2 : 0);                                \
    }

/* Every pair of edges, eight at a time. */
#define DEFINE_CHECKS(F)                                                                           \
    ZK_IFMA_TARGET static void F##_check_products(void)                                            \
    {                                                                                              \
        uint64_t state = 3;                                                                        \
        zk_##F e[EDGES], a[8], b[8], r[8], want;                                                   \
        F##_edges(e, &state);                                                                      \
        for (unsigned n = 0; n < EDGES * EDGES; n += 8) {                                          \
            for (unsigned k = 0; k < 8; k++) {                                                     \
                a[k] = e[(n + k) / EDGES % EDGES];                                                 \
                b[k] = e[(n + k) % EDGES];                                                         \
            }                                                                                      \
            zk_v8 x = v8_load(a), y = v8_load_shifted(b), z = v8_##F##_mul(&x, &y);                \
            z = v8_##F##_reduce(z);                                                                \
            v8_store(r, &z);                                                                       \
            for (int k = 0; k < 8; k++) {                                                          \
                zk_##F##_mul(&want, &a[k], &b[k]);                                                 \
                cr_assert(zk_##F##_equal(&r[k], &want), "product %u", n);                          \
            }                                                                                      \
            /* squares of 4 x, the largest that is allowed being 8 p */                            \
            x = v8_carry(v8_shift_left(&x, 2));                                                    \
            z = v8_##F##_reduce(v8_##F##_sqr(&x));                                                 \
            y = v8_##F##_reduce(v8_##F##_mul(&x, &x));                                             \
            v8_store(r, &z);                                                                       \
            v8_store(a, &y);                                                                       \
            cr_assert(memcmp(r, a, sizeof r) == 0, "square %u", n);                                \
        }                                                                                          \
    }                                                                                              \
                                                                                                   \
    ZK_IFMA_TARGET static void F##_check_reductions(void)                                          \
    {                                                                                              \
        uint64_t state = 4;                                                                        \
        zk_##F e[EDGES], a[8], r[8];                                                               \
        F##_edges(e, &state);                                                                      \
        for (unsigned n = 0; n < EDGES * 7; n++) {                                                 \
            for (int k = 0; k < 8; k++)                                                            \
                a[k] = e[n % EDGES];                                                               \
            uint64_t multiple = n / EDGES;                                                         \
            zk_v8 x = v8_load(a), p = v8_##F##_multiple(multiple), v = v8_add(&x, &p);             \
            zk_v8 s = v8_##F##_shrink(v);                                                          \
            __m512i top = _mm512_srli_epi64(s.l[4], 45); /* below 2^255 + 2^253 */                 \
            cr_assert_eq(_mm512_cmp_epu64_mask(top, v8_splat64(5), _MM_CMPINT_NLT), 0);            \
            s = v8_##F##_reduce_3p(s);                                                             \
            v8_store(r, &s);                                                                       \
            cr_assert(memcmp(r, a, sizeof r) == 0, "%u + %u p", n % EDGES, (unsigned)multiple);    \
            zk_v8 many = v8_##F##_multiple(151 * multiple), wide = v8_add(&x, &many);              \
            wide = v8_##F##_reduce_3p(v8_##F##_shrink_wide(wide));                                 \
            v8_store(r, &wide);                                                                    \
            cr_assert(memcmp(r, a, sizeof r) == 0, "wide %u", n);                                  \
            s = v8_##F##_reduce(v);                                                                \
            v8_store(r, &s);                                                                       \
            cr_assert(multiple > 1 || memcmp(r, a, sizeof r) == 0);                                \
            s = v8_##F##_reduce_3p(v);                                                             \
            v8_store(r, &s);                                                                       \
            cr_assert(multiple > 2 || memcmp(r, a, sizeof r) == 0);                                \
            for (int i = 0; i < 4; i++) { /* raw limbs of either sign */                           \
                s.l[i] = _mm512_sub_epi64(v.l[i], v8_splat64((uint64_t)1 << 54));                  \
                v.l[i + 1] = _mm512_add_epi64(v.l[i + 1], v8_splat64(4));                          \
                v.l[i] = s.l[i];                                                                   \
            }                                                                                      \
            s = v8_##F##_reduce_3p(v8_##F##_shrink(v));                                            \
            v8_store(r, &s);                                                                       \
            cr_assert(memcmp(r, a, sizeof r) == 0, "raw %u + %u p", n % EDGES,                     \
                      (unsigned)multiple);                                                         \
        }                                                                                          \
    }

DEFINE_EDGES(fp)
DEFINE_EDGES(fq)
DEFINE_CHECKS(fp)
DEFINE_CHECKS(fq)

ZK_IFMA_TARGET static void check_loads(void)
{
    uint64_t state = 5;
    zk_fp a[8], r[8];
    for (int k = 0; k < 8; k++)
        for (int j = 0; j < 4; j++)
            a[k].l[j] = test_random(&state) >> (j == 3 ? 2 : 0);
    zk_v8 v = v8_load(a);
    v8_store(r, &v);
    cr_assert(memcmp(a, r, sizeof a) == 0);
    v = v8_splat(a[3].l);
    v8_store(r, &v);
    for (int k = 0; k < 8; k++)
        cr_assert(memcmp(&r[k], &a[3], sizeof *r) == 0);
    v = v8_load_shifted(a);
    zk_v8 one = v8_splat(zk_fp_one.l), product = v8_fp_reduce(v8_fp_mul(&v, &one));
    v8_store(r, &product);
    cr_assert(memcmp(a, r, sizeof a) == 0);
    memset(&a[1], 0, sizeof a[1]);
    memset(&a[6], 0, sizeof a[6]);
    v = v8_load(a);
    cr_assert_eq(v8_zero_lanes(&v), 0x42);
}

Test(ifma, products)
{
    if (zk_bulk_find("ifma") == NULL)
        return;
    fp_check_products();
    fq_check_products();
}

Test(ifma, reductions)
{
    if (zk_bulk_find("ifma") == NULL)
        return;
    fp_check_reductions();
    fq_check_reductions();
}

Test(ifma, loads_and_stores)
{
    if (zk_bulk_find("ifma") != NULL)
        check_loads();
}

#else

Test(ifma, is_not_compiled)
{
    cr_assert_null(zk_bulk_find("ifma"));
}

#endif

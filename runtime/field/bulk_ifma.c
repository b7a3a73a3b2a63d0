/* Bulk operations with AVX-512 IFMA; see ifma.h. */
#include "runtime/field/bulk.h"

#if ZK_BULK_HAS_IFMA

#include "runtime/field/ifma.h"

/* a b and a + b of reduced values, reduced; one factor of a product is shifted. */
ZK_IFMA_INLINE zk_v8 mul(const zk_v8 *a, const zk_v8 *b)
{
    return v8_fp_reduce(v8_fp_mul_raw(a, b));
}

ZK_IFMA_INLINE zk_v8 add(const zk_v8 *a, const zk_v8 *b)
{
    return v8_fp_reduce(v8_add(a, b));
}

/* a b + c, which is below 2.25 p before the reduction. */
ZK_IFMA_INLINE zk_v8 mul_add(const zk_v8 *a, const zk_v8 *b, const zk_v8 *c)
{
    zk_v8 product = v8_fp_mul_raw(a, b);
    return v8_fp_reduce_3p(v8_add(&product, c));
}

/* Each operation does the elements from 8 floor(n / 8) on with the portable one. */
#define WHOLE(n) ((n) & ~(size_t)7)

ZK_IFMA_TARGET static void bulk_mul(zk_fp *r, const zk_fp *a, const zk_fp *b, size_t n)
{
    size_t whole = WHOLE(n);
    for (size_t i = 0; i < whole; i += 8) {
        zk_v8 x = v8_load(a + i), y = v8_load_shifted(b + i), z = mul(&x, &y);
        v8_store(r + i, &z);
    }
    zk_bulk_portable.mul(r + whole, a + whole, b + whole, n - whole);
}

static void bulk_sqr(zk_fp *r, const zk_fp *a, size_t n)
{
    bulk_mul(r, a, a, n);
}

ZK_IFMA_TARGET static void bulk_scale(zk_fp *r, const zk_fp *a, const zk_fp *c, size_t n)
{
    const zk_fp factor = *c;
    const zk_v8 y = v8_splat_shifted(factor.l);
    size_t whole = WHOLE(n);
    for (size_t i = 0; i < whole; i += 8) {
        zk_v8 x = v8_load(a + i), z = mul(&x, &y);
        v8_store(r + i, &z);
    }
    zk_bulk_portable.scale(r + whole, a + whole, &factor, n - whole);
}

ZK_IFMA_TARGET static void bulk_mul_add(zk_fp *r, const zk_fp *a, const zk_fp *b, size_t n)
{
    size_t whole = WHOLE(n);
    for (size_t i = 0; i < whole; i += 8) {
        zk_v8 x = v8_load(a + i), y = v8_load_shifted(b + i), c = v8_load(r + i);
        zk_v8 sum = mul_add(&x, &y, &c);
        v8_store(r + i, &sum);
    }
    zk_bulk_portable.mul_add(r + whole, a + whole, b + whole, n - whole);
}

ZK_IFMA_TARGET static void bulk_scale_add(zk_fp *r, const zk_fp *a, const zk_fp *c, size_t n)
{
    const zk_fp factor = *c;
    const zk_v8 y = v8_splat_shifted(factor.l);
    size_t whole = WHOLE(n);
    for (size_t i = 0; i < whole; i += 8) {
        zk_v8 x = v8_load(a + i), z = v8_load(r + i), sum = mul_add(&x, &y, &z);
        v8_store(r + i, &sum);
    }
    zk_bulk_portable.scale_add(r + whole, a + whole, &factor, n - whole);
}

ZK_IFMA_TARGET static void bulk_horner(zk_fp *r, const zk_fp *c, const zk_fp *a, size_t n)
{
    const zk_fp factor = *c;
    const zk_v8 y = v8_splat_shifted(factor.l);
    size_t whole = WHOLE(n);
    for (size_t i = 0; i < whole; i += 8) {
        zk_v8 x = v8_load(r + i), z = v8_load(a + i), sum = mul_add(&x, &y, &z);
        v8_store(r + i, &sum);
    }
    zk_bulk_portable.horner(r + whole, &factor, a + whole, n - whole);
}

ZK_IFMA_TARGET static void bulk_scale_powers(zk_fp *r, const zk_fp *first, const zk_fp *ratio,
                                             size_t n)
{
    zk_fp powers[8], step, power = *first;
    const zk_fp base = *ratio;
    size_t whole = WHOLE(n);
    for (int i = 0; i < 8; i++) {
        powers[i] = power;
        fp_mul(&power, &power, &base);
    }
    zk_fp_pow_u64(&step, &base, 8);
    const zk_v8 y = v8_splat_shifted(step.l);
    for (size_t i = 0; i < whole; i += 8) {
        zk_v8 x = v8_load(powers), factor = v8_load_shifted(r + i), z = mul(&x, &factor);
        v8_store(r + i, &z);
        x = mul(&x, &y);
        v8_store(powers, &x);
    }
    zk_bulk_portable.scale_powers(r + whole, &powers[0], &base, n - whole);
}

ZK_IFMA_TARGET static void bulk_dot(zk_fp *r, const zk_fp *a, const zk_fp *b, size_t n)
{
    size_t whole = WHOLE(n);
    zk_fp sums[8], total;
    zk_v8 sum = v8_zero();
    for (size_t i = 0; i < whole; i += 8) {
        zk_v8 x = v8_load(a + i), y = v8_load_shifted(b + i), z = v8_fp_mul_raw(&x, &y);
        sum = v8_fp_shrink(v8_add(&sum, &z));
    }
    sum = v8_fp_reduce_3p(sum);
    v8_store(sums, &sum);
    zk_bulk_portable.dot(&total, a + whole, b + whole, n - whole);
    for (int i = 0; i < 8; i++)
        fp_add(&total, &total, &sums[i]);
    *r = total;
}

const zk_bulk_ops zk_bulk_ifma = {
    .name = "ifma",
    .mul = bulk_mul,
    .sqr = bulk_sqr,
    .scale = bulk_scale,
    .mul_add = bulk_mul_add,
    .scale_add = bulk_scale_add,
    .horner = bulk_horner,
    .scale_powers = bulk_scale_powers,
    .dot = bulk_dot,
    /* Unpacking costs as much as these operations themselves. */
    .add = zk_bulk_portable_add,
    .sub = zk_bulk_portable_sub,
    .neg = zk_bulk_portable_neg,
    .from_i64 = zk_bulk_portable_from_i64,
};

#endif

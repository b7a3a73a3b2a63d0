#include "runtime/field/bulk.h"
#include "runtime/field/inline.h"

void zk_bulk_portable_add(zk_fp *r, const zk_fp *a, const zk_fp *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        fp_add(&r[i], &a[i], &b[i]);
}

void zk_bulk_portable_sub(zk_fp *r, const zk_fp *a, const zk_fp *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        fp_sub(&r[i], &a[i], &b[i]);
}

static void mul(zk_fp *r, const zk_fp *a, const zk_fp *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        fp_mul(&r[i], &a[i], &b[i]);
}

static void sqr(zk_fp *r, const zk_fp *a, size_t n)
{
    for (size_t i = 0; i < n; i++)
        fp_sqr(&r[i], &a[i]);
}

void zk_bulk_portable_neg(zk_fp *r, const zk_fp *a, size_t n)
{
    for (size_t i = 0; i < n; i++)
        fp_neg(&r[i], &a[i]);
}

static void scale(zk_fp *r, const zk_fp *a, const zk_fp *c, size_t n)
{
    const zk_fp factor = *c;
    for (size_t i = 0; i < n; i++)
        fp_mul(&r[i], &a[i], &factor);
}

static void mul_add(zk_fp *r, const zk_fp *a, const zk_fp *b, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        zk_fp t;
        fp_mul(&t, &a[i], &b[i]);
        fp_add(&r[i], &r[i], &t);
    }
}

static void scale_add(zk_fp *r, const zk_fp *a, const zk_fp *c, size_t n)
{
    const zk_fp factor = *c;
    for (size_t i = 0; i < n; i++) {
        zk_fp t;
        fp_mul(&t, &a[i], &factor);
        fp_add(&r[i], &r[i], &t);
    }
}

static void horner(zk_fp *r, const zk_fp *c, const zk_fp *a, size_t n)
{
    const zk_fp factor = *c;
    for (size_t i = 0; i < n; i++) {
        fp_mul(&r[i], &r[i], &factor);
        fp_add(&r[i], &r[i], &a[i]);
    }
}

static void scale_powers(zk_fp *r, const zk_fp *first, const zk_fp *ratio, size_t n)
{
    const zk_fp step = *ratio;
    zk_fp power = *first;
    for (size_t i = 0; i < n; i++) {
        fp_mul(&r[i], &r[i], &power);
        fp_mul(&power, &power, &step);
    }
}

static void dot(zk_fp *r, const zk_fp *a, const zk_fp *b, size_t n)
{
    zk_fp sum = zk_fp_zero, t;
    for (size_t i = 0; i < n; i++) {
        fp_mul(&t, &a[i], &b[i]);
        fp_add(&sum, &sum, &t);
    }
    *r = sum;
}

void zk_bulk_portable_from_i64(zk_fp *r, const int64_t *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        zk_fp_from_i64(&r[i], v[i]);
}

const zk_bulk_ops zk_bulk_portable = {
    .name = "portable",
    .add = zk_bulk_portable_add,
    .sub = zk_bulk_portable_sub,
    .mul = mul,
    .sqr = sqr,
    .neg = zk_bulk_portable_neg,
    .scale = scale,
    .mul_add = mul_add,
    .scale_add = scale_add,
    .horner = horner,
    .scale_powers = scale_powers,
    .dot = dot,
    .from_i64 = zk_bulk_portable_from_i64,
};

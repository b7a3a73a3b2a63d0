#include "runtime/poly/fft.h"

#include <stdlib.h>

#include "runtime/base/arena.h"
#include "runtime/field/bulk.h"
#include "runtime/field/inline.h"
#include "runtime/poly/threads.h"

/* Below this many elements threads cost more than they bring. */
#define PARALLEL_MINIMUM 2048

static size_t part_count(size_t n)
{
    return n < PARALLEL_MINIMUM ? 1 : (size_t)zk_threads();
}

/* r_i *= first ratio^i */
static void scale_by_powers(zk_fp *r, const zk_fp *first, const zk_fp *ratio, size_t n)
{
    const zk_bulk_ops *ops = zk_bulk();
    size_t parts = part_count(n);
#pragma omp parallel for schedule(static) if (parts > 1)
    for (size_t i = 0; i < parts; i++) {
        size_t start = zk_part(n, parts, i), end = zk_part(n, parts, i + 1);
        zk_fp power;
        zk_fp_pow_u64(&power, ratio, start);
        zk_fp_mul(&power, &power, first);
        ops->scale_powers(r + start, &power, ratio, end - start);
    }
}

static zk_fp *powers(const zk_fp *x, size_t n)
{
    size_t bytes;
    if (!zk_size_mul(n, sizeof(zk_fp), &bytes))
        return NULL;
    zk_fp *r = malloc(bytes);
    if (r == NULL)
        return NULL;
    for (size_t i = 0; i < n; i++)
        r[i] = zk_fp_one;
    scale_by_powers(r, &zk_fp_one, x, n);
    return r;
}

zkml_status zk_domain_init(zk_domain *domain, uint32_t k, zkml_error *err)
{
    *domain = (zk_domain){.k = k};
    if (k > ZK_FIELD_TWO_ADICITY || k >= 8 * sizeof(size_t) - 1)
        return zk_fail(err, ZKML_LIMIT, "no domain of 2^%u rows", (unsigned)k);
    domain->n = (size_t)1 << k;
    domain->omega = zk_fp_root_of_unity;
    domain->omega_inv = zk_fp_root_of_unity_inv;
    domain->n_inv = zk_fp_one;
    for (uint32_t i = k; i < ZK_FIELD_TWO_ADICITY; i++) {
        zk_fp_sqr(&domain->omega, &domain->omega);
        zk_fp_sqr(&domain->omega_inv, &domain->omega_inv);
    }
    for (uint32_t i = 0; i < k; i++)
        zk_fp_mul(&domain->n_inv, &domain->n_inv, &zk_fp_two_inv);
    size_t half = domain->n > 1 ? domain->n / 2 : 1;
    domain->twiddles = powers(&domain->omega, half);
    domain->twiddles_inv = powers(&domain->omega_inv, half);
    if (domain->twiddles == NULL || domain->twiddles_inv == NULL) {
        zk_domain_free(domain);
        return zk_fail(err, ZKML_LIMIT, "out of memory for a domain of 2^%u rows", (unsigned)k);
    }
    return ZKML_OK;
}

void zk_domain_free(zk_domain *domain)
{
    free(domain->twiddles);
    free(domain->twiddles_inv);
    *domain = (zk_domain){0};
}

static void bit_reverse(zk_fp *a, size_t n)
{
    for (size_t i = 1, j = 0; i < n; i++) {
        size_t bit = n >> 1;
        for (; j & bit; bit >>= 1)
            j ^= bit;
        j ^= bit;
        if (i < j) {
            zk_fp t = a[i];
            a[i] = a[j];
            a[j] = t;
        }
    }
}

/* The first two stages on bit-reversed input, four elements at a time: the only twiddle that is
 * not 1 is w^(n/4), a square root of -1. */
static void first_two_stages(zk_fp *a, size_t n, const zk_fp *i_root)
{
    for (size_t s = 0; s < n; s += 4) {
        zk_fp t[4], m;
        fp_add(&t[0], &a[s], &a[s + 1]);
        fp_sub(&t[1], &a[s], &a[s + 1]);
        fp_add(&t[2], &a[s + 2], &a[s + 3]);
        fp_sub(&m, &a[s + 2], &a[s + 3]);
        fp_mul(&t[3], &m, i_root);
        fp_add(&a[s], &t[0], &t[2]);
        fp_add(&a[s + 1], &t[1], &t[3]);
        fp_sub(&a[s + 2], &t[0], &t[2]);
        fp_sub(&a[s + 3], &t[1], &t[3]);
    }
}

/* Transforms block after block of `size` elements, bit-reversed within the array of n; sizes up
 * to CACHED stay in the first-level cache for their stages. */
#define CACHED 512

static void stages(zk_fp *a, size_t from, size_t to, size_t size, size_t n, const zk_fp *twiddles,
                   const zk_bulk_ops *ops)
{
    for (size_t half = from; half < to; half *= 2)
        for (size_t s = 0; s < size; s += 2 * half)
            ops->butterflies(a + s, a + s + half, twiddles, n / (2 * half), half);
}

static void transform_block(zk_fp *a, size_t size, size_t n, const zk_fp *twiddles,
                            const zk_bulk_ops *ops)
{
    size_t tile = size < CACHED ? size : CACHED;
    for (size_t s = 0; s < size; s += tile) {
        first_two_stages(a + s, tile, &twiddles[n / 4]);
        stages(a + s, 4, tile, tile, n, twiddles, ops);
    }
    stages(a, tile, size, size, n, twiddles, ops);
}

static void transform(zk_fp *a, size_t n, const zk_fp *twiddles)
{
    const zk_bulk_ops *ops = zk_bulk();
    if (n < 4) {
        if (n == 2)
            ops->butterflies(a, a + 1, twiddles, 1, 1);
        return;
    }
    bit_reverse(a, n);
    /* Blocks are independent up to their size; then every stage is cut into equal parts. */
    size_t blocks = 1;
    while (blocks < part_count(n) && n / blocks > CACHED)
        blocks *= 2;
    size_t size = n / blocks;
#pragma omp parallel for schedule(static) if (blocks > 1)
    for (size_t i = 0; i < blocks; i++)
        transform_block(a + i * size, size, n, twiddles, ops);
    for (size_t half = size; half < n; half *= 2) {
        size_t stride = n / (2 * half), part = n / 2 / blocks;
#pragma omp parallel for schedule(static)
        for (size_t i = 0; i < blocks; i++) {
            size_t s = i * part / half * (2 * half), j = i * part % half;
            ops->butterflies(a + s + j, a + s + half + j, twiddles + j * stride, stride, part);
        }
    }
}

void zk_fft(const zk_domain *domain, zk_fp *a)
{
    transform(a, domain->n, domain->twiddles);
}

void zk_ifft(const zk_domain *domain, zk_fp *a)
{
    transform(a, domain->n, domain->twiddles_inv);
    const zk_bulk_ops *ops = zk_bulk();
    size_t n = domain->n, parts = part_count(n);
#pragma omp parallel for schedule(static) if (parts > 1)
    for (size_t i = 0; i < parts; i++) {
        size_t start = zk_part(n, parts, i), end = zk_part(n, parts, i + 1);
        ops->scale(a + start, a + start, &domain->n_inv, end - start);
    }
}

void zk_coset_fft(const zk_domain *domain, zk_fp *a, const zk_fp *shift)
{
    scale_by_powers(a, &zk_fp_one, shift, domain->n);
    zk_fft(domain, a);
}

void zk_coset_ifft(const zk_domain *domain, zk_fp *a, const zk_fp *shift)
{
    zk_fp inverse;
    zk_fp_inv(&inverse, shift);
    transform(a, domain->n, domain->twiddles_inv);
    scale_by_powers(a, &domain->n_inv, &inverse, domain->n);
}

/* Four interleaved Horner chains in x^4, which keeps the multiplier busy. */
static void eval_serial(zk_fp *r, const zk_fp *c, size_t n, const zk_fp *x)
{
    zk_fp x2, x4, sum[4] = {zk_fp_zero, zk_fp_zero, zk_fp_zero, zk_fp_zero};
    fp_sqr(&x2, x);
    fp_sqr(&x4, &x2);
    size_t whole = n / 4 * 4;
    for (size_t j = whole; j < n; j++)
        sum[j - whole] = c[j];
    for (size_t i = whole; i > 0; i -= 4)
        for (size_t j = 0; j < 4; j++) {
            fp_mul(&sum[j], &sum[j], &x4);
            fp_add(&sum[j], &sum[j], &c[i - 4 + j]);
        }
    zk_fp t;
    *r = sum[3];
    for (int j = 2; j >= 0; j--) {
        fp_mul(&t, r, x);
        fp_add(r, &t, &sum[j]);
    }
}

#define EVAL_PARTS_MAX 64

void zk_poly_eval(zk_fp *r, const zk_fp *coefficients, size_t n, const zk_fp *x)
{
    size_t parts = part_count(n);
    if (parts > EVAL_PARTS_MAX)
        parts = EVAL_PARTS_MAX;
    zk_fp value[EVAL_PARTS_MAX];
#pragma omp parallel for schedule(static) if (parts > 1)
    for (size_t i = 0; i < parts; i++) {
        size_t start = zk_part(n, parts, i), end = zk_part(n, parts, i + 1);
        zk_fp power;
        eval_serial(&value[i], coefficients + start, end - start, x);
        zk_fp_pow_u64(&power, x, start);
        zk_fp_mul(&value[i], &value[i], &power);
    }
    *r = value[0];
    for (size_t i = 1; i < parts; i++)
        zk_fp_add(r, r, &value[i]);
}

void zk_poly_div_linear(zk_fp *a, size_t n, const zk_fp *root)
{
    zk_fp carry = zk_fp_zero, t;
    for (size_t i = n; i-- > 0;) {
        zk_fp coefficient = a[i];
        a[i] = carry;
        fp_mul(&t, &carry, root);
        fp_add(&carry, &coefficient, &t);
    }
}

#include "runtime/poly/fft.h"

#include <stdlib.h>
#include <string.h>

#include "runtime/base/arena.h"
#include "runtime/field/bulk.h"
#include "runtime/field/inline.h"
#include "runtime/poly/fft_ifma.h"
#include "runtime/poly/threads.h"

/* Below this many elements threads cost more than they bring. */
#define PARALLEL_MINIMUM 2048

static size_t part_count(size_t n)
{
    return n < PARALLEL_MINIMUM ? 1 : (size_t)zk_threads();
}

void zk_scale_by_powers(zk_fp *r, const zk_fp *first, const zk_fp *ratio, size_t n)
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

void zk_powers(zk_fp *r, const zk_fp *first, const zk_fp *ratio, size_t n)
{
    for (size_t i = 0; i < n; i++)
        r[i] = zk_fp_one;
    zk_scale_by_powers(r, first, ratio, n);
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
    size_t bytes;
    if (zk_size_mul(domain->n + 1, sizeof *domain->powers, &bytes))
        domain->powers = malloc(bytes);
    if (domain->powers == NULL)
        return zk_fail(err, ZKML_LIMIT, "out of memory for a domain of 2^%u rows", (unsigned)k);
    zk_powers(domain->powers, &zk_fp_one, &domain->omega, domain->n);
    domain->powers[domain->n] = zk_fp_one;
    return ZKML_OK;
}

void zk_domain_free(zk_domain *domain)
{
    free(domain->powers);
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

/* (low_i, high_i) = (low_i + t, low_i - t) with t = high_i twiddle[i stride] */
static void butterflies(zk_fp *low, zk_fp *high, const zk_fp *twiddle, ptrdiff_t stride, size_t n)
{
    for (size_t i = 0; i < n; i++, twiddle += stride) {
        zk_fp t, u = low[i];
        fp_mul(&t, &high[i], twiddle);
        fp_add(&low[i], &u, &t);
        fp_sub(&high[i], &u, &t);
    }
}

/* Where w^0 stands in the domain's powers, and where the next power is: for 1/w they run down. */
typedef struct twiddles {
    const zk_fp *one;
    ptrdiff_t step;
} twiddles;

/* Transforms block after block of `size` elements, bit-reversed within the array of n; sizes up
 * to CACHED stay in the first-level cache for their stages. */
#define CACHED 512

static void stages(zk_fp *a, size_t from, size_t to, size_t size, size_t n, twiddles w)
{
    for (size_t half = from; half < to; half *= 2)
        for (size_t s = 0; s < size; s += 2 * half)
            butterflies(a + s, a + s + half, w.one, w.step * (ptrdiff_t)(n / (2 * half)), half);
}

static void transform_block(zk_fp *a, size_t size, size_t n, twiddles w)
{
    size_t tile = size < CACHED ? size : CACHED;
    for (size_t s = 0; s < size; s += tile) {
        first_two_stages(a + s, tile, w.one + w.step * (ptrdiff_t)(n / 4));
        stages(a + s, 4, tile, tile, n, w);
    }
    stages(a, tile, size, size, n, w);
}

static void transform(zk_fp *a, size_t n, twiddles w)
{
    if (n < 4) {
        if (n == 2)
            butterflies(a, a + 1, w.one, w.step, 1);
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
        transform_block(a + i * size, size, n, w);
    for (size_t half = size; half < n; half *= 2) {
        ptrdiff_t stride = w.step * (ptrdiff_t)(n / (2 * half));
        size_t part = n / 2 / blocks;
#pragma omp parallel for schedule(static)
        for (size_t i = 0; i < blocks; i++) {
            size_t s = i * part / half * (2 * half), j = i * part % half;
            butterflies(a + s + j, a + s + half + j, w.one + stride * (ptrdiff_t)j, stride, part);
        }
    }
}

/* r = a b, or r = c a for b NULL */
static void scale(zk_fp *r, const zk_fp *a, const zk_fp *b, const zk_fp *c, size_t n)
{
    const zk_bulk_ops *ops = zk_bulk();
    size_t parts = part_count(n);
#pragma omp parallel for schedule(static) if (parts > 1)
    for (size_t i = 0; i < parts; i++) {
        size_t start = zk_part(n, parts, i), count = zk_part(n, parts, i + 1) - start;
        if (b != NULL)
            ops->mul(r + start, a + start, b + start, count);
        else
            ops->scale(r + start, a + start, c, count);
    }
}

void zk_fft_to(const zk_domain *domain, zk_fp *values, const zk_fp *coefficients,
               const zk_fp *factors)
{
    if (zk_fft_ifma(domain, values, coefficients, factors, false))
        return;
    if (factors != NULL)
        scale(values, coefficients, factors, NULL, domain->n);
    else if (values != coefficients)
        memcpy(values, coefficients, domain->n * sizeof *values);
    transform(values, domain->n, (twiddles){domain->powers, 1});
}

void zk_ifft_to(const zk_domain *domain, zk_fp *coefficients, const zk_fp *values)
{
    if (zk_fft_ifma(domain, coefficients, values, NULL, true))
        return;
    if (values != coefficients)
        memcpy(coefficients, values, domain->n * sizeof *values);
    transform(coefficients, domain->n, (twiddles){domain->powers + domain->n, -1});
    scale(coefficients, coefficients, NULL, &domain->n_inv, domain->n);
}

void zk_fft(const zk_domain *domain, zk_fp *a)
{
    zk_fft_to(domain, a, a, NULL);
}

void zk_ifft(const zk_domain *domain, zk_fp *a)
{
    zk_ifft_to(domain, a, a);
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

void zk_poly_horner(zk_fp *a, const zk_fp *factor, const zk_fp *b, size_t n)
{
    size_t parts = part_count(n);
#pragma omp parallel for schedule(static) if (parts > 1)
    for (size_t i = 0; i < parts; i++) {
        size_t start = zk_part(n, parts, i), end = zk_part(n, parts, i + 1);
        zk_bulk()->horner(a + start, factor, b + start, end - start);
    }
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

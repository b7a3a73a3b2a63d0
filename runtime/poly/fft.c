#include "runtime/poly/fft.h"

#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/field/inline.h"

/* Smaller transforms stay on one thread. */
enum { PARALLEL_MIN = 1 << 12 };

static bool go_parallel(size_t n)
{
    return n >= PARALLEL_MIN && omp_in_parallel() == 0 && omp_get_max_threads() > 1;
}

static void fill_powers(zk_fp *powers, size_t count, const zk_fp *base)
{
    zk_fp power = zk_fp_one;
    for (size_t i = 0; i < count; i++) {
        powers[i] = power;
        fp_mul(&power, &power, base);
    }
}

zkml_status zk_domain_init(zk_domain *domain, uint32_t k, zkml_error *err)
{
    memset(domain, 0, sizeof *domain);
    if (k > ZK_FIELD_TWO_ADICITY)
        return zk_fail(err, ZKML_LIMIT, "2^%u rows are more than the field's domains have", k);
    size_t n = (size_t)1 << k, half = n / 2;
    domain->k = k;
    domain->n = n;
    domain->omega = zk_fp_root_of_unity;
    domain->omega_inv = zk_fp_root_of_unity_inv;
    domain->n_inv = zk_fp_one;
    for (uint32_t i = k; i < ZK_FIELD_TWO_ADICITY; i++) {
        zk_fp_sqr(&domain->omega, &domain->omega);
        zk_fp_sqr(&domain->omega_inv, &domain->omega_inv);
    }
    for (uint32_t i = 0; i < k; i++)
        zk_fp_mul(&domain->n_inv, &domain->n_inv, &zk_fp_two_inv);
    domain->twiddles = malloc((half + 1) * sizeof *domain->twiddles);
    domain->twiddles_inv = malloc((half + 1) * sizeof *domain->twiddles_inv);
    if (domain->twiddles == NULL || domain->twiddles_inv == NULL) {
        zk_domain_free(domain);
        return zk_fail(err, ZKML_LIMIT, "out of memory for a domain of 2^%u rows", k);
    }
    fill_powers(domain->twiddles, half, &domain->omega);
    fill_powers(domain->twiddles_inv, half, &domain->omega_inv);
    return ZKML_OK;
}

void zk_domain_free(zk_domain *domain)
{
    free(domain->twiddles);
    free(domain->twiddles_inv);
    memset(domain, 0, sizeof *domain);
}

static size_t reverse_bits(size_t value, uint32_t bits)
{
    size_t reversed = 0;
    for (uint32_t i = 0; i < bits; i++)
        reversed |= ((value >> i) & 1) << (bits - 1 - i);
    return reversed;
}

static void bit_reverse(zk_fp *a, uint32_t k)
{
    size_t n = (size_t)1 << k;
    for (size_t i = 0; i < n; i++) {
        size_t j = reverse_bits(i, k);
        if (i < j) {
            zk_fp swap = a[i];
            a[i] = a[j];
            a[j] = swap;
        }
    }
}

static inline void butterfly(zk_fp *low, zk_fp *high, const zk_fp *twiddle)
{
    zk_fp t, sum;
    fp_mul(&t, high, twiddle);
    fp_add(&sum, low, &t);
    fp_sub(high, low, &t);
    *low = sum;
}

/* The first log2(size) stages of the decimation in time on one block of `size` elements. */
static void small_stages(zk_fp *a, size_t size, const zk_fp *twiddles, size_t n)
{
    for (size_t half = 1; half < size; half *= 2) {
        size_t stride = n / (2 * half);
        for (size_t start = 0; start < size; start += 2 * half)
            for (size_t j = 0; j < half; j++)
                butterfly(&a[start + j], &a[start + j + half], &twiddles[j * stride]);
    }
}

/* Blocks that fit the first-level cache go through all their stages at once. */
enum { BLOCK = 512 };

static void transform(const zk_domain *domain, const zk_fp *twiddles, zk_fp *a)
{
    size_t n = domain->n, block = n < BLOCK ? n : BLOCK;
    bool parallel = go_parallel(n);
    bit_reverse(a, domain->k);
#pragma omp parallel for schedule(static) if (parallel)
    for (size_t start = 0; start < n; start += block)
        small_stages(a + start, block, twiddles, n);
    for (size_t half = block; half < n; half *= 2) {
        size_t stride = n / (2 * half);
#pragma omp parallel for schedule(static) if (parallel)
        for (size_t i = 0; i < n / 2; i++) {
            size_t j = i & (half - 1), low = 2 * (i - j) + j;
            butterfly(&a[low], &a[low + half], &twiddles[j * stride]);
        }
    }
}

void zk_fft(const zk_domain *domain, zk_fp *a)
{
    transform(domain, domain->twiddles, a);
}

void zk_ifft(const zk_domain *domain, zk_fp *a)
{
    transform(domain, domain->twiddles_inv, a);
    for (size_t i = 0; i < domain->n; i++)
        fp_mul(&a[i], &a[i], &domain->n_inv);
}

static void scale_by_powers(zk_fp *a, size_t n, const zk_fp *base)
{
    zk_fp power = zk_fp_one;
    for (size_t i = 0; i < n; i++) {
        fp_mul(&a[i], &a[i], &power);
        fp_mul(&power, &power, base);
    }
}

void zk_coset_fft(const zk_domain *domain, zk_fp *a, const zk_fp *shift)
{
    scale_by_powers(a, domain->n, shift);
    zk_fft(domain, a);
}

void zk_coset_ifft(const zk_domain *domain, zk_fp *a, const zk_fp *shift)
{
    zk_fp inverse;
    zk_fp_inv(&inverse, shift);
    zk_ifft(domain, a);
    scale_by_powers(a, domain->n, &inverse);
}

void zk_poly_eval(zk_fp *r, const zk_fp *coefficients, size_t n, const zk_fp *x)
{
    zk_fp sum = zk_fp_zero;
    for (size_t i = n; i-- > 0;) {
        fp_mul(&sum, &sum, x);
        fp_add(&sum, &sum, &coefficients[i]);
    }
    *r = sum;
}

void zk_poly_div_linear(zk_fp *a, size_t n, const zk_fp *root)
{
    zk_fp carry = zk_fp_zero;
    for (size_t i = n; i-- > 0;) {
        zk_fp next;
        fp_mul(&next, &carry, root);
        fp_add(&next, &next, &a[i]);
        a[i] = carry;
        carry = next;
    }
}

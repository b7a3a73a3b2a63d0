/* The bucket method (Pippenger) with signed digits.
 *
 *   s_i = sum_w d_(i,w) 2^(c w),   |d| <= 2^(c-1)
 *   sum_i [s_i] P_i = sum_w 2^(c w) sum_b [b] B_(w,b),   B_(w,b) = sum of +-P_i with |d_(i,w)| = b
 *
 * The inner sum over buckets b is a sum of running sums, from the largest b down. */
#include "runtime/poly/msm.h"

#include <omp.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_WINDOW = 16, PARALLEL_MIN = 256 };

/* Digits of all scalars, window by window: digits[w * n + i]. */
typedef struct digit_table {
    int32_t *digits;
    size_t n;
    unsigned width;   /* bits of a window, c */
    unsigned windows;
} digit_table;

/* Additions: n per window to fill the buckets, about 2^c to empty them. */
static unsigned choose_width(size_t n, unsigned bits)
{
    unsigned best = 1;
    double best_cost = 0;
    for (unsigned c = 1; c <= MAX_WINDOW; c++) {
        double windows = (double)((bits + c) / c);
        double cost = windows * ((double)n + 1.4 * (double)((size_t)1 << c) + 2.0 * c);
        if (c == 1 || cost < best_cost) {
            best = c;
            best_cost = cost;
        }
    }
    return best;
}

static zkml_status make_table(digit_table *table, size_t n, unsigned bits, zkml_error *err)
{
    table->n = n;
    table->width = choose_width(n, bits);
    table->windows = (bits + table->width) / table->width;
    table->digits = malloc((n + 1) * table->windows * sizeof *table->digits);
    if (table->digits == NULL)
        return zk_fail(err, ZKML_LIMIT, "out of memory for a multi-scalar multiplication");
    return ZKML_OK;
}

static void free_table(digit_table *table)
{
    sodium_memzero(table->digits, table->n * table->windows * sizeof *table->digits);
    free(table->digits);
}

/* Bits [from, from + width) of a 256-bit number. */
static uint32_t bits_at(const uint64_t limbs[4], unsigned from, unsigned width)
{
    unsigned limb = from / 64, shift = from % 64;
    if (limb >= 4)
        return 0;
    uint64_t value = limbs[limb] >> shift;
    if (shift + width > 64 && limb + 1 < 4)
        value |= limbs[limb + 1] << (64 - shift);
    return (uint32_t)(value & (((uint64_t)1 << width) - 1));
}

static void recode(digit_table *table, size_t i, const uint64_t magnitude[4], bool negative)
{
    uint32_t carry = 0;
    for (unsigned w = 0; w < table->windows; w++) {
        int32_t digit = (int32_t)(bits_at(magnitude, w * table->width, table->width) + carry);
        carry = digit > (int32_t)1 << (table->width - 1) ? 1 : 0;
        if (carry != 0)
            digit -= (int32_t)1 << table->width;
        table->digits[w * table->n + i] = negative ? -digit : digit;
    }
    ZK_CHECK(carry == 0);
}

static void empty_buckets(zk_vesta *sum, const zk_vesta *buckets, size_t count)
{
    zk_vesta running;
    zk_vesta_identity(&running);
    zk_vesta_identity(sum);
    for (size_t b = count; b-- > 0;) {
        zk_vesta_add(&running, &running, &buckets[b]);
        zk_vesta_add(sum, sum, &running);
    }
}

static void sum_window(zk_vesta *sum, const digit_table *table, unsigned window,
                       const zk_vesta_affine *points, zk_vesta *buckets)
{
    const int32_t *digits = table->digits + (size_t)window * table->n;
    size_t used = 0;
    for (size_t i = 0; i < table->n; i++) {
        size_t magnitude = (size_t)(digits[i] < 0 ? -digits[i] : digits[i]);
        used = magnitude > used ? magnitude : used;
    }
    for (size_t b = 0; b < used; b++)
        zk_vesta_identity(&buckets[b]);
    for (size_t i = 0; i < table->n; i++) {
        if (digits[i] > 0) {
            zk_vesta *bucket = &buckets[digits[i] - 1];
            zk_vesta_add_affine(bucket, bucket, &points[i]);
        } else if (digits[i] < 0) {
            zk_vesta_affine negated;
            zk_vesta *bucket = &buckets[-digits[i] - 1];
            zk_vesta_affine_neg(&negated, &points[i]);
            zk_vesta_add_affine(bucket, bucket, &negated);
        }
    }
    empty_buckets(sum, buckets, used);
}

static void combine(zk_vesta *r, const zk_vesta *sums, const digit_table *table)
{
    *r = sums[table->windows - 1];
    for (unsigned w = table->windows - 1; w-- > 0;) {
        for (unsigned i = 0; i < table->width; i++)
            zk_vesta_double(r, r);
        zk_vesta_add(r, r, &sums[w]);
    }
}

static zkml_status multiply(zk_vesta *r, const zk_vesta_affine *points, const digit_table *table,
                            zkml_error *err)
{
    bool parallel = table->n >= PARALLEL_MIN && omp_in_parallel() == 0;
    int threads = parallel ? omp_get_max_threads() : 1;
    size_t buckets_each = (size_t)1 << (table->width - 1);
    zk_vesta *sums = malloc(table->windows * sizeof *sums);
    zk_vesta *buckets = malloc((size_t)threads * buckets_each * sizeof *buckets);
    zkml_status status = ZKML_OK;
    if (sums != NULL && buckets != NULL) {
#pragma omp parallel for schedule(dynamic) num_threads(threads) if (parallel)
        for (unsigned w = 0; w < table->windows; w++) {
            size_t mine = parallel ? (size_t)omp_get_thread_num() : 0;
            sum_window(&sums[w], table, w, points, buckets + mine * buckets_each);
        }
        combine(r, sums, table);
    } else {
        status = zk_fail(err, ZKML_LIMIT, "out of memory for a multi-scalar multiplication");
    }
    free(sums);
    free(buckets);
    return status;
}

zkml_status zk_msm(zk_vesta *r, const zk_vesta_affine *points, const zk_fp *scalars, size_t n,
                   zkml_error *err)
{
    zk_vesta_identity(r);
    if (n == 0)
        return ZKML_OK;
    digit_table table;
    ZK_TRY(make_table(&table, n, 255, err));
    for (size_t i = 0; i < n; i++) {
        uint64_t limbs[4];
        zk_fp_to_limbs(limbs, &scalars[i]);
        recode(&table, i, limbs, false);
    }
    zkml_status status = multiply(r, points, &table, err);
    free_table(&table);
    return status;
}

static uint64_t magnitude_of(int64_t value)
{
    return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
}

zkml_status zk_msm_i64(zk_vesta *r, const zk_vesta_affine *points, const int64_t *scalars, size_t n,
                       zkml_error *err)
{
    uint64_t all = 0;
    zk_vesta_identity(r);
    for (size_t i = 0; i < n; i++)
        all |= magnitude_of(scalars[i]);
    if (all == 0)
        return ZKML_OK;
    digit_table table;
    ZK_TRY(make_table(&table, n, 64 - (unsigned)__builtin_clzll(all), err));
    for (size_t i = 0; i < n; i++) {
        const uint64_t limbs[4] = {magnitude_of(scalars[i]), 0, 0, 0};
        recode(&table, i, limbs, scalars[i] < 0);
    }
    zkml_status status = multiply(r, points, &table, err);
    free_table(&table);
    return status;
}

/* The bucket method (Pippenger) with signed digits.
 *
 *   s_i = sum_w d_(i,w) 2^(c w),   |d| <= 2^(c-1)
 *   sum_i [s_i] P_i = sum_w 2^(c w) sum_b [b] B_(w,b),   B_(w,b) = sum of +-P_i with |d_(i,w)| = b
 *
 * A scalar stands for the nearest integer of its class, so that -3 is as short as 3. Columns are
 * mostly short with a few long scalars among them (blinding rows): the two kinds are told apart by
 * length and each gets its own windows. Zeros are dropped. */
#include "runtime/poly/msm.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/field/limbs.h"
#include "runtime/poly/bucket.h"
#include "runtime/poly/threads.h"

/* |s| in limbs; the sign is the top bit. */
typedef struct integer {
    uint64_t limbs[4];
} integer;

#define SIGN ((uint64_t)1 << 63)

enum { MAX_BITS = 255, MAX_WIDTH = 18, STRAUS_LIMIT = 64 };

/* Everything of one call. */
typedef struct job {
    const zk_vesta_affine *points;
    integer *scalars;
    uint8_t *bits; /* length of each scalar, 0 for zero */
    size_t n;
    size_t histogram[MAX_BITS + 1];
} job;

/* How a set of `count` scalars of up to `bits` bits is done. */
typedef struct plan {
    double cost; /* in affine additions of about 0.1 us */
    bool straus;
    unsigned width, windows;
} plan;

/* Costs of the parts in the same unit, measured: an entry of a running sum, the rounds with
 * their inversions, a doubling, and what the method of Straus takes alone and for each point. */
#define COST_RUNNING 4.5
#define COST_ROUNDS 120.0
#define COST_DOUBLE 1.3
#define COST_STRAUS 180.0
#define COST_STRAUS_POINT 100.0

static plan make_plan(size_t count, unsigned bits)
{
    plan best = {0};
    if (count == 0)
        return best;
    if (count <= STRAUS_LIMIT) {
        best.straus = true;
        best.cost = COST_STRAUS + COST_STRAUS_POINT * (double)count;
    }
    for (unsigned width = 1; width <= MAX_WIDTH && width <= bits + 1; width++) {
        unsigned windows = (bits + width) / width; /* a carry may need one bit more */
        double buckets = (double)((size_t)1 << (width - 1));
        size_t entries = ((size_t)1 << (width - 1) / 2) + ((size_t)1 << width / 2);
        double each = (double)count + 2 * buckets + COST_RUNNING * (double)entries + COST_ROUNDS +
                      COST_DOUBLE * width;
        double cost = windows * each;
        if (best.cost == 0 || cost < best.cost)
            best = (plan){cost, false, width, windows};
    }
    return best;
}

/* The length that separates short from long scalars at the least cost; MAX_BITS: no long ones. */
static unsigned best_threshold(const size_t histogram[MAX_BITS + 1])
{
    size_t total = 0, shorter = 0;
    unsigned longest = 0, best = MAX_BITS;
    for (unsigned b = 1; b <= MAX_BITS; b++) {
        total += histogram[b];
        if (histogram[b] != 0)
            longest = b;
    }
    double best_cost = make_plan(total, longest).cost;
    for (unsigned b = 1; b < longest; b++) {
        if (histogram[b] == 0)
            continue;
        shorter += histogram[b];
        double cost = make_plan(shorter, b).cost + make_plan(total - shorter, longest).cost;
        if (cost < best_cost) {
            best_cost = cost;
            best = b;
        }
    }
    return best;
}

static unsigned bit_length(const uint64_t limbs[4])
{
    for (unsigned i = 4; i-- > 0;)
        if (limbs[i] != 0)
            return 64 * i + 64 - (unsigned)__builtin_clzll(limbs[i]);
    return 0;
}

/* Digits of the scalars of one set, window by window: digits[w * count + i]. */
typedef struct digit_table {
    int32_t *digits;
    const uint32_t *members; /* their numbers in the job */
    size_t count;
    unsigned width, windows;
} digit_table;

static void recode(const digit_table *table, size_t i, const integer *s)
{
    const uint64_t limbs[5] = {s->limbs[0], s->limbs[1], s->limbs[2], s->limbs[3] & ~SIGN, 0};
    bool negative = s->limbs[3] & SIGN;
    int32_t carry = 0, half = (int32_t)1 << (table->width - 1);
    for (unsigned w = 0; w < table->windows; w++) {
        unsigned from = w * table->width, limb = from / 64, shift = from % 64;
        uint64_t value = limbs[limb] >> shift;
        if (shift != 0)
            value |= limbs[limb + 1] << (64 - shift);
        int32_t digit = (int32_t)(value & (((uint64_t)1 << table->width) - 1)) + carry;
        carry = digit > half;
        if (carry)
            digit -= 2 * half;
        table->digits[w * table->count + i] = negative ? -digit : digit;
    }
    ZK_CHECK(carry == 0);
}

/* sum d_i P_i over members [from, to) for the digits of one window. */
static bool window_sum(zk_vesta *r, const job *j, const digit_table *table, unsigned window,
                       size_t from, size_t to)
{
    const int32_t *digits = table->digits + (size_t)window * table->count;
    size_t used = 0;
    for (size_t i = from; i < to; i++) {
        size_t bucket = (size_t)abs(digits[i]);
        used = bucket > used ? bucket : used;
    }
    zk_vesta_identity(r);
    if (used == 0)
        return true;
    /* Counting sort by bucket. start[b + 1] first counts, then is where bucket b goes on. */
    size_t *start = calloc(used + 2, sizeof *start);
    uint32_t *ids = malloc((to - from) * sizeof *ids);
    zk_vesta_affine *buckets = malloc(used * sizeof *buckets);
    bool ok = start != NULL && ids != NULL && buckets != NULL;
    if (ok) {
        for (size_t i = from; i < to; i++)
            start[abs(digits[i]) + 1]++;
        start[1] = 0; /* zeros go nowhere */
        for (size_t b = 1; b <= used; b++)
            start[b + 1] += start[b];
        for (size_t i = from; i < to; i++)
            if (digits[i] != 0)
                ids[start[abs(digits[i])]++] =
                    table->members[i] | (digits[i] < 0 ? ZK_BUCKET_NEGATED : 0);
        /* Now start[b] is the end of bucket b = 1 .. used; start[0] is still 0. */
        ok = zk_bucket_sums(buckets, j->points, ids, start, used) &&
             zk_bucket_weighted_sum(r, buckets, used);
        sodium_memzero(ids, (to - from) * sizeof *ids);
    }
    free(start);
    free(ids);
    free(buckets);
    return ok;
}

static void combine(zk_vesta *r, const zk_vesta *sums, const digit_table *table, size_t chunks)
{
    zk_vesta_identity(r);
    for (unsigned w = table->windows; w-- > 0;) {
        for (unsigned i = 0; i < table->width; i++)
            zk_vesta_double(r, r);
        for (size_t c = 0; c < chunks; c++)
            zk_vesta_add(r, r, &sums[w * chunks + c]);
    }
}

/* Few windows and many points: the points are cut as well, as long as filling the buckets
 * outweighs emptying them. */
static size_t chunk_count(const digit_table *table)
{
    size_t threads = (size_t)zk_threads();
    size_t worthwhile = table->count >> (table->width + 1);
    if (table->windows >= 4 * threads || worthwhile < 2)
        return 1;
    size_t wanted = 2 * threads / table->windows + 1;
    return wanted < worthwhile ? wanted : worthwhile;
}

/* A task smaller than this is not worth a thread. */
#define PARALLEL_MINIMUM 128

static bool sum_windows(zk_vesta *r, const job *j, const digit_table *table)
{
    size_t chunks = chunk_count(table), tasks = chunks * table->windows;
    zk_vesta *sums = malloc(tasks * sizeof *sums);
    if (sums == NULL)
        return false;
    bool good = true;
    bool parallel = zk_threads() > 1 && tasks > 1 && table->count >= PARALLEL_MINIMUM;
    (void)parallel; /* read by the pragma alone */
#pragma omp parallel for schedule(dynamic) reduction(&& : good) if (parallel)
    for (size_t t = 0; t < tasks; t++) {
        size_t from = zk_part(table->count, chunks, t % chunks);
        size_t to = zk_part(table->count, chunks, t % chunks + 1);
        good = window_sum(&sums[t], j, table, (unsigned)(t / chunks), from, to) && good;
    }
    if (good)
        combine(r, sums, table, chunks);
    free(sums);
    return good;
}

static bool sum_buckets(zk_vesta *r, const job *j, const uint32_t *members, size_t count,
                        const plan *how)
{
    digit_table table = {.members = members, .count = count, .width = how->width,
                         .windows = how->windows};
    size_t bytes = count * table.windows * sizeof *table.digits;
    table.digits = malloc(bytes);
    if (table.digits == NULL)
        return false;
#pragma omp parallel for schedule(static) if (zk_threads() > 1 && count >= 4096)
    for (size_t i = 0; i < count; i++)
        recode(&table, i, &j->scalars[members[i]]);
    bool good = sum_windows(r, j, &table);
    sodium_memzero(table.digits, bytes);
    free(table.digits);
    return good;
}

static void sum_straus(zk_vesta *r, const job *j, const uint32_t *members, size_t count)
{
    zk_vesta_affine points[STRAUS_LIMIT];
    zk_fp scalars[STRAUS_LIMIT];
    for (size_t i = 0; i < count; i++) {
        const integer *s = &j->scalars[members[i]];
        const uint64_t limbs[4] = {s->limbs[0], s->limbs[1], s->limbs[2], s->limbs[3] & ~SIGN};
        points[i] = j->points[members[i]];
        ZK_CHECK(zk_fp_from_limbs(&scalars[i], limbs));
        if (s->limbs[3] & SIGN)
            zk_fp_neg(&scalars[i], &scalars[i]);
    }
    zk_vesta_mul_sum(r, points, scalars, count);
    sodium_memzero(scalars, sizeof scalars);
}

/* Adds the scalars of more than `above` and at most `up_to` bits. */
static bool add_set(zk_vesta *r, const job *j, uint32_t *members, unsigned above, unsigned up_to)
{
    size_t count = 0;
    unsigned longest = 0;
    for (size_t i = 0; i < j->n; i++)
        if (j->bits[i] > above && j->bits[i] <= up_to) {
            members[count++] = (uint32_t)i;
            longest = j->bits[i] > longest ? j->bits[i] : longest;
        }
    if (count == 0)
        return true;
    plan how = make_plan(count, longest);
    zk_vesta sum;
    if (how.straus)
        sum_straus(&sum, j, members, count);
    else if (!sum_buckets(&sum, j, members, count, &how))
        return false;
    zk_vesta_add(r, r, &sum);
    return true;
}

static zkml_status open_job(job *j, const zk_vesta_affine *points, size_t n, zkml_error *err)
{
    *j = (job){.points = points, .n = n};
    if (n >= ZK_BUCKET_NEGATED)
        return zk_fail(err, ZKML_LIMIT, "too many terms for a multi-scalar multiplication");
    j->scalars = malloc((n + 1) * sizeof *j->scalars);
    j->bits = malloc(n + 1);
    if (j->scalars != NULL && j->bits != NULL)
        return ZKML_OK;
    free(j->scalars);
    free(j->bits);
    return zk_fail(err, ZKML_LIMIT, "out of memory for a multi-scalar multiplication");
}

static zkml_status run_job(zk_vesta *r, job *j, zkml_error *err)
{
    for (size_t i = 0; i < j->n; i++)
        j->histogram[j->bits[i]]++;
    zk_vesta_identity(r);
    uint32_t *members = malloc((j->n + 1) * sizeof *members);
    unsigned threshold = best_threshold(j->histogram);
    bool good = members != NULL && add_set(r, j, members, 0, threshold) &&
                add_set(r, j, members, threshold, MAX_BITS);
    free(members);
    sodium_memzero(j->scalars, j->n * sizeof *j->scalars);
    sodium_memzero(j->bits, j->n);
    free(j->scalars);
    free(j->bits);
    if (!good)
        return zk_fail(err, ZKML_LIMIT, "out of memory for a multi-scalar multiplication");
    return ZKML_OK;
}

static uint8_t from_field(integer *s, const zk_fp *a)
{
    uint64_t negated[4];
    zk_fp_to_limbs(s->limbs, a);
    zk_limbs_sub(negated, zk_fp_modulus, s->limbs);
    uint64_t scratch[4];
    uint64_t sign = 0;
    if (zk_limbs_sub(scratch, negated, s->limbs) != 0) { /* modulus - s < s */
        memcpy(s->limbs, negated, sizeof negated);
        sign = SIGN;
    }
    unsigned bits = bit_length(s->limbs);
    s->limbs[3] |= sign;
    return (uint8_t)bits;
}

zkml_status zk_msm(zk_vesta *r, const zk_vesta_affine *points, const zk_fp *scalars, size_t n,
                   zkml_error *err)
{
    job j;
    ZK_TRY(open_job(&j, points, n, err));
#pragma omp parallel for schedule(static) if (zk_threads() > 1 && n >= 4096)
    for (size_t i = 0; i < n; i++)
        j.bits[i] = from_field(&j.scalars[i], &scalars[i]);
    return run_job(r, &j, err);
}

zkml_status zk_msm_i64(zk_vesta *r, const zk_vesta_affine *points, const int64_t *scalars, size_t n,
                       zkml_error *err)
{
    job j;
    ZK_TRY(open_job(&j, points, n, err));
    for (size_t i = 0; i < n; i++) {
        bool negative = scalars[i] < 0;
        uint64_t magnitude = negative ? 0 - (uint64_t)scalars[i] : (uint64_t)scalars[i];
        j.scalars[i] = (integer){{magnitude, 0, 0, negative ? SIGN : 0}};
        j.bits[i] = magnitude == 0 ? 0 : (uint8_t)(64 - __builtin_clzll(magnitude));
    }
    return run_job(r, &j, err);
}

/* Points of one block share the inversions. */
enum { FOLD_BLOCK = 64 };

void zk_fold_points(zk_vesta_affine *r, const zk_vesta_affine *a, const zk_vesta_affine *b,
                    const zk_fp *scalar, size_t n)
{
    size_t blocks = (n + FOLD_BLOCK - 1) / FOLD_BLOCK;
#pragma omp parallel for schedule(dynamic) if (blocks > 1 && zk_threads() > 1)
    for (size_t i = 0; i < blocks; i++) {
        size_t start = i * FOLD_BLOCK, count = n - start < FOLD_BLOCK ? n - start : FOLD_BLOCK;
        zk_vesta sum[FOLD_BLOCK];
        zk_vesta_mul_many(sum, b + start, scalar, 0, count);
        for (size_t k = 0; k < count; k++)
            zk_vesta_add_affine(&sum[k], &sum[k], &a[start + k]);
        zk_vesta_batch_to_affine(r + start, sum, count);
    }
}

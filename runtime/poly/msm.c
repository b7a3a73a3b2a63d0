/* The bucket method (Pippenger) with signed digits.
 *
 *   s_i = sum_w d_(i,w) 2^(c w),   |d| <= 2^(c-1)
 *   sum_i [s_i] P_i = sum_w 2^(c w) sum_b [b] B_(w,b),   B_(w,b) = sum of +-P_i with |d_(i,w)| = b
 *                   = sum_w sum_j 2^(c w + j) (sum of B_(w,b) over the b that have bit j)
 *
 * A scalar stands for the nearest integer of its class, so that -3 is as short as 3. Columns are
 * mostly short with a few long scalars among them (blinding rows): the two kinds are told apart by
 * length and each gets its own windows. Long scalars are split in halves for the endomorphism
 * (glv.h), which doubles the points and halves the windows. Zeros are dropped. */
#include "runtime/poly/msm.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/curve/glv.h"
#include "runtime/field/inline.h"
#include "runtime/poly/bucket.h"
#include "runtime/poly/threads.h"

/* |s| in limbs; the sign is the top bit. */
typedef struct integer {
    uint64_t limbs[4];
} integer;

#define SIGN ((uint64_t)1 << 63)

/* Scalars longer than SPLIT bits are split, in halves of at most HALF bits. A chunk of points is
 * worked on at a time, so that it and its digits stay in the cache. */
enum { MAX_BITS = 255, HALF = 128, SPLIT = 132, MAX_WIDTH = 15, STRAUS_LIMIT = 16 };
enum { CHUNK = 1 << 18, TASK_ENTRIES = 1 << 16 };

/* Everything of one call: the terms of all parts, numbered through. */
typedef struct job {
    const zk_msm_terms *parts;
    size_t part_count;
    integer *scalars;
    uint8_t *bits; /* length of each scalar, 0 for zero or an identity point */
    size_t n;
    size_t histogram[MAX_BITS + 1];
} job;

/* How a set of `count` scalars of up to `bits` bits is done. */
typedef struct plan {
    double cost; /* in affine additions of a batch */
    bool straus, split;
    unsigned bits, width, windows;
} plan;

/* In the same unit, measured: a round of a batch with its inversion, two Jacobian operations for
 * each bit in the end, and what the method of Straus takes alone and for each point. */
#define COST_ROUND 60.0
#define COST_BIT 16.0
#define COST_STRAUS 1000.0
#define COST_STRAUS_POINT 600.0

static plan make_plan(size_t count, unsigned bits)
{
    plan best = {.bits = bits};
    if (count == 0)
        return best;
    if (count <= STRAUS_LIMIT) {
        best.straus = true;
        best.cost = COST_STRAUS + COST_STRAUS_POINT * (double)count;
        return best;
    }
    bool split = bits > SPLIT;
    unsigned length = split ? HALF : bits;
    double entries = split ? 2.0 * (double)count : (double)count;
    for (unsigned width = 1; width <= MAX_WIDTH && width <= length + 1; width++) {
        unsigned windows = (length + width) / width; /* a carry may need one bit more */
        double buckets = (double)((size_t)1 << (width - 1));
        double rounds = entries / buckets + 2 + width;
        double cost = windows * (entries + 2 * buckets) + COST_ROUND * rounds +
                      COST_BIT * (double)length;
        if (best.width == 0 || cost < best.cost)
            best = (plan){cost, false, split, length, width, windows};
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

/* Windows ------------------------------------------------------------------------------------ */

/* The scalars of one chunk and the points they belong to: entry i has point ids[i], or i if there
 * are no ids, and digits digits[w * count + i]. Every entry's point is not the identity. */
typedef struct entries {
    const zk_vesta_affine *points;
    const uint32_t *ids;
    int16_t *digits;
    size_t count;
    const plan *how;
    uint64_t offset[4]; /* of recode */
} entries;

/* With half = 2^(width - 1): the digits of s are the unsigned digits of s + sum half 2^(width w),
 * less half; w < windows - 1, so that the last digit is what it is. */
static void recode(const entries *e, size_t i, const uint64_t magnitude[4], bool negative)
{
    unsigned width = e->how->width, last = e->how->windows - 1;
    uint64_t limbs[5] = {magnitude[0], magnitude[1], magnitude[2], magnitude[3], 0};
    int32_t half = (int32_t)1 << (width - 1), mask = 2 * half - 1;
    zk_limbs_add(limbs, limbs, e->offset);
    for (unsigned w = 0; w <= last; w++) {
        unsigned from = w * width, limb = from / 64, shift = from % 64;
        uint64_t value = limbs[limb] >> shift | limbs[limb + 1] << 1 << (63 - shift);
        int32_t digit = ((int32_t)value & mask) - (w < last ? half : 0);
        e->digits[w * e->count + i] = (int16_t)(negative ? -digit : digit);
    }
}

static void set_offset(entries *e)
{
    memset(e->offset, 0, sizeof e->offset);
    for (unsigned w = 0; w + 1 < e->how->windows; w++) {
        unsigned bit = (w + 1) * e->how->width - 1;
        e->offset[bit / 64] |= (uint64_t)1 << (bit % 64);
    }
}

/* Sorts the entries of some windows by bucket: those of bucket b of window w are
 * ids[start[g]] .. ids[start[g + 1] - 1], g = w size + b, size = 2^(width - 1) + 1. Bucket 0 is
 * empty. `next` is scratch as long as start. */
static void sort_entries(const entries *e, unsigned first, unsigned windows, uint32_t *ids,
                         uint32_t *start, uint32_t *next)
{
    size_t size = ((size_t)1 << (e->how->width - 1)) + 1;
    memset(start, 0, (windows * size + 1) * sizeof *start);
    for (unsigned w = 0; w < windows; w++) {
        const int16_t *digits = e->digits + (first + w) * e->count;
        uint32_t *count = start + w * size + 1;
        for (size_t i = 0; i < e->count; i++)
            count[abs(digits[i])]++;
        count[0] = 0;
    }
    for (size_t g = 0; g < windows * size; g++) {
        next[g] = start[g];
        start[g + 1] += start[g];
    }
    for (unsigned w = 0; w < windows; w++) {
        const int16_t *digits = e->digits + (first + w) * e->count;
        for (size_t i = 0; i < e->count; i++)
            if (digits[i] != 0) {
                uint32_t id = e->ids != NULL ? e->ids[i] : (uint32_t)i;
                ids[next[w * size + (size_t)abs(digits[i])]++] =
                    id | (digits[i] < 0 ? ZK_POINT_NEGATED : 0);
            }
    }
}

/* sums[w * width + j], w < windows: what the comment on top has in the last brackets. */
static bool sum_windows(zk_vesta_affine *sums, const entries *e, unsigned first, unsigned windows)
{
    unsigned bits = e->how->width - 1;
    size_t groups = windows * (((size_t)1 << bits) + 1), most = windows * e->count;
    uint32_t *start = malloc((groups + 1) * sizeof *start);
    uint32_t *next = malloc((groups + 1) * sizeof *next);
    uint32_t *ids = malloc((most + 1) * sizeof *ids);
    zk_vesta_affine *buckets = malloc(groups * sizeof *buckets);
    bool good = start != NULL && next != NULL && ids != NULL && buckets != NULL;
    if (good) {
        sort_entries(e, first, windows, ids, start, next);
        good = zk_bucket_sums(buckets, e->points, ids, start, groups) &&
               zk_bucket_bit_sums(sums, buckets, windows, bits);
        sodium_memzero(ids, most * sizeof *ids);
    }
    free(start);
    free(next);
    free(ids);
    free(buckets);
    return good;
}

/* sum 2^j sums[j] */
static void combine(zk_vesta *r, const zk_vesta_affine *sums, size_t count)
{
    zk_vesta_identity(r);
    for (size_t j = count; j-- > 0;) {
        zk_vesta_double(r, r);
        zk_vesta_add_affine(r, r, &sums[j]);
    }
}

/* Windows are done several at a time, which makes longer batches, or one by one, on all threads. */
static bool sum_chunk(zk_vesta *r, const entries *e)
{
    size_t windows = e->how->windows, threads = (size_t)zk_threads();
    size_t together = TASK_ENTRIES / e->count + 1, tasks = (windows + together - 1) / together;
    if (tasks < threads && windows * e->count >= 4096)
        tasks = windows < threads ? windows : threads;
    size_t width = e->how->width;
    zk_vesta_affine *sums = malloc(windows * width * sizeof *sums);
    if (sums == NULL)
        return false;
    bool good = true;
#pragma omp parallel for schedule(dynamic) reduction(&& : good) if (tasks > 1 && threads > 1)
    for (size_t t = 0; t < tasks; t++) {
        size_t from = zk_part(windows, tasks, t), to = zk_part(windows, tasks, t + 1);
        good = sum_windows(sums + from * width, e, (unsigned)from, (unsigned)(to - from)) && good;
    }
    if (good)
        combine(r, sums, windows * width);
    free(sums);
    return good;
}

/* Sets of scalars ---------------------------------------------------------------------------- */

static zk_vesta_affine point_of(const job *j, size_t i)
{
    const zk_msm_terms *part = j->parts;
    while (i >= part->n)
        i -= (part++)->n;
    return part->points[i];
}

static void magnitude_of(uint64_t limbs[4], const integer *s)
{
    memcpy(limbs, s->limbs, sizeof s->limbs);
    limbs[3] &= ~SIGN;
}

/* The halves go to entries i and count / 2 + i, for the point and its image (zeta x, y). */
static void recode_split(const entries *e, zk_vesta_affine *points, size_t i, const integer *s)
{
    size_t second = e->count / 2 + i;
    uint64_t limbs[4];
    zk_glv_half k[2];
    bool negative = s->limbs[3] & SIGN;
    magnitude_of(limbs, s);
    zk_fp_glv_split_limbs(&k[0], &k[1], limbs);
    fq_mul(&points[second].x, &points[i].x, &zk_fq_zeta);
    points[second].y = points[i].y;
    for (size_t half = 0; half < 2; half++) {
        const uint64_t magnitude[4] = {k[half].magnitude[0], k[half].magnitude[1], 0, 0};
        recode(e, half == 0 ? i : second, magnitude, k[half].negative != negative);
    }
}

/* Scalars members[0] .. [count - 1] of the job. Points are copied unless all of them are in the
 * first part and serve as they are. */
static bool run_chunk(zk_vesta *r, const job *j, const uint32_t *members, size_t count,
                      const plan *how)
{
    bool in_place = !how->split && members[count - 1] < j->parts[0].n;
    entries e = {.points = j->parts[0].points, .ids = members, .how = how};
    e.count = how->split ? 2 * count : count;
    size_t bytes = e.count * how->windows * sizeof *e.digits;
    zk_vesta_affine *points = in_place ? NULL : malloc(e.count * sizeof *points);
    e.digits = malloc(bytes);
    bool good = e.digits != NULL && (in_place || points != NULL);
    if (good && !in_place) {
        e.points = points;
        e.ids = NULL;
    }
    set_offset(&e);
    if (good) {
#pragma omp parallel for schedule(static) if (zk_threads() > 1 && count >= 4096)
        for (size_t i = 0; i < count; i++) {
            const integer *s = &j->scalars[members[i]];
            uint64_t magnitude[4];
            if (!in_place)
                points[i] = point_of(j, members[i]);
            magnitude_of(magnitude, s);
            if (how->split)
                recode_split(&e, points, i, s);
            else
                recode(&e, i, magnitude, s->limbs[3] & SIGN);
        }
        good = sum_chunk(r, &e);
        sodium_memzero(e.digits, bytes);
    }
    free(e.digits);
    free(points);
    return good;
}

static void run_straus(zk_vesta *r, const job *j, const uint32_t *members, size_t count)
{
    zk_vesta_affine points[STRAUS_LIMIT];
    zk_fp scalars[STRAUS_LIMIT];
    for (size_t i = 0; i < count; i++) {
        uint64_t limbs[4];
        points[i] = point_of(j, members[i]);
        magnitude_of(limbs, &j->scalars[members[i]]);
        ZK_CHECK(zk_fp_from_limbs(&scalars[i], limbs));
        if (j->scalars[members[i]].limbs[3] & SIGN)
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
    zk_vesta sum;
    if (count > 0 && count <= STRAUS_LIMIT) {
        run_straus(&sum, j, members, count);
        zk_vesta_add(r, r, &sum);
        return true;
    }
    for (size_t at = 0; at < count; at += CHUNK) {
        size_t here = count - at < CHUNK ? count - at : CHUNK;
        plan how = make_plan(here, longest);
        if (how.straus)
            run_straus(&sum, j, members + at, here);
        else if (!run_chunk(&sum, j, members + at, here, &how))
            return false;
        zk_vesta_add(r, r, &sum);
    }
    return true;
}

/* Reading ------------------------------------------------------------------------------------ */

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

static uint8_t from_integer(integer *s, int64_t value)
{
    uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    *s = (integer){{magnitude, 0, 0, value < 0 ? SIGN : 0}};
    return magnitude == 0 ? 0 : (uint8_t)(64 - __builtin_clzll(magnitude));
}

static void read_part(integer *scalars, uint8_t *bits, const zk_msm_terms *part)
{
#pragma omp parallel for schedule(static) if (zk_threads() > 1 && part->n >= 4096)
    for (size_t i = 0; i < part->n; i++) {
        bits[i] = part->scalars != NULL ? from_field(&scalars[i], &part->scalars[i])
                                        : from_integer(&scalars[i], part->integers[i]);
        if (zk_vesta_affine_is_identity(&part->points[i]))
            bits[i] = 0;
    }
}

static bool run_job(zk_vesta *r, job *j)
{
    size_t at = 0;
    for (size_t p = 0; p < j->part_count; at += j->parts[p++].n)
        read_part(j->scalars + at, j->bits + at, &j->parts[p]);
    for (size_t i = 0; i < j->n; i++)
        j->histogram[j->bits[i]]++;
    zk_vesta_identity(r);
    uint32_t *members = malloc((j->n + 1) * sizeof *members);
    unsigned threshold = best_threshold(j->histogram);
    bool good = members != NULL && add_set(r, j, members, 0, threshold) &&
                add_set(r, j, members, threshold, MAX_BITS);
    free(members);
    return good;
}

zkml_status zk_msm_parts(zk_vesta *r, const zk_msm_terms *parts, size_t count, zkml_error *err)
{
    job j = {.parts = parts, .part_count = count};
    for (size_t p = 0; p < count; p++) {
        if (parts[p].n >= ZK_POINT_NEGATED - j.n)
            return zk_fail(err, ZKML_LIMIT, "too many terms for a multi-scalar multiplication");
        j.n += parts[p].n;
    }
    j.scalars = malloc((j.n + 1) * sizeof *j.scalars);
    j.bits = malloc(j.n + 1);
    bool good = j.scalars != NULL && j.bits != NULL && run_job(r, &j);
    if (j.scalars != NULL)
        sodium_memzero(j.scalars, j.n * sizeof *j.scalars);
    if (j.bits != NULL)
        sodium_memzero(j.bits, j.n);
    free(j.scalars);
    free(j.bits);
    if (!good)
        return zk_fail(err, ZKML_LIMIT, "out of memory for a multi-scalar multiplication");
    return ZKML_OK;
}

zkml_status zk_msm(zk_vesta *r, const zk_vesta_affine *points, const zk_fp *scalars, size_t n,
                   zkml_error *err)
{
    const zk_msm_terms all = {.points = points, .scalars = scalars, .n = n};
    return zk_msm_parts(r, &all, 1, err);
}

zkml_status zk_msm_i64(zk_vesta *r, const zk_vesta_affine *points, const int64_t *scalars, size_t n,
                       zkml_error *err)
{
    const zk_msm_terms all = {.points = points, .integers = scalars, .n = n};
    return zk_msm_parts(r, &all, 1, err);
}

/* Batched additions of every backend against one addition after the other. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/curve/batch.h"
#include "runtime/field/bulk.h"
#include "tests/unit/vectors.h"

enum { POINTS = 3000 };

/* Multiples of the generator, all different and none opposite to another. */
static zk_vesta_affine *make_points(void)
{
    zk_vesta_affine *points = calloc(POINTS, sizeof *points);
    zk_vesta *sums = calloc(POINTS, sizeof *sums);
    cr_assert(points != NULL && sums != NULL);
    zk_vesta_from_affine(&sums[0], &zk_vesta_generator);
    for (size_t i = 1; i < POINTS; i++)
        zk_vesta_add_affine(&sums[i], &sums[i - 1], &zk_vesta_generator);
    zk_vesta_batch_to_affine(points, sums, POINTS);
    free(sums);
    return points;
}

static const zk_vesta_ops *backend(size_t i)
{
#if ZK_VESTA_HAS_IFMA
    if (i == 0)
        return zk_bulk_find("ifma") != NULL ? &zk_vesta_ops_ifma : NULL;
#endif
    return i == 1 ? &zk_vesta_ops_portable : NULL;
}

static zk_vesta_affine slow_sum(const zk_vesta_affine *points, const uint32_t *ids, uint32_t count)
{
    zk_vesta sum;
    zk_vesta_affine r;
    zk_vesta_identity(&sum);
    for (uint32_t j = 0; j < count; j++) {
        zk_vesta_affine p = points[ids[j] & ~ZK_POINT_NEGATED];
        if (ids[j] & ZK_POINT_NEGATED)
            zk_vesta_affine_neg(&p, &p);
        zk_vesta_add_affine(&sum, &sum, &p);
    }
    zk_vesta_to_affine(&r, &sum);
    return r;
}

typedef struct listing {
    uint32_t *ids;
    zk_point_run *runs;
    size_t n, total;
} listing;

/* n runs with at most `longest` numbers; one of `repeat` numbers is that of the number before or
 * minus it. */
static listing make_listing(size_t n, uint32_t longest, unsigned repeat, uint64_t *state)
{
    listing l = {.n = n};
    l.ids = calloc(n * longest + 1, sizeof *l.ids);
    l.runs = calloc(n + 1, sizeof *l.runs);
    cr_assert(l.ids != NULL && l.runs != NULL);
    for (size_t i = 0; i < n; i++) {
        uint32_t count = longest - (uint32_t)(i * longest / n);
        l.runs[i] = (zk_point_run){(uint32_t)l.total, count};
        for (uint32_t j = 0; j < count; j++, l.total++) {
            uint64_t r = test_random(state) >> 8;
            l.ids[l.total] = (uint32_t)(r % POINTS);
            if (repeat != 0 && j > 0 && r / POINTS % repeat == 0)
                l.ids[l.total] = l.ids[l.total - 1] & ~ZK_POINT_NEGATED;
            if (test_random(state) >> 63)
                l.ids[l.total] |= ZK_POINT_NEGATED;
        }
    }
    return l;
}

static void check_runs(const zk_vesta_ops *ops, const zk_vesta_affine *points, const listing *l)
{
    zk_vesta_affine *sums = calloc(l->n + 1, sizeof *sums);
    cr_assert(sums != NULL);
    cr_assert(ops->sum_runs(sums, points, l->ids, l->runs, l->n));
    for (size_t i = 0; i < l->n; i++) {
        zk_vesta_affine want = slow_sum(points, l->ids + l->runs[i].first, l->runs[i].count);
        cr_assert(memcmp(&sums[i], &want, sizeof want) == 0, "%s: run %zu of %zu", ops->name, i,
                  l->n);
    }
    cr_assert(zk_vesta_affine_is_identity(&sums[l->n]), "nothing is written beyond the sums");
    free(sums);
}

Test(batch, runs_are_summed)
{
    static const size_t sizes[] = {0, 1, 2, 7, 8, 9, 31, 33, 100, 2049, 2100};
    static const unsigned repeats[] = {0, 1, 2, 1000};
    zk_vesta_affine *points = make_points();
    uint64_t state = 1;
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++)
        for (size_t r = 0; r < sizeof repeats / sizeof repeats[0]; r++) {
            listing l = make_listing(sizes[s], 1 + (uint32_t)(s * 3 % 11), repeats[r], &state);
            for (size_t b = 0; b < 2; b++)
                if (backend(b) != NULL)
                    check_runs(backend(b), points, &l);
            free(l.ids);
            free(l.runs);
        }
    free(points);
}

/* Pairs of all points in a random order; every `special`-th pair is of equal or opposite points. */
static void check_pairs(const zk_vesta_ops *ops, const zk_vesta_affine *points, size_t n,
                        size_t special, uint64_t *state)
{
    zk_vesta_affine *work = malloc(POINTS * sizeof *work), want;
    zk_point_pair *pairs = calloc(n + 1, sizeof *pairs);
    uint32_t order[POINTS];
    cr_assert(work != NULL && pairs != NULL && 2 * n <= POINTS);
    memcpy(work, points, POINTS * sizeof *work);
    for (uint32_t i = 0; i < POINTS; i++)
        order[i] = i;
    for (size_t i = POINTS; i > 1; i--) {
        size_t j = (size_t)(test_random(state) >> 8) % i;
        uint32_t swap = order[j];
        order[j] = order[i - 1];
        order[i - 1] = swap;
    }
    for (size_t i = 0; i < n; i++) {
        pairs[i] = (zk_point_pair){order[2 * i], order[2 * i + 1]};
        if (special != 0 && i % special == 0) {
            work[pairs[i].from] = work[pairs[i].to];
            if (i % 2 == 1)
                zk_vesta_affine_neg(&work[pairs[i].from], &work[pairs[i].from]);
        }
    }
    zk_vesta_affine *before = malloc(POINTS * sizeof *before);
    cr_assert(before != NULL);
    memcpy(before, work, POINTS * sizeof *before);
    cr_assert(ops->add_pairs(work, pairs, n));
    for (size_t i = 0; i < n; i++) {
        uint32_t both[2] = {pairs[i].to, pairs[i].from};
        want = slow_sum(before, both, 2);
        cr_assert(memcmp(&work[pairs[i].to], &want, sizeof want) == 0, "%s: pair %zu of %zu",
                  ops->name, i, n);
        cr_assert(memcmp(&work[pairs[i].from], &before[pairs[i].from], sizeof want) == 0);
    }
    free(before);
    free(work);
    free(pairs);
}

Test(batch, pairs_are_added)
{
    static const size_t sizes[] = {0, 1, 5, 8, 9, 64, 100, 1500};
    static const size_t specials[] = {0, 1, 37};
    zk_vesta_affine *points = make_points();
    uint64_t state = 2;
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++)
        for (size_t r = 0; r < sizeof specials / sizeof specials[0]; r++)
            for (size_t b = 0; b < 2; b++)
                if (backend(b) != NULL)
                    check_pairs(backend(b), points, sizes[s], specials[r], &state);
    free(points);
}

static zk_fp random_scalar(uint64_t *state)
{
    uint8_t bytes[64];
    zk_fp r;
    for (int i = 0; i < 64; i++)
        bytes[i] = (uint8_t)(test_random(state) >> 40);
    zk_fp_from_uniform_bytes(&r, bytes);
    return r;
}

static void check_combination(const zk_vesta_affine *points, size_t stride, const zk_fp *scalars,
                              size_t terms, size_t n, bool in_place, const char *what)
{
    zk_vesta_affine *r = calloc(stride * terms + 1, sizeof *r);
    cr_assert(r != NULL);
    if (in_place)
        memcpy(r, points, stride * terms * sizeof *r);
    zk_vesta_combine(r, in_place ? r : points, stride, scalars, terms, n);
    for (size_t i = 0; i < n; i += i % 7 + 1) {
        zk_vesta_affine p[ZK_COMBINE_TERMS], want;
        zk_vesta sum;
        for (size_t t = 0; t < terms; t++)
            p[t] = points[t * stride + i];
        zk_vesta_mul_sum(&sum, p, scalars, terms);
        zk_vesta_to_affine(&want, &sum);
        cr_assert(memcmp(&r[i], &want, sizeof want) == 0, "%s: %zu terms, %zu of %zu", what,
                  terms, i, n);
    }
    free(r);
}

/* Scalars: random, the ends of the field, small ones, none. */
static void check_combinations(void)
{
    static const size_t sizes[][2] = {{1, 1}, {2, 8}, {2, 9}, {3, 130}, {8, 35}, {16, 12}};
    zk_vesta_affine *points = make_points();
    uint64_t state = 7;
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++)
        for (int kind = 0; kind < 5; kind++) {
            zk_fp scalars[ZK_COMBINE_TERMS];
            size_t terms = sizes[s][0], n = sizes[s][1];
            for (size_t t = 0; t < terms; t++) {
                scalars[t] = random_scalar(&state);
                if (kind == 1 && t == 0)
                    scalars[t] = zk_fp_one;
                if (kind == 2)
                    zk_fp_from_i64(&scalars[t], (int64_t)(t % 5) - 2);
                if (kind == 3)
                    scalars[t] = t % 2 == 0 ? zk_fp_zeta : zk_fp_zero;
                if (kind == 4)
                    scalars[t] = zk_fp_zero;
            }
            check_combination(points, n + 2, scalars, terms, n, s % 2 == 0, "plain");
        }
    free(points);
}

/* Points that are missing, equal or opposite, so that sums vanish on the way. */
static void check_special_combinations(void)
{
    enum { N = 40, TERMS = 2 };
    zk_vesta_affine *points = make_points();
    uint64_t state = 8;
    for (int kind = 0; kind < 4; kind++) {
        zk_fp scalars[TERMS] = {random_scalar(&state), random_scalar(&state)};
        zk_vesta_affine *work = malloc(TERMS * N * sizeof *work);
        cr_assert(work != NULL);
        memcpy(work, points, TERMS * N * sizeof *work);
        if (kind == 0)
            work[3] = work[N + 11] = (zk_vesta_affine){zk_fq_zero, zk_fq_zero};
        if (kind == 1)
            work[N + 17] = work[17];
        if (kind == 2)
            zk_vesta_affine_neg(&work[N + 30], &work[30]);
        if (kind == 1 || kind == 2)
            scalars[1] = scalars[0];
        if (kind == 3) {
            scalars[0] = zk_fp_one;
            zk_fp_neg(&scalars[1], &zk_fp_one);
            work[N + 5] = work[5];
        }
        check_combination(work, N, scalars, TERMS, N, kind % 2 == 0, "special");
        free(work);
    }
    free(points);
}

/* More than one block. */
static void check_long_combination(void)
{
    zk_vesta_affine *points = make_points();
    uint64_t state = 9;
    zk_fp scalars[2] = {zk_fp_one, random_scalar(&state)};
    check_combination(points, POINTS / 2, scalars, 2, POINTS / 2, true, "long");
    free(points);
}

Test(batch, combinations)
{
    static const char *const names[] = {"portable", "ifma"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (zk_bulk_find(names[i]) != NULL) {
            cr_assert_eq(setenv("ZKML_BACKEND", names[i], 1), 0);
            check_combinations();
            check_special_combinations();
            check_long_combination();
        }
}

/* A backend says so, and changes nothing, when it cannot combine; what is tested above then is the
 * slow way. */
Test(batch, combinations_of_equal_points_are_refused)
{
    static zk_combination c;
    zk_vesta_affine *points = make_points();
    zk_fp scalars[2];
    zk_fp_from_u64(&scalars[0], 77);
    scalars[1] = scalars[0];
    zk_combination_plan(&c, scalars, 2);
    for (size_t b = 0; b < 2; b++) {
        zk_vesta_affine r[20];
        if (backend(b) == NULL)
            continue;
        memset(r, 1, sizeof r);
        cr_expect(backend(b)->combine(r, points, 20, &c, 20), "%s", backend(b)->name);
        points[33] = points[13];
        memset(r, 1, sizeof r);
        cr_expect_not(backend(b)->combine(r, points, 20, &c, 20), "%s", backend(b)->name);
        for (size_t i = 0; i < sizeof r; i++)
            cr_assert_eq(((const uint8_t *)r)[i], 1);
        zk_vesta_affine_neg(&points[33], &points[53]);
    }
    free(points);
}

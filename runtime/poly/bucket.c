#include "runtime/poly/bucket.h"

#include <stdlib.h>

#include "runtime/field/inline.h"

/* p + q on its way: the slope is rise / run, `before` the product of the runs of earlier pairs. */
typedef struct pending {
    zk_fq x1, y1, x2;
    zk_fq rise, run, before;
    zk_vesta_affine *to;
    bool known; /* x1, y1 is the result already */
} pending;

enum { BATCH = 256, PREFETCH = 12 };

typedef struct adder {
    size_t count;
    zk_fq product;
    pending pairs[BATCH];
} adder;

/* The pairs that the slope formula does not cover. No point has x = 0, the identity has; no point
 * has y = 0. */
static void exceptional(pending *s, const zk_vesta_affine *p, const zk_vesta_affine *q)
{
    s->known = true;
    s->run = zk_fq_one;
    if (fq_is_zero(&p->x)) {
        s->x1 = q->x;
        s->y1 = q->y;
    } else if (fq_is_zero(&q->x)) {
        return;
    } else if (fq_equal(&p->y, &q->y)) { /* slope 3 x^2 / 2 y */
        s->known = false;
        fq_sqr(&s->rise, &p->x);
        fq_double(&s->run, &s->rise);
        fq_add(&s->rise, &s->rise, &s->run);
        fq_double(&s->run, &p->y);
    } else {
        s->x1 = zk_fq_zero;
        s->y1 = zk_fq_zero;
    }
}

static void flush(adder *a)
{
    zk_fq inverse, slope, x, y;
    zk_fq_inv_var(&inverse, &a->product);
    for (size_t i = a->count; i-- > 0;) {
        const pending *s = &a->pairs[i];
        if (s->known) {
            *s->to = (zk_vesta_affine){s->x1, s->y1};
            continue;
        }
        fq_mul(&slope, &inverse, &s->before);
        fq_mul(&inverse, &inverse, &s->run);
        fq_mul(&slope, &slope, &s->rise);
        fq_sqr(&x, &slope);
        fq_sub(&x, &x, &s->x1);
        fq_sub(&x, &x, &s->x2);
        fq_sub(&y, &s->x1, &x);
        fq_mul(&y, &y, &slope);
        fq_sub(&s->to->y, &y, &s->y1);
        s->to->x = x;
    }
    a->count = 0;
    a->product = zk_fq_one;
}

/* *to = p + q, at the latest after a flush. */
static void push(adder *a, const zk_vesta_affine *p, const zk_vesta_affine *q, zk_vesta_affine *to)
{
    pending *s = &a->pairs[a->count++];
    s->x1 = p->x;
    s->y1 = p->y;
    s->x2 = q->x;
    s->to = to;
    s->known = false;
    fq_sub(&s->run, &q->x, &p->x);
    fq_sub(&s->rise, &q->y, &p->y);
    if (__builtin_expect(fq_is_zero(&s->run) || fq_is_zero(&p->x) || fq_is_zero(&q->x), 0))
        exceptional(s, p, q);
    if (!s->known) {
        s->before = a->product;
        fq_mul(&a->product, &a->product, &s->run);
    }
    if (a->count == BATCH)
        flush(a);
}

static zk_vesta_affine numbered_point(const zk_vesta_affine *points, uint32_t id)
{
    zk_vesta_affine p = points[id & ~ZK_BUCKET_NEGATED];
    if (id & ZK_BUCKET_NEGATED)
        fq_neg(&p.y, &p.y);
    return p;
}

/* Pairs up the numbered points of each group into `work`. Returns the largest group's new size. */
static size_t first_round(adder *a, zk_vesta_affine *work, const zk_vesta_affine *points,
                          const uint32_t *ids, size_t *start, size_t groups)
{
    size_t out = 0, largest = 0, from = start[0], end = start[groups];
    for (size_t g = 0; g < groups; g++) {
        size_t to = start[g + 1], first = out;
        start[g] = out;
        for (; from + 1 < to; from += 2) {
            if (from + PREFETCH + 1 < end) {
                __builtin_prefetch(&points[ids[from + PREFETCH] & ~ZK_BUCKET_NEGATED]);
                __builtin_prefetch(&points[ids[from + PREFETCH + 1] & ~ZK_BUCKET_NEGATED]);
            }
            zk_vesta_affine p = numbered_point(points, ids[from]);
            zk_vesta_affine q = numbered_point(points, ids[from + 1]);
            push(a, &p, &q, &work[out++]);
        }
        if (from < to)
            work[out++] = numbered_point(points, ids[from++]);
        largest = out - first > largest ? out - first : largest;
    }
    start[groups] = out;
    return largest;
}

/* The same in place: a result never lands beyond the points it comes from, and those are read
 * before anything is written there. */
static size_t next_round(adder *a, zk_vesta_affine *work, size_t *start, size_t groups)
{
    size_t out = 0, largest = 0, from = start[0];
    for (size_t g = 0; g < groups; g++) {
        size_t to = start[g + 1], first = out;
        start[g] = out;
        for (; from + 1 < to; from += 2)
            push(a, &work[from], &work[from + 1], &work[out++]);
        if (from < to)
            work[out++] = work[from++];
        largest = out - first > largest ? out - first : largest;
    }
    start[groups] = out;
    return largest;
}

bool zk_bucket_sums(zk_vesta_affine *sums, const zk_vesta_affine *points, const uint32_t *ids,
                    size_t *start, size_t groups)
{
    size_t results = 1;
    for (size_t g = 0; g < groups; g++)
        results += (start[g + 1] - start[g] + 1) / 2;
    zk_vesta_affine *work = calloc(results, sizeof *work);
    adder *a = malloc(sizeof *a);
    bool ok = work != NULL && a != NULL;
    if (ok) {
        a->count = 0;
        a->product = zk_fq_one;
        size_t largest = first_round(a, work, points, ids, start, groups);
        flush(a);
        while (largest > 1) {
            largest = next_round(a, work, start, groups);
            flush(a);
        }
        for (size_t g = 0; g < groups; g++)
            sums[g] = start[g] < start[g + 1]
                          ? work[start[g]]
                          : (zk_vesta_affine){zk_fq_zero, zk_fq_zero};
    }
    free(work);
    free(a);
    return ok;
}

/* *weighted = sum i p[i] and *total = sum p[i], i < n, n > 0. */
static void running_sums(zk_vesta *weighted, zk_vesta *total, const zk_vesta_affine *p, size_t n)
{
    zk_vesta_identity(weighted);
    zk_vesta_identity(total);
    for (size_t i = n; i-- > 0;) {
        zk_vesta_add(weighted, weighted, total);
        zk_vesta_add_affine(total, total, &p[i]);
    }
}

/* Below this many buckets plain running sums are as fast. */
enum { TABLE_MINIMUM = 64 };

/* The buckets as a table of `rows` times 2^shift: lists the non-empty ones row by row, then column
 * by column. start has rows + 2^shift + 1 entries. */
static void list_table(uint32_t *ids, size_t *start, const zk_vesta_affine *buckets, size_t count,
                       size_t rows, unsigned shift)
{
    size_t columns = (size_t)1 << shift, listed = 0, group = 0;
    for (size_t r = 0; r < rows; r++) {
        start[group++] = listed;
        for (size_t i = r << shift; i < (r + 1) << shift && i < count; i++)
            if (!fq_is_zero(&buckets[i].x))
                ids[listed++] = (uint32_t)i;
    }
    for (size_t c = 0; c < columns; c++) {
        start[group++] = listed;
        for (size_t i = c; i < count; i += columns)
            if (!fq_is_zero(&buckets[i].x))
                ids[listed++] = (uint32_t)i;
    }
    start[group] = listed;
}

/* With i = 2^shift r + c:  sum i B_i = 2^shift sum_r r R_r + sum_c c C_c, where R and C are the
 * sums of rows and of columns: cheap affine additions, and only short running sums. */
bool zk_bucket_weighted_sum(zk_vesta *r, const zk_vesta_affine *buckets, size_t count)
{
    zk_vesta by_row, by_column, total;
    if (count < TABLE_MINIMUM) {
        running_sums(&by_row, &total, buckets, count);
        zk_vesta_add(r, &by_row, &total);
        return true;
    }
    unsigned shift = 1;
    while (count >> (2 * shift) != 0)
        shift++;
    size_t columns = (size_t)1 << shift, rows = (count + columns - 1) >> shift;
    uint32_t *ids = malloc(2 * count * sizeof *ids);
    size_t *start = malloc((rows + columns + 1) * sizeof *start);
    zk_vesta_affine *sums = malloc((rows + columns) * sizeof *sums);
    bool ok = ids != NULL && start != NULL && sums != NULL;
    if (ok) {
        list_table(ids, start, buckets, count, rows, shift);
        ok = zk_bucket_sums(sums, buckets, ids, start, rows + columns);
    }
    if (ok) {
        running_sums(&by_column, &total, sums + rows, columns);
        running_sums(&by_row, &total, sums, rows);
        for (unsigned i = 0; i < shift; i++)
            zk_vesta_double(&by_row, &by_row);
        zk_vesta_add(r, &by_row, &by_column);
        zk_vesta_add(r, r, &total);
    }
    free(ids);
    free(start);
    free(sums);
    return ok;
}

#include <stdlib.h>
#include <string.h>

#include "runtime/curve/batch.h"
#include "runtime/field/inline.h"

/* p + q on its way: the slope is rise / run, `before` the product of the runs of earlier ones. */
typedef struct pending {
    zk_fq x1, y1, x2;
    zk_fq rise, run, before;
    zk_vesta_affine *to;
    bool opposite;
} pending;

enum { BATCH = 256, PREFETCH = 8 };

typedef struct adder {
    size_t count;
    zk_fq product;
    bool met; /* points with equal x */
    pending pairs[BATCH];
} adder;

static void flush(adder *a)
{
    zk_fq inverse, slope, x, y;
    zk_fq_inv_var(&inverse, &a->product);
    for (size_t i = a->count; i-- > 0;) {
        const pending *s = &a->pairs[i];
        if (s->opposite) {
            *s->to = (zk_vesta_affine){zk_fq_zero, zk_fq_zero};
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

/* The slope of the tangent, 3 x^2 / 2 y; no point has y = 0. */
static void tangent(pending *s, const zk_vesta_affine *p)
{
    fq_sqr(&s->rise, &p->x);
    fq_double(&s->run, &s->rise);
    fq_add(&s->rise, &s->rise, &s->run);
    fq_double(&s->run, &p->y);
}

/* *to = p + q, at the latest after a flush. */
static void push(adder *a, const zk_vesta_affine *p, const zk_vesta_affine *q, zk_vesta_affine *to)
{
    pending *s = &a->pairs[a->count++];
    s->x1 = p->x;
    s->y1 = p->y;
    s->x2 = q->x;
    s->to = to;
    s->opposite = false;
    fq_sub(&s->run, &q->x, &p->x);
    fq_sub(&s->rise, &q->y, &p->y);
    if (__builtin_expect(fq_is_zero(&s->run), 0)) {
        a->met = true;
        s->opposite = !fq_equal(&p->y, &q->y);
        tangent(s, p);
    }
    if (!s->opposite) {
        s->before = a->product;
        fq_mul(&a->product, &a->product, &s->run);
    }
    if (a->count == BATCH)
        flush(a);
}

static adder *new_adder(void)
{
    adder *a = malloc(sizeof *a);
    if (a != NULL) {
        a->count = 0;
        a->product = zk_fq_one;
        a->met = false;
    }
    return a;
}

static zk_vesta_affine numbered(const zk_vesta_affine *points, uint32_t id)
{
    zk_vesta_affine p = points[id & ~ZK_POINT_NEGATED];
    if (id & ZK_POINT_NEGATED)
        fq_neg(&p.y, &p.y);
    return p;
}

/* Round j adds number j of every run that is so long: the first `active` of them. A sum that is the
 * identity for a while starts again with the next point. */
static bool sum_runs(zk_vesta_affine *sums, const zk_vesta_affine *points, const uint32_t *ids,
                     const zk_point_run *runs, size_t n)
{
    adder *a = new_adder();
    if (a == NULL)
        return false;
    for (size_t i = 0; i < n; i++)
        sums[i] = numbered(points, ids[runs[i].first]);
    for (size_t j = 1, active = n; active > 0; j++) {
        while (active > 0 && runs[active - 1].count <= j)
            active--;
        for (size_t i = 0; i < active; i++) {
            if (i + PREFETCH < active)
                __builtin_prefetch(
                    &points[ids[runs[i + PREFETCH].first + j] & ~ZK_POINT_NEGATED]);
            zk_vesta_affine p = numbered(points, ids[runs[i].first + j]);
            if (fq_is_zero(&sums[i].x))
                sums[i] = p;
            else
                push(a, &sums[i], &p, &sums[i]);
        }
        flush(a);
    }
    free(a);
    return true;
}

static bool add_pairs(zk_vesta_affine *points, const zk_point_pair *pairs, size_t n)
{
    adder *a = new_adder();
    if (a == NULL)
        return false;
    for (size_t i = 0; i < n; i++) {
        zk_vesta_affine *to = &points[pairs[i].to];
        push(a, to, &points[pairs[i].from], to);
    }
    flush(a);
    free(a);
    return true;
}

/* Linear combinations ------------------------------------------------------------------------ */

typedef struct tables {
    zk_vesta_affine *sum, *entries; /* n; terms * ENTRIES * n */
    size_t n;
} tables;

static zk_vesta_affine *entry_of(const tables *t, size_t term, size_t entry)
{
    return t->entries + (term * ZK_COMBINE_ENTRIES + entry) * t->n;
}

static void add_all(adder *a, zk_vesta_affine *to, const zk_vesta_affine *p,
                    const zk_vesta_affine *q, size_t n)
{
    for (size_t i = 0; i < n; i++)
        push(a, &p[i], &q[i], &to[i]);
    flush(a);
}

static void double_all(adder *a, zk_vesta_affine *to, const zk_vesta_affine *p, size_t n)
{
    bool met = a->met;
    add_all(a, to, p, p, n);
    a->met = met;
}

/* 1, 3, 5, 7 times the point, each from the one before and the double in `sum`. */
static void fill_tables(adder *a, const tables *t, const zk_vesta_affine *points, size_t stride,
                        size_t terms)
{
    for (size_t term = 0; term < terms; term++) {
        memcpy(entry_of(t, term, 0), points + term * stride, t->n * sizeof *points);
        double_all(a, t->sum, entry_of(t, term, 0), t->n);
        for (size_t e = 1; e < ZK_COMBINE_ENTRIES; e++)
            add_all(a, entry_of(t, term, e), entry_of(t, term, e - 1), t->sum, t->n);
    }
}

static void run_steps(adder *a, const tables *t, const zk_combination *c)
{
    for (size_t s = 0; s < c->step_count; s++) {
        const zk_point_step *step = &c->steps[s];
        if (step->doubling) {
            double_all(a, t->sum, t->sum, t->n);
            continue;
        }
        const zk_vesta_affine *entry = entry_of(t, step->term, step->entry);
        for (size_t i = 0; i < t->n; i++) {
            zk_vesta_affine p = entry[i];
            if (step->image)
                fq_mul(&p.x, &p.x, &zk_fq_zeta);
            if (step->negated)
                fq_neg(&p.y, &p.y);
            if (s == 0)
                t->sum[i] = p;
            else
                push(a, &t->sum[i], &p, &t->sum[i]);
        }
        flush(a);
    }
}

static bool combine(zk_vesta_affine *r, const zk_vesta_affine *points, size_t stride,
                    const zk_combination *c, size_t n)
{
    tables t = {.n = n};
    adder *a = new_adder();
    t.sum = malloc((n + 1) * sizeof *t.sum);
    t.entries = malloc((c->terms * ZK_COMBINE_ENTRIES * n + 1) * sizeof *t.entries);
    bool good = a != NULL && t.sum != NULL && t.entries != NULL;
    if (good) {
        fill_tables(a, &t, points, stride, c->terms);
        run_steps(a, &t, c);
        good = !a->met;
    }
    if (good)
        memcpy(r, t.sum, n * sizeof *r);
    free(a);
    free(t.sum);
    free(t.entries);
    return good;
}

const zk_vesta_ops zk_vesta_ops_portable = {
    .name = "portable",
    .sum_runs = sum_runs,
    .add_pairs = add_pairs,
    .combine = combine,
};

/* Batched affine additions with AVX-512 IFMA, eight points at a time; see ifma.h.
 *
 * Coordinates carry the factor 2^256 and products divide by 2^260. With X = 2^256 x and so on, and
 * inverses I = 2^518 / (X2 - X1) instead of 2^520 / ..,
 *
 *   L = (Y2 - Y1) I / 2^260 = 2^258 slope,     X3 = L^2 / 2^260 - X1 - X2,
 *   Y3 = L (4 (X1 - X3)) / 2^260 - Y1
 *
 * have the factor 2^256 again. The one inversion of a batch is scalar and gets the constant.
 *
 * Equal and opposite points make the product of all X2 - X1 zero. That is seen at the inversion;
 * the block is then done by the portable code, from the beginning.
 */
#include "runtime/curve/batch.h"

#if ZK_VESTA_HAS_IFMA

#include <stdlib.h>
#include <string.h>

#include "runtime/field/ifma.h"

/* Coordinates: carried, below 2.1 p. */
typedef struct point8 {
    zk_v8 x, y;
} point8;

/* A batch has so many vectors at most; CHAINS products are kept apart, so that one multiplication
 * need not wait for the one before. */
enum { BATCH = 256, CHAINS = 4, PREFETCH = 6 };

/* Vectors v of a batch: (acc[v].x, acc[v].y) + a point whose coordinates are dx[v] and dy[v] more;
 * before[v] is the product of dx[u] for u < v, u = v mod CHAINS. `ids` and `from` number the
 * operands of a batch. */
typedef struct workspace {
    point8 acc[BATCH];
    zk_v8 dx[BATCH], dy[BATCH], before[BATCH];
    uint32_t ids[8 * BATCH], from[8 * BATCH];
} workspace;

/* a - b + k p */
ZK_IFMA_INLINE zk_v8 sub_raised(const zk_v8 *a, const zk_v8 *b, uint64_t k)
{
    zk_v8 multiple = v8_fq_multiple(k), raised = v8_add(a, &multiple);
    return v8_sub(&raised, b);
}

/* Eight affine points, one from each row of 64 bytes. */
ZK_IFMA_INLINE void transpose_points(const __m512i r[8], __m512i x[4], __m512i y[4])
{
    __m512i low[4], high[4]; /* of rows 2i and 2i + 1: limbs 0 and 2, limbs 1 and 3 of x, then y */
    ZK_IFMA_UNROLL
    for (int i = 0; i < 4; i++) {
        low[i] = _mm512_unpacklo_epi64(r[2 * i], r[2 * i + 1]);
        high[i] = _mm512_unpackhi_epi64(r[2 * i], r[2 * i + 1]);
    }
    __m512i even_low = _mm512_shuffle_i64x2(low[0], low[1], 0x88);
    __m512i even_high = _mm512_shuffle_i64x2(low[2], low[3], 0x88);
    __m512i third_low = _mm512_shuffle_i64x2(low[0], low[1], 0xdd);
    __m512i third_high = _mm512_shuffle_i64x2(low[2], low[3], 0xdd);
    x[0] = _mm512_shuffle_i64x2(even_low, even_high, 0x88);
    y[0] = _mm512_shuffle_i64x2(even_low, even_high, 0xdd);
    x[2] = _mm512_shuffle_i64x2(third_low, third_high, 0x88);
    y[2] = _mm512_shuffle_i64x2(third_low, third_high, 0xdd);
    even_low = _mm512_shuffle_i64x2(high[0], high[1], 0x88);
    even_high = _mm512_shuffle_i64x2(high[2], high[3], 0x88);
    third_low = _mm512_shuffle_i64x2(high[0], high[1], 0xdd);
    third_high = _mm512_shuffle_i64x2(high[2], high[3], 0xdd);
    x[1] = _mm512_shuffle_i64x2(even_low, even_high, 0x88);
    y[1] = _mm512_shuffle_i64x2(even_low, even_high, 0xdd);
    x[3] = _mm512_shuffle_i64x2(third_low, third_high, 0x88);
    y[3] = _mm512_shuffle_i64x2(third_low, third_high, 0xdd);
}

ZK_IFMA_INLINE void gather_points(point8 *p, const zk_vesta_affine *points, const uint32_t id[8])
{
    __m512i rows[8], x[4], y[4];
    ZK_IFMA_UNROLL
    for (int i = 0; i < 8; i++)
        rows[i] = _mm512_loadu_si512(&points[id[i] & ~ZK_POINT_NEGATED]);
    transpose_points(rows, x, y);
    p->x = v8_from_limbs(x);
    p->y = v8_from_limbs(y);
}

ZK_IFMA_INLINE __mmask8 negated_lanes(const uint32_t id[8])
{
    __m256i ids = _mm256_loadu_si256((const __m256i *)(const void *)id);
    return _mm512_movepi64_mask(_mm512_slli_epi64(_mm512_cvtepu32_epi64(ids), 32));
}

/* Minus y in the lanes of the mask, raw and above -2.1 p. */
ZK_IFMA_INLINE zk_v8 negated(__mmask8 mask, zk_v8 y)
{
    ZK_IFMA_UNROLL
    for (int i = 0; i < 5; i++)
        y.l[i] = _mm512_mask_sub_epi64(y.l[i], mask, _mm512_setzero_si512(), y.l[i]);
    return y;
}

/* The eight points in the rows of `rows`, coordinates reduced. */
ZK_IFMA_INLINE void to_rows(uint64_t rows[8][8], const point8 *p)
{
    zk_v8 x = v8_fq_reduce_3p(p->x), y = v8_fq_reduce_3p(p->y);
    __m512i limbs[8];
    uint64_t columns[8][8];
    v8_to_limbs(limbs, &x);
    v8_to_limbs(limbs + 4, &y);
    for (int i = 0; i < 8; i++)
        _mm512_storeu_si512(columns[i], limbs[i]);
    for (int i = 0; i < 8; i++)
        for (int k = 0; k < 8; k++)
            rows[k][i] = columns[i][k];
}

ZK_IFMA_TARGET static void store_points(zk_vesta_affine *to, const point8 *p, size_t lanes)
{
    uint64_t rows[8][8];
    to_rows(rows, p);
    memcpy(to, rows, lanes * sizeof *to);
}

/* Lane i gets lane i xor `by`, which is 1, 2 or 4. */
ZK_IFMA_INLINE zk_v8 exchanged(zk_v8 v, int by)
{
    ZK_IFMA_UNROLL
    for (int i = 0; i < 5; i++)
        v.l[i] = by == 4   ? _mm512_shuffle_i64x2(v.l[i], v.l[i], 0x4e)
                 : by == 2 ? _mm512_permutex_epi64(v.l[i], 0x4e)
                           : _mm512_permutex_epi64(v.l[i], 0xb1);
    return v;
}

/* a with a b = 2^518 lane by lane; false if some lane of b is zero. Products of all lanes are
 * made in three steps; the steps back multiply by what the others had contributed. */
ZK_IFMA_TARGET static bool invert_lanes(zk_v8 *a, const zk_v8 *b)
{
    zk_v8 other[3], product = *b;
    zk_fq lanes[8], inverse;
    for (int i = 0; i < 3; i++) {
        other[i] = exchanged(product, 4 >> i);
        product = v8_fq_mul(&product, &other[i]);
    }
    product = v8_fq_reduce(product);
    v8_store(lanes, &product);
    if (zk_fq_is_zero(&lanes[0]))
        return false;
    zk_fq_inv_var(&inverse, &lanes[0]); /* 2^512 / product */
    for (int i = 0; i < 6; i++)
        fq_double(&inverse, &inverse);
    *a = v8_splat(inverse.l);
    for (int i = 2; i >= 0; i--)
        *a = v8_fq_mul(a, &other[i]);
    return true;
}

/* The same for each chain: b[0], ((b0 b1) (b2 b3)). */
ZK_IFMA_TARGET static bool invert_chains(zk_v8 a[CHAINS], const zk_v8 b[CHAINS])
{
    zk_v8 left = v8_fq_mul(&b[0], &b[1]), right = v8_fq_mul(&b[2], &b[3]);
    zk_v8 all = v8_fq_mul(&left, &right), inverse;
    if (!invert_lanes(&inverse, &all))
        return false;
    zk_v8 of_left = v8_fq_mul(&inverse, &right), of_right = v8_fq_mul(&inverse, &left);
    a[0] = v8_fq_mul(&of_left, &b[1]);
    a[1] = v8_fq_mul(&of_left, &b[0]);
    a[2] = v8_fq_mul(&of_right, &b[3]);
    a[3] = v8_fq_mul(&of_right, &b[2]);
    return true;
}

/* A batch on its way: chains of products, and how many vectors are in. */
typedef struct batch {
    workspace *w;
    zk_v8 product[CHAINS], one;
    size_t count;
} batch;

ZK_IFMA_INLINE void batch_start(batch *b, workspace *w)
{
    b->w = w;
    b->count = 0;
    b->one = v8_splat(zk_fq_one.l);
    for (int k = 0; k < CHAINS; k++)
        b->product[k] = b->one;
}

ZK_IFMA_INLINE void push_dx(batch *b, const zk_v8 *dx)
{
    workspace *w = b->w;
    size_t v = b->count++;
    w->dx[v] = *dx;
    w->before[v] = b->product[v % CHAINS];
    b->product[v % CHAINS] = v8_fq_mul(&w->before[v], dx);
}

/* Adds `p`, with its y negated where the mask says so, to vector `count` of the accumulators.
 * Lanes that are not in `lanes` have no meaning afterwards. */
ZK_IFMA_INLINE void batch_push(batch *b, const point8 *p, __mmask8 minus, __mmask8 lanes)
{
    workspace *w = b->w;
    size_t v = b->count;
    zk_v8 y = negated(minus, p->y);
    zk_v8 dx = v8_carry(sub_raised(&p->x, &w->acc[v].x, 3));
    dx = v8_blend(lanes, &b->one, &dx);
    w->dy[v] = v8_carry(sub_raised(&y, &w->acc[v].y, 5));
    push_dx(b, &dx);
}

/* Doubles vector `count`: 3 x^2 and 2 y stand for dy and dx. */
ZK_IFMA_INLINE void batch_push_double(batch *b)
{
    workspace *w = b->w;
    const point8 *p = &w->acc[b->count];
    zk_v8 square = v8_fq_sqr(&p->x), dx = v8_carry(v8_add(&p->y, &p->y));
    zk_v8 triple = v8_add(&square, &square);
    triple = v8_add(&triple, &square);
    w->dy[b->count] = v8_carry(v8_shift_left(&triple, 4)); /* below 52 p */
    push_dx(b, &dx);
}

/* The sums of CHAINS vectors; inverse[k] belongs to all of chain k up to these. */
ZK_IFMA_INLINE void finish_vectors(const workspace *w, size_t v, bool doubling,
                                   zk_v8 inverse[CHAINS], point8 sum[CHAINS])
{
    zk_v8 each[CHAINS], slope[CHAINS], t[CHAINS];
    for (size_t k = 0; k < CHAINS; k++)
        each[k] = v8_fq_mul(&inverse[k], &w->before[v + k]);
    for (size_t k = 0; k < CHAINS; k++)
        inverse[k] = v8_fq_mul(&inverse[k], &w->dx[v + k]);
    for (size_t k = 0; k < CHAINS; k++)
        slope[k] = v8_fq_mul(&w->dy[v + k], &each[k]);
    for (size_t k = 0; k < CHAINS; k++) { /* X1 + X2 = dx + 2 X1 - 3 p or 2 X1, below 4.2 p */
        const zk_v8 *x1 = &w->acc[v + k].x;
        zk_v8 square = v8_fq_sqr_raw(&slope[k]), both = v8_add(x1, x1);
        if (!doubling)
            both = v8_add(&both, &w->dx[v + k]);
        sum[k].x = v8_fq_shrink(sub_raised(&square, &both, doubling ? 5 : 8));
        zk_v8 back = sub_raised(x1, &sum[k].x, 3);
        t[k] = v8_carry(v8_shift_left(&back, 2));
    }
    for (size_t k = 0; k < CHAINS; k++) {
        zk_v8 y = v8_fq_mul_raw(&slope[k], &t[k]);
        sum[k].y = v8_fq_shrink(sub_raised(&y, &w->acc[v + k].y, 3));
    }
}

/* Puts the sums in the accumulators, of the last vector those in `lanes` only. False, and nothing
 * is changed, when two points of the batch have the same x. */
ZK_IFMA_INLINE bool finish(batch *b, __mmask8 lanes, bool doubling)
{
    workspace *w = b->w;
    size_t count = b->count;
    zk_v8 inverse[CHAINS];
    for (size_t v = count; v % CHAINS != 0; v++) {
        w->dx[v] = w->dy[v] = b->one;
        w->before[v] = b->product[v % CHAINS];
        b->product[v % CHAINS] = v8_fq_mul(&w->before[v], &b->one);
    }
    if (!invert_chains(inverse, b->product))
        return false;
    for (size_t v = (count + CHAINS - 1) / CHAINS * CHAINS; v > 0;) {
        point8 sum[CHAINS];
        v -= CHAINS;
        finish_vectors(w, v, doubling, inverse, sum);
        for (size_t k = 0; k < CHAINS && v + k < count; k++) {
            point8 *acc = &w->acc[v + k];
            __mmask8 keep = v + k + 1 == count ? (__mmask8)~lanes : 0;
            acc->x = v8_blend(keep, &sum[k].x, &acc->x);
            acc->y = v8_blend(keep, &sum[k].y, &acc->y);
        }
    }
    return true;
}

static inline size_t lanes_left(size_t n, size_t from)
{
    return n - from < 8 ? n - from : 8;
}

static inline __mmask8 lane_mask(size_t lanes)
{
    return (__mmask8)((1U << lanes) - 1);
}

ZK_IFMA_TARGET static bool batch_finish(batch *b, __mmask8 lanes)
{
    return finish(b, lanes, false);
}

ZK_IFMA_TARGET static bool batch_finish_double(batch *b)
{
    return finish(b, 0xff, true);
}

/* Number j of each of the first `active` runs; lanes beyond them repeat one. */
static void take_ids(uint32_t *taken, const uint32_t *ids, const zk_point_run *runs, size_t active,
                     size_t j)
{
    for (size_t i = 0; i < active; i++)
        taken[i] = ids[runs[i].first + j];
    for (size_t i = active; i % 8 != 0; i++)
        taken[i] = taken[0];
}

/* Round j of a block: the first `active` runs have a number j. */
ZK_IFMA_TARGET static bool add_round(workspace *w, const zk_vesta_affine *points,
                                     const uint32_t *ids, const zk_point_run *runs, size_t active,
                                     size_t j)
{
    batch b;
    batch_start(&b, w);
    take_ids(w->ids, ids, runs, active, j);
    for (size_t i = 0; i < active; i += 8) {
        point8 p;
        const uint32_t *id = w->ids + i;
        if (i + 8 * PREFETCH + 8 <= active)
            for (size_t k = 0; k < 8; k++)
                __builtin_prefetch(&points[id[8 * PREFETCH + k] & ~ZK_POINT_NEGATED]);
        gather_points(&p, points, id);
        batch_push(&b, &p, negated_lanes(id), lane_mask(lanes_left(active, i)));
    }
    return batch_finish(&b, lane_mask(lanes_left(active, (active - 1) / 8 * 8)));
}

/* At most 8 BATCH runs. */
ZK_IFMA_TARGET static bool sum_block(workspace *w, zk_vesta_affine *sums,
                                     const zk_vesta_affine *points, const uint32_t *ids,
                                     const zk_point_run *runs, size_t n)
{
    const zk_v8 p = v8_fq_multiple(1);
    take_ids(w->ids, ids, runs, n, 0);
    for (size_t i = 0; i < n; i += 8) {
        point8 *acc = &w->acc[i / 8];
        gather_points(acc, points, w->ids + i);
        acc->y = negated(negated_lanes(w->ids + i), acc->y);
        acc->y = v8_carry(v8_add(&acc->y, &p));
    }
    for (size_t j = 1, active = n; active > 0; j++) {
        while (active > 0 && runs[active - 1].count <= j)
            active--;
        if (active > 0 && !add_round(w, points, ids, runs, active, j))
            return false;
    }
    for (size_t i = 0; i < n; i += 8)
        store_points(&sums[i], &w->acc[i / 8], lanes_left(n, i));
    return true;
}

static workspace *new_workspace(void)
{
    return aligned_alloc(64, sizeof(workspace));
}

static bool sum_runs(zk_vesta_affine *sums, const zk_vesta_affine *points, const uint32_t *ids,
                     const zk_point_run *runs, size_t n)
{
    workspace *w = new_workspace();
    bool good = w != NULL;
    for (size_t i = 0; i < n && good; i += 8 * BATCH) {
        size_t count = n - i < 8 * BATCH ? n - i : 8 * BATCH;
        if (!sum_block(w, sums + i, points, ids, runs + i, count))
            good = zk_vesta_ops_portable.sum_runs(sums + i, points, ids, runs + i, count);
    }
    free(w);
    return good;
}

/* At most 8 BATCH pairs. */
ZK_IFMA_TARGET static bool add_block(workspace *w, zk_vesta_affine *points,
                                     const zk_point_pair *pairs, size_t n)
{
    batch b;
    batch_start(&b, w);
    for (size_t i = 0; i < (n + 7) / 8 * 8; i++) {
        w->ids[i] = pairs[i < n ? i : 0].to;
        w->from[i] = pairs[i < n ? i : 0].from;
    }
    for (size_t i = 0; i < n; i += 8) {
        point8 p;
        gather_points(&w->acc[i / 8], points, w->ids + i);
        gather_points(&p, points, w->from + i);
        batch_push(&b, &p, 0, lane_mask(lanes_left(n, i)));
    }
    if (!batch_finish(&b, lane_mask(lanes_left(n, (n - 1) / 8 * 8))))
        return false;
    for (size_t i = 0; i < n; i += 8) {
        uint64_t rows[8][8];
        to_rows(rows, &w->acc[i / 8]);
        for (size_t k = 0; k < lanes_left(n, i); k++)
            memcpy(&points[pairs[i + k].to], rows[k], sizeof *points);
    }
    return true;
}

static bool add_pairs(zk_vesta_affine *points, const zk_point_pair *pairs, size_t n)
{
    workspace *w = new_workspace();
    bool good = w != NULL;
    for (size_t i = 0; i < n && good; i += 8 * BATCH) {
        size_t count = n - i < 8 * BATCH ? n - i : 8 * BATCH;
        if (!add_block(w, points, pairs + i, count))
            good = zk_vesta_ops_portable.add_pairs(points, pairs + i, count);
    }
    free(w);
    return good;
}

/* Linear combinations ------------------------------------------------------------------------ */

/* A table's entry for eight results, with the x of its image under the endomorphism. */
typedef struct entry8 {
    point8 p;
    zk_v8 image_x;
} entry8;

/* Vector v of entry e of term t is entries[((t ENTRIES) + e) vectors + v]. */
typedef struct tables {
    entry8 *entries;
    size_t vectors, n;
} tables;

static entry8 *entry_of(const tables *t, size_t term, size_t entry)
{
    return t->entries + (term * ZK_COMBINE_ENTRIES + entry) * t->vectors;
}

ZK_IFMA_TARGET static bool double_all(workspace *w, size_t vectors)
{
    batch b;
    batch_start(&b, w);
    for (size_t v = 0; v < vectors; v++)
        batch_push_double(&b);
    return batch_finish_double(&b);
}

ZK_IFMA_TARGET static bool add_all(workspace *w, const entry8 *entry, bool image, bool minus,
                                   size_t vectors)
{
    batch b;
    batch_start(&b, w);
    for (size_t v = 0; v < vectors; v++) {
        const point8 p = {image ? entry[v].image_x : entry[v].p.x, entry[v].p.y};
        batch_push(&b, &p, minus ? 0xff : 0, 0xff);
    }
    return batch_finish(&b, 0xff);
}

/* zeta in the lanes carries the factor 2^260. */
ZK_IFMA_TARGET static void keep_entries(const workspace *w, entry8 *entry, size_t vectors)
{
    const zk_v8 zeta = v8_splat_shifted(zk_fq_zeta.l);
    for (size_t v = 0; v < vectors; v++) {
        entry[v].p = w->acc[v];
        entry[v].image_x = v8_fq_mul(&w->acc[v].x, &zeta);
    }
}

/* 1, 3, 5, 7 times the points: the first one doubled, kept as an entry for the moment, and the
 * first one added to it; then the double is added to the last entry. Lanes beyond n repeat the
 * last point. */
ZK_IFMA_TARGET static bool fill_table(workspace *w, const tables *t, size_t term,
                                      const zk_vesta_affine *points)
{
    entry8 *first = entry_of(t, term, 0), *twice = entry_of(t, term, ZK_COMBINE_ENTRIES - 1);
    for (size_t v = 0; v < t->vectors; v++) {
        uint32_t id[8];
        for (size_t k = 0; k < 8; k++)
            id[k] = (uint32_t)(8 * v + k < t->n ? 8 * v + k : t->n - 1);
        gather_points(&w->acc[v], points, id);
    }
    keep_entries(w, first, t->vectors);
    if (!double_all(w, t->vectors))
        return false;
    keep_entries(w, twice, t->vectors);
    for (size_t e = 1; e < ZK_COMBINE_ENTRIES; e++) {
        if (!add_all(w, e == 1 ? first : twice, false, false, t->vectors))
            return false;
        keep_entries(w, entry_of(t, term, e), t->vectors);
    }
    return true;
}

ZK_IFMA_TARGET static void start_sum(workspace *w, const entry8 *entry, const zk_point_step *step,
                                     size_t vectors)
{
    const zk_v8 raise = v8_fq_multiple(3);
    for (size_t v = 0; v < vectors; v++) {
        w->acc[v].x = step->image ? entry[v].image_x : entry[v].p.x;
        zk_v8 y = v8_add(&raise, &entry[v].p.y);
        if (step->negated)
            y = v8_sub(&raise, &entry[v].p.y);
        w->acc[v].y = v8_fq_shrink(y);
    }
}

static bool run_steps(workspace *w, const tables *t, const zk_combination *c)
{
    for (size_t s = 0; s < c->step_count; s++) {
        const zk_point_step *step = &c->steps[s];
        const entry8 *entry = entry_of(t, step->term, step->entry);
        bool good = true;
        if (step->doubling)
            good = double_all(w, t->vectors);
        else if (s == 0)
            start_sum(w, entry, step, t->vectors);
        else
            good = add_all(w, entry, step->image, step->negated, t->vectors);
        if (!good)
            return false;
    }
    return true;
}

static bool combine(zk_vesta_affine *r, const zk_vesta_affine *points, size_t stride,
                    const zk_combination *c, size_t n)
{
    tables t = {.vectors = (n + 7) / 8, .n = n};
    workspace *w = new_workspace();
    t.entries = aligned_alloc(64, c->terms * ZK_COMBINE_ENTRIES * t.vectors * sizeof *t.entries);
    bool good = w != NULL && t.entries != NULL;
    for (size_t term = 0; term < c->terms && good; term++)
        good = fill_table(w, &t, term, points + term * stride);
    good = good && run_steps(w, &t, c);
    for (size_t i = 0; i < n && good; i += 8)
        store_points(&r[i], &w->acc[i / 8], lanes_left(n, i));
    free(t.entries);
    free(w);
    return good;
}

const zk_vesta_ops zk_vesta_ops_ifma = {
    .name = "ifma",
    .sum_runs = sum_runs,
    .add_pairs = add_pairs,
    .combine = combine,
};
_Static_assert(ZK_COMBINE_BLOCK <= 8 * BATCH, "a block is one batch");

#endif

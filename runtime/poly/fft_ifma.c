/* With n = R C and i = i' + R i'', j = C j' + j'':
 *
 *   out_i = sum_j'' (w^R)^(i'' j'')  w^(i' j'')  sum_j' (w^C)^(i' j')  in_(C j' + j'')
 *
 * First come transforms of R elements, C apart, eight columns j'' at a time, one in each lane;
 * then the factors between; then transforms of C elements for eight i' at a time. In between is one
 * array of vectors in the form of ifma.h. Values are not reduced: each level of butterflies adds at
 * most 3 p.
 */
#include "runtime/poly/fft_ifma.h"

#include <stdlib.h>

#include "runtime/field/bulk.h"
#include "runtime/poly/threads.h"

#if ZK_BULK_HAS_IFMA

#include "runtime/field/ifma.h"

/* w^i for one size of transforms, with the factor 2^260, reduced: i < size / 2. */
typedef struct twiddle {
    uint64_t limbs[5];
} twiddle;

typedef struct plan {
    const zk_domain *domain;
    const zk_fp *factors;
    bool inverse;
    unsigned row_bits, column_bits;
    size_t rows, columns;            /* R, C */
    twiddle *of_rows, *of_columns;   /* w^(C i), w^(R i) */
    zk_v8 *between;                  /* n / 8: those of rows i' .. i' + 7 follow each other */
    zk_v8 *tiles;                    /* R for each thread */
    zk_fp last_factor;               /* 1/n with 2^260, for the inverse */
} plan;

ZK_IFMA_INLINE zk_v8 spread(const twiddle *t)
{
    zk_v8 r;
    ZK_IFMA_UNROLL
    for (int i = 0; i < 5; i++)
        r.l[i] = v8_splat64(t->limbs[i]);
    return r;
}

/* (a, b) = (a + t, a - t) for raw t below 2.9 p */
ZK_IFMA_INLINE void add_and_subtract(zk_v8 *a, zk_v8 *b, const zk_v8 *t)
{
    const zk_v8 raise = v8_fp_multiple(3), raised = v8_add(a, &raise);
    *b = v8_carry(v8_sub(&raised, t));
    *a = v8_carry(v8_add(a, t));
}

ZK_IFMA_INLINE void butterfly(zk_v8 *a, zk_v8 *b, const zk_v8 *w)
{
    zk_v8 t = v8_fp_mul_raw(b, w);
    add_and_subtract(a, b, &t);
}

/* Of values below 3 p, in bit-reversed order; the results are below 12 p. */
ZK_IFMA_INLINE void transform_four(zk_v8 *a, const zk_v8 *i_root)
{
    const zk_v8 three = v8_fp_multiple(3), six = v8_fp_multiple(6);
    zk_v8 b0 = v8_add(&a[0], &a[1]), b1 = v8_add(&a[0], &three);
    zk_v8 b2 = v8_add(&a[2], &a[3]), b3 = v8_add(&a[2], &three);
    b1 = v8_sub(&b1, &a[1]);
    b3 = v8_carry(v8_sub(&b3, &a[3]));
    b3 = v8_fp_mul_raw(&b3, i_root);
    zk_v8 raised0 = v8_add(&b0, &six), raised1 = v8_add(&b1, &three);
    a[0] = v8_carry(v8_add(&b0, &b2));
    a[1] = v8_carry(v8_add(&b1, &b3));
    a[2] = v8_carry(v8_sub(&raised0, &b2));
    a[3] = v8_carry(v8_sub(&raised1, &b3));
}

/* The last level of a transform of 2 half vectors; twiddles are `stride` apart. */
ZK_IFMA_TARGET static void join_halves(zk_v8 *a, size_t half, const twiddle *twiddles,
                                       size_t stride)
{
    zk_v8 first = v8_fp_shrink_wide(a[half]); /* times 1 */
    add_and_subtract(&a[0], &a[half], &first);
    for (size_t j = 1; j < half; j++) {
        zk_v8 w = spread(&twiddles[j * stride]);
        butterfly(&a[j], &a[half + j], &w);
    }
}

/* 2^bits vectors, bits >= 2, in bit-reversed order, below 3 p; the results are below
 * (12 + 3 (bits - 2)) p. Halves first, so that small ones stay in the first-level cache. */
ZK_IFMA_TARGET static void transform_tile(zk_v8 *a, unsigned bits, const twiddle *twiddles,
                                          size_t stride)
{
    if (bits == 2) {
        zk_v8 i_root = spread(&twiddles[stride]);
        transform_four(a, &i_root);
        return;
    }
    size_t half = (size_t)1 << (bits - 1);
    transform_tile(a, bits - 1, twiddles, 2 * stride);
    transform_tile(a + half, bits - 1, twiddles, 2 * stride);
    join_halves(a, half, twiddles, stride);
}

static size_t reversed(size_t i, unsigned bits)
{
    size_t r = 0;
    for (unsigned b = 0; b < bits; b++)
        r |= (i >> b & 1) << (bits - 1 - b);
    return r;
}

/* Vectors m, lanes l to vectors l, lanes m. */
ZK_IFMA_INLINE void transpose(zk_v8 a[8])
{
    const __m512i low = _mm512_setr_epi64(0, 1, 8, 9, 4, 5, 12, 13);
    const __m512i high = _mm512_setr_epi64(2, 3, 10, 11, 6, 7, 14, 15);
    ZK_IFMA_UNROLL
    for (int i = 0; i < 5; i++) {
        __m512i pairs[8], fours[8];
        ZK_IFMA_UNROLL
        for (int m = 0; m < 8; m += 2) {
            pairs[m] = _mm512_unpacklo_epi64(a[m].l[i], a[m + 1].l[i]);
            pairs[m + 1] = _mm512_unpackhi_epi64(a[m].l[i], a[m + 1].l[i]);
        }
        ZK_IFMA_UNROLL
        for (int m = 0; m < 8; m += 4)
            ZK_IFMA_UNROLL
            for (int p = 0; p < 2; p++) {
                fours[m + p] = _mm512_permutex2var_epi64(pairs[m + p], low, pairs[m + p + 2]);
                fours[m + p + 2] = _mm512_permutex2var_epi64(pairs[m + p], high, pairs[m + p + 2]);
            }
        ZK_IFMA_UNROLL
        for (int m = 0; m < 4; m++) {
            a[m].l[i] = _mm512_shuffle_i64x2(fours[m], fours[m + 4], 0x44);
            a[m + 4].l[i] = _mm512_shuffle_i64x2(fours[m], fours[m + 4], 0xee);
        }
    }
}

/* w^(row (column + l)) in lane l, shifted; for the inverse, 1/w. */
ZK_IFMA_INLINE zk_v8 factors_between(const plan *p, size_t row, size_t column)
{
    const zk_fp *powers = p->domain->powers;
    __m512i rows[4], x[4];
    ZK_IFMA_UNROLL
    for (size_t i = 0; i < 4; i++) {
        size_t even = row * (column + 2 * i), odd = even + row;
        const zk_fp *a = powers + (p->inverse ? p->domain->n - even : even);
        const zk_fp *b = powers + (p->inverse ? p->domain->n - odd : odd);
        rows[i] = _mm512_inserti64x4(
            _mm512_castsi256_si512(_mm256_loadu_si256((const __m256i *)(const void *)a)),
            _mm256_loadu_si256((const __m256i *)(const void *)b), 1);
    }
    v8_transpose_in(x, rows);
    return v8_from_limbs_shifted(x);
}

/* The first transforms of eight columns, and the factors; results below 2 p. */
ZK_IFMA_TARGET static void first_pass(const plan *p, zk_v8 *tile, const zk_fp *in, size_t column)
{
    for (size_t row = 0; row < p->rows; row++) {
        size_t at = row * p->columns + column;
        zk_v8 x = v8_load(in + at);
        if (p->factors != NULL) {
            zk_v8 factor = v8_load_shifted(p->factors + at);
            x = v8_fp_mul(&x, &factor);
        }
        tile[reversed(row, p->row_bits)] = x;
    }
    transform_tile(tile, p->row_bits, p->of_rows, 1);
    for (size_t row = 0; row < p->rows; row += 8) {
        zk_v8 block[8];
        for (size_t m = 0; m < 8; m++) {
            block[m] = v8_fp_shrink_wide(tile[row + m]);
            if (row + m > 0) {
                zk_v8 factor = factors_between(p, row + m, column);
                block[m] = v8_fp_mul(&block[m], &factor);
            }
        }
        transpose(block);
        zk_v8 *to = p->between + row / 8 * p->columns;
        for (size_t l = 0; l < 8; l++)
            to[reversed(column + l, p->column_bits)] = block[l];
    }
}

/* The second transforms of rows row .. row + 7. */
ZK_IFMA_TARGET static void second_pass(const plan *p, zk_fp *out, size_t row)
{
    zk_v8 *a = p->between + row / 8 * p->columns;
    const zk_v8 last = v8_splat(p->last_factor.l);
    transform_tile(a, p->column_bits, p->of_columns, 1);
    for (size_t column = 0; column < p->columns; column++) {
        zk_v8 x = a[column];
        if (p->inverse)
            x = v8_fp_reduce(v8_fp_mul_raw(&x, &last));
        else
            x = v8_fp_reduce(v8_fp_shrink_wide(x));
        v8_store(out + column * p->rows + row, &x);
    }
}

/* 16 a */
static zk_fp shifted(const zk_fp *a)
{
    zk_fp r = *a;
    for (int i = 0; i < 4; i++)
        fp_double(&r, &r);
    return r;
}

static void fill_twiddles(const plan *p, twiddle *twiddles, size_t count, size_t stride)
{
    for (size_t i = 0; i < count; i++) {
        size_t at = p->inverse ? p->domain->n - i * stride : i * stride;
        zk_fp t = shifted(&p->domain->powers[at]);
        twiddles[i] = (twiddle){{
            t.l[0] & ZK_V8_MASK,
            (t.l[0] >> 52 | t.l[1] << 12) & ZK_V8_MASK,
            (t.l[1] >> 40 | t.l[2] << 24) & ZK_V8_MASK,
            (t.l[2] >> 28 | t.l[3] << 36) & ZK_V8_MASK,
            t.l[3] >> 16,
        }};
    }
}

static void run(const plan *p, zk_fp *out, const zk_fp *in, size_t threads)
{
#pragma omp parallel for schedule(static) if (threads > 1)
    for (size_t t = 0; t < threads; t++)
        for (size_t b = zk_part(p->columns / 8, threads, t);
             b < zk_part(p->columns / 8, threads, t + 1); b++)
            first_pass(p, p->tiles + t * p->rows, in, 8 * b);
#pragma omp parallel for schedule(static) if (threads > 1)
    for (size_t row = 0; row < p->rows; row += 8)
        second_pass(p, out, row);
}

bool zk_fft_ifma(const zk_domain *domain, zk_fp *out, const zk_fp *in, const zk_fp *factors,
                 bool inverse)
{
    enum { SMALLEST = 6, PARALLEL = 11 };
    if (domain->k < SMALLEST || zk_bulk() != &zk_bulk_ifma)
        return false;
    plan p = {.domain = domain, .factors = factors, .inverse = inverse};
    p.row_bits = domain->k / 2;
    p.column_bits = domain->k - p.row_bits;
    p.rows = (size_t)1 << p.row_bits;
    p.columns = (size_t)1 << p.column_bits;
    p.last_factor = shifted(&domain->n_inv);
    size_t threads = domain->k < PARALLEL ? 1 : (size_t)zk_threads();
    if (threads > p.columns / 8)
        threads = p.columns / 8;
    p.of_rows = malloc(p.rows / 2 * sizeof *p.of_rows);
    p.of_columns = malloc(p.columns / 2 * sizeof *p.of_columns);
    p.between = aligned_alloc(64, domain->n / 8 * sizeof *p.between);
    p.tiles = aligned_alloc(64, threads * p.rows * sizeof *p.tiles);
    bool good =
        p.of_rows != NULL && p.of_columns != NULL && p.between != NULL && p.tiles != NULL;
    if (good) {
        fill_twiddles(&p, p.of_rows, p.rows / 2, p.columns);
        fill_twiddles(&p, p.of_columns, p.columns / 2, p.rows);
        run(&p, out, in, threads);
    }
    free(p.of_rows);
    free(p.of_columns);
    free(p.between);
    free(p.tiles);
    return good;
}

#else

bool zk_fft_ifma(const zk_domain *domain, zk_fp *out, const zk_fp *in, const zk_fp *factors,
                 bool inverse)
{
    (void)domain, (void)out, (void)in, (void)factors, (void)inverse;
    return false;
}

#endif

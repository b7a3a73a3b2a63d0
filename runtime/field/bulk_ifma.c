/* Bulk operations with AVX-512 IFMA: eight elements at a time, limb by limb.
 *
 * In registers an element is five limbs of 52 bits, vector i holding limb i of eight elements.
 * Montgomery reduction in radix 2^52 divides by 2^260, but the elements in memory carry the factor
 * 2^256; so one factor of each product is unpacked shifted left by four bits. */
#include "runtime/field/bulk.h"

#if ZK_BULK_HAS_IFMA

#include <immintrin.h>

#include "runtime/field/inline.h"

#define TARGET __attribute__((target("avx512f,avx512dq,avx512ifma")))
#define INLINE static inline __attribute__((always_inline, target("avx512f,avx512dq,avx512ifma")))

/* The loops over limbs have to vanish for the limbs to live in registers; gcc wants to be told. */
#ifdef __clang__
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

typedef struct vec {
    __m512i l[5];
} vec;

/* The modulus in radix 2^52; limb 3 is zero. */
#define MASK52 ((UINT64_C(1) << 52) - 1)
#define P0 (ZK_FP_M0 & MASK52)
#define P1 ((ZK_FP_M0 >> 52 | ZK_FP_M1 << 12) & MASK52)
#define P2 (ZK_FP_M1 >> 40)
#define P4 (UINT64_C(1) << 46)
#define INV52 (ZK_FP_INV & MASK52)

INLINE __m512i splat(uint64_t v)
{
    return _mm512_set1_epi64((long long)v);
}

INLINE __m512i srl(__m512i a, unsigned n)
{
    return _mm512_srli_epi64(a, n);
}

/* (low >> right | high << left) mod 2^52 */
INLINE __m512i joined(__m512i low, unsigned right, __m512i high, unsigned left)
{
    __m512i both = _mm512_or_si512(_mm512_srli_epi64(low, right), _mm512_slli_epi64(high, left));
    return _mm512_and_si512(both, splat(MASK52));
}

/* Four rows of two elements to four vectors of 64-bit limbs. */
INLINE void transpose_in(__m512i x[4], const __m512i r[4])
{
    const __m512i low = _mm512_setr_epi64(0, 4, 8, 12, 1, 5, 9, 13);
    const __m512i high = _mm512_setr_epi64(2, 6, 10, 14, 3, 7, 11, 15);
    __m512i a = _mm512_permutex2var_epi64(r[0], low, r[1]);
    __m512i b = _mm512_permutex2var_epi64(r[2], low, r[3]);
    __m512i c = _mm512_permutex2var_epi64(r[0], high, r[1]);
    __m512i d = _mm512_permutex2var_epi64(r[2], high, r[3]);
    x[0] = _mm512_shuffle_i64x2(a, b, 0x44);
    x[1] = _mm512_shuffle_i64x2(a, b, 0xee);
    x[2] = _mm512_shuffle_i64x2(c, d, 0x44);
    x[3] = _mm512_shuffle_i64x2(c, d, 0xee);
}

INLINE vec to_radix52(const __m512i x[4])
{
    return (vec){{
        _mm512_and_si512(x[0], splat(MASK52)),
        joined(x[0], 52, x[1], 12),
        joined(x[1], 40, x[2], 24),
        joined(x[2], 28, x[3], 36),
        srl(x[3], 16),
    }};
}

/* 16 times the element, as second factor of mul. */
INLINE vec to_radix52_shifted(const __m512i x[4])
{
    return (vec){{
        _mm512_and_si512(_mm512_slli_epi64(x[0], 4), splat(MASK52)),
        joined(x[0], 48, x[1], 16),
        joined(x[1], 36, x[2], 28),
        joined(x[2], 24, x[3], 40),
        srl(x[3], 12),
    }};
}

INLINE void load_limbs(__m512i x[4], const zk_fp *a)
{
    __m512i rows[4];
    UNROLL
    for (int i = 0; i < 4; i++)
        rows[i] = _mm512_loadu_si512(a + 2 * i);
    transpose_in(x, rows);
}

INLINE vec load(const zk_fp *a)
{
    __m512i x[4];
    load_limbs(x, a);
    return to_radix52(x);
}

INLINE vec load_shifted(const zk_fp *a)
{
    __m512i x[4];
    load_limbs(x, a);
    return to_radix52_shifted(x);
}

INLINE vec load_shifted_strided(const zk_fp *a, size_t stride)
{
    __m512i rows[4], x[4];
    UNROLL
    for (size_t i = 0; i < 4; i++) {
        __m256i even = _mm256_loadu_si256((const __m256i *)(const void *)(a + 2 * i * stride));
        __m256i odd = _mm256_loadu_si256((const __m256i *)(const void *)(a + (2 * i + 1) * stride));
        rows[i] = _mm512_inserti64x4(_mm512_castsi256_si512(even), odd, 1);
    }
    transpose_in(x, rows);
    return to_radix52_shifted(x);
}

INLINE vec splat_shifted(const zk_fp *c)
{
    __m512i x[4];
    UNROLL
    for (int i = 0; i < 4; i++)
        x[i] = splat(c->l[i]);
    return to_radix52_shifted(x);
}

INLINE void store(zk_fp *r, const vec *v)
{
    const __m512i pair_low = _mm512_setr_epi64(0, 8, 1, 9, 2, 10, 3, 11);
    const __m512i pair_high = _mm512_setr_epi64(4, 12, 5, 13, 6, 14, 7, 15);
    const __m512i first = _mm512_setr_epi64(0, 1, 8, 9, 2, 3, 10, 11);
    const __m512i second = _mm512_setr_epi64(4, 5, 12, 13, 6, 7, 14, 15);
    const __m512i *l = v->l;
    __m512i x0 = _mm512_or_si512(l[0], _mm512_slli_epi64(l[1], 52));
    __m512i x1 = _mm512_or_si512(srl(l[1], 12), _mm512_slli_epi64(l[2], 40));
    __m512i x2 = _mm512_or_si512(srl(l[2], 24), _mm512_slli_epi64(l[3], 28));
    __m512i x3 = _mm512_or_si512(srl(l[3], 36), _mm512_slli_epi64(l[4], 16));
    __m512i a = _mm512_permutex2var_epi64(x0, pair_low, x1);
    __m512i b = _mm512_permutex2var_epi64(x2, pair_low, x3);
    __m512i c = _mm512_permutex2var_epi64(x0, pair_high, x1);
    __m512i d = _mm512_permutex2var_epi64(x2, pair_high, x3);
    _mm512_storeu_si512(r, _mm512_permutex2var_epi64(a, first, b));
    _mm512_storeu_si512(r + 2, _mm512_permutex2var_epi64(a, second, b));
    _mm512_storeu_si512(r + 4, _mm512_permutex2var_epi64(c, first, d));
    _mm512_storeu_si512(r + 6, _mm512_permutex2var_epi64(c, second, d));
}

/* Limbs that are sums or differences, of either sign, to limbs of 52 bits and a signed top. */
INLINE vec carried(vec v)
{
    UNROLL
    for (int i = 0; i < 4; i++) {
        v.l[i + 1] = _mm512_add_epi64(v.l[i + 1], _mm512_srai_epi64(v.l[i], 52));
        v.l[i] = _mm512_and_si512(v.l[i], splat(MASK52));
    }
    return v;
}

INLINE vec modulus(void)
{
    return (vec){{splat(P0), splat(P1), splat(P2), _mm512_setzero_si512(), splat(P4)}};
}

INLINE vec limbs_add(const vec *a, const vec *b)
{
    vec r;
    UNROLL
    for (int i = 0; i < 5; i++)
        r.l[i] = _mm512_add_epi64(a->l[i], b->l[i]);
    return r;
}

INLINE vec limbs_sub(const vec *a, const vec *b)
{
    vec r;
    UNROLL
    for (int i = 0; i < 5; i++)
        r.l[i] = _mm512_sub_epi64(a->l[i], b->l[i]);
    return r;
}

/* Of two candidates high = low + modulus, limbs uncarried: low unless it is negative. */
INLINE vec reduced(vec low, vec high)
{
    low = carried(low);
    high = carried(high);
    __mmask8 negative = _mm512_movepi64_mask(low.l[4]);
    UNROLL
    for (int i = 0; i < 5; i++)
        low.l[i] = _mm512_mask_mov_epi64(low.l[i], negative, high.l[i]);
    return low;
}

INLINE vec add(const vec *a, const vec *b)
{
    vec p = modulus(), sum = limbs_add(a, b);
    return reduced(limbs_sub(&sum, &p), sum);
}

INLINE vec sub(const vec *a, const vec *b)
{
    vec p = modulus(), difference = limbs_sub(a, b);
    return reduced(difference, limbs_add(&difference, &p));
}

/* a b / 2^260 mod p for a < p and b < 16 p: below 1.25 p before the last subtraction. */
INLINE vec mul(const vec *a, const vec *b)
{
    __m512i t[10];
    UNROLL
    for (int i = 0; i < 10; i++)
        t[i] = _mm512_setzero_si512();
    UNROLL
    for (int i = 0; i < 5; i++)
        UNROLL
        for (int j = 0; j < 5; j++) {
            t[i + j] = _mm512_madd52lo_epu64(t[i + j], a->l[i], b->l[j]);
            t[i + j + 1] = _mm512_madd52hi_epu64(t[i + j + 1], a->l[i], b->l[j]);
        }
    UNROLL
    for (int i = 0; i < 5; i++) {
        __m512i m = _mm512_madd52lo_epu64(_mm512_setzero_si512(), t[i], splat(INV52));
        t[i] = _mm512_madd52lo_epu64(t[i], m, splat(P0));
        t[i + 1] = _mm512_madd52hi_epu64(t[i + 1], m, splat(P0));
        t[i + 1] = _mm512_madd52lo_epu64(t[i + 1], m, splat(P1));
        t[i + 2] = _mm512_madd52hi_epu64(t[i + 2], m, splat(P1));
        t[i + 2] = _mm512_madd52lo_epu64(t[i + 2], m, splat(P2));
        t[i + 3] = _mm512_madd52hi_epu64(t[i + 3], m, splat(P2));
        t[i + 4] = _mm512_madd52lo_epu64(t[i + 4], m, splat(P4));
        t[i + 5] = _mm512_madd52hi_epu64(t[i + 5], m, splat(P4));
        t[i + 1] = _mm512_add_epi64(t[i + 1], srl(t[i], 52));
    }
    vec p = modulus(), r = {{t[5], t[6], t[7], t[8], t[9]}};
    return reduced(limbs_sub(&r, &p), r);
}

/* Each operation does the elements from 8 floor(n / 8) on with the portable one. */
#define WHOLE(n) ((n) & ~(size_t)7)

TARGET static void bulk_mul(zk_fp *r, const zk_fp *a, const zk_fp *b, size_t n)
{
    size_t whole = WHOLE(n);
    for (size_t i = 0; i < whole; i += 8) {
        vec x = load(a + i), y = load_shifted(b + i), z = mul(&x, &y);
        store(r + i, &z);
    }
    zk_bulk_portable.mul(r + whole, a + whole, b + whole, n - whole);
}

static void bulk_sqr(zk_fp *r, const zk_fp *a, size_t n)
{
    bulk_mul(r, a, a, n);
}

TARGET static void bulk_scale(zk_fp *r, const zk_fp *a, const zk_fp *c, size_t n)
{
    const zk_fp factor = *c;
    const vec y = splat_shifted(&factor);
    size_t whole = WHOLE(n);
    for (size_t i = 0; i < whole; i += 8) {
        vec x = load(a + i), z = mul(&x, &y);
        store(r + i, &z);
    }
    zk_bulk_portable.scale(r + whole, a + whole, &factor, n - whole);
}

TARGET static void bulk_mul_add(zk_fp *r, const zk_fp *a, const zk_fp *b, size_t n)
{
    size_t whole = WHOLE(n);
    for (size_t i = 0; i < whole; i += 8) {
        vec x = load(a + i), y = load_shifted(b + i), z = mul(&x, &y), sum = load(r + i);
        sum = add(&sum, &z);
        store(r + i, &sum);
    }
    zk_bulk_portable.mul_add(r + whole, a + whole, b + whole, n - whole);
}

TARGET static void bulk_scale_add(zk_fp *r, const zk_fp *a, const zk_fp *c, size_t n)
{
    const zk_fp factor = *c;
    const vec y = splat_shifted(&factor);
    size_t whole = WHOLE(n);
    for (size_t i = 0; i < whole; i += 8) {
        vec x = load(a + i), z = mul(&x, &y), sum = load(r + i);
        sum = add(&sum, &z);
        store(r + i, &sum);
    }
    zk_bulk_portable.scale_add(r + whole, a + whole, &factor, n - whole);
}

TARGET static void bulk_horner(zk_fp *r, const zk_fp *c, const zk_fp *a, size_t n)
{
    const zk_fp factor = *c;
    const vec y = splat_shifted(&factor);
    size_t whole = WHOLE(n);
    for (size_t i = 0; i < whole; i += 8) {
        vec x = load(r + i), z = mul(&x, &y), sum = load(a + i);
        sum = add(&sum, &z);
        store(r + i, &sum);
    }
    zk_bulk_portable.horner(r + whole, &factor, a + whole, n - whole);
}

TARGET static void bulk_scale_powers(zk_fp *r, const zk_fp *first, const zk_fp *ratio, size_t n)
{
    zk_fp powers[8], step, power = *first;
    const zk_fp base = *ratio;
    size_t whole = WHOLE(n);
    for (int i = 0; i < 8; i++) {
        powers[i] = power;
        fp_mul(&power, &power, &base);
    }
    zk_fp_pow_u64(&step, &base, 8);
    const vec y = splat_shifted(&step);
    for (size_t i = 0; i < whole; i += 8) {
        vec x = load(powers), factor = load_shifted(r + i), z = mul(&x, &factor);
        store(r + i, &z);
        x = mul(&x, &y);
        store(powers, &x);
    }
    zk_bulk_portable.scale_powers(r + whole, &powers[0], &base, n - whole);
}

TARGET static void bulk_dot(zk_fp *r, const zk_fp *a, const zk_fp *b, size_t n)
{
    size_t whole = WHOLE(n);
    zk_fp sums[8], total;
    vec sum = {{_mm512_setzero_si512(), _mm512_setzero_si512(), _mm512_setzero_si512(),
                _mm512_setzero_si512(), _mm512_setzero_si512()}};
    for (size_t i = 0; i < whole; i += 8) {
        vec x = load(a + i), y = load_shifted(b + i), z = mul(&x, &y);
        sum = add(&sum, &z);
    }
    store(sums, &sum);
    zk_bulk_portable.dot(&total, a + whole, b + whole, n - whole);
    for (int i = 0; i < 8; i++)
        fp_add(&total, &total, &sums[i]);
    *r = total;
}

TARGET static void bulk_butterflies(zk_fp *low, zk_fp *high, const zk_fp *twiddle, size_t stride,
                                    size_t n)
{
    size_t whole = WHOLE(n);
    for (size_t i = 0; i < whole; i += 8) {
        vec w = load_shifted_strided(twiddle + i * stride, stride), h = load(high + i);
        vec t = mul(&h, &w), u = load(low + i), sum = add(&u, &t), difference = sub(&u, &t);
        store(low + i, &sum);
        store(high + i, &difference);
    }
    zk_bulk_portable.butterflies(low + whole, high + whole, twiddle + whole * stride, stride,
                                 n - whole);
}

const zk_bulk_ops zk_bulk_ifma = {
    .name = "ifma",
    .mul = bulk_mul,
    .sqr = bulk_sqr,
    .scale = bulk_scale,
    .mul_add = bulk_mul_add,
    .scale_add = bulk_scale_add,
    .horner = bulk_horner,
    .scale_powers = bulk_scale_powers,
    .dot = bulk_dot,
    .butterflies = bulk_butterflies,
    /* Unpacking costs as much as these operations themselves. */
    .add = zk_bulk_portable_add,
    .sub = zk_bulk_portable_sub,
    .neg = zk_bulk_portable_neg,
    .from_i64 = zk_bulk_portable_from_i64,
};

#endif

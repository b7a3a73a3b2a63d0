/* ifma.h - eight field elements at a time with AVX-512 IFMA; for the ifma backends only.
 *
 * A zk_v8 holds eight elements in radix 2^52, vector i limb i of each. Products divide by 2^260,
 * while elements in memory carry the factor 2^256; so one factor of a product is unpacked shifted
 * left by four bits, or the formulas take the missing 2^4 into account.
 *
 * Three forms of a value, with p the modulus:
 *   raw       limbs are sums and differences of a few others, of either sign
 *   carried   limbs 0 to 3 in [0, 2^52), the top limb signed; what a product takes, if >= 0
 *   reduced   carried and below p; what store takes
 * Bounds are written as multiples of p. A product of factors below A p and B p, A B <= 64, is
 * below 2 p; below 16 p and p, below 1.25 p. No operation needs to know more.
 *
 * Constant time.
 */
#ifndef ZK_FIELD_IFMA_H
#define ZK_FIELD_IFMA_H

#include <immintrin.h>

#include "runtime/field/inline.h"

#define ZK_IFMA_TARGET __attribute__((target("avx512f,avx512dq,avx512ifma")))
#define ZK_IFMA_INLINE                                                                             \
    static inline __attribute__((always_inline, unused, target("avx512f,avx512dq,avx512ifma")))

/* The loops over limbs have to vanish for the limbs to live in registers; gcc wants to be told. */
#ifdef __clang__
#define ZK_IFMA_UNROLL _Pragma("clang loop unroll(full)")
#else
#define ZK_IFMA_UNROLL _Pragma("GCC unroll 16")
#endif

typedef struct zk_v8 {
    __m512i l[5];
} zk_v8;

#define ZK_V8_MASK ((UINT64_C(1) << 52) - 1)

ZK_IFMA_INLINE __m512i v8_splat64(uint64_t v)
{
    return _mm512_set1_epi64((long long)v);
}

/* (low >> right | high << left) mod 2^52 */
ZK_IFMA_INLINE __m512i v8_joined(__m512i low, unsigned right, __m512i high, unsigned left)
{
    __m512i both = _mm512_or_si512(_mm512_srli_epi64(low, right), _mm512_slli_epi64(high, left));
    return _mm512_and_si512(both, v8_splat64(ZK_V8_MASK));
}

/* From four vectors of 64-bit limbs. */
ZK_IFMA_INLINE zk_v8 v8_from_limbs(const __m512i x[4])
{
    return (zk_v8){{
        _mm512_and_si512(x[0], v8_splat64(ZK_V8_MASK)),
        v8_joined(x[0], 52, x[1], 12),
        v8_joined(x[1], 40, x[2], 24),
        v8_joined(x[2], 28, x[3], 36),
        _mm512_srli_epi64(x[3], 16),
    }};
}

/* 16 times the element. */
ZK_IFMA_INLINE zk_v8 v8_from_limbs_shifted(const __m512i x[4])
{
    return (zk_v8){{
        _mm512_and_si512(_mm512_slli_epi64(x[0], 4), v8_splat64(ZK_V8_MASK)),
        v8_joined(x[0], 48, x[1], 16),
        v8_joined(x[1], 36, x[2], 28),
        v8_joined(x[2], 24, x[3], 40),
        _mm512_srli_epi64(x[3], 12),
    }};
}

/* To four vectors of 64-bit limbs; carried, not negative, below 2^256. */
ZK_IFMA_INLINE void v8_to_limbs(__m512i x[4], const zk_v8 *v)
{
    const __m512i *l = v->l;
    x[0] = _mm512_or_si512(l[0], _mm512_slli_epi64(l[1], 52));
    x[1] = _mm512_or_si512(_mm512_srli_epi64(l[1], 12), _mm512_slli_epi64(l[2], 40));
    x[2] = _mm512_or_si512(_mm512_srli_epi64(l[2], 24), _mm512_slli_epi64(l[3], 28));
    x[3] = _mm512_or_si512(_mm512_srli_epi64(l[3], 36), _mm512_slli_epi64(l[4], 16));
}

/* Four rows of two elements of four limbs each to four vectors of limbs. */
ZK_IFMA_INLINE void v8_transpose_in(__m512i x[4], const __m512i r[4])
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

ZK_IFMA_INLINE void v8_transpose_out(__m512i r[4], const __m512i x[4])
{
    const __m512i pair_low = _mm512_setr_epi64(0, 8, 1, 9, 2, 10, 3, 11);
    const __m512i pair_high = _mm512_setr_epi64(4, 12, 5, 13, 6, 14, 7, 15);
    const __m512i first = _mm512_setr_epi64(0, 1, 8, 9, 2, 3, 10, 11);
    const __m512i second = _mm512_setr_epi64(4, 5, 12, 13, 6, 7, 14, 15);
    __m512i a = _mm512_permutex2var_epi64(x[0], pair_low, x[1]);
    __m512i b = _mm512_permutex2var_epi64(x[2], pair_low, x[3]);
    __m512i c = _mm512_permutex2var_epi64(x[0], pair_high, x[1]);
    __m512i d = _mm512_permutex2var_epi64(x[2], pair_high, x[3]);
    r[0] = _mm512_permutex2var_epi64(a, first, b);
    r[1] = _mm512_permutex2var_epi64(a, second, b);
    r[2] = _mm512_permutex2var_epi64(c, first, d);
    r[3] = _mm512_permutex2var_epi64(c, second, d);
}

/* Eight elements of four limbs that follow each other in memory. */
ZK_IFMA_INLINE void v8_load_limbs(__m512i x[4], const void *elements)
{
    const uint64_t *from = elements;
    __m512i rows[4];
    ZK_IFMA_UNROLL
    for (int i = 0; i < 4; i++)
        rows[i] = _mm512_loadu_si512(from + 8 * i);
    v8_transpose_in(x, rows);
}

ZK_IFMA_INLINE zk_v8 v8_load(const void *elements)
{
    __m512i x[4];
    v8_load_limbs(x, elements);
    return v8_from_limbs(x);
}

ZK_IFMA_INLINE zk_v8 v8_load_shifted(const void *elements)
{
    __m512i x[4];
    v8_load_limbs(x, elements);
    return v8_from_limbs_shifted(x);
}

/* Eight times the element at `limbs`. */
ZK_IFMA_INLINE zk_v8 v8_splat(const uint64_t limbs[4])
{
    __m512i x[4];
    ZK_IFMA_UNROLL
    for (int i = 0; i < 4; i++)
        x[i] = v8_splat64(limbs[i]);
    return v8_from_limbs(x);
}

ZK_IFMA_INLINE zk_v8 v8_splat_shifted(const uint64_t limbs[4])
{
    __m512i x[4];
    ZK_IFMA_UNROLL
    for (int i = 0; i < 4; i++)
        x[i] = v8_splat64(limbs[i]);
    return v8_from_limbs_shifted(x);
}

ZK_IFMA_INLINE void v8_store(void *elements, const zk_v8 *v)
{
    uint64_t *to = elements;
    __m512i x[4], rows[4];
    v8_to_limbs(x, v);
    v8_transpose_out(rows, x);
    ZK_IFMA_UNROLL
    for (int i = 0; i < 4; i++)
        _mm512_storeu_si512(to + 8 * i, rows[i]);
}

ZK_IFMA_INLINE zk_v8 v8_zero(void)
{
    __m512i z = _mm512_setzero_si512();
    return (zk_v8){{z, z, z, z, z}};
}

ZK_IFMA_INLINE zk_v8 v8_carry(zk_v8 v)
{
    ZK_IFMA_UNROLL
    for (int i = 0; i < 4; i++) {
        v.l[i + 1] = _mm512_add_epi64(v.l[i + 1], _mm512_srai_epi64(v.l[i], 52));
        v.l[i] = _mm512_and_si512(v.l[i], v8_splat64(ZK_V8_MASK));
    }
    return v;
}

/* Limb by limb, raw. */
ZK_IFMA_INLINE zk_v8 v8_add(const zk_v8 *a, const zk_v8 *b)
{
    zk_v8 r;
    ZK_IFMA_UNROLL
    for (int i = 0; i < 5; i++)
        r.l[i] = _mm512_add_epi64(a->l[i], b->l[i]);
    return r;
}

ZK_IFMA_INLINE zk_v8 v8_sub(const zk_v8 *a, const zk_v8 *b)
{
    zk_v8 r;
    ZK_IFMA_UNROLL
    for (int i = 0; i < 5; i++)
        r.l[i] = _mm512_sub_epi64(a->l[i], b->l[i]);
    return r;
}

ZK_IFMA_INLINE zk_v8 v8_shift_left(const zk_v8 *a, unsigned bits)
{
    zk_v8 r;
    ZK_IFMA_UNROLL
    for (int i = 0; i < 5; i++)
        r.l[i] = _mm512_slli_epi64(a->l[i], bits);
    return r;
}

/* Lane by lane: b where the mask is set, else a. */
ZK_IFMA_INLINE zk_v8 v8_blend(__mmask8 mask, const zk_v8 *a, const zk_v8 *b)
{
    zk_v8 r;
    ZK_IFMA_UNROLL
    for (int i = 0; i < 5; i++)
        r.l[i] = _mm512_mask_mov_epi64(a->l[i], mask, b->l[i]);
    return r;
}

/* Lanes that are zero; carried. */
ZK_IFMA_INLINE __mmask8 v8_zero_lanes(const zk_v8 *a)
{
    __m512i any = _mm512_or_si512(_mm512_or_si512(a->l[0], a->l[1]),
                                  _mm512_or_si512(a->l[2], a->l[3]));
    return _mm512_testn_epi64_mask(_mm512_or_si512(any, a->l[4]),
                                   _mm512_or_si512(any, a->l[4]));
}

#define F fp
#define M0 ZK_FP_M0
#define M1 ZK_FP_M1
#define INV ZK_FP_INV
#include "runtime/field/ifma_template.h"
#undef F
#undef M0
#undef M1
#undef INV

#define F fq
#define M0 ZK_FQ_M0
#define M1 ZK_FQ_M1
#define INV ZK_FQ_INV
#include "runtime/field/ifma_template.h"
#undef F
#undef M0
#undef M1
#undef INV

#endif

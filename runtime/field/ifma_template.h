/* ifma_template.h - the operations of ifma.h that know the modulus, v8_fp_* and v8_fq_*; included
 * by ifma.h once per field with the macros of inline_template.h: F, M0, M1, INV.
 */
#define OP(name) ZK_PASTE(v8_, ZK_PASTE3(F, _, name))

/* The modulus in radix 2^52; limb 3 is zero, limb 4 is 2^46. */
#define P0 (M0 & ZK_V8_MASK)
#define P1 ((M0 >> 52 | M1 << 12) & ZK_V8_MASK)
#define P2 (M1 >> 40)
#define P4 (UINT64_C(1) << 46)

/* k p, limbs not carried. */
ZK_IFMA_INLINE zk_v8 OP(multiple)(uint64_t k)
{
    return (zk_v8){{v8_splat64(k * P0), v8_splat64(k * P1), v8_splat64(k * P2),
                    _mm512_setzero_si512(), v8_splat64(k * P4)}};
}

/* One step of the reduction: t += m p with t[i] = 0 mod 2^52 afterwards, and its carry goes on.
 * The low word of m P0 is not computed: it cancels t[i], so its sum carries iff t[i] is not 0. */
ZK_IFMA_INLINE void OP(reduction_step)(__m512i t[5], __m512i *next)
{
    const __m512i mask = v8_splat64(ZK_V8_MASK);
    __m512i m = _mm512_madd52lo_epu64(_mm512_setzero_si512(), t[0], v8_splat64(INV & ZK_V8_MASK));
    __m512i carry = _mm512_srli_epi64(_mm512_add_epi64(t[0], mask), 52);
    carry = _mm512_madd52lo_epu64(carry, m, v8_splat64(P1));
    t[1] = _mm512_add_epi64(_mm512_madd52hi_epu64(t[1], m, v8_splat64(P0)), carry);
    t[2] = _mm512_madd52hi_epu64(t[2], m, v8_splat64(P1));
    t[2] = _mm512_madd52lo_epu64(t[2], m, v8_splat64(P2));
    t[3] = _mm512_madd52hi_epu64(t[3], m, v8_splat64(P2));
    t[4] = _mm512_madd52lo_epu64(t[4], m, v8_splat64(P4));
    *next = _mm512_add_epi64(*next, _mm512_srli_epi64(m, 6));
}

/* a b / 2^260, raw with limbs that are not negative. */
ZK_IFMA_INLINE zk_v8 OP(mul_raw)(const zk_v8 *a, const zk_v8 *b)
{
    __m512i t[10];
    ZK_IFMA_UNROLL
    for (int i = 0; i < 10; i++)
        t[i] = _mm512_setzero_si512();
    ZK_IFMA_UNROLL
    for (int i = 0; i < 5; i++) {
        ZK_IFMA_UNROLL
        for (int j = 0; j < 5; j++)
            t[i + j] = _mm512_madd52lo_epu64(t[i + j], a->l[j], b->l[i]);
        ZK_IFMA_UNROLL
        for (int j = 0; j < 5; j++)
            t[i + j + 1] = _mm512_madd52hi_epu64(t[i + j + 1], a->l[j], b->l[i]);
        OP(reduction_step)(t + i, &t[i + 5]);
    }
    return (zk_v8){{t[5], t[6], t[7], t[8], t[9]}};
}

ZK_IFMA_INLINE zk_v8 OP(mul)(const zk_v8 *a, const zk_v8 *b)
{
    return v8_carry(OP(mul_raw)(a, b));
}

ZK_IFMA_INLINE zk_v8 OP(sqr_raw)(const zk_v8 *a)
{
    __m512i t[10];
    ZK_IFMA_UNROLL
    for (int i = 0; i < 10; i++)
        t[i] = _mm512_setzero_si512();
    ZK_IFMA_UNROLL
    for (int i = 0; i < 5; i++)
        ZK_IFMA_UNROLL
        for (int j = i + 1; j < 5; j++) {
            t[i + j] = _mm512_madd52lo_epu64(t[i + j], a->l[i], a->l[j]);
            t[i + j + 1] = _mm512_madd52hi_epu64(t[i + j + 1], a->l[i], a->l[j]);
        }
    ZK_IFMA_UNROLL
    for (int i = 1; i < 9; i++)
        t[i] = _mm512_add_epi64(t[i], t[i]);
    ZK_IFMA_UNROLL
    for (int i = 0; i < 5; i++) {
        t[2 * i] = _mm512_madd52lo_epu64(t[2 * i], a->l[i], a->l[i]);
        t[2 * i + 1] = _mm512_madd52hi_epu64(t[2 * i + 1], a->l[i], a->l[i]);
    }
    ZK_IFMA_UNROLL
    for (int i = 0; i < 5; i++)
        OP(reduction_step)(t + i, &t[i + 5]);
    return (zk_v8){{t[5], t[6], t[7], t[8], t[9]}};
}

ZK_IFMA_INLINE zk_v8 OP(sqr)(const zk_v8 *a)
{
    return v8_carry(OP(sqr_raw)(a));
}

/* Reduced; raw and in [0, 2 p). */
ZK_IFMA_INLINE zk_v8 OP(reduce)(zk_v8 v)
{
    zk_v8 p = OP(multiple)(1), low = v8_carry(v8_sub(&v, &p));
    v = v8_carry(v);
    return v8_blend(_mm512_movepi64_mask(low.l[4]), &low, &v);
}

/* The same for [0, 3 p). */
ZK_IFMA_INLINE zk_v8 OP(reduce_3p)(zk_v8 v)
{
    zk_v8 p = OP(multiple)(1), low = v8_sub(&v, &p);
    zk_v8 lowest = v8_carry(v8_sub(&low, &p));
    low = v8_carry(low);
    v = v8_carry(v);
    low = v8_blend(_mm512_movepi64_mask(lowest.l[4]), &lowest, &low);
    return v8_blend(_mm512_movepi64_mask(low.l[4]), &low, &v);
}

/* Raw and in [0, 8 p) to carried and in [0, 2.1 p). The top limb tells v / 2^254 up to one, and
 * v - (v / 2^254 - 1) p, or v itself where that quotient is 0, is in the interval. */
ZK_IFMA_INLINE zk_v8 OP(shrink)(zk_v8 v)
{
    const __m512i k0 = _mm512_setr_epi64(0, P0, 2 * P0, 3 * P0, 4 * P0, 5 * P0, 6 * P0, 7 * P0);
    const __m512i k1 = _mm512_setr_epi64(0, P1, 2 * P1, 3 * P1, 4 * P1, 5 * P1, 6 * P1, 7 * P1);
    const __m512i k2 = _mm512_setr_epi64(0, P2, 2 * P2, 3 * P2, 4 * P2, 5 * P2, 6 * P2, 7 * P2);
    __m512i one = v8_splat64(1);
    __m512i q = _mm512_sub_epi64(_mm512_max_epi64(_mm512_srai_epi64(v.l[4], 46), one), one);
    v.l[0] = _mm512_sub_epi64(v.l[0], _mm512_permutexvar_epi64(q, k0));
    v.l[1] = _mm512_sub_epi64(v.l[1], _mm512_permutexvar_epi64(q, k1));
    v.l[2] = _mm512_sub_epi64(v.l[2], _mm512_permutexvar_epi64(q, k2));
    v.l[4] = _mm512_sub_epi64(v.l[4], _mm512_slli_epi64(q, 46));
    return v8_carry(v);
}

/* The same for raw values in [0, 2^10 p), with multiplications. */
ZK_IFMA_INLINE zk_v8 OP(shrink_wide)(zk_v8 v)
{
    const __m512i one = v8_splat64(1), zero = _mm512_setzero_si512();
    __m512i q = _mm512_sub_epi64(_mm512_max_epi64(_mm512_srai_epi64(v.l[4], 46), one), one);
    __m512i k1 = _mm512_madd52hi_epu64(zero, q, v8_splat64(P0));
    __m512i k2 = _mm512_madd52hi_epu64(zero, q, v8_splat64(P1));
    v.l[0] = _mm512_sub_epi64(v.l[0], _mm512_madd52lo_epu64(zero, q, v8_splat64(P0)));
    v.l[1] = _mm512_sub_epi64(v.l[1], _mm512_madd52lo_epu64(k1, q, v8_splat64(P1)));
    v.l[2] = _mm512_sub_epi64(v.l[2], _mm512_madd52lo_epu64(k2, q, v8_splat64(P2)));
    v.l[4] = _mm512_sub_epi64(v.l[4], _mm512_slli_epi64(q, 46));
    return v8_carry(v);
}

#undef OP
#undef P0
#undef P1
#undef P2
#undef P4

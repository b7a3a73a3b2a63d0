/* inline_template.h - included by inline.h once per field with these macros defined:
 *   F     the field's name, fp or fq
 *   M0 M1 the low limbs of the modulus 2^254 + M1 2^64 + M0
 *   INV   -1/M0 mod 2^64
 */
#define ELEMENT ZK_PASTE(zk_, F)
#define OP(name) ZK_PASTE3(F, _, name)

ZK_ALWAYS_INLINE void OP(add)(ELEMENT *r, const ELEMENT *a, const ELEMENT *b)
{
    uint64_t t[4];
    zk_limbs_add(t, a->l, b->l);
    zk_limbs_reduce_once(r->l, t, M0, M1);
}

ZK_ALWAYS_INLINE void OP(double)(ELEMENT *r, const ELEMENT *a)
{
    OP(add)(r, a, a);
}

ZK_ALWAYS_INLINE void OP(sub)(ELEMENT *r, const ELEMENT *a, const ELEMENT *b)
{
    uint64_t t[4];
    uint64_t borrow = zk_limbs_sub(t, a->l, b->l);
    const uint64_t m[4] = {M0 & borrow, M1 & borrow, 0, ((uint64_t)1 << 62) & borrow};
    zk_limbs_add(r->l, t, m);
}

ZK_ALWAYS_INLINE void OP(neg)(ELEMENT *r, const ELEMENT *a)
{
    uint64_t any = a->l[0] | a->l[1] | a->l[2] | a->l[3];
    uint64_t nonzero = -((any | -any) >> 63);
    const uint64_t m[4] = {M0 & nonzero, M1 & nonzero, 0, ((uint64_t)1 << 62) & nonzero};
    zk_limbs_sub(r->l, m, a->l);
}

/* a b / 2^256 mod m. `a` may be any 256-bit integer, `b` is reduced. */
ZK_ALWAYS_INLINE void OP(mul)(ELEMENT *r, const ELEMENT *a, const ELEMENT *b)
{
    uint64_t t[5] = {0};
    for (int i = 0; i < 4; i++) {
        zk_limbs_mul_row(t, a->l[i], b->l);
        zk_limbs_montgomery_row(t, M0, M1, INV);
    }
    zk_limbs_reduce_once(r->l, t, M0, M1);
}

ZK_ALWAYS_INLINE void OP(sqr)(ELEMENT *r, const ELEMENT *a)
{
    OP(mul)(r, a, a);
}

ZK_ALWAYS_INLINE bool OP(is_zero)(const ELEMENT *a)
{
    return (a->l[0] | a->l[1] | a->l[2] | a->l[3]) == 0;
}

ZK_ALWAYS_INLINE bool OP(equal)(const ELEMENT *a, const ELEMENT *b)
{
    return ((a->l[0] ^ b->l[0]) | (a->l[1] ^ b->l[1]) | (a->l[2] ^ b->l[2]) |
            (a->l[3] ^ b->l[3])) == 0;
}

#undef ELEMENT
#undef OP

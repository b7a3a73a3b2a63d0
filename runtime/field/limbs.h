/* limbs.h - 256-bit integers of four 64-bit limbs, the carry chains under the field arithmetic.
 *
 * Both Pasta primes are m = 2^254 + m1 2^64 + m0, so a multiple k m has one term fewer than usual:
 * its third limb is absent and its top limb is a shift. Every step is written twice: in C, and as
 * x86-64 carry chains (base instruction set) because compilers do not find them. Defining
 * ZK_FIELD_NO_ASM selects the C everywhere; tests compare the two. Constant time.
 */
#ifndef ZK_FIELD_LIMBS_H
#define ZK_FIELD_LIMBS_H

#include <stdint.h>

#if defined(__x86_64__) && !defined(ZK_FIELD_NO_ASM)
#define ZK_LIMBS_ASM 1
#else
#define ZK_LIMBS_ASM 0
#endif

#define ZK_ALWAYS_INLINE static inline __attribute__((always_inline))

__extension__ typedef unsigned __int128 zk_u128;

ZK_ALWAYS_INLINE void zk_limbs_wide_mul(uint64_t *low, uint64_t *high, uint64_t a, uint64_t b)
{
    zk_u128 product = (zk_u128)a * b;
    *low = (uint64_t)product;
    *high = (uint64_t)(product >> 64);
}

/* r = a + b; the callers' sums fit 256 bits. */
ZK_ALWAYS_INLINE void zk_limbs_add(uint64_t r[4], const uint64_t a[4], const uint64_t b[4])
{
    uint64_t r0 = a[0], r1 = a[1], r2 = a[2], r3 = a[3];
#if ZK_LIMBS_ASM
    __asm__("addq %4, %0\n\tadcq %5, %1\n\tadcq %6, %2\n\tadcq %7, %3"
            : "+&r"(r0), "+&r"(r1), "+&r"(r2), "+&r"(r3)
            : "r"(b[0]), "r"(b[1]), "r"(b[2]), "r"(b[3])
            : "cc");
#else
    zk_u128 c = (zk_u128)r0 + b[0];
    r0 = (uint64_t)c;
    c = (zk_u128)r1 + b[1] + (uint64_t)(c >> 64);
    r1 = (uint64_t)c;
    c = (zk_u128)r2 + b[2] + (uint64_t)(c >> 64);
    r2 = (uint64_t)c;
    r3 += b[3] + (uint64_t)(c >> 64);
#endif
    r[0] = r0, r[1] = r1, r[2] = r2, r[3] = r3;
}

/* r = a - b mod 2^256; returns all ones if a < b, else 0. */
ZK_ALWAYS_INLINE uint64_t zk_limbs_sub(uint64_t r[4], const uint64_t a[4], const uint64_t b[4])
{
    uint64_t r0 = a[0], r1 = a[1], r2 = a[2], r3 = a[3], borrow;
#if ZK_LIMBS_ASM
    __asm__("subq %5, %0\n\tsbbq %6, %1\n\tsbbq %7, %2\n\tsbbq %8, %3\n\tsbbq %4, %4"
            : "+&r"(r0), "+&r"(r1), "+&r"(r2), "+&r"(r3), "=&r"(borrow)
            : "r"(b[0]), "r"(b[1]), "r"(b[2]), "r"(b[3])
            : "cc");
#else
    zk_u128 c = (zk_u128)r0 - b[0];
    r0 = (uint64_t)c;
    c = (zk_u128)r1 - b[1] - ((uint64_t)(c >> 64) & 1);
    r1 = (uint64_t)c;
    c = (zk_u128)r2 - b[2] - ((uint64_t)(c >> 64) & 1);
    r2 = (uint64_t)c;
    c = (zk_u128)r3 - b[3] - ((uint64_t)(c >> 64) & 1);
    r3 = (uint64_t)c;
    borrow = (uint64_t)(c >> 64);
#endif
    r[0] = r0, r[1] = r1, r[2] = r2, r[3] = r3;
    return borrow;
}

/* r = t < m ? t : t - m */
ZK_ALWAYS_INLINE void zk_limbs_reduce_once(uint64_t r[4], const uint64_t t[4], uint64_t m0,
                                           uint64_t m1)
{
#if ZK_LIMBS_ASM
    uint64_t r0 = t[0], r1 = t[1], r2 = t[2], r3 = t[3];
    __asm__("subq %4, %0\n\tsbbq %5, %1\n\tsbbq $0, %2\n\tsbbq %6, %3\n\t"
            "cmovcq %7, %0\n\tcmovcq %8, %1\n\tcmovcq %9, %2\n\tcmovcq %10, %3"
            : "+&r"(r0), "+&r"(r1), "+&r"(r2), "+&r"(r3)
            : "r"(m0), "r"(m1), "r"((uint64_t)1 << 62), "r"(t[0]), "r"(t[1]), "r"(t[2]),
              "r"(t[3])
            : "cc");
    r[0] = r0, r[1] = r1, r[2] = r2, r[3] = r3;
#else
    const uint64_t m[4] = {m0, m1, 0, (uint64_t)1 << 62};
    uint64_t d[4];
    uint64_t keep = zk_limbs_sub(d, t, m);
    for (int i = 0; i < 4; i++)
        r[i] = d[i] ^ ((d[i] ^ t[i]) & keep);
#endif
}

/* t += a y on five limbs, where t[4] is zero before. */
ZK_ALWAYS_INLINE void zk_limbs_mul_row(uint64_t t[5], uint64_t a, const uint64_t y[4])
{
#if ZK_LIMBS_ASM
    uint64_t l0, l1, l2, l3, h0, h1, h2, h3;
    uint64_t t0 = t[0], t1 = t[1], t2 = t[2], t3 = t[3];
    zk_limbs_wide_mul(&l0, &h0, a, y[0]);
    zk_limbs_wide_mul(&l1, &h1, a, y[1]);
    zk_limbs_wide_mul(&l2, &h2, a, y[2]);
    zk_limbs_wide_mul(&l3, &h3, a, y[3]);
    __asm__("addq %5, %0\n\tadcq %6, %1\n\tadcq %7, %2\n\tadcq %8, %3\n\tadcq $0, %4"
            : "+&r"(t0), "+&r"(t1), "+&r"(t2), "+&r"(t3), "+&r"(h3)
            : "r"(l0), "r"(l1), "r"(l2), "r"(l3)
            : "cc");
    __asm__("addq %4, %0\n\tadcq %5, %1\n\tadcq %6, %2\n\tadcq $0, %3"
            : "+&r"(t1), "+&r"(t2), "+&r"(t3), "+&r"(h3)
            : "r"(h0), "r"(h1), "r"(h2)
            : "cc");
    t[0] = t0, t[1] = t1, t[2] = t2, t[3] = t3, t[4] = h3;
#else
    zk_u128 c = (zk_u128)a * y[0] + t[0];
    t[0] = (uint64_t)c;
    for (int i = 1; i < 4; i++) {
        c = (zk_u128)a * y[i] + t[i] + (uint64_t)(c >> 64);
        t[i] = (uint64_t)c;
    }
    t[4] = (uint64_t)(c >> 64);
#endif
}

/* t = (t + k m) / 2^64, where k = -t[0] / m0 mod 2^64; t[4] becomes 0. */
ZK_ALWAYS_INLINE void zk_limbs_montgomery_row(uint64_t t[5], uint64_t m0, uint64_t m1, uint64_t inv)
{
    uint64_t k = t[0] * inv;
#if ZK_LIMBS_ASM
    uint64_t l0, l1, h0, h1;
    uint64_t t0 = t[0], t1 = t[1], t2 = t[2], t3 = t[3], t4 = t[4];
    zk_limbs_wide_mul(&l0, &h0, k, m0);
    zk_limbs_wide_mul(&l1, &h1, k, m1);
    __asm__("addq %5, %0\n\tadcq %6, %1\n\tadcq %7, %2\n\tadcq $0, %3\n\tadcq $0, %4"
            : "+&r"(t0), "+&r"(t1), "+&r"(t2), "+&r"(t3), "+&r"(t4)
            : "r"(l0), "r"(h0), "r"(h1)
            : "cc");
    __asm__("addq %4, %0\n\tadcq $0, %1\n\tadcq %5, %2\n\tadcq %6, %3"
            : "+&r"(t1), "+&r"(t2), "+&r"(t3), "+&r"(t4)
            : "r"(l1), "r"(k << 62), "r"(k >> 2)
            : "cc");
    t[0] = t1, t[1] = t2, t[2] = t3, t[3] = t4, t[4] = 0;
#else
    zk_u128 c = (zk_u128)k * m0 + t[0];
    c = (zk_u128)k * m1 + t[1] + (uint64_t)(c >> 64);
    t[0] = (uint64_t)c;
    c = (zk_u128)t[2] + (uint64_t)(c >> 64);
    t[1] = (uint64_t)c;
    c = (zk_u128)t[3] + (k << 62) + (uint64_t)(c >> 64);
    t[2] = (uint64_t)c;
    t[3] = t[4] + (k >> 2) + (uint64_t)(c >> 64);
    t[4] = 0;
#endif
}

#endif

#include "runtime/witness/integer.h"

#include <gmp.h>
#include <string.h>

#include "runtime/base/error.h"
#include "runtime/field/limbs.h"

_Static_assert(GMP_NUMB_BITS == 64 && sizeof(mp_limb_t) == sizeof(uint64_t), "limbs are GMP's");

/* (p - 1) / 2 and (p + 1) / 2 */
static const uint64_t half_modulus[4] = {
    UINT64_C(0xcc96987680000000), UINT64_C(0x11234c7e04a67c8d), 0, UINT64_C(1) << 61};
static const uint64_t other_half[4] = {
    UINT64_C(0xcc96987680000001), UINT64_C(0x11234c7e04a67c8d), 0, UINT64_C(1) << 61};

static bool is_above_half(const uint64_t limbs[4])
{
    uint64_t scratch[4];
    return zk_limbs_sub(scratch, half_modulus, limbs) != 0;
}

void zk_integer_from_fp(zk_integer *r, const zk_fp *v)
{
    zk_fp_to_limbs(r->limbs, v);
    r->negative = is_above_half(r->limbs);
    if (r->negative)
        (void)zk_limbs_sub(r->limbs, zk_fp_modulus, r->limbs);
}

void zk_integer_to_fp(zk_fp *r, const zk_integer *v)
{
    bool fits = zk_fp_from_limbs(r, v->limbs);
    ZK_CHECK(fits);
    if (v->negative)
        zk_fp_neg(r, r);
}

static int used_limbs(const uint64_t limbs[4])
{
    int n = 4;
    while (n > 0 && limbs[n - 1] == 0)
        n--;
    return n;
}

bool zk_integer_positive(const zk_integer *v)
{
    return !v->negative && used_limbs(v->limbs) > 0;
}

/* |a| = q b + r. For a < 0: a = -(q + 1) b + (b - r), or -q b when r = 0. */
void zk_integer_divide(zk_fp *quotient, zk_fp *remainder, const zk_integer *a, const zk_integer *b)
{
    zk_integer q = {.limbs = {0}}, r = {.limbs = {0}};
    int n = used_limbs(a->limbs), d = used_limbs(b->limbs);
    ZK_CHECK(d > 0 && !b->negative);
    if (n < d) {
        memcpy(r.limbs, a->limbs, sizeof r.limbs);
    } else {
        mp_limb_t high[4], low[4], numerator[4], divisor[4];
        for (int i = 0; i < 4; i++) {
            numerator[i] = a->limbs[i];
            divisor[i] = b->limbs[i];
        }
        mpn_tdiv_qr(high, low, 0, numerator, n, divisor, d);
        for (int i = 0; i <= n - d; i++)
            q.limbs[i] = high[i];
        for (int i = 0; i < d; i++)
            r.limbs[i] = low[i];
    }
    if (a->negative && used_limbs(r.limbs) > 0) {
        static const uint64_t one[4] = {1, 0, 0, 0};
        zk_limbs_add(q.limbs, q.limbs, one);
        (void)zk_limbs_sub(r.limbs, b->limbs, r.limbs);
    }
    q.negative = a->negative;
    zk_integer_to_fp(quotient, &q);
    zk_integer_to_fp(remainder, &r);
}

uint32_t zk_integer_bits(const zk_integer *v, uint32_t shift, uint32_t width)
{
    static const uint64_t zero[4] = {0};
    uint64_t twos[4], fill = v->negative ? UINT64_MAX : 0;
    memcpy(twos, v->limbs, sizeof twos);
    if (v->negative)
        (void)zk_limbs_sub(twos, zero, twos);
    uint32_t limb = shift / 64, bit = shift % 64;
    uint64_t low = twos[limb], high = limb < 3 ? twos[limb + 1] : fill;
    uint64_t bits = bit == 0 ? low : low >> bit | high << (64 - bit);
    return (uint32_t)(bits & ((UINT64_C(1) << width) - 1));
}

void zk_integer_key(zk_key *key, const zk_fp *v)
{
    uint64_t limbs[4];
    zk_fp_to_limbs(limbs, v);
    if (is_above_half(limbs)) /* v - p + (p-1)/2 */
        (void)zk_limbs_sub(key->limbs, limbs, other_half);
    else
        zk_limbs_add(key->limbs, limbs, half_modulus);
}

int zk_key_compare(const zk_key *a, const zk_key *b)
{
    for (int i = 3; i >= 0; i--)
        if (a->limbs[i] != b->limbs[i])
            return a->limbs[i] < b->limbs[i] ? -1 : 1;
    return 0;
}

void zk_fp_from_i128(zk_fp *r, zk_i128 v)
{
    zk_u128 magnitude = v < 0 ? -(zk_u128)v : (zk_u128)v;
    zk_integer x = {.limbs = {(uint64_t)magnitude, (uint64_t)(magnitude >> 64)},
                    .negative = v < 0};
    zk_integer_to_fp(r, &x);
}

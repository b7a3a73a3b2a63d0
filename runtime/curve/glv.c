#include "runtime/curve/glv.h"

#include "runtime/field/limbs.h"

/* The lattice {(x, y): x + y zeta = 0 mod r} has the short basis (a, -b), (b, c), determinant r.
 * For k, subtract from (k, 0) its nearest lattice point: c1 = round(k c / r), c2 = round(k b / r),
 *   k1 = k - c1 a - c2 b,   k2 = c1 b - c2 c.
 * The quotients come from g1 = round(2^382 c / r), g2 = round(2^382 b / r). */
typedef struct glv_basis {
    uint64_t a[2], b[2], c[2];
    uint64_t g1[4], g2[4];
} glv_basis;

static const glv_basis fp_basis = {
    {UINT64_C(0x7fcae1c700000000), UINT64_C(0x49e69d1640f04915)},
    {UINT64_C(0x8cb1279300000001), UINT64_C(0x49e69d1640a89953)},
    {UINT64_C(0x0c7c095a00000001), UINT64_C(0x93cd3a2c8198e269)},
    {UINT64_C(0xa10763588a5b8559), UINT64_C(0xb0d7ef5342bfa649), UINT64_C(0x0c7c095a00000000),
     UINT64_C(0x93cd3a2c8198e269)},
    {UINT64_C(0x2105053092fe66a1), UINT64_C(0xd86bf7a9a173055e), UINT64_C(0x8cb1279300000000),
     UINT64_C(0x49e69d1640a89953)},
};

static const glv_basis fq_basis = {
    {UINT64_C(0x7fcae1c700000001), UINT64_C(0x49e69d1640f04915)},
    {UINT64_C(0x8cb1279300000000), UINT64_C(0x49e69d1640a89953)},
    {UINT64_C(0x0c7c095a00000001), UINT64_C(0x93cd3a2c8198e269)},
    {UINT64_C(0x0447da18446bf0a5), UINT64_C(0xb0d7ef53421a18b8), UINT64_C(0x0c7c095a00000000),
     UINT64_C(0x93cd3a2c8198e269)},
    {UINT64_C(0x52a568b65c85c76d), UINT64_C(0xd86bf7a9a1203e95), UINT64_C(0x8cb12792ffffffff),
     UINT64_C(0x49e69d1640a89953)},
};

/* round(k g / 2^382), below 2^128 for k < 2^255 and g < 2^256 */
static void quotient(uint64_t q[2], const uint64_t k[4], const uint64_t g[4])
{
    uint64_t t[8] = {0};
    for (int i = 0; i < 4; i++) {
        uint64_t carry = 0;
        for (int j = 0; j < 4; j++) {
            zk_u128 c = (zk_u128)k[i] * g[j] + t[i + j] + carry;
            t[i + j] = (uint64_t)c;
            carry = (uint64_t)(c >> 64);
        }
        t[i + 4] = carry;
    }
    zk_u128 high = (zk_u128)t[7] << 64 | t[6];
    zk_u128 rounded = (high << 2 | t[5] >> 62) + (t[5] >> 61 & 1);
    q[0] = (uint64_t)rounded;
    q[1] = (uint64_t)(rounded >> 64);
}

static void product(uint64_t r[4], const uint64_t x[2], const uint64_t y[2])
{
    zk_u128 low = (zk_u128)x[0] * y[0], high = (zk_u128)x[1] * y[1];
    zk_u128 cross = (zk_u128)x[0] * y[1], other = (zk_u128)x[1] * y[0];
    zk_u128 middle = (low >> 64) + (uint64_t)cross + (uint64_t)other;
    high += (cross >> 64) + (other >> 64) + (middle >> 64);
    r[0] = (uint64_t)low;
    r[1] = (uint64_t)middle;
    r[2] = (uint64_t)high;
    r[3] = (uint64_t)(high >> 64);
}

/* A number of absolute value below 2^128 given mod 2^256. */
static void to_half(zk_glv_half *half, const uint64_t t[4])
{
    static const uint64_t zero[4];
    uint64_t negated[4];
    half->negative = t[3] >> 63;
    zk_limbs_sub(negated, zero, t);
    half->magnitude[0] = half->negative ? negated[0] : t[0];
    half->magnitude[1] = half->negative ? negated[1] : t[1];
}

static void split(zk_glv_half *k1, zk_glv_half *k2, const uint64_t k[4], const glv_basis *basis)
{
    uint64_t c1[2], c2[2], t[4], u[4];
    quotient(c1, k, basis->g1);
    quotient(c2, k, basis->g2);
    product(t, c1, basis->a);
    zk_limbs_sub(u, k, t);
    product(t, c2, basis->b);
    zk_limbs_sub(u, u, t);
    to_half(k1, u);
    product(t, c1, basis->b);
    product(u, c2, basis->c);
    zk_limbs_sub(u, t, u);
    to_half(k2, u);
}

void zk_fp_glv_split_limbs(zk_glv_half *k1, zk_glv_half *k2, const uint64_t k[4])
{
    split(k1, k2, k, &fp_basis);
}

void zk_fp_glv_split(zk_glv_half *k1, zk_glv_half *k2, const zk_fp *k)
{
    uint64_t limbs[4];
    zk_fp_to_limbs(limbs, k);
    zk_fp_glv_split_limbs(k1, k2, limbs);
}

void zk_fq_glv_split(zk_glv_half *k1, zk_glv_half *k2, const zk_fq *k)
{
    uint64_t limbs[4];
    zk_fq_to_limbs(limbs, k);
    split(k1, k2, limbs, &fq_basis);
}

int zk_wnaf(int8_t digits[ZK_WNAF_LENGTH], const zk_glv_half *k)
{
    zk_u128 m = (zk_u128)k->magnitude[1] << 64 | k->magnitude[0];
    int length = 0;
    for (; m != 0; length++) {
        int digit = 0;
        if (m & 1) {
            digit = (int)(m & 15);
            if (digit >= 8)
                digit -= 16;
            m = digit < 0 ? m + (unsigned)-digit : m - (unsigned)digit;
        }
        digits[length] = (int8_t)(k->negative ? -digit : digit);
        m >>= 1;
    }
    return length;
}

/* glv.h - scalars split for the endomorphism (zeta x, y) = [zeta](x, y), and signed digits.
 *
 * k = k1 + k2 zeta mod the group order with |k1|, |k2| < 2^127: half the doublings (Gallant,
 * Lambert and Vanstone 2001). Variable time.
 */
#ifndef ZK_CURVE_GLV_H
#define ZK_CURVE_GLV_H

#include "runtime/field/field.h"

/* sign (magnitude[0] + 2^64 magnitude[1]) */
typedef struct zk_glv_half {
    uint64_t magnitude[2];
    bool negative;
} zk_glv_half;

void zk_fp_glv_split(zk_glv_half *k1, zk_glv_half *k2, const zk_fp *k);
void zk_fq_glv_split(zk_glv_half *k1, zk_glv_half *k2, const zk_fq *k);
/* The same for a canonical integer. */
void zk_fp_glv_split_limbs(zk_glv_half *k1, zk_glv_half *k2, const uint64_t k[4]);

/* Width-4 non-adjacent form: digits 0, +-1, +-3, +-5, +-7 with k = sum digit[i] 2^i. */
#define ZK_WNAF_LENGTH 129

/* Returns the number of digits used, 0 for k = 0. */
int zk_wnaf(int8_t digits[ZK_WNAF_LENGTH], const zk_glv_half *k);

#endif

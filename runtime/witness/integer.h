/* integer.h - wide values as the integers that they stand for.
 *
 * A field element stands for the integer of its class between -p/2 and p/2. Order and division are
 * those of integers; sums and products are done in the field by the callers.
 */
#ifndef ZK_WITNESS_INTEGER_H
#define ZK_WITNESS_INTEGER_H

#include "runtime/field/field.h"

__extension__ typedef __int128 zk_i128;

/* Magnitude (least significant limb first) and sign. 0 is not negative. */
typedef struct zk_integer {
    uint64_t limbs[4];
    bool negative;
} zk_integer;

void zk_integer_from_fp(zk_integer *r, const zk_fp *v);
void zk_integer_to_fp(zk_fp *r, const zk_integer *v);
/* quotient = floor(a / b), remainder = a - b quotient, for b > 0. */
void zk_integer_divide(zk_fp *quotient, zk_fp *remainder, const zk_integer *a, const zk_integer *b);
bool zk_integer_positive(const zk_integer *v);
/* floor(v / 2^shift) mod 2^width for shift <= 255, width <= 32. */
uint32_t zk_integer_bits(const zk_integer *v, uint32_t shift, uint32_t width);

/* Four limbs whose order as a 256-bit integer is the order of the integers. */
typedef struct zk_key {
    uint64_t limbs[4];
} zk_key;
void zk_integer_key(zk_key *key, const zk_fp *v);
int zk_key_compare(const zk_key *a, const zk_key *b); /* -1, 0, 1 */

void zk_fp_from_i128(zk_fp *r, zk_i128 v);

#endif

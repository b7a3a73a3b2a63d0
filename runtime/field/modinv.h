/* modinv.h - variable-time modular inverse by division steps (Bernstein and Yang, "Fast
 * constant-time gcd computation and modular inversion", in the variable-time form of libsecp256k1).
 */
#ifndef ZK_FIELD_MODINV_H
#define ZK_FIELD_MODINV_H

#include <stdint.h>

/* An odd modulus below 2^255 and its inverse mod 2^62. */
typedef struct zk_modinv_modulus {
    uint64_t limbs[4];
    uint64_t inverse62;
} zk_modinv_modulus;

/* out = 1/in mod m for 0 < in < m and m prime; 0 for 0. */
void zk_modinv_var(uint64_t out[4], const uint64_t in[4], const zk_modinv_modulus *m);

#endif

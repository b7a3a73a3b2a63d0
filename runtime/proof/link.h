/* link.h - proofs that points are combinations of given generators, without showing which.
 *
 *   statement  P_f = sum_b [v_(f,b)] B_b + [t_f] W      f = 0 .. F-1, b = 0 .. J-1
 *   delta  = H(delta personalisation; hashed)           combines the points:
 *            P = sum_f [delta^f] P_f,  V_b = sum_f delta^f v_(f,b),  T = sum_f delta^f t_f
 *   A      = sum_b [a_b] B_b + [a_T] W                  with fresh random a_b, a_T
 *   e      = H(challenge personalisation; hashed || A)
 *   z_b    = a_b + e V_b,  z_T = a_T + e T
 *   proof  = A || z_0 .. z_(J-1) || z_T                 32 (J + 2) bytes
 *   check  sum_b [z_b] B_b + [z_T] W = A + [e] P,  A not the identity, every z canonical
 *
 * A prover who can answer knows such v and t for every P_f: answers for two e open P, and openings
 * of P for F values of delta open each P_f (its coefficients are powers: a Vandermonde matrix). A
 * proof shows nothing else about them. `hashed` must bind the points P_f and everything that they
 * depend on; H is BLAKE2b-512, reduced.
 *
 * It serves twice: the link proof of a proof file (columns and published commitments differ on
 * blind rows only) and the support proofs of a commitment file (a matrix has entries on its own
 * rows only).
 */
#ifndef ZK_PROOF_LINK_H
#define ZK_PROOF_LINK_H

#include "runtime/halo2/column.h"
#include "runtime/halo2/rng.h"
#include "runtime/poly/point_sum.h"
#include "runtime/proof/hash.h"

typedef struct zk_link {
    zk_hash delta, challenge; /* with everything that `hashed` stands for */
    const zk_vesta_affine *generators;
    size_t generator_count;        /* J */
    const zk_vesta_affine *points; /* F; the identity is allowed */
    size_t point_count;
} zk_link;

/* Starts the two hashes, and gives bytes to both. */
void zk_link_start(zk_link *link, const char *delta, const char *challenge);
void zk_link_hash(zk_link *link, const void *bytes, size_t length);

/* Bytes of a proof with J generators. */
size_t zk_link_length(size_t generator_count);

/* Writes zk_link_length bytes. values[f] are v_(f,b), at most J of them (the rest is 0), blinds[f]
 * are t_f. Draws J + 1 nonces from rng; they are wiped. A false statement gives a proof that does
 * not verify. */
zkml_status zk_link_prove(uint8_t *proof, const zk_link *link, const zk_params *params,
                          const zk_column *values, const zk_fp *blinds, zk_rng *rng,
                          zkml_error *err) ZKML_NODISCARD;
/* Adds the check to a sum as one equation, which the caller has begun. ZKML_INVALID for another
 * length, encodings that are not canonical, and A = identity. */
zkml_status zk_link_add(zk_point_sum *sum, const zk_link *link, const uint8_t *proof,
                        size_t length, zkml_error *err) ZKML_NODISCARD;
/* The whole check. ZKML_INVALID, or ZKML_LIMIT when memory runs out. */
zkml_status zk_link_verify(const zk_link *link, const zk_params *params, const uint8_t *proof,
                           size_t length, zkml_error *err) ZKML_NODISCARD;

#endif

/* rng.h - the prover's randomness.
 *
 * The secure generator is ChaCha20 under a key that is BLAKE2b of operating system randomness and
 * of a digest of everything the proof depends on (witness, instance, circuit): should the system's
 * randomness ever repeat, two different witnesses still share no blind. Keys are erased as the
 * stream goes on. The test generator is splitmix64 and hides nothing.
 *
 * A generator is used by one thread. The prover draws in a fixed order, which is part of what the
 * byte-for-byte tests check.
 */
#ifndef ZK_HALO2_RNG_H
#define ZK_HALO2_RNG_H

#include "runtime/base/error.h"
#include "runtime/field/field.h"

typedef struct zk_rng {
    void (*fill)(struct zk_rng *rng, uint8_t *bytes, size_t length);
    uint64_t seed; /* splitmix64 */
    uint8_t key[32];
    uint8_t block[1024];
    size_t used;    /* bytes of block handed out */
    uint64_t draws; /* field elements drawn so far */
} zk_rng;

/* Hedged with `context` (a digest of witness, instance and circuit). ZKML_INTERNAL when libsodium
 * cannot be initialised. */
zkml_status zk_rng_init_secure(zk_rng *rng, const uint8_t *context, size_t length,
                               zkml_error *err) ZKML_NODISCARD;
/* NOT PRIVATE: for vectors and tests. */
void zk_rng_init_splitmix64(zk_rng *rng, uint64_t seed);
void zk_rng_wipe(zk_rng *rng);

/* 64 bytes read as a little-endian integer and reduced. */
void zk_rng_scalar(zk_rng *rng, zk_fp *r);
void zk_rng_scalars(zk_rng *rng, zk_fp *r, size_t n);

#endif

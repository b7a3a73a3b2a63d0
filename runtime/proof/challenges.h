/* challenges.h - challenges between the two phases of advice columns.
 *
 *   seed  = BLAKE2b-512("zkmlc-challenges"; transcript_repr || circuit digest
 *           || u32 number of circuit instances
 *           || per instance: u32 instance columns, per column u64 number of values, the values
 *           || u32 number of commitment files, their 32-byte digests
 *           || u32 number of part-A columns, per instance their commitments )
 *   chi_i = BLAKE2b-512("zkmlc-challenge-"; seed || u32 i), reduced
 *
 * The seed binds the key, every public value, every published commitment and all of part A; the
 * transcript of the Halo2 proof then binds the same commitments and everything after them. What
 * is derived from the challenges stands in later columns. All values of a seed are what the
 * verifier has or has computed, and are never read from where a prover wrote them down.
 *
 * A challenge column and a fold coefficient is a monomial in the base challenges chi_i.
 */
#ifndef ZK_PROOF_CHALLENGES_H
#define ZK_PROOF_CHALLENGES_H

#include "runtime/halo2/verifier.h"

enum { ZK_SEED_BYTES = 64, ZK_DIGEST_BYTES = 32 };

typedef struct zk_seed_input {
    const zk_fp *transcript_repr;
    const uint8_t *circuit_digest; /* ZK_DIGEST_BYTES */
    uint32_t circuits;             /* instances of the circuit in the proof */
    uint32_t instance_columns;
    const zk_instance_values *instances; /* circuits * instance_columns */
    const uint8_t *file_digests;         /* files * ZK_DIGEST_BYTES */
    uint32_t files;
    uint32_t phase0;             /* part-A columns of one circuit instance */
    const uint8_t *commitments;  /* of instance c: phase0 compressed points from c * stride */
    size_t stride;
} zk_seed_input;

void zk_seed(uint8_t seed[ZK_SEED_BYTES], const zk_seed_input *input);

/* chi_0 .. chi_(count - 1) */
void zk_base_challenges(zk_fp *chi, uint32_t count, const uint8_t seed[ZK_SEED_BYTES]);

/* prod chi_i^exponents_i, i < count */
void zk_monomial(zk_fp *r, const zk_fp *chi, const uint32_t *exponents, uint32_t count);

#endif

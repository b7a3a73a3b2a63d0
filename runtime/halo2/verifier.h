/* verifier.h - checks a halo2 proof: HALO2.md section 13, with strict decoding.
 *
 * A proof has exactly the length that the key implies, canonical encodings only and no identity
 * points. Instance values are given as field elements, one array for each instance column; rows
 * from `count` on are 0. The caller fixes the counts: they are not part of the proof.
 */
#ifndef ZK_HALO2_VERIFIER_H
#define ZK_HALO2_VERIFIER_H

#include "runtime/halo2/keygen.h"
#include "runtime/halo2/transcript.h"
#include "runtime/poly/point_sum.h"

typedef struct zk_instance_values {
    const zk_fp *values;
    size_t count; /* at most the usable rows */
} zk_instance_values;

/* `instances` has n_circuits times n_instance entries, circuit by circuit. ZKML_OK: the proof is
 * valid. ZKML_MALFORMED: it cannot be decoded. ZKML_INVALID: it can, and is wrong. `hook` may be
 * NULL (transcript.h). */
zkml_status zk_verify(const zk_vk *vk, const zk_params *params, uint32_t n_circuits,
                      const zk_instance_values *instances, const uint8_t *proof, size_t length,
                      zk_transcript_hook hook, void *hook_context, zkml_error *err) ZKML_NODISCARD;

/* Everything but the last step: adds the sum that must be the identity to `sum`, as one equation,
 * which the caller has begun. After a failure the sum may have terms at its end that belong to no
 * equation, but none of the generators G. */
zkml_status zk_verify_add(zk_point_sum *sum, const zk_vk *vk, uint32_t n_circuits,
                          const zk_instance_values *instances, const uint8_t *proof,
                          size_t length, zk_transcript_hook hook, void *hook_context,
                          zkml_error *err) ZKML_NODISCARD;

/* The commitments with blind 1 that stand for the instance columns. */
zkml_status zk_commit_instances(zk_vesta_affine *points, const zk_vk *vk, const zk_params *params,
                                uint32_t n_circuits, const zk_instance_values *instances,
                                zkml_error *err) ZKML_NODISCARD;

#endif

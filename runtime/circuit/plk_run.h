/* plk_run.h - keys, proofs and verification of a .plk file. */
#ifndef ZK_CIRCUIT_PLK_RUN_H
#define ZK_CIRCUIT_PLK_RUN_H

#include "runtime/circuit/plk.h"
#include "runtime/halo2/rng.h"
#include "runtime/halo2/transcript.h"

/* The verifying key of the file's contents; refers to plk->cs. */
zkml_status zk_plk_key(zk_vk *vk, const zk_plk *plk, const zk_params *params,
                       zkml_error *err) ZKML_NODISCARD;
/* The file's public values only. A challenge (`extchal`) is computed from the proof's first
 * commitments and takes its place among the instance values, which is why plk is written to. */
zkml_status zk_plk_verify(zk_plk *plk, const zk_vk *vk, const zk_params *params,
                          const uint8_t *proof, size_t length, zk_transcript_hook hook,
                          void *hook_context, zkml_error *err) ZKML_NODISCARD;
/* A proof of the file's witness with the randomness of `rng`; sets the challenge as above. */
zkml_status zk_plk_prove(zk_plk *plk, const zk_vk *vk, const zk_params *params, zk_rng *rng,
                         zk_buf *proof, zk_transcript_hook hook, void *hook_context,
                         zkml_error *err) ZKML_NODISCARD;
/* The challenge from M compressed commitments, 32 bytes each. */
void zk_plk_challenge_value(zk_fp *value, const zk_plk *plk, const zk_vk *vk,
                            const uint8_t *commitments);

#endif

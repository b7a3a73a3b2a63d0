/* commitment_points.h - the points and the statements of commitment files, between its files. */
#ifndef ZK_PROOF_COMMITMENT_POINTS_H
#define ZK_PROOF_COMMITMENT_POINTS_H

#include "runtime/proof/commitment.h"
#include "runtime/proof/link.h"

/* *generators: one point for each input of a MATRIX or of RUNS, from the heap. */
zkml_status zk_block_generators(zk_vesta_affine **generators, const zk_block *shape,
                                const zk_params *params, zkml_error *err) ZKML_NODISCARD;
zkml_status zk_commit_vector(zk_vesta_affine *points, const zk_owned_block *owned,
                             const zk_params *params, zkml_error *err) ZKML_NODISCARD;

/* The hashes that all support proofs of a file begin with: `bytes` are those before the first. */
void zk_support_start(zk_link *start, const uint8_t *bytes, size_t length);
zk_link zk_support_link(const zk_link *start, uint32_t number, const zk_block *shape,
                        const zk_vesta_affine *generators, const zk_vesta_affine *points);

#endif

/* phases.h - the prover's way through the parts of the advice columns (layer.h, challenges.h).
 *
 * Part A is committed; its commitments, the public values and the files give the seed; challenge
 * columns, folds and other columns of part C follow from the challenges and are committed; the link
 * proof ties folds and committed columns to the files. The prover then goes on as for any circuit.
 *
 * Random numbers are drawn in this order: part A, part C, the nonces of the link proof, the rest.
 */
#ifndef ZK_PROOF_PHASES_H
#define ZK_PROOF_PHASES_H

#include "runtime/halo2/prover.h"
#include "runtime/proof/ties.h"
#include "runtime/witness/witness.h"

/* Fills and commits all advice columns. `witness` has part A but for counts; `ties` are those of
 * its circuit, for one input, with openings. Appends the link proof to `link`, if there is one.
 * `digest` is the circuit's. ZKML_INVALID: a look-up that is in no table, or committed values that
 * are not the witness's. */
zkml_status zk_phases_commit(zk_prover *prover, const zk_witness *witness, const zk_ties *ties,
                             const uint8_t digest[32], zk_buf *link,
                             zkml_error *err) ZKML_NODISCARD;

#endif

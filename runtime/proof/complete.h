/* complete.h - the columns that follow from challenges, without a proof: for the mock prover.
 *
 * Challenges come from a hash of part A and the public values, so that a witness gives the same
 * answer every time. They are not those of any proof: without commitments there is no seed. */
#ifndef ZK_PROOF_COMPLETE_H
#define ZK_PROOF_COMPLETE_H

#include "runtime/proof/opening.h"
#include "runtime/witness/witness.h"

/* Sets the advice columns of an assigned witness whose circuit has a layer: counts, parts B and C.
 * `openings` are those of the layer's files. ZKML_INVALID: a value that is looked up is in no
 * table, or openings are missing. */
zkml_status zk_witness_complete(zk_witness *witness, const zk_opening *const *openings,
                                zkml_error *err) ZKML_NODISCARD;

#endif

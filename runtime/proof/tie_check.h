/* tie_check.h - steps 3 to 5 of the verification of a proof file: challenges, challenge columns,
 * folded and committed columns. */
#ifndef ZK_PROOF_TIE_CHECK_H
#define ZK_PROOF_TIE_CHECK_H

#include "runtime/proof/envelope.h"
#include "runtime/proof/key.h"
#include "runtime/proof/ties.h"

/* Checks what does not end in a link proof, and adds the link proof, if there is one, to `sum` as
 * one equation. `ties` are those of the key, with the envelope's number of inputs and the files of
 * the verifier's user. ZKML_INVALID, saying what is wrong. */
zkml_status zk_ties_check(zk_point_sum *sum, const zk_envelope *envelope, const zk_key *key,
                          const zk_ties *ties, const zk_params *params,
                          zkml_error *err) ZKML_NODISCARD;

#endif

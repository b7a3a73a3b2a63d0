/* bind.h - committed values of a proof and commitment files say the same.
 *
 * A committed value of a circuit may be bound to a commitment file of one vector block, which can
 * be older than the proof and be used for any number of proofs, of any circuit with the same k.
 * Column c of the value is committed to in the proof as C_c, freshly blinded, and in the file as
 * R_c. Both have the same elements exactly when
 *
 *   P_c = C_c - R_c = sum_b [v_b] L_b + [t] W        b: the blind rows
 *
 * and one link proof (link.h) shows that for all columns of all bound values, in the circuit's
 * order. Its hashes begin with
 *
 *   seed (challenges.h) || u32 number of points || the points P_c, the identity as 32 zero bytes
 *
 * The seed has the digest of each file, which the verifier computes from the file's bytes.
 *
 * Lists of files and openings have an entry for each parameter and then for each result of the key
 * or circuit; NULL: that value is bound to nothing. A list may itself be NULL.
 */
#ifndef ZK_PROOF_BIND_H
#define ZK_PROOF_BIND_H

#include "runtime/halo2/prover.h"
#include "runtime/proof/commitment.h"
#include "runtime/proof/envelope.h"
#include "runtime/proof/key.h"
#include "runtime/proof/opening.h"
#include "runtime/witness/input.h"

/* The values of a key: parameters, then results. */
size_t zk_bind_count(const zk_key *key);
const zk_field_schema *zk_bind_field(const zk_key *key, size_t number);

/* The file holds a value of this shape, for circuits of 2^k rows. ZKML_INVALID, with the value's
 * name. */
zkml_status zk_bind_check(const zk_field_schema *field, uint32_t k, const zk_commitment *file,
                          zkml_error *err) ZKML_NODISCARD;

/* The envelope names exactly these files and its link proof holds. ZKML_INVALID else. The halo2
 * proof is not looked at, but for its commitments. */
zkml_status zk_bind_verify(const zk_envelope *envelope, const zk_key *key,
                           const zk_commitment *const *files, const zk_params *params,
                           zkml_error *err) ZKML_NODISCARD;

/* The parameters that openings hold, into the inputs: where an input has the same value or, being
 * optional, none. ZKML_INVALID for another value, another shape, or one outside of the
 * parameter's range. `openings` has an entry for each parameter and result of the circuit. */
zkml_status zk_bind_inputs(zk_inputs *inputs, const zk_circuit *circuit,
                           const zk_opening *const *openings, zkml_error *err) ZKML_NODISCARD;

/* The prover's side. */
typedef struct zk_bound {
    zk_arena arena; /* owns all below */
    uint32_t file_count;
    uint8_t *digests; /* 32 bytes for each file */
    uint8_t *link;
    size_t link_length;
    zk_commitment *files; /* the files again, made from the proof's commitments and openings */
    const zk_commitment **list; /* by value */
} zk_bound;

/* After all advice columns have been committed to. Draws the nonces of the link proof. Made again
 * from the openings, a file must have the digest that its opening names: ZKML_INVALID else.
 * zk_bound_free in every case. */
zkml_status zk_bind_prove(zk_bound *bound, const zk_prover *prover, const zk_key *key,
                          const zk_opening *const *openings, const zk_instance_values *instances,
                          zkml_error *err) ZKML_NODISCARD;
void zk_bound_free(zk_bound *bound);

#endif

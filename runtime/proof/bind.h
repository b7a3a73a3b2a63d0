/* bind.h - committed values of a proof and commitment files say the same.
 *
 * A committed value of a circuit may be bound to a commitment file of one vector block, which can
 * be older than the proof and be used for any number of proofs, of any circuit with the same k.
 * Column c of the value is committed to in the proof as C_c, freshly blinded, and in the file as
 * R_c. Both have the same elements exactly when
 *
 *   P_c = C_c - R_c = sum_b [v_b] L_b + [t] W        b: the blind rows
 *
 * and one link proof (link.h) shows that for all columns of all bound values (ties.h). The seed has
 * the digest of each file, which the verifier computes from the file's bytes.
 *
 * Lists of files and openings have an entry for each parameter and then for each result of the key
 * or circuit; NULL: that value is bound to nothing. A list may itself be NULL.
 */
#ifndef ZK_PROOF_BIND_H
#define ZK_PROOF_BIND_H

#include "runtime/circuit/codec.h"
#include "runtime/proof/commitment.h"
#include "runtime/proof/key.h"
#include "runtime/proof/opening.h"
#include "runtime/witness/input.h"

/* The values of a key: parameters, then results. */
size_t zk_bind_count(const zk_key *key);
const zk_field_schema *zk_bind_field(const zk_key *key, size_t number);

/* The committed value with this name; the only one if name is NULL. Parameters come first.
 * ZKML_USAGE: there is none, or there are several. */
zkml_status zk_bind_find(size_t *number, const zk_schema *schema, const char *name, size_t length,
                         zkml_error *err) ZKML_NODISCARD;

/* The file holds a value of this shape, for circuits of 2^k rows. ZKML_INVALID, with the value's
 * name. */
zkml_status zk_bind_check(const zk_field_schema *field, uint32_t k, const zk_commitment *file,
                          zkml_error *err) ZKML_NODISCARD;

/* The parameters that openings hold, into the inputs: where an input has the same value or, being
 * optional, none. ZKML_INVALID for another value, another shape, or one outside of the
 * parameter's range. `openings` has an entry for each parameter and result of the circuit. */
zkml_status zk_bind_inputs(zk_inputs *inputs, const zk_circuit *circuit,
                           const zk_opening *const *openings, zkml_error *err) ZKML_NODISCARD;

/* The commitment file of an opening that holds one value, made again; its bytes in `bytes`. It must
 * have the digest that the opening names: ZKML_INVALID else. zk_commitment_free and zk_buf_free in
 * every case. */
zkml_status zk_bind_publish(zk_commitment *file, zk_buf *bytes, const zk_field_schema *field,
                            const zk_opening *opening, const zk_params *params,
                            zkml_error *err) ZKML_NODISCARD;

/* The opening has the shape of the value, and the circuit has 2^k rows. ZKML_INVALID. */
zkml_status zk_bind_check_opening(const zk_field_schema *field, uint32_t k,
                                  const zk_opening *opening, zkml_error *err) ZKML_NODISCARD;

#endif

/* prove.h - from an assigned witness to proof.bin, and back to a verdict. */
#ifndef ZK_PROOF_PROVE_H
#define ZK_PROOF_PROVE_H

#include "runtime/halo2/rng.h"
#include "runtime/proof/bind.h"
#include "runtime/witness/witness.h"

/* Makes the proof, verifies it, and appends the envelope to `out`: a proof that does not verify is
 * never handed out (ZKML_INVALID: the witness breaks a constraint). `key` is the circuit's own:
 * another constraint system or schema is ZKML_INVALID before anything secret is used. Blinds come
 * from libsodium, hedged with a digest of witness, instance and circuit. `progress` may be NULL. */
zkml_status zk_prove(zk_buf *out, const zk_witness *witness, const zk_key *key,
                     const zk_params *params, zk_progress progress, void *context,
                     zkml_error *err) ZKML_NODISCARD;
/* The same, with committed values bound to published commitments: bind.h. `openings` has an entry
 * for each parameter and result of the circuit; each opening holds the value that the witness has,
 * ZKML_INVALID else. */
zkml_status zk_prove_bound(zk_buf *out, const zk_witness *witness, const zk_key *key,
                           const zk_opening *const *openings, const zk_params *params,
                           zk_progress progress, void *context, zkml_error *err) ZKML_NODISCARD;
/* zk_prove with the caller's randomness, for tests: whoever knows it knows the witness. */
zkml_status zk_prove_with(zk_buf *out, const zk_witness *witness, const zk_key *key,
                          const zk_params *params, zk_rng *rng, zk_progress progress, void *context,
                          zkml_error *err) ZKML_NODISCARD;

/* Reads a proof file of whatever origin: ZKML_MALFORMED when it does not begin as a proof file
 * does, ZKML_INVALID when it does and is damaged. zk_envelope_free in every case. */
zkml_status zk_proof_open(zk_envelope *envelope, const char *name, const uint8_t *bytes,
                          size_t length, zkml_error *err) ZKML_NODISCARD;

/* The order of the checks: digests of the key, number of public values, each inside its declared
 * range and 0 where none is declared, commitment files and link proof, then the Halo2 proof.
 * ZKML_INVALID, whatever is wrong. A proof that is bound to commitment files is accepted with
 * these files only: `files` as in bind.h. */
zkml_status zk_envelope_verify_bound(const zk_envelope *envelope, const zk_key *key,
                                     const zk_commitment *const *files, const zk_params *params,
                                     zkml_error *err) ZKML_NODISCARD;
/* The same for proofs that are bound to no file. */
zkml_status zk_envelope_verify(const zk_envelope *envelope, const zk_key *key,
                               const zk_params *params, zkml_error *err) ZKML_NODISCARD;

/* The codes of a public parameter or result out of a verified envelope; codes has field->count
 * elements. */
void zk_envelope_codes(const zk_envelope *envelope, const zk_field_schema *field, int64_t *codes);

#endif

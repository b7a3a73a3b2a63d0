/* prove.h - from an assigned witness to proof.bin, and back to a verdict. */
#ifndef ZK_PROOF_PROVE_H
#define ZK_PROOF_PROVE_H

#include "runtime/halo2/rng.h"
#include "runtime/proof/envelope.h"
#include "runtime/proof/key.h"
#include "runtime/witness/witness.h"

/* Makes the proof, verifies it, and appends the envelope to `out`: a proof that does not verify is
 * never handed out (ZKML_INVALID: the witness breaks a constraint). `key` is the circuit's own:
 * another constraint system or schema is ZKML_INVALID before anything secret is used. Blinds come
 * from libsodium, hedged with a digest of witness, instance and circuit. `progress` may be NULL. */
zkml_status zk_prove(zk_buf *out, const zk_witness *witness, const zk_key *key,
                     const zk_params *params, zk_progress progress, void *context,
                     zkml_error *err) ZKML_NODISCARD;
/* The same with the caller's randomness, for tests: whoever knows it knows the witness. */
zkml_status zk_prove_with(zk_buf *out, const zk_witness *witness, const zk_key *key,
                          const zk_params *params, zk_rng *rng, zk_progress progress, void *context,
                          zkml_error *err) ZKML_NODISCARD;

/* Reads a proof file of whatever origin: ZKML_MALFORMED when it does not begin as a proof file
 * does, ZKML_INVALID when it does and is damaged. zk_envelope_free in every case. */
zkml_status zk_proof_open(zk_envelope *envelope, const char *name, const uint8_t *bytes,
                          size_t length, zkml_error *err) ZKML_NODISCARD;

/* The order of the checks: digests of the key, number of public values, each inside its declared
 * range and 0 where none is declared, then the Halo2 proof. ZKML_INVALID, whatever is wrong. */
zkml_status zk_envelope_verify(const zk_envelope *envelope, const zk_key *key,
                               const zk_params *params, zkml_error *err) ZKML_NODISCARD;

/* The codes of a public parameter or result out of a verified envelope; codes has field->count
 * elements. */
void zk_envelope_codes(const zk_envelope *envelope, const zk_field_schema *field, int64_t *codes);

#endif

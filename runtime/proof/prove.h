/* prove.h - from an assigned witness to proof.bin, and back to a verdict. */
#ifndef ZK_PROOF_PROVE_H
#define ZK_PROOF_PROVE_H

#include "runtime/halo2/rng.h"
#include "runtime/proof/bind.h"
#include "runtime/proof/envelope.h"
#include "runtime/proof/key.h"
#include "runtime/proof/ties.h"
#include "runtime/witness/witness.h"

/* Makes the proof, verifies it, and appends the envelope to `out`: a proof that does not verify is
 * never handed out (ZKML_INVALID: the witness breaks a constraint). `key` is the circuit's own:
 * another constraint system or schema is ZKML_INVALID before anything secret is used. Of `files`,
 * the layer's are given with their openings; of values, only openings, by the circuit's parameters
 * and results: the value that an opening holds must be the witness's, ZKML_INVALID else. NULL:
 * there are none. Blinds come from libsodium, hedged with a digest of witness, files, instance and
 * circuit. `progress` may be NULL. */
zkml_status zk_prove(zk_buf *out, const zk_witness *witness, const zk_key *key,
                     const zk_params *params, const zk_files *files, zk_progress progress,
                     void *context, zkml_error *err) ZKML_NODISCARD;
/* The same with the caller's randomness, for tests: whoever knows it knows the witness. */
zkml_status zk_prove_with(zk_buf *out, const zk_witness *witness, const zk_key *key,
                          const zk_params *params, const zk_files *files, zk_rng *rng,
                          zk_progress progress, void *context, zkml_error *err) ZKML_NODISCARD;

/* Reads a proof file of whatever origin: ZKML_MALFORMED when it does not begin as a proof file
 * does, ZKML_INVALID when it does and is damaged. zk_envelope_free in every case. */
zkml_status zk_proof_open(zk_envelope *envelope, const char *name, const uint8_t *bytes,
                          size_t length, zkml_error *err) ZKML_NODISCARD;

/* The order of the checks: digests of the key, number of public values, each inside its declared
 * range and 0 where none is declared; number, shapes and digests of the files; challenge columns,
 * folded and committed columns; support proofs and the link proof; the Halo2 proof. ZKML_INVALID,
 * whatever is wrong. `files` come from the verifier's user, never from the prover; those of values
 * by the key's parameters and results. NULL: none. A proof that is bound to files is accepted with
 * these files only. */
zkml_status zk_envelope_verify(const zk_envelope *envelope, const zk_key *key,
                               const zk_params *params, const zk_files *files,
                               zkml_error *err) ZKML_NODISCARD;

/* Many proofs for one key, verified with one multi-scalar multiplication over the generators: each
 * equation gets a weight from the operating system, so that errors of several proofs do not cancel.
 * zk_batch_add does everything else and refuses what it can see to be wrong, which then is not part
 * of the batch; the proofs that it accepted are valid if zk_batch_check says so. */
typedef struct zk_batch {
    const zk_key *key;
    zk_point_sum sum;
} zk_batch;

void zk_batch_init(zk_batch *batch, const zk_key *key, const zk_params *params);
void zk_batch_free(zk_batch *batch);
/* As zk_envelope_verify. */
zkml_status zk_batch_add(zk_batch *batch, const zk_envelope *envelope, const zk_files *files,
                         zkml_error *err) ZKML_NODISCARD;
/* ZKML_INVALID: one of the proofs is not valid; verify them one by one to learn which. */
zkml_status zk_batch_check(const zk_batch *batch, zkml_error *err) ZKML_NODISCARD;

/* The codes of a public parameter or result out of a verified envelope; codes has field->count
 * elements. */
void zk_envelope_codes(const zk_envelope *envelope, const zk_field_schema *field, int64_t *codes);

#endif

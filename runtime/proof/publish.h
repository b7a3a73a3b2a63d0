/* publish.h - a commitment to one value of a circuit, for everyone, and its opening, for its owner.
 */
#ifndef ZK_PROOF_PUBLISH_H
#define ZK_PROOF_PUBLISH_H

#include "runtime/proof/opening.h"
#include "runtime/witness/witness.h"

/* The codes of value `number` of the circuit, parameters first, into field->count elements: for a
 * parameter those of the inputs; for a result, what the circuit computes from them (ZKML_INVALID:
 * an assertion does not hold). */
zkml_status zk_publish_codes(int64_t *codes, const zk_circuit *circuit, size_t number,
                             const zk_inputs *inputs, zkml_error *err) ZKML_NODISCARD;
/* Reads the inputs that zk_publish_codes needs: a parameter needs no other one. Arguments as of
 * zk_inputs_parse; with `text` NULL the file at `path` is read. zk_inputs_free in every case. */
zkml_status zk_publish_inputs(zk_inputs *inputs, const zk_circuit *circuit, size_t number,
                              const char *path, const char *text, size_t length,
                              zkml_error *err) ZKML_NODISCARD;

/* Appends the commitment file of a vector of codes, for circuits of 2^k rows with k that of the
 * parameters, and writes the opening into an empty buffer, which the caller wipes. Blinds come from
 * libsodium, hedged with the codes. */
zkml_status zk_publish(zk_buf *file, zk_buf *opening, uint8_t digest[32], const int64_t *codes,
                       uint64_t count, const zk_params *params, zkml_error *err) ZKML_NODISCARD;

#endif

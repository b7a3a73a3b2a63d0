/* key.h - circuit.vk: all that a verifier needs, and nothing of the language or the witness.
 *
 *   "ZKMLKEY1"  uint version
 *   text name   circuit digest (32)   uint k
 *   the constraint system (codec.h)
 *   uint count of values of each instance column
 *   the public and committed parameters and results: names, types, shapes, places (codec.h, no
 *   registers)
 *   fixed commitments, sigma commitments: 32 bytes each, none the identity
 *   transcript_repr (32): must be what the rest implies
 *   the layer (codec.h), with points for weights, unless the circuit has none
 *   BLAKE2b-256 with personalisation "zkmlc-verify-key" of everything before
 *
 * A key comes from someone whom the verifier trusts, or from `zkml setup` of a circuit that the
 * verifier knows; never from the prover's proof.
 */
#ifndef ZK_PROOF_KEY_H
#define ZK_PROOF_KEY_H

#include "runtime/circuit/codec.h"
#include "runtime/halo2/keygen.h"

/* Does not move in memory: vk refers to cs. */
typedef struct zk_key {
    zk_arena arena;
    const char *name;
    uint8_t circuit_digest[32];
    uint32_t k;
    zk_constraint_system cs;
    uint32_t *instance_counts;
    zk_field_schema *params, *results; /* without the private ones */
    size_t param_count, result_count;
    zk_layer *layer; /* NULL: none; without fills, row commitments for weights */
    zk_vk vk;
    uint8_t digest[32]; /* the file's last 32 bytes; set by reading or writing */
} zk_key;

/* Fixed columns and copies of a circuit in the key generator's form; refers to the circuit's
 * values. */
typedef struct zk_contents {
    zk_arena arena;
    zk_keygen_input input;
} zk_contents;

zkml_status zk_contents_init(zk_contents *contents, const zk_circuit *circuit,
                             zkml_error *err) ZKML_NODISCARD;
void zk_contents_free(zk_contents *contents);

/* circuit->digest must be set (by reading or writing the circuit). The key keeps nothing of the
 * circuit. A key that could not be made or read is empty: zk_key_free is not needed. */
zkml_status zk_key_generate(zk_key *key, const zk_circuit *circuit, const zk_params *params,
                            zkml_error *err) ZKML_NODISCARD;
/* What the key says about values; refers to the key. */
zk_schema zk_key_schema(const zk_key *key);
zkml_status zk_key_write(zk_key *key, zk_buf *out, zkml_error *err) ZKML_NODISCARD;
/* Strict. ZKML_MALFORMED or ZKML_LIMIT, "name: offset N: reason". */
zkml_status zk_key_read(zk_key *key, const char *name, const uint8_t *bytes, size_t length,
                        zkml_error *err) ZKML_NODISCARD;
void zk_key_free(zk_key *key);

#endif

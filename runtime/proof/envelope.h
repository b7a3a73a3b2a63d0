/* envelope.h - proof.bin: the Halo2 proof with the public values that it speaks about.
 *
 *   "ZKMLPRF1"  circuit digest (32)  transcript_repr (32)  u32 number of inputs
 *   per input: u32 instance columns, per column u64 count and `count` scalars of 32 bytes
 *   u32 number of commitment files, their digests (32 each)
 *   u64 length, Halo2 proof
 *   u64 length, link proof (link.h): 0 when no column is tied to a file
 *   BLAKE2b-256 with personalisation "zkmlc-prooffile-" of everything before: finds damage, is no
 *   security check
 *
 * Integers are little-endian. There is one encoding; its length follows from the key.
 */
#ifndef ZK_PROOF_ENVELOPE_H
#define ZK_PROOF_ENVELOPE_H

#include "runtime/base/arena.h"
#include "runtime/base/buf.h"
#include "runtime/halo2/verifier.h"

typedef struct zk_envelope {
    zk_arena arena;
    uint8_t circuit_digest[32];
    zk_fp transcript_repr;
    uint32_t inputs;           /* at least 1 */
    uint32_t instance_columns; /* of each input */
    zk_instance_values *instances; /* inputs * instance_columns */
    uint32_t file_count;
    const uint8_t *file_digests;   /* 32 bytes each */
    const uint8_t *proof;          /* halo2 */
    size_t proof_length;
    const uint8_t *link;
    size_t link_length;
} zk_envelope;

/* Appends; out->failed tells whether there was memory. */
void zk_envelope_write(const zk_envelope *envelope, zk_buf *out);
/* Strict about the form; whether it fits a key is for zk_envelope_verify (prove.h) to say. The
 * proof's bytes stay in `bytes`. ZKML_MALFORMED or ZKML_LIMIT, "name: offset N: reason"; the
 * envelope is then empty: zk_envelope_free is not needed. */
zkml_status zk_envelope_read(zk_envelope *envelope, const char *name, const uint8_t *bytes,
                             size_t length, zkml_error *err) ZKML_NODISCARD;
void zk_envelope_free(zk_envelope *envelope);

#endif

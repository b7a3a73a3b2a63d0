/* opening.h - private opening files: what only the owner of a commitment file has.
 *
 *   "ZKMLOPN1"  uint version  uint k  digest of the commitment file (32)  uint number of blocks
 *   per block:  uint kind
 *               matrix  uint m, uint K, array of K rows, array of m K values
 *               vector  uint elements, array of the values
 *               runs    uint m, uint K, arrays of K first rows, counts and steps, array of values
 *               one blind for each point of the block, 32 bytes
 *   BLAKE2b-256 with personalisation "zkmlc-openings--" of everything before
 *
 * Encodings as in circuit.bin (codec.h). Whoever has this file knows weights or data and can make
 * proofs in the owner's name; it is written with mode 0600 and wiped from memory after use. Its
 * digest finds damage. Whether it belongs to the commitment file that it names shows when a proof
 * is made with it.
 */
#ifndef ZK_PROOF_OPENING_H
#define ZK_PROOF_OPENING_H

#include "runtime/proof/commitment.h"

typedef struct zk_opening {
    zk_arena arena; /* owns all below */
    uint32_t k;
    uint8_t commitment[32]; /* digest */
    uint32_t block_count;
    zk_owned_block *blocks;
} zk_opening;

/* Appends to an empty buffer, which the caller wipes; it never moves. */
zkml_status zk_opening_write(const zk_opening *opening, zk_buf *out,
                             zkml_error *err) ZKML_NODISCARD;
/* Strict. ZKML_MALFORMED or ZKML_LIMIT, "name: offset N: reason"; zk_opening_free is then not
 * needed. The caller wipes the bytes. */
zkml_status zk_opening_read(zk_opening *opening, const char *name, const uint8_t *bytes,
                            size_t length, zkml_error *err) ZKML_NODISCARD;
/* Wipes. */
void zk_opening_free(zk_opening *opening);

/* The same with files: writing replaces `path`, with mode 0600, and leaves no copy in memory. */
zkml_status zk_opening_save(const zk_opening *opening, const char *path,
                            zkml_error *err) ZKML_NODISCARD;
zkml_status zk_opening_load(zk_opening *opening, const char *path, zkml_error *err) ZKML_NODISCARD;

#endif

/* commitment.h - commitment files: published Pedersen commitments to weights and data.
 *
 *   "ZKMLCOM1"  u32 k  u32 number of blocks
 *   per block:  u32 0, u32 m, u32 K, K times u32 row, m points                        matrix
 *               u32 1, u64 elements, one point for every 2^k - 16 elements            vector
 *               u32 2, u32 m, u32 K, K times (u32 first, u32 count, u32 step), m points   runs
 *   a support proof for each matrix and each block of runs, in order (link.h): 32 (K + 2) bytes
 *
 * What the points stand for: block.h. A support proof shows that the points of its block have
 * entries on the block's rows only (and equal ones along each run) and that the owner knows them:
 * link.h with the generators L_row(j) or M_j, and with hashes of everything before the first
 * support proof and the u32 number of the block.
 *
 * The file's identity is its digest, BLAKE2b-256 of all bytes with personalisation
 * "zkmlc-commitment". Values and blinds stay with the owner: opening.h.
 */
#ifndef ZK_PROOF_COMMITMENT_H
#define ZK_PROOF_COMMITMENT_H

#include "runtime/base/arena.h"
#include "runtime/base/buf.h"
#include "runtime/circuit/layer.h"
#include "runtime/halo2/rng.h"
#include "runtime/poly/params.h"

enum {
    ZK_COMMITMENT_MAX_BLOCKS = 4096,
    ZK_COMMITMENT_MAX_RUN_ROWS = 1 << 24, /* of all runs of a file together */
};

typedef struct zk_published_block {
    zk_block shape;
    zk_vesta_affine *points; /* zk_block_points of them, none the identity */
    const uint8_t *support;  /* its support proof; NULL for a vector */
} zk_published_block;

typedef struct zk_commitment {
    zk_arena arena; /* owns all but the file's bytes */
    uint32_t k;
    uint32_t block_count;
    zk_published_block *blocks;
    const uint8_t *bytes; /* the file, the reader's */
    size_t length, proven; /* proven: bytes before the first support proof */
    uint8_t digest[32];
} zk_commitment;

/* Strict about the form; the support proofs are read and not checked. The bytes must live as long
 * as the commitment. ZKML_MALFORMED or ZKML_LIMIT, "name: offset N: reason"; zk_commitment_free is
 * then not needed. */
zkml_status zk_commitment_read(zk_commitment *commitment, const char *name, const uint8_t *bytes,
                               size_t length, zkml_error *err) ZKML_NODISCARD;
void zk_commitment_free(zk_commitment *commitment);
/* The canonical bytes: those that were read. */
void zk_commitment_write(const zk_commitment *commitment, zk_buf *out);

/* Every support proof. ZKML_INVALID: one is wrong. ZKML_USAGE: parameters for another k. */
zkml_status zk_commitment_verify(const zk_commitment *commitment, const zk_params *params,
                                 zkml_error *err) ZKML_NODISCARD;

/* What a block commits to, as its owner has it. */
typedef struct zk_owned_block {
    zk_block shape;
    const int64_t *values; /* zk_block_values: row-major, outputs first; or the elements */
    zk_fp *blinds;         /* zk_block_points */
} zk_owned_block;

/* Appends the file that commits to these blocks and sets its digest. Fills the blinds, block by
 * block, and draws the nonces of the support proofs after them. ZKML_MALFORMED for shapes that are
 * none, ZKML_LIMIT for files beyond the limits. */
zkml_status zk_commitment_make(zk_buf *out, uint8_t digest[32], zk_owned_block *blocks,
                               uint32_t block_count, const zk_params *params, zk_rng *rng,
                               zkml_error *err) ZKML_NODISCARD;

/* [sum_j values[j] M_j] + [blind] W for each of the block's outputs, with M_j the generators of
 * its inputs; blinds NULL: all 0, and points may then be the identity. MATRIX and RUNS only. */
zkml_status zk_commit_rows(zk_vesta_affine *points, const zk_block *shape, const int64_t *values,
                           const zk_fp *blinds, const zk_params *params,
                           zkml_error *err) ZKML_NODISCARD;
/* The same for the weights of a circuit's own matrix, blinds 0. */
zkml_status zk_commit_matrix(zk_vesta_affine *points, const zk_layer_matrix *matrix,
                             const zk_params *params, zkml_error *err) ZKML_NODISCARD;

#endif

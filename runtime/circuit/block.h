/* block.h - shapes of published data: what the points of a commitment file stand for.
 *
 *   matrix  m outputs, K inputs: point i is R_i = sum_j w[i][j] L_row(j) + [s_i] W
 *   runs    the same with M_j = sum of L_row over a run of rows, in place of L_row(j): a weight
 *           that repeats, as in a convolution down a channel
 *   vector  point c is sum_r v[c (n - 16) + r] L_r + [s_c] W, one for every n - 16 elements
 *
 * L_r are the Lagrange generators of n = 2^k rows. The last 16 rows never hold published values:
 * blind rows and a reserve, so that the place of a value depends on k alone.
 */
#ifndef ZK_CIRCUIT_BLOCK_H
#define ZK_CIRCUIT_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ZK_COMMITTED_RESERVE = 16 };

typedef enum zk_block_kind { ZK_BLOCK_MATRIX, ZK_BLOCK_VECTOR, ZK_BLOCK_RUNS } zk_block_kind;

/* Rows first, first + step, ..; one row has step 1. */
typedef struct zk_run {
    uint32_t first, count, step;
} zk_run;

typedef struct zk_block {
    zk_block_kind kind;
    uint32_t outputs, inputs; /* MATRIX and RUNS */
    zk_run *runs;             /* one for each input; of one row in a MATRIX */
    uint64_t elements;        /* VECTOR */
} zk_block;

/* Rows of a column that hold elements; 0 when k leaves none. */
uint64_t zk_committed_rows(uint32_t k);
/* Columns that `count` elements take; 0 when k leaves no rows for them. */
uint64_t zk_committed_columns(uint64_t count, uint32_t k);

/* Points that stand for the block. */
uint64_t zk_block_points(const zk_block *block, uint32_t k);
/* Values that it holds; saturates. */
uint64_t zk_block_values(const zk_block *block);
bool zk_block_same(const zk_block *a, const zk_block *b);

/* Which rows are taken: one bit for each. A set serves any number of blocks, one after another. */
typedef struct zk_row_set {
    uint8_t *bits;
    uint32_t k;
} zk_row_set;

/* False when memory runs out. */
bool zk_row_set_init(zk_row_set *set, uint32_t k);
void zk_row_set_free(zk_row_set *set);
/* NULL, or why a block is none: no outputs, inputs or elements; a row beyond the last one; runs
 * that share a row. The set is empty before and after. */
const char *zk_block_check(const zk_block *block, zk_row_set *set);

#endif

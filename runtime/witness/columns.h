/* columns.h - advice columns while they are filled. */
#ifndef ZK_WITNESS_COLUMNS_H
#define ZK_WITNESS_COLUMNS_H

#include "runtime/base/arena.h"
#include "runtime/circuit/circuit.h"

/* One of the two arrays has the values of rows 0 .. length-1; other rows are 0. Small values are
 * -(2^63 - 1) .. 2^63 - 1. */
typedef struct zk_cells {
    size_t length;
    int64_t *small;
    zk_fp *wide;
} zk_cells;

/* The accumulators of one chain (program.h), from the other columns. The accumulator's column
 * becomes wide when some value needs it. False: out of memory. */
bool zk_chain_fill(zk_arena *arena, zk_cells *columns, const zk_circuit *circuit,
                   const zk_wchain *chain) ZKML_NODISCARD;

/* The same values as field elements. */
bool zk_cells_widen(zk_arena *arena, zk_cells *cells) ZKML_NODISCARD;

#endif

/* machine.h - one instruction while it is executed.
 *
 * A task is an instruction with its operands looked up and its dimensions merged: neighbouring
 * dimensions become one wherever all views allow it, so that innermost loops are long. Points, the
 * places of the iteration space, keep their numbers: row-major, shape before reduction.
 *
 * Work is done in chunks of elements. A chunk function fills elements first .. first + n - 1 of the
 * result and returns what went wrong as a set of zk_fault. Chunks are independent of each other,
 * so threads share them out.
 *
 * Small integers are -(2^63 - 1) .. 2^63 - 1.
 */
#ifndef ZK_WITNESS_MACHINE_H
#define ZK_WITNESS_MACHINE_H

#include "runtime/circuit/program.h"
#include "runtime/witness/integer.h"
#include "runtime/witness/witness.h"

enum { ZK_BLOCK = 256, ZK_MAX_SOURCES = 3 };

typedef enum zk_fault {
    ZK_FAULT_OVERFLOW = 1, /* a value does not fit its register */
    ZK_FAULT_DIVISOR = 2,  /* a divisor is not positive */
    ZK_FAULT_CHECK = 4,    /* an ASSERT, RANGE or TABLE is not satisfied */
} zk_fault;

typedef struct zk_source {
    const int64_t *small;
    const zk_fp *wide;
    const uint32_t *table;
    int64_t base;
    int64_t stride[ZK_PROGRAM_MAX_RANK + 1];
} zk_source;

typedef struct zk_task {
    const zk_winstr *in;
    int64_t *small; /* the result, one of the two */
    zk_fp *wide;
    bool narrow; /* small operands and constants; c0, c1 and c2 are set */
    int64_t c0, c1, c2;
    uint32_t source_count;
    zk_source sources[ZK_MAX_SOURCES];
    uint32_t shape_rank; /* dimensions of the result */
    uint32_t rank;       /* all; above shape_rank for reductions, and never 0 */
    uint64_t extent[ZK_PROGRAM_MAX_RANK + 1];
} zk_task;

/* Room for one thread's operands; holds secrets. */
typedef struct zk_scratch {
    int64_t small[ZK_MAX_SOURCES][ZK_BLOCK];
    zk_fp wide[ZK_MAX_SOURCES + 1][ZK_BLOCK];
    zk_i128 sums[ZK_BLOCK];
} zk_scratch;

/* All but INPUT, CONST and STACK. */
void zk_task_prepare(zk_task *task, const zk_winstr *in, const zk_register *registers);
bool zk_task_reduces(const zk_task *task);

/* n <= ZK_BLOCK */
unsigned zk_run_elements(const zk_task *task, zk_scratch *scratch, uint64_t first, size_t n);
unsigned zk_run_reductions(const zk_task *task, zk_scratch *scratch, uint64_t first, size_t n);

/* ---- reading operands ---- */

/* A position in the iteration space, and the offset of every affine view there. */
typedef struct zk_walk {
    const zk_task *task;
    uint64_t point;
    uint64_t index[ZK_PROGRAM_MAX_RANK + 1];
    int64_t offset[ZK_MAX_SOURCES];
} zk_walk;

void zk_walk_seek(zk_walk *walk, const zk_task *task, uint64_t point);
/* Points up to the end of the innermost dimension; n is at most that. */
uint64_t zk_walk_left(const zk_walk *walk);
void zk_walk_skip(zk_walk *walk, uint64_t n);

/* What source s reads at n <= ZK_BLOCK points from `first` on: in the scratch space, or in place.
 * zk_load_wide converts small registers. */
const int64_t *zk_load_small(const zk_task *task, uint32_t s, zk_scratch *scratch, uint64_t first,
                             size_t n);
const zk_fp *zk_load_wide(const zk_task *task, uint32_t s, zk_scratch *scratch, uint64_t first,
                          size_t n);
/* Field elements into a small register: a fault, and 0, where they do not fit. */
unsigned zk_store_small(int64_t *out, const zk_fp *values, size_t n);

#endif

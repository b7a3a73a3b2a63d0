/* shape.h - the reference circuit of the performance figures, with a random witness.
 *
 * It has the form of a compiled program (docs/lowering.md) and nothing of its meaning: 16 advice
 * columns of at most 16 bits, one gate with 7 lanes, 3 products and an accumulator, 4 look-ups of
 * (tag, in, out) in one table, 20 permutation columns, degree 5.
 */
#ifndef TESTS_BENCH_SHAPE_H
#define TESTS_BENCH_SHAPE_H

#include "runtime/halo2/prover.h"

typedef struct shape {
    zk_constraint_system cs;
    uint32_t k;
    size_t n, usable;
    int64_t *advice, *fixed; /* column * n + row */
    zk_column *advice_columns, *fixed_columns;
    zk_copy *copies;
    zk_keygen_input contents;
    zk_fp *public_values;
    zk_instance_values instance;
} shape;

/* k from 7 to 20; the witness depends on the seed, the keys do not. Aborts when memory runs out. */
void shape_make(shape *s, uint32_t k, uint64_t seed);
void shape_free(shape *s);

/* Proves with the given randomness. `committed`, which may be NULL, is called after the advice
 * columns have been committed; the hook is that of zk_prover_finish. */
zkml_status shape_prove(const shape *s, const zk_pk *pk, const zk_params *params, zk_rng *rng,
                        zk_buf *proof, void (*committed)(void *context), zk_transcript_hook hook,
                        void *context, zkml_error *err) ZKML_NODISCARD;

#endif

/* batch.h - the second kind of layout: all linear equations of a plan at once.
 *
 * Every variable has one cell of phase A (its home). After the columns of phase A are committed, a
 * challenge tau is drawn, and form i of the plan gets the coefficient tau^i. The sum of all forms,
 *
 *   sum_i tau^i (constant_i + sum c_iv v + sum d_iab a b)  =  0,
 *
 * is one inner product of the cells with *folded columns*: beside each value column x stands a
 * column f_x of phase C with sum_i tau^i c_iv on the row of v, and beside each pair of lanes that
 * holds products a column h with sum_i tau^i d_iab on the row of a, b. A running sum adds them up:
 *
 *   acc(0) = 0,  acc(r + 1) = acc(r) + sum f_x x + sum h a b,  and the sum over the last row is 0.
 *
 * A false form survives with probability forms / p. The verifier does not trust the folded columns:
 * they are folds of row commitments that stand in the key (runtime/proof). Nothing is copied:
 * where a variable stands in a second place, as in two look-ups, "copy - home = 0" is one more
 * form. Public values stand in lane 0 on the rows of the instance column, and below them a 1 for
 * the constants.
 */
#ifndef ZC_CIRCUIT_BATCH_H
#define ZC_CIRCUIT_BATCH_H

#include "compiler/circuit/layout.h"

/* A cell that holds a variable, its home or a copy. */
typedef struct zc_use {
    zc_var var;
    zk_cell cell;
} zc_use;

/* One entry of a folded column: in the equation `output`, `weight` times what stands on `row`. */
typedef struct zc_entry {
    uint32_t output, row;
    int64_t weight;
} zc_entry;

typedef struct zc_entries {
    zc_entry *list; /* by output, then row; equal places are added up */
    size_t count, capacity;
} zc_entries;

typedef struct zc_batch {
    zc_use *uses; /* column by column as they were placed: homes and copies */
    size_t use_count, use_capacity;
    zc_entries *values; /* of each advice column of phase A */
    zc_entries *pairs;  /* of each pair of lanes 2 j, 2 j + 1 */
    uint32_t value_columns, pair_count;
    uint32_t outputs;   /* equations: forms, then copies */
    uint32_t one_row;   /* of lane 0 */
} zc_batch;

/* The cheapest batched shape; false: there is none, because of the size, of coefficients beyond 63
 * bits, or of more than max_equations equations, copies not counted. */
bool zc_batch_choose(const zc_plan *plan, uint32_t min_k, uint32_t max_k, size_t max_equations,
                     zc_shape *shape, bool *no_memory);
/* Row commitments: for each folded column, its equations. The key holds them, and the verifier
 * folds them. */
uint64_t zc_batch_points(const zc_batch *batch);

/* Homes, uses and entries of a shape that zc_batch_choose gave. `layout` gets homes, form_rows (the
 * first equation of each form) and table_rows. ZKML_INVALID: equal products add up to a coefficient
 * beyond 63 bits. zc_batch_free in every case. */
zkml_status zc_batch_make(zc_batch *batch, zc_layout *layout, const zc_plan *plan,
                         const zc_shape *shape, zk_arena *arena, zkml_error *err) ZKML_NODISCARD;
void zc_batch_free(zc_batch *batch);

#endif

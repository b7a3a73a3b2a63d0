/* fill.h - computes the columns that a circuit's layer describes: folds, counts, sums, steps.
 *
 * Columns are arrays of n = 2^k field elements; fills write rows below `usable` and read any row.
 * Everything may be secret; scratch memory is wiped. */
#ifndef ZK_PROOF_FILL_H
#define ZK_PROOF_FILL_H

#include "runtime/circuit/layer.h"
#include "runtime/halo2/verifier.h"

/* The columns of one input. */
typedef struct zk_columns {
    const zk_constraint_system *cs;
    size_t n, usable;
    zk_fp *advice;                 /* n_advice * n */
    const zk_fp *const *constants; /* n_advice: challenge columns, else NULL; may be NULL */
    const zk_fp *fixed, *instance; /* n_fixed * n, n_instance * n */
} zk_columns;

/* Puts sum_i coefficients[i] w[i][j] on the rows of input j. w: the matrix's own weights, or
 * `committed` ones, outputs * inputs. */
void zk_fill_fold(const zk_columns *columns, uint32_t column, const zk_layer_matrix *matrix,
                  const int64_t *committed, const zk_fp *coefficients);
/* Any of the three kinds. ZKML_INVALID: a value that is looked up is in no table, or a denominator
 * is 0. */
zkml_status zk_fill_run(const zk_columns *columns, const zk_fill *fill,
                        zkml_error *err) ZKML_NODISCARD;

#endif

/* layer.h - what a circuit says about phases, challenges and weights outside of its gates.
 *
 * Advice columns stand in three parts: A, `phase0` columns that depend on no challenge; B, the
 * challenge columns, each a monomial in the base challenges; C, `phase1` columns. A part-C column
 * is folded, or it is filled from other columns:
 *
 *   folded     sum_i c_i w[i][j] on the row (the run of rows) of input j, for each matrix that has
 *              a place in the column, 0 elsewhere; c_i: a monomial in the base challenges
 *   quotients  sum over pairs of numerator / denominator, row by row
 *   steps      0 on row 0, then next = factor value + summand
 *
 * and part-A columns may be filled, too:
 *
 *   counts     how often each row of a table is looked up: columns, one for each strip of the
 *              table, and expressions: for each strip a tuple of `width`, then for each slot of
 *              look-ups a switch (0: unused) and a tuple of `width`. The first row with a tuple
 *              gets the whole count.
 *
 * Fills are for the prover: gates say what holds. Their expressions are nodes of the circuit's
 * constraint system that no gate need use.
 *
 * Weights of a matrix are part of the circuit, or committed: the matrix is a block of a commitment
 * file. Files are numbered: first those of `files`, which all inputs of a proof share, then one for
 * each committed parameter and result, in order, for each input its own.
 *
 * Made by the compiler or by a reader; zk_layer_verify (codec.h) checks what the rest relies on.
 */
#ifndef ZK_CIRCUIT_LAYER_H
#define ZK_CIRCUIT_LAYER_H

#include "runtime/base/buf.h"
#include "runtime/circuit/block.h"
#include "runtime/curve/point.h"
#include "runtime/halo2/constraint_system.h"

enum {
    ZK_LAYER_MAX_CHALLENGES = 64, /* base challenges */
    ZK_LAYER_MAX_EXPONENT = 1 << 24,
    ZK_LAYER_MAX_WIDTH = 8,       /* of a tuple that is looked up */
};

/* The weights of a matrix of the circuit that are not 0: output i has the entries starts[i] ..
 * starts[i + 1], inputs ascending. */
typedef struct zk_sparse_weights {
    uint64_t *starts; /* outputs + 1 */
    uint32_t *inputs;
    int64_t *weights;
} zk_sparse_weights;

typedef struct zk_layer_matrix {
    uint32_t file, block;    /* file ZK_NONE: the weights are the circuit's */
    zk_block shape;          /* MATRIX or RUNS */
    uint32_t *exponents;     /* of c_i: outputs * base_challenges */
    /* of the circuit, one of the two: all outputs * inputs, or those that are not 0; neither in a
     * key */
    int64_t *weights;
    zk_sparse_weights *sparse;
    zk_vesta_affine *points; /* in a key, instead: the row commitments, `outputs` of them */
} zk_layer_matrix;

/* The column times the product of its operands is summed up over all folds and rows. Where all
 * folds of a circuit have operands and there is one base challenge, equation e is what has the
 * coefficient chi^e: the mock prover checks equations one by one. */
typedef struct zk_layer_fold {
    uint32_t column;
    uint32_t operand_count; /* for messages; 0: not said. Not in a key */
    uint32_t operands[2];   /* columns of part A */
    uint32_t matrix_count;
    zk_layer_matrix *matrices;
} zk_layer_fold;

typedef enum zk_fill_kind { ZK_FILL_COUNTS, ZK_FILL_QUOTIENTS, ZK_FILL_STEPS } zk_fill_kind;

typedef struct zk_fill {
    zk_fill_kind kind;
    uint32_t width;        /* COUNTS; else 0 */
    uint32_t column_count; /* 1 but for COUNTS */
    uint32_t *columns;
    uint32_t expr_count;   /* QUOTIENTS: pairs; STEPS: factor, summand */
    zk_expr_id *exprs;
} zk_fill;

typedef struct zk_layer {
    uint32_t phase0, challenges, phase1; /* together all advice columns */
    uint32_t base_challenges;
    uint32_t *exponents; /* challenges * base_challenges */
    const char **files;  /* names */
    uint32_t file_count;
    zk_layer_fold *folds; /* by column, ascending */
    uint32_t fold_count;
    zk_fill *fills; /* in the order in which the prover fills; not in a key */
    uint32_t fill_count;
} zk_layer;

/* Whether some matrix of the column is committed: its blind rows and its blind are then random, and
 * a link proof ties it to the files. */
bool zk_fold_masked(const zk_layer_fold *fold);
/* Whether the layer (which may be NULL) is a sum of equations; then the circuit's regions that are
 * not of look-ups count equations instead of rows. */
bool zk_layer_has_equations(const zk_layer *layer);
/* How many, those without entries included. */
uint32_t zk_layer_equations(const zk_layer *layer);

#endif

/* program.h - straight-line arithmetic over strips of rows.
 *
 * A program computes some outputs, row by row, from columns ("leaves": a column and a rotation).
 * It is built as a graph in which equal nodes are shared and constants folded, then scheduled onto
 * a small set of strip registers. The same program of the constraints is run over the rows of a
 * coset by the prover, and over the single row of claimed evaluations by the verifier.
 *
 * Build: zk_program_init, leaf/constant/add/..., zk_program_output, zk_program_finish.
 * Memory errors while building are sticky and reported by zk_program_finish.
 * Run: one zk_frame per thread, zk_program_run for up to ZK_STRIP rows at a time.
 */
#ifndef ZK_HALO2_PROGRAM_H
#define ZK_HALO2_PROGRAM_H

#include "runtime/base/error.h"
#include "runtime/field/field.h"

#define ZK_STRIP 64U
#define ZK_PROGRAM_OUTPUTS 2U

typedef uint32_t zk_node;

typedef enum zk_leaf_kind {
    ZK_LEAF_ADVICE,
    ZK_LEAF_FIXED,
    ZK_LEAF_INSTANCE,
    ZK_LEAF_SIGMA,
    ZK_LEAF_PERMUTATION_Z,
    ZK_LEAF_LOOKUP_Z,
    ZK_LEAF_LOOKUP_INPUT, /* A' */
    ZK_LEAF_LOOKUP_TABLE, /* S' */
    ZK_LEAF_L0,
    ZK_LEAF_L_LAST,
    ZK_LEAF_L_ACTIVE,
    ZK_LEAF_X,
} zk_leaf_kind;

typedef struct zk_leaf {
    zk_leaf_kind kind;
    uint32_t circuit; /* instance of the circuit; 0 for fixed, sigma and the l, X columns */
    uint32_t index;   /* column, product or look-up */
    int32_t rotation;
    uint32_t query; /* position in the query list, for advice, fixed and instance */
} zk_leaf;

typedef enum zk_op {
    ZK_OP_LEAF,
    ZK_OP_CONSTANT,
    ZK_OP_NEG,
    ZK_OP_ADD,
    ZK_OP_SUB,
    ZK_OP_MUL,
    ZK_OP_SCALE,  /* a * constant */
    ZK_OP_OFFSET, /* a + constant */
    ZK_OP_HORNER, /* a * constant + b */
} zk_op;

typedef struct zk_program_node {
    zk_op op;
    uint32_t a, b; /* nodes; LEAF: a is the leaf */
    uint32_t c;    /* constant */
} zk_program_node;

/* Operands: values below n_leaves are leaves, the others registers. */
typedef struct zk_instruction {
    zk_op op;
    uint32_t target, a, b, c;
} zk_instruction;

typedef struct zk_program {
    zk_leaf *leaves;
    zk_fp *constants;
    zk_program_node *nodes;
    zk_node *outputs; /* nodes; operands after zk_program_finish */
    zk_instruction *code;
    uint32_t *buckets; /* hash table of nodes, ZK_NONE when empty */
    size_t n_leaves, n_constants, n_nodes, n_outputs, n_code, n_buckets, n_registers;
    size_t cap_leaves, cap_constants, cap_nodes, cap_outputs;
    uint32_t degree; /* of the outputs, when each leaf has degree 1; set by zk_program_finish */
    bool failed;
} zk_program;

void zk_program_init(zk_program *p);
void zk_program_free(zk_program *p);

zk_node zk_program_leaf(zk_program *p, zk_leaf leaf);
zk_node zk_program_constant(zk_program *p, const zk_fp *value);
zk_node zk_program_neg(zk_program *p, zk_node a);
zk_node zk_program_add(zk_program *p, zk_node a, zk_node b);
zk_node zk_program_sub(zk_program *p, zk_node a, zk_node b);
zk_node zk_program_mul(zk_program *p, zk_node a, zk_node b);
zk_node zk_program_scale(zk_program *p, zk_node a, const zk_fp *factor);
zk_node zk_program_offset(zk_program *p, zk_node a, const zk_fp *value);
/* a * factor + b */
zk_node zk_program_horner(zk_program *p, zk_node a, const zk_fp *factor, zk_node b);
void zk_program_output(zk_program *p, zk_node node);
zkml_status zk_program_finish(zk_program *p, zkml_error *err) ZKML_NODISCARD;

/* Working memory of one thread. */
typedef struct zk_frame {
    const zk_fp **operands;
    zk_fp *registers;
    zk_fp *wrapped; /* strips of leaves that run over the end of their column */
    struct zk_ifma_frame *ifma; /* NULL: not on this processor */
    size_t bytes_registers, bytes_wrapped;
} zk_frame;

zkml_status zk_frame_init(zk_frame *frame, const zk_program *p, zkml_error *err) ZKML_NODISCARD;
void zk_frame_free(zk_frame *frame); /* wipes */

/* Rows [row, row + count), count <= ZK_STRIP, of columns of n rows: columns[i] belongs to leaf i.
 * The values of output o go to outputs[o][0 .. count). */
void zk_program_run(const zk_program *p, zk_frame *frame, const zk_fp *const *columns, size_t n,
                    size_t row, size_t count, zk_fp *const *outputs);
/* All n rows of a program with at most ZK_PROGRAM_OUTPUTS outputs, on the OpenMP threads of the
 * calling team. */
zkml_status zk_program_run_all(const zk_program *p, const zk_fp *const *columns, size_t n,
                               zk_fp *const *outputs, zkml_error *err) ZKML_NODISCARD;

#endif

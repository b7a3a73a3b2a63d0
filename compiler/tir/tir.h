/* tir.h - the tensor IR: what a checked program means, on integer codes.
 *
 * The checker (compiler/check) builds one zc_tir per circuit; passes rewrite it; the interpreter
 * (interp.c) is its meaning; lowering (compiler/circuit) turns it into rows. Every value is a
 * tensor of integers ("codes") with a static shape and a static range; the scale (value of one
 * code) is kept for messages and schemas only, no operation depends on it: the checker has
 * already inserted the multiplications that align scales.
 *
 * Iteration space. A node computes one element per point of its `shape`; a reduction runs, for
 * each such point, over the `reduce` extents. An operand is read through a view: an index
 * expression over the iteration variables (0 .. rank-1 for the shape, rank .. rank+reduce_rank-1
 * for the reduction, outermost first) that gives the flat row-major offset in the operand.
 * Broadcasts, slices, transposes, strided windows and reshapes are all views and cost nothing.
 *
 * Invariants (zc_tir_verify): operands precede their users; every view stays inside its operand
 * for every point where it is read; lo <= hi, hi - lo < 2^250 and |lo|, |hi| < 2^251; the range of
 * every node contains every value it can take for parameters inside their ranges; a table's
 * argument range lies in its domain; a divisor's range is positive; scales are positive.
 */
#ifndef ZC_TIR_TIR_H
#define ZC_TIR_TIR_H

#include <gmp.h>
#include <stdbool.h>
#include <stdint.h>

#include "compiler/diag.h"
#include "compiler/source.h"
#include "runtime/base/arena.h"

enum { ZC_MAX_RANK = 12 }; /* shape and reduction together */

typedef uint32_t zc_node_id; /* index into zc_tir.nodes */
typedef uint32_t zc_ix_id;   /* index into zc_tir.indices */
#define ZC_NO_ID UINT32_MAX

/* ---- index expressions: compile-time integers and conditions over iteration variables ---- */

typedef enum zc_ix_op {
    ZC_IX_CONST, /* value */
    ZC_IX_VAR,   /* value = number of the iteration variable */
    ZC_IX_ADD,
    ZC_IX_SUB,
    ZC_IX_MUL,
    ZC_IX_DIV, /* floor; the divisor is never 0 where it is evaluated */
    ZC_IX_MOD, /* floor: the result has the divisor's sign */
    ZC_IX_LT,  /* conditions are 0 or 1 */
    ZC_IX_LE,
    ZC_IX_EQ,
    ZC_IX_AND,
    ZC_IX_OR,
    ZC_IX_NOT,
} zc_ix_op;

typedef struct zc_ix {
    zc_ix_op op;
    zc_ix_id a, b; /* operands, always smaller ids; ZC_NO_ID where there is none */
    uint32_t size; /* operations in the expression written as a tree: bounds every walk */
    int64_t value;
} zc_ix;

/* The iteration space of a node: shape extents, then reduction extents. */
typedef struct zc_space {
    uint32_t rank, reduce_rank;
    uint32_t extent[ZC_MAX_RANK];
} zc_space;

/* flat offset = base + sum stride[d] * i_d when `affine`, else the value of `expr`. */
typedef struct zc_view {
    bool affine;
    int64_t base;
    int64_t stride[ZC_MAX_RANK];
    zc_ix_id expr;
} zc_view;

/* ---- nodes ---- */

typedef enum zc_round_mode { ZC_FLOOR, ZC_ROUND, ZC_ROUNDEVEN } zc_round_mode;
/* ZC_ROUND: nearest, ties toward +infinity. ZC_ROUNDEVEN: nearest, ties to even. */

typedef enum zc_cmp { ZC_CMP_LT, ZC_CMP_LE, ZC_CMP_EQ, ZC_CMP_NE } zc_cmp;

typedef enum zc_op {
    ZC_OP_PARAM, /* index: number of the parameter */
    ZC_OP_CONST, /* index: number of the blob */
    ZC_OP_VIEW,  /* a */
    ZC_OP_STACK, /* operands one after another along the first dimension; each read flat, in full */
    ZC_OP_CHOOSE, /* condition(i) ? a : b with a static condition (an index expression); each view
                     is read only where it is chosen */
    ZC_OP_ADD,    /* a + b */
    ZC_OP_SUB,    /* a - b */
    ZC_OP_NEG,    /* -a */
    ZC_OP_MUL,    /* a * b */
    ZC_OP_SCALE,  /* c0 * a */
    ZC_OP_SUM,    /* sum over the reduction of a */
    ZC_OP_DOT,    /* sum over the reduction of a * b */
    ZC_OP_ROUND,  /* mode(c0 * a / 2^shift), c0 > 0 */
    ZC_OP_DIV,    /* mode(c0 * a / (c1 * b)), c0, c1 > 0, b > 0 */
    ZC_OP_CLAMP,  /* min(max(a, c0), c1) */
    ZC_OP_CHECK,  /* a, and c0 <= a <= c1 is a constraint: the prover fails otherwise */
    ZC_OP_REFINE, /* a; the narrower range is known from an assertion already made */
    ZC_OP_TABLE,  /* tables[index].values[a - tables[index].lo] */
    ZC_OP_TABLE2, /* two-argument table: values[(a - lo) * count_b + (b - lo_b)] */
    ZC_OP_CMP,    /* a cmp b, 0 or 1 */
    ZC_OP_NOT,    /* 1 - a            a, b in 0..1 */
    ZC_OP_AND,
    ZC_OP_OR,
    ZC_OP_SELECT, /* a ? b : c       a in 0..1 */
    ZC_OP_MAX,    /* max(a, b) */
    ZC_OP_MIN,
    ZC_OP_RMAX, /* max over the reduction of a */
    ZC_OP_RMIN,
    ZC_OP_ARGMAX, /* lowest flat index in the reduction space that attains the maximum */
    ZC_OP_ALL,    /* and over the reduction of a */
    ZC_OP_ANY,
    ZC_OP_ASSERT, /* a (0..1) is 1 at every element; message. The value is not used. */
} zc_op;

/* Only these may have a reduction: SUM DOT RMAX RMIN ARGMAX ALL ANY. */
bool zc_op_is_reduction(zc_op op);
/* How many operands the operation has; for STACK 1, the least. */
uint32_t zc_op_arity(zc_op op);
/* "dot", "argmax", ... */
const char *zc_op_name(zc_op op);

typedef struct zc_operand {
    zc_node_id node;
    zc_view view;
} zc_operand;

typedef struct zc_node {
    zc_op op;
    zc_cmp cmp;
    zc_round_mode mode;
    uint32_t shift;
    uint32_t index;     /* parameter, blob or table */
    zc_ix_id condition; /* CHOOSE */
    uint32_t rank, reduce_rank;
    uint32_t extent[ZC_MAX_RANK]; /* shape, then reduction, each at least 1; a scalar has rank 0 */
    uint64_t count;               /* elements: product of the shape */
    uint64_t reduce_count;        /* points of the reduction: 1 without one */
    uint32_t operand_count;
    zc_operand *operands;
    mpz_t c0, c1;
    mpz_t lo, hi;        /* range of the codes */
    mpz_t *slices;       /* slices.h: ranges for each index along dimension `axis`, or NULL */
    uint32_t axis;
    mpq_t scale;         /* value of one code, for those that read the node */
    mpq_t step;          /* the same in the expression that made it; differs where a product with a
                            constant, such as x * 0.5, has the codes of x */
    const char *message; /* ASSERT: the author's text, or NULL */
    const char *name;    /* a variable that holds the value, or NULL: for messages */
    zc_span span;
    uint32_t call; /* call chain: index into zc_tir.calls, or ZC_NO_ID */
} zc_node;

/* ---- program ---- */

typedef enum zc_visibility { ZC_PUBLIC, ZC_PRIVATE, ZC_COMMITTED } zc_visibility;
/* How a type was written: schemas print it back and read JSON values by it. */
typedef enum zc_type_kind {
    ZC_TYPE_INT,
    ZC_TYPE_FIX,
    ZC_TYPE_UFIX,
    ZC_TYPE_QUANT,
    ZC_TYPE_BOOL
} zc_type_kind;

typedef struct zc_param {
    const char *name;
    zc_visibility visibility;
    zc_type_kind kind;
    uint32_t bits, fraction; /* FIX and UFIX */
    zc_node_id node;         /* its PARAM node: shape, range and scale stand there */
    zc_span span;
} zc_param;

typedef struct zc_result {
    const char *name; /* "result", or "result0", ... */
    zc_visibility visibility;
    zc_type_kind kind;
    uint32_t bits, fraction;
    mpz_t lo, hi; /* the declared type's range; contains the node's */
    mpq_t scale;  /* the declared type's; nodes are shared by values of equal codes */
    zc_node_id node;
    zc_span span;
} zc_result;

/* Constant data: codes, row-major. */
typedef struct zc_blob {
    const char *name; /* of the const item, or NULL */
    int64_t *codes;
    uint64_t count;
} zc_blob;

typedef struct zc_table {
    const char *name;
    int64_t lo;     /* first code of the (first) argument's domain */
    uint64_t count; /* codes in it */
    int64_t lo_b;   /* two arguments: the second's domain; else count_b = 1, lo_b = 0 */
    uint64_t count_b;
    int64_t *values; /* count * count_b */
    mpq_t scale_in, scale_out;
    zc_span span;
} zc_table;

typedef struct zc_call {
    uint32_t caller; /* index into calls, or ZC_NO_ID */
    const char *function;
    zc_span span; /* the call expression */
} zc_call;

typedef struct zc_tir {
    zk_arena *arena;  /* owns everything but the limbs of the mpz and mpq values */
    const char *name; /* the circuit's name */
    zc_span span;
    zc_ix *indices;
    size_t index_count, index_capacity;
    zc_node **nodes; /* node pointers stay valid while nodes are added */
    size_t node_count, node_capacity;
    zc_param *params;
    size_t param_count, param_capacity;
    zc_result *results;
    size_t result_count, result_capacity;
    zc_blob *blobs;
    size_t blob_count, blob_capacity;
    zc_table *tables;
    size_t table_count, table_capacity;
    zc_call *calls;
    size_t call_count, call_capacity;
    /* Used while building (build.h, ix.h). */
    uint32_t *index_slots; /* hash table of the indices: number + 1, 0 is free */
    size_t index_slot_count;
    zc_span at; /* origin of the nodes made next */
    uint32_t at_call;
    uint32_t slices_made; /* ZC_ALL_SLICES is the most */
    zkml_status status; /* the first failure of a constructor: memory or size limits */
} zc_tir;

/* What is told when an ASSERT or a CHECK does not hold. */
const char *zc_statement_message(const zc_node *node);

/* Assertions are nodes in program order: every ASSERT and CHECK node is live by definition, even
 * if nothing uses its value. Parameters are live too (an unused public input still binds). */

#endif

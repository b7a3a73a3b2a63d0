/* constraint_system.h - columns, gates, look-ups and equality: the shape of a circuit.
 *
 * A constraint system is built by a sequence of calls and then never changes. It keeps the calls
 * themselves (`calls`), because their order decides the order of the query lists and with it the
 * proof's layout and the key's hash: writers store the calls, readers replay them.
 *
 * Expressions are nodes in one array, operands before users, so that a loop over the array is a
 * bottom-up walk. A node may be used any number of times; what is hashed and counted is the tree.
 * Nothing is simplified. `a - b` is Sum(a, Negated(b)).
 *
 * Queries are (column, rotation) pairs. An expression enters the three query lists when a gate or
 * a look-up that uses it is created, left operand before right: the first-use rule of halo2 for
 * closures that query cells in the order in which they use them.
 *
 * Errors are sticky: after the first failed call every later one does nothing and returns
 * ZK_EXPR_NONE or ZK_NONE; zk_cs_status reports the first failure.
 *
 * Invariants after zk_cs_verify(cs, k): operand ids are smaller than the node's own id; column
 * indices and look-up tables exist; queries of one column differ modulo n; the permutation list
 * has no repeats; n has room for the blinding rows; the degree is at most ZK_CS_MAX_DEGREE.
 */
#ifndef ZK_HALO2_CONSTRAINT_SYSTEM_H
#define ZK_HALO2_CONSTRAINT_SYSTEM_H

#include "runtime/base/arena.h"
#include "runtime/base/error.h"
#include "runtime/field/field.h"

#define ZK_NONE UINT32_MAX
#define ZK_EXPR_NONE UINT32_MAX

/* Hard limits. Tree sizes bound the text that is hashed into the key. */
#define ZK_CS_MAX_K 28U
#define ZK_CS_MAX_COLUMNS 65536U
#define ZK_CS_MAX_DEGREE 65U
#define ZK_CS_MAX_DEPTH 4096U
#define ZK_CS_MAX_NODES (1U << 24)
#define ZK_CS_MAX_TREE (1U << 22)
#define ZK_CS_MAX_ROTATION (1 << 24)
#define ZK_CS_MAX_COLUMN_QUERIES 256U

typedef uint32_t zk_expr_id;

typedef enum zk_column_kind {
    ZK_ADVICE,
    ZK_FIXED,
    ZK_INSTANCE,
} zk_column_kind;

typedef struct zk_column_ref {
    zk_column_kind kind;
    uint32_t index;
} zk_column_ref;

typedef struct zk_query {
    uint32_t column;
    int32_t rotation;
} zk_query;

typedef enum zk_expr_kind {
    ZK_EXPR_CONSTANT, /* constants[a] */
    ZK_EXPR_SELECTOR, /* selector a; only before zk_cs_compress_selectors */
    ZK_EXPR_FIXED,    /* column a at `rotation`; query_index once in the list */
    ZK_EXPR_ADVICE,
    ZK_EXPR_INSTANCE,
    ZK_EXPR_NEGATED, /* -a */
    ZK_EXPR_SUM,     /* a + b */
    ZK_EXPR_PRODUCT, /* a * b */
    ZK_EXPR_SCALED,  /* a * constants[b] */
} zk_expr_kind;

typedef struct zk_expr {
    zk_expr_kind kind;
    uint32_t a, b;
    int32_t rotation;
    uint32_t query_index; /* ZK_NONE until a gate or look-up uses the node */
    uint32_t degree;      /* saturating */
    uint32_t depth;       /* 1 for a leaf */
    uint32_t tree;        /* nodes of the tree, saturating */
} zk_expr;

/* Gate g owns polynomials [first, first + count) of `polys`. */
typedef struct zk_gate {
    const char *name; /* for messages only; never NULL */
    uint32_t first, count;
} zk_gate;

/* Inputs lookup_inputs[first .. first + count), tables lookup_tables[the same]. */
typedef struct zk_lookup {
    const char *name;
    uint32_t first, count;
} zk_lookup;

typedef enum zk_call_kind {
    ZK_CALL_EQUALITY, /* column */
    ZK_CALL_CONSTANT, /* column: enable_constant */
    ZK_CALL_GATE,     /* index of the gate */
    ZK_CALL_LOOKUP,   /* index of the look-up */
} zk_call_kind;

typedef struct zk_call {
    zk_call_kind kind;
    zk_column_ref column;
    uint32_t index;
} zk_call;

/* n_fixed counts the columns that compression made, too; n_selectors stays. */
typedef struct zk_constraint_system {
    uint32_t n_advice, n_fixed, n_instance, n_selectors;
    bool *selector_simple; /* n_selectors */
    bool compressed;       /* selectors have been replaced by fixed columns */

    zk_expr *exprs;
    zk_fp *constants;
    zk_expr_id *polys; /* all polynomials of all gates, in order */
    zk_gate *gates;
    zk_expr_id *lookup_inputs;
    zk_expr_id *lookup_tables; /* FIXED nodes at rotation 0 */
    zk_lookup *lookups;
    zk_query *advice_queries, *fixed_queries, *instance_queries;
    zk_column_ref *permutation;
    uint32_t *constant_columns; /* fixed columns for constants */
    zk_call *calls;
    size_t n_exprs, n_constants, n_polys, n_gates, n_lookup_items, n_lookups;
    size_t n_advice_queries, n_fixed_queries, n_instance_queries;
    size_t n_permutation, n_constant_columns, n_calls;
    uint32_t minimum_degree; /* 0: none */

    /* the rest belongs to constraint_system.c; by kind of column, the queries of each column as a
     * chain: query_heads[column], then query_links[query] .., ZK_NONE at the end */
    uint32_t *query_heads[3], *query_links[3];
    size_t n_query_heads[3], cap_query_heads[3], cap_query_links[3];
    size_t cap_exprs, cap_constants, cap_polys, cap_gates, cap_lookup_inputs, cap_lookup_tables;
    size_t cap_lookups, cap_advice_queries, cap_fixed_queries, cap_instance_queries;
    size_t cap_permutation, cap_constant_columns, cap_calls, cap_selectors;
    uint64_t total_tree;
    zk_arena names;
    zkml_status status;
    zkml_error error;
} zk_constraint_system;

void zk_cs_init(zk_constraint_system *cs);
void zk_cs_free(zk_constraint_system *cs);
/* The first failure of the building calls. */
zkml_status zk_cs_status(const zk_constraint_system *cs, zkml_error *err) ZKML_NODISCARD;

/* Columns; the returned index counts within the kind. */
uint32_t zk_cs_advice_column(zk_constraint_system *cs);
uint32_t zk_cs_fixed_column(zk_constraint_system *cs);
uint32_t zk_cs_instance_column(zk_constraint_system *cs);
uint32_t zk_cs_selector(zk_constraint_system *cs, bool simple);

/* Puts the column in the permutation list (once) and its rotation 0 in the query list. */
void zk_cs_enable_equality(zk_constraint_system *cs, zk_column_ref column);
/* enable_equality for a fixed column that serves constants. */
void zk_cs_enable_constant(zk_constraint_system *cs, uint32_t fixed_column);
void zk_cs_set_minimum_degree(zk_constraint_system *cs, uint32_t degree);

/* Expressions. */
zk_expr_id zk_cs_constant(zk_constraint_system *cs, const zk_fp *value);
zk_expr_id zk_cs_constant_i64(zk_constraint_system *cs, int64_t value);
zk_expr_id zk_cs_query(zk_constraint_system *cs, zk_column_ref column, int32_t rotation);
zk_expr_id zk_cs_query_advice(zk_constraint_system *cs, uint32_t column, int32_t rotation);
zk_expr_id zk_cs_query_fixed(zk_constraint_system *cs, uint32_t column); /* rotation 0 only */
zk_expr_id zk_cs_query_instance(zk_constraint_system *cs, uint32_t column, int32_t rotation);
zk_expr_id zk_cs_query_selector(zk_constraint_system *cs, uint32_t selector);
zk_expr_id zk_cs_neg(zk_constraint_system *cs, zk_expr_id a);
zk_expr_id zk_cs_add(zk_constraint_system *cs, zk_expr_id a, zk_expr_id b);
zk_expr_id zk_cs_sub(zk_constraint_system *cs, zk_expr_id a, zk_expr_id b);
zk_expr_id zk_cs_mul(zk_constraint_system *cs, zk_expr_id a, zk_expr_id b);
zk_expr_id zk_cs_scale(zk_constraint_system *cs, zk_expr_id a, const zk_fp *factor);

/* Enters the queries of an expression in the lists; gates and look-ups do so themselves. */
void zk_cs_use_query(zk_constraint_system *cs, zk_expr_id expr);

/* Each expression must be 0 on all n rows, blind rows included. Returns the gate's index. */
uint32_t zk_cs_create_gate(zk_constraint_system *cs, const char *name, const zk_expr_id *exprs,
                           size_t n);
/* On every usable row the n inputs are a row of the n fixed columns. Returns the index. */
uint32_t zk_cs_lookup(zk_constraint_system *cs, const char *name, const zk_expr_id *inputs,
                      const uint32_t *table_columns, size_t n);

/* Structure, limits, and everything that depends on n = 2^k. */
zkml_status zk_cs_verify(const zk_constraint_system *cs, uint32_t k,
                         zkml_error *err) ZKML_NODISCARD;

/* The system's degree d, at least 3. The quotient has d - 1 pieces. */
uint32_t zk_cs_degree(const zk_constraint_system *cs);
/* bf: rows n-bf .. n-1 are blind, row n-bf-1 is the "last" row. */
uint32_t zk_cs_blinding_factors(const zk_constraint_system *cs);
/* u = n - (bf + 1), or 0 when n is too small. */
size_t zk_cs_usable_rows(const zk_constraint_system *cs, uint32_t k);
/* Permutation columns of one product: d - 2. */
uint32_t zk_cs_permutation_chunk(const zk_constraint_system *cs);
/* Number of permutation products: ceil(columns / chunk). */
uint32_t zk_cs_permutation_products(const zk_constraint_system *cs);
/* Position in the permutation list, ZK_NONE when the column has no equality. */
uint32_t zk_cs_permutation_index(const zk_constraint_system *cs, zk_column_ref column);
/* Number of columns of a kind. */
uint32_t zk_cs_columns(const zk_constraint_system *cs, zk_column_kind kind);

#endif

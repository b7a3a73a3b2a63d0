/* plk.h - the text form of a constraint system, a `.plk` file.
 *
 * A list of calls, one a line, replayed in order; `#` starts a comment. See docs/file-formats.md.
 *
 *   k N                         the circuit has 2^N rows
 *   advice | instance | fixed | table | selector | cselector      allocates a column
 *   equality COL                enables copies on a column
 *   constant fJ                 the same, for a fixed column of constants
 *   mindegree N
 *   gate EXPR ; EXPR ...        one gate, several polynomials
 *   lookup EXPR fJ ; EXPR fJ    inputs and table columns
 *   copy COL:ROW COL:ROW
 *   set COL:ROW VALUE           an advice, fixed or instance value
 *   fill fJ v0 v1 ...           a table column; the rest of the usable rows repeats v0
 *   enable sJ ROW
 *   expr aJ ROW EXPR            an advice value computed from others, rotations relative to ROW
 *   extchal iJ:ROW M            a challenge derived from the first M advice commitments
 *
 * EXPR is prefix: + x y, * x y, - x, . x VALUE (scaled), =VALUE, a0@-1, f2, i0, s0, and ~ x
 * (inverse, in `expr` only).
 */
#ifndef ZK_CIRCUIT_PLK_H
#define ZK_CIRCUIT_PLK_H

#include "runtime/halo2/keygen.h"

/* Levels of an expression; polynomials of a gate and columns of a look-up. */
enum { ZK_PLK_MAX_K = 20, ZK_PLK_MAX_DEPTH = 1000, ZK_PLK_MAX_ITEMS = 64 };

/* A `set` or `expr` line for an advice cell, in the file's order. */
typedef struct zk_plk_step {
    uint32_t column, row, line;
    const char *expr; /* NULL: value. Into zk_plk.text */
    zk_fp value;
} zk_plk_step;

typedef struct zk_plk_challenge {
    bool present;
    uint32_t instance, row;
    uint32_t phase0;    /* the first M advice columns */
} zk_plk_challenge;

typedef struct zk_plk {
    char *name, *text; /* copies */
    uint32_t k;
    size_t n;
    zk_constraint_system cs;
    zk_fp *fixed;                  /* n_fixed * n, after compression of the selectors */
    zk_fp *instance;               /* n_instance * n */
    size_t *instance_counts;       /* rows up to the last one that was set */
    zk_copy *copies;
    size_t copy_count;
    zk_plk_step *steps;
    size_t step_count;
    zk_plk_challenge challenge;
} zk_plk;

/* Errors are "name:line: what". */
zkml_status zk_plk_read(zk_plk *plk, const char *name, const char *text, size_t length,
                        zkml_error *err) ZKML_NODISCARD;
void zk_plk_free(zk_plk *plk);

/* Columns `first` .. of the advice, n rows each, from the set and expr lines whose cell is in one
 * of them; `advice` has n_advice * n elements, 0 where nothing was said. Instance values must be
 * complete (the challenge included) before an expr that reads them. */
zkml_status zk_plk_witness(const zk_plk *plk, uint32_t first, uint32_t count, zk_fp *advice,
                           zkml_error *err) ZKML_NODISCARD;
/* Views of the fixed columns and copies, for the key generator; `columns` has n_fixed entries. */
zk_keygen_input zk_plk_contents(const zk_plk *plk, zk_column *columns);

#endif

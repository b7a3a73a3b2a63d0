/* layout.h - from a plan to cells and rows.
 *
 * A circuit has `lanes` gate columns a_t with fixed factors f_t, an accumulator column, `products`
 * factors g_j for the pairs a_2j a_2j+1, and `lookups` look-up slots per row (docs/lowering.md).
 * Forms fill rows from row 0 on, one after another; look-ups fill slots from slot 0 on, slot s
 * being look-up s % lookups on row s / lookups; the table starts with the row of zeros.
 *
 * Committed values stand in columns of their own behind all others (zk_committed_cell), which are
 * tied to the rest by copies alone.
 *
 * The home of a variable is its first cell (for public parameters the instance cell); its other
 * cells are copies of the home.
 */
#ifndef ZC_CIRCUIT_LAYOUT_H
#define ZC_CIRCUIT_LAYOUT_H

#include "compiler/circuit/plan.h"
#include "runtime/circuit/circuit.h"

enum { ZC_BLINDING = 6 }; /* rows that no circuit of this shape can use */
enum { ZC_MAX_COMMITTED_COLUMNS = 1024 };

typedef struct zc_shape {
    bool batched; /* batch.h: `products` pairs among the lanes; no accumulator among phase A */
    uint32_t k, lanes, products, lookups;
    uint32_t committed; /* columns of committed values */
    uint64_t gate_rows, lookup_rows, table_rows;
    uint64_t cost; /* of proving, for comparison only */
} zc_shape;

enum { ZC_MIN_K = 4 };
/* The cheapest shape with min_k <= k <= max_k; false when none holds the plan. `no_memory` tells
 * why. */
bool zc_layout_choose(const zc_plan *plan, uint32_t min_k, uint32_t max_k, zc_shape *shape,
                      bool *no_memory);
uint64_t zc_shape_rows(const zc_shape *shape); /* the largest of the three */

/* One gate cell. */
typedef struct zc_lane {
    zc_coef factor; /* f_t */
    zc_var var;     /* ZC_NO_VAR: the cell is free */
} zc_lane;

typedef struct zc_row {
    zc_coef constant;
    bool cont, out;
} zc_row;

typedef struct zc_layout {
    zc_shape shape;
    struct zc_batch *batch; /* of a batched shape, which has no cells, factors and rows */
    zc_lane *cells;       /* gate_rows * lanes */
    zc_coef *factors;     /* gate_rows * products: g_j */
    zc_row *rows;         /* gate_rows */
    uint32_t *form_rows;  /* form_count + 1: the first row of each form; batched: equation */
    zk_cell *homes;       /* var_count */
    uint64_t *table_rows; /* tag_count: the first row of each tag */
} zc_layout;

/* Memory from the arena. */
zkml_status zc_layout_make(zc_layout *layout, const zc_plan *plan, const zc_shape *shape,
                           zk_arena *arena, zkml_error *err) ZKML_NODISCARD;

/* The first row of each tag in the table. */
void zc_layout_tables(zc_layout *layout, const zc_plan *plan);

/* Columns, in the order of allocation. */
uint32_t zc_column_acc(const zc_shape *shape);
uint32_t zc_column_in(const zc_shape *shape, uint32_t lookup);
uint32_t zc_column_out(const zc_shape *shape, uint32_t lookup);
/* The first column of committed value `number`. */
uint32_t zc_column_committed(const zc_plan *plan, const zc_shape *shape, uint32_t number);
/* All advice columns; batched: those of phase A. */
uint32_t zc_column_count(const zc_shape *shape);

#endif

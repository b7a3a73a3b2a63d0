/* rows.h - the value of every expression of a constraint system, on strips of rows.
 *
 * A zk_grid is a circuit's cells with a witness in them. Cells of advice columns on the blind rows
 * usable .. n-1 hold random numbers in a proof: they are *poisoned*. Where a strip reads such a
 * cell, values carry a mark: a sum with a poisoned operand is poisoned, and so is a product unless
 * the other operand is 0.
 */
#ifndef ZK_MOCK_ROWS_H
#define ZK_MOCK_ROWS_H

#include "runtime/witness/witness.h"

typedef struct zk_grid {
    const zk_circuit *circuit;
    size_t n, usable;
    zk_arena arena;
    zk_column *columns[3]; /* by zk_column_kind */
    uint32_t *needed;      /* expressions that gates and look-ups reach, ascending */
    size_t needed_count;
    uint32_t *slot; /* per expression: its place in `needed`, ZK_NONE */
} zk_grid;

/* The witness outlives the grid; zk_grid_free in every case. */
zkml_status zk_grid_init(zk_grid *grid, const zk_witness *witness, zkml_error *err) ZKML_NODISCARD;
void zk_grid_free(zk_grid *grid);

/* Rows from the column's length on are 0. */
zk_fp zk_column_value(const zk_column *column, size_t row);
zk_fp zk_grid_value(const zk_grid *grid, const zk_cell *cell);
/* Where an ADVICE, FIXED or INSTANCE expression reads when it stands on a row. */
zk_cell zk_grid_query(const zk_grid *grid, const zk_expr *leaf, size_t row);

/* Working memory of one thread. */
typedef struct zk_strip {
    size_t rows;     /* at most this many at a time */
    size_t needed;   /* expressions */
    zk_fp *values;   /* expression i of grid->needed: values[i * rows ...] */
    uint8_t *poison; /* the same shape */
} zk_strip;

zkml_status zk_strip_init(zk_strip *strip, const zk_grid *grid, size_t rows,
                          zkml_error *err) ZKML_NODISCARD;
void zk_strip_free(zk_strip *strip); /* overwrites the values */
/* As many rows as keep a strip in a processor's cache. */
size_t zk_strip_rows(const zk_grid *grid);

/* All needed expressions on rows row .. row+count-1, row + count <= n. */
void zk_strip_run(zk_strip *strip, const zk_grid *grid, size_t row, size_t count);
/* Of the rows run last; i counts from 0. */
const zk_fp *zk_strip_value(const zk_strip *strip, const zk_grid *grid, zk_expr_id expr, size_t i);
bool zk_strip_poisoned(const zk_strip *strip, const zk_grid *grid, zk_expr_id expr, size_t i);

#endif

#include "runtime/mock/rows.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/field/bulk.h"

enum { MOST_ROWS = 64, CACHED_VALUES = 1 << 15 };

/* ---- the grid ---- */

static zkml_status no_memory(zkml_error *err)
{
    return zk_fail(err, ZKML_LIMIT, "out of memory for checking the constraints");
}

static bool has_two_operands(zk_expr_kind kind)
{
    return kind == ZK_EXPR_SUM || kind == ZK_EXPR_PRODUCT;
}

static bool has_operand(zk_expr_kind kind)
{
    return has_two_operands(kind) || kind == ZK_EXPR_NEGATED || kind == ZK_EXPR_SCALED;
}

/* Operands precede their users, so one walk downwards reaches everything. */
static zkml_status find_needed(zk_grid *grid, zkml_error *err)
{
    const zk_constraint_system *cs = &grid->circuit->cs;
    grid->slot = ZK_ARENA_NEW(&grid->arena, uint32_t, cs->n_exprs);
    grid->needed = ZK_ARENA_NEW(&grid->arena, uint32_t, cs->n_exprs);
    if (grid->slot == NULL || grid->needed == NULL)
        return no_memory(err);
    for (size_t i = 0; i < cs->n_polys; i++)
        grid->slot[cs->polys[i]] = 1;
    for (size_t i = 0; i < cs->n_lookup_items; i++)
        grid->slot[cs->lookup_inputs[i]] = 1;
    for (size_t i = cs->n_exprs; i-- > 0;) {
        const zk_expr *x = &cs->exprs[i];
        if (grid->slot[i] == 0)
            continue;
        if (has_operand(x->kind))
            grid->slot[x->a] = 1;
        if (has_two_operands(x->kind))
            grid->slot[x->b] = 1;
    }
    for (size_t i = 0; i < cs->n_exprs; i++) {
        if (grid->slot[i] == 0) {
            grid->slot[i] = ZK_NONE;
            continue;
        }
        grid->slot[i] = (uint32_t)grid->needed_count;
        grid->needed[grid->needed_count++] = (uint32_t)i;
    }
    return ZKML_OK;
}

static zk_column fixed_column(const zk_fixed_column *f)
{
    zk_column column = {.type = f->wide != NULL ? ZK_COLUMN_FP : ZK_COLUMN_I64, .length = f->count};
    if (f->wide != NULL)
        column.u.fp = f->wide;
    else
        column.u.i64 = f->small;
    return column;
}

zkml_status zk_grid_init(zk_grid *grid, const zk_witness *witness, zkml_error *err)
{
    const zk_circuit *circuit = witness->circuit;
    *grid = (zk_grid){.circuit = circuit, .n = (size_t)1 << circuit->k};
    zk_arena_init(&grid->arena, 0);
    grid->usable = zk_cs_usable_rows(&circuit->cs, circuit->k);
    grid->columns[ZK_ADVICE] = witness->advice;
    zk_column *fixed = ZK_ARENA_NEW(&grid->arena, zk_column, circuit->cs.n_fixed);
    zk_column *instance = ZK_ARENA_NEW(&grid->arena, zk_column, circuit->cs.n_instance);
    if (fixed == NULL || instance == NULL)
        return no_memory(err);
    for (uint32_t i = 0; i < circuit->cs.n_fixed; i++)
        fixed[i] = fixed_column(&circuit->fixed[i]);
    for (uint32_t i = 0; i < circuit->cs.n_instance; i++)
        instance[i] = (zk_column){.type = ZK_COLUMN_FP,
                                  .length = witness->instances[i].count,
                                  .u.fp = witness->instances[i].values};
    grid->columns[ZK_FIXED] = fixed;
    grid->columns[ZK_INSTANCE] = instance;
    return find_needed(grid, err);
}

void zk_grid_free(zk_grid *grid)
{
    zk_arena_free(&grid->arena);
    memset(grid, 0, sizeof *grid);
}

zk_fp zk_column_value(const zk_column *column, size_t row)
{
    zk_fp value = zk_fp_zero;
    if (column->type == ZK_COLUMN_CONSTANT)
        value = column->u.constant;
    else if (row >= column->length)
        return value;
    else if (column->type == ZK_COLUMN_FP)
        value = column->u.fp[row];
    else
        zk_fp_from_i64(&value, column->u.i64[row]);
    return value;
}

zk_fp zk_grid_value(const zk_grid *grid, const zk_cell *cell)
{
    return zk_column_value(&grid->columns[cell->kind][cell->column], cell->row);
}

/* row + rotation mod n */
static size_t rotated(const zk_grid *grid, size_t row, int32_t rotation)
{
    return (row + (size_t)(int64_t)rotation) & (grid->n - 1);
}

static zk_column_kind kind_of(const zk_expr *leaf)
{
    return leaf->kind == ZK_EXPR_ADVICE  ? ZK_ADVICE
           : leaf->kind == ZK_EXPR_FIXED ? ZK_FIXED
                                         : ZK_INSTANCE;
}

zk_cell zk_grid_query(const zk_grid *grid, const zk_expr *leaf, size_t row)
{
    return (zk_cell){kind_of(leaf), leaf->a, (uint32_t)rotated(grid, row, leaf->rotation)};
}

/* ---- strips ---- */

size_t zk_strip_rows(const zk_grid *grid)
{
    size_t rows = CACHED_VALUES / (grid->needed_count + 1);
    rows = rows < 1 ? 1 : rows > MOST_ROWS ? MOST_ROWS : rows;
    return rows < grid->n ? rows : grid->n;
}

zkml_status zk_strip_init(zk_strip *strip, const zk_grid *grid, size_t rows, zkml_error *err)
{
    size_t cells;
    *strip = (zk_strip){.rows = rows, .needed = grid->needed_count};
    if (!zk_size_mul(rows, strip->needed + 1, &cells))
        return no_memory(err);
    strip->values = calloc(cells, sizeof *strip->values);
    strip->poison = calloc(cells, sizeof *strip->poison);
    return strip->values != NULL && strip->poison != NULL ? ZKML_OK : no_memory(err);
}

void zk_strip_free(zk_strip *strip)
{
    if (strip->values != NULL)
        sodium_memzero(strip->values, strip->rows * strip->needed * sizeof *strip->values);
    free(strip->values);
    free(strip->poison);
    memset(strip, 0, sizeof *strip);
}

/* Rows start .. start+count-1 of a column, start + count <= n. */
static void read_column(zk_fp *out, const zk_column *column, size_t start, size_t count)
{
    if (column->type == ZK_COLUMN_CONSTANT) {
        for (size_t i = 0; i < count; i++)
            out[i] = column->u.constant;
        return;
    }
    size_t filled = column->length > start ? column->length - start : 0;
    filled = filled < count ? filled : count;
    if (filled > 0 && column->type == ZK_COLUMN_FP)
        memcpy(out, column->u.fp + start, filled * sizeof *out);
    else if (filled > 0)
        zk_bulk()->from_i64(out, column->u.i64 + start, filled);
    memset(out + filled, 0, (count - filled) * sizeof *out);
}

static void read_leaf(zk_fp *out, const zk_grid *grid, const zk_expr *leaf, size_t row,
                      size_t count)
{
    const zk_column *column = &grid->columns[kind_of(leaf)][leaf->a];
    size_t start = rotated(grid, row, leaf->rotation);
    size_t before = grid->n - start < count ? grid->n - start : count;
    read_column(out, column, start, before);
    read_column(out + before, column, 0, count - before);
}

/* What the leaf reads on one of the rows is on a blind row. */
static bool reads_blind(const zk_grid *grid, const zk_expr *leaf, size_t row, size_t count)
{
    size_t start = rotated(grid, row, leaf->rotation);
    return leaf->kind == ZK_EXPR_ADVICE && start + count > grid->usable;
}

static void run_clean(zk_strip *strip, const zk_grid *grid, size_t i, size_t row, size_t count)
{
    const zk_constraint_system *cs = &grid->circuit->cs;
    const zk_expr *x = &cs->exprs[grid->needed[i]];
    const zk_bulk_ops *bulk = zk_bulk();
    zk_fp *out = strip->values + i * strip->rows;
    const zk_fp *a = NULL, *b = NULL;
    if (has_operand(x->kind))
        a = strip->values + grid->slot[x->a] * strip->rows;
    if (has_two_operands(x->kind))
        b = strip->values + grid->slot[x->b] * strip->rows;
    switch (x->kind) {
    case ZK_EXPR_CONSTANT:
        for (size_t r = 0; r < count; r++)
            out[r] = cs->constants[x->a];
        return;
    case ZK_EXPR_ADVICE:
    case ZK_EXPR_FIXED:
    case ZK_EXPR_INSTANCE:
        read_leaf(out, grid, x, row, count);
        return;
    case ZK_EXPR_NEGATED:
        bulk->neg(out, a, count);
        return;
    case ZK_EXPR_SUM:
        bulk->add(out, a, b, count);
        return;
    case ZK_EXPR_PRODUCT:
        bulk->mul(out, a, b, count);
        return;
    case ZK_EXPR_SCALED:
        bulk->scale(out, a, &cs->constants[x->b], count);
        return;
    case ZK_EXPR_SELECTOR:
        break;
    }
    ZK_UNREACHABLE("selectors were replaced by fixed columns");
}

/* The marks that go with the values of run_clean; a poisoned value is 0, so a product that it is
 * a factor of is right whatever the other factor is. */
static void mark_poison(zk_strip *strip, const zk_grid *grid, size_t i, size_t row, size_t count)
{
    const zk_constraint_system *cs = &grid->circuit->cs;
    const zk_expr *x = &cs->exprs[grid->needed[i]];
    size_t a = has_operand(x->kind) ? grid->slot[x->a] * strip->rows : 0;
    size_t b = has_two_operands(x->kind) ? grid->slot[x->b] * strip->rows : 0;
    size_t at = i * strip->rows;
    for (size_t r = 0; r < count; r++) {
        bool of_a = has_operand(x->kind) && strip->poison[a + r];
        bool of_b = has_two_operands(x->kind) && strip->poison[b + r];
        bool mark = of_a || of_b;
        if (x->kind == ZK_EXPR_ADVICE)
            mark = rotated(grid, row + r, x->rotation) >= grid->usable;
        else if (x->kind == ZK_EXPR_PRODUCT)
            mark = (of_a && (of_b || !zk_fp_is_zero(&strip->values[b + r]))) ||
                   (of_b && !zk_fp_is_zero(&strip->values[a + r]));
        else if (x->kind == ZK_EXPR_SCALED)
            mark = of_a && !zk_fp_is_zero(&cs->constants[x->b]);
        strip->poison[at + r] = mark;
        if (mark)
            strip->values[at + r] = zk_fp_zero;
    }
}

void zk_strip_run(zk_strip *strip, const zk_grid *grid, size_t row, size_t count)
{
    const zk_expr *exprs = grid->circuit->cs.exprs;
    bool blind = false;
    for (size_t i = 0; i < grid->needed_count; i++)
        blind = blind || reads_blind(grid, &exprs[grid->needed[i]], row, count);
    for (size_t i = 0; i < grid->needed_count; i++) {
        run_clean(strip, grid, i, row, count);
        if (blind)
            mark_poison(strip, grid, i, row, count);
    }
    if (!blind)
        memset(strip->poison, 0, strip->rows * strip->needed);
}

const zk_fp *zk_strip_value(const zk_strip *strip, const zk_grid *grid, zk_expr_id expr, size_t i)
{
    return &strip->values[grid->slot[expr] * strip->rows + i];
}

bool zk_strip_poisoned(const zk_strip *strip, const zk_grid *grid, zk_expr_id expr, size_t i)
{
    return strip->poison[grid->slot[expr] * strip->rows + i] != 0;
}

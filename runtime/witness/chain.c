/* Accumulators of the universal gate:
 *
 *   acc(r + 1) = constant(r) + sum_t f_t(r) a_t(r) + sum_j g_j(r) a_2j(r) a_2j+1(r) + cont(r) acc(r)
 *
 * where out(r) = 1. All but the last term is summed in __int128, column by column; rows where a
 * factor, a lane or a sum is too large for that are summed in the field. The last term makes rows
 * depend on each other, except where cont(r) = 0: there the rows are split among threads. */
#include <sodium.h>

#include "runtime/field/bulk.h"
#include "runtime/field/inline.h"
#include "runtime/poly/threads.h"
#include "runtime/witness/columns.h"
#include "runtime/witness/integer.h"

enum { ROWS = 256, MIN_PARALLEL_ROWS = 1 << 12 };

typedef struct chain {
    const zk_wchain *shape;
    const zk_cells *lanes;         /* the first lane's column */
    const zk_fixed_column *fixed;  /* all of the circuit's */
    zk_cells *acc;
} chain;

/* Sums of a block of rows without their accumulators. */
typedef struct block {
    uint32_t first, rows;
    bool inexact[ROWS]; /* the sum is not in sum[] */
    zk_i128 sum[ROWS];
} block;

static zk_cells fixed_cells(const chain *c, uint32_t column)
{
    const zk_fixed_column *f = &c->fixed[column];
    return (zk_cells){.length = f->count, .small = f->small, .wide = f->wide};
}

/* The cell as a small integer, if it is one. */
static bool cell_small(const zk_cells *cells, size_t row, int64_t *v)
{
    *v = 0;
    if (row >= cells->length)
        return true;
    if (cells->wide == NULL) {
        *v = cells->small[row];
        return true;
    }
    return fp_is_zero(&cells->wide[row]) || zk_fp_to_i64(v, &cells->wide[row]);
}

static void cell_wide(zk_fp *v, const zk_cells *cells, size_t row)
{
    *v = zk_fp_zero;
    if (row < cells->length && cells->wide != NULL)
        *v = cells->wide[row];
    else if (row < cells->length)
        zk_fp_from_i64(v, cells->small[row]);
}

static bool is_zero(const zk_cells *cells, size_t row)
{
    int64_t v;
    return cell_small(cells, row, &v) && v == 0;
}

/* ---- sums in __int128 ---- */

static void add_constant(block *b, const zk_cells *constant)
{
    for (uint32_t i = 0; i < b->rows; i++) {
        int64_t v;
        b->inexact[i] = !cell_small(constant, b->first + i, &v);
        b->sum[i] = v;
    }
}

static void add_lane(block *b, const zk_cells *factor, const zk_cells *lane)
{
    for (uint32_t i = 0; i < b->rows && b->first + i < factor->length; i++) {
        int64_t f, a;
        if (!cell_small(factor, b->first + i, &f) ||
            (f != 0 && (!cell_small(lane, b->first + i, &a) ||
                        __builtin_add_overflow(b->sum[i], (zk_i128)f * a, &b->sum[i]))))
            b->inexact[i] = true;
    }
}

static bool add_product(zk_i128 *sum, int64_t g, const zk_cells *left, const zk_cells *right,
                        size_t row)
{
    int64_t x, y;
    zk_i128 product;
    return cell_small(left, row, &x) && cell_small(right, row, &y) &&
           !__builtin_mul_overflow((zk_i128)x * y, (zk_i128)g, &product) &&
           !__builtin_add_overflow(*sum, product, sum);
}

static void add_products(block *b, const zk_cells *factor, const zk_cells *left,
                         const zk_cells *right)
{
    for (uint32_t i = 0; i < b->rows && b->first + i < factor->length; i++) {
        int64_t g;
        if (!cell_small(factor, b->first + i, &g) ||
            (g != 0 && !add_product(&b->sum[i], g, left, right, b->first + i)))
            b->inexact[i] = true;
    }
}

static void sum_block(const chain *c, block *b)
{
    const zk_wchain *h = c->shape;
    zk_cells constant = fixed_cells(c, h->constant);
    add_constant(b, &constant);
    for (uint32_t t = 0; t < h->lanes; t++) {
        zk_cells factor = fixed_cells(c, h->linear + t);
        add_lane(b, &factor, &c->lanes[t]);
    }
    for (uint32_t j = 0; j < h->products; j++) {
        zk_cells factor = fixed_cells(c, h->product + j);
        add_products(b, &factor, &c->lanes[2 * (size_t)j], &c->lanes[2 * (size_t)j + 1]);
    }
}

/* ---- sums in the field ---- */

static void add_term(zk_fp *sum, const zk_cells *factor, const zk_fp *value, size_t row)
{
    zk_fp f, product;
    cell_wide(&f, factor, row);
    fp_mul(&product, &f, value);
    fp_add(sum, sum, &product);
}

static void sum_row(const chain *c, size_t row, zk_fp *sum)
{
    const zk_wchain *h = c->shape;
    zk_cells factor = fixed_cells(c, h->constant);
    cell_wide(sum, &factor, row);
    for (uint32_t t = 0; t < h->lanes; t++) {
        zk_fp lane;
        factor = fixed_cells(c, h->linear + t);
        cell_wide(&lane, &c->lanes[t], row);
        add_term(sum, &factor, &lane, row);
    }
    for (uint32_t j = 0; j < h->products; j++) {
        zk_fp left, right;
        factor = fixed_cells(c, h->product + j);
        cell_wide(&left, &c->lanes[2 * (size_t)j], row);
        cell_wide(&right, &c->lanes[2 * (size_t)j + 1], row);
        fp_mul(&left, &left, &right);
        add_term(sum, &factor, &left, row);
    }
}

/* ---- down the rows ---- */

/* False when a value does not fit. */
static bool step_small(const chain *c, const block *b, uint32_t i, const zk_cells *cont)
{
    size_t row = b->first + i;
    int64_t factor;
    zk_i128 next = b->sum[i];
    if (b->inexact[i] || !cell_small(cont, row, &factor) ||
        (factor != 0 &&
         __builtin_add_overflow(next, (zk_i128)factor * c->acc->small[row], &next)) ||
        next < -INT64_MAX || next > INT64_MAX)
        return false;
    c->acc->small[row + 1] = (int64_t)next;
    return true;
}

static void step_wide(const chain *c, const block *b, uint32_t i, const zk_cells *cont)
{
    size_t row = b->first + i;
    zk_fp next;
    if (b->inexact[i])
        sum_row(c, row, &next);
    else
        zk_fp_from_i128(&next, b->sum[i]);
    if (!is_zero(cont, row))
        add_term(&next, cont, &c->acc->wide[row], row);
    c->acc->wide[row + 1] = next;
}

/* Rows first .. last-1. False: the column has to be wide. */
static bool fill_rows(const chain *c, uint32_t first, uint32_t last)
{
    zk_cells cont = fixed_cells(c, c->shape->cont), out = fixed_cells(c, c->shape->out);
    bool good = true;
    block b;
    for (b.first = first; b.first < last && good; b.first += ROWS) {
        b.rows = last - b.first < ROWS ? last - b.first : ROWS;
        sum_block(c, &b);
        for (uint32_t i = 0; i < b.rows && good; i++) {
            if (b.first + i >= out.length || out.small[b.first + i] == 0)
                continue;
            if (c->acc->wide != NULL)
                step_wide(c, &b, i, &cont);
            else
                good = step_small(c, &b, i, &cont);
        }
    }
    sodium_memzero(&b, sizeof b);
    return good;
}

/* The first row from `row` on that does not need its accumulator. */
static uint32_t next_start(const chain *c, uint32_t row)
{
    zk_cells cont = fixed_cells(c, c->shape->cont);
    while (row < c->shape->rows && !is_zero(&cont, row))
        row++;
    return row;
}

static bool fill_chain(const chain *c)
{
    uint32_t rows = c->shape->rows;
    int parts = rows >= MIN_PARALLEL_ROWS ? zk_threads() : 1;
    bool good = true;
#pragma omp parallel for schedule(static) reduction(&& : good) if (parts > 1) num_threads(parts)
    for (int p = 0; p < parts; p++) {
        uint32_t first = (uint32_t)zk_part(rows, (size_t)parts, (size_t)p);
        uint32_t last = (uint32_t)zk_part(rows, (size_t)parts, (size_t)p + 1);
        first = p > 0 ? next_start(c, first) : 0;
        last = next_start(c, last);
        good = fill_rows(c, first, last) && good;
    }
    return good;
}

bool zk_cells_widen(zk_arena *arena, zk_cells *cells)
{
    if (cells->wide != NULL)
        return true;
    cells->wide = ZK_ARENA_NEW(arena, zk_fp, cells->length);
    if (cells->wide == NULL)
        return false;
    zk_bulk()->from_i64(cells->wide, cells->small, cells->length);
    cells->small = NULL;
    return true;
}

bool zk_chain_fill(zk_arena *arena, zk_cells *columns, const zk_circuit *circuit,
                   const zk_wchain *shape)
{
    chain c = {shape, &columns[shape->lane], circuit->fixed, &columns[shape->acc]};
    if (c.acc->wide == NULL && fill_chain(&c))
        return true;
    if (!zk_cells_widen(arena, c.acc))
        return false;
    return fill_chain(&c);
}

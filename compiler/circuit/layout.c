#include "compiler/circuit/layout.h"

#include <stdlib.h>
#include <string.h>

/* ---- the shape ---- */

/* Forms with the same numbers of products and of other lanes take the same rows. */
typedef struct size_class {
    uint32_t products, others;
    uint64_t count;
} size_class;

static uint64_t rows_of(uint32_t products, uint32_t others, uint32_t lanes, uint32_t per_row)
{
    uint64_t rows = 0, left = others;
    if (products > 0) {
        rows = (products + per_row - 1) / per_row;
        uint64_t room = rows * lanes - 2 * (uint64_t)products;
        left = left > room ? left - room : 0;
    }
    rows += (left + lanes - 1) / lanes;
    return rows > 0 ? rows : 1;
}

static int compare_classes(const void *a, const void *b)
{
    const size_class *x = a, *y = b;
    if (x->products != y->products)
        return x->products < y->products ? -1 : 1;
    return x->others < y->others ? -1 : x->others > y->others;
}

/* The classes of the plan's forms, on the heap; NULL: no memory. */
static size_class *classify(const zc_plan *plan, size_t *count)
{
    size_class *classes = malloc((plan->form_count + 1) * sizeof *classes);
    if (classes == NULL)
        return NULL;
    size_t n = 0;
    for (size_t i = 0; i < plan->form_count; i++) {
        const zc_form *form = &plan->forms[i];
        if (!zc_form_is_empty(form))
            classes[n++] = (size_class){form->products, form->terms - form->shared, 1};
    }
    qsort(classes, n, sizeof *classes, compare_classes);
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        if (kept > 0 && compare_classes(&classes[kept - 1], &classes[i]) == 0)
            classes[kept - 1].count++;
        else
            classes[kept++] = classes[i];
    }
    *count = kept;
    return classes;
}

static uint64_t gate_rows(const size_class *classes, size_t count, uint32_t lanes,
                          uint32_t products)
{
    uint64_t rows = 0;
    for (size_t i = 0; i < count; i++)
        rows += classes[i].count * rows_of(classes[i].products, classes[i].others, lanes, products);
    return rows;
}

static uint64_t most(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

uint64_t zc_shape_rows(const zc_shape *shape)
{
    return most(shape->gate_rows, most(shape->lookup_rows, shape->table_rows));
}

/* In tenths of a column of 2^k small numbers: a lane is a witness column, a fixed column and its
 * part in the permutation argument, a committed column the same without the fixed one; a look-up
 * has two columns and three large polynomials. The square keeps proofs short: at 64 lanes it is a
 * quarter, so a proof of twice the bytes has to save more than a tenth of the work. */
static uint64_t cost_of(const zc_shape *shape)
{
    uint64_t lanes = shape->lanes;
    uint64_t unit = 100 + 23 * lanes + lanes * lanes / 8 + 6 * (uint64_t)shape->products +
                    140 * (uint64_t)shape->lookups + 17 * (uint64_t)shape->committed;
    return unit << shape->k;
}

static uint32_t k_for(uint64_t rows, uint32_t min_k, uint32_t max_k)
{
    for (uint32_t k = min_k; k <= max_k; k++)
        if (rows + ZC_BLINDING <= (uint64_t)1 << k)
            return k;
    return 0;
}

/* Rows that are needed whatever the shape. */
static uint64_t least_rows(const zc_plan *plan)
{
    uint64_t committed = plan->committed_count > 0 ? ZK_COMMITTED_RESERVE + 1 - ZC_BLINDING : 0;
    return most(plan->instance_rows, committed);
}

/* Columns of committed values at this k; false: more than a circuit may have. */
static bool count_committed(const zc_plan *plan, zc_shape *shape)
{
    uint64_t columns = 0;
    for (size_t i = 0; i < plan->committed_count; i++)
        columns += zk_committed_columns(plan->committed[i].count, shape->k);
    shape->committed = (uint32_t)columns;
    return columns <= ZC_MAX_COMMITTED_COLUMNS;
}

static void consider(zc_shape *best, const zc_plan *plan, const size_class *classes, size_t count,
                     uint32_t lanes, uint32_t products, uint32_t min_k, uint32_t max_k)
{
    zc_shape shape = {.lanes = lanes, .products = products};
    shape.gate_rows = lanes > 0 ? gate_rows(classes, count, lanes, products) : 0;
    bool has_lookups = plan->lookup_count > 0;
    shape.table_rows = has_lookups ? zc_plan_table_rows(plan) : 0;
    for (uint32_t l = has_lookups; l <= (has_lookups ? 8 : 0); l++) {
        shape.lookups = l;
        shape.lookup_rows = l > 0 ? (plan->lookup_count + l - 1) / l : 0;
        shape.k = k_for(most(zc_shape_rows(&shape), least_rows(plan)), min_k, max_k);
        if (shape.k == 0 || !count_committed(plan, &shape))
            continue;
        shape.cost = cost_of(&shape);
        if (best->k == 0 || shape.cost < best->cost)
            *best = shape;
    }
}

bool zc_layout_choose(const zc_plan *plan, uint32_t min_k, uint32_t max_k, zc_shape *shape,
                      bool *no_memory)
{
    static const uint32_t lanes[] = {2, 4, 6, 8, 10, 12, 16, 20, 24, 28, 32, 40, 48, 56, 64};
    size_t count;
    size_class *classes = classify(plan, &count);
    *shape = (zc_shape){0};
    *no_memory = classes == NULL;
    if (classes == NULL)
        return false;
    bool has_products = plan->product_count > 0;
    for (size_t i = 0; i < sizeof lanes / sizeof *lanes && count > 0; i++) {
        if (!has_products)
            consider(shape, plan, classes, count, lanes[i], 0, min_k, max_k);
        for (uint32_t p = 1; has_products && p <= lanes[i] / 2; p *= 2)
            consider(shape, plan, classes, count, lanes[i], p, min_k, max_k);
    }
    if (count == 0)
        consider(shape, plan, classes, count, 0, 0, min_k, max_k);
    free(classes);
    return shape->k != 0;
}

uint32_t zc_column_acc(const zc_shape *shape)
{
    return shape->lanes;
}

uint32_t zc_column_in(const zc_shape *shape, uint32_t lookup)
{
    uint32_t acc = shape->lanes > 0 && !shape->batched ? 1 : 0;
    return shape->lanes + acc + 2 * lookup;
}

uint32_t zc_column_out(const zc_shape *shape, uint32_t lookup)
{
    return zc_column_in(shape, lookup) + 1;
}

uint32_t zc_column_committed(const zc_plan *plan, const zc_shape *shape, uint32_t number)
{
    uint64_t column = zc_column_in(shape, shape->lookups);
    for (uint32_t i = 0; i < number; i++)
        column += zk_committed_columns(plan->committed[i].count, shape->k);
    return (uint32_t)column;
}

uint32_t zc_column_count(const zc_shape *shape)
{
    return zc_column_in(shape, shape->lookups) + shape->committed;
}

/* ---- placement ---- */

static bool is_homeless(const zc_layout *layout, zc_var var)
{
    return layout->homes[var].column == UINT32_MAX;
}

static void settle(zc_layout *layout, zc_var var, uint32_t column, uint64_t row)
{
    if (is_homeless(layout, var))
        layout->homes[var] = (zk_cell){ZK_ADVICE, column, (uint32_t)row};
}

/* Puts a form's products, shared terms and other terms into its rows; `marks` is all 0 again
 * afterwards. */
static void place_form(zc_layout *layout, const zc_plan *plan, const zc_form *form, uint64_t first,
                       uint64_t *marks)
{
    const zc_shape *shape = &layout->shape;
    uint32_t lanes = shape->lanes;
    zc_lane *cells = layout->cells + first * lanes;
    const zc_product *products =
        form->products > 0 ? plan->products + form->first_product : NULL;
    const zc_term *terms = plan->terms + form->first_term;
    for (uint32_t j = 0; j < form->products; j++) {
        uint64_t row = j / shape->products;
        uint32_t pair = j % shape->products;
        uint64_t at = row * lanes + 2 * (uint64_t)pair;
        layout->factors[(first + row) * shape->products + pair] =
            (zc_coef){products[j].small, products[j].big};
        cells[at].var = products[j].a;
        cells[at + 1].var = products[j].b;
        if (marks[products[j].b] == 0)
            marks[products[j].b] = at + 2;
        if (marks[products[j].a] == 0)
            marks[products[j].a] = at + 1;
    }
    for (uint32_t i = 0; i < form->shared; i++)
        cells[marks[terms[i].var] - 1].factor = (zc_coef){terms[i].small, terms[i].big};
    for (uint32_t j = 0; j < form->products; j++)
        marks[products[j].a] = marks[products[j].b] = 0;
    uint64_t at = 0;
    for (uint32_t i = form->shared; i < form->terms; i++, at++) {
        while (cells[at].var != ZC_NO_VAR)
            at++;
        cells[at] = (zc_lane){{terms[i].small, terms[i].big}, terms[i].var};
    }
}

static void place_forms(zc_layout *layout, const zc_plan *plan, uint64_t *marks)
{
    const zc_shape *shape = &layout->shape;
    uint64_t row = 0;
    for (size_t i = 0; i < plan->form_count; i++) {
        const zc_form *form = &plan->forms[i];
        layout->form_rows[i] = (uint32_t)row;
        if (zc_form_is_empty(form))
            continue;
        uint64_t rows =
            rows_of(form->products, form->terms - form->shared, shape->lanes, shape->products);
        place_form(layout, plan, form, row, marks);
        layout->rows[row].constant = form->constant;
        for (uint64_t r = 0; r < rows; r++) {
            layout->rows[row + r].cont = r > 0;
            layout->rows[row + r].out = r + 1 < rows;
        }
        row += rows;
    }
    layout->form_rows[plan->form_count] = (uint32_t)row;
    ZK_CHECK(row == shape->gate_rows);
}

static void assign_homes(zc_layout *layout, const zc_plan *plan)
{
    const zc_shape *shape = &layout->shape;
    for (uint32_t v = 0; v < plan->var_count; v++)
        layout->homes[v].column = UINT32_MAX;
    for (size_t i = 0; i < plan->block_count; i++) {
        const zc_block *block = &plan->blocks[i];
        for (uint32_t e = 0; block->kind == ZC_BLOCK_INSTANCE && e < block->count; e++)
            layout->homes[block->first + e] = (zk_cell){ZK_INSTANCE, 0, block->instance_row + e};
    }
    for (uint64_t r = 0; r < shape->gate_rows; r++)
        for (uint32_t t = 0; t < shape->lanes; t++)
            if (layout->cells[r * shape->lanes + t].var != ZC_NO_VAR)
                settle(layout, layout->cells[r * shape->lanes + t].var, t, r);
    for (size_t s = 0; s < plan->lookup_count; s++) {
        const zc_lookup *lookup = &plan->lookups[s];
        uint32_t slot = (uint32_t)(s % shape->lookups);
        settle(layout, lookup->in, zc_column_in(shape, slot), s / shape->lookups);
        if (lookup->out != ZC_NO_VAR)
            settle(layout, lookup->out, zc_column_out(shape, slot), s / shape->lookups);
    }
}

void zc_layout_tables(zc_layout *layout, const zc_plan *plan)
{
    uint64_t row = 1;
    for (size_t i = 0; i < plan->tag_count; i++) {
        layout->table_rows[i] = row;
        row += (uint64_t)(plan->tags[i].hi - plan->tags[i].lo) + 1;
    }
}

zkml_status zc_layout_make(zc_layout *layout, const zc_plan *plan, const zc_shape *shape,
                           zk_arena *arena, zkml_error *err)
{
    *layout = (zc_layout){.shape = *shape};
    size_t cells = (size_t)(shape->gate_rows * shape->lanes);
    layout->cells = ZK_ARENA_NEW(arena, zc_lane, cells);
    layout->factors = ZK_ARENA_NEW(arena, zc_coef, (size_t)(shape->gate_rows * shape->products));
    layout->rows = ZK_ARENA_NEW(arena, zc_row, (size_t)shape->gate_rows);
    layout->form_rows = ZK_ARENA_NEW(arena, uint32_t, plan->form_count + 1);
    layout->homes = ZK_ARENA_NEW(arena, zk_cell, plan->var_count);
    layout->table_rows = ZK_ARENA_NEW(arena, uint64_t, plan->tag_count);
    uint64_t *marks = calloc((size_t)plan->var_count + 1, sizeof *marks);
    if (layout->cells == NULL || layout->factors == NULL || layout->rows == NULL ||
        layout->form_rows == NULL || layout->homes == NULL || layout->table_rows == NULL ||
        marks == NULL) {
        free(marks);
        return zk_fail(err, ZKML_LIMIT, "lowering: out of memory");
    }
    for (size_t i = 0; i < cells; i++)
        layout->cells[i].var = ZC_NO_VAR;
    place_forms(layout, plan, marks);
    free(marks);
    assign_homes(layout, plan);
    zc_layout_tables(layout, plan);
    return ZKML_OK;
}

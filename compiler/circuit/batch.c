#include "compiler/circuit/batch.h"

#include <stdlib.h>
#include <string.h>

/* ---- products ---- */

static bool same_product(const zc_product *x, const zc_product *y)
{
    return x->a == y->a && x->b == y->b;
}

static uint64_t hash_product(const zc_product *p)
{
    uint64_t h = ((uint64_t)p->a << 32 | p->b) * UINT64_C(0x9E3779B97F4A7C15);
    return h ^ h >> 29;
}

/* The distinct products: of_product[i] is the number of product i, first[number] a product that
 * has it. */
typedef struct product_set {
    uint32_t *of_product;
    uint32_t *first;
    uint32_t count;
} product_set;

static void product_set_free(product_set *set)
{
    free(set->of_product);
    free(set->first);
}

static bool product_set_init(product_set *set, const zc_plan *plan)
{
    size_t size = 16;
    *set = (product_set){0};
    while (size < 2 * plan->product_count)
        size *= 2;
    uint32_t *slots = calloc(size, sizeof *slots); /* 1 + number */
    set->of_product = malloc((plan->product_count + 1) * sizeof *set->of_product);
    set->first = malloc((plan->product_count + 1) * sizeof *set->first);
    bool good = slots != NULL && set->of_product != NULL && set->first != NULL &&
                plan->product_count < UINT32_MAX;
    for (size_t i = 0; i < plan->product_count && good; i++) {
        const zc_product *p = &plan->products[i];
        size_t at = hash_product(p) & (size - 1);
        while (slots[at] != 0 && !same_product(p, &plan->products[set->first[slots[at] - 1]]))
            at = (at + 1) & (size - 1);
        if (slots[at] == 0) {
            set->first[set->count] = (uint32_t)i;
            slots[at] = ++set->count;
        }
        set->of_product[i] = slots[at] - 1;
    }
    free(slots);
    if (!good)
        product_set_free(set);
    return good;
}

/* ---- choosing ---- */

static bool small_coefficients(const zc_plan *plan)
{
    for (size_t i = 0; i < plan->term_count; i++)
        if (plan->terms[i].big != 0)
            return false;
    for (size_t i = 0; i < plan->product_count; i++)
        if (plan->products[i].big != 0)
            return false;
    for (size_t i = 0; i < plan->form_count; i++)
        if (plan->forms[i].constant.big != 0)
            return false;
    return true;
}

/* Variables that only stand in linear terms: they need a cell in some lane. */
static bool count_others(const zc_plan *plan, uint64_t *others)
{
    uint8_t *homed = calloc((size_t)plan->var_count + 1, 1);
    if (homed == NULL)
        return false;
    for (size_t i = 0; i < plan->block_count; i++)
        if (plan->blocks[i].kind == ZC_BLOCK_INSTANCE)
            memset(homed + plan->blocks[i].first, 1, plan->blocks[i].count);
    for (size_t i = 0; i < plan->output_count; i++)
        homed[plan->outputs[i].var] = 1;
    for (size_t i = 0; i < plan->lookup_count; i++) {
        homed[plan->lookups[i].in] = 1;
        if (plan->lookups[i].out != ZC_NO_VAR)
            homed[plan->lookups[i].out] = 1;
    }
    for (size_t i = 0; i < plan->product_count; i++)
        homed[plan->products[i].a] = homed[plan->products[i].b] = 1;
    for (size_t i = 0; i < plan->committed_var_count; i++)
        homed[plan->committed_vars[i]] = 1;
    *others = 0;
    for (size_t i = 0; i < plan->term_count; i++) {
        uint8_t *mark = &homed[plan->terms[i].var];
        *others += *mark == 0;
        *mark = 1;
    }
    free(homed);
    return true;
}

static uint64_t divide_up(uint64_t a, uint64_t b)
{
    return (a + b - 1) / b;
}

/* In the units of layout.c: a full column is 40 where a column of small numbers is 10. */
static uint64_t cost_of(const zc_shape *shape)
{
    uint64_t values = shape->lanes + 2 * (uint64_t)shape->lookups + shape->committed;
    uint64_t unit = 100 + 10 * values + 40 * (values + shape->products + 1) +
                    120 * (uint64_t)shape->lookups;
    return unit << shape->k;
}

/* Shape for one k; false: it does not hold the plan. */
static bool fit(zc_shape *shape, const zc_plan *plan, uint64_t products, uint64_t others,
                uint32_t k)
{
    if ((UINT64_C(1) << k) <= 2 * ZK_COMMITTED_RESERVE)
        return false;
    uint64_t rows = zk_committed_rows(k), head = (uint64_t)plan->instance_rows + 1;
    uint64_t pairs = products > 0 ? divide_up(products + head, rows) : 0;
    uint64_t lanes = divide_up(head + 2 * products + others, rows);
    uint64_t lookups = divide_up(plan->lookup_count, rows), committed = 0;
    uint64_t table = plan->lookup_count > 0 ? zc_plan_table_rows(plan) : 0;
    for (size_t i = 0; i < plan->committed_count; i++)
        committed += zk_committed_columns(plan->committed[i].count, k);
    lanes = lanes > 2 * pairs ? lanes : 2 * pairs;
    if (head > rows || table > rows || lanes > 64 || lookups > 16 ||
        committed > ZC_MAX_COMMITTED_COLUMNS)
        return false;
    *shape = (zc_shape){.batched = true,
                        .k = k,
                        .lanes = (uint32_t)lanes,
                        .products = (uint32_t)pairs,
                        .lookups = (uint32_t)lookups,
                        .committed = (uint32_t)committed,
                        .gate_rows = divide_up(head + 2 * products + others, lanes),
                        .lookup_rows =
                            lookups > 0 ? divide_up(plan->lookup_count, lookups) : 0,
                        .table_rows = table};
    shape->cost = cost_of(shape);
    return true;
}

bool zc_batch_choose(const zc_plan *plan, uint32_t min_k, uint32_t max_k, size_t max_equations,
                     zc_shape *shape, bool *no_memory)
{
    product_set products;
    uint64_t others;
    *shape = (zc_shape){0};
    *no_memory = false;
    if (plan->form_count == 0 || plan->form_count > max_equations || !small_coefficients(plan))
        return false;
    if (!count_others(plan, &others) || !product_set_init(&products, plan)) {
        *no_memory = true;
        return false;
    }
    for (uint32_t k = min_k > 5 ? min_k : 5; k <= max_k; k++) {
        zc_shape one;
        if (fit(&one, plan, products.count, others, k) &&
            (shape->k == 0 || one.cost < shape->cost))
            *shape = one;
    }
    product_set_free(&products);
    return shape->k != 0;
}

/* ---- placing ---- */

typedef struct placer {
    zc_batch *batch;
    zc_layout *layout;
    const zc_plan *plan;
    const zc_shape *shape;
    product_set products;
    uint8_t *taken; /* lanes * rows */
    uint64_t rows;
    bool failed;
} placer;

static bool is_homeless(const placer *p, zc_var var)
{
    return p->layout->homes[var].column == UINT32_MAX;
}

/* Home if the variable has none yet, else a copy. */
static void use(placer *p, zc_var var, uint32_t column, uint64_t row)
{
    zc_batch *batch = p->batch;
    const zk_cell cell = {ZK_ADVICE, column, (uint32_t)row};
    if (p->failed || !ZK_GROW(batch->uses, batch->use_capacity, batch->use_count + 1)) {
        p->failed = true;
        return;
    }
    if (is_homeless(p, var))
        p->layout->homes[var] = cell;
    if (column < p->shape->lanes)
        p->taken[column * p->rows + row] = 1;
    batch->uses[batch->use_count++] = (zc_use){var, cell};
}

static void place_public(placer *p)
{
    const zc_plan *plan = p->plan;
    for (size_t i = 0; i < plan->block_count; i++) {
        const zc_block *block = &plan->blocks[i];
        for (uint32_t e = 0; block->kind == ZC_BLOCK_INSTANCE && e < block->count; e++)
            use(p, block->first + e, 0, block->instance_row + e);
    }
    for (size_t i = 0; i < plan->output_count; i++)
        use(p, plan->outputs[i].var, 0, plan->outputs[i].instance_row);
    p->batch->one_row = plan->instance_rows;
    p->taken[p->batch->one_row] = 1;
}

static void place_lookups(placer *p)
{
    for (size_t s = 0; s < p->plan->lookup_count; s++) {
        const zc_lookup *lookup = &p->plan->lookups[s];
        uint32_t slot = (uint32_t)(s % p->shape->lookups);
        uint64_t row = s / p->shape->lookups;
        use(p, lookup->in, zc_column_in(p->shape, slot), row);
        if (lookup->out != ZC_NO_VAR)
            use(p, lookup->out, zc_column_out(p->shape, slot), row);
    }
}

/* Pair and row of distinct product `number`. */
static void product_place(const placer *p, uint32_t number, uint32_t *pair, uint32_t *row)
{
    uint64_t at = (uint64_t)p->batch->one_row + 1 + number;
    *pair = (uint32_t)(at / p->rows);
    *row = (uint32_t)(at % p->rows);
}

static void place_products(placer *p)
{
    for (uint32_t i = 0; i < p->products.count; i++) {
        const zc_product *product = &p->plan->products[p->products.first[i]];
        uint32_t pair, row;
        product_place(p, i, &pair, &row);
        use(p, product->a, 2 * pair, row);
        use(p, product->b, 2 * pair + 1, row);
    }
}

static void place_committed(placer *p)
{
    const zc_plan *plan = p->plan;
    for (uint32_t i = 0; i < plan->committed_count; i++) {
        uint32_t column = zc_column_committed(plan, p->shape, i);
        for (uint64_t e = 0; e < plan->committed[i].count; e++) {
            zk_cell cell = zk_committed_cell(column, p->shape->k, e);
            use(p, plan->committed_vars[plan->committed[i].first + e], cell.column, cell.row);
        }
    }
}

static void place_others(placer *p)
{
    uint64_t at = 0;
    for (size_t i = 0; i < p->plan->term_count && !p->failed; i++) {
        zc_var var = p->plan->terms[i].var;
        if (!is_homeless(p, var))
            continue;
        while (p->taken[at % p->shape->lanes * p->rows + at / p->shape->lanes])
            at++;
        use(p, var, (uint32_t)(at % p->shape->lanes), at / p->shape->lanes);
    }
}

/* ---- entries ---- */

static void add_entry(placer *p, zc_entries *to, uint32_t output, uint32_t row, int64_t weight)
{
    if (p->failed || !ZK_GROW(to->list, to->capacity, to->count + 1)) {
        p->failed = true;
        return;
    }
    to->list[to->count++] = (zc_entry){output, row, weight};
}

static void add_cell(placer *p, const zk_cell *cell, uint32_t output, int64_t weight)
{
    add_entry(p, &p->batch->values[cell->column], output, cell->row, weight);
}

static void add_form(placer *p, const zc_form *form, uint32_t output)
{
    const zc_plan *plan = p->plan;
    for (size_t i = 0; i < form->terms; i++) {
        const zc_term *term = &plan->terms[form->first_term + i];
        add_cell(p, &p->layout->homes[term->var], output, term->small);
    }
    for (size_t i = 0; i < form->products; i++) {
        size_t product = form->first_product + i;
        uint32_t pair, row;
        product_place(p, p->products.of_product[product], &pair, &row);
        add_entry(p, &p->batch->pairs[pair], output, row, plan->products[product].small);
    }
    if (form->constant.small != 0)
        add_entry(p, &p->batch->values[0], output, p->batch->one_row, form->constant.small);
}

static void add_equations(placer *p)
{
    const zc_plan *plan = p->plan;
    zc_batch *batch = p->batch;
    for (size_t i = 0; i < plan->form_count; i++) {
        p->layout->form_rows[i] = batch->outputs;
        if (!zc_form_is_empty(&plan->forms[i]))
            add_form(p, &plan->forms[i], batch->outputs++);
    }
    p->layout->form_rows[plan->form_count] = batch->outputs;
    for (size_t i = 0; i < batch->use_count; i++) {
        const zc_use *copy = &batch->uses[i];
        const zk_cell *home = &p->layout->homes[copy->var];
        if (home->column == copy->cell.column && home->row == copy->cell.row)
            continue;
        add_cell(p, &copy->cell, batch->outputs, 1);
        add_cell(p, home, batch->outputs++, -1);
    }
}

static int compare_entries(const void *left, const void *right)
{
    const zc_entry *a = left, *b = right;
    if (a->output != b->output)
        return a->output < b->output ? -1 : 1;
    return a->row < b->row ? -1 : a->row > b->row;
}

/* In order, equal places added up; false: a sum does not fit. */
static bool arrange(zc_entries *entries)
{
    size_t kept = 0;
    if (entries->count > 0)
        qsort(entries->list, entries->count, sizeof *entries->list, compare_entries);
    for (size_t i = 0; i < entries->count; i++) {
        zc_entry *last = kept > 0 ? &entries->list[kept - 1] : NULL;
        if (last == NULL || compare_entries(last, &entries->list[i]) != 0)
            entries->list[kept++] = entries->list[i];
        else if (__builtin_add_overflow(last->weight, entries->list[i].weight, &last->weight))
            return false;
    }
    entries->count = 0;
    for (size_t i = 0; i < kept; i++)
        if (entries->list[i].weight != 0)
            entries->list[entries->count++] = entries->list[i];
    return true;
}

static zkml_status arrange_all(zc_batch *batch, zkml_error *err)
{
    bool good = true;
    for (uint32_t c = 0; c < batch->value_columns; c++)
        good = good && arrange(&batch->values[c]);
    for (uint32_t j = 0; j < batch->pair_count; j++)
        good = good && arrange(&batch->pairs[j]);
    return good ? ZKML_OK : zk_fail(err, ZKML_INVALID, "lowering: a coefficient is too large");
}

/* ---- all of it ---- */

static bool prepare(placer *p, zk_arena *arena)
{
    const zc_plan *plan = p->plan;
    const zc_shape *shape = p->shape;
    zc_layout *layout = p->layout;
    zc_batch *batch = p->batch;
    p->rows = zk_committed_rows(shape->k);
    batch->value_columns = zc_column_count(shape);
    batch->pair_count = shape->products;
    batch->values = calloc((size_t)batch->value_columns + 1, sizeof *batch->values);
    batch->pairs = calloc((size_t)batch->pair_count + 1, sizeof *batch->pairs);
    p->taken = calloc((size_t)(shape->lanes * p->rows) + 1, 1);
    layout->form_rows = ZK_ARENA_NEW(arena, uint32_t, plan->form_count + 1);
    layout->homes = ZK_ARENA_NEW(arena, zk_cell, plan->var_count);
    layout->table_rows = ZK_ARENA_NEW(arena, uint64_t, plan->tag_count);
    if (batch->values == NULL || batch->pairs == NULL || p->taken == NULL ||
        layout->form_rows == NULL || layout->homes == NULL || layout->table_rows == NULL)
        return false;
    for (uint32_t v = 0; v < plan->var_count; v++)
        layout->homes[v].column = UINT32_MAX;
    zc_layout_tables(layout, plan);
    return product_set_init(&p->products, plan);
}

zkml_status zc_batch_make(zc_batch *batch, zc_layout *layout, const zc_plan *plan,
                         const zc_shape *shape, zk_arena *arena, zkml_error *err)
{
    *batch = (zc_batch){0};
    *layout = (zc_layout){.shape = *shape, .batch = batch};
    placer p = {.batch = batch, .layout = layout, .plan = plan, .shape = shape};
    p.failed = !prepare(&p, arena);
    if (!p.failed) {
        place_public(&p);
        place_lookups(&p);
        place_products(&p);
        place_committed(&p);
        place_others(&p);
        add_equations(&p);
        product_set_free(&p.products);
    }
    free(p.taken);
    if (p.failed)
        return zk_fail(err, ZKML_LIMIT, "lowering: out of memory");
    return arrange_all(batch, err);
}

static uint64_t count_outputs(const zc_entries *entries)
{
    uint64_t outputs = 0;
    for (size_t e = 0; e < entries->count; e++)
        outputs += e == 0 || entries->list[e].output != entries->list[e - 1].output;
    return outputs;
}

uint64_t zc_batch_points(const zc_batch *batch)
{
    uint64_t points = 0;
    for (uint32_t c = 0; c < batch->value_columns; c++)
        points += count_outputs(&batch->values[c]);
    for (uint32_t j = 0; j < batch->pair_count; j++)
        points += count_outputs(&batch->pairs[j]);
    return points;
}

void zc_batch_free(zc_batch *batch)
{
    for (uint32_t c = 0; batch->values != NULL && c < batch->value_columns; c++)
        free(batch->values[c].list);
    for (uint32_t j = 0; batch->pairs != NULL && j < batch->pair_count; j++)
        free(batch->pairs[j].list);
    free(batch->values);
    free(batch->pairs);
    free(batch->uses);
    *batch = (zc_batch){0};
}

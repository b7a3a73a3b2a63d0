#include "runtime/inspect/cost.h"

#include <stdlib.h>
#include <string.h>

#include "runtime/circuit/roles.h"

/* ---- rows ---- */

static uint32_t most(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

/* Of the value columns that no look-up reads. */
static uint32_t lane_rows(const zk_circuit *circuit, const zk_roles *roles)
{
    uint32_t rows = 0;
    for (uint32_t i = 0; i < circuit->layer->phase0; i++)
        if ((roles->columns[ZK_ADVICE][i] & ZK_ROLE_LOOKUP) == 0)
            rows = most(rows, zk_circuit_placed_rows(circuit, i));
    return rows;
}

static zkml_status count_rows(zk_cost *cost, const zk_circuit *circuit, zkml_error *err)
{
    zk_roles roles;
    zkml_status status = zk_roles_find(&roles, &circuit->cs, err);
    for (uint32_t i = 0; status == ZKML_OK && i < circuit->cs.n_fixed; i++) {
        uint8_t role = roles.columns[ZK_FIXED][i];
        uint32_t count = circuit->fixed[i].count;
        if (role & ZK_ROLE_GATE)
            cost->gate_rows = most(cost->gate_rows, count);
        if (role & ZK_ROLE_LOOKUP)
            cost->lookup_rows = most(cost->lookup_rows, count);
        if (role & ZK_ROLE_TABLE)
            cost->table_rows = most(cost->table_rows, count);
    }
    if (status == ZKML_OK && zk_layer_has_equations(circuit->layer))
        cost->gate_rows = lane_rows(circuit, &roles);
    zk_roles_free(&roles);
    for (uint32_t i = 0; i < circuit->cs.n_instance; i++)
        cost->instance_rows = most(cost->instance_rows, circuit->instance_counts[i]);
    cost->used_rows =
        most(most(cost->gate_rows, cost->lookup_rows), most(cost->table_rows, cost->instance_rows));
    return status;
}

/* ---- lines and gadgets ---- */

static int compare_number(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

/* In source order; what has no line comes last. */
static int compare_line(const zk_cost_item *a, const zk_cost_item *b)
{
    if (a->span == NULL || b->span == NULL)
        return (a->span == NULL) - (b->span == NULL);
    int order = compare_number(a->span->file, b->span->file);
    return order != 0 ? order : compare_number(a->span->line, b->span->line);
}

static int compare_gadget(const zk_cost_item *a, const zk_cost_item *b)
{
    if (a->gadget == NULL || b->gadget == NULL)
        return (a->gadget == NULL) - (b->gadget == NULL);
    return strcmp(a->gadget, b->gadget);
}

static int by_place(const void *left, const void *right)
{
    const zk_cost_item *a = left, *b = right;
    int order = compare_line(a, b);
    return order != 0 ? order : compare_gadget(a, b);
}

static int by_cost(const void *left, const void *right)
{
    const zk_cost_item *a = left, *b = right;
    int order = compare_number(b->rows, a->rows);
    if (order == 0)
        order = compare_number(b->slots, a->slots);
    return order != 0 ? order : by_place(left, right);
}

/* Sorts by place and adds up the items of the same place. */
static size_t merge(zk_cost_item *items, size_t count)
{
    size_t merged = 0;
    if (count > 0)
        qsort(items, count, sizeof *items, by_place);
    for (size_t i = 0; i < count; i++) {
        zk_cost_item *last = merged > 0 ? &items[merged - 1] : NULL;
        if (last == NULL || by_place(last, &items[i]) != 0) {
            items[merged++] = items[i];
            continue;
        }
        last->rows += items[i].rows;
        last->slots += items[i].slots;
        last->regions += items[i].regions;
    }
    return merged;
}

/* The call in the circuit's own body that led to the span; NULL: none did. */
static const zk_source_span *outermost_call(const zk_circuit *c, uint32_t span)
{
    if (span == UINT32_MAX)
        return NULL;
    uint32_t call = c->spans[span].caller;
    while (call != UINT32_MAX && c->spans[call].caller != UINT32_MAX)
        call = c->spans[call].caller;
    return call != UINT32_MAX ? &c->spans[call] : NULL;
}

static zkml_status charge_regions(zk_cost *cost, const zk_circuit *c, zkml_error *err)
{
    size_t count = c->region_count;
    cost->cells = ZK_ARENA_NEW(&cost->arena, zk_cost_item, count);
    cost->lines = ZK_ARENA_NEW(&cost->arena, zk_cost_item, count);
    cost->gadgets = ZK_ARENA_NEW(&cost->arena, zk_cost_item, count);
    cost->layers = ZK_ARENA_NEW(&cost->arena, zk_cost_item, count);
    if (cost->cells == NULL || cost->lines == NULL || cost->gadgets == NULL ||
        cost->layers == NULL)
        return zk_fail(err, ZKML_LIMIT, "out of memory");
    for (size_t i = 0; i < count; i++) {
        const zk_region *r = &c->regions[i];
        zk_cost_item item = {.gadget = r->gadget, .regions = 1};
        item.span = r->span == UINT32_MAX ? NULL : &c->spans[r->span];
        *(r->is_lookup ? &item.slots : &item.rows) = r->count;
        cost->cells[i] = cost->lines[i] = cost->gadgets[i] = cost->layers[i] = item;
        cost->lines[i].gadget = cost->layers[i].gadget = NULL;
        cost->layers[i].span = outermost_call(c, r->span);
        cost->gadgets[i].span = NULL;
        cost->rows += item.rows;
        cost->slots += item.slots;
    }
    cost->cell_count = merge(cost->cells, count);
    cost->line_count = merge(cost->lines, count);
    cost->gadget_count = merge(cost->gadgets, count);
    cost->layer_count = merge(cost->layers, count);
    for (uint32_t i = 0; i < c->program.place_count; i++)
        cost->assigned += c->program.places[i].count;
    for (size_t i = 0, cell = 0; i < cost->line_count; i++) {
        zk_cost_item *line = &cost->lines[i];
        line->first_cell = cell;
        while (cell < cost->cell_count && compare_line(line, &cost->cells[cell]) == 0)
            cell++;
        line->cells = cell - line->first_cell;
    }
    if (count > 0) {
        qsort(cost->lines, cost->line_count, sizeof *cost->lines, by_cost);
        qsort(cost->gadgets, cost->gadget_count, sizeof *cost->gadgets, by_cost);
        qsort(cost->layers, cost->layer_count, sizeof *cost->layers, by_cost);
    }
    return ZKML_OK;
}

/* ---- the table ---- */

static int64_t value_at(const zk_fixed_column *column, uint32_t row)
{
    return row < column->count ? column->small[row] : 0;
}

/* The three columns of a table of small numbers, common to all look-ups; false: another form. */
static bool find_table(const zk_circuit *c, const zk_fixed_column *table[3])
{
    const zk_constraint_system *cs = &c->cs;
    for (size_t l = 0; l < cs->n_lookups; l++) {
        const zk_lookup *lookup = &cs->lookups[l];
        if (lookup->count != 3 || cs->exprs[cs->lookup_inputs[lookup->first]].kind != ZK_EXPR_FIXED)
            return false;
        for (uint32_t i = 0; i < 3; i++) {
            uint32_t column = cs->exprs[cs->lookup_tables[lookup->first + i]].a;
            if (l > 0 && table[i] != &c->fixed[column])
                return false;
            table[i] = &c->fixed[column];
            if (table[i]->wide != NULL)
                return false;
        }
    }
    return cs->n_lookups > 0;
}

/* Runs of equal tags; false when tags do not ascend. Row 0 is the row of zeros. */
static bool cut_table(zk_cost *cost, const zk_circuit *c, const zk_fixed_column *const table[3])
{
    for (uint32_t row = 1; row < table[0]->count; row++) {
        int64_t tag = table[0]->small[row], in = value_at(table[1], row);
        zk_cost_tag *last = cost->tag_count > 0 ? &cost->tags[cost->tag_count - 1] : NULL;
        if (last != NULL && tag < last->tag)
            return false;
        if (last == NULL || tag != last->tag) {
            last = &cost->tags[cost->tag_count++];
            *last = (zk_cost_tag){.tag = tag, .lo = in, .hi = in, .first_row = row};
            last->name = tag >= 1 && (uint64_t)tag <= c->tag_count ? c->tag_names[tag - 1] : "";
        }
        last->rows++;
        last->lo = in < last->lo ? in : last->lo;
        last->hi = in > last->hi ? in : last->hi;
    }
    return true;
}

static int find_tag(const void *key, const void *item)
{
    int64_t tag = *(const int64_t *)key, other = ((const zk_cost_tag *)item)->tag;
    return (tag > other) - (tag < other);
}

static const zk_fixed_column *tag_column(const zk_circuit *c, size_t lookup)
{
    return &c->fixed[c->cs.exprs[c->cs.lookup_inputs[c->cs.lookups[lookup].first]].a];
}

static zk_cost_tag *tag_of_slot(const zk_cost *cost, const zk_fixed_column *column, uint32_t row)
{
    int64_t tag = column->wide == NULL ? value_at(column, row) : 0;
    return cost->tag_count == 0
               ? NULL
               : bsearch(&tag, cost->tags, cost->tag_count, sizeof *cost->tags, find_tag);
}

static void count_users(zk_cost *cost, const zk_circuit *c)
{
    uint32_t lookups = (uint32_t)c->cs.n_lookups;
    for (uint32_t l = 0; l < lookups; l++) {
        const zk_fixed_column *column = tag_column(c, l);
        for (uint32_t row = 0; row < column->count; row++) {
            zk_cost_tag *tag = tag_of_slot(cost, column, row);
            if (tag != NULL)
                tag->slots++;
        }
    }
    for (size_t i = 0; i < c->region_count; i++) {
        const zk_region *r = &c->regions[i];
        if (!r->is_lookup || r->count == 0)
            continue;
        zk_cost_tag *tag =
            tag_of_slot(cost, tag_column(c, r->first_row % lookups), r->first_row / lookups);
        if (tag != NULL && tag->user == NULL)
            tag->user = r;
    }
}

static zkml_status charge_table(zk_cost *cost, const zk_circuit *c, zkml_error *err)
{
    const zk_fixed_column *table[3] = {NULL};
    if (!find_table(c, table))
        return ZKML_OK;
    cost->tags = ZK_ARENA_NEW(&cost->arena, zk_cost_tag, (size_t)table[0]->count + 1);
    if (cost->tags == NULL)
        return zk_fail(err, ZKML_LIMIT, "out of memory");
    if (cut_table(cost, c, table))
        count_users(cost, c);
    else
        cost->tag_count = 0;
    return ZKML_OK;
}

zkml_status zk_cost_measure(zk_cost *cost, const zk_circuit *circuit, zkml_error *err)
{
    memset(cost, 0, sizeof *cost);
    zk_arena_init(&cost->arena, 0);
    ZK_TRY(count_rows(cost, circuit, err));
    ZK_TRY(charge_regions(cost, circuit, err));
    return charge_table(cost, circuit, err);
}

void zk_cost_free(zk_cost *cost)
{
    zk_arena_free(&cost->arena);
    memset(cost, 0, sizeof *cost);
}

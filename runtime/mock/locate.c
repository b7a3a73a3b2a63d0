#include "runtime/mock/locate.h"

/* ---- regions ---- */

const zk_region *zk_region_find(const zk_circuit *circuit, bool is_lookup, uint64_t at)
{
    size_t low = 0, high = circuit->region_count;
    while (low < high) { /* the first one behind it */
        size_t middle = low + (high - low) / 2;
        const zk_region *r = &circuit->regions[middle];
        bool behind = r->is_lookup != is_lookup ? r->is_lookup : r->first_row > at;
        if (behind)
            high = middle;
        else
            low = middle + 1;
    }
    if (low == 0)
        return NULL;
    const zk_region *r = &circuit->regions[low - 1];
    return r->is_lookup == is_lookup && at - r->first_row < r->count ? r : NULL;
}

uint64_t zk_region_element(const zk_region *region, uint64_t at)
{
    if (region == NULL || region->per_element == 0)
        return UINT64_MAX;
    return region->first_element + (at - region->first_row) / region->per_element;
}

void zk_region_rows(const zk_region *region, uint64_t element, uint64_t *first, uint64_t *last)
{
    *first = region->first_row;
    *last = (uint64_t)region->first_row + region->count - 1;
    if (region->per_element == 0 || element == UINT64_MAX)
        return;
    *first += (element - region->first_element) * region->per_element;
    uint64_t end = *first + region->per_element - 1;
    *last = end < *last ? end : *last;
}

uint32_t zk_lookup_of_column(const zk_circuit *circuit, uint32_t column)
{
    const zk_constraint_system *cs = &circuit->cs;
    for (size_t l = 0; l < cs->n_lookups; l++)
        for (uint32_t i = 0; i < cs->lookups[l].count; i++) {
            const zk_expr *input = &cs->exprs[cs->lookup_inputs[cs->lookups[l].first + i]];
            if (input->kind == ZK_EXPR_ADVICE && input->a == column && input->rotation == 0)
                return (uint32_t)l;
        }
    return ZK_NONE;
}

const zk_region *zk_region_of_cell(const zk_circuit *circuit, const zk_cell *cell, uint64_t *at)
{
    uint64_t element;
    *at = cell->row;
    if (cell->kind != ZK_ADVICE || zk_value_find(circuit, cell, &element) != ZK_NONE)
        return NULL;
    uint32_t lookup = zk_lookup_of_column(circuit, cell->column);
    if (lookup != ZK_NONE)
        *at = (uint64_t)cell->row * circuit->cs.n_lookups + lookup;
    else if (zk_layer_has_equations(circuit->layer))
        return NULL;
    return zk_region_find(circuit, lookup != ZK_NONE, *at);
}

/* ---- registers ---- */

/* The step of the place that reaches the cell, if one does. */
static bool place_reaches(const zk_wplace *p, const zk_cell *cell, uint64_t *step)
{
    int64_t rows = (int64_t)cell->row - p->row, columns = (int64_t)cell->column - p->column;
    int64_t j = 0;
    if (p->row_step != 0)
        j = rows / p->row_step;
    else if (p->column_step != 0)
        j = columns / p->column_step;
    *step = (uint64_t)j;
    return j >= 0 && j < p->count && j * p->row_step == rows && j * p->column_step == columns;
}

void zk_origins_find(zk_origin *origins, const zk_circuit *circuit, const zk_cell *cells,
                     size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t element = 0;
        uint32_t number = zk_value_find(circuit, &cells[i], &element);
        origins[i] = (zk_origin){ZK_NONE, element};
        if (number != ZK_NONE)
            origins[i].reg = zk_value_field(circuit, number)->reg;
    }
    for (uint32_t i = 0; i < circuit->program.place_count; i++) {
        const zk_wplace *p = &circuit->program.places[i];
        uint64_t step;
        for (size_t c = 0; c < count; c++)
            if (cells[c].kind == ZK_ADVICE && place_reaches(p, &cells[c], &step))
                origins[c] =
                    (zk_origin){p->reg, (uint64_t)((int64_t)p->first + (int64_t)step * p->step)};
    }
}

/* ---- public and committed values ---- */

const zk_field_schema *zk_value_field(const zk_circuit *circuit, uint32_t number)
{
    return number < circuit->param_count ? &circuit->params[number]
                                         : &circuit->results[number - circuit->param_count];
}

static bool holds(const zk_circuit *circuit, const zk_field_schema *f, const zk_cell *cell,
                  uint64_t *element)
{
    if (f->visibility == ZK_PUBLIC) {
        *element = (uint64_t)cell->row - f->first_row;
        return cell->kind == ZK_INSTANCE && f->instance_column == cell->column &&
               cell->row >= f->first_row && *element < f->count;
    }
    uint64_t rows = zk_committed_rows(circuit->k);
    *element = (uint64_t)(cell->column - f->first_column) * rows + cell->row;
    return f->visibility == ZK_COMMITTED && cell->kind == ZK_ADVICE && cell->row < rows &&
           cell->column >= f->first_column && *element < f->count;
}

uint32_t zk_value_find(const zk_circuit *circuit, const zk_cell *cell, uint64_t *element)
{
    size_t count = circuit->param_count + circuit->result_count;
    for (uint32_t i = 0; cell->kind != ZK_FIXED && i < count; i++)
        if (holds(circuit, zk_value_field(circuit, i), cell, element))
            return i;
    return ZK_NONE;
}

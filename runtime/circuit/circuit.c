#include "runtime/circuit/circuit.h"

#include <string.h>

zk_cell zk_committed_cell(uint32_t first_column, uint32_t k, uint64_t element)
{
    uint64_t rows = zk_committed_rows(k);
    return (zk_cell){ZK_ADVICE, first_column + (uint32_t)(element / rows),
                     (uint32_t)(element % rows)};
}

uint32_t zk_circuit_placed_rows(const zk_circuit *circuit, uint32_t column)
{
    int64_t rows = 0;
    for (uint32_t i = 0; i < circuit->program.place_count; i++) {
        const zk_wplace *p = &circuit->program.places[i];
        int64_t last = p->count - 1, first_row = p->row, last_row = p->row + last * p->row_step;
        if (p->column_step == 0 && p->column != column)
            continue;
        if (p->column_step != 0) { /* the one element in this column, if any */
            int64_t step = ((int64_t)column - p->column) / p->column_step;
            if (step < 0 || step > last || p->column + step * p->column_step != column)
                continue;
            first_row = last_row = p->row + step * p->row_step;
        }
        rows = first_row + 1 > rows ? first_row + 1 : rows;
        rows = last_row + 1 > rows ? last_row + 1 : rows;
    }
    return (uint32_t)rows;
}

void zk_circuit_free(zk_circuit *circuit)
{
    zk_cs_free(&circuit->cs);
    zk_arena_free(&circuit->arena);
    memset(circuit, 0, sizeof *circuit);
}

#include "runtime/circuit/circuit.h"

#include <string.h>

zk_cell zk_committed_cell(uint32_t first_column, uint32_t k, uint64_t element)
{
    uint64_t rows = zk_committed_rows(k);
    return (zk_cell){ZK_ADVICE, first_column + (uint32_t)(element / rows),
                     (uint32_t)(element % rows)};
}

void zk_circuit_free(zk_circuit *circuit)
{
    zk_cs_free(&circuit->cs);
    zk_arena_free(&circuit->arena);
    memset(circuit, 0, sizeof *circuit);
}

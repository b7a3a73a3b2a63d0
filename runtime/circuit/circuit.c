#include "runtime/circuit/circuit.h"

#include <string.h>

uint64_t zk_committed_rows(uint32_t k)
{
    uint64_t rows = UINT64_C(1) << k;
    return rows > ZK_COMMITTED_RESERVE ? rows - ZK_COMMITTED_RESERVE : 0;
}

zk_cell zk_committed_cell(uint32_t first_column, uint32_t k, uint64_t element)
{
    uint64_t rows = zk_committed_rows(k);
    return (zk_cell){ZK_ADVICE, first_column + (uint32_t)(element / rows),
                     (uint32_t)(element % rows)};
}

uint64_t zk_committed_columns(uint64_t count, uint32_t k)
{
    uint64_t rows = zk_committed_rows(k);
    return rows > 0 ? (count + rows - 1) / rows : 0;
}

void zk_circuit_free(zk_circuit *circuit)
{
    zk_cs_free(&circuit->cs);
    zk_arena_free(&circuit->arena);
    memset(circuit, 0, sizeof *circuit);
}

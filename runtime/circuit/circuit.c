#include "runtime/circuit/circuit.h"

#include <string.h>

void zk_circuit_free(zk_circuit *circuit)
{
    zk_cs_free(&circuit->cs);
    zk_arena_free(&circuit->arena);
    memset(circuit, 0, sizeof *circuit);
}

#include "runtime/mock/mock.h"

#include "runtime/mock/rows.h"

zkml_status zk_mock_set_cell(zk_witness *witness, uint32_t column, uint32_t row, const zk_fp *value,
                             zkml_error *err)
{
    const zk_circuit *circuit = witness->circuit;
    size_t usable = zk_cs_usable_rows(&circuit->cs, circuit->k);
    if (column >= circuit->cs.n_advice || row >= usable)
        return zk_fail(err, ZKML_USAGE,
                       "no cell a%u:%u: the circuit has %u advice columns and %zu usable rows",
                       column, row, circuit->cs.n_advice, usable);
    if (circuit->layer != NULL && column >= circuit->layer->phase0)
        return zk_fail(err, ZKML_USAGE, "cell a%u:%u follows from the challenges", column, row);
    zk_column *c = &witness->advice[column];
    size_t length = c->length > row ? c->length : (size_t)row + 1;
    zk_fp *values = ZK_ARENA_NEW(&witness->arena, zk_fp, length);
    if (values == NULL)
        return zk_fail(err, ZKML_LIMIT, "out of memory for the witness");
    for (size_t r = 0; r < length; r++)
        values[r] = zk_column_value(c, r);
    values[row] = *value;
    *c = (zk_column){.type = ZK_COLUMN_FP, .length = length, .u.fp = values};
    return ZKML_OK;
}

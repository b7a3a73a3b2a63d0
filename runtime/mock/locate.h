/* locate.h - from cells back to the program: regions, registers, elements. */
#ifndef ZK_MOCK_LOCATE_H
#define ZK_MOCK_LOCATE_H

#include "runtime/circuit/circuit.h"

/* The region that holds a gate row, or a look-up slot; NULL: none. */
const zk_region *zk_region_find(const zk_circuit *circuit, bool is_lookup, uint64_t at);
/* The element that the row or slot belongs to; UINT64_MAX: the region is not split. */
uint64_t zk_region_element(const zk_region *region, uint64_t at);
/* The rows or slots of an element, from *first to *last. */
void zk_region_rows(const zk_region *region, uint64_t element, uint64_t *first, uint64_t *last);
/* The look-up whose input is the column as it stands; ZK_NONE: none. */
uint32_t zk_lookup_of_column(const zk_circuit *circuit, uint32_t column);
/* Where an advice cell is used: *at is its row, or its slot when the region is of look-ups. */
const zk_region *zk_region_of_cell(const zk_circuit *circuit, const zk_cell *cell, uint64_t *at);

/* A value of the program. */
typedef struct zk_origin {
    uint32_t reg; /* ZK_NONE: none */
    uint64_t element;
} zk_origin;

/* What the witness program puts into advice cells; what the schema says about instance cells. */
void zk_origins_find(zk_origin *origins, const zk_circuit *circuit, const zk_cell *cells,
                     size_t count);
/* The public or committed parameter (number below param_count) or result (param_count + number)
 * whose element stands in the cell; ZK_NONE: none. */
uint32_t zk_value_find(const zk_circuit *circuit, const zk_cell *cell, uint64_t *element);
const zk_field_schema *zk_value_field(const zk_circuit *circuit, uint32_t number);

#endif

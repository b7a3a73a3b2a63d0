/* table.h - the rows of a look-up's table, for finding tuples in it.
 *
 * A hash table over the usable rows, with a random key so that no circuit can be slow on purpose;
 * tuples are compared in full. Look-ups into the same columns share one.
 */
#ifndef ZK_MOCK_TABLE_H
#define ZK_MOCK_TABLE_H

#include "runtime/mock/rows.h"

enum { ZK_TUPLE_MAX = 64 };

typedef struct zk_tuple_slot {
    uint64_t hash;
    uint32_t row; /* plus 1; 0: free */
} zk_tuple_slot;

typedef struct zk_tuple_set {
    const zk_grid *grid;
    const uint32_t *columns; /* `width` of them, fixed */
    uint32_t width;
    uint8_t key[16];
    zk_tuple_slot *slots; /* mask + 1, a power of two */
    size_t mask;
} zk_tuple_set;

/* zk_tuple_set_free in every case. ZKML_LIMIT: memory, or a tuple of more than ZK_TUPLE_MAX. */
zkml_status zk_tuple_set_init(zk_tuple_set *set, const zk_grid *grid, const uint32_t *columns,
                              uint32_t width, zkml_error *err) ZKML_NODISCARD;
void zk_tuple_set_free(zk_tuple_set *set);
bool zk_tuple_set_has(const zk_tuple_set *set, const zk_fp *tuple);

/* One for each look-up; equal ones are the same pointer. */
typedef struct zk_tuple_sets {
    zk_tuple_set *sets;
    size_t count;
    const zk_tuple_set **of_lookup;
    uint32_t *columns; /* per item of all look-ups: its table's column */
} zk_tuple_sets;

zkml_status zk_tuple_sets_init(zk_tuple_sets *sets, const zk_grid *grid,
                               zkml_error *err) ZKML_NODISCARD;
void zk_tuple_sets_free(zk_tuple_sets *sets);

#endif

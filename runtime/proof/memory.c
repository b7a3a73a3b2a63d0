#include "runtime/proof/memory.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "runtime/base/arena.h"
#include "runtime/curve/point.h"
#include "runtime/poly/threads.h"

/* Programs, messages, stacks, libraries. */
enum { REST = 16 << 20 };

/* Field columns and others, and what one row of them takes. */
static size_t rows(uint32_t k, size_t columns, size_t other_bytes)
{
    size_t row, total;
    if (k >= 8 * sizeof(size_t) || !zk_size_mul(columns, sizeof(zk_fp), &row) ||
        !zk_size_add(row, other_bytes, &row) || !zk_size_mul(row, (size_t)1 << k, &total) ||
        !zk_size_add(total, REST, &total))
        return SIZE_MAX;
    return total;
}

/* The smallest power of two of cosets on which a quotient with d - 1 pieces has a value. */
static size_t cosets(const zk_constraint_system *cs)
{
    size_t count = 1;
    while (count + 1 < zk_cs_degree(cs))
        count *= 2;
    return count;
}

/* A multi-scalar multiplication: recoded digits, lists of buckets, and a copy of the scalars. */
static size_t commitment_bytes(void)
{
    return 200 + 24 * (size_t)zk_threads();
}

/* Both bases, and while they are computed the points before they become affine. */
size_t zk_memory_params(uint32_t k)
{
    return rows(k, 2, 2 * sizeof(zk_vesta_affine) + sizeof(zk_vesta));
}

/* sigma and its difference to the identity; fixed columns are as long as the circuit has them. */
size_t zk_memory_setup(const zk_constraint_system *cs, uint32_t k)
{
    size_t columns = cs->n_fixed + 2 * cs->n_permutation + 4;
    return rows(k, columns, 2 * sizeof(zk_vesta_affine) + commitment_bytes());
}

/* Scratch of the largest fill (proof/fill.c): field columns and other bytes of a row. Counts keep
 * the table's tuples, one tuple, a hash table and counters. */
static void fill_scratch(const zk_layer *layer, size_t *columns, size_t *bytes)
{
    *columns = *bytes = 0;
    for (uint32_t i = 0; layer != NULL && i < layer->fill_count; i++) {
        const zk_fill *fill = &layer->fills[i];
        bool counts = fill->kind == ZK_FILL_COUNTS;
        size_t strips = counts ? fill->column_count : 0;
        size_t needed = counts ? (strips + 1) * fill->width + 1 : 2;
        *columns = needed > *columns ? needed : *columns;
        *bytes = 24 * strips > *bytes ? 24 * strips : *bytes;
    }
}

size_t zk_memory_prove(const zk_constraint_system *cs, const zk_layer *layer, uint32_t k)
{
    size_t fill, fill_bytes;
    fill_scratch(layer, &fill, &fill_bytes);
    size_t products = zk_cs_permutation_products(cs), extended = cosets(cs);
    size_t key = 3 * (size_t)cs->n_fixed + 2 * cs->n_permutation + 3;
    size_t prover = 3 * (size_t)cs->n_advice + 2 * (size_t)cs->n_instance + products +
                    5 * cs->n_lookups + 5;
    size_t coset = (size_t)cs->n_advice + cs->n_fixed + cs->n_instance + cs->n_permutation +
                   products + 3 * cs->n_lookups + 4;
    size_t scratch = 2 * (size_t)zk_threads(), opening = 10;
    return rows(k, key + prover + coset + 2 * extended + scratch + opening + fill,
                4 * sizeof(zk_vesta_affine) + sizeof(zk_vesta) + commitment_bytes() + fill_bytes);
}

size_t zk_memory_verify(const zk_constraint_system *cs, uint32_t k)
{
    (void)cs;
    return rows(k, 2, 2 * sizeof(zk_vesta_affine) + commitment_bytes());
}

/* The witness, and a hash table of a look-up's rows; all columns as field elements where some follow
 * from challenges. */
size_t zk_memory_mock(const zk_constraint_system *cs, const zk_layer *layer, uint32_t k)
{
    size_t fill, bytes, all = (size_t)cs->n_advice + cs->n_fixed + cs->n_instance;
    fill_scratch(layer, &fill, &bytes);
    return rows(k, cs->n_advice + (layer != NULL ? all + fill : 0),
                bytes + (cs->n_lookups > 0 ? 64 : 0));
}

size_t zk_memory_available(void)
{
    FILE *file = fopen("/proc/meminfo", "re");
    char line[128];
    uint64_t kilobytes = 0;
    bool found = false;
    while (file != NULL && !found && fgets(line, sizeof line, file) != NULL)
        found = sscanf(line, "MemAvailable: %" SCNu64 " kB", &kilobytes) == 1;
    if (file != NULL)
        (void)fclose(file);
    return found && kilobytes < SIZE_MAX / 1024 ? (size_t)kilobytes * 1024 : SIZE_MAX;
}

#include "runtime/mock/table.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

static uint64_t hash_tuple(const zk_tuple_set *set, const zk_fp *tuple)
{
    uint8_t digest[crypto_shorthash_BYTES];
    uint64_t hash;
    (void)crypto_shorthash(digest, (const unsigned char *)tuple, set->width * sizeof *tuple,
                           set->key);
    memcpy(&hash, digest, sizeof hash);
    return hash;
}

static void read_tuple(const zk_tuple_set *set, size_t row, zk_fp *tuple)
{
    for (uint32_t i = 0; i < set->width; i++)
        tuple[i] = zk_column_value(&set->grid->columns[ZK_FIXED][set->columns[i]], row);
}

static bool equal_tuples(const zk_tuple_set *set, size_t row, const zk_fp *tuple)
{
    zk_fp there[ZK_TUPLE_MAX];
    read_tuple(set, row, there);
    return memcmp(there, tuple, set->width * sizeof *tuple) == 0;
}

/* The slot that holds the tuple, or the free one where it belongs. */
static zk_tuple_slot *find_slot(const zk_tuple_set *set, const zk_fp *tuple, uint64_t hash)
{
    size_t at = (size_t)hash & set->mask;
    for (;; at = (at + 1) & set->mask) {
        zk_tuple_slot *slot = &set->slots[at];
        if (slot->row == 0 || (slot->hash == hash && equal_tuples(set, slot->row - 1, tuple)))
            return slot;
    }
}

bool zk_tuple_set_has(const zk_tuple_set *set, const zk_fp *tuple)
{
    return find_slot(set, tuple, hash_tuple(set, tuple))->row != 0;
}

zkml_status zk_tuple_set_init(zk_tuple_set *set, const zk_grid *grid, const uint32_t *columns,
                              uint32_t width, zkml_error *err)
{
    size_t filled = 0;
    *set = (zk_tuple_set){.grid = grid, .columns = columns, .width = width};
    if (width > ZK_TUPLE_MAX)
        return zk_fail(err, ZKML_LIMIT, "a look-up of more than %d values", ZK_TUPLE_MAX);
    for (uint32_t i = 0; i < width; i++) {
        size_t length = grid->columns[ZK_FIXED][columns[i]].length;
        filled = length > filled ? length : filled;
    }
    /* all rows after the filled ones are alike */
    size_t rows = filled < grid->usable ? filled + 1 : grid->usable;
    size_t slots = 16;
    while (slots < 2 * rows)
        slots *= 2;
    randombytes_buf(set->key, sizeof set->key);
    set->mask = slots - 1;
    set->slots = calloc(slots, sizeof *set->slots);
    if (set->slots == NULL)
        return zk_fail(err, ZKML_LIMIT, "out of memory for a look-up's table");
    for (size_t row = 0; row < rows; row++) {
        zk_fp tuple[ZK_TUPLE_MAX];
        read_tuple(set, row, tuple);
        uint64_t hash = hash_tuple(set, tuple);
        zk_tuple_slot *slot = find_slot(set, tuple, hash);
        if (slot->row == 0)
            *slot = (zk_tuple_slot){hash, (uint32_t)row + 1};
    }
    return ZKML_OK;
}

void zk_tuple_set_free(zk_tuple_set *set)
{
    free(set->slots);
    memset(set, 0, sizeof *set);
}

/* The set made before for the same columns, or NULL. */
static const zk_tuple_set *find_set(const zk_tuple_sets *sets, const uint32_t *columns,
                                    uint32_t width)
{
    for (size_t i = 0; i < sets->count; i++)
        if (sets->sets[i].width == width &&
            memcmp(sets->sets[i].columns, columns, width * sizeof *columns) == 0)
            return &sets->sets[i];
    return NULL;
}

zkml_status zk_tuple_sets_init(zk_tuple_sets *sets, const zk_grid *grid, zkml_error *err)
{
    const zk_constraint_system *cs = &grid->circuit->cs;
    memset(sets, 0, sizeof *sets);
    sets->sets = calloc(cs->n_lookups + 1, sizeof *sets->sets);
    sets->of_lookup = calloc(cs->n_lookups + 1, sizeof *sets->of_lookup);
    sets->columns = calloc(cs->n_lookup_items + 1, sizeof *sets->columns);
    if (sets->sets == NULL || sets->of_lookup == NULL || sets->columns == NULL)
        return zk_fail(err, ZKML_LIMIT, "out of memory for the look-ups' tables");
    for (size_t i = 0; i < cs->n_lookup_items; i++)
        sets->columns[i] = cs->exprs[cs->lookup_tables[i]].a;
    for (size_t l = 0; l < cs->n_lookups; l++) {
        const uint32_t *columns = sets->columns + cs->lookups[l].first;
        uint32_t width = cs->lookups[l].count;
        sets->of_lookup[l] = find_set(sets, columns, width);
        if (sets->of_lookup[l] != NULL)
            continue;
        zk_tuple_set *set = &sets->sets[sets->count++];
        ZK_TRY(zk_tuple_set_init(set, grid, columns, width, err));
        sets->of_lookup[l] = set;
    }
    return ZKML_OK;
}

void zk_tuple_sets_free(zk_tuple_sets *sets)
{
    for (size_t i = 0; i < sets->count; i++)
        zk_tuple_set_free(&sets->sets[i]);
    free(sets->sets);
    free(sets->of_lookup);
    free(sets->columns);
    memset(sets, 0, sizeof *sets);
}

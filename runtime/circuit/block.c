#include "runtime/circuit/block.h"

#include <stdlib.h>
#include <string.h>

uint64_t zk_committed_rows(uint32_t k)
{
    uint64_t rows = UINT64_C(1) << k;
    return rows > ZK_COMMITTED_RESERVE ? rows - ZK_COMMITTED_RESERVE : 0;
}

uint64_t zk_committed_columns(uint64_t count, uint32_t k)
{
    uint64_t rows = zk_committed_rows(k);
    return rows == 0 ? 0 : count / rows + (count % rows != 0);
}

uint64_t zk_block_points(const zk_block *block, uint32_t k)
{
    return block->kind == ZK_BLOCK_VECTOR ? zk_committed_columns(block->elements, k)
                                          : block->outputs;
}

uint64_t zk_block_values(const zk_block *block)
{
    return block->kind == ZK_BLOCK_VECTOR ? block->elements
                                          : (uint64_t)block->outputs * block->inputs;
}

bool zk_block_same(const zk_block *a, const zk_block *b)
{
    if (a->kind != b->kind)
        return false;
    if (a->kind == ZK_BLOCK_VECTOR)
        return a->elements == b->elements;
    if (a->outputs != b->outputs || a->inputs != b->inputs)
        return false;
    for (uint32_t j = 0; j < a->inputs; j++)
        if (a->runs[j].first != b->runs[j].first || a->runs[j].count != b->runs[j].count ||
            a->runs[j].step != b->runs[j].step)
            return false;
    return true;
}

bool zk_row_set_init(zk_row_set *set, uint32_t k)
{
    *set = (zk_row_set){.bits = calloc(((size_t)1 << k) / 8 + 1, 1), .k = k};
    return set->bits != NULL;
}

void zk_row_set_free(zk_row_set *set)
{
    free(set->bits);
    memset(set, 0, sizeof *set);
}

/* NULL, and the run's rows are in the set; or a reason, and those before the offending one are. */
static const char *take_run(zk_row_set *set, const zk_run *run, uint32_t *taken)
{
    uint64_t rows = zk_committed_rows(set->k);
    *taken = 0;
    if (run->count == 0 || run->step == 0 || (run->count == 1 && run->step != 1))
        return "a run of rows is empty or has a wrong step";
    if (run->first >= rows || (run->count - 1) > (rows - 1 - run->first) / run->step)
        return "a row is none that holds published values";
    for (uint64_t row = run->first; *taken < run->count; row += run->step, ++*taken) {
        uint8_t bit = (uint8_t)(1U << row % 8);
        if (set->bits[row / 8] & bit)
            return "two inputs share a row";
        set->bits[row / 8] |= bit;
    }
    return NULL;
}

static void give_back(zk_row_set *set, const zk_run *run, uint32_t taken)
{
    uint64_t row = run->first;
    for (uint32_t i = 0; i < taken; i++, row += run->step)
        set->bits[row / 8] &= (uint8_t)~(1U << row % 8);
}

const char *zk_block_check(const zk_block *block, zk_row_set *set)
{
    const char *reason = NULL;
    uint32_t complete = 0, taken = 0;
    if (block->kind == ZK_BLOCK_VECTOR) {
        bool fits = block->elements > 0 && zk_committed_columns(block->elements, set->k) > 0;
        return fits ? NULL : "a vector has no elements, or k leaves no rows for them";
    }
    if (block->outputs == 0 || block->inputs == 0)
        return "a matrix has no outputs or no inputs";
    if (block->inputs > zk_committed_rows(set->k))
        return "a matrix has more inputs than rows";
    for (; complete < block->inputs && reason == NULL; complete += reason == NULL)
        reason = take_run(set, &block->runs[complete], &taken);
    for (uint32_t j = 0; j < complete; j++)
        give_back(set, &block->runs[j], block->runs[j].count);
    if (reason != NULL)
        give_back(set, &block->runs[complete], taken);
    return reason;
}

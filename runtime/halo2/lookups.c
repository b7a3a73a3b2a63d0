/* The look-up argument: inputs and table compressed, permuted and committed (HALO2.md 9.2). */
#include <sodium.h>
#include <stdlib.h>

#include "runtime/field/bulk.h"
#include "runtime/halo2/prover_steps.h"

/* Compression --------------------------------------------------------------------------------- */

static zkml_status place_columns(zk_prover *p, const zk_program *program, const zk_fp ***columns,
                                 zkml_error *err)
{
    *columns = ZK_ARENA_NEW(&p->arena, const zk_fp *, program->n_leaves + 1);
    if (*columns == NULL)
        return zk_fail(err, ZKML_LIMIT, "out of memory for the look-ups");
    for (size_t i = 0; i < program->n_leaves; i++) {
        const zk_leaf *leaf = &program->leaves[i];
        const zk_fp *values = leaf->kind == ZK_LEAF_ADVICE  ? p->advice_values
                              : leaf->kind == ZK_LEAF_FIXED ? p->pk->fixed_values
                                                            : p->instance_values;
        (*columns)[i] = values + leaf->index * p->n;
    }
    return ZKML_OK;
}

static zkml_status compress(zk_prover *p, size_t index, const zk_fp *theta, zkml_error *err)
{
    zk_prover_lookup *lookup = &p->lookups[index];
    zk_fp *const outputs[2] = {lookup->input, lookup->table};
    const zk_fp **columns;
    zk_program program;
    zkml_status status = zk_lookup_program(&program, p->pk->vk->cs, index, theta,
                                           p->advice_constants, err);
    if (status == ZKML_OK)
        status = place_columns(p, &program, &columns, err);
    if (status == ZKML_OK)
        status = zk_program_run_all(&program, columns, p->n, outputs, err);
    zk_program_free(&program);
    return status;
}

/* Order --------------------------------------------------------------------------------------- */

/* A canonical integer, so that order is order of limbs. */
typedef struct integer {
    uint64_t l[4];
} integer;

/* A value, and the row it comes from. */
typedef struct entry {
    integer value;
    uint32_t row;
} entry;

/* The part of an entry that is moved while sorting. */
typedef struct record {
    uint64_t key;
    uint32_t entry;
} record;

static int compare_integers(const integer *a, const integer *b)
{
    for (int i = 3; i >= 0; i--)
        if (a->l[i] != b->l[i])
            return a->l[i] < b->l[i] ? -1 : 1;
    return 0;
}

static int compare_entries(const void *left, const void *right)
{
    return compare_integers(&((const entry *)left)->value, &((const entry *)right)->value);
}

/* The position of the highest bit in which two of the values differ, 0 if all are equal. */
static unsigned highest_difference(const entry *entries, size_t n)
{
    for (unsigned limb = 4; limb-- > 0;) {
        uint64_t difference = 0;
        for (size_t i = 1; i < n; i++)
            difference |= entries[i].value.l[limb] ^ entries[0].value.l[limb];
        if (difference != 0)
            return 64 * limb + 63 - (unsigned)__builtin_clzll(difference);
    }
    return 0;
}

/* The 64 bits of the value from bit `top` downwards, or all of those that there are. */
static uint64_t key_of(const integer *value, unsigned top)
{
    unsigned limb = top / 64, shift = top % 64 + 1;
    if (limb == 0 || shift == 64)
        return value->l[limb];
    return value->l[limb] << (64 - shift) | value->l[limb - 1] >> shift;
}

/* Least significant byte first; a byte that is the same in all keys costs no pass. */
static record *radix_sort(record *from, record *to, size_t n)
{
    uint64_t difference = 0;
    for (size_t i = 1; i < n; i++)
        difference |= from[i].key ^ from[0].key;
    for (unsigned shift = 0; shift < 64; shift += 8) {
        size_t start[257] = {0};
        if ((difference >> shift & 0xff) == 0)
            continue;
        for (size_t i = 0; i < n; i++)
            start[(from[i].key >> shift & 0xff) + 1]++;
        for (size_t b = 1; b < 256; b++)
            start[b] += start[b - 1];
        for (size_t i = 0; i < n; i++)
            to[start[from[i].key >> shift & 0xff]++] = from[i];
        record *swap = from;
        from = to;
        to = swap;
    }
    return from;
}

/* Where 64 bits did not decide: runs of equal keys with different values. */
static void sort_runs(entry *sorted, size_t n, unsigned top)
{
    for (size_t begin = 0, end; begin < n; begin = end) {
        bool different = false;
        uint64_t key = key_of(&sorted[begin].value, top);
        for (end = begin + 1; end < n && key_of(&sorted[end].value, top) == key; end++)
            different |= compare_integers(&sorted[end].value, &sorted[begin].value) != 0;
        if (different)
            qsort(sorted + begin, end - begin, sizeof *sorted, compare_entries);
    }
}

/* sorted: the values in ascending order. `spare` has n elements, `records` 2 n. */
static void sort_values(entry *sorted, const zk_fp *values, size_t n, entry *spare,
                        record *records)
{
    for (size_t i = 0; i < n; i++) {
        zk_fp_to_limbs(spare[i].value.l, &values[i]);
        spare[i].row = (uint32_t)i;
    }
    unsigned top = highest_difference(spare, n);
    for (size_t i = 0; i < n; i++)
        records[i] = (record){key_of(&spare[i].value, top), (uint32_t)i};
    const record *order = radix_sort(records, records + n, n);
    for (size_t i = 0; i < n; i++)
        sorted[i] = spare[order[i].entry];
    sort_runs(sorted, n, top);
}

/* Permutation --------------------------------------------------------------------------------- */

/* Scratch of one permutation. */
typedef struct pairing {
    entry *inputs, *table; /* sorted */
    entry *spare[2];
    record *records[2];
    uint32_t *leftover, *repeated; /* rows of the table that no first row took; rows of the
                                      permuted input that repeat the value above */
    size_t usable;
} pairing;

static bool pairing_init(pairing *w, size_t usable)
{
    *w = (pairing){.inputs = malloc(usable * sizeof(entry)),
                   .table = malloc(usable * sizeof(entry)),
                   .spare = {malloc(usable * sizeof(entry)), malloc(usable * sizeof(entry))},
                   .records = {malloc(2 * usable * sizeof(record)),
                               malloc(2 * usable * sizeof(record))},
                   .leftover = malloc(usable * sizeof(uint32_t)),
                   .repeated = malloc(usable * sizeof(uint32_t)),
                   .usable = usable};
    return w->inputs != NULL && w->table != NULL && w->spare[0] != NULL && w->spare[1] != NULL &&
           w->records[0] != NULL && w->records[1] != NULL && w->leftover != NULL &&
           w->repeated != NULL;
}

static void wipe(void *array, size_t bytes)
{
    if (array != NULL)
        sodium_memzero(array, bytes);
    free(array);
}

static void pairing_free(pairing *w)
{
    wipe(w->inputs, w->usable * sizeof *w->inputs);
    wipe(w->table, w->usable * sizeof *w->table);
    for (int i = 0; i < 2; i++) {
        wipe(w->spare[i], w->usable * sizeof *w->spare[i]);
        wipe(w->records[i], 2 * w->usable * sizeof *w->records[i]);
    }
    wipe(w->leftover, w->usable * sizeof *w->leftover);
    wipe(w->repeated, w->usable * sizeof *w->repeated);
}

/* The first row of a run of equal inputs gets that value from the table; what is left of the table,
 * smallest first, goes to the repeated rows from the last upwards. False: an input is not in the
 * table. */
static bool pair_up(const pairing *w, zk_prover_lookup *lookup)
{
    size_t next = 0, left = 0, repeats = 0;
    for (size_t row = 0; row < w->usable; row++) {
        lookup->permuted_input[row] = lookup->input[w->inputs[row].row];
        if (row > 0 && compare_entries(&w->inputs[row], &w->inputs[row - 1]) == 0) {
            w->repeated[repeats++] = (uint32_t)row;
            continue;
        }
        while (next < w->usable && compare_entries(&w->table[next], &w->inputs[row]) < 0)
            w->leftover[left++] = w->table[next++].row;
        if (next == w->usable || compare_entries(&w->table[next], &w->inputs[row]) != 0)
            return false;
        lookup->permuted_table[row] = lookup->permuted_input[row];
        next++;
    }
    while (next < w->usable)
        w->leftover[left++] = w->table[next++].row;
    ZK_CHECK(left == repeats);
    for (size_t i = 0; i < left; i++)
        lookup->permuted_table[w->repeated[repeats - 1 - i]] = lookup->table[w->leftover[i]];
    return true;
}

static zkml_status permute(zk_prover *p, size_t index, zkml_error *err)
{
    zk_prover_lookup *lookup = &p->lookups[index];
    const char *name = p->pk->vk->cs->lookups[index].name;
    zkml_status status = ZKML_OK;
    pairing w;
    if (!pairing_init(&w, p->usable)) {
        status = zk_fail(err, ZKML_LIMIT, "out of memory for the look-ups");
    } else {
#pragma omp parallel for schedule(static)
        for (int i = 0; i < 2; i++)
            sort_values(i == 0 ? w.inputs : w.table, i == 0 ? lookup->input : lookup->table,
                        w.usable, w.spare[i], w.records[i]);
        if (!pair_up(&w, lookup))
            status = zk_fail(err, ZKML_INVALID, "look-up `%s`: an input is not in the table", name);
    }
    pairing_free(&w);
    return status;
}

static zkml_status prepare_lookup(zk_prover *p, size_t index, const zk_fp *theta, zkml_error *err)
{
    zk_prover_lookup *lookup = &p->lookups[index];
    ZK_TRY(zk_prover_alloc(p, &lookup->input, p->n, err));
    ZK_TRY(zk_prover_alloc(p, &lookup->table, p->n, err));
    ZK_TRY(zk_prover_alloc(p, &lookup->permuted_input, p->n, err));
    ZK_TRY(zk_prover_alloc(p, &lookup->permuted_table, p->n, err));
    ZK_TRY(zk_prover_alloc(p, &lookup->product, p->n, err));
    ZK_TRY(compress(p, index, theta, err));
    return permute(p, index, err);
}

zkml_status zk_prover_permute_lookups(zk_prover *prover, const zk_challenges *challenges,
                                      zk_transcript *t, zkml_error *err)
{
    size_t count = prover->pk->vk->cs->n_lookups, tail = prover->n - prover->usable;
    zk_commit_item *items = ZK_ARENA_NEW(&prover->arena, zk_commit_item, 2 * count + 1);
    if (items == NULL)
        return zk_fail(err, ZKML_LIMIT, "out of memory for the look-ups");
    for (size_t i = 0; i < count; i++) {
        zk_prover_lookup *lookup = &prover->lookups[i];
        ZK_TRY(prepare_lookup(prover, i, &challenges->theta, err));
        zk_rng_scalars(prover->rng, lookup->permuted_input + prover->usable, tail);
        zk_rng_scalars(prover->rng, lookup->permuted_table + prover->usable, tail);
        zk_rng_scalar(prover->rng, &lookup->input_blind);
        zk_rng_scalar(prover->rng, &lookup->table_blind);
        items[2 * i] =
            zk_prover_blinded(prover, lookup->permuted_input, tail, &lookup->input_blind);
        items[2 * i + 1] =
            zk_prover_blinded(prover, lookup->permuted_table, tail, &lookup->table_blind);
    }
    return zk_prover_write_commitments(prover, t, items, 2 * count, err);
}

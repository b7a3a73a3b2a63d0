/* The look-up and permutation arguments: permuted columns and running products
 * (HALO2.md sections 9.2 and 9.3). */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/halo2/prover_steps.h"

/* Look-ups ----------------------------------------------------------------------------------- */

static zkml_status compress(zk_prover *p, size_t index, const zk_program *program, zkml_error *err)
{
    zk_prover_lookup *lookup = &p->lookups[index];
    const zk_fp **columns = ZK_ARENA_NEW(&p->arena, const zk_fp *, program->n_leaves + 1);
    zk_frame frame;
    if (columns == NULL)
        return zk_fail(err, ZKML_LIMIT, "out of memory for the look-ups");
    for (size_t i = 0; i < program->n_leaves; i++) {
        const zk_leaf *leaf = &program->leaves[i];
        const zk_fp *values = leaf->kind == ZK_LEAF_ADVICE  ? p->advice_values
                              : leaf->kind == ZK_LEAF_FIXED ? p->pk->fixed_values
                                                            : p->instance_values;
        columns[i] = values + leaf->index * p->n;
    }
    ZK_TRY(zk_frame_init(&frame, program, err));
    for (size_t row = 0; row < p->n; row += ZK_STRIP) {
        zk_fp *outputs[2] = {lookup->input + row, lookup->table + row};
        size_t count = p->n - row < ZK_STRIP ? p->n - row : ZK_STRIP;
        zk_program_run(program, &frame, columns, p->n, row, count, outputs);
    }
    zk_frame_free(&frame);
    return ZKML_OK;
}

/* A canonical integer, so that order is order of limbs. */
typedef struct integer {
    uint64_t l[4];
} integer;

static int compare_integers(const void *left, const void *right)
{
    const integer *a = left, *b = right;
    for (int i = 3; i >= 0; i--)
        if (a->l[i] != b->l[i])
            return a->l[i] < b->l[i] ? -1 : 1;
    return 0;
}

static void sort_values(integer *sorted, const zk_fp *values, size_t n)
{
    for (size_t i = 0; i < n; i++)
        zk_fp_to_limbs(sorted[i].l, &values[i]);
    qsort(sorted, n, sizeof *sorted, compare_integers);
}

/* Scratch of one permutation: sorted inputs and table, the table's values that no first row took,
 * and the rows that repeat the value above. */
typedef struct pairing {
    integer *inputs, *table, *leftover;
    size_t *repeated;
} pairing;

/* The first row of a run of equal inputs gets that value from the table; what is left of the table,
 * smallest first, goes to the repeated rows from the last upwards. */
static zkml_status pair_up(const pairing *w, zk_prover_lookup *lookup, size_t usable,
                           const char *name, zkml_error *err)
{
    size_t next = 0, left = 0, repeats = 0;
    for (size_t row = 0; row < usable; row++) {
        if (!zk_fp_from_limbs(&lookup->permuted_input[row], w->inputs[row].l))
            return zk_fail(err, ZKML_INTERNAL, "a sorted value is not canonical");
        if (row > 0 && compare_integers(&w->inputs[row], &w->inputs[row - 1]) == 0) {
            w->repeated[repeats++] = row;
            continue;
        }
        while (next < usable && compare_integers(&w->table[next], &w->inputs[row]) < 0)
            w->leftover[left++] = w->table[next++];
        if (next == usable || compare_integers(&w->table[next], &w->inputs[row]) != 0)
            return zk_fail(err, ZKML_INVALID, "look-up `%s`: an input is not in the table", name);
        lookup->permuted_table[row] = lookup->permuted_input[row];
        next++;
    }
    while (next < usable)
        w->leftover[left++] = w->table[next++];
    ZK_CHECK(left == repeats);
    for (size_t i = 0; i < left; i++)
        if (!zk_fp_from_limbs(&lookup->permuted_table[w->repeated[repeats - 1 - i]],
                              w->leftover[i].l))
            return zk_fail(err, ZKML_INTERNAL, "a sorted value is not canonical");
    return ZKML_OK;
}

static zkml_status permute(zk_prover *p, size_t index, zkml_error *err)
{
    zk_prover_lookup *lookup = &p->lookups[index];
    size_t usable = p->usable;
    pairing w = {.inputs = malloc(usable * sizeof *w.inputs),
                 .table = malloc(usable * sizeof *w.table),
                 .leftover = malloc(usable * sizeof *w.leftover),
                 .repeated = malloc(usable * sizeof *w.repeated)};
    zkml_status status = ZKML_LIMIT;
    if (w.inputs != NULL && w.table != NULL && w.leftover != NULL && w.repeated != NULL) {
        sort_values(w.inputs, lookup->input, usable);
        sort_values(w.table, lookup->table, usable);
        status = pair_up(&w, lookup, usable, p->pk->vk->cs->lookups[index].name, err);
        sodium_memzero(w.inputs, usable * sizeof *w.inputs);
        sodium_memzero(w.leftover, usable * sizeof *w.leftover);
        sodium_memzero(w.repeated, usable * sizeof *w.repeated);
    } else {
        (void)zk_fail(err, status, "out of memory for the look-ups");
    }
    free(w.inputs);
    free(w.table);
    free(w.leftover);
    free(w.repeated);
    return status;
}

static zkml_status prepare_lookup(zk_prover *p, size_t index, const zk_fp *theta, zkml_error *err)
{
    zk_prover_lookup *lookup = &p->lookups[index];
    zk_program program;
    ZK_TRY(zk_prover_alloc(p, &lookup->input, p->n, err));
    ZK_TRY(zk_prover_alloc(p, &lookup->table, p->n, err));
    ZK_TRY(zk_prover_alloc(p, &lookup->permuted_input, p->n, err));
    ZK_TRY(zk_prover_alloc(p, &lookup->permuted_table, p->n, err));
    ZK_TRY(zk_prover_alloc(p, &lookup->product, p->n, err));
    zkml_status status = zk_lookup_program(&program, p->pk->vk->cs, index, theta, err);
    if (status == ZKML_OK)
        status = compress(p, index, &program, err);
    zk_program_free(&program);
    return status;
}

/* A column of n values of which the last n_tail are blind. */
static zk_commit_item blinded(const zk_prover *p, const zk_fp *values, size_t n_tail,
                              const zk_fp *blind)
{
    return (zk_commit_item){
        .lagrange = true,
        .column = {.type = ZK_COLUMN_FP, .length = p->n - n_tail, .u.fp = values},
        .tail = values + (p->n - n_tail),
        .n_tail = n_tail,
        .blind = *blind};
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
        ZK_TRY(permute(prover, i, err));
        zk_rng_scalars(prover->rng, lookup->permuted_input + prover->usable, tail);
        zk_rng_scalars(prover->rng, lookup->permuted_table + prover->usable, tail);
        zk_rng_scalar(prover->rng, &lookup->input_blind);
        zk_rng_scalar(prover->rng, &lookup->table_blind);
        items[2 * i] = blinded(prover, lookup->permuted_input, tail, &lookup->input_blind);
        items[2 * i + 1] = blinded(prover, lookup->permuted_table, tail, &lookup->table_blind);
    }
    return zk_prover_write_commitments(prover, t, items, 2 * count, err);
}

/* Products ----------------------------------------------------------------------------------- */

/* z[0] = start, z[i+1] = z[i] numerator[i] / denominator[i] for the usable rows, then blind rows.
 * `denominator` and `scratch` are overwritten. */
static void run_product(zk_prover *p, zk_fp *z, const zk_fp *start, const zk_fp *numerator,
                        zk_fp *denominator, zk_fp *scratch)
{
    zk_fp_batch_inv(denominator, p->usable, scratch);
    z[0] = *start;
    for (size_t i = 0; i < p->usable; i++) {
        zk_fp_mul(&z[i + 1], &z[i], &numerator[i]);
        zk_fp_mul(&z[i + 1], &z[i + 1], &denominator[i]);
    }
    zk_rng_scalars(p->rng, z + p->usable + 1, p->blinding_factors);
}

static const zk_fp *column_values(const zk_prover *p, zk_column_ref column)
{
    const zk_fp *values = column.kind == ZK_ADVICE  ? p->advice_values
                          : column.kind == ZK_FIXED ? p->pk->fixed_values
                                                    : p->instance_values;
    return values + column.index * p->n;
}

/* numerator *= v + beta DELTA^j w^i + gamma, denominator *= v + beta sigma_j + gamma */
static void multiply_column(const zk_prover *p, const zk_challenges *ch, size_t j,
                            const zk_fp *beta_delta, zk_fp *numerator, zk_fp *denominator)
{
    const zk_fp *values = column_values(p, p->pk->vk->cs->permutation[j]);
    const zk_fp *sigma = p->pk->sigma_values + j * p->n;
    zk_fp id = *beta_delta, term, v;
    for (size_t i = 0; i < p->usable; i++) {
        zk_fp_add(&v, &values[i], &ch->gamma);
        zk_fp_add(&term, &v, &id);
        zk_fp_mul(&numerator[i], &numerator[i], &term);
        zk_fp_mul(&term, &sigma[i], &ch->beta);
        zk_fp_add(&term, &term, &v);
        zk_fp_mul(&denominator[i], &denominator[i], &term);
        zk_fp_mul(&id, &id, &p->pk->domain.omega);
    }
}

/* Room for one product at a time. */
typedef struct workspace {
    zk_fp *numerator, *denominator, *scratch;
} workspace;

static void permutation_product(zk_prover *p, const zk_challenges *ch, uint32_t chunk,
                                zk_fp *beta_delta, const workspace *w)
{
    const zk_constraint_system *cs = p->pk->vk->cs;
    size_t width = zk_cs_permutation_chunk(cs), first = chunk * width, end = first + width;
    zk_fp *z = p->permutation_values + chunk * p->n;
    const zk_fp *start = chunk == 0 ? &zk_fp_one : z - p->n + p->usable;
    for (size_t i = 0; i < p->usable; i++)
        w->numerator[i] = w->denominator[i] = zk_fp_one;
    for (size_t j = first; j < end && j < cs->n_permutation; j++) {
        multiply_column(p, ch, j, beta_delta, w->numerator, w->denominator);
        zk_fp_mul(beta_delta, beta_delta, &zk_fp_delta);
    }
    run_product(p, z, start, w->numerator, w->denominator, w->scratch);
    zk_rng_scalar(p->rng, &p->permutation_blinds[chunk]);
}

/* (A + beta)(T + gamma) / ((A' + beta)(S' + gamma)) */
static void lookup_product(zk_prover *p, const zk_challenges *ch, zk_prover_lookup *lookup,
                           const workspace *w)
{
    zk_fp a, t;
    for (size_t i = 0; i < p->usable; i++) {
        zk_fp_add(&a, &lookup->input[i], &ch->beta);
        zk_fp_add(&t, &lookup->table[i], &ch->gamma);
        zk_fp_mul(&w->numerator[i], &a, &t);
        zk_fp_add(&a, &lookup->permuted_input[i], &ch->beta);
        zk_fp_add(&t, &lookup->permuted_table[i], &ch->gamma);
        zk_fp_mul(&w->denominator[i], &a, &t);
    }
    run_product(p, lookup->product, &zk_fp_one, w->numerator, w->denominator, w->scratch);
    zk_rng_scalar(p->rng, &lookup->product_blind);
}

static void to_coefficients(const zk_prover *p, uint32_t products, size_t lookups)
{
    const zk_domain *domain = &p->pk->domain;
#pragma omp parallel for schedule(dynamic)
    for (uint32_t i = 0; i < products; i++)
        zk_ifft(domain, p->permutation_values + i * p->n);
#pragma omp parallel for schedule(dynamic)
    for (size_t i = 0; i < lookups; i++) {
        zk_ifft(domain, p->lookups[i].permuted_input);
        zk_ifft(domain, p->lookups[i].permuted_table);
        zk_ifft(domain, p->lookups[i].product);
    }
}

zkml_status zk_prover_products(zk_prover *prover, const zk_challenges *challenges,
                               zk_transcript *t, zkml_error *err)
{
    const zk_constraint_system *cs = prover->pk->vk->cs;
    uint32_t products = zk_cs_permutation_products(cs);
    size_t count = products + cs->n_lookups, tail = prover->blinding_factors;
    zk_commit_item *items = ZK_ARENA_NEW(&prover->arena, zk_commit_item, count + 1);
    workspace w;
    if (items == NULL)
        return zk_fail(err, ZKML_LIMIT, "out of memory for the products");
    ZK_TRY(zk_prover_alloc(prover, &w.numerator, prover->n, err));
    ZK_TRY(zk_prover_alloc(prover, &w.denominator, prover->n, err));
    ZK_TRY(zk_prover_alloc(prover, &w.scratch, prover->n, err));
    zk_fp beta_delta = challenges->beta;
    for (uint32_t i = 0; i < products; i++) {
        permutation_product(prover, challenges, i, &beta_delta, &w);
        items[i] = blinded(prover, prover->permutation_values + i * prover->n, tail,
                           &prover->permutation_blinds[i]);
    }
    for (size_t i = 0; i < cs->n_lookups; i++) {
        lookup_product(prover, challenges, &prover->lookups[i], &w);
        items[products + i] = blinded(prover, prover->lookups[i].product, tail,
                                      &prover->lookups[i].product_blind);
    }
    ZK_TRY(zk_prover_write_commitments(prover, t, items, count, err));
    to_coefficients(prover, products, cs->n_lookups);
    return ZKML_OK;
}

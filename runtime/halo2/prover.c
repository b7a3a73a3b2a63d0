#include "runtime/halo2/prover.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/halo2/prover_steps.h"

zkml_status zk_prover_alloc(zk_prover *prover, zk_fp **array, size_t count, zkml_error *err)
{
    *array = ZK_ARENA_NEW(&prover->arena, zk_fp, count + 1);
    if (*array == NULL)
        return zk_fail(err, ZKML_LIMIT, "out of memory for the proof");
    return ZKML_OK;
}

zkml_status zk_prover_init(zk_prover *prover, const zk_pk *pk, const zk_params *params, zk_rng *rng,
                           zkml_error *err)
{
    const zk_constraint_system *cs = pk->vk->cs;
    *prover = (zk_prover){.pk = pk, .params = params, .rng = rng};
    prover->n = pk->vk->n;
    prover->usable = pk->vk->usable;
    prover->blinding_factors = pk->vk->blinding_factors;
    zk_arena_init(&prover->arena, 0);
    if (params->k != pk->vk->k)
        return zk_fail(err, ZKML_USAGE, "parameters for k = %u, a key for k = %u", params->k,
                       pk->vk->k);
    size_t n = prover->n, products = zk_cs_permutation_products(cs);
    ZK_TRY(zk_prover_alloc(prover, &prover->advice_values, cs->n_advice * n, err));
    ZK_TRY(zk_prover_alloc(prover, &prover->advice_coefficients, cs->n_advice * n, err));
    ZK_TRY(zk_prover_alloc(prover, &prover->advice_blinds, cs->n_advice, err));
    ZK_TRY(zk_prover_alloc(prover, &prover->instance_values, cs->n_instance * n, err));
    ZK_TRY(zk_prover_alloc(prover, &prover->instance_coefficients, cs->n_instance * n, err));
    ZK_TRY(zk_prover_alloc(prover, &prover->permutation_values, products * n, err));
    ZK_TRY(zk_prover_alloc(prover, &prover->permutation_blinds, products, err));
    ZK_TRY(zk_prover_alloc(prover, &prover->random, n, err));
    ZK_TRY(zk_prover_alloc(prover, &prover->quotient_blinds, pk->vk->degree, err));
    ZK_TRY(zk_prover_alloc(prover, &prover->h, n, err));
    prover->advice_points =
        ZK_ARENA_NEW(&prover->arena, zk_vesta_affine, (size_t)cs->n_advice + 1);
    prover->lookups = ZK_ARENA_NEW(&prover->arena, zk_prover_lookup, cs->n_lookups + 1);
    prover->advice_constants = ZK_ARENA_NEW(&prover->arena, const zk_fp *, cs->n_advice);
    if (prover->advice_points == NULL || prover->lookups == NULL ||
        prover->advice_constants == NULL)
        return zk_fail(err, ZKML_LIMIT, "out of memory for the proof");
    return ZKML_OK;
}

void zk_prover_free(zk_prover *prover)
{
    zk_arena_wipe(&prover->arena);
    sodium_memzero(prover, sizeof *prover);
}

zk_commit_item zk_prover_blinded(const zk_prover *prover, const zk_fp *values, size_t n_tail,
                                 const zk_fp *blind)
{
    return (zk_commit_item){
        .lagrange = true,
        .column = {.type = ZK_COLUMN_FP, .length = prover->n - n_tail, .u.fp = values},
        .tail = values + (prover->n - n_tail),
        .n_tail = n_tail,
        .blind = *blind};
}

const zk_fp *zk_prover_values(const zk_prover *prover, zk_column_ref column)
{
    const zk_fp *values = column.kind == ZK_ADVICE  ? prover->advice_values
                          : column.kind == ZK_FIXED ? prover->pk->fixed_values
                                                    : prover->instance_values;
    return values + column.index * prover->n;
}

/* Public: the commitment is [value] G_0 + W. Copies need the values of all rows. */
static void make_constant(zk_prover *prover, uint32_t column, const zk_column *values,
                          zk_commit_item *item)
{
    zk_fp *coefficients = prover->advice_coefficients + column * prover->n;
    coefficients[0] = values->u.constant;
    prover->advice_blinds[column] = zk_fp_one;
    if (zk_cs_permutation_index(prover->pk->vk->cs, (zk_column_ref){ZK_ADVICE, column}) == ZK_NONE)
        prover->advice_constants[column] = coefficients;
    else
        zk_column_expand(values, prover->advice_values + column * prover->n, prover->n);
    *item = (zk_commit_item){
        .column = {.type = ZK_COLUMN_FP, .length = 1, .u.fp = coefficients}, .blind = zk_fp_one};
}

static zkml_status make_item(zk_prover *prover, uint32_t column, const zk_column *values,
                             zk_commit_item *item, zkml_error *err)
{
    zk_fp *rows = prover->advice_values + column * prover->n;
    if (values->type == ZK_COLUMN_CONSTANT) {
        make_constant(prover, column, values, item);
        return ZKML_OK;
    }
    if (values->length > prover->usable)
        return zk_fail(err, ZKML_MALFORMED, "advice column %u has %zu values, %zu usable rows",
                       column, values->length, prover->usable);
    if (values->type != ZK_COLUMN_FP || values->u.fp != rows)
        zk_column_expand(values, rows, prover->usable);
    if (values->bare)
        prover->advice_blinds[column] = zk_fp_one;
    *item = (zk_commit_item){.lagrange = true,
                             .column = *values,
                             .tail = rows + prover->usable,
                             .n_tail = prover->n - prover->usable,
                             .blind = prover->advice_blinds[column]};
    return ZKML_OK;
}

static bool draws_nothing(const zk_column *columns, uint32_t i)
{
    return columns != NULL && (columns[i].type == ZK_COLUMN_CONSTANT || columns[i].bare);
}

void zk_prover_draw_advice(zk_prover *prover, uint32_t count, const zk_column *columns)
{
    uint32_t first = prover->advice_drawn;
    ZK_CHECK(count <= prover->pk->vk->cs->n_advice - first);
    for (uint32_t i = 0; i < count; i++)
        if (!draws_nothing(columns, i))
            zk_rng_scalars(prover->rng,
                           prover->advice_values + (first + i) * prover->n + prover->usable,
                           prover->n - prover->usable);
    for (uint32_t i = 0; i < count; i++)
        if (!draws_nothing(columns, i))
            zk_rng_scalar(prover->rng, &prover->advice_blinds[first + i]);
    prover->advice_drawn = first + count;
}

zkml_status zk_prover_commit_advice(zk_prover *prover, uint32_t first, uint32_t count,
                                    const zk_column *columns, zkml_error *err)
{
    ZK_CHECK(first == prover->advice_done && count <= prover->advice_drawn - first);
    zk_commit_item *items = calloc((size_t)count + 1, sizeof *items);
    if (items == NULL)
        return zk_fail(err, ZKML_LIMIT, "out of memory for the proof");
    zkml_status status = ZKML_OK;
    for (uint32_t i = 0; i < count && status == ZKML_OK; i++)
        status = make_item(prover, first + i, &columns[i], &items[i], err);
    if (status == ZKML_OK)
        status = zk_commit_batch(prover->advice_points + first, prover->params, items, count, err);
    sodium_memzero(items, count * sizeof *items);
    free(items);
    if (status == ZKML_OK)
        prover->advice_done = first + count;
    return status;
}

zkml_status zk_prover_write_commitments(zk_prover *prover, zk_transcript *t,
                                        const zk_commit_item *items, size_t count, zkml_error *err)
{
    zk_vesta_affine *points = calloc(count + 1, sizeof *points);
    if (points == NULL)
        return zk_fail(err, ZKML_LIMIT, "out of memory for the proof");
    zkml_status status = zk_commit_batch(points, prover->params, items, count, err);
    for (size_t i = 0; i < count && status == ZKML_OK; i++)
        status = zk_transcript_write_point(t, &points[i], err);
    free(points);
    return status;
}

/* values -> coefficients, column by column; constants are both already. */
static void to_coefficients(const zk_prover *prover, zk_fp *coefficients, const zk_fp *values,
                            size_t count, const zk_fp *const *constants)
{
    size_t n = prover->n;
#pragma omp parallel for schedule(dynamic)
    for (size_t i = 0; i < count; i++)
        if (constants == NULL || constants[i] == NULL)
            zk_ifft_to(&prover->pk->domain, coefficients + i * n, values + i * n);
}

static zkml_status start_transcript(zk_prover *prover, const zk_instance_values *instances,
                                    zk_transcript *t, zkml_error *err)
{
    const zk_vk *vk = prover->pk->vk;
    uint32_t n_instance = vk->cs->n_instance;
    zk_vesta_affine *points = calloc((size_t)n_instance + 1, sizeof *points);
    if (points == NULL)
        return zk_fail(err, ZKML_LIMIT, "out of memory for the proof");
    zkml_status status = zk_commit_instances(points, vk, prover->params, 1, instances, err);
    zk_transcript_common_scalar(t, &vk->transcript_repr);
    for (uint32_t i = 0; i < n_instance && status == ZKML_OK; i++) {
        memcpy(prover->instance_values + i * prover->n, instances[i].values,
               instances[i].count * sizeof(zk_fp));
        status = zk_transcript_common_point(t, &points[i], err);
    }
    for (uint32_t i = 0; i < vk->cs->n_advice && status == ZKML_OK; i++)
        status = zk_transcript_write_point(t, &prover->advice_points[i], err);
    free(points);
    return status;
}

static zkml_status write_random(zk_prover *prover, zk_transcript *t, zkml_error *err)
{
    zk_rng_scalars(prover->rng, prover->random, prover->n);
    zk_rng_scalar(prover->rng, &prover->random_blind);
    zk_commit_item item = {
        .column = {.type = ZK_COLUMN_FP, .length = prover->n, .u.fp = prover->random},
        .blind = prover->random_blind};
    return zk_prover_write_commitments(prover, t, &item, 1, err);
}

static zkml_status write_quotient(zk_prover *prover, const zk_challenges *challenges,
                                  zk_transcript *t, zkml_error *err)
{
    size_t pieces = prover->pk->vk->degree - 1;
    ZK_TRY(zk_prover_quotient(prover, challenges, err));
    zk_rng_scalars(prover->rng, prover->quotient_blinds, pieces);
    zk_commit_item *items = ZK_ARENA_NEW(&prover->arena, zk_commit_item, pieces + 1);
    if (items == NULL)
        return zk_fail(err, ZKML_LIMIT, "out of memory for the proof");
    for (size_t i = 0; i < pieces; i++)
        items[i] = (zk_commit_item){.column = {.type = ZK_COLUMN_FP,
                                               .length = prover->n,
                                               .u.fp = prover->quotient + i * prover->n},
                                    .blind = prover->quotient_blinds[i]};
    return zk_prover_write_commitments(prover, t, items, pieces, err);
}

/* h = sum x^(n i) h_i, and its blind. */
static void fold_quotient(zk_prover *prover, const zk_fp *x)
{
    zk_fp x_n;
    zk_fp_pow_u64(&x_n, x, prover->n);
    prover->h_blind = zk_fp_zero;
    for (size_t i = prover->pk->vk->degree - 1; i-- > 0;) {
        zk_poly_horner(prover->h, &x_n, prover->quotient + i * prover->n, prover->n);
        zk_poly_horner(&prover->h_blind, &x_n, &prover->quotient_blinds[i], 1);
    }
}

static zkml_status prove(zk_prover *prover, const zk_instance_values *instances, zk_transcript *t,
                         zkml_error *err)
{
    const zk_constraint_system *cs = prover->pk->vk->cs;
    zk_challenges challenges;
    zk_fp x;
    ZK_TRY(start_transcript(prover, instances, t, err));
    to_coefficients(prover, prover->advice_coefficients, prover->advice_values, cs->n_advice,
                    prover->advice_constants);
    to_coefficients(prover, prover->instance_coefficients, prover->instance_values,
                    cs->n_instance, NULL);
    zk_transcript_challenge(t, &challenges.theta);
    ZK_TRY(zk_prover_permute_lookups(prover, &challenges, t, err));
    zk_transcript_challenge(t, &challenges.beta);
    zk_transcript_challenge(t, &challenges.gamma);
    ZK_TRY(zk_prover_products(prover, &challenges, t, err));
    ZK_TRY(write_random(prover, t, err));
    zk_transcript_challenge(t, &challenges.y);
    ZK_TRY(write_quotient(prover, &challenges, t, err));
    zk_transcript_challenge(t, &x);
    fold_quotient(prover, &x);
    return zk_prover_open(prover, &x, t, err);
}

zkml_status zk_prover_finish(zk_prover *prover, const zk_instance_values *instances, zk_buf *proof,
                             zk_transcript_hook hook, void *hook_context, zkml_error *err)
{
    ZK_CHECK(prover->advice_done == prover->pk->vk->cs->n_advice);
    zk_transcript t;
    zk_transcript_init(&t, proof, NULL);
    t.hook = hook;
    t.hook_context = hook_context;
    ZK_TRY(prove(prover, instances, &t, err));
    if (proof->failed)
        return zk_fail(err, ZKML_LIMIT, "out of memory for the proof");
    return ZKML_OK;
}

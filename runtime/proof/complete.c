#include "runtime/proof/complete.h"

#include <stdlib.h>
#include <string.h>

#include "runtime/proof/challenges.h"
#include "runtime/proof/fill.h"
#include "runtime/proof/hash.h"
#include "runtime/proof/ties.h"

typedef struct completion {
    zk_witness *witness;
    const zk_opening *const *openings;
    zk_ties ties;
    zk_columns columns;
    const zk_fp **constants;
    zk_fp chi[ZK_LAYER_MAX_CHALLENGES];
} completion;

static zkml_status out_of_memory(zkml_error *err)
{
    return zk_fail(err, ZKML_LIMIT, "out of memory for the columns that follow from challenges");
}

static zk_fp *rows_of(const completion *c, uint32_t column)
{
    return c->columns.advice + column * c->columns.n;
}

/* All columns as field elements, in the witness's memory, which is wiped. */
static zkml_status expand(completion *c, zkml_error *err)
{
    const zk_circuit *circuit = c->witness->circuit;
    const zk_constraint_system *cs = &circuit->cs;
    zk_arena *arena = &c->witness->arena;
    size_t n = (size_t)1 << circuit->k;
    zk_fp *fixed = ZK_ARENA_NEW(arena, zk_fp, cs->n_fixed * n + 1);
    zk_fp *instance = ZK_ARENA_NEW(arena, zk_fp, cs->n_instance * n + 1);
    zk_fp *advice = ZK_ARENA_NEW(arena, zk_fp, cs->n_advice * n + 1);
    c->constants = ZK_ARENA_NEW(arena, const zk_fp *, (size_t)cs->n_advice + 1);
    if (fixed == NULL || instance == NULL || advice == NULL || c->constants == NULL)
        return out_of_memory(err);
    for (uint32_t f = 0; f < cs->n_fixed; f++) {
        const zk_fixed_column *from = &circuit->fixed[f];
        const zk_column column =
            from->wide != NULL
                ? (zk_column){.type = ZK_COLUMN_FP, .length = from->count, .u.fp = from->wide}
                : (zk_column){.type = ZK_COLUMN_I64, .length = from->count, .u.i64 = from->small};
        zk_column_expand(&column, fixed + f * n, n);
    }
    for (uint32_t i = 0; i < cs->n_instance; i++)
        if (c->witness->instances[i].count > 0)
            memcpy(instance + i * n, c->witness->instances[i].values,
                   c->witness->instances[i].count * sizeof *instance);
    for (uint32_t a = 0; a < circuit->layer->phase0; a++)
        zk_column_expand(&c->witness->advice[a], advice + a * n, n);
    c->columns = (zk_columns){.cs = cs, .n = n, .usable = zk_cs_usable_rows(cs, circuit->k),
                              .advice = advice, .constants = c->constants, .fixed = fixed,
                              .instance = instance};
    return ZKML_OK;
}

static zkml_status fill(completion *c, bool counts, zkml_error *err)
{
    const zk_layer *layer = c->ties.layer;
    for (uint32_t i = 0; i < layer->fill_count; i++)
        if ((layer->fills[i].kind == ZK_FILL_COUNTS) == counts)
            ZK_TRY(zk_fill_run(&c->columns, &layer->fills[i], err));
    return ZKML_OK;
}

static void choose_challenges(completion *c)
{
    const zk_constraint_system *cs = c->columns.cs;
    const zk_layer *layer = c->ties.layer;
    uint8_t digest[ZK_HASH_BYTES];
    zk_hash hash;
    zk_hash_start(&hash, "zkmlc-mock-chall");
    for (size_t i = 0; i < layer->phase0 * c->columns.n; i++)
        zk_hash_scalar(&hash, &c->columns.advice[i]);
    for (size_t i = 0; i < cs->n_instance * c->columns.n; i++)
        zk_hash_scalar(&hash, &c->columns.instance[i]);
    zk_hash_finish(&hash, digest);
    zk_base_challenges(c->chi, layer->base_challenges, digest);
    for (uint32_t b = 0; b < layer->challenges; b++) {
        zk_fp *value = rows_of(c, layer->phase0 + b);
        zk_ties_challenge(value, &c->ties, c->chi, b);
        c->constants[layer->phase0 + b] = value;
    }
}

static zkml_status fold(completion *c, zkml_error *err)
{
    const zk_layer *layer = c->ties.layer;
    for (uint32_t f = 0; f < layer->fold_count; f++)
        for (uint32_t m = 0; m < layer->folds[f].matrix_count; m++) {
            const zk_layer_matrix *matrix = &layer->folds[f].matrices[m];
            const int64_t *committed =
                matrix->file == ZK_NONE ? NULL
                                        : c->openings[matrix->file]->blocks[matrix->block].values;
            zk_fp *coefficients = calloc(matrix->shape.outputs, sizeof *coefficients);
            if (coefficients == NULL)
                return out_of_memory(err);
            zk_ties_coefficients(coefficients, &c->ties, matrix, c->chi);
            zk_fill_fold(&c->columns, layer->folds[f].column, matrix, committed, coefficients);
            free(coefficients);
        }
    return ZKML_OK;
}

/* Part A stays as it was, but for counts. */
static void take_columns(completion *c)
{
    const zk_layer *layer = c->ties.layer;
    zk_column *advice = c->witness->advice;
    for (uint32_t i = 0; i < layer->fill_count; i++)
        for (uint32_t j = 0; j < layer->fills[i].column_count; j++)
            advice[layer->fills[i].columns[j]] =
                (zk_column){.type = ZK_COLUMN_FP, .length = c->columns.usable,
                            .u.fp = rows_of(c, layer->fills[i].columns[j])};
    for (uint32_t f = 0; f < layer->fold_count; f++)
        advice[layer->folds[f].column] =
            (zk_column){.type = ZK_COLUMN_FP, .length = c->columns.usable,
                        .u.fp = rows_of(c, layer->folds[f].column)};
    for (uint32_t b = 0; b < layer->challenges; b++)
        advice[layer->phase0 + b] = (zk_column){.type = ZK_COLUMN_CONSTANT,
                                                .u.constant = *c->constants[layer->phase0 + b]};
}

static zkml_status check_openings(const completion *c, zkml_error *err)
{
    const zk_layer *layer = c->ties.layer;
    if (layer->file_count > 0 && c->openings == NULL)
        return zk_fail(err, ZKML_INVALID,
                       "the circuit's weights are committed: their openings are needed");
    for (uint32_t f = 0; f < layer->fold_count; f++)
        for (uint32_t m = 0; m < layer->folds[f].matrix_count; m++)
            if (layer->folds[f].matrices[m].file != ZK_NONE)
                ZK_TRY(zk_ties_check_opening(&c->ties, &layer->folds[f].matrices[m],
                                             c->openings[layer->folds[f].matrices[m].file], err));
    return ZKML_OK;
}

static zkml_status complete(completion *c, zkml_error *err)
{
    ZK_TRY(check_openings(c, err));
    ZK_TRY(expand(c, err));
    ZK_TRY(fill(c, true, err));
    choose_challenges(c);
    ZK_TRY(fold(c, err));
    ZK_TRY(fill(c, false, err));
    take_columns(c);
    return ZKML_OK;
}

zkml_status zk_witness_complete(zk_witness *witness, const zk_opening *const *openings,
                                zkml_error *err)
{
    const zk_circuit *circuit = witness->circuit;
    completion c = {.witness = witness, .openings = openings};
    c.ties = (zk_ties){.layer = circuit->layer, .k = circuit->k};
    return complete(&c, err);
}

#include "runtime/proof/phases.h"

#include <stdlib.h>
#include <string.h>

#include "runtime/proof/challenges.h"
#include "runtime/proof/fill.h"

typedef struct phases {
    zk_prover *prover;
    const zk_witness *witness;
    const zk_ties *ties;
    const uint8_t *digest;
    zk_column *columns;   /* all of the advice */
    zk_fp *instance;      /* expanded, for fills; NULL when there are none */
    uint8_t seed[ZK_SEED_BYTES];
    zk_fp chi[ZK_LAYER_MAX_CHALLENGES];
} phases;

static zkml_status out_of_memory(zkml_error *err)
{
    return zk_fail(err, ZKML_LIMIT, "out of memory for the proof");
}

static zk_fp *rows_of(const phases *p, uint32_t column)
{
    return p->prover->advice_values + column * p->prover->n;
}

static zk_columns view(const phases *p)
{
    return (zk_columns){.cs = &p->witness->circuit->cs,
                        .n = p->prover->n,
                        .usable = p->prover->usable,
                        .advice = p->prover->advice_values,
                        .constants = p->prover->advice_constants,
                        .fixed = p->prover->pk->fixed_values,
                        .instance = p->instance};
}

static zk_column in_place(const phases *p, uint32_t column)
{
    return (zk_column){
        .type = ZK_COLUMN_FP, .length = p->prover->usable, .u.fp = rows_of(p, column)};
}

/* Part A -------------------------------------------------------------------------------------- */

static bool any_counts(const zk_layer *layer)
{
    for (uint32_t i = 0; i < layer->fill_count; i++)
        if (layer->fills[i].kind == ZK_FILL_COUNTS)
            return true;
    return false;
}

static zkml_status fill_counts(phases *p, zkml_error *err)
{
    const zk_layer *layer = p->ties->layer;
    zk_columns columns = view(p);
    if (!any_counts(layer))
        return ZKML_OK;
    for (uint32_t c = 0; c < layer->phase0; c++) {
        if (p->columns[c].length > p->prover->usable)
            return zk_fail(err, ZKML_MALFORMED, "advice column %u has too many values", c);
        zk_column_expand(&p->columns[c], rows_of(p, c), p->prover->usable);
        p->columns[c] = in_place(p, c);
    }
    for (uint32_t i = 0; i < layer->fill_count; i++)
        if (layer->fills[i].kind == ZK_FILL_COUNTS)
            ZK_TRY(zk_fill_run(&columns, &layer->fills[i], err));
    return ZKML_OK;
}

static zkml_status commit_part(phases *p, uint32_t first, uint32_t count, zkml_error *err)
{
    return zk_prover_commit_advice(p->prover, first, count, p->columns + first, err);
}

static zkml_status derive_challenges(phases *p, zkml_error *err)
{
    const zk_circuit *circuit = p->witness->circuit;
    const zk_ties *ties = p->ties;
    uint32_t phase0 = ties->layer->phase0;
    uint8_t *points = malloc(32 * ((size_t)phase0 + 1));
    uint8_t *digests = malloc(ZK_DIGEST_BYTES * (ties->file_count + 1));
    bool good = points != NULL && digests != NULL;
    for (uint32_t c = 0; c < phase0 && good; c++)
        zk_vesta_to_bytes(points + 32 * (size_t)c, &p->prover->advice_points[c]);
    for (size_t f = 0; f < ties->file_count && good; f++)
        memcpy(digests + ZK_DIGEST_BYTES * f, ties->published[f]->digest,
               ZK_DIGEST_BYTES);
    if (good) {
        const zk_seed_input input = {.transcript_repr = &p->prover->pk->vk->transcript_repr,
                                     .circuit_digest = p->digest,
                                     .circuits = 1,
                                     .instance_columns = circuit->cs.n_instance,
                                     .instances = p->witness->instances,
                                     .file_digests = digests,
                                     .files = (uint32_t)ties->file_count,
                                     .phase0 = phase0,
                                     .commitments = points};
        zk_seed(p->seed, &input);
        zk_base_challenges(p->chi, ties->layer->base_challenges, p->seed);
    }
    free(points);
    free(digests);
    return good ? ZKML_OK : out_of_memory(err);
}

/* Parts B and C ------------------------------------------------------------------------------- */

static void prepare_columns(phases *p)
{
    const zk_layer *layer = p->ties->layer;
    for (uint32_t b = 0; b < layer->challenges; b++) {
        zk_column *column = &p->columns[layer->phase0 + b];
        *column = (zk_column){.type = ZK_COLUMN_CONSTANT};
        zk_ties_challenge(&column->u.constant, p->ties, p->chi, b);
    }
    for (uint32_t c = 0; c < layer->phase1; c++) {
        uint32_t column = layer->phase0 + layer->challenges + c;
        p->columns[column] = in_place(p, column);
    }
    for (uint32_t f = 0; f < layer->fold_count; f++)
        p->columns[layer->folds[f].column].bare = !zk_fold_masked(&layer->folds[f]);
}

static zkml_status fill_folds(const phases *p, zkml_error *err)
{
    const zk_layer *layer = p->ties->layer;
    zk_columns columns = view(p);
    for (uint32_t f = 0; f < layer->fold_count; f++)
        for (uint32_t m = 0; m < layer->folds[f].matrix_count; m++) {
            const zk_layer_matrix *matrix = &layer->folds[f].matrices[m];
            const int64_t *committed =
                matrix->file == ZK_NONE
                    ? NULL
                    : p->ties->openings[matrix->file]->blocks[matrix->block].values;
            zk_fp *coefficients = calloc(matrix->shape.outputs, sizeof *coefficients);
            if (coefficients == NULL)
                return out_of_memory(err);
            zk_ties_coefficients(coefficients, p->ties, matrix, p->chi);
            zk_fill_fold(&columns, layer->folds[f].column, matrix, committed, coefficients);
            free(coefficients);
        }
    return ZKML_OK;
}

static zkml_status expand_instance(phases *p, zkml_error *err)
{
    const zk_circuit *circuit = p->witness->circuit;
    p->instance = calloc(circuit->cs.n_instance * p->prover->n + 1, sizeof *p->instance);
    if (p->instance == NULL)
        return out_of_memory(err);
    for (uint32_t i = 0; i < circuit->cs.n_instance; i++)
        if (p->witness->instances[i].count > 0)
            memcpy(p->instance + i * p->prover->n, p->witness->instances[i].values,
                   p->witness->instances[i].count * sizeof *p->instance);
    return ZKML_OK;
}

/* The prover knows which columns are constant once part B is committed. */
static zkml_status fill_rest(phases *p, zkml_error *err)
{
    const zk_layer *layer = p->ties->layer;
    zk_columns columns = view(p);
    for (uint32_t i = 0; i < layer->fill_count; i++)
        if (layer->fills[i].kind != ZK_FILL_COUNTS)
            ZK_TRY(zk_fill_run(&columns, &layer->fills[i], err));
    return ZKML_OK;
}

/* The link proof ------------------------------------------------------------------------------ */

/* t of a masked folded column: its blind less sum c_i s_i. */
static zkml_status fold_blind(const phases *p, const zk_layer_fold *fold, zk_fp *t,
                              zkml_error *err)
{
    *t = p->prover->advice_blinds[fold->column];
    for (uint32_t m = 0; m < fold->matrix_count; m++) {
        const zk_layer_matrix *matrix = &fold->matrices[m];
        if (matrix->file == ZK_NONE)
            continue;
        const zk_fp *blinds = p->ties->openings[matrix->file]->blocks[matrix->block].blinds;
        zk_fp *coefficients = calloc(matrix->shape.outputs, sizeof *coefficients), term;
        if (coefficients == NULL)
            return out_of_memory(err);
        zk_ties_coefficients(coefficients, p->ties, matrix, p->chi);
        for (uint32_t i = 0; i < matrix->shape.outputs; i++) {
            zk_fp_mul(&term, &coefficients[i], &blinds[i]);
            zk_fp_sub(t, t, &term);
        }
        sodium_memzero(&term, sizeof term);
        free(coefficients);
    }
    return ZKML_OK;
}

/* A committed column holds what the opening says and 0 below the reserve. */
static bool holds_opening(const phases *p, const zk_committed_column *c)
{
    size_t rows = (size_t)zk_committed_rows(p->ties->k), first = c->part * rows;
    size_t file = zk_ties_own_file(p->ties, 0, c->file);
    const int64_t *values = p->ties->openings[file]->blocks[0].values;
    const zk_fp *column = rows_of(p, c->column);
    for (size_t row = 0; row < p->prover->usable; row++) {
        zk_fp want = zk_fp_zero;
        if (row < rows && first + row < c->field->count)
            zk_fp_from_i64(&want, values[first + row]);
        if (!zk_fp_equal(&want, &column[row]))
            return false;
    }
    return true;
}

/* The witness of the link proof: for each difference its blind rows and its blind. */
typedef struct linked {
    zk_column *rows;
    zk_fp *blinds;
    zk_commit_item *items;
    zk_vesta_affine *points;
    size_t count;
} linked;

static void add_linked(linked *l, const phases *p, uint32_t column, const zk_fp *t)
{
    const zk_fp *tail = rows_of(p, column) + p->prover->usable;
    size_t n_tail = p->prover->n - p->prover->usable;
    l->rows[l->count] = (zk_column){.type = ZK_COLUMN_FP, .length = n_tail, .u.fp = tail};
    l->items[l->count] = (zk_commit_item){.lagrange = true,
                                          .column = {.type = ZK_COLUMN_FP},
                                          .tail = tail,
                                          .n_tail = n_tail,
                                          .blind = *t};
    l->blinds[l->count++] = *t;
}

static zkml_status collect_linked(linked *l, const phases *p, zkml_error *err)
{
    const zk_ties *ties = p->ties;
    zk_fp t;
    for (uint32_t f = 0; f < ties->layer->fold_count; f++) {
        const zk_layer_fold *fold = &ties->layer->folds[f];
        if (!zk_fold_masked(fold))
            continue;
        ZK_TRY(fold_blind(p, fold, &t, err));
        add_linked(l, p, fold->column, &t);
    }
    for (uint32_t c = 0; c < ties->committed_count; c++) {
        const zk_committed_column *column = &ties->committed[c];
        size_t file = zk_ties_own_file(ties, 0, column->file);
        if (!holds_opening(p, column))
            return zk_fail(err, ZKML_INVALID, "%s: the opening holds another value",
                           column->field->name);
        zk_fp_sub(&t, &p->prover->advice_blinds[column->column],
                  &ties->openings[file]->blocks[0].blinds[column->part]);
        add_linked(l, p, column->column, &t);
    }
    sodium_memzero(&t, sizeof t);
    return ZKML_OK;
}

static zkml_status write_link(const phases *p, const linked *l, zk_buf *out, zkml_error *err)
{
    size_t length = zk_ties_link_length(p->ties);
    uint8_t *proof = malloc(length);
    zk_link link;
    zkml_status status = proof == NULL ? out_of_memory(err)
                                       : zk_commit_batch(l->points, p->prover->params, l->items,
                                                         l->count, err);
    if (status == ZKML_OK) {
        zk_ties_link(&link, p->ties, p->prover->params, p->seed, l->points, l->count);
        status = zk_link_prove(proof, &link, p->prover->params, l->rows, l->blinds,
                               p->prover->rng, err);
    }
    if (status == ZKML_OK)
        zk_buf_bytes(out, proof, length);
    free(proof);
    return status;
}

static zkml_status prove_link(const phases *p, zk_buf *out, zkml_error *err)
{
    size_t count = zk_ties_linked(p->ties);
    if (count == 0)
        return ZKML_OK;
    linked l = {.rows = calloc(count, sizeof *l.rows),
                .blinds = calloc(count, sizeof *l.blinds),
                .items = calloc(count, sizeof *l.items),
                .points = calloc(count, sizeof *l.points)};
    bool good = l.rows != NULL && l.blinds != NULL && l.items != NULL && l.points != NULL;
    zkml_status status = good ? collect_linked(&l, p, err) : out_of_memory(err);
    if (status == ZKML_OK)
        status = write_link(p, &l, out, err);
    if (l.blinds != NULL)
        sodium_memzero(l.blinds, count * sizeof *l.blinds);
    if (l.items != NULL)
        sodium_memzero(l.items, count * sizeof *l.items);
    free(l.rows);
    free(l.blinds);
    free(l.items);
    free(l.points);
    return status;
}

/* All of it ----------------------------------------------------------------------------------- */

static zkml_status run(phases *p, zk_buf *link, zkml_error *err)
{
    const zk_layer *layer = p->ties->layer;
    uint32_t part_b = layer->phase0, part_c = part_b + layer->challenges;
    ZK_TRY(expand_instance(p, err));
    ZK_TRY(fill_counts(p, err));
    zk_prover_draw_advice(p->prover, layer->phase0, p->columns);
    ZK_TRY(commit_part(p, 0, layer->phase0, err));
    ZK_TRY(derive_challenges(p, err));
    prepare_columns(p);
    zk_prover_draw_advice(p->prover, layer->challenges + layer->phase1, p->columns + part_b);
    ZK_TRY(commit_part(p, part_b, layer->challenges, err));
    ZK_TRY(fill_folds(p, err));
    ZK_TRY(fill_rest(p, err));
    ZK_TRY(commit_part(p, part_c, layer->phase1, err));
    return prove_link(p, link, err);
}

zkml_status zk_phases_commit(zk_prover *prover, const zk_witness *witness, const zk_ties *ties,
                             const uint8_t digest[32], zk_buf *link, zkml_error *err)
{
    size_t count = (size_t)ties->columns + 1;
    phases p = {.prover = prover, .witness = witness, .ties = ties, .digest = digest};
    p.columns = calloc(count, sizeof *p.columns);
    if (p.columns == NULL)
        return out_of_memory(err);
    memcpy(p.columns, witness->advice, ties->columns * sizeof *p.columns);
    zkml_status status = run(&p, link, err);
    free(p.columns);
    free(p.instance);
    if (status == ZKML_OK && link->failed)
        status = out_of_memory(err);
    return status;
}

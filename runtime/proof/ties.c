#include "runtime/proof/ties.h"

#include <stdlib.h>
#include <string.h>

#include "runtime/proof/bind.h"
#include "runtime/proof/challenges.h"

static int by_column(const void *left, const void *right)
{
    const zk_committed_column *a = left, *b = right;
    return (a->column > b->column) - (a->column < b->column);
}

static size_t value_count(const zk_schema *schema)
{
    return schema->param_count + schema->result_count;
}

/* What the first input binds the value to; the other inputs do the same. */
static bool is_bound(const zk_files *files, size_t value)
{
    return (files->values != NULL && files->values[value] != NULL) ||
           (files->value_openings != NULL && files->value_openings[value] != NULL);
}

static zkml_status list_committed(zk_ties *ties, const zk_schema *schema, const zk_files *files,
                                  zkml_error *err)
{
    uint64_t columns = 0;
    for (size_t i = 0; i < value_count(schema); i++)
        if (is_bound(files, i))
            columns += zk_committed_columns(zk_schema_field(schema, i)->count, ties->k);
    ties->committed = calloc((size_t)columns + 1, sizeof *ties->committed);
    if (ties->committed == NULL)
        return zk_fail(err, ZKML_LIMIT, "out of memory for the committed columns");
    for (size_t i = 0; i < value_count(schema); i++) {
        const zk_field_schema *field = zk_schema_field(schema, i);
        if (!is_bound(files, i))
            continue;
        if (field->visibility != ZK_COMMITTED)
            return zk_fail(err, ZKML_INVALID, "%s is not committed: no file goes with it",
                           field->name);
        for (uint32_t p = 0; p < zk_committed_columns(field->count, ties->k); p++)
            ties->committed[ties->committed_count++] = (zk_committed_column){
                .column = field->first_column + p,
                .file = ties->own_files,
                .part = p,
                .field = field};
        ties->own_files++;
    }
    qsort(ties->committed, ties->committed_count, sizeof *ties->committed, by_column);
    return ZKML_OK;
}

/* Files --------------------------------------------------------------------------------------- */

zkml_status zk_ties_check_opening(const zk_ties *ties, const zk_layer_matrix *matrix,
                                  const zk_opening *opening, zkml_error *err)
{
    if (opening->k != ties->k || matrix->block >= opening->block_count ||
        !zk_block_same(&opening->blocks[matrix->block].shape, &matrix->shape))
        return zk_fail(err, ZKML_INVALID,
                       "%s: the opening has another shape or other rows than the circuit",
                       ties->layer->files[matrix->file]);
    return ZKML_OK;
}

static zkml_status check_matrix(const zk_ties *ties, const zk_layer_matrix *matrix,
                                zkml_error *err)
{
    const zk_commitment *file = ties->published[matrix->file];
    const char *name = ties->names[matrix->file];
    if (file->k != ties->k)
        return zk_fail(err, ZKML_INVALID,
                       "%s: the commitment file is for circuits of 2^%u rows, this one has 2^%u",
                       name, file->k, ties->k);
    if (matrix->block >= file->block_count ||
        !zk_block_same(&file->blocks[matrix->block].shape, &matrix->shape))
        return zk_fail(err, ZKML_INVALID,
                       "%s: the commitment file has another shape or other rows than the circuit",
                       name);
    return ties->openings == NULL
               ? ZKML_OK
               : zk_ties_check_opening(ties, matrix, ties->openings[matrix->file], err);
}

static zkml_status check_files(const zk_ties *ties, zkml_error *err)
{
    for (size_t f = 0; ties->openings != NULL && f < ties->file_count; f++)
        if (memcmp(ties->openings[f]->commitment, ties->published[f]->digest, ZK_DIGEST_BYTES) !=
            0)
            return zk_fail(err, ZKML_INVALID,
                           "%s: the opening is not that of the commitment file that it names",
                           ties->names[f]);
    for (uint32_t f = 0; f < ties->layer->fold_count; f++)
        for (uint32_t m = 0; m < ties->layer->folds[f].matrix_count; m++)
            if (ties->layer->folds[f].matrices[m].file != ZK_NONE)
                ZK_TRY(check_matrix(ties, &ties->layer->folds[f].matrices[m], err));
    return ZKML_OK;
}

static zkml_status take_value(zk_ties *ties, const zk_files *files, size_t entry,
                              const zk_field_schema *field, zkml_error *err)
{
    if (files->values[entry] == NULL ||
        (ties->openings != NULL && files->value_openings[entry] == NULL))
        return zk_fail(err, ZKML_INVALID, "%s is bound to a file for some inputs only",
                       field->name);
    ZK_TRY(zk_bind_check(field, ties->k, files->values[entry], err));
    ties->names[ties->file_count] = field->name;
    if (ties->openings != NULL)
        ties->openings[ties->file_count] = files->value_openings[entry];
    ties->published[ties->file_count++] = files->values[entry];
    return ZKML_OK;
}

static zkml_status take_files(zk_ties *ties, const zk_schema *schema, const zk_files *files,
                              zkml_error *err)
{
    size_t shared = ties->layer->file_count, values = value_count(schema);
    size_t all = shared + (size_t)ties->inputs * ties->own_files + 1;
    bool prover = files->shared_openings != NULL || files->value_openings != NULL;
    ties->published = calloc(all, sizeof *ties->published);
    ties->names = calloc(all, sizeof *ties->names);
    ties->openings = prover ? calloc(all, sizeof *ties->openings) : NULL;
    if (ties->published == NULL || ties->names == NULL || (prover && ties->openings == NULL))
        return zk_fail(err, ZKML_LIMIT, "out of memory for the commitment files");
    if (shared > 0 && (files->shared == NULL || (prover && files->shared_openings == NULL)))
        return zk_fail(err, ZKML_INVALID,
                       "the circuit's weights are committed: their files are needed");
    for (; ties->file_count < shared; ties->file_count++) {
        size_t f = ties->file_count;
        ties->names[f] = ties->layer->files[f];
        ties->published[f] = files->shared[f];
        if (prover)
            ties->openings[f] = files->shared_openings[f];
    }
    for (uint32_t input = 0; input < ties->inputs; input++)
        for (size_t i = 0; i < values; i++)
            if (is_bound(files, i))
                ZK_TRY(take_value(ties, files, input * values + i, zk_schema_field(schema, i),
                                  err));
    return check_files(ties, err);
}

zkml_status zk_ties_init(zk_ties *ties, const zk_layer *layer, const zk_schema *schema,
                         const zk_constraint_system *cs, uint32_t k, uint32_t inputs,
                         const zk_files *files, zkml_error *err)
{
    static const zk_files none = {0};
    *ties = (zk_ties){
        .plain = {.phase0 = cs->n_advice}, .k = k, .columns = cs->n_advice, .inputs = inputs};
    if (files == NULL)
        files = &none;
    ties->layer = layer != NULL ? layer : &ties->plain;
    ties->usable = (uint32_t)zk_cs_usable_rows(cs, k);
    for (uint32_t f = 0; f < ties->layer->fold_count; f++)
        ties->masked += zk_fold_masked(&ties->layer->folds[f]);
    ZK_TRY(list_committed(ties, schema, files, err));
    return take_files(ties, schema, files, err);
}

void zk_ties_free(zk_ties *ties)
{
    free(ties->committed);
    free(ties->published);
    free(ties->openings);
    free(ties->names);
    memset(ties, 0, sizeof *ties);
}

size_t zk_ties_linked(const zk_ties *ties)
{
    return (size_t)ties->inputs * (ties->masked + ties->committed_count);
}

static size_t blind_rows(const zk_ties *ties)
{
    return ((size_t)1 << ties->k) - ties->usable;
}

size_t zk_ties_link_length(const zk_ties *ties)
{
    return zk_ties_linked(ties) == 0 ? 0 : zk_link_length(blind_rows(ties));
}

size_t zk_ties_own_file(const zk_ties *ties, uint32_t input, uint32_t file)
{
    return ties->layer->file_count + (size_t)input * ties->own_files + file;
}

/* Challenges ---------------------------------------------------------------------------------- */

void zk_ties_link(zk_link *link, const zk_ties *ties, const zk_params *params,
                  const uint8_t *seed, const zk_vesta_affine *points, size_t count)
{
    *link = (zk_link){.generators = params->g_lagrange + ties->usable,
                      .generator_count = blind_rows(ties),
                      .points = points,
                      .point_count = count};
    zk_link_start(link, "zkmlc-link-delta", "zkmlc-link-chall");
    zk_link_hash(link, seed, ZK_SEED_BYTES);
    zk_hash_u32(&link->delta, (uint32_t)count);
    zk_hash_u32(&link->challenge, (uint32_t)count);
    for (size_t f = 0; f < count; f++) {
        zk_hash_point(&link->delta, &points[f]);
        zk_hash_point(&link->challenge, &points[f]);
    }
}

void zk_ties_challenge(zk_fp *value, const zk_ties *ties, const zk_fp *chi, uint32_t b)
{
    const zk_layer *layer = ties->layer;
    zk_monomial(value, chi, layer->exponents + (size_t)b * layer->base_challenges,
                layer->base_challenges);
}

void zk_ties_coefficients(zk_fp *coefficients, const zk_ties *ties,
                          const zk_layer_matrix *matrix, const zk_fp *chi)
{
    uint32_t base = ties->layer->base_challenges;
    for (uint32_t i = 0; i < matrix->shape.outputs; i++)
        zk_monomial(&coefficients[i], chi, matrix->exponents + (size_t)i * base, base);
}

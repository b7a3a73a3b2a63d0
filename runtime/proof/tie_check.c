#include "runtime/proof/tie_check.h"

#include <stdlib.h>
#include <string.h>

#include "runtime/poly/msm.h"
#include "runtime/proof/challenges.h"

enum { SLOT = 32 };

typedef struct check {
    const zk_envelope *envelope;
    const zk_ties *ties;
    const zk_params *params;
    uint8_t seed[ZK_SEED_BYTES];
    zk_fp chi[ZK_LAYER_MAX_CHALLENGES];
    zk_vesta_affine *points; /* P_f */
    size_t count;
} check;

/* The commitment of an advice column, from the proof's first bytes. */
static zkml_status read_column(const check *c, uint32_t input, uint32_t column,
                               zk_vesta_affine *point, zkml_error *err)
{
    size_t at = SLOT * ((size_t)input * c->ties->columns + column);
    if (!zk_vesta_from_bytes(point, c->envelope->proof + at) ||
        zk_vesta_affine_is_identity(point))
        return zk_fail(err, ZKML_INVALID, "a commitment in the proof is not a point");
    return ZKML_OK;
}

/* The envelope names the files that were given. */
static zkml_status check_digests(const check *c, zkml_error *err)
{
    const zk_envelope *envelope = c->envelope;
    size_t given = c->ties->file_count;
    if (envelope->file_count != given)
        return zk_fail(err, ZKML_INVALID,
                       "the proof is about %u commitment file%s, and %zu %s given",
                       envelope->file_count, envelope->file_count == 1 ? "" : "s", given,
                       given == 1 ? "is" : "are");
    for (size_t f = 0; f < given; f++)
        if (memcmp(envelope->file_digests + ZK_DIGEST_BYTES * f, c->ties->published[f]->digest,
                   ZK_DIGEST_BYTES) != 0)
            return zk_fail(err, ZKML_INVALID, "the proof is about another commitment to %s",
                           c->ties->names[f]);
    return ZKML_OK;
}

/* The digests in the envelope have been compared with those of the files. */
static void derive_challenges(check *c, const zk_key *key)
{
    const zk_envelope *envelope = c->envelope;
    const zk_seed_input input = {.transcript_repr = &key->vk.transcript_repr,
                                 .circuit_digest = key->circuit_digest,
                                 .circuits = envelope->inputs,
                                 .instance_columns = envelope->instance_columns,
                                 .instances = envelope->instances,
                                 .file_digests = envelope->file_digests,
                                 .files = envelope->file_count,
                                 .phase0 = c->ties->layer->phase0,
                                 .commitments = envelope->proof,
                                 .stride = SLOT * (size_t)c->ties->columns};
    zk_seed(c->seed, &input);
    zk_base_challenges(c->chi, c->ties->layer->base_challenges, c->seed);
}

/* C_b = [kappa_b] G_0 + W */
static zkml_status check_challenges(const check *c, uint32_t input, zkml_error *err)
{
    const zk_layer *layer = c->ties->layer;
    for (uint32_t b = 0; b < layer->challenges; b++) {
        zk_vesta_affine got;
        zk_vesta want, difference;
        zk_fp kappa;
        ZK_TRY(read_column(c, input, layer->phase0 + b, &got, err));
        zk_ties_challenge(&kappa, c->ties, c->chi, b);
        zk_vesta_mul(&want, &c->params->g[0], &kappa);
        zk_vesta_add_affine(&want, &want, &c->params->w);
        zk_vesta_from_affine(&difference, &got);
        if (!zk_vesta_equal(&want, &difference))
            return zk_fail(err, ZKML_INVALID,
                           "challenge column %u does not hold the challenge that follows from "
                           "the proof",
                           layer->phase0 + b);
    }
    return ZKML_OK;
}

/* sum += sum_i [c_i] R_i */
static zkml_status add_matrix(const check *c, const zk_layer_matrix *matrix, zk_vesta *sum,
                              zkml_error *err)
{
    const zk_vesta_affine *rows =
        matrix->file == ZK_NONE
            ? matrix->points
            : c->ties->published[matrix->file]->blocks[matrix->block].points;
    zk_fp *coefficients = calloc(matrix->shape.outputs, sizeof *coefficients);
    zk_vesta folded;
    if (coefficients == NULL)
        return zk_fail(err, ZKML_LIMIT, "out of memory for the verification");
    zk_ties_coefficients(coefficients, c->ties, matrix, c->chi);
    zkml_status status = zk_msm(&folded, rows, coefficients, matrix->shape.outputs, err);
    if (status == ZKML_OK)
        zk_vesta_add(sum, sum, &folded);
    free(coefficients);
    return status;
}

/* D_f = C_f - sum [c_i] R_i; W when nothing is masked. */
static zkml_status check_fold(check *c, uint32_t input, const zk_layer_fold *fold,
                              zkml_error *err)
{
    zk_vesta_affine column;
    zk_vesta sum, w;
    ZK_TRY(read_column(c, input, fold->column, &column, err));
    zk_vesta_identity(&sum);
    for (uint32_t m = 0; m < fold->matrix_count; m++)
        ZK_TRY(add_matrix(c, &fold->matrices[m], &sum, err));
    zk_vesta_neg(&sum, &sum);
    zk_vesta_add_affine(&sum, &sum, &column);
    if (zk_fold_masked(fold)) {
        zk_vesta_to_affine(&c->points[c->count++], &sum);
        return ZKML_OK;
    }
    zk_vesta_from_affine(&w, &c->params->w);
    return zk_vesta_equal(&sum, &w)
               ? ZKML_OK
               : zk_fail(err, ZKML_INVALID, "folded column %u does not hold the circuit's weights",
                         fold->column);
}

static zkml_status collect_differences(check *c, zkml_error *err)
{
    for (uint32_t input = 0; input < c->envelope->inputs; input++) {
        ZK_TRY(check_challenges(c, input, err));
        for (uint32_t f = 0; f < c->ties->layer->fold_count; f++)
            ZK_TRY(check_fold(c, input, &c->ties->layer->folds[f], err));
        for (uint32_t i = 0; i < c->ties->committed_count; i++) {
            const zk_committed_column *tied = &c->ties->committed[i];
            size_t file = zk_ties_own_file(c->ties, input, tied->file);
            zk_vesta_affine column, published;
            zk_vesta sum;
            ZK_TRY(read_column(c, input, tied->column, &column, err));
            zk_vesta_affine_neg(&published,
                                &c->ties->published[file]->blocks[0].points[tied->part]);
            zk_vesta_from_affine(&sum, &column);
            zk_vesta_add_affine(&sum, &sum, &published);
            zk_vesta_to_affine(&c->points[c->count++], &sum);
        }
    }
    return ZKML_OK;
}

static zkml_status run(check *c, zk_point_sum *sum, const zk_key *key, zkml_error *err)
{
    zk_link link;
    derive_challenges(c, key);
    ZK_TRY(collect_differences(c, err));
    if (c->count == 0)
        return ZKML_OK;
    zk_ties_link(&link, c->ties, c->params, c->seed, c->points, c->count);
    return zk_link_add(sum, &link, c->envelope->link, c->envelope->link_length, err);
}

zkml_status zk_ties_check(zk_point_sum *sum, const zk_envelope *envelope, const zk_key *key,
                          const zk_ties *ties, const zk_params *params, zkml_error *err)
{
    check c = {.envelope = envelope, .ties = ties, .params = params};
    size_t columns = (size_t)envelope->inputs * ties->columns;
    ZK_TRY(check_digests(&c, err));
    if (envelope->link_length != zk_ties_link_length(ties))
        return zk_fail(err, ZKML_INVALID, "a link proof has %zu bytes, %zu are right",
                       envelope->link_length, zk_ties_link_length(ties));
    if (envelope->proof_length / SLOT < columns)
        return zk_fail(err, ZKML_INVALID, "the proof is too short");
    c.points = calloc(zk_ties_linked(ties) + 1, sizeof *c.points);
    if (c.points == NULL)
        return zk_fail(err, ZKML_LIMIT, "out of memory for the verification");
    zkml_status status = run(&c, sum, key, err);
    free(c.points);
    return status;
}

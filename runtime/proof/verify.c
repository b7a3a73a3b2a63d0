#include <string.h>

#include "runtime/proof/prove.h"
#include "runtime/proof/tie_check.h"

static const char magic[8] = {'Z', 'K', 'M', 'L', 'P', 'R', 'F', '1'};

/* A proof that is wrong is wrong, whether it can be decoded or not. */
static zkml_status as_invalid(zkml_status status, zkml_error *err)
{
    if (status != ZKML_MALFORMED)
        return status;
    if (err != NULL)
        err->status = ZKML_INVALID;
    return ZKML_INVALID;
}

zkml_status zk_proof_open(zk_envelope *envelope, const char *name, const uint8_t *bytes,
                          size_t length, zkml_error *err)
{
    memset(envelope, 0, sizeof *envelope);
    if (length < sizeof magic || memcmp(bytes, magic, sizeof magic) != 0)
        return zk_fail(err, ZKML_MALFORMED, "%s: not a proof file", name);
    return as_invalid(zk_envelope_read(envelope, name, bytes, length, err), err);
}

static zkml_status check_key(const zk_envelope *e, const zk_key *key, zkml_error *err)
{
    if (memcmp(e->circuit_digest, key->circuit_digest, sizeof e->circuit_digest) != 0)
        return zk_fail(err, ZKML_INVALID, "the proof is for another circuit than the key");
    if (!zk_fp_equal(&e->transcript_repr, &key->vk.transcript_repr))
        return zk_fail(err, ZKML_INVALID, "the proof is for another key of this circuit");
    return ZKML_OK;
}

/* The columns of one input. */
static const zk_instance_values *columns_of(const zk_envelope *e, uint32_t input)
{
    return e->instances + (size_t)input * e->instance_columns;
}

static zkml_status check_counts(const zk_envelope *e, const zk_key *key, zkml_error *err)
{
    if (e->instance_columns != key->cs.n_instance)
        return zk_fail(err, ZKML_INVALID, "the proof has %u columns of public values, %u are right",
                       e->instance_columns, key->cs.n_instance);
    for (uint32_t input = 0; input < e->inputs; input++)
        for (uint32_t c = 0; c < e->instance_columns; c++)
            if (columns_of(e, input)[c].count != key->instance_counts[c])
                return zk_fail(err, ZKML_INVALID, "the proof has %zu public values, %u are right",
                               columns_of(e, input)[c].count, key->instance_counts[c]);
    return ZKML_OK;
}

static zkml_status check_ranges(const zk_instance_values *columns, const zk_field_schema *field,
                                const char *what, zkml_error *err)
{
    if (field->visibility != ZK_PUBLIC)
        return ZKML_OK;
    const zk_fp *values = columns[field->instance_column].values + field->first_row;
    int64_t code;
    for (uint64_t i = 0; i < field->count; i++)
        if (!zk_fp_to_i64(&code, &values[i]) || code < field->lo || code > field->hi)
            return zk_fail(err, ZKML_INVALID, "the public %s %s is outside of its declared range",
                           what, field->name);
    return ZKML_OK;
}

/* The public field that has this row, or NULL. */
static const zk_field_schema *field_at(const zk_field_schema *fields, size_t count, uint32_t column,
                                       size_t row)
{
    for (size_t i = 0; i < count; i++)
        if (fields[i].visibility == ZK_PUBLIC && fields[i].instance_column == column &&
            row >= fields[i].first_row &&
            row - fields[i].first_row < fields[i].count)
            return &fields[i];
    return NULL;
}

static zkml_status check_rest_zero(const zk_instance_values *columns, const zk_key *key,
                                   zkml_error *err)
{
    for (uint32_t c = 0; c < key->cs.n_instance; c++)
        for (size_t row = 0; row < columns[c].count;) {
            const zk_field_schema *field = field_at(key->params, key->param_count, c, row);
            if (field == NULL)
                field = field_at(key->results, key->result_count, c, row);
            if (field != NULL) {
                row = field->first_row + (size_t)field->count;
                continue;
            }
            if (!zk_fp_is_zero(&columns[c].values[row]))
                return zk_fail(err, ZKML_INVALID, "a public value that has no name is not 0");
            row++;
        }
    return ZKML_OK;
}

/* Proofs about several inputs can be read; nothing makes them yet, nor prints their values. */
static zkml_status check_public(const zk_envelope *e, const zk_key *key, zkml_error *err)
{
    ZK_TRY(check_key(e, key, err));
    if (e->inputs != 1)
        return zk_fail(err, ZKML_INVALID, "the proof speaks about %u sets of inputs, not about one",
                       e->inputs);
    ZK_TRY(check_counts(e, key, err));
    for (uint32_t input = 0; input < e->inputs; input++) {
        const zk_instance_values *columns = columns_of(e, input);
        for (size_t i = 0; i < key->param_count; i++)
            ZK_TRY(check_ranges(columns, &key->params[i], "input", err));
        for (size_t i = 0; i < key->result_count; i++)
            ZK_TRY(check_ranges(columns, &key->results[i], "output", err));
        ZK_TRY(check_rest_zero(columns, key, err));
    }
    return ZKML_OK;
}

/* Everything but two equations: the link proof's is added to `link`, the Halo2 proof's to `halo2`.
 * `weigh`: each with a weight. */
static zkml_status add_equations(zk_point_sum *link, zk_point_sum *halo2, bool weigh,
                                 const zk_envelope *e, const zk_key *key, const zk_files *files,
                                 zkml_error *err)
{
    const zk_schema schema = zk_key_schema(key);
    const zk_params *params = link->params;
    zk_ties ties;
    if (params->k != key->k)
        return zk_fail(err, ZKML_USAGE, "parameters for k = %u, a key for k = %u", params->k,
                       key->k);
    ZK_TRY(check_public(e, key, err));
    zkml_status status = zk_ties_init(&ties, key->layer, &schema, &key->cs, key->k, e->inputs,
                                      files, err);
    if (weigh)
        zk_point_sum_weigh(link);
    if (status == ZKML_OK)
        status = zk_ties_check(link, e, key, &ties, params, err);
    for (uint32_t f = 0; f < ties.layer->file_count && status == ZKML_OK; f++) {
        status = zk_commitment_verify(ties.published[f], params, err);
        if (status != ZKML_OK)
            (void)zk_fail_context(err, "%s", ties.names[f]);
    }
    zk_ties_free(&ties);
    if (weigh)
        zk_point_sum_weigh(halo2);
    if (status == ZKML_OK)
        status = as_invalid(zk_verify_add(halo2, &key->vk, e->inputs, e->instances, e->proof,
                                          e->proof_length, NULL, NULL, err),
                            err);
    return status;
}

zkml_status zk_envelope_verify(const zk_envelope *envelope, const zk_key *key,
                               const zk_params *params, const zk_files *files, zkml_error *err)
{
    zk_point_sum link, halo2;
    zk_point_sum_init(&link, params);
    zk_point_sum_init(&halo2, params);
    zkml_status status = add_equations(&link, &halo2, false, envelope, key, files, err);
    if (status == ZKML_OK)
        status = zk_point_sum_check(&link, "a link proof does not verify", err);
    if (status == ZKML_OK)
        status = zk_point_sum_check(&halo2, "the proof does not verify", err);
    zk_point_sum_free(&link);
    zk_point_sum_free(&halo2);
    return status;
}

/* Batches ------------------------------------------------------------------------------------- */

void zk_batch_init(zk_batch *batch, const zk_key *key, const zk_params *params)
{
    batch->key = key;
    zk_point_sum_init(&batch->sum, params);
}

void zk_batch_free(zk_batch *batch)
{
    zk_point_sum_free(&batch->sum);
}

zkml_status zk_batch_add(zk_batch *batch, const zk_envelope *envelope, const zk_files *files,
                         zkml_error *err)
{
    zk_point_sum *sum = &batch->sum;
    size_t before = sum->count;
    zkml_status status = add_equations(sum, sum, true, envelope, batch->key, files, err);
    if (status != ZKML_OK)
        sum->count = before;
    return status;
}

zkml_status zk_batch_check(const zk_batch *batch, zkml_error *err)
{
    return zk_point_sum_check(&batch->sum, "a proof of the batch does not verify", err);
}

void zk_envelope_codes(const zk_envelope *envelope, const zk_field_schema *field, int64_t *codes)
{
    const zk_fp *values = envelope->instances[field->instance_column].values + field->first_row;
    for (uint64_t i = 0; i < field->count; i++)
        ZK_CHECK(zk_fp_to_i64(&codes[i], &values[i]));
}

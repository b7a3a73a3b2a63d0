#include <string.h>

#include "runtime/proof/prove.h"

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

static zkml_status check_counts(const zk_envelope *e, const zk_key *key, zkml_error *err)
{
    if (e->instance_columns != key->cs.n_instance)
        return zk_fail(err, ZKML_INVALID, "the proof has %u columns of public values, %u are right",
                       e->instance_columns, key->cs.n_instance);
    for (uint32_t c = 0; c < e->instance_columns; c++)
        if (e->instances[c].count != key->instance_counts[c])
            return zk_fail(err, ZKML_INVALID, "the proof has %zu public values, %u are right",
                           e->instances[c].count, key->instance_counts[c]);
    return ZKML_OK;
}

static zkml_status check_ranges(const zk_envelope *e, const zk_field_schema *field,
                                const char *what, zkml_error *err)
{
    if (field->visibility != ZK_PUBLIC)
        return ZKML_OK;
    const zk_fp *values = e->instances[field->instance_column].values + field->first_row;
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

static zkml_status check_rest_zero(const zk_envelope *e, const zk_key *key, zkml_error *err)
{
    for (uint32_t c = 0; c < e->instance_columns; c++)
        for (size_t row = 0; row < e->instances[c].count;) {
            const zk_field_schema *field = field_at(key->params, key->param_count, c, row);
            if (field == NULL)
                field = field_at(key->results, key->result_count, c, row);
            if (field != NULL) {
                row = field->first_row + (size_t)field->count;
                continue;
            }
            if (!zk_fp_is_zero(&e->instances[c].values[row]))
                return zk_fail(err, ZKML_INVALID, "a public value that has no name is not 0");
            row++;
        }
    return ZKML_OK;
}

zkml_status zk_envelope_verify_bound(const zk_envelope *envelope, const zk_key *key,
                                     const zk_commitment *const *files, const zk_params *params,
                                     zkml_error *err)
{
    ZK_TRY(check_key(envelope, key, err));
    ZK_TRY(check_counts(envelope, key, err));
    for (size_t i = 0; i < key->param_count; i++)
        ZK_TRY(check_ranges(envelope, &key->params[i], "input", err));
    for (size_t i = 0; i < key->result_count; i++)
        ZK_TRY(check_ranges(envelope, &key->results[i], "output", err));
    ZK_TRY(check_rest_zero(envelope, key, err));
    ZK_TRY(zk_bind_verify(envelope, key, files, params, err));
    return as_invalid(zk_verify(&key->vk, params, 1, envelope->instances, envelope->proof,
                                envelope->proof_length, NULL, NULL, err),
                      err);
}

zkml_status zk_envelope_verify(const zk_envelope *envelope, const zk_key *key,
                               const zk_params *params, zkml_error *err)
{
    return zk_envelope_verify_bound(envelope, key, NULL, params, err);
}

void zk_envelope_codes(const zk_envelope *envelope, const zk_field_schema *field, int64_t *codes)
{
    const zk_fp *values = envelope->instances[field->instance_column].values + field->first_row;
    for (uint64_t i = 0; i < field->count; i++)
        ZK_CHECK(zk_fp_to_i64(&codes[i], &values[i]));
}

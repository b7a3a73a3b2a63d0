#include "runtime/proof/publish.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/circuit/codec.h"

static zkml_status no_memory(zkml_error *err)
{
    return zk_fail(err, ZKML_LIMIT, "out of memory for the value");
}

zkml_status zk_publish_inputs(zk_inputs *inputs, const zk_circuit *circuit, size_t number,
                              const char *path, const char *text, size_t length, zkml_error *err)
{
    bool *optional = calloc(circuit->param_count + 1, sizeof *optional);
    *inputs = (zk_inputs){0};
    if (optional == NULL)
        return no_memory(err);
    for (size_t i = 0; i < circuit->param_count; i++)
        optional[i] = number < circuit->param_count && i != number;
    zkml_status status = text != NULL
                             ? zk_inputs_parse(inputs, circuit->params, circuit->param_count,
                                               optional, path, text, length, err)
                             : zk_inputs_read_some(inputs, circuit->params, circuit->param_count,
                                                   optional, path, err);
    free(optional);
    return status;
}

static zkml_status run_result(int64_t *codes, const zk_circuit *circuit, const zk_inputs *inputs,
                              const zk_field_schema *field, zkml_error *err)
{
    zk_witness witness;
    zkml_status status = zk_witness_run(&witness, circuit, inputs, ZK_WITNESS_STRICT, err);
    for (uint64_t e = 0; status == ZKML_OK && e < field->count; e++)
        if (!zk_witness_code(&witness, field->reg, e, &codes[e]))
            status =
                zk_fail(err, ZKML_MALFORMED, "the result %s does not fit its type", field->name);
    zk_witness_free(&witness);
    return status;
}

zkml_status zk_publish_codes(int64_t *codes, const zk_circuit *circuit, size_t number,
                             const zk_inputs *inputs, zkml_error *err)
{
    if (number >= circuit->param_count)
        return run_result(codes, circuit, inputs, &circuit->results[number - circuit->param_count],
                          err);
    memcpy(codes, inputs->codes[number], (size_t)circuit->params[number].count * sizeof *codes);
    return ZKML_OK;
}

static zkml_status start_random(zk_rng *rng, const int64_t *codes, uint64_t count, zkml_error *err)
{
    uint8_t digest[32];
    zk_digest(digest, "zkmlc-hedge-data", (const uint8_t *)codes, (size_t)count * sizeof *codes);
    zkml_status status = zk_rng_init_secure(rng, digest, sizeof digest, err);
    sodium_memzero(digest, sizeof digest);
    return status;
}

zkml_status zk_publish(zk_buf *file, zk_buf *opening, uint8_t digest[32], const int64_t *codes,
                       uint64_t count, const zk_params *params, zkml_error *err)
{
    zk_owned_block block = {.shape = {.kind = ZK_BLOCK_VECTOR, .elements = count}, .values = codes};
    zk_opening made = {.k = params->k, .block_count = 1, .blocks = &block};
    size_t columns = (size_t)zk_committed_columns(count, params->k);
    zk_rng rng = {0};
    block.blinds = calloc(columns + 1, sizeof *block.blinds);
    if (block.blinds == NULL)
        return no_memory(err);
    zkml_status status = start_random(&rng, codes, count, err);
    if (status == ZKML_OK)
        status = zk_commitment_make(file, made.commitment, &block, 1, params, &rng, err);
    if (status == ZKML_OK)
        status = zk_opening_write(&made, opening, err);
    memcpy(digest, made.commitment, sizeof made.commitment);
    zk_rng_wipe(&rng);
    sodium_memzero(block.blinds, columns * sizeof *block.blinds);
    free(block.blinds);
    return status;
}

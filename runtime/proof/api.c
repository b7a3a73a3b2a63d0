/* The functions of zkml.h, over the library's own. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/base/file.h"
#include "runtime/proof/api.h"

#define MAX_CIRCUIT_BYTES ((size_t)4 << 30)
#define MAX_KEY_BYTES ((size_t)1 << 30)

struct zkml_values {
    zk_arena arena;
    zkml_value *list;
    size_t count;
};

/* Zeroed memory in *object. */
static zkml_status create(void **object, size_t size, zkml_error *err)
{
    *object = NULL;
    if (sodium_init() < 0)
        return zk_fail(err, ZKML_INTERNAL, "libsodium cannot be initialised");
    *object = calloc(1, size);
    return *object != NULL ? ZKML_OK : zk_fail(err, ZKML_LIMIT, "out of memory");
}

/* Circuits ------------------------------------------------------------------------------------ */

zkml_status zkml_circuit_read(zkml_circuit **circuit, const char *name, const void *bytes,
                              size_t length, zkml_error *err)
{
    void *made;
    *circuit = NULL;
    ZK_TRY(create(&made, sizeof **circuit, err));
    *circuit = made;
    zkml_status status = zk_circuit_read(&(*circuit)->circuit, name, bytes, length, err);
    if (status != ZKML_OK) {
        zkml_circuit_free(*circuit);
        *circuit = NULL;
    }
    return status;
}

zkml_status zkml_circuit_load(zkml_circuit **circuit, const char *path, zkml_error *err)
{
    zk_buf bytes;
    *circuit = NULL;
    ZK_TRY(zk_file_read(path, MAX_CIRCUIT_BYTES, &bytes, err));
    zkml_status status = zkml_circuit_read(circuit, path, bytes.data, bytes.length, err);
    zk_buf_free(&bytes);
    return status;
}

void zkml_circuit_free(zkml_circuit *circuit)
{
    if (circuit != NULL)
        zk_circuit_free(&circuit->circuit);
    free(circuit);
}

const char *zkml_circuit_name(const zkml_circuit *circuit)
{
    return circuit->circuit.name;
}

const uint8_t *zkml_circuit_digest(const zkml_circuit *circuit)
{
    return circuit->circuit.digest;
}

/* Keys ---------------------------------------------------------------------------------------- */

void zkml_bytes_free(zkml_bytes *bytes)
{
    if (bytes == NULL)
        return;
    free(bytes->data);
    *bytes = (zkml_bytes){0};
}

void zk_api_give(zkml_bytes *bytes, zk_buf *buf)
{
    *bytes = (zkml_bytes){buf->data, buf->length};
    *buf = (zk_buf){0};
}

static zkml_status generate_key(zkml_key *key, const zk_circuit *circuit, zkml_error *err)
{
    ZK_TRY(zk_params_load(&key->params, circuit->k, NULL, NULL, err));
    ZK_TRY(zk_key_generate(&key->key, circuit, &key->params, err));
    return zk_key_write(&key->key, &key->bytes, err);
}

static zkml_status read_key(zkml_key *key, const char *name, const void *bytes, size_t length,
                            zkml_error *err)
{
    ZK_TRY(zk_key_read(&key->key, name, bytes, length, err));
    zk_buf_bytes(&key->bytes, bytes, length);
    if (key->bytes.failed)
        return zk_fail(err, ZKML_LIMIT, "%s: out of memory", name);
    return zk_params_load(&key->params, key->key.k, NULL, NULL, err);
}

static zkml_status finish_key(zkml_key **key, zkml_status status)
{
    if (status != ZKML_OK) {
        zkml_key_free(*key);
        *key = NULL;
    }
    return status;
}

zkml_status zkml_setup(zkml_key **key, const zkml_circuit *circuit, zkml_error *err)
{
    void *made;
    *key = NULL;
    ZK_TRY(create(&made, sizeof **key, err));
    *key = made;
    return finish_key(key, generate_key(*key, &circuit->circuit, err));
}

zkml_status zkml_key_read(zkml_key **key, const char *name, const void *bytes, size_t length,
                          zkml_error *err)
{
    void *made;
    *key = NULL;
    ZK_TRY(create(&made, sizeof **key, err));
    *key = made;
    return finish_key(key, read_key(*key, name, bytes, length, err));
}

zkml_status zkml_key_load(zkml_key **key, const char *path, zkml_error *err)
{
    zk_buf bytes;
    *key = NULL;
    ZK_TRY(zk_file_read(path, MAX_KEY_BYTES, &bytes, err));
    zkml_status status = zkml_key_read(key, path, bytes.data, bytes.length, err);
    zk_buf_free(&bytes);
    return status;
}

zkml_status zkml_key_write(zkml_bytes *bytes, const zkml_key *key, zkml_error *err)
{
    zk_buf copy = {0};
    *bytes = (zkml_bytes){0};
    zk_buf_bytes(&copy, key->bytes.data, key->bytes.length);
    if (copy.failed)
        return zk_fail(err, ZKML_LIMIT, "out of memory for the key");
    zk_api_give(bytes, &copy);
    return ZKML_OK;
}

void zkml_key_free(zkml_key *key)
{
    if (key != NULL) {
        zk_key_free(&key->key);
        zk_params_free(&key->params);
        zk_buf_free(&key->bytes);
    }
    free(key);
}

const char *zkml_key_name(const zkml_key *key)
{
    return key->key.name;
}

const uint8_t *zkml_key_circuit_digest(const zkml_key *key)
{
    return key->key.circuit_digest;
}

const uint8_t *zkml_key_digest(const zkml_key *key)
{
    return key->key.digest;
}

/* Proofs -------------------------------------------------------------------------------------- */

static zkml_status prove_inputs(zk_buf *proof, const zk_circuit *circuit, const zkml_key *key,
                                const zk_inputs *inputs, const zk_opening *const *openings,
                                zkml_error *err)
{
    const zk_files files = {.value_openings = openings};
    zk_witness witness = {0};
    zkml_status status = zk_witness_run(&witness, circuit, inputs, ZK_WITNESS_STRICT, err);
    if (status == ZKML_OK)
        status = zk_witness_assign(&witness, err);
    if (status == ZKML_OK)
        status = zk_prove(proof, &witness, &key->key, &key->params,
                          openings != NULL ? &files : NULL, NULL, NULL, err);
    zk_witness_free(&witness);
    return status;
}

/* Parameters that openings hold need not be in the JSON text. */
static zkml_status read_inputs(zk_inputs *inputs, const zk_circuit *c, const char *json,
                               size_t length, const char *path, const zk_opening *const *openings,
                               zkml_error *err)
{
    bool *optional = calloc(c->param_count + 1, sizeof *optional);
    *inputs = (zk_inputs){0};
    if (optional == NULL)
        return zk_fail(err, ZKML_LIMIT, "out of memory for the input");
    for (size_t i = 0; i < c->param_count; i++)
        optional[i] = openings != NULL && openings[i] != NULL;
    zkml_status status = zk_inputs_parse(inputs, c->params, c->param_count, optional,
                                         path != NULL ? path : "input", json, length, err);
    free(optional);
    return status == ZKML_OK && openings != NULL ? zk_bind_inputs(inputs, c, openings, err)
                                                 : status;
}

zkml_status zk_api_prove(zkml_bytes *proof, const zkml_circuit *circuit, const zkml_key *key,
                         const char *json, size_t length, const char *path,
                         const zk_opening *const *openings, zkml_error *err)
{
    const zk_circuit *c = &circuit->circuit;
    zk_inputs inputs;
    zk_buf made = {0};
    *proof = (zkml_bytes){0};
    zkml_status status = read_inputs(&inputs, c, json, length, path, openings, err);
    if (status == ZKML_OK)
        status = prove_inputs(&made, c, key, &inputs, openings, err);
    zk_inputs_free(&inputs);
    if (status == ZKML_OK)
        zk_api_give(proof, &made);
    zk_buf_free(&made);
    return status;
}

zkml_status zkml_prove(zkml_bytes *proof, const zkml_circuit *circuit, const zkml_key *key,
                       const char *json, size_t length, const char *path, zkml_error *err)
{
    return zk_api_prove(proof, circuit, key, json, length, path, NULL, err);
}

/* Public values ------------------------------------------------------------------------------- */

static zkml_status fill_value(zkml_values *values, zkml_value *value, zkml_role role,
                              const zk_envelope *envelope, const zk_field_schema *field)
{
    static const zkml_type types[] = {
        [ZK_TYPE_INT] = ZKML_TYPE_INT,   [ZK_TYPE_FIX] = ZKML_TYPE_FIX,
        [ZK_TYPE_UFIX] = ZKML_TYPE_UFIX, [ZK_TYPE_QUANT] = ZKML_TYPE_QUANT,
        [ZK_TYPE_BOOL] = ZKML_TYPE_BOOL,
    };
    zk_arena *arena = &values->arena;
    size_t count = (size_t)field->count;
    zk_buf json = {0};
    int64_t *codes = ZK_ARENA_NEW(arena, int64_t, count);
    uint32_t *extent = ZK_ARENA_NEW(arena, uint32_t, (size_t)field->rank + 1);
    char *name = zk_arena_strndup(arena, field->name, strlen(field->name));
    if (codes == NULL || extent == NULL || name == NULL)
        return ZKML_LIMIT;
    zk_envelope_codes(envelope, field, codes);
    memcpy(extent, field->extent, field->rank * sizeof *extent);
    zk_json_put_codes(&json, field, codes);
    char *text = json.failed ? NULL
                             : zk_arena_strndup(arena, (const char *)json.data, json.length);
    zk_buf_free(&json);
    *value = (zkml_value){.name = name,
                          .role = role,
                          .type = types[field->kind],
                          .rank = field->rank,
                          .extent = extent,
                          .count = count,
                          .codes = codes,
                          .scale_num = field->scale_num,
                          .scale_den = field->scale_den,
                          .json = text};
    return text != NULL ? ZKML_OK : ZKML_LIMIT;
}

static zkml_status fill_list(zkml_values *values, zkml_role role, const zk_envelope *envelope,
                             const zk_field_schema *fields, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (fields[i].visibility == ZK_PUBLIC)
            ZK_TRY(fill_value(values, &values->list[values->count++], role, envelope, &fields[i]));
    return ZKML_OK;
}

static zkml_status fill_values(zkml_values *values, const zk_envelope *envelope, const zk_key *key)
{
    zk_arena_init(&values->arena, 0);
    values->list =
        ZK_ARENA_NEW(&values->arena, zkml_value, key->param_count + key->result_count + 1);
    if (values->list == NULL)
        return ZKML_LIMIT;
    ZK_TRY(fill_list(values, ZKML_INPUT, envelope, key->params, key->param_count));
    return fill_list(values, ZKML_OUTPUT, envelope, key->results, key->result_count);
}

static zkml_status make_values(zkml_values **values, const zk_envelope *envelope,
                               const zk_key *key, zkml_error *err)
{
    void *made;
    ZK_TRY(create(&made, sizeof **values, err));
    *values = made;
    zkml_status status = fill_values(*values, envelope, key);
    if (status != ZKML_OK) {
        zkml_values_free(*values);
        *values = NULL;
        return zk_fail(err, status, "out of memory for the public values");
    }
    return ZKML_OK;
}

zkml_status zk_api_verify(zkml_values **values, const zkml_key *key, const void *proof,
                          size_t length, const zk_commitment *const *files, zkml_error *err)
{
    const zk_files bound = {.values = files};
    zk_envelope envelope;
    if (values != NULL)
        *values = NULL;
    zkml_status status = zk_proof_open(&envelope, "proof", proof, length, err);
    if (status == ZKML_OK)
        status = zk_envelope_verify(&envelope, &key->key, &key->params,
                                    files != NULL ? &bound : NULL, err);
    if (status == ZKML_OK && values != NULL)
        status = make_values(values, &envelope, &key->key, err);
    zk_envelope_free(&envelope);
    return status;
}

zkml_status zkml_verify(zkml_values **values, const zkml_key *key, const void *proof, size_t length,
                        zkml_error *err)
{
    return zk_api_verify(values, key, proof, length, NULL, err);
}

size_t zkml_values_count(const zkml_values *values)
{
    return values->count;
}

const zkml_value *zkml_values_at(const zkml_values *values, size_t index)
{
    return index < values->count ? &values->list[index] : NULL;
}

const zkml_value *zkml_values_find(const zkml_values *values, zkml_role role, const char *name)
{
    for (size_t i = 0; i < values->count; i++)
        if (values->list[i].role == role && strcmp(values->list[i].name, name) == 0)
            return &values->list[i];
    return NULL;
}

void zkml_values_free(zkml_values *values)
{
    if (values != NULL)
        zk_arena_free(&values->arena);
    free(values);
}

#include "runtime/proof/key.h"

#include <string.h>

#include "runtime/circuit/codec.h"
#include "runtime/proof/commitment.h"

static const zk_seal seal = {
    .magic = "ZKMLKEY1",
    .personal = "zkmlc-verify-key",
    .version = 1,
    .wrong = "this is not a verifying key of zkml (circuit.vk)",
};

/* ---- contents ---- */

zkml_status zk_contents_init(zk_contents *contents, const zk_circuit *circuit, zkml_error *err)
{
    memset(contents, 0, sizeof *contents);
    zk_arena_init(&contents->arena, 0);
    zk_column *fixed = ZK_ARENA_NEW(&contents->arena, zk_column, circuit->cs.n_fixed);
    zk_copy *copies = ZK_ARENA_NEW(&contents->arena, zk_copy, circuit->copy_count);
    if (fixed == NULL || copies == NULL) {
        zk_contents_free(contents);
        return zk_fail(err, ZKML_LIMIT, "out of memory for %zu copies", circuit->copy_count);
    }
    for (uint32_t i = 0; i < circuit->cs.n_fixed; i++) {
        const zk_fixed_column *f = &circuit->fixed[i];
        fixed[i] = f->wide != NULL
                       ? (zk_column){.type = ZK_COLUMN_FP, .length = f->count, .u.fp = f->wide}
                       : (zk_column){.type = ZK_COLUMN_I64, .length = f->count, .u.i64 = f->small};
    }
    for (size_t i = 0; i < circuit->copy_count; i++) {
        const zk_cell *a = &circuit->copies[i].a, *b = &circuit->copies[i].b;
        copies[i] = (zk_copy){.left = {a->kind, a->column},
                              .right = {b->kind, b->column},
                              .left_row = a->row,
                              .right_row = b->row};
    }
    contents->input =
        (zk_keygen_input){.fixed = fixed, .copies = copies, .n_copies = circuit->copy_count};
    return ZKML_OK;
}

void zk_contents_free(zk_contents *contents)
{
    zk_arena_free(&contents->arena);
    memset(contents, 0, sizeof *contents);
}

/* ---- making ---- */

static void begin(zk_key *key, size_t memory)
{
    memset(key, 0, sizeof *key);
    zk_arena_init(&key->arena, memory);
    zk_cs_init(&key->cs);
}

void zk_key_free(zk_key *key)
{
    zk_vk_free(&key->vk);
    zk_cs_free(&key->cs);
    zk_arena_free(&key->arena);
    memset(key, 0, sizeof *key);
}

/* A system of the key's own: the circuit's calls again. */
static zkml_status copy_system(zk_key *key, const zk_constraint_system *cs, zkml_error *err)
{
    zk_buf script = {0};
    zk_script_put(&script, cs);
    zkml_status status = ZKML_LIMIT;
    if (script.failed) {
        (void)zk_fail(err, ZKML_LIMIT, "out of memory for the constraint system");
    } else {
        zk_reader reader;
        zk_reader_init(&reader, "constraint system", script.data, script.length);
        zk_script_get(&reader, &key->cs);
        status = zk_reader_finish(&reader, err);
    }
    zk_buf_free(&script);
    return status;
}

static zkml_status copy_fields(zk_key *key, zk_field_schema **to, size_t *to_count,
                               const zk_field_schema *from, size_t count, zkml_error *err)
{
    *to = ZK_ARENA_NEW(&key->arena, zk_field_schema, count);
    if (*to == NULL)
        return zk_fail(err, ZKML_LIMIT, "out of memory for the verifying key");
    for (size_t i = 0; i < count; i++) {
        if (from[i].visibility == ZK_PRIVATE)
            continue;
        zk_field_schema *field = &(*to)[(*to_count)++];
        *field = from[i];
        field->reg = 0;
        field->name = zk_arena_strndup(&key->arena, from[i].name, strlen(from[i].name));
        if (field->name == NULL)
            return zk_fail(err, ZKML_LIMIT, "out of memory for the verifying key");
    }
    return ZKML_OK;
}

static zkml_status copy_schema(zk_key *key, const zk_circuit *circuit, zkml_error *err)
{
    memcpy(key->circuit_digest, circuit->digest, sizeof key->circuit_digest);
    key->k = circuit->k;
    key->name = zk_arena_strndup(&key->arena, circuit->name, strlen(circuit->name));
    key->instance_counts = ZK_ARENA_NEW(&key->arena, uint32_t, circuit->cs.n_instance);
    if (key->name == NULL || key->instance_counts == NULL)
        return zk_fail(err, ZKML_LIMIT, "out of memory for the verifying key");
    for (uint32_t i = 0; i < circuit->cs.n_instance; i++)
        key->instance_counts[i] = circuit->instance_counts[i];
    ZK_TRY(copy_fields(key, &key->params, &key->param_count, circuit->params,
                       circuit->param_count, err));
    return copy_fields(key, &key->results, &key->result_count, circuit->results,
                       circuit->result_count, err);
}

/* One matrix of the key: shape and coefficients are copied, const weights become points. */
static zkml_status copy_matrix(zk_key *key, zk_layer_matrix *to, const zk_layer_matrix *from,
                               uint32_t base_challenges, const zk_params *params,
                               zkml_error *err)
{
    size_t exponents = (size_t)from->shape.outputs * base_challenges;
    *to = (zk_layer_matrix){.file = from->file, .block = from->block, .shape = from->shape};
    to->shape.runs = ZK_ARENA_NEW(&key->arena, zk_run, from->shape.inputs);
    to->exponents = ZK_ARENA_NEW(&key->arena, uint32_t, exponents + 1);
    to->points = ZK_ARENA_NEW(&key->arena, zk_vesta_affine, from->shape.outputs);
    if (to->shape.runs == NULL || to->exponents == NULL || to->points == NULL)
        return zk_fail(err, ZKML_LIMIT, "out of memory for the verifying key");
    memcpy(to->shape.runs, from->shape.runs, from->shape.inputs * sizeof *to->shape.runs);
    if (exponents > 0)
        memcpy(to->exponents, from->exponents, exponents * sizeof *to->exponents);
    if (from->file == ZK_NONE)
        return zk_commit_matrix(to->points, from, params, err);
    to->points = NULL;
    return ZKML_OK;
}

static zkml_status copy_folds(zk_key *key, const zk_layer *from, const zk_params *params,
                              zkml_error *err)
{
    key->layer->folds = ZK_ARENA_NEW(&key->arena, zk_layer_fold, (size_t)from->fold_count + 1);
    if (key->layer->folds == NULL)
        return zk_fail(err, ZKML_LIMIT, "out of memory for the verifying key");
    for (uint32_t f = 0; f < from->fold_count; f++) {
        const zk_layer_fold *fold = &from->folds[f];
        zk_layer_matrix *matrices =
            ZK_ARENA_NEW(&key->arena, zk_layer_matrix, fold->matrix_count);
        if (matrices == NULL)
            return zk_fail(err, ZKML_LIMIT, "out of memory for the verifying key");
        key->layer->folds[f] = (zk_layer_fold){
            .column = fold->column, .matrix_count = fold->matrix_count, .matrices = matrices};
        for (uint32_t m = 0; m < fold->matrix_count; m++)
            ZK_TRY(copy_matrix(key, &matrices[m], &fold->matrices[m], from->base_challenges,
                               params, err));
    }
    return ZKML_OK;
}

static zkml_status copy_layer(zk_key *key, const zk_layer *from, const zk_params *params,
                              zkml_error *err)
{
    size_t exponents = (size_t)from->challenges * from->base_challenges;
    zk_layer *to = key->layer = ZK_ARENA_NEW(&key->arena, zk_layer, 1);
    if (to == NULL)
        return zk_fail(err, ZKML_LIMIT, "out of memory for the verifying key");
    *to = *from;
    to->fills = NULL;
    to->fill_count = 0;
    to->exponents = ZK_ARENA_NEW(&key->arena, uint32_t, exponents + 1);
    to->files = ZK_ARENA_NEW(&key->arena, const char *, (size_t)from->file_count + 1);
    if (to->exponents == NULL || to->files == NULL)
        return zk_fail(err, ZKML_LIMIT, "out of memory for the verifying key");
    if (exponents > 0)
        memcpy(to->exponents, from->exponents, exponents * sizeof *to->exponents);
    for (uint32_t i = 0; i < from->file_count; i++) {
        to->files[i] = zk_arena_strndup(&key->arena, from->files[i], strlen(from->files[i]));
        if (to->files[i] == NULL)
            return zk_fail(err, ZKML_LIMIT, "out of memory for the verifying key");
    }
    return copy_folds(key, from, params, err);
}

static zkml_status generate(zk_key *key, const zk_circuit *circuit, const zk_params *params,
                            zkml_error *err)
{
    ZK_TRY(copy_schema(key, circuit, err));
    ZK_TRY(copy_system(key, &circuit->cs, err));
    if (circuit->layer != NULL)
        ZK_TRY(copy_layer(key, circuit->layer, params, err));
    zk_contents contents;
    ZK_TRY(zk_contents_init(&contents, circuit, err));
    zkml_status status = zk_vk_generate(&key->vk, &key->cs, params, &contents.input, err);
    zk_contents_free(&contents);
    return status;
}

zkml_status zk_key_generate(zk_key *key, const zk_circuit *circuit, const zk_params *params,
                            zkml_error *err)
{
    begin(key, 0);
    if (params->k != circuit->k)
        return zk_fail(err, ZKML_USAGE, "the circuit has 2^%u rows, the parameters 2^%u",
                       circuit->k, params->k);
    zkml_status status = generate(key, circuit, params, err);
    if (status != ZKML_OK)
        zk_key_free(key);
    return status;
}

zk_schema zk_key_schema(const zk_key *key)
{
    return (zk_schema){key->params, key->results, key->param_count, key->result_count,
                       key->instance_counts};
}

/* ---- writing ---- */

static void put_fields(zk_buf *out, const zk_field_schema *fields, size_t count)
{
    zk_put_uint(out, count);
    for (size_t i = 0; i < count; i++)
        zk_field_put(out, &fields[i], false);
}

static void put_points(zk_buf *out, const zk_vesta_affine *points, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint8_t bytes[32];
        zk_vesta_to_bytes(bytes, &points[i]);
        zk_buf_bytes(out, bytes, sizeof bytes);
    }
}

zkml_status zk_key_write(zk_key *key, zk_buf *out, zkml_error *err)
{
    size_t start = out->length;
    uint8_t repr[32];
    zk_seal_put(out, &seal);
    zk_put_text(out, key->name);
    zk_buf_bytes(out, key->circuit_digest, sizeof key->circuit_digest);
    zk_put_uint(out, key->k);
    zk_script_put(out, &key->cs);
    for (uint32_t i = 0; i < key->cs.n_instance; i++)
        zk_put_uint(out, key->instance_counts[i]);
    put_fields(out, key->params, key->param_count);
    put_fields(out, key->results, key->result_count);
    put_points(out, key->vk.fixed_commitments, key->cs.n_fixed);
    put_points(out, key->vk.sigma_commitments, key->cs.n_permutation);
    zk_fp_to_bytes(repr, &key->vk.transcript_repr);
    zk_buf_bytes(out, repr, sizeof repr);
    if (key->layer != NULL)
        zk_layer_put(out, key->layer, &key->cs, false);
    zk_seal_finish(out, &seal, start, key->digest);
    return out->failed ? zk_fail(err, ZKML_LIMIT, "out of memory for the verifying key") : ZKML_OK;
}

/* ---- reading ---- */

static void get_fields(zk_reader *reader, zk_arena *arena, zk_field_schema **fields,
                       size_t *count)
{
    *count = zk_get_count(reader, 8);
    *fields = zk_get_memory(reader, arena, *count, sizeof **fields);
    for (size_t i = 0; i < *count && zk_reader_ok(reader); i++) {
        size_t at = reader->offset;
        zk_field_get(reader, arena, &(*fields)[i], false);
        if ((*fields)[i].visibility == ZK_PRIVATE)
            zk_reader_fail(reader, at, "a verifying key says nothing about private values");
    }
}

/* No commitment of a key is the identity: each is blinded with W. */
static zk_vesta_affine *get_points(zk_reader *reader, zk_arena *arena, size_t count)
{
    if (zk_reader_left(reader) / 32 < count) {
        zk_reader_fail(reader, reader->offset, "the file ends too early");
        return NULL;
    }
    zk_vesta_affine *points = zk_get_memory(reader, arena, count, sizeof *points);
    for (size_t i = 0; i < count && zk_reader_ok(reader); i++) {
        size_t at = reader->offset;
        const uint8_t *bytes = zk_read_bytes(reader, 32);
        if (!zk_vesta_from_bytes(&points[i], bytes) || zk_vesta_affine_is_identity(&points[i]))
            zk_reader_fail(reader, at, "a commitment is not a point of the curve");
    }
    return points;
}

/* Everything up to the commitments. */
static void get_shape(zk_key *key, zk_reader *reader)
{
    key->name = zk_get_text(reader, &key->arena);
    const uint8_t *digest = zk_read_bytes(reader, sizeof key->circuit_digest);
    if (digest != NULL)
        memcpy(key->circuit_digest, digest, sizeof key->circuit_digest);
    size_t at = reader->offset;
    key->k = zk_get_u32(reader);
    if (key->k < 1 || key->k > ZK_CIRCUIT_MAX_K)
        zk_reader_fail(reader, at, "k, the logarithm of the number of rows, is not in 1 .. 24");
    if (!zk_reader_ok(reader))
        return;
    zk_script_get(reader, &key->cs);
    key->instance_counts =
        zk_get_memory(reader, &key->arena, key->cs.n_instance, sizeof *key->instance_counts);
    for (uint32_t i = 0; i < key->cs.n_instance && zk_reader_ok(reader); i++)
        key->instance_counts[i] = zk_get_u32(reader);
    get_fields(reader, &key->arena, &key->params, &key->param_count);
    get_fields(reader, &key->arena, &key->results, &key->result_count);
}

static zkml_status get_key(zk_key *key, zk_reader *reader, zkml_error *err)
{
    get_shape(key, reader);
    zk_vesta_affine *fixed = get_points(reader, &key->arena, key->cs.n_fixed);
    zk_vesta_affine *sigma = get_points(reader, &key->arena, key->cs.n_permutation);
    size_t at = reader->offset;
    const uint8_t *repr = zk_read_bytes(reader, 32);
    if (zk_reader_ok(reader) && zk_reader_left(reader) > 0) {
        key->layer = zk_get_memory(reader, &key->arena, 1, sizeof *key->layer);
        if (key->layer != NULL)
            zk_layer_get(reader, &key->arena, key->layer, &key->cs, false);
    }
    ZK_TRY(zk_reader_finish(reader, err));

    ZK_TRY(zk_cs_verify(&key->cs, key->k, err));
    const zk_schema schema = zk_key_schema(key);
    ZK_TRY(zk_schema_verify(&schema, &key->cs, key->k, err));
    if (key->layer != NULL)
        ZK_TRY(zk_layer_verify(key->layer, &schema, &key->cs, key->k, false, err));
    ZK_TRY(zk_vk_from_commitments(&key->vk, &key->cs, key->k, fixed, sigma, err));
    uint8_t computed[32];
    zk_fp_to_bytes(computed, &key->vk.transcript_repr);
    if (memcmp(repr, computed, sizeof computed) != 0)
        zk_reader_fail(reader, at, "transcript_repr is not what the rest of the key implies");
    return zk_reader_finish(reader, err);
}

zkml_status zk_key_read(zk_key *key, const char *name, const uint8_t *bytes, size_t length,
                        zkml_error *err)
{
    zk_reader reader;
    begin(key, zk_codec_memory(length));
    if (!zk_seal_open(&reader, &seal, name, bytes, length, key->digest))
        return zk_reader_finish(&reader, err);
    zkml_status status = get_key(key, &reader, err);
    if (status == ZKML_OK)
        return ZKML_OK;
    if (zk_reader_ok(&reader))
        (void)zk_fail_context(err, "%s", name);
    zk_key_free(key);
    return status;
}

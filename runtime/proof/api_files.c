/* The functions of zkml.h that deal with published commitments. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/proof/api.h"
#include "runtime/proof/publish.h"

static zk_schema schema_of(const zk_circuit *c)
{
    return (zk_schema){c->params, c->results, c->param_count, c->result_count, c->instance_counts};
}

static size_t length_of(const char *name)
{
    return name != NULL ? strlen(name) : 0;
}

static zkml_status no_memory(zkml_error *err)
{
    return zk_fail(err, ZKML_LIMIT, "out of memory for the files");
}

static zkml_status publish(zk_buf *file, zk_buf *opening, const zk_circuit *circuit, size_t number,
                           uint64_t count, const zk_inputs *inputs, zkml_error *err)
{
    uint8_t digest[32];
    zk_params params;
    int64_t *codes = calloc((size_t)count, sizeof *codes);
    if (codes == NULL)
        return no_memory(err);
    zkml_status status = zk_publish_codes(codes, circuit, number, inputs, err);
    if (status == ZKML_OK)
        status = zk_params_load(&params, circuit->k, NULL, NULL, err);
    if (status == ZKML_OK) {
        status = zk_publish(file, opening, digest, codes, count, &params, err);
        zk_params_free(&params);
    }
    sodium_memzero(codes, (size_t)count * sizeof *codes);
    free(codes);
    return status;
}

zkml_status zkml_commit(zkml_bytes *commitment, zkml_bytes *opening, const zkml_circuit *circuit,
                        const char *value, const char *json, size_t length, const char *path,
                        zkml_error *err)
{
    const zk_circuit *c = &circuit->circuit;
    const zk_schema schema = schema_of(c);
    zk_inputs inputs = {0};
    zk_buf file = {0}, secret = {0};
    size_t number;
    *commitment = *opening = (zkml_bytes){0};
    ZK_TRY(zk_bind_find(&number, &schema, value, length_of(value), err));
    zkml_status status =
        zk_publish_inputs(&inputs, c, number, path != NULL ? path : "input", json, length, err);
    if (status == ZKML_OK)
        status = publish(&file, &secret, c, number, zk_schema_field(&schema, number)->count,
                         &inputs, err);
    zk_inputs_free(&inputs);
    if (status == ZKML_OK) {
        zk_api_give(commitment, &file);
        zk_api_give(opening, &secret);
    }
    zk_buf_free(&file);
    zk_buf_wipe(&secret);
    return status;
}

/* ---- lists of files ---- */

typedef struct file_list {
    size_t count; /* values */
    zk_opening *openings;
    zk_commitment *commitments;
    const zk_opening **opened; /* NULL where there is none; likewise */
    const zk_commitment **named;
} file_list;

static zkml_status make_list(file_list *files, const zk_schema *schema, zkml_error *err)
{
    *files = (file_list){.count = schema->param_count + schema->result_count};
    files->openings = calloc(files->count + 1, sizeof *files->openings);
    files->commitments = calloc(files->count + 1, sizeof *files->commitments);
    files->opened = calloc(files->count + 1, sizeof(void *));
    files->named = calloc(files->count + 1, sizeof(void *));
    bool good = files->openings != NULL && files->commitments != NULL && files->opened != NULL &&
                files->named != NULL;
    return good ? ZKML_OK : no_memory(err);
}

static void free_list(file_list *files)
{
    for (size_t i = 0; files->opened != NULL && files->named != NULL && i < files->count; i++) {
        if (files->opened[i] != NULL)
            zk_opening_free(&files->openings[i]);
        if (files->named[i] != NULL)
            zk_commitment_free(&files->commitments[i]);
    }
    free(files->openings);
    free(files->commitments);
    free(files->opened);
    free(files->named);
}

static zkml_status add_file(file_list *files, const zk_schema *schema, const zkml_file *given,
                            bool secret, zkml_error *err)
{
    size_t n;
    ZK_TRY(zk_bind_find(&n, schema, given->value, length_of(given->value), err));
    const char *name = zk_schema_field(schema, n)->name;
    if (files->opened[n] != NULL || files->named[n] != NULL)
        return zk_fail(err, ZKML_USAGE, "two files for %s", name);
    if (secret) {
        ZK_TRY(zk_opening_read(&files->openings[n], name, given->bytes, given->length, err));
        files->opened[n] = &files->openings[n];
        return ZKML_OK;
    }
    ZK_TRY(zk_commitment_read(&files->commitments[n], name, given->bytes, given->length, err));
    files->named[n] = &files->commitments[n];
    return ZKML_OK;
}

static zkml_status add_files(file_list *files, const zk_schema *schema, const zkml_file *given,
                             size_t count, bool secret, zkml_error *err)
{
    ZK_TRY(make_list(files, schema, err));
    for (size_t i = 0; i < count; i++)
        ZK_TRY(add_file(files, schema, &given[i], secret, err));
    return ZKML_OK;
}

zkml_status zkml_prove_about(zkml_bytes *proof, const zkml_circuit *circuit, const zkml_key *key,
                             const char *json, size_t length, const char *path,
                             const zkml_file *openings, size_t count, zkml_error *err)
{
    const zk_schema schema = schema_of(&circuit->circuit);
    file_list files;
    *proof = (zkml_bytes){0};
    zkml_status status = add_files(&files, &schema, openings, count, true, err);
    if (status == ZKML_OK)
        status = zk_api_prove(proof, circuit, key, json, length, path, files.opened, err);
    free_list(&files);
    return status;
}

zkml_status zkml_verify_about(zkml_values **values, const zkml_key *key, const void *proof,
                              size_t length, const zkml_file *commitments, size_t count,
                              zkml_error *err)
{
    const zk_key *k = &key->key;
    const zk_schema schema = {k->params, k->results, k->param_count, k->result_count,
                              k->instance_counts};
    file_list files;
    if (values != NULL)
        *values = NULL;
    zkml_status status = add_files(&files, &schema, commitments, count, false, err);
    if (status == ZKML_OK)
        status = zk_api_verify(values, key, proof, length, files.named, err);
    free_list(&files);
    return status;
}

#include "runtime/cli/public.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_SHOWN = 100 };

static zkml_status no_memory(zkml_error *err)
{
    return zk_fail(err, ZKML_LIMIT, "out of memory for the public values");
}

/* The value as JSON. */
static zkml_status put_value(zk_buf *out, const zk_envelope *envelope,
                             const zk_field_schema *field, zkml_error *err)
{
    int64_t *codes = calloc((size_t)field->count, sizeof *codes);
    if (codes == NULL)
        return no_memory(err);
    zk_envelope_codes(envelope, field, codes);
    zk_json_put_codes(out, field, codes);
    free(codes);
    return ZKML_OK;
}

static void put_shape(zk_buf *out, const zk_field_schema *field)
{
    zk_buf_printf(out, "(%llu values, shape [", (unsigned long long)field->count);
    for (uint32_t d = 0; d < field->rank; d++)
        zk_buf_printf(out, "%s%u", d > 0 ? ", " : "", field->extent[d]);
    zk_buf_text(out, "]; --json prints them)");
}

/* The digest of the file that value `number` of the key is bound to; NULL: none. */
static const uint8_t *digest_of(const zk_envelope *envelope, const bool *bound, size_t number)
{
    size_t before = 0;
    for (size_t i = 0; i < number; i++)
        before += bound[i];
    return bound[number] ? envelope->file_digests + 32 * before : NULL;
}

static zkml_status put_line(zk_buf *out, const zk_envelope *envelope, const zk_key *key,
                            const bool *bound, size_t number, zkml_error *err)
{
    const zk_field_schema *field = zk_bind_field(key, number);
    const char *what = number < key->param_count ? "input" : "output";
    const uint8_t *digest = digest_of(envelope, bound, number);
    char hex[65];
    if (field->visibility == ZK_COMMITTED) {
        zk_buf_printf(out, "committed %s: %s", what, field->name);
        if (digest != NULL)
            zk_buf_printf(out, " = commitment %s", zk_cli_hex(hex, digest));
        zk_buf_text(out, digest != NULL ? "\n" : ", bound to no commitment file\n");
        return ZKML_OK;
    }
    zk_buf_printf(out, "public %s: %s = ", what, field->name);
    if (field->count > MOST_SHOWN)
        put_shape(out, field);
    else
        ZK_TRY(put_value(out, envelope, field, err));
    zk_buf_text(out, "\n");
    return ZKML_OK;
}

/* Prints `out` if all went well; frees it. */
static zkml_status print(zk_buf *out, zkml_status status, zkml_error *err)
{
    if (status == ZKML_OK && out->failed)
        status = no_memory(err);
    if (status == ZKML_OK)
        (void)fwrite(out->data, 1, out->length, stdout);
    zk_buf_free(out);
    return status;
}

zkml_status zk_public_print(const zk_envelope *envelope, const zk_key *key, const bool *bound,
                            zkml_error *err)
{
    zk_buf out = {0};
    zkml_status status = ZKML_OK;
    for (size_t i = 0; status == ZKML_OK && i < zk_bind_count(key); i++)
        status = put_line(&out, envelope, key, bound, i, err);
    return print(&out, status, err);
}

/* A range of the key's values as an object: the public ones with their values, or the committed
 * ones with their digests. */
typedef struct members {
    size_t from, to;
    zk_visibility visibility;
} members;

static zkml_status put_members(zk_buf *out, const zk_envelope *envelope, const zk_key *key,
                               const bool *bound, members which, zkml_error *err)
{
    const char *separator = "";
    zk_buf_text(out, "{");
    for (size_t i = which.from; i < which.to; i++) {
        const zk_field_schema *field = zk_bind_field(key, i);
        const uint8_t *digest = digest_of(envelope, bound, i);
        char hex[65];
        if (field->visibility != which.visibility)
            continue;
        zk_buf_text(out, separator);
        separator = ", ";
        zk_json_put_text(out, field->name);
        zk_buf_text(out, ": ");
        if (field->visibility == ZK_PUBLIC)
            ZK_TRY(put_value(out, envelope, field, err));
        else if (digest != NULL)
            zk_json_put_text(out, zk_cli_hex(hex, digest));
        else
            zk_buf_text(out, "null");
    }
    zk_buf_text(out, "}");
    return ZKML_OK;
}

static zkml_status put_object(zk_buf *out, const zk_envelope *envelope, const zk_key *key,
                              const bool *bound, zkml_error *err)
{
    size_t params = key->param_count, all = zk_bind_count(key), committed = 0;
    for (size_t i = 0; i < all; i++)
        committed += zk_bind_field(key, i)->visibility == ZK_COMMITTED;
    zk_buf_text(out, ", \"inputs\": ");
    ZK_TRY(put_members(out, envelope, key, bound, (members){0, params, ZK_PUBLIC}, err));
    zk_buf_text(out, ", \"outputs\": ");
    ZK_TRY(put_members(out, envelope, key, bound, (members){params, all, ZK_PUBLIC}, err));
    if (committed == 0)
        return ZKML_OK;
    zk_buf_text(out, ", \"committed_inputs\": ");
    ZK_TRY(put_members(out, envelope, key, bound, (members){0, params, ZK_COMMITTED}, err));
    zk_buf_text(out, ", \"committed_outputs\": ");
    return put_members(out, envelope, key, bound, (members){params, all, ZK_COMMITTED}, err);
}

zkml_status zk_public_print_json(const zk_envelope *envelope, const zk_key *key, const bool *bound,
                                 zkml_error *err)
{
    zk_buf out = {0};
    char digest[65];
    zk_buf_text(&out, "{\"proof\": \"valid\", \"circuit\": ");
    zk_json_put_text(&out, key->name);
    zk_buf_printf(&out, ", \"digest\": \"%s\"", zk_cli_hex(digest, key->circuit_digest));
    zkml_status status = put_object(&out, envelope, key, bound, err);
    zk_buf_text(&out, "}\n");
    return print(&out, status, err);
}

static zkml_status compare(const zk_envelope *envelope, const zk_field_schema *field,
                           const int64_t *expected, const char *path, zkml_error *err)
{
    int64_t *codes = calloc((size_t)field->count, sizeof *codes);
    if (codes == NULL)
        return no_memory(err);
    zk_envelope_codes(envelope, field, codes);
    uint64_t i = 0;
    while (i < field->count && codes[i] == expected[i])
        i++;
    free(codes);
    if (i == field->count)
        return ZKML_OK;
    if (field->rank == 0)
        return zk_fail(err, ZKML_INVALID, "the proof is for another `%s` than %s says", field->name,
                       path);
    return zk_fail(err, ZKML_INVALID, "the proof is for another `%s` than %s says, from element "
                   "%llu on",
                   field->name, path, (unsigned long long)i);
}

static size_t append_public(zk_field_schema *to, size_t at, const zk_field_schema *from,
                            size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (from[i].visibility == ZK_PUBLIC)
            to[at++] = from[i];
    return at;
}

zkml_status zk_public_expect(const zk_envelope *envelope, const zk_key *key, const char *path,
                             zkml_error *err)
{
    zk_field_schema *fields = calloc(key->param_count + key->result_count + 1, sizeof *fields);
    if (fields == NULL)
        return no_memory(err);
    size_t count = append_public(fields, 0, key->params, key->param_count);
    count = append_public(fields, count, key->results, key->result_count);
    zk_inputs inputs;
    zkml_status status = zk_inputs_read(&inputs, fields, count, path, err);
    for (size_t i = 0; i < count && status == ZKML_OK; i++)
        status = compare(envelope, &fields[i], inputs.codes[i], path, err);
    zk_inputs_free(&inputs);
    free(fields);
    return status;
}

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

static zkml_status put_lines(zk_buf *out, const zk_envelope *envelope,
                             const zk_field_schema *fields, size_t count, const char *what,
                             zkml_error *err)
{
    for (size_t i = 0; i < count; i++) {
        if (fields[i].visibility != ZK_PUBLIC)
            continue;
        zk_buf_printf(out, "public %s: %s = ", what, fields[i].name);
        if (fields[i].count > MOST_SHOWN)
            put_shape(out, &fields[i]);
        else
            ZK_TRY(put_value(out, envelope, &fields[i], err));
        zk_buf_text(out, "\n");
    }
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

zkml_status zk_public_print(const zk_envelope *envelope, const zk_key *key, zkml_error *err)
{
    zk_buf out = {0};
    zkml_status status = put_lines(&out, envelope, key->params, key->param_count, "input", err);
    if (status == ZKML_OK)
        status = put_lines(&out, envelope, key->results, key->result_count, "output", err);
    return print(&out, status, err);
}

static zkml_status put_members(zk_buf *out, const zk_envelope *envelope,
                               const zk_field_schema *fields, size_t count, zkml_error *err)
{
    const char *separator = "";
    zk_buf_text(out, "{");
    for (size_t i = 0; i < count; i++) {
        if (fields[i].visibility != ZK_PUBLIC)
            continue;
        zk_buf_text(out, separator);
        separator = ", ";
        zk_json_put_text(out, fields[i].name);
        zk_buf_text(out, ": ");
        ZK_TRY(put_value(out, envelope, &fields[i], err));
    }
    zk_buf_text(out, "}");
    return ZKML_OK;
}

zkml_status zk_public_print_json(const zk_envelope *envelope, const zk_key *key, zkml_error *err)
{
    zk_buf out = {0};
    char digest[65];
    zk_buf_text(&out, "{\"proof\": \"valid\", \"circuit\": ");
    zk_json_put_text(&out, key->name);
    zk_buf_printf(&out, ", \"digest\": \"%s\", \"inputs\": ",
                  zk_cli_hex(digest, key->circuit_digest));
    zkml_status status = put_members(&out, envelope, key->params, key->param_count, err);
    zk_buf_text(&out, ", \"outputs\": ");
    if (status == ZKML_OK)
        status = put_members(&out, envelope, key->results, key->result_count, err);
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

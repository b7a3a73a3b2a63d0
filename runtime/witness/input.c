#include "runtime/witness/input.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "runtime/base/file.h"
#include "runtime/circuit/decimal.h"
#include "runtime/witness/array.h"
#include "runtime/witness/json.h"

static const size_t max_json_bytes = (size_t)1 << 32;

/* One parameter being read. */
typedef struct value_reader {
    zk_json *json;
    const char *directory; /* of the JSON file, with its slash; may be "" */
    const zk_field_schema *field;
    int64_t *codes;
    uint64_t done;                       /* elements */
    uint64_t index[ZK_CIRCUIT_MAX_RANK]; /* of the next element, as far as brackets are open */
} value_reader;

/* ---- messages ---- */

static void put_path(zk_buf *out, const value_reader *r, uint32_t depth)
{
    zk_buf_text(out, r->field->name);
    for (uint32_t d = 0; d < depth; d++)
        zk_buf_printf(out, "%s%" PRIu64, d == 0 ? "[" : ", ", r->index[d]);
    if (depth > 0)
        zk_buf_u8(out, ']');
}

/* "image[3, 4] WHAT" */
static bool complain(const value_reader *r, uint32_t depth, const char *what)
{
    zk_buf path = {0};
    put_path(&path, r, depth);
    zk_buf_u8(&path, 0);
    bool result = zk_json_fail(r->json, "%s %s", path.failed ? "" : (const char *)path.data, what);
    zk_buf_free(&path);
    return result;
}

void zk_input_allowed(zk_buf *out, const zk_field_schema *field, zk_decimal_result result)
{
    if (result == ZK_DECIMAL_BETWEEN && field->scale_num == field->scale_den) {
        zk_buf_text(out, "must be an integer");
    } else if (result == ZK_DECIMAL_BETWEEN) {
        zk_buf_text(out, "must be a multiple of the step ");
        zk_decimal_put(out, 1, field->scale_num, field->scale_den);
        if (!zk_decimal_is_finite(field->scale_den))
            zk_buf_text(out, ", written as a fraction such as \"2/3\"");
    } else {
        zk_buf_text(out, "must be in ");
        zk_decimal_put(out, field->lo, field->scale_num, field->scale_den);
        zk_buf_text(out, " .. ");
        zk_decimal_put(out, field->hi, field->scale_num, field->scale_den);
    }
}

/* The value itself is shown only when it is public. */
static bool refuse(const value_reader *r, zk_decimal_result result, const char *text, size_t length)
{
    zk_buf what = {0};
    enum { SHOWN = 40 };
    if (r->field->visibility == ZK_PUBLIC)
        zk_buf_printf(&what, "is %.*s%s; it ", (int)(length < SHOWN ? length : SHOWN), text,
                      length > SHOWN ? "..." : "");
    zk_input_allowed(&what, r->field, result);
    zk_buf_u8(&what, 0);
    bool done = complain(r, r->field->rank, what.failed ? "is wrong" : (const char *)what.data);
    zk_buf_wipe(&what);
    return done;
}

/* ---- values ---- */

/* The code that `text` gave, if it is in the field's range. */
static bool take_code(value_reader *r, zk_decimal_result result, int64_t code, const char *text,
                      size_t length)
{
    if (result == ZK_DECIMAL_OK && (code < r->field->lo || code > r->field->hi))
        result = ZK_DECIMAL_TOO_LARGE;
    if (result != ZK_DECIMAL_OK)
        return refuse(r, result, text, length);
    r->codes[r->done++] = code;
    return true;
}

static bool read_truth(value_reader *r)
{
    bool value;
    char c = zk_json_peek(r->json);
    if (c != 't' && c != 'f') {
        char what[80];
        (void)snprintf(what, sizeof what, "must be true or false, not %s", zk_json_kind(r->json));
        return complain(r, r->field->rank, what);
    }
    if (!zk_json_bool(r->json, &value))
        return false;
    if (value < r->field->lo || value > r->field->hi)
        return refuse(r, ZK_DECIMAL_TOO_LARGE, value ? "true" : "false", value ? 4 : 5);
    r->codes[r->done++] = value;
    return true;
}

/* "2/3": for steps without a finite decimal. */
static bool read_fraction(value_reader *r)
{
    const zk_field_schema *f = r->field;
    zk_buf text = {0};
    bool good = zk_json_string(r->json, &text);
    if (good) {
        int64_t code;
        zk_decimal_result result = zk_decimal_code_of_fraction(
            &code, (const char *)text.data, text.length, f->scale_num, f->scale_den);
        good = result == ZK_DECIMAL_MALFORMED
                   ? complain(r, f->rank, "must be a fraction such as \"2/3\"")
                   : take_code(r, result, code, (const char *)text.data, text.length);
    }
    zk_buf_wipe(&text);
    return good;
}

static bool read_element(value_reader *r)
{
    const zk_field_schema *f = r->field;
    const char *text;
    size_t length;
    int64_t code;
    if (f->kind == ZK_TYPE_BOOL)
        return read_truth(r);
    char c = zk_json_peek(r->json);
    if (c == '"' && !zk_decimal_is_finite(f->scale_den))
        return read_fraction(r);
    if (c != '-' && (c < '0' || c > '9')) {
        char what[80];
        (void)snprintf(what, sizeof what, "must be a number, not %s", zk_json_kind(r->json));
        return complain(r, f->rank, what);
    }
    if (!zk_json_number(r->json, &text, &length))
        return false;
    zk_decimal_result result = zk_decimal_code(&code, text, length, f->scale_num, f->scale_den);
    return take_code(r, result, code, text, length);
}

static bool wrong_count(value_reader *r, uint32_t depth, bool more)
{
    char what[96];
    uint32_t extent = r->field->extent[depth];
    if (more) {
        (void)zk_json_peek(r->json); /* points at the first surplus one */
        (void)snprintf(what, sizeof what, "has more than the %u elements of its shape", extent);
    } else {
        (void)snprintf(what, sizeof what, "has %" PRIu64 " element%s, not %u", r->index[depth],
                       r->index[depth] == 1 ? "" : "s", extent);
    }
    return complain(r, depth, what);
}

static bool read_nested(value_reader *r, uint32_t depth);

static bool read_array(value_reader *r, uint32_t depth)
{
    if (!zk_json_accept(r->json, '[')) {
        char what[96];
        (void)snprintf(what, sizeof what, "must be an array of %u elements, not %s",
                       r->field->extent[depth], zk_json_kind(r->json));
        return complain(r, depth, what);
    }
    r->index[depth] = 0;
    if (zk_json_peek(r->json) == ']')
        return wrong_count(r, depth, false);
    for (;;) {
        if (r->index[depth] == r->field->extent[depth])
            return wrong_count(r, depth, true);
        if (!read_nested(r, depth + 1))
            return false;
        r->index[depth]++;
        if (zk_json_accept(r->json, ','))
            continue;
        if (!zk_json_expect(r->json, ']', "`,` or `]`"))
            return false;
        return r->index[depth] == r->field->extent[depth] || wrong_count(r, depth, false);
    }
}

/* As deep as the shape has dimensions: at most ZK_CIRCUIT_MAX_RANK. */
static bool read_nested(value_reader *r, uint32_t depth)
{
    return depth == r->field->rank ? read_element(r) : read_array(r, depth);
}

/* {"file": "x.npy"}, the path relative to the JSON file; the path with its NUL byte. */
static bool read_reference(value_reader *r, zk_buf *path)
{
    zk_buf member = {0}, name = {0};
    bool good = zk_json_expect(r->json, '{', "`{`") && zk_json_string(r->json, &member);
    if (good && strcmp((const char *)member.data, "file") != 0)
        good = complain(r, 0, "is an object, which must have the one member \"file\"");
    good = good && zk_json_expect(r->json, ':', "`:`");
    if (good && zk_json_peek(r->json) != '"')
        good = complain(r, 0, "names no file: \"file\" must be a string");
    good = good && zk_json_string(r->json, &name) && zk_json_expect(r->json, '}', "`}`");
    if (good && strcmp((const char *)name.data, "-") == 0)
        good = complain(r, 0, "names no file, but standard input");
    if (good && *(const char *)name.data != '/')
        zk_buf_text(path, r->directory);
    if (good)
        zk_buf_bytes(path, name.data, name.length + 1);
    zk_buf_free(&name);
    zk_buf_free(&member);
    return good;
}

static bool read_file(value_reader *r)
{
    zk_buf path = {0};
    bool good = read_reference(r, &path);
    if (good && path.failed)
        r->json->status = zk_fail(r->json->err, ZKML_LIMIT, "%s: out of memory", r->json->name);
    else if (good)
        r->json->status =
            zk_array_read(r->codes, r->field, (const char *)path.data, r->json->err);
    zk_buf_free(&path);
    return r->json->status == ZKML_OK;
}

static bool read_value(value_reader *r)
{
    if (zk_json_peek(r->json) == '{')
        return read_file(r);
    return read_nested(r, 0);
}

/* ---- the object ---- */

static void put_names(zk_buf *out, const zk_field_schema *params, size_t count)
{
    for (size_t i = 0; i < count; i++)
        zk_buf_printf(out, "%s%s", i == 0 ? "" : i + 1 == count ? " and " : ", ", params[i].name);
    zk_buf_u8(out, 0);
}

static bool unknown_member(zk_json *json, const char *member, const zk_field_schema *params,
                           size_t count)
{
    zk_buf names = {0};
    put_names(&names, params, count);
    (void)zk_json_fail(json, "the circuit has no parameter `%.60s`; it has %s", member,
                       count == 0 || names.failed ? "none" : (const char *)names.data);
    zk_buf_free(&names);
    return false;
}

static zkml_status missing_member(const zk_json *json, const char *member,
                                  const zk_field_schema *params, size_t count)
{
    zk_buf names = {0};
    put_names(&names, params, count);
    zkml_status status =
        zk_fail(json->err, ZKML_MALFORMED, "%s: %.60s is missing; the circuit's parameters are %s",
                json->name, member, names.failed ? "several" : (const char *)names.data);
    zk_buf_free(&names);
    return status;
}

static bool read_member(zk_inputs *inputs, const zk_field_schema *params, value_reader *r,
                        const char *member)
{
    for (size_t i = 0; i < inputs->count; i++) {
        if (strcmp(member, params[i].name) != 0)
            continue;
        if (inputs->codes[i] != NULL)
            return zk_json_fail(r->json, "%s occurs twice", params[i].name);
        r->field = &params[i];
        r->done = 0;
        if (!zk_json_expect(r->json, ':', "`:`"))
            return false;
        inputs->codes[i] = r->codes =
            ZK_ARENA_NEW(&inputs->arena, int64_t, (size_t)params[i].count);
        if (r->codes == NULL) {
            r->json->status = zk_fail(r->json->err, ZKML_LIMIT, "%s: out of memory for %s",
                                      r->json->name, params[i].name);
            return false;
        }
        return read_value(r);
    }
    return unknown_member(r->json, member, params, inputs->count);
}

static bool read_members(zk_inputs *inputs, const zk_field_schema *params, value_reader *r)
{
    if (!zk_json_expect(r->json, '{', "an object with a member for each parameter"))
        return false;
    if (zk_json_accept(r->json, '}'))
        return true;
    for (;;) {
        zk_buf member = {0};
        bool good = zk_json_string(r->json, &member) &&
                    read_member(inputs, params, r, (const char *)member.data);
        zk_buf_free(&member);
        if (!good)
            return false;
        if (!zk_json_accept(r->json, ','))
            return zk_json_expect(r->json, '}', "`,` or `}`");
    }
}

static bool read_object(zk_inputs *inputs, const zk_field_schema *params, const bool *optional,
                        value_reader *r)
{
    if (!read_members(inputs, params, r) || !zk_json_end(r->json))
        return false;
    for (size_t i = 0; i < inputs->count; i++)
        if (inputs->codes[i] == NULL && (optional == NULL || !optional[i])) {
            r->json->status = missing_member(r->json, params[i].name, params, inputs->count);
            return false;
        }
    return true;
}

zkml_status zk_inputs_parse(zk_inputs *inputs, const zk_field_schema *params, size_t count,
                            const bool *optional, const char *path, const char *text, size_t length,
                            zkml_error *err)
{
    zk_json json;
    *inputs = (zk_inputs){.count = count};
    zk_arena_init(&inputs->arena, 0);
    inputs->codes = zk_arena_alloc(&inputs->arena, count + 1, sizeof *inputs->codes);
    const char *slash = strrchr(path, '/');
    char *directory = zk_arena_strndup(&inputs->arena, path,
                                       slash != NULL ? (size_t)(slash - path) + 1 : 0);
    if (inputs->codes == NULL || directory == NULL)
        return zk_fail(err, ZKML_LIMIT, "%s: out of memory", path);
    zk_json_init(&json, path, text, length, err);
    value_reader reader = {.json = &json, .directory = directory};
    (void)read_object(inputs, params, optional, &reader);
    return json.status;
}

zkml_status zk_inputs_read(zk_inputs *inputs, const zk_field_schema *params, size_t count,
                           const char *path, zkml_error *err)
{
    return zk_inputs_read_some(inputs, params, count, NULL, path, err);
}

zkml_status zk_inputs_read_some(zk_inputs *inputs, const zk_field_schema *params, size_t count,
                                const bool *optional, const char *path, zkml_error *err)
{
    zk_buf text;
    *inputs = (zk_inputs){0};
    ZK_TRY(zk_file_read(path, max_json_bytes, &text, err));
    zkml_status status = zk_inputs_parse(inputs, params, count, optional, path,
                                         (const char *)text.data, text.length, err);
    zk_buf_wipe(&text);
    return status;
}

void zk_inputs_free(zk_inputs *inputs)
{
    zk_arena_wipe(&inputs->arena);
    *inputs = (zk_inputs){0};
}

/* ---- results ---- */

static void put_code(zk_buf *out, const zk_field_schema *field, int64_t code)
{
    const char *quote = zk_decimal_is_finite(field->scale_den) ? "" : "\"";
    if (field->kind == ZK_TYPE_BOOL) {
        zk_buf_text(out, code != 0 ? "true" : "false");
        return;
    }
    zk_buf_text(out, quote);
    zk_decimal_put(out, code, field->scale_num, field->scale_den);
    zk_buf_text(out, quote);
}

void zk_json_put_codes(zk_buf *out, const zk_field_schema *field, const int64_t *codes)
{
    for (uint64_t e = 0; e < field->count; e++) {
        uint64_t inner = 1;
        for (uint32_t d = field->rank; d-- > 0;) {
            inner *= field->extent[d];
            if (e % inner == 0)
                zk_buf_u8(out, '[');
        }
        put_code(out, field, codes[e]);
        inner = 1;
        for (uint32_t d = field->rank; d-- > 0;) {
            inner *= field->extent[d];
            if ((e + 1) % inner == 0)
                zk_buf_u8(out, ']');
        }
        if (e + 1 < field->count)
            zk_buf_text(out, ", ");
    }
}

void zk_json_put_text(zk_buf *out, const char *text)
{
    zk_buf_u8(out, '"');
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\')
            zk_buf_u8(out, '\\');
        if (c < 0x20)
            zk_buf_printf(out, "\\u%04x", c);
        else
            zk_buf_u8(out, c);
    }
    zk_buf_u8(out, '"');
}

void zk_json_put_results(zk_buf *out, const zk_field_schema *results, size_t count,
                         const int64_t *codes)
{
    zk_buf_u8(out, '{');
    for (size_t i = 0; i < count; i++) {
        zk_buf_text(out, i > 0 ? ", " : "");
        zk_json_put_text(out, results[i].name);
        zk_buf_text(out, ": ");
        zk_json_put_codes(out, &results[i], codes);
        codes += results[i].count;
    }
    zk_buf_text(out, "}\n");
}

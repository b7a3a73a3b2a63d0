#include "compiler/check/safetensors.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* Layout: u64 header length, a JSON object {name: {dtype, shape, data_offsets: [begin, end]}, ...}
 * padded with spaces, then the data. Offsets count from the end of the header. */

typedef struct entry {
    const char *name; /* in the JSON tree */
    json_t *value;
    uint64_t begin, end;
} entry;

typedef struct catalogue {
    const char *path;
    json_t *root;
    entry *entries;
    size_t count;
    const uint8_t *data;
    size_t data_length;
    size_t data_offset; /* in the file */
} catalogue;

static zkml_status bad_entry(const catalogue *ix, const char *name, const char *what,
                             zkml_error *err)
{
    zk_buf text = {0};
    zc_tensor_name(&text, name);
    zkml_status status = zk_fail(err, ZKML_MALFORMED, "%s: tensor %.*s: %s", ix->path,
                                 (int)text.length, text.data ? (const char *)text.data : "", what);
    zk_buf_free(&text);
    return status;
}

static zkml_status no_such_tensor(const catalogue *ix, const char *tensor, zkml_error *err)
{
    const char **names = malloc((ix->count + 1) * sizeof *names);
    if (names == NULL)
        return zk_fail(err, ZKML_LIMIT, "%s: not enough memory", ix->path);
    for (size_t i = 0; i < ix->count; i++)
        names[i] = ix->entries[i].name;
    zkml_status status = zc_tensor_missing(ix->path, tensor, names, ix->count, err);
    free(names);
    return status;
}

/* ---- the index ---- */

static bool as_u64(const json_t *value, uint64_t *out)
{
    if (!json_is_integer(value) || json_integer_value(value) < 0)
        return false;
    *out = (uint64_t)json_integer_value(value);
    return true;
}

static zkml_status read_offsets(const catalogue *ix, entry *e, zkml_error *err)
{
    const json_t *offsets = json_object_get(e->value, "data_offsets");
    if (!json_is_array(offsets) || json_array_size(offsets) != 2 ||
        !as_u64(json_array_get(offsets, 0), &e->begin) ||
        !as_u64(json_array_get(offsets, 1), &e->end))
        return bad_entry(ix, e->name, "data_offsets is not a pair of positions", err);
    if (e->begin > e->end || e->end > ix->data_length)
        return bad_entry(ix, e->name, "its data lies outside the file", err);
    return ZKML_OK;
}

static int by_offset(const void *a, const void *b)
{
    const entry *x = a, *y = b;
    if (x->begin != y->begin)
        return x->begin < y->begin ? -1 : 1;
    return x->end < y->end ? -1 : x->end > y->end;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const entry *)a)->name, ((const entry *)b)->name);
}

/* The format wants the tensors to fill the data without gaps or overlaps. */
static zkml_status check_layout(const catalogue *ix, zkml_error *err)
{
    uint64_t at = 0;
    qsort(ix->entries, ix->count, sizeof *ix->entries, by_offset);
    for (size_t i = 0; i < ix->count; i++) {
        if (ix->entries[i].begin < at)
            return bad_entry(ix, ix->entries[i].name, "its data overlaps another tensor's", err);
        if (ix->entries[i].begin > at)
            return bad_entry(ix, ix->entries[i].name, "there is a gap before its data", err);
        at = ix->entries[i].end;
    }
    if (at != ix->data_length)
        return zk_fail(err, ZKML_MALFORMED,
                       "%s: offset %zu: bytes after the last tensor (or a truncated header)",
                       ix->path, ix->data_offset + (size_t)at);
    qsort(ix->entries, ix->count, sizeof *ix->entries, by_name);
    return ZKML_OK;
}

static zkml_status read_entries(catalogue *ix, zkml_error *err)
{
    const char *name;
    json_t *value;
    ix->entries = calloc(json_object_size(ix->root) + 1, sizeof *ix->entries);
    if (!ix->entries)
        return zk_fail(err, ZKML_LIMIT, "%s: not enough memory", ix->path);
    json_object_foreach(ix->root, name, value)
    {
        if (strcmp(name, "__metadata__") == 0)
            continue;
        entry *e = &ix->entries[ix->count++];
        *e = (entry){.name = name, .value = value};
        if (!json_is_object(value))
            return bad_entry(ix, name, "its description is not an object", err);
        ZK_TRY(read_offsets(ix, e, err));
    }
    if (ix->count == 0)
        return zk_fail(err, ZKML_MALFORMED, "%s holds no tensor", ix->path);
    return check_layout(ix, err);
}

static zkml_status read_header(catalogue *ix, const uint8_t *bytes, size_t length, zkml_error *err)
{
    zk_reader reader;
    json_error_t where;
    zk_reader_init(&reader, ix->path, bytes, length);
    uint64_t header = zk_read_u64(&reader);
    if (!zk_reader_ok(&reader))
        return zk_reader_finish(&reader, err);
    if (header > length - 8 || header < 2)
        return zk_fail(err, ZKML_MALFORMED,
                       "%s: offset 0: a header of %llu bytes does not fit a file of %zu", ix->path,
                       (unsigned long long)header, length);
    if (header > ZC_WEIGHTS_MAX_HEADER)
        return zk_fail(err, ZKML_LIMIT, "%s: the header is longer than %zu bytes", ix->path,
                       ZC_WEIGHTS_MAX_HEADER);
    ix->root = json_loadb((const char *)bytes + 8, (size_t)header, JSON_REJECT_DUPLICATES, &where);
    if (!ix->root)
        return zk_fail(err, ZKML_MALFORMED, "%s: offset %d: the header is not JSON: %s", ix->path,
                       where.position + 8, where.text);
    if (!json_is_object(ix->root))
        return zk_fail(err, ZKML_MALFORMED, "%s: offset 8: the header is not an object", ix->path);
    ix->data_offset = 8 + (size_t)header;
    ix->data = bytes + ix->data_offset;
    ix->data_length = length - ix->data_offset;
    return ZKML_OK;
}

/* ---- one tensor ---- */

static bool parse_dtype(zc_dtype *out, const char *name)
{
    static const struct {
        const char *name;
        zc_dtype dtype;
    } types[] = {
        {"BOOL", ZC_DTYPE_BOOL}, {"I8", ZC_DTYPE_I8},     {"U8", ZC_DTYPE_U8},
        {"I16", ZC_DTYPE_I16},   {"U16", ZC_DTYPE_U16},   {"I32", ZC_DTYPE_I32},
        {"U32", ZC_DTYPE_U32},   {"I64", ZC_DTYPE_I64},   {"U64", ZC_DTYPE_U64},
        {"F16", ZC_DTYPE_F16},   {"BF16", ZC_DTYPE_BF16}, {"F32", ZC_DTYPE_F32},
        {"F64", ZC_DTYPE_F64},
    };
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (strcmp(types[i].name, name) == 0) {
            *out = types[i].dtype;
            return true;
        }
    }
    return false;
}

static zkml_status describe(zc_weights *out, const catalogue *ix, const entry *e, zkml_error *err)
{
    const json_t *dtype = json_object_get(e->value, "dtype");
    const json_t *shape = json_object_get(e->value, "shape");
    if (!json_is_string(dtype) || !parse_dtype(&out->dtype, json_string_value(dtype)))
        return bad_entry(ix, e->name, "its dtype is not supported", err);
    if (!json_is_array(shape))
        return bad_entry(ix, e->name, "its shape is not an array", err);
    if (json_array_size(shape) > ZC_WEIGHTS_MAX_RANK)
        return bad_entry(ix, e->name, "it has too many dimensions", err);
    out->rank = (uint32_t)json_array_size(shape);
    uint64_t bytes = zc_dtype_bytes(out->dtype);
    for (uint32_t d = 0; d < out->rank; d++) {
        if (!as_u64(json_array_get(shape, d), &out->shape[d]))
            return bad_entry(ix, e->name, "a dimension is not a number", err);
        if (out->shape[d] == 0)
            return bad_entry(ix, e->name, "it has no elements", err);
        if (__builtin_mul_overflow(bytes, out->shape[d], &bytes))
            return bad_entry(ix, e->name, "its shape is too large", err);
    }
    if (bytes != e->end - e->begin)
        return bad_entry(ix, e->name, "its shape and dtype do not agree with its data_offsets",
                         err);
    out->count = bytes / zc_dtype_bytes(out->dtype);
    out->data = ix->data + e->begin;
    return ZKML_OK;
}

static zkml_status find(zc_weights *out, catalogue *ix, const char *tensor, const uint8_t *bytes,
                        size_t length, zkml_error *err)
{
    ZK_TRY(read_header(ix, bytes, length, err));
    ZK_TRY(read_entries(ix, err));
    if (!tensor && ix->count > 1)
        return no_such_tensor(ix, NULL, err);
    for (size_t i = 0; i < ix->count; i++)
        if (!tensor || strcmp(tensor, ix->entries[i].name) == 0)
            return describe(out, ix, &ix->entries[i], err);
    return no_such_tensor(ix, tensor, err);
}

zkml_status zc_safetensors_find(zc_weights *out, const char *path, const char *tensor,
                                const uint8_t *bytes, size_t length, zkml_error *err)
{
    catalogue ix = {.path = path};
    zkml_status status = find(out, &ix, tensor, bytes, length, err);
    json_decref(ix.root);
    free(ix.entries);
    return status;
}

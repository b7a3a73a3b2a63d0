#include "compiler/check/weights.h"

#include <stdlib.h>
#include <string.h>

#include "compiler/check/npz.h"
#include "compiler/check/safetensors.h"
#include "runtime/base/file.h"
#include "runtime/base/npy.h"

/* ---- types ---- */

typedef struct dtype_info {
    const char *name;
    const char *code; /* as load_raw names it */
    uint8_t bytes;
    bool is_signed, is_float;
} dtype_info;

static const dtype_info dtypes[] = {
    [ZC_DTYPE_BOOL] = {"bool", "bool", 1, false, false},
    [ZC_DTYPE_I8] = {"int8", "i8", 1, true, false},
    [ZC_DTYPE_U8] = {"uint8", "u8", 1, false, false},
    [ZC_DTYPE_I16] = {"int16", "i16", 2, true, false},
    [ZC_DTYPE_U16] = {"uint16", "u16", 2, false, false},
    [ZC_DTYPE_I32] = {"int32", "i32", 4, true, false},
    [ZC_DTYPE_U32] = {"uint32", "u32", 4, false, false},
    [ZC_DTYPE_I64] = {"int64", "i64", 8, true, false},
    [ZC_DTYPE_U64] = {"uint64", "u64", 8, false, false},
    [ZC_DTYPE_F16] = {"float16", "f16", 2, true, true},
    [ZC_DTYPE_BF16] = {"bfloat16", "bf16", 2, true, true},
    [ZC_DTYPE_F32] = {"float32", "f32", 4, true, true},
    [ZC_DTYPE_F64] = {"float64", "f64", 8, true, true},
};

enum { DTYPE_COUNT = sizeof dtypes / sizeof dtypes[0] };

const char *zc_dtype_name(zc_dtype dtype)
{
    return dtypes[dtype].name;
}

bool zc_dtype_parse(zc_dtype *out, const char *name)
{
    for (int i = 0; i < DTYPE_COUNT; i++) {
        if (strcmp(dtypes[i].code, name) == 0) {
            *out = (zc_dtype)i;
            return true;
        }
    }
    return false;
}

bool zc_dtype_is_integer(zc_dtype dtype)
{
    return !dtypes[dtype].is_float;
}

size_t zc_dtype_bytes(zc_dtype dtype)
{
    return dtypes[dtype].bytes;
}

/* ---- files ---- */

void zc_weight_store_init(zc_weight_store *store)
{
    *store = (zc_weight_store){0};
    zk_arena_init(&store->names, 0);
}

void zc_weight_store_free(zc_weight_store *store)
{
    while (store->files) {
        zc_weight_file *file = store->files;
        store->files = file->next;
        zk_buf_free(&file->bytes);
        free(file->path);
        free(file);
    }
    zk_arena_free(&store->names);
}

static zkml_status open_file(const zc_weight_file **out, zc_weight_store *store, const char *path,
                             zkml_error *err)
{
    for (zc_weight_file *f = store->files; f; f = f->next) {
        if (strcmp(f->path, path) == 0) {
            *out = f;
            return ZKML_OK;
        }
    }
    if (strcmp(path, "-") == 0)
        return zk_fail(err, ZKML_USAGE, "weights are not read from standard input");
    zc_weight_file *file = calloc(1, sizeof *file);
    char *copy = malloc(strlen(path) + 1);
    if (!file || !copy) {
        free(file);
        free(copy);
        return zk_fail(err, ZKML_LIMIT, "%s: not enough memory", path);
    }
    file->path = strcpy(copy, path);
    zkml_status status = zk_file_read(path, ZC_WEIGHTS_MAX_FILE, &file->bytes, err);
    if (status != ZKML_OK) {
        zk_buf_free(&file->bytes);
        free(copy);
        free(file);
        return status;
    }
    file->next = store->files;
    store->files = file;
    *out = file;
    return ZKML_OK;
}

static bool ends_in(const char *path, const char *suffix)
{
    size_t n = strlen(path), m = strlen(suffix);
    return n > m && strcmp(path + n - m, suffix) == 0;
}

bool zc_weights_is_container(const char *path)
{
    return ends_in(path, ".npy") || ends_in(path, ".npz") || ends_in(path, ".safetensors") ||
           ends_in(path, ".onnx");
}

/* ---- .npy ---- */

static zc_dtype npy_dtype(const zk_npy *array)
{
    for (int i = 0; i < DTYPE_COUNT; i++) {
        const dtype_info *d = &dtypes[i];
        if (d->bytes != array->item_bytes || i == ZC_DTYPE_BF16)
            continue;
        if ((array->kind == ZK_NPY_BOOL && i == ZC_DTYPE_BOOL) ||
            (array->kind == ZK_NPY_FLOAT && d->is_float) ||
            (array->kind == ZK_NPY_INT && !d->is_float && d->is_signed) ||
            (array->kind == ZK_NPY_UINT && !d->is_float && !d->is_signed && i != ZC_DTYPE_BOOL))
            return (zc_dtype)i;
    }
    ZK_UNREACHABLE("an item type of zk_npy_parse");
    return ZC_DTYPE_BOOL;
}

static zkml_status load_npy(zc_weights *out, const uint8_t *bytes, size_t length, zkml_error *err)
{
    zk_npy array;
    ZK_TRY(zk_npy_parse(&array, out->name, bytes, length, err));
    if (array.rank > ZC_WEIGHTS_MAX_RANK)
        return zk_fail(err, ZKML_LIMIT, "%s has %u dimensions, at most %d are supported", out->name,
                       array.rank, ZC_WEIGHTS_MAX_RANK);
    if (array.count == 0)
        return zk_fail(err, ZKML_MALFORMED, "%s has no elements", out->name);
    out->dtype = npy_dtype(&array);
    out->rank = array.rank;
    for (uint32_t d = 0; d < array.rank; d++)
        out->shape[d] = array.extent[d];
    out->count = array.count;
    out->data = array.data;
    return ZKML_OK;
}

/* ---- loading ---- */

/* A bool that is neither 0 nor 1 is no bool. */
static zkml_status check_bools(const zc_weights *w, zkml_error *err)
{
    for (uint64_t i = 0; w->dtype == ZC_DTYPE_BOOL && i < w->count; i++)
        if (w->data[i] > 1)
            return zk_fail(err, ZKML_MALFORMED, "%s: element %llu is no bool", w->name,
                           (unsigned long long)i);
    return ZKML_OK;
}

zkml_status zc_weights_load(zc_weights *out, zc_weight_store *store, const char *path,
                            const char *tensor, zkml_error *err)
{
    const zc_weight_file *file;
    if (tensor && tensor[0] == '\0')
        tensor = NULL;
    if (ends_in(path, ".onnx"))
        return zk_fail(err, ZKML_USAGE,
                       "%s: weights inside .onnx files are not supported yet: export them as "
                       ".safetensors or .npy",
                       path);
    if (!zc_weights_is_container(path))
        return zk_fail(err, ZKML_USAGE,
                       "%s: load reads .npy, .npz and .safetensors files; for raw binary use load_raw",
                       path);
    ZK_TRY(open_file(&file, store, path, err));
    *out = (zc_weights){0};
    out->name = tensor ? zk_arena_printf(&store->names, "%s: %s", path, tensor)
                       : zk_arena_printf(&store->names, "%s", path);
    if (!out->name)
        return zk_fail(err, ZKML_LIMIT, "%s: not enough memory", path);
    const uint8_t *bytes = file->bytes.data;
    size_t length = file->bytes.length;
    if (ends_in(path, ".npy") && tensor)
        return zk_fail(err, ZKML_USAGE, "%s is a .npy file: it holds one tensor without a name",
                       path);
    if (ends_in(path, ".npz"))
        ZK_TRY(zc_npz_find(&bytes, &length, path, tensor, bytes, length, err));
    if (!ends_in(path, ".safetensors"))
        ZK_TRY(load_npy(out, bytes, length, err));
    else
        ZK_TRY(zc_safetensors_find(out, path, tensor, bytes, length, err));
    return check_bools(out, err);
}

zkml_status zc_weights_load_raw(zc_weights *out, zc_weight_store *store, const char *path,
                                const char *dtype, uint32_t rank, const uint64_t *shape,
                                zkml_error *err)
{
    const zc_weight_file *file;
    *out = (zc_weights){.rank = rank, .count = 1};
    if (!zc_dtype_parse(&out->dtype, dtype))
        return zk_fail(err, ZKML_USAGE,
                       "`%s` is no element type: use i8, u8, i16, u16, i32, u32, i64, u64 or bool",
                       dtype);
    ZK_CHECK(rank <= ZC_WEIGHTS_MAX_RANK);
    uint64_t bytes = zc_dtype_bytes(out->dtype);
    for (uint32_t d = 0; d < rank; d++) {
        ZK_CHECK(shape[d] > 0);
        out->shape[d] = shape[d];
        if (__builtin_mul_overflow(bytes, shape[d], &bytes))
            return zk_fail(err, ZKML_LIMIT, "%s: the declared shape is too large", path);
    }
    ZK_TRY(open_file(&file, store, path, err));
    if (file->bytes.length != bytes)
        return zk_fail(err, ZKML_INVALID, "%s has %zu bytes, the declared shape of %s takes %llu",
                       path, file->bytes.length, zc_dtype_name(out->dtype),
                       (unsigned long long)bytes);
    out->count = bytes / zc_dtype_bytes(out->dtype);
    out->data = file->bytes.data;
    out->name = file->path;
    return check_bools(out, err);
}

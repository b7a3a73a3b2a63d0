#include "runtime/witness/array.h"

#include <inttypes.h>
#include <math.h>

#include "runtime/base/file.h"

static const size_t max_array_bytes = (size_t)1 << 32;

static void put_shape(zk_buf *out, const uint64_t *extent, uint32_t rank)
{
    zk_buf_u8(out, '[');
    for (uint32_t d = 0; d < rank; d++)
        zk_buf_printf(out, "%s%" PRIu64, d == 0 ? "" : ", ", extent[d]);
    zk_buf_u8(out, ']');
}

static zkml_status check_shape(const zk_field_schema *field, const zk_npy *array, const char *path,
                               zkml_error *err)
{
    uint64_t extent[ZK_CIRCUIT_MAX_RANK];
    bool same = array->rank == field->rank;
    for (uint32_t d = 0; d < field->rank; d++) {
        extent[d] = field->extent[d];
        same = same && array->extent[d] == extent[d];
    }
    if (same)
        return ZKML_OK;
    zk_buf text = {0};
    zk_buf_text(&text, "the array has the shape ");
    put_shape(&text, array->extent, array->rank);
    zk_buf_printf(&text, ", %s has ", field->name);
    put_shape(&text, extent, field->rank);
    zk_buf_u8(&text, 0);
    zkml_status status = zk_fail(err, ZKML_MALFORMED, "%s: %s", path,
                                 text.failed ? "wrong shape" : (const char *)text.data);
    zk_buf_free(&text);
    return status;
}

static zkml_status refuse(const zk_field_schema *field, uint64_t element, const char *path,
                          const zk_npy *array, zk_decimal_result result, zkml_error *err)
{
    bool real = array->kind == ZK_NPY_FLOAT;
    uint64_t index[ZK_CIRCUIT_MAX_RANK];
    zk_buf text = {0};
    zk_buf_text(&text, field->name);
    for (uint32_t d = field->rank; d-- > 0; element /= field->extent[d])
        index[d] = element % field->extent[d];
    for (uint32_t d = 0; d < field->rank; d++)
        zk_buf_printf(&text, "%s%" PRIu64, d == 0 ? "[" : ", ", index[d]);
    zk_buf_text(&text, field->rank > 0 ? "] " : " ");
    if (real && result == ZK_DECIMAL_MALFORMED)
        zk_buf_text(&text, "must be a finite number");
    else if (real || field->scale_num == field->scale_den)
        zk_input_allowed(&text, field, result);
    else
        zk_buf_printf(&text, "must be a code in %" PRId64 " .. %" PRId64, field->lo, field->hi);
    zk_buf_u8(&text, 0);
    zkml_status status = zk_fail(err, ZKML_MALFORMED, "%s: %s", path,
                                 text.failed ? "wrong value" : (const char *)text.data);
    zk_buf_free(&text);
    return status;
}

static zk_decimal_result code_at(int64_t *code, const zk_field_schema *field, const zk_npy *array,
                                 uint64_t i)
{
    if (array->kind != ZK_NPY_FLOAT)
        return zk_npy_int(array, i, code) ? ZK_DECIMAL_OK : ZK_DECIMAL_TOO_LARGE;
    double value = zk_npy_real(array, i);
    if (!isfinite(value))
        return ZK_DECIMAL_MALFORMED;
    return zk_decimal_code_of_double(code, value, field->scale_num, field->scale_den);
}

zkml_status zk_array_codes(int64_t *codes, const zk_field_schema *field, const zk_npy *array,
                           uint64_t first, const char *path, zkml_error *err)
{
    for (uint64_t e = 0; e < field->count; e++) {
        zk_decimal_result result = code_at(&codes[e], field, array, first + e);
        if (result == ZK_DECIMAL_OK && (codes[e] < field->lo || codes[e] > field->hi))
            result = ZK_DECIMAL_TOO_LARGE;
        if (result != ZK_DECIMAL_OK)
            return refuse(field, e, path, array, result, err);
    }
    return ZKML_OK;
}

zkml_status zk_array_read(int64_t *codes, const zk_field_schema *field, const char *path,
                          zkml_error *err)
{
    zk_buf bytes;
    zk_npy array;
    ZK_TRY(zk_file_read(path, max_array_bytes, &bytes, err));
    zkml_status status = zk_npy_parse(&array, path, bytes.data, bytes.length, err);
    if (status == ZKML_OK)
        status = check_shape(field, &array, path, err);
    if (status == ZKML_OK)
        status = zk_array_codes(codes, field, &array, 0, path, err);
    zk_buf_wipe(&bytes);
    return status;
}

#include "runtime/circuit/codec.h"

#include <stdlib.h>
#include <string.h>

/* The scale of FIX and UFIX is 2^-fraction, that of INT and BOOL is 1: only QUANT's is written. */
void zk_field_put(zk_buf *buf, const zk_field_schema *field, bool with_register)
{
    zk_put_text(buf, field->name);
    zk_buf_u8(buf, (uint8_t)field->visibility);
    zk_buf_u8(buf, (uint8_t)field->kind);
    if (field->kind == ZK_TYPE_FIX || field->kind == ZK_TYPE_UFIX) {
        zk_put_uint(buf, field->bits);
        zk_put_uint(buf, field->fraction);
    } else if (field->kind == ZK_TYPE_QUANT) {
        zk_put_uint(buf, field->scale_num);
        zk_put_uint(buf, field->scale_den);
    }
    zk_put_int(buf, field->lo);
    zk_put_int(buf, field->hi);
    zk_put_uint(buf, field->rank);
    for (uint32_t d = 0; d < field->rank; d++)
        zk_put_uint(buf, field->extent[d]);
    if (field->visibility == ZK_PUBLIC) {
        zk_put_uint(buf, field->instance_column);
        zk_put_uint(buf, field->first_row);
    } else if (field->visibility == ZK_COMMITTED) {
        zk_put_uint(buf, field->first_column);
    }
    if (with_register)
        zk_put_uint(buf, field->reg);
}

void zk_field_get(zk_reader *reader, zk_arena *arena, zk_field_schema *field, bool with_register)
{
    size_t at = reader->offset;
    *field = (zk_field_schema){.scale_num = 1, .scale_den = 1, .count = 1};
    field->name = zk_get_text(reader, arena);
    field->visibility = (zk_visibility)zk_get_uint(reader, ZK_COMMITTED);
    field->kind = (zk_type_kind)zk_get_uint(reader, ZK_TYPE_BOOL);
    if (field->kind == ZK_TYPE_FIX || field->kind == ZK_TYPE_UFIX) {
        field->bits = (uint32_t)zk_get_uint(reader, 64);
        field->fraction = (uint32_t)zk_get_uint(reader, 63);
        field->scale_den = UINT64_C(1) << field->fraction;
    } else if (field->kind == ZK_TYPE_QUANT) {
        field->scale_num = zk_get_uint(reader, INT64_MAX);
        field->scale_den = zk_get_uint(reader, INT64_MAX);
    }
    field->lo = zk_get_int(reader);
    field->hi = zk_get_int(reader);
    field->rank = (uint32_t)zk_get_uint(reader, ZK_CIRCUIT_MAX_RANK);
    for (uint32_t d = 0; d < field->rank; d++) {
        field->extent[d] = zk_get_u32(reader);
        if (__builtin_mul_overflow(field->count, field->extent[d], &field->count))
            zk_reader_fail(reader, at, "a shape has too many elements");
    }
    if (field->visibility == ZK_PUBLIC) {
        field->instance_column = zk_get_u32(reader);
        field->first_row = zk_get_u32(reader);
    } else if (field->visibility == ZK_COMMITTED) {
        field->first_column = zk_get_u32(reader);
    }
    if (with_register)
        field->reg = zk_get_u32(reader);
}

/* ---- checks ---- */

static uint64_t gcd(uint64_t a, uint64_t b)
{
    while (b != 0) {
        uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static bool good_scale(const zk_field_schema *f)
{
    if (f->scale_num == 0 || f->scale_den == 0 || f->scale_num > INT64_MAX ||
        f->scale_den > INT64_MAX || gcd(f->scale_num, f->scale_den) != 1)
        return false;
    switch (f->kind) {
    case ZK_TYPE_INT:
    case ZK_TYPE_BOOL:
        return f->scale_num == 1 && f->scale_den == 1;
    case ZK_TYPE_FIX:
    case ZK_TYPE_UFIX:
        return f->fraction <= 62 && f->scale_num == 1 &&
               f->scale_den == UINT64_C(1) << f->fraction;
    case ZK_TYPE_QUANT:
        return true;
    }
    return false;
}

static bool good_range(const zk_field_schema *f)
{
    if (f->lo > f->hi || f->lo == INT64_MIN)
        return false;
    if (f->kind == ZK_TYPE_BOOL)
        return f->lo >= 0 && f->hi <= 1;
    if (f->kind != ZK_TYPE_FIX && f->kind != ZK_TYPE_UFIX)
        return true;
    if (f->bits == 0 || f->bits > 64 || (f->kind == ZK_TYPE_UFIX && f->lo < 0))
        return false;
    uint32_t magnitude = f->kind == ZK_TYPE_FIX ? f->bits - 1 : f->bits;
    if (magnitude >= 63)
        return true;
    int64_t limit = INT64_C(1) << magnitude;
    return f->hi < limit && f->lo >= (f->kind == ZK_TYPE_FIX ? -limit : 0);
}

static zkml_status verify_field(const zk_field_schema *f, zkml_error *err)
{
    size_t length = f->name == NULL ? 0 : strlen(f->name);
    if (length == 0 || length > ZK_CODEC_MAX_TEXT || !zk_text_clean(f->name, length))
        return zk_fail(err, ZKML_MALFORMED, "a parameter or result has no proper name");
    if (f->visibility != ZK_PUBLIC && f->visibility != ZK_PRIVATE &&
        f->visibility != ZK_COMMITTED)
        return zk_fail(err, ZKML_MALFORMED, "%s: unknown visibility", f->name);
    if (!good_scale(f))
        return zk_fail(err, ZKML_MALFORMED, "%s: the scale does not suit the type", f->name);
    if (!good_range(f))
        return zk_fail(err, ZKML_MALFORMED, "%s: the range does not suit the type", f->name);
    uint64_t count = 1;
    for (uint32_t d = 0; d < f->rank && f->rank <= ZK_CIRCUIT_MAX_RANK; d++)
        if (f->extent[d] == 0 || __builtin_mul_overflow(count, f->extent[d], &count) ||
            count > ZK_PROGRAM_MAX_ELEMENTS)
            return zk_fail(err, ZKML_MALFORMED, "%s: the shape is empty or too large", f->name);
    if (f->rank > ZK_CIRCUIT_MAX_RANK || count != f->count)
        return zk_fail(err, ZKML_MALFORMED, "%s: the number of elements is not the shape's",
                       f->name);
    return ZKML_OK;
}

static int by_name(const void *a, const void *b)
{
    const zk_field_schema *const *x = a, *const *y = b;
    return strcmp((*x)->name, (*y)->name);
}

static int by_place(const void *a, const void *b)
{
    const zk_field_schema *x = *(const zk_field_schema *const *)a,
                          *y = *(const zk_field_schema *const *)b;
    if (x->instance_column != y->instance_column)
        return x->instance_column < y->instance_column ? -1 : 1;
    return x->first_row < y->first_row ? -1 : x->first_row > y->first_row;
}

static zkml_status verify_names(const zk_field_schema **sorted, size_t count, zkml_error *err)
{
    qsort(sorted, count, sizeof *sorted, by_name);
    for (size_t i = 1; i < count; i++)
        if (strcmp(sorted[i - 1]->name, sorted[i]->name) == 0)
            return zk_fail(err, ZKML_MALFORMED, "the name %s occurs twice", sorted[i]->name);
    return ZKML_OK;
}

/* Public values lie inside the given part of their column and never on the same row. */
static zkml_status verify_places(const zk_field_schema **sorted, size_t count,
                                 const uint32_t *instance_counts, uint32_t columns,
                                 zkml_error *err)
{
    qsort(sorted, count, sizeof *sorted, by_place);
    for (size_t i = 0; i < count; i++) {
        const zk_field_schema *f = sorted[i], *before = i > 0 ? sorted[i - 1] : NULL;
        if (f->instance_column >= columns ||
            f->first_row + f->count > instance_counts[f->instance_column])
            return zk_fail(err, ZKML_MALFORMED, "%s: no such public rows", f->name);
        if (before != NULL && before->instance_column == f->instance_column &&
            before->first_row + before->count > f->first_row)
            return zk_fail(err, ZKML_MALFORMED, "%s and %s share public rows", before->name,
                           f->name);
    }
    return ZKML_OK;
}

static int by_column(const void *a, const void *b)
{
    const zk_field_schema *const *x = a, *const *y = b;
    return ((*x)->first_column > (*y)->first_column) - ((*x)->first_column < (*y)->first_column);
}

/* Committed values have columns of their own, which end before the blind rows. */
static zkml_status verify_committed(const zk_field_schema **sorted, size_t count,
                                    const zk_constraint_system *cs, uint32_t k, zkml_error *err)
{
    if (count > 0 && (UINT64_C(1) << k) - zk_cs_usable_rows(cs, k) > ZK_COMMITTED_RESERVE)
        return zk_fail(err, ZKML_MALFORMED,
                       "a circuit with committed values has at most %d blind rows",
                       ZK_COMMITTED_RESERVE);
    qsort(sorted, count, sizeof *sorted, by_column);
    uint64_t next = 0;
    for (size_t i = 0; i < count; i++) {
        const zk_field_schema *f = sorted[i];
        uint64_t columns = zk_committed_columns(f->count, k);
        if (columns == 0 || f->first_column + columns > cs->n_advice)
            return zk_fail(err, ZKML_MALFORMED, "%s: no such advice columns", f->name);
        if (f->first_column < next)
            return zk_fail(err, ZKML_MALFORMED, "%s and %s share advice columns",
                           sorted[i - 1]->name, f->name);
        next = f->first_column + columns;
    }
    return ZKML_OK;
}

/* The fields of one visibility, in `sorted`. */
static size_t choose(const zk_field_schema **sorted, zk_visibility visibility,
                     const zk_schema *schema)
{
    size_t chosen = 0;
    for (size_t i = 0; i < schema->param_count + schema->result_count; i++) {
        const zk_field_schema *f = zk_schema_field(schema, i);
        if (f->visibility == visibility)
            sorted[chosen++] = f;
    }
    return chosen;
}

static zkml_status verify_all(const zk_field_schema **sorted, const zk_schema *schema,
                              const zk_constraint_system *cs, uint32_t k, zkml_error *err)
{
    for (size_t i = 0; i < schema->param_count; i++)
        ZK_TRY(verify_field(sorted[i] = &schema->params[i], err));
    ZK_TRY(verify_names(sorted, schema->param_count, err));
    for (size_t i = 0; i < schema->result_count; i++)
        ZK_TRY(verify_field(sorted[i] = &schema->results[i], err));
    ZK_TRY(verify_names(sorted, schema->result_count, err));
    size_t count = choose(sorted, ZK_PUBLIC, schema);
    ZK_TRY(verify_places(sorted, count, schema->instance_counts, cs->n_instance, err));
    count = choose(sorted, ZK_COMMITTED, schema);
    return verify_committed(sorted, count, cs, k, err);
}

const zk_field_schema *zk_schema_field(const zk_schema *schema, size_t number)
{
    return number < schema->param_count ? &schema->params[number]
                                        : &schema->results[number - schema->param_count];
}

zkml_status zk_schema_verify(const zk_schema *schema, const zk_constraint_system *cs, uint32_t k,
                             zkml_error *err)
{
    for (uint32_t c = 0; c < cs->n_instance; c++)
        if (schema->instance_counts[c] > zk_cs_usable_rows(cs, k))
            return zk_fail(err, ZKML_MALFORMED, "instance column %u has more values than rows", c);
    const zk_field_schema **sorted =
        calloc(schema->param_count + schema->result_count + 1, sizeof(void *));
    if (sorted == NULL)
        return zk_fail(err, ZKML_LIMIT, "out of memory");
    zkml_status status = verify_all(sorted, schema, cs, k, err);
    free(sorted);
    return status;
}

#include "runtime/proof/opening.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/base/file.h"
#include "runtime/circuit/codec.h"

static const zk_seal seal = {
    .magic = "ZKMLOPN1",
    .personal = "zkmlc-openings--",
    .version = 1,
    .wrong = "this is not an opening file of zkml",
};

enum { SLOT = 32, MAX_FILE = 1 << 30 };

void zk_opening_free(zk_opening *opening)
{
    zk_arena_wipe(&opening->arena);
    memset(opening, 0, sizeof *opening);
}

/* Writing ------------------------------------------------------------------------------------- */

static void put_runs(zk_buf *out, const zk_block *shape)
{
    zk_put_uint(out, shape->outputs);
    zk_put_uint(out, shape->inputs);
    size_t parts = shape->kind == ZK_BLOCK_RUNS ? 3 : 1;
    uint32_t *numbers = calloc((size_t)shape->inputs + 1, sizeof *numbers);
    if (numbers == NULL) {
        out->failed = true;
        return;
    }
    for (size_t part = 0; part < parts; part++) {
        for (uint32_t j = 0; j < shape->inputs; j++) {
            const zk_run *run = &shape->runs[j];
            numbers[j] = part == 0 ? run->first : part == 1 ? run->count : run->step;
        }
        zk_put_array_u32(out, numbers, shape->inputs);
    }
    free(numbers);
}

static void put_block(zk_buf *out, const zk_owned_block *block, uint32_t k)
{
    zk_put_uint(out, block->shape.kind);
    if (block->shape.kind == ZK_BLOCK_VECTOR)
        zk_put_uint(out, block->shape.elements);
    else
        put_runs(out, &block->shape);
    zk_put_array(out, block->values, (size_t)zk_block_values(&block->shape));
    for (uint64_t i = 0; i < zk_block_points(&block->shape, k); i++) {
        uint8_t bytes[SLOT];
        zk_fp_to_bytes(bytes, &block->blinds[i]);
        zk_buf_bytes(out, bytes, sizeof bytes);
        sodium_memzero(bytes, sizeof bytes);
    }
}

/* At least the bytes of the file; saturates. */
static size_t bound(const zk_opening *opening)
{
    uint64_t total = 256;
    for (uint32_t b = 0; b < opening->block_count; b++) {
        const zk_block *shape = &opening->blocks[b].shape;
        uint64_t values = zk_block_values(shape), points = zk_block_points(shape, opening->k);
        uint64_t inputs = shape->kind == ZK_BLOCK_VECTOR ? 0 : shape->inputs;
        if (values > UINT32_MAX || points > UINT32_MAX)
            return SIZE_MAX;
        total += 128 + 8 * values + SLOT * points + 12 * inputs;
    }
    return total < SIZE_MAX ? (size_t)total : SIZE_MAX;
}

zkml_status zk_opening_write(const zk_opening *opening, zk_buf *out, zkml_error *err)
{
    uint8_t digest[32];
    ZK_CHECK(out->length == 0);
    size_t capacity = bound(opening);
    zk_buf_reserve(out, capacity);
    zk_seal_put(out, &seal);
    zk_put_uint(out, opening->k);
    zk_buf_bytes(out, opening->commitment, sizeof opening->commitment);
    zk_put_uint(out, opening->block_count);
    for (uint32_t b = 0; b < opening->block_count; b++)
        put_block(out, &opening->blocks[b], opening->k);
    zk_seal_finish(out, &seal, 0, digest);
    ZK_CHECK(out->failed || out->length <= capacity);
    return out->failed ? zk_fail(err, ZKML_LIMIT, "out of memory for the opening file") : ZKML_OK;
}

zkml_status zk_opening_save(const zk_opening *opening, const char *path, zkml_error *err)
{
    zk_buf file = {0};
    zkml_status status = zk_opening_write(opening, &file, err);
    if (status == ZKML_OK)
        status = zk_file_write(path, file.data, file.length, ZK_FILE_PRIVATE, err);
    zk_buf_wipe(&file);
    return status;
}

/* Reading ------------------------------------------------------------------------------------- */

static void get_runs(zk_opening *opening, zk_reader *reader, zk_block *shape)
{
    size_t at = reader->offset;
    shape->outputs = zk_get_u32(reader);
    shape->inputs = zk_get_u32(reader);
    if (shape->inputs > zk_reader_left(reader) ||
        zk_block_values(shape) > zk_reader_left(reader)) {
        zk_reader_fail(reader, at, "a matrix is larger than what is left of the file");
        return;
    }
    size_t count = shape->inputs;
    shape->runs = zk_get_memory(reader, &opening->arena, count, sizeof *shape->runs);
    uint32_t *first = zk_get_array_u32(reader, &opening->arena, count);
    uint32_t *counts = NULL, *steps = NULL;
    if (shape->kind == ZK_BLOCK_RUNS) {
        counts = zk_get_array_u32(reader, &opening->arena, count);
        steps = zk_get_array_u32(reader, &opening->arena, count);
    }
    for (size_t j = 0; j < count && zk_reader_ok(reader); j++)
        shape->runs[j] = (zk_run){.first = first[j],
                                  .count = counts != NULL ? counts[j] : 1,
                                  .step = steps != NULL ? steps[j] : 1};
}

static zk_fp *get_blinds(zk_opening *opening, zk_reader *reader, uint64_t count)
{
    size_t at = reader->offset;
    if (count > zk_reader_left(reader) / SLOT) {
        zk_reader_fail(reader, at, "a block is larger than what is left of the file");
        return NULL;
    }
    zk_fp *blinds = zk_get_memory(reader, &opening->arena, (size_t)count, sizeof *blinds);
    for (uint64_t i = 0; i < count && zk_reader_ok(reader); i++) {
        at = reader->offset;
        if (!zk_fp_from_bytes(&blinds[i], zk_read_bytes(reader, SLOT)))
            zk_reader_fail(reader, at, "a field element is not in its canonical form");
    }
    return blinds;
}

static void get_block(zk_opening *opening, zk_reader *reader, zk_row_set *rows,
                      zk_owned_block *block)
{
    size_t at = reader->offset;
    block->shape.kind = (zk_block_kind)zk_get_uint(reader, ZK_BLOCK_RUNS);
    if (block->shape.kind == ZK_BLOCK_VECTOR) {
        block->shape.elements = zk_get_uint(reader, UINT64_MAX);
        if (block->shape.elements > zk_reader_left(reader))
            zk_reader_fail(reader, at, "a vector is larger than what is left of the file");
    } else {
        get_runs(opening, reader, &block->shape);
    }
    const char *reason = zk_reader_ok(reader) ? zk_block_check(&block->shape, rows) : NULL;
    if (reason != NULL)
        zk_reader_fail(reader, at, reason);
    if (!zk_reader_ok(reader))
        return;
    block->values =
        zk_get_array(reader, &opening->arena, (size_t)zk_block_values(&block->shape));
    block->blinds = get_blinds(opening, reader, zk_block_points(&block->shape, opening->k));
}

static void get_opening(zk_opening *opening, zk_reader *reader)
{
    zk_row_set rows = {0};
    size_t at = reader->offset;
    opening->k = zk_get_u32(reader);
    if (opening->k > ZK_CIRCUIT_MAX_K || zk_committed_rows(opening->k) == 0)
        zk_reader_fail(reader, at, "k, the logarithm of the number of rows, is not in 5 .. 24");
    const uint8_t *digest = zk_read_bytes(reader, sizeof opening->commitment);
    if (digest != NULL)
        memcpy(opening->commitment, digest, sizeof opening->commitment);
    opening->block_count = (uint32_t)zk_get_count(reader, 4);
    if (zk_reader_ok(reader) && !zk_row_set_init(&rows, opening->k))
        zk_reader_fail_limit(reader, at, "out of memory");
    opening->blocks = zk_get_memory(reader, &opening->arena, opening->block_count,
                                    sizeof *opening->blocks);
    for (uint32_t b = 0; b < opening->block_count && zk_reader_ok(reader); b++)
        get_block(opening, reader, &rows, &opening->blocks[b]);
    zk_row_set_free(&rows);
}

zkml_status zk_opening_read(zk_opening *opening, const char *name, const uint8_t *bytes,
                            size_t length, zkml_error *err)
{
    zk_reader reader;
    uint8_t digest[32];
    memset(opening, 0, sizeof *opening);
    zk_arena_init(&opening->arena, zk_codec_memory(length));
    if (zk_seal_open(&reader, &seal, name, bytes, length, digest))
        get_opening(opening, &reader);
    zkml_status status = zk_reader_finish(&reader, err);
    if (status != ZKML_OK)
        zk_opening_free(opening);
    return status;
}

zkml_status zk_opening_load(zk_opening *opening, const char *path, zkml_error *err)
{
    zk_buf file = {0};
    memset(opening, 0, sizeof *opening);
    zkml_status status = zk_file_read(path, MAX_FILE, &file, err);
    if (status == ZKML_OK)
        status = zk_opening_read(opening, path, file.data, file.length, err);
    zk_buf_wipe(&file);
    return status;
}

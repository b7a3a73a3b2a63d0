#include "runtime/proof/commitment.h"

#include <stdlib.h>
#include <string.h>

#include "runtime/circuit/codec.h"
#include "runtime/proof/commitment_points.h"

static const char magic[8] = {'Z', 'K', 'M', 'L', 'C', 'O', 'M', '1'};

/* k of the largest circuits; below 5 there are no rows for values. */
enum { MIN_K = 5, SLOT = 32 };

static size_t support_length(const zk_block *shape)
{
    return shape->kind == ZK_BLOCK_VECTOR ? 0 : SLOT * ((size_t)shape->inputs + 2);
}

/* Writing ------------------------------------------------------------------------------------- */

static void put_shape(zk_buf *out, const zk_block *shape)
{
    zk_buf_u32(out, (uint32_t)shape->kind);
    if (shape->kind == ZK_BLOCK_VECTOR) {
        zk_buf_u64(out, shape->elements);
        return;
    }
    zk_buf_u32(out, shape->outputs);
    zk_buf_u32(out, shape->inputs);
    for (uint32_t j = 0; j < shape->inputs; j++) {
        zk_buf_u32(out, shape->runs[j].first);
        if (shape->kind == ZK_BLOCK_RUNS) {
            zk_buf_u32(out, shape->runs[j].count);
            zk_buf_u32(out, shape->runs[j].step);
        }
    }
}

static void put_blocks(zk_buf *out, uint32_t k, const zk_published_block *blocks, uint32_t count)
{
    zk_buf_bytes(out, magic, sizeof magic);
    zk_buf_u32(out, k);
    zk_buf_u32(out, count);
    for (uint32_t b = 0; b < count; b++) {
        put_shape(out, &blocks[b].shape);
        for (uint64_t i = 0; i < zk_block_points(&blocks[b].shape, k); i++) {
            uint8_t bytes[SLOT];
            zk_vesta_to_bytes(bytes, &blocks[b].points[i]);
            zk_buf_bytes(out, bytes, sizeof bytes);
        }
    }
}

void zk_commitment_write(const zk_commitment *commitment, zk_buf *out)
{
    put_blocks(out, commitment->k, commitment->blocks, commitment->block_count);
    for (uint32_t b = 0; b < commitment->block_count; b++)
        zk_buf_bytes(out, commitment->blocks[b].support,
                     support_length(&commitment->blocks[b].shape));
}

/* Reading ------------------------------------------------------------------------------------- */

typedef struct source {
    zk_reader reader;
    zk_commitment *c;
    zk_row_set rows;
    uint64_t run_rows;
} source;

static void get_runs(source *s, zk_block *shape)
{
    bool runs = shape->kind == ZK_BLOCK_RUNS;
    size_t at = s->reader.offset;
    if (shape->inputs > zk_reader_left(&s->reader) / (runs ? 12 : 4)) {
        zk_reader_fail(&s->reader, at, "a matrix is larger than what is left of the file");
        return;
    }
    shape->runs = zk_get_memory(&s->reader, &s->c->arena, shape->inputs, sizeof *shape->runs);
    for (uint32_t j = 0; j < shape->inputs && zk_reader_ok(&s->reader); j++) {
        shape->runs[j] = (zk_run){.first = zk_read_u32(&s->reader), .count = 1, .step = 1};
        if (runs) {
            shape->runs[j].count = zk_read_u32(&s->reader);
            shape->runs[j].step = zk_read_u32(&s->reader);
            s->run_rows += shape->runs[j].count;
        }
    }
}

static void get_shape(source *s, zk_block *shape)
{
    size_t at = s->reader.offset;
    uint32_t kind = zk_read_u32(&s->reader);
    if (kind > ZK_BLOCK_RUNS) {
        zk_reader_fail(&s->reader, at, "unknown kind of block");
        return;
    }
    shape->kind = (zk_block_kind)kind;
    if (shape->kind == ZK_BLOCK_VECTOR) {
        shape->elements = zk_read_u64(&s->reader);
    } else {
        shape->outputs = zk_read_u32(&s->reader);
        shape->inputs = zk_read_u32(&s->reader);
        get_runs(s, shape);
    }
    const char *reason = zk_reader_ok(&s->reader) ? zk_block_check(shape, &s->rows) : NULL;
    if (reason != NULL)
        zk_reader_fail(&s->reader, at, reason);
    if (s->run_rows > ZK_COMMITMENT_MAX_RUN_ROWS)
        zk_reader_fail_limit(&s->reader, at, "the runs of a commitment file have too many rows");
}

static void get_block(source *s, zk_published_block *block)
{
    get_shape(s, &block->shape);
    size_t at = s->reader.offset;
    uint64_t count = zk_reader_ok(&s->reader) ? zk_block_points(&block->shape, s->c->k) : 0;
    if (count > zk_reader_left(&s->reader) / SLOT) {
        zk_reader_fail(&s->reader, at, "a block is larger than what is left of the file");
        return;
    }
    block->points = zk_get_memory(&s->reader, &s->c->arena, (size_t)count, sizeof *block->points);
    for (uint64_t i = 0; i < count && zk_reader_ok(&s->reader); i++) {
        at = s->reader.offset;
        const uint8_t *bytes = zk_read_bytes(&s->reader, SLOT);
        if (!zk_vesta_from_bytes(&block->points[i], bytes) ||
            zk_vesta_affine_is_identity(&block->points[i]))
            zk_reader_fail(&s->reader, at, "a commitment is not a point of the curve");
    }
}

static void get_commitment(source *s)
{
    zk_commitment *c = s->c;
    const uint8_t *start = zk_read_bytes(&s->reader, sizeof magic);
    if (start == NULL || memcmp(start, magic, sizeof magic) != 0) {
        s->reader = (zk_reader){.name = s->reader.name};
        zk_reader_fail(&s->reader, 0, "this is not a commitment file of zkml");
        return;
    }
    size_t at = s->reader.offset;
    c->k = zk_read_u32(&s->reader);
    if (c->k < MIN_K || c->k > ZK_CIRCUIT_MAX_K) {
        zk_reader_fail(&s->reader, at, "k, the logarithm of the number of rows, is not in 5 .. 24");
        return;
    }
    if (!zk_row_set_init(&s->rows, c->k))
        zk_reader_fail_limit(&s->reader, at, "out of memory");
    at = s->reader.offset;
    c->block_count = (uint32_t)zk_read_count(&s->reader, 12);
    if (zk_reader_ok(&s->reader) && c->block_count == 0)
        zk_reader_fail(&s->reader, at, "there is no block");
    if (c->block_count > ZK_COMMITMENT_MAX_BLOCKS)
        zk_reader_fail_limit(&s->reader, at, "a commitment file has at most 4096 blocks");
    c->blocks = zk_get_memory(&s->reader, &c->arena, c->block_count, sizeof *c->blocks);
    for (uint32_t b = 0; b < c->block_count && zk_reader_ok(&s->reader); b++)
        get_block(s, &c->blocks[b]);
    c->proven = s->reader.offset;
    for (uint32_t b = 0; b < c->block_count && zk_reader_ok(&s->reader); b++)
        if (c->blocks[b].shape.kind != ZK_BLOCK_VECTOR)
            c->blocks[b].support =
                zk_read_bytes(&s->reader, support_length(&c->blocks[b].shape));
}

zkml_status zk_commitment_read(zk_commitment *commitment, const char *name, const uint8_t *bytes,
                               size_t length, zkml_error *err)
{
    source s = {.c = commitment};
    *commitment = (zk_commitment){.bytes = bytes, .length = length};
    zk_arena_init(&commitment->arena, zk_codec_memory(length));
    zk_reader_init(&s.reader, name, bytes, length);
    get_commitment(&s);
    zk_row_set_free(&s.rows);
    zkml_status status = zk_reader_finish(&s.reader, err);
    if (status == ZKML_OK)
        zk_digest(commitment->digest, "zkmlc-commitment", bytes, length);
    else
        zk_commitment_free(commitment);
    return status;
}

void zk_commitment_free(zk_commitment *commitment)
{
    zk_arena_free(&commitment->arena);
    memset(commitment, 0, sizeof *commitment);
}

/* Support proofs ------------------------------------------------------------------------------ */

static zkml_status verify_block(const zk_commitment *c, uint32_t number, const zk_link *start,
                                const zk_params *params, zkml_error *err)
{
    const zk_published_block *block = &c->blocks[number];
    zk_vesta_affine *generators = NULL;
    ZK_TRY(zk_block_generators(&generators, &block->shape, params, err));
    zk_link link = zk_support_link(start, number, &block->shape, generators, block->points);
    zkml_status status =
        zk_link_verify(&link, params, block->support, support_length(&block->shape), err);
    free(generators);
    return status;
}

zkml_status zk_commitment_verify(const zk_commitment *commitment, const zk_params *params,
                                 zkml_error *err)
{
    if (params->k != commitment->k)
        return zk_fail(err, ZKML_USAGE, "parameters for k = %u, commitments for k = %u", params->k,
                       commitment->k);
    zk_link start;
    zk_support_start(&start, commitment->bytes, commitment->proven);
    for (uint32_t b = 0; b < commitment->block_count; b++) {
        if (commitment->blocks[b].shape.kind == ZK_BLOCK_VECTOR)
            continue;
        zkml_status status = verify_block(commitment, b, &start, params, err);
        if (status == ZKML_INVALID)
            return zk_fail(err, status, "block %u: the support proof is wrong", b);
        ZK_TRY(status);
    }
    return ZKML_OK;
}

/* Making -------------------------------------------------------------------------------------- */

typedef struct maker {
    const zk_owned_block *owned;
    zk_published_block *blocks;
    uint32_t count;
    const zk_params *params;
    zk_arena arena; /* of the points */
} maker;

static zkml_status check_shapes(const maker *m, zkml_error *err)
{
    zk_row_set rows;
    const char *reason = NULL;
    uint64_t run_rows = 0;
    if (!zk_row_set_init(&rows, m->params->k))
        return zk_fail(err, ZKML_LIMIT, "out of memory for the commitments");
    for (uint32_t b = 0; b < m->count && reason == NULL; b++) {
        const zk_block *shape = &m->owned[b].shape;
        reason = zk_block_check(shape, &rows);
        for (uint32_t j = 0; shape->kind == ZK_BLOCK_RUNS && j < shape->inputs; j++)
            run_rows += shape->runs[j].count;
    }
    zk_row_set_free(&rows);
    if (reason != NULL)
        return zk_fail(err, ZKML_MALFORMED, "%s", reason);
    if (m->count == 0 || m->count > ZK_COMMITMENT_MAX_BLOCKS ||
        run_rows > ZK_COMMITMENT_MAX_RUN_ROWS)
        return zk_fail(err, ZKML_LIMIT, "a commitment file has 1 to %d blocks, and %d rows of runs",
                       ZK_COMMITMENT_MAX_BLOCKS, ZK_COMMITMENT_MAX_RUN_ROWS);
    return ZKML_OK;
}

static zkml_status commit_blocks(maker *m, zk_rng *rng, zkml_error *err)
{
    for (uint32_t b = 0; b < m->count; b++) {
        const zk_owned_block *owned = &m->owned[b];
        uint64_t points = zk_block_points(&owned->shape, m->params->k);
        m->blocks[b].shape = owned->shape;
        m->blocks[b].points = ZK_ARENA_NEW(&m->arena, zk_vesta_affine, points);
        if (m->blocks[b].points == NULL)
            return zk_fail(err, ZKML_LIMIT, "out of memory for the commitments");
        zk_rng_scalars(rng, owned->blinds, points);
        ZK_TRY(owned->shape.kind == ZK_BLOCK_VECTOR
                   ? zk_commit_vector(m->blocks[b].points, owned, m->params, err)
                   : zk_commit_rows(m->blocks[b].points, &owned->shape, owned->values,
                                    owned->blinds, m->params, err));
    }
    return ZKML_OK;
}

static zkml_status append_support(const maker *m, uint32_t number, const zk_link *start,
                                  zk_buf *out, zk_rng *rng, zkml_error *err)
{
    const zk_owned_block *owned = &m->owned[number];
    size_t length = support_length(&owned->shape);
    zk_vesta_affine *generators = NULL;
    uint8_t *proof = malloc(length);
    zk_column *values = calloc(owned->shape.outputs, sizeof *values);
    zkml_status status = ZKML_LIMIT;
    if (proof == NULL || values == NULL)
        (void)zk_fail(err, status, "out of memory for the commitments");
    else
        status = zk_block_generators(&generators, &owned->shape, m->params, err);
    if (status == ZKML_OK) {
        for (uint32_t i = 0; i < owned->shape.outputs; i++)
            values[i] = (zk_column){.type = ZK_COLUMN_I64,
                                    .length = owned->shape.inputs,
                                    .u.i64 = owned->values + (size_t)i * owned->shape.inputs};
        zk_link link = zk_support_link(start, number, &owned->shape, generators,
                                       m->blocks[number].points);
        status = zk_link_prove(proof, &link, m->params, values, owned->blinds, rng, err);
    }
    if (status == ZKML_OK)
        zk_buf_bytes(out, proof, length);
    free(generators);
    free(values);
    free(proof);
    return status;
}

static zkml_status make(maker *m, zk_buf *out, zk_rng *rng, zkml_error *err)
{
    size_t begin = out->length;
    zk_link start;
    ZK_TRY(commit_blocks(m, rng, err));
    put_blocks(out, m->params->k, m->blocks, m->count);
    if (!out->failed)
        zk_support_start(&start, out->data + begin, out->length - begin);
    for (uint32_t b = 0; b < m->count && !out->failed; b++)
        if (m->blocks[b].shape.kind != ZK_BLOCK_VECTOR)
            ZK_TRY(append_support(m, b, &start, out, rng, err));
    return out->failed ? zk_fail(err, ZKML_LIMIT, "out of memory for the commitments") : ZKML_OK;
}

zkml_status zk_commitment_make(zk_buf *out, uint8_t digest[32], zk_owned_block *blocks,
                               uint32_t block_count, const zk_params *params, zk_rng *rng,
                               zkml_error *err)
{
    size_t begin = out->length;
    maker m = {.owned = blocks, .count = block_count, .params = params};
    ZK_TRY(check_shapes(&m, err));
    zk_arena_init(&m.arena, 0);
    m.blocks = ZK_ARENA_NEW(&m.arena, zk_published_block, block_count);
    zkml_status status = m.blocks == NULL
                             ? zk_fail(err, ZKML_LIMIT, "out of memory for the commitments")
                             : make(&m, out, rng, err);
    if (status == ZKML_OK)
        zk_digest(digest, "zkmlc-commitment", out->data + begin, out->length - begin);
    zk_arena_free(&m.arena);
    return status;
}

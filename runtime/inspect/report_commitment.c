/* Commitment files and openings: their blocks, and of openings nothing that is secret. */
#include <inttypes.h>

#include "runtime/inspect/report.h"

enum { MAX_SHOWN = 30 };

static void put_hex(zk_buf *out, const uint8_t digest[32])
{
    for (int i = 0; i < 32; i++)
        zk_buf_printf(out, "%02x", digest[i]);
}

static void put_block(zk_buf *out, const zk_block *block, uint32_t k)
{
    uint64_t points = zk_block_points(block, k);
    const char *plural = points == 1 ? "" : "s";
    switch (block->kind) {
    case ZK_BLOCK_VECTOR:
        zk_buf_printf(out, "a value of %" PRIu64 " element%s", block->elements,
                      block->elements == 1 ? "" : "s");
        break;
    case ZK_BLOCK_MATRIX:
        zk_buf_printf(out, "a matrix with %u outputs and %u inputs", block->outputs, block->inputs);
        break;
    case ZK_BLOCK_RUNS:
        zk_buf_printf(out, "a matrix with %u outputs and %u inputs on runs of rows", block->outputs,
                      block->inputs);
        break;
    }
    zk_buf_printf(out, ", %" PRIu64 " point%s\n", points, plural);
}

static void put_head(zk_buf *out, const char *kind, const char *path, size_t bytes,
                     const uint8_t digest[32], uint32_t k)
{
    zk_buf_printf(out, "%s\n  file           %s\n  size           %zu bytes\n", kind, path, bytes);
    zk_buf_text(out, "  digest         ");
    put_hex(out, digest);
    zk_buf_printf(out, "\n  for circuits   of %" PRIu64 " rows (k = %u)\n", UINT64_C(1) << k, k);
}

static void put_rest(zk_buf *out, uint32_t count)
{
    if (count > MAX_SHOWN)
        zk_buf_printf(out, "  and %u more blocks\n", count - MAX_SHOWN);
}

void zk_report_commitment(zk_buf *out, const zk_commitment *commitment, const char *path)
{
    put_head(out, "commitment file", path, commitment->length, commitment->digest, commitment->k);
    for (uint32_t b = 0; b < commitment->block_count && b < MAX_SHOWN; b++) {
        zk_buf_printf(out, "  block %-8u ", b);
        put_block(out, &commitment->blocks[b].shape, commitment->k);
    }
    put_rest(out, commitment->block_count);
}

void zk_report_opening(zk_buf *out, const zk_opening *opening, const char *path, size_t bytes)
{
    put_head(out, "opening of a commitment file, which is secret", path, bytes, opening->commitment,
             opening->k);
    for (uint32_t b = 0; b < opening->block_count && b < MAX_SHOWN; b++) {
        zk_buf_printf(out, "  block %-8u ", b);
        put_block(out, &opening->blocks[b].shape, opening->k);
    }
    put_rest(out, opening->block_count);
}

/* {"kind":"vector","elements":20,"points":1} */
static void put_block_json(zk_buf *out, const zk_block *block, uint32_t k)
{
    static const char *const kinds[] = {"matrix", "vector", "runs"};
    zk_buf_printf(out, "{\"kind\":\"%s\",", kinds[block->kind]);
    if (block->kind == ZK_BLOCK_VECTOR)
        zk_buf_printf(out, "\"elements\":%" PRIu64, block->elements);
    else
        zk_buf_printf(out, "\"outputs\":%u,\"inputs\":%u", block->outputs, block->inputs);
    zk_buf_printf(out, ",\"points\":%" PRIu64 "}", zk_block_points(block, k));
}

static void put_head_json(zk_buf *out, const char *kind, const char *path, size_t bytes,
                          const uint8_t digest[32], uint32_t k)
{
    zk_buf_printf(out, "{\"v\":1,\"kind\":\"%s\",\"file\":", kind);
    zk_json_put_text(out, path);
    zk_buf_printf(out, ",\"bytes\":%zu,\"digest\":\"", bytes);
    put_hex(out, digest);
    zk_buf_printf(out, "\",\"k\":%u,\"blocks\":[", k);
}

void zk_report_commitment_json(zk_buf *out, const zk_commitment *commitment, const char *path)
{
    put_head_json(out, "commitment", path, commitment->length, commitment->digest, commitment->k);
    for (uint32_t b = 0; b < commitment->block_count; b++) {
        zk_buf_text(out, b > 0 ? "," : "");
        put_block_json(out, &commitment->blocks[b].shape, commitment->k);
    }
    zk_buf_text(out, "]}\n");
}

void zk_report_opening_json(zk_buf *out, const zk_opening *opening, const char *path, size_t bytes)
{
    put_head_json(out, "opening", path, bytes, opening->commitment, opening->k);
    for (uint32_t b = 0; b < opening->block_count; b++) {
        zk_buf_text(out, b > 0 ? "," : "");
        put_block_json(out, &opening->blocks[b].shape, opening->k);
    }
    zk_buf_text(out, "]}\n");
}

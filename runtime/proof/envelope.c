#include "runtime/proof/envelope.h"

#include <string.h>

#include "runtime/circuit/codec.h"

enum { FILE_DIGEST = 32 };

static const zk_seal seal = {
    .magic = "ZKMLPRF1",
    .personal = "zkmlc-prooffile-",
    .wrong = "this is not a proof of zkml (proof.bin)",
};

void zk_envelope_free(zk_envelope *envelope)
{
    zk_arena_free(&envelope->arena);
    memset(envelope, 0, sizeof *envelope);
}

/* ---- writing ---- */

static void put_scalar(zk_buf *out, const zk_fp *value)
{
    uint8_t bytes[32];
    zk_fp_to_bytes(bytes, value);
    zk_buf_bytes(out, bytes, sizeof bytes);
}

void zk_envelope_write(const zk_envelope *envelope, zk_buf *out)
{
    size_t start = out->length;
    uint8_t digest[32];
    zk_seal_put(out, &seal);
    zk_buf_bytes(out, envelope->circuit_digest, sizeof envelope->circuit_digest);
    put_scalar(out, &envelope->transcript_repr);
    zk_buf_u32(out, envelope->inputs);
    const zk_instance_values *column = envelope->instances;
    for (uint32_t input = 0; input < envelope->inputs; input++) {
        zk_buf_u32(out, envelope->instance_columns);
        for (uint32_t c = 0; c < envelope->instance_columns; c++, column++) {
            zk_buf_u64(out, column->count);
            for (size_t i = 0; i < column->count; i++)
                put_scalar(out, &column->values[i]);
        }
    }
    zk_buf_u32(out, envelope->file_count);
    zk_buf_bytes(out, envelope->file_digests, FILE_DIGEST * (size_t)envelope->file_count);
    zk_buf_u64(out, envelope->proof_length);
    zk_buf_bytes(out, envelope->proof, envelope->proof_length);
    zk_buf_u64(out, envelope->link_length);
    zk_buf_bytes(out, envelope->link, envelope->link_length);
    zk_seal_finish(out, &seal, start, digest);
}

/* ---- reading ---- */

static zk_fp get_scalar(zk_reader *reader)
{
    zk_fp value = zk_fp_zero;
    size_t at = reader->offset;
    const uint8_t *bytes = zk_read_bytes(reader, 32);
    if (bytes != NULL && !zk_fp_from_bytes(&value, bytes))
        zk_reader_fail(reader, at, "a field element is not in its canonical form");
    return value;
}

/* A length of items of item_bytes each that are all there. */
static size_t get_length(zk_reader *reader, size_t item_bytes)
{
    size_t at = reader->offset;
    uint64_t length = zk_read_u64(reader);
    if (length > zk_reader_left(reader) / item_bytes) {
        zk_reader_fail(reader, at, "a length is larger than what is left of the file");
        return 0;
    }
    return (size_t)length;
}

static void get_column(zk_envelope *envelope, zk_reader *reader, zk_instance_values *column)
{
    size_t count = get_length(reader, 32);
    zk_fp *values = zk_get_memory(reader, &envelope->arena, count, sizeof *values);
    for (size_t i = 0; i < count && zk_reader_ok(reader); i++)
        values[i] = get_scalar(reader);
    *column = (zk_instance_values){.values = values, .count = count};
}

/* Every input has as many columns as the first one. */
static void get_instances(zk_envelope *envelope, zk_reader *reader)
{
    size_t at = reader->offset;
    envelope->inputs = (uint32_t)zk_read_count(reader, 4);
    if (zk_reader_ok(reader) && envelope->inputs == 0)
        zk_reader_fail(reader, at, "a proof speaks about one set of inputs at least");
    for (uint32_t input = 0; input < envelope->inputs && zk_reader_ok(reader); input++) {
        at = reader->offset;
        uint32_t columns = (uint32_t)zk_read_count(reader, 8);
        if (input == 0) {
            envelope->instance_columns = columns;
            uint64_t all = (uint64_t)columns * envelope->inputs;
            if (all > zk_reader_left(reader) / 8)
                zk_reader_fail(reader, at, "a count is larger than what is left of the file");
            else
                envelope->instances = zk_get_memory(reader, &envelope->arena, (size_t)all,
                                                    sizeof *envelope->instances);
        } else if (columns != envelope->instance_columns) {
            zk_reader_fail(reader, at, "inputs have different numbers of public columns");
        }
        for (uint32_t c = 0; c < columns && zk_reader_ok(reader); c++)
            get_column(envelope, reader,
                       &envelope->instances[(size_t)input * envelope->instance_columns + c]);
    }
}

static void get_envelope(zk_envelope *envelope, zk_reader *reader)
{
    const uint8_t *digest = zk_read_bytes(reader, sizeof envelope->circuit_digest);
    if (digest != NULL)
        memcpy(envelope->circuit_digest, digest, sizeof envelope->circuit_digest);
    envelope->transcript_repr = get_scalar(reader);
    get_instances(envelope, reader);
    envelope->file_count = (uint32_t)zk_read_count(reader, FILE_DIGEST);
    envelope->file_digests = zk_read_bytes(reader, FILE_DIGEST * (size_t)envelope->file_count);
    envelope->proof_length = get_length(reader, 1);
    envelope->proof = zk_read_bytes(reader, envelope->proof_length);
    envelope->link_length = get_length(reader, 1);
    envelope->link = zk_read_bytes(reader, envelope->link_length);
}

zkml_status zk_envelope_read(zk_envelope *envelope, const char *name, const uint8_t *bytes,
                             size_t length, zkml_error *err)
{
    zk_reader reader;
    uint8_t digest[32];
    memset(envelope, 0, sizeof *envelope);
    zk_arena_init(&envelope->arena, zk_codec_memory(length));
    if (zk_seal_open(&reader, &seal, name, bytes, length, digest))
        get_envelope(envelope, &reader);
    zkml_status status = zk_reader_finish(&reader, err);
    if (status != ZKML_OK)
        zk_envelope_free(envelope);
    return status;
}

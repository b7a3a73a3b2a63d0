#include "runtime/base/buf.h"

#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/base/arena.h"

void zk_buf_free(zk_buf *buf)
{
    free(buf->data);
    *buf = (zk_buf){0};
}

void zk_buf_wipe(zk_buf *buf)
{
    if (buf->data != NULL)
        sodium_memzero(buf->data, buf->capacity);
    zk_buf_free(buf);
}

void zk_buf_reserve(zk_buf *buf, size_t capacity)
{
    if (!zk_grow((void **)&buf->data, &buf->capacity, capacity, 1))
        buf->failed = true;
}

void zk_buf_bytes(zk_buf *buf, const void *bytes, size_t length)
{
    size_t needed;
    if (buf->failed || length == 0)
        return;
    if (!zk_size_add(buf->length, length, &needed) ||
        !zk_grow((void **)&buf->data, &buf->capacity, needed, 1)) {
        buf->failed = true;
        return;
    }
    memcpy(buf->data + buf->length, bytes, length);
    buf->length = needed;
}

void zk_buf_u8(zk_buf *buf, uint8_t value)
{
    zk_buf_bytes(buf, &value, 1);
}

void zk_buf_u32(zk_buf *buf, uint32_t value)
{
    uint8_t bytes[4];
    for (int i = 0; i < 4; i++)
        bytes[i] = (uint8_t)(value >> (8 * i));
    zk_buf_bytes(buf, bytes, sizeof bytes);
}

void zk_buf_u64(zk_buf *buf, uint64_t value)
{
    uint8_t bytes[8];
    for (int i = 0; i < 8; i++)
        bytes[i] = (uint8_t)(value >> (8 * i));
    zk_buf_bytes(buf, bytes, sizeof bytes);
}

void zk_buf_text(zk_buf *buf, const char *text)
{
    zk_buf_bytes(buf, text, strlen(text));
}

void zk_buf_string(zk_buf *buf, const char *text, size_t length)
{
    if (length > UINT32_MAX) {
        buf->failed = true;
        return;
    }
    zk_buf_u32(buf, (uint32_t)length);
    zk_buf_bytes(buf, text, length);
}

void zk_buf_printf(zk_buf *buf, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    size_t needed;
    if (buf->failed)
        return;
    if (length < 0 || !zk_size_add(buf->length, (size_t)length + 1, &needed) ||
        !zk_grow((void **)&buf->data, &buf->capacity, needed, 1)) {
        buf->failed = true;
        return;
    }
    va_start(args, format);
    (void)vsnprintf((char *)buf->data + buf->length, (size_t)length + 1, format, args);
    va_end(args);
    buf->length += (size_t)length;
}

void zk_reader_init(zk_reader *reader, const char *name, const void *data, size_t length)
{
    *reader = (zk_reader){.data = data, .length = length, .name = name};
}

static void fail_as(zk_reader *reader, zkml_status status, size_t offset, const char *reason)
{
    if (reader->reason != NULL)
        return;
    reader->reason = reason;
    reader->bad_offset = offset;
    reader->status = status;
}

void zk_reader_fail(zk_reader *reader, size_t offset, const char *reason)
{
    fail_as(reader, ZKML_MALFORMED, offset, reason);
}

void zk_reader_fail_limit(zk_reader *reader, size_t offset, const char *reason)
{
    fail_as(reader, ZKML_LIMIT, offset, reason);
}

bool zk_reader_ok(const zk_reader *reader)
{
    return reader->reason == NULL;
}

size_t zk_reader_left(const zk_reader *reader)
{
    return zk_reader_ok(reader) ? reader->length - reader->offset : 0;
}

const uint8_t *zk_read_bytes(zk_reader *reader, size_t length)
{
    if (!zk_reader_ok(reader))
        return NULL;
    if (reader->length - reader->offset < length) {
        zk_reader_fail(reader, reader->offset, "the file ends too early");
        return NULL;
    }
    const uint8_t *bytes = reader->data + reader->offset;
    reader->offset += length;
    return bytes;
}

static uint64_t read_little_endian(zk_reader *reader, size_t length)
{
    const uint8_t *bytes = zk_read_bytes(reader, length);
    uint64_t value = 0;
    if (bytes != NULL)
        for (size_t i = 0; i < length; i++)
            value |= (uint64_t)bytes[i] << (8 * i);
    return value;
}

uint8_t zk_read_u8(zk_reader *reader)
{
    return (uint8_t)read_little_endian(reader, 1);
}

uint32_t zk_read_u32(zk_reader *reader)
{
    return (uint32_t)read_little_endian(reader, 4);
}

uint64_t zk_read_u64(zk_reader *reader)
{
    return read_little_endian(reader, 8);
}

size_t zk_read_count(zk_reader *reader, size_t item_bytes)
{
    size_t at = reader->offset;
    uint32_t count = zk_read_u32(reader);
    if (!zk_reader_ok(reader))
        return 0;
    if (item_bytes != 0 && count > zk_reader_left(reader) / item_bytes) {
        zk_reader_fail(reader, at, "a count is larger than what is left of the file");
        return 0;
    }
    return count;
}

zkml_status zk_reader_finish(zk_reader *reader, zkml_error *err)
{
    if (zk_reader_ok(reader) && reader->offset != reader->length)
        zk_reader_fail(reader, reader->offset, "unexpected bytes after the end");
    if (zk_reader_ok(reader))
        return ZKML_OK;
    return zk_fail(err, reader->status, "%s: offset %zu: %s", reader->name, reader->bad_offset,
                   reader->reason);
}

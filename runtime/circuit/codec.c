#include "runtime/circuit/codec.h"

#include <sodium.h>
#include <string.h>

/* ---- writing ---- */

void zk_put_uint(zk_buf *buf, uint64_t value)
{
    uint8_t bytes[10];
    size_t length = 0;
    while (value >= 0x80) {
        bytes[length++] = (uint8_t)(value | 0x80);
        value >>= 7;
    }
    bytes[length++] = (uint8_t)value;
    zk_buf_bytes(buf, bytes, length);
}

void zk_put_int(zk_buf *buf, int64_t value)
{
    uint64_t bits = (uint64_t)value;
    zk_put_uint(buf, (bits << 1) ^ (value < 0 ? UINT64_MAX : 0));
}

void zk_put_text(zk_buf *buf, const char *text)
{
    size_t length = strlen(text);
    zk_put_uint(buf, length);
    zk_buf_bytes(buf, text, length);
}

void zk_put_fp(zk_buf *buf, const zk_fp *value)
{
    int64_t small;
    if (zk_fp_to_i64(&small, value) && small > INT64_MIN) {
        zk_buf_u8(buf, 0);
        zk_put_int(buf, small);
        return;
    }
    uint8_t bytes[32];
    zk_fp_to_bytes(bytes, value);
    zk_buf_u8(buf, 1);
    zk_buf_bytes(buf, bytes, sizeof bytes);
}

/* Bytes of an unsigned number: 1, 2, 4 or 8. */
static unsigned width_of(uint64_t value)
{
    if (value <= UINT8_MAX)
        return 1;
    if (value <= UINT16_MAX)
        return 2;
    return value <= UINT32_MAX ? 4 : 8;
}

/* Where an array starts and how wide its values are, without the values. */
static unsigned put_array_start(zk_buf *buf, int64_t least, int64_t most)
{
    unsigned width = width_of((uint64_t)most - (uint64_t)least);
    zk_buf_u8(buf, (uint8_t)width);
    zk_put_int(buf, least);
    return width;
}

static void put_value(zk_buf *buf, uint64_t value, unsigned width)
{
    uint8_t bytes[8];
    for (unsigned b = 0; b < width; b++)
        bytes[b] = (uint8_t)(value >> (8 * b));
    zk_buf_bytes(buf, bytes, width);
}

void zk_put_array(zk_buf *buf, const int64_t *values, size_t count)
{
    if (count == 0)
        return;
    int64_t least = values[0], most = values[0];
    for (size_t i = 1; i < count; i++) {
        least = values[i] < least ? values[i] : least;
        most = values[i] > most ? values[i] : most;
    }
    unsigned width = put_array_start(buf, least, most);
    for (size_t i = 0; i < count; i++)
        put_value(buf, (uint64_t)values[i] - (uint64_t)least, width);
}

void zk_put_array_u32(zk_buf *buf, const uint32_t *values, size_t count)
{
    if (count == 0)
        return;
    uint32_t least = values[0], most = values[0];
    for (size_t i = 1; i < count; i++) {
        least = values[i] < least ? values[i] : least;
        most = values[i] > most ? values[i] : most;
    }
    unsigned width = put_array_start(buf, least, most);
    for (size_t i = 0; i < count; i++)
        put_value(buf, values[i] - least, width);
}

/* ---- reading ---- */

uint64_t zk_get_uint(zk_reader *reader, uint64_t max)
{
    size_t at = reader->offset;
    uint64_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
        uint8_t byte = zk_read_u8(reader);
        if (!zk_reader_ok(reader))
            return 0;
        if (shift == 63 && byte > 1) {
            zk_reader_fail(reader, at, "a number does not fit 64 bits");
            return 0;
        }
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            if (byte == 0 && shift > 0)
                zk_reader_fail(reader, at, "a number is not in its shortest form");
            break;
        }
    }
    if (value > max)
        zk_reader_fail(reader, at, "a number is out of range");
    return zk_reader_ok(reader) ? value : 0;
}

uint32_t zk_get_u32(zk_reader *reader)
{
    return (uint32_t)zk_get_uint(reader, UINT32_MAX);
}

size_t zk_get_count(zk_reader *reader, size_t item_bytes)
{
    size_t at = reader->offset;
    uint64_t count = zk_get_uint(reader, UINT32_MAX);
    if (count > zk_reader_left(reader) / item_bytes) {
        zk_reader_fail(reader, at, "a count is larger than what is left of the file");
        return 0;
    }
    return (size_t)count;
}

int64_t zk_get_int(zk_reader *reader)
{
    size_t at = reader->offset;
    uint64_t bits = zk_get_uint(reader, UINT64_MAX);
    if (bits == UINT64_MAX) {
        zk_reader_fail(reader, at, "a number is out of range");
        return 0;
    }
    int64_t half = (int64_t)(bits >> 1);
    return (bits & 1) != 0 ? -half - 1 : half;
}

bool zk_get_bool(zk_reader *reader)
{
    size_t at = reader->offset;
    uint8_t byte = zk_read_u8(reader);
    if (byte > 1)
        zk_reader_fail(reader, at, "a flag is neither 0 nor 1");
    return byte == 1;
}

void *zk_get_memory(zk_reader *reader, zk_arena *arena, size_t count, size_t size)
{
    if (!zk_reader_ok(reader))
        return NULL;
    void *memory = zk_arena_alloc(arena, count, size);
    if (memory == NULL)
        zk_reader_fail_limit(reader, reader->offset, "out of memory");
    return memory;
}

size_t zk_codec_memory(size_t length)
{
    size_t limit;
    if (!zk_size_mul(length, 64, &limit) || !zk_size_add(limit, (size_t)16 << 20, &limit))
        return SIZE_MAX;
    return limit;
}

const char *zk_get_text(zk_reader *reader, zk_arena *arena)
{
    size_t at = reader->offset;
    size_t length = zk_get_count(reader, 1);
    const char *bytes = (const char *)zk_read_bytes(reader, length);
    if (bytes == NULL)
        return "";
    if (length > ZK_CODEC_MAX_TEXT || !zk_text_clean(bytes, length)) {
        zk_reader_fail(reader, at, "a text is too long, not UTF-8, or holds control characters");
        return "";
    }
    char *text = zk_get_memory(reader, arena, length + 1, 1);
    if (text == NULL)
        return "";
    memcpy(text, bytes, length);
    return text;
}

zk_fp zk_get_fp(zk_reader *reader)
{
    zk_fp value = zk_fp_zero;
    size_t at = reader->offset;
    if (!zk_get_bool(reader)) {
        zk_fp_from_i64(&value, zk_get_int(reader));
        return value;
    }
    const uint8_t *bytes = zk_read_bytes(reader, 32);
    int64_t small;
    if (bytes != NULL && (!zk_fp_from_bytes(&value, bytes) || zk_fp_to_i64(&small, &value)))
        zk_reader_fail(reader, at, "a field element is not in its canonical form");
    return value;
}

static uint64_t value_at(const uint8_t *bytes, unsigned width)
{
    uint64_t bits = 0;
    for (unsigned b = 0; b < width; b++)
        bits |= (uint64_t)bytes[b] << (8 * b);
    return bits;
}

/* An array's bytes and how to read them. */
typedef struct array {
    unsigned width;
    int64_t least;
    const uint8_t *bytes;
} array;

static bool get_array_start(zk_reader *reader, size_t count, array *a)
{
    size_t at = reader->offset;
    a->width = zk_read_u8(reader);
    if (a->width != 1 && a->width != 2 && a->width != 4 && a->width != 8)
        zk_reader_fail(reader, at, "an array's width is not 1, 2, 4 or 8");
    a->least = zk_get_int(reader);
    if (zk_reader_ok(reader) && count > zk_reader_left(reader) / a->width)
        zk_reader_fail(reader, at, "an array is larger than what is left of the file");
    if (!zk_reader_ok(reader))
        return false;
    a->bytes = zk_read_bytes(reader, count * a->width);
    return a->bytes != NULL;
}

/* The form of an array whose greatest value may be `greatest`. */
static bool check_array(zk_reader *reader, size_t at, size_t count, const array *a,
                        int64_t greatest)
{
    uint64_t most = 0, least = UINT64_MAX;
    for (size_t i = 0; i < count; i++) {
        uint64_t value = value_at(a->bytes + i * a->width, a->width);
        most = value > most ? value : most;
        least = value < least ? value : least;
    }
    if (a->least > greatest || most > (uint64_t)greatest - (uint64_t)a->least)
        zk_reader_fail(reader, at, "a number is out of range");
    if (width_of(most) != a->width || least != 0)
        zk_reader_fail(reader, at, "an array is not in its narrowest form");
    return zk_reader_ok(reader);
}

int64_t *zk_get_array(zk_reader *reader, zk_arena *arena, size_t count)
{
    size_t at = reader->offset;
    array a;
    if (count > 0 && (!get_array_start(reader, count, &a) ||
                      !check_array(reader, at, count, &a, INT64_MAX)))
        return NULL;
    int64_t *values = zk_get_memory(reader, arena, count, sizeof *values);
    for (size_t i = 0; values != NULL && i < count; i++)
        values[i] = (int64_t)((uint64_t)a.least + value_at(a.bytes + i * a.width, a.width));
    return values;
}

uint32_t *zk_get_array_u32(zk_reader *reader, zk_arena *arena, size_t count)
{
    size_t at = reader->offset;
    array a;
    if (count > 0 && (!get_array_start(reader, count, &a) ||
                      !check_array(reader, at, count, &a, UINT32_MAX)))
        return NULL;
    if (count > 0 && a.least < 0)
        zk_reader_fail(reader, at, "a number is out of range");
    uint32_t *values = zk_get_memory(reader, arena, count, sizeof *values);
    for (size_t i = 0; values != NULL && i < count; i++)
        values[i] = (uint32_t)((uint64_t)a.least + value_at(a.bytes + i * a.width, a.width));
    return values;
}

/* ---- text and digests ---- */

/* Control characters and the marks that reorder text on a terminal. */
static bool forbidden(uint32_t c)
{
    return (c < 0x20 && c != '\t') || (c >= 0x7f && c < 0xa0) || (c >= 0x2028 && c <= 0x202e) ||
           (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

bool zk_text_clean(const char *text, size_t length)
{
    static const uint32_t smallest[] = {0, 0x80, 0x800, 0x10000};
    const uint8_t *p = (const uint8_t *)text;
    for (size_t i = 0; i < length;) {
        uint32_t c = p[i++];
        size_t more = c < 0x80 ? 0 : c >= 0xc2 && c < 0xe0 ? 1 : c >= 0xe0 && c < 0xf0 ? 2 : 3;
        if (more == 3 && (c < 0xf0 || c > 0xf4))
            return false;
        if (more > length - i)
            return false;
        c &= more == 0 ? 0x7fU : 0x3fU >> more;
        for (size_t j = 0; j < more; j++, i++) {
            if ((p[i] & 0xc0) != 0x80)
                return false;
            c = c << 6 | (p[i] & 0x3f);
        }
        if (c < smallest[more] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000) || forbidden(c))
            return false;
    }
    return true;
}

void zk_digest(uint8_t digest[32], const char *personal, const void *bytes, size_t length)
{
    ZK_CHECK(strlen(personal) == crypto_generichash_blake2b_PERSONALBYTES);
    ZK_CHECK(crypto_generichash_blake2b_salt_personal(digest, 32, bytes, length, NULL, 0, NULL,
                                                      (const unsigned char *)personal) == 0);
}

/* ---- sealed files ---- */

void zk_seal_put(zk_buf *buf, const zk_seal *seal)
{
    zk_buf_text(buf, seal->magic);
    if (seal->version > 0)
        zk_put_uint(buf, seal->version);
}

void zk_seal_finish(zk_buf *buf, const zk_seal *seal, size_t start, uint8_t digest[32])
{
    if (buf->failed)
        return;
    zk_digest(digest, seal->personal, buf->data + start, buf->length - start);
    zk_buf_bytes(buf, digest, 32);
}

bool zk_seal_open(zk_reader *reader, const zk_seal *seal, const char *name, const uint8_t *bytes,
                  size_t length, uint8_t digest[32])
{
    zk_reader_init(reader, name, bytes, length);
    const uint8_t *magic = zk_read_bytes(reader, 8);
    if (magic == NULL || memcmp(magic, seal->magic, 8) != 0) {
        *reader = (zk_reader){.name = name};
        zk_reader_fail(reader, 0, seal->wrong);
        return false;
    }
    if (seal->version > 0 && zk_get_uint(reader, UINT64_MAX) != seal->version)
        zk_reader_fail(reader, 8, "this version of the format is not supported");
    if (zk_reader_left(reader) < 32)
        zk_reader_fail(reader, length, "the file ends too early");
    if (!zk_reader_ok(reader))
        return false;
    zk_digest(digest, seal->personal, bytes, length - 32);
    reader->length = length - 32;
    if (memcmp(digest, bytes + length - 32, 32) != 0)
        zk_reader_fail(reader, length - 32, "the file is damaged: its digest does not match");
    return zk_reader_ok(reader);
}

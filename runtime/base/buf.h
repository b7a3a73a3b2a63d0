/* buf.h - a growing byte buffer for writers, and a strict bounded reader for binary formats.
 *
 * All integers are little-endian. A failed allocation marks the buffer; zk_buf_failed tells at
 * the end, so that writers need not check each call. A reader's error is sticky in the same way:
 * the first failure records the offset and the reason, later reads return zeros.
 */
#ifndef ZK_BASE_BUF_H
#define ZK_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/base/error.h"

typedef struct zk_buf {
    uint8_t *data;
    size_t length;
    size_t capacity;
    bool failed;
} zk_buf;

void zk_buf_free(zk_buf *buf);
void zk_buf_wipe(zk_buf *buf); /* overwrite, then free */
/* Room for `capacity` bytes in all, so that secrets are not left behind when the buffer moves. */
void zk_buf_reserve(zk_buf *buf, size_t capacity);
void zk_buf_bytes(zk_buf *buf, const void *bytes, size_t length);
void zk_buf_u8(zk_buf *buf, uint8_t value);
void zk_buf_u32(zk_buf *buf, uint32_t value);
void zk_buf_u64(zk_buf *buf, uint64_t value);
void zk_buf_text(zk_buf *buf, const char *text);                /* no terminator, no length */
void zk_buf_string(zk_buf *buf, const char *text, size_t length); /* u32 length, then the bytes */
void zk_buf_printf(zk_buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));

typedef struct zk_reader {
    const uint8_t *data;
    size_t length;
    size_t offset;
    const char *name;   /* for messages: the file's name */
    const char *reason; /* NULL while all is well */
    size_t bad_offset;
    zkml_status status; /* why, once there is a reason: ZKML_MALFORMED or ZKML_LIMIT */
} zk_reader;

void zk_reader_init(zk_reader *reader, const char *name, const void *data, size_t length);
/* Marks the reader as failed at `offset`; the first reason stays. `reason` is a text that lives
 * until zk_reader_finish. */
void zk_reader_fail(zk_reader *reader, size_t offset, const char *reason);
/* The same where a limit is exceeded: zk_reader_finish returns ZKML_LIMIT. */
void zk_reader_fail_limit(zk_reader *reader, size_t offset, const char *reason);
bool zk_reader_ok(const zk_reader *reader);
size_t zk_reader_left(const zk_reader *reader);
const uint8_t *zk_read_bytes(zk_reader *reader, size_t length); /* NULL on failure */
uint8_t zk_read_u8(zk_reader *reader);
uint32_t zk_read_u32(zk_reader *reader);
uint64_t zk_read_u64(zk_reader *reader);
/* A count of items of at least `item_bytes` each: refused unless that many bytes are left. */
size_t zk_read_count(zk_reader *reader, size_t item_bytes);
/* Fails unless everything was read. Returns ZKML_OK, or ZKML_MALFORMED or ZKML_LIMIT with
 * "name: offset N: reason". */
zkml_status zk_reader_finish(zk_reader *reader, zkml_error *err);

#endif

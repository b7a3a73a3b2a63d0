/* codec.h - the encodings shared by circuit.bin and circuit.vk, and the seal of every file.
 *
 *   uint    LEB128, the shortest form only
 *   int     zigzag, then uint; INT64_MIN does not occur
 *   text    uint length and UTF-8 bytes without control characters
 *   fp      byte 0 and an int when |value| < 2^63, else byte 1 and 32 bytes, canonical
 *   array   byte width, the least value as an int, then what each value is more than that, in
 *           `width` bytes (1, 2, 4 or 8: the smallest that holds all), little-endian; nothing for
 *           an array of length 0; the length stands elsewhere
 *
 * Each value has one encoding. Readers are sticky (buf.h): after a failure they return zeros.
 *
 * A sealed file begins with 8 characters that name its format and ends with a BLAKE2b-256 digest
 * of all bytes before. The digest finds damage before anything is decoded, and is the file's
 * identity. It keeps nobody from making a file: what it covers is hostile all the same.
 */
#ifndef ZK_CIRCUIT_CODEC_H
#define ZK_CIRCUIT_CODEC_H

#include "runtime/base/arena.h"
#include "runtime/base/buf.h"
#include "runtime/circuit/circuit.h"

enum { ZK_CODEC_MAX_TEXT = 1 << 16, ZK_CODEC_MAX_COLUMNS = 8192 };

/* What a file of `length` bytes may ask for: readers give their arena this limit. Encodings are
 * such that no item takes more than 64 times its bytes. */
size_t zk_codec_memory(size_t length);

void zk_put_uint(zk_buf *buf, uint64_t value);
void zk_put_int(zk_buf *buf, int64_t value);
void zk_put_text(zk_buf *buf, const char *text);
void zk_put_fp(zk_buf *buf, const zk_fp *value);
void zk_put_array(zk_buf *buf, const int64_t *values, size_t count);
void zk_put_array_u32(zk_buf *buf, const uint32_t *values, size_t count);

/* A value of at most max. */
uint64_t zk_get_uint(zk_reader *reader, uint64_t max);
uint32_t zk_get_u32(zk_reader *reader);
/* A number of items that take at least item_bytes each of what is left. */
size_t zk_get_count(zk_reader *reader, size_t item_bytes);
int64_t zk_get_int(zk_reader *reader);
bool zk_get_bool(zk_reader *reader);
/* Never NULL; "" after a failure. */
const char *zk_get_text(zk_reader *reader, zk_arena *arena);
zk_fp zk_get_fp(zk_reader *reader);
/* NULL after a failure. */
int64_t *zk_get_array(zk_reader *reader, zk_arena *arena, size_t count);
uint32_t *zk_get_array_u32(zk_reader *reader, zk_arena *arena, size_t count);
/* zeroed memory; marks the reader as failed when there is none. */
void *zk_get_memory(zk_reader *reader, zk_arena *arena, size_t count, size_t size);

/* Valid UTF-8 without control characters (tab apart) and without direction overrides. */
bool zk_text_clean(const char *text, size_t length);

/* BLAKE2b-256 of bytes with a personalisation of 16 characters. */
void zk_digest(uint8_t digest[32], const char *personal, const void *bytes, size_t length);

typedef struct zk_seal {
    char magic[9], personal[17];
    uint32_t version;  /* a uint after the magic; 0: the format has none */
    const char *wrong; /* the message for another format */
} zk_seal;

/* Magic and version at the end of the buffer; the writer remembers where they begin. */
void zk_seal_put(zk_buf *buf, const zk_seal *seal);
/* Appends the digest of everything from `start`. */
void zk_seal_finish(zk_buf *buf, const zk_seal *seal, size_t start, uint8_t digest[32]);
/* Checks magic, version and digest; the reader then stands behind them and ends before the
 * digest. False: the reader has failed. */
bool zk_seal_open(zk_reader *reader, const zk_seal *seal, const char *name, const uint8_t *bytes,
                  size_t length, uint8_t digest[32]) ZKML_NODISCARD;

/* The constraint system as its call script. The reader makes a new system in *cs, to be freed by
 * the caller whatever happens. */
void zk_script_put(zk_buf *buf, const zk_constraint_system *cs);
void zk_script_get(zk_reader *reader, zk_constraint_system *cs);

/* One expression of the system. The reader adds its nodes; ZK_EXPR_NONE after a failure. */
void zk_expr_put(zk_buf *buf, const zk_constraint_system *cs, zk_expr_id expr);
zk_expr_id zk_expr_get(zk_reader *reader, zk_constraint_system *cs);

/* The layer (layer.h) of a circuit, or of a key: with points for weights, without fills. Form only;
 * zk_layer_verify does the rest. */
void zk_layer_put(zk_buf *out, const zk_layer *layer, const zk_constraint_system *cs, bool circuit);
void zk_layer_get(zk_reader *reader, zk_arena *arena, zk_layer *layer, zk_constraint_system *cs,
                  bool circuit);

/* One parameter or result; the register is part of circuit.bin only. */
void zk_field_put(zk_buf *buf, const zk_field_schema *field, bool with_register);
void zk_field_get(zk_reader *reader, zk_arena *arena, zk_field_schema *field, bool with_register);

/* The values that a circuit or a key speaks about. */
typedef struct zk_schema {
    const zk_field_schema *params, *results;
    size_t param_count, result_count;
    const uint32_t *instance_counts;
} zk_schema;

/* Parameters first, then results. */
const zk_field_schema *zk_schema_field(const zk_schema *schema, size_t number);
/* Types, shapes, and places of public and committed values: shared checks of circuits and keys. */
zkml_status zk_schema_verify(const zk_schema *schema, const zk_constraint_system *cs, uint32_t k,
                             zkml_error *err) ZKML_NODISCARD;
/* Columns, rows, files; the coefficients of a column differ from each other; committed values stand
 * in part A. With `circuit`, also that each part-C column is filled in one way. */
zkml_status zk_layer_verify(const zk_layer *layer, const zk_schema *schema,
                            const zk_constraint_system *cs, uint32_t k, bool circuit,
                            zkml_error *err) ZKML_NODISCARD;

/* Everything the rest of the runtime relies on; both the writer and the reader call it. */
zkml_status zk_circuit_verify(const zk_circuit *circuit, zkml_error *err) ZKML_NODISCARD;
zkml_status zk_program_verify(const zk_circuit *circuit, zkml_error *err) ZKML_NODISCARD;

#endif

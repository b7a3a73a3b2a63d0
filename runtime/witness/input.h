/* input.h - a circuit's parameters and results as JSON.
 *
 * One object with a member for each parameter, all of them and no others. Numbers are real values
 * that must be multiples of the type's step (exactly: decimals are read as decimals, not through
 * binary floating point), or {"file": "x.npy"}, relative to the JSON file: integer arrays hold
 * codes, floating-point arrays real values. Where the step has no finite decimal, numbers are
 * fractions in strings: "2/3". See docs/file-formats.md. Where a parameter is known from elsewhere
 * (`optional`), its member may be missing.
 */
#ifndef ZK_WITNESS_INPUT_H
#define ZK_WITNESS_INPUT_H

#include "runtime/base/arena.h"
#include "runtime/base/buf.h"
#include "runtime/circuit/circuit.h"

/* Codes of each parameter, row-major, inside the declared range. */
typedef struct zk_inputs {
    zk_arena arena; /* owns all below; may be secret */
    size_t count;   /* parameters */
    int64_t **codes; /* NULL: an optional one that is not there */
} zk_inputs;

/* Errors name the file and the path of the value, such as `image[17]`, the allowed range, and never
 * the value of a private parameter. zk_inputs_free in every case. */
zkml_status zk_inputs_read(zk_inputs *inputs, const zk_field_schema *params, size_t count,
                           const char *path, zkml_error *err) ZKML_NODISCARD;
/* The same, but parameter i may be missing where optional[i]. */
zkml_status zk_inputs_read_some(zk_inputs *inputs, const zk_field_schema *params, size_t count,
                                const bool *optional, const char *path,
                                zkml_error *err) ZKML_NODISCARD;
/* The same from text; files are looked for beside `path`, which is also the name in messages.
 * `optional` may be NULL: none. */
zkml_status zk_inputs_parse(zk_inputs *inputs, const zk_field_schema *params, size_t count,
                            const bool *optional, const char *path, const char *text, size_t length,
                            zkml_error *err) ZKML_NODISCARD;
void zk_inputs_free(zk_inputs *inputs);

/* One value as JSON that zk_inputs_read reads back: all digits, nested arrays. */
void zk_json_put_codes(zk_buf *out, const zk_field_schema *field, const int64_t *codes);
/* All results, their codes one after another, as an object on a line of its own: {"class": 9} */
void zk_json_put_results(zk_buf *out, const zk_field_schema *results, size_t count,
                         const int64_t *codes);
/* UTF-8 text as a JSON string. */
void zk_json_put_text(zk_buf *out, const char *text);

#endif

/* json.h - a strict pull reader of JSON (RFC 8259) for inputs.
 *
 * The caller says what it expects and gets it or an error with line and column. Numbers are handed
 * out as text: a general JSON library gives them as double, which loses the digits that tell
 * whether a decimal is a multiple of a type's step, and needs a tree of the whole file. Nothing
 * here recurses.
 *
 * Errors are sticky: after the first, every function returns false.
 */
#ifndef ZK_WITNESS_JSON_H
#define ZK_WITNESS_JSON_H

#include "runtime/base/buf.h"

typedef struct zk_json {
    const char *name; /* of the file, for messages */
    const char *text;
    size_t length, at;
    size_t token; /* where the last token began */
    zkml_error *err;
    zkml_status status;
} zk_json;

void zk_json_init(zk_json *json, const char *name, const char *text, size_t length,
                  zkml_error *err);
/* ZKML_MALFORMED "name:line:column: ...", pointing at the last token. Returns false. */
bool zk_json_fail(zk_json *json, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The next character that is no white space, 0 at the end; it is not consumed. */
char zk_json_peek(zk_json *json);
/* Consumes this punctuation; `what` completes "expected ...". */
bool zk_json_expect(zk_json *json, char c, const char *what);
/* The same, but false without an error when something else stands there. */
bool zk_json_accept(zk_json *json, char c);
/* A string, decoded, appended to *value with a NUL byte that is not counted. A string that holds a
 * NUL character is refused. */
bool zk_json_string(zk_json *json, zk_buf *value);
/* A number's text. */
bool zk_json_number(zk_json *json, const char **text, size_t *length);
bool zk_json_bool(zk_json *json, bool *value);
/* Nothing but white space is left. */
bool zk_json_end(zk_json *json);
/* "a string", "an array": what stands next, for messages. */
const char *zk_json_kind(zk_json *json);

#endif

/* format_cases.h - what every file format of ours must withstand, and circuits to fill the files.
 */
#ifndef TESTS_FORMATS_FORMAT_CASES_H
#define TESTS_FORMATS_FORMAT_CASES_H

#include "runtime/circuit/circuit.h"
#include "tests/exhaustive/programs.h"

/* Reads the bytes and, if that succeeds, writes what was read to `again`. */
typedef zkml_status format_round_trip(const uint8_t *bytes, size_t length, zk_buf *again,
                                      zkml_error *err);

typedef struct format {
    const char *name;     /* that round_trip gives the file */
    const char *personal; /* of the digest at the end */
    format_round_trip *round_trip;
} format;

/* Puts the right digest at the end. */
void format_reseal(const format *f, uint8_t *bytes, size_t length);
/* Accepted, and written again as the same bytes. */
void format_expect_canonical(const format *f, const zk_buf *file);
/* Refused with this status and "name: ...reason...". */
void format_expect_refused(const format *f, const uint8_t *bytes, size_t length,
                           zkml_status status, const char *reason);
/* Each prefix is refused, also with a right digest at its end; so is the file with a byte more. */
void format_expect_exact_length(const format *f, const zk_buf *file);
/* Each changed byte is noticed; with the digest made right again, the file is refused or is the
 * one encoding of something else. Returns how many were accepted; every `step`-th byte. */
size_t format_expect_changes_noticed(const format *f, const zk_buf *file, size_t step);

/* With FUZZ_CORPUS=DIR in the environment: stores the file without its digest as DIR/kind/name, for
 * the fuzz targets to begin with. */
void format_keep_for_fuzzing(const zk_buf *file, const char *kind, const char *name);

/* The circuit of a program, lowered; freed by zk_circuit_free. */
void format_lower(const program *p, zk_circuit *circuit);
/* The same from source text: with spans, calls, labels and messages. */
void format_compile(const char *text, zk_circuit *circuit);

#endif

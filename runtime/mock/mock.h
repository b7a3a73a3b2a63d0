/* mock.h - checks every constraint of a circuit against a witness, and says what fails in terms of
 * the source.
 *
 * Order: assertions, checks and tables of the witness program; every equation of a circuit that has
 * them (layer.h); every gate polynomial on every row 0 .. n-1; every look-up on the usable rows;
 * every copy; public values against their ranges.
 * Blind rows of advice columns are poisoned, as in Rust's MockProver: a polynomial that depends on
 * one is reported, whatever the numbers there happen to be.
 *
 * What is reported holds private values.
 */
#ifndef ZK_MOCK_MOCK_H
#define ZK_MOCK_MOCK_H

#include "runtime/witness/witness.h"

typedef enum zk_mock_kind {
    ZK_MOCK_ASSERTION, /* assertion, check or table of the program: index: instruction; element */
    ZK_MOCK_EQUATION,  /* row: the number of the equation */
    ZK_MOCK_GATE,      /* index: gate; poly: of all polynomials; row */
    ZK_MOCK_POISONED,  /* the same, on a blind row or reading one */
    ZK_MOCK_LOOKUP,    /* index: look-up; row */
    ZK_MOCK_COPY,      /* index: copy */
    ZK_MOCK_RANGE,     /* a public value outside of its declared range: index: parameter, or
                          parameters + result; element */
} zk_mock_kind;

enum { ZK_MOCK_KINDS = ZK_MOCK_RANGE + 1, ZK_MOCK_KEPT = 64 };

#define ZK_MOCK_NO_ELEMENT UINT64_MAX

typedef struct zk_mock_failure {
    zk_mock_kind kind;
    uint32_t index, poly;
    uint32_t row;
    uint64_t element;        /* gates, look-ups and copies: of the region, ZK_MOCK_NO_ELEMENT */
    const zk_region *region; /* NULL: none */
} zk_mock_failure;

typedef struct zk_mock_report {
    zk_mock_failure *failures; /* the first ZK_MOCK_KEPT of each kind, by kind and row */
    size_t failure_count;
    uint64_t total; /* of all failures; of statements the first ones are counted */
    uint64_t statements_checked; /* elements of assertions, checks and tables of the program */
    uint64_t equations_checked;
    uint64_t gates_checked; /* polynomials times rows */
    uint64_t lookups_checked;    /* look-ups times usable rows */
    uint64_t copies_checked;
    uint64_t ranges_checked; /* public values */
} zk_mock_report;

/* `witness` was run in lenient mode and assigned. ZKML_OK when the check could be made, whatever it
 * found. zk_mock_report_free in every case. */
zkml_status zk_mock_check(zk_mock_report *report, const zk_witness *witness,
                          zkml_error *err) ZKML_NODISCARD;
void zk_mock_report_free(zk_mock_report *report);

/* Failures as text: message, source window, values in real units, tensor index, gadget, rows. At
 * most ZK_MOCK_PRINTED of them, then how many more there are. */
enum { ZK_MOCK_PRINTED = 10 };
void zk_mock_print(zk_buf *out, const zk_mock_report *report, const zk_witness *witness);
/* All that are kept as JSON, one object a line; the last one holds the counts. */
zkml_status zk_mock_print_json(zk_buf *out, const zk_mock_report *report, const zk_witness *witness,
                               zkml_error *err) ZKML_NODISCARD;
/* What was checked, in one line: "32 gate equations, 26 look-ups, ...". */
void zk_mock_print_counts(zk_buf *out, const zk_mock_report *report);

/* Puts another value into an advice cell of an assigned witness, to see what the check says.
 * ZKML_USAGE: no such usable cell. */
zkml_status zk_mock_set_cell(zk_witness *witness, uint32_t column, uint32_t row, const zk_fp *value,
                             zkml_error *err) ZKML_NODISCARD;
/* What stands in an advice cell: "q[3] = 0.25 (code 64)", or its place if nothing is known. */
void zk_mock_print_cell(zk_buf *out, const zk_witness *witness, uint32_t column, uint32_t row);

#endif

/* mock.h - checks every constraint of a circuit against a witness, and says what fails in terms of
 * the source.
 *
 * Order: assertions, checks and tables of the witness program; every gate polynomial on every row
 * 0 .. n-1; every look-up on the usable rows; every copy; public values against their ranges.
 * Blind rows of advice columns are poisoned: a polynomial that is not switched off there is
 * reported, whatever the values happen to be.
 *
 * What is reported holds private values.
 */
#ifndef ZK_MOCK_MOCK_H
#define ZK_MOCK_MOCK_H

#include "runtime/witness/witness.h"

typedef enum zk_mock_kind {
    ZK_MOCK_ASSERTION, /* assertion, check or table of the program: instr, element */
    ZK_MOCK_GATE,      /* index: gate, poly; row */
    ZK_MOCK_POISONED,  /* the same, on a blind row or reading one */
    ZK_MOCK_LOOKUP,    /* index: look-up; row */
    ZK_MOCK_COPY,      /* index: copy */
    ZK_MOCK_RANGE,     /* a public value outside of its declared range: index: parameter, or
                          parameters + result; element */
} zk_mock_kind;

typedef struct zk_mock_failure {
    zk_mock_kind kind;
    uint32_t index, poly;
    uint32_t row;
    uint64_t element;
    const zk_region *region; /* NULL: none */
} zk_mock_failure;

typedef struct zk_mock_report {
    zk_mock_failure *failures; /* the first ones of each kind */
    size_t failure_count;
    uint64_t total; /* of all failures */
    uint64_t gates_checked, lookups_checked, copies_checked;
} zk_mock_report;

/* `witness` was run in lenient mode and assigned. ZKML_OK when the check could be made, whatever it
 * found. zk_mock_report_free in every case. */
zkml_status zk_mock_check(zk_mock_report *report, const zk_witness *witness,
                          zkml_error *err) ZKML_NODISCARD;
void zk_mock_report_free(zk_mock_report *report);

/* All failures as text: message, source window, values in real units, tensor index, gadget, rows. */
void zk_mock_print(zk_buf *out, const zk_mock_report *report, const zk_witness *witness);

#endif

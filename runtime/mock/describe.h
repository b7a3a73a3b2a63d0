/* describe.h - what a failure says, before it is printed. */
#ifndef ZK_MOCK_DESCRIBE_H
#define ZK_MOCK_DESCRIBE_H

#include "runtime/mock/mock.h"
#include "runtime/mock/equations.h"
#include "runtime/mock/rows.h"

typedef struct zk_mock_view {
    const zk_witness *witness;
    zk_equations equations;
    zk_grid grid;
    zk_strip strip; /* one row */
} zk_mock_view;

zkml_status zk_mock_view_init(zk_mock_view *view, const zk_witness *witness,
                              zkml_error *err) ZKML_NODISCARD;
void zk_mock_view_free(zk_mock_view *view);

typedef struct zk_mock_text {
    zk_buf title;  /* one line, without its end */
    zk_buf notes;  /* lines, each with its end */
    uint32_t span; /* UINT32_MAX: none */
    const zk_region *region;
    uint64_t first, last; /* rows of the region's element, or equations */
    bool counts_equations;
} zk_mock_text;

/* zk_mock_text_free in every case; a buffer may have failed. */
void zk_mock_describe(zk_mock_text *text, zk_mock_view *view, const zk_mock_failure *failure);
void zk_mock_text_free(zk_mock_text *text); /* overwrites */

/* The parts of it, by kind of failure. They add title and notes. */
void zk_describe_statement(zk_mock_text *text, zk_mock_view *view, const zk_mock_failure *failure);
void zk_describe_equation(zk_mock_text *text, zk_mock_view *view, const zk_mock_failure *failure);
void zk_describe_gate(zk_mock_text *text, zk_mock_view *view, const zk_mock_failure *failure);
void zk_describe_lookup(zk_mock_text *text, zk_mock_view *view, const zk_mock_failure *failure);
void zk_describe_copy(zk_mock_text *text, zk_mock_view *view, const zk_mock_failure *failure);
void zk_describe_range(zk_mock_text *text, zk_mock_view *view, const zk_mock_failure *failure);
/* "constraint not satisfied: ...": the assertion's text, or what the region is about. */
void zk_describe_subject(zk_mock_text *text, const zk_mock_failure *failure, const char *what);

#endif

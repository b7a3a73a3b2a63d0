/* expressions.h - the expressions of a program, with what is known about each: for traces and for
 * costs.
 *
 * An expression is a span of the source that computes something: all nodes of the tensor program
 * with that span, and, if calls are told apart, reached by the same call. Rounds of a loop are one
 * expression. Of several steps at one place (aligning, then adding) the last gives range and
 * values. What was folded into a constant, or costs nothing, is no expression.
 */
#ifndef ZC_REPORT_EXPRESSIONS_H
#define ZC_REPORT_EXPRESSIONS_H

#include "compiler/tir/interp.h"
#include "runtime/circuit/circuit.h"

typedef struct zc_expression {
    zc_span span;
    uint32_t call;   /* index into tir->calls, ZC_NO_ID */
    zc_node_id node; /* the last step, in the last round */
    uint64_t rounds; /* of loops, or calls where they are not told apart */
    uint64_t elements;
    bool mixed;   /* other calls or rounds have other steps: not in what follows */
    mpz_t lo, hi; /* declared: of the codes, in all rounds */
    bool seen;
    mpz_t seen_lo, seen_hi;
    uint64_t rows, slots; /* of gates and look-ups */
} zc_expression;

typedef struct zc_expressions {
    const zc_tir *tir;
    const zc_sources *sources;
    zc_expression *list; /* by file, then by start; outer ones before inner ones */
    size_t count;
    uint32_t *of_node;                /* per node: its expression, if it counts for values */
    uint64_t other_rows, other_slots; /* of no expression */
} zc_expressions;

/* zc_expressions_free in every case. ZKML_LIMIT: no memory. */
zkml_status zc_expressions_find(zc_expressions *all, const zc_tir *tir, const zc_sources *sources,
                                bool by_call, zkml_error *err) ZKML_NODISCARD;
void zc_expressions_free(zc_expressions *all);

/* Widens what was seen by the values of a run, which may have stopped before the end. */
void zc_expressions_see(zc_expressions *all, const zc_run *run);
/* Adds the rows and look-ups of the program's circuit. */
zkml_status zc_expressions_charge(zc_expressions *all, const zk_circuit *circuit,
                                  zkml_error *err) ZKML_NODISCARD;

/* What a program's run showed, and what its circuit costs: tables for people, or objects, each on
 * a line. */
void zc_trace_text(zk_buf *out, const zc_expressions *all);
void zc_trace_json(zk_buf *out, const zc_expressions *all);
void zc_cost_text(zk_buf *out, const zc_expressions *all);
void zc_cost_json(zk_buf *out, const zc_expressions *all);

#endif

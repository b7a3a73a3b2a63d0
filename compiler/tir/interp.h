/* interp.h - the reference interpreter: the meaning of a tensor program.
 *
 * Inputs are codes, one array for each parameter in row-major order. Values are exact integers:
 * a tensor is stored as int64_t where the node's range fits, else as GMP integers. Nodes that no
 * result, assertion or check needs are not computed.
 */
#ifndef ZC_TIR_INTERP_H
#define ZC_TIR_INTERP_H

#include "compiler/tir/eval.h"
#include "compiler/tir/tir.h"
#include "runtime/base/buf.h"
#include "runtime/base/error.h"

typedef struct zc_input {
    const int64_t *codes;
    uint64_t count;
} zc_input;

/* Which constraint failed first, in program order and then row-major order. */
typedef struct zc_failure {
    zc_node_id node;  /* ASSERT or CHECK; ZC_NO_ID: none failed */
    uint64_t element; /* flat index in the node's shape */
    /* The comparison `left cmp right` that does not hold: of an ASSERT of a comparison, or the
     * bound that the value of a CHECK breaks (c0 <= value or value <= c1). */
    bool has_values;
    zc_node_id at; /* the comparison or the CHECK, and which element of it */
    uint64_t at_element;
    zc_cmp cmp;
    mpz_t left, right;
    mpq_t left_scale, right_scale; /* values of one code */
} zc_failure;

typedef struct zc_run {
    const zc_tir *tir;
    zc_tensor *values;  /* of nodes 0 .. value_count - 1; empty ones are not computed */
    size_t value_count; /* after zc_interp: node_count */
    uint64_t bytes;     /* held by values */
    zc_failure failure;
} zc_run;

enum { ZC_INTERP_MAX_BYTES_LOG2 = 32 };

/* Computes everything. `inputs` has param_count entries. ZKML_OK; ZKML_INVALID: a constraint
 * fails (run->failure says which; err has a message; the values before it are there);
 * ZKML_MALFORMED: an input has the wrong number of codes or one outside its parameter's range;
 * ZKML_LIMIT: memory. `run` is initialised here and freed by zc_run_free in every case. */
zkml_status zc_interp(zc_run *run, const zc_tir *tir, const zc_input *inputs,
                      zkml_error *err) ZKML_NODISCARD;
void zc_run_free(zc_run *run);

/* For a program that still grows: an empty run, and the values of one node and of all that it
 * depends on, as far as they are not there yet. `inputs` has those of the parameters so far, which
 * never change, inside their ranges. Statuses as above; after a failure the run is of no more use
 * but to be looked at and freed. */
void zc_run_open(zc_run *run, const zc_tir *tir);
zkml_status zc_run_node(zc_run *run, zc_node_id node, const zc_input *inputs,
                        zkml_error *err) ZKML_NODISCARD;

/* One element of a computed node; `out` is initialised by the caller. */
void zc_run_value(mpz_t out, const zc_run *run, zc_node_id node, uint64_t element);
/* "[3, 0]" for an element of the node, "" for a scalar, into `out`. */
void zc_element_text(zk_buf *out, const zc_node *node, uint64_t element);

#endif

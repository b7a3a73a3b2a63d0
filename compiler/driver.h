/* driver.h - one compilation, from a source file to the bytes of the stage that was asked for. */
#ifndef ZC_DRIVER_H
#define ZC_DRIVER_H

#include "compiler/circuit/lower.h"
#include "compiler/session.h"

typedef enum zc_stage {
    ZC_STAGE_TOKENS,
    ZC_STAGE_AST,
    ZC_STAGE_TIR,
    ZC_STAGE_CHECK,   /* everything is checked, nothing is written */
    ZC_STAGE_REPORT,  /* what the optimisations save */
    ZC_STAGE_PAGE,    /* sources, program and circuit as one HTML page */
    ZC_STAGE_PICTURE, /* the layout as SVG */
    ZC_STAGE_CIRCUIT, /* text of the constraint system and layout */
    ZC_STAGE_BINARY,  /* circuit.bin */
} zc_stage;

typedef struct zc_options {
    const char *input;   /* path, "-" is standard input */
    const char *circuit; /* name of the circuit, NULL: the only one */
    uint32_t k;          /* 2^k rows exactly; 0: as many as are cheapest */
    zc_stage stage;
    bool cost, json; /* ZC_STAGE_CHECK: a report on the cost of each expression, as text or JSON */
    bool unoptimised; /* -O0 */
    zc_goal goal;
} zc_options;

typedef struct zc_summary {
    char circuit[64];
    uint32_t k;
    uint32_t advice, fixed, lookups;
    uint64_t rows, copies;
} zc_summary;

/* Mistakes in the program are in session->diags (and the result is ZKML_INVALID); err tells about
 * files and memory. `out` gets the stage's bytes or the report; `summary` is filled by the last two
 * stages. */
zkml_status zc_compile(zc_session *session, const zc_options *options, zk_buf *out,
                       zc_summary *summary, zkml_error *err) ZKML_NODISCARD;
/* The same for a text that is one of the session's sources already. */
zkml_status zc_compile_source(zc_session *session, uint32_t source, const zc_options *options,
                              zk_buf *out, zc_summary *summary, zkml_error *err) ZKML_NODISCARD;

#endif

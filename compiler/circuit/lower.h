/* lower.h - from a tensor program to a circuit.
 *
 * zc_lower builds plans for several limb widths and ways to use look-ups (build.h: zc_widths),
 * lays each of them out, keeps the one that is cheapest to prove, audits it (plan.h), and emits the
 * circuit. The result is a function of the program and the options alone: nothing depends on
 * addresses, hashing order or the machine.
 */
#ifndef ZC_CIRCUIT_LOWER_H
#define ZC_CIRCUIT_LOWER_H

#include "compiler/diag.h"
#include "compiler/tir/tir.h"
#include "runtime/circuit/circuit.h"

enum { ZC_LOWER_MAX_K = 20 };

struct zc_build;
struct zc_layout;
struct zc_widths;

/* Ways of using look-ups that are not tried. */
typedef enum zc_without {
    ZC_WITHOUT_TRIMMING = 1,  /* comparing constant ends of tables */
    ZC_WITHOUT_FOLDING = 2,   /* halving symmetric tables */
    ZC_WITHOUT_FOLLOWING = 4, /* fusing what follows a table into it */
} zc_without;

/* Whether the equations may be checked in one sum (batch.h). That makes larger circuits faster to
 * prove; key and verification grow with the row commitments. */
typedef enum zc_goal {
    ZC_GOAL_DEFAULT, /* never */
    ZC_GOAL_PROVER,  /* where it is cheaper, with up to 2^17 row commitments */
    ZC_GOAL_BATCHED, /* wherever it is possible, for tests */
} zc_goal;

typedef struct zc_lower_options {
    uint32_t max_k;   /* 0: ZC_LOWER_MAX_K */
    uint32_t min_k;   /* at most max_k; 0: whatever is cheapest */
    bool unoptimised; /* -O0: no look-up says more than one operation does, nothing is batched */
    zc_goal goal;
    uint32_t without; /* zc_without: for reports on what each of them saves */
    const struct zc_widths *widths; /* the only plan to build, for tests; NULL: search */
    zk_buf *dump;                   /* gets a readable text of the circuit, or NULL */
    zk_buf *fused;                  /* gets a line for each fused gadget, or NULL */
    /* Called with the chosen plan, when the circuit is made; or NULL. */
    void (*view)(void *context, const struct zc_build *build, const struct zc_layout *layout,
                 const zk_circuit *circuit);
    void *context;
} zc_lower_options;

/* The program is verified and optimised. ZKML_INVALID: something cannot be lowered and `diags` says
 * so; else err has the message. `sources` may be NULL. On success the caller frees the circuit by
 * zk_circuit_free. */
zkml_status zc_lower(const zc_tir *tir, const zc_sources *sources, zc_diags *diags,
                     const zc_lower_options *options, zk_circuit *circuit,
                     zkml_error *err) ZKML_NODISCARD;

/* Rows that gates, look-ups or the table fill: the largest of the three. */
uint64_t zc_circuit_rows(const zk_circuit *circuit);

#endif

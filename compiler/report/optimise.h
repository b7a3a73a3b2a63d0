/* optimise.h - what each optimisation of a program's circuit saves. */
#ifndef ZC_REPORT_OPTIMISE_H
#define ZC_REPORT_OPTIMISE_H

#include "compiler/circuit/lower.h"

/* Lowers the program without optimisations, then with one kind more at a time, and tables the
 * sizes; then the gadgets that were fused, and rows and look-ups before and after by source line
 * and by call. `nodes` is the number of nodes that the checker built. `base` says what is fixed
 * (k). */
zkml_status zc_report_optimisations(zk_buf *out, const zc_tir *tir, size_t nodes,
                                    const zc_sources *sources, zc_diags *diags,
                                    const zc_lower_options *base, zkml_error *err) ZKML_NODISCARD;

#endif

/* passes.h - rewriting a tensor program without changing its meaning.
 *
 * Results, assertions and checks keep their order. Node, blob and table numbers change; the
 * program's params and results are updated. Each pass leaves a program that zc_tir_verify accepts.
 */
#ifndef ZC_TIR_PASSES_H
#define ZC_TIR_PASSES_H

#include "compiler/tir/tir.h"
#include "runtime/base/error.h"

/* Equal nodes with equal scales become one (cse.c). */
zkml_status zc_tir_cse(zc_tir *tir, zkml_error *err) ZKML_NODISCARD;
/* Removes nodes, blobs and tables that nothing needs (dce.c). ASSERT, CHECK and PARAM stay. */
zkml_status zc_tir_dce(zc_tir *tir, zkml_error *err) ZKML_NODISCARD;
/* All passes, to be run once after building; verifies after each in debug builds. */
zkml_status zc_tir_optimize(zc_tir *tir, zkml_error *err) ZKML_NODISCARD;

/* live[n]: a result, an ASSERT or a CHECK needs node n, or it is a PARAM. node_count entries. */
void zc_tir_mark_live(const zc_tir *tir, bool *live);

#endif

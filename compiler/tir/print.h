/* print.h - the stable text of a tensor program (--emit=tir).
 *
 * One line a node: `%12 = dot[m<64; n<784] %3[m, n] * %0[n] : -25165824..25067520 step 2^-15  //
 * model.zt:18:13`; iteration variables are i0, i1, ... for the shape and r0, r1, ... for the
 * reduction; subscripts are shown per dimension where the view has that form, else as a flat
 * offset `%3@(...)`.
 */
#ifndef ZC_TIR_PRINT_H
#define ZC_TIR_PRINT_H

#include "compiler/tir/tir.h"
#include "runtime/base/buf.h"

/* `sources` may be NULL: then no positions are printed. */
void zc_tir_print(zk_buf *out, const zc_tir *tir, const zc_sources *sources);
/* One node's line without the line end. */
void zc_tir_print_node(zk_buf *out, const zc_tir *tir, zc_node_id node, const zc_sources *sources);
void zc_tir_print_ix(zk_buf *out, const zc_tir *tir, zc_ix_id ix, uint32_t rank);

#endif

/* dump.h - the readable text of a circuit (--emit=circuit). */
#ifndef ZC_CIRCUIT_DUMP_H
#define ZC_CIRCUIT_DUMP_H

#include "compiler/circuit/build.h"
#include "compiler/circuit/layout.h"
#include "compiler/source.h"
#include "runtime/base/buf.h"

/* Shape, table and groups; of each group the first element's constraints, long ones shortened. */
void zc_dump(zk_buf *out, const zc_build *build, const zc_layout *layout,
             const zk_circuit *circuit);
/* One group: its rows or slots, and the constraints of its first element. */
void zc_dump_group(zk_buf *out, const zc_build *build, const zc_layout *layout,
                   const zk_circuit *circuit, const zc_group *group);
/* A line for each gadget that does several operations by one look-up. `sources` may be NULL. */
void zc_dump_fused(zk_buf *out, const zc_build *build, const zc_sources *sources);
/* One form as an equation, at most `limit` terms. */
void zc_dump_form(zk_buf *out, const zc_plan *plan, const zc_form *form, uint32_t limit);

#endif

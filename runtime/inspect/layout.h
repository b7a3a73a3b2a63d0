/* layout.h - pictures of a circuit: the grid of rows and columns, and stacks for flame graphs. */
#ifndef ZK_INSPECT_LAYOUT_H
#define ZK_INSPECT_LAYOUT_H

#include "runtime/inspect/report.h"

/* One SVG: columns from left to right (public values, advice, fixed, table), rows downwards,
 * regions coloured by source line, blind rows hatched, a legend with the cost of each line. Small circuits
 * show their fixed values; where the gates take a small part of the rows, that part is drawn a
 * second time, enlarged. Regions carry data-l="file.line" (files as the circuit counts them), for
 * pages that hold the picture. `subject` is a circuit's. */
zkml_status zk_layout_svg(zk_buf *out, const zk_subject *subject, zkml_error *err) ZKML_NODISCARD;

/* Lines "circuit;rows;file:line text;...;gadget COUNT", from the outermost call inwards, for the
 * usual flame-graph viewers; under "rows" gate rows are counted, under "look-ups" slots, under
 * "table" rows of the table. */
zkml_status zk_flame_folded(zk_buf *out, const zk_subject *subject, zkml_error *err) ZKML_NODISCARD;

#endif

/* equation.h - expressions as people write them: "F0 A0 + F1 A1 A2 - F2 A3@1".
 *
 * A0, F0 and I0 are advice, fixed and instance columns on the row in question, A3@1 is the row
 * below it, A3@-1 the row above. Factors stand side by side.
 */
#ifndef ZK_INSPECT_EQUATION_H
#define ZK_INSPECT_EQUATION_H

#include "runtime/base/buf.h"
#include "runtime/halo2/constraint_system.h"

/* Appends the expression; after about `limit` bytes it ends with "...". */
void zk_equation_put(zk_buf *out, const zk_constraint_system *cs, zk_expr_id expr, size_t limit);
/* "A0", "F3", "I0". */
void zk_column_put(zk_buf *out, zk_column_ref column);

#endif

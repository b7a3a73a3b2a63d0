/* formula.h - a gate's polynomial on one row, with the fixed values filled in:
 *
 *     550 p - 1024 q - r + 307712
 *
 * is the list of its terms, over the cells that it reads on that row. */
#ifndef ZK_MOCK_FORMULA_H
#define ZK_MOCK_FORMULA_H

#include "runtime/mock/rows.h"

enum { ZK_FORMULA_FACTORS = 4, ZK_FORMULA_TERMS = 64, ZK_FORMULA_CELLS = 64 };

typedef struct zk_formula_term {
    zk_fp factor; /* not 0 */
    uint32_t count;
    uint32_t cells[ZK_FORMULA_FACTORS]; /* numbers of cells */
} zk_formula_term;

typedef struct zk_formula {
    zk_fp constant;
    zk_formula_term terms[ZK_FORMULA_TERMS];
    uint32_t term_count;
    uint64_t more; /* further terms, which are not listed */
    zk_cell cells[ZK_FORMULA_CELLS]; /* distinct; advice and instance cells with a factor */
    uint32_t cell_count;
    bool opaque; /* it is no sum of monomials, or has too many: only the cells are known */
} zk_formula;

/* `strip` holds `row` alone. */
void zk_formula_make(zk_formula *formula, const zk_grid *grid, const zk_strip *strip,
                     zk_expr_id poly, size_t row);

#endif

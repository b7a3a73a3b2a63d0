#include "runtime/mock/formula.h"

#include <stdlib.h>
#include <string.h>

/* Steps through the tree of one polynomial, which may share subtrees. */
enum { MOST_STEPS = 1 << 16 };

typedef struct walk {
    zk_formula *formula;
    const zk_grid *grid;
    const zk_strip *strip;
    size_t row;
    unsigned steps;
} walk;

static const zk_expr *expr_of(const walk *w, zk_expr_id id)
{
    return &w->grid->circuit->cs.exprs[id];
}

static bool is_cell(const zk_expr *x)
{
    return x->kind == ZK_EXPR_ADVICE || x->kind == ZK_EXPR_INSTANCE;
}

/* The cell's number; ZK_NONE when there are too many. */
static uint32_t cell_number(walk *w, const zk_expr *leaf)
{
    zk_formula *f = w->formula;
    zk_cell cell = zk_grid_query(w->grid, leaf, w->row);
    for (uint32_t i = 0; i < f->cell_count; i++)
        if (f->cells[i].kind == cell.kind && f->cells[i].column == cell.column &&
            f->cells[i].row == cell.row)
            return i;
    if (f->cell_count == ZK_FORMULA_CELLS)
        return ZK_NONE;
    f->cells[f->cell_count] = cell;
    return f->cell_count++;
}

/* Whether only fixed cells and constants stand below; the walk gives up when it takes too long. */
static bool is_fixed(walk *w, zk_expr_id id)
{
    const zk_expr *x = expr_of(w, id);
    if (++w->steps > MOST_STEPS)
        return false;
    switch (x->kind) {
    case ZK_EXPR_CONSTANT:
    case ZK_EXPR_FIXED:
        return true;
    case ZK_EXPR_NEGATED:
    case ZK_EXPR_SCALED:
        return is_fixed(w, x->a);
    case ZK_EXPR_SUM:
    case ZK_EXPR_PRODUCT:
        return is_fixed(w, x->a) && is_fixed(w, x->b);
    default:
        return false;
    }
}

/* Multiplies the term by the expression; false when that is no monomial. */
static bool multiply(walk *w, zk_formula_term *term, zk_expr_id id)
{
    const zk_expr *x = expr_of(w, id);
    if (++w->steps > MOST_STEPS)
        return false;
    if (is_fixed(w, id)) {
        zk_fp_mul(&term->factor, &term->factor, zk_strip_value(w->strip, w->grid, id, 0));
        return true;
    }
    if (x->kind == ZK_EXPR_NEGATED)
        zk_fp_neg(&term->factor, &term->factor);
    else if (x->kind == ZK_EXPR_SCALED)
        zk_fp_mul(&term->factor, &term->factor, &w->grid->circuit->cs.constants[x->b]);
    else if (x->kind == ZK_EXPR_PRODUCT)
        return multiply(w, term, x->a) && multiply(w, term, x->b);
    else if (!is_cell(x) || term->count == ZK_FORMULA_FACTORS)
        return false;
    if (!is_cell(x))
        return multiply(w, term, x->a);
    term->cells[term->count++] = (uint32_t)id;
    return true;
}

/* Expressions of the term become cells, now that it is known not to vanish. */
static bool add_monomial(walk *w, zk_formula_term term)
{
    zk_formula *f = w->formula;
    if (zk_fp_is_zero(&term.factor))
        return true;
    for (uint32_t i = 0; i < term.count; i++) {
        term.cells[i] = cell_number(w, expr_of(w, term.cells[i]));
        if (term.cells[i] == ZK_NONE)
            return false;
    }
    if (term.count == 0) {
        zk_fp_add(&f->constant, &f->constant, &term.factor);
        return true;
    }
    if (f->term_count == ZK_FORMULA_TERMS)
        return false;
    f->terms[f->term_count++] = term;
    return true;
}

/* Depth is at most that of the expression, ZK_CS_MAX_DEPTH. */
static bool add_terms(walk *w, zk_expr_id id, const zk_fp *factor)
{
    const zk_expr *x = expr_of(w, id);
    zk_fp next = *factor;
    if (zk_fp_is_zero(factor))
        return true;
    if (++w->steps > MOST_STEPS)
        return false;
    switch (x->kind) {
    case ZK_EXPR_NEGATED:
        zk_fp_neg(&next, &next);
        return add_terms(w, x->a, &next);
    case ZK_EXPR_SCALED:
        zk_fp_mul(&next, &next, &w->grid->circuit->cs.constants[x->b]);
        return add_terms(w, x->a, &next);
    case ZK_EXPR_SUM:
        return add_terms(w, x->a, factor) && add_terms(w, x->b, factor);
    case ZK_EXPR_PRODUCT: {
        bool fixed_a = is_fixed(w, x->a), fixed_b = is_fixed(w, x->b);
        if (!fixed_a && !fixed_b)
            break;
        zk_expr_id fixed = fixed_a ? x->a : x->b;
        zk_fp_mul(&next, &next, zk_strip_value(w->strip, w->grid, fixed, 0));
        return add_terms(w, fixed_a ? x->b : x->a, &next);
    }
    default:
        break;
    }
    zk_formula_term term = {.factor = *factor};
    return multiply(w, &term, id) && add_monomial(w, term);
}

/* All cells that the polynomial reads. */
static void list_cells(walk *w, zk_expr_id poly)
{
    const zk_constraint_system *cs = &w->grid->circuit->cs;
    bool *below = calloc((size_t)poly + 1, sizeof *below);
    if (below == NULL)
        return;
    below[poly] = true;
    for (size_t i = (size_t)poly + 1; i-- > 0;) {
        const zk_expr *x = &cs->exprs[i];
        if (!below[i])
            continue;
        if (is_cell(x))
            (void)cell_number(w, x);
        else if (x->kind != ZK_EXPR_CONSTANT && x->kind != ZK_EXPR_FIXED)
            below[x->a] = true;
        if (x->kind == ZK_EXPR_SUM || x->kind == ZK_EXPR_PRODUCT)
            below[x->b] = true;
    }
    free(below);
}

void zk_formula_make(zk_formula *formula, const zk_grid *grid, const zk_strip *strip,
                     zk_expr_id poly, size_t row)
{
    walk w = {.formula = formula, .grid = grid, .strip = strip, .row = row};
    memset(formula, 0, sizeof *formula);
    if (add_terms(&w, poly, &zk_fp_one))
        return;
    memset(formula, 0, sizeof *formula);
    formula->opaque = true;
    list_cells(&w, poly);
}

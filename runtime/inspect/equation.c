#include "runtime/inspect/equation.h"

#include <inttypes.h>

typedef struct printer {
    zk_buf *out;
    const zk_constraint_system *cs;
    size_t end;
    bool cut;
} printer;

void zk_column_put(zk_buf *out, zk_column_ref column)
{
    static const char letters[] = {[ZK_ADVICE] = 'A', [ZK_FIXED] = 'F', [ZK_INSTANCE] = 'I'};
    zk_buf_printf(out, "%c%u", letters[column.kind], column.index);
}

static void put_query(printer *p, zk_column_kind kind, const zk_expr *x)
{
    zk_column_put(p->out, (zk_column_ref){kind, x->a});
    if (x->rotation != 0)
        zk_buf_printf(p->out, "@%d", x->rotation);
}

/* The absolute value of a constant that fits 63 bits; *negative is set. Others are hexadecimal. */
static void put_magnitude(printer *p, const zk_fp *value, bool *negative)
{
    int64_t small;
    char hex[67];
    *negative = false;
    if (zk_fp_to_i64(&small, value)) {
        *negative = small < 0;
        if (p != NULL)
            zk_buf_printf(p->out, "%" PRIu64, small < 0 ? -(uint64_t)small : (uint64_t)small);
    } else if (p != NULL) {
        zk_fp_to_hex(hex, value);
        zk_buf_text(p->out, hex);
    }
}

static bool is_negative(const zk_fp *value)
{
    bool negative;
    put_magnitude(NULL, value, &negative);
    return negative;
}

static void put_terms(printer *p, zk_expr_id id, bool negative, bool *first);
static void put_product(printer *p, zk_expr_id id);

static void put_factor(printer *p, zk_expr_id id)
{
    const zk_expr *x = &p->cs->exprs[id];
    bool first = true;
    if (x->kind == ZK_EXPR_SUM || x->kind == ZK_EXPR_NEGATED || x->kind == ZK_EXPR_SCALED ||
        (x->kind == ZK_EXPR_CONSTANT && is_negative(&p->cs->constants[x->a]))) {
        zk_buf_text(p->out, "(");
        put_terms(p, id, false, &first);
        zk_buf_text(p->out, ")");
    } else {
        put_product(p, id);
    }
}

/* One term without its sign. */
static void put_product(printer *p, zk_expr_id id)
{
    const zk_expr *x = &p->cs->exprs[id];
    bool ignored;
    switch (x->kind) {
    case ZK_EXPR_CONSTANT:
        put_magnitude(p, &p->cs->constants[x->a], &ignored);
        return;
    case ZK_EXPR_FIXED:
        put_query(p, ZK_FIXED, x);
        return;
    case ZK_EXPR_ADVICE:
        put_query(p, ZK_ADVICE, x);
        return;
    case ZK_EXPR_INSTANCE:
        put_query(p, ZK_INSTANCE, x);
        return;
    case ZK_EXPR_SELECTOR:
        zk_buf_printf(p->out, "S%u", x->a);
        return;
    case ZK_EXPR_PRODUCT:
        put_factor(p, x->a);
        zk_buf_text(p->out, " ");
        put_factor(p, x->b);
        return;
    case ZK_EXPR_SCALED:
        put_magnitude(p, &p->cs->constants[x->b], &ignored);
        zk_buf_text(p->out, " ");
        put_factor(p, x->a);
        return;
    case ZK_EXPR_NEGATED:
    case ZK_EXPR_SUM:
        put_factor(p, id);
        return;
    }
}

/* The recursion is as deep as the tree: at most ZK_CS_MAX_DEPTH. */
static void put_terms(printer *p, zk_expr_id id, bool negative, bool *first)
{
    const zk_expr *x = &p->cs->exprs[id];
    if (p->cut)
        return;
    if (x->kind == ZK_EXPR_SUM) {
        put_terms(p, x->a, negative, first);
        put_terms(p, x->b, negative, first);
        return;
    }
    if (x->kind == ZK_EXPR_NEGATED) {
        put_terms(p, x->a, !negative, first);
        return;
    }
    if (x->kind == ZK_EXPR_CONSTANT || x->kind == ZK_EXPR_SCALED)
        negative ^= is_negative(&p->cs->constants[x->kind == ZK_EXPR_SCALED ? x->b : x->a]);
    zk_buf_text(p->out, *first ? (negative ? "-" : "") : negative ? " - " : " + ");
    *first = false;
    if (p->out->length > p->end) {
        zk_buf_text(p->out, "...");
        p->cut = true;
        return;
    }
    put_product(p, id);
}

void zk_equation_put(zk_buf *out, const zk_constraint_system *cs, zk_expr_id expr, size_t limit)
{
    printer p = {.out = out, .cs = cs, .end = out->length + limit};
    bool first = true;
    put_terms(&p, expr, false, &first);
}

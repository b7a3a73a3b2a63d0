/* assert: a constraint, and what it teaches about the ranges of variables. */
#include "compiler/check/elab.h"

/* ---- compile-time assertions ---- */

/* The truth value, an INDEX or an element of a constant, at the iterators' points. */
static bool holds_here(const zc_checker *ck, const zc_value *value)
{
    int64_t i = zc_sym_eval(value->sym);
    if (value->kind == ZC_VAL_INDEX)
        return i != 0;
    return ck->tir->blobs[ck->tir->nodes[value->node]->index].codes[i] != 0;
}

static void report_false(zc_checker *ck, const zc_stmt *stmt, const zc_expr *e,
                         const zc_iter_set *set)
{
    if (zc_test_false(ck, stmt, e, set))
        return;
    zc_diag *diag = zc_complain(ck, ZC_E_ASSERT_FALSE, e->span, "this assertion can never hold");
    for (uint32_t i = 0; i < set->count; i++) {
        if (set->items[i]->name != NULL)
            zc_diag_note(diag, "%s = %lld", set->items[i]->name, (long long)set->items[i]->at);
    }
    if (ck->decided != NULL)
        zc_diag_note(diag, "%s", ck->decided);
    if (stmt->message != NULL)
        zc_diag_note(diag, "%s", stmt->message);
}

/* Required where the path holds only. */
static void check_condition(zc_checker *ck, const zc_stmt *stmt, const zc_expr *e,
                            const zc_value *value)
{
    zc_iter_set set = {0};
    zc_sym_iters(value->sym, &set);
    if (ck->path != NULL)
        zc_sym_iters(ck->path, &set);
    if (set.overflow || zc_iters_points(set.items, set.count) > ZC_MAX_GUARD_POINTS) {
        zc_complain(ck, ZC_E_TOO_LARGE, e->span,
                    "too many points to check this assertion at compile time");
        return;
    }
    zc_iters_start(set.items, set.count);
    do {
        if ((ck->path != NULL && zc_sym_eval(ck->path) == 0) || holds_here(ck, value))
            continue;
        report_false(ck, stmt, e, &set);
        return;
    } while (zc_iters_next(set.items, set.count));
}

/* ---- refinement ---- */

/* Evaluating it again makes no node worth mentioning. */
static bool is_simple(const zc_expr *e)
{
    switch (e->kind) {
    case ZC_EXPR_NAME:
    case ZC_EXPR_INT:
    case ZC_EXPR_REAL:
        return true;
    case ZC_EXPR_UNARY:
        return is_simple(e->u.unary.operand);
    case ZC_EXPR_MEMBER:
        return true;
    case ZC_EXPR_BINARY:
        return is_simple(e->u.binary.left) && is_simple(e->u.binary.right);
    case ZC_EXPR_INDEX:
        return is_simple(e->u.index.base);
    default:
        return false;
    }
}

/* The variable whose elements are all compared: `x`, or `x[i, j]` where i, j are the indices of
 * the `all` around, each once, over whole dimensions. NULL: none. */
static const zc_binding *compared_variable(zc_checker *ck, const zc_expr *e,
                                           const zc_iters *indices)
{
    const zc_expr *name = e->kind == ZC_EXPR_INDEX ? e->u.index.base : e;
    if (name->kind != ZC_EXPR_NAME)
        return NULL;
    const zc_binding *binding = zc_find_binding(ck->frame, name->u.name.name);
    if (binding == NULL || binding->value->kind != ZC_VAL_TENSOR)
        return NULL;
    if (e->kind == ZC_EXPR_NAME)
        return binding;
    const zc_expr_list *subs = &e->u.index.subscripts;
    if (indices == NULL || subs->count != binding->value->rank)
        return NULL;
    for (size_t i = 0; i < subs->count; i++) {
        if (subs->items[i]->kind != ZC_EXPR_NAME)
            return NULL;
        bool whole = false;
        for (uint32_t k = 0; k < indices->count; k++) {
            whole = whole || (indices->items[k]->name == subs->items[i]->u.name.name &&
                              indices->items[k]->extent == binding->value->axes[i]->extent);
        }
        for (size_t k = 0; k < i; k++)
            whole = whole && subs->items[k]->u.name.name != subs->items[i]->u.name.name;
        if (!whole)
            return NULL;
    }
    return binding;
}

/* The range of the other side in steps of `scale`, rounded outwards or inwards as the comparison
 * allows: x <= c means x <= floor(c), x < c means x < ceil(c). */
static bool other_range(zc_checker *ck, zc_range *out, const zc_value *other, zc_ast_op op,
                        mpq_srcptr scale)
{
    mpq_ptr lo = zc_new_rational(ck), hi = zc_new_rational(ck);
    mpq_srcptr number = zc_value_number(ck, other);
    if (number != NULL) {
        mpq_set(lo, number);
        mpq_set(hi, number);
    } else if (other->kind == ZC_VAL_TENSOR) {
        zc_range *range = zc_new_range(ck);
        zc_value_range(ck, range, other);
        mpq_set_z(lo, range->lo);
        mpq_mul(lo, lo, other->scale);
        mpq_set_z(hi, range->hi);
        mpq_mul(hi, hi, other->scale);
    } else {
        return false;
    }
    mpq_div(lo, lo, scale);
    mpq_div(hi, hi, scale);
    bool up_hi = op == ZC_AST_LT, up_lo = op != ZC_AST_GT;
    (up_hi ? mpz_cdiv_q : mpz_fdiv_q)(out->hi, mpq_numref(hi), mpq_denref(hi));
    (up_lo ? mpz_cdiv_q : mpz_fdiv_q)(out->lo, mpq_numref(lo), mpq_denref(lo));
    if (op == ZC_AST_LE || op == ZC_AST_LT) /* only the upper end counts */
        mpz_set(out->lo, out->hi);
    else if (op == ZC_AST_GE || op == ZC_AST_GT)
        mpz_set(out->hi, out->lo);
    return mpz_cmp(out->lo, out->hi) <= 0;
}

/* The variable's range after `variable op other`. */
static void refine(zc_checker *ck, const zc_expr *side, const zc_expr *other_side, zc_ast_op op,
                   const zc_iters *indices)
{
    const zc_binding *binding = compared_variable(ck, side, indices);
    if (binding == NULL || !is_simple(other_side) || zc_is_known(ck, binding->value))
        return;
    const zc_value *value = binding->value, *other = zc_eval(ck, other_side);
    zc_range *c = zc_new_range(ck), *x = zc_new_range(ck), *narrow = zc_new_range(ck);
    if (other->kind == ZC_VAL_POISON || !other_range(ck, c, other, op, value->scale))
        return;
    zc_value_range(ck, x, value);
    bool possible;
    switch (op) {
    case ZC_AST_LT:
        possible = zc_range_assert_lt(narrow, x, c);
        break;
    case ZC_AST_LE:
        possible = zc_range_assert_le(narrow, x, c);
        break;
    case ZC_AST_GT:
        possible = zc_range_assert_gt(narrow, x, c);
        break;
    case ZC_AST_GE:
        possible = zc_range_assert_ge(narrow, x, c);
        break;
    case ZC_AST_EQ:
        possible = zc_range_assert_eq(narrow, x, c);
        break;
    default:
        possible = zc_range_assert_ne(narrow, x, c);
        break;
    }
    if (!possible || zc_range_equal(narrow, x))
        return; /* an impossible assertion was reported as a comparison that is always false */
    value = zc_guard(ck, value, narrow->lo, side->span);
    if (value->kind == ZC_VAL_POISON)
        return;
    zc_elementwise e = {.op = ZC_OP_REFINE, .range = narrow};
    const zc_value *refined = zc_emit(ck, side->span, &e, value, NULL, value->scale);
    zc_ident name = {binding->name, binding->span};
    zc_bind(ck, name, refined, false);
    if (refined->kind == ZC_VAL_TENSOR && ck->tir->nodes[refined->node]->name == NULL)
        zc_tir_set_name(ck->tir, refined->node, name.name);
}

static zc_ast_op mirrored(zc_ast_op op)
{
    switch (op) {
    case ZC_AST_LT:
        return ZC_AST_GT;
    case ZC_AST_GT:
        return ZC_AST_LT;
    case ZC_AST_LE:
        return ZC_AST_GE;
    case ZC_AST_GE:
        return ZC_AST_LE;
    default:
        return op;
    }
}

static void refine_by(zc_checker *ck, const zc_expr *condition, const zc_iters *indices);

/* assert all[i](...): the indices are bound while the sides are looked at; what was learnt about
 * variables outlives them. */
static void refine_all(zc_checker *ck, const zc_expr *e)
{
    const zc_index_list *list = &e->u.reduce.indices;
    zc_binding *scope = ck->frame->scope;
    zc_iter **items = zc_check_alloc(ck, list->count, sizeof *items);
    if (!zc_bind_indices(ck, list, e->u.reduce.body, items))
        return;
    zc_binding *inner = ck->frame->scope;
    zc_iters indices = {items, (uint32_t)list->count};
    refine_by(ck, e->u.reduce.body, &indices);
    zc_binding *learnt = ck->frame->scope;
    ck->frame->scope = scope;
    for (; learnt != inner; learnt = learnt->next) {
        zc_ident name = {learnt->name, learnt->span};
        zc_bind(ck, name, learnt->value, false);
    }
}

static void refine_by(zc_checker *ck, const zc_expr *condition, const zc_iters *indices)
{
    if (condition->kind == ZC_EXPR_REDUCE && condition->u.reduce.reducer == ZC_REDUCE_ALL &&
        indices == NULL) {
        refine_all(ck, condition);
        return;
    }
    if (condition->kind != ZC_EXPR_BINARY)
        return;
    const zc_expr *left = condition->u.binary.left, *right = condition->u.binary.right;
    zc_ast_op op = condition->u.binary.op;
    if (op == ZC_AST_AND) {
        refine_by(ck, left, indices);
        refine_by(ck, right, indices);
    } else if (op >= ZC_AST_LT && op <= ZC_AST_NE) {
        refine(ck, left, right, op, indices);
        refine(ck, right, left, mirrored(op), indices);
    }
}

/* ---- statements ---- */

static void assert_value(zc_checker *ck, const zc_stmt *stmt, const zc_expr *e,
                         const zc_value *value)
{
    value = zc_as_truth(ck, value, e->span, "the condition of `assert`");
    if (value->kind == ZC_VAL_POISON)
        return;
    if (value->kind == ZC_VAL_INDEX || ck->tir->nodes[value->node]->op == ZC_OP_CONST) {
        check_condition(ck, stmt, e, value);
        return;
    }
    mpz_ptr one = zc_new_integer(ck);
    mpz_set_ui(one, 1);
    value = zc_guard(ck, value, one, e->span);
    if (value->kind == ZC_VAL_POISON)
        return;
    zc_iters axes = {value->axes, value->rank}, none = {NULL, 0};
    zc_place place;
    if (!zc_place_make(ck, &place, stmt->span, &value, 1, NULL, axes, none))
        return;
    zc_operand operand = zc_place_read(ck, &place, value);
    size_t before = ck->tir->node_count;
    zc_tir_at(ck->tir, stmt->span, ck->frame->call);
    zc_node_id node = zc_tir_assert(ck->tir, &place.space, operand, stmt->message);
    (void)zc_place_done(ck, &place, node, before, value->scale, axes);
    (void)zc_test_settle(ck, e);
}

/* `and` and `all` are asserted part by part, element by element: that is the same, and says which
 * one fails. */
static void assert_condition(zc_checker *ck, const zc_stmt *stmt, const zc_expr *e)
{
    if (e->kind == ZC_EXPR_BINARY && e->u.binary.op == ZC_AST_AND) {
        assert_condition(ck, stmt, e->u.binary.left);
        assert_condition(ck, stmt, e->u.binary.right);
    } else if (e->kind == ZC_EXPR_REDUCE && e->u.reduce.reducer == ZC_REDUCE_ALL) {
        const zc_index_list *list = &e->u.reduce.indices;
        zc_binding *scope = ck->frame->scope;
        zc_iter **items = zc_check_alloc(ck, list->count, sizeof *items);
        if (zc_bind_indices(ck, list, e->u.reduce.body, items))
            assert_condition(ck, stmt, e->u.reduce.body);
        ck->frame->scope = scope;
    } else {
        ck->asserted = e;
        ck->decided = NULL;
        ck->sides[0] = ck->sides[1] = NULL;
        const zc_value *value = zc_eval(ck, e);
        ck->asserted = NULL;
        assert_value(ck, stmt, e, value);
    }
}

void zc_eval_assert(zc_checker *ck, const zc_stmt *stmt)
{
    size_t errors = ck->session->diags.error_count;
    assert_condition(ck, stmt, stmt->value);
    if (ck->session->diags.error_count == errors && !zc_test_stopped(ck))
        refine_by(ck, stmt->value, NULL);
}

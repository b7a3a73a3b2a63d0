/* Conditional expressions and array literals. */
#include "compiler/check/elab.h"

/* ---- if ---- */

/* An arm under an index condition: reads that only the condition keeps inside are allowed. */
static const zc_value *eval_arm(zc_checker *ck, const zc_expr *arm, const zc_sym *condition,
                                bool *reachable)
{
    const zc_sym *outer = ck->path;
    const zc_sym *path = outer == NULL ? condition
                                       : zc_sym_logic(ck, ZC_IX_AND, outer, condition);
    *reachable = !(zc_sym_is_const(path) && path->base == 0);
    if (!*reachable)
        return &zc_poison;
    ck->path = path;
    const zc_value *value = zc_eval(ck, arm);
    ck->path = outer;
    return value;
}

static bool is_plain_integer(zc_checker *ck, const zc_value *value)
{
    return (value->kind == ZC_VAL_INDEX || (value->kind == ZC_VAL_NUMBER && value->scale == NULL)) &&
           zc_value_sym(ck, value) != NULL;
}

static const zc_value *real_choice(zc_checker *ck, const zc_expr *e, const zc_value *c,
                                   const zc_value *a, const zc_value *b)
{
    const zc_value *values[3] = {c, a, b};
    zc_span spans[3] = {e->u.cond.condition->span, e->u.cond.then_value->span,
                        e->u.cond.else_value->span};
    return zc_real_apply(ck, e->span, ZC_REAL_IF, values, spans);
}

/* if condition then a else b with a condition on indices. */
static const zc_value *index_choice(zc_checker *ck, const zc_expr *e, const zc_value *condition)
{
    const zc_expr *then_value = e->u.cond.then_value, *else_value = e->u.cond.else_value;
    const zc_sym *holds = condition->sym, *fails = zc_sym_not(ck, holds);
    bool a_reachable, b_reachable;
    const zc_value *a = eval_arm(ck, then_value, holds, &a_reachable);
    const zc_value *b = eval_arm(ck, else_value, fails, &b_reachable);
    if (!a_reachable || !b_reachable)
        return a_reachable ? a : b;
    if (a->kind == ZC_VAL_REAL || b->kind == ZC_VAL_REAL)
        return real_choice(ck, e, condition, a, b);
    if (a->kind == ZC_VAL_POISON || b->kind == ZC_VAL_POISON ||
        !zc_unify(ck, e->span, "`if` does not choose between", &a, &b))
        return &zc_poison;
    if (is_plain_integer(ck, a) && is_plain_integer(ck, b)) {
        const zc_sym *x = zc_value_sym(ck, a), *y = zc_value_sym(ck, b);
        const zc_sym *sym = zc_sym_add(ck, zc_sym_mul(ck, x, holds), zc_sym_mul(ck, y, fails));
        if (!ck->sym_failed)
            return zc_index_value(ck, sym, a->truth && b->truth, a->rank, a->axes);
        ck->sym_failed = false;
    }
    if (!zc_align(ck, then_value->span, else_value->span, &a, &b))
        return &zc_poison;
    if (condition->rank > 0) {
        const zc_value *c = condition;
        if (!zc_unify(ck, e->span, "`if` does not combine", &a, &c) ||
            !zc_unify(ck, e->span, "`if` does not combine", &a, &b))
            return &zc_poison;
        holds = c->sym;
    }
    return zc_choose(ck, e->span, holds, a, b);
}

static const zc_value *dynamic_choice(zc_checker *ck, const zc_expr *e, const zc_value *c)
{
    const zc_expr *then_value = e->u.cond.then_value, *else_value = e->u.cond.else_value;
    const char *what = "`if` does not choose between";
    const zc_value *a = zc_eval(ck, then_value), *b = zc_eval(ck, else_value);
    if (a->kind == ZC_VAL_POISON || b->kind == ZC_VAL_POISON ||
        !zc_unify(ck, e->span, what, &a, &b) || !zc_unify(ck, e->span, what, &c, &a) ||
        !zc_unify(ck, e->span, what, &c, &b) ||
        !zc_align(ck, then_value->span, else_value->span, &a, &b))
        return &zc_poison;
    const zc_value *values[3] = {c, a, b};
    zc_iters axes = {c->axes, c->rank}, none = {NULL, 0};
    zc_place place;
    if (!zc_place_make(ck, &place, e->span, values, 3, NULL, axes, none))
        return &zc_poison;
    zc_operand x = zc_place_read(ck, &place, c), y = zc_place_read(ck, &place, a);
    zc_operand z = zc_place_read(ck, &place, b);
    size_t before = ck->tir->node_count;
    zc_tir_at(ck->tir, e->span, ck->frame->call);
    zc_node_id node = zc_tir_select(ck->tir, &place.space, x, y, z);
    return zc_place_done(ck, &place, node, before, a->scale, axes);
}

const zc_value *zc_eval_if(zc_checker *ck, const zc_expr *e)
{
    const zc_expr *condition = e->u.cond.condition;
    const zc_value *c = zc_eval(ck, condition);
    if (c->kind == ZC_VAL_REAL && c->leaf_count > 0) {
        const zc_value *a = zc_eval(ck, e->u.cond.then_value);
        return real_choice(ck, e, c, a, zc_eval(ck, e->u.cond.else_value));
    }
    c = zc_as_truth(ck, c, condition->span, "the condition of `if`");
    if (c->kind == ZC_VAL_POISON)
        return c;
    if (c->kind == ZC_VAL_INDEX && zc_sym_is_const(c->sym))
        return zc_eval(ck, c->sym->base != 0 ? e->u.cond.then_value : e->u.cond.else_value);
    return c->kind == ZC_VAL_INDEX ? index_choice(ck, e, c) : dynamic_choice(ck, e, c);
}

/* ---- arrays ---- */

/* Depends on nothing but its axes. */
static bool is_closed(const zc_value *item)
{
    zc_iter_set set = {0};
    zc_sym_iters(item->sym, &set);
    for (uint32_t i = 0; i < set.count; i++) {
        bool own = false;
        for (uint32_t d = 0; d < item->rank; d++)
            own = own || item->axes[d] == set.items[i];
        if (!own)
            return false;
    }
    return true;
}

static bool is_real_item(zc_checker *ck, const zc_value *item)
{
    bool data = item->kind == ZC_VAL_DATA && item->data->reals != NULL &&
                item->data->codes == NULL && is_closed(item);
    bool number = item->rank == 0 && zc_value_number(ck, item) != NULL &&
                  (item->kind != ZC_VAL_NUMBER || item->scale == NULL);
    return data || number;
}

/* Items of one shape; false: reported. */
static bool same_shapes(zc_checker *ck, const zc_expr *e, const zc_value *const *items)
{
    const zc_expr_list *list = &e->u.list;
    for (size_t i = 0; i < list->count; i++) {
        bool same = items[i]->rank == items[0]->rank;
        for (uint32_t d = 0; same && d < items[0]->rank; d++)
            same = items[i]->axes[d]->extent == items[0]->axes[d]->extent;
        if (same)
            continue;
        zc_diag *diag = zc_complain(ck, ZC_E_SHAPE, list->items[i]->span,
                                    "the items of an array have different shapes");
        zc_diag_primary_label(diag, "is %s", zc_value_text(ck, items[i]));
        zc_diag_label(diag, list->items[0]->span, "is %s", zc_value_text(ck, items[0]));
        if (items[i]->rank == 1 && items[0]->rank == 1 && list->count == 2 &&
            list->items[0]->kind == ZC_EXPR_NAME && list->items[i]->kind == ZC_EXPR_NAME) {
            uint32_t n = items[0]->axes[0]->extent, m = items[i]->axes[0]->extent;
            const char *a = zc_source_text(ck, list->items[0]->span);
            zc_diag_help(diag, "to join them: `let z[i < %u] = if i < %u then %s[i] else "
                               "%s[i - %u];`", n + m, n, a,
                         zc_source_text(ck, list->items[i]->span), n);
        }
        return false;
    }
    if (items[0]->rank + 1 > ZC_MAX_RANK) {
        zc_complain(ck, ZC_E_TOO_LARGE, e->span, "a tensor has at most %d dimensions",
                    (int)ZC_MAX_RANK);
        return false;
    }
    return true;
}

static const zc_value *real_array(zc_checker *ck, const zc_value *const *items, size_t count)
{
    zc_data *data = zc_check_alloc(ck, 1, sizeof *data);
    data->rank = items[0]->rank + 1;
    data->extent[0] = (uint32_t)count;
    uint64_t part = 1;
    for (uint32_t d = 0; d < items[0]->rank; d++) {
        data->extent[d + 1] = items[0]->axes[d]->extent;
        part *= data->extent[d + 1];
    }
    data->count = count * part;
    data->reals = zc_check_alloc(ck, (size_t)data->count, sizeof *data->reals);
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        if (items[i]->kind != ZC_VAL_DATA) {
            data->reals[n++][0] = *zc_value_number(ck, items[i]);
            continue;
        }
        zc_iters_start(items[i]->axes, items[i]->rank);
        do {
            data->reals[n++][0] = *items[i]->data->reals[zc_sym_eval(items[i]->sym)];
        } while (zc_iters_next(items[i]->axes, items[i]->rank));
    }
    return zc_data_value(ck, data);
}

/* All items as tensors of the finest scale among them. */
static bool align_items(zc_checker *ck, const zc_expr *e, const zc_value **items)
{
    const zc_expr_list *list = &e->u.list;
    const zc_value *finest = NULL;
    zc_span finest_span = ZC_NO_SPAN;
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < list->count; i++) {
            mpq_srcptr number = zc_value_number(ck, items[i]);
            bool literal = number != NULL && items[i]->kind == ZC_VAL_NUMBER &&
                           items[i]->scale == NULL;
            if (pass == 0 && literal)
                continue; /* literals follow the others */
            items[i] = zc_as_tensor(ck, items[i], finest != NULL ? finest->scale : NULL,
                                    list->items[i]->span);
            if (items[i]->kind == ZC_VAL_POISON)
                return false;
            if (finest == NULL || mpq_cmp(items[i]->scale, finest->scale) < 0) {
                finest = items[i];
                finest_span = list->items[i]->span;
            }
        }
    }
    for (size_t i = 0; i < list->count; i++) {
        const zc_value *other = finest;
        if (!zc_align(ck, list->items[i]->span, finest_span, &items[i], &other))
            return false;
        if (mpq_cmp(items[i]->scale, finest->scale) != 0) {
            zc_complain(ck, ZC_E_SCALE, e->span, "the steps of the items do not align");
            return false;
        }
    }
    return true;
}

/* The items one after another: a node whose first dimension counts them. */
static const zc_value *stack(zc_checker *ck, const zc_expr *e, const zc_value **items)
{
    uint32_t count = (uint32_t)e->u.list.count, rank = items[0]->rank;
    zc_iter *const *axes = items[0]->axes;
    const zc_sym *every_axis = zc_sym_const(ck, 0);
    for (uint32_t d = 0; d < rank; d++)
        every_axis = zc_sym_add(ck, every_axis, zc_sym_iter(ck, axes[d]));
    for (uint32_t i = 1; i < count; i++) {
        if (!zc_unify(ck, e->span, "an array does not hold", &items[0], &items[i]))
            return &zc_poison;
    }
    zc_iters own = {axes, rank}, none = {NULL, 0};
    zc_place place;
    if (!zc_place_make(ck, &place, e->span, items, count, every_axis, own, none))
        return &zc_poison;
    size_t before = ck->tir->node_count;
    zc_tir_at(ck->tir, e->span, ck->frame->call);
    zc_node_id *nodes = zc_check_alloc(ck, count, sizeof *nodes);
    for (uint32_t i = 0; i < count; i++)
        nodes[i] = zc_tir_view(ck->tir, &place.space, zc_place_read(ck, &place, items[i]));
    zc_iter **all = zc_check_alloc(ck, rank + 1, sizeof *all);
    all[0] = zc_iter_new(ck, NULL, count, e->span);
    for (uint32_t d = 0; d < rank; d++)
        all[d + 1] = axes[d];
    if (place.space.rank == ZC_MAX_RANK) {
        zc_complain(ck, ZC_E_TOO_LARGE, e->span, "a tensor has at most %d dimensions",
                    (int)ZC_MAX_RANK);
        return &zc_poison;
    }
    for (uint32_t d = place.space.rank; d > 0; d--) {
        place.iters[d] = place.iters[d - 1];
        place.space.extent[d] = place.space.extent[d - 1];
    }
    place.iters[0] = all[0];
    place.space.extent[0] = count;
    place.space.rank++;
    zc_node_id node = zc_tir_stack(ck->tir, &place.space, nodes, count);
    return zc_place_done(ck, &place, node, before, items[0]->scale, (zc_iters){all, rank + 1});
}

/* The items, with the verb around applied to them if one of them needs it. */
static void eval_items(zc_checker *ck, const zc_expr *e, const zc_value **items)
{
    const zc_expr_list *list = &e->u.list;
    const zc_target *verb = ck->array_verb;
    bool rounded = false;
    for (size_t i = 0; i < list->count; i++) {
        ck->array_verb = list->items[i]->kind == ZC_EXPR_ARRAY ? verb : NULL;
        items[i] = zc_eval(ck, list->items[i]);
        rounded = rounded || items[i]->kind == ZC_VAL_REAL || items[i]->kind == ZC_VAL_TENSOR;
    }
    ck->array_verb = verb;
    for (size_t i = 0; i < list->count; i++) {
        if (verb != NULL && rounded) {
            zc_target target = *verb;
            target.span = list->items[i]->span;
            items[i] = zc_apply_verb(ck, &target, items[i]);
        } else if (items[i]->kind == ZC_VAL_REAL) {
            items[i] = zc_real_unrounded(ck, list->items[i]->span);
        }
    }
}

const zc_value *zc_eval_array(zc_checker *ck, const zc_expr *e)
{
    size_t count = e->u.list.count;
    const zc_value **items = zc_check_alloc(ck, count, sizeof *items);
    bool real = true, ok = true;
    eval_items(ck, e, items);
    for (size_t i = 0; i < count; i++) {
        if (items[i]->kind == ZC_VAL_STRING || items[i]->kind == ZC_VAL_TUPLE) {
            zc_complain(ck, ZC_E_OPERAND, e->u.list.items[i]->span, "%s is no item of an array",
                        zc_value_text(ck, items[i]));
            items[i] = &zc_poison;
        }
        ok = ok && items[i]->kind != ZC_VAL_POISON;
        real = real && ok && is_real_item(ck, items[i]);
    }
    if (!ok || !same_shapes(ck, e, items))
        return &zc_poison;
    if (real)
        return real_array(ck, items, count);
    return align_items(ck, e, items) ? stack(ck, e, items) : &zc_poison;
}

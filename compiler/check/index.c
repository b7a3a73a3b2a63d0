/* Subscripts, the bounds of indices, and reductions. */
#include "compiler/check/elab.h"

/* ---- subscripts inside their dimension ---- */

/* The conjuncts of the path that have to do with an expression: those that share iterators with
 * it, directly or through each other. NULL: none. */
static const zc_sym *related_path(zc_checker *ck, const zc_sym *sym, zc_iter_set *set)
{
    enum { MOST = 64 };
    const zc_sym *parts[MOST];
    size_t count = 0;
    if (ck->path != NULL)
        parts[count++] = ck->path;
    for (size_t i = 0; i < count;) {
        if (parts[i]->op == ZC_IX_AND && count < MOST) {
            parts[count++] = parts[i]->b;
            parts[i] = parts[i]->a;
        } else {
            i++;
        }
    }
    const zc_sym *related = NULL;
    zc_sym_iters(sym, set);
    for (bool grown = true; grown;) {
        grown = false;
        for (size_t i = 0; i < count; i++) {
            zc_iter_set own = {0};
            if (parts[i] == NULL)
                continue;
            zc_sym_iters(parts[i], &own);
            bool shares = false;
            for (uint32_t k = 0; k < own.count; k++)
                shares = shares || zc_iter_set_has(set, own.items[k]);
            if (!shares)
                continue;
            for (uint32_t k = 0; k < own.count; k++)
                zc_iter_set_add(set, own.items[k]);
            related = related == NULL ? parts[i]
                                      : zc_sym_logic(ck, ZC_IX_AND, related, parts[i]);
            parts[i] = NULL;
            grown = true;
        }
    }
    return related;
}

/* "i = 0, r = 2" for the iterators' points. */
static const char *point_text(zc_checker *ck, const zc_iter_set *set)
{
    const char *text = "";
    for (uint32_t i = 0; i < set->count; i++) {
        if (set->items[i]->name != NULL)
            text = zc_text(ck, "%s%s%s = %lld", text, text[0] != '\0' ? ", " : "",
                           set->items[i]->name, (long long)set->items[i]->at);
    }
    return text;
}

/* The iterators stand at a point where the subscript leaves its dimension. */
static void outside(zc_checker *ck, const zc_expr *sub, const zc_sym *sym, uint32_t extent,
                    const zc_iter_set *set)
{
    zc_diag *diag = zc_complain(ck, ZC_E_SUBSCRIPT_RANGE, sub->span,
                                "this subscript leaves its dimension of size %u", extent);
    const char *point = point_text(ck, set);
    if (point[0] != '\0')
        zc_diag_primary_label(diag, "is %lld for %s", (long long)zc_sym_eval(sym), point);
    else
        zc_diag_primary_label(diag, "is %lld", (long long)zc_sym_eval(sym));
    const zc_iter *only = set->count == 1 ? set->items[0] : NULL;
    bool affine = sym->op == ZC_IX_CONST && sym->term_count == 1 && sym->base >= 0 &&
                  sym->base < (int64_t)extent && sym->terms[0].factor > 0;
    if (set->count == 0)
        zc_diag_note(diag, "its subscripts are 0 .. %u", extent - 1);
    else if (only != NULL && only->name != NULL && affine)
        zc_diag_help(diag, "bound the index: `%s < %lld`; or guard the element: "
                           "`if ... then x[...] else 0`", only->name,
                     (long long)(((int64_t)extent - 1 - sym->base) / sym->terms[0].factor + 1));
    else
        zc_diag_help(diag, "bound the indices, or guard the element: `if ... then x[...] else 0`");
}

/* The subscript, made 0 where the path does not hold if it could leave the dimension there;
 * NULL: it can leave where it is read (reported). */
static const zc_sym *check_subscript(zc_checker *ck, const zc_expr *e, const zc_sym *sym,
                                     uint32_t extent)
{
    if (sym->lo >= 0 && sym->hi < (int64_t)extent)
        return sym;
    zc_iter_set set = {0};
    const zc_sym *path = related_path(ck, sym, &set);
    if (path == NULL && sym->op == ZC_IX_CONST) {
        for (uint32_t i = 0; i < sym->term_count; i++) {
            zc_iter *iter = sym->terms[i].iter;
            iter->at = (sym->terms[i].factor > 0) == (sym->lo < 0) ? 0 : iter->extent - 1;
        }
        outside(ck, e, sym, extent, &set);
        return NULL;
    }
    if (set.overflow || zc_iters_points(set.items, set.count) > ZC_MAX_GUARD_POINTS) {
        zc_complain(ck, ZC_E_TOO_LARGE, e->span,
                    "too many points to prove that this subscript stays inside");
        return NULL;
    }
    bool strays = false;
    zc_iters_start(set.items, set.count);
    do {
        int64_t value = zc_sym_eval(sym);
        if (value >= 0 && value < (int64_t)extent)
            continue;
        if (path == NULL || zc_sym_eval(path) != 0) {
            outside(ck, e, sym, extent, &set);
            return NULL;
        }
        strays = true;
    } while (zc_iters_next(set.items, set.count));
    return strays ? zc_sym_mul(ck, sym, path) : sym;
}

static const zc_sym *eval_sub(zc_checker *ck, const zc_expr *e)
{
    const zc_value *value = zc_eval_index(ck, e);
    if (value->kind == ZC_VAL_POISON)
        return NULL;
    const zc_sym *sym = value->rank == 0 ? zc_value_sym(ck, value) : NULL;
    if (sym != NULL)
        return sym;
    mpq_srcptr number = zc_value_number(ck, value);
    zc_diag *diag = zc_complain(ck, ZC_E_SUBSCRIPT, e->span,
                                "a subscript must be an integer known at compile time");
    zc_diag_primary_label(diag, "is %s", number != NULL ? zc_real_text(ck, number)
                                         : value->kind == ZC_VAL_TENSOR && value->rank == 0
                                             ? "data"
                                             : zc_value_text(ck, value));
    if (value->kind == ZC_VAL_TENSOR)
        zc_diag_help(diag, "to choose by data, sum over all places: "
                           "`sum[i](if k == i then x[i] else 0)`; or use a `table`");
    return NULL;
}

static void too_many(zc_checker *ck, const zc_expr *e, const zc_value *base)
{
    size_t count = e->u.index.subscripts.count;
    zc_diag *diag = zc_complain(ck, ZC_E_RANK, e->span, "%zu subscript%s for %s", count,
                                count == 1 ? "" : "s", zc_value_text(ck, base));
    zc_diag_label(diag, e->u.index.base->span, "has %u dimension%s", base->rank,
                  base->rank == 1 ? "" : "s");
}

const zc_value *zc_eval_subscript(zc_checker *ck, const zc_expr *e)
{
    const zc_expr_list *list = &e->u.index.subscripts;
    const zc_value *base = zc_eval(ck, e->u.index.base);
    const zc_sym *subs[ZC_MAX_RANK] = {NULL};
    bool ok = base->kind != ZC_VAL_POISON;
    if (ok && list->count > base->rank) {
        too_many(ck, e, base);
        return &zc_poison;
    }
    for (size_t i = 0; i < list->count; i++) {
        const zc_sym *sub = eval_sub(ck, list->items[i]);
        if (ok && sub != NULL)
            sub = check_subscript(ck, list->items[i], sub, base->axes[i]->extent);
        ok = ok && sub != NULL;
        if (i < ZC_MAX_RANK)
            subs[i] = sub;
    }
    if (!ok)
        return &zc_poison;
    if (base->kind == ZC_VAL_REAL)
        return zc_real_unrounded(ck, e->u.index.base->span);
    const zc_value *value = zc_value_at(ck, base, subs, (uint32_t)list->count);
    if (ck->sym_failed) {
        ck->sym_failed = false;
        zc_complain(ck, ZC_E_INDEX_ARITHMETIC, e->span,
                    "this index expression is too large or too complicated");
        return &zc_poison;
    }
    return value;
}

/* ---- the bounds of indices ---- */

/* A name that a loop or a `let` in its body binds: its shape is not known yet. */
typedef struct hidden hidden;
struct hidden {
    const hidden *outer;
    const char *name;
};

typedef struct search {
    zc_checker *ck;
    const hidden *hidden;
    const char *name;
    uint32_t extent; /* 0: not found yet */
    zc_span span;    /* of the subscripted expression that gave it */
    const char *shape;
    bool arithmetic; /* occurs otherwise */
    bool failed;     /* reported, here or where the tensor was made */
} search;

/* The shape of an expression that is subscripted: a name, a module's constant, or such a thing
 * with subscripts. NULL: not known. */
static const zc_value *shaped(search *s, const zc_expr *e, uint32_t *dropped)
{
    *dropped = 0;
    while (e->kind == ZC_EXPR_INDEX) {
        *dropped += (uint32_t)e->u.index.subscripts.count;
        e = e->u.index.base;
    }
    for (const hidden *h = s->hidden; h != NULL && e->kind == ZC_EXPR_NAME; h = h->outer) {
        if (h->name == e->u.name.name)
            return NULL;
    }
    if (e->kind == ZC_EXPR_NAME && zc_find_binding(s->ck->frame, e->u.name.name) == NULL &&
        zc_find_decl(s->ck->frame->file, e->u.name.name) == NULL)
        return NULL; /* one of the indices that are about to be bound */
    if (e->kind == ZC_EXPR_NAME || e->kind == ZC_EXPR_MEMBER) {
        const zc_value *value = zc_eval(s->ck, e);
        s->failed = s->failed || value->kind == ZC_VAL_POISON;
        return value->kind == ZC_VAL_POISON ? NULL : value;
    }
    return NULL;
}

static void search_bound(search *s, const zc_expr *e);

static void search_subscripts(search *s, const zc_expr *e)
{
    zc_checker *ck = s->ck;
    const zc_expr_list *list = &e->u.index.subscripts;
    search_bound(s, e->u.index.base);
    for (size_t i = 0; i < list->count; i++) {
        const zc_expr *sub = list->items[i];
        if (sub->kind != ZC_EXPR_NAME || sub->u.name.name != s->name) {
            search_bound(s, sub);
            continue;
        }
        uint32_t dropped;
        const zc_value *base = shaped(s, e->u.index.base, &dropped);
        if (base == NULL)
            continue;
        if (dropped + i >= base->rank) {
            if (!s->failed)
                too_many(ck, e, base);
            s->failed = true;
            continue;
        }
        uint32_t extent = base->axes[dropped + i]->extent;
        const char *shape = zc_text(ck, "%s is %s", zc_source_text(ck, e->u.index.base->span),
                                    zc_value_shape(ck, zc_with_axes(ck, base, base->rank - dropped,
                                                                    base->axes + dropped)));
        if (s->extent == 0) {
            s->extent = extent;
            s->span = e->span;
            s->shape = shape;
        } else if (s->extent != extent && !s->failed) {
            zc_diag *diag = zc_complain(ck, ZC_E_INDEX_SIZE, e->span, "index `%s` has two sizes",
                                        s->name);
            zc_diag_primary_label(diag, "%s", shape);
            zc_diag_label(diag, s->span, "%s", s->shape);
            zc_diag_help(diag, "if only a part is meant, write the bound: `%s < %u`", s->name,
                         s->extent < extent ? s->extent : extent);
            s->failed = true;
        }
    }
}

static void search_list(search *s, const zc_expr_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        search_bound(s, list->items[i]);
}

/* Each statement hides its names from those that follow. */
static void search_statements(search *s, const zc_block *block)
{
    const hidden *outer = s->hidden;
    for (size_t i = 0; i < block->count; i++) {
        const zc_stmt *stmt = block->stmts[i];
        if (stmt->kind != ZC_STMT_ERROR)
            search_bound(s, stmt->value);
        size_t names = stmt->kind == ZC_STMT_LET_TUPLE ? stmt->names.count
                                                       : stmt->kind == ZC_STMT_LET;
        hidden *more = zc_check_alloc(s->ck, names > 0 ? names : 1, sizeof *more);
        for (size_t n = 0; n < names; n++) {
            more[n] = (hidden){s->hidden, stmt->kind == ZC_STMT_LET ? stmt->name.name
                                                                    : stmt->names.items[n].name};
            s->hidden = &more[n];
        }
    }
    if (block->value != NULL)
        search_bound(s, block->value);
    s->hidden = outer;
}

static void search_loop(search *s, const zc_expr *e)
{
    hidden carried = {s->hidden, e->u.loop.name.name};
    search_bound(s, e->u.loop.init);
    s->hidden = &carried;
    search_statements(s, e->u.loop.body);
    s->hidden = carried.outer;
}

static void search_bound(search *s, const zc_expr *e)
{
    switch (e->kind) {
    case ZC_EXPR_NAME:
        s->arithmetic = s->arithmetic || e->u.name.name == s->name;
        break;
    case ZC_EXPR_UNARY:
        search_bound(s, e->u.unary.operand);
        break;
    case ZC_EXPR_BINARY:
        search_bound(s, e->u.binary.left);
        search_bound(s, e->u.binary.right);
        break;
    case ZC_EXPR_INDEX:
        search_subscripts(s, e);
        break;
    case ZC_EXPR_CALL:
        for (size_t i = 0; i < e->u.call.count; i++)
            search_bound(s, e->u.call.args[i].value);
        break;
    case ZC_EXPR_TUPLE:
    case ZC_EXPR_ARRAY:
        search_list(s, &e->u.list);
        break;
    case ZC_EXPR_REDUCE:
        search_bound(s, e->u.reduce.body);
        break;
    case ZC_EXPR_VERB:
        search_bound(s, e->u.verb.value);
        break;
    case ZC_EXPR_IF:
        search_bound(s, e->u.cond.condition);
        search_bound(s, e->u.cond.then_value);
        search_bound(s, e->u.cond.else_value);
        break;
    case ZC_EXPR_LOOP:
        search_loop(s, e);
        break;
    default:
        break;
    }
}

static bool infer_bound(zc_checker *ck, const zc_index *index, const zc_expr *body,
                        uint32_t *extent)
{
    search s = {.ck = ck, .name = index->name.name};
    search_bound(&s, body);
    if (s.failed)
        return false;
    *extent = s.extent;
    if (s.extent > 0)
        return true;
    zc_diag *diag = zc_complain(ck, ZC_E_INDEX_UNBOUNDED, index->name.span,
                                "the bound of index `%s` is not known", index->name.name);
    zc_diag_note(diag, s.arithmetic ? "it is inferred only where the index alone is a subscript "
                                      "of a named tensor, as in `x[%s]`"
                                    : "it subscripts nothing", index->name.name);
    zc_diag_help(diag, "write it, such as `%s < 8`", index->name.name);
    return false;
}

bool zc_bind_indices(zc_checker *ck, const zc_index_list *indices, const zc_expr *body,
                     zc_iter **iters)
{
    bool ok = true;
    for (size_t i = 0; i < indices->count; i++) {
        const zc_index *index = &indices->items[i];
        const zc_binding *other = zc_find_binding(ck->frame, index->name.name);
        uint32_t extent = 1;
        if (other != NULL && other->index) {
            zc_diag *diag = zc_complain(ck, ZC_E_INDEX_REUSED, index->name.span,
                                        "index `%s` is already in use here", index->name.name);
            zc_diag_label(diag, other->span, "introduced here");
            ok = false;
        } else if (index->bound != NULL) {
            ok &= zc_resolve_extent(ck, index->bound, "the bound of an index", &extent);
        } else {
            ok &= infer_bound(ck, index, body, &extent);
        }
        iters[i] = zc_iter_new(ck, index->name.name, extent, index->name.span);
    }
    for (size_t i = 0; i < indices->count && ok; i++)
        zc_bind(ck, indices->items[i].name,
                zc_index_value(ck, zc_sym_iter(ck, iters[i]), false, 0, NULL), true);
    return ok;
}

/* ---- reductions ---- */

/* Over indices that the value does not depend on. */
static const zc_value *reduce_same(zc_checker *ck, zc_reducer reducer, zc_span span,
                                   const zc_value *value, uint64_t count)
{
    switch (reducer) {
    case ZC_REDUCE_SUM: {
        const zc_value *times = zc_integer_value(ck, (int64_t)count);
        return count == 1 ? value : zc_binary(ck, ZC_AST_MUL, span, span, value, span, times);
    }
    case ZC_REDUCE_ARGMAX:
        return zc_with_axes(ck, zc_integer_value(ck, 0), value->rank, value->axes);
    default:
        return value;
    }
}

/* An integer or condition whose iterators are all reduced. */
static const zc_value *reduce_index(zc_checker *ck, zc_reducer reducer, const zc_value *value,
                                    const zc_iter_set *set)
{
    int64_t sum = 0, most = INT64_MIN, least = INT64_MAX, best = 0, at = 0;
    zc_iters_start(set->items, set->count);
    do {
        int64_t x = zc_sym_eval(value->sym);
        if (__builtin_add_overflow(sum, x, &sum))
            return NULL;
        best = x > most ? at : best;
        most = x > most ? x : most;
        least = x < least ? x : least;
        at++;
    } while (zc_iters_next(set->items, set->count));
    int64_t result = reducer == ZC_REDUCE_SUM      ? sum
                     : reducer == ZC_REDUCE_ARGMAX ? best
                     : reducer == ZC_REDUCE_MIN || reducer == ZC_REDUCE_ALL ? least
                                                                            : most;
    bool truth = reducer == ZC_REDUCE_ALL || reducer == ZC_REDUCE_ANY;
    const zc_value *number = truth ? zc_truth_value(ck, result != 0)
                                   : zc_integer_value(ck, result);
    return zc_with_axes(ck, number, value->rank, value->axes);
}

static const zc_value *reduce_tensor(zc_checker *ck, zc_reducer reducer, zc_span span,
                                     const zc_value *a, const zc_value *b, zc_iters reduce,
                                     mpq_srcptr scale)
{
    const zc_value *values[2] = {a, b};
    zc_iters axes = {a->axes, a->rank};
    zc_place place;
    if (!zc_place_make(ck, &place, span, values, b != NULL ? 2 : 1, NULL, axes, reduce))
        return &zc_poison;
    zc_operand x = zc_place_read(ck, &place, a);
    size_t before = ck->tir->node_count;
    zc_tir_at(ck->tir, span, ck->frame->call);
    zc_node_id node;
    static const zc_op ops[] = {
        [ZC_REDUCE_MAX] = ZC_OP_RMAX,      [ZC_REDUCE_MIN] = ZC_OP_RMIN,
        [ZC_REDUCE_ARGMAX] = ZC_OP_ARGMAX, [ZC_REDUCE_ALL] = ZC_OP_ALL,
        [ZC_REDUCE_ANY] = ZC_OP_ANY,
    };
    if (b != NULL)
        node = zc_tir_dot(ck->tir, &place.space, x, zc_place_read(ck, &place, b));
    else if (reducer == ZC_REDUCE_SUM)
        node = zc_tir_sum(ck->tir, &place.space, x);
    else
        node = zc_tir_reduce(ck->tir, &place.space, ops[reducer], x);
    return zc_place_done(ck, &place, node, before, scale, axes);
}

/* Splits the reduced iterators by whether the values depend on them; *factor counts the points of
 * the others. */
static zc_iters used_iters(zc_checker *ck, const zc_iter_set *set, zc_iters reduce,
                           uint64_t *factor)
{
    zc_iter **used = zc_check_alloc(ck, reduce.count, sizeof *used);
    uint32_t count = 0;
    *factor = 1;
    for (uint32_t i = 0; i < reduce.count; i++) {
        if (zc_iter_set_has(set, reduce.items[i]))
            used[count++] = reduce.items[i];
        else
            *factor *= reduce.items[i]->extent;
    }
    return (zc_iters){used, count};
}

static const zc_value *reduce(zc_checker *ck, zc_reducer reducer, zc_span span, zc_span body,
                              const zc_value *value, zc_iters iters)
{
    if (value->kind == ZC_VAL_POISON)
        return value;
    if (value->kind == ZC_VAL_REAL) {
        zc_complain(ck, ZC_E_UNSUPPORTED, span,
                    "a reduction of real numbers is not supported yet");
        return &zc_poison;
    }
    bool truth = reducer == ZC_REDUCE_ALL || reducer == ZC_REDUCE_ANY;
    if (truth)
        value = zc_as_truth(ck, value, body, zc_text(ck, "the operand of `%s`",
                                                     zc_reducer_name(reducer)));
    if (value->kind == ZC_VAL_POISON)
        return value;
    zc_iter_set set = {0};
    if (value->kind == ZC_VAL_INDEX) {
        zc_sym_iters(value->sym, &set);
        bool all = zc_iters_points(set.items, set.count) <= ZC_MAX_INDEX_DATA;
        zc_iter_set in_order = {0}; /* of the reduction: argmax counts in it */
        for (uint32_t i = 0; i < iters.count; i++)
            zc_iter_set_add(&in_order, iters.items[i]);
        for (uint32_t i = 0; i < set.count; i++)
            all = all && zc_iter_set_has(&in_order, set.items[i]);
        all = all && zc_iters_points(in_order.items, in_order.count) <= ZC_MAX_INDEX_DATA;
        const zc_value *folded = all ? reduce_index(ck, reducer, value, &in_order) : NULL;
        if (folded != NULL)
            return folded;
    }
    if (value->kind != ZC_VAL_NUMBER)
        value = zc_as_tensor(ck, value, NULL, body);
    if (value->kind == ZC_VAL_POISON)
        return value;
    set = (zc_iter_set){0};
    if (value->sym != NULL)
        zc_sym_iters(value->sym, &set);
    uint64_t factor;
    zc_iters used = used_iters(ck, &set, iters, &factor);
    if (used.count == 0)
        return reduce_same(ck, reducer, span, value, factor);
    mpq_ptr one = zc_new_rational(ck);
    mpq_set_ui(one, 1, 1);
    if (reducer == ZC_REDUCE_ARGMAX)
        return reduce_tensor(ck, reducer, span, value, NULL, iters, one);
    value = reduce_tensor(ck, reducer, span, value, NULL, used, truth ? one : value->scale);
    return reducer == ZC_REDUCE_SUM && value->kind != ZC_VAL_POISON
               ? reduce_same(ck, reducer, span, value, factor)
               : value;
}

/* sum(a * b): constants move out, other products become a dot product. */
static const zc_value *sum_of_product(zc_checker *ck, const zc_expr *e, zc_iters iters)
{
    const zc_expr *body = e->u.reduce.body;
    zc_span a_span = body->u.binary.left->span, b_span = body->u.binary.right->span;
    const zc_value *a = zc_eval(ck, body->u.binary.left), *b = zc_eval(ck, body->u.binary.right);
    if (a->kind == ZC_VAL_POISON || b->kind == ZC_VAL_POISON)
        return &zc_poison;
    bool a_fixed = zc_value_number(ck, a) != NULL && a->rank == 0;
    bool b_fixed = zc_value_number(ck, b) != NULL && b->rank == 0;
    bool a_tensor = a->kind == ZC_VAL_TENSOR, b_tensor = b->kind == ZC_VAL_TENSOR;
    if (a_fixed && b_tensor) {
        b = reduce(ck, ZC_REDUCE_SUM, e->span, b_span, b, iters);
        return zc_binary(ck, ZC_AST_MUL, e->span, a_span, a, b_span, b);
    }
    if (b_fixed && a_tensor) {
        a = reduce(ck, ZC_REDUCE_SUM, e->span, a_span, a, iters);
        return zc_binary(ck, ZC_AST_MUL, e->span, a_span, a, b_span, b);
    }
    bool data = a->kind == ZC_VAL_DATA || b->kind == ZC_VAL_DATA || a_tensor || b_tensor;
    if (!data || !(a_tensor || b_tensor)) {
        const zc_value *product = zc_binary(ck, ZC_AST_MUL, body->span, a_span, a, b_span, b);
        return reduce(ck, ZC_REDUCE_SUM, e->span, body->span, product, iters);
    }
    if (!zc_unify(ck, body->span, "`*` does not combine", &a, &b))
        return &zc_poison;
    a = zc_as_tensor(ck, a, NULL, a_span);
    b = zc_as_tensor(ck, b, NULL, b_span);
    if (a->kind == ZC_VAL_POISON || b->kind == ZC_VAL_POISON)
        return &zc_poison;
    zc_iter_set set = {0};
    zc_sym_iters(a->sym, &set);
    zc_sym_iters(b->sym, &set);
    uint64_t factor;
    zc_iters used = used_iters(ck, &set, iters, &factor);
    mpq_ptr scale = zc_new_rational(ck);
    mpq_mul(scale, a->scale, b->scale);
    if (used.count == 0) {
        const zc_value *product = zc_binary(ck, ZC_AST_MUL, body->span, a_span, a, b_span, b);
        return reduce(ck, ZC_REDUCE_SUM, e->span, body->span, product, iters);
    }
    const zc_value *dot = reduce_tensor(ck, ZC_REDUCE_SUM, e->span, a, b, used, scale);
    return dot->kind == ZC_VAL_POISON ? dot
                                      : reduce_same(ck, ZC_REDUCE_SUM, e->span, dot, factor);
}

const zc_value *zc_eval_reduce(zc_checker *ck, const zc_expr *e)
{
    const zc_index_list *indices = &e->u.reduce.indices;
    const zc_expr *body = e->u.reduce.body;
    zc_binding *scope = ck->frame->scope;
    bool index_mode = ck->index_mode;
    zc_iter **items = zc_check_alloc(ck, indices->count, sizeof *items);
    zc_iters iters = {items, (uint32_t)indices->count};
    const zc_value *result = &zc_poison;
    if (zc_bind_indices(ck, indices, body, items)) {
        ck->index_mode = false;
        bool product = e->u.reduce.reducer == ZC_REDUCE_SUM && body->kind == ZC_EXPR_BINARY &&
                       body->u.binary.op == ZC_AST_MUL;
        if (product) {
            result = sum_of_product(ck, e, iters);
        } else {
            const zc_value *value = zc_eval(ck, body);
            result = reduce(ck, e->u.reduce.reducer, e->span, body->span, value, iters);
        }
    }
    ck->index_mode = index_mode;
    ck->frame->scope = scope;
    return result;
}

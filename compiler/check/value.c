#include <string.h>

#include "compiler/check/elab.h"

const zc_value zc_poison = {.kind = ZC_VAL_POISON};

/* ---- constructors ---- */

static zc_value *new_value(zc_checker *ck, zc_value_kind kind)
{
    zc_value *value = zc_check_alloc(ck, 1, sizeof *value);
    value->kind = kind;
    return value;
}

const zc_value *zc_number_value(zc_checker *ck, mpq_srcptr number, mpq_srcptr scale)
{
    mpq_ptr copy = zc_new_rational(ck);
    mpq_set(copy, number);
    zc_value *value = new_value(ck, ZC_VAL_NUMBER);
    value->number = copy;
    value->scale = scale;
    return value;
}

const zc_value *zc_integer_value(zc_checker *ck, int64_t integer)
{
    mpq_ptr number = zc_new_rational(ck);
    zc_mpz_set_i64(mpq_numref(number), integer);
    zc_value *value = new_value(ck, ZC_VAL_NUMBER);
    value->number = number;
    return value;
}

const zc_value *zc_truth_value(zc_checker *ck, bool truth)
{
    return zc_index_value(ck, zc_sym_const(ck, truth), true, 0, NULL);
}

const zc_value *zc_index_value(zc_checker *ck, const zc_sym *sym, bool truth, uint32_t rank,
                               zc_iter *const *axes)
{
    zc_value *value = new_value(ck, ZC_VAL_INDEX);
    value->sym = sym;
    value->truth = truth;
    value->rank = rank;
    value->axes = axes;
    return value;
}

/* Row-major offset over these iterators. */
static const zc_sym *row_major(zc_checker *ck, zc_iter *const *iters, uint32_t count)
{
    const zc_sym *sym = zc_sym_const(ck, 0);
    int64_t stride = 1;
    for (uint32_t d = count; d-- > 0;) {
        sym = zc_sym_add(ck, sym, zc_sym_scale(ck, zc_sym_iter(ck, iters[d]), stride));
        stride *= iters[d]->extent;
    }
    return sym;
}

static zc_iter **fresh_axes(zc_checker *ck, uint32_t rank, const uint32_t *extent)
{
    zc_iter **axes = zc_check_alloc(ck, rank > 0 ? rank : 1, sizeof *axes);
    for (uint32_t d = 0; d < rank; d++)
        axes[d] = zc_iter_new(ck, NULL, extent[d], ZC_NO_SPAN);
    return axes;
}

const zc_value *zc_data_value(zc_checker *ck, zc_data *data)
{
    zc_value *value = new_value(ck, ZC_VAL_DATA);
    value->data = data;
    value->scale = data->scale;
    value->rank = data->rank;
    value->axes = fresh_axes(ck, data->rank, data->extent);
    value->sym = row_major(ck, value->axes, data->rank);
    return value;
}

const zc_value *zc_node_value(zc_checker *ck, zc_node_id node, mpq_srcptr scale)
{
    zc_value *value = new_value(ck, ZC_VAL_TENSOR);
    value->node = node;
    value->scale = scale;
    value->rank = ck->tir->nodes[node]->rank;
    value->axes = fresh_axes(ck, value->rank, ck->tir->nodes[node]->extent);
    value->sym = row_major(ck, value->axes, value->rank);
    return value;
}

const zc_value *zc_with_axes(zc_checker *ck, const zc_value *value, uint32_t rank,
                             zc_iter *const *axes)
{
    zc_value *copy = new_value(ck, value->kind);
    *copy = *value;
    copy->rank = rank;
    copy->axes = axes;
    return copy;
}

const zc_value *zc_value_at(zc_checker *ck, const zc_value *value, const zc_sym *const *subs,
                            uint32_t count)
{
    zc_value *copy = new_value(ck, value->kind);
    *copy = *value;
    if (value->sym != NULL)
        copy->sym = zc_sym_substitute(ck, value->sym, value->axes, subs, count);
    copy->axes += count;
    copy->rank -= count;
    return copy;
}

/* ---- compile-time views ---- */

bool zc_is_compile_time(const zc_value *value)
{
    return value->kind == ZC_VAL_NUMBER || value->kind == ZC_VAL_INDEX;
}

const zc_sym *zc_value_sym(zc_checker *ck, const zc_value *value)
{
    if (value->kind == ZC_VAL_INDEX)
        return value->sym;
    int64_t integer;
    if (value->kind != ZC_VAL_NUMBER || mpz_cmp_ui(mpq_denref(value->number), 1) != 0 ||
        !zc_mpz_get_i64(&integer, mpq_numref(value->number)) || integer > (int64_t)1 << 60 ||
        integer < -((int64_t)1 << 60))
        return NULL;
    return zc_sym_const(ck, integer);
}

mpq_srcptr zc_value_number(zc_checker *ck, const zc_value *value)
{
    if (value->kind == ZC_VAL_NUMBER)
        return value->number;
    if (value->kind != ZC_VAL_INDEX || !zc_sym_is_const(value->sym))
        return NULL;
    mpq_ptr number = zc_new_rational(ck);
    zc_mpz_set_i64(mpq_numref(number), value->sym->base);
    return number;
}

/* ---- shapes ---- */

static const zc_value *rename_axes(zc_checker *ck, const zc_value *value, zc_iter *const *axes)
{
    const zc_sym *to[ZC_MAX_RANK] = {NULL};
    for (uint32_t d = 0; d < value->rank; d++)
        to[d] = zc_sym_iter(ck, axes[d]);
    zc_value *copy = new_value(ck, value->kind);
    *copy = *value;
    if (value->sym != NULL)
        copy->sym = zc_sym_substitute(ck, value->sym, value->axes, to, value->rank);
    copy->axes = axes;
    return copy;
}

bool zc_unify(zc_checker *ck, zc_span span, const char *what, const zc_value **a,
              const zc_value **b)
{
    if ((*a)->rank == 0) {
        *a = zc_with_axes(ck, *a, (*b)->rank, (*b)->axes);
        return true;
    }
    if ((*b)->rank == 0) {
        *b = zc_with_axes(ck, *b, (*a)->rank, (*a)->axes);
        return true;
    }
    bool same = (*a)->rank == (*b)->rank;
    for (uint32_t d = 0; same && d < (*a)->rank; d++)
        same = (*a)->axes[d]->extent == (*b)->axes[d]->extent;
    if (!same) {
        zc_diag *diag = zc_complain(ck, ZC_E_SHAPE, span, "%s tensors of different shapes", what);
        zc_diag_primary_label(diag, "%s and %s", zc_value_shape(ck, *a), zc_value_shape(ck, *b));
        zc_diag_note(diag, "scalars broadcast, tensors never do");
        zc_diag_help(diag, "say which elements meet with an index equation: "
                           "`let y[i, j] = a[i, j] + b[j];`");
        if (strncmp(what, "`*`", 3) == 0 && (*a)->rank == 2 &&
            (*a)->axes[1]->extent == (*b)->axes[0]->extent)
            zc_diag_help(diag, "the product of matrices is `linalg.%s`",
                         (*b)->rank == 1 ? "matvec(a, x)" : "matmul(a, b)");
        return false;
    }
    if ((*a)->axes != (*b)->axes)
        *b = rename_axes(ck, *b, (*a)->axes);
    return true;
}

/* ---- places ---- */

static bool is_among(zc_iters iters, const zc_iter *iter)
{
    for (uint32_t i = 0; i < iters.count; i++) {
        if (iters.items[i] == iter)
            return true;
    }
    return false;
}

bool zc_place_make(zc_checker *ck, zc_place *place, zc_span span, const zc_value *const *values,
                   size_t count, const zc_sym *extra, zc_iters axes, zc_iters reduce)
{
    zc_iter_set set = {0};
    for (size_t i = 0; i < count; i++)
        zc_sym_iters(values[i]->sym, &set);
    if (extra != NULL)
        zc_sym_iters(extra, &set);
    *place = (zc_place){.span = span};
    uint32_t total = 0;
    zc_iter *list[2 * ZC_MAX_ITERS];
    for (uint32_t i = 0; i < set.count; i++) {
        if (!is_among(axes, set.items[i]) && !is_among(reduce, set.items[i]))
            list[total++] = set.items[i];
    }
    for (uint32_t d = 0; d < axes.count; d++) {
        if (zc_iter_set_has(&set, axes.items[d]))
            list[total++] = axes.items[d];
    }
    place->space.rank = total;
    if (total + reduce.count > ZC_MAX_RANK || set.overflow) {
        zc_complain(ck, ZC_E_TOO_LARGE, span, "this value depends on more than %d indices",
                    (int)ZC_MAX_RANK);
        return false;
    }
    for (uint32_t d = 0; d < reduce.count; d++)
        list[total++] = reduce.items[d];
    place->space.reduce_rank = reduce.count;
    for (uint32_t d = 0; d < total; d++) {
        place->iters[d] = list[d];
        place->space.extent[d] = list[d]->extent;
    }
    uint64_t elements, points;
    if (!zc_space_count(&place->space, &elements, &points)) {
        zc_diag *diag = zc_complain(ck, ZC_E_TOO_LARGE, span, "a computation of this size");
        zc_diag_primary_label(diag, "has the index ranges %s",
                              zc_shape_text(ck, total, place->space.extent));
        return false;
    }
    return true;
}

static uint32_t place_variable(const zc_place *place, const zc_iter *iter)
{
    uint32_t total = place->space.rank + place->space.reduce_rank;
    for (uint32_t d = 0; d < total; d++) {
        if (place->iters[d] == iter)
            return d;
    }
    zk_bug(__FILE__, __LINE__, "an iterator outside the place");
}

zc_ix_id zc_place_ix(zc_checker *ck, const zc_place *place, const zc_sym *sym)
{
    zc_tir *tir = ck->tir;
    if (sym->op != ZC_IX_CONST) {
        zc_ix_id a = zc_place_ix(ck, place, sym->a);
        zc_ix_id b = sym->b != NULL ? zc_place_ix(ck, place, sym->b) : ZC_NO_ID;
        return zc_ix_make(tir, sym->op, a, b);
    }
    zc_ix_id sum = ZC_NO_ID;
    for (uint32_t i = 0; i < sym->term_count; i++) {
        zc_ix_id term = zc_ix_var(tir, place_variable(place, sym->terms[i].iter));
        if (sym->terms[i].factor != 1)
            term = zc_ix_make(tir, ZC_IX_MUL, term, zc_ix_const(tir, sym->terms[i].factor));
        sum = i == 0 ? term : zc_ix_make(tir, ZC_IX_ADD, sum, term);
    }
    if (sum == ZC_NO_ID)
        return zc_ix_const(tir, sym->base);
    if (sym->base == 0)
        return sum;
    return zc_ix_make(tir, ZC_IX_ADD, sum, zc_ix_const(tir, sym->base));
}

zc_operand zc_place_read(zc_checker *ck, const zc_place *place, const zc_value *value)
{
    const zc_sym *sym = value->sym;
    zc_view view = {.affine = true, .base = sym->base};
    if (sym->op == ZC_IX_CONST) {
        for (uint32_t i = 0; i < sym->term_count; i++)
            view.stride[place_variable(place, sym->terms[i].iter)] = sym->terms[i].factor;
    } else {
        view = zc_view_of_ix(ck->tir, &place->space, zc_place_ix(ck, place, sym));
    }
    return zc_read(value->node, view);
}

/* Nodes made from number `before` on are new: they get the scale. */
static void label_new_nodes(zc_checker *ck, size_t before, mpq_srcptr scale)
{
    for (size_t id = before; id < ck->tir->node_count; id++)
        zc_tir_set_scale(ck->tir, (zc_node_id)id, scale);
}

const zc_value *zc_place_done(zc_checker *ck, const zc_place *place, zc_node_id node,
                              size_t before, mpq_srcptr scale, zc_iters axes)
{
    label_new_nodes(ck, before, scale);
    if (node == ZC_NO_ID)
        zc_check_no_memory(ck);
    if (!zc_tir_range_fits(ck->tir, node)) {
        zc_range *range = zc_new_range(ck);
        zc_tir_range_of(range, ck->tir, node);
        zc_diag *diag = zc_complain(ck, ZC_E_FIELD, place->span,
                                    "the value no longer fits the field");
        zc_diag_primary_label(diag, "needs %zu bits, %d are available",
                              mpz_sizeinbase(range->hi, 2) > mpz_sizeinbase(range->lo, 2)
                                  ? mpz_sizeinbase(range->hi, 2)
                                  : mpz_sizeinbase(range->lo, 2),
                              (int)ZC_RANGE_BITS);
        zc_diag_help(diag, "reduce the precision first: `round ... to fix(16, 8)`");
        return &zc_poison;
    }
    zc_value *value = new_value(ck, ZC_VAL_TENSOR);
    value->node = node;
    value->scale = scale;
    value->rank = axes.count;
    value->axes = axes.items;
    value->sym = row_major(ck, place->iters, place->space.rank);
    return value;
}

static zc_node_id emit_node(zc_tir *tir, const zc_space *space, const zc_elementwise *e,
                            zc_operand a, zc_operand b)
{
    switch (e->op) {
    case ZC_OP_VIEW:
        return zc_tir_view(tir, space, a);
    case ZC_OP_ADD:
        return zc_tir_add(tir, space, a, b);
    case ZC_OP_SUB:
        return zc_tir_sub(tir, space, a, b);
    case ZC_OP_NEG:
        return zc_tir_neg(tir, space, a);
    case ZC_OP_MUL:
        return zc_tir_mul(tir, space, a, b);
    case ZC_OP_SCALE:
        return zc_tir_scale(tir, space, a, e->c0);
    case ZC_OP_ROUND:
        return zc_tir_round(tir, space, a, e->c0, e->shift, e->mode);
    case ZC_OP_DIV:
        return zc_tir_div(tir, space, a, b, e->c0, e->c1, e->mode);
    case ZC_OP_CLAMP:
        return zc_tir_clamp(tir, space, a, e->c0, e->c1);
    case ZC_OP_CHECK:
        return zc_tir_check(tir, space, a, e->c0, e->c1);
    case ZC_OP_REFINE:
        return zc_tir_refine(tir, space, a, e->range);
    case ZC_OP_TABLE:
        return zc_tir_table(tir, space, e->table, a);
    case ZC_OP_TABLE2:
        return zc_tir_table2(tir, space, e->table, a, b);
    case ZC_OP_CMP:
        return zc_tir_cmp(tir, space, e->cmp, a, b);
    case ZC_OP_NOT:
        return zc_tir_not(tir, space, a);
    case ZC_OP_AND:
        return zc_tir_and(tir, space, a, b);
    case ZC_OP_OR:
        return zc_tir_or(tir, space, a, b);
    case ZC_OP_MAX:
        return zc_tir_max(tir, space, a, b);
    case ZC_OP_MIN:
        return zc_tir_min(tir, space, a, b);
    default:
        zk_bug(__FILE__, __LINE__, "not an elementwise operation");
    }
}

const zc_value *zc_emit(zc_checker *ck, zc_span span, const zc_elementwise *what,
                        const zc_value *a, const zc_value *b, mpq_srcptr scale)
{
    const zc_value *values[2] = {a, b};
    size_t count = b != NULL ? 2 : 1;
    zc_iters axes = {a->axes, a->rank};
    zc_place place;
    if (!zc_place_make(ck, &place, span, values, count, NULL, axes, (zc_iters){NULL, 0}))
        return &zc_poison;
    zc_operand left = zc_place_read(ck, &place, a);
    zc_operand right = left;
    if (b != NULL)
        right = zc_place_read(ck, &place, b);
    size_t before = ck->tir->node_count;
    zc_tir_at(ck->tir, span, ck->frame->call);
    zc_node_id node = emit_node(ck->tir, &place.space, what, left, right);
    return zc_place_done(ck, &place, node, before, scale, axes);
}

const zc_value *zc_choose(zc_checker *ck, zc_span span, const zc_sym *condition,
                          const zc_value *a, const zc_value *b)
{
    const zc_value *values[2] = {a, b};
    zc_iters axes = {a->axes, a->rank};
    zc_place place;
    if (!zc_place_make(ck, &place, span, values, 2, condition, axes, (zc_iters){NULL, 0}))
        return &zc_poison;
    size_t before = ck->tir->node_count;
    zc_tir_at(ck->tir, span, ck->frame->call);
    zc_operand left = zc_place_read(ck, &place, a), right = zc_place_read(ck, &place, b);
    zc_ix_id ix = zc_place_ix(ck, &place, condition);
    zc_node_id node = ZC_NO_ID;
    if (ix != ZC_NO_ID)
        node = zc_tir_choose(ck->tir, &place.space, ix, left, right);
    return zc_place_done(ck, &place, node, before, a->scale, axes);
}

const zc_value *zc_guard(zc_checker *ck, const zc_value *value, mpz_srcptr fallback, zc_span span)
{
    if (ck->path == NULL || zc_sym_is_const(ck->path) || value->kind == ZC_VAL_POISON)
        return value;
    zc_value *other = new_value(ck, ZC_VAL_TENSOR);
    *other = *value;
    other->node = zc_tir_scalar(ck->tir, fallback);
    other->sym = zc_sym_const(ck, 0);
    return zc_choose(ck, span, ck->path, value, other);
}

void zc_value_range(zc_checker *ck, zc_range *out, const zc_value *tensor)
{
    zc_place place;
    zc_iters axes = {tensor->axes, tensor->rank}, none = {NULL, 0};
    if (!zc_place_make(ck, &place, ZC_NO_SPAN, &tensor, 1, NULL, axes, none)) {
        zc_tir_range_of(out, ck->tir, tensor->node);
        return;
    }
    zc_operand operand = zc_place_read(ck, &place, tensor);
    zc_tir_operand_range(out, ck->tir, &place.space, &operand);
}

/* ---- conversion to tensors ---- */

/* f with value * 2^f integral, or -1: no power of two up to the limit does. */
static long binary_places(mpq_srcptr value)
{
    mpz_srcptr denominator = mpq_denref(value);
    mp_bitcnt_t low = mpz_scan1(denominator, 0);
    bool power = mpz_sizeinbase(denominator, 2) == low + 1;
    return power && low <= ZC_MAX_FRACTION ? (long)low : -1;
}

static mpq_ptr power_of_half(zc_checker *ck, long places)
{
    mpq_ptr scale = zc_new_rational(ck);
    mpq_set_ui(scale, 1, 1);
    mpq_div_2exp(scale, scale, (mp_bitcnt_t)places);
    return scale;
}

/* A type that a number is rounded to: in the context's scale if that is no power of two. */
static const char *literal_type(zc_checker *ck, mpq_srcptr number, mpq_srcptr scale)
{
    if (scale == NULL || binary_places(scale) >= 0)
        return "fix(16, 12)";
    zc_range *range = zc_new_range(ck);
    zc_rational_round(range->lo, number, scale, ZC_ROUND);
    mpz_set(range->hi, range->lo);
    return zc_wide_type(ck, range, scale);
}

static void no_exact_code(zc_checker *ck, mpq_srcptr number, mpq_srcptr scale, zc_span span)
{
    zc_diag *diag = zc_complain(ck, ZC_E_LITERAL, span, "%s has no exact fixed-point code",
                                zc_real_text(ck, number));
    zc_diag_primary_label(diag, "is not a multiple of any power of two");
    const char *type = literal_type(ck, number, scale);
    zc_diag_guess(diag, (zc_span){span.file, span.start, span.start}, "(round ",
                  "say how it is rounded: `(round %s to %s)`", zc_source_text(ck, span), type);
    zc_diag_wrap(diag, span, "", zc_text(ck, " to %s)", type));
}

mpq_srcptr zc_number_code(zc_checker *ck, mpz_ptr code, const zc_value *value, mpq_srcptr number,
                          mpq_srcptr scale, zc_span span)
{
    if (value->kind == ZC_VAL_NUMBER && value->scale != NULL)
        scale = value->scale;
    if (scale != NULL && zc_rational_exact(code, number, scale))
        return scale;
    long places = binary_places(number);
    if (places < 0) {
        no_exact_code(ck, number, scale, span);
        return NULL;
    }
    scale = power_of_half(ck, places);
    ZK_CHECK(zc_rational_exact(code, number, scale));
    return scale;
}

static const zc_value *number_tensor(zc_checker *ck, const zc_value *value, mpq_srcptr number,
                                     mpq_srcptr scale, zc_span span)
{
    mpz_ptr code = zc_new_integer(ck);
    scale = zc_number_code(ck, code, value, number, scale, span);
    if (scale == NULL)
        return &zc_poison;
    int64_t small;
    if (!zc_mpz_get_i64(&small, code)) {
        zc_complain(ck, ZC_E_LITERAL, span, "the constant %s needs more than 64 bits",
                    zc_real_text(ck, number));
        return &zc_poison;
    }
    zc_value *tensor = new_value(ck, ZC_VAL_TENSOR);
    size_t before = ck->tir->node_count;
    zc_tir_at(ck->tir, span, ck->frame->call);
    tensor->node = zc_tir_scalar(ck->tir, code);
    if (tensor->node == ZC_NO_ID)
        zc_check_no_memory(ck);
    label_new_nodes(ck, before, scale);
    tensor->scale = scale;
    tensor->sym = zc_sym_const(ck, 0);
    tensor->rank = value->rank;
    tensor->axes = value->axes;
    return tensor;
}

/* A CONST node over these iterators, filled by the caller's codes. */
static const zc_value *const_tensor(zc_checker *ck, const zc_value *shape, const zc_iter_set *set,
                                    int64_t *codes, mpq_srcptr scale)
{
    uint32_t extent[ZC_MAX_RANK];
    for (uint32_t d = 0; d < set->count; d++)
        extent[d] = set->items[d]->extent;
    zc_space space = zc_space_shape(set->count, extent);
    zc_value *tensor = new_value(ck, ZC_VAL_TENSOR);
    size_t before = ck->tir->node_count;
    tensor->node = zc_tir_const(ck->tir, NULL, &space, codes);
    if (tensor->node == ZC_NO_ID)
        zc_check_no_memory(ck);
    label_new_nodes(ck, before, scale);
    tensor->scale = scale;
    tensor->sym = row_major(ck, set->items, set->count);
    tensor->rank = shape->rank;
    tensor->axes = shape->axes;
    return tensor;
}

const zc_value *zc_codes_value(zc_checker *ck, const zc_iter_set *set, int64_t *codes,
                               mpq_srcptr scale)
{
    zc_value scalar = {.kind = ZC_VAL_TENSOR};
    return const_tensor(ck, &scalar, set, codes, scale);
}

static const zc_value *index_tensor(zc_checker *ck, const zc_value *value, zc_span span)
{
    zc_iter_set set = {0};
    zc_sym_iters(value->sym, &set);
    uint64_t count = zc_iters_points(set.items, set.count);
    if (count > ZC_MAX_INDEX_DATA || set.count > ZC_MAX_RANK) {
        zc_complain(ck, ZC_E_TOO_LARGE, span, "an index expression used as data over %llu points",
                    (unsigned long long)count);
        return &zc_poison;
    }
    int64_t *codes = zc_check_alloc(ck, (size_t)count, sizeof *codes);
    size_t i = 0;
    zc_iters_start(set.items, set.count);
    do {
        codes[i++] = zc_sym_eval(value->sym);
    } while (zc_iters_next(set.items, set.count));
    return const_tensor(ck, value, &set, codes, power_of_half(ck, 0));
}

/* Codes of exact real numbers: in the context's scale if all fit, else in the coarsest one. */
static bool exact_codes(zc_checker *ck, zc_data *data, mpq_srcptr scale, zc_span span)
{
    mpz_ptr code = zc_new_integer(ck);
    long most = 0;
    bool fits = scale != NULL;
    for (uint64_t i = 0; i < data->count; i++) {
        long places = binary_places(data->reals[i]);
        fits = fits && zc_rational_exact(code, data->reals[i], scale);
        most = places < 0 ? -1 : most >= 0 && places > most ? places : most;
        if (most < 0 && !fits) {
            no_exact_code(ck, data->reals[i], scale, span);
            return false;
        }
    }
    data->scale = fits ? scale : power_of_half(ck, most);
    data->codes = zc_check_alloc(ck, (size_t)data->count, sizeof *data->codes);
    for (uint64_t i = 0; i < data->count; i++) {
        if (!zc_rational_exact(code, data->reals[i], data->scale) ||
            !zc_mpz_get_i64(&data->codes[i], code)) {
            zc_complain(ck, ZC_E_LITERAL, span, "the constant %s needs more than 64 bits",
                        zc_real_text(ck, data->reals[i]));
            return false;
        }
    }
    return true;
}

static const zc_value *data_tensor(zc_checker *ck, const zc_value *value, mpq_srcptr scale,
                                   zc_span span)
{
    zc_data *data = value->data;
    if (data->weights != NULL && data->codes == NULL) {
        zc_diag *diag = zc_complain(ck, ZC_E_VERB_MISSING, span,
                                    "data from a file needs a verb that says how it is rounded");
        zc_diag_primary_label(diag, "%s holds real numbers", data->name);
        zc_diag_help(diag, "in a constant: `const W: fix(8, 7)[...] = clamp load(...);`; "
                           "elsewhere: `clamp load(...) to fix(8, 7)`");
        return &zc_poison;
    }
    if (data->codes == NULL) { /* an array literal: another context may want another scale */
        zc_data *copy = zc_check_alloc(ck, 1, sizeof *copy);
        *copy = *data;
        if (!exact_codes(ck, copy, scale, span))
            return &zc_poison;
        data = copy;
    }
    if (data->scale == NULL)
        data->scale = power_of_half(ck, 0);
    if (data->tir != ck->tir) {
        zc_space space = zc_space_shape(data->rank, data->extent);
        size_t before = ck->tir->node_count;
        zc_tir_at(ck->tir, span, ck->frame->call);
        data->node = zc_tir_const(ck->tir, data->name, &space, data->codes);
        if (data->node == ZC_NO_ID)
            zc_check_no_memory(ck);
        label_new_nodes(ck, before, data->scale);
        data->tir = ck->tir;
    }
    zc_value *tensor = new_value(ck, ZC_VAL_TENSOR);
    *tensor = *value;
    tensor->kind = ZC_VAL_TENSOR;
    tensor->node = data->node;
    tensor->scale = data->scale;
    return tensor;
}

const zc_value *zc_as_tensor(zc_checker *ck, const zc_value *value, mpq_srcptr scale,
                             zc_span span)
{
    mpq_srcptr number = zc_value_number(ck, value);
    if (number != NULL)
        return number_tensor(ck, value, number, scale, span);
    switch (value->kind) {
    case ZC_VAL_POISON:
    case ZC_VAL_TENSOR:
        return value;
    case ZC_VAL_INDEX:
        return index_tensor(ck, value, span);
    case ZC_VAL_DATA:
        return data_tensor(ck, value, scale, span);
    case ZC_VAL_REAL:
        return zc_real_unrounded(ck, span);
    default:
        zc_complain(ck, ZC_E_OPERAND, span, "%s cannot be used as a number",
                    zc_value_text(ck, value));
        return &zc_poison;
    }
}

/* ---- scales ---- */

const zc_value *zc_rescale(zc_checker *ck, const zc_value *value, mpq_srcptr scale, zc_span span)
{
    mpz_ptr factor = zc_new_integer(ck);
    ZK_CHECK(zc_rational_exact(factor, value->scale, scale));
    if (mpz_cmp_ui(factor, 1) == 0)
        return value;
    zc_elementwise e = {.op = ZC_OP_SCALE, .c0 = factor};
    return zc_emit(ck, span, &e, value, NULL, scale);
}

/* Takes its scale from the context. */
static bool is_literal(const zc_value *value)
{
    switch (value->kind) {
    case ZC_VAL_NUMBER:
        return value->scale == NULL;
    case ZC_VAL_INDEX:
        return true;
    case ZC_VAL_DATA:
        return value->data->codes == NULL;
    default:
        return false;
    }
}

const char *zc_rounded_type(zc_checker *ck, const zc_value *value, mpq_srcptr scale)
{
    zc_range *range = zc_new_range(ck);
    mpq_ptr ratio = zc_new_rational(ck);
    zc_value_range(ck, range, value);
    mpq_div(ratio, value->scale, scale);
    mpz_mul(range->lo, range->lo, mpq_numref(ratio));
    mpz_mul(range->hi, range->hi, mpq_numref(ratio));
    mpz_fdiv_q(range->lo, range->lo, mpq_denref(ratio));
    mpz_cdiv_q(range->hi, range->hi, mpq_denref(ratio));
    return zc_wide_type(ck, range, scale);
}

static void steps_differ(zc_checker *ck, zc_span a_span, zc_span b_span, const zc_value *a,
                         const zc_value *b)
{
    zc_diag *diag = zc_complain(ck, ZC_E_SCALE, b_span, "the steps of the operands do not align");
    const char *text = zc_source_text(ck, b_span);
    zc_diag_primary_label(diag, "has the step %s", zc_step_text(ck, b->scale));
    zc_diag_label(diag, a_span, "has the step %s", zc_step_text(ck, a->scale));
    zc_diag_note(diag, "one step must be a whole multiple of the other");
    const char *type = zc_rounded_type(ck, b, a->scale);
    const char *edit = zc_text(ck, "(round %s to %s)", text, type);
    zc_diag_help(diag, "bring one side to the other's step: `%s`", edit);
    zc_diag_wrap(diag, b_span, "(round ", zc_text(ck, " to %s)", type));
}

bool zc_align(zc_checker *ck, zc_span a_span, zc_span b_span, const zc_value **a,
              const zc_value **b)
{
    if (is_literal(*a)) {
        *b = zc_as_tensor(ck, *b, NULL, b_span);
        *a = zc_as_tensor(ck, *a, (*b)->scale, a_span);
    } else {
        *a = zc_as_tensor(ck, *a, NULL, a_span);
        *b = zc_as_tensor(ck, *b, (*a)->scale, b_span);
    }
    if ((*a)->kind == ZC_VAL_POISON || (*b)->kind == ZC_VAL_POISON)
        return false;
    mpz_ptr factor = zc_new_integer(ck);
    if (zc_rational_exact(factor, (*a)->scale, (*b)->scale)) {
        *a = zc_rescale(ck, *a, (*b)->scale, a_span);
    } else if (zc_rational_exact(factor, (*b)->scale, (*a)->scale)) {
        *b = zc_rescale(ck, *b, (*a)->scale, b_span);
    } else {
        steps_differ(ck, a_span, b_span, *a, *b);
        return false;
    }
    return (*a)->kind != ZC_VAL_POISON && (*b)->kind != ZC_VAL_POISON;
}

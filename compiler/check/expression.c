#include <string.h>

#include "compiler/check/elab.h"
#include "compiler/front/literal.h"

/* ---- truth values ---- */

const zc_value *zc_as_truth(zc_checker *ck, const zc_value *value, zc_span span,
                            const char *what)
{
    if (value->kind == ZC_VAL_POISON)
        return value;
    if (value->kind == ZC_VAL_INDEX && (value->truth || (value->sym->lo >= 0 && value->sym->hi <= 1)))
        return value;
    if (value->kind == ZC_VAL_REAL && value->truth) {
        value = zc_real_settle(ck, value, span);
        if (value->kind == ZC_VAL_REAL)
            zc_complain(ck, ZC_E_UNSUPPORTED, span,
                        "%s compares real numbers, which is not supported yet", what);
        return value->kind == ZC_VAL_REAL ? &zc_poison : value;
    }
    mpq_srcptr number = zc_value_number(ck, value);
    if (number != NULL && (mpq_sgn(number) == 0 || mpq_cmp_ui(number, 1, 1) == 0))
        return zc_with_axes(ck, zc_truth_value(ck, mpq_sgn(number) != 0), value->rank, value->axes);
    if (value->kind == ZC_VAL_TENSOR || (value->kind == ZC_VAL_DATA && value->data->codes != NULL)) {
        const zc_value *tensor = zc_as_tensor(ck, value, NULL, span);
        zc_range *range = zc_new_range(ck);
        if (tensor->kind == ZC_VAL_POISON)
            return tensor;
        zc_value_range(ck, range, tensor);
        if (mpq_cmp_ui(tensor->scale, 1, 1) == 0 && mpz_sgn(range->lo) >= 0 &&
            mpz_cmp_ui(range->hi, 1) <= 0)
            return tensor;
        zc_diag *diag = zc_complain(ck, ZC_E_OPERAND, span, "%s must be a truth value", what);
        zc_diag_primary_label(diag, "ranges over %s", zc_range_long(ck, range, tensor->scale));
        zc_diag_help(diag, "compare it: `%s != 0`", zc_source_text(ck, span));
        zc_edit_behind(ck, diag, span, " != 0");
        return &zc_poison;
    }
    zc_diag *diag = zc_complain(ck, ZC_E_OPERAND, span, "%s must be a truth value", what);
    zc_diag_primary_label(diag, "this is %s", zc_value_text(ck, value));
    if (value->kind == ZC_VAL_TUPLE && value->item_count == 2 &&
        value->items[1]->kind == ZC_VAL_STRING)
        zc_diag_help(diag, "the message stands behind the condition, without parentheses: "
                           "`assert x > 0, \"message\";`");
    return &zc_poison;
}

/* ---- compile-time arithmetic ---- */

static const zc_value *index_overflow(zc_checker *ck, zc_span span)
{
    ck->sym_failed = false;
    zc_complain(ck, ZC_E_INDEX_ARITHMETIC, span,
                "this index expression is too large or too complicated");
    return &zc_poison;
}

static const zc_value *index_division(zc_checker *ck, zc_ast_op op, zc_span span,
                                      const zc_sym *a, const zc_sym *b, const zc_value *shape)
{
    if (b->lo <= 0 && b->hi >= 0) {
        zc_diag *diag = zc_complain(ck, ZC_E_INDEX_ARITHMETIC, span,
                                    "the divisor of an index division may be zero");
        zc_diag_primary_label(diag, "the divisor ranges over %lld .. %lld", (long long)b->lo,
                              (long long)b->hi);
        return &zc_poison;
    }
    const zc_sym *sym = op == ZC_AST_DIV ? zc_sym_div(ck, a, b) : zc_sym_mod(ck, a, b);
    return zc_index_value(ck, sym, false, shape->rank, shape->axes);
}

static const zc_value *index_arithmetic(zc_checker *ck, zc_ast_op op, zc_span span,
                                        const zc_value *a, const zc_value *b)
{
    const zc_sym *x = zc_value_sym(ck, a), *y = zc_value_sym(ck, b), *sym = NULL;
    switch (op) {
    case ZC_AST_ADD:
        sym = zc_sym_add(ck, x, y);
        break;
    case ZC_AST_SUB:
        sym = zc_sym_sub(ck, x, y);
        break;
    case ZC_AST_MUL:
        sym = zc_sym_mul(ck, x, y);
        break;
    case ZC_AST_DIV:
    case ZC_AST_MOD:
        return index_division(ck, op, span, x, y, a);
    default:
        zk_bug(__FILE__, __LINE__, "not an arithmetic operation");
    }
    if (ck->sym_failed)
        return index_overflow(ck, span);
    return zc_index_value(ck, sym, false, a->rank, a->axes);
}

static const zc_value *index_comparison(zc_checker *ck, zc_ast_op op, zc_span span,
                                        const zc_value *a, const zc_value *b)
{
    const zc_sym *x = zc_value_sym(ck, a), *y = zc_value_sym(ck, b), *sym = NULL;
    switch (op) {
    case ZC_AST_LT:
        sym = zc_sym_compare(ck, ZC_IX_LT, x, y);
        break;
    case ZC_AST_GT:
        sym = zc_sym_compare(ck, ZC_IX_LT, y, x);
        break;
    case ZC_AST_LE:
        sym = zc_sym_compare(ck, ZC_IX_LE, x, y);
        break;
    case ZC_AST_GE:
        sym = zc_sym_compare(ck, ZC_IX_LE, y, x);
        break;
    case ZC_AST_EQ:
    case ZC_AST_NE:
        sym = zc_sym_compare(ck, ZC_IX_EQ, x, y);
        break;
    default:
        zk_bug(__FILE__, __LINE__, "not a comparison");
    }
    if (op == ZC_AST_NE)
        sym = zc_sym_not(ck, sym);
    if (ck->sym_failed)
        return index_overflow(ck, span);
    return zc_index_value(ck, sym, true, a->rank, a->axes);
}

static bool compare_rationals(zc_ast_op op, mpq_srcptr a, mpq_srcptr b)
{
    int order = mpq_cmp(a, b);
    switch (op) {
    case ZC_AST_LT:
        return order < 0;
    case ZC_AST_GT:
        return order > 0;
    case ZC_AST_LE:
        return order <= 0;
    case ZC_AST_GE:
        return order >= 0;
    case ZC_AST_EQ:
        return order == 0;
    default:
        return order != 0;
    }
}

static const zc_value *zero_divisor(zc_checker *ck, zc_span span)
{
    zc_complain(ck, ZC_E_DIVISOR, span, "division by zero");
    return &zc_poison;
}

/* Exact arithmetic; NULL: division by zero, or % of numbers that are no integers. */
static mpq_srcptr rational_arithmetic(zc_checker *ck, zc_ast_op op, mpq_srcptr a, mpq_srcptr b)
{
    mpq_ptr out = zc_new_rational(ck);
    switch (op) {
    case ZC_AST_ADD:
        mpq_add(out, a, b);
        return out;
    case ZC_AST_SUB:
        mpq_sub(out, a, b);
        return out;
    case ZC_AST_MUL:
        mpq_mul(out, a, b);
        return out;
    case ZC_AST_DIV:
        if (mpq_sgn(b) == 0)
            return NULL;
        mpq_div(out, a, b);
        return out;
    default:
        if (mpq_sgn(b) == 0 || mpz_cmp_ui(mpq_denref(a), 1) != 0 ||
            mpz_cmp_ui(mpq_denref(b), 1) != 0)
            return NULL;
        mpz_fdiv_r(mpq_numref(out), mpq_numref(a), mpq_numref(b));
        return out;
    }
}

/* The scale of a product or sum of typed constants; NULL: the result is a literal. */
static mpq_srcptr constant_scale(zc_checker *ck, zc_ast_op op, const zc_value *a,
                                 const zc_value *b, mpq_srcptr result)
{
    mpq_srcptr x = a->kind == ZC_VAL_NUMBER ? a->scale : NULL;
    mpq_srcptr y = b->kind == ZC_VAL_NUMBER ? b->scale : NULL;
    mpq_ptr scale = zc_new_rational(ck);
    mpz_ptr code = zc_new_integer(ck);
    if (x == NULL && y == NULL)
        return NULL;
    if (op == ZC_AST_MUL && x != NULL && y != NULL)
        mpq_mul(scale, x, y);
    else if (op == ZC_AST_ADD || op == ZC_AST_SUB)
        mpq_set(scale, x == NULL ? y : y == NULL || mpq_cmp(x, y) < 0 ? x : y);
    else
        return NULL;
    return zc_rational_exact(code, result, scale) ? scale : NULL;
}

static const zc_value *number_arithmetic(zc_checker *ck, zc_ast_op op, zc_span span,
                                         const zc_value *a, mpq_srcptr x, const zc_value *b,
                                         mpq_srcptr y)
{
    mpq_srcptr result = rational_arithmetic(ck, op, x, y);
    if (result == NULL && mpq_sgn(y) == 0)
        return zero_divisor(ck, span);
    if (result == NULL) {
        zc_complain(ck, ZC_E_OPERAND, span, "`%%` takes integers");
        return &zc_poison;
    }
    if (mpz_sizeinbase(mpq_numref(result), 2) > 4096 ||
        mpz_sizeinbase(mpq_denref(result), 2) > 4096) {
        zc_complain(ck, ZC_E_TOO_LARGE, span, "this constant needs more than 4096 bits");
        return &zc_poison;
    }
    const zc_value *value = zc_number_value(ck, result, constant_scale(ck, op, a, b, result));
    return zc_with_axes(ck, value, a->rank, a->axes);
}

/* ---- real data (arrays of numbers, loaded tensors) before a verb ---- */

static bool is_real_data(const zc_value *value)
{
    return value->kind == ZC_VAL_DATA && value->data->codes == NULL;
}

static void set_code(mpq_ptr out, int64_t code, mpq_srcptr scale)
{
    zc_mpz_set_i64(mpq_numref(out), code);
    mpz_set_ui(mpq_denref(out), 1);
    if (scale != NULL)
        mpq_mul(out, out, scale);
}

bool zc_compile_time_element(zc_checker *ck, const zc_value *value, mpq_ptr out, zc_span span)
{
    mpq_srcptr number = zc_value_number(ck, value);
    if (number != NULL) {
        mpq_set(out, number);
        return true;
    }
    int64_t i = zc_sym_eval(value->sym);
    const zc_data *data = value->data;
    if (value->kind == ZC_VAL_INDEX) {
        set_code(out, i, NULL);
    } else if (value->kind == ZC_VAL_TENSOR) {
        const zc_node *node = ck->tir->nodes[value->node];
        ZK_CHECK(node->op == ZC_OP_CONST);
        set_code(out, ck->tir->blobs[node->index].codes[i], value->scale);
    } else if (data->codes != NULL) {
        set_code(out, data->codes[i], data->scale);
    } else if (data->reals != NULL) {
        mpq_set(out, data->reals[i]);
    } else {
        zkml_error err;
        if (zc_weights_rational(out, data->weights, (uint64_t)i, &err) == ZKML_OK)
            return true;
        zc_complain(ck, ZC_E_DATA_VALUE, span, "%s", err.text);
        return false;
    }
    return true;
}

static const zc_value *real_arithmetic(zc_checker *ck, zc_ast_op op, zc_span span,
                                       const zc_value *a, const zc_value *b)
{
    mpq_srcptr x = zc_value_number(ck, a), y = zc_value_number(ck, b);
    zc_iter_set set = {0};
    if (x == NULL)
        zc_sym_iters(a->sym, &set);
    if (y == NULL)
        zc_sym_iters(b->sym, &set);
    uint64_t count = zc_iters_points(set.items, set.count);
    if (count > ZC_MAX_INDEX_DATA || set.count > ZC_MAX_RANK) {
        zc_complain(ck, ZC_E_TOO_LARGE, span, "real arithmetic on %llu elements",
                    (unsigned long long)count);
        return &zc_poison;
    }
    zc_data *data = zc_check_alloc(ck, 1, sizeof *data);
    data->count = count;
    data->rank = set.count;
    data->reals = zc_check_alloc(ck, (size_t)count, sizeof *data->reals);
    mpq_ptr left = zc_new_rational(ck), right = zc_new_rational(ck);
    size_t i = 0;
    zc_iters_start(set.items, set.count);
    do {
        if (!zc_compile_time_element(ck, a, left, span) ||
            !zc_compile_time_element(ck, b, right, span))
            return &zc_poison;
        mpq_srcptr result = rational_arithmetic(ck, op, left, right);
        if (result == NULL)
            return zero_divisor(ck, span);
        data->reals[i++][0] = *result; /* the pool keeps the limbs */
    } while (zc_iters_next(set.items, set.count));
    for (uint32_t d = 0; d < set.count; d++)
        data->extent[d] = set.items[d]->extent;
    const zc_value *whole = zc_data_value(ck, data);
    const zc_sym *subs[ZC_MAX_RANK];
    for (uint32_t d = 0; d < set.count; d++)
        subs[d] = zc_sym_iter(ck, set.items[d]);
    const zc_value *scalar = zc_value_at(ck, whole, subs, set.count);
    return zc_with_axes(ck, scalar, a->rank, a->axes);
}

/* ---- arithmetic on tensors ---- */

/* c * x for a constant: a new step alone if c is one step of its own scale. */
static const zc_value *scaled(zc_checker *ck, zc_span span, mpq_srcptr constant,
                              const zc_value *typed, zc_span constant_span, const zc_value *x,
                              zc_span x_span)
{
    mpz_ptr code = zc_new_integer(ck);
    mpq_ptr scale = zc_new_rational(ck);
    mpq_srcptr own = zc_number_code(ck, code, typed, constant, NULL, constant_span);
    x = zc_as_tensor(ck, x, NULL, x_span);
    if (x->kind == ZC_VAL_POISON || own == NULL)
        return &zc_poison;
    mpq_mul(scale, own, x->scale);
    if (mpz_cmp_ui(code, 1) != 0) {
        zc_elementwise e = {.op = ZC_OP_SCALE, .c0 = code};
        return zc_emit(ck, span, &e, x, NULL, scale);
    }
    zc_value *same = zc_check_alloc(ck, 1, sizeof *same);
    *same = *x;
    same->scale = scale;
    const zc_node *node = ck->tir->nodes[x->node];
    if (x->node + 1 == ck->tir->node_count && node->name == NULL && node->op != ZC_OP_CONST)
        zc_tir_relabel(ck->tir, x->node, scale); /* a temporary of this expression */
    return same;
}

static const zc_value *tensor_product(zc_checker *ck, zc_span span, zc_span a_span,
                                      const zc_value *a, zc_span b_span, const zc_value *b)
{
    mpq_srcptr x = zc_value_number(ck, a), y = zc_value_number(ck, b);
    if (y != NULL)
        return scaled(ck, span, y, b, b_span, a, a_span);
    if (x != NULL)
        return scaled(ck, span, x, a, a_span, b, b_span);
    a = zc_as_tensor(ck, a, NULL, a_span);
    b = zc_as_tensor(ck, b, NULL, b_span);
    if (a->kind == ZC_VAL_POISON || b->kind == ZC_VAL_POISON)
        return &zc_poison;
    mpq_ptr scale = zc_new_rational(ck);
    mpq_mul(scale, a->scale, b->scale);
    zc_elementwise e = {.op = ZC_OP_MUL};
    return zc_emit(ck, span, &e, a, b, scale);
}

/* 1 / number as a short exact decimal, NULL: it is none, or the number is no power of two. */
static const char *inverse_text(zc_checker *ck, mpq_srcptr number)
{
    enum { SHORTEST = 1 << 10 };
    if (number == NULL || mpq_sgn(number) == 0 || mpz_cmpabs_ui(mpq_numref(number), SHORTEST) > 0 ||
        mpz_popcount(mpq_denref(number)) != 1)
        return NULL;
    mpq_ptr inverse = zc_new_rational(ck);
    mpq_inv(inverse, number);
    return mpz_popcount(mpq_denref(inverse)) == 1 ? zc_real_text(ck, inverse) : NULL;
}

static const zc_value *division_needs_verb(zc_checker *ck, zc_span span, zc_span a_span,
                                           zc_span b_span, const zc_value *b)
{
    zc_diag *diag = zc_complain(ck, ZC_E_DIVISION, span, "a division must say how it rounds");
    const char *inverse = inverse_text(ck, zc_value_number(ck, b));
    const char *text = zc_source_text(ck, span);
    bool is_long = strcmp(text, "...") == 0;
    if (inverse != NULL && !is_long) {
        const char *edit = zc_text(ck, "%s * %s", zc_source_text(ck, a_span), inverse);
        zc_diag_label(diag, b_span, "a power of two");
        zc_diag_fix(diag, span, edit, "this product is the same, and exact: `%s`", edit);
    } else {
        zc_diag_guess(diag, (zc_span){span.file, span.start, span.start}, "(round ",
                      "put the whole division under a verb: `(round %s to fix(16, 8))`",
                      is_long ? "a / b" : text);
        zc_diag_wrap(diag, span, "", " to fix(16, 8))");
    }
    return &zc_poison;
}

static const zc_value *no_remainder(zc_checker *ck, zc_span span, zc_span a_span,
                                    const zc_value *a, zc_span b_span, const zc_value *b)
{
    zc_diag *diag = zc_complain(ck, ZC_E_OPERAND, span, "`%%` is for index arithmetic only");
    const char *x = zc_source_text(ck, a_span), *n = zc_source_text(ck, b_span);
    const char *type = "int(0 .. 99)";
    mpq_srcptr divisor = zc_value_number(ck, b);
    if (a->kind == ZC_VAL_TENSOR && divisor != NULL && mpq_sgn(divisor) > 0) {
        zc_range *range = zc_new_range(ck);
        mpq_ptr ratio = zc_new_rational(ck), one = zc_new_rational(ck);
        zc_value_range(ck, range, a);
        mpq_set_ui(one, 1, 1);
        mpq_div(ratio, a->scale, divisor);
        mpz_mul(range->lo, range->lo, mpq_numref(ratio));
        mpz_mul(range->hi, range->hi, mpq_numref(ratio));
        mpz_fdiv_q(range->lo, range->lo, mpq_denref(ratio));
        mpz_fdiv_q(range->hi, range->hi, mpq_denref(ratio));
        type = zc_wide_type(ck, range, one);
    }
    zc_diag_help(diag, "for data: `let q = floor %s / %s to %s;`, then `%s - %s * q`", x, n, type, x,
                 n);
    return &zc_poison;
}

static bool is_arithmetic(zc_ast_op op)
{
    return op >= ZC_AST_ADD && op <= ZC_AST_MOD;
}

static const zc_value *tensor_sum(zc_checker *ck, zc_ast_op op, zc_span span, zc_span a_span,
                                  const zc_value *a, zc_span b_span, const zc_value *b)
{
    if (!zc_align(ck, a_span, b_span, &a, &b))
        return &zc_poison;
    zc_elementwise e = {.op = op == ZC_AST_ADD ? ZC_OP_ADD : ZC_OP_SUB};
    return zc_emit(ck, span, &e, a, b, a->scale);
}

/* ---- comparisons ---- */

/* "`x` ranges over 0 .. 9"; NULL for a constant that is written as such. */
static const char *operand_text(zc_checker *ck, zc_span span, const zc_range *range,
                                mpq_srcptr scale)
{
    const char *text = zc_source_text(ck, span);
    if (!zc_range_is_single(range))
        return zc_text(ck, "`%s` ranges over %s", text, zc_range_text(ck, range, scale));
    mpq_ptr value = zc_new_rational(ck);
    mpq_set_z(value, range->lo);
    mpq_mul(value, value, scale);
    const char *number = zc_real_text(ck, value);
    return strcmp(number, text) == 0 ? NULL : zc_text(ck, "`%s` is %s", text, number);
}

/* The comparison that is asserted. */
static bool is_asserted(const zc_checker *ck, zc_span span)
{
    const zc_expr *asserted = ck->asserted;
    return asserted != NULL && asserted->span.file == span.file &&
           asserted->span.start == span.start && asserted->span.end == span.end;
}

/* A comparison whose result the ranges decide. */
static const zc_value *decided(zc_checker *ck, zc_span span, bool holds, const char *left,
                               const char *right, const zc_value *shape)
{
    const char *why = left == NULL || right == NULL ? (left != NULL ? left : right)
                                                    : zc_text(ck, "%s, %s", left, right);
    if (is_asserted(ck, span) && (!holds || ck->testing != NULL)) {
        ck->decided = why;
    } else {
        zc_diag *diag = zc_complain(ck, ZC_W_DECIDED, span, "this comparison is always %s",
                                    holds ? "true" : "false");
        if (why != NULL)
            zc_diag_note(diag, "%s", why);
    }
    return zc_with_axes(ck, zc_truth_value(ck, holds), shape->rank, shape->axes);
}

static const zc_value *tensor_comparison(zc_checker *ck, zc_ast_op op, zc_span span,
                                         zc_span a_span, const zc_value *a, zc_span b_span,
                                         const zc_value *b)
{
    if (!zc_align(ck, a_span, b_span, &a, &b))
        return &zc_poison;
    zc_range *x = zc_new_range(ck), *y = zc_new_range(ck), *truth = zc_new_range(ck);
    zc_value_range(ck, x, a);
    zc_value_range(ck, y, b);
    bool swap = op == ZC_AST_GT || op == ZC_AST_GE;
    zc_cmp cmp = op == ZC_AST_LT || op == ZC_AST_GT   ? ZC_CMP_LT
                 : op == ZC_AST_LE || op == ZC_AST_GE ? ZC_CMP_LE
                 : op == ZC_AST_EQ                    ? ZC_CMP_EQ
                                                      : ZC_CMP_NE;
    zc_range_cmp(truth, cmp, swap ? y : x, swap ? x : y);
    if (zc_range_is_single(truth)) {
        return decided(ck, span, mpz_sgn(truth->lo) != 0, operand_text(ck, a_span, x, a->scale),
                       operand_text(ck, b_span, y, b->scale), a);
    }
    mpq_ptr one = zc_new_rational(ck);
    mpq_set_ui(one, 1, 1);
    zc_elementwise e = {.op = ZC_OP_CMP, .cmp = cmp};
    return zc_emit(ck, span, &e, swap ? b : a, swap ? a : b, one);
}

/* An index expression against a rational p/q: compare with q times the index. */
static void clear_denominator(zc_checker *ck, const zc_value **index, const zc_value **number)
{
    mpq_srcptr value = (*number)->kind == ZC_VAL_NUMBER ? (*number)->number : NULL;
    if (value == NULL || (*index)->kind != ZC_VAL_INDEX || !mpz_fits_sint_p(mpq_denref(value)) ||
        !mpz_fits_sint_p(mpq_numref(value)))
        return;
    const zc_sym *sym = zc_sym_scale(ck, (*index)->sym, mpz_get_si(mpq_denref(value)));
    *number = zc_index_value(ck, zc_sym_const(ck, mpz_get_si(mpq_numref(value))), false,
                             (*number)->rank, (*number)->axes);
    *index = zc_index_value(ck, sym, false, (*index)->rank, (*index)->axes);
}

/* ---- and, or, not ---- */

static const zc_value *logic(zc_checker *ck, zc_ast_op op, zc_span span, zc_span a_span,
                             const zc_value *a, zc_span b_span, const zc_value *b)
{
    const char *what = op == ZC_AST_AND ? "an operand of `and`" : "an operand of `or`";
    a = zc_as_truth(ck, a, a_span, what);
    b = zc_as_truth(ck, b, b_span, what);
    if (a->kind == ZC_VAL_POISON || b->kind == ZC_VAL_POISON ||
        !zc_unify(ck, span, "`and` and `or` do not combine", &a, &b))
        return &zc_poison;
    bool neutral = op == ZC_AST_AND;
    if (a->kind == ZC_VAL_INDEX && b->kind == ZC_VAL_INDEX) {
        const zc_sym *sym = zc_sym_logic(ck, neutral ? ZC_IX_AND : ZC_IX_OR, a->sym, b->sym);
        if (ck->sym_failed)
            return index_overflow(ck, span);
        return zc_index_value(ck, sym, true, a->rank, a->axes);
    }
    if (a->kind == ZC_VAL_INDEX && zc_sym_is_const(a->sym))
        return (a->sym->base != 0) == neutral ? b : a;
    if (b->kind == ZC_VAL_INDEX && zc_sym_is_const(b->sym))
        return (b->sym->base != 0) == neutral ? a : b;
    if (!zc_align(ck, a_span, b_span, &a, &b))
        return &zc_poison;
    zc_elementwise e = {.op = neutral ? ZC_OP_AND : ZC_OP_OR};
    return zc_emit(ck, span, &e, a, b, a->scale);
}

static const zc_value *logical_not(zc_checker *ck, zc_span span, const zc_value *a)
{
    if (a->kind == ZC_VAL_REAL)
        return zc_real_apply(ck, span, ZC_REAL_NOT, &a, &span);
    a = zc_as_truth(ck, a, span, "the operand of `not`");
    if (a->kind == ZC_VAL_POISON)
        return a;
    if (a->kind == ZC_VAL_INDEX)
        return zc_index_value(ck, zc_sym_not(ck, a->sym), true, a->rank, a->axes);
    zc_elementwise e = {.op = ZC_OP_NOT};
    return zc_emit(ck, span, &e, a, NULL, a->scale);
}

/* ---- operators ---- */

static bool is_value(zc_checker *ck, const zc_value *value, zc_span span)
{
    if (value->kind != ZC_VAL_STRING && value->kind != ZC_VAL_TUPLE)
        return value->kind != ZC_VAL_POISON;
    zc_diag *diag = zc_complain(ck, ZC_E_OPERAND, span, "%s is no operand",
                                zc_value_text(ck, value));
    if (value->kind == ZC_VAL_TUPLE)
        zc_diag_help(diag, "take it apart first: `let (a, b) = %s;`", zc_source_text(ck, span));
    return false;
}

/* An element of a constant with a number that has no code: the result is a real number. */
static bool leaves_the_grid(zc_checker *ck, zc_ast_op op, const zc_value *a, const zc_value *b)
{
    if (!is_arithmetic(op) || op == ZC_AST_MOD || a->rank > 0 || b->rank > 0 ||
        !zc_is_known(ck, a) || !zc_is_known(ck, b))
        return false;
    bool a_coded = a->kind == ZC_VAL_TENSOR, b_coded = b->kind == ZC_VAL_TENSOR;
    const zc_value *other = a_coded ? b : a;
    bool literal = other->kind == ZC_VAL_NUMBER && other->scale == NULL;
    return (a_coded || b_coded) &&
           (op == ZC_AST_DIV || (literal && mpz_popcount(mpq_denref(other->number)) != 1));
}

const zc_value *zc_binary(zc_checker *ck, zc_ast_op op, zc_span span, zc_span a_span,
                          const zc_value *a, zc_span b_span, const zc_value *b)
{
    bool ok = is_value(ck, a, a_span);
    if (!is_value(ck, b, b_span) || !ok)
        return &zc_poison;
    if (a->kind == ZC_VAL_REAL || b->kind == ZC_VAL_REAL || leaves_the_grid(ck, op, a, b))
        return zc_real_binary(ck, op, span, a_span, a, b_span, b);
    if (op == ZC_AST_AND || op == ZC_AST_OR)
        return logic(ck, op, span, a_span, a, b_span, b);
    if (!zc_unify(ck, span, zc_text(ck, "`%s` does not combine", zc_ast_op_name(op)), &a, &b))
        return &zc_poison;
    if (!is_arithmetic(op) && is_asserted(ck, span)) {
        ck->sides[0] = a;
        ck->sides[1] = b;
    }
    if (!is_arithmetic(op) && a->kind == ZC_VAL_INDEX && zc_value_sym(ck, b) == NULL)
        clear_denominator(ck, &a, &b);
    if (!is_arithmetic(op) && b->kind == ZC_VAL_INDEX && zc_value_sym(ck, a) == NULL)
        clear_denominator(ck, &b, &a);
    bool any_index = a->kind == ZC_VAL_INDEX || b->kind == ZC_VAL_INDEX;
    bool symbolic = any_index || (ck->index_mode && (op == ZC_AST_DIV || op == ZC_AST_MOD));
    if (symbolic && zc_value_sym(ck, a) != NULL && zc_value_sym(ck, b) != NULL)
        return is_arithmetic(op) ? index_arithmetic(ck, op, span, a, b)
                                 : index_comparison(ck, op, span, a, b);
    mpq_srcptr x = zc_value_number(ck, a), y = zc_value_number(ck, b);
    if (x != NULL && y != NULL && is_arithmetic(op))
        return number_arithmetic(ck, op, span, a, x, b, y);
    if (x != NULL && y != NULL) {
        const zc_value *truth = zc_truth_value(ck, compare_rationals(op, x, y));
        return zc_with_axes(ck, truth, a->rank, a->axes);
    }
    if (!is_arithmetic(op))
        return tensor_comparison(ck, op, span, a_span, a, b_span, b);
    bool real = is_real_data(a) || is_real_data(b);
    if (real && a->kind != ZC_VAL_TENSOR && b->kind != ZC_VAL_TENSOR && op != ZC_AST_MOD)
        return real_arithmetic(ck, op, span, a, b);
    switch (op) {
    case ZC_AST_ADD:
    case ZC_AST_SUB:
        return tensor_sum(ck, op, span, a_span, a, b_span, b);
    case ZC_AST_MUL:
        return tensor_product(ck, span, a_span, a, b_span, b);
    case ZC_AST_DIV:
        return division_needs_verb(ck, span, a_span, b_span, b);
    default:
        return no_remainder(ck, span, a_span, a, b_span, b);
    }
}

static const zc_value *negate(zc_checker *ck, zc_span span, zc_span a_span, const zc_value *a)
{
    if (!is_value(ck, a, a_span))
        return &zc_poison;
    if (a->kind == ZC_VAL_NUMBER) {
        mpq_ptr negative = zc_new_rational(ck);
        mpq_neg(negative, a->number);
        return zc_with_axes(ck, zc_number_value(ck, negative, a->scale), a->rank, a->axes);
    }
    if (a->kind == ZC_VAL_REAL)
        return zc_real_apply(ck, span, ZC_REAL_NEG, &a, &a_span);
    if (a->kind == ZC_VAL_INDEX)
        return zc_index_value(ck, zc_sym_scale(ck, a->sym, -1), false, a->rank, a->axes);
    if (is_real_data(a))
        return real_arithmetic(ck, ZC_AST_SUB, span, zc_integer_value(ck, 0), a);
    a = zc_as_tensor(ck, a, NULL, a_span);
    zc_elementwise e = {.op = ZC_OP_NEG};
    return a->kind == ZC_VAL_POISON ? a : zc_emit(ck, span, &e, a, NULL, a->scale);
}

static const zc_value *power(zc_checker *ck, const zc_expr *e, const zc_value *base,
                             const zc_value *exponent)
{
    enum { MOST = 64 };
    zc_span span = e->span, base_span = e->u.binary.left->span;
    if (!is_value(ck, base, base_span) || exponent->kind == ZC_VAL_POISON)
        return &zc_poison;
    const zc_sym *sym = zc_value_sym(ck, exponent);
    bool constant = zc_value_number(ck, base) != NULL;
    bool whole = sym != NULL && zc_sym_is_const(sym);
    bool known = zc_is_known(ck, base) && zc_is_known(ck, exponent);
    if (base->kind == ZC_VAL_REAL || exponent->kind == ZC_VAL_REAL || (known && !whole)) {
        const zc_value *result = zc_real_binary(ck, ZC_AST_POW, span, base_span, base,
                                                e->u.binary.right->span, exponent);
        return zc_real_settle(ck, result, span);
    }
    int64_t lowest = constant ? -MOST : 0;
    if (sym == NULL || !zc_sym_is_const(sym) || sym->base < lowest || sym->base > MOST) {
        zc_diag *diag = zc_complain(ck, ZC_E_POWER, e->u.binary.right->span,
                                    "an exponent must be an integer constant in %d .. %d",
                                    (int)lowest, (int)MOST);
        zc_diag_help(diag, "other powers are functions for a `table`");
        return &zc_poison;
    }
    int64_t n = sym->base < 0 ? -sym->base : sym->base;
    const zc_value *result = zc_integer_value(ck, 1);
    for (int64_t bit = MOST; bit > 0; bit /= 2) { /* x^n = (x^(n/2))^2 * x^(n mod 2) */
        if (n / bit > 1)
            result = zc_binary(ck, ZC_AST_MUL, span, span, result, span, result);
        if (n / bit % 2 == 1)
            result = n / bit == 1
                         ? base
                         : zc_binary(ck, ZC_AST_MUL, span, span, result, base_span, base);
        if (result->kind == ZC_VAL_POISON)
            return result;
    }
    if (sym->base >= 0)
        return n > 0 ? result : zc_with_axes(ck, result, base->rank, base->axes);
    return zc_binary(ck, ZC_AST_DIV, span, span, zc_integer_value(ck, 1), span, result);
}

const zc_value *zc_extremum(zc_checker *ck, bool max, zc_span span, zc_span a_span,
                            const zc_value *a, zc_span b_span, const zc_value *b)
{
    bool ok = is_value(ck, a, a_span);
    if (!is_value(ck, b, b_span) || !ok)
        return &zc_poison;
    if (a->kind == ZC_VAL_REAL || b->kind == ZC_VAL_REAL) {
        const zc_value *values[2] = {a, b};
        zc_span spans[2] = {a_span, b_span};
        return zc_real_apply(ck, span, max ? ZC_REAL_MAX : ZC_REAL_MIN, values, spans);
    }
    const char *word = max ? "`max` does not combine" : "`min` does not combine";
    if (!zc_unify(ck, span, word, &a, &b))
        return &zc_poison;
    mpq_srcptr x = zc_value_number(ck, a), y = zc_value_number(ck, b);
    if (x != NULL && y != NULL)
        return (mpq_cmp(x, y) >= 0) == max ? a : b;
    const zc_sym *s = zc_value_sym(ck, a), *t = zc_value_sym(ck, b);
    if (s != NULL && t != NULL) { /* t + (s - t) * [s > t], or [s < t] */
        const zc_sym *first = zc_sym_compare(ck, ZC_IX_LT, max ? t : s, max ? s : t);
        const zc_sym *gain = zc_sym_mul(ck, zc_sym_sub(ck, s, t), first);
        const zc_sym *sym = zc_sym_add(ck, t, gain);
        return ck->sym_failed ? index_overflow(ck, span)
                              : zc_index_value(ck, sym, false, a->rank, a->axes);
    }
    if (!zc_align(ck, a_span, b_span, &a, &b))
        return &zc_poison;
    zc_range *left = zc_new_range(ck), *right = zc_new_range(ck);
    zc_value_range(ck, left, a);
    zc_value_range(ck, right, b);
    if (mpz_cmp(left->lo, right->hi) >= 0)
        return max ? a : b;
    if (mpz_cmp(right->lo, left->hi) >= 0)
        return max ? b : a;
    zc_elementwise e = {.op = max ? ZC_OP_MAX : ZC_OP_MIN};
    return zc_emit(ck, span, &e, a, b, a->scale);
}

/* ---- dispatch ---- */

static const zc_value *eval_literal(zc_checker *ck, const char *literal)
{
    mpq_ptr number = zc_new_rational(ck);
    zc_literal_rational(number, literal);
    return zc_number_value(ck, number, NULL);
}

static const zc_value *eval_name(zc_checker *ck, zc_ident name)
{
    const zc_binding *binding = zc_find_binding(ck->frame, name.name);
    if (binding != NULL)
        return binding->value;
    const zc_decl *decl = zc_find_decl(ck->frame->file, name.name);
    if (decl == NULL || decl->kind != ZC_DECL_CONST)
        return &zc_poison; /* reported by the pass over names */
    return zc_constant(ck, ck->frame->file, decl);
}

static const zc_value *eval_member(zc_checker *ck, const zc_expr *e)
{
    const zc_file *file;
    const zc_decl *decl = zc_callee(ck, e, &file);
    if (decl == NULL || decl->kind != ZC_DECL_CONST)
        return &zc_poison;
    return zc_constant(ck, file, decl);
}

static const zc_value *eval_binary(zc_checker *ck, const zc_expr *e)
{
    const zc_expr *left = e->u.binary.left, *right = e->u.binary.right;
    const zc_value *a = zc_eval(ck, left);
    const zc_value *b = zc_eval(ck, right);
    if (e->u.binary.op == ZC_AST_POW)
        return power(ck, e, a, b);
    return zc_binary(ck, e->u.binary.op, e->span, left->span, a, right->span, b);
}

static const zc_value *eval_tuple(zc_checker *ck, const zc_expr *e)
{
    const zc_value **items = zc_check_alloc(ck, e->u.list.count, sizeof *items);
    for (size_t i = 0; i < e->u.list.count; i++) {
        items[i] = zc_eval(ck, e->u.list.items[i]);
        if (items[i]->kind == ZC_VAL_POISON)
            return &zc_poison;
    }
    zc_value *tuple = zc_check_alloc(ck, 1, sizeof *tuple);
    tuple->kind = ZC_VAL_TUPLE;
    tuple->items = items;
    tuple->item_count = e->u.list.count;
    return tuple;
}

static const zc_value *eval(zc_checker *ck, const zc_expr *e)
{
    switch (e->kind) {
    case ZC_EXPR_ERROR:
        return &zc_poison;
    case ZC_EXPR_NAME:
        return eval_name(ck, e->u.name);
    case ZC_EXPR_INT:
    case ZC_EXPR_REAL:
        return eval_literal(ck, e->u.literal);
    case ZC_EXPR_STRING: {
        zc_value *value = zc_check_alloc(ck, 1, sizeof *value);
        value->kind = ZC_VAL_STRING;
        value->string = e->u.string;
        return value;
    }
    case ZC_EXPR_BOOL:
        return zc_truth_value(ck, e->u.boolean);
    case ZC_EXPR_UNARY: {
        const zc_value *a = zc_eval(ck, e->u.unary.operand);
        if (a->kind == ZC_VAL_POISON)
            return a;
        return e->u.unary.op == ZC_AST_NOT
                   ? logical_not(ck, e->u.unary.operand->span, a)
                   : negate(ck, e->span, e->u.unary.operand->span, a);
    }
    case ZC_EXPR_BINARY:
        return eval_binary(ck, e);
    case ZC_EXPR_INDEX:
        return zc_eval_subscript(ck, e);
    case ZC_EXPR_CALL:
        return zc_eval_call(ck, e);
    case ZC_EXPR_MEMBER:
        return eval_member(ck, e);
    case ZC_EXPR_TUPLE:
        return eval_tuple(ck, e);
    case ZC_EXPR_ARRAY:
        return zc_eval_array(ck, e);
    case ZC_EXPR_REDUCE:
        return zc_eval_reduce(ck, e);
    case ZC_EXPR_VERB: {
        const zc_ctype *type = zc_resolve_element(ck, e->u.verb.type);
        return zc_eval_verb(ck, e->u.verb.verb, e->u.verb.verb_span, e->u.verb.value, type);
    }
    case ZC_EXPR_IF:
        return zc_eval_if(ck, e);
    case ZC_EXPR_LOOP:
        return zc_eval_loop(ck, e);
    }
    return &zc_poison;
}

/* Ends the elaboration, which would take too long or too much memory. */
static void too_large(zc_checker *ck, zc_span span)
{
    if (ck->too_large)
        return;
    ck->too_large = true;
    ck->evals = ZC_MAX_EVALS + 1;
    zc_diag *diag = zc_complain(ck, ZC_E_TOO_LARGE, span,
                                "the program is too large when all calls and loops are expanded");
    zc_diag_note(diag, "the limits are %d expressions and %d operations on tensors",
                 (int)ZC_MAX_EVALS, (int)ZC_MAX_NODES);
    zc_diag_help(diag, "an index equation treats a whole tensor as one expression: "
                       "`let y[i] = f(x[i]);`");
}

const zc_value *zc_eval(zc_checker *ck, const zc_expr *e)
{
    if (zc_test_stopped(ck))
        return &zc_poison;
    if (ck->depth >= ZC_MAX_EVAL_DEPTH) {
        zc_complain(ck, ZC_E_TOO_LARGE, e->span, "calls and expressions are nested too deeply");
        return &zc_poison;
    }
    if (ck->evals++ == ZC_MAX_EVALS || ck->tir->node_count > ZC_MAX_NODES)
        too_large(ck, e->span);
    if (ck->evals > ZC_MAX_EVALS)
        return &zc_poison;
    ck->depth++;
    const zc_value *value = eval(ck, e);
    ck->depth--;
    zc_focus_value(ck, e->span, value);
    return value;
}

const zc_value *zc_eval_index(zc_checker *ck, const zc_expr *e)
{
    bool outer = ck->index_mode;
    ck->index_mode = true;
    const zc_value *value = zc_eval(ck, e);
    ck->index_mode = outer;
    return value;
}

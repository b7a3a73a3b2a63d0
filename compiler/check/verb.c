/* exact, floor, round, roundeven, clamp and check. */
#include "compiler/check/elab.h"

zc_round_mode zc_verb_mode(zc_verb verb)
{
    return verb == ZC_VERB_FLOOR ? ZC_FLOOR : verb == ZC_VERB_ROUNDEVEN ? ZC_ROUNDEVEN : ZC_ROUND;
}

/* ---- compile-time data ---- */

/* The code of an exact number; false: reported. */
static bool quantise(zc_checker *ck, mpz_ptr code, mpq_srcptr number, const zc_target *t)
{
    const zc_ctype *type = t->type;
    zc_verb verb = t->verb;
    zc_span span = t->span;
    bool exact = verb == ZC_VERB_EXACT || verb == ZC_VERB_CHECK;
    if (exact && !zc_rational_exact(code, number, type->scale)) {
        zc_diag *diag = zc_complain(ck, ZC_E_VERB_SCALE, span, "%s is not a multiple of %s",
                                    zc_real_text(ck, number), zc_step_text(ck, type->scale));
        zc_diag_fix(diag, t->verb_span, "round", "`round` takes the nearest code of `%s`",
                    type->text);
        return false;
    }
    if (!exact)
        zc_rational_round(code, number, type->scale, zc_verb_mode(verb));
    if (zc_range_has(type->range, code))
        return true;
    if (verb == ZC_VERB_CLAMP) {
        mpz_set(code, mpz_cmp(code, type->range->lo) < 0 ? type->range->lo : type->range->hi);
        return true;
    }
    zc_code wrong = verb == ZC_VERB_CHECK ? ZC_E_ASSERT_FALSE : ZC_E_OVERFLOW;
    zc_diag *diag = zc_complain(ck, wrong, span, "%s is outside of `%s`",
                                zc_real_text(ck, number), type->text);
    zc_diag_primary_label(diag, "must be in %s", zc_range_text(ck, type->range, type->scale));
    zc_diag_fix(diag, t->verb_span, "clamp", "`clamp` saturates");
    return false;
}

static const zc_value *apply_to_number(zc_checker *ck, const zc_value *value, mpq_srcptr number,
                                       const zc_target *t)
{
    const zc_ctype *type = t->type;
    mpz_ptr code = zc_new_integer(ck);
    mpq_ptr result = zc_new_rational(ck);
    if (!quantise(ck, code, number, t))
        return &zc_poison;
    mpq_set_z(result, code);
    mpq_mul(result, result, type->scale);
    return zc_with_axes(ck, zc_number_value(ck, result, type->scale), value->rank, value->axes);
}

static bool quantise_weights(zc_checker *ck, const zc_data *data, int64_t *codes,
                             const zc_target *t)
{
    const zc_ctype *type = t->type;
    static const zc_quantise verbs[] = {
        [ZC_VERB_EXACT] = ZC_QUANTISE_EXACT,         [ZC_VERB_CHECK] = ZC_QUANTISE_EXACT,
        [ZC_VERB_FLOOR] = ZC_QUANTISE_FLOOR,         [ZC_VERB_ROUND] = ZC_QUANTISE_ROUND,
        [ZC_VERB_ROUNDEVEN] = ZC_QUANTISE_ROUNDEVEN, [ZC_VERB_CLAMP] = ZC_QUANTISE_CLAMP,
    };
    int64_t lo, hi;
    if (!zc_mpz_get_i64(&lo, type->range->lo) || !zc_mpz_get_i64(&hi, type->range->hi)) {
        zc_complain(ck, ZC_E_TYPE_INVALID, t->span, "constants have at most 64 bits");
        return false;
    }
    uint64_t bad = 0;
    zkml_error err;
    if (zc_weights_quantise(codes, data->weights, type->scale, verbs[t->verb], lo, hi, &bad,
                            &err) == ZKML_OK)
        return true;
    zc_diag *diag = zc_complain(ck, ZC_E_DATA_VALUE, t->span, "%s", err.text);
    zc_diag_note(diag, "the type is `%s`: %s", type->text,
                 zc_range_long(ck, type->range, type->scale));
    if (t->verb != ZC_VERB_CLAMP)
        zc_diag_fix(diag, t->verb_span, "clamp", "`clamp` rounds and saturates");
    return false;
}

static const zc_value *apply_to_data(zc_checker *ck, const zc_value *value, const zc_target *t)
{
    const zc_data *data = value->data;
    const zc_ctype *type = t->type;
    zc_span span = t->span;
    if (data->codes != NULL) { /* load_raw */
        zc_diag *diag = zc_complain(ck, ZC_E_LOAD, span,
                                    "load_raw gives codes, which need no verb");
        zc_diag_help(diag, "remove the `%s`: the codes are those of the declared type; or use "
                           "`load` for numbers", zc_verb_name(t->verb));
        if (ck->frame->decl != NULL && ck->frame->decl->kind == ZC_DECL_CONST)
            zc_diag_edit(diag, (zc_span){span.file, t->verb_span.start, span.start}, "");
        return &zc_poison;
    }
    if (data->weights != NULL && type->rank > 0 &&
        !zc_fit_shape(ck, value, type, span, data->name))
        return &zc_poison;
    zc_data *coded = zc_check_alloc(ck, 1, sizeof *coded);
    *coded = *data;
    coded->codes = zc_check_alloc(ck, (size_t)data->count, sizeof *coded->codes);
    coded->scale = type->scale;
    if (data->weights != NULL) {
        if (!quantise_weights(ck, data, coded->codes, t))
            return &zc_poison;
    } else {
        mpz_ptr code = zc_new_integer(ck);
        for (uint64_t i = 0; i < data->count; i++) {
            if (!quantise(ck, code, data->reals[i], t))
                return &zc_poison;
            if (!zc_mpz_get_i64(&coded->codes[i], code)) {
                zc_complain(ck, ZC_E_TYPE_INVALID, span, "constants have at most 64 bits");
                return &zc_poison;
            }
        }
    }
    zc_value *typed = zc_check_alloc(ck, 1, sizeof *typed);
    *typed = *value;
    typed->data = coded;
    typed->scale = type->scale;
    return zc_as_tensor(ck, typed, NULL, span);
}

/* ---- tensors ---- */

static void overflow(zc_checker *ck, const zc_target *t, const zc_value *value,
                     const zc_range *range)
{
    const zc_ctype *type = t->type;
    zc_diag *diag = zc_complain(ck, ZC_E_OVERFLOW, t->span, "`%s` may overflow `%s`",
                                zc_verb_name(t->verb), type->text);
    zc_diag_primary_label(diag, "ranges over %s after it",
                          zc_range_long(ck, range, type->scale));
    zc_diag_note(diag, "`%s` holds %s", type->text, zc_range_text(ck, type->range, type->scale));
    zc_note_origin(ck, diag, value);
    const char *wide = zc_wide_type(ck, range, type->scale);
    if (t->verb == ZC_VERB_EXACT)
        zc_diag_help(diag, "`%s` is wide enough; `clamp` saturates, `check` lets the prover fail",
                     wide);
    else
        zc_diag_fix(diag, t->verb_span, "clamp", "`clamp` saturates; `%s` is wide enough", wide);
}

/* Saturates, or insists on the type's range. */
static const zc_value *settle(zc_checker *ck, const zc_target *t, const zc_value *value)
{
    if (value->kind == ZC_VAL_POISON)
        return value;
    zc_range *range = zc_new_range(ck);
    zc_value_range(ck, range, value);
    if (zc_range_contains(t->type->range, range))
        return value;
    if (t->verb != ZC_VERB_CLAMP) {
        overflow(ck, t, value, range);
        return &zc_poison;
    }
    zc_elementwise e = {.op = ZC_OP_CLAMP, .c0 = t->type->range->lo, .c1 = t->type->range->hi};
    return zc_emit(ck, zc_span_join(t->verb_span, t->span), &e, value, NULL, t->type->scale);
}

/* factor = c0 / 2^shift: exactly if it is dyadic, else with a multiplier of 24 bits. */
static uint32_t multiplier(zc_checker *ck, mpz_ptr c0, mpq_srcptr factor)
{
    enum { MULTIPLIER_BITS = 24 };
    mpz_srcptr denominator = mpq_denref(factor);
    mp_bitcnt_t low = mpz_scan1(denominator, 0);
    if (mpz_sizeinbase(denominator, 2) == low + 1) {
        mpz_set(c0, mpq_numref(factor));
        return (uint32_t)low;
    }
    mpq_ptr step = zc_new_rational(ck);
    uint32_t shift = 0;
    for (;; shift++) { /* the first shift that gives the multiplier all its bits */
        mpq_set_ui(step, 1, 1);
        mpq_div_2exp(step, step, shift);
        zc_rational_round(c0, factor, step, ZC_ROUND);
        if (mpz_sizeinbase(c0, 2) >= MULTIPLIER_BITS)
            return shift;
    }
}

static const zc_value *change_step(zc_checker *ck, const zc_target *t, const zc_value *value)
{
    const zc_ctype *type = t->type;
    mpz_ptr c0 = zc_new_integer(ck);
    if (zc_rational_exact(c0, value->scale, type->scale))
        return settle(ck, t, zc_rescale(ck, value, type->scale, t->span));
    mpq_ptr factor = zc_new_rational(ck);
    mpq_div(factor, value->scale, type->scale);
    uint32_t shift = multiplier(ck, c0, factor);
    zc_elementwise e = {.op = ZC_OP_ROUND, .c0 = c0, .shift = shift, .mode = zc_verb_mode(t->verb)};
    zc_span span = zc_span_join(t->verb_span, t->span);
    return settle(ck, t, zc_emit(ck, span, &e, value, NULL, type->scale));
}

static const zc_value *apply_exact(zc_checker *ck, const zc_target *t, const zc_value *value)
{
    mpz_ptr factor = zc_new_integer(ck);
    if (zc_rational_exact(factor, value->scale, t->type->scale))
        return settle(ck, t, zc_rescale(ck, value, t->type->scale, t->span));
    zc_diag *diag = zc_complain(ck, ZC_E_VERB_SCALE, t->span, "`exact` cannot drop fraction bits");
    zc_diag_primary_label(diag, "has the step %s", zc_step_text(ck, value->scale));
    zc_diag_note(diag, "the step of `%s` is %s", t->type->text, zc_step_text(ck, t->type->scale));
    zc_diag_fix(diag, t->verb_span, "round", "say how they are dropped: `round`, `floor` or "
                                             "`roundeven`");
    return &zc_poison;
}

static const zc_value *apply_check(zc_checker *ck, const zc_target *t, const zc_value *value)
{
    const zc_ctype *type = t->type;
    if (mpq_cmp(value->scale, type->scale) != 0) {
        zc_diag *diag = zc_complain(ck, ZC_E_VERB_SCALE, t->span,
                                    "`check` does not change the precision");
        zc_diag_primary_label(diag, "has the step %s", zc_step_text(ck, value->scale));
        zc_diag_note(diag, "the step of `%s` is %s", type->text, zc_step_text(ck, type->scale));
        const char *rounded = zc_rounded_type(ck, value, type->scale);
        zc_diag_help(diag, "round first: `check (round %s to %s) to %s`",
                     zc_source_text(ck, t->span), rounded, type->text);
        zc_diag_wrap(diag, t->span, "(round ", zc_text(ck, " to %s)", rounded));
        return &zc_poison;
    }
    zc_range *range = zc_new_range(ck), *both = zc_new_range(ck);
    zc_value_range(ck, range, value);
    if (zc_range_contains(type->range, range))
        return value;
    if (!zc_range_intersect(both, range, type->range)) {
        zc_diag *diag = zc_complain(ck, ZC_E_ASSERT_FALSE, t->span, "this check can never hold");
        zc_diag_primary_label(diag, "ranges over %s", zc_range_long(ck, range, value->scale));
        zc_diag_note(diag, "`%s` holds %s", type->text,
                     zc_range_text(ck, type->range, type->scale));
        return &zc_poison;
    }
    value = zc_guard(ck, value, both->lo, t->span);
    zc_elementwise e = {.op = ZC_OP_CHECK, .c0 = type->range->lo, .c1 = type->range->hi};
    return value->kind == ZC_VAL_POISON ? value
                                        : zc_emit(ck, zc_span_join(t->verb_span, t->span), &e,
                                                  value, NULL, type->scale);
}

/* ---- division ---- */

static const zc_value *negated(zc_checker *ck, const zc_value *value, zc_span span)
{
    zc_elementwise e = {.op = ZC_OP_NEG};
    return zc_emit(ck, span, &e, value, NULL, value->scale);
}

/* What to assert, in the form that is understood as a fact about a variable. */
static void divisor_help(zc_checker *ck, zc_diag *diag, const zc_expr *divisor)
{
    const char *text = zc_source_text(ck, divisor->span);
    const char *state = "if it never is, state that before";
    bool element = divisor->kind == ZC_EXPR_INDEX &&
                   divisor->u.index.base->kind == ZC_EXPR_NAME;
    const char *indices = "";
    for (size_t i = 0; element && i < divisor->u.index.subscripts.count; i++) {
        const zc_expr *sub = divisor->u.index.subscripts.items[i];
        element = sub->kind == ZC_EXPR_NAME;
        if (element)
            indices = zc_text(ck, "%s%s%s", indices, i > 0 ? ", " : "", sub->u.name.name);
    }
    if (divisor->kind == ZC_EXPR_NAME)
        zc_diag_help(diag, "%s: `assert %s > 0;`", state, text);
    else if (element)
        zc_diag_help(diag, "%s: `assert all[%s](%s > 0);`", state, indices, text);
    else
        zc_diag_help(diag, "%s, of a variable: `let d = %s; assert d > 0;`, then divide by `d`",
                     state, text);
}

/* The divisor excludes 0: both sides with a positive divisor; false: reported. */
static bool positive_divisor(zc_checker *ck, const zc_expr *e, const zc_value **a,
                             const zc_value **b)
{
    zc_span span = e->u.binary.right->span;
    zc_range *range = zc_new_range(ck);
    zc_value_range(ck, range, *b);
    if (mpz_sgn(range->lo) > 0)
        return true;
    if (mpz_sgn(range->hi) < 0) {
        *a = negated(ck, *a, e->u.binary.left->span);
        *b = negated(ck, *b, span);
        return (*a)->kind != ZC_VAL_POISON && (*b)->kind != ZC_VAL_POISON;
    }
    zc_diag *diag = zc_complain(ck, ZC_E_DIVISOR, span, "the divisor may be zero");
    zc_diag_primary_label(diag, "ranges over %s", zc_range_long(ck, range, (*b)->scale));
    if (zc_is_known(ck, *b))
        zc_diag_help(diag, "it is a constant, and an element of it is 0; if that was rounded to 0, "
                           "a finer type keeps it");
    else
        divisor_help(ck, diag, e->u.binary.right);
    return false;
}

/* a / c for a constant c: a rounding by its inverse. */
static const zc_value *divide_by_constant(zc_checker *ck, const zc_expr *e, const zc_target *t,
                                          const zc_value *a, mpq_srcptr c)
{
    if (mpq_sgn(c) == 0) {
        zc_complain(ck, ZC_E_DIVISOR, e->u.binary.right->span, "division by zero");
        return &zc_poison;
    }
    if (mpq_sgn(c) < 0)
        a = negated(ck, a, e->u.binary.left->span);
    if (a->kind == ZC_VAL_POISON)
        return a;
    mpq_ptr factor = zc_new_rational(ck), size = zc_new_rational(ck);
    mpq_abs(size, c);
    mpq_mul(size, size, t->type->scale);
    mpq_div(factor, a->scale, size); /* a's codes times this, in steps of the type */
    mpz_srcptr denominator = mpq_denref(factor);
    bool dyadic = mpz_sizeinbase(denominator, 2) == mpz_scan1(denominator, 0) + 1;
    zc_elementwise e1 = {.op = ZC_OP_ROUND, .c0 = mpq_numref(factor), .mode = zc_verb_mode(t->verb)};
    if (dyadic) {
        e1.shift = (uint32_t)mpz_scan1(denominator, 0);
        return settle(ck, t, zc_emit(ck, e->span, &e1, a, NULL, t->type->scale));
    }
    const zc_value *one = zc_as_tensor(ck, zc_integer_value(ck, 1), NULL, e->span);
    if (one->kind == ZC_VAL_POISON)
        return one;
    one = zc_with_axes(ck, one, a->rank, a->axes);
    e1.op = ZC_OP_DIV;
    e1.c1 = denominator;
    return settle(ck, t, zc_emit(ck, e->span, &e1, a, one, t->type->scale));
}

static const zc_value *divide(zc_checker *ck, const zc_expr *e, const zc_target *t,
                              const zc_value *a, const zc_value *b)
{
    if (t->verb == ZC_VERB_EXACT || t->verb == ZC_VERB_CHECK) {
        zc_diag *diag = zc_complain(ck, ZC_E_DIVISION, e->span,
                                    "`%s` does not say how a division rounds",
                                    zc_verb_name(t->verb));
        zc_diag_fix(diag, t->verb_span, "round", "use `round`, `floor`, `roundeven` or `clamp`");
        return &zc_poison;
    }
    if (!zc_unify(ck, e->span, "`/` does not combine", &a, &b))
        return &zc_poison;
    mpq_srcptr constant = zc_value_number(ck, b);
    a = zc_as_tensor(ck, a, NULL, e->u.binary.left->span);
    if (a->kind == ZC_VAL_POISON)
        return a;
    if (constant != NULL)
        return divide_by_constant(ck, e, t, a, constant);
    b = zc_as_tensor(ck, b, NULL, e->u.binary.right->span);
    if (b->kind == ZC_VAL_POISON || !positive_divisor(ck, e, &a, &b))
        return &zc_poison;
    mpq_ptr factor = zc_new_rational(ck);
    mpq_mul(factor, b->scale, t->type->scale);
    mpq_div(factor, a->scale, factor);
    zc_elementwise e1 = {.op = ZC_OP_DIV, .c0 = mpq_numref(factor), .c1 = mpq_denref(factor),
                         .mode = zc_verb_mode(t->verb)};
    return settle(ck, t, zc_emit(ck, e->span, &e1, a, b, t->type->scale));
}

/* ---- the verbs ---- */

const zc_value *zc_apply_verb(zc_checker *ck, const zc_target *t, const zc_value *value)
{
    if (value->kind == ZC_VAL_POISON)
        return value;
    if (value->kind == ZC_VAL_REAL)
        return zc_real_verb(ck, value, t->verb, t->type, t->span);
    mpq_srcptr number = zc_value_number(ck, value);
    if (number != NULL)
        return apply_to_number(ck, value, number, t);
    if (value->kind == ZC_VAL_DATA && (value->data->codes == NULL || value->data->scale == NULL))
        return apply_to_data(ck, value, t);
    value = zc_as_tensor(ck, value, NULL, t->span);
    if (value->kind == ZC_VAL_POISON)
        return value;
    switch (t->verb) {
    case ZC_VERB_EXACT:
        return apply_exact(ck, t, value);
    case ZC_VERB_CHECK:
        return apply_check(ck, t, value);
    default:
        return change_step(ck, t, value);
    }
}

/* The number that an index expression is, if it is one. */
static const zc_value *as_number(zc_checker *ck, const zc_value *value)
{
    mpq_srcptr number = value->kind == ZC_VAL_INDEX ? zc_value_number(ck, value) : NULL;
    return number == NULL ? value
                          : zc_with_axes(ck, zc_number_value(ck, number, NULL), value->rank,
                                         value->axes);
}

/* A division right under the verb is the verb's, also of indices. */
static const zc_value *eval_quotient(zc_checker *ck, const zc_expr *e, const zc_target *t,
                                     const zc_value *a, const zc_value *b)
{
    a = as_number(ck, a);
    b = as_number(ck, b);
    bool real = a->kind == ZC_VAL_REAL || b->kind == ZC_VAL_REAL ||
                a->kind == ZC_VAL_STRING || b->kind == ZC_VAL_STRING ||
                a->kind == ZC_VAL_TUPLE || b->kind == ZC_VAL_TUPLE;
    bool index = a->kind == ZC_VAL_INDEX || b->kind == ZC_VAL_INDEX;
    if (!real && (index || a->kind == ZC_VAL_TENSOR || b->kind == ZC_VAL_TENSOR))
        return divide(ck, e, t, a, b);
    return zc_apply_verb(ck, t, zc_binary(ck, ZC_AST_DIV, e->span, e->u.binary.left->span, a,
                                          e->u.binary.right->span, b));
}

const zc_value *zc_eval_verb(zc_checker *ck, zc_verb verb, zc_span span, const zc_expr *e,
                             const zc_ctype *type)
{
    zc_target t = {verb, span, e->span, type};
    bool index_mode = ck->index_mode;
    ck->index_mode = false;
    const zc_value *result = &zc_poison;
    if (type != NULL && type->num) {
        zc_complain(ck, ZC_E_TYPE_INVALID, type->span, "a verb needs a type with a step and a "
                                                       "range");
    } else if (e->kind == ZC_EXPR_BINARY && e->u.binary.op == ZC_AST_DIV) {
        const zc_value *a = zc_eval(ck, e->u.binary.left), *b = zc_eval(ck, e->u.binary.right);
        if (a->kind != ZC_VAL_POISON && b->kind != ZC_VAL_POISON && type != NULL)
            result = eval_quotient(ck, e, &t, a, b);
    } else {
        const zc_target *outer = ck->array_verb;
        ck->array_verb = type != NULL && e->kind == ZC_EXPR_ARRAY ? &t : NULL;
        const zc_value *value = zc_eval(ck, e);
        ck->array_verb = outer;
        if (type != NULL)
            result = zc_apply_verb(ck, &t, value);
    }
    ck->index_mode = index_mode;
    return result;
}

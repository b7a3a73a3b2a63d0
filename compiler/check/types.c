#include <string.h>

#include "compiler/check/elab.h"

/* ---- compile-time numbers in types ---- */

static const char *known_text(zc_checker *ck, const zc_value *value)
{
    bool data = value->kind == ZC_VAL_TENSOR && value->rank == 0;
    return data ? "data" : zc_value_text(ck, value);
}

bool zc_resolve_number(zc_checker *ck, const zc_expr *e, const char *what, mpq_ptr out)
{
    const zc_value *value = zc_eval(ck, e);
    if (value->kind == ZC_VAL_POISON)
        return false;
    mpq_srcptr number = zc_value_number(ck, value);
    if (number == NULL || value->rank > 0) {
        zc_diag *diag = zc_complain(ck, ZC_E_NOT_CONSTANT, e->span,
                                    "%s must be known at compile time", what);
        zc_diag_primary_label(diag, "this is %s", known_text(ck, value));
        return false;
    }
    mpq_set(out, number);
    return true;
}

/* An integer in lo .. hi, by the rules of index arithmetic. */
static bool resolve_integer(zc_checker *ck, const zc_expr *e, zc_code code, const char *what,
                            int64_t lo, int64_t hi, int64_t *out)
{
    const zc_value *value = zc_eval_index(ck, e);
    if (value->kind == ZC_VAL_POISON)
        return false;
    const zc_sym *sym = zc_value_sym(ck, value);
    if (sym == NULL || !zc_sym_is_const(sym) || value->rank > 0) {
        mpq_srcptr number = zc_value_number(ck, value);
        zc_diag *diag = zc_complain(ck, code, e->span, "%s must be an integer known at compile time",
                                    what);
        zc_diag_primary_label(diag, "this is %s",
                              number != NULL ? zc_real_text(ck, number) : known_text(ck, value));
        return false;
    }
    if (sym->base < lo || sym->base > hi) {
        zc_diag *diag = zc_complain(ck, code, e->span, "%s must be in %lld .. %lld", what,
                                    (long long)lo, (long long)hi);
        zc_diag_primary_label(diag, "this is %lld", (long long)sym->base);
        return false;
    }
    *out = sym->base;
    return true;
}

bool zc_resolve_extent(zc_checker *ck, const zc_expr *e, const char *what, uint32_t *extent)
{
    int64_t value;
    if (!resolve_integer(ck, e, ZC_E_DIMENSION, what, 1, INT32_MAX, &value))
        return false;
    *extent = (uint32_t)value;
    return true;
}

/* ---- element types ---- */

static zc_ctype *new_type(zc_checker *ck, zc_type_kind kind, zc_span span)
{
    zc_ctype *type = zc_check_alloc(ck, 1, sizeof *type);
    type->kind = kind;
    type->range = zc_new_range(ck);
    type->scale = zc_new_rational(ck);
    mpq_set_ui(type->scale, 1, 1);
    type->span = span;
    return type;
}

/* One bound as a code; it must be a multiple of the step. */
static bool resolve_bound(zc_checker *ck, const zc_expr *e, const zc_ctype *type, mpz_ptr code)
{
    mpq_ptr value = zc_new_rational(ck);
    if (!zc_resolve_number(ck, e, "a bound of a type", value))
        return false;
    if (!zc_rational_exact(code, value, type->scale)) {
        zc_diag *diag = zc_complain(ck, ZC_E_TYPE_INVALID, e->span,
                                    "%s is not a multiple of the type's step",
                                    zc_real_text(ck, value));
        zc_diag_primary_label(diag, "the step is %s", zc_step_text(ck, type->scale));
        if (type->kind == ZC_TYPE_QUANT)
            zc_diag_note(diag, "the bounds of `quant` are codes");
        return false;
    }
    return true;
}

static bool resolve_range(zc_checker *ck, const zc_type_expr *expr, zc_ctype *type,
                          const zc_range *outer)
{
    zc_range *range = zc_new_range(ck);
    bool ok = resolve_bound(ck, expr->low, type, range->lo);
    if (!resolve_bound(ck, expr->high, type, range->hi) || !ok)
        return false;
    if (mpz_cmp(range->lo, range->hi) > 0) {
        zc_complain(ck, ZC_E_TYPE_INVALID, zc_span_join(expr->low->span, expr->high->span),
                    "the range %s is empty", zc_range_text(ck, range, type->scale));
        return false;
    }
    if (outer != NULL && !zc_range_contains(outer, range)) {
        zc_diag *diag = zc_complain(ck, ZC_E_TYPE_INVALID,
                                    zc_span_join(expr->low->span, expr->high->span),
                                    "the range %s is wider than the format",
                                    zc_range_text(ck, range, type->scale));
        zc_diag_note(diag, "%u bits hold %s", type->bits, zc_range_text(ck, outer, type->scale));
        return false;
    }
    if (!zc_range_fits(range)) {
        zc_complain(ck, ZC_E_TYPE_INVALID, zc_span_join(expr->low->span, expr->high->span),
                    "the range does not fit the field");
        return false;
    }
    type->range = range;
    return true;
}

static const zc_ctype *resolve_int(zc_checker *ck, const zc_type_expr *expr)
{
    zc_ctype *type = new_type(ck, ZC_TYPE_INT, expr->span);
    if (!resolve_range(ck, expr, type, NULL))
        return NULL;
    type->text = zc_text(ck, "int(%s)", zc_range_text(ck, type->range, type->scale));
    return type;
}

static const zc_ctype *resolve_fix(zc_checker *ck, const zc_type_expr *expr)
{
    bool is_signed = expr->kind == ZC_AST_TYPE_FIX;
    zc_ctype *type = new_type(ck, is_signed ? ZC_TYPE_FIX : ZC_TYPE_UFIX, expr->span);
    int64_t bits, fraction;
    bool ok = resolve_integer(ck, expr->bits, ZC_E_TYPE_INVALID, "the number of bits", 1,
                              ZC_MAX_BITS, &bits);
    if (!resolve_integer(ck, expr->fraction, ZC_E_TYPE_INVALID, "the number of fraction bits", 0,
                         ZC_MAX_FRACTION, &fraction) || !ok)
        return NULL;
    type->bits = (uint32_t)bits;
    type->fraction = (uint32_t)fraction;
    mpq_div_2exp(type->scale, type->scale, type->fraction);
    zc_range *full = zc_new_range(ck);
    uint32_t magnitude = type->bits - (is_signed ? 1 : 0);
    mpz_setbit(full->hi, magnitude);
    if (is_signed)
        mpz_neg(full->lo, full->hi);
    mpz_sub_ui(full->hi, full->hi, 1);
    type->range = full;
    const char *word = is_signed ? "fix" : "ufix";
    type->text = zc_text(ck, "%s(%u, %u)", word, type->bits, type->fraction);
    if (expr->low != NULL) {
        if (!resolve_range(ck, expr, type, full))
            return NULL;
        type->text = zc_text(ck, "%s(%u, %u, %s)", word, type->bits, type->fraction,
                             zc_range_text(ck, type->range, type->scale));
    }
    return type;
}

/* The bounds are codes, as in the formats that name a scale and a range of codes. */
static const zc_ctype *resolve_quant(zc_checker *ck, const zc_type_expr *expr)
{
    zc_ctype *type = new_type(ck, ZC_TYPE_QUANT, expr->span);
    mpq_ptr scale = zc_new_rational(ck);
    bool ok = zc_resolve_number(ck, expr->scale, "the scale of a type", scale);
    if (!resolve_range(ck, expr, type, NULL) || !ok)
        return NULL;
    if (mpq_sgn(scale) <= 0 || !mpz_fits_slong_p(mpq_numref(scale)) ||
        !mpz_fits_slong_p(mpq_denref(scale))) {
        zc_diag *diag = zc_complain(ck, ZC_E_TYPE_INVALID, expr->scale->span,
                                    mpq_sgn(scale) <= 0 ? "a scale must be positive"
                                                        : "this scale has too many digits");
        zc_diag_primary_label(diag, "this is %s", zc_real_text(ck, scale));
        if (mpq_sgn(scale) > 0)
            zc_diag_note(diag, "numerator and denominator have at most 63 bits: about 18 decimals");
        return NULL;
    }
    const char *codes = zc_range_text(ck, type->range, type->scale);
    type->scale = scale;
    type->text = zc_text(ck, "quant(%s, %s)", zc_fraction_text(ck, scale), codes);
    return type;
}

const zc_ctype *zc_named_type(zc_checker *ck, const zc_file *file, const zc_decl *decl,
                              zc_span span)
{
    zc_item *item = zc_item_of(ck, file, decl);
    if (item->progress == ZC_BUSY) {
        zc_diag *diag = zc_complain(ck, ZC_E_RECURSION, span, "type `%s` is defined by itself",
                                    decl->name.name);
        zc_diag_label(diag, decl->name.span, "defined here");
        return NULL;
    }
    if (item->progress == ZC_DONE)
        return item->type;
    zc_frame frame = {.file = file, .call = ZC_NO_ID};
    zc_frame *outer = ck->frame;
    bool index_mode = ck->index_mode;
    item->progress = ZC_BUSY;
    ck->frame = &frame;
    ck->index_mode = false;
    const zc_ctype *type = zc_resolve_type(ck, decl->u.type.type);
    ck->frame = outer;
    ck->index_mode = index_mode;
    item->progress = ZC_DONE;
    if (type == NULL)
        return NULL;
    zc_ctype *named = zc_check_alloc(ck, 1, sizeof *named);
    *named = *type;
    named->text = decl->name.name;
    named->span = decl->u.type.type->span;
    item->type = named;
    return named;
}

/* That the name is a type's was checked by the pass over names. */
static const zc_ctype *resolve_alias(zc_checker *ck, const zc_type_expr *expr)
{
    const zc_file *file = ck->frame->file;
    if (expr->module.name != NULL) {
        const zc_decl *use = zc_find_decl(file, expr->module.name);
        file = use != NULL && use->kind == ZC_DECL_USE ? use->u.use.target : NULL;
    }
    const zc_decl *decl = file != NULL ? zc_find_decl(file, expr->name.name) : NULL;
    if (decl == NULL || decl->kind != ZC_DECL_TYPE)
        return NULL;
    return zc_named_type(ck, file, decl, expr->span);
}

const zc_ctype *zc_resolve_element(zc_checker *ck, const zc_type_expr *expr)
{
    zc_ctype *type;
    switch (expr->kind) {
    case ZC_AST_TYPE_ERROR:
        return NULL;
    case ZC_AST_TYPE_INT:
        return resolve_int(ck, expr);
    case ZC_AST_TYPE_FIX:
    case ZC_AST_TYPE_UFIX:
        return resolve_fix(ck, expr);
    case ZC_AST_TYPE_QUANT:
        return resolve_quant(ck, expr);
    case ZC_AST_TYPE_BOOL:
        type = new_type(ck, ZC_TYPE_BOOL, expr->span);
        mpz_set_ui(type->range->hi, 1);
        type->text = "bool";
        return type;
    case ZC_AST_TYPE_NUM:
        type = new_type(ck, ZC_TYPE_INT, expr->span);
        type->num = true;
        type->text = "num";
        return type;
    case ZC_AST_TYPE_NAME:
        return resolve_alias(ck, expr);
    }
    return NULL;
}

const zc_ctype *zc_resolve_type(zc_checker *ck, const zc_type_expr *expr)
{
    const zc_ctype *element = zc_resolve_element(ck, expr);
    if (element == NULL)
        return NULL;
    if (expr->dims.count == 0)
        return element;
    zc_ctype *type = zc_check_alloc(ck, 1, sizeof *type);
    *type = *element;
    if (expr->dims.count + element->rank > ZC_MAX_RANK) {
        zc_complain(ck, ZC_E_TOO_LARGE, expr->span, "a tensor has at most %d dimensions",
                    (int)ZC_MAX_RANK);
        return NULL;
    }
    bool ok = true;
    type->rank = 0;
    for (size_t d = 0; d < expr->dims.count; d++)
        ok &= zc_resolve_extent(ck, expr->dims.items[d], "a dimension",
                                &type->extent[type->rank++]);
    for (uint32_t d = 0; d < element->rank; d++)
        type->extent[type->rank++] = element->extent[d];
    return ok ? type : NULL;
}

/* ---- fitting values to types ---- */

/* `round` where the rounded value (lo .. hi, real) is sure to fit, else `clamp`. */
static void verb_help(zc_checker *ck, zc_diag *diag, zc_span span, const zc_ctype *type,
                      mpq_srcptr lo, mpq_srcptr hi)
{
    zc_range *range = zc_new_range(ck);
    zc_rational_round(range->lo, lo, type->scale, ZC_ROUND);
    zc_rational_round(range->hi, hi, type->scale, ZC_ROUND);
    bool fits = zc_range_contains(type->range, range);
    const char *text = zc_source_text(ck, span);
    const char *edit = zc_text(ck, "%s %s to %s", fits ? "round" : "clamp", text, type->text);
    const char *more = fits ? "" : zc_text(ck, " (it saturates; `%s` is wide enough for `round`)",
                                           zc_wide_type(ck, range, type->scale));
    zc_diag_help(diag, "say what happens to what does not fit: `%s`%s", edit, more);
    zc_edit_verb(ck, diag, span, fits ? "round" : "clamp", type->text);
}

static const zc_value *fit_number(zc_checker *ck, const zc_value *value, mpq_srcptr number,
                                  const zc_ctype *type, zc_span span, const char *what)
{
    mpz_ptr code = zc_new_integer(ck);
    if (!zc_rational_exact(code, number, type->scale)) {
        zc_diag *diag = zc_complain(ck, ZC_E_TYPE_FIT, span,
                                    "%s of type `%s` is a multiple of %s, and %s is not", what,
                                    type->text, zc_step_text(ck, type->scale),
                                    zc_real_text(ck, number));
        verb_help(ck, diag, span, type, number, number);
        return &zc_poison;
    }
    if (!zc_range_has(type->range, code)) {
        zc_diag *diag = zc_complain(ck, ZC_E_TYPE_FIT, span, "%s is outside of `%s`",
                                    zc_real_text(ck, number), type->text);
        zc_diag_primary_label(diag, "must be in %s", zc_range_text(ck, type->range, type->scale));
        return &zc_poison;
    }
    return zc_with_axes(ck, zc_number_value(ck, number, type->scale), value->rank, value->axes);
}

/* Data without codes, or without scale, takes the declared type's. */
static const zc_value *fit_data(zc_checker *ck, const zc_value *value, const zc_ctype *type,
                                zc_span span, const char *what)
{
    const zc_data *data = value->data;
    if (data->codes == NULL && data->weights != NULL) {
        zc_diag *diag = zc_complain(ck, ZC_E_VERB_MISSING, span,
                                    "%s of type `%s` needs a verb because %s holds real numbers",
                                    what, type->text, data->name);
        zc_diag_help(diag, "`clamp` saturates, `round` refuses what is outside of the type, "
                           "`exact` refuses what is not a multiple of its step");
        zc_edit_verb(ck, diag, span, "clamp", type->text);
        return &zc_poison;
    }
    zc_data *copy = zc_check_alloc(ck, 1, sizeof *copy);
    *copy = *data;
    if (data->codes == NULL) {
        mpz_ptr code = zc_new_integer(ck);
        for (uint64_t i = 0; i < data->count; i++) {
            if (!zc_rational_exact(code, data->reals[i], type->scale)) {
                zc_diag *diag = zc_complain(
                    ck, ZC_E_VERB_MISSING, span,
                    "%s of type `%s` needs a verb because %s is not a multiple of %s", what,
                    type->text, zc_real_text(ck, data->reals[i]), zc_step_text(ck, type->scale));
                zc_diag_help(diag, "`round` takes the nearest code");
                zc_edit_verb(ck, diag, span, "round", type->text);
                return &zc_poison;
            }
        }
        zc_value *exact = zc_check_alloc(ck, 1, sizeof *exact);
        *exact = *value;
        exact->data = copy;
        return zc_as_tensor(ck, exact, type->scale, span);
    }
    copy->scale = type->scale;
    copy->tir = NULL;
    zc_range *range = zc_new_range(ck);
    zc_range_of_codes(range, copy->codes, copy->count);
    if (!zc_range_contains(type->range, range)) {
        zc_diag *diag = zc_complain(ck, ZC_E_DATA_VALUE, span, "%s holds codes outside of `%s`",
                                    data->name != NULL ? data->name : "the data", type->text);
        mpq_ptr one = zc_new_rational(ck);
        mpq_set_ui(one, 1, 1);
        zc_diag_note(diag, "the codes are %s, those of the type %s", zc_range_text(ck, range, one),
                     zc_range_text(ck, type->range, one));
        return &zc_poison;
    }
    zc_value *typed = zc_check_alloc(ck, 1, sizeof *typed);
    *typed = *value;
    typed->data = copy;
    typed->scale = type->scale;
    return typed;
}

static const zc_value *fit_tensor(zc_checker *ck, const zc_value *tensor, const zc_ctype *type,
                                  zc_span span, const char *what)
{
    zc_range *range = zc_new_range(ck);
    zc_value_range(ck, range, tensor);
    if (mpq_cmp(tensor->scale, type->scale) != 0) {
        zc_diag *diag = zc_complain(ck, ZC_E_TYPE_FIT, span, "%s of type `%s` has another step",
                                    what, type->text);
        zc_diag_primary_label(diag, "ranges over %s", zc_range_long(ck, range, tensor->scale));
        zc_diag_note(diag, "the step of `%s` is %s", type->text, zc_step_text(ck, type->scale));
        mpz_ptr factor = zc_new_integer(ck);
        if (zc_rational_exact(factor, tensor->scale, type->scale)) {
            zc_diag_help(diag, "the change loses nothing: `exact %s to %s`",
                         zc_source_text(ck, span), type->text);
            zc_edit_verb(ck, diag, span, "exact", type->text);
        } else {
            mpq_ptr lo = zc_new_rational(ck), hi = zc_new_rational(ck);
            mpq_set_z(lo, range->lo);
            mpq_mul(lo, lo, tensor->scale);
            mpq_set_z(hi, range->hi);
            mpq_mul(hi, hi, tensor->scale);
            verb_help(ck, diag, span, type, lo, hi);
        }
        return &zc_poison;
    }
    if (!zc_range_contains(type->range, range)) {
        zc_diag *diag = zc_complain(ck, ZC_E_TYPE_FIT, span, "%s may leave its type `%s`", what,
                                    type->text);
        zc_diag_primary_label(diag, "ranges over %s", zc_range_long(ck, range, tensor->scale));
        zc_diag_note(diag, "`%s` holds %s", type->text,
                     zc_range_text(ck, type->range, type->scale));
        zc_note_origin(ck, diag, tensor);
        const char *text = zc_source_text(ck, span);
        zc_diag_help(diag, "`clamp %s to %s` saturates, `check %s to %s` lets the prover fail; "
                           "`%s` is wide enough", text, type->text, text, type->text,
                     zc_wide_type(ck, range, tensor->scale));
        zc_edit_verb(ck, diag, span, "clamp", type->text);
        return &zc_poison;
    }
    return tensor;
}

const zc_value *zc_fit_type(zc_checker *ck, const zc_value *value, const zc_ctype *type,
                            zc_span span, const char *what)
{
    if (value->kind == ZC_VAL_POISON || type == NULL)
        return &zc_poison;
    if (value->kind == ZC_VAL_STRING || value->kind == ZC_VAL_TUPLE) {
        zc_diag *diag = zc_complain(ck, ZC_E_TYPE_FIT, span, "%s cannot be %s", what,
                                    zc_value_text(ck, value));
        zc_diag_note(diag, "the declared type is `%s`", type->text);
        return &zc_poison;
    }
    if (type->num)
        return value;
    if (value->kind == ZC_VAL_REAL)
        return zc_real_unrounded(ck, span);
    mpq_srcptr number = zc_value_number(ck, value);
    if (number != NULL && (value->kind == ZC_VAL_INDEX || value->scale == NULL ||
                           mpq_equal(value->scale, type->scale)))
        return fit_number(ck, value, number, type, span, what);
    if (value->kind == ZC_VAL_DATA && (value->data->codes == NULL || value->data->scale == NULL))
        value = fit_data(ck, value, type, span, what);
    value = zc_as_tensor(ck, value, type->scale, span);
    return value->kind == ZC_VAL_POISON ? value : fit_tensor(ck, value, type, span, what);
}

/* The shape of the file in the declaration of the constant, if that has dimensions of its own. */
static void edit_shape(zc_checker *ck, zc_diag *diag, const zc_value *value)
{
    const zc_decl *decl = ck->frame->decl;
    const zc_type_expr *type = decl != NULL && decl->kind == ZC_DECL_CONST ? decl->u.constant.type
                                                                           : NULL;
    if (type == NULL || type->dims.count == 0 || value->rank == 0)
        return;
    zc_span dims = zc_span_join(type->dims.items[0]->span,
                                type->dims.items[type->dims.count - 1]->span);
    const char *text = "";
    for (uint32_t d = 0; d < value->rank; d++)
        text = zc_text(ck, "%s%s%u", text, d > 0 ? ", " : "", value->axes[d]->extent);
    zc_diag_guess(diag, dims, text, "declare the shape that the file has: `[%s]`", text);
}

bool zc_fit_shape(zc_checker *ck, const zc_value *value, const zc_ctype *type, zc_span span,
                  const char *what)
{
    bool same = value->rank == type->rank;
    for (uint32_t d = 0; same && d < type->rank; d++)
        same = value->axes[d]->extent == type->extent[d];
    if (same)
        return true;
    const char *declared = type->rank == 0 ? "a scalar"
                                           : zc_shape_text(ck, type->rank, type->extent);
    bool from_file = value->kind == ZC_VAL_DATA && value->data->weights != NULL;
    zc_diag *diag = zc_complain(ck, from_file ? ZC_E_DATA_SHAPE : ZC_E_SHAPE, span,
                                "%s has another shape than declared",
                                from_file ? value->data->name : what);
    zc_diag_primary_label(diag, "is %s",
                          value->rank == 0 ? "a scalar" : zc_value_shape(ck, value));
    zc_diag_note(diag, "declared: %s", declared);
    if (from_file)
        edit_shape(ck, diag, value);
    return false;
}

const zc_value *zc_fit(zc_checker *ck, const zc_value *value, const zc_ctype *type, zc_span span,
                       const char *what)
{
    bool shaped = value->kind != ZC_VAL_POISON && value->kind != ZC_VAL_STRING &&
                  value->kind != ZC_VAL_TUPLE && type != NULL;
    if (shaped && !zc_fit_shape(ck, value, type, span, what))
        return &zc_poison;
    return zc_fit_type(ck, value, type, span, what);
}

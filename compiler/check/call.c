/* Calls of functions, tables and built-in functions; blocks and loops. */
#include <string.h>

#include "compiler/check/elab.h"
#include "compiler/spelling.h"

/* ---- arguments ---- */

static void suggest_parameter(zc_diag *diag, const zc_ast_param_list *params, zc_ident name)
{
    zc_spelling spelling = {.name = name.name};
    for (size_t p = 0; p < params->count; p++)
        if (params->items[p].name.name != NULL)
            zc_spelling_try(&spelling, params->items[p].name.name);
    if (spelling.best != NULL)
        zc_diag_fix(diag, name.span, spelling.best, "did you mean `%s`?", spelling.best);
}

bool zc_match_arguments(zc_checker *ck, const zc_expr *e, const zc_decl *decl,
                        const zc_ast_param_list *params, const zc_arg **matched)
{
    bool ok = true;
    const char *name = decl->name.name;
    for (size_t i = 0; i < e->u.call.count && ok; i++) {
        const zc_arg *arg = &e->u.call.args[i];
        size_t place = i;
        if (arg->name.name != NULL) {
            for (place = 0; place < params->count; place++) {
                if (params->items[place].name.name == arg->name.name)
                    break;
            }
        }
        ok = place < params->count && matched[place] == NULL;
        if (ok) {
            matched[place] = arg;
            continue;
        }
        zc_diag *diag;
        if (arg->name.name != NULL && place == params->count)
            diag = zc_complain(ck, ZC_E_ARGUMENTS, arg->name.span, "`%s` has no parameter `%s`",
                               name, arg->name.name);
        else if (place < params->count)
            diag = zc_complain(ck, ZC_E_ARGUMENTS, arg->span, "parameter `%s` is given twice",
                               params->items[place].name.name);
        else
            diag = zc_complain(ck, ZC_E_ARGUMENTS, arg->span, "`%s` takes %zu argument%s, not %zu",
                               name, params->count, params->count == 1 ? "" : "s",
                               e->u.call.count);
        zc_diag_label(diag, decl->name.span, "defined here");
        if (place == params->count && arg->name.name != NULL)
            suggest_parameter(diag, params, arg->name);
    }
    for (size_t p = 0; p < params->count && ok; p++) {
        if (matched[p] != NULL)
            continue;
        zc_diag *diag = zc_complain(ck, ZC_E_ARGUMENTS, e->span,
                                    "`%s` needs an argument for `%s`", name,
                                    params->items[p].name.name);
        zc_diag_label(diag, params->items[p].span, "declared here");
        ok = false;
    }
    return ok;
}

bool zc_eval_arguments(zc_checker *ck, const zc_arg *const *args, size_t count,
                       const zc_value **values)
{
    bool index_mode = ck->index_mode, ok = true;
    ck->index_mode = false;
    for (size_t i = 0; i < count; i++) {
        values[i] = zc_eval(ck, args[i]->value);
        ok = ok && values[i]->kind != ZC_VAL_POISON;
    }
    ck->index_mode = index_mode;
    return ok;
}

/* ---- functions ---- */

typedef struct instance {
    const zc_decl *decl;
    const zc_expr *e; /* the call */
    const zc_arg **args;
    const zc_value **values;
    size_t count;
    zc_iters lifted; /* of an elementwise call */
} instance;

static uint32_t declared_rank(zc_checker *ck, const zc_type_expr *type)
{
    uint32_t rank = (uint32_t)type->dims.count;
    if (type->kind == ZC_AST_TYPE_NAME) {
        const zc_ctype *element = zc_resolve_element(ck, type);
        rank += element != NULL ? element->rank : 0;
    }
    return rank;
}

/* Scalar parameters given tensors: the call is elementwise. The arguments become scalars that
 * depend on fresh iterators. */
static bool lift(zc_checker *ck, instance *call)
{
    const zc_ast_param_list *params = &call->decl->u.fn.params;
    const zc_sym *subs[ZC_MAX_RANK] = {NULL};
    size_t first = SIZE_MAX;
    for (size_t i = 0; i < call->count; i++) {
        const zc_value *value = call->values[i];
        if (value->rank == 0 || declared_rank(ck, params->items[i].type) > 0)
            continue;
        if (value->kind == ZC_VAL_REAL) {
            (void)zc_real_unrounded(ck, call->args[i]->value->span);
            return false;
        }
        if (first == SIZE_MAX) {
            zc_iter **iters = zc_check_alloc(ck, value->rank, sizeof *iters);
            for (uint32_t d = 0; d < value->rank; d++) {
                iters[d] = zc_iter_new(ck, NULL, value->axes[d]->extent, ZC_NO_SPAN);
                subs[d] = zc_sym_iter(ck, iters[d]);
            }
            call->lifted = (zc_iters){iters, value->rank};
            first = i;
        }
        bool same = value->rank == call->lifted.count;
        for (uint32_t d = 0; same && d < value->rank; d++)
            same = value->axes[d]->extent == call->lifted.items[d]->extent;
        if (!same) {
            zc_diag *diag = zc_complain(ck, ZC_E_SHAPE, call->args[i]->span,
                                        "an elementwise call needs tensors of one shape");
            zc_diag_primary_label(diag, "is %s", zc_value_text(ck, value));
            zc_diag_label(diag, call->args[first]->span, "is %s",
                          zc_value_text(ck, zc_with_axes(ck, value, call->lifted.count,
                                                         call->lifted.items)));
            return false;
        }
        call->values[i] = zc_value_at(ck, value, subs, value->rank);
    }
    return true;
}

static bool is_shape_variable(const zc_decl *fn, const char *name)
{
    for (size_t i = 0; i < fn->u.fn.shape_vars.count; i++) {
        if (fn->u.fn.shape_vars.items[i].name == name)
            return true;
    }
    return false;
}

/* A tensor that has as many elements as the vector that is wanted. */
static void help_flatten(zc_checker *ck, zc_diag *diag, const zc_value *value, size_t wanted,
                         mpq_srcptr count, const char *text)
{
    uint64_t elements = 1;
    for (uint32_t d = 0; d < value->rank; d++)
        elements *= value->axes[d]->extent;
    mpq_ptr number = zc_new_rational(ck);
    zc_mpz_set_u64(mpq_numref(number), elements);
    if (wanted != 1 || value->rank < 2 || !mpq_equal(number, count))
        return;
    if (value->rank == 3)
        zc_diag_help(diag, "it has as many elements: `nn.flatten(%s)`", text);
    else if (value->rank == 2 && value->axes[0]->extent == 1)
        zc_diag_help(diag, "its only row: `let v[i] = %s[0, i];`", text);
}

/* Binds the shape variables to the dimensions of the arguments, in the callee's frame. */
static bool solve_shapes(zc_checker *ck, instance *call)
{
    const zc_decl *fn = call->decl;
    for (size_t i = 0; i < call->count; i++) {
        const zc_expr_list *dims = &fn->u.fn.params.items[i].type->dims;
        const zc_value *value = call->values[i];
        for (size_t d = 0; d < dims->count && d < value->rank; d++) {
            const zc_expr *dim = dims->items[d];
            if (dim->kind != ZC_EXPR_NAME || !is_shape_variable(fn, dim->u.name.name))
                continue;
            uint32_t extent = value->axes[d]->extent;
            const zc_binding *known = zc_find_binding(ck->frame, dim->u.name.name);
            if (known == NULL) {
                zc_ident name = {dim->u.name.name, call->args[i]->span};
                zc_bind(ck, name, zc_integer_value(ck, extent), false);
                continue;
            }
            if (mpq_cmp_ui(known->value->number, extent, 1) == 0)
                continue;
            zc_diag *diag = zc_complain(ck, ZC_E_SHAPE_VARIABLE, call->args[i]->span,
                                        "shape variable `%s` of `%s` has two values",
                                        dim->u.name.name, fn->name.name);
            zc_diag_primary_label(diag, "is %s, so %s = %u", zc_value_text(ck, value),
                                  dim->u.name.name, extent);
            zc_diag_label(diag, known->span, "gives %s = %s", dim->u.name.name,
                          zc_real_text(ck, known->value->number));
            zc_diag_label(diag, dim->span, "declared here");
            help_flatten(ck, diag, value, dims->count, known->value->number,
                         zc_source_text(ck, call->args[i]->span));
            return false;
        }
    }
    for (size_t i = 0; i < fn->u.fn.shape_vars.count; i++) {
        zc_ident name = fn->u.fn.shape_vars.items[i];
        if (zc_find_binding(ck->frame, name.name) != NULL)
            continue;
        zc_diag *diag = zc_complain(ck, ZC_E_SHAPE_VARIABLE, call->e->span,
                                    "the arguments do not determine `%s`", name.name);
        zc_diag_label(diag, name.span, "shape variable");
        zc_diag_note(diag, "a shape variable is found where it is a whole dimension of a parameter");
        return false;
    }
    return true;
}

/* Checks the arguments against the declared types and binds the parameters. */
static bool bind_parameters(zc_checker *ck, instance *call)
{
    const zc_ast_param_list *params = &call->decl->u.fn.params;
    bool ok = true;
    for (size_t i = 0; i < call->count; i++) {
        const zc_ast_param *param = &params->items[i];
        const char *what = zc_text(ck, "argument `%s`", param->name.name);
        const zc_ctype *type = zc_resolve_type(ck, param->type);
        const zc_value *value = zc_fit(ck, call->values[i], type, call->args[i]->value->span, what);
        ok = ok && value->kind != ZC_VAL_POISON;
        zc_bind(ck, param->name, value, false);
    }
    return ok;
}

static const zc_value *eval_body(zc_checker *ck, instance *call)
{
    const zc_decl *fn = call->decl;
    const zc_value *value;
    zc_span span;
    if (fn->u.fn.value != NULL) {
        value = zc_eval(ck, fn->u.fn.value);
        span = fn->u.fn.value->span;
    } else {
        value = zc_eval_block(ck, fn->u.fn.body);
        span = fn->u.fn.body->value != NULL ? fn->u.fn.body->value->span : fn->u.fn.body->span;
        if (value == NULL) {
            zc_diag *diag = zc_complain(ck, ZC_E_RESULT, call->e->span, "`%s` has no result",
                                        fn->name.name);
            zc_diag_label(diag, fn->u.fn.body->span, "the block does not end in an expression");
            zc_diag_help(diag, "the result is the last expression, written without `;`");
            return &zc_poison;
        }
    }
    if (fn->u.fn.result == NULL || value->kind == ZC_VAL_POISON)
        return value;
    const char *what = zc_text(ck, "the result of `%s`", fn->name.name);
    const zc_ctype *type = zc_resolve_type(ck, fn->u.fn.result);
    return zc_fit(ck, value, type, span, what);
}

static bool recursive(zc_checker *ck, const zc_expr *e, const zc_decl *decl)
{
    for (const zc_frame *frame = ck->frame; frame != NULL; frame = frame->caller) {
        if (frame->decl != decl)
            continue;
        zc_diag *diag = zc_complain(ck, ZC_E_RECURSION, e->span, "`%s` calls itself",
                                    decl->name.name);
        zc_diag_note(diag, "functions are expanded at each call, so recursion never ends");
        zc_diag_help(diag, "repeat with a loop: `loop y = x for l < 4 { ... }`");
        return true;
    }
    return false;
}

static const zc_value *lift_result(zc_checker *ck, const instance *call, const zc_value *value);

/* A tuple of tensors for the elements' tuples. */
static const zc_value *lift_items(zc_checker *ck, const instance *call, const zc_value *tuple)
{
    const zc_value **items = zc_check_alloc(ck, tuple->item_count, sizeof *items);
    zc_value *copy = zc_check_alloc(ck, 1, sizeof *copy);
    *copy = *tuple;
    copy->items = items;
    for (size_t i = 0; i < tuple->item_count; i++) {
        items[i] = lift_result(ck, call, tuple->items[i]);
        if (items[i]->kind == ZC_VAL_POISON)
            return &zc_poison;
    }
    return copy;
}

/* What an elementwise call returns: the axes of the arguments, then those of an element's result. */
static const zc_value *lift_result(zc_checker *ck, const instance *call, const zc_value *value)
{
    uint32_t lifted = call->lifted.count;
    if (value->kind == ZC_VAL_TUPLE)
        return lift_items(ck, call, value);
    if (lifted + value->rank > ZC_MAX_RANK) {
        zc_complain(ck, ZC_E_TOO_LARGE, call->e->span, "a tensor has at most %d dimensions",
                    (int)ZC_MAX_RANK);
        return &zc_poison;
    }
    zc_iter **axes = zc_check_alloc(ck, lifted + value->rank, sizeof *axes);
    memcpy(axes, call->lifted.items, lifted * sizeof *axes);
    for (uint32_t d = 0; d < value->rank; d++)
        axes[lifted + d] = value->axes[d];
    return zc_with_axes(ck, value, lifted + value->rank, axes);
}

static const zc_value *call_function(zc_checker *ck, const zc_expr *e, const zc_file *file,
                                     const zc_decl *decl)
{
    const zc_ast_param_list *params = &decl->u.fn.params;
    instance call = {.decl = decl, .e = e, .count = params->count};
    call.args = zc_check_alloc(ck, params->count > 0 ? params->count : 1, sizeof *call.args);
    call.values = zc_check_alloc(ck, params->count > 0 ? params->count : 1, sizeof *call.values);
    if (recursive(ck, e, decl) || !zc_match_arguments(ck, e, decl, params, call.args) ||
        !zc_eval_arguments(ck, call.args, call.count, call.values))
        return &zc_poison;
    zc_frame *caller = ck->frame;
    bool index_mode = ck->index_mode;
    zc_frame frame = {.caller = caller, .decl = decl, .file = file, .call_span = e->span};
    frame.call = zc_tir_call(ck->tir, caller->call, decl->name.name, e->span);
    if (frame.call == ZC_NO_ID)
        zc_check_no_memory(ck);
    ck->frame = &frame;
    ck->index_mode = false;
    const zc_value *value = &zc_poison;
    if (lift(ck, &call) && solve_shapes(ck, &call) && bind_parameters(ck, &call))
        value = eval_body(ck, &call);
    ck->frame = caller;
    ck->index_mode = index_mode;
    if (value->kind == ZC_VAL_POISON || call.lifted.count == 0)
        return value;
    return lift_result(ck, &call, value);
}

/* ---- tables ---- */

/* The argument in the step and the range of the table's domain. */
static const zc_value *table_argument(zc_checker *ck, const zc_decl *decl, const zc_value *value,
                                      const zc_ctype *type, const zc_arg *arg, size_t place)
{
    zc_span span = arg->value->span;
    const char *table = decl->name.name;
    if (value->kind == ZC_VAL_REAL) {
        zc_diag *diag = zc_complain(ck, ZC_E_UNSUPPORTED, span,
                                    "table `%s` of real numbers is not supported yet", table);
        zc_diag_help(diag, "make its expression a function: `fn %s(x: num) = ...;`", table);
        return &zc_poison;
    }
    value = zc_as_tensor(ck, value, type->scale, span);
    if (value->kind == ZC_VAL_POISON)
        return value;
    zc_range *range = zc_new_range(ck);
    zc_value_range(ck, range, value);
    bool same_step = mpq_equal(value->scale, type->scale);
    if (same_step && zc_range_contains(type->range, range))
        return value;
    zc_diag *diag = zc_complain(ck, ZC_E_TABLE_DOMAIN, span,
                                same_step ? "argument of table `%s` may leave its domain"
                                          : "argument of table `%s` has another step than its "
                                            "domain", table);
    zc_diag_primary_label(diag, "ranges over %s", zc_range_long(ck, range, value->scale));
    zc_diag_label(diag, decl->u.table.params.items[place].type->span, "domain %s",
                  zc_range_long(ck, type->range, type->scale));
    zc_note_origin(ck, diag, value);
    mpz_ptr factor = zc_new_integer(ck);
    bool exact = zc_rational_exact(factor, value->scale, type->scale); /* to a finer step */
    if (exact) {
        mpz_mul(range->lo, range->lo, factor);
        mpz_mul(range->hi, range->hi, factor);
        exact = zc_range_contains(type->range, range);
    }
    const char *text = zc_source_text(ck, span);
    const char *why = exact ? "the change loses nothing" : "saturate first";
    const char *fixed = zc_text(ck, "%s %s to %s", exact ? "exact" : "clamp", text, type->text);
    zc_diag_help(diag, "%s: `%s(%s)`", why, table, fixed);
    zc_edit_verb(ck, diag, span, exact ? "exact" : "clamp", type->text);
    return &zc_poison;
}

static const zc_value *call_table(zc_checker *ck, const zc_expr *e, const zc_file *file,
                                  const zc_decl *decl)
{
    const zc_ast_param_list *params = &decl->u.table.params;
    const zc_arg *args[2] = {NULL, NULL};
    const zc_value *values[2] = {NULL, NULL};
    zc_item *item = zc_table_item(ck, file, decl);
    if (item == NULL || !zc_match_arguments(ck, e, decl, params, args) ||
        !zc_eval_arguments(ck, args, params->count, values))
        return &zc_poison;
    if (params->count == 2 &&
        !zc_unify(ck, e->span, "a table is not applied to", &values[0], &values[1]))
        return &zc_poison;
    for (size_t i = 0; i < params->count; i++) {
        values[i] = table_argument(ck, decl, values[i], item->inputs[i], args[i], i);
        if (values[i]->kind == ZC_VAL_POISON)
            return &zc_poison;
    }
    if (item->tir != ck->tir) {
        item->index = zc_tir_add_table(ck->tir, item->table);
        if (item->index == ZC_NO_ID)
            zc_check_no_memory(ck);
        item->tir = ck->tir;
    }
    zc_elementwise op = {.op = params->count == 2 ? ZC_OP_TABLE2 : ZC_OP_TABLE,
                         .table = item->index};
    return zc_emit(ck, e->span, &op, values[0], values[1], item->output->scale);
}

/* ---- built-in functions ---- */

static const zc_value *call_extremum(zc_checker *ck, const zc_expr *e, bool max)
{
    const char *name = max ? "max" : "min";
    const zc_value *result = NULL;
    for (size_t i = 0; i < e->u.call.count; i++) {
        const zc_arg *arg = &e->u.call.args[i];
        const zc_value *value = zc_eval(ck, arg->value);
        if (result == NULL)
            result = value;
        else
            result = zc_extremum(ck, max, e->span,
                                 zc_span_join(e->u.call.args[0].span, e->u.call.args[i - 1].span),
                                 result, arg->span, value);
    }
    if (e->u.call.count >= 2)
        return result;
    zc_diag *diag = zc_complain(ck, ZC_E_ARGUMENTS, e->span, "`%s` takes two or more values", name);
    zc_diag_help(diag, "the %s over an index is written `%s[i](x[i])`",
                 max ? "maximum" : "minimum", name);
    return &zc_poison;
}

/* max(x, -x), which the rule for max does not know to be at least 0. */
static const zc_value *not_negative(zc_checker *ck, const zc_value *value, zc_span span)
{
    if (value->kind != ZC_VAL_TENSOR || zc_is_known(ck, value))
        return value;
    zc_range *range = zc_new_range(ck);
    zc_value_range(ck, range, value);
    if (mpz_sgn(range->lo) >= 0)
        return value;
    mpz_set_ui(range->lo, 0);
    zc_elementwise e = {.op = ZC_OP_REFINE, .range = range};
    return zc_emit(ck, span, &e, value, NULL, value->scale);
}

static const zc_value *call_abs(zc_checker *ck, const zc_expr *e)
{
    if (e->u.call.count != 1) {
        zc_complain(ck, ZC_E_ARGUMENTS, e->span, "`abs` takes one number");
        return &zc_poison;
    }
    zc_span span = e->u.call.args[0].value->span;
    const zc_value *value = zc_eval(ck, e->u.call.args[0].value);
    if (value->kind == ZC_VAL_REAL)
        return zc_real_apply(ck, e->span, ZC_REAL_ABS, &value, &span);
    const zc_value *zero = zc_integer_value(ck, 0);
    const zc_value *negative = zc_binary(ck, ZC_AST_SUB, e->span, span, zero, span, value);
    return not_negative(ck, zc_extremum(ck, true, e->span, span, value, span, negative), span);
}

static const zc_value *call_real(zc_checker *ck, const zc_expr *e, const char *name)
{
    zc_real_op op;
    ZK_CHECK(zc_real_function(name, &op));
    if (e->u.call.count != 1) {
        zc_complain(ck, ZC_E_ARGUMENTS, e->span, "`%s` takes one number", name);
        return &zc_poison;
    }
    zc_span span = e->u.call.args[0].value->span;
    const zc_value *value = zc_eval(ck, e->u.call.args[0].value);
    return zc_real_settle(ck, zc_real_apply(ck, e->span, op, &value, &span), e->span);
}

static const zc_value *call_builtin(zc_checker *ck, const zc_expr *e, const char *name)
{
    if (strcmp(name, "max") == 0 || strcmp(name, "min") == 0)
        return call_extremum(ck, e, name[1] == 'a');
    if (strcmp(name, "abs") == 0)
        return call_abs(ck, e);
    if (strcmp(name, "load") == 0 || strcmp(name, "load_raw") == 0)
        return zc_load(ck, e, NULL);
    return call_real(ck, e, name);
}

const zc_value *zc_eval_call(zc_checker *ck, const zc_expr *e)
{
    const zc_expr *callee = e->u.call.callee;
    const zc_file *file;
    const zc_decl *decl = zc_callee(ck, callee, &file);
    if (decl == NULL) {
        bool builtin = callee->kind == ZC_EXPR_NAME && zc_is_builtin(callee->u.name.name);
        return builtin ? call_builtin(ck, e, callee->u.name.name) : &zc_poison;
    }
    if (decl->kind == ZC_DECL_FN)
        return call_function(ck, e, file, decl);
    if (decl->kind == ZC_DECL_CIRCUIT)
        return zc_eval_circuit(ck, e, file, decl);
    return decl->kind == ZC_DECL_TABLE ? call_table(ck, e, file, decl) : &zc_poison;
}

/* ---- blocks ---- */

/* Names the value's node for messages; very long index expressions become copies. */
static const zc_value *settle_let(zc_checker *ck, const zc_value *value, zc_ident name)
{
    enum { LONG_VIEW = 200 };
    if (value->kind != ZC_VAL_TENSOR)
        return value;
    if (value->sym->size > LONG_VIEW) {
        zc_elementwise copy = {.op = ZC_OP_VIEW};
        value = zc_emit(ck, name.span, &copy, value, NULL, value->scale);
    }
    if (value->kind == ZC_VAL_TENSOR && ck->tir->nodes[value->node]->name == NULL)
        zc_tir_set_name(ck->tir, value->node, name.name);
    return value;
}

/* let y[i, j]: T = e; the indices become the first axes. */
static const zc_value *eval_let(zc_checker *ck, const zc_stmt *stmt)
{
    zc_binding *scope = ck->frame->scope;
    size_t count = stmt->indices.count;
    const zc_ctype *type = NULL;
    if (stmt->type != NULL) {
        type = zc_resolve_type(ck, stmt->type);
        if (type == NULL)
            return &zc_poison;
    }
    zc_iter **iters = zc_check_alloc(ck, count + ZC_MAX_RANK, sizeof *iters);
    if (!zc_bind_indices(ck, &stmt->indices, stmt->value, iters))
        return &zc_poison;
    const zc_value *value = zc_eval_declared(ck, stmt->value, type);
    ck->frame->scope = scope;
    if (value->kind == ZC_VAL_POISON)
        return value;
    if (count > 0) {
        bool number = value->kind != ZC_VAL_STRING && value->kind != ZC_VAL_TUPLE;
        if (!number || count + value->rank > ZC_MAX_RANK) {
            zc_complain(ck, ZC_E_TOO_LARGE, stmt->span, "a tensor has at most %d dimensions, and "
                                                        "numbers as elements", (int)ZC_MAX_RANK);
            return &zc_poison;
        }
        for (uint32_t d = 0; d < value->rank; d++)
            iters[count + d] = value->axes[d];
        value = zc_with_axes(ck, value, (uint32_t)count + value->rank, iters);
    }
    if (type != NULL) {
        const char *what = zc_text(ck, "`%s`", stmt->name.name);
        bool elements = count > 0 && stmt->type->dims.count == 0 && type->rank == 0;
        value = (elements ? zc_fit_type : zc_fit)(ck, value, type, stmt->value->span, what);
    }
    return settle_let(ck, value, stmt->name);
}

static void eval_let_tuple(zc_checker *ck, const zc_stmt *stmt)
{
    const zc_value *value = zc_eval(ck, stmt->value);
    bool ok = value->kind == ZC_VAL_TUPLE && value->item_count == stmt->names.count;
    if (!ok && value->kind != ZC_VAL_POISON) {
        zc_diag *diag = zc_complain(ck, ZC_E_SHAPE, stmt->value->span,
                                    "%zu names for %s", stmt->names.count,
                                    zc_value_text(ck, value));
        zc_diag_note(diag, "a tuple has as many values as names stand left of the `=`");
    }
    for (size_t i = 0; i < stmt->names.count; i++) {
        zc_ident name = stmt->names.items[i];
        zc_bind(ck, name, ok ? settle_let(ck, value->items[i], name) : &zc_poison, false);
    }
}

const zc_value *zc_eval_block(zc_checker *ck, const zc_block *block)
{
    zc_binding *scope = ck->frame->scope;
    for (size_t i = 0; i < block->count && !zc_test_stopped(ck); i++) {
        const zc_stmt *stmt = block->stmts[i];
        switch (stmt->kind) {
        case ZC_STMT_LET: {
            const zc_value *value = eval_let(ck, stmt);
            zc_bind(ck, stmt->name, value, false);
            break;
        }
        case ZC_STMT_LET_TUPLE:
            eval_let_tuple(ck, stmt);
            break;
        case ZC_STMT_ASSERT:
            zc_eval_assert(ck, stmt);
            break;
        case ZC_STMT_PROVE:
            zc_eval_prove(ck, stmt);
            break;
        case ZC_STMT_ERROR:
            break;
        }
        (void)zc_test_settle(ck, NULL);
    }
    const zc_value *value = block->value != NULL ? zc_eval(ck, block->value) : NULL;
    ck->frame->scope = scope;
    return zc_test_stopped(ck) ? &zc_poison : value;
}

const zc_value *zc_eval_loop(zc_checker *ck, const zc_expr *e)
{
    zc_binding *scope = ck->frame->scope;
    bool index_mode = ck->index_mode;
    const zc_value *value = zc_eval(ck, e->u.loop.init);
    uint32_t rounds;
    if (!zc_resolve_extent(ck, e->u.loop.index.bound, "the number of rounds", &rounds))
        return &zc_poison;
    if (rounds > ZC_MAX_LOOP) {
        zc_complain(ck, ZC_E_TOO_LARGE, e->u.loop.index.bound->span,
                    "a loop of %u rounds; at most %d are unrolled", rounds, (int)ZC_MAX_LOOP);
        return &zc_poison;
    }
    ck->index_mode = false;
    for (uint32_t l = 0; l < rounds && value->kind != ZC_VAL_POISON; l++) {
        zc_bind(ck, e->u.loop.name, value, false);
        zc_bind(ck, e->u.loop.index.name,
                zc_index_value(ck, zc_sym_const(ck, l), false, 0, NULL), false);
        value = zc_eval_block(ck, e->u.loop.body);
        ck->frame->scope = scope;
        if (value == NULL) {
            zc_diag *diag = zc_complain(ck, ZC_E_RESULT, e->u.loop.body->span,
                                        "the body of a loop must end in the next value of `%s`",
                                        e->u.loop.name.name);
            zc_diag_help(diag, "the result is the last expression, written without `;`");
            value = &zc_poison;
        }
    }
    ck->index_mode = index_mode;
    return value;
}

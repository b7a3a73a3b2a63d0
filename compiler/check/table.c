/* Real expressions at compile time, and tables. */
#include <string.h>

#include "compiler/check/elab.h"
#include "compiler/front/literal.h"

/* ---- real expressions ---- */

/* The built-in real function that a call means; false: it means something else. */
static bool real_callee(zc_checker *ck, const zc_expr *e, zc_real_op *op)
{
    const zc_expr *callee = e->u.call.callee;
    return callee->kind == ZC_EXPR_NAME &&
           zc_find_decl(ck->frame->file, callee->u.name.name) == NULL &&
           zc_real_function(callee->u.name.name, op);
}

bool zc_has_real_function(zc_checker *ck, const zc_expr *e)
{
    zc_real_op op;
    bool found = false;
    switch (e->kind) {
    case ZC_EXPR_UNARY:
        return zc_has_real_function(ck, e->u.unary.operand);
    case ZC_EXPR_BINARY:
        return zc_has_real_function(ck, e->u.binary.left) ||
               zc_has_real_function(ck, e->u.binary.right);
    case ZC_EXPR_IF:
        return zc_has_real_function(ck, e->u.cond.then_value) ||
               zc_has_real_function(ck, e->u.cond.else_value);
    case ZC_EXPR_CALL:
        if (!real_callee(ck, e, &op))
            return false;
        for (size_t i = 0; i < e->u.call.count; i++)
            found = found || zc_has_real_function(ck, e->u.call.args[i].value);
        return found || (op != ZC_REAL_MAX && op != ZC_REAL_MIN && op != ZC_REAL_ABS);
    default:
        return false;
    }
}

static const zc_real *checked(zc_checker *ck, const zc_real *real)
{
    if (real == NULL)
        zc_check_no_memory(ck);
    return real;
}

static const zc_real *real_number(zc_checker *ck, const zc_expr *e, const zc_decl *table)
{
    const zc_value *value = zc_eval(ck, e);
    if (value->kind == ZC_VAL_POISON)
        return NULL;
    mpq_srcptr number = zc_value_number(ck, value);
    if (number != NULL && value->rank == 0)
        return checked(ck, zc_real_const(&ck->reals, e->span, number));
    zc_diag *diag = zc_complain(ck, table != NULL ? ZC_E_NOT_CONSTANT : ZC_E_REAL_FUNCTION,
                                e->span, table != NULL
                                             ? "a table is computed at compile time"
                                             : "real functions are computed at compile time");
    zc_diag_primary_label(diag, "this is %s", zc_value_text(ck, value));
    if (table == NULL)
        zc_diag_help(diag, "for data, make it a table: `table f(x: fix(8, 4)) -> fix(8, 4) = "
                           "round exp(x);`");
    return NULL;
}

static const zc_real *real_name(zc_checker *ck, const zc_expr *e, const zc_decl *table)
{
    for (uint32_t i = 0; table != NULL && i < table->u.table.params.count; i++) {
        if (table->u.table.params.items[i].name.name == e->u.name.name)
            return checked(ck, zc_real_var(&ck->reals, e->span, i));
    }
    return real_number(ck, e, table);
}

/* The operand, of the kind that the operation takes. */
static const zc_real *operand(zc_checker *ck, const zc_expr *e, const zc_decl *table, bool truth)
{
    const zc_real *real = zc_real_expression(ck, e, table);
    if (real == NULL || zc_real_is_truth(real->op) == truth)
        return real;
    zc_complain(ck, ZC_E_OPERAND, e->span, truth ? "a truth value is needed here"
                                                 : "a number is needed here, not a truth value");
    return NULL;
}

static const zc_real *real_binary(zc_checker *ck, const zc_expr *e, const zc_decl *table)
{
    static const zc_real_op ops[] = {
        [ZC_AST_ADD] = ZC_REAL_ADD, [ZC_AST_SUB] = ZC_REAL_SUB, [ZC_AST_MUL] = ZC_REAL_MUL,
        [ZC_AST_DIV] = ZC_REAL_DIV, [ZC_AST_POW] = ZC_REAL_POW, [ZC_AST_LT] = ZC_REAL_LT,
        [ZC_AST_GT] = ZC_REAL_LT,   [ZC_AST_LE] = ZC_REAL_LE,   [ZC_AST_GE] = ZC_REAL_LE,
        [ZC_AST_EQ] = ZC_REAL_EQ,   [ZC_AST_NE] = ZC_REAL_NE,   [ZC_AST_AND] = ZC_REAL_AND,
        [ZC_AST_OR] = ZC_REAL_OR,
    };
    zc_ast_op op = e->u.binary.op;
    if (op == ZC_AST_MOD) {
        zc_complain(ck, ZC_E_OPERAND, e->u.binary.op_span, "`%%` is for index arithmetic only");
        return NULL;
    }
    bool logic = op == ZC_AST_AND || op == ZC_AST_OR;
    const zc_real *a = operand(ck, e->u.binary.left, table, logic);
    const zc_real *b = operand(ck, e->u.binary.right, table, logic);
    if (a == NULL || b == NULL)
        return NULL;
    bool swap = op == ZC_AST_GT || op == ZC_AST_GE;
    return checked(ck, zc_real_make(&ck->reals, e->span, ops[op], swap ? b : a, swap ? a : b,
                                    NULL));
}

static const zc_real *real_call(zc_checker *ck, const zc_expr *e, const zc_decl *table)
{
    zc_real_op op;
    if (!real_callee(ck, e, &op))
        return real_number(ck, e, table);
    bool many = op == ZC_REAL_MAX || op == ZC_REAL_MIN;
    size_t count = e->u.call.count;
    if (many ? count < 2 : count != zc_real_arity(op)) {
        zc_complain(ck, ZC_E_ARGUMENTS, e->span, "`%s` takes %s",
                    e->u.call.callee->u.name.name, many ? "two or more numbers" : "one number");
        return NULL;
    }
    const zc_real *result = operand(ck, e->u.call.args[0].value, table, false);
    if (count == 1)
        return result == NULL ? NULL
                              : checked(ck, zc_real_make(&ck->reals, e->span, op, result, NULL,
                                                         NULL));
    for (size_t i = 1; i < count && result != NULL; i++) {
        const zc_real *next = operand(ck, e->u.call.args[i].value, table, false);
        result = next == NULL ? NULL
                              : checked(ck, zc_real_make(&ck->reals, e->span, op, result, next,
                                                         NULL));
    }
    return result;
}

static const zc_real *real_if(zc_checker *ck, const zc_expr *e, const zc_decl *table)
{
    const zc_real *c = operand(ck, e->u.cond.condition, table, true);
    const zc_real *a = operand(ck, e->u.cond.then_value, table, false);
    const zc_real *b = operand(ck, e->u.cond.else_value, table, false);
    if (a == NULL || b == NULL || c == NULL)
        return NULL;
    return checked(ck, zc_real_make(&ck->reals, e->span, ZC_REAL_IF, c, a, b));
}

const zc_real *zc_real_expression(zc_checker *ck, const zc_expr *e, const zc_decl *table)
{
    const zc_real *a;
    switch (e->kind) {
    case ZC_EXPR_ERROR:
        return NULL;
    case ZC_EXPR_NAME:
        return real_name(ck, e, table);
    case ZC_EXPR_UNARY:
        a = operand(ck, e->u.unary.operand, table, e->u.unary.op == ZC_AST_NOT);
        return a == NULL ? NULL
                         : checked(ck, zc_real_make(&ck->reals, e->span,
                                                    e->u.unary.op == ZC_AST_NOT ? ZC_REAL_NOT
                                                                                : ZC_REAL_NEG,
                                                    a, NULL, NULL));
    case ZC_EXPR_BINARY:
        return real_binary(ck, e, table);
    case ZC_EXPR_CALL:
        return real_call(ck, e, table);
    case ZC_EXPR_IF:
        return real_if(ck, e, table);
    default:
        return real_number(ck, e, table);
    }
}

/* ---- rounding ---- */

/* "x = -8, y = 0.5": which entry of a table it is. */
static const char *entry_text(zc_checker *ck, const zc_decl *table, mpq_t *variables)
{
    const zc_ast_param_list *params = &table->u.table.params;
    const char *text = zc_text(ck, "%s = %s", params->items[0].name.name,
                               zc_real_text(ck, variables[0]));
    if (params->count == 1)
        return text;
    return zc_text(ck, "%s, %s = %s", text, params->items[1].name.name,
                   zc_real_text(ck, variables[1]));
}

static bool real_fault(zc_checker *ck, zc_real_status status, const zc_real_fault *fault,
                       zc_span span, const char *entry)
{
    zc_code code = entry != NULL ? ZC_E_TABLE_ENTRY : ZC_E_REAL_FUNCTION;
    const char *where = entry != NULL ? zc_text(ck, " for %s", entry) : "";
    if (status == ZC_REAL_IRRATIONAL) {
        zc_complain(ck, code, span, "the value is not a multiple of the step%s", where);
        return false;
    }
    zc_diag *diag = zc_complain(ck, code, fault->where.file != 0 ? fault->where : span,
                                "there is no value%s", where);
    zc_diag_primary_label(diag, "%s", fault->what);
    return false;
}

bool zc_round_real(zc_checker *ck, mpz_ptr code, const zc_real *real, mpq_t *variables,
                   zc_verb verb, const zc_ctype *type, zc_span span, const zc_decl *table)
{
    zc_real_fault fault = {span, ""};
    zc_real_status status;
    if (verb == ZC_VERB_EXACT || verb == ZC_VERB_CHECK) {
        mpq_ptr value = zc_new_rational(ck);
        status = zc_real_exact(value, real, variables, &fault);
        if (status == ZC_REAL_OK && !zc_rational_exact(code, value, type->scale))
            status = ZC_REAL_IRRATIONAL;
    } else {
        zc_round_mode mode = verb == ZC_VERB_FLOOR ? ZC_FLOOR
                             : verb == ZC_VERB_ROUNDEVEN ? ZC_ROUNDEVEN
                                                         : ZC_ROUND;
        status = zc_real_round(code, real, variables, type->scale, mode, &fault);
    }
    if (status == ZC_REAL_OK && zc_range_has(type->range, code))
        return true;
    if (status == ZC_REAL_OK && verb == ZC_VERB_CLAMP) {
        mpz_set(code, mpz_cmp(code, type->range->lo) < 0 ? type->range->lo : type->range->hi);
        return true;
    }
    const char *entry = table != NULL ? entry_text(ck, table, variables) : NULL;
    if (status != ZC_REAL_OK)
        return real_fault(ck, status, &fault, span, entry);
    mpq_ptr value = zc_new_rational(ck);
    mpq_set_z(value, code);
    mpq_mul(value, value, type->scale);
    zc_diag *diag = zc_complain(ck, entry != NULL ? ZC_E_TABLE_ENTRY : ZC_E_OVERFLOW, span,
                                "%s is outside of `%s`%s%s", zc_real_text(ck, value), type->text,
                                entry != NULL ? " for " : "", entry != NULL ? entry : "");
    zc_diag_primary_label(diag, "must be in %s", zc_range_text(ck, type->range, type->scale));
    zc_diag_help(diag, "`clamp` saturates");
    return false;
}

/* ---- tables ---- */

/* The domain of one parameter: first code and number of codes. */
static bool domain(zc_checker *ck, const zc_ast_param *param, const zc_ctype *type, int64_t *lo,
                   uint64_t *count)
{
    mpz_ptr size = zc_new_integer(ck);
    mpz_sub(size, type->range->hi, type->range->lo);
    mpz_add_ui(size, size, 1);
    if (!zc_mpz_get_i64(lo, type->range->lo) || !mpz_fits_ulong_p(size) ||
        mpz_get_ui(size) > ZC_TABLE_ENTRIES) {
        zc_diag *diag = zc_complain(ck, ZC_E_TABLE_SIZE, param->type->span,
                                    "a table has at most %d entries", (int)ZC_TABLE_ENTRIES);
        zc_diag_primary_label(diag, "`%s` has more codes", type->text);
        zc_diag_help(diag, "take a narrower type and saturate the argument with `clamp`");
        return false;
    }
    *count = mpz_get_ui(size);
    return true;
}

static void code_value(mpq_t out, int64_t code, const zc_ctype *type)
{
    zc_mpz_set_i64(mpq_numref(out), code);
    mpz_set_ui(mpq_denref(out), 1);
    mpq_mul(out, out, type->scale);
}

static bool fill(zc_checker *ck, const zc_decl *decl, zc_item *item, zc_table *table)
{
    const zc_expr *e = decl->u.table.value;
    const zc_real *real = operand(ck, e, decl, false);
    if (real == NULL)
        return false;
    table->values = zc_check_alloc(ck, (size_t)(table->count * table->count_b),
                                   sizeof *table->values);
    mpq_t variables[2];
    mpq_inits(variables[0], variables[1], NULL);
    mpz_ptr code = zc_new_integer(ck);
    bool ok = true;
    for (uint64_t i = 0; ok && i < table->count * table->count_b; i++) {
        code_value(variables[0], table->lo + (int64_t)(i / table->count_b), item->inputs[0]);
        if (item->inputs[1] != NULL)
            code_value(variables[1], table->lo_b + (int64_t)(i % table->count_b), item->inputs[1]);
        ok = zc_round_real(ck, code, real, variables, decl->u.table.verb, item->output, e->span,
                           decl);
        if (ok && !zc_mpz_get_i64(&table->values[i], code)) {
            zc_complain(ck, ZC_E_TABLE_ENTRY, e->span, "table entries have at most 64 bits");
            ok = false;
        }
    }
    mpq_clears(variables[0], variables[1], NULL);
    return ok;
}

static zc_table *make_table(zc_checker *ck, const zc_decl *decl, zc_item *item)
{
    const zc_ast_param_list *params = &decl->u.table.params;
    if (params->count < 1 || params->count > 2) {
        zc_complain(ck, ZC_E_TABLE_SIZE, decl->name.span, "a table has one or two parameters");
        return NULL;
    }
    if (decl->u.table.verb == ZC_VERB_CHECK) {
        zc_complain(ck, ZC_E_VERB_SCALE, decl->u.table.verb_span,
                    "`check` has no meaning in a table, which is computed at compile time");
        return NULL;
    }
    item->output = zc_resolve_element(ck, decl->u.table.result);
    for (size_t i = 0; i < params->count; i++) {
        item->inputs[i] = zc_resolve_element(ck, params->items[i].type);
        const zc_ctype *type = item->inputs[i];
        if (type != NULL && (type->num || type->rank > 0 || params->items[i].type->dims.count > 0)) {
            zc_complain(ck, ZC_E_TYPE_INVALID, params->items[i].type->span,
                        "a table's parameter has a scalar type with a range");
            return NULL;
        }
    }
    if (item->output == NULL || item->inputs[0] == NULL ||
        (params->count == 2 && item->inputs[1] == NULL))
        return NULL;
    if (item->output->num || item->output->rank > 0) {
        zc_complain(ck, ZC_E_TYPE_INVALID, decl->u.table.result->span,
                    "a table's result has a scalar type with a range");
        return NULL;
    }
    zc_table *table = zc_check_alloc(ck, 1, sizeof *table);
    table->name = decl->name.name;
    table->span = decl->span;
    table->count_b = 1;
    table->scale_in[0] = *item->inputs[0]->scale; /* borrowed: the pool keeps the limbs */
    table->scale_out[0] = *item->output->scale;
    bool ok = domain(ck, &params->items[0], item->inputs[0], &table->lo, &table->count);
    if (ok && params->count == 2)
        ok = domain(ck, &params->items[1], item->inputs[1], &table->lo_b, &table->count_b);
    if (ok && table->count * table->count_b > ZC_TABLE_ENTRIES) {
        zc_diag *diag = zc_complain(ck, ZC_E_TABLE_SIZE, decl->name.span,
                                    "a table has at most %d entries", (int)ZC_TABLE_ENTRIES);
        zc_diag_primary_label(diag, "%llu times %llu are %llu",
                              (unsigned long long)table->count,
                              (unsigned long long)table->count_b,
                              (unsigned long long)(table->count * table->count_b));
        ok = false;
    }
    return ok && fill(ck, decl, item, table) ? table : NULL;
}

zc_item *zc_table_item(zc_checker *ck, const zc_file *file, const zc_decl *decl)
{
    zc_item *item = zc_item_of(ck, file, decl);
    if (item->progress == ZC_UNSEEN) {
        zc_frame frame = {.decl = decl, .file = file, .call = ZC_NO_ID};
        zc_frame *outer = ck->frame;
        const zc_sym *path = ck->path;
        bool index_mode = ck->index_mode;
        item->progress = ZC_BUSY;
        ck->frame = &frame;
        ck->path = NULL;
        ck->index_mode = false;
        item->table = make_table(ck, decl, item);
        ck->frame = outer;
        ck->path = path;
        ck->index_mode = index_mode;
        item->progress = ZC_DONE;
    } else if (item->progress == ZC_BUSY) {
        zc_complain(ck, ZC_E_RECURSION, decl->name.span, "table `%s` needs itself",
                    decl->name.name);
        return NULL;
    }
    return item->table != NULL ? item : NULL;
}

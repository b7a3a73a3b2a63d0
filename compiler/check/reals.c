/* Real numbers as values: operators and functions build expressions, verbs and tables round them.
 *
 * What such an expression depends on besides constants are its leaves: the parameters of a table,
 * and numbers that differ from point to point of the iterators around (an index, an element of
 * loaded data). Leaf n is variable n of all expressions of the checker; leaf_numbers[n] is set
 * before an expression is evaluated. */
#include <stdlib.h>
#include <string.h>

#include "compiler/check/elab.h"

enum { MOST_LEAVES = 64, MOST_POINTS = 1 << 16 };

/* ---- leaves ---- */

static const zc_real *checked(zc_checker *ck, const zc_real *real)
{
    if (real == NULL)
        zc_check_no_memory(ck);
    return real;
}

static uint32_t add_leaf(zc_checker *ck, const zc_value *value)
{
    if (!ZK_GROW(ck->leaf_values, ck->leaf_value_capacity, ck->leaf_count + 1) ||
        !ZK_GROW(ck->leaf_numbers, ck->leaf_number_capacity, ck->leaf_count + 1))
        zc_check_no_memory(ck);
    ck->leaf_values[ck->leaf_count] = value;
    mpq_init(ck->leaf_numbers[ck->leaf_count]);
    return ck->leaf_count++;
}

void zc_leaves_free(zc_checker *ck)
{
    for (uint32_t i = 0; i < ck->leaf_count; i++)
        mpq_clear(ck->leaf_numbers[i]);
    free(ck->leaf_values);
    free(ck->leaf_numbers);
}

static const zc_value *make_value(zc_checker *ck, const zc_real *real, const uint32_t *leaves,
                                  uint32_t count)
{
    zc_value *value = zc_check_alloc(ck, 1, sizeof *value);
    value->kind = ZC_VAL_REAL;
    value->truth = zc_real_is_truth(real->op);
    value->real = real;
    value->leaf_count = count;
    uint32_t *copy = zc_check_alloc(ck, count > 0 ? count : 1, sizeof *copy);
    if (count > 0)
        memcpy(copy, leaves, count * sizeof *copy);
    value->leaves = copy;
    return value;
}

const zc_value *zc_real_leaf(zc_checker *ck, const zc_value *value, zc_span span)
{
    uint32_t leaf = add_leaf(ck, value);
    return make_value(ck, checked(ck, zc_real_var(&ck->reals, span, leaf)), &leaf, 1);
}

/* ---- operations ---- */

bool zc_is_known(const zc_checker *ck, const zc_value *value)
{
    return zc_is_compile_time(value) || value->kind == ZC_VAL_DATA ||
           value->kind == ZC_VAL_REAL ||
           (value->kind == ZC_VAL_TENSOR && ck->tir->nodes[value->node]->op == ZC_OP_CONST);
}

/* Any scalar that is known at compile time as a REAL; poison: reported. */
static const zc_value *to_real(zc_checker *ck, const zc_value *value, zc_span span)
{
    if (value->kind == ZC_VAL_REAL && value->rank > 0)
        return zc_real_unrounded(ck, span);
    if (value->kind == ZC_VAL_POISON || value->kind == ZC_VAL_REAL)
        return value;
    if (value->rank > 0) {
        zc_diag *diag = zc_complain(ck, ZC_E_REAL_FUNCTION, span,
                                    "real functions take one number, not %s",
                                    zc_value_text(ck, value));
        zc_diag_help(diag, "apply them to each element: `let y[i] = round exp(x[i]) to ...;`");
        return &zc_poison;
    }
    mpq_srcptr number = zc_value_number(ck, value);
    if (number != NULL)
        return make_value(ck, checked(ck, zc_real_const(&ck->reals, span, number)), NULL, 0);
    if (zc_is_known(ck, value)) {
        mpq_ptr fixed = zc_new_rational(ck);
        if (!zc_sym_is_const(value->sym))
            return zc_real_leaf(ck, value, span);
        if (!zc_compile_time_element(ck, value, fixed, span))
            return &zc_poison;
        return make_value(ck, checked(ck, zc_real_const(&ck->reals, span, fixed)), NULL, 0);
    }
    zc_diag *diag = zc_complain(ck, ZC_E_REAL_FUNCTION, span,
                                "real functions are computed at compile time");
    zc_diag_primary_label(diag, "this depends on the inputs of the circuit");
    zc_diag_help(diag, "for data, make it a table: `table f(x: fix(8, 4)) -> fix(8, 4) = "
                       "round exp(x);`");
    return &zc_poison;
}

/* Adds the leaves that are not there yet; false: too many. */
static bool merge(uint32_t *leaves, uint32_t *count, const zc_value *value)
{
    for (uint32_t i = 0; i < value->leaf_count; i++) {
        bool known = false;
        for (uint32_t k = 0; k < *count; k++)
            known = known || leaves[k] == value->leaves[i];
        if (known)
            continue;
        if (*count == MOST_LEAVES)
            return false;
        leaves[(*count)++] = value->leaves[i];
    }
    return true;
}

static bool takes_truth(zc_real_op op, unsigned place)
{
    return op == ZC_REAL_AND || op == ZC_REAL_OR || op == ZC_REAL_NOT ||
           (op == ZC_REAL_IF && place == 0);
}

const zc_value *zc_real_number(zc_checker *ck, const zc_value *value, zc_span span)
{
    if (!value->truth)
        return to_real(ck, value, span);
    zc_complain(ck, ZC_E_OPERAND, span, "a number is needed here, not a truth value");
    return &zc_poison;
}

/* A truth value; one that is an INDEX becomes "leaf != 0". */
static const zc_value *real_truth(zc_checker *ck, const zc_value *value, zc_span span)
{
    if (value->kind == ZC_VAL_REAL && value->truth)
        return value;
    if (value->kind == ZC_VAL_REAL) {
        zc_complain(ck, ZC_E_OPERAND, span, "a truth value is needed here");
        return &zc_poison;
    }
    value = to_real(ck, zc_as_truth(ck, value, span, "this operand"), span);
    if (value->kind == ZC_VAL_POISON)
        return value;
    mpq_ptr zero = zc_new_rational(ck);
    const zc_real *other = checked(ck, zc_real_const(&ck->reals, span, zero));
    const zc_real *holds = checked(ck, zc_real_make(&ck->reals, span, ZC_REAL_NE, value->real,
                                                    other, NULL));
    return make_value(ck, holds, value->leaves, value->leaf_count);
}

const zc_value *zc_real_apply(zc_checker *ck, zc_span span, zc_real_op op,
                              const zc_value *const *values, const zc_span *spans)
{
    const zc_real *operands[3] = {NULL, NULL, NULL};
    uint32_t leaves[MOST_LEAVES], count = 0, depth = 0;
    bool few = true;
    for (unsigned i = 0; i < zc_real_arity(op); i++) {
        const zc_value *value = takes_truth(op, i) ? real_truth(ck, values[i], spans[i])
                                                   : zc_real_number(ck, values[i], spans[i]);
        if (value->kind == ZC_VAL_POISON)
            return value;
        operands[i] = value->real;
        depth = value->real->depth > depth ? value->real->depth : depth;
        few = few && merge(leaves, &count, value);
    }
    if (!few || depth >= ZC_REAL_MAX_DEPTH) {
        zc_complain(ck, ZC_E_TOO_LARGE, span, "this expression of real numbers is too large");
        return &zc_poison;
    }
    const zc_real *real = zc_real_make(&ck->reals, span, op, operands[0], operands[1], operands[2]);
    return make_value(ck, checked(ck, real), leaves, count);
}

const zc_value *zc_real_binary(zc_checker *ck, zc_ast_op op, zc_span span, zc_span a_span,
                               const zc_value *a, zc_span b_span, const zc_value *b)
{
    static const zc_real_op ops[] = {
        [ZC_AST_ADD] = ZC_REAL_ADD, [ZC_AST_SUB] = ZC_REAL_SUB, [ZC_AST_MUL] = ZC_REAL_MUL,
        [ZC_AST_DIV] = ZC_REAL_DIV, [ZC_AST_POW] = ZC_REAL_POW, [ZC_AST_LT] = ZC_REAL_LT,
        [ZC_AST_GT] = ZC_REAL_LT,   [ZC_AST_LE] = ZC_REAL_LE,   [ZC_AST_GE] = ZC_REAL_LE,
        [ZC_AST_EQ] = ZC_REAL_EQ,   [ZC_AST_NE] = ZC_REAL_NE,   [ZC_AST_AND] = ZC_REAL_AND,
        [ZC_AST_OR] = ZC_REAL_OR,
    };
    if (op == ZC_AST_MOD) {
        zc_complain(ck, ZC_E_OPERAND, span, "`%%` is for index arithmetic only");
        return &zc_poison;
    }
    if (a->kind == ZC_VAL_REAL && b->kind == ZC_VAL_TENSOR && !zc_is_known(ck, b))
        return zc_real_unrounded(ck, a_span);
    if (b->kind == ZC_VAL_REAL && a->kind == ZC_VAL_TENSOR && !zc_is_known(ck, a))
        return zc_real_unrounded(ck, b_span);
    bool swap = op == ZC_AST_GT || op == ZC_AST_GE;
    const zc_value *values[2] = {swap ? b : a, swap ? a : b};
    zc_span spans[2] = {swap ? b_span : a_span, swap ? a_span : b_span};
    return zc_real_apply(ck, span, ops[op], values, spans);
}

/* ---- evaluation ---- */

static void explain_fault(zc_checker *ck, zc_real_status status, const zc_real_fault *fault,
                          zc_code code, zc_span span, const char *where)
{
    if (status == ZC_REAL_IRRATIONAL) {
        zc_complain(ck, code, span, "the value is not a multiple of the step%s", where);
        return;
    }
    zc_diag *diag = zc_complain(ck, code, fault->where.file != 0 ? fault->where : span,
                                "there is no value%s", where);
    zc_diag_primary_label(diag, "%s", fault->what);
}

bool zc_real_code(zc_checker *ck, mpz_ptr out, const zc_real *real, zc_verb verb,
                  const zc_ctype *type, zc_real_outcome *outcome)
{
    zc_real_status status;
    outcome->fault = (zc_real_fault){ZC_NO_SPAN, ""};
    if (verb == ZC_VERB_EXACT || verb == ZC_VERB_CHECK) {
        mpq_ptr value = zc_new_rational(ck);
        status = zc_real_exact(value, real, ck->leaf_numbers, &outcome->fault);
        if (status == ZC_REAL_OK && !zc_rational_exact(out, value, type->scale))
            status = ZC_REAL_IRRATIONAL;
    } else {
        status = zc_real_round(out, real, ck->leaf_numbers, type->scale, zc_verb_mode(verb),
                               &outcome->fault);
    }
    outcome->status = status;
    outcome->fits = status == ZC_REAL_OK && zc_range_has(type->range, out);
    if (status == ZC_REAL_OK && !outcome->fits && verb == ZC_VERB_CLAMP) {
        mpz_set(out, mpz_cmp(out, type->range->lo) < 0 ? type->range->lo : type->range->hi);
        outcome->fits = true;
    }
    return outcome->fits;
}

void zc_real_explain(zc_checker *ck, mpz_srcptr code, const zc_real_outcome *outcome,
                     const zc_ctype *type, zc_span span, const char *where, zc_span verb_span)
{
    bool table = verb_span.file != 0;
    if (outcome->status != ZC_REAL_OK) {
        explain_fault(ck, outcome->status, &outcome->fault,
                      table ? ZC_E_TABLE_ENTRY : ZC_E_REAL_FUNCTION, span, where);
        return;
    }
    mpq_ptr value = zc_new_rational(ck);
    mpq_set_z(value, code);
    mpq_mul(value, value, type->scale);
    zc_diag *diag = zc_complain(ck, table ? ZC_E_TABLE_ENTRY : ZC_E_OVERFLOW, span,
                                "%s is outside of `%s`%s", zc_real_text(ck, value), type->text,
                                where);
    zc_diag_primary_label(diag, "must be in %s", zc_range_text(ck, type->range, type->scale));
    zc_diag_help(diag, "`clamp` saturates");
    if (verb_span.file != 0)
        zc_diag_edit(diag, verb_span, "clamp");
}

const zc_value *zc_real_settle(zc_checker *ck, const zc_value *value, zc_span span)
{
    if (value->kind != ZC_VAL_REAL || value->leaf_count > 0)
        return value;
    zc_real_fault fault = {span, ""};
    zc_real_status status;
    if (value->truth) {
        bool holds = false;
        status = zc_real_truth(&holds, value->real, ck->leaf_numbers, &fault);
        if (status == ZC_REAL_OK)
            return zc_truth_value(ck, holds);
    } else {
        mpq_ptr number = zc_new_rational(ck);
        status = zc_real_exact(number, value->real, ck->leaf_numbers, &fault);
        if (status == ZC_REAL_OK)
            return zc_number_value(ck, number, NULL);
        if (status == ZC_REAL_IRRATIONAL)
            return value;
    }
    explain_fault(ck, status, &fault, ZC_E_REAL_FUNCTION, span, "");
    return &zc_poison;
}

/* ---- verbs ---- */

/* The leaves' numbers at the iterators' points; false: reported. */
static bool set_leaves(zc_checker *ck, const zc_value *value, zc_span span)
{
    for (uint32_t i = 0; i < value->leaf_count; i++) {
        uint32_t leaf = value->leaves[i];
        const zc_value *element = ck->leaf_values[leaf];
        if (element == NULL) {
            zc_complain(ck, ZC_E_UNSUPPORTED, span,
                        "a verb inside the expression of a table is not supported yet");
            return false;
        }
        if (!zc_compile_time_element(ck, element, ck->leaf_numbers[leaf], span))
            return false;
    }
    return true;
}

static const char *point_text(zc_checker *ck, const zc_iter_set *set)
{
    const char *text = "";
    for (uint32_t i = 0; i < set->count; i++) {
        if (set->items[i]->name != NULL)
            text = zc_text(ck, "%s%s%s = %lld", text, text[0] != '\0' ? ", " : " for ",
                           set->items[i]->name, (long long)set->items[i]->at);
    }
    return text;
}

/* One code for each point; points that the condition around excludes get the code of another. */
static bool round_points(zc_checker *ck, const zc_value *value, zc_verb verb, const zc_ctype *type,
                         zc_span span, const zc_iter_set *set, int64_t *codes)
{
    mpz_ptr code = zc_new_integer(ck);
    size_t i = 0, skipped = 0;
    zc_iters_start(set->items, set->count);
    do {
        if (ck->path != NULL && zc_sym_eval(ck->path) == 0) {
            codes[i] = i > 0 ? codes[i - 1] : 0;
            skipped += i == skipped;
            i++;
            continue;
        }
        zc_real_outcome outcome;
        if (!set_leaves(ck, value, span))
            return false;
        if (!zc_real_code(ck, code, value->real, verb, type, &outcome)) {
            zc_real_explain(ck, code, &outcome, type, span, point_text(ck, set), ZC_NO_SPAN);
            return false;
        }
        if (!zc_mpz_get_i64(&codes[i], code)) {
            zc_complain(ck, ZC_E_TYPE_INVALID, span, "constants have at most 64 bits");
            return false;
        }
        i++;
    } while (zc_iters_next(set->items, set->count));
    for (size_t k = 0; k < skipped && skipped < i; k++)
        codes[k] = codes[skipped];
    return true;
}

/* One element, as if there were no axes. */
static const zc_value *round_scalar(zc_checker *ck, const zc_value *value, zc_verb verb,
                                    const zc_ctype *type, zc_span span)
{
    if (value->truth) {
        zc_complain(ck, ZC_E_OPERAND, span, "a number is needed here, not a truth value");
        return &zc_poison;
    }
    zc_iter_set set = {0};
    for (uint32_t i = 0; i < value->leaf_count; i++) {
        const zc_value *leaf = ck->leaf_values[value->leaves[i]];
        if (leaf != NULL)
            zc_sym_iters(leaf->sym, &set);
    }
    if (set.count > 0 && ck->path != NULL)
        zc_sym_iters(ck->path, &set);
    uint64_t count = zc_iters_points(set.items, set.count);
    if (set.overflow || set.count > ZC_MAX_RANK || count > MOST_POINTS) {
        zc_complain(ck, ZC_E_TOO_LARGE, span, "real functions of more than %d elements",
                    (int)MOST_POINTS);
        return &zc_poison;
    }
    if (set.count > 0) {
        int64_t *codes = zc_check_alloc(ck, (size_t)count, sizeof *codes);
        return round_points(ck, value, verb, type, span, &set, codes)
                   ? zc_codes_value(ck, &set, codes, type->scale)
                   : &zc_poison;
    }
    mpz_ptr code = zc_new_integer(ck);
    mpq_ptr result = zc_new_rational(ck);
    zc_real_outcome outcome;
    if (!set_leaves(ck, value, span))
        return &zc_poison;
    if (!zc_real_code(ck, code, value->real, verb, type, &outcome)) {
        zc_real_explain(ck, code, &outcome, type, span, "", ZC_NO_SPAN);
        return &zc_poison;
    }
    mpq_set_z(result, code);
    mpq_mul(result, result, type->scale);
    return zc_number_value(ck, result, type->scale);
}

const zc_value *zc_real_verb(zc_checker *ck, const zc_value *value, zc_verb verb,
                             const zc_ctype *type, zc_span span)
{
    const zc_value *rounded = round_scalar(ck, value, verb, type, span);
    bool whole = rounded->kind != ZC_VAL_POISON && value->rank > 0;
    return whole ? zc_with_axes(ck, rounded, value->rank, value->axes) : rounded;
}

const zc_value *zc_real_unrounded(zc_checker *ck, zc_span span)
{
    const char *text = zc_source_text(ck, span);
    zc_diag *diag = zc_complain(ck, ZC_E_REAL_FUNCTION, span,
                                "a real number must be rounded by a verb");
    zc_diag_guess(diag, (zc_span){span.file, span.start, span.start}, "(round ",
                  "`(round %s to fix(16, 12))`", text);
    zc_diag_wrap(diag, span, "", " to fix(16, 12))");
    return &zc_poison;
}

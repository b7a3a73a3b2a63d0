/* The audit of a plan: every variable is pinned, and no form wraps around the field. */
#include <stdlib.h>

#include "compiler/circuit/plan.h"

/* What the constraints enforce for a variable by look-ups: an interval. */
typedef struct bound {
    int64_t lo, hi;
    bool known;   /* some look-up bounds it */
    bool output;  /* it is the output of a look-up */
    bool related; /* it stands in a form */
    bool defined;
} bound;

static void tighten(bound *b, int64_t lo, int64_t hi)
{
    if (!b->known || lo > b->lo)
        b->lo = lo;
    if (!b->known || hi < b->hi)
        b->hi = hi;
    b->known = true;
}

static void bound_lookups(const zc_plan *plan, bound *bounds)
{
    for (uint32_t t = 0; t < plan->tag_count; t++) {
        const zc_tag *tag = &plan->tags[t];
        int64_t lo = INT64_MAX, hi = INT64_MIN;
        for (int64_t in = tag->lo; in <= tag->hi; in++) {
            int64_t out = zc_tag_value(tag, in);
            lo = out < lo ? out : lo;
            hi = out > hi ? out : hi;
        }
        for (size_t i = 0; i < plan->lookup_count; i++) {
            const zc_lookup *lookup = &plan->lookups[i];
            if (lookup->tag != t)
                continue;
            tighten(&bounds[lookup->in], tag->lo, tag->hi);
            if (lookup->out != ZC_NO_VAR) {
                tighten(&bounds[lookup->out], lo, hi);
                bounds[lookup->out].output = true;
            }
        }
    }
}

static void note_forms(const zc_plan *plan, bound *bounds)
{
    for (size_t f = 0; f < plan->form_count; f++) {
        const zc_form *form = &plan->forms[f];
        if (form->defines != ZC_NO_VAR)
            bounds[form->defines].defined = true;
        for (uint32_t i = 0; i < form->terms; i++)
            bounds[plan->terms[form->first_term + i].var].related = true;
        for (uint32_t j = 0; j < form->products; j++) {
            bounds[plan->products[form->first_product + j].a].related = true;
            bounds[plan->products[form->first_product + j].b].related = true;
        }
    }
}

static bool check_variables(const zc_plan *plan, const bound *bounds, zc_audit *audit)
{
    for (size_t i = 0; i < plan->block_count; i++) {
        const zc_block *block = &plan->blocks[i];
        for (uint32_t e = 0; e < block->count; e++) {
            const bound *b = &bounds[block->first + e];
            bool bounded =
                block->kind == ZC_BLOCK_INSTANCE || b->defined ||
                (b->known && (block->kind == ZC_BLOCK_HINT || block->kind == ZC_BLOCK_INPUT));
            if (!bounded)
                *audit = (zc_audit){ZC_AUDIT_UNBOUNDED, block->first + e, UINT32_MAX};
            else if (block->kind == ZC_BLOCK_HINT && !b->related && !b->output)
                *audit = (zc_audit){ZC_AUDIT_UNRELATED, block->first + e, UINT32_MAX};
            else
                continue;
            return false;
        }
    }
    return true;
}

typedef struct interval {
    mpz_t lo, hi;
} interval;

/* For the windows: what look-ups enforce, and for each block the hull of what the defining forms
 * seen so far enforce for its variables. */
typedef struct enforced {
    const zc_plan *plan;
    const bound *bounds;
    interval *defined;
    bool *seen;
} enforced;

static bool derives(const zc_block *block)
{
    return block->kind == ZC_BLOCK_DEFINED || block->kind == ZC_BLOCK_INPUT;
}

static void get_interval(interval *out, const enforced *en, zc_var var)
{
    if (en->bounds[var].known) {
        mpz_set_si(out->lo, en->bounds[var].lo);
        mpz_set_si(out->hi, en->bounds[var].hi);
        return;
    }
    const zc_block *block = zc_plan_block(en->plan, var);
    size_t index = (size_t)(block - en->plan->blocks);
    if (derives(block)) {
        ZK_CHECK(en->seen[index]); /* forms follow the definitions of their variables */
        mpz_set(out->lo, en->defined[index].lo);
        mpz_set(out->hi, en->defined[index].hi);
        return;
    }
    zc_coef_get(out->lo, en->plan, block->lo);
    zc_coef_get(out->hi, en->plan, block->hi);
}

/* a *= b over intervals; t holds four numbers. */
static void multiply(interval *a, const interval *b, mpz_t *t)
{
    mpz_mul(t[0], a->lo, b->lo);
    mpz_mul(t[1], a->lo, b->hi);
    mpz_mul(t[2], a->hi, b->lo);
    mpz_mul(t[3], a->hi, b->hi);
    mpz_set(a->lo, t[0]);
    mpz_set(a->hi, t[0]);
    for (int i = 1; i < 4; i++) {
        if (mpz_cmp(t[i], a->lo) < 0)
            mpz_set(a->lo, t[i]);
        if (mpz_cmp(t[i], a->hi) > 0)
            mpz_set(a->hi, t[i]);
    }
}

static void add_scaled(interval *sum, interval *x, zc_coef factor, const zc_plan *plan, mpz_t *t)
{
    zc_coef_get(t[0], plan, factor);
    if (mpz_sgn(t[0]) < 0)
        mpz_swap(x->lo, x->hi);
    mpz_addmul(sum->lo, t[0], x->lo);
    mpz_addmul(sum->hi, t[0], x->hi);
}

/* The interval of a form without the term of `skip`. A square is not negative. Returns the sign of
 * the skipped term. */
static int form_interval(interval *sum, const enforced *en, const zc_form *form, zc_var skip,
                         interval *x, interval *y, mpz_t *t)
{
    const zc_plan *plan = en->plan;
    int sign = 0;
    zc_coef_get(sum->lo, plan, form->constant);
    mpz_set(sum->hi, sum->lo);
    for (uint32_t i = 0; i < form->terms; i++) {
        const zc_term *term = &plan->terms[form->first_term + i];
        if (term->var == skip) {
            ZK_CHECK(term->big == 0 && (term->small == 1 || term->small == -1));
            sign = (int)term->small;
            continue;
        }
        get_interval(x, en, term->var);
        add_scaled(sum, x, (zc_coef){term->small, term->big}, plan, t);
    }
    for (uint32_t j = 0; j < form->products; j++) {
        const zc_product *product = &plan->products[form->first_product + j];
        ZK_CHECK(product->a != skip && product->b != skip);
        get_interval(x, en, product->a);
        get_interval(y, en, product->b);
        multiply(x, y, t);
        if (product->a == product->b && mpz_sgn(x->lo) < 0)
            mpz_set_si(x->lo, 0);
        add_scaled(sum, x, (zc_coef){product->small, product->big}, plan, t);
    }
    return sign;
}

/* v = -rest or v = rest, by the form that defines v. */
static void define(enforced *en, const zc_form *form, interval *rest, interval *x, interval *y,
                   mpz_t *t)
{
    zc_var var = form->defines;
    const zc_block *block = zc_plan_block(en->plan, var);
    if (!derives(block))
        return;
    size_t index = (size_t)(block - en->plan->blocks);
    int sign = form_interval(rest, en, form, var, x, y, t);
    if (sign > 0) {
        mpz_neg(rest->lo, rest->lo);
        mpz_neg(rest->hi, rest->hi);
        mpz_swap(rest->lo, rest->hi);
    }
    interval *hull = &en->defined[index];
    if (!en->seen[index] || mpz_cmp(rest->lo, hull->lo) < 0)
        mpz_set(hull->lo, rest->lo);
    if (!en->seen[index] || mpz_cmp(rest->hi, hull->hi) > 0)
        mpz_set(hull->hi, rest->hi);
    en->seen[index] = true;
}

static uint32_t node_of_form(const zc_plan *plan, size_t form)
{
    for (size_t g = 0; g < plan->group_count; g++) {
        const zc_group *group = &plan->groups[g];
        if (!group->is_lookup && form >= group->first && form - group->first < group->count)
            return group->node;
    }
    return UINT32_MAX;
}

static bool inside(const interval *x, const mpz_t modulus)
{
    return mpz_cmpabs(x->lo, modulus) < 0 && mpz_cmpabs(x->hi, modulus) < 0;
}

static bool check_windows(enforced *en, const mpz_t modulus, zc_audit *audit)
{
    const zc_plan *plan = en->plan;
    interval sum, x, y;
    mpz_t t[4];
    mpz_inits(sum.lo, sum.hi, x.lo, x.hi, y.lo, y.hi, t[0], t[1], t[2], t[3], NULL);
    bool good = true;
    for (size_t i = 0; i < plan->tag_count && good; i++) {
        mpz_set_si(t[0], plan->tags[i].hi);
        mpz_set_si(t[1], plan->tags[i].lo);
        mpz_sub(t[0], t[0], t[1]);
        good = mpz_cmp(t[0], modulus) < 0;
        if (!good)
            *audit = (zc_audit){ZC_AUDIT_WINDOW, 0, UINT32_MAX};
    }
    for (size_t f = 0; f < plan->form_count && good; f++) {
        const zc_form *form = &plan->forms[f];
        if (form->defines != ZC_NO_VAR)
            define(en, form, &sum, &x, &y, t);
        (void)form_interval(&sum, en, form, ZC_NO_VAR, &x, &y, t);
        good = inside(&sum, modulus);
        if (!good)
            *audit = (zc_audit){ZC_AUDIT_WINDOW, f, node_of_form(plan, f)};
    }
    mpz_clears(sum.lo, sum.hi, x.lo, x.hi, y.lo, y.hi, t[0], t[1], t[2], t[3], NULL);
    return good;
}

static zkml_status windows(const zc_plan *plan, const bound *bounds, const mpz_t modulus,
                           zc_audit *audit, zkml_error *err)
{
    enforced en = {.plan = plan, .bounds = bounds};
    en.defined = calloc(plan->block_count + 1, sizeof *en.defined);
    en.seen = calloc(plan->block_count + 1, sizeof *en.seen);
    bool memory = en.defined != NULL && en.seen != NULL;
    for (size_t i = 0; memory && i < plan->block_count; i++)
        mpz_inits(en.defined[i].lo, en.defined[i].hi, NULL);
    if (memory)
        (void)check_windows(&en, modulus, audit);
    for (size_t i = 0; memory && i < plan->block_count; i++)
        mpz_clears(en.defined[i].lo, en.defined[i].hi, NULL);
    free(en.defined);
    free(en.seen);
    return memory ? ZKML_OK : zk_fail(err, ZKML_LIMIT, "lowering: out of memory");
}

zkml_status zc_plan_verify(zc_plan *plan, const mpz_t modulus, zc_audit *audit, zkml_error *err)
{
    *audit = (zc_audit){ZC_AUDIT_OK, 0, UINT32_MAX};
    if (plan->status != ZKML_OK) {
        if (err != NULL)
            *err = plan->error;
        return plan->status;
    }
    bound *bounds = calloc((size_t)plan->var_count + 1, sizeof *bounds);
    if (bounds == NULL)
        return zk_fail(err, ZKML_LIMIT, "lowering: out of memory");
    bound_lookups(plan, bounds);
    note_forms(plan, bounds);
    zkml_status status = ZKML_OK;
    if (check_variables(plan, bounds, audit))
        status = windows(plan, bounds, modulus, audit, err);
    free(bounds);
    return status;
}

#include "tests/exhaustive/small_field.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

typedef struct small_term {
    int64_t factor;
    zc_var a, b; /* b ZC_NO_VAR: linear */
} small_term;

typedef struct small_form {
    int64_t constant;
    uint32_t first, count;
} small_form;

typedef struct solver {
    const zc_build *build;
    const zc_plan *plan;
    int64_t p;
    small_form *forms;
    small_term *terms;
    bool *form_off, *lookup_off;
    int64_t *value; /* -1: open */
    zc_var *trail;
    uint32_t trail_length;
    small_result *result;
} solver;

static int64_t mod(int64_t x, int64_t p)
{
    x %= p;
    return x < 0 ? x + p : x;
}

static int64_t inverse(int64_t x, int64_t p)
{
    int64_t result = 1;
    for (int64_t e = p - 2; e > 0; e >>= 1, x = x * x % p)
        if (e & 1)
            result = result * x % p;
    return result;
}

static int64_t reduce_coef(const zc_plan *plan, int64_t small, uint32_t big, int64_t p)
{
    return big == 0 ? mod(small, p) : (int64_t)mpz_fdiv_ui(plan->bigs[big - 1], (unsigned long)p);
}

static void load(solver *s)
{
    const zc_plan *plan = s->plan;
    uint32_t n = 0;
    for (size_t f = 0; f < plan->form_count; f++) {
        const zc_form *form = &plan->forms[f];
        s->forms[f].constant = reduce_coef(plan, form->constant.small, form->constant.big, s->p);
        s->forms[f].first = n;
        for (uint32_t i = 0; i < form->terms; i++) {
            const zc_term *t = &plan->terms[form->first_term + i];
            s->terms[n++] =
                (small_term){reduce_coef(plan, t->small, t->big, s->p), t->var, ZC_NO_VAR};
        }
        for (uint32_t j = 0; j < form->products; j++) {
            const zc_product *t = &plan->products[form->first_product + j];
            s->terms[n++] = (small_term){reduce_coef(plan, t->small, t->big, s->p), t->a, t->b};
        }
        s->forms[f].count = n - s->forms[f].first;
    }
}

static void set(solver *s, zc_var var, int64_t value)
{
    s->value[var] = value;
    s->trail[s->trail_length++] = var;
}

static void undo(solver *s, uint32_t length)
{
    while (s->trail_length > length)
        s->value[s->trail[--s->trail_length]] = -1;
}

/* Evaluates a form; if all but one variable are known and it is linear in that, sets it. False:
 * a contradiction. */
static bool use_form(solver *s, const small_form *form, bool *progress)
{
    int64_t sum = form->constant, slope = 0;
    zc_var open = ZC_NO_VAR;
    for (uint32_t i = form->first; i < form->first + form->count; i++) {
        const small_term *t = &s->terms[i];
        int64_t a = s->value[t->a], b = t->b == ZC_NO_VAR ? 1 : s->value[t->b];
        if (a == 0 || b == 0)
            continue;
        if (a > 0 && b > 0) {
            sum += t->factor * (a * b % s->p) % s->p;
            continue;
        }
        zc_var unknown = a < 0 ? t->a : t->b;
        if ((a < 0 && b < 0) || (open != ZC_NO_VAR && open != unknown))
            return true; /* two unknowns, or a square */
        open = unknown;
        slope += t->factor * (a < 0 ? b : a) % s->p;
    }
    sum = mod(sum, s->p);
    slope = mod(slope, s->p);
    if (open == ZC_NO_VAR || slope == 0)
        return sum == 0;
    set(s, open, (s->p - sum) * inverse(slope, s->p) % s->p);
    *progress = true;
    return true;
}

static bool in_domain(const solver *s, const zc_tag *tag, int64_t value, int64_t *out)
{
    for (int64_t in = tag->lo; in <= tag->hi; in++)
        if (mod(in, s->p) == value) {
            *out = mod(zc_tag_value(tag, in), s->p);
            return true;
        }
    return false;
}

static bool use_lookup(solver *s, const zc_lookup *lookup, bool *progress)
{
    int64_t in = s->value[lookup->in], out;
    if (in < 0)
        return true;
    if (!in_domain(s, &s->plan->tags[lookup->tag], in, &out))
        return false;
    if (lookup->out == ZC_NO_VAR)
        return true; /* range tags map to 0 */
    if (s->value[lookup->out] >= 0)
        return s->value[lookup->out] == out;
    set(s, lookup->out, out);
    *progress = true;
    return true;
}

static bool propagate(solver *s)
{
    bool progress = true;
    while (progress) {
        progress = false;
        for (size_t i = 0; i < s->plan->lookup_count; i++)
            if (!s->lookup_off[i] && !use_lookup(s, &s->plan->lookups[i], &progress))
                return false;
        for (size_t f = 0; f < s->plan->form_count; f++)
            if (!s->form_off[f] && !use_form(s, &s->forms[f], &progress))
                return false;
    }
    return true;
}

size_t small_output_count(const zc_plan *plan)
{
    return plan->output_count + plan->committed_var_count;
}

static zc_var output_var(const zc_plan *plan, size_t number)
{
    return number < plan->output_count ? plan->outputs[number].var
                                       : plan->committed_vars[number - plan->output_count];
}

static void accept(solver *s)
{
    small_result *r = s->result;
    size_t count = small_output_count(s->plan);
    cr_assert(count <= SMALL_MAX_OUTPUTS);
    bool same = r->witnesses > 0;
    for (size_t i = 0; i < count; i++) {
        int64_t value = s->value[output_var(s->plan, i)];
        same = same && value == r->first[i];
        if (r->witnesses == 0)
            r->first[i] = value;
    }
    r->witnesses++;
    r->outputs += !same;
}

/* The open variable with the fewest choices: bounded by a look-up, else any. */
static zc_var choose(const solver *s, const zc_tag **tag)
{
    zc_var best = ZC_NO_VAR;
    *tag = NULL;
    for (size_t i = 0; i < s->plan->lookup_count; i++) {
        const zc_lookup *lookup = &s->plan->lookups[i];
        const zc_tag *t = &s->plan->tags[lookup->tag];
        if (!s->lookup_off[i] && s->value[lookup->in] < 0 &&
            (best == ZC_NO_VAR || t->hi - t->lo < (*tag)->hi - (*tag)->lo)) {
            best = lookup->in;
            *tag = t;
        }
    }
    for (zc_var v = 0; best == ZC_NO_VAR && v < s->plan->var_count; v++)
        if (s->value[v] < 0)
            best = v;
    return best;
}

static void search(solver *s)
{
    uint32_t mark = s->trail_length;
    const zc_tag *tag;
    if (s->result->outputs > 1 || !propagate(s)) {
        undo(s, mark);
        return;
    }
    zc_var var = choose(s, &tag);
    if (var == ZC_NO_VAR) {
        accept(s);
        undo(s, mark);
        return;
    }
    uint32_t base = s->trail_length;
    for (int64_t v = 0; v < s->p; v++) {
        int64_t ignored;
        if (tag != NULL && !in_domain(s, tag, v, &ignored))
            continue;
        set(s, var, v);
        search(s);
        undo(s, base);
    }
    undo(s, mark);
}

void small_solve(small_result *result, const zc_build *build, int64_t prime, const int64_t *inputs,
                 size_t without_form, size_t without_lookup)
{
    const zc_plan *plan = &build->plan;
    size_t vars = plan->var_count;
    solver s = {.build = build, .plan = plan, .p = prime, .result = result};
    *result = (small_result){0};
    s.forms = calloc(plan->form_count + 1, sizeof *s.forms);
    s.terms = calloc(plan->term_count + plan->product_count + 1, sizeof *s.terms);
    s.form_off = calloc(plan->form_count + 1, sizeof *s.form_off);
    s.lookup_off = calloc(plan->lookup_count + 1, sizeof *s.lookup_off);
    s.value = calloc(vars + 1, sizeof *s.value);
    s.trail = calloc(vars + 1, sizeof *s.trail);
    for (size_t v = 0; v < vars; v++)
        s.value[v] = -1;
    if (without_form != SIZE_MAX)
        s.form_off[without_form] = true;
    if (without_lookup != SIZE_MAX)
        s.lookup_off[without_lookup] = true;
    load(&s);
    const zc_tir *tir = build->tir;
    size_t at = 0;
    for (size_t i = 0; i < tir->param_count; i++)
        for (uint64_t e = 0; e < tir->nodes[tir->params[i].node]->count; e++)
            set(&s, build->vars[tir->params[i].node] + (zc_var)e, inputs[at++]);
    search(&s);
    free(s.forms);
    free(s.terms);
    free(s.form_off);
    free(s.lookup_off);
    free(s.value);
    free(s.trail);
}

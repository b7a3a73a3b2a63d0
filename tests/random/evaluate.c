/* What a random program means, element by element, in rationals. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "tests/random/program.h"

enum { MAX_LOCALS = 64 };

typedef struct state {
    const rprogram *p;
    int64_t index[MAX_INDICES];
    int64_t point; /* flat, of a let without indices */
    mpq_t local[MAX_LOCALS];
    bool failed; /* a check does not hold */
} state;

static void eval(state *s, const expr *e, mpq_t out);
static bool holds(state *s, const expr *e);

/* ---- numbers ---- */

static void set_step(mpq_t step, int64_t num, int64_t den)
{
    mpq_set_si(step, num, (unsigned long)den);
    mpq_canonicalize(step);
}

static void round_to_integer(mpz_t out, const mpq_t x, verb v)
{
    mpq_t y;
    mpq_init(y);
    mpq_set(y, x);
    if (v != V_FLOOR) {
        mpq_t half;
        mpq_init(half);
        mpq_set_ui(half, 1, 2);
        mpq_add(y, y, half);
        mpq_clear(half);
    }
    mpz_fdiv_q(out, mpq_numref(y), mpq_denref(y));
    bool tie = v == V_ROUNDEVEN && mpz_cmp_ui(mpq_denref(y), 1) == 0;
    if (tie && mpz_odd_p(out)) /* y = x + 1/2 is whole: a tie */
        mpz_sub_ui(out, out, 1);
    mpq_clear(y);
}

static bool is_power_of_two(const mpz_t n)
{
    return mpz_sizeinbase(n, 2) == mpz_scan1(n, 0) + 1;
}

/* The factor between two steps as the language approximates it: with 24 bits, unless its denominator
 * is a power of two. */
static void approximate(mpq_t factor)
{
    if (is_power_of_two(mpq_denref(factor)))
        return;
    mpq_t scaled;
    mpz_t m;
    mpq_init(scaled);
    mpz_init(m);
    for (unsigned shift = 0;; shift++) {
        mpq_mul_2exp(scaled, factor, shift);
        round_to_integer(m, scaled, V_ROUND);
        if (mpz_sizeinbase(m, 2) < 24)
            continue;
        mpq_set_z(factor, m);
        mpq_div_2exp(factor, factor, shift);
        break;
    }
    mpq_clear(scaled);
    mpz_clear(m);
}

static void saturate(mpz_t code, const rtype *t)
{
    if (mpz_cmp_si(code, t->lo) < 0)
        mpz_set_si(code, t->lo);
    if (mpz_cmp_si(code, t->hi) > 0)
        mpz_set_si(code, t->hi);
}

static void from_code(mpq_t out, const mpz_t code, const rtype *t)
{
    mpq_t step;
    mpq_init(step);
    set_step(step, t->num, t->den);
    mpq_set_z(out, code);
    mpq_mul(out, out, step);
    mpq_clear(step);
}

/* In steps of the type, exactly rounded, then saturated or expected inside. */
static void quantise(state *s, mpq_t x, verb v, const rtype *t)
{
    mpq_t step;
    mpz_t code;
    mpq_init(step);
    mpz_init(code);
    set_step(step, t->num, t->den);
    mpq_div(x, x, step);
    round_to_integer(code, x, v == V_EXACT || v == V_CHECK || v == V_CLAMP ? V_ROUND : v);
    bool inside = mpz_cmp_si(code, t->lo) >= 0 && mpz_cmp_si(code, t->hi) <= 0;
    if (v == V_CHECK)
        s->failed |= !inside;
    else if (v != V_CLAMP)
        cr_assert(inside, "a program that should not have been accepted");
    saturate(code, t);
    from_code(x, code, t);
    mpq_clear(step);
    mpz_clear(code);
}

static void step_of(mpq_t step, const expr *e)
{
    mpq_t other;
    mpq_init(other);
    int unit = e->unit < 0 ? e->a->unit : e->unit; /* below 0: a product of two */
    set_step(step, quant_units[unit][0], quant_units[unit][1]);
    if (e->unit < 0) {
        set_step(other, quant_units[e->b->unit][0], quant_units[e->b->unit][1]);
        mpq_mul(step, step, other);
    }
    mpq_div_2exp(step, step, (mp_bitcnt_t)e->fraction);
    mpq_clear(other);
}

static void apply_verb(state *s, const expr *e, mpq_t x)
{
    mpq_t from, to, factor;
    mpq_inits(from, to, factor, NULL);
    set_step(to, e->type->num, e->type->den);
    step_of(from, e->a);
    mpq_div(factor, from, to);
    if (!e->a->fixed) { /* x = (x / from) * to * (from / to) */
        approximate(factor);
        mpq_div(x, x, from);
        mpq_mul(x, x, factor);
        mpq_mul(x, x, to);
    }
    mpq_clears(from, to, factor, NULL);
    quantise(s, x, e->verb, e->type);
}

/* ---- tables ---- */

void rtable_value2(mpq_t out, int form, const mpq_t x, const mpq_t y)
{
    mpq_t c, d;
    mpq_inits(c, d, NULL);
    switch (form) {
    case 0: /* x * y - y / 3 */
        mpq_set_si(c, 1, 3);
        mpq_mul(c, c, y);
        mpq_mul(out, x, y);
        mpq_sub(out, out, c);
        break;
    case 1: /* max(x, y) / (abs(x) + abs(y) + 1) */
        mpq_abs(c, x);
        mpq_abs(d, y);
        mpq_add(c, c, d);
        mpq_set_si(d, 1, 1);
        mpq_add(c, c, d);
        mpq_div(out, mpq_cmp(x, y) > 0 ? x : y, c);
        break;
    default: /* if x < y then x else y * y / 5 */
        mpq_set(out, x);
        if (mpq_cmp(x, y) >= 0) {
            mpq_set_si(c, 1, 5);
            mpq_mul(out, y, y);
            mpq_mul(out, out, c);
        }
        break;
    }
    mpq_clears(c, d, NULL);
}

void rtable_value(mpq_t out, int form, const mpq_t x)
{
    mpq_t c;
    mpq_init(c);
    mpq_set(out, x);
    switch (form) {
    case 0: /* x * x / 4 - 1 */
        mpq_mul(out, x, x);
        mpq_div_2exp(out, out, 2);
        mpq_set_si(c, -1, 1);
        mpq_add(out, out, c);
        break;
    case 1: /* if x > 0 then x else x / 3 */
        mpq_set_si(c, 3, 1);
        if (mpq_sgn(x) <= 0)
            mpq_div(out, x, c);
        break;
    case 2: /* abs(x) / 7 + 0.1 */
        mpq_abs(out, x);
        mpq_set_si(c, 7, 1);
        mpq_div(out, out, c);
        mpq_set_si(c, 1, 10);
        mpq_add(out, out, c);
        break;
    case 3: /* 1 / (x * x + 1) */
        mpq_mul(out, x, x);
        mpq_set_si(c, 1, 1);
        mpq_add(out, out, c);
        mpq_inv(out, out);
        break;
    case 4: /* max(x, 1 / 3) ^ 2 */
        mpq_set_si(c, 1, 3);
        if (mpq_cmp(x, c) < 0)
            mpq_set(out, c);
        mpq_mul(out, out, out);
        break;
    default: /* if x == 1 or not (x >= -1) then 0.3 - x else min(x, 2) */
        if (mpq_cmp_si(x, 1, 1) == 0 || mpq_cmp_si(x, -1, 1) < 0) {
            mpq_set_si(c, 3, 10);
            mpq_sub(out, c, x);
        } else if (mpq_cmp_si(x, 2, 1) > 0) {
            mpq_set_si(out, 2, 1);
        }
        break;
    }
    mpq_clear(c);
}

/* ---- expressions ---- */

static int64_t eval_ix(const state *s, const ix *x)
{
    if (x->op == I_CONST)
        return x->value;
    if (x->op == I_VAR)
        return s->index[x->value];
    int64_t a = eval_ix(s, x->a), b = eval_ix(s, x->b);
    switch (x->op) {
    case I_ADD:
        return a + b;
    case I_SUB:
        return a - b;
    case I_MUL:
        return a * b;
    case I_DIV:
        return (a - (a % b + b) % b) / b;
    default:
        return (a % b + b) % b;
    }
}

static void eval_variable(state *s, const expr *e, mpq_t out)
{
    const rvar *v = &s->p->vars[e->number];
    int64_t at = 0;
    if (e->subs == 0)
        at = v->rank > 0 ? s->point : 0;
    for (int d = 0; d < e->subs; d++) {
        int64_t sub = eval_ix(s, e->sub[d]);
        cr_assert(sub >= 0 && sub < v->extent[d]);
        at = at * v->extent[d] + sub;
    }
    mpq_set(out, v->values[at]);
}

static void eval_call(state *s, const expr *e, mpq_t out)
{
    mpq_t a, b;
    mpq_inits(a, b, NULL);
    eval(s, e->a, a);
    eval(s, e->b, b);
    mpq_swap(a, s->local[0]);
    mpq_swap(b, s->local[1]);
    eval(s, s->p->functions[e->number].body, out);
    mpq_swap(a, s->local[0]);
    mpq_swap(b, s->local[1]);
    mpq_clears(a, b, NULL);
}

/* The indices of a reduction at point i, the last one fastest. */
static void set_bound(state *s, const expr *e, int64_t i)
{
    if (e->extent2 > 0) {
        s->index[e->index2] = i % e->extent2;
        i /= e->extent2;
    }
    s->index[e->index] = i;
}

static void eval_reduction(state *s, const expr *e, mpq_t out)
{
    mpq_t x, best;
    mpq_inits(x, best, NULL);
    int64_t at = 0, inner = e->extent2 > 0 ? e->extent2 : 1;
    for (int64_t i = 0; i < e->extent * inner; i++) {
        set_bound(s, e, i);
        eval(s, e->a, x);
        bool first = i == 0, larger = mpq_cmp(x, best) > 0;
        if (e->op == E_SUM) {
            mpq_add(best, best, x);
        } else if (first || (e->op == E_RMIN ? mpq_cmp(x, best) < 0 : larger)) {
            mpq_set(best, x);
            at = i;
        }
    }
    if (e->op == E_ARGMAX)
        mpq_set_si(out, at, 1);
    else
        mpq_set(out, best);
    mpq_clears(x, best, NULL);
}

static void eval_loop(state *s, const expr *e, mpq_t out)
{
    eval(s, e->a, out);
    for (int64_t i = 0; i < e->extent; i++) {
        mpq_t next;
        mpq_init(next);
        s->index[e->index] = i;
        mpq_set(s->local[e->number], out);
        eval(s, e->b, next);
        mpq_swap(out, next);
        mpq_clear(next);
    }
}

static void eval_pair(state *s, const expr *e, mpq_t out)
{
    mpq_t b;
    mpq_init(b);
    eval(s, e->a, out);
    eval(s, e->b, b);
    int order = mpq_cmp(out, b);
    switch (e->op) {
    case E_ADD:
        mpq_add(out, out, b);
        break;
    case E_SUB:
        mpq_sub(out, out, b);
        break;
    case E_MUL:
        mpq_mul(out, out, b);
        break;
    case E_MAX:
    case E_MIN:
        if ((order < 0) == (e->op == E_MAX))
            mpq_set(out, b);
        break;
    default: /* DIVIDE */
        cr_assert(mpq_sgn(b) != 0);
        mpq_div(out, out, b);
        quantise(s, out, e->verb, e->type);
        break;
    }
    mpq_clear(b);
}

/* Both arms count: a check inside holds, whichever is chosen. */
static void eval_if(state *s, const expr *e, mpq_t out)
{
    mpq_t other;
    mpq_init(other);
    bool first = holds(s, e->a);
    eval(s, e->b, first ? out : other);
    eval(s, e->c, first ? other : out);
    mpq_clear(other);
}

static void eval_table(state *s, const expr *e, mpq_t out)
{
    const rtable *t = &s->p->tables[e->number];
    mpq_t x, y;
    mpq_inits(x, y, NULL);
    eval(s, e->a, x);
    if (t->binary) {
        eval(s, e->b, y);
        rtable_value2(out, t->form, x, y);
    } else {
        rtable_value(out, t->form, x);
    }
    quantise(s, out, t->verb, &t->result);
    mpq_clears(x, y, NULL);
}

static void eval_power(state *s, const expr *e, mpq_t out)
{
    mpq_t x;
    mpq_init(x);
    eval(s, e->a, x);
    mpq_set_ui(out, 1, 1);
    for (int64_t i = 0; i < e->value; i++)
        mpq_mul(out, out, x);
    mpq_clear(x);
}

static void eval(state *s, const expr *e, mpq_t out)
{
    switch (e->op) {
    case E_LITERAL:
        mpq_set_si(out, e->value, 1);
        mpq_div_2exp(out, out, (mp_bitcnt_t)e->fraction);
        break;
    case E_INDEX:
        mpq_set_si(out, s->index[e->number], 1);
        break;
    case E_VAR:
        eval_variable(s, e, out);
        break;
    case E_LOCAL:
        mpq_set(out, s->local[e->number]);
        break;
    case E_NEG:
    case E_ABS:
        eval(s, e->a, out);
        if (e->op == E_NEG)
            mpq_neg(out, out);
        else
            mpq_abs(out, out);
        break;
    case E_POW:
        eval_power(s, e, out);
        break;
    case E_VERB:
        eval(s, e->a, out);
        apply_verb(s, e, out);
        break;
    case E_TABLE:
        eval_table(s, e, out);
        break;
    case E_CALL:
        eval_call(s, e, out);
        break;
    case E_IF:
        eval_if(s, e, out);
        break;
    case E_IF_INDEX:
        eval(s, eval_ix(s, e->left) < eval_ix(s, e->right) ? e->a : e->b, out);
        break;
    case E_PICK: {
        int64_t i = eval_ix(s, e->left);
        eval(s, i == 0 ? e->a : i == 1 ? e->b : e->c, out);
        break;
    }
    case E_SUM:
    case E_RMAX:
    case E_RMIN:
    case E_ARGMAX:
        eval_reduction(s, e, out);
        break;
    case E_LOOP:
        eval_loop(s, e, out);
        break;
    default:
        eval_pair(s, e, out);
        break;
    }
}

static bool compare(state *s, const expr *e)
{
    mpq_t a, b;
    mpq_inits(a, b, NULL);
    eval(s, e->a, a);
    eval(s, e->b, b);
    int order = mpq_cmp(a, b);
    mpq_clears(a, b, NULL);
    switch (e->op) {
    case E_LT:
        return order < 0;
    case E_LE:
        return order <= 0;
    case E_GT:
        return order > 0;
    case E_GE:
        return order >= 0;
    case E_EQ:
        return order == 0;
    default:
        return order != 0;
    }
}

static bool holds(state *s, const expr *e)
{
    bool a, b;
    switch (e->op) {
    case E_NOT:
        return !holds(s, e->a);
    case E_AND:
    case E_OR:
        a = holds(s, e->a);
        b = holds(s, e->b);
        return e->op == E_AND ? a && b : a || b;
    case E_ALL:
    case E_ANY:
        a = e->op == E_ALL;
        for (int64_t i = 0; i < e->extent * (e->extent2 > 0 ? e->extent2 : 1); i++) {
            set_bound(s, e, i);
            b = holds(s, e->a);
            a = e->op == E_ALL ? a && b : a || b;
        }
        return a;
    default:
        return compare(s, e);
    }
}

/* ---- programs ---- */

static void set_indices(state *s, const rvar *v, int64_t at)
{
    s->point = at;
    for (int d = v->rank; v->indexed && d-- > 0;) {
        s->index[v->index[d]] = at % v->extent[d];
        at /= v->extent[d];
    }
}

static void compute(state *s, rvar *v)
{
    for (int i = 0; i < rvar_count(v) && !s->failed; i++) {
        set_indices(s, v, i);
        if (v->kind == R_ASSERT)
            s->failed |= !holds(s, v->value);
        else
            eval(s, v->value, v->values[i]);
    }
}

static void forget(rprogram *p)
{
    for (int n = 0; n < p->var_count; n++) {
        rvar *v = &p->vars[n];
        for (int i = 0; v->values != NULL && i < rvar_count(v); i++)
            mpq_clear(v->values[i]);
        free(v->values);
        v->values = NULL;
    }
}

static void load(rvar *v, const int64_t *codes)
{
    mpq_t step;
    mpq_init(step);
    set_step(step, v->type->num, v->type->den);
    for (int i = 0; i < rvar_count(v); i++) {
        mpq_set_si(v->values[i], codes[i], 1);
        mpq_mul(v->values[i], v->values[i], step);
    }
    mpq_clear(step);
}

bool rprogram_run(rprogram *p, const int64_t *inputs)
{
    state *s = calloc(1, sizeof *s);
    cr_assert_not_null(s);
    s->p = p;
    for (int i = 0; i < MAX_LOCALS; i++)
        mpq_init(s->local[i]);
    cr_assert(p->local_count <= MAX_LOCALS && p->index_count <= MAX_INDICES);
    forget(p);
    for (int n = 0; n < p->var_count && !s->failed; n++) {
        rvar *v = &p->vars[n];
        v->values = calloc((size_t)rvar_count(v), sizeof *v->values);
        cr_assert_not_null(v->values);
        for (int i = 0; i < rvar_count(v); i++)
            mpq_init(v->values[i]);
        if (v->kind == R_PARAM) {
            load(v, inputs);
            inputs += rvar_count(v);
        } else if (v->kind == R_CONST) {
            for (int i = 0; i < rvar_count(v); i++) {
                set_step(v->values[i], v->codes[i], 256);
                quantise(s, v->values[i], v->verb, v->type);
            }
        } else {
            compute(s, v);
        }
    }
    bool ok = !s->failed;
    for (int i = 0; i < MAX_LOCALS; i++)
        mpq_clear(s->local[i]);
    free(s);
    return ok;
}

void rprogram_result(const rprogram *p, mpz_t code, int result, int element)
{
    const rvar *v = &p->vars[p->results[result]];
    const rtype *t = p->result_types[result];
    expr e = {.a = v->value, .verb = V_CLAMP, .type = t};
    state s = {.p = p};
    mpq_t x, step;
    mpq_inits(x, step, NULL);
    mpq_set(x, v->values[element]);
    apply_verb(&s, &e, x);
    set_step(step, t->num, t->den);
    mpq_div(x, x, step);
    mpz_set(code, mpq_numref(x));
    mpq_clears(x, step, NULL);
}

void rprogram_free(rprogram *p)
{
    forget(p);
    zk_arena_free(&p->arena);
}

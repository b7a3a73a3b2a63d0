/* Making random programs. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "tests/random/program.h"

const int64_t quant_units[QUANT_UNITS + 1][2] = {{1, 1}, {3, 10}, {1, 3}, {186584, 10000000}};

enum { MOST_BITS = 60, MOST_OPEN = 8 };

/* What an expression may use where it stands. */
typedef struct scope {
    rprogram *p;
    int vars;               /* the first so many variables */
    int shape_rank;         /* of the let */
    const int *shape;
    bool elementwise;       /* variables of the let's shape stand without subscripts */
    int index[MOST_OPEN], extent[MOST_OPEN], open; /* indices */
    int local[MOST_OPEN], locals;
    const expr *local_as[MOST_OPEN];
} scope;

static const expr *number(scope *s, int budget);
static const expr *condition(scope *s, int budget);

uint64_t rprogram_draw(rprogram *p, uint64_t bound)
{
    p->state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = p->state;
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return (z ^ z >> 31) % bound;
}

static int draw(scope *s, int bound)
{
    return (int)rprogram_draw(s->p, (uint64_t)bound);
}

static bool chance(scope *s, int percent)
{
    return draw(s, 100) < percent;
}

/* lo .. hi */
static int between(scope *s, int lo, int hi)
{
    return lo + draw(s, hi - lo + 1);
}

static void *make(scope *s, size_t size)
{
    void *memory = zk_arena_alloc(&s->p->arena, 1, size);
    cr_assert_not_null(memory);
    return memory;
}

static expr *node(scope *s, op o, const expr *a, const expr *b, const expr *c)
{
    expr *e = make(s, sizeof *e);
    *e = (expr){.op = o, .a = a, .b = b, .c = c};
    e->fixed = (a == NULL || a->fixed) && (b == NULL || b->fixed) && (c == NULL || c->fixed);
    return e;
}

static int max_int(int a, int b)
{
    return a > b ? a : b;
}

/* ---- types ---- */

static rtype *fixed_type(scope *s, bool is_signed, int bits, int fraction)
{
    rtype *t = make(s, sizeof *t);
    *t = (rtype){.kind = is_signed ? T_FIX : T_UFIX, .bits = bits, .fraction = fraction, .num = 1};
    t->den = INT64_C(1) << fraction;
    t->lo = is_signed ? -(INT64_C(1) << (bits - 1)) : 0;
    t->hi = (INT64_C(1) << (is_signed ? bits - 1 : bits)) - 1;
    return t;
}

static void narrow(scope *s, rtype *t)
{
    int64_t width = t->hi - t->lo + 1;
    if (chance(s, 80))
        width = width / 2 + 1;
    t->lo += (int64_t)rprogram_draw(s->p, (uint64_t)width);
    t->hi -= (int64_t)rprogram_draw(s->p, (uint64_t)(t->hi - t->lo + 1)) / (chance(s, 80) ? 3 : 1);
}

static const rtype *any_type(scope *s, bool quant)
{
    int bits = between(s, 2, chance(s, 20) ? 16 : 8);
    int choice = draw(s, quant ? 10 : 8);
    rtype *t = fixed_type(s, choice % 2 == 0, bits, choice < 3 ? 0 : between(s, 0, 8));
    if (choice < 3) {
        t->kind = T_INT;
        narrow(s, t);
    } else if (choice < 5) {
        narrow(s, t);
    } else if (choice >= 8) {
        int unit = between(s, 1, QUANT_UNITS);
        t->kind = T_QUANT;
        t->num = quant_units[unit][0];
        t->den = quant_units[unit][1];
        t->fraction = unit;
        narrow(s, t);
    }
    return t;
}

static int bits_of(const rtype *t)
{
    int64_t size = t->hi > -t->lo ? t->hi : -t->lo;
    int bits = 1;
    while (size >> bits != 0)
        bits++;
    return bits;
}

static expr *typed(scope *s, op o, const expr *a, const expr *b, verb v, const rtype *t)
{
    expr *e = node(s, o, a, b, NULL);
    e->verb = v;
    e->type = t;
    e->unit = t->kind == T_QUANT ? t->fraction : 0;
    e->fraction = t->kind == T_QUANT ? 0 : t->fraction;
    e->bits = bits_of(t);
    return e;
}

/* Any verb but `check` that the compiler can accept. */
static const expr *with_verb(scope *s, const expr *a)
{
    static const verb rounding[] = {V_FLOOR, V_ROUND, V_ROUNDEVEN};
    int fraction = between(s, 0, 8), choice = draw(s, 100);
    if (choice < 25 && a->unit == 0)
        fraction = a->fraction + draw(s, 3);
    int bits = a->bits - a->fraction + fraction + 3;
    if (choice >= 60 || bits > 50 || fraction > 30)
        return typed(s, E_VERB, a, NULL, V_CLAMP, any_type(s, !a->fixed));
    const rtype *t = fixed_type(s, true, bits < 2 ? 2 : bits, fraction);
    bool exact = choice < 25 && a->unit == 0;
    return typed(s, E_VERB, a, NULL, exact ? V_EXACT : rounding[draw(s, 3)], t);
}

/* At most so many bits, and a known unit. */
static const expr *settled(scope *s, const expr *a, int bits)
{
    return a->unit < 0 || a->bits > bits ? with_verb(s, a) : a;
}

static const expr *dyadic(scope *s, const expr *a)
{
    if (a->unit == 0)
        return a;
    const rtype *t = fixed_type(s, true, between(s, 2, 12), between(s, 0, 6));
    return typed(s, E_VERB, a, NULL, V_CLAMP, t);
}

static void same_unit(scope *s, const expr **a, const expr **b)
{
    *a = settled(s, *a, MOST_BITS);
    *b = settled(s, *b, MOST_BITS);
    if ((*a)->unit == (*b)->unit)
        return;
    *a = dyadic(s, *a);
    *b = dyadic(s, *b);
}

static void align(expr *e, const expr *a, const expr *b)
{
    e->unit = a->unit;
    e->fraction = max_int(a->fraction, b->fraction);
    e->bits = max_int(a->bits + e->fraction - a->fraction, b->bits + e->fraction - b->fraction);
}

/* ---- subscripts ---- */

static const ix *ix_node(scope *s, ix_op o, int64_t value, const ix *a, const ix *b)
{
    ix *x = make(s, sizeof *x);
    *x = (ix){o, value, a, b};
    return x;
}

static const ix *ix_const(scope *s, int64_t value)
{
    return ix_node(s, I_CONST, value, NULL, NULL);
}

static const ix *plus(scope *s, const ix *a, int64_t value)
{
    return value == 0 ? a : ix_node(s, I_ADD, 0, a, ix_const(s, value));
}

/* A subscript within 0 .. n-1. */
static const ix *subscript(scope *s, int n)
{
    if (s->open == 0 || chance(s, 15))
        return ix_const(s, draw(s, n));
    int k = draw(s, s->open), other = draw(s, s->open), m = s->extent[k];
    const ix *i = ix_node(s, I_VAR, s->index[k], NULL, NULL);
    const ix *j = ix_node(s, I_VAR, s->index[other], NULL, NULL), *size = ix_const(s, n);
    if (m <= n && chance(s, 60))
        return i;
    switch (draw(s, 7)) {
    case 6: /* stride and dilation */
        return 2 * (m - 1) + s->extent[other] <= n
                   ? ix_node(s, I_ADD, 0, ix_node(s, I_MUL, 0, ix_const(s, 2), i), j)
                   : ix_node(s, I_MOD, 0, i, size);
    case 0:
        return m <= n ? ix_node(s, I_SUB, 0, ix_const(s, n - 1), i) : ix_node(s, I_MOD, 0, i, size);
    case 1:
        return m <= n ? plus(s, i, draw(s, n - m + 1)) : ix_node(s, I_MOD, 0, i, size);
    case 2:
        return 2 * m - 1 <= n ? ix_node(s, I_MUL, 0, ix_const(s, 2), i)
                              : ix_node(s, I_MOD, 0, plus(s, i, draw(s, 3)), size);
    case 3:
        return (m - 1) / 2 < n ? ix_node(s, I_DIV, 0, i, ix_const(s, 2))
                               : ix_node(s, I_MOD, 0, i, size);
    case 4:
        return m + s->extent[other] - 1 <= n
                   ? ix_node(s, I_ADD, 0, i, j)
                   : ix_node(s, I_MOD, 0, ix_node(s, I_SUB, 0, i, j), size);
    default: {
        const ix *row = ix_node(s, I_MUL, 0, i, ix_const(s, s->extent[other]));
        return ix_node(s, I_MOD, 0, ix_node(s, I_ADD, 0, row, j), size);
    }
    }
}

/* ---- leaves ---- */

static bool has_shape(const scope *s, const rvar *v)
{
    bool same = v->rank == s->shape_rank;
    for (int d = 0; same && d < v->rank; d++)
        same = v->extent[d] == s->shape[d];
    return same;
}

static expr *variable(scope *s, int n, bool whole)
{
    const rvar *v = &s->p->vars[n];
    expr *e = node(s, E_VAR, NULL, NULL, NULL);
    e->number = n;
    e->unit = v->unit;
    e->fraction = v->fraction;
    e->bits = v->bits;
    e->fixed = v->kind == R_LET && v->value->fixed;
    if (whole || v->rank == 0)
        return e;
    e->subs = v->rank;
    for (int d = 0; d < v->rank; d++)
        e->sub[d] = subscript(s, v->extent[d]);
    return e;
}

static const expr *literal(scope *s)
{
    expr *e = node(s, E_LITERAL, NULL, NULL, NULL);
    e->fraction = chance(s, 50) ? 0 : between(s, 1, 4);
    e->value = between(s, -20, 20);
    while (e->fraction > 0 && e->value % 2 == 0) {
        e->value /= 2;
        e->fraction--;
    }
    e->bits = 5;
    return e;
}

static const expr *leaf(scope *s)
{
    int choice = draw(s, 100);
    if (s->locals > 0 && choice < 35) {
        int k = draw(s, s->locals);
        expr *e = node(s, E_LOCAL, NULL, NULL, NULL);
        e->number = s->local[k];
        e->fraction = s->local_as[k]->fraction;
        e->bits = s->local_as[k]->bits;
        e->unit = s->local_as[k]->unit;
        e->fixed = s->local_as[k]->fixed;
        return e;
    }
    if (choice < 12 || s->vars == 0)
        return literal(s);
    if (choice < 17 && s->open > 0) {
        expr *e = node(s, E_INDEX, NULL, NULL, NULL);
        e->number = s->index[draw(s, s->open)];
        e->bits = 3;
        return e;
    }
    int n = draw(s, s->vars);
    while (s->p->vars[n].kind == R_ASSERT)
        n--;
    return variable(s, n, s->elementwise && s->shape_rank > 0 && has_shape(s, &s->p->vars[n]));
}

/* ---- operations ---- */

static const expr *arithmetic(scope *s, int budget)
{
    op o = draw(s, 3) == 0 ? E_MUL : draw(s, 2) == 0 ? E_SUB : E_ADD;
    const expr *a = number(s, budget / 2), *b = number(s, budget / 2);
    if (o == E_MUL) {
        a = settled(s, a, MOST_BITS / 2);
        b = settled(s, b, MOST_BITS / 2);
        expr *e = node(s, E_MUL, a, b, NULL);
        e->unit = a->unit == 0 ? b->unit : b->unit == 0 ? a->unit : -1;
        e->fraction = a->fraction + b->fraction;
        e->bits = a->bits + b->bits;
        return e->unit < 0 || e->fraction > 40 ? with_verb(s, e) : e;
    }
    same_unit(s, &a, &b);
    expr *e = node(s, o, a, b, NULL);
    align(e, a, b);
    e->bits++;
    return e;
}

static const expr *unary(scope *s, int budget)
{
    const expr *a = settled(s, number(s, budget), MOST_BITS / 3);
    op o = draw(s, 3) == 0 ? E_POW : draw(s, 2) == 0 ? E_ABS : E_NEG;
    if (o == E_POW)
        a = dyadic(s, a);
    expr *e = node(s, o, a, NULL, NULL);
    e->value = o == E_POW ? between(s, 0, 3) : 1;
    e->unit = a->unit;
    e->fraction = (int)e->value * a->fraction;
    e->bits = max_int((int)e->value * a->bits, 1) + 1;
    return e->fraction > 40 ? with_verb(s, e) : e;
}

static const expr *extremum(scope *s, int budget)
{
    const expr *a = number(s, budget / 2), *b = number(s, budget / 2);
    same_unit(s, &a, &b);
    expr *e = node(s, draw(s, 2) == 0 ? E_MAX : E_MIN, a, b, NULL);
    align(e, a, b);
    return e;
}

static const expr *quotient(scope *s, int budget)
{
    const expr *a = settled(s, number(s, budget / 2), 20);
    expr *least = node(s, E_LITERAL, NULL, NULL, NULL);
    least->fraction = draw(s, 3);
    least->value = least->fraction > 0 ? 1 : between(s, 1, 9);
    least->bits = 4;
    const expr *b = least;
    if (chance(s, 70)) {
        const expr *x = dyadic(s, settled(s, number(s, budget / 2), 12));
        expr *e = node(s, E_MAX, x, least, NULL);
        align(e, x, least);
        b = e;
    }
    if (chance(s, 25)) {
        expr *e = node(s, E_NEG, b, NULL, NULL);
        align(e, b, b);
        b = e;
    }
    if (a->fixed && b->fixed)
        return with_verb(s, a);
    static const verb rounding[] = {V_FLOOR, V_ROUND, V_ROUNDEVEN};
    int fraction = between(s, 0, 6), bits = a->bits - a->fraction + 3 + fraction + 2;
    if (bits < 2 || bits > 50 || chance(s, 50))
        return typed(s, E_DIVIDE, a, b, V_CLAMP, any_type(s, true));
    return typed(s, E_DIVIDE, a, b, rounding[draw(s, 3)], fixed_type(s, true, bits, fraction));
}

static const expr *table(scope *s, int budget)
{
    if (s->p->table_count == 0)
        return leaf(s);
    int n = draw(s, s->p->table_count);
    const rtable *t = &s->p->tables[n];
    const expr *a = settled(s, number(s, budget), MOST_BITS);
    if (a->fixed && t->domain.kind == T_QUANT)
        return leaf(s);
    const expr *b = NULL;
    if (t->binary)
        b = typed(s, E_VERB, settled(s, number(s, budget / 2), MOST_BITS), NULL, V_CLAMP,
                  &t->second);
    expr *e = node(s, E_TABLE, typed(s, E_VERB, a, NULL, V_CLAMP, &t->domain), b, NULL);
    e->number = n;
    e->fraction = t->result.fraction;
    e->bits = bits_of(&t->result);
    return e;
}

/* Function arguments are dyadic, below 2^12, with at most 8 fraction bits. */
static const expr *argument(scope *s, int budget)
{
    const expr *a = dyadic(s, settled(s, number(s, budget), 20));
    if (a->fraction <= 8 && a->bits - a->fraction <= 12)
        return a;
    return typed(s, E_VERB, a, NULL, V_CLAMP, fixed_type(s, true, between(s, 2, 13),
                                                         between(s, 1, 6)));
}

static const expr *call(scope *s, int budget)
{
    if (s->p->function_count == 0)
        return leaf(s);
    int n = draw(s, s->p->function_count);
    const expr *a = argument(s, budget / 2), *b = argument(s, budget / 2);
    expr *e = node(s, E_CALL, a, b, NULL);
    e->number = n;
    e->fraction = s->p->functions[n].fraction;
    e->bits = s->p->functions[n].bits;
    return e;
}

static const expr *choice(scope *s, int budget)
{
    const expr *c = condition(s, budget / 3);
    const expr *a = number(s, budget / 3), *b = number(s, budget / 3);
    same_unit(s, &a, &b);
    expr *e = node(s, E_IF, c, a, b);
    align(e, a, b);
    return e;
}

/* if i < c then x[i + (n - c)] else ..., if 0 < i then x[i - 1] else ... */
static const expr *guarded(scope *s, int budget)
{
    if (s->open == 0)
        return leaf(s);
    int k = draw(s, s->open), m = s->extent[k];
    const ix *i = ix_node(s, I_VAR, s->index[k], NULL, NULL), *left = i, *right;
    const expr *a = NULL;
    int n = s->vars > 0 ? draw(s, s->vars) : 0;
    rvar *v = &s->p->vars[n];
    right = ix_const(s, between(s, 1, m));
    if (s->vars > 0 && v->kind != R_ASSERT && v->rank > 0) {
        int size = v->extent[0], c = between(s, 1, m < size ? m : size);
        expr *x = variable(s, n, false);
        if (m - 1 <= size && chance(s, 40)) {
            left = ix_const(s, 0);
            right = i;
            x->sub[0] = plus(s, i, -1);
        } else {
            right = ix_const(s, c);
            x->sub[0] = plus(s, i, size - c);
        }
        a = x;
    } else {
        a = number(s, budget / 2);
    }
    const expr *b = number(s, budget / 2);
    same_unit(s, &a, &b);
    expr *e = node(s, E_IF_INDEX, a, b, NULL);
    e->left = left;
    e->right = right;
    align(e, a, b);
    return e;
}

static const expr *pick(scope *s, int budget)
{
    const expr *a = number(s, budget / 3), *b = number(s, budget / 3), *c = number(s, budget / 3);
    same_unit(s, &a, &b);
    same_unit(s, &b, &c);
    same_unit(s, &a, &b);
    same_unit(s, &a, &c);
    if (a->unit != b->unit || b->unit != c->unit)
        return a;
    expr *e = node(s, E_PICK, a, b, c);
    align(e, a, b);
    expr both = *e;
    align(e, &both, c);
    e->left = subscript(s, 3);
    return e;
}

static void open_index(scope *s, expr *e)
{
    e->index = s->p->index_count++;
    e->extent = between(s, 1, MAX_EXTENT);
    s->index[s->open] = e->index;
    s->extent[s->open++] = e->extent;
}

static bool may_open(const scope *s)
{
    return s->open < MOST_OPEN && s->p->index_count < MAX_INDICES;
}

/* One or two indices of a reduction; returns how many. */
static int open_indices(scope *s, expr *e)
{
    open_index(s, e);
    if (!may_open(s) || chance(s, 70))
        return 1;
    e->index2 = s->p->index_count++;
    e->extent2 = between(s, 1, 3);
    s->index[s->open] = e->index2;
    s->extent[s->open++] = e->extent2;
    return 2;
}

static const expr *reduction(scope *s, int budget)
{
    static const op ops[] = {E_SUM, E_SUM, E_SUM, E_RMAX, E_RMIN, E_ARGMAX};
    if (!may_open(s))
        return leaf(s);
    expr *e = node(s, ops[draw(s, 6)], NULL, NULL, NULL);
    int opened = open_indices(s, e);
    const expr *a = settled(s, number(s, budget - 1), MOST_BITS - 4);
    s->open -= opened;
    e->a = a;
    e->fixed = a->fixed;
    e->unit = e->op == E_ARGMAX ? 0 : a->unit;
    e->fraction = e->op == E_ARGMAX ? 0 : a->fraction;
    e->bits = e->op == E_ARGMAX ? 4 : a->bits + (e->op == E_SUM ? 4 : 0);
    return e;
}

static const expr *loop(scope *s, int budget)
{
    if (!may_open(s) || s->locals == MOST_OPEN)
        return leaf(s);
    const rtype *t = any_type(s, false);
    const expr *a = typed(s, E_VERB, settled(s, number(s, budget / 2), MOST_BITS), NULL, V_CLAMP,
                          t);
    expr *e = node(s, E_LOOP, a, NULL, NULL);
    e->number = s->p->local_count++;
    open_index(s, e);
    s->local[s->locals] = e->number;
    s->local_as[s->locals++] = a;
    const expr *body = settled(s, number(s, budget / 2), MOST_BITS);
    s->locals--;
    s->open--;
    e->b = typed(s, E_VERB, body, NULL, V_CLAMP, t);
    e->fixed = a->fixed && body->fixed;
    e->fraction = a->fraction;
    e->bits = a->bits;
    return e;
}

static const expr *number(scope *s, int budget)
{
    if (budget <= 1)
        return leaf(s);
    switch (draw(s, 15)) {
    case 0:
    case 1:
    case 2:
    case 3:
        return arithmetic(s, budget - 1);
    case 4:
        return unary(s, budget - 1);
    case 5:
        return extremum(s, budget - 1);
    case 6:
        return quotient(s, budget - 1);
    case 7:
        return table(s, budget - 1);
    case 8:
        return call(s, budget - 1);
    case 9:
        return choice(s, budget - 1);
    case 10:
        return guarded(s, budget - 1);
    case 11: /* the items of an array have one shape */
        return s->elementwise && s->shape_rank > 0 ? leaf(s) : pick(s, budget - 1);
    case 12:
        return loop(s, budget - 1);
    case 13:
        return with_verb(s, settled(s, number(s, budget - 1), MOST_BITS));
    default:
        return reduction(s, budget - 1);
    }
}

static const expr *condition(scope *s, int budget)
{
    int kind = budget <= 2 ? 0 : draw(s, 8);
    if (kind == 1)
        return node(s, E_NOT, condition(s, budget - 1), NULL, NULL);
    if (kind == 2) {
        const expr *a = condition(s, budget / 2), *b = condition(s, budget / 2);
        return node(s, draw(s, 2) == 0 ? E_AND : E_OR, a, b, NULL);
    }
    if (kind == 3 && may_open(s)) {
        expr *e = node(s, draw(s, 2) == 0 ? E_ALL : E_ANY, NULL, NULL, NULL);
        int opened = open_indices(s, e);
        e->a = condition(s, budget - 1);
        e->fixed = e->a->fixed;
        s->open -= opened;
        return e;
    }
    const expr *a = number(s, budget / 2), *b = number(s, budget / 2);
    same_unit(s, &a, &b);
    return node(s, (op)(E_LT + draw(s, 6)), a, b, NULL);
}

/* ---- statements ---- */

static rvar *new_var(scope *s, const char *prefix, rvar_kind kind)
{
    rvar *v = &s->p->vars[s->p->var_count];
    *v = (rvar){.kind = kind};
    (void)snprintf(v->name, sizeof v->name, "%s%d", prefix, s->p->var_count);
    s->p->var_count++;
    return v;
}

static void any_shape(scope *s, rvar *v)
{
    v->rank = draw(s, MAX_RANK + 1);
    for (int d = 0; d < v->rank; d++)
        v->extent[d] = between(s, 1, MAX_EXTENT);
}

static void take_type(rvar *v, const rtype *t)
{
    v->type = t;
    v->unit = t->kind == T_QUANT ? t->fraction : 0;
    v->fraction = t->kind == T_QUANT ? 0 : t->fraction;
    v->bits = bits_of(t);
}

int rvar_count(const rvar *v)
{
    int count = 1;
    for (int d = 0; d < v->rank; d++)
        count *= v->extent[d];
    return count;
}

static void add_param(scope *s)
{
    rvar *v = new_var(s, "p", R_PARAM);
    any_shape(s, v);
    v->seen_by = (visibility)draw(s, 3);
    if (chance(s, 10)) {
        rtype *t = fixed_type(s, false, 1, 0);
        t->kind = T_BOOL;
        take_type(v, t);
    } else {
        take_type(v, any_type(s, true));
    }
}

static void add_const(scope *s)
{
    rvar *v = new_var(s, "C", R_CONST);
    any_shape(s, v);
    if (v->rank == 0)
        v->extent[v->rank++] = 2;
    v->verb = V_CLAMP;
    take_type(v, any_type(s, true));
    v->codes = zk_arena_alloc(&s->p->arena, (size_t)rvar_count(v), sizeof *v->codes);
    cr_assert_not_null(v->codes);
    for (int i = 0; i < rvar_count(v); i++)
        v->codes[i] = between(s, -2000, 2000);
}

static void enter(scope *s, rvar *v)
{
    s->shape_rank = v->rank;
    s->shape = v->extent;
    s->open = 0;
    for (int d = 0; v->indexed && d < v->rank; d++) {
        v->index[d] = s->p->index_count++;
        s->index[s->open] = v->index[d];
        s->extent[s->open++] = v->extent[d];
    }
    s->elementwise = !v->indexed;
}

static void add_let(scope *s, int budget)
{
    s->vars = s->p->var_count;
    rvar *v = new_var(s, "v", R_LET);
    any_shape(s, v);
    v->indexed = v->rank > 0 && chance(s, 60);
    const expr *model = NULL;
    if (v->rank > 0 && !v->indexed) { /* some tensor gives the shape */
        int n = draw(s, s->vars);
        for (int k = 0; k < s->vars && (s->p->vars[n].rank == 0 || s->p->vars[n].kind == R_ASSERT);
             k++)
            n = (n + 1) % s->vars;
        v->rank = s->p->vars[n].kind == R_ASSERT ? 0 : s->p->vars[n].rank;
        memcpy(v->extent, s->p->vars[n].extent, sizeof v->extent);
        model = v->rank > 0 ? variable(s, n, true) : NULL;
    }
    enter(s, v);
    const expr *e = number(s, budget);
    if (model != NULL) {
        same_unit(s, &model, &e);
        expr *sum = node(s, E_ADD, model, e, NULL);
        align(sum, model, e);
        sum->bits++;
        e = sum;
    }
    e = settled(s, e, 40);
    if (e->unit == 0 && e->fraction < 30 && e->bits < 40 && !e->fixed && chance(s, 10)) {
        const rtype *t = fixed_type(s, true, max_int(e->bits - draw(s, 3), 1) + 1, e->fraction);
        e = typed(s, E_VERB, typed(s, E_VERB, e, NULL, V_CLAMP,
                                   fixed_type(s, true, e->bits + 1, e->fraction)),
                  NULL, V_CHECK, t);
    }
    v->value = e;
    v->unit = e->unit;
    v->fraction = e->fraction;
    v->bits = e->bits;
}

static void add_assert(scope *s, int budget)
{
    s->vars = s->p->var_count;
    rvar *v = new_var(s, "a", R_ASSERT);
    const expr *model = NULL;
    if (chance(s, 60)) { /* about a variable, so that it is refined */
        int n = draw(s, s->vars);
        while (s->p->vars[n].kind == R_ASSERT)
            n--;
        const rvar *x = &s->p->vars[n];
        v->rank = x->rank;
        memcpy(v->extent, x->extent, sizeof v->extent);
        v->indexed = v->all = v->rank > 0;
        enter(s, v);
        if (x->unit == 0) {
            expr *e = variable(s, n, false);
            for (int d = 0; d < e->subs; d++)
                e->sub[d] = ix_node(s, I_VAR, v->index[d], NULL, NULL);
            model = e;
        }
    } else {
        enter(s, v);
    }
    if (model == NULL) {
        v->value = condition(s, budget);
        return;
    }
    expr *bound = node(s, E_LITERAL, NULL, NULL, NULL);
    int whole = model->bits - model->fraction;
    bound->value = between(s, 0, 1 << (whole < 0 ? 0 : whole > 20 ? 20 : whole));
    static const op upper[] = {E_LT, E_LE, E_NE}, lower[] = {E_GT, E_GE, E_NE};
    bool above = chance(s, 70);
    bound->value = above ? bound->value : -bound->value;
    v->value = node(s, above ? upper[draw(s, 3)] : lower[draw(s, 3)], model,
                    chance(s, 80) ? bound : dyadic(s, settled(s, number(s, 2), 30)), NULL);
}

static void add_table(scope *s)
{
    rtable *t = &s->p->tables[s->p->table_count++];
    int bits = between(s, 2, 6);
    bool is_signed = chance(s, 60);
    t->domain = *fixed_type(s, is_signed, bits, between(s, 0, 4));
    if (chance(s, 40))
        narrow(s, &t->domain);
    t->result = *fixed_type(s, true, between(s, 2, 8), between(s, 0, 6));
    t->verb = V_CLAMP;
    t->binary = chance(s, 35);
    t->second = *fixed_type(s, chance(s, 50), between(s, 2, 5), between(s, 0, 3));
    t->form = draw(s, t->binary ? RTABLE_FORMS2 : RTABLE_FORMS);
}

static void add_function(scope *s)
{
    static const expr parameter = {.op = E_LOCAL, .fraction = 8, .bits = 20};
    scope inner = {.p = s->p, .shape = s->shape, .locals = 2, .local = {0, 1}};
    inner.local_as[0] = inner.local_as[1] = &parameter;
    const expr *body = settled(&inner, number(&inner, 6), MOST_BITS);
    const rtype *t = any_type(&inner, false);
    rfunction *f = &s->p->functions[s->p->function_count];
    f->body = typed(&inner, E_VERB, body, NULL, V_CLAMP, t);
    f->fraction = t->fraction;
    f->bits = bits_of(t);
    s->p->function_count++;
}

static void add_result(scope *s, int n)
{
    const rvar *v = &s->p->vars[n];
    rprogram *p = s->p;
    p->results[p->result_count] = n;
    /* `clamp` to a dyadic type in the result expression. */
    p->result_committed[p->result_count] = chance(s, 30);
    p->result_types[p->result_count++] = fixed_type(s, true, max_int(2, v->bits < 30 ? v->bits + 2
                                                                                    : 30),
                                                    v->unit == 0 && v->fraction < 20 ? v->fraction
                                                                                     : 8);
}

void rprogram_make(rprogram *p, uint64_t seed)
{
    *p = (rprogram){.state = seed * UINT64_C(0xd1342543de82ef95) + 1, .local_count = 2};
    zk_arena_init(&p->arena, 0);
    int no_shape[MAX_RANK] = {0};
    scope s = {.p = p, .shape = no_shape};
    for (int n = between(&s, 1, 3); n > 0; n--)
        add_param(&s);
    for (int n = draw(&s, 3); n > 0; n--)
        add_const(&s);
    for (int n = draw(&s, 3); n > 0; n--)
        add_table(&s);
    for (int n = draw(&s, 3); n > 0; n--)
        add_function(&s);
    for (int n = between(&s, 1, 6); n > 0 && p->index_count < MAX_INDICES - 16; n--) {
        add_let(&s, between(&s, 1, 12));
        if (chance(&s, 15))
            add_assert(&s, 5);
    }
    int last = p->var_count - 1;
    for (int n = last; n >= 0 && p->result_count < between(&s, 1, MAX_RESULTS); n--)
        if (p->vars[n].kind == R_LET)
            add_result(&s, n);
}

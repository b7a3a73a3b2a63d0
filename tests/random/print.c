/* Random programs as source text. */
#include <stdio.h>
#include <string.h>

#include "tests/random/program.h"

const char *const rtable_forms[RTABLE_FORMS] = {
    "x * x / 4 - 1", "if x > 0 then x else x / 3", "abs(x) / 7 + 0.1",
    "1 / (x * x + 1)", "max(x, 1 / 3) ^ 2", "if x == 1 or not (x >= -1) then 0.3 - x else min(x, 2)",
};

const char *const rtable_forms2[RTABLE_FORMS2] = {
    "x * y - y / 3", "max(x, y) / (abs(x) + abs(y) + 1)", "if x < y then x else y * y / 5",
};

const char *rtype_text(const rtype *t, char text[128])
{
    long long lo = t->lo, hi = t->hi;
    switch (t->kind) {
    case T_BOOL:
        (void)snprintf(text, 128, "bool");
        break;
    case T_INT:
        (void)snprintf(text, 128, "int(%lld .. %lld)", lo, hi);
        break;
    case T_QUANT:
        (void)snprintf(text, 128, "quant(%lld / %lld, %lld .. %lld)", (long long)t->num,
                       (long long)t->den, lo, hi);
        break;
    default:
        (void)snprintf(text, 128, "%s(%d, %d, %lld / %lld .. %lld / %lld)",
                       t->kind == T_FIX ? "fix" : "ufix", t->bits, t->fraction, lo,
                       1LL << t->fraction, hi, 1LL << t->fraction);
    }
    return text;
}

static void print_type(zk_buf *out, const rtype *t, int rank, const int *extent)
{
    char text[128];
    zk_buf_text(out, rtype_text(t, text));
    for (int d = 0; d < rank; d++)
        zk_buf_printf(out, "%s%d", d == 0 ? "[" : ", ", extent[d]);
    if (rank > 0)
        zk_buf_text(out, "]");
}

static void print_ix(zk_buf *out, const ix *x)
{
    static const char *const sign[] = {[I_ADD] = "+", [I_SUB] = "-", [I_MUL] = "*", [I_DIV] = "/",
                                       [I_MOD] = "%"};
    if (x->op == I_CONST) {
        zk_buf_printf(out, "%lld", (long long)x->value);
    } else if (x->op == I_VAR) {
        zk_buf_printf(out, "i%lld", (long long)x->value);
    } else {
        zk_buf_text(out, "(");
        print_ix(out, x->a);
        zk_buf_printf(out, " %s ", sign[x->op]);
        print_ix(out, x->b);
        zk_buf_text(out, ")");
    }
}

static const char *verb_name(verb v)
{
    static const char *const names[] = {"exact", "floor", "round", "roundeven", "clamp", "check"};
    return names[v];
}

/* value / 2^fraction = value * 5^fraction / 10^fraction */
static void print_literal(zk_buf *out, int64_t value, int fraction)
{
    int64_t scaled = value < 0 ? -value : value, ten = 1;
    for (int i = 0; i < fraction; i++) {
        scaled *= 5;
        ten *= 10;
    }
    zk_buf_printf(out, "%s%lld", value < 0 ? "(-" : "", (long long)(scaled / ten));
    if (fraction > 0)
        zk_buf_printf(out, ".%0*lld", fraction, (long long)(scaled % ten));
    zk_buf_text(out, value < 0 ? ")" : "");
}

static const char *operator_of(op o)
{
    static const char *const text[] = {
        [E_ADD] = " + ", [E_SUB] = " - ",  [E_MUL] = " * ",  [E_LT] = " < ",    [E_LE] = " <= ",
        [E_GT] = " > ",  [E_GE] = " >= ", [E_EQ] = " == ", [E_NE] = " != ",
        [E_AND] = " and ", [E_OR] = " or ", [E_MAX] = ", ", [E_MIN] = ", ",
    };
    return text[o];
}

static void print(const rprogram *p, zk_buf *out, const expr *e);

static void print_pair(const rprogram *p, zk_buf *out, const expr *e, const char *before)
{
    zk_buf_text(out, before);
    print(p, out, e->a);
    zk_buf_text(out, operator_of(e->op));
    print(p, out, e->b);
    zk_buf_text(out, ")");
}

static void print_reduction(const rprogram *p, zk_buf *out, const expr *e)
{
    static const char *const word[] = {
        [E_SUM] = "sum", [E_RMAX] = "max", [E_RMIN] = "min", [E_ARGMAX] = "argmax",
        [E_ALL] = "all", [E_ANY] = "any",
    };
    zk_buf_printf(out, "%s[i%d < %d", word[e->op], e->index, e->extent);
    if (e->extent2 > 0)
        zk_buf_printf(out, ", i%d < %d", e->index2, e->extent2);
    zk_buf_text(out, "](");
    print(p, out, e->a);
    zk_buf_text(out, ")");
}

static void print_branch(const rprogram *p, zk_buf *out, const expr *e)
{
    zk_buf_text(out, "(if ");
    if (e->op == E_IF) {
        print(p, out, e->a);
    } else {
        print_ix(out, e->left);
        zk_buf_text(out, " < ");
        print_ix(out, e->right);
    }
    zk_buf_text(out, " then ");
    print(p, out, e->op == E_IF ? e->b : e->a);
    zk_buf_text(out, " else ");
    print(p, out, e->op == E_IF ? e->c : e->b);
    zk_buf_text(out, ")");
}

static void print_verb(const rprogram *p, zk_buf *out, const expr *e)
{
    zk_buf_printf(out, "(%s ", verb_name(e->verb));
    print(p, out, e->a);
    if (e->op == E_DIVIDE) {
        zk_buf_text(out, " / ");
        print(p, out, e->b);
    }
    zk_buf_text(out, " to ");
    print_type(out, e->type, 0, NULL);
    zk_buf_text(out, ")");
}

static void print_local(zk_buf *out, int number)
{
    if (number < 2)
        zk_buf_text(out, number == 0 ? "a" : "b");
    else
        zk_buf_printf(out, "h%d", number);
}

static void print_variable(const rprogram *p, zk_buf *out, const expr *e)
{
    zk_buf_text(out, p->vars[e->number].name);
    for (int d = 0; d < e->subs; d++) {
        zk_buf_text(out, d == 0 ? "[" : ", ");
        print_ix(out, e->sub[d]);
    }
    if (e->subs > 0)
        zk_buf_text(out, "]");
}

static void print_call(const rprogram *p, zk_buf *out, const expr *e)
{
    zk_buf_printf(out, "%c%d(", e->op == E_TABLE ? 't' : 'f', e->number);
    print(p, out, e->a);
    if (e->b != NULL) {
        zk_buf_text(out, ", ");
        print(p, out, e->b);
    }
    zk_buf_text(out, ")");
}

static void print_unary(const rprogram *p, zk_buf *out, const expr *e)
{
    zk_buf_text(out, e->op == E_ABS ? "abs(" : e->op == E_NOT ? "(not " : e->op == E_NEG ? "(-(" : "((");
    print(p, out, e->a);
    if (e->op == E_POW)
        zk_buf_printf(out, ") ^ %lld", (long long)e->value);
    zk_buf_text(out, e->op == E_NEG ? "))" : ")");
}

static void print(const rprogram *p, zk_buf *out, const expr *e)
{
    switch (e->op) {
    case E_LITERAL:
        print_literal(out, e->value, e->fraction);
        break;
    case E_INDEX:
        zk_buf_printf(out, "i%d", e->number);
        break;
    case E_VAR:
        print_variable(p, out, e);
        break;
    case E_LOCAL:
        print_local(out, e->number);
        break;
    case E_MAX:
    case E_MIN:
        print_pair(p, out, e, e->op == E_MAX ? "max(" : "min(");
        break;
    case E_NEG:
    case E_ABS:
    case E_POW:
    case E_NOT:
        print_unary(p, out, e);
        break;
    case E_VERB:
    case E_DIVIDE:
        print_verb(p, out, e);
        break;
    case E_TABLE:
    case E_CALL:
        print_call(p, out, e);
        break;
    case E_IF:
    case E_IF_INDEX:
        print_branch(p, out, e);
        break;
    case E_PICK:
        zk_buf_text(out, "[");
        print(p, out, e->a);
        zk_buf_text(out, ", ");
        print(p, out, e->b);
        zk_buf_text(out, ", ");
        print(p, out, e->c);
        zk_buf_text(out, "][");
        print_ix(out, e->left);
        zk_buf_text(out, "]");
        break;
    case E_SUM:
    case E_RMAX:
    case E_RMIN:
    case E_ARGMAX:
    case E_ALL:
    case E_ANY:
        print_reduction(p, out, e);
        break;
    case E_LOOP:
        zk_buf_text(out, "(loop ");
        print_local(out, e->number);
        zk_buf_text(out, " = ");
        print(p, out, e->a);
        zk_buf_printf(out, " for i%d < %d { ", e->index, e->extent);
        print(p, out, e->b);
        zk_buf_text(out, " })");
        break;
    default:
        print_pair(p, out, e, "(");
        break;
    }
}

/* ---- declarations ---- */

/* How often the index alone is a subscript; -1: on a dimension of another size. */
static int plain_uses(const rprogram *p, const expr *e, int index, int extent)
{
    if (e == NULL)
        return 0;
    int uses = 0;
    for (int d = 0; d < e->subs; d++) {
        if (e->sub[d]->op != I_VAR || e->sub[d]->value != index)
            continue;
        if (p->vars[e->number].extent[d] != extent)
            return -1;
        uses++;
    }
    const expr *children[] = {e->a, e->b, e->c};
    for (int i = 0; i < 3; i++) {
        int more = plain_uses(p, children[i], index, extent);
        if (more < 0)
            return -1;
        uses += more;
    }
    return uses;
}

static void print_indices(const rprogram *p, zk_buf *out, const rvar *v)
{
    for (int d = 0; d < v->rank; d++) {
        zk_buf_printf(out, "%si%d", d == 0 ? "[" : ", ", v->index[d]);
        if (plain_uses(p, v->value, v->index[d], v->extent[d]) < 1)
            zk_buf_printf(out, " < %d", v->extent[d]);
    }
    if (v->rank > 0)
        zk_buf_text(out, "]");
}

static void print_data(zk_buf *out, const rvar *v, int dimension, int at)
{
    int below = 1;
    for (int d = dimension + 1; d < v->rank; d++)
        below *= v->extent[d];
    zk_buf_text(out, "[");
    for (int i = 0; i < v->extent[dimension]; i++) {
        zk_buf_text(out, i > 0 ? ", " : "");
        if (dimension + 1 < v->rank)
            print_data(out, v, dimension + 1, at + i * below);
        else
            zk_buf_printf(out, "%lld / 256", (long long)v->codes[at + i]);
    }
    zk_buf_text(out, "]");
}

static void print_statement(const rprogram *p, zk_buf *out, const rvar *v)
{
    if (v->kind == R_ASSERT) {
        zk_buf_text(out, "    assert ");
        if (v->all) {
            zk_buf_text(out, "all");
            print_indices(p, out, v);
            zk_buf_text(out, "(");
        }
        print(p, out, v->value);
        zk_buf_printf(out, "%s, \"%s\";\n", v->all ? ")" : "", v->name);
        return;
    }
    zk_buf_printf(out, "    let %s", v->name);
    if (v->indexed)
        print_indices(p, out, v);
    zk_buf_text(out, " = ");
    print(p, out, v->value);
    zk_buf_text(out, ";\n");
}

static void print_declarations(const rprogram *p, zk_buf *out)
{
    for (int i = 0; i < p->var_count; i++) {
        const rvar *v = &p->vars[i];
        if (v->kind != R_CONST)
            continue;
        zk_buf_printf(out, "const %s: ", v->name);
        print_type(out, v->type, v->rank, v->extent);
        zk_buf_printf(out, " = %s ", verb_name(v->verb));
        print_data(out, v, 0, 0);
        zk_buf_text(out, ";\n");
    }
    for (int i = 0; i < p->table_count; i++) {
        zk_buf_printf(out, "table t%d(x: ", i);
        print_type(out, &p->tables[i].domain, 0, NULL);
        zk_buf_text(out, p->tables[i].binary ? ", y: " : "");
        if (p->tables[i].binary)
            print_type(out, &p->tables[i].second, 0, NULL);
        zk_buf_text(out, ") -> ");
        print_type(out, &p->tables[i].result, 0, NULL);
        zk_buf_printf(out, " = %s %s;\n", verb_name(p->tables[i].verb),
                      (p->tables[i].binary ? rtable_forms2 : rtable_forms)[p->tables[i].form]);
    }
    for (int i = 0; i < p->function_count; i++) {
        zk_buf_printf(out, "fn f%d(a: num, b: num) = ", i);
        print(p, out, p->functions[i].body);
        zk_buf_text(out, ";\n");
    }
}

void rprogram_print(const rprogram *p, zk_buf *out)
{
    static const char *const seen_by[] = {"public", "private", "committed"};
    print_declarations(p, out);
    zk_buf_text(out, "circuit random(");
    for (int i = 0; i < p->var_count && p->vars[i].kind == R_PARAM; i++) {
        const rvar *v = &p->vars[i];
        zk_buf_printf(out, "%s%s %s: ", i > 0 ? ", " : "", seen_by[v->seen_by], v->name);
        print_type(out, v->type, v->rank, v->extent);
    }
    zk_buf_text(out, ") -> (");
    if (p->result_count == 1)
        out->length--;
    for (int i = 0; i < p->result_count; i++) {
        const rvar *v = &p->vars[p->results[i]];
        zk_buf_printf(out, "%s%s ", i > 0 ? ", " : "",
                      p->result_committed[i] ? "committed" : "public");
        print_type(out, p->result_types[i], v->rank, v->extent);
    }
    zk_buf_text(out, p->result_count == 1 ? " {\n" : ") {\n");
    for (int i = 0; i < p->var_count; i++)
        if (p->vars[i].kind == R_LET || p->vars[i].kind == R_ASSERT)
            print_statement(p, out, &p->vars[i]);
    char text[128];
    for (int i = 0; i < p->result_count; i++)
        zk_buf_printf(out, "%s(clamp %s to %s)", i > 0 ? ", " : p->result_count > 1 ? "    (" : "    ",
                      p->vars[p->results[i]].name, rtype_text(p->result_types[i], text));
    zk_buf_text(out, p->result_count > 1 ? ")\n}\n" : "\n}\n");
}

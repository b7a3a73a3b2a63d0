/* Why an assertion, a check or a table of the witness program failed: the values that it compares,
 * found by following the program back from the bit that should be 1. */
#include <inttypes.h>

#include "runtime/mock/describe.h"
#include "runtime/mock/text.h"

enum { MOST_STEPS = 32 };

static const zk_winstr *instr_of(const zk_mock_view *view, uint32_t reg)
{
    return &view->grid.circuit->program.instrs[reg];
}

/* What operand o reads at a point of the iteration space. */
static zk_origin operand_at(const zk_winstr *in, uint32_t o, uint64_t point)
{
    const zk_wview *v = &in->operands[o].view;
    if (v->table != NULL)
        return (zk_origin){in->operands[o].reg, v->table[point]};
    int64_t offset = v->base;
    for (uint32_t d = in->rank + in->reduce_rank; d-- > 0; point /= in->extent[d])
        offset += v->stride[d] * (int64_t)(point % in->extent[d]);
    return (zk_origin){in->operands[o].reg, (uint64_t)offset};
}

/* The value behind views that have no name of their own. */
static zk_origin source_of(const zk_mock_view *view, zk_origin at)
{
    for (int i = 0; i < MOST_STEPS; i++) {
        const zk_winstr *in = instr_of(view, at.reg);
        if (in->op != ZK_W_VIEW || (in->name != NULL && *in->name != '\0'))
            break;
        at = operand_at(in, 0, at.element);
    }
    return at;
}

/* A number in the program, named by its own text. */
static bool is_literal(const zk_winstr *in)
{
    const char *text = in->op == ZK_W_CONST && in->name != NULL ? in->name : "";
    text += *text == '-';
    return *text >= '0' && *text <= '9';
}

static void put_origin(zk_buf *out, const zk_mock_view *view, zk_origin at)
{
    at = source_of(view, at);
    const zk_winstr *in = instr_of(view, at.reg);
    zk_fp value = zk_register_value(view->witness, at.reg, at.element);
    if (!is_literal(in) && zk_text_origin(out, view->grid.circuit, at, NULL))
        zk_buf_text(out, " = ");
    zk_text_value(out, &value, in->scale_num, in->scale_den);
}

static void put_relation(zk_buf *out, const zk_mock_view *view, zk_origin a, const char *relation,
                         zk_origin b)
{
    put_origin(out, view, a);
    zk_buf_text(out, relation);
    put_origin(out, view, b);
    zk_buf_u8(out, '\n');
}

static bool is_number(const zk_mock_view *view, zk_origin at, int64_t number)
{
    int64_t value;
    zk_fp held = zk_register_value(view->witness, at.reg, at.element);
    return instr_of(view, at.reg)->op == ZK_W_CONST && zk_fp_to_i64(&value, &held) &&
           value == number;
}

/* The two sides of a difference b - a + plus, where plus is 0 or -1. */
static bool is_difference(const zk_mock_view *view, zk_origin d, zk_origin *a, zk_origin *b,
                          int64_t *plus)
{
    const zk_winstr *in = instr_of(view, d.reg);
    if (in->op != ZK_W_SCALE || !zk_fp_equal(&in->c0, &zk_fp_one) || !zk_fp_to_i64(plus, &in->c1) ||
        (*plus != 0 && *plus != -1))
        return false;
    zk_origin inner = operand_at(in, 0, d.element);
    in = instr_of(view, inner.reg);
    if (in->op != ZK_W_SUB)
        return false;
    *b = operand_at(in, 0, inner.element);
    *a = operand_at(in, 1, inner.element);
    return true;
}

/* x must be at most y, or less: by how much it is not. */
static void put_order(zk_buf *out, const zk_mock_view *view, zk_origin x, zk_origin y, bool less)
{
    put_relation(out, view, x, less ? " must be less than " : " must be at most ", y);
    x = source_of(view, x);
    y = source_of(view, y);
    const zk_winstr *a = instr_of(view, x.reg), *b = instr_of(view, y.reg);
    bool known = a->op == ZK_W_CONST || b->op == ZK_W_CONST || /* constants take the other's step */
                 (a->scale_num == b->scale_num && a->scale_den == b->scale_den);
    const zk_winstr *unit = a->op == ZK_W_CONST ? b : a;
    zk_fp difference, left = zk_register_value(view->witness, x.reg, x.element);
    zk_fp right = zk_register_value(view->witness, y.reg, y.element);
    zk_fp_sub(&difference, &right, &left);
    if (!known)
        return;
    zk_buf_text(out, "the difference ");
    zk_text_value(out, &difference, unit->scale_num, unit->scale_den);
    zk_buf_text(out, less ? " must be above 0\n" : " must not be below 0\n");
}

/* a <= b is false, or (`negated`) true where it must not be. */
static void explain_order(zk_buf *out, const zk_mock_view *view, zk_origin a, zk_origin b,
                          bool negated)
{
    zk_origin x, y;
    int64_t plus;
    if (is_number(view, a, 0) && is_difference(view, b, &x, &y, &plus))
        put_order(out, view, x, y, plus != 0);
    else if (negated)
        put_order(out, view, b, a, true);
    else
        put_order(out, view, a, b, false);
}

static void explain_equal(zk_buf *out, const zk_mock_view *view, zk_origin a, zk_origin b,
                          bool negated)
{
    zk_origin x = a, y = b;
    int64_t plus;
    if (is_number(view, b, 0) && !is_difference(view, a, &y, &x, &plus))
        y = b;
    put_relation(out, view, x, negated ? " must differ from " : " must equal ", y);
}

/* Steps from a false bit to a false bit that it depends on; false when there is none. */
static bool next_bit(const zk_mock_view *view, zk_origin *at)
{
    const zk_winstr *in = instr_of(view, at->reg);
    bool all = in->op == ZK_W_RMIN;
    if (in->op == ZK_W_VIEW) {
        *at = operand_at(in, 0, at->element);
        return true;
    }
    if (!all && in->op != ZK_W_MUL)
        return false;
    uint64_t count = all ? in->reduce_count : 2;
    for (uint64_t i = 0; i < count; i++) {
        zk_origin part = all ? operand_at(in, 0, at->element * in->reduce_count + i)
                             : operand_at(in, (uint32_t)i, at->element);
        zk_fp value = zk_register_value(view->witness, part.reg, part.element);
        if (zk_fp_is_zero(&value)) {
            *at = part;
            return true;
        }
    }
    return false;
}

static void explain(zk_buf *out, const zk_mock_view *view, zk_origin at)
{
    for (int i = 0; i < MOST_STEPS && next_bit(view, &at); i++)
        continue;
    const zk_winstr *in = instr_of(view, at.reg);
    bool negated = in->op == ZK_W_SUB && is_number(view, operand_at(in, 0, at.element), 1);
    if (negated) {
        at = operand_at(in, 1, at.element);
        in = instr_of(view, at.reg);
    }
    if (in->op != ZK_W_LE && in->op != ZK_W_EQ) {
        zk_buf_text(out, "the condition is false\n");
        return;
    }
    zk_origin a = operand_at(in, 0, at.element), b = operand_at(in, 1, at.element);
    if (in->op == ZK_W_LE)
        explain_order(out, view, a, b, negated);
    else
        explain_equal(out, view, a, b, negated);
}

/* A value, which must be in lo .. hi. */
static void explain_bounds(zk_buf *out, const zk_mock_view *view, zk_origin at, const char *text,
                           int64_t lo, int64_t hi)
{
    const zk_winstr *in = instr_of(view, source_of(view, at).reg);
    put_origin(out, view, at);
    zk_buf_text(out, text);
    zk_text_interval(out, lo, hi, in->scale_num, in->scale_den);
    zk_buf_u8(out, '\n');
}

static void explain_range(zk_buf *out, const zk_mock_view *view, const zk_winstr *in, zk_origin at)
{
    int64_t lo, hi;
    if (zk_fp_to_i64(&lo, &in->c0) && zk_fp_to_i64(&hi, &in->c1)) {
        explain_bounds(out, view, at, ", must be in ", lo, hi);
        return;
    }
    put_origin(out, view, at);
    zk_buf_text(out, ", must be in ");
    zk_text_number(out, &in->c0);
    zk_buf_text(out, " .. ");
    zk_text_number(out, &in->c1);
    zk_buf_u8(out, '\n');
}

static bool same_shape(const zk_region *r, const zk_winstr *in)
{
    bool same = r->per_element != 0 && r->rank == in->rank;
    for (uint32_t d = 0; same && d < r->rank; d++)
        same = r->extent[d] == in->extent[d];
    return same;
}

static bool has_element(const zk_region *r, uint64_t element)
{
    return element >= r->first_element && element - r->first_element < r->count / r->per_element;
}

/* The gate region of the same statement and element, for its rows: the last one, which ties the
 * value. A statement has several regions when its elements take different numbers of rows. */
static const zk_region *region_of(const zk_circuit *circuit, const zk_winstr *in, uint64_t element)
{
    const zk_region *found = NULL;
    for (size_t i = 0; i < circuit->region_count && in->span != UINT32_MAX; i++) {
        const zk_region *r = &circuit->regions[i];
        bool stated = (r->message != NULL) == (in->op == ZK_W_ASSERT);
        if (r->span == in->span && stated && !r->is_lookup &&
            (!same_shape(r, in) || has_element(r, element)))
            found = r;
    }
    return found;
}

void zk_describe_statement(zk_mock_text *text, zk_mock_view *view, const zk_mock_failure *failure)
{
    const zk_circuit *circuit = view->grid.circuit;
    const zk_winstr *in = instr_of(view, failure->index);
    zk_origin at = operand_at(in, 0, failure->element);
    if (in->op == ZK_W_ASSERT)
        zk_buf_printf(&text->title, "constraint not satisfied: \"%s\"", in->message);
    else
        zk_buf_printf(&text->title, "%s%s", in->message, in->op == ZK_W_TABLE ? ": no entry" : "");
    if (in->count > 1) {
        zk_buf_text(&text->title, " at ");
        zk_text_index(&text->title, in->extent, in->rank, failure->element);
    }
    if (in->op == ZK_W_ASSERT) {
        explain(&text->notes, view, at);
    } else if (in->op == ZK_W_RANGE) {
        explain_range(&text->notes, view, in, at);
    } else {
        int64_t lo;
        ZK_CHECK(zk_fp_to_i64(&lo, &in->c0)); /* verified when the circuit was read */
        int64_t hi;
        if (__builtin_add_overflow(lo, (int64_t)in->code_count - 1, &hi))
            hi = INT64_MAX;
        explain_bounds(&text->notes, view, at, ", outside of the domain ", lo, hi);
    }
    text->span = in->span;
    text->region = region_of(circuit, in, failure->element);
    if (text->region != NULL)
        zk_region_rows(text->region, same_shape(text->region, in) ? failure->element : UINT64_MAX,
                       &text->first, &text->last);
}

#include "runtime/circuit/codec.h"

#include <string.h>

static const uint64_t max_points = UINT64_C(1) << 42; /* of all iteration spaces together */

typedef struct shape_rule {
    uint32_t operands; /* UINT32_MAX: any number */
    bool reduces;
} shape_rule;

/* False for an unknown operation. */
static bool rule_of(zk_wop op, shape_rule *rule)
{
    switch (op) {
    case ZK_W_INPUT:
    case ZK_W_CONST:
        *rule = (shape_rule){0, false};
        return true;
    case ZK_W_STACK:
        *rule = (shape_rule){UINT32_MAX, false};
        return true;
    case ZK_W_VIEW:
    case ZK_W_SCALE:
    case ZK_W_FLOOR:
    case ZK_W_MOD:
    case ZK_W_LIMB:
    case ZK_W_TABLE:
    case ZK_W_ASSERT:
    case ZK_W_RANGE:
        *rule = (shape_rule){1, false};
        return true;
    case ZK_W_SUM:
    case ZK_W_RMAX:
    case ZK_W_RMIN:
    case ZK_W_ARGMAX:
        *rule = (shape_rule){1, true};
        return true;
    case ZK_W_DOT:
        *rule = (shape_rule){2, true};
        return true;
    case ZK_W_ADD:
    case ZK_W_SUB:
    case ZK_W_MUL:
    case ZK_W_FLOORV:
    case ZK_W_MODV:
    case ZK_W_MAX:
    case ZK_W_MIN:
    case ZK_W_LE:
    case ZK_W_EQ:
        *rule = (shape_rule){2, false};
        return true;
    case ZK_W_SELECT:
        *rule = (shape_rule){3, false};
        return true;
    }
    return false;
}

static bool product(const uint32_t *extent, uint32_t rank, uint64_t *result)
{
    *result = 1;
    for (uint32_t d = 0; d < rank; d++)
        if (extent[d] == 0 || __builtin_mul_overflow(*result, extent[d], result))
            return false;
    return true;
}

static bool good_shape(const zk_winstr *in, bool reduces)
{
    uint64_t count, reduce_count, points;
    if (in->rank > ZK_PROGRAM_MAX_RANK || in->reduce_rank > ZK_PROGRAM_MAX_RANK - in->rank ||
        (!reduces && in->reduce_rank != 0))
        return false;
    return product(in->extent, in->rank, &count) &&
           product(in->extent + in->rank, in->reduce_rank, &reduce_count) && count == in->count &&
           reduce_count == in->reduce_count && count <= ZK_PROGRAM_MAX_ELEMENTS &&
           !__builtin_mul_overflow(count, reduce_count, &points) && points <= max_points;
}

/* Every offset that the view can give is an element of a register of `size` elements. */
static bool good_view(const zk_winstr *in, const zk_wview *view, uint64_t size)
{
    if (view->table != NULL) {
        for (uint64_t i = 0; i < in->count * in->reduce_count; i++)
            if (view->table[i] >= size)
                return false;
        return true;
    }
    int64_t least = view->base, most = view->base;
    for (uint32_t d = 0; d < in->rank + in->reduce_rank; d++) {
        int64_t reach;
        if (__builtin_mul_overflow(view->stride[d], (int64_t)in->extent[d] - 1, &reach))
            return false;
        int64_t *end = reach < 0 ? &least : &most;
        if (__builtin_add_overflow(*end, reach, end))
            return false;
    }
    return least >= 0 && (uint64_t)most < size;
}

static bool is_small(const zk_fp *value, int64_t least)
{
    int64_t v;
    return zk_fp_to_i64(&v, value) && v >= least;
}

static zkml_status verify_attributes(const zk_circuit *c, const zk_winstr *in, uint32_t i,
                                     zkml_error *err)
{
    bool has_message = in->op == ZK_W_TABLE || in->op == ZK_W_ASSERT || in->op == ZK_W_RANGE;
    bool good = true;
    switch (in->op) {
    case ZK_W_INPUT:
        good = in->index < c->param_count && in->count == c->params[in->index].count && !in->wide;
        break;
    case ZK_W_CONST:
        good = in->codes != NULL && in->code_count == in->count && !in->wide;
        break;
    case ZK_W_TABLE:
        good = in->codes != NULL && in->code_count > 0 && is_small(&in->c0, INT64_MIN);
        break;
    case ZK_W_LIMB:
        good = in->width <= 32 && in->shift <= 255;
        break;
    default:
        break;
    }
    if (!good)
        return zk_fail(err, ZKML_MALFORMED, "instruction %u: bad attributes", i);
    if (has_message && in->message == NULL)
        return zk_fail(err, ZKML_MALFORMED, "instruction %u: no message", i);
    if (in->scale_num > INT64_MAX || in->scale_den > INT64_MAX ||
        (in->scale_num == 0) != (in->scale_den == 0))
        return zk_fail(err, ZKML_MALFORMED, "instruction %u: no proper scale", i);
    if (in->span != UINT32_MAX && in->span >= c->span_count)
        return zk_fail(err, ZKML_MALFORMED, "instruction %u: no source span %u", i, in->span);
    return ZKML_OK;
}

static zkml_status verify_instr(const zk_circuit *c, uint32_t i, zkml_error *err)
{
    const zk_winstr *in = &c->program.instrs[i];
    shape_rule rule;
    if (!rule_of(in->op, &rule))
        return zk_fail(err, ZKML_MALFORMED, "instruction %u: unknown operation", i);
    if (!good_shape(in, rule.reduces))
        return zk_fail(err, ZKML_MALFORMED, "instruction %u: bad shape", i);
    if (rule.operands != UINT32_MAX && rule.operands != in->operand_count)
        return zk_fail(err, ZKML_MALFORMED, "instruction %u: wrong number of operands", i);
    uint64_t stacked = 0;
    for (uint32_t o = 0; o < in->operand_count; o++) {
        if (in->operands[o].reg >= i)
            return zk_fail(err, ZKML_MALFORMED, "instruction %u: operand %u is not defined yet", i,
                           o);
        uint64_t size = c->program.instrs[in->operands[o].reg].count;
        stacked += size; /* at most 2^32 operands of 2^28 elements */
        if (in->op != ZK_W_STACK && !good_view(in, &in->operands[o].view, size))
            return zk_fail(err, ZKML_MALFORMED, "instruction %u: operand %u: the view leaves "
                           "register %u", i, o, in->operands[o].reg);
    }
    if (in->op == ZK_W_STACK && stacked != in->count)
        return zk_fail(err, ZKML_MALFORMED, "instruction %u: the stack's size is wrong", i);
    return verify_attributes(c, in, i, err);
}

/* Registers take memory in every run: their sum is bounded, too. */
static zkml_status verify_totals(const zk_witness_program *p, zkml_error *err)
{
    uint64_t elements[2] = {0, 0}, points = 0, stacked = 0;
    for (uint32_t i = 0; i < p->instr_count; i++) {
        const zk_winstr *in = &p->instrs[i];
        elements[in->wide] += in->count;
        points += in->count * in->reduce_count;
        stacked += in->op == ZK_W_STACK ? in->operand_count : 0;
        if (elements[in->wide] > ZK_PROGRAM_MAX_ELEMENTS || points > max_points ||
            stacked > ZK_PROGRAM_MAX_STACKED)
            return zk_fail(err, ZKML_LIMIT, "the witness program is too large");
    }
    return ZKML_OK;
}

/* start + (count - 1) * step stays in 0 .. size - 1. */
static bool walk_inside(uint64_t start, uint32_t count, int64_t step, uint64_t size)
{
    int64_t reach, end;
    return start < size && !__builtin_mul_overflow((int64_t)count - 1, step, &reach) &&
           !__builtin_add_overflow((int64_t)start, reach, &end) && end >= 0 &&
           (uint64_t)end < size;
}

static zkml_status verify_places(const zk_circuit *c, size_t usable, zkml_error *err)
{
    for (uint32_t i = 0; i < c->program.place_count; i++) {
        const zk_wplace *p = &c->program.places[i];
        if (p->reg >= c->program.instr_count || p->count == 0 ||
            !walk_inside(p->first, p->count, p->step, c->program.instrs[p->reg].count))
            return zk_fail(err, ZKML_MALFORMED, "place %u: no such elements", i);
        if (p->count == 1 && (p->step != 0 || p->column_step != 0 || p->row_step != 0))
            return zk_fail(err, ZKML_MALFORMED, "place %u: steps of a single element", i);
        if (!walk_inside(p->column, p->count, p->column_step, c->cs.n_advice) ||
            !walk_inside(p->row, p->count, p->row_step, usable))
            return zk_fail(err, ZKML_MALFORMED, "place %u: no such usable cells", i);
    }
    return ZKML_OK;
}

static bool columns_exist(uint32_t first, uint32_t count, uint32_t columns)
{
    return first <= columns && count <= columns - first;
}

static zkml_status verify_chain(const zk_circuit *c, const zk_wchain *h, uint32_t i, size_t usable,
                                zkml_error *err)
{
    uint32_t fixed = c->cs.n_fixed;
    if (h->rows > usable || h->acc >= c->cs.n_advice || h->cont >= fixed || h->constant >= fixed ||
        h->out >= fixed || !columns_exist(h->lane, h->lanes, c->cs.n_advice) ||
        !columns_exist(h->linear, h->lanes, fixed) ||
        !columns_exist(h->product, h->products, fixed) || h->products > h->lanes / 2 ||
        (h->acc >= h->lane && h->acc - h->lane < h->lanes))
        return zk_fail(err, ZKML_MALFORMED, "chain %u: no such columns or rows", i);
    const zk_fixed_column *out = &c->fixed[h->out];
    uint32_t last = out->count < h->rows ? out->count : h->rows;
    for (uint32_t r = 0; r < last; r++) {
        int64_t on = out->small != NULL ? out->small[r] : -1;
        if ((on != 0 && on != 1) || (on == 1 && (size_t)r + 1 >= usable))
            return zk_fail(err, ZKML_MALFORMED, "chain %u: row %u has no proper switch", i, r);
    }
    return ZKML_OK;
}

zkml_status zk_program_verify(const zk_circuit *c, zkml_error *err)
{
    size_t usable = zk_cs_usable_rows(&c->cs, c->k);
    for (uint32_t i = 0; i < c->program.instr_count; i++)
        ZK_TRY(verify_instr(c, i, err));
    ZK_TRY(verify_totals(&c->program, err));
    ZK_TRY(verify_places(c, usable, err));
    if (c->program.chain_count > ZK_PROGRAM_MAX_CHAINS)
        return zk_fail(err, ZKML_LIMIT, "the witness program has more than %d chains",
                       ZK_PROGRAM_MAX_CHAINS);
    for (uint32_t i = 0; i < c->program.chain_count; i++)
        ZK_TRY(verify_chain(c, &c->program.chains[i], i, usable, err));
    return ZKML_OK;
}

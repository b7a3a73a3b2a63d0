/* The witness program: registers for nodes, and flat instructions for hints. */
#include <string.h>

#include "compiler/circuit/build.h"

bool zc_fits_small(const mpz_t lo, const mpz_t hi)
{
    return mpz_sizeinbase(lo, 2) < 63 && mpz_sizeinbase(hi, 2) < 63;
}

bool zc_reg_wide(const zc_build *b, uint32_t reg)
{
    return reg < b->instr_count && b->instrs[reg].wide;
}

static zk_fp to_field(const mpz_t value)
{
    uint64_t limbs[4] = {0};
    ZK_CHECK(mpz_sizeinbase(value, 2) <= 254);
    mpz_export(limbs, NULL, -1, sizeof limbs[0], 0, 0, value);
    zk_fp result;
    ZK_CHECK(zk_fp_from_limbs(&result, limbs));
    if (mpz_sgn(value) < 0)
        zk_fp_neg(&result, &result);
    return result;
}

/* Gives a flat instruction the shape of the node it was made for, so that messages can name an
 * element by its indices. `operand` is its only one, or NULL. */
static void take_shape(const zc_build *b, zk_winstr *in, zk_woperand *operand)
{
    const zc_node *node = b->tir->nodes[b->node];
    if (node->count != in->count)
        return;
    int64_t stride = operand != NULL ? operand->view.stride[0] : 0;
    if (operand != NULL)
        operand->view.stride[0] = 0;
    in->extent[0] = 0;
    in->rank = node->rank;
    for (uint32_t d = node->rank; d-- > 0; stride *= node->extent[d]) {
        in->extent[d] = node->extent[d];
        if (operand != NULL)
            operand->view.stride[d] = stride;
    }
}

/* Appends; the operands are copied. */
static uint32_t append(zc_build *b, zk_winstr in, const zk_woperand *operands)
{
    if (b->plan.status != ZKML_OK)
        return 0;
    if (!ZK_GROW(b->instrs, b->instr_capacity, b->instr_count + 1)) {
        zc_build_no_memory(b);
        return 0;
    }
    in.operands = ZK_ARENA_NEW(&b->arena, zk_woperand, in.operand_count);
    if (in.operands == NULL) {
        zc_build_no_memory(b);
        return 0;
    }
    if (in.operand_count > 0)
        memcpy(in.operands, operands, in.operand_count * sizeof *operands);
    in.span = b->node;
    b->instrs[b->instr_count] = in;
    return (uint32_t)b->instr_count++;
}

static zk_winstr flat(zk_wop op, bool wide, uint64_t count)
{
    return (zk_winstr){
        .op = op,
        .wide = wide,
        .rank = 1,
        .extent = {(uint32_t)count},
        .count = count,
        .reduce_count = 1,
    };
}

static zk_woperand source(zc_source x)
{
    return (zk_woperand){.reg = x.reg, .view = {.stride = {x.step}}};
}

uint32_t zc_reg_codes(zc_build *b, const int64_t *codes, uint64_t count)
{
    zk_winstr in = flat(ZK_W_CONST, false, count);
    in.code_count = count;
    in.codes = ZK_ARENA_NEW(&b->arena, int64_t, count);
    if (in.codes == NULL) {
        zc_build_no_memory(b);
        return 0;
    }
    memcpy(in.codes, codes, count * sizeof *codes);
    return append(b, in, NULL);
}

uint32_t zc_reg_input(zc_build *b, uint32_t param, uint64_t count)
{
    zk_winstr in = flat(ZK_W_INPUT, false, count);
    take_shape(b, &in, NULL);
    in.index = param;
    return append(b, in, NULL);
}

uint32_t zc_reg_scalar_si(zc_build *b, int64_t value)
{
    return zc_reg_codes(b, &value, 1);
}

uint32_t zc_reg_scalar(zc_build *b, const mpz_t value)
{
    if (zc_fits_small(value, value))
        return zc_reg_scalar_si(b, mpz_get_si(value));
    zk_winstr in = flat(ZK_W_SCALE, true, 1);
    zk_woperand zero = source(ZC_ONE(zc_reg_scalar_si(b, 0)));
    in.operand_count = 1;
    in.c1 = to_field(value);
    return append(b, in, &zero);
}

uint32_t zc_reg_op(zc_build *b, zk_wop op, bool wide, uint64_t count, zc_source x, zc_source y)
{
    zk_winstr in = flat(op, wide, count);
    zk_woperand operands[2] = {source(x), source(y)};
    in.operand_count = 2;
    return append(b, in, operands);
}

uint32_t zc_reg_op2(zc_build *b, zk_wop op, bool wide, bool reduce, uint64_t outer, uint64_t inner,
                    zc_source2 x, zc_source2 y)
{
    zk_winstr in = {
        .op = op,
        .wide = wide,
        .rank = reduce ? 1 : 2,
        .reduce_rank = reduce ? 1 : 0,
        .extent = {(uint32_t)outer, (uint32_t)inner},
        .count = reduce ? outer : outer * inner,
        .reduce_count = reduce ? inner : 1,
    };
    zk_woperand operands[2] = {
        {.reg = x.reg, .view = {.stride = {x.outer_step, x.inner_step}}},
        {.reg = y.reg, .view = {.stride = {y.outer_step, y.inner_step}}},
    };
    bool single = op == ZK_W_VIEW || op == ZK_W_SUM || op == ZK_W_RMAX || op == ZK_W_RMIN ||
                  op == ZK_W_ARGMAX;
    in.operand_count = single ? 1 : 2;
    return append(b, in, operands);
}

uint32_t zc_reg_affine(zc_build *b, zk_wop op, bool wide, uint64_t count, zc_source x,
                       const mpz_t lo, const mpz_t hi, const mpz_t c0, const mpz_t c1,
                       const mpz_t c2)
{
    mpz_t low, high;
    mpz_inits(low, high, NULL);
    mpz_mul(low, lo, c0);
    mpz_mul(high, hi, c0);
    if (c1 != NULL) {
        mpz_add(low, low, c1);
        mpz_add(high, high, c1);
    }
    bool split = c2 != NULL && !zc_fits_small(low, high);
    mpz_clears(low, high, NULL);
    zk_winstr in = flat(split ? ZK_W_SCALE : op, split || wide, count);
    zk_woperand operand = source(x);
    in.operand_count = 1;
    in.c0 = to_field(c0);
    if (c1 != NULL)
        in.c1 = to_field(c1);
    in.c2 = c2 != NULL ? to_field(c2) : zk_fp_one;
    if (!split)
        return append(b, in, &operand);
    operand = source(ZC_EACH(append(b, in, &operand)));
    in.op = op;
    in.wide = wide;
    in.c0 = zk_fp_one;
    in.c1 = zk_fp_zero;
    return append(b, in, &operand);
}

uint32_t zc_reg_limb(zc_build *b, uint64_t count, uint32_t x, uint32_t shift, uint32_t width)
{
    zk_winstr in = flat(ZK_W_LIMB, false, count);
    zk_woperand operand = source(ZC_EACH(x));
    in.operand_count = 1;
    in.shift = shift;
    in.width = width;
    return append(b, in, &operand);
}

uint32_t zc_reg_table(zc_build *b, const int64_t *values, uint64_t size, int64_t lo, uint32_t x,
                      uint64_t count, const char *name)
{
    zk_winstr in = flat(ZK_W_TABLE, false, count);
    zk_woperand operand = source(ZC_EACH(x));
    in.operand_count = 1;
    take_shape(b, &in, &operand);
    zk_fp_from_i64(&in.c0, lo);
    in.codes = (int64_t *)(uintptr_t)values; /* never written through */
    in.code_count = size;
    in.message = zk_arena_printf(&b->arena, "argument of table `%s`", name);
    if (in.message == NULL)
        zc_build_no_memory(b);
    return append(b, in, &operand);
}

void zc_reg_assert(zc_build *b, uint32_t reg, uint64_t count, const char *message)
{
    zk_winstr in = flat(ZK_W_ASSERT, false, count);
    zk_woperand operand = source(ZC_EACH(reg));
    in.operand_count = 1;
    take_shape(b, &in, &operand);
    in.message = message;
    (void)append(b, in, &operand);
}

void zc_reg_range(zc_build *b, uint32_t reg, uint64_t count, const mpz_t lo, const mpz_t hi,
                  const char *message)
{
    zk_winstr in = flat(ZK_W_RANGE, zc_reg_wide(b, reg), count);
    zk_woperand operand = source(ZC_EACH(reg));
    in.operand_count = 1;
    take_shape(b, &in, &operand);
    in.c0 = to_field(lo);
    in.c1 = to_field(hi);
    in.message = message;
    (void)append(b, in, &operand);
}

/* ---- registers of nodes ---- */

static zk_winstr shaped(zk_wop op, const zc_node *node)
{
    zk_winstr in = {
        .op = op,
        .wide = !zc_fits_small(node->lo, node->hi),
        .rank = node->rank,
        .reduce_rank = node->reduce_rank,
        .count = node->count,
        .reduce_count = node->reduce_count,
    };
    memcpy(in.extent, node->extent, sizeof in.extent);
    return in;
}

static zk_woperand node_operand(const zc_build *b, zc_node_id n, uint32_t o)
{
    const zc_operand *operand = &b->tir->nodes[n]->operands[o];
    const zc_access *access = &b->facts->facts[n].access[o];
    zk_woperand out = {.reg = b->regs[operand->node]};
    if (access->mode == ZC_ACCESS_TABLE) {
        out.view.table = (uint32_t *)(uintptr_t)access->table; /* never written through */
    } else {
        out.view.base = operand->view.base;
        memcpy(out.view.stride, operand->view.stride, sizeof out.view.stride);
    }
    return out;
}

uint32_t zc_operand_register(zc_build *b, zc_node_id n, uint32_t o)
{
    const zc_node *node = b->tir->nodes[n];
    zc_node_id operand = node->operands[o].node;
    if (b->facts->facts[n].access[o].mode == ZC_ACCESS_SAME)
        return b->regs[operand];
    zk_winstr in = shaped(ZK_W_VIEW, node);
    in.rank += in.reduce_rank;
    in.reduce_rank = 0;
    in.count *= in.reduce_count;
    in.reduce_count = 1;
    in.wide = zc_reg_wide(b, b->regs[operand]);
    in.operand_count = 1;
    zk_woperand view = node_operand(b, n, o);
    return append(b, in, &view);
}

/* An instruction with the node's own operands. */
static uint32_t direct(zc_build *b, zc_node_id n, zk_winstr in)
{
    const zc_node *node = b->tir->nodes[n];
    zk_woperand *operands = ZK_ARENA_NEW(&b->arena, zk_woperand, node->operand_count);
    if (operands == NULL) {
        zc_build_no_memory(b);
        return 0;
    }
    for (uint32_t o = 0; o < node->operand_count; o++)
        operands[o] = node_operand(b, n, o);
    in.operand_count = node->operand_count;
    return append(b, in, operands);
}

static uint32_t constant_register(zc_build *b, zc_node_id n)
{
    const zc_node *node = b->tir->nodes[n];
    const zc_fact *fact = &b->facts->facts[n];
    zk_winstr in = shaped(fact->codes != NULL ? ZK_W_CONST : ZK_W_VIEW, node);
    in.reduce_rank = 0;
    in.reduce_count = 1;
    if (fact->codes != NULL) {
        in.wide = false;
        in.codes = fact->codes;
        in.code_count = node->count;
        return append(b, in, NULL);
    }
    zk_woperand scalar = source(ZC_ONE(zc_reg_scalar(b, node->lo)));
    in.operand_count = 1;
    return append(b, in, &scalar);
}

/* condition ? a : b as one stack of both and a view of it. */
static uint32_t choose_register(zc_build *b, zc_node_id n)
{
    const zc_node *node = b->tir->nodes[n];
    const zc_access *access = b->facts->facts[n].access;
    uint64_t first = b->tir->nodes[node->operands[0].node]->count;
    uint64_t second = b->tir->nodes[node->operands[1].node]->count;
    uint32_t *table = ZK_ARENA_NEW(&b->arena, uint32_t, node->count);
    if (table == NULL) {
        zc_build_no_memory(b);
        return 0;
    }
    for (uint64_t e = 0; e < node->count; e++)
        table[e] =
            access[2].table[e] == 0 ? access[0].table[e] : (uint32_t)first + access[1].table[e];
    zk_woperand arms[2] = {
        {.reg = b->regs[node->operands[0].node]},
        {.reg = b->regs[node->operands[1].node]},
    };
    bool wide = zc_reg_wide(b, arms[0].reg) || zc_reg_wide(b, arms[1].reg);
    zk_winstr stack = flat(ZK_W_STACK, wide, first + second);
    stack.operand_count = 2;
    zk_woperand view = {.reg = append(b, stack, arms), .view = {.table = table}};
    zk_winstr in = shaped(ZK_W_VIEW, node);
    in.operand_count = 1;
    return append(b, in, &view);
}

static uint32_t scaled_register(zc_build *b, zc_node_id n, const mpz_t c0, int64_t c1)
{
    zk_winstr in = shaped(ZK_W_SCALE, b->tir->nodes[n]);
    in.c0 = to_field(c0);
    zk_fp_from_i64(&in.c1, c1);
    return direct(b, n, in);
}

/* a + b - a b */
static uint32_t or_register(zc_build *b, zc_node_id n)
{
    const zc_node *node = b->tir->nodes[n];
    uint32_t sum = direct(b, n, shaped(ZK_W_ADD, node));
    uint32_t product = direct(b, n, shaped(ZK_W_MUL, node));
    return zc_reg_op(b, ZK_W_SUB, false, node->count, ZC_EACH(sum), ZC_EACH(product));
}

static uint32_t form_register(zc_build *b, zc_node_id n)
{
    const zc_node *node = b->tir->nodes[n];
    mpz_t minus;
    uint32_t reg;
    switch (node->op) {
    case ZC_OP_STACK:
        return direct(b, n, shaped(ZK_W_STACK, node));
    case ZC_OP_CHOOSE:
        return choose_register(b, n);
    case ZC_OP_ADD:
        return direct(b, n, shaped(ZK_W_ADD, node));
    case ZC_OP_SUB:
        return direct(b, n, shaped(ZK_W_SUB, node));
    case ZC_OP_MUL:
    case ZC_OP_AND:
        return direct(b, n, shaped(ZK_W_MUL, node));
    case ZC_OP_OR:
        return or_register(b, n);
    case ZC_OP_SUM:
        return direct(b, n, shaped(ZK_W_SUM, node));
    case ZC_OP_DOT:
        return direct(b, n, shaped(ZK_W_DOT, node));
    case ZC_OP_SELECT:
        return direct(b, n, shaped(ZK_W_SELECT, node));
    case ZC_OP_SCALE:
        return scaled_register(b, n, node->c0, 0);
    case ZC_OP_NEG:
    case ZC_OP_NOT:
        mpz_init_set_si(minus, -1);
        reg = scaled_register(b, n, minus, node->op == ZC_OP_NOT);
        mpz_clear(minus);
        return reg;
    default: /* VIEW, REFINE, CHECK that holds */
        return direct(b, n, shaped(ZK_W_VIEW, node));
    }
}

/* A chain of roundings that only multiplies. */
static uint32_t multiple_register(zc_build *b, zc_node_id n)
{
    const zc_rounding *r = b->facts->facts[n].rounding;
    const zc_node *node = b->tir->nodes[n];
    const zc_node *base = b->tir->nodes[b->tir->nodes[r->reader]->operands[r->operand].node];
    uint32_t x = zc_operand_register(b, r->reader, r->operand);
    return zc_reg_affine(b, ZK_W_SCALE, !zc_fits_small(node->lo, node->hi), node->count, ZC_EACH(x),
                         base->lo, base->hi, r->c0, NULL, NULL);
}

void zc_node_register(zc_build *b, zc_node_id n)
{
    const zc_fact *fact = &b->facts->facts[n];
    if (b->plan.status != ZKML_OK)
        return;
    if (fact->constant)
        b->regs[n] = constant_register(b, n);
    else if (fact->rounding != NULL)
        b->regs[n] = multiple_register(b, n);
    else
        b->regs[n] = form_register(b, n);
}

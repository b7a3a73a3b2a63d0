/* Tables: one look-up (tag, in, out) for each element. The argument lies in the table's domain by
 * its range; what stands in the circuit's table is the part of the domain that can be reached.
 *
 * With two arguments the look-up's argument is i = (a - lo) count_b + (b - lo_b), which is unique
 * to the pair, as both lie in their domains.
 */
#include "compiler/circuit/build.h"

/* Equal tables have one tag. */
static zc_tag table_tag(const zc_build *b, const zc_table *table, uint32_t index)
{
    return (zc_tag){
        .kind = ZC_TAG_TABLE,
        .p0 = zc_facts_table(b->facts, index),
        .values = table->values,
        .name = table->name,
    };
}

zc_tag zc_table_tag(const zc_build *b, const zc_rounding *r, int64_t lo, int64_t hi)
{
    uint32_t index = b->tir->nodes[r->post[0]]->index;
    const zc_table *table = &b->tir->tables[index];
    zc_tag tag = table_tag(b, table, index);
    tag.values_lo = table->lo;
    if (r->post_count > 1)
        tag = (zc_tag){
            .kind = ZC_TAG_FUSED,
            .values = r->values + (lo - r->first),
            .values_lo = lo,
            .name = table->name,
        };
    tag.lo = lo;
    tag.hi = hi;
    return tag;
}

static void one_argument(zc_build *b, zc_node_id n, const zc_table *table)
{
    const zc_node *node = b->tir->nodes[n];
    const zc_node *x = b->tir->nodes[node->operands[0].node];
    zc_tag tag = table_tag(b, table, node->index);
    tag.values_lo = table->lo;
    tag.lo = mpz_get_si(x->lo);
    tag.hi = mpz_get_si(x->hi);
    zc_var *cells = ZK_ARENA_NEW(&b->arena, zc_var, node->count);
    if (cells == NULL) {
        zc_build_no_memory(b);
        return;
    }
    for (uint64_t e = 0; e < node->count; e++)
        cells[e] = zc_operand_cell(b, n, 0, e);
    uint32_t in = zc_operand_register(b, n, 0);
    b->regs[n] =
        zc_reg_table(b, table->values, table->count, table->lo, in, node->count, table->name);
    b->vars[n] = zc_lookup_cells(b, tag, "out", cells, 0, b->regs[n], node->count);
}

static uint32_t flat_index(zc_build *b, zc_node_id n, const zc_table *table)
{
    const zc_node *node = b->tir->nodes[n];
    uint32_t x = zc_operand_register(b, n, 0), y = zc_operand_register(b, n, 1);
    const zc_node *a = b->tir->nodes[node->operands[0].node];
    mpz_t factor, shift, second;
    mpz_init_set_ui(factor, table->count_b);
    mpz_init_set_si(shift, table->lo);
    mpz_init_set_si(second, table->lo_b);
    mpz_mul(shift, shift, factor);
    mpz_add(shift, shift, second);
    mpz_neg(shift, shift);
    uint32_t row = zc_reg_affine(b, ZK_W_SCALE, false, node->count, ZC_EACH(x), a->lo, a->hi,
                                 factor, shift, NULL);
    mpz_clears(factor, shift, second, NULL);
    return zc_reg_op(b, ZK_W_ADD, false, node->count, ZC_EACH(row), ZC_EACH(y));
}

static void two_arguments(zc_build *b, zc_node_id n, const zc_table *table)
{
    zc_plan *plan = &b->plan;
    const zc_node *node = b->tir->nodes[n];
    const zc_node *x = b->tir->nodes[node->operands[0].node];
    const zc_node *y = b->tir->nodes[node->operands[1].node];
    int64_t width = (int64_t)table->count_b;
    uint64_t size = table->count * table->count_b;
    zc_tag tag = table_tag(b, table, node->index);
    tag.lo = (mpz_get_si(x->lo) - table->lo) * width + (mpz_get_si(y->lo) - table->lo_b);
    tag.hi = (mpz_get_si(x->hi) - table->lo) * width + (mpz_get_si(y->hi) - table->lo_b);
    uint32_t in = flat_index(b, n, table);
    b->regs[n] = zc_reg_table(b, table->values, size, 0, in, node->count, table->name);
    zc_var i = zc_lookup_hint(b, tag, "i", "out", in, b->regs[n], node->count, &b->vars[n]);
    zc_coef lo = zc_coef_mul(plan, ZC_COEF(table->lo), ZC_COEF(-width));
    lo = zc_coef_add(plan, lo, zc_coef_neg(plan, ZC_COEF(table->lo_b)));
    uint32_t group = zc_group_begin(plan, "table", n, false);
    for (uint64_t e = 0; e < node->count; e++) {
        zc_add_operand(b, n, 0, e, ZC_COEF(width));
        zc_add_operand(b, n, 1, e, ZC_COEF(1));
        zc_form_add_constant(plan, lo);
        zc_form_add(plan, ZC_COEF(-1), i + (zc_var)e);
        zc_form_end(plan, ZC_NO_VAR);
    }
    zc_group_end(plan, group, node->count);
}

void zc_gadget_table(zc_build *b, zc_node_id n)
{
    const zc_node *node = b->tir->nodes[n];
    const zc_table *table = &b->tir->tables[node->index];
    if (node->op == ZC_OP_TABLE2)
        two_arguments(b, n, table);
    else
        one_argument(b, n, table);
}

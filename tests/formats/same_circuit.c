#include "tests/formats/same_circuit.h"

#include <criterion/criterion.h>
#include <string.h>

#include "runtime/circuit/codec.h"

static void expect_same_text(const char *a, const char *b)
{
    cr_expect((a == NULL) == (b == NULL));
    if (a != NULL && b != NULL)
        cr_expect_str_eq(a, b);
}

/* ---- the constraint system ---- */

static void expect_same_queries(const zk_query *a, size_t count_a, const zk_query *b,
                                size_t count_b)
{
    cr_assert_eq(count_a, count_b);
    for (size_t i = 0; i < count_a; i++)
        cr_expect(a[i].column == b[i].column && a[i].rotation == b[i].rotation);
}

static void expect_same_system(const zk_constraint_system *a, const zk_constraint_system *b)
{
    zk_buf script_a = {0}, script_b = {0};
    zk_script_put(&script_a, a);
    zk_script_put(&script_b, b);
    cr_assert(!script_a.failed && !script_b.failed);
    cr_assert_eq(script_a.length, script_b.length);
    cr_expect_arr_eq(script_a.data, script_b.data, script_a.length);
    zk_buf_free(&script_a);
    zk_buf_free(&script_b);
    expect_same_queries(a->advice_queries, a->n_advice_queries, b->advice_queries,
                        b->n_advice_queries);
    expect_same_queries(a->fixed_queries, a->n_fixed_queries, b->fixed_queries,
                        b->n_fixed_queries);
    expect_same_queries(a->instance_queries, a->n_instance_queries, b->instance_queries,
                        b->n_instance_queries);
    cr_expect_eq(zk_cs_degree(a), zk_cs_degree(b));
    cr_assert(a->n_gates == b->n_gates && a->n_lookups == b->n_lookups);
    for (size_t i = 0; i < a->n_gates; i++)
        expect_same_text(a->gates[i].name, b->gates[i].name);
    for (size_t i = 0; i < a->n_lookups; i++)
        expect_same_text(a->lookups[i].name, b->lookups[i].name);
}

static zk_fp fixed_value(const zk_fixed_column *f, uint32_t row)
{
    zk_fp value = zk_fp_zero;
    if (row < f->count && f->wide != NULL)
        value = f->wide[row];
    else if (row < f->count)
        zk_fp_from_i64(&value, f->small[row]);
    return value;
}

static void expect_same_contents(const zk_circuit *a, const zk_circuit *b)
{
    for (uint32_t i = 0; i < a->cs.n_fixed; i++)
        for (uint32_t r = 0; r < UINT32_C(1) << a->k; r++) {
            zk_fp x = fixed_value(&a->fixed[i], r), y = fixed_value(&b->fixed[i], r);
            cr_expect(zk_fp_equal(&x, &y), "fixed column %u, row %u", i, r);
        }
    for (uint32_t i = 0; i < a->cs.n_instance; i++)
        cr_expect_eq(a->instance_counts[i], b->instance_counts[i]);
    cr_assert_eq(a->copy_count, b->copy_count);
    for (size_t i = 0; i < a->copy_count; i++) {
        const zk_cell_copy *x = &a->copies[i], *y = &b->copies[i];
        cr_expect(x->a.kind == y->a.kind && x->a.column == y->a.column && x->a.row == y->a.row);
        cr_expect(x->b.kind == y->b.kind && x->b.column == y->b.column && x->b.row == y->b.row);
    }
}

/* ---- schema and source ---- */

static void expect_same_fields(const zk_field_schema *a, size_t count_a, const zk_field_schema *b,
                               size_t count_b)
{
    cr_assert_eq(count_a, count_b);
    for (size_t i = 0; i < count_a; i++, a++, b++) {
        expect_same_text(a->name, b->name);
        cr_expect(a->visibility == b->visibility && a->kind == b->kind && a->bits == b->bits &&
                  a->fraction == b->fraction && a->lo == b->lo && a->hi == b->hi);
        cr_expect(a->scale_num == b->scale_num && a->scale_den == b->scale_den);
        cr_expect(a->rank == b->rank && a->count == b->count && a->reg == b->reg);
        cr_expect_arr_eq(a->extent, b->extent, a->rank * sizeof a->extent[0]);
        if (a->visibility == ZK_PUBLIC)
            cr_expect(a->instance_column == b->instance_column && a->first_row == b->first_row);
        if (a->visibility == ZK_COMMITTED)
            cr_expect_eq(a->first_column, b->first_column);
    }
}

static void expect_same_source(const zk_circuit *a, const zk_circuit *b)
{
    cr_assert(a->tag_count == b->tag_count && a->file_count == b->file_count &&
              a->span_count == b->span_count);
    for (size_t i = 0; i < a->tag_count; i++)
        expect_same_text(a->tag_names[i], b->tag_names[i]);
    for (size_t i = 0; i < a->file_count; i++)
        expect_same_text(a->files[i], b->files[i]);
    for (size_t i = 0; i < a->span_count; i++) {
        const zk_source_span *x = &a->spans[i], *y = &b->spans[i];
        expect_same_text(x->text, y->text);
        cr_expect(x->file == y->file && x->line == y->line && x->column == y->column &&
                  x->width == y->width && x->caller == y->caller);
    }
}

static void expect_same_regions(const zk_circuit *a, const zk_circuit *b)
{
    cr_assert_eq(a->region_count, b->region_count);
    for (size_t i = 0; i < a->region_count; i++) {
        const zk_region *x = &a->regions[i], *y = &b->regions[i];
        expect_same_text(x->gadget, y->gadget);
        expect_same_text(x->label, y->label);
        expect_same_text(x->message, y->message);
        cr_expect(x->span == y->span && x->is_lookup == y->is_lookup &&
                  x->first_row == y->first_row && x->count == y->count &&
                  x->per_element == y->per_element && x->first_element == y->first_element);
        cr_assert_eq(x->rank, y->rank);
        cr_expect_arr_eq(x->extent, y->extent, x->rank * sizeof x->extent[0]);
    }
}

/* ---- the witness program ---- */

static void expect_same_operands(const zk_winstr *a, const zk_winstr *b)
{
    cr_assert_eq(a->operand_count, b->operand_count);
    for (uint32_t o = 0; o < a->operand_count; o++) {
        const zk_woperand *x = &a->operands[o], *y = &b->operands[o];
        cr_expect_eq(x->reg, y->reg);
        if (a->op == ZK_W_STACK)
            continue;
        cr_assert_eq(x->view.table == NULL, y->view.table == NULL);
        if (x->view.table != NULL) {
            size_t points = (size_t)(a->count * a->reduce_count);
            cr_expect_arr_eq(x->view.table, y->view.table, points * sizeof(uint32_t));
            continue;
        }
        cr_expect_eq(x->view.base, y->view.base);
        for (uint32_t d = 0; d < a->rank + a->reduce_rank; d++)
            cr_expect_eq(x->view.stride[d], y->view.stride[d]);
    }
}

static void expect_same_attributes(const zk_winstr *a, const zk_winstr *b)
{
    bool offset = a->op == ZK_W_SCALE || a->op == ZK_W_FLOOR || a->op == ZK_W_MOD ||
                  a->op == ZK_W_RANGE;
    if (a->op == ZK_W_INPUT)
        cr_expect_eq(a->index, b->index);
    if (a->op == ZK_W_LIMB)
        cr_expect(a->shift == b->shift && a->width == b->width);
    if (offset || a->op == ZK_W_TABLE)
        cr_expect(zk_fp_equal(&a->c0, &b->c0));
    if (offset)
        cr_expect(zk_fp_equal(&a->c1, &b->c1));
    if (a->op == ZK_W_FLOOR || a->op == ZK_W_MOD)
        cr_expect(zk_fp_equal(&a->c2, &b->c2));
    if (a->op == ZK_W_CONST || a->op == ZK_W_TABLE) {
        cr_assert_eq(a->code_count, b->code_count);
        cr_expect_arr_eq(a->codes, b->codes, (size_t)a->code_count * sizeof *a->codes);
    }
    if (a->op == ZK_W_ASSERT || a->op == ZK_W_RANGE || a->op == ZK_W_TABLE)
        expect_same_text(a->message, b->message);
}

static void expect_same_program(const zk_witness_program *a, const zk_witness_program *b)
{
    cr_assert(a->instr_count == b->instr_count && a->place_count == b->place_count &&
              a->chain_count == b->chain_count);
    for (uint32_t i = 0; i < a->instr_count; i++) {
        const zk_winstr *x = &a->instrs[i], *y = &b->instrs[i];
        cr_assert(x->op == y->op && x->wide == y->wide && x->rank == y->rank &&
                  x->reduce_rank == y->reduce_rank && x->count == y->count &&
                  x->reduce_count == y->reduce_count && x->span == y->span);
        cr_expect_arr_eq(x->extent, y->extent,
                         (x->rank + x->reduce_rank) * sizeof x->extent[0]);
        cr_expect(x->scale_num == y->scale_num && x->scale_den == y->scale_den);
        expect_same_text(x->name != NULL ? x->name : "", y->name);
        expect_same_operands(x, y);
        expect_same_attributes(x, y);
    }
    for (uint32_t i = 0; i < a->place_count; i++) {
        const zk_wplace *x = &a->places[i], *y = &b->places[i];
        cr_expect(x->reg == y->reg && x->count == y->count && x->first == y->first &&
                  x->step == y->step && x->column == y->column && x->row == y->row &&
                  x->column_step == y->column_step && x->row_step == y->row_step);
    }
    if (a->chain_count > 0)
        cr_expect_arr_eq(a->chains, b->chains, a->chain_count * sizeof *a->chains);
}

void expect_same_circuit(const zk_circuit *a, const zk_circuit *b)
{
    expect_same_text(a->name, b->name);
    cr_expect_arr_eq(a->digest, b->digest, sizeof a->digest);
    cr_assert_eq(a->k, b->k);
    expect_same_system(&a->cs, &b->cs);
    expect_same_contents(a, b);
    expect_same_fields(a->params, a->param_count, b->params, b->param_count);
    expect_same_fields(a->results, a->result_count, b->results, b->result_count);
    expect_same_source(a, b);
    expect_same_regions(a, b);
    expect_same_program(&a->program, &b->program);
}

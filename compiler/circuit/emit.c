#include "compiler/circuit/emit.h"

#include <string.h>

zkml_status zc_emit_no_memory(zkml_error *err)
{
    return zk_fail(err, ZKML_LIMIT, "lowering: out of memory");
}

/* ---- fixed columns ---- */

typedef struct fixed_columns {
    uint32_t linear, product, cont, constant, out, tag, table; /* first of each kind */
    uint32_t count;
} fixed_columns;

static fixed_columns number_columns(const zc_shape *shape)
{
    fixed_columns c = {.linear = 0, .product = shape->lanes};
    c.cont = c.product + shape->products;
    c.constant = c.cont + 1;
    c.out = c.cont + 2;
    c.tag = shape->lanes > 0 ? c.cont + 3 : 0;
    c.table = c.tag + shape->lookups;
    c.count = c.table + (shape->lookups > 0 ? 3 : 0);
    return c;
}

zkml_status zc_emit_new_column(zc_emitter *em, uint32_t column, uint64_t rows, zkml_error *err)
{
    zk_fixed_column *f = &em->out->fixed[column];
    f->count = (uint32_t)rows;
    f->small = ZK_ARENA_NEW(&em->out->arena, int64_t, (size_t)rows);
    return f->small != NULL ? ZKML_OK : zc_emit_no_memory(err);
}

static void to_field(zk_fp *out, const zc_plan *plan, zc_coef value)
{
    if (value.big == 0) {
        zk_fp_from_i64(out, value.small);
        return;
    }
    const mpz_t *number = (const mpz_t *)&plan->bigs[value.big - 1];
    mpz_t reduced, modulus;
    mpz_init(reduced);
    mpz_init(modulus);
    mpz_import(modulus, 4, -1, sizeof zk_fp_modulus[0], 0, 0, zk_fp_modulus);
    mpz_mod(reduced, *number, modulus);
    uint64_t limbs[4] = {0};
    mpz_export(limbs, NULL, -1, sizeof limbs[0], 0, 0, reduced);
    ZK_CHECK(zk_fp_from_limbs(out, limbs));
    mpz_clear(reduced);
    mpz_clear(modulus);
}

/* A column of coefficients: values[row * step]. */
static zkml_status coef_column(zc_emitter *em, uint32_t column, const zc_coef *values, size_t step,
                               uint64_t rows, zkml_error *err)
{
    zk_fixed_column *f = &em->out->fixed[column];
    bool wide = false;
    const char *base = (const char *)values;
    for (uint64_t r = 0; r < rows; r++)
        wide = wide || ((const zc_coef *)(base + r * step))->big != 0;
    if (!wide) {
        ZK_TRY(zc_emit_new_column(em, column, rows, err));
        for (uint64_t r = 0; r < rows; r++)
            f->small[r] = ((const zc_coef *)(base + r * step))->small;
        return ZKML_OK;
    }
    f->count = (uint32_t)rows;
    f->wide = ZK_ARENA_NEW(&em->out->arena, zk_fp, (size_t)rows);
    if (f->wide == NULL)
        return zc_emit_no_memory(err);
    for (uint64_t r = 0; r < rows; r++)
        to_field(&f->wide[r], &em->build->plan, *(const zc_coef *)(base + r * step));
    return ZKML_OK;
}

static zkml_status gate_columns(zc_emitter *em, const fixed_columns *c, zkml_error *err)
{
    const zc_layout *layout = em->layout;
    const zc_shape *shape = &layout->shape;
    uint64_t rows = shape->gate_rows;
    for (uint32_t t = 0; t < shape->lanes; t++)
        ZK_TRY(coef_column(em, c->linear + t, &layout->cells[t].factor,
                           shape->lanes * sizeof *layout->cells, rows, err));
    for (uint32_t j = 0; j < shape->products; j++)
        ZK_TRY(coef_column(em, c->product + j, &layout->factors[j],
                           shape->products * sizeof *layout->factors, rows, err));
    if (shape->lanes == 0)
        return ZKML_OK;
    ZK_TRY(
        coef_column(em, c->constant, &layout->rows[0].constant, sizeof *layout->rows, rows, err));
    ZK_TRY(zc_emit_new_column(em, c->cont, rows, err));
    ZK_TRY(zc_emit_new_column(em, c->out, rows, err));
    for (uint64_t r = 0; r < rows; r++) {
        em->out->fixed[c->cont].small[r] = layout->rows[r].cont;
        em->out->fixed[c->out].small[r] = layout->rows[r].out;
    }
    return ZKML_OK;
}

zkml_status zc_emit_table(zc_emitter *em, uint32_t tag, uint32_t table, zkml_error *err)
{
    const zc_plan *plan = &em->build->plan;
    const zc_shape *shape = &em->layout->shape;
    zk_fixed_column *fixed = em->out->fixed;
    for (uint32_t l = 0; l < shape->lookups; l++)
        ZK_TRY(zc_emit_new_column(em, tag + l, shape->lookup_rows, err));
    for (size_t s = 0; s < plan->lookup_count; s++)
        fixed[tag + s % shape->lookups].small[s / shape->lookups] =
            (int64_t)plan->lookups[s].tag + 1;
    if (shape->lookups == 0)
        return ZKML_OK;
    for (uint32_t i = 0; i < 3; i++)
        ZK_TRY(zc_emit_new_column(em, table + i, shape->table_rows, err));
    uint64_t row = 1;
    for (size_t i = 0; i < plan->tag_count; i++)
        for (int64_t in = plan->tags[i].lo; in <= plan->tags[i].hi; in++, row++) {
            fixed[table].small[row] = (int64_t)i + 1;
            fixed[table + 1].small[row] = in;
            fixed[table + 2].small[row] = zc_tag_value(&plan->tags[i], in);
        }
    return ZKML_OK;
}

/* ---- copies ---- */

static bool same_cell(const zk_cell *a, const zk_cell *b)
{
    return a->kind == b->kind && a->column == b->column && a->row == b->row;
}

static void copy_to(zc_emitter *em, zc_var var, zk_cell cell, bool count_only)
{
    const zk_cell *home = &em->layout->homes[var];
    if (same_cell(home, &cell))
        return;
    if (!count_only)
        em->out->copies[em->out->copy_count] = (zk_cell_copy){*home, cell};
    em->out->copy_count++;
}

static void make_copies(zc_emitter *em, bool count_only)
{
    const zc_plan *plan = &em->build->plan;
    const zc_layout *layout = em->layout;
    const zc_shape *shape = &layout->shape;
    em->out->copy_count = 0;
    for (uint64_t r = 0; r < shape->gate_rows; r++)
        for (uint32_t t = 0; t < shape->lanes; t++) {
            zc_var var = layout->cells[r * shape->lanes + t].var;
            if (var != ZC_NO_VAR)
                copy_to(em, var, (zk_cell){ZK_ADVICE, t, (uint32_t)r}, count_only);
        }
    for (size_t s = 0; s < plan->lookup_count; s++) {
        const zc_lookup *lookup = &plan->lookups[s];
        uint32_t slot = (uint32_t)(s % shape->lookups), row = (uint32_t)(s / shape->lookups);
        copy_to(em, lookup->in, (zk_cell){ZK_ADVICE, zc_column_in(shape, slot), row}, count_only);
        if (lookup->out != ZC_NO_VAR)
            copy_to(em, lookup->out, (zk_cell){ZK_ADVICE, zc_column_out(shape, slot), row},
                    count_only);
    }
    for (size_t i = 0; i < plan->output_count; i++)
        copy_to(em, plan->outputs[i].var, (zk_cell){ZK_INSTANCE, 0, plan->outputs[i].instance_row},
                count_only);
    for (uint32_t i = 0; i < plan->committed_count; i++) {
        uint32_t column = zc_column_committed(plan, shape, i);
        for (uint64_t e = 0; e < plan->committed[i].count; e++)
            copy_to(em, plan->committed_vars[plan->committed[i].first + e],
                    zk_committed_cell(column, shape->k, e), count_only);
    }
}

/* ---- the constraint system ---- */

/* sum f_t a_t + sum g_j a_2j a_2j+1 + cont acc + constant - out acc(next) */
static void make_gate(zk_constraint_system *cs, const zc_shape *shape, const fixed_columns *c)
{
    zk_expr_id sum = ZK_EXPR_NONE;
    for (uint32_t t = 0; t < shape->lanes; t++) {
        zk_expr_id term =
            zk_cs_mul(cs, zk_cs_query_fixed(cs, c->linear + t), zk_cs_query_advice(cs, t, 0));
        sum = t == 0 ? term : zk_cs_add(cs, sum, term);
    }
    for (uint32_t j = 0; j < shape->products; j++) {
        zk_expr_id pair =
            zk_cs_mul(cs, zk_cs_query_advice(cs, 2 * j, 0), zk_cs_query_advice(cs, 2 * j + 1, 0));
        sum = zk_cs_add(cs, sum, zk_cs_mul(cs, zk_cs_query_fixed(cs, c->product + j), pair));
    }
    uint32_t acc = zc_column_acc(shape);
    zk_expr_id cont = zk_cs_mul(cs, zk_cs_query_fixed(cs, c->cont), zk_cs_query_advice(cs, acc, 0));
    sum = zk_cs_add(cs, sum, cont);
    sum = zk_cs_add(cs, sum, zk_cs_query_fixed(cs, c->constant));
    zk_expr_id out = zk_cs_mul(cs, zk_cs_query_fixed(cs, c->out), zk_cs_query_advice(cs, acc, 1));
    sum = zk_cs_sub(cs, sum, out);
    (void)zk_cs_create_gate(cs, "row", &sum, 1);
}

static void enable_copies(zk_circuit *out)
{
    static const zk_column_kind kinds[] = {ZK_ADVICE, ZK_INSTANCE};
    for (int i = 0; i < 2; i++)
        for (uint32_t column = 0; column < zk_cs_columns(&out->cs, kinds[i]); column++) {
            bool used = false;
            for (size_t j = 0; j < out->copy_count && !used; j++)
                used = (out->copies[j].a.kind == kinds[i] && out->copies[j].a.column == column) ||
                       (out->copies[j].b.kind == kinds[i] && out->copies[j].b.column == column);
            if (used)
                zk_cs_enable_equality(&out->cs, (zk_column_ref){kinds[i], column});
        }
    /* Degree 5 costs no more than 4 to extend, and a permutation product takes 3 columns. */
    if (out->cs.n_permutation >= 4)
        zk_cs_set_minimum_degree(&out->cs, 5);
}

void zc_emit_lookups(zc_emitter *em, uint32_t tag, uint32_t table)
{
    const zc_shape *shape = &em->layout->shape;
    zk_constraint_system *cs = &em->out->cs;
    const uint32_t columns[3] = {table, table + 1, table + 2};
    for (uint32_t l = 0; l < shape->lookups; l++) {
        zk_expr_id inputs[3] = {
            zk_cs_query_fixed(cs, tag + l),
            zk_cs_query_advice(cs, zc_column_in(shape, l), 0),
            zk_cs_query_advice(cs, zc_column_out(shape, l), 0),
        };
        (void)zk_cs_lookup(cs, "table", inputs, columns, 3);
    }
}

static zkml_status make_system(zc_emitter *em, const fixed_columns *c, zkml_error *err)
{
    const zc_shape *shape = &em->layout->shape;
    zk_constraint_system *cs = &em->out->cs;
    if (em->build->plan.instance_rows > 0)
        (void)zk_cs_instance_column(cs);
    for (uint32_t i = 0; i < zc_column_count(shape); i++)
        (void)zk_cs_advice_column(cs);
    for (uint32_t i = 0; i < c->count; i++)
        (void)zk_cs_fixed_column(cs);
    enable_copies(em->out);
    if (shape->lanes > 0)
        make_gate(cs, shape, c);
    zc_emit_lookups(em, c->tag, c->table);
    return zk_cs_status(cs, err);
}

zkml_status zc_emit_columns(zc_emitter *em, zkml_error *err)
{
    zk_circuit *out = em->out;
    if (em->layout->shape.batched)
        return zc_emit_batched(em, err);
    fixed_columns c = number_columns(&em->layout->shape);
    out->k = em->layout->shape.k;
    out->fixed = ZK_ARENA_NEW(&out->arena, zk_fixed_column, c.count);
    out->instance_counts = ZK_ARENA_NEW(&out->arena, uint32_t, 1);
    make_copies(em, true);
    out->copies = ZK_ARENA_NEW(&out->arena, zk_cell_copy, out->copy_count);
    if (out->fixed == NULL || out->instance_counts == NULL || out->copies == NULL)
        return zc_emit_no_memory(err);
    out->instance_counts[0] = em->build->plan.instance_rows;
    make_copies(em, false);
    ZK_TRY(gate_columns(em, &c, err));
    ZK_TRY(zc_emit_table(em, c.tag, c.table, err));
    ZK_TRY(make_system(em, &c, err));
    ZK_CHECK(zc_shape_rows(&em->layout->shape) <= zk_cs_usable_rows(&out->cs, out->k));
    return ZKML_OK;
}

zkml_status zc_emit_circuit(const zc_build *build, const zc_layout *layout,
                            const zc_sources *sources, zk_circuit *out, zkml_error *err)
{
    memset(out, 0, sizeof *out);
    zk_arena_init(&out->arena, 0);
    zk_cs_init(&out->cs);
    zc_emitter em = {.build = build, .layout = layout, .sources = sources, .out = out};
    out->name = zk_arena_strndup(&out->arena, build->tir->name, strlen(build->tir->name));
    if (out->name == NULL)
        return zc_emit_no_memory(err);
    ZK_TRY(zc_emit_columns(&em, err));
    ZK_TRY(zc_emit_spans(&em, err));
    ZK_TRY(zc_emit_labels(&em, err));
    ZK_TRY(zc_emit_program(&em, err));
    ZK_TRY(zc_emit_schema(&em, err));
    ZK_TRY(zc_emit_tags(&em, err));
    return zc_emit_regions(&em, err);
}

#include "tests/soundness/reference.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/proof/complete.h"

static void modulus_of(mpz_t p)
{
    mpz_init(p);
    mpz_import(p, 4, -1, sizeof zk_fp_modulus[0], 0, 0, zk_fp_modulus);
}

static void to_field(zk_fp *out, const mpz_t value)
{
    mpz_t p, r;
    modulus_of(p);
    mpz_init(r);
    mpz_mod(r, value, p);
    uint64_t limbs[4] = {0};
    mpz_export(limbs, NULL, -1, sizeof limbs[0], 0, 0, r);
    cr_assert(zk_fp_from_limbs(out, limbs));
    mpz_clear(r);
    mpz_clear(p);
}

/* The representative between -p/2 and p/2. */
static void from_field(mpz_t out, const zk_fp *value)
{
    uint64_t limbs[4];
    mpz_t p, twice;
    zk_fp_to_limbs(limbs, value);
    mpz_import(out, 4, -1, sizeof limbs[0], 0, 0, limbs);
    modulus_of(p);
    mpz_init(twice);
    mpz_mul_2exp(twice, out, 1);
    if (mpz_cmp(twice, p) > 0)
        mpz_sub(out, out, p);
    mpz_clear(twice);
    mpz_clear(p);
}

/* ---- the witness program ---- */

typedef struct machine {
    reference_run *run;
    const int64_t *inputs;
    const zk_winstr *in;
    mpz_t c0, c1, c2, x, y, z, best;
} machine;

static const mpz_t *operand(const machine *m, uint32_t o, uint64_t point)
{
    const zk_winstr *in = m->in;
    const zk_wview *view = &in->operands[o].view;
    int64_t offset = view->base;
    if (view->table != NULL) {
        offset = view->table[point];
    } else {
        for (uint32_t d = in->rank + in->reduce_rank; d-- > 0;) {
            offset += view->stride[d] * (int64_t)(point % in->extent[d]);
            point /= in->extent[d];
        }
    }
    return (const mpz_t *)&m->run->registers[in->operands[o].reg][offset];
}

static void load_stack(machine *m, mpz_t *out)
{
    uint64_t e = 0;
    for (uint32_t o = 0; o < m->in->operand_count; o++) {
        uint32_t reg = m->in->operands[o].reg;
        for (uint64_t i = 0; i < m->run->circuit->program.instrs[reg].count; i++)
            mpz_set(out[e++], m->run->registers[reg][i]);
    }
}

static void load_input(machine *m, mpz_t *out)
{
    uint64_t first = 0;
    for (uint32_t i = 0; i < m->in->index; i++)
        first += m->run->circuit->params[i].count;
    for (uint64_t e = 0; e < m->in->count; e++)
        mpz_set_si(out[e], m->inputs[first + e]);
}

static void reduce(machine *m, mpz_t out, uint64_t e)
{
    const zk_winstr *in = m->in;
    uint64_t fan = in->reduce_count;
    mpz_set_si(out, 0);
    for (uint64_t r = 0; r < fan; r++) {
        uint64_t point = e * fan + r;
        mpz_set(m->x, *operand(m, 0, point));
        bool better = r == 0 || (in->op == ZK_W_RMIN ? mpz_cmp(m->x, m->best) < 0
                                                     : mpz_cmp(m->x, m->best) > 0);
        if (in->op == ZK_W_SUM)
            mpz_add(out, out, m->x);
        else if (in->op == ZK_W_DOT)
            mpz_addmul(out, m->x, *operand(m, 1, point));
        else if (better)
            in->op == ZK_W_ARGMAX ? mpz_set_ui(out, r) : mpz_set(out, m->x);
        if (better)
            mpz_set(m->best, m->x);
    }
}

static void divide(machine *m, mpz_t out, const mpz_t by, bool quotient)
{
    if (mpz_sgn(by) <= 0) {
        m->run->impossible = true;
        mpz_set_si(out, 0);
    } else if (quotient) {
        mpz_fdiv_q(out, m->x, by);
    } else {
        mpz_fdiv_r(out, m->x, by);
    }
}

/* An assertion, check or table refuses an element. */
static void stop(machine *m, uint64_t e)
{
    reference_run *run = m->run;
    uint32_t instr = (uint32_t)(m->in - run->circuit->program.instrs);
    run->stopped = true;
    if (run->failure_count < ZK_WITNESS_MAX_FAILURES)
        run->failures[run->failure_count++] = (zk_witness_failure){instr, e};
}

static void table(machine *m, mpz_t out, uint64_t e)
{
    mpz_sub(m->x, m->x, m->c0);
    bool inside = mpz_sgn(m->x) >= 0 && mpz_cmp_ui(m->x, m->in->code_count) < 0;
    mpz_set_si(out, inside ? m->in->codes[mpz_get_ui(m->x)] : 0);
    if (!inside)
        stop(m, e);
}

static void element(machine *m, mpz_t out, uint64_t e)
{
    const zk_winstr *in = m->in;
    mpz_set(m->x, *operand(m, 0, e));
    if (in->operand_count > 1)
        mpz_set(m->y, *operand(m, 1, e));
    switch (in->op) {
    case ZK_W_ADD:
        mpz_add(out, m->x, m->y);
        return;
    case ZK_W_SUB:
        mpz_sub(out, m->x, m->y);
        return;
    case ZK_W_MUL:
        mpz_mul(out, m->x, m->y);
        return;
    case ZK_W_SCALE:
    case ZK_W_FLOOR:
    case ZK_W_MOD:
        mpz_mul(m->x, m->x, m->c0);
        mpz_add(m->x, m->x, m->c1);
        if (in->op == ZK_W_SCALE)
            mpz_set(out, m->x);
        else
            divide(m, out, m->c2, in->op == ZK_W_FLOOR);
        return;
    case ZK_W_FLOORV:
    case ZK_W_MODV:
        divide(m, out, m->y, in->op == ZK_W_FLOORV);
        return;
    case ZK_W_LIMB:
        mpz_fdiv_q_2exp(out, m->x, in->shift);
        mpz_fdiv_r_2exp(out, out, in->width);
        return;
    case ZK_W_MAX:
        mpz_set(out, mpz_cmp(m->x, m->y) > 0 ? m->x : m->y);
        return;
    case ZK_W_MIN:
        mpz_set(out, mpz_cmp(m->x, m->y) < 0 ? m->x : m->y);
        return;
    case ZK_W_LE:
        mpz_set_si(out, mpz_cmp(m->x, m->y) <= 0);
        return;
    case ZK_W_EQ:
        mpz_set_si(out, mpz_cmp(m->x, m->y) == 0);
        return;
    case ZK_W_SELECT:
        mpz_set(out, *operand(m, mpz_sgn(m->x) != 0 ? 1 : 2, e));
        return;
    case ZK_W_TABLE:
        table(m, out, e);
        return;
    case ZK_W_ASSERT:
        mpz_set(out, m->x);
        if (mpz_sgn(m->x) == 0)
            stop(m, e);
        return;
    case ZK_W_RANGE:
        mpz_set(out, m->x);
        if (mpz_cmp(m->x, m->c0) < 0 || mpz_cmp(m->x, m->c1) > 0)
            stop(m, e);
        return;
    default: /* VIEW */
        mpz_set(out, m->x);
        return;
    }
}

static void execute(machine *m, mpz_t *out)
{
    const zk_winstr *in = m->in;
    from_field(m->c0, &in->c0);
    from_field(m->c1, &in->c1);
    from_field(m->c2, &in->c2);
    if (in->op == ZK_W_STACK) {
        load_stack(m, out);
        return;
    }
    if (in->op == ZK_W_INPUT) {
        load_input(m, out);
        return;
    }
    bool reduces = in->op == ZK_W_SUM || in->op == ZK_W_DOT || in->op == ZK_W_RMAX ||
                   in->op == ZK_W_RMIN || in->op == ZK_W_ARGMAX;
    for (uint64_t e = 0; e < in->count; e++) {
        if (in->op == ZK_W_CONST)
            mpz_set_si(out[e], in->codes[e]);
        else if (reduces)
            reduce(m, out[e], e);
        else
            element(m, out[e], e);
    }
}

static void lie(mpz_t *out, const reference_tamper *tamper)
{
    mpz_t *x = &out[tamper->element];
    if (tamper->lie == REFERENCE_ADD)
        mpz_add(*x, *x, tamper->value);
    else if (tamper->lie == REFERENCE_NEGATE)
        mpz_neg(*x, *x);
    else if (tamper->lie == REFERENCE_SET)
        mpz_set(*x, tamper->value);
}

/* A register that was declared small holds what int64_t can hold, if nobody lied. */
static void check_width(const zk_winstr *in, uint32_t number, const mpz_t *values)
{
    for (uint64_t e = 0; !in->wide && e < in->count; e++)
        cr_assert(mpz_fits_slong_p(values[e]), "register %u is not declared wide", number);
}

static void run_instructions(reference_run *run, const int64_t *inputs,
                             const reference_tamper *tamper)
{
    const zk_witness_program *program = &run->circuit->program;
    machine m = {.run = run, .inputs = inputs};
    mpz_inits(m.c0, m.c1, m.c2, m.x, m.y, m.z, m.best, NULL);
    for (uint32_t i = 0; i < program->instr_count; i++) {
        m.in = &program->instrs[i];
        mpz_t *out = calloc(m.in->count, sizeof *out);
        cr_assert(out != NULL);
        for (uint64_t e = 0; e < m.in->count; e++)
            mpz_init(out[e]);
        execute(&m, out);
        if (tamper == NULL)
            check_width(m.in, i, (const mpz_t *)out);
        else if (tamper->reg == i)
            lie(out, tamper);
        run->registers[i] = out;
    }
    mpz_clears(m.c0, m.c1, m.c2, m.x, m.y, m.z, m.best, NULL);
}

/* ---- columns ---- */

static void fill_fixed(reference_run *run)
{
    const zk_circuit *c = run->circuit;
    for (uint32_t i = 0; i < c->cs.n_fixed; i++)
        for (uint32_t r = 0; r < c->fixed[i].count; r++) {
            zk_fp *cell = &run->fixed[i * run->n + r];
            if (c->fixed[i].wide != NULL)
                *cell = c->fixed[i].wide[r];
            else
                zk_fp_from_i64(cell, c->fixed[i].small[r]);
        }
}

static void fill_places(reference_run *run)
{
    for (uint32_t i = 0; i < run->circuit->program.place_count; i++) {
        const zk_wplace *p = &run->circuit->program.places[i];
        for (uint32_t j = 0; j < p->count; j++) {
            uint64_t e = (uint64_t)((int64_t)p->first + (int64_t)j * p->step);
            uint64_t column = (uint64_t)((int64_t)p->column + (int64_t)j * p->column_step);
            uint64_t row = (uint64_t)((int64_t)p->row + (int64_t)j * p->row_step);
            to_field(&run->advice[column * run->n + row], run->registers[p->reg][e]);
        }
    }
}

static void add_product(zk_fp *sum, const zk_fp *a, const zk_fp *b)
{
    zk_fp t;
    zk_fp_mul(&t, a, b);
    zk_fp_add(sum, sum, &t);
}

static void fill_chain(reference_run *run, const zk_wchain *h)
{
    uint64_t n = run->n;
    for (uint32_t r = 0; r < h->rows; r++) {
        if (zk_fp_is_zero(&run->fixed[h->out * n + r]))
            continue;
        zk_fp sum = run->fixed[h->constant * n + r];
        for (uint32_t t = 0; t < h->lanes; t++)
            add_product(&sum, &run->fixed[(h->linear + t) * n + r],
                        &run->advice[(h->lane + t) * n + r]);
        for (uint32_t j = 0; j < h->products; j++) {
            zk_fp pair;
            zk_fp_mul(&pair, &run->advice[(h->lane + 2 * j) * n + r],
                      &run->advice[(h->lane + 2 * j + 1) * n + r]);
            add_product(&sum, &run->fixed[(h->product + j) * n + r], &pair);
        }
        add_product(&sum, &run->fixed[h->cont * n + r], &run->advice[h->acc * n + r]);
        run->advice[h->acc * n + r + 1] = sum;
    }
}

static void fill_public(reference_run *run, const zk_field_schema *fields, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (uint64_t e = 0; fields[i].visibility == ZK_PUBLIC && e < fields[i].count; e++)
            to_field(&run->instance[fields[i].instance_column * run->n + fields[i].first_row + e],
                     run->registers[fields[i].reg][e]);
}

void reference_run_program(reference_run *run, const zk_circuit *circuit, const int64_t *inputs,
                           const reference_tamper *tamper)
{
    *run = (reference_run){.circuit = circuit, .n = UINT64_C(1) << circuit->k};
    run->registers = calloc(circuit->program.instr_count + 1, sizeof *run->registers);
    run->advice = calloc(circuit->cs.n_advice * run->n + 1, sizeof *run->advice);
    run->fixed = calloc(circuit->cs.n_fixed * run->n + 1, sizeof *run->fixed);
    run->instance = calloc(circuit->cs.n_instance * run->n + 1, sizeof *run->instance);
    cr_assert(run->registers != NULL && run->advice != NULL && run->fixed != NULL &&
              run->instance != NULL);
    run_instructions(run, inputs, tamper);
    fill_fixed(run);
    fill_places(run);
    for (uint32_t i = 0; i < circuit->program.chain_count; i++)
        fill_chain(run, &circuit->program.chains[i]);
    fill_public(run, circuit->params, circuit->param_count);
    fill_public(run, circuit->results, circuit->result_count);
}

void reference_free(reference_run *run)
{
    for (uint32_t i = 0; i < run->circuit->program.instr_count; i++) {
        for (uint64_t e = 0; e < run->circuit->program.instrs[i].count; e++)
            mpz_clear(run->registers[i][e]);
        free(run->registers[i]);
    }
    free(run->registers);
    free(run->advice);
    free(run->fixed);
    free(run->instance);
}

/* ---- as a witness ---- */

static zk_register make_register(zk_witness *witness, const zk_winstr *in, const mpz_t *values)
{
    bool small = !in->wide;
    for (uint64_t e = 0; e < in->count; e++)
        small = small && mpz_fits_slong_p(values[e]);
    int64_t *codes = ZK_ARENA_NEW(&witness->arena, int64_t, in->count);
    zk_fp *elements = ZK_ARENA_NEW(&witness->arena, zk_fp, in->count);
    cr_assert(codes != NULL && elements != NULL);
    for (uint64_t e = 0; e < in->count; e++) {
        codes[e] = small ? mpz_get_si(values[e]) : 0;
        to_field(&elements[e], values[e]);
    }
    return small ? (zk_register){.small = codes} : (zk_register){.wide = elements};
}

void reference_witness(zk_witness *witness, const reference_run *run)
{
    const zk_circuit *c = run->circuit;
    size_t usable = zk_cs_usable_rows(&c->cs, c->k);
    *witness = (zk_witness){.circuit = c, .failure_count = run->failure_count};
    memcpy(witness->failures, run->failures, sizeof run->failures);
    zk_arena_init(&witness->arena, 0);
    witness->registers = ZK_ARENA_NEW(&witness->arena, zk_register, c->program.instr_count);
    witness->advice = ZK_ARENA_NEW(&witness->arena, zk_column, c->cs.n_advice);
    witness->instances = ZK_ARENA_NEW(&witness->arena, zk_instance_values, c->cs.n_instance);
    cr_assert(witness->registers != NULL && witness->advice != NULL && witness->instances != NULL);
    for (uint32_t i = 0; i < c->program.instr_count; i++)
        witness->registers[i] = make_register(witness, &c->program.instrs[i],
                                              (const mpz_t *)run->registers[i]);
    for (uint32_t i = 0; i < c->cs.n_advice; i++) {
        zk_fp *values = ZK_ARENA_NEW(&witness->arena, zk_fp, usable);
        cr_assert(values != NULL);
        memcpy(values, run->advice + i * run->n, usable * sizeof *values);
        witness->advice[i] = (zk_column){.type = ZK_COLUMN_FP, .length = usable, .u.fp = values};
    }
    for (uint32_t i = 0; i < c->cs.n_instance; i++)
        witness->instances[i] =
            (zk_instance_values){run->instance + i * run->n, c->instance_counts[i]};
    zkml_error err = {0};
    if (c->layer != NULL)
        cr_assert_eq(zk_witness_complete(witness, NULL, &err), ZKML_OK, "%s", err.text);
}

/* ---- constraints ---- */

/* All expressions on one row, operands before users. */
static void evaluate(const reference_run *run, uint64_t row, zk_fp *values)
{
    const zk_constraint_system *cs = &run->circuit->cs;
    for (size_t i = 0; i < cs->n_exprs; i++) {
        const zk_expr *x = &cs->exprs[i];
        uint64_t at = (row + run->n + (uint64_t)(int64_t)x->rotation) % run->n;
        switch (x->kind) {
        case ZK_EXPR_CONSTANT:
            values[i] = cs->constants[x->a];
            break;
        case ZK_EXPR_FIXED:
            values[i] = run->fixed[x->a * run->n + at];
            break;
        case ZK_EXPR_ADVICE:
            values[i] = run->advice[x->a * run->n + at];
            break;
        case ZK_EXPR_INSTANCE:
            values[i] = run->instance[x->a * run->n + at];
            break;
        case ZK_EXPR_NEGATED:
            zk_fp_neg(&values[i], &values[x->a]);
            break;
        case ZK_EXPR_SUM:
            zk_fp_add(&values[i], &values[x->a], &values[x->b]);
            break;
        case ZK_EXPR_PRODUCT:
            zk_fp_mul(&values[i], &values[x->a], &values[x->b]);
            break;
        case ZK_EXPR_SCALED:
            zk_fp_mul(&values[i], &values[x->a], &cs->constants[x->b]);
            break;
        case ZK_EXPR_SELECTOR:
            cr_assert_fail("a selector");
        }
    }
}

typedef struct tuple {
    zk_fp v[3];
} tuple;

static int compare_tuples(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(tuple));
}

static tuple *sorted_table(const reference_run *run, const zk_lookup *lookup, size_t usable)
{
    tuple *table = calloc(usable, sizeof *table);
    cr_assert(table != NULL && lookup->count == 3);
    for (size_t r = 0; r < usable; r++)
        for (uint32_t i = 0; i < 3; i++) {
            const zk_constraint_system *cs = &run->circuit->cs;
            uint32_t column = cs->exprs[cs->lookup_tables[lookup->first + i]].a;
            table[r].v[i] = run->fixed[column * run->n + r];
        }
    qsort(table, usable, sizeof *table, compare_tuples);
    return table;
}

static const zk_fp *cell_value(const reference_run *run, const zk_cell *cell)
{
    const zk_fp *columns = cell->kind == ZK_ADVICE  ? run->advice
                           : cell->kind == ZK_FIXED ? run->fixed
                                                    : run->instance;
    return &columns[cell->column * run->n + cell->row];
}

static bool check_row(const reference_run *run, uint64_t row, size_t usable, tuple *const *tables,
                      const zk_fp *values, char *why, size_t why_size)
{
    const zk_constraint_system *cs = &run->circuit->cs;
    for (size_t i = 0; i < cs->n_polys; i++)
        if (!zk_fp_is_zero(&values[cs->polys[i]])) {
            (void)snprintf(why, why_size, "gate on row %lu", (unsigned long)row);
            return false;
        }
    for (size_t l = 0; row < usable && l < cs->n_lookups; l++) {
        tuple key;
        for (uint32_t i = 0; i < 3; i++)
            key.v[i] = values[cs->lookup_inputs[cs->lookups[l].first + i]];
        if (bsearch(&key, tables[l], usable, sizeof key, compare_tuples) == NULL) {
            (void)snprintf(why, why_size, "look-up %zu on row %lu", l, (unsigned long)row);
            return false;
        }
    }
    return true;
}

/* ---- columns that follow from a challenge ---- */

static zk_fp draw_challenge(void)
{
    static uint64_t state = 1;
    uint8_t bytes[64];
    zk_fp chi;
    for (size_t i = 0; i < sizeof bytes; i++) {
        state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        bytes[i] = (uint8_t)(state >> 56);
    }
    zk_fp_from_uniform_bytes(&chi, bytes);
    return chi;
}

/* Adds chi^e w to the row of the input, for the outputs i of a matrix of single rows. */
static void fold_matrix(zk_fp *column, const zk_layer_matrix *matrix, const zk_fp *chi)
{
    const zk_sparse_weights *sparse = matrix->sparse;
    cr_assert(sparse != NULL && matrix->shape.kind == ZK_BLOCK_MATRIX);
    for (uint32_t i = 0; i < matrix->shape.outputs; i++) {
        zk_fp coefficient, weight;
        zk_fp_pow_u64(&coefficient, chi, matrix->exponents[i]);
        for (uint64_t e = sparse->starts[i]; e < sparse->starts[i + 1]; e++) {
            zk_fp_from_i64(&weight, sparse->weights[e]);
            add_product(&column[matrix->shape.runs[sparse->inputs[e]].first], &coefficient,
                        &weight);
        }
    }
}

static void fill_steps(const reference_run *run, const zk_fill *fill, size_t usable)
{
    zk_fp *column = run->advice + fill->columns[0] * run->n;
    zk_fp *values = calloc(run->circuit->cs.n_exprs + 1, sizeof *values);
    cr_assert(values != NULL && fill->kind == ZK_FILL_STEPS);
    for (size_t row = 0; row + 1 < usable; row++) {
        evaluate(run, row, values);
        column[row + 1] = values[fill->exprs[1]];
        add_product(&column[row + 1], &values[fill->exprs[0]], &column[row]);
    }
    free(values);
}

static void fill_layer(const reference_run *run, size_t usable)
{
    const zk_layer *layer = run->circuit->layer;
    zk_fp chi = draw_challenge(), *late;
    if (layer == NULL)
        return;
    cr_assert(layer->base_challenges == 1 && layer->challenges == 0);
    late = run->advice + layer->phase0 * run->n;
    memset(late, 0, layer->phase1 * run->n * sizeof *late);
    for (uint32_t f = 0; f < layer->fold_count; f++)
        for (uint32_t m = 0; m < layer->folds[f].matrix_count; m++)
            fold_matrix(run->advice + layer->folds[f].column * run->n,
                        &layer->folds[f].matrices[m], &chi);
    for (uint32_t i = 0; i < layer->fill_count; i++)
        fill_steps(run, &layer->fills[i], usable);
}

bool reference_check(const reference_run *run, char *why, size_t why_size)
{
    const zk_circuit *c = run->circuit;
    size_t usable = zk_cs_usable_rows(&c->cs, c->k);
    fill_layer(run, usable);
    for (size_t i = 0; i < c->copy_count; i++)
        if (!zk_fp_equal(cell_value(run, &c->copies[i].a), cell_value(run, &c->copies[i].b))) {
            (void)snprintf(why, why_size, "copy %zu", i);
            return false;
        }
    zk_fp *values = calloc(c->cs.n_exprs + 1, sizeof *values);
    tuple **tables = calloc(c->cs.n_lookups + 1, sizeof *tables);
    cr_assert(values != NULL && tables != NULL);
    for (size_t l = 0; l < c->cs.n_lookups; l++)
        tables[l] = sorted_table(run, &c->cs.lookups[l], usable);
    bool good = true;
    for (uint64_t row = 0; row < run->n && good; row++) {
        evaluate(run, row, values);
        good = check_row(run, row, usable, tables, values, why, why_size);
    }
    for (size_t l = 0; l < c->cs.n_lookups; l++)
        free(tables[l]);
    free(tables);
    free(values);
    return good;
}

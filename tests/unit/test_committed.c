/* Where committed values stand, and that nothing but copies touches their columns. */
#include <criterion/criterion.h>
#include <string.h>

#include "compiler/circuit/lower.h"
#include "runtime/circuit/roles.h"
#include "runtime/witness/witness.h"
#include "tests/exhaustive/programs.h"

enum { COUNT = 60, RESERVE = 16 };

static zkml_error err;

/* 60 committed elements, which are a committed result, too, and a committed scalar. */
static void make_circuit(zk_circuit *circuit)
{
    program p;
    zc_sources sources;
    zc_diags diags;
    zc_lower_options options = {.max_k = 6};
    zc_sources_init(&sources);
    zc_diags_init(&diags, &sources);
    program_begin(&p);
    zc_space s = program_shape(1, COUNT, 0, 0);
    zc_node_id x = program_committed(&p, "x", s, 0, 3);
    zc_node_id y = program_committed(&p, "y", zc_space_scalar(), 0, 3);
    zc_space one = zc_space_scalar();
    program_committed_result(&p, x);
    program_result(&p, zc_tir_add(p.tir, &one, program_same(&p, y), program_same(&p, y)));
    cr_assert_eq(zc_lower(p.tir, &sources, &diags, &options, circuit, &err), ZKML_OK, "%s",
                 err.text);
    program_close(&p);
    zc_diags_free(&diags);
    zc_sources_free(&sources);
}

static void make_witness(zk_witness *w, const zk_circuit *circuit)
{
    int64_t x[COUNT], y = 3, *codes[] = {x, &y};
    zk_inputs inputs = {.count = 2, .codes = codes};
    for (int i = 0; i < COUNT; i++)
        x[i] = (7 * i + i / 4) % 4;
    cr_assert_eq(zk_witness_run(w, circuit, &inputs, ZK_WITNESS_STRICT, &err), ZKML_OK);
    cr_assert_eq(zk_witness_assign(w, &err), ZKML_OK, "%s", err.text);
}

static int64_t cell(const zk_witness *w, uint32_t column, size_t row)
{
    const zk_column *c = &w->advice[column];
    cr_assert_eq(c->type, ZK_COLUMN_I64);
    return row < c->length ? c->u.i64[row] : 0;
}

Test(committed, elements_go_down_the_columns_and_the_rest_is_zero)
{
    zk_circuit circuit;
    zk_witness w;
    make_circuit(&circuit);
    make_witness(&w, &circuit);
    const zk_field_schema *fields[] = {&circuit.params[0], &circuit.params[1], &circuit.results[0]};
    size_t rows = ((size_t)1 << circuit.k) - RESERVE, columns = 0;
    cr_assert(rows < COUNT, "the test wants values of several columns");
    for (size_t i = 0; i < 3; i++) {
        const zk_field_schema *f = fields[i];
        cr_assert_eq(f->visibility, ZK_COMMITTED);
        columns += (size_t)((f->count + rows - 1) / rows);
        for (uint64_t e = 0; e < (f->count + rows - 1) / rows * rows; e++) {
            int64_t code = 0;
            if (e < f->count)
                cr_assert(zk_witness_code(&w, f->reg, e, &code));
            cr_expect_eq(cell(&w, f->first_column + (uint32_t)(e / rows), e % rows), code,
                         "%s, element %u", f->name, (unsigned)e);
        }
    }
    cr_expect(columns >= 5);
    cr_expect_eq(fields[2]->first_column + zk_committed_columns(COUNT, circuit.k),
                 circuit.cs.n_advice);
    zk_witness_free(&w);
    zk_circuit_free(&circuit);
}

/* The copies of a column are those of its elements, one each or more, and of no other row. */
static void check_copies(const zk_circuit *c, const zk_field_schema *f)
{
    uint64_t rows = zk_committed_rows(c->k), seen = 0;
    for (size_t i = 0; i < c->copy_count; i++) {
        const zk_cell *cells[] = {&c->copies[i].a, &c->copies[i].b};
        for (int side = 0; side < 2; side++) {
            uint64_t column = (uint64_t)cells[side]->column - f->first_column;
            if (cells[side]->kind != ZK_ADVICE || column >= zk_committed_columns(f->count, c->k))
                continue;
            cr_expect(cells[side]->row < rows && column * rows + cells[side]->row < f->count);
            seen++;
        }
    }
    cr_expect_eq(seen, f->count, "%s", f->name);
}

Test(committed, nothing_but_copies_of_elements_touches_the_columns)
{
    zk_circuit circuit;
    zk_roles roles;
    make_circuit(&circuit);
    cr_assert_eq(zk_roles_find(&roles, &circuit.cs, &err), ZKML_OK);
    uint32_t first = circuit.params[0].first_column;
    cr_assert(first > 0 && first < circuit.cs.n_advice);
    for (uint32_t i = 0; i < circuit.cs.n_advice; i++)
        cr_expect_eq(roles.columns[ZK_ADVICE][i] == ZK_ROLE_COPY, i >= first, "column %u", i);
    check_copies(&circuit, &circuit.params[0]);
    check_copies(&circuit, &circuit.params[1]);
    check_copies(&circuit, &circuit.results[0]);
    zk_roles_free(&roles);
    zk_circuit_free(&circuit);
}

Test(committed, places_follow_from_k_alone)
{
    for (uint32_t k = 5; k <= 24; k++) {
        uint64_t rows = ((uint64_t)1 << k) - RESERVE;
        zk_cell last = zk_committed_cell(3, k, rows - 1), next = zk_committed_cell(3, k, rows);
        cr_expect(last.column == 3 && last.row == rows - 1 && next.column == 4 && next.row == 0);
        cr_expect_eq(zk_committed_columns(rows, k), 1u);
        cr_expect_eq(zk_committed_columns(rows + 1, k), 2u);
    }
    cr_expect_eq(zk_committed_columns(1, 4), 0u);
}

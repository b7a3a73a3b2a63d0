/* What the mock prover prints: small programs, each with one thing wrong, against
 * tests/golden/mock. Set UPDATE_GOLDEN=1 to write the expected files anew, and read the difference
 * before committing it. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime/base/file.h"
#include "runtime/mock/locate.h"
#include "runtime/mock/mock.h"
#include "tests/soundness/compile.h"
#include "tests/soundness/reference.h"

static zkml_error err;

/* A compiled program and a run of it. */
typedef struct stage {
    zk_circuit circuit;
    reference_run run;
    zk_witness witness;
} stage;

static void enter_directory(void)
{
    char path[1024];
    const char *top = getenv("top_srcdir");
    (void)snprintf(path, sizeof path, "%s/tests/golden/mock", top != NULL ? top : ".");
    cr_assert_eq(chdir(path), 0);
}

static void open_level(stage *s, const char *program, const int64_t *inputs, bool unoptimised)
{
    char path[64];
    enter_directory();
    (void)snprintf(path, sizeof path, "%s.zt", program);
    const zc_lower_options options = {.unoptimised = unoptimised};
    compile_file(&s->circuit, path, &options);
    reference_run_program(&s->run, &s->circuit, inputs, NULL);
    reference_witness(&s->witness, &s->run);
}

/* Where every operation has its own gadget. */
static void open_stage(stage *s, const char *program, const int64_t *inputs)
{
    open_level(s, program, inputs, true);
}

static void close_stage(stage *s)
{
    zk_arena_free(&s->witness.arena);
    reference_free(&s->run);
    zk_circuit_free(&s->circuit);
}

/* The cell of one column kind of use (gate or look-up) that holds an element of a named value. */
static zk_cell find_cell(const stage *s, bool in_lookup, const char *name, uint64_t element)
{
    size_t usable = zk_cs_usable_rows(&s->circuit.cs, s->circuit.k);
    for (uint32_t column = 0; column < s->circuit.cs.n_advice; column++)
        for (uint32_t row = 0; row < usable; row++) {
            zk_cell cell = {ZK_ADVICE, column, row};
            zk_origin origin;
            zk_origins_find(&origin, &s->circuit, &cell, 1);
            bool lookup = zk_lookup_of_column(&s->circuit, column) != ZK_NONE;
            if (origin.reg == ZK_NONE || lookup != in_lookup || origin.element != element)
                continue;
            const char *found = s->circuit.program.instrs[origin.reg].name;
            if (found != NULL && strcmp(found, name) == 0)
                return cell;
        }
    cr_assert_fail("no cell of %s", name);
    return (zk_cell){0};
}

static void add_to(stage *s, zk_cell cell, int64_t difference)
{
    zk_fp value, step;
    zk_fp_from_i64(&step, difference);
    zk_fp_add(&value, &s->run.advice[cell.column * s->run.n + cell.row], &step);
    cr_assert(zk_mock_set_cell(&s->witness, cell.column, cell.row, &value, &err) == ZKML_OK);
}

/* What is printed about the stage; it is closed. */
static void expect(stage *s, const char *golden)
{
    char path[64];
    zk_buf got = {0}, want = {0};
    zk_mock_report report;
    cr_assert(zk_mock_check(&report, &s->witness, &err) == ZKML_OK, "%s", err.text);
    zk_mock_print(&got, &report, &s->witness);
    cr_assert(!got.failed);
    (void)snprintf(path, sizeof path, "%s.txt", golden);
    if (getenv("UPDATE_GOLDEN") != NULL)
        cr_assert(zk_file_write(path, got.data, got.length, ZK_FILE_PUBLIC, &err) == ZKML_OK);
    else
        cr_expect(zk_file_read(path, 1 << 20, &want, &err) == ZKML_OK &&
                      want.length == got.length && memcmp(want.data, got.data, got.length) == 0,
                  "%s differs; got:\n%.*s", path, (int)got.length, (const char *)got.data);
    zk_buf_free(&got);
    zk_buf_free(&want);
    zk_mock_report_free(&report);
    close_stage(s);
}

/* threshold, profile[3] */
static const int64_t strong[] = {700, 512, -512, 256}, weak[] = {700, -512, 512, -256};
static const int64_t quiet[] = {16, -8, 24, 0}, loud[] = {100, -60, 100, 127};
static const int64_t below[] = {-65, 3, -128, 0};

static void expect_nothing(const char *program, const int64_t *inputs, bool unoptimised)
{
    stage s;
    zk_buf got = {0};
    zk_mock_report report;
    open_level(&s, program, inputs, unoptimised);
    cr_assert(zk_mock_check(&report, &s.witness, &err) == ZKML_OK, "%s", err.text);
    zk_mock_print(&got, &report, &s.witness);
    cr_expect(report.total == 0 && got.length == 0);
    zk_mock_report_free(&report);
    close_stage(&s);
}

Test(mock_golden, nothing_to_say)
{
    for (int level = 0; level < 2; level++) {
        expect_nothing("credit", strong, level == 0);
        expect_nothing("layer", quiet, level == 0);
    }
}

Test(mock_golden, assertion)
{
    stage s;
    open_stage(&s, "credit", weak);
    expect(&s, "assertion");
}

Test(mock_golden, assertion_at_elements)
{
    stage s;
    open_stage(&s, "layer", below);
    expect(&s, "assertion-elements");
}

/* Elements of one assertion that take different numbers of rows. */
Test(mock_golden, assertion_of_uneven_elements)
{
    static const int64_t much[12] = {16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16};
    stage s;
    open_stage(&s, "uneven", much);
    expect(&s, "assertion-uneven");
}

Test(mock_golden, check)
{
    stage s;
    open_stage(&s, "layer", loud);
    expect(&s, "check");
}

Test(mock_golden, table_has_another_value)
{
    stage s;
    open_stage(&s, "credit", strong);
    add_to(&s, find_cell(&s, true, "p", 0), 1);
    expect(&s, "table-value");
}

/* Rounding, clamp, table and what follows it are one function. */
Test(mock_golden, fused_table)
{
    stage s;
    open_level(&s, "credit", strong, false);
    add_to(&s, find_cell(&s, true, "u", 0), 1);
    expect(&s, "fused-value");
}

Test(mock_golden, assertion_after_fused_table)
{
    stage s;
    open_level(&s, "credit", weak, false);
    expect(&s, "fused-assertion");
}

Test(mock_golden, outside_of_the_table)
{
    stage s;
    open_stage(&s, "credit", strong);
    add_to(&s, find_cell(&s, true, "clamp z", 0), 200);
    expect(&s, "table-domain");
}

Test(mock_golden, out_of_range)
{
    stage s;
    open_stage(&s, "layer", quiet);
    add_to(&s, find_cell(&s, true, "r", 1), -20);
    expect(&s, "range");
}

Test(mock_golden, gate)
{
    stage s;
    open_stage(&s, "layer", quiet);
    add_to(&s, find_cell(&s, false, "y", 1), 2);
    expect(&s, "gate");
}

/* y[1] = sum[j](W[1, j] x[j]), which is checked */
Test(mock_golden, dot)
{
    stage s;
    open_stage(&s, "layer", quiet);
    const zk_region *region = s.circuit.regions;
    while (strcmp(region->gadget, "check") != 0)
        region++;
    zk_cell cell = {ZK_ADVICE, 2, region->first_row + region->per_element};
    add_to(&s, cell, -3);
    expect(&s, "dot");
}

Test(mock_golden, accumulator)
{
    stage s;
    open_stage(&s, "credit", strong);
    zk_cell cell = find_cell(&s, false, "profile", 2);
    for (uint32_t row = 0; row < s.run.n; row++) {
        const zk_wchain *chain = &s.circuit.program.chains[0];
        if (row > 20 && s.circuit.fixed[chain->cont].small[row] == 1) {
            cell = (zk_cell){ZK_ADVICE, chain->acc, row};
            break;
        }
    }
    add_to(&s, cell, 1);
    expect(&s, "accumulator");
}

/* The number is still in its range, so only the copy tells. */
Test(mock_golden, copy)
{
    stage s;
    open_stage(&s, "credit", strong);
    add_to(&s, find_cell(&s, true, "d", 0), 1);
    expect(&s, "copy");
}

/* The compiler makes sure that this cannot happen; a table in a circuit file might be smaller. */
Test(mock_golden, table_statement)
{
    static const int64_t outside[] = {200};
    stage s;
    open_stage(&s, "credit", strong);
    uint32_t i = 0;
    while (s.circuit.program.instrs[i].op != ZK_W_TABLE)
        i++;
    int64_t *code = ZK_ARENA_NEW(&s.witness.arena, int64_t, 1);
    memcpy(code, outside, sizeof outside);
    s.witness.registers[s.circuit.program.instrs[i].operands[0].reg] = (zk_register){.small = code};
    s.witness.failures[0] = (zk_witness_failure){i, 0};
    s.witness.failure_count = 1;
    expect(&s, "table-statement");
}

Test(mock_golden, public_value)
{
    stage s;
    open_stage(&s, "credit", strong);
    zk_fp_from_i64(&s.run.instance[1], 851);
    expect(&s, "public");
}

/* A factor that is on where the accumulator's next row is blind, and one on a blind row. */
Test(mock_golden, gate_on_blind_rows)
{
    stage s;
    open_stage(&s, "layer", quiet);
    size_t usable = zk_cs_usable_rows(&s.circuit.cs, s.circuit.k);
    const zk_wchain *chain = &s.circuit.program.chains[0];
    int64_t *out = ZK_ARENA_NEW(&s.circuit.arena, int64_t, s.run.n);
    out[usable - 1] = 1;
    s.circuit.fixed[chain->out] = (zk_fixed_column){.count = (uint32_t)usable, .small = out};
    int64_t *factor = ZK_ARENA_NEW(&s.circuit.arena, int64_t, s.run.n);
    memcpy(factor, s.circuit.fixed[chain->linear].small,
           s.circuit.fixed[chain->linear].count * sizeof *factor);
    factor[usable + 1] = 3;
    s.circuit.fixed[chain->linear] =
        (zk_fixed_column){.count = (uint32_t)usable + 2, .small = factor};
    expect(&s, "poisoned");
}

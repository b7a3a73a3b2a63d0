/* What zkmlc test tries agrees for circuits as they are compiled, and does not when the circuit is
 * changed: each of its parts in turn. */
#include <criterion/criterion.h>
#include <string.h>

#include "compiler/circuit/lower.h"
#include "compiler/test/trial.h"
#include "compiler/tir/build.h"

static const char text[] = "const W: int(0 .. 9)[2] = [3, 5];\n"
                           "circuit c(private x: int(0 .. 100)[2]) -> public int(0 .. 2000) {\n"
                           "    let y = sum[i](W[i] * x[i]);\n"
                           "    assert y <= 400, \"too large\";\n"
                           "    y\n"
                           "}\n";

typedef struct fixture {
    zc_session session;
    zc_checker *checker;
    zc_tir *tir;
    zk_circuit circuit;
    zkml_error err;
} fixture;

static void set_up(fixture *f)
{
    zc_program *program;
    uint32_t source;
    zc_lower_options options = {0};
    *f = (fixture){0};
    zc_session_init(&f->session, 0);
    cr_assert_eq(zc_source_add(&f->session.sources, "c.zt", text, strlen(text), &source, &f->err),
                 ZKML_OK);
    cr_assert_eq(zc_module_load(&f->session, source, &program, &f->err), ZKML_OK);
    cr_assert_eq(zc_checker_new(&f->checker, &f->session, program, &f->err), ZKML_OK);
    cr_assert_eq(zc_elaborate_circuit(f->checker, NULL, &f->tir, &f->err), ZKML_OK);
    cr_assert_not_null(f->tir);
    cr_assert_eq(zc_lower(f->tir, &f->session.sources, &f->session.diags, &options, &f->circuit,
                          &f->err), ZKML_OK, "%s", f->err.text);
}

static void tear_down(fixture *f)
{
    zk_circuit_free(&f->circuit);
    zc_tir_free(f->tir);
    zc_checker_free(f->checker);
    zc_session_free(&f->session);
}

static zkml_status attempt(fixture *f, int64_t first, int64_t second, zc_trial *trial)
{
    int64_t codes[2] = {first, second};
    const zc_input input = {codes, 2};
    *trial = (zc_trial){.arena = &f->session.arena};
    return zc_trial_run(&f->circuit, f->tir, &input, trial, &f->err);
}

static zk_winstr *find_instr(zk_circuit *circuit, zk_wop op)
{
    for (uint32_t i = 0; i < circuit->program.instr_count; i++) {
        if (circuit->program.instrs[i].op == op)
            return &circuit->program.instrs[i];
    }
    cr_assert_fail("no such instruction");
    return NULL;
}

/* Both statements agree at first; after the change the given one does not, for this reason. */
static void expect(fixture *f, bool holds, const char *why)
{
    zc_trial trial;
    zkml_status status = attempt(f, holds ? 10 : 100, holds ? 20 : 100, &trial);
    cr_expect_eq(status, ZKML_INTERNAL, "%s: status %d", why, (int)status);
    cr_expect_not_null(strstr(f->err.text, why), "`%s` instead of `%s`", f->err.text, why);
}

Test(trial, agrees_on_results_and_refusals)
{
    fixture f;
    zc_trial trial;
    set_up(&f);
    cr_assert_eq(attempt(&f, 10, 20, &trial), ZKML_OK, "%s", f.err.text);
    cr_assert_not_null(trial.results);
    cr_assert_eq(trial.results[0][0], 130);
    cr_assert_eq(attempt(&f, 100, 100, &trial), ZKML_OK, "%s", f.err.text);
    cr_assert_null(trial.results);
    cr_assert_str_eq(zc_statement_message(f.tir->nodes[trial.node]), "too large");
    cr_assert_not_null(strstr(trial.notes, "800"), "%s", trial.notes);
    tear_down(&f);
}

Test(trial, sees_constraints_that_refuse)
{
    fixture f;
    set_up(&f);
    cr_assert_gt(f.circuit.copy_count, 0u);
    for (uint32_t c = 0; c < f.circuit.cs.n_fixed; c++) {
        zk_fixed_column *column = &f.circuit.fixed[c];
        for (uint32_t r = 0; r < column->count && column->small != NULL; r++)
            column->small[r] += column->small[r] == 5; /* the weight */
    }
    expect(&f, true, "its constraints refuse what its program accepts");
    tear_down(&f);
}

Test(trial, sees_constraints_that_are_missing)
{
    fixture f;
    set_up(&f);
    f.circuit.copy_count = f.circuit.cs.n_lookups = 0;
    for (uint32_t c = 0; c < f.circuit.cs.n_fixed; c++)
        f.circuit.fixed[c].count = 0;
    expect(&f, false, "its constraints accept what its program refuses");
    tear_down(&f);
}

Test(trial, sees_a_witness_program_without_the_assertion)
{
    fixture f;
    set_up(&f);
    find_instr(&f.circuit, ZK_W_ASSERT)->op = ZK_W_VIEW;
    expect(&f, false, "its witness program accepts what fails");
    tear_down(&f);
}

Test(trial, sees_another_result)
{
    fixture f;
    set_up(&f);
    cr_assert_eq(f.tir->blobs[0].codes[1], 5);
    f.tir->blobs[0].codes[1] = 6;
    expect(&f, true, "another result than the reference interpreter");
    tear_down(&f);
}

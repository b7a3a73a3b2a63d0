/* Circuits over the real field, read by reference.c. Honest runs satisfy every constraint and give
 * the interpreter's results; inputs that an assertion or a check refuses satisfy none of it; and
 * with one element of one register changed, and everything after it recomputed, either some
 * constraint fails or the public and committed values are the honest ones. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/circuit/build.h"
#include "compiler/circuit/lower.h"
#include "compiler/tir/interp.h"
#include "runtime/mock/mock.h"
#include "tests/exhaustive/programs.h"
#include "tests/soundness/reference.h"

enum { MAX_INPUTS = 8, SAMPLES = 12 };

static zkml_error err;

/* Ways to lower: as -O2 chooses, -O0, all equations in one sum, and every gadget that uses look-ups
 * where it is possible. */
static const zc_widths forced[] = {
    {.limb_bits = 4, .table_bits = 12, .fuse = true},
    {.limb_bits = 4, .table_bits = 3, .fuse = true},
    {.limb_bits = 3, .table_bits = 4, .fuse = true, .trim = true},
    {.limb_bits = 4, .table_bits = 4, .fuse = true, .trim = true, .fold = true},
};
enum { CHOSEN, UNOPTIMISED, BATCHED, FORCED, WAYS = FORCED + sizeof forced / sizeof *forced };

static void lower(const program *p, size_t way, zk_circuit *circuit)
{
    zc_sources sources;
    zc_diags diags;
    zc_sources_init(&sources);
    zc_diags_init(&diags, &sources);
    zc_lower_options options = {.unoptimised = way == UNOPTIMISED};
    if (way == BATCHED)
        options.goal = ZC_GOAL_BATCHED;
    if (way >= FORCED)
        options.widths = &forced[way - FORCED];
    cr_assert(zc_lower(p->tir, &sources, &diags, &options, circuit, &err) == ZKML_OK, "%s",
              err.text);
    zc_diags_free(&diags);
    zc_sources_free(&sources);
}

/* Sample s of the inputs: the ends of the ranges first, then pseudo-random codes. */
static void make_inputs(const program *p, unsigned s, int64_t *inputs)
{
    uint32_t state = 7 * s + 1;
    size_t n = 0;
    for (size_t i = 0; i < p->tir->param_count; i++) {
        const zc_node *node = p->tir->nodes[p->tir->params[i].node];
        int64_t lo = mpz_get_si(node->lo), hi = mpz_get_si(node->hi);
        for (uint64_t e = 0; e < node->count; e++) {
            state = state * 1664525u + 1013904223u;
            int64_t random = lo + (int64_t)(state >> 8) % (hi - lo + 1);
            inputs[n++] = s == 0 ? lo : s == 1 ? hi : random;
        }
    }
    cr_assert(n <= MAX_INPUTS);
}

static bool interpret(zc_run *run, const program *p, const int64_t *inputs)
{
    zc_input in[MAX_INPUTS];
    size_t at = 0;
    for (size_t i = 0; i < p->tir->param_count; i++) {
        uint64_t count = p->tir->nodes[p->tir->params[i].node]->count;
        in[i] = (zc_input){.codes = inputs + at, .count = count};
        at += count;
    }
    zkml_status status = zc_interp(run, p->tir, in, &err);
    cr_assert(status == ZKML_OK || status == ZKML_INVALID, "%s", err.text);
    return status == ZKML_OK;
}

/* The run's results are the interpreter's. */
static void compare_results(const char *name, const program *p, const zc_run *expected,
                            const reference_run *run)
{
    mpz_t value;
    mpz_init(value);
    for (size_t i = 0; i < p->tir->result_count; i++) {
        const zk_field_schema *field = &run->circuit->results[i];
        for (uint64_t e = 0; e < field->count; e++) {
            zc_run_value(value, expected, p->tir->results[i].node, e);
            cr_expect(mpz_cmp(value, run->registers[field->reg][e]) == 0, "%s: result %zu", name,
                      i);
        }
    }
    mpz_clear(value);
}

/* The mock prover's verdict on the constraints. What it says about assertions and the ranges of
 * public values, which reference.c does not look at, is left out. */
static bool mock_accepts(const reference_run *run)
{
    zk_witness witness;
    zk_mock_report report;
    bool good = true;
    reference_witness(&witness, run);
    cr_assert(zk_mock_check(&report, &witness, &err) == ZKML_OK, "%s", err.text);
    for (size_t i = 0; i < report.failure_count; i++)
        good = good && (report.failures[i].kind == ZK_MOCK_ASSERTION ||
                        report.failures[i].kind == ZK_MOCK_RANGE);
    zk_mock_report_free(&report);
    zk_arena_free(&witness.arena);
    return good;
}

static bool same_committed(const reference_run *a, const reference_run *b,
                           const zk_field_schema *field)
{
    for (uint64_t e = 0; field->visibility == ZK_COMMITTED && e < field->count; e++) {
        zk_cell cell = zk_committed_cell(field->first_column, a->circuit->k, e);
        size_t at = cell.column * a->n + cell.row;
        if (memcmp(&a->advice[at], &b->advice[at], sizeof a->advice[at]) != 0)
            return false;
    }
    return true;
}

/* Public values, and committed results. */
static bool same_outputs(const reference_run *a, const reference_run *b)
{
    size_t cells = a->circuit->cs.n_instance * a->n;
    bool same = memcmp(a->instance, b->instance, cells * sizeof *a->instance) == 0;
    for (size_t i = 0; i < a->circuit->result_count; i++)
        same = same && same_committed(a, b, &a->circuit->results[i]);
    return same;
}

/* Digests of the circuits of one program: different ways often make the same. */
typedef struct made {
    uint8_t digests[WAYS][32];
    size_t count;
} made;

static bool is_new(made *m, zk_circuit *circuit)
{
    zk_buf file = {0};
    cr_assert_eq(zk_circuit_write(circuit, &file, &err), ZKML_OK, "%s", err.text);
    zk_buf_free(&file);
    for (size_t i = 0; i < m->count; i++)
        if (memcmp(m->digests[i], circuit->digest, 32) == 0)
            return false;
    memcpy(m->digests[m->count++], circuit->digest, 32);
    return true;
}

static void run_samples(const char *name, size_t way, const program *p, const zk_circuit *circuit)
{
    for (unsigned s = 0; s < SAMPLES; s++) {
        int64_t inputs[MAX_INPUTS];
        make_inputs(p, s, inputs);
        zc_run expected;
        reference_run run;
        char why[64] = "";
        bool allowed = interpret(&expected, p, inputs);
        reference_run_program(&run, circuit, inputs, NULL);
        bool good = reference_check(&run, why, sizeof why);
        cr_expect(mock_accepts(&run) == good, "%s, way %zu, sample %u: mock differs", name, way,
                  s);
        cr_expect(good == allowed, "%s, way %zu, sample %u: %s", name, way, s,
                  good ? "accepted" : why);
        cr_expect(run.stopped == !allowed, "%s, way %zu, sample %u: the prover is not told", name,
                  way, s);
        if (allowed)
            compare_results(name, p, &expected, &run);
        reference_free(&run);
        zc_run_free(&expected);
    }
}

Test(tamper, honest_runs_and_refused_inputs)
{
    for (size_t c = 0; c < program_case_count; c++) {
        program p;
        program_open(&p, &program_cases[c]);
        for (size_t way = 0; way < WAYS; way++) {
            zk_circuit circuit;
            lower(&p, way, &circuit);
            run_samples(program_cases[c].name, way, &p, &circuit);
            zk_circuit_free(&circuit);
        }
        program_close(&p);
    }
}

typedef struct tamper_count {
    unsigned long tried, refused, harmless;
} tamper_count;

static void try_lie(const char *name, const zk_circuit *circuit, const int64_t *inputs,
                    const reference_run *honest, bool allowed, const reference_tamper *tamper,
                    tamper_count *count)
{
    reference_run run;
    char why[64];
    reference_run_program(&run, circuit, inputs, tamper);
    bool accepted = reference_check(&run, why, sizeof why);
    cr_expect(mock_accepts(&run) == accepted, "%s: register %u, element %lu, lie %d: mock differs",
              name, tamper->reg, (unsigned long)tamper->element, (int)tamper->lie);
    accepted = accepted && !run.impossible;
    bool harmless = accepted && allowed && same_outputs(honest, &run);
    cr_expect(!accepted || harmless, "%s: register %u, element %lu, lie %d: accepted", name,
              tamper->reg, (unsigned long)tamper->element, (int)tamper->lie);
    count->tried++;
    count->refused += !accepted;
    count->harmless += harmless;
    reference_free(&run);
}

static void try_lies(const char *name, const zk_circuit *circuit, const int64_t *inputs,
                     bool allowed, tamper_count *count)
{
    static const int64_t steps[] = {1, -1, 2, -2, 3, 4, 8, -16};
    reference_run honest;
    reference_run_program(&honest, circuit, inputs, NULL);
    reference_tamper tamper;
    mpz_init(tamper.value);
    for (uint32_t i = 0; i < circuit->program.instr_count; i++) {
        const zk_winstr *in = &circuit->program.instrs[i];
        if (in->op == ZK_W_INPUT || in->op == ZK_W_CONST)
            continue;
        tamper.reg = i;
        for (tamper.element = 0; tamper.element < in->count && tamper.element < 4;
             tamper.element++) {
            tamper.lie = REFERENCE_ADD;
            for (size_t s = 0; s < sizeof steps / sizeof *steps; s++) {
                mpz_set_si(tamper.value, steps[s]);
                try_lie(name, circuit, inputs, &honest, allowed, &tamper, count);
            }
            tamper.lie = REFERENCE_NEGATE;
            if (mpz_sgn(honest.registers[i][tamper.element]) != 0)
                try_lie(name, circuit, inputs, &honest, allowed, &tamper, count);
            tamper.lie = REFERENCE_SET;
            mpz_set_si(tamper.value, 0);
            try_lie(name, circuit, inputs, &honest, allowed, &tamper, count);
            mpz_setbit(tamper.value, 200);
            try_lie(name, circuit, inputs, &honest, allowed, &tamper, count);
            mpz_import(tamper.value, 4, -1, sizeof zk_fp_modulus[0], 0, 0, zk_fp_modulus);
            mpz_fdiv_q_2exp(tamper.value, tamper.value, 2); /* near p / 4 */
            try_lie(name, circuit, inputs, &honest, allowed, &tamper, count);
        }
    }
    mpz_clear(tamper.value);
    reference_free(&honest);
}

Test(tamper, lies_are_refused_or_change_nothing)
{
    tamper_count count = {0};
    for (size_t c = 0; c < program_case_count; c++) {
        program p;
        made seen = {.count = 0};
        program_open(&p, &program_cases[c]);
        for (size_t way = 0; way < WAYS; way++) {
            zk_circuit circuit;
            lower(&p, way, &circuit);
            for (unsigned s = 0, fresh = is_new(&seen, &circuit); fresh && s < 4; s++) {
                int64_t inputs[MAX_INPUTS];
                make_inputs(&p, s, inputs);
                zc_run expected;
                bool allowed = interpret(&expected, &p, inputs);
                zc_run_free(&expected);
                try_lies(program_cases[c].name, &circuit, inputs, allowed, &count);
            }
            zk_circuit_free(&circuit);
        }
        program_close(&p);
    }
    cr_log_info("%lu lies, %lu refused, %lu without effect", count.tried, count.refused,
                count.harmless);
    cr_expect(count.refused > count.tried / 2);
}

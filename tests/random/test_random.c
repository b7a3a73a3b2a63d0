/* Random programs: the compiler at both levels, the interpreter, the witness program as
 * reference.c and as the runtime run it, and the constraints as both check them, agree with a
 * direct evaluation. The runtime works on the circuit as it was read back from its file. ZK_RANDOM_PROGRAMS sets how
 * many, ZK_RANDOM_FIRST the number of the first, ZK_RANDOM_SHOW prints each before it is tried. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/check/check.h"
#include "compiler/circuit/lower.h"
#include "compiler/tir/build.h"
#include "compiler/tir/interp.h"
#include "compiler/tir/verify.h"
#include "runtime/mock/mock.h"
#include "tests/random/program.h"
#include "tests/soundness/reference.h"

enum { MOST_INPUTS = 256, SAMPLES = 3, PROGRAMS = 1000 };

typedef struct compiled {
    zc_session session;
    zc_checker *checker;
    zc_tir *tir;
} compiled;

static zkml_error err;
static unsigned long nodes_with_slices;

static unsigned long setting(const char *name, unsigned long fallback)
{
    const char *text = getenv(name);
    return text != NULL ? strtoul(text, NULL, 10) : fallback;
}

static bool compile(compiled *c, const zk_buf *text, uint64_t seed)
{
    zc_program *parsed;
    uint32_t source;
    zc_session_init(&c->session, 0);
    c->checker = NULL;
    c->tir = NULL;
    cr_assert_eq(zc_source_add(&c->session.sources, "random.zt", (const char *)text->data,
                               text->length, &source, &err), ZKML_OK);
    cr_assert_eq(zc_module_load(&c->session, source, &parsed, &err), ZKML_OK, "%s", err.text);
    if (c->session.diags.error_count == 0) {
        cr_assert_eq(zc_checker_new(&c->checker, &c->session, parsed, &err), ZKML_OK);
        cr_assert_eq(zc_elaborate_circuit(c->checker, NULL, &c->tir, &err), ZKML_OK, "%lu: %s",
                     (unsigned long)seed, err.text);
    }
    return c->tir != NULL;
}

static void discard(compiled *c)
{
    zc_tir_free(c->tir);
    zc_checker_free(c->checker);
    zc_session_free(&c->session);
}

/* The ends of the ranges first, then anything. */
static size_t draw_inputs(rprogram *p, int sample, int64_t *inputs)
{
    size_t count = 0;
    for (int n = 0; n < p->var_count && p->vars[n].kind == R_PARAM; n++) {
        const rtype *t = p->vars[n].type;
        for (int i = 0; i < rvar_count(&p->vars[n]); i++) {
            int64_t any = t->lo + (int64_t)rprogram_draw(p, (uint64_t)(t->hi - t->lo + 1));
            int64_t end = rprogram_draw(p, 2) == 0 ? t->lo : t->hi;
            inputs[count++] = sample == 0 || rprogram_draw(p, 5) == 0 ? end : any;
        }
    }
    return count;
}

static bool interpret(zc_run *run, const compiled *c, const rprogram *p, const int64_t *inputs)
{
    zc_input in[MAX_VARS];
    for (int n = 0; n < p->var_count && p->vars[n].kind == R_PARAM; n++) {
        in[n] = (zc_input){inputs, (uint64_t)rvar_count(&p->vars[n])};
        inputs += in[n].count;
    }
    zkml_status status = zc_interp(run, c->tir, in, &err);
    cr_assert(status == ZKML_OK || status == ZKML_INVALID, "%s", err.text);
    return status == ZKML_OK;
}

/* Every element of a node lies in the range of its index along the axis. */
static bool inside_slices(const zc_run *run, const zc_node *node, zc_node_id id)
{
    uint64_t inner = 1;
    bool inside = true;
    mpz_t value;
    for (uint32_t d = node->axis + 1; d < node->rank; d++)
        inner *= node->extent[d];
    mpz_init(value);
    for (uint64_t e = 0; e < node->count && inside; e++) {
        size_t c = 2 * (size_t)(e / inner % node->extent[node->axis]);
        zc_run_value(value, run, id, e);
        inside = mpz_cmp(value, node->slices[c]) >= 0 && mpz_cmp(value, node->slices[c + 1]) <= 0;
    }
    mpz_clear(value);
    return inside;
}

static bool slices_hold(const zc_run *run)
{
    for (zc_node_id id = 0; id < run->tir->node_count; id++) {
        const zc_node *node = run->tir->nodes[id];
        bool computed = run->values[id].small != NULL || run->values[id].big != NULL;
        if (node->slices == NULL || !computed)
            continue;
        nodes_with_slices++;
        if (!inside_slices(run, node, id)) {
            fprintf(stderr, "node %u leaves the range of a slice\n", id);
            return false;
        }
    }
    return true;
}

/* Every element of every result, by the interpreter and by the witness program. */
static bool same_results(const compiled *c, rprogram *p, const zc_run *run,
                         const reference_run *witness)
{
    bool same = true;
    mpz_t wanted, got;
    mpz_inits(wanted, got, NULL);
    for (int r = 0; r < p->result_count; r++) {
        zc_node_id node = c->tir->results[r].node;
        const zk_field_schema *field = &witness->circuit->results[r];
        for (int i = 0; i < rvar_count(&p->vars[p->results[r]]); i++) {
            rprogram_result(p, wanted, r, i);
            zc_run_value(got, run, node, (uint64_t)i);
            same = same && mpz_cmp(wanted, got) == 0;
            same = same && mpz_cmp(wanted, witness->registers[field->reg][i]) == 0;
            if (!same) {
                gmp_fprintf(stderr, "result %d, element %d: %Zd wanted, %Zd interpreted, %Zd "
                            "witnessed\n", r, i, wanted, got, witness->registers[field->reg][i]);
                break;
            }
        }
    }
    mpz_clears(wanted, got, NULL);
    return same;
}

/* The runtime's witness and mock prover on the circuit that was read from a file. */
static bool runtime_agrees(const zk_circuit *circuit, rprogram *p, int64_t *inputs, bool wanted)
{
    int64_t *codes[MAX_VARS];
    zk_inputs in = {.codes = codes};
    for (int n = 0; n < p->var_count && p->vars[n].kind == R_PARAM; n++) {
        codes[in.count++] = inputs;
        inputs += rvar_count(&p->vars[n]);
    }
    zk_witness witness;
    zk_mock_report report = {0};
    zkml_status status = zk_witness_run(&witness, circuit, &in, ZK_WITNESS_LENIENT, &err);
    if (status == ZKML_OK)
        status = zk_witness_assign(&witness, &err);
    if (status == ZKML_OK)
        status = zk_mock_check(&report, &witness, &err);
    bool same = status == ZKML_OK && (report.total == 0) == wanted;
    if (!same)
        fprintf(stderr, "runtime: %s, %llu failures, %s\n", zkml_status_name(status),
                (unsigned long long)report.total, status == ZKML_OK ? "" : err.text);
    mpz_t code;
    mpz_init(code);
    for (int r = 0; r < p->result_count && same && wanted; r++) {
        for (int i = 0; i < rvar_count(&p->vars[p->results[r]]) && same; i++) {
            int64_t got;
            rprogram_result(p, code, r, i);
            same = zk_witness_code(&witness, circuit->results[r].reg, (uint64_t)i, &got) &&
                   mpz_cmp_si(code, got) == 0;
        }
    }
    mpz_clear(code);
    zk_mock_report_free(&report);
    zk_witness_free(&witness);
    return same;
}

static bool agree(const compiled *c, const zk_circuit *circuit, const zk_circuit *read,
                  rprogram *p, int64_t *inputs)
{
    zc_run run;
    reference_run witness;
    char why[96] = "";
    bool wanted = rprogram_run(p, inputs);
    bool interpreted = interpret(&run, c, p, inputs);
    reference_run_program(&witness, circuit, inputs, NULL);
    bool satisfied = reference_check(&witness, why, sizeof why);
    bool same = interpreted == wanted && satisfied == wanted && witness.stopped == !wanted;
    if (!same)
        fprintf(stderr, "wanted %d, interpreted %d, satisfied %d (%s), stopped %d\n", wanted,
                interpreted, satisfied, why, witness.stopped);
    if (same && wanted)
        same = slices_hold(&run) && same_results(c, p, &run, &witness);
    reference_free(&witness);
    zc_run_free(&run);
    return same && runtime_agrees(read, p, inputs, wanted);
}

static void print_failure(uint64_t seed, const zk_buf *text, const zc_diags *diags)
{
    zk_buf rendered = {0};
    zc_diags_render(diags, &rendered, ZC_DIAG_PLAIN);
    fprintf(stderr, "program %lu:\n%.*s%.*s\n", (unsigned long)seed, (int)text->length,
            (const char *)text->data, (int)rendered.length, (const char *)rendered.data);
    zk_buf_free(&rendered);
}

static bool lower(compiled *c, bool unoptimised, zk_circuit *circuit, uint64_t seed)
{
    zc_lower_options options = {.unoptimised = unoptimised};
    zkml_status status = zc_lower(c->tir, &c->session.sources, &c->session.diags, &options,
                                  circuit, &err);
    if (status != ZKML_OK)
        fprintf(stderr, "program %lu: %s\n", (unsigned long)seed, err.text);
    return status == ZKML_OK;
}

static void read_back(zk_circuit *circuit, zk_circuit *read)
{
    zk_buf file = {0};
    cr_assert_eq(zk_circuit_write(circuit, &file, &err), ZKML_OK, "%s", err.text);
    cr_assert_eq(zk_circuit_read(read, "random.bin", file.data, file.length, &err), ZKML_OK, "%s",
                 err.text);
    zk_buf_free(&file);
}

/* All errors say that something can never hold. */
static bool can_never_hold(const zc_diags *diags)
{
    size_t errors = 0;
    for (size_t i = 0; i < diags->count; i++)
        errors += diags->list[i]->code == ZC_E_ASSERT_FALSE;
    return errors == diags->error_count;
}

/* A program that the checker rejects for this reason fails on all inputs. */
static bool never_holds(rprogram *p)
{
    int64_t inputs[MOST_INPUTS];
    bool fails = true;
    for (int s = 0; s < SAMPLES && fails; s++) {
        draw_inputs(p, s, inputs);
        fails = !rprogram_run(p, inputs);
    }
    return fails;
}

/* Lowers at one level and compares on samples of the inputs. */
static bool try_level(compiled *c, rprogram *p, bool unoptimised, uint64_t seed)
{
    zk_circuit circuit, read;
    int64_t inputs[MOST_INPUTS];
    if (!lower(c, unoptimised, &circuit, seed))
        return false;
    read_back(&circuit, &read);
    bool same = true;
    for (int s = 0; s < SAMPLES && same; s++) {
        cr_assert(draw_inputs(p, s, inputs) <= MOST_INPUTS);
        same = agree(c, &circuit, &read, p, inputs);
    }
    if (!same)
        fprintf(stderr, "at -O%d\n", unoptimised ? 0 : 2);
    zk_circuit_free(&circuit);
    zk_circuit_free(&read);
    return same;
}

/* -1: rejected, 0: disagreement, 1: good, 2: rejected with good reason */
static int try_program(uint64_t seed)
{
    rprogram *p = malloc(sizeof *p);
    zk_buf text = {0};
    compiled c;
    cr_assert_not_null(p);
    rprogram_make(p, seed);
    rprogram_print(p, &text);
    if (getenv("ZK_RANDOM_SHOW") != NULL)
        fprintf(stderr, "program %lu:\n%.*s", (unsigned long)seed, (int)text.length,
                (const char *)text.data);
    int result = compile(&c, &text, seed) ? 1 : -1;
    if (result < 0 && getenv("ZK_RANDOM_SHOW") != NULL)
        print_failure(seed, &text, &c.session.diags);
    bool impossible = result < 0 && can_never_hold(&c.session.diags);
    if (impossible)
        result = never_holds(p) ? 2 : 0;
    for (int level = 0; level < 2 && result > 0 && !impossible; level++)
        result = try_level(&c, p, level == 0, seed);
    if (result == 0)
        print_failure(seed, &text, &c.session.diags);
    discard(&c);
    zk_buf_free(&text);
    rprogram_free(p);
    free(p);
    return result;
}

Test(random, programs_mean_what_they_say)
{
    unsigned long first = setting("ZK_RANDOM_FIRST", 1);
    unsigned long count = setting("ZK_RANDOM_PROGRAMS", PROGRAMS);
    unsigned long rejected = 0, wrong = 0, impossible = 0;
    for (unsigned long i = 0; i < count && wrong < 3; i++) {
        int result = try_program(first + i);
        rejected += result < 0;
        impossible += result == 2;
        wrong += result == 0;
    }
    cr_log_info("%lu programs, %lu can never hold, %lu rejected otherwise; %lu nodes with slices",
                count, impossible, rejected, nodes_with_slices);
    cr_assert(count < 50 || nodes_with_slices > 0);
    cr_assert_eq(wrong, 0u, "%lu programs disagree", wrong);
    cr_assert(count < 50 || (rejected * 50 < count && impossible * 4 < count),
              "%lu of %lu programs are rejected", rejected, count);
}

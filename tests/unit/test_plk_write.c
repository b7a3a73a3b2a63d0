/* Circuits as text: reading the text back gives the circuit's verifying key, and a proof made from
 * the circuit is verified by the text and the proof's bytes alone. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/circuit/lower.h"
#include "compiler/tir/interp.h"
#include "runtime/circuit/plk_run.h"
#include "runtime/circuit/plk_write.h"
#include "runtime/halo2/prover.h"
#include "tests/exhaustive/programs.h"
#include "tests/soundness/reference.h"

enum { MAX_INPUTS = 8, SAMPLES = 1000, MAX_K = 10 };

static zkml_error err;
static zk_params params[MAX_K + 1];

static const zk_params *params_of(uint32_t k)
{
    cr_assert(k <= MAX_K);
    if (params[k].n == 0)
        cr_assert_eq(zk_params_generate(&params[k], k, NULL, NULL, &err), ZKML_OK, "%s", err.text);
    return &params[k];
}

static void free_params(void)
{
    for (uint32_t k = 0; k <= MAX_K; k++)
        if (params[k].n != 0)
            zk_params_free(&params[k]);
}

TestSuite(plk_write, .fini = free_params);

/* The key generator's input, made from the circuit without the runtime's own conversion. */
static zk_keygen_input contents_of(const zk_circuit *circuit)
{
    zk_column *columns = calloc(circuit->cs.n_fixed + 1, sizeof *columns);
    zk_copy *copies = calloc(circuit->copy_count + 1, sizeof *copies);
    cr_assert(columns != NULL && copies != NULL);
    for (uint32_t i = 0; i < circuit->cs.n_fixed; i++) {
        const zk_fixed_column *f = &circuit->fixed[i];
        columns[i].length = f->count;
        columns[i].type = f->wide != NULL ? ZK_COLUMN_FP : ZK_COLUMN_I64;
        if (f->wide != NULL)
            columns[i].u.fp = f->wide;
        else
            columns[i].u.i64 = f->small;
    }
    for (size_t i = 0; i < circuit->copy_count; i++) {
        const zk_cell *a = &circuit->copies[i].a, *b = &circuit->copies[i].b;
        copies[i] = (zk_copy){{a->kind, a->column}, {b->kind, b->column}, a->row, b->row};
    }
    return (zk_keygen_input){columns, copies, circuit->copy_count};
}

static void free_contents(zk_keygen_input *contents)
{
    free((void *)contents->fixed);
    free((void *)contents->copies);
}

static void read_text(zk_plk *plk, const zk_buf *text)
{
    cr_assert_eq(zk_plk_read(plk, "text", (const char *)text->data, text->length, &err), ZKML_OK,
                 "%s\n%.*s", err.text, (int)text->length, (const char *)text->data);
}

/* The circuit's key, after comparing it with the key of its text. */
static void check_key(zk_vk *vk, const char *name, const zk_circuit *circuit)
{
    const zk_params *p = params_of(circuit->k);
    zk_keygen_input contents = contents_of(circuit);
    zk_buf text = {0};
    zk_plk plk;
    zk_vk again;
    cr_assert_eq(zk_vk_generate(vk, &circuit->cs, p, &contents, &err), ZKML_OK, "%s", err.text);
    cr_assert_eq(zk_plk_write(&text, circuit, NULL, &err), ZKML_OK, "%s", err.text);
    read_text(&plk, &text);
    cr_assert_eq(zk_plk_key(&again, &plk, p, &err), ZKML_OK, "%s", err.text);
    cr_expect(zk_fp_equal(&vk->transcript_repr, &again.transcript_repr), "%s: another key from\n%.*s",
              name, (int)text.length, (const char *)text.data);
    cr_expect_eq(plk.step_count, 0u, "%s: a witness in the text", name);
    zk_vk_free(&again);
    zk_plk_free(&plk);
    zk_buf_free(&text);
    free_contents(&contents);
}

/* ---- proofs of the small programs ---- */

static bool honest_inputs(const program *p, int64_t *inputs)
{
    for (unsigned s = 0; s < SAMPLES; s++) {
        zc_input in[MAX_INPUTS];
        uint32_t state = 7 * s + 1;
        size_t n = 0;
        for (size_t i = 0; i < p->tir->param_count; i++) {
            const zc_node *node = p->tir->nodes[p->tir->params[i].node];
            int64_t lo = mpz_get_si(node->lo), hi = mpz_get_si(node->hi);
            in[i] = (zc_input){.codes = inputs + n, .count = node->count};
            for (uint64_t e = 0; e < node->count; e++) {
                state = state * 1664525u + 1013904223u;
                cr_assert_lt(n, (size_t)MAX_INPUTS);
                inputs[n++] = lo + (int64_t)(state >> 8) % (hi - lo + 1);
            }
        }
        zc_run run;
        zkml_status status = zc_interp(&run, p->tir, in, &err);
        zc_run_free(&run);
        if (status == ZKML_OK)
            return true;
    }
    return false;
}

static void instances_of(const reference_run *run, zk_instance_values *instances)
{
    for (uint32_t i = 0; i < run->circuit->cs.n_instance; i++)
        instances[i] = (zk_instance_values){run->instance + i * run->n,
                                            run->circuit->instance_counts[i]};
}

static zk_buf prove(const reference_run *run, const zk_vk *vk, const zk_instance_values *instances)
{
    const zk_params *p = params_of(vk->k);
    uint32_t advice = run->circuit->cs.n_advice;
    zk_keygen_input contents = contents_of(run->circuit);
    zk_column *columns = calloc(advice + 1, sizeof *columns);
    zk_buf proof = {0};
    zk_pk pk;
    zk_rng rng;
    zk_prover prover;
    cr_assert(columns != NULL);
    for (uint32_t i = 0; i < advice; i++) {
        columns[i] = (zk_column){.type = ZK_COLUMN_FP, .length = vk->usable};
        columns[i].u.fp = run->advice + i * run->n;
    }
    cr_assert_eq(zk_pk_generate(&pk, vk, &contents, &err), ZKML_OK, "%s", err.text);
    zk_rng_init_splitmix64(&rng, 1);
    cr_assert_eq(zk_prover_init(&prover, &pk, p, &rng, &err), ZKML_OK, "%s", err.text);
    zk_prover_draw_advice(&prover, advice, NULL);
    cr_assert_eq(zk_prover_commit_advice(&prover, 0, advice, columns, &err), ZKML_OK, "%s",
                 err.text);
    cr_assert_eq(zk_prover_finish(&prover, instances, &proof, NULL, NULL, &err), ZKML_OK, "%s",
                 err.text);
    zk_prover_free(&prover);
    zk_pk_free(&pk);
    free_contents(&contents);
    free(columns);
    return proof;
}

static zkml_status verify_text(const zk_buf *text, const zk_buf *proof)
{
    zk_plk plk;
    zk_vk vk;
    read_text(&plk, text);
    const zk_params *p = params_of(plk.k);
    cr_assert_eq(zk_plk_key(&vk, &plk, p, &err), ZKML_OK, "%s", err.text);
    zkml_status status =
        zk_plk_verify(&plk, &vk, p, proof->data, proof->length, NULL, NULL, &err);
    zk_vk_free(&vk);
    zk_plk_free(&plk);
    return status;
}

static void check_proof(const char *name, const zk_circuit *circuit, const zk_vk *vk,
                        const int64_t *inputs)
{
    reference_run run;
    zk_instance_values instances[1] = {{0}};
    zk_buf text = {0};
    reference_run_program(&run, circuit, inputs, NULL);
    cr_assert_leq(circuit->cs.n_instance, 1u);
    instances_of(&run, instances);
    zk_buf proof = prove(&run, vk, instances);
    cr_assert_eq(zk_plk_write(&text, circuit, instances, &err), ZKML_OK, "%s", err.text);
    cr_expect_eq(verify_text(&text, &proof), ZKML_OK, "%s: %s", name, err.text);
    proof.data[proof.length - 1] ^= 1;
    cr_expect_eq(verify_text(&text, &proof), ZKML_INVALID, "%s: a changed proof", name);
    proof.data[proof.length - 1] ^= 1;
    if (instances[0].count > 0) {
        zk_fp_add(&run.instance[0], &run.instance[0], &zk_fp_one);
        text.length = 0;
        cr_assert_eq(zk_plk_write(&text, circuit, instances, &err), ZKML_OK, "%s", err.text);
        cr_expect_eq(verify_text(&text, &proof), ZKML_INVALID, "%s: another public value", name);
    }
    zk_buf_free(&text);
    zk_buf_free(&proof);
    reference_free(&run);
}

Test(plk_write, keys_and_proofs_of_all_operations)
{
    size_t proved = 0;
    for (size_t c = 0; c < program_case_count; c++) {
        const char *name = program_cases[c].name;
        int64_t inputs[MAX_INPUTS];
        program p;
        zk_circuit circuit;
        zc_sources sources;
        zc_diags diags;
        zk_vk vk;
        zc_sources_init(&sources);
        zc_diags_init(&diags, &sources);
        program_open(&p, &program_cases[c]);
        zc_lower_options options = {0};
        cr_assert_eq(zc_lower(p.tir, &sources, &diags, &options, &circuit, &err), ZKML_OK, "%s",
                     err.text);
        check_key(&vk, name, &circuit);
        if (honest_inputs(&p, inputs)) {
            check_proof(name, &circuit, &vk, inputs);
            proved++;
        }
        zk_vk_free(&vk);
        zk_circuit_free(&circuit);
        program_close(&p);
        zc_diags_free(&diags);
        zc_sources_free(&sources);
    }
    cr_expect_eq(proved, program_case_count);
}

/* ---- what the compiler does not make ---- */

/* Two instance columns, a constants column, rotations both ways, scaled and constant terms, field
 * elements, a table that does not begin with 0, one whose last values are 0, one that a gate reads. */
static void make_unusual(zk_circuit *c)
{
    static int64_t first[] = {7, 8, 7, 9, 7, 7}, second[] = {0, -3, 5, INT64_MAX},
                   third[] = {1, 1, 0, 0}, constants[] = {0, 0, 4};
    static uint32_t counts[] = {2, 1};
    static zk_fixed_column fixed[5];
    static zk_fp wide[3];
    static zk_cell_copy copies[] = {
        {{ZK_ADVICE, 0, 3}, {ZK_INSTANCE, 1, 0}},
        {{ZK_FIXED, 3, 2}, {ZK_ADVICE, 1, 5}},
        {{ZK_ADVICE, 1, 5}, {ZK_ADVICE, 0, 3}},
    };
    zk_fp_from_i64(&wide[0], -1);
    zk_fp_from_i64(&wide[1], 3);
    zk_fp_inv(&wide[1], &wide[1]);
    wide[2] = zk_fp_zero;
    fixed[0] = (zk_fixed_column){.count = 6, .small = first};
    fixed[1] = (zk_fixed_column){.count = 4, .small = second};
    fixed[2] = (zk_fixed_column){.count = 4, .small = third};
    fixed[3] = (zk_fixed_column){.count = 3, .small = constants};
    fixed[4] = (zk_fixed_column){.count = 3, .wide = wide};
    *c = (zk_circuit){.name = "unusual", .k = 5, .fixed = fixed, .copies = copies, .copy_count = 3,
                      .instance_counts = counts};
    zk_constraint_system *cs = &c->cs;
    zk_cs_init(cs);
    for (int i = 0; i < 2; i++) {
        (void)zk_cs_instance_column(cs);
        (void)zk_cs_advice_column(cs);
    }
    for (int i = 0; i < 5; i++)
        (void)zk_cs_fixed_column(cs);
    zk_cs_set_minimum_degree(cs, 6);
    zk_expr_id a = zk_cs_query_advice(cs, 0, -2), b = zk_cs_query_advice(cs, 1, 1);
    zk_expr_id sum = zk_cs_sub(cs, zk_cs_scale(cs, a, &wide[1]), zk_cs_constant_i64(cs, -12));
    zk_expr_id gate[2] = {zk_cs_mul(cs, zk_cs_query_fixed(cs, 2), zk_cs_mul(cs, b, sum)),
                          zk_cs_mul(cs, zk_cs_query_fixed(cs, 4), zk_cs_query_instance(cs, 0, 0))};
    zk_expr_id inputs[2] = {zk_cs_add(cs, a, zk_cs_constant(cs, &wide[1])), b};
    zk_cs_enable_equality(cs, (zk_column_ref){ZK_INSTANCE, 1});
    (void)zk_cs_lookup(cs, "pairs", inputs, (uint32_t[]){0, 1}, 2);
    (void)zk_cs_create_gate(cs, "two polynomials", gate, 2);
    zk_cs_enable_constant(cs, 3);
    zk_cs_enable_equality(cs, (zk_column_ref){ZK_ADVICE, 1});
    (void)zk_cs_lookup(cs, "read by a gate too", inputs, (uint32_t[]){2}, 1);
    zk_cs_enable_equality(cs, (zk_column_ref){ZK_ADVICE, 0});
    cr_assert_eq(zk_cs_verify(cs, c->k, &err), ZKML_OK, "%s", err.text);
}

Test(plk_write, every_kind_of_line)
{
    zk_circuit circuit;
    zk_vk vk;
    make_unusual(&circuit);
    check_key(&vk, "unusual", &circuit);
    zk_vk_free(&vk);
    /* the order of copies is part of the key, so it must be part of the text */
    zk_cell_copy *copies = circuit.copies, swapped = copies[0];
    zk_vk other;
    check_key(&vk, "unusual", &circuit);
    copies[0] = copies[2];
    copies[2] = swapped;
    check_key(&other, "unusual, copies in another order", &circuit);
    cr_expect(!zk_fp_equal(&vk.transcript_repr, &other.transcript_repr));
    zk_vk_free(&vk);
    zk_vk_free(&other);
    zk_cs_free(&circuit.cs);
}

Test(plk_write, the_text_of_a_circuit)
{
    static const char wanted[] =
        "# circuit unusual\nk 5\nadvice\nadvice\ninstance\ninstance\ntable\ntable\nfixed\nfixed\n"
        "fixed\nmindegree 6\nequality i1\n# look-up 0: pairs\nlookup + a0@-2 =";
    zk_circuit circuit;
    zk_buf text = {0};
    make_unusual(&circuit);
    cr_assert_eq(zk_plk_write(&text, &circuit, NULL, &err), ZKML_OK, "%s", err.text);
    zk_buf_u8(&text, 0);
    const char *at = (const char *)text.data;
    cr_expect_eq(strncmp(at, wanted, sizeof wanted - 1), 0, "%s", at);
    cr_expect(strstr(at, "\nfill f0 7 8 7 9 7 7 0 0 0") != NULL, "%s", at);
    cr_expect(strstr(at, "\nfill f1 0 -3 5 9223372036854775807 0 0 0 0 0") != NULL, "%s", at);
    cr_expect(strstr(at, "\nset f2:0 1\nset f2:1 1\nset f3:2 4\nset f4:0 -1\nset f4:1 0x") != NULL,
              "%s", at);
    cr_expect(strstr(at, "\ncopy a0:3 i1:0\ncopy f3:2 a1:5\ncopy a1:5 a0:3\n") != NULL, "%s", at);
    zk_buf_free(&text);
    zk_cs_free(&circuit.cs);
}

Test(plk_write, refuses_what_the_text_cannot_say)
{
    zk_circuit circuit;
    zk_buf text = {0};
    make_unusual(&circuit);
    circuit.k = ZK_PLK_MAX_K + 1;
    cr_expect_eq(zk_plk_write(&text, &circuit, NULL, &err), ZKML_LIMIT);
    circuit.k = ZK_PLK_MAX_K;
    cr_expect_eq(zk_plk_write(&text, &circuit, NULL, &err), ZKML_OK);
    zk_expr_id deep = zk_cs_query_advice(&circuit.cs, 0, 0);
    for (int i = 1; i < ZK_PLK_MAX_DEPTH; i++)
        deep = zk_cs_neg(&circuit.cs, deep);
    (void)zk_cs_create_gate(&circuit.cs, "deep", &deep, 1);
    cr_expect_eq(zk_plk_write(&text, &circuit, NULL, &err), ZKML_OK);
    deep = zk_cs_neg(&circuit.cs, deep);
    cr_expect_eq(zk_plk_write(&text, &circuit, NULL, &err), ZKML_LIMIT);
    zk_buf_free(&text);
    zk_cs_free(&circuit.cs);
}

/* The deepest expression that is written is read. */
Test(plk_write, the_limits_of_reader_and_writer_agree)
{
    zk_circuit circuit;
    zk_vk vk;
    make_unusual(&circuit);
    zk_expr_id deep = zk_cs_query_advice(&circuit.cs, 0, 0), items[ZK_PLK_MAX_ITEMS];
    for (int i = 1; i < ZK_PLK_MAX_DEPTH; i++)
        deep = zk_cs_neg(&circuit.cs, deep);
    for (int i = 0; i < ZK_PLK_MAX_ITEMS; i++)
        items[i] = i == 0 ? deep : zk_cs_query_advice(&circuit.cs, 1, 0);
    (void)zk_cs_create_gate(&circuit.cs, "deep and wide", items, ZK_PLK_MAX_ITEMS);
    check_key(&vk, "deep", &circuit);
    zk_vk_free(&vk);
    zk_cs_free(&circuit.cs);
}

/* The layer in circuit.bin and circuit.vk: survives the trip through the file, and what the readers
 * rely on is checked. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/proof/key.h"
#include "tests/formats/format_cases.h"
#include "tests/unit/mlp2.h"

static zkml_status circuit_trip(const uint8_t *bytes, size_t length, zk_buf *again,
                                zkml_error *err)
{
    zk_circuit circuit;
    ZK_TRY(zk_circuit_read(&circuit, "c.bin", bytes, length, err));
    zkml_status status = zk_circuit_write(&circuit, again, err);
    zk_circuit_free(&circuit);
    return status;
}

static const format circuit_format = {
    .name = "c.bin", .personal = "zkmlc-circuitbin", .round_trip = circuit_trip};

static zkml_status key_trip(const uint8_t *bytes, size_t length, zk_buf *again, zkml_error *err)
{
    static zk_key key;
    ZK_TRY(zk_key_read(&key, "c.vk", bytes, length, err));
    zkml_status status = zk_key_write(&key, again, err);
    zk_key_free(&key);
    return status;
}

static const format key_format = {
    .name = "c.vk", .personal = "zkmlc-verify-key", .round_trip = key_trip};

/* A circuit of the compiler's with more columns, which its gates do not read, and a layer: two
 * challenge columns, a folded one and two that are filled. */
typedef struct sample {
    zk_circuit circuit;
    zk_layer layer;
    uint32_t exponents[4], coefficients[6], one_coefficient[4], columns[2], counted[1];
    zk_run rows[2], runs[2];
    int64_t weights[4];
    zk_layer_matrix matrices[2];
    zk_layer_fold fold;
    zk_expr_id quotients[4], steps[2], counts[6];
    zk_fill fills[3];
} sample;

static void make_fills(sample *s, uint32_t first)
{
    zk_constraint_system *cs = &s->circuit.cs;
    zk_expr_id a = zk_cs_query_advice(cs, 0, 0), f = zk_cs_query_fixed(cs, 0);
    zk_expr_id kappa = zk_cs_query_advice(cs, first, 0);
    s->quotients[0] = s->quotients[2] = f;
    s->quotients[1] = s->quotients[3] = zk_cs_add(cs, kappa, a);
    s->steps[0] = kappa;
    s->steps[1] = zk_cs_scale(cs, zk_cs_query_advice(cs, 0, -1), &zk_fp_delta);
    s->counts[0] = s->counts[1] = s->counts[2] = f;
    s->counts[3] = s->counts[4] = a;
    s->counts[5] = zk_cs_neg(cs, a);
    s->columns[0] = first + 3;
    s->columns[1] = first + 4;
    s->counted[0] = 1;
    s->fills[0] = (zk_fill){.kind = ZK_FILL_COUNTS, .width = 1, .column_count = 1,
                            .columns = s->counted, .expr_count = 5, .exprs = s->counts};
    s->fills[1] = (zk_fill){.kind = ZK_FILL_QUOTIENTS, .column_count = 1, .columns = s->columns,
                            .expr_count = 4, .exprs = s->quotients};
    s->fills[2] = (zk_fill){.kind = ZK_FILL_STEPS, .column_count = 1, .columns = s->columns + 1,
                            .expr_count = 2, .exprs = s->steps};
}

static void make_sample(sample *s)
{
    static const char *names[] = {"model"};
    program p;
    memset(s, 0, sizeof *s);
    program_open(&p, program_find("dot"));
    format_lower(&p, &s->circuit);
    program_close(&p);
    uint32_t first = s->circuit.cs.n_advice;
    s->circuit.k = 6; /* rows for published values */
    for (int i = 0; i < 5; i++)
        (void)zk_cs_advice_column(&s->circuit.cs);
    s->exponents[1] = s->exponents[2] = 300;
    s->coefficients[0] = s->coefficients[3] = 1;
    s->one_coefficient[0] = 7;
    s->rows[0] = (zk_run){3, 1, 1};
    s->rows[1] = (zk_run){1, 1, 1};
    s->runs[0] = (zk_run){4, 2, 2};
    s->runs[1] = (zk_run){5, 1, 1};
    s->weights[0] = -300;
    s->weights[3] = 2;
    s->matrices[0] = (zk_layer_matrix){
        .file = ZK_NONE, .exponents = s->coefficients, .weights = s->weights,
        .shape = {.outputs = 2, .inputs = 2, .runs = s->rows}};
    s->matrices[1] = (zk_layer_matrix){
        .file = 0, .block = 5, .exponents = s->one_coefficient,
        .shape = {.kind = ZK_BLOCK_RUNS, .outputs = 1, .inputs = 2, .runs = s->runs}};
    s->fold = (zk_layer_fold){.column = first + 2, .matrix_count = 2, .matrices = s->matrices};
    s->layer = (zk_layer){.phase0 = first, .challenges = 2, .phase1 = 3, .base_challenges = 2,
                          .exponents = s->exponents, .files = names, .file_count = 1,
                          .folds = &s->fold, .fold_count = 1, .fills = s->fills, .fill_count = 3};
    make_fills(s, first);
    s->circuit.layer = &s->layer;
}

static zk_buf make_file(sample *s)
{
    zk_buf file = {0};
    zkml_error err = {0};
    cr_assert_eq(zk_circuit_write(&s->circuit, &file, &err), ZKML_OK, "%s", err.text);
    return file;
}

static void expect_same_layer(const zk_layer *a, const zk_layer *b)
{
    cr_expect_eq(a->phase0, b->phase0);
    cr_expect_eq(a->challenges, b->challenges);
    cr_expect_eq(a->phase1, b->phase1);
    cr_assert_eq(a->base_challenges, b->base_challenges);
    cr_expect_arr_eq(a->exponents, b->exponents, 4 * sizeof *a->exponents);
    cr_assert_eq(a->file_count, b->file_count);
    cr_expect_str_eq(a->files[0], b->files[0]);
    cr_assert_eq(a->fold_count, b->fold_count);
    cr_expect_eq(a->folds[0].column, b->folds[0].column);
    cr_assert_eq(a->folds[0].matrix_count, b->folds[0].matrix_count);
    for (size_t m = 0; m < 2; m++) {
        const zk_layer_matrix *x = &a->folds[0].matrices[m], *y = &b->folds[0].matrices[m];
        cr_expect_eq(x->file, y->file);
        cr_expect_eq(x->block, y->block);
        cr_expect(zk_block_same(&x->shape, &y->shape));
        cr_expect_arr_eq(x->exponents, y->exponents,
                         2 * x->shape.outputs * sizeof *x->exponents);
    }
    cr_expect_arr_eq(a->folds[0].matrices[0].weights, b->folds[0].matrices[0].weights,
                     4 * sizeof(int64_t));
    cr_expect_null(b->folds[0].matrices[1].weights);
    cr_assert_eq(a->fill_count, b->fill_count);
    for (size_t i = 0; i < 3; i++) {
        cr_expect_eq(a->fills[i].kind, b->fills[i].kind);
        cr_expect_eq(a->fills[i].width, b->fills[i].width);
        cr_expect_eq(a->fills[i].columns[0], b->fills[i].columns[0]);
        cr_expect_eq(a->fills[i].expr_count, b->fills[i].expr_count);
    }
}

Test(layer_file, comes_back_as_it_was)
{
    static sample s;
    zk_circuit back;
    zkml_error err = {0};
    make_sample(&s);
    zk_buf file = make_file(&s);
    format_expect_canonical(&circuit_format, &file);
    format_keep_for_fuzzing(&file, "circuit", "layer");
    cr_assert_eq(zk_circuit_read(&back, "c.bin", file.data, file.length, &err), ZKML_OK);
    cr_assert_not_null(back.layer);
    expect_same_layer(&s.layer, back.layer);
    zk_circuit_free(&back);
    zk_circuit_free(&s.circuit);
    zk_buf_free(&file);
}

Test(layer_file, only_the_exact_length_is_read)
{
    static sample s;
    make_sample(&s);
    zk_buf file = make_file(&s);
    uint8_t *bytes = malloc(file.length + 1);
    cr_assert_not_null(bytes);
    s.circuit.layer = NULL;
    zk_buf plain = make_file(&s);
    for (size_t length = plain.length + 1; length <= file.length + 1; length++) {
        zk_buf again = {0};
        zkml_error err = {0};
        memcpy(bytes, file.data, file.length);
        format_reseal(&circuit_format, bytes, length);
        cr_expect_eq(circuit_trip(bytes, length, &again, &err),
                     length == file.length ? ZKML_OK : ZKML_MALFORMED, "%zu", length);
        zk_buf_free(&again);
    }
    free(bytes);
    zk_buf_free(&plain);
    zk_buf_free(&file);
    zk_circuit_free(&s.circuit);
}

Test(layer_file, every_change_is_noticed)
{
    static sample s;
    make_sample(&s);
    zk_buf file = make_file(&s);
    cr_expect_gt(format_expect_changes_noticed(&circuit_format, &file, 3), 10u);
    zk_buf_free(&file);
    zk_circuit_free(&s.circuit);
}

Test(layer_file, the_key_has_points_and_no_fills)
{
    static mlp2 m;
    static zk_key back;
    zk_buf file = {0};
    zkml_error err = {0};
    mlp2_init(&m);
    cr_assert_eq(zk_key_write(&m.key, &file, &err), ZKML_OK);
    format_expect_canonical(&key_format, &file);
    format_keep_for_fuzzing(&file, "key", "layer");
    cr_expect_gt(format_expect_changes_noticed(&key_format, &file, 41), 3u);
    cr_assert_eq(zk_key_read(&back, "c.vk", file.data, file.length, &err), ZKML_OK, "%s",
                 err.text);
    cr_expect_eq(back.layer->fill_count, 0u);
    cr_expect_null(back.layer->folds[1].matrices[0].weights);

    /* it verifies the vector's proof */
    zk_buf proof = mlp2_load("proof.bin");
    zk_envelope envelope;
    cr_assert_eq(zk_proof_open(&envelope, "p", proof.data, proof.length, &err), ZKML_OK);
    cr_expect_eq(zk_envelope_verify(&envelope, &back, &m.params, &m.public, &err), ZKML_OK, "%s",
                 err.text);
    zk_envelope_free(&envelope);
    zk_key_free(&back);
    zk_buf_free(&proof);
    zk_buf_free(&file);
    mlp2_free(&m);
}

Test(layer_file, row_commitments_off_the_curve_are_refused)
{
    static mlp2 m;
    static zk_key back;
    zk_buf file = {0}, wrong = {0};
    zkml_error err = {0};
    mlp2_init(&m);
    cr_assert_eq(zk_key_write(&m.key, &file, &err), ZKML_OK);
    cr_assert_eq(zk_key_read(&back, "c.vk", file.data, file.length, &err), ZKML_OK, "%s",
                 err.text);
    zk_key_free(&back);
    zk_fq *y = &m.key.layer->folds[1].matrices[0].points[0].y;
    zk_fq_add(y, y, &zk_fq_one);
    cr_assert_eq(zk_key_write(&m.key, &wrong, &err), ZKML_OK);
    cr_expect_eq(zk_key_read(&back, "c.vk", wrong.data, wrong.length, &err), ZKML_MALFORMED);
    cr_expect_not_null(strstr(err.text, "not a point of the curve"), "%s", err.text);
    zk_buf_free(&file);
    zk_buf_free(&wrong);
    mlp2_free(&m);
}

/* One thing after the other is made wrong. */
static void change(sample *s, int what)
{
    uint32_t first = s->layer.phase0;
    switch (what) {
    case 1: s->layer.phase1++; break;
    case 2: s->layer.base_challenges = ZK_LAYER_MAX_CHALLENGES + 1; break;
    case 3: s->exponents[0] = ZK_LAYER_MAX_EXPONENT + 1; break;
    case 4: s->fold.column = first + 1; break;
    case 5: s->fold.column = first + 5; break;
    case 6: s->fold.matrix_count = 0; break;
    case 7: s->matrices[1].file = 1; break;
    case 8: s->matrices[1].file = ZK_NONE; break;
    case 9: s->matrices[0].file = 0; s->layer.file_count = 0; break;
    case 10: s->runs[1].first = 3; break; /* a row of the other matrix */
    case 11: s->rows[0].first = UINT32_MAX; break;
    case 12: s->rows[0].count = 2; break;
    case 13: s->coefficients[0] = 0; s->coefficients[3] = 0; break;
    case 14: s->coefficients[0] = 7; break; /* as of the other matrix */
    case 15: s->fills[0].width = 0; break;
    case 16: s->fills[0].width = ZK_LAYER_MAX_WIDTH + 1; break;
    case 17: s->fills[0].expr_count = 4; break;
    case 18: s->fills[1].expr_count = 3; break;
    case 19: s->fills[2].expr_count = 4; break;
    case 20: s->steps[1] = (zk_expr_id)s->circuit.cs.n_exprs; break;
    case 21: s->counted[0] = first; break;
    case 22: s->columns[0] = 0; break;
    case 23: s->columns[1] = first + 3; break;
    case 24: s->layer.fill_count = 2; break;
    case 25: s->matrices[0].shape.kind = ZK_BLOCK_VECTOR; break;
    default: break;
    }
}

Test(layer_file, what_contradicts_itself_is_refused)
{
    static const char *const reasons[] = {
        NULL, "parts of the advice columns", "parts of the advice columns",
        "power of a challenge", "none of part C", "none of part C", "none of part C",
        "belongs to no file", "has no weights", "belongs to no file", "two inputs share a row",
        "a row is none", "has several rows", "two coefficients", "two coefficients",
        "wrong expressions", "wrong expressions", "wrong expressions", "wrong expressions",
        "wrong expressions", "no such expression", "in the wrong part", "in the wrong part",
        "is filled twice", "is not filled", "a vector is no matrix"};
    for (int what = 0; what < (int)(sizeof reasons / sizeof reasons[0]); what++) {
        static sample s;
        zkml_error err = {0};
        make_sample(&s);
        change(&s, what);
        zkml_status status = zk_circuit_verify(&s.circuit, &err);
        cr_expect_eq(status, reasons[what] == NULL ? ZKML_OK : ZKML_MALFORMED, "%d: %s", what,
                     err.text);
        if (reasons[what] != NULL)
            cr_expect_not_null(strstr(err.text, reasons[what]), "%d: '%s' lacks '%s'", what,
                               err.text, reasons[what]);
        zk_circuit_free(&s.circuit);
    }
}

/* The weights that are not 0, and what the folded column is multiplied with. */
static void make_sparse(sample *s)
{
    static uint64_t starts[] = {0, 1, 2};
    static uint32_t inputs[2];
    static int64_t weights[2];
    static zk_sparse_weights sparse = {starts, inputs, weights};
    make_sample(s);
    inputs[0] = 0;
    inputs[1] = 1;
    weights[0] = -300;
    weights[1] = 2;
    s->matrices[0].weights = NULL;
    s->matrices[0].sparse = &sparse;
    s->fold.operand_count = 2;
    s->fold.operands[1] = 1;
}

Test(layer_file, sparse_weights_come_back)
{
    static sample s;
    zkml_error err = {0};
    zk_circuit back;
    zk_buf again = {0};
    make_sparse(&s);
    zk_buf file = make_file(&s);
    cr_assert_eq(zk_circuit_read(&back, "c.bin", file.data, file.length, &err), ZKML_OK, "%s",
                 err.text);
    const zk_layer_fold *fold = &back.layer->folds[0];
    const zk_sparse_weights *sparse = fold->matrices[0].sparse;
    cr_assert_not_null(sparse);
    cr_expect_null(fold->matrices[0].weights);
    cr_expect_eq(sparse->starts[1], 1u);
    cr_expect_eq(sparse->starts[2], 2u);
    cr_expect_eq(sparse->inputs[1], 1u);
    cr_expect_eq(sparse->weights[0], -300);
    cr_expect_eq(sparse->weights[1], 2);
    cr_expect(fold->operand_count == 2 && fold->operands[0] == 0 && fold->operands[1] == 1);
    cr_assert_eq(zk_circuit_write(&back, &again, &err), ZKML_OK);
    cr_expect(again.length == file.length && memcmp(again.data, file.data, file.length) == 0);
    zk_circuit_free(&back);
    zk_circuit_free(&s.circuit);
    zk_buf_free(&file);
    zk_buf_free(&again);
}

Test(layer_file, sparse_weights_that_are_none_are_refused)
{
    for (int what = 0; what < 4; what++) {
        static sample s;
        zkml_error err = {0};
        zk_circuit back;
        make_sparse(&s);
        if (what == 1)
            s.matrices[0].sparse->weights[1] = 0;
        if (what == 2)
            s.matrices[0].sparse->inputs[1] = 2;
        if (what == 3)
            s.fold.operands[1] = s.layer.phase0;
        zk_buf file = {0};
        zkml_status written = zk_circuit_write(&s.circuit, &file, &err);
        zkml_status status = written == ZKML_OK ? zk_circuit_read(&back, "c.bin", file.data,
                                                                  file.length, &err)
                                                : written;
        cr_expect_eq(status, what == 0 ? ZKML_OK : ZKML_MALFORMED, "%d: %s", what, err.text);
        const char *reason = what == 3 ? "none of part A" : "weight of no input";
        cr_expect(what == 0 || strstr(err.text, reason) != NULL, "%d: %s", what, err.text);
        if (status == ZKML_OK)
            zk_circuit_free(&back);
        zk_circuit_free(&s.circuit);
        zk_buf_free(&file);
    }
}

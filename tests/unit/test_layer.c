/* Proof files of a circuit with challenges, folded and committed columns: the vector's byte for
 * byte, and nothing else in its place. */
#include <criterion/criterion.h>
#include <string.h>

#include "runtime/mock/mock.h"
#include "runtime/proof/complete.h"
#include "runtime/proof/fill.h"
#include "runtime/proof/memory.h"
#include "tests/unit/mlp2.h"

Test(layer, the_proof_file_is_that_of_the_vector)
{
    static mlp2 m;
    zk_buf want = mlp2_load("proof.bin"), got = {0};
    zkml_error err = {0};
    mlp2_init(&m);
    cr_expect_eq(mlp2_verify(&m, want.data, want.length, &err), ZKML_OK, "%s", err.text);
    cr_assert_eq(mlp2_prove(&m, &got, &err), ZKML_OK, "%s", err.text);
    cr_assert_eq(got.length, want.length);
    cr_expect_arr_eq(got.data, want.data, want.length);
    zk_buf_free(&got);
    zk_buf_free(&want);
    mlp2_free(&m);
}

Test(layer, the_key_is_that_of_the_vector)
{
    static mlp2 m;
    mlp2_init(&m);
    zk_fp repr = proof_value_scalar(&m.v, "transcript_repr", 0);
    cr_expect(zk_fp_equal(&m.key.vk.transcript_repr, &repr));
    cr_assert_eq(m.key.layer->fold_count, 2u);
    for (size_t i = 0; i < 2; i++) {
        zk_vesta_affine want =
            proof_value_point(&m.v, i == 0 ? "const.W2.point[0]" : "const.W2.point[1]", 0);
        cr_expect(zk_vesta_affine_equal(&m.key.layer->folds[1].matrices[0].points[i], &want));
    }
    cr_expect_eq(m.key.layer->fill_count, 0u);
    cr_expect_null(m.key.layer->folds[1].matrices[0].weights);
    mlp2_free(&m);
}

/* One bit of every byte, each time with a right digest at the end. */
Test(layer, every_changed_byte_is_refused)
{
    static mlp2 m;
    zk_buf file = mlp2_load("proof.bin");
    zkml_error err = {0};
    mlp2_init(&m);
    cr_assert_eq(mlp2_verify(&m, file.data, file.length, &err), ZKML_OK);
    for (size_t i = 0; i + 32 < file.length; i++) {
        file.data[i] ^= (uint8_t)(1 << i % 8);
        mlp2_reseal(&file);
        zkml_status status = mlp2_verify(&m, file.data, file.length, &err);
        cr_expect(status == ZKML_INVALID || (status == ZKML_MALFORMED && i < 8), "byte %zu: %d", i,
                  (int)status);
        file.data[i] ^= (uint8_t)(1 << i % 8);
    }
    file.data[file.length - 1] ^= 1;
    cr_expect_eq(mlp2_verify(&m, file.data, file.length, &err), ZKML_INVALID);
    zk_buf_free(&file);
    mlp2_free(&m);
}

Test(layer, files_must_be_those_of_the_proof)
{
    static mlp2 m;
    zk_buf file = mlp2_load("proof.bin");
    zkml_error err = {0};
    mlp2_init(&m);
    cr_assert_eq(mlp2_verify(&m, file.data, file.length, &err), ZKML_OK);
    m.public.values = NULL;
    cr_expect_eq(mlp2_verify(&m, file.data, file.length, &err), ZKML_INVALID);
    cr_expect_not_null(strstr(err.text, "the proof is about 3 commitment files, and 2 are given"),
                       "%s", err.text);
    m.public.values = m.values;
    m.public.shared = NULL;
    cr_expect_eq(mlp2_verify(&m, file.data, file.length, &err), ZKML_INVALID);
    cr_expect_not_null(strstr(err.text, "weights are committed: their files"), "%s", err.text);
    mlp2_publish(&m, 77); /* the same values, other blinds */
    cr_expect_eq(mlp2_verify(&m, file.data, file.length, &err), ZKML_INVALID);
    cr_expect_not_null(strstr(err.text, "another commitment to model"), "%s", err.text);
    zk_buf_free(&file);
    mlp2_free(&m);
}

Test(layer, fills_are_those_of_the_vector)
{
    static const struct {
        uint32_t column;
        const char *name;
    } filled[] = {{MLP2_M1, "a4.m1.usable"},   {MLP2_M2, "a5.m2.usable"},
                  {MLP2_F1, "a10.F1.usable"},  {MLP2_F2, "a11.F2.usable"},
                  {MLP2_H1, "a12.h1.usable"},  {MLP2_H2, "a13.h2.usable"},
                  {MLP2_G1, "a14.g1.usable"},  {MLP2_G2, "a15.g2.usable"},
                  {MLP2_PHI, "a16.phi.usable"}, {MLP2_L, "a17.L.usable"},
                  {MLP2_H, "a18.H.usable"}};
    static mlp2 m;
    static zk_fp advice[MLP2_COLUMNS][MLP2_N], fixed[17][MLP2_N], kappa[MLP2_CHALLENGES];
    const zk_fp *constants[MLP2_COLUMNS] = {NULL};
    zkml_error err = {0};
    mlp2_init(&m);
    const zk_columns columns = {.cs = &m.circuit.cs, .n = MLP2_N, .usable = MLP2_USABLE,
                                .advice = advice[0], .constants = constants, .fixed = fixed[0]};
    for (uint32_t c = 0; c < 17; c++)
        memcpy(fixed[c], m.circuit.fixed[c].wide, sizeof fixed[c]);
    for (uint32_t c = 0; c < MLP2_M1; c++)
        zk_column_expand(&m.advice[c], advice[c], MLP2_N);
    uint8_t seed[64];
    zk_fp chi[MLP2_BASE];
    cr_assert_eq(proof_value_bytes(&m.v, "seed", seed, 64), 64u);
    chi[0] = proof_value_scalar(&m.v, "chi[0].rho", 0);
    chi[1] = proof_value_scalar(&m.v, "chi[1].alpha", 0);
    chi[2] = proof_value_scalar(&m.v, "chi[2].beta", 0);
    zk_ties ties;
    const zk_schema schema = zk_key_schema(&m.key);
    cr_assert_eq(zk_ties_init(&ties, &m.layer, &schema, &m.circuit.cs, MLP2_K, 1, &m.public, &err),
                 ZKML_OK);
    for (uint32_t b = 0; b < MLP2_CHALLENGES; b++) {
        zk_ties_challenge(&kappa[b], &ties, chi, b);
        constants[MLP2_PHASE0 + b] = &kappa[b];
    }
    for (uint32_t f = 0; f < 2; f++)
        for (uint32_t i = 0; i < m.folds[f].matrix_count; i++) {
            zk_fp coefficients[3];
            const zk_layer_matrix *matrix = &m.folds[f].matrices[i];
            zk_ties_coefficients(coefficients, &ties, matrix, chi);
            zk_fill_fold(&columns, m.folds[f].column, matrix,
                         f == 1 ? NULL : m.owned[i].values, coefficients);
        }
    for (uint32_t i = 0; i < m.layer.fill_count; i++)
        cr_assert_eq(zk_fill_run(&columns, &m.fills[i], &err), ZKML_OK, "%s", err.text);
    for (size_t i = 0; i < sizeof filled / sizeof filled[0]; i++)
        for (size_t r = 0; r < MLP2_USABLE; r++) {
            zk_fp want = proof_value_scalar(&m.v, filled[i].name, r);
            cr_expect(zk_fp_equal(&advice[filled[i].column][r], &want), "%s, row %zu",
                      filled[i].name, r);
        }
    zk_ties_free(&ties);
    mlp2_free(&m);
}

Test(layer, values_outside_of_their_table_are_noticed)
{
    static mlp2 m;
    zk_buf file = {0};
    zkml_error err = {0};
    mlp2_init(&m);
    cr_assert_eq(mlp2_prove(&m, &file, &err), ZKML_OK);
    zk_buf_free(&file);
    m.cells[MLP2_R][30] = 16;
    cr_expect_eq(mlp2_prove(&m, &file, &err), ZKML_INVALID);
    cr_expect_not_null(strstr(err.text, "is not in its table"), "%s", err.text);
    cr_expect_eq(file.length, 0u);
    mlp2_free(&m);
}

Test(layer, openings_must_belong_to_the_files_and_the_witness)
{
    static mlp2 m;
    zk_buf file = {0};
    zkml_error err = {0};
    mlp2_init(&m);
    cr_assert_eq(mlp2_prove(&m, &file, &err), ZKML_OK);
    zk_buf_free(&file);
    m.openings[1].commitment[3] ^= 1;
    cr_expect_eq(mlp2_prove(&m, &file, &err), ZKML_INVALID);
    cr_expect_not_null(strstr(err.text, "adapter: the opening is not that of the commitment file"),
                       "%s", err.text);
    m.openings[1].commitment[3] ^= 1;
    m.owned[2].values[1]++;
    cr_expect_eq(mlp2_prove(&m, &file, &err), ZKML_INVALID);
    cr_expect_not_null(strstr(err.text, "input: the opening is not that"), "%s", err.text);
    m.owned[2].values[1]--;
    m.cells[MLP2_X][1]--;
    cr_expect_eq(mlp2_prove(&m, &file, &err), ZKML_INVALID);
    cr_expect_not_null(strstr(err.text, "input: the opening holds another value"), "%s", err.text);
    m.cells[MLP2_X][1]++;
    m.owned[0].values[1]++; /* other weights than the committed ones */
    cr_expect_eq(mlp2_prove(&m, &file, &err), ZKML_INVALID);
    m.owned[0].values[1]--;
    m.files.shared_openings = NULL;
    cr_expect_eq(mlp2_prove(&m, &file, &err), ZKML_INVALID);
    cr_expect_eq(file.length, 0u);
    m.files.shared_openings = m.shared_openings;
    cr_expect_eq(mlp2_prove(&m, &file, &err), ZKML_OK);
    zk_buf_free(&file);
    mlp2_free(&m);
}

/* The mock prover's answer about the witness as it is now; *kind: that of the first failure. */
static uint64_t mock_failures(mlp2 *m, zk_mock_failure *first)
{
    zk_mock_report report;
    zkml_error err = {0};
    cr_assert_eq(zk_witness_complete(&m->witness, m->shared_openings, &err), ZKML_OK, "%s",
                 err.text);
    cr_assert_eq(zk_mock_check(&report, &m->witness, &err), ZKML_OK, "%s", err.text);
    uint64_t total = report.total;
    if (total > 0)
        *first = report.failures[0];
    zk_mock_report_free(&report);
    return total;
}

Test(layer, the_mock_prover_fills_columns_with_challenges_of_its_own)
{
    static mlp2 m;
    zk_mock_failure first = {0};
    zkml_error err = {0};
    mlp2_init(&m);
    zk_arena_init(&m.witness.arena, 0);
    cr_expect_eq(mock_failures(&m, &first), 0u);
    cr_expect_eq(m.advice[MLP2_BETA].type, ZK_COLUMN_CONSTANT);
    m.cells[MLP2_R][10]++; /* a product that is wrong: the sums differ in the end */
    cr_expect_eq(mock_failures(&m, &first), 1u);
    cr_expect_eq(first.kind, ZK_MOCK_GATE);
    cr_expect_eq(first.row, 57u);
    m.cells[MLP2_R][10]--;
    cr_expect_eq(mock_failures(&m, &first), 0u);

    m.cells[MLP2_R][10] = 16;
    cr_expect_eq(zk_witness_complete(&m.witness, m.shared_openings, &err), ZKML_INVALID);
    cr_expect_not_null(strstr(err.text, "not in its table"), "%s", err.text);
    m.cells[MLP2_R][10] = 3;
    cr_expect_eq(zk_witness_complete(&m.witness, NULL, &err), ZKML_INVALID);
    cr_expect_not_null(strstr(err.text, "their openings are needed"), "%s", err.text);
    m.openings[1].k = 7;
    cr_expect_eq(zk_witness_complete(&m.witness, m.shared_openings, &err), ZKML_INVALID);
    cr_expect_not_null(strstr(err.text, "adapter: the opening has another shape"), "%s", err.text);
    zk_arena_wipe(&m.witness.arena);
    mlp2_free(&m);
}

/* Six columns of tuples, four of a slot, and a hash table for two strips. */
Test(layer, scratch_of_fills_counts_as_memory)
{
    static mlp2 m;
    mlp2_init(&m);
    const zk_constraint_system *cs = &m.circuit.cs;
    size_t more = MLP2_N * (10 * sizeof(zk_fp) + 2 * 24);
    cr_expect_eq(zk_memory_prove(cs, &m.layer, MLP2_K) - zk_memory_prove(cs, NULL, MLP2_K), more);
    cr_expect_gt(zk_memory_mock(cs, &m.layer, MLP2_K), zk_memory_mock(cs, NULL, MLP2_K) + more);
    mlp2_free(&m);
}

/* The fold of a matrix whose weights repeat along runs of rows is what the verifier computes from
 * its row commitments: C = sum c_i R_i + W. */
Test(layer, folds_of_runs_are_those_of_the_commitments)
{
    static zk_fp advice[MLP2_N];
    static const int64_t weights[] = {3, -1, 0, 7, 2, -5};
    zk_run runs[] = {{0, 5, 3}, {1, 5, 3}, {40, 1, 1}};
    const zk_block shape = {.kind = ZK_BLOCK_RUNS, .outputs = 2, .inputs = 3, .runs = runs};
    const zk_columns columns = {.n = MLP2_N, .usable = MLP2_USABLE, .advice = advice};
    zk_params params;
    zk_fp coefficients[2] = {zk_fp_delta, zk_fp_zeta};
    zk_vesta_affine rows[2];
    zk_vesta want, got;
    zkml_error err = {0};
    memset(advice, 0, sizeof advice);
    cr_assert_eq(zk_params_generate(&params, MLP2_K, NULL, NULL, &err), ZKML_OK);
    const zk_layer_matrix matrix = {.file = ZK_NONE, .shape = shape};
    zk_fill_fold(&columns, 0, &matrix, weights, coefficients);
    cr_assert_eq(zk_commit_lagrange(&got, &params, advice, &zk_fp_one, &err), ZKML_OK);
    cr_assert_eq(zk_commit_rows(rows, &shape, weights, NULL, &params, &err), ZKML_OK);
    zk_vesta_mul_sum(&want, rows, coefficients, 2);
    zk_vesta_add_affine(&want, &want, &params.w);
    cr_expect(zk_vesta_equal(&want, &got));
    cr_expect(zk_fp_equal(&advice[0], &advice[12]) && zk_fp_equal(&advice[1], &advice[13]));
    cr_expect(zk_fp_is_zero(&advice[2]) && zk_fp_is_zero(&advice[15]));
    zk_params_free(&params);
}

/* 1/x is no number for x = 0, but 0/0 is an unused look-up. */
Test(layer, a_denominator_of_zero_is_noticed)
{
    static zk_fp advice[3 * MLP2_N];
    zk_constraint_system cs;
    zkml_error err = {0};
    zk_cs_init(&cs);
    for (int i = 0; i < 3; i++)
        (void)zk_cs_advice_column(&cs);
    zk_expr_id pair[] = {zk_cs_query_advice(&cs, 0, 0), zk_cs_query_advice(&cs, 1, 0)};
    uint32_t column = 2;
    const zk_fill fill = {.kind = ZK_FILL_QUOTIENTS, .column_count = 1, .columns = &column,
                          .expr_count = 2, .exprs = pair};
    const zk_columns columns = {
        .cs = &cs, .n = MLP2_N, .usable = MLP2_USABLE, .advice = advice};
    memset(advice, 0, sizeof advice);
    zk_fp_from_i64(&advice[5], 12);
    zk_fp_from_i64(&advice[MLP2_N + 5], 4);
    cr_expect_eq(zk_fill_run(&columns, &fill, &err), ZKML_OK);
    int64_t three;
    cr_expect(zk_fp_to_i64(&three, &advice[2 * MLP2_N + 5]) && three == 3);
    cr_expect(zk_fp_is_zero(&advice[2 * MLP2_N + 6]));
    advice[6] = zk_fp_one;
    cr_expect_eq(zk_fill_run(&columns, &fill, &err), ZKML_INVALID);
    zk_cs_free(&cs);
}

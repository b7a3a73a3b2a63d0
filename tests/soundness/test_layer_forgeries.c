/* A prover who does not follow the rules of the proof layer, but makes everything else fit: each
 * proof is refused. Where only the checks around the Halo2 proof stand in the way, the test shows
 * that the Halo2 proof by itself is accepted. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/halo2/prover.h"
#include "runtime/proof/challenges.h"
#include "runtime/proof/fill.h"
#include "tests/unit/mlp2.h"

/* What the prover does otherwise; all zero: an honest one. */
typedef struct deviation {
    const zk_fp *base;           /* base challenges of its own choice */
    uint32_t kappa_plus_one;     /* 1 + number of a challenge column that is 1 more */
    uint32_t unseeded_columns;   /* part-A columns, public values, files left out of the seed */
    uint32_t unseeded_values, unseeded_files;
    uint32_t column, row;        /* a cell of part C that is 1 more in the end; column 0: none */
    uint32_t count_plus_one;     /* 1 + row of the table's first strip, counted once too often */
    bool count_honest;           /* counts as of the cells before change_cells */
    void (*change_cells)(mlp2 *m);
    bool shared_link;            /* the link proof swaps its two columns */
} deviation;

typedef struct forger {
    mlp2 *m;
    const deviation *how;
    zk_ties ties;
    zk_pk pk;
    zk_prover prover;
    zk_rng rng;
    zk_column columns[MLP2_COLUMNS];
    uint8_t seed[ZK_SEED_BYTES];
    zk_fp chi[MLP2_BASE];
    zk_buf halo2;
    uint8_t link[32 * (MLP2_BLIND_ROWS + 2)];
} forger;

static void require(zkml_status status, const zkml_error *err)
{
    cr_assert_eq(status, ZKML_OK, "%s", err->text);
}

static zk_fp *rows_of(forger *f, uint32_t column)
{
    return f->prover.advice_values + column * MLP2_N;
}

static zk_columns view(forger *f)
{
    return (zk_columns){.cs = &f->m->circuit.cs,
                        .n = MLP2_N,
                        .usable = MLP2_USABLE,
                        .advice = f->prover.advice_values,
                        .constants = f->prover.advice_constants,
                        .fixed = f->pk.fixed_values};
}

static void fill(forger *f, bool counts)
{
    zk_columns columns = view(f);
    zkml_error err = {0};
    for (uint32_t i = 0; i < f->m->layer.fill_count; i++)
        if ((f->m->fills[i].kind == ZK_FILL_COUNTS) == counts)
            require(zk_fill_run(&columns, &f->m->fills[i], &err), &err);
}

static void place_cells(forger *f)
{
    for (uint32_t c = 0; c < MLP2_M1; c++)
        zk_column_expand(&f->m->advice[c], rows_of(f, c), MLP2_USABLE);
}

static void commit_part_a(forger *f)
{
    const deviation *how = f->how;
    zkml_error err = {0};
    if (how->change_cells != NULL && !how->count_honest)
        how->change_cells(f->m);
    place_cells(f);
    fill(f, true);
    if (how->change_cells != NULL && how->count_honest) {
        how->change_cells(f->m);
        place_cells(f);
    }
    if (how->count_plus_one > 0) {
        zk_fp *count = &rows_of(f, MLP2_M1)[how->count_plus_one - 1];
        zk_fp_add(count, count, &zk_fp_one);
    }
    for (uint32_t c = 0; c < MLP2_COLUMNS; c++)
        f->columns[c] = (zk_column){
            .type = ZK_COLUMN_FP, .length = MLP2_USABLE, .u.fp = rows_of(f, c)};
    zk_prover_draw_advice(&f->prover, MLP2_PHASE0, f->columns);
    require(zk_prover_commit_advice(&f->prover, 0, MLP2_PHASE0, f->columns, &err), &err);
}

static void derive(forger *f)
{
    const deviation *how = f->how;
    const mlp2 *m = f->m;
    uint8_t points[MLP2_PHASE0 * 32], digests[MLP2_FILES * 32];
    zk_instance_values values = m->instances;
    values.count -= how->unseeded_values;
    for (size_t c = 0; c < MLP2_PHASE0; c++)
        zk_vesta_to_bytes(points + 32 * c, &f->prover.advice_points[c]);
    for (size_t i = 0; i < MLP2_FILES; i++)
        memcpy(digests + 32 * i, m->published[i].digest, 32);
    const zk_seed_input input = {.transcript_repr = &m->key.vk.transcript_repr,
                                 .circuit_digest = m->key.circuit_digest,
                                 .circuits = 1,
                                 .instance_columns = 1,
                                 .instances = &values,
                                 .file_digests = digests,
                                 .files = MLP2_FILES - how->unseeded_files,
                                 .phase0 = MLP2_PHASE0 - how->unseeded_columns,
                                 .commitments = points};
    zk_seed(f->seed, &input);
    zk_base_challenges(f->chi, MLP2_BASE, f->seed);
    if (how->base != NULL)
        memcpy(f->chi, how->base, sizeof f->chi);
}

static void fill_folds(forger *f)
{
    zk_columns columns = view(f);
    for (uint32_t i = 0; i < f->m->layer.fold_count; i++)
        for (uint32_t j = 0; j < f->m->folds[i].matrix_count; j++) {
            const zk_layer_matrix *matrix = &f->m->folds[i].matrices[j];
            zk_fp coefficients[3];
            zk_ties_coefficients(coefficients, &f->ties, matrix, f->chi);
            zk_fill_fold(&columns, f->m->folds[i].column, matrix,
                         matrix->file == ZK_NONE ? NULL : f->m->owned[matrix->file].values,
                         coefficients);
        }
}

static void commit_rest(forger *f)
{
    const deviation *how = f->how;
    zkml_error err = {0};
    for (uint32_t b = 0; b < MLP2_CHALLENGES; b++) {
        zk_column *column = &f->columns[MLP2_PHASE0 + b];
        *column = (zk_column){.type = ZK_COLUMN_CONSTANT};
        zk_ties_challenge(&column->u.constant, &f->ties, f->chi, b);
        if (how->kappa_plus_one == b + 1)
            zk_fp_add(&column->u.constant, &column->u.constant, &zk_fp_one);
    }
    f->columns[MLP2_F2].bare = true;
    zk_prover_draw_advice(&f->prover, MLP2_COLUMNS - MLP2_PHASE0, f->columns + MLP2_PHASE0);
    require(zk_prover_commit_advice(&f->prover, MLP2_PHASE0, MLP2_CHALLENGES,
                                    f->columns + MLP2_PHASE0, &err),
            &err);
    fill_folds(f);
    fill(f, false);
    if (how->column != 0) {
        zk_fp *cell = &rows_of(f, how->column)[how->row];
        zk_fp_add(cell, cell, &zk_fp_one);
    }
    require(zk_prover_commit_advice(&f->prover, MLP2_F1, MLP2_PHASE1, f->columns + MLP2_F1, &err),
            &err);
}

/* t_f: the columns' blinds less those of the published commitments. */
static void link_blinds(const forger *f, zk_fp blinds[2])
{
    zk_fp term;
    blinds[0] = f->prover.advice_blinds[MLP2_F1];
    for (size_t i = 0; i < 2; i++) {
        zk_fp coefficients[3];
        zk_ties_coefficients(coefficients, &f->ties, &f->m->masked[i], f->chi);
        for (uint32_t r = 0; r < f->m->masked[i].shape.outputs; r++) {
            zk_fp_mul(&term, &coefficients[r], &f->m->owned[i].blinds[r]);
            zk_fp_sub(&blinds[0], &blinds[0], &term);
        }
    }
    zk_fp_sub(&blinds[1], &f->prover.advice_blinds[MLP2_X], &f->m->owned[2].blinds[0]);
}

/* P_f as the verifier computes them: from the proof's and the published commitments. */
static void link_points(const forger *f, zk_vesta_affine points[2])
{
    zk_vesta sum[2], term;
    zk_vesta_affine minus;
    zk_vesta_from_affine(&sum[0], &f->prover.advice_points[MLP2_F1]);
    for (size_t i = 0; i < 2; i++) {
        zk_fp coefficients[3];
        zk_ties_coefficients(coefficients, &f->ties, &f->m->masked[i], f->chi);
        for (uint32_t r = 0; r < f->m->masked[i].shape.outputs; r++) {
            zk_fp_neg(&coefficients[r], &coefficients[r]);
            zk_vesta_mul(&term, &f->m->published[i].blocks[0].points[r], &coefficients[r]);
            zk_vesta_add(&sum[0], &sum[0], &term);
        }
    }
    zk_vesta_from_affine(&sum[1], &f->prover.advice_points[MLP2_X]);
    zk_vesta_affine_neg(&minus, &f->m->published[2].blocks[0].points[0]);
    zk_vesta_add_affine(&sum[1], &sum[1], &minus);
    zk_vesta_batch_to_affine(points, sum, 2);
}

static void prove_link(forger *f)
{
    const uint32_t tied[] = {MLP2_F1, MLP2_X};
    zk_column values[2];
    zk_vesta_affine points[2];
    zk_fp blinds[2];
    zk_link link;
    zkml_error err = {0};
    link_blinds(f, blinds);
    link_points(f, points);
    for (size_t i = 0; i < 2; i++)
        values[i] = (zk_column){.type = ZK_COLUMN_FP,
                                .length = MLP2_BLIND_ROWS,
                                .u.fp = rows_of(f, tied[i]) + MLP2_USABLE};
    if (f->how->shared_link) {
        zk_vesta_affine first = points[0];
        points[0] = points[1];
        points[1] = first;
    }
    zk_ties_link(&link, &f->ties, &f->m->params, f->seed, points, 2);
    require(zk_link_prove(f->link, &link, &f->m->params, values, blinds, &f->rng, &err), &err);
}

/* The proof file of a prover who deviates like this. */
static zk_buf forge(forger *f, mlp2 *m, const deviation *how)
{
    zk_buf file = {0};
    zk_contents contents;
    zkml_error err = {0};
    const zk_schema schema = zk_key_schema(&m->key);
    uint8_t digests[MLP2_FILES * 32];
    *f = (forger){.m = m, .how = how};
    require(zk_ties_init(&f->ties, &m->layer, &schema, &m->circuit.cs, MLP2_K, 1, &m->public,
                         &err),
            &err);
    require(zk_contents_init(&contents, &m->circuit, &err), &err);
    require(zk_pk_generate(&f->pk, &m->key.vk, &contents.input, &err), &err);
    zk_contents_free(&contents);
    zk_rng_init_splitmix64(&f->rng, 2002);
    require(zk_prover_init(&f->prover, &f->pk, &m->params, &f->rng, &err), &err);
    commit_part_a(f);
    derive(f);
    commit_rest(f);
    prove_link(f);
    require(zk_prover_finish(&f->prover, &m->instances, &f->halo2, NULL, NULL, &err), &err);
    for (size_t i = 0; i < MLP2_FILES; i++)
        memcpy(digests + 32 * i, m->published[i].digest, 32);
    zk_envelope envelope = {.transcript_repr = m->key.vk.transcript_repr,
                            .inputs = 1,
                            .instance_columns = 1,
                            .instances = &m->instances,
                            .file_count = MLP2_FILES,
                            .file_digests = digests,
                            .proof = f->halo2.data,
                            .proof_length = f->halo2.length,
                            .link = f->link,
                            .link_length = sizeof f->link};
    memcpy(envelope.circuit_digest, m->key.circuit_digest, 32);
    zk_envelope_write(&envelope, &file);
    cr_assert_not(file.failed);
    zk_prover_free(&f->prover);
    zk_pk_free(&f->pk);
    zk_ties_free(&f->ties);
    return file;
}

/* An honest proof is accepted, the other one refused with this reason. `halo2`: what the unmodified
 * verifier says to it. */
static void expect_refused(const deviation *how, zkml_status halo2, const char *reason)
{
    static mlp2 m;
    static forger f;
    static const deviation honest = {0};
    zkml_error err = {0};
    mlp2_init(&m);
    zk_buf vector = mlp2_load("proof.bin"), file = forge(&f, &m, &honest);
    cr_assert_eq(file.length, vector.length);
    cr_assert_arr_eq(file.data, vector.data, vector.length, "the honest proof is the vector's");
    cr_assert_eq(mlp2_verify(&m, file.data, file.length, &err), ZKML_OK, "%s", err.text);
    zk_buf_free(&f.halo2);
    zk_buf_free(&file);

    file = forge(&f, &m, how);
    cr_expect_eq(zk_verify(&m.key.vk, &m.params, 1, &m.instances, f.halo2.data, f.halo2.length,
                           NULL, NULL, &err),
                 halo2, "the Halo2 proof of: %s", reason);
    cr_expect_eq(mlp2_verify(&m, file.data, file.length, &err), ZKML_INVALID, "%s", reason);
    cr_expect_not_null(strstr(err.text, reason), "'%s' lacks '%s'", err.text, reason);
    zk_buf_free(&f.halo2);
    zk_buf_free(&file);
    zk_buf_free(&vector);
    mlp2_free(&m);
}

#define WRONG_CHALLENGE "does not hold the challenge that follows"

Test(forgeries, a_challenge_column_that_is_one_more)
{
    const deviation how = {.kappa_plus_one = 4}; /* beta: nothing else depends on it */
    expect_refused(&how, ZKML_OK, WRONG_CHALLENGE);
}

/* y_0 + 1, y_1 - 1: with rho = 1 the sum over the outputs is the same. */
static void errors_that_cancel(mlp2 *m)
{
    m->cells[MLP2_R][10]++;
    m->cells[MLP2_R][11]--;
}

Test(forgeries, challenges_that_the_prover_chose)
{
    zk_fp base[MLP2_BASE];
    zk_fp_from_i64(&base[0], 1);
    zk_fp_from_i64(&base[1], 12345);
    zk_fp_from_i64(&base[2], 67890);
    const deviation how = {.base = base, .change_cells = errors_that_cancel};
    expect_refused(&how, ZKML_OK, WRONG_CHALLENGE);
}

Test(forgeries, a_seed_that_lacks_something)
{
    const deviation column = {.unseeded_columns = 1}, value = {.unseeded_values = 1},
                    file = {.unseeded_files = 1};
    expect_refused(&column, ZKML_OK, WRONG_CHALLENGE);
    expect_refused(&value, ZKML_OK, WRONG_CHALLENGE);
    expect_refused(&file, ZKML_OK, WRONG_CHALLENGE);
}

/* Row 30 belongs to no matrix: no gate reads the folded columns there. */
Test(forgeries, a_folded_column_that_holds_something_else)
{
    const deviation masked = {.column = MLP2_F1, .row = 30}, bare = {.column = MLP2_F2, .row = 30};
    expect_refused(&masked, ZKML_OK, "a link proof does not verify");
    expect_refused(&bare, ZKML_OK, "folded column 11 does not hold the circuit's weights");
}

/* The weight of an input that is 0: every product is as it was. */
static void another_weight(mlp2 *m)
{
    cr_assert_eq(m->cells[MLP2_X][2], 0);
    m->owned[0].values[2]++;
}

Test(forgeries, weights_of_another_model)
{
    const deviation how = {.change_cells = another_weight};
    expect_refused(&how, ZKML_OK, "a link proof does not verify");
}

Test(forgeries, a_link_proof_with_swapped_columns)
{
    const deviation how = {.shared_link = true};
    expect_refused(&how, ZKML_OK, "a link proof does not verify");
}

static void wrong_output(mlp2 *m)
{
    m->cells[MLP2_R][10]++;
}

static void wrong_outputs(mlp2 *m)
{
    for (size_t row = 10; row <= 12; row++)
        m->cells[MLP2_R][row]++;
}

Test(forgeries, a_wrong_matrix_product)
{
    const deviation one = {.change_cells = wrong_output}, two = {.change_cells = errors_that_cancel},
                    all = {.change_cells = wrong_outputs};
    expect_refused(&one, ZKML_INVALID, "the proof does not verify");
    expect_refused(&two, ZKML_INVALID, "the proof does not verify");
    expect_refused(&all, ZKML_INVALID, "the proof does not verify");
}

Test(forgeries, a_multiplicity_off_by_one)
{
    for (uint32_t row = 1; row < 10; row += 4) {
        const deviation how = {.count_plus_one = row};
        expect_refused(&how, ZKML_INVALID, "the proof does not verify");
    }
}

/* relu(4) = 0, which is what the range's rows of the table have as output */
static void output_of_another_tag(mlp2 *m)
{
    cr_assert_eq(m->cells[MLP2_Q][10], 4);
    m->cells[MLP2_ACT][10] = 0;
}

static void negative_remainder(mlp2 *m)
{
    m->cells[MLP2_Q][20]++;
    m->cells[MLP2_R][20] -= 16;
}

static void remainder_of_the_divisor(mlp2 *m)
{
    m->cells[MLP2_Q][20]--;
    m->cells[MLP2_R][20] += 16;
}

Test(forgeries, values_outside_of_the_table)
{
    const deviation tag = {.change_cells = output_of_another_tag, .count_honest = true},
                    negative = {.change_cells = negative_remainder, .count_honest = true},
                    divisor = {.change_cells = remainder_of_the_divisor, .count_honest = true};
    expect_refused(&tag, ZKML_INVALID, "the proof does not verify");
    expect_refused(&negative, ZKML_INVALID, "the proof does not verify");
    expect_refused(&divisor, ZKML_INVALID, "the proof does not verify");
}

/* 16 q + r = 16 (q - 1/16) + (r + 1) in the field: a quotient beside the integers. */
static void quotient_in_the_field(mlp2 *m)
{
    static zk_fp cells[MLP2_N];
    zk_fp sixteenth;
    zk_column_expand(&m->advice[MLP2_Q], cells, MLP2_N);
    zk_fp_from_i64(&sixteenth, 16);
    zk_fp_inv(&sixteenth, &sixteenth);
    zk_fp_sub(&cells[12], &cells[12], &sixteenth);
    m->cells[MLP2_R][12]++;
    m->advice[MLP2_Q] = (zk_column){.type = ZK_COLUMN_FP, .length = MLP2_USABLE, .u.fp = cells};
}

Test(forgeries, a_quotient_that_is_no_small_integer)
{
    const deviation how = {.change_cells = quotient_in_the_field, .count_honest = true};
    expect_refused(&how, ZKML_INVALID, "the proof does not verify");
}

Test(forgeries, a_file_with_other_rows_than_the_circuit)
{
    static mlp2 m;
    zk_buf file = mlp2_load("proof.bin");
    zkml_error err = {0};
    mlp2_init(&m);
    cr_assert_eq(mlp2_verify(&m, file.data, file.length, &err), ZKML_OK);
    m.owned[1].runs[2].first = 20;
    mlp2_publish(&m, 3);
    cr_expect_eq(mlp2_verify(&m, file.data, file.length, &err), ZKML_INVALID);
    cr_expect_not_null(strstr(err.text, "adapter: the commitment file has another shape or other"),
                       "%s", err.text);
    zk_buf_free(&file);
    mlp2_free(&m);
}

/* Part A without the multiplicities: whoever knows beta can look anything up. The circuit's digest
 * fixes the parts; with this layer the key would be another one. */
Test(forgeries, a_multiplicity_that_comes_after_the_challenges)
{
    static mlp2 m;
    zkml_error err = {0};
    mlp2_init(&m);
    const zk_schema schema = zk_key_schema(&m.key);
    cr_assert_eq(zk_layer_verify(&m.layer, &schema, &m.circuit.cs, MLP2_K, true, &err), ZKML_OK,
                 "%s", err.text);
    m.layer.phase0--;
    m.layer.phase1++;
    cr_expect_eq(zk_layer_verify(&m.layer, &schema, &m.circuit.cs, MLP2_K, true, &err),
                 ZKML_MALFORMED);
    cr_expect_not_null(strstr(err.text, "in the wrong part"), "%s", err.text);
    mlp2_free(&m);
}

/* Batches ------------------------------------------------------------------------------------- */

/* Adds `change` to the scalar at `at` of a copy of the file, under a right digest. */
static zk_buf with_change(const zk_buf *file, size_t at, int64_t change)
{
    zk_buf copy = {0};
    zk_fp value, difference;
    zk_buf_bytes(&copy, file->data, file->length);
    cr_assert(zk_fp_from_bytes(&value, copy.data + at));
    zk_fp_from_i64(&difference, change);
    zk_fp_add(&value, &value, &difference);
    zk_fp_to_bytes(copy.data + at, &value);
    mlp2_reseal(&copy);
    return copy;
}

static zkml_status check_batch(const mlp2 *m, const zk_buf *files, size_t count)
{
    zk_batch batch;
    zk_envelope envelopes[4];
    zkml_error err = {0};
    cr_assert_leq(count, 4u);
    zk_batch_init(&batch, &m->key, &m->params);
    for (size_t i = 0; i < count; i++) {
        require(zk_proof_open(&envelopes[i], "p", files[i].data, files[i].length, &err), &err);
        require(zk_batch_add(&batch, &envelopes[i], &m->public, &err), &err);
    }
    zkml_status status = zk_batch_check(&batch, &err);
    zk_batch_free(&batch);
    for (size_t i = 0; i < count; i++)
        zk_envelope_free(&envelopes[i]);
    return status;
}

/* The last scalar of a Halo2 proof and of a link proof is multiplied with W: errors of 1 and -1
 * cancel when both proofs count alike. */
Test(forgeries, errors_of_two_proofs_do_not_cancel)
{
    static mlp2 m;
    zk_buf file = mlp2_load("proof.bin"), halo2 = mlp2_load("halo2.bin");
    size_t link_end = file.length - 32, halo2_end = link_end - 32 * (MLP2_BLIND_ROWS + 2) - 8;
    const size_t ends[] = {halo2_end, link_end};
    zkml_error err = {0};
    mlp2_init(&m);
    const zk_buf good[] = {file, file, file};
    cr_assert_eq(check_batch(&m, good, 3), ZKML_OK);
    for (size_t i = 0; i < 2; i++) {
        const zk_buf bad[] = {with_change(&file, ends[i] - 32, 1), file,
                              with_change(&file, ends[i] - 32, -1)};
        cr_expect_eq(check_batch(&m, bad, 3), ZKML_INVALID, "%zu", i);
        cr_expect_eq(check_batch(&m, bad, 2), ZKML_INVALID, "%zu", i);
        cr_expect_eq(check_batch(&m, bad + 1, 1), ZKML_OK, "%zu", i);
        if (i == 0) { /* they do cancel without weights */
            zk_point_sum sum;
            zk_point_sum_init(&sum, &m.params);
            for (size_t p = 0; p < 3; p += 2)
                require(zk_verify_add(&sum, &m.key.vk, 1, &m.instances,
                                      bad[p].data + halo2_end - halo2.length, halo2.length, NULL,
                                      NULL, &err),
                        &err);
            cr_expect_eq(zk_point_sum_check(&sum, "wrong", &err), ZKML_OK);
            zk_point_sum_free(&sum);
        }
        zk_buf first = bad[0], last = bad[2];
        zk_buf_free(&first);
        zk_buf_free(&last);
    }
    zk_buf_free(&file);
    zk_buf_free(&halo2);
    mlp2_free(&m);
}

/* A proof that is refused when it is added leaves nothing behind. */
Test(forgeries, a_refused_proof_is_not_part_of_a_batch)
{
    static mlp2 m;
    zk_buf file = mlp2_load("proof.bin");
    zk_batch batch;
    zk_envelope good, bad;
    zkml_error err = {0};
    mlp2_init(&m);
    size_t in_halo2 = file.length - 32 - 32 * (MLP2_BLIND_ROWS + 2) - 8 - 32 * 4;
    zk_buf changed = {0};
    zk_buf_bytes(&changed, file.data, file.length);
    memset(changed.data + in_halo2, 0xff, 32); /* a point that is none, after many terms */
    mlp2_reseal(&changed);
    require(zk_proof_open(&good, "p", file.data, file.length, &err), &err);
    require(zk_proof_open(&bad, "p", changed.data, changed.length, &err), &err);
    zk_batch_init(&batch, &m.key, &m.params);
    require(zk_batch_add(&batch, &good, &m.public, &err), &err);
    cr_expect_eq(zk_batch_add(&batch, &bad, &m.public, &err), ZKML_INVALID);
    require(zk_batch_add(&batch, &good, &m.public, &err), &err);
    cr_expect_eq(zk_batch_check(&batch, &err), ZKML_OK, "%s", err.text);
    zk_batch_free(&batch);
    zk_envelope_free(&good);
    zk_envelope_free(&bad);
    zk_buf_free(&changed);
    zk_buf_free(&file);
    mlp2_free(&m);
}

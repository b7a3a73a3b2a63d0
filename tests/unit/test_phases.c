/* The prover with two phases of advice columns, constant and bare columns: the vector's proof byte
 * for byte, and constants wherever a column may stand. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/base/file.h"
#include "runtime/circuit/plk_run.h"
#include "runtime/halo2/prover.h"
#include "tests/unit/proof_values.h"

/* The example of the vectors ------------------------------------------------------------------ */

enum { PHASE0 = 6, CHALLENGES = 4, PHASE1 = 9, COLUMNS = PHASE0 + CHALLENGES + PHASE1, BARE = 11 };

static const char *const column_names[COLUMNS] = {
    "a0.x",   "a1.q",   "a2.r",  "a3.act", "a4.m1", "a5.m2", "a6.rho", "a7.alpha", "a8.alpha2",
    "a9.beta", "a10.F1", "a11.F2", "a12.h1", "a13.h2", "a14.g1", "a15.g2", "a16.phi", "a17.L",
    "a18.H"};

static zk_buf load(const char *suffix)
{
    const char *top = getenv("top_srcdir");
    char path[512];
    zkml_error err = {0};
    zk_buf bytes;
    (void)snprintf(path, sizeof path, "%s/tests/vectors/mlp2.%s", top != NULL ? top : ".", suffix);
    cr_assert_eq(zk_file_read(path, 1 << 20, &bytes, &err), ZKML_OK, "%s", err.text);
    return bytes;
}

typedef struct example {
    vectors v;
    zk_plk plk;
    zk_params params;
    zk_vk vk;
    zk_pk pk;
    zk_fp values[COLUMNS][MLP2_USABLE], instance[22];
    zk_column columns[COLUMNS], fixed[32];
    zk_instance_values instances;
} example;

static void set_up(example *e)
{
    zkml_error err = {0};
    memset(e, 0, sizeof *e);
    e->v = proof_values_load();
    zk_buf text = load("plk");
    cr_assert_eq(zk_plk_read(&e->plk, "mlp2", (const char *)text.data, text.length, &err), ZKML_OK,
                 "%s", err.text);
    zk_buf_free(&text);
    cr_assert_eq(zk_params_generate(&e->params, MLP2_K, NULL, NULL, &err), ZKML_OK);
    cr_assert_eq(zk_plk_key(&e->vk, &e->plk, &e->params, &err), ZKML_OK, "%s", err.text);
    zk_keygen_input contents = zk_plk_contents(&e->plk, e->fixed);
    cr_assert_eq(zk_pk_generate(&e->pk, &e->vk, &contents, &err), ZKML_OK);
    zk_fp_from_i64(&e->instance[20], 2);
    zk_fp_from_i64(&e->instance[21], -3);
    e->instances = (zk_instance_values){e->instance, 22};
    for (uint32_t c = 0; c < COLUMNS; c++) {
        char name[64];
        bool constant = c >= PHASE0 && c < PHASE0 + CHALLENGES;
        (void)snprintf(name, sizeof name, "%s.%s", column_names[c],
                       constant ? "constant" : "usable");
        for (size_t r = 0; r < MLP2_USABLE && !constant; r++)
            e->values[c][r] = proof_value_scalar(&e->v, name, r);
        e->columns[c] = (zk_column){
            .type = ZK_COLUMN_FP, .length = MLP2_USABLE, .u.fp = e->values[c], .bare = c == BARE};
        if (constant)
            e->columns[c] = (zk_column){.type = ZK_COLUMN_CONSTANT,
                                        .u.constant = proof_value_scalar(&e->v, name, 0)};
    }
}

static void tear_down(example *e)
{
    zk_pk_free(&e->pk);
    zk_vk_free(&e->vk);
    zk_params_free(&e->params);
    zk_plk_free(&e->plk);
    vectors_free(&e->v);
}

static void expect_column(const zk_prover *p, const example *e, uint32_t column)
{
    char name[64];
    uint8_t want[32], got[32];
    (void)snprintf(name, sizeof name, "%s.commitment", column_names[column]);
    cr_assert_eq(proof_value_bytes(&e->v, name, want, 32), 32u);
    zk_vesta_to_bytes(got, &p->advice_points[column]);
    cr_expect_arr_eq(got, want, 32, "%s", name);
}

static void expect_message(void *context, zk_message_kind kind, const zk_vesta_affine *point,
                           zk_fp *scalar)
{
    const char **at = context;
    uint8_t bytes[32];
    char hex[65];
    (void)kind;
    while (**at == '#')
        *at = strchr(*at, '\n') + 1;
    size_t length = strcspn(*at, "\n");
    if (point != NULL)
        zk_vesta_to_bytes(bytes, point);
    else
        zk_fp_to_bytes(bytes, scalar);
    sodium_bin2hex(hex, sizeof hex, bytes, 32);
    const char *found = strstr(*at, hex);
    cr_expect(found != NULL && found < *at + length, "%.*s lacks %s", (int)length, *at, hex);
    *at += length + ((*at)[length] == '\n');
}

Test(phases, the_proof_is_that_of_the_vector)
{
    example e;
    zk_prover p;
    zk_rng rng;
    zk_buf proof = {0}, want = load("halo2.bin"), messages = load("transcript.txt");
    zk_fp nonces[MLP2_BLIND_ROWS + 1];
    zkml_error err = {0};
    set_up(&e);
    zk_rng_init_splitmix64(&rng, 2002);
    cr_assert_eq(zk_prover_init(&p, &e.pk, &e.params, &rng, &err), ZKML_OK);
    zk_prover_draw_advice(&p, PHASE0, e.columns);
    cr_assert_eq(zk_prover_commit_advice(&p, 0, PHASE0, e.columns, &err), ZKML_OK);
    for (uint32_t c = 0; c < PHASE0; c++)
        expect_column(&p, &e, c);
    zk_prover_draw_advice(&p, COLUMNS - PHASE0, e.columns + PHASE0);
    cr_assert_eq(zk_prover_commit_advice(&p, PHASE0, COLUMNS - PHASE0, e.columns + PHASE0, &err),
                 ZKML_OK);
    for (uint32_t c = PHASE0; c < COLUMNS; c++)
        expect_column(&p, &e, c);
    zk_rng_scalars(&rng, nonces, MLP2_BLIND_ROWS + 1);
    const char *at = (const char *)messages.data;
    cr_assert_eq(zk_prover_finish(&p, &e.instances, &proof, expect_message, &at, &err), ZKML_OK,
                 "%s", err.text);
    cr_expect_eq(*at, '\0', "messages are missing");
    cr_assert_eq(proof.length, want.length);
    cr_expect_arr_eq(proof.data, want.data, want.length);
    cr_expect_eq(zk_verify(&e.vk, &e.params, 1, &e.instances, proof.data, proof.length, NULL, NULL,
                           &err),
                 ZKML_OK);
    zk_prover_free(&p);
    zk_buf_free(&proof);
    zk_buf_free(&want);
    zk_buf_free(&messages);
    tear_down(&e);
}

/* Constants everywhere ------------------------------------------------------------------------ */

enum { SMALL_K = 5, ROWS = 20, A = 0, B = 1, C = 2, KAPPA = 7 };

/* a, b and a constant c = 7: gates q c^power (b - a c), a look-up of a + c - 7 in a table of
 * 0 .. ROWS - 1, and if wanted a copy of a cell of the constant column to a cell of b. */
typedef struct small {
    zk_constraint_system cs;
    int64_t values[2][ROWS], switches[ROWS], table[ROWS];
    zk_column fixed[2], advice[3];
    zk_copy copy;
    zk_keygen_input contents;
    zk_params params;
    zk_vk vk;
    zk_pk pk;
} small;

static void make_small(small *s, unsigned power, bool with_lookup, bool with_copy)
{
    zkml_error err = {0};
    memset(s, 0, sizeof *s);
    zk_constraint_system *cs = &s->cs;
    zk_cs_init(cs);
    for (int i = 0; i < 3; i++)
        (void)zk_cs_advice_column(cs);
    for (int i = 0; i < 2; i++)
        (void)zk_cs_fixed_column(cs);
    if (with_copy) {
        zk_cs_enable_equality(cs, (zk_column_ref){ZK_ADVICE, B});
        zk_cs_enable_equality(cs, (zk_column_ref){ZK_ADVICE, C});
    }
    zk_expr_id a = zk_cs_query_advice(cs, A, 0), c = zk_cs_query_advice(cs, C, 0);
    zk_expr_id gate =
        zk_cs_sub(cs, zk_cs_query_advice(cs, B, 0),
                  zk_cs_mul(cs, a, zk_cs_query_advice(cs, C, 1))); /* a rotated constant */
    for (unsigned i = 0; i < power; i++)
        gate = zk_cs_mul(cs, gate, c);
    gate = zk_cs_mul(cs, zk_cs_query_fixed(cs, 0), gate);
    (void)zk_cs_create_gate(cs, "product", &gate, 1);
    const uint32_t table = 1;
    zk_expr_id input = zk_cs_sub(cs, zk_cs_add(cs, a, c), zk_cs_constant_i64(cs, KAPPA));
    if (with_lookup)
        (void)zk_cs_lookup(cs, "table", &input, &table, 1);
    for (int i = 0; i < ROWS; i++) {
        s->values[A][i] = i * 3 % ROWS;
        s->values[B][i] = KAPPA * s->values[A][i];
        s->switches[i] = s->table[i] = i;
    }
    for (int i = 0; i < 2; i++) {
        s->advice[i] = (zk_column){.length = ROWS, .u.i64 = s->values[i]};
        s->fixed[i] = (zk_column){.length = ROWS, .u.i64 = i == 0 ? s->switches : s->table};
    }
    s->advice[C] = (zk_column){.type = ZK_COLUMN_CONSTANT};
    zk_fp_from_i64(&s->advice[C].u.constant, KAPPA);
    /* row 7 has a = 1 and b = 7 */
    s->copy = (zk_copy){{ZK_ADVICE, B}, {ZK_ADVICE, C}, 7, 11};
    s->contents = (zk_keygen_input){s->fixed, &s->copy, with_copy};
    cr_assert_eq(zk_params_generate(&s->params, SMALL_K, NULL, NULL, &err), ZKML_OK);
    cr_assert_eq(zk_vk_generate(&s->vk, cs, &s->params, &s->contents, &err), ZKML_OK, "%s",
                 err.text);
    cr_assert_eq(zk_pk_generate(&s->pk, &s->vk, &s->contents, &err), ZKML_OK);
}

static void free_small(small *s)
{
    zk_pk_free(&s->pk);
    zk_vk_free(&s->vk);
    zk_params_free(&s->params);
    zk_cs_free(&s->cs);
}

static zkml_status prove_small(const small *s, zk_vesta_affine *constant)
{
    zk_prover p;
    zk_rng rng;
    zk_buf proof = {0};
    zkml_error err = {0};
    zk_rng_init_splitmix64(&rng, 4);
    cr_assert_eq(zk_prover_init(&p, &s->pk, &s->params, &rng, &err), ZKML_OK);
    zk_prover_draw_advice(&p, 3, s->advice);
    cr_assert_eq(zk_prover_commit_advice(&p, 0, 3, s->advice, &err), ZKML_OK);
    *constant = p.advice_points[C];
    cr_assert_eq(zk_prover_finish(&p, NULL, &proof, NULL, NULL, &err), ZKML_OK, "%s", err.text);
    zk_prover_free(&p);
    zkml_status status =
        zk_verify(&s->vk, &s->params, 1, NULL, proof.data, proof.length, NULL, NULL, &err);
    zk_buf_free(&proof);
    return status;
}

Test(phases, constant_columns_may_stand_in_gates_lookups_and_copies)
{
    for (unsigned power = 0; power < 6; power += 5) /* formal degree 3, then 8 */
        for (int with = 0; with < 4; with++) {
            small s;
            zk_vesta_affine got, want;
            zk_vesta sum;
            make_small(&s, power, with & 1, with & 2);
            cr_expect_eq(zk_cs_degree(&s.cs), power == 0 ? (with & 1 ? 4u : 3u) : 8u);
            cr_expect_eq(prove_small(&s, &got), ZKML_OK, "power %u, with %d", power, with);
            zk_vesta_mul(&sum, &s.params.g[0], &s.advice[C].u.constant);
            zk_vesta_add_affine(&sum, &sum, &s.params.w);
            zk_vesta_to_affine(&want, &sum);
            cr_expect(zk_vesta_affine_equal(&got, &want));

            s.values[B][3]++;
            cr_expect_eq(prove_small(&s, &got), ZKML_INVALID, "power %u, with %d", power, with);
            free_small(&s);
        }
}

/* Nothing is drawn for a bare column, and anyone can compute its commitment. */
Test(phases, bare_columns_are_committed_without_a_blind)
{
    small s;
    zk_prover p;
    zk_rng rng;
    zkml_error err = {0};
    zk_vesta sum, w;
    zk_vesta_affine want;
    make_small(&s, 0, true, false);
    s.advice[A].bare = true;
    zk_rng_init_splitmix64(&rng, 4);
    cr_assert_eq(zk_prover_init(&p, &s.pk, &s.params, &rng, &err), ZKML_OK);
    zk_prover_draw_advice(&p, 3, s.advice);
    cr_expect_eq(rng.draws, s.vk.blinding_factors + 2, "those of column b");
    cr_assert_eq(zk_prover_commit_advice(&p, 0, 3, s.advice, &err), ZKML_OK);
    zk_fp values[1 << SMALL_K];
    zk_column_expand(&s.advice[A], values, 1 << SMALL_K);
    cr_assert_eq(zk_commit_lagrange(&sum, &s.params, values, &zk_fp_one, &err), ZKML_OK);
    zk_vesta_to_affine(&want, &sum);
    cr_expect(zk_vesta_affine_equal(&p.advice_points[A], &want));
    zk_vesta_from_affine(&w, &s.params.w);
    cr_expect_not(zk_vesta_equal(&sum, &w));
    zk_prover_free(&p);
    free_small(&s);
}

/* What elaborated programs compute, by the reference interpreter, against plain C loops. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/check/check.h"
#include "compiler/tir/build.h"
#include "compiler/tir/interp.h"
#include "runtime/base/file.h"

typedef struct program {
    zc_session session;
    zc_checker *checker;
    zc_tir *tir;
} program;

static void compile(program *p, const char *text, const char *circuit)
{
    zc_program *parsed;
    zkml_error err = {0};
    zk_buf rendered = {0};
    uint32_t source;
    zc_session_init(&p->session, 0);
    cr_assert_eq(zc_source_add(&p->session.sources, "test.zt", text, strlen(text), &source, &err),
                 ZKML_OK);
    cr_assert_eq(zc_module_load(&p->session, source, &parsed, &err), ZKML_OK, "%s", err.text);
    cr_assert_eq(zc_checker_new(&p->checker, &p->session, parsed, &err), ZKML_OK, "%s", err.text);
    cr_assert_eq(zc_elaborate_circuit(p->checker, circuit, &p->tir, &err), ZKML_OK, "%s",
                 err.text);
    zc_diags_render(&p->session.diags, &rendered, ZC_DIAG_PLAIN);
    cr_assert_not_null(p->tir, "%.*s", (int)rendered.length, (const char *)rendered.data);
    zk_buf_free(&rendered);
}

static void discard(program *p)
{
    zc_tir_free(p->tir);
    zc_checker_free(p->checker);
    zc_session_free(&p->session);
}

/* Runs with these inputs; the codes of the first result go to `out`. The message of the failed
 * assertion, NULL: none failed. */
static const char *run(const program *p, const zc_input *inputs, int64_t *out)
{
    zc_run run;
    zkml_error err = {0};
    const char *message = NULL;
    mpz_t value;
    zkml_status status = zc_interp(&run, p->tir, inputs, &err);
    cr_assert(status == ZKML_OK || status == ZKML_INVALID, "%s", err.text);
    if (status == ZKML_INVALID) {
        message = p->tir->nodes[run.failure.node]->message;
        message = message != NULL ? message : "";
    } else if (p->tir->result_count > 0) {
        zc_node_id node = p->tir->results[0].node;
        mpz_init(value);
        for (uint64_t i = 0; i < p->tir->nodes[node]->count; i++) {
            zc_run_value(value, &run, node, i);
            out[i] = mpz_get_si(value);
        }
        mpz_clear(value);
    }
    zc_run_free(&run);
    return message;
}

#define INPUT(array) {(array), sizeof(array) / sizeof *(array)}

/* xorshift: the same numbers everywhere. */
static int64_t draw(uint64_t *state, int64_t lo, int64_t hi)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return lo + (int64_t)(*state % (uint64_t)(hi - lo + 1));
}

static void draw_all(uint64_t *state, int64_t *codes, size_t count, int64_t lo, int64_t hi)
{
    for (size_t i = 0; i < count; i++)
        codes[i] = draw(state, lo, hi);
}

static int64_t floor_div(int64_t a, int64_t b)
{
    int64_t q = a / b;
    return q - (a % b != 0 && (a < 0) != (b < 0));
}

/* Nearest, ties upwards. */
static int64_t round_div(int64_t a, int64_t b)
{
    return floor_div(2 * a + b, 2 * b);
}

static int64_t clamp(int64_t x, int64_t lo, int64_t hi)
{
    return x < lo ? lo : x > hi ? hi : x;
}

/* ---- the credit score of the language's tour ---- */

static const char *const credit_text =
    "type Feature = fix(16, 8, -8.0 .. 8.0);\n"
    "type Weight  = fix(12, 8);\n"
    "const N = 6;\n"
    "const W: Weight[N] = round [0.83, -1.2, 0.41, 0.09, -0.55, 1.7];\n"
    "const BIAS: Weight = round 0.35;\n"
    "table sigmoid(z: fix(14, 8, -8.0 .. 8.0)) -> ufix(11, 10) = round 1 / (1 + exp(-z));\n"
    "fn score(x: Feature[N]) -> int(300 .. 850) {\n"
    "    let z = sum[i](W[i] * x[i]) + BIAS;\n"
    "    let p = sigmoid(clamp z to fix(14, 8, -8.0 .. 8.0));\n"
    "    round 300 + 550 * p to int(300 .. 850)\n"
    "}\n"
    "circuit credit(public threshold: int(300 .. 850), private profile: Feature[N]) {\n"
    "    assert score(profile) >= threshold, \"score is below the threshold\";\n"
    "}\n"
    "circuit points(private profile: Feature[N]) -> public int(300 .. 850) { score(profile) }\n";

Test(check, credit_score_separates_the_strong_profile_from_the_weak)
{
    const int64_t strong[6] = {512, -512, 256, 0, -256, 512};
    const int64_t weak[6] = {-512, 512, -256, 0, 256, -512};
    const int64_t threshold[1] = {700}, least[1] = {300};
    program p;
    int64_t score = 0;
    compile(&p, credit_text, "points");
    cr_assert_null(run(&p, (zc_input[]){INPUT(strong)}, &score));
    cr_assert_eq(score, 850);
    cr_assert_null(run(&p, (zc_input[]){INPUT(weak)}, &score));
    cr_assert_eq(score, 300);
    discard(&p);
    compile(&p, credit_text, "credit");
    cr_assert_null(run(&p, (zc_input[]){INPUT(threshold), INPUT(strong)}, NULL));
    cr_assert_str_eq(run(&p, (zc_input[]){INPUT(threshold), INPUT(weak)}, NULL),
                     "score is below the threshold");
    cr_assert_null(run(&p, (zc_input[]){INPUT(least), INPUT(weak)}, NULL));
    discard(&p);
}

/* ---- a perceptron with constant weights ---- */

enum { MLP_IN = 12, MLP_HIDDEN = 7, MLP_OUT = 4 };

/* `const NAME: TYPE[rows, cols] = exact [[c * 2^-f, ...], ...];` from codes. */
static void write_matrix(zk_buf *text, const char *name, const char *type, const int64_t *codes,
                         size_t rows, size_t cols, unsigned fraction)
{
    zk_buf_printf(text, "const %s: %s[%zu, %zu] = exact [", name, type, rows, cols);
    for (size_t i = 0; i < rows; i++) {
        zk_buf_text(text, i > 0 ? ", [" : "[");
        for (size_t j = 0; j < cols; j++)
            zk_buf_printf(text, "%s%d / 2 ^ %u", j > 0 ? ", " : "", (int)codes[i * cols + j],
                          fraction);
        zk_buf_text(text, "]");
    }
    zk_buf_text(text, "];\n");
}

static int64_t mlp_in_c(const int64_t *x, const int64_t *w1, const int64_t *b1, const int64_t *w2)
{
    int64_t hidden[MLP_HIDDEN], best = 0, index = 0;
    for (size_t m = 0; m < MLP_HIDDEN; m++) {
        int64_t sum = b1[m] * 128; /* step 2^-8 to 2^-15 */
        for (size_t n = 0; n < MLP_IN; n++)
            sum += w1[m * MLP_IN + n] * x[n];
        hidden[m] = clamp(round_div(sum > 0 ? sum : 0, 1 << 11), -128, 127);
    }
    for (size_t m = 0; m < MLP_OUT; m++) {
        int64_t sum = 0;
        for (size_t n = 0; n < MLP_HIDDEN; n++)
            sum += w2[m * MLP_HIDDEN + n] * hidden[n];
        if (m == 0 || sum > best) {
            best = sum;
            index = (int64_t)m;
        }
    }
    return index;
}

Test(check, perceptron_with_constant_weights_is_the_loop)
{
    int64_t w1[MLP_HIDDEN * MLP_IN], b1[MLP_HIDDEN], w2[MLP_OUT * MLP_HIDDEN], x[MLP_IN];
    uint64_t state = 1;
    zk_buf text = {0};
    program p;
    draw_all(&state, w1, sizeof w1 / sizeof *w1, -128, 127);
    draw_all(&state, b1, sizeof b1 / sizeof *b1, -300, 300);
    draw_all(&state, w2, sizeof w2 / sizeof *w2, -128, 127);
    write_matrix(&text, "W1", "fix(8, 7)", w1, MLP_HIDDEN, MLP_IN, 7);
    write_matrix(&text, "B1", "fix(16, 8)", b1, 1, MLP_HIDDEN, 8);
    write_matrix(&text, "W2", "fix(8, 7)", w2, MLP_OUT, MLP_HIDDEN, 7);
    zk_buf_text(&text, "use nn;\n"
                       "circuit mlp(private x: ufix(8, 8)[12]) -> public int(0 .. 3) {\n"
                       "    let h = clamp max(nn.dense(W1, x, B1[0]), 0) to fix(8, 4);\n"
                       "    let y[m] = sum[n](W2[m, n] * h[n]);\n"
                       "    argmax[k](y[k])\n"
                       "}\n");
    zk_buf_u8(&text, 0);
    compile(&p, (const char *)text.data, NULL);
    for (int i = 0; i < 200; i++) {
        int64_t got = -1;
        draw_all(&state, x, MLP_IN, 0, 255);
        cr_assert_null(run(&p, (zc_input[]){INPUT(x)}, &got));
        cr_assert_eq(got, mlp_in_c(x, w1, b1, w2));
    }
    discard(&p);
    zk_buf_free(&text);
}

/* ---- convolution, pooling, flattening ---- */

enum { CH = 2, SIDE = 6, KERNELS = 3, POOLED = 2, FLAT = KERNELS * POOLED * POOLED, OUT = 3 };

static const char *const cnn_text =
    "type Act = ufix(8, 5);\n"
    "type Wt = fix(8, 7);\n"
    "fn conv2d[O, C, H, V, R, S](k: num[O, C, R, S], x: num[C, H, V], b: num[O])\n"
    "    -> num[O, H - R + 1, V - S + 1] {\n"
    "    let y[o, i < H - R + 1, j < V - S + 1] =\n"
    "        sum[c, r, s](k[o, c, r, s] * x[c, i + r, j + s]) + b[o];\n"
    "    y\n"
    "}\n"
    "fn pool2[C, H, V](x: num[C, H, V]) -> num[C, H / 2, V / 2] {\n"
    "    let y[c, i < H / 2, j < V / 2] = max[r < 2, s < 2](x[c, 2 * i + r, 2 * j + s]);\n"
    "    y\n"
    "}\n"
    "circuit lenet(private x: ufix(8, 8)[2, 6, 6], private k: Wt[3, 2, 3, 3],\n"
    "              private b: fix(16, 12)[3], private w: Wt[3, 12]) -> public fix(26, 12)[3] {\n"
    "    let a = pool2(clamp max(conv2d(k, x, b), 0) to Act);\n"
    "    let f[i < 12] = a[i / 4, i / 2 % 2, i % 2];\n"
    "    let y[o] = sum[i](w[o, i] * f[i]);\n"
    "    y\n"
    "}\n";

static int64_t convolved(const int64_t *x, const int64_t *k, const int64_t *b, size_t o, size_t i,
                         size_t j)
{
    int64_t sum = b[o] * 8; /* step 2^-12 to 2^-15 */
    for (size_t c = 0; c < CH; c++) {
        for (size_t r = 0; r < 3; r++) {
            for (size_t s = 0; s < 3; s++)
                sum += k[((o * CH + c) * 3 + r) * 3 + s] * x[(c * SIDE + i + r) * SIDE + j + s];
        }
    }
    return clamp(round_div(sum > 0 ? sum : 0, 1 << 10), 0, 255);
}

Test(check, convolution_pooling_and_flattening_are_the_loops)
{
    int64_t x[CH * SIDE * SIDE], k[KERNELS * CH * 9], b[KERNELS], w[OUT * FLAT], got[OUT];
    uint64_t state = 2;
    program p;
    compile(&p, cnn_text, NULL);
    for (int round = 0; round < 50; round++) {
        draw_all(&state, x, sizeof x / sizeof *x, 0, 255);
        draw_all(&state, k, sizeof k / sizeof *k, -128, 127);
        draw_all(&state, b, KERNELS, -32768, 32767);
        draw_all(&state, w, sizeof w / sizeof *w, -128, 127);
        int64_t flat[FLAT];
        for (size_t n = 0; n < FLAT; n++) {
            size_t o = n / 4, i = n / 2 % 2, j = n % 2;
            flat[n] = 0;
            for (size_t t = 0; t < 4; t++) {
                int64_t a = convolved(x, k, b, o, 2 * i + t / 2, 2 * j + t % 2);
                flat[n] = a > flat[n] ? a : flat[n];
            }
        }
        cr_assert_null(run(&p, (zc_input[]){INPUT(x), INPUT(k), INPUT(b), INPUT(w)}, got));
        for (size_t o = 0; o < OUT; o++) {
            int64_t sum = 0;
            for (size_t n = 0; n < FLAT; n++)
                sum += w[o * FLAT + n] * flat[n];
            cr_assert_eq(got[o], sum);
        }
    }
    discard(&p);
}

/* ---- the library's convolution with stride, border and groups ---- */

static int64_t pixel(const int64_t *x, int c, int i, int j)
{
    return i < 0 || i >= 5 || j < 0 || j >= 4 ? 0 : x[(c * 5 + i) * 4 + j];
}

Test(check, strided_grouped_convolution_is_the_loop)
{
    const char *text =
        "use nn;\n"
        "circuit c(private x: int(-9 .. 9)[4, 5, 4], private k: int(-9 .. 9)[6, 2, 3, 2],\n"
        "          private b: int(-9 .. 9)[6]) -> public int(-9999 .. 9999)[6, 3, 3] {\n"
        "    nn.conv2d_strided(k, x, b, 2, 1, 2)\n"
        "}\n";
    int64_t x[80], k[72], b[6], got[54];
    uint64_t state = 5;
    program p;
    compile(&p, text, NULL);
    for (int round = 0; round < 20; round++) {
        draw_all(&state, x, 80, -9, 9);
        draw_all(&state, k, 72, -9, 9);
        draw_all(&state, b, 6, -9, 9);
        cr_assert_null(run(&p, (zc_input[]){INPUT(x), INPUT(k), INPUT(b)}, got));
        for (int n = 0; n < 54; n++) {
            int o = n / 9, i = n / 3 % 3, j = n % 3;
            int64_t sum = b[o];
            for (int t = 0; t < 12; t++)
                sum += k[o * 12 + t] * pixel(x, o / 3 * 2 + t / 6, 2 * i + t / 2 % 3 - 1,
                                             2 * j + t % 2 - 1);
            cr_assert_eq(got[n], sum);
        }
    }
    discard(&p);
}

/* ---- padding by a guard ---- */

Test(check, guarded_reads_pad_with_zeros)
{
    const char *text =
        "circuit same(private x: int(-9 .. 9)[5, 4], private k: int(-9 .. 9)[3, 3])\n"
        "    -> public int(-800 .. 800)[5, 4] {\n"
        "    let y[i < 5, j < 4] = sum[r, s](k[r, s] *\n"
        "        (if i + r >= 1 and i + r <= 5 and j + s > 0 and not (j + s > 4)\n"
        "         then 2 * x[i + r - 1, j + s - 1] - x[i + r - 1, 0] else 0)) ;\n"
        "    clamp y to int(-800 .. 800)\n"
        "}\n";
    int64_t x[20], k[9], got[20];
    uint64_t state = 3;
    program p;
    compile(&p, text, NULL);
    for (int round = 0; round < 50; round++) {
        draw_all(&state, x, 20, -9, 9);
        draw_all(&state, k, 9, -9, 9);
        cr_assert_null(run(&p, (zc_input[]){INPUT(x), INPUT(k)}, got));
        for (int i = 0; i < 5; i++) {
            for (int j = 0; j < 4; j++) {
                int64_t sum = 0;
                for (int t = 0; t < 9; t++) {
                    int u = i + t / 3 - 1, v = j + t % 3 - 1;
                    if (u >= 0 && u < 5 && v >= 0 && v < 4)
                        sum += k[t] * (2 * x[4 * u + v] - x[4 * u]);
                }
                cr_assert_eq(got[4 * i + j], clamp(sum, -800, 800));
            }
        }
    }
    discard(&p);
}

/* ---- attention with private weights ---- */

enum { T = 4, D = 4, HEADS = 2, K = 2, LAYERS = 2 };

static void project_in_c(int64_t *out, const int64_t *w, const int64_t *x)
{
    for (int t = 0; t < T; t++) {
        for (int p = 0; p < D; p++) {
            int64_t sum = 0;
            for (int d = 0; d < D; d++)
                sum += w[p * D + d] * x[t * D + d];
            out[t * D + p] = clamp(round_div(sum, 1 << 7), -128, 127);
        }
    }
}

static void head_in_c(int64_t *out, const int64_t *q, const int64_t *k, const int64_t *v, int h)
{
    for (int t = 0; t < T; t++) {
        int64_t score[T], most = INT64_MIN, e[T], z = 0;
        for (int u = 0; u <= t; u++) {
            score[u] = 0;
            for (int c = 0; c < K; c++)
                score[u] += q[t * D + h * K + c] * k[u * D + h * K + c];
            most = score[u] > most ? score[u] : most;
        }
        for (int u = 0; u <= t; u++) { /* scores have the step 2^-12 */
            int64_t gap = clamp(round_div(score[u] - most, 1 << 7), -256, 0);
            e[u] = (int64_t)floor(256 * exp((double)gap / 32) + 0.5);
            z += e[u];
        }
        for (int c = 0; c < K; c++) {
            int64_t sum = 0;
            for (int u = 0; u <= t; u++)
                sum += round_div(256 * e[u], z) * v[u * D + h * K + c];
            out[t * D + h * K + c] = clamp(round_div(sum, 1 << 8), -128, 127);
        }
    }
}

Test(check, causal_attention_is_the_loops)
{
    enum { MATRIX = D * D };
    int64_t x[T * D], w[4][LAYERS * MATRIX], got[T * D];
    uint64_t state = 4;
    char path[512];
    zk_buf text;
    zkml_error err = {0};
    program p;
    const char *top = getenv("top_srcdir");
    (void)snprintf(path, sizeof path, "%s/tests/golden/check/attention.zt",
                   top != NULL ? top : ".");
    cr_assert_eq(zk_file_read(path, 1 << 20, &text, &err), ZKML_OK, "%s", err.text);
    compile(&p, (const char *)text.data, NULL);
    for (int round = 0; round < 50; round++) {
        draw_all(&state, x, T * D, -128, 127);
        for (int m = 0; m < 4; m++)
            draw_all(&state, w[m], LAYERS * MATRIX, -128, 127);
        zc_input inputs[] = {INPUT(x), INPUT(w[0]), INPUT(w[1]), INPUT(w[2]), INPUT(w[3])};
        cr_assert_null(run(&p, inputs, got));
        int64_t h[T * D], q[T * D], k[T * D], v[T * D], a[T * D], o[T * D];
        memcpy(h, x, sizeof h);
        for (int l = 0; l < LAYERS; l++) {
            project_in_c(q, w[0] + l * MATRIX, h);
            project_in_c(k, w[1] + l * MATRIX, h);
            project_in_c(v, w[2] + l * MATRIX, h);
            for (int head = 0; head < HEADS; head++)
                head_in_c(a, q, k, v, head);
            project_in_c(o, w[3] + l * MATRIX, a);
            for (int i = 0; i < T * D; i++)
                h[i] = clamp(h[i] + o[i], -128, 127);
        }
        cr_assert_arr_eq(got, h, sizeof h);
    }
    discard(&p);
    zk_buf_free(&text);
}

/* ---- the verbs ---- */

Test(check, verbs_round_as_they_say)
{
    const char *text =
        "type T = fix(8, 2);\n"
        "circuit v(private x: fix(8, 4), private y: int(1 .. 7))\n"
        "    -> public T[7] {\n"
        "    [floor x to T, round x to T, roundeven x to T, clamp x * 64 to T,\n"
        "     floor x / y to T, roundeven x / -3 to T, exact y to T]\n"
        "}\n";
    program p;
    compile(&p, text, NULL);
    for (int64_t x = -128; x <= 127; x++) {
        for (int64_t y = 1; y <= 7; y++) {
            int64_t got[7];
            cr_assert_null(run(&p, (zc_input[]){{&x, 1}, {&y, 1}}, got));
            cr_assert_eq(got[0], floor_div(x, 4));
            cr_assert_eq(got[1], round_div(x, 4));
            cr_assert_eq(got[2], (int64_t)nearbyint((double)x / 4));
            cr_assert_eq(got[3], clamp(16 * x, -128, 127));
            cr_assert_eq(got[4], floor_div(x, 4 * y));
            cr_assert_eq(got[5], (int64_t)nearbyint((double)-x / 12));
            cr_assert_eq(got[6], 4 * y);
        }
    }
    discard(&p);
}

Test(check, checks_and_guarded_assertions_fail_where_they_should)
{
    const char *text =
        "fn positive(x: num) -> num { assert x > 0, \"not positive\"; x }\n"
        "circuit c(private x: int(-2 .. 9)[3]) -> public int(-2 .. 9)[3] {\n"
        "    let y[i] = if i < 2 then positive(x[i]) else x[i];\n"
        "    let z[i] = if i > 0 then check y[i] to int(-2 .. 5) else y[i];\n"
        "    z\n"
        "}\n";
    static const struct {
        int64_t x[3];
        const char *message;
    } cases[] = {
        {{1, 2, -2}, NULL}, {{9, 5, 5}, NULL},       {{0, 2, 0}, "not positive"},
        {{1, 6, 0}, ""},    {{1, -1, 0}, "not positive"}, {{1, 1, 6}, ""},
    };
    program p;
    compile(&p, text, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t got[3] = {0};
        const char *message = run(&p, (zc_input[]){INPUT(cases[i].x)}, got);
        if (cases[i].message == NULL) {
            cr_assert_null(message);
            cr_assert_arr_eq(got, cases[i].x, sizeof got);
        } else {
            cr_assert_not_null(message, "case %zu", i);
            cr_assert_str_eq(message, cases[i].message);
        }
    }
    discard(&p);
}

/* ---- memory ---- */

Test(check, runs_out_of_memory_cleanly)
{
    for (size_t limit = 1 << 12; limit < 1 << 20; limit += 1 << 14) {
        zc_session session;
        zc_program *parsed;
        zc_checker *checker = NULL;
        zc_tir *tir = NULL;
        zkml_error err = {0};
        uint32_t source;
        zc_session_init(&session, limit);
        zkml_status status = zc_source_add(&session.sources, "test.zt", credit_text,
                                           strlen(credit_text), &source, &err);
        if (status == ZKML_OK)
            status = zc_module_load(&session, source, &parsed, &err);
        if (status == ZKML_OK)
            status = zc_checker_new(&checker, &session, parsed, &err);
        if (status == ZKML_OK)
            status = zc_elaborate_circuit(checker, "credit", &tir, &err);
        cr_assert(status == ZKML_LIMIT || (status == ZKML_OK && tir != NULL), "%s", err.text);
        zc_tir_free(tir);
        zc_checker_free(checker);
        zc_session_free(&session);
    }
}

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/check/real.h"

static zc_reals pool;
static mpq_t vars[2];
static mpq_t step;
static mpz_t code;

static void setup(void)
{
    zc_reals_init(&pool);
    mpq_inits(vars[0], vars[1], step, NULL);
    mpz_init(code);
}

static void teardown(void)
{
    zc_reals_free(&pool);
    mpq_clears(vars[0], vars[1], step, NULL);
    mpz_clear(code);
}

TestSuite(real, .init = setup, .fini = teardown);

static const zc_real *num(const char *text)
{
    mpq_t q;
    mpq_init(q);
    cr_assert(mpq_set_str(q, text, 10) == 0);
    mpq_canonicalize(q);
    const zc_real *e = zc_real_const(&pool, ZC_NO_SPAN, q);
    mpq_clear(q);
    return e;
}

static const zc_real *var(uint32_t n)
{
    return zc_real_var(&pool, ZC_NO_SPAN, n);
}

static const zc_real *op(zc_real_op o, const zc_real *a, const zc_real *b)
{
    return zc_real_make(&pool, ZC_NO_SPAN, o, a, b, NULL);
}

static zc_real_status round_to(const zc_real *e, const char *step_text, zc_round_mode mode)
{
    zc_real_fault fault = {.what = NULL};
    mpq_set_str(step, step_text, 10);
    zc_real_status status = zc_real_round(code, e, vars, step, mode, &fault);
    cr_assert(status == ZC_REAL_OK || fault.what != NULL);
    return status;
}

static void expect(const zc_real *e, const char *step_text, zc_round_mode mode, long wanted)
{
    zc_real_status status = round_to(e, step_text, mode);
    cr_assert(status == ZC_REAL_OK, "status %d", (int)status);
    cr_assert(mpz_cmp_si(code, wanted) == 0, "got %ld, wanted %ld", mpz_get_si(code), wanted);
}

static const zc_real *sigmoid(const zc_real *z)
{
    return op(ZC_REAL_DIV, num("1"),
              op(ZC_REAL_ADD, num("1"), op(ZC_REAL_EXP, op(ZC_REAL_NEG, z, NULL), NULL)));
}

Test(real, sigmoid_table)
{
    /* 4097 rows of step 2^-8 on -8 .. 8 into step 2^-10. */
    const zc_real *e = sigmoid(var(0));
    long sum = 0, previous = -1;
    for (long z = -2048; z <= 2048; z++) {
        mpq_set_si(vars[0], z, 256);
        mpq_canonicalize(vars[0]);
        cr_assert(round_to(e, "1/1024", ZC_ROUND) == ZC_REAL_OK);
        long row = mpz_get_si(code);
        cr_assert(row >= previous && row >= 0 && row <= 1024);
        if (z == 0)
            cr_assert_eq(row, 512);
        if (z == 2048)
            cr_assert_eq(row, 1024);
        if (z == -2048)
            cr_assert_eq(row, 0);
        if (z == 256)
            cr_assert_eq(row, 749); /* 0.731058578... * 1024 = 748.6 */
        previous = row;
        sum += row;
    }
    /* sigmoid(z) + sigmoid(-z) = 1 and no row but z = 0 is a tie. */
    cr_assert_eq(sum, 2048 * 1024 + 512);
}

Test(real, known_values)
{
    /* floor(10^30 f(x)) from published digits. */
    static const struct {
        zc_real_op f;
        const char *x, *digits;
    } known[] = {
        {ZC_REAL_EXP, "1", "2718281828459045235360287471352"},
        {ZC_REAL_LOG, "2", "693147180559945309417232121458"},
        {ZC_REAL_SQRT, "2", "1414213562373095048801688724209"},
        {ZC_REAL_SIN, "1", "841470984807896506652502321630"},
        {ZC_REAL_COS, "1", "540302305868139717400936607442"},
        {ZC_REAL_TANH, "1", "761594155955764888119458282604"},
        {ZC_REAL_ERF, "1", "842700792949714869341220635082"},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        const zc_real *e = op(known[i].f, num(known[i].x), NULL);
        cr_assert(round_to(e, "1/1000000000000000000000000000000", ZC_FLOOR) == ZC_REAL_OK);
        char *text = mpz_get_str(NULL, 10, code);
        cr_assert_str_eq(text, known[i].digits);
        free(text);
    }
}

Test(real, ties_are_decided_by_the_verb)
{
    static const struct {
        const char *value;
        long floor, round, even;
    } ties[] = {{"1/2", 0, 1, 0}, {"3/2", 1, 2, 2}, {"-1/2", -1, 0, 0},  {"-3/2", -2, -1, -2},
                {"5/2", 2, 3, 2}, {"7/3", 2, 2, 2}, {"-7/3", -3, -2, -2}};
    for (size_t i = 0; i < sizeof ties / sizeof ties[0]; i++) {
        /* As a literal, and as sums and products that cancel. */
        const zc_real *v = num(ties[i].value);
        const zc_real *forms[3] = {
            v,
            op(ZC_REAL_DIV, op(ZC_REAL_MUL, v, num("7")), num("7")),
            op(ZC_REAL_MUL, v, op(ZC_REAL_EXP, op(ZC_REAL_SUB, v, v), NULL)),
        };
        for (int k = 0; k < 3; k++) {
            expect(forms[k], "1", ZC_FLOOR, ties[i].floor);
            expect(forms[k], "1", ZC_ROUND, ties[i].round);
            expect(forms[k], "1", ZC_ROUNDEVEN, ties[i].even);
        }
    }
}

Test(real, exact_functions)
{
    expect(op(ZC_REAL_SQRT, num("9/4"), NULL), "1", ZC_ROUND, 2);
    expect(op(ZC_REAL_SQRT, num("9/4"), NULL), "1/2", ZC_ROUNDEVEN, 3);
    expect(op(ZC_REAL_POW, num("8"), num("1/3")), "1/2", ZC_FLOOR, 4);
    expect(op(ZC_REAL_POW, num("2"), num("-3")), "1/4", ZC_ROUND, 1);
    expect(op(ZC_REAL_POW, num("-3"), num("3")), "1", ZC_FLOOR, -27);
    expect(op(ZC_REAL_POW, num("-1"), num("1000001")), "1", ZC_FLOOR, -1);
    expect(op(ZC_REAL_POW, num("0"), num("0")), "1", ZC_FLOOR, 1);
    expect(op(ZC_REAL_LOG, num("1"), NULL), "1", ZC_FLOOR, 0);
    expect(op(ZC_REAL_COS, num("0"), NULL), "1", ZC_FLOOR, 1);
    expect(op(ZC_REAL_ABS, num("-7/2"), NULL), "1", ZC_ROUND, 4);
    expect(op(ZC_REAL_MIN, num("2"), op(ZC_REAL_EXP, num("1"), NULL)), "1", ZC_ROUND, 2);
    expect(op(ZC_REAL_MAX, num("2"), op(ZC_REAL_EXP, num("1"), NULL)), "1", ZC_ROUND, 3);
}

Test(real, near_ties_need_more_bits)
{
    /* exp(2^-200) - 1/2 is just above 1/2: 64 bits cannot see that. */
    const zc_real *tiny = op(ZC_REAL_POW, num("2"), num("-200"));
    const zc_real *above = op(ZC_REAL_SUB, op(ZC_REAL_EXP, tiny, NULL), num("1/2"));
    expect(above, "1", ZC_ROUND, 1);
    expect(above, "1", ZC_ROUNDEVEN, 1);
    const zc_real *below =
        op(ZC_REAL_SUB, op(ZC_REAL_EXP, op(ZC_REAL_NEG, tiny, NULL), NULL), num("1/2"));
    expect(below, "1", ZC_ROUND, 0);
    expect(below, "1", ZC_ROUNDEVEN, 0);
}

Test(real, undecidable_is_reported)
{
    /* exp(log 2) is 2, which no precision proves. */
    const zc_real *two = op(ZC_REAL_EXP, op(ZC_REAL_LOG, num("2"), NULL), NULL);
    cr_assert(round_to(two, "1", ZC_FLOOR) == ZC_REAL_UNDECIDED);
    cr_assert(round_to(two, "1", ZC_ROUND) == ZC_REAL_OK && mpz_cmp_si(code, 2) == 0);
}

/* f(exp(log t)) - f(t) is 0, and neither side of it may ever be decided. */
Test(real, intervals_hold_the_true_value)
{
    static const zc_real_op functions[] = {ZC_REAL_SIN,  ZC_REAL_COS, ZC_REAL_TANH,
                                           ZC_REAL_ERF,  ZC_REAL_EXP, ZC_REAL_LOG,
                                           ZC_REAL_SQRT, ZC_REAL_ABS, ZC_REAL_NEG};
    for (size_t f = 0; f < sizeof functions / sizeof functions[0]; f++) {
        for (long t = 2; t < 14; t++) {
            mpq_set_si(vars[0], t, 7);
            mpq_canonicalize(vars[0]);
            const zc_real *detour = var(0); /* a wide interval round t */
            for (int i = 0; i < 12; i++)
                detour = op(ZC_REAL_EXP, op(ZC_REAL_LOG, detour, NULL), NULL);
            const zc_real *a = op(functions[f], detour, NULL), *b = op(functions[f], var(0), NULL);
            if (t == 7) /* log 1 is exact */
                continue;
            cr_assert(round_to(op(ZC_REAL_SUB, a, b), "1", ZC_FLOOR) == ZC_REAL_UNDECIDED);
            cr_assert(round_to(op(ZC_REAL_SUB, b, a), "1", ZC_FLOOR) == ZC_REAL_UNDECIDED);
        }
    }
}

Test(real, domains)
{
    cr_assert(round_to(op(ZC_REAL_LOG, num("0"), NULL), "1", ZC_ROUND) == ZC_REAL_DOMAIN);
    cr_assert(round_to(op(ZC_REAL_SQRT, num("-1"), NULL), "1", ZC_ROUND) == ZC_REAL_DOMAIN);
    cr_assert(round_to(op(ZC_REAL_DIV, num("1"), num("0")), "1", ZC_ROUND) == ZC_REAL_DOMAIN);
    cr_assert(round_to(op(ZC_REAL_POW, num("0"), num("-1")), "1", ZC_ROUND) == ZC_REAL_DOMAIN);
    cr_assert(round_to(op(ZC_REAL_POW, num("-2"), num("1/2")), "1", ZC_ROUND) == ZC_REAL_DOMAIN);
    const zc_real *e = num("10");
    for (int i = 0; i < 5; i++)
        e = op(ZC_REAL_EXP, e, NULL);
    cr_assert(round_to(e, "1", ZC_ROUND) == ZC_REAL_RANGE);
    cr_assert(round_to(op(ZC_REAL_EXP, num("-100000"), NULL), "1", ZC_ROUND) == ZC_REAL_OK);
    cr_assert(mpz_sgn(code) == 0);
}

Test(real, conditions)
{
    /* if x < 0 then log(-x) else sqrt(x): only the chosen side is evaluated. */
    const zc_real *x = var(0);
    const zc_real *e =
        zc_real_make(&pool, ZC_NO_SPAN, ZC_REAL_IF, op(ZC_REAL_LT, x, num("0")),
                     op(ZC_REAL_LOG, op(ZC_REAL_NEG, x, NULL), NULL), op(ZC_REAL_SQRT, x, NULL));
    mpq_set_si(vars[0], 16, 1);
    expect(e, "1", ZC_ROUND, 4);
    mpq_set_si(vars[0], -20, 1);
    expect(e, "1", ZC_ROUND, 3);
    const zc_real *both = op(ZC_REAL_AND, op(ZC_REAL_LE, num("0"), x),
                             op(ZC_REAL_LT, op(ZC_REAL_EXP, x, NULL), var(1)));
    bool truth = false;
    zc_real_fault fault;
    mpq_set_si(vars[0], 1, 1);
    mpq_set_si(vars[1], 3, 1);
    cr_assert(zc_real_truth(&truth, both, vars, &fault) == ZC_REAL_OK && truth);
    mpq_set_si(vars[1], 27, 10);
    cr_assert(zc_real_truth(&truth, both, vars, &fault) == ZC_REAL_OK && !truth);
}

Test(real, exact_values)
{
    mpq_t out;
    zc_real_fault fault;
    mpq_init(out);
    const zc_real *e = op(ZC_REAL_ADD, num("1/3"), op(ZC_REAL_SQRT, num("1/4"), NULL));
    cr_assert(zc_real_exact(out, e, vars, &fault) == ZC_REAL_OK);
    cr_assert(mpq_cmp_ui(out, 5, 6) == 0);
    cr_assert(zc_real_exact(out, op(ZC_REAL_EXP, num("1"), NULL), vars, &fault) ==
              ZC_REAL_IRRATIONAL);
    mpq_clear(out);
}

Test(real, depth_is_limited)
{
    const zc_real *e = var(0);
    for (int i = 1; i < ZC_REAL_MAX_DEPTH; i++)
        e = op(ZC_REAL_NEG, e, NULL);
    cr_assert(e != NULL);
    cr_assert(op(ZC_REAL_NEG, e, NULL) == NULL);
    mpq_set_si(vars[0], 5, 1);
    expect(e, "1", ZC_ROUND, -5);
}

Test(real, texts)
{
    static const struct {
        const char *value, *text;
    } cases[] = {{"0", "0"},
                 {"-3", "-3"},
                 {"1/4", "0.25"},
                 {"-1/1024", "-0.0009765625"},
                 {"1000/3", "about 333.333"},
                 {"123456789012345678901234567890", "123456789012345678901234567890"},
                 {"187/100", "1.87"}};
    zk_arena arena;
    mpq_t q;
    mpq_init(q);
    zk_arena_init(&arena, 0);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        mpq_set_str(q, cases[i].value, 10);
        cr_assert_str_eq(zc_rational_text(&arena, q), cases[i].text);
    }
    mpq_set_str(q, "1/32768", 10);
    cr_assert_str_eq(zc_scale_text(&arena, q), "2^-15");
    mpq_set_str(q, "3/1000", 10);
    cr_assert_str_eq(zc_scale_text(&arena, q), "0.003");
    zk_arena_free(&arena);
    mpq_clear(q);
}

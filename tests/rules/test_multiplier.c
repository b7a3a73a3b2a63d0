/* Changes of scale that are no power of two: what a verb does is floor, nearest or nearest even of
 * m c / 2^s with m the first round(f 2^s), s = 0, 1, .., that has 24 bits. All codes, all small
 * factors, and some large ones, from source text to the runtime's witness and constraints. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "runtime/mock/mock.h"
#include "tests/formats/format_cases.h"

enum { MOST = 40, CODES = 2 * MOST + 1, VERBS = 3 };

__extension__ typedef __int128 wide;

static zkml_error err;

static wide floor_div(wide a, wide b)
{
    return a / b - (a % b != 0 && (a < 0) != (b < 0));
}

/* round(n / d), ties up */
static wide nearest(wide n, wide d)
{
    return floor_div(2 * n + d, 2 * d);
}

static int64_t expected(int verb, int64_t code, int64_t num, int64_t den)
{
    unsigned shift = 0;
    while (nearest((wide)num << shift, den) < 1 << 23)
        shift++;
    wide m = nearest((wide)num << shift, den) * code, unit = (wide)1 << shift;
    if (verb == 0)
        return (int64_t)floor_div(m, unit);
    wide up = nearest(m, unit);
    bool tie = 2 * m == (2 * up - 1) * unit;
    return (int64_t)(verb == 2 && tie && up % 2 != 0 ? up - 1 : up);
}

static void make_circuit(zk_circuit *circuit, int64_t num, int64_t den)
{
    char text[600];
    long long most = MOST * num / den + (MOST * num / den >> 20) + 2;
    (void)snprintf(text, sizeof text,
                   "type T = int(%lld .. %lld);\n"
                   "circuit c(private x: quant(%lld / %lld, -%d .. %d)[%d])\n"
                   "    -> (public T[%d], public T[%d], public T[%d]) {\n"
                   "    (floor x to T, round x to T, roundeven x to T)\n}\n",
                   -most, most, (long long)num, (long long)den, MOST, MOST, CODES, CODES, CODES,
                   CODES);
    format_compile(text, circuit);
}

/* Returns in how many elements the three verbs differ from the quotient without approximation. */
static unsigned check_factor(int64_t num, int64_t den)
{
    int64_t codes[CODES], *inputs[] = {codes};
    zk_inputs in = {.count = 1, .codes = inputs};
    zk_circuit circuit;
    zk_witness w;
    zk_mock_report report;
    unsigned differs = 0;
    for (int i = 0; i < CODES; i++)
        codes[i] = i - MOST;
    make_circuit(&circuit, num, den);
    cr_assert_eq(zk_witness_run(&w, &circuit, &in, ZK_WITNESS_STRICT, &err), ZKML_OK, "%s",
                 err.text);
    cr_assert_eq(zk_witness_assign(&w, &err), ZKML_OK);
    cr_assert_eq(zk_mock_check(&report, &w, &err), ZKML_OK);
    cr_expect_eq(report.total, 0u, "%lld / %lld", (long long)num, (long long)den);
    for (int verb = 0; verb < VERBS; verb++)
        for (int i = 0; i < CODES; i++) {
            int64_t got, wanted = expected(verb, codes[i], num, den);
            cr_assert(zk_witness_code(&w, circuit.results[verb].reg, (uint64_t)i, &got));
            cr_expect_eq(got, wanted, "%lld / %lld, verb %d, code %lld: %lld, not %lld",
                         (long long)num, (long long)den, verb, (long long)codes[i], (long long)got,
                         (long long)wanted);
            wide exact = verb == 0 ? floor_div((wide)codes[i] * num, den)
                                   : nearest((wide)codes[i] * num, den);
            wide error = got > exact ? got - exact : exact - got; /* at most 1, and 2^-24 of it */
            cr_expect((error - 1) * (1 << 23) <= (exact > 0 ? exact : -exact));
            differs += got != exact;
        }
    zk_mock_report_free(&report);
    zk_witness_free(&w);
    zk_circuit_free(&circuit);
    return differs;
}

static int64_t gcd(int64_t a, int64_t b)
{
    return b == 0 ? a : gcd(b, a % b);
}

Test(multiplier, all_small_factors)
{
    unsigned factors = 0, differs = 0;
    for (int64_t den = 3; den <= 14; den++)
        for (int64_t num = 1; num <= 14; num++)
            if (gcd(num, den) == 1 && (den & (den - 1)) != 0) {
                differs += check_factor(num, den);
                factors++;
            }
    cr_log_info("%u factors; %u elements differ from the exact quotient", factors, differs);
    cr_expect(factors > 80 && differs > 0);
}

Test(multiplier, factors_at_the_ends)
{
    static const int64_t factors[][2] = {
        {1, 1000003},   {999999, 1000000}, {1000003, 3},  {8388607, 3},       {16777215, 16777213},
        {33554431, 3},  {25165823, 3},     {50331647, 3}, {186584, 10000000}, {1, 3},
        {INT32_MAX, 7},
    };
    for (size_t i = 0; i < sizeof factors / sizeof *factors; i++)
        (void)check_factor(factors[i][0] / gcd(factors[i][0], factors[i][1]),
                           factors[i][1] / gcd(factors[i][0], factors[i][1]));
}

/* Look-ups of values of all sizes: the prover sorts by 64 bits of them and by the rest only where
 * those are equal. */
#include <criterion/criterion.h>
#include <gmp.h>
#include <stdio.h>
#include <string.h>

#include "runtime/base/buf.h"
#include "runtime/circuit/plk_run.h"

enum { K = 6, ENTRIES = 24, INPUTS = 50, DIGITS = 80 };

typedef char number[DIGITS];

static uint64_t next(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *state >> 33;
}

/* The sum of 2^e over the bits, plus a small number. */
static void make(number out, const unsigned *bits, size_t count, unsigned long small)
{
    mpz_t value;
    mpz_init_set_ui(value, small);
    for (size_t i = 0; i < count; i++) {
        mpz_t power;
        mpz_init_set_ui(power, 1);
        mpz_mul_2exp(power, power, bits[i]);
        mpz_add(value, value, power);
        mpz_clear(power);
    }
    (void)gmp_snprintf(out, DIGITS, "%Zd", value);
    mpz_clear(value);
}

/* A table and inputs taken from it in a random order, some of them `wrong`. */
static void circuit_text(char *text, size_t size, number *table, const number *wrong)
{
    uint64_t state = 7;
    zk_buf out = {0};
    zk_buf_printf(&out, "k %d\nadvice\nfixed\ntable\nlookup * f0 a0 f1\nfill f1 0", K);
    for (int i = 0; i < ENTRIES; i++)
        zk_buf_printf(&out, " %s", table[i]);
    zk_buf_printf(&out, "\n");
    for (int row = 0; row < INPUTS; row++)
        zk_buf_printf(&out, "set f0:%d 1\nset a0:%d %s\n", row, row,
                      wrong != NULL && row == INPUTS / 2 ? *wrong
                                                         : table[next(&state) % ENTRIES]);
    cr_assert(!out.failed && out.length < size);
    memcpy(text, out.data, out.length);
    text[out.length] = 0;
    zk_buf_free(&out);
}

/* The prover's word, and the verifier's on what it made. */
static zkml_status prove(number *table, const number *wrong)
{
    static char text[1 << 16];
    zkml_error err = {0};
    zk_plk plk;
    zk_params params;
    zk_vk vk;
    zk_rng rng;
    zk_buf proof = {0};
    circuit_text(text, sizeof text, table, wrong);
    cr_assert_eq(zk_plk_read(&plk, "x", text, strlen(text), &err), ZKML_OK, "%s", err.text);
    cr_assert_eq(zk_params_generate(&params, K, NULL, NULL, &err), ZKML_OK);
    cr_assert_eq(zk_plk_key(&vk, &plk, &params, &err), ZKML_OK, "%s", err.text);
    zk_rng_init_splitmix64(&rng, 3);
    zkml_status status = zk_plk_prove(&plk, &vk, &params, &rng, &proof, NULL, NULL, &err);
    if (status == ZKML_OK)
        cr_expect_eq(zk_plk_verify(&plk, &vk, &params, proof.data, proof.length, NULL, NULL, &err),
                     ZKML_OK, "%s", err.text);
    zk_buf_free(&proof);
    zk_vk_free(&vk);
    zk_params_free(&params);
    zk_plk_free(&plk);
    return status;
}

Test(lookups, are_proved_for_values_of_every_size)
{
    static const unsigned shifts[] = {0, 1, 7, 8, 31, 62, 63, 64, 65, 127, 128, 190, 192, 253};
    for (size_t s = 0; s < sizeof shifts / sizeof shifts[0]; s++) {
        number table[ENTRIES], wrong;
        for (unsigned i = 0; i < ENTRIES; i++)
            make(table[i], &shifts[s], 1, ENTRIES - i);
        make(wrong, &shifts[s], 1, ENTRIES + 1);
        cr_expect_eq(prove(table, NULL), ZKML_OK, "2^%u and a little", shifts[s]);
        cr_expect_eq(prove(table, &wrong), ZKML_INVALID, "2^%u and a little", shifts[s]);
    }
}

/* Groups with equal high bits and different low ones, more than 64 bits apart. */
Test(lookups, are_proved_where_64_bits_do_not_decide)
{
    number table[ENTRIES], wrong;
    for (unsigned i = 0; i < ENTRIES; i++) {
        const unsigned bits[2] = {200, 180 + i % 3};
        make(table[i], bits, i % 5 == 0 ? 1 : 2, 1000 - 7 * i);
    }
    const unsigned high = 200;
    make(wrong, &high, 1, 1001);
    cr_expect_eq(prove(table, NULL), ZKML_OK);
    cr_expect_eq(prove(table, &wrong), ZKML_INVALID);
}

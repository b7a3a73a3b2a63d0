/* Zero knowledge, as far as it can be tested from outside: every blind is drawn, and fresh. */
#include <criterion/criterion.h>
#include <sodium.h>
#include <string.h>

#include "runtime/halo2/opening.h"
#include "tests/soundness/statement.h"

/* A(bf+2) + L(3bf+5) + P(bf+1) + (n+1) + H + 1 + (n+1) + 2k */
static uint64_t expected_draws(const zk_vk *vk)
{
    const zk_constraint_system *cs = vk->cs;
    uint64_t bf = vk->blinding_factors;
    return cs->n_advice * (bf + 2) + cs->n_lookups * (3 * bf + 5) +
           zk_cs_permutation_products(cs) * (bf + 1) + (vk->n + 1) + (vk->degree - 1) + 1 +
           (vk->n + 1) + 2 * (uint64_t)vk->k;
}

Test(blinding, a_proof_draws_exactly_as_much_randomness_as_the_protocol_says)
{
    static const char *const names[] = {"00-five-lines", "02-credit-score"};
    static const char *const inputs[] = {"input.json", "strong.json"};
    for (int i = 0; i < 2; i++) {
        statement s;
        zk_witness witness;
        zk_rng rng;
        zk_buf out = {0};
        zkml_error err = {0};
        statement_open(&s, names[i], inputs[i]);
        cr_assert_eq(statement_witness(&witness, &s, inputs[i], ZK_WITNESS_STRICT, &err), ZKML_OK);
        zk_rng_init_splitmix64(&rng, 7);
        cr_assert_eq(zk_prove_with(&out, &witness, &s.key, &s.params, NULL, &rng, NULL, NULL, &err),
                     ZKML_OK, "%s", err.text);
        cr_expect_eq(rng.draws, expected_draws(&s.key.vk), "%s: %llu draws, not %llu", names[i],
                     (unsigned long long)rng.draws,
                     (unsigned long long)expected_draws(&s.key.vk));
        zk_witness_free(&witness);
        zk_buf_free(&out);
        statement_close(&s);
    }
}

/* Evaluations of columns that everyone knows may repeat: a constant column has one value. */
static bool is_public_slot(const zk_opening_plan *plan, size_t slot)
{
    size_t evaluation = slot - plan->n_commitments;
    if (slot < plan->n_commitments || evaluation >= plan->n_evaluations)
        return false;
    bool instance = evaluation >= plan->instance && evaluation < plan->advice;
    bool fixed = evaluation >= plan->fixed && evaluation < plan->random;
    bool sigma = evaluation >= plan->sigma && evaluation < plan->permutation;
    return instance || fixed || sigma;
}

/* Slots that are equal in two proofs and not public. */
static size_t count_repeated(const statement *s, const zk_buf *a, const zk_buf *b)
{
    zk_opening_plan plan;
    zkml_error err = {0};
    size_t repeated = 0;
    file_layout at = statement_layout(a);
    cr_assert_eq(a->length, b->length);
    cr_assert_eq(zk_opening_plan_make(&plan, &s->key.vk, 1, &err), ZKML_OK);
    for (size_t slot = 0; slot < at.slots; slot++) {
        size_t place = at.halo2 + 32 * slot;
        if (memcmp(a->data + place, b->data + place, 32) == 0 && !is_public_slot(&plan, slot))
            repeated++;
    }
    zk_opening_plan_free(&plan);
    return repeated;
}

static void prove(zk_buf *out, const statement *s, const zk_witness *witness)
{
    zkml_error err = {0};
    cr_assert_eq(zk_prove(out, witness, &s->key, &s->params, NULL, NULL, NULL, &err), ZKML_OK, "%s",
                 err.text);
}

Test(blinding, proofs_of_one_witness_have_no_slot_in_common)
{
    enum { PROOFS = 12 };
    statement s;
    zk_witness witness;
    zkml_error err = {0};
    zk_buf proofs[PROOFS] = {{0}};
    statement_open(&s, "00-five-lines", "input.json");
    cr_assert_eq(statement_witness(&witness, &s, "input.json", ZK_WITNESS_STRICT, &err), ZKML_OK);
    for (int i = 0; i < PROOFS; i++) {
        prove(&proofs[i], &s, &witness);
        for (int j = 0; j < i; j++)
            cr_expect_eq(count_repeated(&s, &proofs[i], &proofs[j]), 0u, "proofs %d and %d", i, j);
    }
    for (int i = 0; i < PROOFS; i++)
        zk_buf_free(&proofs[i]);
    zk_witness_free(&witness);
    statement_close(&s);
}

/* A broken source of randomness: the same bytes at every call. */
static const char *constant_name(void)
{
    return "constant";
}

static uint32_t constant_random(void)
{
    return 4;
}

static void constant_bytes(void *const bytes, const size_t length)
{
    memset(bytes, 4, length);
}

Test(blinding, a_broken_source_of_randomness_does_not_tie_two_witnesses_together)
{
    static randombytes_implementation broken = {.implementation_name = constant_name,
                                                .random = constant_random,
                                                .buf = constant_bytes};
    statement s;
    zk_witness witness, other;
    zkml_error err = {0};
    zk_buf first = {0}, again = {0}, second = {0};
    cr_assert_eq(randombytes_set_implementation(&broken), 0);
    statement_open(&s, "00-five-lines", "input.json");
    cr_assert_eq(statement_witness(&witness, &s, "input.json", ZK_WITNESS_STRICT, &err), ZKML_OK);
    cr_assert_eq(statement_witness(&other, &s, "input.json", ZK_WITNESS_STRICT, &err), ZKML_OK);
    prove(&first, &s, &witness);
    prove(&again, &s, &other);
    cr_expect_eq(first.length, again.length);
    cr_expect_eq(memcmp(first.data, again.data, first.length), 0,
                 "something else than the system's randomness and the statement decides");
    zk_witness_free(&other);

    /* the factors in the other order: the same public result, another witness */
    cr_assert_eq(statement_witness(&other, &s, "swapped", ZK_WITNESS_STRICT, &err), ZKML_OK);
    prove(&second, &s, &other);
    cr_expect_eq(count_repeated(&s, &first, &second), 0u);
    zk_witness_free(&other);
    zk_witness_free(&witness);
    zk_buf_free(&first);
    zk_buf_free(&again);
    zk_buf_free(&second);
    statement_close(&s);
}

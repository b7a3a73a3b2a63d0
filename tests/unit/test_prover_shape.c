/* The proof of the reference shape is the same, byte for byte, whatever computes it. The digests
 * were made by the first prover, before anything in it was optimised. */
#include <criterion/criterion.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef _OPENMP
#include <omp.h>
#endif

#include "runtime/field/bulk.h"
#include "tests/bench/shape.h"

static const struct {
    uint32_t k;
    int threads; /* at most */
    const char *digest; /* BLAKE2b-128 of the proof */
} expected[] = {
    {7, 3, "3fb98b51c1492f40e218beea921debc1"},
    {10, 3, "5674f2c91ac6dca47568881923f4327f"},
    {12, 1, "57acc52ead6516a0103e3aa575dc3160"},
};

typedef struct fixture {
    shape shape;
    zk_params params;
    zk_vk vk;
    zk_pk pk;
} fixture;

static void set_up(fixture *f, uint32_t k)
{
    zkml_error err = {0};
    shape_make(&f->shape, k, k);
    cr_assert_eq(zk_params_generate(&f->params, k, NULL, NULL, &err), ZKML_OK);
    cr_assert_eq(zk_vk_generate(&f->vk, &f->shape.cs, &f->params, &f->shape.contents, &err),
                 ZKML_OK, "%s", err.text);
    cr_assert_eq(zk_pk_generate(&f->pk, &f->vk, &f->shape.contents, &err), ZKML_OK);
}

static void tear_down(fixture *f)
{
    zk_pk_free(&f->pk);
    zk_vk_free(&f->vk);
    zk_params_free(&f->params);
    shape_free(&f->shape);
}

static zk_buf prove(const fixture *f)
{
    zk_buf proof = {0};
    zk_rng rng;
    zkml_error err = {0};
    zk_rng_init_splitmix64(&rng, 9);
    cr_assert_eq(shape_prove(&f->shape, &f->pk, &f->params, &rng, &proof, NULL, NULL, NULL, &err),
                 ZKML_OK, "%s", err.text);
    return proof;
}

static zkml_status verify(const fixture *f, const zk_buf *proof)
{
    return zk_verify(&f->vk, &f->params, 1, &f->shape.instance, proof->data, proof->length, NULL,
                     NULL, NULL);
}

static void expect_digest(const fixture *f, size_t i, const char *how)
{
    uint8_t digest[16];
    char text[33];
    zk_buf proof = prove(f);
    cr_expect_eq(verify(f, &proof), ZKML_OK, "k = %u, %s", expected[i].k, how);
    (void)crypto_generichash_blake2b(digest, sizeof digest, proof.data, proof.length, NULL, 0);
    cr_expect_str_eq(sodium_bin2hex(text, sizeof text, digest, sizeof digest), expected[i].digest,
                     "k = %u, %s", expected[i].k, how);
    zk_buf_free(&proof);
}

static void set_threads(int threads)
{
#ifdef _OPENMP
    omp_set_num_threads(threads);
#endif
    (void)threads;
}

Test(shape, every_backend_and_any_number_of_threads_makes_the_same_proof)
{
    static const char *const backends[] = {"portable", "ifma"};
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        fixture f;
        set_up(&f, expected[i].k);
        for (size_t b = 0; b < sizeof backends / sizeof backends[0]; b++) {
            if (zk_bulk_find(backends[b]) == NULL)
                continue;
            cr_assert_eq(setenv("ZKML_BACKEND", backends[b], 1), 0);
            for (int threads = 1; threads <= expected[i].threads; threads++) {
                char how[64];
                set_threads(threads);
                (void)snprintf(how, sizeof how, "%s, %d threads", backends[b], threads);
                expect_digest(&f, i, how);
            }
        }
        tear_down(&f);
    }
}

Test(shape, a_changed_cell_is_refused)
{
    fixture f;
    set_up(&f, 7);
    zk_buf proof = prove(&f);
    cr_assert_eq(verify(&f, &proof), ZKML_OK);
    zk_buf_free(&proof);
    f.shape.advice[40]++;
    proof = prove(&f);
    cr_expect_eq(verify(&f, &proof), ZKML_INVALID);
    zk_buf_free(&proof);
    tear_down(&f);
}

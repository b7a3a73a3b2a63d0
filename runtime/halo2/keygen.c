#include "runtime/halo2/keygen.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

/* count * n elements, at least one. */
static zk_fp *new_columns(size_t count, size_t n, zkml_error *err)
{
    size_t total, bytes;
    zk_fp *values = NULL;
    if (zk_size_mul(count, n, &total) && zk_size_mul(total, sizeof *values, &bytes))
        values = malloc(bytes + sizeof *values);
    if (values == NULL)
        (void)zk_fail(err, ZKML_LIMIT, "out of memory for %zu columns of %zu rows", count, n);
    return values;
}

/* Verifying key ------------------------------------------------------------------------------ */

static zkml_status hash_pinned(zk_vk *vk, zkml_error *err)
{
    static const unsigned char personal[16] = {'H', 'a', 'l', 'o', '2', '-', 'V', 'e',
                                               'r', 'i', 'f', 'y', '-', 'K', 'e', 'y'};
    zk_buf text = {0};
    zkml_status status = zk_vk_pinned(vk, &text, err);
    if (status == ZKML_OK) {
        uint8_t length[8], digest[64];
        for (size_t i = 0; i < sizeof length; i++)
            length[i] = (uint8_t)((uint64_t)text.length >> (8 * i));
        crypto_generichash_blake2b_state state;
        (void)crypto_generichash_blake2b_init_salt_personal(&state, NULL, 0, sizeof digest, NULL,
                                                            personal);
        (void)crypto_generichash_blake2b_update(&state, length, sizeof length);
        (void)crypto_generichash_blake2b_update(&state, text.data, text.length);
        (void)crypto_generichash_blake2b_final(&state, digest, sizeof digest);
        zk_fp_from_uniform_bytes(&vk->transcript_repr, digest);
    }
    zk_buf_free(&text);
    return status;
}

static zkml_status init_vk(zk_vk *vk, const zk_constraint_system *cs, uint32_t k, zkml_error *err)
{
    memset(vk, 0, sizeof *vk);
    ZK_TRY(zk_cs_verify(cs, k, err));
    if (cs->n_selectors > 0 && !cs->compressed)
        return zk_fail(err, ZKML_USAGE, "the constraint system has selectors to compress first");
    vk->cs = cs;
    vk->k = k;
    vk->n = (size_t)1 << k;
    vk->degree = zk_cs_degree(cs);
    vk->blinding_factors = zk_cs_blinding_factors(cs);
    vk->usable = zk_cs_usable_rows(cs, k);
    vk->omega = zk_fp_root_of_unity;
    for (uint32_t i = k; i < ZK_FIELD_TWO_ADICITY; i++)
        zk_fp_sqr(&vk->omega, &vk->omega);
    zk_fp_inv(&vk->omega_inv, &vk->omega);
    vk->fixed_commitments = calloc((size_t)cs->n_fixed + 1, sizeof *vk->fixed_commitments);
    vk->sigma_commitments = calloc(cs->n_permutation + 1, sizeof *vk->sigma_commitments);
    if (vk->fixed_commitments == NULL || vk->sigma_commitments == NULL) {
        zk_vk_free(vk);
        return zk_fail(err, ZKML_LIMIT, "out of memory for the verifying key");
    }
    return ZKML_OK;
}

void zk_vk_free(zk_vk *vk)
{
    free(vk->fixed_commitments);
    free(vk->sigma_commitments);
    memset(vk, 0, sizeof *vk);
}

zkml_status zk_vk_from_commitments(zk_vk *vk, const zk_constraint_system *cs, uint32_t k,
                                   const zk_vesta_affine *fixed, const zk_vesta_affine *sigma,
                                   zkml_error *err)
{
    ZK_TRY(init_vk(vk, cs, k, err));
    if (cs->n_fixed > 0)
        memcpy(vk->fixed_commitments, fixed, cs->n_fixed * sizeof *fixed);
    if (cs->n_permutation > 0)
        memcpy(vk->sigma_commitments, sigma, cs->n_permutation * sizeof *sigma);
    zkml_status status = hash_pinned(vk, err);
    if (status != ZKML_OK)
        zk_vk_free(vk);
    return status;
}

static zkml_status check_input(const zk_vk *vk, const zk_keygen_input *input, zkml_error *err)
{
    for (uint32_t i = 0; i < vk->cs->n_fixed; i++)
        if (input->fixed[i].length > vk->n)
            return zk_fail(err, ZKML_MALFORMED, "fixed column %u has %zu values, %zu rows", i,
                           input->fixed[i].length, vk->n);
    return ZKML_OK;
}

static zkml_status commit_fixed(zk_vk *vk, const zk_params *params, const zk_keygen_input *input,
                                zkml_error *err)
{
    size_t count = vk->cs->n_fixed;
    zk_commit_item *items = calloc(count + 1, sizeof *items);
    if (items == NULL)
        return zk_fail(err, ZKML_LIMIT, "out of memory for the verifying key");
    zkml_status status = ZKML_OK;
    for (size_t i = 0; i < count; i++) {
        items[i] =
            (zk_commit_item){.lagrange = true, .column = input->fixed[i], .blind = zk_fp_one};
        if (input->fixed[i].type != ZK_COLUMN_CONSTANT)
            continue;
        /* the sum of the Lagrange basis is G_0 */
        items[i].lagrange = false;
        items[i].column =
            (zk_column){.type = ZK_COLUMN_FP, .length = 1, .u.fp = &input->fixed[i].u.constant};
    }
    status = zk_commit_batch(vk->fixed_commitments, params, items, count, err);
    free(items);
    return status;
}

/* commit(sigma_j) = [DELTA^j] G_1 + sum over moved cells of the difference to DELTA^j omega^i,
 * because the identity permutation's column is DELTA^j X. */
static zkml_status commit_sigma(zk_vk *vk, const zk_params *params, const zk_fp *sigma,
                                zkml_error *err)
{
    size_t count = vk->cs->n_permutation, n = vk->n;
    zk_commit_item *items = calloc(count + 1, sizeof *items);
    zk_fp *difference = new_columns(count, n, err);
    zkml_status status = ZKML_LIMIT;
    if (items != NULL && difference != NULL) {
        zk_fp start = zk_fp_one;
        for (size_t j = 0; j < count; j++) {
            zk_fp identity = start;
            for (size_t i = 0; i < n; i++) {
                zk_fp_sub(&difference[j * n + i], &sigma[j * n + i], &identity);
                zk_fp_mul(&identity, &identity, &vk->omega);
            }
            zk_fp_mul(&start, &start, &zk_fp_delta);
            items[j] = (zk_commit_item){
                .lagrange = true,
                .column = {.type = ZK_COLUMN_FP, .length = n, .u.fp = difference + j * n},
                .blind = zk_fp_one};
        }
        status = zk_commit_batch(vk->sigma_commitments, params, items, count, err);
    }
    zk_fp delta = zk_fp_one;
    for (size_t j = 0; j < count && status == ZKML_OK; j++) {
        zk_vesta sum;
        zk_vesta_mul(&sum, &params->g[1], &delta);
        zk_vesta_add_affine(&sum, &sum, &vk->sigma_commitments[j]);
        zk_vesta_to_affine(&vk->sigma_commitments[j], &sum);
        zk_fp_mul(&delta, &delta, &zk_fp_delta);
    }
    free(items);
    free(difference);
    return status;
}

static zkml_status generate_sigma(zk_vk *vk, const zk_params *params, const zk_keygen_input *input,
                                  zkml_error *err)
{
    zk_domain domain;
    ZK_TRY(zk_domain_init(&domain, vk->k, err));
    zkml_status status = ZKML_LIMIT;
    zk_fp *sigma = new_columns(vk->cs->n_permutation, vk->n, err);
    if (sigma != NULL)
        status = zk_permutation_sigma(vk->cs, &domain, input->copies, input->n_copies, sigma, err);
    if (status == ZKML_OK)
        status = commit_sigma(vk, params, sigma, err);
    free(sigma);
    zk_domain_free(&domain);
    return status;
}

zkml_status zk_vk_generate(zk_vk *vk, const zk_constraint_system *cs, const zk_params *params,
                           const zk_keygen_input *input, zkml_error *err)
{
    ZK_TRY(init_vk(vk, cs, params->k, err));
    zkml_status status = check_input(vk, input, err);
    if (status == ZKML_OK)
        status = commit_fixed(vk, params, input, err);
    if (status == ZKML_OK)
        status = generate_sigma(vk, params, input, err);
    if (status == ZKML_OK)
        status = hash_pinned(vk, err);
    if (status != ZKML_OK)
        zk_vk_free(vk);
    return status;
}

/* Proving key -------------------------------------------------------------------------------- */

void zk_pk_free(zk_pk *pk)
{
    zk_domain_free(&pk->domain);
    free(pk->fixed_values);
    free(pk->fixed_coefficients);
    free(pk->sigma_values);
    free(pk->sigma_coefficients);
    free(pk->l0);
    free(pk->l_last);
    free(pk->l_active);
    memset(pk, 0, sizeof *pk);
}

static void to_coefficients(const zk_domain *domain, zk_fp *coefficients, const zk_fp *values,
                            size_t count)
{
    size_t n = domain->n;
#pragma omp parallel for schedule(dynamic)
    for (size_t i = 0; i < count; i++)
        zk_ifft_to(domain, coefficients + i * n, values + i * n);
}

/* l_active = 1 - (l_last + l_blind) is 1 on the usable rows. */
static void make_lagrange(zk_pk *pk)
{
    size_t n = pk->vk->n, usable = pk->vk->usable;
    memset(pk->l0, 0, n * sizeof *pk->l0);
    memset(pk->l_last, 0, n * sizeof *pk->l_last);
    memset(pk->l_active, 0, n * sizeof *pk->l_active);
    pk->l0[0] = zk_fp_one;
    pk->l_last[usable] = zk_fp_one;
    for (size_t i = 0; i < usable; i++)
        pk->l_active[i] = zk_fp_one;
    zk_ifft(&pk->domain, pk->l0);
    zk_ifft(&pk->domain, pk->l_last);
    zk_ifft(&pk->domain, pk->l_active);
}

static zkml_status fill_pk(zk_pk *pk, const zk_keygen_input *input, zkml_error *err)
{
    const zk_vk *vk = pk->vk;
    size_t n = vk->n, fixed = vk->cs->n_fixed, sigmas = vk->cs->n_permutation;
    ZK_TRY(check_input(vk, input, err));
    ZK_TRY(zk_domain_init(&pk->domain, vk->k, err));
    pk->fixed_values = new_columns(fixed, n, err);
    pk->fixed_coefficients = new_columns(fixed, n, err);
    pk->sigma_values = new_columns(sigmas, n, err);
    pk->sigma_coefficients = new_columns(sigmas, n, err);
    pk->l0 = new_columns(1, n, err);
    pk->l_last = new_columns(1, n, err);
    pk->l_active = new_columns(1, n, err);
    if (pk->fixed_values == NULL || pk->fixed_coefficients == NULL || pk->sigma_values == NULL ||
        pk->sigma_coefficients == NULL || pk->l0 == NULL || pk->l_last == NULL ||
        pk->l_active == NULL)
        return ZKML_LIMIT;
    for (size_t i = 0; i < fixed; i++)
        zk_column_expand(&input->fixed[i], pk->fixed_values + i * n, n);
    ZK_TRY(zk_permutation_sigma(vk->cs, &pk->domain, input->copies, input->n_copies,
                                pk->sigma_values, err));
    to_coefficients(&pk->domain, pk->fixed_coefficients, pk->fixed_values, fixed);
    to_coefficients(&pk->domain, pk->sigma_coefficients, pk->sigma_values, sigmas);
    make_lagrange(pk);
    return ZKML_OK;
}

zkml_status zk_pk_generate(zk_pk *pk, const zk_vk *vk, const zk_keygen_input *input,
                           zkml_error *err)
{
    memset(pk, 0, sizeof *pk);
    pk->vk = vk;
    zkml_status status = fill_pk(pk, input, err);
    if (status != ZKML_OK)
        zk_pk_free(pk);
    return status;
}

#include "runtime/proof/link.h"

#include <sodium.h>
#include <stdlib.h>

#include "runtime/poly/msm.h"

enum { SLOT = 32 };

size_t zk_link_length(size_t generator_count)
{
    return SLOT * (generator_count + 2);
}

void zk_link_start(zk_link *link, const char *delta, const char *challenge)
{
    zk_hash_start(&link->delta, delta);
    zk_hash_start(&link->challenge, challenge);
}

void zk_link_hash(zk_link *link, const void *bytes, size_t length)
{
    zk_hash_bytes(&link->delta, bytes, length);
    zk_hash_bytes(&link->challenge, bytes, length);
}

static void derive_delta(zk_fp *delta, const zk_link *link)
{
    zk_hash hash = link->delta;
    zk_hash_challenge(&hash, delta);
}

/* `announcement` is A, compressed. */
static void derive_challenge(zk_fp *e, const zk_link *link, const uint8_t *announcement)
{
    zk_hash hash = link->challenge;
    zk_hash_bytes(&hash, announcement, SLOT);
    zk_hash_challenge(&hash, e);
}

/* Proving ------------------------------------------------------------------------------------- */

/* r_b += factor v_b for the values that a column has. */
static void add_scaled(zk_fp *r, const zk_column *values, const zk_fp *factor)
{
    zk_fp value;
    ZK_CHECK(values->type != ZK_COLUMN_CONSTANT);
    for (size_t b = 0; b < values->length; b++) {
        if (values->type == ZK_COLUMN_I64)
            zk_fp_from_i64(&value, values->u.i64[b]);
        else
            value = values->u.fp[b];
        zk_fp_mul(&value, &value, factor);
        zk_fp_add(&r[b], &r[b], &value);
    }
    sodium_memzero(&value, sizeof value);
}

/* V_0 .. V_(J-1), T */
static void combine_witness(zk_fp *combined, const zk_link *link, const zk_column *values,
                            const zk_fp *blinds)
{
    size_t j = link->generator_count;
    zk_fp delta, power = zk_fp_one, t;
    derive_delta(&delta, link);
    for (size_t f = 0; f < link->point_count; f++) {
        ZK_CHECK(values[f].length <= j);
        add_scaled(combined, &values[f], &power);
        zk_fp_mul(&t, &blinds[f], &power);
        zk_fp_add(&combined[j], &combined[j], &t);
        zk_fp_mul(&power, &power, &delta);
    }
    sodium_memzero(&t, sizeof t);
}

static zkml_status announce(uint8_t *announcement, const zk_link *link, const zk_params *params,
                            const zk_fp *nonces, zkml_error *err)
{
    const zk_msm_terms parts[] = {
        {.points = link->generators, .scalars = nonces, .n = link->generator_count},
        {.points = &params->w, .scalars = nonces + link->generator_count, .n = 1},
    };
    zk_vesta a;
    zk_vesta_affine affine;
    ZK_TRY(zk_msm_parts(&a, parts, sizeof parts / sizeof parts[0], err));
    if (zk_vesta_is_identity(&a))
        return zk_fail(err, ZKML_INTERNAL, "random numbers that are all zero");
    zk_vesta_to_affine(&affine, &a);
    zk_vesta_to_bytes(announcement, &affine);
    return ZKML_OK;
}

zkml_status zk_link_prove(uint8_t *proof, const zk_link *link, const zk_params *params,
                          const zk_column *values, const zk_fp *blinds, zk_rng *rng,
                          zkml_error *err)
{
    size_t scalars = link->generator_count + 1;
    zk_fp *nonces = calloc(scalars, sizeof *nonces), *combined = calloc(scalars, sizeof *combined);
    zkml_status status = ZKML_LIMIT;
    if (nonces != NULL && combined != NULL) {
        zk_fp e;
        zk_rng_scalars(rng, nonces, scalars);
        combine_witness(combined, link, values, blinds);
        status = announce(proof, link, params, nonces, err);
        derive_challenge(&e, link, proof);
        for (size_t i = 0; i < scalars && status == ZKML_OK; i++) {
            zk_fp_mul(&combined[i], &combined[i], &e);
            zk_fp_add(&combined[i], &combined[i], &nonces[i]);
            zk_fp_to_bytes(proof + SLOT * (i + 1), &combined[i]);
        }
        sodium_memzero(nonces, scalars * sizeof *nonces);
        sodium_memzero(combined, scalars * sizeof *combined);
    } else {
        (void)zk_fail(err, status, "out of memory for a link proof");
    }
    free(nonces);
    free(combined);
    return status;
}

/* Verifying ----------------------------------------------------------------------------------- */

static zkml_status add_answers(zk_point_sum *sum, const zk_link *link, const uint8_t *answers,
                               zkml_error *err)
{
    zk_fp z;
    for (size_t i = 0; i <= link->generator_count; i++) {
        if (!zk_fp_from_bytes(&z, answers + SLOT * i))
            return zk_fail(err, ZKML_INVALID, "an answer of a link proof is not canonical");
        zk_point_sum_add(
            sum, i < link->generator_count ? &link->generators[i] : &sum->params->w, &z);
    }
    return ZKML_OK;
}

zkml_status zk_link_add(zk_point_sum *sum, const zk_link *link, const uint8_t *proof,
                        size_t length, zkml_error *err)
{
    zk_vesta_affine announcement;
    zk_fp delta, factor;
    if (length != zk_link_length(link->generator_count))
        return zk_fail(err, ZKML_INVALID, "a link proof has %zu bytes, %zu are right", length,
                       zk_link_length(link->generator_count));
    if (!zk_vesta_from_bytes(&announcement, proof) || zk_vesta_affine_is_identity(&announcement))
        return zk_fail(err, ZKML_INVALID, "a link proof does not begin with a point");
    ZK_TRY(add_answers(sum, link, proof + SLOT, err));
    zk_fp_neg(&factor, &zk_fp_one);
    zk_point_sum_add(sum, &announcement, &factor);
    derive_delta(&delta, link);
    derive_challenge(&factor, link, proof);
    zk_fp_neg(&factor, &factor);
    for (size_t f = 0; f < link->point_count; f++) {
        zk_point_sum_add(sum, &link->points[f], &factor);
        zk_fp_mul(&factor, &factor, &delta);
    }
    return ZKML_OK;
}

zkml_status zk_link_verify(const zk_link *link, const zk_params *params, const uint8_t *proof,
                           size_t length, zkml_error *err)
{
    zk_point_sum sum;
    zk_point_sum_init(&sum, params);
    zkml_status status = zk_link_add(&sum, link, proof, length, err);
    if (status == ZKML_OK)
        status = zk_point_sum_check(&sum, "a link proof does not verify", err);
    zk_point_sum_free(&sum);
    return status;
}

/* The inner product argument (HALO2.md section 12; Bowe, Grigg and Hopwood 2019). */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/halo2/prover_steps.h"
#include "runtime/poly/msm.h"

/* The vectors of the current round, half as long after each. */
typedef struct rounds {
    zk_prover *prover;
    zk_transcript *t;
    zk_fp *p, *b;
    zk_vesta_affine *g;
    zk_vesta *folded; /* scratch */
    zk_fp z, blind;
    zkml_error *err;
} rounds;

static void inner_product(zk_fp *r, const zk_fp *a, const zk_fp *b, size_t n)
{
    zk_fp term;
    *r = zk_fp_zero;
    for (size_t i = 0; i < n; i++) {
        zk_fp_mul(&term, &a[i], &b[i]);
        zk_fp_add(r, r, &term);
    }
}

/* <p, G> + [z <p, b>] U + [blind] W */
static zkml_status cross_term(const rounds *s, const zk_fp *p, const zk_vesta_affine *g,
                              const zk_fp *b, size_t half, const zk_fp *blind,
                              zk_vesta_affine *point)
{
    zk_vesta sum, part;
    zk_fp value;
    ZK_TRY(zk_msm(&sum, g, p, half, s->err));
    inner_product(&value, p, b, half);
    zk_fp_mul(&value, &value, &s->z);
    zk_vesta_mul(&part, &s->prover->params->u, &value);
    zk_vesta_add(&sum, &sum, &part);
    zk_vesta_mul(&part, &s->prover->params->w, blind);
    zk_vesta_add(&sum, &sum, &part);
    zk_vesta_to_affine(point, &sum);
    return ZKML_OK;
}

/* p = p_lo + u^-1 p_hi,  b = b_lo + u b_hi,  G = G_lo + [u] G_hi */
static void fold(rounds *s, size_t half, const zk_fp *u, const zk_fp *u_inv)
{
#pragma omp parallel for schedule(static)
    for (size_t i = 0; i < half; i++) {
        zk_fp term;
        zk_fp_mul(&term, &s->p[half + i], u_inv);
        zk_fp_add(&s->p[i], &s->p[i], &term);
        zk_fp_mul(&term, &s->b[half + i], u);
        zk_fp_add(&s->b[i], &s->b[i], &term);
        zk_vesta_mul(&s->folded[i], &s->g[half + i], u);
        zk_vesta_add_affine(&s->folded[i], &s->folded[i], &s->g[i]);
    }
    zk_vesta_batch_to_affine(s->g, s->folded, half);
}

static zkml_status run_round(rounds *s, size_t half)
{
    zk_fp left_blind, right_blind, u, u_inv;
    zk_vesta_affine left, right;
    zk_rng_scalar(s->prover->rng, &left_blind);
    zk_rng_scalar(s->prover->rng, &right_blind);
    ZK_TRY(cross_term(s, s->p + half, s->g, s->b, half, &left_blind, &left));
    ZK_TRY(cross_term(s, s->p, s->g + half, s->b + half, half, &right_blind, &right));
    ZK_TRY(zk_transcript_write_point(s->t, &left, s->err));
    ZK_TRY(zk_transcript_write_point(s->t, &right, s->err));
    zk_transcript_challenge(s->t, &u);
    if (zk_fp_is_zero(&u))
        return zk_fail(s->err, ZKML_INVALID, "a challenge is zero: prove again");
    zk_fp_inv(&u_inv, &u);
    fold(s, half, &u, &u_inv);
    zk_fp_mul(&left_blind, &left_blind, &u_inv);
    zk_fp_mul(&right_blind, &right_blind, &u);
    zk_fp_add(&s->blind, &s->blind, &left_blind);
    zk_fp_add(&s->blind, &s->blind, &right_blind);
    return ZKML_OK;
}

/* Subtracts the value at x from the constant term. */
static void make_root(zk_fp *p, size_t n, const zk_fp *x)
{
    zk_fp value;
    zk_poly_eval(&value, p, n, x);
    zk_fp_sub(&p[0], &p[0], &value);
}

/* s, its commitment, and p = xi s + f with p(x) = 0. */
static zkml_status mask(rounds *s, zk_fp *f, const zk_fp *blind, const zk_fp *x)
{
    zk_prover *prover = s->prover;
    zk_fp *random, random_blind, xi;
    size_t n = prover->n;
    ZK_TRY(zk_prover_alloc(prover, &random, n, s->err));
    zk_rng_scalars(prover->rng, random, n);
    zk_rng_scalar(prover->rng, &random_blind);
    make_root(random, n, x);
    zk_commit_item item = {.column = {.type = ZK_COLUMN_FP, .length = n, .u.fp = random},
                           .blind = random_blind};
    ZK_TRY(zk_prover_write_commitments(prover, s->t, &item, 1, s->err));
    zk_transcript_challenge(s->t, &xi);
    zk_transcript_challenge(s->t, &s->z);
    for (size_t i = 0; i < n; i++) {
        zk_fp_mul(&random[i], &random[i], &xi);
        zk_fp_add(&f[i], &f[i], &random[i]);
    }
    make_root(f, n, x);
    zk_fp_mul(&s->blind, &random_blind, &xi);
    zk_fp_add(&s->blind, &s->blind, blind);
    s->p = f;
    return ZKML_OK;
}

static zkml_status run_rounds(rounds *s, const zk_fp *x)
{
    size_t n = s->prover->n;
    ZK_TRY(zk_prover_alloc(s->prover, &s->b, n, s->err));
    s->b[0] = zk_fp_one;
    for (size_t i = 1; i < n; i++)
        zk_fp_mul(&s->b[i], &s->b[i - 1], x);
    memcpy(s->g, s->prover->params->g, n * sizeof *s->g);
    for (size_t half = n / 2; half > 0; half /= 2)
        ZK_TRY(run_round(s, half));
    zk_transcript_write_scalar(s->t, &s->p[0]);
    zk_transcript_write_scalar(s->t, &s->blind);
    return ZKML_OK;
}

zkml_status zk_ipa_prove(zk_prover *prover, zk_fp *f, const zk_fp *blind, const zk_fp *x,
                         zk_transcript *t, zkml_error *err)
{
    rounds s = {.prover = prover, .t = t, .err = err};
    s.g = malloc(prover->n * sizeof *s.g);
    s.folded = malloc(prover->n * sizeof *s.folded);
    zkml_status status;
    if (s.g == NULL || s.folded == NULL)
        status = zk_fail(err, ZKML_LIMIT, "out of memory for the opening");
    else
        status = mask(&s, f, blind, x);
    if (status == ZKML_OK)
        status = run_rounds(&s, x);
    sodium_memzero(&s.blind, sizeof s.blind);
    free(s.g);
    free(s.folded);
    return status;
}

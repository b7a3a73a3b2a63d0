/* The inner product argument (HALO2.md section 12; Bowe, Grigg and Hopwood 2019). */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/curve/batch.h"
#include "runtime/field/bulk.h"
#include "runtime/halo2/prover_steps.h"
#include "runtime/poly/msm.h"
#include "runtime/poly/threads.h"

/* Generators are folded TERMS at a time, down to FEW of them. */
enum { TERMS = 8, FEW = 256, MAX_BLOCKS = FEW };

/* The vectors of the current round, half as long after each.
 *
 * Folding generators costs more than the commitments of a round do; so it is put off for a few
 * rounds. With the `size` generators in g, those of the round are
 *   G_i = sum_b weights[b] g[b m + i],   b < blocks, i < m = size / blocks. */
typedef struct rounds {
    zk_prover *prover;
    zk_transcript *t;
    zk_fp *p, *b;
    const zk_vesta_affine *g;
    zk_vesta_affine *folded; /* n / TERMS, g after the first folding */
    size_t size, blocks;
    zk_fp weights[MAX_BLOCKS];
    zk_fp *scaled[2]; /* scratch of the left and the right point, prover->n / 2 each */
    zk_fp z, blind;
    zkml_error *err;
} rounds;

/* <p, G> + [z <p, b>] U + [blind] W for the generators from `offset` on, `half` of them. */
static zkml_status cross_term(const rounds *s, const zk_fp *p, size_t offset, const zk_fp *b,
                              size_t half, const zk_fp *blind, zk_fp *scaled, zk_vesta *point,
                              zkml_error *err)
{
    const zk_bulk_ops *ops = zk_bulk();
    zk_msm_terms parts[MAX_BLOCKS + 2];
    zk_fp value;
    for (size_t i = 0; i < s->blocks; i++) {
        ops->scale(scaled + i * half, p, &s->weights[i], half);
        parts[i] = (zk_msm_terms){
            .points = s->g + 2 * half * i + offset, .scalars = scaled + i * half, .n = half};
    }
    ops->dot(&value, p, b, half);
    zk_fp_mul(&value, &value, &s->z);
    parts[s->blocks] =
        (zk_msm_terms){.points = &s->prover->params->u, .scalars = &value, .n = 1};
    parts[s->blocks + 1] =
        (zk_msm_terms){.points = &s->prover->params->w, .scalars = blind, .n = 1};
    return zk_msm_parts(point, parts, s->blocks + 2, err);
}

static zkml_status cross_terms(const rounds *s, size_t half, const zk_fp blinds[2],
                               zk_vesta_affine points[2])
{
    zk_vesta sums[2];
    zkml_status status[2];
    zkml_error errors[2] = {{ZKML_OK, ""}, {ZKML_OK, ""}};
#pragma omp parallel for schedule(static) if (zk_threads() == 2)
    for (size_t i = 0; i < 2; i++) {
        size_t other = i == 0 ? half : 0, own = half - other;
        status[i] = cross_term(s, s->p + other, own, s->b + own, half, &blinds[i], s->scaled[i],
                               &sums[i], &errors[i]);
    }
    for (size_t i = 0; i < 2; i++)
        if (status[i] != ZKML_OK)
            return zk_fail(s->err, status[i], "%s", errors[i].text);
    zk_vesta_batch_to_affine(points, sums, 2);
    return ZKML_OK;
}

/* p = p_lo + u^-1 p_hi,  b = b_lo + u b_hi,  G = G_lo + [u] G_hi */
static void fold(rounds *s, size_t half, const zk_fp *u, const zk_fp *u_inv)
{
    const zk_bulk_ops *ops = zk_bulk();
    ops->scale_add(s->p, s->p + half, u_inv, half);
    ops->scale_add(s->b, s->b + half, u, half);
    for (size_t i = s->blocks; i-- > 0;) {
        zk_fp_mul(&s->weights[2 * i + 1], &s->weights[i], u);
        s->weights[2 * i] = s->weights[i];
    }
    s->blocks *= 2;
    if (s->blocks == TERMS && s->size > FEW) {
        zk_vesta_combine(s->folded, s->g, half, s->weights, s->blocks, half);
        s->g = s->folded;
        s->size = half;
        s->blocks = 1;
        s->weights[0] = zk_fp_one;
    }
}

static zkml_status run_round(rounds *s, size_t half)
{
    zk_fp blinds[2], u, u_inv;
    zk_vesta_affine points[2]; /* left, right */
    zk_rng_scalars(s->prover->rng, blinds, 2);
    ZK_TRY(cross_terms(s, half, blinds, points));
    ZK_TRY(zk_transcript_write_point(s->t, &points[0], s->err));
    ZK_TRY(zk_transcript_write_point(s->t, &points[1], s->err));
    zk_transcript_challenge(s->t, &u);
    if (zk_fp_is_zero(&u))
        return zk_fail(s->err, ZKML_INVALID, "a challenge is zero: prove again");
    zk_fp_inv(&u_inv, &u);
    fold(s, half, &u, &u_inv);
    zk_fp_mul(&blinds[0], &blinds[0], &u_inv);
    zk_fp_mul(&blinds[1], &blinds[1], &u);
    zk_fp_add(&s->blind, &s->blind, &blinds[0]);
    zk_fp_add(&s->blind, &s->blind, &blinds[1]);
    sodium_memzero(blinds, sizeof blinds);
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
    zk_bulk()->scale_add(f, random, &xi, n);
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
    ZK_TRY(zk_prover_alloc(s->prover, &s->scaled[0], n / 2, s->err));
    ZK_TRY(zk_prover_alloc(s->prover, &s->scaled[1], n / 2, s->err));
    for (size_t i = 0; i < n; i++)
        s->b[i] = zk_fp_one;
    zk_bulk()->scale_powers(s->b, &zk_fp_one, x, n);
    s->g = s->prover->params->g;
    s->size = n;
    s->blocks = 1;
    s->weights[0] = zk_fp_one;
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
    s.folded = malloc((prover->n / TERMS + 1) * sizeof *s.folded);
    zkml_status status;
    if (s.folded == NULL)
        status = zk_fail(err, ZKML_LIMIT, "out of memory for the opening");
    else
        status = mask(&s, f, blind, x);
    if (status == ZKML_OK)
        status = run_rounds(&s, x);
    sodium_memzero(&s.blind, sizeof s.blind);
    free(s.folded);
    return status;
}

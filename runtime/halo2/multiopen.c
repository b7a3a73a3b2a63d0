/* Evaluations and the multi-point opening (HALO2.md sections 9 and 11). */
#include <stdlib.h>
#include <string.h>

#include "runtime/field/bulk.h"
#include "runtime/halo2/prover_steps.h"

/* A polynomial's coefficients and the blind of its commitment. */
static const zk_fp *opened(const zk_prover *p, const zk_opened_poly *poly, const zk_fp **blind)
{
    size_t at = poly->index * p->n;
    const zk_prover_lookup *lookup = &p->lookups[poly->index];
    *blind = &zk_fp_one;
    switch (poly->kind) {
    case ZK_POLY_INSTANCE:
        return p->instance_coefficients + at;
    case ZK_POLY_FIXED:
        return p->pk->fixed_coefficients + at;
    case ZK_POLY_SIGMA:
        return p->pk->sigma_coefficients + at;
    case ZK_POLY_ADVICE:
        *blind = &p->advice_blinds[poly->index];
        return p->advice_coefficients + at;
    case ZK_POLY_PERMUTATION_Z:
        *blind = &p->permutation_blinds[poly->index];
        return p->permutation_values + at;
    case ZK_POLY_LOOKUP_Z:
        *blind = &lookup->product_blind;
        return lookup->product;
    case ZK_POLY_LOOKUP_INPUT:
        *blind = &lookup->input_blind;
        return lookup->permuted_input;
    case ZK_POLY_LOOKUP_TABLE:
        *blind = &lookup->table_blind;
        return lookup->permuted_table;
    case ZK_POLY_H:
        *blind = &p->h_blind;
        return p->h;
    case ZK_POLY_RANDOM:
        *blind = &p->random_blind;
        return p->random;
    }
    return p->random;
}

/* The evaluations at one point, of the polynomials that are opened there. */
static void evaluate_at(const zk_prover *p, const zk_opening_plan *plan, uint32_t point,
                        const zk_fp *powers, zk_fp *evaluations)
{
#pragma omp parallel for schedule(dynamic)
    for (size_t i = 0; i < plan->n_polys; i++) {
        const zk_opened_poly *poly = &plan->polys[i];
        const zk_point_set *set = &plan->sets[poly->set];
        const zk_fp *blind, *coefficients = opened(p, poly, &blind);
        for (uint32_t j = 0; j < set->count; j++)
            if (plan->set_points[set->first + j] == point)
                zk_bulk()->dot(&evaluations[plan->poly_evaluations[poly->first + j]],
                               coefficients, powers, p->n);
    }
}

/* Every evaluation of every opened polynomial, written in message order; h's is not sent. */
static zkml_status write_evaluations(zk_prover *p, const zk_opening_plan *plan,
                                     const zk_fp *points, zk_transcript *t, zkml_error *err)
{
    zk_fp *evaluations, *powers;
    ZK_TRY(zk_prover_alloc(p, &evaluations, plan->n_evaluations + 1, err));
    ZK_TRY(zk_prover_alloc(p, &powers, p->n, err));
    for (uint32_t i = 0; i < plan->n_points; i++) {
        zk_powers(powers, &zk_fp_one, &points[i], p->n);
        evaluate_at(p, plan, i, powers, evaluations);
    }
    for (size_t i = 0; i < plan->n_evaluations; i++)
        zk_transcript_write_scalar(t, &evaluations[i]);
    return ZKML_OK;
}

/* q_s = Horner in x1 over the polynomials of each set; blinds likewise. */
static void combine_sets(const zk_prover *p, const zk_opening_plan *plan, const zk_fp *x1,
                         zk_fp *combined, zk_fp *blinds)
{
    for (size_t i = 0; i < plan->n_polys; i++) {
        uint32_t s = plan->polys[i].set;
        const zk_fp *blind, *coefficients = opened(p, &plan->polys[i], &blind);
        zk_poly_horner(combined + s * p->n, x1, coefficients, p->n);
        zk_poly_horner(&blinds[s], x1, blind, 1);
    }
}

/* q' = Horner in x2 over the sets of floor(q_s / prod (X - point)) */
static zkml_status quotient_sum(zk_prover *p, const zk_opening_plan *plan, const zk_fp *points,
                                const zk_fp *x2, const zk_fp *combined, zk_fp *sum,
                                zkml_error *err)
{
    zk_fp *part;
    ZK_TRY(zk_prover_alloc(p, &part, p->n, err));
    for (size_t s = 0; s < plan->n_sets; s++) {
        const zk_point_set *set = &plan->sets[s];
        memcpy(part, combined + s * p->n, p->n * sizeof *part);
        for (uint32_t j = 0; j < set->count; j++)
            zk_poly_div_linear(part, p->n, &points[plan->set_points[set->first + j]]);
        zk_poly_horner(sum, x2, part, p->n);
    }
    return ZKML_OK;
}

static zkml_status open_sets(zk_prover *p, const zk_opening_plan *plan, const zk_fp *points,
                             zk_transcript *t, zkml_error *err)
{
    zk_fp x1, x2, x3, x4, blind, value;
    zk_fp *combined, *blinds, *f;
    ZK_TRY(zk_prover_alloc(p, &combined, plan->n_sets * p->n, err));
    ZK_TRY(zk_prover_alloc(p, &blinds, plan->n_sets, err));
    ZK_TRY(zk_prover_alloc(p, &f, p->n, err));
    zk_transcript_challenge(t, &x1);
    zk_transcript_challenge(t, &x2);
    combine_sets(p, plan, &x1, combined, blinds);
    ZK_TRY(quotient_sum(p, plan, points, &x2, combined, f, err));
    zk_rng_scalar(p->rng, &blind);
    zk_commit_item item = {.column = {.type = ZK_COLUMN_FP, .length = p->n, .u.fp = f},
                           .blind = blind};
    ZK_TRY(zk_prover_write_commitments(p, t, &item, 1, err));
    zk_transcript_challenge(t, &x3);
    for (size_t s = 0; s < plan->n_sets; s++) {
        zk_poly_eval(&value, combined + s * p->n, p->n, &x3);
        zk_transcript_write_scalar(t, &value);
    }
    zk_transcript_challenge(t, &x4);
    for (size_t s = 0; s < plan->n_sets; s++) {
        zk_poly_horner(f, &x4, combined + s * p->n, p->n);
        zk_poly_horner(&blind, &x4, &blinds[s], 1);
    }
    return zk_ipa_prove(p, f, &blind, &x3, t, err);
}

zkml_status zk_prover_open(zk_prover *prover, const zk_fp *x, zk_transcript *t, zkml_error *err)
{
    zk_opening_plan plan;
    zk_fp *points = NULL;
    ZK_TRY(zk_opening_plan_make(&plan, prover->pk->vk, 1, err));
    zkml_status status = zk_prover_alloc(prover, &points, plan.n_points, err);
    if (status == ZKML_OK) {
        zk_opening_points(&plan, prover->pk->vk, x, points);
        status = write_evaluations(prover, &plan, points, t, err);
    }
    if (status == ZKML_OK)
        status = open_sets(prover, &plan, points, t, err);
    zk_opening_plan_free(&plan);
    return status;
}

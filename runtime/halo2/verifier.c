#include "runtime/halo2/verifier.h"

#include <stdlib.h>
#include <string.h>

#include "runtime/halo2/constraints.h"
#include "runtime/halo2/opening.h"

/* Everything read from one proof, and the sum of points that must vanish. */
typedef struct verification {
    const zk_vk *vk;
    const zk_params *params;
    uint32_t circuits;
    zk_opening_plan plan;
    zk_transcript transcript;
    zk_reader reader;
    zk_vesta_affine *instance;    /* circuits * n_instance */
    zk_vesta_affine *commitments; /* plan.n_commitments, in message order */
    zk_fp *evaluations;           /* plan.n_evaluations, then h */
    zk_fp *points;                /* plan.n_points */
    zk_fp *set_values;            /* q_s(x3), plan.n_sets */
    zk_challenges challenges;
    zk_fp x, x1, x2, x3, x4;
    zk_point_sum *sum;
    zkml_error *err;
} verification;

zkml_status zk_commit_instances(zk_vesta_affine *points, const zk_vk *vk, const zk_params *params,
                                uint32_t n_circuits, const zk_instance_values *instances,
                                zkml_error *err)
{
    size_t count = (size_t)n_circuits * vk->cs->n_instance;
    zk_commit_item *items = calloc(count + 1, sizeof *items);
    if (items == NULL)
        return zk_fail(err, ZKML_LIMIT, "out of memory for the instance columns");
    zkml_status status = ZKML_OK;
    for (size_t i = 0; i < count; i++) {
        if (instances[i].count > vk->usable)
            status = zk_fail(err, ZKML_MALFORMED, "%zu values for an instance column of %zu rows",
                             instances[i].count, vk->usable);
        items[i] = (zk_commit_item){.lagrange = true,
                                    .column = {.type = ZK_COLUMN_FP,
                                               .length = instances[i].count,
                                               .u.fp = instances[i].values},
                                    .blind = zk_fp_one};
    }
    if (status == ZKML_OK)
        status = zk_commit_batch(points, params, items, count, err);
    free(items);
    return status;
}

/* Reading ------------------------------------------------------------------------------------ */

static zkml_status read_points(verification *v, zk_vesta_affine *points, size_t count)
{
    for (size_t i = 0; i < count; i++)
        ZK_TRY(zk_transcript_read_point(&v->transcript, &points[i], v->err));
    return ZKML_OK;
}

static zkml_status read_scalars(verification *v, zk_fp *scalars, size_t count)
{
    for (size_t i = 0; i < count; i++)
        ZK_TRY(zk_transcript_read_scalar(&v->transcript, &scalars[i], v->err));
    return ZKML_OK;
}

/* Steps 1 to 19 of HALO2.md section 9. */
static zkml_status read_commitments(verification *v)
{
    const zk_constraint_system *cs = v->vk->cs;
    size_t advice = v->circuits * cs->n_advice, lookups = v->circuits * cs->n_lookups;
    size_t products = v->circuits * zk_cs_permutation_products(cs);
    zk_vesta_affine *next = v->commitments;
    zk_transcript *t = &v->transcript;
    zk_transcript_common_scalar(t, &v->vk->transcript_repr);
    for (size_t i = 0; i < (size_t)v->circuits * cs->n_instance; i++)
        ZK_TRY(zk_transcript_common_point(t, &v->instance[i], v->err));
    ZK_TRY(read_points(v, next, advice));
    zk_transcript_challenge(t, &v->challenges.theta);
    ZK_TRY(read_points(v, next += advice, 2 * lookups));
    zk_transcript_challenge(t, &v->challenges.beta);
    zk_transcript_challenge(t, &v->challenges.gamma);
    ZK_TRY(read_points(v, next += 2 * lookups, products + lookups + 1));
    zk_transcript_challenge(t, &v->challenges.y);
    ZK_TRY(read_points(v, next += products + lookups + 1, v->vk->degree - 1));
    zk_transcript_challenge(t, &v->x);
    return read_scalars(v, v->evaluations, v->plan.n_evaluations);
}

/* The sum ------------------------------------------------------------------------------------ */

static void add_term(verification *v, const zk_vesta_affine *point, const zk_fp *factor)
{
    zk_point_sum_add(v->sum, point, factor);
}

/* The commitment of an opened polynomial, times `factor`. */
static void add_poly(verification *v, const zk_opened_poly *poly, const zk_fp *factor)
{
    const zk_constraint_system *cs = v->vk->cs;
    size_t advice = v->circuits * cs->n_advice, lookups = v->circuits * cs->n_lookups;
    size_t products = zk_cs_permutation_products(cs);
    size_t z = advice + 2 * lookups, lookup_z = z + v->circuits * products;
    size_t random = lookup_z + lookups, pair = 2 * (poly->circuit * cs->n_lookups + poly->index);
    switch (poly->kind) {
    case ZK_POLY_INSTANCE:
        add_term(v, &v->instance[poly->circuit * cs->n_instance + poly->index], factor);
        return;
    case ZK_POLY_ADVICE:
        add_term(v, &v->commitments[poly->circuit * cs->n_advice + poly->index], factor);
        return;
    case ZK_POLY_PERMUTATION_Z:
        add_term(v, &v->commitments[z + poly->circuit * products + poly->index], factor);
        return;
    case ZK_POLY_LOOKUP_Z:
        add_term(v, &v->commitments[lookup_z + pair / 2], factor);
        return;
    case ZK_POLY_LOOKUP_INPUT:
        add_term(v, &v->commitments[advice + pair], factor);
        return;
    case ZK_POLY_LOOKUP_TABLE:
        add_term(v, &v->commitments[advice + pair + 1], factor);
        return;
    case ZK_POLY_FIXED:
        add_term(v, &v->vk->fixed_commitments[poly->index], factor);
        return;
    case ZK_POLY_SIGMA:
        add_term(v, &v->vk->sigma_commitments[poly->index], factor);
        return;
    case ZK_POLY_RANDOM:
        add_term(v, &v->commitments[random], factor);
        return;
    case ZK_POLY_H: {
        zk_fp power = *factor, x_n;
        zk_fp_pow_u64(&x_n, &v->x, v->vk->n);
        for (size_t i = 0; i + 1 < v->vk->degree; i++) {
            add_term(v, &v->commitments[random + 1 + i], &power);
            zk_fp_mul(&power, &power, &x_n);
        }
        return;
    }
    }
}

/* Horner in x1 over the polynomials of set s of their evaluations at the set's point number i. */
static void combine_evaluations(const verification *v, size_t s, size_t i, zk_fp *value)
{
    *value = zk_fp_zero;
    for (size_t p = 0; p < v->plan.n_polys; p++) {
        const zk_opened_poly *poly = &v->plan.polys[p];
        if (poly->set != s)
            continue;
        zk_fp_mul(value, value, &v->x1);
        zk_fp_add(value, value, &v->evaluations[v->plan.poly_evaluations[poly->first + i]]);
    }
}

/* (q_s(x3) - r_s(x3)) / prod (x3 - point): with the Lagrange form of r_s,
 *   q_s(x3) / prod_i (x3 - p_i)  -  sum_i e_i / ((x3 - p_i) prod_(j != i) (p_i - p_j)) */
static zkml_status quotient_value(const verification *v, size_t s, zk_fp *value)
{
    const zk_point_set *set = &v->plan.sets[s];
    const uint32_t *numbers = v->plan.set_points + set->first;
    zk_fp all = zk_fp_one, sum = zk_fp_zero, difference, term;
    for (uint32_t i = 0; i < set->count; i++) {
        const zk_fp *point = &v->points[numbers[i]];
        zk_fp denominator;
        zk_fp_sub(&denominator, &v->x3, point);
        zk_fp_mul(&all, &all, &denominator);
        for (uint32_t j = 0; j < set->count; j++)
            if (j != i) {
                zk_fp_sub(&difference, point, &v->points[numbers[j]]);
                zk_fp_mul(&denominator, &denominator, &difference);
            }
        if (zk_fp_is_zero(&denominator))
            return zk_fail(v->err, ZKML_INVALID, "a challenge meets an opening point");
        zk_fp_inv(&denominator, &denominator);
        combine_evaluations(v, s, i, &term);
        zk_fp_mul(&term, &term, &denominator);
        zk_fp_add(&sum, &sum, &term);
    }
    zk_fp_inv(&all, &all);
    zk_fp_mul(value, &v->set_values[s], &all);
    zk_fp_sub(value, value, &sum);
    return ZKML_OK;
}

/* Steps 20 to 24: adds the commitment to open; *value is what it must open to at x3. */
static zkml_status read_multiopen(verification *v, zk_fp *value)
{
    zk_vesta_affine q_prime;
    zk_transcript *t = &v->transcript;
    zk_transcript_challenge(t, &v->x1);
    zk_transcript_challenge(t, &v->x2);
    ZK_TRY(read_points(v, &q_prime, 1));
    zk_transcript_challenge(t, &v->x3);
    ZK_TRY(read_scalars(v, v->set_values, v->plan.n_sets));
    zk_transcript_challenge(t, &v->x4);
    zk_opening_points(&v->plan, v->vk, &v->x, v->points);
    *value = zk_fp_zero;
    for (size_t s = 0; s < v->plan.n_sets; s++) {
        zk_fp part;
        ZK_TRY(quotient_value(v, s, &part));
        zk_fp_mul(value, value, &v->x2);
        zk_fp_add(value, value, &part);
    }
    for (size_t s = 0; s < v->plan.n_sets; s++) {
        zk_fp_mul(value, value, &v->x4);
        zk_fp_add(value, value, &v->set_values[s]);
    }
    zk_fp set_factor = zk_fp_one;
    for (size_t s = v->plan.n_sets; s-- > 0;) {
        zk_fp factor = set_factor;
        for (size_t p = v->plan.n_polys; p-- > 0;)
            if (v->plan.polys[p].set == s) {
                add_poly(v, &v->plan.polys[p], &factor);
                zk_fp_mul(&factor, &factor, &v->x1);
            }
        zk_fp_mul(&set_factor, &set_factor, &v->x4);
    }
    add_term(v, &q_prime, &set_factor);
    return ZKML_OK;
}

/* g[i] = c prod over set bits t of i of u_(k-1-t); *b = prod (1 + u_(k-1-i) x3^(2^i)) */
static void expand_challenges(const verification *v, const zk_fp *u, const zk_fp *c, zk_fp *g,
                              zk_fp *b)
{
    uint32_t k = v->vk->k;
    zk_fp power = v->x3, factor;
    g[0] = *c;
    *b = zk_fp_one;
    for (uint32_t t = 0; t < k; t++) {
        const zk_fp *challenge = &u[k - 1 - t];
        for (size_t i = 0; i < (size_t)1 << t; i++)
            zk_fp_mul(&g[((size_t)1 << t) + i], &g[i], challenge);
        zk_fp_mul(&factor, challenge, &power);
        zk_fp_add(&factor, &factor, &zk_fp_one);
        zk_fp_mul(b, b, &factor);
        zk_fp_sqr(&power, &power);
    }
}

/* Steps 25 to 28, and the factors of the generators G in g (n of them). */
static zkml_status read_opening(verification *v, const zk_fp *value, zk_fp *g)
{
    zk_vesta_affine point, pair[2];
    zk_fp xi, z, u[ZK_CS_MAX_K], inverse, c, f, b, factor;
    zk_transcript *t = &v->transcript;
    ZK_TRY(read_points(v, &point, 1));
    zk_transcript_challenge(t, &xi);
    zk_transcript_challenge(t, &z);
    add_term(v, &point, &xi);
    for (uint32_t j = 0; j < v->vk->k; j++) {
        ZK_TRY(read_points(v, pair, 2));
        zk_transcript_challenge(t, &u[j]);
        if (zk_fp_is_zero(&u[j]))
            return zk_fail(v->err, ZKML_INVALID, "a challenge is zero");
        zk_fp_inv(&inverse, &u[j]);
        add_term(v, &pair[0], &inverse);
        add_term(v, &pair[1], &u[j]);
    }
    ZK_TRY(read_scalars(v, &c, 1));
    ZK_TRY(read_scalars(v, &f, 1));
    zk_fp_neg(&c, &c);
    zk_fp_neg(&f, &f);
    expand_challenges(v, u, &c, g, &b);
    zk_fp_sub(&g[0], &g[0], value);
    zk_fp_mul(&factor, &c, &b);
    zk_fp_mul(&factor, &factor, &z);
    add_term(v, &v->params->u, &factor);
    add_term(v, &v->params->w, &f);
    return ZKML_OK;
}

static zkml_status check_proof(verification *v, zk_fp *g)
{
    zk_fp value;
    ZK_TRY(read_commitments(v));
    ZK_TRY(zk_constraints_at(&v->evaluations[v->plan.h_evaluation], v->vk, &v->plan,
                             &v->challenges, &v->x, v->evaluations, v->err));
    ZK_TRY(read_multiopen(v, &value));
    ZK_TRY(read_opening(v, &value, g));
    ZK_TRY(zk_reader_finish(&v->reader, v->err));
    zk_point_sum_add_g(v->sum, g);
    return ZKML_OK;
}

static bool allocate(verification *v, zk_fp **g)
{
    const zk_opening_plan *plan = &v->plan;
    v->instance =
        calloc((size_t)v->circuits * v->vk->cs->n_instance + 1, sizeof *v->instance);
    v->commitments = calloc(plan->n_commitments + 1, sizeof *v->commitments);
    v->evaluations = calloc(plan->n_evaluations + 1, sizeof *v->evaluations);
    v->points = calloc(plan->n_points + 1, sizeof *v->points);
    v->set_values = calloc(plan->n_sets + 1, sizeof *v->set_values);
    *g = calloc(v->vk->n, sizeof **g);
    return v->instance != NULL && v->commitments != NULL && v->evaluations != NULL &&
           v->points != NULL && v->set_values != NULL && *g != NULL;
}

static void release(verification *v, zk_fp *g)
{
    free(v->instance);
    free(v->commitments);
    free(v->evaluations);
    free(v->points);
    free(v->set_values);
    free(g);
    zk_opening_plan_free(&v->plan);
}

zkml_status zk_verify_add(zk_point_sum *sum, const zk_vk *vk, uint32_t n_circuits,
                          const zk_instance_values *instances, const uint8_t *proof,
                          size_t length, zk_transcript_hook hook, void *hook_context,
                          zkml_error *err)
{
    const zk_params *params = sum->params;
    verification v = {
        .vk = vk, .params = params, .circuits = n_circuits, .sum = sum, .err = err};
    zk_fp *g = NULL;
    if (params->k != vk->k)
        return zk_fail(err, ZKML_USAGE, "parameters for k = %u, a key for k = %u", params->k,
                       vk->k);
    ZK_TRY(zk_opening_plan_make(&v.plan, vk, n_circuits, err));
    size_t expected = zk_opening_proof_length(&v.plan, vk);
    zkml_status status;
    if (length != expected)
        status = zk_fail(err, ZKML_MALFORMED, "the proof has %zu bytes, %zu are expected", length,
                         expected);
    else if (!allocate(&v, &g))
        status = zk_fail(err, ZKML_LIMIT, "out of memory for the verification");
    else
        status = zk_commit_instances(v.instance, vk, params, n_circuits, instances, err);
    if (status == ZKML_OK) {
        zk_reader_init(&v.reader, "proof", proof, length);
        zk_transcript_init(&v.transcript, NULL, &v.reader);
        v.transcript.hook = hook;
        v.transcript.hook_context = hook_context;
        status = check_proof(&v, g);
    }
    release(&v, g);
    return status;
}

zkml_status zk_verify(const zk_vk *vk, const zk_params *params, uint32_t n_circuits,
                      const zk_instance_values *instances, const uint8_t *proof, size_t length,
                      zk_transcript_hook hook, void *hook_context, zkml_error *err)
{
    zk_point_sum sum;
    zk_point_sum_init(&sum, params);
    zkml_status status = zk_verify_add(&sum, vk, n_circuits, instances, proof, length, hook,
                                       hook_context, err);
    if (status == ZKML_OK)
        status = zk_point_sum_check(&sum, "the proof does not verify", err);
    zk_point_sum_free(&sum);
    return status;
}

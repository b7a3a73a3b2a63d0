#include "runtime/halo2/opening.h"

#include <stdlib.h>
#include <string.h>

/* Offsets of z(x), z(wx), z(w^last x) of a permutation product and of the five look-up
 * evaluations z(x), z(wx), A'(x), A'(w^-1 x), S'(x). */
enum { Z = 0, Z_NEXT = 1, Z_LAST = 2 };
enum { LOOKUP_Z = 0, LOOKUP_Z_NEXT = 1, LOOKUP_A = 2, LOOKUP_A_PREVIOUS = 3, LOOKUP_S = 4 };

/* One (polynomial, point) pair while the plan is made. */
typedef struct query {
    uint32_t poly, point, evaluation;
} query;

typedef struct planner {
    zk_opening_plan *plan;
    const zk_vk *vk;
    query *queries;
    size_t n_queries, cap_queries, cap_polys, cap_rotations, cap_sets, cap_set_points;
    bool failed, repeated;
} planner;

static uint32_t find_point(planner *p, int32_t rotation)
{
    zk_opening_plan *plan = p->plan;
    int64_t n = (int64_t)plan->n, wanted = ((rotation % n) + n) % n;
    for (size_t i = 0; i < plan->n_points; i++)
        if ((plan->rotations[i] % n + n) % n == wanted)
            return (uint32_t)i;
    if (!ZK_GROW(plan->rotations, p->cap_rotations, plan->n_points + 1)) {
        p->failed = true;
        return 0;
    }
    plan->rotations[plan->n_points] = rotation;
    return (uint32_t)plan->n_points++;
}

static uint32_t find_poly(planner *p, zk_poly_kind kind, uint32_t circuit, uint32_t index)
{
    zk_opening_plan *plan = p->plan;
    for (size_t i = 0; i < plan->n_polys; i++)
        if (plan->polys[i].kind == kind && plan->polys[i].circuit == circuit &&
            plan->polys[i].index == index)
            return (uint32_t)i;
    if (!ZK_GROW(plan->polys, p->cap_polys, plan->n_polys + 1)) {
        p->failed = true;
        return 0;
    }
    plan->polys[plan->n_polys] = (zk_opened_poly){.kind = kind, .circuit = circuit, .index = index};
    return (uint32_t)plan->n_polys++;
}

static void ask(planner *p, zk_poly_kind kind, uint32_t circuit, uint32_t index, int32_t rotation,
                size_t evaluation)
{
    uint32_t poly = find_poly(p, kind, circuit, index), point = find_point(p, rotation);
    if (p->failed || !ZK_GROW(p->queries, p->cap_queries, p->n_queries + 1)) {
        p->failed = true;
        return;
    }
    for (size_t i = 0; i < p->n_queries; i++)
        if (p->queries[i].poly == poly && p->queries[i].point == point)
            p->repeated = true;
    p->queries[p->n_queries++] =
        (query){.poly = poly, .point = point, .evaluation = (uint32_t)evaluation};
}

static void number_evaluations(zk_opening_plan *plan, const zk_vk *vk)
{
    const zk_constraint_system *cs = vk->cs;
    size_t circuits = plan->n_circuits, nz = zk_cs_permutation_products(cs);
    plan->permutation_stride = nz > 0 ? 3 * nz - 1 : 0;
    plan->lookup_stride = 5 * cs->n_lookups;
    plan->instance = 0;
    plan->advice = plan->instance + circuits * cs->n_instance_queries;
    plan->fixed = plan->advice + circuits * cs->n_advice_queries;
    plan->random = plan->fixed + cs->n_fixed_queries;
    plan->sigma = plan->random + 1;
    plan->permutation = plan->sigma + cs->n_permutation;
    plan->lookup = plan->permutation + circuits * plan->permutation_stride;
    plan->n_evaluations = plan->lookup + circuits * plan->lookup_stride;
    plan->h_evaluation = (uint32_t)plan->n_evaluations;
    plan->n_commitments = circuits * (cs->n_advice + 3 * cs->n_lookups + nz) + 1 + vk->degree - 1;
}

static void ask_circuit(planner *p, uint32_t c)
{
    const zk_constraint_system *cs = p->vk->cs;
    const zk_opening_plan *plan = p->plan;
    size_t base = plan->instance + c * cs->n_instance_queries;
    for (size_t i = 0; i < cs->n_instance_queries; i++)
        ask(p, ZK_POLY_INSTANCE, c, cs->instance_queries[i].column,
            cs->instance_queries[i].rotation, base + i);
    base = plan->advice + c * cs->n_advice_queries;
    for (size_t i = 0; i < cs->n_advice_queries; i++)
        ask(p, ZK_POLY_ADVICE, c, cs->advice_queries[i].column, cs->advice_queries[i].rotation,
            base + i);
    base = plan->permutation + c * plan->permutation_stride;
    uint32_t nz = zk_cs_permutation_products(cs);
    int32_t last = -(int32_t)(p->vk->blinding_factors + 1);
    for (uint32_t i = 0; i < nz; i++) {
        ask(p, ZK_POLY_PERMUTATION_Z, c, i, 0, base + 3 * i + Z);
        ask(p, ZK_POLY_PERMUTATION_Z, c, i, 1, base + 3 * i + Z_NEXT);
    }
    for (uint32_t i = nz > 0 ? nz - 1 : 0; i-- > 0;)
        ask(p, ZK_POLY_PERMUTATION_Z, c, i, last, base + 3 * i + Z_LAST);
    base = plan->lookup + c * plan->lookup_stride;
    for (uint32_t i = 0; i < cs->n_lookups; i++, base += 5) {
        ask(p, ZK_POLY_LOOKUP_Z, c, i, 0, base + LOOKUP_Z);
        ask(p, ZK_POLY_LOOKUP_INPUT, c, i, 0, base + LOOKUP_A);
        ask(p, ZK_POLY_LOOKUP_TABLE, c, i, 0, base + LOOKUP_S);
        ask(p, ZK_POLY_LOOKUP_INPUT, c, i, -1, base + LOOKUP_A_PREVIOUS);
        ask(p, ZK_POLY_LOOKUP_Z, c, i, 1, base + LOOKUP_Z_NEXT);
    }
}

static void ask_shared(planner *p)
{
    const zk_constraint_system *cs = p->vk->cs;
    const zk_opening_plan *plan = p->plan;
    for (size_t i = 0; i < cs->n_fixed_queries; i++)
        ask(p, ZK_POLY_FIXED, 0, cs->fixed_queries[i].column, 0, plan->fixed + i);
    for (uint32_t j = 0; j < cs->n_permutation; j++)
        ask(p, ZK_POLY_SIGMA, 0, j, 0, plan->sigma + j);
    ask(p, ZK_POLY_H, 0, 0, 0, plan->h_evaluation);
    ask(p, ZK_POLY_RANDOM, 0, 0, 0, plan->random);
}

static bool same_points(const zk_opening_plan *plan, const zk_point_set *a, const zk_point_set *b)
{
    return a->count == b->count && memcmp(plan->set_points + a->first, plan->set_points + b->first,
                                          a->count * sizeof *plan->set_points) == 0;
}

/* Lists one polynomial's points in ascending order at the end of set_points, and its evaluations
 * in the same order; then keeps the list as a new set or takes an equal one. */
static void assign_set(planner *p, uint32_t poly)
{
    zk_opening_plan *plan = p->plan;
    size_t used = 0;
    if (plan->n_sets > 0)
        used = plan->sets[plan->n_sets - 1].first + plan->sets[plan->n_sets - 1].count;
    if (!ZK_GROW(plan->set_points, p->cap_set_points, used + plan->n_points) ||
        !ZK_GROW(plan->sets, p->cap_sets, plan->n_sets + 1)) {
        p->failed = true;
        return;
    }
    zk_point_set *set = &plan->sets[plan->n_sets];
    *set = (zk_point_set){.first = (uint32_t)used};
    plan->polys[poly].first = (uint32_t)plan->n_poly_evaluations;
    for (uint32_t point = 0; point < plan->n_points; point++)
        for (size_t q = 0; q < p->n_queries; q++)
            if (p->queries[q].poly == poly && p->queries[q].point == point) {
                plan->set_points[used + set->count++] = point;
                plan->poly_evaluations[plan->n_poly_evaluations++] = p->queries[q].evaluation;
            }
    size_t s = 0;
    while (s < plan->n_sets && !same_points(plan, &plan->sets[s], set))
        s++;
    plan->polys[poly].set = (uint32_t)s;
    if (s == plan->n_sets)
        plan->n_sets++;
}

zkml_status zk_opening_plan_make(zk_opening_plan *plan, const zk_vk *vk, uint32_t n_circuits,
                                 zkml_error *err)
{
    memset(plan, 0, sizeof *plan);
    if (n_circuits == 0 || n_circuits > 4096)
        return zk_fail(err, ZKML_LIMIT, "%u circuit instances in one proof", n_circuits);
    plan->n_circuits = n_circuits;
    plan->n = vk->n;
    number_evaluations(plan, vk);
    planner p = {.plan = plan, .vk = vk};
    for (uint32_t c = 0; c < n_circuits; c++)
        ask_circuit(&p, c);
    ask_shared(&p);
    plan->poly_evaluations = calloc(p.n_queries + 1, sizeof *plan->poly_evaluations);
    if (plan->poly_evaluations == NULL)
        p.failed = true;
    for (uint32_t i = 0; i < plan->n_polys && !p.failed; i++)
        assign_set(&p, i);
    free(p.queries);
    if (p.failed) {
        zk_opening_plan_free(plan);
        return zk_fail(err, ZKML_LIMIT, "out of memory for the openings");
    }
    if (p.repeated) {
        zk_opening_plan_free(plan);
        return zk_fail(err, ZKML_MALFORMED, "a polynomial is opened twice at the same point");
    }
    return ZKML_OK;
}

void zk_opening_plan_free(zk_opening_plan *plan)
{
    free(plan->polys);
    free(plan->poly_evaluations);
    free(plan->sets);
    free(plan->set_points);
    free(plan->rotations);
    memset(plan, 0, sizeof *plan);
}

void zk_opening_points(const zk_opening_plan *plan, const zk_vk *vk, const zk_fp *x, zk_fp *points)
{
    for (size_t i = 0; i < plan->n_points; i++) {
        int64_t rotation = plan->rotations[i];
        zk_fp power;
        zk_fp_pow_u64(&power, rotation < 0 ? &vk->omega_inv : &vk->omega,
                      (uint64_t)(rotation < 0 ? -rotation : rotation));
        zk_fp_mul(&points[i], x, &power);
    }
}

size_t zk_opening_proof_length(const zk_opening_plan *plan, const zk_vk *vk)
{
    return 32 * (plan->n_commitments + plan->n_evaluations + 1 + plan->n_sets + 1 +
                 2 * (size_t)vk->k + 2);
}

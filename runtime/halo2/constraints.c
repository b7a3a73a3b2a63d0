#include "runtime/halo2/constraints.h"

#include <stdlib.h>

#define UNSET UINT32_MAX

/* One circuit instance's expressions on their way into a program. */
typedef struct translation {
    zk_program *p;
    const zk_constraint_system *cs;
    uint32_t circuit;
    const zk_fp *const *constants; /* of advice columns; may be NULL */
    zk_node *memo;                 /* per expression, UNSET while unknown */
} translation;

static zkml_status start(translation *t, zkml_error *err)
{
    t->memo = malloc((t->cs->n_exprs + 1) * sizeof *t->memo);
    if (t->memo == NULL)
        return zk_fail(err, ZKML_LIMIT, "out of memory for the constraints");
    for (size_t i = 0; i < t->cs->n_exprs; i++)
        t->memo[i] = UNSET;
    return ZKML_OK;
}

static zk_node leaf(const translation *t, zk_leaf_kind kind, uint32_t circuit, uint32_t index,
                    int32_t rotation)
{
    return zk_program_leaf(t->p, (zk_leaf){.kind = kind,
                                           .circuit = circuit,
                                           .index = index,
                                           .rotation = rotation,
                                           .query = UNSET});
}

static zk_node query_leaf(const translation *t, zk_leaf_kind kind, const zk_expr *x)
{
    uint32_t circuit = kind == ZK_LEAF_FIXED ? 0 : t->circuit;
    return zk_program_leaf(t->p, (zk_leaf){.kind = kind,
                                           .circuit = circuit,
                                           .index = x->a,
                                           .rotation = x->rotation,
                                           .query = x->query_index});
}

static zk_node translate(translation *t, zk_expr_id id)
{
    if (t->memo[id] != UNSET)
        return t->memo[id];
    const zk_expr *x = &t->cs->exprs[id];
    zk_program *p = t->p;
    zk_node node = 0, a;
    switch (x->kind) {
    case ZK_EXPR_CONSTANT:
        node = zk_program_constant(p, &t->cs->constants[x->a]);
        break;
    case ZK_EXPR_SELECTOR:
        ZK_UNREACHABLE("selectors are compressed before a key is made");
        break;
    case ZK_EXPR_FIXED:
        node = query_leaf(t, ZK_LEAF_FIXED, x);
        break;
    case ZK_EXPR_ADVICE:
        node = t->constants != NULL && t->constants[x->a] != NULL
                   ? zk_program_constant(p, t->constants[x->a])
                   : query_leaf(t, ZK_LEAF_ADVICE, x);
        break;
    case ZK_EXPR_INSTANCE:
        node = query_leaf(t, ZK_LEAF_INSTANCE, x);
        break;
    case ZK_EXPR_NEGATED:
        node = zk_program_neg(p, translate(t, x->a));
        break;
    case ZK_EXPR_SUM:
        a = translate(t, x->a);
        node = zk_program_add(p, a, translate(t, x->b));
        break;
    case ZK_EXPR_PRODUCT:
        a = translate(t, x->a);
        node = zk_program_mul(p, a, translate(t, x->b));
        break;
    case ZK_EXPR_SCALED:
        node = zk_program_scale(p, translate(t, x->a), &t->cs->constants[x->b]);
        break;
    }
    t->memo[id] = node;
    return node;
}

/* Horner in theta: the last expression has power 0. */
static zk_node compress(translation *t, const zk_expr_id *ids, size_t n, const zk_fp *theta)
{
    zk_node acc = translate(t, ids[0]);
    for (size_t i = 1; i < n; i++)
        acc = zk_program_horner(t->p, acc, theta, translate(t, ids[i]));
    return acc;
}

zkml_status zk_lookup_program(zk_program *p, const zk_constraint_system *cs, size_t lookup,
                              const zk_fp *theta, const zk_fp *const *constants,
                              zkml_error *err)
{
    const zk_lookup *l = &cs->lookups[lookup];
    translation t = {.p = p, .cs = cs, .constants = constants};
    zk_program_init(p);
    ZK_TRY(start(&t, err));
    zk_program_output(p, compress(&t, cs->lookup_inputs + l->first, l->count, theta));
    zk_program_output(p, compress(&t, cs->lookup_tables + l->first, l->count, theta));
    free(t.memo);
    return zk_program_finish(p, err);
}

zkml_status zk_expressions_program(zk_program *p, const zk_constraint_system *cs,
                                   const zk_expr_id *exprs, size_t count,
                                   const zk_fp *const *constants, zkml_error *err)
{
    translation t = {.p = p, .cs = cs, .constants = constants};
    zk_program_init(p);
    ZK_TRY(start(&t, err));
    for (size_t i = 0; i < count; i++)
        zk_program_output(p, translate(&t, exprs[i]));
    free(t.memo);
    return zk_program_finish(p, err);
}

/* The growing sum: acc = acc y + constraint. */
typedef struct sum {
    translation *t;
    const zk_vk *vk;
    const zk_challenges *challenges;
    zk_node acc;
    bool any;
    zk_node l0, l_last, l_active;
} sum;

static void require(sum *s, zk_node constraint)
{
    if (s->any)
        s->acc = zk_program_horner(s->t->p, s->acc, &s->challenges->y, constraint);
    else
        s->acc = constraint;
    s->any = true;
}

static zk_node column_leaf(const sum *s, zk_column_ref column)
{
    static const zk_leaf_kind kinds[] = {ZK_LEAF_ADVICE, ZK_LEAF_FIXED, ZK_LEAF_INSTANCE};
    const zk_query *queries = s->vk->cs->advice_queries;
    size_t n = s->vk->cs->n_advice_queries;
    if (column.kind == ZK_FIXED) {
        queries = s->vk->cs->fixed_queries;
        n = s->vk->cs->n_fixed_queries;
    } else if (column.kind == ZK_INSTANCE) {
        queries = s->vk->cs->instance_queries;
        n = s->vk->cs->n_instance_queries;
    }
    for (size_t q = 0; q < n; q++)
        if (queries[q].column == column.index && queries[q].rotation == 0)
            return zk_program_leaf(s->t->p,
                                   (zk_leaf){.kind = kinds[column.kind],
                                             .circuit = column.kind == ZK_FIXED ? 0 : s->t->circuit,
                                             .index = column.index,
                                             .query = (uint32_t)q});
    ZK_UNREACHABLE("permutation columns are queried at rotation 0");
    return 0;
}

/* l_0 (1 - z),  l_last (z^2 - z) */
static void require_start(sum *s, zk_node z)
{
    zk_program *p = s->t->p;
    require(s, zk_program_mul(p, s->l0, zk_program_offset(p, zk_program_neg(p, z), &zk_fp_one)));
}

static void require_end(sum *s, zk_node z)
{
    zk_program *p = s->t->p;
    require(s, zk_program_mul(p, s->l_last, zk_program_sub(p, zk_program_mul(p, z, z), z)));
}

/* act (z_i(wX) prod (v_j + beta sigma_j + gamma) - z_i(X) prod (v_j + beta DELTA^j X + gamma)) */
static void require_chunk(sum *s, uint32_t chunk, size_t first, size_t end, zk_fp *beta_delta)
{
    zk_program *p = s->t->p;
    const zk_challenges *ch = s->challenges;
    zk_node left = leaf(s->t, ZK_LEAF_PERMUTATION_Z, s->t->circuit, chunk, 1);
    zk_node right = leaf(s->t, ZK_LEAF_PERMUTATION_Z, s->t->circuit, chunk, 0);
    zk_node x = leaf(s->t, ZK_LEAF_X, 0, 0, 0);
    for (size_t j = first; j < end; j++) {
        zk_node v = column_leaf(s, s->vk->cs->permutation[j]);
        zk_node sigma = leaf(s->t, ZK_LEAF_SIGMA, 0, (uint32_t)j, 0);
        zk_node v_gamma = zk_program_offset(p, v, &ch->gamma);
        left = zk_program_mul(p, left, zk_program_horner(p, sigma, &ch->beta, v_gamma));
        right = zk_program_mul(p, right, zk_program_horner(p, x, beta_delta, v_gamma));
        zk_fp_mul(beta_delta, beta_delta, &zk_fp_delta);
    }
    require(s, zk_program_mul(p, s->l_active, zk_program_sub(p, left, right)));
}

static void require_permutation(sum *s)
{
    const zk_constraint_system *cs = s->vk->cs;
    uint32_t products = zk_cs_permutation_products(cs), circuit = s->t->circuit;
    size_t chunk = zk_cs_permutation_chunk(cs);
    if (products == 0)
        return;
    int32_t last = -(int32_t)(s->vk->blinding_factors + 1);
    require_start(s, leaf(s->t, ZK_LEAF_PERMUTATION_Z, circuit, 0, 0));
    require_end(s, leaf(s->t, ZK_LEAF_PERMUTATION_Z, circuit, products - 1, 0));
    for (uint32_t i = 1; i < products; i++) {
        zk_node z = leaf(s->t, ZK_LEAF_PERMUTATION_Z, circuit, i, 0);
        zk_node before = leaf(s->t, ZK_LEAF_PERMUTATION_Z, circuit, i - 1, last);
        require(s, zk_program_mul(s->t->p, s->l0, zk_program_sub(s->t->p, z, before)));
    }
    zk_fp beta_delta = s->challenges->beta;
    for (uint32_t i = 0; i < products; i++) {
        size_t end = (i + 1) * chunk < cs->n_permutation ? (i + 1) * chunk : cs->n_permutation;
        require_chunk(s, i, i * chunk, end, &beta_delta);
    }
}

static void require_lookup(sum *s, uint32_t index)
{
    zk_program *p = s->t->p;
    const zk_challenges *ch = s->challenges;
    const zk_constraint_system *cs = s->vk->cs;
    const zk_lookup *l = &cs->lookups[index];
    uint32_t circuit = s->t->circuit;
    zk_node input = compress(s->t, cs->lookup_inputs + l->first, l->count, &ch->theta);
    zk_node table = compress(s->t, cs->lookup_tables + l->first, l->count, &ch->theta);
    zk_node z = leaf(s->t, ZK_LEAF_LOOKUP_Z, circuit, index, 0);
    zk_node z_next = leaf(s->t, ZK_LEAF_LOOKUP_Z, circuit, index, 1);
    zk_node a = leaf(s->t, ZK_LEAF_LOOKUP_INPUT, circuit, index, 0);
    zk_node a_before = leaf(s->t, ZK_LEAF_LOOKUP_INPUT, circuit, index, -1);
    zk_node t = leaf(s->t, ZK_LEAF_LOOKUP_TABLE, circuit, index, 0);
    require_start(s, z);
    require_end(s, z);
    zk_node left =
        zk_program_mul(p, zk_program_offset(p, a, &ch->beta), zk_program_offset(p, t, &ch->gamma));
    zk_node right = zk_program_mul(p, zk_program_offset(p, input, &ch->beta),
                                   zk_program_offset(p, table, &ch->gamma));
    left = zk_program_mul(p, z_next, left);
    right = zk_program_mul(p, z, right);
    require(s, zk_program_mul(p, s->l_active, zk_program_sub(p, left, right)));
    zk_node difference = zk_program_sub(p, a, t);
    require(s, zk_program_mul(p, s->l0, difference));
    zk_node step = zk_program_mul(p, difference, zk_program_sub(p, a, a_before));
    require(s, zk_program_mul(p, s->l_active, step));
}

zkml_status zk_constraints_program(zk_program *p, const zk_vk *vk, uint32_t n_circuits,
                                   const zk_challenges *challenges, const zk_fp *const *constants,
                                   zkml_error *err)
{
    zk_program_init(p);
    translation t = {.p = p, .cs = vk->cs, .constants = constants};
    sum s = {.t = &t, .vk = vk, .challenges = challenges};
    s.l0 = leaf(&t, ZK_LEAF_L0, 0, 0, 0);
    s.l_last = leaf(&t, ZK_LEAF_L_LAST, 0, 0, 0);
    s.l_active = leaf(&t, ZK_LEAF_L_ACTIVE, 0, 0, 0);
    for (uint32_t c = 0; c < n_circuits; c++) {
        t.circuit = c;
        ZK_TRY(start(&t, err));
        for (size_t i = 0; i < vk->cs->n_polys; i++)
            require(&s, translate(&t, vk->cs->polys[i]));
        require_permutation(&s);
        for (uint32_t i = 0; i < vk->cs->n_lookups; i++)
            require_lookup(&s, i);
        free(t.memo);
    }
    zk_program_output(p, s.any ? s.acc : zk_program_constant(p, &zk_fp_zero));
    return zk_program_finish(p, err);
}

/* Evaluation at one point -------------------------------------------------------------------- */

/* The values at x of l_0, l_last and 1 - (l_last + l_blind). */
typedef struct lagrange_at {
    zk_fp l0, l_last, l_active;
} lagrange_at;

/* l_i(x) = (x^n - 1)/n w^i / (x - w^i), i = -j */
static void lagrange(zk_fp *r, const zk_vk *vk, const zk_fp *x, const zk_fp *vanishing, uint64_t j)
{
    zk_fp power, difference, n;
    zk_fp_pow_u64(&power, &vk->omega_inv, j);
    zk_fp_sub(&difference, x, &power);
    zk_fp_from_u64(&n, vk->n);
    zk_fp_mul(&difference, &difference, &n);
    zk_fp_inv(&difference, &difference);
    zk_fp_mul(r, vanishing, &power);
    zk_fp_mul(r, r, &difference);
}

static void lagrange_all(lagrange_at *l, const zk_vk *vk, const zk_fp *x, const zk_fp *vanishing)
{
    lagrange(&l->l0, vk, x, vanishing, 0);
    lagrange(&l->l_last, vk, x, vanishing, vk->blinding_factors + 1);
    zk_fp_sub(&l->l_active, &zk_fp_one, &l->l_last);
    for (uint64_t j = 1; j <= vk->blinding_factors; j++) {
        zk_fp blind;
        lagrange(&blind, vk, x, vanishing, j);
        zk_fp_sub(&l->l_active, &l->l_active, &blind);
    }
}

static const zk_fp *evaluation_of(const zk_leaf *l, const zk_vk *vk, const zk_opening_plan *plan,
                                  const lagrange_at *lagrange_values, const zk_fp *x,
                                  const zk_fp *evaluations)
{
    const zk_constraint_system *cs = vk->cs;
    size_t z = plan->permutation + l->circuit * plan->permutation_stride + 3 * (size_t)l->index;
    size_t lookup = plan->lookup + l->circuit * plan->lookup_stride + 5 * (size_t)l->index;
    switch (l->kind) {
    case ZK_LEAF_ADVICE:
        return &evaluations[plan->advice + l->circuit * cs->n_advice_queries + l->query];
    case ZK_LEAF_FIXED:
        return &evaluations[plan->fixed + l->query];
    case ZK_LEAF_INSTANCE:
        return &evaluations[plan->instance + l->circuit * cs->n_instance_queries + l->query];
    case ZK_LEAF_SIGMA:
        return &evaluations[plan->sigma + l->index];
    case ZK_LEAF_PERMUTATION_Z:
        return &evaluations[z + (l->rotation == 0 ? 0 : l->rotation == 1 ? 1 : 2)];
    case ZK_LEAF_LOOKUP_Z:
        return &evaluations[lookup + (l->rotation == 0 ? 0 : 1)];
    case ZK_LEAF_LOOKUP_INPUT:
        return &evaluations[lookup + (l->rotation == 0 ? 2 : 3)];
    case ZK_LEAF_LOOKUP_TABLE:
        return &evaluations[lookup + 4];
    case ZK_LEAF_L0:
        return &lagrange_values->l0;
    case ZK_LEAF_L_LAST:
        return &lagrange_values->l_last;
    case ZK_LEAF_L_ACTIVE:
        return &lagrange_values->l_active;
    case ZK_LEAF_X:
        return x;
    }
    return x;
}

static zkml_status run_at(zk_fp *result, const zk_program *p, const zk_vk *vk,
                          const zk_opening_plan *plan, const lagrange_at *l, const zk_fp *x,
                          const zk_fp *evaluations, zkml_error *err)
{
    const zk_fp **columns = calloc(p->n_leaves + 1, sizeof *columns);
    zk_frame frame;
    if (columns == NULL)
        return zk_fail(err, ZKML_LIMIT, "out of memory for the constraints");
    zkml_status status = zk_frame_init(&frame, p, err);
    if (status == ZKML_OK) {
        for (size_t i = 0; i < p->n_leaves; i++)
            columns[i] = evaluation_of(&p->leaves[i], vk, plan, l, x, evaluations);
        zk_fp *outputs[1] = {result};
        zk_program_run(p, &frame, columns, 1, 0, 1, outputs);
        zk_frame_free(&frame);
    }
    free(columns);
    return status;
}

zkml_status zk_constraints_at(zk_fp *result, const zk_vk *vk, const zk_opening_plan *plan,
                              const zk_challenges *challenges, const zk_fp *x,
                              const zk_fp *evaluations, zkml_error *err)
{
    zk_fp vanishing;
    zk_fp_pow_u64(&vanishing, x, vk->n);
    zk_fp_sub(&vanishing, &vanishing, &zk_fp_one);
    if (zk_fp_is_zero(x) || zk_fp_is_zero(&vanishing))
        return zk_fail(err, ZKML_INVALID, "the challenge x is zero or in the domain");
    lagrange_at l;
    lagrange_all(&l, vk, x, &vanishing);
    zk_program p;
    zkml_status status = zk_constraints_program(&p, vk, plan->n_circuits, challenges, NULL, err);
    if (status == ZKML_OK)
        status = run_at(result, &p, vk, plan, &l, x, evaluations, err);
    zk_program_free(&p);
    zk_fp_inv(&vanishing, &vanishing);
    zk_fp_mul(result, result, &vanishing);
    return status;
}

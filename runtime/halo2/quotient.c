/* The quotient polynomial h = (sum of all constraints, Horner in y) / (X^n - 1).
 *
 * The constraints are evaluated on E = 2^(ek-k) >= d-1 cosets of n points, zeta W^j <w> with W the
 * generator of order E n. On one coset X^n is constant, so the division is by a number; together
 * the cosets are the values of h on zeta <W>, from which one transform gives its coefficients. */
#include <omp.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/halo2/prover_steps.h"

/* The distinct polynomials that the program reads, and their values on the current coset. */
typedef struct coset_columns {
    const zk_fp **coefficients; /* per distinct polynomial; NULL: X itself */
    zk_fp *values;              /* distinct * n */
    uint32_t *of_leaf;          /* leaf -> distinct polynomial */
    const zk_fp **columns;      /* leaf -> values */
    size_t distinct;
} coset_columns;

static const zk_fp *leaf_coefficients(const zk_prover *p, const zk_leaf *leaf)
{
    size_t at = (size_t)leaf->index * p->n;
    switch (leaf->kind) {
    case ZK_LEAF_ADVICE:
        return p->advice_coefficients + at;
    case ZK_LEAF_FIXED:
        return p->pk->fixed_coefficients + at;
    case ZK_LEAF_INSTANCE:
        return p->instance_coefficients + at;
    case ZK_LEAF_SIGMA:
        return p->pk->sigma_coefficients + at;
    case ZK_LEAF_PERMUTATION_Z:
        return p->permutation_values + at;
    case ZK_LEAF_LOOKUP_Z:
        return p->lookups[leaf->index].product;
    case ZK_LEAF_LOOKUP_INPUT:
        return p->lookups[leaf->index].permuted_input;
    case ZK_LEAF_LOOKUP_TABLE:
        return p->lookups[leaf->index].permuted_table;
    case ZK_LEAF_L0:
        return p->pk->l0;
    case ZK_LEAF_L_LAST:
        return p->pk->l_last;
    case ZK_LEAF_L_ACTIVE:
        return p->pk->l_active;
    case ZK_LEAF_X:
        return NULL;
    }
    return NULL;
}

static zkml_status collect_columns(coset_columns *c, zk_prover *p, const zk_program *program,
                                   zkml_error *err)
{
    size_t leaves = program->n_leaves;
    c->coefficients = ZK_ARENA_NEW(&p->arena, const zk_fp *, leaves + 1);
    c->columns = ZK_ARENA_NEW(&p->arena, const zk_fp *, leaves + 1);
    c->of_leaf = ZK_ARENA_NEW(&p->arena, uint32_t, leaves + 1);
    if (c->coefficients == NULL || c->columns == NULL || c->of_leaf == NULL)
        return zk_fail(err, ZKML_LIMIT, "out of memory for the quotient");
    for (size_t i = 0; i < leaves; i++) {
        const zk_fp *coefficients = leaf_coefficients(p, &program->leaves[i]);
        size_t d = 0;
        while (d < c->distinct && c->coefficients[d] != coefficients)
            d++;
        c->coefficients[d] = coefficients;
        c->of_leaf[i] = (uint32_t)d;
        c->distinct += d == c->distinct;
    }
    ZK_TRY(zk_prover_alloc(p, &c->values, c->distinct * p->n, err));
    for (size_t i = 0; i < leaves; i++)
        c->columns[i] = c->values + c->of_leaf[i] * p->n;
    return ZKML_OK;
}

static void move_to_coset(const coset_columns *c, const zk_prover *p, const zk_fp *shift)
{
    size_t n = p->n;
#pragma omp parallel for schedule(dynamic)
    for (size_t d = 0; d < c->distinct; d++) {
        zk_fp *values = c->values + d * n;
        if (c->coefficients[d] != NULL) {
            memcpy(values, c->coefficients[d], n * sizeof *values);
            zk_coset_fft(&p->pk->domain, values, shift);
            continue;
        }
        values[0] = *shift;
        for (size_t i = 1; i < n; i++)
            zk_fp_mul(&values[i], &values[i - 1], &p->pk->domain.omega);
    }
}

/* h(shift w^r) goes to result[stride r]. */
static zkml_status evaluate_coset(const coset_columns *c, const zk_prover *p,
                                  const zk_program *program, const zk_fp *shift, zk_fp *result,
                                  size_t stride, zkml_error *err)
{
    zk_fp vanishing;
    zkml_status status = ZKML_OK;
    zk_fp_pow_u64(&vanishing, shift, p->n);
    zk_fp_sub(&vanishing, &vanishing, &zk_fp_one);
    zk_fp_inv(&vanishing, &vanishing);
#pragma omp parallel
    {
        zk_frame frame;
        zkml_error local = {ZKML_OK, ""};
        zk_fp strip[ZK_STRIP];
        zk_fp *outputs[1] = {strip};
        zkml_status mine = zk_frame_init(&frame, program, &local);
        if (mine != ZKML_OK) {
#pragma omp critical
            status = zk_fail(err, mine, "%s", local.text);
        }
#pragma omp barrier
        if (status == ZKML_OK) {
#pragma omp for schedule(static)
            for (size_t row = 0; row < p->n; row += ZK_STRIP) {
                size_t count = p->n - row < ZK_STRIP ? p->n - row : ZK_STRIP;
                zk_program_run(program, &frame, c->columns, p->n, row, count, outputs);
                for (size_t r = 0; r < count; r++)
                    zk_fp_mul(&result[(row + r) * stride], &strip[r], &vanishing);
            }
        }
        if (mine == ZKML_OK)
            zk_frame_free(&frame);
        sodium_memzero(strip, sizeof strip);
    }
    return status;
}

static zkml_status evaluate_all(zk_prover *p, const zk_program *program,
                                const zk_domain *extended, zkml_error *err)
{
    coset_columns c = {0};
    size_t cosets = extended->n / p->n;
    zk_fp shift = zk_fp_zeta;
    ZK_TRY(collect_columns(&c, p, program, err));
    ZK_TRY(zk_prover_alloc(p, &p->quotient, extended->n, err));
    for (size_t j = 0; j < cosets; j++) {
        move_to_coset(&c, p, &shift);
        ZK_TRY(evaluate_coset(&c, p, program, &shift, p->quotient + j, cosets, err));
        zk_fp_mul(&shift, &shift, &extended->omega);
    }
    zk_coset_ifft(extended, p->quotient, &zk_fp_zeta);
    return ZKML_OK;
}

zkml_status zk_prover_quotient(zk_prover *prover, const zk_challenges *challenges, zkml_error *err)
{
    const zk_vk *vk = prover->pk->vk;
    uint32_t extended_k = vk->k;
    zk_program program;
    zk_domain extended;
    while (((size_t)1 << extended_k) < prover->n * (vk->degree - 1))
        extended_k++;
    zkml_status status = zk_constraints_program(&program, vk, 1, challenges, err);
    if (status == ZKML_OK)
        status = zk_domain_init(&extended, extended_k, err);
    if (status == ZKML_OK) {
        status = evaluate_all(prover, &program, &extended, err);
        zk_domain_free(&extended);
    }
    zk_program_free(&program);
    return status;
}

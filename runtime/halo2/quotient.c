/* The quotient polynomial h = (sum of all constraints, Horner in y) / (X^n - 1), in pieces of n
 * coefficients, h = sum_m X^(n m) h_m.
 *
 * The constraints are evaluated on a power of two E >= d'-1 of cosets of n points, zeta W^j <w>
 * with W of order E n, where d' is their degree with constant columns as numbers: at most the
 * system's degree d. Pieces beyond those that d' needs are 0. On one coset X^n is constant, so the
 * division is by a number, and h coincides with a polynomial of n coefficients; from those of all
 * cosets follow the pieces. */
#include <sodium.h>
#include <string.h>

#include "runtime/field/bulk.h"
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

/* The polynomials' values on shift <w>; factors: the powers of the shift. */
static void move_to_coset(const coset_columns *c, const zk_prover *p, const zk_fp *shift,
                          const zk_fp *factors)
{
    size_t n = p->n;
#pragma omp parallel for schedule(dynamic)
    for (size_t d = 0; d < c->distinct; d++) {
        zk_fp *values = c->values + d * n;
        if (c->coefficients[d] != NULL)
            zk_fft_to(&p->pk->domain, values, c->coefficients[d], factors);
        else
            zk_powers(values, shift, &p->pk->domain.omega, n);
    }
}

/* On the coset number j, X^n is v_j = zeta^n V^j with V = W^n of order E, and
 *   g_j = sum_m v_j^m h_m
 * is what the values of h there interpolate to. *result: the n coefficients of g_j. */
static zkml_status interpolate_coset(const coset_columns *c, const zk_prover *p,
                                     const zk_program *program, const zk_fp *shift,
                                     zk_fp *factors, zk_fp *result, zkml_error *err)
{
    zk_fp vanishing, inverse;
    zk_powers(factors, &zk_fp_one, shift, p->n);
    move_to_coset(c, p, shift, factors);
    ZK_TRY(zk_program_run_all(program, c->columns, p->n, &result, err));
    zk_fp_pow_u64(&vanishing, shift, p->n);
    zk_fp_sub(&vanishing, &vanishing, &zk_fp_one);
    zk_fp_inv(&vanishing, &vanishing);
    zk_fp_inv(&inverse, shift);
    zk_ifft(&p->pk->domain, result);
    zk_scale_by_powers(result, &vanishing, &inverse, p->n);
    return ZKML_OK;
}

/* h_m = 1/E zeta^(-n m) sum_j V^(-j m) g_j, in place, a few coefficients at a time. */
static void separate_pieces(zk_fp *pieces, size_t n, size_t cosets, const zk_fp *v)
{
    enum { BLOCK = 64, MAX_COSETS = 64 };
    const zk_bulk_ops *ops = zk_bulk();
    zk_fp zeta_n, v_inv, count_inv;
    ZK_CHECK(cosets <= MAX_COSETS);
    zk_fp_pow_u64(&zeta_n, &zk_fp_zeta, n);
    zk_fp_inv(&zeta_n, &zeta_n);
    zk_fp_inv(&v_inv, v);
    zk_fp_from_u64(&count_inv, cosets);
    zk_fp_inv(&count_inv, &count_inv);
#pragma omp parallel for schedule(static)
    for (size_t at = 0; at < n; at += BLOCK) {
        zk_fp sums[MAX_COSETS][BLOCK];
        size_t size = n - at < BLOCK ? n - at : BLOCK;
        zk_fp first = count_inv, ratio = zk_fp_one;
        for (size_t m = 0; m < cosets; m++) {
            zk_fp factor = first;
            ops->scale(sums[m], pieces + at, &factor, size);
            for (size_t j = 1; j < cosets; j++) {
                zk_fp_mul(&factor, &factor, &ratio);
                ops->scale_add(sums[m], pieces + j * n + at, &factor, size);
            }
            zk_fp_mul(&first, &first, &zeta_n);
            zk_fp_mul(&ratio, &ratio, &v_inv);
        }
        for (size_t m = 0; m < cosets; m++)
            memcpy(pieces + m * n + at, sums[m], size * sizeof *pieces);
        sodium_memzero(sums, sizeof sums);
    }
}

static zkml_status evaluate_all(zk_prover *p, const zk_program *program, size_t cosets,
                                zkml_error *err)
{
    coset_columns c = {0};
    zk_fp shift = zk_fp_zeta, ratio = zk_fp_root_of_unity, v, *factors;
    for (size_t order = p->n * cosets; order < (size_t)1 << ZK_FIELD_TWO_ADICITY; order *= 2)
        zk_fp_sqr(&ratio, &ratio);
    zk_fp_pow_u64(&v, &ratio, p->n);
    ZK_TRY(collect_columns(&c, p, program, err));
    size_t pieces = p->pk->vk->degree - 1;
    ZK_TRY(zk_prover_alloc(p, &p->quotient, (cosets > pieces ? cosets : pieces) * p->n, err));
    ZK_TRY(zk_prover_alloc(p, &factors, p->n, err));
    for (size_t j = 0; j < cosets; j++) {
        ZK_TRY(interpolate_coset(&c, p, program, &shift, factors, p->quotient + j * p->n, err));
        zk_fp_mul(&shift, &shift, &ratio);
    }
    separate_pieces(p->quotient, p->n, cosets, &v);
    return ZKML_OK;
}

zkml_status zk_prover_quotient(zk_prover *prover, const zk_challenges *challenges, zkml_error *err)
{
    size_t cosets = 1;
    zk_program program;
    zkml_status status = zk_constraints_program(&program, prover->pk->vk, 1, challenges,
                                                prover->advice_constants, err);
    while (cosets + 1 < program.degree)
        cosets *= 2;
    if (status == ZKML_OK)
        status = evaluate_all(prover, &program, cosets, err);
    zk_program_free(&program);
    return status;
}

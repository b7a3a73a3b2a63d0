/* The permutation argument's sigma columns (HALO2.md 7.2). */
#include <stdlib.h>

#include "runtime/halo2/keygen.h"

/* Cells are numbered column * n + row over the permutation list. `aux` names each cell's cycle,
 * `size` the length of the cycle that a name stands for. */
typedef struct assembly {
    uint32_t *map, *aux, *size;
    size_t n;
} assembly;

static void join(assembly *a, uint32_t left, uint32_t right)
{
    if (a->aux[left] == a->aux[right])
        return;
    uint32_t larger = a->aux[left], smaller = a->aux[right];
    if (a->size[larger] < a->size[smaller]) {
        larger = a->aux[right];
        smaller = a->aux[left];
    }
    a->size[larger] += a->size[smaller];
    uint32_t cell = smaller;
    do {
        a->aux[cell] = larger;
        cell = a->map[cell];
    } while (cell != smaller);
    uint32_t next = a->map[left];
    a->map[left] = a->map[right];
    a->map[right] = next;
}

static zkml_status cell_of(const zk_constraint_system *cs, size_t n, size_t usable,
                           zk_column_ref column, uint32_t row, uint32_t *cell, zkml_error *err)
{
    uint32_t index = zk_cs_permutation_index(cs, column);
    if (index == ZK_NONE)
        return zk_fail(err, ZKML_MALFORMED, "a copy uses column %c%u, which has no equality",
                       "afi"[column.kind], column.index);
    if (row >= usable)
        return zk_fail(err, ZKML_MALFORMED, "a copy uses row %u, but only %zu rows are usable", row,
                       usable);
    *cell = (uint32_t)(index * n + row);
    return ZKML_OK;
}

static zkml_status assemble(assembly *a, const zk_constraint_system *cs, uint32_t k,
                            const zk_copy *copies, size_t n_copies, zkml_error *err)
{
    size_t cells = cs->n_permutation * a->n;
    for (size_t i = 0; i < cells; i++) {
        a->map[i] = a->aux[i] = (uint32_t)i;
        a->size[i] = 1;
    }
    size_t usable = zk_cs_usable_rows(cs, k);
    for (size_t i = 0; i < n_copies; i++) {
        uint32_t left, right;
        ZK_TRY(cell_of(cs, a->n, usable, copies[i].left, copies[i].left_row, &left, err));
        ZK_TRY(cell_of(cs, a->n, usable, copies[i].right, copies[i].right_row, &right, err));
        join(a, left, right);
    }
    return ZKML_OK;
}

/* sigma[j n + i] = DELTA^j' omega^i' where (j', i') = map[(j, i)]. */
static zkml_status evaluate(const assembly *a, size_t columns, const zk_domain *domain,
                            zk_fp *sigma, zkml_error *err)
{
    size_t n = a->n;
    zk_fp *powers = malloc(n * sizeof *powers);
    zk_fp *deltas = malloc((columns + 1) * sizeof *deltas);
    if (powers != NULL && deltas != NULL) {
        powers[0] = deltas[0] = zk_fp_one;
        for (size_t i = 1; i < n; i++)
            zk_fp_mul(&powers[i], &powers[i - 1], &domain->omega);
        for (size_t j = 1; j < columns; j++)
            zk_fp_mul(&deltas[j], &deltas[j - 1], &zk_fp_delta);
#pragma omp parallel for schedule(static)
        for (size_t cell = 0; cell < columns * n; cell++)
            zk_fp_mul(&sigma[cell], &deltas[a->map[cell] / n], &powers[a->map[cell] % n]);
    }
    bool good = powers != NULL && deltas != NULL;
    free(powers);
    free(deltas);
    return good ? ZKML_OK : zk_fail(err, ZKML_LIMIT, "out of memory for the permutation");
}

zkml_status zk_permutation_sigma(const zk_constraint_system *cs, const zk_domain *domain,
                                 const zk_copy *copies, size_t n_copies, zk_fp *sigma,
                                 zkml_error *err)
{
    size_t cells;
    assembly a = {.n = domain->n};
    if (!zk_size_mul(cs->n_permutation, domain->n, &cells) || cells >= UINT32_MAX)
        return zk_fail(err, ZKML_LIMIT, "the permutation has too many cells");
    a.map = malloc((cells + 1) * sizeof *a.map);
    a.aux = malloc((cells + 1) * sizeof *a.aux);
    a.size = malloc((cells + 1) * sizeof *a.size);
    zkml_status status = ZKML_LIMIT;
    if (a.map == NULL || a.aux == NULL || a.size == NULL)
        (void)zk_fail(err, status, "out of memory for the permutation");
    else
        status = assemble(&a, cs, domain->k, copies, n_copies, err);
    if (status == ZKML_OK)
        status = evaluate(&a, cs->n_permutation, domain, sigma, err);
    free(a.map);
    free(a.aux);
    free(a.size);
    return status;
}

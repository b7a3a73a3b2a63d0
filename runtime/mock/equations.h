/* equations.h - the equations of a circuit that sums them up with powers of a challenge.
 *
 * Equation e says: the sum of weight times operands over its entries is 0 (layer.h). */
#ifndef ZK_MOCK_EQUATIONS_H
#define ZK_MOCK_EQUATIONS_H

#include "runtime/mock/formula.h"

/* weight times the product of a fold's operands on a row. */
typedef struct zk_equation_entry {
    const zk_layer_fold *fold;
    uint32_t row;
    int64_t weight;
} zk_equation_entry;

typedef struct zk_equations {
    uint32_t count;
    uint64_t *starts; /* count + 1 */
    zk_equation_entry *entries;
} zk_equations;

/* None for a circuit without equations. zk_equations_free in every case. */
zkml_status zk_equations_init(zk_equations *equations, const zk_circuit *circuit,
                              zkml_error *err) ZKML_NODISCARD;
void zk_equations_free(zk_equations *equations);

/* What should be 0. */
zk_fp zk_equation_value(const zk_equations *equations, const zk_grid *grid, uint32_t e);
/* Its terms, those first that read a cell for which `first` says so; formula->more are left out. */
typedef bool (*zk_equation_first)(const void *context, const zk_cell *cell);
void zk_equation_formula(zk_formula *formula, const zk_equations *equations, uint32_t e,
                         zk_equation_first first, const void *context);

#endif

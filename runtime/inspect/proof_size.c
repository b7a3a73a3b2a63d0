#include "runtime/halo2/opening.h"
#include "runtime/inspect/cost.h"

enum { ITEM = 32 };

/* Magic, two digests, counts, lengths and the trailer of proof.bin (envelope.h). */
enum { ENVELOPE = 8 + 32 + 32 + 4 + 4 + 4 + 8 + 8 + 32, ENVELOPE_COLUMN = 8 };

static void add(zk_proof_size *size, size_t *part, const char *name, size_t items)
{
    ZK_CHECK(*part < ZK_PROOF_PARTS);
    size->parts[(*part)++] = (zk_proof_part){name, items};
    size->proof += ITEM * items;
}

zkml_status zk_proof_size_of(zk_proof_size *size, const zk_constraint_system *cs, uint32_t k,
                             const uint32_t *instance_counts, zkml_error *err)
{
    zk_vk shape = {.cs = cs,
                   .k = k,
                   .n = (size_t)1 << k,
                   .degree = zk_cs_degree(cs),
                   .blinding_factors = zk_cs_blinding_factors(cs),
                   .usable = zk_cs_usable_rows(cs, k)};
    zk_opening_plan plan;
    size_t part = 0, products = zk_cs_permutation_products(cs), lookups = cs->n_lookups;
    ZK_TRY(zk_opening_plan_make(&plan, &shape, 1, err));
    *size = (zk_proof_size){.proof = 0};
    add(size, &part, "advice commitments", cs->n_advice);
    add(size, &part, "look-up commitments", 3 * lookups);
    add(size, &part, "permutation commitments", products);
    add(size, &part, "random polynomial", 1);
    add(size, &part, "quotient pieces", shape.degree - 1);
    add(size, &part, "instance evaluations", cs->n_instance_queries);
    add(size, &part, "advice evaluations", cs->n_advice_queries);
    add(size, &part, "fixed evaluations", cs->n_fixed_queries);
    add(size, &part, "random evaluation", 1);
    add(size, &part, "permutation evaluations",
        cs->n_permutation + (products > 0 ? 3 * products - 1 : 0));
    add(size, &part, "look-up evaluations", 5 * lookups);
    add(size, &part, "multi-point opening", 1 + plan.n_sets);
    add(size, &part, "inner-product argument", 1 + 2 * (size_t)k + 2);
    ZK_CHECK(size->proof == zk_opening_proof_length(&plan, &shape));
    zk_opening_plan_free(&plan);
    size->envelope = ENVELOPE + size->proof;
    for (uint32_t i = 0; i < cs->n_instance; i++)
        size->envelope += ENVELOPE_COLUMN + ITEM * (size_t)instance_counts[i];
    return ZKML_OK;
}

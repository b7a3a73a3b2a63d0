/* The pinned verifying key: the Debug text of halo2's PinnedVerificationKey (HALO2.md 7.3). */
#include "runtime/halo2/keygen.h"

static void put_modulus(zk_buf *text, const char *name, const uint64_t modulus[4])
{
    zk_buf_printf(text, "%s: \"0x", name);
    for (size_t i = 4; i-- > 0;)
        zk_buf_printf(text, "%016llx", (unsigned long long)modulus[i]);
    zk_buf_text(text, "\"");
}

static void put_fp(zk_buf *text, const zk_fp *value)
{
    char hex[67];
    zk_fp_to_hex(hex, value);
    zk_buf_text(text, hex);
}

static void put_point(zk_buf *text, const zk_vesta_affine *point)
{
    if (zk_vesta_affine_is_identity(point)) {
        zk_buf_text(text, "Infinity");
        return;
    }
    char x[67], y[67];
    zk_fq_to_hex(x, &point->x);
    zk_fq_to_hex(y, &point->y);
    zk_buf_printf(text, "(%s, %s)", x, y);
}

static void put_column(zk_buf *text, zk_column_ref column)
{
    static const char *const types[] = {"Advice", "Fixed", "Instance"};
    zk_buf_printf(text, "Column { index: %u, column_type: %s }", column.index, types[column.kind]);
}

static void put_query(zk_buf *text, const char *name, const zk_expr *x)
{
    zk_buf_printf(text, "%s { query_index: %u, column_index: %u, rotation: Rotation(%d) }", name,
                  x->query_index, x->a, x->rotation);
}

/* At most ZK_CS_MAX_DEPTH deep; the whole tree is bounded by ZK_CS_MAX_TREE. */
static void put_expr(zk_buf *text, const zk_constraint_system *cs, zk_expr_id id)
{
    const zk_expr *x = &cs->exprs[id];
    switch (x->kind) {
    case ZK_EXPR_CONSTANT:
        zk_buf_text(text, "Constant(");
        put_fp(text, &cs->constants[x->a]);
        break;
    case ZK_EXPR_SELECTOR:
        zk_buf_printf(text, "Selector(%u", x->a);
        break;
    case ZK_EXPR_FIXED:
        put_query(text, "Fixed", x);
        return;
    case ZK_EXPR_ADVICE:
        put_query(text, "Advice", x);
        return;
    case ZK_EXPR_INSTANCE:
        put_query(text, "Instance", x);
        return;
    case ZK_EXPR_NEGATED:
        zk_buf_text(text, "Negated(");
        put_expr(text, cs, x->a);
        break;
    case ZK_EXPR_SUM:
    case ZK_EXPR_PRODUCT:
        zk_buf_text(text, x->kind == ZK_EXPR_SUM ? "Sum(" : "Product(");
        put_expr(text, cs, x->a);
        zk_buf_text(text, ", ");
        put_expr(text, cs, x->b);
        break;
    case ZK_EXPR_SCALED:
        zk_buf_text(text, "Scaled(");
        put_expr(text, cs, x->a);
        zk_buf_text(text, ", ");
        put_fp(text, &cs->constants[x->b]);
        break;
    }
    zk_buf_text(text, ")");
}

static void put_exprs(zk_buf *text, const zk_constraint_system *cs, const zk_expr_id *ids, size_t n)
{
    zk_buf_text(text, "[");
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            zk_buf_text(text, ", ");
        put_expr(text, cs, ids[i]);
    }
    zk_buf_text(text, "]");
}

static void put_queries(zk_buf *text, zk_column_kind kind, const zk_query *queries, size_t n)
{
    zk_buf_text(text, "[");
    for (size_t i = 0; i < n; i++) {
        zk_buf_text(text, i > 0 ? ", (" : "(");
        put_column(text, (zk_column_ref){kind, queries[i].column});
        zk_buf_printf(text, ", Rotation(%d))", queries[i].rotation);
    }
    zk_buf_text(text, "]");
}

static void put_points(zk_buf *text, const zk_vesta_affine *points, size_t n)
{
    zk_buf_text(text, "[");
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            zk_buf_text(text, ", ");
        put_point(text, &points[i]);
    }
    zk_buf_text(text, "]");
}

static void put_arguments(zk_buf *text, const zk_constraint_system *cs)
{
    zk_buf_text(text, ", permutation: Argument { columns: [");
    for (size_t i = 0; i < cs->n_permutation; i++) {
        if (i > 0)
            zk_buf_text(text, ", ");
        put_column(text, cs->permutation[i]);
    }
    zk_buf_text(text, "] }, lookups: [");
    for (size_t i = 0; i < cs->n_lookups; i++) {
        const zk_lookup *l = &cs->lookups[i];
        zk_buf_text(text,
                    i > 0 ? ", Argument { input_expressions: " : "Argument { input_expressions: ");
        put_exprs(text, cs, cs->lookup_inputs + l->first, l->count);
        zk_buf_text(text, ", table_expressions: ");
        put_exprs(text, cs, cs->lookup_tables + l->first, l->count);
        zk_buf_text(text, " }");
    }
    zk_buf_text(text, "], constants: [");
    for (size_t i = 0; i < cs->n_constant_columns; i++) {
        if (i > 0)
            zk_buf_text(text, ", ");
        put_column(text, (zk_column_ref){ZK_FIXED, cs->constant_columns[i]});
    }
}

static void put_constraint_system(zk_buf *text, const zk_constraint_system *cs)
{
    zk_buf_printf(text,
                  "cs: PinnedConstraintSystem { num_fixed_columns: %u, num_advice_columns: %u, "
                  "num_instance_columns: %u, num_selectors: %u, gates: ",
                  cs->n_fixed, cs->n_advice, cs->n_instance, cs->n_selectors);
    put_exprs(text, cs, cs->polys, cs->n_polys);
    zk_buf_text(text, ", advice_queries: ");
    put_queries(text, ZK_ADVICE, cs->advice_queries, cs->n_advice_queries);
    zk_buf_text(text, ", instance_queries: ");
    put_queries(text, ZK_INSTANCE, cs->instance_queries, cs->n_instance_queries);
    zk_buf_text(text, ", fixed_queries: ");
    put_queries(text, ZK_FIXED, cs->fixed_queries, cs->n_fixed_queries);
    put_arguments(text, cs);
    if (cs->minimum_degree == 0)
        zk_buf_text(text, "], minimum_degree: None }");
    else
        zk_buf_printf(text, "], minimum_degree: Some(%u) }", cs->minimum_degree);
}

/* The smallest ek with 2^ek >= n (degree - 1). */
static uint32_t extended_k(const zk_vk *vk)
{
    uint32_t ek = vk->k;
    while (((uint64_t)1 << ek) < (uint64_t)vk->n * (vk->degree - 1))
        ek++;
    return ek;
}

zkml_status zk_vk_pinned(const zk_vk *vk, zk_buf *text, zkml_error *err)
{
    zk_buf_text(text, "PinnedVerificationKey { ");
    put_modulus(text, "base_modulus", zk_fq_modulus);
    zk_buf_text(text, ", ");
    put_modulus(text, "scalar_modulus", zk_fp_modulus);
    zk_buf_printf(text, ", domain: PinnedEvaluationDomain { k: %u, extended_k: %u, omega: ", vk->k,
                  extended_k(vk));
    put_fp(text, &vk->omega);
    zk_buf_text(text, " }, ");
    put_constraint_system(text, vk->cs);
    zk_buf_text(text, ", fixed_commitments: ");
    put_points(text, vk->fixed_commitments, vk->cs->n_fixed);
    zk_buf_text(text, ", permutation: VerifyingKey { commitments: ");
    put_points(text, vk->sigma_commitments, vk->cs->n_permutation);
    zk_buf_text(text, " } }");
    return text->failed ? zk_fail(err, ZKML_LIMIT, "out of memory for the key's text") : ZKML_OK;
}

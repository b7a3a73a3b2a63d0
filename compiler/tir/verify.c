#include "compiler/tir/verify.h"

#include "compiler/check/range.h"
#include "compiler/tir/build.h"
#include "compiler/tir/ix.h"
#include "compiler/tir/slices.h"

typedef struct verifier {
    const zc_tir *tir;
    const zc_node *node;
    zc_node_id id;
    zkml_error *err;
} verifier;

static zkml_status broken(const verifier *v, const char *what)
{
    return zk_fail(v->err, ZKML_INTERNAL, "node %%%u (%s): %s", v->id, zc_op_name(v->node->op),
                   what);
}

#define REQUIRE(v, condition, what)     \
    do {                                \
        if (!(condition))               \
            return broken((v), (what)); \
    } while (0)

static zc_space space_of(const zc_node *node)
{
    zc_space space = zc_space_shape(node->rank, node->extent);
    return zc_space_reduce(space, node->reduce_rank, node->extent + node->rank);
}

static zkml_status verify_shape(const verifier *v)
{
    const zc_node *node = v->node;
    uint64_t count, reduce_count;
    REQUIRE(v, node->rank <= ZC_MAX_RANK && node->reduce_rank <= ZC_MAX_RANK - node->rank,
            "too many dimensions");
    for (uint32_t d = 0; d < node->rank + node->reduce_rank; d++)
        REQUIRE(v, node->extent[d] > 0, "an empty dimension");
    REQUIRE(v, node->reduce_rank == 0 || zc_op_is_reduction(node->op), "a reduction that is none");
    zc_space space = space_of(node);
    REQUIRE(v, zc_space_count(&space, &count, &reduce_count), "too many elements");
    REQUIRE(v, node->count == count && node->reduce_count == reduce_count,
            "counts do not agree with the shape");
    REQUIRE(v, mpq_sgn(node->scale) > 0, "a scale that is not positive");
    return ZKML_OK;
}

/* The view stays inside the operand wherever it is read. Beyond the enumeration limit of
 * zc_ix_bound the interpreter's own check of every offset has to do. */
static zkml_status verify_view(const verifier *v, uint32_t k, zc_ix_id condition)
{
    zc_tir *tir = (zc_tir *)v->tir; /* only interns index expressions */
    zc_space space = space_of(v->node);
    const zc_operand *operand = &v->node->operands[k];
    zc_ix_bounds bounds;
    zc_ix_id offset = zc_view_ix(tir, &operand->view);
    REQUIRE(v, offset != ZC_NO_ID, "a view without an expression");
    zc_ix_verdict verdict = zc_ix_bound(tir, &space, offset, condition, &bounds);
    REQUIRE(v, verdict == ZC_IX_BOUNDED || verdict == ZC_IX_NEVER, "a view without bounds");
    REQUIRE(v,
            verdict == ZC_IX_NEVER || !bounds.exact ||
                (bounds.lo >= 0 && (uint64_t)bounds.hi < v->tir->nodes[operand->node]->count),
            "a view leaves its operand");
    return ZKML_OK;
}

static zkml_status verify_operands(const verifier *v)
{
    const zc_node *node = v->node;
    uint64_t total = 0;
    REQUIRE(v,
            node->op == ZC_OP_STACK ? node->operand_count >= 1
                                    : node->operand_count == zc_op_arity(node->op),
            "wrong number of operands");
    for (uint32_t k = 0; k < node->operand_count; k++) {
        REQUIRE(v, node->operands[k].node < v->id, "an operand that does not precede its user");
        total += v->tir->nodes[node->operands[k].node]->count;
    }
    if (node->op == ZC_OP_STACK) {
        REQUIRE(v, total == node->count, "the stacked operands do not fill the shape");
        return ZKML_OK;
    }
    for (uint32_t k = 0; k < node->operand_count; k++) {
        zc_ix_id condition = ZC_NO_ID;
        if (node->op == ZC_OP_CHOOSE) {
            REQUIRE(v, node->condition != ZC_NO_ID, "no condition");
            condition = k == 0 ? node->condition
                               : zc_ix_make((zc_tir *)v->tir, ZC_IX_NOT, node->condition, ZC_NO_ID);
        }
        ZK_TRY(verify_view(v, k, condition));
    }
    return ZKML_OK;
}

static zkml_status verify_table(const verifier *v, const zc_range *in)
{
    const zc_node *node = v->node;
    REQUIRE(v, node->index < v->tir->table_count, "no such table");
    const zc_table *t = &v->tir->tables[node->index];
    zc_range domain;
    zc_range_init(&domain);
    zc_range_set_si(&domain, t->lo, t->lo + (int64_t)(t->count - 1));
    bool inside = zc_range_contains(&domain, &in[0]);
    if (inside && node->op == ZC_OP_TABLE2) {
        zc_range_set_si(&domain, t->lo_b, t->lo_b + (int64_t)(t->count_b - 1));
        inside = zc_range_contains(&domain, &in[1]);
    }
    zc_range_clear(&domain);
    REQUIRE(v, inside, "an argument outside the table's domain");
    return ZKML_OK;
}

static bool is_truth(const zc_range *r)
{
    return mpz_sgn(r->lo) >= 0 && mpz_cmp_ui(r->hi, 1) <= 0;
}

/* What the operation demands of its factors and its operands' ranges. */
static zkml_status verify_contract(const verifier *v, const zc_range *in)
{
    const zc_node *node = v->node;
    switch (node->op) {
    case ZC_OP_DIV:
        REQUIRE(v, mpz_sgn(in[1].lo) > 0, "a divisor that may not be positive");
        REQUIRE(v, mpz_sgn(node->c1) > 0, "a factor that is not positive");
        /* fall through */
    case ZC_OP_ROUND:
        REQUIRE(v, mpz_sgn(node->c0) > 0, "a factor that is not positive");
        return ZKML_OK;
    case ZC_OP_CLAMP:
    case ZC_OP_CHECK:
        REQUIRE(v, mpz_cmp(node->c0, node->c1) <= 0, "bounds in the wrong order");
        return ZKML_OK;
    case ZC_OP_TABLE:
    case ZC_OP_TABLE2:
        return verify_table(v, in);
    case ZC_OP_AND:
    case ZC_OP_OR:
        REQUIRE(v, is_truth(&in[1]), "an operand that is no truth value");
        /* fall through */
    case ZC_OP_NOT:
    case ZC_OP_SELECT:
    case ZC_OP_ALL:
    case ZC_OP_ANY:
    case ZC_OP_ASSERT:
        REQUIRE(v, is_truth(&in[0]), "an operand that is no truth value");
        return ZKML_OK;
    default:
        return ZKML_OK;
    }
}

static zkml_status verify_ranges(const verifier *v, const zc_range *range, const zc_range *in,
                                 zc_range *expected)
{
    ZK_TRY(verify_contract(v, in));
    zc_tir_rule(expected, v->tir, v->node, in);
    REQUIRE(v, zc_range_contains(expected, range), "a range wider than its rule gives");
    return ZKML_OK;
}

static zkml_status verify_leaf(const verifier *v, const zc_range *range)
{
    const zc_node *node = v->node;
    if (node->op == ZC_OP_PARAM) {
        REQUIRE(v, node->index < v->tir->param_count, "no such parameter");
        REQUIRE(v, v->tir->params[node->index].node == v->id, "the parameter is another node");
        REQUIRE(v, zc_range_fits_i64(range), "a parameter's range that does not fit its codes");
        return ZKML_OK;
    }
    REQUIRE(v, node->index < v->tir->blob_count, "no such blob");
    const zc_blob *blob = &v->tir->blobs[node->index];
    REQUIRE(v, blob->count == node->count, "a blob of another size");
    zc_range codes;
    zc_range_init(&codes);
    zc_range_of_codes(&codes, blob->codes, blob->count);
    bool same = zc_range_equal(&codes, range);
    zc_range_clear(&codes);
    REQUIRE(v, same, "a range that is not that of the codes");
    return ZKML_OK;
}

static zkml_status verify_range(const verifier *v)
{
    const zc_node *node = v->node;
    zc_range r[5]; /* the node's, the rule's, the operands' */
    REQUIRE(v, mpz_cmp(node->lo, node->hi) <= 0, "an empty range");
    for (int i = 0; i < 5; i++)
        zc_range_init(&r[i]);
    zc_range_set_mpz(&r[0], node->lo, node->hi);
    /* The operands' elements that are read, as when the node was made. */
    zc_space space = space_of(node);
    for (uint32_t k = 0; k < node->operand_count && k < 3; k++) {
        if (node->op == ZC_OP_CHOOSE || node->op == ZC_OP_STACK)
            zc_tir_range_of(&r[2 + k], v->tir, node->operands[k].node);
        else
            zc_tir_operand_range(&r[2 + k], v->tir, &space, &node->operands[k]);
    }
    for (uint32_t k = 0; node->op == ZC_OP_STACK && k < node->operand_count; k++) {
        zc_tir_range_of(&r[3], v->tir, node->operands[k].node);
        if (k == 0)
            zc_range_set(&r[2], &r[3]);
        else
            zc_range_hull(&r[2], &r[2], &r[3]);
    }
    zkml_status status = ZKML_OK;
    if (!zc_range_fits(&r[0]))
        status = broken(v, "a range that does not fit the field");
    else if (node->op == ZC_OP_PARAM || node->op == ZC_OP_CONST)
        status = verify_leaf(v, &r[0]);
    else
        status = verify_ranges(v, &r[0], &r[2], &r[1]);
    for (int i = 0; i < 5; i++)
        zc_range_clear(&r[i]);
    return status;
}

zkml_status zc_tir_verify(const zc_tir *tir, zkml_error *err)
{
    if (tir->status != ZKML_OK)
        return zk_fail(err, ZKML_LIMIT, "the program is too large");
    for (zc_node_id id = 0; id < tir->node_count; id++) {
        verifier v = {.tir = tir, .node = tir->nodes[id], .id = id, .err = err};
        ZK_TRY(verify_shape(&v));
        ZK_TRY(verify_operands(&v));
        ZK_TRY(verify_range(&v));
    }
    for (size_t i = 0; i < tir->result_count; i++) {
        const zc_result *r = &tir->results[i];
        if (r->node >= tir->node_count)
            return zk_fail(err, ZKML_INTERNAL, "result `%s`: no such node", r->name);
        const zc_node *node = tir->nodes[r->node];
        if (mpz_cmp(r->lo, node->lo) > 0 || mpz_cmp(node->hi, r->hi) > 0)
            return zk_fail(err, ZKML_INTERNAL, "result `%s`: its type does not hold the values",
                           r->name);
    }
    return ZKML_OK;
}

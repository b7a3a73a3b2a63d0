#include "compiler/tir/interp.h"

#include <stdlib.h>
#include <string.h>

#include "compiler/check/range.h"
#include "compiler/check/real.h"
#include "compiler/tir/ix.h"
#include "compiler/tir/passes.h"

/* ---- the run ---- */

static void failure_init(zc_failure *failure)
{
    *failure = (zc_failure){.node = ZC_NO_ID, .at = ZC_NO_ID};
    mpz_inits(failure->left, failure->right, NULL);
    mpq_inits(failure->left_scale, failure->right_scale, NULL);
}

void zc_run_free(zc_run *run)
{
    for (size_t i = 0; i < run->value_count; i++)
        zc_tensor_free(&run->values[i]);
    free(run->values);
    mpz_clears(run->failure.left, run->failure.right, NULL);
    mpq_clears(run->failure.left_scale, run->failure.right_scale, NULL);
    run->values = NULL;
    run->value_count = 0;
}

void zc_run_value(mpz_t out, const zc_run *run, zc_node_id node, uint64_t element)
{
    zc_tensor_get(out, &run->values[node], element);
}

void zc_element_text(zk_buf *out, const zc_node *node, uint64_t element)
{
    int64_t point[ZC_MAX_RANK];
    zc_node_point(point, node, element);
    for (uint32_t d = 0; d < node->rank; d++)
        zk_buf_printf(out, "%s%lld", d ? ", " : "[", (long long)point[d]);
    if (node->rank > 0)
        zk_buf_text(out, "]");
}

/* ---- inputs ---- */

static zkml_status check_input(const zc_tir *tir, const zc_param *param, const zc_input *input,
                               zkml_error *err)
{
    const zc_node *node = tir->nodes[param->node];
    int64_t lo = 0, hi = 0;
    if (input->count != node->count)
        return zk_fail(err, ZKML_MALFORMED, "input `%s` has %llu values, expected %llu",
                       param->name, (unsigned long long)input->count,
                       (unsigned long long)node->count);
    ZK_CHECK(zc_mpz_get_i64(&lo, node->lo) && zc_mpz_get_i64(&hi, node->hi));
    for (uint64_t i = 0; i < input->count; i++) {
        if (input->codes[i] >= lo && input->codes[i] <= hi)
            continue;
        zk_buf text = {0};
        zc_element_text(&text, node, i);
        zkml_status status = zk_fail(
            err, ZKML_MALFORMED, "input `%s`%.*s has the code %lld, outside its range %lld .. %lld",
            param->name, (int)text.length, text.data ? (const char *)text.data : "",
            (long long)input->codes[i], (long long)lo, (long long)hi);
        zk_buf_free(&text);
        return status;
    }
    return ZKML_OK;
}

/* ---- failures ---- */

static bool is_true(const zc_run *run, zc_node_id node, uint64_t element)
{
    const zc_tensor *tensor = &run->values[node];
    return tensor->small ? tensor->small[element] != 0 : mpz_sgn(tensor->big[element]) != 0;
}

/* The first point of an ALL's reduction whose operand is false. */
static uint64_t first_false(const zc_run *run, const zc_node *node, int64_t *point)
{
    do {
        uint64_t element = zc_operand_element(run->tir, node, 0, point);
        if (!is_true(run, node->operands[0].node, element))
            return element;
    } while (zc_point_next(point, node->extent, node->rank, node->rank + node->reduce_rank));
    ZK_UNREACHABLE("a conjunction is false because a part is");
    return 0;
}

/* Follows a false truth value to the comparison that made it false. */
static bool find_comparison(const zc_run *run, zc_node_id *id, uint64_t *element)
{
    for (;;) {
        const zc_node *node = run->tir->nodes[*id];
        int64_t point[ZC_MAX_RANK] = {0};
        uint32_t k = 0;
        zc_node_point(point, node, *element);
        switch (node->op) {
        case ZC_OP_CMP:
            return true;
        case ZC_OP_ASSERT:
        case ZC_OP_VIEW:
        case ZC_OP_REFINE:
            *element = zc_operand_element(run->tir, node, 0, point);
            break;
        case ZC_OP_CHOOSE:
            k = zc_ix_eval(run->tir, node->condition, point) ? 0 : 1;
            *element = zc_operand_element(run->tir, node, k, point);
            break;
        case ZC_OP_AND:
            *element = zc_operand_element(run->tir, node, 0, point);
            if (is_true(run, node->operands[0].node, *element)) {
                k = 1;
                *element = zc_operand_element(run->tir, node, 1, point);
            }
            break;
        case ZC_OP_ALL:
            *element = first_false(run, node, point);
            break;
        default:
            return false;
        }
        *id = node->operands[k].node;
    }
}

static void fill_side(mpz_t value, mpq_t scale, const zc_run *run, const zc_node *node, uint32_t k,
                      const int64_t *point)
{
    zc_run_value(value, run, node->operands[k].node, zc_operand_element(run->tir, node, k, point));
    mpq_set(scale, run->tir->nodes[node->operands[k].node]->scale);
}

static void fill_values(zc_run *run)
{
    zc_failure *f = &run->failure;
    const zc_node *node = run->tir->nodes[f->node];
    int64_t point[ZC_MAX_RANK] = {0};
    f->at = f->node;
    f->at_element = f->element;
    if (node->op == ZC_OP_ASSERT && !find_comparison(run, &f->at, &f->at_element))
        return;
    node = run->tir->nodes[f->at];
    f->has_values = true;
    zc_node_point(point, node, f->at_element);
    if (node->op == ZC_OP_CMP) {
        f->cmp = node->cmp;
        fill_side(f->left, f->left_scale, run, node, 0, point);
        fill_side(f->right, f->right_scale, run, node, 1, point);
        return;
    }
    f->cmp = ZC_CMP_LE; /* CHECK: which of c0 <= value <= c1 is broken */
    fill_side(f->left, f->left_scale, run, node, 0, point);
    mpq_set(f->right_scale, f->left_scale);
    if (mpz_cmp(f->left, node->c0) < 0) {
        mpz_set(f->right, f->left);
        mpz_set(f->left, node->c0);
    } else {
        mpz_set(f->right, node->c1);
    }
}

static const char *value_text(zk_arena *arena, const mpz_t code, const mpq_t scale)
{
    mpq_t value;
    mpq_init(value);
    mpq_set_z(value, code);
    mpq_mul(value, value, scale);
    const char *text = zc_rational_text(arena, value);
    mpq_clear(value);
    return text ? text : "?";
}

static zkml_status report_failure(zc_run *run, zkml_error *err)
{
    static const char *const signs[] = {
        [ZC_CMP_LT] = "<", [ZC_CMP_LE] = "<=", [ZC_CMP_EQ] = "==", [ZC_CMP_NE] = "!="};
    const zc_failure *f = &run->failure;
    const zc_node *node = run->tir->nodes[f->node];
    zk_arena arena;
    zk_buf text = {0};
    zk_arena_init(&arena, 0);
    if (node->op == ZC_OP_CHECK)
        zk_buf_text(&text, "a checked value is outside its type");
    else
        zk_buf_text(&text, node->message ? node->message : "an assertion does not hold");
    if (f->has_values) {
        zk_buf_text(&text, " (");
        if (run->tir->nodes[f->at]->rank > 0) {
            zk_buf_text(&text, "at ");
            zc_element_text(&text, run->tir->nodes[f->at], f->at_element);
            zk_buf_text(&text, ": ");
        }
        zk_buf_printf(&text, "%s %s %s does not hold)", value_text(&arena, f->left, f->left_scale),
                      signs[f->cmp], value_text(&arena, f->right, f->right_scale));
    }
    zkml_status status = zk_fail(err, ZKML_INVALID, "%.*s", (int)text.length,
                                 text.data ? (const char *)text.data : "");
    zk_buf_free(&text);
    zk_arena_free(&arena);
    return status;
}

/* ---- nodes in order ---- */

/* Accounts for a tensor before it is made. */
static bool charge(zc_run *run, const zc_node *node)
{
    int64_t ignored;
    bool big = !zc_mpz_get_i64(&ignored, node->lo) || !zc_mpz_get_i64(&ignored, node->hi);
    uint64_t element = big ? 64 : sizeof(int64_t);
    run->bytes += node->count * element; /* at most 2^31 elements */
    return run->bytes <= (uint64_t)1 << ZC_INTERP_MAX_BYTES_LOG2;
}

static bool copy_codes(zc_tensor *out, const int64_t *codes, uint64_t count)
{
    *out = (zc_tensor){.count = count};
    out->small = count <= SIZE_MAX / sizeof *codes ? malloc((size_t)count * sizeof *codes) : NULL;
    if (out->small)
        memcpy(out->small, codes, (size_t)count * sizeof *codes);
    return out->small != NULL;
}

static zkml_status compute(zc_run *run, zc_node_id id, const zc_input *inputs,
                           const zc_tensor **operands, zkml_error *err)
{
    const zc_tir *tir = run->tir;
    const zc_node *node = tir->nodes[id];
    zc_tensor *out = &run->values[id];
    zkml_status status = ZKML_OK;
    uint64_t at = 0;
    if (!charge(run, node)) {
        status = ZKML_LIMIT;
    } else if (node->op == ZC_OP_PARAM) {
        status = copy_codes(out, inputs[node->index].codes, node->count) ? ZKML_OK : ZKML_LIMIT;
    } else if (node->op == ZC_OP_CONST) {
        status = copy_codes(out, tir->blobs[node->index].codes, node->count) ? ZKML_OK : ZKML_LIMIT;
    } else {
        for (uint32_t k = 0; k < node->operand_count; k++)
            operands[k] = &run->values[node->operands[k].node];
        status = zc_eval_node(out, tir, node, operands, &at);
    }
    if (status == ZKML_LIMIT)
        return zk_fail(err, status, "not enough memory to run the program");
    if (status == ZKML_INTERNAL)
        return zk_fail(err, status, "element %llu of node %%%u (%s) is outside the node's range",
                       (unsigned long long)at, id, zc_op_name(node->op));
    if (status == ZKML_INVALID) {
        run->failure.node = id;
        run->failure.element = at;
        fill_values(run);
        return report_failure(run, err);
    }
    return status;
}

static uint32_t most_operands(const zc_tir *tir, const bool *wanted, size_t count)
{
    uint32_t most = 1;
    for (size_t i = 0; i < count; i++)
        if (wanted[i] && tir->nodes[i]->operand_count > most)
            most = tir->nodes[i]->operand_count;
    return most;
}

static bool is_computed(const zc_run *run, zc_node_id id)
{
    return run->values[id].small != NULL || run->values[id].big != NULL;
}

/* The wanted ones of the first nodes. */
static zkml_status compute_all(zc_run *run, const bool *wanted, size_t count,
                               const zc_input *inputs, zkml_error *err)
{
    const zc_tensor **operands =
        calloc(most_operands(run->tir, wanted, count), sizeof *operands);
    if (operands == NULL)
        return zk_fail(err, ZKML_LIMIT, "not enough memory to run the program");
    zkml_status status = ZKML_OK;
    for (zc_node_id id = 0; id < count && status == ZKML_OK; id++)
        if (wanted[id] && !is_computed(run, id))
            status = compute(run, id, inputs, operands, err);
    free(operands);
    return status;
}

static zkml_status make_room(zc_run *run, size_t count, zkml_error *err)
{
    if (count <= run->value_count)
        return ZKML_OK;
    zc_tensor *values = realloc(run->values, count * sizeof *values);
    if (values == NULL)
        return zk_fail(err, ZKML_LIMIT, "not enough memory to run the program");
    memset(values + run->value_count, 0, (count - run->value_count) * sizeof *values);
    run->values = values;
    run->value_count = count;
    return ZKML_OK;
}

void zc_run_open(zc_run *run, const zc_tir *tir)
{
    *run = (zc_run){.tir = tir};
    failure_init(&run->failure);
}

zkml_status zc_run_node(zc_run *run, zc_node_id node, const zc_input *inputs, zkml_error *err)
{
    const zc_tir *tir = run->tir;
    size_t count = (size_t)node + 1;
    ZK_TRY(make_room(run, run->tir->node_count, err));
    if (is_computed(run, node))
        return ZKML_OK;
    bool *wanted = calloc(count, sizeof *wanted);
    if (wanted == NULL)
        return zk_fail(err, ZKML_LIMIT, "not enough memory to run the program");
    wanted[node] = true;
    for (size_t i = count; i-- > 0;)
        for (uint32_t k = 0; wanted[i] && !is_computed(run, (zc_node_id)i) &&
                             k < tir->nodes[i]->operand_count; k++)
            wanted[tir->nodes[i]->operands[k].node] = true;
    zkml_status status = compute_all(run, wanted, count, inputs, err);
    free(wanted);
    return status;
}

zkml_status zc_interp(zc_run *run, const zc_tir *tir, const zc_input *inputs, zkml_error *err)
{
    zc_run_open(run, tir);
    for (size_t i = 0; i < tir->param_count; i++)
        ZK_TRY(check_input(tir, &tir->params[i], &inputs[i], err));
    size_t count = tir->node_count;
    bool *live = calloc(count ? count : 1, sizeof *live);
    if (live == NULL)
        return zk_fail(err, ZKML_LIMIT, "not enough memory to run the program");
    zkml_status status = make_room(run, count, err);
    zc_tir_mark_live(tir, live);
    if (status == ZKML_OK)
        status = compute_all(run, live, count, inputs, err);
    free(live);
    return status;
}

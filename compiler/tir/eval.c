#include "compiler/tir/eval.h"

#include <stdlib.h>

#include "compiler/check/range.h"
#include "compiler/tir/ix.h"

/* Every operation is written twice: on 128-bit integers for nodes whose operands, factors and
 * intermediate values provably fit (small), and on GMP integers for all others (big). The tests
 * run both on the same programs. */

/* ---- tensors and points ---- */

void zc_tensor_free(zc_tensor *tensor)
{
    free(tensor->small);
    if (tensor->big)
        for (uint64_t i = 0; i < tensor->count; i++)
            mpz_clear(tensor->big[i]);
    free(tensor->big);
    *tensor = (zc_tensor){0};
}

void zc_tensor_get(mpz_t out, const zc_tensor *tensor, uint64_t i)
{
    ZK_CHECK(i < tensor->count);
    if (tensor->small)
        zc_mpz_set_i64(out, tensor->small[i]);
    else
        mpz_set(out, tensor->big[i]);
}

static bool tensor_alloc(zc_tensor *tensor, uint64_t count, bool big)
{
    *tensor = (zc_tensor){.count = count};
    size_t size = big ? sizeof *tensor->big : sizeof *tensor->small;
    if (count > SIZE_MAX / size)
        return false;
    if (!big)
        return (tensor->small = malloc((size_t)count * size)) != NULL;
    tensor->big = malloc((size_t)count * size);
    if (!tensor->big)
        return false;
    for (uint64_t i = 0; i < count; i++)
        mpz_init(tensor->big[i]);
    return true;
}

bool zc_point_next(int64_t *point, const uint32_t *extent, uint32_t first, uint32_t last)
{
    for (uint32_t d = last; d-- > first;) {
        if (++point[d] < (int64_t)extent[d])
            return true;
        point[d] = 0;
    }
    return false;
}

void zc_node_point(int64_t *point, const zc_node *node, uint64_t element)
{
    for (uint32_t d = node->rank; d-- > 0;) {
        point[d] = (int64_t)(element % node->extent[d]);
        element /= node->extent[d];
    }
}

uint64_t zc_operand_element(const zc_tir *tir, const zc_node *node, uint32_t k,
                            const int64_t *point)
{
    const zc_operand *operand = &node->operands[k];
    int64_t offset = zc_view_offset(tir, &operand->view, node->rank + node->reduce_rank, point);
    ZK_CHECK(offset >= 0 && (uint64_t)offset < tir->nodes[operand->node]->count);
    return (uint64_t)offset;
}

/* A point of the iteration space, with the offsets of affine views kept up to date. */
typedef struct cursor {
    const zc_tir *tir;
    const zc_node *node;
    const zc_tensor *const *operands;
    int64_t point[ZC_MAX_RANK];
    int64_t offset[3];
} cursor;

static void cursor_start(cursor *c, const zc_tir *tir, const zc_node *node,
                         const zc_tensor *const *operands)
{
    *c = (cursor){.tir = tir, .node = node, .operands = operands};
    for (uint32_t k = 0; k < node->operand_count && k < 3; k++)
        c->offset[k] = node->operands[k].view.base;
}

/* Like zc_point_next. */
static bool cursor_next(cursor *c, uint32_t first, uint32_t last)
{
    const zc_node *node = c->node;
    for (uint32_t d = last; d-- > first;) {
        bool moved = c->point[d] + 1 < (int64_t)node->extent[d];
        int64_t step = moved ? 1 : -c->point[d];
        c->point[d] += step;
        for (uint32_t k = 0; k < node->operand_count; k++)
            c->offset[k] += node->operands[k].view.stride[d] * step;
        if (moved)
            return true;
    }
    return false;
}

static uint64_t cursor_element(const cursor *c, uint32_t k)
{
    const zc_view *view = &c->node->operands[k].view;
    int64_t offset = view->affine ? c->offset[k] : zc_ix_eval(c->tir, view->expr, c->point);
    ZK_CHECK(offset >= 0 && (uint64_t)offset < c->operands[k]->count);
    return (uint64_t)offset;
}

/* CHOOSE reads only the chosen operand. */
static uint32_t chosen(const cursor *c)
{
    return zc_ix_eval(c->tir, c->node->condition, c->point) ? 0 : 1;
}

/* ---- small values ---- */

/* The factors of ROUND, DIV, SCALE and CLAMP as 64-bit numbers. */
typedef struct factors {
    int64_t c0, c1;
} factors;

static bool compare(zc_cmp cmp, int order)
{
    switch (cmp) {
    case ZC_CMP_LT:
        return order < 0;
    case ZC_CMP_LE:
        return order <= 0;
    case ZC_CMP_EQ:
        return order == 0;
    case ZC_CMP_NE:
        return order != 0;
    }
    return false;
}

static int64_t table_entry(const zc_tir *tir, const zc_node *node, int64_t a, int64_t b)
{
    const zc_table *table = &tir->tables[node->index];
    uint64_t row = (uint64_t)a - (uint64_t)table->lo, column = (uint64_t)b - (uint64_t)table->lo_b;
    ZK_CHECK(row < table->count && column < table->count_b);
    return table->values[row * table->count_b + column];
}

static zc_i128 small_element(const zc_tir *tir, const zc_node *node, const factors *f,
                             const int64_t *x)
{
    zc_i128 a = x[0], b = x[1];
    switch (node->op) {
    case ZC_OP_ADD:
        return a + b;
    case ZC_OP_SUB:
        return a - b;
    case ZC_OP_NEG:
        return -a;
    case ZC_OP_MUL:
        return a * b;
    case ZC_OP_SCALE:
        return f->c0 * a;
    case ZC_OP_ROUND:
        return zc_round_quotient_i128(f->c0 * a, (zc_i128)1 << node->shift, node->mode);
    case ZC_OP_DIV:
        return zc_round_quotient_i128(f->c0 * a, f->c1 * b, node->mode);
    case ZC_OP_CLAMP:
        return a < f->c0 ? f->c0 : a > f->c1 ? f->c1 : a;
    case ZC_OP_TABLE:
        return table_entry(tir, node, x[0], tir->tables[node->index].lo_b);
    case ZC_OP_TABLE2:
        return table_entry(tir, node, x[0], x[1]);
    case ZC_OP_CMP:
        return compare(node->cmp, (a > b) - (a < b));
    case ZC_OP_NOT:
        return 1 - a;
    case ZC_OP_AND:
        return a && b;
    case ZC_OP_OR:
        return a || b;
    case ZC_OP_SELECT:
        return a ? x[1] : x[2];
    case ZC_OP_MAX:
        return a > b ? a : b;
    case ZC_OP_MIN:
        return a < b ? a : b;
    default: /* VIEW, CHECK, REFINE, ASSERT */
        return a;
    }
}

static int64_t small_read(const cursor *c, uint32_t k)
{
    return c->operands[k]->small[cursor_element(c, k)];
}

/* The reduction at the cursor's point of the shape. */
static zc_i128 small_reduce(cursor *c)
{
    const zc_node *node = c->node;
    zc_i128 result = node->op == ZC_OP_ALL, best = 0;
    int64_t index = 0;
    do {
        zc_i128 a = small_read(c, 0);
        switch (node->op) {
        case ZC_OP_SUM:
            result += a;
            break;
        case ZC_OP_DOT:
            result += a * small_read(c, 1);
            break;
        case ZC_OP_RMAX:
            result = index == 0 || a > result ? a : result;
            break;
        case ZC_OP_RMIN:
            result = index == 0 || a < result ? a : result;
            break;
        case ZC_OP_ARGMAX:
            if (index == 0 || a > best) {
                best = a;
                result = index;
            }
            break;
        case ZC_OP_ALL:
            result = result && a;
            break;
        default: /* ANY */
            result = result || a;
            break;
        }
        index++;
    } while (cursor_next(c, node->rank, node->rank + node->reduce_rank));
    return result;
}

static zc_i128 small_value(cursor *c, const factors *f)
{
    const zc_node *node = c->node;
    if (zc_op_is_reduction(node->op))
        return small_reduce(c);
    int64_t x[3] = {0};
    if (node->op == ZC_OP_CHOOSE)
        return small_read(c, chosen(c));
    for (uint32_t k = 0; k < node->operand_count; k++)
        x[k] = small_read(c, k);
    return small_element(c->tir, node, f, x);
}

/* Bits of the largest absolute value in a node's range. */
static size_t bits_of(const zc_node *node)
{
    size_t lo = mpz_sizeinbase(node->lo, 2), hi = mpz_sizeinbase(node->hi, 2);
    return lo > hi ? lo : hi;
}

/* All intermediate values of small_value fit 128 bits. */
static bool is_small(const zc_tir *tir, const zc_node *node, const zc_tensor *const *operands,
                     factors *f)
{
    enum { LIMIT = 125 };
    int64_t ignored;
    *f = (factors){0, 0};
    if (!zc_mpz_get_i64(&ignored, node->lo) || !zc_mpz_get_i64(&ignored, node->hi))
        return false;
    for (uint32_t k = 0; k < node->operand_count; k++)
        if (!operands[k]->small)
            return false;
    switch (node->op) {
    case ZC_OP_DOT:
        /* A sum of N products of p bits stays below 2^(p + bits of N). */
        return bits_of(tir->nodes[node->operands[0].node]) +
                   bits_of(tir->nodes[node->operands[1].node]) +
                   (size_t)(64 - __builtin_clzll(node->reduce_count)) <=
               LIMIT;
    case ZC_OP_ROUND:
        if (node->shift > LIMIT - 2)
            return false;
        /* fall through */
    case ZC_OP_SCALE:
    case ZC_OP_DIV:
    case ZC_OP_CLAMP:
        /* Products of two 64-bit numbers, and twice a remainder by one, which is below 2^127. */
        return zc_mpz_get_i64(&f->c0, node->c0) &&
               (node->op == ZC_OP_SCALE || node->op == ZC_OP_ROUND ||
                zc_mpz_get_i64(&f->c1, node->c1)) &&
               (node->op != ZC_OP_DIV ||
                bits_of(tir->nodes[node->operands[1].node]) + mpz_sizeinbase(node->c1, 2) <= LIMIT);
    default:
        return true;
    }
}

/* ---- big values ---- */

typedef struct scratch {
    mpz_t x[3];
    mpz_t result;
} scratch;

static void big_read(mpz_t out, const cursor *c, uint32_t k)
{
    zc_tensor_get(out, c->operands[k], cursor_element(c, k));
}

static void big_table(const cursor *c, scratch *s)
{
    int64_t a = 0, b = c->tir->tables[c->node->index].lo_b;
    ZK_CHECK(zc_mpz_get_i64(&a, s->x[0]));
    if (c->node->op == ZC_OP_TABLE2)
        ZK_CHECK(zc_mpz_get_i64(&b, s->x[1]));
    zc_mpz_set_i64(s->result, table_entry(c->tir, c->node, a, b));
}

static void big_element(const cursor *c, scratch *s)
{
    const zc_node *node = c->node;
    mpz_ptr a = s->x[0], b = s->x[1], out = s->result;
    switch (node->op) {
    case ZC_OP_ADD:
        mpz_add(out, a, b);
        break;
    case ZC_OP_SUB:
        mpz_sub(out, a, b);
        break;
    case ZC_OP_NEG:
        mpz_neg(out, a);
        break;
    case ZC_OP_MUL:
        mpz_mul(out, a, b);
        break;
    case ZC_OP_SCALE:
        mpz_mul(out, a, node->c0);
        break;
    case ZC_OP_ROUND:
        zc_round_shift(out, a, node->c0, node->shift, node->mode);
        break;
    case ZC_OP_DIV:
        mpz_mul(a, a, node->c0);
        mpz_mul(b, b, node->c1);
        zc_round_quotient(out, a, b, node->mode);
        break;
    case ZC_OP_CLAMP:
        mpz_set(out, mpz_cmp(a, node->c0) < 0 ? node->c0 : mpz_cmp(a, node->c1) > 0 ? node->c1 : a);
        break;
    case ZC_OP_TABLE:
    case ZC_OP_TABLE2:
        big_table(c, s);
        break;
    case ZC_OP_CMP:
        mpz_set_ui(out, compare(node->cmp, mpz_cmp(a, b)));
        break;
    case ZC_OP_NOT:
        mpz_ui_sub(out, 1, a);
        break;
    case ZC_OP_AND:
        mpz_set_ui(out, mpz_sgn(a) && mpz_sgn(b));
        break;
    case ZC_OP_OR:
        mpz_set_ui(out, mpz_sgn(a) || mpz_sgn(b));
        break;
    case ZC_OP_SELECT:
        mpz_set(out, mpz_sgn(a) ? b : s->x[2]);
        break;
    case ZC_OP_MAX:
        mpz_set(out, mpz_cmp(a, b) > 0 ? a : b);
        break;
    case ZC_OP_MIN:
        mpz_set(out, mpz_cmp(a, b) < 0 ? a : b);
        break;
    default: /* VIEW, CHECK, REFINE, ASSERT */
        mpz_set(out, a);
        break;
    }
}

static void big_reduce(cursor *c, scratch *s)
{
    const zc_node *node = c->node;
    mpz_ptr a = s->x[0], best = s->x[2], out = s->result;
    uint64_t index = 0;
    mpz_set_ui(out, node->op == ZC_OP_ALL);
    do {
        big_read(a, c, 0);
        switch (node->op) {
        case ZC_OP_SUM:
            mpz_add(out, out, a);
            break;
        case ZC_OP_DOT:
            big_read(s->x[1], c, 1);
            mpz_addmul(out, a, s->x[1]);
            break;
        case ZC_OP_RMAX:
            if (index == 0 || mpz_cmp(a, out) > 0)
                mpz_set(out, a);
            break;
        case ZC_OP_RMIN:
            if (index == 0 || mpz_cmp(a, out) < 0)
                mpz_set(out, a);
            break;
        case ZC_OP_ARGMAX:
            if (index == 0 || mpz_cmp(a, best) > 0) {
                mpz_set(best, a);
                zc_mpz_set_u64(out, index);
            }
            break;
        case ZC_OP_ALL:
            mpz_set_ui(out, mpz_sgn(out) && mpz_sgn(a));
            break;
        default: /* ANY */
            mpz_set_ui(out, mpz_sgn(out) || mpz_sgn(a));
            break;
        }
        index++;
    } while (cursor_next(c, node->rank, node->rank + node->reduce_rank));
}

static void big_value(cursor *c, scratch *s)
{
    if (zc_op_is_reduction(c->node->op)) {
        big_reduce(c, s);
        return;
    }
    if (c->node->op == ZC_OP_CHOOSE) {
        big_read(s->result, c, chosen(c));
        return;
    }
    for (uint32_t k = 0; k < c->node->operand_count; k++)
        big_read(s->x[k], c, k);
    big_element(c, s);
}

/* ---- nodes ---- */

/* What to say about a value: it breaks the node's constraint, or (our bug) its range. */
static zkml_status judge(const zc_node *node, const mpz_t value)
{
    if (node->op == ZC_OP_ASSERT && mpz_sgn(value) == 0)
        return ZKML_INVALID;
    if (node->op == ZC_OP_CHECK && (mpz_cmp(value, node->c0) < 0 || mpz_cmp(value, node->c1) > 0))
        return ZKML_INVALID;
    return mpz_cmp(value, node->lo) < 0 || mpz_cmp(value, node->hi) > 0 ? ZKML_INTERNAL : ZKML_OK;
}

static zkml_status store(zc_tensor *out, uint64_t i, const zc_node *node, const mpz_t value)
{
    ZK_TRY(judge(node, value));
    if (out->big)
        mpz_set(out->big[i], value);
    else
        ZK_CHECK(zc_mpz_get_i64(&out->small[i], value));
    return ZKML_OK;
}

static zkml_status eval_big(zc_tensor *out, cursor *c, uint64_t *at)
{
    scratch s;
    zkml_status status = ZKML_OK;
    for (int k = 0; k < 3; k++)
        mpz_init(s.x[k]);
    mpz_init(s.result);
    for (uint64_t i = 0; i < out->count && status == ZKML_OK; i++) {
        *at = i;
        big_value(c, &s);
        status = store(out, i, c->node, s.result);
        cursor_next(c, 0, c->node->rank);
    }
    for (int k = 0; k < 3; k++)
        mpz_clear(s.x[k]);
    mpz_clear(s.result);
    return status;
}

static zkml_status eval_small(zc_tensor *out, cursor *c, const factors *f, uint64_t *at)
{
    const zc_node *node = c->node;
    int64_t lo = 0, hi = 0;
    ZK_CHECK(zc_mpz_get_i64(&lo, node->lo) && zc_mpz_get_i64(&hi, node->hi));
    for (uint64_t i = 0; i < out->count; i++) {
        zc_i128 value = small_value(c, f);
        if (value < lo || value > hi || (node->op == ZC_OP_ASSERT && value == 0)) {
            mpz_t big;
            mpz_init(big);
            zc_mpz_set_i128(big, value);
            zkml_status status = judge(node, big);
            mpz_clear(big);
            *at = i;
            return status == ZKML_OK ? ZKML_INTERNAL : status;
        }
        out->small[i] = (int64_t)value;
        cursor_next(c, 0, node->rank);
    }
    return ZKML_OK;
}

/* The operands' elements, in full and one after another. */
static zkml_status eval_stack(zc_tensor *out, const zc_node *node, const zc_tensor *const *operands,
                              uint64_t *at)
{
    mpz_t value;
    zkml_status status = ZKML_OK;
    mpz_init(value);
    *at = 0;
    for (uint32_t k = 0; k < node->operand_count && status == ZKML_OK; k++) {
        for (uint64_t i = 0; i < operands[k]->count && status == ZKML_OK; i++) {
            ZK_CHECK(*at < out->count);
            zc_tensor_get(value, operands[k], i);
            status = store(out, *at, node, value);
            if (status == ZKML_OK)
                ++*at;
        }
    }
    ZK_CHECK(status != ZKML_OK || *at == out->count);
    mpz_clear(value);
    return status;
}

zkml_status zc_eval_node(zc_tensor *out, const zc_tir *tir, const zc_node *node,
                         const zc_tensor *const *operands, uint64_t *at)
{
    ZK_CHECK(node->op != ZC_OP_PARAM && node->op != ZC_OP_CONST);
    int64_t ignored;
    bool big = !zc_mpz_get_i64(&ignored, node->lo) || !zc_mpz_get_i64(&ignored, node->hi);
    zc_tensor result;
    factors f;
    zkml_status status;
    *at = 0;
    if (!tensor_alloc(&result, node->count, big)) {
        status = ZKML_LIMIT;
    } else if (node->op == ZC_OP_STACK) {
        status = eval_stack(&result, node, operands, at);
    } else {
        cursor c;
        cursor_start(&c, tir, node, operands);
        if (is_small(tir, node, operands, &f))
            status = eval_small(&result, &c, &f, at);
        else
            status = eval_big(&result, &c, at);
    }
    if (status == ZKML_OK)
        *out = result;
    else
        zc_tensor_free(&result);
    return status;
}

/* The constructors of operations: range rules, and neutral operations removed. */
#include "compiler/tir/build.h"

#include "compiler/tir/draft.h"
#include "compiler/tir/eval.h"

/* A constant weight tensor is added up row by row while this many points suffice. */
#define WEIGHT_POINTS ((uint64_t)1 << 26)

static bool is_value(const zc_range *r, long value)
{
    return mpz_cmp_si(r->lo, value) == 0 && mpz_cmp_si(r->hi, value) == 0;
}

static bool same_elements(const zc_operand *a, const zc_operand *b)
{
    return a->node == b->node && zc_view_equal(&a->view, &b->view);
}

static bool begin1(zc_draft *d, zc_tir *tir, zc_op op, const zc_space *space, zc_operand a)
{
    return zc_draft_begin(d, tir, op, space, 1, &a);
}

static bool begin2(zc_draft *d, zc_tir *tir, zc_op op, const zc_space *space, zc_operand a,
                   zc_operand b)
{
    zc_operand operands[2] = {a, b};
    return zc_draft_begin(d, tir, op, space, 2, operands);
}

/* ---- structure ---- */

zc_node_id zc_tir_view(zc_tir *tir, const zc_space *space, zc_operand a)
{
    zc_draft d;
    if (!begin1(&d, tir, ZC_OP_VIEW, space, a))
        return ZC_NO_ID;
    zc_range_set(&d.out, &d.in[0]);
    return zc_draft_end(&d);
}

zc_node_id zc_tir_stack(zc_tir *tir, const zc_space *space, const zc_node_id *nodes, uint32_t count)
{
    zc_draft d;
    ZK_CHECK(count > 0);
    zc_operand *operands = ZK_ARENA_NEW(tir->arena, zc_operand, count);
    if (!operands) {
        tir->status = ZKML_LIMIT;
        return ZC_NO_ID;
    }
    for (uint32_t k = 0; k < count; k++) {
        operands[k] = zc_read(nodes[k], zc_view_at(0));
        operands[k].view.stride[0] = 1;
    }
    if (!zc_draft_begin(&d, tir, ZC_OP_STACK, space, count, operands))
        return ZC_NO_ID;
    uint64_t total = 0;
    for (uint32_t k = 0; k < count; k++) {
        total += tir->nodes[nodes[k]]->count;
        zc_tir_range_of(&d.in[0], tir, nodes[k]);
        if (k == 0)
            zc_range_set(&d.out, &d.in[0]);
        else
            zc_range_hull(&d.out, &d.out, &d.in[0]);
    }
    ZK_CHECK(total == d.node->count);
    return zc_draft_end(&d);
}

zc_node_id zc_tir_choose(zc_tir *tir, const zc_space *space, zc_ix_id condition, zc_operand a,
                         zc_operand b)
{
    zc_draft d;
    zc_ix_bounds truth;
    if (condition == ZC_NO_ID)
        return ZC_NO_ID;
    zc_ix_verdict verdict = zc_ix_bound(tir, space, condition, ZC_NO_ID, &truth);
    ZK_CHECK(verdict == ZC_IX_BOUNDED);
    if (truth.lo == truth.hi)
        return zc_tir_view(tir, space, truth.lo ? a : b);
    if (!begin2(&d, tir, ZC_OP_CHOOSE, space, a, b))
        return ZC_NO_ID;
    d.node->condition = condition;
    zc_range_hull(&d.out, &d.in[0], &d.in[1]);
    if (same_elements(&d.node->operands[0], &d.node->operands[1]))
        zc_draft_to_view(&d, 0);
    return zc_draft_end(&d);
}

/* ---- arithmetic ---- */

zc_node_id zc_tir_add(zc_tir *tir, const zc_space *space, zc_operand a, zc_operand b)
{
    zc_draft d;
    if (!begin2(&d, tir, ZC_OP_ADD, space, a, b))
        return ZC_NO_ID;
    zc_range_add(&d.out, &d.in[0], &d.in[1]);
    if (is_value(&d.in[1], 0))
        zc_draft_to_view(&d, 0);
    else if (is_value(&d.in[0], 0))
        zc_draft_to_view(&d, 1);
    return zc_draft_end(&d);
}

/* Turns a draft into an operation on one of its operands. */
static void to_unary(zc_draft *d, zc_op op, uint32_t operand)
{
    d->node->op = op;
    d->node->operands[0] = d->node->operands[operand];
    d->node->operand_count = 1;
}

zc_node_id zc_tir_sub(zc_tir *tir, const zc_space *space, zc_operand a, zc_operand b)
{
    zc_draft d;
    if (!begin2(&d, tir, ZC_OP_SUB, space, a, b))
        return ZC_NO_ID;
    zc_range_sub(&d.out, &d.in[0], &d.in[1]);
    if (is_value(&d.in[1], 0))
        zc_draft_to_view(&d, 0);
    else if (is_value(&d.in[0], 0))
        to_unary(&d, ZC_OP_NEG, 1);
    else if (same_elements(&d.node->operands[0], &d.node->operands[1]))
        zc_range_set_si(&d.out, 0, 0);
    return zc_draft_end(&d);
}

zc_node_id zc_tir_neg(zc_tir *tir, const zc_space *space, zc_operand a)
{
    zc_draft d;
    if (!begin1(&d, tir, ZC_OP_NEG, space, a))
        return ZC_NO_ID;
    zc_range_neg(&d.out, &d.in[0]);
    return zc_draft_end(&d);
}

zc_node_id zc_tir_mul(zc_tir *tir, const zc_space *space, zc_operand a, zc_operand b)
{
    zc_draft d;
    if (!begin2(&d, tir, ZC_OP_MUL, space, a, b))
        return ZC_NO_ID;
    zc_range_mul(&d.out, &d.in[0], &d.in[1]);
    uint32_t factor = zc_range_is_single(&d.in[0]) ? 0 : 1;
    if (is_value(&d.in[factor], 1)) {
        zc_draft_to_view(&d, 1 - factor);
    } else if (zc_range_is_single(&d.in[factor])) {
        mpz_set(d.node->c0, d.in[factor].lo);
        to_unary(&d, ZC_OP_SCALE, 1 - factor);
    } else if (same_elements(&d.node->operands[0], &d.node->operands[1])) {
        zc_range_square(&d.out, &d.in[0]);
    }
    return zc_draft_end(&d);
}

zc_node_id zc_tir_scale(zc_tir *tir, const zc_space *space, zc_operand a, const mpz_t c0)
{
    zc_draft d;
    if (!begin1(&d, tir, ZC_OP_SCALE, space, a))
        return ZC_NO_ID;
    mpz_set(d.node->c0, c0);
    zc_range_scale(&d.out, &d.in[0], c0);
    if (mpz_cmp_ui(c0, 1) == 0)
        zc_draft_to_view(&d, 0);
    return zc_draft_end(&d);
}

/* ---- rounding ---- */

/* Powers of two common to c0 and 2^shift cancel; without a shift ROUND is a SCALE. */
static void normalise_round(zc_draft *d)
{
    zc_node *node = d->node;
    uint32_t common = (uint32_t)mpz_scan1(node->c0, 0);
    if (common > node->shift)
        common = node->shift;
    mpz_fdiv_q_2exp(node->c0, node->c0, common);
    node->shift -= common;
    if (node->shift > 0)
        return;
    if (mpz_cmp_ui(node->c0, 1) == 0)
        zc_draft_to_view(d, 0);
    else
        node->op = ZC_OP_SCALE;
    node->mode = ZC_FLOOR;
}

zc_node_id zc_tir_round(zc_tir *tir, const zc_space *space, zc_operand a, const mpz_t c0,
                        uint32_t shift, zc_round_mode mode)
{
    zc_draft d;
    if (!begin1(&d, tir, ZC_OP_ROUND, space, a))
        return ZC_NO_ID;
    mpz_set(d.node->c0, c0);
    d.node->shift = shift;
    d.node->mode = mode;
    zc_range_round(&d.out, &d.in[0], c0, shift, mode);
    normalise_round(&d);
    return zc_draft_end(&d);
}

zc_node_id zc_tir_div(zc_tir *tir, const zc_space *space, zc_operand a, zc_operand b,
                      const mpz_t c0, const mpz_t c1, zc_round_mode mode)
{
    zc_draft d;
    if (!begin2(&d, tir, ZC_OP_DIV, space, a, b))
        return ZC_NO_ID;
    mpz_set(d.node->c0, c0);
    mpz_set(d.node->c1, c1);
    d.node->mode = mode;
    zc_range_div(&d.out, &d.in[0], &d.in[1], c0, c1, mode);
    if (zc_range_is_single(&d.in[1])) {
        mpz_t divisor;
        mpz_init(divisor);
        mpz_mul(divisor, c1, d.in[1].lo);
        mp_bitcnt_t shift = mpz_scan1(divisor, 0);
        if (mpz_sizeinbase(divisor, 2) == shift + 1) {
            to_unary(&d, ZC_OP_ROUND, 0);
            d.node->shift = (uint32_t)shift;
            mpz_set_ui(d.node->c1, 0);
            normalise_round(&d);
        }
        mpz_clear(divisor);
    }
    return zc_draft_end(&d);
}

zc_node_id zc_tir_clamp(zc_tir *tir, const zc_space *space, zc_operand a, const mpz_t lo,
                        const mpz_t hi)
{
    zc_draft d;
    if (!begin1(&d, tir, ZC_OP_CLAMP, space, a))
        return ZC_NO_ID;
    mpz_set(d.node->c0, lo);
    mpz_set(d.node->c1, hi);
    zc_range_clamp(&d.out, &d.in[0], lo, hi);
    if (zc_range_equal(&d.out, &d.in[0]))
        zc_draft_to_view(&d, 0);
    return zc_draft_end(&d);
}

zc_node_id zc_tir_check(zc_tir *tir, const zc_space *space, zc_operand a, const mpz_t lo,
                        const mpz_t hi)
{
    zc_draft d;
    if (!begin1(&d, tir, ZC_OP_CHECK, space, a))
        return ZC_NO_ID;
    mpz_set(d.node->c0, lo);
    mpz_set(d.node->c1, hi);
    zc_range_set_mpz(&d.out, lo, hi);
    ZK_CHECK(zc_range_intersect(&d.out, &d.out, &d.in[0]));
    return zc_draft_end(&d);
}

zc_node_id zc_tir_refine(zc_tir *tir, const zc_space *space, zc_operand a, const zc_range *range)
{
    zc_draft d;
    if (!begin1(&d, tir, ZC_OP_REFINE, space, a))
        return ZC_NO_ID;
    ZK_CHECK(zc_range_intersect(&d.out, range, &d.in[0]));
    if (zc_range_equal(&d.out, &d.in[0]))
        zc_draft_to_view(&d, 0);
    return zc_draft_end(&d);
}

/* ---- tables ---- */

zc_node_id zc_tir_table(zc_tir *tir, const zc_space *space, uint32_t table, zc_operand a)
{
    zc_draft d;
    if (table == ZC_NO_ID || !begin1(&d, tir, ZC_OP_TABLE, space, a))
        return ZC_NO_ID;
    d.node->index = table;
    zc_range_table(&d.out, &tir->tables[table], &d.in[0]);
    return zc_draft_end(&d);
}

zc_node_id zc_tir_table2(zc_tir *tir, const zc_space *space, uint32_t table, zc_operand a,
                         zc_operand b)
{
    zc_draft d;
    if (table == ZC_NO_ID || !begin2(&d, tir, ZC_OP_TABLE2, space, a, b))
        return ZC_NO_ID;
    d.node->index = table;
    zc_range_table2(&d.out, &tir->tables[table], &d.in[0], &d.in[1]);
    return zc_draft_end(&d);
}

/* ---- truth values and selection ---- */

zc_node_id zc_tir_cmp(zc_tir *tir, const zc_space *space, zc_cmp cmp, zc_operand a, zc_operand b)
{
    zc_draft d;
    if (!begin2(&d, tir, ZC_OP_CMP, space, a, b))
        return ZC_NO_ID;
    d.node->cmp = cmp;
    zc_range_cmp(&d.out, cmp, &d.in[0], &d.in[1]);
    if (same_elements(&d.node->operands[0], &d.node->operands[1])) {
        int holds = cmp == ZC_CMP_LE || cmp == ZC_CMP_EQ;
        zc_range_set_si(&d.out, holds, holds);
    }
    return zc_draft_end(&d);
}

static void check_truth(const zc_range *r)
{
    ZK_CHECK(mpz_sgn(r->lo) >= 0 && mpz_cmp_ui(r->hi, 1) <= 0);
}

zc_node_id zc_tir_not(zc_tir *tir, const zc_space *space, zc_operand a)
{
    zc_draft d;
    if (!begin1(&d, tir, ZC_OP_NOT, space, a))
        return ZC_NO_ID;
    check_truth(&d.in[0]);
    zc_range_not(&d.out, &d.in[0]);
    return zc_draft_end(&d);
}

/* AND and OR: `neutral` leaves the other operand as it is. */
static zc_node_id connective(zc_tir *tir, const zc_space *space, zc_op op, int neutral,
                             zc_operand a, zc_operand b)
{
    zc_draft d;
    if (!begin2(&d, tir, op, space, a, b))
        return ZC_NO_ID;
    check_truth(&d.in[0]);
    check_truth(&d.in[1]);
    if (op == ZC_OP_AND)
        zc_range_and(&d.out, &d.in[0], &d.in[1]);
    else
        zc_range_or(&d.out, &d.in[0], &d.in[1]);
    if (is_value(&d.in[1], neutral) || same_elements(&d.node->operands[0], &d.node->operands[1]))
        zc_draft_to_view(&d, 0);
    else if (is_value(&d.in[0], neutral))
        zc_draft_to_view(&d, 1);
    return zc_draft_end(&d);
}

zc_node_id zc_tir_and(zc_tir *tir, const zc_space *space, zc_operand a, zc_operand b)
{
    return connective(tir, space, ZC_OP_AND, 1, a, b);
}

zc_node_id zc_tir_or(zc_tir *tir, const zc_space *space, zc_operand a, zc_operand b)
{
    return connective(tir, space, ZC_OP_OR, 0, a, b);
}

zc_node_id zc_tir_select(zc_tir *tir, const zc_space *space, zc_operand c, zc_operand a,
                         zc_operand b)
{
    zc_draft d;
    zc_operand operands[3] = {c, a, b};
    if (!zc_draft_begin(&d, tir, ZC_OP_SELECT, space, 3, operands))
        return ZC_NO_ID;
    check_truth(&d.in[0]);
    zc_range_select(&d.out, &d.in[0], &d.in[1], &d.in[2]);
    if (zc_range_is_single(&d.in[0]))
        zc_draft_to_view(&d, mpz_sgn(d.in[0].lo) ? 1 : 2);
    else if (same_elements(&d.node->operands[1], &d.node->operands[2]))
        zc_draft_to_view(&d, 1);
    return zc_draft_end(&d);
}

static zc_node_id extreme(zc_tir *tir, const zc_space *space, zc_op op, zc_operand a, zc_operand b)
{
    zc_draft d;
    if (!begin2(&d, tir, op, space, a, b))
        return ZC_NO_ID;
    if (op == ZC_OP_MAX)
        zc_range_max(&d.out, &d.in[0], &d.in[1]);
    else
        zc_range_min(&d.out, &d.in[0], &d.in[1]);
    uint32_t larger =
        op == ZC_OP_MAX ? 0 : 1; /* the operand that wins by being at least as large */
    if (mpz_cmp(d.in[0].lo, d.in[1].hi) >= 0)
        zc_draft_to_view(&d, larger);
    else if (mpz_cmp(d.in[1].lo, d.in[0].hi) >= 0)
        zc_draft_to_view(&d, 1 - larger);
    else if (same_elements(&d.node->operands[0], &d.node->operands[1]))
        zc_draft_to_view(&d, 0);
    return zc_draft_end(&d);
}

zc_node_id zc_tir_max(zc_tir *tir, const zc_space *space, zc_operand a, zc_operand b)
{
    return extreme(tir, space, ZC_OP_MAX, a, b);
}

zc_node_id zc_tir_min(zc_tir *tir, const zc_space *space, zc_operand a, zc_operand b)
{
    return extreme(tir, space, ZC_OP_MIN, a, b);
}

zc_node_id zc_tir_assert(zc_tir *tir, const zc_space *space, zc_operand a, const char *message)
{
    zc_draft d;
    if (!begin1(&d, tir, ZC_OP_ASSERT, space, a))
        return ZC_NO_ID;
    check_truth(&d.in[0]);
    zc_range_set(&d.out, &d.in[0]);
    d.node->message = message;
    return zc_draft_end(&d);
}

/* ---- reductions ---- */

/* The outputs that see different weights: dimensions of the shape along which the weights' view
 * moves; all dimensions when it is no affine view. */
static uint32_t weight_dimensions(const zc_space *space, const zc_view *weights, uint32_t *dims)
{
    uint32_t count = 0;
    for (uint32_t d = 0; d < space->rank; d++)
        if (!weights->affine || weights->stride[d] != 0)
            dims[count++] = d;
    return count;
}

/* The range of one output after another; false: too many points. */
static bool range_by_output(zc_range *out, const zc_tir *tir, const zc_space *space,
                            const zc_operand *weights, const zc_range *x)
{
    const zc_blob *blob = &tir->blobs[tir->nodes[weights->node]->index];
    uint32_t dims[ZC_MAX_RANK], rank = space->rank + space->reduce_rank;
    uint32_t extent[ZC_MAX_RANK];
    uint32_t count = weight_dimensions(space, &weights->view, dims);
    uint64_t points = 1;
    for (uint32_t d = 0; d < count; d++)
        extent[d] = space->extent[dims[d]];
    for (uint32_t d = 0; d < count + space->reduce_rank; d++) {
        uint32_t e = d < count ? extent[d] : space->extent[space->rank + d - count];
        if (e > WEIGHT_POINTS / points)
            return false;
        points *= e;
    }
    zc_range row;
    mpz_t positive, negative;
    bool first = true;
    int64_t output[ZC_MAX_RANK] = {0}, point[ZC_MAX_RANK] = {0};
    zc_range_init(&row);
    mpz_inits(positive, negative, NULL);
    do {
        zc_i128 p = 0, q = 0; /* at most 2^26 weights below 2^63 */
        for (uint32_t d = 0; d < count; d++)
            point[dims[d]] = output[d];
        do {
            int64_t offset = zc_view_offset(tir, &weights->view, rank, point);
            ZK_CHECK(offset >= 0 && (uint64_t)offset < blob->count);
            int64_t w = blob->codes[offset];
            *(w > 0 ? &p : &q) += w;
        } while (zc_point_next(point, space->extent, space->rank, rank));
        zc_mpz_set_i128(positive, p);
        zc_mpz_set_i128(negative, q);
        zc_range_weighted(&row, positive, negative, x);
        if (first)
            zc_range_set(out, &row);
        else
            zc_range_hull(out, out, &row);
        first = false;
    } while (zc_point_next(output, extent, 0, count));
    zc_range_clear(&row);
    mpz_clears(positive, negative, NULL);
    return true;
}

bool zc_dot_range(zc_range *out, const zc_tir *tir, const zc_space *space,
                  const zc_operand *operands, const zc_range *in)
{
    uint32_t weights = tir->nodes[operands[0].node]->op == ZC_OP_CONST ? 0 : 1;
    return tir->nodes[operands[weights].node]->op == ZC_OP_CONST &&
           range_by_output(out, tir, space, &operands[weights], &in[1 - weights]);
}

zc_node_id zc_tir_dot(zc_tir *tir, const zc_space *space, zc_operand a, zc_operand b)
{
    zc_draft d;
    if (!begin2(&d, tir, ZC_OP_DOT, space, a, b))
        return ZC_NO_ID;
    const zc_operand *operands = d.node->operands;
    if (!zc_dot_range(&d.out, tir, space, operands, d.in)) {
        if (same_elements(&operands[0], &operands[1])) {
            zc_range_square(&d.out, &d.in[0]);
            zc_range_sum(&d.out, &d.out, d.node->reduce_count);
        } else {
            zc_range_dot(&d.out, &d.in[0], &d.in[1], d.node->reduce_count);
        }
    }
    return zc_draft_end(&d);
}

/* SUM of a MUL that can be read through is a DOT. */
static bool as_dot(zc_tir *tir, const zc_space *space, const zc_operand *a, zc_operand *factors)
{
    if (a->node == ZC_NO_ID || tir->nodes[a->node]->op != ZC_OP_MUL ||
        (!a->view.affine && a->view.expr == ZC_NO_ID))
        return false;
    const zc_node *product = tir->nodes[a->node];
    for (uint32_t k = 0; k < 2; k++) {
        factors[k].node = product->operands[k].node;
        if (!zc_view_compose(tir, space, product, k, &a->view, &factors[k].view))
            return false;
    }
    return true;
}

zc_node_id zc_tir_sum(zc_tir *tir, const zc_space *space, zc_operand a)
{
    zc_draft d;
    zc_operand factors[2];
    zc_read_through(tir, space, &a);
    if (as_dot(tir, space, &a, factors))
        return zc_tir_dot(tir, space, factors[0], factors[1]);
    if (!begin1(&d, tir, ZC_OP_SUM, space, a))
        return ZC_NO_ID;
    zc_range_sum(&d.out, &d.in[0], d.node->reduce_count);
    return zc_draft_end(&d);
}

zc_node_id zc_tir_reduce(zc_tir *tir, const zc_space *space, zc_op op, zc_operand a)
{
    zc_draft d;
    if (op == ZC_OP_SUM)
        return zc_tir_sum(tir, space, a);
    if (!begin1(&d, tir, op, space, a))
        return ZC_NO_ID;
    switch (op) {
    case ZC_OP_ALL:
    case ZC_OP_ANY:
        check_truth(&d.in[0]);
        zc_range_set(&d.out, &d.in[0]);
        break;
    case ZC_OP_RMAX:
    case ZC_OP_RMIN:
        zc_range_set(&d.out, &d.in[0]);
        break;
    case ZC_OP_ARGMAX:
        zc_range_argmax(&d.out, d.node->reduce_count);
        break;
    default:
        ZK_UNREACHABLE("a reduction");
    }
    return zc_draft_end(&d);
}

#include "compiler/tir/slices.h"

/* ---- the rules ---- */

/* A node's own range may be narrower: constants are looked at more closely when it is made. */
void zc_tir_rule(zc_range *out, const zc_tir *tir, const zc_node *node, const zc_range *in)
{
    switch (node->op) {
    case ZC_OP_ADD:
        zc_range_add(out, &in[0], &in[1]);
        break;
    case ZC_OP_SUB:
        zc_range_sub(out, &in[0], &in[1]);
        break;
    case ZC_OP_NEG:
        zc_range_neg(out, &in[0]);
        break;
    case ZC_OP_MUL:
        zc_range_mul(out, &in[0], &in[1]);
        break;
    case ZC_OP_SCALE:
        zc_range_scale(out, &in[0], node->c0);
        break;
    case ZC_OP_SUM:
        zc_range_sum(out, &in[0], node->reduce_count);
        break;
    case ZC_OP_DOT:
        zc_range_dot(out, &in[0], &in[1], node->reduce_count);
        break;
    case ZC_OP_ROUND:
        zc_range_round(out, &in[0], node->c0, node->shift, node->mode);
        break;
    case ZC_OP_DIV:
        zc_range_div(out, &in[0], &in[1], node->c0, node->c1, node->mode);
        break;
    case ZC_OP_CLAMP:
        zc_range_clamp(out, &in[0], node->c0, node->c1);
        break;
    case ZC_OP_TABLE:
        zc_range_table(out, &tir->tables[node->index], &in[0]);
        break;
    case ZC_OP_TABLE2:
        zc_range_table2(out, &tir->tables[node->index], &in[0], &in[1]);
        break;
    case ZC_OP_CHOOSE:
        zc_range_hull(out, &in[0], &in[1]);
        break;
    case ZC_OP_SELECT:
        zc_range_hull(out, &in[1], &in[2]);
        break;
    case ZC_OP_MAX:
        zc_range_max(out, &in[0], &in[1]);
        break;
    case ZC_OP_MIN:
        zc_range_min(out, &in[0], &in[1]);
        break;
    case ZC_OP_ARGMAX:
        zc_range_argmax(out, node->reduce_count);
        break;
    case ZC_OP_CMP:
    case ZC_OP_NOT:
    case ZC_OP_AND:
    case ZC_OP_OR:
        zc_range_set_si(out, 0, 1);
        break;
    default: /* VIEW, CHECK, REFINE, ASSERT, RMAX, RMIN, ALL, ANY */
        zc_range_set(out, &in[0]);
        break;
    }
}

/* ---- reading slices ---- */

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* The indices along the node's axis that an affine view reads: first .. first + count - 1, modulo
 * the extent. */
static void covered(const zc_node *node, const zc_space *space, const zc_view *view, int64_t *first,
                    int64_t *count)
{
    int64_t inner = 1, extent = node->extent[node->axis];
    for (uint32_t d = node->axis + 1; d < node->rank; d++)
        inner *= node->extent[d];
    int64_t lo = view->base, hi = view->base;
    for (uint32_t d = 0; d < space->rank + space->reduce_rank; d++) {
        int64_t stride = view->stride[d], reach = stride * ((int64_t)space->extent[d] - 1);
        if (stride % (inner * extent) != 0) /* else it only changes dimensions outside */
            *(stride > 0 ? &hi : &lo) += reach;
    }
    *first = floor_div(lo, inner);
    *count = floor_div(hi, inner) - *first + 1;
    *count = *count < extent ? *count : extent;
}

static void get_slice(zc_range *out, const zc_node *node, int64_t index)
{
    int64_t extent = node->extent[node->axis];
    size_t at = 2 * (size_t)(((index % extent) + extent) % extent);
    zc_range_set_mpz(out, node->slices[at], node->slices[at + 1]);
}

void zc_slices_hull(zc_range *out, const zc_node *node, const zc_space *space, const zc_view *view)
{
    int64_t first, count;
    zc_range slice;
    covered(node, space, view, &first, &count);
    zc_range_init(&slice);
    get_slice(out, node, first);
    for (int64_t i = 1; i < count; i++) {
        get_slice(&slice, node, first + i);
        zc_range_hull(out, out, &slice);
    }
    zc_range_clear(&slice);
}

/* ---- making slices ---- */

/* The points of a space with index c along a dimension, and what is read there. */
static zc_space fix_index(zc_space space, zc_operand *operand, uint32_t axis, int64_t c)
{
    space.extent[axis] = 1;
    operand->view.base += operand->view.stride[axis] * c;
    operand->view.stride[axis] = 0;
    return space;
}

static bool may_have_slices(const zc_node *node)
{
    switch (node->op) {
    case ZC_OP_PARAM:
    case ZC_OP_CONST:
    case ZC_OP_STACK:
    case ZC_OP_CHOOSE:
    case ZC_OP_CMP:
    case ZC_OP_NOT:
    case ZC_OP_AND:
    case ZC_OP_OR:
    case ZC_OP_ALL:
    case ZC_OP_ANY:
    case ZC_OP_ARGMAX:
    case ZC_OP_ASSERT:
        return false;
    default:
        return node->rank > 0;
    }
}

/* Different indices along the dimension may read different ranges. */
static bool differs(const zc_draft *d, const zc_operand *operand, uint32_t axis)
{
    const zc_node *node = d->tir->nodes[operand->node];
    if (!operand->view.affine || operand->view.stride[axis] == 0)
        return false;
    if (node->op == ZC_OP_CONST)
        return true;
    if (node->slices == NULL)
        return false;
    zc_operand one = *operand;
    zc_space space = fix_index(d->space, &one, axis, 0);
    int64_t first, count;
    covered(node, &space, &one.view, &first, &count);
    return count < node->extent[node->axis];
}

/* The first dimension from *axis on along which some operand differs. */
static bool choose_axis(const zc_draft *d, uint32_t *axis)
{
    const zc_node *node = d->node;
    for (; *axis < node->rank; ++*axis) {
        if (node->extent[*axis] < 2 || node->extent[*axis] > ZC_MAX_SLICES)
            continue;
        for (uint32_t k = 0; k < node->operand_count; k++)
            if (differs(d, &node->operands[k], *axis))
                return true;
    }
    return false;
}

/* The rule of the node's operation at index c, within the node's range. */
static void slice_range(zc_range *out, const zc_draft *d, uint32_t axis, int64_t c)
{
    zc_operand operands[3];
    zc_range in[3];
    zc_space space = d->space;
    for (uint32_t k = 0; k < 3; k++)
        zc_range_init(&in[k]);
    for (uint32_t k = 0; k < d->node->operand_count; k++) {
        operands[k] = d->node->operands[k];
        if (operands[k].view.affine)
            space = fix_index(d->space, &operands[k], axis, c);
        zc_tir_operand_range(&in[k], d->tir, operands[k].view.affine ? &space : &d->space,
                             &operands[k]);
    }
    if (d->node->op != ZC_OP_DOT || !zc_dot_range(out, d->tir, &space, operands, in))
        zc_tir_rule(out, d->tir, d->node, in);
    if (!zc_range_intersect(out, out, &d->out))
        zc_range_set(out, &d->out); /* a check that cannot hold there */
    for (uint32_t k = 0; k < 3; k++)
        zc_range_clear(&in[k]);
}

/* Makes the slices along an axis, and their hull. They are dropped when all are equal. */
static bool slice_along(zc_draft *d, uint32_t axis, zc_range *hull)
{
    zc_node *node = d->node;
    uint32_t extent = node->extent[axis];
    mpz_t *slices = (mpz_t *)zk_arena_alloc(d->tir->arena, 2 * (size_t)extent, sizeof *slices);
    if (slices == NULL)
        return false;
    zc_range slice;
    zc_range_init(&slice);
    bool different = false;
    for (uint32_t c = 0; c < extent; c++) {
        slice_range(&slice, d, axis, c);
        mpz_init_set(slices[2 * c], slice.lo);
        mpz_init_set(slices[2 * c + 1], slice.hi);
        if (c == 0)
            zc_range_set(hull, &slice);
        different = different || !zc_range_equal(&slice, hull);
        zc_range_hull(hull, hull, &slice);
    }
    node->slices = slices;
    node->axis = axis;
    if (!different)
        zc_slices_clear(node);
    zc_range_clear(&slice);
    return true;
}

bool zc_draft_slice(zc_draft *d)
{
    bool good = true;
    zc_range hull;
    if (!may_have_slices(d->node))
        return true;
    zc_range_init(&hull);
    for (uint32_t axis = 0; good && d->node->slices == NULL && choose_axis(d, &axis); axis++) {
        if (d->node->extent[axis] > ZC_ALL_SLICES - d->tir->slices_made)
            break;
        d->tir->slices_made += d->node->extent[axis];
        good = slice_along(d, axis, &hull);
        if (good)
            zc_range_set(&d->out, &hull);
    }
    zc_range_clear(&hull);
    return good;
}

void zc_slices_clear(zc_node *node)
{
    for (size_t i = 0; node->slices != NULL && i < 2 * (size_t)node->extent[node->axis]; i++)
        mpz_clear(node->slices[i]);
    node->slices = NULL;
}

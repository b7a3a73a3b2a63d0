#include "compiler/tir/build.h"

#include <string.h>

#include "compiler/tir/draft.h"
#include "compiler/tir/eval.h"
#include "compiler/tir/slices.h"
#include "runtime/base/error.h"

/* Reading ranges off constants looks at no more points than this. */
#define SCAN_LIMIT ((uint64_t)1 << 24)

/* ---- the program ---- */

zc_tir *zc_tir_new(zk_arena *arena, const char *name, zc_span span)
{
    zc_tir *tir = ZK_ARENA_NEW(arena, zc_tir, 1);
    if (!tir)
        return NULL;
    tir->arena = arena;
    tir->name = name;
    tir->span = span;
    tir->at = span;
    tir->at_call = ZC_NO_ID;
    return tir;
}

static void node_clear(zc_node *node)
{
    zc_slices_clear(node);
    mpz_clears(node->c0, node->c1, node->lo, node->hi, NULL);
    mpq_clears(node->scale, node->step, NULL);
}

void zc_tir_free(zc_tir *tir)
{
    if (!tir)
        return;
    for (size_t i = 0; i < tir->node_count; i++)
        node_clear(tir->nodes[i]);
    for (size_t i = 0; i < tir->result_count; i++) {
        mpz_clears(tir->results[i].lo, tir->results[i].hi, NULL);
        mpq_clear(tir->results[i].scale);
    }
    for (size_t i = 0; i < tir->table_count; i++)
        mpq_clears(tir->tables[i].scale_in, tir->tables[i].scale_out, NULL);
    tir->node_count = tir->result_count = tir->table_count = 0;
}

static void no_memory(zc_tir *tir)
{
    if (tir->status == ZKML_OK)
        tir->status = ZKML_LIMIT;
}

bool zc_tir_reserve(zc_tir *tir, void **array, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return true;
    size_t larger = *capacity ? 2 * *capacity : 16;
    void *grown = larger < ZC_NO_ID ? zk_arena_alloc(tir->arena, larger, size) : NULL;
    if (!grown) {
        no_memory(tir);
        return false;
    }
    if (count > 0)
        memcpy(grown, *array, count * size);
    *array = grown;
    *capacity = larger;
    return true;
}

#define RESERVE(tir, kind)                                                                        \
    zc_tir_reserve((tir), (void **)&(tir)->kind##s, (tir)->kind##_count, &(tir)->kind##_capacity, \
                   sizeof *(tir)->kind##s)

void zc_tir_at(zc_tir *tir, zc_span span, uint32_t call)
{
    tir->at = span;
    tir->at_call = call;
}

uint32_t zc_tir_call(zc_tir *tir, uint32_t caller, const char *function, zc_span span)
{
    if (!RESERVE(tir, call))
        return ZC_NO_ID;
    tir->calls[tir->call_count] = (zc_call){.caller = caller, .function = function, .span = span};
    return (uint32_t)tir->call_count++;
}

void zc_tir_set_scale(zc_tir *tir, zc_node_id node, const mpq_t scale)
{
    zc_tir_relabel(tir, node, scale);
    if (node != ZC_NO_ID)
        mpq_set(tir->nodes[node]->step, scale);
}

void zc_tir_relabel(zc_tir *tir, zc_node_id node, const mpq_t scale)
{
    if (node != ZC_NO_ID)
        mpq_set(tir->nodes[node]->scale, scale);
}

void zc_tir_set_name(zc_tir *tir, zc_node_id node, const char *name)
{
    if (node != ZC_NO_ID)
        tir->nodes[node]->name = name;
}

/* ---- spaces ---- */

zc_space zc_space_scalar(void)
{
    return (zc_space){0};
}

zc_space zc_space_shape(uint32_t rank, const uint32_t *extent)
{
    ZK_CHECK(rank <= ZC_MAX_RANK);
    zc_space space = {.rank = rank};
    for (uint32_t d = 0; d < rank; d++)
        space.extent[d] = extent[d];
    return space;
}

zc_space zc_space_of(const zc_tir *tir, zc_node_id node)
{
    if (node == ZC_NO_ID)
        return zc_space_scalar();
    return zc_space_shape(tir->nodes[node]->rank, tir->nodes[node]->extent);
}

zc_space zc_space_reduce(zc_space space, uint32_t reduce_rank, const uint32_t *extent)
{
    ZK_CHECK(space.reduce_rank == 0 && reduce_rank <= ZC_MAX_RANK - space.rank);
    for (uint32_t d = 0; d < reduce_rank; d++)
        space.extent[space.rank + d] = extent[d];
    space.reduce_rank = reduce_rank;
    return space;
}

bool zc_space_count(const zc_space *space, uint64_t *count, uint64_t *reduce_count)
{
    if (space->rank > ZC_MAX_RANK || space->reduce_rank > ZC_MAX_RANK - space->rank)
        return false;
    uint64_t elements = 1, points = 1;
    for (uint32_t d = 0; d < space->rank + space->reduce_rank; d++) {
        uint64_t extent = space->extent[d];
        ZK_CHECK(extent > 0);
        if (extent > ZC_MAX_POINTS / points)
            return false;
        points *= extent;
        if (d + 1 == space->rank)
            elements = points;
    }
    *count = elements;
    *reduce_count = points / elements;
    return elements <= ZC_MAX_ELEMENTS;
}

zc_operand zc_read(zc_node_id node, zc_view view)
{
    return (zc_operand){.node = node, .view = view};
}

zc_operand zc_read_same(const zc_tir *tir, zc_node_id node)
{
    return zc_read(node, zc_view_identity(tir, node));
}

/* ---- ranges of operands ---- */

void zc_tir_range_of(zc_range *out, const zc_tir *tir, zc_node_id node)
{
    if (node == ZC_NO_ID)
        zc_range_set_si(out, 0, 0);
    else
        zc_range_set_mpz(out, tir->nodes[node]->lo, tir->nodes[node]->hi);
}

bool zc_tir_range_fits(const zc_tir *tir, zc_node_id node)
{
    if (node == ZC_NO_ID)
        return true;
    zc_range range;
    zc_range_init(&range);
    zc_tir_range_of(&range, tir, node);
    bool fits = zc_range_fits(&range);
    zc_range_clear(&range);
    return fits;
}

/* The space without the dimensions along which the view stays at the same element. */
static zc_space moving_dimensions(const zc_space *space, const zc_view *view, zc_view *moving)
{
    zc_space result = {0};
    *moving = *view;
    if (!view->affine)
        return *space;
    *moving = zc_view_at(view->base);
    for (uint32_t d = 0; d < space->rank + space->reduce_rank; d++) {
        if (view->stride[d] == 0)
            continue;
        moving->stride[result.rank] = view->stride[d];
        result.extent[result.rank++] = space->extent[d];
    }
    return result;
}

/* Range of the constant's elements that are read; false: too many points to look at. */
static bool scan_constant(zc_range *out, const zc_tir *tir, const zc_space *space,
                          const zc_operand *operand)
{
    const zc_blob *blob = &tir->blobs[tir->nodes[operand->node]->index];
    zc_view view;
    zc_space moving = moving_dimensions(space, &operand->view, &view);
    uint64_t points, reduce_count;
    if (!zc_space_count(&moving, &points, &reduce_count) || points > SCAN_LIMIT / reduce_count)
        return false;
    int64_t point[ZC_MAX_RANK] = {0}, lo = INT64_MAX, hi = INT64_MIN;
    uint32_t rank = moving.rank + moving.reduce_rank;
    uint32_t outer = view.affine && rank > 0 ? rank - 1 : rank; /* the last one in a plain loop */
    uint32_t run = outer < rank ? moving.extent[outer] : 1;
    int64_t step = outer < rank ? view.stride[outer] : 0;
    do {
        int64_t offset = zc_view_offset(tir, &view, rank, point), last = offset + step * (run - 1);
        ZK_CHECK(offset >= 0 && (uint64_t)offset < blob->count);
        ZK_CHECK(last >= 0 && (uint64_t)last < blob->count);
        for (uint32_t i = 0; i < run; i++, offset += step) {
            int64_t code = blob->codes[offset];
            lo = code < lo ? code : lo;
            hi = code > hi ? code : hi;
        }
    } while (zc_point_next(point, moving.extent, 0, outer));
    zc_range_set_si(out, lo, hi);
    return true;
}

void zc_tir_operand_range(zc_range *out, const zc_tir *tir, const zc_space *space,
                          const zc_operand *operand)
{
    if (operand->node != ZC_NO_ID && tir->nodes[operand->node]->op == ZC_OP_CONST &&
        scan_constant(out, tir, space, operand))
        return;
    if (operand->node != ZC_NO_ID && tir->nodes[operand->node]->slices != NULL &&
        operand->view.affine)
        zc_slices_hull(out, tir->nodes[operand->node], space, &operand->view);
    else
        zc_tir_range_of(out, tir, operand->node);
}

/* ---- drafts ---- */

static bool usable(const zc_operand *operand)
{
    return operand->node != ZC_NO_ID && (operand->view.affine || operand->view.expr != ZC_NO_ID);
}

void zc_read_through(zc_tir *tir, const zc_space *space, zc_operand *operand)
{
    while (usable(operand)) {
        const zc_node *node = tir->nodes[operand->node];
        zc_view composed;
        if (node->op != ZC_OP_VIEW ||
            !zc_view_compose(tir, space, node, 0, &operand->view, &composed))
            return;
        operand->node = node->operands[0].node;
        operand->view = composed;
    }
}

bool zc_draft_begin(zc_draft *d, zc_tir *tir, zc_op op, const zc_space *space, uint32_t count,
                    const zc_operand *operands)
{
    uint64_t elements, reduce_count;
    ZK_CHECK(space->reduce_rank == 0 || zc_op_is_reduction(op));
    for (uint32_t k = 0; k < count; k++)
        if (!usable(&operands[k]))
            return false;
    if (tir->status != ZKML_OK)
        return false;
    zc_node *node = ZK_ARENA_NEW(tir->arena, zc_node, 1);
    zc_operand *copy = count ? ZK_ARENA_NEW(tir->arena, zc_operand, count) : NULL;
    if (!node || (count && !copy) || !zc_space_count(space, &elements, &reduce_count)) {
        no_memory(tir);
        return false;
    }
    *d = (zc_draft){.tir = tir, .space = *space, .node = node};
    node->op = op;
    node->condition = ZC_NO_ID;
    node->rank = space->rank;
    node->reduce_rank = space->reduce_rank;
    memcpy(node->extent, space->extent, sizeof node->extent);
    node->count = elements;
    node->reduce_count = reduce_count;
    node->operand_count = count;
    node->operands = copy;
    node->span = tir->at;
    node->call = tir->at_call;
    mpz_inits(node->c0, node->c1, node->lo, node->hi, NULL);
    mpq_inits(node->scale, node->step, NULL);
    mpq_set_ui(node->scale, 1, 1);
    mpq_set_ui(node->step, 1, 1);
    zc_range_init(&d->out);
    for (uint32_t k = 0; k < 3; k++)
        zc_range_init(&d->in[k]);
    for (uint32_t k = 0; k < count; k++) {
        copy[k] = operands[k];
        if (op != ZC_OP_STACK)
            zc_read_through(tir, space, &copy[k]);
        /* CHOOSE does not read everywhere: its operands count with all their elements. */
        if (k < 3 && (op == ZC_OP_CHOOSE || op == ZC_OP_STACK))
            zc_tir_range_of(&d->in[k], tir, copy[k].node);
        else if (k < 3)
            zc_tir_operand_range(&d->in[k], tir, space, &copy[k]);
    }
    return true;
}

static void draft_release(zc_draft *d)
{
    zc_range_clear(&d->out);
    for (uint32_t k = 0; k < 3; k++)
        zc_range_clear(&d->in[k]);
}

void zc_draft_drop(zc_draft *d)
{
    node_clear(d->node);
    draft_release(d);
}

void zc_draft_to_view(zc_draft *d, uint32_t operand)
{
    zc_node *node = d->node;
    node->op = ZC_OP_VIEW;
    node->operands[0] = node->operands[operand];
    node->operand_count = 1;
    node->condition = ZC_NO_ID;
    zc_tir_operand_range(&d->out, d->tir, &d->space, &node->operands[0]);
}

zc_node_id zc_draft_end(zc_draft *d)
{
    zc_tir *tir = d->tir;
    if (!zc_draft_slice(d)) {
        no_memory(tir);
        zc_draft_drop(d);
        return ZC_NO_ID;
    }
    mpz_set(d->node->lo, d->out.lo);
    mpz_set(d->node->hi, d->out.hi);
    if (!zc_draft_fold(d) || !RESERVE(tir, node)) {
        no_memory(tir);
        zc_draft_drop(d);
        return ZC_NO_ID;
    }
    zc_node_id id = (zc_node_id)tir->node_count++;
    tir->nodes[id] = d->node;
    draft_release(d);
    return id;
}

/* ---- leaves ---- */

zc_node_id zc_tir_param(zc_tir *tir, const zc_param *param, const zc_space *space,
                        const zc_range *range, const mpq_t scale)
{
    zc_draft d;
    if (!zc_draft_begin(&d, tir, ZC_OP_PARAM, space, 0, NULL))
        return ZC_NO_ID;
    ZK_CHECK(zc_range_fits_i64(range));
    zc_range_set(&d.out, range);
    d.node->index = (uint32_t)tir->param_count;
    d.node->name = param->name;
    d.node->span = param->span;
    mpq_set(d.node->scale, scale);
    mpq_set(d.node->step, scale);
    if (!RESERVE(tir, param)) {
        zc_draft_drop(&d);
        return ZC_NO_ID;
    }
    zc_node_id id = zc_draft_end(&d);
    if (id != ZC_NO_ID) {
        tir->params[tir->param_count] = *param;
        tir->params[tir->param_count++].node = id;
    }
    return id;
}

uint32_t zc_tir_add_blob(zc_tir *tir, const char *name, int64_t *codes, uint64_t count)
{
    if (!RESERVE(tir, blob))
        return ZC_NO_ID;
    tir->blobs[tir->blob_count] = (zc_blob){.name = name, .codes = codes, .count = count};
    return (uint32_t)tir->blob_count++;
}

zc_node_id zc_tir_const(zc_tir *tir, const char *name, const zc_space *space, int64_t *codes)
{
    zc_draft d;
    ZK_CHECK(space->reduce_rank == 0);
    if (!codes || !zc_draft_begin(&d, tir, ZC_OP_CONST, space, 0, NULL)) {
        no_memory(tir);
        return ZC_NO_ID;
    }
    zc_range_of_codes(&d.out, codes, d.node->count);
    d.node->name = name;
    d.node->index = zc_tir_add_blob(tir, name, codes, d.node->count);
    if (d.node->index == ZC_NO_ID) {
        zc_draft_drop(&d);
        return ZC_NO_ID;
    }
    return zc_draft_end(&d);
}

zc_node_id zc_tir_scalar_si(zc_tir *tir, int64_t value)
{
    zc_space scalar = zc_space_scalar();
    int64_t *code = ZK_ARENA_NEW(tir->arena, int64_t, 1);
    if (code)
        *code = value;
    return zc_tir_const(tir, NULL, &scalar, code);
}

zc_node_id zc_tir_scalar(zc_tir *tir, const mpz_t value)
{
    int64_t code;
    if (zc_mpz_get_i64(&code, value))
        return zc_tir_scalar_si(tir, code);
    zc_space scalar = zc_space_scalar();
    return zc_tir_scale(tir, &scalar, zc_read(zc_tir_scalar_si(tir, 1), zc_view_at(0)), value);
}

uint32_t zc_tir_add_table(zc_tir *tir, const zc_table *table)
{
    if (!RESERVE(tir, table))
        return ZC_NO_ID;
    zc_table *copy = &tir->tables[tir->table_count];
    *copy = *table;
    mpq_init(copy->scale_in);
    mpq_init(copy->scale_out);
    mpq_set(copy->scale_in, table->scale_in);
    mpq_set(copy->scale_out, table->scale_out);
    return (uint32_t)tir->table_count++;
}

bool zc_tir_add_result(zc_tir *tir, const char *name, zc_visibility visibility, zc_type_kind kind,
                       uint32_t bits, uint32_t fraction, const zc_range *range, const mpq_t scale,
                       zc_node_id node, zc_span span)
{
    if (node == ZC_NO_ID || !RESERVE(tir, result))
        return false;
    zc_result *result = &tir->results[tir->result_count++];
    *result = (zc_result){.name = name,
                          .visibility = visibility,
                          .kind = kind,
                          .bits = bits,
                          .fraction = fraction,
                          .node = node,
                          .span = span};
    mpz_init_set(result->lo, range->lo);
    mpz_init_set(result->hi, range->hi);
    mpq_init(result->scale);
    mpq_set(result->scale, scale);
    return true;
}

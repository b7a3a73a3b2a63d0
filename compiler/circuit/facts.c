#include "compiler/circuit/facts.h"

#include <stdlib.h>
#include <string.h>

#include "compiler/tir/ix.h"

enum { MAX_DEPTH = 200 };

static zkml_status no_memory(zkml_error *err)
{
    return zk_fail(err, ZKML_LIMIT, "lowering: out of memory");
}

static uint64_t saturating_mul(uint64_t a, uint64_t b)
{
    uint64_t product;
    return __builtin_mul_overflow(a, b, &product) ? UINT64_MAX : product;
}

static uint64_t saturating_add(uint64_t a, uint64_t b)
{
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

static const zc_node *node_at(const zc_facts *f, zc_node_id n)
{
    return f->tir->nodes[n];
}

static zc_fact *operand_fact(zc_facts *f, const zc_node *node, uint32_t operand)
{
    return &f->facts[node->operands[operand].node];
}

/* ---- how operands are read ---- */

static zc_access_mode affine_mode(const zc_facts *f, const zc_node *node, const zc_operand *operand)
{
    uint32_t rank = node->rank + node->reduce_rank;
    bool same = operand->view.base == 0, single = true;
    uint64_t stride = 1;
    for (uint32_t d = rank; d-- > 0;) {
        if (node->extent[d] > 1) {
            same = same && operand->view.stride[d] == (int64_t)stride;
            single = single && operand->view.stride[d] == 0;
        }
        stride *= node->extent[d];
    }
    if (same && node_at(f, operand->node)->count == stride)
        return ZC_ACCESS_SAME;
    return single ? ZC_ACCESS_SINGLE : ZC_ACCESS_AFFINE;
}

static void first_point(int64_t point[ZC_MAX_RANK])
{
    memset(point, 0, ZC_MAX_RANK * sizeof *point);
}

static void next_point(const zc_node *node, int64_t point[ZC_MAX_RANK])
{
    for (uint32_t d = node->rank + node->reduce_rank; d-- > 0;) {
        if (++point[d] < (int64_t)node->extent[d])
            return;
        point[d] = 0;
    }
}

/* CHOOSE reads each arm only where it is chosen; elsewhere the table holds 0. */
static zkml_status tabulate(zc_facts *f, const zc_node *node, uint32_t o, zc_access *access,
                            zkml_error *err)
{
    const zc_view *view = &node->operands[o].view;
    uint32_t rank = node->rank + node->reduce_rank;
    uint64_t points = node->count * node->reduce_count;
    uint32_t *table = ZK_ARENA_NEW(&f->arena, uint32_t, points);
    if (table == NULL)
        return no_memory(err);
    int64_t point[ZC_MAX_RANK];
    first_point(point);
    for (uint64_t i = 0; i < points; i++, next_point(node, point)) {
        if (node->op == ZC_OP_CHOOSE &&
            (zc_ix_eval(f->tir, node->condition, point) != 0) != (o == 0))
            continue;
        table[i] = (uint32_t)zc_view_offset(f->tir, view, rank, point);
    }
    access->mode = ZC_ACCESS_TABLE;
    access->table = table;
    return ZKML_OK;
}

/* The operand that each point of a CHOOSE reads. */
static zkml_status tabulate_choice(zc_facts *f, const zc_node *node, zc_access *access,
                                   zkml_error *err)
{
    uint32_t *table = ZK_ARENA_NEW(&f->arena, uint32_t, node->count);
    if (table == NULL)
        return no_memory(err);
    int64_t point[ZC_MAX_RANK];
    first_point(point);
    for (uint64_t i = 0; i < node->count; i++, next_point(node, point))
        table[i] = zc_ix_eval(f->tir, node->condition, point) != 0 ? 0 : 1;
    access->mode = ZC_ACCESS_TABLE;
    access->table = table;
    return ZKML_OK;
}

static zkml_status find_starts(zc_facts *f, zc_node_id n, zkml_error *err)
{
    const zc_node *node = node_at(f, n);
    uint64_t *starts = ZK_ARENA_NEW(&f->arena, uint64_t, node->operand_count), start = 0;
    if (starts == NULL)
        return no_memory(err);
    for (uint32_t o = 0; o < node->operand_count; o++) {
        starts[o] = start;
        start += node_at(f, node->operands[o].node)->count;
    }
    f->facts[n].starts = starts;
    return ZKML_OK;
}

static zkml_status make_accesses(zc_facts *f, zc_node_id n, zkml_error *err)
{
    const zc_node *node = node_at(f, n);
    f->points = saturating_add(f->points, saturating_mul(node->count, node->reduce_count));
    if (f->points > (uint64_t)1 << ZC_FACTS_MAX_POINTS_LOG2)
        return zk_fail(err, ZKML_LIMIT, "lowering: more than 2^%d operations",
                       ZC_FACTS_MAX_POINTS_LOG2);
    zc_fact *fact = &f->facts[n];
    uint32_t extra = node->op == ZC_OP_CHOOSE; /* the choice itself */
    fact->access = ZK_ARENA_NEW(&f->arena, zc_access, (size_t)node->operand_count + extra);
    if (fact->access == NULL)
        return no_memory(err);
    for (uint32_t o = 0; o < node->operand_count; o++) {
        zc_access *access = &fact->access[o];
        if (node_at(f, node->operands[o].node)->count > UINT32_MAX - 1)
            return zk_fail(err, ZKML_LIMIT, "lowering: a tensor is too large");
        if (node->op == ZC_OP_STACK)
            access->mode = ZC_ACCESS_SAME;
        else if (node->op == ZC_OP_CHOOSE || !node->operands[o].view.affine)
            ZK_TRY(tabulate(f, node, o, access, err));
        else
            access->mode = affine_mode(f, node, &node->operands[o]);
    }
    if (node->op == ZC_OP_STACK)
        return find_starts(f, n, err);
    return extra != 0 ? tabulate_choice(f, node, &fact->access[node->operand_count], err) : ZKML_OK;
}

uint64_t zc_facts_offset(const zc_facts *facts, zc_node_id n, uint32_t operand, uint64_t point)
{
    const zc_access *access = &facts->facts[n].access[operand];
    const zc_node *node = node_at(facts, n);
    const zc_view *view = &node->operands[operand].view;
    switch (access->mode) {
    case ZC_ACCESS_SAME:
        return point;
    case ZC_ACCESS_SINGLE:
        return (uint64_t)view->base;
    case ZC_ACCESS_TABLE:
        return access->table[point];
    case ZC_ACCESS_AFFINE:
        break;
    }
    int64_t offset = view->base;
    for (uint32_t d = node->rank + node->reduce_rank; d-- > 0;) {
        offset += view->stride[d] * (int64_t)(point % node->extent[d]);
        point /= node->extent[d];
    }
    return (uint64_t)offset;
}

void zc_facts_step(const zc_facts *facts, zc_node_id *n, uint64_t *e)
{
    const zc_fact *fact = &facts->facts[*n];
    zc_node_id at = *n;
    uint32_t operand = 0;
    const zc_node *node = node_at(facts, at);
    if (fact->rounding != NULL) {
        at = fact->rounding->reader;
        operand = fact->rounding->operand;
    } else if (node->op == ZC_OP_CHOOSE) {
        operand = fact->access[node->operand_count].table[*e];
    } else if (node->op == ZC_OP_STACK) {
        for (uint32_t end = node->operand_count; end - operand > 1;) {
            uint32_t middle = operand + (end - operand) / 2;
            *(fact->starts[middle] <= *e ? &operand : &end) = middle;
        }
        *e -= fact->starts[operand];
        *n = node->operands[operand].node;
        return;
    }
    *e = zc_facts_offset(facts, at, operand, *e);
    *n = node_at(facts, at)->operands[operand].node;
}

/* ---- constants ---- */

static bool is_single(const zc_node *node)
{
    return mpz_cmp(node->lo, node->hi) == 0;
}

/* Operations that are computed here when all operands are constant. */
static bool folds(const zc_node *node)
{
    switch (node->op) {
    case ZC_OP_VIEW:
    case ZC_OP_STACK:
    case ZC_OP_CHOOSE:
    case ZC_OP_REFINE:
    case ZC_OP_ADD:
    case ZC_OP_SUB:
    case ZC_OP_NEG:
    case ZC_OP_MUL:
    case ZC_OP_SCALE:
    case ZC_OP_SUM:
    case ZC_OP_DOT:
        return mpz_fits_slong_p(node->lo) && mpz_fits_slong_p(node->hi);
    default:
        return false;
    }
}

static void constant_value(mpz_t out, const zc_facts *f, zc_node_id n, uint64_t e)
{
    if (f->facts[n].codes != NULL)
        mpz_set_si(out, f->facts[n].codes[e]);
    else
        mpz_set(out, node_at(f, n)->lo);
}

static void operand_value(mpz_t out, const zc_facts *f, zc_node_id n, uint32_t o, uint64_t point)
{
    constant_value(out, f, node_at(f, n)->operands[o].node, zc_facts_offset(f, n, o, point));
}

static void fold_element(mpz_t out, mpz_t x, mpz_t y, const zc_facts *f, zc_node_id n, uint64_t e)
{
    const zc_node *node = node_at(f, n);
    zc_node_id source = n;
    mpz_set_si(out, 0);
    for (uint64_t r = e * node->reduce_count; r < (e + 1) * node->reduce_count; r++) {
        switch (node->op) {
        case ZC_OP_VIEW:
        case ZC_OP_STACK:
        case ZC_OP_CHOOSE:
        case ZC_OP_REFINE:
            zc_facts_step(f, &source, &e);
            constant_value(out, f, source, e);
            return;
        case ZC_OP_SUM:
            operand_value(x, f, n, 0, r);
            mpz_add(out, out, x);
            break;
        case ZC_OP_NEG:
            operand_value(x, f, n, 0, r);
            mpz_neg(out, x);
            break;
        case ZC_OP_SCALE:
            operand_value(x, f, n, 0, r);
            mpz_mul(out, x, node->c0);
            break;
        default:
            operand_value(x, f, n, 0, r);
            operand_value(y, f, n, 1, r);
            if (node->op == ZC_OP_ADD)
                mpz_add(out, x, y);
            else if (node->op == ZC_OP_SUB)
                mpz_sub(out, x, y);
            else
                mpz_addmul(out, x, y);
        }
    }
}

static zkml_status fold_constant(zc_facts *f, zc_node_id n, zkml_error *err)
{
    const zc_node *node = node_at(f, n);
    int64_t *codes = ZK_ARENA_NEW(&f->arena, int64_t, node->count);
    if (codes == NULL)
        return no_memory(err);
    mpz_t out, x, y;
    mpz_inits(out, x, y, NULL);
    for (uint64_t e = 0; e < node->count; e++) {
        fold_element(out, x, y, f, n, e);
        ZK_CHECK(mpz_fits_slong_p(out));
        codes[e] = mpz_get_si(out);
    }
    mpz_clears(out, x, y, NULL);
    f->facts[n].codes = codes;
    return ZKML_OK;
}

static bool has_own_constraint(const zc_node *node)
{
    return node->op == ZC_OP_PARAM || node->op == ZC_OP_CHECK || node->op == ZC_OP_ASSERT;
}

static void mark_constants(zc_facts *f)
{
    for (zc_node_id n = 0; n < f->tir->node_count; n++) {
        const zc_node *node = node_at(f, n);
        bool constant = node->op == ZC_OP_CONST || (is_single(node) && node->op != ZC_OP_PARAM);
        if (!constant && folds(node)) {
            constant = true;
            for (uint32_t o = 0; o < node->operand_count; o++)
                constant = constant && operand_fact(f, node, o)->constant;
        }
        f->facts[n].constant = constant;
    }
}

static void mark_live(zc_facts *f)
{
    const zc_tir *tir = f->tir;
    for (size_t i = 0; i < tir->result_count; i++) {
        f->facts[tir->results[i].node].live = true;
        f->facts[tir->results[i].node].uses++;
        f->facts[tir->results[i].node].needs_cell = true;
    }
    for (zc_node_id n = (zc_node_id)tir->node_count; n-- > 0;) {
        const zc_node *node = node_at(f, n);
        zc_fact *fact = &f->facts[n];
        fact->live = fact->live || has_own_constraint(node);
        if (!fact->live || (fact->constant && is_single(node) && !has_own_constraint(node)))
            continue;
        for (uint32_t o = 0; o < node->operand_count; o++) {
            operand_fact(f, node, o)->live = true;
            operand_fact(f, node, o)->uses++;
        }
    }
}

/* ---- roles ---- */

static zc_role rounding_role(const zc_rounding *r)
{
    if (r->post_count > 0 || r->has_lo || r->has_hi || mpz_cmp_ui(r->c2, 1) != 0)
        return ZC_ROLE_GADGET;
    return mpz_cmp_ui(r->c0, 1) == 0 ? ZC_ROLE_ALIAS : ZC_ROLE_FORM;
}

static zc_role role_of(const zc_facts *f, zc_node_id n)
{
    const zc_node *node = node_at(f, n);
    const zc_fact *fact = &f->facts[n];
    if (!fact->live)
        return ZC_ROLE_NONE;
    if (fact->constant && !has_own_constraint(node))
        return ZC_ROLE_CONSTANT;
    if (fact->rounding != NULL)
        return rounding_role(fact->rounding);
    switch (node->op) {
    case ZC_OP_VIEW:
    case ZC_OP_STACK:
    case ZC_OP_CHOOSE:
    case ZC_OP_REFINE:
        return ZC_ROLE_ALIAS;
    case ZC_OP_CHECK: {
        const zc_node *operand = node_at(f, node->operands[0].node);
        bool holds = mpz_cmp(operand->lo, node->c0) >= 0 && mpz_cmp(operand->hi, node->c1) <= 0;
        return holds ? ZC_ROLE_ALIAS : ZC_ROLE_GADGET;
    }
    case ZC_OP_ADD:
    case ZC_OP_SUB:
    case ZC_OP_NEG:
    case ZC_OP_MUL:
    case ZC_OP_SCALE:
    case ZC_OP_SUM:
    case ZC_OP_DOT:
    case ZC_OP_NOT:
    case ZC_OP_AND:
    case ZC_OP_OR:
    case ZC_OP_SELECT:
        return ZC_ROLE_FORM;
    default:
        return ZC_ROLE_GADGET;
    }
}

/* A condition whose only use is to be asserted, element by element. */
static bool claimable(const zc_facts *f, zc_node_id n)
{
    const zc_node *node = node_at(f, n);
    if (f->facts[n].uses != 1 || f->facts[n].role == ZC_ROLE_CONSTANT)
        return false;
    return node->op == ZC_OP_ALL || node->op == ZC_OP_AND ||
           (node->op == ZC_OP_CMP && node->cmp != ZC_CMP_NE);
}

static void mark_claims(zc_facts *f)
{
    for (zc_node_id n = (zc_node_id)f->tir->node_count; n-- > 0;) {
        const zc_node *node = node_at(f, n);
        zc_fact *fact = &f->facts[n];
        bool asserts =
            node->op == ZC_OP_ASSERT || (fact->role == ZC_ROLE_CLAIM && node->op != ZC_OP_CMP);
        for (uint32_t o = 0; asserts && o < node->operand_count; o++)
            if (fact->access[o].mode == ZC_ACCESS_SAME && claimable(f, node->operands[o].node))
                operand_fact(f, node, o)->role = ZC_ROLE_CLAIM;
    }
}

/* ---- what gets cells of its own ---- */

static void estimate_terms(zc_facts *f)
{
    for (zc_node_id n = 0; n < f->tir->node_count; n++) {
        const zc_node *node = node_at(f, n);
        zc_fact *fact = &f->facts[n];
        uint64_t sum = 0, most = 0;
        for (uint32_t o = 0; o < node->operand_count; o++) {
            uint64_t terms = operand_fact(f, node, o)->terms;
            sum = saturating_add(sum, terms);
            most = terms > most ? terms : most;
        }
        if (fact->role == ZC_ROLE_ALIAS)
            fact->terms = most;
        else if (fact->role == ZC_ROLE_FORM)
            fact->terms = saturating_mul(sum > 0 ? sum : 1, node->reduce_count);
        else
            fact->terms = fact->role == ZC_ROLE_CONSTANT ? 0 : 1;
    }
}

static void read_operand(zc_facts *f, const zc_node *node, uint32_t o, uint64_t times, bool cell)
{
    zc_fact *fact = operand_fact(f, node, o);
    fact->reads = saturating_add(fact->reads, times);
    fact->needs_cell = fact->needs_cell || cell;
}

static void read_factors(zc_facts *f, const zc_node *node, uint64_t times)
{
    bool product = true;
    for (uint32_t o = 0; o < node->operand_count; o++)
        product = product && !operand_fact(f, node, o)->constant;
    if (node->op == ZC_OP_SELECT)
        product = !operand_fact(f, node, 1)->constant || !operand_fact(f, node, 2)->constant;
    for (uint32_t o = 0; o < node->operand_count; o++)
        read_operand(f, node, o, times, product);
}

/* Tells the operands how they are used by a node that is evaluated `evals` times. */
static void spread_reads(zc_facts *f, zc_node_id n, uint64_t evals)
{
    const zc_node *node = node_at(f, n);
    const zc_fact *fact = &f->facts[n];
    uint64_t points = saturating_mul(evals, node->reduce_count);
    if (fact->rounding != NULL) {
        const zc_rounding *r = fact->rounding;
        read_operand(f, node_at(f, r->reader), r->operand, points,
                     fact->role == ZC_ROLE_ALIAS && fact->needs_cell);
        return;
    }
    switch (node->op) {
    case ZC_OP_MUL:
    case ZC_OP_DOT:
    case ZC_OP_AND:
    case ZC_OP_OR:
    case ZC_OP_SELECT:
        if (fact->role == ZC_ROLE_CLAIM)
            break;
        read_factors(f, node, points);
        return;
    case ZC_OP_DIV:
        read_operand(f, node, 0, points, false);
        read_operand(f, node, 1, points, true);
        return;
    case ZC_OP_MAX:
    case ZC_OP_MIN:
        read_operand(f, node, 0, 2 * points, false);
        read_operand(f, node, 1, points, false);
        return;
    case ZC_OP_STACK:
        for (uint32_t o = 0; o < node->operand_count; o++) {
            uint64_t count = node_at(f, node->operands[o].node)->count;
            read_operand(f, node, o, saturating_mul((evals - 1) / node->count + 1, count),
                         fact->needs_cell);
        }
        return;
    default:
        break;
    }
    bool cell = node->op == ZC_OP_TABLE || (fact->role == ZC_ROLE_ALIAS && fact->needs_cell);
    for (uint32_t o = 0; o < node->operand_count; o++)
        read_operand(f, node, o, points, cell);
}

/* With r reads of t terms each: r t lanes without a cell, t + 1 + r with one. */
static bool worth_a_cell(const zc_fact *fact, uint64_t count)
{
    if (fact->reads <= count || fact->terms < 2)
        return false;
    return saturating_mul(fact->reads - count, fact->terms - 1) > saturating_mul(2, count);
}

static void decide_cells(zc_facts *f)
{
    for (zc_node_id n = (zc_node_id)f->tir->node_count; n-- > 0;) {
        const zc_node *node = node_at(f, n);
        zc_fact *fact = &f->facts[n];
        if (fact->role == ZC_ROLE_NONE || fact->role == ZC_ROLE_CONSTANT)
            continue;
        if (fact->role == ZC_ROLE_FORM)
            fact->materialise = fact->needs_cell || worth_a_cell(fact, node->count);
        bool expanded =
            fact->role == ZC_ROLE_ALIAS || (fact->role == ZC_ROLE_FORM && !fact->materialise);
        spread_reads(f, n, expanded ? fact->reads : node->count);
    }
    for (zc_node_id n = 0; n < f->tir->node_count; n++) {
        const zc_node *node = node_at(f, n);
        zc_fact *fact = &f->facts[n];
        if (fact->role != ZC_ROLE_FORM && fact->role != ZC_ROLE_ALIAS)
            continue;
        const zc_node *reader = fact->rounding != NULL ? node_at(f, fact->rounding->reader) : node;
        for (uint32_t o = 0; o < reader->operand_count; o++) {
            const zc_fact *operand = operand_fact(f, reader, o);
            if (!operand->materialise && operand->depth + 1 > fact->depth)
                fact->depth = operand->depth + 1;
        }
        if (fact->role == ZC_ROLE_FORM && fact->depth > MAX_DEPTH)
            fact->materialise = true;
    }
}

static zkml_status prepare_nodes(zc_facts *f, zkml_error *err)
{
    for (zc_node_id n = 0; n < f->tir->node_count; n++) {
        const zc_node *node = node_at(f, n);
        if (!f->facts[n].live)
            continue;
        ZK_TRY(make_accesses(f, n, err));
        if (node->op == ZC_OP_CONST)
            f->facts[n].codes = f->tir->blobs[node->index].codes;
        else if (f->facts[n].constant && !is_single(node))
            ZK_TRY(fold_constant(f, n, err));
    }
    return ZKML_OK;
}

zkml_status zc_facts_init(zc_facts *f, const zc_tir *tir, zc_fusing fusing, zkml_error *err)
{
    memset(f, 0, sizeof *f);
    zk_arena_init(&f->arena, 0);
    f->tir = tir;
    f->fusing = fusing;
    f->facts = ZK_ARENA_NEW(&f->arena, zc_fact, tir->node_count);
    if (f->facts == NULL)
        return no_memory(err);
    mark_constants(f);
    mark_live(f);
    ZK_TRY(prepare_nodes(f, err));
    ZK_TRY(zc_facts_fold_chains(f, fusing, err));
    for (zc_node_id n = 0; n < tir->node_count; n++)
        f->facts[n].role = role_of(f, n);
    mark_claims(f);
    estimate_terms(f);
    decide_cells(f);
    return ZKML_OK;
}

void zc_facts_free(zc_facts *f)
{
    for (size_t i = 0; i < f->rounding_count; i++) {
        zc_rounding *r = f->roundings[i];
        mpz_clears(r->c0, r->c1, r->c2, r->lo, r->hi, r->q_lo, r->q_hi, NULL);
    }
    free(f->roundings);
    zk_arena_free(&f->arena);
    memset(f, 0, sizeof *f);
}

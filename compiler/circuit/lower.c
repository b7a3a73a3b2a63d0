#include "compiler/circuit/lower.h"

#include "compiler/circuit/dump.h"
#include "compiler/circuit/emit.h"
#include "compiler/circuit/batch.h"

enum {
    MIN_LIMB_BITS = 3,
    MAX_LIMB_BITS = 16,
    LARGE_POINTS_LOG2 = 21,  /* from here on only every second width is tried, */
    LARGE_MIN_LIMB_BITS = 8, /* from this one on */
    MAX_POINTS = 1 << 17,
};

/* The best plan so far, with its shape. */
typedef struct search {
    const zc_facts *facts;
    zc_diags *diags;
    uint32_t min_k, max_k;
    zc_goal goal;
    size_t max_points;     /* row commitments of a batched layout */
    const zc_widths *only; /* or NULL */
    uint32_t without;      /* zc_without */
    zc_build best;
    zc_shape shape;
    bool found;
} search;

static void report_field(const search *s, zc_node_id n)
{
    const zc_node *node = n != ZC_NO_ID ? s->facts->tir->nodes[n] : NULL;
    zc_diag *d = zc_error(s->diags, ZC_E_FIELD, node != NULL ? node->span : s->facts->tir->span,
                          "the constraints for this value do not fit the field");
    zc_diag_note(d, "quotients, remainders and accumulators must stay below 2^252 in size");
    zc_diag_help(d, "reduce the precision before this step");
}

/* Points of a node: elements times what each is reduced over. */
static uint64_t points_of(const zc_node *node)
{
    uint64_t points;
    return __builtin_mul_overflow(node->count, node->reduce_count, &points) ? UINT64_MAX : points;
}

/* Names the node with the most points, and its share. */
static void blame(zc_diag *d, const zc_tir *tir)
{
    uint64_t total = 0, most = 0;
    const zc_node *largest = NULL;
    for (size_t i = 0; i < tir->node_count; i++) {
        uint64_t points = points_of(tir->nodes[i]);
        total = __builtin_add_overflow(total, points, &total) ? UINT64_MAX : total;
        if (points <= most || tir->nodes[i]->op == ZC_OP_CONST)
            continue;
        largest = tir->nodes[i];
        most = points;
    }
    if (largest != NULL && largest->span.file != 0)
        zc_diag_label(d, largest->span, "the largest part, %.0f %% of the operations",
                      100 * (double)most / (double)total);
    zc_diag_help(d, "use fewer or smaller tensors, or tables with smaller domains");
}

static void report_size(const search *s)
{
    const zc_tir *tir = s->facts->tir;
    zc_diag *d = zc_error(s->diags, ZC_E_TOO_LARGE, tir->span,
                          "the circuit `%s` needs more than 2^%u rows", tir->name, s->max_k);
    blame(d, tir);
}

/* More than any circuit has room for; says so. */
static bool too_many_points(const zc_tir *tir, zc_diags *diags)
{
    uint64_t total = 0;
    for (size_t i = 0; i < tir->node_count; i++) {
        uint64_t points = points_of(tir->nodes[i]);
        if (__builtin_add_overflow(total, points, &total) ||
            total >> ZC_FACTS_MAX_POINTS_LOG2 != 0) {
            zc_diag *d = zc_error(diags, ZC_E_TOO_LARGE, tir->span,
                                  "the circuit `%s` has more than 2^%d operations", tir->name,
                                  (int)ZC_FACTS_MAX_POINTS_LOG2);
            blame(d, tir);
            return true;
        }
    }
    return false;
}

/* Cheaper; at equal cost the plan with fewer variables. */
static bool is_better(const search *s, const zc_build *b, const zc_shape *shape)
{
    if (s->goal == ZC_GOAL_BATCHED && s->found && s->shape.batched != shape->batched)
        return shape->batched;
    return !s->found || shape->cost < s->shape.cost ||
           (shape->cost == s->shape.cost && b->plan.var_count < s->best.plan.var_count);
}

/* What a plan says about others that may be better. */
typedef struct hints {
    bool declined, trimmable, foldable;
} hints;

/* Whether the batched layout has no more row commitments than allowed. */
static bool few_points(const search *s, const zc_plan *plan, const zc_shape *shape,
                       bool *no_memory)
{
    zk_arena arena;
    zc_layout layout;
    zc_batch batch;
    zkml_error err;
    zk_arena_init(&arena, 0);
    zkml_status status = zc_batch_make(&batch, &layout, plan, shape, &arena, &err);
    *no_memory = status == ZKML_LIMIT;
    bool few = status == ZKML_OK && zc_batch_points(&batch) <= s->max_points;
    zc_batch_free(&batch);
    zk_arena_free(&arena);
    return few;
}

/* The cheaper of the two layouts. */
static bool choose_shape(const search *s, const zc_plan *plan, zc_shape *shape, bool *no_memory)
{
    zc_shape batched;
    bool plain = zc_layout_choose(plan, s->min_k, s->max_k, shape, no_memory);
    if (*no_memory ||
        !zc_batch_choose(plan, s->min_k, s->max_k, s->max_points, &batched, no_memory))
        return plain;
    if ((plain && batched.cost >= shape->cost && s->goal != ZC_GOAL_BATCHED) ||
        !few_points(s, plan, &batched, no_memory))
        return plain;
    *shape = batched;
    return true;
}

/* Builds a plan for the widths and keeps it if it is the cheapest. */
static zkml_status try_widths(search *s, zc_widths widths, hints *seen, zkml_error *err)
{
    zc_build b;
    zc_build_run(&b, s->facts, widths);
    seen->declined = b.declined > 0;
    seen->trimmable = seen->trimmable || b.trimmable > 0;
    seen->foldable = seen->foldable || b.foldable > 0;
    zkml_status status = b.plan.status;
    if (status == ZKML_INVALID)
        report_field(s, b.refused);
    else if (status != ZKML_OK)
        *err = b.plan.error;
    zc_shape shape;
    bool no_memory = false;
    if (status == ZKML_OK && choose_shape(s, &b.plan, &shape, &no_memory) &&
        is_better(s, &b, &shape)) {
        if (s->found)
            zc_build_free(&s->best);
        s->best = b;
        s->shape = shape;
        s->found = true;
        return ZKML_OK;
    }
    zc_build_free(&b);
    return no_memory ? zc_emit_no_memory(err) : status;
}

/* A table of 2^w rows needs k > w; the search ends when that alone costs more than the best. */
static bool hopeless(const search *s, uint32_t limb_bits)
{
    return s->found && (UINT64_C(286) << (limb_bits + 1)) > s->shape.cost;
}

static zkml_status search_widths(search *s, zc_widths widths, hints *seen, zkml_error *err)
{
    uint32_t step = s->facts->points >> LARGE_POINTS_LOG2 != 0 ? 2 : 1;
    uint32_t first = step == 2 ? LARGE_MIN_LIMB_BITS : MIN_LIMB_BITS;
    for (uint32_t w = first; w <= MAX_LIMB_BITS && !hopeless(s, w); w += step) {
        widths.limb_bits = widths.table_bits = w;
        ZK_TRY(try_widths(s, widths, seen, err));
        widths.table_bits = w + 2;
        if (seen->declined && !hopeless(s, w + 2))
            ZK_TRY(try_widths(s, widths, seen, err));
    }
    return ZKML_OK;
}

/* Every plan without the optimisations is among the candidates, so they never make one dearer. */
static zkml_status search_plans(search *s, const zc_facts *facts, zkml_error *err)
{
    hints seen = {0}, ignored = {0};
    s->facts = facts;
    if (s->only != NULL)
        return try_widths(s, *s->only, &ignored, err);
    ZK_TRY(search_widths(s, (zc_widths){0}, &ignored, err));
    if (facts->fusing == ZC_FUSE_ROUNDINGS)
        return ZKML_OK;
    ZK_TRY(search_widths(s, (zc_widths){.fuse = true}, &seen, err));
    seen.trimmable = seen.trimmable && (s->without & ZC_WITHOUT_TRIMMING) == 0;
    if (seen.trimmable)
        ZK_TRY(search_widths(s, (zc_widths){.fuse = true, .trim = true}, &seen, err));
    if (!seen.foldable || (s->without & ZC_WITHOUT_FOLDING) != 0)
        return ZKML_OK;
    zc_widths folded = {.fuse = true, .trim = seen.trimmable, .fold = true};
    return search_widths(s, folded, &ignored, err);
}

static zkml_status audit(search *s, zkml_error *err)
{
    mpz_t modulus;
    mpz_init(modulus);
    mpz_import(modulus, 4, -1, sizeof zk_fp_modulus[0], 0, 0, zk_fp_modulus);
    zc_audit result;
    zkml_status status = zc_plan_verify(&s->best.plan, modulus, &result, err);
    mpz_clear(modulus);
    ZK_TRY(status);
    ZK_CHECK(result.kind != ZC_AUDIT_UNBOUNDED && result.kind != ZC_AUDIT_UNRELATED);
    if (result.kind == ZC_AUDIT_OK)
        return ZKML_OK;
    report_field(s, result.node);
    return ZKML_INVALID;
}

static zkml_status finish(search *s, const zc_sources *sources, const zc_lower_options *options,
                          zk_circuit *circuit, zkml_error *err)
{
    ZK_TRY(audit(s, err));
    zk_arena arena;
    zk_arena_init(&arena, 0);
    zc_layout layout;
    zc_batch batch = {0};
    const zc_plan *plan = &s->best.plan;
    zkml_status status = s->shape.batched
                             ? zc_batch_make(&batch, &layout, plan, &s->shape, &arena, err)
                             : zc_layout_make(&layout, plan, &s->shape, &arena, err);
    if (status == ZKML_OK) {
        status = zc_emit_circuit(&s->best, &layout, sources, circuit, err);
        if (status == ZKML_OK && options->dump != NULL)
            zc_dump(options->dump, &s->best, &layout, circuit);
        if (status == ZKML_OK && options->view != NULL)
            options->view(options->context, &s->best, &layout, circuit);
        if (status == ZKML_OK && options->fused != NULL)
            zc_dump_fused(options->fused, &s->best, sources);
        if (status != ZKML_OK)
            zk_circuit_free(circuit);
    }
    zc_batch_free(&batch);
    zk_arena_free(&arena);
    return status;
}

/* The best plan refers to its facts. */
static zkml_status search_fusing(search *s, zc_facts *facts, const zc_tir *tir, bool unoptimised,
                                 zkml_error *err)
{
    zc_fusing fusing = unoptimised                              ? ZC_FUSE_ROUNDINGS
                       : (s->without & ZC_WITHOUT_FOLLOWING) != 0 ? ZC_FUSE_TABLES
                                                                  : ZC_FUSE_ALL;
    ZK_TRY(zc_facts_init(&facts[0], tir, fusing, err));
    ZK_TRY(search_plans(s, &facts[0], err));
    if (facts[0].followed == 0)
        return ZKML_OK;
    ZK_TRY(zc_facts_init(&facts[1], tir, ZC_FUSE_TABLES, err));
    return search_plans(s, &facts[1], err);
}

zkml_status zc_lower(const zc_tir *tir, const zc_sources *sources, zc_diags *diags,
                     const zc_lower_options *options, zk_circuit *circuit, zkml_error *err)
{
    if (too_many_points(tir, diags))
        return ZKML_INVALID;
    search s = {.diags = diags, .only = options->widths, .without = options->without};
    s.max_k = options->max_k != 0 ? options->max_k : ZC_LOWER_MAX_K;
    s.min_k = options->min_k != 0 ? options->min_k : ZC_MIN_K;
    s.goal = options->goal;
    s.max_points = s.goal == ZC_GOAL_DEFAULT || options->unoptimised ? 0 : MAX_POINTS;
    zc_facts facts[2] = {0};
    zkml_status status = search_fusing(&s, facts, tir, options->unoptimised, err);
    if (status == ZKML_OK && !s.found) {
        report_size(&s);
        status = ZKML_INVALID;
    }
    if (status == ZKML_OK)
        status = finish(&s, sources, options, circuit, err);
    if (s.found)
        zc_build_free(&s.best);
    zc_facts_free(&facts[0]);
    zc_facts_free(&facts[1]);
    return status;
}

uint64_t zc_circuit_rows(const zk_circuit *circuit)
{
    const zk_constraint_system *cs = &circuit->cs;
    bool batched = zk_layer_has_equations(circuit->layer);
    uint64_t rows = 0;
    for (uint32_t i = 0; !batched && i < cs->n_fixed; i++)
        rows = circuit->fixed[i].count > rows ? circuit->fixed[i].count : rows;
    for (uint32_t i = 0; batched && i < circuit->layer->phase0; i++) {
        uint32_t placed = zk_circuit_placed_rows(circuit, i);
        rows = placed > rows ? placed : rows;
    }
    for (size_t l = 0; batched && l < cs->n_lookups; l++) {
        const zk_expr *table = &cs->exprs[cs->lookup_tables[cs->lookups[l].first]];
        rows = circuit->fixed[table->a].count > rows ? circuit->fixed[table->a].count : rows;
    }
    return rows;
}

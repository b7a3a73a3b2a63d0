#include "compiler/circuit/plan.h"

#include <stdlib.h>
#include <string.h>

static void out_of_memory(zc_plan *plan)
{
    if (plan->status == ZKML_OK)
        plan->status = zk_fail(&plan->error, ZKML_LIMIT, "lowering: out of memory");
}

#define ROOM(plan, array, capacity, needed) \
    ((plan)->status == ZKML_OK &&           \
     (ZK_GROW((plan)->array, (plan)->capacity, (needed)) || (out_of_memory(plan), false)))

void zc_plan_init(zc_plan *plan)
{
    memset(plan, 0, sizeof *plan);
    plan->assertion = UINT32_MAX;
    mpz_inits(plan->t0, plan->t1, NULL);
}

void zc_plan_free(zc_plan *plan)
{
    for (size_t i = 0; i < plan->big_count; i++)
        mpz_clear(plan->bigs[i]);
    free(plan->bigs);
    free(plan->blocks);
    free(plan->terms);
    free(plan->products);
    free(plan->forms);
    free(plan->lookups);
    free(plan->tags);
    free(plan->groups);
    free(plan->outputs);
    free(plan->committed);
    free(plan->committed_vars);
    free(plan->marks);
    free(plan->constant_slots);
    mpz_clears(plan->t0, plan->t1, NULL);
    memset(plan, 0, sizeof *plan);
}

/* ---- integers ---- */

zc_coef zc_coef_of(zc_plan *plan, const mpz_t value)
{
    if (mpz_fits_slong_p(value) && mpz_get_si(value) != INT64_MIN)
        return ZC_COEF(mpz_get_si(value));
    if (!ROOM(plan, bigs, big_capacity, plan->big_count + 1))
        return ZC_COEF(0);
    mpz_init_set(plan->bigs[plan->big_count], value);
    return (zc_coef){.big = (uint32_t)++plan->big_count};
}

void zc_coef_get(mpz_t out, const zc_plan *plan, zc_coef a)
{
    if (a.big != 0)
        mpz_set(out, plan->bigs[a.big - 1]);
    else
        mpz_set_si(out, a.small);
}

bool zc_coef_is_zero(zc_coef a)
{
    return a.big == 0 && a.small == 0;
}

zc_coef zc_coef_mul(zc_plan *plan, zc_coef a, zc_coef b)
{
    int64_t small;
    if (a.big == 0 && b.big == 0 && !__builtin_mul_overflow(a.small, b.small, &small) &&
        small != INT64_MIN)
        return ZC_COEF(small);
    zc_coef_get(plan->t0, plan, a);
    zc_coef_get(plan->t1, plan, b);
    mpz_mul(plan->t0, plan->t0, plan->t1);
    return zc_coef_of(plan, plan->t0);
}

zc_coef zc_coef_add(zc_plan *plan, zc_coef a, zc_coef b)
{
    int64_t small;
    if (a.big == 0 && b.big == 0 && !__builtin_add_overflow(a.small, b.small, &small) &&
        small != INT64_MIN)
        return ZC_COEF(small);
    zc_coef_get(plan->t0, plan, a);
    zc_coef_get(plan->t1, plan, b);
    mpz_add(plan->t0, plan->t0, plan->t1);
    return zc_coef_of(plan, plan->t0);
}

zc_coef zc_coef_neg(zc_plan *plan, zc_coef a)
{
    return zc_coef_mul(plan, a, ZC_COEF(-1));
}

/* ---- variables ---- */

zc_var zc_plan_vars(zc_plan *plan, zc_block_kind kind, const char *name, uint32_t reg,
                    uint32_t count, const mpz_t lo, const mpz_t hi)
{
    zc_coef low = zc_coef_of(plan, lo), high = zc_coef_of(plan, hi);
    if (count > UINT32_MAX - 1 - plan->var_count) {
        if (plan->status == ZKML_OK)
            plan->status = zk_fail(&plan->error, ZKML_LIMIT, "lowering: too many cells");
        return 0;
    }
    size_t vars = (size_t)plan->var_count + count;
    size_t marks = plan->mark_capacity;
    if (!ROOM(plan, blocks, block_capacity, plan->block_count + 1) ||
        !ROOM(plan, marks, mark_capacity, vars))
        return 0;
    if (plan->mark_capacity > marks)
        memset(plan->marks + marks, 0, (plan->mark_capacity - marks) * sizeof *plan->marks);
    zc_var first = plan->var_count;
    plan->blocks[plan->block_count++] = (zc_block){
        .kind = kind,
        .first = first,
        .count = count,
        .reg = reg,
        .name = name,
        .lo = low,
        .hi = high,
        .instance_row = plan->instance_rows,
    };
    plan->var_count += count;
    if (kind == ZC_BLOCK_INSTANCE)
        plan->instance_rows += count;
    return first;
}

const zc_block *zc_plan_block(const zc_plan *plan, zc_var var)
{
    size_t lo = 0, hi = plan->block_count;
    while (hi - lo > 1) {
        size_t middle = lo + (hi - lo) / 2;
        if (plan->blocks[middle].first <= var)
            lo = middle;
        else
            hi = middle;
    }
    return &plan->blocks[lo];
}

void zc_plan_mark_input(zc_plan *plan, zc_var var)
{
    if (plan->status == ZKML_OK)
        plan->blocks[zc_plan_block(plan, var) - plan->blocks].kind = ZC_BLOCK_INPUT;
}

static bool same_value(const zc_plan *plan, zc_coef a, zc_coef b)
{
    if (a.big == 0 || b.big == 0)
        return a.big == b.big && a.small == b.small;
    return mpz_cmp(plan->bigs[a.big - 1], plan->bigs[b.big - 1]) == 0;
}

static size_t hash_value(const zc_plan *plan, zc_coef a)
{
    uint64_t h = a.big == 0 ? (uint64_t)a.small : mpz_get_ui(plan->bigs[a.big - 1]) + 1;
    h *= UINT64_C(0x9E3779B97F4A7C15);
    return (size_t)(h >> 16);
}

static bool grow_constants(zc_plan *plan)
{
    size_t count = plan->constant_slot_count == 0 ? 64 : 2 * plan->constant_slot_count;
    uint32_t *slots = calloc(count, sizeof *slots);
    if (slots == NULL) {
        out_of_memory(plan);
        return false;
    }
    for (size_t i = 0; i < plan->constant_slot_count; i++) {
        uint32_t entry = plan->constant_slots[i];
        if (entry == 0)
            continue;
        size_t at = hash_value(plan, plan->blocks[entry - 1].lo) & (count - 1);
        while (slots[at] != 0)
            at = (at + 1) & (count - 1);
        slots[at] = entry;
    }
    free(plan->constant_slots);
    plan->constant_slots = slots;
    plan->constant_slot_count = count;
    return true;
}

zc_var zc_plan_constant(zc_plan *plan, zc_coef value)
{
    if (plan->status != ZKML_OK)
        return 0;
    if (2 * plan->constant_count >= plan->constant_slot_count && !grow_constants(plan))
        return 0;
    size_t mask = plan->constant_slot_count - 1;
    size_t at = hash_value(plan, value) & mask;
    for (; plan->constant_slots[at] != 0; at = (at + 1) & mask) {
        const zc_block *block = &plan->blocks[plan->constant_slots[at] - 1];
        if (same_value(plan, block->lo, value))
            return block->first;
    }
    mpz_t number;
    mpz_init(number);
    zc_coef_get(number, plan, value);
    zc_var var = zc_plan_vars(plan, ZC_BLOCK_CONSTANT, "constant", ZC_NO_REG, 1, number, number);
    mpz_clear(number);
    if (plan->status != ZKML_OK)
        return 0;
    plan->constant_slots[at] = (uint32_t)plan->block_count;
    plan->constant_count++;
    return var;
}

void zc_plan_finish(zc_plan *plan)
{
    if (plan->constant_count == 0 || plan->status != ZKML_OK)
        return;
    uint32_t group = zc_group_begin(plan, "constant", UINT32_MAX, false);
    for (size_t i = 0; i < plan->block_count; i++) {
        zc_block block = plan->blocks[i];
        if (block.kind != ZC_BLOCK_CONSTANT)
            continue;
        zc_form_add(plan, ZC_COEF(-1), block.first);
        zc_form_add_constant(plan, block.lo);
        zc_form_end(plan, block.first);
    }
    zc_group_end(plan, group, plan->constant_count);
}

/* ---- forms ---- */

void zc_form_add(zc_plan *plan, zc_coef factor, zc_var var)
{
    if (plan->status != ZKML_OK || zc_coef_is_zero(factor))
        return;
    size_t first = plan->current.first_term;
    uint32_t mark = plan->marks[var];
    if (mark != 0) {
        zc_term *old = &plan->terms[first + mark - 1];
        zc_coef sum = zc_coef_add(plan, (zc_coef){old->small, old->big}, factor);
        old->small = sum.small;
        old->big = sum.big;
        return;
    }
    if (!ROOM(plan, terms, term_capacity, plan->term_count + 1))
        return;
    plan->terms[plan->term_count++] =
        (zc_term){.small = factor.small, .big = factor.big, .var = var};
    plan->marks[var] = (uint32_t)(plan->term_count - first);
}

void zc_form_add_product(zc_plan *plan, zc_coef factor, zc_var a, zc_var b)
{
    if (zc_coef_is_zero(factor) || !ROOM(plan, products, product_capacity, plan->product_count + 1))
        return;
    plan->products[plan->product_count++] =
        (zc_product){.small = factor.small, .big = factor.big, .a = a, .b = b};
}

void zc_form_add_constant(zc_plan *plan, zc_coef value)
{
    plan->current.constant = zc_coef_add(plan, plan->current.constant, value);
}

/* Drops zero terms and puts terms whose variable is in a product first. Order is kept else. */
static void arrange_terms(zc_plan *plan, zc_form *form)
{
    zc_term *terms = plan->terms + form->first_term;
    size_t n = plan->term_count - form->first_term, kept = 0;
    for (size_t i = 0; i < n; i++) {
        plan->marks[terms[i].var] = 0;
        if (terms[i].small != 0 || terms[i].big != 0)
            terms[kept++] = terms[i];
    }
    plan->term_count = form->first_term + kept;
    form->terms = (uint32_t)kept;
    const zc_product *products =
        form->products > 0 ? plan->products + form->first_product : NULL;
    for (uint32_t j = 0; j < form->products; j++) {
        plan->marks[products[j].a] = 1;
        plan->marks[products[j].b] = 1;
    }
    for (size_t i = 0; i < kept; i++) {
        if (form->products == 0 || plan->marks[terms[i].var] == 0)
            continue;
        zc_term moved = terms[i];
        memmove(terms + form->shared + 1, terms + form->shared, (i - form->shared) * sizeof *terms);
        terms[form->shared++] = moved;
    }
    for (uint32_t j = 0; j < form->products; j++) {
        plan->marks[products[j].a] = 0;
        plan->marks[products[j].b] = 0;
    }
}

void zc_form_end(zc_plan *plan, zc_var defines)
{
    if (!ROOM(plan, forms, form_capacity, plan->form_count + 1))
        return;
    zc_form form = plan->current;
    form.products = (uint32_t)(plan->product_count - form.first_product);
    form.defines = defines;
    arrange_terms(plan, &form);
    plan->forms[plan->form_count++] = form;
    plan->current = (zc_form){
        .first_term = plan->term_count,
        .first_product = plan->product_count,
    };
}

bool zc_form_is_empty(const zc_form *form)
{
    return form->terms == 0 && form->products == 0 && zc_coef_is_zero(form->constant);
}

/* ---- look-ups ---- */

int64_t zc_tag_value(const zc_tag *tag, int64_t in)
{
    switch (tag->kind) {
    case ZC_TAG_RANGE:
        return 0;
    case ZC_TAG_TABLE:
        return tag->values[in - tag->values_lo];
    case ZC_TAG_CLAMP:
        return in < tag->p0 ? tag->p0 : in > tag->p1 ? tag->p1 : in;
    case ZC_TAG_SIGN:
        return in >= 0;
    case ZC_TAG_ZERO:
        return in == 0;
    case ZC_TAG_OTHER:
        return in != 0;
    case ZC_TAG_EVEN:
        return in > tag->p0;
    case ZC_TAG_FUSED:
        return tag->values[in - tag->values_lo];
    }
    return 0;
}

static bool same_function(const zc_tag *a, const zc_tag *b)
{
    if (a->kind != b->kind || a->p0 != b->p0 || a->p1 != b->p1)
        return false;
    size_t count = (size_t)(a->hi - a->lo) + 1;
    return a->kind != ZC_TAG_FUSED ||
           (a->lo == b->lo && a->hi == b->hi &&
            memcmp(a->values, b->values, count * sizeof *a->values) == 0);
}

uint32_t zc_plan_tag(zc_plan *plan, zc_tag tag)
{
    for (size_t i = 0; i < plan->tag_count; i++) {
        zc_tag *old = &plan->tags[i];
        if (!same_function(old, &tag))
            continue;
        old->lo = tag.lo < old->lo ? tag.lo : old->lo;
        old->hi = tag.hi > old->hi ? tag.hi : old->hi;
        return (uint32_t)i;
    }
    if (!ROOM(plan, tags, tag_capacity, plan->tag_count + 1))
        return 0;
    plan->tags[plan->tag_count] = tag;
    return (uint32_t)plan->tag_count++;
}

void zc_plan_lookup(zc_plan *plan, uint32_t tag, zc_var in, zc_var out)
{
    if (!ROOM(plan, lookups, lookup_capacity, plan->lookup_count + 1))
        return;
    plan->lookups[plan->lookup_count++] = (zc_lookup){.tag = tag, .in = in, .out = out};
}

uint64_t zc_plan_table_rows(const zc_plan *plan)
{
    uint64_t rows = 1;
    for (size_t i = 0; i < plan->tag_count; i++) {
        uint64_t size = (uint64_t)plan->tags[i].hi - (uint64_t)plan->tags[i].lo + 1;
        if (size == 0 || size > UINT32_MAX || rows + size > UINT32_MAX)
            return UINT32_MAX;
        rows += size;
    }
    return rows;
}

void zc_plan_output(zc_plan *plan, zc_var var, uint32_t instance_row)
{
    if (ROOM(plan, outputs, output_capacity, plan->output_count + 1))
        plan->outputs[plan->output_count++] = (zc_output){.var = var, .instance_row = instance_row};
}

uint32_t zc_plan_commit(zc_plan *plan)
{
    if (!ROOM(plan, committed, committed_capacity, plan->committed_count + 1))
        return 0;
    plan->committed[plan->committed_count] = (zc_committed){.first = plan->committed_var_count};
    return (uint32_t)plan->committed_count++;
}

void zc_plan_commit_element(zc_plan *plan, zc_var var)
{
    if (!ROOM(plan, committed_vars, committed_var_capacity, plan->committed_var_count + 1))
        return;
    plan->committed_vars[plan->committed_var_count++] = var;
    plan->committed[plan->committed_count - 1].count++;
}

/* ---- groups ---- */

uint32_t zc_group_begin(zc_plan *plan, const char *gadget, uint32_t node, bool is_lookup)
{
    if (!ROOM(plan, groups, group_capacity, plan->group_count + 1))
        return 0;
    plan->groups[plan->group_count] = (zc_group){
        .gadget = gadget,
        .node = node,
        .assertion = plan->assertion,
        .is_lookup = is_lookup,
        .first = is_lookup ? plan->lookup_count : plan->form_count,
    };
    return (uint32_t)plan->group_count++;
}

void zc_group_end(zc_plan *plan, uint32_t group, uint64_t elements)
{
    if (plan->status != ZKML_OK)
        return;
    zc_group *g = &plan->groups[group];
    g->count = (g->is_lookup ? plan->lookup_count : plan->form_count) - g->first;
    if (elements != 0 && g->count % elements == 0)
        g->per_element = (uint32_t)(g->count / elements);
}

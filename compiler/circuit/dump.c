#include "compiler/circuit/dump.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { TERMS_SHOWN = 6, CONSTRAINTS_SHOWN = 12 };

/* An integer; 2^k for powers of two beyond 1024, in full otherwise. */
static void print_number(zk_buf *out, const zc_plan *plan, zc_coef value)
{
    mpz_t number;
    mpz_init(number);
    zc_coef_get(number, plan, value);
    mpz_abs(number, number);
    mp_bitcnt_t low = mpz_sgn(number) != 0 ? mpz_scan1(number, 0) : 0;
    if (low > 10 && mpz_sizeinbase(number, 2) == low + 1) {
        zk_buf_printf(out, "2^%lu", (unsigned long)low);
    } else {
        char *text = mpz_get_str(NULL, 10, number);
        zk_buf_text(out, text);
        free(text);
    }
    mpz_clear(number);
}

static bool is_negative(const zc_plan *plan, zc_coef value)
{
    return value.big != 0 ? mpz_sgn(plan->bigs[value.big - 1]) < 0 : value.small < 0;
}

static void print_var(zk_buf *out, const zc_plan *plan, zc_var var)
{
    const zc_block *block = zc_plan_block(plan, var);
    zk_buf_text(out, block->name);
    if (block->kind == ZC_BLOCK_CONSTANT)
        return;
    zk_buf_printf(out, "#%zu", (size_t)(block - plan->blocks));
    if (block->count > 1)
        zk_buf_printf(out, "[%u]", var - block->first);
}

static void print_factor(zk_buf *out, const zc_plan *plan, zc_coef factor, bool *first)
{
    bool negative = is_negative(plan, factor);
    zk_buf_text(out, *first ? (negative ? "-" : "") : negative ? " - " : " + ");
    *first = false;
    if (factor.big != 0 || (factor.small != 1 && factor.small != -1)) {
        print_number(out, plan, factor);
        zk_buf_text(out, " ");
    }
}

void zc_dump_form(zk_buf *out, const zc_plan *plan, const zc_form *form, uint32_t limit)
{
    bool first = true;
    uint32_t shown = form->terms <= limit ? form->terms : limit / 2;
    for (uint32_t i = 0; i < form->terms; i++) {
        if (i == shown && form->terms > limit) {
            zk_buf_printf(out, " + ...");
            i = form->terms - limit / 2;
        }
        const zc_term *term = &plan->terms[form->first_term + i];
        print_factor(out, plan, (zc_coef){term->small, term->big}, &first);
        print_var(out, plan, term->var);
    }
    for (uint32_t j = 0; j < form->products && j < limit; j++) {
        const zc_product *product = &plan->products[form->first_product + j];
        print_factor(out, plan, (zc_coef){product->small, product->big}, &first);
        print_var(out, plan, product->a);
        zk_buf_text(out, "*");
        print_var(out, plan, product->b);
    }
    if (form->products > limit)
        zk_buf_text(out, " + ...");
    if (!zc_coef_is_zero(form->constant)) {
        zk_buf_text(out, first ? "" : is_negative(plan, form->constant) ? " - " : " + ");
        if (first && is_negative(plan, form->constant))
            zk_buf_text(out, "-");
        print_number(out, plan, form->constant);
        first = false;
    }
    zk_buf_text(out, first ? "0 = 0" : " = 0");
    if (form->terms + form->products > limit)
        zk_buf_printf(out, "   (%u terms, %u products)", form->terms, form->products);
}

static void dump_tag(zk_buf *out, const zc_tag *tag, size_t number)
{
    zk_buf_printf(out, "  tag %zu: ", number);
    switch (tag->kind) {
    case ZC_TAG_RANGE:
        zk_buf_text(out, "range");
        break;
    case ZC_TAG_TABLE:
        zk_buf_printf(out, "table %s", tag->name);
        break;
    case ZC_TAG_CLAMP:
        zk_buf_text(out, "clamp");
        if (tag->p0 != INT64_MIN)
            zk_buf_printf(out, " from %" PRId64, tag->p0);
        if (tag->p1 != INT64_MAX)
            zk_buf_printf(out, " to %" PRId64, tag->p1);
        break;
    case ZC_TAG_SIGN:
        zk_buf_text(out, "not negative");
        break;
    case ZC_TAG_ZERO:
        zk_buf_text(out, "zero");
        break;
    case ZC_TAG_OTHER:
        zk_buf_text(out, "not zero");
        break;
    case ZC_TAG_EVEN:
        zk_buf_printf(out, "above %" PRId64, tag->p0);
        break;
    case ZC_TAG_FUSED:
        zk_buf_printf(out, "fused %s", tag->name);
        break;
    }
    zk_buf_printf(out, " on %" PRId64 "..%" PRId64 "\n", tag->lo, tag->hi);
}

static void dump_lookup(zk_buf *out, const zc_plan *plan, const zc_lookup *lookup)
{
    zk_buf_printf(out, "    tag %u: ", lookup->tag + 1);
    print_var(out, plan, lookup->in);
    if (lookup->out != ZC_NO_VAR) {
        zk_buf_text(out, " -> ");
        print_var(out, plan, lookup->out);
    }
    zk_buf_text(out, "\n");
}

void zc_dump_group(zk_buf *out, const zc_build *b, const zc_layout *layout,
                   const zk_circuit *circuit, const zc_group *group)
{
    const zc_plan *plan = &b->plan;
    if (group->is_lookup) {
        zk_buf_printf(out, "  slots %zu..%zu %s", group->first, group->first + group->count - 1,
                      group->gadget);
    } else {
        uint32_t first = layout->form_rows[group->first];
        uint32_t last = layout->form_rows[group->first + group->count];
        if (first == last)
            return;
        zk_buf_printf(out, "  %s %u..%u %s", layout->shape.batched ? "equations" : "rows", first,
                      last - 1, group->gadget);
    }
    if (group->node != UINT32_MAX) {
        const zc_node *node = b->tir->nodes[group->node];
        zk_buf_printf(out, " %%%u", group->node);
        if (node->name != NULL)
            zk_buf_printf(out, " %s", node->name);
    }
    for (size_t i = 0; group->node != UINT32_MAX && i < circuit->region_count; i++) {
        const zk_region *r = &circuit->regions[i];
        uint32_t at = group->is_lookup ? (uint32_t)group->first : layout->form_rows[group->first];
        if (r->is_lookup != group->is_lookup || r->first_row != at || r->span == UINT32_MAX)
            continue;
        const zk_source_span *s = &circuit->spans[r->span];
        zk_buf_printf(out, "  // %s:%u:%u", circuit->files[s->file], s->line, s->column);
        break;
    }
    zk_buf_text(out, "\n");
    size_t shown = group->per_element != 0 ? group->per_element : group->count;
    for (size_t i = 0; i < shown && i < CONSTRAINTS_SHOWN; i++) {
        if (group->is_lookup) {
            dump_lookup(out, plan, &plan->lookups[group->first + i]);
            continue;
        }
        zk_buf_text(out, "    ");
        zc_dump_form(out, plan, &plan->forms[group->first + i], TERMS_SHOWN);
        zk_buf_text(out, "\n");
    }
    if (shown > CONSTRAINTS_SHOWN)
        zk_buf_printf(out, "    ... %zu more\n", shown - CONSTRAINTS_SHOWN);
    if (shown < group->count)
        zk_buf_printf(out, "    and so on for %zu elements\n", group->count / shown);
}

static void dump_values(zk_buf *out, const char *what, const zk_field_schema *fields, size_t count,
                        uint32_t k)
{
    for (size_t i = 0; i < count; i++) {
        const zk_field_schema *f = &fields[i];
        zk_buf_printf(out, "  %s %s: codes %" PRId64 "..%" PRId64 ", %" PRIu64 " value%s", what,
                      f->name, f->lo, f->hi, f->count, f->count == 1 ? "" : "s");
        if (f->visibility == ZK_PUBLIC)
            zk_buf_printf(out, ", public, instance rows %u..%" PRIu64, f->first_row,
                          f->first_row + f->count - 1);
        else if (f->visibility == ZK_COMMITTED)
            zk_buf_printf(out, ", committed, advice column %u%s", f->first_column,
                          zk_committed_columns(f->count, k) > 1 ? " and on" : "");
        zk_buf_text(out, "\n");
    }
}

void zc_dump(zk_buf *out, const zc_build *b, const zc_layout *layout, const zk_circuit *circuit)
{
    const zc_plan *plan = &b->plan;
    const zc_shape *shape = &layout->shape;
    zk_buf_printf(out, "circuit %s\n", circuit->name);
    zk_buf_printf(out,
                  "  k %u, %zu usable rows: %" PRIu64 " of gates, %" PRIu64 " of look-ups, %" PRIu64
                  " of the table\n",
                  shape->k, zk_cs_usable_rows(&circuit->cs, shape->k), shape->gate_rows,
                  shape->lookup_rows, shape->table_rows);
    zk_buf_printf(out, "  %u lanes, %u products, %u look-ups a row, limbs of %u bits\n",
                  shape->lanes, shape->products, shape->lookups, b->widths.limb_bits);
    zk_buf_printf(out, "  %u advice, %u fixed, %u instance columns, degree %u, %zu copies\n",
                  circuit->cs.n_advice, circuit->cs.n_fixed, circuit->cs.n_instance,
                  zk_cs_degree(&circuit->cs), circuit->copy_count);
    zk_buf_text(out, "values\n");
    dump_values(out, "parameter", circuit->params, circuit->param_count, circuit->k);
    dump_values(out, "result", circuit->results, circuit->result_count, circuit->k);
    zk_buf_text(out, "table\n");
    for (size_t i = 0; i < plan->tag_count; i++)
        dump_tag(out, &plan->tags[i], i + 1);
    zk_buf_text(out, "gates\n");
    for (size_t g = 0; g < plan->group_count; g++)
        if (!plan->groups[g].is_lookup && plan->groups[g].count > 0)
            zc_dump_group(out, b, layout, circuit, &plan->groups[g]);
    zk_buf_text(out, "look-ups\n");
    for (size_t g = 0; g < plan->group_count; g++)
        if (plan->groups[g].is_lookup && plan->groups[g].count > 0)
            zc_dump_group(out, b, layout, circuit, &plan->groups[g]);
}

/* "round, clamp and sigmoid" */
static void put_steps(zk_buf *out, const zc_build *b, const zc_rounding *r)
{
    const char *steps[ZC_MAX_POST + 2];
    size_t count = 0;
    if (mpz_cmp_ui(r->c2, 1) != 0)
        steps[count++] = "round";
    if (r->has_lo || r->has_hi)
        steps[count++] = "clamp";
    for (uint32_t i = 0; i < r->post_count; i++) {
        const zc_node *node = b->tir->nodes[r->post[i]];
        steps[count++] = node->op == ZC_OP_TABLE ? b->tir->tables[node->index].name
                                                 : zc_op_name(node->op);
    }
    for (size_t i = 0; i < count; i++)
        zk_buf_printf(out, "%s%s", i == 0 ? "" : i + 1 == count ? " and " : ", ", steps[i]);
}

void zc_dump_fused(zk_buf *out, const zc_build *b, const zc_sources *sources)
{
    for (size_t i = 0; i < b->fused_count; i++) {
        const zc_fused *f = &b->fused[i];
        const zc_node *node = b->tir->nodes[f->node];
        if (sources != NULL && node->span.file != 0) {
            zc_position at = zc_source_position(sources, node->span.file, node->span.start);
            const char *path = zc_source_path(sources, node->span.file);
            zk_buf_printf(out, "  line %u of %s", at.line, path);
        } else {
            zk_buf_printf(out, "  %%%u", f->node);
        }
        zk_buf_printf(out, ", %" PRIu64 " element%s: ", node->count, node->count == 1 ? "" : "s");
        put_steps(out, b, b->facts->facts[f->node].rounding);
        zk_buf_text(out, "\n");
        if (f->rows == 0)
            zk_buf_printf(out, "      a range check of %" PRId64 "..%" PRId64, f->lo, f->hi);
        else
            zk_buf_printf(out, "      one look-up among %" PRIu64 " rows for %s in %" PRId64
                          "..%" PRId64, f->rows, f->window ? "rounded values" : "values", f->lo,
                          f->hi);
        zk_buf_text(out, f->ends ? ", beyond it a comparison" : "");
        zk_buf_text(out, f->folded ? ", and half of it by symmetry\n" : "\n");
    }
}

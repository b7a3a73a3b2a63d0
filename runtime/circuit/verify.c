#include "runtime/circuit/codec.h"

#include <string.h>

static zkml_status verify_text(const char *text, const char *what, zkml_error *err)
{
    if (text == NULL || strlen(text) > ZK_CODEC_MAX_TEXT || !zk_text_clean(text, strlen(text)))
        return zk_fail(err, ZKML_MALFORMED,
                       "%s is missing, too long, not UTF-8, or holds control characters", what);
    return ZKML_OK;
}

static zkml_status verify_names(const zk_constraint_system *cs, zkml_error *err)
{
    for (size_t i = 0; i < cs->n_gates; i++)
        ZK_TRY(verify_text(cs->gates[i].name, "a gate's name", err));
    for (size_t i = 0; i < cs->n_lookups; i++)
        ZK_TRY(verify_text(cs->lookups[i].name, "a look-up's name", err));
    return ZKML_OK;
}

static zkml_status verify_fixed(const zk_circuit *c, size_t usable, zkml_error *err)
{
    for (uint32_t i = 0; i < c->cs.n_fixed; i++) {
        const zk_fixed_column *f = &c->fixed[i];
        if (f->count > usable)
            return zk_fail(err, ZKML_MALFORMED, "fixed column %u has values on blind rows", i);
        if (f->count > 0 && (f->small == NULL) == (f->wide == NULL))
            return zk_fail(err, ZKML_MALFORMED, "fixed column %u has no values, or two kinds", i);
        for (uint32_t r = 0; f->small != NULL && r < f->count; r++)
            if (f->small[r] == INT64_MIN)
                return zk_fail(err, ZKML_MALFORMED, "fixed column %u, row %u: out of range", i, r);
    }
    return ZKML_OK;
}

static bool good_cell(const zk_circuit *c, const zk_cell *cell, size_t usable)
{
    if (cell->kind != ZK_ADVICE && cell->kind != ZK_FIXED && cell->kind != ZK_INSTANCE)
        return false;
    if (cell->kind == ZK_INSTANCE && cell->column < c->cs.n_instance &&
        cell->row >= c->instance_counts[cell->column])
        return false;
    return cell->row < usable && cell->column < zk_cs_columns(&c->cs, cell->kind);
}

static zkml_status verify_copies(const zk_circuit *c, size_t usable, zkml_error *err)
{
    for (size_t i = 0; i < c->copy_count; i++) {
        const zk_cell *cells[] = {&c->copies[i].a, &c->copies[i].b};
        for (int side = 0; side < 2; side++) {
            if (!good_cell(c, cells[side], usable))
                return zk_fail(err, ZKML_MALFORMED, "copy %zu: no such usable cell", i);
            zk_column_ref column = {cells[side]->kind, cells[side]->column};
            if (zk_cs_permutation_index(&c->cs, column) == ZK_NONE)
                return zk_fail(err, ZKML_MALFORMED, "copy %zu: the column has no equality", i);
        }
    }
    return ZKML_OK;
}

static zkml_status verify_field_registers(const zk_circuit *c, zkml_error *err)
{
    for (size_t i = 0; i < c->param_count; i++) {
        const zk_field_schema *f = &c->params[i];
        if (f->reg >= c->program.instr_count || c->program.instrs[f->reg].op != ZK_W_INPUT ||
            c->program.instrs[f->reg].index != i)
            return zk_fail(err, ZKML_MALFORMED, "parameter %s: register %u is not its input",
                           f->name, f->reg);
    }
    for (size_t i = 0; i < c->result_count; i++) {
        const zk_field_schema *f = &c->results[i];
        if (f->reg >= c->program.instr_count || c->program.instrs[f->reg].count != f->count)
            return zk_fail(err, ZKML_MALFORMED, "result %s: register %u does not hold it", f->name,
                           f->reg);
    }
    return ZKML_OK;
}

static zkml_status verify_spans(const zk_circuit *c, zkml_error *err)
{
    for (size_t i = 0; i < c->file_count; i++)
        ZK_TRY(verify_text(c->files[i], "a source file's name", err));
    for (size_t i = 0; i < c->span_count; i++) {
        const zk_source_span *s = &c->spans[i];
        if (s->file >= c->file_count || s->line == 0 || s->column == 0)
            return zk_fail(err, ZKML_MALFORMED, "source span %zu has no place", i);
        if (s->caller != UINT32_MAX && s->caller >= i)
            return zk_fail(err, ZKML_MALFORMED, "source span %zu has no such caller", i);
        ZK_TRY(verify_text(s->text, "a source line", err));
    }
    return ZKML_OK;
}

static zkml_status verify_region(const zk_circuit *c, const zk_region *r, size_t usable,
                                 zkml_error *err)
{
    ZK_TRY(verify_text(r->gadget, "a gadget's name", err));
    ZK_TRY(verify_text(r->label, "a region's label", err));
    if (r->message != NULL)
        ZK_TRY(verify_text(r->message, "an assertion's message", err));
    uint64_t limit = r->is_lookup ? (uint64_t)usable * c->cs.n_lookups : usable;
    if ((uint64_t)r->first_row + r->count > limit)
        return zk_fail(err, ZKML_MALFORMED, "region %s leaves the usable rows", r->gadget);
    if (r->span != UINT32_MAX && r->span >= c->span_count)
        return zk_fail(err, ZKML_MALFORMED, "region %s has no source span", r->gadget);
    if (r->rank > ZK_CIRCUIT_MAX_RANK)
        return zk_fail(err, ZKML_MALFORMED, "region %s has no proper shape", r->gadget);
    for (uint32_t d = 0; d < r->rank; d++)
        if (r->extent[d] == 0)
            return zk_fail(err, ZKML_MALFORMED, "region %s has an empty shape", r->gadget);
    return ZKML_OK;
}

static zkml_status verify_tags(const zk_circuit *c, zkml_error *err)
{
    for (size_t i = 0; i < c->tag_count; i++)
        ZK_TRY(verify_text(c->tag_names[i], "a look-up table's name", err));
    return ZKML_OK;
}

/* Gate regions by first row, then look-up regions by first slot. */
static zkml_status verify_regions(const zk_circuit *c, size_t usable, zkml_error *err)
{
    for (size_t i = 0; i < c->region_count; i++) {
        const zk_region *r = &c->regions[i], *before = i > 0 ? &c->regions[i - 1] : r;
        ZK_TRY(verify_region(c, r, usable, err));
        if (before->is_lookup > r->is_lookup ||
            (before->is_lookup == r->is_lookup && before->first_row > r->first_row))
            return zk_fail(err, ZKML_MALFORMED, "region %zu is not in order", i);
    }
    return ZKML_OK;
}

zkml_status zk_circuit_verify(const zk_circuit *c, zkml_error *err)
{
    ZK_TRY(verify_text(c->name, "the circuit's name", err));
    if (c->k == 0 || c->k > ZK_CIRCUIT_MAX_K)
        return zk_fail(err, ZKML_MALFORMED, "k = %u is not in 1 .. %d", c->k, ZK_CIRCUIT_MAX_K);
    const zk_constraint_system *cs = &c->cs;
    if (cs->n_selectors != 0 || cs->n_advice > ZK_CODEC_MAX_COLUMNS ||
        cs->n_fixed > ZK_CODEC_MAX_COLUMNS || cs->n_instance > ZK_CODEC_MAX_COLUMNS)
        return zk_fail(err, ZKML_MALFORMED, "selectors, or more than %d columns of one kind",
                       ZK_CODEC_MAX_COLUMNS);
    ZK_TRY(zk_cs_verify(cs, c->k, err));
    ZK_TRY(verify_names(cs, err));
    size_t usable = zk_cs_usable_rows(cs, c->k);
    ZK_TRY(verify_fixed(c, usable, err));
    ZK_TRY(zk_schema_verify(c->params, c->param_count, c->results, c->result_count,
                            c->instance_counts, cs->n_instance, usable, err));
    ZK_TRY(verify_copies(c, usable, err));
    ZK_TRY(verify_spans(c, err));
    ZK_TRY(verify_tags(c, err));
    ZK_TRY(zk_program_verify(c, err));
    ZK_TRY(verify_field_registers(c, err));
    return verify_regions(c, usable, err);
}

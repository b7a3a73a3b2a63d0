#include "runtime/circuit/codec.h"

#include <stdlib.h>
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

/* ---- texts that may be shared ---- */

typedef struct text_list {
    const char **texts;
    size_t count;
} text_list;

static void list_text(text_list *list, const char *text)
{
    if (text != NULL)
        list->texts[list->count++] = text;
}

static int by_address(const void *a, const void *b)
{
    const char *const *x = a, *const *y = b;
    return (*x > *y) - (*x < *y);
}

/* Each string once: a small file may refer to a long text very often. */
static zkml_status verify_list(text_list *list, zkml_error *err)
{
    qsort(list->texts, list->count, sizeof *list->texts, by_address);
    for (size_t i = 0; i < list->count; i++)
        if (i == 0 || list->texts[i] != list->texts[i - 1])
            ZK_TRY(verify_text(list->texts[i], "a name, message or source line", err));
    return ZKML_OK;
}

static zkml_status verify_texts(const zk_circuit *c, zkml_error *err)
{
    size_t most = c->tag_count + c->span_count + 3 * c->region_count +
                  2 * (size_t)c->program.instr_count;
    text_list list = {.texts = calloc(most + 1, sizeof *list.texts)};
    if (list.texts == NULL)
        return zk_fail(err, ZKML_LIMIT, "out of memory");
    for (size_t i = 0; i < c->tag_count; i++)
        list_text(&list, c->tag_names[i]);
    for (size_t i = 0; i < c->span_count; i++)
        list_text(&list, c->spans[i].text);
    for (size_t i = 0; i < c->region_count; i++) {
        list_text(&list, c->regions[i].gadget);
        list_text(&list, c->regions[i].label);
        list_text(&list, c->regions[i].message);
    }
    for (uint32_t i = 0; i < c->program.instr_count; i++) {
        list_text(&list, c->program.instrs[i].name);
        list_text(&list, c->program.instrs[i].message);
    }
    zkml_status status = verify_list(&list, err);
    free(list.texts);
    return status;
}

/* ---- columns and copies ---- */

/* Per column and kind: is in the permutation. NULL: no memory. */
typedef bool column_flags[3];

static column_flags *new_flags(zkml_error *err)
{
    column_flags *flags = calloc(ZK_CODEC_MAX_COLUMNS, sizeof *flags);
    if (flags == NULL)
        (void)zk_fail(err, ZKML_LIMIT, "out of memory");
    return flags;
}

/* No column is enabled for equality twice: the script stays as short as what it says. */
static zkml_status verify_calls(const zk_constraint_system *cs, zkml_error *err)
{
    column_flags *enabled = new_flags(err);
    if (enabled == NULL)
        return ZKML_LIMIT;
    zkml_status status = ZKML_OK;
    for (size_t i = 0; i < cs->n_calls && status == ZKML_OK; i++) {
        const zk_call *call = &cs->calls[i];
        if (call->kind != ZK_CALL_EQUALITY && call->kind != ZK_CALL_CONSTANT)
            continue;
        bool *flag = &enabled[call->column.index][call->column.kind];
        if (*flag && call->kind == ZK_CALL_EQUALITY)
            status = zk_fail(err, ZKML_MALFORMED, "a column is enabled for equality twice");
        *flag = true;
    }
    free(enabled);
    return status;
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

/* Usable and given. */
static bool good_cell(const zk_circuit *c, const zk_cell *cell, size_t usable)
{
    if (cell->kind != ZK_ADVICE && cell->kind != ZK_FIXED && cell->kind != ZK_INSTANCE)
        return false;
    if (cell->kind == ZK_INSTANCE && cell->column < c->cs.n_instance &&
        cell->row >= c->instance_counts[cell->column])
        return false;
    return cell->row < usable && cell->column < zk_cs_columns(&c->cs, cell->kind);
}

static zkml_status verify_copy(const zk_circuit *c, size_t i, column_flags *equality,
                               size_t usable, zkml_error *err)
{
    const zk_cell *cells[] = {&c->copies[i].a, &c->copies[i].b};
    for (int side = 0; side < 2; side++) {
        if (!good_cell(c, cells[side], usable))
            return zk_fail(err, ZKML_MALFORMED, "copy %zu: no such usable cell", i);
        if (!equality[cells[side]->column][cells[side]->kind])
            return zk_fail(err, ZKML_MALFORMED, "copy %zu: the column has no equality", i);
    }
    return ZKML_OK;
}

static zkml_status verify_copies(const zk_circuit *c, size_t usable, zkml_error *err)
{
    column_flags *equality = new_flags(err);
    if (equality == NULL)
        return ZKML_LIMIT;
    for (size_t i = 0; i < c->cs.n_permutation; i++)
        equality[c->cs.permutation[i].index][c->cs.permutation[i].kind] = true;
    zkml_status status = ZKML_OK;
    for (size_t i = 0; i < c->copy_count && status == ZKML_OK; i++)
        status = verify_copy(c, i, equality, usable, err);
    free(equality);
    return status;
}

/* ---- the rest ---- */

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
    for (size_t i = 0; i < c->tag_count; i++)
        if (c->tag_names[i] == NULL)
            return zk_fail(err, ZKML_MALFORMED, "look-up table %zu has no name", i);
    for (size_t i = 0; i < c->span_count; i++) {
        const zk_source_span *s = &c->spans[i];
        if (s->file >= c->file_count || s->line == 0 || s->column == 0)
            return zk_fail(err, ZKML_MALFORMED, "source span %zu has no place", i);
        if (s->caller != UINT32_MAX && s->caller >= i)
            return zk_fail(err, ZKML_MALFORMED, "source span %zu has no such caller", i);
        if (s->text == NULL)
            return zk_fail(err, ZKML_MALFORMED, "source span %zu has no text", i);
    }
    return ZKML_OK;
}

static zkml_status verify_region(const zk_circuit *c, const zk_region *r, size_t usable,
                                 size_t gate_units, zkml_error *err)
{
    if (r->gadget == NULL || r->label == NULL)
        return zk_fail(err, ZKML_MALFORMED, "a region has no gadget or no label");
    uint64_t limit = r->is_lookup ? (uint64_t)usable * c->cs.n_lookups : gate_units;
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

/* Gate regions by first row (or equation), then look-up regions by first slot. */
static zkml_status verify_regions(const zk_circuit *c, size_t usable, zkml_error *err)
{
    size_t units = zk_layer_has_equations(c->layer) ? zk_layer_equations(c->layer) : usable;
    for (size_t i = 0; i < c->region_count; i++) {
        const zk_region *r = &c->regions[i], *before = i > 0 ? &c->regions[i - 1] : r;
        ZK_TRY(verify_region(c, r, usable, units, err));
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
    ZK_TRY(verify_calls(cs, err));
    ZK_TRY(verify_texts(c, err));
    size_t usable = zk_cs_usable_rows(cs, c->k);
    ZK_TRY(verify_fixed(c, usable, err));
    const zk_schema schema = {c->params, c->results, c->param_count, c->result_count,
                              c->instance_counts};
    ZK_TRY(zk_schema_verify(&schema, cs, c->k, err));
    if (c->layer != NULL)
        ZK_TRY(zk_layer_verify(c->layer, &schema, cs, c->k, true, err));
    ZK_TRY(verify_copies(c, usable, err));
    ZK_TRY(verify_spans(c, err));
    ZK_TRY(zk_program_verify(c, err));
    ZK_TRY(verify_field_registers(c, err));
    return verify_regions(c, usable, err);
}

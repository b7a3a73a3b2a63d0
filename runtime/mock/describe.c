#include "runtime/mock/describe.h"

#include <inttypes.h>
#include <string.h>

#include "runtime/mock/formula.h"
#include "runtime/mock/text.h"

enum { TERMS_SHOWN = 10, CALLS_SHOWN = 4 };

zkml_status zk_mock_view_init(zk_mock_view *view, const zk_witness *witness, zkml_error *err)
{
    memset(view, 0, sizeof *view);
    view->witness = witness;
    zkml_status status = zk_grid_init(&view->grid, witness, err);
    if (status == ZKML_OK)
        status = zk_strip_init(&view->strip, &view->grid, 1, err);
    if (status == ZKML_OK)
        status = zk_equations_init(&view->equations, witness->circuit, err);
    return status;
}

void zk_mock_view_free(zk_mock_view *view)
{
    zk_equations_free(&view->equations);
    zk_strip_free(&view->strip);
    zk_grid_free(&view->grid);
}

void zk_mock_text_free(zk_mock_text *text)
{
    zk_buf_wipe(&text->title);
    zk_buf_wipe(&text->notes);
}

void zk_describe_subject(zk_mock_text *text, const zk_mock_failure *failure, const char *what)
{
    const zk_region *r = failure->region;
    zk_buf_printf(&text->title, "%s", what);
    if (r == NULL)
        return;
    zk_buf_text(&text->title, ": ");
    if (r->message != NULL)
        zk_buf_printf(&text->title, "\"%s\"", r->message);
    else
        zk_text_subject(&text->title, r, failure->element);
}

/* ---- gates ---- */

static void put_term(zk_buf *out, const zk_mock_view *view, const zk_formula *f,
                     const zk_formula_term *term, const zk_origin *origins, const zk_region *region,
                     bool first)
{
    const zk_circuit *circuit = view->grid.circuit;
    zk_fp factor = term->factor, minus;
    zk_fp_neg(&minus, &factor);
    bool negative = zk_fp_compare(&minus, &factor) < 0;
    zk_buf_text(out, first ? (negative ? "-" : "") : negative ? " - " : " + ");
    if (negative)
        factor = minus;
    if (!zk_fp_equal(&factor, &zk_fp_one)) {
        zk_text_number(out, &factor);
        zk_buf_u8(out, ' ');
    }
    for (uint32_t i = 0; i < term->count; i++) {
        zk_buf_text(out, i == 0 ? "" : " * ");
        zk_text_cell(out, circuit, &f->cells[term->cells[i]], origins[term->cells[i]], region);
    }
}

static void put_constant(zk_buf *out, const zk_fp *constant)
{
    zk_fp minus;
    zk_fp_neg(&minus, constant);
    bool negative = zk_fp_compare(&minus, constant) < 0;
    if (zk_fp_is_zero(constant))
        return;
    zk_buf_text(out, negative ? " - " : " + ");
    zk_text_number(out, negative ? &minus : constant);
}

static void put_formula(zk_buf *out, const zk_mock_view *view, const zk_formula *f,
                        const zk_origin *origins, const zk_region *region)
{
    for (uint32_t i = 0; i < f->term_count; i++) {
        if (i == TERMS_SHOWN) {
            zk_buf_printf(out, " + %" PRIu64 " more terms", f->term_count - i + f->more);
            break;
        }
        put_term(out, view, f, &f->terms[i], origins, region, i == 0);
    }
    if (f->term_count > 0)
        put_constant(out, &f->constant);
    else
        zk_text_number(out, &f->constant);
}

/* One cell said it already: the same element with the same value. */
static bool is_repeated(const zk_mock_view *view, const zk_formula *f, const zk_origin *origins,
                        uint32_t i)
{
    zk_fp value = zk_grid_value(&view->grid, &f->cells[i]);
    for (uint32_t j = 0; j < i && origins[i].reg != ZK_NONE; j++) {
        zk_fp other = zk_grid_value(&view->grid, &f->cells[j]);
        if (origins[j].reg == origins[i].reg && origins[j].element == origins[i].element &&
            zk_fp_equal(&other, &value))
            return true;
    }
    return false;
}

/* The cell does not hold what the program computes for it. */
static bool is_changed(const zk_mock_view *view, const zk_cell *cell, zk_origin origin)
{
    if (origin.reg == ZK_NONE)
        return false;
    zk_fp value = zk_grid_value(&view->grid, cell);
    zk_fp computed = zk_register_value(view->witness, origin.reg, origin.element);
    return !zk_fp_equal(&value, &computed);
}

/* Changed cells first, so that they are among those shown. */
static void put_cells(zk_buf *out, const zk_mock_view *view, const zk_formula *f,
                      const zk_origin *origins, const zk_region *region)
{
    uint32_t shown = 0;
    for (int changed = 1; changed >= 0; changed--)
        for (uint32_t i = 0; i < f->cell_count && shown < TERMS_SHOWN; i++) {
            if (is_changed(view, &f->cells[i], origins[i]) != (changed == 1) ||
                is_repeated(view, f, origins, i))
                continue;
            zk_buf_text(out, shown++ == 0 ? "" : "; ");
            zk_text_cell_value(out, &view->grid, view->witness, &f->cells[i], origins[i], region);
        }
    if (f->cell_count > 0)
        zk_buf_u8(out, '\n');
}

void zk_describe_gate(zk_mock_text *text, zk_mock_view *view, const zk_mock_failure *failure)
{
    const zk_constraint_system *cs = &view->grid.circuit->cs;
    zk_expr_id poly = cs->polys[failure->poly];
    zk_formula formula;
    zk_origin origins[ZK_FORMULA_CELLS];
    zk_buf *notes = &text->notes;
    bool poisoned = failure->kind == ZK_MOCK_POISONED;
    zk_describe_subject(text, failure,
                        poisoned ? "gate reads blind rows" : "constraint not satisfied");
    zk_strip_run(&view->strip, &view->grid, failure->row, 1);
    zk_formula_make(&formula, &view->grid, &view->strip, poly, failure->row);
    zk_origins_find(origins, view->grid.circuit, formula.cells, formula.cell_count);
    if (formula.opaque)
        zk_buf_printf(notes, "gate %s", cs->gates[failure->index].name);
    else
        put_formula(notes, view, &formula, origins, failure->region);
    if (poisoned) {
        zk_buf_text(notes, " depends on random numbers\n");
    } else {
        zk_buf_text(notes, " = ");
        zk_text_number(notes, zk_strip_value(&view->strip, &view->grid, poly, 0));
        zk_buf_text(notes, ", must be 0\n");
    }
    put_cells(notes, view, &formula, origins, failure->region);
    if (poisoned)
        zk_buf_printf(notes,
                      "rows %zu .. %zu of advice columns are random in a proof: no gate may be "
                      "active there\n",
                      view->grid.usable, view->grid.n - 1);
}

/* ---- equations ---- */

static bool holds_another_value(const void *context, const zk_cell *cell)
{
    zk_origin origin;
    const zk_mock_view *view = context;
    zk_origins_find(&origin, view->grid.circuit, cell, 1);
    return is_changed(view, cell, origin);
}

/* An equation of no gadget ties two cells of one value together. */
void zk_describe_equation(zk_mock_text *text, zk_mock_view *view, const zk_mock_failure *failure)
{
    zk_formula formula;
    zk_origin origins[ZK_FORMULA_CELLS];
    zk_buf *notes = &text->notes;
    zk_fp value = zk_equation_value(&view->equations, &view->grid, failure->row);
    zk_equation_formula(&formula, &view->equations, failure->row, holds_another_value, view);
    zk_origins_find(origins, view->grid.circuit, formula.cells, formula.cell_count);
    if (zk_region_find(view->grid.circuit, false, failure->row) != NULL) {
        zk_describe_subject(text, failure, "constraint not satisfied");
    } else {
        zk_buf_text(&text->title, "copies of one value differ");
        if (formula.cell_count > 0) {
            zk_buf_text(&text->title, ": ");
            zk_text_cell(&text->title, view->grid.circuit, &formula.cells[0], origins[0], NULL);
        }
    }
    put_formula(notes, view, &formula, origins, failure->region);
    zk_buf_text(notes, " = ");
    zk_text_number(notes, &value);
    zk_buf_text(notes, ", must be 0\n");
    put_cells(notes, view, &formula, origins, failure->region);
}

/* ---- copies ---- */

static void put_user(zk_buf *out, const zk_mock_view *view, const zk_cell *cell, zk_origin origin)
{
    const zk_circuit *circuit = view->grid.circuit;
    uint64_t at, element;
    const zk_region *region = zk_region_of_cell(circuit, cell, &at);
    uint32_t number = zk_value_find(circuit, cell, &element);
    zk_text_cell_value(out, &view->grid, view->witness, cell, origin, region);
    zk_buf_printf(out, "; cell %c%u:%u",
                  cell->kind == ZK_ADVICE  ? 'a'
                  : cell->kind == ZK_FIXED ? 'f'
                                           : 'i',
                  cell->column, cell->row);
    if (region != NULL)
        zk_buf_printf(out, ", %s of gadget %s", region->is_lookup ? "look-up" : "row",
                      region->gadget);
    else if (cell->kind == ZK_INSTANCE)
        zk_buf_text(out, ", public");
    else if (number != ZK_NONE)
        zk_buf_printf(out, ", committed as %s", zk_value_field(circuit, number)->name);
    zk_buf_u8(out, '\n');
}

void zk_describe_copy(zk_mock_text *text, zk_mock_view *view, const zk_mock_failure *failure)
{
    const zk_circuit *circuit = view->grid.circuit;
    const zk_cell_copy *copy = &circuit->copies[failure->index];
    const zk_cell cells[2] = {copy->a, copy->b};
    zk_origin origins[2];
    uint64_t at;
    zk_origins_find(origins, circuit, cells, 2);
    zk_buf_text(&text->title, "copies of one value differ: ");
    zk_text_cell(&text->title, circuit, &cells[0], origins[0],
                 zk_region_of_cell(circuit, &cells[0], &at));
    for (int i = 0; i < 2; i++)
        put_user(&text->notes, view, &cells[i], origins[i]);
}

/* ---- public values ---- */

void zk_describe_range(zk_mock_text *text, zk_mock_view *view, const zk_mock_failure *failure)
{
    const zk_circuit *circuit = view->grid.circuit;
    const zk_field_schema *f = zk_value_field(circuit, failure->index);
    zk_cell cell = {ZK_INSTANCE, f->instance_column, f->first_row + (uint32_t)failure->element};
    zk_fp value = zk_grid_value(&view->grid, &cell);
    zk_buf *notes = &text->notes;
    zk_buf_text(&text->title, "public value out of range: ");
    zk_text_name(&text->title, f->name);
    zk_text_index(&text->title, f->extent, f->rank, failure->element);
    zk_text_value(notes, &value, f->scale_num, f->scale_den);
    zk_buf_text(notes, " must be in ");
    zk_text_interval(notes, f->lo, f->hi, f->scale_num, f->scale_den);
    zk_buf_u8(notes, '\n');
    text->span = circuit->program.instrs[f->reg].span;
}

/* ---- all ---- */

static void put_calls(zk_buf *out, const zk_circuit *circuit, uint32_t span)
{
    int shown = 0;
    while (span != UINT32_MAX && circuit->spans[span].caller != UINT32_MAX) {
        span = circuit->spans[span].caller;
        if (shown++ == CALLS_SHOWN) {
            zk_buf_text(out, "called from further places\n");
            return;
        }
        zk_buf_text(out, "called from ");
        zk_text_place(out, circuit, span);
        zk_buf_u8(out, '\n');
    }
}

static void put_rows(zk_mock_text *text, const zk_mock_failure *failure)
{
    const zk_region *r = text->region;
    zk_buf *notes = &text->notes;
    bool is_row = failure->kind == ZK_MOCK_GATE || failure->kind == ZK_MOCK_POISONED;
    bool is_slot = failure->kind == ZK_MOCK_LOOKUP, is_equation = failure->kind == ZK_MOCK_EQUATION;
    const char *unit = text->counts_equations ? "equation" : "row";
    if (r != NULL)
        zk_buf_printf(notes, "gadget %s", r->gadget);
    if (r != NULL && (is_row || is_slot || is_equation))
        zk_buf_text(notes, ", ");
    if (is_slot)
        zk_buf_printf(notes, "look-up %u on row %u", failure->index, failure->row);
    else if (is_row || is_equation)
        zk_buf_printf(notes, "%s %u", is_row ? "row" : "equation", failure->row);
    if (r != NULL && !r->is_lookup && text->last > text->first)
        zk_buf_printf(notes, "%s %ss %" PRIu64 "-%" PRIu64, is_row || is_equation ? " of" : ",",
                      unit, text->first, text->last);
    else if (r != NULL && !r->is_lookup && !is_row && !is_equation)
        zk_buf_printf(notes, ", %s %" PRIu64, unit, text->first);
    if (r != NULL || is_row || is_slot || is_equation)
        zk_buf_u8(notes, '\n');
}

void zk_mock_describe(zk_mock_text *text, zk_mock_view *view, const zk_mock_failure *failure)
{
    const zk_circuit *circuit = view->grid.circuit;
    *text = (zk_mock_text){.span = UINT32_MAX,
                           .region = failure->region,
                           .counts_equations = zk_layer_has_equations(circuit->layer)};
    if (failure->region != NULL) {
        text->span = failure->region->span;
        zk_region_rows(failure->region, failure->element, &text->first, &text->last);
    }
    switch (failure->kind) {
    case ZK_MOCK_ASSERTION:
        zk_describe_statement(text, view, failure);
        break;
    case ZK_MOCK_EQUATION:
        zk_describe_equation(text, view, failure);
        break;
    case ZK_MOCK_GATE:
    case ZK_MOCK_POISONED:
        zk_describe_gate(text, view, failure);
        break;
    case ZK_MOCK_LOOKUP:
        zk_describe_lookup(text, view, failure);
        break;
    case ZK_MOCK_COPY:
        zk_describe_copy(text, view, failure);
        break;
    case ZK_MOCK_RANGE:
        zk_describe_range(text, view, failure);
        break;
    }
    if (failure->kind != ZK_MOCK_COPY)
        put_rows(text, failure);
    put_calls(&text->notes, circuit, text->span);
}

void zk_mock_print_cell(zk_buf *out, const zk_witness *witness, uint32_t column, uint32_t row)
{
    zk_cell cell = {ZK_ADVICE, column, row};
    zk_origin origin;
    uint64_t at;
    const zk_region *region = zk_region_of_cell(witness->circuit, &cell, &at);
    zk_origins_find(&origin, witness->circuit, &cell, 1);
    zk_text_cell(out, witness->circuit, &cell, origin, region);
    zk_fp value = zk_column_value(&witness->advice[column], row);
    zk_buf_text(out, " = ");
    if (origin.reg != ZK_NONE) {
        const zk_winstr *in = &witness->circuit->program.instrs[origin.reg];
        zk_text_value(out, &value, in->scale_num, in->scale_den);
    } else {
        zk_text_number(out, &value);
    }
}

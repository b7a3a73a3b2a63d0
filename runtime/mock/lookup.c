/* What a failed look-up says. Those of the compiler have a fixed tag and two cells: argument and
 * value; others are printed as tuples. */
#include <inttypes.h>
#include <string.h>

#include "runtime/mock/describe.h"
#include "runtime/mock/text.h"

/* The part of the table with one tag. */
typedef struct tag_view {
    const char *name; /* NULL: none */
    int64_t tag;
    bool found, bounds_only; /* some row; every value is 0 */
    int64_t lo, hi;          /* arguments */
    bool has_value;          /* the argument looked for is among them, with `value` */
    int64_t value;
} tag_view;

/* A look-up with its cells and values on the failing row. */
typedef struct slot_view {
    zk_cell cells[2];
    zk_origin origins[2];
    zk_fp values[2];
} slot_view;

static const zk_expr *input_of(const zk_mock_view *view, const zk_mock_failure *failure, uint32_t i)
{
    const zk_constraint_system *cs = &view->grid.circuit->cs;
    return &cs->exprs[cs->lookup_inputs[cs->lookups[failure->index].first + i]];
}

static const zk_column *table_column(const zk_mock_view *view, const zk_mock_failure *failure,
                                     uint32_t i)
{
    const zk_constraint_system *cs = &view->grid.circuit->cs;
    uint32_t first = cs->lookups[failure->index].first;
    return &view->grid.columns[ZK_FIXED][cs->exprs[cs->lookup_tables[first + i]].a];
}

static bool is_tagged(const zk_mock_view *view, const zk_mock_failure *failure, int64_t *tag)
{
    if (view->grid.circuit->cs.lookups[failure->index].count != 3 ||
        input_of(view, failure, 0)->kind != ZK_EXPR_FIXED)
        return false;
    for (uint32_t i = 1; i < 3; i++)
        if (input_of(view, failure, i)->kind != ZK_EXPR_ADVICE)
            return false;
    zk_cell cell = zk_grid_query(&view->grid, input_of(view, failure, 0), failure->row);
    zk_fp value = zk_grid_value(&view->grid, &cell);
    return zk_fp_to_i64(tag, &value);
}

static void read_tag(tag_view *t, const zk_mock_view *view, const zk_mock_failure *failure,
                     const zk_fp *argument)
{
    const zk_column *columns[3];
    size_t rows = 0;
    for (uint32_t i = 0; i < 3; i++) {
        columns[i] = table_column(view, failure, i);
        rows = columns[i]->length > rows ? columns[i]->length : rows;
    }
    t->bounds_only = true;
    for (size_t r = 0; r < rows; r++) {
        zk_fp cells[3];
        int64_t tag, in, out;
        for (uint32_t i = 0; i < 3; i++)
            cells[i] = zk_column_value(columns[i], r);
        if (!zk_fp_to_i64(&tag, &cells[0]) || tag != t->tag || !zk_fp_to_i64(&in, &cells[1]) ||
            !zk_fp_to_i64(&out, &cells[2]))
            continue;
        t->lo = !t->found || in < t->lo ? in : t->lo;
        t->hi = !t->found || in > t->hi ? in : t->hi;
        t->found = true;
        t->bounds_only = t->bounds_only && out == 0;
        if (!zk_fp_equal(&cells[1], argument))
            continue;
        t->has_value = true;
        t->value = out;
    }
}

/* The scale of what stands in a cell; both 0: unknown. */
static void scale_of(const zk_mock_view *view, zk_origin origin, uint64_t *num, uint64_t *den)
{
    const zk_winstr *instrs = view->grid.circuit->program.instrs;
    *num = origin.reg != ZK_NONE ? instrs[origin.reg].scale_num : 0;
    *den = origin.reg != ZK_NONE ? instrs[origin.reg].scale_den : 0;
}

static void put_cell(zk_buf *out, const zk_mock_view *view, const zk_mock_failure *failure,
                     const slot_view *s, int i)
{
    zk_text_cell_value(out, &view->grid, view->witness, &s->cells[i], s->origins[i],
                       failure->region);
}

static void describe_bounds(zk_mock_text *text, const zk_mock_view *view,
                            const zk_mock_failure *failure, const slot_view *s, const tag_view *t)
{
    uint64_t num, den;
    scale_of(view, s->origins[0], &num, &den);
    zk_describe_subject(text, failure, "out of range");
    if (!t->has_value) {
        put_cell(&text->notes, view, failure, s, 0);
        zk_buf_text(&text->notes, ", must be in ");
        zk_text_interval(&text->notes, t->lo, t->hi, num, den);
    } else {
        put_cell(&text->notes, view, failure, s, 1);
        zk_buf_text(&text->notes, ", must be 0: the look-up has no value");
    }
    zk_buf_u8(&text->notes, '\n');
}

static void describe_function(zk_mock_text *text, const zk_mock_view *view,
                              const zk_mock_failure *failure, const slot_view *s, const tag_view *t)
{
    uint64_t num, den;
    char what[160];
    zk_buf *notes = &text->notes;
    (void)snprintf(what, sizeof what, "not in table `%s`", t->name != NULL ? t->name : "?");
    zk_describe_subject(text, failure, what);
    zk_buf_text(notes, "argument ");
    put_cell(notes, view, failure, s, 0);
    if (!t->has_value) {
        scale_of(view, s->origins[0], &num, &den);
        zk_buf_text(notes, ", outside of the domain ");
        zk_text_interval(notes, t->lo, t->hi, num, den);
    } else {
        zk_fp value;
        scale_of(view, s->origins[1], &num, &den);
        zk_fp_from_i64(&value, t->value);
        zk_buf_text(notes, ": the table has ");
        zk_text_value(notes, &value, num, den);
        zk_buf_u8(notes, '\n');
        put_cell(notes, view, failure, s, 1);
    }
    zk_buf_u8(notes, '\n');
}

static void describe_tagged(zk_mock_text *text, zk_mock_view *view, const zk_mock_failure *failure,
                            int64_t tag)
{
    const zk_circuit *circuit = view->grid.circuit;
    slot_view s;
    for (uint32_t i = 0; i < 2; i++) {
        s.cells[i] = zk_grid_query(&view->grid, input_of(view, failure, i + 1), failure->row);
        s.values[i] = zk_grid_value(&view->grid, &s.cells[i]);
    }
    zk_origins_find(s.origins, circuit, s.cells, 2);
    tag_view t = {.tag = tag};
    if (tag >= 1 && (uint64_t)tag <= circuit->tag_count)
        t.name = circuit->tag_names[tag - 1];
    read_tag(&t, view, failure, &s.values[0]);
    if (t.tag == 0 || !t.found) {
        zk_describe_subject(text, failure,
                            t.tag == 0 ? "unused look-up is not 0" : "no such table");
        put_cell(&text->notes, view, failure, &s, 0);
        zk_buf_text(&text->notes, "; ");
        put_cell(&text->notes, view, failure, &s, 1);
        zk_buf_u8(&text->notes, '\n');
    } else if (t.bounds_only) {
        describe_bounds(text, view, failure, &s, &t);
    } else {
        describe_function(text, view, failure, &s, &t);
    }
}

static void describe_tuple(zk_mock_text *text, zk_mock_view *view, const zk_mock_failure *failure)
{
    const zk_constraint_system *cs = &view->grid.circuit->cs;
    const zk_lookup *lookup = &cs->lookups[failure->index];
    zk_describe_subject(text, failure, "not in the table");
    zk_strip_run(&view->strip, &view->grid, failure->row, 1);
    zk_buf_printf(&text->notes, "look-up %s: (", lookup->name);
    for (uint32_t i = 0; i < lookup->count; i++) {
        zk_expr_id input = cs->lookup_inputs[lookup->first + i];
        zk_buf_text(&text->notes, i == 0 ? "" : ", ");
        if (zk_strip_poisoned(&view->strip, &view->grid, input, 0))
            zk_buf_text(&text->notes, "random");
        else
            zk_text_number(&text->notes, zk_strip_value(&view->strip, &view->grid, input, 0));
    }
    zk_buf_text(&text->notes, ") is no row of its table\n");
}

void zk_describe_lookup(zk_mock_text *text, zk_mock_view *view, const zk_mock_failure *failure)
{
    int64_t tag;
    if (is_tagged(view, failure, &tag))
        describe_tagged(text, view, failure, tag);
    else
        describe_tuple(text, view, failure);
}

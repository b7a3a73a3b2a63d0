#include <string.h>

#include "runtime/base/error.h"
#include "runtime/witness/columns.h"
#include "runtime/witness/witness.h"

typedef struct filling {
    zk_witness *w;
    const zk_circuit *circuit;
    zk_cells *columns;
} filling;

/* Where element j of a place comes from and goes to. */
typedef struct spot {
    uint64_t element;
    size_t column, row;
} spot;

static spot spot_of(const zk_wplace *p, uint32_t j)
{
    return (spot){(uint64_t)((int64_t)p->first + (int64_t)j * p->step),
                  (size_t)((int64_t)p->column + (int64_t)j * p->column_step),
                  (size_t)((int64_t)p->row + (int64_t)j * p->row_step)};
}

/* Lengths of the columns, and in `wide` which of them get a value that is not small. */
static void measure_place(filling *f, const zk_wplace *p, bool *wide)
{
    const zk_register *reg = &f->w->registers[p->reg];
    for (uint32_t j = 0; j < p->count; j++) {
        spot s = spot_of(p, j);
        int64_t ignored;
        if (f->columns[s.column].length <= s.row)
            f->columns[s.column].length = s.row + 1;
        if (reg->wide != NULL && !wide[s.column])
            wide[s.column] = !zk_fp_to_i64(&ignored, &reg->wide[s.element]);
    }
}

static void measure_chain(filling *f, const zk_wchain *h)
{
    const zk_fixed_column *out = &f->circuit->fixed[h->out];
    uint32_t last = out->count < h->rows ? out->count : h->rows;
    while (last > 0 && out->small[last - 1] == 0)
        last--;
    if (last > 0 && f->columns[h->acc].length <= last)
        f->columns[h->acc].length = (size_t)last + 1;
}

static void fill_place(filling *f, const zk_wplace *p)
{
    const zk_register *reg = &f->w->registers[p->reg];
    for (uint32_t j = 0; j < p->count; j++) {
        spot s = spot_of(p, j);
        zk_cells *column = &f->columns[s.column];
        if (column->small != NULL) {
            bool fits = zk_witness_code(f->w, p->reg, s.element, &column->small[s.row]);
            ZK_CHECK(fits);
        } else if (reg->wide != NULL) {
            column->wide[s.row] = reg->wide[s.element];
        } else {
            zk_fp_from_i64(&column->wide[s.row], reg->small[s.element]);
        }
    }
}

static bool fill_columns(filling *f)
{
    const zk_witness_program *program = &f->circuit->program;
    uint32_t count = f->circuit->cs.n_advice;
    zk_arena *arena = &f->w->arena;
    f->columns = ZK_ARENA_NEW(arena, zk_cells, count);
    bool *wide = ZK_ARENA_NEW(arena, bool, count);
    if (f->columns == NULL || wide == NULL)
        return false;
    for (uint32_t i = 0; i < program->place_count; i++)
        measure_place(f, &program->places[i], wide);
    for (uint32_t i = 0; i < program->chain_count; i++)
        measure_chain(f, &program->chains[i]);
    for (uint32_t i = 0; i < count; i++) {
        zk_cells *column = &f->columns[i];
        if (wide[i])
            column->wide = ZK_ARENA_NEW(arena, zk_fp, column->length);
        else
            column->small = ZK_ARENA_NEW(arena, int64_t, column->length);
        if (column->wide == NULL && column->small == NULL)
            return false;
    }
    for (uint32_t i = 0; i < program->place_count; i++)
        fill_place(f, &program->places[i]);
    for (uint32_t i = 0; i < program->chain_count; i++)
        if (!zk_chain_fill(arena, f->columns, f->circuit, &program->chains[i]))
            return false;
    return true;
}

static bool publish_columns(filling *f)
{
    uint32_t count = f->circuit->cs.n_advice;
    f->w->advice = ZK_ARENA_NEW(&f->w->arena, zk_column, count);
    if (f->w->advice == NULL)
        return false;
    for (uint32_t i = 0; i < count; i++) {
        const zk_cells *cells = &f->columns[i];
        zk_column *column = &f->w->advice[i];
        column->type = cells->wide != NULL ? ZK_COLUMN_FP : ZK_COLUMN_I64;
        column->length = cells->length;
        if (cells->wide != NULL)
            column->u.fp = cells->wide;
        else
            column->u.i64 = cells->small;
    }
    return true;
}

static void fill_public(filling *f, zk_fp *const *instances, const zk_field_schema *fields,
                        size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const zk_field_schema *field = &fields[i];
        const zk_register *reg = &f->w->registers[field->reg];
        if (field->visibility != ZK_PUBLIC)
            continue;
        zk_fp *out = instances[field->instance_column] + field->first_row;
        for (uint64_t e = 0; e < field->count; e++)
            if (reg->wide != NULL)
                out[e] = reg->wide[e];
            else
                zk_fp_from_i64(&out[e], reg->small[e]);
    }
}

static bool fill_instances(filling *f)
{
    const zk_circuit *c = f->circuit;
    zk_arena *arena = &f->w->arena;
    zk_fp **values = ZK_ARENA_NEW(arena, zk_fp *, c->cs.n_instance);
    f->w->instances = ZK_ARENA_NEW(arena, zk_instance_values, c->cs.n_instance);
    if (values == NULL || f->w->instances == NULL)
        return false;
    for (uint32_t i = 0; i < c->cs.n_instance; i++) {
        values[i] = ZK_ARENA_NEW(arena, zk_fp, c->instance_counts[i]);
        if (values[i] == NULL)
            return false;
        f->w->instances[i] = (zk_instance_values){values[i], c->instance_counts[i]};
    }
    fill_public(f, values, c->params, c->param_count);
    fill_public(f, values, c->results, c->result_count);
    return true;
}

zkml_status zk_witness_assign(zk_witness *witness, zkml_error *err)
{
    filling f = {.w = witness, .circuit = witness->circuit};
    if (!fill_columns(&f) || !publish_columns(&f) || !fill_instances(&f))
        return zk_fail(err, ZKML_LIMIT, "out of memory for the columns of the circuit");
    return ZKML_OK;
}

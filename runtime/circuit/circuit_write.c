#include <stdlib.h>
#include <string.h>

#include "runtime/circuit/circuit_file.h"

const zk_seal zk_circuit_seal = {
    .magic = "ZKMLCIR1",
    .personal = "zkmlc-circuitbin",
    .version = 1,
    .wrong = "this is not a circuit of zkmlc (circuit.bin)",
};

zk_wop_parts zk_wop_parts_of(zk_wop op)
{
    switch (op) {
    case ZK_W_INPUT:
        return (zk_wop_parts){.index = true};
    case ZK_W_CONST:
        return (zk_wop_parts){.codes = true};
    case ZK_W_SCALE:
        return (zk_wop_parts){.constants = 2};
    case ZK_W_FLOOR:
    case ZK_W_MOD:
        return (zk_wop_parts){.constants = 3};
    case ZK_W_LIMB:
        return (zk_wop_parts){.limb = true};
    case ZK_W_TABLE:
        return (zk_wop_parts){.constants = 1, .codes = true, .code_count = true, .message = true};
    case ZK_W_ASSERT:
        return (zk_wop_parts){.message = true};
    case ZK_W_RANGE:
        return (zk_wop_parts){.constants = 2, .message = true};
    default:
        return (zk_wop_parts){0};
    }
}

void zk_place_numbers(int64_t numbers[ZK_FILE_PLACE_NUMBERS], const zk_wplace *place)
{
    numbers[0] = place->reg;
    numbers[1] = place->count;
    numbers[2] = (int64_t)place->first;
    numbers[3] = place->step;
    numbers[4] = place->column;
    numbers[5] = place->row;
    numbers[6] = place->column_step;
    numbers[7] = place->row_step;
}

typedef struct writer {
    zk_buf *out;
    const zk_circuit *c;
    zk_text_pool pool;
    uint32_t (*permutation)[3]; /* by column and kind: position in the permutation list */
} writer;

/* ---- columns and copies ---- */

static bool is_zero(const zk_fixed_column *f, uint32_t row)
{
    return f->wide != NULL ? zk_fp_is_zero(&f->wide[row]) : f->small[row] == 0;
}

/* Field elements that all fit an int64 are written as such. */
static void put_narrowed(writer *w, const zk_fp *values, uint32_t count)
{
    zk_buf *out = w->out;
    size_t bytes;
    int64_t *small = NULL;
    if (!zk_size_mul(count, sizeof *small, &bytes) || (small = malloc(bytes)) == NULL) {
        out->failed = true;
        return;
    }
    uint32_t fitting = 0;
    while (fitting < count && zk_fp_to_i64(&small[fitting], &values[fitting]))
        fitting++;
    if (fitting == count) {
        zk_put_array(out, small, count);
    } else {
        zk_buf_u8(out, ZK_FILE_WIDE);
        for (uint32_t r = 0; r < count; r++)
            zk_put_fp(out, &values[r]);
    }
    free(small);
}

static void put_fixed(writer *w, const zk_fixed_column *f)
{
    uint32_t count = f->count;
    while (count > 0 && is_zero(f, count - 1))
        count--;
    zk_put_uint(w->out, count);
    if (count == 0)
        return;
    if (f->wide != NULL)
        put_narrowed(w, f->wide, count);
    else
        zk_put_array(w->out, f->small, count);
}

static bool number_columns(writer *w)
{
    const zk_constraint_system *cs = &w->c->cs;
    w->permutation = calloc(ZK_CODEC_MAX_COLUMNS, sizeof *w->permutation);
    for (uint32_t i = 0; w->permutation != NULL && i < cs->n_permutation; i++)
        w->permutation[cs->permutation[i].index][cs->permutation[i].kind] = i;
    return w->permutation != NULL;
}

/* The cells of the permutation's columns are numbered row by row. */
static int64_t cell_number(const writer *w, const zk_cell *cell)
{
    uint64_t columns = w->c->cs.n_permutation;
    return (int64_t)(cell->row * columns + w->permutation[cell->column][cell->kind]);
}

static void put_copies(writer *w)
{
    int64_t last_a = 0, last_b = 0, last_step = 0;
    zk_put_uint(w->out, w->c->copy_count);
    for (size_t i = 0; i < w->c->copy_count; i++) {
        int64_t a = cell_number(w, &w->c->copies[i].a);
        int64_t b = cell_number(w, &w->c->copies[i].b);
        int64_t step = b - last_b;
        zk_put_int(w->out, (a - last_a) * 2 + (step != last_step));
        if (step != last_step)
            zk_put_int(w->out, step - last_step);
        last_a = a;
        last_b = b;
        last_step = step;
    }
}

/* ---- schema and source ---- */

static void put_fields(writer *w, const zk_field_schema *fields, size_t count)
{
    zk_put_uint(w->out, count);
    for (size_t i = 0; i < count; i++)
        zk_field_put(w->out, &fields[i], true);
}

static void put_span_number(writer *w, uint32_t span)
{
    zk_put_uint(w->out, span == UINT32_MAX ? 0 : (uint64_t)span + 1);
}

static void put_source(writer *w)
{
    const zk_circuit *c = w->c;
    zk_put_uint(w->out, c->tag_count);
    for (size_t i = 0; i < c->tag_count; i++)
        zk_put_pooled(w->out, &w->pool, c->tag_names[i]);
    zk_put_uint(w->out, c->file_count);
    for (size_t i = 0; i < c->file_count; i++)
        zk_put_text(w->out, c->files[i]);
    zk_put_uint(w->out, c->span_count);
    for (size_t i = 0; i < c->span_count; i++) {
        const zk_source_span *s = &c->spans[i];
        zk_put_uint(w->out, s->file);
        zk_put_uint(w->out, s->line);
        zk_put_uint(w->out, s->column);
        zk_put_uint(w->out, s->width);
        zk_put_pooled(w->out, &w->pool, s->text);
        put_span_number(w, s->caller);
    }
}

static bool same_node(const zk_region *a, const zk_region *b)
{
    if (strcmp(a->gadget, b->gadget) != 0 || strcmp(a->label, b->label) != 0 ||
        a->span != b->span || a->rank != b->rank || (a->message == NULL) != (b->message == NULL))
        return false;
    return memcmp(a->extent, b->extent, a->rank * sizeof a->extent[0]) == 0 &&
           (a->message == NULL || strcmp(a->message, b->message) == 0);
}

static void put_region(writer *w, const zk_region *r, const zk_region *before)
{
    bool same_list = before != NULL && before->is_lookup == r->is_lookup;
    bool same = before != NULL && same_node(before, r);
    zk_put_uint(w->out, r->first_row - (same_list ? before->first_row : 0));
    zk_put_uint(w->out, r->count);
    zk_put_uint(w->out, r->per_element);
    zk_put_uint(w->out, r->first_element);
    zk_buf_u8(w->out, same);
    if (same)
        return;
    zk_put_pooled(w->out, &w->pool, r->gadget);
    zk_put_pooled(w->out, &w->pool, r->label);
    put_span_number(w, r->span);
    zk_put_uint(w->out, r->rank);
    for (uint32_t d = 0; d < r->rank; d++)
        zk_put_uint(w->out, r->extent[d]);
    zk_buf_u8(w->out, r->message != NULL);
    if (r->message != NULL)
        zk_put_pooled(w->out, &w->pool, r->message);
}

static void put_regions(writer *w)
{
    size_t gates = 0, count = w->c->region_count;
    while (gates < count && !w->c->regions[gates].is_lookup)
        gates++;
    zk_put_uint(w->out, gates);
    zk_put_uint(w->out, count - gates);
    for (size_t i = 0; i < count; i++)
        put_region(w, &w->c->regions[i], i > 0 ? &w->c->regions[i - 1] : NULL);
}

/* ---- the witness program ---- */

static void put_view(writer *w, const zk_winstr *in, const zk_wview *view)
{
    zk_buf_u8(w->out, view->table != NULL ? ZK_FILE_TABLE : ZK_FILE_AFFINE);
    if (view->table != NULL) {
        zk_put_array_u32(w->out, view->table, (size_t)(in->count * in->reduce_count));
        return;
    }
    zk_put_int(w->out, view->base);
    for (uint32_t d = 0; d < in->rank + in->reduce_rank; d++)
        zk_put_int(w->out, view->stride[d]);
}

static void put_attributes(writer *w, const zk_winstr *in)
{
    const zk_fp *const constants[] = {&in->c0, &in->c1, &in->c2};
    zk_wop_parts parts = zk_wop_parts_of(in->op);
    for (uint32_t i = 0; i < parts.constants; i++)
        zk_put_fp(w->out, constants[i]);
    if (parts.index)
        zk_put_uint(w->out, in->index);
    if (parts.limb) {
        zk_put_uint(w->out, in->shift);
        zk_put_uint(w->out, in->width);
    }
    if (parts.code_count)
        zk_put_uint(w->out, in->code_count);
    if (parts.codes)
        zk_put_array(w->out, in->codes, (size_t)in->code_count);
    if (parts.message)
        zk_put_pooled(w->out, &w->pool, in->message);
}

static void put_instr(writer *w, uint32_t number)
{
    const zk_winstr *in = &w->c->program.instrs[number];
    zk_buf_u8(w->out, (uint8_t)(in->op | (in->wide ? ZK_FILE_WIDE_REGISTER : 0)));
    zk_buf_u8(w->out, (uint8_t)(in->rank << 4 | in->reduce_rank));
    for (uint32_t d = 0; d < in->rank + in->reduce_rank; d++)
        zk_put_uint(w->out, in->extent[d]);
    zk_put_pooled(w->out, &w->pool, in->name != NULL ? in->name : "");
    put_span_number(w, in->span);
    zk_put_uint(w->out, in->scale_num);
    zk_put_uint(w->out, in->scale_den);
    zk_put_uint(w->out, in->operand_count);
    for (uint32_t o = 0; o < in->operand_count; o++) {
        zk_put_uint(w->out, number - in->operands[o].reg);
        if (in->op != ZK_W_STACK)
            put_view(w, in, &in->operands[o].view);
    }
    put_attributes(w, in);
}

/* Flags of the numbers that are not those of the place before, then the differences. */
static void put_place(writer *w, const zk_wplace *place, const zk_wplace *before)
{
    int64_t numbers[ZK_FILE_PLACE_NUMBERS], last[ZK_FILE_PLACE_NUMBERS];
    unsigned flags = 0;
    zk_place_numbers(numbers, place);
    zk_place_numbers(last, before);
    for (unsigned n = 0; n < ZK_FILE_PLACE_NUMBERS; n++)
        flags |= (unsigned)(numbers[n] != last[n]) << n;
    zk_buf_u8(w->out, (uint8_t)flags);
    for (unsigned n = 0; n < ZK_FILE_PLACE_NUMBERS; n++)
        if (numbers[n] != last[n])
            zk_put_int(w->out, numbers[n] - last[n]);
}

static void put_program(writer *w)
{
    const zk_witness_program *p = &w->c->program;
    zk_put_uint(w->out, p->instr_count);
    for (uint32_t i = 0; i < p->instr_count; i++)
        put_instr(w, i);
    zk_put_uint(w->out, p->place_count);
    for (uint32_t i = 0; i < p->place_count; i++)
        put_place(w, &p->places[i], i > 0 ? &p->places[i - 1] : &(zk_wplace){0});
    zk_put_uint(w->out, p->chain_count);
    for (uint32_t i = 0; i < p->chain_count; i++) {
        const zk_wchain *h = &p->chains[i];
        const uint32_t numbers[] = {h->rows,    h->lane,     h->lanes, h->acc,      h->linear,
                                    h->product, h->products, h->cont,  h->constant, h->out};
        for (size_t n = 0; n < sizeof numbers / sizeof numbers[0]; n++)
            zk_put_uint(w->out, numbers[n]);
    }
}

static void put_circuit(writer *w)
{
    const zk_circuit *c = w->c;
    zk_put_text(w->out, c->name);
    zk_put_uint(w->out, c->k);
    zk_script_put(w->out, &c->cs);
    for (uint32_t i = 0; i < c->cs.n_instance; i++)
        zk_put_uint(w->out, c->instance_counts[i]);
    for (uint32_t i = 0; i < c->cs.n_fixed; i++)
        put_fixed(w, &c->fixed[i]);
    put_copies(w);
    put_fields(w, c->params, c->param_count);
    put_fields(w, c->results, c->result_count);
    put_source(w);
    put_program(w);
    put_regions(w);
    if (c->layer != NULL)
        zk_layer_put(w->out, c->layer, &c->cs, true);
}

zkml_status zk_circuit_write(zk_circuit *circuit, zk_buf *out, zkml_error *err)
{
    ZK_TRY(zk_circuit_verify(circuit, err));
    writer w = {.out = out, .c = circuit};
    size_t start = out->length;
    if (!number_columns(&w))
        return zk_fail(err, ZKML_LIMIT, "out of memory for the circuit's file");
    zk_text_pool_init(&w.pool);
    zk_seal_put(out, &zk_circuit_seal);
    put_circuit(&w);
    zk_seal_finish(out, &zk_circuit_seal, start, circuit->digest);
    zk_text_pool_free(&w.pool);
    free(w.permutation);
    return out->failed ? zk_fail(err, ZKML_LIMIT, "out of memory for the circuit's file") : ZKML_OK;
}

#include <string.h>

#include "runtime/circuit/circuit_file.h"

typedef struct source {
    zk_reader *reader;
    zk_circuit *c;
    zk_text_pool pool;
} source;

static bool ok(const source *s)
{
    return zk_reader_ok(s->reader);
}

static void fail(source *s, size_t at, const char *reason)
{
    zk_reader_fail(s->reader, at, reason);
}

/* Room for `count` items; the count has been checked. NULL after a failure. */
static void *room(source *s, size_t count, size_t size)
{
    return zk_get_memory(s->reader, &s->c->arena, count, size);
}

/* ---- columns and copies ---- */

static void get_wide(source *s, zk_fixed_column *f)
{
    size_t at = s->reader->offset;
    bool needed = false;
    (void)zk_read_u8(s->reader);
    if (zk_reader_left(s->reader) / 2 < f->count)
        fail(s, at, "a count is larger than what is left of the file");
    f->wide = room(s, f->count, sizeof *f->wide);
    for (uint32_t r = 0; r < f->count && ok(s); r++) {
        int64_t small;
        f->wide[r] = zk_get_fp(s->reader);
        needed = needed || !zk_fp_to_i64(&small, &f->wide[r]);
    }
    if (!needed)
        fail(s, at, "a column of small integers is not written as such");
}

static void get_fixed(source *s, zk_fixed_column *f)
{
    size_t at = s->reader->offset;
    f->count = zk_get_u32(s->reader);
    if (f->count == 0)
        return;
    if (zk_reader_left(s->reader) > 0 && s->reader->data[s->reader->offset] == ZK_FILE_WIDE)
        get_wide(s, f);
    else
        f->small = zk_get_array(s->reader, &s->c->arena, f->count);
    if (ok(s) && (f->wide != NULL ? zk_fp_is_zero(&f->wide[f->count - 1])
                                  : f->small[f->count - 1] == 0))
        fail(s, at, "a fixed column ends with a zero");
}

static void get_columns(source *s)
{
    zk_circuit *c = s->c;
    c->instance_counts = room(s, c->cs.n_instance, sizeof *c->instance_counts);
    for (uint32_t i = 0; i < c->cs.n_instance && ok(s); i++)
        c->instance_counts[i] = zk_get_u32(s->reader);
    c->fixed = room(s, c->cs.n_fixed, sizeof *c->fixed);
    for (uint32_t i = 0; i < c->cs.n_fixed && ok(s); i++)
        get_fixed(s, &c->fixed[i]);
}

/* The cells of the permutation's columns are numbered row by row. */
static zk_cell get_cell(source *s, size_t at, int64_t number)
{
    const zk_constraint_system *cs = &s->c->cs;
    int64_t columns = (int64_t)cs->n_permutation;
    if (columns == 0 || number < 0 || number / columns > UINT32_MAX) {
        fail(s, at, "there is no such cell in the permutation");
        return (zk_cell){0};
    }
    zk_column_ref column = cs->permutation[number % columns];
    return (zk_cell){column.kind, column.index, (uint32_t)(number / columns)};
}

/* *number += change; false when the sum leaves what a cell can have. */
static bool add_within(int64_t *number, int64_t change)
{
    const int64_t limit = INT64_C(1) << 56;
    return !__builtin_add_overflow(*number, change, number) && *number < limit && *number > -limit;
}

static void get_copies(source *s)
{
    zk_circuit *c = s->c;
    int64_t a = 0, b = 0, step = 0;
    c->copy_count = zk_get_count(s->reader, 1);
    c->copies = room(s, c->copy_count, sizeof *c->copies);
    for (size_t i = 0; i < c->copy_count && ok(s); i++) {
        size_t at = s->reader->offset;
        int64_t first = zk_get_int(s->reader), change = 0;
        bool new_step = (first & 1) != 0;
        if (new_step)
            change = zk_get_int(s->reader);
        if (new_step && change == 0)
            fail(s, at, "a copy repeats the step of the one before");
        if (!add_within(&a, (first - new_step) / 2) || !add_within(&step, change) ||
            !add_within(&b, step))
            fail(s, at, "there is no such cell in the permutation");
        if (!ok(s))
            return;
        c->copies[i].a = get_cell(s, at, a);
        c->copies[i].b = get_cell(s, at, b);
    }
}

/* ---- schema and source ---- */

static void get_fields(source *s, zk_field_schema **fields, size_t *count)
{
    *count = zk_get_count(s->reader, 7);
    *fields = room(s, *count, sizeof **fields);
    for (size_t i = 0; i < *count && ok(s); i++)
        zk_field_get(s->reader, &s->c->arena, &(*fields)[i], true);
}

static const char *get_pooled(source *s)
{
    return zk_get_pooled(s->reader, &s->c->arena, &s->pool);
}

static uint32_t get_span_number(source *s)
{
    return (uint32_t)(zk_get_uint(s->reader, UINT32_MAX) - 1);
}

static void get_source(source *s)
{
    zk_circuit *c = s->c;
    c->tag_count = zk_get_count(s->reader, 1);
    c->tag_names = room(s, c->tag_count, sizeof *c->tag_names);
    for (size_t i = 0; i < c->tag_count && ok(s); i++)
        c->tag_names[i] = get_pooled(s);
    c->file_count = zk_get_count(s->reader, 1);
    c->files = room(s, c->file_count, sizeof *c->files);
    for (size_t i = 0; i < c->file_count && ok(s); i++)
        c->files[i] = zk_get_text(s->reader, &c->arena);
    c->span_count = zk_get_count(s->reader, 6);
    c->spans = room(s, c->span_count, sizeof *c->spans);
    for (size_t i = 0; i < c->span_count && ok(s); i++) {
        zk_source_span *span = &c->spans[i];
        span->file = zk_get_u32(s->reader);
        span->line = zk_get_u32(s->reader);
        span->column = zk_get_u32(s->reader);
        span->width = zk_get_u32(s->reader);
        span->text = get_pooled(s);
        span->caller = get_span_number(s);
    }
}

/* Pooled texts are equal when they are one. */
static bool same_node(const zk_region *a, const zk_region *b)
{
    return a->gadget == b->gadget && a->label == b->label && a->span == b->span &&
           a->rank == b->rank && a->message == b->message &&
           memcmp(a->extent, b->extent, a->rank * sizeof a->extent[0]) == 0;
}

static void get_node(source *s, zk_region *r)
{
    r->gadget = get_pooled(s);
    r->label = get_pooled(s);
    r->span = get_span_number(s);
    r->rank = (uint32_t)zk_get_uint(s->reader, ZK_CIRCUIT_MAX_RANK);
    for (uint32_t d = 0; d < r->rank; d++)
        r->extent[d] = zk_get_u32(s->reader);
    if (zk_get_bool(s->reader))
        r->message = get_pooled(s);
}

static void get_region(source *s, zk_region *r, const zk_region *before)
{
    size_t at = s->reader->offset;
    uint32_t least = 0;
    if (before != NULL && before->is_lookup == r->is_lookup)
        least = before->first_row;
    r->first_row = least + (uint32_t)zk_get_uint(s->reader, UINT32_MAX - least);
    r->count = zk_get_u32(s->reader);
    r->per_element = zk_get_u32(s->reader);
    r->first_element = zk_get_uint(s->reader, UINT64_MAX);
    if (!zk_get_bool(s->reader)) {
        get_node(s, r);
        if (before != NULL && same_node(before, r))
            fail(s, at, "a region repeats what it shares with the one before");
        return;
    }
    if (before == NULL) {
        fail(s, at, "there is no region before the first");
        return;
    }
    r->gadget = before->gadget;
    r->label = before->label;
    r->span = before->span;
    r->rank = before->rank;
    memcpy(r->extent, before->extent, sizeof r->extent);
    r->message = before->message;
}

static void get_regions(source *s)
{
    zk_circuit *c = s->c;
    size_t at = s->reader->offset;
    uint64_t gates = zk_get_u32(s->reader), lookups = zk_get_u32(s->reader);
    if (gates + lookups > zk_reader_left(s->reader) / 5) {
        fail(s, at, "a count is larger than what is left of the file");
        return;
    }
    c->region_count = (size_t)(gates + lookups);
    c->regions = room(s, c->region_count, sizeof *c->regions);
    for (size_t i = 0; i < c->region_count && ok(s); i++) {
        c->regions[i].is_lookup = i >= gates;
        get_region(s, &c->regions[i], i > 0 ? &c->regions[i - 1] : NULL);
    }
}

/* ---- the witness program ---- */

static void get_shape(source *s, zk_winstr *in)
{
    size_t at = s->reader->offset;
    uint8_t ranks = zk_read_u8(s->reader);
    in->rank = ranks >> 4;
    in->reduce_rank = ranks & 15;
    if (in->rank + in->reduce_rank > ZK_PROGRAM_MAX_RANK) {
        fail(s, at, "a shape has more than 12 dimensions");
        return;
    }
    in->count = in->reduce_count = 1;
    for (uint32_t d = 0; d < in->rank + in->reduce_rank; d++) {
        uint64_t *product = d < in->rank ? &in->count : &in->reduce_count, points;
        in->extent[d] = zk_get_u32(s->reader);
        if (__builtin_mul_overflow(*product, in->extent[d], product) ||
            __builtin_mul_overflow(in->count, in->reduce_count, &points))
            fail(s, at, "a shape has too many elements");
    }
}

static void get_view(source *s, const zk_winstr *in, zk_wview *view)
{
    size_t at = s->reader->offset;
    uint8_t kind = zk_read_u8(s->reader);
    if (kind == ZK_FILE_TABLE) {
        uint64_t points = in->count * in->reduce_count;
        if (points >= zk_reader_left(s->reader))
            fail(s, at, "a table is larger than what is left of the file");
        else
            view->table = zk_get_array_u32(s->reader, &s->c->arena, (size_t)points);
        return;
    }
    if (kind != ZK_FILE_AFFINE)
        fail(s, at, "unknown kind of view");
    view->base = zk_get_int(s->reader);
    for (uint32_t d = 0; d < in->rank + in->reduce_rank; d++)
        view->stride[d] = zk_get_int(s->reader);
}

static void get_operands(source *s, zk_winstr *in, uint32_t number)
{
    bool stack = in->op == ZK_W_STACK;
    in->operand_count = (uint32_t)zk_get_count(s->reader, stack ? 1 : 3);
    if (in->operand_count == 0)
        return;
    in->operands = room(s, in->operand_count, sizeof *in->operands);
    for (uint32_t o = 0; o < in->operand_count && ok(s); o++) {
        size_t at = s->reader->offset;
        uint32_t distance = zk_get_u32(s->reader);
        if (distance == 0 || distance > number)
            fail(s, at, "an operand is not defined before its use");
        in->operands[o].reg = number - distance;
        if (!stack)
            get_view(s, in, &in->operands[o].view);
    }
}

static void get_codes(source *s, zk_winstr *in, bool counted)
{
    size_t at = s->reader->offset;
    in->code_count = counted ? zk_get_count(s->reader, 1) : in->count;
    if (in->code_count >= zk_reader_left(s->reader)) {
        fail(s, at, "a table is larger than what is left of the file");
        return;
    }
    in->codes = zk_get_array(s->reader, &s->c->arena, (size_t)in->code_count);
}

static void get_attributes(source *s, zk_winstr *in)
{
    zk_fp *const constants[] = {&in->c0, &in->c1, &in->c2};
    zk_wop_parts parts = zk_wop_parts_of(in->op);
    for (uint32_t i = 0; i < parts.constants; i++)
        *constants[i] = zk_get_fp(s->reader);
    if (parts.index)
        in->index = zk_get_u32(s->reader);
    if (parts.limb) {
        in->shift = zk_get_u32(s->reader);
        in->width = zk_get_u32(s->reader);
    }
    if (parts.codes)
        get_codes(s, in, parts.code_count);
    if (parts.message)
        in->message = get_pooled(s);
}

static void get_instr(source *s, uint32_t number)
{
    zk_winstr *in = &s->c->program.instrs[number];
    size_t at = s->reader->offset;
    uint8_t op = zk_read_u8(s->reader);
    in->wide = (op & ZK_FILE_WIDE_REGISTER) != 0;
    op &= ZK_FILE_WIDE_REGISTER - 1;
    if (op > ZK_W_RANGE) {
        fail(s, at, "unknown operation");
        return;
    }
    in->op = (zk_wop)op;
    get_shape(s, in);
    in->name = get_pooled(s);
    in->span = get_span_number(s);
    in->scale_num = zk_get_uint(s->reader, INT64_MAX);
    in->scale_den = zk_get_uint(s->reader, INT64_MAX);
    get_operands(s, in, number);
    get_attributes(s, in);
}

static void get_place(source *s, zk_wplace *place, const zk_wplace *before)
{
    static const int64_t least[] = {0, 0, 0, -INT64_MAX, 0, 0, INT32_MIN, INT32_MIN};
    static const int64_t most[] = {UINT32_MAX, UINT32_MAX, INT64_MAX, INT64_MAX,
                                   UINT32_MAX, UINT32_MAX, INT32_MAX, INT32_MAX};
    int64_t numbers[ZK_FILE_PLACE_NUMBERS];
    uint8_t flags = zk_read_u8(s->reader);
    zk_place_numbers(numbers, before);
    for (unsigned n = 0; n < ZK_FILE_PLACE_NUMBERS && ok(s); n++) {
        size_t at = s->reader->offset;
        if ((flags >> n & 1) == 0)
            continue;
        int64_t change = zk_get_int(s->reader);
        if (change == 0)
            fail(s, at, "a number of a place repeats that of the one before");
        if (__builtin_add_overflow(numbers[n], change, &numbers[n]) || numbers[n] < least[n] ||
            numbers[n] > most[n])
            fail(s, at, "a number of a place is out of range");
    }
    if (!ok(s))
        return;
    *place = (zk_wplace){
        .reg = (uint32_t)numbers[0],
        .count = (uint32_t)numbers[1],
        .first = (uint64_t)numbers[2],
        .step = numbers[3],
        .column = (uint32_t)numbers[4],
        .row = (uint32_t)numbers[5],
        .column_step = (int32_t)numbers[6],
        .row_step = (int32_t)numbers[7],
    };
}

static void get_program(source *s)
{
    zk_witness_program *p = &s->c->program;
    p->instr_count = (uint32_t)zk_get_count(s->reader, 7);
    p->instrs = room(s, p->instr_count, sizeof *p->instrs);
    for (uint32_t i = 0; i < p->instr_count && ok(s); i++)
        get_instr(s, i);
    p->place_count = (uint32_t)zk_get_count(s->reader, 1);
    p->places = room(s, p->place_count, sizeof *p->places);
    for (uint32_t i = 0; i < p->place_count && ok(s); i++)
        get_place(s, &p->places[i], i > 0 ? &p->places[i - 1] : &(zk_wplace){0});
    p->chain_count = (uint32_t)zk_get_count(s->reader, 10);
    p->chains = room(s, p->chain_count, sizeof *p->chains);
    for (uint32_t i = 0; i < p->chain_count && ok(s); i++) {
        zk_wchain *h = &p->chains[i];
        uint32_t *const numbers[] = {&h->rows,    &h->lane,     &h->lanes, &h->acc,      &h->linear,
                                     &h->product, &h->products, &h->cont,  &h->constant, &h->out};
        for (size_t n = 0; n < sizeof numbers / sizeof numbers[0]; n++)
            *numbers[n] = zk_get_u32(s->reader);
    }
}

static zkml_status get_circuit(source *s, zkml_error *err)
{
    zk_circuit *c = s->c;
    c->name = zk_get_text(s->reader, &c->arena);
    size_t at = s->reader->offset;
    c->k = zk_get_u32(s->reader);
    if (c->k < 1 || c->k > ZK_CIRCUIT_MAX_K)
        fail(s, at, "k, the logarithm of the number of rows, is not in 1 .. 24");
    if (ok(s))
        zk_script_get(s->reader, &c->cs);
    get_columns(s);
    get_copies(s);
    get_fields(s, &c->params, &c->param_count);
    get_fields(s, &c->results, &c->result_count);
    get_source(s);
    get_program(s);
    get_regions(s);
    if (ok(s) && zk_reader_left(s->reader) > 0) {
        c->layer = room(s, 1, sizeof *c->layer);
        if (c->layer != NULL)
            zk_layer_get(s->reader, &c->arena, c->layer, &c->cs, true);
    }
    ZK_TRY(zk_reader_finish(s->reader, err));
    return zk_circuit_verify(c, err);
}

zkml_status zk_circuit_read(zk_circuit *circuit, const char *name, const uint8_t *bytes,
                            size_t length, zkml_error *err)
{
    zk_reader reader;
    memset(circuit, 0, sizeof *circuit);
    zk_arena_init(&circuit->arena, zk_codec_memory(length));
    zk_cs_init(&circuit->cs);
    if (!zk_seal_open(&reader, &zk_circuit_seal, name, bytes, length, circuit->digest)) {
        zk_circuit_free(circuit);
        return zk_reader_finish(&reader, err);
    }
    source s = {.reader = &reader, .c = circuit};
    zk_text_pool_init(&s.pool);
    zkml_status status = get_circuit(&s, err);
    zk_text_pool_free(&s.pool);
    if (status == ZKML_OK)
        return ZKML_OK;
    if (zk_reader_ok(&reader))
        (void)zk_fail_context(err, "%s", name);
    zk_circuit_free(circuit);
    return status;
}

/* A layer in circuit.bin and in circuit.vk (codec.h). */
#include "runtime/circuit/codec.h"

enum { COORDINATE = 32, CONST_FILE = 0 };

/* Writing ------------------------------------------------------------------------------------- */

static void put_runs(zk_buf *out, const zk_block *shape)
{
    zk_put_uint(out, shape->kind == ZK_BLOCK_RUNS);
    zk_put_uint(out, shape->outputs);
    zk_put_uint(out, shape->inputs);
    for (uint32_t j = 0; j < shape->inputs; j++) {
        zk_put_uint(out, shape->runs[j].first);
        if (shape->kind == ZK_BLOCK_RUNS) {
            zk_put_uint(out, shape->runs[j].count);
            zk_put_uint(out, shape->runs[j].step);
        }
    }
}

/* Sparse: per output the number of its entries, then for each the distance from the input before
 * and the weight. */
static void put_weights(zk_buf *out, const zk_layer_matrix *matrix)
{
    const zk_sparse_weights *sparse = matrix->sparse;
    zk_put_uint(out, sparse != NULL);
    if (sparse == NULL) {
        zk_put_array(out, matrix->weights, (size_t)zk_block_values(&matrix->shape));
        return;
    }
    for (uint32_t i = 0; i < matrix->shape.outputs; i++) {
        uint32_t next = 0;
        zk_put_uint(out, sparse->starts[i + 1] - sparse->starts[i]);
        for (uint64_t e = sparse->starts[i]; e < sparse->starts[i + 1]; e++) {
            zk_put_uint(out, sparse->inputs[e] - next);
            zk_put_int(out, sparse->weights[e]);
            next = sparse->inputs[e] + 1;
        }
    }
}

/* Both coordinates: there may be thousands of points, and a square root each would take the
 * verifier longer than the proof. */
static void put_point(zk_buf *out, const zk_vesta_affine *point)
{
    uint8_t bytes[2 * COORDINATE];
    zk_fq_to_bytes(bytes, &point->x);
    zk_fq_to_bytes(bytes + COORDINATE, &point->y);
    zk_buf_bytes(out, bytes, sizeof bytes);
}

static void put_matrix(zk_buf *out, const zk_layer *layer, const zk_layer_matrix *matrix,
                       bool circuit)
{
    bool own = matrix->file == ZK_NONE;
    zk_put_uint(out, own ? CONST_FILE : (uint64_t)matrix->file + 1);
    if (!own)
        zk_put_uint(out, matrix->block);
    put_runs(out, &matrix->shape);
    zk_put_array_u32(out, matrix->exponents,
                     (size_t)matrix->shape.outputs * layer->base_challenges);
    if (own && circuit)
        put_weights(out, matrix);
    for (uint32_t i = 0; own && !circuit && i < matrix->shape.outputs; i++)
        put_point(out, &matrix->points[i]);
}

static void put_operands(zk_buf *out, const zk_layer_fold *fold)
{
    zk_put_uint(out, fold->operand_count);
    for (uint32_t i = 0; i < fold->operand_count; i++)
        zk_put_uint(out, fold->operands[i]);
}

static void put_fill(zk_buf *out, const zk_constraint_system *cs, const zk_fill *fill)
{
    zk_put_uint(out, fill->kind);
    zk_put_uint(out, fill->width);
    zk_put_uint(out, fill->column_count);
    for (uint32_t c = 0; c < fill->column_count; c++)
        zk_put_uint(out, fill->columns[c]);
    zk_put_uint(out, fill->expr_count);
    for (uint32_t e = 0; e < fill->expr_count; e++)
        zk_expr_put(out, cs, fill->exprs[e]);
}

void zk_layer_put(zk_buf *out, const zk_layer *layer, const zk_constraint_system *cs, bool circuit)
{
    zk_put_uint(out, layer->phase0);
    zk_put_uint(out, layer->challenges);
    zk_put_uint(out, layer->phase1);
    zk_put_uint(out, layer->base_challenges);
    zk_put_array_u32(out, layer->exponents, (size_t)layer->challenges * layer->base_challenges);
    zk_put_uint(out, layer->file_count);
    for (uint32_t i = 0; i < layer->file_count; i++)
        zk_put_text(out, layer->files[i]);
    zk_put_uint(out, layer->fold_count);
    for (uint32_t f = 0; f < layer->fold_count; f++) {
        zk_put_uint(out, layer->folds[f].column);
        if (circuit)
            put_operands(out, &layer->folds[f]);
        zk_put_uint(out, layer->folds[f].matrix_count);
        for (uint32_t m = 0; m < layer->folds[f].matrix_count; m++)
            put_matrix(out, layer, &layer->folds[f].matrices[m], circuit);
    }
    if (!circuit)
        return;
    zk_put_uint(out, layer->fill_count);
    for (uint32_t i = 0; i < layer->fill_count; i++)
        put_fill(out, cs, &layer->fills[i]);
}

/* Reading ------------------------------------------------------------------------------------- */

typedef struct source {
    zk_reader *reader;
    zk_arena *arena;
    zk_layer *layer;
    zk_constraint_system *cs;
    bool circuit;
} source;

static bool ok(const source *s)
{
    return zk_reader_ok(s->reader);
}

static void *room(source *s, size_t count, size_t size)
{
    return zk_get_memory(s->reader, s->arena, count, size);
}

/* An array of exponents; there may be millions of them in a byte each. */
static uint32_t *get_exponents(source *s, uint64_t rows)
{
    size_t at = s->reader->offset;
    uint64_t count = rows * s->layer->base_challenges; /* below 2^39 */
    if (count > zk_reader_left(s->reader)) {
        zk_reader_fail(s->reader, at, "a count is larger than what is left of the file");
        return NULL;
    }
    return zk_get_array_u32(s->reader, s->arena, (size_t)count);
}

static void get_runs(source *s, zk_block *shape)
{
    bool runs = zk_get_bool(s->reader);
    shape->kind = runs ? ZK_BLOCK_RUNS : ZK_BLOCK_MATRIX;
    shape->outputs = zk_get_u32(s->reader);
    shape->inputs = (uint32_t)zk_get_count(s->reader, runs ? 3 : 1);
    shape->runs = room(s, shape->inputs, sizeof *shape->runs);
    for (uint32_t j = 0; j < shape->inputs && ok(s); j++) {
        shape->runs[j] = (zk_run){.first = zk_get_u32(s->reader), .count = 1, .step = 1};
        if (runs) {
            shape->runs[j].count = zk_get_u32(s->reader);
            shape->runs[j].step = zk_get_u32(s->reader);
        }
    }
}

/* Two passes, to know how much room the entries need. */
static void get_sparse(source *s, zk_layer_matrix *matrix)
{
    const zk_reader start = *s->reader;
    const zk_block *shape = &matrix->shape;
    zk_sparse_weights *sparse = matrix->sparse = room(s, 1, sizeof *sparse);
    uint64_t *starts = room(s, (size_t)shape->outputs + 1, sizeof *starts);
    for (int pass = 0; pass < 2 && ok(s); pass++) {
        uint64_t entry = 0;
        if (pass == 1) {
            *s->reader = start;
            sparse->inputs = room(s, (size_t)starts[shape->outputs], sizeof *sparse->inputs);
            sparse->weights = room(s, (size_t)starts[shape->outputs], sizeof *sparse->weights);
            sparse->starts = starts;
        }
        for (uint32_t i = 0; i < shape->outputs && ok(s); i++) {
            size_t at = s->reader->offset;
            uint64_t count = zk_get_count(s->reader, 2), next = 0;
            for (uint64_t e = 0; e < count && ok(s); e++, entry++) {
                uint64_t input = next + zk_get_u32(s->reader);
                int64_t weight = zk_get_int(s->reader);
                if (input >= shape->inputs || weight == 0)
                    zk_reader_fail(s->reader, at, "a weight of no input, or of value 0");
                next = input + 1;
                if (pass == 1 && ok(s)) {
                    sparse->inputs[entry] = (uint32_t)input;
                    sparse->weights[entry] = weight;
                }
            }
            starts[i + 1] = entry;
        }
    }
}

static void get_weights(source *s, zk_layer_matrix *matrix)
{
    if (zk_get_bool(s->reader)) {
        get_sparse(s, matrix);
        return;
    }
    size_t at = s->reader->offset;
    uint64_t values = zk_block_values(&matrix->shape);
    if (values > zk_reader_left(s->reader))
        zk_reader_fail(s->reader, at, "a matrix is larger than what is left of the file");
    else
        matrix->weights = zk_get_array(s->reader, s->arena, (size_t)values);
}

/* A row of zeros gives the identity, (0, 0): those points may be it. */
static bool read_point(zk_vesta_affine *point, const uint8_t *bytes)
{
    return zk_fq_from_bytes(&point->x, bytes) && zk_fq_from_bytes(&point->y, bytes + COORDINATE) &&
           zk_vesta_on_curve(point);
}

static void get_points(source *s, zk_layer_matrix *matrix)
{
    uint32_t count = matrix->shape.outputs;
    if (count > zk_reader_left(s->reader) / (2 * COORDINATE)) {
        zk_reader_fail(s->reader, s->reader->offset, "the file ends too early");
        return;
    }
    matrix->points = room(s, count, sizeof *matrix->points);
    for (uint32_t i = 0; i < count && ok(s); i++) {
        size_t at = s->reader->offset;
        if (!read_point(&matrix->points[i], zk_read_bytes(s->reader, 2 * COORDINATE)))
            zk_reader_fail(s->reader, at, "a commitment is not a point of the curve");
    }
}

static void get_matrix(source *s, zk_layer_matrix *matrix)
{
    uint64_t file = zk_get_uint(s->reader, UINT32_MAX - 1);
    matrix->file = file == CONST_FILE ? ZK_NONE : (uint32_t)(file - 1);
    if (matrix->file != ZK_NONE)
        matrix->block = zk_get_u32(s->reader);
    get_runs(s, &matrix->shape);
    matrix->exponents = get_exponents(s, matrix->shape.outputs);
    if (!ok(s) || matrix->file != ZK_NONE)
        return;
    if (s->circuit)
        get_weights(s, matrix);
    else
        get_points(s, matrix);
}

static void get_folds(source *s)
{
    zk_layer *layer = s->layer;
    layer->fold_count = (uint32_t)zk_get_count(s->reader, 2);
    layer->folds = room(s, layer->fold_count, sizeof *layer->folds);
    for (uint32_t f = 0; f < layer->fold_count && ok(s); f++) {
        zk_layer_fold *fold = &layer->folds[f];
        fold->column = zk_get_u32(s->reader);
        fold->operand_count = s->circuit ? (uint32_t)zk_get_uint(s->reader, 2) : 0;
        for (uint32_t i = 0; i < fold->operand_count && ok(s); i++)
            fold->operands[i] = zk_get_u32(s->reader);
        fold->matrix_count = (uint32_t)zk_get_count(s->reader, 4);
        fold->matrices = room(s, fold->matrix_count, sizeof *fold->matrices);
        for (uint32_t m = 0; m < fold->matrix_count && ok(s); m++)
            get_matrix(s, &fold->matrices[m]);
    }
}

static void get_fill(source *s, zk_fill *fill)
{
    fill->kind = (zk_fill_kind)zk_get_uint(s->reader, ZK_FILL_STEPS);
    fill->width = zk_get_u32(s->reader);
    fill->column_count = (uint32_t)zk_get_count(s->reader, 1);
    fill->columns = room(s, fill->column_count, sizeof *fill->columns);
    for (uint32_t c = 0; c < fill->column_count && ok(s); c++)
        fill->columns[c] = zk_get_u32(s->reader);
    fill->expr_count = (uint32_t)zk_get_count(s->reader, 2);
    fill->exprs = room(s, fill->expr_count, sizeof *fill->exprs);
    for (uint32_t e = 0; e < fill->expr_count && ok(s); e++)
        fill->exprs[e] = zk_expr_get(s->reader, s->cs);
}

void zk_layer_get(zk_reader *reader, zk_arena *arena, zk_layer *layer, zk_constraint_system *cs,
                  bool circuit)
{
    source s = {.reader = reader, .arena = arena, .layer = layer, .cs = cs, .circuit = circuit};
    layer->phase0 = zk_get_u32(reader);
    layer->challenges = zk_get_u32(reader);
    layer->phase1 = zk_get_u32(reader);
    layer->base_challenges = (uint32_t)zk_get_uint(reader, ZK_LAYER_MAX_CHALLENGES);
    layer->exponents = get_exponents(&s, layer->challenges);
    layer->file_count = (uint32_t)zk_get_count(reader, 1);
    layer->files = room(&s, layer->file_count, sizeof *layer->files);
    for (uint32_t i = 0; i < layer->file_count && ok(&s); i++)
        layer->files[i] = zk_get_text(reader, arena);
    get_folds(&s);
    if (!circuit)
        return;
    layer->fill_count = (uint32_t)zk_get_count(reader, 4);
    layer->fills = room(&s, layer->fill_count, sizeof *layer->fills);
    for (uint32_t i = 0; i < layer->fill_count && ok(&s); i++)
        get_fill(&s, &layer->fills[i]);
}

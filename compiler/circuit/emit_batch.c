/* Columns, gates and the layer of a batched circuit (batch.h). */
#include <stdlib.h>
#include <string.h>

#include "compiler/circuit/emit.h"
#include "compiler/circuit/batch.h"

/* ---- columns ---- */

/* Of phase C, the folded columns of value columns and of pairs that have entries (else ZK_NONE),
 * then the running sum; fixed columns by name. */
typedef struct columns {
    uint32_t *values, *pairs, acc, phase1;
    uint32_t step, first, last, public, target, tag, table, fixed;
} columns;

static zkml_status number_columns(zc_emitter *em, columns *c, zkml_error *err)
{
    const zc_shape *shape = &em->layout->shape;
    const zc_batch *batch = em->layout->batch;
    uint32_t next = zc_column_count(shape);
    c->values = ZK_ARENA_NEW(&em->out->arena, uint32_t, (size_t)batch->value_columns + 1);
    c->pairs = ZK_ARENA_NEW(&em->out->arena, uint32_t, (size_t)batch->pair_count + 1);
    if (c->values == NULL || c->pairs == NULL)
        return zc_emit_no_memory(err);
    for (uint32_t i = 0; i < batch->value_columns; i++)
        c->values[i] = batch->values[i].count > 0 ? next++ : ZK_NONE;
    for (uint32_t j = 0; j < batch->pair_count; j++)
        c->pairs[j] = batch->pairs[j].count > 0 ? next++ : ZK_NONE;
    c->acc = next++;
    c->phase1 = next - zc_column_count(shape);
    c->step = 0;
    c->first = 1;
    c->last = 2;
    c->public = 3;
    c->target = 4;
    c->tag = 5;
    c->table = c->tag + shape->lookups;
    c->fixed = c->table + (shape->lookups > 0 ? 3 : 0);
    return ZKML_OK;
}

/* ---- fixed columns ---- */

static zkml_status switches(zc_emitter *em, const columns *c, zkml_error *err)
{
    const zc_batch *batch = em->layout->batch;
    uint64_t rows = zk_committed_rows(em->layout->shape.k), head = (uint64_t)batch->one_row + 1;
    ZK_TRY(zc_emit_new_column(em, c->step, rows - 1, err));
    ZK_TRY(zc_emit_new_column(em, c->first, 1, err));
    ZK_TRY(zc_emit_new_column(em, c->last, rows, err));
    ZK_TRY(zc_emit_new_column(em, c->public, head, err));
    ZK_TRY(zc_emit_new_column(em, c->target, head, err));
    for (uint64_t r = 0; r + 1 < rows; r++)
        em->out->fixed[c->step].small[r] = 1;
    em->out->fixed[c->first].small[0] = 1;
    em->out->fixed[c->last].small[rows - 1] = 1;
    for (uint64_t r = 0; r < head; r++)
        em->out->fixed[c->public].small[r] = 1;
    em->out->fixed[c->target].small[batch->one_row] = 1;
    return ZKML_OK;
}

/* ---- gates ---- */

static zk_expr_id add(zk_constraint_system *cs, zk_expr_id sum, zk_expr_id term)
{
    return sum == ZK_EXPR_NONE ? term : zk_cs_add(cs, sum, term);
}

/* sum f_x x + sum h a b */
static zk_expr_id terms_of_row(zk_constraint_system *cs, const zc_batch *batch, const columns *c)
{
    zk_expr_id sum = ZK_EXPR_NONE;
    for (uint32_t i = 0; i < batch->value_columns; i++)
        if (c->values[i] != ZK_NONE)
            sum = add(cs, sum,
                      zk_cs_mul(cs, zk_cs_query_advice(cs, c->values[i], 0),
                                zk_cs_query_advice(cs, i, 0)));
    for (uint32_t j = 0; j < batch->pair_count; j++) {
        if (c->pairs[j] == ZK_NONE)
            continue;
        zk_expr_id product = zk_cs_mul(cs, zk_cs_query_advice(cs, 2 * j, 0),
                                       zk_cs_query_advice(cs, 2 * j + 1, 0));
        sum = add(cs, sum, zk_cs_mul(cs, zk_cs_query_advice(cs, c->pairs[j], 0), product));
    }
    return sum;
}

/* The running sum, and the public values with the 1 below them. */
static void make_gates(zc_emitter *em, const columns *c, zk_expr_id terms)
{
    zk_constraint_system *cs = &em->out->cs;
    zk_expr_id acc = zk_cs_query_advice(cs, c->acc, 0), next = zk_cs_query_advice(cs, c->acc, 1);
    zk_expr_id here = zk_cs_add(cs, acc, terms);
    zk_expr_id sum[3] = {
        zk_cs_mul(cs, zk_cs_query_fixed(cs, c->step), zk_cs_sub(cs, next, here)),
        zk_cs_mul(cs, zk_cs_query_fixed(cs, c->first), acc),
        zk_cs_mul(cs, zk_cs_query_fixed(cs, c->last), here),
    };
    (void)zk_cs_create_gate(cs, "equations", sum, 3);
    zk_expr_id value = zk_cs_query_advice(cs, 0, 0);
    if (em->build->plan.instance_rows > 0)
        value = zk_cs_sub(cs, value, zk_cs_query_instance(cs, 0, 0));
    value = zk_cs_mul(cs, zk_cs_query_fixed(cs, c->public), value);
    value = zk_cs_sub(cs, value, zk_cs_query_fixed(cs, c->target));
    (void)zk_cs_create_gate(cs, "public", &value, 1);
}

static zkml_status make_system(zc_emitter *em, const columns *c, zk_expr_id *terms,
                               zkml_error *err)
{
    const zc_shape *shape = &em->layout->shape;
    zk_constraint_system *cs = &em->out->cs;
    if (em->build->plan.instance_rows > 0)
        (void)zk_cs_instance_column(cs);
    for (uint32_t i = 0; i < zc_column_count(shape) + c->phase1; i++)
        (void)zk_cs_advice_column(cs);
    for (uint32_t i = 0; i < c->fixed; i++)
        (void)zk_cs_fixed_column(cs);
    *terms = terms_of_row(cs, em->layout->batch, c);
    make_gates(em, c, *terms);
    zc_emit_lookups(em, c->tag, c->table);
    return zk_cs_status(cs, err);
}

/* ---- the layer ---- */

/* Rows with entries, ascending, become the inputs of the matrix. */
static zkml_status matrix_rows(zk_layer_matrix *matrix, const zc_entries *entries, uint64_t rows,
                               uint32_t *input_of_row, zk_arena *arena, zkml_error *err)
{
    memset(input_of_row, 0, (size_t)rows * sizeof *input_of_row);
    for (size_t e = 0; e < entries->count; e++)
        input_of_row[entries->list[e].row] = 1;
    for (uint64_t r = 0; r < rows; r++)
        matrix->shape.inputs += input_of_row[r];
    matrix->shape.runs = ZK_ARENA_NEW(arena, zk_run, matrix->shape.inputs);
    if (matrix->shape.runs == NULL)
        return zc_emit_no_memory(err);
    uint32_t input = 0;
    for (uint64_t r = 0; r < rows; r++) {
        if (input_of_row[r] == 0)
            continue;
        matrix->shape.runs[input] = (zk_run){.first = (uint32_t)r, .count = 1, .step = 1};
        input_of_row[r] = input++;
    }
    return ZKML_OK;
}

/* One output for each equation that has entries in the column; its coefficient is the power of the
 * challenge that has the equation's number. */
static zkml_status make_matrix(zc_emitter *em, zk_layer_matrix *matrix, const zc_entries *entries,
                               uint32_t *input_of_row, zkml_error *err)
{
    zk_arena *arena = &em->out->arena;
    *matrix = (zk_layer_matrix){.file = ZK_NONE, .shape.kind = ZK_BLOCK_MATRIX};
    ZK_TRY(matrix_rows(matrix, entries, zk_committed_rows(em->layout->shape.k), input_of_row,
                       arena, err));
    for (size_t e = 0; e < entries->count; e++)
        matrix->shape.outputs += e == 0 || entries->list[e].output != entries->list[e - 1].output;
    zk_sparse_weights *sparse = matrix->sparse = ZK_ARENA_NEW(arena, zk_sparse_weights, 1);
    matrix->exponents = ZK_ARENA_NEW(arena, uint32_t, matrix->shape.outputs);
    if (sparse == NULL || matrix->exponents == NULL)
        return zc_emit_no_memory(err);
    sparse->starts = ZK_ARENA_NEW(arena, uint64_t, (size_t)matrix->shape.outputs + 1);
    sparse->inputs = ZK_ARENA_NEW(arena, uint32_t, entries->count);
    sparse->weights = ZK_ARENA_NEW(arena, int64_t, entries->count);
    if (sparse->starts == NULL || sparse->inputs == NULL || sparse->weights == NULL)
        return zc_emit_no_memory(err);
    uint32_t outputs = 0;
    for (size_t e = 0; e < entries->count; e++) {
        const zc_entry *entry = &entries->list[e];
        if (e == 0 || entry->output != entries->list[e - 1].output) {
            sparse->starts[outputs] = e;
            matrix->exponents[outputs++] = entry->output;
        }
        sparse->inputs[e] = input_of_row[entry->row];
        sparse->weights[e] = entry->weight;
    }
    sparse->starts[outputs] = entries->count;
    return ZKML_OK;
}

static zkml_status make_folds(zc_emitter *em, const columns *c, zk_layer *layer, zkml_error *err)
{
    const zc_batch *batch = em->layout->batch;
    zk_arena *arena = &em->out->arena;
    uint32_t *scratch = malloc((size_t)zk_committed_rows(em->layout->shape.k) * sizeof *scratch);
    layer->folds = ZK_ARENA_NEW(arena, zk_layer_fold, c->phase1);
    zkml_status status =
        scratch == NULL || layer->folds == NULL ? zc_emit_no_memory(err) : ZKML_OK;
    for (uint32_t i = 0; i < batch->value_columns + batch->pair_count && status == ZKML_OK; i++) {
        bool pair = i >= batch->value_columns;
        uint32_t at = pair ? i - batch->value_columns : i;
        uint32_t column = pair ? c->pairs[at] : c->values[at];
        if (column == ZK_NONE)
            continue;
        zk_layer_matrix *matrix = ZK_ARENA_NEW(arena, zk_layer_matrix, 1);
        layer->folds[layer->fold_count++] = (zk_layer_fold){
            .column = column,
            .operand_count = pair ? 2 : 1,
            .operands = {pair ? 2 * at : at, pair ? 2 * at + 1 : 0},
            .matrix_count = 1,
            .matrices = matrix};
        const zc_entries *entries = pair ? &batch->pairs[at] : &batch->values[at];
        status = matrix == NULL ? zc_emit_no_memory(err)
                                : make_matrix(em, matrix, entries, scratch, err);
    }
    free(scratch);
    return status;
}

/* next = 1 acc + terms */
static zkml_status make_layer(zc_emitter *em, const columns *c, zk_expr_id terms, zkml_error *err)
{
    zk_arena *arena = &em->out->arena;
    zk_layer *layer = em->out->layer = ZK_ARENA_NEW(arena, zk_layer, 1);
    if (layer == NULL)
        return zc_emit_no_memory(err);
    layer->phase0 = zc_column_count(&em->layout->shape);
    layer->phase1 = c->phase1;
    layer->base_challenges = 1;
    layer->exponents = ZK_ARENA_NEW(arena, uint32_t, 1);
    layer->files = ZK_ARENA_NEW(arena, const char *, 1);
    layer->fills = ZK_ARENA_NEW(arena, zk_fill, 1);
    uint32_t *filled = ZK_ARENA_NEW(arena, uint32_t, 1);
    zk_expr_id *exprs = ZK_ARENA_NEW(arena, zk_expr_id, 2);
    if (layer->exponents == NULL || layer->files == NULL || layer->fills == NULL ||
        filled == NULL || exprs == NULL)
        return zc_emit_no_memory(err);
    filled[0] = c->acc;
    exprs[0] = zk_cs_constant_i64(&em->out->cs, 1);
    exprs[1] = terms;
    layer->fills[0] = (zk_fill){.kind = ZK_FILL_STEPS,
                                .column_count = 1,
                                .columns = filled,
                                .expr_count = 2,
                                .exprs = exprs};
    layer->fill_count = 1;
    return make_folds(em, c, layer, err);
}

zkml_status zc_emit_batched(zc_emitter *em, zkml_error *err)
{
    zk_circuit *out = em->out;
    columns c = {0};
    zk_expr_id terms;
    ZK_TRY(number_columns(em, &c, err));
    out->k = em->layout->shape.k;
    out->fixed = ZK_ARENA_NEW(&out->arena, zk_fixed_column, c.fixed);
    out->instance_counts = ZK_ARENA_NEW(&out->arena, uint32_t, 1);
    if (out->fixed == NULL || out->instance_counts == NULL)
        return zc_emit_no_memory(err);
    out->instance_counts[0] = em->build->plan.instance_rows;
    ZK_TRY(switches(em, &c, err));
    ZK_TRY(zc_emit_table(em, c.tag, c.table, err));
    ZK_TRY(make_system(em, &c, &terms, err));
    return make_layer(em, &c, terms, err);
}

/* The witness program of the circuit: the instructions that matter, places, and the gate chain. */
#include <stdlib.h>
#include <string.h>

#include "compiler/circuit/emit.h"
#include "compiler/circuit/batch.h"
#include "compiler/circuit/schema.h"
#include "compiler/diag.h"

/* ---- instructions ---- */

static void mark_used(const zc_emitter *em, bool *used)
{
    const zc_build *b = em->build;
    for (size_t i = 0; i < b->tir->param_count; i++)
        used[b->regs[b->tir->params[i].node]] = true;
    for (size_t i = 0; i < b->tir->result_count; i++)
        used[b->regs[b->tir->results[i].node]] = true;
    for (size_t i = 0; i < b->plan.block_count; i++)
        used[b->plan.blocks[i].reg] = true;
    for (size_t i = b->instr_count; i-- > 0;) {
        const zk_winstr *in = &b->instrs[i];
        used[i] = used[i] || in->op == ZK_W_ASSERT || in->op == ZK_W_RANGE;
        for (uint32_t o = 0; used[i] && o < in->operand_count; o++)
            used[in->operands[o].reg] = true;
    }
}

static zkml_status copy_instruction(zc_emitter *em, const zk_winstr *from, zk_winstr *to,
                                    zkml_error *err)
{
    zk_arena *arena = &em->out->arena;
    *to = *from;
    to->span = from->span != UINT32_MAX ? em->span_of_node[from->span] : UINT32_MAX;
    to->operands = ZK_ARENA_NEW(arena, zk_woperand, from->operand_count);
    if (to->operands == NULL)
        return zc_emit_no_memory(err);
    for (uint32_t o = 0; o < from->operand_count; o++) {
        zk_woperand *operand = &to->operands[o];
        *operand = from->operands[o];
        operand->reg = em->reg_map[operand->reg];
        if (operand->view.table == NULL)
            continue;
        size_t points = (size_t)(from->count * from->reduce_count);
        uint32_t *table = ZK_ARENA_NEW(arena, uint32_t, points);
        if (table == NULL)
            return zc_emit_no_memory(err);
        memcpy(table, operand->view.table, points * sizeof *table);
        operand->view.table = table;
    }
    if (from->codes != NULL) {
        to->codes = ZK_ARENA_NEW(arena, int64_t, (size_t)from->code_count);
        if (to->codes == NULL)
            return zc_emit_no_memory(err);
        memcpy(to->codes, from->codes, (size_t)from->code_count * sizeof *to->codes);
    }
    if (from->message != NULL) {
        to->message = zc_diag_clean_text(arena, from->message, false);
        if (to->message == NULL)
            return zc_emit_no_memory(err);
    }
    return ZKML_OK;
}

static zkml_status copy_instructions(zc_emitter *em, const bool *used, zkml_error *err)
{
    const zc_build *b = em->build;
    zk_witness_program *program = &em->out->program;
    program->instrs = ZK_ARENA_NEW(&em->out->arena, zk_winstr, b->instr_count + 1);
    em->reg_map = ZK_ARENA_NEW(&em->out->arena, uint32_t, b->instr_count);
    if (program->instrs == NULL || em->reg_map == NULL)
        return zc_emit_no_memory(err);
    for (size_t i = 0; i < b->instr_count; i++) {
        if (!used[i])
            continue;
        em->reg_map[i] = program->instr_count;
        zk_winstr *to = &program->instrs[program->instr_count++];
        ZK_TRY(copy_instruction(em, &b->instrs[i], to, err));
    }
    return ZKML_OK;
}

static zkml_status add_one(zc_emitter *em, zkml_error *err)
{
    zk_witness_program *program = &em->out->program;
    int64_t *codes = ZK_ARENA_NEW(&em->out->arena, int64_t, 1);
    if (codes == NULL)
        return zc_emit_no_memory(err);
    codes[0] = 1;
    em->one_reg = program->instr_count;
    program->instrs[program->instr_count++] = (zk_winstr){.op = ZK_W_CONST,
                                                          .rank = 1,
                                                          .extent = {1},
                                                          .count = 1,
                                                          .reduce_count = 1,
                                                          .codes = codes,
                                                          .code_count = 1,
                                                          .span = UINT32_MAX,
                                                          .name = "one"};
    return ZKML_OK;
}

/* Registers of nodes get their label and scale, those of hints the hint's name; the first says
 * it. */
static zkml_status name_registers(zc_emitter *em, const bool *used, zkml_error *err)
{
    const zc_build *b = em->build;
    zk_winstr *instrs = em->out->program.instrs;
    for (zc_node_id n = 0; n < b->tir->node_count; n++) {
        if (b->regs[n] == ZC_NO_REG || !used[b->regs[n]])
            continue;
        zk_winstr *in = &instrs[em->reg_map[b->regs[n]]];
        if (in->name != NULL)
            continue;
        in->name = em->labels[n];
        (void)zc_schema_scale(b->tir->nodes[n]->scale, &in->scale_num, &in->scale_den);
    }
    for (size_t i = 0; i < b->plan.block_count; i++) {
        const zc_block *block = &b->plan.blocks[i];
        zk_winstr *in = &instrs[em->reg_map[block->reg]];
        if (in->name != NULL)
            continue;
        in->name = zc_diag_clean_text(&em->out->arena, block->name, false);
        if (in->name == NULL)
            return zc_emit_no_memory(err);
    }
    return ZKML_OK;
}

/* ---- places ---- */

/* Collects cells into runs; with places NULL it only counts. */
typedef struct run_writer {
    zk_wplace *places;
    size_t count;
    zk_wplace run;
    uint64_t last_element;
    uint32_t last_column, last_row;
} run_writer;

static void flush_run(run_writer *w)
{
    if (w->run.count == 0)
        return;
    if (w->places != NULL)
        w->places[w->count] = w->run;
    w->count++;
    w->run.count = 0;
}

static void write_cell(run_writer *w, uint32_t reg, uint64_t element, uint32_t column, uint32_t row)
{
    zk_wplace *run = &w->run;
    int64_t step = (int64_t)element - (int64_t)w->last_element;
    int32_t column_step = (int32_t)column - (int32_t)w->last_column;
    int32_t row_step = (int32_t)row - (int32_t)w->last_row;
    bool fits = run->count > 0 && run->reg == reg &&
                (run->count == 1 || (run->step == step && run->column_step == column_step &&
                                     run->row_step == row_step));
    if (!fits) {
        flush_run(w);
        *run = (zk_wplace){.reg = reg, .first = element, .column = column, .row = row};
    } else if (run->count == 1) {
        run->step = step;
        run->column_step = column_step;
        run->row_step = row_step;
    }
    run->count++;
    w->last_element = element;
    w->last_column = column;
    w->last_row = row;
}

/* `block` is the block that held the variable before, as a guess. */
static void write_var(const zc_emitter *em, run_writer *w, const zc_block **block, zc_var var,
                      uint32_t column, uint64_t row)
{
    if (*block == NULL || var < (*block)->first || var - (*block)->first >= (*block)->count)
        *block = zc_plan_block(&em->build->plan, var);
    write_cell(w, em->reg_map[(*block)->reg], var - (*block)->first, column, (uint32_t)row);
}

static void write_lanes(const zc_emitter *em, run_writer *w, bool down)
{
    const zc_layout *layout = em->layout;
    uint64_t rows = layout->shape.gate_rows;
    uint32_t lanes = layout->shape.lanes;
    const zc_block *block = NULL;
    for (uint64_t i = 0; i < rows * lanes; i++) {
        uint64_t row = down ? i % rows : i / lanes;
        uint32_t lane = (uint32_t)(down ? i / rows : i % lanes);
        zc_var var = layout->cells[row * lanes + lane].var;
        if (var != ZC_NO_VAR)
            write_var(em, w, &block, var, lane, row);
    }
    flush_run(w);
}

static void write_lookups(const zc_emitter *em, run_writer *w)
{
    const zc_plan *plan = &em->build->plan;
    const zc_shape *shape = &em->layout->shape;
    for (uint32_t l = 0; l < shape->lookups; l++)
        for (int side = 0; side < 2; side++) {
            const zc_block *block = NULL;
            uint32_t column = side == 0 ? zc_column_in(shape, l) : zc_column_out(shape, l);
            for (size_t s = l; s < plan->lookup_count; s += shape->lookups) {
                zc_var var = side == 0 ? plan->lookups[s].in : plan->lookups[s].out;
                if (var != ZC_NO_VAR)
                    write_var(em, w, &block, var, column, s / shape->lookups);
            }
            flush_run(w);
        }
}

static void write_committed(const zc_emitter *em, run_writer *w)
{
    const zc_plan *plan = &em->build->plan;
    const zc_shape *shape = &em->layout->shape;
    for (uint32_t i = 0; i < plan->committed_count; i++) {
        uint32_t column = zc_column_committed(plan, shape, i);
        const zc_block *block = NULL;
        for (uint64_t e = 0; e < plan->committed[i].count; e++) {
            zk_cell cell = zk_committed_cell(column, shape->k, e);
            write_var(em, w, &block, plan->committed_vars[plan->committed[i].first + e],
                      cell.column, cell.row);
        }
        flush_run(w);
    }
}

/* The 1 of a batched circuit and its uses of variables, column by column. */
static void write_uses(const zc_emitter *em, run_writer *w)
{
    const zc_batch *batch = em->layout->batch;
    for (uint32_t column = 0; column < batch->value_columns; column++) {
        const zc_block *block = NULL;
        for (size_t i = 0; i < batch->use_count; i++)
            if (batch->uses[i].cell.column == column)
                write_var(em, w, &block, batch->uses[i].var, column, batch->uses[i].cell.row);
        flush_run(w);
    }
    write_cell(w, em->one_reg, 0, 0, batch->one_row);
    flush_run(w);
}

static zkml_status make_batched_places(zc_emitter *em, zkml_error *err)
{
    run_writer count = {0}, writer = {0};
    write_uses(em, &count);
    writer.places = ZK_ARENA_NEW(&em->out->arena, zk_wplace, count.count);
    if (writer.places == NULL || count.count > UINT32_MAX)
        return zc_emit_no_memory(err);
    write_uses(em, &writer);
    em->out->program.places = writer.places;
    em->out->program.place_count = (uint32_t)writer.count;
    return ZKML_OK;
}

static zkml_status make_places(zc_emitter *em, zkml_error *err)
{
    run_writer across = {0}, down = {0}, others = {0}, writer = {0};
    write_lanes(em, &across, false);
    write_lanes(em, &down, true);
    write_lookups(em, &others);
    write_committed(em, &others);
    bool go_down = down.count < across.count;
    size_t count = (go_down ? down.count : across.count) + others.count;
    if (count > UINT32_MAX)
        return zk_fail(err, ZKML_LIMIT, "lowering: the witness program is too large");
    writer.places = ZK_ARENA_NEW(&em->out->arena, zk_wplace, count);
    if (writer.places == NULL)
        return zc_emit_no_memory(err);
    write_lanes(em, &writer, go_down);
    write_lookups(em, &writer);
    write_committed(em, &writer);
    em->out->program.places = writer.places;
    em->out->program.place_count = (uint32_t)count;
    return ZKML_OK;
}

static zkml_status make_chain(zc_emitter *em, zkml_error *err)
{
    const zc_shape *shape = &em->layout->shape;
    if (shape->lanes == 0)
        return ZKML_OK;
    zk_wchain *chain = ZK_ARENA_NEW(&em->out->arena, zk_wchain, 1);
    if (chain == NULL)
        return zc_emit_no_memory(err);
    uint32_t after = shape->lanes + shape->products; /* fixed columns as in emit.c */
    *chain = (zk_wchain){
        .rows = (uint32_t)shape->gate_rows,
        .lane = 0,
        .lanes = shape->lanes,
        .acc = zc_column_acc(shape),
        .linear = 0,
        .product = shape->lanes,
        .products = shape->products,
        .cont = after,
        .constant = after + 1,
        .out = after + 2,
    };
    em->out->program.chains = chain;
    em->out->program.chain_count = 1;
    return ZKML_OK;
}

zkml_status zc_emit_program(zc_emitter *em, zkml_error *err)
{
    bool *used = calloc(em->build->instr_count + 1, sizeof *used);
    if (used == NULL)
        return zc_emit_no_memory(err);
    mark_used(em, used);
    zkml_status status = copy_instructions(em, used, err);
    if (status == ZKML_OK)
        status = name_registers(em, used, err);
    if (status == ZKML_OK && em->layout->shape.batched)
        status = add_one(em, err);
    free(used);
    ZK_TRY(status);
    if (em->layout->shape.batched)
        return make_batched_places(em, err);
    ZK_TRY(make_places(em, err));
    return make_chain(em, err);
}

#include "runtime/circuit/codec.h"

#include <stdlib.h>
#include <string.h>

/* Expressions are written as trees in postfix order: a count of nodes, then the nodes. */
enum { NODE_CONSTANT, NODE_FIXED, NODE_ADVICE, NODE_INSTANCE, NODE_NEGATED, NODE_SUM, NODE_PRODUCT,
       NODE_SCALED };
enum { CALL_EQUALITY, CALL_CONSTANT, CALL_GATE, CALL_LOOKUP };

/* ---- writing ---- */

/* The recursion is as deep as the tree: at most ZK_CS_MAX_DEPTH. */
static void put_nodes(zk_buf *buf, const zk_constraint_system *cs, zk_expr_id id)
{
    const zk_expr *x = &cs->exprs[id];
    switch (x->kind) {
    case ZK_EXPR_CONSTANT:
        zk_buf_u8(buf, NODE_CONSTANT);
        zk_put_fp(buf, &cs->constants[x->a]);
        return;
    case ZK_EXPR_FIXED:
        zk_buf_u8(buf, NODE_FIXED);
        zk_put_uint(buf, x->a);
        return;
    case ZK_EXPR_ADVICE:
    case ZK_EXPR_INSTANCE:
        zk_buf_u8(buf, x->kind == ZK_EXPR_ADVICE ? NODE_ADVICE : NODE_INSTANCE);
        zk_put_uint(buf, x->a);
        zk_put_int(buf, x->rotation);
        return;
    case ZK_EXPR_NEGATED:
        put_nodes(buf, cs, x->a);
        zk_buf_u8(buf, NODE_NEGATED);
        return;
    case ZK_EXPR_SUM:
    case ZK_EXPR_PRODUCT:
        put_nodes(buf, cs, x->a);
        put_nodes(buf, cs, x->b);
        zk_buf_u8(buf, x->kind == ZK_EXPR_SUM ? NODE_SUM : NODE_PRODUCT);
        return;
    case ZK_EXPR_SCALED:
        put_nodes(buf, cs, x->a);
        zk_buf_u8(buf, NODE_SCALED);
        zk_put_fp(buf, &cs->constants[x->b]);
        return;
    case ZK_EXPR_SELECTOR:
        break;
    }
    buf->failed = true;
}

void zk_expr_put(zk_buf *buf, const zk_constraint_system *cs, zk_expr_id expr)
{
    zk_put_uint(buf, cs->exprs[expr].tree);
    put_nodes(buf, cs, expr);
}

static void put_call(zk_buf *buf, const zk_constraint_system *cs, const zk_call *call)
{
    switch (call->kind) {
    case ZK_CALL_EQUALITY:
        zk_buf_u8(buf, CALL_EQUALITY);
        zk_buf_u8(buf, (uint8_t)call->column.kind);
        zk_put_uint(buf, call->column.index);
        return;
    case ZK_CALL_CONSTANT:
        zk_buf_u8(buf, CALL_CONSTANT);
        zk_put_uint(buf, call->column.index);
        return;
    case ZK_CALL_GATE: {
        const zk_gate *gate = &cs->gates[call->index];
        zk_buf_u8(buf, CALL_GATE);
        zk_put_text(buf, gate->name);
        zk_put_uint(buf, gate->count);
        for (uint32_t i = 0; i < gate->count; i++)
            zk_expr_put(buf, cs, cs->polys[gate->first + i]);
        return;
    }
    case ZK_CALL_LOOKUP: {
        const zk_lookup *lookup = &cs->lookups[call->index];
        zk_buf_u8(buf, CALL_LOOKUP);
        zk_put_text(buf, lookup->name);
        zk_put_uint(buf, lookup->count);
        for (uint32_t i = 0; i < lookup->count; i++) {
            zk_expr_put(buf, cs, cs->lookup_inputs[lookup->first + i]);
            zk_put_uint(buf, cs->exprs[cs->lookup_tables[lookup->first + i]].a);
        }
        return;
    }
    }
}

void zk_script_put(zk_buf *buf, const zk_constraint_system *cs)
{
    zk_put_uint(buf, cs->n_advice);
    zk_put_uint(buf, cs->n_fixed);
    zk_put_uint(buf, cs->n_instance);
    zk_put_uint(buf, cs->minimum_degree);
    zk_put_uint(buf, cs->n_calls);
    for (size_t i = 0; i < cs->n_calls; i++)
        put_call(buf, cs, &cs->calls[i]);
}

/* ---- reading ---- */

/* Operands that wait for their operator. */
typedef struct stack {
    zk_expr_id *ids;
    size_t depth, capacity;
} stack;

typedef struct script {
    zk_reader *reader;
    zk_constraint_system *cs;
    stack operands;
    zk_arena scratch; /* names and lists of one call */
} script;

static void push(script *s, zk_expr_id id)
{
    if (!ZK_GROW(s->operands.ids, s->operands.capacity, s->operands.depth + 1)) {
        zk_reader_fail_limit(s->reader, s->reader->offset, "out of memory");
        return;
    }
    s->operands.ids[s->operands.depth++] = id;
}

static zk_expr_id pop(script *s)
{
    if (s->operands.depth == 0) {
        zk_reader_fail(s->reader, s->reader->offset, "an operator lacks its operand");
        return ZK_EXPR_NONE;
    }
    return s->operands.ids[--s->operands.depth];
}

static int32_t get_rotation(zk_reader *reader)
{
    size_t at = reader->offset;
    int64_t rotation = zk_get_int(reader);
    if (rotation > ZK_CS_MAX_ROTATION || rotation < -ZK_CS_MAX_ROTATION) {
        zk_reader_fail(reader, at, "a rotation is out of range");
        return 0;
    }
    return (int32_t)rotation;
}

static void get_node(script *s)
{
    zk_reader *reader = s->reader;
    size_t at = reader->offset;
    uint8_t node = zk_read_u8(reader);
    zk_expr_id a, b;
    zk_fp value;
    uint32_t column;
    switch (node) {
    case NODE_CONSTANT:
        value = zk_get_fp(reader);
        push(s, zk_cs_constant(s->cs, &value));
        return;
    case NODE_FIXED:
        column = zk_get_u32(reader);
        push(s, zk_cs_query_fixed(s->cs, column));
        return;
    case NODE_ADVICE:
    case NODE_INSTANCE:
        column = zk_get_u32(reader);
        push(s, zk_cs_query(s->cs,
                            (zk_column_ref){node == NODE_ADVICE ? ZK_ADVICE : ZK_INSTANCE, column},
                            get_rotation(reader)));
        return;
    case NODE_NEGATED:
        a = pop(s);
        push(s, zk_reader_ok(reader) ? zk_cs_neg(s->cs, a) : a);
        return;
    case NODE_SUM:
    case NODE_PRODUCT:
        b = pop(s);
        a = pop(s);
        if (zk_reader_ok(reader))
            push(s, node == NODE_SUM ? zk_cs_add(s->cs, a, b) : zk_cs_mul(s->cs, a, b));
        return;
    case NODE_SCALED:
        a = pop(s);
        value = zk_get_fp(reader);
        push(s, zk_reader_ok(reader) ? zk_cs_scale(s->cs, a, &value) : a);
        return;
    default:
        zk_reader_fail(reader, at, "unknown kind of expression");
    }
}

static bool good(const script *s)
{
    return zk_reader_ok(s->reader) && s->cs->status == ZKML_OK;
}

static zk_expr_id get_expr(script *s)
{
    size_t at = s->reader->offset;
    size_t nodes = zk_get_count(s->reader, 1);
    s->operands.depth = 0;
    for (size_t i = 0; i < nodes && good(s); i++)
        get_node(s);
    if (good(s) && s->operands.depth != 1)
        zk_reader_fail(s->reader, at, "an expression is not one tree");
    return good(s) ? s->operands.ids[0] : ZK_EXPR_NONE;
}

/* A failure of the system is one of the file. */
static void check_system(const script *s, size_t at)
{
    if (s->cs->status == ZKML_LIMIT)
        zk_reader_fail_limit(s->reader, at, s->cs->error.text);
    else if (s->cs->status != ZKML_OK)
        zk_reader_fail(s->reader, at, s->cs->error.text);
}

zk_expr_id zk_expr_get(zk_reader *reader, zk_constraint_system *cs)
{
    script s = {.reader = reader, .cs = cs};
    size_t at = reader->offset;
    zk_expr_id expr = get_expr(&s);
    check_system(&s, at);
    free(s.operands.ids);
    return expr;
}

static void get_gate(script *s)
{
    const char *name = zk_get_text(s->reader, &s->scratch);
    size_t count = zk_get_count(s->reader, 2);
    zk_expr_id *exprs = zk_get_memory(s->reader, &s->scratch, count, sizeof *exprs);
    for (size_t i = 0; i < count && good(s); i++)
        exprs[i] = get_expr(s);
    if (good(s))
        (void)zk_cs_create_gate(s->cs, name, exprs, count);
}

static void get_lookup(script *s)
{
    const char *name = zk_get_text(s->reader, &s->scratch);
    size_t count = zk_get_count(s->reader, 3);
    zk_expr_id *inputs = zk_get_memory(s->reader, &s->scratch, count, sizeof *inputs);
    uint32_t *tables = zk_get_memory(s->reader, &s->scratch, count, sizeof *tables);
    for (size_t i = 0; i < count && good(s); i++) {
        inputs[i] = get_expr(s);
        tables[i] = zk_get_u32(s->reader);
    }
    if (good(s))
        (void)zk_cs_lookup(s->cs, name, inputs, tables, count);
}

static void get_call(script *s)
{
    size_t at = s->reader->offset, calls = s->cs->n_calls;
    bool repeated = false;
    switch (zk_read_u8(s->reader)) {
    case CALL_EQUALITY: {
        zk_column_kind kind = (zk_column_kind)zk_get_uint(s->reader, ZK_INSTANCE);
        zk_column_ref column = {kind, zk_get_u32(s->reader)};
        repeated = zk_cs_permutation_index(s->cs, column) != ZK_NONE;
        zk_cs_enable_equality(s->cs, column);
        break;
    }
    case CALL_CONSTANT:
        zk_cs_enable_constant(s->cs, zk_get_u32(s->reader));
        break;
    case CALL_GATE:
        get_gate(s);
        break;
    case CALL_LOOKUP:
        get_lookup(s);
        break;
    default:
        zk_reader_fail(s->reader, at, "unknown kind of call");
    }
    check_system(s, at);
    if (zk_reader_ok(s->reader) && (s->cs->n_calls != calls + 1 || repeated))
        zk_reader_fail(s->reader, at, "a call of the constraint system has no effect");
}

void zk_script_get(zk_reader *reader, zk_constraint_system *cs)
{
    zk_cs_init(cs);
    uint64_t advice = zk_get_uint(reader, ZK_CODEC_MAX_COLUMNS);
    uint64_t fixed = zk_get_uint(reader, ZK_CODEC_MAX_COLUMNS);
    uint64_t instance = zk_get_uint(reader, ZK_CODEC_MAX_COLUMNS);
    for (uint64_t i = 0; i < advice; i++)
        (void)zk_cs_advice_column(cs);
    for (uint64_t i = 0; i < fixed; i++)
        (void)zk_cs_fixed_column(cs);
    for (uint64_t i = 0; i < instance; i++)
        (void)zk_cs_instance_column(cs);
    zk_cs_set_minimum_degree(cs, (uint32_t)zk_get_uint(reader, ZK_CS_MAX_DEGREE));
    script s = {.reader = reader, .cs = cs};
    size_t calls = zk_get_count(reader, 2);
    for (size_t i = 0; i < calls && zk_reader_ok(reader); i++) {
        zk_arena_init(&s.scratch, 0);
        get_call(&s);
        zk_arena_free(&s.scratch);
    }
    free(s.operands.ids);
}

#include "runtime/halo2/program.h"

#include <stdlib.h>
#include <string.h>

#include "runtime/base/arena.h"

#define NONE UINT32_MAX

void zk_program_init(zk_program *p)
{
    memset(p, 0, sizeof *p);
}

void zk_program_free(zk_program *p)
{
    free(p->leaves);
    free(p->constants);
    free(p->nodes);
    free(p->outputs);
    free(p->code);
    free(p->buckets);
    memset(p, 0, sizeof *p);
}

/* Building ----------------------------------------------------------------------------------- */

static uint32_t hash_node(const zk_program_node *x)
{
    uint64_t h = (uint64_t)x->op;
    h = (h ^ x->a) * 0x9E3779B97F4A7C15U;
    h = (h ^ (h >> 29) ^ x->b) * 0xBF58476D1CE4E5B9U;
    h = (h ^ (h >> 31) ^ x->c) * 0x94D049BB133111EBU;
    return (uint32_t)(h >> 32);
}

static bool same_node(const zk_program_node *x, const zk_program_node *y)
{
    return x->op == y->op && x->a == y->a && x->b == y->b && x->c == y->c;
}

/* The bucket that holds the node, or the empty one where it belongs. */
static uint32_t *find_bucket(const zk_program *p, const zk_program_node *node)
{
    size_t mask = p->n_buckets - 1;
    size_t i = hash_node(node) & mask;
    while (p->buckets[i] != NONE && !same_node(&p->nodes[p->buckets[i]], node))
        i = (i + 1) & mask;
    return &p->buckets[i];
}

static bool grow_buckets(zk_program *p)
{
    size_t n = p->n_buckets == 0 ? 256 : 2 * p->n_buckets;
    uint32_t *buckets = malloc(n * sizeof *buckets);
    if (buckets == NULL)
        return false;
    memset(buckets, 0xff, n * sizeof *buckets);
    free(p->buckets);
    p->buckets = buckets;
    p->n_buckets = n;
    for (size_t i = 0; i < p->n_nodes; i++)
        *find_bucket(p, &p->nodes[i]) = (uint32_t)i;
    return true;
}

static zk_node intern(zk_program *p, zk_program_node node)
{
    if (p->failed)
        return 0;
    if (p->n_nodes * 2 >= p->n_buckets && !grow_buckets(p)) {
        p->failed = true;
        return 0;
    }
    uint32_t *bucket = find_bucket(p, &node);
    if (*bucket != NONE)
        return *bucket;
    if (p->n_nodes >= NONE - 1 || !ZK_GROW(p->nodes, p->cap_nodes, p->n_nodes + 1)) {
        p->failed = true;
        return 0;
    }
    *bucket = (uint32_t)p->n_nodes;
    p->nodes[p->n_nodes] = node;
    return (zk_node)p->n_nodes++;
}

static uint32_t intern_constant(zk_program *p, const zk_fp *value)
{
    for (size_t i = p->n_constants; i > 0 && p->n_constants - i < 64; i--)
        if (zk_fp_equal(&p->constants[i - 1], value))
            return (uint32_t)(i - 1);
    if (!ZK_GROW(p->constants, p->cap_constants, p->n_constants + 1)) {
        p->failed = true;
        return 0;
    }
    p->constants[p->n_constants] = *value;
    return (uint32_t)p->n_constants++;
}

static bool is_constant(const zk_program *p, zk_node a, zk_fp *value)
{
    if (p->failed || p->nodes[a].op != ZK_OP_CONSTANT)
        return false;
    *value = p->constants[p->nodes[a].c];
    return true;
}

zk_node zk_program_leaf(zk_program *p, zk_leaf leaf)
{
    if (p->failed)
        return 0;
    for (size_t i = 0; i < p->n_leaves; i++) {
        const zk_leaf *l = &p->leaves[i];
        if (l->kind == leaf.kind && l->circuit == leaf.circuit && l->index == leaf.index &&
            l->rotation == leaf.rotation)
            return intern(p, (zk_program_node){.op = ZK_OP_LEAF, .a = (uint32_t)i});
    }
    if (!ZK_GROW(p->leaves, p->cap_leaves, p->n_leaves + 1)) {
        p->failed = true;
        return 0;
    }
    p->leaves[p->n_leaves] = leaf;
    return intern(p, (zk_program_node){.op = ZK_OP_LEAF, .a = (uint32_t)p->n_leaves++});
}

zk_node zk_program_constant(zk_program *p, const zk_fp *value)
{
    if (p->failed)
        return 0;
    return intern(p, (zk_program_node){.op = ZK_OP_CONSTANT, .c = intern_constant(p, value)});
}

zk_node zk_program_neg(zk_program *p, zk_node a)
{
    zk_fp v;
    if (is_constant(p, a, &v)) {
        zk_fp_neg(&v, &v);
        return zk_program_constant(p, &v);
    }
    return intern(p, (zk_program_node){.op = ZK_OP_NEG, .a = a});
}

zk_node zk_program_offset(zk_program *p, zk_node a, const zk_fp *value)
{
    zk_fp v;
    if (is_constant(p, a, &v)) {
        zk_fp_add(&v, &v, value);
        return zk_program_constant(p, &v);
    }
    if (p->failed || zk_fp_is_zero(value))
        return a;
    return intern(p, (zk_program_node){.op = ZK_OP_OFFSET, .a = a, .c = intern_constant(p, value)});
}

zk_node zk_program_scale(zk_program *p, zk_node a, const zk_fp *factor)
{
    zk_fp v;
    if (is_constant(p, a, &v)) {
        zk_fp_mul(&v, &v, factor);
        return zk_program_constant(p, &v);
    }
    if (zk_fp_is_zero(factor))
        return zk_program_constant(p, &zk_fp_zero);
    if (p->failed || zk_fp_equal(factor, &zk_fp_one))
        return a;
    return intern(p, (zk_program_node){.op = ZK_OP_SCALE, .a = a, .c = intern_constant(p, factor)});
}

zk_node zk_program_add(zk_program *p, zk_node a, zk_node b)
{
    zk_fp v;
    if (is_constant(p, a, &v))
        return zk_program_offset(p, b, &v);
    if (is_constant(p, b, &v))
        return zk_program_offset(p, a, &v);
    if (p->failed)
        return 0;
    if (p->nodes[b].op == ZK_OP_NEG)
        return zk_program_sub(p, a, p->nodes[b].a);
    if (p->nodes[a].op == ZK_OP_NEG)
        return zk_program_sub(p, b, p->nodes[a].a);
    if (a > b) {
        zk_node swap = a;
        a = b;
        b = swap;
    }
    return intern(p, (zk_program_node){.op = ZK_OP_ADD, .a = a, .b = b});
}

zk_node zk_program_sub(zk_program *p, zk_node a, zk_node b)
{
    zk_fp v;
    if (is_constant(p, b, &v)) {
        zk_fp_neg(&v, &v);
        return zk_program_offset(p, a, &v);
    }
    if (is_constant(p, a, &v))
        return zk_program_offset(p, zk_program_neg(p, b), &v);
    return intern(p, (zk_program_node){.op = ZK_OP_SUB, .a = a, .b = b});
}

zk_node zk_program_mul(zk_program *p, zk_node a, zk_node b)
{
    zk_fp v;
    if (is_constant(p, a, &v))
        return zk_program_scale(p, b, &v);
    if (is_constant(p, b, &v))
        return zk_program_scale(p, a, &v);
    if (a > b) {
        zk_node swap = a;
        a = b;
        b = swap;
    }
    return intern(p, (zk_program_node){.op = ZK_OP_MUL, .a = a, .b = b});
}

zk_node zk_program_horner(zk_program *p, zk_node a, const zk_fp *factor, zk_node b)
{
    zk_fp v;
    if (is_constant(p, a, &v) || is_constant(p, b, &v) || zk_fp_is_zero(factor))
        return zk_program_add(p, zk_program_scale(p, a, factor), b);
    if (p->failed)
        return 0;
    return intern(
        p, (zk_program_node){.op = ZK_OP_HORNER, .a = a, .b = b, .c = intern_constant(p, factor)});
}

void zk_program_output(zk_program *p, zk_node node)
{
    if (p->failed || !ZK_GROW(p->outputs, p->cap_outputs, p->n_outputs + 1)) {
        p->failed = true;
        return;
    }
    p->outputs[p->n_outputs++] = node;
}

/* Scheduling --------------------------------------------------------------------------------- */

static unsigned operand_count(zk_op op)
{
    switch (op) {
    case ZK_OP_LEAF:
    case ZK_OP_CONSTANT:
        return 0;
    case ZK_OP_NEG:
    case ZK_OP_SCALE:
    case ZK_OP_OFFSET:
        return 1;
    case ZK_OP_ADD:
    case ZK_OP_SUB:
    case ZK_OP_MUL:
    case ZK_OP_HORNER:
        return 2;
    }
    return 0;
}

/* last[i]: the last node that reads node i, n_nodes for outputs, 0 for a node nobody needs. */
static void find_last_uses(const zk_program *p, uint32_t *last)
{
    for (size_t i = 0; i < p->n_outputs; i++)
        last[p->outputs[i]] = (uint32_t)p->n_nodes;
    for (size_t i = p->n_nodes; i-- > 0;) {
        const zk_program_node *x = &p->nodes[i];
        if (last[i] == 0)
            continue;
        unsigned operands = operand_count(x->op);
        if (operands > 0 && last[x->a] == 0)
            last[x->a] = (uint32_t)i;
        if (operands > 1 && last[x->b] == 0)
            last[x->b] = (uint32_t)i;
    }
}

typedef struct schedule {
    uint32_t *last;     /* of each node */
    uint32_t *place;    /* operand of each node */
    uint32_t *released; /* stack of registers to use again */
    size_t n_released;
} schedule;

static void release(zk_program *p, schedule *s, uint32_t node, size_t user)
{
    if (p->nodes[node].op != ZK_OP_LEAF && s->last[node] == user) {
        s->released[s->n_released++] = s->place[node];
        s->last[node] = NONE;
    }
}

static void emit(zk_program *p, schedule *s, size_t i)
{
    const zk_program_node *x = &p->nodes[i];
    if (s->last[i] == 0)
        return;
    if (x->op == ZK_OP_LEAF) {
        s->place[i] = x->a;
        return;
    }
    zk_instruction in = {.op = x->op, .c = x->c};
    unsigned operands = operand_count(x->op);
    if (operands > 0)
        in.a = s->place[x->a];
    if (operands > 1)
        in.b = s->place[x->b];
    if (operands > 0)
        release(p, s, x->a, i);
    if (operands > 1)
        release(p, s, x->b, i);
    if (s->n_released > 0)
        in.target = s->released[--s->n_released];
    else
        in.target = (uint32_t)(p->n_leaves + p->n_registers++);
    s->place[i] = in.target;
    p->code[p->n_code++] = in;
}

/* The greatest degree of an output; `degrees` has room for one of each node. */
static uint32_t find_degree(const zk_program *p, uint32_t *degrees)
{
    uint32_t most = 0;
    for (size_t i = 0; i < p->n_nodes; i++) {
        const zk_program_node *x = &p->nodes[i];
        unsigned operands = operand_count(x->op);
        uint32_t a = operands > 0 ? degrees[x->a] : 0, b = operands > 1 ? degrees[x->b] : 0;
        degrees[i] = x->op == ZK_OP_LEAF ? 1 : x->op == ZK_OP_MUL ? a + b : a > b ? a : b;
    }
    for (size_t i = 0; i < p->n_outputs; i++)
        most = degrees[p->outputs[i]] > most ? degrees[p->outputs[i]] : most;
    return most;
}

zkml_status zk_program_finish(zk_program *p, zkml_error *err)
{
    schedule s = {0};
    size_t n = p->n_nodes + 1;
    if (!p->failed) {
        s.last = calloc(n, sizeof *s.last);
        s.place = calloc(n, sizeof *s.place);
        s.released = calloc(n, sizeof *s.released);
        p->code = calloc(n, sizeof *p->code);
    }
    bool good = s.last != NULL && s.place != NULL && s.released != NULL && p->code != NULL;
    if (good) {
        p->degree = find_degree(p, s.place);
        find_last_uses(p, s.last);
        for (size_t i = 0; i < p->n_nodes; i++)
            emit(p, &s, i);
        for (size_t i = 0; i < p->n_outputs; i++)
            p->outputs[i] = s.place[p->outputs[i]];
    }
    free(s.last);
    free(s.place);
    free(s.released);
    return good ? ZKML_OK : zk_fail(err, ZKML_LIMIT, "out of memory for the constraint program");
}

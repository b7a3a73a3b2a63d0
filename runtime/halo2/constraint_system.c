#include "runtime/halo2/constraint_system.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void zk_cs_init(zk_constraint_system *cs)
{
    memset(cs, 0, sizeof *cs);
    zk_arena_init(&cs->names, 0);
}

void zk_cs_free(zk_constraint_system *cs)
{
    free(cs->selector_simple);
    free(cs->exprs);
    free(cs->constants);
    free(cs->polys);
    free(cs->gates);
    free(cs->lookup_inputs);
    free(cs->lookup_tables);
    free(cs->lookups);
    free(cs->advice_queries);
    free(cs->fixed_queries);
    free(cs->instance_queries);
    free(cs->permutation);
    free(cs->constant_columns);
    free(cs->calls);
    for (int kind = 0; kind < 3; kind++) {
        free(cs->query_heads[kind]);
        free(cs->query_links[kind]);
    }
    zk_arena_free(&cs->names);
    memset(cs, 0, sizeof *cs);
}

zkml_status zk_cs_status(const zk_constraint_system *cs, zkml_error *err)
{
    if (cs->status != ZKML_OK && err != NULL)
        *err = cs->error;
    return cs->status;
}

static void fail(zk_constraint_system *cs, zkml_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Keeps the first failure only. */
static void fail(zk_constraint_system *cs, zkml_status status, const char *format, ...)
{
    if (cs->status != ZKML_OK)
        return;
    va_list args;
    va_start(args, format);
    char text[256];
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    cs->status = zk_fail(&cs->error, status, "constraint system: %s", text);
}

static bool room(zk_constraint_system *cs, bool grown)
{
    if (!grown)
        fail(cs, ZKML_LIMIT, "out of memory");
    return grown;
}

#define ROOM(cs, array, capacity, needed) room((cs), ZK_GROW((cs)->array, (cs)->capacity, (needed)))

/* Columns ------------------------------------------------------------------------------------ */

static uint32_t new_column(zk_constraint_system *cs, uint32_t *count)
{
    if (cs->status != ZKML_OK)
        return ZK_NONE;
    if (*count >= ZK_CS_MAX_COLUMNS) {
        fail(cs, ZKML_LIMIT, "more than %u columns of one kind", ZK_CS_MAX_COLUMNS);
        return ZK_NONE;
    }
    return (*count)++;
}

uint32_t zk_cs_advice_column(zk_constraint_system *cs)
{
    return new_column(cs, &cs->n_advice);
}

uint32_t zk_cs_fixed_column(zk_constraint_system *cs)
{
    return new_column(cs, &cs->n_fixed);
}

uint32_t zk_cs_instance_column(zk_constraint_system *cs)
{
    return new_column(cs, &cs->n_instance);
}

uint32_t zk_cs_selector(zk_constraint_system *cs, bool simple)
{
    uint32_t index = new_column(cs, &cs->n_selectors);
    if (index == ZK_NONE)
        return ZK_NONE;
    if (!ROOM(cs, selector_simple, cap_selectors, cs->n_selectors)) {
        cs->n_selectors--;
        return ZK_NONE;
    }
    cs->selector_simple[index] = simple;
    return index;
}

uint32_t zk_cs_columns(const zk_constraint_system *cs, zk_column_kind kind)
{
    switch (kind) {
    case ZK_ADVICE:
        return cs->n_advice;
    case ZK_FIXED:
        return cs->n_fixed;
    case ZK_INSTANCE:
        return cs->n_instance;
    }
    return 0;
}

static bool check_column(zk_constraint_system *cs, zk_column_ref column)
{
    if (cs->status != ZKML_OK)
        return false;
    if (column.index >= zk_cs_columns(cs, column.kind)) {
        static const char *const kinds[] = {"advice", "fixed", "instance"};
        fail(cs, ZKML_MALFORMED, "there is no %s column %u", kinds[column.kind], column.index);
        return false;
    }
    return true;
}

static bool check_operand(zk_constraint_system *cs, zk_expr_id id)
{
    if (cs->status == ZKML_OK && id >= cs->n_exprs)
        fail(cs, ZKML_MALFORMED, "there is no expression %u", id);
    return cs->status == ZKML_OK;
}

/* Queries ------------------------------------------------------------------------------------ */

typedef struct query_list {
    zk_query **queries;
    size_t *count, *capacity;
} query_list;

static query_list queries_of(zk_constraint_system *cs, zk_column_kind kind)
{
    switch (kind) {
    case ZK_ADVICE:
        return (query_list){&cs->advice_queries, &cs->n_advice_queries, &cs->cap_advice_queries};
    case ZK_FIXED:
        return (query_list){&cs->fixed_queries, &cs->n_fixed_queries, &cs->cap_fixed_queries};
    case ZK_INSTANCE:
        break;
    }
    return (query_list){&cs->instance_queries, &cs->n_instance_queries, &cs->cap_instance_queries};
}

/* The first query of a column, ZK_NONE: none. */
static uint32_t first_query(const zk_constraint_system *cs, zk_column_kind kind, uint32_t column)
{
    return column < cs->n_query_heads[kind] ? cs->query_heads[kind][column] : ZK_NONE;
}

/* The chain of every column of the kind, and room for one more query in the list. */
static bool query_room(zk_constraint_system *cs, zk_column_kind kind, const query_list *list)
{
    uint32_t columns = zk_cs_columns(cs, kind);
    if (!ROOM(cs, query_heads[kind], cap_query_heads[kind], columns) ||
        !ROOM(cs, query_links[kind], cap_query_links[kind], *list->count + 1) ||
        !room(cs, ZK_GROW(*list->queries, *list->capacity, *list->count + 1)))
        return false;
    while (cs->n_query_heads[kind] < columns)
        cs->query_heads[kind][cs->n_query_heads[kind]++] = ZK_NONE;
    return true;
}

/* Position of (column, rotation) in its list, appended if new; ZK_NONE without memory. */
static uint32_t register_query(zk_constraint_system *cs, zk_column_kind kind, uint32_t column,
                               int32_t rotation)
{
    query_list list = queries_of(cs, kind);
    uint32_t first = first_query(cs, kind, column), length = 0;
    for (uint32_t q = first; q != ZK_NONE; q = cs->query_links[kind][q], length++)
        if ((*list.queries)[q].rotation == rotation)
            return q;
    if (*list.count >= ZK_CS_MAX_COLUMNS || length >= ZK_CS_MAX_COLUMN_QUERIES) {
        fail(cs, ZKML_LIMIT, "more than %u queries of one kind, or %u of one column",
             ZK_CS_MAX_COLUMNS, ZK_CS_MAX_COLUMN_QUERIES);
        return ZK_NONE;
    }
    if (!query_room(cs, kind, &list))
        return ZK_NONE;
    uint32_t index = (uint32_t)(*list.count)++;
    (*list.queries)[index] = (zk_query){.column = column, .rotation = rotation};
    cs->query_links[kind][index] = first;
    cs->query_heads[kind][column] = index;
    return index;
}

static bool column_kind_of(zk_expr_kind kind, zk_column_kind *column)
{
    switch (kind) {
    case ZK_EXPR_FIXED:
        *column = ZK_FIXED;
        return true;
    case ZK_EXPR_ADVICE:
        *column = ZK_ADVICE;
        return true;
    case ZK_EXPR_INSTANCE:
        *column = ZK_INSTANCE;
        return true;
    default:
        return false;
    }
}

/* Enters the queries of a tree in the lists, left before right. The depth is at most
 * ZK_CS_MAX_DEPTH. A shared node is entered at its first use, later visits change nothing, so
 * the walk's cost is bounded by the tree, which is bounded by ZK_CS_MAX_TREE. */
static void register_queries(zk_constraint_system *cs, zk_expr_id id)
{
    zk_expr *node = &cs->exprs[id];
    zk_column_kind kind;
    switch (node->kind) {
    case ZK_EXPR_CONSTANT:
    case ZK_EXPR_SELECTOR:
        return;
    case ZK_EXPR_FIXED:
    case ZK_EXPR_ADVICE:
    case ZK_EXPR_INSTANCE:
        if (node->query_index == ZK_NONE && column_kind_of(node->kind, &kind))
            node->query_index = register_query(cs, kind, node->a, node->rotation);
        return;
    case ZK_EXPR_NEGATED:
    case ZK_EXPR_SCALED:
        register_queries(cs, node->a);
        return;
    case ZK_EXPR_SUM:
    case ZK_EXPR_PRODUCT:
        register_queries(cs, node->a);
        register_queries(cs, node->b);
        return;
    }
}

void zk_cs_use_query(zk_constraint_system *cs, zk_expr_id expr)
{
    if (check_operand(cs, expr))
        register_queries(cs, expr);
}

static void record_call(zk_constraint_system *cs, zk_call call)
{
    if (!ROOM(cs, calls, cap_calls, cs->n_calls + 1))
        return;
    cs->calls[cs->n_calls++] = call;
}

static void add_equality(zk_constraint_system *cs, zk_column_ref column)
{
    (void)register_query(cs, column.kind, column.index, 0);
    if (cs->status != ZKML_OK || zk_cs_permutation_index(cs, column) != ZK_NONE)
        return;
    if (ROOM(cs, permutation, cap_permutation, cs->n_permutation + 1))
        cs->permutation[cs->n_permutation++] = column;
}

void zk_cs_enable_equality(zk_constraint_system *cs, zk_column_ref column)
{
    if (!check_column(cs, column))
        return;
    add_equality(cs, column);
    record_call(cs, (zk_call){.kind = ZK_CALL_EQUALITY, .column = column});
}

void zk_cs_enable_constant(zk_constraint_system *cs, uint32_t fixed_column)
{
    zk_column_ref column = {.kind = ZK_FIXED, .index = fixed_column};
    if (!check_column(cs, column))
        return;
    for (size_t i = 0; i < cs->n_constant_columns; i++)
        if (cs->constant_columns[i] == fixed_column)
            return;
    if (!ROOM(cs, constant_columns, cap_constant_columns, cs->n_constant_columns + 1))
        return;
    cs->constant_columns[cs->n_constant_columns++] = fixed_column;
    add_equality(cs, column);
    record_call(cs, (zk_call){.kind = ZK_CALL_CONSTANT, .column = column});
}

void zk_cs_set_minimum_degree(zk_constraint_system *cs, uint32_t degree)
{
    if (cs->status == ZKML_OK)
        cs->minimum_degree = degree;
}

/* Expressions -------------------------------------------------------------------------------- */

static uint32_t saturating_add(uint32_t a, uint32_t b)
{
    return a > UINT32_MAX - b ? UINT32_MAX : a + b;
}

static zk_expr_id new_node(zk_constraint_system *cs, zk_expr node)
{
    if (cs->status != ZKML_OK)
        return ZK_EXPR_NONE;
    if (cs->n_exprs >= ZK_CS_MAX_NODES) {
        fail(cs, ZKML_LIMIT, "more than %u expression nodes", ZK_CS_MAX_NODES);
        return ZK_EXPR_NONE;
    }
    if (node.depth > ZK_CS_MAX_DEPTH || node.tree > ZK_CS_MAX_TREE) {
        fail(cs, ZKML_LIMIT, "an expression is too %s",
             node.depth > ZK_CS_MAX_DEPTH ? "deep" : "large");
        return ZK_EXPR_NONE;
    }
    if (!ROOM(cs, exprs, cap_exprs, cs->n_exprs + 1))
        return ZK_EXPR_NONE;
    node.query_index = ZK_NONE;
    cs->exprs[cs->n_exprs] = node;
    return (zk_expr_id)cs->n_exprs++;
}

static uint32_t new_constant(zk_constraint_system *cs, const zk_fp *value)
{
    if (cs->status != ZKML_OK || !ROOM(cs, constants, cap_constants, cs->n_constants + 1))
        return ZK_NONE;
    cs->constants[cs->n_constants] = *value;
    return (uint32_t)cs->n_constants++;
}

zk_expr_id zk_cs_constant(zk_constraint_system *cs, const zk_fp *value)
{
    uint32_t index = new_constant(cs, value);
    return new_node(cs, (zk_expr){.kind = ZK_EXPR_CONSTANT, .a = index, .depth = 1, .tree = 1});
}

zk_expr_id zk_cs_constant_i64(zk_constraint_system *cs, int64_t value)
{
    zk_fp v;
    zk_fp_from_i64(&v, value);
    return zk_cs_constant(cs, &v);
}

zk_expr_id zk_cs_query(zk_constraint_system *cs, zk_column_ref column, int32_t rotation)
{
    if (!check_column(cs, column))
        return ZK_EXPR_NONE;
    if (rotation > ZK_CS_MAX_ROTATION || rotation < -ZK_CS_MAX_ROTATION) {
        fail(cs, ZKML_LIMIT, "rotation %d is out of range", rotation);
        return ZK_EXPR_NONE;
    }
    if (column.kind == ZK_FIXED && rotation != 0) {
        fail(cs, ZKML_MALFORMED, "fixed column %u can only be queried at rotation 0", column.index);
        return ZK_EXPR_NONE;
    }
    static const zk_expr_kind kinds[] = {ZK_EXPR_ADVICE, ZK_EXPR_FIXED, ZK_EXPR_INSTANCE};
    return new_node(cs, (zk_expr){.kind = kinds[column.kind],
                                  .a = column.index,
                                  .rotation = rotation,
                                  .degree = 1,
                                  .depth = 1,
                                  .tree = 1});
}

zk_expr_id zk_cs_query_advice(zk_constraint_system *cs, uint32_t column, int32_t rotation)
{
    return zk_cs_query(cs, (zk_column_ref){ZK_ADVICE, column}, rotation);
}

zk_expr_id zk_cs_query_fixed(zk_constraint_system *cs, uint32_t column)
{
    return zk_cs_query(cs, (zk_column_ref){ZK_FIXED, column}, 0);
}

zk_expr_id zk_cs_query_instance(zk_constraint_system *cs, uint32_t column, int32_t rotation)
{
    return zk_cs_query(cs, (zk_column_ref){ZK_INSTANCE, column}, rotation);
}

zk_expr_id zk_cs_query_selector(zk_constraint_system *cs, uint32_t selector)
{
    if (cs->status == ZKML_OK && selector >= cs->n_selectors)
        fail(cs, ZKML_MALFORMED, "there is no selector %u", selector);
    return new_node(
        cs, (zk_expr){.kind = ZK_EXPR_SELECTOR, .a = selector, .degree = 1, .depth = 1, .tree = 1});
}

static zk_expr_id unary(zk_constraint_system *cs, zk_expr_kind kind, zk_expr_id a, uint32_t b)
{
    if (!check_operand(cs, a))
        return ZK_EXPR_NONE;
    const zk_expr *x = &cs->exprs[a];
    return new_node(cs, (zk_expr){.kind = kind,
                                  .a = a,
                                  .b = b,
                                  .degree = x->degree,
                                  .depth = x->depth + 1,
                                  .tree = saturating_add(x->tree, 1)});
}

static zk_expr_id binary(zk_constraint_system *cs, zk_expr_kind kind, zk_expr_id a, zk_expr_id b)
{
    if (!check_operand(cs, a) || !check_operand(cs, b))
        return ZK_EXPR_NONE;
    const zk_expr *x = &cs->exprs[a], *y = &cs->exprs[b];
    uint32_t degree = x->degree > y->degree ? x->degree : y->degree;
    if (kind == ZK_EXPR_PRODUCT)
        degree = saturating_add(x->degree, y->degree);
    return new_node(cs, (zk_expr){.kind = kind,
                                  .a = a,
                                  .b = b,
                                  .degree = degree,
                                  .depth = (x->depth > y->depth ? x->depth : y->depth) + 1,
                                  .tree = saturating_add(saturating_add(x->tree, y->tree), 1)});
}

zk_expr_id zk_cs_neg(zk_constraint_system *cs, zk_expr_id a)
{
    return unary(cs, ZK_EXPR_NEGATED, a, 0);
}

zk_expr_id zk_cs_add(zk_constraint_system *cs, zk_expr_id a, zk_expr_id b)
{
    return binary(cs, ZK_EXPR_SUM, a, b);
}

zk_expr_id zk_cs_sub(zk_constraint_system *cs, zk_expr_id a, zk_expr_id b)
{
    return zk_cs_add(cs, a, zk_cs_neg(cs, b));
}

zk_expr_id zk_cs_mul(zk_constraint_system *cs, zk_expr_id a, zk_expr_id b)
{
    return binary(cs, ZK_EXPR_PRODUCT, a, b);
}

zk_expr_id zk_cs_scale(zk_constraint_system *cs, zk_expr_id a, const zk_fp *factor)
{
    return unary(cs, ZK_EXPR_SCALED, a, new_constant(cs, factor));
}

/* Gates and look-ups ------------------------------------------------------------------------- */

static const char *keep_name(zk_constraint_system *cs, const char *name)
{
    const char *copy = zk_arena_strndup(&cs->names, name, strlen(name));
    if (copy == NULL)
        fail(cs, ZKML_LIMIT, "out of memory");
    return copy;
}

static bool check_tree(zk_constraint_system *cs, zk_expr_id id)
{
    if (!check_operand(cs, id))
        return false;
    cs->total_tree += cs->exprs[id].tree;
    if (cs->total_tree > ZK_CS_MAX_TREE)
        fail(cs, ZKML_LIMIT, "the constraints have more than %u nodes", ZK_CS_MAX_TREE);
    return cs->status == ZKML_OK;
}

uint32_t zk_cs_create_gate(zk_constraint_system *cs, const char *name, const zk_expr_id *exprs,
                           size_t n)
{
    if (cs->status != ZKML_OK)
        return ZK_NONE;
    if (n == 0 || n > ZK_CS_MAX_NODES) {
        fail(cs, ZKML_MALFORMED, "gate %s has no polynomials", name);
        return ZK_NONE;
    }
    const char *copy = keep_name(cs, name);
    if (copy == NULL || !ROOM(cs, polys, cap_polys, cs->n_polys + n) ||
        !ROOM(cs, gates, cap_gates, cs->n_gates + 1))
        return ZK_NONE;
    size_t first = cs->n_polys;
    for (size_t i = 0; i < n; i++) {
        if (!check_tree(cs, exprs[i]))
            return ZK_NONE;
        register_queries(cs, exprs[i]);
        cs->polys[cs->n_polys++] = exprs[i];
    }
    uint32_t index = (uint32_t)cs->n_gates++;
    cs->gates[index] = (zk_gate){.name = copy, .first = (uint32_t)first, .count = (uint32_t)n};
    record_call(cs, (zk_call){.kind = ZK_CALL_GATE, .index = index});
    return cs->status == ZKML_OK ? index : ZK_NONE;
}

uint32_t zk_cs_lookup(zk_constraint_system *cs, const char *name, const zk_expr_id *inputs,
                      const uint32_t *table_columns, size_t n)
{
    if (cs->status != ZKML_OK)
        return ZK_NONE;
    if (n == 0 || n > ZK_CS_MAX_COLUMNS) {
        fail(cs, ZKML_MALFORMED, "look-up %s has no inputs", name);
        return ZK_NONE;
    }
    const char *copy = keep_name(cs, name);
    size_t first = cs->n_lookup_items;
    if (copy == NULL || !ROOM(cs, lookup_inputs, cap_lookup_inputs, first + n) ||
        !ROOM(cs, lookup_tables, cap_lookup_tables, first + n) ||
        !ROOM(cs, lookups, cap_lookups, cs->n_lookups + 1))
        return ZK_NONE;
    for (size_t i = 0; i < n; i++) {
        if (!check_tree(cs, inputs[i]))
            return ZK_NONE;
        register_queries(cs, inputs[i]);
        cs->lookup_inputs[first + i] = inputs[i];
    }
    for (size_t i = 0; i < n; i++) {
        zk_expr_id table = zk_cs_query_fixed(cs, table_columns[i]);
        if (table == ZK_EXPR_NONE)
            return ZK_NONE;
        register_queries(cs, table);
        cs->lookup_tables[first + i] = table;
    }
    cs->n_lookup_items += n;
    uint32_t index = (uint32_t)cs->n_lookups++;
    cs->lookups[index] = (zk_lookup){.name = copy, .first = (uint32_t)first, .count = (uint32_t)n};
    record_call(cs, (zk_call){.kind = ZK_CALL_LOOKUP, .index = index});
    return cs->status == ZKML_OK ? index : ZK_NONE;
}

/* Properties --------------------------------------------------------------------------------- */

static uint32_t max_degree(const zk_constraint_system *cs, const zk_expr_id *ids, size_t n,
                           uint32_t least)
{
    for (size_t i = 0; i < n; i++)
        if (cs->exprs[ids[i]].degree > least)
            least = cs->exprs[ids[i]].degree;
    return least;
}

uint32_t zk_cs_degree(const zk_constraint_system *cs)
{
    uint32_t degree = max_degree(cs, cs->polys, cs->n_polys, 3);
    for (size_t i = 0; i < cs->n_lookups; i++) {
        const zk_lookup *l = &cs->lookups[i];
        uint32_t inputs = max_degree(cs, cs->lookup_inputs + l->first, l->count, 1);
        uint32_t tables = max_degree(cs, cs->lookup_tables + l->first, l->count, 1);
        uint32_t own = saturating_add(2, saturating_add(inputs, tables));
        if (own > degree)
            degree = own;
    }
    return cs->minimum_degree > degree ? cs->minimum_degree : degree;
}

uint32_t zk_cs_blinding_factors(const zk_constraint_system *cs)
{
    uint32_t most = 3;
    for (uint32_t column = 0; column < cs->n_advice; column++) {
        uint32_t count = 0;
        for (uint32_t q = first_query(cs, ZK_ADVICE, column); q != ZK_NONE;
             q = cs->query_links[ZK_ADVICE][q])
            count++;
        if (count > most)
            most = count;
    }
    return most + 2;
}

size_t zk_cs_usable_rows(const zk_constraint_system *cs, uint32_t k)
{
    size_t n = (size_t)1 << k, blind = (size_t)zk_cs_blinding_factors(cs) + 1;
    return n > blind ? n - blind : 0;
}

uint32_t zk_cs_permutation_chunk(const zk_constraint_system *cs)
{
    return zk_cs_degree(cs) - 2;
}

uint32_t zk_cs_permutation_products(const zk_constraint_system *cs)
{
    uint32_t chunk = zk_cs_permutation_chunk(cs);
    return (uint32_t)((cs->n_permutation + chunk - 1) / chunk);
}

uint32_t zk_cs_permutation_index(const zk_constraint_system *cs, zk_column_ref column)
{
    for (size_t i = 0; i < cs->n_permutation; i++)
        if (cs->permutation[i].kind == column.kind && cs->permutation[i].index == column.index)
            return (uint32_t)i;
    return ZK_NONE;
}

/* Verification ------------------------------------------------------------------------------- */

static bool ids_below(const zk_expr_id *ids, size_t n, size_t limit)
{
    for (size_t i = 0; i < n; i++)
        if (ids[i] >= limit)
            return false;
    return true;
}

static bool node_good(const zk_constraint_system *cs, size_t id)
{
    const zk_expr *x = &cs->exprs[id];
    switch (x->kind) {
    case ZK_EXPR_CONSTANT:
        return x->a < cs->n_constants;
    case ZK_EXPR_SELECTOR:
        return x->a < cs->n_selectors;
    case ZK_EXPR_FIXED:
        return x->a < cs->n_fixed && x->rotation == 0;
    case ZK_EXPR_ADVICE:
        return x->a < cs->n_advice;
    case ZK_EXPR_INSTANCE:
        return x->a < cs->n_instance;
    case ZK_EXPR_NEGATED:
        return x->a < id;
    case ZK_EXPR_SCALED:
        return x->a < id && x->b < cs->n_constants;
    case ZK_EXPR_SUM:
    case ZK_EXPR_PRODUCT:
        return x->a < id && x->b < id;
    }
    return false;
}

/* Two queries of one column that coincide modulo n would be one opening with two claimed values. */
static zkml_status verify_query(const zk_constraint_system *cs, zk_column_kind kind,
                                const zk_query *list, uint32_t query, size_t n, zkml_error *err)
{
    static const char *const kinds[] = {"advice", "fixed", "instance"};
    const uint32_t *links = cs->query_links[kind];
    for (uint32_t q = links[query]; q != ZK_NONE; q = links[q]) {
        int64_t difference = (int64_t)list[query].rotation - list[q].rotation;
        if (difference % (int64_t)n == 0)
            return zk_fail(err, ZKML_MALFORMED,
                           "constraint system: rotations %d and %d of %s column %u are the same in "
                           "a circuit of %zu rows",
                           list[q].rotation, list[query].rotation, kinds[kind],
                           list[query].column, n);
    }
    return ZKML_OK;
}

static zkml_status verify_queries(const zk_constraint_system *cs, zk_column_kind kind,
                                  const zk_query *list, size_t count, size_t n, zkml_error *err)
{
    for (uint32_t q = 0; q < count; q++)
        ZK_TRY(verify_query(cs, kind, list, q, n, err));
    return ZKML_OK;
}

zkml_status zk_cs_verify(const zk_constraint_system *cs, uint32_t k, zkml_error *err)
{
    ZK_TRY(zk_cs_status(cs, err));
    if (k == 0 || k > ZK_CS_MAX_K)
        return zk_fail(err, ZKML_LIMIT, "constraint system: k = %u is not in 1..%u", k,
                       ZK_CS_MAX_K);
    for (size_t id = 0; id < cs->n_exprs; id++)
        if (!node_good(cs, id))
            return zk_fail(err, ZKML_MALFORMED, "constraint system: bad expression node %zu", id);
    if (!ids_below(cs->polys, cs->n_polys, cs->n_exprs) ||
        !ids_below(cs->lookup_inputs, cs->n_lookup_items, cs->n_exprs) ||
        !ids_below(cs->lookup_tables, cs->n_lookup_items, cs->n_exprs))
        return zk_fail(err, ZKML_MALFORMED, "constraint system: bad expression reference");
    uint32_t degree = zk_cs_degree(cs);
    if (degree > ZK_CS_MAX_DEGREE)
        return zk_fail(err, ZKML_LIMIT, "constraint system: degree %u is above %u", degree,
                       ZK_CS_MAX_DEGREE);
    size_t n = (size_t)1 << k;
    if (n < (size_t)zk_cs_blinding_factors(cs) + 3)
        return zk_fail(err, ZKML_LIMIT,
                       "constraint system: 2^%u rows are too few for %u blinding rows", k,
                       zk_cs_blinding_factors(cs));
    ZK_TRY(verify_queries(cs, ZK_ADVICE, cs->advice_queries, cs->n_advice_queries, n, err));
    ZK_TRY(verify_queries(cs, ZK_FIXED, cs->fixed_queries, cs->n_fixed_queries, n, err));
    return verify_queries(cs, ZK_INSTANCE, cs->instance_queries, cs->n_instance_queries, n, err);
}

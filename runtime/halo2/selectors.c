/* Selector compression as in halo2's compress_selectors::process. */
#include <stdlib.h>
#include <string.h>

#include "runtime/halo2/keygen.h"

typedef struct compressor {
    zk_constraint_system *cs;
    size_t n; /* rows */
    const uint8_t *const *active;
    uint32_t *simple;         /* per expression node: the simple selector in it, or ZK_NONE */
    uint32_t *degrees;        /* per selector: m of section 7.1, 0 for complex or unused ones */
    zk_expr_id *replacements; /* per selector */
    zk_expr_id *substituted;  /* per expression node: its copy without selectors */
    size_t n_nodes;           /* before compression */
    int64_t *columns;
    size_t n_columns, cap_columns; /* cap in values */
} compressor;

static zkml_status no_memory(zkml_error *err)
{
    return zk_fail(err, ZKML_LIMIT, "out of memory for selectors");
}

/* Fills simple[] bottom-up. Two simple selectors in one polynomial are an error in halo2. */
static zkml_status find_simple(compressor *c, zkml_error *err)
{
    for (size_t i = 0; i < c->n_nodes; i++) {
        const zk_expr *x = &c->cs->exprs[i];
        uint32_t a = ZK_NONE, b = ZK_NONE;
        switch (x->kind) {
        case ZK_EXPR_SELECTOR:
            a = c->cs->selector_simple[x->a] ? x->a : ZK_NONE;
            break;
        case ZK_EXPR_SUM:
        case ZK_EXPR_PRODUCT:
            a = c->simple[x->a];
            b = c->simple[x->b];
            break;
        case ZK_EXPR_NEGATED:
        case ZK_EXPR_SCALED:
            a = c->simple[x->a];
            break;
        default:
            break;
        }
        if (a != ZK_NONE && b != ZK_NONE)
            return zk_fail(err, ZKML_MALFORMED,
                           "selectors %u and %u, both simple, are in one expression", a, b);
        c->simple[i] = a != ZK_NONE ? a : b;
    }
    return ZKML_OK;
}

static zkml_status find_degrees(compressor *c, zkml_error *err)
{
    const zk_constraint_system *cs = c->cs;
    for (size_t i = 0; i < cs->n_polys; i++) {
        uint32_t selector = c->simple[cs->polys[i]];
        uint32_t degree = cs->exprs[cs->polys[i]].degree;
        if (selector != ZK_NONE && degree > c->degrees[selector])
            c->degrees[selector] = degree;
    }
    for (size_t i = 0; i < cs->n_lookup_items; i++)
        if (c->simple[cs->lookup_inputs[i]] != ZK_NONE)
            return zk_fail(err, ZKML_MALFORMED, "simple selector %u is used in a look-up",
                           c->simple[cs->lookup_inputs[i]]);
    return ZKML_OK;
}

/* A fresh fixed column of zeros; its query expression, or ZK_EXPR_NONE. */
static zk_expr_id new_column(compressor *c)
{
    size_t needed = (c->n_columns + 1) * c->n;
    if (!ZK_GROW(c->columns, c->cap_columns, needed))
        return ZK_EXPR_NONE;
    memset(c->columns + c->n_columns * c->n, 0, c->n * sizeof *c->columns);
    c->n_columns++;
    uint32_t column = zk_cs_fixed_column(c->cs);
    if (column == ZK_NONE)
        return ZK_EXPR_NONE;
    zk_expr_id query = zk_cs_query_fixed(c->cs, column);
    zk_cs_use_query(c->cs, query);
    return query;
}

static void mark_rows(compressor *c, uint32_t selector, int64_t value)
{
    int64_t *column = c->columns + (c->n_columns - 1) * c->n;
    for (size_t r = 0; r < c->n; r++)
        if (c->active[selector][r])
            column[r] = value;
}

static bool overlap(const compressor *c, uint32_t a, uint32_t b)
{
    for (size_t r = 0; r < c->n; r++)
        if (c->active[a][r] && c->active[b][r])
            return true;
    return false;
}

/* Members of the group that selector `first` opens; marks them in placed[]. */
static size_t make_group(const compressor *c, uint32_t first, uint32_t max_degree, bool *placed,
                         uint32_t *group)
{
    size_t size = 1;
    uint32_t e = c->degrees[first] - 1;
    group[0] = first;
    placed[first] = true;
    for (uint32_t j = first + 1; j < c->cs->n_selectors; j++) {
        if (e + size == max_degree)
            break;
        if (placed[j])
            continue;
        bool excluded = false;
        for (size_t i = 0; i < size && !excluded; i++)
            excluded = overlap(c, j, group[i]);
        uint32_t larger = c->degrees[j] - 1 > e ? c->degrees[j] - 1 : e;
        if (excluded || larger + size + 1 > max_degree)
            continue;
        e = larger;
        group[size++] = j;
        placed[j] = true;
    }
    return size;
}

/* Q * prod_{r != t} (r - Q) for member t of a group of `size`. */
static zk_expr_id replacement(zk_constraint_system *cs, zk_expr_id query, size_t t, size_t size)
{
    zk_expr_id expr = query;
    for (size_t r = 1; r <= size; r++)
        if (r != t)
            expr = zk_cs_mul(cs, expr, zk_cs_sub(cs, zk_cs_constant_i64(cs, (int64_t)r), query));
    return expr;
}

static zkml_status place_selectors(compressor *c, uint32_t max_degree, bool *placed,
                                   uint32_t *group, zkml_error *err)
{
    uint32_t count = c->cs->n_selectors;
    for (uint32_t s = 0; s < count; s++) {
        if (c->degrees[s] != 0)
            continue;
        placed[s] = true;
        c->replacements[s] = new_column(c);
        if (c->replacements[s] == ZK_EXPR_NONE)
            return no_memory(err);
        mark_rows(c, s, 1);
    }
    for (uint32_t s = 0; s < count; s++) {
        if (placed[s])
            continue;
        size_t size = make_group(c, s, max_degree, placed, group);
        zk_expr_id query = new_column(c);
        if (query == ZK_EXPR_NONE)
            return no_memory(err);
        for (size_t t = 1; t <= size; t++) {
            mark_rows(c, group[t - 1], (int64_t)t);
            c->replacements[group[t - 1]] = replacement(c->cs, query, t, size);
        }
    }
    return zk_cs_status(c->cs, err);
}

/* substituted[] bottom-up; nodes without selectors stay as they are. */
static void substitute(compressor *c)
{
    zk_constraint_system *cs = c->cs;
    for (size_t i = 0; i < c->n_nodes; i++) {
        zk_expr x = cs->exprs[i]; /* a copy: the array may move */
        zk_expr_id a = (zk_expr_id)i, new_a, new_b;
        switch (x.kind) {
        case ZK_EXPR_SELECTOR:
            a = c->replacements[x.a];
            break;
        case ZK_EXPR_NEGATED:
            new_a = c->substituted[x.a];
            if (new_a != x.a)
                a = zk_cs_neg(cs, new_a);
            break;
        case ZK_EXPR_SCALED:
            new_a = c->substituted[x.a];
            if (new_a != x.a) {
                zk_fp factor = cs->constants[x.b];
                a = zk_cs_scale(cs, new_a, &factor);
            }
            break;
        case ZK_EXPR_SUM:
        case ZK_EXPR_PRODUCT:
            new_a = c->substituted[x.a];
            new_b = c->substituted[x.b];
            if (new_a != x.a || new_b != x.b)
                a = x.kind == ZK_EXPR_SUM ? zk_cs_add(cs, new_a, new_b)
                                          : zk_cs_mul(cs, new_a, new_b);
            break;
        default:
            break;
        }
        c->substituted[i] = a;
    }
    if (cs->status != ZKML_OK)
        return;
    for (size_t i = 0; i < cs->n_polys; i++)
        cs->polys[i] = c->substituted[cs->polys[i]];
    for (size_t i = 0; i < cs->n_lookup_items; i++)
        cs->lookup_inputs[i] = c->substituted[cs->lookup_inputs[i]];
    cs->compressed = true;
}

static zkml_status compress(compressor *c, bool *placed, uint32_t *group, zkml_error *err)
{
    ZK_TRY(find_simple(c, err));
    ZK_TRY(find_degrees(c, err));
    ZK_TRY(place_selectors(c, zk_cs_degree(c->cs), placed, group, err));
    substitute(c);
    return zk_cs_status(c->cs, err);
}

zkml_status zk_cs_compress_selectors(zk_constraint_system *cs, uint32_t k,
                                     const uint8_t *const *active, int64_t **columns, size_t *count,
                                     zkml_error *err)
{
    *columns = NULL;
    *count = 0;
    ZK_TRY(zk_cs_verify(cs, k, err));
    ZK_CHECK(!cs->compressed);
    if (cs->n_selectors == 0)
        return ZKML_OK;
    compressor c = {.cs = cs, .n = (size_t)1 << k, .active = active, .n_nodes = cs->n_exprs};
    c.simple = calloc(c.n_nodes + 1, sizeof *c.simple);
    c.substituted = calloc(c.n_nodes + 1, sizeof *c.substituted);
    c.degrees = calloc(cs->n_selectors, sizeof *c.degrees);
    c.replacements = calloc(cs->n_selectors, sizeof *c.replacements);
    bool *placed = calloc(cs->n_selectors, sizeof *placed);
    uint32_t *group = calloc(cs->n_selectors, sizeof *group);
    zkml_status status;
    if (c.simple != NULL && c.substituted != NULL && c.degrees != NULL && c.replacements != NULL &&
        placed != NULL && group != NULL)
        status = compress(&c, placed, group, err);
    else
        status = no_memory(err);
    free(c.simple);
    free(c.substituted);
    free(c.degrees);
    free(c.replacements);
    free(placed);
    free(group);
    if (status != ZKML_OK) {
        free(c.columns);
        return status;
    }
    *columns = c.columns;
    *count = c.n_columns;
    return ZKML_OK;
}

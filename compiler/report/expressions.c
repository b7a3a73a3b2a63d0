#include "compiler/report/expressions.h"

#include <stdlib.h>
#include <string.h>

#include "compiler/check/range.h"
#include "compiler/tir/passes.h"

/* ---- nodes to expressions ---- */

typedef struct place {
    zc_span span;
    uint32_t call;
    zc_node_id node;
} place;

static int compare(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

/* By file and start, longer spans first, then call and node. */
static int compare_places(const void *left, const void *right)
{
    const place *a = left, *b = right;
    int order = compare(a->span.file, b->span.file);
    order = order != 0 ? order : compare(a->span.start, b->span.start);
    order = order != 0 ? order : compare(b->span.end, a->span.end);
    order = order != 0 ? order : compare(a->call, b->call);
    return order != 0 ? order : compare(a->node, b->node);
}

static bool same_place(const place *a, const place *b)
{
    return a->span.file == b->span.file && a->span.start == b->span.start &&
           a->span.end == b->span.end && a->call == b->call;
}

static bool computes(const zc_node *node)
{
    return node->span.file != 0 && node->op != ZC_OP_CONST && node->op != ZC_OP_VIEW &&
           node->op != ZC_OP_STACK && node->op != ZC_OP_REFINE;
}

/* The order of the steps of one expression: align, compute, round, saturate. */
static int step_of(const zc_node *node)
{
    switch (node->op) {
    case ZC_OP_SCALE:
        return 0;
    case ZC_OP_ROUND:
    case ZC_OP_DIV:
        return 2;
    case ZC_OP_CLAMP:
    case ZC_OP_CHECK:
        return 3;
    default:
        return 1;
    }
}

/* Leaves of the nodes of one place those that no later step of the same round uses: in the next
 * round of a loop the steps begin anew. `at`: the place's nodes are those with this mark. */
static size_t keep_last_steps(const zc_tir *tir, place *places, size_t count, uint32_t *marks,
                              uint32_t at)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        marks[places[i].node] = at;
    for (size_t i = 0; i < count; i++) {
        const zc_node *user = tir->nodes[places[i].node];
        for (uint32_t k = 0; k < user->operand_count; k++) {
            zc_node_id used = user->operands[k].node;
            if (marks[used] == at && step_of(tir->nodes[used]) < step_of(user))
                marks[used] = ZC_NO_ID;
        }
    }
    for (size_t i = 0; i < count; i++)
        if (marks[places[i].node] == at)
            places[kept++] = places[i];
    return kept;
}

static void add_expression(zc_expressions *all, place *places, size_t count)
{
    const zc_tir *tir = all->tir;
    zc_expression *e = &all->list[all->count];
    count = keep_last_steps(tir, places, count, all->of_node, (uint32_t)all->count);
    const zc_node *last = tir->nodes[places[count - 1].node];
    *e = (zc_expression){.span = places[0].span, .call = places[0].call};
    e->node = places[count - 1].node;
    mpz_init_set(e->lo, last->lo);
    mpz_init_set(e->hi, last->hi);
    mpz_inits(e->seen_lo, e->seen_hi, NULL);
    for (size_t i = 0; i < count; i++) {
        const zc_node *node = tir->nodes[places[i].node];
        if (!mpq_equal(node->step, last->step)) {
            e->mixed = true;
            all->of_node[places[i].node] = ZC_NO_ID;
            continue;
        }
        e->rounds++;
        e->elements += node->count;
        if (mpz_cmp(node->lo, e->lo) < 0)
            mpz_set(e->lo, node->lo);
        if (mpz_cmp(node->hi, e->hi) > 0)
            mpz_set(e->hi, node->hi);
    }
    all->count++;
}

zkml_status zc_expressions_find(zc_expressions *all, const zc_tir *tir, const zc_sources *sources,
                                bool by_call, zkml_error *err)
{
    *all = (zc_expressions){.tir = tir, .sources = sources};
    size_t nodes = tir->node_count > 0 ? tir->node_count : 1, count = 0;
    place *places = calloc(nodes, sizeof *places);
    bool *live = calloc(nodes, sizeof *live);
    all->list = calloc(nodes, sizeof *all->list);
    all->of_node = malloc(nodes * sizeof *all->of_node);
    bool ok = places != NULL && live != NULL && all->list != NULL && all->of_node != NULL;
    if (ok)
        zc_tir_mark_live(tir, live);
    for (zc_node_id n = 0; ok && n < tir->node_count; n++) {
        const zc_node *node = tir->nodes[n];
        all->of_node[n] = ZC_NO_ID;
        if (live[n] && computes(node))
            places[count++] = (place){node->span, by_call ? node->call : ZC_NO_ID, n};
    }
    if (ok && count > 0)
        qsort(places, count, sizeof *places, compare_places);
    for (size_t first = 0, end; ok && first < count; first = end) {
        for (end = first + 1; end < count && same_place(&places[first], &places[end]);)
            end++;
        add_expression(all, places + first, end - first);
    }
    free(places);
    free(live);
    return ok ? ZKML_OK : zk_fail(err, ZKML_LIMIT, "out of memory");
}

void zc_expressions_free(zc_expressions *all)
{
    for (size_t i = 0; i < all->count; i++)
        mpz_clears(all->list[i].lo, all->list[i].hi, all->list[i].seen_lo, all->list[i].seen_hi,
                   NULL);
    free(all->list);
    free(all->of_node);
    *all = (zc_expressions){0};
}

/* ---- values ---- */

static void see(zc_expression *e, const mpz_t lo, const mpz_t hi)
{
    if (!e->seen || mpz_cmp(lo, e->seen_lo) < 0)
        mpz_set(e->seen_lo, lo);
    if (!e->seen || mpz_cmp(hi, e->seen_hi) > 0)
        mpz_set(e->seen_hi, hi);
    e->seen = true;
}

static void extremes(mpz_t lo, mpz_t hi, const zc_tensor *tensor)
{
    if (tensor->small != NULL) {
        int64_t least = tensor->small[0], most = tensor->small[0];
        for (uint64_t i = 1; i < tensor->count; i++) {
            least = tensor->small[i] < least ? tensor->small[i] : least;
            most = tensor->small[i] > most ? tensor->small[i] : most;
        }
        zc_mpz_set_i64(lo, least);
        zc_mpz_set_i64(hi, most);
        return;
    }
    mpz_set(lo, tensor->big[0]);
    mpz_set(hi, tensor->big[0]);
    for (uint64_t i = 1; i < tensor->count; i++) {
        if (mpz_cmp(tensor->big[i], lo) < 0)
            mpz_set(lo, tensor->big[i]);
        if (mpz_cmp(tensor->big[i], hi) > 0)
            mpz_set(hi, tensor->big[i]);
    }
}

void zc_expressions_see(zc_expressions *all, const zc_run *run)
{
    mpz_t lo, hi;
    mpz_inits(lo, hi, NULL);
    for (zc_node_id n = 0; run->values != NULL && n < all->tir->node_count; n++) {
        const zc_tensor *tensor = &run->values[n];
        bool computed = tensor->count > 0 && (tensor->small != NULL || tensor->big != NULL);
        if (all->of_node[n] == ZC_NO_ID || !computed)
            continue;
        extremes(lo, hi, tensor);
        see(&all->list[all->of_node[n]], lo, hi);
    }
    mpz_clears(lo, hi, NULL);
}

/* ---- costs ---- */

/* Where an expression begins and how much of its first line it takes, as in a circuit's spans. */
typedef struct mark {
    uint32_t file, line, column, width;
    size_t expression;
} mark;

static int compare_marks(const void *left, const void *right)
{
    const mark *a = left, *b = right;
    int order = compare(a->file, b->file);
    order = order != 0 ? order : compare(a->line, b->line);
    order = order != 0 ? order : compare(a->column, b->column);
    return order != 0 ? order : compare(a->width, b->width);
}

static mark mark_of(const zc_expressions *all, size_t i)
{
    zc_span span = all->list[i].span;
    zc_position start = zc_source_position(all->sources, span.file, span.start);
    zc_position end = zc_source_position(all->sources, span.file, span.end);
    size_t length;
    uint32_t line_start;
    (void)zc_source_line(all->sources, span.file, start.line, &length, &line_start);
    if (end.line != start.line)
        end = zc_source_position(all->sources, span.file, line_start + (uint32_t)length);
    uint32_t width = end.column > start.column ? end.column - start.column : 1;
    return (mark){span.file, start.line, start.column, width, i};
}

/* The source of each of the circuit's files, 0: none. */
static uint32_t *match_files(const zc_expressions *all, const zk_circuit *circuit)
{
    uint32_t *files = calloc(circuit->file_count + 1, sizeof *files);
    for (size_t i = 0; files != NULL && i < circuit->file_count; i++)
        for (uint32_t f = 1; f <= all->sources->count; f++)
            if (strcmp(circuit->files[i], zc_source_path(all->sources, f)) == 0)
                files[i] = f;
    return files;
}

zkml_status zc_expressions_charge(zc_expressions *all, const zk_circuit *circuit, zkml_error *err)
{
    uint32_t *files = match_files(all, circuit);
    mark *marks = calloc(all->count + 1, sizeof *marks);
    if (files == NULL || marks == NULL) {
        free(files);
        free(marks);
        return zk_fail(err, ZKML_LIMIT, "out of memory");
    }
    for (size_t i = 0; i < all->count; i++)
        marks[i] = mark_of(all, i);
    qsort(marks, all->count, sizeof *marks, compare_marks);
    for (size_t r = 0; r < circuit->region_count; r++) {
        const zk_region *region = &circuit->regions[r];
        const mark *found = NULL;
        if (region->span != UINT32_MAX) {
            const zk_source_span *s = &circuit->spans[region->span];
            mark wanted = {files[s->file], s->line, s->column, s->width, 0};
            found = bsearch(&wanted, marks, all->count, sizeof *marks, compare_marks);
        }
        uint64_t *rows = found != NULL ? &all->list[found->expression].rows : &all->other_rows;
        uint64_t *slots = found != NULL ? &all->list[found->expression].slots : &all->other_slots;
        *(region->is_lookup ? slots : rows) += region->count;
    }
    free(files);
    free(marks);
    return ZKML_OK;
}

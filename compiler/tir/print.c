#include "compiler/tir/print.h"

#include <stdlib.h>
#include <string.h>

#include "compiler/tir/build.h"
#include "compiler/tir/ix.h"

/* ---- numbers ---- */

static void print_mpz(zk_buf *out, const mpz_t value)
{
    char *text = malloc(mpz_sizeinbase(value, 10) + 2);
    if (!text) {
        out->failed = true;
        return;
    }
    zk_buf_text(out, mpz_get_str(text, 10, value));
    free(text);
}

/* A power of two as 2^-8, anything else as a fraction. */
static void print_scale(zk_buf *out, mpq_srcptr scale)
{
    mpz_srcptr denominator = mpq_denref(scale);
    mp_bitcnt_t shift = mpz_scan1(denominator, 0);
    if (mpz_cmp_ui(mpq_numref(scale), 1) == 0 && shift > 0 &&
        mpz_sizeinbase(denominator, 2) == shift + 1) {
        zk_buf_printf(out, "2^-%lu", (unsigned long)shift);
        return;
    }
    print_mpz(out, mpq_numref(scale));
    if (mpz_cmp_ui(denominator, 1) != 0) {
        zk_buf_text(out, "/");
        print_mpz(out, denominator);
    }
}

/* ---- index expressions and views ---- */

static void print_variable(zk_buf *out, uint32_t variable, uint32_t rank)
{
    if (variable < rank)
        zk_buf_printf(out, "i%u", variable);
    else
        zk_buf_printf(out, "r%u", variable - rank);
}

void zc_tir_print_ix(zk_buf *out, const zc_tir *tir, zc_ix_id id, uint32_t rank)
{
    static const char *const signs[] = {
        [ZC_IX_ADD] = " + ",   [ZC_IX_SUB] = " - ", [ZC_IX_MUL] = " * ", [ZC_IX_DIV] = " / ",
        [ZC_IX_MOD] = " % ",   [ZC_IX_LT] = " < ",  [ZC_IX_LE] = " <= ", [ZC_IX_EQ] = " == ",
        [ZC_IX_AND] = " and ", [ZC_IX_OR] = " or ",
    };
    const zc_ix *ix = &tir->indices[id];
    switch (ix->op) {
    case ZC_IX_CONST:
        zk_buf_printf(out, "%lld", (long long)ix->value);
        break;
    case ZC_IX_VAR:
        print_variable(out, (uint32_t)ix->value, rank);
        break;
    case ZC_IX_NOT:
        zk_buf_text(out, "not ");
        zc_tir_print_ix(out, tir, ix->a, rank);
        break;
    default:
        zk_buf_text(out, "(");
        zc_tir_print_ix(out, tir, ix->a, rank);
        zk_buf_text(out, signs[ix->op]);
        zc_tir_print_ix(out, tir, ix->b, rank);
        zk_buf_text(out, ")");
        break;
    }
}

static void print_affine(zk_buf *out, const zc_view *view, uint32_t rank)
{
    bool any = false;
    for (uint32_t d = 0; d < ZC_MAX_RANK; d++) {
        int64_t stride = view->stride[d];
        if (stride == 0)
            continue;
        zk_buf_text(out, stride < 0 ? (any ? " - " : "-") : any ? " + " : "");
        if (stride != 1 && stride != -1)
            zk_buf_printf(out, "%lld*", stride < 0 ? -(long long)stride : (long long)stride);
        print_variable(out, d, rank);
        any = true;
    }
    if (view->base == 0 && any)
        return;
    if (any)
        zk_buf_text(out, view->base < 0 ? " - " : " + ");
    zk_buf_printf(out, "%lld",
                  any && view->base < 0 ? -(long long)view->base : (long long)view->base);
}

static void print_operand(zk_buf *out, const zc_tir *tir, const zc_node *node, uint32_t k)
{
    const zc_operand *operand = &node->operands[k];
    const zc_node *source = tir->nodes[operand->node];
    zc_space space = {.rank = node->rank, .reduce_rank = node->reduce_rank};
    zc_view subscripts[ZC_MAX_RANK];
    memcpy(space.extent, node->extent, sizeof space.extent);
    zk_buf_printf(out, "%%%u", operand->node);
    if (node->op == ZC_OP_STACK)
        return;
    if (!operand->view.affine) {
        zk_buf_text(out, "@");
        zc_tir_print_ix(out, tir, operand->view.expr, node->rank);
        return;
    }
    if (!zc_view_split(subscripts, &space, source->rank, source->extent, &operand->view)) {
        zk_buf_text(out, "@(");
        print_affine(out, &operand->view, node->rank);
        zk_buf_text(out, ")");
        return;
    }
    for (uint32_t d = 0; d < source->rank; d++) {
        zk_buf_text(out, d ? ", " : "[");
        print_affine(out, &subscripts[d], node->rank);
    }
    if (source->rank > 0)
        zk_buf_text(out, "]");
}

/* ---- nodes ---- */

static const char *mode_name(zc_round_mode mode)
{
    return mode == ZC_FLOOR ? "floor" : mode == ZC_ROUND ? "round" : "roundeven";
}

static void print_space(zk_buf *out, const zc_node *node)
{
    uint32_t total = node->rank + node->reduce_rank;
    if (total == 0)
        return;
    zk_buf_text(out, "[");
    for (uint32_t d = 0; d < total; d++) {
        if (d == node->rank)
            zk_buf_text(out, "; ");
        else if (d > 0)
            zk_buf_text(out, ", ");
        print_variable(out, d, node->rank);
        zk_buf_printf(out, "<%u", node->extent[d]);
    }
    zk_buf_text(out, "]");
}

static void print_const(zk_buf *out, const zc_tir *tir, const zc_node *node)
{
    enum { SHOWN = 8 };
    const zc_blob *blob = &tir->blobs[node->index];
    if (blob->name)
        zk_buf_printf(out, " %s", blob->name);
    zk_buf_text(out, " {");
    for (uint64_t i = 0; i < blob->count && i < SHOWN; i++)
        zk_buf_printf(out, "%s%lld", i ? ", " : "", (long long)blob->codes[i]);
    zk_buf_text(out, blob->count > SHOWN ? ", ...}" : "}");
}

static void print_factor(zk_buf *out, const mpz_t value, const char *after)
{
    if (mpz_cmp_ui(value, 1) == 0)
        return;
    print_mpz(out, value);
    zk_buf_text(out, after);
}

static void print_bounds(zk_buf *out, const zc_node *node)
{
    zk_buf_text(out, " to ");
    print_mpz(out, node->c0);
    zk_buf_text(out, "..");
    print_mpz(out, node->c1);
}

static void print_infix(zk_buf *out, const zc_tir *tir, const zc_node *node, const char *sign)
{
    print_operand(out, tir, node, 0);
    zk_buf_text(out, sign);
    print_operand(out, tir, node, 1);
}

static void print_list(zk_buf *out, const zc_tir *tir, const zc_node *node)
{
    for (uint32_t k = 0; k < node->operand_count; k++) {
        zk_buf_text(out, k ? ", " : "");
        print_operand(out, tir, node, k);
    }
}

static void print_rounding(zk_buf *out, const zc_tir *tir, const zc_node *node)
{
    zk_buf_printf(out, "%s(", mode_name(node->mode));
    print_factor(out, node->c0, " * ");
    print_operand(out, tir, node, 0);
    if (node->op == ZC_OP_ROUND) {
        zk_buf_printf(out, " / 2^%u)", node->shift);
        return;
    }
    zk_buf_text(out, " / (");
    print_factor(out, node->c1, " * ");
    print_operand(out, tir, node, 1);
    zk_buf_text(out, "))");
}

static void print_body(zk_buf *out, const zc_tir *tir, const zc_node *node)
{
    static const char *const comparisons[] = {
        [ZC_CMP_LT] = " < ", [ZC_CMP_LE] = " <= ", [ZC_CMP_EQ] = " == ", [ZC_CMP_NE] = " != "};
    switch (node->op) {
    case ZC_OP_CHOOSE:
        zk_buf_text(out, "if ");
        zc_tir_print_ix(out, tir, node->condition, node->rank);
        zk_buf_text(out, " then ");
        print_infix(out, tir, node, " else ");
        break;
    case ZC_OP_ADD:
        print_infix(out, tir, node, " + ");
        break;
    case ZC_OP_SUB:
        print_infix(out, tir, node, " - ");
        break;
    case ZC_OP_MUL:
    case ZC_OP_DOT:
        print_infix(out, tir, node, " * ");
        break;
    case ZC_OP_SCALE:
        print_mpz(out, node->c0);
        zk_buf_text(out, " * ");
        print_operand(out, tir, node, 0);
        break;
    case ZC_OP_ROUND:
    case ZC_OP_DIV:
        print_rounding(out, tir, node);
        break;
    case ZC_OP_TABLE:
    case ZC_OP_TABLE2:
        zk_buf_printf(out, "%s(", tir->tables[node->index].name);
        print_list(out, tir, node);
        zk_buf_text(out, ")");
        break;
    case ZC_OP_CMP:
        print_infix(out, tir, node, comparisons[node->cmp]);
        break;
    default:
        print_list(out, tir, node);
        break;
    }
    if (node->op == ZC_OP_CLAMP || node->op == ZC_OP_CHECK)
        print_bounds(out, node);
    if (node->op == ZC_OP_ASSERT && node->message)
        zk_buf_printf(out, " \"%s\"", node->message);
}

void zc_tir_print_node(zk_buf *out, const zc_tir *tir, zc_node_id id, const zc_sources *sources)
{
    const zc_node *node = tir->nodes[id];
    zk_buf_printf(out, "%%%u = %s", id, zc_op_name(node->op));
    print_space(out, node);
    if (node->op == ZC_OP_PARAM) {
        zk_buf_printf(out, " %s", tir->params[node->index].name);
    } else if (node->op == ZC_OP_CONST) {
        print_const(out, tir, node);
    } else {
        zk_buf_text(out, " ");
        print_body(out, tir, node);
    }
    zk_buf_text(out, " : ");
    print_mpz(out, node->lo);
    zk_buf_text(out, "..");
    print_mpz(out, node->hi);
    if (mpq_cmp_ui(node->scale, 1, 1) != 0) {
        zk_buf_text(out, " step ");
        print_scale(out, node->scale);
    }
    if (node->name && node->op != ZC_OP_PARAM && node->op != ZC_OP_CONST)
        zk_buf_printf(out, " as %s", node->name);
    if (sources && node->span.file != 0) {
        zc_position at = zc_source_position(sources, node->span.file, node->span.start);
        zk_buf_printf(out, "  // %s:%u:%u", zc_source_path(sources, node->span.file), at.line,
                      at.column);
    }
}

static const char *visibility_name(zc_visibility visibility)
{
    return visibility == ZC_PUBLIC ? "public" : visibility == ZC_PRIVATE ? "private" : "committed";
}

void zc_tir_print(zk_buf *out, const zc_tir *tir, const zc_sources *sources)
{
    zk_buf_printf(out, "circuit %s\n", tir->name);
    for (size_t i = 0; i < tir->table_count; i++) {
        const zc_table *t = &tir->tables[i];
        zk_buf_printf(out, "table %s(%lld..%lld", t->name, (long long)t->lo,
                      (long long)(t->lo + (int64_t)(t->count - 1)));
        if (t->count_b > 1)
            zk_buf_printf(out, ", %lld..%lld", (long long)t->lo_b,
                          (long long)(t->lo_b + (int64_t)(t->count_b - 1)));
        zk_buf_printf(out, ") %llu rows\n", (unsigned long long)(t->count * t->count_b));
    }
    for (size_t i = 0; i < tir->param_count; i++)
        zk_buf_printf(out, "%s %s = %%%u\n", visibility_name(tir->params[i].visibility),
                      tir->params[i].name, tir->params[i].node);
    for (zc_node_id id = 0; id < tir->node_count; id++) {
        zc_tir_print_node(out, tir, id, sources);
        zk_buf_text(out, "\n");
    }
    for (size_t i = 0; i < tir->result_count; i++) {
        const zc_result *r = &tir->results[i];
        zk_buf_printf(out, "%s %s = %%%u : ", visibility_name(r->visibility), r->name, r->node);
        print_mpz(out, r->lo);
        zk_buf_text(out, "..");
        print_mpz(out, r->hi);
        if (mpq_equal(r->scale, tir->nodes[r->node]->scale) == 0) {
            zk_buf_text(out, " step ");
            print_scale(out, r->scale);
        }
        zk_buf_text(out, "\n");
    }
}

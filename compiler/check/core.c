#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/check/elab.h"

/* ---- memory ---- */

typedef enum pooled_kind { POOLED_INTEGER, POOLED_RATIONAL, POOLED_RANGE } pooled_kind;

struct zc_number_pool {
    zc_number_pool *next;
    pooled_kind kind;
    union {
        mpz_t integer;
        mpq_t rational;
        zc_range range;
    } u;
};

_Noreturn void zc_check_no_memory(zc_checker *ck)
{
    longjmp(ck->no_memory, 1);
}

void *zc_check_alloc(zc_checker *ck, size_t count, size_t size)
{
    void *memory = zk_arena_alloc(ck->arena, count, size);
    if (memory == NULL)
        zc_check_no_memory(ck);
    return memory;
}

static zc_number_pool *pooled(zc_checker *ck, pooled_kind kind)
{
    zc_number_pool *item = zc_check_alloc(ck, 1, sizeof *item);
    item->kind = kind;
    item->next = ck->numbers;
    ck->numbers = item;
    return item;
}

mpz_ptr zc_new_integer(zc_checker *ck)
{
    zc_number_pool *item = pooled(ck, POOLED_INTEGER);
    mpz_init(item->u.integer);
    return item->u.integer;
}

mpq_ptr zc_new_rational(zc_checker *ck)
{
    zc_number_pool *item = pooled(ck, POOLED_RATIONAL);
    mpq_init(item->u.rational);
    return item->u.rational;
}

zc_range *zc_new_range(zc_checker *ck)
{
    zc_number_pool *item = pooled(ck, POOLED_RANGE);
    zc_range_init(&item->u.range);
    return &item->u.range;
}

void zc_numbers_free(zc_number_pool *pool)
{
    for (zc_number_pool *item = pool; item != NULL; item = item->next) {
        switch (item->kind) {
        case POOLED_INTEGER:
            mpz_clear(item->u.integer);
            break;
        case POOLED_RATIONAL:
            mpq_clear(item->u.rational);
            break;
        case POOLED_RANGE:
            zc_range_clear(&item->u.range);
            break;
        }
    }
}

/* ---- texts ---- */

const char *zc_text(zc_checker *ck, const char *format, ...)
{
    char stack[512];
    va_list args;
    va_start(args, format);
    int length = vsnprintf(stack, sizeof stack, format, args);
    va_end(args);
    if (length < 0)
        return "";
    if ((size_t)length < sizeof stack) {
        char *copy = zk_arena_strndup(ck->arena, stack, (size_t)length);
        if (copy == NULL)
            zc_check_no_memory(ck);
        return copy;
    }
    char *text = zc_check_alloc(ck, (size_t)length + 1, 1);
    va_start(args, format);
    vsnprintf(text, (size_t)length + 1, format, args);
    va_end(args);
    return text;
}

const char *zc_real_text(zc_checker *ck, mpq_srcptr value)
{
    const char *text = zc_rational_text(ck->arena, value);
    if (text == NULL)
        zc_check_no_memory(ck);
    return text;
}

const char *zc_step_text(zc_checker *ck, mpq_srcptr scale)
{
    const char *text = zc_scale_text(ck->arena, scale);
    if (text == NULL)
        zc_check_no_memory(ck);
    return text;
}

const char *zc_fraction_text(zc_checker *ck, mpq_srcptr value)
{
    const char *text = zc_real_text(ck, value);
    if (strncmp(text, "about", 5) != 0)
        return text;
    char *digits = mpq_get_str(NULL, 10, value);
    text = zc_text(ck, "%s", digits);
    void (*release)(void *, size_t);
    mp_get_memory_functions(NULL, NULL, &release);
    release(digits, strlen(digits) + 1);
    return text;
}

static const char *code_text(zc_checker *ck, mpz_srcptr code)
{
    mpq_ptr value = zc_new_rational(ck);
    mpq_set_z(value, code);
    return zc_real_text(ck, value);
}

const char *zc_range_text(zc_checker *ck, const zc_range *range, mpq_srcptr scale)
{
    mpq_ptr lo = zc_new_rational(ck), hi = zc_new_rational(ck);
    mpq_set_z(lo, range->lo);
    mpq_mul(lo, lo, scale);
    mpq_set_z(hi, range->hi);
    mpq_mul(hi, hi, scale);
    return zc_text(ck, "%s .. %s", zc_real_text(ck, lo), zc_real_text(ck, hi));
}

const char *zc_range_long(zc_checker *ck, const zc_range *range, mpq_srcptr scale)
{
    if (mpq_cmp_ui(scale, 1, 1) == 0)
        return zc_range_text(ck, range, scale);
    return zc_text(ck, "%s, step %s (codes %s .. %s)", zc_range_text(ck, range, scale),
                   zc_step_text(ck, scale), code_text(ck, range->lo), code_text(ck, range->hi));
}

const char *zc_shape_text(zc_checker *ck, uint32_t rank, const uint32_t *extent)
{
    const char *text = "[";
    for (uint32_t d = 0; d < rank; d++)
        text = zc_text(ck, "%s%s%u", text, d > 0 ? ", " : "", extent[d]);
    return zc_text(ck, "%s]", text);
}

const char *zc_value_shape(zc_checker *ck, const zc_value *value)
{
    uint32_t extent[ZC_MAX_RANK] = {0};
    for (uint32_t d = 0; d < value->rank; d++)
        extent[d] = value->axes[d]->extent;
    return zc_shape_text(ck, value->rank, extent);
}

const char *zc_value_text(zc_checker *ck, const zc_value *value)
{
    switch (value->kind) {
    case ZC_VAL_STRING:
        return "a string";
    case ZC_VAL_TUPLE:
        return zc_text(ck, "a tuple of %zu values", value->item_count);
    case ZC_VAL_INDEX:
        return value->truth ? "a condition on indices" : "an index expression";
    case ZC_VAL_NUMBER:
        return value->truth ? "a truth value" : "a number known at compile time";
    case ZC_VAL_REAL:
        return value->truth ? "a truth value" : "a real number";
    default:
        return value->rank == 0 ? "a number"
                                : zc_text(ck, "a tensor of shape %s", zc_value_shape(ck, value));
    }
}

const char *zc_source_text(zc_checker *ck, zc_span span)
{
    const zc_source_file *file = zc_source_get(&ck->session->sources, span.file);
    if (file == NULL || span.end > file->text.length || span.start >= span.end ||
        span.end - span.start > 60)
        return "...";
    const char *text = (const char *)file->text.data + span.start;
    if (memchr(text, '\n', span.end - span.start) != NULL)
        return "...";
    return zc_text(ck, "%.*s", (int)(span.end - span.start), text);
}

const char *zc_wide_type(zc_checker *ck, const zc_range *range, mpq_srcptr scale)
{
    bool dyadic = mpz_cmp_ui(mpq_numref(scale), 1) == 0 &&
                  mpz_scan1(mpq_denref(scale), 0) + 1 == mpz_sizeinbase(mpq_denref(scale), 2);
    if (mpq_cmp_ui(scale, 1, 1) == 0)
        return zc_text(ck, "int(%s .. %s)", code_text(ck, range->lo), code_text(ck, range->hi));
    if (!dyadic)
        return zc_text(ck, "quant(%s, %s .. %s)", zc_fraction_text(ck, scale),
                       code_text(ck, range->lo), code_text(ck, range->hi));
    unsigned long fraction = (unsigned long)mpz_scan1(mpq_denref(scale), 0);
    return zc_text(ck, "%s(%zu, %lu)", mpz_sgn(range->lo) < 0 ? "fix" : "ufix",
                   zc_code_bits(range->lo, range->hi), fraction);
}

/* ---- where a range comes from ---- */

/* The widest part of what a step works on. */
static zc_node_id widest_operand(const zc_tir *tir, const zc_node *node)
{
    zc_node_id widest = node->operands[0].node;
    for (uint32_t k = 1; k < node->operand_count; k++) {
        const zc_node *a = tir->nodes[widest], *b = tir->nodes[node->operands[k].node];
        if (zc_code_bits(b->lo, b->hi) > zc_code_bits(a->lo, a->hi))
            widest = node->operands[k].node;
    }
    return widest;
}

/* The sum that gives a value its range, through steps that keep or shift it; NULL: none. */
static const zc_node *sum_behind(const zc_tir *tir, zc_node_id id)
{
    enum { MOST_STEPS = 16 };
    for (int i = 0; i < MOST_STEPS && id < tir->node_count; i++) {
        const zc_node *node = tir->nodes[id];
        switch (node->op) {
        case ZC_OP_SUM:
        case ZC_OP_DOT:
            return node->reduce_count > 1 ? node : NULL;
        case ZC_OP_VIEW:
        case ZC_OP_ROUND:
        case ZC_OP_SCALE:
        case ZC_OP_NEG:
        case ZC_OP_ADD:
        case ZC_OP_SUB:
        case ZC_OP_MAX:
        case ZC_OP_MIN:
            id = widest_operand(tir, node);
            break;
        default:
            return NULL;
        }
    }
    return NULL;
}

static const char *operand_text(zc_checker *ck, const zc_node *node, uint32_t k)
{
    const zc_node *operand = ck->tir->nodes[node->operands[k].node];
    zc_range *range = zc_new_range(ck);
    zc_range_set_mpz(range, operand->lo, operand->hi);
    return zc_range_long(ck, range, operand->scale);
}

void zc_note_origin(zc_checker *ck, zc_diag *diag, const zc_value *value)
{
    const zc_node *sum = value->kind == ZC_VAL_TENSOR ? sum_behind(ck->tir, value->node) : NULL;
    if (sum == NULL || diag == NULL)
        return;
    unsigned long long terms = sum->reduce_count;
    if (sum->op == ZC_OP_SUM)
        zc_diag_note(diag, "it adds %llu values of %s", terms, operand_text(ck, sum, 0));
    else
        zc_diag_note(diag, "it adds %llu products of %s\nand %s", terms,
                     operand_text(ck, sum, 0), operand_text(ck, sum, 1));
}

/* ---- diagnostics ---- */

void zc_label_calls(const zc_checker *ck, zc_diag *diag, zc_span span)
{
    for (const zc_frame *frame = ck->frame; frame != NULL && frame->caller != NULL;
         frame = frame->caller) {
        bool around = frame->call_span.file == span.file && frame->call_span.start <= span.start &&
                      span.end <= frame->call_span.end; /* about an argument: no need to say */
        if (frame->decl != NULL && frame->call_span.file != 0 && !around &&
            frame->decl->name.name != NULL)
            zc_diag_label(diag, frame->call_span, "in this call of `%s`", frame->decl->name.name);
    }
}

zc_diag *zc_complain(zc_checker *ck, zc_code code, zc_span span, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *text = zc_check_alloc(ck, length < 0 ? 1 : (size_t)length + 1, 1);
    va_start(args, format);
    if (length >= 0)
        vsnprintf(text, (size_t)length + 1, format, args);
    va_end(args);
    zc_code_info info = *zc_code_lookup(code);
    zc_diag *diag = info.letter == 'E' ? zc_error(&ck->session->diags, code, span, "%s", text)
                                       : zc_warning(&ck->session->diags, code, span, "%s", text);
    zc_label_calls(ck, diag, span);
    return diag;
}

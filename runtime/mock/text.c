#include "runtime/mock/text.h"

#include <inttypes.h>
#include <string.h>

/* A source line is shown in part when it is longer. */
enum { VIEW_COLUMNS = 120, VIEW_BEFORE = 50, FULL_DIGITS = 20 };

/* ---- numbers ---- */

static unsigned bits_of(const uint64_t limbs[4])
{
    for (unsigned i = 4; i-- > 0;)
        if (limbs[i] != 0)
            return 64 * i + 64 - (unsigned)__builtin_clzll(limbs[i]);
    return 0;
}

static void put_hex(zk_buf *out, const uint64_t limbs[4])
{
    unsigned digits = (bits_of(limbs) + 3) / 4;
    zk_buf_text(out, "0x");
    for (unsigned i = digits; i-- > 0;) {
        if (digits > FULL_DIGITS && i == digits - 7) {
            zk_buf_text(out, "...");
            i = 5;
        }
        zk_buf_printf(out, "%x", (unsigned)(limbs[i / 16] >> (i % 16 * 4)) & 15U);
    }
    if (digits > FULL_DIGITS)
        zk_buf_printf(out, " (%u bits)", bits_of(limbs));
}

void zk_text_number(zk_buf *out, const zk_fp *value)
{
    int64_t small;
    uint64_t limbs[4], minus[4];
    if (zk_fp_to_i64(&small, value)) {
        zk_buf_printf(out, "%" PRId64, small);
        return;
    }
    zk_fp negated;
    zk_fp_neg(&negated, value);
    zk_fp_to_limbs(limbs, value);
    zk_fp_to_limbs(minus, &negated);
    bool negative = zk_fp_compare(&negated, value) < 0;
    if (negative)
        zk_buf_u8(out, '-');
    put_hex(out, negative ? minus : limbs);
}

static void put_real(zk_buf *out, int64_t code, uint64_t num, uint64_t den)
{
    zk_buf_printf(out, "%.10g", (double)code * (double)num / (double)den);
}

static bool has_unit(uint64_t num, uint64_t den)
{
    return den != 0 && num != den;
}

void zk_text_value(zk_buf *out, const zk_fp *value, uint64_t num, uint64_t den)
{
    int64_t code;
    if (!has_unit(num, den) || !zk_fp_to_i64(&code, value)) {
        zk_text_number(out, value);
        return;
    }
    put_real(out, code, num, den);
    zk_buf_printf(out, " (code %" PRId64 ")", code);
}

void zk_text_interval(zk_buf *out, int64_t lo, int64_t hi, uint64_t num, uint64_t den)
{
    if (!has_unit(num, den)) {
        zk_buf_printf(out, "%" PRId64 " .. %" PRId64, lo, hi);
        return;
    }
    put_real(out, lo, num, den);
    zk_buf_text(out, " .. ");
    put_real(out, hi, num, den);
    zk_buf_printf(out, " (codes %" PRId64 " .. %" PRId64 ")", lo, hi);
}

zk_fp zk_register_value(const zk_witness *witness, uint32_t reg, uint64_t element)
{
    const zk_register *r = &witness->registers[reg];
    if (r->wide != NULL)
        return r->wide[element];
    zk_fp value;
    zk_fp_from_i64(&value, r->small[element]);
    return value;
}

/* ---- names ---- */

void zk_text_index(zk_buf *out, const uint32_t *extent, uint32_t rank, uint64_t element)
{
    uint64_t index[ZK_CIRCUIT_MAX_RANK];
    for (uint32_t d = rank; d-- > 0; element /= extent[d])
        index[d] = element % extent[d];
    for (uint32_t d = 0; d < rank; d++)
        zk_buf_printf(out, "%s%" PRIu64, d == 0 ? "[" : ", ", index[d]);
    if (rank > 0)
        zk_buf_u8(out, ']');
}

static bool in_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* `x`, `nn.dense`, `score(profile, 2)`. */
static bool is_plain(const char *name)
{
    const char *c = name;
    if (!in_word(*c) || (*c >= '0' && *c <= '9'))
        return false;
    while (in_word(*c) || *c == '.')
        c++;
    if (*c != '(')
        return *c == '\0';
    for (c++; in_word(*c) || *c == ',' || *c == ' '; c++)
        continue;
    return c[0] == ')' && c[1] == '\0';
}

void zk_text_name(zk_buf *out, const char *name)
{
    zk_buf_printf(out, is_plain(name) ? "%s" : "`%s`", name);
}

static uint64_t count_of(const zk_region *region)
{
    uint64_t count = 1;
    for (uint32_t d = 0; d < region->rank; d++)
        if (__builtin_mul_overflow(count, region->extent[d], &count))
            return 0;
    return count;
}

void zk_text_subject(zk_buf *out, const zk_region *region, uint64_t element)
{
    zk_text_name(out, *region->label != '\0' ? region->label : region->gadget);
    if (element < count_of(region))
        zk_text_index(out, region->extent, region->rank, element);
}

bool zk_text_origin(zk_buf *out, const zk_circuit *circuit, zk_origin origin,
                    const zk_region *region)
{
    if (origin.reg == ZK_NONE)
        return false;
    const zk_winstr *in = &circuit->program.instrs[origin.reg];
    if (in->name == NULL || *in->name == '\0')
        return false;
    zk_text_name(out, in->name);
    /* hints are flat; their elements are those of the node that the region is for */
    bool flat = in->rank == 1 && in->count > 1 && region != NULL && count_of(region) == in->count;
    if (flat)
        zk_text_index(out, region->extent, region->rank, origin.element);
    else if (in->count > 1)
        zk_text_index(out, in->extent, in->rank, origin.element);
    if (in->op == ZK_W_LIMB)
        zk_buf_printf(out, ".%u", in->width > 0 ? in->shift / in->width : 0);
    return true;
}

static bool is_accumulator(const zk_circuit *circuit, const zk_cell *cell)
{
    for (uint32_t i = 0; i < circuit->program.chain_count; i++)
        if (cell->kind == ZK_ADVICE && circuit->program.chains[i].acc == cell->column)
            return true;
    return false;
}

void zk_text_cell(zk_buf *out, const zk_circuit *circuit, const zk_cell *cell, zk_origin origin,
                  const zk_region *region)
{
    if (zk_text_origin(out, circuit, origin, region))
        return;
    if (is_accumulator(circuit, cell))
        zk_buf_printf(out, "acc[%u]", cell->row);
    else
        zk_buf_printf(out, "%c%u[%u]",
                      cell->kind == ZK_ADVICE  ? 'a'
                      : cell->kind == ZK_FIXED ? 'f'
                                               : 'i',
                      cell->column, cell->row);
}

void zk_text_cell_value(zk_buf *out, const zk_grid *grid, const zk_witness *witness,
                        const zk_cell *cell, zk_origin origin, const zk_region *region)
{
    zk_fp value = zk_grid_value(grid, cell);
    zk_text_cell(out, grid->circuit, cell, origin, region);
    zk_buf_text(out, " = ");
    if (cell->kind == ZK_ADVICE && cell->row >= grid->usable) {
        zk_buf_text(out, "random");
        return;
    }
    if (origin.reg == ZK_NONE) {
        zk_text_number(out, &value);
        return;
    }
    const zk_winstr *in = &grid->circuit->program.instrs[origin.reg];
    zk_text_value(out, &value, in->scale_num, in->scale_den);
    zk_fp computed = zk_register_value(witness, origin.reg, origin.element);
    if (zk_fp_equal(&computed, &value))
        return;
    zk_buf_text(out, ", where the program computes ");
    zk_text_value(out, &computed, in->scale_num, in->scale_den);
}

/* ---- places ---- */

void zk_text_place(zk_buf *out, const zk_circuit *circuit, uint32_t span)
{
    const zk_source_span *s = &circuit->spans[span];
    zk_buf_printf(out, "%s:%u:%u", circuit->files[s->file], s->line, s->column);
}

/* Columns of a UTF-8 text, and where a column begins; wide characters count as one. */
static size_t columns_of(const char *text)
{
    size_t columns = 0;
    for (; *text != '\0'; text++)
        columns += ((unsigned char)*text & 0xc0) != 0x80;
    return columns;
}

static const char *column_start(const char *text, size_t column)
{
    while (column > 0 && *text != '\0') {
        text++;
        column -= ((unsigned char)*text & 0xc0) != 0x80;
    }
    return text;
}

static void put_repeated(zk_buf *out, char c, size_t count)
{
    for (size_t i = 0; i < count; i++)
        zk_buf_u8(out, (uint8_t)c);
}

void zk_text_window(zk_buf *out, const zk_circuit *circuit, uint32_t span)
{
    if (span == UINT32_MAX)
        return;
    const zk_source_span *s = &circuit->spans[span];
    char number[16];
    int gutter = snprintf(number, sizeof number, "%u", s->line);
    size_t columns = columns_of(s->text);
    size_t start = s->column - 1 < columns ? s->column - 1 : columns;
    size_t end = start + s->width < columns ? start + s->width : columns;
    size_t from = columns > VIEW_COLUMNS && start > VIEW_BEFORE ? start - VIEW_BEFORE : 0;
    size_t to = columns - from > VIEW_COLUMNS ? from + VIEW_COLUMNS : columns;
    end = end < to ? end : to;
    const char *first = column_start(s->text, from), *last = column_start(s->text, to);
    zk_buf_printf(out, "%*s--> ", gutter, "");
    zk_text_place(out, circuit, span);
    zk_buf_printf(out, "\n%*s |\n%u | %s", gutter, "", s->line, from > 0 ? "..." : "");
    zk_buf_bytes(out, first, (size_t)(last - first));
    zk_buf_printf(out, "%s\n%*s | ", to < columns ? "..." : "", gutter, "");
    put_repeated(out, ' ', start - from + (from > 0 ? 3 : 0));
    put_repeated(out, '^', end > start ? end - start : 1);
    zk_buf_u8(out, '\n');
}

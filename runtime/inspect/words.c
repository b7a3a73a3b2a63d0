#include "runtime/inspect/words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void zk_count_put(zk_buf *out, uint64_t value)
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%" PRIu64, value);
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            zk_buf_u8(out, ',');
        zk_buf_u8(out, (uint8_t)digits[i]);
    }
}

const char *zk_region_unit(const zk_circuit *circuit)
{
    return zk_layer_has_equations(circuit->layer) ? "equations" : "rows";
}

void zk_type_put(zk_buf *out, const zk_field_schema *field)
{
    switch (field->kind) {
    case ZK_TYPE_INT:
        zk_buf_text(out, "int");
        break;
    case ZK_TYPE_FIX:
        zk_buf_printf(out, "fix(%u, %u)", field->bits, field->fraction);
        break;
    case ZK_TYPE_UFIX:
        zk_buf_printf(out, "ufix(%u, %u)", field->bits, field->fraction);
        break;
    case ZK_TYPE_QUANT:
        zk_buf_printf(out, "quant(%" PRIu64 "/%" PRIu64 ")", field->scale_num, field->scale_den);
        break;
    case ZK_TYPE_BOOL:
        zk_buf_text(out, "bool");
        break;
    }
    for (uint32_t d = 0; d < field->rank; d++)
        zk_buf_printf(out, "%s%u", d == 0 ? "[" : ", ", field->extent[d]);
    zk_buf_text(out, field->rank > 0 ? "]" : "");
}

void zk_place_put(zk_buf *out, const zk_circuit *circuit, const zk_source_span *span)
{
    if (span == NULL) {
        zk_buf_text(out, "-");
        return;
    }
    const char *path = circuit->files[span->file], *slash = strrchr(path, '/');
    zk_buf_printf(out, "%s:%u", slash != NULL ? slash + 1 : path, span->line);
}

const char *zk_span_text(const zk_source_span *span)
{
    return span == NULL ? "" : span->text + strspn(span->text, " \t");
}

/* A line may end before an operator and after a comma. */
static bool breaks_at(const char *text, size_t length, size_t space)
{
    if (text[space - 1] == ',')
        return true;
    return space + 2 < length && strchr("+-=", text[space + 1]) != NULL && text[space + 2] == ' ';
}

static size_t piece_length(const char *text, size_t length)
{
    size_t end = 1;
    while (end < length && !(text[end] == ' ' && breaks_at(text, length, end)))
        end++;
    return end < length ? end : length;
}

void zk_wrapped_put(zk_buf *out, const char *text, size_t length, unsigned indent, unsigned width)
{
    size_t used = 0;
    for (size_t at = 0; at < length;) {
        size_t piece = piece_length(text + at, length - at);
        if (used > 0 && used + 1 + piece > width) {
            zk_buf_text(out, "\n");
            used = 0;
        }
        if (used == 0) {
            zk_buf_printf(out, "%*s", (int)indent, "");
            used = indent;
        } else {
            zk_buf_text(out, " ");
            used++;
        }
        zk_buf_bytes(out, text + at, piece);
        used += piece;
        at += piece + 1;
    }
    zk_buf_text(out, "\n");
}

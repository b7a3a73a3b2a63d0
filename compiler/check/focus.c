#include "compiler/check/focus.h"

#include <string.h>

#include "compiler/check/elab.h"

static bool holds(const zc_focus *focus, zc_span span)
{
    return span.file == focus->source && span.start <= focus->offset && focus->offset < span.end;
}

void zc_focus_name(zc_session *session, zc_span name, zc_span definition, const zc_decl *decl)
{
    zc_focus *focus = session->focus;
    if (focus == NULL || !holds(focus, name) || focus->name.file != 0)
        return;
    focus->name = name;
    focus->definition = definition;
    focus->decl = decl;
}

static const char *tensor_text(zc_checker *ck, const zc_value *value)
{
    zc_range *range = zc_new_range(ck);
    zc_value_range(ck, range, value);
    const char *numbers = zc_range_long(ck, range, value->scale);
    size_t bits = zc_code_bits(range->lo, range->hi);
    return zc_text(ck, "%s%s%s, %zu bit%s", value->rank > 0 ? zc_value_shape(ck, value) : "",
                   value->rank > 0 ? " of " : "", numbers, bits, bits == 1 ? "" : "s");
}

static const char *describe(zc_checker *ck, const zc_value *value)
{
    switch (value->kind) {
    case ZC_VAL_POISON:
        return NULL;
    case ZC_VAL_TENSOR:
        return tensor_text(ck, value);
    case ZC_VAL_NUMBER:
        if (value->truth)
            return mpq_sgn(value->number) != 0 ? "true" : "false";
        return zc_text(ck, "%s, known at compile time", zc_real_text(ck, value->number));
    case ZC_VAL_INDEX:
        if (value->truth)
            return "a condition on indices";
        return zc_text(ck, "index, %lld .. %lld", (long long)value->sym->lo,
                       (long long)value->sym->hi);
    case ZC_VAL_DATA:
        return zc_text(ck, "%s%s, known at compile time",
                       value->rank > 0 ? zc_value_shape(ck, value) : "",
                       value->rank > 0 ? " of numbers" : "a number");
    default:
        return zc_value_text(ck, value);
    }
}

static void add_value(zc_focus *focus, const char *text)
{
    for (size_t i = 0; i < focus->value_count; i++)
        if (strcmp(focus->values[i], text) == 0)
            return;
    if (focus->value_count < ZC_FOCUS_VALUES)
        focus->values[focus->value_count++] = text;
    else
        focus->more_values = true;
}

void zc_focus_value(zc_checker *ck, zc_span span, const zc_value *value)
{
    zc_focus *focus = ck->session->focus;
    if (focus == NULL || !holds(focus, span))
        return;
    uint32_t width = span.end - span.start;
    uint32_t best = focus->expr.end - focus->expr.start;
    if (focus->expr.file != 0 && width > best)
        return;
    const char *text = describe(ck, value);
    if (text == NULL)
        return;
    if (focus->expr.file == 0 || width < best) {
        focus->expr = span;
        focus->value_count = 0;
        focus->more_values = false;
    }
    add_value(focus, text);
}

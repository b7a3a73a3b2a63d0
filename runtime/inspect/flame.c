#include <inttypes.h>
#include <string.h>

#include "runtime/inspect/layout.h"
#include "runtime/inspect/words.h"

/* What is kept of deep stacks, long lines, and circuits that are made to have many of both. */
enum { MAX_FRAMES = 64, MAX_FRAME = 120, MAX_BYTES = 1 << 28 };

/* ';' separates frames, so it cannot stand in one. Runs of blanks become one. */
static void put_frame(zk_buf *out, const char *text)
{
    size_t length = 0;
    zk_buf_u8(out, ';');
    for (; *text != '\0'; text++) {
        bool begins = ((unsigned char)*text & 0xc0) != 0x80;
        if (begins && length >= MAX_FRAME)
            return;
        if (*text != ';' && !(*text == ' ' && text[1] == ' ')) {
            zk_buf_bytes(out, text, 1);
            length++;
        }
    }
}

static void put_span(zk_buf *out, const zk_circuit *circuit, uint32_t span)
{
    const zk_source_span *s = &circuit->spans[span];
    zk_buf frame = {0};
    zk_place_put(&frame, circuit, s);
    zk_buf_printf(&frame, " %s", zk_span_text(s));
    zk_buf_u8(&frame, 0);
    put_frame(out, frame.failed ? "" : (const char *)frame.data);
    zk_buf_free(&frame);
}

/* The calls that led to the span, outermost first, then the span. */
static void put_stack(zk_buf *out, const zk_circuit *circuit, uint32_t span)
{
    uint32_t frames[MAX_FRAMES], count = 0;
    for (; span != UINT32_MAX && count < MAX_FRAMES; span = circuit->spans[span].caller)
        frames[count++] = span;
    while (count > 0)
        put_span(out, circuit, frames[--count]);
}

static bool same_stack(const zk_region *a, const zk_region *b)
{
    return a->is_lookup == b->is_lookup && a->span == b->span && strcmp(a->gadget, b->gadget) == 0;
}

zkml_status zk_flame_folded(zk_buf *out, const zk_subject *subject, zkml_error *err)
{
    const zk_circuit *circuit = subject->circuit;
    const zk_cost *cost = &subject->cost;
    for (size_t i = 0; i < circuit->region_count; i++) {
        const zk_region *r = &circuit->regions[i];
        uint64_t count = r->count;
        while (i + 1 < circuit->region_count && same_stack(r, &circuit->regions[i + 1]))
            count += circuit->regions[++i].count;
        if (count == 0)
            continue;
        if (out->length > MAX_BYTES)
            return zk_fail(err, ZKML_LIMIT, "%s: too many stacks", subject->path);
        zk_buf_printf(out, "%s;%s", circuit->name, 
                      r->is_lookup ? "look-ups" : zk_region_unit(circuit));
        put_stack(out, circuit, r->span);
        put_frame(out, r->gadget);
        zk_buf_printf(out, " %" PRIu64 "\n", count);
    }
    for (size_t i = 0; i < cost->tag_count; i++) {
        const zk_cost_tag *tag = &cost->tags[i];
        zk_buf_printf(out, "%s;table", circuit->name);
        put_frame(out, *tag->name != '\0' ? tag->name : "function");
        zk_buf_printf(out, " %" PRId64 "..%" PRId64 " %u\n", tag->lo, tag->hi, tag->rows);
    }
    return out->failed ? zk_fail(err, ZKML_LIMIT, "out of memory") : ZKML_OK;
}

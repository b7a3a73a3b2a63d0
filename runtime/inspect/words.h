/* words.h - numbers, types and places as the reports write them. */
#ifndef ZK_INSPECT_WORDS_H
#define ZK_INSPECT_WORDS_H

#include "runtime/circuit/circuit.h"

/* 12,345 */
void zk_count_put(zk_buf *out, uint64_t value);
/* What regions count that are not of look-ups: "rows" or "equations" (layer.h). */
const char *zk_region_unit(const zk_circuit *circuit);
/* "ufix(8, 4)[10, 28]" */
void zk_type_put(zk_buf *out, const zk_field_schema *field);
/* "model.zt:12", the path shortened to its last part; "-" without a span. */
void zk_place_put(zk_buf *out, const zk_circuit *circuit, const zk_source_span *span);
/* The source line without its indentation, "" without a span. */
const char *zk_span_text(const zk_source_span *span);
/* An equation on lines of at most `width` columns where possible, each indented. */
void zk_wrapped_put(zk_buf *out, const char *text, size_t length, unsigned indent, unsigned width);

#endif

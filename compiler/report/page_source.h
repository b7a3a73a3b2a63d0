/* page_source.h - source texts as lines of HTML, coloured by the lexer. */
#ifndef ZC_REPORT_PAGE_SOURCE_H
#define ZC_REPORT_PAGE_SOURCE_H

#include "compiler/session.h"

/* What stands beside a line. */
typedef struct zc_line_cost {
    uint64_t rows, slots;
    bool used; /* something of the program comes from it */
} zc_line_cost;

/* Lines 1 .. of the source; `costs` has one entry for each. Lines are numbered "number.line" for
 * the script. With `whole`, all lines, else those that are used and a few around them. */
zkml_status zc_page_source_put(zk_buf *out, zc_session *session, uint32_t source, uint32_t number,
                               const zc_line_cost *costs, bool whole,
                               zkml_error *err) ZKML_NODISCARD;

#endif

/* page.h - a program and its circuit as one HTML page (--emit=html).
 *
 * The page needs nothing but itself: no network, no other file. On the left stand the sources, on
 * the right the tensor program, the constraints and the layout; whatever belongs to a source line
 * names it in data-l ("file.line", several with blanks between), and the calls that led there in
 * data-c, and a short script lights up what has the same line. A policy in the page allows that
 * script (by its hash) and no other. All texts of the program are cleaned and escaped.
 *
 * Long lists are cut, so that a page stays in the order of two megabytes.
 */
#ifndef ZC_REPORT_PAGE_H
#define ZC_REPORT_PAGE_H

#include "compiler/circuit/lower.h"
#include "compiler/session.h"

/* Lowers the program and appends the page. `source` is the file that the user named. ZKML_INVALID:
 * the diagnostics say why. */
zkml_status zc_page_write(zk_buf *out, zc_session *session, uint32_t source, const zc_tir *tir,
                          const zc_lower_options *base, zkml_error *err) ZKML_NODISCARD;

/* The text, with &, <, >, and quotes as entities. */
void zc_html_put(zk_buf *out, const char *text, size_t length);

/* The files of compiler/report/page, by their names without suffix; all names, ended by NULL. */
const char *zc_page_part_text(const char *name, size_t *length);
const char *const *zc_page_part_names(void);

#endif

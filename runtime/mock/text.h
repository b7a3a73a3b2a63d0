/* text.h - numbers, names and places of a circuit for people to read. */
#ifndef ZK_MOCK_TEXT_H
#define ZK_MOCK_TEXT_H

#include "runtime/base/buf.h"
#include "runtime/mock/locate.h"
#include "runtime/mock/rows.h"

/* The integer nearest to 0; what is longer than 80 bits is abbreviated. */
void zk_text_number(zk_buf *out, const zk_fp *value);
/* In real units with the code, such as "0.25 (code 64)"; the code alone where they are equal, or
 * where den is 0. */
void zk_text_value(zk_buf *out, const zk_fp *value, uint64_t num, uint64_t den);
/* "-8 .. 8 (codes -2048 .. 2048)" */
void zk_text_interval(zk_buf *out, int64_t lo, int64_t hi, uint64_t num, uint64_t den);
/* "[3, 0]"; nothing for a scalar. */
void zk_text_index(zk_buf *out, const uint32_t *extent, uint32_t rank, uint64_t element);
/* A name as it stands, other text in backquotes. */
void zk_text_name(zk_buf *out, const char *name);
/* "h[3]": what the region is about. */
void zk_text_subject(zk_buf *out, const zk_region *region, uint64_t element);

/* "h[3]", "`clamp z`[3]", "profile[2].1" for a limb. False, and nothing, when it has no name. */
bool zk_text_origin(zk_buf *out, const zk_circuit *circuit, zk_origin origin,
                    const zk_region *region);
/* By its origin; else "acc[12]", "a3[12]", "i0[2]", "f1[2]": column and row. */
void zk_text_cell(zk_buf *out, const zk_circuit *circuit, const zk_cell *cell, zk_origin origin,
                  const zk_region *region);
/* "q[3] = 0.25 (code 64)", and what the witness program computed if that is something else. */
void zk_text_cell_value(zk_buf *out, const zk_grid *grid, const zk_witness *witness,
                        const zk_cell *cell, zk_origin origin, const zk_region *region);

/* "file.zt:12:5" */
void zk_text_place(zk_buf *out, const zk_circuit *circuit, uint32_t span);
/* The source line with its place above and the marked columns below it; nothing without a span. */
void zk_text_window(zk_buf *out, const zk_circuit *circuit, uint32_t span);

/* Element of a register. */
zk_fp zk_register_value(const zk_witness *witness, uint32_t reg, uint64_t element);

#endif

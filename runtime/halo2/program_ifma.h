/* program_ifma.h - programs over strips (program.h) with AVX-512 IFMA, eight rows at a time.
 *
 * Registers stay in the vector form of ifma.h between instructions and are not reduced; how large
 * a value can be is known before the program is run, and shrinking is done where it is needed.
 */
#ifndef ZK_HALO2_PROGRAM_IFMA_H
#define ZK_HALO2_PROGRAM_IFMA_H

#include "runtime/halo2/program.h"

typedef struct zk_ifma_frame zk_ifma_frame;

/* Whether the backend of this run is the IFMA one. */
bool zk_ifma_frame_wanted(void);
/* NULL when memory runs out. */
zk_ifma_frame *zk_ifma_frame_new(const zk_program *p);
void zk_ifma_frame_free(zk_ifma_frame *frame); /* wipes */

/* 8 * vectors rows, at most ZK_STRIP: leaf i has its values at leaves[i]. */
void zk_ifma_run(const zk_program *p, zk_ifma_frame *frame, const zk_fp *const *leaves,
                 size_t vectors, zk_fp *const *outputs);

#endif

/* params.h - the commitment key: generators by hash to curve, no trusted setup.
 *
 *   G_i = H("Halo2-Parameters")(00 || u32 i),  W = H(01),  U = H(02)
 *   L_i = (1/n) sum_j omega^(-ij) G_j          the Lagrange basis
 *
 * Computed in parallel once per k and cached under ${XDG_CACHE_HOME:-$HOME/.cache}/zkml/ with a
 * digest that is checked on load. A cache that cannot be written is not an error.
 */
#ifndef ZK_POLY_PARAMS_H
#define ZK_POLY_PARAMS_H

#include <stdbool.h>

#include "runtime/base/error.h"
#include "runtime/curve/point.h"

typedef struct zk_params {
    uint32_t k;
    size_t n;
    zk_vesta_affine *g;          /* n */
    zk_vesta_affine *g_lagrange; /* n */
    zk_vesta_affine w, u;
} zk_params;

/* Called with done in 0..total while generators are computed; may be NULL. */
typedef void (*zk_progress)(void *context, const char *stage, size_t done, size_t total);

/* Without a cache. */
zkml_status zk_params_generate(zk_params *params, uint32_t k, zk_progress progress, void *context,
                               zkml_error *err) ZKML_NODISCARD;
/* From the cache if there is a good one, else computed and stored. */
zkml_status zk_params_load(zk_params *params, uint32_t k, zk_progress progress, void *context,
                           zkml_error *err) ZKML_NODISCARD;
void zk_params_free(zk_params *params);

enum { ZK_PARAMS_PATH = 4096 };
/* Where the parameters for k are cached. The directory is made when it is missing; false when
 * there is no place for a cache. */
bool zk_params_cache_path(char path[ZK_PARAMS_PATH], uint32_t k);

/* <scalars, bases> + [blind] W */
zkml_status zk_commit(zk_vesta *r, const zk_params *params, const zk_fp *coefficients,
                      const zk_fp *blind, zkml_error *err) ZKML_NODISCARD;
zkml_status zk_commit_lagrange(zk_vesta *r, const zk_params *params, const zk_fp *values,
                               const zk_fp *blind, zkml_error *err) ZKML_NODISCARD;

#endif

#include "runtime/curve/point.h"

#include <sodium.h>
#include <string.h>

#include "runtime/base/error.h"
#include "runtime/curve/glv.h"
#include "runtime/field/inline.h"

/* Field elements are in Montgomery form. */
const zk_pallas_affine zk_pallas_generator = {
    {{UINT64_C(0x64b4c3b400000004), UINT64_C(0x891a63f02533e46e),
      UINT64_C(0x0000000000000000), UINT64_C(0x0000000000000000)}},
    {{UINT64_C(0xcfc3a984fffffff9), UINT64_C(0x1011d11bbee5303e),
      UINT64_C(0xffffffffffffffff), UINT64_C(0x3fffffffffffffff)}},
};

/* y^2 = x^3 + a x + 1265, the isogenous curve of the hash to curve, and the isogeny's
 * coefficients c0 .. c12 (pasta_curves, curves.rs). */
static const zk_fp iso_a = {{UINT64_C(0x7fc5d29077bb08de), UINT64_C(0x93090252cf122108),
                          UINT64_C(0x49f63ff5da1145bb), UINT64_C(0x1c6d4f087137f0dc)}};
static const zk_fp iso_map[13] = {
    {{UINT64_C(0xc6e037a01c71c71d), UINT64_C(0x130ac6c4e8b8fc2b),
      UINT64_C(0x0000000000000000), UINT64_C(0x4000000000000000)}},
    {{UINT64_C(0x4c6e64f2323d5cee), UINT64_C(0x501f41cfd25ec1f0),
      UINT64_C(0x05dee76e883f5ca7), UINT64_C(0x33183c981332cc59)}},
    {{UINT64_C(0x6a3ee7799df56376), UINT64_C(0x126b79ab78c7152f),
      UINT64_C(0x3260d1c7394f73d9), UINT64_C(0x3faf24198196224d)}},
    {{UINT64_C(0x6eeb22cb38e38d91), UINT64_C(0x857a8f27ada1851f),
      UINT64_C(0xffffffffffffffe9), UINT64_C(0x3fffffffffffffff)}},
    {{UINT64_C(0x7fa53608c4284457), UINT64_C(0xe12b216a243a01b1),
      UINT64_C(0x34d622e2ca3a41e0), UINT64_C(0x0bda2158acc92f21)}},
    {{UINT64_C(0xa60b71c1a8e17d58), UINT64_C(0x762a4b7ccb2def32),
      UINT64_C(0x503620030b6137e1), UINT64_C(0x3778ceb0aad59e24)}},
    {{UINT64_C(0xcaaf22d9b425ed0a), UINT64_C(0xbc70754050aca717),
      UINT64_C(0xaaaaaaaaaaaaaaaa), UINT64_C(0x2aaaaaaaaaaaaaaa)}},
    {{UINT64_C(0x26373279191eae77), UINT64_C(0xa80fa0e7e92f60f8),
      UINT64_C(0x82ef73b7441fae53), UINT64_C(0x198c1e4c0999662c)}},
    {{UINT64_C(0x64b468a19883c203), UINT64_C(0x8760f32b499db7b0),
      UINT64_C(0x0e0dabda7ccdfe1b), UINT64_C(0x29822f08307bd31b)}},
    {{UINT64_C(0xee9add1584bda1bb), UINT64_C(0x05fa29228d90933b),
      UINT64_C(0x5555555555555568), UINT64_C(0x1555555555555555)}},
    {{UINT64_C(0x0c0e6983a63c6683), UINT64_C(0x62e3fe9d3afd7f18),
      UINT64_C(0xcf4134542f5762d1), UINT64_C(0x31c73205032dc6b1)}},
    {{UINT64_C(0xbfc7f36afaa47806), UINT64_C(0x1df1b07e4eefdb60),
      UINT64_C(0xf0a260092223a7a4), UINT64_C(0x266a6c120080da6c)}},
    {{UINT64_C(0x6d4ccfb000000870), UINT64_C(0x33aace8e7975d8dc),
      UINT64_C(0x0000000000000121), UINT64_C(0x0000000000000000)}},
};

#define C pallas
#define B fp
#define S fq
#include "runtime/curve/point_template.h"
#include "runtime/curve/hash_template.h"

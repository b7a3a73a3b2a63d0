#include "runtime/curve/point.h"

#include <sodium.h>
#include <string.h>

#include "runtime/base/error.h"
#include "runtime/curve/glv.h"
#include "runtime/field/inline.h"

/* Field elements are in Montgomery form. */
const zk_vesta_affine zk_vesta_generator = {
    {{UINT64_C(0x311bac8400000004), UINT64_C(0x891a63f02652a376),
      UINT64_C(0x0000000000000000), UINT64_C(0x0000000000000000)}},
    {{UINT64_C(0x2a0f9218fffffff9), UINT64_C(0x1011d11bbcef61f1),
      UINT64_C(0xffffffffffffffff), UINT64_C(0x3fffffffffffffff)}},
};

/* y^2 = x^3 + a x + 1265, the isogenous curve of the hash to curve, and the isogeny's
 * coefficients c0 .. c12 (pasta_curves, curves.rs). */
static const zk_fq iso_a = {{UINT64_C(0xe39dd73ce5fa2060), UINT64_C(0xa67a4eac41bd984a),
                          UINT64_C(0x4e9334381c85040e), UINT64_C(0x287658b7203524b5)}};
static const zk_fq iso_map[13] = {
    {{UINT64_C(0xad6517ce71c71c72), UINT64_C(0xb24893c63b04974d),
      UINT64_C(0xaaaaaaaaaaaaaaaa), UINT64_C(0x2aaaaaaaaaaaaaaa)}},
    {{UINT64_C(0x46361151a9354d4b), UINT64_C(0x681b8597f431b790),
      UINT64_C(0xa27b0945498c318f), UINT64_C(0x3aa4c7434d930578)}},
    {{UINT64_C(0x33de750af21121c7), UINT64_C(0xf71496fffd0bf228),
      UINT64_C(0x5cfe5d49550435ff), UINT64_C(0x3cb4babf63329c09)}},
    {{UINT64_C(0xbff8f6d3e38e383b), UINT64_C(0xc3f6292a22e5b459),
      UINT64_C(0x555555555555553e), UINT64_C(0x1555555555555555)}},
    {{UINT64_C(0x15af42d6f2dfb79b), UINT64_C(0x96c2ea77491a2d26),
      UINT64_C(0xb653536f95edbe09), UINT64_C(0x0fcb015dba2b313d)}},
    {{UINT64_C(0xc58961ee87ce8fe4), UINT64_C(0xb646fc62c0be0c9a),
      UINT64_C(0xced3d6bbf771b1fb), UINT64_C(0x270fb22f765674fc)}},
    {{UINT64_C(0x41fba4b025ed097c), UINT64_C(0xfcf1ec94c4b9f858),
      UINT64_C(0x8e38e38e38e38e38), UINT64_C(0x38e38e38e38e38e3)}},
    {{UINT64_C(0xe93e7e39549aa6a6), UINT64_C(0xc5310f49fee33036),
      UINT64_C(0x513d84a2a4c618c7), UINT64_C(0x3d5263a1a6c982bc)}},
    {{UINT64_C(0x9d728f7acce97bd7), UINT64_C(0x2e8f3c5fdb9f6044),
      UINT64_C(0x54fa00b78d0f70aa), UINT64_C(0x33ec021316643c22)}},
    {{UINT64_C(0xcf9720f8bda12ff4), UINT64_C(0x263ae4ccee9b8f6b),
      UINT64_C(0xc71c71c71c71c72f), UINT64_C(0x1c71c71c71c71c71)}},
    {{UINT64_C(0xe6aa59d2ec4f9369), UINT64_C(0x7347ac30f2719827),
      UINT64_C(0x917cfd2760e49d0e), UINT64_C(0x37b0820c9740c9dc)}},
    {{UINT64_C(0xc4553aaa976bafab), UINT64_C(0x008e5c2c38a57cf2),
      UINT64_C(0x6c7b8433e65515f3), UINT64_C(0x352f168e63035ef6)}},
    {{UINT64_C(0x965fe67000000870), UINT64_C(0x33aace90d650cd4f),
      UINT64_C(0x0000000000000121), UINT64_C(0x0000000000000000)}},
};

#define C vesta
#define B fq
#define S fp
#include "runtime/curve/point_template.h"
#include "runtime/curve/hash_template.h"

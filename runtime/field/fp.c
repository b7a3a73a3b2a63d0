#include <string.h>

#include "runtime/field/inline.h"
#include "runtime/field/modinv.h"

/* Montgomery form: v 2^256 mod the modulus. */
const zk_fp zk_fp_zero = {{0, 0, 0, 0}};
const zk_fp zk_fp_one = {{
    UINT64_C(0x34786d38fffffffd),
    UINT64_C(0x992c350be41914ad),
    UINT64_C(0xffffffffffffffff),
    UINT64_C(0x3fffffffffffffff),
}};
const zk_fp zk_fp_root_of_unity = {{
    UINT64_C(0xa28db849bad6dbf0),
    UINT64_C(0x9083cd03d3b539df),
    UINT64_C(0xfba6b9ca9dc8448e),
    UINT64_C(0x3ec928747b89c6da),
}};
const zk_fp zk_fp_root_of_unity_inv = {{
    UINT64_C(0x5cfe5f67cb155442),
    UINT64_C(0x176460c2734c4621),
    UINT64_C(0xdf81001645214110),
    UINT64_C(0x18047fb9f91068bc),
}};
const zk_fp zk_fp_delta = {{
    UINT64_C(0x5965e9af9d651171),
    UINT64_C(0xc7c59c1bb222e936),
    UINT64_C(0x272acaec59b6a78c),
    UINT64_C(0x08eb004e7903b751),
}};
const zk_fp zk_fp_zeta = {{
    UINT64_C(0x02021cf6619a153d),
    UINT64_C(0x9e8c26974980b78e),
    UINT64_C(0x2a676d5cc87a4666),
    UINT64_C(0x15d8049da7a17876),
}};
const zk_fp zk_fp_two_inv = {{
    UINT64_C(0x66d2cf12ffffffff),
    UINT64_C(0xddb96703f6b306e4),
    UINT64_C(0xffffffffffffffff),
    UINT64_C(0x3fffffffffffffff),
}};

#define F fp
#define M0 ZK_FP_M0
#define M1 ZK_FP_M1
#define INV ZK_FP_INV
#define R2_LIMBS                                                                                   \
    {UINT64_C(0x8c78ecb30000000f), UINT64_C(0xd7d30dbd8b0de0e7), \
     UINT64_C(0x7797a99bc3c95d18), UINT64_C(0x096d41af7b9cb714)}
#define R3_LIMBS                                                                                   \
    {UINT64_C(0xf185a5993a9e10f9), UINT64_C(0xf6a68f3b6ac5b1d1), \
     UINT64_C(0xdf8d1014353fd42c), UINT64_C(0x2ae309222d2d9910)}
#define INVERSE62 UINT64_C(0x26d2cf1300000001)
#include "runtime/field/field_template.h"

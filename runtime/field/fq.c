#include <string.h>

#include "runtime/field/inline.h"
#include "runtime/field/modinv.h"

/* Montgomery form: v 2^256 mod the modulus. */
const zk_fq zk_fq_zero = {{0, 0, 0, 0}};
const zk_fq zk_fq_one = {{
    UINT64_C(0x5b2b3e9cfffffffd),
    UINT64_C(0x992c350be3420567),
    UINT64_C(0xffffffffffffffff),
    UINT64_C(0x3fffffffffffffff),
}};
const zk_fq zk_fq_root_of_unity = {{
    UINT64_C(0x218077428c9942de),
    UINT64_C(0xcc49578921b60494),
    UINT64_C(0xac2e5d27b2efbee2),
    UINT64_C(0x0b79fa897f2db056),
}};
const zk_fq zk_fq_root_of_unity_inv = {{
    UINT64_C(0xb990773d23d22e85),
    UINT64_C(0x4ece919a03f3c012),
    UINT64_C(0x2c9ac8b9aa3ba50b),
    UINT64_C(0x364d5dfa434d9efa),
}};
const zk_fq zk_fq_delta = {{
    UINT64_C(0xfea35ff47ef3ee87),
    UINT64_C(0xc982cbdd717fd9c6),
    UINT64_C(0x0d25c7ce50b8ab59),
    UINT64_C(0x17bffd4cc7ac17c1),
}};
const zk_fq zk_fq_zeta = {{
    UINT64_C(0x7c541a8480111122),
    UINT64_C(0x40630b9c56ed29da),
    UINT64_C(0x02c275fb135b2b29),
    UINT64_C(0x121d29f888245b10),
}};
const zk_fq zk_fq_two_inv = {{
    UINT64_C(0x73b914deffffffff),
    UINT64_C(0xddb96703f66b5722),
    UINT64_C(0xffffffffffffffff),
    UINT64_C(0x3fffffffffffffff),
}};

#define F fq
#define M0 ZK_FQ_M0
#define M1 ZK_FQ_M1
#define INV ZK_FQ_INV
#define R2_LIMBS                                                                                   \
    {UINT64_C(0xfc9678ff0000000f), UINT64_C(0x67bb433d891a16e3), \
     UINT64_C(0x7fae231004ccf590), UINT64_C(0x096d41af7ccfdaa9)}
#define R3_LIMBS                                                                                   \
    {UINT64_C(0x008b421c249dae4c), UINT64_C(0xe13bda50dba41326), \
     UINT64_C(0x88fececb8e15cb63), UINT64_C(0x07dd97a06e6792c8)}
#define INVERSE62 UINT64_C(0x33b914df00000001)
#include "runtime/field/field_template.h"

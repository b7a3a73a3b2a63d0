/* inline.h - fp_add, fp_mul, ... and fq_*: the operations of field.h compiled into the caller.
 *
 * For inner loops (curve formulas, transforms, bulk operations). Everything else calls field.h.
 * Same contracts: reduced Montgomery operands, operands may alias the result, constant time.
 */
#ifndef ZK_FIELD_INLINE_H
#define ZK_FIELD_INLINE_H

#include "runtime/field/field.h"
#include "runtime/field/limbs.h"

#define ZK_PASTE_(a, b) a##b
#define ZK_PASTE(a, b) ZK_PASTE_(a, b)
#define ZK_PASTE3_(a, b, c) a##b##c
#define ZK_PASTE3(a, b, c) ZK_PASTE3_(a, b, c)

#define ZK_FP_M0 UINT64_C(0x992d30ed00000001)
#define ZK_FP_M1 UINT64_C(0x224698fc094cf91b)
#define ZK_FP_INV UINT64_C(0x992d30ecffffffff)
#define ZK_FQ_M0 UINT64_C(0x8c46eb2100000001)
#define ZK_FQ_M1 UINT64_C(0x224698fc0994a8dd)
#define ZK_FQ_INV UINT64_C(0x8c46eb20ffffffff)

#define F fp
#define M0 ZK_FP_M0
#define M1 ZK_FP_M1
#define INV ZK_FP_INV
#include "runtime/field/inline_template.h"
#undef F
#undef M0
#undef M1
#undef INV

#define F fq
#define M0 ZK_FQ_M0
#define M1 ZK_FQ_M1
#define INV ZK_FQ_INV
#include "runtime/field/inline_template.h"
#undef F
#undef M0
#undef M1
#undef INV

#endif

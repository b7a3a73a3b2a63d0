/* verify.h - checks every invariant of tir.h. */
#ifndef ZC_TIR_VERIFY_H
#define ZC_TIR_VERIFY_H

#include "compiler/tir/tir.h"
#include "runtime/base/error.h"

/* ZKML_INTERNAL with "node %12 (dot): ..." when an invariant is broken: a bug in the stage before.
 */
zkml_status zc_tir_verify(const zc_tir *tir, zkml_error *err) ZKML_NODISCARD;

#endif

/* array.h - a parameter's codes from a .npy file.
 *
 * The array has the parameter's shape. Integers are codes, floating-point numbers real values that
 * must be multiples of the step. Messages name file, index and what is allowed there; a private
 * value is not shown.
 */
#ifndef ZK_WITNESS_ARRAY_H
#define ZK_WITNESS_ARRAY_H

#include "runtime/base/npy.h"
#include "runtime/circuit/circuit.h"
#include "runtime/circuit/decimal.h"

/* codes: field->count elements. */
zkml_status zk_array_read(int64_t *codes, const zk_field_schema *field, const char *path,
                          zkml_error *err) ZKML_NODISCARD;
/* Elements first .. first + field->count - 1 of an array that has them. */
zkml_status zk_array_codes(int64_t *codes, const zk_field_schema *field, const zk_npy *array,
                           uint64_t first, const char *path, zkml_error *err) ZKML_NODISCARD;

/* "must be in 0 .. 1", "must be a multiple of the step 0.25". */
void zk_input_allowed(zk_buf *out, const zk_field_schema *field, zk_decimal_result result);

#endif

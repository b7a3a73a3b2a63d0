/* proof_values.h - tests/vectors/mlp2.values.txt, every intermediate value of one proof with
 * challenges between phases: lines "name value ...", values in hex. */
#ifndef TESTS_UNIT_PROOF_VALUES_H
#define TESTS_UNIT_PROOF_VALUES_H

#include "runtime/curve/point.h"
#include "tests/unit/vectors.h"

enum { MLP2_K = 6, MLP2_N = 64, MLP2_USABLE = 58, MLP2_BLIND_ROWS = 6 };

vectors proof_values_load(void);
/* How many values the line of this name has. */
size_t proof_values_count(const vectors *v, const char *name);
/* The value with this index as a field element, a point, an integer, 32 or 64 bytes. */
zk_fp proof_value_scalar(const vectors *v, const char *name, size_t index);
zk_vesta_affine proof_value_point(const vectors *v, const char *name, size_t index);
int64_t proof_value_integer(const vectors *v, const char *name, size_t index);
/* The first value, whatever its length up to `limit`; returns the length. */
size_t proof_value_bytes(const vectors *v, const char *name, uint8_t *bytes, size_t limit);

#endif

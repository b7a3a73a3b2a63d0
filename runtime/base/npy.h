/* npy.h - a strict reader of NumPy's .npy files: one array of little-endian numbers.
 *
 * Versions 1.0, 2.0 and 3.0; booleans, signed and unsigned integers of 1, 2, 4 and 8 bytes, floats
 * of 2, 4 and 8 bytes; C order. The array's bytes stay where they are: `data` points into the
 * caller's buffer. Everything else (Fortran order, big-endian data, strings, objects, missing or
 * surplus bytes) is refused with a message that says what to do.
 */
#ifndef ZK_BASE_NPY_H
#define ZK_BASE_NPY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/base/error.h"

enum { ZK_NPY_MAX_RANK = 32 };

typedef enum zk_npy_kind { ZK_NPY_BOOL, ZK_NPY_INT, ZK_NPY_UINT, ZK_NPY_FLOAT } zk_npy_kind;

typedef struct zk_npy {
    zk_npy_kind kind;
    uint32_t item_bytes;
    uint32_t rank; /* 0: one number */
    uint64_t extent[ZK_NPY_MAX_RANK];
    uint64_t count;
    const uint8_t *data; /* count * item_bytes, row-major */
} zk_npy;

/* `name` is for messages. ZKML_MALFORMED when the bytes are not such a file. */
zkml_status zk_npy_parse(zk_npy *array, const char *name, const uint8_t *bytes, size_t length,
                         zkml_error *err) ZKML_NODISCARD;
/* Element i of an array that is not FLOAT; false when it is above INT64_MAX (or, for BOOL, not 0
 * or 1). */
bool zk_npy_int(const zk_npy *array, uint64_t i, int64_t *value);
/* Element i of a FLOAT array, exactly. */
double zk_npy_real(const zk_npy *array, uint64_t i);

#endif

/* npz.h - one array of a NumPy .npz archive, as numpy.savez writes it.
 *
 * The archive is a ZIP file whose members are .npy files, not compressed. It is checked as a whole:
 * the directory lies at the end, every member's name and data lie before it, no two have one name,
 * and the checksum of the member that is taken is right. Compressed, encrypted and very large
 * archives (ZIP64 directories) are refused with a message that says what to do.
 */
#ifndef ZC_CHECK_NPZ_H
#define ZC_CHECK_NPZ_H

#include "compiler/check/weights.h"

/* The bytes of the member TENSOR.npy (NULL: of the only one), which point into `bytes`. Statuses are
 * those of zc_weights_load. */
zkml_status zc_npz_find(const uint8_t **member, size_t *member_length, const char *path,
                        const char *tensor, const uint8_t *bytes, size_t length,
                        zkml_error *err) ZKML_NODISCARD;

#endif

/* safetensors.h - one tensor of a .safetensors file, whose index is checked as a whole. */
#ifndef ZC_CHECK_SAFETENSORS_H
#define ZC_CHECK_SAFETENSORS_H

#include "compiler/check/weights.h"

/* Fills all of *out but its name; the data points into `bytes`. */
zkml_status zc_safetensors_find(zc_weights *out, const char *path, const char *tensor,
                                const uint8_t *bytes, size_t length,
                                zkml_error *err) ZKML_NODISCARD;

#endif

/* fft_ifma.h - the transforms of fft.h with AVX-512 IFMA. */
#ifndef ZK_POLY_FFT_IFMA_H
#define ZK_POLY_FFT_IFMA_H

#include "runtime/poly/fft.h"

/* out_i = sum_j factors_j in_j w^(ij), or with 1/w for w and divided by n for the inverse. False,
 * and nothing is changed, when it cannot be done: another backend, too few rows, no memory. */
bool zk_fft_ifma(const zk_domain *domain, zk_fp *out, const zk_fp *in, const zk_fp *factors,
                 bool inverse);

#endif

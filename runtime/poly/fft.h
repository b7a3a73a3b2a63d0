/* fft.h - radix-2 domains over Fp and transforms between coefficients and values.
 *
 * Convention: out_i = sum_j a_j w^(ij), natural order in and out.
 */
#ifndef ZK_POLY_FFT_H
#define ZK_POLY_FFT_H

#include "runtime/base/error.h"
#include "runtime/field/field.h"

typedef struct zk_domain {
    uint32_t k;         /* n = 2^k rows */
    size_t n;
    zk_fp omega;        /* generator of the domain */
    zk_fp omega_inv;
    zk_fp n_inv;        /* 1/n */
    zk_fp *twiddles;     /* omega^i,     i < n/2 */
    zk_fp *twiddles_inv; /* omega_inv^i, i < n/2 */
} zk_domain;

/* k <= 32. ZKML_LIMIT when memory runs out. */
zkml_status zk_domain_init(zk_domain *domain, uint32_t k, zkml_error *err) ZKML_NODISCARD;
void zk_domain_free(zk_domain *domain);

/* In place, n elements. Uses the OpenMP threads of the calling team. */
void zk_fft(const zk_domain *domain, zk_fp *a);  /* coefficients -> values */
void zk_ifft(const zk_domain *domain, zk_fp *a); /* values -> coefficients */
/* values of the polynomial at shift * omega^i: scales the coefficients, then zk_fft. */
void zk_coset_fft(const zk_domain *domain, zk_fp *a, const zk_fp *shift);
void zk_coset_ifft(const zk_domain *domain, zk_fp *a, const zk_fp *shift);

/* sum a_i x^i */
void zk_poly_eval(zk_fp *r, const zk_fp *coefficients, size_t n, const zk_fp *x);
/* Divides by (X - root) in place, the remainder is dropped; a[n-1] becomes 0. */
void zk_poly_div_linear(zk_fp *a, size_t n, const zk_fp *root);

#endif

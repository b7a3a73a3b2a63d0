/* fft.h - radix-2 domains over Fp and transforms between coefficients and values.
 *
 * Convention: out_i = sum_j a_j w^(ij), natural order in and out.
 */
#ifndef ZK_POLY_FFT_H
#define ZK_POLY_FFT_H

#include "runtime/base/error.h"
#include "runtime/field/field.h"

typedef struct zk_domain {
    uint32_t k;     /* n = 2^k rows */
    size_t n;
    zk_fp omega;    /* generator of the domain */
    zk_fp omega_inv;
    zk_fp n_inv;    /* 1/n */
    zk_fp *powers;  /* omega^i, i <= n */
} zk_domain;

/* k <= 32. ZKML_LIMIT when memory runs out. */
zkml_status zk_domain_init(zk_domain *domain, uint32_t k, zkml_error *err) ZKML_NODISCARD;
void zk_domain_free(zk_domain *domain);

/* n elements in place, on the OpenMP threads of the calling team. */
void zk_fft(const zk_domain *domain, zk_fp *a);  /* coefficients -> values */
void zk_ifft(const zk_domain *domain, zk_fp *a); /* values -> coefficients */
/* values_i = sum_j factors_j coefficients_j w^(ij): with the powers of s as factors, the values of
 * the polynomial at s w^i. The factors may be NULL; the arrays are the same or do not overlap. */
void zk_fft_to(const zk_domain *domain, zk_fp *values, const zk_fp *coefficients,
               const zk_fp *factors);
void zk_ifft_to(const zk_domain *domain, zk_fp *coefficients, const zk_fp *values);

/* r_i = first ratio^i and r_i *= first ratio^i, i < n */
void zk_powers(zk_fp *r, const zk_fp *first, const zk_fp *ratio, size_t n);
void zk_scale_by_powers(zk_fp *r, const zk_fp *first, const zk_fp *ratio, size_t n);

/* sum a_i x^i */
void zk_poly_eval(zk_fp *r, const zk_fp *coefficients, size_t n, const zk_fp *x);
/* a_i = a_i factor + b_i */
void zk_poly_horner(zk_fp *a, const zk_fp *factor, const zk_fp *b, size_t n);
/* Divides by (X - root) in place, the remainder is dropped; a[n-1] becomes 0. */
void zk_poly_div_linear(zk_fp *a, size_t n, const zk_fp *root);

#endif

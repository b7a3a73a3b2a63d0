/* bulk.h - operations on vectors of Fp elements, one table of them per backend.
 *
 * Everything that works on whole columns goes through the table that zk_bulk() returns, so that a
 * processor-specific backend speeds up all of it. Backends agree bit for bit; each is compared
 * with `portable` in the tests. Vectors of one call are equal or do not overlap; n may be 0.
 * Constant time in the elements.
 */
#ifndef ZK_FIELD_BULK_H
#define ZK_FIELD_BULK_H

#include "runtime/base/error.h"
#include "runtime/field/field.h"

typedef struct zk_bulk_ops {
    const char *name;
    void (*add)(zk_fp *r, const zk_fp *a, const zk_fp *b, size_t n); /* r_i = a_i + b_i */
    void (*sub)(zk_fp *r, const zk_fp *a, const zk_fp *b, size_t n); /* r_i = a_i - b_i */
    void (*mul)(zk_fp *r, const zk_fp *a, const zk_fp *b, size_t n); /* r_i = a_i b_i */
    void (*sqr)(zk_fp *r, const zk_fp *a, size_t n);                 /* r_i = a_i^2 */
    void (*neg)(zk_fp *r, const zk_fp *a, size_t n);                 /* r_i = -a_i */
    void (*scale)(zk_fp *r, const zk_fp *a, const zk_fp *c, size_t n);     /* r_i = c a_i */
    void (*mul_add)(zk_fp *r, const zk_fp *a, const zk_fp *b, size_t n);   /* r_i += a_i b_i */
    void (*scale_add)(zk_fp *r, const zk_fp *a, const zk_fp *c, size_t n); /* r_i += c a_i */
    /* r_i = c r_i + a_i: Horner's step for a column */
    void (*horner)(zk_fp *r, const zk_fp *c, const zk_fp *a, size_t n);
    /* r_i *= first ratio^i */
    void (*scale_powers)(zk_fp *r, const zk_fp *first, const zk_fp *ratio, size_t n);
    /* sum a_i b_i */
    void (*dot)(zk_fp *r, const zk_fp *a, const zk_fp *b, size_t n);
    void (*from_i64)(zk_fp *r, const int64_t *v, size_t n);
} zk_bulk_ops;

/* The backend of this run: the best one for the processor, or the one that the environment
 * variable ZKML_BACKEND names. An unknown or unsupported name selects `portable` here; programs
 * call zk_bulk_check first to refuse it. */
const zk_bulk_ops *zk_bulk(void);

/* ZKML_USAGE if ZKML_BACKEND names no backend that runs on this processor. */
zkml_status zk_bulk_check(zkml_error *err) ZKML_NODISCARD;

/* By name, NULL if there is none or the processor cannot run it. */
const zk_bulk_ops *zk_bulk_find(const char *name);

extern const zk_bulk_ops zk_bulk_portable;
/* Entries that other backends take over. */
void zk_bulk_portable_add(zk_fp *r, const zk_fp *a, const zk_fp *b, size_t n);
void zk_bulk_portable_sub(zk_fp *r, const zk_fp *a, const zk_fp *b, size_t n);
void zk_bulk_portable_neg(zk_fp *r, const zk_fp *a, size_t n);
void zk_bulk_portable_from_i64(zk_fp *r, const int64_t *v, size_t n);

/* Eight elements at a time with AVX-512 IFMA. */
#if defined(__x86_64__) && defined(__GNUC__)
#define ZK_BULK_HAS_IFMA 1
extern const zk_bulk_ops zk_bulk_ifma;
#else
#define ZK_BULK_HAS_IFMA 0
#endif

#endif

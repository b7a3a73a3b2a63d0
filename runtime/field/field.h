/* field.h - the Pasta prime fields Fp and Fq.
 *
 *   p = 2^254 + 45560315531419706090280762371685220353    scalars of Vesta, coordinates of Pallas
 *   q = 2^254 + 45560315531506369815346746415080538113    scalars of Pallas, coordinates of Vesta
 *
 * An element is four 64-bit limbs, least significant first, in Montgomery form with R = 2^256 and
 * always fully reduced, so that equality is equality of limbs. Both fields are made from one
 * template (field_template.h); every function below exists as zk_fp_* and as zk_fq_*.
 *
 * Constant time in their operands: add, sub, neg, mul, sqr, select, to/from_bytes. Functions whose
 * name ends in _var are variable time and must not see secrets where timing matters.
 */
#ifndef ZK_FIELD_FIELD_H
#define ZK_FIELD_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct zk_fp {
    uint64_t l[4];
} zk_fp;

typedef struct zk_fq {
    uint64_t l[4];
} zk_fq;

#define ZK_FIELD_TWO_ADICITY 32

#define ZK_DECLARE_FIELD(F)                                                                        \
    extern const zk_##F zk_##F##_zero, zk_##F##_one;                                               \
    extern const zk_##F zk_##F##_root_of_unity;     /* 5^t, of order 2^32 */                       \
    extern const zk_##F zk_##F##_root_of_unity_inv;                                                \
    extern const zk_##F zk_##F##_delta;             /* 5^(2^32), of order t */                     \
    extern const zk_##F zk_##F##_zeta;              /* of order 3 */                               \
    extern const zk_##F zk_##F##_two_inv;                                                          \
    extern const uint64_t zk_##F##_modulus[4];                                                     \
    void zk_##F##_add(zk_##F *r, const zk_##F *a, const zk_##F *b);                                \
    void zk_##F##_sub(zk_##F *r, const zk_##F *a, const zk_##F *b);                                \
    void zk_##F##_neg(zk_##F *r, const zk_##F *a);                                                 \
    void zk_##F##_double(zk_##F *r, const zk_##F *a);                                              \
    void zk_##F##_mul(zk_##F *r, const zk_##F *a, const zk_##F *b);                                \
    void zk_##F##_sqr(zk_##F *r, const zk_##F *a);                                                 \
    /* 1/a, and 0 for 0. The plain one is a fixed-length exponentiation. */                        \
    void zk_##F##_inv(zk_##F *r, const zk_##F *a);                                                 \
    void zk_##F##_inv_var(zk_##F *r, const zk_##F *a);                                             \
    /* Replaces every element by its inverse (zeros stay) with one inversion; scratch: n. */       \
    void zk_##F##_batch_inv(zk_##F *a, size_t n, zk_##F *scratch);                                 \
    void zk_##F##_pow_u64(zk_##F *r, const zk_##F *a, uint64_t exponent);                          \
    /* A square root if there is one; false otherwise. Which of the two is unspecified. */         \
    bool zk_##F##_sqrt(zk_##F *r, const zk_##F *a);                                                \
    bool zk_##F##_equal(const zk_##F *a, const zk_##F *b);                                         \
    bool zk_##F##_is_zero(const zk_##F *a);                                                        \
    bool zk_##F##_is_odd(const zk_##F *a); /* of the canonical integer */                          \
    /* -1, 0, 1: order of the canonical integers. */                                               \
    int zk_##F##_compare(const zk_##F *a, const zk_##F *b);                                        \
    void zk_##F##_select(zk_##F *r, bool c, const zk_##F *if_true, const zk_##F *if_false);        \
    void zk_##F##_from_u64(zk_##F *r, uint64_t v);                                                 \
    void zk_##F##_from_i64(zk_##F *r, int64_t v); /* negative v is modulus - |v| */                \
    /* The canonical integer, least significant limb first, and back (false if >= modulus). */     \
    void zk_##F##_to_limbs(uint64_t limbs[4], const zk_##F *a);                                    \
    bool zk_##F##_from_limbs(zk_##F *r, const uint64_t limbs[4]);                                  \
    /* 32 bytes little-endian; reading is strict: false if >= modulus. */                          \
    void zk_##F##_to_bytes(uint8_t bytes[32], const zk_##F *a);                                    \
    bool zk_##F##_from_bytes(zk_##F *r, const uint8_t bytes[32]);                                  \
    /* 64 bytes read as a little-endian integer and reduced. */                                    \
    void zk_##F##_from_uniform_bytes(zk_##F *r, const uint8_t bytes[64]);                          \
    /* "0x" and 64 lowercase hex digits, big-endian, and a NUL. */                                 \
    void zk_##F##_to_hex(char text[67], const zk_##F *a);                                          \
    /* The centred value if |value| < 2^63: false otherwise. For messages and small columns. */    \
    bool zk_##F##_to_i64(int64_t *v, const zk_##F *a)

ZK_DECLARE_FIELD(fp);
ZK_DECLARE_FIELD(fq);

#endif

/* Every bulk operation of every backend against the field functions. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/field/bulk.h"
#include "tests/unit/vectors.h"

static zk_fp random_element(uint64_t *state)
{
    uint8_t bytes[64];
    zk_fp r;
    for (int i = 0; i < 64; i++)
        bytes[i] = (uint8_t)(test_random(state) >> 40);
    zk_fp_from_uniform_bytes(&r, bytes);
    return r;
}

static zk_fp *random_vector(size_t n, uint64_t seed)
{
    zk_fp *a = calloc(n, sizeof *a);
    cr_assert_not_null(a);
    for (size_t i = 0; i < n; i++)
        a[i] = random_element(&seed);
    return a;
}

static void expect_equal(const zk_fp *a, const zk_fp *b, size_t n, const char *what)
{
    for (size_t i = 0; i < n; i++)
        cr_assert(zk_fp_equal(&a[i], &b[i]), "%s: element %zu of %zu", what, i, n);
}

static void check_backend(const zk_bulk_ops *ops)
{
    static const size_t sizes[] = {0, 1, 2, 7, 8, 9, 31, 100};
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
        size_t n = sizes[s], m = n + 1;
        zk_fp *a = random_vector(m, 1 + n), *b = random_vector(m, 2 + n), c = b[n];
        zk_fp *r = random_vector(m, 3), *want = random_vector(m, 4), t;
        if (n > 2) { /* edges of the reduction */
            zk_fp_neg(&a[0], &zk_fp_one);
            b[0] = a[0];
            a[1] = zk_fp_zero;
        }
#define EACH(statement)                                                                            \
    for (size_t i = 0; i < n; i++) {                                                               \
        statement;                                                                                 \
    }
        ops->add(r, a, b, n);
        EACH(zk_fp_add(&want[i], &a[i], &b[i]))
        expect_equal(r, want, n, "add");
        ops->sub(r, a, b, n);
        EACH(zk_fp_sub(&want[i], &a[i], &b[i]))
        expect_equal(r, want, n, "sub");
        ops->mul(r, a, b, n);
        EACH(zk_fp_mul(&want[i], &a[i], &b[i]))
        expect_equal(r, want, n, "mul");
        ops->sqr(r, a, n);
        EACH(zk_fp_sqr(&want[i], &a[i]))
        expect_equal(r, want, n, "sqr");
        ops->neg(r, a, n);
        EACH(zk_fp_neg(&want[i], &a[i]))
        expect_equal(r, want, n, "neg");
        ops->scale(r, a, &c, n);
        EACH(zk_fp_mul(&want[i], &a[i], &c))
        expect_equal(r, want, n, "scale");
        ops->mul_add(r, a, b, n);
        EACH(zk_fp_mul(&t, &a[i], &b[i]); zk_fp_add(&want[i], &want[i], &t))
        expect_equal(r, want, n, "mul_add");
        ops->scale_add(r, b, &c, n);
        EACH(zk_fp_mul(&t, &b[i], &c); zk_fp_add(&want[i], &want[i], &t))
        expect_equal(r, want, n, "scale_add");
        ops->horner(r, &c, a, n);
        EACH(zk_fp_mul(&want[i], &want[i], &c); zk_fp_add(&want[i], &want[i], &a[i]))
        expect_equal(r, want, n, "horner");
        ops->scale_powers(r, &b[n], &c, n);
        EACH(zk_fp_pow_u64(&t, &c, i); zk_fp_mul(&t, &t, &b[n]); zk_fp_mul(&want[i], &want[i], &t))
        expect_equal(r, want, n, "scale_powers");
        ops->dot(&t, a, b, n);
        zk_fp sum = zk_fp_zero, product;
        EACH(zk_fp_mul(&product, &a[i], &b[i]); zk_fp_add(&sum, &sum, &product))
        expect_equal(&t, &sum, 1, "dot");
        int64_t values[100];
        EACH(values[i] = (int64_t)a[i].l[0] >> (i % 64); zk_fp_from_i64(&want[i], values[i]))
        ops->from_i64(r, values, n);
        expect_equal(r, want, n, "from_i64");
#undef EACH
        free(a);
        free(b);
        free(r);
        free(want);
    }
}

Test(bulk, backends_agree)
{
    static const char *const names[] = {"portable", "ifma"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const zk_bulk_ops *ops = zk_bulk_find(names[i]);
        if (ops != NULL)
            check_backend(ops);
    }
    cr_assert_not_null(zk_bulk_find("portable"));
    check_backend(zk_bulk());
}

Test(bulk, backend_by_environment)
{
    zkml_error err;
    setenv("ZKML_BACKEND", "portable", 1);
    cr_assert_eq(zk_bulk_check(&err), ZKML_OK);
    cr_assert_str_eq(zk_bulk()->name, "portable");
    setenv("ZKML_BACKEND", "abacus", 1);
    cr_assert_eq(zk_bulk_check(&err), ZKML_USAGE);
    cr_assert_not_null(strstr(err.text, "abacus"));
    cr_assert_str_eq(zk_bulk()->name, "portable");
    unsetenv("ZKML_BACKEND");
    cr_assert_eq(zk_bulk_check(&err), ZKML_OK);
}

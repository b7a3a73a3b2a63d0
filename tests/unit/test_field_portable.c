/* The C form of the limb arithmetic, selected here, against the library's form. */
#define ZK_FIELD_NO_ASM
#include <criterion/criterion.h>

#include "runtime/field/field.h"
#include "runtime/field/inline.h"
#include "tests/unit/vectors.h"

static zk_fp random_element(uint64_t *state)
{
    uint8_t bytes[64];
    zk_fp r;
    for (int i = 0; i < 64; i++)
        bytes[i] = (uint8_t)(test_random(state) >> 40);
    zk_fp_from_uniform_bytes(&r, bytes);
    for (int i = 0; i < 3; i++) /* reduced whatever the lower limbs are while l[3] < 2^62 */
        if (test_random(state) % 8 == 0)
            r.l[i] = test_random(state) % 2 == 0 ? 0 : UINT64_MAX;
    r.l[3] &= ((uint64_t)1 << 62) - 1;
    return r;
}

Test(field_portable, same_as_library)
{
    uint64_t state = 4711;
    for (int i = 0; i < 100000; i++) {
        zk_fp a = random_element(&state), b = random_element(&state), want, got;
        zk_fp_add(&want, &a, &b);
        fp_add(&got, &a, &b);
        cr_assert_arr_eq(got.l, want.l, sizeof got.l);
        zk_fp_sub(&want, &a, &b);
        fp_sub(&got, &a, &b);
        cr_assert_arr_eq(got.l, want.l, sizeof got.l);
        zk_fp_neg(&want, &a);
        fp_neg(&got, &a);
        cr_assert_arr_eq(got.l, want.l, sizeof got.l);
        zk_fp_mul(&want, &a, &b);
        fp_mul(&got, &a, &b);
        cr_assert_arr_eq(got.l, want.l, sizeof got.l);
        zk_fp_sqr(&want, &a);
        fp_sqr(&got, &a);
        cr_assert_arr_eq(got.l, want.l, sizeof got.l);
    }
}

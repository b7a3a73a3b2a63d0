/* test_field_cases.h - the field tests; included by test_field.c once per field with
 *   F         fp or fq
 *   FNAME     "Fp" or "Fq", as in the vectors
 *   MODULUS   the modulus in hex digits
 */
#define ELEMENT ZK_PASTE(zk_, F)
#define FN(name) ZK_PASTE3(ELEMENT, _, name)
#define CASE(name) ZK_PASTE3(F, _, name)

static void CASE(set)(ELEMENT *r, const mpz_t v)
{
    uint64_t limbs[4] = {0};
    mpz_export(limbs, NULL, -1, 8, 0, 0, v);
    cr_assert(FN(from_limbs)(r, limbs));
}

static void CASE(get)(mpz_t v, const ELEMENT *a)
{
    uint64_t limbs[4];
    FN(to_limbs)(limbs, a);
    mpz_import(v, 4, -1, 8, 0, 0, limbs);
}

/* Integers around the places where carries and reductions happen, then random ones. */
static void CASE(operand)(mpz_t v, unsigned index, uint64_t *state, const mpz_t m)
{
    if (index < 16) {
        mpz_set_ui(v, index / 2);
        if (index % 2 == 1)
            mpz_sub(v, m, v);
    } else if (index < 48) {
        mpz_set_ui(v, 1);
        mpz_mul_2exp(v, v, 8 * (index - 16));
        if (index % 2 == 1)
            mpz_sub_ui(v, v, 1);
    } else {
        uint64_t limbs[4];
        for (int i = 0; i < 4; i++) {
            limbs[i] = test_random(state);
            if (test_random(state) % 8 == 0)
                limbs[i] = test_random(state) % 2 == 0 ? 0 : UINT64_MAX;
        }
        mpz_import(v, 4, -1, 8, 0, 0, limbs);
    }
    mpz_mod(v, v, m);
}

#define EXPECT(element, value)                                                                     \
    do {                                                                                           \
        CASE(get)(got, &(element));                                                                \
        if (mpz_cmp(got, value) != 0)                                                              \
            cr_assert_fail("%s case %u, line %d", FNAME, i, __LINE__);                             \
    } while (0)

/* One pair of operands: a, b as integers, x, y as elements. */
static void CASE(pair)(unsigned i, const mpz_t a, const mpz_t b, const mpz_t m)
{
    mpz_t want, got;
    mpz_inits(want, got, NULL);
    ELEMENT x, y, r;
    CASE(set)(&x, a);
    CASE(set)(&y, b);
    EXPECT(x, a);
    mpz_add(want, a, b), mpz_mod(want, want, m);
    FN(add)(&r, &x, &y);
    EXPECT(r, want);
    mpz_sub(want, a, b), mpz_mod(want, want, m);
    FN(sub)(&r, &x, &y);
    EXPECT(r, want);
    mpz_neg(want, a), mpz_mod(want, want, m);
    FN(neg)(&r, &x);
    EXPECT(r, want);
    mpz_mul_ui(want, a, 2), mpz_mod(want, want, m);
    FN(double)(&r, &x);
    EXPECT(r, want);
    mpz_mul(want, a, b), mpz_mod(want, want, m);
    FN(mul)(&r, &x, &y);
    EXPECT(r, want);
    r = y; /* aliased */
    FN(mul)(&r, &x, &r);
    EXPECT(r, want);
    mpz_mul(want, a, a), mpz_mod(want, want, m);
    FN(sqr)(&r, &x);
    EXPECT(r, want);
    int order = mpz_cmp(a, b);
    cr_assert_eq(FN(compare)(&x, &y), (order > 0) - (order < 0));
    cr_assert_eq(FN(equal)(&x, &y), order == 0);
    cr_assert_eq(FN(is_zero)(&x), mpz_sgn(a) == 0);
    cr_assert_eq(FN(is_odd)(&x), mpz_odd_p(a) != 0);
    FN(select)(&r, i % 2 == 0, &x, &y);
    cr_assert(FN(equal)(&r, i % 2 == 0 ? &x : &y));
    mpz_clears(want, got, NULL);
}

Test(field, CASE(ring_against_gmp), .timeout = 120)
{
    mpz_t a, b, m;
    mpz_inits(a, b, m, NULL);
    mpz_set_str(m, MODULUS, 16);
    uint64_t state = 88172645463325252u;
    for (unsigned i = 0; i < 48; i++)
        for (unsigned j = 0; j < 48; j++) {
            CASE(operand)(a, i, &state, m);
            CASE(operand)(b, j, &state, m);
            CASE(pair)(i, a, b, m);
        }
    for (unsigned i = 48; i < 48 + 120000; i++) {
        CASE(operand)(a, i, &state, m);
        CASE(operand)(b, i, &state, m);
        CASE(pair)(i, a, b, m);
    }
    mpz_clears(a, b, m, NULL);
}

Test(field, CASE(inverse_and_root_against_gmp), .timeout = 120)
{
    mpz_t a, m, want, got;
    mpz_inits(a, m, want, got, NULL);
    mpz_set_str(m, MODULUS, 16);
    uint64_t state = 1234567;
    for (unsigned i = 0; i < 100048; i++) {
        ELEMENT x, r;
        CASE(operand)(a, i, &state, m);
        CASE(set)(&x, a);
        if (mpz_invert(want, a, m) == 0)
            mpz_set_ui(want, 0);
        FN(inv_var)(&r, &x);
        EXPECT(r, want);
        if (i % 16 == 0 || i < 48) {
            FN(inv)(&r, &x);
            EXPECT(r, want);
            bool square = FN(sqrt)(&r, &x);
            cr_assert_eq(square, mpz_legendre(a, m) >= 0, "case %u", i);
            if (square) {
                FN(sqr)(&r, &r);
                EXPECT(r, a);
            }
        }
    }
    mpz_clears(a, m, want, got, NULL);
}

/* x = g^(odd or even) for every level of the two-adic tower, where the root's table search works. */
Test(field, CASE(root_of_unity_roots))
{
    ELEMENT g = FN(root_of_unity), r;
    for (int i = 0; i < ZK_FIELD_TWO_ADICITY; i++) {
        cr_assert_eq(FN(sqrt)(&r, &g), i > 0);
        if (i > 0) {
            FN(sqr)(&r, &r);
            cr_assert(FN(equal)(&r, &g));
        }
        FN(sqr)(&g, &g);
    }
    cr_assert(FN(equal)(&g, &FN(one)));
    FN(mul)(&r, &FN(root_of_unity), &FN(root_of_unity_inv));
    cr_assert(FN(equal)(&r, &FN(one)));
    FN(sqr)(&r, &FN(zeta));
    cr_assert_not(FN(equal)(&r, &FN(one)));
    FN(mul)(&r, &r, &FN(zeta));
    cr_assert(FN(equal)(&r, &FN(one)));
}

Test(field, CASE(batch_inverse_keeps_zeros))
{
    ELEMENT a[67] = {0}, b[67], scratch[67];
    uint64_t state = 99;
    for (size_t n = 0; n <= 67; n++) {
        for (size_t i = 0; i < n; i++)
            FN(from_u64)(&a[i], test_random(&state) % 4 == 0 ? 0 : test_random(&state));
        memcpy(b, a, sizeof a);
        FN(batch_inv)(b, n, scratch);
        for (size_t i = 0; i < n; i++) {
            ELEMENT want;
            FN(inv_var)(&want, &a[i]);
            cr_assert(FN(equal)(&want, &b[i]));
        }
    }
}

Test(field, CASE(small_integers))
{
    static const int64_t values[] = {0, 1, -1, 2, -2, 127, -128, INT32_MAX, INT32_MIN, INT64_MAX,
                                     -INT64_MAX};
    ELEMENT x, y;
    int64_t back;
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        FN(from_i64)(&x, values[i]);
        cr_assert(FN(to_i64)(&back, &x));
        cr_assert_eq(back, values[i]);
        FN(from_u64)(&y, values[i] < 0 ? (uint64_t)-values[i] : (uint64_t)values[i]);
        if (values[i] < 0)
            FN(neg)(&y, &y);
        cr_assert(FN(equal)(&x, &y));
    }
    FN(from_i64)(&x, INT64_MIN);
    FN(from_u64)(&y, (uint64_t)1 << 63);
    cr_assert_not(FN(to_i64)(&back, &x));
    cr_assert_not(FN(to_i64)(&back, &y));
    FN(add)(&y, &x, &y);
    cr_assert(FN(is_zero)(&y));
    FN(pow_u64)(&x, &FN(zeta), 3);
    cr_assert(FN(equal)(&x, &FN(one)));
    FN(pow_u64)(&x, &FN(zeta), 0);
    cr_assert(FN(equal)(&x, &FN(one)));
}

Test(field, CASE(bytes_are_canonical))
{
    uint8_t bytes[32], back[32];
    mpz_t m, v;
    mpz_inits(m, v, NULL);
    mpz_set_str(m, MODULUS, 16);
    for (int delta = -2; delta <= 2; delta++) {
        if (delta < 0)
            mpz_sub_ui(v, m, (unsigned)-delta);
        else
            mpz_add_ui(v, m, (unsigned)delta);
        memset(bytes, 0, sizeof bytes);
        mpz_export(bytes, NULL, -1, 1, 0, 0, v);
        ELEMENT x;
        cr_assert_eq(FN(from_bytes)(&x, bytes), delta < 0);
        if (delta < 0) {
            FN(to_bytes)(back, &x);
            cr_assert_arr_eq(back, bytes, 32);
        }
    }
    memset(bytes, 0xff, sizeof bytes);
    ELEMENT x;
    cr_assert_not(FN(from_bytes)(&x, bytes));
    mpz_clears(m, v, NULL);
}

static void CASE(vector)(ELEMENT *r, const char *line, const char *key)
{
    uint8_t bytes[32];
    vectors_bytes(line, key, bytes, 32);
    cr_assert(FN(from_bytes)(r, bytes));
}

#define EXPECT_VECTOR(element, line, key)                                                          \
    do {                                                                                           \
        ELEMENT want;                                                                              \
        CASE(vector)(&want, line, key);                                                            \
        cr_assert(FN(equal)(&(element), &want), "%s", key != NULL ? key : "");                     \
    } while (0)

Test(field, CASE(vectors))
{
    vectors v = vectors_load();
    const char *const none = NULL;
    EXPECT_VECTOR(FN(root_of_unity), vectors_line(&v, FNAME ".ROOT_OF_UNITY", 0), none);
    EXPECT_VECTOR(FN(root_of_unity_inv), vectors_line(&v, FNAME ".ROOT_OF_UNITY_INV", 0), none);
    EXPECT_VECTOR(FN(delta), vectors_line(&v, FNAME ".DELTA", 0), none);
    EXPECT_VECTOR(FN(zeta), vectors_line(&v, FNAME ".ZETA", 0), none);
    EXPECT_VECTOR(FN(two_inv), vectors_line(&v, FNAME ".TWO_INV", 0), none);
    for (int i = 0; i < 3; i++) {
        char name[32];
        ELEMENT a, b, r;
        snprintf(name, sizeof name, FNAME ".arith[%d]", i);
        const char *line = vectors_line(&v, name, 0);
        CASE(vector)(&a, line, "a");
        CASE(vector)(&b, line, "b");
        FN(add)(&r, &a, &b);
        EXPECT_VECTOR(r, line, "a+b");
        FN(sub)(&r, &a, &b);
        EXPECT_VECTOR(r, line, "a-b");
        FN(mul)(&r, &a, &b);
        EXPECT_VECTOR(r, line, "a*b");
        FN(sqr)(&r, &a);
        EXPECT_VECTOR(r, line, "a^2");
        FN(inv)(&r, &a);
        EXPECT_VECTOR(r, line, "1/a");
    }
    for (unsigned i = 0; i < 3; i++) {
        const char *line = vectors_line(&v, FNAME ".from_uniform_bytes", i);
        uint8_t wide[64];
        ELEMENT r;
        vectors_bytes(line, "in", wide, 64);
        FN(from_uniform_bytes)(&r, wide);
        EXPECT_VECTOR(r, line, "out");
    }
    char text[67];
    FN(to_hex)(text, &FN(delta));
    cr_assert_eq(strncmp(text, vectors_value(vectors_line(&v, FNAME ".Debug", 0), NULL), 66), 0);
    cr_assert_eq(text[66], 0);
    vectors_free(&v);
}

#undef ELEMENT
#undef FN
#undef CASE
#undef EXPECT
#undef EXPECT_VECTOR

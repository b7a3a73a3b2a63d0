/* test_curve_cases.h - the curve tests; included by test_curve.c once per curve with
 *   C       vesta or pallas, CNAME "Vesta" or "Pallas"
 *   S       the scalar field, fp or fq; ORDER its modulus in hex digits
 *   B       the coordinate field
 */
#define AFFINE ZK_PASTE3(zk_, C, _affine)
#define POINT ZK_PASTE(zk_, C)
#define PT(name) ZK_PASTE3(POINT, _, name)
#define FE ZK_PASTE(zk_, B)
#define FE_FN(name) ZK_PASTE3(FE, _, name)
#define SCALAR ZK_PASTE(zk_, S)
#define SCALAR_FN(name) ZK_PASTE3(SCALAR, _, name)
#define CASE(name) ZK_PASTE3(C, _, name)

static SCALAR CASE(random_scalar)(uint64_t *state)
{
    uint8_t bytes[64];
    SCALAR r;
    for (int i = 0; i < 64; i++)
        bytes[i] = (uint8_t)(test_random(state) >> 40);
    SCALAR_FN(from_uniform_bytes)(&r, bytes);
    return r;
}

/* Double and add, bit by bit: what every faster multiplication is compared with. */
static POINT CASE(slow_mul)(const AFFINE *p, const uint64_t k[4])
{
    POINT r;
    PT(identity)(&r);
    for (int i = 255; i >= 0; i--) {
        PT(double)(&r, &r);
        if (k[i / 64] >> (i % 64) & 1)
            PT(add_affine)(&r, &r, p);
    }
    return r;
}

static AFFINE CASE(random_point)(uint64_t *state)
{
    SCALAR k = CASE(random_scalar)(state);
    POINT p;
    AFFINE r;
    PT(mul)(&p, &PT(generator), &k);
    PT(to_affine)(&r, &p);
    return r;
}

Test(curve, CASE(group_law))
{
    uint64_t state = 31337;
    POINT o;
    PT(identity)(&o);
    cr_assert(PT(on_curve)(&PT(generator)));
    for (int i = 0; i < 50; i++) {
        AFFINE a = CASE(random_point)(&state), b = CASE(random_point)(&state), t;
        AFFINE c = CASE(random_point)(&state);
        POINT p, q, r, s, u;
        cr_assert(PT(on_curve)(&a));
        PT(from_affine)(&p, &a);
        PT(from_affine)(&q, &b);
        PT(double)(&q, &q); /* z != 1 */
        PT(add)(&r, &p, &q);
        PT(add)(&s, &q, &p);
        cr_assert(PT(equal)(&r, &s));
        PT(to_affine)(&t, &r);
        cr_assert(PT(on_curve)(&t));
        PT(add_affine)(&s, &q, &a);
        cr_assert(PT(equal)(&r, &s));
        PT(add_affine)(&r, &r, &c); /* (p + q) + c = p + (q + c) */
        PT(add_affine)(&u, &q, &c);
        PT(add)(&u, &u, &p);
        cr_assert(PT(equal)(&r, &u));
        PT(add)(&r, &p, &p); /* the cases the formulas do not cover */
        PT(double)(&s, &p);
        cr_assert(PT(equal)(&r, &s));
        PT(add_affine)(&r, &p, &a);
        cr_assert(PT(equal)(&r, &s));
        PT(neg)(&u, &q);
        PT(add)(&r, &q, &u);
        cr_assert(PT(is_identity)(&r));
        PT(affine_neg)(&t, &a);
        PT(add_affine)(&r, &p, &t);
        cr_assert(PT(is_identity)(&r));
        PT(add)(&r, &q, &o);
        cr_assert(PT(equal)(&r, &q));
        PT(add)(&r, &o, &q);
        cr_assert(PT(equal)(&r, &q));
        PT(add_affine)(&r, &o, &a);
        cr_assert(PT(equal)(&r, &p));
        cr_assert_not(PT(equal)(&r, &o));
        cr_assert_not(PT(equal)(&p, &q));
    }
    AFFINE zero;
    PT(to_affine)(&zero, &o);
    cr_assert(PT(affine_is_identity)(&zero));
    PT(double)(&o, &o);
    cr_assert(PT(is_identity)(&o));
}

Test(curve, CASE(multiplication))
{
    uint64_t state = 777, limbs[4];
    static const int64_t small[] = {0, 1, 2, 3, 7, 8, 9, 15, 16, 255, -1, -2, -8, -255};
    mpz_t order;
    mpz_init_set_str(order, ORDER, 16);
    mpz_export(limbs, NULL, -1, 8, 0, 0, order);
    mpz_clear(order);
    AFFINE p = CASE(random_point)(&state);
    POINT r = CASE(slow_mul)(&p, limbs), want;
    cr_assert(PT(is_identity)(&r), "order * P = O");
    for (size_t i = 0; i < sizeof small / sizeof small[0] + 300; i++) {
        SCALAR k = CASE(random_scalar)(&state);
        if (i < sizeof small / sizeof small[0])
            SCALAR_FN(from_i64)(&k, small[i]);
        else if (i % 10 == 0) /* the endomorphism's eigenvalue times something small */
            for (size_t j = 0; j < i % 30; j++)
                SCALAR_FN(mul)(&k, j == 0 ? &SCALAR_FN(one) : &k, &SCALAR_FN(zeta));
        SCALAR_FN(to_limbs)(limbs, &k);
        want = CASE(slow_mul)(&p, limbs);
        PT(mul)(&r, &p, &k);
        cr_assert(PT(equal)(&r, &want), "scalar %zu", i);
    }
    /* (zeta x, y) = [zeta] (x, y) */
    AFFINE endo = p;
    FE_FN(mul)(&endo.x, &p.x, &FE_FN(zeta));
    PT(mul)(&r, &p, &SCALAR_FN(zeta));
    PT(from_affine)(&want, &endo);
    cr_assert(PT(equal)(&r, &want));
    AFFINE identity = {FE_FN(zero), FE_FN(zero)};
    PT(mul)(&r, &identity, &SCALAR_FN(delta));
    cr_assert(PT(is_identity)(&r));
}

Test(curve, CASE(batches))
{
    enum { COUNT = 37 };
    uint64_t state = 5150;
    AFFINE points[COUNT], affine[COUNT];
    POINT multiples[COUNT], want;
    SCALAR scalars[COUNT];
    for (int i = 0; i < COUNT; i++) {
        points[i] = CASE(random_point)(&state);
        scalars[i] = CASE(random_scalar)(&state);
        if (i % 5 == 0)
            scalars[i] = SCALAR_FN(zero);
        if (i % 7 == 3)
            points[i] = (AFFINE){FE_FN(zero), FE_FN(zero)};
    }
    for (size_t n = 0; n <= COUNT; n += n < 3 ? 1 : 17) {
        POINT got, term;
        PT(mul_sum)(&got, points, scalars, n);
        PT(identity)(&want);
        for (size_t i = 0; i < n; i++) {
            PT(mul)(&term, &points[i], &scalars[i]);
            PT(add)(&want, &want, &term);
        }
        cr_assert(PT(equal)(&got, &want), "sum of %zu", n);
    }
    for (size_t stride = 0; stride <= 1; stride++) {
        PT(mul_many)(multiples, points, scalars + 1, stride, COUNT - 1);
        PT(batch_to_affine)(affine, multiples, COUNT - 1);
        for (size_t i = 0; i < COUNT - 1; i++) {
            AFFINE single;
            PT(mul)(&want, &points[i], &scalars[1 + i * stride]);
            cr_assert(PT(equal)(&want, &multiples[i]));
            PT(to_affine)(&single, &want);
            cr_assert(PT(affine_equal)(&single, &affine[i]));
        }
    }
}

Test(curve, CASE(encoding_is_strict))
{
    uint64_t state = 2025;
    uint8_t bytes[32], back[32];
    AFFINE p, q;
    for (int i = 0; i < 200; i++) {
        p = CASE(random_point)(&state);
        PT(to_bytes)(bytes, &p);
        cr_assert(PT(from_bytes)(&q, bytes));
        cr_assert(PT(affine_equal)(&p, &q));
        bytes[31] ^= 0x80;
        PT(affine_neg)(&p, &p);
        cr_assert(PT(from_bytes)(&q, bytes));
        cr_assert(PT(affine_equal)(&p, &q));
    }
    memset(bytes, 0, sizeof bytes);
    cr_assert(PT(from_bytes)(&q, bytes));
    cr_assert(PT(affine_is_identity)(&q));
    PT(to_bytes)(back, &q);
    cr_assert_arr_eq(back, bytes, 32);
    bytes[31] = 0x80;
    cr_assert_not(PT(from_bytes)(&q, bytes), "identity with sign bit");
    /* x = modulus and modulus + 1, the latter being x = 1 written another way */
    for (uint8_t delta = 0; delta < 2; delta++) {
        for (int i = 0; i < 32; i++)
            bytes[i] = (uint8_t)(FE_FN(modulus)[i / 8] >> 8 * (i % 8));
        bytes[0] = (uint8_t)(bytes[0] + delta);
        cr_assert_not(PT(from_bytes)(&q, bytes), "non-canonical x");
        bytes[31] |= 0x80;
        cr_assert_not(PT(from_bytes)(&q, bytes), "non-canonical x");
    }
    int off_curve = 0;
    for (uint8_t x = 1; x < 100; x++) {
        memset(bytes, 0, sizeof bytes);
        bytes[0] = x;
        FE rhs, root, five, fx;
        FE_FN(from_u64)(&fx, x);
        FE_FN(pow_u64)(&rhs, &fx, 3);
        FE_FN(from_u64)(&five, 5);
        FE_FN(add)(&rhs, &rhs, &five);
        bool square = FE_FN(sqrt)(&root, &rhs);
        cr_assert_eq(PT(from_bytes)(&q, bytes), square);
        if (square)
            cr_assert(PT(on_curve)(&q));
        off_curve += !square;
    }
    cr_assert(off_curve > 30 && off_curve < 70);
    p.x = FE_FN(one);
    p.y = FE_FN(one);
    cr_assert_not(PT(on_curve)(&p));
}

static void CASE(expect_point)(const AFFINE *p, const char *line)
{
    uint8_t want[32], got[32];
    vectors_bytes(line, "x", want, 32);
    FE_FN(to_bytes)(got, &p->x);
    cr_assert_arr_eq(got, want, 32);
    vectors_bytes(line, "y", want, 32);
    FE_FN(to_bytes)(got, &p->y);
    cr_assert_arr_eq(got, want, 32);
    vectors_bytes(line, "compressed", want, 32);
    PT(to_bytes)(got, p);
    cr_assert_arr_eq(got, want, 32);
}

Test(curve, CASE(vectors))
{
    vectors v = vectors_load();
    for (int i = 0; i < 3; i++) {
        char name[32];
        uint8_t bytes[32];
        SCALAR s;
        POINT r;
        AFFINE p;
        snprintf(name, sizeof name, CNAME ".mul[%d]", i);
        const char *line = vectors_line(&v, name, 0);
        vectors_bytes(line, "s", bytes, 32);
        cr_assert(SCALAR_FN(from_bytes)(&s, bytes));
        PT(mul)(&r, &PT(generator), &s);
        PT(to_affine)(&p, &r);
        CASE(expect_point)(&p, line);
    }
    const char *line;
    unsigned count = 0;
    for (; (line = vectors_line(&v, CNAME ".h2c", count)) != NULL; count++) {
        char domain[64];
        uint8_t message[64];
        AFFINE p;
        cr_assert_eq(sscanf(vectors_value(line, "domain"), "%63s", domain), 1);
        size_t length = vectors_hex(vectors_value(line, "msg"), message, sizeof message);
        PT(hash_to_curve)(&p, domain, message, length);
        CASE(expect_point)(&p, line);
    }
    cr_assert_eq(count, 6);
    vectors_free(&v);
}

#undef AFFINE
#undef POINT
#undef PT
#undef FE
#undef FE_FN
#undef SCALAR
#undef SCALAR_FN
#undef CASE

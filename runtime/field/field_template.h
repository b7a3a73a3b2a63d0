/* field_template.h - the functions of field.h for one field; included by fp.c and fq.c with
 *   F                         the field's name, fp or fq
 *   M0 M1 INV                 as for inline_template.h
 *   R2_LIMBS R3_LIMBS         2^512 and 2^768 mod m
 *   INVERSE62                 1/m mod 2^62
 * The public constants (zk_fp_one and so on) are defined by the including file.
 */
#define ELEMENT ZK_PASTE(zk_, F)
#define FN(name) ZK_PASTE3(ELEMENT, _, name)
#define OP(name) ZK_PASTE3(F, _, name)

const uint64_t FN(modulus)[4] = {M0, M1, 0, (uint64_t)1 << 62};

static const ELEMENT r_squared = {R2_LIMBS};
static const ELEMENT r_cubed = {R3_LIMBS};

void FN(add)(ELEMENT *r, const ELEMENT *a, const ELEMENT *b)
{
    OP(add)(r, a, b);
}

void FN(sub)(ELEMENT *r, const ELEMENT *a, const ELEMENT *b)
{
    OP(sub)(r, a, b);
}

void FN(neg)(ELEMENT *r, const ELEMENT *a)
{
    OP(neg)(r, a);
}

void FN(double)(ELEMENT *r, const ELEMENT *a)
{
    OP(add)(r, a, a);
}

void FN(mul)(ELEMENT *r, const ELEMENT *a, const ELEMENT *b)
{
    OP(mul)(r, a, b);
}

void FN(sqr)(ELEMENT *r, const ELEMENT *a)
{
    OP(sqr)(r, a);
}

static void sqr_times(ELEMENT *a, unsigned count)
{
    while (count-- > 0)
        OP(sqr)(a, a);
}

#define WINDOW 4

/* a^e for a fixed public exponent: the sequence of operations depends on e alone. */
static void pow_limbs(ELEMENT *r, const ELEMENT *a, const uint64_t e[4])
{
    ELEMENT power[1 << WINDOW];
    power[0] = FN(one);
    for (int i = 1; i < 1 << WINDOW; i++)
        OP(mul)(&power[i], &power[i - 1], a);
    int limb = 3;
    while (limb > 0 && e[limb] == 0)
        limb--;
    ELEMENT x = FN(one);
    for (; limb >= 0; limb--) {
        for (int shift = 64 - WINDOW; shift >= 0; shift -= WINDOW) {
            sqr_times(&x, WINDOW);
            uint64_t digit = e[limb] >> shift & ((1 << WINDOW) - 1);
            if (digit != 0)
                OP(mul)(&x, &x, &power[digit]);
        }
    }
    *r = x;
}

#undef WINDOW

void FN(pow_u64)(ELEMENT *r, const ELEMENT *a, uint64_t exponent)
{
    ELEMENT base = *a, x = FN(one);
    for (; exponent != 0; exponent >>= 1) {
        if (exponent & 1)
            OP(mul)(&x, &x, &base);
        OP(sqr)(&base, &base);
    }
    *r = x;
}

void FN(inv)(ELEMENT *r, const ELEMENT *a)
{
    const uint64_t m_minus_2[4] = {M0 - 2, M1, 0, (uint64_t)1 << 62};
    _Static_assert(M0 >= 2, "no borrow");
    pow_limbs(r, a, m_minus_2);
}

void FN(inv_var)(ELEMENT *r, const ELEMENT *a)
{
    static const zk_modinv_modulus m = {{M0, M1, 0, (uint64_t)1 << 62}, INVERSE62};
    ELEMENT t;
    zk_modinv_var(t.l, a->l, &m);
    OP(mul)(r, &t, &r_cubed);
}

void FN(batch_inv)(ELEMENT *a, size_t n, ELEMENT *scratch)
{
    ELEMENT product = FN(one), inverse, t;
    for (size_t i = 0; i < n; i++) {
        scratch[i] = product;
        FN(select)(&t, OP(is_zero)(&a[i]), &FN(one), &a[i]);
        OP(mul)(&product, &product, &t);
    }
    FN(inv)(&inverse, &product);
    for (size_t i = n; i-- > 0;) {
        bool zero = OP(is_zero)(&a[i]);
        FN(select)(&t, zero, &FN(one), &a[i]);
        OP(mul)(&scratch[i], &scratch[i], &inverse);
        OP(mul)(&inverse, &inverse, &t);
        FN(select)(&a[i], zero, &FN(zero), &scratch[i]);
    }
}

/* The x < 2^bits with b = g^x, where g has order 2^bits and g_inv[i] = g^(-2^i) for i < bits:
 * the low half of x from b^(2^(bits - low)), whose base is g^(2^(bits - low)), then the rest from
 * b / g^low. Depth log2(bits). */
static uint32_t discrete_log(const ELEMENT *b, unsigned bits, const ELEMENT *g_inv)
{
    if (bits == 1)
        return OP(equal)(b, &FN(one)) ? 0 : 1;
    unsigned low_bits = bits / 2, high_bits = bits - low_bits;
    ELEMENT t = *b;
    sqr_times(&t, high_bits);
    uint32_t low = discrete_log(&t, low_bits, g_inv + high_bits);
    t = *b;
    for (unsigned i = 0; i < low_bits; i++)
        if (low >> i & 1)
            OP(mul)(&t, &t, &g_inv[i]);
    return low | discrete_log(&t, high_bits, g_inv + low_bits) << low_bits;
}

/* Tonelli and Shanks: m - 1 = 2^32 t with t odd; a^t = g^x for the root of unity g of order 2^32,
 * and a is a square iff x is even; then its root is a^((t + 1)/2) g^(-x/2). */
bool FN(sqrt)(ELEMENT *r, const ELEMENT *a)
{
    const uint64_t half_t[4] = {M0 >> 33 | M1 << 31, M1 >> 33, 0, (uint64_t)1 << 29};
    ELEMENT g_inv[ZK_FIELD_TWO_ADICITY], w, root, b;
    if (OP(is_zero)(a)) {
        *r = *a;
        return true;
    }
    pow_limbs(&w, a, half_t);
    OP(mul)(&root, a, &w);
    OP(mul)(&b, &root, &w);
    g_inv[0] = FN(root_of_unity_inv);
    for (int i = 1; i < ZK_FIELD_TWO_ADICITY; i++)
        OP(sqr)(&g_inv[i], &g_inv[i - 1]);
    uint32_t x = discrete_log(&b, ZK_FIELD_TWO_ADICITY, g_inv);
    if (x & 1)
        return false;
    for (int i = 1; i < ZK_FIELD_TWO_ADICITY; i++)
        if (x >> i & 1)
            OP(mul)(&root, &root, &g_inv[i - 1]);
    *r = root;
    return true;
}

bool FN(equal)(const ELEMENT *a, const ELEMENT *b)
{
    return OP(equal)(a, b);
}

bool FN(is_zero)(const ELEMENT *a)
{
    return OP(is_zero)(a);
}

bool FN(is_odd)(const ELEMENT *a)
{
    uint64_t limbs[4];
    FN(to_limbs)(limbs, a);
    return limbs[0] & 1;
}

int FN(compare)(const ELEMENT *a, const ELEMENT *b)
{
    uint64_t x[4], y[4];
    FN(to_limbs)(x, a);
    FN(to_limbs)(y, b);
    for (int i = 3; i >= 0; i--)
        if (x[i] != y[i])
            return x[i] < y[i] ? -1 : 1;
    return 0;
}

void FN(select)(ELEMENT *r, bool c, const ELEMENT *if_true, const ELEMENT *if_false)
{
    uint64_t mask = -(uint64_t)c;
    for (int i = 0; i < 4; i++)
        r->l[i] = if_false->l[i] ^ ((if_true->l[i] ^ if_false->l[i]) & mask);
}

void FN(from_u64)(ELEMENT *r, uint64_t v)
{
    const ELEMENT t = {{v, 0, 0, 0}};
    OP(mul)(r, &t, &r_squared);
}

void FN(from_i64)(ELEMENT *r, int64_t v)
{
    uint64_t sign = (uint64_t)(v >> 63);
    ELEMENT t, negative;
    FN(from_u64)(&t, ((uint64_t)v ^ sign) - sign);
    OP(neg)(&negative, &t);
    FN(select)(r, sign != 0, &negative, &t);
}

void FN(to_limbs)(uint64_t limbs[4], const ELEMENT *a)
{
    static const ELEMENT raw_one = {{1, 0, 0, 0}};
    ELEMENT t;
    OP(mul)(&t, a, &raw_one);
    memcpy(limbs, t.l, sizeof t.l);
}

bool FN(from_limbs)(ELEMENT *r, const uint64_t limbs[4])
{
    uint64_t scratch[4];
    if (zk_limbs_sub(scratch, limbs, FN(modulus)) == 0)
        return false;
    ELEMENT t;
    memcpy(t.l, limbs, sizeof t.l);
    OP(mul)(r, &t, &r_squared);
    return true;
}

void FN(to_bytes)(uint8_t bytes[32], const ELEMENT *a)
{
    uint64_t limbs[4];
    FN(to_limbs)(limbs, a);
    for (int i = 0; i < 32; i++)
        bytes[i] = (uint8_t)(limbs[i / 8] >> 8 * (i % 8));
}

static void limbs_from_bytes(uint64_t limbs[4], const uint8_t bytes[32])
{
    for (int i = 0; i < 4; i++) {
        limbs[i] = 0;
        for (int j = 7; j >= 0; j--)
            limbs[i] = limbs[i] << 8 | bytes[8 * i + j];
    }
}

bool FN(from_bytes)(ELEMENT *r, const uint8_t bytes[32])
{
    uint64_t limbs[4];
    limbs_from_bytes(limbs, bytes);
    return FN(from_limbs)(r, limbs);
}

/* (low + 2^256 high) R = low R^2 / R + high R^3 / R; the first factor of a product may be any
 * 256-bit integer. */
void FN(from_uniform_bytes)(ELEMENT *r, const uint8_t bytes[64])
{
    ELEMENT low, high;
    limbs_from_bytes(low.l, bytes);
    limbs_from_bytes(high.l, bytes + 32);
    OP(mul)(&low, &low, &r_squared);
    OP(mul)(&high, &high, &r_cubed);
    OP(add)(r, &low, &high);
}

void FN(to_hex)(char text[67], const ELEMENT *a)
{
    static const char digits[] = "0123456789abcdef";
    uint8_t bytes[32];
    FN(to_bytes)(bytes, a);
    text[0] = '0';
    text[1] = 'x';
    for (int i = 0; i < 32; i++) {
        text[2 + 2 * i] = digits[bytes[31 - i] >> 4];
        text[3 + 2 * i] = digits[bytes[31 - i] & 15];
    }
    text[66] = 0;
}

bool FN(to_i64)(int64_t *v, const ELEMENT *a)
{
    uint64_t x[4], negated[4];
    FN(to_limbs)(x, a);
    zk_limbs_sub(negated, FN(modulus), x);
    if ((x[1] | x[2] | x[3]) == 0 && x[0] <= INT64_MAX)
        *v = (int64_t)x[0];
    else if ((negated[1] | negated[2] | negated[3]) == 0 && negated[0] <= INT64_MAX)
        *v = -(int64_t)negated[0];
    else
        return false;
    return true;
}

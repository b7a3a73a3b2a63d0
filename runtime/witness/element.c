/* Instructions without a reduction: one result for each point. Small operands and results are
 * computed with int64_t and __int128, all others in the field. */
#include <string.h>

#include "runtime/base/error.h"
#include "runtime/field/bulk.h"
#include "runtime/field/inline.h"
#include "runtime/witness/integer.h"
#include "runtime/witness/machine.h"

/* ---- small ---- */

static bool to_small(int64_t *r, zk_i128 v)
{
    bool fits = v >= -INT64_MAX && v <= INT64_MAX;
    *r = fits ? (int64_t)v : 0;
    return fits;
}

static unsigned small_arithmetic(zk_wop op, int64_t *r, const int64_t *x, const int64_t *y,
                                 size_t n)
{
    bool bad = false;
    for (size_t i = 0; i < n; i++) {
        bool over;
        if (op == ZK_W_ADD)
            over = __builtin_add_overflow(x[i], y[i], &r[i]);
        else if (op == ZK_W_SUB)
            over = __builtin_sub_overflow(x[i], y[i], &r[i]);
        else
            over = __builtin_mul_overflow(x[i], y[i], &r[i]);
        over = over || r[i] == INT64_MIN;
        r[i] = over ? 0 : r[i];
        bad = bad || over;
    }
    return bad ? ZK_FAULT_OVERFLOW : 0;
}

static unsigned small_scale(const zk_task *task, int64_t *r, const int64_t *x, size_t n)
{
    bool good = true;
    for (size_t i = 0; i < n; i++)
        good = to_small(&r[i], (zk_i128)task->c0 * x[i] + task->c1) && good;
    return good ? 0 : ZK_FAULT_OVERFLOW;
}

/* floor(a / b) and a - b floor(a / b), b > 0 */
static zk_i128 floor_i128(zk_i128 a, int64_t b)
{
    if (a >= INT64_MIN && a <= INT64_MAX) {
        int64_t small = (int64_t)a;
        return small / b - (small % b < 0);
    }
    return a / b - (a % b < 0);
}

static unsigned small_divide(bool quotient, int64_t *r, zk_i128 a, int64_t b)
{
    if (b <= 0) {
        *r = 0;
        return ZK_FAULT_DIVISOR;
    }
    zk_i128 q = floor_i128(a, b);
    if (quotient)
        return to_small(r, q) ? 0 : ZK_FAULT_OVERFLOW;
    *r = (int64_t)(a - q * b);
    return 0;
}

static unsigned small_shift(const zk_task *task, bool quotient, int64_t *r, const int64_t *x,
                            size_t n)
{
    int shift = __builtin_ctzll((unsigned long long)task->c2);
    bool good = true;
    for (size_t i = 0; i < n; i++) {
        zk_i128 a = (zk_i128)task->c0 * x[i] + task->c1;
        if (quotient)
            good = to_small(&r[i], a >> shift) && good;
        else
            r[i] = (int64_t)a & (task->c2 - 1);
    }
    return good ? 0 : ZK_FAULT_OVERFLOW;
}

static unsigned small_affine_divide(const zk_task *task, int64_t *r, const int64_t *x, size_t n)
{
    bool quotient = task->in->op == ZK_W_FLOOR;
    unsigned faults = 0;
    if (task->c2 > 0 && (task->c2 & (task->c2 - 1)) == 0)
        return small_shift(task, quotient, r, x, n);
    for (size_t i = 0; i < n; i++)
        faults |= small_divide(quotient, &r[i], (zk_i128)task->c0 * x[i] + task->c1, task->c2);
    return faults;
}

static unsigned small_table(const zk_task *task, int64_t *r, const int64_t *x, size_t n)
{
    unsigned faults = 0;
    for (size_t i = 0; i < n; i++) {
        int64_t at;
        bool inside = !__builtin_sub_overflow(x[i], task->c0, &at) && at >= 0 &&
                      (uint64_t)at < task->in->code_count;
        r[i] = inside ? task->in->codes[at] : 0;
        faults |= inside ? 0 : ZK_FAULT_CHECK;
    }
    return faults;
}

static unsigned small_check(const zk_task *task, int64_t *r, const int64_t *x, size_t n)
{
    bool bad = false, range = task->in->op == ZK_W_RANGE;
    for (size_t i = 0; i < n; i++) {
        r[i] = x[i];
        bad = bad || (range ? x[i] < task->c0 || x[i] > task->c1 : x[i] == 0);
    }
    return bad ? ZK_FAULT_CHECK : 0;
}

static void small_limb(const zk_task *task, int64_t *r, const int64_t *x, size_t n)
{
    uint32_t shift = task->in->shift < 63 ? task->in->shift : 63;
    int64_t mask = (INT64_C(1) << task->in->width) - 1;
    for (size_t i = 0; i < n; i++)
        r[i] = x[i] >> shift & mask;
}

static void small_choice(zk_wop op, int64_t *r, const int64_t *x, const int64_t *y,
                         const int64_t *z, size_t n)
{
    for (size_t i = 0; i < n; i++)
        switch (op) {
        case ZK_W_MAX:
            r[i] = x[i] > y[i] ? x[i] : y[i];
            break;
        case ZK_W_MIN:
            r[i] = x[i] < y[i] ? x[i] : y[i];
            break;
        case ZK_W_LE:
            r[i] = x[i] <= y[i];
            break;
        case ZK_W_EQ:
            r[i] = x[i] == y[i];
            break;
        default: /* SELECT */
            r[i] = x[i] != 0 ? y[i] : z[i];
            break;
        }
}

static unsigned run_small(const zk_task *task, zk_scratch *scratch, uint64_t first, size_t n)
{
    const int64_t *v[ZK_MAX_SOURCES] = {NULL};
    int64_t *r = task->small + first;
    unsigned faults = 0;
    for (uint32_t s = 0; s < task->source_count; s++)
        v[s] = zk_load_small(task, s, scratch, first, n);
    switch (task->in->op) {
    case ZK_W_VIEW:
        memcpy(r, v[0], n * sizeof *r);
        return 0;
    case ZK_W_ADD:
    case ZK_W_SUB:
    case ZK_W_MUL:
        return small_arithmetic(task->in->op, r, v[0], v[1], n);
    case ZK_W_SCALE:
        return small_scale(task, r, v[0], n);
    case ZK_W_FLOOR:
    case ZK_W_MOD:
        return small_affine_divide(task, r, v[0], n);
    case ZK_W_FLOORV:
    case ZK_W_MODV:
        for (size_t i = 0; i < n; i++)
            faults |= small_divide(task->in->op == ZK_W_FLOORV, &r[i], v[0][i], v[1][i]);
        return faults;
    case ZK_W_LIMB:
        small_limb(task, r, v[0], n);
        return 0;
    case ZK_W_TABLE:
        return small_table(task, r, v[0], n);
    case ZK_W_ASSERT:
    case ZK_W_RANGE:
        return small_check(task, r, v[0], n);
    default:
        small_choice(task->in->op, r, v[0], v[1], v[2], n);
        return 0;
    }
}

/* ---- wide ---- */

static unsigned wide_divide(bool quotient, zk_fp *r, const zk_fp *a, const zk_fp *b)
{
    zk_integer numerator, divisor;
    zk_fp other;
    zk_integer_from_fp(&divisor, b);
    if (!zk_integer_positive(&divisor)) {
        *r = zk_fp_zero;
        return ZK_FAULT_DIVISOR;
    }
    zk_integer_from_fp(&numerator, a);
    zk_integer_divide(quotient ? r : &other, quotient ? &other : r, &numerator, &divisor);
    return 0;
}

static void wide_affine(const zk_task *task, zk_fp *r, const zk_fp *x, size_t n)
{
    zk_bulk()->scale(r, x, &task->in->c0, n);
    for (size_t i = 0; i < n; i++)
        fp_add(&r[i], &r[i], &task->in->c1);
}

static unsigned wide_table(const zk_task *task, zk_fp *r, const zk_fp *x, size_t n)
{
    unsigned faults = 0;
    for (size_t i = 0; i < n; i++) {
        zk_fp difference;
        int64_t at;
        zk_fp_sub(&difference, &x[i], &task->in->c0);
        bool inside = zk_fp_to_i64(&at, &difference) && at >= 0 &&
                      (uint64_t)at < task->in->code_count;
        zk_fp_from_i64(&r[i], inside ? task->in->codes[at] : 0);
        faults |= inside ? 0 : ZK_FAULT_CHECK;
    }
    return faults;
}

static unsigned wide_check(const zk_task *task, zk_fp *r, const zk_fp *x, size_t n)
{
    bool bad = false, range = task->in->op == ZK_W_RANGE;
    zk_key lo, hi, key;
    zk_integer_key(&lo, &task->in->c0);
    zk_integer_key(&hi, &task->in->c1);
    for (size_t i = 0; i < n; i++) {
        zk_integer_key(&key, &x[i]);
        bad = bad || (range ? zk_key_compare(&key, &lo) < 0 || zk_key_compare(&key, &hi) > 0
                            : zk_fp_is_zero(&x[i]));
        r[i] = x[i];
    }
    return bad ? ZK_FAULT_CHECK : 0;
}

static void wide_limb(const zk_task *task, zk_fp *r, const zk_fp *x, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        zk_integer v;
        zk_integer_from_fp(&v, &x[i]);
        zk_fp_from_u64(&r[i], zk_integer_bits(&v, task->in->shift, task->in->width));
    }
}

static void wide_compare(zk_wop op, zk_fp *r, const zk_fp *x, const zk_fp *y, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        zk_key a, b;
        zk_integer_key(&a, &x[i]);
        zk_integer_key(&b, &y[i]);
        int order = zk_key_compare(&a, &b);
        switch (op) {
        case ZK_W_MAX:
            r[i] = order > 0 ? x[i] : y[i];
            break;
        case ZK_W_MIN:
            r[i] = order < 0 ? x[i] : y[i];
            break;
        case ZK_W_LE:
            r[i] = order <= 0 ? zk_fp_one : zk_fp_zero;
            break;
        default: /* EQ */
            r[i] = order == 0 ? zk_fp_one : zk_fp_zero;
            break;
        }
    }
}

static unsigned compute_wide(const zk_task *task, zk_fp *r, const zk_fp *const *v, size_t n)
{
    const zk_bulk_ops *bulk = zk_bulk();
    zk_wop op = task->in->op;
    unsigned faults = 0;
    switch (op) {
    case ZK_W_VIEW:
        memcpy(r, v[0], n * sizeof *r);
        return 0;
    case ZK_W_ADD:
        bulk->add(r, v[0], v[1], n);
        return 0;
    case ZK_W_SUB:
        bulk->sub(r, v[0], v[1], n);
        return 0;
    case ZK_W_MUL:
        bulk->mul(r, v[0], v[1], n);
        return 0;
    case ZK_W_SCALE:
        wide_affine(task, r, v[0], n);
        return 0;
    case ZK_W_FLOOR:
    case ZK_W_MOD:
        wide_affine(task, r, v[0], n);
        for (size_t i = 0; i < n; i++)
            faults |= wide_divide(op == ZK_W_FLOOR, &r[i], &r[i], &task->in->c2);
        return faults;
    case ZK_W_FLOORV:
    case ZK_W_MODV:
        for (size_t i = 0; i < n; i++)
            faults |= wide_divide(op == ZK_W_FLOORV, &r[i], &v[0][i], &v[1][i]);
        return faults;
    case ZK_W_LIMB:
        wide_limb(task, r, v[0], n);
        return 0;
    case ZK_W_TABLE:
        return wide_table(task, r, v[0], n);
    case ZK_W_ASSERT:
    case ZK_W_RANGE:
        return wide_check(task, r, v[0], n);
    case ZK_W_SELECT:
        for (size_t i = 0; i < n; i++)
            r[i] = fp_is_zero(&v[0][i]) ? v[2][i] : v[1][i];
        return 0;
    default:
        wide_compare(op, r, v[0], v[1], n);
        return 0;
    }
}

unsigned zk_run_elements(const zk_task *task, zk_scratch *scratch, uint64_t first, size_t n)
{
    ZK_CHECK(n <= ZK_BLOCK);
    if (task->narrow && task->small != NULL)
        return run_small(task, scratch, first, n);
    const zk_fp *v[ZK_MAX_SOURCES] = {NULL};
    for (uint32_t s = 0; s < task->source_count; s++)
        v[s] = zk_load_wide(task, s, scratch, first, n);
    if (task->small == NULL)
        return compute_wide(task, task->wide + first, v, n);
    zk_fp *r = scratch->wide[ZK_MAX_SOURCES];
    unsigned faults = compute_wide(task, r, v, n);
    return faults | zk_store_small(task->small + first, r, n);
}

#include "compiler/check/symbol.h"

#include <string.h>

#include "compiler/check/elab.h"

/* Values stay in the 62-bit integers, so that sums and differences of two fit an int64_t. */
#define SYM_LIMIT ((int64_t)1 << 62)
enum { SYM_MAX_SIZE = 1000 };

typedef __int128 wide;

zc_iter *zc_iter_new(zc_checker *ck, const char *name, uint32_t extent, zc_span span)
{
    zc_iter *iter = zc_check_alloc(ck, 1, sizeof *iter);
    iter->name = name;
    iter->extent = extent;
    iter->order = ck->next_order++;
    iter->span = span;
    return iter;
}

/* ---- making expressions ---- */

static const zc_sym *sym_fail(zc_checker *ck)
{
    ck->sym_failed = true;
    return zc_check_alloc(ck, 1, sizeof(zc_sym)); /* the constant 0 */
}

/* Takes a copy of the terms (zero factors are dropped) and computes the bounds. */
static const zc_sym *sym_affine(zc_checker *ck, wide base, const zc_term *terms, size_t count)
{
    wide lo = base, hi = base;
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        wide reach = (wide)terms[i].factor * (terms[i].iter->extent - 1);
        lo += reach < 0 ? reach : 0;
        hi += reach > 0 ? reach : 0;
        kept += terms[i].factor != 0;
    }
    if (lo <= -SYM_LIMIT || hi >= SYM_LIMIT || base <= -SYM_LIMIT || base >= SYM_LIMIT)
        return sym_fail(ck);
    zc_sym *sym = zc_check_alloc(ck, 1, sizeof *sym);
    zc_term *copy = kept > 0 ? zc_check_alloc(ck, kept, sizeof *copy) : NULL;
    sym->op = ZC_IX_CONST;
    sym->size = 1 + (uint32_t)kept;
    sym->base = (int64_t)base;
    sym->lo = (int64_t)lo;
    sym->hi = (int64_t)hi;
    for (size_t i = 0; i < count; i++) {
        if (terms[i].factor != 0)
            copy[sym->term_count++] = terms[i];
    }
    sym->terms = copy;
    return sym;
}

static const zc_sym *sym_tree(zc_checker *ck, zc_ix_op op, const zc_sym *a, const zc_sym *b,
                              wide lo, wide hi)
{
    uint64_t size = 1 + (uint64_t)a->size + (b != NULL ? b->size : 0);
    if (lo <= -SYM_LIMIT || hi >= SYM_LIMIT || size > SYM_MAX_SIZE)
        return sym_fail(ck);
    if (lo == hi)
        return zc_sym_const(ck, (int64_t)lo);
    zc_sym *sym = zc_check_alloc(ck, 1, sizeof *sym);
    sym->op = op;
    sym->size = (uint32_t)size;
    sym->a = a;
    sym->b = b;
    sym->lo = (int64_t)lo;
    sym->hi = (int64_t)hi;
    return sym;
}

const zc_sym *zc_sym_const(zc_checker *ck, int64_t value)
{
    return sym_affine(ck, value, NULL, 0);
}

const zc_sym *zc_sym_iter(zc_checker *ck, zc_iter *iter)
{
    zc_term term = {iter, 1};
    return sym_affine(ck, 0, &term, iter->extent > 1 ? 1 : 0);
}

bool zc_sym_is_const(const zc_sym *sym)
{
    return sym->op == ZC_IX_CONST && sym->term_count == 0;
}

zc_iter *zc_sym_as_iter(const zc_sym *sym)
{
    bool plain = sym->op == ZC_IX_CONST && sym->base == 0 && sym->term_count == 1 &&
                 sym->terms[0].factor == 1;
    return plain ? sym->terms[0].iter : NULL;
}

static bool same_sym(const zc_sym *a, const zc_sym *b)
{
    if (a == b)
        return true;
    if (a->op != b->op || a->size != b->size || a->lo != b->lo || a->hi != b->hi)
        return false;
    if (a->op == ZC_IX_CONST) {
        bool same = a->base == b->base && a->term_count == b->term_count;
        for (uint32_t i = 0; same && i < a->term_count; i++) {
            same = a->terms[i].iter == b->terms[i].iter &&
                   a->terms[i].factor == b->terms[i].factor;
        }
        return same;
    }
    if (a->op == ZC_IX_NOT)
        return same_sym(a->a, b->a);
    return same_sym(a->a, b->a) && same_sym(a->b, b->b);
}

/* a + sign * b, both affine. */
static const zc_sym *affine_sum(zc_checker *ck, const zc_sym *a, const zc_sym *b, int sign)
{
    zc_term terms[2 * ZC_MAX_ITERS];
    size_t count = 0;
    uint32_t i = 0, j = 0;
    while (i < a->term_count || j < b->term_count) {
        if (count == 2 * ZC_MAX_ITERS)
            return sym_fail(ck);
        bool take_a = j == b->term_count ||
                      (i < a->term_count && a->terms[i].iter->order <= b->terms[j].iter->order);
        bool take_b = i == a->term_count ||
                      (j < b->term_count && b->terms[j].iter->order <= a->terms[i].iter->order);
        zc_term term = {take_a ? a->terms[i].iter : b->terms[j].iter, 0};
        if (take_a)
            term.factor += a->terms[i++].factor;
        if (take_b)
            term.factor += sign * b->terms[j++].factor;
        terms[count++] = term;
    }
    return sym_affine(ck, (wide)a->base + sign * (wide)b->base, terms, count);
}

const zc_sym *zc_sym_add(zc_checker *ck, const zc_sym *a, const zc_sym *b)
{
    if (a->op == ZC_IX_CONST && b->op == ZC_IX_CONST)
        return affine_sum(ck, a, b, 1);
    if (zc_sym_is_const(a) && a->base == 0)
        return b;
    if (zc_sym_is_const(b) && b->base == 0)
        return a;
    return sym_tree(ck, ZC_IX_ADD, a, b, (wide)a->lo + b->lo, (wide)a->hi + b->hi);
}

const zc_sym *zc_sym_sub(zc_checker *ck, const zc_sym *a, const zc_sym *b)
{
    if (a->op == ZC_IX_CONST && b->op == ZC_IX_CONST)
        return affine_sum(ck, a, b, -1);
    if (zc_sym_is_const(b) && b->base == 0)
        return a;
    if (same_sym(a, b))
        return zc_sym_const(ck, 0);
    return sym_tree(ck, ZC_IX_SUB, a, b, (wide)a->lo - b->hi, (wide)a->hi - b->lo);
}

static wide min_wide(wide a, wide b)
{
    return a < b ? a : b;
}

static wide max_wide(wide a, wide b)
{
    return a > b ? a : b;
}

const zc_sym *zc_sym_mul(zc_checker *ck, const zc_sym *a, const zc_sym *b)
{
    if (zc_sym_is_const(a)) {
        const zc_sym *swap = a;
        a = b;
        b = swap;
    }
    if (zc_sym_is_const(b) && a->op == ZC_IX_CONST) {
        zc_term terms[2 * ZC_MAX_ITERS];
        if (a->term_count > 2 * ZC_MAX_ITERS)
            return sym_fail(ck);
        for (uint32_t i = 0; i < a->term_count; i++) {
            terms[i] = a->terms[i];
            if (__builtin_mul_overflow(terms[i].factor, b->base, &terms[i].factor))
                return sym_fail(ck);
        }
        return sym_affine(ck, (wide)a->base * b->base, terms, a->term_count);
    }
    if (zc_sym_is_const(b) && b->base == 1)
        return a;
    wide ll = (wide)a->lo * b->lo, lh = (wide)a->lo * b->hi;
    wide hl = (wide)a->hi * b->lo, hh = (wide)a->hi * b->hi;
    return sym_tree(ck, ZC_IX_MUL, a, b, min_wide(min_wide(ll, lh), min_wide(hl, hh)),
                    max_wide(max_wide(ll, lh), max_wide(hl, hh)));
}

const zc_sym *zc_sym_scale(zc_checker *ck, const zc_sym *a, int64_t factor)
{
    return zc_sym_mul(ck, a, zc_sym_const(ck, factor));
}

static int64_t floor_div(int64_t a, int64_t b)
{
    int64_t q = a / b;
    return q - (a % b != 0 && (a < 0) != (b < 0));
}

static int64_t floor_mod(int64_t a, int64_t b)
{
    int64_t r = a % b;
    return r != 0 && (r < 0) != (b < 0) ? r + b : r;
}

/* a = d * *quotient + *rest with every term that d > 0 divides in the quotient. */
static void split_affine(zc_checker *ck, const zc_sym *a, int64_t d, const zc_sym **quotient,
                         const zc_sym **rest)
{
    zc_term whole[2 * ZC_MAX_ITERS], part[2 * ZC_MAX_ITERS];
    size_t whole_count = 0, part_count = 0;
    for (uint32_t i = 0; i < a->term_count && i < 2 * ZC_MAX_ITERS; i++) {
        zc_term term = a->terms[i];
        if (term.factor % d == 0) {
            term.factor /= d;
            whole[whole_count++] = term;
        } else {
            part[part_count++] = term;
        }
    }
    *quotient = sym_affine(ck, floor_div(a->base, d), whole, whole_count);
    *rest = sym_affine(ck, floor_mod(a->base, d), part, part_count);
}

const zc_sym *zc_sym_div(zc_checker *ck, const zc_sym *a, const zc_sym *b)
{
    if (zc_sym_is_const(b) && b->base > 0) {
        if (a->op == ZC_IX_CONST && a->term_count <= 2 * ZC_MAX_ITERS) {
            const zc_sym *quotient, *rest;
            split_affine(ck, a, b->base, &quotient, &rest);
            int64_t lo = floor_div(rest->lo, b->base), hi = floor_div(rest->hi, b->base);
            if (lo == hi)
                return zc_sym_add(ck, quotient, zc_sym_const(ck, lo));
        }
        return sym_tree(ck, ZC_IX_DIV, a, b, floor_div(a->lo, b->base),
                        floor_div(a->hi, b->base));
    }
    int64_t reach = a->hi > -a->lo ? a->hi : -a->lo;
    if (zc_sym_is_const(a) && zc_sym_is_const(b))
        return zc_sym_const(ck, floor_div(a->base, b->base));
    return sym_tree(ck, ZC_IX_DIV, a, b, -(wide)reach - 1, reach);
}

const zc_sym *zc_sym_mod(zc_checker *ck, const zc_sym *a, const zc_sym *b)
{
    if (zc_sym_is_const(b) && b->base > 0) {
        if (a->op == ZC_IX_CONST && a->term_count <= 2 * ZC_MAX_ITERS) {
            const zc_sym *quotient, *rest;
            split_affine(ck, a, b->base, &quotient, &rest);
            int64_t lo = floor_div(rest->lo, b->base), hi = floor_div(rest->hi, b->base);
            if (lo == hi)
                return zc_sym_sub(ck, rest, zc_sym_const(ck, lo * b->base));
        } else if (a->lo >= 0 && a->hi < b->base) {
            return a;
        }
        return sym_tree(ck, ZC_IX_MOD, a, b, 0, b->base - 1);
    }
    if (zc_sym_is_const(a) && zc_sym_is_const(b))
        return zc_sym_const(ck, floor_mod(a->base, b->base));
    wide lo = b->lo < 0 ? (wide)b->lo + 1 : 0, hi = b->hi > 0 ? (wide)b->hi - 1 : 0;
    return sym_tree(ck, ZC_IX_MOD, a, b, lo, hi);
}

const zc_sym *zc_sym_compare(zc_checker *ck, zc_ix_op op, const zc_sym *a, const zc_sym *b)
{
    const zc_sym *difference = zc_sym_sub(ck, a, b);
    int64_t lo = difference->lo, hi = difference->hi;
    bool never, always;
    if (op == ZC_IX_EQ) {
        never = lo > 0 || hi < 0;
        always = lo == 0 && hi == 0;
    } else {
        int64_t most = op == ZC_IX_LT ? -1 : 0;
        never = lo > most;
        always = hi <= most;
    }
    if (ck->sym_failed)
        return sym_fail(ck);
    return sym_tree(ck, op, a, b, always ? 1 : 0, never ? 0 : 1);
}

const zc_sym *zc_sym_logic(zc_checker *ck, zc_ix_op op, const zc_sym *a, const zc_sym *b)
{
    int64_t neutral = op == ZC_IX_AND ? 1 : 0;
    if (zc_sym_is_const(a))
        return a->base == neutral ? b : a;
    if (zc_sym_is_const(b))
        return b->base == neutral ? a : b;
    return same_sym(a, b) ? a : sym_tree(ck, op, a, b, 0, 1);
}

const zc_sym *zc_sym_not(zc_checker *ck, const zc_sym *a)
{
    if (a->op == ZC_IX_NOT)
        return a->a;
    return sym_tree(ck, ZC_IX_NOT, a, NULL, 1 - a->hi, 1 - a->lo);
}

static const zc_sym *sym_apply(zc_checker *ck, zc_ix_op op, const zc_sym *a, const zc_sym *b)
{
    switch (op) {
    case ZC_IX_ADD:
        return zc_sym_add(ck, a, b);
    case ZC_IX_SUB:
        return zc_sym_sub(ck, a, b);
    case ZC_IX_MUL:
        return zc_sym_mul(ck, a, b);
    case ZC_IX_DIV:
        return zc_sym_div(ck, a, b);
    case ZC_IX_MOD:
        return zc_sym_mod(ck, a, b);
    case ZC_IX_LT:
    case ZC_IX_LE:
    case ZC_IX_EQ:
        return zc_sym_compare(ck, op, a, b);
    case ZC_IX_AND:
    case ZC_IX_OR:
        return zc_sym_logic(ck, op, a, b);
    case ZC_IX_NOT:
        return zc_sym_not(ck, a);
    case ZC_IX_CONST:
    case ZC_IX_VAR:
        break;
    }
    zk_bug(__FILE__, __LINE__, "an operation without operands");
}

const zc_sym *zc_sym_substitute(zc_checker *ck, const zc_sym *sym, zc_iter *const *from,
                                const zc_sym *const *to, size_t count)
{
    if (sym->op != ZC_IX_CONST) {
        const zc_sym *a = zc_sym_substitute(ck, sym->a, from, to, count);
        const zc_sym *b = sym->b;
        if (b != NULL)
            b = zc_sym_substitute(ck, b, from, to, count);
        return a == sym->a && b == sym->b ? sym : sym_apply(ck, sym->op, a, b);
    }
    bool touched = false;
    for (uint32_t i = 0; i < sym->term_count && !touched; i++) {
        for (size_t j = 0; j < count; j++)
            touched |= sym->terms[i].iter == from[j];
    }
    if (!touched)
        return sym;
    const zc_sym *result = zc_sym_const(ck, sym->base);
    for (uint32_t i = 0; i < sym->term_count; i++) {
        const zc_sym *part = NULL;
        for (size_t j = 0; j < count && part == NULL; j++) {
            if (sym->terms[i].iter == from[j])
                part = to[j];
        }
        if (part == NULL)
            part = zc_sym_iter(ck, sym->terms[i].iter);
        result = zc_sym_add(ck, result, zc_sym_scale(ck, part, sym->terms[i].factor));
    }
    return result;
}

int64_t zc_sym_eval(const zc_sym *sym)
{
    if (sym->op == ZC_IX_CONST) {
        int64_t value = sym->base;
        for (uint32_t i = 0; i < sym->term_count; i++)
            value += sym->terms[i].factor * sym->terms[i].iter->at;
        return value;
    }
    int64_t a = zc_sym_eval(sym->a);
    if (sym->op == ZC_IX_NOT)
        return !a;
    int64_t b = zc_sym_eval(sym->b);
    switch (sym->op) {
    case ZC_IX_ADD:
        return a + b;
    case ZC_IX_SUB:
        return a - b;
    case ZC_IX_MUL:
        return a * b;
    case ZC_IX_DIV:
        return floor_div(a, b);
    case ZC_IX_MOD:
        return floor_mod(a, b);
    case ZC_IX_LT:
        return a < b;
    case ZC_IX_LE:
        return a <= b;
    case ZC_IX_EQ:
        return a == b;
    case ZC_IX_AND:
        return a & b;
    case ZC_IX_OR:
        return a | b;
    default:
        zk_bug(__FILE__, __LINE__, "an operation without operands");
    }
}

/* ---- sets and points ---- */

bool zc_iter_set_has(const zc_iter_set *set, const zc_iter *iter)
{
    for (uint32_t i = 0; i < set->count; i++) {
        if (set->items[i] == iter)
            return true;
    }
    return false;
}

void zc_iter_set_add(zc_iter_set *set, zc_iter *iter)
{
    if (zc_iter_set_has(set, iter))
        return;
    if (set->count == ZC_MAX_ITERS) {
        set->overflow = true;
        return;
    }
    uint32_t i = set->count++;
    for (; i > 0 && set->items[i - 1]->order > iter->order; i--)
        set->items[i] = set->items[i - 1];
    set->items[i] = iter;
}

void zc_sym_iters(const zc_sym *sym, zc_iter_set *set)
{
    if (sym->op == ZC_IX_CONST) {
        for (uint32_t i = 0; i < sym->term_count; i++)
            zc_iter_set_add(set, sym->terms[i].iter);
        return;
    }
    zc_sym_iters(sym->a, set);
    if (sym->b != NULL)
        zc_sym_iters(sym->b, set);
}

bool zc_sym_depends(const zc_sym *sym, const zc_iter *iter)
{
    zc_iter_set set = {0};
    zc_sym_iters(sym, &set);
    return zc_iter_set_has(&set, iter);
}

uint64_t zc_iters_points(zc_iter *const *iters, size_t count)
{
    uint64_t points = 1;
    for (size_t i = 0; i < count; i++) {
        if (__builtin_mul_overflow(points, (uint64_t)iters[i]->extent, &points))
            return UINT64_MAX;
    }
    return points;
}

void zc_iters_start(zc_iter *const *iters, size_t count)
{
    for (size_t i = 0; i < count; i++)
        iters[i]->at = 0;
}

bool zc_iters_next(zc_iter *const *iters, size_t count)
{
    for (size_t i = count; i-- > 0;) {
        if (++iters[i]->at < iters[i]->extent)
            return true;
        iters[i]->at = 0;
    }
    return false;
}

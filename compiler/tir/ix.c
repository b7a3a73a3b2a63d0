#include "compiler/tir/ix.h"

#include <string.h>

#include "runtime/base/error.h"

enum { SLOTS_INITIAL = 256 };

/* Enumeration stops being worth it beyond this many points. */
#define ENUMERATION_LIMIT ((uint64_t)1 << 22)

/* ---- integers ---- */

static int64_t floor_div(int64_t a, int64_t b)
{
    int64_t q = a / b;
    return a % b != 0 && (a < 0) != (b < 0) ? q - 1 : q;
}

static int64_t floor_mod(int64_t a, int64_t b)
{
    if (b == -1)
        return 0;
    int64_t r = a % b;
    return r != 0 && (r < 0) != (b < 0) ? r + b : r;
}

/* False: overflow, or division by 0. */
static bool apply(int64_t *out, zc_ix_op op, int64_t a, int64_t b)
{
    switch (op) {
    case ZC_IX_ADD:
        return !__builtin_add_overflow(a, b, out);
    case ZC_IX_SUB:
        return !__builtin_sub_overflow(a, b, out);
    case ZC_IX_MUL:
        return !__builtin_mul_overflow(a, b, out);
    case ZC_IX_DIV:
        if (b == 0 || (a == INT64_MIN && b == -1))
            return false;
        *out = floor_div(a, b);
        return true;
    case ZC_IX_MOD:
        if (b == 0)
            return false;
        *out = floor_mod(a, b);
        return true;
    case ZC_IX_LT:
        *out = a < b;
        return true;
    case ZC_IX_LE:
        *out = a <= b;
        return true;
    case ZC_IX_EQ:
        *out = a == b;
        return true;
    case ZC_IX_AND:
        *out = a && b;
        return true;
    case ZC_IX_OR:
        *out = a || b;
        return true;
    case ZC_IX_NOT:
        *out = !a;
        return true;
    case ZC_IX_CONST:
    case ZC_IX_VAR:
        break;
    }
    return false;
}

/* ---- making ---- */

static size_t hash_of(zc_ix_op op, zc_ix_id a, zc_ix_id b, int64_t value)
{
    uint64_t h = (uint64_t)op;
    h = (h ^ a) * 0x9e3779b97f4a7c15u;
    h = (h ^ (h >> 29) ^ b) * 0xbf58476d1ce4e5b9u;
    h = (h ^ (h >> 32) ^ (uint64_t)value) * 0x94d049bb133111ebu;
    return (size_t)(h ^ (h >> 31));
}

static zc_ix_id limit(zc_tir *tir)
{
    if (tir->status == ZKML_OK)
        tir->status = ZKML_LIMIT;
    return ZC_NO_ID;
}

static void slot_insert(zc_tir *tir, zc_ix_id id)
{
    const zc_ix *ix = &tir->indices[id];
    size_t mask = tir->index_slot_count - 1;
    size_t at = hash_of(ix->op, ix->a, ix->b, ix->value) & mask;
    while (tir->index_slots[at] != 0)
        at = (at + 1) & mask;
    tir->index_slots[at] = id + 1;
}

/* Room for one more expression: the table stays at most half full. */
static bool reserve(zc_tir *tir)
{
    if (tir->index_count == tir->index_capacity) {
        size_t capacity = tir->index_capacity ? 2 * tir->index_capacity : SLOTS_INITIAL / 2;
        if (capacity > UINT32_MAX / 4)
            return false;
        zc_ix *grown = ZK_ARENA_NEW(tir->arena, zc_ix, capacity);
        uint32_t *slots = ZK_ARENA_NEW(tir->arena, uint32_t, 2 * capacity);
        if (!grown || !slots)
            return false;
        if (tir->index_count > 0)
            memcpy(grown, tir->indices, tir->index_count * sizeof *grown);
        tir->indices = grown;
        tir->index_capacity = capacity;
        tir->index_slots = slots;
        tir->index_slot_count = 2 * capacity;
        for (zc_ix_id id = 0; id < tir->index_count; id++)
            slot_insert(tir, id);
    }
    return true;
}

static uint32_t size_of(const zc_tir *tir, zc_ix_id id)
{
    return id == ZC_NO_ID ? 0 : tir->indices[id].size;
}

static zc_ix_id intern(zc_tir *tir, zc_ix_op op, zc_ix_id a, zc_ix_id b, int64_t value)
{
    if (tir->index_slot_count > 0) {
        size_t mask = tir->index_slot_count - 1;
        size_t at = hash_of(op, a, b, value) & mask;
        for (; tir->index_slots[at] != 0; at = (at + 1) & mask) {
            zc_ix_id id = tir->index_slots[at] - 1;
            const zc_ix *ix = &tir->indices[id];
            if (ix->op == op && ix->a == a && ix->b == b && ix->value == value)
                return id;
        }
    }
    uint32_t size = 1 + size_of(tir, a) + size_of(tir, b);
    if (size > ZC_IX_MAX_SIZE || !reserve(tir))
        return limit(tir);
    zc_ix_id id = (zc_ix_id)tir->index_count++;
    tir->indices[id] = (zc_ix){.op = op, .a = a, .b = b, .size = size, .value = value};
    slot_insert(tir, id);
    return id;
}

zc_ix_id zc_ix_const(zc_tir *tir, int64_t value)
{
    return intern(tir, ZC_IX_CONST, ZC_NO_ID, ZC_NO_ID, value);
}

zc_ix_id zc_ix_var(zc_tir *tir, uint32_t variable)
{
    ZK_CHECK(variable < ZC_MAX_RANK);
    return intern(tir, ZC_IX_VAR, ZC_NO_ID, ZC_NO_ID, variable);
}

bool zc_ix_is_const(const zc_tir *tir, zc_ix_id ix, int64_t *value)
{
    if (ix == ZC_NO_ID || tir->indices[ix].op != ZC_IX_CONST)
        return false;
    *value = tir->indices[ix].value;
    return true;
}

/* Operations with one constant operand; ZC_NO_ID: nothing to simplify. */
static zc_ix_id simplify(zc_tir *tir, zc_ix_op op, zc_ix_id a, zc_ix_id b)
{
    int64_t x = 0, y = 0;
    bool left = zc_ix_is_const(tir, a, &x), right = zc_ix_is_const(tir, b, &y);
    switch (op) {
    case ZC_IX_ADD:
        return right && y == 0 ? a : left && x == 0 ? b : ZC_NO_ID;
    case ZC_IX_SUB:
        return right && y == 0 ? a : ZC_NO_ID;
    case ZC_IX_MUL:
        if ((right && y == 0) || (left && x == 1))
            return b;
        return (left && x == 0) || (right && y == 1) ? a : ZC_NO_ID;
    case ZC_IX_DIV:
        return right && y == 1 ? a : ZC_NO_ID;
    case ZC_IX_MOD:
        return right && y == 1 ? zc_ix_const(tir, 0) : ZC_NO_ID;
    case ZC_IX_AND:
        if (left)
            return x ? b : a;
        return right ? (y ? a : b) : ZC_NO_ID;
    case ZC_IX_OR:
        if (left)
            return x ? a : b;
        return right ? (y ? b : a) : ZC_NO_ID;
    default:
        return ZC_NO_ID;
    }
}

zc_ix_id zc_ix_make(zc_tir *tir, zc_ix_op op, zc_ix_id a, zc_ix_id b)
{
    ZK_CHECK(op != ZC_IX_CONST && op != ZC_IX_VAR);
    if (a == ZC_NO_ID || (op != ZC_IX_NOT && b == ZC_NO_ID))
        return ZC_NO_ID;
    ZK_CHECK(op != ZC_IX_NOT || b == ZC_NO_ID);
    int64_t x = 0, y = 0, value;
    bool left = zc_ix_is_const(tir, a, &x);
    bool right = op == ZC_IX_NOT || zc_ix_is_const(tir, b, &y);
    if (left && right)
        return apply(&value, op, x, y) ? zc_ix_const(tir, value) : ZC_NO_ID;
    if ((op == ZC_IX_DIV || op == ZC_IX_MOD) && right && y == 0)
        return ZC_NO_ID;
    zc_ix_id simple = simplify(tir, op, a, b);
    return simple != ZC_NO_ID ? simple : intern(tir, op, a, b, 0);
}

zc_ix_id zc_ix_and(zc_tir *tir, zc_ix_id a, zc_ix_id b)
{
    if (a == ZC_NO_ID)
        return b;
    return b == ZC_NO_ID ? a : zc_ix_make(tir, ZC_IX_AND, a, b);
}

/* ---- values ---- */

/* False: division by 0. Overflow was excluded by `interval`. AND and OR do not look at their second
 * operand when the first decides. */
static bool eval(int64_t *out, const zc_tir *tir, zc_ix_id id, const int64_t *point)
{
    const zc_ix *ix = &tir->indices[id];
    int64_t a = 0, b = 0;
    if (ix->op == ZC_IX_CONST || ix->op == ZC_IX_VAR) {
        *out = ix->op == ZC_IX_CONST ? ix->value : point[ix->value];
        return true;
    }
    if (!eval(&a, tir, ix->a, point))
        return false;
    if ((ix->op == ZC_IX_AND && !a) || (ix->op == ZC_IX_OR && a)) {
        *out = ix->op == ZC_IX_OR;
        return true;
    }
    if (ix->b != ZC_NO_ID && !eval(&b, tir, ix->b, point))
        return false;
    return apply(out, ix->op, a, b);
}

int64_t zc_ix_eval(const zc_tir *tir, zc_ix_id ix, const int64_t *point)
{
    int64_t value = 0;
    ZK_CHECK(eval(&value, tir, ix, point));
    return value;
}

/* ---- bounds by interval arithmetic ---- */

typedef struct interval {
    int64_t lo, hi;
} interval;

static void widen(interval *r, int64_t value)
{
    if (value < r->lo)
        r->lo = value;
    if (value > r->hi)
        r->hi = value;
}

/* The quotient is monotone in each operand while the divisor keeps its sign: the extremes are at
 * the ends of the divisor's range and at -1 and 1. */
static bool interval_div(interval *out, interval a, interval b)
{
    int64_t divisors[4] = {b.lo, b.hi, -1, 1};
    bool first = true;
    for (int i = 0; i < 4; i++) {
        int64_t d = divisors[i], q;
        if (d == 0 || d < b.lo || d > b.hi)
            continue;
        for (int end = 0; end < 2; end++) {
            if (!apply(&q, ZC_IX_DIV, end ? a.hi : a.lo, d))
                return false;
            if (first)
                *out = (interval){q, q};
            first = false;
            widen(out, q);
        }
    }
    if (first)
        *out = (interval){0, 0}; /* divides by 0 everywhere; reported as such */
    return true;
}

static interval interval_mod(interval a, interval b)
{
    if (b.lo == b.hi && b.lo > 0 && floor_div(a.lo, b.lo) == floor_div(a.hi, b.lo))
        return (interval){floor_mod(a.lo, b.lo), floor_mod(a.hi, b.lo)};
    interval r = {0, 0}; /* |a mod d| < |d|, with the sign of d */
    if (b.hi > 0)
        r.hi = b.hi - 1;
    if (b.lo < 0)
        r.lo = b.lo + 1;
    return r;
}

static interval interval_truth(bool always, bool never)
{
    return (interval){always ? 1 : 0, never ? 0 : 1};
}

/* a op b for the operations that are monotone in each operand: the hull of the corners. */
static bool interval_corners(interval *out, zc_ix_op op, interval a, interval b)
{
    for (int corner = 0; corner < 4; corner++) {
        int64_t v;
        if (!apply(&v, op, corner & 1 ? a.hi : a.lo, corner & 2 ? b.hi : b.lo))
            return false;
        if (corner == 0)
            *out = (interval){v, v};
        widen(out, v);
    }
    return true;
}

/* False: some subexpression may overflow. *zero is set when a divisor may be 0. */
static bool interval_of(interval *out, bool *zero, const zc_tir *tir, const zc_space *space,
                        zc_ix_id id)
{
    const zc_ix *ix = &tir->indices[id];
    interval a = {0, 0}, b = {0, 0};
    if (ix->op == ZC_IX_CONST) {
        *out = (interval){ix->value, ix->value};
        return true;
    }
    if (ix->op == ZC_IX_VAR) {
        ZK_CHECK(ix->value < space->rank + space->reduce_rank);
        *out = (interval){0, (int64_t)space->extent[ix->value] - 1};
        return true;
    }
    if (!interval_of(&a, zero, tir, space, ix->a) ||
        (ix->b != ZC_NO_ID && !interval_of(&b, zero, tir, space, ix->b)))
        return false;
    switch (ix->op) {
    case ZC_IX_DIV:
    case ZC_IX_MOD:
        *zero |= b.lo <= 0 && b.hi >= 0;
        if (ix->op == ZC_IX_DIV)
            return interval_div(out, a, b);
        *out = interval_mod(a, b);
        return true;
    case ZC_IX_LT:
        *out = interval_truth(a.hi < b.lo, a.lo >= b.hi);
        return true;
    case ZC_IX_LE:
        *out = interval_truth(a.hi <= b.lo, a.lo > b.hi);
        return true;
    case ZC_IX_EQ:
        *out = interval_truth(a.lo == a.hi && b.lo == b.hi && a.lo == b.lo,
                              a.hi < b.lo || b.hi < a.lo);
        return true;
    case ZC_IX_NOT:
        *out = interval_truth(a.lo == 0 && a.hi == 0, a.lo > 0 || a.hi < 0);
        return true;
    case ZC_IX_AND:
    case ZC_IX_OR: /* truth values; an operand that is no condition is widened to 0 .. 1 */
        if (a.lo < 0 || a.hi > 1 || b.lo < 0 || b.hi > 1)
            *out = (interval){0, 1};
        else
            return interval_corners(out, ix->op, a, b);
        return true;
    default:
        return interval_corners(out, ix->op, a, b);
    }
}

/* ---- affine expressions ---- */

/* view += factor * expression; false: not affine, or a coefficient overflows. */
static bool affine_add(zc_view *view, const zc_tir *tir, zc_ix_id id, int64_t factor)
{
    const zc_ix *ix = &tir->indices[id];
    int64_t value, *slot = &view->base;
    switch (ix->op) {
    case ZC_IX_CONST:
        return !__builtin_mul_overflow(factor, ix->value, &value) &&
               !__builtin_add_overflow(*slot, value, slot);
    case ZC_IX_VAR:
        slot = &view->stride[ix->value];
        return !__builtin_add_overflow(*slot, factor, slot);
    case ZC_IX_ADD:
        return affine_add(view, tir, ix->a, factor) && affine_add(view, tir, ix->b, factor);
    case ZC_IX_SUB:
        return factor != INT64_MIN && affine_add(view, tir, ix->a, factor) &&
               affine_add(view, tir, ix->b, -factor);
    case ZC_IX_MUL:
        if (zc_ix_is_const(tir, ix->a, &value))
            return !__builtin_mul_overflow(factor, value, &factor) &&
                   affine_add(view, tir, ix->b, factor);
        if (zc_ix_is_const(tir, ix->b, &value))
            return !__builtin_mul_overflow(factor, value, &factor) &&
                   affine_add(view, tir, ix->a, factor);
        return false;
    default:
        return false;
    }
}

static bool affine_of(zc_view *view, const zc_tir *tir, zc_ix_id id)
{
    *view = (zc_view){.affine = true, .expr = ZC_NO_ID};
    return affine_add(view, tir, id, 1);
}

/* Exact bounds of an affine expression: each variable at one of its ends. False: overflow. */
static bool affine_bounds(zc_ix_bounds *bounds, const zc_space *space, const zc_view *view)
{
    bounds->lo = bounds->hi = view->base;
    bounds->exact = true;
    for (uint32_t d = 0; d < space->rank + space->reduce_rank; d++) {
        int64_t last = (int64_t)space->extent[d] - 1, span;
        bounds->lo_point[d] = view->stride[d] < 0 ? last : 0;
        bounds->hi_point[d] = view->stride[d] < 0 ? 0 : last;
        int64_t *end = view->stride[d] < 0 ? &bounds->lo : &bounds->hi;
        if (__builtin_mul_overflow(view->stride[d], last, &span) ||
            __builtin_add_overflow(*end, span, end))
            return false;
    }
    return true;
}

/* ---- bounds by enumeration ---- */

static uint32_t variables_of(const zc_tir *tir, zc_ix_id id)
{
    const zc_ix *ix = &tir->indices[id];
    if (ix->op == ZC_IX_VAR)
        return 1u << ix->value;
    uint32_t set = 0;
    if (ix->a != ZC_NO_ID)
        set |= variables_of(tir, ix->a);
    if (ix->b != ZC_NO_ID)
        set |= variables_of(tir, ix->b);
    return set;
}

/* The points of a space in which only the variables of a set move. */
typedef struct walk {
    const zc_space *space;
    uint32_t set;
    int64_t point[ZC_MAX_RANK];
} walk;

/* False: more than ENUMERATION_LIMIT points. */
static bool walk_start(walk *w, const zc_space *space, uint32_t set)
{
    uint64_t points = 1;
    *w = (walk){.space = space, .set = set};
    for (uint32_t d = 0; d < space->rank + space->reduce_rank; d++) {
        if (!(set >> d & 1))
            continue;
        if (space->extent[d] > ENUMERATION_LIMIT / points)
            return false;
        points *= space->extent[d];
    }
    return true;
}

static bool walk_next(walk *w)
{
    for (uint32_t d = w->space->rank + w->space->reduce_rank; d-- > 0;) {
        if (!(w->set >> d & 1))
            continue;
        if (++w->point[d] < (int64_t)w->space->extent[d])
            return true;
        w->point[d] = 0;
    }
    return false;
}

static zc_ix_verdict enumerate(zc_ix_bounds *bounds, const zc_tir *tir, walk *w, zc_ix_id ix,
                               zc_ix_id condition)
{
    bool any = false;
    do {
        int64_t holds = 1, value;
        if (condition != ZC_NO_ID && !eval(&holds, tir, condition, w->point))
            return ZC_IX_DIVIDES_BY_ZERO;
        if (!holds)
            continue;
        if (!eval(&value, tir, ix, w->point))
            return ZC_IX_DIVIDES_BY_ZERO;
        if (!any || value < bounds->lo) {
            bounds->lo = value;
            memcpy(bounds->lo_point, w->point, sizeof w->point);
        }
        if (!any || value > bounds->hi) {
            bounds->hi = value;
            memcpy(bounds->hi_point, w->point, sizeof w->point);
        }
        any = true;
    } while (walk_next(w));
    bounds->exact = any;
    return any ? ZC_IX_BOUNDED : ZC_IX_NEVER;
}

zc_ix_verdict zc_ix_bound(const zc_tir *tir, const zc_space *space, zc_ix_id ix, zc_ix_id condition,
                          zc_ix_bounds *bounds)
{
    ZK_CHECK(ix != ZC_NO_ID);
    interval all = {0, 0}, truth = {1, 1};
    bool zero = false;
    memset(bounds, 0, sizeof *bounds);
    if (!interval_of(&all, &zero, tir, space, ix))
        return ZC_IX_OVERFLOW;
    if (condition != ZC_NO_ID && !interval_of(&truth, &zero, tir, space, condition))
        return ZC_IX_OVERFLOW;
    if (!zero && truth.lo == 0 && truth.hi == 0)
        return ZC_IX_NEVER;
    bool always = !zero && truth.lo == truth.hi;
    zc_view view;
    if (always && affine_of(&view, tir, ix))
        return affine_bounds(bounds, space, &view) ? ZC_IX_BOUNDED : ZC_IX_OVERFLOW;
    walk w;
    uint32_t set = variables_of(tir, ix);
    if (!always && condition != ZC_NO_ID)
        set |= variables_of(tir, condition);
    if (walk_start(&w, space, set))
        return enumerate(bounds, tir, &w, ix, always ? ZC_NO_ID : condition);
    bounds->lo = all.lo;
    bounds->hi = all.hi;
    return zero ? ZC_IX_DIVIDES_BY_ZERO : ZC_IX_BOUNDED;
}

/* ---- views ---- */

/* An expression that agrees with an affine one at every point of the space. */
static bool affine_in_disguise(zc_view *view, const zc_tir *tir, const zc_space *space, zc_ix_id id)
{
    interval all;
    bool zero = false;
    walk w;
    if (!interval_of(&all, &zero, tir, space, id) || zero ||
        !walk_start(&w, space, variables_of(tir, id)))
        return false;
    *view = (zc_view){.affine = true, .expr = ZC_NO_ID, .base = zc_ix_eval(tir, id, w.point)};
    for (uint32_t d = 0; d < space->rank + space->reduce_rank; d++) {
        if (!(w.set >> d & 1) || space->extent[d] == 1)
            continue;
        int64_t point[ZC_MAX_RANK] = {0};
        point[d] = 1;
        if (__builtin_sub_overflow(zc_ix_eval(tir, id, point), view->base, &view->stride[d]))
            return false;
    }
    zc_ix_bounds bounds;
    if (!affine_bounds(&bounds, space, view))
        return false;
    do {
        if (zc_ix_eval(tir, id, w.point) !=
            zc_view_offset(tir, view, space->rank + space->reduce_rank, w.point))
            return false;
    } while (walk_next(&w));
    return true;
}

zc_view zc_view_of_ix(const zc_tir *tir, const zc_space *space, zc_ix_id offset)
{
    zc_view view;
    if (offset == ZC_NO_ID ||
        !(affine_of(&view, tir, offset) || affine_in_disguise(&view, tir, space, offset)))
        return (zc_view){.affine = false, .expr = offset};
    for (uint32_t d = 0; d < space->rank + space->reduce_rank; d++)
        if (space->extent[d] == 1)
            view.stride[d] = 0;
    return view;
}

zc_view zc_view_subscript(zc_tir *tir, const zc_space *space, zc_node_id operand,
                          const zc_ix_id *subscripts)
{
    if (operand == ZC_NO_ID)
        return zc_view_at(0);
    const zc_node *node = tir->nodes[operand];
    zc_ix_id offset = zc_ix_const(tir, 0);
    for (uint32_t d = 0; d < node->rank; d++) {
        zc_ix_id extent = zc_ix_const(tir, node->extent[d]);
        offset = zc_ix_make(tir, ZC_IX_MUL, offset, extent);
        offset = zc_ix_make(tir, ZC_IX_ADD, offset, subscripts[d]);
    }
    return zc_view_of_ix(tir, space, offset);
}

zc_view zc_view_dims(const zc_tir *tir, zc_node_id operand, const uint32_t *variables)
{
    zc_view view = zc_view_at(0);
    if (operand == ZC_NO_ID)
        return view;
    const zc_node *node = tir->nodes[operand];
    int64_t stride = 1;
    for (uint32_t d = node->rank; d-- > 0;) {
        ZK_CHECK(variables[d] < ZC_MAX_RANK);
        if (node->extent[d] > 1)
            view.stride[variables[d]] += stride;
        stride *= node->extent[d];
    }
    return view;
}

zc_view zc_view_identity(const zc_tir *tir, zc_node_id operand)
{
    uint32_t variables[ZC_MAX_RANK];
    for (uint32_t d = 0; d < ZC_MAX_RANK; d++)
        variables[d] = d;
    return zc_view_dims(tir, operand, variables);
}

zc_view zc_view_at(int64_t offset)
{
    return (zc_view){.affine = true, .base = offset, .expr = ZC_NO_ID};
}

int64_t zc_view_offset(const zc_tir *tir, const zc_view *view, uint32_t rank, const int64_t *point)
{
    if (!view->affine)
        return zc_ix_eval(tir, view->expr, point);
    int64_t offset = view->base;
    for (uint32_t d = 0; d < rank; d++)
        offset += view->stride[d] * point[d];
    return offset;
}

bool zc_view_equal(const zc_view *a, const zc_view *b)
{
    if (a->affine != b->affine)
        return false;
    if (!a->affine)
        return a->expr == b->expr;
    return a->base == b->base && memcmp(a->stride, b->stride, sizeof a->stride) == 0;
}

zc_ix_id zc_view_ix(zc_tir *tir, const zc_view *view)
{
    if (!view->affine)
        return view->expr;
    zc_ix_id sum = zc_ix_const(tir, view->base);
    for (uint32_t d = 0; d < ZC_MAX_RANK; d++) {
        if (view->stride[d] == 0)
            continue;
        zc_ix_id term =
            zc_ix_make(tir, ZC_IX_MUL, zc_ix_var(tir, d), zc_ix_const(tir, view->stride[d]));
        sum = zc_ix_make(tir, ZC_IX_ADD, sum, term);
    }
    return sum;
}

/* ---- composition ---- */

/* Base and strides are written in the mixed radix of the extents. That is right when no subscript
 * can leave its dimension, for then no carry ever occurs. */
bool zc_view_split(zc_view *subscripts, const zc_space *space, uint32_t rank,
                   const uint32_t *extent, const zc_view *flat)
{
    uint32_t total = space->rank + space->reduce_rank;
    for (uint32_t d = 0; d < rank; d++)
        subscripts[d] = zc_view_at(0);
    for (uint32_t v = 0; v <= total; v++) {
        int64_t rest = v == total ? flat->base : flat->stride[v];
        for (uint32_t d = rank; d-- > 0;) {
            int64_t digit = d == 0 ? rest : rest % extent[d];
            *(v == total ? &subscripts[d].base : &subscripts[d].stride[v]) = digit;
            rest /= extent[d];
        }
        if (rank == 0 && rest != 0)
            return false;
    }
    for (uint32_t d = 0; d < rank; d++) {
        zc_ix_bounds bounds;
        if (!affine_bounds(&bounds, space, &subscripts[d]) || bounds.lo < 0 ||
            bounds.hi >= extent[d])
            return false;
    }
    return true;
}

/* The expression with a subscript for each variable. */
static zc_ix_id substitute(zc_tir *tir, zc_ix_id id, const zc_ix_id *subscripts)
{
    zc_ix ix = tir->indices[id]; /* a copy: the array may move */
    if (ix.op == ZC_IX_CONST)
        return id;
    if (ix.op == ZC_IX_VAR)
        return subscripts[ix.value];
    zc_ix_id a = substitute(tir, ix.a, subscripts);
    zc_ix_id b = ix.b == ZC_NO_ID ? ZC_NO_ID : substitute(tir, ix.b, subscripts);
    if (a == ZC_NO_ID || (ix.b != ZC_NO_ID && b == ZC_NO_ID))
        return ZC_NO_ID;
    return zc_ix_make(tir, ix.op, a, b);
}

static bool compose_expr(zc_tir *tir, const zc_space *space, const zc_node *outer, zc_ix_id expr,
                         const zc_view *subscripts, zc_view *out)
{
    zc_ix_id ids[ZC_MAX_RANK];
    uint32_t largest = 1;
    for (uint32_t d = 0; d < outer->rank; d++) {
        ids[d] = zc_view_ix(tir, &subscripts[d]);
        if (ids[d] == ZC_NO_ID)
            return false;
        if (tir->indices[ids[d]].size > largest)
            largest = tir->indices[ids[d]].size;
    }
    if ((uint64_t)largest * tir->indices[expr].size > ZC_IX_MAX_SIZE)
        return false;
    *out = zc_view_of_ix(tir, space, substitute(tir, expr, ids));
    return out->affine || out->expr != ZC_NO_ID;
}

bool zc_view_compose(zc_tir *tir, const zc_space *space, const zc_node *outer, uint32_t operand,
                     const zc_view *inner, zc_view *out)
{
    const zc_view *view = &outer->operands[operand].view;
    if (view->affine) {
        /* A view of consecutive elements only moves the offset. */
        int64_t stride = 1;
        bool consecutive = true;
        for (uint32_t d = outer->rank; d-- > 0; stride *= outer->extent[d])
            consecutive = consecutive && (outer->extent[d] == 1 || view->stride[d] == stride);
        if (consecutive && inner->affine) {
            *out = *inner;
            return !__builtin_add_overflow(inner->base, view->base, &out->base);
        }
        if (consecutive) {
            zc_ix_id expr = zc_ix_make(tir, ZC_IX_ADD, inner->expr, zc_ix_const(tir, view->base));
            *out = (zc_view){.affine = false, .expr = expr};
            return expr != ZC_NO_ID;
        }
    }
    zc_view subscripts[ZC_MAX_RANK];
    if (!inner->affine || !zc_view_split(subscripts, space, outer->rank, outer->extent, inner))
        return false;
    if (!view->affine)
        return compose_expr(tir, space, outer, view->expr, subscripts, out);
    /* No overflow: the composed offsets lie inside the operand, and coefficients are differences
     * of offsets. */
    *out = zc_view_at(view->base);
    for (uint32_t d = 0; d < outer->rank; d++) {
        out->base += view->stride[d] * subscripts[d].base;
        for (uint32_t v = 0; v < space->rank + space->reduce_rank; v++)
            out->stride[v] += view->stride[d] * subscripts[d].stride[v];
    }
    return true;
}

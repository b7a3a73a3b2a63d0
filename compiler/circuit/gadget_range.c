/* Hints: values that the prover chooses, inside a range that look-ups enforce.
 *
 * One look-up bounds an interval of at most 2^w numbers (w = limb_bits). A wider value is cut:
 *
 *     v - lo = sum_i 2^(w i) part_i,     0 <= part_i < 2^w
 *
 * which puts v into lo .. lo + 2^(w m) - 1. For an EXACT range with hi - lo + 1 a multiple of
 * 2^(w (m - 1)), the top part is bounded by (hi - lo) >> w (m - 1) instead, which is the range;
 * else hi - v is cut in the same way, so that lo <= v and v <= hi are both enforced. All of it
 * holds over the integers because no form leaves (-p, p) (zc_plan_verify).
 */
#include "compiler/circuit/build.h"

enum { MAX_SHARED_BITS = 240 }; /* wider values get a top part of their own size */

static zc_tag range_tag(int64_t lo, int64_t hi)
{
    return (zc_tag){.kind = ZC_TAG_RANGE, .p0 = lo, .p1 = hi, .lo = lo, .hi = hi};
}

static bool between(const mpz_t lo, const mpz_t hi, int64_t least, int64_t most)
{
    return mpz_cmp_si(lo, least) >= 0 && mpz_cmp_si(hi, most) <= 0;
}

/* The one tag that bounds lo .. hi; false when the interval is too wide. */
static bool direct_tag(const zc_build *b, const mpz_t lo, const mpz_t hi, zc_bounding bounding,
                       zc_tag *tag)
{
    int64_t size = (int64_t)1 << b->widths.limb_bits;
    if (bounding != ZC_EXACT && between(lo, hi, 0, size - 1) &&
        (bounding == ZC_LOOSE || mpz_sgn(lo) == 0)) {
        *tag = range_tag(0, size - 1);
        return true;
    }
    if (bounding == ZC_LOOSE && between(lo, hi, -size / 2, size / 2 - 1)) {
        *tag = range_tag(-size / 2, size / 2 - 1);
        return true;
    }
    if (!zc_fits_small(lo, hi) || mpz_get_si(hi) - mpz_get_si(lo) >= size)
        return false;
    *tag = range_tag(mpz_get_si(lo), mpz_get_si(hi));
    return true;
}

/* New variables for a register, each with its look-up. */
static zc_var bounded_cells(zc_build *b, const char *name, uint32_t reg, uint64_t count, zc_tag tag)
{
    mpz_t lo, hi;
    mpz_init_set_si(lo, tag.lo);
    mpz_init_set_si(hi, tag.hi);
    zc_var first = zc_plan_vars(&b->plan, ZC_BLOCK_HINT, name, reg, (uint32_t)count, lo, hi);
    uint32_t group = zc_group_begin(&b->plan, "range", b->node, true);
    uint32_t index = zc_plan_tag(&b->plan, tag);
    for (uint64_t e = 0; e < count; e++)
        zc_plan_lookup(&b->plan, index, first + (zc_var)e, ZC_NO_VAR);
    zc_group_end(&b->plan, group, count);
    mpz_clears(lo, hi, NULL);
    return first;
}

/* 0 <= reg <= span, cut into parts; `exact`: the top part is bounded by the span's. */
static void cut(zc_build *b, zc_hint *hint, uint32_t reg, const mpz_t span, bool exact)
{
    uint32_t w = b->widths.limb_bits;
    uint32_t bits = (uint32_t)mpz_sizeinbase(span, 2);
    uint32_t parts = (bits + w - 1) / w;
    ZK_CHECK(parts >= 1 && parts <= ZC_MAX_PARTS);
    mpz_t top;
    mpz_init(top);
    mpz_fdiv_q_2exp(top, span, w * (parts - 1));
    int64_t full = ((int64_t)1 << w) - 1;
    hint->parts = parts;
    for (uint32_t i = 0; i < parts; i++) {
        bool last = i == parts - 1 && (exact || parts * w > MAX_SHARED_BITS);
        uint32_t limb = zc_reg_limb(b, hint->count, reg, w * i, w);
        hint->shift[i] = w * i;
        hint->first[i] = bounded_cells(b, hint->name, limb, hint->count,
                                       range_tag(0, last ? mpz_get_si(top) : full));
    }
    mpz_clear(top);
}

/* hi - v is not negative either: hi - lo - sum part_i = sum 2^(w i) rest_i. */
static void bound_above(zc_build *b, const zc_hint *hint, const mpz_t span)
{
    zc_hint rest = {.name = "rest", .count = hint->count};
    mpz_t minus;
    mpz_init_set_si(minus, -1);
    uint32_t distance =
        zc_reg_affine(b, ZK_W_SCALE, !zc_fits_small(span, span), hint->count, ZC_EACH(hint->reg),
                      hint->lo, hint->hi, minus, hint->hi, NULL);
    mpz_inits(rest.offset, rest.lo, rest.hi, NULL);
    cut(b, &rest, distance, span, false);
    uint32_t group = zc_group_begin(&b->plan, "range", b->node, false);
    zc_coef top = zc_coef_of(&b->plan, hint->hi);
    for (uint64_t e = 0; e < hint->count; e++) {
        zc_form_add_constant(&b->plan, top);
        zc_hint_add(b, hint, e, ZC_COEF(-1));
        zc_hint_add(b, &rest, e, ZC_COEF(-1));
        zc_form_end(&b->plan, ZC_NO_VAR);
    }
    zc_group_end(&b->plan, group, hint->count);
    zc_hint_clear(&rest);
    mpz_clear(minus);
}

/* Whether bounding the top part alone bounds span = size - 1 exactly. */
static bool is_multiple(const zc_build *b, const mpz_t size, const mpz_t span)
{
    mp_bitcnt_t w = b->widths.limb_bits;
    return mpz_scan1(size, 0) >= (mpz_sizeinbase(span, 2) - 1) / w * w;
}

void zc_hint_make(zc_build *b, zc_hint *hint, const char *name, uint32_t reg, uint64_t count,
                  const mpz_t lo, const mpz_t hi, zc_bounding bounding)
{
    *hint = (zc_hint){.name = name, .reg = reg, .count = (uint32_t)count};
    mpz_init(hint->offset);
    mpz_init_set(hint->lo, lo);
    mpz_init_set(hint->hi, hi);
    ZK_CHECK(mpz_cmp(lo, hi) <= 0);
    zc_tag tag;
    if (direct_tag(b, lo, hi, bounding, &tag)) {
        hint->parts = 1;
        hint->first[0] = bounded_cells(b, name, reg, count, tag);
        return;
    }
    mpz_t span, one, minus_lo;
    mpz_inits(span, minus_lo, NULL);
    mpz_init_set_si(one, 1);
    mpz_sub(span, hi, lo);
    mpz_neg(minus_lo, lo);
    mpz_set(hint->offset, lo);
    uint32_t base = reg;
    if (mpz_sgn(lo) != 0)
        base = zc_reg_affine(b, ZK_W_SCALE, !zc_fits_small(span, span), count, ZC_EACH(reg), lo, hi,
                             one, minus_lo, NULL);
    mpz_add_ui(one, span, 1); /* the number of values */
    bool tight = bounding == ZC_EXACT && is_multiple(b, one, span);
    cut(b, hint, base, span, tight);
    if (bounding == ZC_EXACT && !tight)
        bound_above(b, hint, span);
    mpz_clears(span, one, minus_lo, NULL);
}

void zc_hint_bits(zc_build *b, zc_hint *hint, const char *name, uint32_t reg, uint64_t count)
{
    mpz_t zero, one;
    mpz_init(zero);
    mpz_init_set_si(one, 1);
    zc_hint_make(b, hint, name, reg, count, zero, one, ZC_EXACT);
    mpz_clears(zero, one, NULL);
}

void zc_hint_clear(zc_hint *hint)
{
    mpz_clears(hint->offset, hint->lo, hint->hi, NULL);
}

void zc_hint_add(zc_build *b, const zc_hint *hint, uint64_t e, zc_coef factor)
{
    if (mpz_sgn(hint->offset) != 0)
        zc_form_add_constant(&b->plan,
                             zc_coef_mul(&b->plan, factor, zc_coef_of(&b->plan, hint->offset)));
    mpz_t power;
    mpz_init(power);
    for (uint32_t i = 0; i < hint->parts; i++) {
        mpz_set_si(power, 1);
        mpz_mul_2exp(power, power, hint->shift[i]);
        zc_form_add(&b->plan, zc_coef_mul(&b->plan, factor, zc_coef_of(&b->plan, power)),
                    hint->first[i] + (zc_var)e);
    }
    mpz_clear(power);
}

zc_var zc_hint_cells(zc_build *b, const zc_hint *hint, zc_block_kind kind)
{
    if (hint->parts == 1 && mpz_sgn(hint->offset) == 0)
        return hint->first[0];
    zc_var first =
        zc_plan_vars(&b->plan, kind, hint->name, hint->reg, hint->count, hint->lo, hint->hi);
    uint32_t group = zc_group_begin(&b->plan, "range", b->node, false);
    for (uint64_t e = 0; e < hint->count; e++) {
        zc_hint_add(b, hint, e, ZC_COEF(1));
        zc_form_add(&b->plan, ZC_COEF(-1), first + (zc_var)e);
        zc_form_end(&b->plan, first + (zc_var)e);
    }
    zc_group_end(&b->plan, group, hint->count);
    return first;
}

/* ---- functions by look-up ---- */

bool zc_fits_table(zc_build *b, const mpz_t lo, const mpz_t hi)
{
    bool fits = zc_fits_small(lo, hi) &&
                mpz_get_si(hi) - mpz_get_si(lo) < (int64_t)1 << b->widths.table_bits;
    b->declined += !fits;
    return fits;
}

static void tag_image(const zc_tag *tag, mpz_t lo, mpz_t hi)
{
    int64_t least = INT64_MAX, most = INT64_MIN;
    for (int64_t in = tag->lo; in <= tag->hi; in++) {
        int64_t out = zc_tag_value(tag, in);
        least = out < least ? out : least;
        most = out > most ? out : most;
    }
    mpz_init_set_si(lo, least);
    mpz_init_set_si(hi, most);
}

zc_var zc_lookup_cells(zc_build *b, zc_tag tag, const char *name, const zc_var *in, zc_var first_in,
                       uint32_t out, uint64_t count)
{
    mpz_t lo, hi;
    tag_image(&tag, lo, hi);
    zc_var first = zc_plan_vars(&b->plan, ZC_BLOCK_HINT, name, out, (uint32_t)count, lo, hi);
    uint32_t group = zc_group_begin(&b->plan, "table", b->node, true);
    uint32_t index = zc_plan_tag(&b->plan, tag);
    for (uint64_t e = 0; e < count; e++)
        zc_plan_lookup(&b->plan, index, in != NULL ? in[e] : first_in + (zc_var)e,
                       first + (zc_var)e);
    zc_group_end(&b->plan, group, count);
    mpz_clears(lo, hi, NULL);
    return first;
}

zc_var zc_lookup_hint(zc_build *b, zc_tag tag, const char *in_name, const char *out_name,
                      uint32_t in, uint32_t out, uint64_t count, zc_var *out_first)
{
    mpz_t lo, hi;
    mpz_init_set_si(lo, tag.lo);
    mpz_init_set_si(hi, tag.hi);
    zc_var first = zc_plan_vars(&b->plan, ZC_BLOCK_HINT, in_name, in, (uint32_t)count, lo, hi);
    *out_first = zc_lookup_cells(b, tag, out_name, NULL, first, out, count);
    mpz_clears(lo, hi, NULL);
    return first;
}

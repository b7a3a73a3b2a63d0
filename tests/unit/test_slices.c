/* Ranges for each index of a dimension: what a view reads of them, against all points of the view;
 * and how they come about and narrow what follows. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "compiler/tir/slices.h"
#include "tests/exhaustive/programs.h"

static int64_t between(int64_t lo, int64_t hi)
{
    return lo + rand() % (hi - lo + 1);
}

/* x w, with w[i, j, k] = 100 (index along the axis) + 1 .. + 2: the slices are far apart. */
static zc_node_id make_node(program *p, uint32_t axis)
{
    int64_t codes[2 * 5 * 3];
    zc_space s = program_shape(3, 2, 5, 3);
    for (int i = 0; i < 30; i++) {
        int index[3] = {i / 15, i / 3 % 5, i % 3};
        codes[i] = 100 * index[axis] + 1 + i % 2;
    }
    zc_node_id x = program_param(p, "x", zc_space_scalar(), 1, 2);
    return zc_tir_mul(p->tir, &s, zc_read(x, zc_view_at(0)),
                      program_same(p, program_constant(p, s, codes)));
}

/* Offset and the extents of an affine view that stays inside of 30 elements. */
static void random_view(zc_view *view, zc_space *space)
{
    int64_t lo, hi;
    do {
        *space = program_shape(3, (uint32_t)between(1, 5), (uint32_t)between(1, 5),
                               (uint32_t)between(1, 3));
        *view = zc_view_at(between(0, 29));
        lo = hi = view->base;
        for (uint32_t d = 0; d < 3; d++) {
            static const int64_t strides[] = {0, 1, 2, 3, 5, 6, 15, -1, -3, -15};
            view->stride[d] = strides[between(0, 9)];
            *(view->stride[d] > 0 ? &hi : &lo) += view->stride[d] * (space->extent[d] - 1);
        }
    } while (lo < 0 || hi >= 30);
}

/* The hull of the slices of all elements that are read. */
static void read_hull(zc_range *hull, const zc_node *node, const zc_space *space,
                      const zc_view *view)
{
    static const int64_t inner[3] = {15, 3, 1};
    bool first = true;
    for (uint32_t a = 0; a < space->extent[0]; a++)
        for (uint32_t b = 0; b < space->extent[1]; b++)
            for (uint32_t c = 0; c < space->extent[2]; c++) {
                int64_t at =
                    view->base + view->stride[0] * a + view->stride[1] * b + view->stride[2] * c;
                size_t i = 2 * (size_t)(at / inner[node->axis] % node->extent[node->axis]);
                zc_range slice;
                zc_range_init(&slice);
                zc_range_set_mpz(&slice, node->slices[i], node->slices[i + 1]);
                if (first)
                    zc_range_set(hull, &slice);
                zc_range_hull(hull, hull, &slice);
                zc_range_clear(&slice);
                first = false;
            }
}

Test(slices, views_read_no_less_than_their_points)
{
    srand(7);
    for (uint32_t axis = 0; axis < 3; axis++) {
        program p;
        program_begin(&p);
        zc_node_id id = make_node(&p, axis);
        const zc_node *node = p.tir->nodes[id];
        unsigned exact = 0, narrower = 0;
        zc_range got, wanted, whole;
        zc_range_init(&got);
        zc_range_init(&wanted);
        zc_range_init(&whole);
        zc_range_set_mpz(&whole, node->lo, node->hi);
        cr_assert(node->slices != NULL);
        cr_assert_eq(node->axis, axis);
        for (int i = 0; i < 4000; i++) {
            zc_view view;
            zc_space space;
            random_view(&view, &space);
            zc_operand operand = zc_read(id, view);
            zc_tir_operand_range(&got, p.tir, &space, &operand);
            read_hull(&wanted, node, &space, &view);
            cr_assert(zc_range_contains(&got, &wanted), "axis %u, view %d", axis, i);
            exact += zc_range_equal(&got, &wanted);
            narrower += !zc_range_equal(&got, &whole);
        }
        cr_expect(exact > 2500 && narrower > 800, "axis %u: %u exact, %u narrower", axis, exact,
                  narrower);
        zc_range_clear(&got);
        zc_range_clear(&wanted);
        zc_range_clear(&whole);
        program_close(&p);
    }
}

static void expect_slice(const zc_node *node, size_t c, int64_t lo, int64_t hi)
{
    cr_assert(node->slices != NULL);
    cr_expect(
        mpz_cmp_si(node->slices[2 * c], lo) == 0 && mpz_cmp_si(node->slices[2 * c + 1], hi) == 0,
        "%zu: %ld .. %ld", c, mpz_get_si(node->slices[2 * c]), mpz_get_si(node->slices[2 * c + 1]));
}

/* A convolution's accumulator, its scale and rounding: [2, 3] channels x positions. */
Test(slices, follow_dot_scale_and_rounding)
{
    program p;
    mpz_t one;
    mpz_init_set_ui(one, 1);
    program_begin(&p);
    zc_space dot = program_reducing(program_shape(2, 2, 3, 0), 2);
    zc_space shape = program_shape(2, 2, 3, 0);
    zc_node_id x = program_param(&p, "x", program_shape(2, 3, 2, 0), -4, 5);
    zc_node_id w = program_constant(&p, program_shape(2, 2, 2, 0), (const int64_t[]){3, 1, -20, 7});
    zc_node_id s = program_constant(&p, program_shape(1, 2, 0, 0), (const int64_t[]){64, 3});
    zc_operand rows = zc_read(w, zc_view_at(0)), columns = zc_read(x, zc_view_at(0));
    rows.view.stride[0] = 2;
    rows.view.stride[2] = 1;
    columns.view.stride[1] = 2;
    columns.view.stride[2] = 1;
    zc_node_id acc = zc_tir_dot(p.tir, &dot, rows, columns);
    expect_slice(p.tir->nodes[acc], 0, -16, 20);
    expect_slice(p.tir->nodes[acc], 1, -128, 115);
    zc_operand scale = zc_read(s, zc_view_at(0));
    scale.view.stride[0] = 1;
    zc_node_id scaled = zc_tir_mul(p.tir, &shape, program_same(&p, acc), scale);
    expect_slice(p.tir->nodes[scaled], 0, -1024, 1280);
    expect_slice(p.tir->nodes[scaled], 1, -384, 345);
    zc_node_id y = zc_tir_round(p.tir, &shape, program_same(&p, scaled), one, 6, ZC_ROUND);
    expect_slice(p.tir->nodes[y], 0, -16, 20);
    expect_slice(p.tir->nodes[y], 1, -6, 5);
    cr_expect(mpz_cmp_si(p.tir->nodes[y]->lo, -16) == 0 &&
              mpz_cmp_si(p.tir->nodes[y]->hi, 20) == 0);
    /* one channel alone; the maximum over positions keeps the channels apart */
    zc_space one_row = program_shape(1, 3, 0, 0);
    zc_operand second = zc_read(y, zc_view_at(3));
    second.view.stride[0] = 1;
    zc_node_id row = zc_tir_view(p.tir, &one_row, second);
    cr_expect(mpz_cmp_si(p.tir->nodes[row]->lo, -6) == 0 &&
              mpz_cmp_si(p.tir->nodes[row]->hi, 5) == 0);
    zc_space reduce = program_reducing(program_shape(1, 2, 0, 0), 3);
    zc_operand all = zc_read(y, zc_view_at(0));
    all.view.stride[0] = 3;
    all.view.stride[1] = 1;
    zc_node_id most = zc_tir_reduce(p.tir, &reduce, ZC_OP_RMAX, all);
    expect_slice(p.tir->nodes[most], 1, -6, 5);
    cr_expect(p.tir->status == ZKML_OK);
    mpz_clear(one);
    program_close(&p);
}

/* Equal slices say no more than the range. */
Test(slices, equal_ones_are_dropped)
{
    program p;
    program_begin(&p);
    zc_space s = program_shape(1, 3, 0, 0);
    zc_node_id x = program_param(&p, "x", s, -4, 5);
    zc_node_id c = program_constant(&p, s, (const int64_t[]){7, -7, 7});
    zc_node_id y = zc_tir_mul(p.tir, &s, program_same(&p, x), program_same(&p, x));
    cr_expect(p.tir->nodes[y]->slices == NULL);
    zc_node_id z = zc_tir_mul(p.tir, &s, program_same(&p, x), program_same(&p, c));
    cr_expect(p.tir->nodes[z]->slices != NULL);
    mpz_t lo, hi;
    mpz_init_set_si(lo, 0);
    mpz_init_set_si(hi, 20);
    zc_node_id clamped = zc_tir_clamp(p.tir, &s, program_same(&p, z), lo, hi);
    cr_expect(p.tir->nodes[clamped]->slices == NULL);
    mpz_clears(lo, hi, NULL);
    program_close(&p);
}

/* Long programs get no more slices from some node on, and are built all the same. */
Test(slices, are_limited_for_a_program)
{
    enum { NODES = 3000 };
    static int64_t codes[ZC_MAX_SLICES];
    program p;
    program_begin(&p);
    zc_space s = program_shape(1, ZC_MAX_SLICES, 0, 0);
    for (int i = 0; i < ZC_MAX_SLICES; i++)
        codes[i] = i % 7;
    zc_node_id x = program_param(&p, "x", s, 0, 3), c = program_constant(&p, s, codes), y = x;
    for (int i = 0; i < NODES; i++)
        y = zc_tir_add(p.tir, &s, program_same(&p, y), program_same(&p, c));
    size_t with = 0, last = 0;
    for (size_t i = 0; i < p.tir->node_count; i++)
        if (p.tir->nodes[i]->slices != NULL) {
            with++;
            last = i;
        }
    cr_assert_eq(p.tir->status, ZKML_OK);
    cr_expect_eq(with, (size_t)ZC_ALL_SLICES / ZC_MAX_SLICES);
    cr_expect(last + 500 < p.tir->node_count);
    cr_expect(mpz_sgn(p.tir->nodes[y]->lo) == 0 &&
              mpz_cmp_si(p.tir->nodes[y]->hi, 6 * NODES + 3) == 0);
    program_close(&p);
}

#include "tests/bench/shape.h"

#include <stdlib.h>

enum {
    LANES = 7,
    PRODUCTS = 3,
    SLOTS = 4,
    ACC = LANES,         /* advice: the lanes, the accumulator, then (in, out) of each slot */
    SLOT = ACC + 1,
    ADVICE = SLOT + 2 * SLOTS,
    LANE_FACTOR = 0,     /* fixed: factors, switches, tags, the table, constants */
    PRODUCT_FACTOR = LANE_FACTOR + LANES,
    CONT = PRODUCT_FACTOR + PRODUCTS,
    OUT,
    TAG,
    TABLE = TAG + SLOTS, /* tag, in, out */
    CONSTANTS = TABLE + 3,
    CONSTANT_COLUMNS = 3,
    FIXED = CONSTANTS + CONSTANT_COLUMNS,
    CHAIN = 4,           /* rows of one equation */
    PUBLIC = 16,
    COPIES_PER_ROW = 6,
    RELU = 1,            /* tags */
    RANGE = 2,
};

static void *allocate(size_t count, size_t size)
{
    void *p = calloc(count, size);
    ZK_CHECK(p != NULL);
    return p;
}

static uint64_t next_random(uint64_t *state)
{
    *state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = *state;
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

/* sum f_t a_t + sum g_j a_2j a_2j+1 + cont acc - out acc(next row) */
static void make_gate(zk_constraint_system *cs)
{
    zk_expr_id sum = zk_cs_mul(cs, zk_cs_query_fixed(cs, CONT), zk_cs_query_advice(cs, ACC, 0));
    for (uint32_t t = 0; t < LANES; t++)
        sum = zk_cs_add(cs, sum,
                        zk_cs_mul(cs, zk_cs_query_fixed(cs, LANE_FACTOR + t),
                                  zk_cs_query_advice(cs, t, 0)));
    for (uint32_t j = 0; j < PRODUCTS; j++) {
        zk_expr_id product = zk_cs_mul(cs, zk_cs_query_advice(cs, 2 * j, 0),
                                       zk_cs_query_advice(cs, 2 * j + 1, 0));
        sum = zk_cs_add(cs, sum,
                        zk_cs_mul(cs, zk_cs_query_fixed(cs, PRODUCT_FACTOR + j), product));
    }
    sum = zk_cs_sub(cs, sum,
                    zk_cs_mul(cs, zk_cs_query_fixed(cs, OUT), zk_cs_query_advice(cs, ACC, 1)));
    (void)zk_cs_create_gate(cs, "row", &sum, 1);
}

static void make_system(zk_constraint_system *cs)
{
    zk_cs_init(cs);
    for (uint32_t i = 0; i < ADVICE; i++)
        (void)zk_cs_advice_column(cs);
    for (uint32_t i = 0; i < FIXED; i++)
        (void)zk_cs_fixed_column(cs);
    (void)zk_cs_instance_column(cs);
    for (uint32_t i = 0; i < ADVICE; i++)
        zk_cs_enable_equality(cs, (zk_column_ref){ZK_ADVICE, i});
    zk_cs_enable_equality(cs, (zk_column_ref){ZK_INSTANCE, 0});
    for (uint32_t i = 0; i < CONSTANT_COLUMNS; i++)
        zk_cs_enable_equality(cs, (zk_column_ref){ZK_FIXED, CONSTANTS + i});
    make_gate(cs);
    for (uint32_t i = 0; i < SLOTS; i++) {
        static const uint32_t table[] = {TABLE, TABLE + 1, TABLE + 2};
        zk_expr_id inputs[] = {zk_cs_query_fixed(cs, TAG + i),
                               zk_cs_query_advice(cs, SLOT + 2 * i, 0),
                               zk_cs_query_advice(cs, SLOT + 2 * i + 1, 0)};
        (void)zk_cs_lookup(cs, "table", inputs, table, 3);
    }
    zk_cs_set_minimum_degree(cs, 5);
    ZK_CHECK(zk_cs_status(cs, NULL) == ZKML_OK);
}

static int64_t *advice(const shape *s, uint32_t column)
{
    return s->advice + column * s->n;
}

static int64_t *fixed(const shape *s, uint32_t column)
{
    return s->fixed + column * s->n;
}

/* Inputs of RELU are -half .. half - 1, those of RANGE 0 .. 2 half - 1. */
static int64_t table_half(const shape *s)
{
    return s->k < 16 ? (int64_t)s->n / 8 : 8192;
}

static void fill_table(const shape *s)
{
    int64_t half = table_half(s);
    size_t row = 1;
    for (int64_t v = -half; v < half; v++, row++) {
        fixed(s, TABLE)[row] = RELU;
        fixed(s, TABLE + 1)[row] = v;
        fixed(s, TABLE + 2)[row] = v > 0 ? v : 0;
    }
    for (int64_t v = 0; v < 2 * half; v++, row++) {
        fixed(s, TABLE)[row] = RANGE;
        fixed(s, TABLE + 1)[row] = v;
    }
    ZK_CHECK(row <= s->usable);
}

/* Everything but the last lane, which makes the equation true at the end of each chain. */
static void fill_fixed(const shape *s)
{
    uint64_t state = 1;
    fill_table(s);
    for (size_t row = 0; row < s->usable; row++) {
        bool first = row % CHAIN == 0, last = row % CHAIN == CHAIN - 1;
        for (uint32_t t = 0; t + 1 < LANES; t++)
            fixed(s, LANE_FACTOR + t)[row] = (int64_t)(next_random(&state) % 16);
        fixed(s, LANE_FACTOR + LANES - 1)[row] = last ? -1 : 0;
        for (uint32_t j = 0; j < PRODUCTS; j++)
            fixed(s, PRODUCT_FACTOR + j)[row] = 1;
        fixed(s, CONT)[row] = !first;
        fixed(s, OUT)[row] = !last;
        for (uint32_t i = 0; i < SLOTS; i++)
            fixed(s, TAG + i)[row] = i < SLOTS / 2 ? RANGE : RELU;
        for (uint32_t i = 0; i < CONSTANT_COLUMNS; i++)
            fixed(s, CONSTANTS + i)[row] = (int64_t)(next_random(&state) % 16);
    }
}

static void fill_row(const shape *s, size_t row, uint64_t *state)
{
    int64_t total = row % CHAIN == 0 ? 0 : advice(s, ACC)[row];
    for (uint32_t t = 0; t + 1 < LANES; t++) {
        int64_t constant = fixed(s, CONSTANTS)[row];
        advice(s, t)[row] = t == 5 ? constant : (int64_t)(next_random(state) % 32);
        total += fixed(s, LANE_FACTOR + t)[row] * advice(s, t)[row];
    }
    for (uint32_t j = 0; j < PRODUCTS; j++)
        total += advice(s, 2 * j)[row] * advice(s, 2 * j + 1)[row];
    if (row % CHAIN == CHAIN - 1)
        advice(s, LANES - 1)[row] = total;
    else
        advice(s, ACC)[row + 1] = total;
    int64_t half = table_half(s);
    for (uint32_t i = 0; i < SLOTS / 2; i++)
        advice(s, SLOT + 2 * i)[row] = advice(s, i)[row];
    for (uint32_t i = SLOTS / 2; i < SLOTS; i++) {
        int64_t v = (int64_t)(next_random(state) % (uint64_t)(2 * half)) - half;
        if (i == SLOTS - 1 && row > 0)
            v = advice(s, SLOT + 2 * (SLOTS - 2) + 1)[row - 1];
        advice(s, SLOT + 2 * i)[row] = v;
        advice(s, SLOT + 2 * i + 1)[row] = v > 0 ? v : 0;
    }
}

static void add_copy(shape *s, zk_column_ref left, size_t left_row, zk_column_ref right,
                     size_t right_row)
{
    s->copies[s->contents.n_copies++] =
        (zk_copy){left, right, (uint32_t)left_row, (uint32_t)right_row};
}

static void make_copies(shape *s)
{
    s->copies = allocate(COPIES_PER_ROW * s->n + PUBLIC, sizeof *s->copies);
    for (size_t row = 0; row < s->usable; row++) {
        for (uint32_t i = 0; i < SLOTS / 2; i++)
            add_copy(s, (zk_column_ref){ZK_ADVICE, i}, row,
                     (zk_column_ref){ZK_ADVICE, SLOT + 2 * i}, row);
        add_copy(s, (zk_column_ref){ZK_ADVICE, 5}, row, (zk_column_ref){ZK_FIXED, CONSTANTS}, row);
        if (row > 0)
            add_copy(s, (zk_column_ref){ZK_ADVICE, SLOT + 2 * (SLOTS - 2) + 1}, row - 1,
                     (zk_column_ref){ZK_ADVICE, SLOT + 2 * (SLOTS - 1)}, row);
    }
    for (size_t i = 0; i < PUBLIC; i++) {
        size_t row = CHAIN * i + CHAIN - 1;
        zk_fp_from_i64(&s->public_values[i], advice(s, LANES - 1)[row]);
        add_copy(s, (zk_column_ref){ZK_ADVICE, LANES - 1}, row, (zk_column_ref){ZK_INSTANCE, 0},
                 i);
    }
}

static zk_column *make_columns(const int64_t *values, size_t count, size_t n, size_t length)
{
    zk_column *columns = allocate(count, sizeof *columns);
    for (size_t i = 0; i < count; i++)
        columns[i] =
            (zk_column){.type = ZK_COLUMN_I64, .length = length, .u.i64 = values + i * n};
    return columns;
}

void shape_make(shape *s, uint32_t k, uint64_t seed)
{
    *s = (shape){.k = k, .n = (size_t)1 << k};
    make_system(&s->cs);
    s->usable = zk_cs_usable_rows(&s->cs, k) / CHAIN * CHAIN;
    s->advice = allocate(ADVICE * s->n, sizeof *s->advice);
    s->fixed = allocate(FIXED * s->n, sizeof *s->fixed);
    s->public_values = allocate(PUBLIC, sizeof *s->public_values);
    fill_fixed(s);
    for (size_t row = 0; row < s->usable; row++)
        fill_row(s, row, &seed);
    make_copies(s);
    s->advice_columns = make_columns(s->advice, ADVICE, s->n, s->usable);
    s->fixed_columns = make_columns(s->fixed, FIXED, s->n, s->usable);
    s->contents.fixed = s->fixed_columns;
    s->contents.copies = s->copies;
    s->instance = (zk_instance_values){s->public_values, PUBLIC};
}

void shape_free(shape *s)
{
    zk_cs_free(&s->cs);
    free(s->advice);
    free(s->fixed);
    free(s->advice_columns);
    free(s->fixed_columns);
    free(s->copies);
    free(s->public_values);
}

static zkml_status run(zk_prover *prover, const shape *s, zk_buf *proof,
                       void (*committed)(void *context), zk_transcript_hook hook, void *context,
                       zkml_error *err)
{
    zk_prover_draw_advice(prover, ADVICE, s->advice_columns);
    ZK_TRY(zk_prover_commit_advice(prover, 0, ADVICE, s->advice_columns, err));
    if (committed != NULL)
        committed(context);
    return zk_prover_finish(prover, &s->instance, proof, hook, context, err);
}

zkml_status shape_prove(const shape *s, const zk_pk *pk, const zk_params *params, zk_rng *rng,
                        zk_buf *proof, void (*committed)(void *context), zk_transcript_hook hook,
                        void *context, zkml_error *err)
{
    zk_prover prover;
    zkml_status status = zk_prover_init(&prover, pk, params, rng, err);
    if (status == ZKML_OK)
        status = run(&prover, s, proof, committed, hook, context, err);
    zk_prover_free(&prover);
    return status;
}

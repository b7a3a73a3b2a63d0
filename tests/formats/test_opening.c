/* Opening and commitment files: survive the trip through their file; hostile ones are refused. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/proof/opening.h"
#include "tests/formats/format_cases.h"

enum { N_K = 5, ROWS = 16 };

static zkml_status round_trip(const uint8_t *bytes, size_t length, zk_buf *again, zkml_error *err)
{
    zk_opening opening;
    zkml_status status = zk_opening_read(&opening, "o.open", bytes, length, err);
    if (status == ZKML_OK) {
        zk_buf file = {0};
        cr_assert_eq(zk_opening_write(&opening, &file, err), ZKML_OK);
        zk_buf_bytes(again, file.data, file.length);
        zk_buf_wipe(&file);
        zk_opening_free(&opening);
    }
    return status;
}

static const format opening_format = {
    .name = "o.open", .personal = "zkmlc-openings--", .round_trip = round_trip};

/* A matrix, runs and a vector. */
typedef struct sample {
    zk_run matrix[2], runs[2];
    int64_t values[ROWS + 20];
    zk_fp blinds[6];
    zk_owned_block blocks[3];
    zk_opening opening;
} sample;

static void make_sample(sample *s)
{
    memset(s, 0, sizeof *s);
    s->matrix[0] = (zk_run){4, 1, 1};
    s->matrix[1] = (zk_run){2, 1, 1};
    s->runs[0] = (zk_run){0, 3, 2};
    s->runs[1] = (zk_run){1, 2, 4};
    for (size_t i = 0; i < sizeof s->values / sizeof s->values[0]; i++)
        s->values[i] = (int64_t)i * 100 - 300;
    for (size_t i = 0; i < 6; i++)
        zk_fp_pow_u64(&s->blinds[i], &zk_fp_delta, i + 1);
    s->blocks[0] = (zk_owned_block){.shape = {.outputs = 2, .inputs = 2, .runs = s->matrix},
                                    .values = s->values,
                                    .blinds = s->blinds};
    s->blocks[1] = (zk_owned_block){
        .shape = {.kind = ZK_BLOCK_RUNS, .outputs = 2, .inputs = 2, .runs = s->runs},
        .values = s->values + 4,
        .blinds = s->blinds + 2};
    s->blocks[2] = (zk_owned_block){.shape = {.kind = ZK_BLOCK_VECTOR, .elements = ROWS + 1},
                                    .values = s->values + 8,
                                    .blinds = s->blinds + 4};
    s->opening = (zk_opening){.k = N_K, .block_count = 3, .blocks = s->blocks};
    for (size_t i = 0; i < 32; i++)
        s->opening.commitment[i] = (uint8_t)(i + 1);
}

static zk_buf make_file(const sample *s)
{
    zk_buf file = {0};
    zkml_error err = {0};
    cr_assert_eq(zk_opening_write(&s->opening, &file, &err), ZKML_OK, "%s", err.text);
    return file;
}

static void expect_same(const zk_opening *a, const zk_opening *b)
{
    cr_expect_eq(a->k, b->k);
    cr_expect_arr_eq(a->commitment, b->commitment, 32);
    cr_assert_eq(a->block_count, b->block_count);
    for (uint32_t i = 0; i < a->block_count; i++) {
        const zk_owned_block *x = &a->blocks[i], *y = &b->blocks[i];
        cr_assert(zk_block_same(&x->shape, &y->shape));
        cr_expect_arr_eq(x->values, y->values, zk_block_values(&x->shape) * sizeof *x->values);
        cr_expect_arr_eq(x->blinds, y->blinds,
                         zk_block_points(&x->shape, a->k) * sizeof *x->blinds);
    }
}

Test(opening, comes_back_as_it_was)
{
    sample s;
    zk_opening back;
    zkml_error err = {0};
    make_sample(&s);
    zk_buf file = make_file(&s);
    format_expect_canonical(&opening_format, &file);
    format_keep_for_fuzzing(&file, "opening", "sample");
    cr_assert_eq(zk_opening_read(&back, "o", file.data, file.length, &err), ZKML_OK, "%s",
                 err.text);
    expect_same(&s.opening, &back);
    zk_opening_free(&back);
    zk_buf_wipe(&file);
}

Test(opening, only_the_exact_length_is_read)
{
    sample s;
    make_sample(&s);
    zk_buf file = make_file(&s);
    format_expect_exact_length(&opening_format, &file);
    zk_buf_wipe(&file);
}

Test(opening, every_change_is_noticed)
{
    sample s;
    make_sample(&s);
    zk_buf file = make_file(&s);
    cr_expect_gt(format_expect_changes_noticed(&opening_format, &file, 1), 100u);
    zk_buf_wipe(&file);
}

/* Where the parts of the sample begin. */
enum { K = 9, BLOCKS = 42, FIRST_KIND = 43, FIRST_OUTPUTS = 44, FIRST_INPUTS = 45, ROW = 48 };

Test(opening, lies_are_refused)
{
    static const struct {
        size_t at;
        uint8_t byte;
        const char *reason;
    } lies[] = {
        {K, 4, "offset 9: k, the logarithm"},
        {K, 25, "offset 9: k, the logarithm"},
        {BLOCKS, 127, "offset 42: a count is larger than what is left"},
        {FIRST_KIND, 3, "offset 43: a number is out of range"},
        {FIRST_OUTPUTS, 0, "offset 43: a matrix has no outputs"},
        {FIRST_OUTPUTS, 127, "offset 50: an array is larger than what is left"},
        {FIRST_INPUTS, 127, "offset 43: a matrix has more inputs than rows"},
        {ROW, 20, "offset 43: a row is none that holds published values"},
    };
    for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++) {
        sample s;
        make_sample(&s);
        zk_buf file = make_file(&s);
        format_expect_canonical(&opening_format, &file);
        file.data[lies[i].at] = lies[i].byte;
        format_reseal(&opening_format, file.data, file.length);
        format_expect_refused(&opening_format, file.data, file.length, ZKML_MALFORMED,
                              lies[i].reason);
        zk_buf_wipe(&file);
    }
}

Test(opening, nobody_else_can_read_the_file)
{
    sample s;
    zk_opening back;
    zkml_error err = {0};
    char path[64];
    struct stat info;
    (void)snprintf(path, sizeof path, "opening.%ld.tmp", (long)getpid());
    make_sample(&s);
    cr_assert_eq(zk_opening_save(&s.opening, path, &err), ZKML_OK, "%s", err.text);
    cr_assert_eq(stat(path, &info), 0);
    cr_expect_eq(info.st_mode & 0777, 0600u);
    cr_assert_eq(zk_opening_load(&back, path, &err), ZKML_OK, "%s", err.text);
    expect_same(&s.opening, &back);
    zk_opening_free(&back);
    cr_assert_eq(unlink(path), 0);
    cr_expect_eq(zk_opening_load(&back, path, &err), ZKML_IO);
}

/* Commitment files for the fuzz target to begin with. */
Test(opening, what_it_opens_is_read_again)
{
    sample s;
    zk_params params;
    zk_commitment c;
    zk_rng rng;
    zk_buf file = {0};
    zkml_error err = {0};
    static const uint8_t no_seal[32];
    make_sample(&s);
    cr_assert_eq(zk_params_generate(&params, N_K, NULL, NULL, &err), ZKML_OK);
    zk_rng_init_splitmix64(&rng, 4);
    cr_assert_eq(zk_commitment_make(&file, s.opening.commitment, s.blocks, 3, &params, &rng, &err),
                 ZKML_OK, "%s", err.text);
    cr_assert_eq(zk_commitment_read(&c, "c", file.data, file.length, &err), ZKML_OK);
    cr_expect_eq(zk_commitment_verify(&c, &params, &err), ZKML_OK);
    cr_expect_arr_eq(c.digest, s.opening.commitment, 32);
    zk_commitment_free(&c);
    zk_buf_bytes(&file, no_seal, sizeof no_seal);
    format_keep_for_fuzzing(&file, "commitment", "sample");
    zk_buf_free(&file);
    zk_params_free(&params);
}

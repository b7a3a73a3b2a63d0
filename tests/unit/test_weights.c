#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compiler/check/weights.h"
#include "runtime/base/file.h"

static char directory[] = "/tmp/zkmlc-weights-XXXXXX";
static char path[256];
static zc_weight_store store;
static zc_weights w;
static zkml_error err;
static zk_buf file;
static mpq_t q, step;

static void setup(void)
{
    cr_assert(mkdtemp(directory) != NULL);
    zc_weight_store_init(&store);
    mpq_inits(q, step, NULL);
}

static void teardown(void)
{
    zc_weight_store_free(&store);
    zk_buf_free(&file);
    unlink(path);
    rmdir(directory);
    mpq_clears(q, step, NULL);
}

TestSuite(weights, .init = setup, .fini = teardown);

/* Writes `file` under a new name, so that the store does not know it. */
static void save(const char *suffix)
{
    static int number;
    if (path[0])
        unlink(path);
    snprintf(path, sizeof path, "%s/%d%s", directory, number++, suffix);
    cr_assert(!file.failed);
    cr_assert(zk_file_write(path, file.data, file.length, ZK_FILE_PUBLIC, &err) == ZKML_OK);
}

static void npy(const char *header, const void *data, size_t length)
{
    zk_buf_free(&file);
    zk_buf_bytes(&file, "\x93NUMPY\x01\x00", 8);
    size_t padded = (10 + strlen(header) + 1 + 63) / 64 * 64 - 10;
    zk_buf_u8(&file, (uint8_t)(padded & 0xff));
    zk_buf_u8(&file, (uint8_t)(padded >> 8));
    zk_buf_text(&file, header);
    for (size_t i = strlen(header); i + 1 < padded; i++)
        zk_buf_u8(&file, ' ');
    zk_buf_u8(&file, '\n');
    zk_buf_bytes(&file, data, length);
    save(".npy");
}

static void safetensors(const char *header, const void *data, size_t length)
{
    zk_buf_free(&file);
    zk_buf_u64(&file, strlen(header));
    zk_buf_text(&file, header);
    zk_buf_bytes(&file, data, length);
    save(".safetensors");
}

static void expect_failure(const char *tensor, zkml_status status, const char *part)
{
    zkml_status got = zc_weights_load(&w, &store, path, tensor, &err);
    cr_assert(got == status, "status %d instead of %d (%s)", (int)got, (int)status,
              got == ZKML_OK ? "" : err.text);
    cr_assert(strstr(err.text, part), "\"%s\" lacks \"%s\"", err.text, part);
}

static void load(const char *tensor)
{
    zkml_status status = zc_weights_load(&w, &store, path, tensor, &err);
    cr_assert(status == ZKML_OK, "%s", err.text);
}

static void expect_element(uint64_t i, const char *value)
{
    mpq_t wanted;
    mpq_init(wanted);
    mpq_set_str(wanted, value, 10);
    mpq_canonicalize(wanted);
    cr_assert(zc_weights_rational(q, &w, i, &err) == ZKML_OK, "%s", err.text);
    cr_assert(mpq_equal(q, wanted), "element %d is not %s", (int)i, value);
    mpq_clear(wanted);
}

/* ---- .npy ---- */

Test(weights, npy_floats_are_exact)
{
    const float data[6] = {0.5f, -1.75f, 0.1f, 3.0f, 0.0f, 1e-45f};
    npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", data, sizeof data);
    load(NULL);
    cr_assert(w.dtype == ZC_DTYPE_F32 && w.rank == 2 && w.shape[0] == 2 && w.shape[1] == 3);
    cr_assert(w.count == 6);
    expect_element(0, "1/2");
    expect_element(1, "-7/4");
    expect_element(2, "13421773/134217728"); /* the float next to 0.1 */
    expect_element(3, "3");
    expect_element(4, "0");
    char tiny[80] = "1/";
    mpz_t p;
    mpz_init(p);
    mpz_setbit(p, 149);
    mpz_get_str(tiny + 2, 10, p);
    mpz_clear(p);
    expect_element(5, tiny);
}

Test(weights, npy_types)
{
    const struct {
        const char *descr;
        const char bytes[9];
        size_t size;
        const char *value;
    } cases[] = {
        {"|i1", "\xff", 1, "-1"},
        {"|u1", "\xff", 1, "255"},
        {"<i2", "\x00\x80", 2, "-32768"},
        {"<u2", "\x00\x80", 2, "32768"},
        {"<i4", "\xfe\xff\xff\xff", 4, "-2"},
        {"<u4", "\xfe\xff\xff\xff", 4, "4294967294"},
        {"<i8", "\x00\x00\x00\x00\x00\x00\x00\x80", 8, "-9223372036854775808"},
        {"<u8", "\xff\xff\xff\xff\xff\xff\xff\xff", 8, "18446744073709551615"},
        {"<f2", "\x01\x00", 2, "1/16777216"},
        {"<f2", "\x00\xc0", 2, "-2"},
        {"<f8", "\x00\x00\x00\x00\x00\x00\xf8\x3f", 8, "3/2"},
        {"|b1", "\x01", 1, "1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char header[100];
        snprintf(header, sizeof header, "{'descr': '%s', 'fortran_order': False, 'shape': (1,), }",
                 cases[i].descr);
        npy(header, cases[i].bytes, cases[i].size);
        load(NULL);
        expect_element(0, cases[i].value);
    }
    npy("{'descr': '<u8', 'fortran_order': False, 'shape': (), }", cases[7].bytes, 8);
    load("");
    int64_t value;
    cr_assert(w.rank == 0 && w.count == 1 && zc_dtype_is_integer(w.dtype));
    cr_assert(!zc_weights_integer(&value, &w, 0));
    npy("{'descr': '<i8', 'fortran_order': False, 'shape': (), }", cases[6].bytes, 8);
    load(NULL);
    cr_assert(zc_weights_integer(&value, &w, 0) && value == INT64_MIN);
}

Test(weights, npy_refused)
{
    const float data[4] = {1, 2, 3, 4};
    npy("{'descr': '>f4', 'fortran_order': False, 'shape': (4,), }", data, 16);
    expect_failure(NULL, ZKML_MALFORMED, path);
    npy("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 2), }", data, 16);
    expect_failure(NULL, ZKML_MALFORMED, path);
    npy("{'descr': '|O', 'fortran_order': False, 'shape': (4,), }", data, 16);
    expect_failure(NULL, ZKML_MALFORMED, path);
    npy("{'descr': '<f4', 'fortran_order': False, 'shape': (5,), }", data, 16);
    expect_failure(NULL, ZKML_MALFORMED, path);
    npy("{'descr': '<f4', 'fortran_order': False, 'shape': (0,), }", data, 0);
    expect_failure(NULL, ZKML_MALFORMED, path);
    npy("{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296), }", data, 16);
    expect_failure(NULL, ZKML_MALFORMED, path);
    npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,1,1,1,1,4), }", data,
        16);
    expect_failure(NULL, ZKML_LIMIT, "13 dimensions");
    npy("{'descr': '|b1', 'fortran_order': False, 'shape': (2,), }", "\x01\x02", 2);
    expect_failure(NULL, ZKML_MALFORMED, "element 1 is no bool");
    npy("{'descr': '<f4', 'fortran_order': False, 'shape': (4,), }", data, 16);
    expect_failure("fc1", ZKML_USAGE, "one tensor without a name");
    /* Every prefix of a good file. */
    size_t length = file.length;
    for (size_t n = 0; n < length; n += n < 20 ? 1 : 7) {
        file.length = n;
        save(".npy");
        cr_assert(zc_weights_load(&w, &store, path, NULL, &err) == ZKML_MALFORMED, "%zu", n);
    }
}

Test(weights, other_files)
{
    zk_buf_text(&file, "PK\x03\x04");
    save(".npz");
    expect_failure("a", ZKML_MALFORMED, "this is not a .npz file");
    save(".onnx");
    expect_failure("a", ZKML_USAGE, "not supported yet");
    save(".txt");
    expect_failure("a", ZKML_USAGE, "use load_raw");
    cr_assert(zc_weights_load(&w, &store, "/nonexistent/a.npy", NULL, &err) == ZKML_IO);
    cr_assert(zc_weights_is_container("a.npy") && !zc_weights_is_container("a.bin"));
}

/* ---- .safetensors ---- */

Test(weights, safetensors_tensors)
{
    /* fc.weight: bf16 1, -0.5, 3.0, 2^-133; fc.bias: i16 -3, 7 */
    const uint8_t data[12] = {0x80, 0x3f, 0x00, 0xbf, 0x40, 0x40, 0x01, 0x00, 0xfd, 0xff, 7, 0};
    safetensors("{\"__metadata__\":{\"format\":\"pt\"},"
                "\"fc.weight\":{\"dtype\":\"BF16\",\"shape\":[2,2],\"data_offsets\":[0,8]},"
                "\"fc.bias\":{\"dtype\":\"I16\",\"shape\":[2],\"data_offsets\":[8,12]}}   ",
                data, sizeof data);
    load("fc.weight");
    cr_assert(w.rank == 2 && w.shape[0] == 2 && w.shape[1] == 2 && w.count == 4);
    expect_element(0, "1");
    expect_element(1, "-1/2");
    expect_element(2, "3");
    expect_element(3, "1/10889035741470030830827987437816582766592"); /* 2^-133 */
    load("fc.bias");
    int64_t value;
    cr_assert(zc_weights_integer(&value, &w, 0) && value == -3);
    expect_element(1, "7");
    expect_failure("fc.wieght", ZKML_USAGE, "did you mean `fc.weight`?");
    expect_failure("conv", ZKML_USAGE, "it holds `fc.bias`, `fc.weight`");
    cr_assert(strstr(err.text, "did you mean") == NULL);
    expect_failure(NULL, ZKML_USAGE, "needs a name");
}

Test(weights, safetensors_refused)
{
    static const struct {
        const char *header, *part;
    } cases[] = {
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,16]}}", "do not agree"},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,17]}}", "outside the file"},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[16,0]}}", "outside the file"},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[-1,15]}}", "not a pair"},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0]}}", "not a pair"},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12]}}", "after the last"},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[4,16]}}", "gap"},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]},"
         "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[12,16]}}",
         "overlaps"},
        {"{\"a\":{\"dtype\":\"F8_E4M3\",\"shape\":[16],\"data_offsets\":[0,16]}}", "dtype"},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296,4294967296],"
         "\"data_offsets\":[0,16]}}",
         "too large"},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[0,4],\"data_offsets\":[0,16]}}", "no elements"},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":4,\"data_offsets\":[0,16]}}", "not an array"},
        {"{\"a\":[1,2]}", "not an object"},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]},"
         "\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}}",
         "not JSON"},
        {"{\"a\":", "not JSON"},
        {"[]", "not an object"},
        {"{}", "holds no tensor"},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[1,1,1,1,1,1,1,1,1,1,1,1,4],"
         "\"data_offsets\":[0,16]}}",
         "too many dimensions"},
    };
    const float data[4] = {1, 2, 3, 4};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        safetensors(cases[i].header, data, sizeof data);
        expect_failure("a", ZKML_MALFORMED, cases[i].part);
    }
    zk_buf_free(&file);
    zk_buf_u64(&file, UINT64_MAX);
    zk_buf_text(&file, "{}");
    save(".safetensors");
    expect_failure("a", ZKML_MALFORMED, "does not fit a file");
    safetensors("{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}}", data, 16);
    size_t length = file.length;
    for (size_t n = 0; n < length; n++) {
        file.length = n;
        save(".safetensors");
        cr_assert(zc_weights_load(&w, &store, path, "a", &err) == ZKML_MALFORMED, "%zu", n);
    }
}

/* ---- raw ---- */

Test(weights, raw)
{
    const uint64_t shape[2] = {2, 2}, more[1] = {5}, huge[2] = {UINT64_MAX / 2, 4};
    zk_buf_bytes(&file, "\x01\xff\x80\x7f", 4);
    save(".bin");
    cr_assert(zc_weights_load_raw(&w, &store, path, "i8", 2, shape, &err) == ZKML_OK);
    expect_element(1, "-1");
    expect_element(2, "-128");
    cr_assert(zc_weights_load_raw(&w, &store, path, "i8", 1, more, &err) == ZKML_INVALID);
    cr_assert(zc_weights_load_raw(&w, &store, path, "i8", 2, huge, &err) == ZKML_LIMIT);
    cr_assert(zc_weights_load_raw(&w, &store, path, "int", 1, more, &err) == ZKML_USAGE);
}

/* ---- quantisation ---- */

static void expect_codes(zc_quantise verb, const char *step_text, const int64_t *wanted)
{
    int64_t codes[16];
    uint64_t bad;
    mpq_set_str(step, step_text, 10);
    cr_assert(zc_weights_quantise(codes, &w, step, verb, -100, 100, &bad, &err) == ZKML_OK, "%s",
              err.text);
    for (uint64_t i = 0; i < w.count; i++)
        cr_assert(codes[i] == wanted[i], "element %d: %lld, wanted %lld", (int)i,
                  (long long)codes[i], (long long)wanted[i]);
}

Test(weights, quantised)
{
    const float data[8] = {0.5f, -0.5f, 1.5f, 2.5f, -2.5f, 0.75f, 1e-40f, -1e-40f};
    npy("{'descr': '<f4', 'fortran_order': False, 'shape': (8,), }", data, sizeof data);
    load(NULL);
    expect_codes(ZC_QUANTISE_FLOOR, "1", (const int64_t[]){0, -1, 1, 2, -3, 0, 0, -1});
    expect_codes(ZC_QUANTISE_ROUND, "1", (const int64_t[]){1, 0, 2, 3, -2, 1, 0, 0});
    expect_codes(ZC_QUANTISE_ROUNDEVEN, "1", (const int64_t[]){0, 0, 2, 2, -2, 1, 0, 0});
    expect_codes(ZC_QUANTISE_ROUND, "1/8", (const int64_t[]){4, -4, 12, 20, -20, 6, 0, 0});
    expect_codes(ZC_QUANTISE_ROUND, "3/10", (const int64_t[]){2, -2, 5, 8, -8, 3, 0, 0});
    expect_codes(ZC_QUANTISE_CLAMP, "1/64", (const int64_t[]){32, -32, 96, 100, -100, 48, 0, 0});
    int64_t codes[8];
    uint64_t bad = 99;
    mpq_set_ui(step, 1, 4);
    cr_assert(zc_weights_quantise(codes, &w, step, ZC_QUANTISE_EXACT, -100, 100, &bad, &err) ==
              ZKML_INVALID);
    cr_assert(bad == 6 && strstr(err.text, "element [6]") && strstr(err.text, "no multiple"));
    mpq_set_ui(step, 1, 64);
    cr_assert(zc_weights_quantise(codes, &w, step, ZC_QUANTISE_ROUND, -100, 100, &bad, &err) ==
              ZKML_INVALID);
    cr_assert(bad == 3 && strstr(err.text, "is 2.5, outside -1.5625 .. 1.5625"), "%s", err.text);
}

Test(weights, specials_are_named)
{
    const uint32_t specials[6] = {0x3f800000u, 0x80000000u, 0x7f800000u,
                                  0xff800000u, 0x7fc00000u, 0x7f800001u};
    for (uint32_t k = 2; k < 6; k++) {
        const uint32_t data[4] = {specials[0], specials[1], specials[k], specials[0]};
        int64_t codes[4];
        uint64_t bad = 99;
        npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }", data, sizeof data);
        load(NULL);
        expect_element(1, "0");
        mpq_set_ui(step, 1, 1);
        cr_assert(zc_weights_rational(q, &w, 2, &err) == ZKML_MALFORMED);
        cr_assert(strstr(err.text, "element [1, 0]") && strstr(err.text, path));
        cr_assert(zc_weights_quantise(codes, &w, step, ZC_QUANTISE_CLAMP, -9, 9, &bad, &err) ==
                  ZKML_MALFORMED);
        cr_assert(bad == 2 && codes[0] == 1 && codes[1] == 0);
    }
}

/* The fast path and the one on rationals agree: steps that do and do not fit it. */
Test(weights, paths_agree)
{
    enum { COUNT = 20000 };
    static uint32_t data[COUNT];
    static int64_t fast[COUNT];
    static const char *const steps[] = {"1/128", "1/3", "7/1000", "186584/10000000", "5", "1/1024"};
    srand(3);
    for (int i = 0; i < COUNT; i++) {
        uint32_t exponent = (uint32_t)rand() % 60 + 90, mantissa = (uint32_t)rand() & 0x7fffff;
        data[i] = ((uint32_t)rand() & 1u) << 31 | exponent << 23 | mantissa;
    }
    npy("{'descr': '<f4', 'fortran_order': False, 'shape': (20000,), }", data, sizeof data);
    load(NULL);
    for (size_t k = 0; k < sizeof steps / sizeof steps[0]; k++) {
        uint64_t bad;
        mpz_t code;
        mpz_init(code);
        mpq_set_str(step, steps[k], 10);
        mpq_canonicalize(step);
        cr_assert(zc_weights_quantise(fast, &w, step, ZC_QUANTISE_CLAMP, -1000, 1000, &bad, &err) ==
                  ZKML_OK);
        for (uint64_t i = 0; i < COUNT; i++) {
            cr_assert(zc_weights_rational(q, &w, i, &err) == ZKML_OK);
            mpq_div(q, q, step);
            mpq_t half;
            mpq_init(half);
            mpq_set_ui(half, 1, 2);
            mpq_add(q, q, half);
            mpz_fdiv_q(code, mpq_numref(q), mpq_denref(q));
            mpq_clear(half);
            int64_t wanted = mpz_cmp_si(code, 1000) > 0    ? 1000
                             : mpz_cmp_si(code, -1000) < 0 ? -1000
                                                           : mpz_get_si(code);
            cr_assert(fast[i] == wanted);
        }
        mpz_clear(code);
    }
}

Test(weights, a_million_weights, .timeout = 10)
{
    enum { COUNT = 1000000 };
    float *data = malloc(COUNT * sizeof *data);
    int64_t *codes = malloc(COUNT * sizeof *codes);
    uint64_t bad;
    for (int i = 0; i < COUNT; i++)
        data[i] = (float)(i % 2001 - 1000) / 1000.0f;
    npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1000, 1000), }", data,
        COUNT * sizeof *data);
    load(NULL);
    mpq_set_ui(step, 1, 128);
    cr_assert(zc_weights_quantise(codes, &w, step, ZC_QUANTISE_CLAMP, -128, 127, &bad, &err) ==
              ZKML_OK);
    cr_assert(codes[0] == -128 && codes[1000] == 0 && codes[2000] == 127 && codes[1500] == 64);
    free(data);
    free(codes);
}

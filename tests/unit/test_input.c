/* JSON inputs and arrays: what is accepted, with its codes, and what is refused, with the
 * whole message. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime/base/file.h"
#include "runtime/witness/input.h"

/* ---- objects ---- */

static const zk_field_schema params[] = {
    {.name = "image", .visibility = ZK_PRIVATE, .kind = ZK_TYPE_UFIX, .bits = 8, .fraction = 8,
     .lo = 0, .hi = 255, .scale_num = 1, .scale_den = 256, .rank = 2, .extent = {2, 3}, .count = 6},
    {.name = "n", .visibility = ZK_PUBLIC, .kind = ZK_TYPE_INT, .lo = -5, .hi = 5, .scale_num = 1,
     .scale_den = 1, .count = 1},
    {.name = "flag", .visibility = ZK_PRIVATE, .kind = ZK_TYPE_BOOL, .lo = 0, .hi = 1,
     .scale_num = 1, .scale_den = 1, .count = 1},
    {.name = "x", .visibility = ZK_PUBLIC, .kind = ZK_TYPE_FIX, .bits = 8, .fraction = 2,
     .lo = -128, .hi = 127, .scale_num = 1, .scale_den = 4, .rank = 1, .extent = {2}, .count = 2},
    {.name = "q", .visibility = ZK_PRIVATE, .kind = ZK_TYPE_QUANT, .lo = -10, .hi = 20,
     .scale_num = 2, .scale_den = 3, .count = 1},
};
enum { PARAMS = sizeof params / sizeof *params };

#define IMAGE "\"image\": [[0, 0.5, 0.25], [0.99609375, 0, 0.00390625]]"
#define REST "\"n\": -3, \"flag\": true, \"x\": [-32, 31.75], \"q\": \"-4/3\""

static zkml_status parse(zk_inputs *inputs, const char *text, size_t length, zkml_error *err)
{
    *err = (zkml_error){0};
    return zk_inputs_parse(inputs, params, PARAMS, NULL, "dir/in.json", text, length, err);
}

static void expect_good(const char *text)
{
    static const int64_t image[] = {0, 128, 64, 255, 0, 1}, x[] = {-128, 127};
    zk_inputs in;
    zkml_error err;
    zkml_status status = parse(&in, text, strlen(text), &err);
    cr_assert(status == ZKML_OK, "%s: %s", text, err.text);
    cr_expect_arr_eq(in.codes[0], image, sizeof image);
    cr_expect(in.codes[1][0] == -3 && in.codes[2][0] == 1 && in.codes[4][0] == -2);
    cr_expect_arr_eq(in.codes[3], x, sizeof x);
    zk_inputs_free(&in);
}

Test(input, accepts_numbers_in_any_form_and_order)
{
    expect_good("{" IMAGE "," REST "}");
    expect_good(" {\r\n\t" REST " , " IMAGE " } \n");
    expect_good("{\"\\u0069mage\": [[0e5, 5e-1, 25E-2], [0.99609375, -0, 390625e-8]]," REST "}");
}

Test(input, fractions_and_exact_multiples)
{
    static const struct { const char *text; int64_t code; } good[] = {
        {"2", 3}, {"\"2/3\"", 1}, {"\"-20/3\"", -10}, {"\"4/6\"", 1}, {"\"0\"", 0},
        {"\"-0\"", 0}, {"\"0/5\"", 0}, {"\"-4\"", -6}, {"4.0", 6}, {"\"\\u0032/3\"", 1},
        {"\"20000000000000000/30000000000000000\"", 1}, {"\"6148914691236517204/9223372036854775806\"", 1},
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        char text[128];
        zk_inputs in;
        zkml_error err;
        (void)snprintf(text, sizeof text, "{\"q\": %s}", good[i].text);
        zkml_status status =
            zk_inputs_parse(&in, &params[4], 1, NULL, "in.json", text, strlen(text), &err);
        cr_expect(status == ZKML_OK, "%s: %s", text, err.text);
        cr_expect(status != ZKML_OK || in.codes[0][0] == good[i].code, "%s", text);
        zk_inputs_free(&in);
    }
}

#define NAMES "image, n, flag, x and q"

static const struct { const char *text, *message; } bad[] = {
    {"", "1:1: expected an object with a member for each parameter, not the end of the file"},
    {"   ", "1:4: expected an object with a member for each parameter, not the end of the file"},
    {"[]", "1:1: expected an object with a member for each parameter, not an array"},
    {"null", "1:1: expected an object with a member for each parameter, not null"},
    {"nonsense", "1:1: expected an object with a member for each parameter, not null"},
    {"7", "1:1: expected an object with a member for each parameter, not a number"},
    {"+7", "1:1: expected an object with a member for each parameter, not something that is no JSON"},
    {"{}", " image is missing; the circuit's parameters are " NAMES},
    {"{" IMAGE "}", " n is missing; the circuit's parameters are " NAMES},
    {"{" IMAGE "," REST "} x", "1:112: something follows after the end"},
    {"{" IMAGE "," REST ",}", "1:111: expected a string, not something that is no JSON"},
    {"{" IMAGE "," REST, "1:110: expected `,` or `}`, not the end of the file"},
    {"{" IMAGE " " REST "}", "1:57: expected `,` or `}`, not a string"},
    {"{n: 3}", "1:2: expected a string, not null"},
    {"{'n': 3}", "1:2: expected a string, not something that is no JSON"},
    {"{\"n\" 3}", "1:6: expected `:`, not a number"},
    {"{\"n\": }", "1:7: n must be a number, not something that is no JSON"},
    {"{\"n\":", "1:6: n must be a number, not the end of the file"},
    {"{\"n\": 1, \"n\": 1}", "1:10: n occurs twice"},
    {"{\"N\": 1}", "1:2: the circuit has no parameter `N`; it has " NAMES},
    {"{\"n\": 6}", "1:7: n is 6; it must be in -5 .. 5"},
    {"{\"n\": -6}", "1:7: n is -6; it must be in -5 .. 5"},
    {"{\"n\": 0.5}", "1:7: n is 0.5; it must be an integer"},
    {"{\"n\": 1e999999999}", "1:7: n is 1e999999999; it must be in -5 .. 5"},
    {"{\"n\": 1e-999999999}", "1:7: n is 1e-999999999; it must be an integer"},
    {"{\"n\": 123456789012345678901234567890123456789012345678901234567890}",
     "1:7: n is 1234567890123456789012345678901234567890...; it must be in -5 .. 5"},
    {"{\"n\": \"3\"}", "1:7: n must be a number, not a string"},
    {"{\"n\": true}", "1:7: n must be a number, not a truth value"},
    {"{\"n\": null}", "1:7: n must be a number, not null"},
    {"{\"n\": [3]}", "1:7: n must be a number, not an array"},
    {"{\"n\": 03}", "1:7: a number with a leading zero"},
    {"{\"n\": -}", "1:7: a number that ends too early"},
    {"{\"n\": 1.}", "1:7: a number that ends too early"},
    {"{\"n\": 1.e3}", "1:7: a number that ends too early"},
    {"{\"n\": 1e}", "1:7: a number that ends too early"},
    {"{\"n\": 1e+}", "1:7: a number that ends too early"},
    {"{\"n\": .5}", "1:7: n must be a number, not something that is no JSON"},
    {"{\"n\": +5}", "1:7: n must be a number, not something that is no JSON"},
    {"{\"n\": NaN}", "1:7: n must be a number, not something that is no JSON"},
    {"{\"n\": Infinity}", "1:7: n must be a number, not something that is no JSON"},
    {"{\"n\": 0x10}", "1:8: expected `,` or `}`, not something that is no JSON"},
    {"{\"n\": 1_0}", "1:8: expected `,` or `}`, not something that is no JSON"},
    {"{\"flag\": 1}", "1:10: flag must be true or false, not a number"},
    {"{\"flag\": truth}", "1:10: expected true or false, not a truth value"},
    {"{\"flag\": \"true\"}", "1:10: flag must be true or false, not a string"},
    {"{\"x\": 1}", "1:7: x must be an array of 2 elements, not a number"},
    {"{\"x\": []}", "1:8: x has 0 elements, not 2"},
    {"{\"x\": [1]}", "1:9: x has 1 element, not 2"},
    {"{\"x\": [1, 2, 3]}", "1:14: x has more than the 2 elements of its shape"},
    {"{\"x\": [1, 2", "1:12: expected `,` or `]`, not the end of the file"},
    {"{\"x\": [1 2]}", "1:10: expected `,` or `]`, not a number"},
    {"{\"x\": [1, ]}", "1:11: x[1] must be a number, not something that is no JSON"},
    {"{\"x\": [1, [2]]}", "1:11: x[1] must be a number, not an array"},
    {"{\"x\": [1, 32]}", "1:11: x[1] is 32; it must be in -32 .. 31.75"},
    {"{\"x\": [0.1, 3]}", "1:8: x[0] is 0.1; it must be a multiple of the step 0.25"},
    {"{\"image\": [0, 0, 0, 0, 0, 0]}", "1:12: image[0] must be an array of 3 elements, not a number"},
    {"{\"image\": [[0, 0, 0]]}", "1:21: image has 1 element, not 2"},
    {"{\"image\": [[0, 0, 0], [0, 0]]}", "1:28: image[1] has 2 elements, not 3"},
    {"{\"image\": [[0, 0, 0], [0, 0, 0, 0]]}",
     "1:33: image[1] has more than the 3 elements of its shape"},
    {"{\"image\": [[0, 0, 0], [0, 1, 0]]}", "1:27: image[1, 1] must be in 0 .. 0.99609375"},
    {"{\"image\": [[0, 0, 0],\n [0, -0.25, 0]]}", "2:6: image[1, 1] must be in 0 .. 0.99609375"},
    {"{\"image\": [[0, 0, 0], [0, 0, 0.3]]}",
     "1:30: image[1, 2] must be a multiple of the step 0.00390625"},
    {"{\"image\": [[[[[[[[[[[[[[[[[[[[", "1:13: image[0, 0] must be a number, not an array"},
    {"{\"image\": {}}", "1:12: expected a string, not something that is no JSON"},
    {"{\"image\": {\"path\": 1}}",
     "1:12: image is an object, which must have the one member \"file\""},
    {"{\"image\": {\"file\": 1}}", "1:20: image names no file: \"file\" must be a string"},
    {"{\"image\": {\"file\": \"a\", \"b\": 1}}", "1:23: expected `}`, not something that is no JSON"},
    {"{\"image\": {\"file\": \"-\"}}", "1:23: image names no file, but standard input"},
    {"{\"q\": 0.6666666666666667}",
     "1:7: q must be a multiple of the step 2/3, written as a fraction such as \"2/3\""},
    {"{\"q\": \"1/3\"}",
     "1:7: q must be a multiple of the step 2/3, written as a fraction such as \"2/3\""},
    {"{\"q\": \"42/3\"}", "1:7: q must be in -20/3 .. 40/3"},
    {"{\"q\": [0]}", "1:7: q must be a number, not an array"},
    {"{\"q\": \"\"}", "1:7: q must be a fraction such as \"2/3\""},
    {"{\"q\": \"-\"}", "1:7: q must be a fraction such as \"2/3\""},
    {"{\"q\": \"/3\"}", "1:7: q must be a fraction such as \"2/3\""},
    {"{\"q\": \"2/\"}", "1:7: q must be a fraction such as \"2/3\""},
    {"{\"q\": \"2/0\"}", "1:7: q must be a fraction such as \"2/3\""},
    {"{\"q\": \"2/-3\"}", "1:7: q must be a fraction such as \"2/3\""},
    {"{\"q\": \"02/3\"}", "1:7: q must be a fraction such as \"2/3\""},
    {"{\"q\": \"2/03\"}", "1:7: q must be a fraction such as \"2/3\""},
    {"{\"q\": \"2/3/4\"}", "1:7: q must be a fraction such as \"2/3\""},
    {"{\"q\": \"2.0/3\"}", "1:7: q must be a fraction such as \"2/3\""},
    {"{\"q\": \" 2/3\"}", "1:7: q must be a fraction such as \"2/3\""},
    {"{\"q\": \"1e2\"}", "1:7: q must be a fraction such as \"2/3\""},
    {"{\"q\": \"two\"}", "1:7: q must be a fraction such as \"2/3\""},
    {"{\"q\": \"2/9223372036854775808\"}", "1:7: q must be a fraction such as \"2/3\""},
    {"{\"q\": \"999999999999999999999999999999999999999999999999999999999999/3\"}",
     "1:7: q must be in -20/3 .. 40/3"},
    {"{\"a\tb\": 1}", "1:2: a control character in a string"},
    {"{\"a\\u0000\": 1}", "1:2: a NUL character in a string"},
    {"{\"a\\u00g0\": 1}", "1:2: \\u wants four hexadecimal digits"},
    {"{\"a\\ud800\": 1}", "1:2: half of a surrogate pair in a string"},
    {"{\"a\\udc00\": 1}", "1:2: half of a surrogate pair in a string"},
    {"{\"a\\ud800\\u0041\": 1}", "1:2: half of a surrogate pair in a string"},
    {"{\"a\\x41\": 1}", "1:2: unknown escape in a string"},
    {"{\"a\xff\": 1}", "1:2: a string that is not UTF-8, or holds control characters"},
    {"{\"abc", "1:2: a string without its closing quote"},
};

Test(input, refuses_with_place_and_reason)
{
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        zk_inputs in;
        zkml_error err;
        char wanted[256];
        (void)snprintf(wanted, sizeof wanted, "dir/in.json:%s", bad[i].message);
        cr_expect(parse(&in, bad[i].text, strlen(bad[i].text), &err) == ZKML_MALFORMED, "%s",
                  bad[i].text);
        cr_expect_str_eq(err.text, wanted, "%s\n  got    %s\n  wanted %s", bad[i].text, err.text,
                         wanted);
        zk_inputs_free(&in);
    }
}

Test(input, refuses_a_nul_byte_and_every_truncation)
{
    static const char text[] = "{" IMAGE "," REST "}";
    zk_inputs in;
    zkml_error err;
    cr_expect(parse(&in, text, sizeof text, &err) == ZKML_MALFORMED, "the NUL at the end");
    zk_inputs_free(&in);
    for (size_t length = 0; length + 1 < sizeof text; length++) {
        char *copy = malloc(length + 1); /* so that a read past the end is noticed */
        memcpy(copy, text, length);
        cr_expect(parse(&in, copy, length, &err) == ZKML_MALFORMED, "%zu bytes", length);
        zk_inputs_free(&in);
        free(copy);
    }
}

/* One byte changed, in every way: an error, or codes inside of their ranges. */
Test(input, changed_bytes)
{
    static const char text[] = "{" IMAGE "," REST "}";
    for (size_t at = 0; at + 1 < sizeof text; at++)
        for (unsigned byte = 0; byte < 256; byte++) {
            char changed[sizeof text];
            zk_inputs in;
            zkml_error err;
            memcpy(changed, text, sizeof text);
            changed[at] = (char)byte;
            if (parse(&in, changed, sizeof text - 1, &err) == ZKML_OK)
                for (size_t p = 0; p < PARAMS; p++)
                    for (uint64_t e = 0; e < params[p].count; e++)
                        cr_expect(in.codes[p][e] >= params[p].lo && in.codes[p][e] <= params[p].hi);
            zk_inputs_free(&in);
        }
}

/* A text of `length` bytes: before, then `fill` over and over, then after. */
static char *padded(const char *before, char fill, const char *after, size_t length)
{
    char *text = malloc(length + 1);
    cr_assert(text != NULL);
    memset(text, fill, length);
    memcpy(text, before, strlen(before));
    memcpy(text + length - strlen(after), after, strlen(after));
    return text;
}

Test(input, large_texts)
{
    static const struct {
        size_t param;
        const char *before, *after, *message;
        char fill;
    } cases[] = {
        {0, "{\"image\": ", "]]}", "1:13: image[0, 0] must be a number, not an array", '['},
        {1, "{\"n\": ", "", "1:8: expected a string, not an object", '{'},
        {1, "{\"n\": 1", "}",
         "1:7: n is 1000000000000000000000000000000000000000...; it must be in -5 .. 5", '0'},
        {1, "{\"n\": 0.", "1}",
         "1:7: n is 0.00000000000000000000000000000000000000...; it must be an integer", '0'},
        {1, "{\"n\": 1e", "}",
         "1:7: n is 1e99999999999999999999999999999999999999...; it must be in -5 .. 5", '9'},
        {1, "{\"n\": 1e-", "}",
         "1:7: n is 1e-9999999999999999999999999999999999999...; it must be an integer", '9'},
        {1, "{\"n\": 5.", "}", NULL, '0'},
        {1, "{\"n\": 5", "}", NULL, ' '},
        {1, "{\"", "\": 7}", "1:2: a string is too long", 'x'},
        {1, "{\"n\": 5}", "", "1:9: something follows after the end", '7'},
    };
    const size_t length = (size_t)20 << 20;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        zk_inputs in;
        zkml_error err;
        char *text = padded(cases[i].before, cases[i].fill, cases[i].after, length);
        zkml_status status =
            zk_inputs_parse(&in, &params[cases[i].param], 1, NULL, "in.json", text, length, &err);
        cr_expect(status == (cases[i].message == NULL ? ZKML_OK : ZKML_MALFORMED), "case %zu", i);
        if (cases[i].message != NULL && status != ZKML_OK)
            cr_expect_str_eq(err.text + strlen("in.json:"), cases[i].message);
        zk_inputs_free(&in);
        free(text);
    }
}

/* An exponent that a long mantissa takes back: 0.00...03 x 10^1000000. */
Test(input, long_mantissas_and_exponents_cancel)
{
    enum { ZEROS = 1000000 };
    zk_inputs in;
    zkml_error err;
    char *text = malloc(ZEROS + 64);
    memset(text, '0', ZEROS + 64);
    memcpy(text, "{\"n\": 0.", 8);
    (void)snprintf(text + 8 + ZEROS - 1, 40, "3e%d}", ZEROS);
    zkml_status status =
        zk_inputs_parse(&in, &params[1], 1, NULL, "in.json", text, strlen(text), &err);
    cr_expect(status == ZKML_OK && in.codes[0][0] == 3, "%s", err.text);
    zk_inputs_free(&in);
    free(text);
}

Test(input, truth_values_have_a_range_too)
{
    zk_field_schema never = {.name = "never", .visibility = ZK_PRIVATE, .kind = ZK_TYPE_BOOL,
                             .scale_num = 1, .scale_den = 1, .count = 1};
    zk_inputs in;
    zkml_error err;
    cr_expect(zk_inputs_parse(&in, &never, 1, NULL, "in.json", "{\"never\": false}", 16, &err) ==
              ZKML_OK);
    zk_inputs_free(&in);
    cr_expect(zk_inputs_parse(&in, &never, 1, NULL, "in.json", "{\"never\": true}", 15, &err) ==
              ZKML_MALFORMED);
    cr_expect(strstr(err.text, "never must be in 0 .. 0") != NULL, "%s", err.text);
    zk_inputs_free(&in);
}

/* ---- arrays ---- */

static char directory[64];

static void make_directory(void)
{
    (void)snprintf(directory, sizeof directory, "%s/zkml-input-XXXXXX", "/tmp");
    cr_assert(mkdtemp(directory) != NULL);
}

static void remove_directory(void)
{
    char path[96];
    (void)snprintf(path, sizeof path, "%s/a.npy", directory);
    (void)unlink(path);
    (void)rmdir(directory);
}

static void write_array(const char *descr, const char *shape, const void *data, size_t length)
{
    char path[96], header[129];
    zkml_error err;
    zk_buf bytes = {0};
    (void)snprintf(header, sizeof header, "{'descr': '%s', 'fortran_order': False, 'shape': %s, }",
                   descr, shape);
    memset(header + strlen(header), ' ', sizeof header - strlen(header));
    header[117] = '\n';
    zk_buf_bytes(&bytes, "\x93NUMPY\x01\x00\x76\x00", 10);
    zk_buf_bytes(&bytes, header, 118);
    zk_buf_bytes(&bytes, data, length);
    (void)snprintf(path, sizeof path, "%s/a.npy", directory);
    cr_assert(zk_file_write(path, bytes.data, bytes.length, ZK_FILE_PUBLIC, &err) == ZKML_OK);
    zk_buf_free(&bytes);
}

/* The status of an input whose image comes from the array; the message without the directory. */
static zkml_status parse_array(zk_inputs *in, char message[256])
{
    static const char text[] = "{\"image\": {\"file\": \"a.npy\"}," REST "}";
    char path[96];
    zkml_error err = {0};
    (void)snprintf(path, sizeof path, "%s/in.json", directory);
    zkml_status status = zk_inputs_parse(in, params, PARAMS, NULL, path, text, strlen(text), &err);
    size_t skip = strlen(directory) + 1;
    (void)snprintf(message, 256, "%.255s", strlen(err.text) > skip ? err.text + skip : err.text);
    return status;
}

static void expect_array(const char *descr, const char *shape, const void *data, size_t length,
                         const char *message)
{
    static const int64_t codes[] = {0, 128, 64, 255, 0, 1};
    char got[256];
    zk_inputs in;
    write_array(descr, shape, data, length);
    zkml_status status = parse_array(&in, got);
    if (message == NULL) {
        cr_expect(status == ZKML_OK, "%s: %s", descr, got);
        if (status == ZKML_OK)
            cr_expect_arr_eq(in.codes[0], codes, sizeof codes, "%s", descr);
    } else {
        cr_expect(status == ZKML_MALFORMED, "%s", descr);
        cr_expect_str_eq(got, message);
    }
    zk_inputs_free(&in);
}

Test(array, integers_are_codes_and_floats_are_values, .init = make_directory,
     .fini = remove_directory)
{
    static const uint8_t u8[] = {0, 128, 64, 255, 0, 1};
    static const int32_t i32[] = {0, 128, 64, 255, 0, 1};
    static const float f32[] = {0, 0.5F, 0.25F, 255.0F / 256, 0, 1.0F / 256};
    static const double f64[] = {0, 0.5, 0.25, 255.0 / 256, -0.0, 1.0 / 256};
    expect_array("|u1", "(2, 3)", u8, sizeof u8, NULL);
    expect_array("<i4", "(2, 3)", i32, sizeof i32, NULL);
    expect_array("<f4", "(2, 3)", f32, sizeof f32, NULL);
    expect_array("<f8", "(2, 3)", f64, sizeof f64, NULL);
}

Test(array, refuses_with_file_and_index, .init = make_directory, .fini = remove_directory)
{
    static const int32_t large[] = {0, 128, 64, 256, 0, 1}, negative[] = {0, 0, 0, 0, -1, 0};
    static const double between[] = {0, 0, 0, 0, 0, 0.001}, infinite[] = {0, 0, (double)INFINITY, 0, 0, 0},
                        huge[] = {0, 1e300, 0, 0, 0, 0};
    static const double nan_value[] = {(double)NAN, 0, 0, 0, 0, 0};
    static const uint8_t u8[6] = {0};
    expect_array("<i4", "(2, 3)", large, sizeof large, "a.npy: image[1, 0] must be a code in 0 .. 255");
    expect_array("<i4", "(2, 3)", negative, sizeof negative,
                 "a.npy: image[1, 1] must be a code in 0 .. 255");
    expect_array("<f8", "(2, 3)", between, sizeof between,
                 "a.npy: image[1, 2] must be a multiple of the step 0.00390625");
    expect_array("<f8", "(2, 3)", infinite, sizeof infinite,
                 "a.npy: image[0, 2] must be a finite number");
    expect_array("<f8", "(2, 3)", nan_value, sizeof nan_value,
                 "a.npy: image[0, 0] must be a finite number");
    expect_array("<f8", "(2, 3)", huge, sizeof huge,
                 "a.npy: image[0, 1] must be in 0 .. 0.99609375");
    expect_array("|u1", "(3, 2)", u8, sizeof u8,
                 "a.npy: the array has the shape [3, 2], image has [2, 3]");
    expect_array("|u1", "(6,)", u8, sizeof u8,
                 "a.npy: the array has the shape [6], image has [2, 3]");
}

Test(array, a_missing_file_is_an_io_error, .init = make_directory, .fini = remove_directory)
{
    char message[256];
    zk_inputs in;
    cr_expect(parse_array(&in, message) == ZKML_IO);
    cr_expect(strstr(message, "a.npy") != NULL, "%s", message);
    zk_inputs_free(&in);
}

/* ---- results ---- */

Test(input, codes_print_as_they_are_read)
{
    static const int64_t image[] = {0, 128, 64, 255, 0, 1}, yes = 1, n = -3;
    zk_buf out = {0};
    zk_json_put_codes(&out, &params[0], image);
    zk_buf_u8(&out, ' ');
    zk_json_put_codes(&out, &params[2], &yes);
    zk_buf_u8(&out, ' ');
    zk_json_put_codes(&out, &params[1], &n);
    zk_buf_u8(&out, 0);
    cr_expect_str_eq((const char *)out.data,
                     "[[0, 0.5, 0.25], [0.99609375, 0, 0.00390625]] true -3");
    zk_buf_free(&out);
    out = (zk_buf){0};
    zk_json_put_codes(&out, &params[4], &n);
    zk_buf_u8(&out, 0);
    cr_expect_str_eq((const char *)out.data, "\"-2\"");
    zk_buf_free(&out);
}

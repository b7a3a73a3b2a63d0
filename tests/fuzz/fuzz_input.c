/* Feeds arbitrary bytes to the reader of inputs. What is accepted is written, read again, and the
 * same. Names of files are relative to a folder that does not exist. */
#include <string.h>

#include "runtime/witness/input.h"
#include "tests/fuzz/fuzz.h"

static const zk_field_schema fields[] = {
    {.name = "t",
     .kind = ZK_TYPE_FIX,
     .bits = 8,
     .fraction = 4,
     .lo = -100,
     .hi = 120,
     .scale_num = 1,
     .scale_den = 16,
     .rank = 2,
     .extent = {2, 2},
     .count = 4},
    {.name = "q",
     .kind = ZK_TYPE_QUANT,
     .lo = -INT64_MAX,
     .hi = INT64_MAX,
     .scale_num = 7,
     .scale_den = 15,
     .count = 1},
    {.name = "b", .kind = ZK_TYPE_BOOL, .hi = 1, .scale_num = 1, .scale_den = 1, .count = 1},
};
enum { FIELDS = sizeof fields / sizeof *fields };

static void check_again(const zk_inputs *inputs)
{
    zk_buf text = {0};
    zk_inputs again;
    zkml_error err = {0};
    for (size_t i = 0; i < FIELDS; i++) {
        zk_buf_text(&text, i == 0 ? "{" : ",");
        zk_buf_printf(&text, "\"%s\"", fields[i].name);
        zk_buf_text(&text, ":");
        zk_json_put_codes(&text, &fields[i], inputs->codes[i]);
    }
    zk_buf_text(&text, "}");
    ZK_CHECK(zk_inputs_parse(&again, fields, FIELDS, NULL, "again", (const char *)text.data,
                             text.length, &err) == ZKML_OK);
    for (size_t i = 0; i < FIELDS; i++)
        ZK_CHECK(memcmp(again.codes[i], inputs->codes[i],
                        (size_t)fields[i].count * sizeof **again.codes) == 0);
    zk_inputs_free(&again);
    zk_buf_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    zk_inputs inputs;
    zkml_error err = {0};
    zkml_status status = zk_inputs_parse(&inputs, fields, FIELDS, NULL, "/nonexistent/f.json",
                                         (const char *)data, size, &err);
    if (status == ZKML_OK)
        check_again(&inputs);
    else
        ZK_CHECK(err.text[0] != '\0' && err.status == status);
    zk_inputs_free(&inputs);
    return 0;
}

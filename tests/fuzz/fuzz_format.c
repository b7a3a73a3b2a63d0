/* Formats arbitrary bytes. What the formatter accepts, it must leave alone the second time; that it
 * changes white space only is checked by zc_format itself.
 *
 *   clang -fsanitize=fuzzer,address,undefined ...   a libFuzzer program
 *   ZK_FUZZ_STANDALONE                              runs the files named on the command line
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "compiler/front/front.h"
#include "runtime/base/file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool format(const uint8_t *data, size_t size, zk_buf *out)
{
    zc_session session;
    zkml_error err = {0};
    uint32_t source;
    zc_session_init(&session, (size_t)64 << 20);
    zkml_status status =
        zc_source_add(&session.sources, "f.zt", (const char *)data, size, &source, &err);
    if (status == ZKML_OK)
        status = zc_format(&session, source, out, &err);
    bool done = status == ZKML_OK && session.diags.error_count == 0;
    zc_session_free(&session);
    return done;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    zk_buf once = {0}, twice = {0};
    if (format(data, size, &once) && once.length > 0) {
        ZK_CHECK(format(once.data, once.length, &twice));
        ZK_CHECK(once.length == twice.length && memcmp(once.data, twice.data, once.length) == 0);
    }
    zk_buf_free(&once);
    zk_buf_free(&twice);
    return 0;
}

#ifdef ZK_FUZZ_STANDALONE
int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        zk_buf input = {0};
        zkml_error err = {0};
        if (zk_file_read(argv[i], (size_t)1 << 26, &input, &err) != ZKML_OK) {
            fprintf(stderr, "%s\n", err.text);
            return 1;
        }
        (void)LLVMFuzzerTestOneInput(input.data, input.length);
        zk_buf_free(&input);
    }
    return 0;
}
#endif

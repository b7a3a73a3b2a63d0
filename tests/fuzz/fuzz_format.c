/* Formats arbitrary bytes. What the formatter accepts, it must leave alone the second time; that it
 * changes white space only is checked by zc_format itself. */
#include <string.h>

#include "compiler/front/front.h"
#include "tests/fuzz/fuzz.h"

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

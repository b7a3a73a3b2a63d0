/* Makes the edits that messages about arbitrary text offer, until there are none left. */
#include <string.h>

#include "compiler/fix.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const zc_options options = {.input = "<fuzz>"};
    zk_buf text = {0};
    zc_fixes fixes;
    zkml_error err = {0};
    zc_fixes_init(&fixes);
    zk_buf_bytes(&text, data, size);
    zkml_status status = zc_fix_text(&options, &text, &fixes, &err);
    ZK_CHECK(status == ZKML_OK || status == ZKML_LIMIT);
    ZK_CHECK(fixes.count > 0 ||
             (text.length == size && (size == 0 || memcmp(text.data, data, size) == 0)));
    zc_fixes_free(&fixes);
    zk_buf_free(&text);
    return 0;
}

/* Feeds arbitrary bytes to the reader of opening files, under a right digest. What is accepted is
 * written again as the same bytes. */
#include <string.h>

#include "runtime/circuit/codec.h"
#include "runtime/proof/opening.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    zk_opening opening;
    zk_buf file = {0};
    zkml_error err = {0};
    uint8_t digest[32];
    zk_digest(digest, "zkmlc-openings--", data, size);
    zk_buf_bytes(&file, data, size);
    zk_buf_bytes(&file, digest, sizeof digest);
    zkml_status status = zk_opening_read(&opening, "x.open", file.data, file.length, &err);
    ZK_CHECK(status == ZKML_OK || status == ZKML_MALFORMED || status == ZKML_LIMIT);
    if (status == ZKML_OK) {
        zk_buf again = {0};
        ZK_CHECK(zk_opening_write(&opening, &again, &err) == ZKML_OK);
        ZK_CHECK(again.length == file.length &&
                 memcmp(again.data, file.data, file.length) == 0);
        zk_buf_free(&again);
        zk_opening_free(&opening);
    }
    zk_buf_free(&file);
    return 0;
}

/* Feeds arbitrary bytes to the reader of commitment files. What is accepted is written again as
 * the same bytes. */
#include <string.h>

#include "runtime/proof/commitment.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    zk_commitment commitment;
    zkml_error err = {0};
    zkml_status status = zk_commitment_read(&commitment, "x.com", data, size, &err);
    ZK_CHECK(status == ZKML_OK || status == ZKML_MALFORMED || status == ZKML_LIMIT);
    if (status == ZKML_OK) {
        zk_buf again = {0};
        zk_commitment_write(&commitment, &again);
        ZK_CHECK(again.length == size && memcmp(again.data, data, size) == 0);
        zk_buf_free(&again);
        zk_commitment_free(&commitment);
    }
    return 0;
}

/* Feeds arbitrary bytes to the reader of circuit.vk, under a right digest. What is accepted is
 * written again as the same bytes. */
#include <string.h>

#include "runtime/circuit/codec.h"
#include "runtime/proof/key.h"
#include "tests/fuzz/fuzz.h"

static void expect_same_bytes(zk_key *key, const zk_buf *file)
{
    zk_buf again = {0};
    zkml_error err = {0};
    ZK_CHECK(zk_key_write(key, &again, &err) == ZKML_OK);
    ZK_CHECK(again.length == file->length && memcmp(again.data, file->data, file->length) == 0);
    zk_buf_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    zk_key key;
    zk_buf file = {0};
    zkml_error err = {0};
    uint8_t digest[32];
    zk_digest(digest, "zkmlc-verify-key", data, size);
    zk_buf_bytes(&file, data, size);
    zk_buf_bytes(&file, digest, sizeof digest);
    zkml_status status = zk_key_read(&key, "circuit.vk", file.data, file.length, &err);
    ZK_CHECK(status == ZKML_OK || status == ZKML_MALFORMED || status == ZKML_LIMIT);
    if (status == ZKML_OK)
        expect_same_bytes(&key, &file);
    zk_key_free(&key);
    zk_buf_free(&file);
    return 0;
}

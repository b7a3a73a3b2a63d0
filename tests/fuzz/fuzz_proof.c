/* Feeds arbitrary bytes to the reader of proof.bin, under a right digest. What is accepted is
 * written again as the same bytes. */
#include <string.h>

#include "runtime/circuit/codec.h"
#include "runtime/proof/envelope.h"
#include "tests/fuzz/fuzz.h"

static void expect_same_bytes(const zk_envelope *envelope, const zk_buf *file)
{
    zk_buf again = {0};
    zk_envelope_write(envelope, &again);
    ZK_CHECK(!again.failed);
    ZK_CHECK(again.length == file->length && memcmp(again.data, file->data, file->length) == 0);
    zk_buf_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    zk_envelope envelope;
    zk_buf file = {0};
    zkml_error err = {0};
    uint8_t digest[32];
    zk_digest(digest, "zkmlc-prooffile-", data, size);
    zk_buf_bytes(&file, data, size);
    zk_buf_bytes(&file, digest, sizeof digest);
    zkml_status status = zk_envelope_read(&envelope, "proof.bin", file.data, file.length, &err);
    ZK_CHECK(status == ZKML_OK || status == ZKML_MALFORMED || status == ZKML_LIMIT);
    if (status == ZKML_OK)
        expect_same_bytes(&envelope, &file);
    zk_envelope_free(&envelope);
    zk_buf_free(&file);
    return 0;
}

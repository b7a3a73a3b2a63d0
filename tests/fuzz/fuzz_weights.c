/* Archives and catalogues of tensors: what is found lies inside of the file. */
#include "compiler/check/npz.h"
#include "compiler/check/safetensors.h"
#include "tests/fuzz/fuzz.h"

static void find(const uint8_t *data, size_t size, const char *tensor)
{
    const uint8_t *member;
    size_t length;
    zc_weights weights = {.name = "w"};
    zkml_error err = {0};
    if (zc_npz_find(&member, &length, "w.npz", tensor, data, size, &err) == ZKML_OK)
        ZK_CHECK(member >= data && length <= size && (size_t)(member - data) <= size - length);
    if (zc_safetensors_find(&weights, "w", tensor, data, size, &err) == ZKML_OK) {
        uint64_t bytes = weights.count * zc_dtype_bytes(weights.dtype);
        ZK_CHECK(weights.data >= data && bytes <= size &&
                 (size_t)(weights.data - data) <= size - bytes);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    find(data, size, NULL);
    find(data, size, "a");
    return 0;
}

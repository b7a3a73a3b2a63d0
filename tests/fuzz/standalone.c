/* The fuzz targets as ordinary programs: each file named on the command line is one input. */
#include <stdio.h>

#include "runtime/base/file.h"
#include "tests/fuzz/fuzz.h"

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

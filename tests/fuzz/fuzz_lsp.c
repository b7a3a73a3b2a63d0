/* Talks arbitrary bytes to the language server. The input is a list of messages, one a line, which
 * get their headers here; a first byte '!' passes the rest as it is, headers and all. */
#include <stdio.h>
#include <string.h>

#include "compiler/lsp/lsp.h"
#include "tests/fuzz/fuzz.h"

static void put_messages(FILE *in, const uint8_t *data, size_t size)
{
    for (size_t at = 0; at < size;) {
        const uint8_t *newline = memchr(data + at, '\n', size - at);
        size_t length = newline != NULL ? (size_t)(newline - data) - at : size - at;
        fprintf(in, "Content-Length: %zu\r\n\r\n", length);
        fwrite(data + at, 1, length, in);
        at += length + 1;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    FILE *in = tmpfile(), *out = fopen("/dev/null", "w");
    zkml_error err = {0};
    if (in != NULL && out != NULL) {
        if (size > 0 && data[0] == '!')
            fwrite(data + 1, 1, size - 1, in);
        else
            put_messages(in, data, size);
        rewind(in);
        zkml_status status = zc_lsp_serve(fileno(in), out, &err);
        ZK_CHECK(status == ZKML_OK || err.text[0] != '\0');
    }
    if (in != NULL)
        fclose(in);
    if (out != NULL)
        fclose(out);
    return 0;
}

/* Feeds arbitrary bytes to the front end: lexer, parser, modules, both dumps and the messages.
 *
 *   clang -fsanitize=fuzzer,address,undefined ...   a libFuzzer program
 *   ZK_FUZZ_STANDALONE                              runs the files named on the command line
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "compiler/front/front.h"
#include "runtime/base/file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    zc_session session;
    zc_program *program;
    zkml_error err = {0};
    uint32_t source;
    zk_buf text = {0};
    zc_session_init(&session, (size_t)64 << 20);
    if (zc_source_add(&session.sources, "f.zt", (const char *)data, size, &source, &err) == ZKML_OK) {
        if (zc_module_load(&session, source, &program, &err) == ZKML_OK)
            zc_ast_print(program->root, &text);
        if (zc_tokens_print(&session, source, &text, &err) == ZKML_OK)
            zc_diags_render(&session.diags, &text, ZC_DIAG_COLOUR | ZC_DIAG_EXPLAIN);
    }
    zk_buf_free(&text);
    zc_session_free(&session);
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

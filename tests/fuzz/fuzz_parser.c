/* Feeds arbitrary bytes to the front end: lexer, parser, modules, both dumps and the messages. */
#include "compiler/front/front.h"
#include "tests/fuzz/fuzz.h"

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

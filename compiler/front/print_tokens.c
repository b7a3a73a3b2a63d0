/* --emit=tokens: one line a token, with its place and text. */
#include "compiler/front/front.h"
#include "compiler/front/lexer.h"
#include "compiler/front/parser.h"

/* Control characters and quotes as escapes, so that a token stays on its line. */
static void add_quoted(zk_buf *out, const char *text)
{
    zk_buf_u8(out, '"');
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\')
            zk_buf_printf(out, "\\%c", c);
        else if (c < 0x20 || c == 0x7f)
            zk_buf_printf(out, "\\x%02x", c);
        else
            zk_buf_u8(out, c);
    }
    zk_buf_u8(out, '"');
}

zkml_status zc_tokens_print(zc_session *session, uint32_t source, zk_buf *out, zkml_error *err)
{
    zc_lexer lexer;
    zc_lexer_init(&lexer, session, source);
    for (;;) {
        zc_token token = zc_lexer_next(&lexer);
        zc_position at = zc_source_position(&session->sources, source, token.span.start);
        zk_buf_printf(out, "%u:%u %s", at.line, at.column, zc_token_name(token.kind));
        if (token.text != NULL) {
            zk_buf_u8(out, ' ');
            add_quoted(out, token.text);
        }
        zk_buf_u8(out, '\n');
        if (token.kind == ZC_TOK_END)
            break;
    }
    if (lexer.out_of_memory || out->failed)
        return zk_fail(err, ZKML_LIMIT, "out of memory");
    return ZKML_OK;
}

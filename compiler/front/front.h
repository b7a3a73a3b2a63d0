/* front.h - the front end's calls: text to tokens to tree to modules, and the dumps.
 *
 * Whether the user's program has errors is told by session->diags.error_count; the returned
 * status tells about the world only (a file that cannot be read, memory).
 */
#ifndef ZC_FRONT_FRONT_H
#define ZC_FRONT_FRONT_H

#include "compiler/front/ast.h"
#include "compiler/session.h"

/* Parses one source text; *file is a tree even when there were errors. ZKML_LIMIT: memory. */
zkml_status zc_parse_file(zc_session *session, uint32_t source, zc_file **file,
                          zkml_error *err) ZKML_NODISCARD;

/* All files of a program: each comes after the files it uses, the root is the last. */
typedef struct zc_program {
    zc_file **files;
    size_t count;
    zc_file *root;
} zc_program;

/* Parses a loaded source text and everything it uses, and sets the zc_use.target fields. */
zkml_status zc_module_load(zc_session *session, uint32_t source, zc_program **program,
                           zkml_error *err) ZKML_NODISCARD;

/* The first declaration of this interned name, NULL: none. */
const zc_decl *zc_find_decl(const zc_file *file, const char *name);

/* The text of a standard library module ("nn"), NULL when there is none. */
const char *zc_stdlib_text(const char *name, size_t *length);
/* The names of the standard library modules, ended by NULL. */
const char *const *zc_stdlib_names(void);
/* The first module that has a function of this name, NULL: none. */
const char *zc_stdlib_module_of(const char *function);

/* Stable text dumps, for --emit=tokens and --emit=ast. The token dump reports lexical errors. */
zkml_status zc_tokens_print(zc_session *session, uint32_t source, zk_buf *out,
                            zkml_error *err) ZKML_NODISCARD;
void zc_ast_print(const zc_file *file, zk_buf *out);

/* Appends the source text in the house style to *out, which was empty; nothing when the text has
 * errors. Only white space between tokens changes, and a comment before `,` or `;` may move behind
 * it. Formatting the result again changes nothing. */
zkml_status zc_format(zc_session *session, uint32_t source, zk_buf *out,
                      zkml_error *err) ZKML_NODISCARD;

#endif

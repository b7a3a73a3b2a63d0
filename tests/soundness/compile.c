#include "tests/soundness/compile.h"

#include <criterion/criterion.h>

#include "compiler/check/check.h"
#include "compiler/tir/build.h"
#include "compiler/tir/passes.h"

void compile_file(zk_circuit *circuit, const char *path, const zc_lower_options *options)
{
    zc_session session;
    zc_program *program = NULL;
    zc_checker *checker = NULL;
    zc_tir *tir = NULL;
    zkml_error err = {0};
    uint32_t source;
    zc_session_init(&session, 0);
    cr_assert(zc_source_load(&session.sources, path, &source, &err) == ZKML_OK, "%s", err.text);
    cr_assert(zc_module_load(&session, source, &program, &err) == ZKML_OK, "%s", err.text);
    cr_assert(zc_checker_new(&checker, &session, program, &err) == ZKML_OK, "%s", err.text);
    cr_assert(zc_elaborate_circuit(checker, NULL, &tir, &err) == ZKML_OK, "%s", err.text);
    if (tir == NULL)
        zc_diags_print(&session.diags, stderr, ZC_DIAG_PLAIN);
    cr_assert(tir != NULL, "%s has errors", path);
    cr_assert(zc_tir_optimize(tir, &err) == ZKML_OK, "%s", err.text);
    cr_assert(zc_lower(tir, &session.sources, &session.diags, options, circuit, &err) == ZKML_OK,
              "%s", err.text);
    zc_tir_free(tir);
    zc_checker_free(checker);
    zc_session_free(&session);
}

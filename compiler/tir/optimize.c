#include "compiler/tir/passes.h"

#include "compiler/tir/verify.h"
#include "config.h"

static zkml_status check(const zc_tir *tir, const char *pass, zkml_error *err)
{
#ifdef ZK_DEBUG_CHECKS
    if (zc_tir_verify(tir, err) != ZKML_OK)
        return zk_fail_context(err, "after %s", pass);
#else
    (void)tir;
    (void)pass;
    (void)err;
#endif
    return ZKML_OK;
}

zkml_status zc_tir_optimize(zc_tir *tir, zkml_error *err)
{
    ZK_TRY(check(tir, "building", err));
    ZK_TRY(zc_tir_dce(tir, err)); /* first, so that dead constants are not compared */
    ZK_TRY(check(tir, "dead code elimination", err));
    ZK_TRY(zc_tir_cse(tir, err));
    ZK_TRY(check(tir, "merging equal nodes", err));
    ZK_TRY(zc_tir_dce(tir, err));
    return check(tir, "dead code elimination", err);
}

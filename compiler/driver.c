#include "compiler/driver.h"

#include <stdio.h>

#include "compiler/check/check.h"
#include "compiler/circuit/lower.h"
#include "compiler/front/front.h"
#include "compiler/report/expressions.h"
#include "compiler/report/optimise.h"
#include "compiler/report/page.h"
#include "compiler/tir/build.h"
#include "compiler/tir/passes.h"
#include "compiler/tir/print.h"
#include "runtime/circuit/circuit.h"
#include "runtime/inspect/layout.h"

/* The user's program has errors, all of them in the session's diagnostics. */
static zkml_status rejected(const zc_session *session, zkml_error *err)
{
    return zk_fail(err, ZKML_INVALID, "%zu error%s", session->diags.error_count,
                   session->diags.error_count == 1 ? "" : "s");
}

static void summarise(zc_summary *summary, const zk_circuit *circuit)
{
    (void)snprintf(summary->circuit, sizeof summary->circuit, "%s", circuit->name);
    summary->k = circuit->k;
    summary->advice = circuit->cs.n_advice;
    summary->fixed = circuit->cs.n_fixed;
    summary->lookups = (uint32_t)circuit->cs.n_lookups;
    summary->copies = circuit->copy_count;
    summary->rows = zc_circuit_rows(circuit);
}

static zkml_status report_cost(const zc_session *session, const zc_tir *tir,
                               const zk_circuit *circuit, bool json, zk_buf *out, zkml_error *err)
{
    zc_expressions all;
    zkml_status status = zc_expressions_find(&all, tir, &session->sources, false, err);
    if (status == ZKML_OK)
        status = zc_expressions_charge(&all, circuit, err);
    if (status == ZKML_OK && json)
        zc_cost_json(out, &all);
    else if (status == ZKML_OK)
        zc_cost_text(out, &all);
    zc_expressions_free(&all);
    if (status == ZKML_OK && out->failed)
        status = zk_fail(err, ZKML_LIMIT, "out of memory");
    return status;
}

static zkml_status draw(const zk_circuit *circuit, zk_buf *out, zkml_error *err)
{
    zk_subject subject;
    zkml_status status = zk_subject_of_circuit(&subject, circuit, "", 0, err);
    if (status == ZKML_OK)
        status = zk_layout_svg(out, &subject, err);
    zk_subject_free(&subject);
    return status;
}

static zkml_status emit_circuit(zc_session *session, const zc_tir *tir, const zc_options *options,
                                zk_buf *out, zc_summary *summary, zkml_error *err)
{
    zk_circuit circuit;
    zc_lower_options lower = {
        .min_k = options->k,
        .max_k = options->k,
        .unoptimised = options->unoptimised,
        .goal = options->goal,
        .dump = options->stage == ZC_STAGE_CIRCUIT ? out : NULL,
    };
    zkml_status status =
        zc_lower(tir, &session->sources, &session->diags, &lower, &circuit, err);
    if (status == ZKML_INVALID)
        return rejected(session, err);
    ZK_TRY(status);
    if (options->stage == ZC_STAGE_BINARY)
        status = zk_circuit_write(&circuit, out, err);
    if (options->stage == ZC_STAGE_PICTURE)
        status = draw(&circuit, out, err);
    if (status == ZKML_OK && options->cost)
        status = report_cost(session, tir, &circuit, options->json, out, err);
    if (status == ZKML_OK)
        summarise(summary, &circuit);
    zk_circuit_free(&circuit);
    return status;
}

/* `nodes`: of the program before it was optimised. */
static zkml_status report(zc_session *session, uint32_t source, const zc_tir *tir, size_t nodes,
                          const zc_options *options, zk_buf *out, zkml_error *err)
{
    zc_lower_options base = {
        .min_k = options->k,
        .max_k = options->k,
        .unoptimised = options->unoptimised,
    };
    zkml_status status =
        options->stage == ZC_STAGE_PAGE
            ? zc_page_write(out, session, source, tir, &base, err)
            : zc_report_optimisations(out, tir, nodes, &session->sources, &session->diags, &base,
                                      err);
    return status == ZKML_INVALID ? rejected(session, err) : status;
}

static zkml_status compile_checked(zc_session *session, uint32_t source, zc_checker *checker,
                                   const zc_options *options, zk_buf *out, zc_summary *summary,
                                   zkml_error *err)
{
    zc_tir *tir = NULL;
    ZK_TRY(zc_elaborate_circuit(checker, options->circuit, &tir, err));
    if (tir == NULL || session->diags.error_count > 0) {
        zc_tir_free(tir);
        return rejected(session, err);
    }
    size_t nodes = tir->node_count;
    zkml_status status = zc_tir_optimize(tir, err);
    if (status == ZKML_OK) {
        if (options->stage == ZC_STAGE_TIR)
            zc_tir_print(out, tir, &session->sources);
        else if (options->stage == ZC_STAGE_REPORT || options->stage == ZC_STAGE_PAGE)
            status = report(session, source, tir, nodes, options, out, err);
        else
            status = emit_circuit(session, tir, options, out, summary, err);
    }
    zc_tir_free(tir);
    return status;
}

static zkml_status compile_tree(zc_session *session, uint32_t source, const zc_options *options,
                                zk_buf *out, zc_summary *summary, zkml_error *err)
{
    zc_program *program = NULL;
    ZK_TRY(zc_module_load(session, source, &program, err));
    if (session->diags.error_count > 0)
        return rejected(session, err);
    zc_checker *checker = NULL;
    ZK_TRY(zc_checker_new(&checker, session, program, err));
    zkml_status status = compile_checked(session, source, checker, options, out, summary, err);
    zc_checker_free(checker);
    return status;
}

zkml_status zc_compile(zc_session *session, const zc_options *options, zk_buf *out,
                       zc_summary *summary, zkml_error *err)
{
    uint32_t source;
    ZK_TRY(zc_source_load(&session->sources, options->input, &source, err));
    return zc_compile_source(session, source, options, out, summary, err);
}

zkml_status zc_compile_source(zc_session *session, uint32_t source, const zc_options *options,
                              zk_buf *out, zc_summary *summary, zkml_error *err)
{
    zkml_status status = ZKML_OK;
    if (options->stage == ZC_STAGE_TOKENS) {
        status = zc_tokens_print(session, source, out, err);
    } else if (options->stage == ZC_STAGE_AST) {
        zc_file *file = NULL;
        status = zc_parse_file(session, source, &file, err);
        if (status == ZKML_OK)
            zc_ast_print(file, out);
    } else {
        return compile_tree(session, source, options, out, summary, err);
    }
    if (status == ZKML_OK && session->diags.error_count > 0)
        return rejected(session, err);
    if (status == ZKML_OK && out->failed)
        return zk_fail(err, ZKML_LIMIT, "out of memory");
    return status;
}

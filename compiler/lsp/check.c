#include "compiler/check/check.h"

#include "compiler/circuit/lower.h"
#include "compiler/lsp/lsp.h"
#include "compiler/report/expressions.h"
#include "compiler/tir/build.h"

/* Circuits of more elements are not made while somebody types. */
enum { MOST_ELEMENTS = 1 << 22 };

static bool is_small(const zc_tir *tir)
{
    uint64_t elements = 0;
    for (size_t i = 0; i < tir->node_count; i++)
        elements += tir->nodes[i]->count * tir->nodes[i]->reduce_count;
    return elements <= MOST_ELEMENTS;
}

static zkml_status note_costs(zc_document *document, const zc_expressions *all, zkml_error *err)
{
    for (size_t i = 0; i < all->count; i++) {
        const zc_expression *e = &all->list[i];
        if (e->span.file != 1)
            continue;
        if (!ZK_GROW(document->costs, document->cost_capacity, document->cost_count + 1))
            return zk_fail(err, ZKML_LIMIT, "out of memory");
        document->costs[document->cost_count++] =
            (zc_cost){e->span.start, e->span.end, e->rows, e->slots};
    }
    return ZKML_OK;
}

/* Mistakes that come up only now are diagnostics as well. */
static zkml_status measure(zc_session *session, zc_document *document, const zc_tir *tir,
                           zkml_error *err)
{
    const zc_lower_options options = {.dump = NULL};
    zk_circuit circuit;
    zc_expressions all;
    zkml_status status = zc_lower(tir, &session->sources, &session->diags, &options, &circuit, err);
    if (status == ZKML_INVALID)
        return ZKML_OK;
    ZK_TRY(status);
    status = zc_expressions_find(&all, tir, &session->sources, false, err);
    if (status == ZKML_OK)
        status = zc_expressions_charge(&all, &circuit, err);
    if (status == ZKML_OK)
        status = note_costs(document, &all, err);
    zc_expressions_free(&all);
    zk_circuit_free(&circuit);
    return status;
}

static zkml_status elaborate(zc_session *session, zc_document *document, zc_checker *checker,
                             zkml_error *err)
{
    size_t count;
    const zc_decl *const *circuits = zc_checker_circuits(checker, &count);
    for (size_t i = 0; i < count && session->diags.error_count == 0; i++) {
        zc_tir *tir;
        ZK_TRY(zc_elaborate_circuit(checker, circuits[i]->name.name, &tir, err));
        zkml_status status = ZKML_OK;
        if (tir != NULL && session->focus == NULL && is_small(tir))
            status = measure(session, document, tir, err);
        zc_tir_free(tir);
        ZK_TRY(status);
    }
    return ZKML_OK;
}

static zkml_status check_program(zc_session *session, zc_document *document, uint32_t source,
                                 zc_program **program, zkml_error *err)
{
    zc_checker *checker;
    ZK_TRY(zc_module_load(session, source, program, err));
    /* With syntax errors, names are looked up for who asks, but not reported. */
    if (session->diags.error_count > 0 && session->focus == NULL)
        return ZKML_OK;
    ZK_TRY(zc_checker_new(&checker, session, *program, err));
    zkml_status status = elaborate(session, document, checker, err);
    zc_checker_free(checker);
    return status;
}

zkml_status zc_lsp_check(zc_lsp *lsp, zc_document *document, zc_session *session,
                         zc_program **program, zkml_error *err)
{
    const zc_source_overlay overlay = {lsp, zc_lsp_overlay};
    uint32_t source;
    *program = NULL;
    session->sources.overlay = &overlay;
    zkml_status status =
        zc_source_add(&session->sources, document->path != NULL ? document->path : document->uri,
                      document->text, document->length, &source, err);
    if (status == ZKML_OK)
        status = check_program(session, document, source, program, err);
    session->sources.overlay = NULL;
    return status;
}

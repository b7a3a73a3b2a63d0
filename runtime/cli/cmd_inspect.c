/* zkml inspect: what a circuit, a key, a proof, a commitment or an opening holds. */
#include <stdio.h>
#include <string.h>

#include "runtime/cli/cli.h"
#include "runtime/inspect/layout.h"

enum { OPT_JSON = 1000, OPT_LAYOUT, OPT_FLAME };

static const zk_option options[] = {
    {OPT_JSON, "json", NULL, "one JSON object"},
    {OPT_LAYOUT, "layout", "svg", "a picture of a circuit's rows and columns"},
    {OPT_FLAME, "flame", "folded", "a circuit's rows as stacks for flame-graph viewers"},
    {'o', "output", "FILE", "write to FILE instead of standard output"},
    {0},
};

typedef enum report_form { FORM_TEXT, FORM_JSON, FORM_LAYOUT, FORM_FLAME } report_form;

static zkml_status choose_form(const zk_args *args, report_form *form, zkml_error *err)
{
    const char *layout = zk_args_get(args, OPT_LAYOUT), *flame = zk_args_get(args, OPT_FLAME);
    bool json = zk_args_has(args, OPT_JSON);
    if (json + (layout != NULL) + (flame != NULL) > 1)
        return zk_fail(err, ZKML_USAGE, "inspect: --json, --layout and --flame exclude each other");
    if (layout != NULL && strcmp(layout, "svg") != 0)
        return zk_fail(err, ZKML_USAGE, "inspect: --layout=svg is the only picture");
    if (flame != NULL && strcmp(flame, "folded") != 0)
        return zk_fail(err, ZKML_USAGE, "inspect: --flame=folded is the only form of stacks");
    *form = json             ? FORM_JSON
            : layout != NULL ? FORM_LAYOUT
            : flame != NULL  ? FORM_FLAME
                             : FORM_TEXT;
    return ZKML_OK;
}

static zkml_status report(zk_buf *out, const zk_subject *subject, report_form form, zkml_error *err)
{
    switch (form) {
    case FORM_TEXT:
        zk_report_text(out, subject);
        return out->failed ? zk_fail(err, ZKML_LIMIT, "out of memory") : ZKML_OK;
    case FORM_JSON:
        return zk_report_json(out, subject, err);
    case FORM_LAYOUT:
        return zk_layout_svg(out, subject, err);
    case FORM_FLAME:
        return zk_flame_folded(out, subject, err);
    }
    ZK_UNREACHABLE("a form of report");
}

static zkml_status inspect_circuit(zk_buf *out, const char *path, const zk_buf *bytes,
                                   report_form form, zkml_error *err)
{
    zk_circuit circuit;
    zk_subject subject;
    ZK_TRY(zk_circuit_read(&circuit, path, bytes->data, bytes->length, err));
    zkml_status status = zk_subject_of_circuit(&subject, &circuit, path, bytes->length, err);
    if (status == ZKML_OK)
        status = report(out, &subject, form, err);
    zk_subject_free(&subject);
    zk_circuit_free(&circuit);
    return status;
}

static zkml_status only_circuits(const char *path, report_form form, zkml_error *err)
{
    return form == FORM_LAYOUT || form == FORM_FLAME
               ? zk_fail(err, ZKML_USAGE, "%s: only circuits have a layout", path)
               : ZKML_OK;
}

static zkml_status inspect_key(zk_buf *out, const char *path, const zk_buf *bytes, report_form form,
                               zkml_error *err)
{
    zk_key key;
    zk_subject subject;
    ZK_TRY(only_circuits(path, form, err));
    ZK_TRY(zk_key_read(&key, path, bytes->data, bytes->length, err));
    zkml_status status = zk_subject_of_key(&subject, &key, path, bytes->length, err);
    if (status == ZKML_OK)
        status = report(out, &subject, form, err);
    zk_subject_free(&subject);
    zk_key_free(&key);
    return status;
}

static zkml_status inspect_proof(zk_buf *out, const char *path, const zk_buf *bytes,
                                 report_form form, zkml_error *err)
{
    zk_envelope envelope;
    ZK_TRY(only_circuits(path, form, err));
    ZK_TRY(zk_envelope_read(&envelope, path, bytes->data, bytes->length, err));
    zkml_status status = ZKML_OK;
    if (form == FORM_JSON)
        status = zk_report_proof_json(out, &envelope, path, bytes->length, err);
    else
        zk_report_proof_text(out, &envelope, path, bytes->length);
    zk_envelope_free(&envelope);
    return status;
}

static zkml_status inspect_commitment(zk_buf *out, const char *path, const zk_buf *bytes,
                                      report_form form, zkml_error *err)
{
    zk_commitment commitment;
    ZK_TRY(only_circuits(path, form, err));
    ZK_TRY(zk_commitment_read(&commitment, path, bytes->data, bytes->length, err));
    if (form == FORM_JSON)
        zk_report_commitment_json(out, &commitment, path);
    else
        zk_report_commitment(out, &commitment, path);
    zk_commitment_free(&commitment);
    return ZKML_OK;
}

static zkml_status inspect_opening(zk_buf *out, const char *path, const zk_buf *bytes,
                                   report_form form, zkml_error *err)
{
    zk_opening opening;
    ZK_TRY(only_circuits(path, form, err));
    ZK_TRY(zk_opening_read(&opening, path, bytes->data, bytes->length, err));
    if (form == FORM_JSON)
        zk_report_opening_json(out, &opening, path, bytes->length);
    else
        zk_report_opening(out, &opening, path, bytes->length);
    zk_opening_free(&opening);
    return ZKML_OK;
}

static zkml_status inspect(zk_buf *out, const char *path, const zk_buf *bytes, report_form form,
                           zkml_error *err)
{
    static const struct {
        const char *magic;
        zkml_status (*inspect)(zk_buf *, const char *, const zk_buf *, report_form, zkml_error *);
    } kinds[] = {
        {"ZKMLCIR1", inspect_circuit},    {"ZKMLKEY1", inspect_key},
        {"ZKMLPRF1", inspect_proof},      {"ZKMLCOM1", inspect_commitment},
        {"ZKMLOPN1", inspect_opening},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (bytes->length >= 8 && memcmp(bytes->data, kinds[i].magic, 8) == 0)
            return kinds[i].inspect(out, path, bytes, form, err);
    return zk_fail(err, ZKML_MALFORMED, "%s: no circuit, key, proof, commitment or opening", path);
}

static zkml_status run_with(const zk_args *args, zk_buf *out, zkml_error *err)
{
    report_form form;
    zk_buf bytes;
    const char *path = args->operands[0], *target = zk_args_get(args, 'o');
    ZK_TRY(choose_form(args, &form, err));
    ZK_TRY(zk_file_read(path, ZK_MAX_CIRCUIT_BYTES, &bytes, err));
    zkml_status status = inspect(out, path, &bytes, form, err);
    zk_buf_wipe(&bytes); /* it may be an opening */
    if (status == ZKML_OK && out->failed)
        status = zk_fail(err, ZKML_LIMIT, "out of memory");
    if (status == ZKML_OK)
        status = zk_file_write(target != NULL ? target : "-", out->data, out->length,
                               ZK_FILE_PUBLIC, err);
    return status;
}

static int run(const zk_args *args)
{
    zkml_error err = {0};
    zk_buf out = {0};
    zkml_status status = run_with(args, &out, &err);
    zk_buf_free(&out);
    return status == ZKML_OK ? ZKML_OK : zk_cli_fail(&err);
}

const zk_command zk_command_inspect = {
    "inspect",
    run,
    {"zkml inspect", "FILE [--json | --layout=svg | --flame=folded] [-o FILE]",
     "What a circuit, key or proof holds, and what each source line costs.", options, 1, 1}};

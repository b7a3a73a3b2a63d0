/* Programs of tests/golden/check with a few tokens deleted, doubled, swapped or replaced: whatever
 * comes out is refused with a diagnostic, or compiled, and then interpreter, witness and
 * constraints agree on random inputs. ZK_MUTANTS sets how many, ZK_MUTANTS_FIRST the number of the first, ZK_MUTANTS_SHOW prints each before it is tried. */
#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compiler/check/check.h"
#include "compiler/circuit/lower.h"
#include "compiler/front/lexer.h"
#include "compiler/front/parser.h"
#include "compiler/tir/build.h"
#include "compiler/tir/interp.h"
#include "runtime/base/file.h"
#include "runtime/mock/mock.h"

enum { MUTANTS = 800, MOST_FILES = 512, MOST_TOKENS = 4096, MEMORY = 64 << 20, MOST_CODES = 4096 };

typedef struct piece {
    const char *text; /* of the token, with the white space before it */
    size_t length;
    int kind;
} piece;

typedef struct token_list {
    piece pieces[MOST_TOKENS];
    size_t count;
} token_list;

static zkml_error err;
static zk_buf files[MOST_FILES];
static char names[MOST_FILES][64];
static bool good[MOST_FILES]; /* has a .tir beside it */
static size_t file_count;
static uint64_t state;

static size_t draw(size_t bound)
{
    state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = state;
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return (size_t)((z ^ z >> 31) % bound);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(a, b);
}

static void read_programs(void)
{
    const char *top = getenv("top_srcdir");
    char path[1024];
    (void)snprintf(path, sizeof path, "%s/tests/golden/check", top != NULL ? top : ".");
    cr_assert_eq(chdir(path), 0);
    DIR *directory = opendir(".");
    cr_assert_not_null(directory);
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        size_t length = strlen(entry->d_name);
        bool program = length > 3 && length < 64 && strcmp(entry->d_name + length - 3, ".zt") == 0;
        if (program && file_count < MOST_FILES && strstr(entry->d_name, "too_large") == NULL)
            memcpy(names[file_count++], entry->d_name, length + 1);
    }
    (void)closedir(directory);
    qsort(names, file_count, sizeof *names, by_name);
    for (size_t i = 0; i < file_count; i++) {
        cr_assert_eq(zk_file_read(names[i], 1 << 20, &files[i], &err), ZKML_OK, "%s", err.text);
        (void)snprintf(path, sizeof path, "%.*s.tir", (int)strlen(names[i]) - 3, names[i]);
        good[i] = access(path, F_OK) == 0;
    }
    cr_assert_gt(file_count, 100u);
}

static void split(token_list *list, const zk_buf *file)
{
    const char *text = (const char *)file->data;
    zc_session session;
    uint32_t source;
    zc_session_init(&session, 0);
    cr_assert_eq(zc_source_add(&session.sources, "t.zt", text, file->length, &source, &err),
                 ZKML_OK);
    zc_lexer lexer;
    zc_lexer_init(&lexer, &session, source);
    size_t from = 0;
    list->count = 0;
    for (;;) {
        zc_token token = zc_lexer_next(&lexer);
        if (token.kind == ZC_TOK_END || list->count == MOST_TOKENS)
            break;
        list->pieces[list->count++] = (piece){text + from, token.span.end - from, token.kind};
        from = token.span.end;
    }
    zc_session_free(&session);
}

static bool is_sign(int kind)
{
    return kind < 128 && strchr("+-*/%<>^", kind) != NULL;
}

static bool alike(const piece *a, const piece *b)
{
    return a->kind == b->kind || (is_sign(a->kind) && is_sign(b->kind)) ||
           (a->kind >= ZC_TOK_EXACT && a->kind <= ZC_TOK_ANY && b->kind >= ZC_TOK_EXACT &&
            b->kind <= ZC_TOK_ANY);
}

/* By another of its kind, from the same file. */
static void replace_alike(token_list *list, size_t at)
{
    for (size_t tries = 0; tries < 50; tries++) {
        size_t with = draw(list->count);
        const piece *other = &list->pieces[with];
        bool same = other->length == list->pieces[at].length &&
                    memcmp(other->text, list->pieces[at].text, other->length) == 0;
        if (alike(&list->pieces[at], other) && !same) {
            list->pieces[at] = *other;
            return;
        }
    }
}

static void replace_by_word(piece *p)
{
    static const char *const words[] = {" 0", " 1", " 2", " 0.5", " 255", " -1", " sum[i](x[i])",
                                        " clamp", " x", " x[0]", " num", " 1 / 3", " exp(1)",
                                        " [1, 2]", " (1, 2)", " true", " 2147483648"};
    const char *word = words[draw(sizeof words / sizeof *words)];
    *p = (piece){word, strlen(word), 0};
}

static void mutate(token_list *list, const token_list *other)
{
    size_t at = draw(list->count), with = draw(list->count);
    piece *pieces = list->pieces;
    piece taken = pieces[at];
    switch (draw(16)) {
    case 0: /* delete */
        list->count--;
        memmove(&pieces[at], &pieces[at + 1], (list->count - at) * sizeof *pieces);
        break;
    case 1:
        pieces[at] = pieces[with];
        break;
    case 2:
        pieces[at] = pieces[with];
        pieces[with] = taken;
        break;
    case 3: /* insert one of another file */
        if (list->count == MOST_TOKENS || other->count == 0)
            break;
        memmove(&pieces[at + 1], &pieces[at], (list->count - at) * sizeof *pieces);
        pieces[at] = other->pieces[draw(other->count)];
        list->count++;
        break;
    case 4:
        replace_by_word(&pieces[at]);
        break;
    default:
        replace_alike(list, at);
        break;
    }
}

/* Codes in the parameters' ranges, their ends more often; false: too many. */
static bool draw_inputs(const zc_tir *tir, zk_inputs *in, zc_input *inputs, int64_t *codes)
{
    size_t used = 0;
    for (size_t i = 0; i < tir->param_count; i++) {
        const zc_node *node = tir->nodes[tir->params[i].node];
        if (node->count > MOST_CODES - used)
            return false;
        int64_t lo = mpz_get_si(node->lo), hi = mpz_get_si(node->hi);
        in->codes[i] = codes + used;
        inputs[i] = (zc_input){codes + used, node->count};
        for (uint64_t e = 0; e < node->count; e++) {
            uint64_t width = (uint64_t)hi - (uint64_t)lo;
            size_t where = draw(8);
            uint64_t offset = where == 0 ? 0 : where == 1 ? width : draw(width < 1 ? 1 : width);
            codes[used++] = (int64_t)((uint64_t)lo + offset);
        }
    }
    in->count = tir->param_count;
    return true;
}

static void agree(const char *name, const zc_tir *tir, const zk_circuit *circuit)
{
    enum { MOST_PARAMS = 32 };
    static int64_t codes[MOST_CODES];
    int64_t *arrays[MOST_PARAMS];
    zc_input inputs[MOST_PARAMS];
    zk_inputs in = {.codes = arrays};
    if (tir->param_count > MOST_PARAMS || !draw_inputs(tir, &in, inputs, codes))
        return;
    zc_run run;
    zk_witness witness;
    zk_mock_report report;
    bool holds = zc_interp(&run, tir, inputs, &err) == ZKML_OK;
    cr_assert_eq(zk_witness_run(&witness, circuit, &in, ZK_WITNESS_LENIENT, &err), ZKML_OK, "%s: %s",
                 name, err.text);
    cr_assert_eq(zk_witness_assign(&witness, &err), ZKML_OK, "%s: %s", name, err.text);
    cr_assert_eq(zk_mock_check(&report, &witness, &err), ZKML_OK, "%s: %s", name, err.text);
    cr_assert_eq(report.total == 0, holds, "%s: %s, but %llu failures", name,
                 holds ? "it holds" : "it does not hold", (unsigned long long)report.total);
    mpz_t value;
    mpz_init(value);
    for (size_t r = 0; r < tir->result_count && holds; r++) {
        for (uint64_t e = 0; e < circuit->results[r].count; e++) {
            int64_t code;
            zc_run_value(value, &run, tir->results[r].node, e);
            cr_assert(zk_witness_code(&witness, circuit->results[r].reg, e, &code));
            cr_assert_eq(mpz_cmp_si(value, code), 0, "%s: result %zu", name, r);
        }
    }
    mpz_clear(value);
    zk_mock_report_free(&report);
    zk_witness_free(&witness);
    zc_run_free(&run);
}

/* Compiles up to the circuit; true when that succeeded. */
static bool compile(const char *name, const zk_buf *text)
{
    zc_session session;
    zc_program *program;
    zc_checker *checker = NULL;
    zc_tir *tir = NULL;
    zk_circuit circuit;
    uint32_t source;
    zc_session_init(&session, MEMORY);
    zkml_status status = zc_source_add(&session.sources, name, (const char *)text->data,
                                       text->length, &source, &err);
    if (status == ZKML_OK)
        status = zc_module_load(&session, source, &program, &err);
    if (status == ZKML_OK && session.diags.error_count == 0)
        status = zc_checker_new(&checker, &session, program, &err);
    if (status == ZKML_OK && checker != NULL)
        status = zc_elaborate_circuit(checker, NULL, &tir, &err);
    cr_assert(status == ZKML_OK || status == ZKML_LIMIT, "%s: %s", name, err.text);
    cr_assert(status != ZKML_OK || (tir == NULL) == (session.diags.error_count > 0), "%s", name);
    bool compiled = status == ZKML_OK && tir != NULL;
    if (compiled) {
        zc_lower_options options = {.max_k = 12};
        status = zc_lower(tir, &session.sources, &session.diags, &options, &circuit, &err);
        cr_assert(status == ZKML_OK || status == ZKML_LIMIT || status == ZKML_INVALID, "%s: %s",
                  name, err.text);
        if (status == ZKML_OK) {
            agree(name, tir, &circuit);
            zk_circuit_free(&circuit);
        }
    }
    zk_buf rendered = {0};
    zc_diags_render(&session.diags, &rendered, ZC_DIAG_PLAIN);
    zk_buf_free(&rendered);
    zc_tir_free(tir);
    zc_checker_free(checker);
    zc_session_free(&session);
    return compiled;
}

static bool try_mutant(uint64_t number, token_list *list, token_list *other)
{
    zk_buf text = {0};
    state = number * UINT64_C(0xd1342543de82ef95) + 1;
    size_t file = draw(file_count);
    while (!good[file] && draw(10) > 0) /* mostly one that compiles as it is */
        file = draw(file_count);
    split(list, &files[file]);
    split(other, &files[draw(file_count)]);
    for (size_t n = 1 + draw(draw(4) + 1); n > 0 && list->count > 0; n--)
        mutate(list, other);
    for (size_t i = 0; i < list->count; i++)
        zk_buf_bytes(&text, list->pieces[i].text, list->pieces[i].length);
    zk_buf_u8(&text, '\n');
    if (getenv("ZK_MUTANTS_SHOW") != NULL)
        fprintf(stderr, "mutant %llu of %s:\n%.*s", (unsigned long long)number, names[file],
                (int)text.length, (const char *)text.data);
    bool compiled = compile(names[file], &text);
    zk_buf_free(&text);
    return compiled;
}

static unsigned long setting(const char *name, unsigned long fallback)
{
    const char *text = getenv(name);
    return text != NULL ? strtoul(text, NULL, 10) : fallback;
}

Test(mutants, are_compiled_or_refused)
{
    unsigned long first = setting("ZK_MUTANTS_FIRST", 1), count = setting("ZK_MUTANTS", MUTANTS);
    unsigned long compiled = 0;
    token_list *lists = calloc(2, sizeof *lists);
    cr_assert_not_null(lists);
    read_programs();
    for (unsigned long i = 0; i < count; i++)
        compiled += try_mutant(first + i, &lists[0], &lists[1]);
    cr_log_info("%lu mutants, %lu of them are programs", count, compiled);
    cr_assert(count < 100 || (compiled > count / 20 && compiled < count / 10 * 9));
    free(lists);
    for (size_t i = 0; i < file_count; i++)
        zk_buf_free(&files[i]);
}

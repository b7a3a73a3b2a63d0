/* Every gadget over small prime fields, with all assignments of its variables: the accepted inputs
 * are exactly those the program allows, and each has exactly one output, that of the interpreter.
 * Then every constraint is left out in turn, and the same check has to fail. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "compiler/circuit/lower.h"
#include "compiler/tir/interp.h"
#include "tests/exhaustive/programs.h"
#include "tests/exhaustive/small_field.h"

enum { MAX_INPUTS = 8 };

typedef struct sweep {
    const program *p;
    const zc_build *build;
    int64_t prime;
    size_t without_form, without_lookup;
    size_t count; /* input elements */
    int64_t lo[MAX_INPUTS], hi[MAX_INPUTS];
    bool is_public[MAX_INPUTS];
    uint64_t accepted;
    char failure[256]; /* "": none */
} sweep;

static int64_t mod(int64_t x, int64_t p)
{
    return ((x % p) + p) % p;
}

static void describe_inputs(sweep *s)
{
    const zc_tir *tir = s->p->tir;
    for (size_t i = 0; i < tir->param_count; i++) {
        const zc_node *node = tir->nodes[tir->params[i].node];
        for (uint64_t e = 0; e < node->count; e++) {
            cr_assert(s->count < MAX_INPUTS);
            s->lo[s->count] = mpz_get_si(node->lo);
            s->hi[s->count] = mpz_get_si(node->hi);
            s->is_public[s->count] = tir->params[i].visibility == ZC_PUBLIC;
            s->count++;
        }
    }
}

static size_t put_value(const sweep *s, const zc_run *run, zc_node_id node, int64_t *results,
                        size_t n)
{
    mpz_t value;
    mpz_init(value);
    for (uint64_t e = 0; e < s->p->tir->nodes[node]->count; e++) {
        zc_run_value(value, run, node, e);
        results[n++] = mod(mpz_get_si(value), s->prime);
    }
    mpz_clear(value);
    return n;
}

/* Runs the interpreter on codes in range; the outputs in the order of small_field.h, modulo the
 * prime. */
static bool reference(const sweep *s, const int64_t *codes, int64_t *results)
{
    const zc_tir *tir = s->p->tir;
    zc_input inputs[MAX_INPUTS];
    size_t at = 0;
    for (size_t i = 0; i < tir->param_count; i++) {
        uint64_t count = tir->nodes[tir->params[i].node]->count;
        inputs[i] = (zc_input){.codes = codes + at, .count = count};
        at += count;
    }
    zc_run run;
    zkml_error err;
    zkml_status status = zc_interp(&run, tir, inputs, &err);
    cr_assert(status == ZKML_OK || status == ZKML_INVALID, "%s", err.text);
    size_t n = 0;
    for (size_t i = 0; status == ZKML_OK && i < tir->result_count; i++)
        if (tir->results[i].visibility == ZC_PUBLIC)
            n = put_value(s, &run, tir->results[i].node, results, n);
    for (size_t i = 0; status == ZKML_OK && i < tir->param_count; i++)
        if (tir->params[i].visibility == ZC_COMMITTED)
            n = put_value(s, &run, tir->params[i].node, results, n);
    for (size_t i = 0; status == ZKML_OK && i < tir->result_count; i++)
        if (tir->results[i].visibility == ZC_COMMITTED)
            n = put_value(s, &run, tir->results[i].node, results, n);
    zc_run_free(&run);
    return status == ZKML_OK;
}

static bool in_range(const sweep *s, const int64_t *values, int64_t *codes)
{
    for (size_t i = 0; i < s->count; i++) {
        int64_t code = s->lo[i] + mod(values[i] - s->lo[i], s->prime);
        if (code > s->hi[i])
            return false;
        codes[i] = code;
    }
    return true;
}

static void check_input(sweep *s, const int64_t *values)
{
    int64_t codes[MAX_INPUTS], expected[SMALL_MAX_OUTPUTS];
    bool inside = in_range(s, values, codes);
    for (size_t i = 0; i < s->count; i++)
        if (s->is_public[i] && mod(values[i] - s->lo[i], s->prime) > s->hi[i] - s->lo[i])
            return; /* the verifier refuses it in the clear */
    bool allowed = inside && reference(s, codes, expected);
    small_result got;
    small_solve(&got, s->build, s->prime, values, s->without_form, s->without_lookup);
    const char *wrong = NULL;
    if (!allowed && got.witnesses > 0)
        wrong = "accepted, and must not be";
    else if (allowed && got.witnesses == 0)
        wrong = "refused, and must not be";
    else if (allowed && got.outputs != 1)
        wrong = "two outputs";
    for (size_t i = 0; allowed && wrong == NULL && i < small_output_count(&s->build->plan); i++)
        if (got.first[i] != expected[i])
            wrong = "another output than the interpreter's";
    s->accepted += allowed;
    if (wrong != NULL)
        (void)snprintf(s->failure, sizeof s->failure, "input %ld, %ld, %ld...: %s", (long)values[0],
                       (long)(s->count > 1 ? values[1] : 0), (long)(s->count > 2 ? values[2] : 0),
                       wrong);
}

/* All inputs in the field for one or two elements; else all in range, and each element anywhere
 * while the others are at the ends of their ranges. */
static void run_sweep(sweep *s)
{
    int64_t values[MAX_INPUTS] = {0}, index[MAX_INPUTS] = {0};
    describe_inputs(s);
    bool all = s->count <= 2;
    for (;;) {
        for (size_t i = 0; i < s->count; i++)
            values[i] = all ? index[i] : mod(s->lo[i] + index[i], s->prime);
        check_input(s, values);
        if (s->failure[0] != '\0')
            return;
        size_t d = s->count;
        while (d-- > 0 && ++index[d] >= (all ? s->prime : s->hi[d] - s->lo[d] + 1))
            index[d] = 0;
        if (d == SIZE_MAX)
            break;
    }
    for (unsigned corner = 0; !all && corner < 1u << s->count; corner++)
        for (size_t i = 0; i < s->count; i++)
            for (int64_t v = 0; v < s->prime && s->failure[0] == '\0'; v++) {
                for (size_t j = 0; j < s->count; j++)
                    values[j] = mod((corner >> j & 1) != 0 ? s->hi[j] : s->lo[j], s->prime);
                values[i] = v;
                check_input(s, values);
            }
}

/* Builds the program's plan; false when it does not fit the field. */
static bool build_plan(zc_build *b, const zc_facts *facts, zc_widths widths, int64_t prime)
{
    zc_build_run(b, facts, widths);
    cr_assert(b->plan.status == ZKML_OK, "%s", b->plan.error.text);
    mpz_t modulus;
    mpz_init_set_si(modulus, prime);
    zc_audit audit;
    zkml_error err;
    cr_assert(zc_plan_verify(&b->plan, modulus, &audit, &err) == ZKML_OK);
    mpz_clear(modulus);
    cr_assert(audit.kind == ZC_AUDIT_OK || audit.kind == ZC_AUDIT_WINDOW, "audit");
    return audit.kind == ZC_AUDIT_OK;
}

static const int64_t primes[] = {97, 251, 509};
static const uint32_t limb_bits[] = {2, 3, 4};
static const uint32_t table_bits[] = {0, 8};

Test(gadgets, accept_exactly_the_specification)
{
    for (size_t c = 0; c < program_case_count; c++) {
        program p;
        program_open(&p, &program_cases[c]);
        zc_facts facts;
        zkml_error err;
        cr_assert(zc_facts_init(&facts, p.tir, &err) == ZKML_OK, "%s", err.text);
        for (size_t t = 0; t < 2; t++) {
            unsigned fields = 0;
            for (size_t i = 0; i < 3 && fields < 2; i++) {
                bool fits = false;
                for (size_t w = 0; w < 3; w++) {
                    zc_build b;
                    if (build_plan(&b, &facts, (zc_widths){limb_bits[w], table_bits[t]},
                                   primes[i])) {
                        sweep s = {.p = &p,
                                   .build = &b,
                                   .prime = primes[i],
                                   .without_form = SIZE_MAX,
                                   .without_lookup = SIZE_MAX};
                        run_sweep(&s);
                        cr_expect(s.failure[0] == '\0', "%s, p = %ld, limbs %u, tables %u: %s",
                                  program_cases[c].name, (long)primes[i], limb_bits[w],
                                  table_bits[t], s.failure);
                        cr_expect(s.accepted > 0, "%s", program_cases[c].name);
                        fits = true;
                    }
                    zc_build_free(&b);
                }
                fields += fits;
            }
            cr_expect(fields == 2, "%s, tables %u: only %u fields are large enough",
                      program_cases[c].name, table_bits[t], fields);
        }
        zc_facts_free(&facts);
        program_close(&p);
    }
}

/* The node whose gadget made a constraint. */
static const zc_node *node_of(const zc_build *b, bool form, size_t index)
{
    for (size_t g = 0; g < b->plan.group_count; g++) {
        const zc_group *group = &b->plan.groups[g];
        if (group->is_lookup != form && index >= group->first &&
            index - group->first < group->count && group->node != UINT32_MAX)
            return b->tir->nodes[group->node];
    }
    return NULL;
}

/* Reviewed: constraints that others imply. A parameter's range is checked on entry also where the
 * table that it goes into, or an assertion about it, would do; a bit that is asserted to be 1 is
 * looked up all the same. */
static bool is_implied(const char *name, const zc_node *node)
{
    static const char *const entries[] = {"clamp", "clamp-above", "even-clamp", "table",
                                          "assert-order"};
    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++)
        if (strcmp(name, entries[i]) == 0 && node != NULL && node->op == ZC_OP_PARAM)
            return true;
    if (strcmp(name, "assert-all") == 0 && node != NULL && node->op == ZC_OP_PARAM)
        return strcmp(node->name, "c") == 0; /* asserted to be 1 */
    return strcmp(name, "assert-unequal") == 0 && node != NULL && node->op == ZC_OP_CMP;
}

/* Leaves out one constraint after the other. */
static void starve(const program *p, const zc_build *b, int64_t prime, const char *name)
{
    unsigned implied = 0;
    for (size_t i = 0; i < b->plan.form_count + b->plan.lookup_count; i++) {
        bool form = i < b->plan.form_count;
        size_t index = form ? i : i - b->plan.form_count;
        sweep s = {.p = p,
                   .build = b,
                   .prime = prime,
                   .without_form = form ? index : SIZE_MAX,
                   .without_lookup = form ? SIZE_MAX : index};
        run_sweep(&s);
        const zc_node *node = node_of(b, form, index);
        if (s.failure[0] == '\0' && is_implied(name, node)) {
            implied++;
            continue;
        }
        cr_expect(s.failure[0] != '\0', "%s: nothing notices that %s %zu (op %d) is missing", name,
                  form ? "form" : "look-up", index, node != NULL ? (int)node->op : -1);
    }
    cr_expect(implied < b->plan.form_count + b->plan.lookup_count, "%s", name);
}

Test(gadgets, every_constraint_is_needed)
{
    for (size_t c = 0; c < program_case_count; c++) {
        program p;
        program_open(&p, &program_cases[c]);
        zc_facts facts;
        zkml_error err;
        cr_assert(zc_facts_init(&facts, p.tir, &err) == ZKML_OK, "%s", err.text);
        for (size_t t = 0; t < 2; t++) {
            bool done = false;
            for (size_t i = 0; i < 3 && !done; i++) {
                zc_build b;
                done = build_plan(&b, &facts, (zc_widths){4, table_bits[t]}, primes[i]);
                if (done)
                    starve(&p, &b, primes[i], program_cases[c].name);
                zc_build_free(&b);
            }
        }
        zc_facts_free(&facts);
        program_close(&p);
    }
}

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

static const int64_t primes[] = {97, 251, 509, 1021};
enum { PRIMES = sizeof primes / sizeof *primes };

/* The ways of using look-ups, from none to all. */
typedef struct use {
    zc_fusing fusing;
    zc_widths widths; /* but for limb_bits */
} use;

static const use ways[] = {
    {ZC_FUSE_ROUNDINGS, {.table_bits = 0}},
    {ZC_FUSE_ROUNDINGS, {.table_bits = 8}},
    {ZC_FUSE_ALL, {.table_bits = 8}},
    {ZC_FUSE_TABLES, {.table_bits = 3, .fuse = true}},
    {ZC_FUSE_ALL, {.table_bits = 4, .fuse = true}},
    {ZC_FUSE_ALL, {.table_bits = 8, .fuse = true}},
    {ZC_FUSE_ALL, {.table_bits = 4, .fuse = true, .trim = true}},
    {ZC_FUSE_ALL, {.table_bits = 4, .fuse = true, .trim = true, .fold = true}},
    {ZC_FUSE_TABLES, {.table_bits = 2, .fuse = true, .fold = true}},
};
enum { WAYS = sizeof ways / sizeof *ways };

/* Plans that were tried for this program; different ways often make the same. */
typedef struct tried {
    uint64_t hashes[4096];
    size_t count;
} tried;

static uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ ((const uint8_t *)bytes)[i]) * UINT64_C(0x100000001b3);
    return hash;
}

static bool is_new(tried *t, const zc_plan *plan, int64_t prime)
{
    uint64_t hash = hash_bytes(UINT64_C(0xcbf29ce484222325), &prime, sizeof prime);
    for (size_t i = 0; i < plan->tag_count; i++)
        for (int64_t in = plan->tags[i].lo; in <= plan->tags[i].hi; in++) {
            int64_t row[3] = {(int64_t)i, in, zc_tag_value(&plan->tags[i], in)};
            hash = hash_bytes(hash, row, sizeof row);
        }
    for (size_t i = 0; i < plan->lookup_count; i++) {
        const zc_lookup *l = &plan->lookups[i];
        hash = hash_bytes(hash, (uint32_t[]){l->tag, l->in, l->out}, 12);
    }
    for (size_t i = 0; i < plan->form_count; i++) {
        const zc_form *f = &plan->forms[i];
        hash = hash_bytes(hash, (int64_t[]){f->constant.small, f->terms, f->products}, 24);
    }
    for (size_t i = 0; i < plan->term_count; i++)
        hash = hash_bytes(hash, (int64_t[]){plan->terms[i].small, plan->terms[i].var}, 16);
    for (size_t i = 0; i < plan->product_count; i++) {
        const zc_product *m = &plan->products[i];
        hash = hash_bytes(hash, (int64_t[]){m->small, m->a, m->b}, 24);
    }
    for (size_t i = 0; i < t->count; i++)
        if (t->hashes[i] == hash)
            return false;
    cr_assert(t->count < sizeof t->hashes / sizeof *t->hashes);
    t->hashes[t->count++] = hash;
    return true;
}

/* Two fields in which the plans fit. */
static void try_way(const program *p, const char *name, size_t number, tried *seen)
{
    const use *how = &ways[number];
    zc_facts facts;
    zkml_error err;
    cr_assert(zc_facts_init(&facts, p->tir, how->fusing, &err) == ZKML_OK, "%s", err.text);
    unsigned fields = 0;
    for (size_t i = 0; i < PRIMES && fields < 2; i++) {
        bool fits = false;
        for (uint32_t limb_bits = 2; limb_bits <= 4; limb_bits += number < 2 ? 1 : 2) {
            zc_build b;
            zc_widths widths = how->widths;
            widths.limb_bits = limb_bits;
            bool good = build_plan(&b, &facts, widths, primes[i]);
            fits = fits || good;
            if (good && is_new(seen, &b.plan, primes[i])) {
                sweep s = {.p = p,
                           .build = &b,
                           .prime = primes[i],
                           .without_form = SIZE_MAX,
                           .without_lookup = SIZE_MAX};
                run_sweep(&s);
                cr_expect(s.failure[0] == '\0', "%s, p = %ld, limbs %u, way %zu: %s", name,
                          (long)primes[i], limb_bits, number, s.failure);
                cr_expect(s.accepted > 0, "%s", name);
            }
            zc_build_free(&b);
        }
        fields += fits;
    }
    cr_expect(fields == 2, "%s, way %zu: only %u fields are large enough", name, number, fields);
    zc_facts_free(&facts);
}

Test(gadgets, accept_exactly_the_specification)
{
    for (size_t c = 0; c < program_case_count; c++) {
        program p;
        tried seen = {.count = 0};
        program_open(&p, &program_cases[c]);
        for (size_t w = 0; w < WAYS; w++)
            try_way(&p, program_cases[c].name, w, &seen);
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

/* Whether a table reads the variable: it then needs no range check. */
static bool is_looked_up(const zc_build *b, zc_var var)
{
    for (size_t i = 0; i < b->plan.lookup_count; i++) {
        const zc_tag *tag = &b->plan.tags[b->plan.lookups[i].tag];
        bool table = tag->kind == ZC_TAG_FUSED || tag->kind == ZC_TAG_TABLE;
        if (b->plan.lookups[i].in == var && (table || tag->kind == ZC_TAG_CLAMP))
            return true;
    }
    return false;
}

/* Reviewed: constraints that others imply. A parameter's range is checked on entry also where the
 * table that it goes into, or an assertion about it, would do; a bit that is asserted to be 1 is
 * looked up all the same. */
static bool is_implied(const char *name, const zc_build *b, const zc_node *node, zc_var in)
{
    static const char *const entries[] = {
        "clamp",      "clamp-above",        "even-clamp",      "assert-order",    "table",
        "activation", "activation-crooked", "activation-ties", "activation-even", "table-open",
        "relu-scaled", "activation-odd"};
    if (node == NULL)
        return false;
    if (in != ZC_NO_VAR && is_looked_up(b, in))
        return true;
    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++)
        if (strcmp(name, entries[i]) == 0 && node->op == ZC_OP_PARAM)
            return true;
    if (node->op == ZC_OP_PARAM && is_looked_up(b, b->vars[b->tir->params[node->index].node]))
        return true;
    if (strcmp(name, "assert-all") == 0 && node->op == ZC_OP_PARAM)
        return strcmp(node->name, "c") == 0; /* asserted to be 1 */
    return strcmp(name, "assert-unequal") == 0 && node->op == ZC_OP_CMP;
}

/* Leaves out one constraint after the other. */
static void starve(const program *p, const zc_build *b, int64_t prime, const char *name,
                   size_t way)
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
        const zc_lookup *lookup = form ? NULL : &b->plan.lookups[index];
        zc_var range = form || lookup->out != ZC_NO_VAR ? ZC_NO_VAR : lookup->in;
        if (s.failure[0] == '\0' && is_implied(name, b, node, range)) {
            implied++;
            continue;
        }
        cr_expect(s.failure[0] != '\0', "%s, way %zu: nothing notices that %s %zu (op %d) is missing",
                  name, way, form ? "form" : "look-up", index, node != NULL ? (int)node->op : -1);
    }
    cr_expect(implied < b->plan.form_count + b->plan.lookup_count, "%s", name);
}

Test(gadgets, every_constraint_is_needed)
{
    for (size_t c = 0; c < program_case_count; c++) {
        program p;
        tried seen = {.count = 0};
        program_open(&p, &program_cases[c]);
        for (size_t w = 0; w < WAYS; w++) {
            zc_facts facts;
            zkml_error err;
            zc_widths widths = ways[w].widths;
            widths.limb_bits = 4;
            cr_assert(zc_facts_init(&facts, p.tir, ways[w].fusing, &err) == ZKML_OK, "%s",
                      err.text);
            bool done = false;
            for (size_t i = 0; i < PRIMES && !done; i++) {
                zc_build b;
                done = build_plan(&b, &facts, widths, primes[i]);
                if (done && is_new(&seen, &b.plan, primes[i]))
                    starve(&p, &b, primes[i], program_cases[c].name, w);
                zc_build_free(&b);
            }
            zc_facts_free(&facts);
        }
        program_close(&p);
    }
}

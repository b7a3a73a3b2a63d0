/* plan.h - a circuit before placement: variables, and constraints over them.
 *
 * Lowering turns a tensor program into a plan; layout gives every variable a cell and every
 * constraint its rows. A plan has only two kinds of constraint:
 *
 *   form     constant + sum c_i v_i + sum d_j v_j w_j = 0
 *   look-up  (tag, in, out) is a row of the one table; `out` is 0 when there is none
 *
 * Coefficients are integers and variables stand for integers; a field only enters with the
 * layout, which is why the exhaustive tests can run a plan over small primes.
 *
 * Variables come in blocks: the elements of one register of the witness program. A block's kind
 * says what makes its variables what they claim to be:
 *
 *   INPUT     a private parameter; must be bounded by a look-up or defined by a form
 *   INSTANCE  a public value: the cell is in the instance column, the verifier checks its range
 *   HINT      chosen by the prover; must be bounded by a look-up and occur in a form, or be the
 *             output of a look-up
 *   DEFINED   determined by a form that names it (zc_form.defines)
 *   VALUE     the same, for an element of the tensor program, whose range is lo .. hi
 *   CONSTANT  a DEFINED one with the form v - c = 0
 *
 * zc_plan_verify checks this, and the window rule: with every variable inside the interval that is
 * enforced for it, no form leaves (-p, p), so that "= 0 in the field" is "= 0 over the integers".
 * Enforced is what its look-ups say; for DEFINED variables what the defining form says, given the
 * others' intervals; for public values and VALUE what lo .. hi says. What the prover would do
 * honestly is of no account.
 *
 * Tags. A tag is a function on an interval of integers, tabulated: RANGE tags map to 0 and only
 * bound their argument. Tags of one function are shared and cover the hull of what was asked for;
 * RANGE and FUSED tags are only shared by equal ones, so that they bound their argument exactly.
 *
 * Errors are sticky (plan->status), as in buf.h: later calls do nothing and return 0.
 */
#ifndef ZC_CIRCUIT_PLAN_H
#define ZC_CIRCUIT_PLAN_H

#include <gmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/base/arena.h"
#include "runtime/base/error.h"

typedef uint32_t zc_var;
#define ZC_NO_VAR UINT32_MAX
#define ZC_NO_REG UINT32_MAX

/* An integer: `small`, or bigs[big - 1] of the plan when big is not 0. One integer has one
 * representation. */
typedef struct zc_coef {
    int64_t small;
    uint32_t big;
} zc_coef;

#define ZC_COEF(value) ((zc_coef){.small = (value)})

typedef struct zc_term {
    int64_t small;
    uint32_t big;
    zc_var var;
} zc_term;

typedef struct zc_product {
    int64_t small;
    uint32_t big;
    zc_var a, b;
} zc_product;

typedef struct zc_form {
    size_t first_term, first_product;
    uint32_t terms, products;
    /* Terms whose variable also stands in a product of this form come first, in the order of the
     * products' lanes: they need no lane of their own. */
    uint32_t shared;
    zc_var defines; /* ZC_NO_VAR: none */
    zc_coef constant;
} zc_form;

typedef struct zc_lookup {
    uint32_t tag; /* index into tags; the table's column holds tag + 1 */
    zc_var in;
    zc_var out; /* ZC_NO_VAR: 0 */
} zc_lookup;

typedef enum zc_tag_kind {
    ZC_TAG_RANGE, /* 0 on exactly p0 .. p1 */
    ZC_TAG_TABLE, /* table p0 of the program */
    ZC_TAG_CLAMP, /* min(max(in, p0), p1) */
    ZC_TAG_SIGN,  /* in >= 0 */
    ZC_TAG_ZERO,  /* in == 0 */
    ZC_TAG_OTHER, /* in != 0 */
    ZC_TAG_EVEN,  /* in > p0 on 0 .. 2 p0 - 1: the parity bit of round-half-to-even */
    ZC_TAG_FUSED, /* values[in - lo], on exactly lo .. hi */
} zc_tag_kind;

typedef struct zc_tag {
    zc_tag_kind kind;
    int64_t p0, p1;
    int64_t lo, hi;        /* the domain */
    const int64_t *values; /* TABLE, FUSED: the value at values_lo, ...; else NULL */
    int64_t values_lo;
    const char *name; /* TABLE, FUSED */
} zc_tag;

typedef enum zc_block_kind {
    ZC_BLOCK_INPUT,
    ZC_BLOCK_INSTANCE,
    ZC_BLOCK_HINT,
    ZC_BLOCK_DEFINED,
    ZC_BLOCK_VALUE,
    ZC_BLOCK_CONSTANT,
} zc_block_kind;

typedef struct zc_block {
    zc_block_kind kind;
    zc_var first;
    uint32_t count;
    uint32_t reg;     /* CONSTANT: ZC_NO_REG, the value is lo */
    const char *name; /* for messages and dumps; outlives the plan */
    zc_coef lo, hi;
    uint32_t instance_row; /* INSTANCE */
} zc_block;

/* Constraints of one gadget for one tensor node, for messages. Element e of the node owns the
 * forms first + e * per_element ... (look-ups likewise); per_element 0: not split. */
typedef struct zc_group {
    const char *gadget;
    uint32_t node;      /* id in the tensor program; UINT32_MAX: none */
    uint32_t assertion; /* the ASSERT that it is part of; UINT32_MAX: none */
    bool is_lookup;
    size_t first, count;
    uint32_t per_element;
} zc_group;

/* A public result: a variable's cell equals an instance cell. */
typedef struct zc_output {
    zc_var var;
    uint32_t instance_row;
} zc_output;

/* A committed parameter or result: committed_vars[first + e] is its element e. */
typedef struct zc_committed {
    size_t first;
    uint64_t count;
} zc_committed;

typedef struct zc_plan {
    zkml_status status;
    zkml_error error;
    zc_block *blocks;
    zc_term *terms;
    zc_product *products;
    zc_form *forms;
    zc_lookup *lookups;
    zc_tag *tags;
    zc_group *groups;
    zc_output *outputs;
    zc_committed *committed;
    zc_var *committed_vars;
    mpz_t *bigs;
    size_t block_count, term_count, product_count, form_count, lookup_count, tag_count;
    size_t group_count, output_count, committed_count, committed_var_count, big_count;
    uint32_t var_count;
    uint32_t instance_rows;
    uint32_t assertion; /* for the groups begun now */

    /* the rest belongs to plan.c */
    size_t block_capacity, term_capacity, product_capacity, form_capacity, lookup_capacity;
    size_t tag_capacity, group_capacity, output_capacity, big_capacity, mark_capacity;
    size_t committed_capacity, committed_var_capacity;
    uint32_t *marks;          /* per variable: 1 + its term in the form being built, or 0 */
    uint32_t *constant_slots; /* hash table of 1 + block of a constant */
    size_t constant_count, constant_slot_count;
    zc_form current;
    mpz_t t0, t1;
} zc_plan;

void zc_plan_init(zc_plan *plan);
void zc_plan_free(zc_plan *plan);

/* ---- integers ---- */

zc_coef zc_coef_of(zc_plan *plan, const mpz_t value);
zc_coef zc_coef_mul(zc_plan *plan, zc_coef a, zc_coef b);
zc_coef zc_coef_add(zc_plan *plan, zc_coef a, zc_coef b);
zc_coef zc_coef_neg(zc_plan *plan, zc_coef a);
void zc_coef_get(mpz_t out, const zc_plan *plan, zc_coef a);
bool zc_coef_is_zero(zc_coef a);

/* ---- variables ---- */

/* The first of `count` new variables. */
zc_var zc_plan_vars(zc_plan *plan, zc_block_kind kind, const char *name, uint32_t reg,
                    uint32_t count, const mpz_t lo, const mpz_t hi);
/* A variable for the value, one for each value; zc_plan_finish fixes it by a form. */
zc_var zc_plan_constant(zc_plan *plan, zc_coef value);
/* The forms of the constants, in one group: the last thing to add. */
void zc_plan_finish(zc_plan *plan);
const zc_block *zc_plan_block(const zc_plan *plan, zc_var var);
/* Makes the block that holds the variable one of private parameters. */
void zc_plan_mark_input(zc_plan *plan, zc_var var);

/* ---- constraints ---- */

/* One form at a time is built, term by term; equal variables are collected. */
void zc_form_add(zc_plan *plan, zc_coef factor, zc_var var);
void zc_form_add_product(zc_plan *plan, zc_coef factor, zc_var a, zc_var b);
void zc_form_add_constant(zc_plan *plan, zc_coef value);
/* Stores the form; `defines` is a variable with coefficient 1 or -1 in it, or ZC_NO_VAR. A form
 * that says 0 = 0 is stored, too, and takes no rows. */
void zc_form_end(zc_plan *plan, zc_var defines);
bool zc_form_is_empty(const zc_form *form); /* 0 = 0 */

/* Finds or makes a tag that covers lo .. hi. */
uint32_t zc_plan_tag(zc_plan *plan, zc_tag tag);
void zc_plan_lookup(zc_plan *plan, uint32_t tag, zc_var in, zc_var out);
int64_t zc_tag_value(const zc_tag *tag, int64_t in);
/* Rows of the table, the row of zeros included. */
uint64_t zc_plan_table_rows(const zc_plan *plan);

void zc_plan_output(zc_plan *plan, zc_var var, uint32_t instance_row);
/* Begins a committed value and returns its number; its elements follow in order. */
uint32_t zc_plan_commit(zc_plan *plan);
void zc_plan_commit_element(zc_plan *plan, zc_var var);

/* Begins a group; the forms (or look-ups) made until zc_group_end belong to it. */
uint32_t zc_group_begin(zc_plan *plan, const char *gadget, uint32_t node, bool is_lookup);
void zc_group_end(zc_plan *plan, uint32_t group, uint64_t elements);

/* ---- the audit ---- */

typedef enum zc_audit_kind {
    ZC_AUDIT_OK,
    ZC_AUDIT_WINDOW,    /* form `index` may leave (-p, p) */
    ZC_AUDIT_UNBOUNDED, /* variable `index`: no look-up, no defining form */
    ZC_AUDIT_UNRELATED, /* variable `index`: a hint in no relation */
} zc_audit_kind;

typedef struct zc_audit {
    zc_audit_kind kind;
    size_t index;
    uint32_t node; /* of the group that the form belongs to, UINT32_MAX: none */
} zc_audit;

/* The rules at the top of this file, for the field of `modulus` elements. */
zkml_status zc_plan_verify(zc_plan *plan, const mpz_t modulus, zc_audit *audit,
                           zkml_error *err) ZKML_NODISCARD;

#endif

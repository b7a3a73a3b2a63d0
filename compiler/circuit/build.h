/* build.h - making one plan and its witness program from the facts of a tensor program.
 *
 * The two grow side by side: every variable of the plan is an element of a register of the
 * witness program. Gadgets (gadget_*.c) work on a whole node: they make the registers of their
 * hints, the hints themselves, and then one set of forms for each element.
 *
 * There is one way to bring in a value that the prover chooses: zc_hint_make. It takes the range
 * that the value must have and makes the look-ups that enforce it; the caller owes the relation
 * (a form), and zc_plan_verify refuses a plan in which either is missing.
 */
#ifndef ZC_CIRCUIT_BUILD_H
#define ZC_CIRCUIT_BUILD_H

#include "compiler/circuit/facts.h"
#include "compiler/circuit/plan.h"
#include "runtime/circuit/program.h"

/* Limbs and one-look-up ranges have at most limb_bits bits; functions on domains of at most
 * table_bits bits are looked up instead of decomposed. The rest is for gadget_fuse.c. */
typedef struct zc_widths {
    uint32_t limb_bits;  /* 1 .. 20 */
    uint32_t table_bits; /* 0 .. 20 */
    bool fuse;           /* rounding, clamp and table in one look-up where it fits */
    bool trim;           /* constant ends of a table that no clamp cuts off are compared */
    bool fold;           /* of a symmetric table one half is looked up */
} zc_widths;

/* What gadget_fuse.c did for a node. */
typedef struct zc_fused {
    zc_node_id node;
    bool window;     /* else the whole domain is looked up */
    bool ends, folded;
    int64_t lo, hi;  /* what is looked up: of the rounded value, or of the operand */
    uint64_t rows;   /* of the table; 0: a range check does */
} zc_fused;

typedef struct zc_build {
    const zc_facts *facts;
    const zc_tir *tir;
    zc_widths widths;
    zc_plan plan;
    zk_arena arena;    /* operands of instructions */
    zk_winstr *instrs; /* `span` holds the number of the node it was made for */
    size_t instr_count, instr_capacity;
    zc_node_id node;      /* being lowered */
    uint32_t declined;    /* functions that did not fit table_bits */
    uint32_t trimmable, foldable; /* tables that `trim` and `fold` would make smaller */
    zc_fused *fused;      /* on the heap */
    size_t fused_count, fused_capacity;
    zc_node_id refused;   /* its values do not fit the field; ZC_NO_ID: none */
    zc_var *vars;         /* per node: its first cell, or ZC_NO_VAR */
    uint32_t *regs;       /* per node: its register, or ZC_NO_REG */
    /* per parameter and result: PUBLIC: the first row in the instance column; COMMITTED: the
     * number of the committed value */
    uint32_t *param_places, *result_places;
} zc_build;

/* The plan's status tells about failures; zc_build_free in every case. */
void zc_build_run(zc_build *b, const zc_facts *facts, zc_widths widths);
void zc_build_free(zc_build *b);

/* ---- elements (form.c) ---- */

/* factor * element e of node n, into the current form. */
void zc_add_element(zc_build *b, zc_node_id n, uint64_t e, zc_coef factor);
/* factor * what node n reads as its operand at a point. */
void zc_add_operand(zc_build *b, zc_node_id n, uint32_t operand, uint64_t point, zc_coef factor);
void zc_add_product(zc_build *b, zc_node_id n, uint32_t o, uint64_t point, zc_var other,
                    zc_coef factor);
/* The element's cell; facts->needs_cell asked for it. */
zc_var zc_cell(zc_build *b, zc_node_id n, uint64_t e);
zc_var zc_operand_cell(zc_build *b, zc_node_id n, uint32_t operand, uint64_t point);
/* The cell if the element has one without any further constraint, else ZC_NO_VAR. */
zc_var zc_free_cell(const zc_build *b, zc_node_id n, uint64_t e);
/* The cells of the operand at the points 0 .. count-1; NULL unless all are free. */
zc_var *zc_free_cells(zc_build *b, zc_node_id n, uint32_t operand, uint64_t count);
void zc_materialise(zc_build *b, zc_node_id n);

/* ---- registers (registers.c) ---- */

/* The node's value as a register, from the registers of its operands. */
void zc_node_register(zc_build *b, zc_node_id n);
/* What node n reads as its operand, one element for each point. */
uint32_t zc_operand_register(zc_build *b, zc_node_id n, uint32_t operand);

bool zc_fits_small(const mpz_t lo, const mpz_t hi);
/* A constant, to be read with step 0. */
uint32_t zc_reg_scalar(zc_build *b, const mpz_t value);
uint32_t zc_reg_scalar_si(zc_build *b, int64_t value);

/* Flat instructions over count elements. A step of 0 reads element 0 for all. */
typedef struct zc_source {
    uint32_t reg;
    int64_t step;
} zc_source;
#define ZC_EACH(r) ((zc_source){(r), 1})
#define ZC_ONE(r) ((zc_source){(r), 0})

uint32_t zc_reg_op(zc_build *b, zk_wop op, bool wide, uint64_t count, zc_source x, zc_source y);
/* SCALE: c0 x + c1; FLOOR and MOD: (c0 x + c1) by c2, through a wide register where c0 x + c1
 * does not fit int64_t for x in lo .. hi. c1 and c2 may be NULL: 0 and 1. */
uint32_t zc_reg_affine(zc_build *b, zk_wop op, bool wide, uint64_t count, zc_source x,
                       const mpz_t lo, const mpz_t hi, const mpz_t c0, const mpz_t c1,
                       const mpz_t c2);
uint32_t zc_reg_limb(zc_build *b, uint64_t count, uint32_t x, uint32_t shift, uint32_t width);
/* Over an outer count and an inner one (as a shape, or as a reduction): element (i, j) of an
 * operand stands at i * outer_step + j * inner_step. */
typedef struct zc_source2 {
    uint32_t reg;
    int64_t outer_step, inner_step;
} zc_source2;
uint32_t zc_reg_op2(zc_build *b, zk_wop op, bool wide, bool reduce, uint64_t outer, uint64_t inner,
                    zc_source2 x, zc_source2 y);
uint32_t zc_reg_input(zc_build *b, uint32_t param, uint64_t count);
uint32_t zc_reg_codes(zc_build *b, const int64_t *codes, uint64_t count);
/* values[x - lo]; outside the prover stops with a message that names the table. */
uint32_t zc_reg_table(zc_build *b, const int64_t *values, uint64_t size, int64_t lo, uint32_t x,
                      uint64_t count, const char *name);
/* The prover stops with the message unless every element is 1. */
void zc_reg_assert(zc_build *b, uint32_t reg, uint64_t count, const char *message);
void zc_reg_range(zc_build *b, uint32_t reg, uint64_t count, const mpz_t lo, const mpz_t hi,
                  const char *message);
bool zc_reg_wide(const zc_build *b, uint32_t reg);

/* ---- hints (gadget_range.c) ---- */

/*   EXACT  lo <= v <= hi
 *   LEAST  lo <= v, and v is at most some bound that is at least hi
 *   LOOSE  v lies in some interval that contains lo .. hi
 * The intervals are those of the look-ups used; zc_plan_verify works with them. */
typedef enum zc_bounding { ZC_EXACT, ZC_LEAST, ZC_LOOSE } zc_bounding;

enum { ZC_MAX_PARTS = 256 };

/* One integer per element: offset + sum weight_i part_i. */
typedef struct zc_hint {
    const char *name;
    uint32_t reg, count, parts;
    zc_var first[ZC_MAX_PARTS];
    uint32_t shift[ZC_MAX_PARTS]; /* weight 2^shift */
    mpz_t offset, lo, hi;
} zc_hint;

/* The register's elements as range-checked variables. Free with zc_hint_clear. */
void zc_hint_make(zc_build *b, zc_hint *hint, const char *name, uint32_t reg, uint64_t count,
                  const mpz_t lo, const mpz_t hi, zc_bounding bounding);
/* A bit. */
void zc_hint_bits(zc_build *b, zc_hint *hint, const char *name, uint32_t reg, uint64_t count);
void zc_hint_clear(zc_hint *hint);
void zc_hint_add(zc_build *b, const zc_hint *hint, uint64_t e, zc_coef factor);
/* The first of a block of variables that hold the hint in one piece. Not inside a form. */
zc_var zc_hint_cells(zc_build *b, const zc_hint *hint, zc_block_kind kind);
/* A function by look-up: new variables for register `out`; `in` are hints or cells. */
zc_var zc_lookup_cells(zc_build *b, zc_tag tag, const char *name, const zc_var *in, zc_var first_in,
                       uint32_t out, uint64_t count);
/* The function's argument as new variables, to be tied by a form, with the look-ups. */
zc_var zc_lookup_hint(zc_build *b, zc_tag tag, const char *in_name, const char *out_name,
                      uint32_t in, uint32_t out, uint64_t count, zc_var *out_first);
bool zc_fits_table(zc_build *b, const mpz_t lo, const mpz_t hi);
/* The tag for what follows a rounding, on lo .. hi. */
zc_tag zc_table_tag(const zc_build *b, const zc_rounding *r, int64_t lo, int64_t hi);

/* ---- gadgets: one function for each kind of node ---- */

void zc_gadget_param(zc_build *b, zc_node_id n);
void zc_gadget_results(zc_build *b);
void zc_gadget_rounding(zc_build *b, zc_node_id n);
/* The same, and a table with it; false, and nothing is made, where another gadget is better. */
bool zc_gadget_fused(zc_build *b, zc_node_id n);
void zc_gadget_div(zc_build *b, zc_node_id n);
void zc_gadget_max(zc_build *b, zc_node_id n);    /* MAX, MIN */
void zc_gadget_select(zc_build *b, zc_node_id n); /* RMAX, RMIN, ARGMAX */
void zc_gadget_compare(zc_build *b, zc_node_id n);
void zc_gadget_all(zc_build *b, zc_node_id n); /* ALL, ANY */
void zc_gadget_table(zc_build *b, zc_node_id n);
void zc_gadget_check(zc_build *b, zc_node_id n);
void zc_gadget_assert(zc_build *b, zc_node_id n);
void zc_claim_register(zc_build *b, zc_node_id n); /* a CLAIM's bit, without constraints */

void zc_build_no_memory(zc_build *b);
/* The program's values are too large for the field at this node: a diagnostic. */
void zc_build_refuse(zc_build *b, zc_node_id n);

#endif

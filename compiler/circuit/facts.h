/* facts.h - what lowering knows about a tensor program before it makes any constraint.
 *
 * Made once by zc_facts_init; several plans (for different limb widths) are built from it.
 *
 * Roles. Every node that matters is one of
 *
 *   CONSTANT  its elements are known numbers: no cells
 *   ALIAS     each element is an element of an operand: no cells
 *   FORM      each element is a linear or quadratic form of other elements; it is expanded where
 *             it is used, unless `materialise` gives it cells of its own
 *   GADGET    its elements are cells, made by a gadget
 *   CLAIM     a condition that is only asserted, and becomes constraints without a 0/1 value
 *   NONE      dead, or absorbed by the gadget of its only user
 */
#ifndef ZC_CIRCUIT_FACTS_H
#define ZC_CIRCUIT_FACTS_H

#include "compiler/tir/tir.h"
#include "runtime/base/error.h"

enum { ZC_MAX_POST = 16 };

typedef enum zc_role {
    ZC_ROLE_NONE,
    ZC_ROLE_CONSTANT,
    ZC_ROLE_ALIAS,
    ZC_ROLE_FORM,
    ZC_ROLE_GADGET,
    ZC_ROLE_CLAIM,
} zc_role;

/* How an operand is read. TABLE: table[flat number of the iteration point]. */
typedef enum zc_access_mode {
    ZC_ACCESS_SAME,   /* point number = element number, and every element is read once */
    ZC_ACCESS_SINGLE, /* always the element at the view's base */
    ZC_ACCESS_AFFINE,
    ZC_ACCESS_TABLE,
} zc_access_mode;

typedef struct zc_access {
    zc_access_mode mode;
    const uint32_t *table;
} zc_access;

/* A chain of roundings and clamps over one operand, folded into one function
 *
 *     y = G(clamp(q, lo, hi)),   q = floor((c0 x + c1) / c2)   (or to the nearest, ties to even)
 *
 * It is folded by two facts: for monotone f, f(clamp(x, l, h)) = clamp(f(x), f(l), f(h)); and
 * clamp(clamp(x, l, h), L, H) = clamp(x, clamp(l, L, H), clamp(h, L, H)). c2 = 1: no rounding.
 * With `even`, c1 = c2 / 2. has_lo and has_hi: the side can be reached at all.
 *
 * G is the identity, or the nodes of `post`, innermost first, the first of which is a TABLE: then
 * values[i] = G(first + i) for everything that clamp(q) can be. */
typedef struct zc_rounding {
    zc_node_id reader; /* the innermost node of the chain; x is read as its operand */
    uint32_t operand;
    bool even, has_lo, has_hi;
    mpz_t c0, c1, c2;
    mpz_t lo, hi;
    mpz_t q_lo, q_hi; /* range of q */
    zc_node_id post[ZC_MAX_POST];
    uint32_t post_count;
    int64_t *values, first;
    uint64_t value_count;
} zc_rounding;

/* What is folded into one function, if its only use is the next step of the chain. */
typedef enum zc_fusing {
    ZC_FUSE_ROUNDINGS, /* roundings and clamps */
    ZC_FUSE_TABLES,    /* and the table that reads them */
    ZC_FUSE_ALL,       /* and what follows the table up to the last rounding or clamp */
} zc_fusing;

typedef struct zc_fact {
    zc_role role;
    bool live, constant, needs_cell, materialise;
    uint32_t uses;     /* operands that refer to it, and results */
    uint32_t depth;    /* nested forms below it that are expanded */
    uint64_t reads;    /* how often elements are read, all together */
    uint64_t terms;    /* of one element, written out; an estimate */
    zc_access *access; /* one for each operand */
    uint64_t *starts;  /* STACK: the first element of each operand */
    int64_t *codes;    /* CONSTANT: the elements; NULL: all are node->lo */
    zc_rounding *rounding;
} zc_fact;

typedef struct zc_facts {
    const zc_tir *tir;
    zk_arena arena;
    zc_fact *facts;
    zc_rounding **roundings; /* to be cleared */
    size_t rounding_count, rounding_capacity;
    uint64_t points; /* of all live nodes */
    zc_fusing fusing;
    size_t followed; /* chains that go on after their table */
} zc_facts;

enum { ZC_FACTS_MAX_POINTS_LOG2 = 27 };

/* `facts` is to be freed in every case. ZKML_LIMIT: memory, or more points than fit a circuit. */
zkml_status zc_facts_init(zc_facts *facts, const zc_tir *tir, zc_fusing fusing,
                          zkml_error *err) ZKML_NODISCARD;
/* The part of zc_facts_init that finds chains (chain.c). */
zkml_status zc_facts_fold_chains(zc_facts *facts, zc_fusing fusing,
                                 zkml_error *err) ZKML_NODISCARD;
void zc_facts_free(zc_facts *facts);

/* Element of the operand that is read at a point (flat number, shape then reduction). */
uint64_t zc_facts_offset(const zc_facts *facts, zc_node_id node, uint32_t operand, uint64_t point);
/* For an ALIAS: the operand's element that element *e of *n is. */
void zc_facts_step(const zc_facts *facts, zc_node_id *n, uint64_t *e);
/* The first table of the program that is equal to this one, with ZC_FUSE_ROUNDINGS itself. */
uint32_t zc_facts_table(const zc_facts *facts, uint32_t index);
/* mode((c0 x + c1) / c2) of a rounding, without its clamp. */
void zc_rounding_apply(mpz_t out, const zc_rounding *r, const mpz_t x);
/* G(clamp(q, lo, hi)). The result fits 64 bits where there is a `post`, or both sides are clamped
 * to 64 bits; q_lo <= q <= q_hi. */
int64_t zc_rounding_value(const zc_rounding *r, int64_t q);

#endif

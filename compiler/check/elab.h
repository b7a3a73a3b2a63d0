/* elab.h - the checker's inside: values, types, frames, and the calls between its files.
 *
 * Elaboration is one abstract interpretation of the syntax tree. A zc_value is what an expression
 * means. Values are immutable and live in the arena.
 *
 * Axes and iterators. A tensor value has a list of axes, one iterator for each dimension, and
 * says by an index expression over them which element it means (`sym`: the element's flat offset
 * in its node or data, or the integer itself). Subscripting substitutes axes; `let y[i] = e`
 * makes the index i an axis of e's value. An expression inside an index equation, a reduction or
 * an elementwise call may also depend on iterators of the scopes around it: they occur in `sym`
 * without being axes. A node is made over exactly the iterators that its operands depend on
 * (zc_place), so views, broadcasts and hidden batch dimensions cost nothing.
 *
 * Errors: a function that reported one returns the poison value (or NULL, false); nothing is
 * reported about poison. When memory runs out, zc_check_alloc jumps back to the entry point.
 */
#ifndef ZC_CHECK_ELAB_H
#define ZC_CHECK_ELAB_H

#include <setjmp.h>

#include "compiler/check/check.h"
#include "compiler/check/range.h"
#include "compiler/check/real.h"
#include "compiler/check/symbol.h"
#include "compiler/check/weights.h"
#include "compiler/front/front.h"
#include "compiler/spelling.h"
#include "compiler/tir/build.h"

enum {
    ZC_MAX_EVAL_DEPTH = 2000,        /* nested expressions, through all calls */
    ZC_MAX_EVALS = 1 << 23,          /* expressions of a program, counted at each expansion */
    ZC_MAX_NODES = 1 << 19,          /* operations of its tensor program */
    ZC_MAX_STATEMENTS = 10000,       /* of a block */
    ZC_MAX_LOOP = 4096,              /* rounds of a loop */
    ZC_MAX_BITS = 128,               /* of a type */
    ZC_MAX_FRACTION = 256,           /* of a type or literal: steps down to 2^-256 */
    ZC_TABLE_ENTRIES = 1 << 16,      /* of one table */
    ZC_MAX_GUARD_POINTS = 1 << 24,   /* points tried to prove a guarded subscript */
    ZC_MAX_INDEX_DATA = 1 << 24,     /* elements of index values used as data */
};

/* ---- types ---- */

typedef struct zc_ctype {
    bool num; /* any number: range, scale and kind are not set */
    zc_type_kind kind;
    uint32_t bits, fraction; /* FIX and UFIX */
    zc_range *range;
    mpq_ptr scale;
    uint32_t rank;
    uint32_t extent[ZC_MAX_RANK];
    const char *text; /* without dimensions, for messages */
    zc_span span;
} zc_ctype;

/* ---- values ---- */

/* Numbers known at compile time, row-major: real numbers that still need a verb (`weights` from
 * a file, or `reals`), or codes (`codes`; scale NULL: load_raw, the declared type gives it). */
typedef struct zc_data {
    const char *name;
    uint32_t rank;
    uint32_t extent[ZC_MAX_RANK];
    uint64_t count;
    const zc_weights *weights;
    mpq_t *reals;
    int64_t *codes;
    mpq_srcptr scale;
    const zc_tir *tir; /* the program that has these codes as its node `node` */
    zc_node_id node;
} zc_data;

typedef enum zc_value_kind {
    ZC_VAL_POISON, /* reported already */
    ZC_VAL_NUMBER, /* exact rational; scale NULL: a literal, which takes any scale it fits */
    ZC_VAL_INDEX,  /* integer, or condition (truth), given by sym */
    ZC_VAL_DATA,   /* element sym of data */
    ZC_VAL_TENSOR, /* element sym of node */
    ZC_VAL_REAL,   /* expression of real numbers (or truth value) over the axes: needs a verb,
                      which is all that takes one with axes */
    ZC_VAL_STRING,
    ZC_VAL_TUPLE,
} zc_value_kind;

typedef struct zc_value zc_value;
struct zc_value {
    zc_value_kind kind;
    bool truth; /* NUMBER, INDEX, REAL: a truth value */
    uint32_t rank;
    zc_iter *const *axes;
    mpq_srcptr number;
    mpq_srcptr scale; /* NUMBER (may be NULL), TENSOR */
    const zc_sym *sym;
    zc_data *data;
    zc_node_id node;
    const char *string;
    const zc_value *const *items; /* TUPLE */
    size_t item_count;
    const zc_real *real; /* REAL, and the numbers of its leaves (reals.c) */
    const uint32_t *leaves;
    uint32_t leaf_count;
};

/* ---- scopes ---- */

typedef struct zc_binding zc_binding;
struct zc_binding {
    zc_binding *next; /* earlier */
    const char *name;
    const zc_value *value;
    zc_span span;
    bool index;
};

typedef struct zc_frame zc_frame;
struct zc_frame {
    zc_frame *caller;
    const zc_decl *decl; /* NULL: type expressions of the file */
    const zc_file *file;
    zc_span call_span;
    uint32_t call; /* in tir->calls */
    uint32_t depth;
    zc_binding *scope; /* innermost first */
};

typedef enum zc_progress { ZC_UNSEEN, ZC_BUSY, ZC_DONE } zc_progress;

/* What is known about a declaration. */
typedef struct zc_item {
    zc_progress progress;
    const zc_value *value; /* const */
    const zc_ctype *type;  /* type */
    zc_table *table;       /* table; NULL: poison */
    const zc_ctype *inputs[2];
    const zc_ctype *output;
    const zc_tir *tir; /* the program that has it as table number `index` */
    uint32_t index;
} zc_item;

typedef struct zc_unit {
    const zc_file *file;
    zc_item *items; /* parallel to file->decls */
} zc_unit;

typedef struct zc_number_pool zc_number_pool;

struct zc_checker {
    zc_session *session;
    zk_arena *arena;
    const zc_program *program;
    zc_unit *units;
    size_t unit_count;
    zc_number_pool *numbers; /* all GMP values, released with the checker */
    zc_weight_store weights;
    zc_reals reals;
    const zc_value **leaf_values; /* of all REALs; NULL: the parameter of a table */
    mpq_t *leaf_numbers;          /* while they are evaluated */
    uint32_t leaf_count;
    size_t leaf_value_capacity, leaf_number_capacity;
    const zc_decl **circuits;
    size_t circuit_count;
    jmp_buf no_memory;
    uint64_t next_order;
    bool sym_failed;

    zc_tir *tir;
    zc_frame *frame;
    const zc_sym *path; /* index condition of the `if` arms around; NULL: none */
    bool index_mode;    /* `/` and `%` are those of index arithmetic */
    const struct zc_target *array_verb; /* applies to the items of the array literal at hand */
    const zc_expr *asserted; /* an assertion's comparison: that it is decided is no warning, */
    const char *decided;     /* but explains why it can never hold */
    uint32_t depth;     /* of zc_eval */
    uint32_t evals;
    bool too_large; /* reported */
    struct zc_called *called;   /* circuits that tests called, elaborated */
    struct zc_testing *testing; /* the test that is run; NULL: none, or a circuit that it calls */
    const zc_value *sides[2];   /* of the asserted comparison, of one shape */
};

/* ---- core.c: memory, numbers, texts, diagnostics ---- */

void *zc_check_alloc(zc_checker *ck, size_t count, size_t size);
_Noreturn void zc_check_no_memory(zc_checker *ck);
mpz_ptr zc_new_integer(zc_checker *ck);
mpq_ptr zc_new_rational(zc_checker *ck);
zc_range *zc_new_range(zc_checker *ck);
void zc_numbers_free(zc_number_pool *pool);

/* Labels the calls that the place is reached by. */
void zc_label_calls(const zc_checker *ck, zc_diag *diag, zc_span span);
/* zc_error with the call chain attached; the result may be NULL. */
zc_diag *zc_complain(zc_checker *ck, zc_code code, zc_span span, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
const char *zc_text(zc_checker *ck, const char *format, ...) __attribute__((format(printf, 2, 3)));
const char *zc_real_text(zc_checker *ck, mpq_srcptr value);
/* The same, but exact: "1/3" where that says "about 0.333333". */
const char *zc_fraction_text(zc_checker *ck, mpq_srcptr value);
/* "-8 .. 7.9375" of codes with a scale. */
const char *zc_range_text(zc_checker *ck, const zc_range *range, mpq_srcptr scale);
/* "-8 .. 7.9375, step 2^-4 (codes -128 .. 127)" */
const char *zc_range_long(zc_checker *ck, const zc_range *range, mpq_srcptr scale);
const char *zc_step_text(zc_checker *ck, mpq_srcptr scale);
const char *zc_shape_text(zc_checker *ck, uint32_t rank, const uint32_t *extent);
const char *zc_value_shape(zc_checker *ck, const zc_value *value);
/* What a value is, as the subject of a sentence: "a tensor of shape [3, 4]". */
const char *zc_value_text(zc_checker *ck, const zc_value *value);
/* The source text of a span, "..." when it is long or spans lines. */
const char *zc_source_text(zc_checker *ck, zc_span span);
/* Notes which sum gives the value its range, if one does. */
void zc_note_origin(zc_checker *ck, zc_diag *diag, const zc_value *value);
/* "fix(12, 4)": a type wide enough for these codes, for help lines. */
const char *zc_wide_type(zc_checker *ck, const zc_range *range, mpq_srcptr scale);

/* ---- names.c: the pass over all files before elaboration ---- */

void zc_check_names(zc_checker *ck);
zc_item *zc_item_of(zc_checker *ck, const zc_file *file, const zc_decl *decl);
zc_binding *zc_find_binding(const zc_frame *frame, const char *name);
void zc_bind(zc_checker *ck, zc_ident name, const zc_value *value, bool index);
bool zc_is_builtin(const char *name);
/* The declaration that a name or module.name expression means; *file is where it stands. NULL:
 * not a declaration (nothing reported). */
const zc_decl *zc_callee(zc_checker *ck, const zc_expr *e, const zc_file **file);

/* ---- edit.c: edits of the last help line of a diagnostic ---- */

/* `verb SPAN to type`, in parentheses where it needs them; the verb alone in a constant. */
void zc_edit_verb(zc_checker *ck, zc_diag *diag, zc_span span, const char *verb, const char *type);
/* A comparison, such as " != 0", behind an expression. */
void zc_edit_behind(zc_checker *ck, zc_diag *diag, zc_span span, const char *behind);
/* Other brackets for those that begin at or after `from` and end with the whole. */
void zc_edit_brackets(zc_checker *ck, zc_diag *diag, zc_span whole, uint32_t from,
                      const char *open, const char *close);
/* Where a file can have one more `use`; *behind: the white space after it ("" after another). */
zc_span zc_place_of_use(zc_checker *ck, const zc_file *file, const char **behind);

/* ---- habit.c: help lines for names of other languages; false: none ---- */

bool zc_habit_function(zc_checker *ck, zc_diag *diag, const zc_file *file, zc_ident name);
void zc_habit_member(zc_diag *diag, zc_ident base, zc_ident member);
bool zc_habit_type(zc_diag *diag, zc_ident name);

/* ---- focus.c ---- */

/* Called with the value of every expression and of every name that is bound. */
void zc_focus_value(zc_checker *ck, zc_span span, const zc_value *value);

/* ---- types.c ---- */

/* NULL: reported. */
const zc_ctype *zc_resolve_type(zc_checker *ck, const zc_type_expr *type);
/* Only what is before the dimensions. */
const zc_ctype *zc_resolve_element(zc_checker *ck, const zc_type_expr *type);
const zc_ctype *zc_named_type(zc_checker *ck, const zc_file *file, const zc_decl *decl,
                              zc_span span);
/* A dimension or bound: a positive compile-time integer. */
bool zc_resolve_extent(zc_checker *ck, const zc_expr *e, const char *what, uint32_t *extent);
/* A compile-time rational; false: reported. */
bool zc_resolve_number(zc_checker *ck, const zc_expr *e, const char *what, mpq_ptr out);
/* The value as one of this type: scale and range fit (literals take the scale), shape unchecked.
 * Never rounds. Poison: reported, naming `what`. */
const zc_value *zc_fit_type(zc_checker *ck, const zc_value *value, const zc_ctype *type,
                            zc_span span, const char *what);
/* Shape and type. */
const zc_value *zc_fit(zc_checker *ck, const zc_value *value, const zc_ctype *type, zc_span span,
                       const char *what);
bool zc_fit_shape(zc_checker *ck, const zc_value *value, const zc_ctype *type, zc_span span,
                  const char *what);

/* ---- value.c ---- */

extern const zc_value zc_poison;
const zc_value *zc_number_value(zc_checker *ck, mpq_srcptr number, mpq_srcptr scale);
const zc_value *zc_integer_value(zc_checker *ck, int64_t value);
const zc_value *zc_truth_value(zc_checker *ck, bool truth);
const zc_value *zc_index_value(zc_checker *ck, const zc_sym *sym, bool truth, uint32_t rank,
                               zc_iter *const *axes);
/* All of the data, with fresh axes. */
const zc_value *zc_data_value(zc_checker *ck, zc_data *data);
/* All of a node whose shape has `rank` dimensions, with fresh axes. */
const zc_value *zc_node_value(zc_checker *ck, zc_node_id node, mpq_srcptr scale);
const zc_value *zc_with_axes(zc_checker *ck, const zc_value *value, uint32_t rank,
                             zc_iter *const *axes);
/* Axes (a prefix of them) replaced by index expressions; the others stay. */
const zc_value *zc_value_at(zc_checker *ck, const zc_value *value, const zc_sym *const *subs,
                            uint32_t count);
bool zc_is_compile_time(const zc_value *value); /* NUMBER or INDEX */
/* The integer or condition as an index expression; NULL: it is none. */
const zc_sym *zc_value_sym(zc_checker *ck, const zc_value *value);
/* A NUMBER, or an INDEX or scalar that is constant; NULL: neither. */
mpq_srcptr zc_value_number(zc_checker *ck, const zc_value *value);
/* Equal shapes, or one scalar; both then have the same axes. */
bool zc_unify(zc_checker *ck, zc_span span, const char *what, const zc_value **a,
              const zc_value **b);
/* The code of a compile-time number and the scale it has: its own, the context's if it is a
 * literal and fits, else 2^-f. NULL: reported. */
mpq_srcptr zc_number_code(zc_checker *ck, mpz_ptr code, const zc_value *value, mpq_srcptr number,
                          mpq_srcptr scale, zc_span span);
/* The value as a TENSOR. `scale` is the context's, NULL: none. Poison: reported. */
const zc_value *zc_as_tensor(zc_checker *ck, const zc_value *value, mpq_srcptr scale,
                             zc_span span);
/* A scalar TENSOR with these codes, one for each point of the iterators. */
const zc_value *zc_codes_value(zc_checker *ck, const zc_iter_set *set, int64_t *codes,
                               mpq_srcptr scale);
/* The number that a scalar known at compile time is at the iterators' points; false: reported. */
bool zc_compile_time_element(zc_checker *ck, const zc_value *value, mpq_ptr out, zc_span span);
/* Both as TENSORs of one scale, the finer one. */
bool zc_align(zc_checker *ck, zc_span a_span, zc_span b_span, const zc_value **a,
              const zc_value **b);
/* A type with `scale` that holds the TENSOR when it is rounded to it, for help lines. */
const char *zc_rounded_type(zc_checker *ck, const zc_value *value, mpq_srcptr scale);
/* The TENSOR with n = its scale / scale; the quotient must be an integer. */
const zc_value *zc_rescale(zc_checker *ck, const zc_value *value, mpq_srcptr scale, zc_span span);
void zc_value_range(zc_checker *ck, zc_range *out, const zc_value *tensor);

/* Where a node is made: the iterators that its operands depend on, in scope order, then axes,
 * then those of the reduction. */
typedef struct zc_place {
    zc_iter *iters[ZC_MAX_RANK];
    zc_space space;
    zc_span span;
} zc_place;

typedef struct zc_iters {
    zc_iter *const *items;
    uint32_t count;
} zc_iters;

/* `values` are TENSORs; `extra` (NULL: none) is an index expression that takes part. */
bool zc_place_make(zc_checker *ck, zc_place *place, zc_span span, const zc_value *const *values,
                   size_t count, const zc_sym *extra, zc_iters axes, zc_iters reduce);
zc_operand zc_place_read(zc_checker *ck, const zc_place *place, const zc_value *value);
zc_ix_id zc_place_ix(zc_checker *ck, const zc_place *place, const zc_sym *sym);
/* The node as a value with these axes; reports what does not fit the field or the limits. The
 * nodes from number `before` on are new and get the scale. */
const zc_value *zc_place_done(zc_checker *ck, const zc_place *place, zc_node_id node,
                              size_t before, mpq_srcptr scale, zc_iters axes);
/* Elementwise node of one or two operands with the same axes. */
typedef struct zc_elementwise {
    zc_op op;
    zc_cmp cmp;
    zc_round_mode mode;
    uint32_t shift, table;
    mpz_srcptr c0, c1;
    const zc_range *range; /* REFINE */
} zc_elementwise;
const zc_value *zc_emit(zc_checker *ck, zc_span span, const zc_elementwise *what,
                        const zc_value *a, const zc_value *b, mpq_srcptr scale);
/* Under index conditions around: the value where they hold, else `fallback` (a code). */
const zc_value *zc_guard(zc_checker *ck, const zc_value *value, mpz_srcptr fallback, zc_span span);
/* if condition then a else b, all aligned. `condition` is an index expression. */
const zc_value *zc_choose(zc_checker *ck, zc_span span, const zc_sym *condition,
                          const zc_value *a, const zc_value *b);

/* ---- constants.c ---- */

/* The value of a constant; coded data is a TENSOR of the program at hand. */
const zc_value *zc_constant(zc_checker *ck, const zc_file *file, const zc_decl *decl);

/* ---- load.c ---- */

/* load(...) or load_raw(...); `declared` (may be NULL) is the type that the value is for. */
const zc_value *zc_load(zc_checker *ck, const zc_expr *call, const zc_ctype *declared);
/* The expression, which is declared to have this type (NULL: none). */
const zc_value *zc_eval_declared(zc_checker *ck, const zc_expr *e, const zc_ctype *declared);

/* ---- table.c ---- */

/* NULL: reported. */
zc_item *zc_table_item(zc_checker *ck, const zc_file *file, const zc_decl *decl);
/* ---- reals.c ---- */

void zc_leaves_free(zc_checker *ck);
/* A REAL that stands for a number that is not fixed: an INDEX, an element of DATA, or (NULL) the
 * parameter of a table. */
const zc_value *zc_real_leaf(zc_checker *ck, const zc_value *value, zc_span span);
/* Its elements are known at compile time. */
bool zc_is_known(const zc_checker *ck, const zc_value *value);
/* Any scalar number known at compile time as a REAL; poison: reported. */
const zc_value *zc_real_number(zc_checker *ck, const zc_value *value, zc_span span);
/* The operation on scalars known at compile time; poison: reported. */
const zc_value *zc_real_apply(zc_checker *ck, zc_span span, zc_real_op op,
                              const zc_value *const *values, const zc_span *spans);
const zc_value *zc_real_binary(zc_checker *ck, zc_ast_op op, zc_span span, zc_span a_span,
                               const zc_value *a, zc_span b_span, const zc_value *b);
/* A NUMBER or a truth value instead of a REAL that is one; poison: it has no value (reported). */
const zc_value *zc_real_settle(zc_checker *ck, const zc_value *value, zc_span span);
/* The REAL rounded: a NUMBER, or a TENSOR that depends on the iterators of its leaves. */
const zc_value *zc_real_verb(zc_checker *ck, const zc_value *value, zc_verb verb,
                             const zc_ctype *type, zc_span span);
/* Reports that a REAL needs a verb; poison. */
const zc_value *zc_real_unrounded(zc_checker *ck, zc_span span);

typedef struct zc_real_outcome {
    zc_real_status status;
    bool fits; /* in the type */
    zc_real_fault fault;
} zc_real_outcome;

/* The code of an expression in the type with the leaves as they are set; false: there is none. */
bool zc_real_code(zc_checker *ck, mpz_ptr out, const zc_real *real, zc_verb verb,
                  const zc_ctype *type, zc_real_outcome *outcome);
/* Reports why; `where` is such as " for x = 3", or ""; `verb_span` is that of a table's verb, else
 * none. */
void zc_real_explain(zc_checker *ck, mpz_srcptr code, const zc_real_outcome *outcome,
                     const zc_ctype *type, zc_span span, const char *where, zc_span verb_span);

/* ---- expression.c ---- */

const zc_value *zc_eval(zc_checker *ck, const zc_expr *e);
const zc_value *zc_eval_index(zc_checker *ck, const zc_expr *e);
const zc_value *zc_binary(zc_checker *ck, zc_ast_op op, zc_span span, zc_span a_span,
                          const zc_value *a, zc_span b_span, const zc_value *b);
const zc_value *zc_extremum(zc_checker *ck, bool max, zc_span span, zc_span a_span,
                            const zc_value *a, zc_span b_span, const zc_value *b);
/* A truth value as an INDEX condition, or a TENSOR in 0 .. 1 of scale 1. Poison: reported. */
const zc_value *zc_as_truth(zc_checker *ck, const zc_value *value, zc_span span,
                            const char *what);

/* ---- select.c ---- */

const zc_value *zc_eval_array(zc_checker *ck, const zc_expr *e);
const zc_value *zc_eval_if(zc_checker *ck, const zc_expr *e);

/* ---- index.c ---- */

const zc_value *zc_eval_subscript(zc_checker *ck, const zc_expr *e);
const zc_value *zc_eval_reduce(zc_checker *ck, const zc_expr *e);
/* Binds the indices of an equation, loop or reduction over `body`; false: reported. */
bool zc_bind_indices(zc_checker *ck, const zc_index_list *indices, const zc_expr *body,
                     zc_iter **iters);

/* ---- verb.c ---- */

/* What a verb is applied to. */
typedef struct zc_target {
    zc_verb verb;
    zc_span verb_span;
    zc_span span; /* of the expression */
    const zc_ctype *type;
} zc_target;

zc_round_mode zc_verb_mode(zc_verb verb);
const zc_value *zc_eval_verb(zc_checker *ck, zc_verb verb, zc_span span, const zc_expr *e,
                             const zc_ctype *type);
const zc_value *zc_apply_verb(zc_checker *ck, const zc_target *target, const zc_value *value);

/* ---- call.c ---- */

/* The argument of each parameter, in the parameters' order; false: reported. */
bool zc_match_arguments(zc_checker *ck, const zc_expr *e, const zc_decl *decl,
                        const zc_ast_param_list *params, const zc_arg **matched);
bool zc_eval_arguments(zc_checker *ck, const zc_arg *const *args, size_t count,
                       const zc_value **values);
const zc_value *zc_eval_call(zc_checker *ck, const zc_expr *e);
const zc_value *zc_eval_block(zc_checker *ck, const zc_block *block);
const zc_value *zc_eval_loop(zc_checker *ck, const zc_expr *e);

/* ---- assertion.c ---- */

void zc_eval_assert(zc_checker *ck, const zc_stmt *stmt);

/* ---- check.c ---- */

/* A node whose elements are the value's in row-major order; ZC_NO_ID: reported. */
zc_node_id zc_whole_node(zc_checker *ck, const zc_value *value, zc_span span);
/* The circuit into ck->tir; false: reported. */
bool zc_elaborate(zc_checker *ck, const zc_file *file, const zc_decl *decl);
/* Verifies and optimises an elaborated program. */
zkml_status zc_finish_program(zc_tir *tir, zkml_error *err) ZKML_NODISCARD;
/* Whatever the step needs memory for; false: there was not enough. */
bool zc_checker_run(zc_checker *ck, void (*step)(zc_checker *, const zc_decl *),
                    const zc_decl *decl);
zkml_status zc_checker_no_memory(zkml_error *err);

/* ---- testing.c: the test at hand, ck->testing ---- */

void zc_called_free(struct zc_called *called);

/* A circuit's results for arguments, and `prove` of a call. */
const zc_value *zc_eval_circuit(zc_checker *ck, const zc_expr *e, const zc_file *file,
                                const zc_decl *decl);
void zc_eval_prove(zc_checker *ck, const zc_stmt *stmt);
/* The test is over: everything is poison from here on. */
bool zc_test_stopped(const zc_checker *ck);
/* Computes the assertions and checks that were made; `asserted` is the comparison they come from,
 * or NULL. False: the test is over. */
bool zc_test_settle(zc_checker *ck, const zc_expr *asserted);
/* An assertion of constants that does not hold at the iterators' points; false: no test is run. */
bool zc_test_false(zc_checker *ck, const zc_stmt *stmt, const zc_expr *e, const zc_iter_set *set);

#endif

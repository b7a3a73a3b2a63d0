/* ast.h - the syntax tree: what the user wrote, nothing more.
 *
 * Made by the parser from one file, read by the module loader, the printer and the checker,
 * changed by nobody afterwards (the loader fills zc_use.target). Nodes come from the session's
 * arena. Names are interned: compare pointers. Every node has its span; a parenthesised
 * expression keeps the span of what is inside.
 *
 * Invariants: no pointer is NULL unless its comment says so; no expression, type or block is
 * deeper than ZC_AST_MAX_DEPTH, so recursion over the tree is safe; a node of an ERROR kind
 * stands where a diagnostic was reported. A file with syntax errors still gives the tree of
 * everything that could be parsed.
 *
 * Operators, visibilities and parameters carry ast in their names: the tensor IR (tir/tir.h)
 * has its own, and the checker sees both.
 */
#ifndef ZC_FRONT_AST_H
#define ZC_FRONT_AST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "compiler/source.h"

#define ZC_AST_MAX_DEPTH 500u

typedef struct zc_expr zc_expr;
typedef struct zc_type_expr zc_type_expr;
typedef struct zc_block zc_block;
typedef struct zc_decl zc_decl;
typedef struct zc_file zc_file;

typedef struct zc_ident {
    const char *name; /* interned; NULL where an optional identifier is absent */
    zc_span span;
} zc_ident;

typedef enum zc_verb {
    ZC_VERB_NONE, /* only in const declarations */
    ZC_VERB_EXACT,
    ZC_VERB_FLOOR,
    ZC_VERB_ROUND,
    ZC_VERB_ROUNDEVEN,
    ZC_VERB_CLAMP,
    ZC_VERB_CHECK,
} zc_verb;

typedef enum zc_reducer {
    ZC_REDUCE_SUM,
    ZC_REDUCE_MAX,
    ZC_REDUCE_MIN,
    ZC_REDUCE_ARGMAX,
    ZC_REDUCE_ALL,
    ZC_REDUCE_ANY,
} zc_reducer;

typedef enum zc_ast_op {
    ZC_AST_NEG, /* unary */
    ZC_AST_NOT, /* unary */
    ZC_AST_ADD,
    ZC_AST_SUB,
    ZC_AST_MUL,
    ZC_AST_DIV,
    ZC_AST_MOD,
    ZC_AST_POW,
    ZC_AST_LT,
    ZC_AST_GT,
    ZC_AST_LE,
    ZC_AST_GE,
    ZC_AST_EQ,
    ZC_AST_NE,
    ZC_AST_AND,
    ZC_AST_OR,
} zc_ast_op;

typedef enum zc_ast_visibility {
    ZC_VIS_PUBLIC,
    ZC_VIS_PRIVATE,
    ZC_VIS_COMMITTED,
} zc_ast_visibility;

/* An index of an index equation, a reduction or a loop: `i` or `i < bound`. */
typedef struct zc_index {
    zc_ident name;
    zc_expr *bound; /* NULL: inferred from plain subscripts */
} zc_index;

typedef struct zc_index_list {
    zc_index *items;
    size_t count;
} zc_index_list;

typedef struct zc_expr_list {
    zc_expr **items;
    size_t count;
} zc_expr_list;

typedef struct zc_ident_list {
    zc_ident *items;
    size_t count;
} zc_ident_list;

/* An argument of a call: `value` or `name = value`. */
typedef struct zc_arg {
    zc_ident name; /* name.name is NULL for a positional argument */
    zc_expr *value;
    zc_span span;
} zc_arg;

typedef enum zc_expr_kind {
    ZC_EXPR_ERROR,  /* reported already */
    ZC_EXPR_NAME,   /* u.name */
    ZC_EXPR_INT,    /* u.literal: decimal digits, or "0x" and hexadecimal digits */
    ZC_EXPR_REAL,   /* u.literal: digits '.' digits, optional exponent; or digits exponent */
    ZC_EXPR_STRING, /* u.string */
    ZC_EXPR_BOOL,   /* u.boolean */
    ZC_EXPR_UNARY,  /* u.unary */
    ZC_EXPR_BINARY, /* u.binary */
    ZC_EXPR_INDEX,  /* u.index: base[items] */
    ZC_EXPR_CALL,   /* u.call; `max(a, b)` and `min(a, b)` are calls of the names max and min */
    ZC_EXPR_MEMBER, /* u.member: base.name */
    ZC_EXPR_TUPLE,  /* u.list, at least two items */
    ZC_EXPR_ARRAY,  /* u.list, at least one item */
    ZC_EXPR_REDUCE, /* u.reduce: sum[i, j](body) */
    ZC_EXPR_VERB,   /* u.verb: round value to type */
    ZC_EXPR_IF,     /* u.cond */
    ZC_EXPR_LOOP,   /* u.loop: loop name = init for index < bound body */
} zc_expr_kind;

struct zc_expr {
    zc_expr_kind kind;
    uint32_t depth; /* 1 + the depth of the deepest child */
    zc_span span;
    union {
        zc_ident name;
        const char *literal; /* without underscores; value by zc_literal_rational (literal.h) */
        const char *string;  /* escapes decoded; holds no NUL */
        bool boolean;
        struct {
            zc_ast_op op;
            zc_span op_span;
            zc_expr *operand;
        } unary;
        struct {
            zc_ast_op op;
            zc_span op_span;
            zc_expr *left;
            zc_expr *right;
        } binary;
        struct {
            zc_expr *base;
            zc_expr_list subscripts;
        } index;
        struct {
            zc_expr *callee;
            zc_arg *args;
            size_t count;
        } call;
        struct {
            zc_expr *base;
            zc_ident name;
        } member;
        zc_expr_list list;
        struct {
            zc_reducer reducer;
            zc_span op_span; /* the word sum, max, ... */
            zc_index_list indices;
            zc_expr *body;
        } reduce;
        struct {
            zc_verb verb; /* never ZC_VERB_NONE */
            zc_span verb_span;
            zc_expr *value;
            zc_type_expr *type; /* without dimensions */
        } verb;
        struct {
            zc_expr *condition;
            zc_expr *then_value;
            zc_expr *else_value;
        } cond;
        struct {
            zc_ident name; /* the carried value */
            zc_expr *init;
            zc_index index; /* bound is never NULL */
            zc_block *body;
        } loop;
    } u;
};

typedef enum zc_ast_type_kind {
    ZC_AST_TYPE_ERROR, /* reported already */
    ZC_AST_TYPE_INT,   /* int(low .. high) */
    ZC_AST_TYPE_FIX,   /* fix(bits, fraction [, low .. high]) */
    ZC_AST_TYPE_UFIX,  /* ufix(bits, fraction [, low .. high]) */
    ZC_AST_TYPE_QUANT, /* quant(scale, low .. high) */
    ZC_AST_TYPE_BOOL,
    ZC_AST_TYPE_NUM,
    ZC_AST_TYPE_NAME, /* name, or module.name */
} zc_ast_type_kind;

struct zc_type_expr {
    zc_ast_type_kind kind;
    zc_span span;
    zc_expr *bits;     /* FIX and UFIX, else NULL */
    zc_expr *fraction; /* FIX and UFIX, else NULL */
    zc_expr *scale;    /* QUANT, else NULL */
    zc_expr *low;      /* INT and QUANT; FIX and UFIX: may be NULL */
    zc_expr *high;     /* exactly when low is there */
    zc_ident module;   /* NAME: may be absent */
    zc_ident name;     /* NAME */
    zc_expr_list dims; /* empty: a scalar */
    uint32_t depth;
};

typedef enum zc_stmt_kind {
    ZC_STMT_ERROR,     /* reported already */
    ZC_STMT_LET,       /* let name[indices]: type = value; */
    ZC_STMT_LET_TUPLE, /* let (names) = value; */
    ZC_STMT_PROVE,     /* prove value; */
    ZC_STMT_ASSERT,    /* assert value, "message"; */
} zc_stmt_kind;

typedef struct zc_stmt {
    zc_stmt_kind kind;
    zc_span span;
    zc_ident name;         /* LET */
    zc_index_list indices; /* LET; empty: a plain value */
    zc_type_expr *type;    /* LET; may be NULL */
    zc_ident_list names;   /* LET_TUPLE */
    zc_expr *value;        /* all but ERROR */
    const char *message;   /* ASSERT; may be NULL */
} zc_stmt;

struct zc_block {
    zc_span span; /* with the braces */
    zc_stmt **stmts;
    size_t count;
    zc_expr *value; /* may be NULL */
    uint32_t depth;
};

/* A parameter of a function, table or circuit. */
typedef struct zc_ast_param {
    zc_ident name;
    zc_type_expr *type;
    zc_ast_visibility visibility; /* circuits only */
    zc_span span;
} zc_ast_param;

typedef struct zc_ast_param_list {
    zc_ast_param *items;
    size_t count;
} zc_ast_param_list;

typedef struct zc_output {
    zc_ast_visibility visibility; /* public or committed */
    zc_type_expr *type;
    zc_span span;
} zc_output;

typedef enum zc_decl_kind {
    ZC_DECL_USE,
    ZC_DECL_TYPE,
    ZC_DECL_CONST,
    ZC_DECL_TABLE,
    ZC_DECL_FN,
    ZC_DECL_CIRCUIT,
    ZC_DECL_TEST,
} zc_decl_kind;

typedef enum zc_use_kind {
    ZC_USE_STDLIB,  /* use nn; */
    ZC_USE_FILE,    /* use "./layers.zt" as layers; */
    ZC_USE_FOREIGN, /* use onnx "m.onnx" as net; */
} zc_use_kind;

typedef struct zc_use {
    zc_use_kind kind;
    zc_ident format;  /* FOREIGN */
    const char *path; /* FILE and FOREIGN; else NULL */
    zc_span path_span;
    zc_file *target; /* set by the module loader; NULL when it could not be loaded (reported) */
} zc_use;

struct zc_decl {
    zc_decl_kind kind;
    uint32_t place;  /* in file->decls */
    zc_span span;    /* from the keyword to the end; without the doc comment */
    const char *doc; /* lines without "///" and one space, joined by '\n'; NULL: none */
    zc_ident name;   /* the declared name; USE: the name it is used by; TEST: absent */
    union {
        zc_use use;
        struct {
            zc_type_expr *type;
        } type;
        struct {
            zc_type_expr *type; /* may be NULL */
            zc_verb verb;       /* NONE: the value is used as it is */
            zc_span verb_span;
            zc_expr *value;
        } constant;
        struct {
            zc_ast_param_list params; /* one or more (the checker allows one or two) */
            zc_type_expr *result; /* without dimensions */
            zc_verb verb;
            zc_span verb_span;
            zc_expr *value;
        } table;
        struct {
            zc_ident_list shape_vars;
            zc_ast_param_list params;
            zc_type_expr *result; /* may be NULL */
            zc_expr *value;       /* `= value;`, else NULL */
            zc_block *body;       /* `{ ... }`, else NULL */
        } fn;
        struct {
            zc_ast_param_list params;
            zc_output *outputs; /* empty: a pure assertion circuit */
            size_t output_count;
            zc_block *body;
        } circuit;
        struct {
            const char *title;
            zc_span title_span;
            bool fails;
            const char *failure; /* the expected message; NULL: any */
            zc_block *body;
        } test;
    } u;
};

/* One parsed file. */
struct zc_file {
    uint32_t source; /* its number in the sources */
    const char *doc; /* doc comment at the start, set off by a blank line; NULL: none */
    zc_decl **decls;
    size_t count;
    const zc_decl **by_name; /* hash table for zc_find_decl; slot_count is a power of two */
    size_t slot_count;
};

/* The word or sign the user writes. */
const char *zc_verb_name(zc_verb verb);
const char *zc_reducer_name(zc_reducer reducer);
const char *zc_ast_op_name(zc_ast_op op);
const char *zc_ast_visibility_name(zc_ast_visibility visibility);

#endif

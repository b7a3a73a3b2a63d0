/* parser.y - the grammar of .zt files; actions only call the builders of build.h. */
%require "3.8"
%define api.pure full
%define api.prefix {zc_yy}
%define api.token.prefix {ZC_TOK_}
%define api.location.type {zc_span}
%define parse.error custom
%define parse.lac full
%locations
%expect 0
%parse-param {zc_parser *parser}
%lex-param {zc_parser *parser}

%code requires {
#include "compiler/front/build.h"
}

%code {
/* Deeper stacks than this come from nesting beyond ZC_AST_MAX_DEPTH. */
#define YYMAXDEPTH 20000

#define YYLLOC_DEFAULT(current, rhs, n)                                                            \
    do {                                                                                           \
        if (n)                                                                                     \
            (current) = zc_span_join(YYRHSLOC(rhs, 1), YYRHSLOC(rhs, n));                          \
        else                                                                                       \
            (current) = (zc_span){YYRHSLOC(rhs, 0).file, YYRHSLOC(rhs, 0).end,                     \
                                  YYRHSLOC(rhs, 0).end};                                           \
    } while (0)

#define NAME(text, span) ((zc_ident){(text), (span)})
#define EXPRS(list) ((zc_expr_list){(list).items, (list).count})
#define INDICES(list) ((zc_index_list){(list).items, (list).count})
#define NAMES(list) ((zc_ident_list){(list).items, (list).count})
#define PARAMS(list) ((zc_ast_param_list){(list).items, (list).count})

static void zc_yyerror(const zc_span *span, zc_parser *parser, const char *message);

static int zc_yylex(ZC_YYSTYPE *value, zc_span *span, zc_parser *parser)
{
    return zc_parser_token(parser, &value->text, span);
}
}

%initial-action { @$ = (zc_span){parser->lexer.source, 0, 0}; }

%union {
    const char *text;
    zc_expr *expr;
    zc_type_expr *type;
    zc_stmt *stmt;
    zc_block *block;
    zc_decl *decl;
    zc_list list;
    zc_index index;
    zc_arg arg;
    zc_ast_param param;
    zc_output output;
    zc_verb verb;
    zc_reducer reducer;
    zc_ast_visibility visibility;
    struct {
        zc_expr *low;
        zc_expr *high;
    } range;
    struct {
        zc_verb verb;
        zc_span span;
        zc_expr *value;
    } init;
    struct {
        zc_expr *value;
        zc_block *body;
    } body;
    struct {
        bool fails;
        const char *message;
    } failure;
}

%token END 0 "end of file"
%token <text> IDENT "a name" INTLIT "an integer" REALLIT "a decimal" STRING "a string"
%token <text> DOC "a doc comment"
%token USE "`use`" AS "`as`" TYPE "`type`" CONST "`const`" TABLE "`table`" FN "`fn`"
%token CIRCUIT "`circuit`" TEST "`test`" FAILS "`fails`" PROVE "`prove`" PUBLIC "`public`"
%token PRIVATE "`private`" COMMITTED "`committed`" LET "`let`" ASSERT "`assert`" IF "`if`"
%token THEN "`then`" ELSE "`else`" LOOP "`loop`" FOR "`for`" TO "`to`"
%token INT "`int`" FIX "`fix`" UFIX "`ufix`" QUANT "`quant`" BOOL "`bool`" NUM "`num`"
%token EXACT "`exact`" FLOOR "`floor`" ROUND "`round`" ROUNDEVEN "`roundeven`" CLAMP "`clamp`"
%token CHECK "`check`" SUM "`sum`" MAX "`max`" MIN "`min`" ARGMAX "`argmax`" ALL "`all`"
%token ANY "`any`" AND "`and`" OR "`or`" NOT "`not`" TRUE "`true`" FALSE "`false`"
%token ARROW "`->`" DOTDOT "`..`" LE "`<=`" GE "`>=`" EQ "`==`" NE "`!=`"

%left OR
%left AND
%precedence NOT
%left '+' '-'
%left '*' '/' '%'
%precedence NEG
%right '^'

%type <decl> decl use type_decl const_decl table_decl fn_decl circuit_decl test_decl
%type <init> init
%type <list> docs tparams shape_vars names params param_list cparams cparam_list opt_out outs
%type <list> stmts opt_idx idxs dims exprs args arg_list
%type <param> tparam param cparam
%type <type> opt_type opt_ret type elem
%type <body> fn_body
%type <visibility> vis
%type <output> out
%type <failure> opt_fails
%type <block> block
%type <stmt> stmt
%type <index> idx
%type <range> range
%type <verb> verb
%type <reducer> reducer
%type <expr> expr cond arith postfix primary
%type <arg> arg

%%
input
    : file
    | file docs { zc_trailing_docs(parser, $2); }
    ;
file
    : %empty
    | file item
    ;
item
    : decl { zc_add_decl(parser, (zc_list){0}, $1); }
    | docs decl { zc_add_decl(parser, $1, $2); }
    | error
    | docs error
    ;
docs
    : DOC {
        zc_doc line = {$1, @1};
        $$ = (zc_list){0};
        ZC_LIST_ADD(parser, &$$, line);
    }
    | docs DOC {
        zc_doc line = {$2, @2};
        $$ = $1;
        ZC_LIST_ADD(parser, &$$, line);
    }
    ;
decl
    : use
    | type_decl
    | const_decl
    | table_decl
    | fn_decl
    | circuit_decl
    | test_decl
    ;

/* These words start declarations and nothing else: whatever was wrong before ends here. */
use_word: USE { yyerrok; } ;
type_word: TYPE { yyerrok; } ;
const_word: CONST { yyerrok; } ;
table_word: TABLE { yyerrok; } ;
fn_word: FN { yyerrok; } ;
circuit_word: CIRCUIT { yyerrok; } ;
test_word: TEST { yyerrok; } ;

use
    : use_word IDENT ';' {
        $$ = zc_new_decl(parser, (zc_decl){.kind = ZC_DECL_USE, .span = @$, .name = NAME($2, @2),
                                           .u.use = {.kind = ZC_USE_STDLIB}});
    }
    | use_word STRING AS IDENT ';' {
        $$ = zc_new_decl(parser, (zc_decl){.kind = ZC_DECL_USE, .span = @$, .name = NAME($4, @4),
                                           .u.use = {.kind = ZC_USE_FILE, .path = $2,
                                                     .path_span = @2}});
    }
    | use_word IDENT STRING AS IDENT ';' {
        $$ = zc_new_decl(parser, (zc_decl){.kind = ZC_DECL_USE, .span = @$, .name = NAME($5, @5),
                                           .u.use = {.kind = ZC_USE_FOREIGN,
                                                     .format = NAME($2, @2), .path = $3,
                                                     .path_span = @3}});
    }
    ;
type_decl
    : type_word IDENT '=' type ';' {
        $$ = zc_new_decl(parser, (zc_decl){.kind = ZC_DECL_TYPE, .span = @$, .name = NAME($2, @2),
                                           .u.type = {.type = $4}});
    }
    ;
const_decl
    : const_word IDENT opt_type '=' init ';' {
        $$ = zc_new_decl(parser, (zc_decl){.kind = ZC_DECL_CONST, .span = @$, .name = NAME($2, @2),
                                           .u.constant = {.type = $3, .verb = $5.verb,
                                                          .verb_span = $5.span,
                                                          .value = $5.value}});
    }
    ;
init
    : expr {
        $$.verb = ZC_VERB_NONE;
        $$.span = ZC_NO_SPAN;
        $$.value = $1;
    }
    | verb expr {
        $$.verb = $1;
        $$.span = @1;
        $$.value = $2;
    }
    ;
table_decl
    : table_word IDENT '(' tparams ')' ARROW elem '=' verb expr ';' {
        $$ = zc_new_decl(parser, (zc_decl){.kind = ZC_DECL_TABLE, .span = @$, .name = NAME($2, @2),
                                           .u.table = {.params = PARAMS($4), .result = $7,
                                                       .verb = $9, .verb_span = @9,
                                                       .value = $10}});
    }
    ;
tparams
    : tparam { $$ = (zc_list){0}; ZC_LIST_ADD(parser, &$$, $1); }
    | tparams ',' tparam { $$ = $1; ZC_LIST_ADD(parser, &$$, $3); }
    ;
tparam
    : IDENT ':' elem {
        $$ = (zc_ast_param){.name = NAME($1, @1), .type = $3, .visibility = ZC_VIS_PRIVATE,
                            .span = @$};
    }
    ;

fn_decl
    : fn_word IDENT shape_vars '(' params ')' opt_ret fn_body {
        $$ = zc_new_decl(parser, (zc_decl){.kind = ZC_DECL_FN, .span = @$, .name = NAME($2, @2),
                                           .u.fn = {.shape_vars = NAMES($3), .params = PARAMS($5),
                                                    .result = $7, .value = $8.value,
                                                    .body = $8.body}});
    }
    ;
fn_body
    : '=' expr ';' { $$.value = $2; $$.body = NULL; }
    | block { $$.value = NULL; $$.body = $1; }
    ;
shape_vars
    : %empty { $$ = (zc_list){0}; }
    | '[' names ']' { $$ = $2; }
    ;
names
    : IDENT {
        zc_ident name = NAME($1, @1);
        $$ = (zc_list){0};
        ZC_LIST_ADD(parser, &$$, name);
    }
    | names ',' IDENT {
        zc_ident name = NAME($3, @3);
        $$ = $1;
        ZC_LIST_ADD(parser, &$$, name);
    }
    ;
params
    : %empty { $$ = (zc_list){0}; }
    | param_list
    ;
param_list
    : param { $$ = (zc_list){0}; ZC_LIST_ADD(parser, &$$, $1); }
    | param_list ',' param { $$ = $1; ZC_LIST_ADD(parser, &$$, $3); }
    ;
param
    : IDENT ':' type {
        $$ = (zc_ast_param){.name = NAME($1, @1), .type = $3, .visibility = ZC_VIS_PRIVATE,
                            .span = @$};
    }
    ;
opt_ret
    : %empty { $$ = NULL; }
    | ARROW type { $$ = $2; }
    ;

circuit_decl
    : circuit_word IDENT '(' cparams ')' opt_out block {
        $$ = zc_new_decl(parser, (zc_decl){.kind = ZC_DECL_CIRCUIT, .span = @$,
                                           .name = NAME($2, @2),
                                           .u.circuit = {.params = PARAMS($4), .outputs = $6.items,
                                                         .output_count = $6.count, .body = $7}});
    }
    ;
cparams
    : %empty { $$ = (zc_list){0}; }
    | cparam_list
    ;
cparam_list
    : cparam { $$ = (zc_list){0}; ZC_LIST_ADD(parser, &$$, $1); }
    | cparam_list ',' cparam { $$ = $1; ZC_LIST_ADD(parser, &$$, $3); }
    ;
cparam
    : vis IDENT ':' type {
        $$ = (zc_ast_param){.name = NAME($2, @2), .type = $4, .visibility = $1, .span = @$};
    }
    ;
vis
    : PUBLIC { $$ = ZC_VIS_PUBLIC; }
    | PRIVATE { $$ = ZC_VIS_PRIVATE; }
    | COMMITTED { $$ = ZC_VIS_COMMITTED; }
    ;
opt_out
    : %empty { $$ = (zc_list){0}; }
    | ARROW out { $$ = (zc_list){0}; ZC_LIST_ADD(parser, &$$, $2); }
    | ARROW '(' outs ')' { $$ = $3; }
    ;
outs
    : out ',' out {
        $$ = (zc_list){0};
        ZC_LIST_ADD(parser, &$$, $1);
        ZC_LIST_ADD(parser, &$$, $3);
    }
    | outs ',' out { $$ = $1; ZC_LIST_ADD(parser, &$$, $3); }
    ;
out
    : PUBLIC type { $$ = (zc_output){.visibility = ZC_VIS_PUBLIC, .type = $2, .span = @$}; }
    | COMMITTED type { $$ = (zc_output){.visibility = ZC_VIS_COMMITTED, .type = $2, .span = @$}; }
    ;

test_decl
    : test_word STRING opt_fails block {
        $$ = zc_new_decl(parser, (zc_decl){.kind = ZC_DECL_TEST, .span = @$,
                                           .u.test = {.title = $2, .title_span = @2,
                                                      .fails = $3.fails, .failure = $3.message,
                                                      .body = $4}});
    }
    ;
opt_fails
    : %empty { $$.fails = false; $$.message = NULL; }
    | FAILS { $$.fails = true; $$.message = NULL; }
    | FAILS STRING { $$.fails = true; $$.message = $2; }
    ;

block
    : '{' stmts '}' { $$ = zc_new_block(parser, @$, $2, NULL); }
    | '{' stmts expr '}' { $$ = zc_new_block(parser, @$, $2, $3); }
    | '{' stmts error '}' { $$ = zc_new_block(parser, @$, $2, zc_new_error(parser, @3)); }
    ;
stmts
    : %empty { $$ = (zc_list){0}; }
    | stmts stmt { $$ = $1; ZC_LIST_ADD(parser, &$$, $2); }
    ;
stmt
    : LET IDENT opt_idx opt_type '=' expr ';' {
        $$ = zc_new_stmt(parser, (zc_stmt){.kind = ZC_STMT_LET, .span = @$, .name = NAME($2, @2),
                                           .indices = INDICES($3), .type = $4, .value = $6});
    }
    | LET '(' names ')' '=' expr ';' {
        $$ = zc_new_stmt(parser, (zc_stmt){.kind = ZC_STMT_LET_TUPLE, .span = @$,
                                           .names = NAMES($3), .value = $6});
    }
    | PROVE expr ';' {
        $$ = zc_new_stmt(parser, (zc_stmt){.kind = ZC_STMT_PROVE, .span = @$, .value = $2});
    }
    | ASSERT expr ';' {
        $$ = zc_new_stmt(parser, (zc_stmt){.kind = ZC_STMT_ASSERT, .span = @$, .value = $2});
    }
    | ASSERT expr ',' STRING ';' {
        $$ = zc_new_stmt(parser, (zc_stmt){.kind = ZC_STMT_ASSERT, .span = @$, .value = $2,
                                           .message = $4});
    }
    | error ';' { $$ = zc_new_stmt(parser, (zc_stmt){.kind = ZC_STMT_ERROR, .span = @$}); }
    ;
opt_idx
    : %empty { $$ = (zc_list){0}; }
    | '[' idxs ']' { $$ = $2; }
    ;
idxs
    : idx { $$ = (zc_list){0}; ZC_LIST_ADD(parser, &$$, $1); }
    | idxs ',' idx { $$ = $1; ZC_LIST_ADD(parser, &$$, $3); }
    ;
idx
    : IDENT { $$ = (zc_index){NAME($1, @1), NULL}; }
    | IDENT '<' arith { $$ = (zc_index){NAME($1, @1), $3}; }
    ;
opt_type
    : %empty { $$ = NULL; }
    | ':' type { $$ = $2; }
    ;

type
    : elem
    | elem '[' dims ']' { $$ = zc_add_dims(parser, $1, $3, @$); }
    ;
dims
    : arith { $$ = (zc_list){0}; ZC_LIST_ADD(parser, &$$, $1); }
    | dims ',' arith { $$ = $1; ZC_LIST_ADD(parser, &$$, $3); }
    ;
elem
    : INT '(' range ')' {
        $$ = zc_new_type(parser, (zc_type_expr){.kind = ZC_AST_TYPE_INT, .span = @$,
                                                .low = $3.low, .high = $3.high});
    }
    | FIX '(' arith ',' arith ')' {
        $$ = zc_new_type(parser, (zc_type_expr){.kind = ZC_AST_TYPE_FIX, .span = @$, .bits = $3,
                                                .fraction = $5});
    }
    | FIX '(' arith ',' arith ',' range ')' {
        $$ = zc_new_type(parser, (zc_type_expr){.kind = ZC_AST_TYPE_FIX, .span = @$, .bits = $3,
                                                .fraction = $5, .low = $7.low, .high = $7.high});
    }
    | UFIX '(' arith ',' arith ')' {
        $$ = zc_new_type(parser, (zc_type_expr){.kind = ZC_AST_TYPE_UFIX, .span = @$, .bits = $3,
                                                .fraction = $5});
    }
    | UFIX '(' arith ',' arith ',' range ')' {
        $$ = zc_new_type(parser, (zc_type_expr){.kind = ZC_AST_TYPE_UFIX, .span = @$, .bits = $3,
                                                .fraction = $5, .low = $7.low, .high = $7.high});
    }
    | QUANT '(' arith ',' range ')' {
        $$ = zc_new_type(parser, (zc_type_expr){.kind = ZC_AST_TYPE_QUANT, .span = @$, .scale = $3,
                                                .low = $5.low, .high = $5.high});
    }
    | BOOL { $$ = zc_new_type(parser, (zc_type_expr){.kind = ZC_AST_TYPE_BOOL, .span = @$}); }
    | NUM { $$ = zc_new_type(parser, (zc_type_expr){.kind = ZC_AST_TYPE_NUM, .span = @$}); }
    | IDENT {
        $$ = zc_new_type(parser, (zc_type_expr){.kind = ZC_AST_TYPE_NAME, .span = @$,
                                                .name = NAME($1, @1)});
    }
    | IDENT '.' IDENT {
        $$ = zc_new_type(parser, (zc_type_expr){.kind = ZC_AST_TYPE_NAME, .span = @$,
                                                .module = NAME($1, @1), .name = NAME($3, @3)});
    }
    ;
range
    : arith DOTDOT arith { $$.low = $1; $$.high = $3; }
    ;

verb
    : EXACT { $$ = ZC_VERB_EXACT; }
    | FLOOR { $$ = ZC_VERB_FLOOR; }
    | ROUND { $$ = ZC_VERB_ROUND; }
    | ROUNDEVEN { $$ = ZC_VERB_ROUNDEVEN; }
    | CLAMP { $$ = ZC_VERB_CLAMP; }
    | CHECK { $$ = ZC_VERB_CHECK; }
    ;
expr
    : cond
    | verb expr TO elem {
        $$ = zc_new_expr(parser, (zc_expr){.kind = ZC_EXPR_VERB, .span = @$,
                                           .u.verb = {$1, @1, $2, $4}});
        parser->verb_end = @$.end;
    }
    | IF expr THEN expr ELSE expr {
        $$ = zc_new_expr(parser, (zc_expr){.kind = ZC_EXPR_IF, .span = @$,
                                           .u.cond = {$2, $4, $6}});
    }
    | LOOP IDENT '=' expr FOR IDENT '<' arith block {
        $$ = zc_new_expr(parser, (zc_expr){.kind = ZC_EXPR_LOOP, .span = @$,
                                           .u.loop = {.name = NAME($2, @2), .init = $4,
                                                      .index = {NAME($6, @6), $8}, .body = $9}});
    }
    ;
cond
    : arith
    | cond OR cond { $$ = zc_new_binary(parser, ZC_AST_OR, @2, $1, $3, @$); }
    | cond AND cond { $$ = zc_new_binary(parser, ZC_AST_AND, @2, $1, $3, @$); }
    | NOT cond { $$ = zc_new_unary(parser, @$, ZC_AST_NOT, @1, $2); }
    | arith '<' arith { $$ = zc_new_binary(parser, ZC_AST_LT, @2, $1, $3, @$); }
    | arith '>' arith { $$ = zc_new_binary(parser, ZC_AST_GT, @2, $1, $3, @$); }
    | arith LE arith { $$ = zc_new_binary(parser, ZC_AST_LE, @2, $1, $3, @$); }
    | arith GE arith { $$ = zc_new_binary(parser, ZC_AST_GE, @2, $1, $3, @$); }
    | arith EQ arith { $$ = zc_new_binary(parser, ZC_AST_EQ, @2, $1, $3, @$); }
    | arith NE arith { $$ = zc_new_binary(parser, ZC_AST_NE, @2, $1, $3, @$); }
    ;
arith
    : postfix
    | arith '+' arith { $$ = zc_new_binary(parser, ZC_AST_ADD, @2, $1, $3, @$); }
    | arith '-' arith { $$ = zc_new_binary(parser, ZC_AST_SUB, @2, $1, $3, @$); }
    | arith '*' arith { $$ = zc_new_binary(parser, ZC_AST_MUL, @2, $1, $3, @$); }
    | arith '/' arith { $$ = zc_new_binary(parser, ZC_AST_DIV, @2, $1, $3, @$); }
    | arith '%' arith { $$ = zc_new_binary(parser, ZC_AST_MOD, @2, $1, $3, @$); }
    | arith '^' arith { $$ = zc_new_binary(parser, ZC_AST_POW, @2, $1, $3, @$); }
    | '-' arith %prec NEG { $$ = zc_new_unary(parser, @$, ZC_AST_NEG, @1, $2); }
    ;
postfix
    : primary
    | postfix '[' exprs ']' {
        $$ = zc_new_expr(parser, (zc_expr){.kind = ZC_EXPR_INDEX, .span = @$,
                                           .u.index = {$1, EXPRS($3)}});
    }
    | postfix '(' args ')' { $$ = zc_new_call(parser, @$, $1, $3); }
    | postfix '.' IDENT {
        $$ = zc_new_expr(parser, (zc_expr){.kind = ZC_EXPR_MEMBER, .span = @$,
                                           .u.member = {$1, NAME($3, @3)}});
    }
    ;
primary
    : IDENT { $$ = zc_new_name(parser, @$, $1); }
    | INTLIT { $$ = zc_new_number(parser, @$, ZC_EXPR_INT, $1); }
    | REALLIT { $$ = zc_new_number(parser, @$, ZC_EXPR_REAL, $1); }
    | STRING {
        $$ = zc_new_expr(parser, (zc_expr){.kind = ZC_EXPR_STRING, .span = @$, .u.string = $1});
    }
    | TRUE {
        $$ = zc_new_expr(parser, (zc_expr){.kind = ZC_EXPR_BOOL, .span = @$, .u.boolean = true});
    }
    | FALSE {
        $$ = zc_new_expr(parser, (zc_expr){.kind = ZC_EXPR_BOOL, .span = @$, .u.boolean = false});
    }
    | '(' expr ')' { $$ = $2; }
    | '(' expr ',' exprs ')' {
        zc_list items = {0};
        ZC_LIST_ADD(parser, &items, $2);
        for (size_t i = 0; i < $4.count; i++)
            ZC_LIST_ADD(parser, &items, ((zc_expr **)$4.items)[i]);
        $$ = zc_new_expr(parser, (zc_expr){.kind = ZC_EXPR_TUPLE, .span = @$,
                                           .u.list = EXPRS(items)});
    }
    | '[' exprs ']' {
        $$ = zc_new_expr(parser, (zc_expr){.kind = ZC_EXPR_ARRAY, .span = @$,
                                           .u.list = EXPRS($2)});
    }
    | reducer '[' idxs ']' '(' expr ')' {
        $$ = zc_new_expr(parser, (zc_expr){.kind = ZC_EXPR_REDUCE, .span = @$,
                                           .u.reduce = {$1, @1, INDICES($3), $6}});
    }
    | MAX '(' args ')' { $$ = zc_new_word_call(parser, @$, "max", @1, $3); }
    | MIN '(' args ')' { $$ = zc_new_word_call(parser, @$, "min", @1, $3); }
    ;
reducer
    : SUM { $$ = ZC_REDUCE_SUM; }
    | MAX { $$ = ZC_REDUCE_MAX; }
    | MIN { $$ = ZC_REDUCE_MIN; }
    | ARGMAX { $$ = ZC_REDUCE_ARGMAX; }
    | ALL { $$ = ZC_REDUCE_ALL; }
    | ANY { $$ = ZC_REDUCE_ANY; }
    ;
exprs
    : expr { $$ = (zc_list){0}; ZC_LIST_ADD(parser, &$$, $1); }
    | exprs ',' expr { $$ = $1; ZC_LIST_ADD(parser, &$$, $3); }
    ;
args
    : %empty { $$ = (zc_list){0}; }
    | arg_list
    ;
arg_list
    : arg { $$ = (zc_list){0}; ZC_LIST_ADD(parser, &$$, $1); }
    | arg_list ',' arg { $$ = $1; ZC_LIST_ADD(parser, &$$, $3); }
    ;
arg
    : expr { $$ = (zc_arg){.name = NAME(NULL, @1), .value = $1, .span = @$}; }
    | IDENT '=' expr { $$ = (zc_arg){.name = NAME($1, @1), .value = $3, .span = @$}; }
    ;
%%

const char *zc_token_name(int kind)
{
    return yysymbol_name(YYTRANSLATE(kind));
}

/* Called with "memory exhausted" only; syntax errors go to yyreport_syntax_error. */
static void zc_yyerror(const zc_span *span, zc_parser *parser, const char *message)
{
    (void)message;
    zc_report_nesting(parser, *span);
}

static int yyreport_syntax_error(const yypcontext_t *context, zc_parser *parser)
{
    yysymbol_kind_t kinds[YYNTOKENS];
    const char *names[YYNTOKENS];
    int count = yypcontext_expected_tokens(context, kinds, YYNTOKENS);
    if (count < 0)
        return count;
    for (int i = 0; i < count; i++)
        names[i] = yysymbol_name(kinds[i]);
    zc_report_syntax(parser, names, (size_t)count, yysymbol_name(yypcontext_token(context)));
    return 0;
}

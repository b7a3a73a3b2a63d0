/* Names that other languages and libraries have, and what they are called here. */
#include <stdio.h>
#include <string.h>

#include "compiler/check/elab.h"
#include "compiler/front/front.h"

typedef struct habit {
    const char *name, *help;
} habit;

static const char *find(const habit *list, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i].name, name) == 0)
            return list[i].help;
    return NULL;
}

#define FIND(list, name) find(list, sizeof(list) / sizeof *(list), name)

/* ---- functions ---- */

static const habit functions[] = {
    {"zeros", "a tensor of zeros is an equation: `let z[i < 4] = 0;`"},
    {"zeros_like", "a tensor of zeros is an equation: `let z[i < 4] = 0;`"},
    {"ones", "a tensor of ones is an equation: `let z[i < 4] = 1;`"},
    {"arange", "numbers in a row are an equation: `let z[i < 4] = i;`"},
    {"range", "an index has its bound in an equation, `let y[i < 4] = x[i];`, or a reduction, "
              "`sum[i < 4](x[i])`"},
    {"len", "sizes are part of types: declare `fn f[N](x: num[N])`, and `N` is the size of `x`"},
    {"shape", "sizes are part of types: declare `fn f[N](x: num[N])`, and `N` is the size of `x`"},
    {"print", "values are shown by `zkmlc run FILE.zt -i INPUT.json --trace`"},
    {"println", "values are shown by `zkmlc run FILE.zt -i INPUT.json --trace`"},
    {"log", "values are shown by `zkmlc run FILE.zt -i INPUT.json --trace`"},
    {"mean", "a mean is a rounded sum: `round sum[i](x[i]) / N to T`"},
    {"average", "a mean is a rounded sum: `round sum[i](x[i]) / N to T`"},
    {"softmax", "a softmax divides tables of `exp` by their sum; the class alone is "
                "`argmax[i](x[i])`"},
    {"clip", "saturation is a verb: `clamp x to fix(8, 4)`"},
    {"int", "a verb converts: `round x to int(0 .. 9)`"},
    {"float", "numbers stay fixed-point numbers: `exact x to fix(16, 8)`"},
    {"Num2Bits", "types are checked when values enter: give the parameter a range, "
                 "`int(0 .. 255)`"},
    {"LessThan", "comparisons are operators: `x < y`"},
    {"GreaterThan", "comparisons are operators: `x > y`"},
    {"IsZero", "comparisons are operators: `x == 0`"},
    {"assert_eq", "an assertion is a statement: `assert x == y;`"},
    {"require", "an assertion is a statement: `assert x > 0, \"message\";`"},
    {"where", "a choice is written `if c then x else y`; elementwise, `let z[i] = if c[i] then "
              "x[i] else y[i];`"},
    {"Mux1", "a choice is written `if c then x else y`"},
    {"reshape", "another shape is an equation: `let f[i < 6] = x[i / 3, i % 3];`"},
    {"concat", "tensors are joined by an equation: `let z[i < 8] = if i < 4 then x[i] else "
               "y[i - 4];`"},
    {"concatenate", "tensors are joined by an equation: `let z[i < 8] = if i < 4 then x[i] else "
                    "y[i - 4];`"},
    {"sorted", "order is asserted: `use stats;` has `stats.is_sorted(x)`"},
};

static void import(zc_checker *ck, zc_diag *diag, const zc_file *file, zc_ident name,
                   const char *module)
{
    zc_span before = {name.span.file, name.span.start, name.span.start};
    zc_diag_fix(diag, before, zc_text(ck, "%s.", module),
                "the standard library has `%s.%s`: `use %s;`", module, name.name, module);
    const char *interned = zc_intern(ck->session, module, strlen(module));
    const zc_decl *known = interned == NULL ? NULL : zc_find_decl(file, interned);
    if (known != NULL && known->kind == ZC_DECL_USE)
        return;
    const char *behind;
    zc_span place = zc_place_of_use(ck, file, &behind);
    zc_diag_edit(diag, place,
                 zc_text(ck, "%suse %s;%s", behind[0] == '\0' ? "\n" : "", module, behind));
}

bool zc_habit_function(zc_checker *ck, zc_diag *diag, const zc_file *file, zc_ident name)
{
    const char *module = zc_stdlib_module_of(name.name);
    if (module != NULL) {
        import(ck, diag, file, name, module);
        return true;
    }
    const char *help = FIND(functions, name.name);
    if (help != NULL)
        zc_diag_help(diag, "%s", help);
    return help != NULL;
}

/* ---- members of values ---- */

void zc_habit_member(zc_diag *diag, zc_ident base, zc_ident member)
{
    static const habit members[] = {
        {"T", "`let t[i, j] = %s[j, i];` is the transpose; `linalg.transpose(%s)` too"},
        {"transpose", "`let t[i, j] = %s[j, i];` is the transpose; `linalg.transpose(%s)` too"},
        {"shape", "sizes are part of types: declare `fn f[N](x: num[N])`, and `N` is the size"},
        {"size", "sizes are part of types: declare `fn f[N](x: num[N])`, and `N` is the size"},
        {"length", "sizes are part of types: declare `fn f[N](x: num[N])`, and `N` is the size"},
        {"len", "sizes are part of types: declare `fn f[N](x: num[N])`, and `N` is the size"},
        {"reshape", "another shape is an equation: `let f[i < 6] = %s[i / 3, i %% 3];`"},
        {"view", "another shape is an equation: `let f[i < 6] = %s[i / 3, i %% 3];`"},
        {"flatten", "another shape is an equation: `let f[i < 6] = %s[i / 3, i %% 3];`"},
        {"mean", "a mean is a rounded sum: `round sum[i](%s[i]) / N to T`"},
        {"relu", "`max(%s, 0)`"},
        {"clamp", "saturation is a verb: `clamp %s to fix(8, 4)`"},
        {"clip", "saturation is a verb: `clamp %s to fix(8, 4)`"},
        {"round", "rounding is a verb: `round %s to fix(8, 4)`"},
        {"astype", "a verb converts: `round %s to fix(8, 4)`"},
        {"to", "a verb converts: `round %s to fix(8, 4)`"},
        {"abs", "`abs(%s)`"},
        {"exp", "`exp` is for a `table`: `table f(x: fix(8, 4)) -> fix(8, 4) = round exp(x);`"},
    };
    const char *help = FIND(members, member.name);
    char text[200];
    size_t length = 0;
    for (; help != NULL && *help != '\0' && length + 1 < sizeof text; help++) {
        bool name = help[0] == '%' && help[1] == 's';
        if (name)
            length += (size_t)snprintf(text + length, sizeof text - length, "%s", base.name);
        else if (help[0] != '%' || help[1] != '%')
            text[length++] = *help;
        help += name;
        length = length < sizeof text ? length : sizeof text - 1;
    }
    text[length] = '\0';
    if (length > 0)
        zc_diag_help(diag, "%s", text);
}

/* ---- types ---- */

bool zc_habit_type(zc_diag *diag, zc_ident name)
{
    static const struct {
        const char *name, *own;
        bool guess; /* the bits are an example */
    } types[] = {
        {"u8", "int(0 .. 255)", false},
        {"i8", "int(-128 .. 127)", false},
        {"u16", "int(0 .. 65535)", false},
        {"i16", "int(-32768 .. 32767)", false},
        {"u32", "int(0 .. 4294967295)", false},
        {"i32", "int(-2147483648 .. 2147483647)", false},
        {"byte", "int(0 .. 255)", false},
        {"uint8", "int(0 .. 255)", false},
        {"uint8_t", "int(0 .. 255)", false},
        {"int8", "int(-128 .. 127)", false},
        {"int8_t", "int(-128 .. 127)", false},
        {"int16", "int(-32768 .. 32767)", false},
        {"int32", "int(-2147483648 .. 2147483647)", false},
        {"boolean", "bool", false},
        {"integer", "int(-32768 .. 32767)", true},
        {"uint", "int(0 .. 65535)", true},
        {"float", "fix(16, 8)", true},
        {"float16", "fix(16, 8)", true},
        {"float32", "fix(16, 8)", true},
        {"float64", "fix(32, 16)", true},
        {"f16", "fix(16, 8)", true},
        {"f32", "fix(16, 8)", true},
        {"f64", "fix(32, 16)", true},
        {"double", "fix(32, 16)", true},
        {"half", "fix(16, 8)", true},
        {"real", "fix(16, 8)", true},
        {"fixed", "fix(16, 8)", true},
        {"Field", "int(0 .. 65535)", true},
        {"field", "int(0 .. 65535)", true},
        {"felt", "int(0 .. 65535)", true},
        {"Tensor", "fix(16, 8)[10]", true},
        {"tensor", "fix(16, 8)[10]", true},
    };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (strcmp(name.name, types[i].name) != 0)
            continue;
        if (types[i].guess)
            zc_diag_guess(diag, name.span, types[i].own,
                          "here that may be `%s`: every type has "
                          "a range",
                          types[i].own);
        else
            zc_diag_fix(diag, name.span, types[i].own, "here that is `%s`", types[i].own);
        return true;
    }
    return false;
}

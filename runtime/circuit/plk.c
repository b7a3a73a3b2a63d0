#include "runtime/circuit/plk.h"

#include <gmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A `fill` line waits until the number of usable rows is known. */
typedef struct pending_fill {
    uint32_t column;
    size_t rows;
} pending_fill;

typedef struct reader {
    zk_plk *plk;
    const char *at; /* in the current line, which ends with NUL */
    unsigned line;
    uint8_t **active; /* per selector: n flags */
    pending_fill *fills;
    size_t fill_count, fill_capacity;
    size_t copy_capacity, step_capacity;
    zkml_error *err;
} reader;

__attribute__((format(printf, 2, 3))) static zkml_status fail(const reader *r, const char *format,
                                                              ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return zk_fail(r->err, ZKML_MALFORMED, "%s:%u: %s", r->plk->name, r->line, text);
}

static zkml_status out_of_memory(const reader *r)
{
    return zk_fail(r->err, ZKML_LIMIT, "%s:%u: out of memory", r->plk->name, r->line);
}

/* Words -------------------------------------------------------------------------------------- */

static void skip_blanks(reader *r)
{
    while (*r->at == ' ' || *r->at == '\t')
        r->at++;
}

static bool at_end(reader *r)
{
    skip_blanks(r);
    return *r->at == '\0';
}

/* The next word, cut to the buffer's size; "" at the end of the line. */
static const char *next_word(reader *r, char word[128])
{
    size_t length = 0;
    skip_blanks(r);
    while (*r->at != '\0' && *r->at != ' ' && *r->at != '\t') {
        if (length < 127)
            word[length++] = *r->at;
        r->at++;
    }
    word[length] = '\0';
    return word;
}

/* A decimal number without sign up to `limit`, and nothing after it. */
static bool parse_number(const char *text, uint64_t limit, uint64_t *value)
{
    *value = 0;
    if (*text == '\0')
        return false;
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9')
            return false;
        *value = *value * 10 + (uint64_t)(*text - '0');
        if (*value > limit)
            return false;
    }
    return true;
}

static zkml_status read_number(reader *r, uint64_t limit, uint64_t *value)
{
    char word[128];
    if (!parse_number(next_word(r, word), limit, value))
        return fail(r, "expected a number up to %llu, not `%s`", (unsigned long long)limit, word);
    return ZKML_OK;
}

/* A decimal or 0x integer, reduced modulo p. */
static bool parse_value(const char *text, zk_fp *value)
{
    bool negative = *text == '-';
    const char *digits = text + (negative ? 1 : 0);
    size_t length = strlen(digits);
    bool hex = length > 2 && digits[0] == '0' && digits[1] == 'x';
    if (length == 0 || length > 100 ||
        strspn(digits + (hex ? 2 : 0), hex ? "0123456789abcdefABCDEF" : "0123456789") !=
            length - (hex ? 2U : 0U))
        return false;
    mpz_t number, modulus;
    mpz_init(number);
    mpz_init(modulus);
    bool good = mpz_set_str(number, digits + (hex ? 2 : 0), hex ? 16 : 10) == 0;
    if (good) {
        uint64_t limbs[4] = {0};
        mpz_import(modulus, 4, -1, sizeof(uint64_t), 0, 0, zk_fp_modulus);
        if (negative)
            mpz_neg(number, number);
        mpz_mod(number, number, modulus);
        mpz_export(limbs, NULL, -1, sizeof(uint64_t), 0, 0, number);
        good = zk_fp_from_limbs(value, limbs);
    }
    mpz_clear(number);
    mpz_clear(modulus);
    return good;
}

/* a3, f2 or i0, with the column's existence checked. */
static bool parse_column(const reader *r, const char *word, zk_column_ref *column)
{
    uint64_t index;
    const zk_constraint_system *cs = &r->plk->cs;
    if (word[0] == 'a')
        column->kind = ZK_ADVICE;
    else if (word[0] == 'f')
        column->kind = ZK_FIXED;
    else if (word[0] == 'i')
        column->kind = ZK_INSTANCE;
    else
        return false;
    if (!parse_number(word + 1, ZK_CS_MAX_COLUMNS, &index) ||
        index >= zk_cs_columns(cs, column->kind))
        return false;
    column->index = (uint32_t)index;
    return true;
}

static zkml_status read_column(reader *r, zk_column_ref *column)
{
    char word[128];
    if (!parse_column(r, next_word(r, word), column))
        return fail(r, "there is no column `%s`", word);
    return ZKML_OK;
}

/* COL:ROW */
static zkml_status read_cell(reader *r, zk_column_ref *column, uint32_t *row)
{
    char word[128];
    uint64_t number;
    char *colon = strchr(next_word(r, word), ':');
    if (colon == NULL)
        return fail(r, "expected COLUMN:ROW, not `%s`", word);
    *colon = '\0';
    if (!parse_column(r, word, column))
        return fail(r, "there is no column `%s`", word);
    if (r->plk->n == 0 || !parse_number(colon + 1, r->plk->n - 1, &number))
        return fail(r, "there is no row `%s`", colon + 1);
    *row = (uint32_t)number;
    return ZKML_OK;
}

/* Expressions -------------------------------------------------------------------------------- */

/* aJ, aJ@R, fJ, iJ, ... */
static zkml_status parse_query(const reader *r, char *word, zk_column_ref *column,
                               int32_t *rotation)
{
    char *at = strchr(word, '@');
    *rotation = 0;
    if (at != NULL) {
        uint64_t distance;
        bool back = at[1] == '-';
        if (!parse_number(at + (back ? 2 : 1), ZK_CS_MAX_ROTATION, &distance))
            return fail(r, "`%s` is no rotation", at + 1);
        *rotation = back ? -(int32_t)distance : (int32_t)distance;
        *at = '\0';
    }
    if (!parse_column(r, word, column))
        return fail(r, "`%s` is neither an operator nor a column", word);
    return ZKML_OK;
}

static zkml_status build_expr(reader *r, unsigned depth, zk_expr_id *expr);

static zkml_status build_leaf(reader *r, char *word, zk_expr_id *expr)
{
    zk_constraint_system *cs = &r->plk->cs;
    uint64_t selector;
    zk_fp value;
    if (word[0] == '=') {
        if (!parse_value(word + 1, &value))
            return fail(r, "`%s` is no integer", word + 1);
        *expr = zk_cs_constant(cs, &value);
        return ZKML_OK;
    }
    if (word[0] == 's' && parse_number(word + 1, ZK_CS_MAX_COLUMNS, &selector)) {
        if (selector >= cs->n_selectors)
            return fail(r, "there is no selector `%s`", word);
        *expr = zk_cs_query_selector(cs, (uint32_t)selector);
        return ZKML_OK;
    }
    zk_column_ref column;
    int32_t rotation;
    ZK_TRY(parse_query(r, word, &column, &rotation));
    if (column.kind == ZK_FIXED && rotation != 0)
        return fail(r, "fixed columns are queried at rotation 0 only");
    *expr = zk_cs_query(cs, column, rotation);
    return ZKML_OK;
}

static zkml_status build_expr(reader *r, unsigned depth, zk_expr_id *expr)
{
    char word[128];
    zk_constraint_system *cs = &r->plk->cs;
    zk_expr_id a, b;
    zk_fp factor;
    if (depth >= ZK_PLK_MAX_DEPTH)
        return fail(r, "the expression is nested more than %d levels deep", ZK_PLK_MAX_DEPTH);
    next_word(r, word);
    if (word[0] == '\0' || strcmp(word, ";") == 0)
        return fail(r, "the expression is not complete");
    if (word[1] != '\0' || strchr("+*-.", word[0]) == NULL)
        return build_leaf(r, word, expr);
    ZK_TRY(build_expr(r, depth + 1, &a));
    if (word[0] == '-') {
        *expr = zk_cs_neg(cs, a);
    } else if (word[0] == '.') {
        if (!parse_value(next_word(r, word), &factor))
            return fail(r, "`%s` is no integer", word);
        *expr = zk_cs_scale(cs, a, &factor);
    } else {
        ZK_TRY(build_expr(r, depth + 1, &b));
        *expr = word[0] == '+' ? zk_cs_add(cs, a, b) : zk_cs_mul(cs, a, b);
    }
    return ZKML_OK;
}

/* True at ";" (taken) or the end of the line; `more` tells which. */
static bool at_separator(reader *r, bool *more)
{
    skip_blanks(r);
    *more = *r->at == ';';
    if (*more)
        r->at++;
    return *more || *r->at == '\0';
}

static zkml_status read_gate(reader *r)
{
    zk_expr_id exprs[ZK_PLK_MAX_ITEMS];
    size_t count = 0;
    bool more = true;
    while (more) {
        if (count == sizeof exprs / sizeof exprs[0])
            return fail(r, "a gate has at most %zu polynomials", count);
        ZK_TRY(build_expr(r, 0, &exprs[count++]));
        if (!at_separator(r, &more))
            return fail(r, "unexpected `%s` after the polynomial", r->at);
    }
    char name[32];
    (void)snprintf(name, sizeof name, "line %u", r->line);
    (void)zk_cs_create_gate(&r->plk->cs, name, exprs, count);
    return ZKML_OK;
}

static zkml_status read_lookup(reader *r)
{
    zk_expr_id inputs[ZK_PLK_MAX_ITEMS];
    uint32_t tables[ZK_PLK_MAX_ITEMS];
    size_t count = 0;
    bool more = true;
    while (more) {
        zk_column_ref table;
        if (count == sizeof inputs / sizeof inputs[0])
            return fail(r, "a look-up has at most %zu columns", count);
        ZK_TRY(build_expr(r, 0, &inputs[count]));
        ZK_TRY(read_column(r, &table));
        if (table.kind != ZK_FIXED)
            return fail(r, "a table column is a fixed column");
        tables[count++] = table.index;
        if (!at_separator(r, &more))
            return fail(r, "unexpected `%s` after the table column", r->at);
    }
    char name[32];
    (void)snprintf(name, sizeof name, "line %u", r->line);
    (void)zk_cs_lookup(&r->plk->cs, name, inputs, tables, count);
    return ZKML_OK;
}

/* Values ------------------------------------------------------------------------------------- */

static zk_fp *column_values(const zk_plk *plk, zk_column_ref column)
{
    return (column.kind == ZK_FIXED ? plk->fixed : plk->instance) + column.index * plk->n;
}

/* Columns are allocated before any value is given. */
static zkml_status need_storage(reader *r)
{
    zk_plk *plk = r->plk;
    if (plk->fixed != NULL)
        return ZKML_OK;
    if (plk->n == 0)
        return fail(r, "`k` must come first");
    size_t fixed = (size_t)plk->cs.n_fixed + 1, instance = (size_t)plk->cs.n_instance + 1;
    if (fixed > ((size_t)1 << 32) / (plk->n * sizeof(zk_fp)) ||
        instance > ((size_t)1 << 32) / (plk->n * sizeof(zk_fp)))
        return zk_fail(r->err, ZKML_LIMIT, "%s:%u: too many cells", plk->name, r->line);
    plk->fixed = calloc(fixed * plk->n, sizeof *plk->fixed);
    plk->instance = calloc(instance * plk->n, sizeof *plk->instance);
    plk->instance_counts = calloc(instance, sizeof *plk->instance_counts);
    r->active = calloc((size_t)plk->cs.n_selectors + 1, sizeof *r->active);
    if (plk->fixed == NULL || plk->instance == NULL || plk->instance_counts == NULL ||
        r->active == NULL)
        return out_of_memory(r);
    for (uint32_t s = 0; s < plk->cs.n_selectors; s++) {
        r->active[s] = calloc(plk->n, 1);
        if (r->active[s] == NULL)
            return out_of_memory(r);
    }
    return ZKML_OK;
}

static void note_instance(zk_plk *plk, uint32_t column, uint32_t row)
{
    if (plk->instance_counts[column] <= row)
        plk->instance_counts[column] = (size_t)row + 1;
}

static zkml_status add_step(reader *r, zk_plk_step step)
{
    zk_plk *plk = r->plk;
    if (!ZK_GROW(plk->steps, r->step_capacity, plk->step_count + 1))
        return out_of_memory(r);
    step.line = r->line;
    plk->steps[plk->step_count++] = step;
    return ZKML_OK;
}

static zkml_status read_set(reader *r)
{
    zk_column_ref column;
    uint32_t row;
    char word[128];
    zk_fp value;
    ZK_TRY(need_storage(r));
    ZK_TRY(read_cell(r, &column, &row));
    if (!parse_value(next_word(r, word), &value))
        return fail(r, "`%s` is no integer", word);
    if (column.kind == ZK_ADVICE)
        return add_step(r, (zk_plk_step){.column = column.index, .row = row, .value = value});
    column_values(r->plk, column)[row] = value;
    if (column.kind == ZK_INSTANCE)
        note_instance(r->plk, column.index, row);
    return ZKML_OK;
}

static zkml_status read_expr_step(reader *r)
{
    zk_column_ref column;
    uint64_t row;
    ZK_TRY(need_storage(r));
    ZK_TRY(read_column(r, &column));
    if (column.kind != ZK_ADVICE)
        return fail(r, "`expr` computes advice cells");
    ZK_TRY(read_number(r, r->plk->n - 1, &row));
    zk_plk_step step = {.column = column.index, .row = (uint32_t)row, .expr = r->at};
    r->at += strlen(r->at); /* read when it is evaluated */
    return add_step(r, step);
}

static zkml_status read_fill(reader *r)
{
    zk_column_ref column;
    char word[128];
    size_t row = 0;
    ZK_TRY(need_storage(r));
    ZK_TRY(read_column(r, &column));
    if (column.kind != ZK_FIXED)
        return fail(r, "`fill` is for table columns");
    for (; !at_end(r); row++) {
        if (row == r->plk->n)
            return fail(r, "more values than rows");
        if (!parse_value(next_word(r, word), &column_values(r->plk, column)[row]))
            return fail(r, "`%s` is no integer", word);
    }
    if (row == 0)
        return fail(r, "`fill` wants at least one value");
    if (!ZK_GROW(r->fills, r->fill_capacity, r->fill_count + 1))
        return out_of_memory(r);
    r->fills[r->fill_count++] = (pending_fill){column.index, row};
    return ZKML_OK;
}

static zkml_status read_copy(reader *r)
{
    zk_plk *plk = r->plk;
    zk_copy copy;
    ZK_TRY(need_storage(r));
    ZK_TRY(read_cell(r, &copy.left, &copy.left_row));
    ZK_TRY(read_cell(r, &copy.right, &copy.right_row));
    if (!ZK_GROW(plk->copies, r->copy_capacity, plk->copy_count + 1))
        return out_of_memory(r);
    plk->copies[plk->copy_count++] = copy;
    return ZKML_OK;
}

static zkml_status read_enable(reader *r)
{
    char word[128];
    uint64_t selector, row;
    ZK_TRY(need_storage(r));
    next_word(r, word);
    if (word[0] != 's' || !parse_number(word + 1, ZK_CS_MAX_COLUMNS, &selector) ||
        selector >= r->plk->cs.n_selectors)
        return fail(r, "there is no selector `%s`", word);
    ZK_TRY(read_number(r, r->plk->n - 1, &row));
    r->active[selector][row] = 1;
    return ZKML_OK;
}

static zkml_status read_challenge(reader *r)
{
    zk_column_ref column;
    uint32_t row;
    uint64_t phase0;
    ZK_TRY(need_storage(r));
    ZK_TRY(read_cell(r, &column, &row));
    ZK_TRY(read_number(r, r->plk->cs.n_advice, &phase0));
    if (column.kind != ZK_INSTANCE || r->plk->challenge.present)
        return fail(r, "one challenge, in an instance cell");
    r->plk->challenge = (zk_plk_challenge){true, column.index, row, (uint32_t)phase0};
    note_instance(r->plk, column.index, row);
    return ZKML_OK;
}

/* Lines -------------------------------------------------------------------------------------- */

static zkml_status read_k(reader *r)
{
    uint64_t k;
    if (r->plk->n != 0)
        return fail(r, "`k` is given twice");
    ZK_TRY(read_number(r, ZK_PLK_MAX_K, &k));
    r->plk->k = (uint32_t)k;
    r->plk->n = (size_t)1 << k;
    return ZKML_OK;
}

static zkml_status allocate_column(reader *r, const char *word)
{
    zk_constraint_system *cs = &r->plk->cs;
    if (r->plk->fixed != NULL)
        return fail(r, "columns must be allocated before values are given");
    if (strcmp(word, "advice") == 0)
        (void)zk_cs_advice_column(cs);
    else if (strcmp(word, "instance") == 0)
        (void)zk_cs_instance_column(cs);
    else if (strcmp(word, "selector") == 0 || strcmp(word, "cselector") == 0)
        (void)zk_cs_selector(cs, word[0] == 's');
    else
        (void)zk_cs_fixed_column(cs);
    return ZKML_OK;
}

static zkml_status read_equality(reader *r, bool constant)
{
    zk_column_ref column;
    ZK_TRY(read_column(r, &column));
    if (!constant)
        zk_cs_enable_equality(&r->plk->cs, column);
    else if (column.kind == ZK_FIXED)
        zk_cs_enable_constant(&r->plk->cs, column.index);
    else
        return fail(r, "constants stand in fixed columns");
    return ZKML_OK;
}

static zkml_status read_degree(reader *r)
{
    uint64_t degree;
    ZK_TRY(read_number(r, ZK_CS_MAX_DEGREE, &degree));
    zk_cs_set_minimum_degree(&r->plk->cs, (uint32_t)degree);
    return ZKML_OK;
}

static bool is_one_of(const char *word, const char *const *words)
{
    while (*words != NULL && strcmp(word, *words) != 0)
        words++;
    return *words != NULL;
}

static zkml_status read_statement(reader *r, const char *word)
{
    static const char *const columns[] = {"advice", "instance",  "fixed", "table",
                                          "selector", "cselector", NULL};
    if (strcmp(word, "k") == 0)
        return read_k(r);
    if (is_one_of(word, columns))
        return allocate_column(r, word);
    if (strcmp(word, "equality") == 0 || strcmp(word, "constant") == 0)
        return read_equality(r, word[0] == 'c');
    if (strcmp(word, "mindegree") == 0)
        return read_degree(r);
    if (strcmp(word, "gate") == 0)
        return read_gate(r);
    if (strcmp(word, "lookup") == 0)
        return read_lookup(r);
    if (strcmp(word, "copy") == 0)
        return read_copy(r);
    if (strcmp(word, "set") == 0)
        return read_set(r);
    if (strcmp(word, "fill") == 0)
        return read_fill(r);
    if (strcmp(word, "enable") == 0)
        return read_enable(r);
    if (strcmp(word, "expr") == 0)
        return read_expr_step(r);
    if (strcmp(word, "extchal") == 0)
        return read_challenge(r);
    return fail(r, "unknown statement `%s`", word);
}

static zkml_status read_line(reader *r)
{
    char word[128];
    if (at_end(r) || *r->at == '#')
        return ZKML_OK;
    ZK_TRY(read_statement(r, next_word(r, word)));
    if (!at_end(r))
        return fail(r, "unexpected `%.40s` at the end of the line", r->at);
    zkml_error problem = {0};
    zkml_status status = zk_cs_status(&r->plk->cs, &problem);
    return status == ZKML_OK ? ZKML_OK : fail(r, "%s", problem.text);
}

/* The text is cut into lines in place. */
static zkml_status read_lines(reader *r)
{
    char *next = r->plk->text;
    while (next != NULL && *next != '\0') {
        char *end = strchr(next, '\n');
        r->at = next;
        r->line++;
        if (end != NULL)
            *end = '\0';
        size_t length = strlen(next);
        if (length > 0 && next[length - 1] == '\r')
            next[length - 1] = '\0';
        ZK_TRY(read_line(r));
        next = end == NULL ? NULL : end + 1;
    }
    return need_storage(r);
}

/* The rest of the usable rows repeats row 0. */
static void finish_fills(reader *r)
{
    const zk_plk *plk = r->plk;
    size_t usable = zk_cs_usable_rows(&plk->cs, plk->k);
    for (size_t i = 0; i < r->fill_count; i++) {
        zk_fp *values = plk->fixed + r->fills[i].column * plk->n;
        for (size_t row = r->fills[i].rows; row < usable; row++)
            values[row] = values[0];
    }
}

static zkml_status compress(reader *r)
{
    zk_plk *plk = r->plk;
    int64_t *columns = NULL;
    size_t count = 0, before = plk->cs.n_fixed;
    if (plk->cs.n_selectors == 0)
        return ZKML_OK;
    ZK_TRY(zk_cs_compress_selectors(&plk->cs, plk->k, (const uint8_t *const *)r->active, &columns,
                                    &count, r->err));
    zk_fp *fixed = realloc(plk->fixed, (before + count + 1) * plk->n * sizeof *fixed);
    if (fixed == NULL) {
        free(columns);
        return out_of_memory(r);
    }
    for (size_t i = 0; i < count * plk->n; i++)
        zk_fp_from_i64(&fixed[before * plk->n + i], columns[i]);
    plk->fixed = fixed;
    free(columns);
    return ZKML_OK;
}

static zkml_status read_all(reader *r)
{
    ZK_TRY(read_lines(r));
    ZK_TRY(zk_cs_verify(&r->plk->cs, r->plk->k, r->err));
    finish_fills(r);
    return compress(r);
}

zkml_status zk_plk_read(zk_plk *plk, const char *name, const char *text, size_t length,
                        zkml_error *err)
{
    memset(plk, 0, sizeof *plk);
    zk_cs_init(&plk->cs);
    if (memchr(text, '\0', length) != NULL)
        return zk_fail(err, ZKML_MALFORMED, "%s: has a NUL byte", name);
    plk->name = strdup(name);
    plk->text = malloc(length + 1);
    reader r = {.plk = plk, .err = err};
    zkml_status status = ZKML_LIMIT;
    if (plk->name != NULL && plk->text != NULL) {
        memcpy(plk->text, text, length);
        plk->text[length] = '\0';
        status = read_all(&r);
    } else {
        (void)zk_fail(err, status, "%s: out of memory", name);
    }
    for (uint32_t s = 0; r.active != NULL && s < plk->cs.n_selectors; s++)
        free(r.active[s]);
    free(r.active);
    free(r.fills);
    if (status != ZKML_OK)
        zk_plk_free(plk);
    return status;
}

void zk_plk_free(zk_plk *plk)
{
    zk_cs_free(&plk->cs);
    free(plk->name);
    free(plk->text);
    free(plk->fixed);
    free(plk->instance);
    free(plk->instance_counts);
    free(plk->copies);
    if (plk->steps != NULL)
        sodium_memzero(plk->steps, plk->step_count * sizeof *plk->steps);
    free(plk->steps);
    memset(plk, 0, sizeof *plk);
}

/* Witness ------------------------------------------------------------------------------------ */

static zkml_status evaluate(reader *r, const zk_fp *advice, uint32_t row, unsigned depth,
                            zk_fp *value)
{
    char word[128];
    zk_fp other;
    if (depth >= ZK_PLK_MAX_DEPTH)
        return fail(r, "the expression is nested more than %d levels deep", ZK_PLK_MAX_DEPTH);
    next_word(r, word);
    if (word[0] == '\0')
        return fail(r, "the expression is not complete");
    if (word[0] == '=') {
        if (!parse_value(word + 1, value))
            return fail(r, "`%s` is no integer", word + 1);
        return ZKML_OK;
    }
    if (word[1] != '\0') {
        const zk_plk *plk = r->plk;
        zk_column_ref column;
        int32_t rotation;
        ZK_TRY(parse_query(r, word, &column, &rotation));
        int64_t at = (int64_t)row + rotation;
        if (at < 0 || at >= (int64_t)plk->n)
            return fail(r, "row %lld is outside of the circuit", (long long)at);
        const zk_fp *values = column.kind == ZK_ADVICE ? advice + column.index * plk->n
                                                       : column_values(plk, column);
        *value = values[at];
        return ZKML_OK;
    }
    ZK_TRY(evaluate(r, advice, row, depth + 1, value));
    if (word[0] == '-') {
        zk_fp_neg(value, value);
    } else if (word[0] == '~') {
        zk_fp_inv(value, value);
    } else if (word[0] == '.') {
        if (!parse_value(next_word(r, word), &other))
            return fail(r, "`%s` is no integer", word);
        zk_fp_mul(value, value, &other);
    } else if (word[0] == '+' || word[0] == '*') {
        ZK_TRY(evaluate(r, advice, row, depth + 1, &other));
        if (word[0] == '+')
            zk_fp_add(value, value, &other);
        else
            zk_fp_mul(value, value, &other);
    } else {
        return fail(r, "`%s` is no operator", word);
    }
    return ZKML_OK;
}

zkml_status zk_plk_witness(const zk_plk *plk, uint32_t first, uint32_t count, zk_fp *advice,
                           zkml_error *err)
{
    zk_plk view = *plk;
    reader r = {.plk = &view, .err = err};
    for (size_t i = 0; i < plk->step_count; i++) {
        const zk_plk_step *step = &plk->steps[i];
        zk_fp value = step->value;
        if (step->column < first || step->column - first >= count)
            continue;
        if (step->expr != NULL) {
            r.at = step->expr;
            r.line = step->line;
            ZK_TRY(evaluate(&r, advice, step->row, 0, &value));
            if (!at_end(&r))
                return fail(&r, "unexpected `%.40s` at the end of the line", r.at);
        }
        advice[step->column * plk->n + step->row] = value;
    }
    return ZKML_OK;
}

zk_keygen_input zk_plk_contents(const zk_plk *plk, zk_column *columns)
{
    for (uint32_t i = 0; i < plk->cs.n_fixed; i++)
        columns[i] = (zk_column){.type = ZK_COLUMN_FP, .length = plk->n,
                                 .u.fp = plk->fixed + i * plk->n};
    return (zk_keygen_input){.fixed = columns, .copies = plk->copies, .n_copies = plk->copy_count};
}

#include "runtime/circuit/plk_write.h"

#include <inttypes.h>

#include "runtime/circuit/plk.h"
#include "runtime/circuit/roles.h"

typedef struct writer {
    zk_buf *out;
    const zk_circuit *circuit;
    const zk_constraint_system *cs;
    size_t usable;
    zk_roles roles;
    size_t table_length; /* values on each `fill` line */
} writer;

/* ---- values ---- */

static void put_fp(zk_buf *out, const zk_fp *value)
{
    int64_t small;
    char hex[67];
    if (zk_fp_to_i64(&small, value)) {
        zk_buf_printf(out, "%" PRId64, small);
        return;
    }
    zk_fp_to_hex(hex, value);
    zk_buf_text(out, hex);
}

static bool fixed_is_zero(const zk_fixed_column *column, size_t row)
{
    if (row >= column->count)
        return true;
    return column->small != NULL ? column->small[row] == 0 : zk_fp_is_zero(&column->wide[row]);
}

static void put_fixed(zk_buf *out, const zk_fixed_column *column, size_t row)
{
    if (row >= column->count)
        zk_buf_text(out, "0");
    else if (column->small != NULL)
        zk_buf_printf(out, "%" PRId64, column->small[row]);
    else
        put_fp(out, &column->wide[row]);
}

static bool repeats_row_0(const zk_fixed_column *column, size_t row)
{
    if (fixed_is_zero(column, 0) || fixed_is_zero(column, row))
        return fixed_is_zero(column, 0) && fixed_is_zero(column, row);
    return column->small != NULL ? column->small[row] == column->small[0]
                                 : zk_fp_equal(&column->wide[row], &column->wide[0]);
}

/* ---- table columns ---- */

static bool is_table(const writer *w, uint32_t column)
{
    return w->roles.columns[ZK_FIXED][column] == ZK_ROLE_TABLE;
}

/* Every `fill` line has the same number of values. */
static void measure_tables(writer *w)
{
    for (uint32_t i = 0; i < w->cs->n_fixed; i++) {
        size_t length = is_table(w, i) ? w->usable : 0;
        while (length > 1 && repeats_row_0(&w->circuit->fixed[i], length - 1))
            length--;
        if (length > w->table_length)
            w->table_length = length;
    }
}

/* ---- the script ---- */

static void put_column(zk_buf *out, zk_column_kind kind, uint32_t column)
{
    static const char letters[] = {[ZK_ADVICE] = 'a', [ZK_FIXED] = 'f', [ZK_INSTANCE] = 'i'};
    zk_buf_printf(out, "%c%u", letters[kind], column);
}

/* The recursion is as deep as the tree: at most ZK_PLK_MAX_DEPTH. */
static void put_expr(writer *w, zk_expr_id id)
{
    const zk_constraint_system *cs = w->cs;
    const zk_expr *x = &cs->exprs[id];
    switch (x->kind) {
    case ZK_EXPR_CONSTANT:
        zk_buf_text(w->out, " =");
        put_fp(w->out, &cs->constants[x->a]);
        return;
    case ZK_EXPR_FIXED:
    case ZK_EXPR_ADVICE:
    case ZK_EXPR_INSTANCE:
        zk_buf_text(w->out, " ");
        put_column(w->out,
                   x->kind == ZK_EXPR_FIXED    ? ZK_FIXED
                   : x->kind == ZK_EXPR_ADVICE ? ZK_ADVICE
                                               : ZK_INSTANCE,
                   x->a);
        if (x->rotation != 0)
            zk_buf_printf(w->out, "@%d", x->rotation);
        return;
    case ZK_EXPR_NEGATED:
        zk_buf_text(w->out, " -");
        put_expr(w, x->a);
        return;
    case ZK_EXPR_SUM:
    case ZK_EXPR_PRODUCT:
        zk_buf_text(w->out, x->kind == ZK_EXPR_SUM ? " +" : " *");
        put_expr(w, x->a);
        put_expr(w, x->b);
        return;
    case ZK_EXPR_SCALED:
        zk_buf_text(w->out, " .");
        put_expr(w, x->a);
        zk_buf_text(w->out, " ");
        put_fp(w->out, &cs->constants[x->b]);
        return;
    case ZK_EXPR_SELECTOR:
        break;
    }
    ZK_UNREACHABLE("circuits have no selectors");
}

static void put_call(writer *w, const zk_call *call)
{
    const zk_constraint_system *cs = w->cs;
    switch (call->kind) {
    case ZK_CALL_EQUALITY:
    case ZK_CALL_CONSTANT:
        zk_buf_text(w->out, call->kind == ZK_CALL_EQUALITY ? "equality " : "constant ");
        put_column(w->out, call->column.kind, call->column.index);
        zk_buf_text(w->out, "\n");
        return;
    case ZK_CALL_GATE: {
        const zk_gate *gate = &cs->gates[call->index];
        zk_buf_printf(w->out, "# gate %u: %s\ngate", call->index, gate->name);
        for (uint32_t i = 0; i < gate->count; i++) {
            zk_buf_text(w->out, i > 0 ? " ;" : "");
            put_expr(w, cs->polys[gate->first + i]);
        }
        zk_buf_text(w->out, "\n");
        return;
    }
    case ZK_CALL_LOOKUP: {
        const zk_lookup *lookup = &cs->lookups[call->index];
        zk_buf_printf(w->out, "# look-up %u: %s\nlookup", call->index, lookup->name);
        for (uint32_t i = 0; i < lookup->count; i++) {
            zk_buf_text(w->out, i > 0 ? " ;" : "");
            put_expr(w, cs->lookup_inputs[lookup->first + i]);
            zk_buf_printf(w->out, " f%u", cs->exprs[cs->lookup_tables[lookup->first + i]].a);
        }
        zk_buf_text(w->out, "\n");
        return;
    }
    }
}

/* ---- the file ---- */

static void put_public(writer *w, const zk_field_schema *fields, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (fields[i].visibility == ZK_PUBLIC)
            zk_buf_printf(w->out, "# i%u:%u..%" PRIu64 " is %s, codes %" PRId64 "..%" PRId64 "\n",
                          fields[i].instance_column, fields[i].first_row,
                          fields[i].first_row + fields[i].count - 1, fields[i].name, fields[i].lo,
                          fields[i].hi);
        else if (fields[i].visibility == ZK_COMMITTED)
            zk_buf_printf(w->out, "# a%u.. is committed %s, codes %" PRId64 "..%" PRId64 "\n",
                          fields[i].first_column, fields[i].name, fields[i].lo, fields[i].hi);
}

static void put_columns(writer *w)
{
    const zk_constraint_system *cs = w->cs;
    zk_buf_printf(w->out, "k %u\n", w->circuit->k);
    for (uint32_t i = 0; i < cs->n_advice; i++)
        zk_buf_text(w->out, "advice\n");
    for (uint32_t i = 0; i < cs->n_instance; i++)
        zk_buf_text(w->out, "instance\n");
    for (uint32_t i = 0; i < cs->n_fixed; i++)
        zk_buf_text(w->out, is_table(w, i) ? "table\n" : "fixed\n");
    if (cs->minimum_degree > 0)
        zk_buf_printf(w->out, "mindegree %u\n", cs->minimum_degree);
}

static void put_values(writer *w)
{
    const zk_circuit *circuit = w->circuit;
    for (uint32_t i = 0; i < w->cs->n_fixed; i++) {
        const zk_fixed_column *column = &circuit->fixed[i];
        if (is_table(w, i)) {
            zk_buf_printf(w->out, "fill f%u", i);
            for (size_t row = 0; row < w->table_length; row++) {
                zk_buf_text(w->out, " ");
                put_fixed(w->out, column, row);
            }
            zk_buf_text(w->out, "\n");
            continue;
        }
        for (uint32_t row = 0; row < column->count; row++)
            if (!fixed_is_zero(column, row)) {
                zk_buf_printf(w->out, "set f%u:%u ", i, row);
                put_fixed(w->out, column, row);
                zk_buf_text(w->out, "\n");
            }
    }
}

static void put_cell(writer *w, const char *before, const zk_cell *cell)
{
    zk_buf_text(w->out, before);
    put_column(w->out, cell->kind, cell->column);
    zk_buf_printf(w->out, ":%u", cell->row);
}

static void put_instances(writer *w, const zk_instance_values *instances)
{
    for (uint32_t i = 0; i < w->cs->n_instance; i++)
        for (size_t row = 0; row < instances[i].count; row++) {
            zk_buf_printf(w->out, "set i%u:%zu ", i, row);
            put_fp(w->out, &instances[i].values[row]);
            zk_buf_text(w->out, "\n");
        }
}

/* What the reader of the text would refuse. */
static zkml_status check_limits(const zk_circuit *circuit, zkml_error *err)
{
    const zk_constraint_system *cs = &circuit->cs;
    if (circuit->k > ZK_PLK_MAX_K)
        return zk_fail(err, ZKML_LIMIT, "%s: k = %u, and the text form ends at k = %d",
                       circuit->name, circuit->k, ZK_PLK_MAX_K);
    for (size_t i = 0; i < cs->n_gates; i++)
        if (cs->gates[i].count > ZK_PLK_MAX_ITEMS)
            return zk_fail(err, ZKML_LIMIT, "%s: gate %zu has more than %d polynomials",
                           circuit->name, i, ZK_PLK_MAX_ITEMS);
    for (size_t i = 0; i < cs->n_lookups; i++)
        if (cs->lookups[i].count > ZK_PLK_MAX_ITEMS)
            return zk_fail(err, ZKML_LIMIT, "%s: look-up %zu has more than %d columns",
                           circuit->name, i, ZK_PLK_MAX_ITEMS);
    for (size_t i = 0; i < cs->n_exprs; i++)
        if (cs->exprs[i].depth > ZK_PLK_MAX_DEPTH)
            return zk_fail(err, ZKML_LIMIT, "%s: an expression is more than %d levels deep",
                           circuit->name, ZK_PLK_MAX_DEPTH);
    return ZKML_OK;
}

static void put_all(writer *w, const zk_instance_values *instances)
{
    const zk_circuit *circuit = w->circuit;
    measure_tables(w);
    zk_buf_printf(w->out, "# circuit %s\n", circuit->name);
    put_public(w, circuit->params, circuit->param_count);
    put_public(w, circuit->results, circuit->result_count);
    put_columns(w);
    for (size_t i = 0; i < w->cs->n_calls; i++)
        put_call(w, &w->cs->calls[i]);
    put_values(w);
    for (size_t i = 0; i < circuit->copy_count; i++) {
        put_cell(w, "copy ", &circuit->copies[i].a);
        put_cell(w, " ", &circuit->copies[i].b);
        zk_buf_text(w->out, "\n");
    }
    if (instances != NULL)
        put_instances(w, instances);
}

zkml_status zk_plk_write(zk_buf *out, const zk_circuit *circuit,
                         const zk_instance_values *instances, zkml_error *err)
{
    writer w = {.out = out, .circuit = circuit, .cs = &circuit->cs};
    ZK_TRY(check_limits(circuit, err));
    w.usable = zk_cs_usable_rows(w.cs, circuit->k);
    zkml_status status = zk_roles_find(&w.roles, w.cs, err);
    if (status == ZKML_OK)
        put_all(&w, instances);
    zk_roles_free(&w.roles);
    if (status == ZKML_OK && out->failed)
        status = zk_fail(err, ZKML_LIMIT, "%s: out of memory", circuit->name);
    return status;
}

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/inspect/equation.h"
#include "runtime/inspect/report.h"
#include "runtime/inspect/words.h"
#include "runtime/proof/memory.h"

/* Names and source lines that a file has once may stand in the report many times. */
enum { EQUATION_BYTES = 1 << 16, MAX_REPEATED = 1 << 28 };

/* jansson's setters refuse NULL, so a failed allocation of a part makes `failed` true. */
typedef struct writer {
    const zk_subject *subject;
    size_t repeated; /* bytes of places */
    bool failed;
} writer;

static void set(writer *w, json_t *object, const char *name, json_t *value)
{
    if (json_object_set_new(object, name, value) != 0)
        w->failed = true;
}

static void append(writer *w, json_t *array, json_t *value)
{
    if (json_array_append_new(array, value) != 0)
        w->failed = true;
}

static json_t *number(uint64_t value)
{
    return json_integer((json_int_t)(value > INT64_MAX ? INT64_MAX : value));
}

static json_t *text_of(writer *w, zk_buf *buf)
{
    json_t *value =
        buf->length > 0 ? json_stringn((const char *)buf->data, buf->length) : json_string("");
    w->failed = w->failed || buf->failed;
    zk_buf_free(buf);
    return value;
}

static json_t *hex(const uint8_t digest[32])
{
    static const char digits[] = "0123456789abcdef";
    char text[65] = "";
    for (size_t i = 0; i < 32; i++) {
        text[2 * i] = digits[digest[i] >> 4];
        text[2 * i + 1] = digits[digest[i] & 15];
    }
    return json_string(text);
}

static json_t *fields(writer *w, const zk_field_schema *list, size_t count)
{
    static const char *const visibilities[] = {"public", "private", "committed"};
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++) {
        const zk_field_schema *f = &list[i];
        json_t *o = json_object(), *shape = json_array();
        zk_field_schema element = *f;
        zk_buf type = {0};
        element.rank = 0;
        zk_type_put(&type, &element);
        for (uint32_t d = 0; d < f->rank; d++)
            append(w, shape, number(f->extent[d]));
        set(w, o, "name", json_string(f->name));
        set(w, o, "visibility", json_string(visibilities[f->visibility]));
        set(w, o, "type", text_of(w, &type));
        set(w, o, "shape", shape);
        set(w, o, "codes", json_pack("[I, I]", (json_int_t)f->lo, (json_int_t)f->hi));
        set(w, o, "step", json_pack("[o, o]", number(f->scale_num), number(f->scale_den)));
        if (f->visibility == ZK_PUBLIC) {
            set(w, o, "instance_column", number(f->instance_column));
            set(w, o, "first_row", number(f->first_row));
        } else if (f->visibility == ZK_COMMITTED) {
            set(w, o, "first_column", number(f->first_column));
            set(w, o, "columns", number(zk_committed_columns(f->count, w->subject->k)));
        }
        append(w, array, o);
    }
    return array;
}

static json_t *column_name(writer *w, zk_column_ref column)
{
    zk_buf name = {0};
    zk_column_put(&name, column);
    return text_of(w, &name);
}

static json_t *equation(writer *w, zk_expr_id expr)
{
    zk_buf text = {0};
    zk_equation_put(&text, w->subject->cs, expr, EQUATION_BYTES);
    return text_of(w, &text);
}

static json_t *gates(writer *w)
{
    const zk_constraint_system *cs = w->subject->cs;
    json_t *array = json_array();
    for (size_t i = 0; i < cs->n_gates; i++) {
        json_t *o = json_object(), *polys = json_array();
        for (uint32_t j = 0; j < cs->gates[i].count; j++) {
            zk_expr_id id = cs->polys[cs->gates[i].first + j];
            append(w, polys,
                   json_pack("{s:o, s:o}", "zero", equation(w, id), "degree",
                             number(cs->exprs[id].degree)));
        }
        set(w, o, "name", json_string(cs->gates[i].name));
        set(w, o, "polynomials", polys);
        append(w, array, o);
    }
    return array;
}

static json_t *lookups(writer *w)
{
    const zk_constraint_system *cs = w->subject->cs;
    json_t *array = json_array();
    for (size_t i = 0; i < cs->n_lookups; i++) {
        const zk_lookup *lookup = &cs->lookups[i];
        json_t *o = json_object(), *inputs = json_array(), *tables = json_array();
        for (uint32_t j = 0; j < lookup->count; j++) {
            uint32_t table = cs->exprs[cs->lookup_tables[lookup->first + j]].a;
            append(w, inputs, equation(w, cs->lookup_inputs[lookup->first + j]));
            append(w, tables, column_name(w, (zk_column_ref){ZK_FIXED, table}));
        }
        set(w, o, "name", json_string(lookup->name));
        set(w, o, "inputs", inputs);
        set(w, o, "table", tables);
        append(w, array, o);
    }
    return array;
}

static json_t *rows(writer *w)
{
    const zk_subject *s = w->subject;
    json_t *o = json_object();
    set(w, o, "total", number((uint64_t)1 << s->k));
    set(w, o, "usable", number(zk_cs_usable_rows(s->cs, s->k)));
    if (s->circuit == NULL)
        return o;
    set(w, o, "used", number(s->cost.used_rows));
    set(w, o, "gates", number(s->cost.gate_rows));
    set(w, o, "lookups", number(s->cost.lookup_rows));
    set(w, o, "table", number(s->cost.table_rows));
    set(w, o, "public", number(s->cost.instance_rows));
    return o;
}

static json_t *permutation(writer *w)
{
    const zk_constraint_system *cs = w->subject->cs;
    json_t *o = json_object(), *columns = json_array();
    for (size_t i = 0; i < cs->n_permutation; i++)
        append(w, columns, column_name(w, cs->permutation[i]));
    set(w, o, "columns", columns);
    set(w, o, "products", number(zk_cs_permutation_products(cs)));
    if (w->subject->circuit != NULL)
        set(w, o, "copies", number(w->subject->circuit->copy_count));
    return o;
}

static json_t *counts(writer *w, uint64_t advice, uint64_t fixed, uint64_t instance)
{
    json_t *o = json_object();
    set(w, o, "advice", number(advice));
    set(w, o, "fixed", number(fixed));
    set(w, o, "instance", number(instance));
    return o;
}

static json_t *proof_size(writer *w)
{
    const zk_proof_size *size = &w->subject->size;
    json_t *o = json_object(), *parts = json_array();
    for (int i = 0; i < ZK_PROOF_PARTS; i++)
        append(w, parts,
               json_pack("{s:s, s:o}", "name", size->parts[i].name, "bytes",
                         number(32 * size->parts[i].items)));
    set(w, o, "bytes", number(size->envelope));
    set(w, o, "halo2_bytes", number(size->proof));
    set(w, o, "parts", parts);
    return o;
}

static json_t *memory(writer *w)
{
    const zk_subject *s = w->subject;
    json_t *o = json_object();
    if (s->circuit != NULL) {
        set(w, o, "setup", number(zk_memory_setup(s->cs, s->k)));
        set(w, o, "prove", number(zk_memory_prove(s->cs, s->circuit->layer, s->k)));
    }
    set(w, o, "verify", number(zk_memory_verify(s->cs, s->k)));
    return o;
}

/* ---- cost ---- */

static void set_place(writer *w, json_t *o, const zk_source_span *span)
{
    if (span == NULL)
        return;
    const char *file = w->subject->circuit->files[span->file], *text = zk_span_text(span);
    w->repeated += strlen(file) + strlen(text);
    if (w->repeated > MAX_REPEATED) {
        w->failed = true;
        return;
    }
    set(w, o, "file", json_string(file));
    set(w, o, "line", number(span->line));
    set(w, o, "text", json_string(text));
}

static json_t *items(writer *w, const zk_cost_item *list, size_t count)
{
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++) {
        json_t *o = json_object();
        if (list[i].gadget != NULL)
            set(w, o, "gadget", json_string(list[i].gadget));
        set_place(w, o, list[i].span);
        set(w, o, zk_region_unit(w->subject->circuit), number(list[i].rows));
        set(w, o, "lookups", number(list[i].slots));
        append(w, array, o);
    }
    return array;
}

static json_t *tags(writer *w)
{
    const zk_cost *cost = &w->subject->cost;
    json_t *array = json_array();
    for (size_t i = 0; i < cost->tag_count; i++) {
        const zk_cost_tag *tag = &cost->tags[i];
        append(w, array,
               json_pack("{s:I, s:s, s:[I, I], s:o, s:o}", "tag", (json_int_t)tag->tag, "function",
                         tag->name, "domain", (json_int_t)tag->lo, (json_int_t)tag->hi, "rows",
                         number(tag->rows), "lookups", number(tag->slots)));
    }
    return array;
}

static json_t *regions(writer *w)
{
    const zk_circuit *c = w->subject->circuit;
    json_t *array = json_array();
    for (size_t i = 0; i < c->region_count; i++) {
        const zk_region *r = &c->regions[i];
        json_t *o = json_object();
        set(w, o, "gadget", json_string(r->gadget));
        set(w, o, "label", json_string(r->label));
        set(w, o, r->is_lookup ? "first_slot" : "first_row", number(r->first_row));
        set(w, o, "count", number(r->count));
        set_place(w, o, r->span == UINT32_MAX ? NULL : &c->spans[r->span]);
        append(w, array, o);
    }
    return array;
}

static void set_costs(writer *w, json_t *root)
{
    const zk_cost *cost = &w->subject->cost;
    set(w, root, "table", tags(w));
    set(w, root, "lines", items(w, cost->lines, cost->line_count));
    set(w, root, "calls", items(w, cost->layers, cost->layer_count));
    set(w, root, "gadgets", items(w, cost->gadgets, cost->gadget_count));
    set(w, root, "cells", items(w, cost->cells, cost->cell_count));
    set(w, root, "regions", regions(w));
}

/* ---- reports ---- */

static zkml_status print(zk_buf *out, writer *w, json_t *root, zkml_error *err)
{
    char *text = w->failed ? NULL : json_dumps(root, JSON_COMPACT);
    json_decref(root);
    if (text != NULL)
        zk_buf_printf(out, "%s\n", text);
    else
        out->failed = true;
    free(text);
    return out->failed ? zk_fail(err, ZKML_LIMIT, "the report needs too much memory") : ZKML_OK;
}

/* A path may be any bytes, JSON holds UTF-8 only. */
static json_t *path_text(const char *path)
{
    json_t *value = json_string(path);
    return value != NULL ? value : json_string("(not UTF-8)");
}

static json_t *begin(writer *w, const char *kind, const char *path, size_t bytes)
{
    json_t *root = json_object();
    set(w, root, "v", json_integer(1));
    set(w, root, "kind", json_string(kind));
    set(w, root, "file", path_text(path));
    set(w, root, "bytes", number(bytes));
    return root;
}

zkml_status zk_report_json(zk_buf *out, const zk_subject *s, zkml_error *err)
{
    const zk_constraint_system *cs = s->cs;
    writer w = {.subject = s};
    json_t *root = begin(&w, s->circuit != NULL ? "circuit" : "key", s->path, s->bytes);
    set(&w, root, "name", json_string(s->name));
    set(&w, root, "circuit_digest", hex(s->digest));
    if (s->key != NULL) {
        uint8_t hash[32];
        zk_fp_to_bytes(hash, &s->key->vk.transcript_repr);
        set(&w, root, "key_digest", hex(s->key->digest));
        set(&w, root, "halo2_key_hash", hex(hash));
    }
    set(&w, root, "inputs", fields(&w, s->params, s->param_count));
    set(&w, root, "outputs", fields(&w, s->results, s->result_count));
    set(&w, root, "k", number(s->k));
    set(&w, root, "rows", rows(&w));
    set(&w, root, "columns", counts(&w, cs->n_advice, cs->n_fixed, cs->n_instance));
    set(&w, root, "queries",
        counts(&w, cs->n_advice_queries, cs->n_fixed_queries, cs->n_instance_queries));
    set(&w, root, "degree", number(zk_cs_degree(cs)));
    set(&w, root, "gates", gates(&w));
    set(&w, root, "lookups", lookups(&w));
    set(&w, root, "permutation", permutation(&w));
    if (s->circuit != NULL)
        set_costs(&w, root);
    set(&w, root, "proof", proof_size(&w));
    set(&w, root, "memory", memory(&w));
    return print(out, &w, root, err);
}

zkml_status zk_report_proof_json(zk_buf *out, const zk_envelope *envelope, const char *path,
                                 size_t bytes, zkml_error *err)
{
    writer w = {.subject = NULL};
    json_t *root = begin(&w, "proof", path, bytes), *columns = json_array(), *files = json_array();
    uint8_t hash[32];
    zk_fp_to_bytes(hash, &envelope->transcript_repr);
    for (uint32_t i = 0; i < envelope->instance_columns; i++) {
        const zk_instance_values *values = &envelope->instances[i];
        json_t *column = json_array();
        for (size_t j = 0; j < values->count; j++) {
            int64_t code;
            char text[67];
            bool small = zk_fp_to_i64(&code, &values->values[j]);
            zk_fp_to_hex(text, &values->values[j]);
            append(&w, column, small ? json_integer(code) : json_string(text));
        }
        append(&w, columns, column);
    }
    set(&w, root, "circuit_digest", hex(envelope->circuit_digest));
    set(&w, root, "halo2_key_hash", hex(hash));
    set(&w, root, "halo2_bytes", number(envelope->proof_length));
    for (uint32_t i = 0; i < envelope->file_count; i++)
        append(&w, files, hex(envelope->file_digests + 32 * (size_t)i));
    set(&w, root, "files", files);
    set(&w, root, "claimed_codes", columns);
    return print(out, &w, root, err);
}

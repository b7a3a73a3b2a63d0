/* Schema, source spans and regions: everything in the circuit that is for people. */
#include <stdlib.h>
#include <string.h>

#include "compiler/circuit/emit.h"
#include "compiler/circuit/schema.h"
#include "compiler/diag.h"

enum { MAX_LABEL = 60 };

/* ---- schema ---- */

/* Where the value stands that others can see, or see a commitment to. `place`: of zc_build. */
static void set_place(const zc_emitter *em, zk_field_schema *field, uint32_t place)
{
    if (field->visibility == ZK_COMMITTED)
        field->first_column =
            zc_column_committed(&em->build->plan, &em->layout->shape, place);
    else
        field->first_row = place;
}

zkml_status zc_emit_schema(zc_emitter *em, zkml_error *err)
{
    const zc_build *b = em->build;
    const zc_tir *tir = b->tir;
    zk_circuit *out = em->out;
    ZK_TRY(zc_schema_of(&out->arena, tir, &out->params, &out->results, err));
    out->param_count = tir->param_count;
    out->result_count = tir->result_count;
    for (size_t i = 0; i < tir->param_count; i++) {
        set_place(em, &out->params[i], b->param_places[i]);
        out->params[i].reg = em->reg_map[b->regs[tir->params[i].node]];
    }
    for (size_t i = 0; i < tir->result_count; i++) {
        set_place(em, &out->results[i], b->result_places[i]);
        out->results[i].reg = em->reg_map[b->regs[tir->results[i].node]];
    }
    return ZKML_OK;
}

/* ---- spans ---- */

/* The compilation's files, by their numbers there. */
typedef struct span_files {
    size_t count;
    uint32_t *numbers;    /* in the circuit; UINT32_MAX: not yet */
    const char ***lines; /* of each the texts of its lines, as far as they are needed */
} span_files;

static const char *cleaned(zk_arena *arena, const char *text, size_t length)
{
    char *copy = zk_arena_strndup(arena, text, length);
    return copy != NULL ? zc_diag_clean_text(arena, copy, false) : NULL;
}

static zkml_status file_index(zc_emitter *em, uint32_t file, uint32_t *numbers, uint32_t *index,
                              zkml_error *err)
{
    zk_circuit *out = em->out;
    if (numbers[file] == UINT32_MAX) {
        const char *path = zc_source_path(em->sources, file);
        out->files[out->file_count] = cleaned(&out->arena, path, strlen(path));
        if (out->files[out->file_count] == NULL)
            return zc_emit_no_memory(err);
        numbers[file] = (uint32_t)out->file_count++;
    }
    *index = numbers[file];
    return ZKML_OK;
}

/* A tab is one column wide in positions, so it is shown as one space. */
static const char *cleaned_line(zk_arena *arena, const char *text, size_t length)
{
    char *copy = zk_arena_strndup(arena, text, length);
    for (size_t i = 0; copy != NULL && i < length; i++)
        if (copy[i] == '\t')
            copy[i] = ' ';
    return copy != NULL ? zc_diag_clean_text(arena, copy, false) : NULL;
}

/* Spans on one line share its text. */
static const char *line_text(span_files *files, zc_emitter *em, zc_span span, uint32_t number,
                             uint32_t *end_column)
{
    const zc_source_file *file = zc_source_get(em->sources, span.file);
    const char ***lines = &files->lines[span.file];
    if (*lines == NULL)
        *lines = ZK_ARENA_NEW(&em->out->arena, const char *, file->line_count);
    if (*lines == NULL)
        return NULL;
    size_t length;
    uint32_t start;
    const char *line = zc_source_line(em->sources, span.file, number, &length, &start);
    *end_column = zc_source_position(em->sources, span.file, start + (uint32_t)length).column;
    if ((*lines)[number - 1] == NULL)
        (*lines)[number - 1] = cleaned_line(&em->out->arena, line, length);
    return (*lines)[number - 1];
}

/* `call`: the call chain that the span was reached by. */
static zkml_status add_span(zc_emitter *em, zc_span span, uint32_t call, span_files *files,
                            zkml_error *err)
{
    zk_circuit *out = em->out;
    zk_source_span *s = &out->spans[out->span_count];
    ZK_TRY(file_index(em, span.file, files->numbers, &s->file, err));
    zc_position start = zc_source_position(em->sources, span.file, span.start);
    zc_position end = zc_source_position(em->sources, span.file, span.end);
    uint32_t line_end = 1;
    s->text = line_text(files, em, span, start.line, &line_end);
    if (s->text == NULL)
        return zc_emit_no_memory(err);
    uint32_t last = end.line == start.line ? end.column : line_end;
    s->line = start.line;
    s->column = start.column;
    s->width = last > start.column ? last - start.column : 1;
    s->caller = call != ZC_NO_ID ? em->span_of_call[call] : UINT32_MAX;
    out->span_count++;
    return ZKML_OK;
}

static bool matters(const zc_emitter *em, zc_node_id n)
{
    return em->build->facts->facts[n].role != ZC_ROLE_NONE;
}

/* The calls that nodes were reached by; callers have smaller numbers. */
static zkml_status add_calls(zc_emitter *em, span_files *files, zkml_error *err)
{
    const zc_tir *tir = em->build->tir;
    for (zc_node_id n = 0; n < tir->node_count; n++)
        for (uint32_t c = tir->nodes[n]->call; matters(em, n) && c != ZC_NO_ID;
             c = tir->calls[c].caller) {
            if (em->span_of_call[c] == 0)
                break;
            em->span_of_call[c] = 0;
        }
    for (uint32_t c = 0; c < tir->call_count; c++) {
        zc_span span = tir->calls[c].span;
        bool used = em->span_of_call[c] == 0 && span.file != 0 && span.file <= files->count;
        em->span_of_call[c] = used ? (uint32_t)em->out->span_count : UINT32_MAX;
        if (used)
            ZK_TRY(add_span(em, span, tir->calls[c].caller, files, err));
    }
    return ZKML_OK;
}

zkml_status zc_emit_spans(zc_emitter *em, zkml_error *err)
{
    const zc_tir *tir = em->build->tir;
    zk_circuit *out = em->out;
    size_t count = em->sources != NULL ? em->sources->count : 0;
    em->span_of_node = ZK_ARENA_NEW(&out->arena, uint32_t, tir->node_count);
    em->span_of_call = ZK_ARENA_NEW(&out->arena, uint32_t, tir->call_count);
    span_files files = {.count = count,
                        .numbers = ZK_ARENA_NEW(&out->arena, uint32_t, count + 1),
                        .lines = ZK_ARENA_NEW(&out->arena, const char **, count + 1)};
    out->files = ZK_ARENA_NEW(&out->arena, const char *, count);
    out->spans = ZK_ARENA_NEW(&out->arena, zk_source_span, tir->node_count + tir->call_count);
    if (em->span_of_node == NULL || em->span_of_call == NULL || files.numbers == NULL ||
        files.lines == NULL || out->files == NULL || out->spans == NULL)
        return zc_emit_no_memory(err);
    for (size_t i = 0; i <= count; i++)
        files.numbers[i] = UINT32_MAX;
    for (size_t i = 0; i < tir->call_count; i++)
        em->span_of_call[i] = UINT32_MAX;
    ZK_TRY(add_calls(em, &files, err));
    for (zc_node_id n = 0; n < tir->node_count; n++) {
        zc_span span = tir->nodes[n]->span;
        em->span_of_node[n] = UINT32_MAX;
        if (span.file == 0 || span.file > count || !matters(em, n))
            continue;
        em->span_of_node[n] = (uint32_t)out->span_count;
        ZK_TRY(add_span(em, span, tir->nodes[n]->call, &files, err));
    }
    return ZKML_OK;
}

/* ---- labels ---- */

/* The source text of a span, when it is short and on one line; else "". NULL: no memory. */
static const char *short_text(zc_emitter *em, zc_span span)
{
    const zc_source_file *file = em->sources != NULL ? zc_source_get(em->sources, span.file) : NULL;
    if (file == NULL || span.end <= span.start || span.end - span.start > MAX_LABEL)
        return "";
    const char *text = (const char *)file->text.data + span.start;
    size_t length = span.end - span.start;
    return memchr(text, '\n', length) == NULL ? cleaned(&em->out->arena, text, length) : "";
}

/* The call between the one of a value (`inner`) and the one of its user: the value is its result.
 * ZC_NO_ID: the user is not outside of the value's call. */
static uint32_t call_between(const zc_tir *tir, uint32_t inner, uint32_t user)
{
    while (inner != ZC_NO_ID && tir->calls[inner].caller != user)
        inner = tir->calls[inner].caller;
    return inner;
}

/* What a call returns is known outside by the text of the call. */
static zkml_status label_result(zc_emitter *em, zc_node_id n, uint32_t user, zkml_error *err)
{
    const zc_tir *tir = em->build->tir;
    uint32_t call = tir->nodes[n]->call;
    if (em->labels[n] != NULL || call == user)
        return ZKML_OK;
    call = call_between(tir, call, user);
    if (call == ZC_NO_ID)
        return ZKML_OK;
    em->labels[n] = short_text(em, tir->calls[call].span);
    return em->labels[n] != NULL ? ZKML_OK : zc_emit_no_memory(err);
}

zkml_status zc_emit_labels(zc_emitter *em, zkml_error *err)
{
    const zc_tir *tir = em->build->tir;
    em->labels = ZK_ARENA_NEW(&em->out->arena, const char *, tir->node_count);
    if (em->labels == NULL)
        return zc_emit_no_memory(err);
    for (zc_node_id n = 0; n < tir->node_count; n++) {
        const char *name = tir->nodes[n]->name;
        if (name == NULL)
            continue;
        em->labels[n] = cleaned(&em->out->arena, name, strlen(name));
        if (em->labels[n] == NULL)
            return zc_emit_no_memory(err);
    }
    for (zc_node_id n = 0; n < tir->node_count; n++)
        for (uint32_t o = 0; matters(em, n) && o < tir->nodes[n]->operand_count; o++)
            ZK_TRY(label_result(em, tir->nodes[n]->operands[o].node, tir->nodes[n]->call, err));
    for (size_t i = 0; i < tir->result_count; i++)
        ZK_TRY(label_result(em, tir->results[i].node, ZC_NO_ID, err));
    for (zc_node_id n = 0; n < tir->node_count; n++) {
        if (em->labels[n] == NULL)
            em->labels[n] = matters(em, n) ? short_text(em, tir->nodes[n]->span) : "";
        if (em->labels[n] == NULL)
            return zc_emit_no_memory(err);
    }
    return ZKML_OK;
}

/* ---- regions ---- */

static zkml_status describe(zc_emitter *em, const zc_group *group, zk_region *region,
                            zkml_error *err)
{
    *region = (zk_region){.gadget = group->gadget, .label = "", .span = UINT32_MAX};
    region->is_lookup = group->is_lookup;
    if (group->node == UINT32_MAX)
        return ZKML_OK;
    const zc_node *node = em->build->tir->nodes[group->node];
    region->label = em->labels[group->node];
    region->span = em->span_of_node[group->node];
    region->rank = node->rank;
    memcpy(region->extent, node->extent, node->rank * sizeof region->extent[0]);
    if (group->assertion == UINT32_MAX)
        return ZKML_OK;
    const zc_node *assertion = em->build->tir->nodes[group->assertion];
    region->span = em->span_of_node[group->assertion];
    region->message = zc_statement_message(assertion);
    region->message = zc_diag_clean_text(&em->out->arena, region->message, false);
    return region->message != NULL ? ZKML_OK : zc_emit_no_memory(err);
}

/* Regions of one group; with `out` NULL they are only counted. Elements with equal numbers of rows
 * share a region, because a region finds its elements by division. */
static size_t split_group(const zc_emitter *em, const zc_group *group, const zk_region *proto,
                          zk_region *out)
{
    const uint32_t *form_rows = em->layout->form_rows;
    size_t regions = 0;
    if (group->is_lookup || group->per_element == 0) {
        zk_region region = *proto;
        region.first_row = (uint32_t)group->first;
        region.count = (uint32_t)group->count;
        region.per_element = group->per_element;
        if (!group->is_lookup) {
            region.first_row = form_rows[group->first];
            region.count = form_rows[group->first + group->count] - region.first_row;
        }
        if (out != NULL && region.count > 0)
            out[0] = region;
        return region.count > 0;
    }
    size_t elements = group->count / group->per_element;
    zk_region *last = NULL, scratch = {0};
    for (size_t e = 0; e < elements; e++) {
        size_t form = group->first + e * group->per_element;
        uint32_t row = form_rows[form], rows = form_rows[form + group->per_element] - row;
        if (rows == 0)
            continue;
        if (last == NULL || last->per_element != rows) {
            last = out != NULL ? &out[regions] : &scratch;
            *last = *proto;
            last->first_row = row;
            last->per_element = rows;
            last->first_element = e;
            regions++;
        } else if (last->first_element + last->count / rows != e) {
            last = NULL; /* an element without rows in between */
            e--;
            continue;
        }
        last->count += rows;
    }
    return regions;
}

zkml_status zc_emit_regions(zc_emitter *em, zkml_error *err)
{
    const zc_plan *plan = &em->build->plan;
    zk_circuit *out = em->out;
    size_t count = 0;
    zk_region none = {0};
    for (size_t g = 0; g < plan->group_count; g++)
        count += split_group(em, &plan->groups[g], &none, NULL);
    out->regions = ZK_ARENA_NEW(&out->arena, zk_region, count);
    if (out->regions == NULL)
        return zc_emit_no_memory(err);
    for (int lookups = 0; lookups < 2; lookups++)
        for (size_t g = 0; g < plan->group_count; g++) {
            const zc_group *group = &plan->groups[g];
            if (group->is_lookup != (lookups == 1))
                continue;
            zk_region proto;
            ZK_TRY(describe(em, group, &proto, err));
            out->region_count += split_group(em, group, &proto, out->regions + out->region_count);
        }
    return ZKML_OK;
}

/* ---- the look-up table ---- */

static const char *tag_name(const zc_tag *tag)
{
    switch (tag->kind) {
    case ZC_TAG_RANGE:
        return "range";
    case ZC_TAG_TABLE:
    case ZC_TAG_FUSED:
        return tag->name != NULL ? tag->name : "table";
    case ZC_TAG_CLAMP:
        return "clamp";
    case ZC_TAG_SIGN:
        return "not negative";
    case ZC_TAG_ZERO:
        return "zero";
    case ZC_TAG_OTHER:
        return "not zero";
    case ZC_TAG_EVEN:
        return "parity";
    }
    ZK_UNREACHABLE("a kind of tag");
}

zkml_status zc_emit_tags(zc_emitter *em, zkml_error *err)
{
    const zc_plan *plan = &em->build->plan;
    zk_circuit *out = em->out;
    out->tag_names = ZK_ARENA_NEW(&out->arena, const char *, plan->tag_count);
    if (out->tag_names == NULL)
        return zc_emit_no_memory(err);
    for (size_t i = 0; i < plan->tag_count; i++) {
        const char *name = tag_name(&plan->tags[i]);
        out->tag_names[i] = cleaned(&out->arena, name, strlen(name));
        if (out->tag_names[i] == NULL)
            return zc_emit_no_memory(err);
        out->tag_count++;
    }
    return ZKML_OK;
}

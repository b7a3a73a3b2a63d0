#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/circuit/roles.h"
#include "runtime/inspect/layout.h"
#include "runtime/inspect/words.h"

/* Sizes in pixels. */
enum {
    LEFT = 64,
    TOP = 104,
    GRID_WIDTH = 800,
    GRID_HEIGHT = 640,
    MAX_CELL_WIDTH = 40,
    MAX_CELL_HEIGHT = 20,
    GROUP_GAP = 10,
    PANEL_GAP = 130,
    TABLE_LABELS = 190,
    LEGEND_WIDTH = 420,
    LEGEND_LINE = 34,
};
enum { MAX_RECTS = 100000, MAX_LEGEND = 24, GROUPS = 7, COLOURS = 10 };

static const char *const colours[COLOURS] = {"#4e79a7", "#f28e2b", "#59a14f", "#e15759", "#76b7b2",
                                             "#edc948", "#b07aa1", "#ff9da7", "#9c755f", "#86bcb6"};

/* Columns that stand together, with a title. */
typedef struct column_group {
    const char *title, *background;
    zk_column_kind kind;
    double first_x, width;
    uint32_t count;
} column_group;

/* A column that a look-up's inputs read. */
typedef struct slot_column {
    zk_column_kind kind;
    uint32_t column;
} slot_column;

typedef struct picture {
    zk_buf *out;
    const zk_subject *subject;
    const zk_circuit *circuit;
    zk_arena arena;
    zk_roles roles;
    column_group groups[GROUPS];
    double *x[3]; /* left edge of each column, by kind */
    double cell_width, right;
    slot_column *slots; /* by look-up */
    size_t slot_count, slot_capacity;
    size_t *first_slot;       /* by look-up, and the end */
    uint32_t *colour_of_line; /* by span: position in cost.lines */
    size_t rects;
    /* the panel that is being drawn */
    double top, cell_height;
    uint32_t rows;
} picture;

/* ---- elements ---- */

static void put_escaped(zk_buf *out, const char *text, size_t limit)
{
    size_t count = 0;
    for (const char *c = text; *c != '\0'; c++) {
        bool begins = ((unsigned char)*c & 0xc0) != 0x80;
        if (begins && count++ == limit) {
            zk_buf_text(out, "\xe2\x80\xa6");
            return;
        }
        switch (*c) {
        case '&':
            zk_buf_text(out, "&amp;");
            break;
        case '<':
            zk_buf_text(out, "&lt;");
            break;
        case '>':
            zk_buf_text(out, "&gt;");
            break;
        case '\t':
            zk_buf_u8(out, ' ');
            break;
        default:
            zk_buf_bytes(out, c, 1);
        }
    }
}

/* Coordinates with one decimal, by integers: no locale gets in. */
static void put_number(zk_buf *out, const char *name, double value)
{
    long tenths = (long)(value * 10 + 0.5);
    zk_buf_printf(out, " %s=\"%ld.%ld\"", name, tenths / 10, tenths % 10);
}

static void rect_open(picture *p, double x, double y, double width, double height,
                      const char *attributes)
{
    zk_buf_text(p->out, "<rect");
    put_number(p->out, "x", x);
    put_number(p->out, "y", y);
    put_number(p->out, "width", width);
    put_number(p->out, "height", height);
    zk_buf_printf(p->out, " %s", attributes);
}

static void rect(picture *p, double x, double y, double width, double height,
                 const char *attributes)
{
    rect_open(p, x, y, width, height, attributes);
    zk_buf_text(p->out, "/>\n");
}

static void text_open(picture *p, double x, double y, const char *attributes)
{
    zk_buf_text(p->out, "<text");
    put_number(p->out, "x", x);
    put_number(p->out, "y", y);
    zk_buf_printf(p->out, "%s%s>", *attributes != '\0' ? " " : "", attributes);
}

static void text(picture *p, double x, double y, const char *attributes, const char *words)
{
    text_open(p, x, y, attributes);
    put_escaped(p->out, words, 200);
    zk_buf_text(p->out, "</text>\n");
}

static double row_y(const picture *p, double row)
{
    return p->top + p->cell_height * (row < p->rows ? row : p->rows);
}

/* ---- columns ---- */

static unsigned group_of(const picture *p, zk_column_kind kind, uint32_t column)
{
    uint8_t role = p->roles.columns[kind][column];
    if (kind == ZK_INSTANCE)
        return 0;
    if (kind == ZK_ADVICE && (role & (ZK_ROLE_LOOKUP | ZK_ROLE_GATE)) == 0)
        return 6;
    if (kind == ZK_ADVICE)
        return (role & ZK_ROLE_LOOKUP) && !(role & ZK_ROLE_GATE) ? 2 : 1;
    if (role & ZK_ROLE_TABLE)
        return 5;
    return (role & ZK_ROLE_LOOKUP) && !(role & ZK_ROLE_GATE) ? 4 : 3;
}

static void name_groups(picture *p)
{
    static const column_group names[GROUPS] = {
        {.title = "public", .background = "#ffffff", .kind = ZK_INSTANCE},
        {.title = "advice: gates", .background = "#fdf1f0", .kind = ZK_ADVICE},
        {.title = "look-ups", .background = "#fdf1f0", .kind = ZK_ADVICE},
        {.title = "fixed: factors", .background = "#eef3fb", .kind = ZK_FIXED},
        {.title = "tags", .background = "#eef3fb", .kind = ZK_FIXED},
        {.title = "table", .background = "#e3ebf8", .kind = ZK_FIXED},
        {.title = "committed", .background = "#f6effa", .kind = ZK_ADVICE},
    };
    memcpy(p->groups, names, sizeof names);
}

static bool place_columns(picture *p)
{
    const zk_constraint_system *cs = p->subject->cs;
    size_t total = 0;
    name_groups(p);
    for (int kind = ZK_ADVICE; kind <= ZK_INSTANCE; kind++) {
        uint32_t count = zk_cs_columns(cs, (zk_column_kind)kind);
        total += count;
        p->x[kind] = ZK_ARENA_NEW(&p->arena, double, (size_t)count + 1);
        if (p->x[kind] == NULL)
            return false;
    }
    p->cell_width = total == 0 ? MAX_CELL_WIDTH : (double)GRID_WIDTH / (double)total;
    if (p->cell_width > MAX_CELL_WIDTH)
        p->cell_width = MAX_CELL_WIDTH;
    double x = LEFT;
    for (unsigned g = 0; g < GROUPS; g++) {
        column_group *group = &p->groups[g];
        group->first_x = x;
        for (uint32_t c = 0; c < zk_cs_columns(cs, group->kind); c++)
            if (group_of(p, group->kind, c) == g) {
                p->x[group->kind][c] = group->first_x + group->count++ * p->cell_width;
            }
        group->width = group->count * p->cell_width;
        x += group->count > 0 ? group->width + GROUP_GAP : 0;
    }
    p->right = x;
    return true;
}

/* The recursion is as deep as the tree: at most ZK_CS_MAX_DEPTH. */
static bool note_slot_columns(picture *p, zk_expr_id id)
{
    const zk_expr *x = &p->subject->cs->exprs[id];
    if (x->kind == ZK_EXPR_FIXED || x->kind == ZK_EXPR_ADVICE) {
        if (!ZK_GROW(p->slots, p->slot_capacity, p->slot_count + 1))
            return false;
        p->slots[p->slot_count++] =
            (slot_column){x->kind == ZK_EXPR_FIXED ? ZK_FIXED : ZK_ADVICE, x->a};
        return true;
    }
    if (x->kind < ZK_EXPR_NEGATED)
        return true;
    return note_slot_columns(p, x->a) &&
           ((x->kind != ZK_EXPR_SUM && x->kind != ZK_EXPR_PRODUCT) || note_slot_columns(p, x->b));
}

static bool find_slots(picture *p)
{
    const zk_constraint_system *cs = p->subject->cs;
    p->first_slot = ZK_ARENA_NEW(&p->arena, size_t, cs->n_lookups + 1);
    if (p->first_slot == NULL)
        return false;
    for (uint32_t l = 0; l < cs->n_lookups; l++) {
        for (uint32_t i = 0; i < cs->lookups[l].count; i++)
            if (!note_slot_columns(p, cs->lookup_inputs[cs->lookups[l].first + i]))
                return false;
        p->first_slot[l + 1] = p->slot_count;
    }
    return true;
}

/* ---- colours ---- */

static int compare_span(const zk_source_span *a, const zk_source_span *b)
{
    return a == NULL || b == NULL ? a != b : a->file != b->file || a->line != b->line;
}

static bool choose_colours(picture *p)
{
    const zk_cost *cost = &p->subject->cost;
    size_t shown = cost->line_count < MAX_LEGEND ? cost->line_count : MAX_LEGEND;
    p->colour_of_line = ZK_ARENA_NEW(&p->arena, uint32_t, p->circuit->span_count + 1);
    if (p->colour_of_line == NULL)
        return false;
    for (size_t s = 0; s < p->circuit->span_count; s++) {
        uint32_t line = 0;
        while (line < shown && compare_span(cost->lines[line].span, &p->circuit->spans[s]) != 0)
            line++;
        p->colour_of_line[s] = line < shown ? line % COLOURS : COLOURS;
    }
    return true;
}

static const char *colour_of(const picture *p, const zk_region *r)
{
    uint32_t colour = r->span == UINT32_MAX ? COLOURS : p->colour_of_line[r->span];
    return colour < COLOURS ? colours[colour] : "#b0b0b0";
}

/* ---- regions ---- */

/* "round h"; a label such as "round a * b" says it all. */
static void put_region_words(zk_buf *out, const zk_region *r, size_t limit)
{
    size_t gadget = strlen(r->gadget);
    if (strncmp(r->label, r->gadget, gadget) == 0) {
        put_escaped(out, r->label, limit);
        return;
    }
    put_escaped(out, r->gadget, limit);
    if (*r->label != '\0' && gadget + 3 < limit) {
        zk_buf_u8(out, ' ');
        put_escaped(out, r->label, limit - gadget - 1);
    }
}

static void region_rect(picture *p, const zk_region *r, zk_column_kind kind, double x, double width,
                        double first, double last)
{
    double y = row_y(p, first), height = row_y(p, last) - y;
    char style[160], line[48] = "";
    if (p->rects++ >= MAX_RECTS || first >= p->rows)
        return;
    if (r->span != UINT32_MAX)
        (void)snprintf(line, sizeof line, " data-l=\"%u.%u\"", p->circuit->spans[r->span].file,
                       p->circuit->spans[r->span].line);
    (void)snprintf(style, sizeof style, "fill=\"%s\" fill-opacity=\"%s\"%s%s", colour_of(p, r),
                   kind == ZK_FIXED ? "0.35" : "0.8", line,
                   p->cell_height >= 4 ? " stroke=\"#fff\" stroke-width=\"0.5\"" : "");
    rect_open(p, x, y, width, height < 0.6 ? 0.6 : height, style);
    zk_buf_text(p->out, "><title>");
    put_region_words(p->out, r, 120);
    zk_buf_printf(p->out, ", rows %.0f to %.0f", first, last - 1);
    if (r->span != UINT32_MAX) {
        zk_buf place = {0};
        zk_place_put(&place, p->circuit, &p->circuit->spans[r->span]);
        zk_buf_u8(&place, 0);
        zk_buf_text(p->out, ", ");
        put_escaped(p->out, place.failed ? "" : (const char *)place.data, 80);
        zk_buf_free(&place);
    }
    zk_buf_text(p->out, "</title></rect>\n");
}

static void put_region_name(picture *p, const zk_region *r, double x, double width, double first,
                            double last)
{
    double y = row_y(p, first), height = row_y(p, last) - y;
    if (height < 9 || width < 40 || first >= p->rows)
        return;
    text_open(p, x + 4, y + height / 2 + 4, "class=\"name\"");
    put_region_words(p->out, r, (size_t)(width / 7.4));
    zk_buf_text(p->out, "</text>\n");
}

static void draw_gate_region(picture *p, const zk_region *r)
{
    double first = r->first_row, last = (double)r->first_row + r->count;
    for (unsigned g = 1; g <= 3; g += 2)
        if (p->groups[g].count > 0)
            region_rect(p, r, p->groups[g].kind, p->groups[g].first_x, p->groups[g].width, first,
                        last);
    put_region_name(p, r, p->groups[1].first_x, p->groups[1].width, first, last);
}

/* Slot s is look-up s % L on row s / L. */
static void draw_lookup_region(picture *p, const zk_region *r)
{
    uint64_t lookups = p->subject->cs->n_lookups, first = r->first_row, end = first + r->count;
    for (uint64_t slot = first; slot < end && slot < first + lookups; slot++) {
        uint64_t from = slot / lookups, to = from + (end - 1 - slot) / lookups + 1;
        size_t l = (size_t)(slot % lookups);
        for (size_t i = p->first_slot[l]; i < p->first_slot[l + 1]; i++)
            region_rect(p, r, p->slots[i].kind, p->x[p->slots[i].kind][p->slots[i].column],
                        p->cell_width, (double)from, (double)to);
    }
    put_region_name(p, r, p->groups[2].first_x, p->groups[2].width, (double)(first / lookups),
                    (double)((end - 1) / lookups + 1));
}

/* Equations have no rows of their own. */
static void draw_regions(picture *p)
{
    bool equations = zk_layer_has_equations(p->circuit->layer);
    for (size_t i = 0; i < p->circuit->region_count && p->rects < MAX_RECTS; i++) {
        const zk_region *r = &p->circuit->regions[i];
        if (r->count == 0 || (equations && !r->is_lookup))
            continue;
        if (r->is_lookup)
            draw_lookup_region(p, r);
        else
            draw_gate_region(p, r);
    }
}

static void draw_table(picture *p)
{
    const zk_cost *cost = &p->subject->cost;
    const column_group *table = &p->groups[5];
    double label_y = 0;
    for (size_t i = 0; i < cost->tag_count && p->rects < MAX_RECTS; i++, p->rects++) {
        const zk_cost_tag *tag = &cost->tags[i];
        double y = row_y(p, tag->first_row), end = row_y(p, (double)tag->first_row + tag->rows);
        if (tag->first_row >= p->rows)
            break;
        rect(p, table->first_x, y, table->width, end - y,
             i % 2 == 0 ? "fill=\"#8fa8d0\"" : "fill=\"#b3c4e2\"");
        if (y < label_y)
            continue;
        text_open(p, table->first_x + table->width + 5, y + 10, "");
        zk_buf_printf(p->out, "%" PRId64 ": ", tag->tag);
        put_escaped(p->out, *tag->name != '\0' ? tag->name : "function", 16);
        zk_buf_printf(p->out, " %" PRId64 "..%" PRId64 "</text>\n", tag->lo, tag->hi);
        label_y = y + 12;
    }
}

static void draw_public(picture *p, const zk_field_schema *fields, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const zk_field_schema *f = &fields[i];
        if (f->visibility != ZK_PUBLIC || p->rects++ >= MAX_RECTS || f->first_row >= p->rows)
            continue;
        double y = row_y(p, f->first_row);
        double height = row_y(p, (double)f->first_row + (double)f->count) - y;
        rect_open(p, p->x[ZK_INSTANCE][f->instance_column], y, p->cell_width,
                  height < 0.6 ? 0.6 : height, "fill=\"#6a3d9a\" fill-opacity=\"0.7\"");
        zk_buf_text(p->out, "><title>public ");
        put_escaped(p->out, f->name, 80);
        zk_buf_text(p->out, "</title></rect>\n");
    }
}

static void draw_committed(picture *p, const zk_field_schema *fields, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const zk_field_schema *f = &fields[i];
        uint64_t left = f->visibility == ZK_COMMITTED ? f->count : 0;
        uint64_t most = zk_committed_rows(p->subject->k);
        for (zk_cell cell = {.column = f->first_column}; left > 0 && p->rects++ < MAX_RECTS;
             cell.column++) {
            uint64_t rows = left < most ? left : most;
            left -= rows;
            rect_open(p, p->x[ZK_ADVICE][cell.column], row_y(p, 0), p->cell_width,
                      row_y(p, (double)rows) - row_y(p, 0), "fill=\"#6a3d9a\" fill-opacity=\"0.4\"");
            zk_buf_text(p->out, "><title>committed ");
            put_escaped(p->out, f->name, 80);
            zk_buf_text(p->out, "</title></rect>\n");
        }
    }
}

/* ---- the grid ---- */

static void draw_backgrounds(picture *p)
{
    char style[96];
    for (unsigned g = 0; g < GROUPS; g++) {
        const column_group *group = &p->groups[g];
        if (group->count == 0)
            continue;
        (void)snprintf(style, sizeof style, "fill=\"%s\" stroke=\"#999\" stroke-width=\"0.6\"",
                       group->background);
        rect(p, group->first_x, p->top, group->width, p->cell_height * p->rows, style);
    }
}

static void put_column_name(picture *p, zk_column_kind kind, uint32_t column)
{
    static const char letters[] = {[ZK_ADVICE] = 'A', [ZK_FIXED] = 'F', [ZK_INSTANCE] = 'I'};
    char name[16], turn[64];
    double x = p->x[kind][column] + p->cell_width / 2;
    (void)snprintf(name, sizeof name, "%c%u", letters[kind], column);
    if (p->cell_width >= 24) {
        text(p, x, p->top - 6, "text-anchor=\"middle\"", name);
    } else if (p->cell_width >= 7) {
        long tenths = (long)((x + 3) * 10), top = (long)(p->top - 5);
        (void)snprintf(turn, sizeof turn, "class=\"small\" transform=\"rotate(-90 %ld.%ld %ld)\"",
                       tenths / 10, tenths % 10, top);
        text(p, x + 3, p->top - 5, turn, name);
    }
}

static void put_heads(picture *p)
{
    bool raised = false; /* narrow groups in turns, so that titles do not run into each other */
    for (unsigned g = 0; g < GROUPS; g++) {
        const column_group *group = &p->groups[g];
        if (group->count == 0)
            continue;
        bool narrow = group->width < 6.5 * (double)strlen(group->title);
        raised = narrow && !raised;
        text(p, group->first_x, p->top - (raised ? 42 : 28), "class=\"head\"", group->title);
    }
    for (int kind = ZK_ADVICE; kind <= ZK_INSTANCE; kind++)
        for (uint32_t c = 0; c < zk_cs_columns(p->subject->cs, (zk_column_kind)kind); c++)
            put_column_name(p, (zk_column_kind)kind, c);
}

static void put_row_number(picture *p, uint32_t row)
{
    char name[16];
    (void)snprintf(name, sizeof name, "%u", row);
    text(p, LEFT - 6, row_y(p, row) + (p->cell_height >= 12 ? p->cell_height / 2 + 4 : 4),
         "text-anchor=\"end\"", name);
}

/* Every row number where there is room, else the multiples of a power of two. */
static void put_row_numbers(picture *p, uint32_t usable)
{
    uint32_t step = 1;
    while (step * p->cell_height < 14)
        step *= 2;
    while (p->rows / step > 16 && p->cell_height < 12)
        step *= 2;
    for (uint32_t row = 0; row < p->rows; row += step)
        if (p->cell_height >= 12 || row == 0 || row + step / 2 < usable || usable >= p->rows)
            put_row_number(p, row);
    if (usable < p->rows && p->cell_height < 12)
        put_row_number(p, usable);
}

static void draw_blind_rows(picture *p, uint32_t usable)
{
    if (usable >= p->rows)
        return;
    double y = row_y(p, usable), height = row_y(p, p->rows) - y;
    for (unsigned g = 0; g < GROUPS; g++)
        if (p->groups[g].count > 0)
            rect(p, p->groups[g].first_x, y, p->groups[g].width, height < 1.5 ? 1.5 : height,
                 "fill=\"url(#blind)\"");
    text(p, p->right + 2, y + 10, "", "blind rows");
}

static void draw_lines(picture *p)
{
    if (p->cell_height < 6)
        return;
    for (unsigned g = 0; g < GROUPS; g++) {
        const column_group *group = &p->groups[g];
        for (uint32_t row = 1; row < p->rows && group->count > 0; row++)
            rect(p, group->first_x, row_y(p, row) - 0.2, group->width, 0.4, "fill=\"#ccc\"");
        for (uint32_t c = 1; c < group->count; c++)
            rect(p, group->first_x + c * p->cell_width - 0.2, p->top, 0.4, p->cell_height * p->rows,
                 "fill=\"#ccc\"");
    }
}

/* Fixed values that are not 0, where they fit. */
static void put_fixed_values(picture *p)
{
    if (p->cell_height < 10 || p->cell_width < 14)
        return;
    for (uint32_t c = 0; c < p->subject->cs->n_fixed; c++) {
        const zk_fixed_column *column = &p->circuit->fixed[c];
        for (uint32_t row = 0; row < column->count && row < p->rows; row++) {
            char value[24] = "0x..";
            if (column->small != NULL)
                (void)snprintf(value, sizeof value, "%" PRId64, column->small[row]);
            if (strcmp(value, "0") == 0 || (double)strlen(value) * 5.5 > p->cell_width)
                continue;
            text(p, p->x[ZK_FIXED][c] + p->cell_width / 2, row_y(p, row) + p->cell_height / 2 + 3,
                 "class=\"small\" text-anchor=\"middle\"", value);
        }
    }
}

/* Rows 0 .. rows - 1 from `top` down; returns the panel's height. */
static double draw_panel(picture *p, double top, uint32_t rows, double height)
{
    uint32_t usable = (uint32_t)zk_cs_usable_rows(p->subject->cs, p->subject->k);
    p->top = top;
    p->rows = rows;
    p->cell_height = height / rows;
    if (p->cell_height > MAX_CELL_HEIGHT)
        p->cell_height = MAX_CELL_HEIGHT;
    draw_backgrounds(p);
    draw_regions(p);
    draw_table(p);
    draw_public(p, p->subject->params, p->subject->param_count);
    draw_public(p, p->subject->results, p->subject->result_count);
    draw_committed(p, p->subject->params, p->subject->param_count);
    draw_committed(p, p->subject->results, p->subject->result_count);
    draw_lines(p);
    draw_blind_rows(p, usable);
    put_fixed_values(p);
    put_heads(p);
    put_row_numbers(p, usable);
    return p->cell_height * rows;
}

/* ---- the page ---- */

static double draw_legend(picture *p, double x)
{
    const zk_cost *cost = &p->subject->cost;
    double y = TOP - 28;
    text(p, x, y, "class=\"head\"", zk_layer_has_equations(p->circuit->layer)
                                            ? "source lines by equations"
                                            : "source lines by gate rows");
    for (size_t i = 0; i < cost->line_count && i < MAX_LEGEND; i++) {
        const zk_cost_item *item = &cost->lines[i];
        char style[64];
        (void)snprintf(style, sizeof style, "fill=\"%s\" fill-opacity=\"0.8\"",
                       item->span == NULL ? "#b0b0b0" : colours[i % COLOURS]);
        y = TOP - 14 + (double)i * LEGEND_LINE;
        rect(p, x, y, 14, 24, style);
        text_open(p, x + 20, y + 10, "");
        zk_buf place = {0};
        zk_place_put(&place, p->circuit, item->span);
        zk_buf_text(&place, ": rows ");
        zk_count_put(&place, item->rows);
        zk_buf_text(&place, ", look-ups ");
        zk_count_put(&place, item->slots);
        zk_buf_text(&place, ":");
        for (size_t j = 0; j < item->cells && place.length < 100; j++)
            zk_buf_printf(&place, " %s", cost->cells[item->first_cell + j].gadget);
        zk_buf_u8(&place, 0);
        put_escaped(p->out, place.failed ? "" : (const char *)place.data, 62);
        zk_buf_free(&place);
        zk_buf_text(p->out, "</text>\n");
        text_open(p, x + 20, y + 23, "class=\"code\"");
        put_escaped(p->out, zk_span_text(item->span), 56);
        zk_buf_text(p->out, "</text>\n");
    }
    return y + LEGEND_LINE;
}

static void put_title(picture *p)
{
    const zk_subject *s = p->subject;
    zk_buf words = {0};
    text(p, LEFT, 26, "class=\"title\"", s->name);
    zk_buf_printf(&words,
                  "%" PRIu64 " rows (k = %u), %u used; %u advice, %u fixed, %u instance "
                  "columns; degree %u; %zu copies",
                  (uint64_t)1 << s->k, s->k, s->cost.used_rows, s->cs->n_advice, s->cs->n_fixed,
                  s->cs->n_instance, zk_cs_degree(s->cs), p->circuit->copy_count);
    zk_buf_u8(&words, 0);
    text(p, LEFT, 46, "", words.failed ? "" : (const char *)words.data);
    zk_buf_free(&words);
}

static const char style[] =
    "<style>text{font:11px sans-serif;fill:#222}.title{font-size:18px;font-weight:bold}"
    ".head{font-weight:bold}.small{font-size:9px}.code{font:11px monospace;fill:#555}"
    ".name{fill:#000;stroke:#fff;stroke-width:2.5px;paint-order:stroke;stroke-linejoin:round}"
    "</style>\n"
    "<defs><pattern id=\"blind\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" "
    "patternTransform=\"rotate(45)\"><rect width=\"6\" height=\"6\" fill=\"#e8e8e8\"/>"
    "<rect width=\"2\" height=\"6\" fill=\"#b8b8b8\"/></pattern></defs>\n"
    "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n";

static void draw(picture *p)
{
    const zk_cost *cost = &p->subject->cost;
    uint32_t n = (uint32_t)1 << p->subject->k;
    uint32_t busy = cost->gate_rows > cost->lookup_rows ? cost->gate_rows : cost->lookup_rows;
    zk_buf body = {0}, *out = p->out;
    p->out = &body;
    double legend_x = p->right + TABLE_LABELS;
    put_title(p);
    double bottom = TOP + draw_panel(p, TOP, n, GRID_HEIGHT);
    if (busy > 0 && n / busy >= 8 && p->cell_height < 6) {
        double top = bottom + PANEL_GAP;
        zk_buf words = {0};
        zk_buf_printf(&words, "rows 0 to %u, enlarged", busy - 1);
        zk_buf_u8(&words, 0);
        text(p, LEFT, top - 60, "class=\"title\"", words.failed ? "" : (const char *)words.data);
        zk_buf_free(&words);
        bottom = top + draw_panel(p, top, busy, GRID_HEIGHT);
    }
    double legend = draw_legend(p, legend_x);
    bottom = (bottom > legend ? bottom : legend) + 24;
    p->out = out;
    zk_buf_printf(out,
                  "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" "
                  "viewBox=\"0 0 %.0f %.0f\">\n%s",
                  legend_x + LEGEND_WIDTH, bottom, legend_x + LEGEND_WIDTH, bottom, style);
    zk_buf_bytes(out, body.data, body.length);
    zk_buf_text(out, "</svg>\n");
    out->failed = out->failed || body.failed;
    zk_buf_free(&body);
}

zkml_status zk_layout_svg(zk_buf *out, const zk_subject *subject, zkml_error *err)
{
    picture p = {.out = out, .subject = subject, .circuit = subject->circuit};
    zk_arena_init(&p.arena, 0);
    zkml_status status = zk_roles_find(&p.roles, subject->cs, err);
    if (status == ZKML_OK) {
        if (place_columns(&p) && find_slots(&p) && choose_colours(&p))
            draw(&p);
        else
            out->failed = true;
        if (out->failed)
            status = zk_fail(err, ZKML_LIMIT, "out of memory for the picture");
    }
    free(p.slots);
    zk_roles_free(&p.roles);
    zk_arena_free(&p.arena);
    return status;
}

/* circuit.bin by hand: a minimal file, and what happens when one part of it is a lie. Every file
 * has the right digest. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "runtime/circuit/codec.h"
#include "tests/formats/format_cases.h"

enum part {
    MAGIC, NAME, K, COLUMNS, CALLS, INSTANCE, FIXED, COPIES, PARAMS, RESULTS, TAGS, FILES, SPANS,
    INSTRS, PLACES, CHAINS, REGIONS, PARTS
};

typedef struct bytes {
    const char *at;
    size_t length;
} bytes;

#define BYTES(text) {(text), sizeof(text) - 1}

/* One gate f0 (a0 - a1), a parameter x, a result y = 1 x + 0 in instance row 0. */
static const bytes minimal[PARTS] = {
    [MAGIC] = BYTES("ZKMLCIR1\1"),
    [NAME] = BYTES("\1m"),
    [K] = BYTES("\4"),
    [COLUMNS] = BYTES("\2\1\1\0"), /* advice, fixed, instance, minimum degree */
    [CALLS] = BYTES("\3" /* equality a0, equality i0, gate */
                    "\0\0\0" "\0\2\0" "\2\1g\1" "\6" "\1\0" "\2\0\0" "\2\1\0" "\4" "\5" "\6"),
    [INSTANCE] = BYTES("\1"),
    [FIXED] = BYTES("\2" "\1\2" "\0\4"),     /* 1, 5 */
    [COPIES] = BYTES("\1" "\2\2"),           /* a0:0 = i0:0 */
    [PARAMS] = BYTES("\1" "\1x\1\0" "\0\6" "\0" "\0"),
    [RESULTS] = BYTES("\1" "\1y\0\0" "\0\6" "\0" "\0\0" "\1"),
    [TAGS] = BYTES("\1" "\0\5range"),
    [FILES] = BYTES("\1" "\4m.zt"),
    [SPANS] = BYTES("\1" "\0\1\1\3" "\0\3a+b" "\0"),
    [INSTRS] = BYTES("\2"
                     "\0\0" "\0\1x" "\1" "\1\1" "\0" "\0"
                     "\7\0" "\0\1y" "\1" "\1\1" "\1" "\1\0\0" "\0\2\0\0"),
    [PLACES] = BYTES("\2" "\2\2" "\x11\2\2"),
    [CHAINS] = BYTES("\0"),
    [REGIONS] = BYTES("\1\0" "\0\1\1\0" "\0" "\0\4gate\4\1\0\0"),
};

static zkml_status round_trip(const uint8_t *data, size_t length, zk_buf *again, zkml_error *err)
{
    zk_circuit circuit;
    zkml_status status = zk_circuit_read(&circuit, "h.bin", data, length, err);
    if (status == ZKML_OK)
        status = zk_circuit_write(&circuit, again, err);
    zk_circuit_free(&circuit);
    return status;
}

static const format bin_format = {
    .name = "h.bin", .personal = "zkmlc-circuitbin", .round_trip = round_trip};

static zk_buf assemble(const bytes parts[PARTS])
{
    zk_buf file = {0};
    uint8_t digest[32] = {0};
    for (int i = 0; i < PARTS; i++)
        zk_buf_bytes(&file, parts[i].at, parts[i].length);
    zk_buf_bytes(&file, digest, sizeof digest);
    cr_assert(!file.failed);
    format_reseal(&bin_format, file.data, file.length);
    return file;
}

/* The file with another content of one part is refused, and the message tells why. */
static void expect_refusal(enum part part, bytes content, zkml_status status, const char *reason)
{
    bytes parts[PARTS];
    memcpy(parts, minimal, sizeof parts);
    parts[part] = content;
    zk_buf file = assemble(parts);
    format_expect_refused(&bin_format, file.data, file.length, status, reason);
    zk_buf_free(&file);
}

static void expect_accepted(enum part part, bytes content)
{
    bytes parts[PARTS];
    memcpy(parts, minimal, sizeof parts);
    parts[part] = content;
    zk_buf file = assemble(parts);
    format_expect_canonical(&bin_format, &file);
    zk_buf_free(&file);
}

typedef struct lie {
    enum part part;
    bytes content;
    const char *reason;
} lie;

static void expect_refusals(const lie *lies, size_t count)
{
    zk_buf file = assemble(minimal);
    format_expect_canonical(&bin_format, &file);
    zk_buf_free(&file);
    for (size_t i = 0; i < count; i++)
        expect_refusal(lies[i].part, lies[i].content, ZKML_MALFORMED, lies[i].reason);
}

#define EXPECT_REFUSALS(lies) expect_refusals((lies), sizeof(lies) / sizeof *(lies))

#define HUGE "\xff\xff\xff\xff\x0f" /* 2^32 - 1 */

/* ---- the parts of the file ---- */

Test(hostile, head)
{
    static const lie lies[] = {
        {MAGIC, BYTES("ZKMLCIR2\1"), "offset 0: this is not a circuit"},
        {MAGIC, BYTES("ZKMLKEY1\1"), "offset 0: this is not a circuit"},
        {MAGIC, BYTES("ZKMLCIR1\2"), "offset 8: this version of the format is not supported"},
        {MAGIC, BYTES("ZKMLCIR1\x81\0"), "offset 8: a number is not in its shortest form"},
        {NAME, BYTES(HUGE), "offset 9: a count is larger than what is left"},
        {NAME, BYTES("\2\xc3("), "offset 9: a text is too long, not UTF-8"},
        {NAME, BYTES("\2\xc0\x80"), "a text is too long, not UTF-8"},
        {NAME, BYTES("\3\xed\xa0\x80"), "a text is too long, not UTF-8"},
        {NAME, BYTES("\3\xe2\x80\xae"), "a text is too long, not UTF-8"},
        {NAME, BYTES("\1\0"), "a text is too long, not UTF-8"},
        {NAME, BYTES("\1\x1b"), "a text is too long, not UTF-8"},
        {NAME, BYTES("\2\x80m"), "a text is too long, not UTF-8"},
        {K, BYTES("\0"), "offset 11: k, the logarithm of the number of rows, is not in 1 .. 24"},
        {K, BYTES("\x19"), "is not in 1 .. 24"},
        {K, BYTES(HUGE), "is not in 1 .. 24"},
        {K, BYTES("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f"), "a number does not fit 64 bits"},
        {K, BYTES("\x84\0"), "a number is not in its shortest form"},
    };
    EXPECT_REFUSALS(lies);
    expect_refusal(K, (bytes)BYTES("\2"), ZKML_LIMIT, "2^2 rows are too few");
}

Test(hostile, constraint_system)
{
    static const lie lies[] = {
        {COLUMNS, BYTES("\x81\x40\1\1\0"), "offset 12: a number is out of range"},
        {COLUMNS, BYTES(HUGE "\1\1\0"), "a number is out of range"},
        {COLUMNS, BYTES("\2\1\1\x42"), "a number is out of range"},
        {COLUMNS, BYTES("\1\1\1\0"), "there is no advice column 1"},
        {COLUMNS, BYTES("\2\0\1\0"), "there is no fixed column 0"},
        {COLUMNS, BYTES("\2\1\0\0"), "there is no instance column 0"},
        {CALLS, BYTES(HUGE), "a count is larger than what is left"},
        {CALLS, BYTES("\1\4\0"), "unknown kind of call"},
        {CALLS, BYTES("\1\0\3\0"), "a number is out of range"},
        {CALLS, BYTES("\2\0\0\0\0\0\0"), "a call of the constraint system has no effect"},
        {CALLS, BYTES("\2\1\0\1\0"), "a call of the constraint system has no effect"},
        {CALLS, BYTES("\1\2\1g\0"), "gate g has no polynomials"},
        {CALLS, BYTES("\1\2\1g" HUGE), "a count is larger than what is left"},
        {CALLS, BYTES("\1\2\1g\1\0"), "an expression is not one tree"},
        {CALLS, BYTES("\1\2\1g\1\2\1\0\1\0"), "an expression is not one tree"},
        {CALLS, BYTES("\1\2\1g\1\1\4"), "an operator lacks its operand"},
        {CALLS, BYTES("\1\2\1g\1\2\1\0\5"), "an operator lacks its operand"},
        {CALLS, BYTES("\1\2\1g\1\1\x08"), "unknown kind of expression"},
        {CALLS, BYTES("\1\2\1g\1\1\2\0\x81\x80\x80\x10"), "a rotation is out of range"},
        {CALLS, BYTES("\1\2\1g\1\1\2\2\0"), "there is no advice column 2"},
        {CALLS, BYTES("\1\2\1g\1\1\0\2"), "a flag is neither 0 nor 1"},
        {CALLS, BYTES("\1\2\1g\1\1\0\1" "\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
                      "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
         "a field element is not in its canonical form"},
        {CALLS, BYTES("\1\3\1l\0"), "look-up l has no inputs"},
        {CALLS, BYTES("\1\3\1l\1\1\2\0\0\1"), "there is no fixed column 1"},
        {CALLS, BYTES("\1\2\1\7\1\1\1\0"), "a text is too long, not UTF-8"},
        {CALLS, BYTES("\2" "\2\1g\1\3\2\0\0\2\0\x20\5" "\0\0\0"), "rotations 0 and 16"},
    };
    EXPECT_REFUSALS(lies);
}

Test(hostile, columns_and_copies)
{
    static const lie lies[] = {
        {INSTANCE, BYTES("\x0b"), "h.bin: instance column 0 has more values than rows"},
        {INSTANCE, BYTES("\0"), "y: no such public rows"},
        {FIXED, BYTES(HUGE "\1\2\0\4"), "an array is larger than what is left"},
        {FIXED, BYTES(HUGE "\0\2\0\4"), "a count is larger than what is left"},
        {FIXED, BYTES("\2\3\2\0\4"), "an array's width is not 1, 2, 4 or 8"},
        {FIXED, BYTES("\2\2\2\0\0\4\0"), "an array is not in its narrowest form"},
        {FIXED, BYTES("\2\1\2\1\4"), "an array is not in its narrowest form"},
        {FIXED, BYTES("\2\1\0\5\0"), "a fixed column ends with a zero"},
        {FIXED, BYTES("\2\x08\xfe\xff\xff\xff\xff\xff\xff\xff\xff\1" "\0\0\0\0\0\0\0\0"
                      "\0\0\0\0\1\0\0\0"),
         "a number is out of range"},
        {FIXED, BYTES("\2\0" "\0\2\0\x0a"), "a column of small integers is not written as such"},
        {FIXED, BYTES("\x0b\1\0\1\0\0\0\0\0\0\0\0\0\1"), "fixed column 0 has values on blind rows"},
        {COPIES, BYTES(HUGE), "a count is larger than what is left"},
        {COPIES, BYTES("\1\2\0"), "a copy repeats the step of the one before"},
        {COPIES, BYTES("\1\1\2"), "no such cell in the permutation"},
        {COPIES, BYTES("\1\2\1"), "no such cell in the permutation"},
        {COPIES, BYTES("\1" "\x50"), "copy 0: no such usable cell"}, /* row 10 */
        {COPIES, BYTES("\1\2\6"), "copy 0: no such usable cell"},         /* no second value */
        {COPIES, BYTES("\1\xfc\xff\xff\xff\xff\xff\xff\xff\xff\1\2"), "no such cell"},
        {COPIES, BYTES("\1\2\xfc\xff\xff\xff\xff\xff\xff\xff\xff\1"), "no such cell"},
        {CALLS, BYTES("\0"), "no such cell in the permutation"},
    };
    EXPECT_REFUSALS(lies);
}

Test(hostile, schema)
{
    static const lie lies[] = {
        {PARAMS, BYTES(HUGE), "a count is larger than what is left"},
        {PARAMS, BYTES("\1\0\1\0\0\6\0\0"), "has no proper name"},
        {PARAMS, BYTES("\1\1x\3\0\0\6\0\0"), "a number is out of range"},
        {PARAMS, BYTES("\1\1x\2\0\0\6\0\0\0"), "x: no such advice columns"},
        {PARAMS, BYTES("\1\1x\1\5\0\6\0\0"), "a number is out of range"},
        {PARAMS, BYTES("\1\1x\1\0\6\0\0\0"), "x: the range does not suit the type"},
        {PARAMS, BYTES("\1\1x\1\3\0\1\0\6\0\0"), "x: the scale does not suit the type"},
        {PARAMS, BYTES("\1\1x\1\3\2\4\0\6\0\0"), "x: the scale does not suit the type"},
        {PARAMS, BYTES("\1\1x\1\1\4\x3f\0\6\0\0"), "x: the scale does not suit the type"},
        {PARAMS, BYTES("\1\1x\1\4\0\6\0\0"), "x: the range does not suit the type"},
        {PARAMS, BYTES("\1\1x\1\0\0\6\1\0\0"), "x: the shape is empty or too large"},
        {PARAMS, BYTES("\1\1x\1\0\0\6\1\x81\x80\x80\x80\1\0"), "the shape is empty or too large"},
        {PARAMS, BYTES("\1\1x\1\0\0\6\3" HUGE HUGE HUGE "\0"), "a shape has too many elements"},
        {PARAMS, BYTES("\1\1x\1\0\0\6\x0d"), "a number is out of range"},
        {PARAMS, BYTES("\1\1x\1\0\0\6\0\2"), "parameter x: register 2 is not its input"},
        {PARAMS, BYTES("\1\1x\1\0\0\6\0\1"), "parameter x: register 1 is not its input"},
        {PARAMS, BYTES("\0"), "instruction 0: bad attributes"},
        {PARAMS, BYTES("\2\1x\1\0\0\6\0\0\1x\1\0\0\6\0\0"), "the name x occurs twice"},
        {RESULTS, BYTES("\1\1y\0\0\0\6\0\1\0\1"), "y: no such public rows"},
        {RESULTS, BYTES("\1\1y\0\0\0\6\0\0\1\1"), "y: no such public rows"},
        {RESULTS, BYTES("\1\1y\0\0\0\6\0\0" HUGE "\1"), "y: no such public rows"},
        {RESULTS, BYTES("\2\1y\0\0\0\6\0\0\0\1\1z\0\0\0\6\0\0\0\1"), "share public rows"},
        {RESULTS, BYTES("\1\1y\0\0\0\6\0\0\0\2"), "result y: register 2 does not hold it"},
        {RESULTS, BYTES("\1\1y\1\0\0\6\1\2\1"), "result y: register 1 does not hold it"},
    };
    EXPECT_REFUSALS(lies);
}

/* ---- committed values ---- */

/* 2^5 rows: 16 for committed values. */
static zk_buf assemble_committed(bytes calls, bytes params, bytes results)
{
    static const bytes k = BYTES("\5");
    bytes parts[PARTS];
    memcpy(parts, minimal, sizeof parts);
    parts[K] = k;
    parts[CALLS] = calls;
    parts[PARAMS] = params;
    parts[RESULTS] = results;
    return assemble(parts);
}

#define COMMITTED_X BYTES("\1\1x\2\0\0\6\0\1\0") /* in column 1 */
#define COMMITTED_Y BYTES("\1\1y\2\0\0\6\0\0\1") /* in column 0 */

Test(hostile, committed_values)
{
    static const bytes x = COMMITTED_X, y = COMMITTED_Y;
    static const struct {
        bytes params, results;
        const char *reason;
    } lies[] = {
        {BYTES("\1\1x\2\0\0\6\0\2\0"), COMMITTED_Y, "x: no such advice columns"},
        {BYTES("\1\1x\2\0\0\6\0" HUGE "\0"), COMMITTED_Y, "x: no such advice columns"},
        {BYTES("\1\1x\2\0\0\6\1\x11\1\0"), COMMITTED_Y, "x: no such advice columns"}, /* 17 elements */
        {BYTES("\1\1x\2\0\0\6\0\0\0"), COMMITTED_Y, "share advice columns"},
        {COMMITTED_X, BYTES("\1\1y\2\0\0\6\0\1\1"), "share advice columns"},
    };
    zk_buf file = assemble_committed(minimal[CALLS], x, y);
    format_expect_canonical(&bin_format, &file);
    format_keep_for_fuzzing(&file, "circuit", "committed-by-hand");
    zk_buf_free(&file);
    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
        file = assemble_committed(minimal[CALLS], lies[i].params, lies[i].results);
        format_expect_refused(&bin_format, file.data, file.length, ZKML_MALFORMED, lies[i].reason);
        zk_buf_free(&file);
    }
}

/* Column 0 is read at so many rotations that more rows are blind than committed values leave. */
Test(hostile, committed_values_and_many_blind_rows)
{
    static const bytes x = COMMITTED_X, y = COMMITTED_Y;
    for (uint8_t rotations = 12; rotations <= 14; rotations++) {
        zk_buf calls = {0};
        zk_buf_bytes(&calls, "\3\0\0\0\0\2\0\2\1g\1", 11);
        zk_buf_u8(&calls, (uint8_t)(2 * rotations + 1));
        zk_buf_bytes(&calls, "\1\0", 2);
        for (uint8_t i = 0; i < rotations; i++) {
            const uint8_t token[] = {2, 0, (uint8_t)(2 * i)};
            zk_buf_bytes(&calls, token, sizeof token);
            zk_buf_u8(&calls, i == 0 ? 6 : 5);
        }
        bytes script = {(const char *)calls.data, calls.length};
        zk_buf file = assemble_committed(script, x, y);
        if (rotations <= 13)
            format_expect_canonical(&bin_format, &file);
        else
            format_expect_refused(&bin_format, file.data, file.length, ZKML_MALFORMED,
                                  "at most 16 blind rows");
        zk_buf_free(&file);
        zk_buf_free(&calls);
    }
}

Test(hostile, source_map)
{
    static const lie lies[] = {
        {TAGS, BYTES(HUGE), "a count is larger than what is left"},
        {TAGS, BYTES("\1\1"), "there is no text of this number yet"},
        {TAGS, BYTES("\2\0\5range\0\5range"), "already known is not given by its number"},
        {TAGS, BYTES("\2\0\5range\2"), "there is no text of this number yet"},
        {FILES, BYTES(HUGE), "a count is larger than what is left"},
        {FILES, BYTES("\1\1\n"), "a text is too long, not UTF-8"},
        {SPANS, BYTES(HUGE), "a count is larger than what is left"},
        {SPANS, BYTES("\1\1\1\1\3\0\3a+b\0"), "source span 0 has no place"},
        {SPANS, BYTES("\1\0\0\1\3\0\3a+b\0"), "source span 0 has no place"},
        {SPANS, BYTES("\1\0\1\0\3\0\3a+b\0"), "source span 0 has no place"},
        {SPANS, BYTES("\1\0\1\1\3\0\3a+b\1"), "source span 0 has no such caller"},
        {REGIONS, BYTES(HUGE HUGE), "a count is larger than what is left"},
        {REGIONS, BYTES("\1\0\0\1\1\0\1"), "there is no region before the first"},
        {REGIONS, BYTES("\2\0\0\1\1\0\0\0\4gate\4\1\0\0\0\1\1\0\0\5\4\1\0\0"),
         "a region repeats what it shares"},
        {REGIONS, BYTES("\1\0\0\x0b\1\0\0\0\4gate\4\1\0\0"), "region gate leaves the usable rows"},
        {REGIONS, BYTES("\1\0" HUGE HUGE "\1\0\0\0\4gate\4\1\0\0"), "region gate leaves"},
        {REGIONS, BYTES("\0\1\0\1\1\0\0\0\4gate\4\1\0\0"), "region gate leaves the usable rows"},
        {REGIONS, BYTES("\1\0\0\1\1\0\0\0\4gate\4\2\0\0"), "region gate has no source span"},
        {REGIONS, BYTES("\1\0\0\1\1\0\0\0\4gate\4\1\1\0\0"), "region gate has an empty shape"},
        {REGIONS, BYTES("\1\0\0\1\1\0\0\0\4gate\4\1\x0d"), "a number is out of range"},
        {REGIONS, BYTES("\1\0\0\1\1\0\0\0\4gate\4\1\0\2"), "a flag is neither 0 nor 1"},
        {REGIONS, BYTES("\1\0\0\1\1\0\0\0\4gate\4\1\0\0\0"), "the file ends too early"},
    };
    EXPECT_REFUSALS(lies);
}

#define INPUT "\0\0" "\0\1x" "\1" "\1\1" "\0" "\0"
#define HEAD "\0\1y" "\1" "\1\1" /* name, span, scale */

Test(hostile, instructions)
{
    static const lie lies[] = {
        {INSTRS, BYTES(HUGE), "a count is larger than what is left"},
        {INSTRS, BYTES("\2" INPUT "\x1a\0" HEAD "\1\1\0\0"), "unknown operation"},
        {INSTRS, BYTES("\2" INPUT "\7\xd0"), "a shape has more than 12 dimensions"},
        {INSTRS, BYTES("\2" INPUT "\7\x67"), "a shape has more than 12 dimensions"},
        {INSTRS, BYTES("\2" INPUT "\7\x30" HUGE HUGE HUGE HEAD), "a shape has too many elements"},
        {INSTRS, BYTES("\2" INPUT "\7\x22" HUGE "\1" HUGE "\2" HEAD), "a shape has too many"},
        {INSTRS, BYTES("\2" INPUT "\7\x10\0" HEAD "\1\1\0\0\0" "\0\2\0\0"), "1: bad shape"},
        {INSTRS, BYTES("\2" INPUT "\7\x10\x81\x80\x80\x80\1" HEAD "\1\1\0\0\0" "\0\2\0\0"),
         "1: bad shape"},
        {INSTRS, BYTES("\2" INPUT "\7\1\1" HEAD "\1\1\0\0\0" "\0\2\0\0"), "1: bad shape"},
        {INSTRS, BYTES("\2" INPUT "\7\0" HEAD "\1\0\0\0" "\0\2\0\0"), "not defined before its use"},
        {INSTRS, BYTES("\2" INPUT "\7\0" HEAD "\1\2\0\0" "\0\2\0\0"), "not defined before its use"},
        {INSTRS, BYTES("\2" INPUT "\7\0" HEAD "\0" "\0\2\0\0"), "1: wrong number of operands"},
        {INSTRS, BYTES("\2" INPUT "\7\0" HEAD HUGE), "a count is larger than what is left"},
        {INSTRS, BYTES("\2" INPUT "\7\0" HEAD "\1\1\2\0" "\0\2\0\0"), "unknown kind of view"},
        {INSTRS, BYTES("\2" INPUT "\7\0" HEAD "\1\1\0\2" "\0\2\0\0"), "the view leaves register 0"},
        {INSTRS, BYTES("\2" INPUT "\7\0" HEAD "\1\1\0\1" "\0\2\0\0"), "the view leaves register 0"},
        {INSTRS, BYTES("\2" INPUT "\7\x10\2" HEAD "\1\1\0\0\2" "\0\2\0\0"), "the view leaves"},
        {INSTRS, BYTES("\2" INPUT "\7\x10\3" HEAD "\1\1\0\0\xfe\xff\xff\xff\xff\xff\xff\xff\xff\1"
                       "\0\2\0\0"), "the view leaves register 0"},
        {INSTRS, BYTES("\2" INPUT "\7\0" HEAD "\1\1\1\1\2\0" "\0\2\0\0"), "the view leaves"},
        {INSTRS, BYTES("\2" INPUT "\7\0" HEAD "\1\1\1\1\1\0" "\0\2\0\0"), "a number is out of"},
        {INSTRS, BYTES("\2" INPUT "\7\x10\xff\xff\xff\x3f" HEAD "\1\1\1\1\0\0"),
         "a table is larger than what is left"},
        {INSTRS, BYTES("\2" INPUT "\7\0" "\0\1y" "\2" "\1\1" "\1\1\0\0" "\0\2\0\0"),
         "1: no source span 1"},
        {INSTRS, BYTES("\2" INPUT "\7\0" "\0\1y" "\1" "\1\0" "\1\1\0\0" "\0\2\0\0"),
         "1: no proper scale"},
        {INSTRS, BYTES("\2" INPUT "\1\0" HEAD "\0" "\3\0\0"), "width is not 1, 2, 4 or 8"},
        {INSTRS, BYTES("\2" INPUT "\1\x10\xff\xff\xff\x3f" HEAD "\0" "\1\0\0"),
         "a table is larger than what is left"},
        {INSTRS, BYTES("\2" INPUT "\x81\0" HEAD "\0" "\1\0\0"), "1: bad attributes"},
        {INSTRS, BYTES("\2" INPUT "\x0e\0" HEAD "\1\1\0\0" "\x80\2\1"), "1: bad attributes"},
        {INSTRS, BYTES("\2" INPUT "\x0e\0" HEAD "\1\1\0\0" "\0\x21"), "1: bad attributes"},
        {INSTRS, BYTES("\2" INPUT "\x17\0" HEAD "\1\1\0\0" "\0\0" HUGE), "a count is larger than"},
        {INSTRS, BYTES("\2" INPUT "\x17\0" HEAD "\1\1\0\0" "\0\0" "\0" "\0\1t"), "bad attributes"},
        {INSTRS, BYTES("\2" INPUT "\0\0" HEAD "\0" "\1"), "instruction 1: bad attributes"},
        {INSTRS, BYTES("\2" INPUT "\3\x10\2" HEAD "\1" "\1"), "the stack's size is wrong"},
    };
    EXPECT_REFUSALS(lies);
}

Test(hostile, places_and_chains)
{
    static const lie lies[] = {
        {PLACES, BYTES(HUGE), "a count is larger than what is left"},
        {PLACES, BYTES("\1\2\0"), "a number of a place repeats that of the one before"},
        {PLACES, BYTES("\1\3\1\2"), "a number of a place is out of range"},
        {PLACES, BYTES("\1\2\x80\x80\x80\x80\x20"), "a number of a place is out of range"},
        {PLACES, BYTES("\2\2\2\4\xfe\xff\xff\xff\xff\xff\xff\xff\xff\1"), "place 1: no such"},
        {PLACES, BYTES("\1\3\4\2"), "place 0: no such elements"},
        {PLACES, BYTES("\1\0"), "place 0: no such elements"},
        {PLACES, BYTES("\1\x0a\4\2"), "place 0: no such elements"},
        {PLACES, BYTES("\1\x82\2\2"), "place 0: steps of a single element"},
        {PLACES, BYTES("\1\x12\2\4"), "place 0: no such usable cells"},
        {PLACES, BYTES("\1\x22\2\x14"), "place 0: no such usable cells"},
        {PLACES, BYTES("\1\x42\2\x80\x80\x80\x80\x10"), "a number of a place is out of range"},
        {CHAINS, BYTES(HUGE), "a count is larger than what is left"},
        {CHAINS, BYTES("\1\1\0\1\2\0\0\0\0\0\0"), "chain 0: no such columns or rows"},
        {CHAINS, BYTES("\1\1\0\1\0\0\0\0\0\0\0"), "chain 0: no such columns or rows"},
        {CHAINS, BYTES("\1\1\0" HUGE "\1\0\0\0\0\0\0"), "chain 0: no such columns or rows"},
        {CHAINS, BYTES("\1\1\0\1\1\0\0\1\0\0\0"), "chain 0: no such columns or rows"},
        {CHAINS, BYTES("\1\x0b\0\1\1\0\0\0\0\0\0"), "chain 0: no such columns or rows"},
        {CHAINS, BYTES("\1\2\0\1\1\0\0\0\0\0\0"), "chain 0: row 1 has no proper switch"},
    };
    EXPECT_REFUSALS(lies);
    expect_accepted(CHAINS, (bytes)BYTES("\1\1\0\1\1\0\0\0\0\0\0"));
}

/* ---- limits ---- */

/* A gate of `depth` negations of f0. */
static zk_buf deep_calls(size_t depth)
{
    zk_buf out = {0};
    zk_buf_bytes(&out, "\3" "\0\0\0" "\0\2\0" "\2\1g\1", 11);
    zk_put_uint(&out, depth + 1);
    zk_buf_bytes(&out, "\1\0", 2);
    for (size_t i = 0; i < depth; i++)
        zk_buf_u8(&out, 4);
    return out;
}

Test(hostile, deep_expressions)
{
    zk_buf good = deep_calls(ZK_CS_MAX_DEPTH - 1), bad = deep_calls(1000000);
    expect_accepted(CALLS, (bytes){(const char *)good.data, good.length});
    expect_refusal(CALLS, (bytes){(const char *)bad.data, bad.length}, ZKML_LIMIT,
                   "an expression is too deep");
    zk_buf_free(&good);
    zk_buf_free(&bad);
}

/* Every query of a column is compared with each other: there are not too many. */
Test(hostile, many_rotations)
{
    for (uint32_t extra = 0; extra < 2; extra++) {
        zk_buf calls = {0};
        uint32_t count = ZK_CS_MAX_COLUMN_QUERIES + extra;
        zk_buf_bytes(&calls, "\3" "\0\0\0" "\0\2\0" "\2\1g\1", 11);
        zk_put_uint(&calls, 2 * count - 1);
        for (uint32_t i = 0; i < count; i++) {
            zk_buf_bytes(&calls, "\2\0", 2);
            zk_put_int(&calls, i);
            if (i > 0)
                zk_buf_u8(&calls, 5);
        }
        bytes content = {(const char *)calls.data, calls.length};
        expect_refusal(CALLS, content, ZKML_LIMIT,
                       extra == 0 ? "2^4 rows are too few for 258 blinding rows"
                                  : "or 256 of one column");
        zk_buf_free(&calls);
    }
}

Test(hostile, long_texts)
{
    for (size_t length = ZK_CODEC_MAX_TEXT; length <= ZK_CODEC_MAX_TEXT + 1; length++) {
        zk_buf name = {0};
        zk_put_uint(&name, length);
        for (size_t i = 0; i < length; i++)
            zk_buf_u8(&name, 'n');
        bytes content = {(const char *)name.data, name.length};
        if (length <= ZK_CODEC_MAX_TEXT)
            expect_accepted(NAME, content);
        else
            expect_refusal(NAME, content, ZKML_MALFORMED, "a text is too long");
        zk_buf_free(&name);
    }
}

/* Stack operands take one byte here and a hundred in memory, hence a limit of their own. */
Test(hostile, many_stack_operands)
{
    for (uint32_t extra = 0; extra < 2; extra++) {
        zk_buf instrs = {0};
        uint32_t count = ZK_PROGRAM_MAX_STACKED + extra;
        zk_buf_bytes(&instrs, "\3" INPUT "\7\0" HEAD "\1\1\0\0" "\0\2\0\0", 27);
        zk_buf_bytes(&instrs, "\3\x10", 2);
        zk_put_uint(&instrs, count);
        zk_buf_bytes(&instrs, "\4\1\1\1", 4);
        zk_put_uint(&instrs, count);
        for (uint32_t i = 0; i < count; i++)
            zk_buf_u8(&instrs, 1);
        bytes content = {(const char *)instrs.data, instrs.length};
        if (extra == 0)
            expect_accepted(INSTRS, content);
        else
            expect_refusal(INSTRS, content, ZKML_LIMIT, "the witness program is too large");
        zk_buf_free(&instrs);
    }
}

Test(hostile, registers_larger_than_the_file_are_limited)
{
    /* 2^28 elements, all of them x: 2 KiB in the file, but within what a run may ask for */
    expect_accepted(INSTRS, (bytes)BYTES("\2" INPUT "\7\0" HEAD "\1\1\0\0" "\0\2\0\0"));
    zk_buf instrs = {0};
    zk_buf_bytes(&instrs, "\3" INPUT "\7\0" HEAD "\1\1\0\0" "\0\2\0\0", 27);
    zk_buf_bytes(&instrs, "\2\x10\xfe\xff\xff\x7f\4\1\1\1\1\2\0\0\0", 15);
    expect_accepted(INSTRS, (bytes){(const char *)instrs.data, instrs.length});
    instrs.data[29] = 0xff; /* with the two others one more than 2^28 */
    expect_refusal(INSTRS, (bytes){(const char *)instrs.data, instrs.length}, ZKML_LIMIT,
                   "the witness program is too large");
    zk_buf_free(&instrs);
}

Test(hostile, many_chains)
{
    zk_buf chains = {0};
    zk_put_uint(&chains, ZK_PROGRAM_MAX_CHAINS + 1);
    for (int i = 0; i <= ZK_PROGRAM_MAX_CHAINS; i++)
        zk_buf_bytes(&chains, "\1\0\1\1\0\0\0\0\0\0", 10);
    expect_refusal(CHAINS, (bytes){(const char *)chains.data, chains.length}, ZKML_LIMIT,
                   "more than 16 chains");
    zk_buf_free(&chains);
}

/* Every byte of the minimal file, every value. */
Test(hostile, every_change_is_noticed)
{
    zk_buf file = assemble(minimal);
    for (size_t at = 0; at + 32 < file.length; at++) {
        uint8_t old = file.data[at];
        for (unsigned value = 0; value < 256; value++) {
            zkml_error err = {0};
            zk_buf again = {0};
            file.data[at] = (uint8_t)value;
            format_reseal(&bin_format, file.data, file.length);
            zkml_status status = round_trip(file.data, file.length, &again, &err);
            cr_expect(status == ZKML_OK || status == ZKML_MALFORMED || status == ZKML_LIMIT,
                      "byte %zu is %u: status %d", at, value, (int)status);
            if (status == ZKML_OK)
                cr_expect(again.length == file.length &&
                              memcmp(again.data, file.data, file.length) == 0,
                          "byte %zu is %u: written again as other bytes", at, value);
            zk_buf_free(&again);
        }
        file.data[at] = old;
    }
    zk_buf_free(&file);
}

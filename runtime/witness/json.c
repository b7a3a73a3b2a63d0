#include "runtime/witness/json.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "runtime/circuit/codec.h"

void zk_json_init(zk_json *json, const char *name, const char *text, size_t length, zkml_error *err)
{
    *json = (zk_json){.name = name, .text = text, .length = length, .err = err};
}

bool zk_json_fail(zk_json *json, const char *format, ...)
{
    char what[768];
    size_t line = 1, column = 1;
    va_list args;
    if (json->status != ZKML_OK)
        return false;
    for (size_t i = 0; i < json->token && i < json->length; i++) {
        bool follows = ((unsigned char)json->text[i] & 0xC0U) == 0x80U; /* UTF-8 goes on */
        column = json->text[i] == '\n' ? 1 : column + !follows;
        line += json->text[i] == '\n';
    }
    va_start(args, format);
    (void)vsnprintf(what, sizeof what, format, args);
    va_end(args);
    json->status = zk_fail(json->err, ZKML_MALFORMED, "%s:%zu:%zu: %s", json->name, line, column,
                           what);
    return false;
}

static char current(const zk_json *json)
{
    return json->at < json->length ? json->text[json->at] : '\0';
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

char zk_json_peek(zk_json *json)
{
    while (json->at < json->length && is_space(json->text[json->at]))
        json->at++;
    json->token = json->at;
    return json->status == ZKML_OK ? current(json) : '\0';
}

bool zk_json_accept(zk_json *json, char c)
{
    if (json->status != ZKML_OK || zk_json_peek(json) != c)
        return false;
    json->at++;
    return true;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

const char *zk_json_kind(zk_json *json)
{
    char c = zk_json_peek(json);
    if (json->at >= json->length)
        return "the end of the file";
    switch (c) {
    case '{':
        return "an object";
    case '[':
        return "an array";
    case '"':
        return "a string";
    case 't':
    case 'f':
        return "a truth value";
    case 'n':
        return "null";
    default:
        return is_digit(c) || c == '-' ? "a number" : "something that is no JSON";
    }
}

bool zk_json_expect(zk_json *json, char c, const char *what)
{
    return zk_json_accept(json, c) ||
           zk_json_fail(json, "expected %s, not %s", what, zk_json_kind(json));
}

/* ---- strings ---- */

static bool hex4(zk_json *json, uint32_t *value)
{
    *value = 0;
    for (int i = 0; i < 4; i++, json->at++) {
        char c = current(json);
        uint32_t digit = is_digit(c) ? (uint32_t)(c - '0')
                         : c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a') + 10
                         : c >= 'A' && c <= 'F' ? (uint32_t)(c - 'A') + 10
                                                : 16;
        if (digit == 16)
            return zk_json_fail(json, "\\u wants four hexadecimal digits");
        *value = 16 * *value + digit;
    }
    return true;
}

static void put_character(zk_buf *out, uint32_t c)
{
    if (c < 0x80) {
        zk_buf_u8(out, (uint8_t)c);
        return;
    }
    int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    static const uint8_t lead[] = {0, 0xC0, 0xE0, 0xF0};
    zk_buf_u8(out, (uint8_t)(lead[more] | c >> (6 * more)));
    while (more-- > 0)
        zk_buf_u8(out, (uint8_t)(0x80U | ((c >> (6 * more)) & 0x3FU)));
}

static bool unicode_escape(zk_json *json, zk_buf *value)
{
    uint32_t high, low;
    if (!hex4(json, &high))
        return false;
    if (high >= 0xD800 && high < 0xDC00) {
        if (json->length - json->at < 2 || memcmp(json->text + json->at, "\\u", 2) != 0)
            return zk_json_fail(json, "half of a surrogate pair in a string");
        json->at += 2;
        if (!hex4(json, &low))
            return false;
        if (low < 0xDC00 || low >= 0xE000)
            return zk_json_fail(json, "half of a surrogate pair in a string");
        high = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
    } else if (high >= 0xDC00 && high < 0xE000) {
        return zk_json_fail(json, "half of a surrogate pair in a string");
    }
    if (high == 0)
        return zk_json_fail(json, "a NUL character in a string");
    put_character(value, high);
    return true;
}

static bool escape(zk_json *json, zk_buf *value)
{
    static const char letters[] = "\"\\/bfnrt", characters[] = "\"\\/\b\f\n\r\t";
    char c = current(json);
    json->at++;
    if (c == 'u')
        return unicode_escape(json, value);
    const char *letter = c != '\0' ? strchr(letters, c) : NULL;
    if (letter == NULL)
        return zk_json_fail(json, "unknown escape in a string");
    zk_buf_u8(value, (uint8_t)characters[letter - letters]);
    return true;
}

bool zk_json_string(zk_json *json, zk_buf *value)
{
    if (!zk_json_expect(json, '"', "a string"))
        return false;
    size_t first = value->length;
    while (current(json) != '"') {
        if (json->at >= json->length)
            return zk_json_fail(json, "a string without its closing quote");
        char c = json->text[json->at++];
        if ((unsigned char)c < 0x20)
            return zk_json_fail(json, "a control character in a string");
        if (c != '\\')
            zk_buf_u8(value, (uint8_t)c);
        else if (!escape(json, value))
            return false;
        if (value->length - first > ZK_CODEC_MAX_TEXT)
            return zk_json_fail(json, "a string is too long");
    }
    json->at++;
    size_t length = value->length - first;
    zk_buf_u8(value, 0);
    if (value->failed) {
        json->status = zk_fail(json->err, ZKML_LIMIT, "%s: out of memory", json->name);
        return false;
    }
    value->length--;
    if (!zk_text_clean((const char *)value->data + first, length))
        return zk_json_fail(json, "a string that is not UTF-8, or holds control characters");
    return true;
}

/* ---- numbers and words ---- */

static bool digits(zk_json *json)
{
    if (!is_digit(current(json)))
        return zk_json_fail(json, "a number that ends too early");
    while (is_digit(current(json)))
        json->at++;
    return true;
}

bool zk_json_number(zk_json *json, const char **text, size_t *length)
{
    char c = zk_json_peek(json);
    if (json->status != ZKML_OK)
        return false;
    if (c != '-' && !is_digit(c))
        return zk_json_fail(json, "expected a number, not %s", zk_json_kind(json));
    json->at += c == '-';
    bool zero = current(json) == '0';
    if (!digits(json))
        return false;
    if (zero && json->at - json->token > (size_t)1 + (c == '-'))
        return zk_json_fail(json, "a number with a leading zero");
    if (current(json) == '.') {
        json->at++;
        if (!digits(json))
            return false;
    }
    if (current(json) == 'e' || current(json) == 'E') {
        json->at++;
        json->at += current(json) == '+' || current(json) == '-';
        if (!digits(json))
            return false;
    }
    *text = json->text + json->token;
    *length = json->at - json->token;
    return true;
}

static bool word(zk_json *json, const char *text)
{
    size_t length = strlen(text);
    if (json->length - json->at < length || memcmp(json->text + json->at, text, length) != 0)
        return false;
    json->at += length;
    return true;
}

bool zk_json_bool(zk_json *json, bool *value)
{
    (void)zk_json_peek(json);
    if (json->status != ZKML_OK)
        return false;
    *value = word(json, "true");
    return *value || word(json, "false") ||
           zk_json_fail(json, "expected true or false, not %s", zk_json_kind(json));
}

bool zk_json_end(zk_json *json)
{
    (void)zk_json_peek(json);
    if (json->status == ZKML_OK && json->at < json->length)
        return zk_json_fail(json, "something follows after the end");
    return json->status == ZKML_OK;
}

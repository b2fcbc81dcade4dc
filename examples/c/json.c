#include "json.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

enum { MAX_DEPTH = 32 };

typedef struct {
    const char *at, *end; /* what is not yet read; a 0 stands at the end */
    int depth;
} Reader;

static bool read_value(Reader *reader, Json *value);

static void skip_space(Reader *reader)
{
    while (reader->at < reader->end && strchr(" \t\n\r", *reader->at) && *reader->at)
        reader->at++;
}

static bool skip(Reader *reader, const char *expected)
{
    size_t length = strlen(expected);
    if ((size_t)(reader->end - reader->at) < length || memcmp(reader->at, expected, length) != 0)
        return false;
    reader->at += length;
    return true;
}

/* --- numbers ---------------------------------------------------------------------------- */

static bool skip_digits(Reader *reader)
{
    const char *start = reader->at;
    while (*reader->at >= '0' && *reader->at <= '9')
        reader->at++;
    return reader->at > start;
}

static bool read_number(Reader *reader, Json *value)
{
    const char *start = reader->at;
    bool is_integer = true;
    skip(reader, "-");
    if (!skip(reader, "0") && !skip_digits(reader))
        return false;
    if (skip(reader, ".")) {
        is_integer = false;
        if (!skip_digits(reader))
            return false;
    }
    if (skip(reader, "e") || skip(reader, "E")) {
        is_integer = false;
        if (!skip(reader, "+"))
            skip(reader, "-");
        if (!skip_digits(reader))
            return false;
    }
    errno = 0;
    value->integer = is_integer ? strtoll(start, NULL, 10) : 0;
    value->kind = is_integer && errno == 0 ? JSON_INTEGER : JSON_REAL;
    value->real = strtod(start, NULL);
    return true;
}

/* --- strings ---------------------------------------------------------------------------- */

static bool read_four_hex_digits(Reader *reader, unsigned *code)
{
    *code = 0;
    for (int i = 0; i < 4; i++) {
        const char *digits = "0123456789abcdef", *found;
        char c = *reader->at;
        if (c >= 'A' && c <= 'F')
            c += 'a' - 'A';
        if (c == 0 || !(found = strchr(digits, c)))
            return false;
        *code = 16 * *code + (unsigned)(found - digits);
        reader->at++;
    }
    return true;
}

/* Reads what follows \u: one code unit, or two that are a surrogate pair. */
static bool read_code_point(Reader *reader, unsigned *code)
{
    unsigned low;
    if (!read_four_hex_digits(reader, code))
        return false;
    if (*code < 0xD800 || *code > 0xDFFF)
        return true;
    if (*code > 0xDBFF || !skip(reader, "\\u") || !read_four_hex_digits(reader, &low) ||
        low < 0xDC00 || low > 0xDFFF)
        return false;
    *code = 0x10000 + ((*code - 0xD800) << 10) + (low - 0xDC00);
    return true;
}

static char *write_utf8(char *text, unsigned code)
{
    if (code < 0x80) {
        *text++ = (char)code;
    } else if (code < 0x800) {
        *text++ = (char)(0xC0 | code >> 6);
        *text++ = (char)(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        *text++ = (char)(0xE0 | code >> 12);
        *text++ = (char)(0x80 | (code >> 6 & 0x3F));
        *text++ = (char)(0x80 | (code & 0x3F));
    } else {
        *text++ = (char)(0xF0 | code >> 18);
        *text++ = (char)(0x80 | (code >> 12 & 0x3F));
        *text++ = (char)(0x80 | (code >> 6 & 0x3F));
        *text++ = (char)(0x80 | (code & 0x3F));
    }
    return text;
}

/* Returns the end of the string that begins at the reader, NULL if it has none. */
static const char *closing_quote(const Reader *reader)
{
    const char *at = reader->at;
    while (at < reader->end && *at != '"')
        at += *at == '\\' ? 2 : 1;
    return at < reader->end ? at : NULL;
}

static bool read_string(Reader *reader, char **text, size_t *length)
{
    const char *plain = "\"\\/bfnrt", *meant = "\"\\/\b\f\n\r\t", *close, *found;
    if (!skip(reader, "\"") || !(close = closing_quote(reader)))
        return false;
    char *to = *text = allocate((size_t)(close - reader->at) + 1); /* escapes only grow shorter */
    while (reader->at < close) {
        char c = *reader->at++;
        unsigned code;
        if ((unsigned char)c < 0x20)
            return false;
        if (c != '\\')
            *to++ = c;
        else if (skip(reader, "u")) {
            if (!read_code_point(reader, &code))
                return false;
            to = write_utf8(to, code);
        } else if (*reader->at && (found = strchr(plain, *reader->at))) {
            *to++ = meant[found - plain];
            reader->at++;
        } else
            return false;
    }
    *length = (size_t)(to - *text);
    return skip(reader, "\"");
}

/* --- arrays and objects ----------------------------------------------------------------- */

static Json *new_item(Json *value, size_t *room)
{
    if (value->length == *room) {
        Json *larger = allocate((*room = *room ? 2 * *room : 4) * sizeof *larger);
        if (value->length)
            memcpy(larger, value->items, value->length * sizeof *larger);
        free(value->items);
        value->items = larger;
    }
    return &value->items[value->length++];
}

static bool read_items(Reader *reader, Json *value, const char *close)
{
    size_t room = 0, key_length;
    skip_space(reader);
    if (skip(reader, close))
        return true;
    do {
        Json *item = new_item(value, &room);
        skip_space(reader);
        if (value->kind == JSON_OBJECT) {
            if (!read_string(reader, &item->key, &key_length))
                return false;
            skip_space(reader);
            if (!skip(reader, ":"))
                return false;
        }
        if (!read_value(reader, item))
            return false;
        skip_space(reader);
    } while (skip(reader, ","));
    return skip(reader, close);
}

static bool read_value(Reader *reader, Json *value)
{
    bool is_read = false;
    if (++reader->depth > MAX_DEPTH)
        return false;
    skip_space(reader);
    if (skip(reader, "null")) {
        value->kind = JSON_NULL;
        is_read = true;
    } else if (skip(reader, "true")) {
        value->kind = JSON_TRUE;
        is_read = true;
    } else if (skip(reader, "false")) {
        value->kind = JSON_FALSE;
        is_read = true;
    } else if (skip(reader, "[")) {
        value->kind = JSON_ARRAY;
        is_read = read_items(reader, value, "]");
    } else if (skip(reader, "{")) {
        value->kind = JSON_OBJECT;
        is_read = read_items(reader, value, "}");
    } else if (*reader->at == '"') {
        value->kind = JSON_STRING;
        is_read = read_string(reader, &value->text, &value->length);
    } else {
        is_read = read_number(reader, value);
    }
    reader->depth--;
    return is_read;
}

/* --- what others call ------------------------------------------------------------------- */

Json *json_read(const char *text, size_t length)
{
    Reader reader = {text, text + length, 0};
    Json *value = allocate(sizeof *value);
    if (read_value(&reader, value)) {
        skip_space(&reader);
        if (reader.at == reader.end)
            return value;
    }
    json_free(value);
    return NULL;
}

static void free_parts(Json *value)
{
    if (value->kind == JSON_ARRAY || value->kind == JSON_OBJECT)
        for (size_t i = 0; i < value->length; i++)
            free_parts(&value->items[i]);
    free(value->items);
    free(value->text);
    free(value->key);
}

void json_free(Json *value)
{
    if (value)
        free_parts(value);
    free(value);
}

const Json *json_member(const Json *object, const char *key)
{
    if (object && object->kind == JSON_OBJECT)
        for (size_t i = 0; i < object->length; i++)
            if (strcmp(object->items[i].key, key) == 0)
                return &object->items[i];
    return NULL;
}

bool json_is(const Json *value, const char *text)
{
    return value && value->kind == JSON_STRING && value->length == strlen(text) &&
           memcmp(value->text, text, value->length) == 0;
}

void json_write_string(FILE *file, const char *text)
{
    putc('"', file);
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            fprintf(file, "\\%c", *text);
        else if ((unsigned char)*text < 0x20)
            fprintf(file, "\\u%04x", *text);
        else
            putc(*text, file);
    }
    putc('"', file);
}

#include "wire.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

typedef struct {
    const char *name;
    enum { FLOATING, SIGNED, UNSIGNED } kind;
    size_t bytes;
} Dtype;

static const Dtype dtypes[] = {
    {"float32", FLOATING, 4}, {"float64", FLOATING, 8}, {"int8", SIGNED, 1},
    {"int16", SIGNED, 2},     {"int32", SIGNED, 4},     {"int64", SIGNED, 8},
    {"uint8", UNSIGNED, 1},   {"uint16", UNSIGNED, 2},  {"uint32", UNSIGNED, 4},
    {"uint64", UNSIGNED, 8},  {"bool", UNSIGNED, 1},
};

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* --- numbers as little-endian bytes ----------------------------------------------------- */

static uint64_t bits_of(const unsigned char *bytes, size_t count)
{
    uint64_t bits = 0;
    while (count > 0)
        bits = bits << 8 | bytes[--count];
    return bits;
}

static void bytes_of(uint64_t bits, unsigned char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++, bits >>= 8)
        bytes[i] = bits & 0xFF;
}

static double integer_of(uint64_t bits, const Dtype *dtype)
{
    const uint64_t sign = (uint64_t)1 << (8 * dtype->bytes - 1);
    if (dtype->kind == SIGNED && bits & sign)
        return -(double)(sign - (bits & (sign - 1)));
    return (double)bits;
}

static double number_of(uint64_t bits, const Dtype *dtype)
{
    const uint32_t low_bits = (uint32_t)bits;
    float narrow;
    double wide;
    if (dtype->kind != FLOATING)
        return integer_of(bits, dtype);
    memcpy(&narrow, &low_bits, sizeof narrow);
    memcpy(&wide, &bits, sizeof wide);
    return dtype->bytes == 4 ? narrow : wide;
}

static void element_bytes(double element, Type type, unsigned char *bytes)
{
    const float narrow = (float)element;
    uint32_t low_bits;
    uint64_t bits;
    memcpy(&low_bits, &narrow, sizeof low_bits);
    memcpy(&bits, &element, sizeof bits);
    if (type == FLOAT32)
        bytes_of(low_bits, bytes, 4);
    else
        bytes_of(bits, bytes, 8);
}

/* --- base64 (RFC 4648) ------------------------------------------------------------------ */

/* Returns how many characters, without the = at the end, write so many bytes. */
static size_t characters_for(size_t bytes)
{
    return bytes / 3 * 4 + (bytes % 3 ? bytes % 3 + 1 : 0);
}

static bool is_base64_of(const Json *text, size_t bytes)
{
    const size_t characters = characters_for(bytes);
    if (text->length != (characters + 3) / 4 * 4)
        return false;
    for (size_t i = 0; i < text->length; i++) {
        const char *expected = i < characters ? digits : "=";
        if (text->text[i] == 0 || !strchr(expected, text->text[i]))
            return false;
    }
    return true;
}

static void read_base64(const Json *text, unsigned char *bytes, size_t count)
{
    uint32_t pending = 0;
    int bits = 0;
    for (size_t i = 0; i < characters_for(count); i++) {
        pending = (pending << 6 | (uint32_t)(strchr(digits, text->text[i]) - digits)) & 0xFFFF;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            *bytes++ = pending >> bits & 0xFF;
        }
    }
}

static void write_base64(FILE *file, const unsigned char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i += 3) {
        const size_t rest = count - i;
        const uint32_t three = (uint32_t)bytes[i] << 16 |
                               (uint32_t)(rest > 1 ? bytes[i + 1] : 0) << 8 |
                               (uint32_t)(rest > 2 ? bytes[i + 2] : 0);
        putc(digits[three >> 18], file);
        putc(digits[three >> 12 & 63], file);
        putc(rest > 1 ? digits[three >> 6 & 63] : '=', file);
        putc(rest > 2 ? digits[three & 63] : '=', file);
    }
}

/* --- arrays ----------------------------------------------------------------------------- */

static const Dtype *dtype_named(const Json *name)
{
    for (size_t i = 0; i < sizeof dtypes / sizeof *dtypes; i++)
        if (json_is(name, dtypes[i].name))
            return &dtypes[i];
    return NULL;
}

/* Reads a shape and its product, which must be small enough for bytes to be counted. */
static bool read_shape(const Json *value, size_t shape[MAX_RANK], size_t *length)
{
    *length = 1;
    if (!value || value->kind != JSON_ARRAY || value->length > MAX_RANK)
        return false;
    for (size_t axis = 0; axis < value->length; axis++) {
        const Json *size = &value->items[axis];
        if (size->kind != JSON_INTEGER || size->integer < 0)
            return false;
        shape[axis] = (size_t)size->integer;
        if (shape[axis] && *length > SIZE_MAX / 16 / shape[axis])
            return false;
        *length *= shape[axis];
    }
    return true;
}

Array *wire_read(const Json *value, const char **problem)
{
    size_t shape[MAX_RANK], length;
    const Dtype *dtype = dtype_named(json_member(value, "dtype"));
    const Json *axes = json_member(value, "shape"), *data = json_member(value, "data");
    if (!dtype)
        *problem = "an array has no dtype, or none that was announced";
    else if (!read_shape(axes, shape, &length))
        *problem = "the shape of an array is no list of sizes, or too long";
    else if (!data || data->kind != JSON_STRING || !is_base64_of(data, length * dtype->bytes))
        *problem = "the data of an array is not base64 of as many bytes as its shape needs";
    else {
        Array *array = array_new((int)axes->length, shape);
        unsigned char *bytes = allocate(length * dtype->bytes);
        read_base64(data, bytes, length * dtype->bytes);
        for (size_t i = 0; i < length; i++)
            array->data[i] = number_of(bits_of(bytes + i * dtype->bytes, dtype->bytes), dtype);
        if (dtype->kind == FLOATING && dtype->bytes == 4)
            array->type = FLOAT32;
        free(bytes);
        return array;
    }
    return NULL;
}

void wire_write(FILE *file, const Array *array)
{
    const size_t width = array->type == FLOAT32 ? 4 : 8;
    unsigned char *bytes = allocate(array->length * width);
    for (size_t i = 0; i < array->length; i++)
        element_bytes(array->data[i], array->type, bytes + i * width);
    fprintf(file, "{\"dtype\": \"%s\", \"shape\": [", width == 4 ? "float32" : "float64");
    for (int axis = 0; axis < array->rank; axis++)
        fprintf(file, axis ? ", %zu" : "%zu", array->shape[axis]);
    fputs("], \"data\": \"", file);
    write_base64(file, bytes, array->length * width);
    fputs("\"}", file);
    free(bytes);
}

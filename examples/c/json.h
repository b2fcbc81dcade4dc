/* Reading JSON (RFC 8259) into a tree, and writing its strings. */

#ifndef JSON_H
#define JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

typedef enum {
    JSON_NULL,
    JSON_FALSE,
    JSON_TRUE,
    JSON_INTEGER, /* a number without fraction and exponent that fits into `integer` */
    JSON_REAL,    /* any other number */
    JSON_STRING,
    JSON_ARRAY,
    JSON_OBJECT
} JsonKind;

typedef struct Json Json;

struct Json {
    JsonKind kind;
    long long integer;
    double real; /* of every number */
    char *text;  /* of a string, in UTF-8, with a 0 behind it */
    char *key;   /* of a member of an object */
    size_t length; /* bytes of the text, or number of items */
    Json *items; /* of an array or an object */
};

/* Returns the value that a text holds, NULL if it is not JSON. json_free frees it. */
Json *json_read(const char *text, size_t length);

void json_free(Json *value);

/* Returns the member of an object with the given key; NULL if there is none or no object. */
const Json *json_member(const Json *object, const char *key);

/* Returns whether a value is the given string. */
bool json_is(const Json *value, const char *text);

/* Writes a string with its quotes. */
void json_write_string(FILE *file, const char *text);

#endif

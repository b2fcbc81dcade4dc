/* Arrays as they stand in messages: {"dtype": ..., "shape": [...], "data": base64}. */

#ifndef WIRE_H
#define WIRE_H

#include <stdio.h>

#include "array.h"
#include "json.h"

/* The names of all dtypes that are read, as a JSON list. */
#define WIRE_DTYPES                                                                               \
    "[\"float32\", \"float64\", \"int8\", \"int16\", \"int32\", \"int64\", "                        \
    "\"uint8\", \"uint16\", \"uint32\", \"uint64\", \"bool\"]"

/* Returns the array that a message holds; its type is float64 unless it is float32. Returns
 * NULL, and says in *problem what is wrong, if it is not well-formed. */
Array *wire_read(const Json *value, const char **problem);

/* Writes an array; numbers are rounded to its type. */
void wire_write(FILE *file, const Array *array);

#endif

/* Arrays of real numbers in C order: the last index runs fastest. */

#ifndef ARRAY_H
#define ARRAY_H

#include <stddef.h>

enum { MAX_RANK = 32 };

/* The type that an array has in messages. Here all numbers are doubles, which hold those of both. */
typedef enum { FLOAT32, FLOAT64 } Type;

typedef struct {
    Type type;
    int rank;
    size_t shape[MAX_RANK];
    size_t length; /* the product of shape */
    double *data;
} Array;

/* Returns a float64 array whose elements are 0. The caller frees it. */
Array *array_new(int rank, const size_t *shape);

/* Frees an array; NULL is allowed. */
void array_free(Array *array);

/* Writes a shape as text, like (28, 28, 1); returns its argument. */
enum { SHAPE_TEXT = 22 * MAX_RANK + 3 };
const char *shape_text(char text[SHAPE_TEXT], const Array *array);

#endif

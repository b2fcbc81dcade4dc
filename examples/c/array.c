#include "array.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

Array *array_new(int rank, const size_t *shape)
{
    Array *array = allocate(sizeof *array);
    array->type = FLOAT64;
    array->rank = rank;
    array->length = 1;
    for (int axis = 0; axis < rank; axis++) {
        array->shape[axis] = shape[axis];
        if (shape[axis] && array->length > SIZE_MAX / sizeof(double) / shape[axis])
            allocate(SIZE_MAX); /* which there is not */
        array->length *= shape[axis];
    }
    array->data = allocate(array->length * sizeof(double));
    return array;
}

void array_free(Array *array)
{
    if (array)
        free(array->data);
    free(array);
}

const char *shape_text(char text[SHAPE_TEXT], const Array *array)
{
    char *end = text;
    *end++ = '(';
    for (int axis = 0; axis < array->rank; axis++)
        end += sprintf(end, axis ? ", %zu" : "%zu", array->shape[axis]);
    strcpy(end, ")");
    return text;
}

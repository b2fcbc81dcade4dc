#include "array.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

Array *array_new(Type type, int rank, const size_t *shape)
{
    Array *array = allocate(sizeof *array);
    array->type = type;
    array->rank = rank;
    array->length = 1;
    for (int axis = 0; axis < rank; axis++) {
        array->shape[axis] = shape[axis];
        array->length *= shape[axis];
    }
    array->data = allocate(array->length * (type == FLOAT32 ? sizeof(float) : sizeof(double)));
    return array;
}

void array_free(Array *array)
{
    if (array)
        free(array->data);
    free(array);
}

void array_widen(Array *array)
{
    if (array->type == FLOAT64)
        return;
    const float *narrow = array->data;
    double *wide = allocate(array->length * sizeof *wide);
    for (size_t i = 0; i < array->length; i++)
        wide[i] = narrow[i];
    free(array->data);
    array->data = wide;
    array->type = FLOAT64;
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

#include "refusal.h"

#include <stdarg.h>
#include <stdio.h>

bool refuse(Refusal *why, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    vsnprintf(why->reason, sizeof why->reason, format, values);
    va_end(values);
    return false;
}

bool has_no_empty_axis(const char *name, const Array *array, int first, Refusal *why)
{
    char shape[SHAPE_TEXT];
    for (int axis = first; axis < array->rank; axis++)
        if (array->shape[axis] == 0)
            return refuse(why, "%s has an axis of length 0: its shape is %s", name,
                          shape_text(shape, array));
    return true;
}

bool has_one_each(const char *name, const Array *vector, size_t count, Refusal *why)
{
    char shape[SHAPE_TEXT];
    if (vector->rank == 1 && vector->shape[0] == count)
        return true;
    return refuse(why, "%s must have the shape (%zu), got %s", name, count,
                  shape_text(shape, vector));
}

bool has_shape(const char *name, const Array *array, int rank, const size_t *shape, Refusal *why)
{
    char of_array[SHAPE_TEXT];
    bool is_same = array->rank == rank;
    for (int axis = 0; is_same && axis < rank; axis++)
        is_same = array->shape[axis] == shape[axis];
    return is_same ||
           refuse(why, "%s has another shape than it must have: %s", name,
                  shape_text(of_array, array));
}

bool are_maps(const Array *maps, Refusal *why)
{
    char shape[SHAPE_TEXT];
    if (maps->rank != 3 && maps->rank != 4)
        return refuse(why, "maps must be (H, W, K) or (N, H, W, K), got %s",
                      shape_text(shape, maps));
    return has_no_empty_axis("maps", maps, maps->rank == 4, why);
}

bool is_in_range(const char *name, const long long pair[2], long long least, Refusal *why)
{
    for (int axis = 0; axis < 2; axis++)
        if (pair[axis] < least || pair[axis] > LARGEST_OPTION)
            return refuse(why, "%s must be from %lld to %lld, got %lld", name, least,
                          LARGEST_OPTION, pair[axis]);
    return true;
}

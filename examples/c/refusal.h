/* Saying why a call breaks a rule. */

#ifndef REFUSAL_H
#define REFUSAL_H

#include <stdbool.h>

#include "array.h"

enum { REASON = 2 * SHAPE_TEXT + 200 };

typedef struct {
    char reason[REASON];
} Refusal;

/* Writes the reason, as printf does, and returns false. */
bool refuse(Refusal *why, const char *format, ...);

/* Return whether a rule is kept, and refuse if it is not. */
bool has_no_empty_axis(const char *name, const Array *array, int first, Refusal *why);
bool has_one_each(const char *name, const Array *vector, size_t count, Refusal *why);
bool are_maps(const Array *maps, Refusal *why);
bool has_shape(const char *name, const Array *array, int rank, const size_t *shape, Refusal *why);

/* Returns whether numbers for rows and columns are from `least` to LARGEST_OPTION: so much more
 * than any image has that sums and products of two of them still fit into a long long. */
#define LARGEST_OPTION 0x7FFFFFFFLL
bool is_in_range(const char *name, const long long pair[2], long long least, Refusal *why);

#endif

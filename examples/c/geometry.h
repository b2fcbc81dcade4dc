/* Where the filters of convolution and transposed convolution lie: the layers and their gradients
 * share it. */

#ifndef GEOMETRY_H
#define GEOMETRY_H

#include "layers.h"
#include "windows.h"

enum { ROWS, COLUMNS };

/* A batch of images, the filters, and their windows: filters[k, a, b, c] is weights[((k * rows of
 * a filter + a) * columns of a filter + b) * weight_channels + c]. */
typedef struct {
    Windows along[2];
    size_t images, channels, filters, weight_channels, groups;
} Geometry;

/* Return whether arguments go together, and where the filters lie: over the image, or the maps. */
bool find_convolution(const Array *image, const Array *filters, const ConvolutionOptions *options,
                      Geometry *its, Refusal *why);
bool find_transposed(const Array *image, const Array *filters, const ConvolutionOptions *options,
                     Geometry *its, Refusal *why);

/* Return the place of the first channel of a pixel that group's filters see, and of a weight. */
size_t pixel_of(const Geometry *its, size_t n, long long row, long long column, size_t k);
size_t weight_of(const Geometry *its, size_t k, long long a, long long b);

#endif

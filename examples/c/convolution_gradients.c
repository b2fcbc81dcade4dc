/* The gradients of convolution and transposed convolution.
 *
 * Either layer is a sum of products of a pixel and a weight. On the way back each of the two gets
 * the gradient of the sum, times the other; the bias gets the sum of the gradient.
 */

#include "geometry.h"
#include "gradients.h"

static bool is_of_maps(const Array *grad, const Array *image, long long rows, long long columns,
                       size_t maps, Refusal *why)
{
    const size_t shape[] = {image->shape[0], (size_t)rows, (size_t)columns, maps};
    const bool is_batch = image->rank == 4;
    return has_shape("grad", grad, 3 + is_batch, shape + !is_batch, why);
}

/* The sums of grad over rows, columns and images, one for each map. */
static Array *to_bias(const Array *grad)
{
    const size_t count = grad->shape[grad->rank - 1];
    Array *sums = array_new(1, &count);
    for (size_t i = 0; i < grad->length; i++)
        sums->data[i % count] += grad->data[i];
    return sums;
}

static Array *like(ConvolutionGradient to, const Array *image, const Array *filters)
{
    const Array *its = to == TO_IMAGE ? image : filters;
    return array_new(its->rank, its->shape);
}

/* Adds what the window (i, j) of image n under filter k gives, whose sum has the gradient g. */
static void add_window(const Geometry *its, ConvolutionGradient to, double g, const Array *image,
                       const Array *filters, double *sums, size_t n, long long i, long long j,
                       size_t k)
{
    const Windows *rows = &its->along[ROWS], *columns = &its->along[COLUMNS];
    for (long long a = 0; a < rows->size; a++)
        for (long long b = 0; b < columns->size; b++) {
            const long long row = windows_place(rows, i, a), column = windows_place(columns, j, b);
            if (row == ON_THE_BORDER || column == ON_THE_BORDER)
                continue;
            const size_t pixel = pixel_of(its, n, row, column, k), weight = weight_of(its, k, a, b);
            for (size_t c = 0; c < its->weight_channels; c++)
                if (to == TO_IMAGE)
                    sums[pixel + c] += g * filters->data[weight + c];
                else
                    sums[weight + c] += g * image->data[pixel + c];
        }
}

Array *conv2d_gradient(ConvolutionGradient to, const Array *grad, const Array *image,
                       const Array *filters, const ConvolutionOptions *options, Refusal *why)
{
    Geometry its;
    if (!find_convolution(image, filters, options, &its, why))
        return NULL;
    const long long rows = its.along[ROWS].count, columns = its.along[COLUMNS].count;
    if (!is_of_maps(grad, image, rows, columns, its.filters, why))
        return NULL;
    if (to == TO_BIAS)
        return to_bias(grad);
    Array *found = like(to, image, filters);
    const double *g = grad->data;
    for (size_t n = 0; n < its.images; n++)
        for (long long i = 0; i < rows; i++)
            for (long long j = 0; j < columns; j++)
                for (size_t k = 0; k < its.filters; k++)
                    add_window(&its, to, *g++, image, filters, found->data, n, i, j, k);
    return found;
}

/* Adds what the maps give on which filter k was laid by the pixel (i, j) of image n: to this pixel,
 * whose place it is, or to the filter. */
static void add_filter(const Geometry *its, ConvolutionGradient to, const Array *grad,
                       const Array *image, const Array *filters, double *sums, size_t place,
                       size_t n, long long i, long long j, size_t k)
{
    const Windows *rows = &its->along[ROWS], *columns = &its->along[COLUMNS];
    for (long long a = 0; a < rows->size; a++)
        for (long long b = 0; b < columns->size; b++) {
            const long long row = windows_place(rows, i, a), column = windows_place(columns, j, b);
            if (row == ON_THE_BORDER || column == ON_THE_BORDER)
                continue;
            const double *g = grad->data + pixel_of(its, n, row, column, k);
            const size_t weight = weight_of(its, k, a, b);
            for (size_t c = 0; c < its->weight_channels; c++)
                if (to == TO_IMAGE)
                    sums[place] += g[c] * filters->data[weight + c];
                else
                    sums[weight + c] += g[c] * image->data[place];
        }
}

Array *conv_transpose2d_gradient(ConvolutionGradient to, const Array *grad, const Array *image,
                                 const Array *filters, const ConvolutionOptions *options,
                                 Refusal *why)
{
    Geometry its;
    if (!find_transposed(image, filters, options, &its, why) ||
        !is_of_maps(grad, image, its.along[ROWS].length, its.along[COLUMNS].length, its.channels,
                    why))
        return NULL;
    if (to == TO_BIAS)
        return to_bias(grad);
    Array *found = like(to, image, filters);
    size_t place = 0;
    for (size_t n = 0; n < its.images; n++)
        for (long long i = 0; i < its.along[ROWS].count; i++)
            for (long long j = 0; j < its.along[COLUMNS].count; j++)
                for (size_t k = 0; k < its.filters; k++)
                    add_filter(&its, to, grad, image, filters, found->data, place++, n, i, j, k);
    return found;
}

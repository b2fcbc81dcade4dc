/* Convolution and transposed convolution. */

#include "geometry.h"

/* The place of the first channel of a pixel, or map of an element, in the group of filter k. */
size_t pixel_of(const Geometry *its, size_t n, long long row, long long column, size_t k)
{
    const size_t rows = (size_t)its->along[ROWS].length;
    const size_t columns = (size_t)its->along[COLUMNS].length;
    const size_t group = k / (its->filters / its->groups);
    return ((n * rows + (size_t)row) * columns + (size_t)column) * its->channels +
           group * its->weight_channels;
}

size_t weight_of(const Geometry *its, size_t k, long long a, long long b)
{
    const size_t rows = (size_t)its->along[ROWS].size, columns = (size_t)its->along[COLUMNS].size;
    return ((k * rows + (size_t)a) * columns + (size_t)b) * its->weight_channels;
}

/* --- rules for both ---------------------------------------------------------------------- */

static bool options_fit(const ConvolutionOptions *options, Refusal *why)
{
    if (options->groups < 1)
        return refuse(why, "groups must be at least 1, got %lld", options->groups);
    return is_in_range("stride", options->stride, 1, why) &&
           is_in_range("dilation", options->dilation, 1, why) &&
           is_in_range("padding", options->padding[ROWS], 0, why) &&
           is_in_range("padding", options->padding[COLUMNS], 0, why);
}

static bool groups_divide(long long groups, size_t number, const char *what, Refusal *why)
{
    if (number % (unsigned long long)groups == 0)
        return true;
    return refuse(why, "%lld groups do not divide %zu %s", groups, number, what);
}

static Windows windows_of(const Array *filters, int axis, const ConvolutionOptions *options)
{
    return (Windows){
        .size = (long long)filters->shape[1 + axis],
        .stride = options->stride[axis],
        .dilation = options->dilation[axis],
        .before = options->padding[axis][0],
        .after = options->padding[axis][1],
    };
}

static Array *new_maps(bool is_batch, size_t images, long long rows, long long columns, size_t maps)
{
    const size_t shape[] = {images, (size_t)rows, (size_t)columns, maps};
    return is_batch ? array_new(4, shape) : array_new(3, shape + 1);
}

/* --- convolution ------------------------------------------------------------------------- */

static bool filters_fit_image(const Array *image, const Array *filters, long long groups,
                              Refusal *why)
{
    char of_image[SHAPE_TEXT], of_filters[SHAPE_TEXT];
    shape_text(of_image, image);
    shape_text(of_filters, filters);
    if (image->rank < 2 || image->rank > 4)
        return refuse(why, "image must be (H, W), (H, W, C) or (N, H, W, C), got %s", of_image);
    if (filters->rank != 3 && filters->rank != 4)
        return refuse(why, "filters must be (K, f, f) or (K, f, f, C / groups), got %s",
                      of_filters);
    if (!has_no_empty_axis("image", image, image->rank == 4, why) ||
        !has_no_empty_axis("filters", filters, 1, why))
        return false;
    if ((image->rank == 2) != (filters->rank == 3))
        return refuse(why,
                      "image and filters must both have a channel axis or both have none, "
                      "got image %s, filters %s",
                      of_image, of_filters);
    const size_t channels = image->rank == 2 ? 1 : image->shape[image->rank - 1];
    const size_t weight_channels = filters->rank == 3 ? 1 : filters->shape[3];
    if (!groups_divide(groups, channels, "channels", why) ||
        !groups_divide(groups, filters->shape[0], "filters", why))
        return false;
    if (channels / (size_t)groups != weight_channels)
        return refuse(why, "the image has %zu channels and the filters %zu in each of %lld groups",
                      channels, weight_channels, groups);
    if (filters->shape[1] != filters->shape[2])
        return refuse(why, "filters must be square, got %zux%zu", filters->shape[1],
                      filters->shape[2]);
    if (filters->shape[1] % 2 == 0)
        return refuse(why, "the filter size must be odd, got %zu", filters->shape[1]);
    return true;
}

/* The sum of the products of filter k and the window (i, j) of image n. */
static double sum_of_window(const Geometry *its, const double *images, const double *weights,
                            size_t n, long long i, long long j, size_t k)
{
    const Windows *rows = &its->along[ROWS], *columns = &its->along[COLUMNS];
    double sum = 0.0;
    for (long long a = 0; a < rows->size; a++)
        for (long long b = 0; b < columns->size; b++) {
            const long long row = windows_place(rows, i, a), column = windows_place(columns, j, b);
            if (row == ON_THE_BORDER || column == ON_THE_BORDER)
                continue; /* there are zeros */
            const double *pixel = images + pixel_of(its, n, row, column, k);
            const double *weight = weights + weight_of(its, k, a, b);
            for (size_t c = 0; c < its->weight_channels; c++)
                sum += pixel[c] * weight[c];
        }
    return sum;
}

bool find_convolution(const Array *image, const Array *filters, const ConvolutionOptions *options,
                      Geometry *its, Refusal *why)
{
    if (!options_fit(options, why) || !filters_fit_image(image, filters, options->groups, why))
        return false;
    const bool is_batch = image->rank == 4;
    *its = (Geometry){
        .images = is_batch ? image->shape[0] : 1,
        .channels = image->rank == 2 ? 1 : image->shape[image->rank - 1],
        .filters = filters->shape[0],
        .weight_channels = filters->rank == 3 ? 1 : filters->shape[3],
        .groups = (size_t)options->groups,
    };
    for (int axis = 0; axis < 2; axis++) {
        Windows *along = &its->along[axis];
        *along = windows_of(filters, axis, options);
        along->length = (long long)image->shape[is_batch + axis];
        if (options->is_same)
            windows_surround(along);
        windows_count(along, false);
        if (along->count == 0)
            return refuse(why, "filters that reach over %lld pixels do not fit into %lld",
                          windows_reach(along), along->before + along->length + along->after);
    }
    return true;
}

Array *conv2d(const Array *image, const Array *filters, const Array *bias,
              const ConvolutionOptions *options, Refusal *why)
{
    Geometry its;
    if (!find_convolution(image, filters, options, &its, why) ||
        (bias && !has_one_each("bias", bias, its.filters, why)))
        return NULL;
    const long long rows = its.along[ROWS].count, columns = its.along[COLUMNS].count;
    Array *maps = new_maps(image->rank == 4, its.images, rows, columns, its.filters);
    double *element = maps->data;
    for (size_t n = 0; n < its.images; n++)
        for (long long i = 0; i < rows; i++)
            for (long long j = 0; j < columns; j++)
                for (size_t k = 0; k < its.filters; k++)
                    *element++ = sum_of_window(&its, image->data, filters->data, n, i, j, k) +
                                 (bias ? bias->data[k] : 0.0);
    return maps;
}

/* --- transposed convolution -------------------------------------------------------------- */

static bool filters_fit_channels(const Array *image, const Array *filters, long long groups,
                                 Refusal *why)
{
    char of_image[SHAPE_TEXT], of_filters[SHAPE_TEXT];
    shape_text(of_image, image);
    shape_text(of_filters, filters);
    if (image->rank != 3 && image->rank != 4)
        return refuse(why, "image must be (H, W, K) or (N, H, W, K), got %s", of_image);
    if (filters->rank != 4)
        return refuse(why, "filters must be (K, f, g, C / groups), got %s", of_filters);
    if (!has_no_empty_axis("image", image, image->rank == 4, why) ||
        !has_no_empty_axis("filters", filters, 0, why))
        return false;
    if (image->shape[image->rank - 1] != filters->shape[0])
        return refuse(why, "each channel must have a filter, got image %s, filters %s", of_image,
                      of_filters);
    return groups_divide(groups, filters->shape[0], "channels", why);
}

static bool output_padding_fits(const ConvolutionOptions *options, Refusal *why)
{
    if (!is_in_range("output_padding", options->output_padding, 0, why))
        return false;
    for (int axis = 0; axis < 2; axis++)
        if (options->output_padding[axis] >= options->stride[axis] &&
            options->output_padding[axis] >= options->dilation[axis])
            return refuse(why, "output_padding must be below the stride or the dilation, got %lld",
                          options->output_padding[axis]);
    return true;
}

/* Adds filter k, times the pixel (i, j) of channel k of image n, to the maps of its group. */
static void lay_filter(const Geometry *its, double pixel, const double *weights, double *maps,
                       size_t n, long long i, long long j, size_t k)
{
    const Windows *rows = &its->along[ROWS], *columns = &its->along[COLUMNS];
    for (long long a = 0; a < rows->size; a++)
        for (long long b = 0; b < columns->size; b++) {
            const long long row = windows_place(rows, i, a), column = windows_place(columns, j, b);
            if (row == ON_THE_BORDER || column == ON_THE_BORDER)
                continue; /* it is cut off */
            double *element = maps + pixel_of(its, n, row, column, k);
            const double *weight = weights + weight_of(its, k, a, b);
            for (size_t c = 0; c < its->weight_channels; c++)
                element[c] += pixel * weight[c];
        }
}

/* The windows lie on the maps: the one of pixel i is where its filter is laid. */
bool find_transposed(const Array *image, const Array *filters, const ConvolutionOptions *options,
                     Geometry *its, Refusal *why)
{
    if (!options_fit(options, why) ||
        !filters_fit_channels(image, filters, options->groups, why) ||
        !output_padding_fits(options, why))
        return false;
    const bool is_batch = image->rank == 4;
    *its = (Geometry){
        .images = is_batch ? image->shape[0] : 1,
        .channels = filters->shape[3] * (size_t)options->groups,
        .filters = filters->shape[0],
        .weight_channels = filters->shape[3],
        .groups = (size_t)options->groups,
    };
    for (int axis = 0; axis < 2; axis++) {
        Windows *along = &its->along[axis];
        *along = windows_of(filters, axis, options);
        along->count = (long long)image->shape[is_batch + axis];
        along->length = (along->count - 1) * along->stride + windows_reach(along) +
                        options->output_padding[axis] - along->before - along->after;
        if (along->length < 1)
            return refuse(why, "padding of %lld and %lld leaves nothing of the maps",
                          along->before, along->after);
    }
    return true;
}

Array *conv_transpose2d(const Array *image, const Array *filters, const Array *bias,
                        const ConvolutionOptions *options, Refusal *why)
{
    Geometry its;
    if (!find_transposed(image, filters, options, &its, why) ||
        (bias && !has_one_each("bias", bias, its.channels, why)))
        return NULL;
    Array *maps = new_maps(image->rank == 4, its.images, its.along[ROWS].length,
                           its.along[COLUMNS].length, its.channels);
    const double *pixel = image->data;
    for (size_t n = 0; n < its.images; n++)
        for (long long i = 0; i < its.along[ROWS].count; i++)
            for (long long j = 0; j < its.along[COLUMNS].count; j++)
                for (size_t k = 0; k < its.filters; k++)
                    lay_filter(&its, *pixel++, filters->data, maps->data, n, i, j, k);
    for (size_t i = 0; bias && i < maps->length; i++)
        maps->data[i] += bias->data[i % its.channels];
    return maps;
}

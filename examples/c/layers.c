/* The rules that arguments must keep, and the shapes of results; the loops are in loops.inc. */

#include "layers.h"

#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

typedef struct {
    size_t images, rows, columns, channels; /* of the images, padded */
    size_t filters, size, stride;
    size_t map_rows, map_columns;
} Convolution;

typedef struct {
    size_t images, rows, columns, maps;
    size_t size, stride;
    size_t pooled_rows, pooled_columns;
} Pooling;

typedef enum { LARGEST, SMALLEST, MEAN } Kind;

#define REAL float
#define OF_TYPE(name) name##_float32
#include "loops.inc"
#undef REAL
#undef OF_TYPE

#define REAL double
#define OF_TYPE(name) name##_float64
#include "loops.inc"
#undef REAL
#undef OF_TYPE

static bool refuse(Refusal *why, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    vsnprintf(why->reason, sizeof why->reason, format, values);
    va_end(values);
    return false;
}

static bool has_no_empty_axis(const char *name, const Array *array, int first, Refusal *why)
{
    char shape[SHAPE_TEXT];
    for (int axis = first; axis < array->rank; axis++)
        if (array->shape[axis] == 0)
            return refuse(why, "%s has an axis of length 0: its shape is %s", name,
                          shape_text(shape, array));
    return true;
}

static size_t window_count(size_t length, size_t size, size_t stride)
{
    return (length - size) / stride + 1;
}

/* --- convolution ------------------------------------------------------------------------ */

static bool filters_fit_image(const Array *image, const Array *filters, Refusal *why)
{
    char of_image[SHAPE_TEXT], of_filters[SHAPE_TEXT];
    shape_text(of_image, image);
    shape_text(of_filters, filters);
    if (image->rank < 2 || image->rank > 4)
        return refuse(why, "image must be (H, W), (H, W, C) or (N, H, W, C), got %s", of_image);
    if (filters->rank != 3 && filters->rank != 4)
        return refuse(why, "filters must be (K, f, f) or (K, f, f, C), got %s", of_filters);
    if (!has_no_empty_axis("image", image, image->rank == 4, why) ||
        !has_no_empty_axis("filters", filters, 1, why))
        return false;
    if ((image->rank == 2) != (filters->rank == 3))
        return refuse(why,
                      "image and filters must both have a channel axis or both have none, "
                      "got image %s, filters %s",
                      of_image, of_filters);
    if (image->rank > 2 && image->shape[image->rank - 1] != filters->shape[3])
        return refuse(why, "the image has %zu channels and the filters %zu",
                      image->shape[image->rank - 1], filters->shape[3]);
    if (filters->shape[1] != filters->shape[2])
        return refuse(why, "filters must be square, got %zux%zu", filters->shape[1],
                      filters->shape[2]);
    if (filters->shape[1] % 2 == 0)
        return refuse(why, "the filter size must be odd, got %zu", filters->shape[1]);
    return true;
}

static bool options_fit(const Array *filters, const Array *bias, long long stride,
                        const char *padding, Refusal *why)
{
    char shape[SHAPE_TEXT];
    if (bias && (bias->rank != 1 || bias->shape[0] != filters->shape[0]))
        return refuse(why, "bias must have the shape (%zu), got %s", filters->shape[0],
                      shape_text(shape, bias));
    if (stride < 1)
        return refuse(why, "stride must be at least 1, got %lld", stride);
    if (strcmp(padding, "valid") != 0 && strcmp(padding, "same") != 0)
        return refuse(why, "padding must be \"valid\" or \"same\"");
    if (strcmp(padding, "same") == 0 && stride != 1)
        return refuse(why, "padding \"same\" is defined for stride 1 only, got %lld", stride);
    return true;
}

/* Returns (N, H + 2 * margin, W + 2 * margin, C). */
static Array *padded(const Array *image, const Convolution *its, size_t margin)
{
    Array *result =
        array_new(image->type, 4, (size_t[]){its->images, its->rows, its->columns, its->channels});
    if (image->type == FLOAT32)
        surround_float32(image->data, result->data, its, margin);
    else
        surround_float64(image->data, result->data, its, margin);
    return result;
}

Array *conv2d(const Array *image, const Array *filters, const Array *bias, long long stride,
              const char *padding, Refusal *why)
{
    if (!filters_fit_image(image, filters, why) ||
        !options_fit(filters, bias, stride, padding, why))
        return NULL;
    const bool is_batch = image->rank == 4;
    const size_t *rows_and_columns = image->shape + is_batch;
    const size_t size = filters->shape[1];
    const size_t margin = strcmp(padding, "same") == 0 ? (size - 1) / 2 : 0;
    Convolution its = {
        .images = is_batch ? image->shape[0] : 1,
        .rows = rows_and_columns[0] + 2 * margin,
        .columns = rows_and_columns[1] + 2 * margin,
        .channels = image->rank == 2 ? 1 : image->shape[image->rank - 1],
        .filters = filters->shape[0],
        .size = size,
        .stride = (size_t)stride,
    };
    if (size > its.rows || size > its.columns) {
        refuse(why, "filters of %zux%zu do not fit into an image of %zux%zu", size, size, its.rows,
               its.columns);
        return NULL;
    }
    its.map_rows = window_count(its.rows, size, its.stride);
    its.map_columns = window_count(its.columns, size, its.stride);

    Array *images = padded(image, &its, margin);
    const size_t shape[] = {its.images, its.map_rows, its.map_columns, its.filters};
    Array *maps = is_batch ? array_new(image->type, 4, shape) : array_new(image->type, 3, shape + 1);
    const void *biases = bias ? bias->data : NULL;
    if (image->type == FLOAT32)
        convolve_float32(images->data, filters->data, biases, maps->data, &its);
    else
        convolve_float64(images->data, filters->data, biases, maps->data, &its);
    array_free(images);
    return maps;
}

/* --- ReLU ------------------------------------------------------------------------------- */

Array *relu(const Array *x)
{
    Array *result = array_new(x->type, x->rank, x->shape);
    if (x->type == FLOAT32)
        rectify_float32(x->data, result->data, x->length);
    else
        rectify_float64(x->data, result->data, x->length);
    return result;
}

Array *leaky_relu(const Array *x, double slope)
{
    Array *result = array_new(x->type, x->rank, x->shape);
    if (x->type == FLOAT32)
        leak_float32(x->data, result->data, x->length, (float)slope);
    else
        leak_float64(x->data, result->data, x->length, slope);
    return result;
}

/* --- sigmoid and tanh --------------------------------------------------------------------- */

static Array *of_each(const Array *x, double (*function)(double))
{
    Array *result = array_new(x->type, x->rank, x->shape);
    if (x->type == FLOAT32)
        map_float32(x->data, result->data, x->length, function);
    else
        map_float64(x->data, result->data, x->length, function);
    return result;
}

/* Takes exponentials of numbers up to 0 only, so that none overflows. */
static double logistic(double x)
{
    const double small = exp(-fabs(x));
    return (x < 0 ? small : 1) / (1 + small);
}

Array *sigmoid(const Array *x)
{
    return of_each(x, logistic);
}

Array *hyperbolic_tangent(const Array *x)
{
    return of_each(x, tanh);
}

/* --- pooling ---------------------------------------------------------------------------- */

static bool windows_fit(const Array *maps, long long size, long long stride, Refusal *why)
{
    char shape[SHAPE_TEXT];
    if (maps->rank != 3 && maps->rank != 4)
        return refuse(why, "maps must be (H, W, K) or (N, H, W, K), got %s",
                      shape_text(shape, maps));
    if (!has_no_empty_axis("maps", maps, maps->rank == 4, why))
        return false;
    if (size < 1)
        return refuse(why, "size must be at least 1, got %lld", size);
    if (stride < 1)
        return refuse(why, "stride must be at least 1, got %lld", stride);
    const size_t *rows_and_columns = maps->shape + (maps->rank == 4);
    if ((size_t)size > rows_and_columns[0] || (size_t)size > rows_and_columns[1])
        return refuse(why, "windows of %lldx%lld do not fit into maps of %zux%zu", size, size,
                      rows_and_columns[0], rows_and_columns[1]);
    return true;
}

static Array *pool(Kind kind, const Array *maps, long long size, long long stride, Refusal *why)
{
    if (!windows_fit(maps, size, stride, why))
        return NULL;
    const bool is_batch = maps->rank == 4;
    const size_t *rows_columns_maps = maps->shape + is_batch;
    Pooling its = {
        .images = is_batch ? maps->shape[0] : 1,
        .rows = rows_columns_maps[0],
        .columns = rows_columns_maps[1],
        .maps = rows_columns_maps[2],
        .size = (size_t)size,
        .stride = (size_t)stride,
    };
    its.pooled_rows = window_count(its.rows, its.size, its.stride);
    its.pooled_columns = window_count(its.columns, its.size, its.stride);
    const size_t shape[] = {its.images, its.pooled_rows, its.pooled_columns, its.maps};
    Array *pooled = is_batch ? array_new(maps->type, 4, shape) : array_new(maps->type, 3, shape + 1);
    if (maps->type == FLOAT32)
        pool_float32(kind, maps->data, pooled->data, &its);
    else
        pool_float64(kind, maps->data, pooled->data, &its);
    return pooled;
}

Array *max_pool2d(const Array *maps, long long size, long long stride, Refusal *why)
{
    return pool(LARGEST, maps, size, stride, why);
}

Array *min_pool2d(const Array *maps, long long size, long long stride, Refusal *why)
{
    return pool(SMALLEST, maps, size, stride, why);
}

Array *avg_pool2d(const Array *maps, long long size, long long stride, Refusal *why)
{
    return pool(MEAN, maps, size, stride, why);
}

/* --- dense, softmax, loss --------------------------------------------------------------- */

static bool inputs_fit(const Array *x, const Array *weights, const Array *bias, Refusal *why)
{
    char shape[SHAPE_TEXT];
    if (!has_no_empty_axis("x", x, 0, why) || !has_no_empty_axis("weights", weights, 0, why) ||
        !has_no_empty_axis("bias", bias, 0, why))
        return false;
    if (weights->rank != 2)
        return refuse(why, "weights must be (inputs, nodes), got %s", shape_text(shape, weights));
    if (x->length != weights->shape[0])
        return refuse(why, "x of shape %s holds %zu numbers, the weights take %zu",
                      shape_text(shape, x), x->length, weights->shape[0]);
    if (bias->rank != 1 || bias->shape[0] != weights->shape[1])
        return refuse(why, "bias must have the shape (%zu), got %s", weights->shape[1],
                      shape_text(shape, bias));
    return true;
}

Array *dense(const Array *x, const Array *weights, const Array *bias, Refusal *why)
{
    if (!inputs_fit(x, weights, bias, why))
        return NULL;
    const size_t inputs = weights->shape[0], nodes = weights->shape[1];
    Array *result = array_new(x->type, 1, &nodes);
    if (x->type == FLOAT32)
        weigh_float32(x->data, weights->data, bias->data, result->data, inputs, nodes);
    else
        weigh_float64(x->data, weights->data, bias->data, result->data, inputs, nodes);
    return result;
}

Array *softmax(const Array *logits, Refusal *why)
{
    if (logits->rank == 0) {
        refuse(why, "logits must have at least one axis, got a single number");
        return NULL;
    }
    if (!has_no_empty_axis("logits", logits, logits->rank - 1, why))
        return NULL;
    const size_t nodes = logits->shape[logits->rank - 1];
    Array *result = array_new(logits->type, logits->rank, logits->shape);
    for (size_t start = 0; start < logits->length; start += nodes)
        if (logits->type == FLOAT32)
            normalise_float32((float *)logits->data + start, (float *)result->data + start, nodes);
        else
            normalise_float64((double *)logits->data + start, (double *)result->data + start,
                              nodes);
    return result;
}

Array *cross_entropy(const Array *probabilities, long long label, Refusal *why)
{
    char shape[SHAPE_TEXT];
    if (probabilities->rank != 1) {
        refuse(why, "probabilities must be (classes), got %s", shape_text(shape, probabilities));
        return NULL;
    }
    if (!has_no_empty_axis("probabilities", probabilities, 0, why))
        return NULL;
    const size_t classes = probabilities->shape[0];
    if (label < 0 || (unsigned long long)label >= classes) {
        refuse(why, "label must be from 0 to %zu, got %lld", classes - 1, label);
        return NULL;
    }
    Array *result = array_new(probabilities->type, 0, NULL);
    if (probabilities->type == FLOAT32) {
        const float *p = probabilities->data;
        *(float *)result->data = (float)(0.0 - log(p[label])); /* 0.0 - 0.0 is 0.0, not -0.0 */
    } else {
        const double *p = probabilities->data;
        *(double *)result->data = 0.0 - log(p[label]);
    }
    return result;
}

static double number_at(const Array *array, size_t index)
{
    return array->type == FLOAT32 ? ((const float *)array->data)[index]
                                  : ((const double *)array->data)[index];
}

static bool labels_fit(const Array *logits, const Array *labels, Refusal *why)
{
    char of_logits[SHAPE_TEXT], of_labels[SHAPE_TEXT];
    shape_text(of_logits, logits);
    if (logits->rank != 1 && logits->rank != 2)
        return refuse(why, "logits must be (classes) or (N, classes), got %s", of_logits);
    if (!has_no_empty_axis("logits", logits, logits->rank - 1, why))
        return false;
    if (labels->rank != logits->rank - 1 || (labels->rank && labels->shape[0] != logits->shape[0]))
        return refuse(why, "there must be one label for each row of logits %s, got labels %s",
                      of_logits, shape_text(of_labels, labels));
    const size_t classes = logits->shape[logits->rank - 1];
    for (size_t i = 0; i < labels->length; i++) {
        const double label = number_at(labels, i);
        if (!(label >= 0 && label < (double)classes && label == floor(label)))
            return refuse(why, "labels must be whole numbers from 0 to %zu, got %g", classes - 1,
                          label);
    }
    return true;
}

/* No probability is computed: that of an improbable class would be 0, and its logarithm infinite. */
static double loss_of_row(const Array *logits, size_t start, size_t classes, size_t label)
{
    double largest = number_at(logits, start), sum = 0.0;
    for (size_t i = 1; i < classes; i++)
        if (number_at(logits, start + i) > largest)
            largest = number_at(logits, start + i);
    for (size_t i = 0; i < classes; i++)
        sum += exp(number_at(logits, start + i) - largest);
    return log(sum) - (number_at(logits, start + label) - largest);
}

Array *softmax_cross_entropy(const Array *logits, const Array *labels, Refusal *why)
{
    if (!labels_fit(logits, labels, why))
        return NULL;
    const size_t classes = logits->shape[logits->rank - 1];
    Array *result = array_new(logits->type, labels->rank, labels->shape);
    for (size_t row = 0; row < labels->length; row++) {
        const size_t label = (size_t)number_at(labels, row);
        const double loss = loss_of_row(logits, row * classes, classes, label);
        if (result->type == FLOAT32)
            ((float *)result->data)[row] = (float)loss;
        else
            ((double *)result->data)[row] = loss;
    }
    return result;
}

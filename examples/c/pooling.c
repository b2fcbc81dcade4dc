/* The pooling layers. */

#include <math.h>

#include "gradients.h"
#include "windows.h"

enum { ROWS, COLUMNS };

typedef enum { LARGEST, SMALLEST, MEAN } Kind;

/* Returns whether a window steps over the whole map, which is shorter than the dilation. */
static bool is_any_empty(const Windows *along)
{
    for (long long i = 0; i < along->count; i++)
        if (windows_elements(along, i, false) == 0)
            return true;
    return false;
}

static bool find_windows(const Array *maps, const PoolingOptions *options, Windows along[2],
                         Refusal *why)
{
    if (!are_maps(maps, why) || !is_in_range("size", options->size, 1, why) ||
        !is_in_range("stride", options->stride, 1, why) ||
        !is_in_range("padding", options->padding, 0, why) ||
        !is_in_range("dilation", options->dilation, 1, why))
        return false;
    for (int axis = 0; axis < 2; axis++) {
        Windows *its = &along[axis];
        *its = (Windows){
            .length = (long long)maps->shape[maps->rank - 3 + axis],
            .size = options->size[axis],
            .stride = options->stride[axis],
            .dilation = options->dilation[axis],
            .before = options->padding[axis],
            .after = options->padding[axis],
        };
        if (2 * its->before > its->size)
            return refuse(why, "padding must be at most half of the size %lld, got %lld",
                          its->size, its->before);
        windows_count(its, options->ceil_mode);
        if (its->count == 0)
            return refuse(why, "windows that reach over %lld do not fit into %lld, padding %lld",
                          windows_reach(its), its->length, its->before);
    }
    if (is_any_empty(&along[ROWS]) || is_any_empty(&along[COLUMNS]))
        return refuse(why, "a dilation steps over the maps: a window has no element");
    return true;
}

/* Combines the window (i, j) of one map, whose elements on the border take no part: `map` is its
 * first element, and the maps are so many. */
static double combined(Kind kind, const double *map, size_t maps, const Windows along[2],
                       long long i, long long j)
{
    double largest = -INFINITY, smallest = INFINITY, sum = 0.0;
    for (long long a = 0; a < along[ROWS].size; a++)
        for (long long b = 0; b < along[COLUMNS].size; b++) {
            const long long row = windows_place(&along[ROWS], i, a);
            const long long column = windows_place(&along[COLUMNS], j, b);
            if (row == ON_THE_BORDER || column == ON_THE_BORDER)
                continue;
            const double element = map[(size_t)(row * along[COLUMNS].length + column) * maps];
            if (element > largest || isnan(element))
                largest = element;
            if (element < smallest || isnan(element))
                smallest = element;
            sum += element;
        }
    return kind == LARGEST ? largest : kind == SMALLEST ? smallest : sum;
}

static Array *pool(Kind kind, const Array *maps, const PoolingOptions *options, Refusal *why)
{
    Windows along[2];
    if (!find_windows(maps, options, along, why))
        return NULL;
    const Windows *rows = &along[ROWS], *columns = &along[COLUMNS];
    const bool is_batch = maps->rank == 4, with_border = options->count_include_pad;
    const size_t images = is_batch ? maps->shape[0] : 1, count = maps->shape[maps->rank - 1];
    const size_t shape[] = {images, (size_t)rows->count, (size_t)columns->count, count};
    Array *pooled = is_batch ? array_new(4, shape) : array_new(3, shape + 1);

    const size_t image = (size_t)(rows->length * columns->length) * count;
    double *result = pooled->data;
    for (size_t n = 0; n < images; n++)
        for (long long i = 0; i < rows->count; i++)
            for (long long j = 0; j < columns->count; j++)
                for (size_t k = 0; k < count; k++) {
                    *result = combined(kind, maps->data + n * image + k, count, along, i, j);
                    if (kind == MEAN)
                        *result /= (double)(windows_elements(rows, i, with_border) *
                                            windows_elements(columns, j, with_border));
                    result++;
                }
    return pooled;
}

Array *max_pool2d(const Array *maps, const PoolingOptions *options, Refusal *why)
{
    return pool(LARGEST, maps, options, why);
}

Array *min_pool2d(const Array *maps, const PoolingOptions *options, Refusal *why)
{
    return pool(SMALLEST, maps, options, why);
}

Array *avg_pool2d(const Array *maps, const PoolingOptions *options, Refusal *why)
{
    return pool(MEAN, maps, options, why);
}

/* --- gradients --------------------------------------------------------------------------- */

/* Adds what comes in for the window (i, j) of one map: to the first of its largest elements, or
 * smallest, or a share of it to each. */
static void give(Kind kind, double g, const double *map, double *sums, size_t maps,
                 const Windows along[2], long long i, long long j)
{
    double *chosen = NULL, best = 0.0;
    for (long long a = 0; a < along[ROWS].size; a++)
        for (long long b = 0; b < along[COLUMNS].size; b++) {
            const long long row = windows_place(&along[ROWS], i, a);
            const long long column = windows_place(&along[COLUMNS], j, b);
            if (row == ON_THE_BORDER || column == ON_THE_BORDER)
                continue;
            const size_t place = (size_t)(row * along[COLUMNS].length + column) * maps;
            const double element = kind == SMALLEST ? -map[place] : map[place];
            if (kind == MEAN)
                sums[place] += g;
            else if (!chosen || element > best || (isnan(element) && !isnan(best))) {
                best = element;
                chosen = sums + place;
            }
        }
    if (chosen)
        *chosen += g;
}

static Array *pool_back(Kind kind, const Array *grad, const Array *maps,
                        const PoolingOptions *options, Refusal *why)
{
    Windows along[2];
    if (!find_windows(maps, options, along, why))
        return NULL;
    const Windows *rows = &along[ROWS], *columns = &along[COLUMNS];
    const bool is_batch = maps->rank == 4, is_counted = options->count_include_pad;
    const size_t images = is_batch ? maps->shape[0] : 1, count = maps->shape[maps->rank - 1];
    const size_t shape[] = {images, (size_t)rows->count, (size_t)columns->count, count};
    if (!has_shape("grad", grad, maps->rank, shape + !is_batch, why))
        return NULL;
    Array *found = array_new(maps->rank, maps->shape);
    const size_t image = (size_t)(rows->length * columns->length) * count;
    const double *incoming = grad->data;
    for (size_t n = 0; n < images; n++)
        for (long long i = 0; i < rows->count; i++)
            for (long long j = 0; j < columns->count; j++)
                for (size_t k = 0; k < count; k++) {
                    double g = *incoming++;
                    if (kind == MEAN)
                        g /= (double)(windows_elements(rows, i, is_counted) *
                                      windows_elements(columns, j, is_counted));
                    give(kind, g, maps->data + n * image + k, found->data + n * image + k, count,
                         along, i, j);
                }
    return found;
}

Array *max_pool2d_backward(const Array *grad, const Array *maps, const PoolingOptions *options,
                           Refusal *why)
{
    return pool_back(LARGEST, grad, maps, options, why);
}

Array *min_pool2d_backward(const Array *grad, const Array *maps, const PoolingOptions *options,
                           Refusal *why)
{
    return pool_back(SMALLEST, grad, maps, options, why);
}

Array *avg_pool2d_backward(const Array *grad, const Array *maps, const PoolingOptions *options,
                           Refusal *why)
{
    return pool_back(MEAN, grad, maps, options, why);
}

/* --- means of whole maps ----------------------------------------------------------------- */

Array *global_avg_pool2d(const Array *maps, Refusal *why)
{
    if (!are_maps(maps, why))
        return NULL;
    const bool is_batch = maps->rank == 4;
    const size_t *rows_and_columns = maps->shape + is_batch;
    const size_t images = is_batch ? maps->shape[0] : 1, count = maps->shape[maps->rank - 1];
    const size_t pixels = rows_and_columns[0] * rows_and_columns[1];
    const size_t shape[] = {images, count};
    Array *means = is_batch ? array_new(2, shape) : array_new(1, shape + 1);
    for (size_t n = 0; n < images; n++)
        for (size_t k = 0; k < count; k++) {
            double sum = 0.0;
            for (size_t i = 0; i < pixels; i++)
                sum += maps->data[(n * pixels + i) * count + k];
            means->data[n * count + k] = sum / (double)pixels;
        }
    return means;
}

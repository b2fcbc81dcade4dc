/* The layers of a convolutional network.
 *
 * Arrays are channels-last. N is the number of images of a batch, H and W the rows and columns of
 * an image, C its channels, K the number of filters and f the filter size. Of two numbers the first
 * is for rows and the second for columns.
 *
 * Results are computed in double, and the caller frees them. Arguments are only read. A call that
 * breaks a rule returns NULL and says in `why` which; `why` then holds a sentence for people.
 */

#ifndef LAYERS_H
#define LAYERS_H

#include "array.h"
#include "refusal.h"

/* --- convolution.c ----------------------------------------------------------------------- */

typedef struct {
    long long stride[2];
    long long padding[2][2]; /* rows above and below, columns on the left and on the right */
    bool is_same;            /* conv2d only: as many zeros as give ceil(H / stride) windows */
    long long output_padding[2]; /* conv_transpose2d only */
    long long dilation[2];       /* from one weight of a filter to the next */
    long long groups; /* so many, in order, of channels and filters: each sees only its own */
} ConvolutionOptions;

/* Lays every filter over every window of the image and sums the products (cross-correlation):
 *
 *     maps[i, j, k] = bias[k] + sum over a, b, c of filters[k, a, b, c] *
 *         image[i * stride + a * dilation - top, likewise j and b, channel c of the group of k]
 *
 * image    (H, W), (H, W, C) or (N, H, W, C); around it are zeros
 * filters  (K, f, f) for an image without channel axis, (K, f, f, C / groups) for one with;
 *          f is odd
 * bias     (K), or NULL
 * Returns  (H', W', K), or (N, H', W', K) for a batch,
 *          H' = (H + top + bottom - dilation * (f - 1) - 1) / stride + 1
 */
Array *conv2d(const Array *image, const Array *filters, const Array *bias,
              const ConvolutionOptions *options, Refusal *why);

/* Lays every filter over the maps once for each pixel, times the pixel, and adds all up:
 *
 *     maps[i * stride + a * dilation - top, likewise j and b, map c of the group of k] +=
 *         image[i, j, k] * filters[k, a, b, c]
 *
 * image    (H, W, K) or (N, H, W, K)
 * filters  (K, f, g, C / groups)
 * bias     (C), or NULL
 * padding  what is cut off at the edges of the maps; output_padding is added below and on the right
 * Returns  (H', W', C), or (N, H', W', C) for a batch,
 *          H' = (H - 1) * stride - top - bottom + dilation * (f - 1) + 1 + output_padding
 */
Array *conv_transpose2d(const Array *image, const Array *filters, const Array *bias,
                        const ConvolutionOptions *options, Refusal *why);

/* --- pooling.c --------------------------------------------------------------------------- */

typedef struct {
    long long size[2], stride[2];
    long long padding[2]; /* on both sides; at most half of the size */
    long long dilation[2];
    bool ceil_mode;         /* keep a last window that the end of the padding cuts off */
    bool count_include_pad; /* avg_pool2d only: the zeros of the padding take part in a mean */
} PoolingOptions;

/* Return the largest element, the smallest, or the mean of every window. The padding is never the
 * largest or the smallest; NaN in a window gives NaN.
 *
 * maps     (H, W, K) or (N, H, W, K)
 * Returns  (H', W', K) or (N, H', W', K),
 *          H' = (H + 2 * padding - dilation * (size - 1) - 1) / stride + 1
 */
Array *max_pool2d(const Array *maps, const PoolingOptions *options, Refusal *why);
Array *min_pool2d(const Array *maps, const PoolingOptions *options, Refusal *why);
Array *avg_pool2d(const Array *maps, const PoolingOptions *options, Refusal *why);

/* Returns the mean of every map: (K) of (H, W, K), (N, K) of (N, H, W, K). */
Array *global_avg_pool2d(const Array *maps, Refusal *why);

/* --- layers.c ---------------------------------------------------------------------------- */

/* Returns each element if it is larger than 0, otherwise 0; NaN stays NaN. Any shape. */
Array *relu(const Array *x);

/* Returns each element if it is larger than 0, otherwise slope times it. Any shape. */
Array *leaky_relu(const Array *x, double slope);

/* Returns 1 / (1 + exp(-x)) of each element. Any shape. */
Array *sigmoid(const Array *x);

/* Returns tanh(x) of each element, whose name math.h has taken. Any shape. */
Array *hyperbolic_tangent(const Array *x);

/* Returns (maps - mean) / sqrt(variance + epsilon) * scale + offset, in the shape of the maps.
 *
 * maps                           (H, W, K) or (N, H, W, K)
 * mean, variance, scale, offset  (K)
 */
Array *batch_norm(const Array *maps, const Array *mean, const Array *variance, const Array *scale,
                  const Array *offset, double epsilon, Refusal *why);

/* Returns the numbers of (H, W, K) in C order as (H * W * K), of (N, H, W, K) as (N, H * W * K). */
Array *flatten(const Array *maps, Refusal *why);

/* Weights every input for every node and adds the bias.
 *
 * x        any shape, taken in C order; or (N, inputs), whose rows are weighted one by one
 * weights  (inputs, nodes)
 * bias     (nodes)
 * Returns  (nodes), or (N, nodes) for rows. One row alone is taken as any other shape.
 */
Array *dense(const Array *x, const Array *weights, const Array *bias, Refusal *why);

/* Returns exp(x) / sum of exp(x) along the last axis, in the shape of the logits. */
Array *softmax(const Array *logits, Refusal *why);

/* Returns x - ln(sum of exp(x)) along the last axis, in the shape of the logits. */
Array *log_softmax(const Array *logits, Refusal *why);

/* Returns the single number -ln(probabilities[label]); probabilities (classes). */
Array *cross_entropy(const Array *probabilities, long long label, Refusal *why);

/* Returns ln(sum of exp(x)) - x[label] of each row of logits.
 *
 * logits   (classes) or (N, classes)
 * labels   a single number, or (N): a class for each row
 * Returns  a single number, or (N).
 */
Array *softmax_cross_entropy(const Array *logits, const Array *labels, Refusal *why);

/* Return whether rules of these layers are kept, which their gradients share. */
bool norm_fits(const Array *maps, const Array *mean, const Array *variance, const Array *scale,
               double epsilon, Refusal *why);
bool have_classes(const Array *logits, Refusal *why);
bool probabilities_fit(const Array *probabilities, long long label, Refusal *why);
bool labels_fit(const Array *logits, const Array *labels, Refusal *why);

#endif

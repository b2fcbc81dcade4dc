/* The layers of a convolutional network.
 *
 * Arrays are channels-last. N is the number of images of a batch, H and W the rows and columns of
 * an image, C its channels, K the number of filters and f the filter size.
 *
 * The arrays of one call have the same type, float32 or float64, and so has the result, which the
 * caller frees. Arguments are only read. A call that breaks a rule returns NULL and says in
 * `why` which; `why` then holds a sentence for people.
 */

#ifndef LAYERS_H
#define LAYERS_H

#include "array.h"

enum { REASON = 2 * SHAPE_TEXT + 200 };

typedef struct {
    char reason[REASON];
} Refusal;

/* Lays every filter over every window of the image and sums the products (cross-correlation):
 *
 *     maps[i, j, k] = bias[k] + sum over a, b, c of
 *                     image[i * stride + a, j * stride + b, c] * filters[k, a, b, c]
 *
 * image    (H, W), (H, W, C) or (N, H, W, C)
 * filters  (K, f, f) for an image without channel axis, (K, f, f, C) for one with; f is odd
 * bias     (K), or NULL
 * padding  "valid": only windows inside the image, H' = (H - f) / stride + 1;
 *          "same": zeros around the image so that H' = H, with stride 1 only
 * Returns  (H', W', K), or (N, H', W', K) for a batch.
 */
Array *conv2d(const Array *image, const Array *filters, const Array *bias, long long stride,
              const char *padding, Refusal *why);

/* Returns each element if it is larger than 0, otherwise 0; NaN stays NaN. Any shape. */
Array *relu(const Array *x);

/* Returns each element if it is larger than 0, otherwise slope times it. Any shape. */
Array *leaky_relu(const Array *x, double slope);

/* Returns 1 / (1 + exp(-x)) of each element. Any shape. */
Array *sigmoid(const Array *x);

/* Returns tanh(x) of each element, whose name math.h has taken. Any shape. */
Array *hyperbolic_tangent(const Array *x);

/* Return the largest element, the smallest, or the mean of every window of size x size.
 *
 * maps     (H, W, K) or (N, H, W, K)
 * Returns  (H', W', K) or (N, H', W', K), H' = (H - size) / stride + 1. NaN in a window gives NaN.
 */
Array *max_pool2d(const Array *maps, long long size, long long stride, Refusal *why);
Array *min_pool2d(const Array *maps, long long size, long long stride, Refusal *why);
Array *avg_pool2d(const Array *maps, long long size, long long stride, Refusal *why);

/* Weights every input for every node and adds the bias.
 *
 * x        any shape, taken in C order
 * weights  (inputs, nodes)
 * bias     (nodes)
 * Returns  (nodes).
 */
Array *dense(const Array *x, const Array *weights, const Array *bias, Refusal *why);

/* Returns exp(x) / sum of exp(x) along the last axis, in the shape of the logits. */
Array *softmax(const Array *logits, Refusal *why);

/* Returns the single number -ln(probabilities[label]); probabilities (classes). */
Array *cross_entropy(const Array *probabilities, long long label, Refusal *why);

/* Returns ln(sum of exp(x)) - x[label] of each row of logits.
 *
 * logits   (classes) or (N, classes)
 * labels   a single number, or (N): a class for each row
 * Returns  a single number, or (N).
 */
Array *softmax_cross_entropy(const Array *logits, const Array *labels, Refusal *why);

#endif

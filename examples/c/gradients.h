/* The gradients of the layers.
 *
 * `grad` is the gradient of the loss to what the layer returned, and has its shape; the others are
 * what the layer was given. Each returns one gradient, in the shape of what it is the gradient to.
 * Those to parameters are summed over the images, or rows, of a batch.
 */

#ifndef GRADIENTS_H
#define GRADIENTS_H

#include "layers.h"

/* --- convolution_gradients.c ------------------------------------------------------------- */

typedef enum { TO_IMAGE, TO_FILTERS, TO_BIAS } ConvolutionGradient;

Array *conv2d_gradient(ConvolutionGradient to, const Array *grad, const Array *image,
                       const Array *filters, const ConvolutionOptions *options, Refusal *why);
Array *conv_transpose2d_gradient(ConvolutionGradient to, const Array *grad, const Array *image,
                                 const Array *filters, const ConvolutionOptions *options,
                                 Refusal *why);

/* --- pooling.c --------------------------------------------------------------------------- */

/* Of several largest, or smallest, elements of a window the first gets the gradient. */
Array *max_pool2d_backward(const Array *grad, const Array *maps, const PoolingOptions *options,
                           Refusal *why);
Array *min_pool2d_backward(const Array *grad, const Array *maps, const PoolingOptions *options,
                           Refusal *why);
Array *avg_pool2d_backward(const Array *grad, const Array *maps, const PoolingOptions *options,
                           Refusal *why);

/* --- gradients.c ------------------------------------------------------------------------- */

Array *relu_backward(const Array *grad, const Array *x, Refusal *why);
Array *leaky_relu_backward(const Array *grad, const Array *x, double slope, Refusal *why);
Array *sigmoid_backward(const Array *grad, const Array *x, Refusal *why);
Array *tanh_backward(const Array *grad, const Array *x, Refusal *why);

typedef enum { TO_MAPS, TO_MEAN, TO_VARIANCE, TO_SCALE, TO_OFFSET } NormGradient;

Array *batch_norm_gradient(NormGradient to, const Array *grad, const Array *maps,
                           const Array *mean, const Array *variance, const Array *scale,
                           double epsilon, Refusal *why);

Array *global_avg_pool2d_backward(const Array *grad, const Array *maps, Refusal *why);
Array *flatten_backward(const Array *grad, const Array *maps, Refusal *why);

/* grad (nodes), or (N, nodes) for rows. */
Array *dense_grad_x(const Array *grad, const Array *x, const Array *weights, Refusal *why);
Array *dense_grad_weights(const Array *grad, const Array *x, const Array *weights, Refusal *why);
Array *dense_grad_bias(const Array *grad, const Array *x, const Array *weights, Refusal *why);

Array *softmax_backward(const Array *grad, const Array *logits, Refusal *why);
Array *log_softmax_backward(const Array *grad, const Array *logits, Refusal *why);

/* A loss is where a gradient begins: nothing comes in. */
Array *cross_entropy_backward(const Array *probabilities, long long label, Refusal *why);
Array *softmax_cross_entropy_backward(const Array *logits, const Array *labels, Refusal *why);

#endif

/* The gradients of the layers that have no windows. */

#include "gradients.h"

#include <math.h>
#include <string.h>

/* --- of each number ---------------------------------------------------------------------- */

static bool is_alike(const Array *grad, const Array *x, Refusal *why)
{
    return has_shape("grad", grad, x->rank, x->shape, why);
}

Array *leaky_relu_backward(const Array *grad, const Array *x, double slope, Refusal *why)
{
    if (!is_alike(grad, x, why))
        return NULL;
    Array *found = array_new(x->rank, x->shape);
    for (size_t i = 0; i < x->length; i++)
        found->data[i] = x->data[i] > 0 ? grad->data[i] : slope * grad->data[i];
    return found;
}

Array *relu_backward(const Array *grad, const Array *x, Refusal *why)
{
    if (!is_alike(grad, x, why))
        return NULL;
    Array *found = array_new(x->rank, x->shape);
    for (size_t i = 0; i < x->length; i++)
        found->data[i] = x->data[i] > 0 ? grad->data[i] : 0.0;
    return found;
}

/* y (1 - y) = e / (1 + e)^2 with e = exp(-|x|): no digits of small results are lost. */
Array *sigmoid_backward(const Array *grad, const Array *x, Refusal *why)
{
    if (!is_alike(grad, x, why))
        return NULL;
    Array *found = array_new(x->rank, x->shape);
    for (size_t i = 0; i < x->length; i++) {
        const double small = exp(-fabs(x->data[i]));
        found->data[i] = grad->data[i] * small / ((1 + small) * (1 + small));
    }
    return found;
}

/* 1 - tanh(x)^2 = 4 e / (1 + e)^2 with e = exp(-2 |x|). */
Array *tanh_backward(const Array *grad, const Array *x, Refusal *why)
{
    if (!is_alike(grad, x, why))
        return NULL;
    Array *found = array_new(x->rank, x->shape);
    for (size_t i = 0; i < x->length; i++) {
        const double small = exp(-2 * fabs(x->data[i]));
        found->data[i] = grad->data[i] * 4 * small / ((1 + small) * (1 + small));
    }
    return found;
}

/* --- normalisation, means and flattening ------------------------------------------------- */

Array *batch_norm_gradient(NormGradient to, const Array *grad, const Array *maps,
                           const Array *mean, const Array *variance, const Array *scale,
                           double epsilon, Refusal *why)
{
    if (!norm_fits(maps, mean, variance, scale, epsilon, why) || !is_alike(grad, maps, why))
        return NULL;
    const size_t count = maps->shape[maps->rank - 1];
    Array *found = to == TO_MAPS ? array_new(maps->rank, maps->shape) : array_new(1, &count);
    for (size_t i = 0; i < maps->length; i++) {
        const size_t k = i % count;
        const double g = grad->data[i], s = scale->data[k];
        const double centred = maps->data[i] - mean->data[k];
        const double deviation = sqrt(variance->data[k] + epsilon);
        switch (to) {
        case TO_MAPS:
            found->data[i] = g * s / deviation;
            break;
        case TO_MEAN:
            found->data[k] -= g * s / deviation;
            break;
        case TO_VARIANCE:
            found->data[k] -= g * centred * s / (2 * deviation * deviation * deviation);
            break;
        case TO_SCALE:
            found->data[k] += g * centred / deviation;
            break;
        case TO_OFFSET:
            found->data[k] += g;
        }
    }
    return found;
}

Array *global_avg_pool2d_backward(const Array *grad, const Array *maps, Refusal *why)
{
    if (!are_maps(maps, why))
        return NULL;
    const bool is_batch = maps->rank == 4;
    const size_t count = maps->shape[maps->rank - 1], shape[] = {maps->shape[0], count};
    if (!has_shape("grad", grad, 1 + is_batch, shape + !is_batch, why))
        return NULL;
    const size_t pixels = maps->shape[is_batch] * maps->shape[1 + is_batch];
    Array *found = array_new(maps->rank, maps->shape);
    for (size_t i = 0; i < maps->length; i++)
        found->data[i] = grad->data[i / (pixels * count) * count + i % count] / (double)pixels;
    return found;
}

Array *flatten_backward(const Array *grad, const Array *maps, Refusal *why)
{
    if (!are_maps(maps, why))
        return NULL;
    const bool is_batch = maps->rank == 4;
    const size_t *axes = maps->shape + is_batch;
    const size_t shape[] = {maps->shape[0], axes[0] * axes[1] * axes[2]};
    if (!has_shape("grad", grad, 1 + is_batch, shape + !is_batch, why))
        return NULL;
    Array *found = array_new(maps->rank, maps->shape);
    memcpy(found->data, grad->data, maps->length * sizeof *maps->data);
    return found;
}

/* --- dense ------------------------------------------------------------------------------- */

/* Returns whether x and weights have such a gradient, and how many rows. */
static bool find_rows(const Array *grad, const Array *x, const Array *weights, size_t *rows,
                      Refusal *why)
{
    char shape[SHAPE_TEXT];
    if (weights->rank != 2)
        return refuse(why, "weights must be (inputs, nodes), got %s", shape_text(shape, weights));
    if (!has_no_empty_axis("grad", grad, 0, why) || !has_no_empty_axis("x", x, 0, why) ||
        !has_no_empty_axis("weights", weights, 0, why))
        return false;
    const bool are_rows = grad->rank == 2;
    if ((grad->rank != 1 && !are_rows) || grad->shape[grad->rank - 1] != weights->shape[1])
        return refuse(why, "grad must be (nodes) or (N, nodes), got %s", shape_text(shape, grad));
    *rows = are_rows ? grad->shape[0] : 1;
    if (x->length != *rows * weights->shape[0] ||
        (are_rows && (x->rank == 0 || x->shape[0] != *rows)))
        return refuse(why, "x %s is no input whose gradient that is", shape_text(shape, x));
    return true;
}

Array *dense_grad_x(const Array *grad, const Array *x, const Array *weights, Refusal *why)
{
    size_t rows;
    if (!find_rows(grad, x, weights, &rows, why))
        return NULL;
    const size_t inputs = weights->shape[0], nodes = weights->shape[1];
    Array *found = array_new(x->rank, x->shape);
    for (size_t row = 0; row < rows; row++)
        for (size_t i = 0; i < inputs; i++)
            for (size_t node = 0; node < nodes; node++)
                found->data[row * inputs + i] +=
                    weights->data[i * nodes + node] * grad->data[row * nodes + node];
    return found;
}

Array *dense_grad_weights(const Array *grad, const Array *x, const Array *weights, Refusal *why)
{
    size_t rows;
    if (!find_rows(grad, x, weights, &rows, why))
        return NULL;
    const size_t inputs = weights->shape[0], nodes = weights->shape[1];
    Array *found = array_new(2, weights->shape);
    for (size_t row = 0; row < rows; row++)
        for (size_t i = 0; i < inputs; i++)
            for (size_t node = 0; node < nodes; node++)
                found->data[i * nodes + node] +=
                    x->data[row * inputs + i] * grad->data[row * nodes + node];
    return found;
}

Array *dense_grad_bias(const Array *grad, const Array *x, const Array *weights, Refusal *why)
{
    size_t rows;
    if (!find_rows(grad, x, weights, &rows, why))
        return NULL;
    const size_t nodes = weights->shape[1];
    Array *found = array_new(1, &nodes);
    for (size_t i = 0; i < grad->length; i++)
        found->data[i % nodes] += grad->data[i];
    return found;
}

/* --- softmax and losses ------------------------------------------------------------------ */

Array *softmax_backward(const Array *grad, const Array *logits, Refusal *why)
{
    if (!have_classes(logits, why) || !is_alike(grad, logits, why))
        return NULL;
    const size_t classes = logits->shape[logits->rank - 1];
    Array *found = softmax(logits, why);
    for (size_t start = 0; start < found->length; start += classes) {
        double *p = found->data + start, mean = 0.0;
        for (size_t i = 0; i < classes; i++)
            mean += p[i] * grad->data[start + i];
        for (size_t i = 0; i < classes; i++)
            p[i] *= grad->data[start + i] - mean;
    }
    return found;
}

Array *log_softmax_backward(const Array *grad, const Array *logits, Refusal *why)
{
    if (!have_classes(logits, why) || !is_alike(grad, logits, why))
        return NULL;
    const size_t classes = logits->shape[logits->rank - 1];
    Array *found = softmax(logits, why);
    for (size_t start = 0; start < found->length; start += classes) {
        double *p = found->data + start, sum = 0.0;
        for (size_t i = 0; i < classes; i++)
            sum += grad->data[start + i];
        for (size_t i = 0; i < classes; i++)
            p[i] = grad->data[start + i] - p[i] * sum;
    }
    return found;
}

Array *cross_entropy_backward(const Array *probabilities, long long label, Refusal *why)
{
    if (!probabilities_fit(probabilities, label, why))
        return NULL;
    Array *found = array_new(1, probabilities->shape);
    found->data[label] = -1 / probabilities->data[label];
    return found;
}

Array *softmax_cross_entropy_backward(const Array *logits, const Array *labels, Refusal *why)
{
    if (!labels_fit(logits, labels, why))
        return NULL;
    const size_t classes = logits->shape[logits->rank - 1];
    Array *found = softmax(logits, why);
    for (size_t row = 0; row < labels->length; row++)
        found->data[row * classes + (size_t)labels->data[row]] -= 1;
    return found;
}

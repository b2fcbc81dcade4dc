/* The layers that have no windows. */

#include "layers.h"

#include <math.h>
#include <string.h>

/* --- activations ------------------------------------------------------------------------- */

Array *relu(const Array *x)
{
    Array *result = array_new(x->rank, x->shape);
    for (size_t i = 0; i < x->length; i++)
        result->data[i] = x->data[i] > 0 || isnan(x->data[i]) ? x->data[i] : 0;
    return result;
}

Array *leaky_relu(const Array *x, double slope)
{
    Array *result = array_new(x->rank, x->shape);
    for (size_t i = 0; i < x->length; i++)
        result->data[i] = x->data[i] > 0 ? x->data[i] : slope * x->data[i];
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
    Array *result = array_new(x->rank, x->shape);
    for (size_t i = 0; i < x->length; i++)
        result->data[i] = logistic(x->data[i]);
    return result;
}

Array *hyperbolic_tangent(const Array *x)
{
    Array *result = array_new(x->rank, x->shape);
    for (size_t i = 0; i < x->length; i++)
        result->data[i] = tanh(x->data[i]);
    return result;
}

/* --- normalisation and flattening -------------------------------------------------------- */

static bool has_none_below_0(const Array *variance, double epsilon, Refusal *why)
{
    if (epsilon < 0)
        return refuse(why, "epsilon must not be below 0, got %g", epsilon);
    for (size_t k = 0; k < variance->length; k++)
        if (variance->data[k] < 0)
            return refuse(why, "a variance must not be below 0, got %g", variance->data[k]);
    return true;
}

bool norm_fits(const Array *maps, const Array *mean, const Array *variance, const Array *scale,
               double epsilon, Refusal *why)
{
    if (!are_maps(maps, why))
        return false;
    const size_t count = maps->shape[maps->rank - 1];
    return has_one_each("mean", mean, count, why) &&
           has_one_each("variance", variance, count, why) &&
           has_one_each("scale", scale, count, why) && has_none_below_0(variance, epsilon, why);
}

Array *batch_norm(const Array *maps, const Array *mean, const Array *variance, const Array *scale,
                  const Array *offset, double epsilon, Refusal *why)
{
    if (!norm_fits(maps, mean, variance, scale, epsilon, why))
        return NULL;
    const size_t count = maps->shape[maps->rank - 1];
    if (!has_one_each("offset", offset, count, why))
        return NULL;
    Array *result = array_new(maps->rank, maps->shape);
    for (size_t i = 0; i < maps->length; i++) {
        const size_t k = i % count;
        const double deviation = sqrt(variance->data[k] + epsilon);
        result->data[i] =
            (maps->data[i] - mean->data[k]) / deviation * scale->data[k] + offset->data[k];
    }
    return result;
}

Array *flatten(const Array *maps, Refusal *why)
{
    if (!are_maps(maps, why))
        return NULL;
    const bool is_batch = maps->rank == 4;
    const size_t *axes = maps->shape + is_batch;
    const size_t shape[] = {maps->shape[0], axes[0] * axes[1] * axes[2]};
    Array *result = is_batch ? array_new(2, shape) : array_new(1, shape + 1);
    memcpy(result->data, maps->data, maps->length * sizeof *maps->data);
    return result;
}

/* --- dense ------------------------------------------------------------------------------- */

static bool are_rows(const Array *x, const Array *weights)
{
    return x->rank == 2 && x->shape[0] != 1 && weights->rank == 2 &&
           x->shape[1] == weights->shape[0];
}

static bool inputs_fit(const Array *x, const Array *weights, const Array *bias, Refusal *why)
{
    char shape[SHAPE_TEXT];
    if (!has_no_empty_axis("x", x, are_rows(x, weights), why) ||
        !has_no_empty_axis("weights", weights, 0, why) ||
        !has_no_empty_axis("bias", bias, 0, why))
        return false;
    if (weights->rank != 2)
        return refuse(why, "weights must be (inputs, nodes), got %s", shape_text(shape, weights));
    if (!are_rows(x, weights) && x->length != weights->shape[0])
        return refuse(why, "x of shape %s holds %zu numbers, the weights take %zu",
                      shape_text(shape, x), x->length, weights->shape[0]);
    return has_one_each("bias", bias, weights->shape[1], why);
}

Array *dense(const Array *x, const Array *weights, const Array *bias, Refusal *why)
{
    if (!inputs_fit(x, weights, bias, why))
        return NULL;
    const size_t inputs = weights->shape[0], nodes = weights->shape[1];
    const size_t rows = x->length / inputs, shape[] = {rows, nodes};
    Array *result = are_rows(x, weights) ? array_new(2, shape) : array_new(1, shape + 1);
    for (size_t row = 0; row < rows; row++)
        for (size_t node = 0; node < nodes; node++) {
            double sum = bias->data[node];
            for (size_t i = 0; i < inputs; i++)
                sum += x->data[row * inputs + i] * weights->data[i * nodes + node];
            result->data[row * nodes + node] = sum;
        }
    return result;
}

/* --- softmax and losses ------------------------------------------------------------------ */

static double largest_of(const double *row, size_t classes)
{
    double largest = row[0];
    for (size_t i = 1; i < classes; i++)
        if (row[i] > largest)
            largest = row[i];
    return largest;
}

/* The sum of exp(x - largest), of which none overflows. */
static double sum_of_exponentials(const double *row, size_t classes, double largest)
{
    double sum = 0.0;
    for (size_t i = 0; i < classes; i++)
        sum += exp(row[i] - largest);
    return sum;
}

bool have_classes(const Array *logits, Refusal *why)
{
    if (logits->rank == 0)
        return refuse(why, "logits must have at least one axis, got a single number");
    return has_no_empty_axis("logits", logits, logits->rank - 1, why);
}

Array *softmax(const Array *logits, Refusal *why)
{
    if (!have_classes(logits, why))
        return NULL;
    const size_t classes = logits->shape[logits->rank - 1];
    Array *result = array_new(logits->rank, logits->shape);
    for (size_t start = 0; start < logits->length; start += classes) {
        const double *row = logits->data + start;
        const double largest = largest_of(row, classes);
        const double sum = sum_of_exponentials(row, classes, largest);
        for (size_t i = 0; i < classes; i++)
            result->data[start + i] = exp(row[i] - largest) / sum;
    }
    return result;
}

/* No probability is computed: that of an improbable class would be 0, and its logarithm infinite. */
static double log_probability(const double *row, size_t classes, size_t label)
{
    const double largest = largest_of(row, classes);
    return row[label] - largest - log(sum_of_exponentials(row, classes, largest));
}

Array *log_softmax(const Array *logits, Refusal *why)
{
    if (!have_classes(logits, why))
        return NULL;
    const size_t classes = logits->shape[logits->rank - 1];
    Array *result = array_new(logits->rank, logits->shape);
    for (size_t i = 0; i < logits->length; i++)
        result->data[i] = log_probability(logits->data + i - i % classes, classes, i % classes);
    return result;
}

bool probabilities_fit(const Array *probabilities, long long label, Refusal *why)
{
    char shape[SHAPE_TEXT];
    if (probabilities->rank != 1)
        return refuse(why, "probabilities must be (classes), got %s",
                      shape_text(shape, probabilities));
    if (!has_no_empty_axis("probabilities", probabilities, 0, why))
        return false;
    const size_t classes = probabilities->shape[0];
    if (label < 0 || (unsigned long long)label >= classes)
        return refuse(why, "label must be from 0 to %zu, got %lld", classes - 1, label);
    return true;
}

Array *cross_entropy(const Array *probabilities, long long label, Refusal *why)
{
    if (!probabilities_fit(probabilities, label, why))
        return NULL;
    Array *result = array_new(0, NULL);
    result->data[0] = 0.0 - log(probabilities->data[label]); /* 0.0 - 0.0 is 0.0, not -0.0 */
    return result;
}

bool labels_fit(const Array *logits, const Array *labels, Refusal *why)
{
    char of_logits[SHAPE_TEXT], of_labels[SHAPE_TEXT];
    shape_text(of_logits, logits);
    if (logits->rank != 1 && logits->rank != 2)
        return refuse(why, "logits must be (classes) or (N, classes), got %s", of_logits);
    if (!have_classes(logits, why))
        return false;
    if (labels->rank != logits->rank - 1 || (labels->rank && labels->shape[0] != logits->shape[0]))
        return refuse(why, "there must be one label for each row of logits %s, got labels %s",
                      of_logits, shape_text(of_labels, labels));
    const size_t classes = logits->shape[logits->rank - 1];
    for (size_t i = 0; i < labels->length; i++) {
        const double label = labels->data[i];
        if (!(label >= 0 && label < (double)classes && label == floor(label)))
            return refuse(why, "labels must be whole numbers from 0 to %zu, got %g", classes - 1,
                          label);
    }
    return true;
}

Array *softmax_cross_entropy(const Array *logits, const Array *labels, Refusal *why)
{
    if (!labels_fit(logits, labels, why))
        return NULL;
    const size_t classes = logits->shape[logits->rank - 1];
    Array *result = array_new(labels->rank, labels->shape);
    for (size_t i = 0; i < labels->length; i++)
        result->data[i] = 0.0 - log_probability(logits->data + i * classes, classes,
                                                (size_t)labels->data[i]);
    return result;
}

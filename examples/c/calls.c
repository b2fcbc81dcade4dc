#include "calls.h"

#include <string.h>

#include "gradients.h"
#include "layers.h"
#include "wire.h"

enum { MAX_ARRAYS = 5 };

/* The names of an operation's arrays, of which the first `required` must be there, and of its
 * options; and the function that makes the call. A label may be an array or a number. */
struct Operation {
    const char *name;
    const char *arrays[MAX_ARRAYS + 1];
    size_t required;
    const char *options[7];
    bool has_label;
    Array *(*call)(Array *const *arrays, const Json *arguments, Refusal *why);
};

/* --- reading options --------------------------------------------------------------------- */

static bool is_number(const Json *value)
{
    return value->kind == JSON_INTEGER || value->kind == JSON_REAL;
}

/* Each reads the option of a name into its last argument but one, which holds the default and
 * stays as it is if the option is absent. */

static bool read_integer(const Json *value, const char *name, long long *integer, Refusal *why)
{
    if (!value)
        return true;
    *integer = value->integer;
    return value->kind == JSON_INTEGER ||
           refuse(why, "%s must be an integer of at most 64 bits", name);
}

static bool read_real(const Json *value, const char *name, double *real, Refusal *why)
{
    if (!value)
        return true;
    *real = value->real;
    return is_number(value) || refuse(why, "%s must be a single number", name);
}

static bool read_flag(const Json *value, const char *name, bool *flag, Refusal *why)
{
    if (!value)
        return true;
    *flag = value->kind == JSON_TRUE;
    return *flag || value->kind == JSON_FALSE || refuse(why, "%s must be true or false", name);
}

/* One number is for rows and columns. */
static bool read_pair(const Json *value, const char *name, long long pair[2], Refusal *why)
{
    if (!value)
        return true;
    if (value->kind == JSON_ARRAY && value->length == 2)
        return read_integer(&value->items[0], name, &pair[0], why) &&
               read_integer(&value->items[1], name, &pair[1], why);
    if (value->kind == JSON_ARRAY)
        return refuse(why, "%s must be one integer, or one for rows and columns each", name);
    if (!read_integer(value, name, &pair[0], why))
        return false;
    pair[1] = pair[0];
    return true;
}

/* A number, (rows, columns) or ((top, bottom), (left, right)). */
static bool read_sides(const Json *value, long long padding[2][2], Refusal *why)
{
    const bool is_list = value && value->kind == JSON_ARRAY && value->length == 2;
    if (is_list && value->items[0].kind == JSON_ARRAY && value->items[1].kind == JSON_ARRAY)
        return read_pair(&value->items[0], "padding", padding[0], why) &&
               read_pair(&value->items[1], "padding", padding[1], why);
    long long both[2] = {0, 0};
    if (!read_pair(value, "padding", both, why))
        return false;
    for (int axis = 0; axis < 2; axis++)
        padding[axis][0] = padding[axis][1] = both[axis];
    return true;
}

static bool read_convolution(const Json *arguments, ConvolutionOptions *options, Refusal *why)
{
    *options = (ConvolutionOptions){.stride = {1, 1}, .dilation = {1, 1}, .groups = 1};
    return read_pair(json_member(arguments, "stride"), "stride", options->stride, why) &&
           read_pair(json_member(arguments, "dilation"), "dilation", options->dilation, why) &&
           read_integer(json_member(arguments, "groups"), "groups", &options->groups, why);
}

static bool read_pooling(const Json *arguments, PoolingOptions *options, Refusal *why)
{
    const Json *stride = json_member(arguments, "stride");
    *options =
        (PoolingOptions){.size = {2, 2}, .dilation = {1, 1}, .count_include_pad = true};
    if (!read_pair(json_member(arguments, "size"), "size", options->size, why))
        return false;
    memcpy(options->stride, options->size, sizeof options->stride);
    return ((stride && stride->kind == JSON_NULL) ||
            read_pair(stride, "stride", options->stride, why)) &&
           read_pair(json_member(arguments, "padding"), "padding", options->padding, why) &&
           read_pair(json_member(arguments, "dilation"), "dilation", options->dilation, why) &&
           read_flag(json_member(arguments, "ceil_mode"), "ceil_mode", &options->ceil_mode, why) &&
           read_flag(json_member(arguments, "count_include_pad"), "count_include_pad",
                     &options->count_include_pad, why);
}

/* --- the operations ---------------------------------------------------------------------- */

static bool read_conv2d(const Json *arguments, ConvolutionOptions *options, Refusal *why)
{
    const Json *padding = json_member(arguments, "padding");
    if (!read_convolution(arguments, options, why))
        return false;
    options->is_same = json_is(padding, "same");
    if (!padding || padding->kind != JSON_STRING)
        return read_sides(padding, options->padding, why);
    return options->is_same || json_is(padding, "valid") ||
           refuse(why, "padding must be numbers, \"valid\" or \"same\"");
}

static bool read_transposed(const Json *arguments, ConvolutionOptions *options, Refusal *why)
{
    return read_convolution(arguments, options, why) &&
           read_sides(json_member(arguments, "padding"), options->padding, why) &&
           read_pair(json_member(arguments, "output_padding"), "output_padding",
                     options->output_padding, why);
}

static Array *call_conv2d(Array *const *arrays, const Json *arguments, Refusal *why)
{
    ConvolutionOptions options;
    return read_conv2d(arguments, &options, why)
               ? conv2d(arrays[0], arrays[1], arrays[2], &options, why)
               : NULL;
}

static Array *call_conv_transpose2d(Array *const *arrays, const Json *arguments, Refusal *why)
{
    ConvolutionOptions options;
    return read_transposed(arguments, &options, why)
               ? conv_transpose2d(arrays[0], arrays[1], arrays[2], &options, why)
               : NULL;
}

static Array *call_relu(Array *const *arrays, const Json *arguments, Refusal *why)
{
    (void)arguments, (void)why;
    return relu(arrays[0]);
}

static Array *call_leaky_relu(Array *const *arrays, const Json *arguments, Refusal *why)
{
    double slope = 0.01;
    if (!read_real(json_member(arguments, "slope"), "slope", &slope, why))
        return NULL;
    return leaky_relu(arrays[0], slope);
}

static Array *call_sigmoid(Array *const *arrays, const Json *arguments, Refusal *why)
{
    (void)arguments, (void)why;
    return sigmoid(arrays[0]);
}

static Array *call_tanh(Array *const *arrays, const Json *arguments, Refusal *why)
{
    (void)arguments, (void)why;
    return hyperbolic_tangent(arrays[0]);
}

static Array *call_batch_norm(Array *const *arrays, const Json *arguments, Refusal *why)
{
    double epsilon = 1e-5;
    if (!read_real(json_member(arguments, "epsilon"), "epsilon", &epsilon, why))
        return NULL;
    return batch_norm(arrays[0], arrays[1], arrays[2], arrays[3], arrays[4], epsilon, why);
}

static Array *call_max_pool2d(Array *const *arrays, const Json *arguments, Refusal *why)
{
    PoolingOptions options;
    return read_pooling(arguments, &options, why) ? max_pool2d(arrays[0], &options, why) : NULL;
}

static Array *call_min_pool2d(Array *const *arrays, const Json *arguments, Refusal *why)
{
    PoolingOptions options;
    return read_pooling(arguments, &options, why) ? min_pool2d(arrays[0], &options, why) : NULL;
}

static Array *call_avg_pool2d(Array *const *arrays, const Json *arguments, Refusal *why)
{
    PoolingOptions options;
    return read_pooling(arguments, &options, why) ? avg_pool2d(arrays[0], &options, why) : NULL;
}

static Array *call_global_avg_pool2d(Array *const *arrays, const Json *arguments, Refusal *why)
{
    (void)arguments;
    return global_avg_pool2d(arrays[0], why);
}

static Array *call_flatten(Array *const *arrays, const Json *arguments, Refusal *why)
{
    (void)arguments;
    return flatten(arrays[0], why);
}

static Array *call_dense(Array *const *arrays, const Json *arguments, Refusal *why)
{
    (void)arguments;
    return dense(arrays[0], arrays[1], arrays[2], why);
}

static Array *call_softmax(Array *const *arrays, const Json *arguments, Refusal *why)
{
    (void)arguments;
    return softmax(arrays[0], why);
}

static Array *call_log_softmax(Array *const *arrays, const Json *arguments, Refusal *why)
{
    (void)arguments;
    return log_softmax(arrays[0], why);
}

static Array *call_cross_entropy(Array *const *arrays, const Json *arguments, Refusal *why)
{
    long long label = -1;
    if (!read_integer(json_member(arguments, "label"), "label", &label, why))
        return NULL;
    return cross_entropy(arrays[0], label, why);
}

/* Calls a function of logits and labels; those of a batch are an array, read after the logits. */
static Array *of_labels(Array *(*function)(const Array *, const Array *, Refusal *),
                        Array *const *arrays, const Json *arguments, Refusal *why)
{
    long long label = -1;
    if (arrays[1])
        return function(arrays[0], arrays[1], why);
    if (!read_integer(json_member(arguments, "label"), "label", &label, why))
        return NULL;
    Array *labels = array_new(0, NULL);
    labels->data[0] = (double)label;
    Array *result = function(arrays[0], labels, why);
    array_free(labels);
    return result;
}

static Array *call_softmax_cross_entropy(Array *const *arrays, const Json *arguments, Refusal *why)
{
    return of_labels(softmax_cross_entropy, arrays, arguments, why);
}

/* --- gradients --------------------------------------------------------------------------- */

static Array *conv2d_back(ConvolutionGradient to, Array *const *arrays, const Json *arguments,
                          Refusal *why)
{
    ConvolutionOptions options;
    return read_conv2d(arguments, &options, why)
               ? conv2d_gradient(to, arrays[0], arrays[1], arrays[2], &options, why)
               : NULL;
}

static Array *conv_transpose2d_back(ConvolutionGradient to, Array *const *arrays,
                                    const Json *arguments, Refusal *why)
{
    ConvolutionOptions options;
    return read_transposed(arguments, &options, why)
               ? conv_transpose2d_gradient(to, arrays[0], arrays[1], arrays[2], &options, why)
               : NULL;
}

static Array *batch_norm_back(NormGradient to, Array *const *arrays, const Json *arguments,
                              Refusal *why)
{
    double epsilon = 1e-5;
    if (!read_real(json_member(arguments, "epsilon"), "epsilon", &epsilon, why))
        return NULL;
    return batch_norm_gradient(to, arrays[0], arrays[1], arrays[2], arrays[3], arrays[4], epsilon,
                               why);
}

static Array *call_conv2d_grad_image(Array *const *arrays, const Json *arguments,
                                   Refusal *why)
{
    return conv2d_back(TO_IMAGE, arrays, arguments, why);
}

static Array *call_conv2d_grad_filters(Array *const *arrays, const Json *arguments,
                                   Refusal *why)
{
    return conv2d_back(TO_FILTERS, arrays, arguments, why);
}

static Array *call_conv2d_grad_bias(Array *const *arrays, const Json *arguments,
                                   Refusal *why)
{
    return conv2d_back(TO_BIAS, arrays, arguments, why);
}

static Array *call_conv_transpose2d_grad_image(Array *const *arrays, const Json *arguments,
                                   Refusal *why)
{
    return conv_transpose2d_back(TO_IMAGE, arrays, arguments, why);
}

static Array *call_conv_transpose2d_grad_filters(Array *const *arrays, const Json *arguments,
                                   Refusal *why)
{
    return conv_transpose2d_back(TO_FILTERS, arrays, arguments, why);
}

static Array *call_conv_transpose2d_grad_bias(Array *const *arrays, const Json *arguments,
                                   Refusal *why)
{
    return conv_transpose2d_back(TO_BIAS, arrays, arguments, why);
}

static Array *call_batch_norm_grad_maps(Array *const *arrays, const Json *arguments,
                                        Refusal *why)
{
    return batch_norm_back(TO_MAPS, arrays, arguments, why);
}

static Array *call_batch_norm_grad_mean(Array *const *arrays, const Json *arguments,
                                        Refusal *why)
{
    return batch_norm_back(TO_MEAN, arrays, arguments, why);
}

static Array *call_batch_norm_grad_variance(Array *const *arrays, const Json *arguments,
                                        Refusal *why)
{
    return batch_norm_back(TO_VARIANCE, arrays, arguments, why);
}

static Array *call_batch_norm_grad_scale(Array *const *arrays, const Json *arguments,
                                        Refusal *why)
{
    return batch_norm_back(TO_SCALE, arrays, arguments, why);
}

static Array *call_batch_norm_grad_offset(Array *const *arrays, const Json *arguments,
                                        Refusal *why)
{
    return batch_norm_back(TO_OFFSET, arrays, arguments, why);
}

static Array *call_relu_backward(Array *const *arrays, const Json *arguments, Refusal *why)
{
    (void)arguments;
    return relu_backward(arrays[0], arrays[1], why);
}

static Array *call_leaky_relu_backward(Array *const *arrays, const Json *arguments, Refusal *why)
{
    double slope = 0.01;
    if (!read_real(json_member(arguments, "slope"), "slope", &slope, why))
        return NULL;
    return leaky_relu_backward(arrays[0], arrays[1], slope, why);
}

static Array *call_sigmoid_backward(Array *const *arrays, const Json *arguments, Refusal *why)
{
    (void)arguments;
    return sigmoid_backward(arrays[0], arrays[1], why);
}

static Array *call_tanh_backward(Array *const *arrays, const Json *arguments, Refusal *why)
{
    (void)arguments;
    return tanh_backward(arrays[0], arrays[1], why);
}

static Array *call_max_pool2d_backward(Array *const *arrays, const Json *arguments, Refusal *why)
{
    PoolingOptions options;
    return read_pooling(arguments, &options, why)
               ? max_pool2d_backward(arrays[0], arrays[1], &options, why)
               : NULL;
}

static Array *call_min_pool2d_backward(Array *const *arrays, const Json *arguments, Refusal *why)
{
    PoolingOptions options;
    return read_pooling(arguments, &options, why)
               ? min_pool2d_backward(arrays[0], arrays[1], &options, why)
               : NULL;
}

static Array *call_avg_pool2d_backward(Array *const *arrays, const Json *arguments, Refusal *why)
{
    PoolingOptions options;
    return read_pooling(arguments, &options, why)
               ? avg_pool2d_backward(arrays[0], arrays[1], &options, why)
               : NULL;
}

static Array *call_global_avg_pool2d_backward(Array *const *arrays, const Json *arguments,
                                             Refusal *why)
{
    (void)arguments;
    return global_avg_pool2d_backward(arrays[0], arrays[1], why);
}

static Array *call_flatten_backward(Array *const *arrays, const Json *arguments, Refusal *why)
{
    (void)arguments;
    return flatten_backward(arrays[0], arrays[1], why);
}

static Array *call_dense_grad_x(Array *const *arrays, const Json *arguments, Refusal *why)
{
    (void)arguments;
    return dense_grad_x(arrays[0], arrays[1], arrays[2], why);
}

static Array *call_dense_grad_weights(Array *const *arrays, const Json *arguments, Refusal *why)
{
    (void)arguments;
    return dense_grad_weights(arrays[0], arrays[1], arrays[2], why);
}

static Array *call_dense_grad_bias(Array *const *arrays, const Json *arguments, Refusal *why)
{
    (void)arguments;
    return dense_grad_bias(arrays[0], arrays[1], arrays[2], why);
}

static Array *call_softmax_backward(Array *const *arrays, const Json *arguments, Refusal *why)
{
    (void)arguments;
    return softmax_backward(arrays[0], arrays[1], why);
}

static Array *call_log_softmax_backward(Array *const *arrays, const Json *arguments, Refusal *why)
{
    (void)arguments;
    return log_softmax_backward(arrays[0], arrays[1], why);
}

static Array *call_cross_entropy_backward(Array *const *arrays, const Json *arguments,
                                          Refusal *why)
{
    long long label = -1;
    if (!read_integer(json_member(arguments, "label"), "label", &label, why))
        return NULL;
    return cross_entropy_backward(arrays[0], label, why);
}

static Array *call_softmax_cross_entropy_backward(Array *const *arrays, const Json *arguments,
                                                  Refusal *why)
{
    return of_labels(softmax_cross_entropy_backward, arrays, arguments, why);
}

#define CONVOLVED "stride", "padding", "dilation", "groups"
#define POOLED "size", "stride", "padding", "ceil_mode"
#define CONVOLUTION "grad", "image", "filters"
#define NORM "grad", "maps", "mean", "variance", "scale"

static const Operation operations[] = {
    {"conv2d", {"image", "filters", "bias"}, 2, {CONVOLVED}, false, call_conv2d},
    {"conv_transpose2d",
     {"image", "filters", "bias"},
     2,
     {CONVOLVED, "output_padding"},
     false,
     call_conv_transpose2d},
    {"relu", {"x"}, 1, {0}, false, call_relu},
    {"leaky_relu", {"x"}, 1, {"slope"}, false, call_leaky_relu},
    {"sigmoid", {"x"}, 1, {0}, false, call_sigmoid},
    {"tanh", {"x"}, 1, {0}, false, call_tanh},
    {"batch_norm",
     {"maps", "mean", "variance", "scale", "offset"},
     5,
     {"epsilon"},
     false,
     call_batch_norm},
    {"max_pool2d", {"maps"}, 1, {POOLED, "dilation"}, false, call_max_pool2d},
    {"min_pool2d", {"maps"}, 1, {POOLED, "dilation"}, false, call_min_pool2d},
    {"avg_pool2d", {"maps"}, 1, {POOLED, "count_include_pad"}, false, call_avg_pool2d},
    {"global_avg_pool2d", {"maps"}, 1, {0}, false, call_global_avg_pool2d},
    {"flatten", {"maps"}, 1, {0}, false, call_flatten},
    {"dense", {"x", "weights", "bias"}, 3, {0}, false, call_dense},
    {"softmax", {"logits"}, 1, {0}, false, call_softmax},
    {"log_softmax", {"logits"}, 1, {0}, false, call_log_softmax},
    {"cross_entropy", {"probabilities"}, 1, {0}, true, call_cross_entropy},
    {"softmax_cross_entropy", {"logits"}, 1, {0}, true, call_softmax_cross_entropy},
    {"conv2d_grad_image", {CONVOLUTION}, 3, {CONVOLVED}, false, call_conv2d_grad_image},
    {"conv2d_grad_filters", {CONVOLUTION}, 3, {CONVOLVED}, false, call_conv2d_grad_filters},
    {"conv2d_grad_bias", {CONVOLUTION}, 3, {CONVOLVED}, false, call_conv2d_grad_bias},
    {"conv_transpose2d_grad_image",
     {CONVOLUTION},
     3,
     {CONVOLVED, "output_padding"},
     false,
     call_conv_transpose2d_grad_image},
    {"conv_transpose2d_grad_filters",
     {CONVOLUTION},
     3,
     {CONVOLVED, "output_padding"},
     false,
     call_conv_transpose2d_grad_filters},
    {"conv_transpose2d_grad_bias",
     {CONVOLUTION},
     3,
     {CONVOLVED, "output_padding"},
     false,
     call_conv_transpose2d_grad_bias},
    {"relu_backward", {"grad", "x"}, 2, {0}, false, call_relu_backward},
    {"leaky_relu_backward", {"grad", "x"}, 2, {"slope"}, false, call_leaky_relu_backward},
    {"sigmoid_backward", {"grad", "x"}, 2, {0}, false, call_sigmoid_backward},
    {"tanh_backward", {"grad", "x"}, 2, {0}, false, call_tanh_backward},
    {"batch_norm_grad_maps", {NORM}, 5, {"epsilon"}, false, call_batch_norm_grad_maps},
    {"batch_norm_grad_mean", {NORM}, 5, {"epsilon"}, false, call_batch_norm_grad_mean},
    {"batch_norm_grad_variance", {NORM}, 5, {"epsilon"}, false, call_batch_norm_grad_variance},
    {"batch_norm_grad_scale", {NORM}, 5, {"epsilon"}, false, call_batch_norm_grad_scale},
    {"batch_norm_grad_offset", {NORM}, 5, {"epsilon"}, false, call_batch_norm_grad_offset},
    {"max_pool2d_backward",
     {"grad", "maps"},
     2,
     {POOLED, "dilation"},
     false,
     call_max_pool2d_backward},
    {"min_pool2d_backward",
     {"grad", "maps"},
     2,
     {POOLED, "dilation"},
     false,
     call_min_pool2d_backward},
    {"avg_pool2d_backward",
     {"grad", "maps"},
     2,
     {POOLED, "count_include_pad"},
     false,
     call_avg_pool2d_backward},
    {"global_avg_pool2d_backward",
     {"grad", "maps"},
     2,
     {0},
     false,
     call_global_avg_pool2d_backward},
    {"flatten_backward", {"grad", "maps"}, 2, {0}, false, call_flatten_backward},
    {"dense_grad_x", {"grad", "x", "weights"}, 3, {0}, false, call_dense_grad_x},
    {"dense_grad_weights", {"grad", "x", "weights"}, 3, {0}, false, call_dense_grad_weights},
    {"dense_grad_bias", {"grad", "x", "weights"}, 3, {0}, false, call_dense_grad_bias},
    {"softmax_backward", {"grad", "logits"}, 2, {0}, false, call_softmax_backward},
    {"log_softmax_backward", {"grad", "logits"}, 2, {0}, false, call_log_softmax_backward},
    {"cross_entropy_backward", {"probabilities"}, 1, {0}, true, call_cross_entropy_backward},
    {"softmax_cross_entropy_backward",
     {"logits"},
     1,
     {0},
     true,
     call_softmax_cross_entropy_backward},
};

enum { OPERATIONS = sizeof operations / sizeof *operations };

/* --- calls ------------------------------------------------------------------------------- */

const Operation *operation_named(const Json *name)
{
    for (size_t i = 0; i < OPERATIONS; i++)
        if (json_is(name, operations[i].name))
            return &operations[i];
    return NULL;
}

static bool has_name(const char *const *names, const char *name)
{
    for (; *names; names++)
        if (strcmp(*names, name) == 0)
            return true;
    return false;
}

bool takes_all(const Operation *operation, const Json *arguments)
{
    for (size_t i = 0; i < arguments->length; i++) {
        const char *name = arguments->items[i].key;
        if (!has_name(operation->arrays, name) && !has_name(operation->options, name) &&
            !(operation->has_label && strcmp(name, "label") == 0))
            return false;
    }
    return true;
}

/* Reads the arrays of a call, NULL for one that is left out. */
static bool read_arrays(const Operation *operation, const Json *arguments, Array **arrays,
                        const char **problem)
{
    size_t i = 0;
    for (; operation->arrays[i]; i++) {
        const Json *value = json_member(arguments, operation->arrays[i]);
        const bool is_given = value && value->kind != JSON_NULL;
        *problem = "an argument is missing";
        if (is_given)
            arrays[i] = wire_read(value, problem);
        if (!arrays[i] && (is_given || i < operation->required))
            return false;
    }
    const Json *label = operation->has_label ? json_member(arguments, "label") : NULL;
    if (label && label->kind == JSON_OBJECT) {
        arrays[i] = wire_read(label, problem);
        if (!arrays[i])
            return false;
    }
    *problem = NULL;
    return true;
}

/* A result is float32 if all arrays are that are no labels. */
static Type type_of_result(const Operation *operation, Array *const *arrays)
{
    for (size_t i = 0; operation->arrays[i]; i++)
        if (arrays[i] && arrays[i]->type != FLOAT32)
            return FLOAT64;
    return FLOAT32;
}

Array *call(const Operation *operation, const Json *arguments, const char **problem, Refusal *why)
{
    Array *arrays[MAX_ARRAYS] = {0};
    Array *result = NULL;
    if (read_arrays(operation, arguments, arrays, problem))
        result = operation->call(arrays, arguments, why);
    if (result)
        result->type = type_of_result(operation, arrays);
    for (size_t i = 0; i < MAX_ARRAYS; i++)
        array_free(arrays[i]);
    return result;
}

void write_operations(FILE *file)
{
    for (size_t i = 0; i < OPERATIONS; i++) {
        const Operation *its = &operations[i];
        const char *separator = "";
        fprintf(file, "%s\"%s\": [", i ? ", " : "{", its->name);
        for (size_t j = its->required; its->arrays[j]; j++, separator = ", ")
            fprintf(file, "%s\"%s\"", separator, its->arrays[j]);
        for (size_t j = 0; its->options[j]; j++, separator = ", ")
            fprintf(file, "%s\"%s\"", separator, its->options[j]);
        putc(']', file);
    }
    putc('}', file);
}

/* Speaks the line protocol of cnnspec (PROTOCOL.md) over standard input and output. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "layers.h"
#include "memory.h"
#include "wire.h"

enum { MAX_ARRAYS = 3 };

static _Noreturn void give_up(const char *problem);

/* One operation: the names of its arrays, of which the first `required` must be there, the names
 * of its other arguments, and the function that makes the call. */
typedef struct {
    const char *name;
    const char *arrays[MAX_ARRAYS + 1];
    size_t required;
    const char *others[3];
    Array *(*call)(Array *const *arrays, const Json *arguments, Refusal *why);
} Operation;

/* --- the operations ---------------------------------------------------------------------- */

/* Reads an integer argument; `fallback` stands for one that is absent. */
static bool integer_argument(const Json *arguments, const char *name, long long fallback,
                             long long *integer, Refusal *why)
{
    const Json *value = json_member(arguments, name);
    *integer = value ? value->integer : fallback;
    if (!value || value->kind == JSON_INTEGER)
        return true;
    snprintf(why->reason, sizeof why->reason, "%s must be an integer of at most 64 bits", name);
    return false;
}

static Array *call_conv2d(Array *const *arrays, const Json *arguments, Refusal *why)
{
    const Json *given = json_member(arguments, "padding");
    const char *padding = "unknown";
    long long stride;
    if (!integer_argument(arguments, "stride", 1, &stride, why))
        return NULL;
    if (!given || json_is(given, "valid"))
        padding = "valid";
    else if (json_is(given, "same"))
        padding = "same";
    return conv2d(arrays[0], arrays[1], arrays[2], stride, padding, why);
}

static Array *call_relu(Array *const *arrays, const Json *arguments, Refusal *why)
{
    (void)arguments, (void)why;
    return relu(arrays[0]);
}

static Array *call_leaky_relu(Array *const *arrays, const Json *arguments, Refusal *why)
{
    const Json *slope = json_member(arguments, "slope");
    if (!slope)
        return leaky_relu(arrays[0], 0.01);
    if (slope->kind == JSON_INTEGER || slope->kind == JSON_REAL)
        return leaky_relu(arrays[0], slope->real);
    snprintf(why->reason, sizeof why->reason, "slope must be a number");
    return NULL;
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

typedef Array *PoolFunction(const Array *maps, long long size, long long stride, Refusal *why);

static Array *call_pool(PoolFunction *pool, const Array *maps, const Json *arguments, Refusal *why)
{
    const Json *given = json_member(arguments, "stride");
    long long size, stride;
    if (!integer_argument(arguments, "size", 2, &size, why))
        return NULL;
    if (!given || given->kind == JSON_NULL)
        stride = size;
    else if (!integer_argument(arguments, "stride", size, &stride, why))
        return NULL;
    return pool(maps, size, stride, why);
}

static Array *call_max_pool2d(Array *const *arrays, const Json *arguments, Refusal *why)
{
    return call_pool(max_pool2d, arrays[0], arguments, why);
}

static Array *call_min_pool2d(Array *const *arrays, const Json *arguments, Refusal *why)
{
    return call_pool(min_pool2d, arrays[0], arguments, why);
}

static Array *call_avg_pool2d(Array *const *arrays, const Json *arguments, Refusal *why)
{
    return call_pool(avg_pool2d, arrays[0], arguments, why);
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

static Array *call_cross_entropy(Array *const *arrays, const Json *arguments, Refusal *why)
{
    long long label;
    if (!integer_argument(arguments, "label", -1, &label, why))
        return NULL;
    return cross_entropy(arrays[0], label, why);
}

/* Returns the labels, one for each row of logits, as an array; NULL if it is no label. */
static Array *label_argument(const Json *arguments, Refusal *why)
{
    const Json *value = json_member(arguments, "label");
    const char *problem = "";
    long long label;
    if (value && value->kind == JSON_OBJECT) {
        Array *labels = wire_read(value, &problem);
        if (!labels)
            give_up(problem);
        array_widen(labels);
        return labels;
    }
    if (!integer_argument(arguments, "label", -1, &label, why))
        return NULL;
    Array *labels = array_new(FLOAT64, 0, NULL);
    *(double *)labels->data = (double)label;
    return labels;
}

static Array *call_softmax_cross_entropy(Array *const *arrays, const Json *arguments, Refusal *why)
{
    Array *labels = label_argument(arguments, why);
    Array *result = labels ? softmax_cross_entropy(arrays[0], labels, why) : NULL;
    array_free(labels);
    return result;
}

static const Operation operations[] = {
    {"conv2d", {"image", "filters", "bias"}, 2, {"stride", "padding"}, call_conv2d},
    {"relu", {"x"}, 1, {0}, call_relu},
    {"leaky_relu", {"x"}, 1, {"slope"}, call_leaky_relu},
    {"sigmoid", {"x"}, 1, {0}, call_sigmoid},
    {"tanh", {"x"}, 1, {0}, call_tanh},
    {"max_pool2d", {"maps"}, 1, {"size", "stride"}, call_max_pool2d},
    {"min_pool2d", {"maps"}, 1, {"size", "stride"}, call_min_pool2d},
    {"avg_pool2d", {"maps"}, 1, {"size", "stride"}, call_avg_pool2d},
    {"dense", {"x", "weights", "bias"}, 3, {0}, call_dense},
    {"softmax", {"logits"}, 1, {0}, call_softmax},
    {"cross_entropy", {"probabilities"}, 1, {"label"}, call_cross_entropy},
    {"softmax_cross_entropy", {"logits"}, 1, {"label"}, call_softmax_cross_entropy},
};

static const char hello[] =
    "{\"type\": \"hello\", \"protocol\": 1, \"name\": \"plain loops in C\", \"operations\": {"
    "\"conv2d\": [\"bias\", \"stride\", \"padding\"], \"relu\": [], "
    "\"leaky_relu\": [\"slope\"], \"sigmoid\": [], \"tanh\": [], "
    "\"max_pool2d\": [\"size\", \"stride\"], \"min_pool2d\": [\"size\", \"stride\"], "
    "\"avg_pool2d\": [\"size\", \"stride\"], \"dense\": [], \"softmax\": [], "
    "\"cross_entropy\": [], \"softmax_cross_entropy\": []}, \"dtypes\": " WIRE_DTYPES ", \"arrays\": \"base64\"}\n";

/* --- messages ---------------------------------------------------------------------------- */

/* Ends the program: what came is not the protocol, and no answer would be true. */
static _Noreturn void give_up(const char *problem)
{
    fprintf(stderr, "not a message of the protocol: %s\n", problem);
    exit(EXIT_FAILURE);
}

static void answer(long long id, const char *type, const char *message)
{
    printf("{\"type\": \"%s\", \"id\": %lld, \"message\": ", type, id);
    json_write_string(stdout, message);
    puts("}");
}

static const Operation *operation_named(const Json *name)
{
    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++)
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

static bool takes_all(const Operation *operation, const Json *arguments)
{
    for (size_t i = 0; i < arguments->length; i++)
        if (!has_name(operation->arrays, arguments->items[i].key) &&
            !has_name(operation->others, arguments->items[i].key))
            return false;
    return true;
}

/* Reads the arrays of a call, NULL for one that is left out, and brings them to one type. */
static void read_arrays(const Operation *operation, const Json *arguments, Array **arrays)
{
    bool has_float64 = false;
    for (size_t i = 0; operation->arrays[i]; i++) {
        const Json *value = json_member(arguments, operation->arrays[i]);
        const char *problem = "an argument is missing";
        const bool is_given = value && value->kind != JSON_NULL;
        if (is_given)
            arrays[i] = wire_read(value, &problem);
        if (!arrays[i] && (is_given || i < operation->required))
            give_up(problem);
        has_float64 = has_float64 || (arrays[i] && arrays[i]->type == FLOAT64);
    }
    for (size_t i = 0; has_float64 && i < MAX_ARRAYS; i++)
        if (arrays[i])
            array_widen(arrays[i]);
}

static void answer_call(const Json *message)
{
    const Json *id = json_member(message, "id"), *arguments = json_member(message, "arguments");
    if (!id || id->kind != JSON_INTEGER)
        give_up("a call has no id");
    if (!arguments || arguments->kind != JSON_OBJECT)
        give_up("a call has no arguments");
    const Operation *operation = operation_named(json_member(message, "operation"));
    if (!operation) {
        answer(id->integer, "not offered", "there is no such operation here");
        return;
    }
    if (!takes_all(operation, arguments)) {
        answer(id->integer, "not offered", "there is no such argument here");
        return;
    }
    Array *arrays[MAX_ARRAYS] = {0};
    Refusal why;
    read_arrays(operation, arguments, arrays);
    Array *result = operation->call(arrays, arguments, &why);
    if (result) {
        printf("{\"type\": \"result\", \"id\": %lld, \"value\": ", id->integer);
        wire_write(stdout, result);
        puts("}");
    } else {
        answer(id->integer, "error", why.reason);
    }
    array_free(result);
    for (size_t i = 0; i < MAX_ARRAYS; i++)
        array_free(arrays[i]);
}

/* Returns the next line without its end, with a 0 behind it; NULL at the end of the input. */
static char *read_line(FILE *file, size_t *length)
{
    size_t room = 256;
    char *line = allocate(room);
    *length = 0;
    for (int c = getc(file); c != '\n'; c = getc(file)) {
        if (c == EOF) { /* a line without an end is not whole */
            free(line);
            return NULL;
        }
        if (*length + 1 == room) {
            char *longer = allocate(2 * room);
            memcpy(longer, line, room);
            free(line);
            line = longer;
            room *= 2;
        }
        line[(*length)++] = (char)c;
    }
    return line;
}

/* Answers one message; returns whether another may follow. */
static bool answer_message(const Json *message)
{
    const Json *type = json_member(message, "type");
    if (json_is(type, "stop"))
        return false;
    if (json_is(type, "hello"))
        fputs(hello, stdout);
    else if (json_is(type, "call"))
        answer_call(message);
    else
        give_up("its type is not known");
    fflush(stdout);
    return true;
}

int main(void)
{
    size_t length;
    bool goes_on = true;
    for (char *line; goes_on && (line = read_line(stdin, &length));) {
        Json *message = json_read(line, length);
        free(line);
        if (!message)
            give_up("it is not JSON");
        goes_on = answer_message(message);
        json_free(message);
    }
    return EXIT_SUCCESS;
}

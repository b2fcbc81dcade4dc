/*
From 100 elements on an assertion ends the program.

as: program
offers: relu
says: died of SIGABRT \(.*\); its last words: assertion failed: size < 100 \(relu_asserts_in_c\.c:\d+\)
*/
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static double relu(double x) { return x > 0 || isnan(x) ? x : 0; }

/* The numbers of a list that follows a key, as many as there are. */
static size_t numbers(const char *line, const char *key, double **into) {
    const char *at = strchr(strstr(line, key), '[') + 1;
    size_t count = 0, room = 16;
    *into = malloc(room * sizeof **into);
    while (*at != ']') {
        char *end;
        if (strchr("\" ,", *at)) { at++; continue; }
        if (count == room) *into = realloc(*into, (room *= 2) * sizeof **into);
        (*into)[count++] = strtod(at, &end); /* which reads NaN and Infinity, too */
        at = end;
    }
    return count;
}

static void print(double x) {
    if (isnan(x)) printf("\"NaN\"");
    else if (isinf(x)) printf(x > 0 ? "\"Infinity\"" : "\"-Infinity\"");
    else printf("%.17g", x);
}

int main(void) {
    char *line = NULL;
    size_t room = 0;
    while (getline(&line, &room, stdin) > 0) {
        if (strstr(line, "\"stop\"")) break;
        if (strstr(line, "\"hello\"")) {
            puts("{\"type\": \"hello\", \"protocol\": 1, \"name\": \"relu in C\","
                 " \"operations\": {\"relu\": []}, \"dtypes\": [\"float64\"],"
                 " \"arrays\": \"numbers\"}");
        } else {
            double *shape, *x;
            size_t axes = numbers(line, "\"shape\"", &shape);
            size_t size = numbers(line, "\"data\"", &x);
            assert(size < 100);
            printf("{\"type\": \"result\", \"id\": %s, \"value\": {\"dtype\": \"float64\", \"shape\": [",
                   strtok(strstr(line, "\"id\"") + 6, ","));
            for (size_t i = 0; i < axes; i++) printf(i ? ", %.0f" : "%.0f", shape[i]);
            printf("], \"data\": [");
            for (size_t i = 0; i < size; i++) { if (i) printf(", "); print(relu(x[i])); }
            puts("]}}");
            free(shape);
            free(x);
        }
        fflush(stdout);
    }
    free(line);
}

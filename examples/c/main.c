/* Speaks the line protocol of cnnspec (PROTOCOL.md) over standard input and output. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calls.h"
#include "json.h"
#include "memory.h"
#include "wire.h"

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

static void answer_hello(void)
{
    fputs("{\"type\": \"hello\", \"protocol\": 1, \"name\": \"plain loops in C\", \"operations\": ",
          stdout);
    write_operations(stdout);
    puts(", \"dtypes\": " WIRE_DTYPES ", \"arrays\": \"base64\"}");
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
    const char *problem = NULL;
    Refusal why;
    Array *result = call(operation, arguments, &problem, &why);
    if (problem)
        give_up(problem);
    if (result) {
        printf("{\"type\": \"result\", \"id\": %lld, \"value\": ", id->integer);
        wire_write(stdout, result);
        puts("}");
    } else {
        answer(id->integer, "error", why.reason);
    }
    array_free(result);
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
        answer_hello();
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

/* Making the calls that messages ask for: arguments are read from JSON. */

#ifndef CALLS_H
#define CALLS_H

#include <stdio.h>

#include "array.h"
#include "json.h"
#include "refusal.h"

typedef struct Operation Operation;

/* Returns an operation by its name, or NULL. */
const Operation *operation_named(const Json *name);

/* Returns whether an operation takes all the given arguments. */
bool takes_all(const Operation *operation, const Json *arguments);

/* Returns the result, which the caller frees; or NULL: then *problem says what is no argument of
 * the protocol, or is NULL and `why` says why the call is refused. */
Array *call(const Operation *operation, const Json *arguments, const char **problem, Refusal *why);

/* Writes all operations and what each can be given besides what it needs, as a JSON object. */
void write_operations(FILE *file);

#endif

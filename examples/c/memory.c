#include "memory.h"

#include <stdio.h>
#include <stdlib.h>

void *allocate(size_t bytes)
{
    void *memory = calloc(bytes ? bytes : 1, 1);
    if (!memory) {
        fprintf(stderr, "out of memory: %zu bytes are not to be had\n", bytes);
        exit(EXIT_FAILURE);
    }
    return memory;
}

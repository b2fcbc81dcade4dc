#ifndef MEMORY_H
#define MEMORY_H

#include <stddef.h>

/* Returns memory filled with zeros, at least one byte; ends the program if there is none. */
void *allocate(size_t bytes);

#endif

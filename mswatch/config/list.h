/* Lists that grow: an array, and how many are in it. */
#ifndef MSWATCH_CONFIG_LIST_H
#define MSWATCH_CONFIG_LIST_H

#include <stddef.h>

/*
 * Adds a copy of element (size bytes) to the list of *count, which was made
 * here or is NULL.  Behind the last element all bytes are zero, as far as one
 * more goes.  Returns the list, perhaps moved; never NULL.
 */
void *list_add(void *list, size_t *count, const void *element, size_t size);

#endif

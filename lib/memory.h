/*
 * Memory that is there or ends the program with a message.
 *
 * For programs and moments where nothing better can be done than to end and
 * be started again.  What must outlive a lack of memory (the pending set of
 * mswatch) uses malloc(3) itself and handles its failure.
 */
#ifndef LIB_MEMORY_H
#define LIB_MEMORY_H

#include <stddef.h>

/* Zeroed memory for count objects of size bytes; never NULL. */
void *memory_new(size_t count, size_t size);

/*
 * Makes room for at least need objects of size bytes in array, which has room
 * for *room of them now (0 for NULL); grows by doubling and updates *room.
 * Returns the array, perhaps moved.
 */
void *memory_grow(void *array, size_t *room, size_t need, size_t size);

/* The same, but NULL, with the array as it was, when there is no memory. */
void *memory_extend(void *array, size_t *room, size_t need, size_t size);

/* A copy of the string; never NULL. */
char *memory_copy(const char *string);

/* A string as printf(3) would print it; never NULL. */
char *memory_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif

/* The roots: the base, and an INBOX outside it.  For the mailstore's modules only. */
#ifndef WATCH_MBOXES_ROOTS_H
#define WATCH_MBOXES_ROOTS_H

#include <stdbool.h>

struct tree;

/* Adds the roots, and the folder that has INBOX's name; of a struct tree_kind (lib/tree.h). */
bool roots_add(struct tree *tree);

#endif

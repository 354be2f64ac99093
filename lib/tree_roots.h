/* The roots of a tree: where they are, the ways that lead there, and whether they still do. */
#ifndef LIB_TREE_ROOTS_H
#define LIB_TREE_ROOTS_H

#include <stdbool.h>
#include <stdint.h>

struct tree;
struct tree_root;

/*
 * Watches the ways to the roots, and notes where they are; looks at none yet.  False,
 * with a message, when one is not there, unless it may come.
 */
bool tree_roots_start(struct tree *tree);

/* Frees what is known of where they are. */
void tree_roots_end(struct tree *tree);

/* Looks at everything below the roots; sets tree->gone to a root that is no more. */
void tree_roots_scan(struct tree *tree);

/*
 * Looks whether a root is where it was.  A link on its way that was pointed elsewhere
 * has everything looked at anew and told as all, and so has a root that has come, or
 * come again.  Where one that may come was moved or deleted, it is waited for; any
 * other directory that was, or one that was covered or unmounted, becomes tree->gone.
 */
void tree_roots_check(struct tree *tree, struct tree_root *root);

/* The same for all roots; false when one of them is gone. */
bool tree_roots_check_all(struct tree *tree);

/* Whether the path, without links, is that of a whole root or below one; a follow_is_inside. */
bool tree_roots_is_inside(const void *tree, const char *path);

/* Whether a root is waited for that no watch can tell of: it must be looked for. */
bool tree_roots_are_polled(struct tree *tree);

/* A number that stands for the file systems mounted below the whole roots. */
uint64_t tree_roots_mounts(const struct tree *tree);

#endif

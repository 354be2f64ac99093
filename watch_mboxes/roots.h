/*
 * The roots: the base, and an INBOX outside it.  Where they are, the ways that
 * lead there, and whether they still do.  For the tree's modules only.
 */
#ifndef WATCH_MBOXES_ROOTS_H
#define WATCH_MBOXES_ROOTS_H

#include <stdbool.h>
#include <stdint.h>

struct tree;
struct tree_root;

/*
 * Adds the roots, and watches the ways to them; looks at none yet.  False,
 * with a message, when one is not there.
 */
bool roots_start(struct tree *tree);

/* Frees what is known of where they are. */
void roots_end(struct tree *tree);

/* Looks at everything; sets tree->gone to a root that is no more. */
void roots_scan(struct tree *tree);

/*
 * Looks whether a root is where it was.  A link on its way that was pointed
 * elsewhere has everything looked at anew and told as all; a directory that
 * was moved, deleted or covered becomes tree->gone.
 */
void roots_check(struct tree *tree, struct tree_root *root);

/* The same for all roots; false when one of them is gone. */
bool roots_check_all(struct tree *tree);

/* Whether the path, without links, is that of the base or below it; a follow_is_inside. */
bool roots_is_inside(const void *tree, const char *path);

/* The same, or the directory that INBOX is in. */
bool roots_is_around_inbox(const void *tree, const char *path);

/* A number that stands for the file systems mounted below the base. */
uint64_t roots_mounts(const struct tree *tree);

#endif

/*
 * The roots: the base, and an INBOX outside it.  Where they are, the ways that
 * lead there, and whether they still do.  For the tree's modules only.
 */
#ifndef WATCH_MAILDIRS_ROOTS_H
#define WATCH_MAILDIRS_ROOTS_H

#include <stdbool.h>
#include <stdint.h>

struct tree;
struct tree_root;

/*
 * Adds the roots, and watches the ways to them; looks at none yet.  False,
 * with a message, when one is not there, unless it is an INBOX, which may come.
 */
bool roots_start(struct tree *tree);

/* Frees what is known of where they are. */
void roots_end(struct tree *tree);

/* Looks at everything below the roots; sets tree->gone to a root that is no more. */
void roots_scan(struct tree *tree);

/*
 * Looks whether a root is where it was.  A link on its way that was pointed
 * elsewhere has everything looked at anew and told as all, and so has an INBOX
 * that has come, or come again.  One that was moved or deleted is waited for;
 * any other directory that was, or one that was covered or unmounted, becomes
 * tree->gone.
 */
void roots_check(struct tree *tree, struct tree_root *root);

/* The same for all roots; false when one of them is gone. */
bool roots_check_all(struct tree *tree);

/* Whether the path, without links, is that of a root or below one; a follow_is_inside. */
bool roots_is_inside(const void *tree, const char *path);

/* Whether a root is waited for that no watch can tell of: it must be looked for. */
bool roots_are_polled(struct tree *tree);

/* A number that stands for the file systems mounted below the roots. */
uint64_t roots_mounts(const struct tree *tree);

#endif

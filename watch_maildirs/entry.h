/*
 * A folder's entry in the tree: what the layout says it is, how it is called,
 * and its end.  For the tree's modules only.
 */
#ifndef WATCH_MAILDIRS_ENTRY_H
#define WATCH_MAILDIRS_ENTRY_H

#include <stdint.h>

#include "folders.h"
#include "layout.h"

struct tree;

/*
 * The name to print for a mailbox (a folder_id), valid until the next one is
 * asked for, NULL when it has none; a report_name.
 */
const char *entry_name(void *tree, uint32_t mailbox);

/* What the parent's child of that name is, as flags; 0 when it can be no folder. */
unsigned entry_flags(struct tree *tree, folder_id parent, const char *name);

/* The same of a root: the base, or an INBOX outside it. */
unsigned entry_root_flags(struct tree *tree, enum layout_root kind);

/* Adds the parent's child, not looked at yet; FOLDER_NONE when it can be no folder. */
folder_id entry_add(struct tree *tree, folder_id parent, const char *name);

/*
 * Forgets a folder and all below it, with their watches.  What mailboxes
 * among them have become is not known, and so told as all.
 */
void entry_lose(struct tree *tree, folder_id id);

/* The same for a root that may come again: the folder itself stays. */
void entry_empty(struct tree *tree, folder_id id);

#endif

/*
 * A folder's entry in the tree: what its name says it is, how it is called,
 * what is told of it, and its end.  For the tree's modules only.
 */
#ifndef WATCH_MBOXES_ENTRY_H
#define WATCH_MBOXES_ENTRY_H

#include <stdbool.h>
#include <stdint.h>

#include "clock.h"
#include "folders.h"

struct tree;

/* What a directory says that is there. */
enum entry_kind { ENTRY_FILE, ENTRY_DIRECTORY, ENTRY_LINK };

/*
 * The name to print for a mailbox (a folder_id), valid until the next one is
 * asked for, NULL when it has none; a report_name.
 */
const char *entry_name(void *tree, uint32_t mailbox);

/* Whether the mailbox's line says anything new; a report_judge. */
bool entry_is_news(void *tree, uint32_t mailbox);

/*
 * Adds the parent's child, not looked at yet; FOLDER_NONE when its name is none
 * of a mailbox, or of a directory that may hold some.
 */
folder_id entry_add(struct tree *tree, folder_id parent, const char *name, enum entry_kind kind);

/* Whether the entry is of that kind, as it was added. */
bool entry_is(struct tree *tree, folder_id id, enum entry_kind kind);

/* The mailbox has changed. */
void entry_changed(struct tree *tree, folder_id id);

/* It is no mailbox any more, if it was one: INBOX is told by name, any other as all. */
void entry_gone(struct tree *tree, folder_id id);

/*
 * It is now, and events are taken, or what is due is done.  Notes when the last
 * empty line was written: a sync of all mailboxes may meet names that were new then.
 */
void entry_set_time(struct tree *tree, clock_ms now);

/* Forgets a folder and all below it, with their watches; tells what mailboxes went. */
void entry_lose(struct tree *tree, folder_id id);

#endif

/* Reads a directory, and gives what is in it entries.  For the tree's modules only. */
#ifndef WATCH_MBOXES_SCAN_H
#define WATCH_MBOXES_SCAN_H

#include <stdbool.h>

#include "folders.h"

struct tree;

/*
 * Reads the folder's directory: its children that are still there are marked
 * FOLDER_IS_SEEN, new ones are added.  False when it could not be read to its end, which
 * is told; then nothing is known of children that were not seen.
 */
bool scan_directory(struct tree *tree, folder_id id);

#endif

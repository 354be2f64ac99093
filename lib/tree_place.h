/* The places of a tree's folders: each is watched, or polled, or can't be. */
#ifndef LIB_TREE_PLACE_H
#define LIB_TREE_PLACE_H

#include <stdbool.h>
#include <sys/types.h>

#include "folders.h"

/*
 * So often a way is followed to what is there and was missing on it: it has come
 * meanwhile.  Behind /proc/PID/root it never does, as its link names another root.
 */
#define FOLLOW_TRIES 10

struct tree;

/*
 * Notes what is known of a place: a watch, or what it has instead.  The old watch is
 * let go when nothing else uses it.  True when the two are not the same.
 */
bool tree_place_set(struct tree *tree, folder_id id, enum folder_role role, int value);

/* Forgets what was known about the place, with its watch. */
void tree_place_drop(struct tree *tree, folder_id id, enum folder_role role);

/* Lets go of a watch, unless a place or a way has it. */
void tree_place_release(struct tree *tree, int watch);

/* Whether a watch would not do, or is not to be had now. */
bool tree_place_is_polled(const struct tree *tree, folder_id id, enum folder_role role);

/*
 * Looks at the place at path, which is to be of that type (S_IFDIR or S_IFREG), by
 * stat(2); sets *changed when it is not as it was at the last look, or was not looked
 * at so.  False, with errno, when it is not to be had.
 */
bool tree_place_stat(struct tree *tree, folder_id id, enum folder_role role, const char *path,
                     mode_t type, bool *changed);

/*
 * Whether the directory at path can be read, though a watch of it was refused with this
 * error: by a sandbox's rules, or SELinux's ("watch").  Says once that such are polled.
 */
bool tree_place_is_unwatchable(struct tree *tree, const char *path, int error);

/*
 * Says once for each folder why its place at path can't be watched or read (doing),
 * until it has been possible again; has all reported unless the error is one that
 * nobody expects to go away: what is there may have changed.
 */
void tree_place_tell(struct tree *tree, folder_id id, const char *path, const char *doing,
                     int error);

/* Has the folder polled when path is on a file system that others can change unseen. */
void tree_place_set_remote(struct tree *tree, folder_id id, const char *path);

/* Sees anew whether the folder, of that type, is on such a file system: as its parent, or not. */
void tree_place_note_remote(struct tree *tree, folder_id id, mode_t type);

/*
 * Watches the way from the folder's parent through the link at path to where it
 * leads; as follow_way().
 */
bool tree_place_follow_link(struct tree *tree, folder_id id, const char *path);

/*
 * Watches the folder's way instead of what was its way: of a link, from its parent on;
 * of a root, from the root directory on.  When a part of it is missing, waits for it.
 */
void tree_place_follow(struct tree *tree, folder_id id);

/* Forgets the folder's way, with its watches. */
void tree_place_drop_way(struct tree *tree, folder_id id);

#endif

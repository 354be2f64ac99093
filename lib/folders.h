/*
 * The table of folders: what is, or may become, or leads to a mailbox:
 * directories, and where mailboxes are files, these too.  It knows their names,
 * and what is known about their places: the kernel has one watch for a directory
 * however many paths lead to it, so a watch may have many places.  Nothing here
 * looks at a disk.
 */
#ifndef LIB_FOLDERS_H
#define LIB_FOLDERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "groups.h"

typedef uint32_t folder_id;
#define FOLDER_NONE UINT32_MAX

/* A folder's places: itself and, of Maildirs, its new/ and its cur/. */
enum folder_role { FOLDER_SELF, FOLDER_NEW, FOLDER_CUR };
#define FOLDER_ROLES 3

/* A place has a watch (a number above 0) or one of these. */
#define PLACE_MISSING 0         /* nothing there, or seen by the watch above it */
#define PLACE_POLLED (-1)       /* there, looked at now and then */
#define PLACE_REFUSED (-2)      /* there, and can't be looked into */
#define PLACE_DANGLING (-3)     /* a link to nothing */

enum folder_flag {
	FOLDER_IS_USED = 1,     /* this entry of the table holds a folder */
	FOLDER_IS_WALKED = 2,   /* may have folders below it */
	FOLDER_IS_BOX = 4,      /* is a mailbox if it holds what makes one */
	FOLDER_IS_NAMELESS = 8, /* a mailbox whose name can't be said */
	FOLDER_IS_MAILBOX = 16, /* and holds that */
	FOLDER_IS_REMOTE = 32,  /* on a file system that others change unseen */
	FOLDER_IS_LINKED = 64,  /* a symbolic link leads to one of its places */
	FOLDER_IS_FRESH = 128,  /* not looked at yet */
	FOLDER_IS_SEEN = 256,   /* met by the scan under way */
	FOLDER_IS_TOLD = 512,   /* what is wrong with its name has been said */
	FOLDER_IS_LOOP = 1024,  /* a link that leads back up: not walked through */
	FOLDER_IS_MET = 2048,   /* its directory, or a link for it, was found */
	FOLDER_IS_FAILING = 4096, /* why it can't be looked into has been said */
	FOLDER_IS_UNREAD = 8192, /* its directory could not be read to its end */
	FOLDER_IS_LINK = 16384, /* it is a link itself */
	FOLDER_IS_BEYOND = 32768, /* it is a link, or below one */
	FOLDER_IS_ENTERED = 65536, /* it is walked: one of its directory's ways */
	FOLDER_IS_OVER = 131072, /* it would be one way too many */
	FOLDER_IS_WAITING = 262144, /* it is to be walked once that is done */
	FOLDER_IS_CHANGED = 524288, /* its way has changed since it was looked at */
	FOLDER_IS_FILE = 1048576, /* it is a file, not a directory */
	FOLDER_IS_MAILDIR = 2097152, /* a Maildir among mboxes: passed over */
	FOLDER_WAS_MAILBOX = 4194304 /* it was one, now or before */
};

struct folder {
	uint32_t name;          /* folders_name() */
	folder_id parent;       /* FOLDER_NONE for a root */
	folder_id child;        /* its first child */
	folder_id sibling;      /* its parent's next child; the next free entry */
	folder_id before;       /* its parent's child whose sibling it is */
	int places;             /* folders_value() */
	unsigned flags;         /* of enum folder_flag, and how to read its places */
};

/* What is known of a folder's places, where that does not fit into it. */
struct folder_places {
	int value[FOLDER_ROLES];
};

struct folders {
	struct folder *folder;
	size_t count, room;     /* entries that were ever used, room */
	folder_id free;
	struct arena names;
	struct groups by_name;  /* a name's hash to the folders, from the first search on */
	bool is_searched;
	struct groups by_watch; /* a watch to the places that have it; see folders_next() */
	struct folder_places *spread;
	size_t spread_count, spread_room;
	int spread_free;
	int newest;             /* the highest watch that any place ever had */
	size_t shared;          /* places whose watch another place had first */
	size_t unwatched;       /* places that are polled, refused or dangling */
	size_t dangling;        /* of these, those that lead to nothing */
};

/* How closely to look at a folder. */
enum depth {
	DEPTH_UNWATCHED,        /* at places without a watch */
	DEPTH_PLACES,           /* at all its places */
	DEPTH_CHANGED,          /* the same, and it has changed, as is known already */
	DEPTH_ALL               /* at everything below it as well */
};

/* A folder's place as a number. */
static inline uint32_t folders_place(folder_id id, enum folder_role role)
{
	return id * FOLDER_ROLES + (uint32_t)role;
}

/* Sets the folder's flag, or takes it away. */
static inline void folder_mark(struct folder *folder, enum folder_flag flag, bool is)
{
	folder->flags = is ? folder->flags | flag : folder->flags & ~(unsigned)flag;
}

/* Starts an empty table, which must stay where it is. */
void folders_start(struct folders *folders);

/* Frees the table, with the folders that are left. */
void folders_end(struct folders *folders);

/* Adds a folder with the flags below parent; nothing is known of its places. */
folder_id folders_add(struct folders *folders, folder_id parent, const char *name, unsigned flags);

/* Its name in its parent, a root's whole path; valid until a folder is added or removed. */
const char *folders_name(const struct folders *folders, folder_id id);

/* The parent's child of that name, or FOLDER_NONE. */
folder_id folders_find(struct folders *folders, folder_id parent, const char *name);

/* Removes a folder that has no children. */
void folders_remove(struct folders *folders, folder_id id);

/* What is known of a place: a watch, or what it has instead. */
int folders_value(const struct folders *folders, folder_id id, enum folder_role role);

/* Notes that. */
void folders_set(struct folders *folders, folder_id id, enum folder_role role, int value);

/*
 * Steps through the places that have that watch: start with *position at 0;
 * false when there are no more.  The table must not change meanwhile.
 */
bool folders_next(const struct folders *folders, int watch, size_t *position, folder_id *id,
                  enum folder_role *role);

/* Whether any place has that watch. */
bool folders_have_watch(const struct folders *folders, int watch);

/* How many watches the places have. */
size_t folders_count_watches(const struct folders *folders);

/* Whether there is a directory, as far as can be told. */
bool folders_is_there(const struct folders *folders, folder_id id, enum folder_role role);

/* Whether a place of the folder is there but has no watch. */
bool folders_is_unwatched(const struct folders *folders, folder_id id);

/*
 * Writes the path of a folder's place at the end of buffer: from its root's
 * path on, or, when relative, from below its root ("" for the root itself).
 * Returns where it starts, or NULL when there is no room for it.
 */
const char *folders_path(const struct folders *folders, folder_id id, enum folder_role role,
                         bool relative, char *buffer, size_t room);

/* The root above the folder, which may be itself. */
folder_id folders_root(const struct folders *folders, folder_id id);

#endif

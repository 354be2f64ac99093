/*
 * How directories are mailboxes: the layouts and their names.
 *
 * Nothing here looks at a disk.  A directory is given by its path below a
 * root, "" for the root itself; whether it holds cur/ and new/ is for the
 * caller to see.
 */
#ifndef WATCH_MAILDIRS_LAYOUT_H
#define WATCH_MAILDIRS_LAYOUT_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "encoding.h"

enum layout_style {
	LAYOUT_MAILDIRPP,       /* Maildir++: the base is INBOX, a/b is .a.b */
	LAYOUT_VERBATIM,        /* a/b is a/b */
	LAYOUT_LEGACY,          /* a/b/c is a/.b/.c */
	LAYOUT_FLAT             /* a is a, and there is none below it; no style of --layout */
};

/* Where a path starts. */
enum layout_root {
	LAYOUT_BASE,            /* at the base */
	LAYOUT_INBOX            /* at an INBOX that lies outside the base */
};

struct layout {
	enum layout_style style;
	char separator;         /* between the parts of a name */
	const char *inbox;      /* INBOX's path below the base, "" for the base
	                           itself, NULL where it lies outside */
	enum encoding names;    /* how names are spelt */
	/* As mbsync's stores have it: */
	const char *prefix;     /* what directories' names begin with at the base, but not
	                           mailboxes'; NULL: nothing */
	bool is_inbox;          /* the base is but INBOX, and what is below it INBOX/a */
	bool is_strict;         /* Maildir++: .INBOX and .INBOX.a are ignored */
};

/* What a directory is, provided that it holds cur/ and new/. */
enum layout_verdict {
	LAYOUT_MAILBOX,         /* a mailbox with a name */
	LAYOUT_NAMELESS,        /* a mailbox whose name can't be said */
	LAYOUT_WALKED,          /* none, but those below it may be */
	LAYOUT_DOUBLE,          /* ignored, as it would be a second INBOX */
	LAYOUT_NONE             /* none, nor is anything below it */
};

/* Room for every name, in bytes. */
#define LAYOUT_NAME_MAX (PATH_MAX + 8)

/* Finds the style of that name; false when there is none. */
bool layout_style_parse(const char *text, enum layout_style *style);

/*
 * Says what the directory at path below root is, and writes its name (at most
 * room bytes with the NUL) when it is a LAYOUT_MAILBOX.
 */
enum layout_verdict layout_name(const struct layout *layout, enum layout_root root,
                                const char *path, char *name, size_t room);

/* Whether a directory that holds cur/ and new/ can have mailboxes below it. */
bool layout_is_walked(const struct layout *layout, enum layout_root root, const char *path);

#endif

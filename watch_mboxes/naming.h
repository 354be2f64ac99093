/*
 * Which names mailboxes have, and how they are printed.  Nothing here looks at
 * a disk: a file is given by its path below the base.
 */
#ifndef WATCH_MBOXES_NAMING_H
#define WATCH_MBOXES_NAMING_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "encoding.h"

struct naming {
	char separator;         /* between the parts of a name */
	enum encoding encoding; /* of what is printed */
	bool all;               /* dotfiles and backups too */
	const char *inbox;      /* INBOX's path below the base; NULL: none, or elsewhere */
};

/* What a file is, provided that its contents are a mailbox's. */
enum naming_verdict {
	NAMING_MAILBOX,         /* a mailbox with a name */
	NAMING_NAMELESS,        /* a mailbox whose name can't be said */
	NAMING_DOUBLE,          /* ignored, as it would be a second INBOX */
	NAMING_NONE             /* none */
};

/* Room for every name, in bytes. */
#define NAMING_NAME_MAX (PATH_MAX + 8)

/*
 * Says what the file at path is, and writes its name (at most room bytes with
 * the NUL) when it is a NAMING_MAILBOX.
 */
enum naming_verdict naming_file(const struct naming *naming, const char *path, char *name,
                                size_t room);

/* Whether a directory of that name, in its parent, may hold mailboxes. */
bool naming_is_walked(const struct naming *naming, const char *part);

/*
 * Whether a file may be a mailbox by its first bytes: none at all, an mbox's
 * (RFC 4155, appendix A) or those of UW-IMAP's mbx format.  True for what is still too
 * short to tell.
 */
bool naming_is_mbox(const char *bytes, size_t count);

/* So many of the first bytes are enough. */
#define NAMING_FIRST_BYTES 5

#endif

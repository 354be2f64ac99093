/*
 * What a server's mailbox is called for mswatch, and whether anybody wants to
 * hear of it.  Decides, makes no system call.
 */
#ifndef WATCH_IMAP_NAMING_H
#define WATCH_IMAP_NAMING_H

#include <stdbool.h>
#include <stddef.h>

#include "mbsyncrc.h"

struct naming {
	const struct mbsyncrc *rc;
	const struct mbsyncrc_store *store;
	char *const *exclude;           /* shell patterns of names that are left out */
	size_t excludes;
	bool utf8;                      /* names in UTF-8, not as the server writes them */
	char *space;                    /* the namespace's prefix, or NULL */
	char delimiter;                 /* the server's, or '\0' as long as it is not known */
};

enum naming_verdict {
	NAMING_ELSEWHERE,       /* it is not in the store */
	NAMING_EXCLUDED,        /* no channel has it, or a pattern leaves it out */
	NAMING_WANTED
};

/*
 * Judges the server's mailbox.  Where it is wanted *name is what is printed,
 * which the caller frees, or NULL where that can't be: a newline in it, or more
 * than a line of mswatch holds.
 */
enum naming_verdict naming_judge(const struct naming *naming, const char *server, char **name);

/* Whether a mailbox of the store that is printed so would be left out, if it is there. */
bool naming_excludes(const struct naming *naming, const char *name);

/* Takes the delimiter that a LIST tells; the first one counts. */
void naming_set_delimiter(struct naming *naming, char delimiter);

/* Takes what NAMESPACE says: the first personal one. */
void naming_set_space(struct naming *naming, char *space, char delimiter);

/* Frees what it holds of its own. */
void naming_free(struct naming *naming);

#endif

/*
 * What mailboxes are called for mbsync: from a store's name to the argument
 * that makes mbsync sync that mailbox, and no other.
 *
 * A store's own name of a mailbox is what its watcher prints: INBOX, or the
 * name below the store's Path (or namespace), with / between its parts.
 */
#ifndef LIB_MBSYNCNAME_H
#define LIB_MBSYNCNAME_H

#include "mbsyncrc.h"

enum mbsyncname_kind {
	MBSYNCNAME_EXCLUDED,    /* the channel does not hold it */
	MBSYNCNAME_IMPOSSIBLE,  /* it does, but every run for it fails; why says the reason */
	MBSYNCNAME_CHANNEL,     /* the bare channel, which has no Patterns, and holds only this */
	MBSYNCNAME_NAME,        /* CHANNEL:NAME, for each name */
	MBSYNCNAME_OTHER,       /* the same, if the other side has these names; else all of it */
	MBSYNCNAME_ALL          /* it can't be said: all of the channel */
};

enum { MBSYNCNAME_MOST = 2 };

/* What a store's mailbox is for one channel. */
struct mbsyncname {
	enum mbsyncname_kind kind;
	const char *why;                /* in words; not to be freed; NULL: nothing to say */
	char *name[MBSYNCNAME_MOST];    /* for MBSYNCNAME_NAME and _OTHER; two by MapInbox */
	size_t count;
};

/*
 * Says what the mailbox that the store of this side calls reported is for the
 * channel, and for a mbsync of this version.  Its Patterns decide or, where
 * boxes are given, these alone, as in a group's CHANNEL:BOX,BOX.  In an IMAP
 * store, reported may be modified UTF-7 or UTF-8: what is valid as the former
 * is that.
 */
struct mbsyncname mbsyncname_find(const struct mbsyncrc_channel *channel,
                                  const struct mbsyncrc_words *boxes, enum mbsyncrc_side side,
                                  enum mbsync_version version, const char *reported);

/* Whether the channel's Patterns make mbsync list more of this side than its INBOX. */
bool mbsyncname_wants_path(const struct mbsyncrc_channel *channel, enum mbsyncrc_side side);

/* Frees the names. */
void mbsyncname_free(struct mbsyncname *name);

/*
 * An IMAP store's own name of the mailbox that its server calls name, in the
 * server's spelling and with its delimiter; space is the namespace's prefix
 * ("" where there is none), which counts where the store has no Path.  NULL
 * where it is not in the store.  The caller frees.
 */
char *mbsyncname_of_server(const struct mbsyncrc_store *store, const char *space, char delimiter,
                           const char *name);

#endif

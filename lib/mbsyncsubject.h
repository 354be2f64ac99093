/*
 * What is synced of mbsync's configuration, and the arguments for parts of it.
 */
#ifndef LIB_MBSYNCSUBJECT_H
#define LIB_MBSYNCSUBJECT_H

#include "mbsyncrc.h"

/* A group, or a channel; it lives as long as the configuration. */
struct mbsyncsubject {
	const char *name;
	const struct mbsyncrc *rc;
	const struct mbsyncrc_group *group;     /* or NULL */
	const struct mbsyncrc_channel *channel; /* or NULL */
};

/* The group of that name or, as mbsync does, else the channel; false where there is none. */
bool mbsyncsubject_find(struct mbsyncsubject *subject, const struct mbsyncrc *rc, const char *name);

/*
 * The number of channels that it has, and one of them; NULL: the group names
 * one that does not exist.  *member is what the group says of it, or NULL.
 */
size_t mbsyncsubject_count(const struct mbsyncsubject *subject);
const struct mbsyncrc_channel *mbsyncsubject_channel(const struct mbsyncsubject *subject,
                                                     size_t index,
                                                     const struct mbsyncrc_member **member);

/*
 * The store that all its channels have on this side.  NULL where there is
 * none, or where they have more than one, which *several says.
 */
const struct mbsyncrc_store *mbsyncsubject_store(const struct mbsyncsubject *subject,
                                                 enum mbsyncrc_side side, bool *several);

/* Whether one of its channels has the store, on this side. */
bool mbsyncsubject_has(const struct mbsyncsubject *subject, enum mbsyncrc_side side,
                       const struct mbsyncrc_store *store);

/*
 * The mailbox's name in an argument's text, see below; "" where it is no argument of
 * the subject's.  It lives as long as both.
 */
const char *mbsyncsubject_mailbox(const struct mbsyncsubject *subject, const char *text);

/* An argument for mbsync, and the mailbox's name in it. */
struct mbsyncargument {
	char *text;             /* CHANNEL:NAME, or CHANNEL where that is one mailbox */
	char *name;             /* NAME, or the near side's box of such a channel */
};

struct mbsyncarguments {
	bool all;               /* the subject's name alone: all of it */
	const char *why;        /* why it is all, or what was left out as impossible; or NULL */
	struct mbsyncargument *list;    /* each once */
	size_t count, room;
};

/*
 * Adds the arguments for the mailbox that the store calls reported, for every
 * channel of the subject that holds it.  None, and not all: it is excluded.
 */
void mbsyncarguments_add(struct mbsyncarguments *arguments, const struct mbsyncsubject *subject,
                         const struct mbsyncrc_store *store, const char *reported);

/* Adds the arguments for the INBOXes of all its stores, as far as they can be said. */
void mbsyncarguments_add_inboxes(struct mbsyncarguments *arguments,
                                 const struct mbsyncsubject *subject);

/* Empties them, and frees their memory. */
void mbsyncarguments_free(struct mbsyncarguments *arguments);

/*
 * Tells, as advice, what of the subject mbsync can't sync, or not by name,
 * though it takes the file; file is its name.
 */
void mbsyncsubject_check(const struct mbsyncsubject *subject, const char *file,
                         mbsyncrc_complain *complain, void *context);

#endif

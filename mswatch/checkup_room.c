#include "checkup_room.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "invocation.h"
#include "memory.h"
#include "speaker.h"

static char *find_fault(const char *directory)
{
	struct statvfs facts;

	if (access(directory, W_OK | X_OK) == -1) {
		if (errno == ENOENT)
			return NULL; /* its watcher's business: the first sync may make it */
		return memory_format("no mail can be put into %s (%s); chown it to yourself and "
		                     "chmod u+rwx it, or mount it for writing", directory,
		                     strerror(errno));
	}
	if (statvfs(directory, &facts) == -1)
		return NULL;
	if (facts.f_bavail == 0 && facts.f_blocks != 0)
		return memory_format("the disk is full, no mail can be put into %s; free some "
		                     "space there", directory);
	if (facts.f_favail == 0 && facts.f_files != 0)
		return memory_format("the disk has no inode left, no mail can be put into %s; "
		                     "delete some files there", directory);
	return NULL;
}

/* Where watch_maildirs, run on this host, looks; the caller frees.  NULL: that is not known. */
static char *find_watched(const struct config_store *store)
{
	const char *program = speaker_program(store->watch), *given, *home = getenv("HOME");
	char *const *watcher;

	if (program == NULL || strcmp(invocation_name(program), "watch_maildirs") != 0)
		return NULL;
	watcher = invocation_search(store->watch, "watch_maildirs");
	if (invocation_value(watcher, 'S') != NULL)
		return NULL;
	given = invocation_value(watcher, 'm');
	if (given == NULL || given[0] == '\0')
		given = getenv("MAILDIR");
	if (given != NULL && given[0] != '\0')
		return memory_copy(given);
	return home != NULL ? memory_format("%s/Maildir", home) : NULL;
}

char *checkup_room_fault(const struct config_store *store, const struct mbsyncrc_store *known)
{
	char *fault = NULL, *watched;

	if (known != NULL) {
		if (!known->imap && known->inbox != NULL)
			fault = find_fault(known->inbox);
		if (!known->imap && known->path != NULL && fault == NULL)
			fault = find_fault(known->path);
		return fault;
	}
	watched = find_watched(store);
	if (watched != NULL)
		fault = find_fault(watched);
	free(watched);
	return fault;
}

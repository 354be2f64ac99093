#include "store.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "executable.h"
#include "mapping.h"
#include "mbsyncfile.h"
#include "mbsyncrc.h"
#include "mbsyncrc_parse.h"
#include "mbsyncversion.h"
#include "memory.h"
#include "message.h"
#include "options.h"

/* What is wrong with a line of the file. */
struct problem {
	unsigned line;
	char *message;
};

/* The file, as mbsync of one version reads it. */
struct reading {
	struct mbsyncrc *rc;
	const struct mbsyncrc_store *store;     /* the wanted one, or NULL */
	struct problem *problem;
	size_t problems, problem_room;
	size_t own;                     /* of these, the first ones, in the store's section */
};

static void note_problem(void *context, enum mbsyncrc_problem kind, unsigned line,
                         const char *message)
{
	struct reading *reading = context;

	(void)kind;
	reading->problem = memory_grow(reading->problem, &reading->problem_room,
	                               reading->problems + 1, sizeof *reading->problem);
	reading->problem[reading->problems++] = (struct problem){
		.line = line, .message = memory_copy(message),
	};
}

static void start_after(unsigned *next, unsigned line, unsigned start)
{
	if (start > line && start < *next)
		*next = start;
}

/* Where the section behind the one of that line starts. */
static unsigned next_section(const struct mbsyncrc *rc, unsigned line)
{
	unsigned next = UINT_MAX;

	for (size_t i = 0; i < rc->accounts; i++)
		start_after(&next, line, rc->account[i]->line);
	for (size_t i = 0; i < rc->stores; i++)
		start_after(&next, line, rc->store[i]->line);
	for (size_t i = 0; i < rc->channels; i++)
		start_after(&next, line, rc->channel[i]->line);
	for (size_t i = 0; i < rc->groups; i++)
		start_after(&next, line, rc->group[i]->line);
	return next;
}

/* Puts the problems of the store's section first, and counts them. */
static void find_own(struct reading *reading)
{
	unsigned start = reading->store != NULL ? reading->store->line : UINT_MAX;
	unsigned end = next_section(reading->rc, start);

	for (size_t i = 0; i < reading->problems; i++) {
		struct problem one = reading->problem[i];

		if (one.line < start || one.line >= end)
			continue;
		reading->problem[i] = reading->problem[reading->own];
		reading->problem[reading->own++] = one;
	}
}

static struct reading read_as(const char *file, enum mbsync_version version, const char *name)
{
	struct reading reading = { .rc = NULL };

	reading.rc = mbsyncfile_read(file, version, note_problem, &reading);
	if (reading.rc == NULL)
		message_fatal(1, "%s: %s (see --config)", file, mbsyncfile_problem(errno));
	reading.store = mbsyncrc_store(reading.rc, name);
	find_own(&reading);
	return reading;
}

static void end(struct reading *reading)
{
	for (size_t i = 0; i < reading->problems; i++)
		free(reading->problem[i].message);
	free(reading->problem);
	mbsyncrc_free(reading->rc);
}

static bool is_same(const char *one, const char *other)
{
	return one == NULL || other == NULL ? one == other : strcmp(one, other) == 0;
}

/* Whether both versions of mbsync understand the store in the same way. */
static bool agree(const struct reading *one, const struct reading *other)
{
	const struct mbsyncrc_store *first = one->store, *second = other->store;

	if (first == NULL || second == NULL)
		return first == second;
	if (!is_same(first->path, second->path) || !is_same(first->inbox, second->inbox) ||
	    first->subfolders != second->subfolders || one->own != other->own)
		return false;
	for (size_t i = 0; i < one->own; i++) {
		if (strcmp(one->problem[i].message, other->problem[i].message) != 0)
			return false;
	}
	return true;
}

/* Which mbsync is installed: asked once, where that makes a difference. */
struct installed {
	bool is_known;
	enum mbsync_version version;
};

static enum mbsync_version installed_version(struct installed *installed)
{
	char buffer[EXECUTABLE_ROOM];
	const char *problem;

	if (!installed->is_known) {
		problem = mbsyncversion_ask("mbsync", &installed->version, buffer);
		if (problem != NULL)
			message_error("%s: its file is read as isync 1.5 does", problem);
		installed->is_known = true;
	}
	return installed->version;
}

static struct reading read_file(const char *file, const char *name, struct installed *installed)
{
	struct reading newer = read_as(file, MBSYNC_1_5, name);
	struct reading older = read_as(file, MBSYNC_1_4, name);

	if (!agree(&newer, &older) && installed_version(installed) == MBSYNC_1_4) {
		end(&newer);
		return older;
	}
	end(&older);
	return newer;
}

/* The Maildir stores that there are, as words. */
static char *list_stores(const struct mbsyncrc *rc)
{
	char *list = NULL, *longer;

	for (size_t i = 0; i < rc->stores; i++) {
		if (rc->store[i]->imap)
			continue;
		longer = memory_format("%s%s%s", list != NULL ? list : "",
		                       list != NULL ? ", " : "", rc->store[i]->name);
		free(list);
		list = longer;
	}
	return list != NULL ? list : memory_copy("none");
}

/* Ends the program where there is no such store. */
static void check_store(const char *file, const char *name, const struct reading *reading)
{
	char *stores;

	if (reading->store != NULL && !reading->store->imap)
		return;
	stores = list_stores(reading->rc);
	if (reading->store != NULL)
		message_fatal(
			1,
			"%s:%u: %s is an IMAPStore: watch_imap watches it, or watch_maildirs on "
			"its server, by ssh (the MaildirStores are: %s)",
			file, reading->store->line, name, stores);
	message_fatal(1, "%s: there is no MaildirStore %s (the MaildirStores are: %s)", file, name,
	              stores);
}

/* The file that mbsync takes by itself; the caller frees. */
static char *default_file(struct installed *installed)
{
	return mbsyncfile_default(mbsyncfile_depends_on_version() ? installed_version(installed)
	                                                          : MBSYNC_1_5);
}

void store_read(struct options *options)
{
	struct installed installed = { .version = MBSYNC_1_5 };
	char *file = options->config != NULL ? memory_copy(options->config)
	                                     : default_file(&installed);
	const char *home = getenv("HOME");
	struct reading reading;

	if (file == NULL || home == NULL || *home == '\0')
		message_fatal(1, "--store: $HOME is not set, and mbsync does nothing without");
	reading = read_file(file, options->store, &installed);
	check_store(file, options->store, &reading);
	for (size_t i = 0; i < reading.own; i++)
		message_error("%s", reading.problem[i].message);
	mapping_apply(reading.store, options);
	end(&reading);
	free(file);
}

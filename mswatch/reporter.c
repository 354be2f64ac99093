#include "reporter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "duration.h"
#include "message.h"
#include "wall.h"

/* The mailboxes that "+ COMMAND" names. */
#define SHOWN_MAILBOXES 20

#define SEVERAL "\n"

static struct reporter_entry *find(struct reporter *reporter)
{
	size_t i;

	for (i = 0; i < reporter->count; i++)
		if (strcmp(reporter->entry[i].mailbox, reporter->mailbox) == 0)
			return &reporter->entry[i];
	return NULL;
}

static void forget(struct reporter *reporter, struct reporter_entry *entry)
{
	free(entry->mailbox);
	*entry = reporter->entry[--reporter->count];
}

/* The entry of the run, made when there is none; NULL: no memory, or too many. */
static struct reporter_entry *enter(struct reporter *reporter)
{
	struct reporter_entry *entry = find(reporter), *bigger;

	if (entry != NULL)
		return entry;
	if (reporter->count == REPORTER_MOST)
		forget(reporter, &reporter->entry[0]);
	bigger = reallocarray(reporter->entry, reporter->count + 1, sizeof *bigger);
	if (bigger == NULL)
		return NULL;
	reporter->entry = bigger;
	entry = &bigger[reporter->count];
	*entry = (struct reporter_entry){ .mailbox = strdup(reporter->mailbox) };
	if (entry->mailbox == NULL)
		return NULL;
	reporter->count++;
	return entry;
}

void reporter_init(struct reporter *reporter, bool quiet, bool verbose)
{
	*reporter = (struct reporter){ .quiet = quiet, .verbose = verbose };
}

static void remember_run(struct reporter *reporter, const struct schedule_run *run)
{
	const char *mailbox = run->whole ? "" : run->count == 1 ? run->names[0] : SEVERAL;

	reporter->whole = run->whole;
	reporter->part = run->part;
	reporter->names = run->count;
	snprintf(reporter->mailbox, sizeof reporter->mailbox, "%s", mailbox);
	if (run->whole)
		snprintf(reporter->label, sizeof reporter->label, "all mailboxes");
	else
		snprintf(reporter->label, sizeof reporter->label, "%zu mailbox%s", run->count,
		         run->count == 1 ? "" : "es");
	reporter->retry = run->retry || find(reporter) != NULL;
}

static void show_command(const struct syncer *syncer)
{
	unsigned long words = 0;
	char *command;

	while (syncer->config->sync[words] != NULL)
		words++;
	command = command_format_some(syncer->argv, words, SHOWN_MAILBOXES);
	message_print("+ %s", command != NULL ? command : syncer->argv[0]);
	free(command);
}

void reporter_started(struct reporter *reporter, const struct schedule_run *run,
                      const struct syncer *syncer)
{
	char stamp[WALL_ROOM];

	remember_run(reporter, run);
	if (reporter->quiet || (reporter->retry && !reporter->verbose))
		return;
	message_print("Sync started%s (%s)", wall_stamp(stamp), reporter->label);
	show_command(syncer);
}

/* What the run was about, for a line of its own. */
static const char *subject(const struct reporter *reporter)
{
	return reporter->whole                              ? "all mailboxes"
	       : strcmp(reporter->mailbox, SEVERAL) == 0    ? "several mailboxes"
	                                                    : reporter->mailbox;
}

/* An entry that works again; a whole run makes good whatever failed before. */
static struct reporter_entry *next_recovered(struct reporter *reporter)
{
	if (reporter->whole)
		return reporter->count > 0 ? &reporter->entry[0] : NULL;
	return reporter->part && reporter->names > 1 ? NULL : find(reporter);
}

static void tell_recovery(struct reporter *reporter, clock_ms now)
{
	struct reporter_entry *entry;
	clock_ms lasted = -1, one;
	char buffer[DURATION_ROOM];

	while ((entry = next_recovered(reporter)) != NULL) {
		one = failure_clear(&entry->failure, now);
		lasted = one > lasted ? one : lasted;
		forget(reporter, entry);
	}
	if (lasted >= 0 && !reporter->quiet)
		message_print("sync: syncing again after %s (%s)",
		              duration_format(lasted, buffer), subject(reporter));
}

/* What several say depends on which of them are in the run. */
static const char *last_words(const struct reporter *reporter, const struct syncer *syncer)
{
	bool several = !reporter->whole && reporter->names > 1;

	return several ? "" : syncer->program.diagnostics.last;
}

static void tell_failure(struct reporter *reporter, struct syncer *syncer, clock_ms now)
{
	struct reporter_entry *entry = enter(reporter);
	enum failure_tell tell = FAILURE_TELL;
	char stamp[WALL_ROOM], since[WALL_ROOM];

	if (entry != NULL)
		tell = failure_add(&entry->failure, syncer->cause, last_words(reporter, syncer),
		                   now);
	if (tell == FAILURE_TELL || reporter->verbose) {
		message_error("Sync errored: %s after %llds%s (%s)", syncer->cause,
		              (long long)(syncer->lasted / 1000), wall_stamp(stamp),
		              reporter->whole || strcmp(reporter->mailbox, SEVERAL) == 0
		                      ? reporter->label
		                      : reporter->mailbox);
		diagnostics_show(&syncer->program.diagnostics);
		diagnostics_advise(&syncer->program.diagnostics, "sync", syncer->cause);
	} else if (tell == FAILURE_STILL) {
		message_error("sync: still failing after %u tries since %s: %s (%s)",
		              entry->failure.tries, wall_time(entry->failure.since, now, since),
		              syncer->cause, subject(reporter));
	}
}

static void tell_success(struct reporter *reporter, struct syncer *syncer)
{
	char stamp[WALL_ROOM];

	if (reporter->verbose)
		diagnostics_show(&syncer->program.diagnostics);
	if (!reporter->quiet)
		message_print("Sync completed after %llds%s (%s)",
		              (long long)(syncer->lasted / 1000), wall_stamp(stamp),
		              reporter->label);
}

/* What failed together is over when each of it has succeeded, or failed for itself. */
static void count_parts(struct reporter *reporter, bool success)
{
	size_t done = success || reporter->names == 1 ? reporter->names : 0;

	if (reporter->part)
		reporter->owed -= done < reporter->owed ? done : reporter->owed;
	else if (reporter->whole ? success : success && reporter->names > 1)
		reporter->owed = 0;
	else if (!success && reporter->names > 1)
		reporter->owed += reporter->names;
}

/* That several work again is news where none of them goes on failing for itself. */
static void end_parts(struct reporter *reporter, clock_ms now)
{
	struct reporter_entry *entry;
	char buffer[DURATION_ROOM];

	snprintf(reporter->mailbox, sizeof reporter->mailbox, "%s", SEVERAL);
	entry = reporter->owed == 0 ? find(reporter) : NULL;
	if (entry == NULL)
		return;
	if (reporter->count == 1 && !reporter->quiet)
		message_print("sync: syncing again after %s (several mailboxes)",
		              duration_format(failure_clear(&entry->failure, now), buffer));
	forget(reporter, entry);
}

void reporter_ended(struct reporter *reporter, struct syncer *syncer, clock_ms now)
{
	count_parts(reporter, syncer->success);
	if (syncer->success) {
		tell_success(reporter, syncer);
		tell_recovery(reporter, now);
	} else {
		tell_failure(reporter, syncer, now);
	}
	if (reporter->part)
		end_parts(reporter, now);
}

void reporter_free(struct reporter *reporter)
{
	while (reporter->count > 0)
		forget(reporter, &reporter->entry[0]);
	free(reporter->entry);
	reporter->entry = NULL;
}

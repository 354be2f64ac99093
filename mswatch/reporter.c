#include "reporter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "quoting.h"
#include "duration.h"
#include "fallback.h"
#include "message.h"
#include "wallclock.h"

/* The mailboxes that "+ COMMAND" names. */
#define SHOWN_MAILBOXES 20

#define SEVERAL "\n"

static bool is_several(const struct reporter_entry *entry)
{
	return strcmp(entry->mailbox, SEVERAL) == 0;
}

static struct reporter_entry *find(struct reporter *reporter)
{
	for (size_t i = 0; i < reporter->count; i++)
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

void reporter_init(struct reporter *reporter, size_t max_pending, bool verbose)
{
	*reporter = (struct reporter){ .verbose = verbose,
		                       .long_at = CLOCK_NEVER,
		                       .owed = NAMES_INITIALIZER(max_pending),
		                       .mended = NAMES_INITIALIZER(max_pending) };
}

void reporter_configure(struct reporter *reporter, size_t max_pending)
{
	reporter->owed.most = reporter->mended.most = max_pending;
}

static void remember_run(struct reporter *reporter, const struct schedule_run *run)
{
	const char *mailbox = run->whole ? "" : run->count == 1 ? run->names[0] : SEVERAL;

	snprintf(reporter->mailbox, sizeof reporter->mailbox, "%s", mailbox);
	if (run->whole)
		snprintf(reporter->label, sizeof reporter->label, "all mailboxes");
	else
		names_format(run->names, run->count, reporter->label);
}

static void show_command(const struct syncer *syncer)
{
	unsigned long words = 0;
	char *command;

	while (syncer->config->sync[words] != NULL)
		words++;
	command = quoting_format_some(syncer->argv, words, SHOWN_MAILBOXES);
	message_print("+ %s", command != NULL ? command : syncer->argv[0]);
	free(command);
}

void reporter_would(struct reporter *reporter, const struct schedule_run *run,
                    const struct syncer *syncer)
{
	remember_run(reporter, run);
	message_print("would sync %s", reporter->label);
	show_command(syncer);
}

void reporter_started(struct reporter *reporter, const struct schedule_run *run,
                      const struct syncer *syncer)
{
	remember_run(reporter, run);
	if (reporter->verbose) {
		message_print("Sync started (%s)", reporter->label);
		show_command(syncer);
	} else {
		reporter->long_at = syncer->started + REPORTER_LONG;
	}
}

void reporter_tick(struct reporter *reporter, const struct syncer *syncer, clock_ms now)
{
	char buffer[DURATION_ROOM];

	if (now < reporter->long_at)
		return;
	reporter->long_at = CLOCK_NEVER;
	message_print("Sync started %s ago (%s)", duration_format(now - syncer->started, buffer),
	              reporter->label);
	show_command(syncer);
}

clock_ms reporter_wake(const struct reporter *reporter)
{
	return reporter->long_at;
}

static void tell_again(clock_ms lasted, const char *what)
{
	char buffer[DURATION_ROOM];

	if (lasted >= 0)
		message_print("sync: syncing again after %s (%s)", duration_format(lasted, buffer),
		              what);
}

static const char *show_names(const struct names *names, char buffer[NAMES_ROOM])
{
	if (!names->all)
		return names_format((const char *const *)names->name, names->count, buffer);
	snprintf(buffer, NAMES_ROOM, "several mailboxes");
	return buffer;
}

static void move_names(struct names *from, struct names *to)
{
	if (from->all)
		names_add(to, "");
	names_add_run(to, false, (const char *const *)from->name, from->count);
	names_clear(from);
}

/* A run of all mailboxes makes good whatever failed before. */
static void recover_all(struct reporter *reporter, clock_ms now)
{
	struct names again = NAMES_INITIALIZER(reporter->owed.most);
	clock_ms lasted = -1, one;
	char buffer[NAMES_ROOM];
	bool all = false;

	while (reporter->count > 0) {
		struct reporter_entry *entry = &reporter->entry[reporter->count - 1];

		one = damper_clear(&entry->damper, now);
		lasted = one > lasted ? one : lasted;
		all |= entry->mailbox[0] == '\0';
		if (entry->mailbox[0] != '\0' && !is_several(entry))
			names_add(&again, entry->mailbox);
		forget(reporter, entry);
	}
	move_names(&reporter->owed, &again);
	move_names(&reporter->mended, &again);
	tell_again(lasted, all ? reporter->label : show_names(&again, buffer));
	names_clear(&again);
}

/* One that failed by itself works again. */
static void recover_one(struct reporter *reporter, clock_ms now)
{
	struct reporter_entry *entry = find(reporter);

	if (entry == NULL)
		return;
	tell_again(damper_clear(&entry->damper, now), reporter->label);
	forget(reporter, entry);
}

static bool take_name(struct names *names, const char *name)
{
	size_t before = names->count;

	names_remove(names, name);
	return names->count < before;
}

/* What failed together is over when each of it has succeeded, or failed for itself. */
static void count_parts(struct reporter *reporter, const struct schedule_run *run, bool success)
{
	for (size_t i = 0; i < run->count; i++) {
		if (!success && run->count > 1)
			names_add(&reporter->owed, run->names[i]);
		else if (take_name(&reporter->owed, run->names[i]) && success)
			names_add(&reporter->mended, run->names[i]);
		if (!success)
			names_remove(&reporter->mended, run->names[i]);
	}
}

/* That several work again is news where none of them goes on failing for itself. */
static void end_parts(struct reporter *reporter, clock_ms now)
{
	struct reporter_entry *entry;
	char buffer[NAMES_ROOM];

	if (reporter->owed.all || reporter->owed.count > 0)
		return;
	snprintf(reporter->mailbox, sizeof reporter->mailbox, "%s", SEVERAL);
	entry = find(reporter);
	if (entry != NULL && reporter->count == 1)
		tell_again(damper_clear(&entry->damper, now),
		           show_names(&reporter->mended, buffer));
	if (entry != NULL)
		forget(reporter, entry);
	names_clear(&reporter->mended);
}

/* What several say depends on which of them are in the run. */
static const char *last_words(const struct schedule_run *run, const struct syncer *syncer)
{
	return !run->whole && run->count > 1 ? "" : syncer->program.diagnostics.last;
}

/* How it fails since when, why, and which mailboxes. */
static const char *describe(const struct reporter_entry *entry, const char *how, clock_ms now,
                            const char *mailboxes, char buffer[REPORTER_ROOM])
{
	char since[WALLCLOCK_ROOM];

	snprintf(buffer, REPORTER_ROOM, "%s since %s: %s (%s)", how,
	         wallclock_time(entry->damper.since, now, since), entry->cause, mailboxes);
	return buffer;
}

static void tell_failure(struct reporter *reporter, const struct schedule_run *run,
                         struct syncer *syncer, clock_ms now)
{
	struct reporter_entry *entry = enter(reporter);
	enum damper_tell tell = DAMPER_TELL;
	char lasted[DURATION_ROOM], how[60], text[REPORTER_ROOM];

	if (entry != NULL) {
		tell = damper_add(&entry->damper, syncer->cause, last_words(run, syncer), now);
		snprintf(entry->cause, sizeof entry->cause, "%s", syncer->cause);
	}
	if (tell == DAMPER_TELL || reporter->verbose) {
		message_error("Sync errored: %s after %s (%s)", syncer->cause,
		              duration_format(syncer->lasted, lasted), reporter->label);
		diagnostics_show(&syncer->program.diagnostics);
		diagnostics_advise(&syncer->program.diagnostics, "sync", syncer->cause);
	} else if (tell == DAMPER_STILL) {
		snprintf(how, sizeof how, "still failing after %u tries", entry->damper.tries);
		message_error("sync: %s", describe(entry, how, now, reporter->label, text));
	}
}

static void tell_success(const struct reporter *reporter, struct syncer *syncer)
{
	char lasted[DURATION_ROOM];

	if (reporter->verbose)
		diagnostics_show(&syncer->program.diagnostics);
	message_print("synced %s in %s", reporter->label,
	              duration_format(syncer->lasted, lasted));
}

void reporter_ended(struct reporter *reporter, const struct schedule_run *run,
                    struct syncer *syncer, clock_ms now)
{
	reporter->long_at = CLOCK_NEVER;
	if (syncer->success)
		tell_success(reporter, syncer);
	else
		tell_failure(reporter, run, syncer, now);
	if (syncer->success && run->whole)
		recover_all(reporter, now);
	else if (syncer->success && run->count == 1)
		recover_one(reporter, now);
	count_parts(reporter, run, syncer->success);
	end_parts(reporter, now);
}

/* The names that an entry stands for, into name where there is room.  Returns how many they are. */
static size_t list_names(const struct reporter *reporter, const struct reporter_entry *entry,
                         const char **name, size_t room)
{
	const struct names *owed = &reporter->owed;
	size_t i;

	if (!is_several(entry) || owed->all) {
		if (room > 0)
			name[0] = is_several(entry) ? "several mailboxes"
			          : entry->mailbox[0] == '\0' ? "all mailboxes"
			                                      : entry->mailbox;
		return 1;
	}
	for (i = 0; i < owed->count && i < room; i++)
		name[i] = owed->name[i];
	return owed->count;
}

const char *reporter_failing(const struct reporter *reporter, clock_ms now,
                             char buffer[REPORTER_ROOM])
{
	const struct reporter_entry *first = reporter->entry;
	const char *name[NAMES_SHOWN];
	char names[NAMES_ROOM];
	size_t count = 0;

	if (reporter->count == 0)
		return NULL;
	for (size_t i = 0; i < reporter->count; i++) {
		const struct reporter_entry *entry = &reporter->entry[i];
		size_t used = count < NAMES_SHOWN ? count : NAMES_SHOWN;

		if (entry->damper.since < first->damper.since)
			first = entry;
		count += list_names(reporter, entry, name + used, NAMES_SHOWN - used);
	}
	return describe(first, "failing", now, names_format(name, count, names), buffer);
}

void reporter_free(struct reporter *reporter)
{
	while (reporter->count > 0)
		forget(reporter, &reporter->entry[0]);
	free(reporter->entry);
	reporter->entry = NULL;
	names_clear(&reporter->owed);
	names_clear(&reporter->mended);
}

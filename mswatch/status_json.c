#include "status_json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "message.h"

static void write_characters(FILE *out, const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			putc('\\', out);
		if ((unsigned char)*text < 0x20)
			fprintf(out, "\\u%04x", *text);
		else
			putc(*text, out);
	}
}

/* NULL is null. */
static void write_string(FILE *out, const char *text)
{
	char *shown = text != NULL ? message_escape(text, strlen(text)) : NULL;

	if (shown == NULL) {
		fputs("null", out);
		return;
	}
	putc('"', out);
	write_characters(out, shown);
	putc('"', out);
	free(shown);
}

static void write_text(FILE *out, const char *key, const char *text)
{
	fprintf(out, "\"%s\":", key);
	write_string(out, text);
}

static const char *truth(bool value)
{
	return value ? "true" : "false";
}

/* A point in time as seconds since the epoch. */
static void write_time(FILE *out, const char *key, clock_ms then, clock_ms now)
{
	fprintf(out, "\"%s\":%lld", key, (long long)(time(NULL) - (time_t)((now - then) / 1000)));
}

static void write_span(FILE *out, const char *key, clock_ms span)
{
	fprintf(out, "\"%s\":%lld.%03d", key, (long long)(span / 1000), (int)(span % 1000));
}

static const char *state_word(enum store_state state)
{
	switch (state) {
	case STORE_READY: return "ready";
	case STORE_STARTING: return "starting";
	case STORE_ENDING:
	case STORE_ENDED: return "ending";
	default: return "down";
	}
}

static void write_store(FILE *out, const struct store *store, clock_ms now)
{
	const char *degraded = store->diagnostics.degraded;

	putc('{', out);
	write_text(out, "name", store->config->name);
	fprintf(out, ",\"state\":\"%s\",", state_word(store->state));
	write_time(out, "since", store->since, now);
	fprintf(out, ",\"restarts\":%lu,", store->restarts);
	write_text(out, "hold", store_hold(store));
	putc(',', out);
	write_text(out, "degraded", degraded[0] != '\0' ? degraded : NULL);
	putc(',', out);
	write_text(out, "error", store->error[0] != '\0' ? store->error : NULL);
	if (store->error[0] != '\0') {
		putc(',', out);
		write_time(out, "error_at", store->failed, now);
	} else {
		fputs(",\"error_at\":null", out);
	}
	putc('}', out);
}

static void write_stores(FILE *out, const struct status *status)
{
	fputs(",\"stores\":[", out);
	for (size_t i = 0; i < status->store_count; i++) {
		if (i > 0)
			putc(',', out);
		write_store(out, status->store[i], status->now);
	}
	putc(']', out);
}

struct listing {
	const struct status *status;
	FILE *out;
	unsigned long count;
};

static void write_pending(void *context, const char *mailbox, clock_ms due,
                          enum schedule_state state)
{
	static const char *const words[] = { [SCHEDULE_WAITING] = "waiting",
		                             [SCHEDULE_RETRYING] = "retrying",
		                             [SCHEDULE_RUNNING] = "running" };
	struct listing *listing = context;

	listing->count++;
	if (ftell(listing->out) > STATUS_LISTED)
		return;
	fputs(listing->count > 1 ? ",{" : "{", listing->out);
	write_text(listing->out, "mailbox", mailbox);
	fprintf(listing->out, ",\"state\":\"%s\",", words[state]);
	write_span(listing->out, "due_in", clock_until(due, listing->status->now));
	putc('}', listing->out);
}

static void write_all_pending(FILE *out, const struct status *status)
{
	struct listing listing = { .status = status, .out = out };

	fputs(",\"pending\":[", out);
	schedule_each(status->schedule, status->now, write_pending, &listing);
	fprintf(out, "],\"pending_count\":%lu", listing.count);
}

static void write_running(FILE *out, const struct status *status)
{
	fputs(",\"running\":", out);
	if (!status->syncer->running) {
		fputs("null", out);
		return;
	}
	putc('{', out);
	write_text(out, "mailboxes", status->reporter->label);
	putc(',', out);
	write_time(out, "since", status->syncer->started, status->now);
	putc('}', out);
}

static void write_run(FILE *out, const char *key, const struct status_run *run, clock_ms now)
{
	fprintf(out, ",\"%s\":", key);
	if (run == NULL) {
		fputs("null", out);
		return;
	}
	putc('{', out);
	write_text(out, "mailboxes", run->label);
	fprintf(out, ",\"success\":%s,", truth(run->success));
	write_text(out, "error", run->success ? NULL : run->cause);
	putc(',', out);
	write_text(out, "words", run->words[0] != '\0' ? run->words : NULL);
	putc(',', out);
	write_time(out, "ended", run->ended, now);
	putc(',', out);
	write_span(out, "lasted", run->lasted);
	putc('}', out);
}

static void write_hook(FILE *out, const struct hook *hook)
{
	const char *name = hook->success ? "on_success" : "on_failure";

	putc(',', out);
	write_text(out, "hook", hook->program.running ? name : NULL);
}

static void write_object(FILE *out, const struct status *status)
{
	unsigned long restarts = 0;
	char failing[REPORTER_ROOM];

	for (size_t i = 0; i < status->store_count; i++)
		restarts += status->store[i]->restarts;
	putc('{', out);
	write_text(out, "version", PACKAGE_VERSION);
	fprintf(out, ",\"pid\":%ld,", (long)getpid());
	write_text(out, "configuration", status->file);
	putc(',', out);
	write_time(out, "since", status->started, status->now);
	fprintf(out, ",\"well\":%s,\"ending\":%s", truth(status_is_well(status)),
	        truth(status->ending));
	write_stores(out, status);
	write_running(out, status);
	write_run(out, "last_sync", status->last, status->now);
	write_run(out, "last_failure", status->failed, status->now);
	putc(',', out);
	write_text(out, "failing", reporter_failing(status->reporter, status->now, failing));
	write_all_pending(out, status);
	write_hook(out, status->hook);
	fprintf(out, ",\"syncs\":%lu,\"failures\":%lu,\"changes\":%lu,\"restarts\":%lu}\n",
	        status->syncs, status->failures, status->changes, restarts);
}

char *status_json(const struct status *status)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	if (out == NULL)
		return NULL;
	write_object(out, status);
	if (fclose(out) == 0)
		return text;
	free(text);
	return NULL;
}

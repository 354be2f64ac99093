/*
 * An IMAP server that says anything: the session stays within its bounds, sends
 * whole lines, and always knows when to wake.  \001 stands for the tag that is
 * to be answered, \002 for ten seconds, \003 for an hour.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mbsyncrc_parse.h"
#include "watch_imap/reader.h"
#include "watch_imap/session.h"

static const char rc_text[] =
	"IMAPStore s\nHost h\nUser me\nPass secret\nTLSType IMAPS\nAuthMechs *\n\n"
	"MaildirStore l\nPath ~/m/\nSubFolders Verbatim\n\n"
	"Channel c\nFar :s:\nNear :l:\nPatterns * !junk\n";

struct play {
	struct session *session;
	struct watch watch;
	clock_ms now;
};

static void complain(void *context, enum mbsyncrc_problem problem, unsigned line,
                     const char *message)
{
	(void)context;
	(void)line;
	(void)message;
	if (problem != MBSYNCRC_ADVICE)
		abort();
}

static void tell(void *context, const char *text)
{
	const struct play *play = context;

	/* the secret is gone after the login: who knows it then may say it */
	if (play->session != NULL && !session_has_login(play->session) &&
	    strstr(text, "secret") != NULL)
		abort();
}

static void take(void *context, const struct response *response)
{
	struct play *play = context;

	session_take(play->session, response, play->now);
}

/* Before the ready line nothing is reported; a name can be printed, or is none. */
static void check(struct play *play)
{
	struct report *report = play->watch.report;
	clock_ms due = session_due(play->session);

	if (!play->watch.ready && (report->all || report->queued > 0))
		abort();
	for (size_t i = 0; i < report->queued; i++) {
		const char *name = mailboxes_name(&play->watch.mailboxes, report->queue[i]);

		if (name != NULL && (*name == '\0' || strchr(name, '\n') != NULL))
			abort();
	}
	if (session_status(play->session) == -1 && due == CLOCK_NEVER)
		abort();
	if (session_status(play->session) != -1 &&
	    (due != CLOCK_NEVER || session_message(play->session) == NULL))
		abort();
	play->watch.ready |= session_is_ready(play->session);
}

static void drain(struct play *play)
{
	const char *bytes = "\n";
	size_t length, rounds = 0;
	char last = '\n';

	while ((length = outbox_peek(session_outbox(play->session), &bytes)) > 0) {
		last = bytes[length - 1];
		outbox_sent(session_outbox(play->session), length);
		if (rounds++ > 1000)
			abort();
	}
	if (last != '\n')
		abort();
}

static void pass(struct play *play, clock_ms span)
{
	play->now += span;
	for (int i = 0; i < 3 && session_due(play->session) <= play->now; i++)
		session_tick(play->session, play->now);
	drain(play);
}

/* One step of the play: a tag, some time, or bytes up to one of these or the end of a line. */
static const char *play_one(struct play *play, struct reader *reader, const char *bytes,
                            size_t length)
{
	char tag[16];

	if (*bytes == 2 || *bytes == 3) {
		pass(play, *bytes == 2 ? 10000 : 3600000);
		return NULL;
	}
	if (*bytes != 1)
		return reader_feed(reader, bytes, length, take, play);
	snprintf(tag, sizeof tag, "a%u", play->session->tag);
	return reader_feed(reader, tag, strlen(tag), take, play);
}

/* How many of the bytes are one step. */
static size_t step_length(const char *bytes, size_t count)
{
	size_t length = 1;

	while (length < count && bytes[length - 1] != '\n' &&
	       (unsigned char)(bytes[length] - 1) > 2 && (unsigned char)(bytes[length - 1] - 1) > 2)
		length++;
	return length;
}

static void play_all(struct play *play, const char *bytes, size_t count)
{
	struct reader reader;
	const char *why = NULL;
	size_t length;

	reader_start(&reader, NULL, NULL);
	for (size_t i = 0; i < count && why == NULL; i += length) {
		length = step_length(bytes + i, count - i);
		why = play_one(play, &reader, bytes + i, length);
		if (bytes[i + length - 1] == '\n')
			drain(play);
		check(play);
	}
	if (why != NULL)
		session_lose(play->session, why);
	check(play);
	reader_end(&reader);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	static const struct mbsyncrc_place place = { .file = "rc",
		                                     .home = "/h",
		                                     .version = MBSYNC_1_5 };
	static struct mbsyncrc *rc;
	static struct secret secret;
	static struct report report;
	struct play play = { .now = 1000 };
	struct session_settings settings = { .user = "me",
		                             .secret = &secret,
		                             .is_private = true,
		                             .has_greeting = true,
		                             .timeout = 20000,
		                             .keep = 240000,
		                             .tell = tell,
		                             .context = &play };

	if (rc == NULL) {
		rc = mbsyncrc_parse(&place, rc_text, sizeof rc_text - 1, complain, NULL);
		secret_add(&secret, "secret", 6);
	}
	report_start(&report, -1);
	play.watch.report = &report;
	play.watch.naming.rc = rc;
	play.watch.naming.store = mbsyncrc_store(rc, "s");
	settings.account = play.watch.naming.store->account;
	play.session = session_new(&settings, &play.watch, play.now);
	play_all(&play, (const char *)bytes, count);
	session_free(play.session);
	mailboxes_free(&play.watch.mailboxes);
	naming_free(&play.watch.naming);
	report_end(&report);
	return 0;
}

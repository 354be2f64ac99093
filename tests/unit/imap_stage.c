#include "imap_stage.h"

struct stage stage;

/* Bytes of the server come one by one: for one test. */
static bool by_bytes;

static void complain(void *context, enum mbsyncrc_problem problem, unsigned line,
                     const char *message)
{
	(void)context;
	(void)line;
	if (problem != MBSYNCRC_ADVICE)
		fail_msg("%s", message);
}

static void keep(char **all, const char *text)
{
	char *more = memory_format("%s%s\n", *all, text);

	free(*all);
	*all = more;
}

static void tell(void *context, const char *text)
{
	(void)context;
	keep(&stage.told, text);
}

static void show(void *context, const char *line)
{
	(void)context;
	keep(&stage.shown, line);
}

void stage_open(const char *text)
{
	const struct mbsyncrc_place place = { .file = "rc", .home = "/h", .version = MBSYNC_1_5 };
	const struct mbsyncrc_account *account;

	stage_close(NULL);
	stage.rc = mbsyncrc_parse(&place, text, strlen(text), complain, NULL);
	stage.watch.naming.rc = stage.rc;
	stage.watch.naming.store = mbsyncrc_store(stage.rc, "s");
	account = stage.watch.naming.store->account;
	stage.watch.report = &stage.report;
	report_start(&stage.report, -1);
	if (account->pass != NULL)
		secret_add(&stage.secret, account->pass, strlen(account->pass));
	stage.settings = (struct session_settings){
		.account = account,
		.user = account->user,
		.secret = account->pass != NULL ? &stage.secret : NULL,
		.is_private = account->tls != MBSYNCRC_TLS_NONE || account->tunnel != NULL,
		.has_greeting = true,
		.timeout = 20 * SECOND,
		.keep = OPTIONS_KEEP,
		.tell = tell,
		.show = show,
	};
	reader_start(&stage.reader, NULL, NULL);
	stage.told = memory_copy("");
	stage.shown = memory_copy("");
	stage.now = 1000 * HOUR;
}

void stage_begin(void)
{
	stage.session = session_new(&stage.settings, &stage.watch, stage.now);
}

int stage_close(void **state)
{
	(void)state;
	if (stage.rc == NULL)
		return 0;
	if (stage.session != NULL)
		session_free(stage.session);
	report_end(&stage.report);
	reader_end(&stage.reader);
	mailboxes_free(&stage.watch.mailboxes);
	naming_free(&stage.watch.naming);
	secret_free(&stage.secret);
	mbsyncrc_free(stage.rc);
	free(stage.told);
	free(stage.shown);
	memset(&stage, 0, sizeof stage);
	return 0;
}

int stage_cut(void **state)
{
	(void)state;
	by_bytes = true;
	return 0;
}

int stage_end(void **state)
{
	by_bytes = false;
	return stage_close(state);
}

static void take(void *context, const struct response *response)
{
	(void)context;
	session_take(stage.session, response, stage.now);
}

void says(const char *text)
{
	says_bytes(text, strlen(text));
}

void says_bytes(const char *text, size_t length)
{
	size_t part = by_bytes ? 1 : length;

	for (size_t at = 0; at < length; at += part) {
		char *exact = memory_new(part, 1); /* a sanitizer sees each overrun */

		memcpy(exact, text + at, part);
		assert_null(reader_feed(&stage.reader, exact, part, take, NULL));
		free(exact);
	}
}

/* All that may be sent now. */
static char *take_sent(void)
{
	struct outbox *outbox = session_outbox(stage.session);
	char *all = memory_copy(""), *more;
	const char *bytes;
	size_t length;

	while ((length = outbox_peek(outbox, &bytes)) > 0) {
		for (size_t i = 0; i < length; i++) {
			more = memory_format("%s%c", all, bytes[i]);
			free(all);
			all = more;
		}
		outbox_sent(outbox, length);
	}
	return all;
}

void sends(const char *text)
{
	char *all = take_sent();

	assert_string_equal(all, text);
	free(all);
}

bool sent(const char *command)
{
	const char *bytes = "";
	size_t length = outbox_peek(session_outbox(stage.session), &bytes);
	const char *blank = length > 0 ? memchr(bytes, ' ', length) : NULL;

	return blank != NULL && length - (size_t)(blank + 1 - bytes) >= strlen(command) &&
	       memcmp(blank + 1, command, strlen(command)) == 0;
}

void prints(const char *text)
{
	char *all = memory_copy(""), *more;
	struct report *report = &stage.report;

	while (report_fill(report, mailboxes_name, &stage.watch.mailboxes)) {
		more = memory_format("%s%.*s", all, (int)report->filled, report->chunk);
		free(all);
		all = more;
		report->written = report->filled;
	}
	assert_string_equal(all, text);
	free(all);
}

void sleeps(clock_ms span)
{
	stage.now += span;
	session_tick(stage.session, stage.now);
}

void passes(clock_ms span)
{
	clock_ms end = stage.now + span, due;

	while ((due = session_due(stage.session)) <= end) {
		assert_true(due >= stage.now);
		stage.now = due;
		session_tick(stage.session, stage.now);
		if (session_due(stage.session) <= stage.now)
			break;
	}
	stage.now = end;
}

void ends(int status, const char *words)
{
	assert_int_equal(session_status(stage.session), status);
	if (strstr(session_message(stage.session), words) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", words, session_message(stage.session));
	assert_true(session_due(stage.session) == CLOCK_NEVER);
}

static void answer_with(const char *words)
{
	char *all = take_sent(), *answer;

	answer = memory_format("%.*s %s\r\n", (int)strcspn(all, " \r"), all, words);
	says(answer);
	free(answer);
	free(all);
}

void ok(void)
{
	answer_with("OK done");
}

void refuse(void)
{
	answer_with("BAD what?");
}

/* One line for each of the mailboxes, with the name between before and behind. */
static void says_each(const char *mailboxes, const char *before, const char *behind)
{
	char *copy = memory_copy(mailboxes), *rest = copy, *name, *line;

	while ((name = strsep(&rest, " ")) != NULL) {
		if (*name == '\0')
			continue;
		line = memory_format("%s%s%s\r\n", before, name, behind);
		says(line);
		free(line);
	}
	free(copy);
}

/* The status that all mailboxes have at first. */
#define FIRST " (MESSAGES 1 UIDNEXT 2 UIDVALIDITY 7 UNSEEN 1 HIGHESTMODSEQ 5)"

/* Answers what is sent up to the IDLE, or a wait. */
static void answer_all(const char *mailboxes)
{
	for (int i = 0; i < 1000 && !session_is_ready(stage.session); i++) {
		assert_int_equal(session_status(stage.session), -1);
		if (sent("LIST") || sent("LSUB"))
			says_each(mailboxes, "* LIST () \"/\" ", "");
		if (sent("LIST") || sent("STATUS"))
			says_each(mailboxes, "* STATUS ", FIRST);
		if (sent("EXAMINE"))
			says("* 1 EXISTS\r\n* 0 RECENT\r\n* OK [UIDVALIDITY 7] x\r\n");
		if (sent("IDLE")) {
			free(take_sent());
			says("+ idling\r\n");
		} else {
			ok();
		}
	}
}

void reach(const char *capabilities, const char *mailboxes)
{
	char *line = memory_format("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hi\r\n");

	says(line);
	free(line);
	sends("a1 AUTHENTICATE PLAIN AG1lAHNlY3JldA==\r\n");
	line = memory_format("a1 OK [CAPABILITY %s] in\r\n", capabilities);
	says(line);
	free(line);
	answer_all(mailboxes);
	assert_true(session_is_ready(stage.session));
	stage.watch.ready = true;
	report_all(&stage.report);
	prints("\n");
}

void open_plain(const char *capabilities, const char *mailboxes)
{
	stage_open(PLAIN_RC);
	stage_begin();
	reach(capabilities, mailboxes);
}

void end_idle(clock_ms span)
{
	char *line = memory_format("a%u OK\r\n", stage.session->tag);

	passes(span);
	sends("DONE\r\n");
	says(line);
	free(line);
}

void begin_poll(clock_ms span)
{
	end_idle(span);
	assert_true(sent("NOOP"));
	ok();
}

void answer(void)
{
	const char *bytes;
	size_t length;
	char *line;

	while ((length = outbox_peek(session_outbox(stage.session), &bytes)) > 0) {
		if (sent("LIST"))
			says("* LIST () \"/\" INBOX\r\n* LIST () \"/\" a\r\n* STATUS a (MESSAGES "
			     "1)\r\n");
		if (sent("IDLE")) {
			outbox_sent(session_outbox(stage.session), length);
			says("+ idling\r\n");
			continue;
		}
		outbox_sent(session_outbox(stage.session), length);
		line = memory_format("a%u OK\r\n", stage.session->tag);
		says(line);
		free(line);
	}
}

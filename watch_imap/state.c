#include "state.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capabilities.h"
#include "memory.h"
#include "message.h"

/* A name may hold a newline: what follows it must not pass for a line of ours. */
static void join_lines(char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '\n' || *text == '\r')
			*text = ' ';
	}
}

__attribute__((format(printf, 1, 0))) static char *format_list(const char *format, va_list list)
{
	char *text;

	if (vasprintf(&text, format, list) < 0)
		message_fatal(1, "out of memory");
	join_lines(text);
	return text;
}

void state_fail(struct session *session, int status, const char *format, ...)
{
	va_list list;

	if (session->status != -1)
		return;
	va_start(list, format);
	session->message = format_list(format, list);
	va_end(list);
	session->status = status;
	session->state = SESSION_ENDED;
	session->asking = false;
}

void state_tell(const struct session *session, const char *format, ...)
{
	va_list list;
	char *text;

	va_start(list, format);
	text = format_list(format, list);
	va_end(list);
	session->settings->tell(session->settings->context, text);
	free(text);
}

enum outbox_literals state_literals(const struct session *session)
{
	if ((session->capabilities & CAN_LITERAL_PLUS) != 0)
		return OUTBOX_LITERALS_ANY;
	return (session->capabilities & CAN_LITERAL_MINUS) != 0 ? OUTBOX_LITERALS_SMALL
	                                                        : OUTBOX_LITERALS_ASKED;
}

void state_command(struct session *session, const char *text)
{
	char *line = memory_format("a%u %s", ++session->tag, text);

	outbox_add(&session->outbox, line);
	free(line);
	session->asking = true;
}

void state_add_name(struct session *session, const char *server)
{
	outbox_add_string(&session->outbox, state_literals(session), server);
}

void state_end_command(struct session *session)
{
	char *shown;

	outbox_add(&session->outbox, "\r\n");
	shown = outbox_take_shown(&session->outbox);
	if (shown != NULL && session->settings->show != NULL) {
		shown[strlen(shown) - 2] = '\0';
		join_lines(shown);
		session->settings->show(session->settings->context, shown);
	}
	free(shown);
}

/* Replaces all that is the secret. */
static char *without(const struct secret *secret, char *text)
{
	const char *found;
	size_t length;
	char *less;

	while ((found = secret_find(secret, text, length = strlen(text))) != NULL) {
		if (secret->length <= 3 && strncmp(found, "***", secret->length) == 0)
			break;
		less = memory_format("%.*s***%s", (int)(found - text), text,
		                     found + secret->length);
		explicit_bzero(text, length);
		free(text);
		text = less;
	}
	return text;
}

char *state_redact(const struct session *session, const char *text, size_t length)
{
	char *copy = memory_new(length + 1, 1), *nul;

	memcpy(copy, text, length);
	while ((nul = memchr(copy, '\0', length)) != NULL)
		*nul = ' ';
	if (session->settings->secret != NULL && !session->has_login) {
		copy = without(&session->payload, copy);
		copy = without(session->settings->secret, copy);
	}
	return copy;
}

char *state_words(const struct session *session, const struct response *response)
{
	return state_redact(session, response->bytes + response->text, response->text_length);
}

void state_report(struct session *session, uint32_t mailbox)
{
	if (session->watch->ready && mailbox != MAILBOX_NONE)
		report_mailbox(session->watch->report, mailbox);
}

void state_report_all(struct session *session)
{
	if (session->watch->ready)
		report_all(session->watch->report);
}

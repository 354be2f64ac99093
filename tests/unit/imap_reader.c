/* What an IMAP server says, cut into responses: the same however the bytes come. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "memory.h"
#include "../../watch_imap/reader.h"

/* Responses as text: `*OK[UIDVALIDITY 1]text`, `*(5 EXISTS)`, `a1 OK[]done`, strings in <>. */
struct seen {
	char *text;
	size_t length;
	FILE *file;
	const char *why;
};

/* The token, a NUL in it as 0. */
static void note_text(FILE *file, const struct response *response, const struct token *token)
{
	const char *bytes = response->bytes + token->start;

	for (size_t i = 0; i < token->length; i++)
		fputc(bytes[i] != '\0' ? bytes[i] : '0', file);
}

static void note_tokens(FILE *file, const struct response *response)
{
	bool apart = false;

	for (size_t i = 0; i < response->count; i++) {
		const struct token *token = &response->token[i];

		if (apart && token->kind != TOKEN_CLOSE)
			fputc(' ', file);
		apart = token->kind != TOKEN_OPEN;
		if (token->kind != TOKEN_ATOM)
			fputc("(<"[token->kind == TOKEN_STRING] + (token->kind == TOKEN_CLOSE),
			      file);
		if (token->kind == TOKEN_ATOM || token->kind == TOKEN_STRING)
			note_text(file, response, token);
		if (token->kind == TOKEN_STRING)
			fputc('>', file);
	}
}

static void note(void *context, const struct response *response)
{
	static const char *const status[] = { "", "OK", "NO", "BAD", "PREAUTH", "BYE" };
	struct seen *seen = context;

	if (response->kind == RESPONSE_TAGGED)
		fprintf(seen->file, "%.*s ", (int)response->tag_length,
		        response->bytes + response->tag);
	else
		fputc(response->kind == RESPONSE_UNTAGGED ? '*' : '+', seen->file);
	if (response->kind != RESPONSE_CONTINUE) {
		fprintf(seen->file, "%s[", status[response->status]);
		note_tokens(seen->file, response);
		fputc(']', seen->file);
	}
	fprintf(seen->file, "%.*s\n", (int)response->text_length, response->bytes + response->text);
}

/* Feeds the bytes in two parts, the first of which is cut long, or in single ones for SIZE_MAX. */
static char *read_cut(const char *bytes, size_t count, size_t cut)
{
	struct seen seen = { .why = NULL };
	struct reader reader;
	size_t at = 0, part;

	seen.file = open_memstream(&seen.text, &seen.length);
	reader_start(&reader, NULL, NULL);
	while (at < count && seen.why == NULL) {
		part = cut == SIZE_MAX ? 1 : at == 0 && cut > 0 ? cut : count - at;
		char *exact = memory_new(part, 1); /* a sanitizer sees each overrun */

		memcpy(exact, bytes + at, part);
		seen.why = reader_feed(&reader, exact, part, note, &seen);
		free(exact);
		at += part;
	}
	if (seen.why != NULL)
		fprintf(seen.file, "! %s\n", seen.why);
	reader_end(&reader);
	fclose(seen.file);
	return seen.text;
}

static void check_bytes(const char *bytes, size_t count, const char *wanted)
{
	for (size_t cut = 0; cut <= count; cut++) {
		char *got = read_cut(bytes, count, cut == count ? SIZE_MAX : cut);

		assert_string_equal(got, wanted);
		free(got);
	}
}

static void check(const char *text, const char *wanted)
{
	check_bytes(text, strlen(text), wanted);
}

/* What servers have said, each as it came: the answers, and what is read out of them. */
static const struct {
	const char *said, *read;
} samples[] = {
	/* Dovecot, from its greeting to an IDLE */
	{ "* OK [CAPABILITY IMAP4rev1 SASL-IR LITERAL+ ID ENABLE IDLE AUTH=PLAIN] Dovecot "
	  "ready.\r\n",
	  "*OK[CAPABILITY IMAP4rev1 SASL-IR LITERAL+ ID ENABLE IDLE AUTH=PLAIN]Dovecot ready.\n" },
	{ "a1 OK [CAPABILITY IMAP4rev1 NOTIFY] Logged in\r\n",
	  "a1 OK[CAPABILITY IMAP4rev1 NOTIFY]Logged in\n" },
	{ "* NAMESPACE ((\"\" \"/\")) NIL NIL\r\na2 OK Namespace completed (0.001 secs).\r\n",
	  "*[NAMESPACE ((<> </>)) NIL NIL]\na2 OK[]Namespace completed (0.001 secs).\n" },
	{ "* LIST (\\HasNoChildren \\Trash) \"/\" Trash\r\n",
	  "*[LIST (\\HasNoChildren \\Trash) </> Trash]\n" },
	{ "* FLAGS (\\Answered \\Flagged)\r\n"
	  "* OK [PERMANENTFLAGS ()] Read-only mailbox.\r\n"
	  "* 3 EXISTS\r\n* 0 RECENT\r\n"
	  "* OK [UIDVALIDITY 1700000000] UIDs valid\r\n"
	  "a4 OK [READ-ONLY] Examine completed.\r\n",
	  "*[FLAGS (\\Answered \\Flagged)]\n*OK[PERMANENTFLAGS ()]Read-only mailbox.\n"
	  "*[3 EXISTS]\n*[0 RECENT]\n*OK[UIDVALIDITY 1700000000]UIDs valid\n"
	  "a4 OK[READ-ONLY]Examine completed.\n" },
	{ "* STATUS work (MESSAGES 2 UIDNEXT 3 UNSEEN 2)\r\n",
	  "*[STATUS work (MESSAGES 2 UIDNEXT 3 UNSEEN 2)]\n" },
	{ "* STATUS {9}\r\nEntw\303\274rfe (MESSAGES 1)\r\n",
	  "*[STATUS <Entw\303\274rfe> (MESSAGES 1)]\n" },
	{ "* LIST (\\NonExistent) \"/\" {4}\r\ngone\r\n", "*[LIST (\\NonExistent) </> <gone>]\n" },
	{ "* LIST () \"/\" new (\"OLDNAME\" (\"old\"))\r\n",
	  "*[LIST () </> new (<OLDNAME> (<old>))]\n" },
	{ "* OK [NOTIFICATIONOVERFLOW] Too many.\r\n", "*OK[NOTIFICATIONOVERFLOW]Too many.\n" },
	{ "+ idling\r\n* OK Still here\r\n", "+idling\n*OK[]Still here\n" },
	/* Courier: an alert before everything, a dot for a delimiter */
	{ "* OK [ALERT] Filesystem notification initialization error -- contact your mail "
	  "administrator\r\n* LIST (\\Marked \\HasNoChildren) \".\" \"INBOX.Sent Mail\"\r\n",
	  "*OK[ALERT]Filesystem notification initialization error -- contact your mail "
	  "administrator\n*[LIST (\\Marked \\HasNoChildren) <.> <INBOX.Sent Mail>]\n" },
	/* a bare + */
	{ "+\r\n+ \r\n", "+\n+\n" },
	/* Office 365 */
	{ "a9 BAD User is authenticated but not connected.\r\n",
	  "a9 BAD[]User is authenticated but not connected.\n" },
	/* [ in atoms, and names that are numbers or words of the protocol */
	{ "* LIST (\\HasChildren) \"/\" [Gmail]/All\r\n* STATUS 200 (MESSAGES 1)\r\n"
	  "* STATUS NIL (MESSAGES 1)\r\n* LIST () NIL OK\r\n",
	  "*[LIST (\\HasChildren) </> [Gmail]/All]\n*[STATUS 200 (MESSAGES 1)]\n"
	  "*[STATUS NIL (MESSAGES 1)]\n*[LIST () NIL OK]\n" },
	{ "* LIST () \"/\" \"a \\\"b\\\" \\\\ {5}\"\r\n", "*[LIST () </> <a \"b\" \\ {5}>]\n" },
	/* what only looks like a literal */
	{ "* OK see {5}\r\n* OK [ALERT] {3}\r\n* OK x\r\n",
	  "*OK[]see {5}\n*OK[ALERT]{3}\n*OK[]x\n" },
	/* literals of all kinds, one of them in a code */
	{ "* X {0}\r\n {3+}\r\n\r\n( ~{2}\r\n)\" (a)\r\n", "*[X <> <\r\n(> <)\"> (a)]\n" },
	{ "* NO [REFERRAL {3}\r\na]b (x ])] text\r\n* OK x\r\n",
	  "*NO[REFERRAL <a]b> (x ])]text\n*OK[]x\n" },
	/* codes that are not closed are text */
	{ "* OK [ALERT no end\r\n* OK [A (b]\r\n* OK [A \"b]\r\n* OK [A )] c\r\n* OK []\r\n",
	  "*OK[][ALERT no end\n*OK[][A (b]\n*OK[][A \"b]\n*OK[][A )] c\n*OK[]\n" },
	/* lines that end in LF, doubled blanks, empty lines, no text */
	{ "* OK\n\r\n\n*  5   EXISTS \r\na1 OK\n", "*OK[]\n*[5 EXISTS]\na1 OK[]\n" },
	{ "* ok hi\r\n* Bye\r\n* PREAUTH in\r\n", "*OK[]hi\n*BYE[]\n*PREAUTH[]in\n" },
	/* flags, and what a FETCH may hold */
	{ "* 2 FETCH (UID 7 MODSEQ (12) FLAGS (\\Seen) BODY[HEADER.FIELDS (DATE)] {3}\r\na)b)\r\n",
	  "*[2 FETCH (UID 7 MODSEQ (12) FLAGS (\\Seen) BODY[HEADER.FIELDS (DATE) ] <a)b>)]\n" },
	/* 8-bit where none belongs */
	{ "* LIST () \"/\" \"\344\"\r\n* OK \377\r\n", "*[LIST () </> <\344>]\n*OK[]\377\n" },
	/* what can't be understood */
	{ "* LIST (a\r\n", "! a ( without its )\n" },
	{ "* LIST a)\r\n* OK x\r\n", "! a ) without its (\n" },
	{ "* LIST \"a\r\n", "! a quoted string that does not end\n" },
	{ "* LIST \"a\\\r\n", "! a quoted string that does not end\n" },
	{ "HTTP/1.1 400 Bad Request\r\n", "! a line that is no response\n" },
	{ " * OK\r\n", "! a line that begins with a blank\n" },
	{ "* X {65537}\r\n", "! more than 64 KiB in literals\n" },
	{ "* X {99999999999999999999999}\r\n", "! more than 64 KiB in literals\n" },
};

static void test_samples_cut_at_every_byte(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof samples / sizeof *samples; i++)
		check(samples[i].said, samples[i].read);
}

static void test_all_samples_in_a_row(void **state)
{
	char *said = memory_copy(""), *read = memory_copy(""), *more;

	(void)state;
	for (size_t i = 0; samples[i].read[0] != '!'; i++) {
		more = memory_format("%s%s", said, samples[i].said);
		free(said);
		said = more;
		more = memory_format("%s%s", read, samples[i].read);
		free(read);
		read = more;
	}
	check(said, read);
	free(said);
	free(read);
}

static void test_a_nul_is_for_literals(void **state)
{
	(void)state;
	check_bytes("* OK a\0b\r\n", 10, "! a NUL in a line\n");
	check_bytes("* X ~{3}\r\na\0b\r\n", 15, "*[X <a0b>]\n");
}

/* A prefix, a number of bytes, and an end. */
static char *read_long(const char *prefix, size_t number, const char *end)
{
	size_t length = strlen(prefix);
	char *bytes = memory_new(length + number + strlen(end) + 1, 1), *got;

	memcpy(bytes, prefix, length);
	memset(bytes + length, 'x', number);
	memcpy(bytes + length + number, end, strlen(end));
	got = read_cut(bytes, strlen(bytes), 1000);
	free(bytes);
	return got;
}

/* 64 KiB, as the design has it. */
#define LINE 65536

static void test_the_longest_line_and_literal(void **state)
{
	char *got = read_long("* OK ", LINE - 6, "\r\n* OK y\r\n");

	(void)state;
	assert_non_null(strstr(got, "xxx\n*OK[]y\n"));
	free(got);
	got = read_long("* OK ", LINE - 4, "\n");
	assert_string_equal(got, "! a line of more than 64 KiB\n");
	free(got);
	got = read_long("* OK ", (size_t)10 * LINE, "");
	assert_string_equal(got, "! a line of more than 64 KiB\n");
	free(got);
	got = read_long("* X {65536}\r\n", 65536, "\r\n* OK y\r\n");
	assert_non_null(strstr(got, "xxx>]\n*OK[]y\n"));
	free(got);
	got = read_long("* X {65000}\r\n", 65000, " {1000}\r\n");
	assert_string_equal(got, "! more than 64 KiB in literals\n");
	free(got);
}

static void test_lists_are_nested_to_a_bound(void **state)
{
	char text[200] = "* X ";
	char *got;

	(void)state;
	memset(text + 4, '(', RESPONSE_DEPTH);
	memset(text + 4 + RESPONSE_DEPTH, ')', RESPONSE_DEPTH);
	memcpy(text + 4 + 2 * (size_t)RESPONSE_DEPTH, "\r\n", 3);
	got = read_cut(text, strlen(text), 0);
	assert_null(strchr(got, '!'));
	free(got);
	text[4 + RESPONSE_DEPTH] = '(';
	got = read_cut(text, strlen(text), 0);
	assert_string_equal(got, "! lists nested too deeply\n");
	free(got);
}

static void ask(void *context, const struct response *response)
{
	uint64_t number = 0;
	char *copy;

	(*(int *)context)++;
	assert_true(response_is(response, 0, "Status"));
	assert_false(response_is(response, 0, "STATU"));
	assert_false(response_is(response, 1, "a"));
	copy = response_copy(response, 1);
	assert_string_equal(copy, "a");
	free(copy);
	assert_int_equal(response_skip(response, 2), 9);
	assert_true(response_list_has(response, 2, "\\noselect"));
	assert_false(response_list_has(response, 2, "b"));
	assert_false(response_list_has(response, 1, "a"));
	assert_true(response_number(response, 9, &number));
	assert_true(number == UINT64_MAX);
	assert_false(response_number(response, 10, &number));
	assert_false(response_number(response, 11, &number));
	assert_false(response_number(response, 12, &number));
	assert_null(response_copy(response, 13));
	assert_null(response_copy(response, 2));
	assert_int_equal(response_skip(response, 100), 100);
}

static void test_tokens_are_asked_for(void **state)
{
	static const char text[] = "* STATUS \"a\" (x (b) \\NoSelect) 18446744073709551615 "
				   "18446744073709551616 -1 \"5\" {1}\r\n\0\r\n";
	struct reader reader;
	int count = 0;

	(void)state;
	reader_start(&reader, NULL, NULL);
	assert_null(reader_feed(&reader, text, sizeof text - 1, ask, &count));
	assert_int_equal(count, 1);
	reader_end(&reader);
}

static void show(void *context, const char *line, size_t length)
{
	fprintf(context, "%.*s|", (int)length, line);
}

static void drop(void *context, const struct response *response)
{
	(void)context;
	(void)response;
}

static void test_lines_are_shown_as_they_came(void **state)
{
	static const char said[] = "* X \"a\\\"\" {2}\r\nab c\r\n\r\n+\r\n";
	char *text = NULL;
	size_t length;
	FILE *file = open_memstream(&text, &length);
	struct reader reader;

	(void)state;
	reader_start(&reader, show, file);
	assert_null(reader_feed(&reader, said, sizeof said - 1, drop, NULL));
	reader_end(&reader);
	fclose(file);
	assert_string_equal(text, "* X \"a\\\"\" {2}| c||+|");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_samples_cut_at_every_byte),
		cmocka_unit_test(test_all_samples_in_a_row),
		cmocka_unit_test(test_a_nul_is_for_literals),
		cmocka_unit_test(test_the_longest_line_and_literal),
		cmocka_unit_test(test_lists_are_nested_to_a_bound),
		cmocka_unit_test(test_tokens_are_asked_for),
		cmocka_unit_test(test_lines_are_shown_as_they_came),
	};

	return cmocka_run_group_tests_name("imap_reader", tests, NULL, NULL);
}

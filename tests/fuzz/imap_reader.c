/* What an IMAP server says: however it is cut, it holds the same responses, within bounds. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "watch_imap/reader.h"

struct seen {
	size_t count;
	uint64_t sum;
};

static void add(struct seen *seen, const char *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		seen->sum = seen->sum * 31 + (unsigned char)bytes[i];
	seen->sum = seen->sum * 31 + 256;
}

static void ask(const struct response *response, size_t index)
{
	uint64_t number;
	char *copy = response_copy(response, index);

	if (copy != NULL && strlen(copy) != response->token[index].length)
		abort();
	free(copy);
	(void)response_number(response, index, &number);
	(void)response_list_has(response, index, "\\NonExistent");
	if (response_skip(response, index) <= index ||
	    response_skip(response, index) > response->count)
		abort();
}

static void take(void *context, const struct response *response)
{
	struct seen *seen = context;
	size_t depth = 0, strings = 0;

	for (size_t i = 0; i < response->count; i++) {
		const struct token *token = &response->token[i];

		add(seen, response->bytes + token->start, token->length);
		seen->sum += token->kind;
		strings += token->length;
		depth += token->kind == TOKEN_OPEN ? 1 : 0;
		if (depth > RESPONSE_DEPTH || (token->kind == TOKEN_CLOSE && depth-- == 0))
			abort();
		ask(response, i);
	}
	add(seen, response->bytes + response->text, response->text_length);
	if (depth != 0 || strings > READER_LINE + READER_LITERALS ||
	    (response->kind == RESPONSE_TAGGED && response->status == STATUS_NONE))
		abort();
	free(response_copy_text(response));
	seen->count++;
}

static const char *feed(struct seen *seen, const char *text, size_t count, size_t most)
{
	const char *why = NULL;
	struct reader reader;
	size_t part;

	reader_start(&reader, NULL, NULL);
	for (size_t at = 0; at < count && why == NULL; at += part) {
		part = 1 + (unsigned char)text[at] % most;
		if (most == SIZE_MAX || part > count - at)
			part = count - at;
		why = reader_feed(&reader, text + at, part, take, seen);
	}
	reader_end(&reader);
	return why;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	struct seen at_once = { 0 }, in_parts = { 0 };
	const char *why = feed(&at_once, (const char *)bytes, count, SIZE_MAX);
	const char *parts_why = feed(&in_parts, (const char *)bytes, count, 61);

	if (why != parts_why || at_once.count != in_parts.count || at_once.sum != in_parts.sum)
		abort();
	return 0;
}

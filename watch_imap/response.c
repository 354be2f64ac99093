#include "response.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "memory.h"

static const struct token *token_at(const struct response *response, size_t index)
{
	return index < response->count ? &response->token[index] : NULL;
}

bool response_has_text(const struct response *response, size_t index)
{
	const struct token *token = token_at(response, index);

	return token != NULL && (token->kind == TOKEN_ATOM || token->kind == TOKEN_STRING);
}

bool response_is(const struct response *response, size_t index, const char *atom)
{
	const struct token *token = token_at(response, index);

	return token != NULL && token->kind == TOKEN_ATOM && token->length == strlen(atom) &&
	       strncasecmp(response->bytes + token->start, atom, token->length) == 0;
}

bool response_number(const struct response *response, size_t index, uint64_t *number)
{
	const struct token *token = token_at(response, index);
	uint64_t value = 0;

	if (token == NULL || token->kind != TOKEN_ATOM || token->length == 0)
		return false;
	for (size_t i = 0; i < token->length; i++) {
		unsigned digit = (unsigned char)response->bytes[token->start + i] - (unsigned)'0';

		if (digit > 9 || value > (UINT64_MAX - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	*number = value;
	return true;
}

char *response_copy(const struct response *response, size_t index)
{
	const struct token *token = token_at(response, index);
	const char *bytes;
	char *copy;

	if (!response_has_text(response, index))
		return NULL;
	bytes = response->bytes + token->start;
	if (memchr(bytes, '\0', token->length) != NULL)
		return NULL;
	copy = memory_new(token->length + 1, 1);
	memcpy(copy, bytes, token->length);
	return copy;
}

char *response_copy_words(const struct response *response, size_t index, size_t end)
{
	size_t room = 1, used = 0;
	char *copy;

	for (size_t i = index; i < end; i++) {
		if (i >= response->count || response->token[i].kind != TOKEN_ATOM)
			return NULL;
		room += response->token[i].length + 1;
	}
	copy = memory_new(room, 1);
	for (size_t i = index; i < end; i++) {
		const struct token *token = &response->token[i];

		if (i > index)
			copy[used++] = ' ';
		memcpy(copy + used, response->bytes + token->start, token->length);
		used += token->length;
	}
	return copy;
}

char *response_copy_text(const struct response *response)
{
	char *copy = memory_new(response->text_length + 1, 1), *out = copy;

	for (size_t i = 0; i < response->text_length; i++) {
		if (response->bytes[response->text + i] != '\0')
			*out++ = response->bytes[response->text + i];
	}
	return copy;
}

size_t response_skip(const struct response *response, size_t index)
{
	size_t depth = 0;

	for (; index < response->count; index++) {
		if (response->token[index].kind == TOKEN_OPEN)
			depth++;
		else if (response->token[index].kind == TOKEN_CLOSE && depth > 0)
			depth--;
		if (depth == 0)
			return index + 1;
	}
	return index;
}

bool response_list_has(const struct response *response, size_t index, const char *atom)
{
	const struct token *token = token_at(response, index);

	if (token == NULL || token->kind != TOKEN_OPEN)
		return false;
	for (index++; index < response->count && response->token[index].kind != TOKEN_CLOSE;
	     index = response_skip(response, index)) {
		if (response_is(response, index, atom))
			return true;
	}
	return false;
}

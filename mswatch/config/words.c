#include "words.h"

#include <stdlib.h>
#include <string.h>

#include "list.h"
#include "memory.h"

/* What is left of a line, and the word under way. */
struct cut {
	const char *at, *end;
	struct word word;       /* its text has room for the whole line */
	size_t length;
	bool quoted;
	char *fault;
};

static bool is_control(char c)
{
	return ((unsigned char)c < ' ' && c != '\t') || c == '\x7f';
}

static bool ends_word(char c)
{
	return c == ' ' || c == '\t' || c == '#';
}

static void complain(struct cut *cut, char *fault)
{
	free(cut->fault);
	cut->fault = fault;
}

static void keep(struct cut *cut, char c, bool bare)
{
	if (is_control(c)) {
		complain(cut, memory_format("a control character (0x%02x): leave it out",
		                            (unsigned char)c));
		return;
	}
	if (cut->length == 0)
		cut->word.bare_first = bare;
	cut->word.bare_last = bare;
	cut->word.text[cut->length++] = c;
}

static void keep_escaped(struct cut *cut)
{
	cut->word.plain = false;
	if (cut->at == cut->end)
		complain(cut, memory_copy("a backslash at the end of the line: a statement ends "
		                          "with its line; write \\\\ for the character"));
	else
		keep(cut, *cut->at++, false);
}

/* From the first byte of a word to the byte behind its last. */
static void cut_word(struct cut *cut)
{
	cut->length = 0;
	cut->quoted = false;
	cut->word = (struct word){ .text = cut->word.text, .plain = true };
	while (cut->at < cut->end && (cut->quoted || !ends_word(*cut->at))) {
		char c = *cut->at++;

		if (c == '\\') {
			keep_escaped(cut);
		} else if (c == '"') {
			cut->quoted = !cut->quoted;
			cut->word.plain = false;
		} else {
			keep(cut, c, !cut->quoted);
		}
	}
	if (cut->quoted)
		complain(cut, memory_copy("a double quote that is not closed: close it in the same "
		                          "line, or write \\\" for the character"));
	cut->word.text[cut->length] = '\0';
}

static void words_add(struct words *words, struct word word)
{
	word.text = memory_copy(word.text);
	words->list = list_add(words->list, &words->count, &word, sizeof word);
}

struct words words_copy(const struct word *list, size_t count)
{
	struct words copy = { 0 };

	while (copy.count < count)
		words_add(&copy, list[copy.count]);
	return copy;
}

void words_free(struct words *words)
{
	for (size_t i = 0; i < words->count; i++)
		free(words->list[i].text);
	free(words->list);
	*words = (struct words){ 0 };
}

char *words_cut(struct words *words, const char *line, size_t length)
{
	struct cut cut = { .at = line };

	words_free(words);
	if (length == 0)
		return NULL;
	if (memchr(line, '\0', length) != NULL)
		return memory_copy("a NUL byte: a configuration is plain text");
	cut.end = line + length - (line[length - 1] == '\r');
	cut.word.text = memory_new(length + 1, 1);
	while (cut.at < cut.end && *cut.at != '#') {
		if (ends_word(*cut.at)) {
			cut.at++;
			continue;
		}
		cut_word(&cut);
		words_add(words, cut.word);
	}
	free(cut.word.text);
	return cut.fault;
}

bool word_is_special(const char *text)
{
	return *text == '\0' || strpbrk(text, " \t#\"\\{}'`~$|<>&;*") != NULL;
}

#include "words.h"

#include <stdlib.h>
#include <string.h>

#include "list.h"
#include "memory.h"

/* What is left of a line, and the word under way. */
struct cut {
	const char *at, *end;
	struct word word;       /* its text and its pattern have room for the whole line */
	size_t length, pattern_length;
	bool wild;              /* a wildcard is in it */
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

static bool is_wildcard(char c)
{
	return c == '*' || c == '?';
}

static void keep_in_pattern(struct cut *cut, char c, bool escaped)
{
	if (c == '\\' || (escaped && is_wildcard(c)))
		cut->word.pattern[cut->pattern_length++] = '\\';
	cut->word.pattern[cut->pattern_length++] = c;
	cut->wild |= !escaped && is_wildcard(c);
}

static void keep(struct cut *cut, char c, bool escaped)
{
	bool bare = !escaped && !cut->quoted;

	if (is_control(c)) {
		complain(cut, memory_format("a control character (0x%02x): leave it out",
		                            (unsigned char)c));
		return;
	}
	if (cut->length == 0)
		cut->word.bare_first = bare;
	cut->word.bare_last = bare;
	cut->word.text[cut->length++] = c;
	keep_in_pattern(cut, c, escaped);
}

static void keep_escaped(struct cut *cut)
{
	cut->word.plain = false;
	if (cut->at == cut->end)
		complain(cut, memory_copy("a backslash at the end of the line: a statement ends "
		                          "with its line; write \\\\ for the character"));
	else
		keep(cut, *cut->at++, true);
}

/* From the first byte of a word to the byte behind its last. */
static void cut_word(struct cut *cut)
{
	cut->length = cut->pattern_length = 0;
	cut->quoted = cut->wild = false;
	cut->word = (struct word){ .text = cut->word.text, .pattern = cut->word.pattern,
		                   .plain = true };
	while (cut->at < cut->end && (cut->quoted || !ends_word(*cut->at))) {
		char c = *cut->at++;

		if (c == '\\') {
			keep_escaped(cut);
		} else if (c == '"') {
			cut->quoted = !cut->quoted;
			cut->word.plain = false;
		} else {
			keep(cut, c, false);
		}
	}
	if (cut->quoted)
		complain(cut, memory_copy("a double quote that is not closed: close it in the same "
		                          "line, or write \\\" for the character"));
	cut->word.text[cut->length] = '\0';
	cut->word.pattern[cut->pattern_length] = '\0';
}

/* The word that was cut, with a pattern only where it is one. */
static struct word cut_off(const struct cut *cut)
{
	struct word word = cut->word;

	if (!cut->wild)
		word.pattern = NULL;
	return word;
}

static void add_word(struct words *words, struct word word)
{
	word.text = memory_copy(word.text);
	word.pattern = word.pattern != NULL ? memory_copy(word.pattern) : NULL;
	words->list = list_add(words->list, &words->count, &word, sizeof word);
}

struct words words_copy(const struct word *list, size_t count)
{
	struct words copy = { 0 };

	while (copy.count < count)
		add_word(&copy, list[copy.count]);
	return copy;
}

void words_free(struct words *words)
{
	for (size_t i = 0; i < words->count; i++) {
		free(words->list[i].text);
		free(words->list[i].pattern);
	}
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
	cut.word.pattern = memory_new(2 * length + 1, 1);
	while (cut.at < cut.end && *cut.at != '#') {
		if (ends_word(*cut.at)) {
			cut.at++;
			continue;
		}
		cut_word(&cut);
		add_word(words, cut_off(&cut));
	}
	free(cut.word.text);
	free(cut.word.pattern);
	return cut.fault;
}

bool word_is_special(const char *text)
{
	return *text == '\0' || strpbrk(text, " \t#\"\\{}'`~$|<>&;*") != NULL;
}

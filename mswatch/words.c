#include "words.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"

/* What is left of a line, and the word under way. */
struct cut {
	const char *at, *end;
	char *word;             /* room for the whole line */
	size_t length;
	bool quoted, plain, bare_first, bare_last;
	enum words_problem problem;
	unsigned char control;
};

static bool is_control(char c)
{
	return ((unsigned char)c < ' ' && c != '\t') || c == '\x7f';
}

static bool ends_word(char c)
{
	return c == ' ' || c == '\t' || c == '#';
}

static void keep(struct cut *cut, char c, bool bare)
{
	if (is_control(c)) {
		cut->problem = WORDS_CONTROL;
		cut->control = (unsigned char)c;
		return;
	}
	if (cut->length == 0)
		cut->bare_first = bare;
	cut->bare_last = bare;
	cut->word[cut->length++] = c;
}

static void keep_escaped(struct cut *cut)
{
	cut->plain = false;
	if (cut->at == cut->end)
		cut->problem = WORDS_BACKSLASH;
	else
		keep(cut, *cut->at++, false);
}

/* From the first byte of a word to the byte behind its last. */
static void cut_word(struct cut *cut)
{
	cut->length = 0;
	cut->quoted = cut->bare_first = cut->bare_last = false;
	cut->plain = true;
	while (cut->at < cut->end && (cut->quoted || !ends_word(*cut->at))) {
		char c = *cut->at++;

		if (c == '\\') {
			keep_escaped(cut);
		} else if (c == '"') {
			cut->quoted = !cut->quoted;
			cut->plain = false;
		} else {
			keep(cut, c, !cut->quoted);
		}
	}
	if (cut->quoted)
		cut->problem = WORDS_QUOTE;
	cut->word[cut->length] = '\0';
}

void words_copy(struct words *words, const struct word *list, size_t count)
{
	if (count == 0)
		return;
	words->list = memory_grow(words->list, &words->room, words->count + count,
	                          sizeof *words->list);
	for (; count > 0; count--, list++) {
		words->list[words->count] = *list;
		words->list[words->count++].text = memory_copy(list->text);
	}
}

static void words_add(struct words *words, const struct cut *cut)
{
	const struct word word = { .text = cut->word, .plain = cut->plain,
		                   .bare_first = cut->bare_first, .bare_last = cut->bare_last };

	words_copy(words, &word, 1);
}

static void words_clear(struct words *words)
{
	while (words->count > 0)
		free(words->list[--words->count].text);
}

enum words_problem words_cut(struct words *words, const char *line, size_t length,
                             unsigned char *control)
{
	struct cut cut = { .at = line };

	words_clear(words);
	if (length == 0)
		return WORDS_FINE;
	if (memchr(line, '\0', length) != NULL)
		return WORDS_NUL;
	cut.end = line + length - (line[length - 1] == '\r');
	cut.word = memory_new(length + 1, 1);
	while (cut.at < cut.end && *cut.at != '#') {
		if (ends_word(*cut.at)) {
			cut.at++;
			continue;
		}
		cut_word(&cut);
		words_add(words, &cut);
	}
	free(cut.word);
	*control = cut.control;
	return cut.problem;
}

void words_free(struct words *words)
{
	words_clear(words);
	free(words->list);
	*words = (struct words){ 0 };
}

bool word_is_special(const char *text)
{
	return *text == '\0' || strpbrk(text, " \t#\"\\{}'`~$|<>&;*") != NULL;
}

/*
 * A line of the configuration, cut into words.
 *
 * Spaces and tabs delimit.  # starts a comment, also inside a word.  Double
 * quotes keep what they enclose, a backslash keeps the character after it, in
 * quotes too.  A single quote is an ordinary character.
 */
#ifndef MSWATCH_CONFIG_WORDS_H
#define MSWATCH_CONFIG_WORDS_H

#include <stdbool.h>
#include <stddef.h>

struct word {
	char *text;
	char *pattern;  /* the text as a pattern, see wildcard.h: its * and ? stand for others,
	                   unless a backslash preceded them; NULL: it has none that does */
	bool plain;     /* without quotes and backslash: may be a keyword or a brace */
	bool bare_first, bare_last;     /* whether these two characters have none */
};

struct words {
	struct word *list;
	size_t count;
};

/*
 * Cuts a line (length bytes, without its newline; a CR at its end is part of
 * the line's end) and replaces what words held.  Returns NULL, or what is wrong
 * with it, the last of all; the caller frees.  What is wrong is left out, a
 * quote that is not closed ends with the line, and a NUL byte leaves no word.
 */
char *words_cut(struct words *words, const char *line, size_t length);

/* A copy of so many words; words_free() frees it. */
struct words words_copy(const struct word *list, size_t count);

/* Frees the words and their list. */
void words_free(struct words *words);

/*
 * Whether the word has to be quoted to be one word again and no brace, or for
 * a reader to see that it stands for itself: 'a b' is two words, * a character.
 */
bool word_is_special(const char *text);

#endif

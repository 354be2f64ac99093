/*
 * Which of some words was meant by one that is none of them.
 */
#ifndef MSWATCH_GUESS_H
#define MSWATCH_GUESS_H

#include <stdbool.h>
#include <stddef.h>

struct guess {
	const char *text;
	size_t nearest;         /* the distance that a word has to be below */
};

/* A guess at what the text was meant to be; the shortest and very long ones are not guessed at. */
struct guess guess_start(const char *text);

/* Whether the word is like the text, and more so than all that were asked about before. */
bool guess_is_nearer(struct guess *guess, const char *word);

#endif

#include "guess.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* What is longer is not guessed at, and the most that a guess is longer by. */
#define LONGEST 32
#define MORE 2

static size_t least(size_t a, size_t b, size_t c)
{
	a = a < b ? a : b;
	return a < c ? a : c;
}

static bool same(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/*
 * Characters to insert, delete, replace or swap with their neighbour to make
 * one of the other (optimal string alignment).
 */
static size_t distance(const char *one, const char *other)
{
	size_t rows[3][LONGEST + MORE + 1] = { { 0 } };
	size_t *last = rows[0], *before = rows[1], *row = rows[2], *spare;
	size_t width = strlen(other);

	for (size_t j = 0; j <= width; j++)
		last[j] = j;
	for (size_t i = 1; one[i - 1] != '\0'; i++) {
		row[0] = i;
		for (size_t j = 1; j <= width; j++) {
			row[j] = least(last[j] + 1, row[j - 1] + 1,
			               last[j - 1] + !same(one[i - 1], other[j - 1]));
			if (i > 1 && j > 1 && same(one[i - 1], other[j - 2]) &&
			    same(one[i - 2], other[j - 1]))
				row[j] = least(row[j], before[j - 2] + 1, row[j]);
		}
		spare = before;
		before = last;
		last = row;
		row = spare;
	}
	return last[width];
}

/* The lengths alone make the distance no less than nearest. */
static bool is_far(size_t one, size_t other, size_t nearest)
{
	return (one > other ? one - other : other - one) >= nearest;
}

struct guess guess_start(const char *text)
{
	size_t length = strlen(text);
	struct guess guess = { .text = text, .nearest = length > 4 ? MORE + 1 : 2 };

	if (length < 3 || length > LONGEST)
		guess.nearest = 0;
	return guess;
}

bool guess_is_nearer(struct guess *guess, const char *word)
{
	size_t length = strlen(guess->text), d = guess->nearest;

	if (guess->nearest == 0)
		return false;
	if (strncasecmp(guess->text, word, length) == 0)
		d = 1;
	else if (!is_far(length, strlen(word), guess->nearest))
		d = distance(guess->text, word);
	if (d >= guess->nearest)
		return false;
	guess->nearest = d;
	return true;
}

#include "damper.h"

#include <stdbool.h>
#include <string.h>

#include "hash.h"

static bool has_digit(const char *word, size_t length)
{
	size_t i;

	for (i = 0; i < length; i++)
		if (word[i] >= '0' && word[i] <= '9')
			return true;
	return false;
}

static uint64_t hash_words(uint64_t hash, const char *text)
{
	static const char spaces[] = " \t";
	size_t length;

	for (text += strspn(text, spaces); *text != '\0'; text += strspn(text, spaces)) {
		length = strcspn(text, spaces);
		if (!has_digit(text, length))
			hash = hash_more(hash_more(hash, " ", 1), text, length);
		text += length;
	}
	return hash;
}

/* Puts the cause before the others; returns whether it was one of them. */
static bool remember(struct failure *failure, uint64_t cause)
{
	unsigned i = 0;
	bool known;

	while (i < failure->causes && failure->cause[i] != cause)
		i++;
	known = i < failure->causes;
	if (!known && failure->causes < FAILURE_CAUSES)
		failure->causes++;
	else if (!known)
		i--; /* the one that came longest ago gives way */
	memmove(failure->cause + 1, failure->cause, i * sizeof failure->cause[0]);
	failure->cause[0] = cause;
	return known;
}

static enum failure_tell told_now(struct failure *failure, enum failure_tell tell, clock_ms now)
{
	failure->told = now;
	failure->owed = false;
	return tell;
}

enum failure_tell failure_add(struct failure *failure, const char *cause, const char *last_words,
                              clock_ms now)
{
	uint64_t value = hash_words(hash_text(cause), last_words);

	if (failure->tries++ == 0)
		failure->since = now;
	if (!remember(failure, value)) {
		failure->known = 1;
		return told_now(failure, FAILURE_TELL, now);
	}
	failure->known++;
	failure->owed |= (failure->known & (failure->known - 1)) == 0;
	if (!failure->owed || now - failure->told < FAILURE_PAUSE)
		return FAILURE_QUIET;
	return told_now(failure, FAILURE_STILL, now);
}

clock_ms failure_clear(struct failure *failure, clock_ms now)
{
	clock_ms lasted = failure->tries != 0 ? now - failure->since : -1;

	*failure = (struct failure){ 0 };
	return lasted;
}

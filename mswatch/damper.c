#include "damper.h"

#include <stdbool.h>
#include <string.h>

#include "hash.h"

static bool has_digit(const char *word, size_t length)
{
	for (size_t i = 0; i < length; i++)
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
static bool remember(struct damper *damper, uint64_t cause)
{
	unsigned i = 0;
	bool known;

	while (i < damper->causes && damper->cause[i] != cause)
		i++;
	known = i < damper->causes;
	if (!known && damper->causes < DAMPER_CAUSES)
		damper->causes++;
	else if (!known)
		i--; /* the one that came longest ago gives way */
	memmove(damper->cause + 1, damper->cause, i * sizeof damper->cause[0]);
	damper->cause[0] = cause;
	return known;
}

static enum damper_tell told_now(struct damper *damper, enum damper_tell tell, clock_ms now)
{
	damper->told = now;
	damper->owed = false;
	return tell;
}

enum damper_tell damper_add(struct damper *damper, const char *cause, const char *last_words,
                            clock_ms now)
{
	uint64_t value = hash_words(hash_text(cause), last_words);

	if (damper->tries++ == 0)
		damper->since = now;
	if (!remember(damper, value)) {
		damper->known = 1;
		return told_now(damper, DAMPER_TELL, now);
	}
	damper->known++;
	damper->owed |= (damper->known & (damper->known - 1)) == 0;
	if (!damper->owed || now - damper->told < DAMPER_PAUSE)
		return DAMPER_QUIET;
	return told_now(damper, DAMPER_STILL, now);
}

clock_ms damper_clear(struct damper *damper, clock_ms now)
{
	clock_ms lasted = damper->tries != 0 ? now - damper->since : -1;

	*damper = (struct damper){ 0 };
	return lasted;
}

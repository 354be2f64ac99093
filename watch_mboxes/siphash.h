/*
 * SipHash-1-3, streaming (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012):
 * a number for a text, such that nobody who does not know the key can make two
 * texts with one number.
 */
#ifndef WATCH_MBOXES_SIPHASH_H
#define WATCH_MBOXES_SIPHASH_H

#include <stddef.h>
#include <stdint.h>

struct siphash_key {
	uint64_t part[2];
};

struct siphash {
	uint64_t state[4], length;
	unsigned char word[8];  /* what does not fill a word yet */
	size_t filled;
};

/* Starts with an empty text. */
void siphash_start(struct siphash *hash, const struct siphash_key *key);

/* The text goes on with these bytes. */
void siphash_add(struct siphash *hash, const char *bytes, size_t count);

/* The number of the whole text. */
uint64_t siphash_end(struct siphash *hash);

#endif

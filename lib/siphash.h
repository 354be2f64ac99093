/*
 * SipHash-1-3, streaming (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012):
 * a number for a text, such that nobody who does not know the key can make two
 * texts with one number.
 */
#ifndef LIB_SIPHASH_H
#define LIB_SIPHASH_H

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

/* A key that nobody else knows; of the time and this process where the kernel has no better yet. */
void siphash_choose_key(struct siphash_key *key);

/* Starts with an empty text. */
void siphash_start(struct siphash *hash, const struct siphash_key *key);

/* The text goes on with these bytes. */
void siphash_add(struct siphash *hash, const char *bytes, size_t count);

/* The number of the whole text. */
uint64_t siphash_end(struct siphash *hash);

/* The same in one step, for a text up to its NUL byte. */
uint64_t siphash_text(const struct siphash_key *key, const char *text);

#endif

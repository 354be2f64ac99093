#include "siphash.h"

#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "clock.h"

static uint64_t rotate(uint64_t value, unsigned bits)
{
	return value << bits | value >> (64 - bits);
}

/* The paper's SipRound, figure 2.1. */
static void mix(uint64_t v[4])
{
	v[0] += v[1];
	v[2] += v[3];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] = rotate(v[0], 32);
	v[2] += v[1];
	v[0] += v[3];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[2] = rotate(v[2], 32);
}

static void take(uint64_t state[4], uint64_t word)
{
	state[3] ^= word;
	mix(state);
	state[0] ^= word;
}

static uint64_t word_at(const unsigned char bytes[8])
{
	uint64_t word;

	memcpy(&word, bytes, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	word = __builtin_bswap64(word);
#endif
	return word;
}

void siphash_choose_key(struct siphash_key *key)
{
	if (getrandom(key, sizeof *key, GRND_NONBLOCK) != (ssize_t)sizeof *key)
		*key = (struct siphash_key){ { (uint64_t)clock_now(), (uint64_t)getpid() } };
}

void siphash_start(struct siphash *hash, const struct siphash_key *key)
{
	*hash = (struct siphash){ .state = {
					  key->part[0] ^ UINT64_C(0x736f6d6570736575),
					  key->part[1] ^ UINT64_C(0x646f72616e646f6d),
					  key->part[0] ^ UINT64_C(0x6c7967656e657261),
					  key->part[1] ^ UINT64_C(0x7465646279746573),
				  } };
}

void siphash_add(struct siphash *hash, const char *bytes, size_t count)
{
	const unsigned char *from = (const unsigned char *)bytes;
	uint64_t state[4];
	size_t step;

	hash->length += count;
	if (hash->filled > 0) {
		step = sizeof hash->word - hash->filled;
		step = step < count ? step : count;
		memcpy(hash->word + hash->filled, from, step);
		hash->filled += step;
		from += step;
		count -= step;
		if (hash->filled < sizeof hash->word)
			return;
		take(hash->state, word_at(hash->word));
	}
	memcpy(state, hash->state, sizeof state);
	for (; count >= 8; from += 8, count -= 8)
		take(state, word_at(from));
	memcpy(hash->state, state, sizeof state);
	memcpy(hash->word, from, count);
	hash->filled = count;
}

uint64_t siphash_end(struct siphash *hash)
{
	uint64_t *v = hash->state;

	memset(hash->word + hash->filled, 0, sizeof hash->word - hash->filled);
	take(v, word_at(hash->word) | hash->length << 56);
	v[2] ^= 0xff;
	for (int i = 0; i < 3; i++)
		mix(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

uint64_t siphash_text(const struct siphash_key *key, const char *text)
{
	struct siphash hash;

	siphash_start(&hash, key);
	siphash_add(&hash, text, strlen(text));
	return siphash_end(&hash);
}

/*
 * Which stores something comes from: sets, and the names behind them.  A store
 * keeps its place in the sets by its name, whatever a reload makes of the others.
 */
#ifndef MSWATCH_ORIGINS_H
#define MSWATCH_ORIGINS_H

#include <stddef.h>
#include <stdint.h>

#include "config/config.h"

/* Stores that can be told apart; the sets of others are all stores. */
#define ORIGINS_MOST 64
#define ORIGINS_ALL UINT64_MAX

/* The names of the places; all zero: none has one yet. */
struct origins {
	char *name[ORIGINS_MOST];
	size_t count;
};

/* The set of the store of this name alone; sets are united by |. */
uint64_t origins_set(struct origins *origins, const char *store);

/*
 * The names of config's stores that are in the set, in config's order, with a blank
 * between them.  The caller frees; NULL: no memory.
 */
char *origins_format(const struct origins *origins, uint64_t set, const struct config *config);

/* Forgets the names. */
void origins_free(struct origins *origins);

#endif

#include "origins.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static size_t find(const struct origins *origins, const char *store)
{
	size_t place = 0;

	while (place < origins->count && strcmp(origins->name[place], store) != 0)
		place++;
	return place;
}

uint64_t origins_set(struct origins *origins, const char *store)
{
	size_t place = find(origins, store);

	if (place == ORIGINS_MOST)
		return ORIGINS_ALL;
	if (place == origins->count) {
		origins->name[place] = strdup(store);
		if (origins->name[place] == NULL)
			return ORIGINS_ALL;
		origins->count++;
	}
	return (uint64_t)1 << place;
}

static bool contains(const struct origins *origins, uint64_t set, const char *store)
{
	size_t place = find(origins, store);

	if (place == origins->count)
		return set == ORIGINS_ALL;
	return (set >> place & 1) != 0;
}

char *origins_format(const struct origins *origins, uint64_t set, const struct config *config)
{
	size_t room = 1;
	char *text, *end;

	for (size_t i = 0; i < config->store_count; i++)
		room += strlen(config->stores[i].name) + 1;
	text = malloc(room);
	if (text == NULL)
		return NULL;
	end = text;
	*end = '\0';
	for (size_t i = 0; i < config->store_count; i++) {
		if (!contains(origins, set, config->stores[i].name))
			continue;
		if (end > text)
			*end++ = ' ';
		end = stpcpy(end, config->stores[i].name);
	}
	return text;
}

void origins_free(struct origins *origins)
{
	while (origins->count > 0)
		free(origins->name[--origins->count]);
}

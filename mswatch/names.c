#include "names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

void names_clear(struct names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->name[i]);
	free(names->name);
	*names = (struct names){ .most = names->most };
}

static void become_all(struct names *names)
{
	names_clear(names);
	names->all = true;
}

/* Where the mailbox is, or belongs. */
static size_t find(const struct names *names, const char *mailbox, bool *found)
{
	size_t low = 0, high = names->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(names->name[middle], mailbox) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	*found = low < names->count && strcmp(names->name[low], mailbox) == 0;
	return low;
}

static bool make_room(struct names *names)
{
	char **name = memory_extend(names->name, &names->room, names->count + 1, sizeof *name);

	if (name != NULL)
		names->name = name;
	return name != NULL;
}

void names_add(struct names *names, const char *mailbox)
{
	bool found;
	size_t at;
	char *copy;

	if (names->all)
		return;
	at = find(names, mailbox, &found);
	if (found)
		return;
	copy = mailbox[0] != '\0' && names->count < names->most && make_room(names)
	               ? strdup(mailbox)
	               : NULL;
	if (copy == NULL) {
		become_all(names);
		return;
	}
	memmove(names->name + at + 1, names->name + at,
	        (names->count - at) * sizeof *names->name);
	names->name[at] = copy;
	names->count++;
}

void names_add_run(struct names *names, bool whole, const char *const *name, size_t count)
{
	if (whole)
		names_add(names, "");
	for (size_t i = 0; i < count; i++)
		names_add(names, name[i]);
}

void names_remove(struct names *names, const char *mailbox)
{
	bool found;
	size_t at = find(names, mailbox, &found);

	if (!found)
		return;
	free(names->name[at]);
	names->count--;
	memmove(names->name + at, names->name + at + 1,
	        (names->count - at) * sizeof *names->name);
}

const char *names_format(const char *const *name, size_t count, char buffer[NAMES_ROOM])
{
	size_t shown = count < NAMES_SHOWN ? count : NAMES_SHOWN, used = 0;

	buffer[0] = '\0';
	for (size_t i = 0; i < shown; i++)
		used += (size_t)snprintf(buffer + used, NAMES_ROOM - used, "%s%.*s",
		                         i > 0 ? ", " : "", NAMES_WIDTH, name[i]);
	if (count > shown)
		snprintf(buffer + used, NAMES_ROOM - used, " and %zu more", count - shown);
	return buffer;
}

#include "errors.h"

#include <stdlib.h>

#include "list.h"

struct error {
	unsigned line;
	size_t order;
	char *message;
};

void errors_add(struct errors *errors, unsigned line, char *message)
{
	const struct error error = { .line = line, .order = errors->count, .message = message };

	errors->list = list_add(errors->list, &errors->count, &error, sizeof error);
}

static int compare_errors(const void *one, const void *other)
{
	const struct error *a = one, *b = other;

	if (a->line != b->line)
		return b->line == 0 || (a->line != 0 && a->line < b->line) ? -1 : 1;
	return a->order < b->order ? -1 : 1;
}

void errors_tell(struct errors *errors, config_complain *tell, void *context)
{
	if (errors->count > 0)
		qsort(errors->list, errors->count, sizeof *errors->list, compare_errors);
	for (size_t i = 0; i < errors->count; i++) {
		tell(context, errors->list[i].message);
		free(errors->list[i].message);
	}
	free(errors->list);
	errors->list = NULL;
}

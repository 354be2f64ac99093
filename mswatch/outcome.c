#include "outcome.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"

/* NULL: no memory. */
__attribute__((format(printf, 1, 2)))
static char *make(const char *format, ...)
{
	char *text = NULL;
	va_list list;

	va_start(list, format);
	if (vasprintf(&text, format, list) == -1)
		text = NULL;
	va_end(list);
	return text;
}

bool outcome_describe(const struct outcome *outcome, const char *stores,
                      struct outcome_environment *environment)
{
	char *error = message_escape(outcome->error, strlen(outcome->error));

	if (error == NULL)
		return false;
	*environment = (struct outcome_environment){ {
		make("MSWATCH_RESULT=%s", outcome->success ? "success" : "failure"),
		make("MSWATCH_STATUS=%d", outcome->status),
		make("MSWATCH_DURATION=%lld.%03lld", (long long)(outcome->lasted / 1000),
		     (long long)(outcome->lasted % 1000)),
		make("MSWATCH_STORES=%s", stores),
		make("MSWATCH_ERROR=%s", error),
	} };
	free(error);
	for (int i = 0; i < OUTCOME_VARIABLES; i++)
		if (environment->variable[i] == NULL)
			return false;
	return true;
}

void outcome_free(struct outcome_environment *environment)
{
	for (int i = 0; i < OUTCOME_VARIABLES; i++)
		free(environment->variable[i]);
	*environment = (struct outcome_environment){ 0 };
}

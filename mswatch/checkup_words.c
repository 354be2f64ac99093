#include "checkup_words.h"

#include <stdio.h>
#include <stdlib.h>

#include "advice.h"
#include "memory.h"
#include "message.h"
#include "quoting.h"

/* The line that tells most of what was said, and what to do about it. */
struct finding {
	const char *advice;             /* NULL: nothing is known */
	char line[TAIL_WIDTH + 1];
};

static void keep(struct finding *finding, const char *advice, const char *line)
{
	finding->advice = advice;
	snprintf(finding->line, sizeof finding->line, "%s", line);
}

/* The first question: what follows may come of it, as a refused key does of its file's mode. */
static void take_question(void *context, const char *line)
{
	struct finding *finding = context;
	const char *advice = finding->advice == NULL ? advice_for(line) : NULL;

	if (advice != NULL)
		keep(finding, advice, line);
}

/* The last trouble: what was before may have been got over, as one of two addresses is. */
static void take_trouble(void *context, const char *line)
{
	const char *advice = advice_at_first(line);

	if (advice != NULL)
		keep(context, advice, line);
}

static void find(struct finding *finding, const char *cause, const struct diagnostics *diagnostics)
{
	keep(finding, NULL, diagnostics->last);
	tail_each(&diagnostics->tail, take_question, finding);
	if (finding->advice == NULL)
		finding->advice = advice_for(cause);
	if (finding->advice == NULL)
		tail_each(&diagnostics->tail, take_trouble, finding);
	if (finding->advice == NULL)
		finding->advice = advice_at_first(cause);
}

void checkup_tell(const char *name, const char *cause, const struct diagnostics *diagnostics,
                  char *const command[])
{
	struct finding finding;
	bool silent;
	char *line;

	find(&finding, cause, diagnostics);
	silent = finding.line[0] == '\0';
	if (finding.advice != NULL) {
		message_error("%s: %s%s%s%s%s%s", name, cause, silent ? "" : " (", finding.line,
		              silent ? "" : ")", *finding.advice != '\0' ? "; " : "",
		              finding.advice);
		return;
	}
	line = quoting_format(command);
	message_error("%s: %s%s%s%s; run it by hand, without a terminal: "
	              "sleep 1d | setsid -w %s | cat", name, cause, silent ? "" : " (",
	              finding.line, silent ? "" : ")", line != NULL ? line : command[0]);
	free(line);
}

#include "proof.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "memory.h"
#include "message.h"

/* A name as one line, whatever it holds. */
static char *name_in_a_line(const char *name)
{
	char *escaped = message_escape(name, strlen(name)), *line, *end;

	if (escaped == NULL) {
		message_error("out of memory");
		exit(1);
	}
	end = line = memory_new(4 * strlen(escaped) + 1, 1);
	for (const char *c = escaped; *c != '\0'; c++) {
		if (*c == '\n')
			end = stpcpy(end, "\\x0a");
		else
			*end++ = *c;
	}
	free(escaped);
	return line;
}

static void tell(void *context, const char *message)
{
	(void)context;
	message_error("%s", message);
}

static const char *find_program(const char *program, char buffer[EXECUTABLE_ROOM])
{
	return executable_fault(program, getenv("PATH"), buffer);
}

static void warn_of_file(int fd, const char *name)
{
	struct stat facts;

	if (fstat(fd, &facts) == 0 && S_ISREG(facts.st_mode) &&
	    config_is_open_to_others(facts.st_mode, facts.st_uid, geteuid()))
		message_error("%s: others can write to it, and so decide what is run as you: "
		              "chown it to yourself and chmod go-w", name);
}

int proof_show(const struct config *config, int fd, const char *file)
{
	char *name = name_in_a_line(file), *settings = config_format(config);
	char *text = memory_format("# %s\n%s", name, settings);
	int status = message_document(text);

	warn_of_file(fd, name);
	config_check(config, name, find_program, tell, NULL);
	free(text);
	free(settings);
	free(name);
	return status;
}

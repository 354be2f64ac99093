#include "proof.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "memory.h"
#include "message.h"
#include "outline.h"
#include "quoting.h"

static void tell(void *context, const char *message)
{
	(void)context;
	message_error("%s", message);
}

static const char *find_program(void *context, const char *program, char buffer[EXECUTABLE_ROOM])
{
	(void)context;
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

bool proof_check_text(const char *text)
{
	static const char name[] = "in what is printed";
	struct config *config = config_parse(name, text, strlen(text), tell, NULL);
	struct subject *subject = config != NULL ? subject_read(config, name, true) : NULL;
	bool is_right = subject != NULL;

	if (is_right)
		config_check(config, name, find_program, tell, NULL);
	subject_free(subject);
	config_free(config);
	return is_right;
}

void proof_warn(const struct config *config, int fd, const char *file, config_find *find,
                void *context)
{
	char *name = quoting_line(file);

	warn_of_file(fd, name);
	config_check(config, name, find != NULL ? find : find_program, tell, context);
	free(name);
}

int proof_show(const struct config *config, const struct subject *subject, const char *file)
{
	char *name = quoting_line(file), *settings = config_format(config);
	char *outline = subject != NULL ? outline_format(subject, config) : memory_copy("");
	char *text = memory_format("# %s\n%s%s", name, outline, settings);
	int status = message_document(text);

	free(text);
	free(outline);
	free(settings);
	free(name);
	return status;
}

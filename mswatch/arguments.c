#include "arguments.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What is left free for a wrapper's own arguments, in bytes. */
#define SLACK 8192
/* execve(2): however large the stack may grow, arguments get no more than this of it. */
#define KERNEL_MOST (6L * 1024 * 1024)

static size_t length_of(char *const words[])
{
	size_t bytes = 0;

	for (; *words != NULL; words++)
		bytes += strlen(*words) + 1 + sizeof *words;
	return bytes;
}

static size_t count_of(char *const words[])
{
	size_t count = 0;

	while (words[count] != NULL)
		count++;
	return count;
}

static char *append(char *to, const char *text)
{
	size_t length = strlen(text);

	memcpy(to, text, length + 1);
	return to + length;
}

/* One mailbox as an argument; returns where the next one may stand. */
static char *write_mailbox(const struct config *config, const char *mailbox, char *to)
{
	if (config->prefix != NULL) {
		to = append(to, config->prefix);
		to = append(to, config->separator);
	}
	return append(to, mailbox) + 1;
}

char **arguments_new(const struct config *config, char *const command[], bool whole,
                     const char *const *names, size_t count)
{
	size_t words = count_of(command);
	size_t joint = config->prefix != NULL ? strlen(config->prefix) + strlen(config->separator)
	                                      : 0;
	size_t bytes = (words + count + 2) * sizeof(char *) + strlen(config_all(config)) + 1;
	char **argv, *text;

	for (size_t i = 0; i < count; i++)
		bytes += joint + strlen(names[i]) + 1;
	argv = malloc(bytes);
	if (argv == NULL)
		return NULL;
	memcpy(argv, command, words * sizeof *argv);
	text = (char *)(argv + words + count + 2);
	if (whole) {
		argv[words++] = text;
		append(text, config_all(config));
	}
	for (size_t i = 0; !whole && i < count; i++) {
		argv[words++] = text;
		text = write_mailbox(config, names[i], text);
	}
	argv[words] = NULL;
	return argv;
}

size_t arguments_room(const struct config *config)
{
	long most = sysconf(_SC_ARG_MAX);
	size_t limit = most <= 0 ? 128 * 1024 : most < KERNEL_MOST ? (size_t)most : KERNEL_MOST;
	size_t used = length_of(environ) + length_of(config->sync) + SLACK;

	return limit > 2 * used ? limit - used : limit / 2;
}

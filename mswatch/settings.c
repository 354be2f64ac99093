#include "settings.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "memory.h"
#include "message.h"
#include "retry.h"

/* A configuration larger than this is none, in bytes. */
#define CONFIG_MOST (1024 * 1024)

/* For who has none yet. */
#define ADVICE_NONE \
	"; mswatch --init CHANNEL HOST prints one for mbsync; mswatchrc(5) and " \
	"mswatchrc.sample tell what it holds"

/* Tells why the file can't be read; what the system lacks now may be there soon. */
static int refuse_file(const char *name, int error, const char *advice)
{
	bool passing = error == ENOMEM || error == EMFILE || error == ENFILE || error == EIO ||
	               error == ESTALE;

	message_error("%s: %s%s", name, strerror(error), advice);
	return passing ? EXIT_FAILURE : EX_CONFIG;
}

int settings_open(const char *name, int *status)
{
	int file = RETRY(open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY));

	if (file == -1)
		*status = refuse_file(name, errno, errno == ENOENT ? ADVICE_NONE : "");
	return file;
}

/* All of the file; NULL: told, with *status. */
static char *read_file(int file, const char *name, size_t *length, int *status)
{
	char *text = memory_new(CONFIG_MOST + 1, 1);
	ssize_t got;

	*length = 0;
	while ((got = RETRY(read(file, text + *length, CONFIG_MOST + 1 - *length))) > 0)
		*length += (size_t)got;
	if (got == 0 && *length <= CONFIG_MOST)
		return text;
	if (got == -1) {
		*status = refuse_file(name, errno, "");
	} else {
		message_error("%s: larger than %d bytes: not a configuration", name, CONFIG_MOST);
		*status = EX_CONFIG;
	}
	free(text);
	return NULL;
}

static void complain(void *context, const char *message)
{
	(void)context;
	message_error("%s", message);
}

struct settings *settings_read(int file, const char *name, int *status)
{
	struct settings *settings = memory_new(1, sizeof *settings);
	size_t length;
	char *text = read_file(file, name, &length, status);

	if (text != NULL) {
		*status = EX_CONFIG;
		settings->config = config_parse(name, text, length, complain, NULL);
	}
	free(text);
	if (settings->config != NULL)
		return settings;
	settings_free(settings);
	return NULL;
}

bool settings_complete(struct settings *settings, const char *name, bool thorough, int *status)
{
	if (settings->config->channel == NULL)
		return true;
	settings->subject = subject_read(settings->config, name, thorough);
	*status = EX_CONFIG;
	return settings->subject != NULL;
}

void settings_free(struct settings *settings)
{
	if (settings == NULL)
		return;
	subject_free(settings->subject);
	config_free(settings->config);
	free(settings);
}

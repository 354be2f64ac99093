#include "speaker.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "invocation.h"

/* What each name may take of the room, in bytes. */
#define SHOWN "%.450s"

/* What a command runs behind its wrappers, or NULL. */
static const char *find_program(char *const *word)
{
	while (*word != NULL) {
		const struct invocation *invocation = invocation_find(*word);

		if (invocation->reader == READER_SHELL || invocation->reader == READER_REMOTE)
			break;
		if (!invocation->passes)
			return *word;
		word = invocation_behind(invocation, word);
		if (word == NULL)
			break;
	}
	return NULL;
}

const char *speaker_program(char *const words[])
{
	return words != NULL ? find_program(words) : NULL;
}

const char *speaker_with_status(char *const words[], int status)
{
	const char *program = find_program(words);

	return program != NULL && status < 124 ? program : words[0];
}

static bool begins_with(const char *line, const char *name)
{
	size_t length = strlen(name);

	return strncmp(line, name, length) == 0 && line[length] == ':';
}

/* Whether the line begins with the name of the program or of one of its wrappers. */
static bool is_signed(char *const words[], const char *line)
{
	while (words != NULL && *words != NULL) {
		const struct invocation *invocation = invocation_find(*words);

		if (begins_with(line, *words) || begins_with(line, invocation_name(*words)))
			return true;
		words = invocation->passes ? invocation_behind(invocation, words) : NULL;
	}
	return false;
}

const char *speaker_prefix(const struct speaker *speaker, const char *line,
                           char buffer[SPEAKER_ROOM])
{
	bool own = speaker->words != NULL && is_signed(speaker->words, line);
	const char *program = speaker->words != NULL ? speaker_program(speaker->words) : NULL;

	if (own)
		snprintf(buffer, SPEAKER_ROOM, SHOWN "%s",
		         speaker->everywhere ? speaker->setting : "",
		         speaker->everywhere ? " " : "");
	else if (program == NULL)
		snprintf(buffer, SPEAKER_ROOM, SHOWN ": ", speaker->setting);
	else if (speaker->everywhere)
		snprintf(buffer, SPEAKER_ROOM, SHOWN " " SHOWN ": ", speaker->setting, program);
	else
		snprintf(buffer, SPEAKER_ROOM, SHOWN ": ", program);
	return buffer;
}

#include "speaker.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "invocation.h"

/* What each name may take of the room, in bytes. */
#define SHOWN "%.450s"

/* The command that a wrapper runs, from its first word on; NULL: it can't be told. */
static char *const *behind(const struct invocation *invocation, char *const *word)
{
	struct invocation_option option = { 0 };

	for (word++; *word != NULL && !option.is_last; word += option.length) {
		if (!invocation_option(invocation, *word, &option))
			break;
		if (option.is_opaque || (option.length > 1 && word[1] == NULL))
			return NULL;
	}
	for (size_t i = 0; *word != NULL && invocation_is_operand(invocation, *word, i); i++)
		word++;
	return word;
}

const char *speaker_program(char *const words[])
{
	while (words != NULL && *words != NULL) {
		const struct invocation *invocation = invocation_find(*words);

		if (invocation->reader == READER_SHELL || invocation->reader == READER_REMOTE)
			return NULL;
		if (!invocation->passes)
			return *words;
		words = behind(invocation, words);
	}
	return NULL;
}

const char *speaker_with_status(char *const words[], int status)
{
	const char *program = speaker_program(words);

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
		words = invocation->passes ? behind(invocation, words) : NULL;
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

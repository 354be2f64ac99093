#include "speaker.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* What each name may take of the room, in bytes. */
#define SHOWN "%.450s"

/* A program that runs another one, and the options between the two. */
struct wrapper {
	const char *name;
	const char *values;     /* letters that take a value */
	const char *longs;      /* long options that take the next word, each after a space */
	const char *opaque;     /* letters behind which no command can be told */
	int operands;           /* words before the command */
	bool assigns;           /* NAME=VALUE may come before the command */
};

static const struct wrapper wrappers[] = {
	{ .name = "socketwatch", .values = "gt", .longs = " --grace --timeout", .opaque = "" },
	{ .name = "inputkill", .values = "gt", .longs = " --grace --timeout", .opaque = "" },
	{ .name = "env", .values = "uC", .longs = " --unset --chdir", .opaque = "S", .assigns = true },
	{ .name = "nice", .values = "n", .longs = " --adjustment", .opaque = "" },
	{ .name = "ionice", .values = "cn", .longs = " --class --classdata", .opaque = "pPu" },
	{ .name = "timeout", .values = "ks", .longs = " --kill-after --signal", .opaque = "",
	  .operands = 1 },
	{ .name = "setsid", .values = "", .longs = "", .opaque = "" },
};

/* These run what is written in one of their words, or on another host. */
static const char *const interpreters[] = { "sh", "bash", "dash", "ksh", "zsh", "ssh" };

static const char *base_name(const char *word)
{
	const char *slash = strrchr(word, '/');

	return slash != NULL ? slash + 1 : word;
}

static const struct wrapper *find_wrapper(const char *word)
{
	size_t i;

	for (i = 0; i < sizeof wrappers / sizeof *wrappers; i++)
		if (strcmp(base_name(word), wrappers[i].name) == 0)
			return &wrappers[i];
	return NULL;
}

static bool is_interpreter(const char *word)
{
	size_t i;

	for (i = 0; i < sizeof interpreters / sizeof *interpreters; i++)
		if (strcmp(base_name(word), interpreters[i]) == 0)
			return true;
	return false;
}

/* Also shortened, as getopt_long(3) takes it. */
static bool takes_next_word(const struct wrapper *wrapper, const char *option)
{
	const char *found = option[2] != '\0' ? strstr(wrapper->longs, option) : NULL;

	return found != NULL && found[-1] == ' ';
}

/* How many words the option takes, itself included; 0: what follows can't be told. */
static size_t count_option(const struct wrapper *wrapper, const char *option)
{
	const char *letter;

	if (option[1] == '-')
		return takes_next_word(wrapper, option) ? 2 : 1;
	for (letter = option + 1; *letter != '\0'; letter++) {
		if (strchr(wrapper->opaque, *letter) != NULL)
			return 0;
		if (strchr(wrapper->values, *letter) != NULL)
			return letter[1] == '\0' ? 2 : 1;
	}
	return 1;
}

/* Moves on by so many words, or to the end. */
static char *const *skip(char *const *word, size_t count)
{
	while (count-- > 0 && *word != NULL)
		word++;
	return word;
}

/* The command that a wrapper runs: the first word behind its options, its end; NULL: can't be told. */
static char *const *behind(const struct wrapper *wrapper, char *const *word)
{
	bool over = false;
	size_t count;

	for (word++; *word != NULL && (*word)[0] == '-' && !over; word = skip(word, count)) {
		over = strcmp(*word, "--") == 0;
		count = count_option(wrapper, *word);
		if (count == 0)
			return NULL;
	}
	while (wrapper->assigns && *word != NULL && strchr(*word, '=') != NULL)
		word++;
	return skip(word, (size_t)wrapper->operands);
}

const char *speaker_program(char *const words[])
{
	const struct wrapper *wrapper;

	while (words != NULL && *words != NULL) {
		wrapper = find_wrapper(*words);
		if (wrapper == NULL)
			return is_interpreter(*words) ? NULL : *words;
		words = behind(wrapper, words);
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
	const struct wrapper *wrapper;

	while (words != NULL && *words != NULL) {
		if (begins_with(line, *words) || begins_with(line, base_name(*words)))
			return true;
		wrapper = find_wrapper(*words);
		words = wrapper != NULL ? behind(wrapper, words) : NULL;
	}
	return false;
}

const char *speaker_prefix(const struct speaker *speaker, const char *line,
                           char buffer[SPEAKER_ROOM])
{
	bool own = speaker->words != NULL && is_signed(speaker->words, line);
	const char *program = speaker->words != NULL ? speaker_program(speaker->words) : NULL;

	if (own)
		snprintf(buffer, SPEAKER_ROOM, SHOWN "%s", speaker->everywhere ? speaker->setting : "",
		         speaker->everywhere ? " " : "");
	else if (program == NULL)
		snprintf(buffer, SPEAKER_ROOM, SHOWN ": ", speaker->setting);
	else if (speaker->everywhere)
		snprintf(buffer, SPEAKER_ROOM, SHOWN " " SHOWN ": ", speaker->setting, program);
	else
		snprintf(buffer, SPEAKER_ROOM, SHOWN ": ", program);
	return buffer;
}

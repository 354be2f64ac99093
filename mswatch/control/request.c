#include "request.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

#define GREETING "mswatch 1 "

static const char *const commands[] = { [CONTROL_STATUS] = "status",
	                                [CONTROL_SYNC] = "sync",
	                                [CONTROL_STOP] = "stop",
	                                [CONTROL_RELOAD] = "reload",
	                                [CONTROL_WATCH] = "watch" };

#define COMMANDS (sizeof commands / sizeof commands[0])

/* The first line, which says what is asked. */
static const char *read_greeting(struct request *request, const char *line)
{
	size_t length = strlen(GREETING);

	if (strncmp(line, "mswatch ", 8) != 0)
		return "this is no request of mswatch";
	if (strncmp(line, GREETING, length) != 0)
		return "this is a request of another version of mswatch";
	for (size_t i = 0; i < COMMANDS; i++)
		if (strcmp(line + length, commands[i]) == 0) {
			request->command = (enum control_command)i;
			return NULL;
		}
	return "another version of mswatch runs here: it does not know this command";
}

/* Finds where the request ends: at an empty line; NULL: it has not come yet. */
static char *find_end(const struct request *request)
{
	return memmem(request->text, request->length, "\n\n", 2);
}

/* Cuts the whole request, whose last line ends at end, into its lines. */
static const char *cut(struct request *request, char *end)
{
	char *line = request->text, *next;
	size_t room = 0;
	const char *why;

	if (memchr(line, '\0', (size_t)(end - line)) != NULL)
		return "this is no request of mswatch";
	*end = '\0';
	next = strchrnul(line, '\n');
	while (next < end) {
		*next = '\0';
		request->argument = memory_grow(request->argument, &room, request->count + 1,
		                                sizeof *request->argument);
		request->argument[request->count++] = next + 1;
		next = strchrnul(next + 1, '\n');
	}
	why = read_greeting(request, line);
	request->complete = why == NULL;
	return why;
}

/* What follows a request: nothing but empty lines. */
static const char *take_pings(struct request *request, const char *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (bytes[i] != '\n')
			return "more than one request";
	request->pings += count;
	return NULL;
}

static const char *append(struct request *request, const char *bytes, size_t count)
{
	char *text;

	if (count > REQUEST_MOST - request->length)
		return "this request is too long";
	text = memory_extend(request->text, &request->room, request->length + count, 1);
	if (text == NULL)
		return strerror(ENOMEM);
	request->text = text;
	memcpy(text + request->length, bytes, count);
	request->length += count;
	return NULL;
}

const char *request_feed(struct request *request, const char *bytes, size_t count)
{
	const char *why;
	size_t rest;
	char *end;

	if (count == 0)
		return NULL;
	if (request->complete)
		return take_pings(request, bytes, count);
	why = append(request, bytes, count);
	if (why != NULL)
		return why;
	end = find_end(request);
	if (end == NULL)
		return NULL;
	rest = request->length - (size_t)(end + 2 - request->text);
	why = take_pings(request, end + 2, rest);
	return why != NULL ? why : cut(request, end);
}

void request_free(struct request *request)
{
	free(request->argument);
	free(request->text);
	*request = (struct request)REQUEST_INITIALIZER;
}

char *request_format(enum control_command command, const char *const *argument, size_t count,
                     size_t *length)
{
	FILE *stream;
	char *text = NULL;
	bool fits = true;

	stream = open_memstream(&text, length);
	if (stream == NULL)
		return NULL;
	fprintf(stream, GREETING "%s\n", commands[command]);
	for (size_t i = 0; i < count; i++) {
		fits = fits && argument[i][0] != '\0' && strchr(argument[i], '\n') == NULL;
		fprintf(stream, "%s\n", argument[i]);
	}
	putc('\n', stream);
	if (fclose(stream) == 0 && fits && *length <= REQUEST_MOST)
		return text;
	free(text);
	return NULL;
}

char *answer_format(char mark, const char *text, size_t *length)
{
	FILE *stream;
	char *answer = NULL;

	stream = open_memstream(&answer, length);
	if (stream == NULL)
		return NULL;
	for (size_t line; *text != '\0'; text += line + (text[line] == '\n')) {
		line = strcspn(text, "\n");
		fprintf(stream, "%c%.*s\n", mark, (int)line, text);
	}
	if (fclose(stream) == 0)
		return answer;
	free(answer);
	return NULL;
}

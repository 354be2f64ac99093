#include "quoting.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "message.h"

static bool is_plain(const char *word)
{
	return word[0] != '\0' && strpbrk(word, " \t\n\"'\\$`&|;<>()*?[]{}~#!") == NULL;
}

static void write_word(FILE *to, const char *word)
{
	if (is_plain(word)) {
		fputs(word, to);
		return;
	}
	fputc('\'', to);
	for (; *word != '\0'; word++) {
		if (*word == '\'')
			fputs("'\\'", to);
		fputc(*word, to);
	}
	fputc('\'', to);
}

char *quoting_format_some(char *const argv[], unsigned long first, unsigned long most)
{
	char *text = NULL;
	size_t length = 0;
	unsigned long left_out = 0;
	FILE *to = open_memstream(&text, &length);

	if (to == NULL)
		return NULL;
	for (unsigned long i = 0; argv[i] != NULL; i++) {
		if (i >= first && i - first >= most) {
			left_out++;
			continue;
		}
		if (i > 0)
			fputc(' ', to);
		write_word(to, argv[i]);
	}
	if (left_out > 0)
		fprintf(to, " (and %lu more)", left_out);
	if (fclose(to) != 0) {
		free(text);
		return NULL;
	}
	return text;
}

char *quoting_format(char *const argv[])
{
	return quoting_format_some(argv, ULONG_MAX, 0);
}

char *quoting_line(const char *text)
{
	char *escaped = message_escape(text, strlen(text)), *line, *end;

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

#include "shell.h"

#include <ctype.h>
#include <string.h>

static bool is_operator(char c)
{
	return c != '\0' && strchr("|><&;*", c) != NULL;
}

/* 2>/dev/null, or an operator itself */
static bool begins_with_operator(const char *text)
{
	size_t digits = strspn(text, "0123456789");

	return digits > 0 ? text[digits] == '>' || text[digits] == '<' : is_operator(text[0]);
}

/* $NAME, ${NAME}, $(COMMAND), $@ and the like, or `COMMAND`; not a $ that stands for itself. */
static bool is_value(const char *text)
{
	return text[0] == '`' ||
	       (text[0] == '$' && text[1] != '\0' &&
	        (isalnum((unsigned char)text[1]) || strchr("_{(@*#?$!-", text[1]) != NULL));
}

/* The value in NAME=VALUE and --option=VALUE; NULL in other words. */
static const char *find_value(const char *text)
{
	size_t name = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	                     "0123456789_-");

	return name > 0 && text[name] == '=' ? text + name + 1 : NULL;
}

enum shell_meaning shell_meaning(const struct word *word)
{
	const char *text = word->text, *value = find_value(text);
	size_t length = strlen(text);

	if (length == 0)
		return SHELL_NOTHING;
	if (text[0] == '~')
		return SHELL_HOME;
	if (text[0] == '$' || text[0] == '`' || (value != NULL && is_value(value)))
		return SHELL_VALUE;
	if ((text[0] == '\'' && word->bare_first) ||
	    (value != NULL && value[0] == '\'' && word->plain))
		return SHELL_QUOTE;
	if ((word->bare_first && begins_with_operator(text)) ||
	    (word->bare_last && is_operator(text[length - 1])))
		return SHELL_OPERATOR;
	return SHELL_NOTHING;
}

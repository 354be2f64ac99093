#include "encoding.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "utf7.h"

bool encoding_parse(const char *text, enum encoding *encoding)
{
	if (strcmp(text, "utf8") == 0)
		*encoding = ENCODING_UTF8;
	else if (strcmp(text, "utf7") == 0)
		*encoding = ENCODING_UTF7;
	else
		return false;
	return true;
}

/* A part in that encoding, or NULL; the caller frees. */
static char *convert_part(enum encoding encoding, const char *part)
{
	char *utf8 = utf7_decode(part), *utf7;

	if (utf8 == NULL)
		utf8 = memory_copy(part);
	utf7 = utf7_encode(utf8);
	if (encoding == ENCODING_UTF7 || utf7 == NULL) {
		free(utf8);
		return utf7;
	}
	free(utf7);
	return utf8;
}

/* The name with the part at its end, behind a separator unless it is the first; NULL for no part. */
static char *add_part(char *name, char separator, const char *part)
{
	char *longer = NULL;

	if (part != NULL && strchr(part, '\n') == NULL && strchr(part, separator) == NULL)
		longer = name != NULL ? memory_format("%s%c%s", name, separator, part)
		                      : memory_copy(part);
	free(name);
	return longer;
}

char *encoding_convert(enum encoding encoding, const char *name, char separator)
{
	char *parts, *rest, *part, *converted, *result = NULL;
	const char between[] = { separator, '\0' };

	if (encoding == ENCODING_NONE)
		return memory_copy(name);
	parts = rest = memory_copy(name);
	do {
		part = strsep(&rest, between);
		converted = convert_part(encoding, part);
		result = add_part(result, separator, converted);
		free(converted);
	} while (result != NULL && rest != NULL);
	free(parts);
	return result;
}

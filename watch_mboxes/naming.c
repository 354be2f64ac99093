#include "naming.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hot.h"

static bool begins_with(const char *part, const char *start)
{
	return strncmp(part, start, strlen(start)) == 0;
}

static bool ends_with(const char *part, const char *end)
{
	size_t length = strlen(part), count = strlen(end);

	return length >= count && strcmp(part + length - count, end) == 0;
}

/* Dovecot's own files beside its mailboxes; another dovecot-... may be a mailbox. */
static bool is_dovecots(const char *part)
{
	static const char *const starts[] = {
		"dovecot.index", "dovecot.list.index", "dovecot-uid", "dovecot.mailbox.log",
	};

	for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++)
		if (begins_with(part, starts[i]))
			return true;
	return false;
}

static bool is_hidden(const struct naming *naming, const char *part)
{
	return part[0] == '.' && !naming->all;
}

static bool is_left_out(const struct naming *naming, const char *part)
{
	return is_hidden(naming, part) || ends_with(part, ".lock") ||
	       (ends_with(part, "~") && !naming->all) || is_dovecots(part);
}

bool naming_is_walked(const struct naming *naming, const char *part)
{
	return strcmp(part, ".") != 0 && strcmp(part, "..") != 0 && strcmp(part, ".imap") != 0 &&
	       !is_hidden(naming, part);
}

/* Spells the name as it is to be printed; false when that can't be done. */
static bool spell(const struct naming *naming, char *name, size_t room)
{
	char *spelt;
	bool fits;

	if (naming->encoding == ENCODING_NONE)
		return true;
	spelt = encoding_convert(naming->encoding, name, naming->separator);
	fits = spelt != NULL && (size_t)snprintf(name, room, "%s", spelt) < room;
	free(spelt);
	return fits;
}

/* Writes the path with the separator between its parts; false when that is no name. */
static bool write_name(const struct naming *naming, const char *path, char *name, size_t room)
{
	char separator = naming->separator;

	if (strchr(path, '\n') != NULL || (separator != '/' && strchr(path, separator) != NULL) ||
	    (size_t)snprintf(name, room, "%s", path) >= room)
		return false;
	for (char *letter = name; *letter != '\0'; letter++)
		if (*letter == '/')
			*letter = separator;
	return spell(naming, name, room);
}

HOT enum naming_verdict naming_file(const struct naming *naming, const char *path, char *name,
                                    size_t room)
{
	const char *slash = strrchr(path, '/');
	bool is_inbox = naming->inbox != NULL && strcmp(path, naming->inbox) == 0;

	if (!is_inbox && is_left_out(naming, slash != NULL ? slash + 1 : path))
		return NAMING_NONE;
	if (!is_inbox && strcmp(path, "INBOX") == 0)
		return NAMING_DOUBLE;
	return write_name(naming, is_inbox ? "INBOX" : path, name, room)
	       ? NAMING_MAILBOX : NAMING_NAMELESS;
}

HOT bool naming_is_mbox(const char *bytes, size_t count)
{
	size_t length = count < NAMING_FIRST_BYTES ? count : NAMING_FIRST_BYTES;

	return memcmp(bytes, "From ", length) == 0 || memcmp(bytes, "*mbx*", length) == 0;
}

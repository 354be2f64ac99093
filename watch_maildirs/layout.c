#include "layout.h"

#include <stdlib.h>
#include <string.h>

#include "hot.h"
#include "path.h"

bool layout_style_parse(const char *text, enum layout_style *style)
{
	static const char *const names[] = {
		[LAYOUT_MAILDIRPP] = "maildir++",
		[LAYOUT_VERBATIM] = "verbatim",
		[LAYOUT_LEGACY] = "legacy",
	};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strcmp(text, names[i]) == 0) {
			*style = (enum layout_style)i;
			return true;
		}
	return false;
}

static bool is_above_inbox(const struct layout *layout, const char *path)
{
	const char *rest = layout->inbox != NULL ? path_below(layout->inbox, path) : NULL;

	return rest != NULL && *rest != '\0';
}

static bool part_is(const char *part, size_t length, const char *word)
{
	return strlen(word) == length && memcmp(part, word, length) == 0;
}

/* What follows the prefix in a directory's name, or NULL. */
static const char *behind_prefix(const char *prefix, const char *part, size_t length)
{
	size_t used = prefix != NULL ? strlen(prefix) : 0;

	return length > used && strncmp(part, prefix != NULL ? prefix : "", used) == 0 ? part + used
	                                                                                : NULL;
}

/* One directory's name as a part of the mailbox's; NULL where it is no part. */
static const char *part_name(const struct layout *layout, bool top, const char *part, size_t length)
{
	const char *end = part + length;

	if (part_is(part, length, "cur") || part_is(part, length, "new") ||
	    part_is(part, length, "tmp"))
		return NULL;
	if (top)
		part = behind_prefix(layout->prefix, part, length);
	if (part == NULL || (layout->style == LAYOUT_FLAT && !top))
		return NULL;
	if (layout->style != LAYOUT_LEGACY)
		return part;
	if (top)
		return part[0] == '.' ? NULL : part;
	return part[0] == '.' && end - part > 1 ? part + 1 : NULL;
}

/* All styles but Maildir++: name is what the path says, behind the mailbox above it. */
static enum layout_verdict tree_name(const struct layout *layout, const char *above,
                                     const char *path, char *name, size_t room)
{
	bool top = above[0] == '\0';
	size_t used = strlen(above), length;
	const char *part, *end;

	if (used >= room)
		return LAYOUT_NAMELESS;
	memcpy(name, above, used);
	while (*path != '\0') {
		end = path + strcspn(path, "/");
		part = part_name(layout, top, path, (size_t)(end - path));
		if (part == NULL)
			return LAYOUT_NONE;
		length = (size_t)(end - part);
		if (top && part_is(part, length, "INBOX"))
			return *end == '\0' ? LAYOUT_DOUBLE : LAYOUT_NONE;
		if (used + length + 2 > room)
			return LAYOUT_NAMELESS;
		if (used > 0)
			name[used++] = '/';
		memcpy(name + used, part, length);
		used += length;
		path = end + (*end == '/');
		top = false;
	}
	name[used] = '\0';
	return strchr(name, '\n') == NULL ? LAYOUT_MAILBOX : LAYOUT_NAMELESS;
}

/*
 * Maildir++: .a.b is a, b.  With a separator other than the dot, ..b is b below
 * INBOX, as mbsync reads it; .INBOX.b is that for Dovecot.  What the one calls
 * so, the other has no mailbox for.
 */
static enum layout_verdict maildirpp_name(const struct layout *layout, const char *path,
                                          char *name, size_t room)
{
	const char *folder = path + 1, *prefix = "";
	char separator = layout->separator;
	size_t used, length;

	if (path[0] != '.' || folder[0] == '\0' || strchr(folder, '/') != NULL)
		return LAYOUT_NONE;
	if (layout->is_strict && part_is(folder, strcspn(folder, "."), "INBOX"))
		return LAYOUT_DOUBLE;
	if (strchr(folder, '\n') != NULL || strcmp(folder, "INBOX") == 0)
		return LAYOUT_NAMELESS;
	if (separator != '.') {
		if (strchr(folder, separator) != NULL)
			return LAYOUT_NAMELESS;
		if (folder[0] == '.')
			prefix = "INBOX";
	}
	used = strlen(prefix);
	length = strlen(folder);
	if (used + length >= room)
		return LAYOUT_NAMELESS;
	memcpy(name, prefix, used);
	memcpy(name + used, folder, length + 1);
	for (char *letter = name; *letter != '\0'; letter++)
		if (*letter == '.')
			*letter = separator;
	return LAYOUT_MAILBOX;
}

static enum layout_verdict inbox_name(char *name, size_t room)
{
	if (sizeof "INBOX" > room)
		return LAYOUT_NAMELESS;
	memcpy(name, "INBOX", sizeof "INBOX");
	return LAYOUT_MAILBOX;
}

/* The directory's name below the base. */
static enum layout_verdict base_name(const struct layout *layout, const char *path, char *name,
                                     size_t room)
{
	const char *rest = NULL;

	if (layout->style == LAYOUT_MAILDIRPP)
		return maildirpp_name(layout, path, name, room);
	if (layout->inbox != NULL && layout->inbox[0] != '\0')
		rest = path_below(path, layout->inbox);
	return rest != NULL ? tree_name(layout, "INBOX", rest, name, room)
	                    : tree_name(layout, "", path, name, room);
}

/* layout_name(), but for the spelling. */
static enum layout_verdict plain_name(const struct layout *layout, enum layout_root root,
                                      const char *path, char *name, size_t room)
{
	enum layout_verdict verdict;

	if (root == LAYOUT_INBOX || layout->is_inbox) {
		if (path[0] == '\0')
			return inbox_name(name, room);
		return layout->style != LAYOUT_MAILDIRPP
		               ? tree_name(layout, "INBOX", path, name, room)
		               : LAYOUT_NONE;
	}
	if (layout->inbox != NULL && strcmp(path, layout->inbox) == 0)
		return inbox_name(name, room);
	if (path[0] == '\0')
		return LAYOUT_WALKED;
	verdict = base_name(layout, path, name, room);
	return (verdict == LAYOUT_NONE || verdict == LAYOUT_DOUBLE) && is_above_inbox(layout, path)
	               ? LAYOUT_WALKED
	               : verdict;
}

HOT enum layout_verdict layout_name(const struct layout *layout, enum layout_root root,
                                    const char *path, char *name, size_t room)
{
	enum layout_verdict verdict = plain_name(layout, root, path, name, room);
	char *spelt;

	if (verdict != LAYOUT_MAILBOX || layout->names == ENCODING_NONE)
		return verdict;
	spelt = encoding_convert(layout->names, name, layout->separator);
	if (spelt == NULL || strlen(spelt) >= room)
		verdict = LAYOUT_NAMELESS;
	else
		memcpy(name, spelt, strlen(spelt) + 1);
	free(spelt);
	return verdict;
}

bool layout_is_walked(const struct layout *layout, enum layout_root root, const char *path)
{
	if (layout->style == LAYOUT_VERBATIM || layout->style == LAYOUT_LEGACY)
		return true;
	return root == LAYOUT_BASE && !layout->is_inbox &&
	       (path[0] == '\0' || is_above_inbox(layout, path));
}

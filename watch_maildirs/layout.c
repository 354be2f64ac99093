#include "layout.h"

#include <stdio.h>
#include <string.h>

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

/* One directory's name as a part of the mailbox's; NULL where it is no part. */
static const char *part_name(enum layout_style style, bool top, const char *part, size_t length)
{
	if (style == LAYOUT_VERBATIM)
		return part_is(part, length, "cur") || part_is(part, length, "new") ||
		       part_is(part, length, "tmp") ? NULL : part;
	if (top)
		return part[0] == '.' ? NULL : part;
	return part[0] == '.' && length > 1 ? part + 1 : NULL;
}

/* Verbatim and legacy: name is what the path says, behind prefix. */
static enum layout_verdict tree_name(enum layout_style style, const char *prefix, const char *path,
                                     char *name, size_t room)
{
	bool top = prefix[0] == '\0';
	size_t used = strlen(prefix), length;
	const char *part;

	if (used >= room)
		return LAYOUT_NAMELESS;
	memcpy(name, prefix, used);
	while (*path != '\0') {
		length = strcspn(path, "/");
		part = part_name(style, top, path, length);
		if (part == NULL)
			return LAYOUT_NONE;
		if (top && part_is(path, length, "INBOX"))
			return path[length] == '\0' ? LAYOUT_DOUBLE : LAYOUT_NONE;
		length -= (size_t)(part - path);
		if (used + length + 2 > room)
			return LAYOUT_NAMELESS;
		if (used > 0)
			name[used++] = '/';
		memcpy(name + used, part, length);
		used += length;
		path = part + length + (part[length] == '/');
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
static enum layout_verdict maildirpp_name(char separator, const char *path, char *name, size_t room)
{
	const char *folder = path + 1, *prefix = "";

	if (path[0] != '.' || folder[0] == '\0' || strchr(folder, '/') != NULL)
		return LAYOUT_NONE;
	if (strchr(folder, '\n') != NULL || strcmp(folder, "INBOX") == 0)
		return LAYOUT_NAMELESS;
	if (separator != '.') {
		if (strchr(folder, separator) != NULL)
			return LAYOUT_NAMELESS;
		if (folder[0] == '.')
			prefix = "INBOX";
	}
	if (strlen(prefix) + strlen(folder) >= room)
		return LAYOUT_NAMELESS;
	snprintf(name, room, "%s%s", prefix, folder);
	for (char *letter = name; *letter != '\0'; letter++)
		if (*letter == '.')
			*letter = separator;
	return LAYOUT_MAILBOX;
}

static enum layout_verdict inbox_name(char *name, size_t room)
{
	return (size_t)snprintf(name, room, "INBOX") < room ? LAYOUT_MAILBOX : LAYOUT_NAMELESS;
}

enum layout_verdict layout_name(const struct layout *layout, enum layout_root root,
                                const char *path, char *name, size_t room)
{
	bool is_tree = layout->style != LAYOUT_MAILDIRPP;
	const char *rest;

	if (root == LAYOUT_INBOX) {
		if (path[0] == '\0')
			return inbox_name(name, room);
		return is_tree ? tree_name(layout->style, "INBOX", path, name, room) : LAYOUT_NONE;
	}
	if (layout->inbox != NULL && strcmp(path, layout->inbox) == 0)
		return inbox_name(name, room);
	if (path[0] == '\0' || is_above_inbox(layout, path))
		return LAYOUT_WALKED;
	if (!is_tree)
		return maildirpp_name(layout->separator, path, name, room);
	if (layout->inbox != NULL && layout->inbox[0] != '\0' &&
	    (rest = path_below(path, layout->inbox)) != NULL)
		return tree_name(layout->style, "INBOX", rest, name, room);
	return tree_name(layout->style, "", path, name, room);
}

bool layout_is_walked(const struct layout *layout, enum layout_root root, const char *path)
{
	if (layout->style != LAYOUT_MAILDIRPP)
		return true;
	return root == LAYOUT_BASE && (path[0] == '\0' || is_above_inbox(layout, path));
}

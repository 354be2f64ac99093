#include "change.h"

#include <stdint.h>
#include <string.h>

#include "hot.h"

/* A file name in parts: lengths count bytes from where the part starts. */
struct parts {
	const char *unique;     /* up to its first comma */
	size_t unique_length;
	const char *fields;     /* from that comma on, or empty */
	size_t fields_length;
	const char *flags;      /* behind ":2,"; NULL where there is no info */
};

HOT bool change_is_message(const char *name)
{
	return name[0] != '.' && name[0] != '\0';
}

/* Takes a name apart; false for an info that is not ":2,". */
static bool split(const char *name, struct parts *parts)
{
	const char *info = strchr(name, ':');
	size_t length = info != NULL ? (size_t)(info - name) : strlen(name);
	const char *comma = memchr(name, ',', length);

	parts->unique = name;
	parts->unique_length = comma != NULL ? (size_t)(comma - name) : length;
	parts->fields = name + parts->unique_length;
	parts->fields_length = length - parts->unique_length;
	parts->flags = info != NULL ? info + 3 : NULL;
	return info == NULL || strncmp(info, ":2,", 3) == 0;
}

/* The length of the field at its comma, up to the next comma. */
static size_t field_length(const char *field, size_t left)
{
	const char *end = left > 1 ? memchr(field + 1, ',', left - 1) : NULL;

	return end != NULL ? (size_t)(end - field) : left;
}

/* Whether the field is ,U=N, ,S=N or ,W=N. */
static bool is_number_field(const char *field, size_t length)
{
	if (length < 4 || strchr("USW", field[1]) == NULL || field[2] != '=')
		return false;
	for (size_t i = 3; i < length; i++)
		if (field[i] < '0' || field[i] > '9')
			return false;
	return true;
}

/* Steps over number fields to the next field that is something else. */
static void skip_number_fields(const char **fields, size_t *left)
{
	size_t length;

	while (*left > 0 && is_number_field(*fields, length = field_length(*fields, *left))) {
		*fields += length;
		*left -= length;
	}
}

/* Whether the fields other than numbers are the same, in the same order. */
static bool same_other_fields(const struct parts *a, const struct parts *b)
{
	const char *p = a->fields, *q = b->fields;
	size_t p_left = a->fields_length, q_left = b->fields_length, length;

	for (;;) {
		skip_number_fields(&p, &p_left);
		skip_number_fields(&q, &q_left);
		if (p_left == 0 || q_left == 0)
			return p_left == q_left;
		length = field_length(p, p_left);
		if (length != field_length(q, q_left) || memcmp(p, q, length) != 0)
			return false;
		p += length;
		p_left -= length;
		q += length;
		q_left -= length;
	}
}

static bool has_field(const struct parts *parts, char key)
{
	const char *field = parts->fields;
	size_t left = parts->fields_length, length;

	for (; left > 0; field += length, left -= length) {
		length = field_length(field, left);
		if (is_number_field(field, length) && field[1] == key)
			return true;
	}
	return false;
}

/* Whether to has every number field that from has. */
static bool keeps_fields(const struct parts *from, const struct parts *to)
{
	for (const char *key = "USW"; *key != '\0'; key++)
		if (has_field(from, *key) && !has_field(to, *key))
			return false;
	return true;
}

/* The set of flags as bits, letters only; false for anything else. */
static bool flag_set(const char *flags, uint64_t *set)
{
	*set = 0;
	for (; flags != NULL && *flags != '\0'; flags++) {
		if (*flags >= 'A' && *flags <= 'Z')
			*set |= (uint64_t)1 << (*flags - 'A');
		else if (*flags >= 'a' && *flags <= 'z')
			*set |= (uint64_t)1 << (*flags - 'a' + 26);
		else
			return false;
	}
	return true;
}

bool change_is_visible(enum change_place from_place, const char *from,
                       enum change_place to_place, const char *to)
{
	struct parts before, after;
	uint64_t flags_before, flags_after;

	if (!change_is_message(from) || !change_is_message(to))
		return change_is_message(from) || change_is_message(to);
	if (!split(from, &before) || !split(to, &after))
		return true;
	if (from_place == CHANGE_IN_CUR && to_place == CHANGE_IN_NEW)
		return true;
	if (from_place == CHANGE_IN_NEW && before.flags != NULL)
		return true;
	if (before.unique_length != after.unique_length ||
	    memcmp(before.unique, after.unique, before.unique_length) != 0)
		return true;
	if (!same_other_fields(&before, &after) || !keeps_fields(&before, &after))
		return true;
	if (!flag_set(before.flags, &flags_before) || !flag_set(after.flags, &flags_after))
		return true;
	return flags_before != flags_after;
}

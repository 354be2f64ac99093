#include "filesystem.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "hash.h"
#include "retry.h"

#define MOUNTS "/proc/self/mountinfo"

/* statfs(2), linux/magic.h and the file systems' own sources */
static const struct {
	uint32_t magic;
	const char *name;
} remote[] = {
	{ 0x6969, "NFS" },         { 0x517b, "SMB" },
	{ 0xff534d42, "CIFS" },    { 0xfe534d42, "SMB" },
	{ 0x65735546, "FUSE" },    { 0x01021997, "9p" },
	{ 0x00c36400, "Ceph" },    { 0x5346414f, "AFS" },
	{ 0x6b414653, "AFS" },     { 0x73757245, "Coda" },
	{ 0x0bd00bd0, "Lustre" },  { 0x01161970, "GFS2" },
	{ 0x7461636f, "OCFS2" },   { 0x47504653, "GPFS" },
	{ 0x564c, "NCP" },         { 0x786f4256, "vboxsf" },
	{ 0xbacbacbc, "vmhgfs" },  { 0x20030528, "OrangeFS" },
};

bool filesystem_is_remote(const char *path, const char **name)
{
	struct statfs status;

	if (RETRY(statfs(path, &status)) == -1)
		return false;
	for (size_t i = 0; i < sizeof remote / sizeof remote[0]; i++)
		if ((uint32_t)status.f_type == remote[i].magic) {
			*name = remote[i].name;
			return true;
		}
	return false;
}

int filesystem_mounts_open(void)
{
	return RETRY(open(MOUNTS, O_RDONLY | O_CLOEXEC));
}

/* Adds to the number when the line's mount point, its 5th field, is below path. */
static uint64_t add_mount(uint64_t number, const char *line, const char *path)
{
	size_t length = strlen(path);
	const char *field = line;

	for (int i = 0; i < 4 && field != NULL; i++) {
		field = strchr(field, ' ');
		field = field != NULL ? field + 1 : NULL;
	}
	if (field == NULL || strncmp(field, path, length) != 0 || field[length] != '/')
		return number;
	number = hash_more(number == 0 ? HASH_EMPTY : number, line, strlen(line));
	return number == 0 ? 1 : number;
}

/* The path as mountinfo writes it: space, tab, newline and backslash as \ooo. */
static void escape(const char *path, char *buffer, size_t room)
{
	size_t used = 0;

	for (; *path != '\0' && used + 5 < room; path++) {
		if (strchr(" \t\n\\", *path) != NULL)
			used += (size_t)snprintf(buffer + used, room - used, "\\%03o",
			                         (unsigned)(unsigned char)*path);
		else
			buffer[used++] = *path;
	}
	buffer[used] = '\0';
}

uint64_t filesystem_mounts_below(const char *path)
{
	char shown[4096], *line = NULL;
	FILE *file = fopen(MOUNTS, "re");
	uint64_t number = 0;
	size_t room = 0;

	if (file == NULL)
		return 0;
	escape(path, shown, sizeof shown);
	while (getline(&line, &room, file) != -1)
		number = add_mount(number, line, shown);
	free(line);
	fclose(file);
	return number;
}

#include "executable.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "descriptors.h"
#include "memory.h"

/* What execve(2) reads of a script's first line, in bytes (Linux 5.1). */
#define FIRST_LINE 256

/* Where execvp(3) looks when PATH is not set. */
static void default_path(char *buffer, size_t room)
{
	size_t length = confstr(_CS_PATH, buffer, room);

	if (length == 0 || length > room)
		snprintf(buffer, room, "/bin:/usr/bin");
}

/* A script's interpreter, as its first line names it; false if it is no script. */
static bool read_interpreter(const char *file, char interpreter[FIRST_LINE])
{
	char line[FIRST_LINE + 1], *start;

	if (descriptors_read_text(file, line, sizeof line) < 2 || line[0] != '#' || line[1] != '!')
		return false;
	start = line + 2 + strspn(line + 2, " \t");
	start[strcspn(start, " \t\n")] = '\0';
	snprintf(interpreter, FIRST_LINE, "%s", start);
	return interpreter[0] != '\0';
}

/* What keeps a file from being executed; NULL: nothing that its inode tells. */
static const char *file_fault(const char *file)
{
	struct stat status;

	if (stat(file, &status) == -1) {
		if (errno == ENOENT && lstat(file, &status) == 0)
			return "a symbolic link to a file that is not there";
		return strerror(errno);
	}
	if (S_ISDIR(status.st_mode))
		return "is a directory";
	if (!S_ISREG(status.st_mode))
		return "is no regular file";
	if (faccessat(AT_FDCWD, file, X_OK, AT_EACCESS) == -1)
		return errno != EACCES || (status.st_mode & 0111) != 0
		               ? strerror(errno) : "is not executable (chmod +x)";
	return NULL;
}

/* Whether the file, or the interpreter that it needs, can't be executed; why follows its name. */
static bool explain_file(const char *file, char *why, size_t room)
{
	char interpreter[FIRST_LINE];
	const char *fault = file_fault(file);
	size_t length;

	if (fault != NULL) {
		snprintf(why, room, "%s", fault);
		return true;
	}
	if (!read_interpreter(file, interpreter) || (fault = file_fault(interpreter)) == NULL)
		return false;
	length = strlen(interpreter);
	snprintf(why, room, "is a script whose interpreter, %.*s, can't be run: %s%s",
	         (int)(length - (interpreter[length - 1] == '\r')), interpreter, fault,
	         interpreter[length - 1] == '\r' ? " (a carriage return ends its first line)" : "");
	return true;
}

/*
 * Takes the next directory from *path, NULL behind the last, and puts the name
 * behind it; an empty one is the current directory.
 */
static void next_file(const char **path, const char *name, char file[PATH_MAX])
{
	size_t length = strcspn(*path, ":");
	int wrote = length == 0 ? snprintf(file, PATH_MAX, "./%s", name)
	                        : snprintf(file, PATH_MAX, "%.*s/%s", (int)length, *path, name);

	if (wrote >= PATH_MAX)
		file[0] = '\0'; /* execvp(3) leaves it out, too */
	*path = (*path)[length] == ':' ? *path + length + 1 : NULL;
}

enum search { SEARCH_NOTHING, SEARCH_FAULT, SEARCH_FOUND };

/* Goes through the path as execvp(3) does; what is first there and can't be executed is told. */
static enum search search(const char *name, const char *path, char buffer[EXECUTABLE_ROOM])
{
	char file[PATH_MAX], why[EXECUTABLE_ROOM / 2];
	enum search result = SEARCH_NOTHING;

	while (path != NULL) {
		next_file(&path, name, file);
		if (faccessat(AT_FDCWD, file, F_OK, AT_SYMLINK_NOFOLLOW) == -1)
			continue;
		if (!explain_file(file, why, sizeof why))
			return SEARCH_FOUND;
		if (result == SEARCH_NOTHING)
			snprintf(buffer, EXECUTABLE_ROOM, "%.80s: %.150s %s", name, file, why);
		result = SEARCH_FAULT;
	}
	return result;
}

static const char *fault_in_path(const char *name, const char *path, char buffer[EXECUTABLE_ROOM])
{
	const char *unset = path != NULL ? "" : "not set: ";
	char standard[256];
	enum search result;

	default_path(standard, sizeof standard);
	if (path == NULL)
		path = standard;
	result = name[0] != '\0' ? search(name, path, buffer) : SEARCH_NOTHING;
	if (result == SEARCH_NOTHING)
		snprintf(buffer, EXECUTABLE_ROOM, "%.80s: not found in PATH (%s%.380s%s)",
		         name[0] != '\0' ? name : "\"\"", unset, path,
		         strlen(path) > 380 ? "..." : "");
	return result == SEARCH_FOUND ? NULL : buffer;
}

const char *executable_fault(const char *name, const char *path, char buffer[EXECUTABLE_ROOM])
{
	char why[EXECUTABLE_ROOM / 2];

	if (strchr(name, '/') == NULL)
		return fault_in_path(name, path, buffer);
	if (!explain_file(name, why, sizeof why))
		return NULL;
	snprintf(buffer, EXECUTABLE_ROOM, "%.200s: %s", name, why);
	return buffer;
}

/* What is lacking is not the program's, and may be there the next time. */
static bool is_of_the_system(int error)
{
	return error == EAGAIN || error == ENOMEM || error == EMFILE || error == ENFILE ||
	       error == ENOBUFS;
}

const char *executable_explain(const char *name, int error, char buffer[EXECUTABLE_ROOM])
{
	const char *advice = "";

	if (is_of_the_system(error))
		return NULL;
	if (executable_fault(name, getenv("PATH"), buffer) != NULL)
		return buffer;
	if (error == ENOENT)
		advice = " (it is there: the interpreter or loader that it needs is not)";
	else if (error == EACCES)
		advice = " (is its file system mounted noexec?)";
	snprintf(buffer, EXECUTABLE_ROOM, "%.200s: %s%s", name, strerror(error), advice);
	return buffer;
}

/* Whether the directory is one of the path's, slashes at their ends aside. */
static bool path_has(const char *path, const char *directory)
{
	size_t length, wanted = strlen(directory);

	for (;; path += length + 1) {
		size_t kept = length = strcspn(path, ":");

		while (kept > 1 && path[kept - 1] == '/')
			kept--;
		if (kept == wanted && strncmp(path, directory, kept) == 0)
			return true;
		if (path[length] == '\0')
			return false;
	}
}

char *executable_path_with(const char *path, const char *directory)
{
	char standard[256];

	default_path(standard, sizeof standard);
	if (path == NULL)
		path = standard;
	if (strchr(directory, ':') != NULL || path_has(path, directory))
		return NULL;
	return memory_format("%s:%s", path, directory);
}

#include "mboxes.h"

#include <dirent.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "descriptors.h"
#include "memory.h"
#include "retry.h"

/* So many names of a directory are looked at. */
#define LOOKED_AT 1000

/* Without a trace: to other programs the time of the last access tells whether mail is new. */
static bool is_mbox(const char *path)
{
	static const char start[] = "From ";
	char bytes[sizeof start - 1] = { 0 };
	int fd = RETRY(open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | O_NOATIME));
	struct stat status;
	bool is = fd != -1 && fstat(fd, &status) == 0 && S_ISREG(status.st_mode) &&
	          RETRY(pread(fd, bytes, sizeof bytes, 0)) == (ssize_t)sizeof bytes &&
	          memcmp(bytes, start, sizeof bytes) == 0;

	descriptors_close(&fd);
	return is;
}

char *mboxes_find(const char *path)
{
	DIR *directory = opendir(path);
	struct dirent *entry;
	char *found = NULL;

	if (directory == NULL)
		return is_mbox(path) ? memory_copy(path) : NULL;
	for (int i = 0; i < LOOKED_AT && found == NULL && (entry = readdir(directory)); i++) {
		char *file = memory_format("%s/%s", path, entry->d_name);

		if (entry->d_name[0] != '.' && is_mbox(file))
			found = file;
		else
			free(file);
	}
	closedir(directory);
	return found;
}

static char *find_inbox(void)
{
	const char *mail = getenv("MAIL");
	const struct passwd *user;
	char *path, *found;

	if (mail != NULL && mail[0] != '\0')
		return is_mbox(mail) ? memory_copy(mail) : NULL;
	user = getpwuid(geteuid());
	if (user == NULL)
		return NULL;
	path = memory_format("/var/mail/%s", user->pw_name);
	found = is_mbox(path) ? memory_copy(path) : NULL;
	free(path);
	return found;
}

char *mboxes_find_usual(void)
{
	const char *home = getenv("HOME");
	char *directory = home != NULL ? memory_format("%s/mail", home) : NULL;
	char *found = directory != NULL ? mboxes_find(directory) : NULL;

	free(directory);
	return found != NULL ? found : find_inbox();
}

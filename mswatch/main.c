/* mswatch: keeps two mailstores synchronized by watching them. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "child.h"
#include "clock.h"
#include "config/config.h"
#include "descriptors.h"
#include "engine.h"
#include "executable.h"
#include "lock.h"
#include "memory.h"
#include "message.h"
#include "proof.h"
#include "retry.h"
#include "usage.h"

/* A configuration larger than this is none, in bytes. */
#define CONFIG_MOST (1024 * 1024)

/*
 * How long what an earlier mswatch started is waited for, after which time
 * that is said, and how often it is looked at, in ms.
 */
#define LEFT_TIME 10000
#define LEFT_UNTOLD 200
#define LEFT_LOOK 50

static const char help[] =
	"Usage: mswatch [OPTION]...\n"
	"Keeps mailstores synchronized: watches them and syncs the mailboxes that change.\n"
	"\n"
	"  -c FILE, --config=FILE  the configuration (default: ~/.mswatchrc, else\n"
	"                          $XDG_CONFIG_HOME/mswatch/mswatchrc)\n"
	"  -t, --test-config       check the configuration, print it as understood, exit\n"
	"  -d, --dry               say what would be synced, but do not run the syncer\n"
	"  -q, --quiet             print errors only\n"
	"  -v, --verbose           print more: each change, each start of a sync, all retries\n"
	"  -V, --version           print the version, exit\n"
	"  -h, -?, --help          print this, exit\n"
	"\n"
	"SIGUSR1 prints what is pending, SIGUSR2 syncs all mailboxes now.\n"
	"See mswatch(1).\n";

struct options {
	struct engine_options engine;
	const char *file;
	bool test;
};

static void read_options(int argc, char *argv[], struct options *options)
{
	static const struct option known[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "test-config", no_argument, NULL, 't' },
		{ "dry", no_argument, NULL, 'd' },          { "quiet", no_argument, NULL, 'q' },
		{ "verbose", no_argument, NULL, 'v' },      { "version", no_argument, NULL, 'V' },
		{ "help", no_argument, NULL, 'h' },         { NULL, 0, NULL, 0 },
	};
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, ":c:tdqvVh", known, NULL)) != -1) {
		switch (option) {
		case 'c': options->file = optarg; break;
		case 't': options->test = true; break;
		case 'd': options->engine.dry = true; break;
		case 'q': options->engine.quiet = true; break;
		case 'v': options->engine.verbose = true; break;
		case 'V': exit(message_document("mswatch " PACKAGE_VERSION "\n"));
		case 'h': exit(message_document(help));
		default: usage_refuse(option, argv, help, 1);
		}
	}
	if (optind < argc)
		message_fatal(1, "%s: unexpected argument; see mswatch --help", argv[optind]);
}

static char *first_there(char *one, char *other)
{
	if (one == NULL || (access(one, F_OK) != 0 && other != NULL && access(other, F_OK) == 0)) {
		free(one);
		return other;
	}
	free(other);
	return one;
}

/* The file to read: the first that is there, else the usual one. */
static char *default_file(void)
{
	const char *base = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	char *usual = NULL, *other = NULL;

	if (home != NULL && home[0] != '\0')
		usual = memory_format("%s/.mswatchrc", home);
	if (base != NULL && base[0] == '/')
		other = memory_format("%s/mswatch/mswatchrc", base);
	else if (usual != NULL)
		other = memory_format("%s/.config/mswatch/mswatchrc", home);
	if (usual == NULL && other == NULL)
		message_fatal(1, "HOME is not set: name the configuration with -c FILE");
	return first_there(usual, other);
}

static char *read_file(int fd, const char *name, size_t *length)
{
	char *text = memory_new(CONFIG_MOST + 1, 1);
	ssize_t got;

	*length = 0;
	while ((got = read(fd, text + *length, CONFIG_MOST + 1 - *length)) != 0) {
		if (got == -1 && errno == EINTR)
			continue;
		if (got == -1)
			message_fatal(1, "%s: %s", name, strerror(errno));
		*length += (size_t)got;
		if (*length > CONFIG_MOST)
			message_fatal(1, "%s: larger than %d bytes: not a configuration", name,
			              CONFIG_MOST);
	}
	return text;
}

static void complain(void *context, const char *message)
{
	(void)context;
	message_error("%s", message);
}

static struct config *read_config(int fd, const char *name)
{
	size_t length;
	char *text = read_file(fd, name, &length);
	struct config *config = config_parse(name, text, length, complain, NULL);

	free(text);
	if (config == NULL)
		exit(1);
	return config;
}

/* What is installed beside this program is found by what it runs, whatever PATH says. */
static void extend_path(void)
{
	char own[PATH_MAX], *end, *path;
	ssize_t length = readlink("/proc/self/exe", own, sizeof own - 1);

	if (length <= 0 || own[0] != '/')
		return;
	/* Of a file that was deleted or replaced " (deleted)" follows, but no slash. */
	own[length] = '\0';
	end = strrchr(own, '/');
	*end = '\0';
	path = end > own ? executable_path_with(getenv("PATH"), own) : NULL;
	if (path != NULL && setenv("PATH", path, 1) == -1)
		message_fatal(1, "PATH: %s", strerror(errno));
	free(path);
}

static _Noreturn void refuse_second(const char *name, pid_t holder)
{
	if (holder != 0)
		message_fatal(1, "%s: mswatch is already running for it, as process %ld", name,
		              (long)holder);
	message_fatal(1, "%s: mswatch is already running for it", name);
}

/* Waits until what an ended mswatch has left has ended, too. */
static enum lock_state wait_for_lock(struct lock *lock, const char *name, pid_t *holder)
{
	const struct timespec moment = { .tv_nsec = LEFT_LOOK * 1000000 };
	clock_ms began = clock_now(), now = began;
	enum lock_state state = LOCK_LEFT;
	bool told = false;

	while (now - began < LEFT_TIME && state == LOCK_LEFT) {
		/* One that has just started may not have said yet that it lives. */
		if (!told && now - began >= LEFT_UNTOLD) {
			message_error("%s: what an earlier mswatch started is still running: "
			              "waiting for it, %d s at most",
			              name, LEFT_TIME / 1000);
			told = true;
		}
		nanosleep(&moment, NULL);
		state = lock_try(lock, holder);
		now = clock_now();
	}
	return state;
}

static void take_lock(struct lock *lock, int fd, const char *name)
{
	enum lock_state state;
	pid_t holder;

	if (!lock_open(lock, fd, name))
		return;
	state = lock_try(lock, &holder);
	if (state == LOCK_LEFT)
		state = wait_for_lock(lock, name, &holder);
	if (state == LOCK_RUNNING)
		refuse_second(name, holder);
	if (state == LOCK_LEFT)
		message_fatal(1,
		              "%s: what an earlier mswatch started has not ended within %d s: not "
		              "syncing beside it",
		              name, LEFT_TIME / 1000);
	if (lock->held == 0)
		message_error("%s: can't be locked: a second mswatch would not notice this one",
		              name);
	children_hold(lock->fd, lock->count);
}

int main(int argc, char *argv[])
{
	struct options options = { 0 };
	struct config *config;
	struct lock lock;
	char *file;
	int fd, status;

	children_rename(argc, argv);
	descriptors_fill();
	message_start("mswatch", true);
	read_options(argc, argv, &options);
	extend_path();
	file = options.file != NULL ? memory_copy(options.file) : default_file();
	fd = RETRY(open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY));
	if (fd == -1)
		message_fatal(1, "%s: %s%s", file, strerror(errno),
		              errno == ENOENT
		              ? "; mswatch(1) and mswatchrc.sample tell what it holds" : "");
	config = read_config(fd, file);
	if (options.test) {
		status = proof_show(config, fd, file);
	} else {
		if (!options.engine.dry)
			take_lock(&lock, fd, file);
		status = engine_run(config, &options.engine);
	}
	close(fd);
	config_free(config);
	free(file);
	return status;
}

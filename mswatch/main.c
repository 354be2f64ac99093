/* mswatch: keeps two mailstores synchronized by watching them. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "ask.h"
#include "checkup.h"
#include "child.h"
#include "clock.h"
#include "descriptors.h"
#include "engine/engine.h"
#include "executable.h"
#include "init.h"
#include "lock.h"
#include "memory.h"
#include "message.h"
#include "options.h"
#include "proof.h"
#include "retry.h"
#include "settings.h"

/*
 * How long what an earlier mswatch started is waited for, after which time
 * that is said, and how often it is looked at, in ms.
 */
#define LEFT_TIME 10000
#define LEFT_UNTOLD 200
#define LEFT_LOOK 50

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
		message_fatal(EX_CONFIG, "HOME is not set: name the configuration with -c FILE");
	return first_there(usual, other);
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
		message_error("%s: mswatch is already running for it, as process %ld", name,
		              (long)holder);
	else
		message_error("%s: mswatch is already running for it", name);
	message_fatal(EX_TEMPFAIL,
	              "--status shows how it is, --stop ends it, --replace takes its place");
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

/* Takes the place of another mswatch, if one runs. */
static void replace(int fd, const char *name)
{
	int status = ask(fd, name, CONTROL_STOP, NULL, 0);

	if (status != EXIT_SUCCESS)
		exit(status);
}

/* Runs until it is ended; the lock is taken, where anybody else could want it. */
static int work(const struct options *options, struct settings *settings, int file,
                const char *name)
{
	struct engine_options engine = options->engine;
	struct lock lock = { 0 };
	char *known, *given;
	int status;

	if (!engine.dry)
		take_lock(&lock, file, name);
	if (settings->subject == NULL && !settings_complete(settings, name, false, &status)) {
		settings_free(settings);
		return status;
	}
	known = lock.count > 0 ? lock_name(file, name) : NULL;
	given = lock.count > 0 ? lock_name(-1, name) : NULL;
	engine.known = known;
	engine.given = given;
	engine.lock = lock.count > 0 ? &lock : NULL;
	engine.file = name;
	status = engine_run(settings, &engine);
	free(known);
	free(given);
	return status;
}

static int run(const struct options *options, int file, const char *name)
{
	bool test = options->task == TASK_TEST;
	struct settings *settings;
	int status;

	settings = settings_read(file, name, &status);
	if (settings == NULL)
		return status;
	if (options->task == TASK_CHECK)
		return checkup_run(settings, file, name, &options->engine);
	if (test)
		proof_warn(settings->config, file, name, NULL, NULL);
	if ((test || options->replace) && !settings_complete(settings, name, test, &status)) {
		settings_free(settings);
		return status;
	}
	if (!test) {
		if (options->replace)
			replace(file, name);
		return work(options, settings, file, name);
	}
	status = proof_show(settings->config, settings->subject, name);
	settings_free(settings);
	return status;
}

int main(int argc, char *argv[])
{
	struct options options;
	int file, status;
	char *name;

	children_rename(argc, argv);
	descriptors_fill();
	message_start("mswatch", true);
	options_read(&options, argc, argv);
	extend_path();
	if (options.task == TASK_INIT)
		return init_show(options.channel, options.host, options.mbsyncrc);
	name = options.file != NULL ? memory_copy(options.file) : default_file();
	if (options.task == TASK_ASK) {
		file = RETRY(open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
		status = ask(file, name, options.command, options.operand, options.operands);
	} else {
		file = settings_open(name, &status);
		if (file != -1)
			status = run(&options, file, name);
	}
	descriptors_close(&file);
	free(name);
	return status;
}

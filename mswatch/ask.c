#include "ask.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "lock.h"
#include "message.h"

/*
 * How long the end of another mswatch is waited for, which gives what it runs 5 s
 * and a little, and how often it is looked at, in ms.
 */
#define ASK_TIME 20000
#define ASK_LOOK 20

static void rest(void)
{
	const struct timespec moment = { .tv_nsec = ASK_LOOK * 1000000 };

	nanosleep(&moment, NULL);
}

/*
 * Waits until nothing is left of the mswatch that was asked to end, or another
 * one runs; LOCK_FREE, or what it was at last.
 */
static enum lock_state wait_for_end(const struct lock *lock, pid_t ending, pid_t *holder)
{
	clock_ms until = clock_now() + ASK_TIME;
	enum lock_state state;

	while ((state = lock_look(lock, holder)) != LOCK_FREE && clock_now() < until) {
		if (state == LOCK_RUNNING && *holder != ending && *holder != 0)
			return LOCK_FREE;
		rest();
	}
	return state;
}

/* Ends one that does not answer; a stopped one goes on, so that it can. */
static bool end_by_signal(const char *name, pid_t holder)
{
	if (holder != 0 && kill(holder, SIGTERM) == 0 && kill(holder, SIGCONT) == 0)
		return true;
	if (holder == 0)
		message_error(
			"%s: an mswatch of another host or container runs for it: stop it there",
			name);
	else if (errno != ESRCH)
		message_error("%s: mswatch, process %ld, can't be ended: %s", name, (long)holder,
		              strerror(errno));
	return holder != 0 && errno == ESRCH;
}

/* What it was told by the channel, or by a signal: sees to it that it is gone. */
static int stop(const struct lock *lock, const char *name, bool told)
{
	pid_t holder = 0, ending;
	enum lock_state state = lock_look(lock, &holder);

	if (state == LOCK_RUNNING && !told && !end_by_signal(name, holder))
		return EXIT_FAILURE;
	ending = holder;
	switch (wait_for_end(lock, ending, &holder)) {
	case LOCK_RUNNING:
		message_error("%s: mswatch, process %ld, has not ended within %d s: kill -9 %ld",
		              name, (long)holder, ASK_TIME / 1000, (long)holder);
		return EXIT_FAILURE;
	case LOCK_LEFT:
		message_error("%s: mswatch has ended, but not all that it has started within %d s",
		              name, ASK_TIME / 1000);
		return EXIT_FAILURE;
	default: return EXIT_SUCCESS;
	}
}

/* Nobody has answered. */
static int explain(const struct lock *lock, const char *name, enum client_result result)
{
	pid_t holder = 0;
	enum lock_state state = lock_look(lock, &holder);

	if (state == LOCK_RUNNING && result == CLIENT_NONE)
		message_error("%s: mswatch runs for it, as process %ld, but can't be reached: its "
		              "messages say why; kill -USR1 %ld makes it print its status",
		              name, (long)holder, (long)holder);
	else if (state == LOCK_RUNNING)
		message_error("%s: mswatch runs for it, as process %ld, but does not answer: is it "
		              "stopped?  mswatch --stop ends it",
		              name, (long)holder);
	else if (state == LOCK_LEFT)
		message_error("%s: no mswatch runs for it, but what one has started still does",
		              name);
	else if (result == CLIENT_LOST)
		message_error("%s: mswatch has ended meanwhile", name);
	else
		message_error("%s: no mswatch runs for it", name);
	return state == LOCK_RUNNING ? EXIT_FAILURE : ASK_NONE_RUNS;
}

/* Whether it is this mswatch that has started us, as its syncer or a hook. */
static bool is_its_child(const struct lock *lock)
{
	const char *own = getenv("MSWATCH_PID");
	pid_t holder = 0;

	return own != NULL && lock_look(lock, &holder) == LOCK_RUNNING && holder != 0 &&
	       atol(own) == holder;
}

int ask(int file, const char *name, enum control_command command, const char *const *argument,
        size_t count)
{
	char *real = lock_name(file, name), *given = lock_name(-1, name);
	const char *const names[CONTROL_NAMES] = { real, given };
	struct lock lock;
	enum client_result result;
	int status;

	if (file == -1)
		message_error("%s: there is no such file now", name);
	if (real == NULL || !lock_open(&lock, file, name)) {
		message_error("%s: this is no file that another mswatch could be running for",
		              name);
		free(real);
		free(given);
		return ASK_NONE_RUNS;
	}
	if (command == CONTROL_STOP && is_its_child(&lock)) {
		message_error("--stop, --replace: what mswatch runs can't end it");
		lock_close(&lock);
		free(real);
		free(given);
		return EXIT_FAILURE;
	}
	result = client_ask(names, command, argument, count, &status);
	if (command == CONTROL_STOP)
		status = stop(&lock, name, result == CLIENT_ANSWERED && status == 0);
	else if (result != CLIENT_ANSWERED)
		status = explain(&lock, name, result);
	lock_close(&lock);
	free(real);
	free(given);
	return status;
}

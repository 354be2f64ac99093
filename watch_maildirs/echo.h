/*
 * Which messages the syncer has stored itself: no news to it.
 *
 * mbsync names a message that it stores TIME.PID_N.HOST,U=UID, OfflineIMAP
 * TIME_N.PID.HOST,U=UID,FMD5=SUM.
 */
#ifndef WATCH_MAILDIRS_ECHO_H
#define WATCH_MAILDIRS_ECHO_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Who stored a message, and when, as its name says. */
struct echo_author {
	int64_t time;           /* seconds since 1970 */
	pid_t pid;
	char host[HOST_NAME_MAX + 1];
};

/* Reads a message's name; false when no syncer gives such names. */
bool echo_parse(const char *name, struct echo_author *author);

/*
 * Whose messages are echoes: those of the processes below mswatch.  With
 * mswatch 0 there are none.
 */
struct echo {
	pid_t mswatch;
	char host[HOST_NAME_MAX + 1];
};

/*
 * Takes mswatch's process from the environment variable MSWATCH_PID, provided
 * that this process is a descendant of it.
 */
void echo_start(struct echo *echo);

/*
 * Whether a message that has just arrived under this name was stored by a
 * process that still runs below mswatch and that was started before it.
 */
bool echo_is_own(const struct echo *echo, const char *name);

#endif

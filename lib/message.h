/*
 * What the programs say to people: whole lines, `prog: what: why` on stderr.
 *
 * Every line is made harmless before it is written: control characters other
 * than newline and tab, DEL, C1 controls and invalid UTF-8 are shown as \xNN,
 * so that a name from another host can't drive the terminal.  A line that
 * can't be written now (slow pipe, full disk) is dropped and counted, never
 * waited for; the next line that can be written is preceded by the count.  Of
 * a line that was written in part the rest is written first.
 */
#ifndef LIB_MESSAGE_H
#define LIB_MESSAGE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * Names the program for the messages that follow.  With never_wait set,
 * terminals and pipes are opened anew in non-blocking mode, so that no
 * message can hold up the program (the other users of the same terminal are
 * not affected); where that is refused, writing is broken off soon.  SIGTTOU
 * is ignored: what is said in the background must not stop the program,
 * whatever `stty tostop` asks for.
 */
void message_start(const char *program, bool never_wait);

/* The room for a stamp, in bytes. */
#define MESSAGE_STAMP 40

/*
 * Writes into buffer what each line for this descriptor begins with now, such
 * as the time and a blank; "" where nothing is wanted.  Returns buffer.
 */
typedef const char *message_clock(int fd, char buffer[MESSAGE_STAMP]);

/* From now on each line, of a text of several lines too, begins with a stamp; NULL: none does. */
void message_stamp(message_clock *stamp);

/* Writes `prog: TEXT` and a newline on stderr. */
void message_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Writes TEXT and a newline on stderr, without the program's name: for programs to read. */
void message_notice(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Whether message_print() writes nothing from now on. */
void message_quiet(bool on);

/* Writes TEXT and a newline on stdout: news. */
void message_print(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same, of what was asked for: whoever wants no news wants this. */
void message_report(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Takes each message, as it is shown but without its stamp; it must not print any. */
typedef void message_listener(void *context, const char *text);

/* From now on all messages and news are given to the listener as well, also what is not written. */
void message_listen(message_listener *listener, void *context);

/* Like message_error(), then exits with the status. */
_Noreturn void message_fatal(int status, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * For --help and --version, whose reader asked for the text: writes it whole
 * on stdout, waiting when it has to.  Returns the exit status: 0, or 1 with
 * a message when it could not be written.
 */
int message_document(const char *text);

/*
 * The bytes as they are shown in messages, ended by NUL.  The caller frees.
 * NULL when there is no memory.
 */
char *message_escape(const char *bytes, size_t length);

#endif

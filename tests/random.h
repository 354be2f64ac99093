/* What the randomized tests of the watchers share. */
#ifndef TESTS_RANDOM_H
#define TESTS_RANDOM_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Ends the test with errno's message and status 2. */
_Noreturn void die(const char *what);

/* The next random number below count, from the state below. */
unsigned pick(unsigned count);
extern uint64_t random_state;

/* Milliseconds of CLOCK_MONOTONIC. */
int64_t now_ms(void);

/* Removes the path with all below it. */
void remove_all(const char *path);

/* The watcher, and the descriptor that its lines come from. */
extern pid_t watcher;
extern int lines_fd;

/* Starts the watcher with its lines in a pipe as small as can be. */
void watcher_start(char *const arguments[]);

/* Ends it. */
void watcher_end(void);

/* Waits so long for lines, and calls told for each; a watcher that ends is a failure. */
void take_lines(int timeout_ms, void (*told)(const char *line));

/* Notes what is done, and adds to that, for the list of the last operations that a failure prints. */
extern unsigned long operations;
void operation_note(const char *format, ...) __attribute__((format(printf, 1, 2)));
void operation_add(const char *format, ...) __attribute__((format(printf, 1, 2)));
void operations_show(void);

/* How many events the kernel keeps for a watcher. */
unsigned long queue_limit(void);

#endif

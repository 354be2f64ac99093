/* What the benches share: a watcher under measure, times, and what /proc tells. */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct program {
	const char *name, *path;
	bool is_floor;
	pid_t pid;
	int lines;
};

/* Ends the bench with errno's message. */
_Noreturn void measure_die(const char *what);

/* Microseconds of CLOCK_MONOTONIC. */
double measure_now_us(void);

void measure_nap_ms(long milliseconds);

/* A number from the environment, or otherwise. */
unsigned long measure_environment(const char *name, unsigned long otherwise);

/* Removes a directory with all in it. */
void measure_remove(const char *path);

/* Starts the program, whose lines come from program->lines; ends it. */
void measure_start(struct program *program, char *const arguments[]);
void measure_stop(struct program *program);

/* Waits for a line; how many came, 0 when none comes in that time. */
unsigned long measure_take_lines(const struct program *program, int timeout_ms);

/* A number of /proc/PID/status, behind the name. */
unsigned long measure_status_number(pid_t pid, const char *name);

/* Milliseconds of processor time, to the kernel's full precision. */
double measure_cpu_ms(pid_t pid);

/* The value that this part of them does not exceed; sorts them. */
double measure_quantile(double *values, size_t count, double part);

/* How many kinds of latency one change may have. */
#define MEASURE_KINDS 2

struct measure_latency {
	double p50_us, p99_us;
};

/*
 * Lets both programs tell of BENCH_DELIVERIES (200) changes each, in turns, so that
 * what the machine does meanwhile meets both alike.  A turn is a start of the program
 * and so many changes, whose latencies, in microseconds, it puts into spans, those of
 * each kind into an array of their own.  Found has a row for each kind.
 */
typedef void measure_turn(struct program *program, double *const *spans, unsigned long count);
void measure_latencies(struct program programs[2], measure_turn *turn, int kinds,
                       struct measure_latency (*found)[2]);

/* A line of the table: a number of the floor's and of the watcher's, and their ratio. */
void measure_show(const char *what, double floor, double ours, const char *unit);

/* The two lines of a kind's row. */
void measure_show_latency(const char *what, const struct measure_latency found[2]);

#endif

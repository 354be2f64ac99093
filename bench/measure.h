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

/*
 * Lets both programs tell of BENCH_DELIVERIES (200) changes each, in turns, so that
 * what the machine does meanwhile meets both alike.  A turn is a start of the program
 * and so many changes, whose latencies, in microseconds, it puts into spans.
 */
typedef void measure_turn(struct program *program, double *spans, unsigned long count);
void measure_latency(struct program programs[2], measure_turn *turn, double p50_us[2],
                     double p99_us[2]);

#endif

#include "measure.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TURN 10 /* changes, until it is the other program's */

void measure_die(const char *what)
{
	fprintf(stderr, "bench: %s: %s\n", what, strerror(errno));
	exit(1);
}

double measure_now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

void measure_nap_ms(long milliseconds)
{
	struct timespec span = { milliseconds / 1000, milliseconds % 1000 * 1000000 };

	while (nanosleep(&span, &span) == -1 && errno == EINTR)
		;
}

unsigned long measure_environment(const char *name, unsigned long otherwise)
{
	const char *text = getenv(name);

	return text != NULL ? strtoul(text, NULL, 10) : otherwise;
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *position)
{
	(void)status;
	(void)type;
	(void)position;
	return remove(path);
}

void measure_remove(const char *path)
{
	nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

void measure_start(struct program *program, char *const arguments[])
{
	int pipes[2];

	if (pipe2(pipes, O_CLOEXEC) == -1 || (program->pid = fork()) == -1)
		measure_die("start");
	if (program->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(pipes[1], STDOUT_FILENO);
		execv(arguments[0], arguments);
		_exit(127);
	}
	close(pipes[1]);
	program->lines = pipes[0];
}

void measure_stop(struct program *program)
{
	kill(program->pid, SIGKILL);
	waitpid(program->pid, NULL, 0);
	close(program->lines);
}

unsigned long measure_take_lines(const struct program *program, int timeout_ms)
{
	static char buffer[65536];
	struct pollfd input = { .fd = program->lines, .events = POLLIN };
	unsigned long lines = 0;
	ssize_t got, i;

	if (poll(&input, 1, timeout_ms) != 1)
		return 0;
	got = read(program->lines, buffer, sizeof buffer);
	if (got <= 0)
		measure_die(program->name);
	for (i = 0; i < got; i++)
		lines += buffer[i] == '\n';
	return lines;
}

unsigned long measure_status_number(pid_t pid, const char *name)
{
	char path[64], line[256];
	unsigned long number = 0;
	FILE *file;

	snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
	file = fopen(path, "re");
	if (file == NULL)
		measure_die(path);
	while (fgets(line, sizeof line, file) != NULL)
		if (strncmp(line, name, strlen(name)) == 0)
			number = strtoul(line + strlen(name) + 1, NULL, 10);
	fclose(file);
	return number;
}

double measure_cpu_ms(pid_t pid)
{
	char path[64];
	unsigned long long nanoseconds = 0;
	FILE *file;

	snprintf(path, sizeof path, "/proc/%d/schedstat", (int)pid);
	file = fopen(path, "re");
	if (file == NULL || fscanf(file, "%llu", &nanoseconds) != 1)
		measure_die(path);
	fclose(file);
	return (double)nanoseconds / 1e6;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double measure_quantile(double *values, size_t count, double part)
{
	qsort(values, count, sizeof *values, compare);
	return values[(size_t)((double)(count - 1) * part + 0.5)];
}

static void latency_of(double *spans, size_t count, struct measure_latency *found)
{
	found->p50_us = measure_quantile(spans, count, 0.5);
	found->p99_us = measure_quantile(spans, count, 0.99);
	free(spans);
}

void measure_latencies(struct program programs[2], measure_turn *turn, int kinds,
                       struct measure_latency (*found)[2])
{
	unsigned long count = measure_environment("BENCH_DELIVERIES", 200), done, length;
	double *spans[2][MEASURE_KINDS], *at[MEASURE_KINDS];

	for (int i = 0; i < 2 * kinds; i++)
		if ((spans[i % 2][i / 2] = calloc(count, sizeof(double))) == NULL)
			measure_die("latency");
	for (done = 0; done < count; done += length) {
		length = count - done < TURN ? count - done : TURN;
		for (int which = 0; which < 2; which++) {
			for (int kind = 0; kind < kinds; kind++)
				at[kind] = spans[which][kind] + done;
			turn(&programs[which], at, length);
		}
	}
	for (int i = 0; i < 2 * kinds; i++)
		latency_of(spans[i % 2][i / 2], count, &found[i / 2][i % 2]);
}

void measure_show(const char *what, double floor, double ours, const char *unit)
{
	printf("  %-34s %12.1f %12.1f %s (%.2f)\n", what, floor, ours, unit,
	       floor > 0 ? ours / floor : 0);
}

void measure_show_latency(const char *what, const struct measure_latency found[2])
{
	char row[64];

	snprintf(row, sizeof row, "%s, p50", what);
	measure_show(row, found[0].p50_us, found[1].p50_us, "us");
	snprintf(row, sizeof row, "%s, p99", what);
	measure_show(row, found[0].p99_us, found[1].p99_us, "us");
}

/*
 * watch_maildirs beside the floor (floor.c), in the same run.
 *
 *   bench FLOOR WATCH_MAILDIRS [FOLDERS...]
 *
 * BENCH_IDLE: how long to look at an idle watcher, in seconds (60).
 * BENCH_DELIVERIES: how many deliveries the latency is taken from (200).
 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define RUNS 7
#define EVENTS 100000

static char base[256];

struct program {
	const char *name, *path;
	bool is_floor;
	pid_t pid;
	int lines;
};

struct figures {
	double ready_ms, memory_kib, p50_us, p99_us, cpu_ms;
	unsigned long lines;
};

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "bench: %s: %s\n", what, strerror(errno));
	exit(1);
}

static double now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void nap_ms(long milliseconds)
{
	struct timespec span = { milliseconds / 1000, milliseconds % 1000 * 1000000 };

	while (nanosleep(&span, &span) == -1 && errno == EINTR)
		;
}

static unsigned long environment(const char *name, unsigned long otherwise)
{
	const char *text = getenv(name);

	return text != NULL ? strtoul(text, NULL, 10) : otherwise;
}

/* --- the Maildir --- */

static void make(const char *path)
{
	if (mkdir(path, 0700) == -1 && errno != EEXIST)
		die(path);
}

static void make_maildir(const char *path)
{
	static const char *const below[] = { "", "/new", "/cur", "/tmp" };
	char joined[400];
	size_t i;

	for (i = 0; i < 4; i++) {
		snprintf(joined, sizeof joined, "%s%s", path, below[i]);
		make(joined);
	}
}

static void make_folders(unsigned long from, unsigned long to)
{
	char path[300];

	make_maildir(base);
	for (; from < to; from++) {
		snprintf(path, sizeof path, "%s/.lists.folder%lu", base, from);
		make_maildir(path);
	}
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *position)
{
	(void)status;
	(void)type;
	(void)position;
	return remove(path);
}

/* --- a watcher --- */

static void start(struct program *program)
{
	int pipes[2];

	if (pipe2(pipes, O_CLOEXEC) == -1 || (program->pid = fork()) == -1)
		die("start");
	if (program->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(pipes[1], STDOUT_FILENO);
		if (program->is_floor)
			execl(program->path, program->path, base, (char *)NULL);
		else
			execl(program->path, program->path, "-m", base, (char *)NULL);
		_exit(127);
	}
	close(pipes[1]);
	program->lines = pipes[0];
}

static void stop(struct program *program)
{
	kill(program->pid, SIGKILL);
	waitpid(program->pid, NULL, 0);
	close(program->lines);
}

/* Waits for a line; how many came, 0 when none comes in that time. */
static unsigned long take_lines(const struct program *program, int timeout_ms)
{
	static char buffer[65536];
	struct pollfd input = { .fd = program->lines, .events = POLLIN };
	unsigned long lines = 0;
	ssize_t got, i;

	if (poll(&input, 1, timeout_ms) != 1)
		return 0;
	got = read(program->lines, buffer, sizeof buffer);
	if (got <= 0)
		die(program->name);
	for (i = 0; i < got; i++)
		lines += buffer[i] == '\n';
	return lines;
}

static double start_until_ready(struct program *program)
{
	double begin = now_us();

	start(program);
	if (take_lines(program, 600000) == 0)
		die(program->name);
	return (now_us() - begin) / 1000;
}

/* A number of /proc/PID/FILE, behind the name. */
static unsigned long status_number(pid_t pid, const char *name)
{
	char path[64], line[256];
	unsigned long number = 0;
	FILE *file;

	snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
	file = fopen(path, "re");
	if (file == NULL)
		die(path);
	while (fgets(line, sizeof line, file) != NULL)
		if (strncmp(line, name, strlen(name)) == 0)
			number = strtoul(line + strlen(name) + 1, NULL, 10);
	fclose(file);
	return number;
}

/* Milliseconds of processor time, to the kernel's full precision. */
static double cpu_ms(pid_t pid)
{
	char path[64];
	unsigned long long nanoseconds = 0;
	FILE *file;

	snprintf(path, sizeof path, "/proc/%d/schedstat", (int)pid);
	file = fopen(path, "re");
	if (file == NULL || fscanf(file, "%llu", &nanoseconds) != 1)
		die(path);
	fclose(file);
	return (double)nanoseconds / 1e6;
}

/* --- the measurements --- */

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double quantile(double *values, size_t count, double part)
{
	qsort(values, count, sizeof *values, compare);
	return values[(size_t)((double)(count - 1) * part + 0.5)];
}

static void deliver(unsigned long number, char *path, size_t room)
{
	char from[320];
	int fd;

	snprintf(from, sizeof from, "%s/tmp/1700000000.M%luP1.host", base, number);
	snprintf(path, room, "%s/new/1700000000.M%luP1.host", base, number);
	fd = open(from, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd == -1 || close(fd) == -1)
		die(from);
	if (rename(from, path) == -1)
		die(path);
}

/* Both programs watch at once, and take turns in being waited for. */
static void latency(struct program *programs, struct figures *figures)
{
	unsigned long count = environment("BENCH_DELIVERIES", 200), i;
	double *spans = calloc(count, sizeof *spans), begin;
	char path[320];
	int which;

	if (spans == NULL)
		die("latency");
	for (which = 0; which < 2; which++) {
		start_until_ready(&programs[which]);
		nap_ms(100);
		for (i = 0; i < count; i++) {
			begin = now_us();
			deliver(i, path, sizeof path);
			if (take_lines(&programs[which], 10000) == 0)
				die("a delivery was not told of");
			spans[i] = now_us() - begin;
			unlink(path);
			nap_ms(50);
			while (take_lines(&programs[which], 0) > 0)
				;
		}
		figures[which].p50_us = quantile(spans, count, 0.5);
		figures[which].p99_us = quantile(spans, count, 0.99);
		stop(&programs[which]);
	}
	free(spans);
}

static void ready(struct program *programs, struct figures *figures)
{
	double spans[2][RUNS];
	int run, which;

	for (run = -1; run < RUNS; run++)
		for (which = 0; which < 2; which++) {
			double span = start_until_ready(&programs[which]);

			if (run >= 0)
				spans[which][run] = span;
			nap_ms(20);
			figures[which].memory_kib =
				(double)status_number(programs[which].pid, "VmRSS");
			stop(&programs[which]);
		}
	for (which = 0; which < 2; which++)
		figures[which].ready_ms = quantile(spans[which], RUNS, 0.5);
}

/* EVENTS renames into new/ and out of it. */
static void storm(struct program *program, struct figures *figures)
{
	char inside[320], outside[320];
	double before;
	unsigned long i;

	start_until_ready(program);
	deliver(0, inside, sizeof inside);
	snprintf(outside, sizeof outside, "%s/tmp/out", base);
	nap_ms(200);
	take_lines(program, 0);
	before = cpu_ms(program->pid);
	figures->lines = 0;
	for (i = 0; i < EVENTS; i++) {
		if (i % 2 == 0 ? rename(inside, outside) : rename(outside, inside))
			die("rename");
		figures->lines += take_lines(program, 0);
	}
	while ((i = take_lines(program, 300)) > 0)
		figures->lines += i;
	figures->cpu_ms = cpu_ms(program->pid) - before;
	stop(program);
	unlink(inside);
}

static void show(const char *what, double floor, double ours, const char *unit)
{
	printf("  %-34s %12.1f %12.1f %s (%.2f)\n", what, floor, ours, unit,
	       floor > 0 ? ours / floor : 0);
}

static void measure(struct program *programs, unsigned long folders)
{
	struct figures figures[2];
	int which;

	ready(programs, figures);
	latency(programs, figures);
	for (which = 0; which < 2; which++)
		storm(&programs[which], &figures[which]);
	printf("%lu folders %*s %12s %12s\n", folders,
	       (int)(27 - snprintf(NULL, 0, "%lu", folders)), "", "floor", "watch_maildirs");
	show("time to ready", figures[0].ready_ms, figures[1].ready_ms, "ms");
	show("resident memory", figures[0].memory_kib, figures[1].memory_kib, "KiB");
	printf("  %-34s %25.1f bytes a folder\n", "  above the floor's",
	       (figures[1].memory_kib - figures[0].memory_kib) * 1024 / (double)folders);
	show("delivery to line, p50", figures[0].p50_us, figures[1].p50_us, "us");
	show("delivery to line, p99", figures[0].p99_us, figures[1].p99_us, "us");
	show("processor time for 100 000 events", figures[0].cpu_ms, figures[1].cpu_ms, "ms");
	printf("  %-34s %12lu %12lu\n", "lines for 100 000 events", figures[0].lines,
	       figures[1].lines);
}

/* A process that makes a system call is switched to first. */
static void idle(struct program *program)
{
	unsigned long seconds = environment("BENCH_IDLE", 60), before;

	start_until_ready(program);
	nap_ms(500);
	before = status_number(program->pid, "voluntary_ctxt_switches:") +
	         status_number(program->pid, "nonvoluntary_ctxt_switches:");
	nap_ms((long)seconds * 1000);
	printf("wake-ups in %lu idle seconds: %lu\n", seconds,
	       status_number(program->pid, "voluntary_ctxt_switches:") +
	               status_number(program->pid, "nonvoluntary_ctxt_switches:") - before);
	stop(program);
}

int main(int argc, char *argv[])
{
	static unsigned long sizes[16] = { 10, 10000, 50000 };
	struct program programs[2] = { { .name = "floor", .is_floor = true },
	                               { .name = "watch_maildirs" } };
	const char *directory = getenv("TMPDIR");
	size_t count = 3, i;
	unsigned long made = 0;

	if (argc < 3)
		return 2;
	programs[0].path = argv[1];
	programs[1].path = argv[2];
	for (i = 0; (int)i + 3 < argc && i < 16; i++)
		sizes[i] = strtoul(argv[i + 3], NULL, 10);
	count = i > 0 ? i : count;
	setvbuf(stdout, NULL, _IOLBF, 0);
	snprintf(base, sizeof base, "%.200s/watch-bench.XXXXXX",
	         directory != NULL ? directory : "/tmp");
	if (mkdtemp(base) == NULL)
		die(base);
	for (i = 0; i < count; i++) {
		make_folders(made, sizes[i]);
		made = sizes[i];
		measure(programs, sizes[i]);
	}
	idle(&programs[1]);
	nftw(base, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
	return 0;
}

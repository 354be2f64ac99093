/*
 * watch_maildirs beside the floor (floor.c), in the same run.
 *
 *   bench FLOOR WATCH_MAILDIRS [FOLDERS...]
 *
 * BENCH_IDLE: how long to look at an idle watcher, in seconds (60).
 * BENCH_DELIVERIES: how many deliveries the latency is taken from (200).
 */
#include "measure.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define RUNS 15
#define EVENTS 100000

static char base[256];

struct figures {
	double ready_ms, memory_kib, memory_later_kib, cpu_ms;
	unsigned long lines;
};

/* --- the Maildir --- */

static void make(const char *path)
{
	if (mkdir(path, 0700) == -1 && errno != EEXIST)
		measure_die(path);
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

/* --- a watcher --- */

static void start(struct program *program)
{
	char option_m[] = "-m", path[256];
	char *watcher[] = { path, option_m, base, NULL }, *floor_program[] = { path, base, NULL };

	snprintf(path, sizeof path, "%s", program->path);
	measure_start(program, program->is_floor ? floor_program : watcher);
}

static double start_until_ready(struct program *program)
{
	double begin = measure_now_us();

	start(program);
	if (measure_take_lines(program, 600000) == 0)
		measure_die(program->name);
	return (measure_now_us() - begin) / 1000;
}

/* --- the measurements --- */

/* Returns when the message was renamed, before which there is nothing to tell. */
static double deliver(unsigned long number, char *path, size_t room)
{
	char from[320];
	double renamed;
	int fd;

	snprintf(from, sizeof from, "%s/tmp/1700000000.M%luP1.host", base, number);
	snprintf(path, room, "%s/new/1700000000.M%luP1.host", base, number);
	fd = open(from, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd == -1 || close(fd) == -1)
		measure_die(from);
	renamed = measure_now_us();
	if (rename(from, path) == -1)
		measure_die(path);
	return renamed;
}

/* The parts of a delivery that are looked at: all of it, and from the rename on. */
enum { DELIVERY, RENAME, DELIVERY_KINDS };

struct delivery {
	double span[DELIVERY_KINDS];
};

static struct delivery deliver_and_wait(const struct program *program, unsigned long number)
{
	double begin = measure_now_us(), renamed, end;
	char path[320];

	renamed = deliver(number, path, sizeof path);
	if (measure_take_lines(program, 10000) == 0)
		measure_die("a delivery was not told of");
	end = measure_now_us();
	unlink(path);
	measure_nap_ms(50);
	while (measure_take_lines(program, 0) > 0)
		;
	return (struct delivery){ { [DELIVERY] = end - begin, [RENAME] = end - renamed } };
}

/*
 * One start's deliveries, behind a first that isn't counted: it meets what no
 * delivery has touched yet, and says more of the start than of the months after.
 */
static void turn(struct program *program, double *const *spans, unsigned long count)
{
	start_until_ready(program);
	measure_nap_ms(100);
	deliver_and_wait(program, 0);
	for (unsigned long i = 0; i < count; i++) {
		struct delivery delivery = deliver_and_wait(program, i + 1);

		for (int kind = 0; kind < DELIVERY_KINDS; kind++)
			spans[kind][i] = delivery.span[kind];
	}
	measure_stop(program);
}

static double memory_kib(const struct program *program)
{
	return (double)measure_status_number(program->pid, "VmRSS");
}

/* The first delivery brings back what a start has given the kernel. */
static void ready(struct program *programs, struct figures *figures)
{
	double spans[2][RUNS], memory[2][RUNS], later[2][RUNS];
	int run, which;

	for (run = -1; run < RUNS; run++)
		for (which = 0; which < 2; which++) {
			double span = start_until_ready(&programs[which]);

			measure_nap_ms(50);
			if (run >= 0) {
				spans[which][run] = span;
				memory[which][run] = memory_kib(&programs[which]);
				deliver_and_wait(&programs[which], 0);
				later[which][run] = memory_kib(&programs[which]);
			}
			measure_stop(&programs[which]);
		}
	for (which = 0; which < 2; which++) {
		figures[which].ready_ms = measure_quantile(spans[which], RUNS, 0.5);
		figures[which].memory_kib = measure_quantile(memory[which], RUNS, 0.5);
		figures[which].memory_later_kib = measure_quantile(later[which], RUNS, 0.5);
	}
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
	measure_nap_ms(200);
	measure_take_lines(program, 0);
	before = measure_cpu_ms(program->pid);
	figures->lines = 0;
	for (i = 0; i < EVENTS; i++) {
		if (i % 2 == 0 ? rename(inside, outside) : rename(outside, inside))
			measure_die("rename");
		figures->lines += measure_take_lines(program, 0);
	}
	while ((i = measure_take_lines(program, 300)) > 0)
		figures->lines += i;
	figures->cpu_ms = measure_cpu_ms(program->pid) - before;
	measure_stop(program);
	unlink(inside);
}

static void show_memory(const char *what, double floor, double ours, unsigned long folders)
{
	measure_show(what, floor, ours, "KiB");
	printf("  %-34s %25.1f bytes a folder\n", "  above the floor's",
	       (ours - floor) * 1024 / (double)folders);
}

static void measure(struct program *programs, unsigned long folders)
{
	struct measure_latency found[DELIVERY_KINDS][2];
	struct figures figures[2];
	int which;

	ready(programs, figures);
	measure_latencies(programs, turn, DELIVERY_KINDS, found);
	for (which = 0; which < 2; which++)
		storm(&programs[which], &figures[which]);
	printf("%lu folders %*s %12s %12s\n", folders,
	       (int)(27 - snprintf(NULL, 0, "%lu", folders)), "", "floor", "watch_maildirs");
	measure_show("time to ready", figures[0].ready_ms, figures[1].ready_ms, "ms");
	show_memory("resident memory, ready", figures[0].memory_kib, figures[1].memory_kib,
	            folders);
	show_memory("resident memory, a delivery later", figures[0].memory_later_kib,
	            figures[1].memory_later_kib, folders);
	measure_show_latency("delivery to line", found[DELIVERY]);
	measure_show_latency("  from its rename", found[RENAME]);
	measure_show("processor time for 100 000 events", figures[0].cpu_ms, figures[1].cpu_ms,
	             "ms");
	printf("  %-34s %12lu %12lu\n", "lines for 100 000 events", figures[0].lines,
	       figures[1].lines);
}

/* A process that makes a system call is switched to first. */
static void idle(struct program *program)
{
	unsigned long seconds = measure_environment("BENCH_IDLE", 60), before;

	start_until_ready(program);
	measure_nap_ms(500);
	before = measure_status_number(program->pid, "voluntary_ctxt_switches:") +
	         measure_status_number(program->pid, "nonvoluntary_ctxt_switches:");
	measure_nap_ms((long)seconds * 1000);
	printf("wake-ups in %lu idle seconds: %lu\n", seconds,
	       measure_status_number(program->pid, "voluntary_ctxt_switches:") +
	               measure_status_number(program->pid, "nonvoluntary_ctxt_switches:") - before);
	measure_stop(program);
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
		measure_die(base);
	for (i = 0; i < count; i++) {
		make_folders(made, sizes[i]);
		made = sizes[i];
		measure(programs, sizes[i]);
	}
	idle(&programs[1]);
	measure_remove(base);
	return 0;
}

/*
 * watch_mboxes beside the floor (mboxes_floor.c), in the same run.
 *
 *   mboxes FLOOR WATCH_MBOXES [MAILBOXES]
 *
 * BENCH_DELIVERIES: how many appends the latency is taken from (200).
 * BENCH_GIGABYTE: the large mailbox's size in megabytes (1024).
 */
#include "measure.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define RUNS 7

static char base[256], body[65536];

static void make_directory(const char *path)
{
	if (mkdir(path, 0700) == -1 && errno != EEXIST)
		measure_die(path);
}

/* Once: what takes longer than a line would hide in each append's time. */
static void fill_body(void)
{
	for (size_t i = 0; i < sizeof body; i++)
		body[i] = (char)(i % 70 == 69 ? '\n' : 'a' + (char)(i % 26));
}

/* Appends so many messages of so many bytes, about. */
static void append(const char *path, unsigned long messages, size_t length)
{
	static const char head[] = "From a@b Mon Jan  1 00:00:00 2024\nFrom: a@b\nSubject: x\n"
	                           "Message-ID: <x@b>\nStatus: O\n\n";
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

	body[length - 1] = body[length - 2] = '\n';
	for (; fd != -1 && messages > 0; messages--)
		if (write(fd, head, sizeof head - 1) == -1 || write(fd, body, length) == -1)
			measure_die(path);
	if (fd == -1 || close(fd) == -1)
		measure_die(path);
}

static void start(struct program *program, const char *option)
{
	char path[256], option_m[] = "-m", option_i[] = "-i", inbox[300], more[32];
	char *watcher[] = { path, option_m, base, option_i, inbox, more, NULL };
	char *floor_program[] = { path, base, NULL };

	snprintf(path, sizeof path, "%s", program->path);
	snprintf(inbox, sizeof inbox, "%s/inbox", base);
	snprintf(more, sizeof more, "%s", option);
	measure_start(program, program->is_floor ? floor_program : watcher);
}

static double start_until_ready(struct program *program, const char *option)
{
	double begin = measure_now_us();

	start(program, option);
	if (measure_take_lines(program, 600000) == 0)
		measure_die(program->name);
	return (measure_now_us() - begin) / 1000;
}

static void ready(struct program *programs)
{
	double spans[2][RUNS], memory[2] = { 0, 0 };

	for (int run = -1; run < RUNS; run++)
		for (int which = 0; which < 2; which++) {
			double span = start_until_ready(&programs[which], "-w");

			if (run >= 0)
				spans[which][run] = span;
			measure_nap_ms(20);
			memory[which] = (double)measure_status_number(programs[which].pid, "VmRSS");
			measure_stop(&programs[which]);
		}
	measure_show("time to ready", measure_quantile(spans[0], RUNS, 0.5),
	     measure_quantile(spans[1], RUNS, 0.5), "ms");
	measure_show("resident memory", memory[0], memory[1], "KiB");
}

/* From the append to the line, of that many appends to the mailbox. */
static void append_and_wait(struct program *program, const char *path, double *spans,
                            unsigned long count)
{
	double begin;

	for (unsigned long i = 0; i < count; i++) {
		begin = measure_now_us();
		append(path, 1, 500);
		if (measure_take_lines(program, 60000) == 0)
			measure_die("an append was not told of");
		spans[i] = measure_now_us() - begin;
		measure_nap_ms(50);
		while (measure_take_lines(program, 0) > 0)
			;
	}
}

/* One start's appends, behind a first that isn't counted. */
static void turn(struct program *program, double *const *spans, unsigned long count)
{
	char path[300];

	snprintf(path, sizeof path, "%s/box1", base);
	start_until_ready(program, "-w");
	measure_nap_ms(100);
	append_and_wait(program, path, spans[0], 1);
	append_and_wait(program, path, spans[0], count);
	measure_stop(program);
}

static void latency(struct program *programs)
{
	struct measure_latency found[1][2];

	measure_latencies(programs, turn, 1, found);
	measure_show_latency("append to line", found[0]);
}

/* A mailbox of that many megabytes, with an option. */
static void large(struct program *program, unsigned long megabytes, const char *option,
                  const char *what)
{
	double spans[RUNS], before;
	char path[300];

	snprintf(path, sizeof path, "%s/large", base);
	unlink(path);
	append(path, megabytes * 16, 65400);
	start_until_ready(program, option);
	append_and_wait(program, path, spans, 1);
	before = measure_cpu_ms(program->pid);
	append_and_wait(program, path, spans, RUNS);
	printf("  %4lu MB, %-24s %12.1f us to the line, %8.2f ms of processor time a change\n",
	       megabytes, what, measure_quantile(spans, RUNS, 0.5),
	       (measure_cpu_ms(program->pid) - before) / RUNS);
	measure_stop(program);
	unlink(path);
}

int main(int argc, char *argv[])
{
	struct program programs[2] = { { .name = "floor", .is_floor = true },
	                               { .name = "watch_mboxes" } };
	const char *directory = getenv("TMPDIR");
	unsigned long count = argc > 3 ? strtoul(argv[3], NULL, 10) : 1000;
	unsigned long megabytes = measure_environment("BENCH_GIGABYTE", 1024);
	char path[300];

	if (argc < 3)
		return 2;
	programs[0].path = argv[1];
	programs[1].path = argv[2];
	setvbuf(stdout, NULL, _IOLBF, 0);
	snprintf(base, sizeof base, "%.200s/mboxes-bench.XXXXXX",
	         directory != NULL ? directory : "/tmp");
	if (mkdtemp(base) == NULL)
		measure_die(base);
	make_directory(base);
	fill_body();
	for (unsigned long i = 0; i < count; i++) {
		snprintf(path, sizeof path, "%s/box%lu", base, i);
		append(path, 2, 500);
	}
	printf("%lu mailboxes %*s %12s %12s\n", count, (int)(25 - snprintf(NULL, 0, "%lu", count)),
	       "", "floor", "watch_mboxes");
	ready(programs);
	latency(programs);
	large(&programs[1], megabytes, "-w", "without --no-echo");
	large(&programs[1], megabytes, "-e", "with --no-echo, not read");
	large(&programs[1], megabytes < 200 ? megabytes : 200, "-e", "with --no-echo, read");
	measure_remove(base);
	return 0;
}

/*
 * mswatch from a change to its syncer's first instruction, less base_delay,
 * beside a bare fork and exec of the same program, in the same run.
 *
 *   delay MSWATCH
 *
 * BENCH_CHANGES: how many changes it is taken from (100).
 */
#include "measure.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define BASE_DELAY_MS 200

static char base[256], self[256];

static void join(char *path, size_t room, const char *name)
{
	snprintf(path, room, "%s/%s", base, name);
}

/* As the syncer: tells the time that it is, and no more. */
static int tell(const char *path)
{
	double now = measure_now_us();
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	return fd == -1 || write(fd, &now, sizeof now) != sizeof now;
}

static int make_pipe(const char *name)
{
	char path[300];
	int fd;

	join(path, sizeof path, name);
	if (mkfifo(path, 0600) == -1 || (fd = open(path, O_RDWR | O_CLOEXEC)) == -1)
		measure_die(path);
	return fd;
}

static double take_time(int times)
{
	double when;

	if (read(times, &when, sizeof when) != sizeof when)
		measure_die("the syncer's time");
	return when;
}

/* Two stores, as the program wants; the changes come from a pipe. */
static void configure(const char *path)
{
	FILE *file = fopen(path, "we");

	if (file == NULL)
		measure_die(path);
	fprintf(file,
	        "base_delay %d.%03d\ninter_delay 0.001\nsync %s --tell %s/times\n"
	        "store near {\n\twatch cat %s/changes\n}\n"
	        "store far {\n\twatch cat %s/nothing\n}\n",
	        BASE_DELAY_MS / 1000, BASE_DELAY_MS % 1000, self, base, base, base);
	fclose(file);
}

static double bare(int times)
{
	char program[256], option[] = "--tell", path[300], *arguments[] = { program, option, path, NULL };
	double begin, end;
	pid_t pid;

	snprintf(program, sizeof program, "%s", self);
	join(path, sizeof path, "times");
	begin = measure_now_us();
	pid = fork();
	if (pid == 0) {
		execv(program, arguments);
		_exit(127);
	}
	end = take_time(times);
	waitpid(pid, NULL, 0);
	return end - begin;
}

static double change(int changes, int times, unsigned long number)
{
	char name[32];
	double begin;

	snprintf(name, sizeof name, "m%lu\n", number);
	begin = measure_now_us();
	if (write(changes, name, strlen(name)) == -1)
		measure_die("a change");
	return take_time(times) - begin - BASE_DELAY_MS * 1000;
}

static void show(const char *what, double bare_us, double ours_us)
{
	printf("  %-34s %12.1f %12.1f ms (%+.1f)\n", what, bare_us / 1000, ours_us / 1000,
	       (ours_us - bare_us) / 1000);
}

static void measure(int changes, int times)
{
	unsigned long count = measure_environment("BENCH_CHANGES", 100), i;
	double *spans[2] = { calloc(count, sizeof(double)), calloc(count, sizeof(double)) };

	if (spans[0] == NULL || spans[1] == NULL)
		measure_die("delay");
	for (i = 0; i < count; i++) {
		measure_nap_ms(50);
		spans[0][i] = bare(times);
		measure_nap_ms(50);
		spans[1][i] = change(changes, times, i);
	}
	printf("from a change to the syncer          fork and exec      mswatch, less base_delay\n");
	show("p50", measure_quantile(spans[0], count, 0.5), measure_quantile(spans[1], count, 0.5));
	show("p90", measure_quantile(spans[0], count, 0.9), measure_quantile(spans[1], count, 0.9));
	free(spans[0]);
	free(spans[1]);
}

int main(int argc, char *argv[])
{
	const char *directory = getenv("TMPDIR");
	char path[300], option_q[] = "-q", option_c[] = "-c";
	char *arguments[] = { argv[1], option_q, option_c, path, NULL };
	struct program program = { .name = "mswatch", .path = argv[1] };
	int changes, times, nothing;

	if (argc >= 3 && strcmp(argv[1], "--tell") == 0) /* the mailbox follows */
		return tell(argv[2]);
	if (argc != 2)
		return 2;
	if (readlink("/proc/self/exe", self, sizeof self - 1) == -1)
		measure_die("/proc/self/exe");
	snprintf(base, sizeof base, "%.200s/delay-bench.XXXXXX",
	         directory != NULL ? directory : "/tmp");
	if (mkdtemp(base) == NULL)
		measure_die(base);
	changes = make_pipe("changes");
	times = make_pipe("times");
	nothing = make_pipe("nothing");
	join(path, sizeof path, "mswatchrc");
	configure(path);
	measure_start(&program, arguments);
	if (write(changes, "\n", 1) != 1 || write(nothing, "\n", 1) != 1)
		measure_die("the ready line");
	take_time(times);
	measure_nap_ms(1000);
	measure(changes, times);
	measure_stop(&program);
	close(nothing);
	measure_remove(base);
	return 0;
}

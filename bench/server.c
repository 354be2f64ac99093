/*
 * A server's view: what an idle user costs whose Maildir is watched over ssh,
 * alone (the median of some starts: what the kernel maps ahead differs) and among many.
 *
 *   server INPUTKILL WATCH_MAILDIRS
 *
 * BENCH_USERS: how many (1000).  As root each is a user of its own, since the
 * kernel counts the instances of inotify by user; else there are as many as it allows.
 */
#include "measure.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define FIRST_USER 100000
#define STARTS 15 /* of one user alone */

static char base[256];

struct user {
	pid_t inputkill;
	int input, output;      /* its stdin, which ends it; its lines */
};

struct memory {
	double private_kib, proportional_kib;
	unsigned long processes;
};

static void make_maildir(void)
{
	static const char *const below[] = { "/M", "/M/new", "/M/cur", "/M/tmp" };
	char path[300];

	if (chmod(base, 0755) == -1)
		measure_die(base);
	for (size_t i = 0; i < 4; i++) {
		snprintf(path, sizeof path, "%s%s", base, below[i]);
		if (mkdir(path, 0755) == -1)
			measure_die(path);
	}
}

static void become(unsigned number)
{
	uid_t id = FIRST_USER + number;

	if (geteuid() == 0 && (setresgid(id, id, id) == -1 || setresuid(id, id, id) == -1))
		measure_die("another user");
}

/* Two descriptors for each user: a shell's usual limit is 1024. */
static void allow_descriptors(unsigned long count)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == -1)
		measure_die("the limit of descriptors");
	if (limit.rlim_cur < count)
		limit.rlim_cur = count < limit.rlim_max ? count : limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &limit) == -1)
		measure_die("the limit of descriptors");
}

/* false: the kernel gives no more. */
static bool user_start(struct user *user, char *inputkill, char *watcher, unsigned number)
{
	char maildir[300], option[] = "-m", *arguments[] = { inputkill, watcher, option, maildir, NULL };
	struct pollfd answer = { .events = POLLIN };
	int input[2], output[2];
	char line[16];

	snprintf(maildir, sizeof maildir, "%s/M", base);
	if (pipe2(input, O_CLOEXEC) == -1 || pipe2(output, O_CLOEXEC) == -1 ||
	    (user->inputkill = fork()) == -1)
		measure_die("start");
	if (user->inputkill == 0) {
		become(number);
		dup2(input[0], STDIN_FILENO);
		dup2(output[1], STDOUT_FILENO);
		execv(inputkill, arguments);
		_exit(127);
	}
	close(input[0]);
	close(output[1]);
	user->input = input[1];
	user->output = answer.fd = output[0];
	return poll(&answer, 1, 60000) == 1 && read(answer.fd, line, sizeof line) == 1;
}

static void user_stop(const struct user *user)
{
	close(user->input);
	waitpid(user->inputkill, NULL, 0);
	close(user->output);
}

/* 0 where there is no such process any more. */
static pid_t parent_of(pid_t pid)
{
	char path[64], state;
	int parent = 0;
	FILE *file;

	snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
	file = fopen(path, "re");
	if (file != NULL) {
		if (fscanf(file, "%*d (%*[^)]) %c %d", &state, &parent) != 2)
			parent = 0;
		fclose(file);
	}
	return (pid_t)parent;
}

static void add(struct memory *memory, pid_t pid)
{
	char path[64], line[256];
	unsigned long kib;
	FILE *file;

	snprintf(path, sizeof path, "/proc/%d/smaps_rollup", (int)pid);
	file = fopen(path, "re");
	if (file == NULL)
		measure_die(path);
	while (fgets(line, sizeof line, file) != NULL) {
		if (sscanf(line, "Private_%*[a-zA-Z]: %lu", &kib) == 1)
			memory->private_kib += (double)kib;
		else if (sscanf(line, "Pss: %lu", &kib) == 1)
			memory->proportional_kib += (double)kib;
	}
	fclose(file);
	memory->processes++;
}

static bool is_below(pid_t pid)
{
	pid_t above = parent_of(pid);

	while (above > 1 && above != getpid())
		above = parent_of(above);
	return above == getpid();
}

/* Of every process below this one. */
static struct memory memory_below(void)
{
	struct memory memory = { 0 };
	const struct dirent *entry;
	DIR *proc = opendir("/proc");

	while (proc != NULL && (entry = readdir(proc)) != NULL)
		if (isdigit((unsigned char)entry->d_name[0]) &&
		    is_below((pid_t)strtol(entry->d_name, NULL, 10)))
			add(&memory, (pid_t)strtol(entry->d_name, NULL, 10));
	if (proc != NULL)
		closedir(proc);
	return memory;
}

/* Of all, once the last one that was started is idle as well. */
static struct memory memory_idle(void)
{
	measure_nap_ms(500);
	return memory_below();
}

static void show(unsigned long users, const struct memory *memory)
{
	printf("%lu idle user%s on a server (%lu processes): private memory %.0f kB a user, "
	       "proportional %.0f kB\n",
	       users, users == 1 ? "" : "s", memory->processes,
	       memory->private_kib / (double)users, memory->proportional_kib / (double)users);
}

static void show_alone(char *inputkill, char *watcher)
{
	double private_kib[STARTS], proportional_kib[STARTS];
	struct memory memory = { 0 };
	struct user user;

	for (size_t i = 0; i < STARTS; i++) {
		if (!user_start(&user, inputkill, watcher, 0))
			measure_die("a user alone");
		memory = memory_idle();
		private_kib[i] = memory.private_kib;
		proportional_kib[i] = memory.proportional_kib;
		user_stop(&user);
	}
	memory.private_kib = measure_quantile(private_kib, STARTS, 0.5);
	memory.proportional_kib = measure_quantile(proportional_kib, STARTS, 0.5);
	show(1, &memory);
}

int main(int argc, char *argv[])
{
	const char *directory = getenv("TMPDIR");
	unsigned long wanted = measure_environment("BENCH_USERS", 1000), count = 0;
	struct user *users = calloc(wanted, sizeof *users);
	struct memory memory;

	if (argc != 3)
		return 2;
	if (users == NULL)
		measure_die("users");
	snprintf(base, sizeof base, "%.200s/server-bench.XXXXXX",
	         directory != NULL ? directory : "/tmp");
	if (mkdtemp(base) == NULL)
		measure_die(base);
	make_maildir();
	show_alone(argv[1], argv[2]);
	allow_descriptors(2 * wanted + 64);
	while (count < wanted && user_start(&users[count], argv[1], argv[2], (unsigned)count))
		count++;
	if (count < wanted) {
		printf("the kernel has no room for more than %lu of %lu users\n", count, wanted);
		user_stop(&users[count]);
	}
	if (count > 0) {
		memory = memory_idle();
		show(count, &memory);
	}
	while (count-- > 0)
		user_stop(&users[count]);
	free(users);
	measure_remove(base);
	return 0;
}

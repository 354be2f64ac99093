/*
 * Random changes to mboxes, and whether watch_mboxes tells of each.
 *
 *   watch_mboxes_random [-s SEED] [-t SECONDS] [-n OPERATIONS] [-d DELIVER]
 *                       [-e] [-o | -r | -p] WATCHER OPTION...
 *
 * What is a mailbox is asked of the disk, before and after each operation.  For one
 * that was written to, or is another file, its name or the empty line must be read
 * later than the operation; for one that has gone the same, unless the watcher had
 * not told its name yet, as a name that is new was never there until it counts; and
 * each that stays must be told by its name.  DELIVER is a program that delivers,
 * called now and then as DELIVER KIND FILE, KIND being a number below 100.  -o
 * stops the watcher at times until its queue overflows; -r stops reading at times;
 * -p says that the watcher polls, -e that it leaves out a text that was told before.  Prints the
 * seed; on a miss, the last operations, and exits with 1.
 */
#include "random.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define BOXES_MAX 600
#define NAMES_MAX 4000
#define TARGETS 3
#define PATIENCE_MS 60000

struct box {
	char path[512];
	char name[256];
	struct stat status;
};

struct boxes {
	size_t count;
	struct box box[BOXES_MAX];
};

/* A name that was ever used. */
struct expected {
	char name[256];
	unsigned long operation; /* that has not been told of yet; 0: none */
	bool is_named;          /* it was told by its own name since it came */
	bool is_doubtful;       /* it has gone: what is told of it may be old */
};

static char work[128], base[160], spool[160];
static struct expected names[NAMES_MAX];
static size_t names_count, waiting;
static unsigned long lines_read, overflows, deliveries, checks;
static bool with_echo;                  /* no text may come again */
static bool is_stopped;                 /* the watcher, or the reading */
static const char *deliver_program;
static unsigned beacons;
/* After an overflow, and where a file has two names, all is looked at: a second later at most. */
static int64_t rescan_over;
#define RESCAN_MS 2000

/* --- names --- */

static struct expected *find_name(const char *name)
{
	for (size_t i = 0; i < names_count; i++)
		if (strcmp(names[i].name, name) == 0)
			return &names[i];
	if (names_count == NAMES_MAX)
		die("too many names");
	snprintf(names[names_count].name, sizeof names[0].name, "%s", name);
	return &names[names_count++];
}

static void expect(struct expected *expected)
{
	waiting += expected->operation == 0;
	expected->operation = operations;
}

static void settle_name(struct expected *expected)
{
	waiting -= expected->operation != 0;
	expected->operation = 0;
}

static void told(const char *line)
{
	lines_read++;
	for (size_t i = 0; i < names_count; i++)
		if (line[0] == '\0' || strcmp(names[i].name, line) == 0)
			settle_name(&names[i]);
	if (line[0] != '\0' && strncmp(line, "beacon", 6) != 0) {
		struct expected *expected =
			find_name(line); /* deliverers' files may stay for a moment */

		expected->is_named |= !expected->is_doubtful;
	}
}

/* --- the mailboxes as they are --- */

static bool is_mailbox(const char *path, struct stat *status)
{
	char first[5];
	ssize_t got;
	int fd;

	if (stat(path, status) == -1 || !S_ISREG(status->st_mode) ||
	    (fd = open(path, O_RDONLY | O_CLOEXEC)) == -1)
		return false;
	got = read(fd, first, sizeof first);
	close(fd);
	return got >= 0 && memcmp(first, "From ", (size_t)got) == 0;
}

static void add_box(struct boxes *boxes, const char *path, const char *name)
{
	struct box *box = &boxes->box[boxes->count];

	if (!is_mailbox(path, &box->status))
		return;
	if (boxes->count + 1 >= BOXES_MAX)
		die("too many mailboxes");
	snprintf(box->path, sizeof box->path, "%s", path);
	snprintf(box->name, sizeof box->name, "%s", name);
	boxes->count++;
}

/* Names of the test's own, which no deliverer gives to its passing files. */
static bool is_box_name(const char *name)
{
	return strncmp(name, "box", 3) == 0 && strchr(name, '.') == NULL;
}

static void find_below(struct boxes *boxes, const char *path, const char *name)
{
	const struct dirent *entry;
	char below[512], below_name[256];
	struct stat status;
	DIR *directory = opendir(path);

	if (directory == NULL)
		return;
	while ((entry = readdir(directory)) != NULL) {
		if (entry->d_name[0] == '.' || strlen(path) > 300)
			continue;
		snprintf(below, sizeof below, "%.380s/%.120s", path, entry->d_name);
		snprintf(below_name, sizeof below_name, "%.130s%s%.120s", name,
		         name[0] != '\0' ? "/" : "", entry->d_name);
		if (stat(below, &status) == 0 && S_ISDIR(status.st_mode))
			find_below(boxes, below, below_name);
		else if (is_box_name(entry->d_name))
			add_box(boxes, below, below_name);
	}
	closedir(directory);
}

static void find_all(struct boxes *boxes)
{
	char path[200];

	boxes->count = 0;
	find_below(boxes, base, "");
	snprintf(path, sizeof path, "%s/me", spool);
	add_box(boxes, path, "INBOX");
}

static const struct box *find_box(const struct boxes *boxes, const char *name)
{
	for (size_t i = 0; i < boxes->count; i++)
		if (strcmp(boxes->box[i].name, name) == 0)
			return &boxes->box[i];
	return NULL;
}

/* --- what must be told --- */

static void write_to(int fd, const char *text)
{
	if (write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		die("write");
}

static void make_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd == -1)
		return;
	write_to(fd, text);
	close(fd);
}

static struct boxes before, after;

static void show_misses(void)
{
	for (size_t i = 0; i < names_count; i++)
		if (names[i].operation != 0)
			printf("# MISSED: '%s' since operation %lu\n", names[i].name,
			       names[i].operation);
	operations_show();
	exit(1);
}

/* Waits until every operation was told of. */
static void checkpoint(void)
{
	int64_t end = now_ms() + PATIENCE_MS;

	if (is_stopped)
		return;
	while (waiting > 0 && now_ms() < end)
		take_lines(100, told);
	if (waiting > 0)
		show_misses();
	checks++;
}

static bool is_beacon_seen;
static char beacon_name[32];

static void told_beacon(const char *line)
{
	is_beacon_seen |= strcmp(line, beacon_name) == 0;
	told(line);
}

/* Makes a mailbox, and waits until it is told. */
static void beacon(void)
{
	int64_t end = now_ms() + PATIENCE_MS;
	char path[200];

	snprintf(beacon_name, sizeof beacon_name, "beacon%u", ++beacons);
	snprintf(path, sizeof path, "%s/%s", base, beacon_name);
	is_beacon_seen = false;
	make_file(path, "From beacon\n\n");
	while (!is_beacon_seen && now_ms() < end)
		take_lines(100, told_beacon);
	if (!is_beacon_seen) {
		printf("# MISSED: %s\n", beacon_name);
		show_misses();
	}
	unlink(path);
}

/*
 * Waits until what is there has counted: a name that comes now is told after all
 * that were there before it, but for those behind a link, which is looked at only
 * when it has counted itself.  Then each must have been told by its name.
 */
static void settle(void)
{
	if (is_stopped)
		return;
	checkpoint();
	while (now_ms() < rescan_over)
		take_lines(100, told);
	beacon();
	beacon();
	find_all(&after);
	for (size_t i = 0; i < after.count; i++) {
		struct expected *expected = find_name(after.box[i].name);

		if (!expected->is_named && !expected->is_doubtful) {
			printf("# MISSED: '%s' was never told by its name\n", expected->name);
			show_misses();
		}
		expected->is_named = true;
	}
	for (size_t i = 0; i < names_count; i++)
		names[i].is_doubtful = false;
}

static bool any_doubtful(void)
{
	for (size_t i = 0; i < names_count; i++)
		if (names[i].is_doubtful)
			return true;
	return false;
}

static bool is_same_file(const struct stat *one, const struct stat *other)
{
	return one->st_dev == other->st_dev && one->st_ino == other->st_ino;
}

static bool is_same_text(const struct stat *one, const struct stat *other)
{
	return is_same_file(one, other) && one->st_size == other->st_size &&
	       one->st_mtim.tv_sec == other->st_mtim.tv_sec &&
	       one->st_mtim.tv_nsec == other->st_mtim.tv_nsec;
}

static void has_gone(const struct box *box)
{
	struct expected *expected = find_name(box->name);

	operation_add("%s%s gone", expected->is_named ? "; " : "; new ", box->name);
	if (expected->is_named)
		expect(expected);
	else
		settle_name(expected);
	expected->is_named = false;
	expected->is_doubtful = true;
}

/*
 * Whether an operation has changed a mailbox: the one that it wrote to, or whose text
 * is another one.  A program that delivers may write to others what is its own alone
 * (Dovecot does so to all, the first time), which --no-echo leaves out.
 */
static bool has_changed(const struct stat *old, const struct stat *now, const struct stat *written,
                        bool is_delivery)
{
	if (is_delivery)
		return is_same_file(written, now) && now->st_size > written->st_size;
	return !is_same_text(old, now) || (written != NULL && is_same_file(written, now));
}

/* An operation is over; what of it wrote to a file without a trace is given (or NULL). */
static void judge_as(const struct stat *written, bool is_delivery)
{
	find_all(&after);
	for (size_t i = 0; i < before.count; i++) {
		const struct box *now = find_box(&after, before.box[i].name);

		if (now == NULL)
			has_gone(&before.box[i]);
		else if (has_changed(&before.box[i].status, &now->status, written, is_delivery)) {
			operation_add("; %s changed", now->name);
			expect(find_name(now->name));
		}
	}
	for (size_t i = 0; i < after.count; i++)
		if (find_box(&before, after.box[i].name) == NULL) {
			operation_add("; %s new", after.box[i].name);
			if (after.box[i].status.st_nlink > 1)
				rescan_over = now_ms() + RESCAN_MS;
			find_name(after.box[i].name)->is_named = false;
			expect(find_name(after.box[i].name));
		}
}

static void judge(const struct stat *written)
{
	judge_as(written, false);
}

/* Before each operation. */
static void ready(void)
{
	take_lines(0, told);
	find_all(&before);
}

#define begin(...) (ready(), operation_note(__VA_ARGS__))

/* --- operations --- */

static const char *text_of_message(void)
{
	static char text[400];
	static unsigned number;

	snprintf(text, sizeof text,
	         "From a@lab.invalid Mon Jan  1 00:00:00 2024\n"
	         "Subject: message %u\nStatus: %s\n\n%.*s\n\n",
	         ++number, pick(2) ? "RO" : " O", (int)pick(100),
	         "the body the body the body the body the body the body the body the "
	         "body the body the body the body the body");
	return text;
}

static void append(const struct box *box)
{
	static int kept = -1;
	bool is_kept = pick(8) == 0;
	int fd;

	begin("append to %s%s", box->name, is_kept ? ", which stays open" : "");
	fd = open(box->path, O_WRONLY | O_APPEND | O_CLOEXEC);
	if (fd == -1)
		return;
	write_to(fd, text_of_message());
	if (pick(10) == 0) {
		take_lines((int)pick(300), told);
		write_to(fd, text_of_message());
	}
	judge(&box->status);
	if (is_kept && kept != -1)
		close(kept);
	if (is_kept)
		kept = fd;
	else
		close(fd);
}

/* The same size, by the first bytes behind "From ". */
static void flag(const struct box *box)
{
	static unsigned number;
	char flags[16];
	int fd;

	if (box->status.st_size < 20)
		return;
	snprintf(flags, sizeof flags, "%08u", ++number);
	begin("flag %s", box->name);
	fd = open(box->path, O_RDWR | O_CLOEXEC);
	if (fd == -1 || pwrite(fd, flags, 8, 5) != 8)
		die(box->path);
	judge(&box->status);
	close(fd);
}

static void expunge(const struct box *box)
{
	int fd;

	begin("expunge %s", box->name);
	fd = open(box->path, O_RDWR | O_CLOEXEC);
	if (fd == -1 || ftruncate(fd, 0) == -1)
		die(box->path);
	if (with_echo || pick(3) > 0)
		write_to(fd, text_of_message());
	judge(&box->status);
	close(fd);
}

/* What is no change: opened for writing, read, touched. */
static void disturb(const struct box *box)
{
	char text[64];
	int fd;

	begin("disturb %s", box->name);
	fd = open(box->path, O_RDWR | O_CLOEXEC);
	if (fd == -1)
		return;
	if (pick(2) && read(fd, text, sizeof text) == -1)
		die(box->path);
	if (pick(3) == 0)
		fchmod(fd, 0600);
	close(fd);
}

static void replace(const struct box *box)
{
	char fresh[240];

	snprintf(fresh, sizeof fresh, "%s/%s", pick(2) ? base : work, "fresh");
	begin("rename over %s", box->name);
	make_file(fresh, text_of_message());
	if (rename(fresh, box->path) == -1)
		unlink(fresh);
	judge(NULL);
}

static void delete(const struct box *box)
{
	begin("delete %s", box->name);
	unlink(box->path);
	judge(NULL);
}

static void compress(const struct box *box)
{
	char packed[600];

	begin("compress %s", box->name);
	snprintf(packed, sizeof packed, "%s.gz", box->path);
	make_file(packed, "\x1f\x8b\x08");
	unlink(box->path);
	judge(NULL);
	unlink(packed);
}

/* It becomes another kind of file, and perhaps a mailbox again. */
static void change_kind(const struct box *box)
{
	char path[512];

	settle();
	snprintf(path, sizeof path, "%s", box->path);
	begin("make %s no mailbox", box->name);
	make_file(path, "text\n");
	judge(NULL);
	if (pick(2))
		settle();
	begin("and one again");
	make_file(path, text_of_message());
	judge(NULL);
}

static void deliver(const struct box *box)
{
	char kind[16];
	pid_t child;

	if (deliver_program == NULL)
		return;
	snprintf(kind, sizeof kind, "%u", pick(100));
	begin("deliver %s to %s", kind, box->name);
	child = fork();
	if (child == 0) {
		execl(deliver_program, deliver_program, kind, box->path, box->name, (char *)NULL);
		_exit(127);
	}
	if (child == -1 || waitpid(child, NULL, 0) == -1)
		die("deliver");
	judge_as(&box->status, true);
	deliveries++;
}

/* A directory below the base, which is there or not. */
static void some_directory(char path[300])
{
	static const char *const part[] = { "", "/d", "/e", "/d/f", "/e/g h", "/l" };

	snprintf(path, 300, "%s%s", base, part[pick(6)]);
}

static void some_path(char path[400])
{
	char directory[300];

	some_directory(directory);
	snprintf(path, 400, "%s/box%u", directory, pick(6));
}

static void make_above(const char *path)
{
	char above[512];

	snprintf(above, sizeof above, "%s", path);
	for (char *slash = above + strlen(base) + 1; (slash = strchr(slash, '/')) != NULL;
	     slash++) {
		*slash = '\0';
		mkdir(above, 0700);
		*slash = '/';
	}
}

static void create(void)
{
	char path[400], fresh[160];

	some_path(path);
	begin("create %s", path);
	make_above(path);
	if (pick(2)) {
		if (access(path, F_OK) == -1)
			make_file(path, pick(5) > 0 ? text_of_message() : "");
	} else {
		snprintf(fresh, sizeof fresh, "%s/fresh", work);
		make_file(fresh, text_of_message());
		if (rename(fresh, path) == -1)
			unlink(fresh);
	}
	judge(NULL);
}

static void create_inbox(void)
{
	char path[200];

	snprintf(path, sizeof path, "%s/me", spool);
	begin("create INBOX");
	if (access(path, F_OK) == -1)
		make_file(path, text_of_message());
	judge(NULL);
}

static void rename_any(void)
{
	char from[400], to[400];
	bool is_directory = pick(3) == 0;

	some_path(from);
	some_path(to);
	if (is_directory) {
		some_directory(from);
		some_directory(to);
	}
	begin("rename %s to %s", from, to);
	if (strcmp(from, to) == 0 || strcmp(from, base) == 0 || strcmp(to, base) == 0)
		return;
	make_above(to);
	rename(from, to);
	judge(NULL);
}

static void move_in_or_out(void)
{
	char path[300], outside[160], box[200];

	some_directory(path);
	if (strcmp(path, base) == 0)
		return;
	snprintf(outside, sizeof outside, "%s/outside", work);
	begin("move %s in or out", path);
	if (rename(path, outside) == -1) {
		mkdir(outside, 0700);
		snprintf(box, sizeof box, "%s/box%u", outside, pick(6));
		make_file(box, text_of_message());
		make_above(path);
		rename(outside, path);
	}
	judge(NULL);
	remove_all(outside);
}

static void delete_directory(void)
{
	char path[300];

	some_directory(path);
	if (strcmp(path, base) == 0)
		return;
	begin("delete %s", path);
	remove_all(path);
	judge(NULL);
}

/* A link to a file or a directory outside, or to a mailbox beside. */
static void link_any(void)
{
	char path[400], target[200], fresh[160];
	unsigned which = pick(3);

	some_path(path);
	snprintf(target, sizeof target, "%s/target%u%s", work, pick(TARGETS),
	         which == 0 ? "" : "/box0");
	if (which == 0)
		snprintf(path, sizeof path, "%s/l", base);
	if (which == 2)
		snprintf(target, sizeof target, "%s/box%u", base, pick(6));
	begin("link %s to %s", path, target);
	make_above(path);
	snprintf(fresh, sizeof fresh, "%s/link", work);
	if (strcmp(path, target) == 0 || symlink(target, fresh) == -1)
		return;
	if (rename(fresh, path) == -1)
		unlink(fresh);
	judge(NULL);
}

static const struct box *some_box(void)
{
	static struct boxes boxes;

	find_all(&boxes);
	return boxes.count > 0 ? &boxes.box[pick((unsigned)boxes.count)] : NULL;
}

/* A second name of a mailbox, by link(2): what is done by one of them is done to both. */
static void name_twice(void)
{
	const struct box *some = some_box();
	char path[400], fresh[160];

	if (some == NULL)
		return;
	some_path(path);
	begin("name %s %s, too", some->name, path);
	make_above(path);
	snprintf(fresh, sizeof fresh, "%s/second", work);
	if (link(some->path, fresh) == -1)
		die(some->path);
	rename(fresh, path);
	unlink(fresh); /* rename(2) leaves it where both are the same file, or it fails */
	judge(NULL);
}

static void change_target(void)
{
	char target[160], away[160], box[200];
	bool is_there;

	snprintf(target, sizeof target, "%s/target%u", work, pick(TARGETS));
	snprintf(away, sizeof away, "%s/away", work);
	is_there = access(target, F_OK) == 0;
	begin("%s %s", is_there ? "remove" : "make", target);
	if (is_there)
		rename(target, away);
	if (!is_there || pick(2)) {
		mkdir(target, 0700);
		for (unsigned i = 0; i < 2; i++) {
			snprintf(box, sizeof box, "%s/box%u", target, i);
			make_file(box, text_of_message());
		}
	}
	judge(NULL);
	remove_all(away);
}

/* What makes names come, which are only looked for where none has just gone. */
static void come_and_go(unsigned which)
{
	if (any_doubtful())
		settle();
	if (which < 40)
		create();
	else if (which < 45)
		create_inbox();
	else if (which < 65)
		rename_any();
	else if (which < 72)
		move_in_or_out();
	else if (which < 77)
		delete_directory();
	else if (which < 87)
		link_any();
	else if (which < 91)
		name_twice();
	else
		change_target();
}

static void operate(void)
{
	const struct box *some = some_box();
	unsigned which = pick(100);
	struct box box;

	if (some == NULL || which >= 70) {
		come_and_go(pick(100));
		return;
	}
	box = *some;
	if (which < 25)
		append(&box);
	else if (which < 33)
		flag(&box);
	else if (which < 41)
		expunge(&box);
	else if (which < 46)
		disturb(&box);
	else if (which < 53)
		replace(&box);
	else if (which < 59)
		delete(&box);
	else if (which < 62)
		compress(&box);
	else if (which < 65)
		change_kind(&box);
	else
		deliver(&box);
}

/* With the watcher stopped: more events than its queue holds, and a few changes. */
static void overflow(void)
{
	unsigned long limit = queue_limit();
	char flood[2][200];

	checkpoint();
	kill(watcher, SIGSTOP);
	is_stopped = true;
	for (unsigned i = pick(20); i > 0; i--)
		operate();
	for (unsigned i = 0; i < 2; i++)
		snprintf(flood[i], sizeof flood[i], "%s/flood%u.lock", base, i);
	make_file(flood[0], "");
	for (unsigned long i = 0; i < limit / 2 + 10; i++)
		if (rename(flood[i % 2], flood[(i + 1) % 2]) == -1)
			die("no overflow");
	for (unsigned i = pick(30); i > 0; i--)
		operate();
	unlink(flood[0]);
	unlink(flood[1]);
	kill(watcher, SIGCONT);
	is_stopped = false;
	rescan_over = now_ms() + RESCAN_MS;
	overflows++;
}

/* --- the run --- */

static void run(int64_t end, unsigned long most, bool with_overflow)
{
	static const unsigned lengths[] = { 1, 1, 3, 20, 100 };

	while (now_ms() < end && operations < most) {
		if (with_overflow && pick(8) == 0)
			overflow();
		for (unsigned i = 1 + pick(lengths[pick(5)]); i > 0; i--)
			operate();
		checkpoint();
		if (pick(4) == 0)
			settle();
	}
}

/* While the reader is stopped, operations go on and nothing is read. */
static void run_with_stops(int64_t end, unsigned long most)
{
	int real = lines_fd, never[2];

	if (pipe2(never, O_CLOEXEC) == -1)
		die("pipe");
	while (now_ms() < end && operations < most) {
		lines_fd = never[0];
		is_stopped = true;
		for (unsigned i = 100 + pick(400); i > 0; i--)
			operate();
		lines_fd = real;
		is_stopped = false;
		settle();
		for (unsigned i = pick(50); i > 0; i--)
			operate();
		settle();
	}
}

static void clean_up(void)
{
	watcher_end();
	if (getenv("WATCH_RANDOM_KEEP") == NULL)
		remove_all(work);
}

static void start(char *const argv[])
{
	static char option_m[] = "-m", option_i[] = "-i", inbox[200];
	char *arguments[32] = { argv[0], option_m, base, option_i, inbox };
	size_t count = 5;

	snprintf(inbox, sizeof inbox, "%s/me", spool);
	for (int i = 1; argv[i] != NULL && count < 31; i++)
		arguments[count++] = argv[i];
	arguments[count] = NULL;
	watcher_start(arguments);
}

static void make_store(void)
{
	const char *directory = getenv("TMPDIR");

	snprintf(work, sizeof work, "%.100s/mboxes-random.XXXXXX",
	         directory != NULL ? directory : "/tmp");
	if (mkdtemp(work) == NULL)
		die(work);
	atexit(clean_up);
	snprintf(base, sizeof base, "%s/mail", work);
	snprintf(spool, sizeof spool, "%s/spool", work);
	if (mkdir(base, 0700) == -1 || mkdir(spool, 0700) == -1)
		die(base);
}

int main(int argc, char *argv[])
{
	unsigned long most = ULONG_MAX;
	int64_t seconds = 10;
	bool with_overflow = false, with_stops = false;
	int option;

	random_state = (uint64_t)time(NULL) * 1000003 + (uint64_t)getpid();
	while ((option = getopt(argc, argv, "+s:t:n:d:eorp")) != -1) {
		switch (option) {
		case 's': random_state = strtoull(optarg, NULL, 10); break;
		case 't': seconds = strtoll(optarg, NULL, 10); break;
		case 'n': most = strtoul(optarg, NULL, 10); break;
		case 'd': deliver_program = optarg; break;
		case 'e': with_echo = true; break;
		case 'o': with_overflow = true; break;
		case 'r': with_stops = true; break;
		case 'p': break;
		default: return 2;
		}
	}
	if (optind == argc)
		return 2;
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("# seed %llu\n", (unsigned long long)random_state);
	random_state = random_state * 2 + 1;
	make_store();
	start(argv + optind);
	expect(find_name("ready"));
	waiting = 1;
	names[0].operation = 1;
	checkpoint();
	if (with_stops)
		run_with_stops(now_ms() + seconds * 1000, most);
	else
		run(now_ms() + seconds * 1000, most, with_overflow);
	settle();
	printf("# %lu operations, %lu deliveries by programs, %lu lines, %lu overflows, no miss\n",
	       operations, deliveries, lines_read, overflows);
	return 0;
}

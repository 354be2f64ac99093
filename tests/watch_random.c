/*
 * Random changes to a Maildir, and whether watch_maildirs tells of each.
 *
 *   watch_random [-l LAYOUT] [-s SEED] [-t SECONDS] [-n OPERATIONS]
 *                [-o | -r | -p] WATCHER OPTION...
 *
 * After each operation on a mailbox, its name or the empty line must be read
 * later than the operation.  -o stops the watcher at times until its queue
 * overflows; -r stops reading at times; -p says that the watcher polls, and gives it
 * the time to see each state of the folders.  Prints the seed; on a miss, the last
 * operations, and exits with 1.
 */
#include "random.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define BOXES_MAX 400
#define NAMES_MAX 8000
#define TARGETS 4
#define POLL_MS 100          /* what --poll is to be given */
#define PATIENCE_MS 60000

enum layout { MAILDIRPP, VERBATIM, LEGACY };

struct box {
	char path[512];
	char name[256];
	dev_t device;
	ino_t inode;
};

struct boxes {
	size_t count;
	struct box box[BOXES_MAX];
};

/* A name that was ever used, and the operation that has not been told of yet. */
struct expected {
	char name[256];
	unsigned long operation;        /* 0: none */
};

static enum layout layout;
static char work[64], base[128];
static struct expected names[NAMES_MAX];
static size_t names_count, waiting;
static unsigned long lines_read, overflows;
static unsigned long message_number;
static bool is_stopped;                 /* the watcher, or the reading */
static bool is_polled;

/* --- names ------------------------------------------------------------- */

static struct expected *find_name(const char *name)
{
	size_t i;

	for (i = 0; i < names_count; i++)
		if (strcmp(names[i].name, name) == 0)
			return &names[i];
	if (names_count == NAMES_MAX)
		die("too many names");
	snprintf(names[names_count].name, sizeof names[0].name, "%s", name);
	return &names[names_count++];
}

static void expect(const char *name)
{
	struct expected *expected = find_name(name);

	waiting += expected->operation == 0;
	expected->operation = operations;
}

/* Names that an operation will concern if it succeeds. */
static struct {
	size_t count;
	char name[NAMES_MAX][256];
} noted;

static void note(const char *name)
{
	if (noted.count < NAMES_MAX)
		snprintf(noted.name[noted.count++], sizeof noted.name[0], "%s", name);
}

static void expect_noted(void)
{
	size_t i;

	for (i = 0; i < noted.count; i++)
		expect(noted.name[i]);
	noted.count = 0;
}

static void told(const char *name)
{
	size_t i;

	lines_read++;
	for (i = 0; i < names_count; i++)
		if (name[0] == '\0' || strcmp(names[i].name, name) == 0) {
			waiting -= names[i].operation != 0;
			names[i].operation = 0;
			if (name[0] != '\0')
				return;
		}
	if (name[0] == '\0')
		return;
	printf("# a line that is no mailbox: '%s'\n", name);
	exit(1);
}

/* --- the watcher's lines ------------------------------------------------ */

static void learn_names(void);

static void show_misses(void)
{
	size_t i;

	for (i = 0; i < names_count; i++)
		if (names[i].operation != 0)
			printf("# MISSED: '%s' since operation %lu\n", names[i].name,
			       names[i].operation);
	operations_show();
}

/* Waits until every operation was told of. */
static void checkpoint(void)
{
	int64_t end = now_ms() + PATIENCE_MS;

	learn_names();
	if (is_stopped)
		return;
	while (waiting > 0 && now_ms() < end)
		take_lines(100, told);
	if (waiting > 0) {
		show_misses();
		exit(1);
	}
}

/* Before each operation. */
static void ready(void)
{
	take_lines(0, told);
	noted.count = 0;
}

/* An operation begins: what it is, for the list. */
#define begin(...) (ready(), operation_note(__VA_ARGS__))

/* --- the Maildir as it is ------------------------------------------------ */

static bool is_directory(const char *path, const char *below)
{
	char joined[600];
	struct stat status;

	snprintf(joined, sizeof joined, "%s%s", path, below);
	return stat(joined, &status) == 0 && S_ISDIR(status.st_mode);
}

static void add_box(struct boxes *boxes, const char *path, const char *name)
{
	struct box *box = &boxes->box[boxes->count];
	struct stat status;

	if (boxes->count == BOXES_MAX || !is_directory(path, "/new") ||
	    !is_directory(path, "/cur") || stat(path, &status) == -1)
		return;
	snprintf(box->path, sizeof box->path, "%s", path);
	snprintf(box->name, sizeof box->name, "%s", name);
	box->device = status.st_dev;
	box->inode = status.st_ino;
	boxes->count++;
}

static bool is_folder_name(const char *name, bool top)
{
	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return false;
	if (layout == VERBATIM)
		return strcmp(name, "cur") != 0 && strcmp(name, "new") != 0 &&
		       strcmp(name, "tmp") != 0;
	return layout == MAILDIRPP || !top ? name[0] == '.' : name[0] != '.';
}

/* Maildir++ with -s /. */
static void undot(char *name)
{
	for (; *name != '\0'; name++)
		if (*name == '.')
			*name = '/';
}

/* A directory on the way down, and the one above it. */
struct above {
	dev_t device;
	ino_t inode;
	const struct above *above;
};

/*
 * The mailboxes at path, which is called name, and below it; a link that
 * leads back up is a mailbox and no more.
 */
static void find_below(struct boxes *boxes, const char *path, const char *name,
                       const struct above *above)
{
	const struct dirent *entry;
	const struct above *other;
	char below[512], below_name[256];
	bool top = strcmp(path, base) == 0;
	struct stat status;
	struct above here;
	DIR *directory;

	if (stat(path, &status) == -1 || !S_ISDIR(status.st_mode))
		return;
	add_box(boxes, path, top ? "INBOX" : name);
	here = (struct above){ status.st_dev, status.st_ino, above };
	for (other = above; other != NULL; other = other->above)
		if (other->device == here.device && other->inode == here.inode)
			return;
	if ((layout == MAILDIRPP && !top) || (directory = opendir(path)) == NULL)
		return;
	while ((entry = readdir(directory)) != NULL) {
		if (!is_folder_name(entry->d_name, top))
			continue;
		if (strlen(path) + strlen(entry->d_name) > 240)
			die("too deep");
		snprintf(below, sizeof below, "%.400s/%.100s", path, entry->d_name);
		snprintf(below_name, sizeof below_name, "%.150s%s%.100s", top ? "" : name,
		         top ? "" : "/",
		         entry->d_name + (entry->d_name[0] == '.' && layout != VERBATIM));
		if (layout == MAILDIRPP)
			undot(below_name);
		find_below(boxes, below, below_name, &here);
	}
	closedir(directory);
}

/* The same for a path below the base, whose name and way down it finds out. */
static void find_boxes(struct boxes *boxes, const char *path, const char *name)
{
	struct above way[64];
	char part[512];
	struct stat status;
	size_t count = 0, length;

	for (length = strlen(base); path[length] != '\0' && count < 64; count++) {
		snprintf(part, sizeof part, "%.*s", (int)length, path);
		if (stat(part, &status) == -1)
			return;
		way[count] = (struct above){ status.st_dev, status.st_ino,
		                             count > 0 ? &way[count - 1] : NULL };
		length += 1 + strcspn(path + length + 1, "/");
	}
	find_below(boxes, path, name, count > 0 ? &way[count - 1] : NULL);
}

/* The name that the folder at path below the base has or would have. */
static void name_of(const char *path, char name[256])
{
	const char *part = path + strlen(base) + 1;
	size_t used = 0, length;

	while (*part != '\0') {
		length = strcspn(part, "/");
		if (part[0] == '.' && layout != VERBATIM) {
			part++;
			length--;
		}
		used += (size_t)snprintf(name + used, 256 - used, "%s%.*s", used > 0 ? "/" : "",
		                         (int)length, part);
		part += length + (part[length] == '/');
	}
	if (layout == MAILDIRPP)
		undot(name);
}

static struct boxes *all_boxes(void)
{
	static struct boxes boxes;

	boxes.count = 0;
	find_boxes(&boxes, base, "");
	return &boxes;
}

static const struct box *some_box(void)
{
	struct boxes *boxes = all_boxes();

	return boxes->count > 0 ? &boxes->box[pick((unsigned)boxes->count)] : NULL;
}

/* Notes every name of the directory that the box is. */
static void note_box(const struct box *box)
{
	struct boxes *boxes = all_boxes();
	size_t i;

	for (i = 0; i < boxes->count; i++)
		if (boxes->box[i].device == box->device && boxes->box[i].inode == box->inode)
			note(boxes->box[i].name);
}

/* Notes every mailbox at path and below it; with aliases, by all its names. */
static void note_below(const char *path, bool with_aliases)
{
	struct boxes boxes;
	char name[256];
	size_t i;

	boxes.count = 0;
	name_of(path, name);
	find_boxes(&boxes, path, name);
	for (i = 0; i < boxes.count; i++) {
		note(boxes.box[i].name);
		if (with_aliases)
			note_box(&boxes.box[i]);
	}
}

/* Notes the mailbox at path itself. */
static void note_at(const char *path)
{
	struct boxes one = { .count = 0 };

	add_box(&one, path, "");
	if (one.count > 0)
		note_box(&one.box[0]);
}

static void note_links_to(const char *target)
{
	struct boxes *boxes = all_boxes();
	char real[PATH_MAX];
	size_t i, length = strlen(target);

	for (i = 0; i < boxes->count; i++)
		if (realpath(boxes->box[i].path, real) != NULL &&
		    strncmp(real, target, length) == 0 &&
		    (real[length] == '\0' || real[length] == '/'))
			note(boxes->box[i].name);
}

static void expect_box(const struct box *box)
{
	note_box(box);
	expect_noted();
}

static void expect_below(const char *path, bool with_aliases)
{
	note_below(path, with_aliases);
	expect_noted();
}

static bool is_link(const char *path)
{
	struct stat status;

	return lstat(path, &status) == 0 && S_ISLNK(status.st_mode);
}

/* --- operations ---------------------------------------------------------- */

static bool make_file(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	return fd != -1 && close(fd) == 0;
}

static void deliver(const struct box *box)
{
	char from[700], to[700];

	begin("deliver %s", box->name);
	message_number++;
	snprintf(from, sizeof from, "%s/tmp/%lu.M.host", box->path, message_number);
	snprintf(to, sizeof to, "%s/new/%lu.M.host", box->path, message_number);
	if (!make_file(from))
		snprintf(from, sizeof from, "%s", to);
	if (strcmp(from, to) == 0 ? make_file(to) : rename(from, to) == 0)
		expect_box(box);
}

/* A message of the box; false when there is none. */
static bool some_message(const struct box *box, char path[800], bool *is_new)
{
	static const char *const below[] = { "cur", "new" };
	const struct dirent *entry;
	char directory_path[600];
	unsigned which = pick(2), skip = pick(5);
	bool found = false;
	DIR *directory;

	snprintf(directory_path, sizeof directory_path, "%s/%s", box->path, below[which]);
	directory = opendir(directory_path);
	if (directory == NULL)
		return false;
	while ((entry = readdir(directory)) != NULL && (!found || skip-- > 0))
		if (entry->d_name[0] != '.') {
			snprintf(path, 800, "%.590s/%.200s", directory_path, entry->d_name);
			found = true;
		}
	closedir(directory);
	*is_new = which == 1;
	return found;
}

static void flag(const struct box *box)
{
	char from[800], to[1000], flags[8] = "", *base_name, *info;
	bool is_new;

	if (!some_message(box, from, &is_new))
		return;
	base_name = strrchr(from, '/') + 1;
	info = strchr(base_name, ':');
	if (pick(2))
		strcat(flags, "F");
	if (pick(2))
		strcat(flags, "S");
	snprintf(to, sizeof to, "%s/cur/%.*s:2,%s", box->path,
	         info != NULL ? (int)(info - base_name) : (int)strlen(base_name), base_name, flags);
	begin("flag %s %s", box->name, flags);
	if (strcmp(from, to) == 0 || rename(from, to) == -1)
		return;
	if (is_new ? flags[0] != '\0' : strcmp(info != NULL ? info + 3 : "", flags) != 0)
		expect_box(box);
}

static void expunge(const struct box *box)
{
	char path[800];
	bool is_new;

	if (!some_message(box, path, &is_new))
		return;
	begin("expunge %s", box->name);
	if (unlink(path) == 0)
		expect_box(box);
}

static void move_message(const struct box *from_box, const struct box *to_box)
{
	char from[800], to[1000];
	bool is_new;

	if (!some_message(from_box, from, &is_new))
		return;
	begin("move a message from %s to %s", from_box->name, to_box->name);
	snprintf(to, sizeof to, "%s/%s/%lu.moved", to_box->path, is_new ? "new" : "cur",
	         ++message_number);
	if (rename(from, to) == 0) {
		expect_box(from_box);
		expect_box(to_box);
	}
}

/* A path for a folder, which may be there already. */
static void some_path(char path[512])
{
	static const char *const part[] = { "a", "b", "c", "d e", "f.g", "&AOk-" };
	unsigned depth = layout == MAILDIRPP ? 1 : 1 + pick(3), i;

	snprintf(path, 512, "%s", base);
	for (i = 0; i < depth; i++) {
		char *end = path + strlen(path);

		snprintf(end, 64, "/%s%s%.0u",
		         layout == MAILDIRPP || (layout == LEGACY && i > 0) ? "." : "",
		         part[pick(6)], 0U);
		if (layout == MAILDIRPP && pick(2))
			snprintf(end + strlen(end), 8, "%u", pick(4));
	}
}

static void make_directory(const char *path, const char *below)
{
	char joined[700];

	snprintf(joined, sizeof joined, "%s%s", path, below);
	mkdir(joined, 0700);
}

static void make_maildir(const char *path)
{
	static const char *const below[] = { "/new", "/cur", "/tmp", "/new", "/cur" };
	unsigned i, start = pick(3);

	make_directory(path, "");
	for (i = 0; i < 3; i++)
		make_directory(path, below[start + i]);
}

static void make_above(const char *path)
{
	char above[512], *slash;

	snprintf(above, sizeof above, "%s", path);
	for (slash = above + strlen(base) + 1; (slash = strchr(slash, '/')) != NULL; slash++) {
		*slash = '\0';
		mkdir(above, 0700);
		*slash = '/';
	}
}

static void create(void)
{
	char path[512];

	some_path(path);
	begin("create %s", path);
	if (is_directory(path, "/cur") && is_directory(path, "/new"))
		return;
	make_above(path);
	make_maildir(path);
	note_at(path);
	expect_noted();
}

static void move_in(void)
{
	char path[512], outside[128], below[256], message[300];

	some_path(path);
	begin("move in %s", path);
	snprintf(outside, sizeof outside, "%s/outside", work);
	make_maildir(outside);
	snprintf(message, sizeof message, "%s/new/%lu.in", outside, ++message_number);
	make_file(message);
	if (layout != MAILDIRPP && pick(2)) {
		snprintf(below, sizeof below, "%s/%skid", outside, layout == LEGACY ? "." : "");
		make_maildir(below);
	}
	make_above(path);
	if (rename(outside, path) == 0)
		expect_below(path, true);
	else
		remove_all(outside);
}

static void rename_folder(void)
{
	char from[512], to[512];

	some_path(from);
	some_path(to);
	begin("rename %s to %s", from, to);
	if (strcmp(from, to) == 0 || access(from, F_OK) == -1)
		return;
	make_above(to);
	noted.count = 0;
	note_below(from, !is_link(from));
	if (rename(from, to) == -1)
		return;
	note_below(to, !is_link(to));
	expect_noted();
}

static void delete_folder(void)
{
	char path[512];
	struct stat status;

	some_path(path);
	if (lstat(path, &status) == -1)
		return;
	begin("delete %s", path);
	noted.count = 0;
	note_below(path, !is_link(path));
	remove_all(path);
	expect_noted();
}

static void move_out(void)
{
	char path[512], outside[128];

	some_path(path);
	begin("move out %s", path);
	snprintf(outside, sizeof outside, "%s/gone", work);
	noted.count = 0;
	note_below(path, !is_link(path));
	if (rename(path, outside) == 0) {
		expect_noted();
		/* a polled link that is back where it was is as it was */
		if (pick(2) && !(is_polled && is_link(outside)) && rename(outside, path) == 0)
			expect_below(path, !is_link(path));
	}
	remove_all(outside);
}

static void remake(const struct box *box)
{
	char path[600], away[128];
	bool in_two = pick(2) != 0;

	/* what was whole only before it was seen looks like what is not made yet */
	if (in_two)
		checkpoint();
	begin("make %s again in part", box->name);
	snprintf(path, sizeof path, "%s/%s", box->path, pick(2) ? "cur" : "new");
	snprintf(away, sizeof away, "%s/part", work);
	note_box(box);
	if (rename(path, away) == -1)
		return;
	expect_noted();
	remove_all(away);
	if (in_two)
		checkpoint();
	mkdir(path, 0700);
	expect_box(box);
}

static void target_path(char path[128], bool *is_there)
{
	snprintf(path, 128, "%s/target%u", work, pick(TARGETS));
	*is_there = is_directory(path, "");
}

static void make_link(void)
{
	char path[512], target[128], fresh[128];
	char old[512];
	struct stat status;
	ssize_t length;
	bool is_there, is_new;

	some_path(path);
	target_path(target, &is_there);
	is_new = lstat(path, &status) == -1;
	if (!is_new && !S_ISLNK(status.st_mode))
		return;
	begin("link %s to %s", path, target);
	make_above(path);
	length = readlink(path, old, sizeof old - 1);
	if (length > 0 && (size_t)length == strlen(target) &&
	    memcmp(old, target, strlen(target)) == 0)
		return;
	noted.count = 0;
	note_below(path, false);
	snprintf(fresh, sizeof fresh, "%s/link", work);
	if (symlink(target, fresh) == 0 && rename(fresh, path) == 0) {
		note_below(path, false);
		expect_noted();
	} else {
		unlink(fresh);
	}
	/* a link that comes and goes looks like any file that does */
	if (is_new)
		checkpoint();
}

/* Gives a watcher that polls every POLL_MS the time to look at everything. */
static void look_again(void)
{
	int64_t end = now_ms() + 3 * POLL_MS;

	checkpoint();
	while (now_ms() < end && !is_stopped)
		take_lines(10, told);
}

static void change_target(void)
{
	char target[128], away[128];
	bool is_there;

	target_path(target, &is_there);
	snprintf(away, sizeof away, "%s/away", work);
	begin("%s %s", is_there ? "remove" : "make", target);
	if (!is_there) {
		/* links to nothing are looked at now and then: give the watcher the time */
		make_maildir(target);
		noted.count = 0;
		note_links_to(target);
		expect_noted();
		look_again();
		return;
	}
	noted.count = 0;
	note_links_to(target);
	if (rename(target, away) == -1)
		return;
	expect_noted();
	if (pick(2)) {
		make_maildir(target);
		note_links_to(target);
		expect_noted();
		remove_all(away);
		look_again();
		return;
	}
	remove_all(away);
}

/* Links give mailboxes names that no operation spoke of. */
static void learn_names(void)
{
	const struct boxes *boxes = all_boxes();
	size_t i;

	for (i = 0; i < boxes->count; i++)
		find_name(boxes->box[i].name);
}

/* Any operation, or one of the first kinds that need no checkpoint of their own. */
static void operate_up_to(unsigned kinds)
{
	const struct box *box = some_box();
	struct box first;
	unsigned which = pick(kinds);

	if (box == NULL)
		return;
	first = *box;
	if (which < 30)
		deliver(&first);
	else if (which < 45)
		flag(&first);
	else if (which < 55)
		expunge(&first);
	else if (which < 62)
		move_message(&first, some_box());
	else if (which < 72)
		create();
	else if (which < 77)
		move_in();
	else if (which < 83)
		rename_folder();
	else if (which < 86)
		delete_folder();
	else if (which < 90)
		move_out();
	else if (which < 93)
		remake(&first);
	else if (which < 97)
		make_link();
	else
		change_target();
	/* what has come must be seen before it may go; deleting and making again needs no look */
	if (is_polled && which >= 62 && (which < 83 || which >= 86) && (which < 90 || which >= 93))
		look_again();
	learn_names();
}

static void operate(void)
{
	operate_up_to(100);
}

/* With the watcher stopped: more events than its queue holds, and a few changes. */
static void overflow(void)
{
	char names_of[2][300];
	unsigned long limit = queue_limit(), i;

	checkpoint();
	kill(watcher, SIGSTOP);
	is_stopped = true;
	for (i = 0; i < 2; i++)
		snprintf(names_of[i], sizeof names_of[i], "%s/new/o%lu", base, i);
	for (i = pick(20); i > 0; i--)
		operate();
	make_file(names_of[0]); /* only now, lest an operation take it */
	for (i = 0; i < limit / 2 + 10; i++)
		if (rename(names_of[i % 2], names_of[(i + 1) % 2]) == -1)
			die("no overflow");
	for (i = pick(30); i > 0; i--)
		operate();
	unlink(names_of[0]);
	unlink(names_of[1]);
	kill(watcher, SIGCONT);
	is_stopped = false;
	overflows++;
}

/* --- the run ------------------------------------------------------------- */

static void start_watcher(char *const argv[])
{
	static char option_m[] = "-m", option_l[] = "-l";
	static const char *const layouts[] = { "maildir++", "verbatim", "legacy" };
	char *arguments[32], name[16];
	int i;
	size_t count = 0;

	arguments[count++] = argv[0];
	arguments[count++] = option_m;
	arguments[count++] = base;
	arguments[count++] = option_l;
	snprintf(name, sizeof name, "%s", layouts[layout]);
	arguments[count++] = name;
	for (i = 1; argv[i] != NULL && count < 31; i++)
		arguments[count++] = argv[i];
	arguments[count] = NULL;
	watcher_start(arguments);
}

static void clean_up(void)
{
	watcher_end();
	if (getenv("WATCH_RANDOM_KEEP") == NULL)
		remove_all(work);
}

static void run(int64_t end, unsigned long most, bool with_overflow)
{
	static const unsigned lengths[] = { 1, 1, 3, 20, 100 };
	unsigned i;

	while (now_ms() < end && operations < most) {
		if (with_overflow && pick(8) == 0)
			overflow();
		for (i = 1 + pick(lengths[pick(5)]); i > 0; i--)
			operate();
		checkpoint();
	}
}

/* While the reader is stopped, operations go on and nothing is read. */
static void run_with_stops(int64_t end, unsigned long most)
{
	int real = lines_fd, never[2];
	unsigned i;

	if (pipe2(never, O_CLOEXEC) == -1)
		die("pipe");
	while (now_ms() < end && operations < most) {
		lines_fd = never[0];
		is_stopped = true;
		for (i = 300 + pick(700); i > 0; i--) {
			if (pick(4) == 0)
				operate_up_to(93);
			else
				deliver(some_box());
		}
		lines_fd = real;
		is_stopped = false;
		checkpoint();
		for (i = pick(50); i > 0; i--)
			operate();
		checkpoint();
	}
}

int main(int argc, char *argv[])
{
	unsigned long most = ULONG_MAX;
	int64_t seconds = 10;
	bool with_overflow = false, with_stops = false;
	int option;
	const char *directory = getenv("TMPDIR");

	random_state = (uint64_t)time(NULL) * 1000003 + (uint64_t)getpid();
	while ((option = getopt(argc, argv, "+l:s:t:n:orp")) != -1) {
		switch (option) {
		case 'l':
			layout = optarg[0] == 'v' ? VERBATIM :
			         optarg[0] == 'l' ? LEGACY : MAILDIRPP;
			break;
		case 's': random_state = strtoull(optarg, NULL, 10); break;
		case 't': seconds = strtoll(optarg, NULL, 10); break;
		case 'n': most = strtoul(optarg, NULL, 10); break;
		case 'o': with_overflow = true; break;
		case 'r': with_stops = true; break;
		case 'p': is_polled = true; break;
		default: return 2;
		}
	}
	if (optind == argc)
		return 2;
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("# seed %llu\n", (unsigned long long)random_state);
	random_state = random_state * 2 + 1;
	snprintf(work, sizeof work, "%.40s/watch-random.XXXXXX",
	         directory != NULL ? directory : "/tmp");
	if (mkdtemp(work) == NULL)
		die(work);
	atexit(clean_up);
	snprintf(base, sizeof base, "%s/Maildir", work);
	make_maildir(base);
	find_name("INBOX");
	start_watcher(argv + optind);
	waiting = 1;
	names[0].operation = 1;
	checkpoint();
	if (with_stops)
		run_with_stops(now_ms() + seconds * 1000, most);
	else
		run(now_ms() + seconds * 1000, most, with_overflow);
	checkpoint();
	printf("# %lu operations, %lu lines, %lu overflows, no miss\n", operations, lines_read,
	       overflows);
	return 0;
}

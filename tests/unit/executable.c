/* Why a program can't be executed, and where programs are looked for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "executable.h"
#include "memory.h"

static char *directory; /* of this test */

static char *in_directory(const char *name)
{
	return memory_format("%s/%s", directory, name);
}

static void write_file(const char *name, const char *text, mode_t mode)
{
	char *path = in_directory(name);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_int_not_equal(fd, -1);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
	free(path);
}

static int make_directory(void **state)
{
	char *path, *sub;

	(void)state;
	directory = memory_copy("/tmp/mswatch-unit.XXXXXX");
	if (mkdtemp(directory) == NULL)
		return -1;
	write_file("program", "#!/bin/sh\n", 0700);
	write_file("plain", "text\n", 0600);
	write_file("lost", "#! /nowhere/python -x\n", 0700);
	write_file("windows", "#!/bin/sh\r\n", 0700);
	path = in_directory("sub");
	sub = in_directory("sub/program");
	if (mkdir(path, 0700) == -1 || mkdir(sub, 0700) == -1)
		return -1;
	free(path);
	free(sub);
	path = in_directory("dangling");
	if (symlink("/nowhere/at-all", path) == -1)
		return -1;
	free(path);
	return 0;
}

static int remove_directory(void **state)
{
	static const char *const names[] = { "program", "plain", "lost", "windows", "dangling" };
	char *path;

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		path = in_directory(names[i]);
		unlink(path);
		free(path);
	}
	path = in_directory("sub/program");
	rmdir(path);
	free(path);
	path = in_directory("sub");
	rmdir(path);
	free(path);
	rmdir(directory);
	free(directory);
	return 0;
}

/* The fault, with the test's directory as "D"; expected NULL: there is none. */
static void check_fault(const char *fault, const char *expected)
{
	char shown[2 * EXECUTABLE_ROOM], *end = shown;
	size_t length = strlen(directory);

	if (expected == NULL || fault == NULL) {
		assert_ptr_equal(fault, expected);
		return;
	}
	while (*fault != '\0') {
		if (strncmp(fault, directory, length) == 0) {
			*end++ = 'D';
			fault += length;
		} else {
			*end++ = *fault++;
		}
	}
	*end = '\0';
	assert_string_equal(shown, expected);
}

static void check_path(const char *name, const char *expected)
{
	char room[EXECUTABLE_ROOM], *path = in_directory(name);

	check_fault(executable_fault(path, NULL, room), expected);
	free(path);
}

static void a_name_with_a_slash_is_a_path(void **state)
{
	(void)state;
	check_path("program", NULL);
	check_path("none", "D/none: No such file or directory");
	check_path("plain", "D/plain: is not executable (chmod +x)");
	check_path("sub", "D/sub: is a directory");
	check_path("program/x", "D/program/x: Not a directory");
	check_path("dangling", "D/dangling: a symbolic link to a file that is not there");
	check_path("lost", "D/lost: is a script whose interpreter, /nowhere/python, can't be run: "
	           "No such file or directory");
	check_path("windows", "D/windows: is a script whose interpreter, /bin/sh, can't be run: "
	           "No such file or directory (a carriage return ends its first line)");
}

static void check_search(const char *name, const char *path, const char *expected)
{
	char room[EXECUTABLE_ROOM];

	check_fault(executable_fault(name, path, room), expected);
}

static void other_names_are_looked_for(void **state)
{
	char *here = in_directory(""), *two = memory_format("%s/sub:%s", directory, directory);
	char *later = memory_format("/nowhere:%s/sub:/bin", directory);

	(void)state;
	check_search("sh", NULL, NULL);
	check_search("sh", "/nowhere:/bin", NULL);
	check_search("program", here, NULL);
	check_search("program", two, NULL); /* the directory of this name does not matter */
	check_search("program", later, "program: D/sub/program is a directory");
	check_search("plain", here, "plain: D//plain is not executable (chmod +x)");
	check_search("lost", here, "lost: D//lost is a script whose interpreter, /nowhere/python, "
	             "can't be run: No such file or directory");
	check_search("mbsnyc", "/usr/bin:/bin", "mbsnyc: not found in PATH (/usr/bin:/bin)");
	check_search("mbsnyc", NULL, "mbsnyc: not found in PATH (not set: /bin:/usr/bin)");
	check_search("mbsnyc", "", "mbsnyc: not found in PATH ()");
	check_search("", "/bin", "\"\": not found in PATH (/bin)");
	assert_int_equal(chdir(directory), 0);
	check_search("program", "", NULL);
	check_search("program", "/bin:", NULL);
	check_search("program", "/bin::/usr/bin", NULL);
	check_search("program", "/bin", "program: not found in PATH (/bin)");
	free(here);
	free(two);
	free(later);
}

static void what_is_long_is_cut(void **state)
{
	char room[EXECUTABLE_ROOM], path[3 * PATH_MAX], name[1000];
	const char *fault;

	(void)state;
	memset(path, 'x', sizeof path - 1);
	path[sizeof path - 1] = '\0';
	memset(name, 'y', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	fault = executable_fault(name, path, room);
	assert_non_null(fault);
	assert_non_null(strstr(fault, "yyy: not found in PATH (xxx"));
	assert_string_equal(fault + strlen(fault) - 5, "x...)");
	name[0] = '/';
	assert_non_null(executable_fault(name, path, room));
}

/* execvp(3) itself decides what there is to explain. */
static int error_of_exec(const char *name)
{
	char *path = in_directory(name);
	char *const argv[] = { path, NULL };
	int error;

	execvp(path, argv);
	error = errno;
	free(path);
	return error;
}

static void check_explained(const char *name, const char *expected)
{
	char room[EXECUTABLE_ROOM], *path = in_directory(name);

	check_fault(executable_explain(path, error_of_exec(name), room), expected);
	free(path);
}

static void errors_are_explained(void **state)
{
	char room[EXECUTABLE_ROOM];

	(void)state;
	check_explained("none", "D/none: No such file or directory");
	check_explained("plain", "D/plain: is not executable (chmod +x)");
	check_explained("sub", "D/sub: is a directory");
	check_explained("lost", "D/lost: is a script whose interpreter, /nowhere/python, can't be "
	                "run: No such file or directory");
	assert_string_equal(executable_explain("/bin/sh", ENOENT, room), "/bin/sh: No such file or "
	                    "directory (it is there: the interpreter or loader that it needs "
	                    "is not)");
	assert_string_equal(executable_explain("/bin/sh", EACCES, room), "/bin/sh: Permission "
	                    "denied (is its file system mounted noexec?)");
	assert_string_equal(executable_explain("/bin/sh", ETXTBSY, room),
	                    "/bin/sh: Text file busy");
	assert_null(executable_explain("/nowhere/at-all", EAGAIN, room));
	assert_null(executable_explain("/nowhere/at-all", EMFILE, room));
}

static void check_joined(const char *path, const char *directory_name, const char *expected)
{
	char *joined = executable_path_with(path, directory_name);

	if (expected == NULL)
		assert_null(joined);
	else
		assert_string_equal(joined, expected);
	free(joined);
}

static void a_directory_is_put_at_the_end(void **state)
{
	(void)state;
	check_joined("/usr/bin:/bin", "/opt/bin", "/usr/bin:/bin:/opt/bin");
	check_joined("/usr/bin:/bin", "/bin", NULL);
	check_joined("/opt/bin//:/bin", "/opt/bin", NULL);
	check_joined("/opt/bin2:/opt/bi:/bin", "/opt/bin", "/opt/bin2:/opt/bi:/bin:/opt/bin");
	check_joined("/bin", "/odd:name", NULL);
	check_joined("", "/opt/bin", ":/opt/bin"); /* the current directory remains first */
	check_joined("/bin:", "/opt/bin", "/bin::/opt/bin");
	check_joined(NULL, "/opt/bin", "/bin:/usr/bin:/opt/bin");
	check_joined(NULL, "/usr/bin", NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_with_a_slash_is_a_path),
		cmocka_unit_test(other_names_are_looked_for),
		cmocka_unit_test(what_is_long_is_cut),
		cmocka_unit_test(errors_are_explained),
		cmocka_unit_test(a_directory_is_put_at_the_end),
	};

	return cmocka_run_group_tests_name("executable", tests, make_directory, remove_directory);
}

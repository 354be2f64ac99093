#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "../../lib/leftovers.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Less than what is given back, more than what a call of it needs. */
#define DEEP 65536

/* Goes deep, on the stack whatever the compiler watches; returns where. */
__attribute__((noinline, no_sanitize("address")))
static uintptr_t go_deep(void)
{
	volatile char stack[DEEP];
	volatile uintptr_t where = (uintptr_t)stack;

	for (size_t i = 0; i < sizeof stack; i++)
		stack[i] = (char)(i + 1);
	return where;
}

/* How many pages of so many bytes from start on are in memory. */
static size_t count_resident(uintptr_t start, size_t bytes)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	unsigned char is_resident[DEEP / 4096 + 1] = { 0 };
	size_t count = 0;

	assert_int_equal(mincore((void *)(start & ~(page - 1)), bytes, is_resident), 0);
	for (size_t i = 0; i < sizeof is_resident; i++)
		count += is_resident[i] & 1U;
	return count;
}

static void the_stack_below_is_given_back(void **state)
{
	char mine[3000], copy[sizeof mine];
	uintptr_t deep = go_deep();
	size_t before = count_resident(deep, DEEP / 2), after;

	(void)state;
	memset(mine, 7, sizeof mine);
	memset(copy, 7, sizeof copy);
	errno = EPROTO;
	leftovers_give_back();
	assert_int_equal(errno, EPROTO);
	after = count_resident(deep, DEEP / 2);
	assert_memory_equal(mine, copy, sizeof mine);
	assert_true(before >= DEEP / 2 / (size_t)sysconf(_SC_PAGESIZE));
	assert_true(after < before / 2);
}

static const char *const words[] = { "read", "again", "from", "the", "file" };

static void the_program_goes_on_behind_the_wait(void **state)
{
	struct pollfd ready = { .events = POLLIN };
	int pipes[2];

	(void)state;
	assert_int_equal(pipe(pipes), 0);
	ready.fd = pipes[0];
	for (int round = 0; round < 3; round++) {
		assert_int_equal(leftovers_poll(&ready, 1, 0), 0);
		assert_int_equal(write(pipes[1], "x", 1), 1);
		assert_int_equal(leftovers_poll(&ready, 1, -1), 1);
		assert_int_equal(ready.revents, POLLIN);
		assert_int_equal(read(pipes[0], &(char){ 0 }, 1), 1);
		assert_string_equal(words[4], "file");
	}
	close(pipes[0]);
	close(pipes[1]);
	ready.fd = INT32_MAX;
	assert_int_equal(leftovers_poll(&ready, 1, -1), 1);
	assert_int_equal(ready.revents, POLLNVAL);
}

/* More of the program than a fault brings back at once. */
static const char large[1024 * 1024] = { 1 };

/* As behind a program's packer, or on large pages: what is read has no file. */
static void what_has_no_file_is_kept(void **state)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	uintptr_t inside = ((uintptr_t)large + sizeof large / 2) & ~(page - 1);
	struct pollfd none = { .fd = -1 };
	char *mine = mmap((void *)inside, page, PROT_READ | PROT_WRITE,
	                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);

	(void)state;
	assert_ptr_equal(mine, (void *)inside);
	memset(mine, 5, page);
	assert_int_equal(mprotect(mine, page, PROT_READ), 0);
	errno = EPROTO;
	assert_int_equal(leftovers_poll(&none, 1, 0), 0);
	assert_int_equal(errno, EPROTO);
	assert_int_equal(*(const volatile char *)mine, 5);
	assert_int_equal(*(const volatile char *)(mine + page - 1), 5);
}

/* Kilobytes in memory of what a process has mapped of its program and can't write to. */
static unsigned long readable_resident(pid_t pid)
{
	char path[64], line[512], program[256], permissions[5] = "", name[256] = "";
	unsigned long kib, sum = 0;
	ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
	FILE *file;

	assert_true(length > 0);
	program[length] = '\0';
	snprintf(path, sizeof path, "/proc/%d/smaps", (int)pid);
	file = fopen(path, "re");
	assert_non_null(file);
	while (fgets(line, sizeof line, file) != NULL) {
		if (sscanf(line, "%*x-%*x %4s %*s %*s %*s %255s", permissions, name) == 2)
			continue;
		if (permissions[1] == '-' && strcmp(name, program) == 0 &&
		    sscanf(line, "Rss: %lu", &kib) == 1)
			sum += kib;
	}
	fclose(file);
	return sum;
}

/* Tells how much it holds once all is used, then waits for the end of input. */
static _Noreturn void wait_for_end(int input, int output)
{
	struct pollfd ready = { .fd = input, .events = POLLIN };
	unsigned long before = 0;

	for (size_t i = 0; i < sizeof large; i++)
		before += (unsigned)*(const volatile char *)&large[i];
	assert_int_equal(before, 1);
	before = readable_resident(getpid());
	if (write(output, &before, sizeof before) != sizeof before)
		_exit(1);
	_exit(leftovers_poll(&ready, 1, -1) != 1);
}

static void a_program_that_waits_holds_less_of_itself(void **state)
{
	int input[2], output[2], status;
	unsigned long before, now;
	time_t end;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(input), 0);
	assert_int_equal(pipe(output), 0);
	pid = fork();
	assert_int_not_equal(pid, -1);
	if (pid == 0) {
		close(input[1]);
		wait_for_end(input[0], output[1]);
	}
	close(input[0]);
	close(output[1]);
	assert_int_equal(read(output[0], &before, sizeof before), sizeof before);
	end = time(NULL) + 60;
	while ((now = readable_resident(pid)) > before / 2 && time(NULL) < end)
		usleep(1000);
	assert_true(before >= sizeof large / 1024);
	assert_true(now <= before / 2);
	close(input[1]);
	close(output[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_stack_below_is_given_back),
		cmocka_unit_test(the_program_goes_on_behind_the_wait),
		cmocka_unit_test(a_program_that_waits_holds_less_of_itself),
		cmocka_unit_test(what_has_no_file_is_kept), /* the last: it changes the program */
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

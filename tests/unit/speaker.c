/* Whose line it is that comes on a command's stderr. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "../../mswatch/speaker.h"

/* The words of a command that is written with single blanks. */
static char **words(const char *command)
{
	static char text[200], *list[30];
	size_t count = 0;
	char *rest = text;

	assert_true(strlen(command) < sizeof text);
	strcpy(text, command);
	while ((list[count] = strsep(&rest, " ")) != NULL)
		assert_true(++count < sizeof list / sizeof *list);
	return list;
}

#define RUNS(command, program) assert_string_equal(speaker_program(words(command)), program)
#define NOBODY_KNOWS(command) assert_null(speaker_program(words(command)))

static void a_program_speaks_for_itself(void **state)
{
	(void)state;
	RUNS("mbsync -q -a", "mbsync");
	RUNS("/usr/local/bin/mbsync", "/usr/local/bin/mbsync");
}

static void wrappers_and_their_options_are_passed_over(void **state)
{
	(void)state;
	RUNS("socketwatch mbsync -q", "mbsync");
	RUNS("/usr/bin/socketwatch -t 60 -g5 mbsync", "mbsync");
	RUNS("socketwatch --timeout 60 --grace=5 mbsync", "mbsync");
	RUNS("socketwatch --time 60 -- mbsync -t 5", "mbsync");
	RUNS("inputkill -t 15m watch_maildirs", "watch_maildirs");
	RUNS("env -i -u HOME LANG=C TZ=UTC mbsync", "mbsync");
	RUNS("env - LANG=C mbsync a=b", "mbsync");
	RUNS("nice mbsync", "mbsync");
	RUNS("nice -n 10 ionice -c 3 mbsync", "mbsync");
	RUNS("nice -19 ionice -c2 -n7 -t mbsync", "mbsync");
	RUNS("timeout -k 5 10m mbsync", "mbsync");
	RUNS("timeout --signal=INT --kill-after 5 --foreground 600 setsid -w mbsync", "mbsync");
	RUNS("env A=b socketwatch -t 5 nice timeout 60 mbsync -t 7", "mbsync");
}

static void what_can_not_be_told_is_not_told(void **state)
{
	(void)state;
	NOBODY_KNOWS("sh -c mbsync");
	NOBODY_KNOWS("socketwatch /bin/bash sync.sh");
	NOBODY_KNOWS("ssh host mbsync");
	NOBODY_KNOWS("autossh host mbsync");
	NOBODY_KNOWS("nice fish -c mbsync");
	NOBODY_KNOWS("env -S mbsync chan");
	NOBODY_KNOWS("env --split-string mbsync chan");
	NOBODY_KNOWS("env -iS mbsync chan");
	NOBODY_KNOWS("ionice -c3 -p 17 18");
	NOBODY_KNOWS("socketwatch -t");
	NOBODY_KNOWS("socketwatch");
	NOBODY_KNOWS("timeout 60");
	NOBODY_KNOWS("timeout");
	NOBODY_KNOWS("env A=b");
	assert_null(speaker_program(NULL));
}

static void a_status_is_the_programs_or_the_wrappers(void **state)
{
	(void)state;
	assert_string_equal(speaker_with_status(words("socketwatch mbsync"), 1), "mbsync");
	assert_string_equal(speaker_with_status(words("socketwatch mbsync"), 123), "mbsync");
	assert_string_equal(speaker_with_status(words("socketwatch mbsync"), 124), "socketwatch");
	assert_string_equal(speaker_with_status(words("socketwatch mbsync"), 127), "socketwatch");
	assert_string_equal(speaker_with_status(words("socketwatch mbsync"), 137), "socketwatch");
	assert_string_equal(speaker_with_status(words("sh -c mbsync"), 1), "sh");
}

static void check_prefix(const struct speaker *speaker, const char *line, const char *expected)
{
	char buffer[SPEAKER_ROOM];

	assert_ptr_equal(speaker_prefix(speaker, line, buffer), buffer);
	assert_string_equal(buffer, expected);
}

static void a_line_is_shown_with_its_speaker(void **state)
{
	struct speaker sync = { .setting = "sync", .words = words("socketwatch -t 60 mbsync -q") };

	(void)state;
	check_prefix(&sync, "Error: channel work", "mbsync: ");
	check_prefix(&sync, "", "mbsync: ");
	check_prefix(&sync, "socketwatch: mbsync has moved no network data for 60 s", "");
	check_prefix(&sync, "mbsync: words of its own", "");
	check_prefix(&sync, "mbsyncing: is another", "mbsync: ");
	check_prefix(&sync, "inputkill: is not in the command", "mbsync: ");
	check_prefix(&sync, "-q: is an option", "mbsync: ");
	sync.words = words("/opt/env A=b /opt/mbsync");
	check_prefix(&sync, "Error", "/opt/mbsync: ");
	check_prefix(&sync, "/opt/mbsync: line 3", "");
	check_prefix(&sync, "env: nothing there", "");
	sync.words = words("nice sh -c mbsync");
	check_prefix(&sync, "Error", "sync: ");
	check_prefix(&sync, "sh: 1: mbsync: not found", "");
	check_prefix(&sync, "nice: what", "");
}

static void a_hook_is_named_everywhere(void **state)
{
	struct speaker hook = { .setting = "on_success", .everywhere = true,
		                .words = words("nice notmuch new") };
	char long_name[2000], *long_words[] = { long_name, NULL };
	char buffer[SPEAKER_ROOM];

	(void)state;
	check_prefix(&hook, "no database", "on_success notmuch: ");
	check_prefix(&hook, "notmuch: no database", "on_success ");
	hook.words = words("sh -c notmuch");
	check_prefix(&hook, "no database", "on_success: ");
	memset(long_name, 'x', sizeof long_name - 1);
	long_name[sizeof long_name - 1] = '\0';
	hook.words = long_words;
	assert_true(strlen(speaker_prefix(&hook, "no", buffer)) < SPEAKER_ROOM);
	assert_string_equal(buffer + strlen(buffer) - 3, "x: ");
}

static void a_store_is_named_before_each_line(void **state)
{
	const struct speaker store = { .setting = "work" };

	(void)state;
	check_prefix(&store, "work: no server", "work: ");
	check_prefix(&store, "inputkill: no input", "work: ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_program_speaks_for_itself),
		cmocka_unit_test(wrappers_and_their_options_are_passed_over),
		cmocka_unit_test(what_can_not_be_told_is_not_told),
		cmocka_unit_test(a_status_is_the_programs_or_the_wrappers),
		cmocka_unit_test(a_line_is_shown_with_its_speaker),
		cmocka_unit_test(a_hook_is_named_everywhere),
		cmocka_unit_test(a_store_is_named_before_each_line),
	};

	return cmocka_run_group_tests_name("speakers", tests, NULL, NULL);
}

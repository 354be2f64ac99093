/* The gate: what is synced for a report. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../mswatch/gate.h"

#define DEFAULT 1000
#define RARE 3600000

static char comma[] = ",", rare[] = "rare", junk[] = "a,Junk", drafts[] = "-drafts";
static struct config_delay delays[] = { { .mailbox = rare, .delay = RARE } };
static char *ignored[] = { drafts, junk };

static struct config config_with(char *prefix, char *separator)
{
	return (struct config){ .prefix = prefix, .separator = separator, .unspeakable = comma,
		                .inter_delay = DEFAULT, .delays = delays, .delay_count = 1,
		                .ignored = ignored, .ignored_count = 2 };
}

/* What was passed, each as NAME/INTER_DELAY and a space. */
static char passed[200];

static void pass(void *context, const char *name, clock_ms inter_delay)
{
	size_t used = strlen(passed);

	assert_ptr_equal(context, passed);
	snprintf(passed + used, sizeof passed - used, "%s/%d ", name, (int)inter_delay);
}

/* Whether the mailbox was refused; what came of it must be this. */
static bool is_refused(const struct config *config, const char *mailbox, const char *wanted)
{
	const struct gate gate = { .config = config };
	struct gate_answer answer;

	passed[0] = '\0';
	answer = gate_ask(&gate, NULL, mailbox, pass, passed);
	assert_string_equal(passed, wanted);
	assert_int_equal(answer.why != NULL, answer.verdict == GATE_WIDENED);
	return answer.why != NULL;
}

static void what_sync_cannot_take_is_refused(void **state)
{
	const struct config bare = config_with(NULL, NULL);
	const struct config prefixed = config_with((char[]){ "chan" }, (char[]){ ":" });
	const struct config empty = config_with((char[]){ "" }, (char[]){ "" });

	(void)state;
	assert_false(is_refused(&bare, "INBOX", "INBOX/1000 "));
	assert_false(is_refused(&bare, "x-y", "x-y/1000 "));
	assert_false(is_refused(&bare, "", "/1000 "));
	assert_true(is_refused(&bare, "-rf", "/1000 "));
	assert_true(is_refused(&bare, "a,b", "/1000 "));
	assert_false(is_refused(&prefixed, "-rf", "-rf/1000 "));
	assert_true(is_refused(&empty, "-rf", "/1000 "));
	assert_false(is_refused(&empty, "rf", "rf/1000 "));
	assert_true(is_refused(&prefixed, "a,b", "/1000 "));
}

static void mailboxes_have_their_own_inter_delay(void **state)
{
	const struct config bare = config_with(NULL, NULL);

	(void)state;
	assert_false(is_refused(&bare, "rare", "rare/3600000 "));
}

/* What could not be given to the syncer, too: nobody is to be told of it. */
static void ignored_mailboxes_are_not_passed(void **state)
{
	const struct config bare = config_with(NULL, NULL);

	(void)state;
	assert_false(is_refused(&bare, "a,Junk", ""));
	assert_false(is_refused(&bare, "-drafts", ""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_sync_cannot_take_is_refused),
		cmocka_unit_test(mailboxes_have_their_own_inter_delay),
		cmocka_unit_test(ignored_mailboxes_are_not_passed),
	};

	return cmocka_run_group_tests_name("gate", tests, NULL, NULL);
}

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "../../mswatch/advice.h"

static void expect_advice(const char *words, const char *wanted)
{
	const char *advice = advice_for(words);

	assert_non_null(advice);
	assert_non_null(strstr(advice, wanted));
}

static void questions_are_answered_by_advice(void **state)
{
	(void)state;
	expect_advice("sh: 1: cannot open /dev/tty: No such device or address", "PassCmd");
	expect_advice("Host key verification failed.", "by hand");
	expect_advice("Enter passphrase for key '/home/jo/.ssh/id_ed25519':", "agent");
	expect_advice("Password: ", "PassCmd");
	expect_advice("jo's password:", "PassCmd");
	expect_advice("jo@host: Permission denied (publickey).", "ssh-add");
	expect_advice("was stopped by SIGTTIN", "no terminal");
}

/* Not each case of a general kind is mended in the general way. */
static void the_nearest_advice_is_given(void **state)
{
	(void)state;
	expect_advice("Host key for h has changed and you have requested strict checking.",
	              "find out why");
	expect_advice("Load key \"/k\": bad permissions", "chmod 600");
	expect_advice("Skipping account a, PassCmd exited with status 2", "gpg-agent");
	expect_advice("gpg: cannot open '/dev/tty': Inappropriate ioctl for device", "gpg-agent");
}

/* The server names what it would take as well; the key is what was refused. */
static void refused_key_comes_before_a_password(void **state)
{
	(void)state;
	expect_advice("Permission denied (publickey,password,keyboard-interactive).", "ssh-add");
}

static void other_words_get_none(void **state)
{
	(void)state;
	assert_null(advice_for(""));
	assert_null(advice_for("Connection timed out"));
	assert_null(advice_for("Permission denied"));
	assert_null(advice_for("*** IMAP Warning *** Password is being sent in the clear"));
	assert_null(advice_for("exited (status 255)"));
	assert_null(advice_for("was stopped by SIGSTOP"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(questions_are_answered_by_advice),
		cmocka_unit_test(the_nearest_advice_is_given),
		cmocka_unit_test(refused_key_comes_before_a_password),
		cmocka_unit_test(other_words_get_none),
	};

	return cmocka_run_group_tests_name("advice", tests, NULL, NULL);
}

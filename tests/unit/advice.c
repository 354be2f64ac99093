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
	expect_advice("watch_imap: server: the login was refused: LOGIN failed.", "PassCmd");
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
	expect_advice("watch_imap: server: the login was refused: Invalid password", "refuses");
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
	assert_null(advice_for("watch_imap: server: the password would be sent in clear text: set "
	                       "TLSType STARTTLS or IMAPS, or allow it with AuthMechs LOGIN"));
	assert_null(advice_for("watch_imap: rc:5: others can read the password: chmod 600"));
	assert_null(advice_for("exited (status 255)"));
	assert_null(advice_for("was stopped by SIGSTOP"));
}

/* What a running mswatch waits for is a mistake of whoever sets it up. */
static void what_may_pass_gets_advice_at_first(void **state)
{
	static const struct {
		const char *words, *wanted;
	} list[] = {
		{ "could not be started: ssh: not found in PATH (/bin)", "install it" },
		{ "bash: line 1: watch_maildirs: command not found", "whole path" },
		{ "exited (status 127)", "whole path" },
		{ "bash: line 1: /b/inputkill: cannot execute binary file: Exec format error",
		  "another processor" },
		{ "ssh: Could not resolve hostname h: Name or service not known", "misspelt" },
		{ "Error: Cannot resolve server 'h': Name or service not known", "misspelt" },
		{ "ssh: connect to host h port 22: Connection refused", "port" },
		{ "watch_imap: s: h, port 993: nobody listens there", "port" },
		{ "watch_imap: s: h, port 993: there is no such host, or no network", "misspelt" },
		{ "ssh: connect to host h port 22: No route to host", "no way to the server" },
		{ "ssh: connect to host h port 22: Connection timed out", "no way to the server" },
		{ "Connection closed by 127.0.0.1 port 22", "its log" },
		{ "/m: No such file or directory: there is no such Maildir (see --maildir)", "-m" },
		{ "/m: not a Maildir, which has cur/ and new/", "-l" },
		{ "/m: not a Maildir, which has cur/ and new/", "-w" },
		{ "watch_maildirs: /m: Permission denied", "chmod" },
		{ "No channel or group named 'Work' defined.", "upper and lower case" },
		{ "IMAP command 'LOGIN <user> <pass>' returned an error: NO "
		  "[AUTHENTICATIONFAILED] Authentication failed.", "PassCmd" },
		{ "SSL error connecting h (1.2.3.4:993): self-signed certificate",
		  "CertificateFile" },
		{ "SSL error connecting h: self signed certificate in certificate chain",
		  "authority" },
		{ "SSL error connecting h: unable to get local issuer certificate", "authority" },
		{ "Error, certificate owner does not match hostname h", "as Host" },
		{ "SSL error connecting h: certificate has expired", "renew" },
		{ "was not ready after 30 s", "ssh -v" },
		{ "was not ready after 30 s (watch_maildirs: /m/new: there is no such directory "
		  "yet; waiting for it)", "first mail" },
		{ "socketwatch exited (status 124)", "says nothing" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
		const char *advice = advice_at_first(list[i].words);

		assert_non_null(advice);
		assert_non_null(strstr(advice, list[i].wanted));
		assert_null(advice_for(list[i].words));
	}
	assert_string_equal(advice_at_first("watch_imap: s: h, port 993: the certificate is "
	                                    "self-signed: save it in a file and name that with "
	                                    "CertificateFile"),
	                    "");
	assert_null(advice_at_first("exited (status 255)"));
	assert_null(advice_at_first(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(questions_are_answered_by_advice),
		cmocka_unit_test(the_nearest_advice_is_given),
		cmocka_unit_test(refused_key_comes_before_a_password),
		cmocka_unit_test(other_words_get_none),
		cmocka_unit_test(what_may_pass_gets_advice_at_first),
	};

	return cmocka_run_group_tests_name("advice", tests, NULL, NULL);
}

/* What openssl is given for an account, and what its complaints mean. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "../../watch_imap/tls.h"
#include "mbsyncrc_parse.h"
#include "memory.h"

#define ALWAYS "openssl s_client -quiet -no_ign_eof -nocommands -verify_quiet -verify_return_error "
#define IMAPS "TLSType IMAPS\n"

static struct mbsyncrc *rc;

static const struct mbsyncrc_account *read_account(const char *lines, enum mbsync_version version)
{
	const struct mbsyncrc_place place = { .file = "rc", .home = "/h", .version = version };
	char *text = memory_format("IMAPAccount a\n%s", lines);

	mbsyncrc_free(rc);
	rc = mbsyncrc_parse(&place, text, strlen(text), NULL, NULL);
	free(text);
	return mbsyncrc_account(rc, "a");
}

static void arguments_are(const char *lines, const char *wanted)
{
	char **words = tls_arguments(read_account(lines, MBSYNC_1_5)), *all = memory_copy(""),
	     *more;

	for (size_t i = 0; words[i] != NULL; i++) {
		more = memory_format("%s%s%s", all, i > 0 ? " " : "", words[i]);
		free(all);
		all = more;
	}
	assert_string_equal(all, wanted);
	free(all);
	tls_free(words);
}

static void test_hosts(void **state)
{
	(void)state;
	arguments_are("Host mail.example.org\n",
	              ALWAYS "-verify_hostname mail.example.org -servername mail.example.org "
	                     "-connect mail.example.org:143 -starttls imap");
	arguments_are("Host mail.example.org\n" IMAPS,
	              ALWAYS "-verify_hostname mail.example.org -servername mail.example.org "
	                     "-connect mail.example.org:993");
	arguments_are("Host 192.0.2.1\nPort 1993\n" IMAPS,
	              ALWAYS "-verify_ip 192.0.2.1 -connect 192.0.2.1:1993");
	arguments_are("Host 2001:db8::1\n" IMAPS,
	              ALWAYS "-verify_ip 2001:db8::1 -connect [2001:db8::1]:993");
	arguments_are("Host ::1\n", ALWAYS "-verify_ip ::1 -connect [::1]:143 -starttls imap");
}

#define HOST ALWAYS "-verify_hostname h -servername h -connect h:993"

static void test_certificates(void **state)
{
	(void)state;
	arguments_are("Host h\nCertificateFile /c.pem\n" IMAPS,
	              HOST " -CAfile /c.pem -partial_chain");
	arguments_are("Host h\nCertificateFile /c.pem\nSystemCertificates no\n" IMAPS,
	              HOST " -CAfile /c.pem -partial_chain -no-CApath -no-CAstore");
	arguments_are("Host h\nSystemCertificates no\n" IMAPS,
	              HOST " -no-CAfile -no-CApath -no-CAstore");
	arguments_are("Host h\nClientCertificate /me.pem\nClientKey /me.key\n" IMAPS,
	              HOST " -cert /me.pem -key /me.key");
	arguments_are("Host h\nCipherString DEFAULT@SECLEVEL=1\n" IMAPS,
	              HOST " -cipher DEFAULT@SECLEVEL=1");
}

static void test_versions(void **state)
{
	(void)state;
	arguments_are("Host h\nTLSVersions -1.3\n" IMAPS, HOST " -no_tls1_3");
	arguments_are("Host h\nTLSVersions +1.2 -1.3\n" IMAPS, HOST " -no_tls1_3");
	/* the last word counts */
	arguments_are("Host h\nTLSVersions -1.3 +1.3\n" IMAPS, HOST);
	arguments_are("Host h\nTLSVersions +1.3 -1.2 -1.1 -1.0\n" IMAPS,
	              HOST " -no_tls1 -no_tls1_1 -no_tls1_2");
	/* isync 1.4 names what is on */
	arguments_are("Host h\nSSLVersions TLSv1.2\n" IMAPS,
	              HOST " -no_tls1 -no_tls1_1 -no_tls1_3");
	arguments_are("Host h\nSSLVersions TLSv1 TLSv1.1 TLSv1.2 TLSv1.3\n" IMAPS, HOST);
}

static void explains(const char *messages, const char *wanted, int wanted_status)
{
	int status = -1;
	char *why = tls_explain(read_account("Host h\n" IMAPS, MBSYNC_1_5), messages, &status);

	if (wanted == NULL) {
		assert_null(why);
		return;
	}
	assert_non_null(why);
	if (strncmp(why, "h, port 993: ", 13) != 0 || strstr(why, wanted) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", wanted, why);
	assert_int_equal(status, wanted_status);
	free(why);
}

static void test_complaints(void **state)
{
	(void)state;
	explains("verify error:num=62:hostname mismatch\n", "another host", 1);
	explains("verify error:num=64:IP address mismatch\n", "not for this address", 1);
	explains("verify error:num=10:certificate has expired\nnotAfter=x\n", "has expired", 1);
	explains("verify error:num=9:certificate is not yet valid\n", "not valid yet", 1);
	explains("verify error:num=18:self-signed certificate\n", "self-signed", 1);
	explains("verify error:num=19:self-signed certificate in chain\n", "authority", 1);
	explains("verify error:num=20:unable to get local issuer certificate\n", "authority", 1);
	explains("verify error:num=21:unable to verify the first certificate\n", "whole chain", 1);
	explains("verify error:num=66:EE certificate key too weak\n", "refused", 1);
	explains("Didn't find STARTTLS in server response, trying anyway...\n", "no STARTTLS", 1);
	explains("0:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:x\n",
	         "no TLS on this port", 1);
	/* openssl 3.2 says where it connects to in spite of -quiet */
	explains("Connecting to 192.0.2.1\n"
	         "0:error:8000006F:system library:BIO_connect:Connection refused:x\n",
	         "nobody listens", 69);
	explains("0:error:x:BIO_lookup_ex:system lib:x:Name or service not known\n", "no such host",
	         69);
	explains("0:error:x:Temporary failure in name resolution\n", "looked up", 69);
	explains("Connecting to 192.0.2.1\n", NULL, -1);
	explains("", NULL, -1);
}

static int tear_down(void **state)
{
	(void)state;
	mbsyncrc_free(rc);
	rc = NULL;
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_hosts, tear_down),
		cmocka_unit_test_teardown(test_certificates, tear_down),
		cmocka_unit_test_teardown(test_versions, tear_down),
		cmocka_unit_test_teardown(test_complaints, tear_down),
	};

	return cmocka_run_group_tests_name("imap_tls", tests, NULL, NULL);
}

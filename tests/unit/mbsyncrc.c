/* mbsync's file, each rule that tests/mbsyncrc_oracle.sh tries by chance. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "mbsyncrc_parse.h"
#include "memory.h"

#define STORES "MaildirStore n\nInbox ~/n\n\nMaildirStore f\nInbox ~/f\n\n"
#define CHANNEL "Channel c\nFar :f:\nNear :n:\n"
#define ACCOUNT "IMAPAccount a\nHost h\n"

/* What was told: `line 3, section 1, advice 7`. */
static void gather(void *context, enum mbsyncrc_problem problem, unsigned line, const char *message)
{
	static const char *const kinds[] = { "line", "section", "advice" };
	char **all = context, *start = memory_format("rc:%u: ", line), *more;

	assert_int_equal(strncmp(message, start, strlen(start)), 0);
	assert_null(strchr(message, '\n'));
	free(start);
	more = memory_format("%s%s%s %u", *all, **all != '\0' ? ", " : "", kinds[problem], line);
	free(*all);
	*all = more;
}

static const char *home_of(void *context, const char *user)
{
	(void)context;
	return strcmp(user, "me") == 0 ? "/home/me" : NULL;
}

static struct mbsyncrc *parse(enum mbsync_version version, const char *text, size_t length,
                              char **told)
{
	const struct mbsyncrc_place place = {
		.file = "rc",
		.home = "/h",
		.directory = "/etc/m",
		.home_of = home_of,
		.version = version,
	};

	*told = memory_copy("");
	return mbsyncrc_parse(&place, text, length, gather, told);
}

/* Reads it, and checks what is told; the caller frees. */
static struct mbsyncrc *read_as(enum mbsync_version version, const char *text, const char *told)
{
	char *problems;
	struct mbsyncrc *rc = parse(version, text, strlen(text), &problems);

	if (strcmp(problems, told) != 0)
		fail_msg("%s\nis told: %s\nnot: %s", text, problems, told);
	assert_int_equal(rc->refused,
	                 strstr(told, "line") != NULL || strstr(told, "section") != NULL);
	free(problems);
	return rc;
}

static void tells(enum mbsync_version version, const char *text, const char *told)
{
	mbsyncrc_free(read_as(version, text, told));
}

static void tells_both(const char *text, const char *told)
{
	tells(MBSYNC_1_4, text, told);
	tells(MBSYNC_1_5, text, told);
}

/* The User that the account has with this line in the file. */
static void user_is(const char *line, const char *user)
{
	char *text = memory_format("%s%s\n", ACCOUNT, line);
	struct mbsyncrc *rc = read_as(MBSYNC_1_5, text, "");

	assert_string_equal(mbsyncrc_account(rc, "a")->user, user);
	mbsyncrc_free(rc);
	free(text);
}

/* --- lines and words --- */

static void words(void **state)
{
	(void)state;
	user_is("User x", "x");
	user_is("  user\t x  ", "x");
	user_is("User \"a b\"", "a b");
	user_is("User a\\ b", "a b");
	user_is("User in\"si de\"x", "insi dex");
	user_is("User 'x'", "'x'");
	user_is("User a#b", "a#b");
	user_is("User a #b", "a");
	user_is("User \\#b", "#b");
	user_is("User \"\"", "");
	user_is("User \"\\\"\\\\\"", "\"\\");
	user_is("Us\\er \"x\"", "x");
	user_is("User x\r", "x");
	user_is("User\vx\f", "x");
	user_is("User \xa0", "\xa0");
	/* a backslash waits for the next ASCII character that is no control character */
	user_is("User \\\xc3\xbc x", "\xc3\xbc x");
	user_is("User \\\x01x", "\x01x");
}

static void broken_words_are_refused(void **state)
{
	(void)state;
	tells_both(ACCOUNT "User \"x\n", "line 3");
	tells_both(ACCOUNT "User x\\\n", "line 3");
	tells_both(ACCOUNT "User x\\\t\n", "line 3");
	tells_both(ACCOUNT "User x\\", "line 3");
	tells_both(ACCOUNT "\"User x\nPort 1\n", "line 3");
	tells_both(ACCOUNT "User x y\n", "line 3");
	tells_both(ACCOUNT "User x \"y\n", "line 3");
	tells_both(ACCOUNT "User\n", "line 3");
	tells_both(ACCOUNT "\"\"\n", "line 3");
	tells_both(ACCOUNT "\"\" x\n", "line 3");
	tells_both("\xef\xbb\xbf" ACCOUNT, "line 1");
}

/* A word too many may be half of a password. */
static void no_secret_is_told(void **state)
{
	static const char text[] = ACCOUNT "Pass geheim NICHTSAGEN\n";
	char *problems;
	struct mbsyncrc *rc;

	(void)state;
	rc = parse(MBSYNC_1_5, text, sizeof text - 1, &problems);
	assert_string_equal(problems, "line 3");
	assert_string_equal(mbsyncrc_account(rc, "a")->pass, "geheim");
	assert_int_equal(mbsyncrc_account(rc, "a")->pass_line, 3);
	mbsyncrc_free(rc);
	free(problems);
}

static void an_empty_line_ends_a_section_and_a_comment_does_not(void **state)
{
	(void)state;
	tells_both(ACCOUNT "# x\n  # y\nUser x\n", "");
	tells_both(ACCOUNT "\nUser x\n", "line 4");
	tells_both(ACCOUNT " \t\nUser x\n", "line 4");
	tells_both(ACCOUNT "\r\nUser x\n", "line 4");
	tells_both(ACCOUNT "\f\nUser x\n", "line 4");
	/* what nobody can start is passed over, up to the next one */
	tells_both("Foo x y\nBar z\nBaz x y z\n\n" ACCOUNT, "line 1, line 3");
}

static void a_nul_byte_ends_its_line(void **state)
{
	static const char text[] = ACCOUNT "User x\0 y\n\0 z\nPort 1\n";
	char *problems;
	struct mbsyncrc *rc;

	(void)state;
	rc = parse(MBSYNC_1_5, text, sizeof text - 1, &problems);
	assert_string_equal(problems, "line 5");
	assert_string_equal(mbsyncrc_account(rc, "a")->user, "x");
	mbsyncrc_free(rc);
	free(problems);
}

/* Text of a comment of this many bytes with its newline, and a line behind it. */
static void comment(size_t length, const char *behind, const char *told)
{
	char *text = memory_format("%s#%0*d%s\nPort 1\n", ACCOUNT,
	                           (int)(length - 2 - strlen(behind)), 0, behind);

	tells_both(text, told);
	free(text);
}

static void a_line_has_1022_bytes_and_the_rest_is_another(void **state)
{
	(void)state;
	comment(1022, "", "");
	comment(1023, "", "advice 3, line 5"); /* the newline alone is an empty line */
	comment(1024, "", "advice 3, line 4");
	comment(1029, "User x", "advice 3"); /* 1022, and a line of its own */
	comment(1031, "User x y", "advice 3, line 4");
	comment(3000, "", "advice 3, line 4, line 5");
}

/* --- sections --- */

static void of_two_the_first_counts(void **state)
{
	struct mbsyncrc *rc = read_as(MBSYNC_1_5,
	                              ACCOUNT "\nIMAPAccount a\nHost i\n\n" STORES
	                                      "MaildirStore f\nInbox ~/x\n\n" CHANNEL
	                                      "\nChannel c\nFar :n:\nNear :f:\n"
	                                      "\nGroup g c\n\nGroup g d\n",
	                              "advice 26");

	(void)state;
	assert_string_equal(mbsyncrc_account(rc, "a")->host, "h");
	assert_string_equal(mbsyncrc_store(rc, "f")->inbox, "/h/f");
	assert_string_equal(mbsyncrc_channel(rc, "c")->store[MBSYNCRC_FAR]->name, "f");
	assert_string_equal(mbsyncrc_group(rc, "g")->member[0].written, "c");
	assert_null(mbsyncrc_channel(rc, "C"));
	assert_null(mbsyncrc_store(rc, "g"));
	mbsyncrc_free(rc);
}

static void of_two_lines_the_last_counts_but_patterns_and_boxes(void **state)
{
	struct mbsyncrc *rc =
		read_as(MBSYNC_1_4,
	                STORES CHANNEL "Patterns a !b\nFar :n:b:x\nFar :f:\nPATTERN \"c d\"\n"
	                               "Near :n:y\nNear :n:z\n",
	                "");
	const struct mbsyncrc_channel *channel = mbsyncrc_channel(rc, "c");

	(void)state;
	assert_string_equal(channel->store[MBSYNCRC_FAR]->name, "f");
	assert_string_equal(channel->box[MBSYNCRC_FAR], "b:x");
	assert_string_equal(channel->box[MBSYNCRC_NEAR], "z");
	assert_int_equal(channel->patterns.count, 3);
	assert_string_equal(channel->patterns.word[1], "!b");
	assert_string_equal(channel->patterns.word[2], "c d");
	mbsyncrc_free(rc);
}

static void channels(void **state)
{
	(void)state;
	tells_both(STORES CHANNEL, "");
	tells_both(STORES "Channel c\nMaster :f:\nSlave :n:\n", "");
	tells_both(STORES "Channel c\nFar :f:\n", "section 7");
	tells_both(STORES "Channel c\nCreate Both\n", "section 7, section 7");
	tells_both(STORES CHANNEL "Far :x:\n", "line 10");
	tells_both(CHANNEL "\n" STORES, "line 2, line 3");
	tells_both(STORES CHANNEL "Far f\n", "line 10");
	tells_both(STORES CHANNEL "Far :f\n", "line 10");
	tells_both(STORES CHANNEL "Foo x y\nMapInbox x\n", "line 10, line 11");
	tells_both(STORES CHANNEL "MaxSize 5k\nMaxSize 5q\n", "line 11");
	tells_both(STORES "Channel a:b\nFar :f:\nNear :n:\n", "advice 7");
	tells_both(STORES "Channel\nFar :f:\n", "line 7, line 8");
}

static void groups(void **state)
{
	struct mbsyncrc *rc = read_as(
		MBSYNC_1_5, STORES "Group g c:a,,b: d\nChannels c\n\n" CHANNEL "Patterns *\n",
		"advice 7");
	const struct mbsyncrc_group *group = mbsyncrc_group(rc, "g");

	(void)state;
	assert_int_equal(group->count, 3);
	assert_true(group->member[0].chosen);
	assert_int_equal(group->member[0].boxes.count, 3);
	assert_string_equal(group->member[0].boxes.word[1], "");
	assert_string_equal(group->member[0].boxes.word[2], "b:");
	assert_ptr_equal(group->member[0].channel, mbsyncrc_channel(rc, "c"));
	assert_null(group->member[1].channel);
	assert_false(group->member[2].chosen);
	mbsyncrc_free(rc);
	tells_both("Group g\n", "advice 1");
	tells_both("Group g\nFoo x y\nChannel c\n", "line 2, advice 1");
	tells_both(STORES CHANNEL "\nGroup g c:a\n", "advice 11");
}

static void what_is_in_front_of_sections(void **state)
{
	(void)state;
	tells_both("FSync yes\n\nCreate Both\n\n" STORES, "");
	tells_both(STORES "FSync yes\nSync x\n", "line 7, line 8, line 8");
	tells_both("FSync perhaps\nFieldDelimiter ab\nFieldDelimiter a\nFieldDelimiter ;\n",
	           "line 1, line 2, line 3");
	tells_both("BufferLimit 0\nBufferLimit 5k\nBufferLimit 4194304k\nBufferLimit "
	           "mb\nBufferLimit -1\n",
	           "line 1, line 3, line 4");
	tells_both("MaxMessages 5k\nMaxMessages \" 5\"\nMaxMessages \"\"\n", "line 1");
	tells(MBSYNC_1_4, "ExpireSide Far\n", "line 1");
	tells(MBSYNC_1_5, "ExpireSide Far\nExpireSide Both\n", "line 2");
}

/* --- what a channel does --- */

static void sync_and_create(void **state)
{
	static const struct {
		const char *line;
		bool in_1_4, in_1_5;
	} cases[] = {
		{ "Sync All", true, true },
		{ "Sync New Full", true, true },
		{ "Sync None Pull", true, false },
		{ "Sync Pull PullNew", false, false },
		{ "Sync PullNew PushNew", true, true },
		{ "Sync New PullNew", false, false },
		{ "Sync Push PullNew", true, true },
		{ "Sync Pull Push PullNew", false, false },
		{ "Sync Pull New PullFlags", false, false },
		{ "Sync New PullFlags", true, true },
		{ "Create Both Far", false, false },
		{ "Create Far Near", true, true },
		{ "Create None Far", true, false },
		{ "Remove Both\nRemove Slave", false, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *text = memory_format("%s%s%s\n", STORES, CHANNEL, cases[i].line);

		tells(MBSYNC_1_4, text, cases[i].in_1_4 ? "" : "section 7");
		tells(MBSYNC_1_5, text, cases[i].in_1_5 ? "" : "section 7");
		free(text);
	}
	tells_both("Sync Foo Bar Pull\nCreate Up\n", "line 1, line 1, line 2");
	tells(MBSYNC_1_4, "Sync Gone\nSync Upgrade\nSync Old\nSync PullFull\nExpungeSolo Both\n",
	      "line 1, line 2, line 3, line 4, line 5");
	tells(MBSYNC_1_5, "Sync Gone\nSync Upgrade\nSync Old Delete ReNew\nExpungeSolo Both\n", "");
	tells(MBSYNC_1_5, "Sync PullFull Old\n", "section 1");
	tells(MBSYNC_1_5, "Sync Pull Push PullOld\n", "section 1");
	tells(MBSYNC_1_5, "Sync Pull PullOld\n", "");
}

/* --- stores and accounts --- */

static void maildir_stores(void **state)
{
	struct mbsyncrc *rc = read_as(
		MBSYNC_1_4,
		"MaildirStore m\nPath ~/Mail/\nSubFolders legacy\nFlatten .\n"
		"MapInbox x\nTrash t\n\nMaildirStore o\nInbox ~/o\nInbox ~me/i\nPath ~you/\n",
		"advice 11");
	const struct mbsyncrc_store *store = mbsyncrc_store(rc, "m");

	(void)state;
	assert_false(store->imap);
	assert_string_equal(store->path, "/h/Mail/");
	assert_string_equal(store->inbox, "/h/Maildir");
	assert_int_equal(store->subfolders, MBSYNCRC_SUBFOLDERS_LEGACY);
	assert_string_equal(store->flatten, ".");
	assert_string_equal(store->map_inbox, "x");
	assert_string_equal(mbsyncrc_store(rc, "o")->inbox, "/home/me/i");
	assert_string_equal(mbsyncrc_store(rc, "o")->path, "~you/");
	assert_int_equal(mbsyncrc_store(rc, "o")->inbox_line, 10);
	mbsyncrc_free(rc);
	tells_both("MaildirStore m\nSubFolders x\nAltMap 2\nInfoDelimiter ab\nInfoDelimiter "
	           "a\nFlatten a/b\nHost h\n"
	           "TrashNewOnly x\n",
	           "line 2, line 3, line 4, line 5, line 6, line 7, line 8");
	tells_both("MaildirStore m\nPath x/\nSubFolders Maildir++\n", "section 1");
	tells(MBSYNC_1_4, "MaildirStore m\nPath ~/x\n", "advice 2");
	tells(MBSYNC_1_5, "MaildirStore m\nPath ~/x\n", "");
	tells(MBSYNC_1_4, "MaildirStore m\nInbox ~/x\nPath ~/x/y/\n", "");
	tells(MBSYNC_1_5, "MaildirStore m\nInbox ~/x\nPath ~/x/y/\n", "section 1");
	tells(MBSYNC_1_5, "MaildirStore m\nInbox ~/x\nPath ~/xy/\n", "");
	tells_both("MaildirStore m\nPath ~/x/\nInbox ~/x/INBOX/\n", "advice 3");
}

static void relative_paths_start_at_the_file_since_1_5(void **state)
{
	static const char text[] = "MaildirStore m\nPath x/\nInbox ../i\n";
	struct mbsyncrc *rc = read_as(MBSYNC_1_4, text, "");

	(void)state;
	assert_string_equal(mbsyncrc_store(rc, "m")->path, "x/");
	mbsyncrc_free(rc);
	rc = read_as(MBSYNC_1_5, text, "");
	assert_string_equal(mbsyncrc_store(rc, "m")->path, "/etc/m/x/");
	assert_string_equal(mbsyncrc_store(rc, "m")->inbox, "/etc/m/../i");
	mbsyncrc_free(rc);
}

static void nested(const char *style, const char *inbox, const char *where)
{
	char *text = memory_format("MaildirStore m\nPath ~/M/\nInbox %s\n%s\n", inbox, style),
	     *problems;
	struct mbsyncrc *rc = parse(MBSYNC_1_5, text, strlen(text), &problems);
	const char *found = mbsyncrc_nested_inbox(mbsyncrc_store(rc, "m"));

	if (where == NULL || found == NULL)
		assert_true(where == found);
	else
		assert_string_equal(found, where);
	mbsyncrc_free(rc);
	free(problems);
	free(text);
}

static void an_inbox_may_lie_below_path(void **state)
{
	(void)state;
	nested("", "~/M/INBOX", "INBOX");
	nested("", "~/M/.in", ".in");
	nested("SubFolders Verbatim", "~/M/a/b", "a/b");
	nested("", "~/M/./in", NULL);
	nested("", "~/M/..", NULL);
	nested("", "~/M/../M/in", NULL);
	nested("", "~/M/...", "...");
	nested("SubFolders Legacy", "~/M/.in", ".in");
	nested("SubFolders Legacy", "~/M/a/b", "a/b");
	nested("SubFolders Legacy", "~/M/.a/b", NULL);
	nested("SubFolders Legacy", "~/M/a/b/c", NULL);
	nested("SubFolders Legacy", "~/M/a/.b/c", "a/.b/c");
	nested("", "~/M/INBOX/", NULL);
	nested("", "~/M//INBOX", NULL);
	nested("", "~/N/INBOX", NULL);
	nested("", "~/M/", NULL);
}

static void accounts(void **state)
{
	struct mbsyncrc *rc = read_as(
		MBSYNC_1_5,
		"IMAPAccount a\nHost h\nPort 44\nUserCmd u\nPassCmd \"+p x\"\n"
		"TLSType imaps\nTLSVersions -1.2 +1.3\nAuthMechs PLAIN LOGIN\nTimeout 7\n"
		"CertificateFile ~/c\nClientCertificate d\nClientKey /k\nSystemCertificates no\n"
		"CipherString s\nPipelineDepth 3\nDisableExtensions move LITERAL-\n\n"
		"IMAPStore s\nAccount a\nPath \"\"\nPathDelimiter .\nUseNamespace no\n"
		"SubscribedOnly yes\n",
		"");
	const struct mbsyncrc_store *store = mbsyncrc_store(rc, "s");
	const struct mbsyncrc_account *account = store->account;

	(void)state;
	assert_ptr_equal(account, mbsyncrc_account(rc, "a"));
	assert_true(store->imap && !store->use_namespace && store->subscribed_only &&
	            !store->own_account);
	assert_string_equal(store->path, "");
	assert_int_equal(store->delimiter, '.');
	assert_int_equal(account->port, 44);
	assert_string_equal(account->user_command, "u");
	assert_string_equal(account->pass_command, "+p x");
	assert_int_equal(account->tls, MBSYNCRC_TLS_IMAPS);
	assert_true(account->tls_said && !account->system_certificates);
	assert_int_equal(account->tls_versions.count, 2);
	assert_string_equal(account->mechanisms.word[1], "LOGIN");
	assert_int_equal(account->timeout_s, 7);
	assert_string_equal(account->certificates, "/h/c");
	assert_string_equal(account->client_certificate, "/etc/m/d");
	assert_string_equal(account->client_key, "/k");
	assert_string_equal(account->ciphers, "s");
	assert_int_equal(account->pipeline_depth, 3);
	assert_int_equal(account->disabled.count, 2);
	mbsyncrc_free(rc);
}

/* The account of a store with this line: its port and TLS. */
static void reaches(enum mbsync_version version, const char *lines, const char *host, int port,
                    enum mbsyncrc_tls tls)
{
	char *text = memory_format("IMAPStore s\n%s\n", lines);
	struct mbsyncrc *rc = read_as(version, text, "");
	const struct mbsyncrc_account *account = mbsyncrc_store(rc, "s")->account;

	assert_true(mbsyncrc_store(rc, "s")->own_account);
	assert_null(mbsyncrc_account(rc, "s"));
	if (host == NULL)
		assert_null(account->host);
	else
		assert_string_equal(account->host, host);
	assert_int_equal(account->port, port);
	assert_int_equal(account->tls, tls);
	assert_int_equal(account->timeout_s, 20);
	mbsyncrc_free(rc);
	free(text);
}

static void what_is_not_said(void **state)
{
	(void)state;
	reaches(MBSYNC_1_5, "Host h", "h", 143, MBSYNCRC_TLS_STARTTLS);
	reaches(MBSYNC_1_5, "Host h\nTLSType IMAPS", "h", 993, MBSYNCRC_TLS_IMAPS);
	reaches(MBSYNC_1_5, "Host h\nTLSType None", "h", 143, MBSYNCRC_TLS_NONE);
	reaches(MBSYNC_1_4, "Host h\nSSLType IMAPS\nPort 1", "h", 1, MBSYNCRC_TLS_IMAPS);
	reaches(MBSYNC_1_4, "Tunnel \"ssh x\"", NULL, 143, MBSYNCRC_TLS_NONE);
	reaches(MBSYNC_1_5, "Tunnel x\nTLSType STARTTLS", NULL, 143, MBSYNCRC_TLS_STARTTLS);
	/* what only 1.4 knows */
	reaches(MBSYNC_1_4, "Host imaps://h", "h", 993, MBSYNCRC_TLS_IMAPS);
	reaches(MBSYNC_1_4, "Host imap:h", "h", 143, MBSYNCRC_TLS_STARTTLS);
	reaches(MBSYNC_1_5, "Host imaps://h", "imaps://h", 143, MBSYNCRC_TLS_STARTTLS);
	reaches(MBSYNC_1_4, "Host h\nUseIMAPS yes", "h", 993, MBSYNCRC_TLS_IMAPS);
	reaches(MBSYNC_1_4, "Host h\nRequireSSL yes\nUseSSLv3 no", "h", 143, MBSYNCRC_TLS_STARTTLS);
}

static void what_accounts_refuse(void **state)
{
	(void)state;
	tells_both("IMAPAccount a\nPort 1\n", "section 1");
	tells_both("IMAPStore a\nPath x\n", "section 1");
	tells_both(ACCOUNT "User a\nUserCmd b\nPass a\nPassCmd b\n", "section 1");
	tells_both(ACCOUNT "User a\nUserCmd b\n", "section 1");
	tells_both(ACCOUNT "Pass a\nPassCmd b\n", "section 1");
	tells_both(ACCOUNT "RequireCRAM yes\nAuthMechs x\n", "section 1");
	tells_both(ACCOUNT "Port 65536\nPort -1\nPort x\nPipelineDepth 0\nTimeout 5s\nSSLType "
	                   "x\nSSLVersions TLSv9 TLSv1\n",
	           "line 3, line 4, line 5, line 6, line 7, line 8, line 9");
	tells_both(ACCOUNT
	           "DisableExtensions MOVE x y\nSystemCertificates x\nUseKeychain yes\nAccount a\n",
	           "line 3, line 3, line 4, line 5, line 6");
	tells_both(ACCOUNT "\nIMAPStore s\nAccount a\nPort 1\n", "section 4");
	tells_both("IMAPStore s\nHost h\nPathDelimiter ..\nPathDelimiter \"\"\nInbox x\n",
	           "line 3, line 4, line 5");
	tells(MBSYNC_1_4, "IMAPStore s\nAccount x\n", "line 2, section 1");
	tells(MBSYNC_1_5, "IMAPStore s\nAccount x\n", "line 2");
	tells(MBSYNC_1_4, "IMAPStore s\nAccount x\nHost h\n", "line 2");
	tells(MBSYNC_1_5, "IMAPStore s\nAccount x\nHost h\n", "line 2, section 1");
	tells(MBSYNC_1_4, ACCOUNT "TLSType None\nTLSVersions +1.2\nDisableExtension LITERAL-\n",
	      "line 3, line 4, line 5");
	tells(MBSYNC_1_5, ACCOUNT "TLSType None\nTLSVersions +1.2 1.3\nUseIMAPS yes\n",
	      "line 4, line 5");
	tells(MBSYNC_1_4, ACCOUNT "UseIMAPS yes\nSSLType None\n", "section 1");
	tells(MBSYNC_1_4, "IMAPAccount a\nHost imaps:h\nUseTLSv1 yes\n", "section 1");
}

static void one_section_too_many_is_left_out(void **state)
{
	static const char *const starts[] = { "MaildirStore m", "IMAPStore m\nHost h",
		                              "IMAPAccount m\nHost h", "Group m x",
		                              "Channel m\nFar :m:\nNear :m:" };

	(void)state;
	for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
		size_t length = strlen(starts[i]) + 2, whole = length * (MBSYNCRC_MOST + 1);
		char *text = memory_new(whole + 1, 1), *problems;
		struct mbsyncrc *rc;

		for (int j = 0; j <= MBSYNCRC_MOST; j++)
			snprintf(text + (size_t)j * length, length + 1, "%s\n\n", starts[i]);
		rc = parse(MBSYNC_1_5, text, whole, &problems);
		assert_true(rc->stores <= MBSYNCRC_MOST && rc->accounts <= MBSYNCRC_MOST);
		assert_int_equal(rc->stores + rc->accounts + rc->groups + rc->channels,
		                 MBSYNCRC_MOST);
		assert_non_null(strstr(problems, "advice"));
		mbsyncrc_free(rc);
		free(problems);
		free(text);
	}
	mbsyncrc_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words),
		cmocka_unit_test(broken_words_are_refused),
		cmocka_unit_test(no_secret_is_told),
		cmocka_unit_test(an_empty_line_ends_a_section_and_a_comment_does_not),
		cmocka_unit_test(a_nul_byte_ends_its_line),
		cmocka_unit_test(a_line_has_1022_bytes_and_the_rest_is_another),
		cmocka_unit_test(of_two_the_first_counts),
		cmocka_unit_test(of_two_lines_the_last_counts_but_patterns_and_boxes),
		cmocka_unit_test(channels),
		cmocka_unit_test(groups),
		cmocka_unit_test(what_is_in_front_of_sections),
		cmocka_unit_test(sync_and_create),
		cmocka_unit_test(maildir_stores),
		cmocka_unit_test(relative_paths_start_at_the_file_since_1_5),
		cmocka_unit_test(an_inbox_may_lie_below_path),
		cmocka_unit_test(accounts),
		cmocka_unit_test(what_is_not_said),
		cmocka_unit_test(what_accounts_refuse),
		cmocka_unit_test(one_section_too_many_is_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Which of mbsync's stores a store of the configuration is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mbsyncrc_parse.h"

#include "../../mswatch/sides.h"

static const char file[] =
	"IMAPStore server\nHost h\n\nIMAPStore other\nHost o\n\n"
	"MaildirStore local\nPath ~/M/\n\nMaildirStore backup\nPath ~/B/\n\n"
	"Channel work\nFar :server:\nNear :local:\nPatterns *\n\n"
	"Channel home\nFar :other:\nNear :local:\nPatterns *\n\n"
	"Channel copy\nFar :backup:\nNear :local:\nPatterns *\n\n"
	"Channel chain\nFar :local:\nNear :backup:\nPatterns *\n\n"
	"Group both work home\n\nGroup ring work chain\n";

static struct mbsyncrc *rc;
static struct config *config;

static void nothing(void *context, const char *message)
{
	(void)context;
	fail_msg("%s", message);
}

/* The channel's stores: what the blocks hold, behind `store NAME {`, one a line. */
static void read_stores(const char *stores)
{
	config_free(config);
	config = config_parse("rc", stores, strlen(stores), nothing, NULL);
	assert_non_null(config);
}

static int set_up(void **state)
{
	const struct mbsyncrc_place place = { .file = "f", .home = "/h", .version = MBSYNC_1_5 };

	(void)state;
	rc = mbsyncrc_parse(&place, file, strlen(file), NULL, NULL);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	mbsyncrc_free(rc);
	config_free(config);
	return 0;
}

/* The stores are these, "A B"; one that can't be told is its line and what was told begins so. */
static void are(const char *text, const char *wanted, const char *begin)
{
	struct mbsyncsubject subject;
	char found[200] = "";

	read_stores(text);
	assert_true(mbsyncsubject_find(&subject, rc, config->channel));
	for (size_t i = 0; i < config->store_count; i++) {
		char *fault, *end = found + strlen(found);
		unsigned line;
		const struct mbsyncrc_store *store = sides_find(config, i, &subject, &fault, &line);

		assert_int_equal(store == NULL, fault != NULL);
		if (store != NULL) {
			snprintf(end, 50, "%s%s", i > 0 ? " " : "", store->name);
			continue;
		}
		snprintf(end, 50, "%s%u", i > 0 ? " " : "", line);
		assert_non_null(begin);
		if (strstr(fault, begin) == NULL)
			fail_msg("%s", fault);
		free(fault);
	}
	assert_string_equal(found, wanted);
}

#define WORK "sync mbsync\nchannel work\n"
#define BOTH "sync mbsync\nchannel both\n"

static void a_store_of_the_same_name(void **state)
{
	(void)state;
	are(WORK "store server { watch w }\nstore local { watch w 1 }\n", "server local", NULL);
	/* one that no channel of it has is none */
	are(WORK "store backup { watch w }\nstore other {\nwatch ssh h\n}\n", "local server", NULL);
}

static void what_side_says(void **state)
{
	(void)state;
	are(WORK "store a {\nwatch w\nside far\n}\nstore b {\nwatch w 1\nside near\n}\n",
	    "server local", NULL);
	are(BOTH "store a {\nwatch w\nside far server\n}\nstore b {\nwatch w 1\nside far other\n}\n"
	         "store c {\nwatch w 2\nside near\n}\n", "server other local", NULL);
	are(BOTH "store a {\nwatch w\nside far\n}\nstore local { watch w 1 }\n", "5 local",
	    "several stores on the far side: add `side far STORE` to its block, STORE one of "
	    "server, other");
	are(WORK "store a {\nwatch w\nside far other\n}\nstore local { watch w 1 }\n", "5 local",
	    "side: work has no store other on the far side, but server");
	are(WORK "store a {\nwatch w\nside near server\n}\nstore local { watch w 1 }\n", "5 local",
	    "side: work has no store server on the near side, but local");
	are(WORK "store local {\nwatch w\nside near local\n}\nstore server { watch w 1 }\n",
	    "local server", NULL);
	are(WORK "store local {\nwatch w\nside far\n}\nstore server { watch w 1 }\n", "5 server",
	    "side: local is also the name of a store of work, but not on the side");
}

static void what_the_watcher_is_given(void **state)
{
	(void)state;
	are("sync mbsync\nchannel copy\nstore a { watch watch_maildirs -e -S backup }\n"
	    "store b { watch inputkill /usr/bin/watch_maildirs --store=local }\n", "backup local",
	    NULL);
	are("sync mbsync\nchannel copy\nstore a { watch watch_maildirs -eSbackup }\n"
	    "store b { watch watch_maildirs --store local -e }\n", "backup local", NULL);
	are(WORK "store a { watch watch_imap -c /f server }\nstore b { watch w }\n", "server local",
	    NULL);
	are(BOTH "store a { watch watch_imap server }\nstore b { watch watch_imap other }\n"
	         "store c { watch watch_maildirs -S local }\n", "server other local", NULL);
	/* ssh has a -S of its own, and another host and file stores of their own */
	are("sync mbsync\nchannel copy\nstore a { watch ssh -S local h watch_maildirs }\n"
	    "store b { watch watch_maildirs -c /f -S server }\n", "backup local", NULL);
	are("sync mbsync\nchannel copy\nstore a { watch ssh h watch_maildirs -S nosuch }\n"
	    "store b { watch w }\n", "backup local", NULL);
}

static void a_watcher_of_another_store(void **state)
{
	(void)state;
	are(WORK "store server { watch w }\nstore near { watch watch_maildirs -S locl }\n",
	    "server 4", "store near: -S locl: mbsync has no store of that name");
	are(WORK "store near { watch watch_maildirs -S server }\nstore far { watch w }\n",
	    "3 local", "store near: -S server: that is no MaildirStore");
	are(WORK "store server { watch watch_maildirs -S local }\nstore local { watch ssh h }\n",
	    "3 local", "store server: its name or `side` says that it is mbsync's store server, "
	    "but its watcher watches local");
	are(WORK "store a {\nwatch watch_maildirs -S local\nside far\n}\nstore b { watch w }\n",
	    "5 local", "says that it is mbsync's store server");
}

static void the_remote_one_is_far(void **state)
{
	(void)state;
	are(WORK "store a { watch ssh h }\nstore b { watch w }\n", "server local", NULL);
	are(WORK "store a { watch w }\nstore b {\nwatch rw\nremote\n}\n", "local server", NULL);
	/* an IMAP store is none that is watched here */
	are(WORK "store a { watch w }\n", "local", NULL);
	are(BOTH "store server { watch ssh h }\nstore other { watch ssh o }\nstore c { watch w }\n",
	    "server other local", NULL);
}

static void what_can_not_be_told(void **state)
{
	const char *told = "this is can't be told: add `side near` or `side far` to its block";

	(void)state;
	are(WORK "store a { watch w }\nstore b { watch w 1 }\n", "3 4", told);
	are(WORK "store a { watch ssh h }\nstore b { watch ssh h 1 }\n", "3 4", told);
	are("sync mbsync\nchannel copy\nstore a { watch w }\n", "3", told);
	are(BOTH "store a { watch ssh h }\nstore b { watch w }\n", "3 local",
	    "several stores on the far side");
}

static void sides_have_names(void **state)
{
	struct mbsyncsubject subject;

	(void)state;
	assert_true(mbsyncsubject_find(&subject, rc, "ring"));
	assert_string_equal(sides_name(&subject, mbsyncrc_store(rc, "server")), "far");
	assert_string_equal(sides_name(&subject, mbsyncrc_store(rc, "backup")), "near");
	assert_string_equal(sides_name(&subject, mbsyncrc_store(rc, "local")), "far and near");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_store_of_the_same_name),
		cmocka_unit_test(what_side_says),
		cmocka_unit_test(what_the_watcher_is_given),
		cmocka_unit_test(a_watcher_of_another_store),
		cmocka_unit_test(the_remote_one_is_far),
		cmocka_unit_test(what_can_not_be_told),
		cmocka_unit_test(sides_have_names),
	};

	return cmocka_run_group_tests_name("sides", tests, set_up, tear_down);
}

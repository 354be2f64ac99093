#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "../../watch_mboxes/fingerprint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct siphash_key key = { { UINT64_C(0x0706050403020100),
                                          UINT64_C(0x0f0e0d0c0b0a0908) } };

static uint64_t hash_of(size_t count)
{
	char bytes[64];
	struct siphash hash;

	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (char)i;
	siphash_start(&hash, &key);
	siphash_add(&hash, bytes, count / 3);
	siphash_add(&hash, bytes + count / 3, 0);
	siphash_add(&hash, bytes + count / 3, count - count / 3);
	return siphash_end(&hash);
}

/* The first is from other people's tests of SipHash-1-3, all from a program of another kind. */
static void the_hash_is_the_papers(void **state)
{
	(void)state;
	assert_int_equal(hash_of(0), UINT64_C(0xabac0158050fc4dc));
	assert_int_equal(hash_of(1), UINT64_C(0xc9f49bf37d57ca93));
	assert_int_equal(hash_of(7), UINT64_C(0xd3927d989bb11140));
	assert_int_equal(hash_of(8), UINT64_C(0x369095118d299a8e));
	assert_int_equal(hash_of(15), UINT64_C(0xd320d86d2a519956));
	assert_int_equal(hash_of(63), UINT64_C(0x9d199062b7bbb3a8));
}

/* Read in pieces of that many bytes. */
static uint64_t print_in(const char *text, size_t piece)
{
	struct fingerprint_reader reader;
	size_t left = strlen(text), step;

	fingerprint_start(&reader, &key);
	for (; left > 0; text += step, left -= step) {
		step = piece < left ? piece : left;
		fingerprint_read(&reader, text, step);
	}
	return fingerprint_end(&reader);
}

static uint64_t print_of(const char *text)
{
	uint64_t whole = print_in(text, 100000);

	for (size_t piece = 1; piece < 40; piece++)
		assert_int_equal(print_in(text, piece), whole);
	return whole;
}

#define FROM "From a@b Mon Jan  1 00:00:00 2024\n"
#define MESSAGE(more) FROM "Subject: x\n" more "\nbody\n\n"

static void same(const char *one, const char *other)
{
	assert_int_equal(print_of(one), print_of(other));
}

static void differ(const char *one, const char *other)
{
	assert_int_not_equal(print_of(one), print_of(other));
}

static void what_servers_write_at_the_first_look_is_left_out(void **state)
{
	(void)state;
	same(MESSAGE(""), MESSAGE("X-UID: 17\n"));
	same(MESSAGE(""), MESSAGE("X-IMAPbase: 1700000000 0000000017 $Label1\n"));
	same(MESSAGE(""), MESSAGE("X-IMAP: 1700000000 0000000017\n\tJunk\n"));
	same(MESSAGE(""), MESSAGE("Content-Length: 5\n"));
	same(MESSAGE(""), MESSAGE("content-length:5\nx-uid: 1\n"));
	same(MESSAGE(""), MESSAGE("Status: O\n"));
	same(MESSAGE(""), MESSAGE("Status: \n"));
	same(MESSAGE(""), MESSAGE("Status:\n"));
	same(MESSAGE(""), MESSAGE("X-Keywords:          \n"));
	same(MESSAGE(""), MESSAGE("X-Keywords:     \n          \n"));
	same(MESSAGE(""), MESSAGE("X-UID: 17\nStatus: O\nX-Keywords:    \nContent-Length: 5\n"));
	same(MESSAGE("Status: R\n"), MESSAGE("Status: RO\n"));
	same(MESSAGE("Status: R\n"), MESSAGE("Status:  OR\n"));
	same(MESSAGE("X-Keywords: a b\n"), MESSAGE("X-Keywords: a b      \n"));
	same(MESSAGE("X-Keywords: a b\n"), MESSAGE("X-Keywords: a\n  b   \n   \n"));
	same(MESSAGE("X-UID: 1\n") MESSAGE("X-UID: 2\n"), MESSAGE("Status: O\n") MESSAGE(""));
	same("From a\r\nStatus: O\r\nX: y\r\n\r\nbody\r\n", "From a\r\nX: y\r\n\r\nbody\r\n");
	same("From a\nX-UID: 1", "From a\n");
	same("From a\nX-UID", "From a\nX-UID");
}

static void what_a_syncer_can_see_counts(void **state)
{
	(void)state;
	differ(MESSAGE(""), MESSAGE("") MESSAGE(""));
	differ(MESSAGE(""), MESSAGE("Status: R\n"));
	differ(MESSAGE("Status: RO\n"), MESSAGE("Status: O\n"));
	differ(MESSAGE(""), MESSAGE("X-Status: A\n"));
	differ(MESSAGE("X-Status: A\n"), MESSAGE("X-Status: \n"));
	differ(MESSAGE("X-Status: \n"), MESSAGE(""));
	differ(MESSAGE(""), MESSAGE("X-Keywords: Junk\n"));
	differ(MESSAGE("X-Keywords: a b\n"), MESSAGE("X-Keywords: ab\n"));
	differ(MESSAGE("X-Keywords: a\n"), MESSAGE("Status: a\n"));
	differ(MESSAGE(""), MESSAGE("X-UIDL: 5\n"));
	differ(MESSAGE(""), MESSAGE("X-IMAPx: 5\n"));
	differ(MESSAGE(""), MESSAGE("Lines: 5\n"));
	differ(MESSAGE("To: a\n b\n"), MESSAGE("To: a\n c\n"));
	differ("", MESSAGE(""));
	differ("", "F");
	differ(FROM, FROM FROM);
}

static void only_in_headers(void **state)
{
	(void)state;
	differ(FROM "A: b\n\nStatus: O\n", FROM "A: b\n\n");
	differ(FROM "A: b\n\nX-UID: 1\n", FROM "A: b\n\nX-UID: 2\n");
	differ(FROM "A: b\n\nbody\nFrom x\nX-UID: 1\n", FROM "A: b\n\nbody\nFrom x\nX-UID: 2\n");
	same(FROM "A: b\n\nbody\n\nFrom x\nX-UID: 1\n", FROM "A: b\n\nbody\n\nFrom x\nX-UID: 2\n");
	differ("*mbx*\r\n\r\nFrom a\r\nX-UID: 1\r\n", "*mbx*\r\n\r\nFrom a\r\nX-UID: 2\r\n");
	differ("\nFrom a\nX-UID: 1\n", "\nFrom a\nX-UID: 2\n");
	differ("X-UID: 1\n", "X-UID: 2\n");
}

static void the_end_of_a_field_is_no_part_of_the_next(void **state)
{
	(void)state;
	differ(MESSAGE("X-Keywords: a\nb: c\n"), MESSAGE("X-Keywords: a b: c\n"));
	same(MESSAGE("X-UID: 1\n 2\nTo: a\n"), MESSAGE("To: a\n"));
	differ(MESSAGE("X-UID: 1\nTo: a\n"), MESSAGE("X-UID: 1\n To: a\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_hash_is_the_papers),
		cmocka_unit_test(what_servers_write_at_the_first_look_is_left_out),
		cmocka_unit_test(what_a_syncer_can_see_counts),
		cmocka_unit_test(only_in_headers),
		cmocka_unit_test(the_end_of_a_field_is_no_part_of_the_next),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

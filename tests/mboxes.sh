# shellcheck shell=bash
# What the tests of watch_mboxes share, besides tests/watch.sh, which it sources.
#
#   $m                       the directory of mailboxes
#   message                  a message as an mbox has it, on stdout
#   append FILE              delivers it
#   is_quiet "what"          nothing was printed since, nor will be for what was done
#   settle                   passes over what an earlier step has still to tell

# shellcheck disable=SC2034 # for tests/watch.sh
watcher_program=watch_mboxes
: "${top_srcdir:=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)}"
# shellcheck source=tests/watch.sh
. "$top_srcdir/tests/watch.sh"
unset MAIL

m=$work/mail
message_number=0
message() {
	message_number=$((message_number + 1))
	printf '%s\n' "From a@lab.invalid Mon Jan  1 00:00:00 2024" "From: a@lab.invalid" \
		"Subject: message $message_number" "Message-ID: <$$.$message_number@lab.invalid>" \
		"Date: Mon, 01 Jan 2024 00:00:00 +0000" "" "body" ""
}
append() { message >>"$1"; }
# A new name is told after all that was begun before it came.
is_quiet() {
	beacon=$((${beacon:-0} + 1))
	: >"$m/beacon$beacon"
	says "$1" "beacon$beacon"
}
settle() {
	beacon=$((${beacon:-0} + 1))
	: >"$m/beacon$beacon"
	told_of "beacon$beacon" || fail "the beacon is seen" "$(cat "$errors")"
	nap 0.05
	seen=$(line_count)
}

#!/bin/bash
# The two examples of INTERFACES run under mswatch as they stand there.
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
. "$top_srcdir/tests/lab.sh"

example() { # NUMBER: the N-th indented script
	awk -v wanted="$1" '/^    #!\/bin\/sh$/ { here = ++n == wanted }
		!/^    / && !/^$/ { here = 0 } here { sub(/^    /, ""); print }' "$top_srcdir/INTERFACES"
}
example 1 >"$work/watch_mboxes"
example 2 >"$work/copy_mboxes"
chmod 755 "$work"/*_mboxes
ok "there is a watcher" test -s "$work/watch_mboxes"
ok "there is a syncer" test -s "$work/copy_mboxes"
ok "each of about ten lines" test "$(cat "$work"/*_mboxes | wc -l)" -le 26
ok "the watcher is a shell script" sh -n "$work/watch_mboxes"
ok "the syncer is a shell script" sh -n "$work/copy_mboxes"

mkdir "$work/from" "$work/to" "$work/local"
echo 1 >"$work/from/INBOX"
echo 1 >"$work/from/a list"
cat >"$work/mswatchrc" <<-CONF
	base_delay 0
	inter_delay 0.2
	sync $work/copy_mboxes $work/from $work/to
	store mboxes { watch $work/watch_mboxes $work/from }
CONF
ok "mswatch gets into step" lab_mswatch
same() { diff -r "$work/from" "$work/to" >/dev/null; }
ok "the start copies all" same
echo 22 >>"$work/from/a list"
ok "a change is copied" wait_until 60 same
by_its_name() { grep -q "synced a list" "$work/out"; }
ok "by its name" wait_until 60 by_its_name
echo 333 >"$work/from/new"
ok "a new mailbox is copied" wait_until 60 same
rm "$work/to/new"
kill -USR2 "$mswatch_pid"
ok "SIGUSR2 copies all" wait_until 60 same
is "without a complaint" "$(cat "$work/err")" ""
tap_done

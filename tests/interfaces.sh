#!/bin/bash
# The two examples of INTERFACES run under mswatch as they stand there.
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
. "$top_srcdir/tests/lab.sh"

example() { # NUMBER: the N-th indented script
	awk -v wanted="$1" '/^    #!\/bin\/sh$/ { here = ++n == wanted }
		!/^    / && !/^$/ { here = 0 } here { sub(/^    /, ""); print }' "$top_srcdir/INTERFACES"
}
example 1 >"$work/watch_mh"
example 2 >"$work/copy_mh"
chmod 755 "$work"/*_mh
ok "there is a watcher" test -s "$work/watch_mh"
ok "there is a syncer" test -s "$work/copy_mh"
ok "each of about ten lines" test "$(cat "$work"/*_mh | wc -l)" -le 26
ok "the watcher is a shell script" sh -n "$work/watch_mh"
ok "the syncer is a shell script" sh -n "$work/copy_mh"

mkdir -p "$work/from/inbox" "$work/from/a list" "$work/from/INBOX" "$work/local"
echo 1 >"$work/from/inbox/1"
echo 1 >"$work/from/INBOX/1"
echo 1 >"$work/from/a list/1"
cat >"$work/mswatchrc" <<-CONF
	base_delay 0
	inter_delay 0.2
	sync $work/copy_mh $work/from $work/to
	store mh { watch $work/watch_mh $work/from }
CONF
ok "mswatch gets into step" lab_mswatch
same() { diff -r "$work/from" "$work/to" >/dev/null; }
ok "the start copies all" same
contains "INBOX first" "$work/out" "synced INBOX in"
echo 2 >"$work/from/a list/2"
ok "a message is copied" wait_until 60 same
by_its_name() { grep -q "synced a list" "$work/out"; }
ok "by its folder's name" wait_until 60 by_its_name
echo "unseen: 2" >"$work/from/a list/.mh_sequences"
ok "flags are copied" wait_until 60 same
echo "unseen: 1" >"$work/from/a list/.mh_sequences"
ok "and copied again" wait_until 60 same
rm "$work/from/a list/1"
ok "a message that goes is gone there" wait_until 60 same
mkdir "$work/from/new"
echo 3 >"$work/from/new/1"
ok "a new folder is copied" wait_until 60 same
rm -r "$work/from/new"
ok "a folder that goes is gone there" wait_until 60 same
rm -r "$work/to/inbox"
kill -USR2 "$mswatch_pid"
ok "SIGUSR2 copies all" wait_until 60 same
is "without a complaint" "$(cat "$work/err")" ""

# --- a mailstore without INBOX, empty at first ---
end_pid "$mswatch_pid"
rm -r "$work/from" "$work/to"
mkdir "$work/from"
ok "an empty mailstore is in step" lab_mswatch
contains "INBOX is asked for, too" "$work/out" "synced INBOX in"
mkdir "$work/from/first"
echo 1 >"$work/from/first/1"
ok "its first folder is copied" wait_until 60 same
is "again without a complaint" "$(cat "$work/err")" ""
tap_done

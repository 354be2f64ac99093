#!/bin/bash
# A mailstore that is gone is not synced: exit status 2 of a watcher, `required`.
# shellcheck source-path=SCRIPTDIR
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
. "$top_srcdir/tests/mswatch_stage.sh"

gone_of() { # STORE: what is told of it, once
	echo "$1: the mailstore is gone \\(watcher exited with status 2\\): nothing is synced until it is back\$"
}
# Watchers that are told on their feed to "exit N", and exit with what stands in NAME.status.
stage_exits() { # NAME...
	local name
	for name; do
		cat >"$work/watch_$name" <<-SCRIPT
			#!/bin/bash
			exec 3<>"$work/$name.feed"
			echo \$\$ >>"$work/$name.pids"
			[[ ! -e $work/$name.noise ]] || printf noise
			status=\$(cat "$work/$name.status" 2>/dev/null)
			[[ -z \$status ]] || exit "\$status"
			echo
			while IFS= read -ru 3 line; do
				[[ \$line != exit* ]] || exit \${line#exit }
				printf '%s\n' "\$line"
			done
		SCRIPT
		rm -f "$work/$name.status"
	done
}
exits_with() { # STATUS NAME...: from the next start on, at no time with half of it
	local status=$1 name
	shift
	for name; do
		echo "$status" >"$work/new.status"
		mv "$work/new.status" "$work/$name.status"
	done
}
stage_gone() { # both stores with such watchers
	stage_config
	sed -i 's/^max_delay.*/max_delay 0.2/' "$conf"
	stage_exits one two
}
starts_anew() { # NAME: its watcher, so often that all delays have passed
	local before
	before=$(lines_of "$1.pids" .)
	wait_until "$bound" has_lines "$1.pids" . $((before + 4))
}
runs_count() { lines_of runs '^start'; }
in_order() { # WHAT: since the last until_back: INBOX, then all
	is "$1" "$(sed -n "$((since + 1)),\$p" "$work/runs" | grep '^start' | head -n 2)" \
		$'start \'INBOX\'\nstart \'\''
}
since=0
mark() { since=$(lines_of runs .); }

# --- until the next ready line ---
stage_gone
stage_start
until_started
touch "$work/hold"
change two lists/dev
until_line runs "^start 'lists/dev'"
exits_with 1 one
change one "exit 2"
ok "status 2 is told" until_line err "$(gone_of one)"
change two INBOX lists/other
rm "$work/hold"
ok "the run under way finishes" until_line runs '^end 0' 3
mark
starts_anew one
kill -USR2 "$mswatch"
ok "SIGUSR2 says what it waits for" until_line out 'All mailboxes wait for one: the mailstore is gone'
starts_anew one
is "nothing is synced, whatever statuses follow, nor by SIGUSR2" "$(lines_of runs .)" "$since"
kill -USR1 "$mswatch"
ok "SIGUSR1 tells what is pending" until_line out '  lists/other waiting for one$'
contains "and why" "$work/out" 'one: (down|starting) since .*; the mailstore is gone: nothing is synced$'
is "it was told once" "$(grep -Ec "$(gone_of one)" "$work/err")" 1
exits_with '' one
ok "the watcher is ready: syncing goes on, and that is told" \
	until_line out 'one: the mailstore is there: syncing goes on'
ok "all that was pending is synced" wait_until "$bound" has_lines runs '^end 0' 5
in_order "INBOX first, then all"

change one "exit 1"
change two lists/more
ok "another status holds nothing up" until_line runs "^start .*'lists/more'"
for how in 'exit 127' 'exit 3' kill; do
	pid=$(tail -n 1 "$work/two.pids")
	if [[ $how == kill ]]; then kill -9 "$pid"; else change two "$how"; fi
	wait_until "$bound" not alive "$pid"
	mark
	change one "lists/$RANDOM"
	ok "nor does '$how'" wait_until "$bound" has_lines runs '^start' $((since / 2 + 1))
	wait_until "$bound" is_quiet
	wait_until "$bound" not alive "$pid"
done
is "and none of them is told as gone" "$(grep -c 'the mailstore is gone' "$work/err")" 1

# two at once
starts_both() { alive "$(tail -n 1 "$work/one.pids")" && alive "$(tail -n 1 "$work/two.pids")"; }
wait_until "$bound" starts_both
wait_until "$bound" is_quiet
exits_with 2 one two
change one "exit 2"
change two "exit 2"
until_line err "$(gone_of one)" 2
ok "two may be gone" until_line err "$(gone_of two)"
wait_until "$bound" is_idle
mark
exits_with '' one
ok "one comes back" until_line out 'one: the mailstore is there; nothing is synced until two is, too'
change one lists/none
starts_anew two
is "that is not enough" "$(lines_of runs .)" "$since"
exits_with '' two
ok "the other as well" until_line out 'two: the mailstore is there: syncing goes on'
ok "then all is synced" wait_until "$bound" has_lines runs '^end' $((since / 2 + 2))
in_order "INBOX first, then all, of both"
stage_stop
is "mswatch ends as always" "$status" 0

# --- before the first ready line ---
stage_gone
exits_with 2 one
stage_start
until_line err "$(gone_of one)"
pass "status 2 before the first ready line is told"
exits_with 1 one
change two lists/dev
starts_anew one
is "and holds up what the other store reports" "$(lines_of runs .)" 0
exits_with '' one
ok "until it is ready" until_started
wait_until "$bound" is_quiet
contains "what was reported is synced with all" "$work/runs" "^start ''"
exits_with 2 one
touch "$work/one.noise"
change one "exit 1"
ok "status 2 counts after noise, too" until_line err "$(gone_of one)" 2
rm "$work/one.noise"
stage_stop

# --- a watcher that was given up before it exits ---
# What it does comes from stdin; the ones after it exit with 1.
stage_given_up() {
	stage_gone
	cat >"$work/watch_one" <<-SCRIPT
		#!/bin/bash
		exec 3<>"$work/one.feed"
		echo \$\$ >>"$work/one.pids"
		status=\$(cat "$work/one.status" 2>/dev/null)
		[[ -z \$status ]] || exit "\$status"
		next() { read -ru 3; }
	SCRIPT
	cat >>"$work/watch_one"
	stage_start
}
counts() { # WHAT WORD...: its status 2, after these words on its feed
	local what=$1
	shift
	exits_with 1 one
	(($# == 0)) || change one "$@"
	ok "$what: status 2 is told" until_line err "$(gone_of one)"
	wait_until "$bound" is_idle
	mark
	change two lists/dev
	starts_anew one
	is "$what: nothing is synced" "$(lines_of runs .)" "$since"
	stage_stop
}
stage_given_up <<-'SCRIPT'
	echo
	next
	exec 1>&-
	next
	exit 2
SCRIPT
until_started
change one close
until_line err 'one: watcher closed its output'
counts "it has closed its output" leave
stage_given_up <<-'SCRIPT'
	echo Welcome
	next
	echo "to this host"
	exit 2
SCRIPT
until_line err 'one: watcher printed "Welcome" before its ready line'
counts "it has printed noise" leave
stage_given_up <<-'SCRIPT'
	trap 'exit 2' TERM
	echo Welcome
	while :; do next; done
SCRIPT
until_line err 'one: watcher printed "Welcome" before its ready line'
counts "it was told to end"
stage_given_up <<-'SCRIPT'
	trap '' TERM
	printf noise
	while next; do [[ $REPLY != leave ]] || exit 2; done
SCRIPT
until_line err 'one: watcher printed "noise" before its ready line'
kill -USR2 "$mswatch"
kill -USR1 "$mswatch"
ok "SIGUSR1 tells that it is still there" until_line out 'one: down since .*, its watcher is still ending$'
is "and SIGUSR2 starts none beside it" "$(lines_of one.pids .)" 1
counts "it is deaf" leave

# --- required ---
stage_gone
sed -i "/^store one/d" "$conf"
printf 'store one {\n\trequired\n\twatch %s\n}\n' "$work/watch_one" >>"$conf"
exits_with 1 one
stage_start
ok "a required store that is not ready is told" \
	until_line err 'one: required, and its watcher is not ready yet: nothing is synced until it is'
change two lists/dev
starts_anew one
kill -USR2 "$mswatch"
starts_anew one
is "nothing is synced at the start, nor by SIGUSR2" "$(lines_of runs .)" 0
kill -USR1 "$mswatch"
ok "SIGUSR1 tells that" until_line out 'one: .*; required, and not ready yet: nothing is synced$'
exits_with '' one
ok "it is ready" until_line out 'one: the mailstore is there: syncing goes on'
ok "all is synced" until_started
wait_until "$bound" is_quiet
exits_with 1 one
change one "exit 1"
change two lists/dev
ok "ready once, it holds up nothing when it fails" until_line runs "^start .*'lists/dev'"
exits_with 2 one
ok "but with status 2, which is told" until_line err "$(gone_of one)"
is "the other was told once" "$(grep -c 'required, and' "$work/err")" 1
stage_stop

# --- the service manager ---
if command -v python3 >/dev/null; then
	stage_manager
	stage_gone
	printf 'store three {\n\trequired\n\twatch false\n}\n' >>"$conf"
	NOTIFY_SOCKET=$work/notify stage_start
	ok "STATUS tells of a required store" \
		until_line told '^STATUS=2 of 3 mailstores watched, nothing is synced \(three: required, and not ready yet\); three: (down|starting) since ..:.., watcher exited \(status 1\)$'
	exits_with 2 one
	change one "exit 2"
	ok "and of one that is gone" \
		until_line told '^STATUS=1 of 3 mailstores watched, nothing is synced \(one: the mailstore is gone\); one: (down|starting) since ..:.., watcher exited \(status 2\); three: .*$'
	stage_stop
fi

tap_done

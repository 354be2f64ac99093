#!/bin/bash
# Nothing outlives mswatch, local or remote, even when SIGKILL ends it.
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
. "$top_srcdir/tests/lab.sh"
lab_user "$@"

lab_imap
printf '#!/bin/sh\n: >%s/syncing\nsleep 1000 & sleep 1001\n' "$work" >"$work/slow_sync"
chmod 755 "$work/slow_sync"
cp "$work/mswatchrc" "$work/mswatchrc.quick"

# What runs below mswatch and below sshd's connections, by pid.
family() {
	descendants "$mswatch_pid"
	descendants "$sshd_pid"
}
survivors() {
	local pid
	for pid in $1; do ps -o pid=,args= -p "$pid"; done
}

# killed: SIGKILL; all of the family has to be gone 2 s later.  A machine that is
# too busy to run them in that time gets three tries.
killed() {
	local pids began
	pids=$(family)
	began=$(now_us)
	kill -KILL "$mswatch_pid"
	wait "$mswatch_pid" 2>/dev/null
	wait_until 30 none_alive "$pids" || {
		note "alive after 30 s:" "$(survivors "$pids")"
		return 1
	}
	elapsed=$((($(now_us) - began) / 1000))
	note "$(wc -w <<<"$pids") processes gone after $elapsed ms"
	((elapsed <= 2000))
}
killed_when() { # START
	for _ in 1 2 3; do
		"$1" || return 1
		killed && return
	done
	return 1
}

far_watcher() {
	local pid
	for pid in $(descendants "$sshd_pid"); do ps -o comm= -p "$pid"; done | grep -q '^watch_maildirs$'
}
watching() { lab_mswatch && far_watcher; }
syncing() {
	rm -f "$work/syncing"
	sed "s|^sync .*|sync socketwatch $work/slow_sync|" "$work/mswatchrc.quick" >"$work/mswatchrc"
	start env HOME="$work/local" mswatch -c "$work/mswatchrc" >"$work/out" 2>"$work/err" </dev/null
	mswatch_pid=$started
	wait_until 60 test -e "$work/syncing"
}

ok "SIGKILL while it watches leaves nothing after 2 s" killed_when watching
ok "SIGKILL while it syncs leaves nothing after 2 s" killed_when syncing

ok "a syncer runs" syncing
pids=$(family)
kill -TERM "$mswatch_pid"
wait "$mswatch_pid"
is "SIGTERM while it syncs: status 0" $? 0
ok "and nothing is left" wait_until 30 none_alive "$pids"
tap_done

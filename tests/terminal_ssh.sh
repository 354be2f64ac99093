#!/bin/bash
# A real ssh that would ask, on a real terminal; a watcher whose output comes from one, as with
# ssh -tt; and a shared connection whose master stays behind.
# shellcheck source-path=SCRIPTDIR
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
. "$top_srcdir/tests/mswatch_stage.sh"
. "$top_srcdir/tests/lab.sh"
lab_user "$@"
needs python3
lab_sshd
unset DISPLAY WAYLAND_DISPLAY SSH_ASKPASS SSH_AUTH_SOCK

# watched SSH-WORDS: mswatch on a terminal, with store two watched through them
watched() {
	stage_config
	sed -i "s|watch $work/watch_two|watch $*|" "$conf"
	rm -f "$work/"*.pids "$work/mswatch.pid"
	: >"$work/out"; : >"$work/err"
	# shellcheck disable=SC2016 # for the bash on the terminal
	start python3 "$top_srcdir/tests/terminal.py" bash -c 'echo $$ >"$1/mswatch.pid"
		out=$1/out err=$1/err; shift; exec "$@" >"$out" 2>"$err"' bash "$work" mswatch -c "$conf" >"$work/screen"
	wait_until "$bound" test -s "$work/mswatch.pid"
	mswatch=$(<"$work/mswatch.pid")
}
unwatched() {
	kill "$mswatch"
	ok "nothing hangs" wait_until "$bound" not alive "$mswatch"
	end_pid "$started"
	rm -f "$work/runs"
}
remote="inputkill sh -c 'echo; exec sleep 1000'"

sed "s|^\([[:space:]]*UserKnownHostsFile\).*|\1 $work/none_known|; s|accept-new|ask|" "$work/ssh_config" >"$work/ssh_strange"
watched "ssh -F $work/ssh_strange labhost $remote"
ok "ssh at an unknown host key fails with its own words" until_line err 'two: Host key verification failed'
ok "with advice" until_line err 'two: .*host key is not known.*by hand'
ok "and is tried again" until_line err 'two: still failing after [2-5] tries'
change one Local
ok "the other store is synced" until_line runs "^start 'Local'"
is "and nobody is asked" "$(<"$work/screen")" ''
unwatched

ssh-keygen -q -t ed25519 -N 'a long secret' -f "$work/locked_key"
cat "$work/locked_key.pub" >>"$work/authorized_keys"
ssh_configure "$work/ssh_locked" "$work/locked_key"
watched "ssh -F $work/ssh_locked labhost $remote"
ok "ssh with a key that has a passphrase fails" until_line err 'two: .*Permission denied \(publickey'
ok "with advice" until_line err 'two: .*agent \(ssh-add\)'
is "and nobody is asked" "$(<"$work/screen")" ''
unwatched

# The lab's sshd has no right to give a terminal away: this one is made on this side of it.
watched "ssh -F $work/ssh_config labhost inputkill python3 $top_srcdir/tests/terminal.py $remote"
ok "a terminal on the server is told from a start-up file that prints" \
	until_line err "two: watcher printed .* before its ready line .*leave out ssh's -t"
unwatched
watched "ssh -F $work/ssh_config labhost $remote"
ok "without it the watcher is ready" until_line out 'Watching mailstores$'
unwatched

# --- ControlPersist: the master is a daemon that a run leaves behind ---
shared() { # CONTROLPERSIST: the time from the first run's end to the next run's start, in us
	stage_config
	cat >"$work/sync" <<-SCRIPT
		#!/bin/bash
		echo "start \${EPOCHREALTIME/./}" >>"$work/runs"
		ssh -F "$work/ssh_config" -o BatchMode=yes -o ControlMaster=auto -o ControlPath="$work/master" \
			-o ControlPersist=$1 labhost true </dev/null
		echo "end \${EPOCHREALTIME/./}" >>"$work/runs"
	SCRIPT
	stage_start
	until_line runs '^end' 2
	awk '$1 == "end" { end = $2 } $1 == "start" && end { print $2 - end; exit }' "$work/runs" >"$work/gap"
	stage_stop
}
shared no
alone=$(<"$work/gap")
shared yes
ok "a master connection is not waited for ($(<"$work/gap") us, $alone us without one)" \
	test "$(<"$work/gap")" -lt $((alone + 1000000))
ok "nor ended" ssh -F "$work/ssh_config" -o ControlPath="$work/master" -O check labhost
ok "until it is told to" ssh -F "$work/ssh_config" -o ControlPath="$work/master" -O exit labhost
tap_done

#!/bin/bash
# What mswatch's children get, and that they end.
# shellcheck source-path=SCRIPTDIR
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
. "$top_srcdir/tests/mswatch_stage.sh"

# A program that writes what it was given to NAME.state, and goes on as COMMAND.
probe() { # NAME COMMAND
	cat >"$work/probe_$1" <<-SCRIPT
		#!/bin/sh
		{
			cat /proc/self/status | grep '^Sig[BIC]'
			ls -l /proc/self/fd 2>/dev/null | sed -n 's/.* \([0-9]*\) -> /fd \1 /p' | grep -v '/proc/[0-9]*/fd'
			ps -o pgid= -p \$\$ | sed 's/ *//;s/^/group /'
			ps -o sid= -p \$\$ | sed 's/ *//;s/^/session /'
			env | grep -E 'NOTIFY|WATCHDOG' | sed 's/^/env /'
		} >"$work/$1.new"
		mv "$work/$1.new" "$work/$1.state"
		$2
	SCRIPT
	chmod +x "$work/probe_$1"
}
own_session() { [[ $(sed -n 's/^session //p' "$work/$1.state") != $(ps -o sid= -p "$mswatch" | tr -d ' ') ]]; }
own_group() { [[ $(sed -n 's/^group //p' "$work/$1.state") != $(ps -o pgid= -p "$mswatch" | tr -d ' ') ]]; }

stage_config "on_success $work/probe_hook"
probe watcher "exec $work/watch_two"
probe syncer "exec $work/sync \"\$@\""
probe hook 'exit 0'
sed -i "s|$work/watch_two|$work/probe_watcher|; s|^sync .*|sync $work/probe_syncer|" "$conf"
exec {leak}<"$conf"
trap '' USR1 PIPE
NOTIFY_SOCKET=$work/none WATCHDOG_USEC=1000000 stage_start
trap - USR1 PIPE
exec {leak}<&-
for kind in watcher syncer hook; do
	ok "the $kind runs" wait_until "$bound" test -e "$work/$kind.state"
	is "the $kind has no descriptors but 0, 1, 2" \
		"$(sed -n 's/^fd \([0-9]*\) .*/\1/p' "$work/$kind.state" | sort -n | tr '\n' ' ')" '0 1 2 '
	ok "the $kind blocks and ignores no signal" not grep -Eq '^Sig(Blk|Ign):.*[1-9a-f]' "$work/$kind.state"
	ok "the $kind has a process group of its own" own_group "$kind"
	ok "and a session" own_session "$kind"
	lacks "the $kind inherits nothing of the service manager" "$work/$kind.state" '^env '
done
for kind in syncer hook; do
	contains "the $kind's stdin is /dev/null" "$work/$kind.state" '^fd 0 /dev/null'
done
stage_stop

# --- daemons: the end of a run is measured against the command's own ---
# leaving COMMANDS: a syncer that tells its start and end in microseconds, and between them
# runs COMMANDS, which leave something behind and its number in $left.
leaving() {
	cat >"$work/sync" <<-SCRIPT
		#!/bin/bash
		exec 3<> <(:)
		left=$work/left
		echo "start \${EPOCHREALTIME/./} \$(ps -o sid= -p \$\$)" >>"$work/times"
		$1
		echo "end \${EPOCHREALTIME/./}" >>"$work/times"
	SCRIPT
	rm -f "$work/times" "$work/left"
}
# From the end of INBOX's command to the start of all mailboxes', which follows at once.
gap() { awk '$1 == "end" { end = $2 } $1 == "start" && end { print $2 - end; exit }' "$work/times"; }
left_are() { # CMD...: holds for each process that $work/left names
	local pid
	while read -r pid; do "$@" "$pid" || return 1; done <"$work/left"
}
is_daemon() { alive "$1" && ! grep -qw "$(ps -o sid= -p "$1" | tr -d ' ')" "$work/times"; }
stage_config
leaving :
stage_start
until_line times '^end' 2
plain=$(gap)
stage_stop
allowed=$(soon)
ok "a run's end is told soon after the command's ($plain us of $allowed)" test "$plain" -lt "$allowed"
cat >"$work/daemon.py" <<-'PYTHON'
	"""daemon.py WAY FILE: becomes a daemon and writes its number to the file."""
	import ctypes, os, sys, time
	if sys.argv[1] == "daemon":
	    ctypes.CDLL(None).daemon(1, 1)
	elif sys.argv[1] == "group":
	    if os.fork():
	        os._exit(0)
	    os.setpgid(0, 0)
	else:
	    if os.fork():
	        os._exit(0)
	    os.setsid()
	    if os.fork():
	        os._exit(0)
	open(sys.argv[2], "a").write("%d\n" % os.getpid())
	time.sleep(1000)
PYTHON
# shellcheck disable=SC2016 # for the syncer
ways=(
	'setsid -f:setsid -f sh -c "echo \$\$ >>$left; exec sleep 1000"'
	'daemon(3):python3 '"$work"'/daemon.py daemon "$left"'
	'a double fork:python3 '"$work"'/daemon.py twice "$left"'
	'setsid in the background:setsid sh -c "echo \$\$ >>$left; exec sleep 1000" & until [[ -s $left ]]; do read -rt 0.01 -u 3; done'
)
for way in "${ways[@]}"; do
	stage_config
	leaving "${way#*:}"
	stage_start
	until_line times '^end' 2 && until_line left . 2
	told=$(gap)
	ok "a daemon by ${way%%:*} is not waited for ($told us)" test "$told" -lt "$allowed"
	stage_stop
	ok "nor ended, though it holds the pipes" left_are is_daemon
	while read -r pid; do kill -9 "$pid"; done <"$work/left"
done

# What has only a group of its own has not left.
# shellcheck disable=SC2016 # for the syncer
ways=(
	'timeout(1):timeout 1000 sleep 1000 & echo $! >>$left; while (($(ps -o pgid= $!) != $!)); do :; done'
	'setpgid(2):python3 '"$work"'/daemon.py group "$left"; until [[ -s $left ]]; do read -rt 0.01 -u 3; done'
)
for way in "${ways[@]}"; do
	stage_config
	# shellcheck disable=SC2016 # for the syncer
	leaving '[[ -s $left ]] && kill -0 "$(head -n 1 $left)" && touch '"$work/beside; ${way#*:}"
	stage_start
	until_line times '^end' 2
	told=$(gap)
	ok "what leads a group of its own is ended (${way%%:*}, $told us)" wait_until "$bound" left_are not alive
	ok "after 100 ms" test "$told" -ge 100000
	ok "not after the grace" test "$told" -lt $((allowed + 100000))
	ok "before the next run" test ! -e "$work/beside"
	stage_stop
done

# --- mswatch killed by name ---
for by in '' -f; do
	stage_config
	rm -f "$work/killed"
	cat >"$work/sync" <<-SCRIPT
		#!/bin/bash
		sleep 1000 &
		echo "\$\$ \$!" >"$work/killed"
		wait
	SCRIPT
	stage_start
	wait_until "$bound" test -s "$work/killed"
	read -r script child <"$work/killed"
	kill -STOP "$mswatch"
	# shellcheck disable=SC2086 # empty, or the option
	pkill -9 $by -P "$mswatch" mswatch
	kill -9 "$mswatch"
	killed=$(now_us)
	wait_until "$bound" not alive "$script" && wait_until "$bound" not alive "$child"
	took=$(($(now_us) - killed)) allowed=$(soon)
	ok "pkill -9 $by mswatch leaves no syncer, nor a child of it ($took us of $allowed)" \
		test "$took" -lt "$allowed"
	stage_stop
done

# --- what a run leaves behind in its group ---
stage_config
cat >"$work/sync" <<-SCRIPT
	#!/bin/bash
	sleep 1000 &
	echo \$! >>"$work/left"
	echo "start \${*@Q}" >>"$work/runs"
	echo "end 0" >>"$work/runs"
SCRIPT
stage_start
until_line out 'synced all mailboxes'
ok "what a syncer leaves in its group has ended when that is told" not alive "$(head -n 1 "$work/left")"
stage_stop

# --- a run that is not wholly over ---
# What is left in its group may still write to the mailstores: the next one waits.
stage_config
cat >"$work/sync" <<-SCRIPT
	#!/bin/bash
	exec 3<> <(:)
	echo "start \${*@Q}" >>"$work/runs"
	rm -f "$work/rest"
	bash -c 'trap "read -rt 1 -u 3; echo end 0 >>$work/runs; exit" TERM
		touch "$work/rest"; while :; do read -rt 0.02 -u 3; done' &
	while [[ ! -e "$work/rest" ]]; do read -rt 0.02 -u 3; done
	exit 0
SCRIPT
stage_start
until_line runs '^end' 2
is "no sync starts while something of the last one runs" "$(head -n 4 "$work/runs")" \
	"start 'INBOX'"$'\n'"end 0"$'\n'"start ''"$'\n'"end 0"
ok "what it left is no failure" until_line out 'synced all mailboxes'
stage_stop

# --- deaf to TERM ---
stage_config
cat >"$work/sync" <<-SCRIPT
	#!/bin/bash
	trap '' TERM
	bash -c 'trap "" TERM; echo \$\$ >"$work/grandchild"; while :; do sleep 1000; done' &
	while [[ ! -s "$work/grandchild" ]]; do :; done
	echo \$\$ >"$work/deaf"
	while :; do wait; done
SCRIPT
stage_start
wait_until "$bound" test -s "$work/deaf"
before=$(now_us)
stage_stop
is "a syncer deaf to TERM does not keep mswatch" "$status" 0
ok "it had its grace" test $(($(now_us) - before)) -ge 4900000
ok "and was killed" not alive "$(<"$work/deaf")"
ok "its children too" not alive "$(<"$work/grandchild")"

# --- can't be started; killed ---
stage_config
sed -i "s|^sync .*|sync $work/no-such-syncer|" "$conf"
stage_start
ok "a syncer that can't be started is told" until_line err "could not be started: $work/no-such-syncer: No such file"
ok "and tried again" until_line err 'still failing after [2-5] tries'
stage_stop
stage_config
# shellcheck disable=SC2016 # the script's own pid
printf '#!/bin/sh\nkill -9 $$\n' >"$work/sync"
stage_start
ok "a syncer that is killed is told" until_line err 'sync was killed by SIGKILL'
stage_stop
tap_done

#!/bin/bash
# 200 messages on both sides while ssh, sshd's side and the syncer are killed at
# random: both sides end up the same, each message once.
# FAULTS_SEED repeats a run's choices.
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
. "$top_srcdir/tests/lab.sh"
lab_user "$@"

seed=${FAULTS_SEED:-$((SRANDOM % 32768))}
note "FAULTS_SEED=$seed"
lab_imap
RANDOM=$seed
mailbox_make server list
mailbox_make local list

# victims KIND: pids; only among the descendants of what this test started
victims() {
	local pids
	case $1 in
	ssh) pids=$(descendants "$mswatch_pid") ;;
	mbsync) pids=$(descendants "$mswatch_pid") ;;
	sshd | watch_maildirs | inputkill) pids=$(descendants "$sshd_pid") ;;
	esac
	for pid in $pids; do
		[[ $(ps -o comm= -p "$pid") != "$1" ]] || echo "$pid"
	done
}
faults=0
fault() {
	local kinds=(ssh mbsync mbsync sshd watch_maildirs inputkill) kind pid
	kind=${kinds[RANDOM % ${#kinds[@]}]}
	for pid in $(victims "$kind"); do
		kill -KILL "$pid" 2>/dev/null && faults=$((faults + 1))
	done
}

ok "mswatch gets into step" lab_mswatch
sides=(local server) boxes=(INBOX list)
declare -A sent=([INBOX]=0 [list]=0)
for ((i = 0; i < 200; i++)); do
	box=${boxes[RANDOM % 2]}
	deliver "${sides[i % 2]}" "$box"
	sent[$box]=$((sent[$box] + 1))
	((RANDOM % 12)) || fault
	nap 0.0$((RANDOM % 60 + 10))
done
note "$faults processes killed, $(syncs_completed) syncs so far"
ok "something was killed" test "$faults" -gt 0
for box in "${boxes[@]}"; do
	ok "$box: ${sent[$box]} messages on both sides, each once" \
		wait_until 60 in_step "$box" "${sent[$box]}"
	in_step "$box" "${sent[$box]}" || lab_story "$box: $(count local "$box") local, $(count server "$box") on the server"
done
ok "mswatch has stayed" alive "$mswatch_pid"
tap_done

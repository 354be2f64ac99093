#!/bin/bash
# socketwatch over ssh tunnels: what moves is left alone, what is frozen is ended.
# shellcheck source=tests/tap.sh
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
# shellcheck source=tests/lab.sh
. "$top_srcdir/tests/lab.sh"
lab_user "$@"

# The ways to the server: a connection of its own, and one through a ControlMaster.
lab_sshd
socket=$work/control
start ssh -F "$work/ssh_config" -o ControlMaster=yes -o ControlPath="$socket" -N labhost </dev/null
wait_until 60 test -S "$socket" || echo "Bail out! no ControlMaster"

# A syncer with a Tunnel: it reads what the other end of a pipe says.
cat >"$work/syncer" <<-'SH'
	#!/bin/bash
	# syncer SSH-ARGUMENTS...: to the end of what it hears
	coproc TUNNEL { exec ssh "$@"; }
	exec {answers}<&"${TUNNEL[0]}"          # bash closes its own when ssh ends
	while IFS= read -r line <&"$answers"; do last=$line; done
	[[ $last == end ]]
SH
chmod +x "$work/syncer"
# shellcheck disable=SC2016 # for the shell on the server
slow='for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do sleep 0.5; echo $i; done; echo end'

run_case() { # NAME SECONDS SSH-ARGUMENTS...: writes the exit status
	local name=$1 timeout=$2
	shift 2
	socketwatch -t "$timeout" -g 1 "$work/syncer" -F "$work/ssh_config" "$@" \
		</dev/null >/dev/null 2>"$work/$name.err"
	echo $? >"$work/$name.status"
}
pids=()
run_case tunnel 4 labhost "$slow" &
pids+=($!)
run_case master 4 -o ControlPath="$socket" labhost "$slow" &
pids+=($!)
run_case frozen_tunnel 3 labhost 'cat >/dev/null' &
pids+=($!)
run_case frozen_master 3 -o ControlPath="$socket" labhost 'cat >/dev/null' &
pids+=($!)
for pid in "${pids[@]}"; do wait "$pid"; done

told() { printf '%s:%s\n' "$(<"$work/$1.status")" "$(<"$work/$1.err")"; }
is "a slow syncer over an ssh tunnel is left alone" "$(told tunnel)" 0:
is "a slow syncer through a ControlMaster is left alone" "$(told master)" 0:
is "a frozen one over an ssh tunnel is ended" "$(<"$work/frozen_tunnel.status")" 124
is "a frozen one through a ControlMaster is ended" "$(<"$work/frozen_master.status")" 124
contains "with a message" "$work/frozen_master.err" \
	'^socketwatch: .*/syncer has moved no network data for 3 s: ending it'
tap_done

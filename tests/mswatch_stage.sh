# shellcheck shell=bash
# shellcheck disable=SC2154 # work: tap.sh
# tests/mswatch_stage.sh - mswatch with watchers and a syncer of our own.
#
#   . ".../tests/tap.sh"; . ".../tests/mswatch_stage.sh"
#   stage_config [LINE...]     # $conf: short delays, stores one and two, and LINEs
#   stage_start [OPTION...]    # mswatch in the background: $mswatch, $work/out, $work/err
#   change one INBOX lists/dev # store one's watcher reports these mailboxes
#   until_line out PATTERN     # waits for a line of $work/out
#   stage_stop                 # TERM, and waits; its status in $status
#
# What the syncer was given stands in $work/runs, a line each:
# 'start' and its arguments, quoted for a shell, then 'end STATUS'.
# $work/hold keeps it from ending; $work/fail holds the status it fails with;
# a run that has an argument listed in $work/bad fails with 1.

bound=30                                # seconds that any event may take
conf=$work/mswatchrc
mswatch=
status=
mkdir -p "$work/.runtime" "$work/.home" # for mswatch's lock files
export XDG_RUNTIME_DIR=$work/.runtime HOME=$work/.home

# watch_NAME: reports what is written to the FIFO NAME.feed
stage_watcher() { # NAME
	[[ -p $work/$1.feed ]] || mkfifo "$work/$1.feed"
	cat >"$work/watch_$1" <<-SCRIPT
		#!/bin/bash
		exec 3<>"$work/$1.feed"
		echo \$\$ >>"$work/$1.pids"
		echo
		exec cat <&3
	SCRIPT
	chmod +x "$work/watch_$1"
}

stage_syncer() {
	cat >"$work/sync" <<-SCRIPT
		#!/bin/bash
		exec 3<> <(:)
		echo \$\$ >"$work/sync.pid"
		echo "start \${*@Q}" >>"$work/runs"
		while [[ -e $work/hold ]]; do read -rt 0.02 -u 3; done
		rc=0
		[[ ! -s $work/fail ]] || { read -r rc <"$work/fail"; [[ ! -e $work/words ]] || cat "$work/words" >&2; }
		if [[ -s $work/bad ]]; then
			for name; do ! grep -qxF -e "\$name" "$work/bad" || rc=1; done
		fi
		echo "end \$rc" >>"$work/runs"
		exit \$rc
	SCRIPT
	chmod +x "$work/sync"
}

stage_config() { # [LINE...]
	stage_watcher one
	stage_watcher two
	stage_syncer
	: >>"$work/runs"
	printf '%s\n' 'base_delay 0.1' 'inter_delay 0.2' 'max_delay 1' "sync $work/sync" \
		"store one { watch $work/watch_one }" "store two { watch $work/watch_two }" \
		"$@" >"$conf"
}

stage_start() { # [OPTION...]
	rm -f "$work/"*.pids # of earlier watchers
	start mswatch -c "$conf" "$@" >"$work/out" 2>"$work/err"
	mswatch=$started
}

# A service manager: what NOTIFY_SOCKET=$work/notify is told comes to stand in $work/told.
stage_manager() {
	cat >"$work/manager.py" <<-'PYTHON'
		import socket, sys
		s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
		s.bind(sys.argv[1])
		print("listening", flush=True)
		while True:
		    print(s.recv(4096).decode(), flush=True)
	PYTHON
	start python3 "$work/manager.py" "$work/notify" >"$work/told"
	until_line told listening
}

stage_stop() {
	kill "$mswatch" 2>/dev/null
	wait_until 30 not alive "$mswatch" || kill -9 "$mswatch"
	wait "$mswatch"
	# shellcheck disable=SC2034 # for the tests
	status=$?
	rm -f "$work/hold" "$work/fail" "$work/bad" "$work/runs" "$work/words"
}

change() { # STORE MAILBOX...
	local store=$1
	shift
	# What is written before the watcher has opened the FIFO would be gone with us.
	wait_until "$bound" test -s "$work/$store.pids"
	printf "%s\n" "$@" 1<>"$work/$store.feed"
}

lines_of() { # FILE PATTERN: how many lines match
	[[ ! -e $work/$1 ]] && echo 0 && return
	grep -Ec -e "$2" "$work/$1"
}
has_lines() { # FILE PATTERN COUNT: at least so many
	(($(lines_of "$1" "$2") >= $3))
}
until_line() { # FILE PATTERN [COUNT]
	wait_until "$bound" has_lines "$1" "$2" "${3:-1}"
}
# The start's INBOX and all have been synced, and nothing is under way.
is_quiet() { (($(lines_of runs '^start') == $(lines_of runs '^end'))); }
# No run is under way by mswatch's own account: the syncer notes its start a while later.
is_idle() {
	local last=' [0-9]+ syncs?, .* restarts?$' before
	before=$(lines_of out "$last")
	kill -USR1 "$mswatch"
	until_line out "$last" $((before + 1))
	awk -v last="$last" '/ sync: running since / { runs = 1 }
		$0 ~ last { busy = runs; runs = 0 }
		END { exit busy }' "$work/out"
}
until_started() { # [PREFIX]
	until_line runs "^start '${1-}'\$" && until_line runs '^end' 2
}
show_all() { note "$(tail -n 15 "$work/out" "$work/err" "$work/runs" 2>&1)"; }

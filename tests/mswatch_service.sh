#!/bin/bash
# mswatch as a service: the service manager, lost output, idleness.
# shellcheck source-path=SCRIPTDIR
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
. "$top_srcdir/tests/mswatch_stage.sh"
needs strace

# --- sd_notify ---
if command -v python3 >/dev/null; then
	stage_manager
	stage_config
	NOTIFY_SOCKET=$work/notify WATCHDOG_USEC=400000 stage_start
	ok "READY=1 is told" until_line told '^READY=1$'
	ok "a status too" until_line told '^STATUS=2 of 2 mailstores watched, idle$'
	ok "the watchdog is pinged" until_line told '^WATCHDOG=1$' 4
	ok "READY comes once" test "$(lines_of told READY)" = 1
	stage_stop
	ok "STOPPING=1 is told" until_line told '^STOPPING=1$'

	# what is down, and what fails
	stage_config 'store three { watch false }'
	echo 1 >"$work/fail"
	NOTIFY_SOCKET=$work/notify stage_start
	ok "the status names what is down" \
		until_line told '^STATUS=2 of 3 .*; three: down since ..:.., watcher exited \(status 1\)'
	change one INBOX
	ok "and what fails" \
		until_line told '^STATUS=2 of 3 .*; sync: failing since ..:..: /.*/sync exited \(status 1\) \(INBOX\)'
	kill -USR1 "$mswatch"
	ok "the report has the same words" until_line out ' sync: failing since ..:..: /.*/sync exited \(status 1\) \(INBOX\)$'
	contains "of both" "$work/out" ' three: (down|starting) since ..:.., watcher exited \(status 1\)'
	rm "$work/fail"
	: >"$work/told"
	ok "and no more when it works again" until_line told '^STATUS=2 of 3 mailstores watched, idle; three: [^;]*$'
	touch "$work/hold"
	change one $'esc\e[1m' $'\xff'
	ok "names are shown as messages show them" until_line told '^STATUS=.*syncing .*esc\\x1b\[1m'
	rm "$work/hold"
	stage_stop
	for meant in own other; do
		: >"$work/told"
		stage_config
		touch "$work/hold"
		# shellcheck disable=SC2016 # $$ becomes mswatch's process
		start env NOTIFY_SOCKET="$work/notify" WATCHDOG_USEC=400000 meant=$meant bash -c '
			WATCHDOG_PID=$$
			[[ $meant == own ]] || WATCHDOG_PID=$PPID
			export WATCHDOG_PID
			exec mswatch "$@"' mswatch -c "$conf" >"$work/out" 2>"$work/err"
		mswatch=$started
		ok "$meant WATCHDOG_PID: a sync runs" until_line told '^STATUS=.*syncing'
		if [[ $meant == own ]]; then
			count=$(lines_of told WATCHDOG)
			ok "the watchdog is pinged while it runs" until_line told '^WATCHDOG=1$' $((count + 4))
			lacks "and it was the same sync" "$work/runs" '^end'
		fi
		rm "$work/hold"
		until_line told '^STATUS=.*idle$'
		stage_stop
		[[ $meant == own ]] || lacks "another process's watchdog is not pinged" "$work/told" WATCHDOG
	done
fi
stage_config
: >"$work/out"
JOURNAL_STREAM=$(stat -c %d:%i "$work/out") stage_start
until_line out 'synced INBOX'
stage_stop
lacks "the journal's lines bear no date of ours" "$work/out" '20[0-9][0-9]-'
stage_config
JOURNAL_STREAM=1:1 stage_start
until_line out 'synced INBOX'
stage_stop
contains "others do" "$work/out" '^20[0-9][0-9]-[01][0-9]-[0-3][0-9] [0-2][0-9]:[0-5][0-9]:[0-6][0-9] synced INBOX'

# --- a laptop that comes to another time zone ---
zone() { # HOURS east of Greenwich: a zone file, as tzfile(5) tells
	# shellcheck disable=SC2059 # octal for the offset
	printf "TZif$(printf '\\0%.0s' {1..35})\\1\\0\\0\\0\\4\\0\\0$(printf '\\%o\\%o' $(($1 * 3600 / 256)) $(($1 * 3600 % 256)))\\0\\0ABC\\0" \
		>"$work/zone$1"
}
hours_ahead() { # of UTC, of the last completed sync
	local stamp
	stamp=$(sed -n 's/^\([-0-9]* [:0-9]*\) synced .*/\1/p' "$work/out" | tail -n 1)
	echo $((($(date -d "$stamp UTC" +%s) - $(date +%s) + 1800) / 3600))
}
zone 3
zone 8
place=(mount --bind "$work/zone3" /etc/localtime)
if unshare -rm "${place[@]}" 2>/dev/null; then
	stage_config
	# shellcheck disable=SC2016 # for the shell in there
	start unshare -rm env -u TZ bash -c '"${@:1:4}" && shift 4 && exec mswatch "$@"' bash "${place[@]}" \
		-c "$conf" >"$work/out" 2>"$work/err"
	mswatch=$started
	until_line out 'synced all mailboxes'
	is "times are local" "$(hours_ahead)" 3
	nsenter -t "$mswatch" -U -m --preserve-credentials mount --bind "$work/zone8" /etc/localtime
	count=$(lines_of out ' synced ')
	change one There
	until_line out ' synced ' $((count + 1))
	is "and the new zone's after a journey" "$(hours_ahead)" 8
	stage_stop
else
	note "no time zone of its own: user namespaces or /etc/localtime are missing"
fi

# --- README's lines for ~/.xsession ---
sed -n '/^    ~\/.xsession: *mswatch -q --replace &/,/my-window-manager$/{s/^    ~\/.xsession: *//;s/^ *//;p}' \
	"$top_srcdir/README" >"$work/lines"
is "README has lines for ~/.xsession" "$(wc -l <"$work/lines")" 3
mkfifo "$work/logout"
printf '#!/bin/sh\nread -r line <"%s"\n' "$work/logout" >"$work/my-window-manager"
chmod +x "$work/my-window-manager"
session() { # SHELL: mswatch is ready in a session of it
	stage_config
	cp "$conf" "$HOME/.mswatchrc"
	rm -f "$work"/*.pids
	start env PATH="$work:$PATH" setsid "$1" "$work/lines" >"$work/out" 2>"$work/err"
	session=$started
	ok "$1: mswatch runs in the session" until_started
	mswatch=$(pgrep -P "$session" -x mswatch)
	ok "$1: while the window manager does" alive "$mswatch"
}
ended() { # WHAT: after a logout
	# shellcheck disable=SC2016 # for the inner shell
	timeout 30 bash -c 'echo bye >"$1"' bash "$work/logout"
	ok "$1: the session ends" wait_until "$bound" not alive "$session"
	ok "$1: mswatch has ended then" not alive "$mswatch"
	wait "$session" 2>/dev/null
	rm -f "$work/runs"
}
for shell in sh bash; do
	session $shell
	ended "$shell, a logout"
	session $shell
	kill -HUP "$session"
	ended "$shell, SIGHUP"
done
rm "$HOME/.mswatchrc"

# --- output that goes nowhere ---
goes_on() { # WHAT: mailboxes are synced, with much said about it
	local i
	ok "$1: it syncs" until_started
	for ((i = 0; i < 5; i++)); do
		change one "Box $1 $i"
		until_line runs "'Box $1 $i'" || break
	done
	is "$1: it goes on" "$i" 5
}
stage_config
start mswatch -v -c "$conf" >/dev/full 2>&1
mswatch=$started
goes_on "a full disk"
stage_stop
stage_config
start without_input mswatch -v -c "$conf" >&- 2>&-
mswatch=$started
goes_on "closed descriptors"
stage_stop
stage_config
mkfifo "$work/pipe"
exec {reader}<>"$work/pipe"
start mswatch -v -c "$conf" >"$work/pipe" 2>&1 {reader}>&-
mswatch=$started
exec {reader}>&-
goes_on "a closed pipe"
stage_stop

# A pipe that nobody reads until later; a syncer that says much itself.
stage_config
# shellcheck disable=SC2016 # for the syncer
sed -i '2a for ((n = 0; n < 800; n++)); do echo "a line of the syncer, its number is $n"; done' "$work/sync"
exec {slow}<>"$work/pipe"
start mswatch -v -c "$conf" >"$work/pipe" 2>&1
mswatch=$started
goes_on "a pipe nobody reads"
start cat "$work/pipe" >"$work/late"
reader=$started
change one Heard
ok "what was lost is counted" until_line late "^${stamp}mswatch: [0-9]+ messages lost"
stage_stop
kill "$reader"
wait "$reader" 2>/dev/null
exec {slow}>&-

# --- what a service manager may try again ---
given() { # ERROR: the exit status where the configuration can't be opened for that
	ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0 strace -qq -o "$work/trace" -P "$conf" \
		-e "inject=openat:error=$1" mswatch -c "$conf" >"$work/out" 2>"$work/err"
	echo $?
}
stage_config
is "what the system lacks may come back" "$(given EMFILE) $(given ENOMEM) $(given ESTALE)" "1 1 1"
is "what is wrong with the file stays" "$(given ENOENT) $(given EACCES) $(given ELOOP)" "78 78 78"

# --- idle ---
stage_config
stage_start
until_started
wait_until "$bound" is_quiet
until_line out 'synced all mailboxes'
only_watchers_run() { (($(pgrep -cP "$mswatch") == 2)); }
wait_until "$bound" only_watchers_run   # the last run's guard stays a while
pids=("$mswatch")
mapfile -t -O 1 pids < <(pgrep -P "$mswatch")
strace -f -o "$work/trace" "${pids[@]/#/-p}" 2>"$work/strace" &
tracer=$!
until_line strace 'attached' "${#pids[@]}"
nap 3
kill "$tracer"
wait "$tracer" 2>/dev/null
is "three processes of ours were traced" "${#pids[@]}" 3
is "idle, none makes a system call" "$(grep -vE 'SIGSTOP|resuming|restart_syscall|epoll_wait|poll\(|detached' "$work/trace")" ''
is "nor wakes up" "$(grep -cE ' = [0-9]' "$work/trace")" 0
stage_stop
tap_done

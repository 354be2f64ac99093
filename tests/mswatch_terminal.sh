#!/bin/bash
# A terminal neither holds up nor stops what mswatch runs: it fails with its own words, and advice.
# shellcheck source-path=SCRIPTDIR
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
. "$top_srcdir/tests/mswatch_stage.sh"
needs python3

# stage_on_terminal OPTION... -- WORDS: a bash on a terminal runs WORDS, in which mswatch
# is "$@" and writes its pid to mswatch.pid; what the terminal shows is in $work/screen.
stage_on_terminal() {
	local options=()
	while [[ $1 != -- ]]; do options+=("$1"); shift; done
	rm -f "$work/"*.pids "$work/mswatch.pid"
	: >"$work/out"; : >"$work/err"
	start python3 "$top_srcdir/tests/terminal.py" "${options[@]}" \
		bash -c "$2" bash mswatch -c "$conf" >"$work/screen"
	terminal=$started
	wait_until "$bound" test -s "$work/mswatch.pid"
	mswatch=$(<"$work/mswatch.pid")
}
# shellcheck disable=SC2016 # for the bash on the terminal
{
	to_screen='echo $$ >"'$work'/mswatch.pid"; exec "$@"'
	to_files="$to_screen >'$work/out' 2>'$work/err'"
	in_background='set -m; stty tostop; "$@" & echo $! >"'$work'/mswatch.pid"; wait $!'
}
terminal_stop() {
	kill "$mswatch"
	wait_until "$bound" not alive "$mswatch" || kill -9 "$mswatch"
	end_pid "$terminal"
	rm -f "$work/runs" "$work/fail" "$work/hold"
}
# shellcheck disable=SC2016 # for the syncer
syncer() { # the syncer's commands after it has told its start, from stdin
	{
		printf '#!/bin/bash\necho "start ${*@Q}" >>"%s/runs"\n' "$work"
		cat
		printf 'rc=$?\necho "end $rc" >>"%s/runs"\nexit $rc\n' "$work"
	} >"$work/sync"
}

# --- a syncer that asks ---
stage_config
sed -i "s|^sync .*|sync sh -c \"read x </dev/tty\" x|" "$conf"
stage_on_terminal -- "$to_files"
ok "a syncer that reads the terminal fails" until_line err 'sh exited \(status [1-9]'
ok "with its own words" until_line err '/dev/tty: No such device or address'
ok "and advice" until_line err 'no terminal to ask on: use -o BatchMode=yes and a key in the agent .*PassCmd'
ok "is tried again" until_line err 'still failing after [2-5] tries'
is "and advised about once, as INBOX and as all mailboxes" "$(lines_of err BatchMode)" 2
terminal_stop

# --- what mswatch starts ---
stage_config "on_success $work/hook"
cat >"$work/hook" <<-SCRIPT
	#!/bin/sh
	ps -o sid=,tty= -p \$\$ >"$work/hook.session"
	ps -o sid=,tty= -p "\$(cat "$work/sync.pid")" >"$work/none"
	[ -n "\$GPG_TTY" ] && read -r x <"\$GPG_TTY"
	read -r x </dev/tty
	echo "hook's end" >>"$work/hook.end"
SCRIPT
cat >"$work/watch_two" <<-SCRIPT
	#!/bin/bash
	echo \$\$ >>"$work/two.pids"
	ps -o sid=,tty= -p \$\$ >"$work/watcher.session"
	read -r x </dev/tty
	echo "watcher's words \$?" >&2
	[[ -z \$GPG_TTY ]] || read -r x <"\$GPG_TTY"
	echo
	exec sleep 1000
SCRIPT
chmod +x "$work/hook"
syncer <<-SCRIPT
	echo \$\$ >"$work/sync.pid"
	ps -o sid=,tty= -p \$\$ >"$work/syncer.session"
	[[ -z \$GPG_TTY ]] || read -r x <"\$GPG_TTY"
SCRIPT
# shellcheck disable=SC2016 # for the bash on the terminal
stage_on_terminal -- 'GPG_TTY=$(tty); export GPG_TTY; '"$to_files"
ok "a watcher that reads the terminal goes on" until_line two.pids .
ok "a syncer that would read \$GPG_TTY ends" until_line runs '^end 0' 2
ok "and a hook that reads the terminal" until_line hook.end "hook's end"
for kind in watcher syncer hook; do
	read -r session tty <"$work/$kind.session"
	is "the $kind has no terminal" "$tty" '?'
	ok "and a session of its own" test "$session" != "$(ps -o sid= -p "$mswatch" | tr -d ' ')"
done
terminal_stop
stage_config "on_success sh -c \"read x </dev/tty\" x"
stage_on_terminal -- "$to_files"
ok "a hook that asks fails" until_line err 'on_success: sh exited \(status [1-9]'
ok "with advice" until_line err 'on_success: there is no terminal to ask on: .*BatchMode'
terminal_stop

# --- words that count as a question, from a syncer, a watcher and a hook ---
stage_config "on_failure sh -c \"echo 'Enter passphrase for key:' >&2; exit 4\""
syncer <<<'echo "mbsync: Password rejected" >&2; false'
cat >"$work/watch_two" <<-'SCRIPT'
	#!/bin/sh
	echo 'jo@host: Permission denied (publickey,password).' >&2
	echo 'Connection closed' >&2
	exit 255
SCRIPT
stage_start
change one Refused # nothing else is synced while a store is not ready
ok "a refused password is advised about" until_line err 'sync: .*PassCmd that does not ask'
ok "so is a refused key" until_line err 'two: .*agent \(ssh-add\).*BatchMode'
ok "and a hook's question" until_line err 'on_failure: .*passphrase.*agent'
stage_stop

# --- plain output where the terminal does not want it ---
stage_config "on_success $work/hook"
printf '#!/bin/sh\necho hooked\necho "hooked, too" >&2\necho >>"%s/hooks"\n' "$work" >"$work/hook"
syncer <<-'SCRIPT'
	echo "plain words"
	echo "words of an error" >&2
SCRIPT
# shellcheck disable=SC2016 # for the bash on the terminal
stage_on_terminal -- "stty tostop; $to_screen"
ok "output under stty tostop stops no syncer" until_line runs '^end 0' 2
ok "and is shown" until_line screen 'plain words'
ok "nor does it stop a hook" until_line hooks '' 2
terminal_stop
rm -f "$work/hooks"
stage_on_terminal -- "$in_background"
ok "mswatch in the background goes on under stty tostop" until_line runs '^end 0' 2
ok "and says what it does" until_line screen 'Watching mailstores'
ok "with what its syncer says" until_line screen 'plain words'
not_stopped() { [[ $(ps -o stat= -p "$mswatch") != T* ]]; }
ok "it is not stopped" not_stopped
ok "but no child ignores SIGTTOU" not grep -q '^SigIgn:.*[1-9a-f]' "/proc/$(tail -n 1 "$work/one.pids")/status"
terminal_stop

# --- a terminal that takes nothing: after Ctrl-S, and one that nobody reads ---
syncer <<<'head -c 300000 /dev/zero | tr "\0" x; head -c 300000 /dev/zero | tr "\0" x | fold >&2'
for way in '--type \x13' --deaf; do
	rm -f "$work/hooks"
	# shellcheck disable=SC2086 # an option, or two words
	stage_on_terminal $way -- "$to_screen -v"
	ok "a terminal that takes nothing holds up no syncer ($way)" until_line runs '^end 0' 2
	ok "nor a hook" until_line hooks '' 2
	change one Later
	ok "nor mswatch" until_line runs "^start 'Later'"
	terminal_stop
done

# --- long lines of stdout, into a file and into a pipe ---
stage_config
syncer <<<"head -c 9999 /dev/zero | tr '\\0' y; echo; echo; echo last"
stage_start -q
until_started
stage_stop
sed "s/^$stamp//" "$work/out" | grep -A 2 '^y' >"$work/file"
start mswatch -c "$conf" -q > >(cat >"$work/out") 2>"$work/err"
mswatch=$started
until_started
stage_stop
sed "s/^$stamp//" "$work/out" | grep -A 2 '^y' >"$work/pipe"
ok "a long line of stdout is whole" grep -Eqx 'y{9999}' "$work/pipe"
is "and what follows it" "$(sed -n 2,3p "$work/pipe")" $'\n'last
ok "a file gets the same" cmp "$work/file" "$work/pipe"
stage_config
syncer <<<"head -c 99999 /dev/zero | tr '\\0' y; echo; echo last"
stage_start -q
until_started
stage_stop
ok "a line that is far too long is cut, with a mark" grep -Eqx "${stamp}y{16384}\.\.\." "$work/out"

# --- a carriage return ---
stage_config
printf '#!/bin/sh\nprintf "\\r\\n"\nexec sleep 1000\n' >"$work/watch_two"
stage_start
ok "a ready line from a terminal is explained" \
	until_line err "two: watcher printed \"\\\\x0d\" before its ready line \\(a carriage return .*ssh's -t"
stage_stop
stage_config
stage_start
until_started
change one $'Wiped\r' $'Dry\r'
ok "a name that ends in a carriage return is kept" until_line runs "^start .*\\$'Wiped.r'"
until_line runs "^start .*\\$'Dry.r'"
is "and explained once" "$(lines_of err "one: the watcher's line \"Dry|Wiped.*ssh's -t")" 1
stage_stop

# --- stopped all the same ---
stage_config
# shellcheck disable=SC2016 # for the syncer
syncer <<<'[[ -e '"$work"'/hold ]] || exit 0; kill -STOP $$'
stage_start
until_line out 'Watching'
touch "$work/hold"
change one Frozen
ok "a syncer that somebody stops is told" until_line err 'sync: stopped by SIGSTOP; it goes on after: kill -CONT [0-9]+'
rm "$work/hold"
frozen=$(sed -n 's/.*kill -CONT \([0-9]*\)$/\1/p' "$work/err")
kill -CONT "$frozen"
ok "and goes on when it is continued" until_line runs '^end 0'
lacks "as no failure" "$work/err" 'errored'
stage_stop
stage_config
# Only a group of its own is stopped so where there is no terminal: ours is an orphaned one.
cat >"$work/stop.py" <<-'PYTHON'
	import os, signal, sys
	os.setpgid(0, 0)
	if sys.argv[1] == "TTIN":
	    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
	os.kill(os.getpid(), getattr(signal, "SIG" + sys.argv[1]))
PYTHON
sed -i "s|^sync .*|sync python3 $work/stop.py TTIN|; s|watch $work/watch_two|watch python3 $work/stop.py TTOU|" "$conf"
stage_start
change one Stopped
ok "a syncer that a terminal stops has failed" until_line err 'python3 was stopped by SIGTTIN'
ok "with advice" until_line err 'sync: there is no terminal to ask on'
ok "and is tried again" until_line err 'still failing after [2-5] tries.*python3 was stopped'
ok "so has a watcher" until_line err 'two: watcher was stopped by SIGTTOU'
ok "which is started again" until_line err 'two: still failing after [2-5] tries'
stage_stop

# --- mswatch runs socketwatch, which runs a syncer that asks ---
if command -v socketwatch >/dev/null && command -v inputkill >/dev/null; then
	stage_config
	printf '#!/bin/sh\necho >>"%s/two.pids"\nread x </dev/tty || echo unasked >&2\necho\nexec sleep 1000\n' \
		"$work" >"$work/watch_two"
	sed -i "s|^sync .*|sync socketwatch sh -c \"read x </dev/tty\" x|; s|watch $work/watch_two|watch inputkill $work/watch_two|" "$conf"
	stage_on_terminal -- "$to_files"
	ok "below socketwatch a syncer that asks fails, too" until_line err 'socketwatch exited \(status [1-9]'
	ok "with advice" until_line err 'sync: there is no terminal to ask on'
	ok "below inputkill a watcher goes on" until_line out 'Watching mailstores$'
	terminal_stop
fi
tap_done

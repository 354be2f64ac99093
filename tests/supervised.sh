# shellcheck shell=bash
# shellcheck disable=SC2154 # work, started: tap.sh
# tests/supervised.sh - what inputkill and socketwatch promise alike.
#
#   . ".../tests/tap.sh"; . ".../tests/supervised.sh"
#   supervised_options PROGRAM  # its options, and the statuses that it passes on
#   supervised_signals PROGRAM  # signals, and that nothing outlives it
#   supervised_terminal PROGRAM # what a person at a terminal sees
#   on_terminal NAME DIALOGUE.PY
#   status_of CMD...            # prints its exit status; $work/out and $work/err
#   wait_line PATTERN FILE
#   $deaf                       # a command that only SIGKILL ends, and its child; pids in $work/pids

# A standard input that stays open, without data; bash gives background commands /dev/null.
exec {silent}<> <(:)
with_input() { exec "$@" <&"$silent"; }
status_of() {
	"$@" >"$work/out" 2>"$work/err" <&"$silent"
	printf '%s\n' "$?"
}
has_line() { grep -q -- "$1" "$2" 2>/dev/null; }
wait_line() { wait_until 60 has_line "$1" "$2"; }
export work
# shellcheck disable=SC2016 # for the command's shell
deaf='trap "" TERM; echo $$ >>$work/pids; (echo $BASHPID >>$work/pids; echo up; while :; do sleep 0.2; done) &
wait; while :; do sleep 0.2; done'

supervised_options() {
	local program=$1 option
	# shellcheck disable=SC2016 # for the command's shell
	local killed='kill -USR1 $$' list='for ((n = 3; n < 250; n++)); do [[ ! -e /proc/$$/fd/$n ]] || echo $n; done'
	is "the command's status is passed on" "$(status_of "$program" sh -c 'exit 3')" 3
	is "success is passed on" "$(status_of "$program" true)" 0
	is "a command killed by a signal gives 128+N" "$(status_of "$program" sh -c "$killed")" 138
	is "a command that is not there gives 127" "$(status_of "$program" /nowhere/at-all)" 127
	contains "and is named" "$work/err" "^$program: /nowhere/at-all: .*No such file"
	is "a command that can't be executed gives 126" "$(status_of "$program" /)" 126
	is "no command gives 125" "$(status_of "$program")" 125
	contains "and a hint" "$work/err" "^$program: no command given \(see --help\)"
	is "an unknown option gives 125" "$(status_of "$program" -x true)" 125
	contains "and is named" "$work/err" "^$program: -x: no such option"
	is "an unknown long option gives 125" "$(status_of "$program" --nonsense true)" 125
	contains "and is named" "$work/err" "^$program: --nonsense: no such option"
	for option in -g -t; do
		is "$option without a value gives 125" "$(status_of "$program" "$option")" 125
		is "a bad time gives 125 ($option)" "$(status_of "$program" "$option" soon true)" 125
		contains "and is explained" "$work/err" "^$program: --[a-z]* soon: not a time"
		is "a time may be a fraction and bear a unit ($option)" "$(status_of "$program" "$option" 0.5m true)" 0
	done
	is "a timeout of 0 gives 125" "$(status_of "$program" --timeout=0 true)" 125
	contains "and is explained" "$work/err" "^$program: --timeout 0: the time must be more than 0"
	for option in -V --version; do
		is "$option is a success" "$(status_of "$program" "$option")" 0
		contains "and names the program" "$work/out" "^$program \\(mswatch\\) [0-9]"
	done
	for option in -h '-?' --help; do
		is "$option is a success" "$(status_of "$program" "$option")" 0
		contains "and tells options ($option)" "$work/out" '--timeout=SECONDS'
	done
	"$program" --help >/dev/full 2>"$work/err"
	is "--help on a full disk gives 1" $? 1
	is "the command's options are its own" "$(status_of "$program" sh -c 'exit 4' -g)" 4
	is "-- ends the options" "$(status_of "$program" -- sh -c 'exit 5')" 5
	is "stdout is the command's" "$("$program" echo hello <&"$silent")" hello
	is "no descriptor but 0, 1 and 2" "$(exec 7</dev/null; "$program" bash -c "$list" <&"$silent")" ""
}

# supervised_start CMD...: in the background; returns when $work/up says that it is up
supervised_start() {
	: >"$work/up"
	: >"$work/pids"
	start with_input "$@" >"$work/up" 2>"$work/err"
	wait_line up "$work/up"
}
supervised_signals() {
	local program=$1 signal first
	for signal in TERM:143 INT:130 HUP:129 QUIT:131; do
		supervised_start "$program" bash -c 'trap "echo got TERM; exit 9" TERM; trap "echo got INT; exit 9" INT
			trap "echo got HUP; exit 9" HUP; trap "echo got QUIT; exit 9" QUIT
			echo up; while :; do sleep 0.05; done'
		kill -"${signal%:*}" "$started"
		wait "$started"
		is "SIG${signal%:*} gives 128+N" $? "${signal#*:}"
		contains "and is passed on" "$work/up" "got ${signal%:*}"
	done
	rm -f "$work/go"
	# shellcheck disable=SC2016 # for the shell within
	supervised_start "$program" bash -c 'echo up; printf "%s\n" "$$" "$PPID" >>"$work/pids"
		until [[ -e $work/go ]]; do sleep 0.05; done; exit 3'
	kill -STOP "$started"
	: >"$work/go"
	ok "a command and its guard end while $program is stopped" wait_until 60 none_alive "$(<"$work/pids")"
	kill "$started"
	kill -CONT "$started"
	wait "$started"
	is "a signal after the command's end leaves its status" $? 3
	supervised_start "$program" -g 0.2 bash -c "$deaf"
	kill "$started"
	wait "$started"
	is "a deaf command is killed after the grace" $? 143
	ok "with its children" none_alive "$(<"$work/pids")"
	supervised_start "$program" -g 0.2 bash -c "$deaf"
	kill -STOP "$started"
	pkill -9 -f -P "$started" "$program" # would find its guard, too
	kill -9 "$started"
	ok "nothing outlives a $program that is killed" wait_until 60 none_alive "$(<"$work/pids")"
	supervised_start nohup "$program" sh -c 'echo up; sleep 1000'
	kill -HUP "$started"
	nap 0.3
	ok "a SIGHUP that was ignored stays ignored" alive "$started"
	kill "$started"
	wait "$started"
	is "while SIGTERM ends it" $? 143
	if ! unshare -Urpf --mount-proc true 2>/dev/null; then
		note "no namespaces here: process 1 is not tested"
		return
	fi
	supervised_start unshare -Urpf --mount-proc --kill-child "$program" bash -c 'echo up; exec sleep 1000'
	first=$(ps -o pid= --ppid "$started")
	kill "${first// /}"
	wait "$started"
	is "as process 1 it ends at SIGTERM" $? 143
}

on_terminal() { # NAME DIALOGUE: the script ends with 0
	is "$1" "$(status_of env PYTHONPATH="$top_srcdir/tests" PYTHONDONTWRITEBYTECODE=1 python3 "$2"):$(cat "$work/err")" 0:
}
supervised_terminal() {
	local program=$1
	cat >"$work/dialogue.py" <<-PY
		from terminal import shell
		program = b"$program "
		terminal = shell()
		expect, say = terminal.expect, terminal.say
	PY
	cp "$work/dialogue.py" "$work/prompt.py"
	cat >>"$work/prompt.py" <<-'PY'
		for asks in (b"bash -c 'echo ask''ing; read -r word </dev/tty; echo got-$word'",
		             b"sh -c 'echo ask''ing >/dev/tty; stty -echo </dev/tty; head -n 1 </dev/tty | sed s/^/got-/; :'"):
		    say(program + asks + b"; echo st''$?\n")
		    expect(b"asking")
		    say(b"secret\n")
		    expect(b"got-secret")
		    expect(b"st0")
		say(program + b"bash -c 'echo ask''ing; read -r word </dev/tty'; echo st''$?\n")
		expect(b"asking")
		say(b"\x03")
		expect(b"st130")
		say(b"exit\n")
		terminal.end()
	PY
	on_terminal "at a terminal the command may ask" "$work/prompt.py"
	cp "$work/dialogue.py" "$work/stop.py"
	cat >>"$work/stop.py" <<-'PY'
		say(program + b"bash -c 'echo ask''ing; read -r word </dev/tty; trap \"echo go''es on\" CONT\n"
		    b"echo got-$word; sleep 1000 & while :; do wait; done'\n")
		expect(b"asking")
		say(b"\x1a")
		expect(b"topped")
		say(b"echo sh''ell\n")
		expect(b"shell")
		say(b"fg >/dev/null\n")
		say(b"secret\n")
		expect(b"got-secret")
		say(b"\x1a")
		expect(b"topped")
		say(b"fg >/dev/null; echo st''$?\n")
		expect(b"goes on")
		say(b"\x03")
		expect(b"st130")
		say(b"exit\n")
		terminal.end()
	PY
	on_terminal "Ctrl-Z, fg and Ctrl-C work" "$work/stop.py"
	cp "$work/dialogue.py" "$work/background.py"
	cat >>"$work/background.py" <<-'PY'
		say(b"set -b; stty tostop\n")
		say(program + b"bash -c 'read -r word </dev/tty; echo got-$word' &\n")
		expect(b"topped")
		say(b"fg >/dev/null; echo st''$?\n")
		say(b"secret\n")
		expect(b"got-secret")
		expect(b"st0")
		say(b"exit\n")
		terminal.end()
	PY
	on_terminal "in the background a command that asks stops the job, until it is in the foreground" \
		"$work/background.py"
}

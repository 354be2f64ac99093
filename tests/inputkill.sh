#!/bin/bash
# What inputkill's manual says, on its command line.
# shellcheck disable=SC2016,SC2154,SC2317
# shellcheck source=tests/tap.sh
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"

# Standard inputs that stay open without data, and that can be ended.
exec {silent}<> <(:)

status_of() { # CMD...: its exit status as text
	"$@" >"$work/out" 2>"$work/err" <&"$silent"
	printf '%s\n' "$?"
}
with_input() { exec "$@" <&"$silent"; }     # bash gives background commands /dev/null
has_line() { grep -q -- "$1" "$2" 2>/dev/null; }
wait_line() { wait_until 60 has_line "$1" "$2"; }
none_alive() { # FILE: no process whose number the file holds is alive
	local pid
	while read -r pid; do ! alive "$pid" || return 1; done <"$1"
}

# --- a status is passed on ---
is "the command's status is passed on" "$(status_of inputkill sh -c 'exit 3')" 3
is "success is passed on" "$(status_of inputkill true)" 0
is "a command killed by a signal gives 128+N" "$(status_of inputkill sh -c 'kill -USR1 $$')" 138
is "a command that is not there gives 127" "$(status_of inputkill /nowhere/at-all)" 127
contains "and is named" "$work/err" '^inputkill: /nowhere/at-all: .*No such file'
is "a command that can't be executed gives 126" "$(status_of inputkill /)" 126
is "no command gives 125" "$(status_of inputkill)" 125
contains "and a hint" "$work/err" '^inputkill: no command given \(see --help\)'
is "an unknown option gives 125" "$(status_of inputkill -x true)" 125
is "an unknown long option gives 125" "$(status_of inputkill --nonsense true)" 125
contains "and is named" "$work/err" '^inputkill: --nonsense: no such option'
is "a missing value gives 125" "$(status_of inputkill -g)" 125
is "a bad grace gives 125" "$(status_of inputkill -g soon true)" 125
contains "and is explained" "$work/err" '^inputkill: --grace soon: not a time'
is "a timeout of 0 gives 125" "$(status_of inputkill --timeout=0 true)" 125
is "--version is a success" "$(status_of inputkill --version)" 0
contains "and names the program" "$work/out" '^inputkill [0-9]'
is "-V too" "$(status_of inputkill -V)" 0
for option in -h '-?' --help; do
	is "$option is a success" "$(status_of inputkill "$option")" 0
	contains "and tells every option ($option)" "$work/out" '--timeout=SECONDS'
done
inputkill --help >/dev/full 2>"$work/err"
is "--help on a full disk gives 1" $? 1

# --- options end at the command's name ---
is "the command's options are its own" "$(status_of inputkill sh -c 'exit 4' -g)" 4
is "-- ends the options" "$(status_of inputkill -- sh -c 'exit 5')" 5

# --- what the command gets ---
is "stdout is the command's" "$(inputkill echo hello <&"$silent")" hello
is "stdin is /dev/null" "$(inputkill readlink /proc/self/fd/0 <&"$silent")" /dev/null
is "no descriptor but 0, 1 and 2" "$(exec 7</dev/null; inputkill bash -c \
	'for ((n = 3; n < 250; n++)); do [[ ! -e /proc/$$/fd/$n ]] || echo $n; done' <&"$silent")" ""

# --- the end of the input ---
deaf='trap "" TERM; echo $$ >>$work/pids; (echo $BASHPID >>$work/pids; while :; do sleep 0.2; done) &
echo up; wait; while :; do sleep 0.2; done'
export work
inputkill -g 0.2 bash -c "$deaf" >"$work/up" < <(until [[ -s $work/up ]]; do nap; done)
is "the end of the input is a success" $? 0
ok "and the command's deaf group is gone" none_alive "$work/pids"
inputkill sleep 1000 </dev/null
is "an empty file is at its end" $? 0
head -c 100000 /dev/zero >"$work/file"
inputkill sleep 1000 <"$work/file"
is "a file is read to its end" $? 0
inputkill sleep 1000 <&-
is "a closed standard input is at its end" $? 0
inputkill sleep 1000 < <(echo data; echo more; exec 1>&-)
is "data is read and thrown away" $? 0
timeout 60 inputkill -g 0.2 setsid -f sleep 3 </dev/null
is "a daemon is not waited for" $? 0
inputkill -g 60 bash -c 'kill -STOP $$' </dev/null
is "a stopped command is ended without the grace" $? 0
inputkill timeout 1000 bash -c 'echo $$ >>$work/stray; echo up; sleep 1000' >"$work/up2" \
	< <(until [[ -s $work/up2 ]]; do nap; done)
is "a command that leads a group of its own is ended" $? 0
ok "with its group" wait_until 60 none_alive "$work/stray"

# --- a descriptor that somebody made non-blocking, a terminal that goes ---
cat >"$work/input.py" <<'PY'
import os, pty, subprocess, sys, time
kind = sys.argv[1]
if kind == "nonblock":
    mine, theirs = os.pipe()
    os.set_blocking(mine, False)
    child = subprocess.Popen(["inputkill", "sh", "-c", "echo up; sleep 1000"],
                             stdin=mine, stdout=subprocess.PIPE)
    child.stdout.readline()
    os.write(theirs, b"x")
    assert child.poll() is None
    os.close(theirs)
else:
    theirs, mine = pty.openpty()
    child = subprocess.Popen(["inputkill", "sh", "-c", "echo up; sleep 1000"],
                             stdin=mine, stdout=subprocess.PIPE)
    child.stdout.readline()
    os.close(mine)
    os.close(theirs)
sys.exit(child.wait(60))
PY
is "a non-blocking input is waited for" "$(status_of python3 "$work/input.py" nonblock)" 0
is "a terminal that goes gives 125" "$(status_of python3 "$work/input.py" pty)" 125
contains "and a message" "$work/err" '^inputkill: standard input: .*: ending sh'

# --- the heartbeat ---
is "silence for the timeout gives 124" "$(status_of inputkill -t 0.3 sleep 1000)" 124
contains "and a message" "$work/err" '^inputkill: nothing was read for 0.3 s: ending sleep'
inputkill -t 3 sleep 1000 2>"$work/err" < <(for _ in {1..18}; do echo; nap 0.2; done)
is "a heart that beats is not timed out" "$?:$(cat "$work/err")" 0:
mkfifo "$work/beats"
exec {beats}<>"$work/beats"
with_beats() { exec "$@" <&"$beats"; }
before=$(now_us)
start with_beats inputkill -t 1 sleep 1000 2>"$work/err"
nap 0.5
echo >&"$beats"
wait "$started"
is "one that stops is" $? 124
ok "counted from the last beat" test $(($(now_us) - before)) -ge 1500000

# --- signals ---
for signal in TERM:143 INT:130 HUP:129 QUIT:131; do
	: >"$work/up"
	start with_input inputkill bash -c 'trap "echo got TERM; exit 9" TERM; trap "echo got INT; exit 9" INT
		trap "echo got HUP; exit 9" HUP; trap "echo got QUIT; exit 9" QUIT
		echo up; while :; do sleep 0.05; done' >"$work/up"
	wait_line up "$work/up"
	kill -"${signal%:*}" "$started"
	wait "$started"
	is "SIG${signal%:*} gives 128+N" $? "${signal#*:}"
	contains "and is passed on" "$work/up" "got ${signal%:*}"
done
: >"$work/up"
: >"$work/pids"
start with_input inputkill -g 0.2 bash -c "$deaf" >"$work/up"
wait_line up "$work/up"
kill "$started"
wait "$started"
is "a deaf command is killed after the grace" $? 143
ok "with its children" none_alive "$work/pids"
: >"$work/up"
: >"$work/pids"
start with_input inputkill -g 0.2 bash -c "$deaf" >"$work/up"
wait_line up "$work/up"
kill -9 "$started"
ok "nothing outlives an inputkill that is killed" wait_until 60 none_alive "$work/pids"
: >"$work/up"
start with_input nohup inputkill sh -c 'echo up; sleep 1000' >"$work/up" 2>/dev/null
wait_line up "$work/up"
kill -HUP "$started"
nap 0.3
ok "a SIGHUP that was ignored stays ignored" alive "$started"
kill "$started"
wait "$started"
is "while SIGTERM ends it" $? 143

# --- process 1 ---
if unshare -Urpf --mount-proc true 2>/dev/null; then
	: >"$work/up"
	start with_input unshare -Urpf --mount-proc --kill-child bash -c \
		'echo $$ >&2; exec inputkill bash -c "echo up; exec sleep 1000"' >"$work/up" 2>/dev/null
	wait_line up "$work/up"
	first=$(ps -o pid= --ppid "$started")
	kill "${first// /}"
	wait "$started"
	is "as process 1 it ends at SIGTERM" $? 143
else
	note "no namespaces here: process 1 is not tested"
fi

tap_done

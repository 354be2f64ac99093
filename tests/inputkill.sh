#!/bin/bash
# What inputkill's manual says, on its command line.
# shellcheck disable=SC2016,SC2154,SC2317
# shellcheck source=tests/tap.sh
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
# shellcheck source=tests/supervised.sh
. "$top_srcdir/tests/supervised.sh"

supervised_options inputkill
is "stdin is /dev/null" "$(inputkill readlink /proc/self/fd/0 <&"$silent")" /dev/null

# --- the end of the input ---
inputkill -g 0.2 bash -c "$deaf" >"$work/up" < <(until [[ -s $work/up ]]; do nap; done)
is "the end of the input is a success" $? 0
ok "and the command's deaf group is gone" none_alive "$(<"$work/pids")"
inputkill sleep 1000 </dev/null
is "an empty file is at its end" $? 0
head -c 100000 /dev/zero >"$work/file"
inputkill sleep 1000 <"$work/file"
is "a file is read to its end" $? 0
inputkill sleep 1000 <&-
is "a closed standard input is at its end" $? 0
inputkill sleep 1000 < <(echo data; echo more; exec 1>&-)
is "data is read and thrown away" $? 0
# A daemon would be waited for through the grace: longer than timeout(1) waits.  In a group of its
# own timeout(1) has the end of the one that writes hang up a suite whose group is an orphan.
timeout --foreground 60 inputkill -g 1000 bash -c 'setsid sleep 1000 & echo $! >"$work/daemon"
	until (($(ps -o sid= $!) == $!)); do :; done; echo up; sleep 1000' >"$work/up3" \
	< <(until [[ -s $work/up3 ]]; do nap; done)
is "a daemon is not waited for" $? 0
ok "nor ended" kill -9 "$(<"$work/daemon")"
inputkill -g 60 bash -c 'kill -STOP $$' </dev/null
is "a stopped command is ended without the grace" $? 0
inputkill timeout 1000 bash -c 'echo $$ >>$work/stray; echo up; sleep 1000' >"$work/up2" \
	< <(until [[ -s $work/up2 ]]; do nap; done)
is "a command that leads a group of its own is ended" $? 0
ok "with its group" test -s "$work/stray"
ok "which has gone before inputkill" none_alive "$(<"$work/stray")"

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

supervised_signals inputkill
supervised_terminal inputkill
cat >"$work/eof.py" <<'PY'
from terminal import shell
terminal = shell()
expect, say = terminal.expect, terminal.say
say(b"inputkill bash -c 'echo wai''ting; sleep 1000'; echo st''$?\n")
expect(b"waiting")
say(b"thrown away\n")
say(b"\x04")
expect(b"st0")
say(b"echo sta''rt; sleep 1000 | inputkill bash -c 'echo wai''ting; sleep 1000'\n")
expect(b"waiting")
say(b"\x03")
say(b"echo sh''ell\n")
expect(b"shell")
say(b"exit\n")
terminal.end()
PY
on_terminal "Ctrl-D is the end of the input while the command does not ask, Ctrl-C is for the whole job" "$work/eof.py"
tap_done

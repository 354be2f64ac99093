#!/bin/bash
# What socketwatch's manual says, on its command line.
# shellcheck disable=SC2016,SC2154,SC2317
# shellcheck source=tests/tap.sh
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"

status_of() { # CMD...: its exit status as text
	"$@" >"$work/out" 2>"$work/err" </dev/null
	printf '%s\n' "$?"
}
has_line() { grep -q -- "$1" "$2" 2>/dev/null; }
wait_line() { wait_until 60 has_line "$1" "$2"; }
none_alive() { # FILE: no process whose number the file holds is alive
	local pid
	while read -r pid; do ! alive "$pid" || return 1; done <"$1"
}

# --- a status is passed on ---
is "the command's status is passed on" "$(status_of socketwatch sh -c 'exit 3')" 3
is "a command killed by a signal gives 128+N" "$(status_of socketwatch sh -c 'kill -USR1 $$')" 138
is "a command that is not there gives 127" "$(status_of socketwatch /nowhere/at-all)" 127
contains "and is named" "$work/err" '^socketwatch: /nowhere/at-all: .*No such file'
is "a command that can't be executed gives 126" "$(status_of socketwatch /)" 126
is "no command gives 125" "$(status_of socketwatch)" 125
is "an unknown option gives 125" "$(status_of socketwatch -x true)" 125
contains "and is named" "$work/err" '^socketwatch: -x: no such option'
is "a bad timeout gives 125" "$(status_of socketwatch -t soon true)" 125
is "a timeout of 0 gives 125" "$(status_of socketwatch --timeout=0 true)" 125
contains "and is explained" "$work/err" '^socketwatch: --timeout 0: the time must be more than 0'
is "--version is a success" "$(status_of socketwatch --version)" 0
contains "and names the program" "$work/out" '^socketwatch [0-9]'
for option in -h '-?' --help; do
	is "$option is a success" "$(status_of socketwatch "$option")" 0
	contains "and tells every option ($option)" "$work/out" '--grace=SECONDS'
done
is "options end at the command's name" "$(status_of socketwatch sh -c 'exit 4' -t)" 4
is "-- ends the options" "$(status_of socketwatch -- sh -c 'exit 5')" 5
is "stdin is inherited" "$(echo hello | socketwatch cat)" hello
is "no descriptor but 0, 1 and 2" "$(exec 7</dev/null; socketwatch bash -c \
	'for ((n = 3; n < 250; n++)); do [[ ! -e /proc/$$/fd/$n ]] || echo $n; done')" ""
if strace -o /dev/null true 2>/dev/null; then
	# LeakSanitizer does not work under ptrace(2).
	ASAN_OPTIONS=detect_leaks=0 \
		strace -f -o /dev/null -e trace=socket -e inject=socket:error=EPERM \
		socketwatch touch "$work/ran" 2>"$work/err"
	is "a kernel that refuses gives 125" $? 125
	contains "and a message" "$work/err" 'the kernel does not show its TCP sockets .*not permitted'
	ok "and the command is not run" test ! -e "$work/ran"
else
	note "no strace here: a kernel that refuses is not tested"
fi

# --- frozen and slow commands, all at the same time ---
start python3 "$top_srcdir/tests/server.py" "$work/port"
wait_until 60 test -s "$work/port"
port=$(<"$work/port")
export port work

cat >"$work/client" <<'SH'
#!/bin/bash
# client WORDS: tells the server, and reads to the end
exec 3<>"/dev/tcp/127.0.0.1/$port"
echo "$@" >&3
while IFS= read -rn 1 <&3; do :; done
SH
cat >"$work/client.py" <<'PY'
import socket, sys, time
if sys.argv[1] == "late":
    time.sleep(1000)
c = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
c.sendall(b"silent\n")
c.recv(1)
PY
cat >"$work/deaf" <<'SH'
#!/bin/bash
trap '' TERM INT HUP
echo $$ >>"$work/pids"
(echo $BASHPID >>"$work/pids"; while :; do sleep 0.5; done) 3<&- &
exec 3<>"/dev/tcp/127.0.0.1/$port"
while :; do sleep 1000; done
SH
cat >"$work/script" <<'SH'
#!/bin/sh
"$work/client" silent
exit 0
SH
cat >"$work/tree" <<'SH'
#!/bin/bash
(bash -c '"$work/client" silent; :' & wait; :) &
wait
SH
cat >"$work/again" <<'SH'
#!/bin/bash
# connects again and again, and never hears anything
while :; do
	timeout 0.4 "$work/client" silent 3>&-
	exec 4<>"/dev/tcp/127.0.0.1/$port"
done
SH
cat >"$work/pipe" <<'SH'
#!/bin/bash
for _ in {1..20}; do sleep 0.5; echo; done | cat >/dev/null
SH
cat >"$work/worker" <<'SH'
#!/bin/bash
"$work/client" slow 20 &
wait $!
SH
chmod +x "$work"/*

frozen=(
	"a server that says nothing:$work/client silent"
	"a sleep before the first socket:sleep 1000"
	"the same behind a shell script:$work/script"
	"in a child process:$work/tree"
	"in Python:python3 $work/client.py $port"
	"in Python before its first socket:python3 $work/client.py late"
	"deaf to SIGTERM:$work/deaf"
	"stopped:bash -c kill\\ -STOP\\ \\$\\$"
)
slow=(
	"over TCP:$work/client slow 20"
	"in a child process:$work/worker"
	"through a pipe, without a connection:$work/pipe"
)
timeout=6
run_case() { # NUMBER SECONDS COMMAND: writes status and time in us
	local began=${EPOCHREALTIME/./} status=0
	eval "socketwatch -t $2 -g 0.5 $3" >/dev/null 2>"$work/case.$1.err" </dev/null || status=$?
	echo "$status $((${EPOCHREALTIME/./} - began))" >"$work/case.$1"
}
pids=()
for i in "${!frozen[@]}"; do
	run_case "$i" "$timeout" "${frozen[i]#*:}" &
	pids+=($!)
done
for i in "${!slow[@]}"; do
	run_case "slow$i" 4 "${slow[i]#*:}" &
	pids+=($!)
done
for pid in "${pids[@]}"; do wait "$pid"; done
for i in "${!frozen[@]}"; do
	read -r status us <"$work/case.$i"
	is "ended: ${frozen[i]%%:*}" "$status" 124
	contains "with a message" "$work/case.$i.err" \
		"^socketwatch: .* has moved no network data for $timeout s: ending it"
	ok "within 1.5 times the timeout, not before ($us us)" \
		test "$us" -ge $((timeout * 1000000)) -a "$us" -le $((timeout * 1500000))
done
ok "nothing that is deaf is left" none_alive "$work/pids"
for i in "${!slow[@]}"; do
	read -r status us <"$work/case.slow$i"
	is "left alone: ${slow[i]%%:*}" "$status:$(cat "$work/case.slow$i.err")" 0:
done

# --- signals ---
for signal in TERM:143 INT:130 HUP:129 QUIT:131; do
	: >"$work/up"
	start socketwatch bash -c 'trap "echo got TERM; exit 9" TERM; trap "echo got INT; exit 9" INT
		trap "echo got HUP; exit 9" HUP; trap "echo got QUIT; exit 9" QUIT
		echo up; while :; do sleep 0.05; done' >"$work/up"
	wait_line up "$work/up"
	kill -"${signal%:*}" "$started"
	wait "$started"
	is "SIG${signal%:*} gives 128+N" $? "${signal#*:}"
	contains "and is passed on" "$work/up" "got ${signal%:*}"
done
: >"$work/up"
start socketwatch -g 0.2 bash -c 'trap "" TERM; echo $$ >"$work/pids2"; echo up
	while :; do sleep 0.2; done' >"$work/up"
wait_line up "$work/up"
kill -9 "$started"
ok "nothing outlives a socketwatch that is killed" wait_until 60 none_alive "$work/pids2"

# --- on a terminal ---
cat >"$work/terminal.py" <<'PY'
import os, pty, select, signal, sys, time
pid, master = pty.fork()
if pid == 0:
    os.environ.update(PS1="", PS2="", TERM="dumb", HISTFILE="", INPUTRC="/dev/null")
    os.execvp("bash", ["bash", "--norc", "--noprofile", "--noediting", "-i"])
text = b""
def expect(wanted):
    global text
    end = time.monotonic() + 60
    while wanted not in text:
        if time.monotonic() > end or not select.select([master], [], [], 60)[0]:
            sys.exit("expected %r in %r" % (wanted, text))
        text += os.read(master, 4096)
    text = text[text.index(wanted) + len(wanted):]
def say(line):
    os.write(master, line)
say(b"stty -echo; echo rea''dy\n")
expect(b"ready")
say(b"socketwatch bash -c 'echo ask''ing; read -r word </dev/tty; echo got-$word'; echo st''$?\n")
expect(b"asking")
say(b"secret\n")
expect(b"got-secret")
expect(b"st0")
say(b"echo sta''rt; socketwatch cat\n")
expect(b"start")
say(b"one\n")
expect(b"one")
say(b"\x1a")
expect(b"topped")
say(b"echo sh''ell\n")
expect(b"shell")
say(b"fg >/dev/null; echo st''$?\n")
say(b"two\n")
expect(b"two")
say(b"\x04")
expect(b"st0")
say(b"socketwatch bash -c 'echo wai''ting; sleep 1000'; echo st''$?\n")
expect(b"waiting")
say(b"\x03")
expect(b"st130")
say(b"exit\n")
os.waitpid(pid, 0)
PY
is "a terminal serves the command, Ctrl-Z and Ctrl-C" \
	"$(status_of python3 "$work/terminal.py"):$(cat "$work/err")" 0:

tap_done

#!/bin/bash
# What socketwatch's manual says, on its command line.
# shellcheck disable=SC2016,SC2154,SC2317
# shellcheck source=tests/tap.sh
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
# shellcheck source=tests/supervised.sh
. "$top_srcdir/tests/supervised.sh"

supervised_options socketwatch
is "stdin is inherited" "$(echo hello | socketwatch cat)" hello
if strace -o /dev/null true 2>/dev/null; then
	# LeakSanitizer does not work under ptrace(2).
	ASAN_OPTIONS=detect_leaks=0 \
		strace -f -o /dev/null -e trace=socket -e inject=socket:error=EPERM \
		socketwatch touch "$work/ran" 2>"$work/err"
	is "a kernel that refuses gives 125" $? 125
	contains "and a message" "$work/err" 'the kernel does not show its TCP sockets .*not permitted'
	ok "and the command is not run" test ! -e "$work/ran"
	ASAN_OPTIONS=detect_leaks=0 \
		strace -o "$work/calls" -e trace=poll socketwatch -t 3 sleep 2.8 2>"$work/err"
	ok "it wakes a few times per timeout" test "$(grep -c '^poll' "$work/calls")" -le 12
	# so many connections that a listing of them takes several messages
	cat >"$work/connections.py" <<-'PY'
		import socket, time
		server = socket.create_server(("127.0.0.1", 0), backlog=10)
		kept = []
		for _ in range(450):
		    kept.append(socket.create_connection(server.getsockname()))
		    kept.append(server.accept()[0])
		for _ in range(40):
		    kept[0].send(b"x")
		    kept[1].recv(1)
		    time.sleep(0.1)
	PY
	ASAN_OPTIONS=detect_leaks=0 \
		strace -o "$work/calls" -e trace=recvfrom -e inject=recvfrom:error=ENOBUFS:when=20 \
		socketwatch -t 1.5 python3 "$work/connections.py" 2>"$work/err"
	is "a listing of sockets that fails once does not end the command" $? 0
	contains "and did fail" "$work/calls" 'ENOBUFS'
else
	note "no strace here: a kernel that refuses is not tested, nor how often it wakes"
fi

# --- what can't be seen ---
((EUID == 0)) && own=() || own=(-Ur)
if unshare "${own[@]}" -pf true 2>/dev/null; then
	unshare "${own[@]}" -pf socketwatch -t 1 touch "$work/seen" 2>"$work/err"
	is "another process namespace's /proc gives 125" $? 125
	contains "and a message" "$work/err" '^socketwatch: /proc does not show the command.s processes'
	ok "and the command is not run" test ! -e "$work/seen"
	# The sanitizers want /proc themselves.
	if ! grep -q fsanitize "$top_builddir/config.status"; then
		unshare "${own[@]}" -m sh -c 'mount -t tmpfs none /proc && exec "$@"' - socketwatch -t 1 true 2>"$work/err"
		is "so does none at all" $? 125
	fi
	contains "with a message" "$work/err" '^socketwatch: /proc does not show the command.s processes'
else
	note "no namespaces here: a /proc that is of no use is not tested"
fi

# --- a command that a signal has stopped ---
# setsid(1): at a terminal the one who did that knows
setsid -w socketwatch -t 1 -g 0.2 sh -c 'echo "$$" >"$work/stopped"; kill -STOP "$$"' 2>"$work/err"
is "a stopped command is ended, too" $? 124
is "and was told" "$(grep -c "^socketwatch: sh: stopped by SIGSTOP; it goes on after: kill -CONT $(<"$work/stopped")\$" "$work/err")" 1
setsid -w socketwatch -t 1 -g 0.2 \
	sh -c 'sh -c "echo \$\$ >\"$work/stopped\"; kill -STOP \$\$"; :' 2>"$work/err"
is "so is one whose child has stopped" $? 124
is "and that is told once" "$(grep -c "^socketwatch: sh: stopped; it goes on after: kill -CONT $(<"$work/stopped")\$" "$work/err")" 1
for program in socketwatch inputkill; do
	start with_input setsid -w "$program" sh -c 'echo "$$" >"$work/stopped"; kill -STOP "$$"; exit 7' 2>"$work/err"
	ok "$program tells a stop at once" wait_line 'stopped by SIGSTOP' "$work/err"
	kill -CONT "$(<"$work/stopped")"
	wait "$started"
	is "and goes on with the command" $? 7
done

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
cat >"$work/listener.py" <<'PY'
import socket, time
s = socket.create_server(("127.0.0.1", 0))
time.sleep(1000)
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
# connects again and again, and neither says nor hears anything
while :; do
	timeout 0.4 bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$port"; sleep 1000'
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
	"connecting again and again:$work/again"
	"listening:python3 $work/listener.py"
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
# On a busy machine looks come late, after which socketwatch may wait anew: by how much, in us, a
# second of sleep was late meanwhile, at the most.
measure_lateness() {
	local began late most=0
	while [[ ! -e $work/over ]]; do
		began=${EPOCHREALTIME/./}
		sleep 1
		late=$((${EPOCHREALTIME/./} - began - 1000000))
		((late <= most)) || most=$late
	done
	echo "$most" >"$work/lateness"
}
pids=()
measure_lateness &
meter=$!
for i in "${!frozen[@]}"; do
	run_case "$i" "$timeout" "${frozen[i]#*:}" &
	pids+=($!)
done
for i in "${!slow[@]}"; do
	run_case "slow$i" 4 "${slow[i]#*:}" &
	pids+=($!)
done
for pid in "${pids[@]}"; do wait "$pid"; done
touch "$work/over"
wait "$meter"
lateness=$(<"$work/lateness")
for i in "${!frozen[@]}"; do
	read -r status us <"$work/case.$i"
	is "ended: ${frozen[i]%%:*}" "$status" 124
	contains "with a message" "$work/case.$i.err" \
		"^socketwatch: .* has moved no network data for $timeout s: ending it"
	ok "within 1.5 times the timeout, not before ($us us; a second was late by $lateness us)" \
		test "$us" -ge $((timeout * 1000000)) -a "$us" -le $((timeout * 1500000 + 4 * lateness))
done
ok "nothing that is deaf is left" none_alive "$(<"$work/pids")"
for i in "${!slow[@]}"; do
	read -r status us <"$work/case.slow$i"
	is "left alone: ${slow[i]%%:*}" "$status:$(cat "$work/case.slow$i.err")" 0:
done

supervised_signals socketwatch

supervised_terminal socketwatch
cat >"$work/input.py" <<'PY'
from terminal import shell
terminal = shell()
expect, say = terminal.expect, terminal.say
say(b"echo sta''rt; socketwatch cat\n")
expect(b"start")
say(b"one\n")
expect(b"one")
say(b"\x1a")
expect(b"topped")
say(b"fg >/dev/null; echo st''$?\n")
say(b"two\n")
expect(b"two")
say(b"\x04")
expect(b"st0")
say(b"exit\n")
terminal.end()
PY
on_terminal "the command reads the terminal as its input, across Ctrl-Z" "$work/input.py"

tap_done

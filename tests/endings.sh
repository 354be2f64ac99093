#!/bin/bash
# How the six programs begin and end where something is missing or gives way.
# shellcheck source-path=SCRIPTDIR
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
. "$top_srcdir/tests/mswatch_stage.sh"
needs python3

m=$work/Maildir
mkdir -p "$m/cur" "$m/new" "$m/tmp"
deliver() { : >"$m/tmp/$1" && mv "$m/tmp/$1" "$m/new/$1"; }
mkdir "$work/mboxes"
mboxes=(-m "$work/mboxes" -i "$work/mboxes/inbox")
letter() { printf 'From a\nSubject: x\n\nbody\n\n' >>"$work/mboxes/inbox"; }
letter
has_line() { grep -Eq -e "$2" "$work/$1"; } # FILE PATTERN
begun() { # FILE PATTERN: the line has come
	ok "$3" wait_until "$bound" has_line "$1" "$2"
}
ended() { # NAME STATUS: $started has ended so
	local status
	wait_until "$bound" not alive "$started" || kill -9 "$started"
	wait "$started" 2>/dev/null
	status=$?
	is "$1" "$status" "$2"
}

# An account for watch_imap: a Tunnel to a server that tells a change of INBOX once $work/told is there.
cat >"$work/imap" <<-SCRIPT
	* PREAUTH [CAPABILITY IMAP4rev1 IDLE] hi
	< LIST
	TAG OK
	< EXAMINE
	* 1 EXISTS\\r\\nTAG OK
	< IDLE
	+ idling
	@ $work/told
	* 2 EXISTS
SCRIPT
cat >"$work/imaprc" <<-CONF
	IMAPStore s
	Tunnel "exec python3 $top_srcdir/tests/imap_server.py $work/imap $work/imaplog"
CONF
imap=(-c "$work/imaprc" s)

# --- descriptors 0 to 2 that are closed ---
start without_input watch_maildirs -m "$m" >"$work/lines" 2>&-
begun lines '^$' "watch_maildirs without stdin and stderr watches"
deliver closed
begun lines '^INBOX$' "and tells changes"
kill "$started"
ended "and ends at SIGTERM" 143
start without_input watch_mboxes "${mboxes[@]}" >"$work/lines" 2>&-
begun lines '^$' "watch_mboxes without them watches, too"
letter
begun lines '^INBOX$' "and tells changes"
kill "$started"
ended "and ends at SIGTERM" 143
exec {quiet}<> <(:)
with_input() { exec "$@" <&"$quiet"; }   # in the background, too
inputkill sh -c "ls -l /proc/self/fd/ | sed -n 's/.* \([12]\) -> /\1 /p' >'$work/fds'; exit 3" \
	<&"$quiet" >&- 2>&-
is "inputkill without stdout and stderr passes the status on" $? 3
socketwatch sh -c "readlink /proc/self/fd/0 /proc/self/fd/2 >'$work/fds'; exit 3" <&- >&- 2>&-
is "socketwatch with none of the three too" $? 3
is "what was closed is /dev/null" "$(uniq "$work/fds")" /dev/null
start with_input watch_imap "${imap[@]}" >"$work/lines" 2>&-
begun lines '^$' "watch_imap without stderr watches"
: >"$work/told"
begun lines '^INBOX$' "and tells changes"
rm "$work/told"
kill "$started"
ended "and ends at SIGTERM" 143
watch_imap "${imap[@]}" <&- 2>&- >"$work/lines"
is "without stdin it ends as at the end of its input" $? 0
watch_imap "${imap[@]}" <&"$quiet" 2>"$work/err" >&-
is "without stdout nobody would hear it" $? 1
contains "and it says so" "$work/err" '^watch_imap: standard output is closed'
for program in mswatch watch_maildirs watch_mboxes watch_imap inputkill socketwatch; do
	"$program" --nonsense <&- >&- 2>&-
	ok "$program with none of the three refuses a wrong option" test $? -gt 0
done

# --- no environment at all ---
inputkill=$(command -v inputkill) socketwatch=$(command -v socketwatch)
env -i "$inputkill" /bin/sh -c 'exit 4' <&"$quiet"
is "inputkill needs no HOME" $? 4
env -i "$socketwatch" /bin/sh -c 'exit 4'
is "nor does socketwatch" $? 4

env -i "$(command -v watch_maildirs)" 2>"$work/err"
is "watch_maildirs needs to know the Maildir" $? 1
contains "and says so" "$work/err" '^watch_maildirs: .*HOME'
start env -i "$(command -v watch_maildirs)" -m "$m" >"$work/lines"
begun lines '^$' "told where it is, it needs no HOME"
kill "$started"
ended "and ends at SIGTERM" 143
start env -i "$(command -v watch_mboxes)" -m "$work/mboxes" >"$work/lines" 2>/dev/null
begun lines '^$' "nor does watch_mboxes, nor a name for its user"
kill "$started"
ended "and ends at SIGTERM" 143

env -i "$(command -v watch_imap)" s <&"$quiet" 2>"$work/err"
is "watch_imap needs to know the file" $? 1
contains "and says so" "$work/err" '^watch_imap: no file to read: neither -c nor .HOME is given'
start with_input env -i PATH="$PATH" "$(command -v watch_imap)" "${imap[@]}" >"$work/lines"
begun lines '^$' "told which it is, it needs no HOME"
kill "$started"
ended "and ends at SIGTERM" 143

# --- signals that are ignored at the start ---
cat >"$work/ignoring.py" <<-'PYTHON'
	"""ignoring.py SIGNAL COMMAND..."""
	import os, signal, sys
	signal.signal(getattr(signal, sys.argv[1]), signal.SIG_IGN)
	os.execvp(sys.argv[2], sys.argv[2:])
PYTHON
ignoring() { exec python3 "$work/ignoring.py" "$@"; }
for program in inputkill socketwatch; do
	(ignoring SIGCHLD timeout "$bound" "$program" sh -c 'sh -c "exit 3"') <&"$quiet"
	is "with SIGCHLD ignored $program passes the status on" $? 3
done
stage_config
start ignoring SIGCHLD mswatch -c "$conf" >"$work/out" 2>"$work/err"
mswatch=$started
ok "with SIGCHLD ignored mswatch syncs" until_line out 'synced all mailboxes'
stage_stop
is "and ends" "$status" 0
start ignoring SIGHUP watch_maildirs -m "$m" >"$work/lines"
watcher=$started
begun lines '^$' "with SIGHUP ignored watch_maildirs watches"
start ignoring SIGHUP watch_mboxes "${mboxes[@]}" >"$work/mboxes.lines"
other=$started
begun mboxes.lines '^$' "and watch_mboxes"
start ignoring SIGHUP socketwatch sh -c 'echo up; exec sleep 1000' >"$work/up"
begun up up "and socketwatch runs its command"
socketwatch=$started
start with_input python3 "$work/ignoring.py" SIGHUP watch_imap "${imap[@]}" >"$work/imap.lines"
begun imap.lines '^$' "and watch_imap watches"
kill -HUP "$watcher" "$other" "$socketwatch" "$started"
: >"$work/told"
begun imap.lines '^INBOX$' "SIGHUP is nothing to watch_imap"
rm "$work/told"
kill "$started"
ended "which SIGTERM ends" 143
started=$socketwatch
deliver hangup
letter
begun lines '^INBOX$' "SIGHUP is nothing to watch_maildirs"
begun mboxes.lines '^INBOX$' "nor to watch_mboxes"
kill "$started"
ended "nor to socketwatch, which SIGTERM ends" 143
for started in "$watcher" "$other"; do
	kill "$started"
	ended "as it does a watcher" 143
done

# --- few descriptors, no processes ---
stage_config
few() { # PROGRAM ARGS...: with ever more descriptors until it works; never silent, never stuck
	local count bad=0 worked=
	for ((count = 3; count < 40; count++)); do
		: >"$work/few.err"
		(ulimit -n "$count" && exec timeout -k 5 "$bound" "$@") <&"$quiet" >"$work/few.out" 2>"$work/few.err"
		case $? in
		0) worked=$count; break ;;
		124 | 137) bad=1; note "stuck with $count descriptors" ;;
		*) [[ -s $work/few.err ]] || { bad=1; note "silent with $count descriptors"; } ;;
		esac
	done
	is "$1 with few descriptors ends with a message" "$bad" 0
	ok "and works with more (${worked:-never})" test -n "$worked"
}
few inputkill /bin/true
few socketwatch /bin/true
few watch_maildirs --version
few watch_imap --version
few mswatch -t -c "$conf"

# mswatch and the watchers go on for ever where they can.
few_running() { # NAME PATTERN PROGRAM ARGS...: $work/NAME.runs has the pattern when it works
	local name=$1 pattern=$2 count bad=0 worked=
	shift 2
	for ((count = 4; count < 60; count += 3)); do
		: >"$work/few.err"
		: >"$work/few.out"
		start bash -c "ulimit -n $count"' && exec "$@"' few "$@" >"$work/few.out" 2>"$work/few.err"
		wait_until "$bound" few_judged "$pattern"
		if has_line few.out "$pattern"; then
			worked=$count
		elif ! [[ -s $work/few.err ]]; then
			bad=1
			note "silent with $count descriptors"
		fi
		kill "$started" 2>/dev/null
		wait_until "$bound" not alive "$started" || bad=1
		wait "$started" 2>/dev/null
		[[ -z $worked ]] || break
	done
	is "$name with few descriptors ends, or says what it lacks" "$bad" 0
	ok "and works with more (${worked:-never})" test -n "$worked"
}
few_judged() { has_line few.out "$1" || has_line few.err . || ! alive "$started"; }
few_running watch_maildirs '^$' watch_maildirs -m "$m"
few_running watch_mboxes '^$' watch_mboxes "${mboxes[@]}" -e
few_running mswatch 'synced all mailboxes' mswatch -c "$conf"
few_running watch_imap '^$' bash -c "exec watch_imap -c '$work/imaprc' s <&$quiet"

mkdir "$work/bin"
for program in mswatch inputkill socketwatch; do cp "$(command -v "$program")" "$work/bin/"; done
cp "$conf" "$work/bin/rc"
chmod 755 "$work" "$work/bin"
chmod 644 "$work/bin/rc"
as=()                                   # root is not bound by the limit
(($(id -u) > 0)) || as=(setpriv --reuid 54321 --clear-groups)
# A build with sanitizers can't look for leaks at the end without a process for it.
as+=(env "ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0")
for program in inputkill socketwatch; do
	"${as[@]}" bash -c 'ulimit -u 1; exec "$@"' limit "$work/bin/$program" true \
		<&"$quiet" >"$work/none.out" 2>"$work/none.err"
	is "$program without processes gives 125" $? 125
	contains "and says so" "$work/none.err" "^$program: true: can't be run: Resource temporarily unavailable"
done
start "${as[@]}" bash -c 'ulimit -u 1; exec "$@"' limit "$work/bin/mswatch" -c "$work/bin/rc" \
	>"$work/out" 2>"$work/err"
mswatch=$started
ok "mswatch without processes says so" until_line err 'one: watcher could not be started: Resource temporarily'
ok "and tries again" until_line err 'one: still failing after [2-5] tries'
stage_stop
is "and ends at SIGTERM" "$status" 0

# --- a home that can't be written to ---
mkdir -p "$work/home/Maildir/cur" "$work/home/Maildir/new"
for store in one two; do printf 'store %s { watch sh -c "echo; exec sleep 1000" }\n' "$store"; done >"$work/home/.mswatchrc"
echo 'sync true' >>"$work/home/.mswatchrc"
cp "$(command -v watch_maildirs)" "$work/bin/"
chmod -R a+rX-w "$work/home"
in_home=("${as[@]}" env -i HOME="$work/home" PATH="$PATH" ASAN_OPTIONS="${ASAN_OPTIONS:-}")
start "${in_home[@]}" "$work/bin/mswatch" >"$work/out" 2>"$work/err"
mswatch=$started
ok "in a home that can't be written to mswatch syncs" until_line out 'synced all mailboxes'
is "without a complaint" "$(<"$work/err")" ''
stage_stop
is "and ends" "$status" 0
start "${in_home[@]}" "$work/bin/watch_maildirs" >"$work/lines"
begun lines '^$' "watch_maildirs watches there"
kill "$started"
ended "and ends" 143

# --- a umask of 0 ---
stage_config
mkdir "$work/fresh"
before=$(find "$work" -path "$work/fresh" -prune -o -print | sort)
(umask 0; HOME=$work/fresh TMPDIR=$work/fresh XDG_RUNTIME_DIR=$work/fresh \
	exec mswatch -c "$conf" >"$work/out" 2>"$work/err") &
mswatch=$!
tap_pids+=("$mswatch")
until_started
wait_until "$bound" is_quiet
is "with a umask of 0 mswatch leaves no file that others can use" \
	"$(find "$work/fresh" -mindepth 1 -perm /077)" ''
after=$(find "$work" -path "$work/fresh" -prune -o -print | grep -v -e '/runs$' -e '/sync.pid$' -e '\.pids$' | sort)
is "anywhere" "$(comm -13 <(printf '%s\n' "$before") <(printf '%s\n' "$after"))" ''
stage_stop

# --- the configuration changes ---
stage_config
stage_start
until_started
wait_until "$bound" is_quiet
printf 'sync /bin/false\nstore one { watch /bin/false }\nnonsense\n' >"$conf"
change one Changed
ok "a configuration that changes is not read again" until_line runs "^start 'Changed'"
rm "$conf"
change two Removed
ok "nor is one that goes missed" until_line runs "^start 'Removed'"
stage_stop
is "and mswatch ends with 0" "$status" 0

# --- the wall clock is set back by a day ---
cat >"$work/back.c" <<-'C'
	#define _GNU_SOURCE
	#include <stdlib.h>
	#include <sys/syscall.h>
	#include <time.h>
	#include <unistd.h>
	int clock_gettime(clockid_t clock, struct timespec *now)
	{
		int result = (int)syscall(SYS_clock_gettime, clock, now);

		if (clock == CLOCK_REALTIME && access(getenv("BACK"), F_OK) == 0)
			now->tv_sec -= 86400;
		return result;
	}
	time_t time(time_t *out)
	{
		struct timespec now;

		clock_gettime(CLOCK_REALTIME, &now);
		return out != NULL ? (*out = now.tv_sec) : now.tv_sec;
	}
C
if ! "${CC:-cc}" -shared -fPIC -o "$work/back.so" "$work/back.c" 2>"$work/cc"; then
	note "no compiler for a clock of our own: not tested"
else
	stage_config
	ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0 \
		start env LD_PRELOAD="$work/back.so" BACK="$work/back" mswatch -c "$conf" >"$work/out" 2>"$work/err"
	mswatch=$started
	until_started
	touch "$work/back"
	change one Yesterday
	ok "a change is synced when the clock goes back by a day" until_line runs "^start 'Yesterday'"
	ok "(the clock did)" until_line out "^$(date -d yesterday +%F) [:0-9]* synced Yesterday in"
	rm "$work/back"
	change one Today
	ok "and when it goes on by a day" until_line runs "^start 'Today'"
	stage_stop
	for program in inputkill socketwatch; do
		: >"$work/up"
		ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0 \
			start with_input env LD_PRELOAD="$work/back.so" BACK="$work/back" \
			"$program" -t 0.5 sh -c 'echo up; exec sleep 1000' >"$work/up" 2>"$work/err"
		begun up up "$program runs its command"
		touch "$work/back"
		ended "its time is over however the clock is set" 124
		rm "$work/back"
	done
fi

# --- lines that come by bytes, an output that is nearly full ---
stage_config
cat >"$work/watch_two" <<-'SCRIPT'
	#!/bin/bash
	exec 3<> <(:)
	bytes() { # TEXT
		local i
		for ((i = 0; i < ${#1}; i++)); do
			printf %s "${1:i:1}"
			read -rt 0.01 -u 3
		done
	}
	bytes $'\nDrops\nTwo\n'
	bytes $'a complaint\nof two lines\n' >&2
	read -rt 1000 -u 3
SCRIPT
# shellcheck disable=SC2016 # for the syncer
sed -i '2a for byte in w h y $'"'\\n'"'; do printf %s "$byte" >\&2; read -rt 0.01 -u 3; done' "$work/sync"
printf '3\n' >"$work/fail"
stage_start
ok "names that come byte by byte are put together" until_line runs "^start .*'Drops'"
ok "all of them" until_line runs "^start .*'Two'"
ok "so is what a watcher complains of" until_line err "^${stamp}mswatch: two: a complaint\$"
ok "line by line" until_line err "^${stamp}mswatch: two: of two lines\$"
ok "and what a syncer does" until_line err '(^|[ :])why$'
stage_stop

cat >"$work/drops.py" <<-'PYTHON'
	"""drops.py [-c] COMMAND...: what it prints into a nearly full pipe, read by bytes;
	-c: the configuration comes by bytes, too."""
	import fcntl, os, subprocess, sys, threading
	command = sys.argv[1:]
	given = []
	if command[0] == "-c":
	    command, conf = command[2:], open(command[1], "rb").read()
	    theirs, ours = os.pipe()
	    given = [theirs]
	    command += ["-c", "/dev/fd/%d" % theirs]
	    def feed():
	        for at in range(len(conf)):
	            os.write(ours, conf[at:at + 1])
	        os.close(ours)
	    threading.Thread(target=feed).start()
	reader, writer = os.pipe()
	room = fcntl.fcntl(writer, 1031, 4096)          # F_SETPIPE_SZ
	os.write(writer, b"." * (room - 10))
	program = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=writer, pass_fds=given)
	os.close(writer)
	skip, text = room - 10, b""
	while True:
	    byte = os.read(reader, 1)
	    if byte == b"":
	        break
	    text += byte
	sys.stdout.buffer.write(text[skip:])
	sys.exit(program.wait())
PYTHON
for program in mswatch watch_maildirs watch_mboxes watch_imap inputkill socketwatch; do
	is "$program --help into a nearly full pipe is whole" \
		"$(timeout 60 python3 "$work/drops.py" "$program" --help; echo $?)" "$("$program" --help; echo 0)"
done
stage_config
is "a configuration that comes by bytes is read, and shown, whole" \
	"$(timeout 60 python3 "$work/drops.py" -c "$conf" mswatch -t | sed 1d; echo "${PIPESTATUS[0]}")" \
	"$(mswatch -t -c "$conf" | sed 1d; echo 0)"

cat >"$work/full.py" <<-'PYTHON'
	import fcntl, os, subprocess, sys, time
	maildir = sys.argv[1]
	name = "folder" + "x" * 90
	for part in ("", "/cur", "/new", "/tmp"):
	    os.mkdir("%s/.%s%s" % (maildir, name, part))
	reader, writer = os.pipe()
	room = fcntl.fcntl(writer, 1031, 4096)          # F_SETPIPE_SZ
	watcher = subprocess.Popen(["watch_maildirs", "-m", maildir], stdout=writer)
	assert os.read(reader, 100) == b"\n"
	os.set_blocking(writer, False)
	os.write(writer, b"." * (room - 40))            # less than a line is free
	for number in range(50):
	    open("%s/.%s/new/%d" % (maildir, name, number), "w").close()
	time.sleep(0.3)
	assert watcher.poll() is None
	os.close(writer)
	text = b""
	while not text.endswith(b"x\n"):
	    text += os.read(reader, 7)
	open("%s/new/last" % maildir, "w").close()
	while not text.endswith(b"INBOX\n"):
	    text += os.read(reader, 1)
	lines = set(text.strip(b".").decode().split("\n"))
	watcher.terminate()
	watcher.wait()
	sys.exit(lines != {name, "INBOX", ""})
PYTHON
ok "a nearly full pipe, read by bytes, gets whole lines" timeout 60 python3 "$work/full.py" "$m"

# --- a terminal that hangs up ---
cat >"$work/hangup.py" <<-'PYTHON'
	"""hangup.py PIDFILE PATTERN COMMAND...: closes the terminal once it shows the pattern."""
	import os, pty, signal, sys
	pid, master = pty.fork()
	if pid == 0:
	    if os.environ.get("DEAF"):
	        signal.signal(signal.SIGHUP, signal.SIG_IGN)
	    open(sys.argv[1], "w").write("%d\n" % os.getpid())
	    os.execvp(sys.argv[3], sys.argv[3:])
	text = b""
	while sys.argv[2].encode() not in text:
	    text += os.read(master, 1000)
	os.close(master)
	status = os.waitpid(pid, 0)[1]
	sys.exit(os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))
PYTHON
stage_config
timeout 60 python3 "$work/hangup.py" "$work/pid" 'synced all mailboxes' mswatch -c "$conf"
is "mswatch ends when its terminal hangs up" $? 0
wait_until "$bound" not alive "$(tail -n 1 "$work/one.pids")"
ok "with its watchers" not alive "$(tail -n 1 "$work/one.pids")"
timeout 60 python3 "$work/hangup.py" "$work/pid" $'\n' watch_maildirs -m "$m"
is "watch_maildirs too" $? 129
timeout 60 python3 "$work/hangup.py" "$work/pid" $'\n' watch_mboxes "${mboxes[@]}"
is "and watch_mboxes" $? 129
timeout 60 python3 "$work/hangup.py" "$work/pid" $'\n' watch_imap "${imap[@]}"
is "and watch_imap" $? 129
timeout 60 python3 "$work/hangup.py" "$work/pid" $'up' socketwatch sh -c 'echo up; exec sleep 1000'
is "and socketwatch" $? 129
stage_config
rm -f "$work/runs"; : >"$work/runs"
start env DEAF=1 python3 "$work/hangup.py" "$work/pid" 'Starting' mswatch -v -c "$conf"
hangup=$started
until_started
mswatch=$(<"$work/pid")
change one Alone
ok "with SIGHUP ignored mswatch goes on without its terminal" until_line runs "^start 'Alone'"
kill "$mswatch"
started=$hangup
ended "until it is ended" 0

# --- process 1 of a container ---
if unshare -Urpf --mount-proc true 2>/dev/null; then
	# PROGRAM runs as process 1; COMMAND leaves it a stranger to reap.
	cat >"$work/first.sh" <<-'SH'
		( (sleep 0.2; echo x >"$STRANGER.done") & echo "$BASHPID" >"$STRANGER") &
		exec "$@"
	SH
	as_first() { # NAME PATTERN STATUS PROGRAM ARGS...: the pattern shows that it is up
		local name=$1 pattern=$2 wanted=$3 shell
		shift 3
		rm -f "$work/stranger" "$work/stranger.done"
		: >"$work/first.out"
		STRANGER=$work/stranger start with_input unshare -Urpf --mount-proc --kill-child \
			bash "$work/first.sh" "$@" >"$work/first.out" 2>"$work/first.err"
		ok "$name works as process 1" wait_until "$bound" has_line first.out "$pattern"
		[[ ! -s $work/first.err ]] || note "$(<"$work/first.err")"
		shell=$(ps -o pid= --ppid "$started")
		shell=${shell// /}
		wait_until "$bound" test -e "$work/stranger.done"
		ok "$name as process 1 reaps strangers" wait_until "$bound" no_zombies "$shell"
		kill "$shell"
		ended "and ends at SIGTERM" "$wanted"
	}
	no_zombies() { [[ -n $1 && -d /proc/$1 && $(ps -o stat= --ppid "$1") != *Z* ]]; }
	stage_config
	as_first mswatch 'synced all mailboxes' 0 mswatch -c "$conf"
	as_first watch_maildirs '^$' 143 watch_maildirs -m "$m"
	as_first watch_mboxes '^$' 143 watch_mboxes "${mboxes[@]}"
	echo 'PassCmd "echo secret"' >>"$work/imaprc"
	as_first watch_imap '^$' 143 watch_imap "${imap[@]}"
	as_first inputkill up 143 inputkill sh -c 'echo up; exec sleep 1000'
	as_first socketwatch up 143 socketwatch sh -c 'echo up; exec sleep 1000'
else
	note "no namespaces here: process 1 is not tested"
fi
tap_done

#!/bin/bash
# Never two syncs: what can't be seen, or can't be killed, is waited for.
# shellcheck source-path=SCRIPTDIR
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
. "$top_srcdir/tests/mswatch_stage.sh"

own=()
((EUID == 0)) || own=(-Ur)

# A syncer whose straggler takes a second to end at TERM, in a group of its own.
slow_straggler() {
	stage_config
	cat >"$work/rest.sh" <<-SCRIPT
		exec 3<> <(:)
		trap 'trap "" TERM; read -rt 1 -u 3; echo "end 0" >>$work/runs; exit' TERM
		touch "$work/rest"
		while :; do read -rt 0.02 -u 3; done
	SCRIPT
	cat >"$work/sync" <<-SCRIPT
		#!/bin/bash
		exec 3<> <(:)
		echo "start \${*@Q}" >>"$work/runs"
		rm -f "$work/rest"
		timeout 60 bash "$work/rest.sh" &
		while [[ ! -e "$work/rest" ]]; do read -rt 0.02 -u 3; done
		exit 0
	SCRIPT
}
in_turn() { # WHAT COMMAND...: runs mswatch; no sync starts beside what the last one has left
	local what=$1
	shift
	slow_straggler
	start "$@" mswatch -c "$conf" >"$work/out" 2>"$work/err"
	until_line runs '^end' 2 || show_all
	is "no sync beside a straggler: $what" "$(head -n 4 "$work/runs")" \
		"start 'INBOX'"$'\n'"end 0"$'\n'"start ''"$'\n'"end 0"
	mswatch=$(pgrep -P "$started" -x mswatch || echo "$started")
	kill "$mswatch"
	ok "and mswatch ends: $what" wait_until "$bound" not alive "$mswatch"
	wait "$started"
	rm -f "$work/runs"
}
if unshare "${own[@]}" -pf true 2>/dev/null; then
	in_turn "another process namespace's /proc" unshare "${own[@]}" -pf
	# shellcheck disable=SC2016 # for the inner shell
	in_turn "no /proc" unshare "${own[@]}" -m sh -c 'mount -t tmpfs none /proc && exec "$@"' -
else
	note "no namespaces here: a /proc that is of no use is not tested"
fi
if strace --seccomp-bpf -f -o /dev/null true 2>/dev/null && ! grep -q fsanitize "$top_builddir/config.status"; then
	in_turn "/proc can't be read" strace --seccomp-bpf -f -o /dev/null -P /proc \
		-e trace=openat -e inject=openat:error=ENFILE
else
	note "no strace here: a /proc that can't be read is not tested"
fi

# --- what others' programs do ---
if ((EUID != 0)) || ! setpriv --reuid=65534 --regid=65534 --clear-groups true 2>/dev/null; then
	note "not root: programs of others, and hidden ones, are not tested"
	tap_done
fi
chmod 777 "$work"
export XDG_RUNTIME_DIR=$work/.theirs
install -d -o 65534 -g 65534 -m 700 "$XDG_RUNTIME_DIR"
as_user=(setpriv --reuid=65534 --regid=65534 --clear-groups)
cat >"$work/stay.c" <<'C'
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <unistd.h>
/* stay FILE RELEASE [hidden]: locks the file, and stays until the other one is there */
int main(int argc, char *argv[])
{
	int fd = open(argv[1], O_RDWR | O_CLOEXEC);

	signal(SIGTERM, SIG_IGN);
	if (argc > 3) {
		setpgid(0, 0);
		prctl(PR_SET_DUMPABLE, 0);
	} else if (setuid(0) == -1) {
		return 1;
	}
	flock(fd, LOCK_EX);
	while (access(argv[2], F_OK) == -1)
		usleep(10000);
	return 0;
}
C
if ! "${CC:-cc}" -D_GNU_SOURCE -o "$work/stay" "$work/stay.c" 2>"$work/cc"; then
	note "no compiler: programs of others, and hidden ones, are not tested"
	tap_done
fi
cp "$(command -v mswatch)" "$work/mswatch.bin"
chmod 4755 "$work/stay"
leaving_stay() { # [hidden]
	stage_config
	cat >"$work/sync" <<-SCRIPT
		#!/bin/bash
		exec 3<> <(:)
		flock -n "$work/there" true || touch "$work/beside"
		echo "start \${*@Q}" >>"$work/runs"
		"$work/stay" "$work/there" "$work/release" $* &
		while flock -n "$work/there" true && [[ ! -e $work/release ]]; do read -rt 0.02 -u 3; done
		echo "end 0" >>"$work/runs"
	SCRIPT
	rm -f "$work/release" "$work/beside" "$work/runs"
	: >"$work/runs"
	: >"$work/there"
	chmod 666 "$work/runs" "$work/there"
	chmod 644 "$conf"
	mkfifo "$work/one.feed" "$work/two.feed" 2>/dev/null
	chmod 666 "$work/"*.feed
}

leaving_stay
start "${as_user[@]}" "$work/mswatch.bin" -c "$conf" >"$work/out" 2>"$work/err"
mswatch=$started
ok "what can't be killed is told" until_line err 'sync: process [0-9]* of it can.t be killed' || show_all
stay=$(pgrep -f "^$work/stay")
contains "by its number" "$work/err" "sync: process $stay of it can't be killed"
is "once" "$(lines_of err "can't be killed")" 1
is "no sync starts beside it" "$(lines_of runs '^start')" 1
kill "$mswatch"
kill -INT "$mswatch"                    # a second signal: no grace
ok "mswatch ends all the same" wait_until "$bound" not alive "$mswatch"
ok "the lock does not" not flock -n "$conf" true
start "${as_user[@]}" "$work/mswatch.bin" -c "$conf" >"$work/out" 2>"$work/err"
mswatch=$started
ok "the next mswatch says that it waits" until_line err 'still running: waiting for it, 10 s at most'
is "and does not sync" "$(lines_of runs '^start')" 1
touch "$work/release"
ok "until it has ended" until_line runs "^end 0" 3 || show_all
ok "never beside it" test ! -e "$work/beside"
stage_stop

# --- the same without mswatch ---
rm -f "$work/release"
cp "$(command -v inputkill)" "$work/inputkill.bin"
timeout --foreground "$bound" "${as_user[@]}" "$work/inputkill.bin" -g 0.1 "$work/stay" "$work/there" "$work/release" \
	< <(while flock -n "$work/there" true; do nap; done) 2>"$work/err"
is "inputkill ends with its input, whatever it can't kill" $? 0
contains "and says what it leaves" "$work/err" \
	"^inputkill[.a-z]*: process $(pgrep -f "^$work/stay") of $work/stay can't be killed"
touch "$work/release"
ok "whose guard ends with it" wait_until "$bound" not pgrep -f "^$work/stay"

# hidepid=2 shows nobody what is not dumpable.
leaving_stay hidden
chmod 755 "$work/stay"
# shellcheck disable=SC2016 # for the inner shell
hide=(unshare -pf --mount-proc --kill-child sh -c 'mount -o remount,hidepid=2 /proc && exec "$@"' -)
if "${hide[@]}" true 2>/dev/null; then
	start "${hide[@]}" "${as_user[@]}" "$work/mswatch.bin" -c "$conf" >"$work/out" 2>"$work/err"
	until_line runs '^start' 2 || show_all
	ok "what /proc hides is ended before the next sync" test ! -e "$work/beside"
	mswatch=$(pgrep -P "$started")
	kill "$mswatch"
	kill -INT "$mswatch"
	ok "and at the end" wait_until "$bound" not alive "$mswatch"
	is "with nothing left" "$(pgrep -f "^$work/stay")" ''
	wait "$started"
fi
tap_done

#!/bin/bash
# Older kernels, containers and no /proc: what is missing is done without, or told.
# shellcheck disable=SC2016,SC2154 # for the command's shell; tap.sh and others
# shellcheck source=tests/watch.sh
. "${top_srcdir:-$(dirname "$0")/..}/tests/watch.sh"
# shellcheck source=tests/supervised.sh
. "$top_srcdir/tests/supervised.sh"
needs python3

# old WORDS CMD...: on a kernel without them (tests/preload/old_kernel.c)
old() { (become_old "$@"); }
become_old() { exec env OLD_KERNEL="$1" LD_PRELOAD="$(realpath "$top_builddir")/tests/preload/old_kernel.so" "${@:2}"; }
# gone FILE: by their numbers, as this machine's ps sees them
gone() { wait_until 30 none_alive "$(<"$1")"; }
is_up() { [[ -s $work/up ]]; }

# --- that it is one ---
old calls python3 -c 'import os; os.pidfd_open(os.getpid())' 2>"$work/err"
contains "there is no pidfd" "$work/err" 'Errno 38'
not_old() { ! old "$@" >/dev/null 2>&1; }
ok "there is no list of children" not_old children cat /proc/thread-self/children
ok "there is no /proc" not_old proc cat /proc/self/stat

# --- a command that is ended with all that is below it, and inherits nothing ---
list='for ((n = 3; n < 250; n++)); do [[ ! -e /proc/$$/fd/$n ]] || echo $n; done'
for lacking in calls calls,children calls,proc; do
	is "without $lacking: no descriptor but 0, 1 and 2" \
		"$(exec 7</dev/null 200</dev/null; old "$lacking" inputkill bash -c "$list" <&"$silent")" ""
	: >"$work/up"
	: >"$work/pids"
	old "$lacking" inputkill -g 0.2 bash -c "timeout 1000 sleep 1000 & echo \$! >>$work/pids; $deaf" >"$work/up" \
		< <(wait_until 60 is_up)
	is "without $lacking: the end of the input ends the command" $? 0
	ok "without $lacking: and all of it" gone "$work/pids"
	is "without $lacking: a command's status is passed on" \
		"$(status_of old "$lacking" inputkill sh -c 'exit 3')" 3
done

# --- a sandbox that refuses prctl ---
if strace -o "$work/trace" true 2>/dev/null; then
	# the sanitizer for leaks can't work under strace
	is "without prctl: a command's status is passed on" \
		"$(status_of env ASAN_OPTIONS=detect_leaks=0 strace -f -o "$work/trace" -e inject=prctl:error=EPERM \
			inputkill sh -c 'exit 3')" 3
	contains "it was refused" "$work/trace" 'prctl.*INJECTED'
fi

# --- watchers ---
maildirs "$work/Maildir"
: >"$work/INBOX"
old_watch_maildirs() { become_old calls watch_maildirs "$@"; }
watcher_program=old_watch_maildirs
watch -m "$work/Maildir"
deliver "$work/Maildir" 1.x
says "watch_maildirs tells a delivery" INBOX
mkdir -p "$work/Maildir/.new/cur" "$work/Maildir/.new/tmp" "$work/Maildir/.new/new"
deliver "$work/Maildir/.new" 1.x
ok "and one into a new folder" told_of new
unwatch
mkdir "$work/mail"
letter() { printf 'From me Thu Jan  1 00:00:00 1970\n\nhello\n'; }
old_watch_mboxes() { become_old calls watch_mboxes "$@"; }
watcher_program=old_watch_mboxes
watch -m "$work/mail" -i "$work/INBOX"
letter >>"$work/INBOX"
says "watch_mboxes tells a delivery" INBOX
mkdir "$work/mail/lists"
ok "a new directory, whose age nobody knows, makes it report all" told_of ""
unwatch

# --- SELinux or a sandbox, which let read but not watch ---
refused() { become_old watch "$watches" "$@"; }
watcher_program=refused
is_told() {
	contains "$watches without a watch: it is told" "$errors" \
		'inotify is refused .Permission denied.*polled every 0.1 s'
	is "once, and nothing else" "$(grep -c '' "$errors")" 1
}
watches=watch_maildirs
watch -m "$work/Maildir" -p 0.1
is_told
deliver "$work/Maildir" 2.x
ok "it tells a delivery" told_of INBOX
maildirs "$work/Maildir/.late"
deliver "$work/Maildir/.late" 1.x
ok "and one into a new folder" told_of late
unwatch
watches=watch_mboxes
letter >"$work/mail/box"
watch -m "$work/mail" -i "$work/INBOX" -p 0.1
is_told
letter | tee -a "$work/INBOX" >>"$work/mail/box"
ok "it tells a delivery" told_of box
ok "one to INBOX, too" told_of INBOX
letter >"$work/mail/late"
ok "and a new mailbox" told_of late
unwatch

# --- mswatch ---
# shellcheck source=tests/mswatch_stage.sh
. "$top_srcdir/tests/mswatch_stage.sh"
stage_config
start become_old calls mswatch -c "$conf" >"$work/out" 2>"$work/err"
mswatch=$started
run_of() { grep -q "^start .*$1" "$work/runs" 2>/dev/null; }
ok "mswatch syncs all at its start" wait_until 60 run_of "''"
change one lists/dev
ok "and what has changed" wait_until 60 run_of lists/dev
end_pid "$mswatch"
wait "$mswatch"
is "and ends as it is told" $? 0

# --- socketwatch ---
is "without calls: socketwatch passes a status on" "$(status_of old calls socketwatch sh -c 'exit 3')" 3
is "without calls,io: it ends what stands still" \
	"$(status_of old calls,io socketwatch -t 1 -g 1 sleep 1000)" 124
is "without calls,io: and lets go on what uses the processor" \
	"$(status_of old calls,io socketwatch -t 1.5 bash -c 'while ((SECONDS < 5)); do :; done; exit 4')" 4
is "without diag: it starts nothing" "$(status_of old diag socketwatch true)" 125
contains "and says why" "$work/err" '^socketwatch: the kernel does not show its TCP sockets '
is "without proc: it starts nothing" "$(status_of old proc socketwatch true)" 125
contains "and says why" "$work/err" '^socketwatch: /proc does not show '
tap_done

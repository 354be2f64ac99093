#!/bin/bash
# No leak and no memory error on each program's main path, nor in its guards.
# shellcheck source-path=SCRIPTDIR
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
. "$top_srcdir/tests/mswatch_stage.sh"
needs valgrind
! grep -q fsanitize "$top_builddir/config.status" || skip_all "sanitizers and valgrind exclude each other"

# libc has one function for memmove and memcpy, which valgrind may know by the wrong name.
cat >"$work/suppressions" <<-'END'
	{
	   memmove
	   Memcheck:Overlap
	   fun:__memcpy_chk
	   fun:memmove
	}
END

# What the programs run is run outside of valgrind; their guards are copies of
# them and stay inside.  The log tells errors and leaks of all, the status also
# what a program still holds at its end (guards hold copies of that).
under=(valgrind -q --log-file="$work/memory.%p" --error-exitcode=99 --leak-check=full
	--suppressions="$work/suppressions" "--show-leak-kinds=definite,indirect,possible" --errors-for-leak-kinds=all)
clean() { # WHAT STATUS WANTED: judges what has just ended
	is "$1: status $3, nothing held" "$2" "$3"
	is "$1: valgrind has nothing to say" "$(cat "$work"/memory.*)" ""
	rm "$work"/memory.*
}
run() { # WHAT WANTED-STATUS CMD...
	local what=$1 wanted=$2
	shift 2
	timeout 120 "${under[@]}" "$@" >"$work/out" 2>"$work/err"
	clean "$what" $? "$wanted"
}
until_up() { until [[ -s $work/up ]]; do nap; done; }   # as standard input: open until then
export work

# --- mswatch ---
stage_config "on_success true"
start "${under[@]}" mswatch -c "$conf" >"$work/out" 2>"$work/err"
mswatch=$started
until_started
printf '3\n' >"$work/fail"
change one Box "It's"
ok "under valgrind a failure is told" until_line err 'Sync errored'
rm "$work/fail"
ok "a recovery too" until_line out 'syncing again'
kill -USR1 "$mswatch"
ok "a report printed" until_line out "^${stamp}(Pending mailboxes:|Nothing is pending)"
kill "$(tail -n 1 "$work/two.pids")"
ok "a watcher started again" until_line out 'two: watching again'
stage_stop
clean "mswatch" "$status" 0

# --- watch_maildirs ---
maildir() { mkdir -p "$1"/{cur,new,tmp}; }
watched() { # WHAT DIR OPTION...: what comes in DIR is told, until nobody reads on
	local what=$1 dir=$2 i
	shift 2
	rm -f "$work/pipe" "$work/lines"
	mkfifo "$work/pipe"
	start cat "$work/pipe" >"$work/lines"
	reader=$started
	start "${under[@]}" watch_maildirs "$@" >"$work/pipe" 2>"$work/err"
	watcher=$started
	ok "$what: watches" until_line lines '^$'
	: >"$dir/tmp/one"
	mv "$dir/tmp/one" "$dir/new/one"
	ok "$what: tells a delivery" until_line lines '^INBOX$'
	for i in 1 2; do
		maildir "$work/.made"
		mv "$work/.made" "$dir/$made"
		ok "$what: tells a new folder" until_line lines "^$made_name\$" "$i"
		mv "$dir/$made" "$dir/$made.away"
		rm -r "$dir/$made.away"
		ok "$what: tells that it goes" until_line lines '^$' $((i + 1))
	done
	kill "$reader"
	wait_until 60 not alive "$watcher"
	wait "$watcher"
	clean "$what" $? 0
}
maildir "$work/mail"
maildir "$work/mail/.a.b"
made=.c.d made_name=c/d
watched "watch_maildirs" "$work/mail" -m "$work/mail" -s / -e
maildir "$work/tree"
maildir "$work/tree/a/b"
ln -s a "$work/tree/link"
made=c made_name=c
watched "watch_maildirs, verbatim" "$work/tree" -m "$work/tree" -l verbatim -x 'a/*'
watched "watch_maildirs, by polling" "$work/tree" -m "$work/tree" -l verbatim --poll-only -p 0.1
run "watch_maildirs without a Maildir" 1 watch_maildirs -m "$work/nowhere"

# --- watch_mboxes ---
letter() { printf 'From a\nSubject: x\nStatus: O\n\nbody\n\n'; }
mkdir -p "$work/mboxes/d" "$work/spool"
letter >"$work/mboxes/box"
ln -s box "$work/mboxes/link"
mboxes() { # WHAT OPTION...
	local what=$1 i
	shift
	rm -f "$work/pipe" "$work/lines" "$work/spool/me"
	mkfifo "$work/pipe"
	start cat "$work/pipe" >"$work/lines"
	reader=$started
	start "${under[@]}" watch_mboxes -m "$work/mboxes" -i "$work/spool/me" "$@" >"$work/pipe" 2>"$work/err"
	watcher=$started
	ok "$what: watches" until_line lines '^$'
	letter >>"$work/mboxes/box"
	ok "$what: tells a delivery" until_line lines '^box$'
	letter >"$work/spool/me"
	ok "$what: tells INBOX" until_line lines '^INBOX$'
	for i in 1 2; do
		letter >"$work/mboxes/d/new$i"
		ok "$what: tells a new mailbox" until_line lines "^d/new$i\$"
		rm "$work/mboxes/d/new$i"
		ok "$what: tells that it goes" until_line lines '^$' $((i + 1))
	done
	kill "$reader"
	wait_until 60 not alive "$watcher"
	wait "$watcher"
	clean "$what" $? 0
}
mboxes "watch_mboxes"
mboxes "watch_mboxes, without echoes" -e -x 'x*' -n utf8
mboxes "watch_mboxes, by polling" --poll-only -p 0.1
run "watch_mboxes without a directory" 1 watch_mboxes -m "$work/nowhere"

# --- watch_imap ---
exec {silent}<> <(:)
with_input() { exec "$@" <&"$silent"; }  # in the background, too
cat >"$work/script" <<-SCRIPT
	* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hi
	< AUTHENTICATE
	TAG OK [CAPABILITY IMAP4rev1 IDLE NOTIFY NAMESPACE ID] in
	< ID
	* ID NIL\\r\\nTAG OK
	< NAMESPACE
	* NAMESPACE (("" "/")) NIL NIL\\r\\nTAG OK
	< LIST
	* LIST () "/" INBOX\\r\\n* LIST () "/" a\\r\\n* LIST () "/" junk\\r\\nTAG OK
	< EXAMINE
	* 1 EXISTS\\r\\n* OK [UIDVALIDITY 1] x\\r\\nTAG OK
	< NOTIFY
	TAG OK
	< STATUS
	* STATUS a (MESSAGES 1)\\r\\nTAG OK
	< IDLE
	+ idling
	@ $work/go
	* OK [ALERT] hi\\r\\n* STATUS {1}\\r\\na (MESSAGES 2)\\r\\n* LIST () "/" {3}\\r\\n\\xc3\\xa4b\\r\\n* STATUS {3}\\r\\n\\xc3\\xa4b (MESSAGES 1)
	* LIST () "/" new ("OLDNAME" ("a"))
	@ $work/end
	close
SCRIPT
cat >"$work/imaprc" <<-CONF
	IMAPStore server
	User me
	PassCmd "echo secret"
	Tunnel "python3 $top_srcdir/tests/imap_server.py $work/script $work/imaplog"

	MaildirStore near
	Path $work/near/

	Channel all
	Far :server:
	Near :near:
	Patterns * !junk
CONF
start with_input "${under[@]}" watch_imap -c "$work/imaprc" -v -x 'x*' server >"$work/lines" 2>"$work/err"
watcher=$started
ok "watch_imap: watches" until_line lines '^$'
: >"$work/go"
ok "watch_imap: tells a change" until_line lines '^a$'
ok "watch_imap: tells a new mailbox, and that it goes" until_line lines '^$' 2
: >"$work/end"
wait_until 60 not alive "$watcher"
wait "$watcher"
clean "watch_imap" $? 69
rm "$work/end"
run "watch_imap, a test" 0 watch_imap -c "$work/imaprc" -t server
sed -i 's/secret/wrong/; s/AUTHENTICATE/LOGOUT/' "$work/imaprc" "$work/script"
run "watch_imap, a server that hangs up" 69 watch_imap -c "$work/imaprc" server <&"$silent"

# --- inputkill ---
run "inputkill, a command that ends" 3 inputkill sh -c 'echo x; exit 3' <&"$silent"
# shellcheck disable=SC2016 # for the commands
{
	up='echo up >"$work/up"; exec sleep 1000'
	deaf='trap "" TERM; sleep 1000 & echo up >"$work/up"; while :; do sleep 1; done'
}
run "inputkill, the end of the input" 0 inputkill sh -c "$up" < <(until_up)
rm "$work/up"
run "inputkill, a deaf command" 0 inputkill -g 0.1 sh -c "$deaf" < <(until_up)
run "inputkill, silence" 124 inputkill -t 0.2 sleep 1000 <&"$silent"

# --- socketwatch ---
start python3 "$top_srcdir/tests/server.py" "$work/port"
wait_until 60 test -s "$work/port"
port=$(<"$work/port")
export port
cat >"$work/client" <<-'SH'
	#!/bin/bash
	exec 3<>"/dev/tcp/127.0.0.1/$port"
	echo "$@" >&3
	while IFS= read -rn 1 <&3; do :; done
SH
chmod +x "$work/client"
run "socketwatch, data moves" 0 socketwatch -t 2 "$work/client" slow 6
run "socketwatch, without a connection" 4 socketwatch -t 1 sh -c 'sleep 0.5; exit 4'
run "socketwatch, silence" 124 socketwatch -t 1 -g 0.1 sh -c "\"$work/client\" silent; :"
tap_done

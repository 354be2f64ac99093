#!/bin/bash
# watch_maildirs: layouts with nested folders, links, folders that can't be read.
. "${top_srcdir:-$(dirname "$0")/..}/tests/watch.sh"
cd "$work" || exit 1
chmod 755 "$work"

# --- verbatim ---
v=$work/Mail
maildirs "$v/beacon" "$v/top" "$v/top/sub" "$v/walked/deep/leaf" "$v/INBOX" "$v/.hidden" "$work/in" \
	"$work/in/kid"
watch -m "$v" -l verbatim
contains "verbatim: INBOX in the base is ignored with a warning" "$errors" 'Mail/INBOX: ignored'
deliver "$v/top/sub" a
says "verbatim: top/sub" top/sub
deliver "$v/walked/deep/leaf" a
says "verbatim: directories without cur/ are walked through" walked/deep/leaf
deliver "$v/.hidden" a
says "verbatim: a leading dot is nothing special" .hidden
deliver "$v/INBOX" a
is_quiet "verbatim: the ignored INBOX is quiet" "$v/beacon" beacon
mkdir -p x/y
maildirs x x/y/z
mv x "$v/top/x"
says "verbatim: a subtree that is moved in" top/x top/x/y/z ""
deliver "$v/top/x/y/z" a
says "verbatim: and what is deep in it" top/x/y/z
mv "$v/top" "$v/else"
says "verbatim: a subtree that is renamed" else else/sub else/x else/x/y/z ""
deliver "$v/else/x/y/z" b
says "verbatim: and what is deep in it then" else/x/y/z
mv "$v/else" "$v/top"
settle "$v/beacon" beacon
# what comes and goes while the watcher can't look
maildirs y
kill -STOP "$watcher"
mkdir "$v/short"
mv y "$v/short/y"
mv "$v/short/y" y
kill -CONT "$watcher"
says "verbatim: what was in a new directory when nobody looked: all" ""
ln -s "$v/walked/deep/leaf" "$v/turn"
says "verbatim: a link to a mailbox, which may have led elsewhere before" turn ""
kill -STOP "$watcher"
ln -sfn "$work/y" "$v/turn"
ln -sfn "$v/walked/deep/leaf" "$v/turn"
kill -CONT "$watcher"
says "verbatim: a link that led elsewhere when nobody looked: all" ""
rm "$v/turn"
settle "$v/beacon" beacon
maildirs "$work/z" "$work/z/kid"
kill -STOP "$watcher"
ln -s "$work/hop" "$v/turn"
ln -s "$work/z" "$work/hop"
ln -sfn "$work/y" "$work/hop"
kill -CONT "$watcher"
says "verbatim: so may a new link have done" turn ""
rm "$v/turn"
settle "$v/beacon" beacon
ln -s "$v/top" "$v/top/x/back"
says "a link that leads back up is a mailbox" top/x/back ""
deliver "$v/top" b
says "a directory with two names has both told" top top/x/back
deliver "$v/top/sub" b
says "what is below it is told once" top/sub
unwatch
watch -m "$v" -l verbatim --poll-only -p 0.2
settle_polled "$v/beacon" beacon
: >"$v/top/new/polled"
says "a link that leads back up is not walked through when polled" top top/x/back
unwatch
watch -m "$v" -l verbatim -i INBOX
is "-i INBOX: no warning" "$(cat "$errors")" ""
deliver "$v/INBOX" b
says "-i INBOX: it is INBOX" INBOX
maildirs "$v/INBOX/kid"
says "-i INBOX: mailboxes below it are INBOX/kid" INBOX/kid ""
unwatch
watch -m "$v" -l verbatim -i "$work/in" -x 'top*'
deliver "$work/in" a
says "-i elsewhere: it is INBOX" INBOX
deliver "$work/in/kid" a
says "-i elsewhere: and its subfolders" INBOX/kid
deliver "$v/top/sub" c
is_quiet "-x top* leaves out top and all below it" "$v/beacon" beacon
unwatch
mkdir "$v/bare"
watch_maildirs -m "$v" -l verbatim -i bare >out 2>err
is "an INBOX that is no Maildir: status" "$?" 1
contains "an INBOX that is no Maildir: message" err 'Mail/bare/new.*--inbox'
rmdir "$v/bare"

# --- an INBOX that comes and goes ---
# WHAT INBOX OPTION...: from nothing to a mailbox, away, and there again.  It is made by a
# rename and bit by bit; each way is all, and each mail is INBOX's.
comes_and_goes() {
	local what=$1 inbox=$2 round
	shift 2
	rm -rf "$inbox" "$inbox.away"
	watch "$@"
	contains "$what: the ready line does not wait, the wait is told" "$errors" "$inbox: there is no INBOX yet"
	for round in 1 2; do
		maildirs "$inbox"
		ok "$what: it is made, $round" told_of INBOX
		settle "$inbox" INBOX
		deliver "$inbox" "mail$round"
		says "$what: it is watched, $round" INBOX
		mv "$inbox" "$inbox.away"
		ok "$what: it is moved away, $round" told_of ""
		settle "$beside" beacon
		deliver "$inbox.away" "lost$round"
		is_quiet "$what: and not watched there, $round" "$beside" beacon
		mv "$inbox.away" "$inbox"
		ok "$what: it is moved back, $round" told_of INBOX
		settle "$inbox" INBOX
		rm -r "$inbox"
		ok "$what: it is deleted, $round" told_of ""
		settle "$beside" beacon
	done
	unwatch
}
beside=$v/beacon
comes_and_goes "INBOX in the base" "$v/later" -m "$v" -l verbatim -i later -x 'later*'
comes_and_goes "INBOX deeper" "$v/top/later" -m "$v" -l verbatim -i top/later -x 'top*'
comes_and_goes "INBOX elsewhere" "$work/later" -m "$v" -l verbatim -i "$work/later"
comes_and_goes "INBOX elsewhere, polled" "$work/later" -m "$v" -l verbatim -i "$work/later" --poll-only -p 0.05
rm -rf "$work/no"
comes_and_goes "INBOX where no directory is" "$work/no/where/later" -m "$v" -l legacy -i "$work/no/where/later"
maildirs "$work/pp" "$work/pp/.beacon"
beside=$work/pp/.beacon comes_and_goes "Maildir++, INBOX elsewhere" "$work/later" -m "$work/pp" -i "$work/later"
watch -m "$v" -l verbatim -i "$work/no/where/later"
mkdir -p "$work/no/where"
mv "$work/no" "$work/yes"
maildirs "$work/yes/where/later" "$work/new/where/later"
deliver "$work/yes/where/later" a
is_quiet "an INBOX whose way was moved is not taken for it" "$v/beacon" beacon
mv "$work/new" "$work/no"
ok "one that comes with its way is: all" told_of ""
ok "and it" told_of INBOX
settle "$work/no/where/later" INBOX
mv "$work/no" "$work/new"
ok "it goes with its way: all" told_of ""
mkdir "$work/no"
ln -s "$work/yes/where" "$work/no/where"
ok "it is there again by a link" told_of INBOX
settle "$work/yes/where/later" INBOX
unwatch

# --- no mailbox at all ---
mkdir empty empty/below
for layout in verbatim legacy; do
	watch -m "$work/empty" -l "$layout"
	is "$layout: that there is no mailbox is said once" "$(grep -c "$work/empty: no mailbox found" "$errors")" 1
	maildirs "$work/empty/$layout"
	says "$layout: one that comes is told" "$layout" ""
	rm -r "$work/empty/$layout"
	ok "$layout: and goes" told_of ""
	unwatch
	is "$layout: nothing more was said" "$(grep -c '' "$errors")" 1
done
watch -m "$v" -l verbatim -x '*'
contains "verbatim: where all are left out, there is none" "$errors" 'Mail: no mailbox found'
unwatch
watch -m "$work/empty" -i "$work/in"
is "an INBOX elsewhere is a mailbox" "$(cat "$errors")" ""
unwatch

# --- legacy ---
l=$work/Legacy
maildirs "$l/beacon" "$l/top" "$l/top/.sub" "$l/top/.sub/.deep" "$l/.hidden" "$l/walked/.leaf" "$l/top/plain"
watch -m "$l" -l legacy
deliver "$l/top/.sub/.deep" a
says "legacy: top/.sub/.deep" top/sub/deep
deliver "$l/walked/.leaf" a
says "legacy: walked/.leaf" walked/leaf
deliver "$l/.hidden" a
deliver "$l/top/plain" a
is_quiet "legacy: other directories are no mailboxes" "$l/beacon" beacon
unwatch

# --- links ---
m=$work/Maildir
mkdir -p data way
maildirs data/base data/base/.beacon data/one data/two
ln -s data/base Maildir
ln -s ../data/one way/link
ln -s "$work/way/link" data/base/.far
ln -s ../two data/base/.near
ln -s ../two data/base/.twin
ln -s nowhere data/base/.dangling
mkdir data/spool data/base/.parts data/base/.parts/cur
ln -s "$work/data/spool" data/base/.parts/new
watch -m "$m" -p 0.1
deliver "$m" a
says "the base may be a link" INBOX
deliver data/one a
says "a folder may be a link to a link" far
deliver data/two a
says "two links to one directory: both names" near twin
: >data/spool/a
says "new/ may be a link" parts
ln -sfn ../data/two way/link
says "a link on the way is pointed elsewhere: all, and what is there" "" far
deliver data/two b
says "and where it leads now is watched" near twin far
deliver data/one b
is_quiet "where it led is not" "$m/.beacon" beacon
mv data/two data/three
says "the directory that links lead to is moved: all" ""
mv data/three data/two
says "it is back, as the next look shows" near twin far
maildirs data/nowhere
ln -sfn ../nowhere data/base/.dangling
says "a link to nothing gets a target" dangling ""
deliver data/nowhere a
says "and is watched" dangling
maildirs data/four
ln -s ../four data/base/.four
says "a link to a mailbox" four
mv data/four/cur cur
says "which loses its cur/: all" ""
kill -STOP "$watcher"
mv cur data/four
mv data/four four
kill -CONT "$watcher"
says "it was whole and went when nobody looked: all" ""
rm data/base/.near
says "a link that is deleted: all" ""
ln -s . data/base/.self
says "a link to the base itself" self
deliver "$m" b
says "is another name of INBOX" INBOX self
rm data/base/.self
settle "$m/.beacon" beacon
maildirs data/other data/other/.beacon data/other/.new
ln -sfn data/other Maildir
says "the base's link is pointed elsewhere: all, and what is there" "" INBOX beacon new
deliver data/other/.new a
says "and watched there" new
rm Maildir
ends_with "the base's link is deleted: status 2" 2

# --- the base comes back as another, perhaps with the number of the one before ---
base() { # a new one
	mkdir "$work/again"
	maildirs "$work/again/beacon"
}
base
watch -m "$work/again" -l verbatim
kill -STOP "$watcher"
rm -r again
base
kill -CONT "$watcher"
ends_gone "the base is deleted and made again when nobody looked"
maildirs instead
watch -m "$work/again" -l verbatim
kill -STOP "$watcher"
mv again elsewhere
mv instead again
kill -CONT "$watcher"
ends_gone "another directory is moved to where the base was"

# --- events are lost, and with them that the base's link is pointed elsewhere ---
overflow() { # DIRECTORY: fills the queue
	local most i
	most=$(</proc/sys/fs/inotify/max_queued_events)
	for ((i = 0; i < most; i++)); do : >"$1/$i"; done
}
if (($(</proc/sys/fs/inotify/max_queued_events) > 100000)); then
	note "the kernel's queue of events is too long to be filled here"
else
	maildirs first first/.beacon second second/.beacon third third/.beacon
	ln -s first now
	watch -m "$work/now"
	kill -STOP "$watcher"
	overflow first/new
	ln -sfn second now
	kill -CONT "$watcher"
	ok "events are lost: all" told_of ""
	ok "and the base's link is followed" told_of beacon
	nap 0.05
	settle second/.beacon beacon
	ln -sfn third now
	says "it is pointed elsewhere again: all, and what is there" "" INBOX beacon
	deliver third/.beacon a
	says "and watched there" beacon
	unwatch
	watch -m "$work/now"
	kill -STOP "$watcher"
	overflow third/new
	mv third fourth
	maildirs third
	kill -CONT "$watcher"
	ends_with "events are lost, and another directory is the base: status 2" 2
fi

# --- the base's way is looked at, and what happens meanwhile (strace makes that long) ---
if strace -o trace true 2>/dev/null; then
	mkdir -p moving
	maildirs moving/base
	ln -s ../moving way/slow
	: >"$lines"
	# the sanitizer for leaks can't work under strace
	ASAN_OPTIONS=detect_leaks=0 start strace -o trace -e trace=inotify_rm_watch -e inject=inotify_rm_watch:delay_enter=1000000 \
		watch_maildirs -m way/slow/base >>"$lines" 2>"$errors"
	watcher=$started
	wait_until 30 has_lines 1
	touch -h way/slow
	nap 0.5
	mv moving moved
	ends_with "the base's way is moved while it is looked at: status 2" 2
fi

# --- an INBOX comes after its way was looked at, before it is itself (strace makes that long) ---
is_looked_for() { grep -qE "^f?access" trace; }
if strace -o trace true 2>/dev/null; then
	late=$work/late/where/later
	: >"$lines"
	# the sanitizer for leaks can't work under strace
	ASAN_OPTIONS=detect_leaks=0 start strace -o trace -P "$late" -e trace=access,faccessat,faccessat2 \
		-e inject=access,faccessat,faccessat2:delay_exit=1000000 \
		watch_maildirs -m "$v" -l legacy -i "$late" >>"$lines" 2>"$errors"
	watcher=$started
	wait_until 30 has_lines 1
	: >trace
	mkdir "$work/late"
	wait_until 30 is_looked_for || fail "the way is looked at" "$(cat trace)"
	maildirs "$late"
	ok "an INBOX that comes while its way is looked at is told" told_of INBOX
	settle "$late" INBOX
	mv "$late" "$late.away"
	ok "and its way is watched: it is moved away" told_of ""
	unwatch
fi

# --- a directory can be opened, but not read to its end ---
is_traced() { grep -q '^TracerPid:[[:space:]]*[1-9]' "/proc/$watcher/status"; }
if strace -o trace true 2>/dev/null; then
	maildirs half/beacon half/one half/one/two
	watch -m "$work/half" -l verbatim -p 0.2
	start strace -o trace -P "$work/half/other" -e inject=getdents64:error=EIO:when=2+ -p "$watcher" \
		2>strace.err
	tracer=$started
	wait_until 30 is_traced || fail "the watcher is traced" "$(cat strace.err)"
	mv half/one half/other
	ok "what was read of it before the error is told" told_of other/two
	ok "EIO: all is reported at each look" wait_until 30 all_told 4
	is "EIO: said once" "$(grep -c 'half/other: can.t be read: Input/output error' "$errors")" 1
	end_pid "$tracer"
	wait_until 30 not is_traced
	nap 0.5
	settle half/beacon beacon
	nap 0.5
	is_quiet "it can be read again: no more is reported" half/beacon beacon
	unwatch
fi

# --- a folder without permission; root may read everything, so not as root ---
maildirs perm perm/.beacon perm/.closed perm/.part
user=()
cp "$(type -P watch_maildirs)" "$work/watcher"
if ((EUID == 0)); then
	chown -R 65534:65534 perm
	user=(setpriv --reuid=65534 --regid=65534 --clear-groups)
fi
chmod 0 perm/.closed perm/.part/new
: >"$lines"
seen=0
start "${user[@]}" "$work/watcher" -m "$work/perm" -p 0.1 >>"$lines" 2>"$errors"
watcher=$started
wait_until 30 has_lines 1
seen=1
contains "a folder that can't be read is told of" "$errors" "perm/.closed: can't be watched: Permission denied"
nap 0.5
is "each once" "$(grep -c '' "$errors")" 2
chmod 700 perm/.closed
says "it is reported once it can be read" closed
: >perm/.closed/new/a
says "and watched" closed
chmod 700 perm/.part/new
says "so is a new/ that can be read again" part
unwatch
chmod 0 perm/.closed perm/.part/new
chmod 600 perm/.beacon
: >"$lines"
start "${user[@]}" "$work/watcher" -m "$work/perm" -p 3600 >>"$lines" 2>"$errors"
watcher=$started
wait_until 30 has_lines 1
seen=1
chmod 700 perm/.closed
says "without a poll: a folder that can be read again" closed
: >perm/.closed/new/b
says "... and watched" closed
chmod 700 perm/.part/new
says "without a poll: a new/ that can be read again" part
chmod 700 perm/.beacon
says "without a poll: a folder that can be entered again" beacon
: >perm/.beacon/cur/a
says "... and watched" beacon
unwatch
chmod 0 perm/new
"${user[@]}" "$work/watcher" -m "$work/perm" >out 2>err
is "a base that can't be read: status" "$?" 1
contains "a base that can't be read: message" err 'perm/new: Permission denied'
chmod 700 perm/new

# --- the same where a folder may hold others; inotify is refused what can't be read, stat is not ---
maildirs closed/below
((EUID > 0)) || chown -R 65534:65534 closed
for way in --layout=verbatim --poll-only; do
	maildirs "nest$way"
	mv closed "nest$way/closed"
	chmod 0 "nest$way/closed"
	: >"$lines"
	start "${user[@]}" "$work/watcher" -m "$work/nest$way" -l verbatim "$way" -p 0.1 \
		>>"$lines" 2>"$errors"
	watcher=$started
	wait_until 30 has_lines 1
	seen=1
	nap 0.5
	is "$way: a folder that can't be read is told of once" "$(grep -c 'can.t be' "$errors")" 1
	chmod 700 "nest$way/closed"
	ok "$way: what is below it is reported once it can be read" told_of closed/below
	unwatch
	mv "nest$way/closed" closed
done
tap_done

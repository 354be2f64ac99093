#!/bin/bash
# What watch_mboxes reads of files, and what it makes of those that may not be read, are of
# other kinds, or have odd names.
# Root is bound by modes only without two of its capabilities.
bound=(setpriv "--bounding-set=-dac_override,-dac_read_search")
if ((EUID == 0)) && [[ ${1:-} != bound ]] && "${bound[@]}" true 2>/dev/null; then
	exec "${bound[@]}" bash "$0" bound
fi
. "${top_srcdir:-$(dirname "$0")/..}/tests/mboxes.sh"
cd "$work" || exit 1

mkdir -p "$m/dir" "$work/spool" "$work/else"
append "$m/a"
append "$m/dir/b"
spool=$work/spool/me
nothing=(-i "$work/nobody")

# --- what is read ---
bytes_read() { awk '/^rchar/ { print $2 }' "/proc/$watcher/io"; }
for _ in {1..2000}; do message; done >"$m/large"
size=$(stat -c %s "$m/large")
watch -m "$m" "${nothing[@]}"
before=$(bytes_read)
append "$m/large"
says "a change of a large mailbox" large
spent=$(($(bytes_read) - before))
ok "costs no read of it ($spent bytes)" test "$spent" -lt $((size / 10))
unwatch
watch -m "$m" "${nothing[@]}" -e
is "--no-echo: nor is it read at the start" "$(($(bytes_read) < size))" 1
before=$(bytes_read)
append "$m/large"
says "--no-echo: a change" large
spent=$(($(bytes_read) - before))
ok "--no-echo: is one read of it ($spent of $size bytes)" test "$spent" -ge "$size" -a "$spent" -lt $((size * 3 / 2))
cat "$m/a" "$m/a" >"$work/twice"
cat "$work/twice" >"$m/a"
says "--no-echo: the first change is told" a
cat "$work/twice" >"$m/a"
is_quiet "--no-echo: the same text again is none"
sed 's/^From: .*/&\nStatus: O\nX-UID: 7/' "$work/twice" >"$m/a"
is_quiet "--no-echo: nor is what servers add"
cp "$work/twice" "$work/third"
mv "$work/third" "$m/a"
is_quiet "--no-echo: nor is the same text renamed over it"
rm "$m/a"
says "--no-echo: one that goes: all" ""
cp "$work/twice" "$m/a"
says "--no-echo: and comes again as it was" a
echo text >"$m/a"
says "--no-echo: one that becomes another kind of file: all" ""
cp "$work/twice" "$m/a"
says "--no-echo: and is again as it was" a
cp "$work/twice" "$work/far"
ln -s ../far "$m/link"
says "--no-echo: a link to a mailbox" link
echo text >"$work/far"
says "--no-echo: to another kind of file: all" ""
cp "$work/twice" "$work/far"
says "--no-echo: and to the mailbox as it was" link
rm "$m/link"
says "--no-echo: a link that goes: all" ""
# While the watcher sleeps its queue overflows, and what it misses is told by the empty line.
limit=$(</proc/sys/fs/inotify/max_queued_events)
kill -STOP "$watcher"
for ((i = 0; i <= limit / 2; i++)); do
	: >>"$m/one.lock"
	: >>"$m/other.lock"
done
message >"$m/a"
mkdir "$m/unseen"
append "$m/unseen/box"
kill -CONT "$watcher"
ok "--no-echo: changes that were missed: all" told_of ""
settle
append "$m/unseen/box"
says "--no-echo: and what has come is watched" unseen/box
cp "$work/twice" "$m/a"
says "--no-echo: then what was told before them is news" a
rm "$m"/*.lock
truncate -s 257M "$m/huge"
printf 'From ' | dd of="$m/huge" conv=notrunc 2>/dev/null
says "--no-echo: one of more than 256 MB is told" huge
before=$(bytes_read)
printf 'From ' | dd of="$m/huge" conv=notrunc 2>/dev/null
says "--no-echo: always, though its text is the same" huge
ok "--no-echo: and is not read" test "$(($(bytes_read) - before))" -lt 100000
rm "$m/huge" "$m/large"
settle
# Mail checkers compare the time of the last access.
touch -a -d 2001-01-01 "$m/dir/b"
cat "$m/dir/b" >/dev/null
if [[ $(stat -c %X "$m/dir/b") == "$(date -d 2001-01-01 +%s)" ]]; then
	note "the file system keeps no times of access: not tested"
else
	touch -a -d 2001-01-01 "$m/dir/b"
	append "$m/dir/b"
	says "--no-echo: a change is read" dir/b
	is "and leaves the time of the last access alone" "$(stat -c %x "$m/dir/b" | cut -d ' ' -f 1)" 2001-01-01
fi
unwatch

# --- other kinds of files ---
watch -m "$m" "${nothing[@]}"
mkfifo "$m/fifo.mbox"
ln -s fifo.mbox "$m/to-fifo"
ln -s /dev/null "$m/to-device"
ln -s self "$m/self"
is_quiet "FIFOs and devices are no mailboxes, and are not waited for"
mkdir "$m/dir.mbox"
append "$m/dir.mbox/x"
says "a directory by the name of an mbox is a directory" dir.mbox/x
rm "$m/a"
says "a mailbox goes: all" ""
mkfifo "$m/a"
rm "$m/a"
append "$m/a"
says "where a FIFO was, a mailbox" a
truncate -s 10G "$m/zeros"
is_quiet "zeros are no mailbox"
rm "$m/zeros" "$m/self"

# --- names ---
append "$m/"$'esc\e[1m\ttab\r'
says "control characters are bytes of a name" $'esc\e[1m\ttab\r'
append "$m/"$'bad\377\376'
says "so are bytes that are no UTF-8" $'bad\377\376'
append "$m/ around "
says "and blanks" " around "
unwatch
watch -m "$m" "${nothing[@]}" -n utf8 -x $'two\nlines' -x $'*\r'
append "$m/"$'bad\377\376'
says "--names: what is neither UTF-7 nor UTF-8: all" ""
contains "and told of" "$errors" 'bad.*: has no name that can be told'
lacks "without what a terminal would take" "$errors" $'\377|\e'
append "$m/two"$'\n'lines
append "$m/"$'esc\e[1m\ttab\r'
is_quiet "--exclude matches names that can't be printed, too"
unwatch
rm -f "$m"/{two*,bad*,esc*,*fifo*,to-*}
ln -s "$work/else" "$m/way1"
for i in {2..10}; do ln -s way1 "$m/way$i"; done
append "$work/else/deep"
watch -m "$m" "${nothing[@]}"
contains "more than eight ways to a directory are told of" "$errors" \
	'way[0-9]*: links lead to this directory by more than 8 ways'
append "$work/else/deep"
told_by() { # COUNT PATTERN
	(($(tail -n +$((seen + 1)) "$lines" | grep -x -- "$2" | sort -u | grep -c '') == $1))
}
ok "it is told by eight" wait_until 30 told_by 8 'way[0-9]*/deep'
settle
unwatch
rm "$m"/way*
mkdir "$work"/net{1..7}
for i in {1..7}; do
	append "$work/net$i/box"
	for j in {1..7}; do ln -s "../net$j" "$work/net$i/to$j"; done
done
ln -s "$work/net1" "$m/net"
watch -m "$m" "${nothing[@]}"
append "$work/net7/box"
ok "in directories that all link to each other, too" wait_until 30 told_by 8 '.*/box'
unwatch
rm "$m/net"
mkdir "$work/empty"
watch -m "$work/empty" "${nothing[@]}"
contains "that there is no mailbox is told" "$errors" 'empty: no mailbox found, .*begins with .From '
unwatch

# --- what polling tells besides ---
watch -m "$m" "${nothing[@]}" --poll-only -p 0.1
nap 0.5
settle
touch -d 2001-01-01 "$m/dir/b"
ok "polled: a mailbox whose times were set may be told" told_of dir/b
unwatch

# --- a directory on the way ---
mkdir -p "$work/up/mail"
append "$work/up/mail/a"
watch -m "$work/up/mail" "${nothing[@]}"
mv "$work/up" "$work/up2"
ends_gone "a directory above is moved"

# --- modes ---
: >refused
chmod 0 refused
if [[ -r refused ]]; then
	note "nobody is refused anything here: modes are not tested"
	tap_done
fi
chmod 0 "$m/dir"
watch -m "$m" "${nothing[@]}" -p 0.1
contains "a directory that may not be read is told of" "$errors" 'dir: can.t be [a-z]*: Permission denied; will look again'
chmod 700 "$m/dir"
says "it may be read again: all, and what is there" "" dir/b
append "$m/dir/b"
says "it is watched" dir/b
unwatch
chmod 300 "$work/spool"
watch -m "$m" -i "$spool" -p 0.1
append "$spool"
says "a spool that may not be listed is polled for INBOX" INBOX
append "$spool"
says "which is watched" INBOX
chmod 700 "$work/spool"
unwatch
chmod 0 "$m/a"
watch -m "$m" "${nothing[@]}"
contains "a file that may not be read is told of" "$errors" "a: can't be read: .*taken for a mailbox"
chmod 600 "$m/a"
settle
append "$m/a"
says "and reported" a
unwatch
watch -m "$m" -i "$spool" -p 0.1
exec 7>>"$spool" 8>>"$m/a"
chmod 0 "$spool" "$m/a"
# INBOX is polled now, and so may be told twice.
message >&8
ok "permission to read a mailbox is taken away: its name" told_of a
message >&7
ok "or to read INBOX: INBOX" told_of INBOX
nap 0.5
settle
chmod 600 "$spool" "$m/a"
ok "it is given back: its name" told_of a
ok "and INBOX" told_of INBOX
nap 0.5
settle
append "$spool"
append "$m/a"
says "both are watched again" INBOX a
exec 7>&- 8>&-
unwatch
tap_done

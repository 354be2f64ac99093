#!/bin/bash
# watch_mboxes: options, mailboxes, changes, directories, links, INBOX, ends.
. "${top_srcdir:-$(dirname "$0")/..}/tests/mboxes.sh"
cd "$work" || exit 1

mkdir -p "$m/lists" "$work/spool"
append "$m/a"
append "$m/lists/b"
: >"$m/empty"
spool=$work/spool/me
nothing=(-i "$work/spool/nobody")

# --- options ---
usage() { # NAME PATTERN ARGS...
	local name=$1 pattern=$2 status
	shift 2
	watch_mboxes "$@" >out 2>err </dev/null
	status=$?
	is "$name: status" "$status" 1
	contains "$name: message" err "$pattern"
}
usage "an unknown option" '^watch_mboxes: -Z: no such option .*--help' -Z
usage "a missing value" '^watch_mboxes: -m: needs an argument' -m
usage "an argument" "'there' is not an option" there
usage "a long separator" "--separator takes one character, not 'ab'" -s ab
usage "an encoding that there is not" "--names is utf8 or utf7, not 'latin1'" -n latin1
usage "a wrong time" "--poll: '-3': a time can't be negative" --poll=-3
usage "a time too short" "--poll takes a time above 0.01 seconds, not '0.001'" -p 0.001
usage "an empty value" 'option --mboxes needs a value that is not empty' -m ''
usage "a value that is not taken" '^watch_mboxes: --wait=1: takes no argument' --wait=1
usage "a directory that is not there" 'nowhere: No such file.*--mboxes' -m nowhere
usage "a file" 'a: Not a directory: mboxes are files in a directory' -m "$m/a"
usage "INBOX in no directory" 'nowhere: No such file.*--inbox' -m "$m" -i "$work/nowhere/inbox"
mkdir -p maildir/{cur,new,tmp}
usage "a Maildir" 'maildir: a Maildir, no directory of mboxes: watch_maildirs is for that' -m maildir
env -u HOME watch_mboxes >out 2>err
is "no HOME: status" "$?" 1
contains "no HOME: message" err 'neither --mboxes nor .HOME'
for option in -h '-?' --help; do
	watch_mboxes "$option" >out 2>err
	is "$option: status" "$?" 0
	contains "$option: text" out '^Usage: watch_mboxes'
done
watch_mboxes -V >out
contains "--version" out '^watch_mboxes \(mswatch\) [0-9]'
watch_mboxes -m "$m" "${nothing[@]}" >&- 2>err
is "a closed standard output: status" "$?" 1
contains "a closed standard output: message" err 'standard output is closed'
watch_mboxes -m "$m" "${nothing[@]}" >/dev/full 2>err
is "a full disk: status" "$?" 1

# --- where they are ---
HOME=$work MAIL=$spool watch
append "$m/a"
says "mail in HOME is watched" a
append "$spool"
says "and \$MAIL is INBOX, which may come later" INBOX
unwatch
HOME=$work MAIL=$work/spool watch
contains "a \$MAIL that is a directory is told of" "$errors" 'spool: a directory, no mbox: INBOX is not watched'
unwatch
MAIL=$work/nowhere/me watch -m "$m"
contains "so is one in no directory" "$errors" 'nowhere: No such file or directory: INBOX is not watched'
unwatch
USER=nobody-there watch -m "$m"
is "/var/mail/USER needs not be there" "$(grep -v 'INBOX is not watched' "$errors")" ""
unwatch

# --- what is a mailbox ---
echo text >"$m/notmbox.txt"
printf '\nFrom a\n' >"$m/blank"
watch -m "$m" "${nothing[@]}"
append "$m/a"
says "an append is a change" a
append "$m/lists/b"
says "one in a directory has its path" lists/b
append "$m/empty"
says "an empty file is a mailbox" empty
echo more >>"$m/notmbox.txt"
append "$m/blank"
is_quiet "a file that does not begin with From is none"
printf '*mbx*\r\n' >"$m/uw"
says "UW's mbx is one" uw
for name in .hid a.lock 'a~' dovecot.index dovecot.index.log dovecot.list.index.log \
	dovecot-uidvalidity dovecot-uidlist dovecot.mailbox.log; do
	append "$m/$name"
done
mkdir "$m/.imap"
append "$m/.imap/x"
is_quiet "dotfiles, locks, backups and Dovecot's own are none"
append "$m/dovecot-news"
says "dovecot-news is one" dovecot-news
append "$work/INBOX"
mv "$work/INBOX" "$m/INBOX"
is_quiet "a file INBOX is ignored, as INBOX is elsewhere"
contains "and told of" "$errors" 'mail/INBOX: ignored, since INBOX is elsewhere'
rm "$m/INBOX"
append "$m/two"$'\n'lines
says "a name with a newline: all" ""
contains "and told of" "$errors" 'two.lines: has no name that can be told'
rm "$m/two"$'\n'lines
says "that goes: all" ""
echo text >"$m/empty"
says "a mailbox that becomes another file: all" ""
append "$m/empty.new" && mv "$m/empty.new" "$m/empty"
says "and a mailbox again, by its name" empty

# --- changes ---
truncate -s 0 "$m/a"
says "truncated" a
append "$m/a"
says "written again" a
: >>"$m/a"
cat "$m/a" >/dev/null
touch -a "$m/a"
chmod 640 "$m/a"
is_quiet "opened and closed, read, touched: no change"
printf X | dd of="$m/a" bs=1 seek=70 conv=notrunc 2>/dev/null
says "the same size is a change" a
touch -d 2001-01-01 stamp
append "$m/a"
touch -r stamp "$m/a"
says "so is one with its time put back" a
message >"$work/other"
mv "$work/other" "$m/a"
says "renamed over" a
append "$m/a"
says "and still watched" a
exec 7>>"$m/a"
message >&7
says "a file that stays open, after a moment" a
message >&7
says "again" a
exec 7>&-
is_quiet "its end is none"
append "$m/passing"
rm "$m/passing"
append "$m/passing2"
mv "$m/passing2" "$work/passed"
is_quiet "files that pass were never there"
sed -i s/body/BODY/ "$m/a"
says "sed -i is a change of the mailbox alone" a
append "$m/new"
says "a new one is told by its name" new
mv "$m/new" "$m/new2"
says "renamed: all, and the new name" "" new2
gzip "$m/new2"
says "compressed: all" ""
rm "$m/uw"
says "deleted: all" ""
append "$m/passing"
rm "$m/passing"
is_quiet "and files that pass later were never there"
append "$m/sure"
says "another new one" sure
append "$m/passing"
rm "$m/sure"
ok "a file that comes just before all is told" told_of ""
rm "$m/passing"
ok "and goes: all once more, as a sync may have met it" wait_until 30 all_told 2
settle

# A change that goes on is told soon after 2 s, and well before it ends.
(for _ in {1..120}; do
	message
	nap 0.05
done >>"$m/a") &
writer=$!
tap_pids+=("$writer")
before=$(now_us)
told_of a || fail "a change that goes on is told"
spent=$((($(now_us) - before) / 1000))
ok "a change that goes on is told" alive "$writer"
ok "after 2 s, not at each write ($spent ms)" test "$spent" -ge 1900
end_pid "$writer"
settle

# --- directories ---
mkdir "$m/dir"
append "$m/dir/x"
says "one in a new directory" dir/x
append "$m/dir/x"
says "is watched" dir/x
mkdir -p "$m/deep/er"
append "$m/deep/er/y"
says "one deeper" deep/er/y
mv "$m/dir" "$m/moved"
says "a directory that is moved: all, and the new names" "" moved/x
append "$m/moved/x"
says "watched by its new name" moved/x
mv "$m/moved" "$work/moved"
says "moved out: all" ""
append "$work/moved/x"
is_quiet "and not watched any more"
mv "$work/moved" "$m/moved"
says "moved in: by name" "" moved/x
rm -r "$m/deep"
says "deleted: all" ""
settle
mkdir "$m/md" "$m/md/cur" "$m/md/tmp"
append "$m/md/inside"
says "not a Maildir yet" md/inside
mkdir "$m/md/new"
says "a directory that becomes a Maildir: what it held is gone" ""
append "$m/md/inside"
append "$m/md/more"
is_quiet "what is inside is not looked at"
contains "it is told of" "$errors" 'md: a Maildir among mboxes: passed over; run watch_maildirs beside'
rmdir "$m/md/new"
says "and looked at when it is none any more" md/inside md/more

# --- links ---
mkdir "$work/else"
append "$work/else/one"
append "$work/far"
ln -s "$work/else" "$m/ld"
says "a link to a directory" ld/one
append "$work/else/one"
says "what is there is watched" ld/one
ln -s ../far "$m/lf"
says "a link to a mailbox" lf
append "$work/far"
says "it is watched" lf
message >"$work/far2"
mv "$work/far2" "$work/far"
says "and when it is renamed over" lf
append "$work/far"
says "still" lf
echo text >"$work/far"
says "what is no mailbox any more: all" ""
message >"$work/far"
says "and a mailbox again" lf
rm "$work/far"
says "its end: all" ""
append "$work/far"
wait_until 30 line_since lf || fail "what comes where a link leads is seen (by polling)"
settle
ln -s a "$m/la"
says "a link to another mailbox" la
append "$m/a"
says "has both names" a la
mkdir "$work/else2"
append "$work/else2/two"
ln -s "$work/else2" "$work/newlink"
mv -T "$work/newlink" "$m/ld"
says "a link that is pointed elsewhere: all, and the new names" "" ld/two
append "$work/else2/two"
says "which are watched" ld/two
ln -s . "$m/loop"
append "$m/a"
says "a loop is not walked through" a la
rm "$m/loop" "$m/ld" "$m/la" "$m/lf"
says "links that go: all" ""
settle
ln "$m/a" "$m/hard"
says "a second name: all, as what was done by it until now may be lost for the first" hard "" a
append "$m/hard"
says "what is done by one name is told by both" hard a
append "$m/a"
says "whichever it is" hard a
ln "$m/lists/b" "$work/third"
mv "$work/third" "$m/hard"
says "one that takes another's place: all" hard "" lists/b a
append "$m/hard"
says "and both names again" hard lists/b
echo text >"$m/hard"
says "no mailbox any more: all" ""
kill -STOP "$watcher"
message >"$m/hard"
rm "$m/hard"
kill -CONT "$watcher"
says "a mailbox again by the name that goes: the one that is left" lists/b
settle
unwatch

# --- INBOX ---
rm -f "$spool"
watch -m "$m" -i "$spool"
append "$spool"
says "INBOX comes" INBOX
append "$spool"
says "INBOX changes" INBOX
message >"$work/spool/temporary"
mv "$work/spool/temporary" "$spool"
says "INBOX is renamed over" INBOX
append "$spool"
says "and watched" INBOX
rm "$spool"
says "INBOX goes: INBOX" INBOX
append "$spool"
says "and comes again" INBOX
: >"$work/spool/other"
append "$work/spool/other"
rm "$work/spool/other"
: >"$spool.lock"
rm "$spool.lock"
is_quiet "others' mail there is none of ours"
rm "$spool"
append "$spool"
says "deleted and made at once" INBOX
append "$spool"
says "it is watched" INBOX
mv "$work/spool" "$work/spool.away"
ends_gone "its directory is moved"
mv "$work/spool.away" "$work/spool"

rm "$spool"
ln -s ../spool "$m/way"
watch -m "$m" -i "$spool"
append "$spool"
says "INBOX comes where a link leads: both names" INBOX way/me
append "$work/spool/fresh"
says "what else comes there is told" way/fresh
rm "$m/way" "$work/spool/fresh"
unwatch

watch -m "$m" -i lists/b
append "$m/lists/b"
says "an INBOX inside has that name alone" INBOX
rm "$m/lists/b"
says "its end is INBOX's" INBOX
append "$m/lists/b"
says "it comes again" INBOX
append "$work/INBOX"
mv "$work/INBOX" "$m/INBOX"
is_quiet "another INBOX is ignored"
rm "$m/INBOX"
unwatch
ln -s "$m/lists" "$work/way"
for inbox in "$m/lists/b" "./lists//b" "$work/way/b"; do
	watch -m "$m/" -i "$inbox"
	append "$m/lists/b"
	says "-i ${inbox/"$work"/} lies inside" INBOX
	unwatch
done
ln -s spool "$work/box"
watch -m "$m" -i "$work/box/me"
mkdir "$work/spool2"
append "$work/spool2/me"
ln -sn spool2 "$work/box2"
mv -T "$work/box2" "$work/box"
says "the way to INBOX is pointed elsewhere: all" "" INBOX
append "$work/spool2/me"
says "INBOX there is watched" INBOX
unwatch

# --- names ---
mkdir "$m/dotted"
append "$m/dotted/x.y"
append "$m/lists/é"
watch -m "$m" "${nothing[@]}" -s .
append "$m/lists/é"
says "-s . between the parts" lists.é
append "$m/dotted/x.y"
says "a part with it has no name: all" ""
unwatch
watch -m "$m" "${nothing[@]}" -n utf7 -x 'dotted/*' --exclude=empty
append "$m/lists/é"
says "-n utf7" 'lists/&AOk-'
append "$m/empty"
append "$m/dotted/x.y"
is_quiet "excluded mailboxes are not reported"
unwatch
watch -m "$m" "${nothing[@]}" -a
: >>"$m/a"
says "--all-events: closed after it was open for writing" a
touch "$m/a"
says "--all-events: its times" a
settle
append "$m/.hid"
append "$m/a~"
says "--all-events: dotfiles and backups" .hid 'a~'
unwatch

# --- polling ---
# what is young is told once more
polled() { # WHAT LINE
	ok "polled: $1" told_of "$2"
	nap 0.3
	settle
}
watch -m "$m" -i "$spool" --poll-only -p 0.1
nap 0.3
settle
append "$m/a"
polled "a change" a
append "$spool"
polled INBOX INBOX
append "$m/lists/new"
polled "a new one" lists/new
truncate -s 0 "$m/lists/new"
polled "a truncated one" lists/new
rm "$m/lists/new"
polled "one that goes" ""
unwatch

# --- ends ---
mkfifo pipe
watch_mboxes -m "$m" "${nothing[@]}" >pipe 2>err &
watcher=$!
tap_pids+=("$watcher")
exec 5<pipe
read -r _ <&5
exec 5<&-
ends_with "nobody reads the output any more: status 0, without a change" 0
watch -m "$m" "${nothing[@]}"
mv "$m" "$m.away"
ends_gone "the directory is moved"
contains "and told of" "$errors" 'mail: moved, deleted or unmounted'
start watch_mboxes -m "$m" "${nothing[@]}" --wait >"$lines" 2>"$errors"
watcher=$started
: >"$lines"
ok "--wait: what is waited for is said" wait_until 30 grep -q ": $m: there is no such directory yet; waiting for it\$" "$errors"
mv "$m.away" "$m"
wait_until 30 has_lines 1 || fail "--wait sees the directory come" "$(cat "$errors")"
seen=1
append "$m/a"
says "--wait: then it is watched" a
unwatch
start watch_mboxes -m "$m" -i "$work/later/me" --wait -p 1h >"$lines" 2>"$errors"
watcher=$started
nap 0.1
is "--wait waits for INBOX's directory, too" "$(line_count)" 0
mkdir "$work/later"
wait_until 30 has_lines 1 || fail "--wait sees it come" "$(cat "$errors")"
seen=1
append "$work/later/me"
says "--wait: then INBOX is watched" INBOX
unwatch
tap_done

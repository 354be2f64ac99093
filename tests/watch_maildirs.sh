#!/bin/bash
# watch_maildirs: options, changes, folders, ends.
. "${top_srcdir:-$(dirname "$0")/..}/tests/watch.sh"
cd "$work" || exit 1

m=$work/Maildir
maildirs "$m" "$m/.a.b" "$m/.beacon" "$m/.x y"

# --- options ---
usage() { # NAME PATTERN ARGS...
	local name=$1 pattern=$2 status
	shift 2
	watch_maildirs "$@" >out 2>err </dev/null
	status=$?
	is "$name: status" "$status" 1
	contains "$name: message" err "$pattern"
}
usage "an unknown option" '^watch_maildirs: -Z: no such option .*--help' -Z
usage "an unknown long option" '^watch_maildirs: --frobnicate: no such option' --frobnicate
usage "a missing value" '^watch_maildirs: -m: needs an argument' -m
usage "an argument" "'there' is not an option" there
usage "a wrong layout" "--layout is maildir\+\+, verbatim or legacy, not 'mbox'" -l mbox
usage "a long separator" "--separator takes one character, not 'ab'" -s ab
usage "a separator with verbatim" "--separator is / with this layout" -l verbatim -s .
usage "a wrong time" "--poll: '-3': a time can't be negative" --poll=-3
usage "a time too short" "--poll takes a time above 0.01 seconds, not '0.001'" -p 0.001
usage "an empty value" 'option --maildir needs a value that is not empty' -m ''
usage "a value that is not taken" '^watch_maildirs: --wait=1: takes no argument' --wait=1
usage "a Maildir that is not there" 'nowhere: No such file.*--maildir' -m nowhere
mkdir empty
usage "a directory that is no Maildir" 'empty/new: No such file.*not a Maildir' -m empty
mkdir -p mboxes/mail
printf 'From me\n\nhi\n' >mboxes/mail/lists
usage "a directory of mboxes" 'mail/new: No such file.*not a Maildir.*; .*/mboxes/mail/lists is an mbox, which watch_mboxes is for$' -m mboxes/mail
HOME=$work/mboxes MAIL=$work/none usage "mboxes where a Maildir is looked for" \
	'/Maildir: No such file.*no such Maildir.*; .*/mboxes/mail/lists is an mbox, which watch_mboxes is for$'
HOME=$work MAIL=$work/mboxes/mail/lists usage "an INBOX that is an mbox" \
	'nowhere: No such file.*; .*/mboxes/mail/lists is an mbox, which watch_mboxes is for$' -m nowhere
env -u HOME -u MAILDIR watch_maildirs >out 2>err
is "no HOME: status" "$?" 1
contains "no HOME: message" err 'neither --maildir nor .MAILDIR nor .HOME'
for option in -h '-?' --help; do
	watch_maildirs "$option" >out 2>err
	is "$option: status" "$?" 0
	contains "$option: text" out '^Usage: watch_maildirs'
done
watch_maildirs --help >out
while read -r option; do
	contains "--help lists --$option" out "--$option"
done <<'END'
maildir
layout
separator
inbox
store
config
names
exclude
all-events
no-echo
wait
poll
poll-only
help
version
END
watch_maildirs -V >out
contains "--version" out '^watch_maildirs \(mswatch\) [0-9]'
watch_maildirs --version >/dev/full 2>err
is "--version on a full disk: status" "$?" 1
watch_maildirs -m "$m" >&- 2>err
is "a closed standard output: status" "$?" 1
contains "a closed standard output: message" err 'standard output is closed'
watch_maildirs -m "$m" >/dev/full 2>err
is "a full disk: status" "$?" 1
contains "a full disk: message" err 'standard output: No space left'

# --- where the Maildir is ---
export HOME=$work
export MAILDIR=
watch
settle "$m/.beacon" beacon
deliver "$m" a
says "an empty \$MAILDIR counts as unset" INBOX
unwatch
export MAILDIR=$m HOME=/nonexistent
watch
deliver "$m" a1
says "\$MAILDIR is watched" INBOX
unwatch
unset MAILDIR
mkdir way
ln -s "$m" way/link
for inbox in ./.x\ y .//.x\ y "$m/.x y/" "$work/way/link/.x y" "../Maildir/.x y"; do
	watch -m "$m///" -i "$inbox"
	deliver "$m/.x y" "i${inbox//\//}"
	says "-i '${inbox/"$work"/}' lies in the Maildir" INBOX
	unwatch
done
maildirs "$work/outside"
watch -m "$m" -i ../outside
deliver outside a
says "-i ../outside lies outside" INBOX
unwatch
mkdir vanished
(cd vanished && rmdir ../vanished && watch_maildirs -m here) >out 2>err
is "a relative path in a directory that is no more: status" "$?" 1
contains "a relative path in a directory that is no more: message" err 'the current directory: No such file'
rmdir "$m/tmp"
watch --maildir "$m"
mkdir "$m/tmp"
pass "a Maildir needs no tmp/"

# --- changes ---
deliver "$m" b
says "a delivery to the base is INBOX" INBOX
deliver "$m/.a.b" b
says "a delivery to .a.b is a.b" a.b
deliver "$m/.x y" b
says "a delivery to '.x y' is 'x y'" "x y"
: >"$m/tmp/c"
: >"$m/dovecot.index.log" && mv "$m/dovecot.index.log" "$m/.a.b/dovecot.index"
echo text >>"$m/new/b"
chmod 600 "$m/new/b"
touch "$m/new/b"
is_quiet "tmp/, state files, content and modes are no changes" "$m/.beacon" beacon
mv "$m/new/b" "$m/cur/b:2,"
mv "$m/cur/b:2," "$m/cur/b,U=7:2,"
mv "$m/cur/b,U=7:2," "$m/cur/b,U=8,S=100:2,"
mv "$m/.a.b/new/b" "$m/.a.b/new/b,U=3"
is_quiet "new/ to cur/, and fields of the name, are no changes" "$m/.beacon" beacon
mv "$m/cur/b,U=8,S=100:2," "$m/cur/b,U=8,S=100:2,S"
says "a flag is a change" INBOX
mv "$m/cur/b,U=8,S=100:2,S" "$m/cur/b,U=8,S=100:2,FS"
says "another flag is a change" INBOX
mv "$m/cur/b,U=8,S=100:2,FS" "$m/cur/b,U=8,S=100:2,SF"
is_quiet "the same flags in another order are no change" "$m/.beacon" beacon
ln "$m/cur/b,U=8,S=100:2,SF" "$m/.a.b/new/linked"
says "a link is a change" a.b
rm "$m/.a.b/new/linked"
says "a deletion is a change" a.b
mv "$m/cur/b,U=8,S=100:2,SF" "$m/.a.b/cur/b:2,FS"
says "a move is a change of both mailboxes" INBOX a.b
mv "$m/.a.b/cur/b:2,FS" "$work/b"
says "a message that is moved away is a change" a.b

# --- folders ---
maildirs "$work/.made"
deliver "$work/.made" early
mv "$work/.made" "$m/.made"
says "a folder that is moved in is reported" made
deliver "$m/.made" one
says "and watched" made
mkdir "$m/.slow" "$m/.slow/cur"
is_quiet "a folder without new/ is no mailbox" "$m/.beacon" beacon
mkdir "$m/.slow/new"
says "it is one with new/" slow
mv "$m/.made" "$m/.other"
says "a renamed folder: the new name, and all" other ""
deliver "$m/.other" two
says "it is watched by its new name" other
mv "$m/.other" "$work/.other"
says "a folder that is moved out: all" ""
deliver "$work/.other" three
is_quiet "and not watched any more" "$m/.beacon" beacon
rmdir "$m/.slow/cur"
says "a folder that loses its cur/: all" ""
mkdir "$m/.slow/cur"
says "it is a mailbox again" slow
: >"$m/.slow/cur/x:2,"
says "and watched again" slow
rmdir "$m/.slow/new" "$m/.slow/tmp" 2>/dev/null
rm -r "$m/.slow"
settle "$m/.beacon" beacon
mv "$m/cur" "$m/cur.old"
says "INBOX loses its cur/: all" ""
mkdir "$m/cur"
says "INBOX is whole again" INBOX
: >"$m/cur/y:2,S"
says "and watched" INBOX
mkdir "$m/plain" "$m/plain/cur" "$m/plain/new"
is_quiet "a directory without a leading dot is no folder" "$m/.beacon" beacon
maildirs "$work/.INBOX"
mv "$work/.INBOX" "$m/.INBOX"
says "a folder INBOX beside the base: all" ""
contains "and told of" "$errors" 'Maildir/.INBOX: has no name that can be told'
maildirs "$work/.new"$'\n'"line"
mv "$work/.new"* "$m"
says "a name with a newline: all" ""
is "nothing else was told" "$(grep -c '' "$errors")" 2
mv "$m" "$m.moved"
ends_with "the base is moved: status 2" 2
contains "the base is moved: message" "$errors" 'Maildir: moved, deleted or unmounted'
mv "$m.moved" "$m"
rm -r "$m/.INBOX" "$m"/.new*

# --- names ---
maildirs "$m/.dots.." "$m/..deep"
watch -m "$m" --separator=/
deliver "$m/.a.b" c
says "-s / prints a/b" a/b
deliver "$m/..deep" c
says "-s / prints ..deep as INBOX/deep" INBOX/deep
maildirs "$work/.INBOX.sub"
mv "$work/.INBOX.sub" "$m"
says "-s / prints .INBOX.sub as INBOX/sub" INBOX/sub
maildirs "$m/..sub"
says "so it prints ..sub" INBOX/sub
deliver "$m/.INBOX.sub" a
says "both are told" INBOX/sub
unwatch
watch -m "$m" -s /
is "-s / has nothing to say about .INBOX.sub at the start" "$(cat "$errors")" ""
deliver "$m/.INBOX.sub" b
says "and a delivery there is a change of INBOX/sub" INBOX/sub
unwatch
watch -m "$m"
deliver "$m/.INBOX.sub" c
says "it is INBOX.sub without -s" INBOX.sub
unwatch
watch -m "$m" -s / -x INBOX/sub
deliver "$m/.INBOX.sub" d
is_quiet "-x INBOX/sub leaves it out" "$m/.beacon" beacon
unwatch
watch -m "$m" -x 'a.*' -x INBOX --exclude='x y'
deliver "$m" d
deliver "$m/.a.b" d
deliver "$m/.x y" d
is_quiet "excluded mailboxes are not reported" "$m/.beacon" beacon
unwatch
watch -m "$m" -a
mv "$m/.a.b/new/d" "$m/.a.b/cur/d:2,"
says "--all-events reports new/ to cur/" a.b
unwatch

# --- ends ---
mkfifo pipe
watch_maildirs -m "$m" >pipe 2>err &
watcher=$!
tap_pids+=("$watcher")
exec 5<pipe
read -r _ <&5
exec 5<&-
ends_with "nobody reads the output any more: status 0, without a change" 0
is "and no message" "$(cat err)" ""
watch -m "$m"
rm -r "$m"
ends_with "the base is deleted: status 2" 2

# --- waiting ---
start watch_maildirs -m "$work/later/Maildir" --wait >"$lines" 2>"$errors"
watcher=$started
: >"$lines"
ok "--wait: what is waited for is said" wait_until 30 grep -q \
	"^watch_maildirs: $work/later/Maildir: there is no such directory yet; waiting for it\$" "$errors"
mkdir later later/Maildir
maildirs "$work/later/Maildir"
wait_until 30 has_lines 1 || fail "--wait sees the Maildir come" "$(cat "$errors")"
seen=1
deliver later/Maildir a
says "--wait: then it is watched" INBOX
is "and nothing else was" "$(wc -l <"$errors")" 1
unwatch
tap_done

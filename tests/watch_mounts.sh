#!/bin/bash
# watch_maildirs and file systems that are mounted, unmounted, or changed by
# others unseen.  All of it in a mount namespace of its own.
if [[ -z ${MOUNTS_INSIDE:-} ]]; then
	# shellcheck source=tests/tap.sh
	. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
	own=(unshare -m --propagation private)
	((EUID == 0)) || own+=(-Ur)
	"${own[@]}" mount -t tmpfs none "$work" 2>/dev/null ||
		skip_all "no mount namespace here, which alone can mount"
	start env MOUNTS_INSIDE=1 "${own[@]}" bash "$0"
	wait "$started"
	exit
fi
. "${top_srcdir:-$(dirname "$0")/..}/tests/watch.sh"
cd "$work" || exit 1

# --- the base ---
m=$work/disk/My\ Maildir # mountinfo escapes the space
mkdir disk over
mount -t tmpfs none disk
maildirs "$m" "$m/.beacon"
watch -m "$m"
deliver "$m" a
says "a Maildir on a file system of its own is watched" INBOX
umount -l disk
ends_gone "it is unmounted"
contains "it is unmounted: message" "$errors" 'disk/My Maildir: moved, deleted or unmounted'
maildirs "$m" "$m/.beacon" "$m/.a" "$m/.b"
watch -m "$m"
mount -t tmpfs none over
umount over
settle "$m/.beacon" beacon
mount -t tmpfs none disk
ends_with "something is mounted over it: status 2" 2
umount disk
maildirs "$work/root" "$work/root/.beacon"
mount --bind root over
watch -m "$work/over"
deliver root a
says "a change by way of another mount is seen" INBOX
mount -t tmpfs none over
ends_with "something is mounted on it: status 2" 2
umount over
umount over

# a container's, whose links nobody outside can follow one by one
start unshare -m --propagation private \
	bash -c 'mount -t tmpfs none disk && cp -R root disk && touch inside && exec sleep 1000'
container=$started
wait_until 30 test -e inside
box=/proc/$container/root$work/disk/root
timeout 60 watch_maildirs -m "$box" >/dev/null 2>"$errors"
is "a Maildir behind /proc/PID/root: status" $? 1
contains "and a message" "$errors" "$box: No such file or directory"
ln -s "$box" "$work/root/.container"
watch -m "$work/root"
settle "$work/root/.beacon" beacon
deliver "$box" b
says "a folder behind it is watched" container
unwatch
end_pid "$container"
rm "$work/root/.container"

maildirs none
mount -t tmpfs none disk
mkdir disk/Mail
maildirs disk/Mail/beacon
watch -m "$work/disk/Mail" -l verbatim
kill -STOP "$watcher"
umount disk
mount -t tmpfs none disk
mkdir disk/Mail
maildirs disk/Mail/beacon
kill -CONT "$watcher"
ends_gone "it is unmounted and mounted again when nobody looked"
umount disk
maildirs in
watch -m "$m" -i "$work/in"
mount -t tmpfs none in
ends_with "something is mounted on an INBOX outside the base: status 2" 2
contains "and the message says which" "$errors" 'watch_maildirs: .*/in: moved, deleted or unmounted'
umount in
maildirs alone
mount -t tmpfs none disk
watch -m "$work/alone" -i "$work/disk/in/box"
mkdir -p disk/in/box/{cur,new,tmp}
ok "an INBOX that is made on another file system is seen" told_of INBOX
umount -l disk
ends_with "it is unmounted with its file system: status 2" 2
watch -m "$work/alone" -i "$work/disk/in/box"
mount -t tmpfs none over
mkdir -p over/in/box/{cur,new,tmp}
mount --bind over disk
ok "an INBOX that comes by a mount is seen" told_of INBOX
unwatch
umount disk
umount over

# --- folders ---
watch -m "$m"
mount -t tmpfs none "$m/.a"
says "a file system is mounted on a folder: all" ""
maildirs "$m/.a"
says "a mailbox on it" a
deliver "$m/.a" a
says "is watched" a
umount -l "$m/.a"
says "it is unmounted: all, and what was below it is there again" "" a
deliver "$m/.a" a
says "and watched" a
unwatch

# a link out of the base, to a disk that comes and goes
mkdir stick
maildirs stick/mail/sub
mkdir tree
maildirs tree/beacon
ln -s "$work/stick/mail" tree/link
watch -m "$work/tree" -l verbatim
mount -t tmpfs none stick
says "a file system is mounted where a link leads: all" ""
maildirs stick/mail stick/mail/other
ok "what comes there is seen" told_of link/other
settle tree/beacon beacon
deliver stick/mail/other a
says "and watched" link/other
umount -l stick
ok "it is unmounted: all" told_of ""
ok "and what was below it is there again" told_of link/sub
settle tree/beacon beacon
deliver stick/mail/sub a
says "and watched" link/sub
mount -t tmpfs none stick/mail/sub
says "a file system is mounted below where a link leads: all" ""
maildirs stick/mail/sub
says "a mailbox on it" link/sub
umount stick/mail/sub
unwatch

# --- a file system whose changes come from elsewhere ---
share() { # DIRECTORY MOUNT-POINT
	start python3 "$top_srcdir/tests/fuse.py" "$1" "$2" 2>fuse.err
	wait_until 30 mountpoint -q "$2"
}
if ! mkdir probe || ! share "$m" "$work/probe" 2>/dev/null; then
	note "no FUSE here: $(tail -n 1 fuse.err)"
	tap_done
fi
umount probe
s=$work/server
maildirs "$s" "$s/.a" "$s/.gone" "$s/.beacon"
mkdir -p "$work/mnt"
share "$s" "$work/mnt"
watch -m "$work/mnt" -p 0.2
contains "FUSE: said once" "$errors" 'mnt: on a file system \(FUSE\).*polled every 0.2 s'
settle_polled "$s/.beacon" beacon
: >"$s/.a/new/1"
says "FUSE: another host's delivery is seen" a
settle_polled "$s/.beacon" beacon
mv "$s/.a/new/1" "$s/.a/cur/1:2,S"
says "FUSE: a flag" a
settle_polled "$s/.beacon" beacon
maildirs "$s/.more"
says "FUSE: a new folder" more
settle_polled "$s/.beacon" beacon
: >"$s/.more/new/1"
says "FUSE: and its mail" more
rm -r "$s/.gone"
ok "FUSE: a deleted folder: all" told_of ""
is "FUSE: nothing else was said" "$(grep -c '' "$errors")" 1
umount -l mnt
ends_with "FUSE: it is unmounted: status 2" 2

# --- a directory that can be opened, but not read to its end ---
t=$work/trouble
maildirs "$t" "$t/alpha" "$t/alpha/sub" "$t/omega" "$t/beacon"
printf 'read .\nread alpha\nstat omega\n' >trouble.faults
again_told() { (($(grep -c "$1" "$errors") >= $2)); }
share "$t" "$work/mnt"
watch -m "$work/mnt" -l verbatim -p 0.2
contains "EIO: the base is told of" "$errors" "mnt: can't be read: Input/output error; will look again"
contains "EIO: so is a directory below it" "$errors" "mnt/alpha: can't be read: Input/output error"
ok "EIO: all is reported at each look" wait_until 30 all_told 4
is "EIO: said once for each directory" "$(grep -c "Input/output" "$errors")" 2
echo 'stat omega' >trouble.faults
ok "what can be read again is read" told_of alpha/sub
ok "and a directory that can't be looked at is met" wait_until 30 again_told 'mnt/omega: can.t be watched: Input' 1
seen=$(line_count)
ok "EIO: for it, too, all is reported at each look" wait_until 30 all_told 4
rm trouble.faults
ok "it can be looked at again" told_of omega
settle_polled "$t/beacon" beacon
: >"$t/alpha/sub/new/1"
says "then a change is told, and not all" alpha/sub
settle_polled "$t/beacon" beacon
is "EIO: nothing else was said" "$(grep -c "Input/output" "$errors")" 3
echo 'read alpha' >trouble.faults
: >"$t/alpha/anything"
ok "it fails again: all at each look" wait_until 30 all_told 4
is "and that is said again" "$(grep -c 'mnt/alpha: can.t be read' "$errors")" 2
unwatch
rm trouble.faults
umount -l mnt

watch -m "$m" -p 0.2
mkdir -p "$m/.a" && share "$s/.a" "$m/.a"
ok "FUSE is mounted on a folder: all" told_of ""
contains "and told" "$errors" '\.a: on a file system \(FUSE\)'
share "$s/.beacon" "$m/.beacon"
settle_polled "$s/.beacon" beacon
: >"$s/.a/new/2"
says "and another host's delivery there is seen" a
settle_polled "$s/.beacon" beacon
deliver "$m" 2
says "beside it all is watched" INBOX
umount -l "$m/.a"
ok "it is unmounted: all" told_of ""
settle_polled "$s/.beacon" beacon
deliver "$m/.a" 3
says "and what was below it is watched" a
unwatch
umount -l "$m/.beacon"

# its server dies
share "$s/.a" "$m/.a"
server=$started
watch -m "$m" -p 0.2
kill -9 "$server"
ok "the server of a FUSE mount dies: all at each look" wait_until 30 all_told 4
is "and that is said once" "$(grep -c '\.a: can.t be watched: .*endpoint' "$errors")" 1
umount -l "$m/.a"
wait_until 30 line_since a
unwatch

share "$s" "$work/mnt"
ln -s "$work/mnt/.more" "$m/.link"
watch -m "$m" -p 0.2
contains "a link to FUSE is polled" "$errors" '\.link: on a file system \(FUSE\)'
ln -s "$work/mnt/.beacon" "$m/.polled"
settle_polled "$s/.beacon" polled
: >"$s/.more/new/4"
says "and another host's delivery there is seen" link
unwatch
umount -l mnt
tap_done

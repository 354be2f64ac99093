#!/bin/bash
# watch_mboxes and file systems that are mounted, unmounted, or changed by others
# unseen.  All of it in a mount namespace of its own.
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
. "${top_srcdir:-$(dirname "$0")/..}/tests/mboxes.sh"
cd "$work" || exit 1

# --- the base, and INBOX's directory ---
nothing=(-i "$work/nobody")
mkdir disk spool
mount -t tmpfs none disk
m=$work/disk/mail
mkdir "$m"
append "$m/a"
watch -m "$m" "${nothing[@]}"
append "$m/a"
says "mailboxes on a file system of their own" a
umount -l disk
ends_gone "it is unmounted"
m=$work/mail
mkdir "$m"
append "$m/a"
mount -t tmpfs none spool
watch -m "$m" -i "$work/spool/me"
append spool/me
says "INBOX on a file system of its own" INBOX
umount -l spool
ends_gone "that is unmounted"

# --- where INBOX is when nobody says it ---
if mount -t tmpfs none /var/mail 2>/dev/null; then
	is_inbox() { # WHAT FILE
		append "/var/mail/$2"
		says "INBOX is $1's" INBOX
		unwatch
	}
	MAIL='' USER=me LOGNAME=other watch -m "$m"
	is_inbox "\$USER" me
	USER='' LOGNAME=other watch -m "$m"
	is_inbox "\$LOGNAME" other
	USER='' LOGNAME='' watch -m "$m"
	is_inbox "the user" "$(id -un)"
	umount /var/mail
else
	note "no /var/mail here: INBOX's default is not tested"
fi

# --- below it ---
mkdir "$m/stick"
append "$m/stick/covered"
watch -m "$m" "${nothing[@]}"
mount -t tmpfs none "$m/stick"
says "one is mounted below: all" ""
append "$m/stick/x"
says "a mailbox on it" stick/x
umount "$m/stick"
told_of stick/covered || fail "what was covered is told" "$(cat "$errors")"
settle
append "$m/stick/covered"
says "and watched" stick/covered
mkdir far
append far/under
ln -s "$work/far" "$m/away"
says "a link to elsewhere" away/under
mount -t tmpfs none far
says "one is mounted there: all" ""
append far/x
says "a mailbox on it" away/x
umount far
told_of away/under || fail "what it covered is told" "$(cat "$errors")"
settle
append far/under
says "and watched again" away/under
unwatch
rm "$m/away"

# --- one whose changes come from elsewhere ---
share() { # DIRECTORY MOUNT-POINT
	start python3 "$top_srcdir/tests/fuse.py" "$1" "$2" 2>fuse.err
	wait_until 30 mountpoint -q "$2"
}
mkdir mnt
if ! share "$m" "$work/mnt" 2>/dev/null; then
	note "no FUSE here: $(tail -n 1 fuse.err)"
	tap_done
fi
server=$m
append "$server/me"
watch -m "$work/mnt" -i me -p 0.2 -e
contains "FUSE: said once" "$errors" 'mnt: on a file system \(FUSE\).*polled every 0.2 s'
polled() { # WHAT LINE: what is young is told of twice
	ok "FUSE: $1" told_of "$2"
	nap 0.6
	seen=$(line_count)
}
nap 0.6
seen=$(line_count)
append "$server/a"
polled "another host's delivery is seen" a
append "$server/me"
polled "in INBOX too" INBOX
append "$server/new"
polled "a new mailbox" new
append "$server/stick/deep"
polled "one in a directory" stick/deep
message >fresh
mv fresh "$server/new"
polled "one that is renamed over" new
rm "$server/stick/deep"
polled "one that goes: all" ""
is "FUSE: all without a complaint" "$(grep -vc FUSE "$errors")" 0
umount mnt
ends_gone "FUSE: unmounted"
tap_done

#!/bin/bash
# A folder deleted on the server without mbsync's `Remove`: every whole sync fails,
# and mail in all other mailboxes arrives all the same.
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
. "$top_srcdir/tests/lab.sh"
lab_user "$@"

lab_imap
mailbox_make server gone
mailbox_make server list
deliver server gone
deliver server list
ok "mswatch gets into step" lab_mswatch
ok "with the folder" in_step gone 1

rm -rf "$work/server/Maildir/.gone"
fails() { grep -q 'Sync errored: ' "$work/err"; }
ok "whole syncs fail" wait_until 60 fails
mbsync -q -c "$work/mbsyncrc" lab >/dev/null 2>&1
is "mbsync alone says 1" $? 1

for i in 1 2 3; do
	deliver server INBOX
	ok "INBOX $i: a delivery on the server arrives" wait_until 60 in_step INBOX "$i"
done
deliver server list
ok "so does one in another folder" wait_until 60 in_step list 2
deliver local list
ok "and one from here" wait_until 60 in_step list 3
contains "by their own names" "$work/out" 'lab:INBOX'
tap_done

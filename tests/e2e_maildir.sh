#!/bin/bash
# Two Maildirs, one watched through inputkill, real mbsync between them.
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
. "$top_srcdir/tests/lab.sh"

lab_maildirs
mailbox_make server lists/dev
deliver server INBOX 2
deliver server lists/dev
ok "mswatch gets into step" lab_mswatch -v
ok "what was there before is synced" in_step INBOX 2
ok "in a nested folder too" in_step lists/dev 1
contains "the INBOX is synced first" <(grep "^$stamp+ socketwatch" "$work/out" | head -n 1) 'mbsync.* lab:INBOX$'
contains "then all mailboxes" <(grep "^$stamp+ socketwatch" "$work/out" | sed -n 2p) 'mbsync.* lab$'

before=$(syncs_completed)
deliver server INBOX
ok "a delivery on the server arrives locally" wait_until 60 in_step INBOX 3
deliver local INBOX
ok "a local delivery arrives on the server" wait_until 60 in_step INBOX 4
deliver server lists/dev
ok "a delivery in a nested folder arrives" wait_until 60 in_step lists/dev 2
contains "the nested folder goes by mbsync's name" "$work/out" 'lab:lists/dev'
ok "each cost a sync" syncs_at_least $((before + 3))

flag server INBOX S
ok "flags set on the server arrive locally" wait_until 60 flagged_is local INBOX S 4
flag local INBOX FS
ok "flags set locally arrive on the server" wait_until 60 flagged_is server INBOX F 4

mailbox_make server made/there
deliver server made/there
ok "a folder made on the server arrives with its mail" wait_until 60 in_step made/there 1
mailbox_make local made/here
deliver local made/here
ok "a folder made locally arrives with its mail" wait_until 60 in_step made/here 1
ok "all without a restart" alive "$mswatch_pid"
is "of any watcher" "$(grep -c "^${stamp}Starting" "$work/out")" 2
is "and without a complaint" "$(cat "$work/err")" ""

kill -TERM "$mswatch_pid"
wait "$mswatch_pid"
is "SIGTERM ends it with status 0" $? 0
tap_done

#!/bin/bash
# Over real ssh (ssh -o BatchMode=yes HOST inputkill watch_maildirs) and real IMAP.
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
. "$top_srcdir/tests/lab.sh"
lab_user "$@"

lab_imap
deliver server INBOX 2
ok "mswatch gets into step" lab_mswatch
ok "what was there before is synced" in_step INBOX 2

deliver server INBOX
ok "a delivery on the server arrives locally" wait_until 60 in_step INBOX 3
deliver local INBOX
ok "a local delivery arrives on the server" wait_until 60 in_step INBOX 4

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
deliver server made/here
ok "and is watched on the other side" wait_until 60 in_step made/here 2

# --- the configuration is read anew, while mail comes ---
watchers() { descendants "$mswatch_pid" | while read -r pid; do ps -o pid=,comm= -p "$pid"; done | grep -E ' (ssh|watch_maildirs)$'; }
before=$(watchers)
sed -i 's/^inter_delay .*/inter_delay 0.3/' "$work/mswatchrc"
for i in {1..5}; do
	deliver server INBOX &
	HOME=$work/local mswatch -c "$work/mswatchrc" --reload || note "reload $i: $?"
	wait $!
	deliver local INBOX
done
ok "mail that comes during reloads is synced" wait_until 60 in_step INBOX 14
is "the ssh connection and the watchers are the same" "$(watchers)" "$before"

is "all without a restart of a watcher" "$(grep -c "^${stamp}Starting" "$work/out")" 2
is "and without a complaint" "$(cat "$work/err")" ""
note "$(grep -E "^$stamp(Starting|Watching|[Ss]ync|[+])" "$work/out" | head -n 12)"
tap_done

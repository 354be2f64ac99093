#!/bin/bash
# watch_maildirs beside real syncers and a real IMAP server: what they do that
# no syncer can see, and the syncer's own pulls, are no changes.
# WATCH_ECHO: how many deliveries on the server (8); WATCH_ECHO_RACES: how many
# local ones in the middle of pulls (20).
. "${top_srcdir:-$(dirname "$0")/..}/tests/watch.sh"
# shellcheck source=tests/lab.sh
. "$top_srcdir/tests/lab.sh"
lab_user "$@"

lab_maildirs
lab_dovecot
s=$work/server/Maildir
l=$work/local/Maildir
mailbox_make server beacon
mailbox_make server box
mailbox_make local beacon

in_cur() { compgen -G "$1/cur/*" >/dev/null && ! compgen -G "$1/new/*" >/dev/null; }

# deliver is the lab's here (SIDE MAILBOX); the beacon is a message by hand
quiet_but_beacon() { # WHAT DIR
	beacon=$((${beacon:-0} + 1))
	: >"$2/.beacon/new/beacon$beacon"
	says "$1" beacon
}

# --- Dovecot ---
imap SELECT\ box # its index files are made by now
watch -m "$s" -s /
deliver server box
says "a delivery is a change" box
imap "SELECT box" "FETCH 1 (FLAGS)"
ok "a SELECT moves the message to cur/" in_cur "$s/.box"
quiet_but_beacon "Dovecot's SELECT of new mail is no change" "$s"
imap "SELECT box" 'STORE 1 +FLAGS (\Seen)'
says "a flag set through IMAP is a change" box
unwatch
watch -m "$s" -s / -a
deliver server box
says "--all-events: a delivery is a change" box
imap "SELECT box" "FETCH 2 (FLAGS)"
says "--all-events: so is Dovecot's SELECT" box
unwatch

# --- mbsync's push ---
mbsync_configure < <(imap_store 127.0.0.1)
mbs() {
	touch -d '1 minute ago' "$l/new" "$l/cur" # mbsync waits for young ones
	HOME=$work/local timeout 60 mbsync -q -c "$work/mbsyncrc" "$@" >"$work/mbsync.out" 2>&1 ||
		note "$(cat "$work/mbsync.out")"
}
named_by_uid() { compgen -G "$l/*/*,U=*" >/dev/null; }
mbs lab:INBOX
watch -m "$l" -s /
deliver local INBOX
says "a local delivery is a change" INBOX
mbs lab:INBOX
ok "a push gives the message a UID in its name" named_by_uid
quiet_but_beacon "mbsync's push is no change" "$l"
deliver server INBOX
mbs lab:INBOX
says "mbsync's pull is a change, without --no-echo" INBOX
unwatch
rm -f "$l"/*/*,U=*
watch -m "$l" -s / -a
deliver local INBOX
settle_count=$(line_count)
mbs lab:INBOX
more_lines() { has_lines $((settle_count + 1)); }
ok "--all-events: mbsync's push is a change" wait_until 30 more_lines
unwatch

# --- no echo ---
mswatch_configure watch_maildirs -s / -m "$s"
sed -i 's/^inter_delay.*/inter_delay 0.01/; s/^base_delay.*/base_delay 0/' "$work/mswatchrc"
lab_mswatch -v || fail "mswatch gets into step"
quiet_syncs() { # no run now, nor for a while
	local before
	before=$(syncs_completed)
	[[ $(grep -c "^${stamp}Sync started" "$work/out") == "$before" ]] || return 1
	nap 0.5
	[[ $(grep -c "^${stamp}Sync started" "$work/out") == "$before" ]]
}
wait_until 30 quiet_syncs
runs=()
tries=${WATCH_ECHO:-8}
for ((try = 0; try < tries; try++)); do
	wait_until 30 quiet_syncs
	before=$(syncs_completed)
	had=$(count local INBOX)
	deliver server INBOX
	wait_until 30 count_is local INBOX $((had + 1))
	wait_until 30 quiet_syncs
	runs+=($(($(syncs_completed) - before)))
	((runs[-1] == 1)) || note "try $try:" "$(tail -n 12 "$work/out")"
done
# On a busy machine mbsync may be gone before its message is looked at: then it
# is reported, to be safe.  WATCH_ECHO=50 is for an idle one, and strict.
allowed=0
[[ -n ${WATCH_ECHO:-} ]] || allowed=$((tries / 2))
once=$(printf '%s\n' "${runs[@]}" | grep -cx 1)
note "$once of $tries deliveries cost one run: ${runs[*]}"
ok "a delivery on the server costs one run of mbsync" test "$once" -ge $((tries - allowed))

# a local delivery in the middle of a pull is never taken for the pull's
races=${WATCH_ECHO_RACES:-20}
for ((try = 0; try < races; try++)); do
	deliver server INBOX
	nap "0.0$((RANDOM % 90 + 10))"
	deliver local INBOX
	((try % 10)) || nap 0.$((RANDOM % 5))
done
all=$(($(cat <(messages local INBOX) <(messages server INBOX) | sort -u | wc -l)))
ok "$races local deliveries amid pulls are all synced" wait_until 60 in_step INBOX "$all"
tap_done

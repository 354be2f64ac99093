#!/bin/bash
# A folder deleted on the server without mbsync's `Remove`: every sync of all mailboxes
# fails, and mail in all other mailboxes arrives as fast as before.
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
. "$top_srcdir/tests/lab.sh"
lab_user "$@"

delays() { # DEFAULT: of all mailboxes; names that are used here have their own
	sed -i -e "s/^inter_delay .*/inter_delay $1/; s/^max_delay .*/max_delay 1h/" \
		-e '$a inter_delay 0.2 INBOX list' "$work/mswatchrc"
}
fails() { grep -q 'Sync errored: .*all mailboxes' "$work/err"; }
runs_of() { grep -c "^$stamp+ .* $1\$" "$work/out"; }

# deliveries COUNT: on the server, one after the other; their median time, in ms, in $median
sent=0
deliveries() {
	local i began times=()
	for ((i = 0; i < $1; i++)); do
		sent=$((sent + 1))
		began=$(now_us)
		deliver server INBOX
		wait_until 60 in_step INBOX "$sent" || fail "delivery $sent arrives" "$(lab_story "it does not")"
		times+=($((($(now_us) - began) / 1000)))
	done
	median=$(printf '%s\n' "${times[@]}" | sort -n | sed -n "$(($1 / 2 + 1))p")
	note "$1 deliveries: ${times[*]} ms"
}

lab_imap
mailbox_make server gone
mailbox_make server list
deliver server gone
deliver server list
delays 1
ok "mswatch gets into step" lab_mswatch -v
ok "with the folder" in_step gone 1
deliveries 10
before=$median

rm -rf "$work/server/Maildir/.gone"
ok "syncs of all mailboxes fail" wait_until 60 fails
mbsync -q -c "$work/mbsyncrc" lab >/dev/null 2>&1
is "mbsync alone says 1" $? 1
deliveries 10
ok "mail arrives as fast as before: in $median ms instead of $before" \
	test "$median" -le $((2 * before + 1000))
deliver server list
ok "so it does in another folder" wait_until 60 in_step list 2
deliver local list
ok "and from here" wait_until 60 in_step list 3
end_pid "$mswatch_pid"

# Once more with all mailboxes tried but once, at the start: what arrives has not
# waited for their next try.
sed -i '/^inter_delay/d; 1i inter_delay 1' "$work/mswatchrc"
delays 1h
start env HOME="$work/local" mswatch -v -c "$work/mswatchrc" >"$work/out" 2>"$work/err" </dev/null
ok "started afresh, all mailboxes fail at once" wait_until 60 fails
inbox=$(runs_of lab:INBOX)
deliveries 4
ok "INBOX arrives, by its own name" test "$(runs_of lab:INBOX)" -ge $((inbox + 4))
deliver server list
ok "so does another folder" wait_until 60 in_step list 4
contains "by its own name" "$work/out" "^${stamp}[+] .* lab:list\$"
is "without another try of all mailboxes" "$(runs_of lab)" 1
contains "for which there is time" <(kill -USR1 "$started"; wait_until 60 grep "^$stamp  all mailboxes" "$work/out") \
	"^$stamp  all mailboxes due in [0-9.]+ (min|h).*after a failure"
tap_done

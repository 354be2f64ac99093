#!/bin/bash
# Without any shell account: mswatch, watch_imap and mbsync with a real Dovecot.
# IMAP_E2E=50: so many deliveries, with the usual base_delay, and held to one second.
# shellcheck disable=SC2154
# shellcheck source=tests/tap.sh
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
# shellcheck source=tests/lab.sh
. "$top_srcdir/tests/lab.sh"
lab_user "$@"
needs mbsync dovecot python3

mailbox_make local INBOX
mailbox_make server INBOX
lab_dovecot
mbsync_configure < <(imap_store 127.0.0.1)
chmod 600 "$work/mbsyncrc"
mswatch_configure watch_imap -c "$work/mbsyncrc" server
deliveries=${IMAP_E2E:-6} base_delay=100000
if [[ -n ${IMAP_E2E:-} ]]; then
	base_delay=1000000
	sed -i 's/^base_delay .*/base_delay 1/' "$work/mswatchrc"
fi
# What a run takes here and now, while nobody else has the channel's lock.
deliver server INBOX
began=$(now_us)
HOME=$work/local mbsync -q -c "$work/mbsyncrc" lab 2>"$work/by_hand"
run=$(($(now_us) - began))
deliver server INBOX
ok "mswatch gets into step" lab_mswatch -v
ok "what was there before is synced" in_step INBOX 2

# --- deliveries by the server's own agent ---
agent=$(dirname "$(command -v dovecot)")/../lib/dovecot/dovecot-lda
deliver_there() { # MAILBOX: it is made if it is not there
	lab_sequence=$((lab_sequence + 1))
	printf '%s\n' "From: a@lab.invalid" "Message-ID: <$lab_sequence@agent.invalid>" "" x |
		env HOME="$work/server" USER=lab "$agent" -c "$work/dovecot.conf" \
			-o lda_mailbox_autocreate=yes -m "$1"
}
syncs() { sed -n "s/^${stamp}Sync started (\(.*\))\$/\1/p" "$work/out"; }
last_sync_is() { [[ $(syncs | tail -n 1) == "$1" ]]; }
deliver_there lists/dev
ok "a delivery makes a folder on the server, and here" wait_until 60 in_step lists/dev 1
deliver_there INBOX
ok "a delivery on the server arrives locally" wait_until 60 in_step INBOX 3
wait_until 60 last_sync_is INBOX

allowed=$((base_delay + 1000000))
[[ -n ${IMAP_E2E:-} ]] || allowed=$((allowed + 2 * run + 2 * $(soon)))
boxes=(INBOX lists/dev) holds=(3 1)
series() {
	local i box began
	before=$(syncs | wc -l)
	: >"$work/wanted"
	: >"$work/took"
	for ((i = 0; i < deliveries; i++)); do
		box=${boxes[i % 2]}
		deliver_there "$box"
		began=$(now_us)
		wait_until 60 in_step "$box" $((holds[i % 2] += 1))
		echo $((($(now_us) - began) / 1000)) >>"$work/took"
		echo "$box" >>"$work/wanted"
	done
	# What the syncs themselves had caused would stand between the deliveries: each to
	# another mailbox than the one before, and this one behind the last.
	deliver_there "${boxes[i % 2]}"
	wait_until 60 in_step "${boxes[i % 2]}" $((holds[i % 2] += 1))
}
in_time() { awk -v most=$((allowed / 1000)) '$1 <= most { n++ } END { print n + 0 }' "$work/took"; }
done_since() { syncs | tail -n "+$((before + 1))" | head -n "$deliveries"; }
# Where the machine has no turn for a program, what is late meets the next run: one series of
# three without that is enough.
for turn in 1 2 3; do
	series
	(($(in_time) < deliveries)) || [[ $(done_since) != "$(<"$work/wanted")" ]] || break
done
is "each of $deliveries deliveries is here within base_delay and 1 s ($((allowed / 1000)) ms here and now)" \
	"$(in_time)" "$deliveries"
is "by one run of mbsync each, for its mailbox alone" "$(done_since)" "$(<"$work/wanted")"
note "in ms, in series $turn, beside a base_delay of $((base_delay / 1000)): $(sort -n "$work/took" |
	awk '{ all[NR] = $1 } END { print "least", all[1] ", median", all[int((NR + 1) / 2)] ", most", all[NR] }')"

# --- flags, messages and folders, in both directions ---
inbox=${holds[0]}
deliver local INBOX
ok "a local delivery arrives on the server" wait_until 60 in_step INBOX $((++inbox))
flag server INBOX S
ok "flags set on the server arrive locally" wait_until 60 flagged_is local INBOX S "$inbox"
flag local INBOX FS
ok "flags set locally arrive on the server" wait_until 60 flagged_is server INBOX F "$inbox"
client() { # MAILBOX: makes it, with a message, as another client does
	python3 - "$imap_port" "$@" <<-'PY'
		import imaplib, sys
		imap = imaplib.IMAP4("127.0.0.1", int(sys.argv[1]))
		imap.login("lab", "secret")
		imap.create(sys.argv[2])
		imap.append(sys.argv[2], None, None, b"Message-ID: <made@lab.invalid>\r\n\r\nx\r\n")
	PY
}
client made/there
ok "a folder made on the server arrives with its mail" wait_until 60 in_step made/there 1
mailbox_make local made/here
deliver local made/here
ok "a folder made locally arrives with its mail" wait_until 60 in_step made/here 1
deliver_there made/here
ok "and is watched on the other side" wait_until 60 in_step made/here 2
is "all without a restart of a watcher" "$(grep -c "^${stamp}Starting" "$work/out")" 2
is "and without a complaint" "$(grep -v 'Password is being sent in the clear$' "$work/err")" ""

# --- the server goes, and comes back on its port ---
lab_dovecot_end
ok "a server that ends is noticed" wait_until 60 grep -Eq 'server: watcher .*69' "$work/err"
deliver local INBOX
start dovecot -F -c "$work/dovecot.conf" </dev/null >>"$work/dovecot.log" 2>&1
wait_until 30 port_open "$imap_port"
deliver server INBOX
ok "after its return all is in step" wait_until 60 in_step INBOX $((inbox + 2))
tap_done

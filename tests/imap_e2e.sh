#!/bin/bash
# Without any shell account: mswatch, watch_imap and mbsync with a real Dovecot.
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
mbsync_configure <<-CONF
	IMAPStore server
	Host 127.0.0.1
	Port $imap_port
	User lab
	Pass secret
	SSLType None
	AuthMechs LOGIN
CONF
chmod 600 "$work/mbsyncrc"
mswatch_configure watch_imap -p 2 -c "$work/mbsyncrc" server
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
deliver server made/here
ok "and is watched on the other side" wait_until 60 in_step made/here 2
is "all without a restart of a watcher" "$(grep -c "^${stamp}Starting" "$work/out")" 2
is "and without a complaint" "$(cat "$work/err")" ""

# --- the server goes, and comes back on its port ---
lab_dovecot_end
ok "a server that ends is noticed" wait_until 60 grep -Eq 'server: watcher .*69' "$work/err"
deliver local INBOX
start dovecot -F -c "$work/dovecot.conf" </dev/null >>"$work/dovecot.log" 2>&1
wait_until 30 port_open "$imap_port"
deliver server INBOX
ok "after its return all is in step" wait_until 60 in_step INBOX 6
tap_done

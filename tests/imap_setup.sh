#!/bin/bash
# The README's two commands for somebody without a shell account, word for word, with a real
# Dovecot over TLS; what --check says of the usual mistakes, and of a server that can do less.
# shellcheck disable=SC2154
# shellcheck source=tests/tap.sh
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
# shellcheck source=tests/lab.sh
. "$top_srcdir/tests/lab.sh"
lab_user "$@"
needs mbsync dovecot
mailbox_make server INBOX
mailbox_make server lists/dev
lab_tls
lab_dovecot
export HOME=$work/local
mkdir -p "$HOME"
cd "$HOME" || exit 1

# --- a real account in two minutes ---
# What stands there, but for the server that is ours.
sed -n '/^ *IMAPAccount work$/,/^ *SyncState \*$/{s/^        //;p}' "$top_srcdir/README" >"$work/readme"
sed -e 's/^Host .*/Host localhost/' -e 's/^PassCmd .*/PassCmd "echo secret"/' \
	-e "s|^SSLType.*|&\nPort $((imap_port + 1))\nCertificateFile $work/cert.pem|" "$work/readme" >.mbsyncrc
deliver server INBOX
deliver server lists/dev
contains "the README has an account" .mbsyncrc '^PassCmd "echo secret"$'
ok "mbsync works" mbsync -q work
mswatch --init work >.mswatchrc
is "mswatch --init work" "$?" 0
mswatch --check >"$work/check" 2>"$work/err"
is "mswatch --check" "$? $(<"$work/err")" "0 "
contains "the server is ready" "$work/check" '^server: ready in '
start mswatch -v >"$work/out" 2>"$work/err" </dev/null
ok "mswatch gets into step" wait_until 60 syncs_at_least 2
deliver server INBOX
ok "a message comes" wait_until 60 in_step INBOX 2
deliver local lists/dev
ok "and one goes" wait_until 60 in_step lists/dev 2
is "without a complaint" "$(<"$work/err")" ""
end_pid "$started"

# --- and what is not well ---
cp .mbsyncrc "$work/good"
check() { # [PATH]
	PATH=${1-$PATH} "$(command -v mswatch)" --check >"$work/check" 2>"$work/err" </dev/null
	status=$?
	grep "^mswatch: server: " "$work/err" >"$work/told"
}
mistaken() { # WHAT WORDS SED-COMMAND: in the account
	sed -e "$3" "$work/good" >.mbsyncrc
	check
	cp "$work/good" .mbsyncrc
	is "$1: exit status" "$status" 1
	contains "$1: what it is, and what to do" "$work/told" "^mswatch: server: watcher exited $2\$"
	is "$1: in a line" "$(wc -l <"$work/told")" 1
}
mistaken "a password that is refused" \
	'\(status 77\) \(watch_imap: server: the login was refused: Authentication failed\.; run the PassCmd of .*/.mbsyncrc by hand, and see what it prints\)' \
	's/echo secret/echo wrong/'
mistaken "a certificate that nobody vouches for" \
	'\(status 1\) \(.*, port [0-9]+: the certificate is self-signed: .* CertificateFile\)' '/^CertificateFile/d'
contains "mbsync's word of it has advice" "$work/err" '^mswatch: sync: .*self.signed certificate.*; .*CertificateFile'
mistaken "another host's certificate" \
	'\(status 1\) \(.*: the certificate is not for this address: give as Host the name that is in it\)' \
	's/localhost/127.0.0.1/'
contains "mbsync's word of it has advice, too" "$work/err" '^mswatch: sync: .*owner does not match.*; .* give as Host'
mistaken "a port without TLS" '\(status 1\) \(.*: STARTTLS is for port 143, IMAPS for 993\)' "s/^Port.*/Port $imap_port/"
mistaken "a port where nobody listens" \
	'\(status 69\) \(.*: nobody listens there\); nothing listens there: check host and port.*' "s/^Port.*/Port 9/"
mkdir "$work/bin"
for program in sh mbsync; do ln -s "$(command -v "$program")" "$work/bin/"; done
check "$top_builddir/watch_maildirs:$top_builddir/socketwatch:$top_builddir/watch_imap:$work/bin"
is "without openssl: exit status" "$status" 1
contains "without openssl: its package is named" "$work/told" \
	'^mswatch: server: watcher exited \(status 1\) \(.*openssl is not installed: it does TLS \(package openssl\)\)$'

# --- a server that can do less, as most can ---
echo "imap_capability = IMAP4rev1 SASL-IR LITERAL+ ID ENABLE IDLE NAMESPACE CONDSTORE LIST-EXTENDED LIST-STATUS" \
	>>"$work/dovecot.conf"
doveadm -c "$work/dovecot.conf" reload
less='degraded: INBOX by IDLE, 1 other every 1 min'
check
is "--check finds nothing wrong with a server without NOTIFY" "$status $(<"$work/err")" "0 "
contains "but tells it" "$work/check" "^server: ready in [0-9.]+ m?s; it says: $less\$"
: >"$work/out"
start mswatch -v >"$work/out" 2>"$work/err" </dev/null
wait_until 60 syncs_at_least 2
mswatch --status >"$work/status"
contains "--status tells it as well" "$work/status" "^server: ready since ..:.., $less\$"
deliver server INBOX
ok "mail comes" wait_until 60 in_step INBOX 3
tap_done

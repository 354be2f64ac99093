#!/bin/bash
# Idle means idle: mswatch, its guards and its watchers, and the openssl of
# watch_imap, make no system call while nothing happens.  IDLE_SECONDS: how long
# that is watched.
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
needs strace
for side in near far; do mkdir -p "$work/$side"/{cur,new,tmp}; done
cat >"$work/mswatchrc" <<-CONF
	base_delay 0.1
	inter_delay 0.1
	sync true
	store near { watch watch_maildirs -m $work/near }
	store far {
		watch inputkill watch_maildirs -m $work/far
		remote
	}
CONF
# watch_imap over TLS, at a server that says nothing after its IDLE
if [[ -x $top_builddir/watch_imap/watch_imap ]]; then
	needs python3
	certificate
	printf '%s\n' '* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hi' '< AUTHENTICATE' \
		'TAG OK [CAPABILITY IMAP4rev1 IDLE] in' '< LIST' '* LIST () "/" INBOX' 'TAG OK' \
		'< EXAMINE' '* 1 EXISTS' 'TAG OK' '< IDLE' '+ idling' >"$work/script"
	start python3 "$top_srcdir/tests/imap_server.py" "$work/script" "$work/log" "$work/port" \
		--tls "$work/cert.pem" "$work/key.pem"
	wait_until 30 test -e "$work/port" || { echo "Bail out! the server does not start"; exit 1; }
	printf '%s\n' "IMAPStore server" "Host localhost" "Port $(<"$work/port")" "User me" "Pass secret" \
		"SSLType IMAPS" "CertificateFile $work/cert.pem" >"$work/rc"
	chmod 600 "$work/rc"
	echo "store server { watch watch_imap -c $work/rc server }" >>"$work/mswatchrc"
fi
# The sanitizer for leaks can't work under strace.
start env ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0" \
	strace -f -qq -s 40 -o "$work/calls" mswatch -c "$work/mswatchrc" \
	>"$work/out" 2>"$work/err" </dev/null
syncs_are() { [[ $(grep -c "^${stamp}synced " "$work/out") == "$1" ]]; }
calls() { stat -c %s "$work/calls"; }
settled() { # nothing for a second
	local before
	before=$(calls)
	nap 1
	[[ $(calls) == "$before" ]]
}
ok "mswatch gets into step" wait_until 60 syncs_are 2
if [[ -e $work/rc ]]; then
	ok "watch_imap comes to its IDLE" wait_until 60 grep -q IDLE "$work/log"
	contains "through an openssl of its own" "$work/calls" 'execve\(".*/openssl"'
fi
ok "it comes to rest" wait_until 60 settled
before=$(calls)
nap "${IDLE_SECONDS:-10}"
if [[ $(calls) == "$before" ]]; then pass "no system call in ${IDLE_SECONDS:-10} s"; else
	fail "no system call in ${IDLE_SECONDS:-10} s" "$(tail -c +$((before + 1)) "$work/calls" | head -n 20)"
fi
note "$(sed 's/ .*//' "$work/calls" | sort -u | wc -l) processes were watched"
echo mail >"$work/far/new/1.M1.host"
ok "a message wakes them" wait_until 60 syncs_are 3
ok "which strace has seen" test "$(calls)" -gt "$before"
ok "they come to rest again" wait_until 60 settled
# strace ends with what it watches.
end_pid "$(pgrep -P "$started")"
tap_done

#!/bin/bash
# watch_imap and a real Dovecot: every way in, and how it ends.  What changes meanwhile is
# tests/imap_random.sh's.
# shellcheck disable=SC2154
# shellcheck source=tests/tap.sh
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
# shellcheck source=tests/lab.sh
. "$top_srcdir/tests/lab.sh"
# shellcheck source=tests/imap_lab.sh
. "$top_srcdir/tests/imap_lab.sh"
needs python3 openssl dovecot
lab_user "$@"
mailbox_make server INBOX
imap_up dovecot

exec {open_input}<> <(:)
watch() {
	: >"$work/out"
	: >"$work/err"
	watch_imap -c "$work/rc" server <&"$open_input" >"$work/out" 2>"$work/err" &
	watcher=$!
	tap_pids+=("$watcher")
	wait_until 40 is_settled
	[[ -s $work/out ]]
}
is_settled() { [[ -s $work/out ]] || not alive "$watcher"; }

# --- every way in ---
way() { # WHAT
	imap_configure "$work/rc"
	ok "by $1" watch
	deliver server INBOX
	ok "by $1: a delivery is told" wait_until 20 grep -qx INBOX "$work/out"
	lacks "by $1: nothing is degraded" "$work/err" degraded
	end_pid "$watcher"
	[[ $tap_failed == 0 ]] || note "$(tail -n 5 "$work/err")"
}
imap_tls "$imaps_port" IMAPS
way IMAPS
imap_tls "$imap_port" STARTTLS
way STARTTLS
sed -i 's/Pass secret/Pass wrong/' "$work/rc"
watch_imap -c "$work/rc" server <&"$open_input" >"$work/out" 2>"$work/err"
is "a wrong password" "$?" 77
contains "with the server's words" "$work/err" 'the login was refused: .*Authentication failed'
dovecot_tunnel
way "a Tunnel that asks for no login"
imap_tcp "$imap_port"
way "plain TCP"
watch_imap -c "$work/rc" -t -i INBOX server </dev/null >"$work/out" 2>"$work/err"
contains "-t tells what has a connection of its own" "$work/out" '^# by a connection of its own: INBOX$'

# --- the server goes ---
watch
lab_dovecot_end
ok "a server that ends takes it along" wait_until 20 not alive "$watcher"
wait "$watcher"
is "with the status that says: try again" "$?" 69
tap_done

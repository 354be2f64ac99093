#!/bin/bash
# A key that can only watch: command="inputkill watch_maildirs",restrict.
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
. "$top_srcdir/tests/lab.sh"
lab_user "$@"

lab_sshd
mailbox_make server INBOX
ssh-keygen -q -t ed25519 -N '' -f "$work/watch_key"
line=$(sed -n 's/^ *\(command=.*,restrict\) ssh-ed25519.*/\1/p' "$top_srcdir/README")
is "the README has the line" "$line" 'command="inputkill watch_maildirs -s /",restrict'
echo "$line $(cat "$work/watch_key.pub")" >>"$work/authorized_keys"
ssh_configure "$work/watch_config" "$work/watch_key"

exec {input}<> <(:)
mkfifo "$work/lines"
exec {lines}<>"$work/lines"
ssh -o BatchMode=yes -F "$work/watch_config" labhost "touch $work/broken-in" \
	<&"$input" >"$work/lines" 2>"$work/err" &
watcher=$!
tap_pids+=("$watcher")
line=none
read -rt 60 -u "$lines" line
is "whatever is asked for, it watches" "$line" ""
deliver server INBOX
read -rt 60 -u "$lines" line
is "and tells changes" "$line" INBOX
ok "the command that was asked for does not run" not test -e "$work/broken-in"
pids=$(descendants "$sshd_pid")

timeout 60 ssh -n -o BatchMode=yes -o ExitOnForwardFailure=yes -F "$work/watch_config" -R 0:127.0.0.1:1 \
	labhost true >"$work/forward" 2>&1
ok "no port is forwarded" test $? -ne 0

end_pid "$watcher"
ok "and the watcher ends with the connection" wait_until 60 none_alive "$pids"
tap_done

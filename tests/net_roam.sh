#!/bin/bash
# A client whose address changes, and a server that is started afresh: without IPv6.
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
. "$top_srcdir/tests/lab.sh"
. "$top_srcdir/tests/net.sh"
net_lab "$@"
net_up
net_without_ipv6
net_daemons
net_mailstores
ok "mswatch gets into step" net_mswatch
traffic 1
returned=$(now_us)
back_in_step "before anything"
restarts() { grep -c "^${stamp}Starting the watcher of server" "$work/out"; }
restarts_at_least() { (($(restarts) >= $1)); }

before=$(restarts)
ip address del "$client_address/24" dev client0
deliver server INBOX
sent=$((sent + 1))
nap 1
ip address add "$other_address/24" dev client0
ip route replace default via "$server_address"
returned=$(now_us)
traffic 1
back_in_step "another address"
ok "the watcher of the dead connection was started afresh" wait_until 30 restarts_at_least $((before + 1))
ok "the server keeps one watcher only" wait_until 30 server_watched_once

traffic 1
server_kill
wait "$sshd_pid" "$dovecot_pid" 2>/dev/null
down_since=$(now_us)
while (($(now_us) < down_since + 10000000)); do traffic 1; done
net_sshd
net_dovecot
net_daemons_wait
returned=$(now_us)
traffic 1
back_in_step "server started again after 10 s"
ok "one watcher runs on the server again" wait_until 60 server_watched_once
is "the kernel had no news of it" "$(grep -c 'The network has changed' "$work/out")" 1
ends_without_trace
tap_done

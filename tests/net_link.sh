#!/bin/bash
# A link that is down for 30 s in the middle of traffic, without a FIN.
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
. "$top_srcdir/tests/lab.sh"
. "$top_srcdir/tests/net.sh"
net_lab "$@"
net_up
net_daemons
net_mailstores
ok "mswatch gets into step" net_mswatch
ok "one watcher runs on the server" wait_until 30 server_watched_once

traffic 2
ip link set client0 down
down_since=$(now_us)
note "link down, $sent messages delivered"
traffic 3
ok "the server is rid of its watcher while the link is down" wait_until 60 server_free
note "the watcher was gone $((($(now_us) - down_since) / 1000)) ms after the link"
while (($(now_us) < down_since + 30000000)); do
	traffic 1
	nap 1
done
ip link set client0 up
ip route replace default via "$server_address"
returned=$(now_us)
traffic 1
back_in_step "link down for 30 s"
ok "one watcher runs on the server again" wait_until 30 server_watched_once
traffic 1
returned=$(now_us)
back_in_step "traffic afterwards"
contains "news of the network was acted on" "$work/out" 'The network has changed'
ends_without_trace
tap_done

#!/bin/bash
# A connection whose own address or link has gone is made anew, at once where
# there is another way; all others are left alone.
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
. "$top_srcdir/tests/lab.sh"
. "$top_srcdir/tests/net.sh"
net_lab "$@"
net_up

# The server is behind both of two cables, Wi-Fi and Ethernet, by their default routes.
router=$server_address server_address=10.77.9.1
on_server ip address add "$server_address/32" dev lo
wifi_up() {
	ip link show client0 >/dev/null 2>&1 || {
		ip link add client0 type veth peer name server0 netns "$server_host"
		ip link set client0 addrgenmode none
		on_server ip link set server0 addrgenmode none
		on_server ip address add "$router/24" dev server0
		on_server ip link set server0 up
		ip address add "$client_address/24" dev client0
		ip link set client0 up
	}
	ip route replace default via "$router" dev client0 metric 600
}
ethernet_up() { # METRIC
	ip link add client1 type veth peer name server1 netns "$server_host"
	ip link set client1 addrgenmode none
	on_server ip link set server1 addrgenmode none
	on_server ip address add 10.77.2.1/24 dev server1
	on_server ip link set server1 up
	ip address add 10.77.2.2/24 dev client1
	ip link set client1 up
	ip route add default via 10.77.2.1 dev client1 metric "$1"
}
ip route del default
wifi_up

net_daemons
net_mailstores
login_from() { grep 'Accepted publickey' "$work/sshd.log" | tail -n 1 | sed 's/.* from \([^ ]*\) .*/\1/'; }
logins_above() { (($(logins) > $1)); }
without_carrier() { ip link show "$1" | grep -q NO-CARRIER; }
# lost WHAT ADDRESS CMD...: one new login, from the address
lost() {
	local what=$1 address=$2 before began took allowed
	shift 2
	before=$(logins)
	"$@"
	began=$(now_us)
	wait_until 60 logins_above "$before"
	took=$(($(now_us) - began)) allowed=$((2 * news_took + $(soon) + 1000000))
	ok "$what: the watcher is started afresh, as soon as news are acted on ($took us of $allowed)" \
		test "$took" -lt "$allowed"
	wait_until 60 server_watched_once
	is "$what: from the address that is left" "$(login_from)" "$address"
	is "$what: once" "$(logins)" $((before + 1))
}
# stands WHAT CMD...: when CMD's news have been acted on, and a further address's, nothing has happened
further_address=20
stands() {
	local what=$1 logins_before news_before began
	shift
	logins_before=$(logins)
	"$@"
	news_before=$(news) further_address=$((further_address + 1))
	ip address add "10.77.1.$further_address/24" dev client0
	began=$(now_us)
	ok "$what: an address afterwards is news" wait_until 60 news_above "$news_before"
	news_took=$(($(now_us) - began))
	is "$what: the watcher's connection is left alone" "$(logins)" "$logins_before"
}

ok "mswatch gets into step" net_mswatch
is "over Wi-Fi" "$(login_from)" "$client_address"
stands "Ethernet beside Wi-Fi" ethernet_up 100
lost "Wi-Fi to Ethernet" 10.77.2.2 ip link del client0
wifi_up
lost "its address removed, and another default route stands by" "$client_address" \
	ip address del 10.77.2.2/24 dev client1
ip link del client1
ethernet_up 700

flap() { # LINK OTHER-END
	on_server ip link set "$2" down
	wait_until 30 without_carrier "$1"
	on_server ip link set "$2" up
	wait_until 30 not without_carrier "$1"
}
stands "another link's carrier lost and back" flap client1 server1
lost "its link's carrier lost and back" "$client_address" flap client0 server0
ip link del client1
slowly() {
	local before
	before=$(logins)
	on_server ip link set server0 down
	wait_until 30 without_carrier client0
	nap 3
	is "without a carrier and another way nothing is tried" "$(logins)" "$before"
	on_server ip link set server0 up
}
lost "its carrier back after a while" "$client_address" slowly

# A watcher by a master that others share has no connection of its own: any loss may be its own.
start "${plain[@]}" ssh -F "$work/ssh_config" -o BatchMode=yes -M -N -S "$work/master" labhost </dev/null
wait_until 60 test -S "$work/master"
cat >"$work/watch_shared" <<-SH
	#!/bin/bash
	echo start >>"$work/shared"
	exec ssh -S "$work/master" -F "$work/ssh_config" -o BatchMode=yes labhost "echo; exec sleep 1000"
SH
cat >"$work/shared_rc" <<-CONF
	inter_delay 300
	sync true
	store shared {
		watch $work/watch_shared
		remote
	}
CONF
chmod 755 "$work/watch_shared"
shared() { grep -c . "$work/shared"; }
shared_is() { [[ $(shared) == "$1" ]]; }
shared_ready() { grep -q '^Watching mailstores' "$work/shared.out"; }
start "${plain[@]}" env HOME="$work/local" \
	mswatch -c "$work/shared_rc" >"$work/shared.out" 2>"$work/shared.err" </dev/null
shared_pid=$started
wait_until 60 shared_ready
other_loses() { # an address that leads outside, which no connection comes from
	ip address add 10.77.1.99/24 dev client0
	nap 3
	ip address del 10.77.1.99/24 dev client0
}
stands "an address of no connection removed" other_loses
ok "but whoever shares a master is started afresh" wait_until 60 shared_is 2
end_pid "$shared_pid"

# A VPN that the server is reached by: the tunnel's other end is there already.
vpn_up() { # ROUTE...
	local route
	ip link add vpn0 type veth peer name vpn1 netns "$server_host"
	ip link set vpn0 addrgenmode none
	on_server ip link set vpn1 addrgenmode none
	on_server ip address add 10.88.0.1/24 dev vpn1
	on_server ip link set vpn1 up
	ip address add 10.88.0.2/24 dev vpn0
	ip link set vpn0 up
	for route; do ip route add "$route" via 10.88.0.1 dev vpn0; done
}
for routes in "10.77.9.0/24" "0.0.0.0/1 128.0.0.0/1" "default"; do
	# shellcheck disable=SC2086
	stands "a VPN up ($routes)" vpn_up $routes
	# What connects now goes by the VPN.
	before=$(logins)
	kill "$(server_named watch_maildirs)"
	wait_until 60 logins_above "$before"
	wait_until 60 server_watched_once
	is "the next connection goes by it" "$(login_from)" 10.88.0.2
	stands "another address while it is up" ip address add "10.77.1.1$further_address/24" dev client0
	lost "the VPN down ($routes)" "$client_address" ip link del vpn0
done

# A connection from a temporary address of IPv6 goes with it.
on_server ip address add fd77::1/64 nodad dev server0
if net_temporary; then
	sed "s/$server_address/fd77::1/" "$work/ssh_config" >"$work/six_config"
	cat >"$work/six_rc" <<-CONF
		inter_delay 300
		sync true
		store six { watch ssh -F $work/six_config -o BatchMode=yes labhost inputkill watch_maildirs }
	CONF
	six_ready() { grep -q 'Watching mailstores$' "$work/six.out"; }
	start "${plain[@]}" env HOME="$work/local" \
		mswatch -c "$work/six_rc" >"$work/six.out" 2>"$work/six.err" </dev/null
	six_pid=$started
	ok "a watcher over IPv6 is ready" wait_until 60 six_ready
	address=$(login_from)
	contains "it comes from a temporary address" <(temporary) "^$address/"
	before=$(logins)
	ip address del "$address/64" dev client0
	ok "its own temporary address removed is a loss" wait_until 60 logins_above "$before"
	ok "it comes from another one now" test "$(login_from)" != "$address"
	end_pid "$six_pid"
	ip -6 address flush dev client0 scope global
else
	note "no temporary addresses here"
fi

another_address() {
	ip address flush dev client0
	ip address add "$other_address/24" dev client0
	ip route replace default via "$router" metric 600
}
lost "the default route's address replaced" "$other_address" another_address
ok "one watcher runs on the server" wait_until 30 server_watched_once
deliver server INBOX
returned=$(now_us)
sent=1
back_in_step "after all that"
ends_without_trace
tap_done

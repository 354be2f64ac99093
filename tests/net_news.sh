#!/bin/bash
# News of the network cuts waits short, and nothing else does: with waits of
# minutes, whatever is tried within seconds is tried for the news.
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
. "$top_srcdir/tests/net.sh"
net_alone "$@"
net_clocks

mkdir "$work/near" "$work/far" "$work/refused"
mkfifo "$work/near/changes" "$work/far/changes" "$work/refused/changes"
cat >"$work/watcher" <<'SH'
#!/bin/bash
# DIRECTORY: ready, unless "down" is there; then prints what comes through "changes"
echo start >>"$1/starts"
[[ ! -e $1/down ]] || exit "$(cat "$1/down")"
[[ ! -e $1/hung ]] || exec sleep 1000
echo
exec cat <>"$1/changes"
SH
cat >"$work/sync" <<'SH'
#!/bin/bash
printf '[%s]\n' "${*:2}" >>"$1/syncs"
while [[ -e $1/hold ]]; do sleep 0.05; done
exit "$(cat "$1/status")"
SH
chmod 755 "$work/watcher" "$work/sync"
cat >"$work/mswatchrc" <<-CONF
	base_delay 0
	inter_delay 300
	max_delay 600
	sync $work/sync $work
	store near { watch $work/watcher $work/near }
	store far {
		watch $work/watcher $work/far
		remote
	}
	store refused {
		watch $work/watcher $work/refused
		remote
	}
CONF

lines_are() { [[ $(lines "$1") == "$2" ]]; }
syncs() { lines "$work/syncs"; }
far_starts() { lines "$work/far/starts"; }
near_starts() { lines "$work/near/starts"; }
marks() { echo "$(syncs) syncs, $(near_starts)+$(far_starts) starts"; }
marks_are() { [[ $(marks) == "$1" ]]; }
# quiet WHAT CMD...: CMD's end, and longer than news waits, changes nothing
quiet() {
	local what=$1 before
	shift
	before="$(marks), $(news) news"
	"$@"
	nap 2.7
	is "$what" "$(marks), $(news) news" "$before"
}
# cut WHAT SYNCS STARTS CMD...: CMD is one piece of news; so many more of each follow
cut() {
	local what=$1 wanted before
	wanted="$(($(syncs) + $2)) syncs, $(near_starts)+$(($(far_starts) + $3)) starts"
	shift 3
	before=$(news)
	"$@"
	ok "$what: is news" wait_until 60 news_above "$before"
	wait_until 60 marks_are "$wanted"
	nap 0.5
	is "$what: what waited is tried once" "$(marks)" "$wanted"
}

echo 1 >"$work/status"
start "${clocked[@]}" mswatch -v -c "$work/mswatchrc" >"$work/out" 2>"$work/err" </dev/null
ok "INBOX and all mailboxes fail at the start" wait_until 60 lines_are "$work/syncs" 2
echo 1 >"$work/far/down"
echo 77 >"$work/refused/down"
reader() { # DIRECTORY: the pid that reads its "changes"
	local fd
	for fd in /proc/[0-9]*/fd/0; do
		[[ $(readlink "$fd" 2>/dev/null) == "$1/changes" ]] || continue
		fd=${fd#/proc/}
		echo "${fd%%/*}"
	done
}
has_reader() { [[ -n $(reader "$1") ]]; }
far_is_down() { grep -q "^${stamp}mswatch: far: watcher" "$work/err"; }
wait_until 30 has_reader "$work/far"
kill "$(reader "$work/far")"
ok "the far watcher waits in its backoff" wait_until 30 far_is_down
wait_until 30 has_reader "$work/refused"
kill "$(reader "$work/refused")"
refused_is_down() { grep -q "^${stamp}mswatch: refused: watcher was killed" "$work/err"; }
ok "so does the refused one" wait_until 30 refused_is_down

loopback() {
	ip link set lo up
	ip address add 127.0.0.2/8 dev lo
}
quiet "the loopback's news is none" loopback

# Both ends of the cable are here: one carrier.
ip link add one type veth peer name two
ip link set one addrgenmode none
ip link set two addrgenmode none
ip link set one up
quiet "a carrier of a link without an address is none" ip link set two up
cut "an address" 2 1 ip address add 10.77.2.2/24 dev one
quiet "a carrier that goes is none" ip link set two down
cut "one that comes" 2 1 ip link set two up
cut "a default route" 2 1 ip route add default via 10.77.2.1 metric 100
# Each change of size is a message, and none is news: the state after a loss is read anew.
overrun() {
	local i
	kill -STOP "$started"
	for i in {1..8000}; do echo "link set one mtu $((1300 + i % 2))"; done | ip -batch -
	kill -CONT "$started"
}
cut "more messages than the socket holds" 2 1 overrun
many() { # of a thousand messages; a socket has room for a hundred by itself
	local i
	kill -STOP "$started"
	for i in {1..100}; do
		printf 'link add many%d type veth peer name more%d\nlink set many%d up\nlink set more%d up\n' \
			"$i" "$i" "$i" "$i"
	done | ip -batch -
	for i in {1..100}; do echo "link del many$i"; done >"$work/many"
	kill -CONT "$started"
}
if (($(cat /proc/sys/net/core/rmem_max 2>/dev/null || echo 0) >= 2097152)); then
	quiet "a hundred veth pairs at once are none" many
	ip -batch "$work/many"
else
	note "the system allows no larger socket (net.core.rmem_max)"
fi
renewals() {
	ip address change 10.77.2.2/24 dev one valid_lft 1000 preferred_lft 900
	ip route replace default via 10.77.2.1 metric 100
	ip route add 10.78.0.0/16 via 10.77.2.1
	ip link set one mtu 1400
}
quiet "renewals, other routes and sizes are none" renewals
cut "another gateway" 2 1 ip route replace default via 10.77.2.3 metric 100
if [[ -e /proc/net/if_inet6 ]]; then
	cut "an address of IPv6" 2 1 ip address add fd77::2/64 nodad dev one
	cut "its default route" 2 1 ip route add default via fd77::1 dev one metric 100
	renewals6() {
		ip -6 route replace default via fd77::1 dev one metric 100 expires 1000
		ip -6 route replace default via fd77::1 dev one metric 100 expires 900
		ip address change fd77::2/64 nodad dev one valid_lft 1000 preferred_lft 900
	}
	quiet "its renewals are none" renewals6
fi
# A network of containers has default routes of its own, by rules or far behind all others.
containers_way() { # add|del
	ip rule "$1" from 10.99.0.0/16 lookup 100 2>/dev/null
	ip route "$1" default via 10.99.0.5 dev br9 table 100
	ip route "$1" default via 10.99.0.5 dev br9 metric 5000
	[[ ! -e /proc/net/if_inet6 ]] || ip route "$1" default via fd00:8::5 dev br9 metric 5000
}
containers() {
	ip link add br9 type bridge
	ip address add 10.99.0.1/16 dev br9
	[[ ! -e /proc/net/if_inet6 ]] || ip address add fd00:8::1/64 dev br9 nodad
	ip link add port9 type veth peer name container9
	ip link set container9 up
	ip link set port9 master br9 up
	ip link set br9 up
	containers_way add
}
quiet "containers' default routes are none" containers
containers_go() {
	ip -6 route del default via fd77::1 2>/dev/null
	containers_way del
	containers_way add
	ip link del br9
}
quiet "nor where there is no other of IPv6, or that they go" containers_go

# A VPN's link leads outside from the moment that it has a route; first the address, then the
# route.  It has a carrier as long as its daemon runs.
vpn_up() { # ROUTE...
	local route
	ip link add vpn0 type veth peer name daemon0
	ip link set daemon0 up
	ip link set vpn0 up
	ip address add 10.88.0.2/24 dev vpn0
	# shellcheck disable=SC2086 # with a metric
	for route; do ip route add $route dev vpn0; done
}
quiet "a tunnel without a route is none" vpn_up
cut "a tunnel's route" 2 1 ip route add 10.99.0.0/16 dev vpn0
quiet "its end is none" ip link del vpn0
cut "a VPN for all" 2 1 vpn_up 0.0.0.0/1 128.0.0.0/1
quiet "its end is none either" ip link del vpn0
cut "a VPN with a default route" 2 1 vpn_up "default metric 50"
cut "which goes, where another stands by" 2 1 ip link del vpn0
wireguard() { # add|del: as wg-quick(8) does it
	ip rule "$1" not fwmark 51820 table 51820
	ip rule "$1" table main suppress_prefixlength 0
}
if wireguard add 2>"$work/rule.err"; then
	cut "WireGuard's route behind its rules" 2 1 vpn_up "default table 51820"
	cut "without the rules another stands by" 2 1 wireguard del
	cut "its rules behind the route" 2 1 wireguard add
	cut "its link's end" 2 1 ip link del vpn0
	wireguard del
else
	note "no rules here: $(cat "$work/rule.err")"
fi
losses() {
	ip -6 address flush dev one 2>/dev/null
	ip -6 route flush dev one 2>/dev/null
	ip route del default
	ip address del 10.77.2.2/24 dev one
	ip link set two down
}
quiet "losses alone are none" losses
quiet "nor is the carrier without an address" ip link set two up

rm "$work/far/down"
touch "$work/far/hung"
cut "an address by which all is reached" 2 1 ip address add 10.77.2.9/24 dev one
cut "an address, while the far watcher hangs in its start" 2 1 ip address add 10.77.2.2/24 dev one

rm "$work/far/hung"
echo 0 >"$work/status"
# Tried for the news: INBOX, all; then again, at once, as the far watcher is ready.
before=$(news) syncs=$(syncs)
ip address add 10.77.2.4/24 dev one
ok "an address, and the syncs succeed" wait_until 60 news_above "$before"
wait_until 60 has_reader "$work/far"
more_syncs() { (($(syncs) >= syncs + 2)); }
ok "INBOX and all mailboxes are synced" wait_until 60 more_syncs
nap 2
rested() {
	echo box >"$work/near/changes"
	ip address add 10.77.2.5/24 dev one
}
before=$(news) marks=$(marks)
rested
ok "a change after a success, and news" wait_until 60 news_above "$before"
nap 2
is "the wait after a success is not cut" "$(marks)" "$marks"

roams() {
	ip address del 10.77.2.2/24 dev one
	ip address add 10.77.2.6/24 dev one
}
starts=$(far_starts) near=$(near_starts)
far_started() { (($(far_starts) > starts)); }
roams
ok "another address: the far watcher is started afresh" wait_until 60 far_started
nap 2.7
is "once" "$(far_starts)" $((starts + 1))
is "and the near one is not" "$(near_starts)" "$near"

# A laptop: the link goes, then it sleeps; the link comes back after the resume.
without_carrier() { ip link show one | grep -q NO-CARRIER; }
starts=$(far_starts) before=$(news)
ip link set two down
wait_until 30 without_carrier
nap 1
order "sleep 100"
ok "a resume: the far watcher is started afresh" wait_until 60 far_started
wait_until 30 has_reader "$work/far"
ip link set two up
ok "then the link is back" wait_until 60 news_above "$before"
nap 2.7
is "one restart is enough for both" "$(far_starts)" $((starts + 1))

# News during a run that then fails: what it tried may have failed for what was before.
more_than() { (($(syncs) > $1)); }
touch "$work/hold"
echo 1 >"$work/status"
syncs=$(syncs) before=$(news)
kill -USR2 "$started"
ok "all mailboxes are synced when the user wants" wait_until 60 more_than "$syncs"
ip address add 10.77.2.7/24 dev one
ok "an address meanwhile is news" wait_until 60 news_above "$before"
rm "$work/hold"
ok "the run fails and is tried again at once" wait_until 60 more_than $((syncs + 1))
nap 1
is "once" "$(syncs)" $((syncs + 2))

before=$(news) begun=$(now_us)
for i in {1..40}; do
	ip address add "10.77.3.$i/24" dev one
	nap 0.1
done
ok "forty addresses are news" wait_until 60 news_above "$before"
nap 2.7
note "$(($(news) - before)) times in $((($(now_us) - begun) / 1000)) ms"
ok "acted on at most every 2 s" test $((($(news) - before - 1) * 2000000)) -le $(($(now_us) - begun))
# Its own status 77 came with the first news.
refused_starts() { [[ $(lines "$work/refused/starts") == "$1" ]]; }
ok "for one that was refused no news is any" refused_starts 2
order "sleep 600"
ok "but max_delay is over at last" wait_until 60 refused_starts 3
ok "mswatch has stayed" alive "$started"
tap_done

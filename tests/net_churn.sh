#!/bin/bash
# Containers, virtual machines and temporary addresses come and go: a healthy
# connection is left alone, nothing is synced, and no backoff begins anew.
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
. "$top_srcdir/tests/lab.sh"
. "$top_srcdir/tests/net.sh"
net_lab "$@"
net_up
net_daemons
# shellcheck disable=SC2034 # for net_mailstores
heartbeat_bound=15      # the storm stops the heart, for longer where other tests change links
net_mailstores

# A second mswatch knows nobody who lets it in, and waits for minutes after the first try.
ssh-keygen -q -t ed25519 -N '' -f "$work/strange_key"
cat >"$work/watch_refused" <<-SH
	#!/bin/bash
	echo try >>"$work/tries"
	exec ssh -F "$work/strange_config" -o BatchMode=yes labhost inputkill watch_maildirs
SH
sed "s|IdentityFile .*|IdentityFile $work/strange_key|" "$work/ssh_config" >"$work/strange_config"
cat >"$work/sync" <<-SH
	#!/bin/bash
	echo run >>"$work/runs"
	exec mbsync -q -c "$work/mbsyncrc" "\$@"
SH
chmod 755 "$work/watch_refused" "$work/sync"
sed -i -e "s|^sync .*|sync $work/sync|" -e 's|^inter_delay.*|inter_delay 0.1|' "$work/mswatchrc"
cat >"$work/refused_rc" <<-CONF
	inter_delay 300
	max_delay 600
	sync true
	store refused {
		watch $work/watch_refused
		remote
	}
CONF

refusals() { grep -c 'closed by authenticating user' "$work/sshd.log"; }
at_least() { (($("$1") >= $2)); }
tries() { lines "$work/tries"; }
runs() { lines "$work/runs"; }
marks() { echo "$(logins) logins, $(runs) syncs, $(tries) tries, $(refusals) refused, $(news out)+$(news refused.out) news"; }
# after_news: all that came before it has been acted on, too
further_address=20
after_news() {
	local one two
	one=$(news out) two=$(news refused.out)
	further_address=$((further_address + 1))
	ip address add "10.77.1.$further_address/24" dev client0
	wait_until 60 news_above "$one" out
	wait_until 60 news_above "$two" refused.out
	wait_until 60 at_least refusals $((refusals_before + 1))
}
# unnoticed WHAT CMD...: neither while CMD runs nor when what follows is acted on
unnoticed() {
	local what=$1 runs_before logins_before tries_before one two
	shift
	runs_before=$(runs) logins_before=$(logins) tries_before=$(tries) refusals_before=$(refusals)
	one=$(news out) two=$(news refused.out)
	"$@"
	note "$what: $(marks)"
	after_news
	is "$what: no news but the one that follows" "$(news out) $(news refused.out)" "$((one + 1)) $((two + 1))"
	is "$what: one login for that where the key is refused" "$(tries) $(refusals)" \
		"$((tries_before + 1)) $((refusals_before + 1))"
	is "$what: the watcher's connection is left alone" "$(logins)" "$logins_before"
	is "$what: nothing is synced" "$(runs)" "$runs_before"
}

ok "mswatch gets into step" net_mswatch
start "${plain[@]}" env HOME="$work/local" \
	mswatch -c "$work/refused_rc" -v >"$work/refused.out" 2>"$work/refused.err" </dev/null
refused_pid=$started
ok "the other one is refused once" wait_until 60 at_least refusals 1
waits() { grep -q 'starting it again in' "$work/refused.err"; }
wait_until 60 waits
watcher=$(server_named watch_maildirs)

# Longer than news waits to be acted on: where it is news, it is acted on in between.
repeat() { # CMD...: until 5 s are over, twice at least
	local end times=0
	end=$(($(now_us) + 5000000))
	while (($(now_us) < end || times < 2)); do
		"$@" $((times % 200))
		times=$((times + 1))
	done
	note "$times times"
}
pair() {
	ip link add v0 type veth peer name v1
	ip link set v0 up
	ip link set v1 up
	nap 0.3
	ip link del v0
}
unnoticed "veth pairs" repeat pair

ip link add br0 type bridge
ip address add 172.17.0.1/16 dev br0
ip link set br0 up
ports() {
	ip link add p0 type veth peer name p1
	ip link set p0 master br0 up
	ip link set p1 up
	nap 0.3
	ip link set p0 nomaster
	ip link del p0
}
unnoticed "a bridge's ports" repeat ports
ip link del br0

network() { # as docker compose makes and removes one, with a container in it
	local bridge=br-$1
	ip link add "$bridge" type bridge
	ip address add "172.20.$1.1/24" dev "$bridge"
	[[ ! -e /proc/net/if_inet6 ]] || ip address add "fd20:$1::1/64" nodad dev "$bridge"
	ip link set "$bridge" up
	ip link add c0 type veth peer name c1
	ip link set c0 master "$bridge" up
	ip link set c1 up
	ip route add "172.21.$1.2/32" dev c0 scope link
	nap 0.3
	ip link del c0
	ip link del "$bridge"
}
unnoticed "networks of containers" repeat network

# The kernel makes the temporary addresses itself, those of the prefixes that say so.
is_temporary() { [[ $(temporary) == *"$1"* ]]; }
next_temporary() { # that of an address that is managed no more goes, and a new one comes
	local old
	old=$(temporary)
	ip address change fd77::2/64 nodad valid_lft 90000 preferred_lft 80000 dev client0
	wait_until 30 not is_temporary "$old"
	ip address change fd77::2/64 nodad mngtmpaddr valid_lft 90000 preferred_lft 80000 dev client0
	wait_until 30 has_temporary || fail "the kernel makes the next temporary address"
}
before=$(news out) refused_before=$(news refused.out) tried=$(tries)
if net_temporary; then
	wait_until 60 news_above "$before" out && wait_until 60 news_above "$refused_before" refused.out
	wait_until 60 at_least tries $((tried + 1))
	wait_until 60 at_least refusals "$(tries)"
	unnoticed "temporary addresses" repeat next_temporary
else
	note "no temporary addresses here"
fi

is "the server's watcher is the first one" "$(server_named watch_maildirs)" "$watcher"
deliver server INBOX
returned=$(now_us)
sent=1
back_in_step "a message after all that"

# Messages of the kernel that were lost: the connection's own address tells.
drops() { # PID: messages that found no room in its socket for routes (proc(5), net/netlink)
	awk -v pid="$1" '$2 == 0 && $3 == pid { drops += $9 } END { print drops + 0 }' /proc/net/netlink
}
storm() { # each change of size is a message; as few as do, for the heart stands still meanwhile
	local i before refused_before
	before=$(drops "$mswatch_pid") refused_before=$(drops "$refused_pid")
	ip link add v0 type veth peer name v1
	kill -STOP "$mswatch_pid" "$refused_pid"
	for _ in {1..80}; do
		for i in {1..100}; do echo "link set v0 mtu $((1300 + i % 2))"; done | ip -batch -
		(($(drops "$mswatch_pid") > before && $(drops "$refused_pid") > refused_before)) && break
	done
	ip link del v0
	kill -CONT "$mswatch_pid" "$refused_pid"
}
logins=$(logins) before=$(news out)
storm
ok "more messages than the socket holds are news" wait_until 60 news_above "$before" out
refusals_before=$(refusals)
after_news
is "and no loss" "$(logins)" "$logins"
(($(logins) == logins)) || lab_story "a loss"

# A change after all: every address of the link by another.
logins=$(logins)
ip address flush dev client0
ip address add "$other_address/24" dev client0
ip route replace default via "$server_address"
ok "another address: the watcher is started afresh" wait_until 60 at_least logins $((logins + 1))
deliver local INBOX
returned=$(now_us)
sent=2
back_in_step "another address"
is "once" "$(logins)" $((logins + 1))
end_pid "$refused_pid"
ends_without_trace
tap_done

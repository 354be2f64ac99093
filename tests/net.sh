# shellcheck shell=bash
# tests/net.sh - network namespaces of a test's own.
#
# Source it after tests/tap.sh, and tests/lab.sh for the laboratory.
#
#   net_alone "$@"      # runs the test again in a namespace without any interface
#   net_lab "$@"        # the same for an ordinary user, as lab_user does; then
#   net_up              #   two hosts: the client (here) and the server
#   net_daemons         #   sshd and Dovecot on the server; or net_imap: Dovecot alone
#   net_mailstores      #   Maildirs, mbsync over IMAP, mswatch over ssh between them
#   net_mswatch         #   mswatch on the client; returns when all is in step
#
# The server's namespace lives as long as its processes: all of them, which are
# the test's by that, are ended with the test.

# shellcheck disable=SC2154 # what comes from tap.sh and lab.sh
# shellcheck disable=SC2034 # lab_entry and lab_capabilities are lab.sh's

client_address=10.77.1.2
other_address=10.77.1.3
server_address=10.77.1.1
heartbeat=2
heartbeat_bound=6

net_possible() { # OPTION...: whether unshare can; in CI that it can't is a failure
	needs unshare nsenter ip setpriv
	unshare "$@" ip link add test0 type veth peer name test1 2>"$work/unshare.err" && return
	[[ -z ${CI:-} ]] || { echo "Bail out! no network namespaces: $(cat "$work/unshare.err")"; exit 1; }
	skip_all "no network namespaces here: $(tail -n 1 "$work/unshare.err")"
}

net_alone() {
	local options=(--net)
	[[ -z ${NET_INSIDE:-} ]] || return 0
	((EUID == 0)) || options=(--user --map-root-user --net)
	net_possible "${options[@]}"
	start env NET_INSIDE=1 unshare "${options[@]}" bash "$0" "$@"
	wait "$started"
	exit
}

# The laboratory's programs run as an ordinary user; the test itself keeps
# what it needs to handle links.
net_lab() {
	local user=(--user --map-current-user --keep-caps --net)
	[[ -z ${NET_INSIDE:-} ]] || return 0
	if ((EUID == 0)); then
		net_possible --net
		lab_entry=(env NET_INSIDE=1 unshare --net "${net_entry[@]}")
		lab_capabilities=(--inh-caps '+net_admin,+sys_admin' --ambient-caps '+net_admin,+sys_admin')
		lab_user "$@"
	fi
	net_possible "${user[@]}"
	start env NET_INSIDE=1 unshare "${user[@]}" bash "$0" "$@"
	wait "$started"
	exit
}
net_terminal=           # not empty: mswatch has a terminal
net_entry=()            # a further command that runs the test

plain=(setpriv --ambient-caps=-all --inh-caps=-all) # no more than a user may
on_server() { nsenter --net="/proc/$server_host/ns/net" "$@"; }

# --- the two hosts ---
server_apart() { [[ $(readlink "/proc/$server_host/ns/net") != "$(readlink /proc/self/ns/net)" ]]; }
# A veth pair as the cable; addresses of IPv6's own making would hide what goes.
net_up() {
	start unshare --net sleep infinity
	server_host=$started
	wait_until 30 server_apart || { echo "Bail out! no namespace for the server"; exit 1; }
	trap net_clean EXIT
	ip link set lo up
	on_server ip link set lo up
	ip link add client0 type veth peer name server0 netns "$server_host"
	ip link set client0 addrgenmode none
	on_server ip link set server0 addrgenmode none
	ip address add "$client_address/24" dev client0
	on_server ip address add "$server_address/24" dev server0
	ip link set client0 up
	on_server ip link set server0 up
	ip route add default via "$server_address"
}
# An address whose temporary companions the kernel makes by itself; false where it does not.
net_temporary() {
	[[ -e /proc/net/if_inet6 ]] &&
		{ echo 2 >/proc/sys/net/ipv6/conf/client0/use_tempaddr &&
			echo 1000 >/proc/sys/net/ipv6/conf/client0/regen_max_retry; } 2>/dev/null &&
		ip address add fd77::2/64 nodad mngtmpaddr valid_lft 90000 preferred_lft 80000 dev client0 &&
		wait_until 30 has_temporary
}
temporary() { ip -6 -o address show dev client0 temporary -tentative | sed -n 's/.*inet6 \([^ ]*\).*/\1/p'; }
has_temporary() { [[ -n $(temporary) ]]; }
net_without_ipv6() { # may be refused where /proc/sys is read-only: then addrgenmode does
	{ echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6; } 2>/dev/null
	# shellcheck disable=SC2016
	on_server sh -c 'echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6' 2>/dev/null
}

server_processes() { # all pids on the server but the one that holds the namespace
	local name
	name=$(readlink "/proc/$server_host/ns/net")
	find /proc -maxdepth 3 -path '/proc/[0-9]*/ns/net' -lname "${name//[][]/?}" 2>/dev/null |
		sed -e 's|^/proc/||' -e 's|/.*||' -e "/^$server_host\$/d"
}
server_named() { # NAME: the pids of programs of this name on the server
	local pid
	for pid in $(server_processes); do
		[[ $(cat "/proc/$pid/comm" 2>/dev/null) == "$1" ]] && echo "$pid"
	done
}
server_kill() {
	local pid
	for pid in $(server_processes); do kill -9 "$pid" 2>/dev/null; done
}
server_suite() { # what runs there of the suite
	local name
	for name in watch_maildirs inputkill child-guard; do
		printf '%s %s ' "$(server_named "$name" | wc -l)" "$name"
	done
}
server_watched_once() { [[ $(server_suite) == "1 watch_maildirs 1 inputkill 1 child-guard " ]]; }
server_free() { [[ $(server_suite) == "0 watch_maildirs 0 inputkill 0 child-guard " ]]; }

net_clean() {
	local status=$? pid
	[[ $BASHPID == "$$" ]] || return
	[[ -z ${mswatch_pid:-} ]] || end_pid "$mswatch_pid"
	server_kill
	(exit "$status")
	tap_clean
}

# --- the server's daemons ---
reachable() { timeout 2 bash -c "exec 3<>/dev/tcp/$server_address/$1" 2>/dev/null; }
net_sshd() {
	start on_server "${plain[@]}" "$(command -v sshd)" \
		-f "$work/sshd_config" -D -e </dev/null >>"$work/sshd.log" 2>&1
	sshd_pid=$started
}
net_dovecot() {
	start on_server "${plain[@]}" "$(command -v dovecot)" \
		-F -c "$work/dovecot.conf" </dev/null >>"$work/dovecot.log" 2>&1
	dovecot_pid=$started
}
imap_configure() {
	mkdir -p "$work/dovecot/state"
	imap_port=1143
	dovecot_configure "$imap_port"
	sed -i 's/127\.0\.0\.1/0.0.0.0/' "$work/dovecot.conf"
}
net_imap() {
	needs dovecot
	imap_configure
	net_dovecot
	net_imap_wait
}
net_imap_wait() {
	wait_until 60 reachable "$imap_port" && return
	note "$(tail -n 10 "$work/dovecot.log")"
	echo "Bail out! the server's Dovecot does not answer"
	exit 1
}
net_daemons() {
	needs sshd ssh ssh-keygen dovecot
	mkdir -p "$work/server"
	ssh-keygen -q -t ed25519 -N '' -f "$work/host_key"
	ssh-keygen -q -t ed25519 -N '' -f "$work/key"
	cp "$work/key.pub" "$work/authorized_keys"
	ssh_port=2022
	sshd_configure "$ssh_port"
	imap_configure
	ssh_configure "$work/ssh_config" "$work/key"
	sed -i 's/127\.0\.0\.1/0.0.0.0/' "$work/sshd_config"
	echo 'ListenAddress ::' >>"$work/sshd_config"
	sed -i "s/127\.0\.0\.1/$server_address/" "$work/ssh_config"
	net_sshd
	net_dovecot
	net_daemons_wait
}
net_daemons_wait() {
	wait_until 60 reachable "$ssh_port" && wait_until 60 reachable "$imap_port" && lab_ssh true && return
	note "$(tail -n 10 "$work/sshd.log" "$work/dovecot.log")"
	echo "Bail out! the server's daemons do not answer"
	exit 1
}

# --- mail ---
net_mailstores() {
	needs mbsync
	mailbox_make local INBOX
	mailbox_make server INBOX
	mbsync_configure < <(imap_store "$server_address")
	cat >"$work/mswatchrc" <<-CONF
		base_delay 0.1
		inter_delay 1
		max_delay ${net_max_delay:-600}
		sync socketwatch -t 5 mbsync -q -c $work/mbsyncrc
		mailbox_prefix lab :
		store local {
			watch watch_maildirs -s / -e -m $work/local/Maildir
		}
		store server {
			watch ssh -F $work/ssh_config -o BatchMode=yes ${net_ssh_options:-} labhost inputkill -t $heartbeat_bound watch_maildirs -s /
			heartbeat $heartbeat
		}
	CONF
}
# On a terminal of its own, in its foreground and with `stty tostop`, as a person starts it.
net_below_terminal() { # CMD...
	rm -f "$work/mswatch.pid"
	start script -qfec "stty tostop; echo \$\$ >${work@Q}/mswatch.pid; exec ${*@Q} >>${work@Q}/out 2>>${work@Q}/err" \
		/dev/null </dev/null >/dev/null 2>&1
	wait_until 30 test -s "$work/mswatch.pid" || return
	mswatch_pid=$(<"$work/mswatch.pid")
}
net_mswatch() { # OPTION...
	: >"$work/out"
	: >"$work/err"
	local command=("${plain[@]}" env HOME="$work/local"
		mswatch -c "$work/mswatchrc" -v "$@")
	if [[ -n ${net_terminal:-} ]]; then
		net_below_terminal "${command[@]}"
	else
		start "${command[@]}" >>"$work/out" 2>>"$work/err" </dev/null
		mswatch_pid=$started
	fi
	wait_until 90 syncs_at_least 2 || lab_story "mswatch does not get into step"
}

# --- a machine that sleeps: see tests/preload/clocks.c ---
cancelled=0
net_clocks() { # afterwards "${clocked[@]}" mswatch ... obeys `order`
	local preload=$top_builddir/tests/preload/clocks.so
	[[ -e $preload ]] || { echo "Bail out! $preload is not built (make check builds it)"; exit 1; }
	mkfifo "$work/orders"
	exec {orders}<>"$work/orders"
	: >"$work/cancelled"
	clocked=(env LD_PRELOAD="$preload" CLOCKS_ORDERS="$work/orders"
		CLOCKS_LOG="$work/cancelled"
		ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0")
}
cancelled_are() { [[ $(grep -c cancelled "$work/cancelled") == "$1" ]]; }
order() { # LINE: returns when mswatch knows that its wall clock was set
	echo "$1" >&"$orders"
	cancelled=$((cancelled + 1))
	wait_until 60 cancelled_are "$cancelled" || fail "$1: mswatch is woken"
}

# --- what has come of it ---
logins() { grep -c 'Accepted publickey' "$work/sshd.log"; }
news() { grep -c 'The network has changed' "$work/${1:-out}"; } # [FILE]: of mswatch's messages
news_above() { (($(news "${2-}") > $1)); }      # COUNT [FILE]
lines() { grep -c . "$1" 2>/dev/null || :; }    # FILE: how many that are not empty

sent=0
traffic() { # SECONDS: messages on both sides in turn
	local end
	end=$(($(now_us) + $1 * 1000000))
	while (($(now_us) < end)); do
		deliver local INBOX
		deliver server INBOX
		sent=$((sent + 2))
		nap 0.5
	done
}
# back_in_step WHAT: both sides are equal again; says how long after $returned, and
# checks it.  10 s are meant; a machine that is busy gets twice that.
back_in_step() {
	local took
	if ! wait_until 120 in_step INBOX "$sent"; then
		fail "$1: both sides are equal again" \
			"$(count local INBOX) local, $(count server INBOX) on the server, of $sent"
		lab_story "$1"
		return
	fi
	took=$((($(now_us) - returned) / 1000))
	pass "$1: both sides are equal again, each of $sent messages once"
	note "$1: in step $took ms after the return"
	ok "$1: within 10 s of the return (20 s on a busy machine)" test "$took" -lt 20000
}
ends_without_trace() { # mswatch ends; neither host keeps a program of the suite
	local pids
	pids=$(descendants "$mswatch_pid")
	kill "$mswatch_pid"
	ok "mswatch ends when told" wait_until 30 not alive "$mswatch_pid"
	ok "nothing of it is left on the client" wait_until 30 none_alive "$pids"
	ok "nothing of it is left on the server" wait_until 30 server_free
}

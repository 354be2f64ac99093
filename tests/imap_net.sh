#!/bin/bash
# mswatch, watch_imap and mbsync without a shell account, and a network with faults: links,
# addresses, a server that is started afresh, nights asleep, a line that has died in silence;
# and no storm of logins where the server takes none.
# IMAP_NET_LONG=yes: watch_imap with its own times, and faults that last longer.
# shellcheck disable=SC2154
# shellcheck source=tests/tap.sh
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
# shellcheck source=tests/lab.sh
. "$top_srcdir/tests/lab.sh"
# shellcheck source=tests/net.sh
. "$top_srcdir/tests/net.sh"
needs mbsync openssl ss doveadm
net_lab "$@"
long=${IMAP_NET_LONG:-}
net_up
net_clocks

# --- the server, with an account for mbsync and one for watch_imap ---
# A second cable, which nothing is told of: by it goes the line that dies.
quiet_address=10.77.2.2 quiet_server=10.77.2.1
ip link add client1 type veth peer name server1 netns "$server_host"
ip link set client1 addrgenmode none
on_server ip link set server1 addrgenmode none
ip address add "$quiet_address/24" dev client1
on_server ip address add "$quiet_server/24" dev server1
ip link set client1 up
on_server ip link set server1 up
net_without_ipv6
lab_tls "$server_address" "$quiet_server"
dovecot_additions+=(add_accounts)
add_accounts() {
	# others do not wait for what one has tried in vain
	cat >>"$work/dovecot.conf" <<-CONF
		service anvil {
		  unix_listener anvil-auth-penalty {
		    mode = 0
		  }
		}
	CONF
	sed -i "/^passdb/,/^}/s|driver = .*|driver = passwd-file|; s|args = password=.*|args = $work/users|" \
		"$work/dovecot.conf"
}
# It is looked at once a second at most, and each try in vain takes two.
users() { # PASSWORD: of watch_imap's account
	printf '%s\n' "lab:{PLAIN}secret" "quiet:{PLAIN}secret" "watch:{PLAIN}$1" >"$work/users.new"
	mv "$work/users.new" "$work/users"
	nap 1.1
}
takes_password() { on_server doveadm -c "$work/dovecot.conf" auth test watch "$1" >>"$work/auth" 2>&1; }
users secret
net_imap

# --- two clients: one over either cable ---
client_configure() { # SIDE USER ADDRESS OPTION...
	mkdir -p "$work/$1"
	mbsync_configure < <(imap_store "$3")
	sed "s|/local/|/$1/|" "$work/mbsyncrc" >"$work/$1/mbsyncrc"
	cat >"$work/$1/account" <<-CONF
		IMAPStore server
		Host $3
		Port $((imap_port + 1))
		User $2
		Pass secret
		SSLType IMAPS
		CertificateFile $work/cert.pem
	CONF
	chmod 600 "$work/$1/account"
	cat >"$work/$1/mswatchrc" <<-CONF
		base_delay 0.1
		inter_delay 1
		max_delay 600
		sync socketwatch -t 5 mbsync -q -c $work/$1/mbsyncrc
		mailbox_prefix lab :
		store local { watch watch_maildirs -s / -e -m $work/$1/Maildir }
		store server { watch watch_imap -c $work/$1/account ${*:4} server }
	CONF
}
for side in server local quiet; do mailbox_make "$side" INBOX; done
keep=2 options=(-k 2)
[[ -z $long ]] || keep=240 options=()
client_configure local watch "$server_address"
client_configure quiet quiet "$quiet_server" "${options[@]}"
client_start() { # SIDE COMMAND...: that runs it
	start "${plain[@]}" env HOME="$work/$1" "${@:2}" mswatch -v -c "$work/$1/mswatchrc" \
		>"$work/$1/out" 2>"$work/$1/err" </dev/null
}
quiet_in_step() { [[ $(messages quiet INBOX) == "$(messages server INBOX)" ]]; }
client_start local "${clocked[@]}"
mswatch_pid=$started
client_start quiet
ln -s local/out local/err "$work/"
deliver server INBOX
sent=1
is_ready() { (($(grep -c "^${stamp}synced " "$work/$1/out") >= 2)); }
ok "mswatch gets into step" wait_until 60 is_ready local
ok "and the other one" wait_until 60 is_ready quiet
returned=$(now_us)
back_in_step "before anything"
wait_until 60 quiet_in_step

# --- a line that dies in silence: what comes of it is looked at last ---
# The server's words on the connection that watch_imap has from this address get lost from now
# on, as behind a router that has forgotten it; other connections stand.
turn_mute() { # ADDRESS
	local port
	port=$(ss -Htn state established src "$1" dport = ":$((imap_port + 1))" |
		sed -n 's/.*:\([0-9]*\) .*:.*/\1/p')
	on_server ip rule add to "$1" ipproto tcp dport "$port" blackhole ||
		{ echo "Bail out! no line can be made mute here"; exit 1; }
}
turn_mute "$quiet_address"
died=$(now_us)

# --- a link that is cut, without a FIN ---
lasts() { if [[ -n $long ]]; then traffic "$1"; else traffic 1; fi; } # SECONDS
ip link set client0 down
lasts 30
ip link set client0 up
ip route replace default via "$server_address"
returned=$(now_us)
back_in_step "a link that was down"

# --- another address ---
ip address del "$client_address/24" dev client0
deliver server INBOX
sent=$((sent + 1))
ip address add "$other_address/24" dev client0
ip route replace default via "$server_address"
returned=$(now_us)
traffic 1
back_in_step "another address"

# --- the server is started afresh ---
server_kill
wait "$dovecot_pid" 2>/dev/null
lasts 10
net_dovecot
net_imap_wait
returned=$(now_us)
back_in_step "a server that was started again"

# --- nights asleep: nothing of ours runs, and time goes on ---
status() { HOME=$work/local mswatch -c "$work/local/mswatchrc" --status; }
is_watched() { status | grep -q '^server: ready'; }
resumes() { grep -c "^${stamp}Resumed after" "$work/out"; }
has_resumed() { (($(resumes) == $1)); }
asleep() { # WHAT CMD...: which happens meanwhile
	local processes resumed
	wait_until 60 is_watched
	mapfile -t processes < <(descendants "$mswatch_pid" | tac)
	resumed=$(resumes)
	kill -STOP "$mswatch_pid" "${processes[@]}" 2>/dev/null
	"${@:2}"
	deliver server INBOX
	deliver local INBOX
	sent=$((sent + 2))
	echo "sleep 28800" >&"$orders"
	cancelled=$((cancelled + 1))
	returned=$(now_us)
	kill -CONT "${processes[@]}" "$mswatch_pid" 2>/dev/null
	back_in_step "$1"
	ok "$1: mswatch has noticed it" wait_until 60 has_resumed $((resumed + 1))
}
say_goodbye() {
	mapfile -t sessions < <(server_named imap)
	kill "${sessions[@]}"
}
asleep "a night, and the server has said goodbye" say_goodbye
asleep "a night, and the line is mute since" turn_mute "$other_address"

# --- no storm of logins: a password that is refused ---
refused() { grep -c 'auth failed.*user=<watch>' "$work/dovecot.log"; }
again=$(grep -c "^${stamp}server: watching again" "$work/out")
told_again() { (($(grep -c "^${stamp}server: watching again" "$work/out") >= again + $1)); }
told() { grep -Eq "^${stamp}mswatch: server: $1" "$work/err"; }
something_new() { # the network has changed, and mswatch has acted on it
	local before
	before=$(news)
	ip address add "10.77.1.$1/24" dev client0
	wait_until 60 news_above "$before"
}
restarts() { status | sed -n 's/.* \([0-9]*\) restarts$/\1/p'; }
wait_until 60 is_watched
echo "mail_max_userip_connections = 1" >>"$work/dovecot.conf"
on_server doveadm -c "$work/dovecot.conf" reload
users changed
wait_until 60 takes_password changed
say_goodbye
ok "a password that is not taken any more is told, with the server's words" \
	wait_until 60 told 'watch_imap: server: the login was refused: Authentication failed'
ok "and when it is tried again: after max_delay, and no sooner" \
	wait_until 60 told 'watcher exited \(status 77\); starting it again in 10 min, and no sooner'
before=$(restarts)
something_new 21
order "sleep 100"
deliver local INBOX
deliver local INBOX
sent=$((sent + 2))
returned=$(now_us)
back_in_step "what comes from here meanwhile"
is "news of networks and of a sleep start no watcher" "$(restarts)" "$before"
is "and the server was asked once" "$(refused)" 1
status >"$work/status"
contains "--status says why" "$work/status" '^server: down since ..:.., watcher exited \(status 77\), starting again in '
users secret
wait_until 60 takes_password secret
order "sleep 600"
ok "after max_delay it is tried again, and mail comes" wait_until 60 told_again 1

# --- nor where the server takes too many connections for one too many ---
# One connection is allowed since the reload, and somebody else takes it.
takes_place() {
	local line
	say_goodbye
	exec {holder}<>"/dev/tcp/$server_address/$imap_port"
	printf 'a LOGIN watch secret\r\n' >&"$holder"
	while read -rt 30 -u "$holder" line; do
		[[ $line != "a "* ]] || break
	done
	[[ $line != "a OK"* ]] || return 0
	exec {holder}>&-
	return 1
}
ok "somebody else takes the only connection" wait_until 60 takes_place
ok "a connection too many is told, with the server's words" \
	wait_until 60 told 'watch_imap: server: the server takes no login now: Maximum number of connections'
pauses() { sed -n "s/^${stamp}mswatch: server: watcher exited (status 69); starting it again in \([0-9]*\) s\$/\1/p" "$work/err"; }
mapfile -t pause < <(pauses | tail -n 2)
is "it is tried again after twice the pause" "${pause[1]}" $((2 * pause[0]))
exec {holder}>&-
something_new 22
ok "or at news: there is room, and mail comes again" wait_until 60 told_again 2
deliver server INBOX
deliver local INBOX
sent=$((sent + 2))
returned=$(now_us)
back_in_step "after all that"

# --- the line that has died is noticed, with nothing to tell it ---
quiet_told() { sed -n "s/^\($stamp\)mswatch: server: $1.*/\1/p" "$work/quiet/err" | head -n 1; }
wait_until $((keep + 60)) grep -q "^${stamp}mswatch: server: watcher exited (status 69)" "$work/quiet/err"
contains "a line that has died in silence is told of" "$work/quiet/err" \
	"^${stamp}mswatch: server: watch_imap: server: no answer of the server to [A-Z]+ for [0-9]+ s"
took=$(($(date -d "$(quiet_told watcher)" +%s) - died / 1000000))
allowed=$((keep + 31 + $(soon) / 1000000))
ok "it is noticed within $((keep + 30)) s ($took s; $allowed s allowed here and now)" test "$took" -le "$allowed"
ok "and made anew: both sides are equal" wait_until 60 quiet_in_step
tap_done

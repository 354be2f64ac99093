#!/bin/bash
# Random deliveries on both sides, and faults every few seconds, for
# SOAK_SECONDS (an hour): at the end both sides hold every message once, and
# mswatch has the memory and descriptors that it had at the start.
#
#   make soak                       # or: SOAK_SECONDS=300 tests/soak.sh
#   SOAK_SEED=N                     # the choices of an earlier run
#
# Not part of make check.  Started by root it fills the log's disk, too.
# shellcheck disable=SC2016 # what another shell expands
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
. "$top_srcdir/tests/lab.sh"
. "$top_srcdir/tests/net.sh"
if [[ -z ${NET_INSIDE:-} ]]; then
	export SOAK_SEED=${SOAK_SEED:-$((SRANDOM % 32768))}
	if ((EUID == 0)); then
		export SOAK_LOG=$work/stage/log
		net_entry=(unshare --mount bash -c
			'mkdir "$0" && mount -t tmpfs -o size=2m,mode=1777 none "$0"; exec "$@"' "$SOAK_LOG")
	fi
fi
net_lab "$@"

seconds=${SOAK_SECONDS:-3600}
seed=$SOAK_SEED
note "SOAK_SEED=$seed SOAK_SECONDS=$seconds"
net_max_delay=20
net_terminal=yes
net_ssh_options="-o ServerAliveInterval=5 -o ServerAliveCountMax=2 -o ConnectTimeout=10"
net_up
net_daemons
net_mailstores
boxes=(INBOX list lists/dev)
for box in "${boxes[@]}"; do
	mailbox_make local "$box"
	mailbox_make server "$box"
done
disk=${SOAK_LOG:-}
[[ -n $disk ]] && mountpoint -q "$disk" || disk=
if [[ -n $disk ]]; then ln -s "$disk/out" "$work/out" && ln -s "$disk/err" "$work/err"; else
	note "the log's disk can't be filled here"
fi

# --- what is measured ---
resident() { awk '/^VmRSS:/ { print $2 }' "/proc/$mswatch_pid/status"; }
descriptors() { find "/proc/$mswatch_pid/fd" -mindepth 1 2>/dev/null | wc -l; }
descriptors_are() { [[ $(descriptors) == "$1" ]]; }
at_rest() { [[ -z $(pgrep -P "$mswatch_pid" -f socketwatch) ]]; }

# --- victims: processes of this test only ---
client_named() {
	local pid
	for pid in $(descendants "$mswatch_pid"); do
		[[ $(cat "/proc/$pid/comm" 2>/dev/null) == "$1" ]] && echo "$pid"
	done
}
victims() { # SIDE:NAME
	case $1 in
	client:*) client_named "${1#*:}" ;;
	server:*) server_named "${1#*:}" ;;
	esac
}
everyone=(client:watch_maildirs client:ssh client:mbsync client:mbsync client:socketwatch
	server:watch_maildirs server:inputkill server:sshd server:imap server:dovecot)
# One that runs, if there is one to be found: in $victim, its processes in $pids.
random_victim() {
	local try
	for try in {1..20}; do
		victim=${everyone[RANDOM % ${#everyone[@]}]}
		pids=$(victims "$victim")
		[[ -z $pids ]] || return 0
		((try % 5)) || deliver_one
	done
}

# --- faults: begin and heal; one that lasts at a time ---
declare -A faults=()
count_fault() { faults[$1]=$((${faults[$1]:-0} + 1)); }
fault='' heal_at=0
stopped=()
victim='' pids=''
begin_kill() {
	local pid
	random_victim
	for pid in $pids; do
		kill -9 "$pid" 2>/dev/null && count_fault "kill $victim"
	done
}
begin_stop() {
	local pid
	random_victim
	for pid in $pids; do
		kill -STOP "$pid" 2>/dev/null && stopped+=("$pid") && count_fault "stop $victim"
	done
}
heal_stop() {
	local pid
	for pid in "${stopped[@]}"; do kill -CONT "$pid" 2>/dev/null; done
	stopped=()
}
begin_pause() { kill -STOP "$mswatch_pid" && count_fault "stop mswatch"; }
heal_pause() { kill -CONT "$mswatch_pid"; }
begin_link() { ip link set client0 down && count_fault "link down"; }
heal_link() {
	ip link set client0 up
	ip route replace default via "$server_address"
}
begin_far_link() { on_server ip link set server0 down && count_fault "server's link down"; }
heal_far_link() { on_server ip link set server0 up; }
begin_silence() { # the client's kernel hears nothing of it
	on_server ip neighbour replace "$address" lladdr 02:00:00:00:00:99 nud permanent dev server0 &&
		count_fault "packets lost"
}
heal_silence() { on_server ip neighbour del "$address" dev server0; }
address=$client_address
begin_roam() {
	ip address del "$address/24" dev client0
	if [[ $address == "$client_address" ]]; then address=$other_address; else address=$client_address; fi
	count_fault "address changed"
}
heal_roam() {
	ip address add "$address/24" dev client0
	ip route replace default via "$server_address"
}
begin_disk() {
	[[ -n $disk ]] || return 0
	cat /dev/zero >"$disk/fill" 2>/dev/null
	count_fault "log's disk full"
}
heal_disk() { [[ -z $disk ]] || rm -f "$disk/fill"; }
begin_reboot() {
	server_kill
	count_fault "server down"
	daemons_wanted=no
}
heal_reboot() { daemons_wanted=yes; }
kinds=(kill kill kill kill stop stop pause link link far_link silence roam disk reboot)

heal() {
	[[ -z $fault ]] || "heal_$fault"
	fault=''
}
heal_kill() { :; }
begin_fault() {
	heal
	fault=${kinds[RANDOM % ${#kinds[@]}]}
	"begin_$fault"
	heal_at=$((EPOCHSECONDS + 1 + RANDOM % 12))
}

# --- neighbours: a container or virtual machine comes and goes all the time ---
churn() { # SECONDS
	local end=$((EPOCHSECONDS + $1)) turn
	ip link add bridge0 type bridge && ip address add 10.99.0.1/24 dev bridge0 && ip link set bridge0 up
	for ((turn = 0; EPOCHSECONDS < end; turn++)); do
		ip link add veth0 type veth peer name veth1
		((turn % 2)) || ip link set veth1 master bridge0
		ip link set veth0 up
		ip link set veth1 up
		((turn % 3)) || ip address add 10.98.0.1/24 dev veth0
		echo "$turn" >"$work/churned"
		nap 4
		ip link del veth0
		nap 3
	done
} 2>>"$work/churn.err"

# --- the daemons come back a second after they are killed ---
daemons_wanted=yes
daemons_looked=0
forget() { # PID: so that nothing that gets its number is ended for it
	local pid kept=()
	for pid in "${tap_pids[@]}"; do [[ $pid == "$1" ]] || kept+=("$pid"); done
	tap_pids=("${kept[@]}")
}
daemons_keep() {
	((EPOCHSECONDS > daemons_looked)) && [[ $daemons_wanted == yes ]] || return 0
	daemons_looked=$EPOCHSECONDS
	alive "$sshd_pid" || { forget "$sshd_pid"; net_sshd; }
	alive "$dovecot_pid" || { forget "$dovecot_pid"; net_dovecot; }
}

# --- the run ---
declare -A sent_to=()
for box in "${boxes[@]}"; do sent_to[$box]=0; done
deliver_one() { # something to sync
	deliver local INBOX
	sent_to[INBOX]=$((sent_to[INBOX] + 1))
	nap 0.3
}
random_delivery() {
	local sides=(local server) box=${boxes[RANDOM % ${#boxes[@]}]} many=1
	((RANDOM % 20)) || many=$((RANDOM % 20 + 1))
	deliver "${sides[RANDOM % 2]}" "$box" "$many"
	sent_to[$box]=$((sent_to[$box] + many))
}
summary() {
	local kind total=0
	for kind in "${!faults[@]}"; do
		note "  ${faults[$kind]} x $kind"
		total=$((total + faults[$kind]))
	done
	note "$(cat "$work/churned" 2>/dev/null) links of containers came and went"
	note "$total faults; messages: $(for box in "${boxes[@]}"; do printf '%s %s, ' "$box" "${sent_to[$box]}"; done)"
	note "syncs: $(syncs_completed) told, watchers started: $(grep -c "^${stamp}Starting" "$work/out"), restarts on failure or news since then: $(grep -c 'watching again' "$work/out")"
}
progress() {
	note "$((EPOCHSECONDS - begun)) s: $(for box in "${boxes[@]}"; do printf '%s %s, ' "$box" "${sent_to[$box]}"; done)resident $(resident) KiB, $(descriptors) descriptors, last fault: $fault"
}

ok "mswatch gets into step" net_mswatch
wait_until 30 server_watched_once
wait_until 30 at_rest
nap 1
first_resident=$(resident)
first_descriptors=$(descriptors)
note "at the start: resident $first_resident KiB, $first_descriptors descriptors"
RANDOM=$seed
begun=$EPOCHSECONDS
next_fault=$((begun + 2)) next_progress=$((begun + 60))
start churn "$seconds"
while ((EPOCHSECONDS < begun + seconds)); do
	random_delivery
	daemons_keep
	[[ -z $fault ]] || ((EPOCHSECONDS < heal_at)) || heal
	if [[ -z $fault ]] && ((EPOCHSECONDS >= next_fault)); then
		begin_fault
		next_fault=$((EPOCHSECONDS + 2 + RANDOM % 5))
	fi
	if ((EPOCHSECONDS >= next_progress)); then
		progress
		next_progress=$((EPOCHSECONDS + 60))
	fi
	kill -0 "$mswatch_pid" 2>/dev/null || break
	nap 0.$((RANDOM % 8 + 1))
done
heal
daemons_looked=0
daemons_keep
summary
ok "links came and went" test -s "$work/churned"
ok "mswatch has a terminal" test "$(ps -o tty= -p "$mswatch_pid")" != "?"
ok "mswatch has stayed" alive "$mswatch_pid"
healed=$(now_us)
for box in "${boxes[@]}"; do
	ok "$box: ${sent_to[$box]} messages on both sides, each once" \
		wait_until 180 in_step "$box" "${sent_to[$box]}"
	note "$box: $(count local "$box") local, $(count server "$box") on the server, $((($(now_us) - healed) / 1000)) ms after the last fault"
done
((tap_failed == 0)) || lab_story "not all is well"
ok "one watcher is left on the server" wait_until 60 server_watched_once
ok "descriptors as at the start" wait_until 60 descriptors_are "$first_descriptors"
note "at the end: resident $(resident) KiB (start: $first_resident), $(descriptors) descriptors (start: $first_descriptors)"
ok "resident memory as at the start, within 1 MiB" test $(($(resident) - first_resident)) -le 1024
kill -USR1 "$mswatch_pid"
counted() { grep -Eq ' syncs?, .* restarts?$' "$work/out"; }
ok "it still tells its state" wait_until 30 counted
note "$(grep -E ' syncs?, .* restarts?$' "$work/out" | tail -n 1)"
ends_without_trace
tap_done

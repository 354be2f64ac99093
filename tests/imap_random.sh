#!/bin/bash
# watch_imap beside real servers: whatever other clients and deliverers do is told.
#   IMAP_RANDOM_SERVERS     these only (see tests/imap_lab.sh)
#   IMAP_RANDOM_SECONDS     longer: 300
#   IMAP_RANDOM_SEEDS       other sequences: "1 2 3"
#   IMAP_RANDOM_LOGS        a directory, for what was done and told, and for watch_imap -v
# shellcheck disable=SC2154
# shellcheck source=tests/tap.sh
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
# shellcheck source=tests/lab.sh
. "$top_srcdir/tests/lab.sh"
# shellcheck source=tests/imap_lab.sh
. "$top_srcdir/tests/imap_lab.sh"
needs python3 openssl dovecot
read -ra servers <<<"${IMAP_RANDOM_SERVERS:-${imap_servers[*]}}"
imap_unpack "${servers[@]}"
lab_user "$@"

# One operation after the other on a server; nothing of it may be missed.
#   operations OPTION... -- OPTION...     of imap_random.py, and of watch_imap
operations() {
	local ours=() seed status=0
	while [[ $1 != -- ]]; do
		ours+=("$1")
		shift
	done
	shift
	[[ -z ${IMAP_RANDOM_LOGS:-} ]] || set -- -v "$@"
	for seed in ${IMAP_RANDOM_SEEDS:-1}; do
		python3 "$top_srcdir/tests/imap_random.py" "${imap_client[@]}" "${imap_deliver[@]}" \
			--seed "$seed" --seconds "${IMAP_RANDOM_SECONDS:-5}" \
			--log "${IMAP_RANDOM_LOGS:-$work}/$server.$seed.log" \
			--errors "${IMAP_RANDOM_LOGS:-$work}/$server.$seed.errors" \
			"${ours[@]}" watch_imap -c "$work/rc" "$@" server || status=1
		grep -Ev '^watch_imap: [<>]|^degraded: ' "${IMAP_RANDOM_LOGS:-$work}/$server.$seed.errors"
	done
	return $status
}
# What the server tells by itself is tried without a poll, as far as it goes; the rest with one.
run() { # SERVER
	server=$1
	imap_up "$server"
	imap_configure "$work/rc"
	case $server in
	# Where mailboxes come and go sessions of Dovecot 2.3 with NOTIFY are deaf at times, or crash.
	dovecot) operations --without create,rename,delete,drop -- -p 3600 ;;
	dovecot-storm) operations --storm -- -p 2 ;;
	cyrus) operations --without create,rename,delete -- -p 3600 -i work -i lists -i lists/dev ;;
	# Courier loses what happens just when gamin begins to look.
	courier* | imap4d) operations --counts -- -p 2 ;;
	*) operations -- -p 2 ;;
	esac
}

# Each by itself, three at a time: they wait most of the time.
if [[ ${1:-} == --run ]]; then
	run "$2"
	exit
fi
declare -A pids
running=()
harvest() { # the first of those that run
	local status
	wait "${pids[${running[0]}]}"
	status=$?
	is "$(imap_describe "${running[0]}"): nothing is missed" $status 0
	note "$(tail -n 30 "$work/${running[0]}.out")"
	running=("${running[@]:1}")
}
for server in "${servers[@]}"; do
	imap_has "$server" || continue
	((${#running[@]} < 3)) || harvest
	start bash "$0" --run "$server" >"$work/$server.out" 2>&1
	pids[$server]=$started
	running+=("$server")
done
while ((${#running[@]})); do harvest; done
tap_done

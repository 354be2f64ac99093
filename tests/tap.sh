# shellcheck shell=bash
# tests/tap.sh - what every program test sources first.
#
#   . "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
#   tap_plan_later             # results are counted; tap_done prints the plan
#   ok "what holds" CMD ...    # one test: CMD succeeds
#   is "what" GOT WANTED       # one test: equal strings
#   tap_done
#
# $stamp, in a pattern of grep, is the time in front of a running mswatch's lines.
#
# $work is a temporary directory, removed at the end; processes started with
# `start` are ended by pid.  $bin_of_NAME and PATH name the programs under test.

set -u
# What was ignored when bash began (by nohup, say) it can't give back, to what it starts either.
[[ -z $(trap -p) ]] || exec env --default-signal bash "$0" "$@"
: "${top_srcdir:=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)}"
: "${top_builddir:=$PWD}"
export LC_ALL=C TZ=UTC
for tap_program in mswatch watch_maildirs watch_mboxes watch_imap inputkill socketwatch; do
	PATH=$top_builddir/$tap_program:$PATH
done
PATH=$PATH:/usr/sbin:/sbin              # sshd and dovecot, for ordinary users
export PATH

# shellcheck disable=SC2034 # for the tests
stamp='20[-0-9]* [:0-9]* '
work=$(mktemp -d "${TMPDIR:-/tmp}/mswatch-test.XXXXXX")
tap_count=0
tap_failed=0
tap_pids=()

# --- time ---
exec {tap_nap_fd}<> <(:)                # a descriptor that never has input
# shellcheck disable=SC2120 # tests give it seconds
nap() { read -rt "${1:-0.02}" -u "$tap_nap_fd" || :; }
now_us() { printf '%s\n' "${EPOCHREALTIME/./}"; }

# wait_until SECONDS CMD...: tries CMD each 20 ms; 1 when the time is over
wait_until() {
	local end
	end=$((${EPOCHREALTIME/./} + $1 * 1000000))
	shift
	while ! "$@"; do
		((${EPOCHREALTIME/./} < end)) || return 1
		nap 0.02
	done
}
not() { ! "$@"; }
# The time, in microseconds, in which what happens at once has happened on this machine, as
# busy as it is now: measured by starting processes, and never near a grace of 5 s.
soon() {
	local began each
	began=$(now_us)
	for _ in {1..10}; do bash -c :; done
	each=$((($(now_us) - began) / 10))
	echo $((each < 100000 ? 200000 + 20 * each : 2200000))
}
alive() { kill -0 "$1" 2>/dev/null && [[ $(ps -o stat= -p "$1") != Z* ]]; }
none_alive() { # PIDS: a list in one word
	local pid
	for pid in $1; do ! alive "$pid" || return 1; done
}

# --- processes ---
start() { # CMD...: in the background; its pid in $started
	"$@" &
	started=$!
	tap_pids+=("$started")
}
without_input() { exec "$@" <&-; }       # start gives /dev/null otherwise: bash, for any "&"
end_pid() {
	alive "$1" || return 0
	kill "$1" 2>/dev/null
	kill -CONT "$1" 2>/dev/null
	wait_until 8 not alive "$1" || kill -9 "$1" 2>/dev/null
}

# --- results ---
note() { printf '# %s\n' "${*//$'\n'/$'\n'# }"; }
pass() {
	tap_count=$((tap_count + 1))
	printf 'ok %d - %s\n' "$tap_count" "$1"
}
fail() {
	tap_count=$((tap_count + 1))
	tap_failed=$((tap_failed + 1))
	printf 'not ok %d - %s\n' "$tap_count" "$1"
	shift
	[[ $# == 0 ]] || note "$*"
}
ok() {
	local name=$1
	shift
	if "$@"; then pass "$name"; else fail "$name" "failed: $*"; fi
}
is() {
	if [[ $2 == "$3" ]]; then pass "$1"; else fail "$1" "got: $2" $'\n'"wanted: $3"; fi
}
contains() { # NAME FILE PATTERN: a line matches the extended regular expression
	if grep -Eq -- "$3" "$2"; then pass "$1"; else
		fail "$1" "no line of $(basename "$2") matches: $3"
		note "$(tail -n 30 "$2")"
	fi
}
lacks() {
	if grep -Eq -- "$3" "$2"; then fail "$1" "a line of $(basename "$2") matches: $3" "$(grep -E -- "$3" "$2" | head -n 5)"; else pass "$1"; fi
}
skip_all() {
	printf '1..0 # SKIP %s\n' "$*"
	exit 0
}
needs() { # PROGRAM...: skips the test where one is missing; in CI that is a failure
	local program
	for program; do
		command -v "$program" >/dev/null && continue
		[[ -z ${CI:-} ]] || { printf 'Bail out! %s is not installed\n' "$program"; exit 1; }
		skip_all "$program is not installed (./quickstart check says how to get it)"
	done
}
tap_done() {
	printf '1..%d\n' "$tap_count"
	exit $((tap_failed > 0))
}
tap_clean() {
	local status=$? pid
	[[ $BASHPID == "$$" ]] || return
	for pid in "${tap_pids[@]}"; do end_pid "$pid"; done
	chmod -R u+rwx "$work" 2>/dev/null
	rm -rf "$work"
	exit "$status"
}
trap tap_clean EXIT

# $work/cert.pem, signed by itself, for localhost and ADDRESS..., and its $work/key.pem
certificate() { # [ADDRESS...]
	local names=DNS:localhost address
	needs openssl
	for address; do names+=,IP:$address; done
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 \
		-keyout "$work/key.pem" -out "$work/cert.pem" -subj /CN=localhost \
		-addext "subjectAltName=$names" 2>"$work/openssl.log"
}

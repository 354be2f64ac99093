# shellcheck shell=bash
# What the tests of the watchers share: one watcher, and its lines.
#
#   watch OPTION...          starts $watcher_program (watch_maildirs) in $work, waits for its
#                            ready line
#   deliver DIR NAME         a message by way of tmp/
#   says "what" LINE...      the next lines, exactly; "" is the empty line
#   is_quiet "what"          nothing was printed since (see there)
#   unwatch                  ends the watcher

: "${top_srcdir:=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)}"
# shellcheck source=tests/tap.sh
. "$top_srcdir/tests/tap.sh"

lines=$work/lines
errors=$work/errors
seen=0
polled_beacon=none

maildirs() { # DIR...: makes Maildirs
	local dir
	for dir; do mkdir -p "$dir/cur" "$dir/new" "$dir/tmp"; done
}
deliver() { # DIR NAME
	: >"$1/tmp/$2" && mv "$1/tmp/$2" "$1/new/$2"
}
line_count() { grep -c '' "$lines" || :; }
has_lines() { (($(line_count) >= $1)); }
line_or_end() { line_since "$1" || ! alive "$watcher"; }
all_told() { (($(tail -n +$((seen + 1)) "$lines" | grep -cx '') >= $1)); } # COUNT: so often
told_of() { wait_until 30 line_or_end "$1" && line_since "$1"; }
line_since() { tail -n +$((seen + 1)) "$lines" | grep -Fxq -- "$1"; }

watch() {
	: >"$lines"
	seen=0 polled_beacon=none
	start "${watcher_program:-watch_maildirs}" "$@" >>"$lines" 2>"$errors"
	watcher=$started
	wait_until 30 has_lines 1 || fail "the watcher gets ready" "$(cat "$errors")"
	seen=1
}
# shellcheck disable=SC2120
unwatch() {
	end_pid "$watcher"
	wait "$watcher" 2>/dev/null
}

# The lines since the last look are these, in any order, as often as they come.
says() {
	local what=$1 line got wanted
	shift
	for line; do
		told_of "$line" || {
			fail "$what" "no line '$line' came" "$(tail -n +$((seen + 1)) "$lines" | cat -A)" \
				"$(cat "$errors")"
			seen=$(line_count)
			return
		}
	done
	got=$(tail -n +$((seen + 1)) "$lines" | grep -Fxv -e "$polled_beacon" | sed 's/^/=/' | sort -u)
	wanted=$(printf '=%s\n' "$@" | sort -u)
	seen=$(line_count)
	is "$what" "$got" "$wanted"
}
# Lines of an earlier step may still come; they are passed over.
settle() { # BEACON-DIR BEACON-NAME: until the beacon's line has come
	beacon=$((${beacon:-0} + 1))
	deliver "$1" "beacon$beacon"
	told_of "$2" || fail "the beacon $2 is seen" "$(cat "$errors")"
	nap 0.05
	seen=$(line_count)
}
# The same by polls, which tell twice of what is young: until four of them have told of a
# beacon that is polled.  What says it later is passed over.
settle_polled() { # BEACON-DIR BEACON-NAME
	polled_beacon=$2
	wait_until 30 beacon_is_told "$1" || fail "the beacon $2 is polled" "$(cat "$errors")"
	seen=$(line_count)
}
beacon_is_told() { # BEACON-DIR: by four polls
	(($(tail -n +$((seen + 1)) "$lines" | grep -Fxc -- "$polled_beacon") < 4)) || return 0
	touch "$1/new"
	return 1
}
# Nothing but the beacon is told: events come in order, so what was done before
# it has been judged when its line is there.
is_quiet() { # WHAT BEACON-DIR BEACON-NAME
	beacon=$((${beacon:-0} + 1))
	deliver "$2" "beacon$beacon"
	says "$1" "$3"
}
ends_gone() { # WHAT: with status 2, and without a line, which would be synced
	ends_with "$1: status 2" 2
	is "$1: nothing is printed" "$(tail -n +$((seen + 1)) "$lines" | cat -A)" ""
}
ends_with() { # WHAT STATUS: the watcher ends by itself
	local status
	wait_until 30 not alive "$watcher" || {
		fail "$1" "it still runs" "$(tail -n +$((seen + 1)) "$lines" | cat -A)"
		unwatch
		return
	}
	wait "$watcher"
	status=$?
	is "$1" "$status" "$2"
}

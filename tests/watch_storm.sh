#!/bin/bash
# watch_maildirs in a storm of deliveries.
# shellcheck source=tests/tap.sh
[[ ! -w /dev/shm ]] || export TMPDIR=${TMPDIR:-/dev/shm} # as fast as can be
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"

storm() { # NAME OPTION...
	local name=$1
	shift
	mkdir "$work/Maildir"
	cd "$work/Maildir" || exit 1
	if "$top_builddir/tests/watch_storm" "$@" "${WATCH_STORM:-100000}" \
		watch_maildirs -m "$work/Maildir" >"$work/out" 2>&1; then
		pass "$name: $(sed 's/^# //' "$work/out" | paste -sd ' ')"
	else
		fail "$name" "$(cat "$work/out")"
	fi
	cd "$work" || exit 1
	rm -rf "$work/Maildir"
}

storm "a reader that keeps up"
storm "a reader that is stopped" -r
tap_done

#!/bin/bash
# Random changes, each of which watch_maildirs must tell of (watch_random.c).
# WATCH_RANDOM_SECONDS: for each variant (2); WATCH_RANDOM_SEED: to do one again.
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"

seconds=${WATCH_RANDOM_SECONDS:-2}
seed=()
[[ -z ${WATCH_RANDOM_SEED:-} ]] || seed=(-s "$WATCH_RANDOM_SEED")
export TMPDIR=$work

random() { # NAME OPTION-OF-THE-TEST... -- OPTION-OF-THE-WATCHER...
	local name=$1 options=()
	shift
	while [[ $1 != -- ]]; do
		options+=("$1")
		shift
	done
	if "$top_builddir/tests/watch_random" -t "$seconds" "${seed[@]}" "${options[@]}" \
		watch_maildirs -s / --poll=0.1 "${@:2}" >"$work/out" 2>"$work/err"; then
		pass "$name: $(sed -n 's/^# seed/seed/p; $s/^# //p' "$work/out" 2>/dev/null | paste -sd ' ')"
	else
		fail "$name" "$(cat "$work/out")"
		note "$(tail -n 5 "$work/err")"
	fi
}

for layout in maildir++ verbatim legacy; do
	random "$layout" -l "$layout" --
	random "$layout, with overflows" -l "$layout" -o --
	random "$layout, with a reader that stops" -l "$layout" -r --
	random "$layout, polled" -l "$layout" -p -- --poll-only
done
tap_done

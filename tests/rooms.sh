#!/bin/bash
# The plan of the house: programs share lib alone, rooms are entered by their doors
# alone, no modules include or call each other in a circle, and no line is too wide.
# A module is X.c with X.h, either may be missing; who calls whom is asked of the
# objects that were built.
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
cc=${CC:-cc}
needs "${cc%% *}" nm tsort

# Each room, and the headers of it that others may include.
rooms=(
	"mswatch/config config.h"
	"mswatch/control control.h client.h request.h"
	"mswatch/engine engine.h options.h"
	"mswatch/network network.h suspend.h"
	"mswatch/schedule schedule.h backoff.h"
)
houses=(lib mswatch watch_maildirs watch_mboxes watch_imap inputkill socketwatch)

top_builddir=$(realpath "$top_builddir")
cd "$top_srcdir" || exit 1
mapfile -t files < <(find "${houses[@]}" -name '*.[ch]' | sort)

# --- who includes what, by whatever way: FILE HEADER ---
includes() {
	# shellcheck disable=SC2086 # a compiler with its options
	$cc -std=gnu11 -D_GNU_SOURCE -Ilib -Imswatch -x c -MM "${files[@]}" | sed ':a; /\\$/ { N; s/\\\n//; ta }' |
		sed ':a; s, [^ /]*/\.\./, ,; ta; :b; s,/[^ /]*/\.\./,/,; tb' |
		awk '{ for (i = 3; i <= NF; i++) print $2, $i }'
}
includes >"$work/includes" 2>"$work/errors"
is "every file can be read by itself" "$(cat "$work/errors")" ""
ok "includes are found" grep -qxF "mswatch/store.c lib/clock.h" "$work/includes"

is "programs include nothing of each other, nor lib of them" "$(awk '{
	from = $1; to = $2; sub("/.*", "", from); sub("/.*", "", to)
	if (from != to && to != "lib") print $1 " includes " $2 }' "$work/includes")" ""

enter() { # ROOM DOOR...: who enters it by anything but a door
	local room=$1
	shift
	awk -v room="$room/" -v doors="$*" '
		BEGIN { for (n = split(doors, list); n > 0; n--) is_door[room list[n]] = 1 }
		index($1, room) != 1 && index($2, room) == 1 && !is_door[$2] { print $1 " includes " $2 }' \
		"$work/includes"
}
for words in "${rooms[@]}"; do
	read -ra room <<<"$words"
	ok "there is a room ${room[0]}" test -f "${room[0]}/${room[1]}"
	is "$words: others enter by these doors alone" "$(enter "${room[@]}")" ""
done

# --- circles: tsort(1) names the modules of each ---
circles() { # FILE: of FILE's lines MODULE MODULE
	tsort "$1" 2>&1 >/dev/null | sed -n 's/^tsort: \([^ ]*\)$/\1/p' | sort -u
}
modules() { sed -E 's/\.[ch]( |$)/\1/g' | awk '$1 != $2' | sort -u; }
modules <"$work/includes" >"$work/include_modules"
is "no modules include each other" "$(circles "$work/include_modules")" ""

# A name that several programs have is taken to be one's own, else lib's.
symbols() { # OPTION: MODULE SYMBOL
	nm -A -g "$1" --format=posix "${objects[@]}" | sed "s,^$top_builddir/,,; s,\.o:, ," | awk '{ print $1, $2 }'
}
mapfile -t objects < <(printf '%s\n' "${files[@]}" | sed -n "s,\(.*\)\.c$,$top_builddir/\1.o,p")
symbols --defined-only >"$work/defined" 2>"$work/errors"
symbols --undefined-only >"$work/undefined" 2>>"$work/errors"
is "every module was built" "$(cat "$work/errors")" ""
awk '{ house = $1; sub("/.*", "", house) }
	NR == FNR { place[house, $2] = $1; next }
	(house, $2) in place { print $1, place[house, $2]; next }
	("lib", $2) in place { print $1, place["lib", $2] }' "$work/defined" "$work/undefined" |
	modules >"$work/calls"
ok "calls are found" grep -qxF "mswatch/store lib/clock" "$work/calls"
is "no modules call each other" "$(circles "$work/calls")" ""
sort -u "$work/include_modules" "$work/calls" >"$work/both"
is "nor do they by both together" "$(circles "$work/both")" ""

# --- lines: a tab counts 8 ---
wide() {
	local file
	for file; do expand "$file" | awk -v file="$file" 'length > 100 { print file ":" NR }'; done
}
is "no line of code is wider than 100 columns" "$(wide "${files[@]}")" ""
tap_done

#!/bin/bash
# The timer for resume where time_t has 32 bits.
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
needs gcc
# Where gcc-multilib can't be, beside cross compilers, nothing else has the kernel's headers.
bits32="gcc -m32 -idirafter /usr/include/$(gcc -print-multiarch)"
if ! printf '%s\n' '#include <errno.h>' 'int main(void) { return errno; }' | $bits32 -x c -o "$work/try" - 2>"$work/try.err" || ! "$work/try"; then
	[[ -z ${CI:-} || $(uname -m) != x86_64 ]] || { echo "Bail out! gcc -m32: $(tail -n 1 "$work/try.err")"; exit 1; }
	skip_all "no programs of 32 bits can be made here"
fi
build() { # NAME OPTION...
	$bits32 -std=gnu11 -D_GNU_SOURCE "${@:2}" -Dtime=time_made_up -I "$top_srcdir/lib" -I "$top_srcdir/mswatch" \
		-o "$work/$1" "$top_srcdir"/tests/bits32.c "$top_srcdir"/mswatch/{network/suspend,loop}.c \
		"$top_srcdir"/lib/{clock,descriptors}.c
}
ok "the timer's code is built with a time_t of 32 bits" build narrow
ok "and of 64 bits" build wide -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64
for year in 2026 2028 2037; do
	ok "time_t of 32 bits: armed in $year" "$work/narrow" "$(date -u -d "$year-12-31" +%s)"
	ok "time_t of 64 bits: armed in $year" "$work/wide" "$(date -u -d "$year-12-31" +%s)"
done
ok "time_t of 32 bits: armed in its last hours" "$work/narrow" 2147480000
ok "time_t of 64 bits: armed in 2040" "$work/wide" "$(date -u -d 2040-01-01 +%s)"

# What configure finds is what the programs are built with.
mkdir "$work/build"
(cd "$work/build" && "$(realpath "$top_srcdir")/configure" CC="$bits32" >"$work/configure.out" 2>&1) </dev/null ||
	[[ -e $top_srcdir/config.status ]] || note "$(tail -n 5 "$work/configure.out")"
if [[ -e $top_srcdir/config.status ]]; then
	note "a configured source can't be configured elsewhere"
else
	contains "configure asks for 64 bits" "$work/configure.out" 'time_t last beyond 2038\.\.\. _TIME_BITS'
	contains "and has them in what it compiles" "$work/build/Makefile" '^DEFS = .*-D_TIME_BITS=64'
fi
tap_done

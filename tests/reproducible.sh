#!/bin/bash
# Two builds of the same sources in two directories give the same programs.
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
unset CC CFLAGS LDFLAGS CPPFLAGS MAKEFLAGS MAKELEVEL MFLAGS MAKEOVERRIDES TESTS DESTDIR
first=$work/first
second=$work/another/directory

build() { # DIRECTORY: below it, the sources and the programs
	mkdir "$1/build" && cd "$1/build" && { ../source/configure && make; } </dev/null >../log 2>&1
}
built() { # NAME DIRECTORY PID
	if wait "$3"; then pass "$1"; else fail "$1" "$(tail -n 30 "$2/log")"; fi
}

mkdir -p "$first" "$second"
ok "the sources of a release are made" make -s -C "$top_builddir" distdir \
	"distdir=$first/source" "top_distdir=$first/source"
cp -R "$first/source" "$second/source"
build "$first" &
one=$!
(umask 027 && TZ=Asia/Tokyo build "$second") &
two=$!
built "they are built" "$first" "$one"
built "they are built elsewhere" "$second" "$two"
for program in mswatch watch_maildirs inputkill socketwatch; do
	ok "$program is the same" cmp "$first/build/$program/$program" "$second/build/$program/$program"
	ok "$program does not name its build directory" \
		not grep -qaF "$work" "$first/build/$program/$program"
done
tap_done

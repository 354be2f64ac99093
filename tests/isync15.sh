#!/bin/bash
# tests/isync15.sh DIRECTORY - puts mbsync of isync 1.5 there, beside whatever is
# installed, and prints the path of a script that runs it.  It comes out of
# packages of the Debian release that has it, from where this system's own
# packages come, with the libraries that it needs; nothing is installed, and
# what is in DIRECTORY already is used again.  Exit 1 where it can't be had.
set -euo pipefail
umask 022
# shellcheck source=tests/debian.sh
. "$(dirname "$0")/debian.sh"
place=$1/isync-1.5
wanted=(isync libc6 libdb5.3t64 libsasl2-2 libssl3t64 libzstd1 zlib1g)

fetch() { # DIRECTORY: the packages, checked with Debian's keys
	apt_begin "$1" deb trixie || return 1
	mkdir -p "$1/packages"
	cd "$1/packages" && apt_call "$1" download "${wanted[@]}"
}

unpack() { # FROM TO: the tree of all packages, and a script for its mbsync
	local package loader
	for package in "$1"/packages/*.deb; do
		dpkg-deb -x "$package" "$2/tree"
	done
	loader=$(cd "$2" && find tree/usr/lib -name 'ld-linux*.so.*' | head -n 1)
	cat >"$2/mbsync" <<-SH
		#!/bin/sh
		here=\$(dirname "\$0")
		exec "\$here/$loader" --library-path "\$here/$(dirname "$loader")" --argv0 mbsync "\$here/tree/usr/bin/mbsync" "\$@"
	SH
	chmod 755 "$2/mbsync"
}

runs() { [[ $("$place/mbsync" --version 2>/dev/null) == "isync 1.5"* ]]; }

if ! runs; then
	mkdir -p "$1"
	own=$(mktemp -d "$1/isync-1.5.XXXXXX")
	trap 'rm -rf "$own"' EXIT
	chmod 755 "$own"
	mkdir "$own/new" "$own/apt"
	(fetch "$own/apt") >&2
	unpack "$own/apt" "$own/new"
	# another one may have been faster
	mv -T "$own/new" "$place" 2>/dev/null || runs
	runs
fi
echo "$place/mbsync"

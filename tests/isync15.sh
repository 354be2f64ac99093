#!/bin/bash
# tests/isync15.sh DIRECTORY - puts mbsync of isync 1.5 there, beside whatever is
# installed, and prints the path of a script that runs it.  It comes out of
# packages of the Debian release that has it, from where this system's own
# packages come, with the libraries that it needs; nothing is installed, and
# what is in DIRECTORY already is used again.  Exit 1 where it can't be had.
set -euo pipefail
umask 022
place=$1/isync-1.5
wanted=(isync libc6 libdb5.3t64 libsasl2-2 libssl3t64 libzstd1 zlib1g)

origin() { # where this system's main packages come from
	# shellcheck disable=SC2016 # apt's
	apt-get indextargets --format '$(LABEL)|$(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
		sed -n 's/^Debian|//p' | head -n 1
}

fetch() { # DIRECTORY: the packages, checked with Debian's keys
	local keys=/usr/share/keyrings/debian-archive-keyring.gpg from
	from=$(origin)
	[[ -n $from && -e $keys ]] || return 1
	mkdir -p "$1/lists/partial" "$1/archives/partial" "$1/packages"
	printf 'deb [signed-by=%s] %s trixie main\n' "$keys" "$from" >"$1/sources.list"
	cat >"$1/apt.conf" <<-CONF
		Dir::Etc::SourceList "$1/sources.list";
		Dir::Etc::SourceParts "/dev/null";
		Dir::State::Lists "$1/lists";
		Dir::Cache "$1";
		APT::Sandbox::User "$(id -un)";
		Acquire::Languages "none";
		Acquire::Retries "3";
	CONF
	APT_CONFIG=$1/apt.conf apt-get -q update &&
		cd "$1/packages" && APT_CONFIG=$1/apt.conf apt-get -q download "${wanted[@]}"
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

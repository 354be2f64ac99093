#!/bin/bash
# tests/imap_unpack.sh DIRECTORY PACKAGE - puts the IMAP server of Debian's PACKAGE there,
# beside whatever is installed, and prints the directory of its tree.  IMAP servers'
# packages exclude each other, and each would start its own: they are unpacked, with what
# they need and this system lacks; nothing is installed.  What is in DIRECTORY already is
# used again.  Exit 1 where it can't be had.
set -euo pipefail
umask 022
place=$1/$2

# What this system has, as apt sees it: no other IMAP server, and all that a server is said to
# need but that no test does.
status_of_system() {
	awk -v RS= -v ORS='\n\n' '!/\nProvides:[^\n]*(imap-server|mail-transport-agent)/' /var/lib/dpkg/status
	cat <<-PACKAGE
		Package: stand-in
		Status: install ok installed
		Architecture: all
		Version: 1
		Maintainer: nobody <nobody@lab.invalid>
		Description: what is not needed
		Provides: mail-transport-agent, debconf-2.0, cron-daemon, gnutls-bin, gawk, db-util, mariadb-common

	PACKAGE
}

fetch() { # DIRECTORY PACKAGE
	local apt=(apt-get -q -y --no-install-recommends -o APT::Sandbox::User="$(id -un)"
		-o Debug::NoLocking=1 -o Dir::State::status="$1/status" -o Dir::Cache="$1"
		-o Dir::Cache::archives="$1/archives")
	mkdir -p "$1/archives/partial"
	status_of_system >"$1/status"
	"${apt[@]}" --download-only install "$2" && return
	# the lists of packages are missing, or old
	mkdir -p "$1/lists/partial"
	apt+=(-o Dir::State::lists="$1/lists")
	"${apt[@]}" update && "${apt[@]}" --download-only install "$2"
}

# The C library would not fit the loader that is installed; documents and the like help nobody.
unpack() { # FROM TO
	local package
	for package in "$1"/archives/*.deb; do
		[[ ${package##*/} == libc6* ]] || dpkg-deb -x "$package" "$2"
	done
	rm -rf "$2"/usr/share/{doc,man,info,locale,guile,zoneinfo} "$2"/usr/lib/*/guile
	find "$2" \( -name '*.a' -o -name '*.h' -o -name '*.go' \) -type f -delete
}

if [[ ! -d $place ]]; then
	mkdir -p "$1"
	own=$(mktemp -d "$1/unpack.XXXXXX")
	trap 'rm -rf "$own"' EXIT
	chmod 755 "$own"
	mkdir "$own/new" "$own/apt"
	fetch "$own/apt" "$2" >&2
	unpack "$own/apt" "$own/new"
	# another one may have been faster
	mv -T "$own/new" "$place" 2>/dev/null || [[ -d $place ]]
fi
echo "$place"

#!/bin/bash
# tests/installed.sh SOURCES KEPT DEB... - does with debian/tests what autopkgtest does: installs
# the packages, and runs each test in the sources, here all at once.  In the directory KEPT it
# leaves log, NAME for what each test said, and passed, with a name a line.
# tests/packages.sh runs it by tests/aside.sh, on a copy of the machine.
# PACKAGES_AUTOPKGTEST=yes: by autopkgtest itself, which takes minutes.

set -u
sources=$1 kept=$2
shift 2

if [[ -n ${PACKAGES_AUTOPKGTEST:-} ]]; then
	autopkgtest -B "$@" "$sources/" -- null >"$kept/log" 2>&1
	sed -n 's/^\([^ ]*\) *PASS$/\1/p' "$kept/log" | sort -u >"$kept/passed"
	exit
fi

dpkg --force-unsafe-io --no-triggers -i "$@" >"$kept/log" 2>&1 || exit
cd "$sources" || exit
export E2E_MBOX=1 E2E_MBOX_RACES=2      # the suite does more of them
while read -r command && read -r name; do
	(bash -c "$command" </dev/null >"$kept/$name" 2>&1 && echo "$name" >>"$kept/passed") &
done < <(sed -n 's/^Test-Command: //p; s/^Features: test-name=//p' debian/tests/control)
wait

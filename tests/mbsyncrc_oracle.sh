#!/bin/bash
# lib/mbsyncrc understands what mbsync itself understands: the installed one, and
# that of isync 1.5, and syncs what it means.  ORACLE_SEED, ORACLE_CASES: other cases, or more
# of them (and ORACLE_SECONDS for them).
[[ ! -w /dev/shm ]] || export TMPDIR=/dev/shm           # many small files
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
# shellcheck source=tests/lab.sh
. "$top_srcdir/tests/lab.sh"
needs mbsync python3 /usr/lib/dovecot/imap

# --- both versions ---
programs=()
installed=$(mbsync --version)
case $installed in
"isync 1.4"*) programs+=(1.4="$(command -v mbsync)") ;;
*) programs+=(1.5="$(command -v mbsync)") ;;
esac
if [[ $installed == "isync 1.4"* ]]; then
	if mbsync15=$(bash "$top_srcdir/tests/isync15.sh" "$(realpath "$top_builddir")/tests" 2>"$work/isync15.log"); then
		programs+=(1.5="$mbsync15")
	elif [[ -n ${CI:-} ]]; then
		note "$(tail -n 20 "$work/isync15.log")"
		fail "isync 1.5 can be had"
	else
		note "without isync 1.5, whose packages can't be had here"
	fi
fi

# Dovecot serves no mail to uid 0; what it serves is below $work.
imap="env USER=$(id -un)"
if ((EUID == 0)); then
	needs setpriv useradd
	wait_until 30 lab_account_exists
	chmod 711 "$work"
	imap="setpriv --reuid=$lab_account --regid=$(id -g "$lab_account") --clear-groups env USER=$lab_account"
fi

# compare SCRIPT KIND: in the background, since mbsync waits for seconds to pass
compare() {
	mkdir "$work/$2"
	chmod 711 "$work/$2"
	start env ORACLE_IMAP="$imap" PYTHONDONTWRITEBYTECODE=1 \
		timeout "${ORACLE_SECONDS:-300}" python3 "$top_srcdir/tests/$1" \
		"$(realpath "$top_builddir")/tests/mbsyncrc_dump" "$work/$2" "$2" "${programs[@]}" >"$work/$2.out" 2>&1
}

# agrees PID KIND WHAT LEAST...: no difference, and at least so many of each count (NAME=NUMBER)
agrees() {
	local kind=$2 least number status
	wait "$1"
	status=$?
	is "$3" "$status $(grep -c '^DIFFERENT' "$work/$kind.out")" "0 0"
	head -n 20 "$work/$kind.out" | cut -c 1-400 | sed 's/^/# /'
	for least in "${@:4}"; do
		number=$(sed -n "s/.*\\b${least%=*}: \\([0-9]*\\).*/\\1/p" "$work/$kind.out" | tail -n 1)
		ok "$kind: ${least%=*}, at least ${least#*=}" test "${number:-0}" -ge "${least#*=}"
	done
	rm -rf "${work:?}/$kind"
}

each=${#programs[@]}
compare mbsyncrc_runs.py syncs
syncs=$started
compare mbsyncrc_runs.py imap_syncs
imap_syncs=$started
compare mbsyncrc_oracle.py names
agrees "$started" names "the mailboxes that it lets through are those that mbsync lists" \
	lists=$((each * 80)) name=$((each * 150)) impossible=$((each * 10)) other=$((each * 10)) channel=$((each * 4))
compare mbsyncrc_oracle.py imap
agrees "$started" imap "so are those of an IMAP server" \
	lists=$((each * 30)) name=$((each * 40)) "own names=$((each > 1 ? 100 : 0))"
compare mbsyncrc_oracle.py files
agrees "$started" files "it refuses the files, and the lines, that mbsync refuses, and the others mean the same" \
	accepted=$((each * 40)) refused=$((each * 40)) channels=$((each * 100)) "channels with Patterns=$((each * 50))"
compare mbsyncrc_oracle.py logins
agrees "$started" logins "an account's words are those that mbsync logs in with" logins=$((each * 40))
[[ -x $top_builddir/watch_maildirs/watch_maildirs ]] && watched=150
agrees "$syncs" syncs "an argument syncs its mailbox, and no other; what is excluded is not touched" \
	"runs of a channel=$((each * 20))" "runs of a group=$((each * 20))" excluded=$((each * 400)) \
	synced=$((each * 40)) listed=$((each * 120)) watched="${watched:-0}"
agrees "$imap_syncs" imap_syncs "so it is with an IMAP server" \
	"runs of a channel=$((each * 15))" "runs of a group=$((each * 15))" excluded=$((each * 400)) \
	synced=$((each * 15)) listed=$((each * 60)) "runs that fail=$((each * 2))" \
	impossible=$((each * 2)) watched="${watched:-0}"
tap_done

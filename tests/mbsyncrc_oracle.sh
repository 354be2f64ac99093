#!/bin/bash
# lib/mbsyncrc understands what mbsync itself understands: the installed one, and
# that of isync 1.5.  ORACLE_SEED, ORACLE_CASES: other cases, or more of them.
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

# agrees KIND WHAT LEAST...: no difference, and at least so many of each count (NAME=NUMBER)
agrees() {
	local kind=$1 what=$2 least number
	mkdir "$work/$kind"
	chmod 711 "$work/$kind"
	ORACLE_IMAP=$imap timeout 300 python3 "$top_srcdir/tests/mbsyncrc_oracle.py" \
		"$(realpath "$top_builddir")/tests/mbsyncrc_dump" "$work/$kind" "$kind" "${programs[@]}" >"$work/$kind.out" 2>&1
	is "$what" "$? $(grep -c '^DIFFERENT' "$work/$kind.out")" "0 0"
	head -n 20 "$work/$kind.out" | cut -c 1-400 | sed 's/^/# /'
	for least in "${@:3}"; do
		number=$(sed -n "s/.*\\b${least%=*}: \\([0-9]*\\).*/\\1/p" "$work/$kind.out" | tail -n 1)
		ok "$kind: ${least%=*}, at least ${least#*=}" test "${number:-0}" -ge "${least#*=}"
	done
	rm -rf "${work:?}/$kind"
}

each=${#programs[@]}
agrees names "the mailboxes that it lets through are those that mbsync lists" \
	lists=$((each * 80)) name=$((each * 150)) impossible=$((each * 10)) other=$((each * 10)) channel=$((each * 4))
agrees imap "so are those of an IMAP server" lists=$((each * 30)) name=$((each * 40)) "own names=$((each > 1 ? 100 : 0))"
agrees files "it refuses the files, and the lines, that mbsync refuses, and the others mean the same" \
	accepted=$((each * 40)) refused=$((each * 40)) channels=$((each * 100)) "channels with Patterns=$((each * 50))"
agrees logins "an account's words are those that mbsync logs in with" logins=$((each * 40))
agrees syncs "an argument syncs its mailbox, and no other" syncs=$((each * 15))
tap_done

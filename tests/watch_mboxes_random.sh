#!/bin/bash
# Random changes, each of which watch_mboxes must tell of (watch_mboxes_random.c).
# WATCH_RANDOM_SECONDS: for each variant (2); WATCH_RANDOM_SEED: to do one again;
# WATCH_RANDOM_ONLY: the one variant to do.
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
. "$top_srcdir/tests/lab.sh"
[[ ${1:-} == staged ]] || lab_user staged

seconds=${WATCH_RANDOM_SECONDS:-2}
seed=()
[[ -z ${WATCH_RANDOM_SEED:-} ]] || seed=(-s "$WATCH_RANDOM_SEED")
export TMPDIR=$work

# Delivers by one of the programs that are there.
dovecot_configure 0
cat >"$work/deliver" <<SCRIPT
#!/bin/bash
# deliver NUMBER FILE NAME
message() { printf '%s\n' "From a@b Mon Jan  1 00:00:00 2024" "From: a@b" "Subject: \$1" "Message-ID: <\$\$.\$RANDOM@b>" "" body ""; }
[[ \$2 != /* ]] && exit
base=\${2%"/\$3"}
cd "\${2%/*}" || exit
case \$((\$1 % 4)) in
0) [[ \$3 == INBOX || ! -x /usr/lib/dovecot/dovecot-lda ]] && exec bash "\$0" 1 "\$2" "\$3"
	message lda | HOME=\$base USER=lab exec /usr/lib/dovecot/dovecot-lda -c "$work/dovecot.conf" \
		-o "mail_location=mbox:\$base:INBOX=/dev/null" -m "\$3" ;;
1) echo ":0:
\\\$DEFAULT" >"$work/rc.\$\$"
	message procmail | exec procmail DEFAULT="\$2" "$work/rc.\$\$" ;;
2) printf 'to "%s"\n' "\$2" >"$work/filter.\$\$"
	chmod 600 "$work/filter.\$\$"
	message maildrop | HOME="$work" exec maildrop "$work/filter.\$\$" ;;
3) message mutt >"$work/from.\$\$"
	exec env TERM=xterm HOME="$work" timeout 20 python3 "$top_srcdir/tests/terminal.py" mutt -n -F /dev/null \
		-e "set confirmappend=no sleep_time=0 move=no delete=no header_cache= tmpdir=$work; push '<copy-message>\$2<enter><exit>'" \
		-f "$work/from.\$\$" ;;
esac >/dev/null 2>&1 </dev/null
SCRIPT
sed -i 's|^esac >.*|esac|; s|^case |exec >/dev/null 2>\&1\ncase |' "$work/deliver"
chmod 755 "$work/deliver"

programs=(-d "$work/deliver")
random() { # NAME OPTION-OF-THE-TEST... -- OPTION-OF-THE-WATCHER...
	local name=$1 options=()
	shift
	while [[ $1 != -- ]]; do
		options+=("$1")
		shift
	done
	[[ ${WATCH_RANDOM_ONLY:-$name} == "$name" ]] || return
	if "$top_builddir/tests/watch_mboxes_random" -t "$seconds" "${seed[@]}" "${programs[@]}" "${options[@]}" \
		watch_mboxes --poll=0.1 "${@:2}" >"$work/out" 2>"$work/err"; then
		pass "$name: $(sed -n 's/^# seed/seed/p; $s/^# //p' "$work/out" 2>/dev/null | paste -sd ' ')"
	else
		fail "$name" "$(cat "$work/out")"
		note "$(tail -n 5 "$work/err")"
	fi
}
random "watched" --
random "with --no-echo" -e -- -e
random "with overflows" -o --
random "with a reader that stops" -r --
random "polled" -p -- --poll-only
programs=() # which take their time
random "with a reader that stops, and --no-echo" -e -r -- -e
random "polled, with --no-echo" -e -p -- --poll-only -e
tap_done

#!/bin/bash
# Each program under failing system calls, the first or last time of each;
# `make faults` tries them all.
# shellcheck source-path=SCRIPTDIR
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
needs strace python3

export top_builddir
if ! strace -o "$work/trace" true 2>"$work/err"; then
	skip_all "strace can't trace here: $(head -n 1 "$work/err")"
fi
if grep -q fsanitize "$top_builddir/config.status"; then
	skip_all "the sanitizers end at calls that fail"
fi
for scenario in mswatch-whole mswatch-guards watch_maildirs watch-polling watch_mboxes \
	mboxes-polling mboxes-echo watch_imap imap-plain inputkill \
	inputkill-guards inputkill-status socketwatch-tcp; do
	start python3 "$top_srcdir/tests/faults.py" --some "$scenario" >"$work/told"
	wait "$started"
	status=$?
	sed 's/^#* */# /' "$work/told"
	is "$scenario: survives each fault or says why not" "$status" 0
done
tap_done

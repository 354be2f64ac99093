#!/bin/bash
# A frozen syncer is ended by socketwatch, and the retry syncs its mailboxes.
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
. "$top_srcdir/tests/lab.sh"

lab_maildirs
cat >"$work/syncer" <<-SH
	#!/bin/sh
	if [ -e "$work/frozen" ]; then
		rm "$work/frozen"
		trap '' TERM
		sleep 1000 &
		wait
		while :; do sleep 1000; done
	fi
	exec mbsync -q -c "$work/mbsyncrc" "\$@"
SH
chmod 755 "$work/syncer"
sed -i "s|^sync .*|sync socketwatch -t 1 -g 0.5 $work/syncer|" "$work/mswatchrc"
ok "mswatch gets into step" lab_mswatch

: >"$work/frozen"
deliver server INBOX
ok "the syncer freezes" wait_until 60 not test -e "$work/frozen"
ok "the mailbox is synced all the same" wait_until 60 in_step INBOX 1
contains "by a retry, after socketwatch had ended it" "$work/err" 'socketwatch exited \(status 124\)'

deliver server INBOX
ok "and the next as well" wait_until 60 in_step INBOX 2
tap_done

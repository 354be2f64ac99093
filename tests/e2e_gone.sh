#!/bin/bash
# The mailstore on the server goes: ssh passes the watcher's exit status 2 on, and nothing is
# synced until it is back.
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
. "$top_srcdir/tests/mswatch_stage.sh"
. "$top_srcdir/tests/lab.sh"
lab_user "$@"

lab_imap
deliver local INBOX 2
lab_runs server
conf=$work/mswatchrc
stage_start
ok "the Maildirs get into step" wait_until 60 in_step INBOX 2
until_line runs '^end' 2
wait_until "$bound" is_quiet
mv "$work/server/Maildir" "$work/server/away"
ok "a Maildir on the server has gone: told" until_line err \
	'server: the mailstore is gone \(watcher exited with status 2\): nothing is synced until it is back$'
wait_until "$bound" is_quiet
since=$(lines_of runs .)
deliver local INBOX
wait_until 60 has_lines watchers . $(($(lines_of watchers .) + 3))
is "nothing is synced" "$(lines_of runs .)" "$since"
mv "$work/server/away" "$work/server/Maildir"
ok "it is back: told" until_line out 'server: the mailstore is there: syncing goes on'
ok "all mail is there" wait_until 60 in_step INBOX 3
stage_stop
tap_done

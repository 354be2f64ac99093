#!/bin/bash
# Watchers that print what no watcher should.
# shellcheck source-path=SCRIPTDIR
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
. "$top_srcdir/tests/mswatch_stage.sh"

memory_of() { awk '/^VmRSS/ { print $2 }' "/proc/$1/status"; }
all_synced_after() { # CMD...: it makes all mailboxes pending
	local before
	wait_until "$bound" is_quiet
	before=$(lines_of runs "^start ''")
	"$@"
	until_line runs "^start ''" $((before + 1))
}
feed() { # FORMAT ARGS...
	# shellcheck disable=SC2059 # that is the point
	printf "$@" 1<>"$work/one.feed"
}
bad_watcher() { # the second store's commands after its ready line, from stdin
	{ printf '#!/bin/bash\necho\n'; cat; } >"$work/watch_two"
	chmod +x "$work/watch_two"
}
one_is_served() { # NAME: the other store is not starved
	change one "$1"
	until_line runs "^start .*'$1'"
}

stage_config
stage_start
until_started
wait_until "$bound" is_quiet
ok "a NUL in a line means all mailboxes" all_synced_after feed 'INBOX\0x\n'
lacks "never the part before it" "$work/runs" "^start 'INBOX.+'"
ok "a line of 5000 bytes means all mailboxes" all_synced_after feed '%05000d\n' 0
is "which is told once" "$(lines_of err '^mswatch: one: the watcher printed a line of more than 4096')" 1
ok "an empty line means all mailboxes" all_synced_after feed '\n'
feed '%04096d\n' 7
ok "a line of 4096 bytes is a name" until_line runs '^start .0{4095}7'
feed 'a\r\n'
ok "a trailing CR is part of the name" until_line runs "^start \\$'a.r'"
feed '\033[2J\n'
ok "control characters are passed on unchanged" until_line runs "^start \\$'.E\\[2J'"
contains "and shown escaped" "$work/out" '^\+ .*\\x1b\[2J'
lacks "never as they are" "$work/out" $'\e'
stage_stop

# --- one byte at a time, an endless line ---
stage_config
bad_watcher <<-'SCRIPT'
	while :; do printf x; read -rt 0.05 <> <(:); done
SCRIPT
stage_start
until_started
ok "a line that comes by bytes holds up nothing" one_is_served Other
stage_stop
stage_config
bad_watcher <<<'exec tr "\0" x </dev/zero'
stage_start
until_started
before=$(memory_of "$mswatch")
ok "an endless line holds up nothing" one_is_served Other
ok "nor once more" one_is_served Another
ok "nor does it take memory" test $(($(memory_of "$mswatch") - before)) -lt 4000
stage_stop
is "and mswatch ends" "$status" 0

# --- floods ---
stage_config 'max_pending 1000'
bad_watcher <<<'exec yes INBOX'
stage_start
until_started
ok "a flood of lines holds up nothing" one_is_served Other
kill -USR1 "$mswatch"
ok "nor the report" until_line out '^two: ready since'
stage_stop
is "nor the end" "$status" 0

stage_config 'max_pending 1000'
bad_watcher <<-SCRIPT
	seq -f 'a mailbox with a longer name %.0f' 1000000
	touch "$work/flooded"
	exec sleep 1000
SCRIPT
stage_start
until_line out '^Watching mailstores'
before=$(memory_of "$mswatch")
ok "a million names are taken" wait_until 60 test -e "$work/flooded"
ok "in bounded memory" test $(($(memory_of "$mswatch") - before)) -lt 8000
ok "all mailboxes are synced for the names left out" until_line runs "^start ''" 1
change one Other
all=$(lines_of runs "^start ''")
ok "the other store is synced as well" until_line runs "^start .*'Other'|^start ''" $((all + 1))
stage_stop
is "and mswatch ends" "$status" 0

# --- a flood on stderr ---
stage_config
bad_watcher <<<'yes "some words" >&2'
stage_start
until_started
ok "a flood on stderr holds up nothing" one_is_served Other
ok "and is left out" until_line err 'two: says too much'
ok "after 30 lines" test "$(lines_of err 'some words')" -le 30
stage_stop
tap_done

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
stage_start -v
until_started
wait_until "$bound" is_quiet
ok "a NUL in a line means all mailboxes" all_synced_after feed 'INBOX\0x\n'
lacks "never the part before it" "$work/runs" "^start 'INBOX.+'"
ok "a line of 5000 bytes means all mailboxes" all_synced_after feed '%05000d\n' 0
is "which is told once" "$(lines_of err "^${stamp}mswatch: one: the watcher printed a line of more than 4096")" 1
ok "an empty line means all mailboxes" all_synced_after feed '\n'
feed '%04096d\n' 7
ok "a line of 4096 bytes is a name" until_line runs '^start .0{4095}7'
feed 'a\r\n'
ok "a trailing CR is part of the name" until_line runs "^start \\$'a.r'"
feed '\033[2J\n'
ok "control characters are passed on unchanged" until_line runs "^start \\$'.E\\[2J'"
contains "and shown escaped" "$work/out" "^$stamp"'\+ .*\\x1b\[2J'
names=$(seq -f 'n%02.0f\n' 30)
change_many() { feed "${names//$'\n'/}"; }
change_many
ok "of 30 mailboxes 20 are shown, the rest is counted" until_line out "^$stamp"'\+ .* n01 .* n20 \(and 10 more\)$'
ok "all are synced" until_line runs "^start 'n01' .*'n30'$"
wait_until "$bound" is_quiet
touch "$work/hold"
feed '\033[31mA\177\302\233\377\n'
ok "(a sync runs)" until_line runs "^start \\$'.E\\[31m"
feed '\033[31mB\n'
reports() { # PATTERN: a report has it
	kill -USR1 "$mswatch"
	nap 0.1
	has_lines out "$1" 1
}
ok "SIGUSR1's report shows names escaped" wait_until "$bound" reports "^$stamp"'  \\x1b\[31mA\\x7f\\xc2\\x9b\\xff being synced'
ok "those that wait, too" wait_until "$bound" reports "^$stamp"'  \\x1b\[31mB due in'
rm "$work/hold"
ok "that one is synced" until_line runs "^start \\$'.E\\[31mB"
lacks "none is shown as it is" "$work/out" $'\e'
stage_stop

# --- stderr; a daemon that keeps the pipes ---
stage_config
bad_watcher <<-SCRIPT
	printf 'a \\033[2J\\xff complaint\\n' >&2
	setsid bash -c 'echo \$\$ >>"$work/daemons"; exec sleep 1000' &
	while [[ ! -s "$work/daemons" ]]; do :; done
	[[ ! -e "$work/left" ]] || exec sleep 1000
	touch "$work/left"
	echo \${EPOCHREALTIME/./} >"$work/ended"
	exit 3
SCRIPT
stage_start
ok "a watcher's words are shown escaped, with the store's name" \
	until_line err "^$stamp"'mswatch: two: a \\x1b\[2J\\xff complaint$'
until_line err "^${stamp}mswatch: two: watcher exited \(status 3\)"
took=$(($(now_us) - $(<"$work/ended"))) allowed=$(soon)
ok "a watcher ends with its process, whoever keeps its pipes ($took us of $allowed)" test "$took" -lt "$allowed"
ok "and is started again" until_line out "^${stamp}two: watching again"
stage_stop
ok "the daemon is left alone" kill -0 "$(head -n 1 "$work/daemons")"
while read -r pid; do kill -9 "$pid"; done <"$work/daemons"
rm -f "$work/daemons"

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
ok "nor the report" until_line out "^${stamp}two: ready since"
stage_stop
is "nor the end" "$status" 0

stage_config
# shellcheck disable=SC2016 # for the watcher
bad_watcher <<<'for ((n = 0; ; n++)); do echo "new$n"; read -rt 0.01 <> <(:); done'
stage_start
until_line runs "'new30'"
ok "ever new names hold up no other store" one_is_served Other
printf 'new%d\n' {0..20000} >"$work/bad"
ok "(they fail)" until_line err 'Sync errored'
ok "nor when they fail" one_is_served Another
stage_stop
is "and mswatch ends" "$status" 0

stage_config 'max_pending 1000'
bad_watcher <<-SCRIPT
	seq -f 'a mailbox with a longer name %.0f' 1000000
	touch "$work/flooded"
	exec sleep 1000
SCRIPT
stage_start
until_line out "^${stamp}Watching mailstores"
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

#!/bin/bash
# What a running mswatch says: whose words, when, and how often.
# shellcheck source-path=SCRIPTDIR
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
. "$top_srcdir/tests/mswatch_stage.sh"

exactly='20[0-9]{2}-[01][0-9]-[0-3][0-9] [0-2][0-9]:[0-5][0-9]:[0-6][0-9] '
all_bear_one() { # FILE: it has lines, and each begins with one time, and holds no other
	[[ -s $1 ]] && ! grep -Evq "^$exactly" "$1" && ! grep -Eq "^$exactly.*$exactly" "$1"
}
script() { # NAME: a program in PATH, its commands from stdin
	mkdir -p "$work/bin"
	{ printf '#!/bin/bash\n'; cat; } >"$work/bin/$1"
	chmod +x "$work/bin/$1"
}
PATH=$work/bin:$PATH
syncs_by() { sed -i "s|^sync .*|sync $*|" "$conf"; }

# --- a run of more than ten seconds: it lasts while the rest is tested ---
mkdir "$work/long"
cat >"$work/long/mswatchrc" <<-CONF
	sync bash -c "until [[ -e $work/long/over ]]; do sleep 0.1; done" long
	store one { watch sh -c "echo; exec sleep 1000" }
CONF
start mswatch -c "$work/long/mswatchrc" >"$work/long/out" 2>"$work/long/err"
long=$started
long_began=$(now_us)

# --- an ordinary run ---
stage_config
stage_start
until_started
wait_until "$bound" is_quiet
touch "$work/hold"
change one A
until_line runs "^start 'A'"
change one B C D E F
rm "$work/hold"
ok "a sync is told when it is over, with its mailboxes" until_line out "^${stamp}synced A in [0-9.]+ s\$"
ok "of many three, and how many more" until_line out "^${stamp}synced B, C, D and 2 more in [0-9.]+ s\$"
contains "all are told as such" "$work/out" "^${stamp}synced all mailboxes in [0-9.]+ s\$"
wait_until "$bound" is_quiet
until_line out ' synced ' "$(lines_of runs '^end')"
is "each is one line" "$(grep -c -i sync "$work/out")" "$(lines_of runs '^end')"

# --- failures, a report, the end: each line bears one time ---
printf '3\n' >"$work/fail"
echo "no server" >"$work/words"
change one Failing
until_line err 'no server'
rm "$work/fail"
ok "a retry that succeeds names its mailboxes" until_line out "^${stamp}sync: syncing again after [0-9.]+ s \(Failing\)\$"
kill -USR1 "$mswatch"
until_line out 'restarts?$'
kill "$(tail -n 1 "$work/two.pids")"
until_line out 'two: watching again'
stage_stop
contains "the end is told" "$work/out" "^${stamp}ended by SIGTERM\$"
is "as the last line" "$(tail -n 1 "$work/out" | cut -d' ' -f3-)" "ended by SIGTERM"
ok "each line on stdout bears one time" all_bear_one "$work/out"
ok "and each on stderr" all_bear_one "$work/err"

stage_config
: >"$work/err"
syncs_by false
JOURNAL_STREAM=$(stat -c %d:%i "$work/err") stage_start
until_line err errored
kill -INT "$mswatch"
wait_until "$bound" not alive "$mswatch"
stage_stop
lacks "where stderr is the journal its lines bear none" "$work/err" "$stamp"
contains "(there are some)" "$work/err" '^mswatch: Sync errored: false exited \(status 1\)'
ok "while those of stdout do" all_bear_one "$work/out"
contains "SIGINT is told as such" "$work/out" 'ended by SIGINT$'

# --- no time before it runs ---
mswatch --nonsense 2>"$work/err"
lacks "an error in the options bears no time" "$work/err" "$stamp"
echo nonsense >"$work/bad_conf"
mswatch -c "$work/bad_conf" 2>"$work/err"
lacks "nor one in the configuration" "$work/err" "$stamp"
contains "(there is one)" "$work/err" '^mswatch: .*nonsense'
rm -f "$work/bad_conf"

# --- -d ---
stage_config
stage_start
until_started
mswatch -c "$conf" >"$work/second" 2>&1
lacks "nor what the lock says" "$work/second" "$stamp"
holder=$mswatch
runs=$(lines_of runs .)
stage_start -d
ok "-d needs no lock, and says what it would sync" until_line out "^${stamp}would sync all mailboxes\$"
kill "$mswatch"
wait "$mswatch"
is "and ends with 0" $? 0
contains "INBOX by its name" "$work/out" "^${stamp}would sync INBOX\$"
lacks "and not that it did" "$work/out" '[Ss]ynced|completed'
is "nothing was run" "$(lines_of runs .)" "$runs"
mswatch=$holder
stage_stop

# --- a wrapped program's words are its own ---
script mbsync <<-SCRIPT
	[[ ! -e $work/hang ]] || exec sleep 1000
	echo "Error: channel work" >&2
	exit 1
SCRIPT
rm -f "$work/hang"
says() { # COMMAND EXPECTED: its words on stderr are shown so
	stage_config
	syncs_by "$1"
	stage_start -q
	until_line err 'channel work'
	is "$1" "$(grep 'channel work' "$work/err" | head -n 1 | cut -d' ' -f3-)" "$2"
	stage_stop
}
says 'socketwatch -t 60 mbsync -q' 'mswatch: mbsync: Error: channel work'
contains "the status is the program's, too" "$work/err" 'Sync errored: mbsync exited \(status 1\)'
ok "-q tells no end" not test -s "$work/out"
says 'env LANG=C nice -n 1 timeout -k 5 60 mbsync' 'mswatch: mbsync: Error: channel work'
says 'socketwatch sh -c mbsync' 'mswatch: sync: Error: channel work'
says 'mbsync' 'mswatch: mbsync: Error: channel work'
touch "$work/hang"
stage_config
syncs_by 'socketwatch -t 0.5 mbsync'
stage_start
until_line err 'no network data'
contains "the wrapper's own words are shown as they are" "$work/err" \
	"^${stamp}mswatch: socketwatch: mbsync has moved no network data"
contains "its status is its own" "$work/err" 'Sync errored: socketwatch exited \(status 124\)'
stage_stop

# --- hooks ---
script notmuch <<-SCRIPT
	echo >>"$work/hooks"
	echo "no database" >&2
	[[ ! -e $work/hook_fail ]]
SCRIPT
touch "$work/hook_fail"
: >"$work/hooks"
stage_config 'on_success nice notmuch new' 'inter_delay 0 Box' 'poll_period 0'
stage_start
next=0
hook_runs() { # once more, for a change
	next=$((next + 1))
	change one "Box$next"
	until_line out "synced Box$next in" && until_line hooks '' "$((next + 2))"
}
until_line hooks '' 2
for _ in {1..40}; do # within a second of the first failure nothing is told
	has_lines err 'on_success: still failing' 1 && break
	hook_runs || break
done
ok "a hook that goes on failing is told as such" until_line err "on_success: still failing after [0-9]+ tries since ..:..: notmuch exited \(status 1\)"
is "and in full once" "$(lines_of err 'on_success: notmuch exited \(status 1\)$')" 1
is "with its words" "$(lines_of err "^${stamp}mswatch: on_success notmuch: no database\$")" 1
is "which come with the failure" "$(grep -A 1 'on_success: notmuch exited' "$work/err" | cut -d' ' -f3- | tail -n 1)" \
	'mswatch: on_success notmuch: no database'
rm "$work/hook_fail"
hook_runs
ok "when it works again that is told" until_line out "^${stamp}on_success: works again after"
hook_runs
is "the words of one that works are not shown" "$(lines_of err 'no database')" 1
stage_stop

# --- recovery of all ---
stage_config
stage_start
until_started
wait_until "$bound" is_quiet
echo Kept >"$work/bad"
change one Kept
until_line err 'Sync errored'
rm "$work/bad"
kill -USR2 "$mswatch"
ok "what had failed works again, by its name" until_line out "syncing again after .* \(Kept\)\$"
lacks "and not all, which had not" "$work/out" 'syncing again after .*all mailboxes'
stage_stop

# --- not too often ---
stage_config
printf '4\n' >"$work/fail"
stage_start
until_line err 'still failing.*all mailboxes'
at() { # PATTERN: the first such line's time, in seconds
	date -u -d "$(grep -E "$1" "$work/err" | head -n 1 | cut -d' ' -f1-2) UTC" +%s
}
first=$(at 'Sync errored.*all mailboxes') still=$(at 'still failing.*all mailboxes')
ok "that it still fails is told a second later at least" test $((still - first)) -ge 1
stage_stop

# --- the long run ---
early() { (($(now_us) - long_began < 9000000)); }
! early || lacks "a start is not told at once" "$work/long/out" 'Sync started|^[^+]*[+] bash -c.*INBOX'
ok "a run of more than 10 s is told" wait_until "$bound" grep -Eq "^${stamp}Sync started 1[0-9] s ago \(INBOX\)\$" "$work/long/out"
ok "not before they have passed" test $(($(now_us) - long_began)) -ge 10000000
contains "with its command" "$work/long/out" "^${stamp}[+] bash -c .* long INBOX\$"
touch "$work/long/over"
ok "and once more when it is over" wait_until "$bound" grep -Eq "^${stamp}synced INBOX in [1-9][0-9]* (s|min.*)\$" "$work/long/out"
kill "$long"
wait "$long"
is "its errors are none" "$(<"$work/long/err")" ''
tap_done

#!/bin/bash
# What is synced, when, and with which names.
# shellcheck source-path=SCRIPTDIR
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
. "$top_srcdir/tests/mswatch_stage.sh"

begin() { # [LINE...]: mswatch with these settings, its start over
	stage_config "$@"
	stage_start
	until_started "${prefix-}"
	wait_until "$bound" is_quiet
}

# --- names ---
begin
# shellcheck disable=SC2016 # nobody is to expand these
odd=("with space" "it's" '$(touch x)' '`x`' 'say "x"' 'back\slash' 'ü/Entwürfe' '../x' '*' 'a;b&c|d')
change one "${odd[@]}"
for name in "${odd[@]}"; do
	wait_until "$bound" grep -qF -e "${name@Q}" "$work/runs"
	ok "$name arrives unchanged" grep -qF -e " ${name@Q}" "$work/runs"
done
wait_until "$bound" is_quiet

# --- a change during a run; both stores' names in one run ---
touch "$work/hold"
change one During
until_line runs "^start 'During'"
change one During Zebra
change two Apple Zebra
kill -USR1 "$mswatch"
until_line out "^$stamp  During being synced"
wait_until "$bound" grep -q 'Zebra due' "$work/out" || { kill -USR1 "$mswatch"; until_line out 'Zebra due in'; }
rm "$work/hold"
ok "names of both stores in one run, each once, sorted; a change during a run is synced again" \
	until_line runs "^start 'Apple' 'During' 'Zebra'|^start 'Apple' 'Zebra'"
ok "what changed during the run is synced again" until_line runs "'During'" 2
wait_until "$bound" is_quiet

# --- a hyphen without a prefix ---
all=$(lines_of runs "^start ''")
change one -rf -rf --help
ok "a name like an option means all mailboxes" until_line runs "^start ''" $((all + 1))
lacks "and is never an argument" "$work/runs" "'-"
wait_until "$bound" is_quiet
is "which is told once" "$(lines_of err "can't be given to")" 1

# --- failures ---
printf '7\n' >"$work/fail"
printf '%s\n' line{1..15} $'evil \e[2J' >"$work/words"
change one Kept
until_line err 'still failing after [2-5] tries since ..:..: .*exited \(status 7\) \(Kept\)'
pass "the same failure is told again as such"
is "the first failure is told once" "$(lines_of err "^${stamp}mswatch: Sync errored: .*sync exited \(status 7\) after .*\(Kept\)")" 1
is "with the syncer's last 10 lines, once" "$(lines_of err "^${stamp}mswatch: $work/sync: ")" 10
contains "the last one is there" "$work/err" 'sync: evil \\x1b\[2J$'
lacks "the first ones are not" "$work/err" 'sync: line6$'
printf '8\n' >"$work/fail"
ok "a new cause is told" until_line err 'Sync errored: .*exited \(status 8\)'
echo 'line for another reason' >"$work/words"
ok "so is the same status with other words" until_line err 'sync: line for another reason'
is "as a failure of its own" "$(lines_of err 'Sync errored: .*exited \(status 8\)')" 2
is "neither the run nor its retries print a start" "$(lines_of out 'Sync started.*Kept|\+ .* Kept$')" 0
rm "$work/fail"
ok "what failed is synced when it can be" until_line runs "^start 'Kept'" 5
ok "which is told" until_line out "^${stamp}sync: syncing again after .*\(Kept\)"
wait_until "$bound" is_quiet
stage_stop

# --- one that fails for ever among others ---
stage_config
printf 'Bad\n' >"$work/bad"
stage_start
until_started
wait_until "$bound" is_quiet
change one Bad Good Fine
ok "what failed together is tried in parts" until_line runs "^start 'Bad'\$"
count=$(lines_of runs "'Good'")
change two Good
ok "a mailbox that fails holds up no other" until_line runs "'Good'" $((count + 1))
stage_stop

# --- prefix, ignore, unspeakable ---
prefix='chan' begin 'mailbox_prefix chan :' 'unspeakable ,' 'ignore Spam "a,ignored" [Gmail]/*'
change one Spam a,ignored '[Gmail]/a/b' INBOX -dash
ok "a prefix makes every name an argument" until_line runs "^start .*'chan:-dash'"
wait_until "$bound" is_quiet
lacks "ignored mailboxes are not synced" "$work/runs" 'Spam|Gmail'
is "nor do they mean all" "$(lines_of runs "^start 'chan'\$")" 1
change one a,b
ok "an unspeakable name means all mailboxes" until_line runs "^start 'chan'\$" 2
contains "which is told" "$work/err" "^${stamp}mswatch: one: mailbox a,b can't be given to"
stage_stop
unset prefix

# --- delays of one's own, poll_period, long lists ---
begin 'inter_delay 1000 Slow' 'poll_period 2'
change one Slow
sleep_until=$(lines_of runs "^start ''")
ok "poll_period syncs all mailboxes" until_line runs "^start ''" $((sleep_until + 2))
lacks "a mailbox's own inter_delay is kept" "$work/runs" "'Slow'"
stage_stop

stage_config
stage_start
until_started
wait_until "$bound" is_quiet
touch "$work/hold"
change one Hold
until_line runs "^start 'Hold'"
long=$(printf '%03000d' 0)
for ((i = 0; i < 2500; i++)); do printf '%s%d\n' "$long" "$i"; done >"$work/names"
cat "$work/names" 1<>"$work/one.feed"
all=$(lines_of runs "^start ''")
rm "$work/hold"
ok "more names than an argument list holds become all" until_line runs "^start ''" $((all + 1))
wait_until "$bound" is_quiet
lacks "without a failure" "$work/err" errored
stage_stop
tap_done

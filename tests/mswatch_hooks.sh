#!/bin/bash
# on_success and on_failure.
# shellcheck source-path=SCRIPTDIR
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
. "$top_srcdir/tests/mswatch_stage.sh"

# The hook writes a line to $work/hooks; $work/hook_hold keeps it from ending.
cat >"$work/hook" <<SCRIPT
#!/bin/bash
exec 3<> <(:)
echo "\$MSWATCH_RESULT \$MSWATCH_STATUS \$MSWATCH_DURATION \${*@Q}" >>"$work/hooks"
echo \$\$ >"$work/hook.pid"
while [[ -e $work/hook_hold ]]; do read -rt 0.02 -u 3; done
[[ ! -e $work/hook_fail ]] || { echo "hook's words" >&2; exit 9; }
SCRIPT
chmod +x "$work/hook"

stage_config "on_success $work/hook new" "on_failure $work/hook old" 'hook_timeout 30' \
	'mailbox_prefix chan :' 'poll_period 0'
stage_start
ok "on_success runs after a sync" until_line hooks "^success 0 [0-9]+\\.[0-9]{3} 'new' 'chan:INBOX'\$"
ok "all mailboxes are the bare prefix" until_line hooks "^success 0 [0-9.]+ 'new' 'chan'\$"
touch "$work/hook_hold"
count=$(lines_of hooks .)
change one A
until_line hooks . $((count + 1))
for name in B C; do
	change one "$name"
	ok "a hook holds up no sync ($name)" until_line runs "^end 0" $(($(lines_of runs '^end') + 1))
done
is "one runs at a time" "$(lines_of hooks .)" $((count + 1))
until_line out 'synced C in '           # mswatch knows the result: the run's own word is earlier
rm "$work/hook_hold"
ok "results that came meanwhile are merged" until_line hooks "^success 0 [0-9.]+ 'new' 'chan:B' 'chan:C'\$"

# --- one that fails, after it succeeded, while a hook runs ---
completed() { # LABEL CMD...: CMD leads to one more successful sync of these
	local count label=$1
	count=$(lines_of out "synced $label in ")
	shift
	"$@"
	until_line out "synced $label in " $((count + 1))
}
: >"$work/hooks"
touch "$work/hook_hold"
change one Held
until_line hooks "'chan:Held'"
completed Turned change one Turned
printf '%s\n' chan:Failed chan:Turned >"$work/bad"
change one Failed
until_line err 'Sync errored.*\(Failed\)'
change one Turned
until_line err 'Sync errored.*\(Turned\)'
completed Well change one Well
rm "$work/hook_hold"
ok "on_failure gets what has failed" until_line hooks "^failure 1 [0-9.]+ 'old' 'chan:Failed' 'chan:Turned'\$"
ok "on_success what has succeeded" until_line hooks "^success 0 [0-9.]+ 'new' 'chan:Well'\$"
lacks "and not what failed afterwards" "$work/hooks" "^success .*'chan:Turned'"
rm "$work/bad"
until_line hooks "^success .*'chan:Failed'" && until_line hooks "^success .*'chan:Turned'"

: >"$work/hooks"
touch "$work/hook_hold"
change one Held
until_line hooks "'chan:Held'"
echo chan:Mended >"$work/bad"
change one Mended
until_line err 'Sync errored.*\(Mended\)'
completed 'all mailboxes' kill -USR2 "$mswatch"
rm "$work/bad" "$work/hook_hold"
ok "all mailboxes are told" until_line hooks "^success 0 [0-9.]+ 'new' 'chan'\$"
completed Last change one Last
until_line hooks "'chan:Last'"
lacks "and no failure that they made good" "$work/hooks" "^failure"

printf '5\n' >"$work/fail"
change one D
ok "on_failure runs after a failure, with its status" until_line hooks "^failure 5 [0-9.]+ 'old' 'chan:D'\$"
rm "$work/fail"
ok "and on_success after the retry" until_line hooks "^success 0 [0-9.]+ 'new' 'chan:D'\$"
touch "$work/hold"
change one Killed
until_line runs "^start 'chan:Killed'"
kill -9 "$(<"$work/sync.pid")"
ok "a signal that killed the syncer is 128 and its number" \
	until_line hooks "^failure 137 [0-9.]+ 'old' 'chan:Killed'\$"
rm "$work/hold"
ok "a success follows" until_line hooks "^success 0 [0-9.]+ 'new' 'chan:Killed'\$"
touch "$work/hook_fail"
change one E
ok "a hook that fails is told" until_line err "^${stamp}mswatch: on_success: $work/hook exited \(status 9\)"
contains "with its words" "$work/err" "^${stamp}mswatch: on_success $work/hook: hook's words"
count=$(lines_of hooks .)
rm "$work/hook_fail"
change one F
until_line hooks "'chan:F'"
is "and not tried again" "$(lines_of hooks .)" $((count + 1))
touch "$work/hook_hold"
change one G
until_line hooks "'chan:G'"
hook=$(<"$work/hook.pid")
stage_stop
is "TERM ends mswatch in a hook" "$status" 0
ok "and the hook" not alive "$hook"

stage_config "on_success $work/hook" 'hook_timeout 0.3'
stage_start
ok "a hook that takes too long is told" until_line err 'on_success: .*/hook took longer than hook_timeout'
ok "and ended" wait_until "$bound" not alive "$(<"$work/hook.pid")"
rm "$work/hook_hold"
ok "and the next one runs" until_line hooks "^success 0 [0-9.]+ ''"
stage_stop
stage_config "on_success $work/nothing"
stage_start
ok "a hook that can't be started is told" until_line err "on_success: could not be started: $work/nothing: No such file"
ok "and mailboxes are synced nevertheless" until_started
stage_stop

# --- the stores that reported, and the error ---
cat >"$work/hook" <<SCRIPT
#!/bin/bash
echo "\$MSWATCH_RESULT [\$MSWATCH_STORES] [\$MSWATCH_ERROR] \$*" >>"$work/told"
SCRIPT
stage_config "on_success $work/hook" "on_failure $work/hook" 'poll_period 0' 'mailbox_prefix chan :'
stage_start -v
ok "what nobody reported has no stores, nor an error" until_line told '^success \[] \[] chan$'
change two A
ok "what a store reported bears its name" until_line told '^success \[two] \[] chan:A$'
both_report() { # MAILBOX: during a run, so that the next one holds both reports
	touch "$work/hold"
	change one "During$1"
	until_line runs "^start 'chan:During$1'\$"
	change two "$1"
	change one "$1"
	until_line out "one: .*$1\$" && until_line out "two: .*$1\$"
}
both_report B
rm "$work/hold"
ok "of two stores both names, in the order of the file" until_line told '^success \[one two] \[] chan:B$'
both_report C
printf 'first words\nlast \033[31mwords\n' >"$work/words"
echo chan:C >"$work/bad"
echo 5 >"$work/fail"
rm "$work/hold"
ok "on_failure gets the end and the last line, harmless" \
	until_line told '^failure \[one( two)?] \[.*/sync exited \(status 5\): last .x1b\[31mwords] chan:'
rm "$work/fail"
ok "without a line the end alone" until_line told '^failure \[one two] \[.*/sync exited \(status 1\)] chan:C$'
rm "$work/bad"
ok "the stores stay the same over retries" until_line told '^success \[one two] \[] .*chan:C( |$)'
until_line told '^success .*chan:DuringC'       # nothing is pending
ok "--sync has none" mswatch -c "$conf" --sync
ok "nor has its hook" until_line told '^success \[] \[] chan$' 2
touch "$work/hold"
change one During
until_line runs "^start 'chan:During'\$"
change two Kept
until_line out 'two: .*Kept$'
stage_watcher three
sed -i "/^store one/d; \$ a store three { watch $work/watch_three }\\nstore one { watch $work/watch_one }" "$conf"
ok "a reload that changes the order" mswatch -c "$conf" --reload
rm "$work/hold"
# The new store's watcher becomes ready: all may be synced before the mailbox is.
ok "leaves its name with what is pending" until_line told '^success \[two( one)?] \[] chan'
lacks "and gives it no other" "$work/told" 'three'
stage_stop
sed -i 's/^store one/store "number one"/' "$conf"
mswatch -t -c "$conf" >"$work/out" 2>"$work/err"
is "with hooks a name with a blank is an error" "$?" 78
contains "that is explained" "$work/err" 'store number one: a blank in the name'
sed -i '/^on_/d' "$conf"
ok "without hooks it is none" mswatch -t -c "$conf"
tap_done

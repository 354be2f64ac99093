#!/bin/bash
# A mailbox that mbsync can't sync, among 50 that it can: the 50 do not wait for it,
# and it is tried less and less often.
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
. "$top_srcdir/tests/lab.sh"

lab_maildirs
inter_delay=1000000             # in microseconds, as all times here
max_delay=4000000
sed -i 's/^base_delay .*/base_delay 0.7/; s/^inter_delay .*/inter_delay 1/; s/^max_delay .*/max_delay 4/; s|^sync .*|sync '"$work/syncer"'|' \
	"$work/mswatchrc"
# The real mbsync; a line for each run: begin, end, status, mailboxes.
cat >"$work/syncer" <<SH
#!/bin/bash
begin=\$EPOCHREALTIME
mbsync -q -c "$work/mbsyncrc" "\$@"
status=\$?
echo "\${begin/./} \${EPOCHREALTIME/./} \$status \$*" >>"$work/runs"
exit \$status
SH
chmod 755 "$work/syncer"
names=(bad)
for number in {1..50}; do names+=("list/$number"); done
for name in "${names[@]}"; do
	mailbox_make server "$name"
	mailbox_make local "$name"
done
ok "mswatch gets into step" lab_mswatch

# A state file that mbsync can't read; the watchers take no notice of it.
echo "no state" >"$(mailbox_path local bad)/.mbsyncstate"
mbsync -q -c "$work/mbsyncrc" lab:bad >"$work/bad" 2>&1
is "mbsync alone says 1" $? 1

in_step_all() { # HOW-MANY: each of the 50
	local name
	for name in "${names[@]:1}"; do count_is_both "$name" "$1" || return 1; done
}
count_is_both() { count_is local "$1" "$2" && count_is server "$1" "$2"; }
syncing_took() { # SINCE: how long the runs that began since then took
	awk -v since="$1" '$1 >= since { sum += $2 - $1 } END { printf "%d\n", sum }' "$work/runs"
}
last_sync() { awk '!/ lab:bad$/ { end = $2 } END { print end }' "$work/runs"; }
# The time that mbsync itself needs is the machine's.
within_bound() { # WHAT SINCE: the 50 were in step in time
	local took bound
	took=$(($(last_sync) - $2))
	bound=$((2 * inter_delay + $(syncing_took "$2") + 2000000))
	ok "$1: within twice their inter_delay" test "$took" -le "$bound"
	note "$1: after $((took / 1000)) ms, of which mbsync took $(($(syncing_took "$2") / 1000)) ms"
}

since=$(now_us)
for name in "${names[@]}"; do deliver server "$name"; done
ok "mail in 51 mailboxes: the 50 come into step" wait_until 60 in_step_all 1
within_bound "all at once" "$since"
is "the failing one does not" "$(count local bad)" 0
contains "a run of several has failed" "$work/runs" '^[0-9]+ [0-9]+ 1 .*lab:bad .*list/'

# Now it is known: it runs alone, and nobody waits.
failures() { grep -c ' 1 lab:bad$' "$work/runs"; }
failed() { (($(failures) >= $1)); }
ok "it is tried alone" wait_until 60 failed 1
since=$(now_us)
for name in "${names[@]}"; do deliver server "$name"; done
ok "more mail: the 50 come into step" wait_until 60 in_step_all 2
within_bound "once more" "$since"
is "no run but its own fails any more" \
	"$(awk -v since="$since" '$1 >= since && $3 && !/ lab:bad$/' "$work/runs")" ''

ok "the failing one is tried again and again" wait_until 60 failed 5
mapfile -t gaps < <(awk '/ 1 lab:bad$/ { if (end) print $1 - end; end = $2 }' "$work/runs")
note "waits between its tries: ${gaps[*]}"
ok "after inter_delay" test "${gaps[0]}" -ge $((inter_delay - 10000))
ok "after twice as long" test "${gaps[1]}" -ge $((2 * inter_delay - 10000))
ok "then after max_delay" test "${gaps[2]}" -ge $((max_delay - 10000))
ok "and again" test "${gaps[3]}" -ge $((max_delay - 10000))

# Six tries an hour, were max_delay the ten minutes that it is by default.
lines=$(grep -c . "$work/err")
note "$(cat "$work/err")"
ok "that is told in few lines ($lines)" test "$lines" -lt 20
is "the cause once for what failed together, once for the one" "$(grep -c 'Sync errored' "$work/err")" 2
contains "with the mailbox's name" "$work/err" 'Sync errored: .*\(bad\)'

rm "$(mailbox_path local bad)/.mbsyncstate"
ok "once it can be synced it is" wait_until 60 count_is local bad 2
ok "which is told" wait_until 60 grep -q "^${stamp}sync: syncing again after .*(bad)" "$work/out"
kill "$mswatch_pid"
wait "$mswatch_pid"
is "mswatch ends when told" $? 0
tap_done

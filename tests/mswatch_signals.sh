#!/bin/bash
# Signals to mswatch, and that nothing outlives it.
# shellcheck source-path=SCRIPTDIR
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
. "$top_srcdir/tests/mswatch_stage.sh"

# Watchers and syncers with a child in the background; all pids in $work/family.
stage_family() {
	stage_config
	: >"$work/family"
	for script in watch_one watch_two sync; do
		sed -i "1a sleep 1000 & echo \$! >>'$work/family'; echo \$\$ >>'$work/family'" "$work/$script"
	done
	touch "$work/hold"
	stage_start
	until_line runs '^start'
	pgrep -P "$mswatch" >>"$work/family"    # the guards
}

# --- reports ---
stage_config
stage_start
until_started
wait_until "$bound" is_quiet
touch "$work/hold"
change one Busy
until_line runs "^start 'Busy'"
change one Later
later_is_reported() { kill -USR1 "$mswatch"; nap 0.1; grep -q "^$stamp  Later due in" "$work/out"; }
ok "SIGUSR1 is answered during a run" wait_until "$bound" later_is_reported
contains "with what is synced" "$work/out" "^$stamp  Busy being synced"
contains "with the run" "$work/out" "^${stamp}sync: running since ..:.., for .* \(Busy\)"
contains "with the stores" "$work/out" "^${stamp}two: ready since ..:.."
contains "with counts" "$work/out" "^${stamp}[0-9]+ syncs, 0 failures, [0-9]+ changes, 0 restarts\$"
before=$(lines_of runs "^start ''")
rm "$work/hold"
wait_until "$bound" is_quiet
nothing_pends() { kill -USR1 "$mswatch"; nap 0.1; grep -q "^${stamp}Nothing is pending\$" "$work/out"; }
ok "that nothing is pending, too" wait_until "$bound" nothing_pends
kill -USR2 "$mswatch"
ok "SIGUSR2 syncs all mailboxes" until_line runs "^start ''" $((before + 1))
stage_stop
stage_config
sed -i 's/^inter_delay .*/inter_delay 600/; s/^max_delay .*/max_delay 600/' "$conf"
# shellcheck disable=SC2016 # for the watcher
printf '#!/bin/sh\n[ -e "$0.works" ] || exit 1\necho\nexec sleep 1000\n' >"$work/watch_two"
stage_start
until_line err 'two: watcher exited .*again in 10 min'
touch "$work/watch_two.works"
kill -USR2 "$mswatch"
ok "it starts a watcher that is down, too" until_line out 'two: watching again'
stage_stop

stage_config
stage_start -d
until_line out 'would .*all mailboxes'
kill -USR1 "$mswatch"
ok "with -d none is counted; one of a kind is no plural" \
	until_line out "^${stamp}0 syncs, 0 failures, [0-9]+ changes?, 0 restarts\$"
stage_stop
stage_config
stage_start
until_started
kill "$(tail -n 1 "$work/two.pids")"
until_line runs "^start ''" 2
wait_until "$bound" is_quiet
touch "$work/hold"
sed -i "1a trap '' TERM" "$work/sync"
change one Busy
until_line runs "^start 'Busy'"
change one Later
later_again() { kill -USR1 "$mswatch"; nap 0.1; [[ $(grep -c "^$stamp  Later due in" "$work/out") -ge 1 ]]; }
wait_until "$bound" later_again
contains "one restart is singular" "$work/out" "^${stamp}[0-9]+ syncs, 0 failures, 2 changes, 1 restart\$"
kill "$mswatch"
ending_is_told() { kill -USR1 "$mswatch"; nap 0.1; grep -q ', told to end$' "$work/out"; }
ok "during the end the run is told" wait_until 4 ending_is_told
contains "as such" "$work/out" "^${stamp}sync: running since ..:.., for .* \(Busy\), told to end\$"
contains "and what comes to nothing" "$work/out" "^$stamp  Later left to the next start\$"
rm "$work/hold"
stage_stop

# --- graceful ends ---
for signal in TERM INT HUP; do
	stage_family
	kill "-$signal" "$mswatch"
	ok "SIG$signal ends mswatch during a run" wait_until "$bound" not alive "$mswatch"
	ok "and everything below it" wait_until 2 none_alive "$(<"$work/family")"
	stage_stop
	is "with 0" "$status" 0
done

# --- a second TERM ---
stage_family
printf '#!/bin/bash\ntrap "" TERM\necho $$ >"%s"\necho\nwhile :; do read -rt 1000 <> <(:); done\n' \
	"$work/deaf" >"$work/watch_two"
stage_stop
stage_config
printf '#!/bin/bash\ntrap "" TERM\necho\necho $$ >"%s"\nwhile :; do read -rt 1000 <> <(:); done\n' \
	"$work/deaf" >"$work/watch_two"
stage_start
until_started
kill -TERM "$mswatch"
wait_until "$bound" not alive "$(tail -n 1 "$work/one.pids")"
before=$(now_us)
kill -TERM "$mswatch"
ok "a second TERM ends it at once" wait_until 4 not alive "$mswatch"
ok "before the grace is over" test $(($(now_us) - before)) -lt 4000000
ok "what was deaf to the first too" wait_until 2 not alive "$(<"$work/deaf")"
contains "both are told" "$work/out" "^${stamp}ended by SIGTERM, at once by SIGTERM\$"
stage_stop

# --- SIGKILL ---
stage_family
kill -9 "$mswatch"
ok "SIGKILL of mswatch leaves nothing after 2 s" wait_until 2 none_alive "$(<"$work/family")"
stage_stop 2>"$work/noise"

# --- nohup ---
stage_config
trap '' HUP
stage_start
trap - HUP
until_started
kill -HUP "$mswatch"
change one After
ok "a SIGHUP that was ignored stays ignored" until_line runs "^start 'After'"
stage_stop
tap_done

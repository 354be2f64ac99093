#!/bin/bash
# The watchers' lives: start, noise, failures, restarts.
# shellcheck source-path=SCRIPTDIR
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
. "$top_srcdir/tests/mswatch_stage.sh"

watcher() { # NAME: its script's commands from stdin
	{ printf '#!/bin/bash\n'; cat; } >"$work/watch_$1"
	chmod +x "$work/watch_$1"
}
watcher_pid() { tail -n 1 "$work/$1.pids"; }

# --- start ---
stage_config
stage_start
ok "INBOX, then all mailboxes, are synced at the start" until_started
is "in this order" "$(grep ^start "$work/runs")" "start 'INBOX'"$'\n'"start ''"
contains "the watchers are named" "$work/out" "^${stamp}Starting the watcher of one"
contains "so are their commands" "$work/out" "^${stamp}\+ $work/watch_two"
contains "and that they watch" "$work/out" "^${stamp}Watching mailstores\$"
is "nothing is complained of" "$(<"$work/err")" ''

# --- a watcher that exits ---
kill "$(watcher_pid one)"
ok "a watcher that ends is told" until_line err "^${stamp}mswatch: one: watcher was killed by SIGTERM"
ok "is started again, and that is told" until_line out "^${stamp}one: watching again after"
ok "and INBOX and all are synced again" until_line runs "^start ''" 2
is "INBOX first" "$(grep ^start "$work/runs" | sed -n 3,4p)" "start 'INBOX'"$'\n'"start ''"
wait_until "$bound" is_quiet
change one After
ok "and it is watched" until_line runs "^start 'After'"
stage_stop
is "TERM ends mswatch with 0" "$status" 0

# --- one store, three stores ---
stage_config
sed -i '/^store two/d' "$conf"
stage_start
ok "one store is enough" until_started
stage_stop
stage_watcher three
stage_config "store three { watch $work/watch_three }"
stage_start
until_started
wait_until "$bound" is_quiet
change three Third
ok "the third store is watched as well" until_line runs "^start 'Third'"
stage_stop

# --- more stores than the soft limit of descriptors has room for ---
stage_config
for ((i = 0; i < 20; i++)); do
	echo "store more$i { watch sh -c \"echo; exec sleep 1000\" }"
done >>"$conf"
limit=$(ulimit -Sn)
ulimit -Sn 40
stage_start
ulimit -Sn "$limit"
ok "22 stores are watched with a soft limit of 40 descriptors" until_line out "^${stamp}Watching mailstores\$"
ok "and synced" until_started
stage_stop

# --- one that can't be started, next to one that works ---
stage_config
sed -i "s|watch $work/watch_two|watch $work/nothing|" "$conf"
stage_start
ok "a watcher that can't be started is told" until_line err \
	"^${stamp}mswatch: two: watcher could not be started: $work/nothing: No such file"
change one Meanwhile
ok "what others report is synced meanwhile" until_line runs "^start 'Meanwhile'"
lacks "all mailboxes wait for it" "$work/runs" "^start ''"
ok "it is tried again, and that is counted" until_line err 'two: still failing after [2-5] tries since'
kill -USR1 "$mswatch"
ok "SIGUSR1 names it" until_line out "^${stamp}two: down since ..:.., watcher could not be started: $work/nothing: No such file.*, starting again in"
stage_stop
is "TERM ends that as well" "$status" 0

# --- noise ---
stage_config
watcher two <<-SCRIPT
	echo \$\$ >>"$work/two.pids"
	printf 'Welcome to \033[1mserver'
	head -c 1000 /dev/zero | tr '\0' x
	exec sleep 1000
SCRIPT
stage_start
ok "noise before the ready line is shown, escaped" until_line err "^$stamp"'mswatch: two: watcher printed "Welcome to \\x1b\[1mserverxxx'
contains "with advice" "$work/err" 'the first line that a watcher prints is an empty one'
ok "not more than 200 bytes of it" not grep -Eq 'x{190}' "$work/err"
ok "and is tried again" until_line err 'two: still failing after [2-5] tries'
stage_stop
noisy=$(head -n 1 "$work/two.pids")
ok "the noisy ones are ended" wait_until 10 not alive "$noisy"

stage_config
watcher two <<-SCRIPT
	printf 'Password: '
	exec sleep 1000
SCRIPT
stage_start
ok "a prompt is noise as well" until_line err "^$stamp"'mswatch: two: watcher printed "Password: " before its ready line'
ok "and its watcher is tried again" until_line err 'two: still failing after [2-5] tries'
stage_stop

# --- closes its stdout; comes up and goes down ---
stage_config
watcher two <<-SCRIPT
	echo \$\$ >>"$work/two.pids"
	echo
	exec >&-
	sleep 1000
SCRIPT
stage_start
ok "a watcher that closes its stdout is ended" until_line err "^${stamp}mswatch: two: watcher closed its output"
ok "and started again" until_line two.pids . 2
ok "the first one is gone" wait_until 10 not alive "$(head -n 1 "$work/two.pids")"
stage_stop

stage_config
watcher two <<-SCRIPT
	printf '%s\n' "\${EPOCHREALTIME/./}" >>"$work/two.starts"
	echo "no server" >&2
	printf 'without newline' >&2
	exit 3
SCRIPT
stage_start
ok "a watcher that can't watch is tried again and again" until_line two.starts . 5
mapfile -t at <"$work/two.starts"
ok "after inter_delay" test $((at[1] - at[0])) -ge 200000
ok "after twice as long" test $((at[2] - at[1])) -ge 400000
ok "and again" test $((at[3] - at[2])) -ge 800000
ok "and at last after max_delay" test $((at[4] - at[3])) -ge 1000000
contains "its words are shown" "$work/err" "^${stamp}mswatch: two: no server"
contains "the last ones too" "$work/err" "^${stamp}mswatch: two: without newline"
is "once" "$(lines_of err 'no server')" 1
contains "and how it ended" "$work/err" 'two: watcher exited \(status 3\)'
stage_stop

# --- nothing will change by itself ---
stage_config
sed -i 's/^max_delay.*/max_delay 3/' "$conf"
watcher two <<-SCRIPT
	printf '%s\n' "\${EPOCHREALTIME/./}" >>"$work/two.finals"
	echo "login refused: ask your provider" >&2
	exit 77
SCRIPT
stage_start
ok "status 77 is told, and that nothing cuts the wait short" until_line err \
	"^${stamp}mswatch: two: watcher exited \\(status 77\\); starting it again in 3 s, and no sooner"
contains "with its words" "$work/err" "^${stamp}mswatch: two: login refused: ask your provider"
kill -USR2 "$mswatch"
kill -USR1 "$mswatch"
ok "SIGUSR1 tells when it is due" until_line out "^${stamp}two: down since ..:.., watcher exited \\(status 77\\), starting again in [0-9.]+ s"
until_line two.finals . 3
mapfile -t at <"$work/two.finals"
ok "it is started again after max_delay, and SIGUSR2 does not hurry it" test $((at[1] - at[0])) -ge 3000000
ok "and again" test $((at[2] - at[1])) -ge 3000000
watcher two <<-SCRIPT
	printf '%s\n' "\${EPOCHREALTIME/./}" >>"$work/two.others"
	exit 1
SCRIPT
hurried() { kill -USR2 "$mswatch" && has_lines two.others . 3; }
until_line two.others . 2
ok "with another status SIGUSR2 does" wait_until "$bound" hurried
stage_stop
mapfile -t at <"$work/two.others"
ok "before max_delay" test $((at[2] - at[1])) -lt 3000000

# --- until the user has mended it ---
stage_config
sed -i 's/^max_delay.*/max_delay 1d/' "$conf"
watcher two <<-SCRIPT
	exit 77
SCRIPT
stage_start
until_line err "^${stamp}mswatch: two: watcher exited \\(status 77\\).*; mswatch --reload starts it"
mswatch -c "$conf" --status >"$work/answer"
is "at the start, too, --status exits with 1 where a store is down" "$?" 1
contains "and says so to programs" <(mswatch -c "$conf" --status=json) '"well":false'
stage_watcher two
mswatch -c "$conf" --reload
ok "--reload starts one that exited with 77" until_line two.pids .
stage_stop

# It comes after the watcher was given up, and after SIGUSR2 wanted the next one at once.
stage_config
sed -i 's/^max_delay.*/max_delay 3/' "$conf"
rm -f "$work/two.finals"
watcher two <<-SCRIPT
	printf '%s\n' "\${EPOCHREALTIME/./}" >>"$work/two.finals"
	trap "printf '%s\n' \"\\\${EPOCHREALTIME/./}\" >>'$work/two.finals'; exit 77" TERM
	echo Welcome
	while :; do read -rt 0.02 <>"$work/two.feed"; done
SCRIPT
stage_start
until_line err 'two: watcher printed "Welcome" before its ready line'
kill -USR2 "$mswatch"
ok "status 77 of one that was given up is told" until_line err 'two: watcher exited \(status 77\)'
until_line two.finals . 3
stage_stop
mapfile -t at <"$work/two.finals"
ok "and counts" test $((at[2] - at[1])) -ge 3000000

# --- the same status, for another reason ---
stage_config
echo 'connect to host port 22: refused' >"$work/reason"
watcher two <<-SCRIPT
	sed "s/port/port \$\$/" "$work/reason" >&2
	exit 255
SCRIPT
stage_start
ok "the same reason is told of as such" until_line err 'two: still failing after [2-5] tries since'
is "and shown once, whatever numbers are in it" "$(lines_of err 'refused$')" 1
echo 'Permission denied' >"$work/reason"
ok "a new reason is told at once" until_line err "^${stamp}mswatch: two: watcher exited \(status 255\)" 2
ok "and shown" until_line err "^${stamp}mswatch: two: Permission denied\$"
stage_stop

# --- two reasons that take turns ---
rm -f "$work/turns"
stage_config
watcher two <<-SCRIPT
	echo >>"$work/turns"
	reasons=('connection refused' 'name not resolved')
	echo "\${reasons[\$((\$(wc -l <"$work/turns") % 2))]}" >&2
	exit 255
SCRIPT
stage_start
ok "two reasons that take turns are told of as known" until_line err 'two: still failing after [2-5] tries since'
is "and shown once" "$(lines_of err 'refused$') $(lines_of err 'resolved$')" '1 1'
stage_stop

# --- words before the ready line, after a failure ---
stage_config
watcher two <<-SCRIPT
	[[ -e $work/failed ]] || { touch "$work/failed"; exit 3; }
	printf 'whole\nunfinished' >&2
	echo
	exec sleep 1000
SCRIPT
stage_start
ok "an unfinished line holds back none before it" until_line err "^${stamp}mswatch: two: whole\$"
stage_stop
contains "it is shown at the end" "$work/err" "^${stamp}mswatch: two: unfinished\$"

# --- one that says that it does less ---
stage_config
watcher two <<-SCRIPT
	echo \$\$ >>"$work/two.pids"
	echo "degraded: no IDLE here" >&2
	for i in {1..20}; do echo "some words" >&2; done
	echo
	exec 3<>"$work/two.feed"
	while IFS= read -ru 3 line; do echo "\$line" >&2; done
SCRIPT
degraded() { # WHAT PATTERN: what SIGUSR1 says of it, once that is so
	is_said() { : >"$work/out" && kill -USR1 "$mswatch" && until_line out 'one: ready' && grep -Eq "$2" "$work/out"; }
	ok "$1" wait_until "$bound" is_said "$@" || note "$(<"$work/out")"
}
stage_start
until_line out "^${stamp}Watching"
degraded "SIGUSR1 tells what is degraded, said before the watcher is ready" \
	"^${stamp}two: ready since ..:.., degraded: no IDLE here\$"
contains "it is a message as well" "$work/err" "^${stamp}mswatch: two: degraded: no IDLE here\$"
change two 'less and less' 'degraded: polling every minute' 'so it is degraded: no'
degraded "the last such line" "^${stamp}two: ready since ..:.., degraded: polling every minute\$"
change two 'degraded:'
degraded "until one says that nothing is" "^${stamp}two: ready since ..:..\$"
change two 'degraded: again'
degraded "or something is again" "^${stamp}two: ready since ..:.., degraded: again\$"
sed -i '/^echo "degraded/d' "$work/watch_two"
kill "$(watcher_pid two)"
until_line err 'two: watcher was killed'
degraded "the next watcher begins without" "^${stamp}two: ready since ..:..\$"
stage_stop

# --- heartbeats ---
# As much as the pipe holds is in it before the first one; it is read when "drain" is there.
stage_config
watcher two <<-SCRIPT
	exec 4<> <(:)
	dd if=/dev/zero oflag=nonblock bs=4096 count=16 >/proc/self/fd/0 2>/dev/null
	echo full >"$work/two.full"
	echo
	while [[ ! -e $work/drain ]]; do read -rt 0.02 -u 4; done
	head -c 65536 >"$work/drained"
	while IFS= read -r line; do echo "beat [\$line]" >>"$work/beats"; done
	exec sleep 1000
SCRIPT
watcher one <<-SCRIPT
	exec 3<>"$work/one.feed"
	echo \$\$ >>"$work/one.pids"
	exec 5<&0
	cat <&5 >"$work/one.input" &
	echo
	exec cat <&3
SCRIPT
stage_watcher three
sed -i '2a exec <&-' "$work/watch_three"
cat >"$conf" <<-CONF
	base_delay 0.1
	inter_delay 0.2
	sync $work/sync
	store one {
		watch $work/watch_one
	}
	store two {
		watch $work/watch_two
		heartbeat 1
	}
	store three {
		watch $work/watch_three
		heartbeat 0.05
	}
CONF
stage_start
until_started
nap 2.2
change one Beaten
ok "beats that nobody reads, or into a full pipe, hold up nothing" until_line runs "^start 'Beaten'"
kill -USR1 "$mswatch"
ok "nor cost a watcher" until_line out "^${stamp}[0-9]+ syncs, .* 0 restarts"
touch "$work/drain"
ok "a heartbeat is an empty line" until_line beats '^beat \[\]$' 3
is "and nothing else" "$(lines_of beats .)" "$(lines_of beats '^beat \[\]$')"
is "beats for which there was no room were dropped" "$(tr -d '\0' <"$work/drained" | wc -c)" 0
is "without a heartbeat nothing is written" "$(wc -c <"$work/one.input")" 0
stage_stop
is "and mswatch ends as ever" "$status" 0

# --- a watcher that is slow ---
stage_config
mkfifo "$work/go"
watcher two <<-SCRIPT
	read -r line <"$work/go"
	echo
	exec sleep 1000
SCRIPT
stage_start
until_line out "^${stamp}\+ .*watch_two"
change one Early
ok "while a watcher is slow the others' changes are synced" until_line runs "^start 'Early'"
is "and nothing else" "$(grep -c ^start "$work/runs")" 1
echo >"$work/go"
ok "INBOX and all follow when it is ready" until_line runs "^start ''"
stage_stop
tap_done

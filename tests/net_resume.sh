#!/bin/bash
# The machine sleeps and resumes: the real mswatch, whose clocks jump when told.
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
. "$top_srcdir/tests/net.sh"
net_clocks

for store in near far further; do
	mkdir "$work/$store"
	mkfifo "$work/$store/changes"
	: >"$work/$store/starts"
done
cat >"$work/watcher" <<'SH'
#!/bin/bash
# DIRECTORY: ready once "slow" is not there; then prints what comes through "changes"
echo start >>"$1/starts"
[[ ! -e $1/refused ]] || exit 77
while [[ -e $1/slow ]]; do sleep 0.05; done
[[ ! -e $1/gone ]] || { trap 'exit 2' TERM; echo; sleep 1000 & wait; }
echo
exec cat <>"$1/changes"
SH
cat >"$work/sync" <<'SH'
#!/bin/bash
printf '[%s]\n' "${*:2}" >>"$1/syncs"
[[ $2 != fails || ! -e $1/failing ]]
SH
chmod 755 "$work/watcher" "$work/sync"
cat >"$work/mswatchrc" <<-CONF
	base_delay 0
	inter_delay 0.1
	inter_delay 300 fails
	max_delay 600
	sync $work/sync $work
	store near { watch $work/watcher $work/near }
	store far {
		watch $work/watcher $work/far
		remote
	}
	store further {
		watch $work/watcher $work/further
		remote
	}
CONF
: >"$work/syncs"

starts() { wc -l <"$work/$1/starts"; }
all_starts() { echo "$(starts near) $(starts far) $(starts further)"; }
starts_are() { [[ $(all_starts) == "$1" ]]; }
resumes() { grep -c "^${stamp}Resumed after" "$work/out"; }
resumes_are() { [[ $(resumes) == "$1" ]]; }
syncs_are() { [[ $(paste -sd' ' "$work/syncs") == "$1" ]]; }
syncs_end() { [[ $(tail -n 1 "$work/syncs") == "$1" ]]; }
# Each change is of a mailbox of its own, so that it comes at once and is the last.
change_count=0
# expect WHAT SYNCS: the syncs since the last time are these, and a change's
expect() {
	change_count=$((change_count + 1))
	[[ -z $2 ]] || wait_until 60 syncs_are "$2"
	echo "box$change_count" >"$work/near/changes"
	wait_until 60 syncs_end "[box$change_count]"
	is "$1" "$(paste -sd' ' "$work/syncs")" "${2:+$2 }[box$change_count]"
	: >"$work/syncs"
}

start "${clocked[@]}" mswatch -c "$work/mswatchrc" >"$work/out" 2>"$work/err" </dev/null
expect "the start: INBOX, then all" "[INBOX] []"
is "each watcher has started" "$(all_starts)" "1 1 1"

order "sleep 30"
expect "a sleep shorter than resume_after is nothing" ""
order "set"
expect "a wall clock that is set is nothing" ""
order "sleep 40"
order "sleep 40"
expect "two short sleeps are not one long sleep" ""
is "no watcher was started for that" "$(all_starts)" "1 1 1"
is "and nothing was said" "$(resumes)" 0

order "sleep 3600"
ok "a sleep of an hour: the remote watchers are started afresh" wait_until 60 starts_are "1 2 2"
expect "INBOX once, then all once" "[INBOX] []"
contains "it is told" "$work/out" "^${stamp}Resumed after 1 h"
is "once" "$(resumes)" 1
is "each remote watcher once, the local one never" "$(all_starts)" "1 2 2"

order "sleep 100"
ok "another sleep is noticed" wait_until 60 resumes_are 2
wait_until 60 starts_are "1 3 3"
expect "it counts by itself" "[INBOX] []"
order "sleep 100"
ok "and one more" wait_until 60 resumes_are 3
wait_until 60 starts_are "1 4 4"
expect "counts by itself, too" "[INBOX] []"

touch "$work/further/slow"
order "sleep 100"
ok "one remote watcher is slow: it is started" wait_until 60 starts_are "1 5 5"
expect "what the others report is synced meanwhile" ""
order "sleep 100"
ok "a sleep while it starts: both are started again" wait_until 60 starts_are "1 6 6"
expect "still nothing but changes is synced" ""
rm "$work/further/slow"
expect "all are ready: INBOX once, then all once" "[INBOX] []"

touch "$work/further/slow"
order "sleep 100"
ok "slow again" wait_until 60 starts_are "1 7 7"
expect "no INBOX yet" ""
order "sleep 31"
expect "after 30 s INBOX and all are synced without it" "[INBOX] []"
rm "$work/further/slow"
expect "and once more when it is ready" "[INBOX] []"

# Its connection died while it was made: ssh waits for ever, and nothing tells.
touch "$work/further/slow"
order "sleep 100"
ok "slow once more" wait_until 60 starts_are "1 8 8"
for _ in {1..10}; do order "sleep 59"; done
expect "it is waited for" "[INBOX] []"
is "for less than max_delay" "$(all_starts)" "1 8 8"
order "sleep 59"
ok "then it is started again" wait_until 60 starts_are "1 8 9"
contains "which is told" "$work/err" "^${stamp}mswatch: further: watcher was not ready after 10 min; starting it again"
for _ in {1..11}; do order "sleep 59"; done
expect "the next one has longer" ""
is "twice as long" "$(all_starts)" "1 8 9"
for _ in {1..11}; do order "sleep 59"; done
ok "and then the next" wait_until 60 starts_are "1 8 10"
rm "$work/further/slow"
ok "until one is ready" wait_until 60 grep -q "^${stamp}further: watching again after" "$work/out"
expect "and what it may have missed is synced" "[INBOX] []"

touch "$work/failing"
echo fails >"$work/near/changes"
for _ in {1..6}; do order "sleep 59"; done      # the inter_delay of minutes
ok "a mailbox fails, and waits for minutes" wait_until 60 syncs_end "[fails]"
failed() { grep -q fails "$work/err"; }
wait_until 60 failed
: >"$work/syncs"
rm "$work/failing"
order "sleep 61"
retried() { grep -qx '\[fails\]' "$work/syncs" && syncs_end '[]'; }
ok "a resume tries it at once" wait_until 60 retried
is "with INBOX and all, once each" "$(sort "$work/syncs" | paste -sd' ')" "[INBOX] [] [fails]"
is "the local watcher was never started again" "$(starts near)" 1

# Its login was refused: tries that are cut short by news may lock the account as well.
touch "$work/further/refused"
before=$(starts further)
order "sleep 100"
ok "a login is refused" wait_until 60 grep -q "further: watcher exited (status 77)" "$work/err"
rm "$work/further/refused"
touch "$work/further/slow"
ready_again() { grep -c "^${stamp}further: watching again after" "$work/out"; }
tries_are() { (($(starts further) == before + $1)); }
for _ in {1..11}; do order "sleep 59"; done
ok "after max_delay it is tried again" wait_until 60 tries_are 2
before_far=$(starts far)
far_is_new() { (($(starts far) > before_far)); }
order "sleep 100"
ok "a sleep meanwhile" wait_until 60 far_is_new
is "does not cut that try short" "$(starts further)" $((before + 2))
before_ready=$(ready_again)
rm "$work/further/slow"
has_come_back() { (($(ready_again) > before_ready)); }
ok "which may come to a good end" wait_until 60 has_come_back
order "sleep 100"
ok "and then a sleep counts again" wait_until 60 tries_are 3
lacks "mswatch was always waiting for the next one" "$work/cancelled" ignored
ok "mswatch has stayed" alive "$started"
end_pid "$started"

# --- a start that not all are ready for ---
if command -v python3 >/dev/null; then
	cat >"$work/manager.py" <<-'PYTHON'
		import socket, sys
		s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
		s.bind(sys.argv[1])
		while True:
		    print(s.recv(4096).decode(), flush=True)
	PYTHON
	start python3 "$work/manager.py" "$work/notify" >"$work/told"
	wait_until 60 test -S "$work/notify"
	told() { grep -qx "$1" "$work/told"; }
	touch "$work/far/slow"
	mv "$work/watcher" "$work/watcher.away"
	cancelled=0
	: >"$work/cancelled"
	start "${clocked[@]}" NOTIFY_SOCKET="$work/notify" mswatch -c "$work/mswatchrc" \
		>"$work/out" 2>"$work/err" </dev/null
	ok "a start without watchers" wait_until 60 grep -q "^${stamp}mswatch: further: watcher" "$work/err"
	mv "$work/watcher.away" "$work/watcher"
	order "sleep 15"
	ok "all but one are ready" wait_until 60 told 'STATUS=2 of 3 mailstores watched, .*'
	lacks "which is not yet all" "$work/out" "^${stamp}Watching"
	ok "nor is the service manager told READY" not told READY=1
	order "sleep 16"
	ok "after 30 s it is" wait_until 60 told READY=1
	contains "mswatch says that it watches" "$work/out" "^${stamp}Watching mailstores, but not all:\$"
	contains "and who is missing" "$work/out" "^${stamp}  far: starting since [0-9][0-9]:[0-9][0-9], watcher could not be started: .*: No such file"
	is "nobody else" "$(grep -c "^${stamp}  " "$work/out")" 1
fi

# --- the mailstore is gone, and the watcher is ended for the resume before it said so ---
end_pid "$started"
touch "$work/far/gone"
rm -f "$work/far/slow"
cancelled=0
: >"$work/cancelled"
start "${clocked[@]}" mswatch -c "$work/mswatchrc" >"$work/out" 2>"$work/err" </dev/null
ok "all are ready" wait_until 60 grep -q "^${stamp}Watching mailstores\$" "$work/out"
order "sleep 61"
ok "its status 2 counts" wait_until 60 grep -q 'far: the mailstore is gone (watcher exited with status 2)' "$work/err"
tap_done

#!/bin/bash
# A running mswatch, asked and told by others: --status, --sync, --watch, --stop, --replace, --reload.
# shellcheck source-path=SCRIPTDIR
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
. "$top_srcdir/tests/mswatch_stage.sh"
needs python3

ask() { timeout 60 mswatch -c "$conf" "$@" >"$work/answer" 2>"$work/complaint" </dev/null; }
starts_with() { # PATTERN: the answer's first line
	head -n 1 "$work/answer" | grep -Eq -e "$1"
}
value() { # KEY...: of the JSON object
	ask --status=json
	python3 -c 'import json, sys
value = json.load(open(sys.argv[1]))
for key in sys.argv[2:]:
    value = value[int(key) if key.isdigit() else key]
print(value)' "$work/answer" "$@"
}
# A client of our own: what it says, and what it hears until the end of the connection.
client() { # MODE [TEXT]
	python3 - "$@" <<-'PYTHON'
		import glob, os, socket, sys
		mode, text = sys.argv[1], (sys.argv[2] if len(sys.argv) > 2 else "").encode().decode("unicode_escape").encode()
		path = glob.glob(os.environ["XDG_RUNTIME_DIR"] + "/mswatch/*.socket")[0]
		def connect():
		    s = socket.socket(socket.AF_UNIX)
		    s.connect(path)
		    return s
		if mode == "say":
		    s = connect(); s.sendall(text); s.settimeout(60)
		    while (got := s.recv(65536)): sys.stdout.write(got.decode())
		elif mode == "flood":
		    kept = []
		    for i in range(1000):
		        try:
		            s = connect(); s.setblocking(False); kept.append(s); s.send(text * (i % 3))
		        except OSError:
		            pass
		elif mode == "hold":
		    s = connect(); s.sendall(text)
		    print("held", flush=True)
		    sys.stdin.read()
	PYTHON
}
sockets() { find "$XDG_RUNTIME_DIR/mswatch" -name '*.socket' | wc -l; }

# --- none runs ---
stage_config
ask --status
is "--status: none runs" "$?" 3
contains "and says so" "$work/complaint" 'no mswatch runs for it$'
for option in --status=json --sync --watch --reload; do
	ask "$option"
	is "$option: none runs" "$?" 3
done
ask --stop
is "--stop: nothing to do" "$?" 0
for words in '--status --stop' '--sync --watch' '--stop x' '--status=long --sync'; do
	# shellcheck disable=SC2086 # words
	ask $words
	ok "$words is refused" test $? -ne 0 -a -s "$work/complaint"
done

# --- status ---
stage_config
stage_start -q
until_started
wait_until "$bound" is_quiet
ask -s
is "--status: all is well" "$?" 0
ok "it names version, process and configuration" \
	starts_with "^mswatch [0-9.]+, process $mswatch, runs since ..:.. for $(realpath "$conf")\$"
contains "stores" "$work/answer" '^two: ready since ..:..$'
contains "the last sync" "$work/answer" '^last sync: ..:.., succeeded after .* \(all mailboxes\)$'
contains "that nothing is pending" "$work/answer" '^Nothing is pending$'
is "and goes to the one who asks alone" "$(cat "$work/out" "$work/err")" ""
ask --status=short
contains "--status=short is one line" "$work/answer" '^2/2 watched, idle, last sync .* s ago$'
is "JSON says the same" "$(value well) $(value pid) $(value stores 1 state) $(value last_sync success)" \
	"True $mswatch ready True"
is "each key is there" "$(value running) $(value hook) $(value last_failure) $(value pending)" "None None None []"
ask --status=long
is "an unknown form is refused" "$?" 2

echo 3 >"$work/fail"
printf 'mbsync: no route to host\n' >"$work/words"
change one Bad$'\x1b'$'\xff'
until_line err 'Sync errored'
ask -s
is "a failure is not well" "$?" 1
contains "it is in the report" "$work/answer" '^last sync: ..:.., .*exited \(status 3\) after .* \(Bad.x1b.xff\)$'
is "and in JSON, names made harmless" "$(value pending 0 mailbox)" 'Bad\x1b\xff'
rm "$work/fail"
until_line runs '^end 0' "$(($(lines_of runs '^end 0') + 1))"

# --- sync ---
sed -i 's/^inter_delay .*/inter_delay 600/' "$conf"
ask --reload
ask --sync quick
is "--sync waits for no inter_delay" "$?" 0
ok "it has synced that one" has_lines runs "^start 'quick'\$" 1
ask --sync quick Junk
is "again, and another" "$?" 0
ok "both together" has_lines runs "^start 'Junk' 'quick'\$" 1
ask --sync
is "and all" "$?" 0
echo 'ignore Junk' >>"$conf"
ask --reload
junk=$(lines_of runs "^start .*'Junk'")
ask --sync Junk
is "it heeds no ignore" "$?$(lines_of runs "^start .*'Junk'")" "0$((junk + 1))"
echo 5 >"$work/fail"
ask --sync quick
is "a failure is its own" "$?" 1
contains "it says the syncer's words" "$work/complaint" '^mswatch: mbsync: no route to host$'
contains "and its end" "$work/complaint" 'exited \(status 5\)'
rm "$work/fail"
ask --sync $'a\nb'
is "a newline can't be asked for" "$?" 2
touch "$work/hold"
before=$(lines_of runs "^start 'during'")
change two during
until_line runs "^start '.*during" $((before + 1)) || true
ask --sync quick &
asking=$!
under_way() { [[ $(value running mailboxes) != None ]]; }
wait_until "$bound" under_way
start mswatch -c "$conf" --sync during >"$work/second" 2>&1
second=$started
both_wait() { ask -s; (($(grep -c 'due in 0 s' "$work/answer") >= 1)); }
wait_until "$bound" both_wait
rm "$work/hold"
wait "$asking"
is "one that is asked for during a run waits for the next" "$?" 0
wait "$second"
is "so does another" "$?" 0
stage_stop

stage_config "on_success $work/hook"
cat >"$work/hook" <<-SCRIPT
	#!/bin/bash
	mswatch -c "$conf" --sync INBOX 2>"$work/hook.err"
	echo "\$?" >"$work/hook.status"
SCRIPT
chmod +x "$work/hook"
stage_start
ok "a hook may not wait for a sync" wait_until "$bound" test -s "$work/hook.status"
is "it is told" "$(cat "$work/hook.status") $(grep -c "can't wait" "$work/hook.err")" "1 1"
stage_stop

# --- the messages ---
stage_config
stage_start -q
until_started
start mswatch -c "$conf" --watch >"$work/watched" 2>&1
watching=$started
heard() { ask --sync x; grep -q "^$stamp.*synced x in" "$work/watched"; }
ok "--watch shows what -q hides" wait_until "$bound" heard
is "that stays hidden" "$(cat "$work/out")" ""
kill -INT "$watching"
wait_until "$bound" not alive "$watching"
start mswatch -c "$conf" --watch >"$work/watched" 2>"$work/watched.err"
watching=$started
heard() { ask --sync y; grep -q "synced y in" "$work/watched"; }
wait_until "$bound" heard
stage_stop
ok "it ends with mswatch" wait_until "$bound" not alive "$watching"
wait "$watching"
is "well" "$?$(cat "$work/watched.err")" 0

# --- strangers and floods ---
stage_config
stage_start
until_started
wait_until "$bound" is_quiet
is "what is no request is refused" "$(client say 'GET / HTTP/1.0\n\n')" \
	$'!this is no request of mswatch\n#2'
is "so is another version's" "$(client say 'mswatch 9 status\n\n' | tail -n 1)" "#2"
client flood 'mswatch 1 sync\nhalf a name' 2>/dev/null
ask -s
is "a thousand clients change nothing" "$?" 0
client hold 'mswatch 1 watch\n\n' < <(sleep 1000) >"$work/held" &
wait_until "$bound" test -s "$work/held"
for _ in {1..50}; do ask --sync z; done
ask -s
is "one that never reads holds up nobody" "$?$(lines_of runs "^start 'z'")" 050
kill $! 2>/dev/null
if [[ $(id -u) == 0 ]] && setpriv --reuid 65534 --clear-groups true 2>/dev/null; then
	chmod -R a+rX "$work"
	chmod a+rwx "$XDG_RUNTIME_DIR" "$XDG_RUNTIME_DIR/mswatch" "$XDG_RUNTIME_DIR"/mswatch/*.socket
	is "another user is told nothing" \
		"$(setpriv --reuid 65534 --clear-groups bash -c "$(declare -f client); client say 'mswatch 1 status\n\n'" 2>/dev/null)" ""
	setpriv --reuid 65534 --clear-groups env XDG_RUNTIME_DIR="$work" "$(command -v mswatch)" -c "$conf" --stop >/dev/null 2>&1
	ask -s
	is "and ends nothing" "$?" 0
	chmod 700 "$XDG_RUNTIME_DIR" "$XDG_RUNTIME_DIR/mswatch"
else
	skip 2 "needs root"
fi
XDG_RUNTIME_DIR=$work/nowhere ask -s
is "another session's directory is no hindrance" "$?" 0
cp "$conf" "$conf.new"
mv "$conf.new" "$conf"
ask -s
is "nor is an editor that saves by rename" "$?" 0
mkdir -p "$work/generation"
cp "$conf" "$work/generation/rc"
ln -s "$conf" "$work/link"
ask --stop
conf_was=$conf conf=$work/link
rm -f "$work/runs"
: >"$work/runs"
stage_start
until_started
ln -sfn "$work/generation/rc" "$work/link"
ask -s
is "nor a link that leads elsewhere now" "$?" 0
ask --reload
is "which is what --reload reads" "$?" 0
conf=$conf_was
kill -STOP "$mswatch"
conf=$work/link
ask -s
is "one that is stopped is told, not waited for" "$?" 1
contains "with what to do" "$work/complaint" 'does not answer.*--stop'
kill -CONT "$mswatch"
ask -s
is "it goes on" "$?" 0

# --- stop, replace ---
mapfile -t guards < <(pgrep -P "$mswatch")
ask --stop
is "--stop" "$?" 0
is "nothing of it is left" "$(for pid in "$mswatch" "${guards[@]}"; do alive "$pid" && echo "$pid"; done)" ""
is "nor a socket" "$(sockets)" 0
wait "$mswatch"
is "it has ended well" "$?" 0

rm -f "$work/runs"
stage_config
stage_start
until_started
first=$mswatch
mapfile -t guards < <(pgrep -P "$first")
stage_start --replace
is_in_place() { [[ $(value pid) == "$mswatch" ]]; }
ok "--replace takes its place" wait_until "$bound" is_in_place
is "nothing of the old one is left" "$(for pid in "$first" "${guards[@]}"; do alive "$pid" && echo "$pid"; done)" ""
second=$mswatch
cp "$conf" "$work/good"
echo nonsense >>"$conf"
mswatch -r -c "$conf" >/dev/null 2>&1
is "with a broken configuration it ends nothing" "$?$(alive "$second" && echo alive)" 78alive
cp "$work/good" "$conf"
kill -STOP "$second"
stage_start -r
ok "it replaces one that is stopped" wait_until "$bound" is_in_place
kill -KILL "$mswatch"
ask --stop
is "--stop waits for what a killed one has left" "$?" 0
ask -s
is "which runs no more" "$?" 3

# --- reload ---
rm -f "$work/runs"
stage_config
stage_start
until_started
wait_until "$bound" is_quiet
pids() { cat "$work/one.pids" "$work/two.pids" | tr '\n' ' '; }
before=$(pids)
sed -i 's/^base_delay .*/base_delay 0.2/; s/^inter_delay .*/inter_delay 0.3/' "$conf"
all=$(lines_of runs "^start ''")
ask --reload
is "--reload" "$?" 0
ok "syncs all, for what the former file left out" until_line runs "^start ''" $((all + 1))
wait_until "$bound" is_quiet
is "keeps the watchers" "$(pids)" "$before"
change one after
ok "and what they report" until_line runs "^start 'after'"
echo nonsense >>"$conf"
ask --reload
is "with an error" "$?" 1
contains "it is told to the one who asked" "$work/complaint" 'unknown keyword nonsense'
ok "and to the log" until_line err 'unknown keyword nonsense'
change two still
ok "everything stays as it was" until_line runs "^start 'still'"
sed -i '/nonsense/d' "$conf"
touch "$work/hold"
change one held
until_line runs "^start 'held'"
change two waiting
sed -i "s,^sync .*,sync $work/other --,; s/^store two .*/store two { watch $(printf %s "${work//\//\\/}")\/watch_two again }/" "$conf"
sed 's,/runs",/others",' "$work/sync" >"$work/other"
chmod +x "$work/other"
ask --reload
is "during a run" "$?" 0
rm "$work/hold"
ok "that goes on" until_line runs '^end 0' "$(lines_of runs '^start')"
ok "and the next one is as the new file says" until_line others "^start '--' 'waiting'|^start '--' ''"
is_anew() { (($(wc -l <"$work/two.pids") == 2)); }
ok "a store whose command has changed is watched anew" wait_until "$bound" is_anew
is "and the other is not" "$(wc -l <"$work/one.pids")" 1
ok "what was reported in between is synced" until_line others "^start '--' ''"
descriptors() { find "/proc/$mswatch/fd" | wc -l; }
settled() { is_quiet && [[ $(value running) == None && $(pgrep -cP "$mswatch") == 2 ]]; }
wait_until "$bound" settled
open=$(descriptors)
failed=0
for i in {1..100}; do
	sed -i "s/^base_delay .*/base_delay 0.$i/; s,^store two .*,store two { watch $work/watch_two $i }," "$conf"
	ask --reload || failed=$((failed + 1))
done
is "a hundred reloads" "$failed" 0
wait_until "$bound" settled
is "leave no descriptor open" "$(descriptors)" "$open"
is "and no process" "$(pgrep -cP "$mswatch")" 2
stage_stop
tap_done

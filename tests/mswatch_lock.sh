#!/bin/bash
# One mswatch per configuration.
# shellcheck source-path=SCRIPTDIR
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
. "$top_srcdir/tests/mswatch_stage.sh"

second() { # FILE: a second mswatch; its status in $status
	timeout 30 mswatch -c "$1" >"$work/out2" 2>"$work/err2"
	status=$?
}
refused() { # WHAT FILE
	second "$2"
	is "a second one is refused: $1" "$status" 1
	contains "and names the first: $1" "$work/err2" "already running for it, as process $mswatch\$"
}

stage_config
stage_start
until_started
refused "the same file" "$conf"
ln -s "$conf" "$work/symlink"
refused "through a symlink" "$work/symlink"
ln "$conf" "$work/hardlink"
refused "through a hard link" "$work/hardlink"
mkdir "$work/dir"
refused "by another path" "$work/dir/../mswatchrc"
cp "$conf" "$work/new"
mv "$work/new" "$conf"
refused "after an editor's rename" "$conf"
refused "under its old inode" "$work/hardlink"
kill -STOP "$mswatch"
for ((i = 0; i < 12; i++)); do second "$conf"; done
refused "while the first is stopped" "$conf"
kill -CONT "$mswatch"
stage_stop
second_pid=
stage_start
until_started && second_pid=$mswatch
ok "the next one starts when the first has ended" test -n "$second_pid"
kill -9 "$mswatch"
wait_until "$bound" not alive "$mswatch"
stage_stop 2>"$work/noise"
stage_config
stage_start
ok "also after SIGKILL" until_started
stage_stop

# --- others ---
cp "$conf" "$work/other"
stage_start
until_started
cp "$conf" "$work/unrelated"
sed -i '/^store two/d' "$work/unrelated"
timeout 30 mswatch -c "$work/unrelated" >"$work/out2" 2>"$work/err2" &
other=$!
ok "another configuration is another matter" wait_until "$bound" grep -q "^${stamp}Watching" "$work/out2"
kill "$other"
wait "$other"
stage_stop

# --- a home that can't be written ---
mkdir "$work/fixed"
cp "$conf" "$work/fixed/.mswatchrc"
chmod 500 "$work/fixed"
conf_before=$conf conf=$work/fixed/.mswatchrc
stage_start
ok "a read-only home does not matter" until_line out "^${stamp}Watching"
refused "in a read-only home" "$conf"
stage_stop
conf=$conf_before
stage_config

# Sockets of the same names as this user's lock, held by another user.
cat >"$work/squat.py" <<'PYTHON'
import os, signal, socket, sys
uid, path = sys.argv[1], sys.argv[2]
status = os.stat(path)
value = 14695981039346656037
for byte in os.path.realpath(path).encode():
    value = ((value ^ byte) * 1099511628211) % (1 << 64)
held = []
for key in ("inode/%x:%x" % (status.st_dev, status.st_ino), "path/%x" % value):
    for number in range(int(sys.argv[3])):
        held.append(socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET))
        held[-1].bind("\0mswatch/%s/%s/%d" % (uid, key, number))
        held[-1].listen(0)
print("held", flush=True)
signal.pause()
PYTHON
python=$(PATH=/usr/bin:$PATH command -v python3)
if ((EUID == 0)) && setpriv --reuid=65534 --clear-groups "$python" -c ''; then
	chmod 755 "$work"
	chmod 644 "$conf"
	for number in 3 200; do
		start setpriv --reuid=65534 --regid=65534 --clear-groups \
			"$python" "$work/squat.py" 0 "$conf" "$number" \
			>"$work/squatted" 2>"$work/squat.err"
		squatter=$started
		ok "another user holds $number of the lock's names" until_line squatted held || cat "$work/squat.err"
		stage_config
		stage_start
		ok "which doesn't keep mswatch from its start" until_started
		if ((number == 200)); then
			contains "but is told when none is left" "$work/err" "another user holds its lock's names"
		else
			refused "though another user holds $number of the names" "$conf"
		fi
		stage_stop
		end_pid "$squatter"
	done
fi
tap_done

#!/bin/bash
# One mswatch per configuration, and none beside what an earlier one has left.
# shellcheck source-path=SCRIPTDIR
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
. "$top_srcdir/tests/mswatch_stage.sh"

second() { # FILE: a second mswatch; its status in $status
	timeout 30 mswatch -c "$1" >"$work/out2" 2>"$work/err2"
	status=$?
}
is_refused() { # WHAT: the second one was, and names the first
	is "a second one is refused: $1" "$status" 75
	contains "and names the first: $1" "$work/err2" "already running for it, as process $mswatch\$"
}
refused() { # WHAT FILE
	second "$2"
	is_refused "$1"
}
starts_beside() { # WHAT COMMAND...: it runs beside the first
	local what=$1 other
	shift
	timeout 30 "$@" >"$work/out2" 2>"$work/err2" &
	other=$!
	ok "$what" wait_until "$bound" grep -q 'Watching' "$work/out2" || note "$(cat "$work/err2")"
	kill "$other"
	wait "$other"
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
starts_beside "-d needs no lock" mswatch -d -c "$conf"
mswatch -t -c "$conf" >"$work/out2"
is "nor does -t" "$?" 0
cp "$conf" "$work/new"
mv "$work/new" "$conf"
refused "after an editor's rename" "$conf"
refused "under its old inode" "$work/hardlink"
XDG_RUNTIME_DIR='' refused "after a rename, without XDG_RUNTIME_DIR" "$conf"
HOME=$work/nowhere refused "after a rename, without a home" "$conf"
kill -STOP "$mswatch"
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

# --- namespaces ---
own=(unshare -n)
((EUID == 0)) || own+=(-Ur)
if "${own[@]}" true 2>/dev/null; then
	timeout 30 "${own[@]}" mswatch -c "$conf" >"$work/out2" 2>"$work/err2"
	status=$?
	is_refused "in another network namespace"
fi
own=(unshare -p --fork --mount-proc)
((EUID == 0)) || own+=(-Ur)
if "${own[@]}" true 2>/dev/null; then
	timeout 30 "${own[@]}" mswatch -c "$conf" >"$work/out2" 2>"$work/err2"
	is "a second one is refused: in another process namespace" "$?" 75
	contains "and told why" "$work/err2" "already running for it$"
fi
stage_stop

# --- links that are pointed elsewhere ---
stage_config
mkdir "$work/v1" "$work/v2"
cp "$conf" "$work/v1/rc"
cp "$conf" "$work/v2/rc"
ln -sfn v1 "$work/current"
ln -sfn current/rc "$work/rc"
conf_before=$conf
elsewhere() { # NAME...: one mswatch by the first name, seconds by all when the links were moved
	local name
	conf=$1
	ln -sfn v1 "$work/current"
	stage_start
	until_started
	ln -sfn v2 "$work/current"
	for name; do refused "a link was pointed elsewhere: ${name#"$work"}" "$name"; done
	stage_stop
}
cd "$work" || exit 1
elsewhere "$work/rc" rc ./rc dir/../rc "$work//v1/../rc"
elsewhere "$work/current/rc" current/rc current/./rc
conf=$work/current/rc
ln -sfn v1 "$work/current"
stage_start
until_started
starts_beside "what a link's .. leads to is another matter" mswatch -c "$work/v2/rc"
stage_stop
conf=$conf_before

# --- files that have no name of their own ---
stage_config
starts_beside "a pipe is a configuration" mswatch -c <(cat "$conf")
start mswatch -c <(cat "$conf") >"$work/out" 2>"$work/err"
mswatch=$started
until_started
starts_beside "which nobody else can have" mswatch -c <(cat "$conf")
# shellcheck disable=SC2016 # for the inner shell
starts_beside "nor a pipe as stdin" bash -c 'cat "$1" | exec mswatch -c /dev/stdin' - "$conf"
is "no lock is missed there" "$(cat "$work/err")" ""
stage_stop
stage_config
mswatch -c /dev/stdin <"$conf" >"$work/out" 2>"$work/err" &
mswatch=$!
tap_pids+=("$mswatch")
until_started
refused "a file as stdin" "$conf"
timeout 30 mswatch -c /dev/stdin <"$work/hardlink" >"$work/out2" 2>"$work/err2" &
other=$!
ok "another file as stdin is another matter" wait_until "$bound" grep -q 'Watching' "$work/out2"
kill "$other"
wait "$other"
timeout 30 mswatch -c /dev/fd/7 7<"$conf" >"$work/out2" 2>"$work/err2"
status=$?
is_refused "the same as another descriptor"
cp "$conf" "$work/new"
mv "$work/new" "$conf"
refused "a file as stdin, after a rename" "$conf"
stage_stop

# --- many at once ---
stage_config
ln -f "$conf" "$work/hardlink"
one_of_many() { # ROUND
	local pids=() pid running=0 names=("$conf" "$work/symlink" "$work/hardlink")
	for ((i = 0; i < 12; i++)); do
		start mswatch -c "${names[i % 3]}" >"$work/out" 2>"$work/err.$i"
		pids+=("$started")
	done
	only_one() {
		running=0
		for pid in "${pids[@]}"; do ! alive "$pid" || running=$((running + 1)); done
		((running <= 1))
	}
	wait_until "$bound" only_one
	until_started
	only_one
	is "of 12 that start at once one runs ($1)" "$running" 1
	is "and the others say why ($1)" "$(cat "$work"/err.* | grep -c 'is already running for it')" 11
	for pid in "${pids[@]}"; do end_pid "$pid"; done
	rm -f "$work/runs"
}
for round in 1 2 3; do one_of_many $round; done

# --- others ---
stage_config
stage_start
until_started
sed '/^store two/d' "$conf" >"$work/unrelated"
starts_beside "another configuration is another matter" mswatch -c "$work/unrelated"
stage_stop

# --- what an earlier one has left ---
cat >"$work/sync" <<SCRIPT
#!/bin/bash
exec 3<> <(:)
if [[ ! -e $work/first ]]; then
	trap "" TERM
	setsid -f sh -c 'echo \$\$ >"$work/daemon"; exec sleep 600'
	echo \$\$ >"$work/first.new"
	mv "$work/first.new" "$work/first"
	read -rt 600 -u 3
fi
! kill -0 "\$(<"$work/first")" || echo overlap >>"$work/runs"
echo "start \${*@Q}" >>"$work/runs"
echo "end 0" >>"$work/runs"
SCRIPT
stage_start
wait_until "$bound" test -s "$work/first"
read -r syncer <"$work/first"
guard=$(ps -o ppid= -p "$syncer")
wait_until "$bound" test -s "$work/daemon"
read -r daemon <"$work/daemon"
tap_pids+=("$syncer" "$daemon")
kill -9 "$mswatch"
wait_until "$bound" not alive "$mswatch"
kill -STOP "${guard// /}"
before=$(now_us)
second "$conf"
lasted=$(($(now_us) - before))
is "while what an earlier one has left runs, a new one gives up" "$status" 1
ok "after 10 s" test "$lasted" -ge 10000000
contains "it has said that it waits" "$work/err2" 'still running: waiting for it, 10 s at most'
contains "and says why it ends" "$work/err2" 'has not ended within 10 s: not syncing beside it'
is "once each" "$(grep -c '' "$work/err2")" 2
is "nothing was synced beside it" "$(lines_of runs .)" 0
stage_start
ok "the next one waits" until_line err 'waiting for it, 10 s at most'
ok "while the old syncer runs" alive "$syncer"
kill -CONT "${guard// /}"
ok "and syncs when that has ended" until_started
lacks "not before" "$work/runs" overlap
ok "a daemon that a run left lives on, and holds no lock" alive "$daemon"
stage_stop

# --- a lock of another program ---
stage_config
: >"$work/err"
start flock "$conf" mswatch -c "$conf" >"$work/out" 2>"$work/err"
ok "a lock of one's own on the configuration holds up nothing" until_started
mswatch=$(pgrep -P "$started")
lacks "nor is it waited for" "$work/err" .
refused "under such a lock" "$conf"
kill "$mswatch"
wait_until "$bound" not alive "$mswatch"
stage_stop 2>"$work/noise"

# --- no files ---
stage_config
cp "$conf" "$work/fixed"
ln -f "$work/fixed" "$work/hardlink"
conf_before=$conf conf=$work/fixed
export XDG_RUNTIME_DIR=/proc HOME=/proc
sed -i '1a trap "" TERM' "$work/watch_one"
stage_start
ok "a home that can't be written does not matter" until_started
refused "in such a home" "$conf"
refused "in such a home, through a hard link" "$work/hardlink"
is "and nothing is said" "$(cat "$work/err")" ""
deaf=$(<"$work/one.pids")
kill -9 "$mswatch"
stage_stop 2>"$work/noise"
stage_start
ok "in such a home, what an earlier one has left is waited for" until_line err 'waiting for it, 10 s at most'
kill -9 "$deaf"
ok "until it has ended" until_started
stage_stop
conf=$conf_before

# --- directories that are not ours alone, or hold something else ---
moved_link() { # WHAT: the files by name do their work in spite of it
	local conf=$work/rc
	stage_config
	ln -sfn v1 "$work/current"
	stage_start
	ok "$1: mswatch starts" until_started
	ln -sfn v2 "$work/current"
	refused "$1: a link was pointed elsewhere" "$conf"
	stage_stop
}
export XDG_RUNTIME_DIR=$work/open HOME=$work/.home
mkdir -p "$work/open/mswatch"
chmod 777 "$work/open/mswatch"
moved_link "a directory that others can write"
is "nothing is made in it" "$(ls "$work/open/mswatch")" ""
rm -r "$work/open/mswatch"
mkfifo "$work/open/mswatch"
moved_link "something else in its place"
export XDG_RUNTIME_DIR=$work/.runtime
for file in "$work/.runtime/mswatch"/*; do ln -sf "$work/never" "$file"; done
moved_link "links in the lock files' places"
ok "which are not followed" not test -e "$work/never"

if ((EUID == 0)) && setpriv --reuid=65534 --clear-groups true; then
	chmod 755 "$work"
	export XDG_RUNTIME_DIR=$work/theirs
	install -d -o 65534 -m 755 "$XDG_RUNTIME_DIR"
	moved_link "another user's XDG_RUNTIME_DIR"
	is "nothing is made there" "$(ls "$XDG_RUNTIME_DIR")" ""
	export XDG_RUNTIME_DIR=$work/.runtime
	rm -r "$work/.runtime/mswatch"
	install -d -o 65534 -m 755 "$work/.runtime/mswatch"
	moved_link "another user's directory in its place"
	rm -r "$work/.runtime/mswatch"
	stage_config
	chmod 644 "$conf"
	start setpriv --reuid=65534 --regid=65534 --clear-groups \
		flock -F "$conf" sh -c 'echo held; exec sleep 600' >"$work/squatted"
	squatter=$started
	ok "another user holds a lock on the file" until_line squatted held
	stage_start
	ok "which does not keep mswatch from its start" until_started
	refused "though another user has a lock" "$conf"
	stage_stop
	end_pid "$squatter"
	# shellcheck disable=SC2016 # for the inner shell
	start setpriv --reuid=65534 --regid=65534 --clear-groups \
		sh -c 'exec 9<"$1"; flock 9; echo held; exec sleep 600' - "$conf" >"$work/squatted"
	squatter=$started
	ok "another user holds one that flock(1) has left" until_line squatted held
	stage_start
	ok "nor does that" until_started
	stage_stop
	end_pid "$squatter"
fi
tap_done
